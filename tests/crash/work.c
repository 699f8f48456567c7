/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/work.h"

#include <stdio.h>
#include <stdlib.h>

enum { GRAPHS = 25, BLOBS = 4, ROOM = 9000 };

static int64_t tick(void *context) {
    return ((work *)context)->clock_ms += 7;
}

bo_store_options work_options(work *w) {
    return (bo_store_options){.create = true, .size_cap = 1 << 24, .wall_ms = tick, .clock_context = w};
}

unsigned work_any(work *w, unsigned below) {
    return (unsigned)rand_r(&w->seed) % below;
}

typedef struct words {
    char s[64], p[64], g[64], o[ROOM];
} words;

/* A quad out of chance: objects of all lengths, some of them inlined. */
static bo_quad any_quad(work *w, words *room, unsigned graph) {
    snprintf(room->g, sizeof room->g, "http://example.org/graph/%u", graph);
    snprintf(room->s, sizeof room->s, "http://example.org/graph/%u#%u", graph, work_any(w, 3));
    snprintf(room->p, sizeof room->p, "http://example.org/has/%u", work_any(w, 8));
    unsigned n = work_any(w, 1000), len = work_any(w, 40) == 0 ? work_any(w, ROOM - 20) : work_any(w, 60);
    memset(room->o, 'a' + (int)(n % 26), len);
    snprintf(room->o + len, 20, "%u", n);
    bo_quad quad = {bo_term_iri(bo_str_of(room->s)), bo_term_iri(bo_str_of(room->p)),
                    bo_term_string(bo_str_of(room->o)), bo_term_iri(bo_str_of(room->g))};
    if (n % 5 == 0) quad.o.lang = BO_STR("fr");
    if (n % 5 == 1) quad.o = bo_term_iri(bo_str_of(room->s));
    if (graph == 0) quad.g = (bo_term){.kind = BO_NO_TERM};
    return quad;
}

