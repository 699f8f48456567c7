/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/json.h"

#include <check.h>
#include <stdlib.h>

static bo_status parse(bo_json **out, bo_str text, bo_arena *arena) {
    return bo_json_parse(out, text, NULL, arena);
}

static const char *const accepted[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "10",
    "1.5",
    "-0.0",
    "1e5",
    "1E-05",
    "1.25e+10",
    "\"\"",
    "[]",
    "{}",
    " [ ] ",
    "\t{\r\n}\n",
    "[[[[]]]]",
    "[1,2,3]",
    "{\"a\":{\"b\":[null]}}",
    "{\"\":0}",
    "\"\\u0000\"",
    "\"\\uD83D\\uDE00\"",
    "\"\x7F\"",
    "\"\xF4\x8F\xBF\xBF\"",
    "\"\xE2\x80\xA8\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "123456789012345678901234567890",
    "1e400",
    "[\"a\",\"a\"]",
    "{\"a\":1,\"A\":2}",
    "\"\xEF\xBB\xBF\"",
};

static const char *const refused[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "NaN",
    "Infinity",
    "01",
    "-01",
    "-",
    "+1",
    "1.",
    ".5",
    "1e",
    "1e+",
    "0x1",
    "1_0",
    "--1",
    "\"",
    "\"a",
    "\"\\\"",
    "'a'",
    "\"\\x41\"",
    "\"\\u12G4\"",
    "\"\\u123\"",
    "\"\\uD83D\"",
    "\"\\uDE00\"",
    "\"\\uD83D\\u0041\"",
    "\"\\uD83Dx\"",
    "\"\\a\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\x1F\"",
    "\"\xC0\x80\"",
    "\"\xED\xA0\x80\"",
    "\"\xFF\"",
    "\"\xE2\x82\"",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1,,2]",
    "{",
    "}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{a:1}",
    "{1:1}",
    "{\"a\" 1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "[1]]",
    "{}{}",
    "1 2",
    "[1}",
    "{\"a\":1]",
    "//x",
    "[1]/*x*/",
    "\xEF\xBB\xBF[]",
    "\xA0[]",
    "[\x0C]",
    "\\u005B]",
    "tru",
    "[tru",
    "fals",
    "[1.e1]",
    "[1e1.5]",
    "\"\\",
    "\"\\u",
};

START_TEST(what_the_grammar_allows_is_read) {
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        bo_json *value = NULL;
        ck_assert_msg(parse(&value, bo_str_of(accepted[i]), arena) == BO_OK, "%s: %s", accepted[i],
                      bo_error_last()->message);
        ck_assert_ptr_nonnull(value);
    }
    bo_arena_free(arena);
}
END_TEST

START_TEST(everything_else_is_refused) {
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        bo_json *value = NULL;
        /* a heap copy of the exact length lets the sanitizer see a read beyond the end */
        bo_str text = bo_str_of(refused[i]);
        char *copy = malloc(text.len ? text.len : 1);
        memcpy(copy, text.ptr, text.len);
        ck_assert_msg(parse(&value, (bo_str){copy, text.len}, arena) == BO_SYNTAX, "accepted: %s",
                      refused[i]);
        ck_assert_ptr_null(value);
        ck_assert_uint_gt(bo_error_last()->line, 0);
        free(copy);
    }
    bo_json *value = NULL;
    ck_assert_int_eq(parse(&value, BO_STR("[1]\0"), arena), BO_SYNTAX);
    ck_assert_int_eq(parse(&value, BO_STR("\"a\0b\""), arena), BO_SYNTAX);
    bo_arena_free(arena);
}
END_TEST

START_TEST(strings_are_decoded) {
    static const struct {
        const char *json;
        bo_str text;
    } cases[] = {
        {"\"caf\\u00E9\"", {"café", 5}},
        {"\"caf\xC3\xA9 and more than eight bytes\"", {"café and more than eight bytes", 31}},
        {"\"\\uD83D\\uDE00!\"", {"\xF0\x9F\x98\x80!", 5}},
        {"\"a long run before an escape\\n and one behind\"",
         {"a long run before an escape\n and one behind", 43}},
        {"\"\\u0000\"", {"\0", 1}},
        {"\"\\/\"", {"/", 1}},
    };
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bo_json *value;
        ck_assert_int_eq(parse(&value, bo_str_of(cases[i].json), arena), BO_OK);
        ck_assert_msg(bo_str_eq(bo_json_string(value), cases[i].text), "%s", cases[i].json);
    }
    bo_arena_free(arena);
}
END_TEST

