/* SPDX-License-Identifier: Apache-2.0
 * Passwords: argon2id (RFC 9106), and bcrypt for what comes from elsewhere.
 */
#include <argon2.h>
#include <crypt.h>
#include <openssl/rand.h>
#include <stdlib.h>

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

bool bo_password_is_bcrypt(bo_str hash) {
    return hash.len == 60 && bo_str_starts(hash, BO_STR("$2")) && strchr("aby", hash.ptr[2]) != NULL;
}

enum { HASH_MOST = 256, PASSWORD_MOST = 1024 };

static bool fits_bcrypt(const char *hash, bo_str password) {
    char text[PASSWORD_MOST + 1];
    struct crypt_data *room = calloc(1, sizeof *room); /* 32 KiB */
    if (room == NULL) return false;
    memcpy(text, password.ptr, password.len);
    text[password.len] = '\0';
    const char *made = crypt_r(text, hash, room);
    bool good =
        made != NULL && strlen(text) == password.len && bo_crypto_eq(bo_str_of(made), bo_str_of(hash));
    explicit_bzero(text, sizeof text);
    explicit_bzero(room, sizeof *room);
    free(room);
    return good;
}

bo_status bo_password_check(bo_str hash, bo_str password) {
    char encoded[HASH_MOST];
    if (hash.len >= sizeof encoded) return bo_fail(BO_CORRUPT, "the kept password is damaged");
    if (password.len > PASSWORD_MOST) return bo_fail(BO_DENIED, "name or password is wrong");
    memcpy(encoded, hash.ptr, hash.len);
    encoded[hash.len] = '\0';
    bool good = bo_password_is_bcrypt(hash)
                    ? fits_bcrypt(encoded, password)
                    : argon2id_verify(encoded, password.ptr, password.len) == ARGON2_OK;
    return good ? BO_OK : bo_fail(BO_DENIED, "name or password is wrong");
}
