/* SPDX-License-Identifier: Apache-2.0
 * Bulk loading. Quads gather in memory with terms numbered as they come, and no transaction open; a chunk is
 * then written whole: terms looked up or added, quads sorted once for each order and applied to the indexes.
 * While one chunk is written, on a thread of its own, the next one gathers. The two sides share nothing but
 * the chunk that is handed over, and the terms met up to it, which stay where they are.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "rdf/vocab.h"
#include "store/txn.h"

enum {
    CHUNK = 1024 * 1024,    /* quads of the first chunk, when the options do not say; each next one has ... */
    CHUNK_MOST = 4 * CHUNK, /* ... twice as many, up to these: each rewrites much of what is there */
    TEXT_MOST = 192 * 1024 * 1024, /* bytes of terms to remember; then they are forgotten with the chunk */
    SEGMENT = 64 * 1024,           /* terms that lie together */
    SEGMENTS = 16 * 1024
};

/* A term and what is needed to add it to the dictionary. */
typedef struct entry {
    bo_term term;
    uint64_t hash;
    uint32_t datatype; /* 1 + number of the datatype */
} entry;

/* A row to be written together with the quads before it. */
typedef struct note {
    bo_str key, value;
} note;

typedef struct chunk {
    bo_tuples quads; /* ids; a term met has BO_TAG_LOCAL_IRI and its number */
    size_t size;     /* room for so many */
    size_t first;    /* number of the first of ... */
    size_t len;      /* ... those met for the first time in this chunk */
    bo_arena *arena; /* of the notes */
    note *notes;
    size_t note_count, note_size;
} chunk;

struct bo_bulk {
    bo_store *store;
    size_t most; /* quads in a chunk */
    bool grows;  /* chunk by chunk */
    bool one_thread;
    /* Of the one who gathers: */
    bo_arena *arena;  /* text of terms */
    entry **segments; /* every term met, by its number: SEGMENTS of SEGMENT, made when they are needed */
    uint32_t *slots;  /* 1 + number; open addressing */
    size_t len, slot_count;
    uint32_t last[4];                        /* 1 + place of the entry that came last in each column */
    chunk *gathering;                        /* one of the two */
    size_t kept_quads, kept_len, kept_notes; /* of it: what bo_bulk_stop leaves */
    bo_status status;
    /* Of the one who writes: */
    bo_id *ids; /* of the terms written so far */
    size_t id_size;
    uint64_t gone; /* of the store, when the last chunk was written */
    uint64_t added;
    /* Between the two: */
    pthread_t writer;
    bool threaded;
    pthread_mutex_t lock;
    pthread_cond_t turned;
    chunk *handed; /* being written; NULL when the writer waits */
    bool ending;
    bo_error error; /* the writer's */
    chunk chunks[2];
};

static bo_status out_of_memory(void) {
    return bo_fail(BO_NO_MEMORY, "memory ran out");
}

static entry *entry_at(const bo_bulk *bulk, size_t number) {
    return &bulk->segments[number / SEGMENT][number % SEGMENT];
}

static bool has_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

static bool grow_chunk(chunk *c, size_t quads) {
    if (quads <= c->size) return true;
    bo_tuple *items = realloc(c->quads.items, quads * sizeof *items);
    if (items == NULL) return false;
    c->quads.items = items;
    c->size = quads;
    return true;
}

bo_status bo_bulk_begin(bo_bulk **out, bo_store *store, const bo_bulk_options *options) {
    bo_bulk *bulk = calloc(1, sizeof *bulk);
    if (bulk == NULL) return out_of_memory();
    bulk->store = store;
    bulk->grows = options == NULL || options->chunk == 0;
    bulk->most = bulk->grows ? CHUNK : options->chunk;
    bulk->one_thread = (options != NULL && options->one_thread) || !has_processors();
    bulk->arena = bo_arena_new(0);
    bulk->gathering = &bulk->chunks[0];
    bulk->segments = calloc(SEGMENTS, sizeof *bulk->segments);
    bool good = bulk->arena != NULL && bulk->segments != NULL;
    for (unsigned i = 0; i < 2; i++) {
        chunk *c = &bulk->chunks[i];
        c->arena = bo_arena_new(0);
        good = good && grow_chunk(c, bulk->most) && c->arena != NULL;
    }
    pthread_mutex_init(&bulk->lock, NULL);
    pthread_cond_init(&bulk->turned, NULL);
    if (!good) {
        bo_bulk_abort(bulk);
        return out_of_memory();
    }
    *out = bulk;
    return BO_OK;
}

