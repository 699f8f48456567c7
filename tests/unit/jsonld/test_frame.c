/* SPDX-License-Identifier: Apache-2.0
 * Framing on what this project's documents look like. The algorithm's own cases are the W3C suite.
 */
#include <check.h>

#include "bocage/jsonld.h"

#define CONTEXT                                                                                              \
    "\"@context\":{\"@vocab\":\"http://virtual-assembly.org/ontologies/pair#\",\"id\":\"@id\","              \
    "\"type\":\"@type\",\"hasMember\":{\"@type\":\"@id\"},\"data\":{\"@type\":\"@json\"}}"

static const char organisation[] =
    "{" CONTEXT ",\"@graph\":[{\"id\":\"https://a.example/o\",\"type\":\"Organization\",\"label\":\"Les "
    "Jardins\",\"hasMember\":[\"https://a.example/u\",\"https://a.example/v\"],\"data\":[null]},"
    "{\"id\":\"https://a.example/u\",\"type\":\"Person\",\"label\":\"Ada\",\"follows\":{\"id\":\"https://"
    "a.example/v\"}},{\"id\":\"https://a.example/v\",\"type\":\"Person\",\"follows\":{\"id\":\"https://"
    "a.example/u\"}}]}";

/* The framed document without its context, as text. */
static void check_frame(const char *frame_text, const bo_jsonld_options *options, const char *expected) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *input, *frame, *out;
    bo_text text;
    bo_text_init(&text, 0);
    ck_assert_int_eq(bo_json_parse(&input, bo_str_of(organisation), NULL, arena), BO_OK);
    ck_assert_int_eq(bo_json_parse(&frame, bo_str_of(frame_text), NULL, arena), BO_OK);
    ck_assert_msg(bo_jsonld_frame(&out, input, frame, options, arena) == BO_OK, "%s",
                  bo_error_last()->message);
    bo_json_unset(out, BO_STR("@context"));
    bo_json_write(&text, out);
    ck_assert_str_eq(bo_text_str(&text).ptr, expected);
    bo_text_done(&text);
    bo_arena_free(arena);
}

START_TEST(members_are_embedded_and_absent_values_are_null) {
    check_frame("{" CONTEXT ",\"type\":\"Organization\",\"homePage\":{},\"hasMember\":{\"type\":\"Person\","
                "\"@explicit\":true,\"label\":{\"@default\":\"sans nom\"}}}",
                NULL,
                "{\"id\":\"https://a.example/o\",\"type\":\"Organization\",\"data\":[null],\"hasMember\":[{"
                "\"id\":\"https://a.example/u\",\"type\":\"Person\",\"label\":\"Ada\"},{\"id\":\"https://"
                "a.example/v\",\"type\":\"Person\",\"label\":\"sans nom\"}],\"label\":\"Les "
                "Jardins\",\"homePage\":null}");
}
END_TEST

START_TEST(the_other_direction) {
    check_frame("{" CONTEXT ",\"id\":\"https://a.example/v\",\"@explicit\":true,\"@reverse\":{\"hasMember\":{"
                "\"@explicit\":true,\"label\":{}}}}",
                NULL,
                "{\"id\":\"https://a.example/v\",\"type\":\"Person\",\"@reverse\":{\"hasMember\":{\"id\":"
                "\"https://a.example/o\",\"type\":\"Organization\",\"label\":\"Les Jardins\"}}}");
}
END_TEST

START_TEST(circles_become_references) {
    const bo_jsonld_options always = {.embed = BO_EMBED_ALWAYS};
    check_frame("{" CONTEXT ",\"id\":\"https://a.example/u\"}", &always,
                "{\"id\":\"https://a.example/u\",\"type\":\"Person\",\"follows\":{\"id\":\"https://"
                "a.example/v\",\"type\":\"Person\",\"follows\":{\"id\":\"https://a.example/u\"}},\"label\":"
                "\"Ada\"}");
}
END_TEST

START_TEST(options_stand_in_for_flags) {
    const bo_jsonld_options never = {.embed = BO_EMBED_NEVER, .omit_default = true, .omit_graph = -1};
    check_frame(
        "{" CONTEXT ",\"label\":\"Les Jardins\",\"homePage\":{},\"data\":{}}", &never,
        "{\"@graph\":[{\"id\":\"https://a.example/o\",\"type\":\"Organization\",\"data\":[null],"
        "\"hasMember\":[\"https://a.example/u\",\"https://a.example/v\"],\"label\":\"Les Jardins\"}]}");
}
END_TEST

START_TEST(a_bad_frame_is_refused) {
    static const struct {
        const char *frame, *code, *says;
    } rows[] = {{"{\"@id\":[\"_:b\"]}", "invalid frame", "\"_:b\""},
                {"{\"@embed\":\"@sometimes\"}", "invalid @embed value", "@sometimes"},
                {"{\"@embed\":\"@last\"}", "invalid @embed value", "@last"},
                {"[\"x\"]", "invalid frame", "must be an object"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bo_arena *arena = bo_arena_new(0);
        bo_json *frame, *out, *input = bo_json_new(arena, BO_JSON_OBJECT);
        ck_assert_int_eq(bo_json_parse(&frame, bo_str_of(rows[i].frame), NULL, arena), BO_OK);
        bo_status status = bo_jsonld_frame(&out, input, frame, NULL, arena);
        if (i < 3) {
            ck_assert_int_eq(status, BO_INVALID);
            ck_assert_str_eq(bo_error_last()->code, rows[i].code);
            ck_assert_ptr_nonnull(strstr(bo_error_last()->message, rows[i].says));
        }
        bo_arena_free(arena);
    }
}
END_TEST

Suite *test_frame(void) {
    Suite *suite = suite_create("jsonld/frame");
    TCase *all = tcase_create("all");
    tcase_add_test(all, members_are_embedded_and_absent_values_are_null);
    tcase_add_test(all, the_other_direction);
    tcase_add_test(all, circles_become_references);
    tcase_add_test(all, options_stand_in_for_flags);
    tcase_add_test(all, a_bad_frame_is_refused);
    suite_add_tcase(suite, all);
    return suite;
}
