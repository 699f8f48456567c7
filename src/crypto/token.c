/* SPDX-License-Identifier: Apache-2.0
 * Passwords (argon2id, RFC 9106) and JSON Web Tokens (RFC 7519).
 */
#include <argon2.h>
#include <openssl/rand.h>

#include "crypto/crypto.h"

bo_status bo_password_hash(bo_str *out, bo_str password, unsigned memory_kib, unsigned passes,
                           bo_arena *arena) {
    enum { SALT = 16, HASH = 32, ROOM = 160 };
    unsigned char salt[SALT];
    char *encoded = bo_arena_alloc(arena, ROOM);
    if (encoded == NULL) return bo_error_last()->status;
    if (RAND_bytes(salt, SALT) != 1) return bo_fail(BO_INTERNAL, "there is no randomness to be had");
    int code = argon2id_hash_encoded(passes ? passes : 2, memory_kib ? memory_kib : 19456, 1, password.ptr,
                                     password.len, salt, SALT, HASH, encoded, ROOM);
    if (code != ARGON2_OK)
        return bo_fail(BO_INTERNAL, "the password can't be kept: %s", argon2_error_message(code));
    *out = bo_str_of(encoded);
    return BO_OK;
}

bo_status bo_password_check(bo_str hash, bo_str password) {
    char encoded[256];
    if (hash.len >= sizeof encoded) return bo_fail(BO_CORRUPT, "the kept password is damaged");
    memcpy(encoded, hash.ptr, hash.len);
    encoded[hash.len] = '\0';
    if (argon2id_verify(encoded, password.ptr, password.len) == ARGON2_OK) return BO_OK;
    return bo_fail(BO_DENIED, "name or password is wrong");
}

static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";

bo_status bo_jwt_sign(bo_str *token, const bo_key *key, bo_str claims, bo_arena *arena) {
    bo_str signature, first = bo_base64url((bo_str){header, sizeof header - 1}, arena);
    bo_str second = bo_base64url(claims, arena);
    bo_str body = bo_arena_join(arena, bo_arena_join(arena, first, BO_STR(".")), second);
    if (bo_key_kind_of(key) != BO_KEY_RSA) return bo_fail(BO_BAD_ARGUMENT, "tokens are signed with RSA keys");
    if (body.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_key_sign(&signature, key, body, arena));
    *token = bo_arena_join(arena, bo_arena_join(arena, body, BO_STR(".")), bo_base64url(signature, arena));
    return token->ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* The header need not be read as JSON: one that names another algorithm is not ours. It may have been written
 * by SemApps, in another order. */
static bool is_rs256(bo_str text) {
    return bo_str_find_str(text, BO_STR("\"alg\":\"RS256\"")) < text.len;
}

bo_status bo_jwt_verify(bo_str *claims, const bo_key *key, bo_str token, bo_arena *arena) {
    bo_str rest = token, parts[3] = {BO_STR_NONE, BO_STR_NONE, BO_STR_NONE}, said, signature;
    for (size_t i = 0; i < 3; i++)
        if (!bo_str_cut(&parts[i], &rest, '.')) return bo_fail(BO_DENIED, "this is no token");
    if (rest.len > 0 || bo_base64url_decode(&said, parts[0], arena) != BO_OK || !is_rs256(said) ||
        bo_key_kind_of(key) != BO_KEY_RSA || bo_base64url_decode(&signature, parts[2], arena) != BO_OK)
        return bo_fail(BO_DENIED, "this is no token that can be read here");
    bo_str body = bo_str_head(token, parts[0].len + 1 + parts[1].len);
    BO_TRY(bo_key_verify(key, body, signature));
    return bo_base64url_decode(claims, parts[1], arena) == BO_OK ? BO_OK
                                                                 : bo_fail(BO_DENIED, "this is no token");
}
