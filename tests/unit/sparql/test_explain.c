/* SPDX-License-Identifier: Apache-2.0
 * The plan as JSON: that its rows are those that came, and that it tells nothing of what is hidden.
 */
#include "bocage/graph.h"
#include "bocage/json.h"
#include "bocage/sparql.h"
#include "bocage/store.h"
#include "unit/store/folder.h"

static bo_store *store;
static bo_txn *txn;
static bo_arena *arena;

static void put(bo_target *target, const char *s, const char *p, const char *o, const char *g) {
    bo_quad quad = {bo_term_iri(bo_str_of(s)), bo_term_iri(bo_str_of(p)), bo_term_string(bo_str_of(o)), {0}};
    if (g != NULL) quad.g = bo_term_iri(bo_str_of(g));
    ck_assert_int_eq(bo_target_insert(target, &quad), BO_OK);
}

static void setup(void) {
    char text[60];
    folder_make();
    arena = bo_arena_new(0);
    ck_assert_int_eq(
        bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    for (int i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "un texte assez long %d", i);
        put(bo_txn_target(txn), "x:a", "x:label", text, "x:g");
        snprintf(text, sizeof text, "un secret assez long %d", i);
        put(bo_txn_target(txn), "x:a", "x:label", text, "x:hidden");
    }
    put(bo_txn_target(txn), "x:a", "x:type", "y", "x:g");
    ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
}

static void teardown(void) {
    bo_txn_abort(txn);
    bo_store_close(store);
    bo_arena_free(arena);
    folder_remove();
}

static bo_json *explain(const char *text, bool hidden, const bo_query_options *options) {
    const bo_str secret = BO_STR("x:hidden");
    bo_graph_set *readable = NULL;
    bo_source *source;
    bo_query *query;
    bo_json *plan;
    bo_text out;
    if (hidden) ck_assert_int_eq(bo_graph_set_new(&readable, txn, true, &secret, 1, arena), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, txn, readable, arena), BO_OK);
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), options) == BO_OK, "%s", bo_error_last()->message);
    bo_text_init(&out, 0);
    ck_assert_msg(bo_query_explain(&out, query, source, options) == BO_OK, "%s", bo_error_last()->message);
    ck_assert_msg(bo_json_parse(&plan, bo_text_str(&out), NULL, arena) == BO_OK, "%s: %s",
                  bo_error_last()->message, bo_text_str(&out).ptr);
    bo_text_done(&out);
    bo_query_free(query);
    return plan;
}

/* The first operator of a name, from the top down. */
static const bo_json *find(const bo_json *op, const char *name) {
    if (bo_str_eq(bo_json_get_string(op, BO_STR("operator")), bo_str_of(name))) return op;
    const bo_json *inputs = bo_json_get(op, BO_STR("inputs")), *found = NULL;
    for (size_t i = 0; inputs != NULL && i < inputs->len && found == NULL; i++)
        found = find(inputs->items[i], name);
    return found;
}

static int64_t number(const bo_json *op, const char *key) {
    int64_t value = -1;
    return bo_json_integer(&value, bo_json_get(op, bo_str_of(key))) ? value : -1;
}

START_TEST(rows_are_counted) {
    bo_json *whole = explain("SELECT ?l { ?s <x:label> ?l ; <x:type> \"y\" FILTER(CONTAINS(?l, \"texte\")) }",
                             false, NULL);
    const bo_json *plan = bo_json_get(whole, BO_STR("plan"));
    ck_assert_int_eq(number(whole, "rows"), 50);
    ck_assert_int_eq(number(plan, "rows"), 50);
    const bo_json *filter = find(plan, "filter"), *scan = find(plan, "scan");
    ck_assert_ptr_nonnull(filter);
    ck_assert_ptr_nonnull(scan);
    ck_assert_ptr_nonnull(
        strstr(bo_json_get_string(filter, BO_STR("detail")).ptr, "CONTAINS(?l, \"texte\")"));
    ck_assert_int_eq(number(filter, "rows"), 50);
    ck_assert_int_eq(number(scan, "rows"), 100);
    ck_assert_int_ge(number(scan, "expectedRows"), 1);
    ck_assert_ptr_nonnull(bo_json_get(scan, BO_STR("milliseconds")));
    ck_assert(bo_str_eq(bo_json_get_string(scan, BO_STR("detail")), BO_STR("?s <x:label> ?l")));
}
END_TEST

