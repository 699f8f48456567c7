/* SPDX-License-Identifier: Apache-2.0
 * What a stranger's document may cost: each cap of jsonld/limits.def against the document that it is there
 * for.
 */
#include <check.h>
#include <stdlib.h>

#include "jsonld/internal.h"

/* A stranger's server: https://x/same names itself, https://x/<n> names https://x/<n+1>. */
static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    unsigned *calls = context;
    (*calls)++;
    bo_str next = iri;
    if (!bo_str_ends(iri, BO_STR("same"))) next = bo_arena_printf(arena, "https://x/%u", *calls);
    *final_iri = iri;
    bo_str text = bo_arena_printf(arena, "{\"@context\":\"%s\"}", bo_arena_str(arena, next).ptr);
    return bo_json_parse(out, text, NULL, arena);
}

static bo_status expand(bo_str text, const bo_loader *loader) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *input, *out;
    const bo_json_limits deep = {.depth = 2000};
    const bo_jsonld_options options = {.loader = loader, .base = BO_STR("https://x/doc")};
    ck_assert_msg(bo_json_parse(&input, text, &deep, arena) == BO_OK, "%s", bo_error_last()->message);
    bo_error_clear();
    bo_status status = bo_jsonld_expand(&out, input, &options, arena);
    bo_arena_free(arena);
    return status;
}

START_TEST(contexts_that_name_each_other_come_to_an_end) {
    static const char *const documents[] = {"{\"@context\":\"https://x/same\"}",
                                            "{\"@context\":\"https://x/0\"}"};
    for (size_t i = 0; i < 2; i++) {
        unsigned calls = 0;
        const bo_loader loader = {.load = load, .context = &calls};
        ck_assert_int_eq(expand(bo_str_of(documents[i]), &loader), BO_INVALID);
        ck_assert_str_eq(bo_error_last()->code, "context overflow");
        ck_assert_uint_le(calls, 16);
    }
}
END_TEST

START_TEST(many_contexts_by_address) {
    bo_text text;
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"@context\":[");
    for (int i = 0; i <= 64; i++)
        bo_text_put(&text, i ? BO_STR(",\"https://www.w3.org/ns/did/v1\"")
                             : BO_STR("\"https://www.w3.org/ns/did/v1\""));
    BO_TEXT_LIT(&text, "]}");
    ck_assert_int_eq(expand(bo_text_str(&text), NULL), BO_INVALID);
    ck_assert_str_eq(bo_error_last()->code, "context overflow");
    bo_text_done(&text);
}
END_TEST

START_TEST(many_terms_in_every_node) {
    bo_text text;
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"@context\":{");
    for (int i = 0; i < 1000; i++) bo_text_printf(&text, "%s\"t%d\":\"https://x/#%d\"", i ? "," : "", i, i);
    BO_TEXT_LIT(&text, "},\"t1\":[");
    for (int i = 0; i < 300; i++)
        bo_text_put(&text, i ? BO_STR(",{\"@context\":{}}") : BO_STR("{\"@context\":{}}"));
    BO_TEXT_LIT(&text, "]}");
    ck_assert_int_eq(expand(bo_text_str(&text), NULL), BO_LIMIT);
    bo_text_done(&text);
}
END_TEST

START_TEST(deep_documents) {
    static const char *const open[] = {"{\"@graph\":", "{\"https://x/p\":", "{\"https://x/p\":{\"@set\":",
                                       "[", "{\"@context\":{\"@vocab\":\"https://x/#\",\"a\":"};
    static const char *const shut[] = {"}", "}", "}}", "]", "}}"};
    bo_text text;
    bo_text_init(&text, 0);
    for (size_t k = 0; k < sizeof open / sizeof open[0]; k++) {
        bo_text_clear(&text);
        for (int i = 0; i < 600; i++) bo_text_put(&text, bo_str_of(open[k]));
        BO_TEXT_LIT(&text, "{}");
        for (int i = 0; i < 600; i++) bo_text_put(&text, bo_str_of(shut[k]));
        ck_assert_msg(expand(bo_text_str(&text), NULL) == BO_LIMIT, "%s", open[k]);
    }
    bo_text_done(&text);
}
END_TEST

