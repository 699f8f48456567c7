/* SPDX-License-Identifier: Apache-2.0
 * Full-text search, in memory and with a store's index of words: the same answers.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "bocage/store.h"
#include "unit/store/folder.h"

#define PROLOGUE "PREFIX text: <https://w3id.org/bien-commun/text#> "

static bo_graph *graph;
static bo_store *store;

static const struct {
    const char *subject, *text, *lang, *graph;
} texts[] = {
    {"x:1", "Accès à l'eau potable", "fr", "x:g"},
    {"x:2", "Des besoins en eau, et des jardins partagés", "fr", "x:g"},
    {"x:3", "Clean water for all", "en", "x:g"},
    {"x:4", "eau", NULL, "x:g"}, /* lives inside its id */
    {"x:5", "eau", "fr", NULL},  /* so does this */
    {"x:6", "Le jardin de l'eau qui n'est pas potable du tout", NULL, NULL},
    {"x:7", "Eau secrète", "fr", "x:hidden"},
    {"x:8", "Agriculture urbaine et agriculteurs", "fr", NULL},
    {"x:9", "riche", NULL, NULL},
};

static void setup(void) {
    folder_make();
    ck_assert_int_eq(
        bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}), BO_OK);
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bo_quad quad = {bo_term_iri(bo_str_of(texts[i].subject)),
                        bo_term_iri(BO_STR("x:label")),
                        bo_term_string(bo_str_of(texts[i].text)),
                        {0}};
        if (texts[i].lang != NULL) quad.o.lang = bo_str_of(texts[i].lang);
        if (texts[i].graph != NULL) quad.g = bo_term_iri(bo_str_of(texts[i].graph));
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
        ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
    }
    /* Texts enough that beginning with the words pays. */
    for (unsigned i = 0; i < 300; i++) {
        char text[60];
        snprintf(text, sizeof text, "remplissage num%u", i);
        bo_quad quad = {bo_term_iri(BO_STR("x:filler")),
                        bo_term_iri(BO_STR("x:label")),
                        bo_term_string(bo_str_of(text)),
                        {0}};
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
        ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
    }
    ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
}

static void teardown(void) {
    bo_graph_free(graph);
    bo_store_close(store);
    folder_remove();
}

/* The first column of the rows, in their order. */
static void answer(char out[2000], const char *text, bo_source *source, const bo_query_options *options) {
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    size_t len = 0;
    out[0] = '\0';
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), NULL) == BO_OK, "%s", bo_error_last()->message);
    ck_assert_msg(bo_query_run(&rows, query, source, options) == BO_OK, "%s", bo_error_last()->message);
    for (;;) {
        ck_assert_int_eq(bo_rows_next(rows, &row), BO_OK);
        if (row == NULL) break;
        len += (size_t)snprintf(out + len, 2000 - len, "%s%.*s", len ? " " : "", BO_STR_ARG(row[0].value));
    }
    bo_rows_free(rows);
    bo_query_free(query);
}

/* In memory, on the store, on the store without planning; `hidden` leaves the hidden graph out. */
static void expect_query(const char *text, const char *expected, bool hidden) {
    char found[2000];
    bo_source *source;
    bo_graph_set *readable = NULL;
    bo_txn *txn;
    bo_arena *arena = bo_arena_new(0);
    const bo_str secret = BO_STR("x:hidden");
    if (!hidden) {
        answer(found, text, bo_graph_source(graph), NULL);
        ck_assert_msg(strcmp(found, expected) == 0, "memory: %s\nexpected %s\nfound    %s", text, expected,
                      found);
    }
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    if (hidden) ck_assert_int_eq(bo_graph_set_new(&readable, txn, true, &secret, 1, arena), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, txn, readable, arena), BO_OK);
    for (int i = 0; i < 2; i++) {
        answer(found, text, source, &(bo_query_options){.no_planner = i != 0});
        ck_assert_msg(strcmp(found, expected) == 0, "store %d: %s\nexpected %s\nfound    %s", i, text,
                      expected, found);
    }
    bo_txn_abort(txn);
    bo_arena_free(arena);
}

static void expect(const char *search, const char *expected) {
    char text[500];
    snprintf(text, sizeof text,
             PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"%s\")) } ORDER BY ?s", search);
    expect_query(text, expected, false);
}

START_TEST(words) {
    expect("eau", "x:1 x:2 x:4 x:5 x:6 x:7");
    expect("EAUX potables", "x:1 x:6");
    expect("jardin", "x:2 x:6");
    expect("besoin JARDINS", "x:2");
    expect("acces", "x:1");
    expect("l'eau", "x:1 x:2 x:4 x:5 x:6 x:7");
    expect("water", "x:3");
    expect("riches", "x:9");
    expect("absent", "");
    expect("", "");
    expect("!!!", "");
}
END_TEST

START_TEST(phrases_beginnings_and_what_must_not_be) {
    expect("\\\"eau potable\\\"", "x:1");
    expect("eau-potable", "x:1");
    expect("eau -potable", "x:2 x:4 x:5 x:7");
    expect("eau -\\\"eau potable\\\" -secrète", "x:2 x:4 x:5 x:6");
    expect("-eau", "");
    expect("agri*", "x:8");
    expect("agricult* urbaine", "x:8");
    expect("agriculteur", "x:8");
    expect("agricul", "");
    expect("rich* ", "x:9");
    expect("riche*", "x:9");
    expect("\\\"en eau\\\" jard*", "x:2");
}
END_TEST

