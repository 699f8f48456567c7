/* SPDX-License-Identifier: Apache-2.0
 * Limits: each names itself and its value; and no operator works long without being asked whether to go on.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "base/clock.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bo_graph *graph;

static void setup(void) {
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
}

static void teardown(void) {
    bo_graph_free(graph);
}

static bo_status run(const char *text, const bo_query_options *options, unsigned long long *rows) {
    bo_query *query;
    bo_rows *answer = NULL;
    const bo_term *row = NULL;
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), options) == BO_OK, "%s", bo_error_last()->message);
    bo_status status = bo_query_run(&answer, query, bo_graph_source(graph), options);
    for (*rows = 0; status == BO_OK; ++*rows) {
        status = bo_rows_next(answer, &row);
        if (status != BO_OK || row == NULL) break;
    }
    bo_rows_free(answer);
    bo_query_free(query);
    return status;
}

/* "VALUES ?name { 1 2 ... count }" */
static void put_numbers(bo_text *text, const char *name, unsigned count) {
    bo_text_printf(text, " VALUES ?%s {", name);
    for (unsigned i = 0; i < count; i++) bo_text_printf(text, " %u", (i * 7919) % count);
    bo_text_put(text, BO_STR(" }"));
}

START_TEST(errors_name_the_limit) {
    unsigned long long rows;
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, BO_STR("SELECT DISTINCT ?a ?b {"));
    put_numbers(&text, "a", 1000);
    put_numbers(&text, "b", 1000);
    bo_text_put(&text, BO_STR("} ORDER BY ?b"));
    const char *query = bo_text_str(&text).ptr;
    ck_assert_int_eq(run("SELECT * { VALUES ?x { 1 2 3 4 } }", &(bo_query_options){.row_cap = 3}, &rows),
                     BO_LIMIT);
    ck_assert_uint_eq(rows, 3);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "3 rows"));
    ck_assert_int_eq(
        run("SELECT * { VALUES ?x { \"12345\" \"67890\" } }", &(bo_query_options){.byte_cap = 11}, &rows),
        BO_LIMIT);
    ck_assert_uint_eq(rows, 1);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "11 bytes"));
    ck_assert_int_eq(run("CONSTRUCT { <x:a> <x:b> ?x } { VALUES ?x { \"12345\" \"67890\" } }",
                         &(bo_query_options){.byte_cap = 20}, &rows),
                     BO_LIMIT);
    ck_assert_int_eq(run(query, &(bo_query_options){.memory_cap = 4000000}, &rows), BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "4000000 bytes of memory"));
    bo_query_options late = {.deadline_ns = bo_clock_steady_ns(&bo_clock_system) + 20000000};
    ck_assert_int_eq(run(query, &late, &rows), BO_TIMEOUT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, " ms of time"));
    ck_assert_int_eq(
        run("SELECT * { VALUES ?x { 1 2 3 } }", &(bo_query_options){.row_cap = 3, .byte_cap = 1000}, &rows),
        BO_OK);
    bo_text_done(&text);
}
END_TEST

/* Regular expressions that backtrack: an error, soon. */
START_TEST(regular_expressions_cannot_run_away) {
    static const char *const patterns[] = {"^(a+)+$", "(a|aa)+$", "(.*)*x\\\\d",
                                           "^(([a-z])+.)+[A-Z]([a-z])+$"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        char text[400];
        unsigned long long rows;
        clock_t begun = clock();
        snprintf(text, sizeof text, "SELECT * { VALUES ?x { \"%s!\" } FILTER(REGEX(?x, \"%s\")) }",
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", patterns[i]);
        bo_status status = run(text, NULL, &rows);
        ck_assert_msg(status == BO_LIMIT || (status == BO_OK && rows == 0), "%s: %d", patterns[i], status);
        if (status == BO_LIMIT) ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "1000000 steps"));
        ck_assert_msg((double)(clock() - begun) / CLOCKS_PER_SEC < 2, "%s takes too long", patterns[i]);
    }
    unsigned long long rows;
    ck_assert_int_eq(run("SELECT * { VALUES ?x { \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\" } "
                         "FILTER(REPLACE(?x, \"(a+)+$\", \"b\") = ?x) }",
                         NULL, &rows),
                     BO_LIMIT);
}
END_TEST

/* The longest time between two questions whether to go on, in this thread's CPU time: what a deadline is
 * overshot by at most, but for what another program does to the machine. */
typedef struct watch {
    uint64_t last_ns, longest_ns;
} watch;

static uint64_t cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool look(void *context) {
    watch *w = context;
    uint64_t now = cpu_ns();
    if (w->last_ns != 0 && now - w->last_ns > w->longest_ns) w->longest_ns = now - w->last_ns;
    w->last_ns = now;
    return false;
}

#ifdef __SANITIZE_ADDRESS__
enum { PATIENCE_MS = 150 };
#else
enum { PATIENCE_MS = 50 };
#endif

static void expect_asked(const char *what, const char *query) {
    watch w = {0};
    unsigned long long rows;
    bo_query_options options = {.cancelled = look, .cancel_context = &w};
    ck_assert_msg(run(query, &options, &rows) == BO_OK, "%s: %s", what, bo_error_last()->message);
    look(&w);
    ck_assert_msg(w.longest_ns < PATIENCE_MS * 1000000ull, "%s: %llu ms without a question", what,
                  (unsigned long long)w.longest_ns / 1000000);
}