START_TEST(many_values) {
    bo_text text;
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"https://x/p\":[");
    for (int i = 0; i <= 2000000; i++) bo_text_put(&text, i ? BO_STR(",0") : BO_STR("0"));
    BO_TEXT_LIT(&text, "]}");
    ck_assert_int_eq(expand(bo_text_str(&text), NULL), BO_LIMIT);
    bo_text_done(&text);
}
END_TEST

/* Side by side, and one in the other: the one is more than a document may hold, the other ends while it is
 * read. */
START_TEST(a_million_sets) {
    enum { MILLION = 1000000 };
    bo_text text;
    bo_json *input;
    bo_arena *arena = bo_arena_new(0);
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"https://x/p\":[");
    for (int i = 0; i < MILLION; i++)
        bo_text_put(&text, i ? BO_STR(",{\"@set\":[1]}") : BO_STR("{\"@set\":[1]}"));
    BO_TEXT_LIT(&text, "]}");
    ck_assert_int_eq(expand(bo_text_str(&text), NULL), BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "values visited or made"));
    bo_text_clear(&text);
    for (int i = 0; i < MILLION; i++) BO_TEXT_LIT(&text, "{\"@set\":[");
    ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "nested too deeply"));
    bo_arena_free(arena);
    bo_text_done(&text);
}
END_TEST

/* Nobody could say which of them counts; and many members take no quadratic time to be told apart. */
START_TEST(duplicate_keys) {
    bo_text text;
    bo_json *input;
    bo_arena *arena = bo_arena_new(0);
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"@id\":\"https://x/1\",\n");
    for (int i = 0; i < 200000; i++) bo_text_printf(&text, "\"https://x/p%d\":1,\n", i);
    BO_TEXT_LIT(&text, "\"\\u0040id\":\"https://x/2\"}");
    ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_SYNTAX);
    ck_assert_str_eq(bo_error_last()->message, "the member '@id' stands in this object already");
    ck_assert_uint_eq(bo_error_last()->line, 200002);
    ck_assert_uint_eq(bo_error_last()->column, 1);
    bo_arena_free(arena);
    bo_text_done(&text);
}
END_TEST

/* A long array of different values in one property takes a time that grows with it and not with its square.
 */
START_TEST(long_arrays_flatten) {
    bo_text text;
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"@id\":\"https://x/s\",\"https://x/p\":[");
    for (int i = 0; i < 50000; i++) bo_text_printf(&text, "%s\"%d\"", i ? "," : "", i / 2);
    BO_TEXT_LIT(&text, "]}");
    bo_arena *arena = bo_arena_new(0);
    bo_json *input, *out;
    ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_OK);
    ck_assert_int_eq(bo_jsonld_flatten(&out, input, NULL, NULL, arena), BO_OK);
    ck_assert_uint_eq(bo_json_get(out->items[0], BO_STR("https://x/p"))->len, 25000);
    bo_arena_free(arena);
    bo_text_done(&text);
}
END_TEST

START_TEST(a_full_arena_is_reported) {
    bo_arena *outer = bo_arena_new(0);
    bo_json *input, *context, *out;
    bo_str text = BO_STR("{\"@context\":[\"https://www.w3.org/ns/activitystreams\",{\"x\":{\"@id\":\"as:x\","
                         "\"@container\":[\"@index\",\"@set\"]}}],\"id\":\"https://x/1\",\"type\":\"Note\","
                         "\"contentMap\":{\"fr\":\"un\",\"en\":\"one\"},\"x\":{\"k\":[1,{\"name\":\"n\"}]}}");
    ck_assert_int_eq(bo_json_parse(&input, text, NULL, outer), BO_OK);
    context = bo_json_get(input, BO_STR("@context"));
    size_t refused = 0;
    for (size_t cap = 1000; cap < 200000; cap += 997) {
        bo_arena *arena = bo_arena_new(cap);
        bo_error_clear();
        bo_status status = bo_jsonld_compact(&out, input, context, NULL, arena);
        ck_assert_msg(status == BO_OK || status == BO_LIMIT, "%zu: %s", cap, bo_error_last()->message);
        refused += status != BO_OK;
        bo_arena_free(arena);
    }
    ck_assert_uint_gt(refused, 10);
    bo_arena_free(outer);
}
END_TEST

