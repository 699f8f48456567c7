/* SPDX-License-Identifier: Apache-2.0
 * REGEX and REPLACE: pattern, NUL, text, NUL, replacement, NUL, flags. They are run as a query, so that the
 * translation of patterns, the caps and the way of errors are all passed.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "fuzz/fuzz.h"

static void literal(bo_text *out, bo_str text) {
    bo_term term = bo_term_string(text);
    bo_term_write(out, &term);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_query_options options = {.memory_cap = FUZZ_MEMORY, .now_ms = 1577836800000};
    bo_str rest = fuzz_text(data, size);
    if (!bo_utf8_valid(rest)) return 0;
    bo_str pattern = fuzz_cut(&rest), text = fuzz_cut(&rest), with = fuzz_cut(&rest);
    bo_text query;
    bo_text_init(&query, 0);
    bo_str pieces[] = {BO_STR("SELECT (REGEX("),
                       text,
                       BO_STR(","),
                       pattern,
                       BO_STR(","),
                       rest,
                       BO_STR(") AS ?m) (REPLACE("),
                       text,
                       BO_STR(","),
                       pattern,
                       BO_STR(","),
                       with,
                       BO_STR(","),
                       rest,
                       BO_STR(") AS ?r) {}")};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (i % 2)
            literal(&query, pieces[i]);
        else
            bo_text_put(&query, pieces[i]);
    }
    bo_graph *graph;
    bo_query *parsed;
    bo_rows *rows;
    const bo_term *row = NULL;
    MUST(bo_graph_new(&graph) == BO_OK);
    MUST(bo_query_parse(&parsed, bo_text_str(&query), &options) == BO_OK);
    if (bo_query_run(&rows, parsed, bo_graph_source(graph), &options) == BO_OK) {
        if (bo_rows_next(rows, &row) == BO_OK && row != NULL && row[1].kind == BO_LITERAL)
            MUST(bo_utf8_valid(row[1].value));
        bo_rows_free(rows);
    }
    bo_query_free(parsed);
    bo_graph_free(graph);
    bo_text_done(&query);
    return 0;
}
