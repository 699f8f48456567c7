/* SPDX-License-Identifier: Apache-2.0
 * What the asker may not read is nowhere: every query gives the same over a store with hidden graphs as over
 * a store that never had them, to the last byte of results, plans and errors.
 */
#include "bocage/json.h"
#include "bocage/sparql.h"
#include "bocage/store.h"
#include "unit/store/folder.h"

#define TEXT "PREFIX text: <https://w3id.org/bien-commun/text#> "

/* The last graph is the hidden one. It says other things of the same subjects, makes ways between them, and
 * has terms that are nowhere else. */
static const char *const quads[][4] = {
    {"x:a", "x:knows", "x:b", "x:g"},
    {"x:b", "x:knows", "x:c", "x:g"},
    {"x:a", "x:label", "\"Le jardin partagé", "x:g"},
    {"x:b", "x:label", "\"La maison", "x:h"},
    {"x:a", "x:age", "\"30", "x:h"},
    {"_n", "x:label", "\"sans nom", "x:h"},
    {"x:c", "x:knows", "x:d", "x:hidden"},
    {"x:d", "x:label", "\"Le jardin secret", "x:hidden"},
    {"x:a", "x:label", "\"Le secret de la maison", "x:hidden"},
    {"x:secret", "x:tells", "x:a", "x:hidden"},
    {"x:a", "x:age", "\"99", "x:hidden"},
    {"x:d", "x:knows", "x:a", "x:hidden"},
    {"_m", "x:label", "\"caché", "x:hidden"},
    {"x:a", "x:knows", "x:b", "x:hidden"},
    {"x:b", "x:member", "x:hidden", "x:g"}, /* its name alone is no secret */
};

static const char *const queries[] = {
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT ?g { GRAPH ?g {} } ORDER BY ?g",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT * { GRAPH <x:hidden> { ?s ?p ?o } }",
    "SELECT * { GRAPH <x:hidden> {} }",
    "SELECT * FROM <x:hidden> { ?s ?p ?o }",
    "SELECT * FROM NAMED <x:hidden> { GRAPH ?g { ?s ?p ?o } }",
    "ASK { ?s <x:tells> ?o }",
    "ASK { <x:d> ?p ?o }",
    "ASK { GRAPH <x:hidden> { <x:d> ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s <x:knows> ?o }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) (COUNT(DISTINCT ?s) AS ?m) { ?s ?p ?o }",
    "SELECT (MAX(?a) AS ?m) (GROUP_CONCAT(?a) AS ?c) { <x:a> <x:age> ?a }",
    "SELECT ?s { ?s <x:label> ?l FILTER EXISTS { ?s <x:tells> ?o } }",
    "SELECT ?s { ?s <x:label> ?l FILTER NOT EXISTS { ?x <x:knows> ?s } } ORDER BY ?s",
    "SELECT ?s { ?s <x:label> ?l FILTER(EXISTS { ?s <x:age> \"99\" } || ?l = \"La maison\") } ORDER BY ?s",
    "SELECT * { <x:a> <x:knows>+ ?o } ORDER BY ?o",
    "SELECT * { ?s <x:knows>* <x:d> } ORDER BY ?s",
    "SELECT * { ?s <x:knows>+ ?s }",
    "SELECT * { ?s ^<x:tells>/<x:age>? ?o } ORDER BY ?s ?o",
    "SELECT * { <x:a> !(<x:knows>) ?o } ORDER BY ?o",
    "SELECT ?s { ?s <x:label> ?l MINUS { ?s <x:age> \"99\" } } ORDER BY ?s",
    "SELECT ?s { ?s <x:knows> ?o MINUS { ?x <x:tells> ?s } } ORDER BY ?s",
    "SELECT ?s ?o { ?s <x:label> ?l OPTIONAL { ?s <x:tells> ?o } } ORDER BY ?s",
    "SELECT ?s { { ?s <x:tells> ?o } UNION { ?s <x:age> ?o } } ORDER BY ?s",
    "DESCRIBE <x:a>",
    "DESCRIBE <x:d> <x:secret> <x:hidden>",
    "DESCRIBE ?s { ?s <x:knows> ?o }",
    "CONSTRUCT { ?s <x:p> ?o } { ?s <x:tells>|<x:age> ?o }",
    TEXT "SELECT ?s { ?s <x:label> ?l FILTER(text:matches(?l, \"secret\")) }",
    TEXT "SELECT ?l { ?s <x:label> ?l FILTER(text:matches(?l, \"jardin\")) } ORDER BY DESC(text:score(?l, "
         "\"jardin\"))",
    TEXT "SELECT (COUNT(*) AS ?n) { ?s <x:label> ?l FILTER(text:matches(?l, \"maison -secret\")) }",
    TEXT "SELECT ?l { ?s <x:label> ?l FILTER(text:matches(?l, \"cach*\")) }",
    "SELECT (1 / 0 AS ?x) (<x:nothing>(1) AS ?y) {}",
    "SELECT * { SERVICE <x:hidden> { ?s ?p ?o } }",
};

static bo_term term_of(const char *text) {
    if (text[0] == '"') return bo_term_string(bo_str_of(text + 1));
    return text[0] == '_' ? bo_term_blank(bo_str_of(text + 1)) : bo_term_iri(bo_str_of(text));
}

