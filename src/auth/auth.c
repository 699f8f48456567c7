/* SPDX-License-Identifier: Apache-2.0
 * Sessions, and the tokens that name them. A session is a row; a token is good while its session is there,
 * and opened in the account's present epoch.
 */
#include "auth/auth.h"

#include <stdlib.h>

#include "auth/internal.h"
#include "auth/known.h"
#include "bocage/json.h"
#include "crypto/crypto.h"

enum { RSA_BITS = 2048 };
static const bo_str own_key = {"urn:bocage:tokens", 17}, imported_key = {"urn:bocage:tokens:imported", 26};

struct bo_auth {
    bo_auth_options options;
    bo_key *own, *imported; /* imported: may be NULL */
    bo_known *known;
};

/* Keys. */

static bo_status load_key(bo_store *store, bo_key **out, bo_str row, bo_arena *arena) {
    bo_txn *txn;
    bo_str pem;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_KEY, row, &pem);
    if (status == BO_OK) pem = bo_arena_str(arena, pem);
    bo_txn_abort(txn);
    return status == BO_OK ? bo_key_from_pem(out, pem) : status;
}

/* Another process may have made one in the meantime: then that one counts. */
static bo_status make_key(bo_store *store, bo_arena *arena) {
    bo_key *key;
    bo_str pem, row;
    bo_txn *txn;
    BO_TRY(bo_key_generate(&key, BO_KEY_RSA, RSA_BITS));
    bo_status status = bo_key_private_pem(&pem, key, arena);
    bo_key_free(key);
    BO_TRY(status);
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    status = bo_row_get(txn, BO_TABLE_KEY, own_key, &row);
    if (status == BO_NOT_FOUND) status = bo_row_put(txn, BO_TABLE_KEY, own_key, pem);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    return bo_txn_commit(txn, NULL, arena);
}

static bo_status load_keys(bo_auth *auth, bo_arena *arena) {
    bo_store *store = auth->options.store;
    bo_status status = load_key(store, &auth->own, own_key, arena);
    if (status == BO_NOT_FOUND) {
        BO_TRY(make_key(store, arena));
        status = load_key(store, &auth->own, own_key, arena);
    }
    BO_TRY(status);
    status = load_key(store, &auth->imported, imported_key, arena);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_auth_new(bo_auth **out, const bo_auth_options *options) {
    bo_auth *auth = calloc(1, sizeof *auth);
    bo_arena *arena = bo_arena_new(0);
    bo_status status = auth != NULL && arena != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK) {
        auth->options = *options;
        auth->known = bo_known_new();
        status = auth->known != NULL ? load_keys(auth, arena) : bo_fail(BO_NO_MEMORY, "memory ran out");
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
    bo_key_free(auth->own);
    bo_key_free(auth->imported);
    bo_known_free(auth->known);
    free(auth);
}

bo_status bo_auth_import_key(bo_txn *txn, bo_str pem, bo_arena *arena) {
    bo_key *key;
    bo_str public_pem = BO_STR_NONE;
    BO_TRY(bo_key_from_pem(&key, pem));
    bo_status status = bo_key_kind_of(key) == BO_KEY_RSA
                           ? bo_key_public_pem(&public_pem, key, arena)
                           : bo_fail(BO_INVALID, "tokens of SemApps are signed with an RSA key");
    bo_key_free(key);
    return status == BO_OK ? bo_row_put(txn, BO_TABLE_KEY, imported_key, public_pem) : status;
}

bo_status bo_auth_derive(const bo_auth *auth, unsigned char out[32], const char *purpose) {
    bo_str pem = BO_STR_NONE;
    bo_arena *arena = bo_arena_new(0);
    bo_status status = arena != NULL ? bo_key_private_pem(&pem, auth->own, arena) : BO_NO_MEMORY;
    if (status == BO_OK) bo_hmac_sha256(out, pem, bo_str_of(purpose));
    bo_arena_free(arena);
    return status;
}

/* Sessions. */

static int64_t now_s(const bo_auth *auth) {
    return bo_clock_wall_ms(auth->options.clock) / 1000;
}

typedef struct session {
    bo_str account;
    int64_t end_s, epoch;
} session;

static bool read_session(session *out, bo_str row) {
    bo_str end, epoch, rest = row;
    if (!bo_str_cut(&end, &rest, ' ') || !bo_str_cut(&epoch, &rest, ' ')) return false;
    out->account = rest;
    return bo_str_to_i64(&out->end_s, end) == BO_OK && bo_str_to_i64(&out->epoch, epoch) == BO_OK;
}

typedef struct sweeping {
    bo_str keys[16];
    unsigned count, seen;
    int64_t now_s;
    bo_arena *arena;
} sweeping;

static bo_status sweep_one(void *context, bo_str key, bo_str value) {
    sweeping *s = context;
    session found;
    if (s->seen++ == sizeof s->keys / sizeof *s->keys) return BO_CANCELLED;
    if (!read_session(&found, value) || found.end_s <= s->now_s)
        s->keys[s->count++] = bo_arena_str(s->arena, key);
    return BO_OK;
}

/* Forgets what has run out among the next ones: names are random, so in time every place is come by. */
static bo_status sweep(bo_txn *txn, bo_str from, int64_t now, bo_arena *arena) {
    sweeping s = {.now_s = now, .arena = arena};
    BO_TRY(bo_row_each(txn, BO_TABLE_ACCOUNT, BO_STR("s"), from, sweep_one, &s));
    for (unsigned i = 0; i < s.count; i++) BO_TRY(bo_row_del(txn, BO_TABLE_ACCOUNT, s.keys[i]));
    return BO_OK;
}

static bo_status put_session(bo_txn *txn, bo_str name, bo_str id, int64_t end_s, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    bo_str value =
        bo_arena_printf(arena, "%lld %lld %.*s", (long long)end_s, (long long)row.epoch, BO_STR_ARG(name));
    if (value.ptr == NULL) return bo_error_last()->status;
    return bo_row_put(txn, BO_TABLE_ACCOUNT, bo_account_key('s', id, room), value);
}

static bo_status add_session(const bo_auth *auth, bo_txn *txn, bo_str name, bo_str id, int64_t end_s,
                             bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    BO_TRY(sweep(txn, bo_account_key('s', id, room), now_s(auth), arena));
    return put_session(txn, name, id, end_s, arena);
}

bo_status bo_session_renew(bo_txn *txn, bo_str id, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_str value;
    session found;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('s', id, room), &value);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    if (!read_session(&found, bo_arena_str(arena, value))) return BO_OK;
    return put_session(txn, found.account, id, found.end_s, arena);
}

