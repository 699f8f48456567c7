/* SPDX-License-Identifier: Apache-2.0
 * Updates on a graph in memory: a request, and what then stands there.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static bo_graph *graph;

static void setup(void) {
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
}

static void teardown(void) {
    bo_graph_free(graph);
}

static bo_status update_with(const char *text, const bo_query_options *options) {
    bo_query *query;
    bo_status status = bo_update_parse(&query, bo_str_of(text), options);
    ck_assert_msg(status == BO_OK, "%s: %s", text, bo_error_last()->message);
    status = bo_update_run(query, bo_graph_source(graph), bo_graph_target(graph), options);
    bo_query_free(query);
    return status;
}

static void update(const char *text) {
    bo_query_options options = {.unnamed_default = true};
    bo_status status = update_with(text, &options);
    ck_assert_msg(status == BO_OK, "%s: %s", text, bo_error_last()->message);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct lines {
    char *text[100];
    size_t count;
} lines;

static bo_status keep(void *context, const bo_quad *quad) {
    lines *all = context;
    const bo_term *terms[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    char line[400];
    size_t len = 0;
    for (int i = 0; i < 4; i++) {
        bo_str value = terms[i]->kind == BO_BLANK ? BO_STR("_") : terms[i]->value;
        if (terms[i]->kind != BO_NO_TERM)
            len += (size_t)snprintf(line + len, sizeof line - len, "%s%.*s", i ? " " : "", BO_STR_ARG(value));
    }
    all->text[all->count++] = strdup(line);
    return BO_OK;
}

static void holds(const char *expected) {
    lines all = {.count = 0};
    char found[4096] = "";
    bo_sink sink = {.quad = keep, .context = &all};
    ck_assert_int_eq(bo_graph_match(graph, &(bo_quad){0}, &sink), BO_OK);
    qsort(all.text, all.count, sizeof *all.text, by_text);
    for (size_t i = 0, len = 0; i < all.count; i++) {
        len += (size_t)snprintf(found + len, sizeof found - len, "%s%s", i ? " | " : "", all.text[i]);
        free(all.text[i]);
    }
    ck_assert_str_eq(found, expected);
}

START_TEST(data) {
    update("INSERT DATA { <x:a> <x:p> 1, 2 . GRAPH <x:g> { <x:a> <x:p> _:n . _:n <x:q> 'n' } }");
    holds("_ x:q n x:g | x:a x:p 1 | x:a x:p 2 | x:a x:p _ x:g");
    update(
        "DELETE DATA { <x:a> <x:p> 1, 3 . GRAPH <x:g> { <x:a> <x:p> 2 } } ; INSERT DATA { <x:a> <x:p> 2 }");
    holds("_ x:q n x:g | x:a x:p 2 | x:a x:p _ x:g");
    update("INSERT DATA { _:n <x:p> 1 }");
    update("INSERT DATA { _:n <x:p> 1 }");
    holds("_ x:p 1 | _ x:p 1 | _ x:q n x:g | x:a x:p 2 | x:a x:p _ x:g");
}
END_TEST

START_TEST(modify) {
    update(
        "INSERT DATA { <x:a> <x:next> <x:b> . <x:b> <x:next> <x:c> . GRAPH <x:g> { <x:a> <x:next> <x:z> } }");
    update("DELETE { ?x <x:next> ?y } INSERT { ?y <x:next> ?x } WHERE { ?x <x:next> ?y }");
    holds("x:a x:next x:z x:g | x:b x:next x:a | x:c x:next x:b");
    update("WITH <x:g> DELETE { ?x <x:next> ?y } INSERT { ?x <x:last> ?y . GRAPH <x:h> { _:n <x:of> ?y } } "
           "WHERE { ?x <x:next> ?y }");
    holds("_ x:of x:z x:h | x:a x:last x:z x:g | x:b x:next x:a | x:c x:next x:b");
    update("DELETE WHERE { ?x <x:next> ?y . GRAPH ?g { ?y <x:last> ?z } }");
    holds("_ x:of x:z x:h | x:c x:next x:b");
    update(
        "INSERT { ?x <x:seen> 1 } USING <x:h> WHERE { ?y <x:of> ?x } ; DELETE { ?x ?p ?o } WHERE { ?x ?p ?o "
        "FILTER BOUND(?none) } ; INSERT { 1 <x:p> ?x . ?x ?none 1 } WHERE { ?x <x:seen> 1 }");
    holds("_ x:of x:z x:h | x:c x:next x:b | x:z x:seen 1");
}
END_TEST

START_TEST(whole_graphs) {
    update("INSERT DATA { <x:a> <x:p> 1 . GRAPH <x:g> { <x:a> <x:p> 2 } GRAPH <x:h> { <x:a> <x:p> 3 } }");
    update("ADD <x:g> TO <x:h>");
    holds("x:a x:p 1 | x:a x:p 2 x:g | x:a x:p 2 x:h | x:a x:p 3 x:h");
    update("COPY DEFAULT TO <x:h> ; COPY <x:g> TO <x:g> ; CREATE SILENT GRAPH <x:g> ; CREATE GRAPH <x:new>");
    holds("x:a x:p 1 | x:a x:p 1 x:h | x:a x:p 2 x:g");
    update("MOVE GRAPH <x:g> TO DEFAULT ; MOVE SILENT <x:none> TO <x:h>");
    holds("x:a x:p 1 x:h | x:a x:p 2");
    bo_query_options options = {.unnamed_default = true};
    ck_assert_int_eq(update_with("COPY <x:none> TO <x:h>", &options), BO_NOT_FOUND);
    ck_assert_int_eq(update_with("CREATE GRAPH <x:h>", &options), BO_EXISTS);
    ck_assert_int_eq(update_with("CLEAR ALL ; LOAD <x:d>", &options), BO_DENIED);
    holds("x:a x:p 1 x:h | x:a x:p 2");
    update("INSERT DATA { GRAPH <x:i> { <x:a> <x:p> 4 } } ; CLEAR GRAPH <x:h> ; DROP SILENT GRAPH <x:none>");
    holds("x:a x:p 2 | x:a x:p 4 x:i");
    update("CLEAR NAMED");
    holds("x:a x:p 2");
    update("CLEAR DEFAULT");
    holds("");
    update("INSERT DATA { <x:a> <x:p> 1 . GRAPH <x:g> { <x:a> <x:p> 2 } } ; DROP ALL");
    holds("");
}
END_TEST

Suite *test_apply(void) {
    Suite *suite = suite_create("apply");
    TCase *tcase = tcase_create("apply");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, data);
    tcase_add_test(tcase, modify);
    tcase_add_test(tcase, whole_graphs);
    suite_add_tcase(suite, tcase);
    return suite;
}
