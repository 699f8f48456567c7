/* SPDX-License-Identifier: Apache-2.0
 * Accounts and tokens. An account is a row of the table ACCOUNT; what the world sees of its person is an
 * actor, which is not known here. Tokens are those of SemApps: JSON Web Tokens with RS256 whose claim webId
 * says who it is.
 */
#ifndef BO_AUTH_AUTH_H
#define BO_AUTH_AUTH_H

#include "base/clock.h"
#include "bocage/store.h"

typedef struct bo_account {
    bo_str name;  /* a-z 0-9 - + _ . */
    bo_str webid; /* an IRI of this node */
    bo_str email; /* may be empty */
    bool is_admin;
} bo_account;

/* BO_INVALID for a name or password that will not do, with the rule; BO_EXISTS. The password is hashed
 * (argon2id) before anything is locked: call bo_password_ready first, outside of any transaction. */
bo_status bo_password_ready(bo_str *hash, bo_str password, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_add(bo_txn *txn, const bo_account *account, bo_str password_hash) BO_MUST_USE;
/* BO_NOT_FOUND. Text lives in the arena. */
bo_status bo_account_find(bo_txn *txn, bo_account *out, bo_str name, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_of_webid(bo_txn *txn, bo_account *out, bo_str webid, bo_arena *arena) BO_MUST_USE;
/* `name` may be the account's address. BO_DENIED when it or the password is wrong, without telling which. */
bo_status bo_account_check(bo_txn *txn, bo_account *out, bo_str name, bo_str password,
                           bo_arena *arena) BO_MUST_USE;
bo_status bo_account_set_password(bo_txn *txn, bo_str name, bo_str password_hash,
                                  bo_arena *arena) BO_MUST_USE;
/* BO_INVALID; BO_EXISTS when another account has it. */
bo_status bo_account_set_email(bo_txn *txn, bo_str name, bo_str email, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_remove(bo_txn *txn, bo_str name, bo_arena *arena) BO_MUST_USE;
/* Every account, in order of names. */
bo_status bo_account_each(bo_txn *txn, bo_status (*each)(void *context, const bo_account *account),
                          void *context) BO_MUST_USE;

/* Tries of passwords: at most `most` a minute for each key (an address, an account); the next is BO_THROTTLED
 * until the minute is over. Thread-safe. */
typedef struct bo_throttle bo_throttle;
bo_status bo_throttle_new(bo_throttle **out, const bo_clock *clock, unsigned most) BO_MUST_USE;
void bo_throttle_free(bo_throttle *throttle); /* accepts NULL */
bo_status bo_throttle_try(bo_throttle *throttle, bo_str key) BO_MUST_USE;

/* Tokens. Opening makes the node's key when there is none. Thread-safe. */
typedef struct bo_auth bo_auth;
bo_status bo_auth_new(bo_auth **out, bo_store *store, const bo_clock *clock) BO_MUST_USE;
void bo_auth_free(bo_auth *auth); /* accepts NULL */
bo_status bo_token_issue(bo_auth *auth, bo_str *token, const bo_account *account,
                         bo_arena *arena) BO_MUST_USE;
/* Who a token speaks for. BO_DENIED when it is not ours, has run out, or its account is gone. */
bo_status bo_token_verify(bo_auth *auth, bo_account *out, bo_str token, bo_arena *arena) BO_MUST_USE;

#endif
