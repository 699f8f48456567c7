/* SPDX-License-Identifier: Apache-2.0
 * Answers with more rows than a table holds, so that scans, joins, edges, cuts and counts go on over many of
 * them: the planner's must be those of the text's order, on a graph in memory and on a store.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "bocage/store.h"
#include "unit/store/folder.h"

enum { NODES = 400, LINKS = 3000, VALUES = 6000 };

static bo_graph *graph;
static bo_store *store;
static bo_txn *txn;
static bo_arena *arena;
static bo_source *stored;
static uint64_t state = 7;

static uint64_t below(uint64_t n) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % n;
}

static void put(bo_target *target, const char *s, const char *p, bo_term o, const char *g) {
    bo_quad quad = {bo_term_iri(bo_str_of(s)), bo_term_iri(bo_str_of(p)), o, {0}};
    if (g != NULL) quad.g = bo_term_iri(bo_str_of(g));
    ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    ck_assert_int_eq(bo_target_insert(target, &quad), BO_OK);
}

static void put_number(bo_target *target, const char *s, const char *g) {
    static const char *const types[] = {"integer", "decimal", "double"};
    char text[32], type[64];
    uint64_t kind = below(3), n = below(1000);
    snprintf(text, sizeof text, kind == 0 ? "%d" : "%d.5", (int)n - 200);
    snprintf(type, sizeof type, "http://www.w3.org/2001/XMLSchema#%s", types[kind]);
    put(target, s, "x:value", bo_term_typed(bo_str_of(text), bo_str_of(type)), g);
}

/* A third of the triples stand in two graphs. */
static void fill(bo_target *target) {
    static const char *const graphs[] = {NULL, "x:g", "x:h"}, *const links[] = {"x:knows", "x:in", "x:near"};
    static const char *const classes[] = {"x:A", "x:B", "x:C"};
    const char *type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
    char s[32], o[32];
    for (int i = 0; i < LINKS + VALUES + NODES; i++) {
        uint64_t node = i < LINKS + VALUES ? below(NODES) : (uint64_t)(i - LINKS - VALUES),
                 other = below(NODES);
        const char *link = links[below(3)], *class = classes[below(3)];
        snprintf(s, sizeof s, "x:n%d", (int)node);
        snprintf(o, sizeof o, "x:n%d", (int)(other * other / NODES));
        uint64_t at = below(3);
        for (uint64_t twice = below(3) == 0 ? 2 : 1; twice > 0; twice--, at = (at + 1) % 3) {
            if (i < LINKS)
                put(target, s, link, bo_term_iri(bo_str_of(o)), graphs[at]);
            else if (i < LINKS + VALUES)
                put_number(target, s, graphs[at]);
            else
                put(target, s, type, bo_term_iri(bo_str_of(class)), graphs[at]);
        }
    }
}

static void setup(void) {
    state = 7;
    folder_make();
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    ck_assert_int_eq(bo_store_open(&store, folder_path, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    fill(bo_txn_target(txn));
    ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    arena = bo_arena_new(0);
    ck_assert_int_eq(bo_txn_source(&stored, txn, NULL, arena), BO_OK);
}

static void teardown(void) {
    bo_txn_abort(txn);
    bo_store_close(store);
    bo_graph_free(graph);
    bo_arena_free(arena);
    folder_remove();
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All rows as lines, sorted unless the query sorts them; to be freed. */
static char *answer(const char *text, bo_source *source, bo_query_options options) {
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    bo_text out;
    bo_text_init(&out, 0);
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), &options) == BO_OK, "%s: %s", text,
                  bo_error_last()->message);
    ck_assert_msg(bo_query_run(&rows, query, source, &options) == BO_OK, "%s: %s", text,
                  bo_error_last()->message);
    size_t count = 0;
    for (;; count++) {
        ck_assert_msg(bo_rows_next(rows, &row) == BO_OK, "%s: %s", text, bo_error_last()->message);
        if (row == NULL) break;
        for (size_t i = 0; i < bo_rows_width(rows); i++) {
            bo_text_put(&out, row[i].value);
            bo_text_char(&out, ' ');
        }
        bo_text_char(&out, '\n');
    }
    bo_rows_free(rows);
    bo_query_free(query);
    bo_str all = bo_text_str(&out);
    char **lines = calloc(count + 1, sizeof *lines), *sorted = calloc(all.len + 1, 1),
         *copy = strdup(all.ptr);
    size_t n = 0, len = 0;
    for (char *rest = copy, *line; (line = strsep(&rest, "\n")) != NULL && n < count;) lines[n++] = line;
    if (strstr(text, "ORDER") == NULL) qsort(lines, count, sizeof *lines, by_text);
    for (size_t i = 0; i < count; i++) len += (size_t)sprintf(sorted + len, "%s\n", lines[i]);
    free(lines);
    free(copy);
    bo_text_done(&out);
    return sorted;
}

