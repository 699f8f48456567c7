/* SPDX-License-Identifier: Apache-2.0
 * How many different subjects and objects a predicate has: counted when it has few quads, else judged by
 * samples from the whole of its range, and then remembered until the predicate has grown or shrunk by an
 * eighth. Any number of readers ask at the same time.
 */
#include "store/txn.h"

enum { COUNTED_QUADS = 1 << 18, SAMPLES = 64 };

/* Counts the runs of equal numbers in the second column; rows of other predicates are passed over. */
typedef struct runs {
    bo_id predicate;
    uint64_t count, last;
} runs;

static void count_runs(runs *r, const bo_block *block) {
    for (size_t row = 0; row < block->len; row++) {
        if (block->column[0][row] != r->predicate) continue;
        r->count += r->count == 0 || block->column[1][row] != r->last;
        r->last = block->column[1][row];
    }
}

static bool holds(const bo_block *block, bo_id predicate) {
    return block->column[0][0] <= predicate && block->column[0][block->len - 1] >= predicate;
}

static bo_status count_all(bo_kv_cursor *cursor, const bo_index *index, bo_block *block, bo_id predicate,
                           double *out) {
    bo_tuple at = {{0, predicate, 0, 0}};
    runs r = {predicate, 0, 0};
    bo_status status = bo_block_find(block, cursor, index, &at);
    while (status == BO_OK && block->column[0][0] <= predicate) {
        count_runs(&r, block);
        status = bo_block_next(block, cursor, index);
    }
    *out = (double)r.count;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* The range of numbers is cut into equal parts; in each, the block that lies at its beginning tells how close
 * to one another different numbers are. */
static bo_status sample(bo_kv_cursor *cursor, const bo_index *index, bo_block *block, bo_id predicate,
                        double *out) {
    unsigned column = index->column[1];
    bo_tuple low = {{0, predicate, 0, 0}}, high = {{0, predicate + 1, 0, 0}};
    bo_str key, value;
    BO_TRY(bo_block_find(block, cursor, index, &low));
    size_t first = bo_block_lower(index, block, &low);
    if (first == block->len) {
        BO_TRY(bo_block_next(block, cursor, index));
        first = 0;
    }
    uint64_t least = block->column[1][first];
    BO_TRY(bo_block_before(cursor, index, &high, &key, &value));
    bo_block_key(&high, index, key);
    double width = ((double)high.n[column] - (double)least) / SAMPLES;
    *out = 0;
    for (unsigned i = 0; i < SAMPLES; i++) {
        low.n[column] = least + (uint64_t)(width * i);
        BO_TRY(bo_block_find(block, cursor, index, &low));
        if (!holds(block, predicate)) continue;
        runs r = {predicate, 0, 0};
        size_t from = 0, to = block->len - 1;
        while (block->column[0][from] < predicate) from++;
        while (block->column[0][to] > predicate) to--;
        count_runs(&r, block);
        double span = (double)(block->column[1][to] - block->column[1][from]) + 1;
        double each = (double)r.count / span;
        *out += each * (width < 1 ? 1 : width);
    }
    return BO_OK;
}

static bo_status measure(bo_txn *txn, bo_order order, bo_id predicate, uint64_t quads, uint64_t *out) {
    const bo_index *index = &bo_quad_indexes[order];
    bo_block_room *room = bo_arena_alloc(txn->scratch, sizeof *room);
    bo_kv_cursor *cursor;
    double found = 1;
    if (room == NULL) return BO_NO_MEMORY;
    bo_block_room_init(room);
    BO_TRY(bo_kv_cursor_open(&cursor, txn->kv, index->table));
    bo_status status = quads <= COUNTED_QUADS ? count_all(cursor, index, &room->block, predicate, &found)
                                              : sample(cursor, index, &room->block, predicate, &found);
    bo_kv_cursor_close(cursor);
    *out = found < 1 ? 1 : found > (double)quads ? quads : (uint64_t)found;
    return status;
}

static bo_spread *place_of(bo_spreads *all, bo_id predicate) {
    return &all->items[predicate * 0x9E3779B97F4A7C15u >> 56 & (BO_SPREADS - 1)];
}

static bool is_near(uint64_t a, uint64_t b) {
    return (a > b ? a - b : b - a) <= b / 8;
}

bo_spread bo_spread_of(bo_txn *txn, bo_id predicate) {
    bo_spreads *all = &txn->store->spreads;
    bo_count count = {1, 0};
    bo_arena_reset(txn->scratch);
    if (bo_counts_read(txn, BO_STORE_PREDICATE, &count, predicate) != BO_OK || count.quads == 0)
        count.quads = 1;
    pthread_mutex_lock(&all->lock);
    bo_spread found = *place_of(all, predicate);
    pthread_mutex_unlock(&all->lock);
    if (found.predicate == predicate && is_near(found.quads, count.quads)) return found;
    found = (bo_spread){predicate, count.quads, count.quads, count.quads};
    bool good = measure(txn, BO_PSOG, predicate, count.quads, &found.subjects) == BO_OK &&
                measure(txn, BO_POSG, predicate, count.quads, &found.objects) == BO_OK;
    if (!good) return found;
    pthread_mutex_lock(&all->lock);
    *place_of(all, predicate) = found;
    pthread_mutex_unlock(&all->lock);
    return found;
}
