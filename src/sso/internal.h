/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share.
 */
#ifndef BO_SSO_INTERNAL_H
#define BO_SSO_INTERNAL_H

#include <pthread.h>

#include "bocage/json.h"
#include "sso/sso.h"

/* A document of the provider as it was last fetched. */
typedef struct bo_sso_kept {
    bo_text text;
    uint64_t fetched_ns; /* steady clock; 0: never */
} bo_sso_kept;

struct bo_sso {
    bo_sso_options options;
    bo_arena *arena;      /* the options' texts */
    pthread_mutex_t lock; /* of what is kept; never held while the provider is asked */
    bo_sso_kept metadata, keys;
};

/* One login under way: `state` is random; the others follow from it and the sealing key (seal.c). */
typedef struct bo_sso_login {
    bo_str state, nonce, verifier; /* 43 characters of base64url each */
    bo_str redirect_url;
} bo_sso_login;
bo_status bo_sso_seal(bo_sso *sso, bo_sso_login *out, bo_str *cookie, bo_str redirect_url,
                      bo_arena *arena) BO_MUST_USE;
/* BO_BAD_ARGUMENT when the cookie is not ours or too old. */
bo_status bo_sso_unseal(bo_sso *sso, bo_sso_login *out, bo_str cookie, bo_arena *arena) BO_MUST_USE;

/* provider.c: what the provider says of itself (OpenID Connect Discovery 1.0). */
bo_status bo_sso_metadata(bo_sso *sso, bo_json **out, bo_arena *arena) BO_MUST_USE;
/* Its keys (RFC 7517); `fresh` asks again, but not more than once a second. */
bo_status bo_sso_keys(bo_sso *sso, bo_json **out, const bo_json *metadata, bool fresh,
                      bo_arena *arena) BO_MUST_USE;
/* A request to the provider; BO_PEER for any answer that is not a 2xx with JSON. With a status of 4xx the
 * JSON is in *out all the same, if it is any. */
bo_status bo_sso_ask(bo_sso *sso, bo_json **out, bo_fetch *request, bo_arena *arena) BO_MUST_USE;

/* token.c: a token of the provider, for this client, of the present (OpenID Connect Core section 3.1.3.7). */
typedef enum bo_sso_token { BO_SSO_ID_TOKEN, BO_SSO_LOGOUT_TOKEN } bo_sso_token;
bo_status bo_sso_verify(bo_sso *sso, bo_json **claims, const bo_json *metadata, bo_str token,
                        bo_sso_token kind, bo_arena *arena) BO_MUST_USE;

/* oidc.c, cas.c */
bo_status bo_oidc_begin(bo_sso *sso, bo_str *location, const bo_sso_login *login,
                        bo_arena *arena) BO_MUST_USE;
bo_status bo_oidc_finish(bo_sso *sso, bo_identity *out, const bo_sso_login *login, bo_str query,
                         bo_arena *arena) BO_MUST_USE;
bo_status bo_cas_begin(bo_sso *sso, bo_str *location, const bo_sso_login *login, bo_arena *arena) BO_MUST_USE;
bo_status bo_cas_finish(bo_sso *sso, bo_identity *out, const bo_sso_login *login, bo_str query,
                        bo_arena *arena) BO_MUST_USE;

/* <address>?name=value&..., or with & when it has a query already; values are percent-encoded. */
typedef struct bo_sso_parameter {
    const char *name;
    bo_str value;
} bo_sso_parameter;
bo_str bo_sso_address(bo_str address, const bo_sso_parameter *parameters, size_t count, bo_arena *arena);

#endif
