/* SPDX-License-Identifier: Apache-2.0
 * An arena: memory for one request, freed at once. Not shared between threads.
 */
#ifndef BOCAGE_ARENA_H
#define BOCAGE_ARENA_H

#include <stddef.h>

#include "bocage/str.h"

#pragma GCC visibility push(default)

typedef struct bo_arena bo_arena;

/* An arena that gives out at most `cap` bytes in all; 0 is no cap. NULL when memory runs out. */
bo_arena *bo_arena_new(size_t cap);
void bo_arena_free(bo_arena *arena); /* accepts NULL */
/* Forgets everything; up to 16 MiB of its memory stay for the next use. */
void bo_arena_reset(bo_arena *arena);

/* `size` bytes aligned to 16, not cleared; NULL when the cap or memory is reached, with the error set
 * (BO_LIMIT or BO_NO_MEMORY). A size of 0 gives a valid pointer. */
void *bo_arena_alloc(bo_arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
void *bo_arena_zalloc(bo_arena *arena, size_t size) __attribute__((malloc, alloc_size(2)));
/* `count` times `size` cleared bytes; NULL too when the product overflows. */
void *bo_arena_array(bo_arena *arena, size_t count, size_t size);
/* Makes an array of `old` bytes larger, in place when it was the last one given out. */
void *bo_arena_grow(bo_arena *arena, void *ptr, size_t old, size_t size);

/* A NUL-terminated copy; .ptr is NULL when memory ran out. */
bo_str bo_arena_str(bo_arena *arena, bo_str s);
bo_str bo_arena_join(bo_arena *arena, bo_str a, bo_str b);
bo_str bo_arena_printf(bo_arena *arena, const char *format, ...) BO_PRINTF(2, 3);

size_t bo_arena_used(const bo_arena *arena); /* bytes given out since it was new or reset */

#define BO_NEW(arena, type) ((type *)bo_arena_zalloc((arena), sizeof(type)))

#pragma GCC visibility pop
#endif
