/* SPDX-License-Identifier: Apache-2.0
 * Reading blocks, and applying a sorted list of changes to them. Must not know what the numbers mean.
 */
#include "store/blocks.h"

enum {
    KEY_ROOM = BO_PACK_COLUMNS * 8,
    SMALL = BO_PACK_ROWS / 4, /* a block that shrinks below is joined with the next */
    VALUE_MOST = 1900         /* larger values would each take pages of their own in LMDB */
};

void bo_block_room_init(bo_block_room *room) {
    room->block.len = 0;
    for (unsigned c = 0; c < BO_PACK_COLUMNS; c++) room->block.column[c] = room->number[c];
}

int bo_tuple_cmp(const bo_index *index, const bo_tuple *a, const bo_tuple *b) {
    for (unsigned c = 0; c < index->width; c++) {
        uint64_t x = a->n[index->column[c]], y = b->n[index->column[c]];
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

void bo_block_tuple(bo_tuple *out, const bo_index *index, const bo_block *block, size_t at) {
    for (unsigned c = 0; c < index->width; c++) out->n[index->column[c]] = block->column[c][at];
}

size_t bo_block_lower(const bo_index *index, const bo_block *block, const bo_tuple *least) {
    size_t low = 0, high = block->len;
    for (unsigned c = 0; c < index->width && low < high; c++) {
        /* rows low to high agree with `least` in the columns before c */
        const uint64_t *column = block->column[c];
        uint64_t n = least->n[index->column[c]];
        size_t end = high;
        for (size_t top = high; low < top;) {
            size_t middle = low + (top - low) / 2;
            if (column[middle] < n) {
                low = middle + 1;
            } else {
                top = middle;
                if (column[middle] > n) end = middle;
            }
        }
        for (size_t bottom = low; bottom < end;) {
            size_t middle = bottom + (end - bottom) / 2;
            if (column[middle] <= n)
                bottom = middle + 1;
            else
                end = middle;
        }
        if (low == end) return low;
        high = end;
    }
    return low;
}

static size_t put_key(unsigned char *out, const bo_index *index, const bo_tuple *tuple) {
    for (unsigned c = 0; c < index->width; c++) {
        uint64_t n = __builtin_bswap64(tuple->n[index->column[c]]);
        memcpy(out + c * 8, &n, 8);
    }
    return index->width * 8;
}

static bo_str key_str(const unsigned char *key, size_t len) {
    return (bo_str){(const char *)key, len};
}

void bo_block_key(bo_tuple *out, const bo_index *index, bo_str key) {
    unsigned char bytes[KEY_ROOM] = {0};
    memcpy(bytes, key.ptr, key.len < sizeof bytes ? key.len : sizeof bytes);
    for (unsigned c = 0; c < index->width; c++) {
        uint64_t n;
        memcpy(&n, bytes + c * 8, 8);
        out->n[index->column[c]] = __builtin_bswap64(n);
    }
}

static bo_status unpack(bo_block *out, const bo_index *index, bo_str value) {
    if (bo_unpack(out->column, &out->len, index->width, (const unsigned char *)value.ptr, value.len))
        return BO_OK;
    return bo_fail(BO_CORRUPT, "a block of the store is damaged");
}

bo_status bo_block_before(bo_kv_cursor *cursor, const bo_index *index, const bo_tuple *tuple, bo_str *key,
                          bo_str *value) {
    unsigned char bytes[KEY_ROOM];
    if (tuple == NULL) return bo_kv_last(cursor, key, value);
    return bo_kv_seek_before(cursor, key_str(bytes, put_key(bytes, index, tuple)), key, value);
}

/* The entry in whose range the tuple lies, or the one after it. */
static bo_status find(bo_kv_cursor *cursor, const bo_index *index, const bo_tuple *tuple, bo_str *key,
                      bo_str *value) {
    bo_status status = bo_block_before(cursor, index, tuple, key, value);
    return status == BO_NOT_FOUND ? bo_kv_first(cursor, key, value) : status;
}

bo_status bo_block_find(bo_block *out, bo_kv_cursor *cursor, const bo_index *index, const bo_tuple *tuple) {
    bo_str key, value;
    BO_TRY(find(cursor, index, tuple, &key, &value));
    return unpack(out, index, value);
}

bo_status bo_block_next(bo_block *out, bo_kv_cursor *cursor, const bo_index *index) {
    bo_str key, value;
    BO_TRY(bo_kv_next(cursor, &key, &value));
    return unpack(out, index, value);
}

bo_status bo_block_first(bo_block *out, bo_kv_cursor *cursor, const bo_index *index) {
    bo_str key, value;
    BO_TRY(bo_kv_first(cursor, &key, &value));
    return unpack(out, index, value);
}

/* Writing. */

typedef struct writer {
    bo_kv_txn *txn;
    const bo_index *index;
    unsigned char key[KEY_ROOM]; /* of the block that is being gathered */
    size_t key_len;
    size_t fill;   /* rows after which a block is written */
    bool last;     /* nothing lies behind in the table */
    bool replaces; /* the entry of `key` is still there */
    bo_block_room rows;
} writer;

/* The shortest key above `before` and not above row `at`. */
static size_t put_separator(unsigned char *out, const bo_index *index, const bo_tuple *before,
                            const bo_tuple *row) {
    unsigned char low[KEY_ROOM];
    put_key(low, index, before);
    size_t len = put_key(out, index, row), same = 0;
    while (same + 1 < len && low[same] == out[same]) same++;
    return same + 1;
}

static bo_status put_rows(writer *w, size_t from, size_t count) {
    unsigned char packed[BO_PACK_ROOM];
    uint64_t *columns[BO_PACK_COLUMNS];
    for (unsigned c = 0; c < BO_PACK_COLUMNS; c++) columns[c] = w->rows.number[c] + from;
    size_t len = bo_pack(packed, columns, w->index->width, count);
    if (len > VALUE_MOST && count > 1) {
        bo_tuple before, row;
        size_t half = count / 2;
        BO_TRY(put_rows(w, from, half));
        bo_block_tuple(&before, w->index, &w->rows.block, from + half - 1);
        bo_block_tuple(&row, w->index, &w->rows.block, from + half);
        w->key_len = put_separator(w->key, w->index, &before, &row);
        w->replaces = false;
        return put_rows(w, from + half, count - half);
    }
    bo_str key = key_str(w->key, w->key_len), value = key_str(packed, len);
    if (w->last && !w->replaces) return bo_kv_append(w->txn, w->index->table, key, value);
    return bo_kv_put(w->txn, w->index->table, key, value);
}

static bo_status put_tuple(writer *w, const bo_tuple *tuple) {
    bo_block *block = &w->rows.block;
    if (block->len >= w->fill) {
        bo_tuple before;
        BO_TRY(put_rows(w, 0, block->len));
        bo_block_tuple(&before, w->index, block, block->len - 1);
        w->key_len = put_separator(w->key, w->index, &before, tuple);
        w->replaces = false;
        block->len = 0;
    }
    for (unsigned c = 0; c < w->index->width; c++)
        block->column[c][block->len] = tuple->n[w->index->column[c]];
    block->len++;
    return BO_OK;
}

typedef struct edit {
    bo_tuples *puts, *removes;
    size_t put, remove;             /* how far they have been read ... */
    size_t puts_kept, removes_kept; /* ... and how many of them were changes */
} edit;

static const bo_tuple *peek(const bo_tuples *tuples, size_t at) {
    return at < tuples->len ? &tuples->items[at] : NULL;
}

/* How many of the tuples from `at` on lie below `end` (NULL: all). */
static size_t count_below(const bo_index *index, const bo_tuples *tuples, size_t at, const bo_tuple *end) {
    if (end == NULL) return tuples->len - at;
    size_t low = at, high = tuples->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bo_tuple_cmp(index, &tuples->items[middle], end) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low - at;
}

/* Old rows as they are. */
static bo_status put_run(writer *w, const bo_block *old, size_t from, size_t to) {
    bo_block *block = &w->rows.block;
    while (from < to) {
        if (block->len >= w->fill) {
            bo_tuple row;
            bo_block_tuple(&row, w->index, old, from++);
            BO_TRY(put_tuple(w, &row));
            continue;
        }
        size_t count = to - from < w->fill - block->len ? to - from : w->fill - block->len;
        for (unsigned c = 0; c < w->index->width; c++)
            memcpy(block->column[c] + block->len, old->column[c] + from, count * sizeof *old->column[c]);
        block->len += count;
        from += count;
    }
    return BO_OK;
}

/* The first row of the block that a change may be about. */
static size_t next_change(const writer *w, const bo_block *old, const edit *e, size_t put_end,
                          size_t remove_end) {
    const bo_tuple *put = e->put < put_end ? &e->puts->items[e->put] : NULL;
    const bo_tuple *remove = e->remove < remove_end ? &e->removes->items[e->remove] : NULL;
    if (put == NULL || (remove != NULL && bo_tuple_cmp(w->index, remove, put) < 0)) put = remove;
    return put != NULL ? bo_block_lower(w->index, old, put) : old->len;
}

/* Writes a block's old rows with the changes that fall into its range. */
static bo_status merge(writer *w, const bo_block *old, edit *e, size_t put_end, size_t remove_end) {
    const bo_index *index = w->index;
    for (size_t at = 0; at < old->len || e->put < put_end;) {
        bo_tuple row;
        int order = 1;
        size_t same = next_change(w, old, e, put_end, remove_end);
        if (same > at) {
            BO_TRY(put_run(w, old, at, same));
            at = same;
            continue;
        }
        if (at < old->len) {
            bo_block_tuple(&row, index, old, at);
            order = e->put < put_end ? bo_tuple_cmp(index, &row, &e->puts->items[e->put]) : -1;
        }
        if (order > 0) {
            bo_tuple one = e->puts->items[e->put++];
            e->puts->items[e->puts_kept++] = one;
            BO_TRY(put_tuple(w, &one));
            continue;
        }
        if (order == 0) e->put++; /* it is there already */
        at++;
        while (e->remove < remove_end && bo_tuple_cmp(index, &e->removes->items[e->remove], &row) < 0)
            e->remove++;
        if (e->remove < remove_end && bo_tuple_cmp(index, &e->removes->items[e->remove], &row) == 0)
            e->removes->items[e->removes_kept++] = e->removes->items[e->remove++];
        else
            BO_TRY(put_tuple(w, &row));
    }
    e->remove = remove_end;
    return BO_OK;
}

/* Chooses after how many rows a block is written: full ones at the table's end, where more will follow;
 * elsewhere equal parts, with room to grow. */
static void choose_fill(writer *w, const bo_block *old, const edit *e, size_t puts) {
    size_t most = w->rows.block.len + old->len + puts, parts = (most + BO_PACK_ROWS - 1) / BO_PACK_ROWS;
    bool appends = w->last && puts > 0;
    if (appends && old->len > 0) {
        bo_tuple row;
        bo_block_tuple(&row, w->index, old, old->len - 1);
        appends = bo_tuple_cmp(w->index, &row, &e->puts->items[e->put]) < 0;
    }
    w->fill = appends || parts < 2 ? BO_PACK_ROWS : (most + parts - 1) / parts;
}

/* Takes up the block in whose range the first change lies: its entry stays, to be replaced, unless the change
 * lies below the table's first block; then that range begins at the very beginning from now on. */
static bo_status begin_at(writer *w, bo_block *old, bo_kv_cursor *cursor, const bo_tuple *least) {
    bo_str key, value;
    bo_tuple low;
    bo_status status = find(cursor, w->index, least, &key, &value);
    w->key[0] = 0;
    w->key_len = 1;
    w->last = status == BO_NOT_FOUND;
    if (w->last) return BO_OK;
    BO_TRY(status);
    BO_TRY(unpack(old, w->index, value));
    bo_block_key(&low, w->index, key);
    if (bo_tuple_cmp(w->index, least, &low) < 0) return bo_kv_cursor_del(cursor);
    if (key.len > KEY_ROOM) return bo_fail(BO_CORRUPT, "a block of the store has a key that is too long");
    memcpy(w->key, key.ptr, key.len);
    w->key_len = key.len;
    w->replaces = true;
    return BO_OK;
}

/* Looks at the entry behind: where the range ends. */
static bo_status look_behind(writer *w, bo_kv_cursor *cursor, bo_tuple *end) {
    if (w->last) return BO_OK;
    bo_str key, value;
    bo_status status = bo_kv_next(cursor, &key, &value);
    w->last = status == BO_NOT_FOUND;
    if (w->last) return BO_OK;
    BO_TRY(status);
    bo_block_key(end, w->index, key);
    return BO_OK;
}

static bo_status take_next(writer *w, bo_block *old, bo_kv_cursor *cursor, const bo_tuple *at) {
    BO_TRY(bo_block_find(old, cursor, w->index, at));
    return bo_kv_cursor_del(cursor);
}

static bo_status finish(writer *w) {
    if (w->rows.block.len > 0) return put_rows(w, 0, w->rows.block.len);
    return w->replaces ? bo_kv_del(w->txn, w->index->table, key_str(w->key, w->key_len)) : BO_OK;
}

/* Applies the changes that fall into one block's range, and joins it with the next as long as too little
 * stays. */
static bo_status apply_at(bo_kv_txn *txn, bo_kv_cursor *cursor, const bo_index *index, edit *e) {
    const bo_tuple *put = peek(e->puts, e->put), *remove = peek(e->removes, e->remove);
    const bo_tuple *least =
        put == NULL || (remove != NULL && bo_tuple_cmp(index, remove, put) < 0) ? remove : put;
    writer w; /* its rows are large, and need no zeros */
    bo_block_room old;
    w.txn = txn;
    w.index = index;
    w.replaces = false;
    bo_block_room_init(&w.rows);
    bo_block_room_init(&old);
    BO_TRY(begin_at(&w, &old.block, cursor, least));
    for (;;) {
        bo_tuple end;
        BO_TRY(look_behind(&w, cursor, &end));
        size_t puts = count_below(index, e->puts, e->put, w.last ? NULL : &end);
        size_t removes = count_below(index, e->removes, e->remove, w.last ? NULL : &end);
        choose_fill(&w, &old.block, e, puts);
        BO_TRY(merge(&w, &old.block, e, e->put + puts, e->remove + removes));
        if (w.last || w.rows.block.len >= SMALL) return finish(&w);
        BO_TRY(take_next(&w, &old.block, cursor, &end));
    }
}

bo_status bo_blocks_apply(bo_kv_txn *txn, const bo_index *index, bo_tuples *puts, bo_tuples *removes) {
    bo_kv_cursor *cursor;
    edit e = {.puts = puts, .removes = removes};
    BO_TRY(bo_kv_cursor_open(&cursor, txn, index->table));
    bo_status status = BO_OK;
    while (status == BO_OK && (e.put < puts->len || e.remove < removes->len))
        status = apply_at(txn, cursor, index, &e);
    bo_kv_cursor_close(cursor);
    BO_TRY(status);
    puts->len = e.puts_kept;
    removes->len = e.removes_kept;
    return BO_OK;
}
