/* SPDX-License-Identifier: Apache-2.0
 * Comparisons of a variable with a constant, as ranges of ids: inlined values order as their ids do, so most
 * rows are judged without a look at their value.
 */
#ifndef BO_SPARQL_RANGES_H
#define BO_SPARQL_RANGES_H

#include "sparql/expr.h"

typedef struct bo_range {
    bo_id low, high; /* both of one tag: of its ids these pass, and only these */
} bo_range;

typedef struct bo_ranges {
    uint32_t var;
    bo_range items[2]; /* by tag */
    size_t len;
} bo_ranges;

/* False when the expression is none of those that can be judged so. */
bool bo_ranges_of(bo_ranges *out, const bo_exec *exec, const bo_expr *expr);

typedef enum bo_verdict { BO_FAILS, BO_PASSES, BO_UNSURE } bo_verdict;
/* UNSURE: a literal that is not inlined; its value must be asked for. */
static inline bo_verdict bo_ranges_judge(const bo_ranges *ranges, bo_id id) {
    bo_tag tag = bo_id_tag(id);
    for (size_t i = 0; i < ranges->len; i++)
        if (tag == bo_id_tag(ranges->items[i].low))
            return id >= ranges->items[i].low && id <= ranges->items[i].high ? BO_PASSES : BO_FAILS;
    return tag == BO_TAG_LITERAL || tag == BO_TAG_LOCAL_LITERAL || tag == BO_TAG_INTEGER ||
                   tag == BO_TAG_DECIMAL
               ? BO_UNSURE
               : BO_FAILS;
}

#endif
