/* SPDX-License-Identifier: Apache-2.0
 * What the suite does not ask: what lies behind the data, recursion, caps, threads.
 */
#include <pthread.h>
#include <stdlib.h>

#include "turtle.h"

static bo_arena *arena;

static void setup(void) {
    arena = bo_arena_new(0);
}
static void teardown(void) {
    bo_arena_free(arena);
}

/* The results as "focus path value component", in order, one a line. */
static char *told(const bo_report *report) {
    bo_text text;
    bo_text_init(&text, 0);
    for (size_t i = 0; i < report->len; i++) {
        const bo_result *r = &report->results[i];
        bo_str component = bo_result_component(r), path = bo_result_path(r, arena);
        size_t at = bo_str_find_last(r->focus.value, '/') + 1;
        bo_str focus = at < r->focus.value.len ? bo_str_from(r->focus.value, at) : r->focus.value;
        bo_text_printf(&text, "%.*s %.*s %.*s %.*s\n", BO_STR_ARG(focus), BO_STR_ARG(path),
                       BO_STR_ARG(r->value.value),
                       BO_STR_ARG(bo_str_from(component, bo_str_find(component, '#') + 1)));
    }
    char *copy = strdup(bo_text_str(&text).ptr ? bo_text_str(&text).ptr : "");
    bo_text_done(&text);
    return copy;
}

static bo_report check(const char *shapes_text, const char *data_text, bo_graph *behind,
                       bo_validate_options options, const char *expected) {
    bo_shapes *shapes = shapes_from(shapes_text, NULL);
    bo_graph *data = from_turtle(data_text);
    bo_report report;
    options.behind = behind != NULL ? bo_graph_source(behind) : NULL;
    bo_status status = bo_validate(&report, shapes, bo_graph_source(data), &options, arena);
    ck_assert_msg(status == BO_OK, "%s: %s", shapes_text, bo_error_last()->message);
    char *got = told(&report);
    ck_assert_msg(strcmp(got, expected) == 0, "%s\n%s\ngives\n%snot\n%s", shapes_text, data_text, got,
                  expected);
    ck_assert(report.conforms == (expected[0] == '\0'));
    free(got);
    bo_shapes_free(shapes);
    bo_graph_free(data);
    return report;
}

#define CLASS_SHAPE ":S sh:targetClass :T ; sh:property [ sh:path :of ; sh:class :C ; sh:minCount 1 ] ."

START_TEST(links_lead_behind) {
    bo_graph *behind;
    ck_assert_int_eq(bo_graph_new(&behind), BO_OK);
    add_turtle(behind, ":c a :C . :d a :D . :D rdfs:subClassOf :C .", "http://example.org/other");
    check(CLASS_SHAPE, ":x a :T ; :of :c .", behind, (bo_validate_options){0}, "");
    check(CLASS_SHAPE, ":x a :T ; :of :d .", behind, (bo_validate_options){0}, "");
    check(CLASS_SHAPE, ":x a :T ; :of :nowhere .", behind, (bo_validate_options){0},
          "x <http://example.org/of> http://example.org/nowhere ClassConstraintComponent\n");
    check(CLASS_SHAPE, ":x a :T ; :of :c .", NULL, (bo_validate_options){0},
          "x <http://example.org/of> http://example.org/c ClassConstraintComponent\n");
    /* What the data say of a node is all that counts for it. */
    check(CLASS_SHAPE, ":x a :T ; :of :c . :c a :E .", behind, (bo_validate_options){0},
          "x <http://example.org/of> http://example.org/c ClassConstraintComponent\n");
    bo_graph_free(behind);
}
END_TEST

#define NOT_OF_CLASS(node) "x <http://example.org/of> " node " ClassConstraintComponent\n"

