/* SPDX-License-Identifier: Apache-2.0
 * Numbers in as few bytes as they need: seven bits a byte, the least first, the top bit set while more
 * follow.
 */
#ifndef BO_STORE_VARINT_H
#define BO_STORE_VARINT_H

#include "bocage/str.h"

enum { BO_VARINT_ROOM = 10 };

static inline size_t bo_varint_put(char *out, uint64_t n) {
    size_t len = 0;
    for (; n >= 128; n >>= 7) out[len++] = (char)(n | 128);
    out[len++] = (char)n;
    return len;
}

/* Takes a number off the beginning of `in`; false when there is none. */
static inline bool bo_varint_get(uint64_t *out, bo_str *in) {
    uint64_t n = 0;
    for (size_t i = 0; i < in->len && i < BO_VARINT_ROOM; i++) {
        n |= (uint64_t)(in->ptr[i] & 127) << (7 * i);
        if ((in->ptr[i] & 128) != 0) continue;
        *in = bo_str_from(*in, i + 1);
        *out = n;
        return true;
    }
    return false;
}

#endif
