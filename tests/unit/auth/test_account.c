/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/auth/room.h"

static bo_status count(void *context, const bo_account *account) {
    *(unsigned *)context += account->is_admin ? 100 : 1;
    return BO_OK;
}

START_TEST(accounts_are_kept) {
    bo_account account;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(add_hashed("chef", "", BO_STR(""), true), BO_OK);
    ck_assert_int_eq(add("alice", "", "un autre mot"), BO_EXISTS);
    ck_assert_int_eq(add("Alice", "", "mot de passe"), BO_INVALID);
    ck_assert_int_eq(add("", "", "mot de passe"), BO_INVALID);
    ck_assert_int_eq(add("a/b", "", "mot de passe"), BO_INVALID);
    ck_assert_int_eq(add("bob", "", "court"), BO_INVALID);
    bo_txn *txn = begin();
    unsigned seen = 0;
    ck_assert_int_eq(bo_account_each(txn, count, &seen), BO_OK);
    ck_assert_uint_eq(seen, 101);
    ck_assert_int_eq(bo_account_of_webid(txn, &account, BO_STR("http://h/users/alice"), arena), BO_OK);
    ck_assert(bo_str_eq(account.name, BO_STR("alice")));
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_OK);
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_account_of_webid(txn, &account, BO_STR("http://h/users/alice"), arena), BO_NOT_FOUND);
    bo_txn_abort(txn);
}
END_TEST

START_TEST(addresses_compare_without_case) {
    bo_account account;
    ck_assert_int_eq(add("alice", "Alice.Durand@Example.org", "mot de passe"), BO_OK);
    ck_assert_int_eq(add("autre", "ALICE.durand@example.ORG", "mot de passe"), BO_EXISTS);
    ck_assert_str_eq(bo_error_last()->code, "email.already.exists");
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_account_of_email(txn, &account, BO_STR("alice.DURAND@example.org"), arena), BO_OK);
    ck_assert(bo_str_eq(account.email, BO_STR("Alice.Durand@Example.org")));
    ck_assert_int_eq(end(txn, bo_account_set_email(txn, BO_STR("alice"), BO_STR("b@example.org"), arena)),
                     BO_OK);
    txn = begin();
    ck_assert_int_eq(bo_account_of_email(txn, &account, BO_STR("alice.durand@example.org"), arena),
                     BO_NOT_FOUND);
    bo_txn_abort(txn);
    ck_assert_int_eq(add("autre", "alice.durand@example.org", "mot de passe"), BO_OK);
}
END_TEST

START_TEST(what_is_no_address_is_refused) {
    static const char *const bad[] = {
        "x",         "@example.org", "a@example",          "a@.org",      "a b@example.org",
        "a@b@c.org", "a@example.",   "a@example.org\nBcc", "a@e.org\r\n", "a@example.org,b@example.org",
        "<a@e.org>", "a(b)@e.org",   "\"a\"@example.org",  "a;@e.org",    "a@exa\x7fmple.org"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(add("alice", bad[i], "mot de passe") == BO_INVALID, "%s", bad[i]);
        ck_assert_str_eq(bo_error_last()->code, "email.invalid");
    }
}
END_TEST

START_TEST(a_subject_leads_to_one_account) {
    bo_account account;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    ck_assert_int_eq(add("bob", "", "mot de passe"), BO_OK);
    bo_txn *txn = begin();
    bo_str issuer = BO_STR("https://op.example"), other = BO_STR("https://op.example/2");
    ck_assert_int_eq(bo_account_bind(txn, BO_STR("alice"), issuer, BO_STR("17"), arena), BO_OK);
    ck_assert_int_eq(bo_account_of_subject(txn, &account, issuer, BO_STR("17"), arena), BO_OK);
    ck_assert(bo_str_eq(account.name, BO_STR("alice")) && account.subject.len == 64);
    ck_assert_int_eq(bo_account_of_subject(txn, &account, other, BO_STR("17"), arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_account_of_subject(txn, &account, issuer, BO_STR("1"), arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_account_bind(txn, BO_STR("bob"), issuer, BO_STR("17"), arena), BO_EXISTS);
    ck_assert_int_eq(bo_account_bind(txn, BO_STR("alice"), issuer, BO_STR("18"), arena), BO_OK);
    ck_assert_int_eq(bo_account_of_subject(txn, &account, issuer, BO_STR("17"), arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_account_remove(txn, BO_STR("alice"), arena), BO_OK);
    ck_assert_int_eq(bo_account_of_subject(txn, &account, issuer, BO_STR("18"), arena), BO_NOT_FOUND);
    bo_txn_abort(txn);
}
END_TEST

START_TEST(a_language_is_a_tag) {
    static const char *const good[] = {"fr", "en-GB", "zh-Hant-TW", "de-1996", ""};
    static const char *const bad[] = {"f",      "-fr",       "fr-",
                                      "fr--FR", "fr_FR",     "1996",
                                      "fr FR",  "abcdefghi", "fr-abcdefgh-abcdefgh-abcdefgh-abcdefgh"};
    bo_account account;
    ck_assert_int_eq(add("alice", "", "mot de passe"), BO_OK);
    bo_txn *txn = begin();
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_int_eq(bo_account_set_locale(txn, BO_STR("alice"), bo_str_of(good[i]), arena), BO_OK);
        ck_assert_int_eq(bo_account_find(txn, &account, BO_STR("alice"), arena), BO_OK);
        ck_assert_msg(bo_str_eq(account.locale, bo_str_of(good[i])), "%s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bo_account_set_locale(txn, BO_STR("alice"), bo_str_of(bad[i]), arena) == BO_INVALID,
                      "%s", bad[i]);
    bo_txn_abort(txn);
}
END_TEST

Suite *test_account(void) {
    const TTest *const tests[] = {accounts_are_kept, addresses_compare_without_case,
                                  what_is_no_address_is_refused, a_subject_leads_to_one_account,
                                  a_language_is_a_tag};
    return suite_of("account", tests, sizeof tests / sizeof *tests);
}
