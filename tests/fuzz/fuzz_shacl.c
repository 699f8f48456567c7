/* SPDX-License-Identifier: Apache-2.0
 * SHACL: shapes, NUL, data, NUL, what lies behind them, all in Turtle; without NUL the text is shapes and
 * data at once. Whatever the shapes are, they are refused, or data can be held against them and the report
 * can be read.
 */
#include "base/clock.h"
#include "bocage/shacl.h"
#include "fuzz/fuzz.h"

static bo_graph *read(bo_str text) {
    bo_graph *graph;
    MUST(bo_graph_new(&graph) == BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    bo_read_options options = {.base = BO_STR("http://example.org/")};
    if (bo_read(&sink, BO_TURTLE, text, &options) == BO_OK && bo_graph_count(graph) < 2000) return graph;
    bo_graph_free(graph);
    return NULL;
}

static void read_report(const bo_report *report, bo_arena *arena) {
    bo_graph *graph;
    bo_text text;
    bo_json_writer writer;
    bo_json *json;
    size_t results = report->count[BO_INFO] + report->count[BO_WARNING] + report->count[BO_VIOLATION];
    MUST(report->conforms == (results == 0));
    MUST(report->cut ? report->len < results : report->len == results);
    MUST(bo_graph_new(&graph) == BO_OK);
    MUST(bo_report_write(graph, report) == BO_OK);
    MUST(bo_graph_count(graph) >= 2 + 6 * report->len);
    bo_graph_free(graph);
    bo_text_init(&text, 0);
    bo_json_begin(&writer, &text);
    bo_report_json(&writer, report, BO_ENGLISH, arena);
    MUST(bo_text_end(&text) == BO_OK);
    MUST(bo_json_parse(&json, bo_text_str(&text), NULL, arena) == BO_OK);
    MUST(json->len == report->len);
    bo_text_done(&text);
}

static void validate(const bo_shapes *shapes, bo_graph *data, bo_graph *behind) {
    bo_report report;
    bo_validate_options options = {.value_cap = 1000,
                                   .query_memory = FUZZ_MEMORY,
                                   .deadline_ns = bo_clock_steady_ns(&bo_clock_system) + 2000000000u,
                                   .result_cap = 50,
                                   .behind = behind != NULL ? bo_graph_source(behind) : NULL,
                                   .replaces = BO_STR("http://example.org/replaced")};
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    if (bo_validate(&report, shapes, bo_graph_source(data), &options, arena) == BO_OK)
        read_report(&report, arena);
    bo_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_str rest = fuzz_text(data, size), first = fuzz_cut(&rest), second = fuzz_cut(&rest);
    bo_shapes_options options = {
        .graph = BO_STR("http://example.org/shapes"), .shape_cap = 200, .list_cap = 200};
    bo_graph *graphs[3] = {read(first), read(second.len > 0 ? second : first),
                           rest.len > 0 ? read(rest) : NULL};
    bo_shapes *shapes;
    if (graphs[0] != NULL && graphs[1] != NULL &&
        bo_shapes_new(&shapes, bo_graph_source(graphs[0]), &options) == BO_OK) {
        validate(shapes, graphs[1], graphs[2]);
        bo_shapes_free(shapes);
    }
    for (int i = 0; i < 3; i++) bo_graph_free(graphs[i]);
    return 0;
}
