/* SPDX-License-Identifier: Apache-2.0
 * SERVICE and LOAD with endpoints that are graphs in memory: what is asked, and what comes of the answers.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct endpoint {
    bo_service base;
    unsigned asked;
    char query[4000]; /* the last one */
    bo_status fails;
    const char *body; /* instead of a true answer */
} endpoint;

static bo_graph *here, *there;
static endpoint far;

static void put(bo_graph *graph, const char *turtle_like[3]) {
    bo_quad quad = {bo_term_iri(bo_str_of(turtle_like[0])), bo_term_iri(bo_str_of(turtle_like[1])), {0}, {0}};
    const char *object = turtle_like[2];
    quad.o = object[0] == '"'   ? bo_term_string(bo_str_of(object + 1))
             : object[0] == '_' ? bo_term_blank(bo_str_of(object + 1))
                                : bo_term_iri(bo_str_of(object));
    ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
}
#define PUT(graph, s, p, o) put(graph, (const char *[]){s, p, o})

static bo_status answer_truly(const bo_service_call *call, bo_text *out) {
    bo_query *query;
    bo_rows *rows = NULL;
    BO_TRY(bo_query_parse(&query, call->query, NULL));
    bo_status status = bo_query_run(&rows, query, bo_graph_source(there), NULL);
    if (status == BO_OK) status = bo_results_write(out, BO_RESULTS_XML, rows);
    bo_rows_free(rows);
    bo_query_free(query);
    return status;
}

static bo_status ask(bo_service *service, bo_service_answer *out, const bo_service_call *call,
                     bo_arena *arena) {
    endpoint *e = (endpoint *)service;
    bo_text text;
    e->asked++;
    snprintf(e->query, sizeof e->query, "%.*s", BO_STR_ARG(call->query));
    if (e->fails != BO_OK) return bo_fail(e->fails, "the endpoint is out");
    out->media_type = BO_STR("application/json; charset=utf-8");
    out->body = bo_str_of(e->body);
    if (e->body != NULL) return BO_OK;
    out->media_type = BO_STR("application/sparql-results+xml");
    bo_text_init(&text, 0);
    bo_status status = answer_truly(call, &text);
    out->body = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status load(bo_service *service, const bo_sink *to, const bo_service_call *call, bo_arena *arena) {
    endpoint *e = (endpoint *)service;
    (void)arena;
    bo_quad quad = {bo_term_iri(call->iri), bo_term_iri(BO_STR("x:is")), bo_term_blank(BO_STR("b")), {0}};
    BO_TRY(to->quad(to->context, &quad));
    return e->fails == BO_OK ? BO_OK : bo_fail(e->fails, "the document is cut short");
}

static void setup(void) {
    ck_assert_int_eq(bo_graph_new(&here), BO_OK);
    ck_assert_int_eq(bo_graph_new(&there), BO_OK);
    far = (endpoint){.base = {.ask = ask, .load = load}};
    PUT(here, "x:a", "x:in", "x:lyon");
    PUT(here, "x:b", "x:in", "x:nice");
    PUT(here, "x:c", "x:in", "x:lyon");
    PUT(here, "x:d", "x:in", "_blank");
    PUT(here, "x:a", "x:at", "x:endpoint");
    PUT(there, "x:lyon", "x:name", "\"Lyon <&> ");
    PUT(there, "x:nice", "x:name", "\"Nice");
    PUT(there, "x:nice", "x:mayor", "_mayor");
    PUT(there, "x:paris", "x:name", "\"Paris");
}

static void teardown(void) {
    bo_graph_free(here);
    bo_graph_free(there);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bo_status rows_of(char out[4000], bo_rows *rows) {
    static char room[100][200];
    char *all[100];
    size_t count = 0, len = 0;
    const bo_term *row;
    for (;; count++) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) break;
        all[count] = room[count];
        for (size_t i = 0, at = 0; i < bo_rows_width(rows); i++) {
            bo_str value = row[i].kind == BO_NO_TERM ? BO_STR("-")
                           : row[i].kind == BO_BLANK ? BO_STR("_")
                                                     : row[i].value;
            at += (size_t)snprintf(room[count] + at, 200 - at, "%s%.*s", i ? " " : "", BO_STR_ARG(value));
        }
    }
    qsort(all, count, sizeof *all, by_text);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(out + len, 4000 - len, "%s%s", i ? " | " : "", all[i]);
    return BO_OK;
}

