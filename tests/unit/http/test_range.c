/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "http/message.h"

START_TEST(a_range_is_a_part_of_the_body) {
    static const struct {
        const char *header;
        bo_status status;
        size_t first, count;
    } cases[] = {{"bytes=0-3", BO_OK, 0, 4},
                 {"bytes=4-", BO_OK, 4, 6},
                 {"bytes=-3", BO_OK, 7, 3},
                 {"bytes=-30", BO_OK, 0, 10},
                 {"bytes=5-500", BO_OK, 5, 5},
                 {"bytes=9-9", BO_OK, 9, 1},
                 {"bytes=10-", BO_RANGE, 0, 0},
                 {"bytes=-0", BO_RANGE, 0, 0},
                 {"bytes=3-1", BO_NOT_FOUND, 0, 0},
                 {"bytes=0-1,4-5", BO_NOT_FOUND, 0, 0},
                 {"lines=0-1", BO_NOT_FOUND, 0, 0},
                 {"bytes=", BO_NOT_FOUND, 0, 0},
                 {"bytes=-", BO_NOT_FOUND, 0, 0},
                 {"bytes=a-b", BO_NOT_FOUND, 0, 0},
                 {"bytes=99999999999999999999-", BO_NOT_FOUND, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t first = 0, count = 0;
        bo_status status = bo_http_range(&first, &count, bo_str_of(cases[i].header), 10);
        ck_assert_msg(status == cases[i].status, "%s", cases[i].header);
        ck_assert_msg(first == cases[i].first && count == cases[i].count, "%s", cases[i].header);
    }
}
END_TEST

START_TEST(nothing_has_no_ranges) {
    size_t first, count;
    ck_assert_int_eq(bo_http_range(&first, &count, BO_STR("bytes=0-"), 0), BO_RANGE);
    ck_assert_int_eq(bo_http_range(&first, &count, BO_STR_NONE, 5), BO_NOT_FOUND);
}
END_TEST

Suite *test_range(void) {
    Suite *suite = suite_create("range");
    TCase *tests = tcase_create("range");
    tcase_add_test(tests, a_range_is_a_part_of_the_body);
    tcase_add_test(tests, nothing_has_no_ranges);
    suite_add_tcase(suite, tests);
    return suite;
}
