/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "unit/auth/room.h"

/* "tres secret", as SemApps keeps it (bcrypt, cost 10). */
#define BCRYPT "$2b$10$HQFPb4Y3qU8cW9GkZcVvNeQkXq6y6lq3mE0m0bT2o2zv2Q6m0VQ8a"

START_TEST(a_name_or_an_address_and_the_password) {
    bo_account account;
    ck_assert_int_eq(add("alice", "Alice@Example.org", "mot de passe"), BO_OK);
    ck_assert_int_eq(login("alice", "mot de passe"), BO_OK);
    ck_assert_int_eq(login("Alice", "mot de passe"), BO_OK);
    ck_assert_int_eq(login("ALICE@example.ORG", "mot de passe"), BO_OK);
    ck_assert_int_eq(login("alice", "mot de passf"), BO_DENIED);
    ck_assert_int_eq(login("nobody", "mot de passe"), BO_DENIED);
    ck_assert_int_eq(login("nobody@example.org", "mot de passe"), BO_DENIED);
    ck_assert_int_eq(login("", ""), BO_DENIED);
    ck_assert_int_eq(
        bo_account_login(store, &account, BO_STR("alice"), bo_str_make("mot de passe\0x", 14), arena),
        BO_DENIED);
    char *long_one = bo_arena_zalloc(arena, 3000);
    memset(long_one, 'a', 2999);
    ck_assert_int_eq(login("alice", long_one), BO_DENIED);
    ck_assert_int_eq(login(long_one, "mot de passe"), BO_DENIED);
}
END_TEST

START_TEST(an_account_without_a_password_has_no_login) {
    ck_assert_int_eq(add_hashed("alice", "", BO_STR(""), false), BO_OK);
    ck_assert_int_eq(login("alice", ""), BO_DENIED);
    ck_assert_int_eq(login("alice", "mot de passe"), BO_DENIED);
}
END_TEST

static double seconds_of(const char *name, const char *password) {
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    ck_assert_int_eq(login(name, password), BO_DENIED);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* The least of several measures: what else the machine does only adds. */
static double cost_of(const char *name) {
    double least = 1e9;
    for (int i = 0; i < 5; i++) {
        double one = seconds_of(name, "un mauvais mot");
        if (one < least) least = one;
    }
    return least;
}

/* With and without hashes of bcrypt in the store: whoever is asked for, the work is the same. */
START_TEST(the_unknown_cost_as_much_as_the_known) {
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(add_hashed("vide", "", BO_STR(""), false), BO_OK);
    for (int with_bcrypt = 0; with_bcrypt < 2; with_bcrypt++) {
        const char *const names[] = {"nobody", "vide", "nobody@example.org",
                                     with_bcrypt ? "imported" : "nobody"};
        double known = cost_of("alice");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            double other = cost_of(names[i]);
            ck_assert_msg(other > known * 0.7 && other < known * 1.4, "%s: %f, but alice: %f", names[i],
                          other, known);
        }
        if (!with_bcrypt) ck_assert_int_eq(add_hashed("imported", "", BO_STR(BCRYPT), false), BO_OK);
    }
}
END_TEST

/* A known hash of "U*U" (the test vectors of crypt_blowfish); implementations differ in the letter alone. */
START_TEST(bcrypt_is_taken_once_and_replaced) {
    static const char *const letters[] = {"a", "b", "y"};
    char hash[61];
    for (size_t i = 0; i < 3; i++) {
        bo_account account;
        const char *name = letters[i];
        snprintf(hash, sizeof hash, "$2%s$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", name);
        ck_assert_int_eq(add_hashed(name, "", bo_arena_str(arena, bo_str_of(hash)), false), BO_OK);
        ck_assert_int_eq(login(name, "U*V"), BO_DENIED);
        ck_assert_int_eq(login(name, "U*U"), BO_OK);
        ck_assert_int_eq(login(name, "U*U"), BO_OK); /* now argon2id */
        ck_assert_int_eq(login(name, "U*V"), BO_DENIED);
        bo_txn *txn = begin();
        ck_assert_int_eq(bo_account_find(txn, &account, bo_str_of(name), arena), BO_OK);
        bo_str row, key = bo_arena_join(arena, BO_STR("n"), account.name);
        ck_assert_int_eq(bo_row_get(txn, BO_TABLE_ACCOUNT, key, &row), BO_OK);
        ck_assert(bo_str_find_str(row, BO_STR("$argon2id$")) < row.len);
        ck_assert(bo_str_find_str(row, BO_STR("$05$CCCC")) == row.len);
        bo_txn_abort(txn);
    }
}
END_TEST