typedef bo_status (*algorithm)(bo_json **out, const bo_json *input, const bo_jsonld_options *options,
                               bo_arena *arena);

static bo_status compact(bo_json **out, const bo_json *input, const bo_jsonld_options *options,
                         bo_arena *arena) {
    return bo_jsonld_compact(out, input, bo_json_get(input, BO_STR("@context")), options, arena);
}

static bo_status frame(bo_json **out, const bo_json *input, const bo_jsonld_options *options,
                       bo_arena *arena) {
    return bo_jsonld_frame(out, bo_json_get(input, BO_STR("https://x/data")),
                           bo_json_get(input, BO_STR("https://x/frame")), options, arena);
}

/* n nodes, each of which points to all: @always draws n! branches. */
static void all_to_all(bo_text *out, int n) {
    BO_TEXT_LIT(out, "{\"https://x/frame\":{\"@embed\":\"@always\"},\"https://x/data\":{\"@graph\":[");
    for (int i = 0; i < n; i++) {
        bo_text_printf(out, "%s{\"@id\":\"https://x/%d\",\"https://x/p\":[", i ? "," : "", i);
        for (int j = 0; j < n; j++) bo_text_printf(out, "%s{\"@id\":\"https://x/%d\"}", j ? "," : "", j);
        BO_TEXT_LIT(out, "]}");
    }
    BO_TEXT_LIT(out, "]}}");
}

/* One long prefix, used often. */
static void long_prefix(bo_text *out, int n) {
    BO_TEXT_LIT(out, "{\"@context\":{\"p\":\"https://x/");
    for (int i = 0; i < n; i++) bo_text_char(out, 'a');
    BO_TEXT_LIT(out, "/\"},\"@id\":\"p:0\"");
    for (int i = 0; i < n; i++) bo_text_printf(out, ",\"p:%d\":1", i);
    bo_text_char(out, '}');
}

static void one_context(bo_text *out, int n) {
    (void)n;
    BO_TEXT_LIT(out,
                "{\"@context\":[\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/v1\"],"
                "\"type\":\"Note\"}");
}

static void sets(bo_text *out, int n) {
    BO_TEXT_LIT(out, "{\"https://x/p\":");
    for (int i = 0; i < n; i++) BO_TEXT_LIT(out, "{\"@set\":[");
    for (int i = 0; i < n; i++) BO_TEXT_LIT(out, "]}");
    bo_text_char(out, '}');
}

