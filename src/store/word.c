/* SPDX-License-Identifier: Apache-2.0 */
#include "store/word.h"

#include <stdlib.h>

#include "store/tables.h"

const bo_index bo_word_index = {BO_STORE_WORD, 2, {0, 1}};

void bo_word_edits_done(bo_word_edits *edits) {
    free(edits->fresh.items);
    *edits = (bo_word_edits){0};
}

static bo_status add(bo_word_edits *edits, uint64_t key, bo_id id) {
    if (edits->fresh.len == edits->size) {
        size_t size = edits->size == 0 ? 256 : edits->size * 2;
        bo_tuple *items = realloc(edits->fresh.items, size * sizeof *items);
        if (items == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        edits->fresh.items = items;
        edits->size = size;
    }
    edits->fresh.items[edits->fresh.len++] = (bo_tuple){{key, id}};
    return BO_OK;
}

bo_status bo_word_note(bo_word_edits *edits, bo_id id, const bo_term *term) {
    bo_words words;
    bo_str word;
    char room[BO_WORD_MOST + 8];
    if (!bo_term_has_words(term)) return BO_OK;
    bo_words_begin(&words, term->value);
    while (bo_words_next(&words, &word)) BO_TRY(add(edits, bo_word_key(bo_word_stem(word, room)), id));
    return BO_OK;
}

bo_status bo_word_note_inline(bo_word_edits *edits, bo_id id) {
    char room[BO_ID_ROOM];
    bo_term term;
    if (bo_id_tag(id) != BO_TAG_STRING && bo_id_tag(id) != BO_TAG_LANG) return BO_OK;
    bo_id_expand(&term, id, room);
    return bo_word_note(edits, id, &term);
}

static void drop_doubles(bo_tuples *tuples) {
    size_t kept = 0;
    for (size_t i = 0; i < tuples->len; i++) {
        bool same =
            kept > 0 && bo_tuple_cmp(&bo_word_index, &tuples->items[i], &tuples->items[kept - 1]) == 0;
        if (!same) tuples->items[kept++] = tuples->items[i];
    }
    tuples->len = kept;
}

static bo_status apply(bo_word_edits *edits, bo_kv_txn *kv, bool put) {
    bo_tuples none = {NULL, 0};
    BO_TRY(bo_tuples_sort(&edits->fresh, &bo_word_index, 2));
    drop_doubles(&edits->fresh);
    BO_TRY(bo_blocks_apply(kv, &bo_word_index, put ? &edits->fresh : &none, put ? &none : &edits->fresh));
    edits->fresh.len = 0;
    return BO_OK;
}

bo_status bo_word_write(bo_word_edits *edits, bo_kv_txn *kv) {
    return apply(edits, kv, true);
}

bo_status bo_word_remove(bo_word_edits *edits, bo_kv_txn *kv) {
    return apply(edits, kv, false);
}

/* Finding. */

typedef struct found {
    bo_id *ids;
    size_t len, size;
    bool too_many;
} found;

static bo_status push(found *f, bo_id id, bo_arena *arena) {
    if (f->len == f->size) {
        size_t size = f->size == 0 ? 256 : f->size * 2;
        bo_id *ids = bo_arena_grow(arena, f->ids, f->size * sizeof *ids, size * sizeof *ids);
        if (ids == NULL) return bo_error_last()->status;
        f->ids = ids;
        f->size = size;
    }
    f->ids[f->len++] = id;
    return BO_OK;
}

/* All ids of one range, until there are more than `most`. */
static bo_status read_range(found *f, bo_kv_cursor *cursor, const bo_word_range *range, size_t most,
                            bo_arena *arena) {
    bo_block_room room;
    bo_tuple least = {{range->low, 0}};
    bo_block_room_init(&room);
    bo_status status = bo_block_find(&room.block, cursor, &bo_word_index, &least);
    size_t i = status == BO_OK ? bo_block_lower(&bo_word_index, &room.block, &least) : 0;
    for (; status == BO_OK; status = bo_block_next(&room.block, cursor, &bo_word_index), i = 0) {
        for (; i < room.block.len; i++) {
            if (room.number[0][i] > range->high) return BO_OK;
            if (f->len == most) {
                f->too_many = true;
                return BO_OK;
            }
            BO_TRY(push(f, room.number[1][i], arena));
        }
    }
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static int by_number(const void *a, const void *b) {
    bo_id x = *(const bo_id *)a, y = *(const bo_id *)b;
    return x < y ? -1 : x > y;
}

static void sort_ids(found *f) {
    size_t kept = 0;
    if (f->len > 1) qsort(f->ids, f->len, sizeof *f->ids, by_number);
    for (size_t i = 0; i < f->len; i++)
        if (kept == 0 || f->ids[i] != f->ids[kept - 1]) f->ids[kept++] = f->ids[i];
    f->len = kept;
}

/* Keeps what both have. */
static void intersect(found *into, const found *other) {
    size_t kept = 0;
    for (size_t a = 0, b = 0; a < into->len; a++) {
        while (b < other->len && other->ids[b] < into->ids[a]) b++;
        if (b < other->len && other->ids[b] == into->ids[a]) into->ids[kept++] = into->ids[a];
    }
    into->len = kept;
}

/* A word that is everywhere narrows nothing: it is passed over when another one does. */
enum { WORTH_READING = 8 };

bo_status bo_word_find(bo_kv_txn *kv, bo_id **ids, size_t *len, const bo_word_search *search,
                       bo_arena *arena) {
    bo_kv_cursor *cursor;
    found all = {.too_many = true};
    bo_status status = BO_OK;
    size_t most = search->most > SIZE_MAX / WORTH_READING ? SIZE_MAX : search->most * WORTH_READING;
    *ids = NULL;
    BO_TRY(bo_kv_cursor_open(&cursor, kv, BO_STORE_WORD));
    for (size_t i = 0; i < search->count && status == BO_OK; i++) {
        found one = {0};
        status = read_range(&one, cursor, &search->ranges[i], most, arena);
        if (status != BO_OK || one.too_many) continue;
        if (search->ranges[i].low != search->ranges[i].high) sort_ids(&one); /* those of one key are sorted */
        if (all.too_many)
            all = one;
        else
            intersect(&all, &one);
    }
    bo_kv_cursor_close(cursor);
    if (status != BO_OK || all.too_many || all.len > search->most) return status;
    if (all.ids == NULL) all.ids = bo_arena_alloc(arena, sizeof *all.ids);
    *ids = all.ids;
    *len = all.len;
    return all.ids != NULL ? BO_OK : bo_error_last()->status;
}
