/* SPDX-License-Identifier: Apache-2.0
 * Rows that are kept: for joins by hash, sorting, grouping and leaving out doubles. They live in the run's
 * arena, in pieces, and never move.
 */
#ifndef BO_SPARQL_PILE_H
#define BO_SPARQL_PILE_H

#include "sparql/exec.h"

typedef struct bo_pile {
    bo_arena *arena;
    bo_exec *exec;        /* is asked whether to go on while many rows are indexed; may be NULL */
    const uint32_t *vars; /* what its columns are */
    size_t width, len;
    bo_id **pieces; /* of PILE_PIECE rows */
    size_t piece_count;
    uint32_t *heads, *next; /* an index: 1 + row; by the hash of some columns */
    size_t head_count, next_size;
} bo_pile;

enum { BO_PILE_PIECE = 1024 };

/* Columns for every member of `vars`. */
bo_status bo_pile_init(bo_pile *pile, bo_exec *exec, const bo_vars *vars) BO_MUST_USE;
/* A table's row in the pile's columns. */
void bo_pile_gather(const bo_pile *pile, bo_id *ids, const bo_table *table, size_t row);
bo_status bo_pile_add(bo_pile *pile, const bo_table *table, size_t row) BO_MUST_USE;
bo_status bo_pile_push(bo_pile *pile, const bo_id *ids) BO_MUST_USE;
static inline bo_id *bo_pile_row(const bo_pile *pile, size_t row) {
    return pile->pieces[row / BO_PILE_PIECE] + row % BO_PILE_PIECE * pile->width;
}
void bo_pile_clear(bo_pile *pile); /* keeps its room */
/* Reads an operator to its end. */
bo_status bo_pile_fill(bo_pile *pile, bo_op *op) BO_MUST_USE;

uint64_t bo_hash_ids(uint64_t hash, bo_id id);
/* Indexes all rows by the columns that are in `keys`. */
bo_status bo_pile_index(bo_pile *pile, const bo_vars *keys) BO_MUST_USE;
/* The first row of the chain for a hash, and the one behind a row; SIZE_MAX at the end. */
static inline size_t bo_pile_first(const bo_pile *pile, uint64_t hash) {
    return pile->head_count == 0 ? SIZE_MAX : (size_t)pile->heads[hash & (pile->head_count - 1)] - 1;
}
static inline size_t bo_pile_after(const bo_pile *pile, size_t row) {
    return (size_t)pile->next[row] - 1;
}
/* Puts a row where every column counts, and its place; nothing changes when it is there already. */
bo_status bo_pile_put(bo_pile *pile, const bo_id *ids, size_t *place, bool *was_new) BO_MUST_USE;

#endif
