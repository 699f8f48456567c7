/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/json.h"

#include <check.h>

static bo_json *read(bo_arena *arena, const char *text) {
    bo_json *value = NULL;
    ck_assert_msg(bo_json_parse(&value, bo_str_of(text), NULL, arena) == BO_OK, "%s",
                  bo_error_last()->message);
    return value;
}

START_TEST(values_are_written_as_they_were_read) {
    static const char *const texts[] = {
        "{\"z\":1,\"a\":[null,true,false,1.50,\"x\"],\"\":{}}",
        "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f/é\"",
        "[]",
        "123456789012345678901234567890",
    };
    bo_arena *arena = bo_arena_new(0);
    bo_text out;
    bo_text_init(&out, 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bo_text_clear(&out);
        bo_json_write(&out, read(arena, texts[i]));
        ck_assert_str_eq(bo_text_str(&out).ptr, texts[i]);
    }
    bo_text_clear(&out);
    bo_json_write_pretty(&out, read(arena, "{\"a\":[1,{}],\"b\":[]}"));
    ck_assert_str_eq(bo_text_str(&out).ptr, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
    bo_text_done(&out);
    bo_arena_free(arena);
}
END_TEST

START_TEST(the_streaming_writer_sets_its_commas) {
    bo_text out;
    bo_text_init(&out, 0);
    bo_json_writer w;
    bo_json_begin(&w, &out);
    bo_json_open(&w, BO_JSON_OBJECT);
    bo_json_member_string(&w, BO_STR("a"), BO_STR("\""));
    bo_json_key(&w, BO_STR("b"));
    bo_json_open(&w, BO_JSON_ARRAY);
    bo_json_put_i64(&w, -7);
    bo_json_open(&w, BO_JSON_OBJECT);
    bo_json_close(&w, BO_JSON_OBJECT);
    bo_json_put_raw(&w, BO_STR("null"));
    bo_json_put_string(&w, BO_STR("s"));
    bo_json_close(&w, BO_JSON_ARRAY);
    bo_json_member_i64(&w, BO_STR("c"), 3);
    bo_json_close(&w, BO_JSON_OBJECT);
    ck_assert_int_eq(bo_text_end(&out), BO_OK);
    ck_assert_str_eq(bo_text_str(&out).ptr, "{\"a\":\"\\\"\",\"b\":[-7,{},null,\"s\"],\"c\":3}");
    bo_text_clear(&out);
    bo_json_begin(&w, &out);
    for (int i = 0; i < 511; i++) bo_json_open(&w, BO_JSON_ARRAY);
    ck_assert_int_eq(bo_text_end(&out), BO_OK);
    bo_json_open(&w, BO_JSON_ARRAY);
    ck_assert_int_eq(bo_text_end(&out), BO_LIMIT);
    bo_text_done(&out);
}
END_TEST

START_TEST(values_are_made_changed_and_compared) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *o = bo_json_new(arena, BO_JSON_OBJECT);
    for (int i = 0; i < 50; i++)
        o = bo_json_set(arena, o, bo_arena_printf(arena, "k%d", i % 25), bo_json_new_bool(arena, i >= 25));
    ck_assert_uint_eq(o->len, 25);
    ck_assert(bo_json_is(bo_json_get(o, BO_STR("k7")), BO_JSON_TRUE));
    ck_assert(bo_json_unset(o, BO_STR("k0")) && !bo_json_unset(o, BO_STR("k0")));
    ck_assert(bo_str_eq(o->members[0].key, BO_STR("k1")));
    bo_json *copy = bo_json_copy(arena, o);
    ck_assert(copy != o && bo_json_eq(copy, o));
    ck_assert_ptr_null(bo_json_set(arena, copy, BO_STR("x"), NULL));
    static const struct {
        const char *a, *b;
        bool equal;
    } cases[] = {
        {"{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1e0}", true},
        {"[1,2]", "[2,1]", false},
        {"{\"a\":1}", "{\"b\":1}", false},
        {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
        {"9007199254740993", "9007199254740992", false},
        {"0.1", "1e-1", true},
        {"null", "false", false},
        {"\"\\u0061\"", "\"a\"", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(bo_json_eq(read(arena, cases[i].a), read(arena, cases[i].b)) == cases[i].equal, "%s %s",
                      cases[i].a, cases[i].b);
    bo_arena_free(arena);
}
END_TEST

START_TEST(numbers_are_read_by_value) {
    static const struct {
        const char *text;
        bool integer;
        int64_t i;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"1.0", true, 1},
        {"1.5", false, 0},
        {"12e2", true, 1200},
        {"1200e-2", true, 12},
        {"1e30", false, 0},
        {"0.000", true, 0},
    };
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t n = 0;
        ck_assert_msg(bo_json_integer(&n, read(arena, cases[i].text)) == cases[i].integer, "%s",
                      cases[i].text);
        ck_assert(!cases[i].integer || n == cases[i].i);
    }
    double d = 0;
    ck_assert(bo_json_number(&d, read(arena, "-1.25e-3")) && d == -1.25e-3);
    ck_assert(bo_json_number(&d, read(arena, "179769313486231570000e288")) && d == 1.7976931348623157e308);
    ck_assert(bo_json_number(&d, read(arena, "1e-999")) && d == 0);
    ck_assert(!bo_json_number(&d, read(arena, "1e400")));
    ck_assert(!bo_json_number(&d, read(arena, "\"1\"")));
    bo_arena_free(arena);
}
END_TEST

START_TEST(canonical_form) {
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"{\"b\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"b\":1}"},
        /* UTF-16: the pair D83D DE00 comes before U+FB33 */
        {"{\"\\uFB33\":1,\"\\uD83D\\uDE00\":2}", "{\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}"},
        {"[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0]",
         "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]"},
        {"[1e21,1e20,123456789012345680000,1e-6,1e-7,5e-324]",
         "[1e+21,100000000000000000000,123456789012345680000,0.000001,1e-7,5e-324]"},
    };
    bo_arena *arena = bo_arena_new(0);
    bo_text out;
    bo_text_init(&out, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bo_text_clear(&out);
        bo_json_write_canonical(&out, read(arena, cases[i].in));
        ck_assert_str_eq(bo_text_str(&out).ptr, cases[i].out);
    }
    bo_json_write_canonical(&out, read(arena, "1e400"));
    ck_assert_int_eq(bo_text_end(&out), BO_INVALID);
    bo_text_done(&out);
    bo_arena_free(arena);
}
END_TEST

Suite *test_write(void) {
    Suite *suite = suite_create("json/write");
    TCase *all = tcase_create("all");
    tcase_add_test(all, values_are_written_as_they_were_read);
    tcase_add_test(all, the_streaming_writer_sets_its_commas);
    tcase_add_test(all, values_are_made_changed_and_compared);
    tcase_add_test(all, numbers_are_read_by_value);
    tcase_add_test(all, canonical_form);
    suite_add_tcase(suite, all);
    return suite;
}
