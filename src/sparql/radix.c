/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/radix.h"

#include <string.h>

enum { FEW = 24 }; /* not worth counting */

static void insert_each(bo_row_key *items, size_t len) {
    for (size_t i = 1; i < len; i++) {
        bo_row_key item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].id > item.id; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

static void sort_by_byte(bo_row_key *to, const bo_row_key *from, size_t len, unsigned shift) {
    size_t place[256] = {0}, sum = 0;
    for (size_t i = 0; i < len; i++) place[from[i].id >> shift & 255]++;
    for (size_t byte = 0; byte < 256; byte++) {
        size_t count = place[byte];
        place[byte] = sum;
        sum += count;
    }
    for (size_t i = 0; i < len; i++) to[place[from[i].id >> shift & 255]++] = from[i];
}

void bo_sort_row_keys(bo_row_key *items, size_t len, bo_row_key *room) {
    uint64_t differ = 0;
    bo_row_key *from = items, *to = room;
    if (len <= FEW) {
        insert_each(items, len);
        return;
    }
    for (size_t i = 1; i < len; i++) differ |= items[i].id ^ items[0].id;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if ((differ >> shift & 255) == 0) continue;
        sort_by_byte(to, from, len, shift);
        bo_row_key *other = from;
        from = to;
        to = other;
    }
    if (from != items) memcpy(items, from, len * sizeof *items);
}
