/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/str.h"

#include <check.h>

START_TEST(numbers_are_read_whole_or_not_at_all) {
    uint64_t n = 7;
    ck_assert_int_eq(bo_str_to_u64(&n, BO_STR("18446744073709551615")), BO_OK);
    ck_assert(n == UINT64_MAX);
    ck_assert_int_eq(bo_str_to_u64(&n, BO_STR("18446744073709551616")), BO_SYNTAX);
    ck_assert_int_eq(bo_str_to_u64(&n, BO_STR("12x")), BO_SYNTAX);
    ck_assert_int_eq(bo_str_to_u64(&n, BO_STR("")), BO_SYNTAX);
    int64_t i;
    ck_assert_int_eq(bo_str_to_i64(&i, BO_STR("-9223372036854775808")), BO_OK);
    ck_assert(i == INT64_MIN);
    ck_assert_int_eq(bo_str_to_i64(&i, BO_STR("9223372036854775808")), BO_SYNTAX);
}
END_TEST

START_TEST(utf8_goes_round_and_bad_bytes_are_seen) {
    for (uint32_t c = 1; c <= 0x10FFFF; c += c < 0x900 ? 1 : 97) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        char bytes[4];
        size_t len = bo_utf8_put(bytes, c), at = 0;
        ck_assert_uint_eq(bo_utf8_next((bo_str){bytes, len}, &at), c);
        ck_assert_uint_eq(at, len);
    }
    ck_assert(bo_utf8_valid(BO_STR("L’Île-Saint-Denis, un bocage")));
    ck_assert(!bo_utf8_valid(BO_STR("\xC0\x80")));         /* overlong */
    ck_assert(!bo_utf8_valid(BO_STR("\xED\xA0\x80")));     /* surrogate */
    ck_assert(!bo_utf8_valid(BO_STR("\xF4\x90\x80\x80"))); /* beyond U+10FFFF */
    ck_assert(!bo_utf8_valid(BO_STR("abcdefgh\xE2\x82"))); /* cut off */
}
END_TEST

START_TEST(text_is_cut_searched_and_compared) {
    bo_str rest = BO_STR("a,,b"), piece;
    ck_assert(bo_str_cut(&piece, &rest, ',') && bo_str_eq(piece, BO_STR("a")));
    ck_assert(bo_str_cut(&piece, &rest, ',') && piece.len == 0);
    ck_assert(bo_str_cut(&piece, &rest, ',') && bo_str_eq(piece, BO_STR("b")));
    ck_assert(!bo_str_cut(&piece, &rest, ','));
    ck_assert_uint_eq(bo_str_find_last(BO_STR("/a/b"), '/'), 2);
    ck_assert_uint_eq(bo_str_find_str(BO_STR("bocage"), BO_STR("cage")), 2);
    ck_assert_int_lt(bo_str_cmp(BO_STR("a"), BO_STR("ab")), 0);
    ck_assert(bo_str_eq_nocase(BO_STR("Content-TYPE"), BO_STR("content-type")));
    ck_assert(bo_str_eq(bo_str_trim(BO_STR(" \t x \r\n")), BO_STR("x")));
}
END_TEST

Suite *test_str(void) {
    Suite *suite = suite_create("base/str");
    TCase *all = tcase_create("all");
    tcase_add_test(all, numbers_are_read_whole_or_not_at_all);
    tcase_add_test(all, utf8_goes_round_and_bad_bytes_are_seen);
    tcase_add_test(all, text_is_cut_searched_and_compared);
    suite_add_tcase(suite, all);
    return suite;
}
