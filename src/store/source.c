/* SPDX-License-Identifier: Apache-2.0
 * A transaction's quads as a source. A scan decodes blocks straight into the batch; a writer's scan also
 * merges in what the indexes do not hold yet.
 */
#include "store/txn.h"

typedef struct source {
    bo_source base;
    bo_txn *txn;
    const bo_graph_set *readable;
} source;

typedef struct scan {
    bo_scan base;
    bo_txn *txn;
    const bo_graph_set *readable;
    bo_order order;
    const bo_index *index;
    bo_kv_cursor *cursor;
    bo_tuple low, after; /* what is left of the range: from low to before after */
    bool bounded;        /* false: there is no `after` */
    unsigned bound;      /* so many of the index's first columns are the same in all rows */
    bool seeking;        /* the cursor is yet to be placed at low */
    bool ended;          /* the indexes have no more */
    bo_tuple wanted;     /* columns behind the prefix that must be equal; 0: anything */
    bool choosy;
    unsigned patience; /* blocks to decode before rows are handed out: grows as the scan goes on */
    /* A writer's: */
    uint64_t writes; /* of the edits when last looked at */
    bo_tuples puts, removes;
    bo_block_room *room;
    size_t at;
} scan;

enum { PATIENCE_MOST = BO_BATCH / BO_PACK_ROWS, RUNS_MOST = 8 };

/* The range of an index that a pattern's bound columns select, and what remains to be tested. */
static void set_range(scan *s, const bo_ids *pattern) {
    bo_tuple ids = bo_tuple_of(pattern);
    unsigned bound = 0;
    while (bound < 4 && ids.n[s->index->column[bound]] != BO_ID_NONE) bound++;
    s->bound = bound;
    s->wanted = (bo_tuple){{0}};
    for (unsigned c = 0; c < 4; c++) {
        unsigned column = s->index->column[c];
        s->low.n[column] = s->after.n[column] = c < bound ? ids.n[column] : 0;
        if (c < bound) continue;
        s->wanted.n[column] = ids.n[column];
        s->choosy |= ids.n[column] != BO_ID_NONE;
    }
    while (bound > 0 && ++s->after.n[s->index->column[bound - 1]] == 0) bound--;
    s->bounded = bound > 0;
    s->choosy |= s->readable != NULL;
}

/* The least tuple above one. */
static bo_tuple above(const bo_index *index, bo_tuple tuple) {
    for (unsigned c = 4; c-- > 0;)
        if (++tuple.n[index->column[c]] != 0) break;
    return tuple;
}

static bool is_wanted(const scan *s, const bo_tuple *quad) {
    for (unsigned c = 0; c < 4; c++)
        if (s->wanted.n[c] != 0 && s->wanted.n[c] != quad->n[c]) return false;
    return s->readable == NULL || bo_graph_set_has(s->readable, quad->n[3]);
}

static void columns_at(bo_block *block, const bo_index *index, bo_batch *batch) {
    for (unsigned c = 0; c < 4; c++) block->column[c] = batch->column[index->column[c]] + batch->len;
}

/* Decodes the block at low, or the next one; then *from to *to are the rows in the range. */
static bo_status read_block(scan *s, bo_block *block, size_t *from, size_t *to) {
    *from = *to = 0;
    bo_status status = s->seeking ? bo_block_find(block, s->cursor, s->index, &s->low)
                                  : bo_block_next(block, s->cursor, s->index);
    if (status == BO_NOT_FOUND) {
        s->ended = true;
        return BO_OK;
    }
    BO_TRY(status);
    if (s->seeking) *from = bo_block_lower(s->index, block, &s->low);
    s->seeking = false;
    *to = block->len;
    bo_tuple last;
    bo_block_tuple(&last, s->index, block, block->len - 1);
    if (!s->txn->writer) s->low = above(s->index, last); /* seeks never go back before it */
    if (s->bounded && bo_tuple_cmp(s->index, &last, &s->after) >= 0) {
        *to = bo_block_lower(s->index, block, &s->after);
        s->ended = true;
        if (*from > *to) *from = *to;
    }
    return BO_OK;
}

/* Marks those of `count` rows from `at` on that are wanted, and gives their number. */
static size_t mark_rows(const scan *s, const bo_batch *batch, size_t at, size_t count, bool *keep) {
    size_t kept = count;
    if (s->readable != NULL)
        kept = bo_graph_set_filter(s->readable, batch->column[3] + at, count, keep);
    else
        memset(keep, true, count);
    for (unsigned c = 0; c < 4; c++) {
        if (s->wanted.n[c] == BO_ID_NONE) continue;
        kept = 0;
        for (size_t i = 0; i < count; i++) kept += keep[i] &= batch->column[c][at + i] == s->wanted.n[c];
    }
    return kept;
}

