/* SPDX-License-Identifier: Apache-2.0
 * JSON Web Tokens (RFC 7519): their parts.
 */
#include "crypto/crypto.h"

bo_status bo_jwt_sign(bo_str *token, const bo_key *key, bo_str claims, bo_arena *arena) {
    bo_str signature, header = bo_base64url(BO_STR("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"), arena);
    bo_str content =
        bo_arena_join(arena, bo_arena_join(arena, header, BO_STR(".")), bo_base64url(claims, arena));
    if (bo_key_kind_of(key) != BO_KEY_RSA) return bo_fail(BO_BAD_ARGUMENT, "tokens are signed with RSA keys");
    if (content.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_key_sign(&signature, key, content, arena));
    *token = bo_arena_join(arena, bo_arena_join(arena, content, BO_STR(".")), bo_base64url(signature, arena));
    return token->ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_jwt_read(bo_jwt *out, bo_str token, bo_arena *arena) {
    bo_str rest = token, header, claims;
    bo_jwt jwt;
    bool good = bo_str_cut(&header, &rest, '.') && bo_str_cut(&claims, &rest, '.') &&
                bo_base64url_decode(&jwt.header, header, arena) == BO_OK &&
                bo_base64url_decode(&jwt.claims, claims, arena) == BO_OK &&
                bo_base64url_decode(&jwt.signature, rest, arena) == BO_OK;
    if (!good) return bo_fail(BO_DENIED, "this is no token");
    jwt.content = bo_str_head(token, header.len + 1 + claims.len);
    *out = jwt;
    return BO_OK;
}
