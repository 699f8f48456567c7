/* SPDX-License-Identifier: Apache-2.0
 * What may be shown without saying how any one person has judged.
 */
#include "eval/eval.h"

static bool is_homogeneous(const bo_tally *tally, const bo_eval_rules *rules) {
    uint64_t n = bo_tally_size(tally), most = 0;
    for (unsigned k = 0; k < tally->grades; k++)
        if (tally->at[k] > most) most = tally->at[k];
    return n < 2 * (uint64_t)rules->anonymity && (double)most > rules->homogeneity * (double)n;
}

/* Of the cells that are shown better than `as`, the smallest that is not empty; -1 when there is none. */
static long smallest(const bo_eval_shown *shown, const bo_tally *cells, size_t count, bo_eval_shown as) {
    long found = -1;
    for (size_t i = 0; i < count; i++) {
        uint64_t n = bo_tally_size(&cells[i]);
        if (n > 0 && shown[i] < as && (found < 0 || n < bo_tally_size(&cells[found]))) found = (long)i;
    }
    return found;
}

/* Whether the sum of the cells that are shown as `as` or less, which the total and the other cells tell, says
 * too much. */
static bool reveals(const bo_eval_shown *shown, const bo_tally *cells, size_t count, bo_eval_shown as,
                    const bo_eval_rules *rules) {
    bo_tally sum = {.grades = cells[0].grades};
    size_t withheld = 0;
    for (size_t i = 0; i < count; i++) {
        if (shown[i] < as) continue;
        bo_tally_join(&sum, &cells[i]);
        withheld++;
    }
    return withheld == 1 || (withheld > 0 && (bo_tally_size(&sum) < rules->anonymity ||
                                              (as == BO_EVAL_MEDIAN && is_homogeneous(&sum, rules))));
}

void bo_eval_show(bo_eval_shown *shown, bo_eval_shown *total, const bo_tally *cells, size_t count,
                  const bo_eval_rules *rules) {
    for (size_t i = 0; i < count; i++) {
        uint64_t n = bo_tally_size(&cells[i]);
        bool is_small = n > 0 && n < rules->anonymity;
        shown[i] = is_small                                    ? BO_EVAL_HIDDEN
                   : n > 0 && is_homogeneous(&cells[i], rules) ? BO_EVAL_MEDIAN
                                                               : BO_EVAL_FULL;
    }
    for (bo_eval_shown as = BO_EVAL_HIDDEN; as > BO_EVAL_FULL; as--)
        while (reveals(shown, cells, count, as, rules)) {
            long next = smallest(shown, cells, count, as);
            *total = as;
            if (next < 0) return;
            shown[next] = as;
        }
    *total = BO_EVAL_FULL;
}

char bo_eval_confidence(const bo_eval_basis *basis, const bo_eval_rules *rules) {
    static const struct {
        char class;
        unsigned judgments, categories, width;
        double validated, abstention;
    } classes[] = {{'A', 30, 3, 1, 0.8, 0.2}, {'B', 15, 2, 2, 0, 1}};
    uint64_t n = bo_tally_size(basis->tally);
    unsigned low, high;
    bool has_interval = bo_tally_interval(&low, &high, basis->tally, rules->confidence);
    if (n < rules->anonymity || basis->categories == 0) return 'D';
    for (size_t i = 0; has_interval && i < sizeof classes / sizeof *classes; i++) {
        if (n >= classes[i].judgments && basis->categories >= classes[i].categories &&
            high - low <= classes[i].width && basis->validated >= classes[i].validated &&
            bo_tally_abstention(basis->tally) <= classes[i].abstention)
            return classes[i].class;
    }
    return 'C';
}
