/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto.h"
#include "unit/auth/room.h"

static const int64_t day_ms = INT64_C(86400) * 1000;

static bo_auth *open_for(const char *base_url, int64_t imported_until_ms) {
    bo_auth *auth;
    bo_auth_options options = {.store = store,
                               .clock = &test_clock,
                               .rng = &bo_rng_system,
                               .base_url = bo_str_of(base_url),
                               .life_ms = (uint64_t)(90 * day_ms),
                               .imported_until_ms = imported_until_ms};
    ck_assert_int_eq(bo_auth_new(&auth, &options), BO_OK);
    return auth;
}

static bo_str open_session(bo_auth *auth, const char *name, bo_str group) {
    bo_account account;
    bo_str token, session;
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_account_find(txn, &account, bo_str_of(name), arena), BO_OK);
    bo_txn_abort(txn);
    ck_assert_int_eq(bo_session_open(auth, &token, &session, &account, group, arena), BO_OK);
    return token;
}

static bo_status verify(bo_auth *auth, bo_str token) {
    bo_account who;
    bo_str session;
    return bo_token_verify(auth, &who, &session, token, arena);
}

/* A token that says anything, signed by any key. */
static bo_str forge(const bo_key *key, const char *claims) {
    bo_str token;
    ck_assert_int_eq(bo_jwt_sign(&token, key, bo_str_of(claims), arena), BO_OK);
    return token;
}

static bo_key *key_of_store(void) {
    bo_key *key;
    bo_str pem;
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_row_get(txn, BO_TABLE_KEY, BO_STR("urn:bocage:tokens"), &pem), BO_OK);
    ck_assert_int_eq(bo_key_from_pem(&key, pem), BO_OK);
    bo_txn_abort(txn);
    return key;
}

START_TEST(tokens_speak_for_accounts_until_they_run_out) {
    bo_account who;
    bo_str session;
    ck_assert_int_eq(add_hashed("alice", "", BO_STR(""), true), BO_OK);
    bo_auth *auth = open_for("http://h", 0);
    bo_str token = open_session(auth, "alice", BO_STR(""));
    bo_auth_free(auth);
    auth = open_for("http://h", 0); /* the key is kept */
    ck_assert_int_eq(bo_token_verify(auth, &who, &session, token, arena), BO_OK);
    ck_assert(bo_str_eq(who.webid, BO_STR("http://h/users/alice")) && who.is_admin && session.len >= 22);
    now_ms += 90 * day_ms - 1000;
    ck_assert_int_eq(verify(auth, token), BO_OK);
    now_ms += 1000;
    ck_assert_int_eq(verify(auth, token), BO_DENIED);
    now_ms -= 90 * day_ms;
    bo_txn *txn = begin();
    ck_assert_int_eq(end(txn, bo_account_remove(txn, BO_STR("alice"), arena)), BO_OK);
    ck_assert_int_eq(verify(auth, token), BO_DENIED);
    bo_auth_free(auth);
}
END_TEST