static void end_writer(bo_bulk *bulk) {
    if (!bulk->threaded) return;
    pthread_mutex_lock(&bulk->lock);
    bulk->ending = true;
    pthread_cond_broadcast(&bulk->turned);
    pthread_mutex_unlock(&bulk->lock);
    pthread_join(bulk->writer, NULL);
    bulk->threaded = false;
}

void bo_bulk_abort(bo_bulk *bulk) {
    if (bulk == NULL) return;
    end_writer(bulk);
    for (unsigned i = 0; i < 2; i++) {
        free(bulk->chunks[i].quads.items);
        free(bulk->chunks[i].notes);
        bo_arena_free(bulk->chunks[i].arena);
    }
    pthread_mutex_destroy(&bulk->lock);
    pthread_cond_destroy(&bulk->turned);
    bo_arena_free(bulk->arena);
    for (size_t i = 0; bulk->segments != NULL && i < SEGMENTS && bulk->segments[i] != NULL; i++)
        free(bulk->segments[i]);
    free(bulk->segments);
    free(bulk->slots);
    free(bulk->ids);
    free(bulk);
}

/* Terms. */

static uint32_t *slot_of(const bo_bulk *bulk, const bo_term *term, uint64_t hash) {
    size_t mask = bulk->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t at = bulk->slots[i];
        if (at == 0) return &bulk->slots[i];
        const entry *e = entry_at(bulk, at - 1);
        if (e->hash == hash && bo_term_eq(&e->term, term)) return &bulk->slots[i];
    }
}

static bo_status grow_slots(bo_bulk *bulk) {
    if (bulk->len * 2 < bulk->slot_count) return BO_OK;
    size_t count = bulk->slot_count == 0 ? 8192 : bulk->slot_count * 2, mask = count - 1;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (slots == NULL) return out_of_memory();
    for (size_t number = 0; number < bulk->len; number++) {
        size_t i = entry_at(bulk, number)->hash & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        slots[i] = (uint32_t)number + 1;
    }
    free(bulk->slots);
    bulk->slots = slots;
    bulk->slot_count = count;
    return BO_OK;
}

static bo_status grow_segments(bo_bulk *bulk) {
    size_t segment = bulk->len / SEGMENT;
    if (segment >= SEGMENTS) return bo_fail(BO_LIMIT, "there are too many terms to load at once");
    if (bulk->segments[segment] == NULL) bulk->segments[segment] = malloc(SEGMENT * sizeof(entry));
    return bulk->segments[segment] != NULL ? BO_OK : out_of_memory();
}

