/* SPDX-License-Identifier: Apache-2.0 */
#include "store/pack.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;
static uint64_t any(void) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

/* Columns of the shapes that occur, and of some that should not. */
static void fill(uint64_t *column, const uint64_t *other, size_t rows, unsigned shape) {
    uint64_t start = any() >> (any() % 64), bits = any() % 64, n = start;
    for (size_t i = 0; i < rows; i++) {
        switch (shape) {
        case 0: column[i] = start; break;
        case 1: column[i] = other[i]; break;
        case 2: column[i] = n += any() >> bits >> 8; break;
        case 3: column[i] = any(); break;
        case 4: column[i] = (any() % 5 + 1) << 56 | (any() & 0xFFFFF); break;
        case 5: column[i] = any() % 3 == 0 ? UINT64_MAX - any() % 3 : any() % 3; break;
        case 6: column[i] = any() << 56 | any() % 1000; break; /* more tags than are packed apart */
        default: column[i] = start + (any() >> bits); break;
        }
    }
}

START_TEST(columns_of_every_shape_come_back) {
    static uint64_t in[4][BO_PACK_ROWS], out[4][BO_PACK_ROWS];
    uint64_t *ins[4] = {in[0], in[1], in[2], in[3]}, *outs[4] = {out[0], out[1], out[2], out[3]};
    static unsigned char bytes[BO_PACK_ROOM];
    for (int round = 0; round < 20000; round++) {
        size_t rows = any() % 3 == 0 ? BO_PACK_ROWS : 1 + any() % BO_PACK_ROWS, got;
        unsigned width = 1 + any() % 4;
        for (unsigned c = 0; c < width; c++) fill(in[c], in[any() % (c + 1)], rows, any() % 8);
        size_t len = bo_pack(bytes, ins, width, rows);
        ck_assert_uint_le(len, BO_PACK_ROOM);
        ck_assert_uint_eq(bo_pack_rows(bytes, len), rows);
        unsigned char *exact = malloc(len); /* so that a read behind the end is seen */
        memcpy(exact, bytes, len);
        ck_assert(bo_unpack(outs, &got, width, exact, len));
        ck_assert_uint_eq(got, rows);
        for (unsigned c = 0; c < width; c++) ck_assert_mem_eq(in[c], out[c], rows * 8);
        free(exact);
    }
}
END_TEST

START_TEST(damaged_bytes_do_no_harm) {
    static uint64_t in[4][BO_PACK_ROWS], out[4][BO_PACK_ROWS];
    uint64_t *ins[4] = {in[0], in[1], in[2], in[3]}, *outs[4] = {out[0], out[1], out[2], out[3]};
    static unsigned char bytes[BO_PACK_ROOM];
    size_t got, cut = 0;
    for (int round = 0; round < 20000; round++) {
        size_t rows = 1 + any() % BO_PACK_ROWS;
        for (unsigned c = 0; c < 4; c++) fill(in[c], in[any() % (c + 1)], rows, any() % 8);
        size_t len = bo_pack(bytes, ins, 4, rows);
        unsigned char *exact = malloc(len);
        memcpy(exact, bytes, len);
        for (int i = 0; i < 3; i++) exact[any() % (round % 2 ? len : 8)] = (unsigned char)any();
        (void)bo_unpack(outs, &got, 4, exact, len);
        free(exact);
        size_t shorter = any() % len;
        exact = malloc(shorter + 1);
        memcpy(exact, bytes, shorter);
        cut += !bo_unpack(outs, &got, 4, exact, shorter);
        free(exact);
    }
    ck_assert_uint_eq(cut, 20000);
}
END_TEST

Suite *test_pack(void) {
    Suite *suite = suite_create("store/pack");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_test(all, columns_of_every_shape_come_back);
    tcase_add_test(all, damaged_bytes_do_no_harm);
    suite_add_tcase(suite, all);
    return suite;
}
