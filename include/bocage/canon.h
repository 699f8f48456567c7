/* SPDX-License-Identifier: Apache-2.0
 * RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation of 2024): the one text of a dataset, whatever
 * its blank nodes are called.
 */
#ifndef BOCAGE_CANON_H
#define BOCAGE_CANON_H

#include "bocage/source.h"

#pragma GCC visibility push(default)

typedef enum bo_canon_hash { BO_CANON_SHA256, BO_CANON_SHA384 } bo_canon_hash;

typedef struct bo_canon_options {
    bo_canon_hash hash;
    /* Datasets whose blank nodes look alike can cost any time. The cap counts quads looked at and orders
     * tried in telling such nodes apart; 0: 100,000, and 64 for each quad. */
    size_t work_cap;
    size_t depth_cap; /* nodes alike in one chain; 0: 1,000 */
    /* Called with every blank node and its canonical label, both without "_:"; may be NULL. */
    bo_status (*label)(void *context, bo_str blank, bo_str canonical);
    void *context;
} bo_canon_options;

/* Writes canonical N-Quads: one line a quad, in the order of code points. `options` may be NULL. BO_LIMIT
 * when a cap is reached. */
bo_status bo_canon_write(bo_text *out, bo_source *source, const bo_canon_options *options) BO_MUST_USE;

#pragma GCC visibility pop
#endif
