/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/iri.h"

#include <check.h>

/* RFC 3986 section 5.4, with its base. */
static const char *const examples[][2] = {
    {"g:h", "g:h"},
    {"g", "http://a/b/c/g"},
    {"./g", "http://a/b/c/g"},
    {"g/", "http://a/b/c/g/"},
    {"/g", "http://a/g"},
    {"//g", "http://g"},
    {"?y", "http://a/b/c/d;p?y"},
    {"g?y", "http://a/b/c/g?y"},
    {"#s", "http://a/b/c/d;p?q#s"},
    {"g#s", "http://a/b/c/g#s"},
    {"g?y#s", "http://a/b/c/g?y#s"},
    {";x", "http://a/b/c/;x"},
    {"g;x", "http://a/b/c/g;x"},
    {"g;x?y#s", "http://a/b/c/g;x?y#s"},
    {"", "http://a/b/c/d;p?q"},
    {".", "http://a/b/c/"},
    {"./", "http://a/b/c/"},
    {"..", "http://a/b/"},
    {"../", "http://a/b/"},
    {"../g", "http://a/b/g"},
    {"../..", "http://a/"},
    {"../../", "http://a/"},
    {"../../g", "http://a/g"},
    {"../../../g", "http://a/g"},
    {"/./g", "http://a/g"},
    {"/../g", "http://a/g"},
    {"g.", "http://a/b/c/g."},
    {".g", "http://a/b/c/.g"},
    {"g..", "http://a/b/c/g.."},
    {"..g", "http://a/b/c/..g"},
    {"./../g", "http://a/b/g"},
    {"./g/.", "http://a/b/c/g/"},
    {"g/./h", "http://a/b/c/g/h"},
    {"g/../h", "http://a/b/c/h"},
    {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {"g;x=1/../y", "http://a/b/c/y"},
    {"g?y/./x", "http://a/b/c/g?y/./x"},
    {"g#s/../x", "http://a/b/c/g#s/../x"},
    {"http:g", "http:g"},
};

START_TEST(references_resolve_as_the_rfc_shows) {
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        bo_str out;
        ck_assert_int_eq(bo_iri_resolve(&out, BO_STR("http://a/b/c/d;p?q"), bo_str_of(examples[i][0]), arena),
                         BO_OK);
        ck_assert_msg(bo_str_eq(out, bo_str_of(examples[i][1])), "%s: %.*s", examples[i][0], BO_STR_ARG(out));
    }
    bo_arena_free(arena);
}
END_TEST

START_TEST(relative_references_resolve_back) {
    static const char *const iris[] = {"http://a/b/c/d;p?q",   "http://a/b/c/x", "http://a/b/c/",
                                       "http://a/b/",          "http://a/",      "http://a/b/c/d/e",
                                       "http://a/b/c/e:f",     "http://b/c",     "urn:x",
                                       "http://a/b/c/d;p?q#f", "http://a/b//c",  "http://a/z/z"};
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof iris / sizeof *iris; i++) {
        bo_str relative, back;
        ck_assert_int_eq(bo_iri_relative(&relative, BO_STR("http://a/b/c/d;p?q"), bo_str_of(iris[i]), arena),
                         BO_OK);
        ck_assert_int_eq(bo_iri_resolve(&back, BO_STR("http://a/b/c/d;p?q"), relative, arena), BO_OK);
        ck_assert_msg(bo_str_eq(back, bo_str_of(iris[i])), "%s -> %.*s -> %.*s", iris[i],
                      BO_STR_ARG(relative), BO_STR_ARG(back));
    }
    bo_arena_free(arena);
}
END_TEST

START_TEST(hosts_ports_and_escapes) {
    bo_str host, out;
    unsigned port;
    ck_assert_int_eq(bo_iri_host(&host, &port, BO_STR("u@h.example:8080")), BO_OK);
    ck_assert(bo_str_eq(host, BO_STR("h.example")) && port == 8080);
    ck_assert_int_eq(bo_iri_host(&host, &port, BO_STR("[::1]")), BO_OK);
    ck_assert(bo_str_eq(host, BO_STR("[::1]")) && port == 0);
    ck_assert_int_eq(bo_iri_host(&host, &port, BO_STR("h:99999")), BO_SYNTAX);
    ck_assert(bo_iri_absolute(BO_STR("http://é.example/ñ")));
    ck_assert(!bo_iri_absolute(BO_STR("/path")) && !bo_iri_absolute(BO_STR("http://a b/")) &&
              !bo_iri_absolute(BO_STR("1a:b")));
    bo_arena *arena = bo_arena_new(0);
    ck_assert_int_eq(bo_percent_decode(&out, BO_STR("a+b%C3%A9"), true, arena), BO_OK);
    ck_assert(bo_str_eq(out, BO_STR("a bé")));
    ck_assert_int_eq(bo_percent_decode(&out, BO_STR("%4"), false, arena), BO_SYNTAX);
    ck_assert_int_eq(bo_percent_decode(&out, BO_STR("%C3"), false, arena), BO_SYNTAX);
    bo_text text;
    bo_text_init(&text, 0);
    bo_percent_encode(&text, BO_STR("é/~a"));
    ck_assert(bo_str_eq(bo_text_str(&text), BO_STR("%C3%A9%2F~a")));
    bo_text_done(&text);
    bo_arena_free(arena);
}
END_TEST

Suite *test_iri(void) {
    Suite *suite = suite_create("rdf/iri");
    TCase *all = tcase_create("all");
    tcase_add_test(all, references_resolve_as_the_rfc_shows);
    tcase_add_test(all, relative_references_resolve_back);
    tcase_add_test(all, hosts_ports_and_escapes);
    suite_add_tcase(suite, all);
    return suite;
}