/* Moves the marked ones of `count` rows from `from` to `to`: run by run where few are left out, else row by
 * row without a branch. The index's first `same` columns hold the same in all these rows, and stay. */
static void move_marked(bo_batch *batch, const bo_index *index, unsigned same, size_t to, size_t from,
                        size_t count, const bool *keep, size_t kept) {
    if (count - kept > RUNS_MOST) {
        for (unsigned c = same; c < 4; c++) {
            const bo_id *column = batch->column[index->column[c]] + from;
            bo_id *to_column = batch->column[index->column[c]] + to;
            for (size_t i = 0, n = 0; i < count; i++) {
                to_column[n] = column[i];
                n += keep[i];
            }
        }
        return;
    }
    for (size_t i = 0, len; i < count; i += len + 1, to += len) {
        const bool *gap = memchr(keep + i, false, count - i);
        len = gap == NULL ? count - i : (size_t)(gap - keep) - i;
        for (unsigned c = same; c < 4 && len > 0 && to != from + i; c++) {
            bo_id *column = batch->column[index->column[c]];
            memmove(column + to, column + from + i, len * sizeof(bo_id));
        }
    }
}

/* Keeps the wanted ones of the rows from..to that stand behind the batch's. */
static void keep_rows(const scan *s, bo_batch *batch, size_t from, size_t to) {
    size_t count = to - from, kept = count;
    bool keep[BO_PACK_ROWS];
    if (s->choosy)
        kept = mark_rows(s, batch, batch->len + from, count, keep);
    else
        memset(keep, true, count);
    if (from > 0 || kept < count)
        move_marked(batch, s->index, from > 0 ? 0 : s->bound, batch->len, batch->len + from, count, keep,
                    kept);
    batch->len += kept;
}

static bo_status next_plain(scan *s, bo_batch *batch) {
    unsigned blocks = 0;
    batch->len = 0;
    while (!s->ended && (batch->len == 0 || blocks < s->patience) && batch->len + BO_PACK_ROWS <= BO_BATCH) {
        bo_block block;
        size_t from, to;
        columns_at(&block, s->index, batch);
        BO_TRY(read_block(s, &block, &from, &to));
        keep_rows(s, batch, from, to);
        blocks++;
    }
    if (s->patience < PATIENCE_MOST) s->patience *= 2;
    return BO_OK;
}

/* A writer's scan. */

