/* SPDX-License-Identifier: Apache-2.0
 * Tokens that a provider signs: which key, and what they must say.
 */
#include "crypto/crypto.h"
#include "sso/internal.h"

enum { LEEWAY_S = 60 };

/* The algorithms, and no others: neither none nor a shared secret. */
static const struct algorithm {
    const char *name, *type;
    bo_key_kind kind;
} algorithms[] = {{"RS256", "RSA", BO_KEY_RSA}, {"ES256", "EC", BO_KEY_P256}};

static const struct algorithm *algorithm_of(bo_str name) {
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (bo_str_eq(name, bo_str_of(algorithms[i].name))) return &algorithms[i];
    return NULL;
}

static bo_status number(bo_str *out, const bo_json *jwk, const char *name, bo_arena *arena) {
    return bo_base64url_decode(out, bo_json_get_string(jwk, bo_str_of(name)), arena);
}

/* A key out of its JSON (RFC 7518 section 6). */
static bo_status key_of(bo_key **out, const bo_json *jwk, const struct algorithm *algorithm,
                        bo_arena *arena) {
    bo_str first, second;
    bool is_rsa = algorithm->kind == BO_KEY_RSA;
    if (!is_rsa && !bo_str_eq(bo_json_get_string(jwk, BO_STR("crv")), BO_STR("P-256")))
        return bo_fail(BO_UNSUPPORTED, "the provider's key is on another curve than P-256");
    BO_TRY(number(&first, jwk, is_rsa ? "n" : "x", arena));
    BO_TRY(number(&second, jwk, is_rsa ? "e" : "y", arena));
    return is_rsa ? bo_key_rsa_from_raw(out, first, second) : bo_key_p256_from_raw(out, first, second);
}

static bool is_or_absent(const bo_json *object, const char *name, bo_str value) {
    const bo_json *found = bo_json_get(object, bo_str_of(name));
    return found == NULL || bo_str_eq(bo_json_string(found), value);
}

static bool may_be(const bo_json *jwk, const struct algorithm *algorithm, bo_str kid) {
    return bo_str_eq(bo_json_get_string(jwk, BO_STR("kty")), bo_str_of(algorithm->type)) &&
           is_or_absent(jwk, "use", BO_STR("sig")) && is_or_absent(jwk, "alg", bo_str_of(algorithm->name)) &&
           (kid.ptr == NULL || bo_str_eq(bo_json_get_string(jwk, BO_STR("kid")), kid));
}

/* BO_NOT_FOUND when no key is the one that is named; BO_DENIED when none fits. */
static bo_status verify_with(const bo_json *keys, const bo_jwt *jwt, const struct algorithm *algorithm,
                             bo_str kid, bo_arena *arena) {
    const bo_json *list = bo_json_get(keys, BO_STR("keys"));
    bo_status status = BO_NOT_FOUND;
    for (uint32_t i = 0; i < list->len && status != BO_OK; i++) {
        bo_key *key;
        if (!may_be(list->items[i], algorithm, kid) ||
            key_of(&key, list->items[i], algorithm, arena) != BO_OK)
            continue;
        status = bo_key_verify(key, jwt->content, jwt->signature);
        bo_key_free(key);
    }
    return status;
}

static bo_status verify_signature(bo_sso *sso, const bo_json *metadata, const bo_jwt *jwt,
                                  const bo_json *header, bo_arena *arena) {
    bo_json *keys;
    bo_str kid = bo_json_get_string(header, BO_STR("kid"));
    const struct algorithm *algorithm = algorithm_of(bo_json_get_string(header, BO_STR("alg")));
    if (algorithm == NULL || bo_json_get(header, BO_STR("crit")) != NULL)
        return bo_fail(BO_DENIED, "tokens of a provider are signed with RS256 or ES256");
    BO_TRY(bo_sso_keys(sso, &keys, metadata, false, arena));
    bo_status status = verify_with(keys, jwt, algorithm, kid, arena);
    if (status == BO_NOT_FOUND) { /* the provider may have other keys now */
        BO_TRY(bo_sso_keys(sso, &keys, metadata, true, arena));
        status = verify_with(keys, jwt, algorithm, kid, arena);
    }
    return status == BO_OK ? BO_OK : bo_fail(BO_DENIED, "the token was not signed by the provider");
}