START_TEST(tokens_of_others_and_for_others_are_refused) {
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    bo_auth *auth = open_for("http://h", 0), *elsewhere = open_for("http://elsewhere", 0);
    bo_str good = open_session(auth, "alice", BO_STR(""));
    ck_assert_int_eq(verify(elsewhere, good), BO_DENIED);
    ck_assert_int_eq(verify(auth, open_session(elsewhere, "alice", BO_STR(""))), BO_DENIED);
    static const char *const texts[] = {
        "",
        ".",
        "..",
        "...",
        "not.a.token",
        "a.b.c.d",
        "eyJhbGciOiJub25lIn0.eyJ3ZWJJZCI6Imh0dHA6Ly9oL3VzZXJzL2FsaWNlIn0.",   /* {"alg":"none"} */
        "eyJhbGciOiJIUzI1NiJ9.eyJ3ZWJJZCI6Imh0dHA6Ly9oL3VzZXJzL2FsaWNlIn0.AA" /* {"alg":"HS256"} */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(verify(auth, bo_str_of(texts[i])) == BO_DENIED, "%s", texts[i]);
    ck_assert_int_eq(verify(auth, bo_str_head(good, good.len - 2)), BO_DENIED);
    ck_assert_int_eq(verify(auth, bo_arena_join(arena, good, BO_STR("AAAA"))), BO_DENIED);
    bo_key *other;
    ck_assert_int_eq(bo_key_generate(&other, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(verify(auth, forge(other, "{\"webId\":\"http://h/users/alice\",\"iat\":1}")), BO_DENIED);
    bo_key_free(other);
    bo_auth_free(auth), bo_auth_free(elsewhere);
}
END_TEST

/* Even with our own key: no end, no audience, no session, the wrong types. */
START_TEST(what_a_token_must_say) {
    static const struct {
        const char *claims;
    } cases[] = {
        {"{}"},
        {"[]"},
        {"\"x\""},
        {"{\"webId\":\"http://h/users/alice\"}"},
        {"{\"webId\":\"http://h/users/alice\",\"exp\":9000000000}"},
        {"{\"webId\":\"http://h/users/alice\",\"exp\":9000000000,\"aud\":\"http://h\"}"},
        {"{\"webId\":\"http://h/users/alice\",\"exp\":9000000000,\"aud\":\"http://h\",\"sid\":\"x\"}"},
        {"{\"webId\":7,\"exp\":9000000000,\"aud\":\"http://h\",\"sid\":\"x\"}"},
        {"{\"webId\":\"http://h/users/alice\",\"exp\":\"9000000000\",\"aud\":\"http://h\"}"},
        {"{\"webId\":\"http://h/users/alice\",\"exp\":9000000000,\"aud\":[\"http://x\"]}"}};
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    bo_auth *auth = open_for("http://h", 0);
    bo_key *key = key_of_store();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(verify(auth, forge(key, cases[i].claims)) == BO_DENIED, "%s", cases[i].claims);
    bo_key_free(key);
    bo_auth_free(auth);
}
END_TEST

START_TEST(sessions_end) {
    bo_account who;
    bo_str one_id;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(add("bob", "", "mot de passe"), BO_OK);
    bo_auth *auth = open_for("http://h", 0);
    bo_str one = open_session(auth, "alice", BO_STR("")), two = open_session(auth, "alice", BO_STR("")),
           bobs = open_session(auth, "bob", BO_STR(""));
    ck_assert_int_eq(bo_token_verify(auth, &who, &one_id, one, arena), BO_OK);
    ck_assert_int_eq(bo_session_close(auth, BO_STR(""), arena), BO_OK); /* nobody's */
    ck_assert_int_eq(bo_session_close(auth, bo_str_head(one_id, one_id.len - 1), arena), BO_OK);
    ck_assert_int_eq(verify(auth, one), BO_OK);
    ck_assert_int_eq(bo_session_close(auth, one_id, arena), BO_OK);
    ck_assert_int_eq(verify(auth, one), BO_DENIED);
    ck_assert_int_eq(verify(auth, two), BO_OK);
    bo_txn *txn = begin();
    ck_assert_int_eq(end(txn, bo_account_revoke(txn, BO_STR("alice"), arena)), BO_OK);
    ck_assert_int_eq(verify(auth, two), BO_DENIED);
    ck_assert_int_eq(verify(auth, open_session(auth, "alice", BO_STR(""))), BO_OK);
    bo_str three = open_session(auth, "alice", BO_STR("")), hash;
    ck_assert_int_eq(bo_password_ready(&hash, BO_STR("un autre mot"), arena), BO_OK);
    txn = begin();
    ck_assert_int_eq(end(txn, bo_account_set_password(txn, BO_STR("alice"), hash, arena)), BO_OK);
    ck_assert_int_eq(verify(auth, three), BO_DENIED);
    bo_str four = open_session(auth, "alice", BO_STR("")), five = open_session(auth, "alice", BO_STR("")),
           four_id;
    ck_assert_int_eq(bo_token_verify(auth, &who, &four_id, four, arena), BO_OK);
    txn = begin();
    ck_assert_int_eq(bo_account_revoke(txn, BO_STR("alice"), arena), BO_OK);
    ck_assert_int_eq(bo_session_renew(txn, BO_STR(""), arena), BO_OK);
    ck_assert_int_eq(end(txn, bo_session_renew(txn, four_id, arena)), BO_OK);
    ck_assert_int_eq(verify(auth, four), BO_OK);
    ck_assert_int_eq(verify(auth, five), BO_DENIED);
    ck_assert_int_eq(verify(auth, bobs), BO_OK);
    bo_auth_free(auth);
}
END_TEST

START_TEST(a_provider_ends_what_it_began) {
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    bo_auth *auth = open_for("http://h", 0);
    bo_str group = bo_session_group(BO_STR("https://op"), BO_STR("s1"), arena),
           other = bo_session_group(BO_STR("https://op"), BO_STR("s2"), arena);
    bo_str one = open_session(auth, "alice", group), two = open_session(auth, "alice", group),
           three = open_session(auth, "alice", other);
    ck_assert_int_eq(bo_session_close_group(auth, BO_STR(""), arena), BO_OK);
    ck_assert_int_eq(verify(auth, one), BO_OK);
    ck_assert_int_eq(bo_session_close_group(auth, group, arena), BO_OK);
    ck_assert_int_eq(verify(auth, one), BO_DENIED);
    ck_assert_int_eq(verify(auth, two), BO_DENIED);
    ck_assert_int_eq(verify(auth, three), BO_OK);
    bo_auth_free(auth);
}
END_TEST

static bo_status count_row(void *context, bo_str key, bo_str value) {
    (void)key, (void)value;
    ++*(unsigned *)context;
    return BO_OK;
}

/* Sessions that ran out are swept away by those that are opened. */
START_TEST(old_sessions_are_forgotten) {
    unsigned rows = 0;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    bo_auth *auth = open_for("http://h", 0);
    for (int i = 0; i < 20; i++) open_session(auth, "alice", BO_STR(""));
    now_ms += 91 * day_ms;
    for (int i = 0; i < 20; i++) open_session(auth, "alice", BO_STR(""));
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_row_each(txn, BO_TABLE_ACCOUNT, BO_STR("s"), BO_STR(""), count_row, &rows), BO_OK);
    bo_txn_abort(txn);
    ck_assert_msg(rows >= 20 && rows < 30, "%u", rows);
    bo_auth_free(auth);
}
END_TEST

START_TEST(imported_tokens_count_for_a_while) {
    bo_key *old;
    bo_str pem;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(bo_key_generate(&old, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_key_public_pem(&pem, old, arena), BO_OK);
    bo_txn *txn = begin();
    ck_assert_int_eq(end(txn, bo_auth_import_key(txn, pem, arena)), BO_OK);
    bo_str token = forge(old, "{\"webId\":\"http://h/users/alice\",\"iat\":900000000}");
    bo_auth *never = open_for("http://h", 0), *auth = open_for("http://h", now_ms + day_ms);
    ck_assert_int_eq(verify(never, token), BO_DENIED);
    ck_assert_int_eq(verify(auth, token), BO_OK);
    ck_assert_int_eq(verify(auth, forge(old, "{\"webId\":\"http://h/users/alice\",\"aud\":\"http://x\"}")),
                     BO_DENIED);
    ck_assert_int_eq(verify(auth, forge(old, "{\"webId\":\"http://h/users/alice\",\"exp\":900000000}")),
                     BO_DENIED);
    ck_assert_int_eq(verify(auth, forge(old, "{\"webId\":\"http://h/users/bob\"}")), BO_DENIED);
    bo_str own = open_session(auth, "alice", BO_STR(""));
    txn = begin();
    ck_assert_int_eq(end(txn, bo_account_revoke(txn, BO_STR("alice"), arena)), BO_OK);
    ck_assert_int_eq(verify(auth, token), BO_DENIED);
    now_ms += day_ms;
    ck_assert_int_eq(add("bob", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(verify(auth, forge(old, "{\"webId\":\"http://h/users/bob\"}")), BO_DENIED);
    ck_assert_int_eq(verify(auth, own), BO_DENIED);
    ck_assert_int_eq(verify(auth, open_session(auth, "bob", BO_STR(""))), BO_OK);
    bo_key_free(old);
    bo_auth_free(never), bo_auth_free(auth);
}
END_TEST

START_TEST(tries_are_counted_by_network) {
    bo_throttle *tries;
    ck_assert_int_eq(bo_throttle_new(&tries, &test_clock, 2), BO_OK);
    ck_assert_int_eq(bo_throttle_try(tries, BO_STR("a")), BO_OK);
    ck_assert_int_eq(bo_throttle_try(tries, BO_STR("a")), BO_OK);
    ck_assert_int_eq(bo_throttle_try(tries, BO_STR("a")), BO_THROTTLED);
    ck_assert_int_eq(bo_throttle_try(tries, BO_STR("b")), BO_OK);
    now_ms += 60000;
    ck_assert_int_eq(bo_throttle_try(tries, BO_STR("a")), BO_OK);
    bo_throttle_free(tries);
    static const struct {
        const char *one, *other;
        bool same;
    } cases[] = {{"192.0.2.1", "192.0.2.1", true},
                 {"192.0.2.1", "192.0.2.2", false},
                 {"2001:db8::1", "2001:db8::2", true},
                 {"2001:db8::1", "2001:db8:0:1::1", false},
                 {"::ffff:192.0.2.1", "::ffff:192.0.2.2", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_int_eq(bo_str_eq(bo_throttle_peer(bo_str_of(cases[i].one), arena),
                                   bo_throttle_peer(bo_str_of(cases[i].other), arena)),
                         cases[i].same);
}
END_TEST

Suite *test_auth(void) {
    const TTest *const tests[] = {tokens_speak_for_accounts_until_they_run_out,
                                  tokens_of_others_and_for_others_are_refused,
                                  what_a_token_must_say,
                                  sessions_end,
                                  a_provider_ends_what_it_began,
                                  old_sessions_are_forgotten,
                                  imported_tokens_count_for_a_while,
                                  tries_are_counted_by_network};
    return suite_of("auth", tests, sizeof tests / sizeof *tests);
}