static bo_status answer(char out[4000], const char *text, const bo_query_options *options) {
    bo_query *query;
    bo_rows *rows = NULL;
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), options) == BO_OK, "%s", bo_error_last()->message);
    bo_status status = bo_query_run(&rows, query, bo_graph_source(here), options);
    if (status == BO_OK) status = rows_of(out, rows);
    bo_rows_free(rows);
    bo_query_free(query);
    return status;
}

static void expect(const char *text, const char *expected) {
    for (int no_planner = 0; no_planner < 2; no_planner++) {
        char found[4000];
        bo_query_options options = {.no_planner = no_planner != 0, .service = &far.base};
        bo_status status = answer(found, text, &options);
        ck_assert_msg(status == BO_OK, "%s: %s", text, bo_error_last()->message);
        ck_assert_msg(strcmp(found, expected) == 0, "%s\nexpected %s\nfound    %s", text, expected, found);
    }
}

static void expect_failure(const char *text, bo_status expected, const char *word) {
    char found[4000];
    bo_query_options options = {.service = &far.base};
    ck_assert_int_eq(answer(found, text, &options), expected);
    ck_assert_msg(strstr(bo_error_last()->message, word) != NULL, "%s", bo_error_last()->message);
}

START_TEST(rows_go_along) {
    expect("PREFIX p: <x:> SELECT ?x ?n { ?x p:in ?town SERVICE <x:endpoint> { ?town p:name ?n } }",
           "x:a Lyon <&>  | x:b Nice | x:c Lyon <&> ");
    ck_assert_ptr_nonnull(strstr(far.query, "VALUES"));
    ck_assert_ptr_nonnull(strstr(far.query, "PREFIX p: <x:>"));
    ck_assert_ptr_nonnull(strstr(far.query, "( UNDEF )")); /* a blank node of ours is none of theirs */
    ck_assert_ptr_null(strstr(far.query, "?x"));           /* what the group does not name stays here */
    far.asked = 0;
    far.base.rows = 1;
    expect("SELECT ?x { ?x <x:in> ?town SERVICE <x:endpoint> { ?town <x:mayor> ?m } }", "x:b");
    ck_assert_uint_ge(far.asked, 4); /* three different towns, twice; equal rows share a request */
    ck_assert_uint_le(far.asked, 8);
}
END_TEST

START_TEST(nothing_shared_is_asked_once) {
    expect("SELECT ?x ?n { ?x <x:in> <x:lyon> SERVICE <x:endpoint> { <x:nice> <x:name> ?n } }",
           "x:a Nice | x:c Nice");
    ck_assert_uint_eq(far.asked, 2);
    expect("SELECT ?n { SERVICE <x:endpoint> { SELECT ?n { ?t <x:name> ?n } ORDER BY ?n LIMIT 1 } }",
           "Lyon <&> ");
    expect("SELECT ?m { SERVICE <x:endpoint> { ?t <x:mayor> ?m } }", "_");
    expect("SELECT ?x { ?x <x:in> <x:nice> SERVICE <x:endpoint> { <x:nice> <x:name> \"Nice\" } }", "x:b");
}
END_TEST

START_TEST(endpoints_may_be_variables) {
    expect("SELECT ?n { ?x <x:at> ?e SERVICE ?e { <x:nice> <x:name> ?n } }", "Nice");
    expect("SELECT ?n { ?x <x:at> ?e OPTIONAL { SERVICE ?e { ?x <x:name> ?n } } }", "-");
    expect_failure("SELECT ?n { SERVICE ?e { <x:nice> <x:name> ?n } }", BO_BAD_ARGUMENT, "not bound");
}
END_TEST

