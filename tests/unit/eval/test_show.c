/* SPDX-License-Identifier: Apache-2.0
 * Small cells, what could be computed of them from the rest, and how far a result is to be trusted.
 */
#include <check.h>

#include "eval/eval.h"
#include "unit/eval/random.h"

enum { TRIALS = 100000, MOST = 6 };

static const bo_eval_rules rules = {5, 2, 0.85, 0.90, 2, 0.35};

/* As many as that, spread over a scale of seven. */
static bo_tally spread(unsigned n) {
    bo_tally tally = {.grades = 7};
    for (unsigned i = 0; i < n; i++) tally.at[i % 7]++;
    return tally;
}

static bo_tally alike(unsigned n, unsigned grade) {
    bo_tally tally = {.grades = 7};
    tally.at[grade] = n;
    return tally;
}

static const struct {
    const char *about;
    unsigned count;
    unsigned n[4];
    unsigned alike[4];
    bo_eval_shown shown[4], total;
} rows[] = {
    {"all are large", 2, {24, 7}, {0}, {BO_EVAL_FULL, BO_EVAL_FULL}, BO_EVAL_FULL},
    {"one small takes the next smallest along",
     3,
     {24, 7, 3},
     {0},
     {BO_EVAL_FULL, BO_EVAL_HIDDEN, BO_EVAL_HIDDEN},
     BO_EVAL_FULL},
    {"two small that are together still small",
     3,
     {24, 1, 2},
     {0},
     {BO_EVAL_HIDDEN, BO_EVAL_HIDDEN, BO_EVAL_HIDDEN},
     BO_EVAL_FULL},
    {"two small that hide each other",
     3,
     {24, 4, 3},
     {0},
     {BO_EVAL_FULL, BO_EVAL_HIDDEN, BO_EVAL_HIDDEN},
     BO_EVAL_FULL},
    {"the only one is small", 1, {3}, {0}, {BO_EVAL_HIDDEN}, BO_EVAL_HIDDEN},
    {"a small one beside nobody", 2, {3, 0}, {0}, {BO_EVAL_HIDDEN, BO_EVAL_FULL}, BO_EVAL_HIDDEN},
    {"nobody at all", 2, {0, 0}, {0}, {BO_EVAL_FULL, BO_EVAL_FULL}, BO_EVAL_FULL},
    {"all of one mind, and few",
     3,
     {24, 8, 9},
     {0, 8, 0},
     {BO_EVAL_FULL, BO_EVAL_MEDIAN, BO_EVAL_MEDIAN},
     BO_EVAL_FULL},
    {"all of one mind, and many", 2, {24, 24}, {0, 24}, {BO_EVAL_FULL, BO_EVAL_FULL}, BO_EVAL_FULL},
    {"the only one is of one mind", 1, {8}, {8}, {BO_EVAL_MEDIAN}, BO_EVAL_MEDIAN},
};

START_TEST(rows_are_shown_as_the_rules_say) {
    bo_tally cells[4] = {0};
    bo_eval_shown shown[4], total;
    for (unsigned i = 0; i < rows[_i].count; i++)
        cells[i] = rows[_i].alike[i] ? alike(rows[_i].alike[i], 4) : spread(rows[_i].n[i]);
    bo_eval_show(shown, &total, cells, rows[_i].count, &rules);
    for (unsigned i = 0; i < rows[_i].count; i++)
        ck_assert_msg(shown[i] == rows[_i].shown[i], "%s: cell %u is shown as %d", rows[_i].about, i,
                      (int)shown[i]);
    ck_assert_msg(total == rows[_i].total, "%s: the total is shown as %d", rows[_i].about, (int)total);
}
END_TEST

/* Whoever takes what is shown from the total must be left with a crowd. */
START_TEST(nobody_is_left_alone) {
    for (int i = 0; i < TRIALS; i++) {
        bo_tally cells[MOST], left = {.grades = 4}, without = {.grades = 4};
        bo_eval_shown shown[MOST], total;
        unsigned count = 1 + below(MOST), hidden = 0;
        for (unsigned c = 0; c < count; c++)
            cells[c] = below(4) ? random_tally(4, 6) : (bo_tally){.grades = 4};
        bo_eval_show(shown, &total, cells, count, &rules);
        for (unsigned c = 0; c < count; c++) {
            uint64_t n = bo_tally_size(&cells[c]);
            if (n > 0 && n < rules.anonymity) ck_assert_int_eq(shown[c], BO_EVAL_HIDDEN);
            if (shown[c] == BO_EVAL_HIDDEN) bo_tally_join(&left, &cells[c]);
            if (shown[c] != BO_EVAL_FULL) bo_tally_join(&without, &cells[c]);
            hidden += shown[c] == BO_EVAL_HIDDEN;
        }
        if (total == BO_EVAL_HIDDEN) continue;
        if (hidden) ck_assert(hidden > 1 && bo_tally_size(&left) >= rules.anonymity);
        uint64_t n = bo_tally_size(&without);
        for (unsigned k = 0; total == BO_EVAL_FULL && n > 0 && n < 2 * rules.anonymity && k < 4; k++)
            ck_assert_double_le((double)without.at[k] / (double)n, rules.homogeneity);
    }
}
END_TEST

static const struct {
    unsigned n, abstentions, categories;
    double validated;
    bool split; /* between the ends, so that the interval is wide */
    char class;
} trusts[] = {
    {60, 5, 3, 0.9, false, 'A'},  {60, 5, 2, 0.9, false, 'B'}, {60, 5, 3, 0.7, false, 'B'},
    {60, 30, 3, 0.9, false, 'B'}, {20, 0, 3, 1.0, false, 'B'}, {60, 5, 3, 0.9, true, 'C'},
    {14, 0, 3, 1.0, false, 'C'},  {60, 5, 1, 0.9, false, 'C'}, {4, 0, 3, 1.0, false, 'D'},
    {60, 5, 0, 0.9, false, 'D'},
};

START_TEST(trust_needs_people_kinds_and_their_word) {
    bo_tally tally = {.grades = 7};
    tally.at[trusts[_i].split ? 0 : 4] = trusts[_i].n / 2;
    tally.at[trusts[_i].split ? 6 : 5] += trusts[_i].n - trusts[_i].n / 2;
    tally.abstentions = trusts[_i].abstentions;
    bo_eval_basis basis = {&tally, trusts[_i].categories, trusts[_i].validated};
    ck_assert_int_eq(bo_eval_confidence(&basis, &rules), trusts[_i].class);
}
END_TEST

Suite *test_show(void) {
    Suite *suite = suite_create("show");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, rows_are_shown_as_the_rules_say, 0, sizeof rows / sizeof *rows);
    tcase_add_test(cases, nobody_is_left_alone);
    tcase_add_loop_test(cases, trust_needs_people_kinds_and_their_word, 0, sizeof trusts / sizeof *trusts);
    suite_add_tcase(suite, cases);
    return suite;
}
