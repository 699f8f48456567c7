/* SPDX-License-Identifier: Apache-2.0
 * Published examples of each measure, then random tallies beside the plainest way to compute the same.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/eval.h"
#include "unit/eval/random.h"

enum { TRIALS = 100000 };

#define TALLY(...)                                                                                           \
    ((bo_tally){(unsigned)(sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)), {__VA_ARGS__}, 0})

START_TEST(the_median_is_the_lower_middlemost) {
    ck_assert_uint_eq(bo_tally_median(&TALLY(1, 1, 1, 2, 0, 0)), 2); /* Balinski and Laraki's example */
    ck_assert_uint_eq(bo_tally_median(&TALLY(0, 2, 2)), 1);
    ck_assert_uint_eq(bo_tally_median(&TALLY(0, 0, 1)), 2);
}
END_TEST

START_TEST(the_gauge_has_both_sides) {
    bo_gauge gauge = bo_tally_gauge(&TALLY(2, 3, 5, 6, 4, 0, 0));
    ck_assert_uint_eq(gauge.median, 2);
    ck_assert_double_eq(gauge.above, 0.5);
    ck_assert_double_eq(gauge.below, 0.25);
    ck_assert_double_eq(gauge.usual, 2.5);
}
END_TEST

START_TEST(agreement_is_van_der_eijks) {
    ck_assert_double_eq_tol(bo_tally_agreement(&TALLY(30, 40, 210, 130, 530, 50, 10)), 0.611333, 5e-7);
    ck_assert_double_eq_tol(bo_tally_agreement(&TALLY(5, 5, 5, 5, 5, 5, 5)), 0, 1e-12);
    ck_assert_double_eq(bo_tally_agreement(&TALLY(0, 0, 9, 0, 0, 0, 0)), 1);
    ck_assert_double_eq(bo_tally_agreement(&TALLY(6, 0, 0, 0, 0, 0, 6)), -1);
    ck_assert_double_eq(bo_tally_polarisation(&TALLY(6, 0, 0, 0, 0, 0, 6)), 1);
    ck_assert_double_eq(bo_tally_agreement(&TALLY(3, 3)), 0); /* two grades have no valley */
}
END_TEST

START_TEST(divergence_is_one_between_the_ends) {
    bo_eval_rules rules = BO_EVAL_RULES_DEFAULT;
    ck_assert_double_eq(bo_tally_divergence(&TALLY(5, 0, 0, 0, 0, 0, 0), &TALLY(0, 0, 0, 0, 0, 0, 7)), 1);
    ck_assert_double_eq(bo_tally_divergence(&TALLY(1, 2, 3), &TALLY(2, 4, 6)), 0);
    ck_assert(bo_tally_disagree(&TALLY(0, 9, 0, 0), &TALLY(0, 0, 0, 9), &rules));  /* medians two apart */
    ck_assert(!bo_tally_disagree(&TALLY(0, 9, 0, 0), &TALLY(0, 0, 9, 0), &rules)); /* one apart, 0.33 */
    ck_assert(bo_tally_disagree(&TALLY(9, 0, 0), &TALLY(0, 9, 0), &rules));        /* one apart, 0.5 */
}
END_TEST

START_TEST(the_interval_needs_five) {
    unsigned low, high;
    ck_assert(!bo_tally_interval(&low, &high, &TALLY(2, 2, 0), 0.9));
    ck_assert(!bo_tally_interval(&low, &high, &TALLY(0, 0, 0), 0.9));
    ck_assert(bo_tally_interval(&low, &high, &TALLY(1, 1, 1, 1, 1), 0.9));
    ck_assert(low == 0 && high == 4);
    ck_assert(bo_tally_interval(&low, &high, &TALLY(1, 1, 2, 4, 6, 8, 2), 0.9));
    ck_assert(low == 3 && high == 5);
    ck_assert(bo_tally_interval(&low, &high, &TALLY(499000, 1000, 1000, 499000), 0.9)); /* a million */
    ck_assert(low == 1 && high == 2);
}
END_TEST

START_TEST(abstentions_are_counted_apart) {
    bo_tally tally = TALLY(1, 2);
    bo_tally_add(&tally, BO_EVAL_ABSTAINS);
    ck_assert_uint_eq(bo_tally_size(&tally), 3);
    ck_assert_double_eq(bo_tally_abstention(&tally), 0.25);
    bo_tally_remove(&tally, BO_EVAL_ABSTAINS);
    ck_assert_double_eq(bo_tally_abstention(&tally), 0);
    ck_assert_double_eq(bo_tally_abstention(&TALLY(0, 0)), 0);
}
END_TEST

