/* SPDX-License-Identifier: Apache-2.0
 * Accounts, sessions and tokens. An account is a row of the table ACCOUNT; what the world sees of its person
 * is an actor, which is not known here. Tokens are those of SemApps: JSON Web Tokens with RS256 whose claim
 * webId says who it is; ours also name a session and an end, so that they can be taken back.
 */
#ifndef BO_AUTH_AUTH_H
#define BO_AUTH_AUTH_H

#include "base/clock.h"
#include "bocage/store.h"

/* No password or hash is ever in here: what is handed around can't leak it. */
typedef struct bo_account {
    bo_str name;    /* a-z 0-9 - + _ . */
    bo_str webid;   /* an IRI of this node */
    bo_str email;   /* may be empty */
    bo_str subject; /* who it is for an identity provider (bo_account_bind), or empty */
    bo_str locale;  /* the language of its mails and pages: "fr", "en-GB" (BCP 47); may be empty */
    bool is_admin;
} bo_account;

/* BO_INVALID for a name or password that will not do, with the rule; BO_EXISTS. The password is hashed
 * (argon2id) before anything is locked: call bo_password_ready first, outside of any transaction. An empty
 * hash makes an account without a password; bcrypt's hashes are taken too, and replaced at the next login. */
bo_status bo_password_ready(bo_str *hash, bo_str password, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_add(bo_txn *txn, const bo_account *account, bo_str password_hash) BO_MUST_USE;
/* BO_NOT_FOUND. Text lives in the arena. */
bo_status bo_account_find(bo_txn *txn, bo_account *out, bo_str name, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_of_webid(bo_txn *txn, bo_account *out, bo_str webid, bo_arena *arena) BO_MUST_USE;
/* Addresses compare without case. */
bo_status bo_account_of_email(bo_txn *txn, bo_account *out, bo_str email, bo_arena *arena) BO_MUST_USE;
/* Another password ends all sessions; so does revoking alone. */
bo_status bo_account_set_password(bo_txn *txn, bo_str name, bo_str password_hash,
                                  bo_arena *arena) BO_MUST_USE;
bo_status bo_account_revoke(bo_txn *txn, bo_str name, bo_arena *arena) BO_MUST_USE;
/* BO_INVALID; BO_EXISTS when another account has it. */
bo_status bo_account_set_email(bo_txn *txn, bo_str name, bo_str email, bo_arena *arena) BO_MUST_USE;
/* BO_INVALID when it is no language tag; an empty one takes it away. */
bo_status bo_account_set_locale(bo_txn *txn, bo_str name, bo_str locale, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_remove(bo_txn *txn, bo_str name, bo_arena *arena) BO_MUST_USE;
/* The account of a WebID that is deleted goes with it; BO_OK when there is none. */
bo_status bo_account_forget(bo_txn *txn, bo_str webid, bo_arena *arena) BO_MUST_USE;
/* Every account, in order of names. */
bo_status bo_account_each(bo_txn *txn, bo_status (*each)(void *context, const bo_account *account),
                          void *context) BO_MUST_USE;

/* Who a person is for an identity provider: its issuer and the subject there (OpenID Connect Core section 2).
 * An account has at most one. */
bo_status bo_account_bind(bo_txn *txn, bo_str name, bo_str issuer, bo_str subject,
                          bo_arena *arena) BO_MUST_USE;
bo_status bo_account_of_subject(bo_txn *txn, bo_account *out, bo_str issuer, bo_str subject,
                                bo_arena *arena) BO_MUST_USE;

/* Checks a password. `name` may be the account's address. BO_DENIED when one of them is wrong, without
 * telling which, and in the same time. Must not be called inside a transaction: hashing is slow. */
bo_status bo_account_login(bo_store *store, bo_account *out, bo_str name, bo_str password,
                           bo_arena *arena) BO_MUST_USE;

/* A password forgotten: a token of 64 hexadecimal digits for whoever reads the account's mail, good once and
 * up to `until_s` (seconds since 1970); a later one replaces it. Only its digest is kept. BO_NOT_FOUND. */
bo_status bo_reset_begin(bo_txn *txn, bo_str *token, bo_account *account, bo_str email, int64_t until_s,
                         const bo_rng *rng, bo_arena *arena) BO_MUST_USE;
/* BO_DENIED when the token is not the account's, or too old, or the address unknown, without telling which.
 */
bo_status bo_reset_finish(bo_txn *txn, bo_str email, bo_str token, bo_str password_hash, int64_t now_s,
                          bo_arena *arena) BO_MUST_USE;

/* Tries of passwords: at most `most` a minute for each key (an address, an account); the next is BO_THROTTLED
 * until the minute is over. Thread-safe. */
typedef struct bo_throttle bo_throttle;
bo_status bo_throttle_new(bo_throttle **out, const bo_clock *clock, unsigned most) BO_MUST_USE;
void bo_throttle_free(bo_throttle *throttle); /* accepts NULL */
bo_status bo_throttle_try(bo_throttle *throttle, bo_str key) BO_MUST_USE;
/* What counts as one client: an IPv4 address, or the 64 bits that an IPv6 network has in common. */
bo_str bo_throttle_peer(bo_str address, bo_arena *arena);

/* Sessions and tokens. Opening makes the node's key when there is none. Thread-safe. */
typedef struct bo_auth bo_auth;
typedef struct bo_auth_options {
    bo_store *store;
    const bo_clock *clock;
    const bo_rng *rng;
    bo_str base_url;           /* the tokens' audience (aud) */
    uint64_t life_ms;          /* of a session and its token */
    int64_t imported_until_ms; /* until when tokens of the imported key count; 0: not at all */
} bo_auth_options;
bo_status bo_auth_new(bo_auth **out, const bo_auth_options *options) BO_MUST_USE;
void bo_auth_free(bo_auth *auth); /* accepts NULL */
/* The public key of the instance that this one was before: its tokens have neither session nor end. */
bo_status bo_auth_import_key(bo_txn *txn, bo_str pem, bo_arena *arena) BO_MUST_USE;

/* A secret that only this node has, the same after a restart, another one for each purpose. */
bo_status bo_auth_derive(const bo_auth *auth, unsigned char out[32], const char *purpose) BO_MUST_USE;

/* Opens a session and issues the token for it. Sessions that a provider ends together share `group`, which
 * may be empty (bo_session_group). Both outs live in the arena. Not inside a transaction. */
bo_status bo_session_open(bo_auth *auth, bo_str *token, bo_str *session, const bo_account *account,
                          bo_str group, bo_arena *arena) BO_MUST_USE;
/* Who a token speaks for, and by which session (empty for an imported one). BO_DENIED when it is not ours, is
 * for another node, has run out, was taken back, or its account is gone. */
bo_status bo_token_verify(bo_auth *auth, bo_account *out, bo_str *session, bo_str token,
                          bo_arena *arena) BO_MUST_USE;
/* The same from memory alone: true for a token that was good before, while nothing has changed that it rests
 * on. For threads that must not wait. */
bool bo_token_known(bo_auth *auth, bo_account *out, bo_str *session, bo_str token, bo_arena *arena);
/* Takes a session over into its account's present epoch, in the transaction that ended all sessions. */
bo_status bo_session_renew(bo_txn *txn, bo_str session, bo_arena *arena) BO_MUST_USE;
/* Ends one session; BO_OK when there is none either. */
bo_status bo_session_close(bo_auth *auth, bo_str session, bo_arena *arena) BO_MUST_USE;
/* The group of a provider's session, and ending all of it. */
bo_str bo_session_group(bo_str issuer, bo_str provider_session, bo_arena *arena);
bo_status bo_session_close_group(bo_auth *auth, bo_str group, bo_arena *arena) BO_MUST_USE;

#endif