START_TEST(what_is_unknown_elsewhere_may_be_of_the_class) {
    bo_validate_options options = {.home = BO_STR("http://example.org/")};
    bo_graph *behind;
    ck_assert_int_eq(bo_graph_new(&behind), BO_OK);
    add_turtle(behind, "<http://b/wrong> a :E . <http://b/bare> :p 1 . <http://b/right> a :C .",
               "http://example.org/other");
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/unknown> , <http://b/right> .", behind, options, "");
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/unknown> .", NULL, options, "");
    check(CLASS_SHAPE, ":x a :T ; :of :unknown .", behind, options,
          NOT_OF_CLASS("http://example.org/unknown"));
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/wrong> .", behind, options, NOT_OF_CLASS("http://b/wrong"));
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/bare> .", behind, options, NOT_OF_CLASS("http://b/bare"));
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/here> . <http://b/here> :p 1 .", behind, options,
          NOT_OF_CLASS("http://b/here"));
    check(CLASS_SHAPE, ":x a :T ; :of \"http://b/unknown\" .", behind, options,
          NOT_OF_CLASS("http://b/unknown"));
    check(CLASS_SHAPE, ":x a :T ; :of <http://b/unknown> .", behind, (bo_validate_options){0},
          NOT_OF_CLASS("http://b/unknown"));
    bo_graph_free(behind);
}
END_TEST

START_TEST(the_replaced_graph_does_not_count) {
    static const char shapes[] =
        ":S sh:targetClass :T ; sh:property [ sh:path [ sh:inversePath :of ] ; sh:maxCount 1 ] .";
    bo_graph *behind;
    ck_assert_int_eq(bo_graph_new(&behind), BO_OK);
    add_turtle(behind, ":x a :T . _:old :of :x .", "http://example.org/x");
    add_turtle(behind, ":y :of :x .", "http://example.org/y");
    check(shapes, ":x a :T .", behind, (bo_validate_options){0},
          "x ^<http://example.org/of>  MaxCountConstraintComponent\n");
    check(shapes, ":x a :T .", behind, (bo_validate_options){.replaces = BO_STR("http://example.org/x")}, "");
    bo_graph_free(behind);
}
END_TEST

/* Queries see one dataset: the data in the place of the graph that they replace, and the rest. */
START_TEST(queries_see_both) {
    static const char unique[] =
        ":S sh:targetClass :T ; sh:sparql [ sh:message \"taken by {?other}\" ; sh:select "
        "\"SELECT $this ?value ?other { $this <http://example.org/code> ?value . ?other "
        "<http://example.org/code> ?value FILTER(?other != $this) }\" ] .";
    bo_graph *behind;
    ck_assert_int_eq(bo_graph_new(&behind), BO_OK);
    add_turtle(behind, ":x a :T ; :code 7 .", "http://example.org/x");
    add_turtle(behind, ":y a :T ; :code 9 , 1000000000000000000000 , \"a text that is too long for an id\" .",
               "http://example.org/y");
    bo_validate_options replaces = {.replaces = BO_STR("http://example.org/x")};
    check(unique, ":x a :T ; :code 8 .", behind, replaces, "");
    bo_report report =
        check(unique, ":x a :T ; :code 9 .", behind, replaces, "x  9 SPARQLConstraintComponent\n");
    ck_assert_uint_eq(report.results[0].message_count, 1);
    ck_assert(bo_str_eq(report.results[0].messages[0].value, BO_STR("taken by http://example.org/y")));
    check(unique, ":x a :T ; :code \"a text that is too long for an id\" .", behind, replaces,
          "x  a text that is too long for an id SPARQLConstraintComponent\n");
    check(unique, ":z a :T ; :code 7 .", behind, replaces, ""); /* :x's old code is gone */
    /* a path through both, and a named graph */
    check(":S sh:targetClass :T ; sh:sparql [ sh:select \"SELECT $this ?value { GRAPH <http://example.org/x> "
          "{ $this "
          "<http://example.org/to>+ ?value } }\" ] .",
          ":x a :T ; :to :u . :u :to :v .", behind, replaces,
          "x  http://example.org/u SPARQLConstraintComponent\nx  http://example.org/v "
          "SPARQLConstraintComponent\n");
    bo_graph_free(behind);
}
END_TEST