static bo_status sign(const bo_auth *auth, bo_str *token, bo_str webid, bo_str id, int64_t end_s,
                      bo_arena *arena) {
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("webId"), webid);
    bo_json_member_string(&json, BO_STR("aud"), auth->options.base_url);
    bo_json_member_string(&json, BO_STR("sid"), id);
    bo_json_member_i64(&json, BO_STR("iat"), now_s(auth));
    bo_json_member_i64(&json, BO_STR("exp"), end_s);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_jwt_sign(token, auth->own, bo_text_str(&text), arena);
    bo_text_done(&text);
    return status;
}

bo_status bo_session_open(bo_auth *auth, bo_str *token, bo_str *id, const bo_account *account, bo_str group,
                          bo_arena *arena) {
    unsigned char random[16];
    bo_txn *txn;
    int64_t end_s = now_s(auth) + (int64_t)(auth->options.life_ms / 1000);
    bo_rng_fill(auth->options.rng, random, sizeof random);
    bo_str name =
        bo_arena_join(arena, group, bo_base64url(bo_str_make((char *)random, sizeof random), arena));
    if (name.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_WRITE));
    bo_status status = add_session(auth, txn, account->name, name, end_s, arena);
    if (status == BO_OK)
        status = bo_txn_commit(txn, NULL, arena);
    else
        bo_txn_abort(txn);
    BO_TRY(status);
    *id = name;
    return sign(auth, token, account->webid, name, end_s, arena);
}

typedef struct gathering {
    bo_str *keys;
    size_t len, size;
    bo_arena *arena;
} gathering;

static bo_status gather(void *context, bo_str key, bo_str value) {
    gathering *g = context;
    (void)value;
    if (g->len == g->size) {
        size_t size = g->size * 2 + 8;
        g->keys = bo_arena_grow(g->arena, g->keys, g->size * sizeof *g->keys, size * sizeof *g->keys);
        if (g->keys == NULL) return bo_error_last()->status;
        g->size = size;
    }
    g->keys[g->len++] = bo_arena_str(g->arena, key);
    return BO_OK;
}

static bo_status drop_rows(bo_txn *txn, const gathering *g) {
    for (size_t i = 0; i < g->len; i++) {
        bo_status status = bo_row_del(txn, BO_TABLE_ACCOUNT, g->keys[i]);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
    }
    return BO_OK;
}

bo_status bo_session_close(bo_auth *auth, bo_str id, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_txn *txn;
    bo_str value;
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('s', id, room), &value);
    bo_txn_abort(txn);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_WRITE));
    status = bo_account_drop(txn, 's', id);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_str bo_session_group(bo_str issuer, bo_str provider_session, bo_arena *arena) {
    unsigned char digest[32];
    bo_sha256(digest,
              bo_arena_join(arena, bo_arena_join(arena, issuer, bo_str_make("\0", 1)), provider_session));
    return bo_arena_join(arena, bo_base64url(bo_str_make((char *)digest, sizeof digest), arena), BO_STR("."));
}

/* Every session whose name begins with the group's. Whether there is one is seen without waiting for the
 * writer's turn. */
bo_status bo_session_close_group(bo_auth *auth, bo_str group, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_txn *txn;
    gathering g = {.arena = arena};
    if (group.len == 0) return BO_OK;
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_READ));
    bo_str prefix = bo_account_key('s', group, room);
    bo_status status = bo_row_each(txn, BO_TABLE_ACCOUNT, prefix, BO_STR(""), gather, &g);
    bo_txn_abort(txn);
    if (status != BO_OK || g.len == 0) return status;
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_WRITE));
    status = drop_rows(txn, &g);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

