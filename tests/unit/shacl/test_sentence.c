/* SPDX-License-Identifier: Apache-2.0
 * What a person reads, in both languages.
 */
#include <stdlib.h>

#include "turtle.h"

/* The only result of "x" against a property shape at :aName, as its sentence. */
static void says(const char *shape, const char *value, bo_language language, const char *expected) {
    char shapes_text[700], data_text[300];
    bo_arena *arena = bo_arena_new(0);
    bo_report report;
    snprintf(shapes_text, sizeof shapes_text,
             ":S sh:targetClass :T ; sh:property [ sh:path :aName ; %s ] . :labelled rdfs:label "
             "\"étiquette\"@fr , "
             "\"label\"@en .",
             shape);
    snprintf(data_text, sizeof data_text, ":x a :T %s .", value);
    bo_shapes *shapes = shapes_from(shapes_text, NULL);
    bo_graph *data = from_turtle(data_text);
    ck_assert_int_eq(bo_validate(&report, shapes, bo_graph_source(data), NULL, arena), BO_OK);
    ck_assert_msg(report.len >= 1, "%s is right", data_text);
    bo_str got = bo_result_sentence(&report.results[0], language, arena);
    ck_assert_msg(bo_str_eq(got, bo_str_of(expected)), "%s: '%.*s', not '%s'", shape, BO_STR_ARG(got),
                  expected);
    bo_graph_free(data);
    bo_shapes_free(shapes);
    bo_arena_free(arena);
}

START_TEST(sentences) {
    says("sh:minCount 1", "", BO_FRENCH, "« a name » est à remplir.");
    says("sh:minCount 1", "", BO_ENGLISH, "“a name” has to be filled in.");
    says("sh:minCount 2 ; sh:name \"nom\"@fr , \"name\"@en", "", BO_FRENCH,
         "« nom » : il en faut au moins 2.");
    says("sh:minCount 2 ; sh:name \"nom\"@fr , \"name\"@en", "", BO_ENGLISH,
         "“name”: at least 2 are needed.");
    says("sh:minCount 2 ; sh:name \"nom\"@fr", "", BO_ENGLISH, "“a name”: at least 2 are needed.");
    says("sh:maxCount 1 ; sh:name \"nom\"", "; :aName 1 , 2", BO_FRENCH,
         "« nom » : une seule valeur, pas plus.");
    says("sh:datatype xsd:date", "; :aName \"hier\"", BO_FRENCH,
         "« a name » doit être une date, comme 2026-05-31, et non « hier ».");
    says("sh:datatype xsd:time", "; :aName \"soon\"", BO_ENGLISH,
         "“a name”: “soon” is not of the right form (a time, like 18:30:00).");
    says("sh:in ( :labelled :notLabelled \"text\" )", "; :aName 4", BO_FRENCH,
         "« a name » : « 4 » n'est pas un choix possible. Choisissez parmi : étiquette, not labelled, text.");
    says("sh:in ( :labelled :notLabelled \"text\" )", "; :aName 4", BO_ENGLISH,
         "“a name”: “4” is no possible choice. Choose among: label, not labelled, text.");
    says("sh:class :labelled", "; :aName :y", BO_ENGLISH,
         "“a name” must lead to this: label. “http://example.org/y” is none.");
    says("sh:node [ sh:property [ sh:path :street ; sh:minCount 1 ] ]", "; :aName [ :town :x ]", BO_FRENCH,
         "« a name » : « street » est à remplir.");
    says("sh:node [ sh:property [ sh:path :street ; sh:minCount 1 ] ; sh:nodeKind sh:IRI ]",
         "; :aName [ :street 1 ]", BO_ENGLISH,
         "“a name”: “the page” must lead to a page by its address; “what is described there” is none.");
    says("sh:maxLength 3", "; :aName \"quatre\"", BO_FRENCH,
         "« a name » est trop long : 3 caractères au plus.");
    says("sh:disjoint :labelled", "; :aName 1 ; :labelled 1", BO_ENGLISH,
         "“a name” and “label” can't be the same: 1.");
}
END_TEST