START_TEST(recursion_ends) {
    static const char shapes[] = ":S sh:targetClass :T ; sh:property [ sh:path :knows ; sh:node :S ] , [ "
                                 "sh:path :name ; sh:minCount 1 ] .";
    check(shapes, ":a a :T ; :name \"a\" ; :knows :b . :b :name \"b\" ; :knows :a .", NULL,
          (bo_validate_options){0}, "");
    check(shapes, ":a a :T ; :name \"a\" ; :knows :b . :b :knows :a .", NULL, (bo_validate_options){0},
          "a <http://example.org/knows> http://example.org/b NodeConstraintComponent\n");
}
END_TEST

START_TEST(values_of_several_graphs_count_once) {
    bo_graph *data = from_turtle(":x a :T ; :of :c . :c a :C .");
    add_turtle(data, ":x a :T ; :of :c .", "http://example.org/g");
    bo_shapes *shapes =
        shapes_from(":S sh:targetClass :T ; sh:property [ sh:path :of ; sh:maxCount 1 ] ; sh:closed "
                    "true ; sh:ignoredProperties ( rdf:type ) .",
                    NULL);
    bo_report report;
    ck_assert_int_eq(bo_validate(&report, shapes, bo_graph_source(data), NULL, arena), BO_OK);
    ck_assert(report.conforms);
    bo_shapes_free(shapes);
    bo_graph_free(data);
}
END_TEST

START_TEST(severities_are_counted) {
    bo_report report =
        check(":S sh:targetClass :T ; sh:property [ sh:path :a ; sh:minCount 1 ; sh:severity sh:Warning ] , "
              "[ sh:path :b ; sh:minCount 1 ; sh:severity sh:Info ] , [ sh:path :c ; sh:minCount 1 ; "
              "sh:severity :Own ] .",
              ":x a :T .", NULL, (bo_validate_options){0},
              "x <http://example.org/a>  MinCountConstraintComponent\n"
              "x <http://example.org/b>  MinCountConstraintComponent\n"
              "x <http://example.org/c>  MinCountConstraintComponent\n");
    for (int i = 0; i < BO_SEVERITY_COUNT; i++) ck_assert_uint_eq(report.count[i], 1);
}
END_TEST

/* A target that the shapes name is looked at even when nothing is said of it, unless there is a world behind.
 */
START_TEST(named_targets) {
    static const char shapes[] = ":S sh:targetNode :far , \"text\" ; sh:nodeKind sh:BlankNode .";
    bo_graph *behind = from_turtle(":far :p 1 .");
    check(
        shapes, ":x :p 1 .", NULL, (bo_validate_options){0},
        "far  http://example.org/far NodeKindConstraintComponent\ntext  text NodeKindConstraintComponent\n");
    check(shapes, ":x :p 1 .", behind, (bo_validate_options){0}, "");
    check(shapes, ":far :p 1 .", behind, (bo_validate_options){0},
          "far  http://example.org/far NodeKindConstraintComponent\n");
    bo_graph_free(behind);
}
END_TEST

START_TEST(many_values) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, BO_STR(":x a :T ; :p -1"));
    for (int i = 0; i < 3000; i++) bo_text_printf(&text, " , %d , \"number %d of many\"", i, i);
    bo_text_put(&text, BO_STR(" ."));
    check(":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:maxCount 6001 ; sh:hasValue 2999 , "
          "\"number 2999 of many\" ; sh:minCount 6001 ] .",
          bo_text_str(&text).ptr, NULL, (bo_validate_options){0}, "");
    bo_text_done(&text);
}
END_TEST

