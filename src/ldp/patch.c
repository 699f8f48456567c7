/* SPDX-License-Identifier: Apache-2.0
 * PATCH with SPARQL Update: it runs on the resource's content in memory, as if that were the whole dataset.
 */
#include "bocage/sparql.h"
#include "ldp/resource.h"

static bool is_part_of(bo_str subject, bo_str iri) {
    return bo_str_eq(subject, iri) ||
           (bo_str_starts(subject, iri) && subject.len > iri.len && subject.ptr[iri.len] == '#');
}

static bo_status check_quad(void *context, const bo_quad *quad) {
    bo_str iri = *(const bo_str *)context;
    if (quad->g.kind != BO_NO_TERM)
        return bo_fail(BO_INVALID, "a PATCH changes the resource itself: it can't name graphs");
    if (quad->s.kind == BO_IRI && !is_part_of(quad->s.value, iri))
        return bo_fail(BO_INVALID, "a PATCH changes %.*s alone, not what is said of %.*s", BO_STR_ARG(iri),
                       BO_STR_ARG(quad->s.value));
    return BO_OK;
}

/* Looks at what is to be written, also at what would change nothing. */
typedef struct guard {
    bo_target target; /* first: a target is its guard */
    bo_target *behind;
    bo_str iri;
} guard;

static bo_status insert(bo_target *target, const bo_quad *quad) {
    guard *g = (guard *)target;
    BO_TRY(check_quad(&g->iri, quad));
    return bo_target_insert(g->behind, quad);
}

static bo_status remove_quad(bo_target *target, const bo_quad *quad) {
    guard *g = (guard *)target;
    BO_TRY(check_quad(&g->iri, quad));
    return bo_target_remove(g->behind, quad);
}

static bo_status clear(bo_target *target, const bo_term *graph) {
    return bo_target_clear(((guard *)target)->behind, graph);
}

bo_status bo_ldp_patch(bo_graph *content, bo_str iri, bo_str update, int64_t now_ms) {
    static const bo_target_ops ops = {insert, remove_quad, clear};
    guard g = {{&ops}, bo_graph_target(content), iri};
    bo_query *query = NULL;
    bo_query_options options = {.base = iri, .now_ms = now_ms, .deletes_first = true};
    BO_TRY(bo_update_parse(&query, update, &options));
    bo_status status = bo_update_run(query, bo_graph_source(content), &g.target, &options);
    bo_query_free(query);
    return status;
}
