/* SPDX-License-Identifier: Apache-2.0
 * A piece of UTF-8 text by value: a pointer and a length, not NUL-terminated, owned by someone else.
 */
#ifndef BOCAGE_STR_H
#define BOCAGE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bocage/status.h"

#pragma GCC visibility push(default)

typedef struct bo_str {
    const char *ptr; /* NULL when absent, which differs from empty */
    size_t len;      /* bytes */
} bo_str;

#define BO_STR(literal) ((bo_str){("" literal), sizeof(literal) - 1})
#define BO_STR_NONE ((bo_str){NULL, 0})
/* For printf: printf("%.*s", BO_STR_ARG(s)). */
#define BO_STR_ARG(s) ((int)((s).len > 4096 ? 4096 : (s).len)), ((s).ptr ? (s).ptr : "")
/* The same for what a stranger sent and a sentence repeats, so that there is room for what is said of it. */
#define BO_STR_BRIEF(s) ((int)((s).len > 100 ? 100 : (s).len)), ((s).ptr ? (s).ptr : "")

static inline bo_str bo_str_of(const char *text) {
    return (bo_str){text, text ? strlen(text) : 0};
}
static inline bo_str bo_str_make(const char *ptr, size_t len) {
    return (bo_str){ptr, len};
}

static inline bool bo_str_eq(bo_str a, bo_str b) {
    if (a.len != b.len) return false;
    if (a.len == 0 || a.ptr == b.ptr) return true;
    /* most texts that differ do so at the end: IRIs of one vocabulary */
    return a.ptr[a.len - 1] == b.ptr[a.len - 1] && memcmp(a.ptr, b.ptr, a.len) == 0;
}
static inline bool bo_str_starts(bo_str s, bo_str prefix) {
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}
static inline bool bo_str_ends(bo_str s, bo_str suffix) {
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0);
}
/* From `from` to the end; empty past the end. */
static inline bo_str bo_str_from(bo_str s, size_t from) {
    return from >= s.len ? (bo_str){s.ptr ? s.ptr + s.len : NULL, 0} : (bo_str){s.ptr + from, s.len - from};
}
/* At most the first `len` bytes. */
static inline bo_str bo_str_head(bo_str s, size_t len) {
    return (bo_str){s.ptr, len < s.len ? len : s.len};
}

bool bo_str_eq_nocase(bo_str a, bo_str b);      /* ASCII letters only */
int bo_str_cmp(bo_str a, bo_str b);             /* by bytes, so by code point */
size_t bo_str_find(bo_str s, char c);           /* its place, or s.len */
size_t bo_str_find_str(bo_str s, bo_str piece); /* its place, or s.len */
size_t bo_str_find_last(bo_str s, char c);      /* its last place, or s.len */
bo_str bo_str_trim(bo_str s);                   /* without ASCII white space at both ends */

/* Cuts `*rest` at the first `separator`: gives what stands before it and leaves what follows.
 * False when nothing is left to cut; *piece is then untouched. */
bool bo_str_cut(bo_str *piece, bo_str *rest, char separator);

/* Reads the whole of `s` as a decimal number. BO_SYNTAX when it is anything else or out of range. */
bo_status bo_str_to_u64(uint64_t *out, bo_str s) BO_MUST_USE;
bo_status bo_str_to_i64(int64_t *out, bo_str s) BO_MUST_USE;

/* A 64-bit hash, the same in every process and on every machine of the same byte order (XXH3). */
uint64_t bo_str_hash(bo_str s);

/* UTF-8 (RFC 3629). bo_utf8_next gives the code point at *at and moves *at behind it; UINT32_MAX, and one
 * byte further, where the bytes are no UTF-8. bo_utf8_put writes 1 to 4 bytes and returns how many. */
uint32_t bo_utf8_next(bo_str s, size_t *at);
size_t bo_utf8_put(char out[4], uint32_t code_point);
bool bo_utf8_valid(bo_str s);

#pragma GCC visibility pop
#endif
