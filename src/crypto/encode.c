/* SPDX-License-Identifier: Apache-2.0
 * Encodings of bytes as text: base 16 and 64 (RFC 4648), base 58 (Bitcoin's alphabet).
 */
#include "crypto/crypto.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

bo_str bo_hex(bo_str bytes, bo_arena *arena) {
    static const char digits[] = "0123456789abcdef";
    char *out = bo_arena_alloc(arena, bytes.len * 2 + 1);
    if (out == NULL) return BO_STR_NONE;
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
        out[2 * i + 1] = digits[bytes.ptr[i] & 15];
    }
    out[bytes.len * 2] = '\0';
    return (bo_str){out, bytes.len * 2};
}

static bo_str encode64(bo_str bytes, const char *alphabet, bool pad, bo_arena *arena) {
    char *out = bo_arena_alloc(arena, bytes.len / 3 * 4 + 5);
    size_t len = 0;
    if (out == NULL) return BO_STR_NONE;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++) group = group << 8 | (k < have ? (unsigned char)bytes.ptr[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            if (k <= have)
                out[len++] = alphabet[group >> (18 - 6 * k) & 63];
            else if (pad)
                out[len++] = '=';
    }
    out[len] = '\0';
    return (bo_str){out, len};
}

bo_str bo_base64(bo_str bytes, bo_arena *arena) {
    return encode64(bytes, plain, true, arena);
}
bo_str bo_base64url(bo_str bytes, bo_arena *arena) {
    return encode64(bytes, for_urls, false, arena);
}

static bo_status decode64(bo_str *out, bo_str text, const char *alphabet, bo_arena *arena) {
    unsigned char *bytes = bo_arena_alloc(arena, text.len / 4 * 3 + 4);
    uint32_t group = 0;
    unsigned bits = 0;
    size_t len = 0;
    if (bytes == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.ptr[i] != '\0' ? strchr(alphabet, text.ptr[i]) : NULL;
        if (at == NULL) return bo_fail(BO_SYNTAX, "this is no base64: there is a wrong character in it");
        group = group << 6 | (uint32_t)(at - alphabet);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes[len++] = (unsigned char)(group >> bits);
    }
    bool left_over = (group & ((1u << bits) - 1)) != 0;
    if (bits == 6 || left_over) return bo_fail(BO_SYNTAX, "this is no base64: its end is not canonical");
    *out = (bo_str){(char *)bytes, len};
    return BO_OK;
}

bo_status bo_base64_decode(bo_str *out, bo_str text, bo_arena *arena) {
    if (text.len % 4 != 0) return bo_fail(BO_SYNTAX, "this is no base64: its padding is missing");
    for (int i = 0; i < 2 && text.len > 0 && text.ptr[text.len - 1] == '='; i++) text.len--;
    return decode64(out, text, plain, arena);
}
bo_status bo_base64url_decode(bo_str *out, bo_str text, bo_arena *arena) {
    return decode64(out, text, for_urls, arena);
}

/* Moves a big-endian number from one base to another; *len digits are used of `out`, at its end. */
static size_t rebase(unsigned char *out, size_t size, bo_str digits, unsigned from, unsigned to) {
    size_t used = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned carry = (unsigned char)digits.ptr[i];
        for (size_t k = 0; k < used || carry > 0; k++) {
            carry += from * (k < used ? out[size - 1 - k] : 0);
            out[size - 1 - k] = (unsigned char)(carry % to);
            carry /= to;
            if (k >= used) used = k + 1;
        }
    }
    return used;
}

static size_t leading(bo_str text, char c) {
    size_t n = 0;
    while (n < text.len && text.ptr[n] == c) n++;
    return n;
}

bo_str bo_base58(bo_str bytes, bo_arena *arena) {
    size_t zeros = leading(bytes, '\0'), size = bytes.len * 138 / 100 + 2;
    unsigned char *digits = bo_arena_zalloc(arena, size);
    char *out = bo_arena_alloc(arena, zeros + size + 1);
    if (digits == NULL || out == NULL) return BO_STR_NONE;
    size_t used = rebase(digits, size, bytes, 256, 58);
    memset(out, '1', zeros);
    for (size_t i = 0; i < used; i++) out[zeros + i] = base58[digits[size - used + i]];
    out[zeros + used] = '\0';
    return (bo_str){out, zeros + used};
}

bo_status bo_base58_decode(bo_str *out, bo_str text, bo_arena *arena) {
    size_t zeros = leading(text, '1'), size = text.len + 1;
    unsigned char *values = bo_arena_alloc(arena, size), *bytes = bo_arena_zalloc(arena, size);
    if (values == NULL || bytes == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.ptr[i] != '\0' ? strchr(base58, text.ptr[i]) : NULL;
        if (at == NULL) return bo_fail(BO_SYNTAX, "this is no base58: there is a wrong character in it");
        values[i] = (unsigned char)(at - base58);
    }
    size_t used = rebase(bytes, size, (bo_str){(char *)values, text.len}, 58, 256);
    unsigned char *whole = bo_arena_zalloc(arena, zeros + used + 1);
    if (whole == NULL) return bo_error_last()->status;
    memcpy(whole + zeros, bytes + size - used, used);
    *out = (bo_str){(char *)whole, zeros + used};
    return BO_OK;
}