static bool has_audience(const bo_json *claims, bo_str client) {
    const bo_json *aud = bo_json_get(claims, BO_STR("aud"));
    if (bo_json_is(aud, BO_JSON_STRING)) return bo_str_eq(aud->text, client);
    bool found = false;
    for (uint32_t i = 0; bo_json_is(aud, BO_JSON_ARRAY) && i < aud->len; i++)
        found = found || bo_str_eq(bo_json_string(aud->items[i]), client);
    return found && (aud->len == 1 || bo_json_get(claims, BO_STR("azp")) != NULL);
}

/* ID tokens have an end; older providers leave it out of logout tokens, which must then be new. */
static bool is_present(const bo_json *claims, int64_t now_s, bool needs_end) {
    enum { NEW_S = 300 };
    int64_t issued = 0, end = 0, start = 0;
    const bo_json *exp = bo_json_get(claims, BO_STR("exp")), *nbf = bo_json_get(claims, BO_STR("nbf"));
    if (!bo_json_integer(&issued, bo_json_get(claims, BO_STR("iat"))) || issued > now_s + LEEWAY_S)
        return false;
    if (nbf != NULL && (!bo_json_integer(&start, nbf) || start > now_s + LEEWAY_S)) return false;
    if (exp == NULL) return !needs_end && now_s - issued < NEW_S;
    return bo_json_integer(&end, exp) && now_s - LEEWAY_S < end;
}

static bo_status check_claims(const bo_sso *sso, const bo_json *claims, const bo_json *metadata,
                              bo_sso_token kind) {
    int64_t now_s = bo_clock_wall_ms(sso->options.clock) / 1000;
    bo_str issuer = bo_json_get_string(metadata, BO_STR("issuer"));
    if (!bo_str_eq(bo_json_get_string(claims, BO_STR("iss")), issuer))
        return bo_fail(BO_DENIED, "the token is another provider's");
    const bo_json *azp = bo_json_get(claims, BO_STR("azp"));
    if (!has_audience(claims, sso->options.client) ||
        (azp != NULL && !bo_str_eq(bo_json_string(azp), sso->options.client)))
        return bo_fail(BO_DENIED, "the token is for another client");
    if (!is_present(claims, now_s, kind == BO_SSO_ID_TOKEN))
        return bo_fail(BO_DENIED, "the token has run out, or is not of this time: are both clocks right?");
    return BO_OK;
}

/* What tells the two kinds apart (Back-Channel Logout 1.0, section 2.4). */
static bool is_of_kind(const bo_json *header, const bo_json *claims, bo_sso_token kind) {
    const bo_str event = BO_STR("http://schemas.openid.net/event/backchannel-logout");
    bool typed = bo_str_eq_nocase(bo_json_get_string(header, BO_STR("typ")), BO_STR("logout+jwt"));
    bool is_event = bo_json_is(bo_json_get(bo_json_get(claims, BO_STR("events")), event), BO_JSON_OBJECT);
    bool has_nonce = bo_json_get(claims, BO_STR("nonce")) != NULL;
    return kind == BO_SSO_LOGOUT_TOKEN ? is_event && !has_nonce : !typed && !is_event;
}

bo_status bo_sso_verify(bo_sso *sso, bo_json **claims, const bo_json *metadata, bo_str token,
                        bo_sso_token kind, bo_arena *arena) {
    bo_jwt jwt;
    bo_json *header, *said;
    BO_TRY(bo_jwt_read(&jwt, token, arena));
    if (bo_json_parse(&header, jwt.header, NULL, arena) != BO_OK ||
        bo_json_parse(&said, jwt.claims, NULL, arena) != BO_OK)
        return bo_fail(BO_DENIED, "the token is damaged");
    BO_TRY(verify_signature(sso, metadata, &jwt, header, arena));
    BO_TRY(check_claims(sso, said, metadata, kind));
    if (!is_of_kind(header, said, kind)) return bo_fail(BO_DENIED, "the token is of another kind");
    *claims = said;
    return BO_OK;
}