static bo_store *open_with(const char *path, bool all) {
    bo_store *store;
    bo_txn *txn;
    ck_assert_int_eq(bo_store_open(&store, path, &(bo_store_options){.create = true, .size_cap = 1 << 26}),
                     BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    for (size_t i = 0; i < sizeof quads / sizeof *quads; i++) {
        bo_quad quad = {term_of(quads[i][0]), term_of(quads[i][1]), term_of(quads[i][2]),
                        term_of(quads[i][3])};
        if (all || strcmp(quads[i][3], "x:hidden") != 0)
            ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
    }
    ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
    return store;
}

/* Times, and how often an operator was asked, are no facts about triples. */
static void put_without_times(bo_text *out, const bo_json *value) {
    static const char *const kept[] = {"operator", "detail", "rows", "expectedRows",
                                       "binds",    "form",   "error"};
    if (bo_json_is(value, BO_JSON_OBJECT))
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
            const bo_json *member = bo_json_get(value, bo_str_of(kept[i]));
            if (member == NULL) continue;
            bo_text_printf(out, " %s=", kept[i]);
            bo_json_write(out, member);
        }
    const bo_json *inputs = bo_json_get(value, BO_STR("inputs")), *plan = bo_json_get(value, BO_STR("plan"));
    for (size_t i = 0; inputs != NULL && i < inputs->len; i++) put_without_times(out, inputs->items[i]);
    if (plan != NULL) put_without_times(out, plan);
}

static void write_plan(bo_text *out, bo_query *query, bo_source *source, bo_arena *arena) {
    bo_text text;
    bo_json *plan;
    bo_text_init(&text, 0);
    if (bo_query_explain(&text, query, source, NULL) == BO_OK) {
        ck_assert_int_eq(bo_json_parse(&plan, bo_text_str(&text), NULL, arena), BO_OK);
        put_without_times(out, plan);
    }
    bo_text_done(&text);
}

static bo_status write_rows(bo_text *out, bo_rows *rows) {
    const bo_term *row;
    for (;;) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) return BO_OK;
        for (size_t i = 0; i < bo_rows_width(rows); i++) {
            bo_text_char(out, ' ');
            if (row[i].kind == BO_BLANK)
                BO_TEXT_LIT(out, "_");
            else if (row[i].kind != BO_NO_TERM)
                bo_term_write(out, &row[i]);
        }
        bo_text_char(out, '\n');
    }
}

/* Everything that an asker is told. */
static void tell(bo_text *out, bo_source *source, const char *text, bool no_planner, bo_arena *arena) {
    bo_query *query;
    bo_rows *rows = NULL;
    bool answer = false;
    bo_query_options options = {.no_planner = no_planner, .memory_cap = 64 << 20};
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), &options) == BO_OK, "%s", bo_error_last()->message);
    bo_status status = bo_query_run(&rows, query, source, &options);
    if (status == BO_OK)
        status = bo_query_form_of(query) == BO_ASK ? bo_rows_ask(rows, &answer) : write_rows(out, rows);
    bo_text_printf(out, "%d %s\n", status,
                   status != BO_OK ? bo_error_last()->message
                   : answer        ? "yes"
                                   : "no");
    bo_rows_free(rows);
    if (!no_planner) write_plan(out, query, source, arena);
    bo_query_free(query);
}

static bo_source *source_of(bo_txn **txn, bo_store *store, bool hide, bo_arena *arena) {
    const bo_str secret = BO_STR("x:hidden"), none = BO_STR("x:none");
    bo_graph_set *readable;
    bo_source *source;
    ck_assert_int_eq(bo_txn_begin(txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_graph_set_new(&readable, *txn, true, hide ? &secret : &none, 1, arena), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, *txn, readable, arena), BO_OK);
    return source;
}

START_TEST(hidden_graphs_change_nothing) {
    char first[64];
    bo_txn *txns[2];
    bo_arena *arena = bo_arena_new(0);
    folder_make();
    snprintf(first, sizeof first, "%s", folder_path);
    bo_store *whole = open_with(first, true);
    folder_make();
    bo_store *part = open_with(folder_path, false);
    bo_source *hiding = source_of(&txns[0], whole, true, arena),
              *without = source_of(&txns[1], part, false, arena);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        for (int no_planner = 0; no_planner < 2; no_planner++) {
            bo_text a, b;
            bo_text_init(&a, 0);
            bo_text_init(&b, 0);
            tell(&a, hiding, queries[i], no_planner != 0, arena);
            tell(&b, without, queries[i], no_planner != 0, arena);
            ck_assert_msg(bo_str_eq(bo_text_str(&a), bo_text_str(&b)),
                          "%s\nwith hidden graphs: %s\nwithout: %s", queries[i], bo_text_str(&a).ptr,
                          bo_text_str(&b).ptr);
            bo_text_done(&a);
            bo_text_done(&b);
        }
    }
    bo_txn_abort(txns[0]);
    bo_txn_abort(txns[1]);
    bo_store_close(part);
    folder_remove();
    bo_store_close(whole);
    snprintf(folder_path, sizeof folder_path, "%s", first);
    folder_remove();
    bo_arena_free(arena);
}
END_TEST

Suite *test_visibility(void) {
    Suite *suite = suite_create("visibility");
    TCase *tests = tcase_create("visibility");
    tcase_add_test(tests, hidden_graphs_change_nothing);
    suite_add_tcase(suite, tests);
    return suite;
}