static void same(const char *text) {
    for (int unnamed = 0; unnamed < 2; unnamed++) {
        bo_query_options options = {.unnamed_default = unnamed != 0, .no_planner = true};
        char *expected = answer(text, bo_graph_source(graph), options);
        options.no_planner = false;
        char *found[2] = {answer(text, bo_graph_source(graph), options), answer(text, stored, options)};
        for (int i = 0; i < 2; i++) {
            ck_assert_msg(strcmp(expected, found[i]) == 0, "%s\n%s, %s: expected\n%.300s\nfound\n%.300s",
                          text, unnamed ? "unnamed" : "union", i ? "store" : "memory", expected, found[i]);
            free(found[i]);
        }
        free(expected);
    }
}

START_TEST(joins) {
    same("SELECT * { ?a <x:knows> ?b . ?b <x:in> ?c }");
    same("SELECT * { ?a <x:knows> ?b . ?c <x:knows> ?b . ?c <x:in> ?d }");
    same("SELECT (COUNT(*) AS ?n) { ?a <x:knows> ?b . ?b <x:knows> ?c . ?c <x:knows> ?a }");
    same("SELECT (COUNT(*) AS ?n) { ?a <x:knows> ?b . ?b <x:in> ?c . ?c <x:near> ?d . ?d a ?t }");
    same("SELECT * { ?a a <x:A> ; <x:value> ?v ; <x:near> ?b . ?b <x:value> ?v }");
    same("SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?b ?q ?c }");
    same("SELECT * { ?a <x:knows> ?a }");
    same("SELECT * { ?a <x:knows> ?b . ?b ?p ?a }");
    same("SELECT (COUNT(*) AS ?n) { ?a <x:in> ?b . OPTIONAL { ?b <x:knows> ?c . ?c <x:near> ?d } }");
    same("SELECT (COUNT(*) AS ?n) { ?a <x:in> ?b . OPTIONAL { ?b <x:knows> ?c } ?c <x:near> ?d }");
    same("SELECT * { GRAPH ?g { ?a <x:knows> ?b . ?b <x:in> ?c } }");
    same("SELECT * { GRAPH <x:g> { ?a <x:knows> ?b . ?b <x:in> ?c } . ?c a ?t }");
    same("SELECT DISTINCT ?c { ?a <x:knows> ?b . ?b <x:in> ?c FILTER EXISTS { ?c <x:near> ?d } }");
}
END_TEST

START_TEST(ranges) {
    static const char *const tests[] = {
        "?v < 10",           "?v <= -199.5", "?v > 700.5",         "700 < ?v", "?v = 5",
        "?v = 5.5",          "?v >= 799.5",  "?v < 3 || ?v > 790", "?v > 9e2", "?v > -5.25 && ?v < 4.75",
        "5 >= ?v && ?v != 5"};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        char text[160];
        snprintf(text, sizeof text, "SELECT ?a ?v { ?a <x:value> ?v FILTER(%s) }", tests[i]);
        same(text);
    }
    same("SELECT * { ?a <x:knows> ?v FILTER(?v < 10) }");
}
END_TEST

