/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct chunk {
    struct chunk *before;
    size_t size, used; /* of the bytes behind this header */
} chunk;

struct bo_arena {
    chunk *top;
    chunk *spare; /* kept from before a reset, at most KEPT bytes; the smallest first */
    size_t cap, given;
};

enum { ALIGN = 16, FIRST = 8 * 1024, LARGEST = 1024 * 1024, KEPT = 16 * 1024 * 1024 };

_Static_assert(sizeof(chunk) % 8 == 0, "a chunk's header keeps alignment");

static char *bytes_of(chunk *c) {
    return (char *)c + ((sizeof(chunk) + ALIGN - 1) & ~(size_t)(ALIGN - 1));
}

bo_arena *bo_arena_new(size_t cap) {
    bo_arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        bo_fail(BO_NO_MEMORY, "memory ran out");
        return NULL;
    }
    arena->cap = cap;
    return arena;
}

static void free_chunks(chunk *c) {
    for (chunk *before; c != NULL; c = before) {
        before = c->before;
        free(c);
    }
}

void bo_arena_free(bo_arena *arena) {
    if (arena == NULL) return;
    free_chunks(arena->top);
    free_chunks(arena->spare);
    free(arena);
}

/* The first chunk stays the top; those above it wait to be used again. */
void bo_arena_reset(bo_arena *arena) {
    size_t kept = 0;
    for (chunk *c = arena->spare; c != NULL; c = c->before) kept += c->size;
    while (arena->top != NULL && arena->top->before != NULL) {
        chunk *c = arena->top;
        arena->top = c->before;
        kept += c->size;
        if (kept > KEPT) {
            kept -= c->size;
            free(c);
        } else {
            c->before = arena->spare;
            arena->spare = c;
        }
    }
    if (arena->top != NULL) arena->top->used = 0;
    arena->given = 0;
}

static bool add_chunk(bo_arena *arena, size_t least) {
    size_t size = arena->top == NULL ? FIRST : arena->top->size * 2;
    if (size > LARGEST) size = LARGEST;
    if (size < least) size = least;
    if (arena->spare != NULL && arena->spare->size >= least) {
        chunk *again = arena->spare;
        arena->spare = again->before;
        *again = (chunk){arena->top, again->size, 0};
        arena->top = again;
        return true;
    }
    chunk *c = malloc(sizeof *c + ALIGN + size);
    if (c == NULL) return false;
    *c = (chunk){arena->top, size, 0};
    arena->top = c;
    return true;
}

void *bo_arena_alloc(bo_arena *arena, size_t size) {
    if (size > SIZE_MAX / 2) {
        bo_fail(BO_NO_MEMORY, "memory ran out");
        return NULL;
    }
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (arena->cap != 0 && size > arena->cap - arena->given) {
        bo_fail(BO_LIMIT, "this needs more than %zu bytes of memory", arena->cap);
        return NULL;
    }
    chunk *c = arena->top;
    if (c == NULL || size > c->size - c->used) {
        if (!add_chunk(arena, size)) {
            bo_fail(BO_NO_MEMORY, "memory ran out");
            return NULL;
        }
        c = arena->top;
    }
    void *given = bytes_of(c) + c->used;
    c->used += size;
    arena->given += size;
    return given;
}

void *bo_arena_zalloc(bo_arena *arena, size_t size) {
    void *given = bo_arena_alloc(arena, size);
    if (given != NULL) memset(given, 0, size);
    return given;
}

void *bo_arena_array(bo_arena *arena, size_t count, size_t size) {
    size_t all;
    if (__builtin_mul_overflow(count, size, &all)) all = SIZE_MAX;
    return bo_arena_zalloc(arena, all);
}

void *bo_arena_grow(bo_arena *arena, void *ptr, size_t old, size_t size) {
    chunk *c = arena->top;
    size_t was = (old + ALIGN - 1) & ~(size_t)(ALIGN - 1), want = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (ptr != NULL && c != NULL && (char *)ptr + was == bytes_of(c) + c->used && want >= was &&
        want - was <= c->size - c->used && (arena->cap == 0 || want - was <= arena->cap - arena->given)) {
        c->used += want - was;
        arena->given += want - was;
        return ptr;
    }
    void *given = bo_arena_alloc(arena, size);
    if (given != NULL && old > 0) memcpy(given, ptr, old < size ? old : size);
    return given;
}

bo_str bo_arena_str(bo_arena *arena, bo_str s) {
    return bo_arena_join(arena, s, BO_STR(""));
}

bo_str bo_arena_join(bo_arena *arena, bo_str a, bo_str b) {
    char *copy = bo_arena_alloc(arena, a.len + b.len + 1);
    if (copy == NULL) return BO_STR_NONE;
    if (a.len) memcpy(copy, a.ptr, a.len);
    if (b.len) memcpy(copy + a.len, b.ptr, b.len);
    copy[a.len + b.len] = '\0';
    return (bo_str){copy, a.len + b.len};
}

bo_str bo_arena_printf(bo_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *out = len < 0 ? NULL : bo_arena_alloc(arena, (size_t)len + 1);
    if (out == NULL) return BO_STR_NONE;
    va_start(arguments, format);
    vsnprintf(out, (size_t)len + 1, format, arguments);
    va_end(arguments);
    return (bo_str){out, (size_t)len};
}

size_t bo_arena_used(const bo_arena *arena) {
    return arena->given;
}
