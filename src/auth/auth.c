/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/auth.h"

#include <stdlib.h>

#include "bocage/json.h"
#include "crypto/crypto.h"

enum { RSA_BITS = 2048, TOKEN_DAYS = 90 };
static const bo_str key_row = {"urn:bocage:tokens", 17};

struct bo_auth {
    bo_store *store;
    const bo_clock *clock;
    bo_key *key;
};

static bo_status load_key(bo_auth *auth, bo_arena *arena) {
    bo_txn *txn;
    bo_str pem;
    BO_TRY(bo_txn_begin(&txn, auth->store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_KEY, key_row, &pem);
    if (status == BO_OK) pem = bo_arena_str(arena, pem);
    bo_txn_abort(txn);
    return status == BO_OK ? bo_key_from_pem(&auth->key, pem) : status;
}

/* Another process may have made one in the meantime: then that one counts. */
static bo_status make_key(bo_auth *auth, bo_arena *arena) {
    bo_key *key;
    bo_str pem, row;
    bo_txn *txn;
    BO_TRY(bo_key_generate(&key, BO_KEY_RSA, RSA_BITS));
    bo_status status = bo_key_private_pem(&pem, key, arena);
    bo_key_free(key);
    BO_TRY(status);
    BO_TRY(bo_txn_begin(&txn, auth->store, BO_WRITE));
    status = bo_row_get(txn, BO_TABLE_KEY, key_row, &row);
    if (status == BO_NOT_FOUND) status = bo_row_put(txn, BO_TABLE_KEY, key_row, pem);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    return bo_txn_commit(txn, NULL, arena);
}

bo_status bo_auth_new(bo_auth **out, bo_store *store, const bo_clock *clock) {
    bo_auth *auth = calloc(1, sizeof *auth);
    bo_arena *arena = bo_arena_new(0);
    bo_status status = auth != NULL && arena != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK) {
        *auth = (bo_auth){store, clock, NULL};
        status = load_key(auth, arena);
        if (status == BO_NOT_FOUND) status = make_key(auth, arena);
        if (status == BO_OK && auth->key == NULL) status = load_key(auth, arena);
    }
    bo_arena_free(arena);
    if (status == BO_OK)
        *out = auth;
    else
        bo_auth_free(auth);
    return status;
}

void bo_auth_free(bo_auth *auth) {
    if (auth == NULL) return;
    bo_key_free(auth->key);
    free(auth);
}

bo_status bo_token_issue(bo_auth *auth, bo_str *token, const bo_account *account, bo_arena *arena) {
    int64_t now = bo_clock_wall_ms(auth->clock) / 1000;
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("webId"), account->webid);
    bo_json_member_i64(&json, BO_STR("iat"), now);
    bo_json_member_i64(&json, BO_STR("exp"), now + TOKEN_DAYS * 86400);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_jwt_sign(token, auth->key, bo_text_str(&text), arena);
    bo_text_done(&text);
    return status;
}

bo_status bo_token_verify(bo_auth *auth, bo_account *out, bo_str token, bo_arena *arena) {
    bo_str claims;
    bo_json *json;
    bo_txn *txn;
    int64_t expiry = INT64_MAX; /* SemApps' own tokens have none */
    BO_TRY(bo_jwt_verify(&claims, auth->key, token, arena));
    if (bo_json_parse(&json, claims, NULL, arena) != BO_OK) return bo_fail(BO_DENIED, "the token is damaged");
    bo_json_integer(&expiry, bo_json_get(json, BO_STR("exp")));
    if (bo_clock_wall_ms(auth->clock) / 1000 >= expiry) return bo_fail(BO_DENIED, "the token has run out");
    BO_TRY(bo_txn_begin(&txn, auth->store, BO_READ));
    bo_status status = bo_account_of_webid(txn, out, bo_json_get_string(json, BO_STR("webId")), arena);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? bo_fail(BO_DENIED, "the token's account is gone") : status;
}
