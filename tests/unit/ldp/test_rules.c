/* SPDX-License-Identifier: Apache-2.0
 * The shapes in use: what they refuse, and a folder of more of them that changes.
 */
#include "ldp/rules.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "rdf/vocab.h"

static bo_arena *arena;
static char folder[64];

static void setup(void) {
    arena = bo_arena_new(0);
    snprintf(folder, sizeof folder, "/tmp/bocage-rules-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void) {
    char path[96];
    snprintf(path, sizeof path, "%s/own.ttl", folder), unlink(path);
    rmdir(folder);
    bo_arena_free(arena);
}

static void put_file(const char *text) {
    char path[96];
    snprintf(path, sizeof path, "%s/own.ttl", folder);
    ck_assert_int_eq(bo_fs_write(path, bo_str_of(text), 0644), BO_OK);
}

static bo_graph *of_type(const char *type) {
    bo_graph *graph;
    bo_quad quad = {bo_term_iri(BO_STR("http://a.example/x")),
                    bo_term_iri(BO_RDF_TYPE),
                    bo_term_iri(bo_str_of(type)),
                    {0}};
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    return graph;
}

static bo_status ask(bo_rules *rules, const char *type, bo_language language, bo_rules_answer *answer) {
    bo_graph *graph = of_type(type);
    bo_rules_question question = {
        .content = graph, .iri = BO_STR("http://a.example/x"), .language = language};
    bo_status status = bo_rules_check(rules, answer, &question, arena);
    bo_graph_free(graph);
    return status;
}

START_TEST(what_is_wrong_is_said) {
    bo_rules *rules;
    bo_rules_answer answer = {0};
    ck_assert_int_eq(bo_rules_new(&rules, NULL), BO_OK);
    ck_assert_int_eq(ask(rules, BO_PAIR_NS "Organization", BO_FRENCH, &answer), BO_INVALID);
    ck_assert_str_eq(bo_error_last()->message, "Une organisation a un nom.");
    bo_json *errors;
    ck_assert_int_eq(bo_json_parse(&errors, answer.errors, NULL, arena), BO_OK);
    ck_assert_uint_eq(errors->len, 1);
    ck_assert(bo_str_eq(bo_json_get_string(bo_json_at(errors, 0), BO_STR("path")), BO_STR("pair:label")));
    ck_assert(bo_str_eq(answer.warnings, BO_STR("[]")));
    ck_assert_int_eq(ask(rules, BO_OBC_NS "EssentialNeed", BO_ENGLISH, NULL), BO_INVALID);
    ck_assert_str_eq(bo_error_last()->message, "A need has a name. (and 2 more)");
    /* no more than are asked for */
    bo_graph *graph = of_type(BO_OBC_NS "EssentialNeed");
    bo_rules_question one = {.content = graph, .iri = BO_STR("http://a.example/x"), .result_cap = 1};
    ck_assert_int_eq(bo_rules_check(rules, &answer, &one, arena), BO_INVALID);
    ck_assert_int_eq(bo_json_parse(&errors, answer.errors, NULL, arena), BO_OK);
    ck_assert_uint_eq(errors->len, 1);
    bo_graph_free(graph);
    /* only a warning */
    ck_assert_int_eq(ask(rules, BO_PAIR_NS "Document", BO_FRENCH, &answer), BO_OK);
    bo_rules_free(rules);
}
END_TEST

#define OWN                                                                                                  \
    "@prefix sh: <http://www.w3.org/ns/shacl#> . <http://a.example/S> sh:targetClass <http://a.example/T> "  \
    "; "                                                                                                     \
    "sh:property [ sh:path <http://a.example/p> ; sh:minCount 1 ] ."

START_TEST(a_folder_of_more) {
    bo_rules *rules;
    bool changed;
    bo_str text;
    ck_assert_int_eq(bo_rules_new(&rules, folder), BO_OK);
    ck_assert_int_eq(ask(rules, "http://a.example/T", BO_FRENCH, NULL), BO_OK);
    put_file(OWN);
    ck_assert_int_eq(bo_rules_refresh(rules, &changed), BO_OK);
    ck_assert(changed);
    ck_assert_int_eq(ask(rules, "http://a.example/T", BO_FRENCH, NULL), BO_INVALID);
    ck_assert_int_eq(bo_rules_text(rules, &text, arena), BO_OK);
    ck_assert(bo_str_find_str(text, BO_STR("<http://a.example/S>")) < text.len);
    /* not twice within a second, and then only when something is new */
    put_file("");
    ck_assert_int_eq(bo_rules_refresh(rules, &changed), BO_OK);
    ck_assert(!changed);
    put_file(OWN " nonsense");
    usleep(1050000);
    ck_assert_int_eq(bo_rules_refresh(rules, &changed), BO_SYNTAX);
    ck_assert(!changed && strstr(bo_error_last()->message, "own.ttl, line 1") != NULL);
    ck_assert_int_eq(ask(rules, "http://a.example/T", BO_FRENCH, NULL), BO_INVALID);
    bo_rules_free(rules);
    ck_assert_int_eq(bo_rules_new(&rules, folder), BO_SYNTAX);
}
END_TEST

Suite *test_rules(void) {
    Suite *suite = suite_create("rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, what_is_wrong_is_said);
    tcase_add_test(tcase, a_folder_of_more);
    suite_add_tcase(suite, tcase);
    return suite;
}
