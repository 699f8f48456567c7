/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/str.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool bo_str_eq_nocase(bo_str a, bo_str b) {
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i])) return false;
    return true;
}

int bo_str_cmp(bo_str a, bo_str b) {
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    if (order != 0) return order;
    return (a.len > b.len) - (a.len < b.len);
}

size_t bo_str_find(bo_str s, char c) {
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

size_t bo_str_find_str(bo_str s, bo_str piece) {
    if (piece.len == 0) return 0;
    const char *at = s.len ? memmem(s.ptr, s.len, piece.ptr, piece.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

size_t bo_str_find_last(bo_str s, char c) {
    const char *at = s.len ? memrchr(s.ptr, c, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

static bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bo_str bo_str_trim(bo_str s) {
    while (s.len && blank(s.ptr[0])) s.ptr++, s.len--;
    while (s.len && blank(s.ptr[s.len - 1])) s.len--;
    return s;
}

bool bo_str_cut(bo_str *piece, bo_str *rest, char separator) {
    if (rest->ptr == NULL) return false;
    size_t at = bo_str_find(*rest, separator);
    *piece = bo_str_head(*rest, at);
    *rest = at < rest->len ? bo_str_from(*rest, at + 1) : BO_STR_NONE;
    return true;
}

bo_status bo_str_to_u64(uint64_t *out, bo_str s) {
    uint64_t n = 0;
    if (s.len == 0) return bo_fail(BO_SYNTAX, "a number was expected and nothing is there");
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.ptr[i] - '0');
        if (digit > 9) return bo_fail(BO_SYNTAX, "'%.*s' is not a number", BO_STR_ARG(s));
        if (n > (UINT64_MAX - digit) / 10) return bo_fail(BO_SYNTAX, "%.*s is too large", BO_STR_ARG(s));
        n = n * 10 + digit;
    }
    *out = n;
    return BO_OK;
}

bo_status bo_str_to_i64(int64_t *out, bo_str s) {
    bool negative = s.len > 0 && s.ptr[0] == '-';
    bool sign = negative || (s.len > 0 && s.ptr[0] == '+');
    uint64_t n;
    BO_TRY(bo_str_to_u64(&n, bo_str_from(s, sign ? 1 : 0)));
    if (n > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return bo_fail(BO_SYNTAX, "%.*s is too large", BO_STR_ARG(s));
    *out = negative ? (int64_t)(0 - n) : (int64_t)n;
    return BO_OK;
}

uint64_t bo_str_hash(bo_str s) {
    return XXH3_64bits(s.ptr, s.len);
}

uint32_t bo_utf8_next(bo_str s, size_t *at) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t i = *at;
    unsigned char first = (unsigned char)s.ptr[i];
    *at = i + 1;
    if (first < 0x80) return first;
    unsigned len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || s.len - i < len) return UINT32_MAX;
    uint32_t c = first & (0xFFu >> (len + 1));
    for (unsigned k = 1; k < len; k++) {
        unsigned char next = (unsigned char)s.ptr[i + k];
        if ((next & 0xC0) != 0x80) return UINT32_MAX;
        c = (c << 6) | (next & 0x3F);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return UINT32_MAX;
    *at = i + len;
    return c;
}

size_t bo_utf8_put(char out[4], uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    unsigned len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (unsigned k = len - 1; k > 0; k--, c >>= 6) out[k] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00u >> len) | c);
    return len;
}

bool bo_utf8_valid(bo_str s) {
    size_t i = 0;
    while (i < s.len) {
        uint64_t word;
        if (s.len - i >= 8 && (memcpy(&word, s.ptr + i, 8), (word & 0x8080808080808080u) == 0)) {
            i += 8;
            continue;
        }
        if (bo_utf8_next(s, &i) == UINT32_MAX) return false;
    }
    return true;
}
