/* SPDX-License-Identifier: Apache-2.0
 * Sorted tuples of 64-bit numbers packed column by column. Pure: bytes in, bytes out; docs/internals/store.md
 * has the format.
 */
#ifndef BO_STORE_PACK_H
#define BO_STORE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BO_PACK_ROWS = 128,     /* at most so many tuples in a block */
    BO_PACK_COLUMNS = 4,    /* at most */
    BO_PACK_ROOM = 6 * 1024 /* no packed block is larger */
};

/* Packs 1 to BO_PACK_ROWS tuples; gives the bytes used of `out`, which has BO_PACK_ROOM. */
size_t bo_pack(unsigned char *out, uint64_t *const columns[], unsigned width, size_t rows);

/* Unpacks into columns with room for BO_PACK_ROWS numbers each. False when the bytes are damaged. */
bool bo_unpack(uint64_t *const columns[], size_t *rows, unsigned width, const unsigned char *in, size_t len);

/* The number of tuples in a packed block, without unpacking it; 0 when it is damaged. */
size_t bo_pack_rows(const unsigned char *in, size_t len);

#endif
