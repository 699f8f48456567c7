/* SPDX-License-Identifier: Apache-2.0
 * Canonical datasets beyond the W3C suite: names and order of the input make no difference, everything else
 * does, and the caps hold.
 */
#include "bocage/canon.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/graph.h"

static uint64_t state = 11;
static unsigned draw(unsigned n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

enum { MOST = 40 };
typedef struct edge {
    unsigned from, by, to, graph;
} edge;

/* The edges as quads between blank nodes, in a random order under random names. */
static bo_graph *graph_of(const edge *edges, size_t count, unsigned nodes) {
    bo_graph *graph;
    char rooms[4][32], names[MOST][16];
    unsigned at[MOST];
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    unsigned salt = draw(1000);
    for (unsigned i = 0; i < nodes; i++) snprintf(names[i], sizeof names[i], "n%u", (i * 7 + salt) % 997);
    for (unsigned i = 0; i < count; i++) at[i] = i;
    for (size_t i = count; i > 1; i--) {
        unsigned j = draw((unsigned)i), swap = at[i - 1];
        at[i - 1] = at[j];
        at[j] = swap;
    }
    for (size_t i = 0; i < count; i++) {
        const edge *e = &edges[at[i]];
        snprintf(rooms[0], sizeof rooms[0], "http://example.org/p%u", e->by);
        bo_quad quad = {.s = bo_term_blank(bo_str_of(names[e->from])),
                        .p = bo_term_iri(bo_str_of(rooms[0])),
                        .o = bo_term_blank(bo_str_of(names[e->to]))};
        if (e->graph > 0) quad.g = bo_term_blank(bo_str_of(names[e->graph - 1]));
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    }
    return graph;
}

static char *text_of(bo_graph *graph, bo_canon_hash hash) {
    bo_text text;
    bo_text_init(&text, 0);
    ck_assert_msg(bo_canon_write(&text, bo_graph_source(graph), &(bo_canon_options){.hash = hash}) == BO_OK,
                  "%s", bo_error_last()->message);
    char *copy = strdup(bo_text_str(&text).ptr);
    bo_text_done(&text);
    return copy;
}

START_TEST(names_and_order_make_no_difference) {
    for (int round = 0; round < 200; round++) {
        edge edges[MOST];
        unsigned nodes = 2 + draw(6), count = 1 + draw(12);
        for (unsigned i = 0; i < count; i++)
            edges[i] = (edge){draw(nodes), draw(2), draw(nodes), draw(4) == 0 ? 1 + draw(nodes) : 0};
        bo_graph *a = graph_of(edges, count, nodes), *b = graph_of(edges, count, nodes);
        edges[draw(count)].by = 2;
        bo_graph *other = graph_of(edges, count, nodes);
        char *x = text_of(a, BO_CANON_SHA256), *y = text_of(b, BO_CANON_SHA256);
        char *z = text_of(other, BO_CANON_SHA256), *u = text_of(a, BO_CANON_SHA384),
             *v = text_of(b, BO_CANON_SHA384);
        bool same;
        ck_assert_str_eq(x, y);
        ck_assert_str_eq(u, v);
        ck_assert_str_ne(x, z);
        ck_assert_int_eq(bo_graph_isomorphic(&same, a, b), BO_OK);
        ck_assert(same);
        ck_assert_int_eq(bo_graph_isomorphic(&same, a, other), BO_OK);
        ck_assert(!same);
        free(x), free(y), free(z), free(u), free(v);
        bo_graph_free(a), bo_graph_free(b), bo_graph_free(other);
    }
}
END_TEST

/* Two graphs of six nodes in which each node has two neighbours: one ring of six, and two rings of three. */
START_TEST(alike_everywhere_and_yet_not_the_same) {
    edge ring[6], triangles[6];
    for (unsigned i = 0; i < 6; i++) {
        ring[i] = (edge){i, 0, (i + 1) % 6, 0};
        triangles[i] = (edge){i, 0, i / 3 * 3 + (i + 1) % 3, 0};
    }
    bo_graph *a = graph_of(ring, 6, 6), *b = graph_of(triangles, 6, 6);
    char *x = text_of(a, BO_CANON_SHA256), *y = text_of(b, BO_CANON_SHA256);
    bool same = true;
    ck_assert_str_ne(x, y);
    ck_assert_int_eq(bo_graph_isomorphic(&same, a, b), BO_OK);
    ck_assert(!same);
    free(x), free(y);
    bo_graph_free(a), bo_graph_free(b);
}
END_TEST

static bo_status write_with(bo_graph *graph, bo_canon_options options) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_canon_write(&text, bo_graph_source(graph), &options);
    bo_text_done(&text);
    return status;
}

START_TEST(what_looks_too_much_alike_is_given_up) {
    edge ring[30], all[MOST];
    size_t count = 0;
    for (unsigned i = 0; i < 30; i++) ring[i] = (edge){i, 0, (i + 1) % 30, 0};
    bo_graph *circle = graph_of(ring, 30, 30);
    ck_assert_int_eq(write_with(circle, (bo_canon_options){.work_cap = 0}), BO_OK);
    ck_assert_int_eq(write_with(circle, (bo_canon_options){.work_cap = 100}), BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "more than 100 steps"));
    ck_assert_int_eq(write_with(circle, (bo_canon_options){.depth_cap = 10}), BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "more than 10 blank nodes"));
    bo_graph_free(circle);
    for (unsigned i = 0; i < 6; i++)
        for (unsigned j = 0; j < 6; j++)
            if (i != j) all[count++] = (edge){i, 0, j, 0};
    bo_graph *clique = graph_of(all, count, 6);
    ck_assert_int_eq(write_with(clique, (bo_canon_options){.work_cap = 1000}), BO_LIMIT);
    bo_graph_free(clique);
}
END_TEST

Suite *test_canon(void) {
    Suite *suite = suite_create("rdf/canon");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_test(all, names_and_order_make_no_difference);
    tcase_add_test(all, alike_everywhere_and_yet_not_the_same);
    tcase_add_test(all, what_looks_too_much_alike_is_given_up);
    suite_add_tcase(suite, all);
    return suite;
}
