/* SPDX-License-Identifier: Apache-2.0
 * What a writer has put and removed and not yet written to the indexes: a small set in memory, where the last
 * word on a quad counts. Sorted views of it are made when someone wants to read.
 */
#ifndef BO_STORE_EDITS_H
#define BO_STORE_EDITS_H

#include "bocage/source.h"
#include "store/blocks.h"

typedef struct bo_edit_view {
    bo_tuples puts, removes;
    uint64_t made_at; /* the number of writes it has seen */
} bo_edit_view;

typedef struct bo_edits {
    bo_tuple *quads;
    bool *put;       /* or remove */
    uint32_t *slots; /* 1 + place; open addressing */
    size_t len, size, slot_count;
    uint64_t writes; /* grows with every change */
    bo_edit_view view[BO_ORDER_COUNT];
} bo_edits;

void bo_edits_done(bo_edits *edits);
void bo_edits_clear(bo_edits *edits);
bo_status bo_edits_add(bo_edits *edits, const bo_tuple *quad, bool put) BO_MUST_USE;
/* The edits sorted by an index; valid until the next change. */
bo_status bo_edits_view(bo_edits *edits, const bo_edit_view **out, bo_order order,
                        const bo_index *index) BO_MUST_USE;

#endif