START_TEST(what_the_author_wrote_goes_first) {
    says("sh:minCount 1 ; sh:message \"Dites un nom.\"@fr", "", BO_FRENCH, "Dites un nom.");
    says("sh:minCount 1 ; sh:message \"Dites un nom.\"@fr", "", BO_ENGLISH, "“a name” has to be filled in.");
    says("sh:minCount 1 ; sh:message \"Say {?minCount} {$name}, not {?nothing}\"", "", BO_ENGLISH,
         "Say 1 a name, not {?nothing}");
    says("sh:pattern \"^a\" ; sh:message \"{?value} of {$this} at {?path}: {{?pattern}}\"@fr-FR",
         "; :aName \"b\"", BO_FRENCH, "b of http://example.org/x at <http://example.org/aName>: {^a}");
}
END_TEST

/* Cut between characters, whatever stands there. */
START_TEST(long_values_are_cut) {
    char value[200] = "; :aName \"a", expected[400] = "« a name » : « a";
    for (int i = 0; i < 60; i++) strncat(value, "é", sizeof value - strlen(value) - 1);
    for (int i = 0; i < 39; i++) strncat(expected, "é", sizeof expected - strlen(expected) - 1);
    strncat(value, "\"", sizeof value - strlen(value) - 1);
    strncat(expected, "… » ne s'écrit pas comme il faut.", sizeof expected - strlen(expected) - 1);
    says("sh:pattern \"^b\"", value, BO_FRENCH, expected);
}
END_TEST

START_TEST(languages) {
    bo_language language = BO_FRENCH;
    ck_assert(bo_language_of(&language, BO_STR("en_GB.UTF-8")) && language == BO_ENGLISH);
    ck_assert(bo_language_of(&language, BO_STR("FR-ca")) && language == BO_FRENCH);
    ck_assert(bo_language_of(&language, BO_STR("en")) && language == BO_ENGLISH);
    ck_assert(!bo_language_of(&language, BO_STR("eng")) && !bo_language_of(&language, BO_STR("C.UTF-8")));
    ck_assert(!bo_language_of(&language, BO_STR("")));
}
END_TEST

START_TEST(json) {
    bo_arena *arena = bo_arena_new(0);
    bo_shapes *shapes =
        shapes_from(":S sh:targetClass :T ; sh:property [ sh:path rdfs:label ; sh:maxLength 2 ] .", NULL);
    bo_graph *data = from_turtle(":x a :T ; rdfs:label \"abc\" .");
    bo_report report;
    bo_text text;
    bo_json_writer writer;
    bo_text_init(&text, 0);
    bo_json_begin(&writer, &text);
    ck_assert_int_eq(bo_validate(&report, shapes, bo_graph_source(data), NULL, arena), BO_OK);
    bo_report_json(&writer, &report, BO_ENGLISH, arena);
    bo_json *read;
    ck_assert_int_eq(bo_json_parse(&read, bo_text_str(&text), NULL, arena), BO_OK);
    const bo_json *one = bo_json_at(read, 0);
    static const char *const members[][2] = {{"path", "rdfs:label"},
                                             {"name", "label"},
                                             {"value", "abc"},
                                             {"message", "“label” is too long: at most 2 characters."},
                                             {"severity", "sh:Violation"},
                                             {"component", "sh:MaxLengthConstraintComponent"},
                                             {"focus", "http://example.org/x"}};
    for (size_t i = 0; i < 7; i++) {
        bo_str got = bo_json_get_string(one, bo_str_of(members[i][0]));
        ck_assert_msg(bo_str_eq(got, bo_str_of(members[i][1])), "%s: %.*s", members[i][0], BO_STR_ARG(got));
    }
    bo_str french = bo_json_get_string(bo_json_get(one, BO_STR("messages")), BO_STR("fr"));
    ck_assert(bo_str_eq(french, BO_STR("« label » est trop long : 2 caractères au plus.")));
    bo_text_done(&text);
    bo_graph_free(data);
    bo_shapes_free(shapes);
    bo_arena_free(arena);
}
END_TEST

Suite *test_sentence(void) {
    Suite *suite = suite_create("sentence");
    TCase *tcase = tcase_create("sentence");
    tcase_add_test(tcase, sentences);
    tcase_add_test(tcase, what_the_author_wrote_goes_first);
    tcase_add_test(tcase, long_values_are_cut);
    tcase_add_test(tcase, languages);
    tcase_add_test(tcase, json);
    suite_add_tcase(suite, tcase);
    return suite;
}
