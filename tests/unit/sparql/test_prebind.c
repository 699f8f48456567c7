/* SPDX-License-Identifier: Apache-2.0
 * Pre-binding: a value in the place of a variable, another one with each run.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static bo_graph *graph;

static void put(const char *s, const char *p, const char *o) {
    bo_quad quad = {bo_term_iri(bo_str_of(s)), bo_term_iri(bo_str_of(p)), bo_term_iri(bo_str_of(o)), {0}};
    ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
}

static void setup(void) {
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    put("x:a", "x:knows", "x:b");
    put("x:b", "x:knows", "x:c");
    put("x:c", "x:likes", "x:a");
}

static void teardown(void) {
    bo_graph_free(graph);
}

static bo_status prepare(bo_query **out, const char *text, size_t required) {
    const bo_str names[] = {BO_STR("this"), BO_STR("other")};
    ck_assert_msg(bo_query_parse(out, bo_str_of(text), NULL) == BO_OK, "%s: %s", text,
                  bo_error_last()->message);
    return bo_query_prebind(*out, names, 2, required);
}

/* The rows' values, joined by blanks, for one value of $this; $other is a text that is nowhere in the data.
 */
static void gives(bo_query *query, const char *this, const char *expected) {
    const bo_term values[] = {bo_term_iri(bo_str_of(this)), bo_term_string(BO_STR("a text of one's own"))};
    bo_query_options options = {.prebound = values};
    bo_rows *rows;
    const bo_term *row;
    bo_text text;
    bo_text_init(&text, 0);
    ck_assert_msg(bo_query_run(&rows, query, bo_graph_source(graph), &options) == BO_OK, "%s",
                  bo_error_last()->message);
    for (;;) {
        ck_assert_int_eq(bo_rows_next(rows, &row), BO_OK);
        if (row == NULL) break;
        if (text.len > 0) bo_text_char(&text, ' ');
        if (bo_rows_width(rows) == 0) bo_text_char(&text, '.');
        for (size_t i = 0; i < bo_rows_width(rows); i++) bo_text_put(&text, row[i].value);
    }
    bo_rows_free(rows);
    ck_assert_msg(bo_str_eq(bo_text_str(&text), bo_str_of(expected)), "%s: '%.*s', not '%s'", this,
                  BO_STR_ARG(bo_text_str(&text)), expected);
    bo_text_done(&text);
}

START_TEST(values_take_the_place_of_variables) {
    static const struct {
        const char *text, *a, *c;
    } cases[] = {
        {"SELECT $this ?o { $this <x:knows> ?o }", "x:b", ""},
        {"SELECT ?o { $this <x:knows>+ ?o }", "x:b x:c", ""},
        {"SELECT $this { FILTER($this = <x:a>) }", ".", ""},
        {"SELECT $this { { FILTER BOUND($this) } UNION { FILTER(!BOUND(?this)) } }", ".", "."},
        {"SELECT ?that { BIND($this AS ?that) }", "x:a", "x:c"},
        {"SELECT ?o { ?o ?p ?q FILTER EXISTS { $this <x:knows> ?o } }", "x:b", ""},
        {"SELECT ?o { { SELECT $this ?o { $this <x:likes> ?o } } }", "", "x:a"},
        {"SELECT $this (COUNT(?o) AS ?n) { $this ?p ?o } GROUP BY $this", "1", "1"},
        {"SELECT ?o { OPTIONAL { $this <x:knows> ?o } }", "x:b", ""},
        {"SELECT ?t { BIND(CONCAT($other, \"!\") AS ?t) }", "a text of one's own!", "a text of one's own!"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_query *query;
        ck_assert_msg(prepare(&query, cases[i].text, 1) == BO_OK, "%s: %s", cases[i].text,
                      bo_error_last()->message);
        for (int twice = 0; twice < 2; twice++) {
            gives(query, "x:a", cases[i].a);
            gives(query, "x:c", cases[i].c);
        }
        bo_query_free(query);
    }
}
END_TEST

START_TEST(what_it_forbids) {
    static const char *const cases[] = {
        "SELECT $this { $this ?p ?o MINUS { ?s <x:likes> ?o } }",
        "SELECT $this { VALUES ?x { 1 } }",
        "SELECT $this { $this ?p ?o SERVICE <http://a.example/> { ?s ?p ?o } }",
        "SELECT $this { { SELECT ?o { $this ?p ?o } } }",
        "SELECT $this { { SELECT * { FILTER($this = 1) } } }",
        "SELECT $this { BIND(1 AS $this) }",
        "SELECT (1 AS $this) { }",
        "SELECT $this { ?s ?p ?o FILTER NOT EXISTS { ?o ?q ?r MINUS { ?o ?q $this } } }",
    };
    bo_query *query;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(prepare(&query, cases[i], 1) == BO_INVALID, "%s", cases[i]);
        bo_query_free(query);
    }
    ck_assert_int_eq(prepare(&query, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", 1), BO_BAD_ARGUMENT);
    bo_query_free(query);
    ck_assert_int_eq(prepare(&query, "SELECT $this { $this ?p ?o }", 1), BO_OK);
    bo_rows *rows;
    ck_assert_int_eq(bo_query_run(&rows, query, bo_graph_source(graph), NULL), BO_BAD_ARGUMENT);
    bo_query_free(query);
}
END_TEST

Suite *test_prebind(void) {
    Suite *suite = suite_create("prebind");
    TCase *tcase = tcase_create("prebind");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, values_take_the_place_of_variables);
    tcase_add_test(tcase, what_it_forbids);
    suite_add_tcase(suite, tcase);
    return suite;
}
