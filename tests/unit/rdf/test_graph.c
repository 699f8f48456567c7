/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/graph.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 7;
static unsigned draw(unsigned n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

static bo_term iri(char room[32], unsigned n) {
    snprintf(room, 32, "http://example.org/%u", n);
    return bo_term_iri(bo_str_of(room));
}

/* A random quad over few terms; a quarter of the objects are numbers, a third of the quads in the default
 * graph. */
static bo_quad random_quad(char rooms[4][32]) {
    bo_quad quad = {
        .s = iri(rooms[0], draw(12)), .p = iri(rooms[1], 100 + draw(4)), .o = iri(rooms[2], draw(12))};
    if (draw(4) == 0) {
        snprintf(rooms[2], 32, "%u", draw(9));
        quad.o = bo_term_typed(bo_str_of(rooms[2]), BO_STR("http://www.w3.org/2001/XMLSchema#integer"));
    }
    if (draw(3)) quad.g = iri(rooms[3], 200 + draw(3));
    return quad;
}

typedef struct counting {
    size_t n;
} counting;

static bo_status count_quad(void *context, const bo_quad *quad) {
    (void)quad;
    ((counting *)context)->n++;
    return BO_OK;
}

/* Every order and pattern: as many rows as a plain walk finds, sorted, nothing twice. */
static void scans_agree(bo_graph *graph) {
    bo_source *source = bo_graph_source(graph);
    bo_arena *arena = bo_arena_new(0);
    bo_batch *batch = malloc(sizeof *batch);
    for (unsigned mask = 0; mask < 16; mask++) {
        char rooms[4][32];
        bo_quad all = random_quad(rooms), pattern = {0};
        if (mask & 1) pattern.s = all.s;
        if (mask & 2) pattern.p = all.p;
        if (mask & 4) pattern.o = all.o;
        if (mask & 8) pattern.g = iri(rooms[3], 200);
        counting plain = {0};
        bo_sink sink = {.quad = count_quad, .context = &plain};
        ck_assert_int_eq(bo_graph_match(graph, &pattern, &sink), BO_OK);
        bo_ids ids = {0};
        if (mask & 1) ck_assert_int_eq(bo_source_id_of(source, &ids.s, &pattern.s), BO_OK);
        if (mask & 2) ck_assert_int_eq(bo_source_id_of(source, &ids.p, &pattern.p), BO_OK);
        if (mask & 4) ck_assert_int_eq(bo_source_id_of(source, &ids.o, &pattern.o), BO_OK);
        if (mask & 8) ck_assert_int_eq(bo_source_id_of(source, &ids.g, &pattern.g), BO_OK);
        if (((mask & 1) && !ids.s) || ((mask & 2) && !ids.p) || ((mask & 4) && !ids.o) ||
            ((mask & 8) && !ids.g))
            continue;
        for (int order = 0; order < BO_ORDER_COUNT; order++) {
            bo_scan *scan;
            size_t rows = 0;
            bo_id before[4] = {0};
            ck_assert_int_eq(bo_source_scan(source, &scan, &ids, (bo_order)order, arena), BO_OK);
            while (bo_scan_next(scan, batch) == BO_OK && batch->len > 0) {
                for (size_t row = 0; row < batch->len; row++, rows++) {
                    int less = 0;
                    for (int c = 0; c < 4 && less == 0; c++) {
                        bo_id now = batch->column[bo_order_columns[order][c]][row];
                        less = before[c] < now ? 1 : before[c] > now ? -1 : 0;
                    }
                    ck_assert_int_eq(less, 1);
                    for (int c = 0; c < 4; c++) before[c] = batch->column[bo_order_columns[order][c]][row];
                }
            }
            ck_assert_uint_eq(rows, plain.n);
            bo_scan_close(scan);
        }
        ck_assert_uint_ge(source->ops->estimate(source, &ids), plain.n);
    }
    free(batch);
    bo_arena_free(arena);
}

START_TEST(a_graph_is_a_set_under_random_work) {
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    for (int step = 0; step < 3000; step++) {
        char rooms[4][32];
        bo_quad quad = random_quad(rooms);
        size_t before = bo_graph_count(graph);
        bool had = bo_graph_has(graph, &quad);
        if (draw(3)) {
            ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
            ck_assert_uint_eq(bo_graph_count(graph), before + !had);
            ck_assert(bo_graph_has(graph, &quad));
        } else {
            ck_assert_int_eq(bo_target_remove(bo_graph_target(graph), &quad), BO_OK);
            ck_assert_uint_eq(bo_graph_count(graph), before - had);
            ck_assert(!bo_graph_has(graph, &quad));
        }
        if (step % 500 == 0) scans_agree(graph);
    }
    bo_term none = {.kind = BO_NO_TERM};
    counting defaults = {0};
    bo_sink sink = {.quad = count_quad, .context = &defaults};
    ck_assert_int_eq(bo_source_match(bo_graph_source(graph), &(bo_quad){0}, true, &sink), BO_OK);
    size_t all = bo_graph_count(graph);
    ck_assert_int_eq(bo_target_clear(bo_graph_target(graph), &none), BO_OK);
    ck_assert_uint_eq(bo_graph_count(graph), all - defaults.n);
    bo_graph_free(graph);
}
END_TEST

/* A ring of n blank nodes, labelled from `from` on, with steps of `step`. */
static bo_graph *ring(unsigned n, unsigned from, unsigned step) {
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    for (unsigned i = 0; i < n; i++) {
        char a[32], b[32];
        snprintf(a, sizeof a, "b%u", from + i * step % n);
        snprintf(b, sizeof b, "b%u", from + (i + 1) * step % n);
        bo_quad quad = {.s = bo_term_blank(bo_str_of(a)),
                        .p = bo_term_iri(BO_STR("http://p")),
                        .o = bo_term_blank(bo_str_of(b))};
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    }
    return graph;
}

START_TEST(isomorphism_sees_shape_and_not_labels) {
    bo_graph *a = ring(7, 0, 1), *b = ring(7, 50, 3), *two = ring(3, 0, 1), *four = ring(4, 10, 1);
    bool same = false;
    ck_assert_int_eq(bo_graph_isomorphic(&same, a, b), BO_OK);
    ck_assert(same);
    bo_sink sink = bo_graph_sink(two);
    ck_assert_int_eq(bo_graph_match(four, &(bo_quad){0}, &sink),
                     BO_OK); /* rings of 3 and 4 against one of 7 */
    ck_assert_int_eq(bo_graph_isomorphic(&same, a, two), BO_OK);
    ck_assert(!same);
    bo_quad mark = {.s = bo_term_blank(BO_STR("b0")),
                    .p = bo_term_iri(BO_STR("http://p")),
                    .o = bo_term_string(BO_STR("x"))};
    ck_assert_int_eq(bo_graph_add(a, &mark), BO_OK);
    mark.s = bo_term_blank(BO_STR("b53"));
    ck_assert_int_eq(bo_graph_add(b, &mark), BO_OK);
    ck_assert_int_eq(bo_graph_isomorphic(&same, a, b), BO_OK);
    ck_assert(same);
    bo_graph_free(a);
    bo_graph_free(b);
    bo_graph_free(two);
    bo_graph_free(four);
}
END_TEST

Suite *test_graph(void) {
    Suite *suite = suite_create("rdf/graph");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_graph_is_a_set_under_random_work);
    tcase_add_test(all, isomorphism_sees_shape_and_not_labels);
    suite_add_tcase(suite, all);
    return suite;
}
