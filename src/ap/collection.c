/* SPDX-License-Identifier: Apache-2.0
 * Collections as rows of the table COLLECTION: the collection's IRI and an item lead to the item's number,
 * the collection's IRI and the number to the item.
 */
#include "ap/ap.h"

/* Keys are "<collection>\0i<item>" and "<collection>\0n<number, big-endian>". */
static bo_str item_key(bo_str collection, bo_str item, bo_arena *arena) {
    return bo_arena_join(arena, bo_arena_join(arena, collection, (bo_str){"\0i", 2}), item);
}

static bo_str number_key(bo_str collection, uint64_t number, bo_arena *arena) {
    char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (char)(number >> (56 - 8 * i));
    return bo_arena_join(arena, bo_arena_join(arena, collection, (bo_str){"\0n", 2}), (bo_str){bytes, 8});
}

static uint64_t number_of(bo_str bytes) {
    uint64_t number = 0;
    for (size_t i = 0; i < 8 && i < bytes.len; i++) number = number << 8 | (unsigned char)bytes.ptr[i];
    return number;
}

bool bo_ap_collected(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena) {
    bo_str row;
    return bo_row_get(txn, BO_TABLE_COLLECTION, item_key(collection, item, arena), &row) == BO_OK;
}

bo_status bo_ap_collect(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena) {
    uint64_t number;
    if (bo_ap_collected(txn, collection, item, arena)) return BO_OK;
    BO_TRY(bo_txn_sequence(txn, BO_STR("collection"), &number));
    bo_str numbered = number_key(collection, number, arena);
    bo_str bytes = bo_str_from(numbered, numbered.len - 8);
    BO_TRY(bo_row_put(txn, BO_TABLE_COLLECTION, item_key(collection, item, arena), bytes));
    return bo_row_put(txn, BO_TABLE_COLLECTION, numbered, item);
}

bo_status bo_ap_uncollect(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena) {
    bo_str row, key = item_key(collection, item, arena);
    bo_status status = bo_row_get(txn, BO_TABLE_COLLECTION, key, &row);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    bo_str numbered = number_key(collection, number_of(row), arena);
    BO_TRY(bo_row_del(txn, BO_TABLE_COLLECTION, key));
    return bo_row_del(txn, BO_TABLE_COLLECTION, numbered);
}

typedef struct item_walk {
    size_t before; /* bytes of a key before the item */
    bo_status (*each)(void *context, bo_str item, uint64_t number);
    void *context;
} item_walk;

static bo_status walk_item(void *context, bo_str key, bo_str value) {
    const item_walk *w = context;
    return w->each(w->context, bo_str_from(key, w->before), number_of(value));
}

bo_status bo_ap_collection_each(bo_txn *txn, bo_str collection, bo_str prefix, bo_str from,
                                bo_status (*each)(void *context, bo_str item, uint64_t number), void *context,
                                bo_arena *arena) {
    item_walk w = {collection.len + 2, each, context};
    bo_str first = from.len > 0 ? item_key(collection, from, arena) : BO_STR("");
    return bo_row_each(txn, BO_TABLE_COLLECTION, item_key(collection, prefix, arena), first, walk_item, &w);
}

typedef struct walk {
    bo_str *ring; /* the last `size` items */
    uint64_t seen;
    unsigned size;
    bo_arena *arena;
} walk;

static bo_status walk_one(void *context, bo_str key, bo_str value) {
    walk *w = context;
    (void)key;
    if (w->size > 0) w->ring[w->seen % w->size] = bo_arena_str(w->arena, value);
    w->seen++;
    return BO_OK;
}

static bo_status walk_all(bo_txn *txn, bo_str collection, walk *w) {
    bo_str prefix = bo_arena_join(w->arena, collection, (bo_str){"\0n", 2});
    return bo_row_each(txn, BO_TABLE_COLLECTION, prefix, BO_STR(""), walk_one, w);
}

uint64_t bo_ap_collection_size(bo_txn *txn, bo_str collection, bo_arena *arena) {
    walk w = {.arena = arena};
    return walk_all(txn, collection, &w) == BO_OK ? w.seen : 0;
}

bo_status bo_ap_collection_page(bo_txn *txn, bo_str collection, uint64_t skip, unsigned most, bo_str *items,
                                unsigned *count, bo_arena *arena) {
    enum { SKIP_MAX = 100000 };
    *count = 0;
    if (skip > SKIP_MAX) return bo_fail(BO_LIMIT, "pages end after %d items", SKIP_MAX);
    walk w = {.size = (unsigned)skip + most, .arena = arena};
    w.ring = bo_arena_array(arena, w.size, sizeof *w.ring);
    if (w.ring == NULL) return bo_error_last()->status;
    BO_TRY(walk_all(txn, collection, &w));
    for (uint64_t at = skip; at < skip + most && at < w.seen; at++)
        items[(*count)++] = w.ring[(w.seen - 1 - at) % w.size];
    return BO_OK;
}
