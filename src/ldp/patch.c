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

bo_status bo_ldp_patch(bo_graph *content, bo_str iri, bo_str update, int64_t now_ms) {
    bo_query *query = NULL;
    bo_query_options options = {.base = iri, .now_ms = now_ms};
    BO_TRY(bo_update_parse(&query, update, &options));
    bo_status status = bo_update_run(query, bo_graph_source(content), bo_graph_target(content), &options);
    bo_query_free(query);
    if (status != BO_OK) return status;
    bo_sink sink = {.quad = check_quad, .context = &iri};
    return bo_graph_match(content, &(bo_quad){0}, &sink);
}
