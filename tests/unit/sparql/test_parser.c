/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/sparql.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static bo_status parse(const char *text, bool update) {
    bo_query *query = NULL;
    bo_query_options options = {.base = BO_STR("http://example.org/")};
    bo_status status = update ? bo_update_parse(&query, bo_str_of(text), &options)
                              : bo_query_parse(&query, bo_str_of(text), &options);
    bo_query_free(query);
    return status;
}

static const char *const good_queries[] = {
    "SELECT * {}",
    "SELECT ?x WHERE { ?x a <t> ; <p> 1 , -2.5 , +1e3 , 'a'@fr-FR , \"b\"^^<d> . }",
    "PREFIX : <http://x/> SELECT ?x { ?x :p/:q*|^:r+ ?y ; !(:a|^a) [] , (1 2 ()) . [ :p 1 ] FILTER(?x < ?y) "
    "}",
    "SELECT (COUNT(*) AS ?n) (SUM(?x) + 1 AS ?s) { ?a ?b ?x } GROUP BY ?a (?b AS ?c) HAVING (SUM(?x) > 2)",
    "SELECT ?x { ?x ?p ?o OPTIONAL { ?o ?q ?r FILTER(?r > 1) } MINUS { ?x <p> 2 } } ORDER BY DESC(?x) ?p "
    "LIMIT 1",
    "SELECT ?x { { SELECT ?x (MAX(?y) AS ?m) { ?x <p> ?y } GROUP BY ?x } BIND(?m * 2 AS ?y) }",
    "ASK { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s <q> ?o } } VALUES (?s ?o) { (UNDEF 1) (<a> <b>) }",
    "CONSTRUCT { ?s ?p _:b . _:b <p> [] } WHERE { ?s ?p _:b }",
    "CONSTRUCT WHERE { ?s <p> [] } LIMIT 5",
    "DESCRIBE <x> ?y FROM <g> FROM NAMED <h> { ?y ?p 1 }",
    "SELECT ?x { ?x <p> ?y FILTER(?y IN (1, 2) && ?y NOT IN () || !BOUND(?z) && IF(?x, 1, 2)=COALESCE(?y)) }",
    "SELECT ?x { _:a <p> _:b FILTER(?x) _:a <q> ?x }",
    "SELECT ?x { ?x <p> '\\u00e9' . ?x <p\\u0061> '''a\"'b''' }",
    "SELECT ?x { SERVICE SILENT <s> { ?x ?y ?z } }",
    "SELECT $x{?x<p>1.}",
};
static const char *const bad_queries[] = {
    "",
    "SELECT ?x",
    "SELECT { ?x ?y ?z }",
    "SELECT * { ?x ?y }",
    "SELECT * { ?x <p> 1 . . }",
    "SELECT * { 'a ?y ?z }",
    "SELECT * { ?x a:b 1 }",
    "SELECT * { ?x <p> 1 BIND(2 AS ?x) }",
    "SELECT (1 AS ?x) (2 AS ?x) {}",
    "SELECT (1 AS ?x) { ?x <p> ?y }",
    "SELECT ?x { ?x <p> ?y } GROUP BY ?y",
    "SELECT * { ?x <p> ?y } GROUP BY ?y",
    "SELECT (SUM(?z + ?x) + ?x AS ?s) { ?x <p> ?y } GROUP BY ?y",
    "SELECT (SUM(COUNT(?x)) AS ?s) { ?x <p> ?y }",
    "SELECT * { ?x <p> ?y FILTER(COUNT(?x) > 1) }",
    "SELECT * { _:a <p> 1 OPTIONAL { _:a <q> 2 } }",
    "SELECT * { VALUES (?x ?y) { (1) } }",
    "SELECT * { VALUES (?x ?y) { (1 2 3) } }",
    "SELECT * { FILTER(STRLEN(1, 2)) }",
    "SELECT * { ?x <p> '\\q' }",
    "SELECT * { ?x <p> 'a\nb' }",
    "SELECT * {} LIMIT -1",
    "CONSTRUCT { ?x <p>+ ?y } { ?x <p> ?y }",
    "CONSTRUCT WHERE { ?x <p>+ ?y }",
    "SELECT * { ?x <p> \xC3( }",
    "SELECT * { GRAPH { ?x ?y ?z } }",
    "SELECT ?x { ?x ?y ?z } ORDER ?x",
    "INSERT DATA { <a> <b> <c> }",
};
static const char *const good_updates[] = {
    "",
    "INSERT DATA { <a> <b> 1 , _:x . GRAPH <g> { _:x <p> [] } } ; DELETE DATA { <a> <b> 1 }",
    "DELETE { ?s ?p ?o } INSERT { GRAPH ?g { ?s ?p _:n } } USING <u> WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p 1 } "
    "}",
    "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } ; DELETE WHERE { GRAPH <h> { ?s ?p ?o } ?s ?p 2 } ;",
    "LOAD SILENT <d> INTO GRAPH <g> ; CLEAR ALL ; DROP GRAPH <g> ; CREATE GRAPH <h> ; COPY DEFAULT TO <g> ; "
    "PREFIX : <http://x/> ADD :a TO :b ; MOVE GRAPH <a> TO DEFAULT",
};
static const char *const bad_updates[] = {
    "SELECT * {}",
    "INSERT DATA { ?a <b> <c> }",
    "INSERT DATA { <a> <b> }",
    "DELETE DATA { _:a <b> <c> }",
    "DELETE { _:a <b> <c> } WHERE {}",
    "DELETE WHERE { [] <b> <c> }",
    "INSERT DATA { _:a <b> 1 } ; INSERT DATA { _:a <b> 1 }",
    "INSERT { <a> <b>/<c> 1 } WHERE {}",
    "CLEAR ; DROP",
};