START_TEST(in_queries) {
    expect_query(PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"eau\")) }"
                          " ORDER BY DESC(text:score(?l, \"eau\")) ?s LIMIT 3",
                 "x:4 x:5 x:7", false);
    expect_query(PROLOGUE "SELECT ?s { GRAPH <x:g> { ?s <x:label> ?l } FILTER(text:matches(?l, \"eau\")) }"
                          " ORDER BY ?s",
                 "x:1 x:2 x:4", false);
    expect_query(PROLOGUE "SELECT (COUNT(*) AS ?n) { ?s <x:label> ?l FILTER(text:matches(?l, \"eau\")) }",
                 "6", false);
    expect_query(PROLOGUE "SELECT (text:matches(\"Le Pré\", \"prés\") AS ?v) {}", "true", false);
    expect_query(PROLOGUE "SELECT ?v { BIND(text:matches(12, \"x\") AS ?w) BIND(BOUND(?w) AS ?v) }", "false",
                 false);
    expect_query(PROLOGUE
                 "SELECT ?s { ?s <x:label> ?l OPTIONAL { ?s <x:label> ?m FILTER(text:matches(?m, \"eau\")) }"
                 " FILTER(text:matches(?l, \"potable\")) } ORDER BY ?s",
                 "x:1 x:6", false);
}
END_TEST

START_TEST(hidden_texts_stay_hidden) {
    expect_query(PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"secrete\")) }", "", true);
    expect_query(PROLOGUE "SELECT (COUNT(*) AS ?n) { ?s <x:label> ?l FILTER(text:matches(?l, \"eau\")) }",
                 "5", true);
}
END_TEST

static void check_store(void) {
    ck_assert_msg(bo_store_check(store, NULL, NULL) == BO_OK, "%s", bo_error_last()->message);
}

START_TEST(writers_see_their_own_words) {
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena = bo_arena_new(0);
    char found[2000];
    const char *text =
        PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"neuf\")) } ORDER BY ?s";
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    bo_quad quad = {bo_term_iri(BO_STR("x:new")),
                    bo_term_iri(BO_STR("x:label")),
                    bo_term_string(BO_STR("un texte tout neuf")),
                    {0}};
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
    quad.s = bo_term_iri(BO_STR("x:short"));
    quad.o = bo_term_string(BO_STR("neufs"));
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, txn, NULL, arena), BO_OK);
    answer(found, text, source, NULL);
    ck_assert_str_eq(found, "x:new x:short");
    ck_assert_int_eq(bo_target_remove(bo_txn_target(txn), &quad), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
    expect_query(text, "x:new", true);
    check_store();
    bo_arena_free(arena);
}
END_TEST

/* A literal that is swept takes its words along. */
START_TEST(words_go_with_their_literals) {
    bo_txn *txn;
    bo_quad quad = {bo_term_iri(BO_STR("x:1")), bo_term_iri(BO_STR("x:label")),
                    bo_term_lang(BO_STR("Accès à l'eau potable"), BO_STR("fr")), bo_term_iri(BO_STR("x:g"))};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
        ck_assert_int_eq(bo_target_remove(bo_txn_target(txn), &quad), BO_OK);
        ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
        check_store();
        ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
        quad.o.value = i % 2 ? BO_STR("Accès à l'eau potable") : BO_STR("Accès à l'eau claire");
        ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
        ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
        check_store();
    }
    expect_query(PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"acces claire\")) }", "x:1",
                 true);
    expect_query(PROLOGUE "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"acces potable\")) }", "",
                 true);
}
END_TEST

START_TEST(bulk_loads_are_searched) {
    bo_bulk *bulk;
    uint64_t added;
    check_store();
    ck_assert_int_eq(bo_bulk_begin(&bulk, store, NULL), BO_OK);
    bo_sink sink = bo_bulk_sink(bulk);
    for (int i = 0; i < 2000; i++) {
        char text[100];
        snprintf(text, sizeof text, i % 2 ? "b%d" : "la grande bibliothèque numéro %d", i);
        bo_quad quad = {bo_term_iri(BO_STR("x:bulk")),
                        bo_term_iri(BO_STR("x:label")),
                        bo_term_string(bo_str_of(text)),
                        {0}};
        ck_assert_int_eq(sink.quad(sink.context, &quad), BO_OK);
    }
    ck_assert_int_eq(bo_bulk_end(bulk, &added), BO_OK);
    check_store();
    expect_query(PROLOGUE "SELECT ?l { ?s <x:label> ?l FILTER(text:matches(?l, \"bibliotheques 42\")) }",
                 "la grande bibliothèque numéro 42", true);
    expect_query(PROLOGUE "SELECT ?l { ?s <x:label> ?l FILTER(text:matches(?l, \"B41\")) }", "b41", true);
}
END_TEST

Suite *test_search(void) {
    Suite *suite = suite_create("search");
    TCase *tests = tcase_create("search");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, words);
    tcase_add_test(tests, phrases_beginnings_and_what_must_not_be);
    tcase_add_test(tests, in_queries);
    tcase_add_test(tests, hidden_texts_stay_hidden);
    tcase_add_test(tests, writers_see_their_own_words);
    tcase_add_test(tests, words_go_with_their_literals);
    tcase_add_test(tests, bulk_loads_are_searched);
    suite_add_tcase(suite, tests);
    return suite;
}
