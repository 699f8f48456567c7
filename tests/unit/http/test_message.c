/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "http/message.h"

static void prefers(const char *accept, int expected) {
    static const bo_str offers[] = {{"application/ld+json", 19}, {"text/turtle", 11}, {"text/html", 9}};
    int got = bo_http_accept(bo_str_of(accept), offers, 3);
    ck_assert_msg(got == expected, "'%s' chose %d instead of %d", accept ? accept : "(absent)", got,
                  expected);
}

START_TEST(what_is_liked_best_is_chosen) {
    prefers(NULL, 0);
    prefers("", 0);
    prefers("*/*", 0);
    prefers("text/*", 1);
    prefers("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 2);
    prefers("text/turtle;q=0.5, application/ld+json;q=0.9", 0);
    prefers("TEXT/Turtle ; charset=utf-8", 1);
    prefers("image/png", -1);
    prefers("*/*;q=0", -1);
    prefers("application/ld+json;q=0, */*", 1);
    prefers("application/ld+json;q=2, text/turtle;q=0.1", 1);
    prefers("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#expanded\", text/turtle;q=0.2", 1);
    prefers("text/turtle;q=0.8, text/turtle;q=0.8, text/html;q=0.8", 1);
    prefers(",,;,", -1);
}
END_TEST

START_TEST(languages_are_chosen) {
    static const struct {
        const char *wish;
        size_t chosen;
    } cases[] = {{"", 0},
                 {"en", 1},
                 {"en-GB, fr;q=0.9", 1},
                 {"de, en;q=0.2, fr;q=0.1", 1},
                 {"de", 0},
                 {"fr-CA", 0},
                 {"*", 0},
                 {"EN;q=0.5, *;q=0.1", 1},
                 {"en;q=0", 0},
                 {"eng", 0},
                 {"en;q=x", 0},
                 {",,;q=1, en", 1}};
    const bo_str offers[] = {BO_STR("fr"), BO_STR("en")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(bo_http_language(bo_str_of(cases[i].wish), offers, 2) == cases[i].chosen, "%s",
                      cases[i].wish);
    ck_assert_uint_eq(bo_http_language(BO_STR_NONE, offers, 2), 0);
}
END_TEST

START_TEST(content_types_come_apart) {
    bo_arena *arena = bo_arena_new(0);
    bo_str type = BO_STR("text/plain; a=1 ;b=\"x;\\\"y\"; charset=UTF-8");
    ck_assert(bo_str_eq(bo_http_media_type(type), BO_STR("text/plain")));
    ck_assert(bo_str_eq(bo_http_parameter(type, BO_STR("charset"), arena), BO_STR("UTF-8")));
    ck_assert(bo_str_eq(bo_http_parameter(type, BO_STR("B"), arena), BO_STR("x;\"y")));
    ck_assert_ptr_null(bo_http_parameter(type, BO_STR("c"), arena).ptr);
    ck_assert_ptr_null(bo_http_media_type(BO_STR_NONE).ptr);
    bo_arena_free(arena);
}
END_TEST

START_TEST(entity_tags_compare) {
    bo_str tag = BO_STR("\"a,b\"");
    ck_assert(bo_http_etag_listed(BO_STR("\"x\", \"a,b\""), tag, false));
    ck_assert(bo_http_etag_listed(BO_STR("*"), tag, false));
    ck_assert(!bo_http_etag_listed(BO_STR("W/\"a,b\""), tag, false));
    ck_assert(bo_http_etag_listed(BO_STR("W/\"a,b\""), tag, true));
    ck_assert(!bo_http_etag_listed(BO_STR("a,b"), tag, true));
    ck_assert(!bo_http_etag_listed(BO_STR(""), tag, true));
}
END_TEST

START_TEST(forms_are_decoded) {
    bo_arena *arena = bo_arena_new(0);
    bo_str out, form = BO_STR("a=1&q%75ery=SELECT+%2A%20%7B%7D&a=2&empty&bad=%zz");
    ck_assert_int_eq(bo_http_form(&out, form, BO_STR("query"), 0, arena), BO_OK);
    ck_assert(bo_str_eq(out, BO_STR("SELECT * {}")));
    ck_assert_int_eq(bo_http_form(&out, form, BO_STR("a"), 1, arena), BO_OK);
    ck_assert(bo_str_eq(out, BO_STR("2")));
    ck_assert_int_eq(bo_http_form(&out, form, BO_STR("a"), 2, arena), BO_OK);
    ck_assert_ptr_null(out.ptr);
    ck_assert_int_eq(bo_http_form(&out, form, BO_STR("empty"), 0, arena), BO_OK);
    ck_assert(out.ptr != NULL && out.len == 0);
    ck_assert_int_eq(bo_http_form(&out, form, BO_STR("bad"), 0, arena), BO_SYNTAX);
    ck_assert_int_eq(bo_http_form(&out, BO_STR("a=%C3"), BO_STR("a"), 0, arena), BO_SYNTAX);
    bo_arena_free(arena);
}
END_TEST

START_TEST(other_names_of_a_form_cost_nothing) {
    enum { LONG = 100000 };
    bo_arena *arena = bo_arena_new(0);
    bo_text form;
    bo_str out;
    bo_text_init(&form, 0);
    for (int i = 0; i < LONG; i++) bo_text_char(&form, 'k');
    BO_TEXT_LIT(&form, "=1&a=2");
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(bo_http_form(&out, bo_text_str(&form), BO_STR("a"), 0, arena), BO_OK);
    ck_assert(bo_str_eq(out, BO_STR("2")));
    ck_assert_uint_lt(bo_arena_used(arena), LONG);
    bo_text_done(&form);
    bo_arena_free(arena);
}
END_TEST

START_TEST(paths_stay_below_the_root) {
    static const struct {
        const char *path, *expected; /* NULL: refused */
    } cases[] = {{"/", "/"},
                 {"/a/b", "/a/b"},
                 {"/a/./b", "/a/b"},
                 {"/a/../b", "/b"},
                 {"/a/b/..", "/a/"},
                 {"/a/b/", "/a/b/"},
                 {"/a//b", "/a//b"},
                 {"/%C3%A9", "/%C3%A9"},
                 {"/..", NULL},
                 {"/a/../../b", NULL},
                 {"/a%2Fb", NULL},
                 {"/%00", NULL},
                 {"/%2e%2e/etc", NULL},
                 {"/%zz", NULL},
                 {"/%ff", NULL},
                 {"/a%0Ab", NULL},
                 {"/a%7f", NULL},
                 {"/a%3Cb", "/a%3Cb"},
                 {"/a<b", NULL},
                 {"/a b", NULL},
                 {"/a\\b", NULL},
                 {"*", NULL},
                 {"a", NULL},
                 {"", NULL}};
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_str out = BO_STR("");
        bo_status status = bo_http_path(&out, bo_str_of(cases[i].path), arena);
        ck_assert_msg(status == (cases[i].expected ? BO_OK : BO_SYNTAX), "%s", cases[i].path);
        if (cases[i].expected != NULL)
            ck_assert_msg(bo_str_eq(out, bo_str_of(cases[i].expected)), "%s gave %.*s", cases[i].path,
                          BO_STR_ARG(out));
    }
    bo_arena_free(arena);
}
END_TEST

START_TEST(request_targets_have_four_forms) {
    static const struct {
        const char *target, *path, *query; /* query NULL: none */
    } cases[] = {{"/a/b?c=d?e", "/a/b", "c=d?e"},
                 {"/", "/", NULL},
                 {"/?", "/", ""},
                 {"http://other.example/a?b", "/a", "b"},
                 {"https://other.example", "/", NULL},
                 {"/a://b", "/a://b", NULL},
                 {"*", "/", NULL},
                 {"", "/", NULL},
                 {"other.example:443", "other.example:443", NULL},
                 {"a", "a", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_http_request request = {0};
        bo_http_take_target(&request, bo_str_of(cases[i].target));
        ck_assert_msg(bo_str_eq(request.path, bo_str_of(cases[i].path)), "%s", cases[i].target);
        ck_assert_msg((request.query.ptr == NULL) == (cases[i].query == NULL), "%s", cases[i].target);
        if (cases[i].query != NULL)
            ck_assert_msg(bo_str_eq(request.query, bo_str_of(cases[i].query)), "%s", cases[i].target);
    }
}
END_TEST

START_TEST(header_lines_add_up) {
    bo_arena *arena = bo_arena_new(0);
    bo_headers headers;
    bo_headers_init(&headers, arena);
    for (int i = 0; i < 40; i++) bo_headers_add(&headers, BO_STR("X-Many"), BO_STR("v"));
    bo_headers_add(&headers, BO_STR("Accept"), BO_STR("a"));
    bo_headers_add(&headers, BO_STR("accept"), BO_STR("b"));
    ck_assert(bo_str_eq(bo_headers_get(&headers, BO_STR("ACCEPT")), BO_STR("a")));
    ck_assert(bo_str_eq(bo_headers_joined(&headers, BO_STR("ACCEPT"), arena), BO_STR("a, b")));
    ck_assert_ptr_null(bo_headers_get(&headers, BO_STR("Absent")).ptr);
    ck_assert_int_eq(bo_method_of(BO_STR("PATCH")), BO_PATCH);
    ck_assert_int_eq(bo_method_of(BO_STR("get")), BO_METHOD_OTHER);
    ck_assert(bo_str_eq(bo_http_reason(412), BO_STR("Precondition Failed")));
    bo_arena_free(arena);
}
END_TEST

Suite *test_message(void) {
    Suite *suite = suite_create("http/message");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_is_liked_best_is_chosen);
    tcase_add_test(all, languages_are_chosen);
    tcase_add_test(all, content_types_come_apart);
    tcase_add_test(all, entity_tags_compare);
    tcase_add_test(all, forms_are_decoded);
    tcase_add_test(all, other_names_of_a_form_cost_nothing);
    tcase_add_test(all, paths_stay_below_the_root);
    tcase_add_test(all, request_targets_have_four_forms);
    tcase_add_test(all, header_lines_add_up);
    suite_add_tcase(suite, all);
    return suite;
}
