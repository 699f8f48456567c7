/* SPDX-License-Identifier: Apache-2.0
 * OpenID Connect as relying party: the authorization code flow (Core 1.0 section 3.1) with PKCE (RFC 7636).
 */
#include "bocage/iri.h"
#include "crypto/crypto.h"
#include "sso/internal.h"

static bo_str callback(const bo_sso *sso, bo_arena *arena) {
    return bo_arena_join(arena, sso->options.base_url, BO_STR("/auth"));
}

bo_status bo_oidc_begin(bo_sso *sso, bo_str *location, const bo_sso_login *login, bo_arena *arena) {
    bo_json *metadata;
    unsigned char digest[32];
    BO_TRY(bo_sso_metadata(sso, &metadata, arena));
    bo_sha256(digest, login->verifier);
    const bo_sso_parameter parameters[] = {
        {"response_type", BO_STR("code")},
        {"client_id", sso->options.client},
        {"redirect_uri", callback(sso, arena)},
        {"scope", sso->options.scope},
        {"state", login->state},
        {"nonce", login->nonce},
        {"code_challenge", bo_base64url(bo_str_make((char *)digest, sizeof digest), arena)},
        {"code_challenge_method", BO_STR("S256")}};
    *location = bo_sso_address(bo_json_get_string(metadata, BO_STR("authorization_endpoint")), parameters,
                               sizeof parameters / sizeof *parameters, arena);
    return BO_OK;
}

/* What the provider says to the browser (RFC 6749 section 4.1.2), and that it is this provider (RFC 9207). */
static bo_status read_answer(bo_str *code, const bo_json *metadata, bo_str query, bo_arena *arena) {
    bo_str error, issuer;
    BO_TRY(bo_http_form(&issuer, query, BO_STR("iss"), 0, arena));
    bool tells = bo_json_is(bo_json_get(metadata, BO_STR("authorization_response_iss_parameter_supported")),
                            BO_JSON_TRUE);
    if ((tells || issuer.ptr != NULL) && !bo_str_eq(issuer, bo_json_get_string(metadata, BO_STR("issuer"))))
        return bo_fail_code(BO_DENIED, "wrong_issuer", "the answer comes from another provider");
    BO_TRY(bo_http_form(&error, query, BO_STR("error"), 0, arena));
    if (error.len > 0)
        return bo_fail_code(BO_DENIED,
                            bo_str_eq(error, BO_STR("access_denied")) ? "access_denied" : "provider_error",
                            "the identity provider answers: %.*s", BO_STR_ARG(bo_str_head(error, 100)));
    BO_TRY(bo_http_form(code, query, BO_STR("code"), 0, arena));
    return code->len > 0 ? BO_OK
                         : bo_fail_code(BO_DENIED, "provider_error", "the identity provider sent no code");
}

static void put_field(bo_text *out, const char *name, bo_str value) {
    if (out->len > 0) bo_text_char(out, '&');
    bo_text_put(out, bo_str_of(name));
    bo_text_char(out, '=');
    bo_percent_encode(out, value);
}

static bo_str encoded(bo_str text, bo_arena *arena) {
    bo_text out;
    bo_text_init(&out, 0);
    bo_percent_encode(&out, text);
    bo_str copy = bo_arena_str(arena, bo_text_str(&out));
    bo_text_done(&out);
    return copy;
}

/* Basic, unless the provider wants the secret in the body alone (RFC 6749 section 2.3.1). */
static bool wants_secret_in_body(const bo_json *metadata) {
    const bo_json *methods = bo_json_get(metadata, BO_STR("token_endpoint_auth_methods_supported"));
    bool basic = false, post = false;
    for (uint32_t i = 0; bo_json_is(methods, BO_JSON_ARRAY) && i < methods->len; i++) {
        basic = basic || bo_str_eq(bo_json_string(methods->items[i]), BO_STR("client_secret_basic"));
        post = post || bo_str_eq(bo_json_string(methods->items[i]), BO_STR("client_secret_post"));
    }
    return post && !basic;
}

static void put_client(const bo_sso *sso, bo_text *body, bo_fetch *request, bool in_body, bo_arena *arena) {
    bo_str client = sso->options.client, secret = sso->options.secret;
    if (secret.len == 0 || in_body) put_field(body, "client_id", client);
    if (secret.len == 0) return;
    if (in_body) {
        put_field(body, "client_secret", secret);
        return;
    }
    bo_str pair = bo_arena_join(arena, bo_arena_join(arena, encoded(client, arena), BO_STR(":")),
                                encoded(secret, arena));
    bo_headers_add(&request->headers, BO_STR("Authorization"),
                   bo_arena_join(arena, BO_STR("Basic "), bo_base64(pair, arena)));
}

/* The code for tokens. */
static bo_status redeem(bo_sso *sso, bo_json **tokens, const bo_json *metadata, const bo_sso_login *login,
                        bo_str code, bo_arena *arena) {
    bo_fetch request = {.method = BO_POST, .url = bo_json_get_string(metadata, BO_STR("token_endpoint"))};
    bo_text body;
    *tokens = NULL;
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), BO_STR("application/x-www-form-urlencoded"));
    bo_text_init(&body, 0);
    put_field(&body, "grant_type", BO_STR("authorization_code"));
    put_field(&body, "code", code);
    put_field(&body, "redirect_uri", callback(sso, arena));
    put_field(&body, "code_verifier", login->verifier);
    put_client(sso, &body, &request, wants_secret_in_body(metadata), arena);
    request.body = bo_text_str(&body);
    bo_status status = body.status == BO_OK ? bo_sso_ask(sso, tokens, &request, arena) : body.status;
    bo_text_done(&body);
    bo_str error = bo_json_get_string(*tokens, BO_STR("error"));
    if (status == BO_PEER && error.len > 0)
        return bo_fail_code(BO_DENIED, "provider_error", "the identity provider does not take the code: %.*s",
                            BO_STR_ARG(bo_str_head(error, 100)));
    return status;
}