START_TEST(every_operator_is_shown) {
    static const char *const texts[][2] = {
        {"SELECT * { ?s <x:label> ?l OPTIONAL { ?s <x:no> ?n } }", "optional"},
        {"SELECT * { { ?s <x:label> ?l } UNION { ?s <x:type> ?l } }", "union"},
        {"SELECT * { ?s <x:label> ?l MINUS { ?s <x:no> ?n } }", "minus"},
        {"SELECT * { ?s <x:label> ?l FILTER NOT EXISTS { ?s <x:no> ?n } }", "exists"},
        {"SELECT * { ?s <x:label> ?l FILTER(EXISTS { ?s <x:no> ?n } || ?l = \"\") }", "scan"},
        {"SELECT (COUNT(*) AS ?c) { ?s <x:label> ?l } GROUP BY ?s", "group"},
        {"SELECT DISTINCT ?s { ?s <x:label> ?l } ORDER BY ?s LIMIT 1", "order"},
        {"SELECT * { ?s <x:label>+|^<x:type> ?l }", "path"},
        {"SELECT * { VALUES ?s { <x:a> } ?s <x:label> ?l BIND(1 AS ?one) }", "values"},
        {"SELECT * { GRAPH ?g { ?s <x:label> ?l OPTIONAL { ?s ?p ?g } } }", "graph"},
        {"ASK { ?s <x:label> ?l }", "scan"},
        {"DESCRIBE ?s { ?s <x:label> ?l }", "scan"},
        {"CONSTRUCT { ?s <x:p> ?l } { ?s <x:label> ?l }", "scan"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const bo_json *plan = bo_json_get(explain(texts[i][0], false, NULL), BO_STR("plan"));
        ck_assert_msg(find(plan, texts[i][1]) != NULL, "%s shows no %s", texts[i][0], texts[i][1]);
    }
}
END_TEST

START_TEST(a_limit_is_told_with_what_was_done) {
    bo_query_options options = {.row_cap = 10};
    bo_json *whole = explain("SELECT ?l { ?s <x:label> ?l }", false, &options);
    ck_assert_ptr_nonnull(strstr(bo_json_get_string(whole, BO_STR("error")).ptr, "10 rows"));
    ck_assert_int_eq(number(whole, "rows"), 10);
    ck_assert_int_gt(number(find(bo_json_get(whole, BO_STR("plan")), "scan"), "rows"), 10);
}
END_TEST

START_TEST(hidden_quads_are_not_counted) {
    const bo_json *plan = bo_json_get(explain("SELECT ?l { ?s <x:label> ?l }", true, NULL), BO_STR("plan"));
    const bo_json *scan = find(plan, "scan");
    ck_assert_int_eq(number(scan, "rows"), 50);
    ck_assert_ptr_null(bo_json_get(scan, BO_STR("expectedRows")));
    const char *search =
        "SELECT ?l { ?s <x:label> ?l FILTER(<https://w3id.org/bien-commun/text#matches>(?l, \"secret 7\")) }";
    plan = bo_json_get(explain(search, false, NULL), BO_STR("plan"));
    ck_assert_int_eq(number(find(plan, "words"), "rows"), 1); /* the index is used */
    plan = bo_json_get(explain(search, true, NULL), BO_STR("plan"));
    ck_assert_ptr_nonnull(find(plan, "words"));
    for (const char *const *name = (const char *const[]){"words", "filter", "scan", NULL}; *name != NULL;
         name++)
        ck_assert_msg(number(find(plan, *name), "rows") <= 0, "%s tells", *name);
}
END_TEST

Suite *test_explain(void) {
    Suite *suite = suite_create("explain");
    TCase *tests = tcase_create("explain");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, rows_are_counted);
    tcase_add_test(tests, every_operator_is_shown);
    tcase_add_test(tests, a_limit_is_told_with_what_was_done);
    tcase_add_test(tests, hidden_quads_are_not_counted);
    suite_add_tcase(suite, tests);
    return suite;
}
