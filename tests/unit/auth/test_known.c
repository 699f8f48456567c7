/* SPDX-License-Identifier: Apache-2.0
 * Tokens that are remembered, and forgotten at the right moment.
 */
#include "unit/auth/room.h"

static bo_auth *auth;

static void open_auth(void) {
    bo_auth_options options = {.store = store,
                               .clock = &test_clock,
                               .rng = &bo_rng_system,
                               .base_url = BO_STR("http://h"),
                               .life_ms = 60000};
    ck_assert_int_eq(bo_auth_new(&auth, &options), BO_OK);
}

static bo_str open_session(const char *name, bo_str *session) {
    bo_account account;
    bo_str token;
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_account_find(txn, &account, bo_str_of(name), arena), BO_OK);
    bo_txn_abort(txn);
    ck_assert_int_eq(bo_session_open(auth, &token, session, &account, BO_STR(""), arena), BO_OK);
    return token;
}

static bool known(bo_str token) {
    bo_account who;
    bo_str session;
    if (!bo_token_known(auth, &who, &session, token, arena)) return false;
    ck_assert(bo_str_eq(who.webid, BO_STR("http://h/users/alice")));
    ck_assert(bo_str_eq(who.name, BO_STR("alice")) && who.is_admin);
    ck_assert_uint_gt(session.len, 0);
    return true;
}

static bo_status verify(bo_str token) {
    bo_account who;
    bo_str session;
    return bo_token_verify(auth, &who, &session, token, arena);
}

START_TEST(a_token_is_known_once_it_was_good) {
    bo_str session, token;
    ck_assert_int_eq(add_hashed("alice", "a@h.org", BO_STR(""), true), BO_OK);
    ck_assert_int_eq(add_hashed("bob", "", BO_STR(""), false), BO_OK);
    open_auth();
    token = open_session("alice", &session);
    ck_assert(!known(token));
    ck_assert_int_eq(verify(token), BO_OK);
    ck_assert(known(token));
    ck_assert(!known(bo_str_head(token, token.len - 1)));
    ck_assert_int_eq(verify(BO_STR("not.a.token")), BO_DENIED);
    ck_assert(!known(BO_STR("not.a.token")));
    bo_txn *txn = begin(); /* bob's password is nothing to alice */
    ck_assert_int_eq(end(txn, bo_account_set_password(txn, BO_STR("bob"), BO_STR("$argon2id$x"), arena)),
                     BO_OK);
    ck_assert(known(token));
    now_ms += 60000;
    ck_assert(!known(token));
    ck_assert_int_eq(verify(token), BO_DENIED);
    bo_auth_free(auth);
}
END_TEST

START_TEST(what_is_taken_back_is_not_known_any_more) {
    bo_str session, one, two, three;
    bo_txn *txn;
    ck_assert_int_eq(add_hashed("alice", "a@h.org", BO_STR(""), true), BO_OK);
    open_auth();
    one = open_session("alice", &session);
    ck_assert_int_eq(verify(one), BO_OK);
    ck_assert(known(one));
    ck_assert_int_eq(bo_session_close(auth, session, arena), BO_OK);
    ck_assert(!known(one));
    two = open_session("alice", &session);
    ck_assert_int_eq(verify(two), BO_OK);
    txn = begin();
    ck_assert_int_eq(end(txn, bo_account_revoke(txn, BO_STR("alice"), arena)), BO_OK);
    ck_assert(!known(two));
    ck_assert_int_eq(verify(two), BO_DENIED);
    three = open_session("alice", &session);
    ck_assert_int_eq(verify(three), BO_OK);
    txn = begin();
    ck_assert_int_eq(end(txn, bo_account_remove(txn, BO_STR("alice"), arena)), BO_OK);
    ck_assert(!known(three));
    ck_assert_int_eq(verify(three), BO_DENIED);
    bo_auth_free(auth);
}
END_TEST

Suite *test_known(void) {
    const TTest *const tests[] = {a_token_is_known_once_it_was_good,
                                  what_is_taken_back_is_not_known_any_more};
    return suite_of("auth/known", tests, sizeof tests / sizeof *tests);
}
