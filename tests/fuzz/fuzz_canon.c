/* SPDX-License-Identifier: Apache-2.0
 * RDFC-1.0: what is canonical stays so, and is isomorphic to what it was made of.
 */
#include "bocage/canon.h"
#include "bocage/graph.h"
#include "fuzz/fuzz.h"

static bo_graph *read(bo_str text) {
    bo_graph *graph;
    MUST(bo_graph_new(&graph) == BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    bo_read_options options = {.depth_cap = 0};
    if (bo_read(&sink, BO_NQUADS, text, &options) == BO_OK) return graph;
    bo_graph_free(graph);
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const bo_canon_options options = {.work_cap = 2000, .depth_cap = 100};
    bo_graph *graph = size < 4096 ? read(fuzz_text(data, size)) : NULL;
    if (graph == NULL) return 0;
    bo_text text, again;
    bo_text_init(&text, 0);
    bo_text_init(&again, 0);
    if (bo_canon_write(&text, bo_graph_source(graph), &options) == BO_OK) {
        bo_graph *back = read(bo_text_str(&text));
        bool same = false;
        MUST(back != NULL);
        MUST(bo_canon_write(&again, bo_graph_source(back), &options) == BO_OK);
        MUST(bo_str_eq(bo_text_str(&text), bo_text_str(&again)));
        bo_status status = bo_graph_isomorphic(&same, graph, back);
        MUST(status == BO_LIMIT || (status == BO_OK && same));
        bo_graph_free(back);
    }
    bo_text_done(&text);
    bo_text_done(&again);
    bo_graph_free(graph);
    return 0;
}
