/* SPDX-License-Identifier: Apache-2.0
 * What is known of each graph besides its quads.
 */
#include <stdlib.h>

#include "store/txn.h"
#include "store/varint.h"

/* A graph by its name: its IRI, a blank node's label behind "_:", or nothing for the default graph. */

static bo_status name_of(bo_txn *txn, bo_str *out, bo_id graph, bo_arena *arena) {
    bo_term term;
    if (graph == BO_ID_DEFAULT_GRAPH) {
        *out = BO_STR("");
        return BO_OK;
    }
    BO_TRY(bo_dict_term(&txn->dict, &term, graph, arena));
    if (term.kind == BO_BLANK) term.value = bo_arena_join(arena, BO_STR("_:"), term.value);
    if (term.value.ptr == NULL) return bo_error_last()->status;
    *out = term.value;
    return BO_OK;
}

bo_status bo_graph_id(bo_txn *txn, bo_id *out, bo_str graph, bool intern) {
    if (graph.len == 0) {
        *out = BO_ID_DEFAULT_GRAPH;
        return BO_OK;
    }
    bo_term term =
        bo_str_starts(graph, BO_STR("_:")) ? bo_term_blank(bo_str_from(graph, 2)) : bo_term_iri(graph);
    return intern ? bo_dict_intern(&txn->dict, out, &term) : bo_dict_find(&txn->dict, out, &term);
}

/* Records. A key is the id's tag, how many bytes its number takes, and these: they order as ids do. */

enum { KEY_ROOM = 2 + 7, VALUE_ROOM = 4 * BO_VARINT_ROOM };

static bo_str key_of(char room[KEY_ROOM], bo_id graph) {
    uint64_t number = bo_id_payload(graph), big = __builtin_bswap64(number);
    unsigned len = (64 - (unsigned)__builtin_clzll(number | 1) + 7) / 8;
    room[0] = (char)bo_id_tag(graph);
    room[1] = (char)len;
    memcpy(room + 2, (const char *)&big + sizeof big - len, len);
    return (bo_str){room, 2 + len};
}

static bool graph_of(bo_id *out, bo_str key) {
    uint64_t number = 0;
    if (key.len < 3 || key.len > KEY_ROOM || (size_t)key.ptr[1] != key.len - 2) return false;
    for (size_t i = 2; i < key.len; i++) number = number << 8 | (unsigned char)key.ptr[i];
    *out = bo_id_make((bo_tag)key.ptr[0], number);
    return true;
}

static bo_status damaged(void) {
    return bo_fail(BO_CORRUPT, "a graph's record is damaged");
}

static bo_status decode(bo_graph_record *out, bo_str value) {
    uint64_t version, quads, created, since;
    if (!bo_varint_get(&version, &value) || !bo_varint_get(&quads, &value) ||
        !bo_varint_get(&created, &value) || !bo_varint_get(&since, &value) || value.len > 0)
        return damaged();
    *out = (bo_graph_record){{version, quads >> 1, (int64_t)created, (int64_t)(created + since)}, quads & 1};
    return BO_OK;
}

static bo_str encode(char room[VALUE_ROOM], const bo_graph_record *record) {
    const bo_graph_info *info = &record->info;
    size_t len = bo_varint_put(room, info->version);
    len += bo_varint_put(room + len, info->quads << 1 | record->kept);
    len += bo_varint_put(room + len, (uint64_t)info->created_ms);
    len += bo_varint_put(room + len, (uint64_t)(info->modified_ms - info->created_ms));
    return (bo_str){room, len};
}

bo_status bo_graph_read(bo_txn *txn, bo_graph_record *out, bo_id graph) {
    char key[KEY_ROOM];
    bo_str value;
    BO_TRY(bo_kv_get(txn->kv, BO_STORE_GRAPH, key_of(key, graph), &value));
    return decode(out, value);
}

