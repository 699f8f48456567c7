/* SPDX-License-Identifier: Apache-2.0
 * All triples of one predicate in the active graph, read into memory once and found by one of their ends in
 * any order: for joins whose rows come unsorted and for paths. They belong to the run: whoever asks for the
 * same ones again gets the same.
 */
#ifndef BO_SPARQL_EDGES_H
#define BO_SPARQL_EDGES_H

#include "sparql/quads.h"

typedef struct bo_edges {
    struct bo_edges *next; /* of the run's */
    bo_id predicate, graph;
    bool by_object;
    bo_id low;        /* the least key */
    size_t span;      /* not 0: keys lie so close that key - low is a place in `starts` */
    uint32_t *starts; /* where a key's ends begin; one more at the end */
    bo_id *keys;      /* else: all keys, sorted, ... */
    uint32_t *slots;  /* ... and where they are, by hash: 1 + place, 0 free */
    size_t slot_mask;
    bo_id *ends; /* sorted for each key */
    size_t key_count, len;
} bo_edges;

/* Whether it pays to read them: after so many single look-ups the reading would have cost less. */
bool bo_edges_pay(const bo_exec *exec, uint64_t quads, uint64_t lookups);
/* Those that were read already; NULL when they were not. */
const bo_edges *bo_edges_known(const bo_exec *exec, bo_id predicate, bo_id graph, bool by_object);
/* The triples that `quads` matches, whose predicate alone is constant (and perhaps its graph). */
bo_status bo_edges_read(const bo_edges **out, bo_quads *quads, bool by_object) BO_MUST_USE;

static inline size_t bo_edges_hash(bo_id key) {
    return (key * 0x9E3779B97F4A7C15u) >> 24;
}
/* The other ends of the key's triples, sorted. */
static inline const bo_id *bo_edges_of(const bo_edges *edges, bo_id key, size_t *count) {
    size_t place = key - edges->low;
    *count = 0;
    if (edges->span == 0) {
        size_t slot = bo_edges_hash(key) & edges->slot_mask;
        while (edges->slots[slot] != 0 && edges->keys[edges->slots[slot] - 1] != key)
            slot = (slot + 1) & edges->slot_mask;
        if (edges->slots[slot] == 0) return NULL;
        place = edges->slots[slot] - 1;
    } else if (place >= edges->span) {
        return NULL;
    }
    *count = edges->starts[place + 1] - edges->starts[place];
    return edges->ends + edges->starts[place];
}

#endif
