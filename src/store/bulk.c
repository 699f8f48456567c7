/* SPDX-License-Identifier: Apache-2.0
 * Bulk loading. Quads gather in memory with terms numbered as they come, and no transaction open; a chunk is
 * then written whole: terms looked up or added, quads sorted once for each order and applied to the indexes.
 */
#include <stdlib.h>

#include "store/txn.h"

enum {
    CHUNK = 1024 * 1024,          /* quads */
    TEXT_MOST = 192 * 1024 * 1024 /* bytes of terms to remember; then they are forgotten with the chunk */
};

typedef struct entry {
    bo_term term;
    uint64_t hash;
    bo_id id;          /* BO_ID_NONE until a chunk has been written */
    uint32_t datatype; /* 1 + place of the datatype */
} entry;

struct bo_bulk {
    bo_store *store;
    bo_arena *arena;
    entry *entries;
    uint32_t *slots; /* 1 + place in entries; open addressing */
    size_t len, size, slot_count;
    bo_tuples quads;  /* ids; a term of `entries` has BO_TAG_LOCAL_IRI and its place */
    uint32_t last[4]; /* 1 + place of the entry that came last in each column */
    uint64_t added;
    bo_status status;
};

bo_status bo_bulk_begin(bo_bulk **out, bo_store *store) {
    bo_bulk *bulk = calloc(1, sizeof *bulk);
    if (bulk == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bulk->store = store;
    bulk->arena = bo_arena_new(0);
    bulk->quads.items = malloc(CHUNK * sizeof(bo_tuple));
    if (bulk->arena == NULL || bulk->quads.items == NULL) {
        bo_bulk_abort(bulk);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    *out = bulk;
    return BO_OK;
}

void bo_bulk_abort(bo_bulk *bulk) {
    if (bulk == NULL) return;
    bo_arena_free(bulk->arena);
    free(bulk->entries);
    free(bulk->slots);
    free(bulk->quads.items);
    free(bulk);
}

/* Terms. */

static uint32_t *slot_of(const bo_bulk *bulk, const bo_term *term, uint64_t hash) {
    size_t mask = bulk->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t at = bulk->slots[i];
        if (at == 0) return &bulk->slots[i];
        const entry *e = &bulk->entries[at - 1];
        if (e->hash == hash && bo_term_eq(&e->term, term)) return &bulk->slots[i];
    }
}

static bo_status grow(bo_bulk *bulk) {
    if (bulk->len < bulk->size) return BO_OK;
    size_t size = bulk->size == 0 ? 4096 : bulk->size * 2;
    entry *entries = realloc(bulk->entries, size * sizeof *entries);
    if (entries != NULL) bulk->entries = entries;
    uint32_t *slots = calloc(size * 2, sizeof *slots);
    if (entries == NULL || slots == NULL || size > UINT32_MAX / 4) {
        free(slots);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    free(bulk->slots);
    bulk->slots = slots;
    bulk->slot_count = size * 2;
    bulk->size = size;
    size_t mask = bulk->slot_count - 1;
    for (size_t e = 0; e < bulk->len; e++) {
        size_t i = entries[e].hash & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        slots[i] = (uint32_t)e + 1;
    }
    return BO_OK;
}

static bo_status meet(bo_bulk *bulk, uint32_t *out, const bo_term *term) {
    uint64_t hash = bo_dict_hash(term);
    BO_TRY(grow(bulk));
    uint32_t *slot = slot_of(bulk, term, hash);
    if (*slot == 0) {
        entry one = {.hash = hash};
        BO_TRY(bo_term_copy(&one.term, term, bulk->arena));
        bulk->entries[bulk->len] = one;
        *slot = (uint32_t)++bulk->len;
    }
    *out = *slot;
    return BO_OK;
}

static bo_status local_id(bo_bulk *bulk, bo_id *out, const bo_term *term, unsigned column) {
    if (term->kind == BO_NO_TERM) {
        if (column < 3) return bo_fail(BO_BAD_ARGUMENT, "a quad lacks a term");
        *out = BO_ID_DEFAULT_GRAPH;
        return BO_OK;
    }
    bo_id id = bo_id_inline(term);
    if (id != BO_ID_NONE) {
        *out = id;
        return BO_OK;
    }
    uint32_t at = bulk->last[column];
    if (at == 0 || !bo_term_eq(&bulk->entries[at - 1].term, term)) {
        uint32_t datatype = 0;
        bo_term iri = bo_term_iri(term->datatype);
        if (term->kind == BO_LITERAL && term->datatype.len > 0) BO_TRY(meet(bulk, &datatype, &iri));
        BO_TRY(meet(bulk, &at, term));
        bulk->entries[at - 1].datatype = datatype;
        bulk->last[column] = at;
    }
    *out = bo_id_make(BO_TAG_LOCAL_IRI, at - 1);
    return BO_OK;
}

/* Writing a chunk. */

/* Looks up the terms that may be in the store already, in the order of the index. */
static bo_status find_terms(bo_bulk *bulk, bo_dict *dict) {
    bo_tuples unknown = {malloc((bulk->len + 1) * sizeof(bo_tuple)), 0};
    if (unknown.items == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    for (size_t i = 0; i < bulk->len; i++)
        if (bulk->entries[i].id == BO_ID_NONE)
            unknown.items[unknown.len++] = (bo_tuple){{bulk->entries[i].hash, i}};
    bo_status status = bo_tuples_sort(&unknown, &bo_hash_index, 1);
    for (size_t i = 0; i < unknown.len && status == BO_OK; i++) {
        entry *e = &bulk->entries[unknown.items[i].n[1]];
        status = bo_dict_find_stored(dict, &e->id, &e->term, e->hash);
    }
    free(unknown.items);
    return status;
}

static bo_status add_terms(bo_bulk *bulk, bo_txn *txn) {
    uint64_t terms = 0;
    for (unsigned i = 0; i < BO_DICT_KINDS; i++) terms += txn->state.numbers[i];
    if (terms > 0) BO_TRY(find_terms(bulk, &txn->dict));
    for (size_t i = 0; i < bulk->len; i++) {
        entry *e = &bulk->entries[i];
        if (e->id != BO_ID_NONE) continue;
        bo_id datatype = e->datatype == 0 ? BO_ID_NONE : bulk->entries[e->datatype - 1].id;
        BO_TRY(bo_dict_add(&txn->dict, &e->id, &e->term, e->hash, datatype));
    }
    return BO_OK;
}

/* Gives every quad its ids, sorts them and drops what came twice. */
static bo_status settle(bo_bulk *bulk) {
    for (size_t i = 0; i < bulk->quads.len; i++) {
        bo_id *ids = bulk->quads.items[i].n;
        for (unsigned c = 0; c < 4; c++)
            if (bo_id_tag(ids[c]) == BO_TAG_LOCAL_IRI) ids[c] = bulk->entries[bo_id_payload(ids[c])].id;
    }
    BO_TRY(bo_tuples_sort(&bulk->quads, &bo_quad_indexes[BO_GSPO], 4));
    size_t kept = 0;
    for (size_t i = 0; i < bulk->quads.len; i++) {
        const bo_tuple *quad = &bulk->quads.items[i];
        if (kept > 0 && memcmp(quad, &bulk->quads.items[kept - 1], sizeof *quad) == 0) continue;
        bulk->quads.items[kept++] = *quad;
    }
    bulk->quads.len = kept;
    return BO_OK;
}

static bo_status write_into(bo_bulk *bulk, bo_txn *txn) {
    bo_tuples none = {NULL, 0};
    BO_TRY(add_terms(bulk, txn));
    BO_TRY(bo_txn_flush(txn));
    BO_TRY(settle(bulk));
    return bo_txn_apply(txn, &bulk->quads, &none);
}

static bo_status write_chunk(bo_bulk *bulk) {
    bo_txn *txn;
    if (bulk->quads.len == 0) return BO_OK;
    BO_TRY(bo_txn_begin(&txn, bulk->store, BO_WRITE));
    bo_status status = write_into(bulk, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    uint64_t added = bulk->quads.len;
    BO_TRY(bo_txn_commit(txn, NULL, NULL));
    bulk->added += added;
    bulk->quads.len = 0;
    if (bo_arena_used(bulk->arena) < TEXT_MOST) return BO_OK;
    bo_arena_reset(bulk->arena);
    bulk->len = 0;
    memset(bulk->slots, 0, bulk->slot_count * sizeof *bulk->slots);
    memset(bulk->last, 0, sizeof bulk->last);
    return BO_OK;
}

static bo_status take(bo_bulk *bulk, const bo_quad *quad) {
    bo_tuple ids;
    BO_TRY(bulk->status);
    BO_TRY(local_id(bulk, &ids.n[0], &quad->s, 0));
    BO_TRY(local_id(bulk, &ids.n[1], &quad->p, 1));
    BO_TRY(local_id(bulk, &ids.n[2], &quad->o, 2));
    BO_TRY(local_id(bulk, &ids.n[3], &quad->g, 3));
    bulk->quads.items[bulk->quads.len++] = ids;
    if (bulk->quads.len < CHUNK && bo_arena_used(bulk->arena) < TEXT_MOST) return BO_OK;
    return write_chunk(bulk);
}

/* After a failure the bulk takes nothing more: entries may hold ids that were never committed. */
static bo_status sink_quad(void *context, const bo_quad *quad) {
    bo_bulk *bulk = context;
    bulk->status = take(bulk, quad);
    return bulk->status;
}

bo_sink bo_bulk_sink(bo_bulk *bulk) {
    return (bo_sink){.quad = sink_quad, .context = bulk};
}

bo_status bo_bulk_end(bo_bulk *bulk, uint64_t *added) {
    bo_status status = bulk->status != BO_OK ? bulk->status : write_chunk(bulk);
    if (status == BO_OK && added != NULL) *added = bulk->added;
    bo_bulk_abort(bulk);
    return status;
}
