/* SPDX-License-Identifier: Apache-2.0
 * What one distribution of grades says, and how far two are from each other.
 */
#include <math.h>

#include "eval/eval.h"

void bo_tally_add(bo_tally *tally, int grade) {
    ++*(grade == BO_EVAL_ABSTAINS ? &tally->abstentions : &tally->at[grade]);
}

void bo_tally_remove(bo_tally *tally, int grade) {
    --*(grade == BO_EVAL_ABSTAINS ? &tally->abstentions : &tally->at[grade]);
}

void bo_tally_join(bo_tally *tally, const bo_tally *other) {
    for (unsigned k = 0; k < other->grades; k++) tally->at[k] += other->at[k];
    tally->abstentions += other->abstentions;
}

uint64_t bo_tally_size(const bo_tally *tally) {
    uint64_t n = 0;
    for (unsigned k = 0; k < tally->grades; k++) n += tally->at[k];
    return n;
}

double bo_tally_abstention(const bo_tally *tally) {
    uint64_t asked = bo_tally_size(tally) + tally->abstentions;
    return asked ? (double)tally->abstentions / (double)asked : 0;
}

/* The grade of the one who stands at `place`, from 1, when all stand in a row by their grades. */
static unsigned grade_at(const bo_tally *tally, uint64_t place) {
    uint64_t passed = 0;
    for (unsigned k = 0; k < tally->grades; k++) {
        passed += tally->at[k];
        if (passed >= place) return k;
    }
    return tally->grades - 1;
}

unsigned bo_tally_median(const bo_tally *tally) {
    return grade_at(tally, (bo_tally_size(tally) + 1) / 2);
}

bo_gauge bo_tally_gauge(const bo_tally *tally) {
    unsigned m = bo_tally_median(tally);
    uint64_t n = bo_tally_size(tally), below = 0;
    for (unsigned k = 0; k < m; k++) below += tally->at[k];
    uint64_t above = n - below - tally->at[m];
    double lean = ((double)above - (double)below) / (2 * (double)tally->at[m]);
    return (bo_gauge){m, (double)above / (double)n, (double)below / (double)n, m + lean};
}

double bo_tally_divergence(const bo_tally *a, const bo_tally *b) {
    double of_a = (double)bo_tally_size(a), of_b = (double)bo_tally_size(b), moved = 0;
    uint64_t up_to_a = 0, up_to_b = 0;
    for (unsigned k = 0; k + 1 < a->grades; k++) {
        up_to_a += a->at[k];
        up_to_b += b->at[k];
        moved += fabs((double)up_to_a / of_a - (double)up_to_b / of_b);
    }
    return moved / (a->grades - 1);
}

bool bo_tally_disagree(const bo_tally *a, const bo_tally *b, const bo_eval_rules *rules) {
    unsigned of_a = bo_tally_median(a), of_b = bo_tally_median(b);
    unsigned apart = of_a > of_b ? of_a - of_b : of_b - of_a;
    return apart >= rules->apart || bo_tally_divergence(a, b) >= rules->divergence;
}

/* The largest r with P(B < r) <= tail, where B counts the heads of n even coins; 0 when there is none. Twelve
 * standard deviations below the middle, where the sum begins, less is left than a double can hold. */
static uint64_t coins_below(uint64_t n, double tail) {
    double size = (double)n, start = floor(size / 2 - 12 * sqrt(size) / 2);
    uint64_t r = start > 0 ? (uint64_t)start : 0;
    int sign;
    double x = (double)r;
    double exactly = exp(lgamma_r(size + 1, &sign) - lgamma_r(x + 1, &sign) - lgamma_r(size - x + 1, &sign) -
                         size * M_LN2);
    for (double sum = exactly; sum <= tail && r < n; sum += exactly) {
        exactly *= (double)(n - r) / (double)(r + 1);
        r++;
    }
    return r;
}

bool bo_tally_interval(unsigned *low, unsigned *high, const bo_tally *tally, double confidence) {
    uint64_t n = bo_tally_size(tally), r = n ? coins_below(n, (1 - confidence) / 2) : 0;
    if (r == 0) return false;
    *low = grade_at(tally, r);
    *high = grade_at(tally, n - r + 1);
    return true;
}
