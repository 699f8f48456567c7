/* SPDX-License-Identifier: Apache-2.0
 * A set of variables, as bits. It grows in an arena; one that was never added to is empty.
 */
#ifndef BO_SPARQL_VARS_H
#define BO_SPARQL_VARS_H

#include "bocage/arena.h"

typedef struct bo_vars {
    uint64_t *bits;
    size_t words;
} bo_vars;

static inline bool bo_vars_has(const bo_vars *set, uint32_t var) {
    return var / 64 < set->words && (set->bits[var / 64] >> (var % 64) & 1) != 0;
}
static inline bool bo_vars_empty(const bo_vars *set) {
    for (size_t i = 0; i < set->words; i++)
        if (set->bits[i] != 0) return false;
    return true;
}
/* Whether every member of `part` is one of `set`. */
static inline bool bo_vars_contain(const bo_vars *set, const bo_vars *part) {
    for (size_t i = 0; i < part->words; i++)
        if ((part->bits[i] & ~(i < set->words ? set->bits[i] : 0)) != 0) return false;
    return true;
}
static inline bool bo_vars_meet(const bo_vars *a, const bo_vars *b) {
    for (size_t i = 0; i < a->words && i < b->words; i++)
        if ((a->bits[i] & b->bits[i]) != 0) return true;
    return false;
}
static inline void bo_vars_remove(bo_vars *set, uint32_t var) {
    if (var / 64 < set->words) set->bits[var / 64] &= ~((uint64_t)1 << (var % 64));
}
/* Keeps the members that are in `other` too. */
static inline void bo_vars_keep(bo_vars *set, const bo_vars *other) {
    for (size_t i = 0; i < set->words; i++) set->bits[i] &= i < other->words ? other->bits[i] : 0;
}

static inline bo_status bo_vars_room(bo_vars *set, size_t words, bo_arena *arena) {
    if (words <= set->words) return BO_OK;
    uint64_t *bits = bo_arena_array(arena, words, sizeof *bits);
    if (bits == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < set->words; i++) bits[i] = set->bits[i];
    set->bits = bits;
    set->words = words;
    return BO_OK;
}
static inline bo_status bo_vars_add(bo_vars *set, uint32_t var, bo_arena *arena) {
    BO_TRY(bo_vars_room(set, var / 64 + 1, arena));
    set->bits[var / 64] |= (uint64_t)1 << (var % 64);
    return BO_OK;
}
static inline bo_status bo_vars_join(bo_vars *set, const bo_vars *other, bo_arena *arena) {
    BO_TRY(bo_vars_room(set, other->words, arena));
    for (size_t i = 0; i < other->words; i++) set->bits[i] |= other->bits[i];
    return BO_OK;
}
static inline bo_status bo_vars_copy(bo_vars *out, const bo_vars *set, bo_arena *arena) {
    *out = (bo_vars){NULL, 0};
    return bo_vars_join(out, set, arena);
}

#endif
