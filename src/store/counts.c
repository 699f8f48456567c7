/* SPDX-License-Identifier: Apache-2.0
 * What is counted as quads come and go: those of the whole store, of each predicate and of each class, and
 * among them the repeats, whose triple stands in another graph too, so that the triples of a union are known
 * as well.
 */
#include <stdlib.h>

#include "store/txn.h"

static bo_str key_of(uint64_t *room, bo_id id) {
    *room = __builtin_bswap64(id);
    return (bo_str){(const char *)room, sizeof *room};
}

bo_status bo_counts_read(bo_txn *txn, bo_store_table table, bo_count *out, bo_id id) {
    uint64_t room;
    bo_str value;
    bo_status status = bo_kv_get(txn->kv, (bo_kv_table)table, key_of(&room, id), &value);
    *out = (bo_count){0, 0};
    if (status == BO_NOT_FOUND) return BO_OK;
    BO_TRY(status);
    if (value.len != sizeof *out) return bo_fail(BO_CORRUPT, "a count of the store is damaged");
    memcpy(out, value.ptr, sizeof *out);
    return BO_OK;
}

/* Counts of one table that have changed; what is added may be the two's complement of what is taken away. */
typedef struct changes {
    bo_store_table table;
    bo_idmap places; /* id -> place in items */
    struct {
        bo_id id;
        bo_count by;
    } * items;
    size_t len, size;
} changes;

static void done(changes *all) {
    bo_idmap_done(&all->places);
    free(all->items);
}

static void add(bo_count *to, bo_count by) {
    to->quads += by.quads;
    to->repeats += by.repeats;
}

