/* SPDX-License-Identifier: Apache-2.0
 * From the grades of criteria to one of the activity, in which no gain makes up for a loss elsewhere.
 */
#include "eval/eval.h"

enum { NONE_LEFT_OUT = -1 };

/* Weights are counts: the weighted lower median is the median of a tally. Criteria that all weigh nothing
 * weigh the same. */
static void score(bo_care *out, const bo_criterion_grade *criteria, size_t count, unsigned grades,
                  unsigned compensation, bool equal_weights, long left_out) {
    bo_tally weighted[BO_EVAL_CAPITALS] = {0}, plain[BO_EVAL_CAPITALS] = {0}, middle = {.grades = grades};
    unsigned worst = grades - 1;
    for (size_t i = 0; i < count; i++) {
        const bo_criterion_grade *c = &criteria[i];
        if ((long)i == left_out) continue;
        weighted[c->capital].grades = plain[c->capital].grades = grades;
        weighted[c->capital].at[c->grade] += equal_weights ? 1 : c->weight;
        plain[c->capital].at[c->grade]++;
        if (c->veto && c->grade < worst) worst = c->grade;
    }
    for (unsigned i = 0; i < BO_EVAL_CAPITALS; i++) {
        out->profile[i] = -1;
        if (!plain[i].grades) continue;
        unsigned grade = bo_tally_median(bo_tally_size(&weighted[i]) ? &weighted[i] : &plain[i]);
        out->profile[i] = (int)grade;
        middle.at[grade]++;
        if (grade < worst) worst = grade;
    }
    out->middle = bo_tally_median(&middle);
    out->score = worst + compensation < out->middle ? worst + compensation : out->middle;
}

bool bo_care_score(bo_care *out, const bo_criterion_grade *criteria, size_t count, unsigned grades,
                   const bo_eval_rules *rules) {
    if (count == 0) return false;
    bo_care other;
    score(out, criteria, count, grades, rules->compensation, false, NONE_LEFT_OUT);
    score(&other, criteria, count, grades, rules->compensation, true, NONE_LEFT_OUT);
    out->low = out->high = out->score;
    for (size_t i = 0;; i++) {
        if (other.score < out->low) out->low = other.score;
        if (other.score > out->high) out->high = other.score;
        if (i == count || count == 1) return true;
        score(&other, criteria, count, grades, rules->compensation, false, (long)i);
    }
}
