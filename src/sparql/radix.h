/* SPDX-License-Identifier: Apache-2.0
 * Sorting ids, and rows by a column of ids: stable, by counting the bytes in which they differ.
 */
#ifndef BO_SPARQL_RADIX_H
#define BO_SPARQL_RADIX_H

#include "bocage/source.h"

typedef struct bo_row_key {
    bo_id id;
    uint32_t row;
} bo_row_key;

/* Sorts by id; rows of equal ids keep their order. `room` has as many places. */
void bo_sort_row_keys(bo_row_key *items, size_t len, bo_row_key *room);

#endif
