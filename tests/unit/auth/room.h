/* SPDX-License-Identifier: Apache-2.0
 * A store of its own for each test, a clock that the test moves, and accounts.
 */
#ifndef BO_TESTS_AUTH_ROOM_H
#define BO_TESTS_AUTH_ROOM_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/auth.h"

static bo_arena *arena;
static bo_store *store;
static char folder[64];
static int64_t now_ms;

static int64_t wall(void *context) {
    (void)context;
    return now_ms;
}
static uint64_t steady(void *context) {
    (void)context;
    return (uint64_t)now_ms * 1000000;
}
static const bo_clock test_clock = {wall, steady, NULL};

static void set_up(void) {
    arena = bo_arena_new(0);
    now_ms = 1000000000000;
    memcpy(folder, "/tmp/bocage-auth-XXXXXX", 24);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
}

static void tear_down(void) {
    bo_store_close(store);
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    for (size_t i = 0; i < 2; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    bo_arena_free(arena);
}

static inline bo_txn *begin(void) {
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    return txn;
}

/* Commits when it went well. */
static inline bo_status end(bo_txn *txn, bo_status status) {
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

static inline bo_status add_hashed(const char *name, const char *email, bo_str hash, bool is_admin) {
    bo_account account = {.name = bo_str_of(name),
                          .webid = bo_arena_join(arena, BO_STR("http://h/users/"), bo_str_of(name)),
                          .email = bo_str_of(email),
                          .is_admin = is_admin};
    bo_txn *txn = begin();
    return end(txn, bo_account_add(txn, &account, hash));
}

static inline bo_status add(const char *name, const char *email, const char *password) {
    bo_str hash;
    BO_TRY(bo_password_ready(&hash, bo_str_of(password), arena));
    return add_hashed(name, email, hash, false);
}

static inline bo_status login(const char *name, const char *password) {
    bo_account account;
    return bo_account_login(store, &account, bo_str_of(name), bo_str_of(password), arena);
}

static inline Suite *suite_of(const char *name, const TTest *const *tests, size_t count) {
    Suite *suite = suite_create(name);
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, set_up, tear_down);
    for (size_t i = 0; i < count; i++) tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return suite;
}

#endif