static bo_status put_some(work *w, bo_txn *txn, unsigned graph, unsigned count) {
    words *room = malloc(sizeof *room);
    if (room == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = BO_OK;
    for (unsigned i = 0; i < count && status == BO_OK; i++) {
        bo_quad quad = any_quad(w, room, graph);
        status = work_any(w, 5) == 0 ? bo_target_remove(bo_txn_target(txn), &quad)
                                     : bo_target_insert(bo_txn_target(txn), &quad);
    }
    free(room);
    return status;
}

static bo_status replace_graph(work *w, bo_txn *txn) {
    unsigned graph = work_any(w, GRAPHS);
    char name[64];
    snprintf(name, sizeof name, "http://example.org/graph/%u", graph);
    bo_term term = bo_term_iri(bo_str_of(name));
    if (graph == 0) term = (bo_term){.kind = BO_NO_TERM};
    BO_TRY(bo_target_clear(bo_txn_target(txn), &term));
    return put_some(w, txn, graph, work_any(w, 12));
}

static bo_status touch(work *w, bo_txn *txn) {
    char name[64];
    snprintf(name, sizeof name, "http://example.org/graph/%u", 1 + work_any(w, GRAPHS - 1));
    return bo_txn_touch(txn, bo_str_of(name));
}

static bo_status put_rows(work *w, bo_txn *txn) {
    char key[600], value[3000];
    uint64_t number;
    for (unsigned i = 0, count = 1 + work_any(w, 5); i < count; i++) {
        memset(key, 'k', sizeof key);
        snprintf(key + (work_any(w, 6) == 0 ? 550 : 0), 20, "%u", work_any(w, 30));
        memset(value, 'v', sizeof value);
        bo_str v = {value, work_any(w, sizeof value)};
        bo_status status = work_any(w, 3) == 0 ? bo_row_del(txn, BO_TABLE_JOB, bo_str_of(key))
                                               : bo_row_put(txn, BO_TABLE_JOB, bo_str_of(key), v);
        if (status != BO_NOT_FOUND) BO_TRY(status);
    }
    return bo_txn_sequence(txn, BO_STR("job"), &number);
}

/* A blob out of a number: half of them span pieces. */
static bo_status put_blob(bo_txn *txn, unsigned n, unsigned char digest[32]) {
    size_t len = n % 2 == 0 ? n * 1000 : 60000 + n * 20000;
    char *bytes = malloc(len + 1);
    if (bytes == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    memset(bytes, 'a' + (int)n, len);
    bo_status status = bo_blob_put(txn, digest, (bo_str){bytes, len});
    free(bytes);
    return status;
}

/* Puts the blob, or takes it out, and notes its digest as a row. */
static bo_status change_blob(work *w, bo_txn *txn) {
    unsigned char digest[32];
    unsigned n = work_any(w, BLOBS);
    char key[16];
    bo_str noted;
    snprintf(key, sizeof key, "blob %u", n);
    bo_status status = bo_row_get(txn, BO_TABLE_JOB, bo_str_of(key), &noted);
    if (status == BO_OK) {
        memcpy(digest, noted.ptr, sizeof digest);
        BO_TRY(bo_blob_del(txn, digest));
        return bo_row_del(txn, BO_TABLE_JOB, bo_str_of(key));
    }
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(put_blob(txn, n, digest));
    return bo_row_put(txn, BO_TABLE_JOB, bo_str_of(key), (bo_str){(const char *)digest, sizeof digest});
}

static bo_status change_much(work *w, bo_txn *txn) {
    for (unsigned i = 0, count = work_any(w, 6); i < count; i++)
        BO_TRY(put_some(w, txn, work_any(w, GRAPHS), work_any(w, 60)));
    return BO_OK;
}

static bo_status (*const changes[])(work *w, bo_txn *txn) = {
    replace_graph, replace_graph, replace_graph, touch, put_rows, put_rows, change_blob, change_much,
};

static bo_status load_some(work *w, bo_store *store) {
    bo_bulk *bulk;
    words *room = malloc(sizeof *room);
    if (room == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = bo_bulk_begin(&bulk, store, &(bo_bulk_options){.one_thread = true});
    if (status == BO_OK) {
        bo_sink sink = bo_bulk_sink(bulk);
        for (unsigned i = 0, count = work_any(w, 300); i < count && status == BO_OK; i++) {
            bo_quad quad = any_quad(w, room, work_any(w, GRAPHS));
            status = sink.quad(sink.context, &quad);
        }
        bo_status ended = bo_bulk_end(bulk, NULL);
        if (status == BO_OK) status = ended;
    }
    free(room);
    return status;
}

bo_status work_step(work *w, bo_store *store, bool *committed) {
    *committed = true;
    if (work_any(w, 12) == 0) return load_some(w, store);
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    bo_status status = BO_OK;
    for (unsigned i = 0, count = 1 + work_any(w, 3); i < count && status == BO_OK; i++)
        status = changes[work_any(w, sizeof changes / sizeof changes[0])](w, txn);
    *committed = status == BO_OK && work_any(w, 10) != 0;
    if (*committed) return bo_txn_commit(txn, NULL, NULL);
    bo_txn_abort(txn);
    return status;
}

/* The digest. Sums, so that order does not count. */

static uint64_t mix(uint64_t sum, bo_str text) {
    return (sum ^ bo_str_hash(text)) * 0x9E3779B97F4A7C15u;
}

static bo_status add_quad(void *context, const bo_quad *quad) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_term_write(&text, &quad->s);
    bo_term_write(&text, &quad->p);
    bo_term_write(&text, &quad->o);
    if (quad->g.kind != BO_NO_TERM) bo_term_write(&text, &quad->g);
    *(uint64_t *)context += mix(1, bo_text_str(&text));
    bo_text_done(&text);
    return BO_OK;
}

static bo_status add_graph(void *context, bo_str graph, const bo_graph_info *info) {
    *(uint64_t *)context += mix(mix(2, graph), (bo_str){(const char *)info, sizeof *info});
    return BO_OK;
}

static bo_status add_row(void *context, bo_str key, bo_str value) {
    *(uint64_t *)context += mix(mix(3, key), value);
    return BO_OK;
}

static bo_status digest(uint64_t *sum, bo_txn *txn, bo_arena *arena) {
    bo_source *source;
    bo_quad anything = {{0}, {0}, {0}, {0}};
    bo_sink each = {.quad = add_quad, .context = sum};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_match(source, &anything, false, &each));
    BO_TRY(bo_txn_graphs(txn, BO_STR(""), add_graph, sum));
    BO_TRY(bo_row_each(txn, BO_TABLE_JOB, BO_STR(""), BO_STR(""), add_row, sum));
    for (unsigned n = 0; n < BLOBS; n++) {
        char key[16];
        bo_str name, bytes;
        snprintf(key, sizeof key, "blob %u", n);
        bo_status status = bo_row_get(txn, BO_TABLE_JOB, bo_str_of(key), &name);
        if (status == BO_NOT_FOUND) continue;
        BO_TRY(status);
        BO_TRY(bo_blob_get(txn, (const unsigned char *)name.ptr, &bytes, arena));
        *sum += mix(4 + n, bytes);
    }
    return BO_OK;
}

bo_status work_digest(uint64_t *out, bo_store *store) {
    bo_txn *txn;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = bo_txn_begin(&txn, store, BO_READ);
    if (status == BO_OK) {
        *out = 0;
        status = digest(out, txn, arena);
        bo_txn_abort(txn);
    }
    bo_arena_free(arena);
    return status;
}
