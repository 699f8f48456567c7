/* SPDX-License-Identifier: Apache-2.0
 * Sorted sets of tuples kept as packed blocks in a table of kv: the five orders of quads, and the
 * dictionary's hashes. An entry's key is a prefix of the least tuple that may stand in its block (numbers
 * big-endian, in the index's order); the block holds everything from there up to the next entry's key.
 */
#ifndef BO_STORE_BLOCKS_H
#define BO_STORE_BLOCKS_H

#include "kv/kv.h"
#include "store/pack.h"

/* Numbers in the order s, p, o, g whatever the index; the hash index uses the first two. */
typedef struct bo_tuple {
    uint64_t n[BO_PACK_COLUMNS];
} bo_tuple;

typedef struct bo_index {
    bo_kv_table table;
    unsigned width;
    unsigned char column[BO_PACK_COLUMNS]; /* of the tuple, in the index's order */
} bo_index;

/* Tuples of one block; columns in the index's order. */
typedef struct bo_block {
    size_t len;
    uint64_t *column[BO_PACK_COLUMNS]; /* BO_PACK_ROWS each */
} bo_block;

typedef struct bo_block_room {
    bo_block block;
    uint64_t number[BO_PACK_COLUMNS][BO_PACK_ROWS];
} bo_block_room;
void bo_block_room_init(bo_block_room *room);

/* Compares in the index's order. */
int bo_tuple_cmp(const bo_index *index, const bo_tuple *a, const bo_tuple *b);
/* The tuple in row `at`; numbers that the index does not hold stay as they are. */
void bo_block_tuple(bo_tuple *out, const bo_index *index, const bo_block *block, size_t at);
/* The first row that is not below `least`; block->len when there is none. */
size_t bo_block_lower(const bo_index *index, const bo_block *block, const bo_tuple *least);

/* Reads the block in whose range `tuple` lies, or the one after it. BO_NOT_FOUND behind the last. */
bo_status bo_block_find(bo_block *out, bo_kv_cursor *cursor, const bo_index *index,
                        const bo_tuple *tuple) BO_MUST_USE;
bo_status bo_block_next(bo_block *out, bo_kv_cursor *cursor, const bo_index *index) BO_MUST_USE;
bo_status bo_block_first(bo_block *out, bo_kv_cursor *cursor, const bo_index *index) BO_MUST_USE;
/* The last entry below a tuple (NULL: of all), undecoded. */
bo_status bo_block_before(bo_kv_cursor *cursor, const bo_index *index, const bo_tuple *tuple, bo_str *key,
                          bo_str *value) BO_MUST_USE;
/* An entry's key as the least tuple of its range. */
void bo_block_key(bo_tuple *out, const bo_index *index, bo_str key);

typedef struct bo_tuples {
    bo_tuple *items;
    size_t len;
} bo_tuples;

/* Puts and removes sorted tuples, block by block. Tuples that were there already, or were not there to be
 * removed, are taken out of the two lists: what stays is what changed. */
bo_status bo_blocks_apply(bo_kv_txn *txn, const bo_index *index, bo_tuples *puts,
                          bo_tuples *removes) BO_MUST_USE;

/* Sorts by the index's first `columns` columns, keeping the order of tuples that are equal there. */
bo_status bo_tuples_sort(bo_tuples *tuples, const bo_index *index, unsigned columns) BO_MUST_USE;

#endif