/* An access token that came with another ID token (section 3.1.3.8). Both algorithms have SHA-256. */
static bool is_of_access(const bo_json *claims, bo_str access, bo_arena *arena) {
    unsigned char digest[32];
    const bo_json *said = bo_json_get(claims, BO_STR("at_hash"));
    if (said == NULL) return true;
    bo_sha256(digest, access);
    return bo_crypto_eq(bo_json_string(said),
                        bo_base64url(bo_str_make((char *)digest, sizeof digest / 2), arena));
}

static bo_status ask_userinfo(bo_sso *sso, bo_json **info, const bo_json *metadata, bo_str access,
                              bo_str subject, bo_arena *arena) {
    bo_fetch request = {.method = BO_GET, .url = bo_json_get_string(metadata, BO_STR("userinfo_endpoint"))};
    *info = NULL;
    if (request.url.len == 0 || access.len == 0) return BO_OK;
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Authorization"),
                   bo_arena_join(arena, BO_STR("Bearer "), access));
    BO_TRY(bo_sso_ask(sso, info, &request, arena));
    /* section 5.3.2: it could speak of someone else */
    if (!bo_str_eq(bo_json_get_string(*info, BO_STR("sub")), subject))
        return bo_fail_code(BO_DENIED, "provider_error",
                            "the identity provider speaks of two people at once");
    return BO_OK;
}

static const bo_json *claim(const bo_json *info, const bo_json *claims, const char *name) {
    const bo_json *found = bo_json_get(info, bo_str_of(name));
    return found != NULL ? found : bo_json_get(claims, bo_str_of(name));
}

static void fill_in(bo_identity *out, const bo_json *info, const bo_json *claims) {
    const struct {
        const char *name;
        bo_str *value;
    } texts[] = {{"email", &out->email},
                 {"preferred_username", &out->username},
                 {"given_name", &out->given},
                 {"family_name", &out->family}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i].value = bo_str_trim(bo_json_string(claim(info, claims, texts[i].name)));
    if (out->given.len == 0 && out->family.len == 0)
        out->given = bo_str_trim(bo_json_string(claim(info, claims, "name")));
    const bo_json *verified = claim(info, claims, "email_verified");
    out->email_is_verified =
        bo_json_is(verified, BO_JSON_TRUE) || bo_str_eq(bo_json_string(verified), BO_STR("true"));
}

bo_status bo_oidc_finish(bo_sso *sso, bo_identity *out, const bo_sso_login *login, bo_str query,
                         bo_arena *arena) {
    enum { SUBJECT_MOST = 255 };
    bo_json *metadata, *tokens, *claims, *info;
    bo_str code;
    BO_TRY(bo_sso_metadata(sso, &metadata, arena));
    BO_TRY(read_answer(&code, metadata, query, arena));
    BO_TRY(redeem(sso, &tokens, metadata, login, code, arena));
    BO_TRY(bo_sso_verify(sso, &claims, metadata, bo_json_get_string(tokens, BO_STR("id_token")),
                         BO_SSO_ID_TOKEN, arena));
    if (!bo_crypto_eq(bo_json_get_string(claims, BO_STR("nonce")), login->nonce))
        return bo_fail_code(BO_DENIED, "provider_error", "the ID token is of another login");
    bo_str access = bo_json_get_string(tokens, BO_STR("access_token"));
    if (!is_of_access(claims, access, arena))
        return bo_fail_code(BO_DENIED, "provider_error", "the access token is not that of the ID token");
    bo_str subject = bo_json_get_string(claims, BO_STR("sub"));
    if (subject.len == 0 || subject.len > SUBJECT_MOST)
        return bo_fail_code(BO_DENIED, "provider_error", "the ID token does not say who it is for");
    BO_TRY(ask_userinfo(sso, &info, metadata, access, subject, arena));
    out->issuer = bo_json_get_string(metadata, BO_STR("issuer"));
    out->subject = subject;
    out->session = bo_json_get_string(claims, BO_STR("sid"));
    fill_in(out, info, claims);
    return BO_OK;
}

bo_status bo_sso_logout_token(bo_sso *sso, bo_identity *out, bo_str token, bo_arena *arena) {
    bo_json *metadata, *claims;
    if (sso->options.issuer.len == 0) return bo_fail(BO_DENIED, "this node has no OpenID provider");
    BO_TRY(bo_sso_metadata(sso, &metadata, arena));
    BO_TRY(bo_sso_verify(sso, &claims, metadata, token, BO_SSO_LOGOUT_TOKEN, arena));
    *out = (bo_identity){.issuer = bo_json_get_string(metadata, BO_STR("issuer")),
                         .subject = bo_json_get_string(claims, BO_STR("sub")),
                         .session = bo_json_get_string(claims, BO_STR("sid"))};
    if (out->subject.len == 0 && out->session.len == 0)
        return bo_fail(BO_DENIED, "the logout token names nobody");
    return BO_OK;
}
