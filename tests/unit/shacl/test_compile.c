/* SPDX-License-Identifier: Apache-2.0
 * Shapes that can't be: each is refused with a sentence that says which shape and what would be right.
 */
#include "turtle.h"

static void refused(const char *text, bo_status expected, const char *word,
                    const bo_shapes_options *options) {
    bo_graph *graph = from_turtle(text);
    bo_shapes *shapes = NULL;
    bo_status status = bo_shapes_new(&shapes, bo_graph_source(graph), options);
    ck_assert_msg(status == expected, "%s: %s (%s)", text, bo_status_name(status), bo_error_last()->message);
    ck_assert_msg(strstr(bo_error_last()->message, word) != NULL, "%s: '%s' lacks '%s'", text,
                  bo_error_last()->message, word);
    bo_graph_free(graph);
}

START_TEST(ill_formed_shapes) {
    static const struct {
        const char *shape, *word;
    } cases[] = {
        {"sh:minCount 1", "without sh:path"},
        {"sh:path :p ; sh:minCount 1.5", "whole number"},
        {"sh:path :p ; sh:minCount -1", "whole number"},
        {"sh:path :p ; sh:minCount 1 ; sh:minCount 2", "once"},
        {"sh:path :p ; sh:path :q", "one value"},
        {"a sh:PropertyShape", "needs a sh:path"},
        {"sh:path \"p\"", "property path"},
        {"sh:path [ sh:inversePath [] ]", "property path"},
        {"sh:path ( :p )", "two parts"},
        {"sh:path [ sh:alternativePath ( :p ) ]", "two parts"},
        {"sh:class \"C\"", "an IRI"},
        {"sh:datatype :a ; sh:datatype :b", "once"},
        {"sh:nodeKind :IRI", "sh:IRI"},
        {"sh:pattern \"(\"", "regular expression"},
        {"sh:pattern \"a\" ; sh:flags \"k\"", "flags"},
        {"sh:pattern :p", "a text"},
        {"sh:in 3", "RDF list"},
        {"sh:in [ rdf:first 1 ]", "RDF list"},
        {"sh:languageIn ( :fr )", "language tags"},
        {"sh:minInclusive :five", "literal"},
        {"sh:closed \"yes\"", "true or false"},
        {"sh:deactivated \"yes\"", "sh:deactivated"},
        {"sh:severity \"bad\"", "sh:severity"},
        {"sh:message 5", "sh:message"},
        {"sh:property [ sh:nodeKind sh:IRI ]", "property shape"},
        {"sh:node [ sh:path :p ]", "node shape"},
        {"sh:not :S", "negation"},
        {"sh:xone ( [ sh:node :S ] [] )", "negation"},
        {"sh:sparql [ ]", "sh:select"},
        {"sh:sparql [ sh:select \"SELECT $this {\" ]", "query"},
        {"sh:sparql [ sh:select \"ASK {}\" ]", "SELECT"},
        {"sh:sparql [ sh:select \"SELECT $this { $this ?p ?o MINUS { $this :p ?o } }\" ]", "query"},
        {"sh:sparql [ sh:select \"SELECT $this { GRAPH $shapesGraph { ?s ?p ?o } }\" ]", "not offered"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        snprintf(text, sizeof text, ":S sh:targetClass :T ; %s .", cases[i].shape);
        refused(text, BO_INVALID, cases[i].word, NULL);
        ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "the shape"));
    }
    refused(":S sh:targetClass [] .", BO_INVALID, "target", NULL);
    refused(":S sh:targetClass :T ; sh:property [ sh:path rdfs:label ; sh:minCount -1 ] .", BO_INVALID,
            "the shape <http://example.org/S>, in rdfs:label: sh:minCount must", NULL);
}
END_TEST

/* What no target leads to is nobody's business (section 3.4). */
START_TEST(unused_shapes_may_be_anything) {
    bo_shapes *shapes =
        shapes_from(":S sh:targetClass :T . :U a sh:PropertyShape ; sh:minCount \"many\" .", NULL);
    ck_assert_uint_eq(bo_shapes_targeted(shapes), 1);
    bo_shapes_free(shapes);
    shapes = shapes_from(":S sh:targetClass :T ; sh:deactivated true ; sh:minCount \"many\" .", NULL);
    bo_shapes_free(shapes);
}
END_TEST

START_TEST(caps) {
    bo_shapes_options two = {.shape_cap = 2, .list_cap = 2};
    refused(":A sh:targetClass :T ; sh:node :B . :B sh:node :C .", BO_LIMIT, "2 shapes", &two);
    refused(":A sh:targetClass :T ; sh:in ( 1 2 3 ) .", BO_LIMIT, "2 members", &two);
    refused(":A sh:targetClass :T ; sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", BO_LIMIT, "2 members",
            &two);
    refused(":A sh:targetClass :T ; sh:path _:p . _:p sh:inversePath _:p .", BO_INVALID, "itself", NULL);
}
END_TEST

/* A chain of shapes that would overflow the stack of a reader that goes down it. */
START_TEST(long_chains) {
    bo_graph *graph;
    bo_shapes *shapes;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    add_turtle(graph, ":s0 sh:targetClass :T .", "");
    for (int i = 0; i < 9000; i++) {
        char from[40], to[40];
        snprintf(from, sizeof from, "http://example.org/s%d", i);
        snprintf(to, sizeof to, "http://example.org/s%d", i + 1);
        bo_quad quad = {
            bo_term_iri(bo_str_of(from)), bo_term_iri(BO_STR("http://www.w3.org/ns/shacl#and")), {0}, {0}};
        bo_term cell = bo_term_blank(bo_str_of(to));
        quad.o = cell;
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
        quad = (bo_quad){cell,
                         bo_term_iri(BO_STR("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")),
                         bo_term_iri(bo_str_of(to)),
                         {0}};
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
        quad.p = bo_term_iri(BO_STR("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"));
        quad.o = bo_term_iri(BO_STR("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"));
        ck_assert_int_eq(bo_graph_add(graph, &quad), BO_OK);
    }
    ck_assert_msg(bo_shapes_new(&shapes, bo_graph_source(graph), NULL) == BO_OK, "%s",
                  bo_error_last()->message);
    bo_graph *data = from_turtle(":x a :T .");
    bo_arena *arena = bo_arena_new(0);
    bo_report report;
    ck_assert_int_eq(bo_validate(&report, shapes, bo_graph_source(data), NULL, arena), BO_LIMIT);
    bo_arena_free(arena);
    bo_graph_free(data);
    bo_shapes_free(shapes);
    bo_graph_free(graph);
}
END_TEST

Suite *test_compile(void) {
    Suite *suite = suite_create("compile");
    TCase *tcase = tcase_create("compile");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, ill_formed_shapes);
    tcase_add_test(tcase, unused_shapes_may_be_anything);
    tcase_add_test(tcase, caps);
    tcase_add_test(tcase, long_chains);
    suite_add_tcase(suite, tcase);
    return suite;
}
