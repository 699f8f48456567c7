/* SPDX-License-Identifier: Apache-2.0
 * One step after the other in the states that the ontologies have: what is refused, how, and what traces are
 * left.
 */
#include "ldp/states.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "ldp/rules.h"
#include "rdf/vocab.h"

#define IRI "http://a.example/x"

static bo_arena *arena;
static bo_rules *rules;

static void setup(void) {
    arena = bo_arena_new(0);
    ck_assert_int_eq(bo_rules_new(&rules, NULL), BO_OK);
}

static void teardown(void) {
    bo_rules_free(rules);
    bo_arena_free(arena);
}

static bo_quad own(bo_str property, bo_str value) {
    return (bo_quad){bo_term_iri(BO_STR(IRI)), bo_term_iri(property), bo_term_iri(value), {0}};
}

/* What has this task state, or none, beside a property that is no state. */
static bo_graph *in_state(const char *state) {
    bo_graph *graph;
    bo_quad type = own(BO_RDF_TYPE, BO_STR(BO_PAIR_NS "Task"));
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    ck_assert_int_eq(bo_graph_add(graph, &type), BO_OK);
    if (state == NULL) return graph;
    bo_quad said = own(BO_STR(BO_OBC_NS "taskState"), bo_arena_printf(arena, BO_SCHEME_NS "task-%s", state));
    ck_assert_int_eq(bo_graph_add(graph, &said), BO_OK);
    return graph;
}

static const struct {
    const char *from, *to; /* NULL: none */
    bo_language language;
    const char *refusal; /* NULL: it can be */
} steps[] = {
    {NULL, "ouverte", BO_FRENCH, NULL},
    {NULL, NULL, BO_FRENCH, NULL},
    {"ouverte", "ouverte", BO_FRENCH, NULL},
    {"ouverte", "prise", BO_FRENCH, NULL},
    {"abandonnee", "ouverte", BO_FRENCH, NULL},
    {"prise", "ouverte", BO_FRENCH,
     "« à saisir » ne vient pas après « prise ». Ce qui peut suivre : faite, abandonnée."},
    {"proposee", "validee", BO_ENGLISH, "does not come after “claimed”. What may follow: "},
    {"validee", "ouverte", BO_FRENCH, "« à saisir » ne vient pas après « validée », qui est un état final."},
    {"validee", NULL, BO_FRENCH, "« validée » est un état final : il ne s'enlève pas."},
    {"ouverte", NULL, BO_ENGLISH, "A state is not taken off, it changes. After “"},
    {NULL, "faite", BO_FRENCH, "On ne commence pas par « faite », mais par : à saisir."},
};

START_TEST(steps_are_as_the_ontologies_have_them) {
    bo_rules_answer answer = {0};
    bo_graph *before = in_state(steps[_i].from), *after = in_state(steps[_i].to);
    bo_step step = {BO_STR(IRI), before, after, BO_STR("http://a.example/alice"), 0, steps[_i].language};
    bo_status status = bo_rules_step(rules, &answer, &step, arena);
    if (steps[_i].refusal == NULL) {
        ck_assert_int_eq(status, BO_OK);
    } else {
        bo_json *errors;
        ck_assert_int_eq(status, BO_CONFLICT);
        ck_assert_ptr_nonnull(strstr(bo_error_last()->message, steps[_i].refusal));
        ck_assert_int_eq(bo_json_parse(&errors, answer.errors, NULL, arena), BO_OK);
        bo_str path = bo_json_get_string(bo_json_at(errors, 0), BO_STR("path"));
        ck_assert(bo_str_eq(path, BO_STR("obc:taskState")));
    }
    bo_graph_free(before);
    bo_graph_free(after);
}
END_TEST

/* A trace for each step, numbered, that no client can take away; without an agent it names none. */
START_TEST(traces_stay) {
    const char *const way[] = {"ouverte", "proposee", "prise", "faite", "validee"};
    const size_t count = sizeof way / sizeof *way;
    bo_graph *before = in_state(way[0]);
    for (size_t i = 1; i < count; i++) {
        bo_graph *after = in_state(way[i]);
        bo_str agent = i == 1 ? BO_STR("") : BO_STR("http://a.example/alice");
        bo_step step = {BO_STR(IRI), before, after, agent, 0, BO_FRENCH};
        ck_assert_int_eq(bo_rules_step(rules, NULL, &step, arena), BO_OK);
        bo_graph_free(before);
        before = after;
    }
    bo_term found, third = bo_term_iri(BO_STR(IRI "#transition-3")),
                   first = bo_term_iri(BO_STR(IRI "#transition-1"));
    ck_assert_uint_eq(bo_graph_count(before), 2 + (count - 1) * 6 - 1);
    ck_assert(bo_graph_object(before, &found, &third, BO_OBC_TO_STATE));
    ck_assert(bo_str_eq(found.value, BO_STR(BO_SCHEME_NS "task-faite")));
    ck_assert(bo_graph_object(before, &found, &third, BO_PROV_WAS_ASSOCIATED_WITH));
    ck_assert(!bo_graph_object(before, &found, &first, BO_PROV_WAS_ASSOCIATED_WITH));
    bo_graph_free(before);
}
END_TEST

Suite *test_states(void) {
    Suite *suite = suite_create("states");
    TCase *tcase = tcase_create("states");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, steps_are_as_the_ontologies_have_them, 0, sizeof steps / sizeof *steps);
    tcase_add_test(tcase, traces_stay);
    suite_add_tcase(suite, tcase);
    return suite;
}
