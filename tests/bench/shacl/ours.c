/* SPDX-License-Identifier: Apache-2.0
 * Holds a file against shapes again and again.
 *     bench_shacl SHAPES.ttl DATA.ttl SECONDS
 * prints the microseconds of processor time that one validation takes, of data that were just read: their
 * indexes are made anew each time; and the results.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fs.h"
#include "bocage/shacl.h"
#include "bocage/syntax.h"

enum { AT_ONCE = 500 };

static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void need(bo_status status) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s\n", bo_error_last()->message);
    exit(1);
}

static bo_graph *read_text(bo_str text) {
    bo_graph *graph;
    need(bo_graph_new(&graph));
    bo_sink sink = bo_graph_sink(graph);
    need(bo_read(&sink, BO_TURTLE, text, &(bo_read_options){.base = BO_STR("http://localhost:3000/")}));
    return graph;
}

int main(int argc, char **argv) {
    static bo_graph *graphs[AT_ONCE];
    if (argc != 4) return 2;
    bo_text shapes_text, data_text;
    bo_shapes *shapes;
    bo_report report;
    bo_text_init(&shapes_text, 0);
    bo_text_init(&data_text, 0);
    need(bo_fs_read(&shapes_text, argv[1], 0));
    need(bo_fs_read(&data_text, argv[2], 0));
    bo_graph *shapes_graph = read_text(bo_text_str(&shapes_text));
    need(bo_shapes_new(&shapes, bo_graph_source(shapes_graph), NULL));
    bo_arena *arena = bo_arena_new(0);
    double spent = 0, wanted = strtod(argv[3], NULL);
    unsigned long count = 0;
    while (spent < wanted) {
        for (int i = 0; i < AT_ONCE; i++) graphs[i] = read_text(bo_text_str(&data_text));
        double begun = cpu_seconds();
        for (int i = 0; i < AT_ONCE; i++) {
            bo_arena_reset(arena);
            need(bo_validate(&report, shapes, bo_graph_source(graphs[i]), NULL, arena));
        }
        spent += cpu_seconds() - begun;
        count += AT_ONCE;
        for (int i = 0; i < AT_ONCE; i++) bo_graph_free(graphs[i]);
    }
    printf("%.3f %zu\n", spent / (double)count * 1e6, report.len);
    bo_arena_free(arena);
    bo_shapes_free(shapes);
    bo_graph_free(shapes_graph);
    bo_text_done(&shapes_text);
    bo_text_done(&data_text);
    return 0;
}
