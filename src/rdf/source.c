/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/source.h"

static bo_status insert_quad(void *context, const bo_quad *quad) {
    return bo_target_insert(context, quad);
}

bo_sink bo_target_sink(bo_target *target) {
    return (bo_sink){.quad = insert_quad, .context = target};
}

/* The pattern's ids; *known false when the source lacks one of its terms, so that nothing can match. */
static bo_status ids_of(bo_source *source, bo_ids *out, const bo_quad *pattern, bool *known) {
    const bo_term *terms[4] = {&pattern->s, &pattern->p, &pattern->o, &pattern->g};
    bo_id *ids[4] = {&out->s, &out->p, &out->o, &out->g};
    *known = true;
    for (int i = 0; i < 4; i++) {
        *ids[i] = BO_ID_NONE;
        if (terms[i]->kind == BO_NO_TERM) continue;
        BO_TRY(bo_source_id_of(source, ids[i], terms[i]));
        if (*ids[i] == BO_ID_NONE) *known = false;
    }
    return BO_OK;
}

static bo_status give(bo_source *source, const bo_batch *batch, const bo_sink *each, bo_arena *arena) {
    for (size_t row = 0; row < batch->len; row++) {
        bo_quad quad = {0};
        bo_term *terms[4] = {&quad.s, &quad.p, &quad.o, &quad.g};
        for (int c = 0; c < 4; c++)
            if (batch->column[c][row] != BO_ID_DEFAULT_GRAPH)
                BO_TRY(bo_source_term_of(source, terms[c], batch->column[c][row], arena));
        BO_TRY(each->quad(each->context, &quad));
    }
    return BO_OK;
}

bo_status bo_source_match(bo_source *source, const bo_quad *pattern, bool in_default_graph,
                          const bo_sink *each) {
    bo_ids ids;
    bool known;
    BO_TRY(ids_of(source, &ids, pattern, &known));
    if (!known) return BO_OK;
    if (in_default_graph) ids.g = BO_ID_DEFAULT_GRAPH;
    bo_arena *scan_arena = bo_arena_new(0), *batch_arena = bo_arena_new(0);
    bo_scan *scan = NULL;
    bo_batch *batch = scan_arena && batch_arena ? bo_arena_alloc(scan_arena, sizeof *batch) : NULL;
    bo_status status = batch ? bo_source_scan(source, &scan, &ids, bo_order_for(&ids), scan_arena)
                             : bo_fail(BO_NO_MEMORY, "memory ran out");
    while (status == BO_OK && (status = bo_scan_next(scan, batch)) == BO_OK && batch->len > 0) {
        status = give(source, batch, each, batch_arena);
        bo_arena_reset(batch_arena);
    }
    bo_scan_close(scan);
    bo_arena_free(batch_arena);
    bo_arena_free(scan_arena);
    return status;
}

typedef struct gathering {
    bo_str *items;
    size_t len, room;
    bo_arena *arena;
} gathering;

static bo_status gather_own(void *context, const bo_quad *quad) {
    gathering *g = context;
    if (quad->s.kind != BO_IRI || !bo_term_eq(&quad->s, &quad->g)) return BO_OK;
    if (g->len == g->room) {
        size_t room = g->room ? g->room * 2 : 4;
        bo_str *items = bo_arena_grow(g->arena, g->items, g->room * sizeof *items, room * sizeof *items);
        if (items == NULL) return bo_error_last()->status;
        g->items = items;
        g->room = room;
    }
    bo_str iri = bo_arena_str(g->arena, quad->s.value);
    g->items[g->len++] = iri;
    return iri.ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_source_own_subjects(bo_source *source, bo_str **out, size_t *count, bo_str predicate,
                                 bo_str object, bo_arena *arena) {
    gathering found = {.arena = arena};
    bo_quad pattern = {.p = bo_term_iri(predicate), .o = bo_term_iri(object)};
    bo_sink sink = {.quad = gather_own, .context = &found};
    BO_TRY(bo_source_match(source, &pattern, false, &sink));
    *out = found.items;
    *count = found.len;
    return BO_OK;
}
