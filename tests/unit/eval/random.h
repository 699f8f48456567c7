/* SPDX-License-Identifier: Apache-2.0
 * Random tallies, the same ones each time.
 */
#ifndef TESTS_UNIT_EVAL_RANDOM_H
#define TESTS_UNIT_EVAL_RANDOM_H

#include "eval/eval.h"

/* A number below `n`, 0 for 0 (splitmix64). */
static inline unsigned below(unsigned n) {
    static uint64_t state = 20261125;
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return n ? (unsigned)((z ^ (z >> 31)) % n) : 0;
}

/* Not empty; half of the grades have nobody. */
static inline bo_tally random_tally(unsigned grades, unsigned most) {
    bo_tally tally = {.grades = grades};
    for (unsigned k = 0; k < grades; k++) tally.at[k] = below(2) * below(most + 1);
    if (bo_tally_size(&tally) == 0) tally.at[below(grades)] = 1 + below(most);
    return tally;
}

#endif