static bo_status write_record(bo_txn *txn, bo_id graph, const bo_graph_record *record) {
    char key[KEY_ROOM], value[VALUE_ROOM];
    if (record->info.quads > 0 || record->kept)
        return bo_kv_put(txn->kv, BO_STORE_GRAPH, key_of(key, graph), encode(value, record));
    bo_status status = bo_kv_del(txn->kv, BO_STORE_GRAPH, key_of(key, graph));
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* Notes that the transaction has changed the graph. */
static bo_status note(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed) {
    bool was_new;
    bo_watch_mark_id(txn, graph);
    bo_value *place = bo_idmap_put(&txn->changed, graph, &was_new);
    if (place == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    if (was_new) {
        place->u64 = txn->change_count;
        if (txn->change_count == txn->change_size) {
            size_t size = txn->change_size == 0 ? 8 : txn->change_size * 2;
            bo_graph_change *changes = realloc(txn->changes, size * sizeof *changes);
            if (changes == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
            txn->changes = changes;
            txn->change_size = size;
        }
        txn->changes[txn->change_count++] = (bo_graph_change){.graph = graph};
    }
    bo_graph_change *change = &txn->changes[place->u64];
    change->inserted += inserted;
    change->removed += removed;
    return BO_OK;
}

static int64_t now(const bo_txn *txn) {
    return txn->store->wall_ms(txn->store->clock_context);
}

/* `keep` may be NULL: as it is. */
static bo_status change(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed, const bool *keep) {
    bo_graph_record record = {.info.created_ms = now(txn)};
    bo_status status = bo_graph_read(txn, &record, graph);
    if (status != BO_NOT_FOUND) BO_TRY(status);
    bo_graph_info *info = &record.info;
    if (info->quads + inserted < removed) return bo_fail(BO_CORRUPT, "a graph's count of quads is wrong");
    info->version = bo_txn_version(txn);
    info->quads += inserted - removed;
    info->modified_ms = now(txn);
    if (info->modified_ms < info->created_ms) info->modified_ms = info->created_ms; /* the clock went back */
    if (keep != NULL) record.kept = *keep;
    BO_TRY(note(txn, graph, inserted, removed));
    return write_record(txn, graph, &record);
}

bo_status bo_graph_changed(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed) {
    return change(txn, graph, inserted, removed, NULL);
}

bo_status bo_graph_let_go(bo_txn *txn, bo_id graph) {
    static const bool keep = false;
    bo_graph_record record;
    bo_status status = bo_graph_read(txn, &record, graph);
    if (status == BO_NOT_FOUND || (status == BO_OK && !record.kept)) return BO_OK;
    BO_TRY(status);
    return change(txn, graph, 0, 0, &keep);
}

bo_status bo_txn_touch(bo_txn *txn, bo_str graph) {
    if (!txn->writer) return bo_fail(BO_BAD_ARGUMENT, "a reading transaction can't change a graph");
    static const bool keep = true;
    bo_id id;
    BO_TRY(bo_graph_id(txn, &id, graph, true));
    bo_status status = change(txn, id, 0, 0, &keep);
    if (status != BO_OK) txn->failed = status;
    return status;
}

bo_status bo_txn_graph_of(bo_txn *txn, bo_id graph, bo_graph_info *out) {
    bo_graph_record record;
    BO_TRY(bo_txn_flush(txn));
    BO_TRY(bo_graph_read(txn, &record, graph));
    *out = record.info;
    return BO_OK;
}

bo_status bo_txn_graph(bo_txn *txn, bo_str graph, bo_graph_info *out) {
    bo_id id;
    BO_TRY(bo_txn_flush(txn));
    BO_TRY(bo_graph_id(txn, &id, graph, false));
    return id != BO_ID_NONE ? bo_txn_graph_of(txn, id, out) : BO_NOT_FOUND;
}

static bo_status each_graph(bo_txn *txn, bo_kv_cursor *cursor, bo_arena *arena, bo_str prefix,
                            bo_status (*each)(void *context, bo_str graph, const bo_graph_info *info),
                            void *context) {
    bo_str key, value, name;
    bo_status status = bo_kv_first(cursor, &key, &value);
    for (; status == BO_OK; status = bo_kv_next(cursor, &key, &value)) {
        bo_id graph;
        bo_graph_record record;
        bo_arena_reset(arena);
        if (!graph_of(&graph, key)) return damaged();
        BO_TRY(name_of(txn, &name, graph, arena));
        if (!bo_str_starts(name, prefix)) continue;
        BO_TRY(decode(&record, value));
        BO_TRY(each(context, name, &record.info));
    }
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_txn_graphs(bo_txn *txn, bo_str prefix,
                        bo_status (*each)(void *context, bo_str graph, const bo_graph_info *info),
                        void *context) {
    bo_kv_cursor *cursor;
    BO_TRY(bo_txn_flush(txn));
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = bo_kv_cursor_open(&cursor, txn->kv, BO_STORE_GRAPH);
    if (status == BO_OK) {
        status = each_graph(txn, cursor, arena, prefix, each, context);
        bo_kv_cursor_close(cursor);
    }
    bo_arena_free(arena);
    return status;
}

bo_status bo_graph_changes(bo_txn *txn, bo_changes *out, bo_arena *arena) {
    bo_change *items = bo_arena_array(arena, txn->change_count + 1, sizeof *items);
    if (items == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < txn->change_count; i++) {
        const bo_graph_change *one = &txn->changes[i];
        bo_graph_record record = {0};
        BO_TRY(name_of(txn, &items[i].graph, one->graph, arena));
        bo_status status = bo_graph_read(txn, &record, one->graph);
        if (status != BO_NOT_FOUND) BO_TRY(status);
        items[i].version = record.info.version;
        items[i].inserted = one->inserted;
        items[i].removed = one->removed;
    }
    *out = (bo_changes){items, txn->change_count};
    return BO_OK;
}