START_TEST(caps) {
    static const struct {
        const char *shapes;
        bo_validate_options options;
        bo_status status;
    } cases[] = {
        {":S sh:targetClass :T ; sh:node [ sh:node [ sh:node [ sh:nodeKind sh:IRI ] ] ] .",
         {.depth_cap = 3},
         BO_LIMIT},
        {":S sh:targetClass :T ; sh:node [ sh:node [ sh:node [ sh:nodeKind sh:IRI ] ] ] .",
         {.depth_cap = 4},
         BO_OK},
        {":S sh:targetClass :T ; sh:property [ sh:path [ sh:zeroOrMorePath :next ] ; sh:nodeKind sh:IRI ] .",
         {.value_cap = 3},
         BO_LIMIT},
        {":S sh:targetClass :T ; sh:property [ sh:path [ sh:zeroOrMorePath :next ] ; sh:nodeKind sh:IRI ] .",
         {.value_cap = 4},
         BO_OK},
        {":S sh:targetClass :T ; sh:property [ sh:path :next ; sh:nodeKind sh:IRI ] .",
         {.deadline_ns = 1},
         BO_TIMEOUT},
        /* a tree of shapes that leads nowhere and would never end */
        {":S sh:targetClass :T ; sh:node :S1 . :S1 sh:and ( :S2 :S2 ) . :S2 sh:and ( :S3 :S3 ) . :S3 "
         "sh:nodeKind sh:IRI .",
         {.deadline_ns = 1},
         BO_TIMEOUT},
        {":S sh:targetClass :T ; sh:sparql [ sh:select \"SELECT $this { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }\" ] "
         ".",
         {.query_memory = 10000},
         BO_LIMIT},
    };
    bo_graph *data = from_turtle(":x a :T ; :next :b . :b :next :c . :c :next :d .");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_shapes *shapes = shapes_from(cases[i].shapes, NULL);
        bo_report report;
        bo_status status = bo_validate(&report, shapes, bo_graph_source(data), &cases[i].options, arena);
        ck_assert_msg(status == cases[i].status, "%zu: %s", i, bo_status_name(status));
        bo_shapes_free(shapes);
    }
    bo_graph_free(data);
}
END_TEST

START_TEST(results_are_capped) {
    bo_report report = check(":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:maxInclusive 1 ] .",
                             ":x a :T ; :p 5 , 6 , 7 .", NULL, (bo_validate_options){.result_cap = 2},
                             "x <http://example.org/p> 5 MaxInclusiveConstraintComponent\n"
                             "x <http://example.org/p> 6 MaxInclusiveConstraintComponent\n");
    ck_assert(report.cut);
    ck_assert_uint_eq(report.count[BO_VIOLATION], 3);
}
END_TEST

/* One set of shapes, many threads, each with data of its own. */
static void *validate_often(void *context) {
    const bo_shapes *shapes = context;
    bo_graph *data = from_turtle(":x a :T ; :code \"93-001\" , \"wrong\" ; :n 3 .");
    size_t faults = 0;
    for (int i = 0; i < 200; i++) {
        bo_arena *own = bo_arena_new(0);
        bo_report report;
        if (bo_validate(&report, shapes, bo_graph_source(data), NULL, own) == BO_OK) faults += report.len;
        bo_arena_free(own);
    }
    bo_graph_free(data);
    return (void *)(uintptr_t)faults;
}

START_TEST(threads) {
    bo_shapes *shapes = shapes_from(
        ":S sh:targetClass :T ; sh:property [ sh:path :code ; sh:pattern \"^[0-9]{2}-[0-9]{3}$\" ] ; "
        "sh:sparql [ sh:select \"SELECT $this ?value { $this <http://example.org/n> ?value FILTER(?value "
        "> 2) }\" ] .",
        NULL);
    pthread_t workers[4];
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&workers[i], NULL, validate_often, shapes), 0);
    for (int i = 0; i < 4; i++) {
        void *faults;
        pthread_join(workers[i], &faults);
        ck_assert_uint_eq((uintptr_t)faults, 400);
    }
    bo_shapes_free(shapes);
}
END_TEST

Suite *test_validate(void) {
    Suite *suite = suite_create("validate");
    TCase *tcase = tcase_create("validate");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, links_lead_behind);
    tcase_add_test(tcase, what_is_unknown_elsewhere_may_be_of_the_class);
    tcase_add_test(tcase, the_replaced_graph_does_not_count);
    tcase_add_test(tcase, queries_see_both);
    tcase_add_test(tcase, recursion_ends);
    tcase_add_test(tcase, values_of_several_graphs_count_once);
    tcase_add_test(tcase, severities_are_counted);
    tcase_add_test(tcase, named_targets);
    tcase_add_test(tcase, many_values);
    tcase_add_test(tcase, caps);
    tcase_add_test(tcase, results_are_capped);
    tcase_add_test(tcase, threads);
    suite_add_tcase(suite, tcase);
    return suite;
}
