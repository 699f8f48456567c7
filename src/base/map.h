/* SPDX-License-Identifier: Apache-2.0
 * Hash maps: from text, and from 64-bit numbers, to pointers or numbers. Open addressing; entries keep the
 * order in which they were put. Keys are not copied: they must outlive the map.
 */
#ifndef BO_BASE_MAP_H
#define BO_BASE_MAP_H

#include "bocage/arena.h"

typedef union bo_value {
    void *ptr;
    uint64_t u64;
} bo_value;

typedef struct bo_map_entry {
    bo_str key; /* .ptr NULL: removed */
    bo_value value;
    uint64_t hash;
} bo_map_entry;

typedef struct bo_map {
    bo_arena *arena; /* NULL: heap */
    bo_map_entry *entries;
    uint32_t *slots; /* 1 + place in entries; 0 free */
    uint32_t len, size, slot_count, live;
} bo_map;

void bo_map_init(bo_map *map, bo_arena *arena);
void bo_map_done(bo_map *map);                       /* nothing to do for one in an arena */
bo_value *bo_map_get(const bo_map *map, bo_str key); /* NULL when absent; valid until the next put */
/* The value of `key`, put as zero when it was absent. NULL when memory ran out. */
bo_value *bo_map_put(bo_map *map, bo_str key, bool *was_new);
bool bo_map_remove(bo_map *map, bo_str key);
/* The entry at or after *at in order of insertion, or NULL; moves *at behind it. Start with 0. */
bo_map_entry *bo_map_next(const bo_map *map, uint32_t *at);

typedef struct bo_idmap {
    bo_arena *arena; /* NULL: heap */
    uint64_t *keys;  /* 0 free: the key 0 can't be put */
    bo_value *values;
    uint32_t size, live;
} bo_idmap;

void bo_idmap_init(bo_idmap *map, bo_arena *arena);
void bo_idmap_done(bo_idmap *map);
bo_value *bo_idmap_get(const bo_idmap *map, uint64_t key);
bo_value *bo_idmap_put(bo_idmap *map, uint64_t key,
                       bool *was_new); /* NULL when memory ran out; key is not 0 */
/* The entry at or after *at in no order; false at the end. */
bool bo_idmap_next(const bo_idmap *map, uint32_t *at, uint64_t *key, bo_value **value);

#endif
