/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/foreign.h"

#include "bocage/iri.h"
#include "ldp/container.h"
#include "ldp/record.h"
#include "rdf/vocab.h"

bool bo_ldp_is_foreign(bo_str base_url, bo_str iri) {
    bool ours = bo_str_starts(iri, base_url) && (iri.len == base_url.len || iri.ptr[base_url.len] == '/');
    return !ours && (bo_str_starts(iri, BO_STR("https://")) || bo_str_starts(iri, BO_STR("http://")));
}

static bo_status has_content(bool *out, bo_txn *txn, bo_str iri) {
    bo_graph_info info = {0};
    bo_status status = bo_txn_graph(txn, iri, &info);
    *out = info.quads > 0;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* A graph without a record is there because its origin is followed. */
static bo_status register_copy(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_graph *content;
    bo_source *source;
    bo_ldp_record record = {.kind = BO_KIND_RESOURCE};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_graph_new(&content));
    bo_status status = bo_ldp_load(content, source, iri);
    if (status == BO_OK) status = bo_ldp_adopt(txn, iri, &record, content, arena);
    bo_graph_free(content);
    return status;
}

bo_status bo_ldp_need_foreign(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_ldp_record record;
    bool has = false;
    bo_status status = bo_ldp_find(txn, &record, iri, arena);
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(has_content(&has, txn, iri));
    return has ? register_copy(txn, iri, arena) : bo_fail(BO_NEED, "%.*s must be fetched", BO_STR_ARG(iri));
}

/* What of a document is about one resource. */
typedef struct choosing {
    bo_graph *out;
    bo_str document;
} choosing;

static bo_status choose(void *context, const bo_quad *quad) {
    const choosing *c = context;
    bo_quad plain = {quad->s, quad->p, quad->o, {0}};
    bool about = quad->s.kind == BO_BLANK || bo_str_eq(bo_iri_document(quad->s.value), c->document);
    bool keeps = about && !bo_str_eq(quad->p.value, BO_SEMAPPS_SINGLE_MIRRORED_RESOURCE);
    return keeps ? bo_graph_add(c->out, &plain) : BO_OK;
}

static bo_status check_content(bo_graph *content, bo_str iri) {
    bo_term subject = bo_term_iri(iri), type;
    bo_quad deleted = {subject, bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_AS_TOMBSTONE), {0}};
    if (!bo_graph_object(content, &type, &subject, BO_RDF_TYPE))
        return bo_fail(BO_CONFLICT, "%.*s can't be imported: it does not say what it is", BO_STR_ARG(iri));
    if (bo_container_is(content, iri))
        return bo_fail(BO_CONFLICT, "%.*s is a container: import its members", BO_STR_ARG(iri));
    if (bo_graph_has(content, &deleted))
        return bo_fail(BO_CONFLICT, "%.*s can't be imported: it has been deleted there", BO_STR_ARG(iri));
    return BO_OK;
}

static bo_str origin_of(bo_str iri) {
    size_t authority = bo_str_find_str(iri, BO_STR("://")) + 3;
    return bo_str_head(iri, authority + bo_str_find(bo_str_from(iri, authority), '/'));
}

static bo_status put_copy(bo_txn *txn, bo_str iri, bo_str container, bo_graph *content, bo_arena *arena) {
    bo_ldp_record record = {.kind = BO_KIND_RESOURCE, .container = container};
    bo_quad mark = {bo_term_iri(iri),
                    bo_term_iri(BO_SEMAPPS_SINGLE_MIRRORED_RESOURCE),
                    bo_term_string(origin_of(iri)),
                    {0}};
    BO_TRY(check_content(content, iri));
    BO_TRY(bo_graph_add(content, &mark));
    return bo_ldp_adopt(txn, iri, &record, content, arena);
}

bo_status bo_ldp_put_foreign(bo_txn *txn, bo_str iri, bo_str container, bo_graph *fetched, bo_arena *arena) {
    bo_graph *content;
    BO_TRY(bo_graph_new(&content));
    bo_sink sink = {.quad = choose, .context = &(choosing){content, bo_iri_document(iri)}};
    bo_status status = bo_graph_match(fetched, &(bo_quad){0}, &sink);
    if (status == BO_OK) status = put_copy(txn, iri, container, content, arena);
    bo_graph_free(content);
    return status;
}

bo_status bo_ldp_drop_foreign(bo_txn *txn, bool *dropped, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_str *containers, origin;
    bo_term graph = bo_term_iri(iri);
    size_t count;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_LDP_CONTAINS, iri, arena));
    if (count > 0) return BO_OK;
    *dropped = true;
    BO_TRY(bo_container_value(&origin, source, iri, BO_SEMAPPS_SINGLE_MIRRORED_RESOURCE, arena));
    if (origin.len > 0) BO_TRY(bo_target_clear(bo_txn_target(txn), &graph));
    bo_status status = bo_row_del(txn, BO_TABLE_RESOURCE, iri);
    return status == BO_NOT_FOUND ? BO_OK : status;
}
