/* SPDX-License-Identifier: Apache-2.0
 * Random data and random queries, the same for the same seed.
 */
#ifndef BO_TESTS_GENERATE_H
#define BO_TESTS_GENERATE_H

#include "bocage/text.h"

typedef struct generated {
    bo_text data; /* N-Quads */
    bo_text query;
    bool has_limit; /* which rows come depends on an order that is not the specification's alone */
    bool is_select;
} generated;

void generate(generated *out, uint64_t seed);
void generated_done(generated *g);

#endif
