/* SPDX-License-Identifier: Apache-2.0
 * SPARQL updates: what parses is run on an empty graph.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_query_options options = {
        .base = BO_STR("http://example.org/"), .memory_cap = FUZZ_MEMORY, .now_ms = 1577836800000};
    bo_query *update;
    bo_graph *graph;
    if (bo_update_parse(&update, fuzz_text(data, size), &options) != BO_OK) return 0;
    MUST(bo_graph_new(&graph) == BO_OK);
    (void)(bo_update_run(update, bo_graph_source(graph), bo_graph_target(graph), &options) == BO_OK);
    bo_graph_free(graph);
    bo_query_free(update);
    return 0;
}