START_TEST(failures_are_told_or_silent) {
    far.fails = BO_PEER;
    expect_failure("SELECT * { SERVICE <x:endpoint> { ?s ?p ?o } }", BO_PEER, "out");
    expect("SELECT ?x ?n { ?x <x:in> ?t SERVICE SILENT <x:endpoint> { ?t <x:name> ?n } }",
           "x:a - | x:b - | x:c - | x:d -");
    far.fails = BO_OK;
    far.body = "{\"head\":{\"vars\":[\"x\"]},\"results\":{\"bindings\":[{\"y\":{\"type\":\"uri\",\"value\":"
               "\"u\"}}]}}";
    expect_failure("SELECT * { SERVICE <x:endpoint> { ?x ?p ?o } }", BO_PEER, "SELECT");
    far.body = "{\"head\":{},\"boolean\":true}";
    expect_failure("SELECT * { SERVICE <x:endpoint> { ?x ?p ?o } }", BO_PEER, "SELECT");
    far.body = "{\"head\":{\"vars\":[\"x\"]},\"results\":{\"bindings\":[{\"x\":{\"type\":\"uri\",\"value\":"
               "\"x:z\"}},{}]}}";
    expect("SELECT ?x { SERVICE <x:endpoint> { ?x ?p ?o } }", "- | x:z");
    /* What an endpoint leaves in that does not fit is taken out. */
    expect("SELECT ?x { ?x <x:in> <x:nice> SERVICE <x:endpoint> { ?x ?p ?o } }", "x:b");
    far.body = NULL;
    far.base.rows = 1;
    far.base.calls = 2;
    expect_failure("SELECT * { ?x <x:in> ?t SERVICE <x:endpoint> { ?t <x:name> ?n } }", BO_LIMIT,
                   "2 requests");
    far.base.ask = NULL;
    expect_failure("SELECT * { SERVICE <x:endpoint> { ?x ?p ?o } }", BO_DENIED, "switched off");
    expect("SELECT ?x { ?x <x:in> <x:nice> SERVICE SILENT <x:endpoint> { ?x ?p ?o } }", "x:b");
}
END_TEST

static bo_status update(const char *text) {
    bo_query *query;
    bo_query_options options = {.service = &far.base};
    ck_assert_int_eq(bo_update_parse(&query, bo_str_of(text), &options), BO_OK);
    bo_status status = bo_update_run(query, bo_graph_source(here), bo_graph_target(here), &options);
    bo_query_free(query);
    return status;
}

START_TEST(documents_are_loaded) {
    expect("SELECT ?s { GRAPH ?g { ?s <x:is> ?o } }", "");
    ck_assert_int_eq(update("LOAD <x:doc> INTO GRAPH <x:g>"), BO_OK);
    expect("SELECT ?g ?s { GRAPH ?g { ?s <x:is> ?o } }", "x:g x:doc");
    far.fails = BO_PEER;
    ck_assert_int_eq(update("LOAD <x:cut> INTO GRAPH <x:g>"), BO_PEER);
    ck_assert_int_eq(update("LOAD SILENT <x:cut> INTO GRAPH <x:g>"), BO_OK);
    expect("SELECT ?g ?s { GRAPH ?g { ?s <x:is> ?o } }", "x:g x:doc"); /* nothing of what was cut */
    far.base.load = NULL;
    ck_assert_int_eq(update("CLEAR ALL ; LOAD <x:doc>"), BO_DENIED);
    expect("SELECT ?g ?s { GRAPH ?g { ?s <x:is> ?o } }", "x:g x:doc");
    ck_assert_int_eq(update("LOAD SILENT <x:doc>"), BO_OK);
}
END_TEST

Suite *test_service(void) {
    Suite *suite = suite_create("service");
    TCase *tests = tcase_create("service");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rows_go_along);
    tcase_add_test(tests, nothing_shared_is_asked_once);
    tcase_add_test(tests, endpoints_may_be_variables);
    tcase_add_test(tests, failures_are_told_or_silent);
    tcase_add_test(tests, documents_are_loaded);
    suite_add_tcase(suite, tests);
    return suite;
}
