/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "http/message.h"

static bo_str part, type, rest;

static bo_status next(void) {
    return bo_http_part(&part, &type, &rest, BO_STR("xyz"));
}

START_TEST(parts_come_one_by_one) {
    rest = BO_STR(
        "--xyz\r\nContent-Disposition: form-data; name=a\r\ncontent-type: text/turtle; charset=utf-8\r\n"
        "\r\n<a> <b> <c> .\r\n--xy\r\n\r\n--xyz \r\n\r\n\r\n--xyz--\r\nafterwards");
    ck_assert_int_eq(next(), BO_OK);
    ck_assert(bo_str_eq(part, BO_STR("<a> <b> <c> .\r\n--xy\r\n")));
    ck_assert(bo_str_eq(type, BO_STR("text/turtle; charset=utf-8")));
    ck_assert_int_eq(next(), BO_OK);
    ck_assert(bo_str_eq(part, BO_STR("")) && part.ptr != NULL);
    ck_assert(bo_str_eq(type, BO_STR("")));
    ck_assert_int_eq(next(), BO_OK);
    ck_assert_ptr_null(part.ptr);
}
END_TEST

START_TEST(bare_line_ends_do_too) {
    rest = BO_STR("--xyz\nContent-Type: text/turtle\n\none\ntwo\n--xyz--");
    ck_assert_int_eq(next(), BO_OK);
    ck_assert(bo_str_eq(part, BO_STR("one\ntwo")));
    ck_assert_int_eq(next(), BO_OK);
    ck_assert_ptr_null(part.ptr);
}
END_TEST

START_TEST(what_is_in_no_parts_is_an_error) {
    static const char *const bodies[] = {"",
                                         "xyz",
                                         "--xy",
                                         "--xyz",
                                         "--xyz\r\n",
                                         "--xyz\r\nContent-Type: a/b\r\n",
                                         "--xyz\r\n\r\nno end",
                                         "--xyzz\r\n\r\na\r\n--xyz--"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        rest = bo_str_of(bodies[i]);
        ck_assert_msg(next() == BO_SYNTAX, "'%s' was read", bodies[i]);
    }
    rest = BO_STR("--\r\n\r\na\r\n----");
    ck_assert_int_eq(bo_http_part(&part, &type, &rest, BO_STR("")), BO_SYNTAX);
}
END_TEST

Suite *test_multipart(void);
Suite *test_multipart(void) {
    Suite *suite = suite_create("multipart");
    TCase *all = tcase_create("all");
    tcase_add_test(all, parts_come_one_by_one);
    tcase_add_test(all, bare_line_ends_do_too);
    tcase_add_test(all, what_is_in_no_parts_is_an_error);
    suite_add_tcase(suite, all);
    return suite;
}
