/* SPDX-License-Identifier: Apache-2.0
 * SPARQL queries: what parses is run on a few quads.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "fuzz/fuzz.h"

static const char facts[] = "@prefix : <http://example.org/> .\n"
                            ":a :p :b , 1 , 2.5 , 'x'@fr ; :q ( 1 2 ) , [ :p :a ] .\n"
                            ":b :p :c ; :q '2020-01-01T00:00:00Z'^^"
                            "<http://www.w3.org/2001/XMLSchema#dateTime> , true .\n";

static void run(bo_query *query, const bo_query_options *options) {
    bo_graph *graph;
    bo_rows *rows;
    MUST(bo_graph_new(&graph) == BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    MUST(bo_read(&sink, BO_TURTLE, bo_str_of(facts), &(bo_read_options){0}) == BO_OK);
    if (bo_query_run(&rows, query, bo_graph_source(graph), options) == BO_OK) {
        const bo_term *row = NULL;
        bo_query_form form = bo_query_form_of(query);
        bool answer;
        if (form == BO_ASK)
            (void)(bo_rows_ask(rows, &answer) == BO_OK);
        else
            while (bo_rows_next(rows, &row) == BO_OK && row != NULL) continue;
        bo_rows_free(rows);
    }
    bo_graph_free(graph);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_query_options options = {.base = BO_STR("http://example.org/"),
                                .memory_cap = FUZZ_MEMORY,
                                .row_cap = 1000,
                                .now_ms = 1577836800000};
    bo_query *query;
    if (bo_query_parse(&query, fuzz_text(data, size), &options) == BO_OK) {
        run(query, &options);
        bo_query_free(query);
    }
    return 0;
}