/* Tokens. */

static bool has_audience(const bo_json *aud, bo_str base_url) {
    if (bo_json_is(aud, BO_JSON_STRING)) return bo_str_eq(aud->text, base_url);
    for (uint32_t i = 0; bo_json_is(aud, BO_JSON_ARRAY) && i < aud->len; i++)
        if (bo_str_eq(bo_json_string(aud->items[i]), base_url)) return true;
    return false;
}

static bool is_within_time(const bo_json *claims, int64_t now, bool needs_end) {
    int64_t end = INT64_MAX, start = INT64_MIN;
    const bo_json *exp = bo_json_get(claims, BO_STR("exp")), *nbf = bo_json_get(claims, BO_STR("nbf"));
    if ((exp != NULL || needs_end) && !bo_json_integer(&end, exp)) return false;
    if (nbf != NULL && !bo_json_integer(&start, nbf)) return false;
    return now < end && now >= start;
}

/* Which of the two keys signed it; BO_DENIED when none that counts did. */
static bo_status verify_signature(const bo_auth *auth, const bo_jwt *jwt, bool *imported, bo_arena *arena) {
    bo_json *header;
    if (bo_json_parse(&header, jwt->header, NULL, arena) != BO_OK ||
        !bo_str_eq(bo_json_get_string(header, BO_STR("alg")), BO_STR("RS256")) ||
        bo_json_get(header, BO_STR("crit")) != NULL)
        return bo_fail(BO_DENIED, "tokens of this node are signed with RS256");
    *imported = false;
    if (bo_key_verify(auth->own, jwt->content, jwt->signature) == BO_OK) return BO_OK;
    *imported = true;
    bool counts =
        auth->imported != NULL && bo_clock_wall_ms(auth->options.clock) < auth->options.imported_until_ms;
    if (counts && bo_key_verify(auth->imported, jwt->content, jwt->signature) == BO_OK) return BO_OK;
    return bo_fail(BO_DENIED, "the token was signed by someone else");
}

static bo_status check_session(bo_txn *txn, const bo_account_row *row, bo_str id) {
    char room[BO_ACCOUNT_KEY_ROOM];
    session found;
    bo_str value;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('s', id, room), &value);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    bool good = status == BO_OK && read_session(&found, value) && found.epoch == row->epoch &&
                bo_str_eq(found.account, row->account.name);
    return good ? BO_OK : bo_fail(BO_DENIED, "the token was taken back");
}

/* An imported token has no session, so any taking back takes all of the account's. */
static bo_status check_account(bo_txn *txn, bo_account *out, bo_str webid, bo_str id, bool imported,
                               bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_of_webid(txn, out, webid, arena));
    BO_TRY(bo_account_row_get(txn, &row, out->name, arena));
    if (!imported) return check_session(txn, &row, id);
    return row.epoch == 0 ? BO_OK : bo_fail(BO_DENIED, "the token was taken back");
}

bool bo_token_known(bo_auth *auth, bo_account *out, bo_str *id, bo_str token, bo_arena *arena) {
    bo_known_token found;
    if (!bo_known_get(auth->known, &found, token, auth->options.store, now_s(auth), arena)) return false;
    *out = found.account;
    *id = found.session;
    return true;
}

static bo_status verify(const bo_auth *auth, bo_known_token *out, bo_str token, bo_arena *arena) {
    bo_jwt jwt;
    bo_json *claims;
    bo_txn *txn;
    bool imported;
    BO_TRY(bo_jwt_read(&jwt, token, arena));
    BO_TRY(verify_signature(auth, &jwt, &imported, arena));
    if (bo_json_parse(&claims, jwt.claims, NULL, arena) != BO_OK)
        return bo_fail(BO_DENIED, "the token is damaged");
    if (!is_within_time(claims, now_s(auth), !imported)) return bo_fail(BO_DENIED, "the token has run out");
    const bo_json *aud = bo_json_get(claims, BO_STR("aud"));
    if ((aud != NULL || !imported) && !has_audience(aud, auth->options.base_url))
        return bo_fail(BO_DENIED, "the token is for another node");
    out->session = imported ? BO_STR("") : bo_json_get_string(claims, BO_STR("sid"));
    bo_json_integer(&out->end_s, bo_json_get(claims, BO_STR("exp")));
    BO_TRY(bo_txn_begin(&txn, auth->options.store, BO_READ));
    bo_status status = check_account(txn, &out->account, bo_json_get_string(claims, BO_STR("webId")),
                                     out->session, imported, arena);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? bo_fail(BO_DENIED, "the token's account is gone") : status;
}

bo_status bo_token_verify(bo_auth *auth, bo_account *out, bo_str *id, bo_str token, bo_arena *arena) {
    bo_known_token found = {0};
    if (bo_token_known(auth, out, id, token, arena)) return BO_OK;
    uint64_t since = bo_store_generation(auth->options.store);
    BO_TRY(verify(auth, &found, token, arena));
    /* One without a session is good until a date of the settings: not remembered. */
    if (found.session.len > 0) bo_known_put(auth->known, &found, token, since);
    *out = found.account;
    *id = found.session;
    return BO_OK;
}