START_TEST(errors_name_their_place) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *value;
    ck_assert_int_eq(parse(&value, BO_STR("{\n  \"é\": 1,\n  \"b\" 2\n}"), arena), BO_SYNTAX);
    ck_assert_uint_eq(bo_error_last()->line, 3);
    ck_assert_uint_eq(bo_error_last()->column, 7);
    ck_assert_int_eq(parse(&value, BO_STR("[\"\\n\", x]"), arena), BO_SYNTAX);
    ck_assert_uint_eq(bo_error_last()->line, 1);
    ck_assert_uint_eq(bo_error_last()->column, 8);
    bo_arena_free(arena);
}
END_TEST

START_TEST(many_members_and_their_duplicates) {
    bo_arena *arena = bo_arena_new(0);
    bo_text text;
    bo_text_init(&text, 0);
    for (int twice = 0; twice < 2; twice++) {
        bo_text_clear(&text);
        bo_text_char(&text, '{');
        for (int i = 0; i < 1000; i++) bo_text_printf(&text, "\"k%d\":%d,", i, i);
        bo_text_put(&text, twice ? BO_STR("\"k500\":0}") : BO_STR("\"last\":0}"));
        bo_json *value;
        ck_assert_int_eq(parse(&value, bo_text_str(&text), arena), twice ? BO_SYNTAX : BO_OK);
        if (!twice) {
            int64_t n = 0;
            ck_assert(bo_json_integer(&n, bo_json_get(value, BO_STR("k999"))) && n == 999);
        }
    }
    bo_text_done(&text);
    bo_arena_free(arena);
}
END_TEST

START_TEST(depth_and_count_are_capped) {
    enum { DEEP = 100000 };
    char *text = malloc(DEEP);
    memset(text, '[', DEEP);
    bo_arena *arena = bo_arena_new(0);
    bo_json *value;
    ck_assert_int_eq(parse(&value, (bo_str){text, DEEP}, arena), BO_LIMIT);
    memset(text + 512, ']', 512);
    ck_assert_int_eq(parse(&value, (bo_str){text, 1024}, arena), BO_OK);
    bo_json_limits few = {.nodes = 3, .depth = 1};
    ck_assert_int_eq(bo_json_parse(&value, BO_STR("[1,2]"), &few, arena), BO_OK);
    ck_assert_int_eq(bo_json_parse(&value, BO_STR("[1,2,3]"), &few, arena), BO_LIMIT);
    ck_assert_int_eq(bo_json_parse(&value, BO_STR("[[]]"), &few, arena), BO_LIMIT);
    bo_arena_free(arena);
    free(text);
}
END_TEST

START_TEST(a_full_arena_is_reported) {
    for (size_t cap = 16; cap < 4096; cap += 48) {
        bo_arena *arena = bo_arena_new(cap);
        bo_json *value;
        bo_status status = parse(&value, BO_STR("{\"a\":[1,2,{\"b\":\"c\"}],\"d\":[[],[],[]]}"), arena);
        ck_assert(status == BO_OK || status == BO_LIMIT);
        bo_arena_free(arena);
    }
}
END_TEST

Suite *test_parse(void) {
    Suite *suite = suite_create("json/parse");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_the_grammar_allows_is_read);
    tcase_add_test(all, everything_else_is_refused);
    tcase_add_test(all, strings_are_decoded);
    tcase_add_test(all, errors_name_their_place);
    tcase_add_test(all, many_members_and_their_duplicates);
    tcase_add_test(all, depth_and_count_are_capped);
    tcase_add_test(all, a_full_arena_is_reported);
    suite_add_tcase(suite, all);
    return suite;
}
