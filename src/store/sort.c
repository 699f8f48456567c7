/* SPDX-License-Identifier: Apache-2.0
 * Sorting tuples: by insertion when they are few, by radix from the last byte on when they are many. Bytes in
 * which all tuples agree are passed over, which are most.
 */
#include <stdlib.h>

#include "store/blocks.h"

enum { FEW = 48 };

static int cmp(const bo_index *index, unsigned columns, const bo_tuple *a, const bo_tuple *b) {
    for (unsigned c = 0; c < columns; c++) {
        uint64_t x = a->n[index->column[c]], y = b->n[index->column[c]];
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

static void sort_few(bo_tuples *t, const bo_index *index, unsigned columns) {
    for (size_t i = 1; i < t->len; i++) {
        bo_tuple one = t->items[i];
        size_t at = i;
        for (; at > 0 && cmp(index, columns, &t->items[at - 1], &one) > 0; at--)
            t->items[at] = t->items[at - 1];
        t->items[at] = one;
    }
}

static bool is_sorted(const bo_tuples *t, const bo_index *index, unsigned columns) {
    for (size_t i = 1; i < t->len; i++)
        if (cmp(index, columns, &t->items[i - 1], &t->items[i]) > 0) return false;
    return true;
}

static void pass(bo_tuple *to, const bo_tuple *from, size_t len, unsigned column, unsigned shift) {
    size_t place[256] = {0};
    for (size_t i = 0; i < len; i++) place[from[i].n[column] >> shift & 255]++;
    for (size_t b = 0, sum = 0; b < 256; b++) {
        size_t count = place[b];
        place[b] = sum;
        sum += count;
    }
    for (size_t i = 0; i < len; i++) to[place[from[i].n[column] >> shift & 255]++] = from[i];
}

static uint64_t differing_bits(const bo_tuples *t, unsigned column) {
    uint64_t first = t->items[0].n[column], bits = 0;
    for (size_t i = 1; i < t->len; i++) bits |= t->items[i].n[column] ^ first;
    return bits;
}

bo_status bo_tuples_sort(bo_tuples *tuples, const bo_index *index, unsigned columns) {
    if (is_sorted(tuples, index, columns)) return BO_OK;
    if (tuples->len <= FEW) {
        sort_few(tuples, index, columns);
        return BO_OK;
    }
    bo_tuple *spare = malloc(tuples->len * sizeof *spare), *from = tuples->items, *to = spare;
    if (spare == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    for (unsigned c = columns; c-- > 0;) {
        unsigned column = index->column[c];
        uint64_t bits = differing_bits(tuples, column);
        for (unsigned shift = 0; shift < 64; shift += 8) {
            if ((bits >> shift & 255) == 0) continue;
            pass(to, from, tuples->len, column, shift);
            bo_tuple *swap = from;
            from = to;
            to = swap;
        }
    }
    if (from == spare) memcpy(tuples->items, spare, tuples->len * sizeof *spare);
    free(spare);
    return BO_OK;
}
