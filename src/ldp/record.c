/* SPDX-License-Identifier: Apache-2.0
 * The record of a resource as a row: JSON, so that it can grow.
 */
#include "ldp/record.h"

#include "bocage/json.h"

static const bo_str kinds[] = {{"resource", 8}, {"container", 9}, {"tombstone", 9}};

static bo_status read_record(bo_ldp_record *out, bo_str row, bo_arena *arena) {
    bo_json *json;
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena));
    bo_ldp_record record = {.container = bo_json_get_string(json, BO_STR("container")),
                            .owner = bo_json_get_string(json, BO_STR("owner"))};
    bo_str kind = bo_json_get_string(json, BO_STR("kind"));
    while (record.kind < BO_KIND_TOMBSTONE && !bo_str_eq(kind, kinds[record.kind])) record.kind++;
    int64_t size = 0;
    bo_json_integer(&record.deleted_ms, bo_json_get(json, BO_STR("deleted")));
    bo_json_integer(&size, bo_json_get(json, BO_STR("size")));
    record.size = (uint64_t)size;
    record.blob = bo_json_get_string(json, BO_STR("blob"));
    record.media_type = bo_json_get_string(json, BO_STR("mediaType"));
    const bo_json *types = bo_json_get(json, BO_STR("types"));
    for (const bo_json *type; (type = bo_json_at(types, record.type_count)) != NULL;) {
        if (record.type_count == BO_LDP_TYPES_MAX) break;
        record.types[record.type_count++] = bo_json_string(type);
    }
    *out = record;
    return BO_OK;
}

bo_status bo_ldp_find(bo_txn *txn, bo_ldp_record *out, bo_str iri, bo_arena *arena) {
    bo_str row;
    if (iri.len == 0 || iri.len > BO_LDP_IRI_MAX) return BO_NOT_FOUND;
    BO_TRY(bo_row_get(txn, BO_TABLE_RESOURCE, iri, &row));
    return read_record(out, row, arena);
}

bo_status bo_ldp_record_put(bo_txn *txn, const bo_ldp_record *record, bo_str iri) {
    if (iri.len > BO_LDP_IRI_MAX)
        return bo_fail(BO_INVALID, "the address of a resource has at most %d bytes, this one has %zu",
                       BO_LDP_IRI_MAX, iri.len);
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("kind"), kinds[record->kind]);
    if (record->container.len) bo_json_member_string(&json, BO_STR("container"), record->container);
    if (record->owner.len) bo_json_member_string(&json, BO_STR("owner"), record->owner);
    if (record->deleted_ms) bo_json_member_i64(&json, BO_STR("deleted"), record->deleted_ms);
    if (record->blob.len) {
        bo_json_member_string(&json, BO_STR("blob"), record->blob);
        bo_json_member_string(&json, BO_STR("mediaType"), record->media_type);
        bo_json_member_i64(&json, BO_STR("size"), (int64_t)record->size);
    }
    bo_json_key(&json, BO_STR("types"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 0; i < record->type_count; i++) bo_json_put_string(&json, record->types[i]);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_RESOURCE, iri, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}
