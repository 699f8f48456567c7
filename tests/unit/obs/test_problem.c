/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "obs/problem.h"

Suite *test_problem(void);

static bool says(bo_problem_page page, const char *text) {
    bo_text out;
    bo_text_init(&out, 0);
    page.root = BO_STR("https://node.example/");
    bo_problem_page_write(&out, &page);
    bo_str written = bo_text_str(&out);
    bool found = bo_str_find_str(written, bo_str_of(text)) < written.len;
    bo_text_done(&out);
    return found;
}

START_TEST(every_status_is_told) {
    static const struct {
        int status;
        const char *title;
    } cases[] = {{404, "nothing at this address"}, {403, "not public"},     {418, "not understood"},
                 {507, "has a problem"},           {503, "server is busy"}, {302, "not understood"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(
            says((bo_problem_page){.status = cases[i].status, .language = BO_ENGLISH}, cases[i].title),
            "%d is not told as: %s", cases[i].status, cases[i].title);
}
END_TEST

START_TEST(ways_on_are_those_that_help) {
    bo_problem_page page = {.status = 403, .login = BO_STR("https://front.example/login")};
    ck_assert(says(page, "<a href=\"https://front.example/login\">Se connecter</a>"));
    ck_assert(says(page, "<a href=\"https://node.example/\">Accueil</a>"));
    page.status = 404;
    ck_assert(!says(page, "/login"));
    page.above = BO_STR("https://node.example/ideas");
    ck_assert(says(page, "<a href=\"https://node.example/ideas\">"));
}
END_TEST

START_TEST(what_was_asked_is_no_markup) {
    bo_problem_page page = {.status = 404, .detail = BO_STR("nothing at <script>")};
    ck_assert(!says(page, "<script"));
    ck_assert(says(page, "&lt;script&gt;"));
}
END_TEST

Suite *test_problem(void) {
    Suite *suite = suite_create("problem");
    TCase *all = tcase_create("all");
    tcase_add_test(all, every_status_is_told);
    tcase_add_test(all, ways_on_are_those_that_help);
    tcase_add_test(all, what_was_asked_is_no_markup);
    suite_add_tcase(suite, all);
    return suite;
}