static size_t lower(const bo_index *index, const bo_tuples *tuples, const bo_tuple *least) {
    size_t low = 0, high = tuples->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bo_tuple_cmp(index, &tuples->items[middle], least) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bo_tuples cut_range(const scan *s, const bo_tuples *tuples) {
    size_t from = lower(s->index, tuples, &s->low);
    size_t to = s->bounded ? lower(s->index, tuples, &s->after) : tuples->len;
    return (bo_tuples){tuples->items + from, to > from ? to - from : 0};
}

/* Takes up the edits as they are now, from low on. */
static bo_status look_at_edits(scan *s) {
    bo_edits *edits = &s->txn->edits;
    s->puts = s->removes = (bo_tuples){NULL, 0};
    s->writes = edits->writes;
    s->at = 0;
    s->seeking = true;
    s->ended = false;
    s->room->block.len = 0;
    if (edits->len == 0) return BO_OK;
    const bo_edit_view *view;
    BO_TRY(bo_edits_view(edits, &view, s->order, s->index));
    s->puts = cut_range(s, &view->puts);
    s->removes = cut_range(s, &view->removes);
    return BO_OK;
}

static void drop_first(bo_tuples *tuples) {
    tuples->items++;
    tuples->len--;
}

/* The next quad of the indexes that is not removed. */
static bo_status stored_quad(scan *s, bo_tuple *out, bool *found) {
    for (*found = false;;) {
        while (s->at >= s->room->block.len && !s->ended) {
            size_t to;
            BO_TRY(read_block(s, &s->room->block, &s->at, &to));
            s->room->block.len = to;
        }
        if (s->at >= s->room->block.len) return BO_OK;
        bo_block_tuple(out, s->index, &s->room->block, s->at);
        int order = 1;
        while (s->removes.len > 0 && (order = bo_tuple_cmp(s->index, s->removes.items, out)) < 0)
            drop_first(&s->removes);
        if (s->removes.len == 0 || order != 0) {
            *found = true;
            return BO_OK;
        }
        s->at++;
    }
}

static bo_status next_merged(scan *s, bo_batch *batch) {
    batch->len = 0;
    if (s->writes != s->txn->edits.writes) BO_TRY(look_at_edits(s));
    bo_tuple last = s->low;
    bool any = false;
    while (batch->len < BO_BATCH) {
        bo_tuple quad;
        bool stored;
        BO_TRY(stored_quad(s, &quad, &stored));
        if (!stored && s->puts.len == 0) break;
        int order = !stored ? 1 : s->puts.len == 0 ? -1 : bo_tuple_cmp(s->index, &quad, s->puts.items);
        if (order > 0) quad = s->puts.items[0];
        if (order >= 0) drop_first(&s->puts);
        if (order <= 0) s->at++;
        last = quad;
        any = true;
        if (!is_wanted(s, &quad)) continue;
        for (unsigned c = 0; c < 4; c++) batch->column[c][batch->len] = quad.n[c];
        batch->len++;
    }
    if (any) s->low = above(s->index, last); /* a later write makes the scan begin anew right there */
    return BO_OK;
}

static bo_status scan_next(bo_scan *base, bo_batch *batch) {
    scan *s = (scan *)base;
    return s->txn->writer ? next_merged(s, batch) : next_plain(s, batch);
}

static bo_status scan_seek(bo_scan *base, const bo_ids *key) {
    scan *s = (scan *)base;
    bo_tuple to = bo_tuple_of(key);
    if (bo_tuple_cmp(s->index, &to, &s->low) <= 0) return BO_OK;
    s->low = to;
    s->patience = 1;
    if (s->txn->writer) return look_at_edits(s);
    if (!s->ended) s->seeking = true;
    return BO_OK;
}

static void scan_close(bo_scan *base) {
    bo_kv_cursor_close(((scan *)base)->cursor);
}

static const bo_scan_ops scan_ops = {scan_next, scan_seek, scan_close};

static bo_status source_scan(bo_source *base, bo_scan **out, const bo_ids *pattern, bo_order order,
                             bo_arena *arena) {
    source *from = (source *)base;
    scan *s = BO_NEW(arena, scan);
    if (s == NULL) return bo_error_last()->status;
    s->base.ops = &scan_ops;
    s->txn = from->txn;
    s->readable = from->readable;
    s->order = order;
    s->index = &bo_quad_indexes[order];
    s->seeking = true;
    s->patience = 1;
    set_range(s, pattern);
    if (s->txn->writer) {
        s->room = bo_arena_alloc(arena, sizeof *s->room);
        if (s->room == NULL) return bo_error_last()->status;
        bo_block_room_init(s->room);
        BO_TRY(look_at_edits(s));
    }
    BO_TRY(bo_kv_cursor_open(&s->cursor, s->txn->kv, s->index->table));
    *out = &s->base;
    return BO_OK;
}

/* Terms. */

static bo_status source_id_of(bo_source *base, bo_id *out, const bo_term *term) {
    return bo_dict_find(&((source *)base)->txn->dict, out, term);
}

static bo_status source_term_of(bo_source *base, bo_term *out, bo_id id, bo_arena *arena) {
    return bo_dict_term(&((source *)base)->txn->dict, out, id, arena);
}

/* Estimates. */

enum { COUNTED_BLOCKS = 32 }; /* so many are counted one by one; then the rest is reckoned */

typedef struct tally {
    uint64_t rows;
    bool whole;           /* the range ended */
    bo_tuple first, last; /* where counting began, and the key where it stopped */
} tally;

/* Counts the rows of a range, exactly when it has few blocks. */
static bo_status count_range(scan *s, bo_block *block, tally *t) {
    size_t from, to;
    BO_TRY(read_block(s, block, &from, &to));
    t->rows = to - from;
    if (t->rows == 0 && s->ended) {
        t->whole = true;
        return BO_OK;
    }
    bo_block_tuple(&t->first, s->index, block, from < block->len ? from : block->len - 1);
    bo_str key, value, last = {0}; /* the last entry: only the range's last block must be decoded */
    for (unsigned blocks = 1; !s->ended; blocks++) {
        bo_status status = bo_kv_next(s->cursor, &key, &value);
        if (status == BO_NOT_FOUND) break;
        BO_TRY(status);
        bo_block_key(&t->last, s->index, key);
        if (s->bounded && bo_tuple_cmp(s->index, &t->last, &s->after) >= 0) break;
        if (blocks == COUNTED_BLOCKS) return BO_OK;
        last = value;
        t->rows += bo_pack_rows((const unsigned char *)value.ptr, value.len);
    }
    if (last.len > 0 && s->bounded) {
        if (!bo_unpack(block->column, &block->len, s->index->width, (const unsigned char *)last.ptr,
                       last.len))
            return BO_CORRUPT;
        t->rows -= block->len - bo_block_lower(s->index, block, &s->after);
    }
    t->whole = true;
    return BO_OK;
}

/* The first column of the index that the pattern leaves open. */
static unsigned open_column(const scan *s, const bo_ids *pattern) {
    bo_tuple ids = bo_tuple_of(pattern);
    unsigned c = 0;
    while (c < 3 && ids.n[s->index->column[c]] != BO_ID_NONE) c++;
    return s->index->column[c];
}

/* Reckons the rows of the whole range from the counted ones, by how far the first open column has come. */
static bo_status reckon(scan *s, const tally *t, unsigned column, uint64_t *out) {
    bo_str key, value;
    bo_tuple end;
    BO_TRY(bo_block_before(s->cursor, s->index, s->bounded ? &s->after : NULL, &key, &value));
    bo_block_key(&end, s->index, key);
    double done = (double)(t->last.n[column] - t->first.n[column]) + 1;
    double all = (double)(end.n[column] - t->first.n[column]) + 1;
    *out = end.n[column] <= t->last.n[column] ? t->rows : (uint64_t)((double)t->rows * (all / done));
    return BO_OK;
}

static bo_status estimate(source *from, const bo_ids *pattern, bo_arena *arena, uint64_t *out) {
    bo_txn *txn = from->txn;
    if (bo_counts_of(txn, pattern, false, out)) return BO_OK;
    scan s = {.txn = txn, .order = bo_order_for(pattern), .seeking = true};
    s.index = &bo_quad_indexes[s.order];
    set_range(&s, pattern);
    bo_block_room *room = bo_arena_alloc(arena, sizeof *room);
    if (room == NULL) return BO_NO_MEMORY;
    bo_block_room_init(room);
    tally t = {0};
    BO_TRY(bo_kv_cursor_open(&s.cursor, txn->kv, s.index->table));
    bo_status status = count_range(&s, &room->block, &t);
    *out = t.rows;
    if (status == BO_OK && !t.whole) status = reckon(&s, &t, open_column(&s, pattern), out);
    bo_kv_cursor_close(s.cursor);
    return status;
}

static uint64_t source_estimate(bo_source *base, const bo_ids *pattern) {
    source *from = (source *)base;
    uint64_t rows = 0;
    bo_arena_reset(from->txn->scratch);
    if (estimate(from, pattern, from->txn->scratch, &rows) != BO_OK) rows = from->txn->state.quads.quads;
    return rows + from->txn->edits.len; /* at most so many more in a writer */
}

static bool source_count(bo_source *base, const bo_ids *pattern, bool triples, uint64_t *out) {
    source *from = (source *)base;
    if (from->readable != NULL || from->txn->edits.len > 0) return false;
    return bo_counts_of(from->txn, pattern, triples, out);
}

static bool source_single(bo_source *base, bo_id predicate) {
    source *from = (source *)base;
    bo_ids pattern = {.p = predicate};
    uint64_t quads, triples;
    return from->txn->edits.len == 0 && bo_counts_of(from->txn, &pattern, false, &quads) &&
           bo_counts_of(from->txn, &pattern, true, &triples) && quads == triples;
}

static void source_spread(bo_source *base, bo_id predicate, uint64_t *subjects, uint64_t *objects) {
    bo_spread found = bo_spread_of(((source *)base)->txn, predicate);
    *subjects = found.subjects;
    *objects = found.objects;
}

/* Words. */

static bo_status source_literals(bo_source *base, bo_id **ids, size_t *len, const bo_word_search *search,
                                 bo_arena *arena) {
    bo_txn *txn = ((source *)base)->txn;
    BO_TRY(bo_txn_flush(txn));
    return bo_word_find(txn->kv, ids, len, search, arena);
}

static const bo_source_ops source_ops = {source_id_of, source_term_of, source_scan,     source_estimate,
                                         source_count, source_spread,  source_literals, source_single};

bo_status bo_txn_source(bo_source **out, bo_txn *txn, const bo_graph_set *readable, bo_arena *arena) {
    source *s = BO_NEW(arena, source);
    if (s == NULL) return bo_error_last()->status;
    *s = (source){{&source_ops, readable != NULL}, txn, readable};
    *out = &s->base;
    return BO_OK;
}