static bo_status change(changes *all, bo_id id, bo_count by) {
    bool was_new;
    bo_value *place = bo_idmap_put(&all->places, id, &was_new);
    if (place == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    if (was_new) {
        if (all->len == all->size) {
            size_t size = all->size == 0 ? 16 : all->size * 2;
            void *items = realloc(all->items, size * sizeof *all->items);
            if (items == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
            all->items = items;
            all->size = size;
        }
        place->u64 = all->len;
        all->items[all->len].id = id;
        all->items[all->len++].by = (bo_count){0, 0};
    }
    add(&all->items[place->u64].by, by);
    return BO_OK;
}

static bo_status write_changes(bo_txn *txn, const changes *all) {
    for (size_t i = 0; i < all->len; i++) {
        bo_count count;
        uint64_t room;
        bo_str key = key_of(&room, all->items[i].id);
        BO_TRY(bo_counts_read(txn, all->table, &count, all->items[i].id));
        add(&count, all->items[i].by);
        bo_status status = BO_OK;
        if (count.quads > 0)
            status = bo_kv_put(txn->kv, (bo_kv_table)all->table, key,
                               (bo_str){(const char *)&count, sizeof count});
        else
            status = bo_kv_del(txn->kv, (bo_kv_table)all->table, key);
        if (status != BO_NOT_FOUND) BO_TRY(status);
    }
    return BO_OK;
}

/* Repeats. */

static bool same_triple(const bo_tuple *a, const bo_tuple *b) {
    return a->n[0] == b->n[0] && a->n[1] == b->n[1] && a->n[2] == b->n[2];
}

/* Reads SPOG forwards, from triple to triple. */
typedef struct reader {
    bo_kv_cursor *cursor;
    bo_block_room room;
} reader;

/* In how many graphs a triple stands that is not below those asked for before. */
static bo_status graphs_of(reader *r, const bo_tuple *triple, uint64_t *out) {
    const bo_index *index = &bo_quad_indexes[BO_SPOG];
    bo_block *block = &r->room.block;
    bo_tuple at = *triple;
    at.n[3] = 0;
    *out = 0;
    bo_status status = BO_OK;
    size_t row = bo_block_lower(index, block, &at);
    if (row == block->len) {
        status = bo_block_find(block, r->cursor, index, &at);
        row = status == BO_OK ? bo_block_lower(index, block, &at) : 0;
    }
    for (; status == BO_OK; row = 0, status = bo_block_next(block, r->cursor, index)) {
        for (; row < block->len; row++, ++*out) {
            bo_tuple found;
            bo_block_tuple(&found, index, block, row);
            if (!same_triple(&found, triple)) return BO_OK;
        }
    }
    block->len = 0;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static uint64_t repeats_of(uint64_t graphs) {
    return graphs > 1 ? graphs - 1 : 0;
}

/* Counts the tuples of one triple from *at on, and moves *at behind them. */
static uint64_t take(const bo_tuples *tuples, size_t *at, const bo_tuple *triple) {
    size_t from = *at;
    while (*at < tuples->len && same_triple(&tuples->items[*at], triple)) ++*at;
    return *at - from;
}

static bo_status each_triple(bo_txn *txn, const bo_tuples *puts, const bo_tuples *removes, reader *r,
                             changes *predicates, changes *classes) {
    for (size_t p = 0, q = 0; p < puts->len || q < removes->len;) {
        const bo_tuple *put = p < puts->len ? &puts->items[p] : NULL;
        const bo_tuple *removed = q < removes->len ? &removes->items[q] : NULL;
        bool put_first =
            removed == NULL || (put != NULL && bo_tuple_cmp(&bo_quad_indexes[BO_SPOG], put, removed) < 0);
        bo_tuple triple = put_first ? *put : *removed;
        uint64_t more = take(puts, &p, &triple), less = take(removes, &q, &triple), now;
        BO_TRY(graphs_of(r, &triple, &now));
        if (now < more) return bo_fail(BO_CORRUPT, "the store's indexes do not agree");
        bo_count by = {more - less, repeats_of(now) - repeats_of(now - more + less)};
        add(&txn->state.quads, by);
        BO_TRY(change(predicates, triple.n[1], by));
        if (triple.n[1] == BO_STORE_TYPE) BO_TRY(change(classes, triple.n[2], by));
    }
    return BO_OK;
}

bo_status bo_counts_changed(bo_txn *txn, const bo_tuples *puts, const bo_tuples *removes) {
    reader r;
    changes predicates = {.table = BO_STORE_PREDICATE}, classes = {.table = BO_STORE_CLASS};
    bo_block_room_init(&r.room);
    bo_idmap_init(&predicates.places, NULL);
    bo_idmap_init(&classes.places, NULL);
    BO_TRY(bo_kv_cursor_open(&r.cursor, txn->kv, BO_STORE_SPOG));
    bo_status status = each_triple(txn, puts, removes, &r, &predicates, &classes);
    bo_kv_cursor_close(r.cursor);
    if (status == BO_OK) status = write_changes(txn, &predicates);
    if (status == BO_OK) status = write_changes(txn, &classes);
    done(&predicates);
    done(&classes);
    return status;
}

/* What the counts answer. */

/* Leaves the graph out of a pattern when it holds all quads; *none when it holds not one. */
static bo_status leave_graph_out(bo_txn *txn, bo_ids *pattern, bo_count *count, bool *none) {
    bo_graph_record record = {.kept = false};
    bo_status status = bo_graph_read(txn, &record, pattern->g);
    if (status != BO_NOT_FOUND) BO_TRY(status);
    *count = (bo_count){record.info.quads, 0};
    *none = record.info.quads == 0;
    if (record.info.quads == txn->state.quads.quads) pattern->g = BO_ID_NONE;
    return BO_OK;
}

bool bo_counts_of(bo_txn *txn, const bo_ids *asked, bool triples, uint64_t *out) {
    bo_ids pattern = *asked;
    bo_count count = {0, 0};
    bool none = false;
    if (pattern.s != BO_ID_NONE) return false;
    if (pattern.o != BO_ID_NONE && pattern.p != BO_STORE_TYPE) return false;
    if (pattern.g != BO_ID_NONE && leave_graph_out(txn, &pattern, &count, &none) != BO_OK) return false;
    if (pattern.g != BO_ID_NONE && !none && pattern.p != BO_ID_NONE) return false;
    if (pattern.g == BO_ID_NONE) {
        bo_status status = BO_OK;
        if (pattern.o != BO_ID_NONE)
            status = bo_counts_read(txn, BO_STORE_CLASS, &count, pattern.o);
        else if (pattern.p != BO_ID_NONE)
            status = bo_counts_read(txn, BO_STORE_PREDICATE, &count, pattern.p);
        else
            count = txn->state.quads;
        if (status != BO_OK) return false;
    }
    *out = triples ? count.quads - count.repeats : count.quads;
    return true;
}
