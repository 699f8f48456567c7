/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/source.h"

#include <check.h>
#include <stdio.h>

#include "rdf/vocab.h"

static void goes_round(const bo_term *term, bool must) {
    char room[BO_ID_ROOM];
    bo_term back;
    bo_id id = bo_id_inline(term);
    ck_assert_msg(!must || id != BO_ID_NONE, "'%.*s' is not inlined", BO_STR_ARG(term->value));
    if (id == BO_ID_NONE) return;
    bo_id_expand(&back, id, room);
    ck_assert_msg(bo_term_eq(term, &back) && bo_str_eq(term->value, back.value), "'%.*s' came back as '%.*s'",
                  BO_STR_ARG(term->value), BO_STR_ARG(back.value));
    ck_assert_int_eq(bo_id_kind(id), BO_LITERAL);
}

START_TEST(what_is_inlined_comes_back_to_the_character) {
    static const char *const integers[] = {"0", "1", "-1", "42", "36028797018963967", "-36028797018963968"};
    static const char *const decimals[] = {"0.0", "1.5", "-0.5", "48.9358", "12345678901.123456"};
    static const char *const times[] = {"2026-11-24T12:30:00Z", "2026-11-24T12:30:00.5Z",
                                        "1969-12-31T23:59:59.123Z"};
    for (size_t i = 0; i < 6; i++)
        goes_round(&(bo_term){BO_LITERAL, bo_str_of(integers[i]), BO_XSD_INTEGER, {0}}, true);
    for (size_t i = 0; i < 5; i++)
        goes_round(&(bo_term){BO_LITERAL, bo_str_of(decimals[i]), BO_XSD_DECIMAL, {0}}, true);
    for (size_t i = 0; i < 3; i++)
        goes_round(&(bo_term){BO_LITERAL, bo_str_of(times[i]), BO_XSD_DATE_TIME, {0}}, true);
    goes_round(&(bo_term){BO_LITERAL, BO_STR("2024-02-29"), BO_XSD_DATE, {0}}, true);
    goes_round(&(bo_term){BO_LITERAL, BO_STR("true"), BO_XSD_BOOLEAN, {0}}, true);
    bo_term empty = bo_term_string(BO_STR("")), seven = bo_term_string(BO_STR("1234567")),
            fr = bo_term_lang(BO_STR("eau"), BO_STR("fr"));
    goes_round(&empty, true);
    goes_round(&seven, true);
    goes_round(&fr, true);
}
END_TEST

START_TEST(other_spellings_keep_their_own) {
    static const char *const integers[] = {"01", "+1", "-0", "", "36028797018963968", "1a", "-"};
    static const char *const decimals[] = {"1",    "1.",        ".5",   "1.50", "01.5",
                                           "-0.0", "1.1234567", "+1.5", "1.0.0"};
    static const char *const times[] = {"2026-11-24T12:30:00.50Z", "2026-11-24T12:30:00+00:00",
                                        "2026-11-24T24:00:00Z",    "0001-01-01T00:00:00Z",
                                        "2026-02-30T00:00:00Z",    "2026-11-24t12:30:00Z"};
    for (size_t i = 0; i < 7; i++)
        ck_assert(bo_id_inline(&(bo_term){BO_LITERAL, bo_str_of(integers[i]), BO_XSD_INTEGER, {0}}) == 0);
    for (size_t i = 0; i < 9; i++)
        ck_assert(bo_id_inline(&(bo_term){BO_LITERAL, bo_str_of(decimals[i]), BO_XSD_DECIMAL, {0}}) == 0);
    for (size_t i = 0; i < 6; i++)
        ck_assert(bo_id_inline(&(bo_term){BO_LITERAL, bo_str_of(times[i]), BO_XSD_DATE_TIME, {0}}) == 0);
    ck_assert(bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("TRUE"), BO_XSD_BOOLEAN, {0}}) == 0);
    ck_assert(bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("eau"), BO_STR_NONE, BO_STR("FR")}) == 0);
    bo_term nul = bo_term_string((bo_str){"a\0b", 3});
    ck_assert(bo_id_inline(&nul) == 0);
}
END_TEST

START_TEST(ids_order_as_values_do) {
    bo_id before = 0;
    for (int64_t n = -70000; n < 70000; n += 997) {
        char text[64];
        snprintf(text, sizeof text, "%lld", (long long)n);
        bo_id id = bo_id_inline(&(bo_term){BO_LITERAL, bo_str_of(text), BO_XSD_INTEGER, {0}});
        ck_assert(id > before);
        before = id;
    }
    bo_id low = bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("-1.5"), BO_XSD_DECIMAL, {0}});
    ck_assert(low < bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("-1.25"), BO_XSD_DECIMAL, {0}}));
    low = bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("1999-12-31T23:59:59Z"), BO_XSD_DATE_TIME, {0}});
    ck_assert(low <
              bo_id_inline(&(bo_term){BO_LITERAL, BO_STR("2000-01-01T00:00:00Z"), BO_XSD_DATE_TIME, {0}}));
}
END_TEST

START_TEST(an_order_begins_with_what_is_bound) {
    for (unsigned mask = 0; mask < 16; mask++) {
        bo_ids pattern = {mask & 1, mask >> 1 & 1, mask >> 2 & 1, mask >> 3 & 1};
        const bo_id columns[4] = {pattern.s, pattern.p, pattern.o, pattern.g};
        unsigned bound = (unsigned)__builtin_popcount(mask & 7);
        const unsigned char *order = bo_order_columns[bo_order_for(&pattern)];
        if (mask == 8) ck_assert_int_eq(order[0], 3);
        for (unsigned i = 0; i < bound && mask < 8; i++)
            if (mask != 5) ck_assert_msg(columns[order[i]] != 0, "mask %u", mask);
    }
}
END_TEST

Suite *test_id(void) {
    Suite *suite = suite_create("rdf/id");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_is_inlined_comes_back_to_the_character);
    tcase_add_test(all, other_spellings_keep_their_own);
    tcase_add_test(all, ids_order_as_values_do);
    tcase_add_test(all, an_order_begins_with_what_is_bound);
    suite_add_tcase(suite, all);
    return suite;
}
