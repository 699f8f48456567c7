/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/edges.h"

enum {
    LOOKUP_COST = 32,      /* a look-up costs as much as reading so many triples */
    SPARSE = 8,            /* key - low is a place when there is a key for so many places */
    MOST_EDGES = 100000000 /* in memory, however much of it may be used */
};

bool bo_edges_pay(const bo_exec *exec, uint64_t quads, uint64_t lookups) {
    size_t cap = exec->options->memory_cap;
    uint64_t bytes = quads * (sizeof(bo_id) * 2 + SPARSE * sizeof(uint32_t));
    return lookups * LOOKUP_COST > quads && quads < MOST_EDGES && (cap == 0 || bytes < cap / 4);
}

typedef struct reading {
    bo_edges *edges;
    bo_arena *arena;
    size_t size, key_size;
} reading;

static bo_status add_key(reading *r, bo_id key) {
    bo_edges *e = r->edges;
    if (e->key_count + 1 >= r->key_size) {
        size_t size = r->key_size ? r->key_size * 2 : 256;
        bo_id *keys = bo_arena_grow(r->arena, e->keys, r->key_size * sizeof *keys, size * sizeof *keys);
        uint32_t *starts =
            bo_arena_grow(r->arena, e->starts, r->key_size * sizeof *starts, size * sizeof *starts);
        if (keys == NULL || starts == NULL) return bo_error_last()->status;
        e->keys = keys;
        e->starts = starts;
        r->key_size = size;
    }
    e->keys[e->key_count] = key;
    e->starts[e->key_count++] = (uint32_t)e->len;
    return BO_OK;
}

static bo_status add_batch(reading *r, const bo_batch *batch) {
    bo_edges *e = r->edges;
    const bo_id *keys = batch->column[e->by_object ? BO_O : BO_S];
    const bo_id *ends = batch->column[e->by_object ? BO_S : BO_O];
    if (e->len + batch->len > r->size) {
        size_t size = r->size ? r->size * 2 : (size_t)4 * BO_BATCH;
        bo_id *grown = bo_arena_grow(r->arena, e->ends, r->size * sizeof *grown, size * sizeof *grown);
        if (grown == NULL) return bo_error_last()->status;
        e->ends = grown;
        r->size = size;
    }
    for (size_t i = 0; i < batch->len; i++) {
        if (e->key_count == 0 || e->keys[e->key_count - 1] != keys[i]) BO_TRY(add_key(r, keys[i]));
        e->ends[e->len++] = ends[i];
    }
    return BO_OK;
}

/* A place for every number from the least key to the greatest. */
static bo_status spread_out(reading *r) {
    bo_edges *e = r->edges;
    size_t span = e->keys[e->key_count - 1] - e->low + 1;
    uint32_t *starts = bo_arena_alloc(r->arena, (span + 1) * sizeof *starts);
    if (starts == NULL) return bo_error_last()->status;
    for (size_t place = 0, key = 0; place <= span; place++) {
        starts[place] = key < e->key_count ? e->starts[key] : (uint32_t)e->len;
        if (key < e->key_count && e->keys[key] - e->low == place) key++;
    }
    e->span = span;
    e->starts = starts;
    return BO_OK;
}

static bo_status index_keys(reading *r) {
    bo_edges *e = r->edges;
    size_t size = 16;
    while (size < e->key_count * 2) size *= 2;
    e->slots = bo_arena_array(r->arena, size, sizeof *e->slots);
    if (e->slots == NULL) return bo_error_last()->status;
    e->slot_mask = size - 1;
    for (size_t i = 0; i < e->key_count; i++) {
        size_t slot = bo_edges_hash(e->keys[i]) & e->slot_mask;
        while (e->slots[slot] != 0) slot = (slot + 1) & e->slot_mask;
        e->slots[slot] = (uint32_t)i + 1;
    }
    return BO_OK;
}

static bo_status read_all(reading *r, bo_quads *quads) {
    bo_edges *e = r->edges;
    BO_TRY(bo_quads_open(quads, e->by_object ? BO_POSG : BO_PSOG));
    for (;;) {
        BO_TRY(bo_quads_next(quads));
        if (quads->ended) break;
        BO_TRY(add_batch(r, quads->batch));
    }
    bo_quads_close(quads);
    if (e->key_count == 0) return index_keys(r);
    e->starts[e->key_count] = (uint32_t)e->len;
    e->low = e->keys[0];
    bool close = (e->keys[e->key_count - 1] - e->low) / SPARSE < e->key_count + BO_BATCH;
    return close ? spread_out(r) : index_keys(r);
}

const bo_edges *bo_edges_known(const bo_exec *exec, bo_id predicate, bo_id graph, bool by_object) {
    const bo_edges *e = exec->edges;
    while (e != NULL && (e->predicate != predicate || e->graph != graph || e->by_object != by_object))
        e = e->next;
    return e;
}

bo_status bo_edges_read(const bo_edges **out, bo_quads *quads, bool by_object) {
    bo_exec *exec = quads->exec;
    bo_id graph = bo_quads_graph(quads);
    *out = bo_edges_known(exec, quads->constant[BO_P], graph, by_object);
    if (*out != NULL) return BO_OK;
    bo_edges *edges = BO_NEW(exec->arena, bo_edges);
    if (edges == NULL) return bo_error_last()->status;
    edges->predicate = quads->constant[BO_P];
    edges->graph = graph;
    edges->by_object = by_object;
    reading r = {.edges = edges, .arena = exec->arena};
    BO_TRY(read_all(&r, quads));
    edges->next = exec->edges;
    exec->edges = edges;
    *out = edges;
    return BO_OK;
}
