/* SPDX-License-Identifier: Apache-2.0
 * Agreement on an ordinal scale: of people about an activity (C. van der Eijk, Measuring agreement in ordered
 * rating scales, Quality & Quantity 35, 2001), and of coders about words (K. Krippendorff, Content Analysis).
 */
#include "eval/eval.h"

/* The agreement of a layer: the set of grades that occur in it, as bits. */
static double of_layer(unsigned set, unsigned grades) {
    unsigned uni = 0, bi = 0; /* triples of grades with one hill, and with a valley */
    for (unsigned a = 0; a < grades; a++)
        for (unsigned b = a + 1; b < grades; b++)
            for (unsigned c = b + 1; c < grades; c++) {
                unsigned shape = (set >> a & 1) << 2 | (set >> b & 1) << 1 | (set >> c & 1);
                uni += shape == 6 || shape == 3;
                bi += shape == 5;
            }
    double k = grades, occurring = __builtin_popcount(set);
    double unimodal = uni + bi ? ((k - 2) * uni - (k - 1) * bi) / ((k - 2) * (uni + bi)) : 1;
    return unimodal * (1 - (occurring - 1) / (k - 1));
}

/* The distribution is peeled from below in layers, each as high as its lowest grade is. */
double bo_tally_agreement(const bo_tally *tally) {
    double n = (double)bo_tally_size(tally), sum = 0;
    for (uint64_t floor = 0;;) {
        unsigned set = 0;
        uint64_t lowest = UINT64_MAX;
        for (unsigned k = 0; k < tally->grades; k++) {
            if (tally->at[k] <= floor) continue;
            set |= 1u << k;
            if (tally->at[k] < lowest) lowest = tally->at[k];
        }
        if (!set) return sum / n;
        sum += of_layer(set, tally->grades) * (double)(lowest - floor) * __builtin_popcount(set);
        floor = lowest;
    }
}

double bo_tally_polarisation(const bo_tally *tally) {
    return (1 - bo_tally_agreement(tally)) / 2;
}

/* The square of how many lie between two grades, each end counted half. */
static double distance(const double *of_grade, unsigned a, unsigned b) {
    double between = -(of_grade[a] + of_grade[b]) / 2;
    for (unsigned k = a; k <= b; k++) between += of_grade[k];
    return between * between;
}

double bo_eval_alpha(const bo_tally *units, size_t count) {
    double pairs[BO_EVAL_GRADES][BO_EVAL_GRADES] = {{0}}, of_grade[BO_EVAL_GRADES] = {0}, n = 0;
    for (const bo_tally *unit = units; unit < units + count; unit++) {
        uint64_t coders = bo_tally_size(unit);
        if (coders < 2) continue;
        n += (double)coders;
        for (unsigned a = 0; a < unit->grades; a++) {
            of_grade[a] += (double)unit->at[a];
            for (unsigned b = a + 1; b < unit->grades; b++)
                pairs[a][b] += (double)(unit->at[a] * unit->at[b]) / (double)(coders - 1);
        }
    }
    double observed = 0, expected = 0;
    for (unsigned a = 0; a < BO_EVAL_GRADES; a++)
        for (unsigned b = a + 1; b < BO_EVAL_GRADES; b++) {
            double apart = distance(of_grade, a, b);
            observed += pairs[a][b] * apart;
            expected += of_grade[a] * of_grade[b] * apart;
        }
    return expected > 0 ? 1 - observed * (n - 1) / expected : 1;
}