static bo_status meet(bo_bulk *bulk, uint32_t *out, const bo_term *term, uint32_t datatype) {
    uint64_t hash = bo_dict_hash(term);
    BO_TRY(grow_slots(bulk));
    uint32_t *slot = slot_of(bulk, term, hash);
    if (*slot == 0) {
        entry one = {.hash = hash, .datatype = datatype};
        BO_TRY(bo_term_copy(&one.term, term, bulk->arena));
        BO_TRY(grow_segments(bulk));
        *entry_at(bulk, bulk->len) = one;
        bulk->gathering->len++;
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
    if (at == 0 || !bo_term_eq(&entry_at(bulk, at - 1)->term, term)) {
        uint32_t datatype = 0;
        bo_term iri = bo_term_iri(term->datatype);
        if (term->kind == BO_LITERAL && term->datatype.len > 0) BO_TRY(meet(bulk, &datatype, &iri, 0));
        BO_TRY(meet(bulk, &at, term, datatype));
        bulk->last[column] = at;
    }
    *out = bo_id_make(BO_TAG_LOCAL_IRI, at - 1);
    return BO_OK;
}

/* Writing a chunk. */

/* Looks up those without an id that may be in the store already, in the order of the index. */
static bo_status find_terms(bo_bulk *bulk, size_t count, bo_dict *dict) {
    bo_tuples unknown = {malloc((count + 1) * sizeof(bo_tuple)), 0};
    if (unknown.items == NULL) return out_of_memory();
    for (size_t n = 0; n < count; n++)
        if (bulk->ids[n] == BO_ID_NONE)
            unknown.items[unknown.len++] = (bo_tuple){{entry_at(bulk, n)->hash, n}};
    bo_status status = bo_tuples_sort(&unknown, &bo_hash_index, 1);
    for (size_t i = 0; i < unknown.len && status == BO_OK; i++) {
        size_t n = unknown.items[i].n[1];
        status = bo_dict_find_stored(dict, &bulk->ids[n], &entry_at(bulk, n)->term, entry_at(bulk, n)->hash);
    }
    free(unknown.items);
    return status;
}

/* Room for the ids of a chunk's terms, all of them unknown. */
static bo_status make_room(bo_bulk *bulk, const chunk *c) {
    size_t count = c->first + c->len;
    if (count > bulk->id_size) {
        size_t size = count * 2;
        bo_id *ids = realloc(bulk->ids, size * sizeof *ids);
        if (ids == NULL) return out_of_memory();
        bulk->ids = ids;
        bulk->id_size = size;
    }
    for (size_t i = c->first; i < count; i++) bulk->ids[i] = BO_ID_NONE;
    return BO_OK;
}

/* If a commit since the last chunk has taken terms out of the store, they may be some of those remembered.
 * IRIs stay. */
static void doubt_terms(bo_bulk *bulk, const chunk *c, const bo_txn *txn) {
    for (size_t n = 0; n < c->first && bulk->gone != txn->state.gone; n++)
        if (bo_id_tag(bulk->ids[n]) != BO_TAG_IRI) bulk->ids[n] = BO_ID_NONE;
    bulk->gone = txn->state.gone;
}

/* A new store has one term. */
static void find_first_term(bo_bulk *bulk, size_t count) {
    bo_term type = bo_term_iri(BO_RDF_TYPE);
    uint64_t hash = bo_dict_hash(&type);
    for (size_t n = 0; n < count; n++)
        if (entry_at(bulk, n)->hash == hash && bo_term_eq(&entry_at(bulk, n)->term, &type))
            bulk->ids[n] = BO_STORE_TYPE;
}

static bo_status add_terms(bo_bulk *bulk, const chunk *c, bo_txn *txn) {
    size_t count = c->first + c->len;
    uint64_t terms = 0;
    for (unsigned kind = 0; kind < BO_DICT_KINDS; kind++) terms += txn->state.numbers[kind];
    BO_TRY(make_room(bulk, c));
    doubt_terms(bulk, c, txn);
    if (terms == 1)
        find_first_term(bulk, count);
    else
        BO_TRY(find_terms(bulk, count, &txn->dict));
    for (size_t n = 0; n < count; n++) {
        const entry *e = entry_at(bulk, n);
        if (bulk->ids[n] != BO_ID_NONE) continue;
        bo_id datatype = e->datatype == 0 ? BO_ID_NONE : bulk->ids[e->datatype - 1];
        BO_TRY(bo_dict_add(&txn->dict, &bulk->ids[n], &e->term, e->hash, datatype));
    }
    return BO_OK;
}

/* Gives every quad its ids, sorts them and drops what came twice. */
static bo_status settle(const bo_bulk *bulk, bo_tuples *quads) {
    for (size_t i = 0; i < quads->len; i++) {
        bo_id *ids = quads->items[i].n;
        for (unsigned c = 0; c < 4; c++)
            if (bo_id_tag(ids[c]) == BO_TAG_LOCAL_IRI) ids[c] = bulk->ids[bo_id_payload(ids[c])];
    }
    BO_TRY(bo_tuples_sort(quads, &bo_quad_indexes[BO_GSPO], 4));
    size_t kept = 0;
    for (size_t i = 0; i < quads->len; i++) {
        const bo_tuple *quad = &quads->items[i];
        if (kept > 0 && memcmp(quad, &quads->items[kept - 1], sizeof *quad) == 0) continue;
        quads->items[kept++] = *quad;
    }
    quads->len = kept;
    return BO_OK;
}

static bo_status write_notes(const chunk *c, bo_txn *txn) {
    for (size_t i = 0; i < c->note_count; i++) {
        const note *n = &c->notes[i];
        bo_status status = n->value.len > 0 ? bo_row_put(txn, BO_TABLE_SETTING, n->key, n->value)
                                            : bo_row_del(txn, BO_TABLE_SETTING, n->key);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
    }
    return BO_OK;
}

static bo_status write_into(bo_bulk *bulk, chunk *c, bo_txn *txn) {
    bo_tuples none = {NULL, 0};
    BO_TRY(add_terms(bulk, c, txn));
    BO_TRY(bo_txn_flush(txn));
    BO_TRY(settle(bulk, &c->quads));
    BO_TRY(write_notes(c, txn));
    return bo_txn_apply(txn, &c->quads, &none);
}

static bo_status write_chunk(bo_bulk *bulk, chunk *c) {
    bo_txn *txn;
    if (c->quads.len == 0 && c->note_count == 0) return BO_OK;
    BO_TRY(bo_txn_begin(&txn, bulk->store, BO_WRITE));
    bo_status status = write_into(bulk, c, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    uint64_t added = c->quads.len;
    BO_TRY(bo_txn_commit(txn, NULL, NULL));
    bulk->added += added;
    return BO_OK;
}

/* Two threads. */

static void *write_handed(void *context) {
    bo_bulk *bulk = context;
    pthread_mutex_lock(&bulk->lock);
    for (;;) {
        while (bulk->handed == NULL && !bulk->ending) pthread_cond_wait(&bulk->turned, &bulk->lock);
        if (bulk->handed == NULL) break;
        pthread_mutex_unlock(&bulk->lock);
        bo_status status = write_chunk(bulk, bulk->handed);
        pthread_mutex_lock(&bulk->lock);
        if (status != BO_OK) {
            bulk->error = *bo_error_last();
            bulk->error.status = status;
        }
        bulk->handed = NULL;
        pthread_cond_broadcast(&bulk->turned);
    }
    pthread_mutex_unlock(&bulk->lock);
    return NULL;
}

/* Waits until nothing is being written, and says how that went. */
static bo_status await_writer(bo_bulk *bulk) {
    pthread_mutex_lock(&bulk->lock);
    while (bulk->handed != NULL) pthread_cond_wait(&bulk->turned, &bulk->lock);
    bo_error error = bulk->error;
    pthread_mutex_unlock(&bulk->lock);
    return error.status == BO_OK ? BO_OK : bo_fail(error.status, "%s", error.message);
}

static void begin_chunk(bo_bulk *bulk, chunk *c) {
    c->quads.len = c->len = c->note_count = 0;
    c->first = bulk->len;
    bo_arena_reset(c->arena);
    bulk->kept_quads = bulk->kept_len = bulk->kept_notes = 0;
    bulk->gathering = c;
}

static bo_status forget_terms(bo_bulk *bulk) {
    BO_TRY(await_writer(bulk));
    bo_arena_reset(bulk->arena);
    bulk->len = 0;
    memset(bulk->slots, 0, bulk->slot_count * sizeof *bulk->slots);
    memset(bulk->last, 0, sizeof bulk->last);
    return BO_OK;
}

/* Hands the chunk over to the writer, who may still be at the last one, and begins the other. */
static bo_status hand_over(bo_bulk *bulk) {
    chunk *full = bulk->gathering;
    if (!bulk->threaded && !bulk->one_thread)
        bulk->threaded = pthread_create(&bulk->writer, NULL, write_handed, bulk) == 0;
    if (bulk->threaded) {
        BO_TRY(await_writer(bulk));
        pthread_mutex_lock(&bulk->lock);
        bulk->handed = full;
        pthread_cond_broadcast(&bulk->turned);
        pthread_mutex_unlock(&bulk->lock);
    } else {
        BO_TRY(write_chunk(bulk, full));
    }
    if (bo_arena_used(bulk->arena) >= TEXT_MOST) BO_TRY(forget_terms(bulk));
    chunk *next = full == &bulk->chunks[0] ? &bulk->chunks[1] : &bulk->chunks[0];
    if (bulk->grows && bulk->most < CHUNK_MOST) bulk->most *= 2;
    if (!grow_chunk(next, bulk->most)) bulk->most = next->size; /* as large as there is memory for */
    begin_chunk(bulk, next);
    return BO_OK;
}

static bo_status take(bo_bulk *bulk, const bo_quad *quad) {
    bo_tuple ids;
    BO_TRY(bulk->status);
    BO_TRY(local_id(bulk, &ids.n[0], &quad->s, 0));
    BO_TRY(local_id(bulk, &ids.n[1], &quad->p, 1));
    BO_TRY(local_id(bulk, &ids.n[2], &quad->o, 2));
    BO_TRY(local_id(bulk, &ids.n[3], &quad->g, 3));
    bo_tuples *quads = &bulk->gathering->quads;
    quads->items[quads->len++] = ids;
    if (quads->len < bulk->most && bo_arena_used(bulk->arena) < TEXT_MOST) return BO_OK;
    return hand_over(bulk);
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

/* The place of a note: that of the last one with its key, when neither is kept yet. */
static note *place_note(bo_bulk *bulk, bo_str key) {
    chunk *c = bulk->gathering;
    for (size_t i = bulk->kept_notes; i < c->note_count; i++)
        if (bo_str_eq(c->notes[i].key, key)) return &c->notes[i];
    if (c->note_count == c->note_size) {
        size_t size = c->note_size == 0 ? 16 : c->note_size * 2;
        note *notes = realloc(c->notes, size * sizeof *notes);
        if (notes == NULL) return NULL;
        c->notes = notes;
        c->note_size = size;
    }
    return &c->notes[c->note_count++];
}

bo_status bo_bulk_note(bo_bulk *bulk, bo_str key, bo_str value) {
    note *place = place_note(bulk, key);
    if (place == NULL) return out_of_memory();
    *place = (note){bo_arena_str(bulk->gathering->arena, key), bo_arena_str(bulk->gathering->arena, value)};
    return place->key.ptr != NULL && place->value.ptr != NULL ? BO_OK : out_of_memory();
}

void bo_bulk_keep(bo_bulk *bulk) {
    bulk->kept_quads = bulk->gathering->quads.len;
    bulk->kept_len = bulk->gathering->len;
    bulk->kept_notes = bulk->gathering->note_count;
}

static bo_status end(bo_bulk *bulk, bo_status status, uint64_t *added) {
    if (status == BO_OK) status = await_writer(bulk);
    if (status == BO_OK) status = write_chunk(bulk, bulk->gathering);
    if (added != NULL) *added = bulk->added;
    bo_bulk_abort(bulk);
    return status;
}

bo_status bo_bulk_end(bo_bulk *bulk, uint64_t *added) {
    return end(bulk, bulk->status, added);
}

bo_status bo_bulk_stop(bo_bulk *bulk, uint64_t *added) {
    bulk->gathering->quads.len = bulk->kept_quads;
    bulk->gathering->len = bulk->kept_len;
    bulk->gathering->note_count = bulk->kept_notes;
    return end(bulk, bulk->status, added);
}
