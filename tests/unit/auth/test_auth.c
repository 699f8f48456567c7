/* SPDX-License-Identifier: Apache-2.0 */
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
    return 0;
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

static bo_status add(const char *name, const char *password, bool is_admin) {
    bo_txn *txn;
    bo_str hash;
    bo_account account = {.name = bo_str_of(name),
                          .webid = bo_arena_join(arena, BO_STR("http://h/users/"), bo_str_of(name)),
                          .is_admin = is_admin};
    BO_TRY(bo_password_ready(&hash, bo_str_of(password), arena));
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    bo_status status = bo_account_add(txn, &account, hash);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status check(const char *name, const char *password, bo_account *out) {
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    bo_status status = bo_account_check(txn, out, bo_str_of(name), bo_str_of(password), arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status count(void *context, const bo_account *account) {
    *(unsigned *)context += account->is_admin ? 100 : 1;
    return BO_OK;
}

START_TEST(accounts_are_kept) {
    bo_account account;
    ck_assert_int_eq(add("alice", "mot de passe", false), BO_OK);
    ck_assert_int_eq(add("chef", "mot de passe", true), BO_OK);
    ck_assert_int_eq(add("alice", "un autre mot", false), BO_EXISTS);
    ck_assert_int_eq(add("Alice", "mot de passe", false), BO_INVALID);
    ck_assert_int_eq(add("", "mot de passe", false), BO_INVALID);
    ck_assert_int_eq(add("a/b", "mot de passe", false), BO_INVALID);
    ck_assert_int_eq(add("bob", "court", false), BO_INVALID);
    ck_assert_int_eq(check("alice", "mot de passe", &account), BO_OK);
    ck_assert(bo_str_eq(account.webid, BO_STR("http://h/users/alice")));
    ck_assert_int_eq(check("alice", "mot de passf", &account), BO_DENIED);
    ck_assert_int_eq(check("nobody", "mot de passe", &account), BO_DENIED);
    bo_txn *txn;
    unsigned seen = 0;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_account_each(txn, count, &seen), BO_OK);
    ck_assert_uint_eq(seen, 101);
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_OK);
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_account_of_webid(txn, &account, BO_STR("http://h/users/alice"), arena), BO_NOT_FOUND);
    bo_txn_abort(txn);
}
END_TEST

START_TEST(tokens_speak_for_accounts) {
    bo_auth *auth, *again;
    bo_account account, who;
    bo_str token;
    ck_assert_int_eq(add("alice", "mot de passe", true), BO_OK);
    ck_assert_int_eq(check("alice", "mot de passe", &account), BO_OK);
    ck_assert_int_eq(bo_auth_new(&auth, store, &test_clock), BO_OK);
    ck_assert_int_eq(bo_token_issue(auth, &token, &account, arena), BO_OK);
    bo_auth_free(auth);
    ck_assert_int_eq(bo_auth_new(&again, store, &test_clock), BO_OK); /* the key is kept */
    ck_assert_int_eq(bo_token_verify(again, &who, token, arena), BO_OK);
    ck_assert(bo_str_eq(who.webid, BO_STR("http://h/users/alice")) && who.is_admin);
    ck_assert_int_eq(bo_token_verify(again, &who, BO_STR("not.a.token"), arena), BO_DENIED);
    now_ms += INT64_C(91) * 86400 * 1000;
    ck_assert_int_eq(bo_token_verify(again, &who, token, arena), BO_DENIED);
    now_ms -= INT64_C(91) * 86400 * 1000;
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
    ck_assert_int_eq(bo_token_verify(again, &who, token, arena), BO_DENIED);
    bo_auth_free(again);
}
END_TEST

Suite *test_auth(void) {
    Suite *suite = suite_create("auth");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, accounts_are_kept);
    tcase_add_test(all, tokens_speak_for_accounts);
    suite_add_tcase(suite, all);
    return suite;
}