#define EACH(cases, update, expected)                                                                        \
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)                                                \
    ck_assert_msg(parse(cases[i], update) == (expected), "%s\n%s", cases[i], bo_error_last()->message)

START_TEST(says_what_is_well_formed) {
    EACH(good_queries, false, BO_OK);
    EACH(bad_queries, false, BO_SYNTAX);
    EACH(good_updates, true, BO_OK);
    EACH(bad_updates, true, BO_SYNTAX);
}
END_TEST

START_TEST(errors_have_a_place) {
    ck_assert_int_eq(parse("SELECT ?x {\n  # caf\xC3\xA9\n  ?\xC3\xA9 a\n}", false), BO_SYNTAX);
    ck_assert_uint_eq(bo_error_last()->line, 4);
    ck_assert_uint_eq(bo_error_last()->column, 1);
    ck_assert_int_eq(parse("SELECT ?x { ?x '\xC3\xA9' }", false), BO_SYNTAX);
    ck_assert_uint_eq(bo_error_last()->line, 1);
    ck_assert_uint_eq(bo_error_last()->column, 16);
}
END_TEST

/* `count` times `open`, then `middle`, then `count` times `close`. */
static char *repeated(const char *start, const char *open, const char *middle, const char *close,
                      size_t count) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, bo_str_of(start));
    for (size_t i = 0; i < count; i++) bo_text_put(&text, bo_str_of(open));
    bo_text_put(&text, bo_str_of(middle));
    for (size_t i = 0; i < count; i++) bo_text_put(&text, bo_str_of(close));
    ck_assert_int_eq(bo_text_end(&text), BO_OK);
    bo_str s = bo_text_str(&text);
    char *copy = malloc(s.len + 1);
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    bo_text_done(&text);
    return copy;
}

START_TEST(nesting_has_a_cap) {
    static const struct {
        const char *start, *open, *middle, *close;
    } cases[] = {{"SELECT * ", "{", "", "}"},
                 {"SELECT * { FILTER", "(", "1", ")"},
                 {"SELECT * { ?x <p> ", "[ <p> ", "1", "]"},
                 {"SELECT * { ?x <p> ", "(", "1", ")"},
                 {"SELECT * { ?x ", "(", "<p>", ")"},
                 {"SELECT * { FILTER(1", "+1", ")}", ""},
                 {"SELECT * { ", "{} UNION ", "{}", ""},
                 {"SELECT * { ?x <p>", "/<p>", " 1 }", ""},
                 {"SELECT * { FILTER EXISTS ", "{ FILTER EXISTS ", "{}", "}"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = repeated(cases[i].start, cases[i].open, cases[i].middle, cases[i].close, 100000);
        ck_assert_int_eq(parse(text, false), BO_SYNTAX);
        free(text);
    }
}
END_TEST

Suite *test_parser(void) {
    Suite *suite = suite_create("parser");
    TCase *tcase = tcase_create("parser");
    tcase_add_test(tcase, says_what_is_well_formed);
    tcase_add_test(tcase, errors_have_a_place);
    tcase_add_test(tcase, nesting_has_a_cap);
    suite_add_tcase(suite, tcase);
    return suite;
}
