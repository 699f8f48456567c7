/* SPDX-License-Identifier: Apache-2.0
 * Taking a resource over as it was elsewhere.
 */
#include "ldp/record.h"
#include "rdf/vocab.h"

typedef struct adopting {
    bo_target *to;
    bo_term graph;
    bo_str mark; /* what labels of blank nodes start with: see resource.c */
    bo_ldp_record *record;
    bo_str iri;
    bo_arena *arena;
} adopting;

static bo_status label(const adopting *a, bo_term *term) {
    if (term->kind == BO_BLANK && !bo_str_starts(term->value, a->mark))
        term->value = bo_arena_join(a->arena, a->mark, term->value);
    return term->value.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static void note_type(adopting *a, const bo_quad *quad) {
    bool type = bo_str_eq(quad->p.value, BO_RDF_TYPE) && bo_str_eq(quad->s.value, a->iri);
    if (type && quad->o.kind == BO_IRI && a->record->type_count < BO_LDP_TYPES_MAX)
        a->record->types[a->record->type_count++] = quad->o.value;
}

static bo_status put_quad(void *context, const bo_quad *quad) {
    adopting *a = context;
    bo_quad own = {quad->s, quad->p, quad->o, a->graph};
    note_type(a, quad);
    BO_TRY(label(a, &own.s));
    BO_TRY(label(a, &own.o));
    return bo_target_insert(a->to, &own);
}

/* Bytes that are here stay with a resource, and go with one that is none any more. */
static bo_status keep_file(bo_txn *txn, bo_ldp_record *record, bo_str iri, bo_arena *arena) {
    bo_ldp_record here;
    bo_status status = bo_ldp_find(txn, &here, iri, arena);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    if (record->kind != BO_KIND_RESOURCE) return bo_ldp_file_drop(txn, &here, iri, arena);
    record->blob = here.blob;
    record->media_type = here.media_type;
    record->size = here.size;
    return BO_OK;
}

bo_status bo_ldp_adopt(bo_txn *txn, bo_str iri, bo_ldp_record *record, bo_graph *content, bo_arena *arena) {
    adopting a = {.to = bo_txn_target(txn),
                  .graph = bo_term_iri(iri),
                  .mark = bo_arena_printf(arena, "r%016llx-", (unsigned long long)bo_str_hash(iri)),
                  .record = record,
                  .iri = iri,
                  .arena = arena};
    bo_sink sink = {.quad = put_quad, .context = &a};
    if (a.mark.ptr == NULL) return bo_error_last()->status;
    BO_TRY(keep_file(txn, record, iri, arena));
    BO_TRY(bo_target_clear(a.to, &a.graph));
    if (content != NULL) {
        record->type_count = 0;
        BO_TRY(bo_graph_match(content, &(bo_quad){0}, &sink));
        BO_TRY(bo_txn_touch(txn, iri));
    }
    return bo_ldp_record_put(txn, record, iri);
}