static bo_status begin_reset(const char *email, int64_t until_s, bo_str *token) {
    bo_account account;
    bo_txn *txn = begin();
    return end(txn, bo_reset_begin(txn, token, &account, bo_str_of(email), until_s, &bo_rng_system, arena));
}

static bo_status finish_reset(const char *email, bo_str token, const char *password, int64_t now_s) {
    bo_str hash;
    ck_assert_int_eq(bo_password_ready(&hash, bo_str_of(password), arena), BO_OK);
    bo_txn *txn = begin();
    return end(txn, bo_reset_finish(txn, bo_str_of(email), token, hash, now_s, arena));
}

START_TEST(a_reset_token_is_good_once_and_for_a_while) {
    bo_str token, second;
    ck_assert_int_eq(add("alice", "alice@example.org", "mot de passe"), BO_OK);
    ck_assert_int_eq(add("bob", "bob@example.org", "mot de passe"), BO_OK);
    ck_assert_int_eq(begin_reset("nobody@example.org", 1000, &token), BO_NOT_FOUND);
    ck_assert_int_eq(begin_reset("ALICE@example.org", 1000, &token), BO_OK);
    ck_assert_uint_eq(token.len, 64);
    ck_assert_int_eq(finish_reset("bob@example.org", token, "volé volé", 999), BO_DENIED);
    ck_assert_int_eq(finish_reset("nobody@example.org", token, "volé volé", 999), BO_DENIED);
    ck_assert_str_eq(bo_error_last()->code, "auth.password.invalid_reset_token");
    ck_assert_int_eq(finish_reset("alice@example.org", BO_STR(""), "volé volé", 999), BO_DENIED);
    ck_assert_int_eq(finish_reset("alice@example.org", token, "trop tard", 1000), BO_DENIED);
    ck_assert_int_eq(begin_reset("alice@example.org", 1000, &second), BO_OK);
    ck_assert_int_eq(finish_reset("alice@example.org", token, "remplacé", 999), BO_DENIED);
    ck_assert_int_eq(finish_reset("alice@example.org", second, "nouveau mot", 999), BO_OK);
    ck_assert_int_eq(login("alice", "nouveau mot"), BO_OK);
    ck_assert_int_eq(login("alice", "mot de passe"), BO_DENIED);
    ck_assert_int_eq(finish_reset("alice@example.org", second, "encore une fois", 999), BO_DENIED);
}
END_TEST

/* Who sets the password or the address otherwise does not want the mailed link any more. */
START_TEST(a_reset_token_ends_with_what_it_was_for) {
    bo_str token, hash;
    ck_assert_int_eq(add("alice", "alice@example.org", "mot de passe"), BO_OK);
    ck_assert_int_eq(begin_reset("alice@example.org", 1000, &token), BO_OK);
    ck_assert_int_eq(bo_password_ready(&hash, BO_STR("un autre mot"), arena), BO_OK);
    bo_txn *txn = begin();
    ck_assert_int_eq(end(txn, bo_account_set_password(txn, BO_STR("alice"), hash, arena)), BO_OK);
    ck_assert_int_eq(finish_reset("alice@example.org", token, "volé volé", 999), BO_DENIED);
    ck_assert_int_eq(begin_reset("alice@example.org", 1000, &token), BO_OK);
    txn = begin();
    ck_assert_int_eq(end(txn, bo_account_set_email(txn, BO_STR("alice"), BO_STR("a@example.org"), arena)),
                     BO_OK);
    ck_assert_int_eq(finish_reset("a@example.org", token, "volé volé", 999), BO_DENIED);
}
END_TEST

Suite *test_login(void) {
    const TTest *const tests[] = {
        a_name_or_an_address_and_the_password,      an_account_without_a_password_has_no_login,
        the_unknown_cost_as_much_as_the_known,      bcrypt_is_taken_once_and_replaced,
        a_reset_token_is_good_once_and_for_a_while, a_reset_token_ends_with_what_it_was_for};
    return suite_of("login", tests, sizeof tests / sizeof *tests);
}
