/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "bocage/store.h"
#include "unit/store/folder.h"

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static bo_store *store;
static bo_arena *arena;

static void setup(void) {
    folder_make();
    arena = bo_arena_new(0);
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}));
}

static void teardown(void) {
    bo_arena_free(arena);
    bo_store_close(store);
    folder_remove();
}

static const size_t sizes[] = {0, 1, 65519, 65520, 65521, 131040, 1000000};

START_TEST(a_blob_comes_back_whole) {
    size_t len = sizes[_i];
    char *bytes = malloc(len + 1);
    for (size_t i = 0; i < len; i++) bytes[i] = (char)(i * 7919 >> 3);
    unsigned char digest[32], again[32];
    bo_str found;
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(bo_blob_put(txn, digest, (bo_str){bytes, len}));
    OK(bo_blob_put(txn, again, (bo_str){bytes, len}));
    ck_assert_mem_eq(digest, again, sizeof digest);
    OK(bo_txn_commit(txn, NULL, NULL));
    OK(bo_txn_begin(&txn, store, BO_READ));
    OK(bo_blob_get(txn, digest, &found, arena));
    ck_assert(bo_str_eq(found, (bo_str){bytes, len}));
    bo_txn_abort(txn);
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(bo_blob_del(txn, digest));
    ck_assert_int_eq(bo_blob_del(txn, digest), BO_NOT_FOUND);
    ck_assert_int_eq(bo_blob_get(txn, digest, &found, arena), BO_NOT_FOUND);
    OK(bo_txn_commit(txn, NULL, NULL));
    free(bytes);
}
END_TEST

Suite *test_blobs(void) {
    Suite *suite = suite_create("store/blobs");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, a_blob_comes_back_whole, 0, (int)(sizeof sizes / sizeof sizes[0]));
    suite_add_tcase(suite, all);
    return suite;
}
