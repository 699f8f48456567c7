/* SPDX-License-Identifier: Apache-2.0
 * The score's published examples and the properties for which it was chosen, in random trials.
 */
#include <check.h>
#include <string.h>

#include "eval/eval.h"
#include "unit/eval/random.h"

enum { TRIALS = 100000, GRADES = 7, MOST = 12 };
enum { NATURE, SOCIAL, HUMAN };

/* A scale from -3 to 3. */
static unsigned g(int signed_grade) {
    return (unsigned)(signed_grade + 3);
}

static const bo_eval_rules rules = {5, 2, 0.85, 0.90, 2, 0.35};

START_TEST(a_loss_is_not_made_up_for) {
    const bo_criterion_grade criteria[] = {{NATURE, g(-3), 2, true},
                                           {NATURE, g(1), 1, false},
                                           {SOCIAL, g(2), 3, false},
                                           {HUMAN, g(2), 1, false}};
    bo_care care;
    ck_assert(bo_care_score(&care, criteria, 4, GRADES, &rules));
    ck_assert_int_eq(care.profile[NATURE], (int)g(-3));
    ck_assert_int_eq(care.profile[SOCIAL], (int)g(2));
    ck_assert_int_eq(care.profile[HUMAN], (int)g(2));
    ck_assert_int_eq(care.profile[3], -1);
    ck_assert_uint_eq(care.middle, g(2));
    ck_assert_uint_eq(care.score, g(-1));
    ck_assert_uint_eq(care.low, g(-3)); /* without the social criterion */
    ck_assert_uint_eq(care.high, g(2)); /* without the veto */
}
END_TEST

START_TEST(what_is_well_everywhere_is_well) {
    const bo_criterion_grade criteria[] = {
        {NATURE, g(1), 2, true}, {NATURE, g(2), 1, false}, {SOCIAL, g(2), 3, false}, {HUMAN, g(2), 1, false}};
    bo_care care;
    ck_assert(bo_care_score(&care, criteria, 4, GRADES, &rules));
    ck_assert_int_eq(care.profile[NATURE], (int)g(1));
    ck_assert_uint_eq(care.score, g(2));
}
END_TEST

START_TEST(weights_of_nothing_are_equal_and_nothing_has_no_score) {
    const bo_criterion_grade criteria[] = {
        {NATURE, 1, 0, false}, {NATURE, 5, 0, false}, {NATURE, 6, 0, false}};
    bo_care care;
    ck_assert(bo_care_score(&care, criteria, 3, GRADES, &rules));
    ck_assert_int_eq(care.profile[NATURE], 5);
    ck_assert(!bo_care_score(&care, criteria, 0, GRADES, &rules));
    ck_assert(bo_care_score(&care, criteria, 1, GRADES, &rules));
    ck_assert(care.score == 1 && care.low == 1 && care.high == 1);
}
END_TEST

static unsigned draw(bo_criterion_grade *criteria, unsigned grades) {
    unsigned count = 1 + below(MOST);
    for (unsigned i = 0; i < count; i++)
        criteria[i] = (bo_criterion_grade){below(4), below(grades), below(5), below(6) == 0};
    return count;
}

START_TEST(the_properties_hold) {
    bo_criterion_grade criteria[MOST];
    for (int i = 0; i < TRIALS; i++) {
        unsigned count = draw(criteria, GRADES), worst = GRADES - 1;
        bo_care care, other;
        ck_assert(bo_care_score(&care, criteria, count, GRADES, &rules));
        for (unsigned c = 0; c < BO_EVAL_CAPITALS; c++)
            if (care.profile[c] >= 0 && (unsigned)care.profile[c] < worst) worst = (unsigned)care.profile[c];
        for (unsigned c = 0; c < count; c++)
            if (criteria[c].veto && criteria[c].grade < worst) worst = criteria[c].grade;
        ck_assert_uint_le(care.score, worst + rules.compensation); /* no compensation */
        ck_assert(care.low <= care.score && care.score <= care.high);

        unsigned a = below(count), b = below(count); /* the order of criteria does not matter */
        bo_criterion_grade moved = criteria[a];
        criteria[a] = criteria[b];
        criteria[b] = moved;
        ck_assert(bo_care_score(&other, criteria, count, GRADES, &rules));
        ck_assert_int_eq(memcmp(&care, &other, sizeof care), 0);

        criteria[a].grade += below(GRADES - criteria[a].grade); /* one better never makes it worse */
        ck_assert(bo_care_score(&other, criteria, count, GRADES, &rules));
        ck_assert_uint_ge(other.score, care.score);
    }
}
END_TEST

/* Only the order of the grades counts: put on a longer scale, everything moves along. The distance t is in
 * grades, so it is left out. */
START_TEST(another_scale_of_the_same_order_says_the_same) {
    const bo_eval_rules plain = {5, 0, 0.85, 0.90, 2, 0.35};
    bo_criterion_grade criteria[MOST];
    for (int i = 0; i < TRIALS; i++) {
        unsigned count = draw(criteria, GRADES), on[GRADES], next = 0;
        bo_care care, other;
        ck_assert(bo_care_score(&care, criteria, count, GRADES, &plain));
        for (unsigned k = 0; k < GRADES; k++) {
            on[k] = next;
            next += 1 + below(2);
        }
        for (unsigned c = 0; c < count; c++) criteria[c].grade = on[criteria[c].grade];
        ck_assert(bo_care_score(&other, criteria, count, BO_EVAL_GRADES, &plain));
        ck_assert_uint_eq(other.score, on[care.score]);
        ck_assert_uint_eq(other.middle, on[care.middle]);
        ck_assert(other.low == on[care.low] && other.high == on[care.high]);
    }
}
END_TEST

Suite *test_score(void) {
    Suite *suite = suite_create("score");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_loss_is_not_made_up_for);
    tcase_add_test(cases, what_is_well_everywhere_is_well);
    tcase_add_test(cases, weights_of_nothing_are_equal_and_nothing_has_no_score);
    tcase_add_test(cases, the_properties_hold);
    tcase_add_test(cases, another_scale_of_the_same_order_says_the_same);
    suite_add_tcase(suite, cases);
    return suite;
}