START_TEST(coders_are_compared_by_krippendorffs_alpha) {
    const bo_tally units[] = {TALLY(2, 0, 0, 0), TALLY(0, 2, 0, 0), TALLY(0, 0, 2, 0),
                              TALLY(0, 0, 2, 0), TALLY(0, 2, 0, 0), TALLY(1, 1, 0, 0),
                              TALLY(0, 0, 0, 2), TALLY(2, 0, 0, 0), TALLY(0, 2, 0, 0)};
    ck_assert_double_eq_tol(bo_eval_alpha(units, 9), 0.922902, 5e-7);
    ck_assert_double_eq(bo_eval_alpha(units, 0), 1);
    ck_assert_double_eq(bo_eval_alpha(&TALLY(1, 0), 1), 1); /* nobody else coded it */
}
END_TEST

/* The same by the words of the definitions: everyone in a row. */
static unsigned row(unsigned char *out, const bo_tally *tally) {
    unsigned n = 0;
    for (unsigned k = 0; k < tally->grades; k++)
        for (uint64_t i = 0; i < tally->at[k]; i++) out[n++] = (unsigned char)k;
    return n;
}

static unsigned plain_rank(unsigned n) {
    double ways = pow(0.5, n), sum = 0;
    for (unsigned heads = 0; heads <= n; heads++) {
        sum += ways;
        if (sum > 0.05) return heads;
        ways *= (double)(n - heads) / (heads + 1);
    }
    return n;
}

START_TEST(random_tallies_agree_with_people_in_a_row) {
    unsigned char people[BO_EVAL_GRADES * 12];
    for (int i = 0; i < TRIALS; i++) {
        bo_tally tally = random_tally(2 + below(BO_EVAL_GRADES - 1), 12);
        unsigned n = row(people, &tally), low, high, rank = plain_rank(n);
        ck_assert_uint_eq(bo_tally_median(&tally), people[(n - 1) / 2]);
        ck_assert_int_eq(bo_tally_interval(&low, &high, &tally, 0.9), rank > 0);
        if (rank > 0) ck_assert(low == people[rank - 1] && high == people[n - rank]);
        ck_assert(bo_tally_agreement(&tally) >= -1 - 1e-12 && bo_tally_agreement(&tally) <= 1 + 1e-12);
    }
}
END_TEST

/* Judgments one after the other, some of them taken back, in two orders: the same bytes, and those of a count
 * from scratch. */
START_TEST(order_and_second_thoughts_do_not_show) {
    for (int i = 0; i < TRIALS; i++) {
        unsigned grades = 2 + below(6), count = 1 + below(30);
        int given[30];
        bo_tally forwards = {.grades = grades}, backwards = {.grades = grades};
        for (unsigned j = 0; j < count; j++) given[j] = (int)below(grades + 1) - 1;
        for (unsigned j = 0; j < count; j++) {
            int first = (int)below(grades + 1) - 1;
            bo_tally_add(&forwards, first);
            bo_tally_add(&forwards, given[j]);
            bo_tally_remove(&forwards, first);
            bo_tally_add(&backwards, given[count - 1 - j]);
        }
        ck_assert_int_eq(memcmp(&forwards, &backwards, sizeof forwards), 0);
    }
}
END_TEST

START_TEST(one_better_judgment_never_makes_it_worse) {
    for (int i = 0; i < TRIALS; i++) {
        bo_tally tally = random_tally(2 + below(6), 9), raised = tally;
        unsigned from = below(tally.grades - 1), to = from + 1 + below(tally.grades - 1 - from);
        if (tally.at[from] == 0) continue;
        bo_tally_remove(&raised, (int)from);
        bo_tally_add(&raised, (int)to);
        ck_assert_uint_ge(bo_tally_median(&raised), bo_tally_median(&tally));
        ck_assert_double_ge(bo_tally_gauge(&raised).usual, bo_tally_gauge(&tally).usual - 1e-12);
    }
}
END_TEST

Suite *test_tally(void) {
    Suite *suite = suite_create("tally");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, the_median_is_the_lower_middlemost);
    tcase_add_test(cases, the_gauge_has_both_sides);
    tcase_add_test(cases, agreement_is_van_der_eijks);
    tcase_add_test(cases, divergence_is_one_between_the_ends);
    tcase_add_test(cases, the_interval_needs_five);
    tcase_add_test(cases, abstentions_are_counted_apart);
    tcase_add_test(cases, coders_are_compared_by_krippendorffs_alpha);
    tcase_add_test(cases, random_tallies_agree_with_people_in_a_row);
    tcase_add_test(cases, order_and_second_thoughts_do_not_show);
    tcase_add_test(cases, one_better_judgment_never_makes_it_worse);
    suite_add_tcase(suite, cases);
    return suite;
}
