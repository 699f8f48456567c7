/* SPDX-License-Identifier: Apache-2.0
 * Passwords checked and forgotten. Whether an account exists, and how its password is kept, must not show in
 * the time that an answer takes.
 */
#include "auth/internal.h"
#include "crypto/crypto.h"

typedef struct kept {
    bo_str name, hash; /* the hash is empty when there is nothing to log in with */
    bo_account account;
    bo_str bcrypt_beginning; /* of some account's hash; empty when no account has one of bcrypt */
} kept;

static bo_status take_first(void *context, bo_str key, bo_str value) {
    char *beginning = context;
    (void)key;
    memcpy(beginning, value.ptr, value.len < 7 ? value.len : 7);
    return BO_CANCELLED;
}

static bo_status look_up(bo_store *store, kept *out, bo_str name, bo_arena *arena) {
    bo_txn *txn;
    bo_account_row row;
    char *beginning = bo_arena_zalloc(arena, 8);
    if (beginning == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_row_each(txn, BO_TABLE_ACCOUNT, BO_STR("b"), BO_STR(""), take_first, beginning);
    *out = (kept){.bcrypt_beginning = bo_str_of(beginning)};
    if (status == BO_OK && bo_account_name_of(txn, &name, arena) == BO_OK &&
        bo_account_row_get(txn, &row, name, arena) == BO_OK) {
        out->account = row.account;
        out->hash = row.password_hash;
    }
    bo_txn_abort(txn);
    return status;
}

/* Hashes of nothing that anyone knows: where there is none of a kind, its time is spent all the same. */
static const bo_str no_argon2 = {"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                 96};

static bo_str no_bcrypt(bo_str beginning, bo_arena *arena) {
    return bo_arena_join(arena, beginning, BO_STR("....................................................."));
}

static bool fits(const kept *k, bo_str password, bo_arena *arena) {
    bool is_bcrypt = bo_password_is_bcrypt(k->hash), known = k->hash.len > 0;
    bool argon2 = bo_password_check(known && !is_bcrypt ? k->hash : no_argon2, password) == BO_OK;
    if (k->bcrypt_beginning.len == 0) return known && argon2;
    bo_str hash = is_bcrypt ? k->hash : no_bcrypt(k->bcrypt_beginning, arena);
    bool bcrypt = bo_password_check(hash, password) == BO_OK;
    return known && (is_bcrypt ? bcrypt : argon2);
}

static bo_status replace_within(bo_txn *txn, const kept *k, bo_str fresh, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, k->account.name, arena));
    if (!bo_str_eq(row.password_hash, k->hash))
        return bo_fail(BO_STALE, "the password has changed meanwhile");
    row.password_hash = fresh;
    return bo_account_row_put(txn, &row);
}

/* bcrypt's hash makes room for one of ours. */
static bo_status replace_hash(bo_store *store, const kept *k, bo_str password, bo_arena *arena) {
    bo_txn *txn;
    bo_str fresh;
    BO_TRY(bo_password_hash(&fresh, password, 0, 0, arena));
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    bo_status status = replace_within(txn, k, fresh, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_account_login(bo_store *store, bo_account *out, bo_str name, bo_str password, bo_arena *arena) {
    kept k;
    BO_TRY(look_up(store, &k, name, arena));
    if (!fits(&k, password, arena)) return bo_fail(BO_DENIED, "the name or the password is wrong");
    if (bo_password_is_bcrypt(k.hash)) {
        bo_status status = replace_hash(store, &k, password, arena);
        if (status != BO_OK && status != BO_STALE) return status;
    }
    *out = k.account;
    return BO_OK;
}

/* Passwords forgotten. */

enum { TOKEN_BYTES = 32 };

static bo_str digest_of(bo_str token, bo_arena *arena) {
    unsigned char digest[32];
    bo_sha256(digest, token);
    return bo_hex(bo_str_make((char *)digest, sizeof digest), arena);
}

bo_status bo_reset_begin(bo_txn *txn, bo_str *token, bo_account *account, bo_str email, int64_t until_s,
                         const bo_rng *rng, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    unsigned char secret[TOKEN_BYTES];
    bo_account found;
    BO_TRY(bo_account_of_email(txn, &found, email, arena));
    bo_rng_fill(rng, secret, sizeof secret);
    bo_str text = bo_hex(bo_str_make((char *)secret, sizeof secret), arena);
    bo_str row = bo_arena_printf(arena, "%lld %.*s", (long long)until_s, BO_STR_ARG(digest_of(text, arena)));
    if (row.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_row_put(txn, BO_TABLE_ACCOUNT, bo_account_key('t', found.name, room), row));
    *account = found;
    *token = text;
    return BO_OK;
}

/* Whether the kept row is of this token, and not too old. */
static bool is_kept(bo_str row, bo_str token, int64_t now_s, bo_arena *arena) {
    bo_str end = BO_STR_NONE, digest = row;
    int64_t until_s = 0;
    return bo_str_cut(&end, &digest, ' ') && bo_str_to_i64(&until_s, end) == BO_OK && now_s < until_s &&
           bo_crypto_eq(digest, digest_of(token, arena));
}

bo_status bo_reset_finish(bo_txn *txn, bo_str email, bo_str token, bo_str password_hash, int64_t now_s,
                          bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_account account;
    bo_str row = BO_STR_NONE;
    bo_status status = bo_account_of_email(txn, &account, email, arena);
    if (status == BO_OK)
        status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('t', account.name, room), &row);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    if (!is_kept(row, token, now_s, arena))
        return bo_fail_code(BO_DENIED, "auth.password.invalid_reset_token",
                            "this link to another password is not good any more: ask for a new one");
    return bo_account_set_password(txn, account.name, password_hash, arena);
}
