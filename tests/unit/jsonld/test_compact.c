/* SPDX-License-Identifier: Apache-2.0
 * The public functions together, on what a node of ours says. The algorithms' own cases are the W3C suites.
 */
#include <check.h>

#include "bocage/graph.h"
#include "bocage/jsonld.h"

static const char note[] =
    "{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Create\",\"id\":\"https://a.example/"
    "1\","
    "\"actor\":\"https://a.example/u\",\"to\":[\"https://www.w3.org/ns/activitystreams#Public\","
    "\"https://b.example/v\"],\"object\":{\"type\":\"Note\",\"id\":\"https://a.example/n\","
    "\"contentMap\":{\"fr\":\"un bocage\"},\"published\":\"2026-11-24T13:00:00Z\"}}";

static bo_json *read(bo_arena *arena, const char *text) {
    bo_json *value = NULL;
    ck_assert_int_eq(bo_json_parse(&value, bo_str_of(text), NULL, arena), BO_OK);
    return value;
}

START_TEST(an_activity_goes_round) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *input = read(arena, note), *expanded, *compacted;
    bo_json *address = bo_json_get(input, BO_STR("@context"));
    bo_jsonld_context *context;
    ck_assert_int_eq(bo_jsonld_expand(&expanded, input, NULL, arena), BO_OK);
    ck_assert_int_eq(bo_jsonld_context_new(&context, address, NULL), BO_OK);
    ck_assert_int_eq(bo_jsonld_compact_with(&compacted, expanded, context, address, NULL, arena), BO_OK);
    /* the context's own name for the public collection comes back shortened */
    bo_json *to = bo_json_get(compacted, BO_STR("to"));
    ck_assert(bo_str_eq(bo_json_string(bo_json_at(to, 0)), BO_STR("as:Public")));
    to->items[0] = bo_json_get(input, BO_STR("to"))->items[0];
    ck_assert(bo_json_eq(compacted, input));
    ck_assert(bo_str_eq(compacted->members[0].key, BO_STR("@context")));
    bo_jsonld_context_free(context);
    bo_arena_free(arena);
}
END_TEST

START_TEST(rdf_comes_out_and_goes_in) {
    bo_arena *arena = bo_arena_new(0);
    bo_graph *a, *b;
    bo_json *flat;
    bool same = false;
    ck_assert_int_eq(bo_graph_new(&a), BO_OK);
    ck_assert_int_eq(bo_graph_new(&b), BO_OK);
    bo_sink to_a = bo_graph_sink(a), to_b = bo_graph_sink(b);
    ck_assert_int_eq(bo_jsonld_to_rdf(&to_a, read(arena, note), NULL, arena), BO_OK);
    ck_assert_uint_eq(bo_graph_count(a), 8);
    ck_assert_int_eq(bo_jsonld_from_rdf(&flat, bo_graph_source(a), NULL, arena), BO_OK);
    ck_assert_int_eq(bo_jsonld_to_rdf(&to_b, flat, NULL, arena), BO_OK);
    ck_assert_int_eq(bo_graph_isomorphic(&same, a, b), BO_OK);
    ck_assert(same);
    bo_graph_free(a);
    bo_graph_free(b);
    bo_arena_free(arena);
}
END_TEST

START_TEST(the_network_is_never_asked) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *out;
    ck_assert_int_eq(
        bo_jsonld_expand(&out, read(arena, "{\"@context\":\"https://example.org/\"}"), NULL, arena),
        BO_INVALID);
    ck_assert_str_eq(bo_error_last()->code, "loading remote context failed");
    bo_arena_free(arena);
}
END_TEST

Suite *test_compact(void) {
    Suite *suite = suite_create("jsonld/compact");
    TCase *all = tcase_create("all");
    tcase_add_test(all, an_activity_goes_round);
    tcase_add_test(all, rdf_comes_out_and_goes_in);
    tcase_add_test(all, the_network_is_never_asked);
    suite_add_tcase(suite, all);
    return suite;
}