/* Each cap alone, set low: the document passes without it and is refused with it. */
START_TEST(each_cap_is_a_setting) {
    const struct {
        void (*write)(bo_text *out, int n);
        int n;
        algorithm run;
        bo_jsonld_caps caps;
        const char *says;
    } rows[] = {{one_context, 0, bo_jsonld_expand, {.contexts = 1}, "more than 1 contexts by address"},
                {one_context,
                 0,
                 bo_jsonld_expand,
                 {.context_bytes = 99},
                 "more than 99 bytes of text in the contexts"},
                {one_context, 0, bo_jsonld_expand, {.terms = 9}, "more than 9 term definitions"},
                {long_prefix, 40, bo_jsonld_expand, {.text_bytes = 1000}, "more than 1000 bytes of IRIs"},
                {long_prefix, 40, compact, {.text_bytes = 2500}, "more than 2500 bytes of IRIs"},
                {sets, 20, bo_jsonld_expand, {.depth = 30}, "more than 30 values one inside the other"},
                {sets, 20, bo_jsonld_expand, {.values = 30}, "more than 30 values visited"},
                {all_to_all, 5, frame, {.values = 500}, "more than 500 values visited"},
                {all_to_all, 5, frame, {.depth = 6}, "more than 6 values one inside the other"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bo_text text;
        bo_arena *arena = bo_arena_new(0);
        bo_json *input, *out;
        bo_text_init(&text, 0);
        rows[i].write(&text, rows[i].n);
        ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_OK);
        ck_assert_msg(rows[i].run(&out, input, NULL, arena) == BO_OK, "%zu: %s", i, bo_error_last()->message);
        const bo_jsonld_options options = {.caps = rows[i].caps};
        ck_assert_msg(rows[i].run(&out, input, &options, arena) != BO_OK, "%zu", i);
        ck_assert_msg(strstr(bo_error_last()->message, rows[i].says) != NULL, "%zu: %s", i,
                      bo_error_last()->message);
        bo_text_done(&text);
        bo_arena_free(arena);
    }
}
END_TEST

/* The same for an object of many keys, in all algorithms. */
START_TEST(wide_objects_take_no_quadratic_time) {
    bo_text text;
    bo_text_init(&text, 0);
    BO_TEXT_LIT(&text, "{\"@context\":{\"m\":{\"@id\":\"https://x/m\",\"@container\":\"@index\"}},\"m\":{");
    for (int i = 0; i < 60000; i++) bo_text_printf(&text, "%s\"k%d\":\"v\"", i ? "," : "", i);
    BO_TEXT_LIT(&text, "}");
    for (int i = 0; i < 60000; i++) bo_text_printf(&text, ",\"https://x/p%d\":\"v\"", i);
    BO_TEXT_LIT(&text, "}");
    bo_arena *arena = bo_arena_new(0);
    bo_json *input, *out;
    ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_OK);
    ck_assert_int_eq(compact(&out, input, NULL, arena), BO_OK);
    ck_assert_uint_eq(out->len, 60002);
    ck_assert_uint_eq(bo_json_get(out, BO_STR("m"))->len, 60000);
    ck_assert_int_eq(bo_jsonld_flatten(&out, input, NULL, NULL, arena), BO_OK);
    ck_assert_uint_eq(out->items[0]->len, 60002);
    bo_arena_free(arena);
    bo_text_done(&text);
}
END_TEST

/* Twelve nodes that all point to each other have 10^9 paths: the frame ends at its cap, and soon. */
START_TEST(frames_that_explode) {
    bo_text text;
    bo_arena *arena = bo_arena_new(0);
    bo_json *input, *out;
    bo_text_init(&text, 0);
    all_to_all(&text, 12);
    const bo_jsonld_options options = {.caps = {.values = 100000}};
    ck_assert_int_eq(bo_json_parse(&input, bo_text_str(&text), NULL, arena), BO_OK);
    ck_assert_int_eq(frame(&out, input, &options, arena), BO_LIMIT);
    bo_text_done(&text);
    bo_arena_free(arena);
}
END_TEST

Suite *test_limits(void) {
    Suite *suite = suite_create("jsonld/limits");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, contexts_that_name_each_other_come_to_an_end);
    tcase_add_test(all, many_contexts_by_address);
    tcase_add_test(all, many_terms_in_every_node);
    tcase_add_test(all, deep_documents);
    tcase_add_test(all, many_values);
    tcase_add_test(all, a_million_sets);
    tcase_add_test(all, duplicate_keys);
    tcase_add_test(all, long_arrays_flatten);
    tcase_add_test(all, a_full_arena_is_reported);
    tcase_add_test(all, wide_objects_take_no_quadratic_time);
    tcase_add_test(all, each_cap_is_a_setting);
    tcase_add_test(all, frames_that_explode);
    suite_add_tcase(suite, all);
    return suite;
}