static void expect_asked_with(const char *what, const char *before, unsigned a, unsigned b,
                              const char *after) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, bo_str_of(before));
    put_numbers(&text, "a", a);
    put_numbers(&text, "b", b);
    bo_text_put(&text, bo_str_of(after));
    expect_asked(what, bo_text_str(&text).ptr);
    bo_text_done(&text);
}

START_TEST(operators_ask_whether_to_go_on) {
    expect_asked_with("sort", "SELECT (COUNT(*) AS ?n) { SELECT ?a ?b {", 600, 600,
                      "} ORDER BY STR(?b) ?a }");
    expect_asked_with("sort of ids", "SELECT (COUNT(*) AS ?n) { SELECT ?a ?b {", 800, 800,
                      "} ORDER BY DESC(?b) ?a }");
    expect_asked_with("distinct", "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?b {", 800, 800, "} }");
    expect_asked_with("group", "SELECT (COUNT(*) AS ?n) { SELECT ?a ?b (SUM(?a) AS ?s) {", 600, 600,
                      "} GROUP BY ?a ?b }");
    expect_asked_with("concatenation", "SELECT (STRLEN(GROUP_CONCAT(?a)) AS ?n) {", 600, 600, "}");
    expect_asked_with("join", "SELECT (COUNT(*) AS ?n) { { SELECT ?a ?b {", 600, 600,
                      "} } { SELECT ?a (MAX(?x) AS ?m) { VALUES (?a ?x) { (1 2) (2 3) } } GROUP BY ?a } }");
    expect_asked_with("join kept", "SELECT (COUNT(*) AS ?n) { VALUES ?a { 1 2 3 } { SELECT DISTINCT ?a ?b {",
                      800, 800, "} } }");
    expect_asked_with("minus", "SELECT (COUNT(*) AS ?n) {", 600, 600,
                      " MINUS { VALUES (?a ?b) { (1 2) } } }");
    expect_asked_with("expressions", "SELECT (COUNT(*) AS ?n) {", 300, 300,
                      " FILTER(REGEX(CONCAT(STR(?a), \"aaaaaaaaaaaa\"), \"(a|b)*c\")) }");
    expect_asked_with("construct", "CONSTRUCT { [] <x:p> ?a ; <x:q> ?b } {", 200, 200, "}");
    expect_asked_with("long texts", "SELECT (MAX(STRLEN(?c)) AS ?n) {", 40, 40,
                      " BIND(REPLACE(CONCAT(MD5(STR(?a)), SHA512(STR(?b)), SHA512(STR(?a))), \"[0-9]\", "
                      "\"0123456789012345678901234567890123456789\") AS ?c) }");
}
END_TEST

START_TEST(paths_ask_whether_to_go_on) {
    char s[20], o[20];
    for (int i = 0; i < 3000; i++) {
        snprintf(s, sizeof s, "x:%d", i);
        snprintf(o, sizeof o, "x:%d", (i * 13 + 1) % 3000);
        bo_quad quad = {
            bo_term_iri(bo_str_of(s)), bo_term_iri(BO_STR("x:p")), bo_term_iri(bo_str_of(o)), {0}};
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    }
    expect_asked("path", "SELECT (COUNT(*) AS ?n) { VALUES ?s { <x:1> <x:2> <x:3> } ?s <x:p>+ ?o }");
    expect_asked("path open at both ends", "SELECT * { ?s <x:p>+ ?o } LIMIT 100000");
    expect_asked("describe", "DESCRIBE * { ?s <x:p> ?o }");
}
END_TEST

START_TEST(updates_ask_whether_to_go_on) {
    watch w = {0};
    bo_text text;
    bo_query *update;
    bo_query_options options = {.cancelled = look, .cancel_context = &w};
    bo_text_init(&text, 0);
    bo_text_put(&text, BO_STR("INSERT { ?a <x:p> ?b . ?b <x:q> ?a } WHERE { {"));
    put_numbers(&text, "x", 300);
    bo_text_put(&text, BO_STR(" BIND(IRI(CONCAT(\"x:\", STR(?x))) AS ?a) } {"));
    put_numbers(&text, "b", 300);
    bo_text_put(&text, BO_STR(" } }"));
    ck_assert_int_eq(bo_update_parse(&update, bo_text_str(&text), &options), BO_OK);
    ck_assert_msg(bo_update_run(update, bo_graph_source(graph), bo_graph_target(graph), &options) == BO_OK,
                  "%s", bo_error_last()->message);
    ck_assert_uint_eq(bo_graph_count(graph), 90000);
    ck_assert_msg(w.longest_ns < PATIENCE_MS * 1000000ull, "%llu ms without a question",
                  (unsigned long long)w.longest_ns / 1000000);
    bo_query_free(update);
    bo_text_done(&text);
}
END_TEST

Suite *test_limits(void) {
    Suite *suite = suite_create("limits");
    TCase *tests = tcase_create("limits");
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, errors_name_the_limit);
    tcase_add_test(tests, regular_expressions_cannot_run_away);
    tcase_add_test(tests, operators_ask_whether_to_go_on);
    tcase_add_test(tests, paths_ask_whether_to_go_on);
    tcase_add_test(tests, updates_ask_whether_to_go_on);
    suite_add_tcase(suite, tests);
    return suite;
}
