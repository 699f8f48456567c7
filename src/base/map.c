/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <stdlib.h>

static void *make(bo_arena *arena, size_t count, size_t size) {
    if (arena != NULL) return bo_arena_array(arena, count, size);
    void *given = calloc(count, size);
    if (given == NULL) bo_fail(BO_NO_MEMORY, "memory ran out");
    return given;
}

static void drop(bo_arena *arena, void *ptr) {
    if (arena == NULL) free(ptr);
}

void bo_map_init(bo_map *map, bo_arena *arena) {
    *map = (bo_map){.arena = arena};
}

void bo_map_done(bo_map *map) {
    drop(map->arena, map->entries);
    drop(map->arena, map->slots);
    *map = (bo_map){.arena = map->arena};
}

/* The slot that holds `key`, or the free one where it would go. */
static uint32_t find(const bo_map *map, bo_str key, uint64_t hash) {
    uint32_t mask = map->slot_count - 1, at = (uint32_t)hash & mask;
    for (;; at = (at + 1) & mask) {
        if (map->slots[at] == 0) return at;
        const bo_map_entry *entry = &map->entries[map->slots[at] - 1];
        if (entry->hash == hash && entry->key.ptr != NULL && bo_str_eq(entry->key, key)) return at;
    }
}

bo_value *bo_map_get(const bo_map *map, bo_str key) {
    if (map->slot_count == 0) return NULL;
    uint32_t slot = map->slots[find(map, key, bo_str_hash(key))];
    return slot == 0 ? NULL : &map->entries[slot - 1].value;
}

static bool grow(bo_map *map) {
    uint32_t size = map->size ? (map->live * 2 > map->size ? map->size * 2 : map->size) : 8;
    bo_map_entry *entries = make(map->arena, size, sizeof *entries);
    uint32_t *slots = make(map->arena, (size_t)size * 2, sizeof *slots);
    if (entries == NULL || slots == NULL) {
        drop(map->arena, entries);
        drop(map->arena, slots);
        return false;
    }
    bo_map old = *map;
    *map = (bo_map){old.arena, entries, slots, 0, size, size * 2, old.live};
    for (uint32_t i = 0; i < old.len; i++) {
        if (old.entries[i].key.ptr == NULL) continue;
        entries[map->len] = old.entries[i];
        slots[find(map, old.entries[i].key, old.entries[i].hash)] = ++map->len;
    }
    bo_map_done(&old);
    return true;
}

bo_value *bo_map_put(bo_map *map, bo_str key, bool *was_new) {
    uint64_t hash = bo_str_hash(key);
    if (key.ptr == NULL) key.ptr = "";
    if (map->slot_count != 0) {
        uint32_t slot = map->slots[find(map, key, hash)];
        if (slot != 0) {
            if (was_new) *was_new = false;
            return &map->entries[slot - 1].value;
        }
    }
    if (map->len == map->size && !grow(map)) return NULL;
    map->entries[map->len] = (bo_map_entry){key, {.u64 = 0}, hash};
    map->slots[find(map, key, hash)] = ++map->len;
    map->live++;
    if (was_new) *was_new = true;
    return &map->entries[map->len - 1].value;
}

bool bo_map_remove(bo_map *map, bo_str key) {
    if (map->slot_count == 0) return false;
    uint32_t slot = map->slots[find(map, key, bo_str_hash(key))];
    if (slot == 0) return false;
    map->entries[slot - 1].key = BO_STR_NONE; /* the slot stays taken so that probing goes on past it */
    map->live--;
    return true;
}

bo_map_entry *bo_map_next(const bo_map *map, uint32_t *at) {
    while (*at < map->len) {
        bo_map_entry *entry = &map->entries[(*at)++];
        if (entry->key.ptr != NULL) return entry;
    }
    return NULL;
}

void bo_idmap_init(bo_idmap *map, bo_arena *arena) {
    *map = (bo_idmap){.arena = arena};
}

void bo_idmap_done(bo_idmap *map) {
    drop(map->arena, map->keys);
    drop(map->arena, map->values);
    *map = (bo_idmap){.arena = map->arena};
}

static uint64_t mix(uint64_t key) {
    key ^= key >> 32;
    key *= 0x9E3779B97F4A7C15u;
    return key ^ (key >> 29);
}

static uint32_t place(const bo_idmap *map, uint64_t key) {
    uint32_t mask = map->size - 1, at = (uint32_t)mix(key) & mask;
    while (map->keys[at] != 0 && map->keys[at] != key) at = (at + 1) & mask;
    return at;
}

bo_value *bo_idmap_get(const bo_idmap *map, uint64_t key) {
    if (map->size == 0) return NULL;
    uint32_t at = place(map, key);
    return map->keys[at] == 0 ? NULL : &map->values[at];
}

static bool grow_ids(bo_idmap *map) {
    uint32_t size = map->size ? map->size * 2 : 16;
    uint64_t *keys = make(map->arena, size, sizeof *keys);
    bo_value *values = make(map->arena, size, sizeof *values);
    if (keys == NULL || values == NULL) {
        drop(map->arena, keys);
        drop(map->arena, values);
        return false;
    }
    bo_idmap old = *map;
    *map = (bo_idmap){old.arena, keys, values, size, old.live};
    for (uint32_t i = 0; i < old.size; i++) {
        if (old.keys[i] == 0) continue;
        uint32_t at = place(map, old.keys[i]);
        keys[at] = old.keys[i];
        values[at] = old.values[i];
    }
    bo_idmap_done(&old);
    return true;
}

bo_value *bo_idmap_put(bo_idmap *map, uint64_t key, bool *was_new) {
    if ((map->live + 1) * 4 > map->size * 3 && !grow_ids(map)) return NULL;
    uint32_t at = place(map, key);
    bool fresh = map->keys[at] == 0;
    if (fresh) {
        map->keys[at] = key;
        map->live++;
    }
    if (was_new) *was_new = fresh;
    return &map->values[at];
}

bool bo_idmap_next(const bo_idmap *map, uint32_t *at, uint64_t *key, bo_value **value) {
    while (*at < map->size) {
        uint32_t i = (*at)++;
        if (map->keys[i] == 0) continue;
        *key = map->keys[i];
        *value = &map->values[i];
        return true;
    }
    return false;
}