START_TEST(groups) {
    same("SELECT ?b (COUNT(?a) AS ?n) { ?a <x:knows> ?b } GROUP BY ?b");
    same("SELECT ?b ?t (SUM(?v) AS ?s) (MIN(?v) AS ?m) { ?a <x:in> ?b ; <x:value> ?v . ?b a ?t } GROUP BY ?b "
         "?t");
    same("SELECT ?b (AVG(?v) AS ?s) (COUNT(*) AS ?n) { ?a <x:in> ?b ; <x:value> ?v } GROUP BY ?b "
         "ORDER BY DESC(?n) ?b LIMIT 30");
    same("SELECT ?b (AVG(?v) + 1 AS ?s) (COUNT(*) * 2 AS ?n) { ?a <x:in> ?b ; <x:value> ?v } GROUP BY ?b "
         "ORDER BY DESC(?n) ?b LIMIT 7 OFFSET 5");
    same("SELECT ?b (COUNT(DISTINCT ?v) AS ?n) { ?a <x:in> ?b ; <x:value> ?v } GROUP BY ?b");
    same("SELECT (COUNT(DISTINCT ?b) AS ?n) (COUNT(DISTINCT *) AS ?m) { ?a <x:in> ?b }");
    same("SELECT ?c (COUNT(*) AS ?n) { ?a <x:in> ?b OPTIONAL { ?b <x:near> ?c } } GROUP BY ?c");
    same("SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?s) { ?a <x:nothing> ?v }");
}
END_TEST

START_TEST(counts) {
    same("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }");
    same("SELECT (COUNT(*) AS ?n) { ?s <x:value> ?o }");
    same("SELECT (COUNT(?s) AS ?n) (COUNT(*) AS ?m) { ?s a <x:A> }");
    same("SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t } GROUP BY ?t");
    same("SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY ?t LIMIT 2");
    same("SELECT ?o (COUNT(*) AS ?n) { ?s <x:in> ?o } GROUP BY ?o");
    same("SELECT (COUNT(*) AS ?n) { GRAPH <x:g> { ?s ?p ?o } }");
    same("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } }");
    same("SELECT (COUNT(*) AS ?n) FROM <x:g> FROM <x:h> { ?s a ?o }");
}
END_TEST

START_TEST(first_rows) {
    same("SELECT ?a ?v { ?a <x:value> ?v } ORDER BY ?v ?a LIMIT 10");
    same("SELECT ?a ?v { ?a <x:value> ?v } ORDER BY DESC(?v) DESC(?a) LIMIT 1500 OFFSET 20");
    same("SELECT ?a (?v * 2 AS ?w) { ?a <x:value> ?v } ORDER BY ?v ?a LIMIT 25");
    same("SELECT ?a { ?a <x:value> ?v } ORDER BY ?v ?a LIMIT 0");
}
END_TEST

START_TEST(paths) {
    same("SELECT (COUNT(*) AS ?n) { ?a <x:in>+ ?b }");
    same("SELECT ?a { ?a <x:in>+ <x:n0> }");
    same("SELECT ?a ?t { ?a <x:in>* <x:n1> . ?a a ?t }");
    same("SELECT (COUNT(*) AS ?n) { ?a a <x:B> . ?a (<x:in>|^<x:near>)/<x:knows>? ?b }");
    same("SELECT (COUNT(*) AS ?n) { ?a a <x:B> . ?a (<x:in>/(<x:near>?))+ <x:n2> }");
    same("SELECT (COUNT(*) AS ?n) { ?a <x:near> ?b . ?a <x:in>/<x:in> ?b }");
}
END_TEST

Suite *test_plan(void) {
    Suite *suite = suite_create("sparql/plan");
    TCase *tests = tcase_create("plan");
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, joins);
    tcase_add_test(tests, ranges);
    tcase_add_test(tests, groups);
    tcase_add_test(tests, counts);
    tcase_add_test(tests, first_rows);
    tcase_add_test(tests, paths);
    suite_add_tcase(suite, tests);
    return suite;
}
