/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sso/provider.h"

/* Any header and claims, signed by one of the keys. */
static bo_str made(const char *pem, const char *header, const char *claims) {
    bo_key *key;
    bo_str signature, content = bo_arena_join(arena, bo_base64url(bo_str_of(header), arena), BO_STR("."));
    content = bo_arena_join(arena, content, bo_base64url(bo_str_of(claims), arena));
    ck_assert_int_eq(bo_key_from_pem(&key, bo_str_of(pem)), BO_OK);
    ck_assert_int_eq(bo_key_sign(&signature, key, content, arena), BO_OK);
    bo_key_free(key);
    return bo_arena_join(arena, bo_arena_join(arena, content, BO_STR(".")), bo_base64url(signature, arena));
}

static bo_status verify(bo_str token, bo_sso_token kind) {
    bo_json *metadata, *claims;
    BO_TRY(bo_sso_metadata(sso, &metadata, arena));
    return bo_sso_verify(sso, &claims, metadata, token, kind, arena);
}

#define RS256 "{\"alg\":\"RS256\",\"kid\":\"r1\"}"
#define ES256 "{\"alg\":\"ES256\",\"kid\":\"e1\"}"
#define WHO "\"iss\":\"" ISSUER "\",\"sub\":\"7\""
#define WHEN "\"iat\":1000000000,\"exp\":1000000300"
#define GOOD "{" WHO ",\"aud\":\"me\"," WHEN "}"

START_TEST(good_tokens_of_both_kinds_of_keys) {
    ck_assert_int_eq(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN), BO_OK);
    ck_assert_int_eq(verify(made(ec_pem, ES256, GOOD), BO_SSO_ID_TOKEN), BO_OK);
    ck_assert_int_eq(verify(made(rsa_pem, "{\"alg\":\"RS256\"}", GOOD), BO_SSO_ID_TOKEN), BO_OK); /* no kid */
    ck_assert_uint_eq(metadata_asked, 1);
    ck_assert_uint_eq(keys_asked, 1);
}
END_TEST

START_TEST(signatures_that_do_not_count) {
    bo_str good = made(rsa_pem, RS256, GOOD);
    static const char *const headers[] = {
        "{\"alg\":\"none\"}",
        "{\"alg\":\"HS256\",\"kid\":\"r1\"}",
        "{\"alg\":\"RS384\",\"kid\":\"r1\"}",
        "{\"alg\":\"ES256\",\"kid\":\"r1\"}",
        "{\"alg\":\"ES256\",\"kid\":\"e1\"}", /* signed by the RSA key all the same */
        "{\"alg\":\"RS256\",\"kid\":\"r2\"}",
        "{\"alg\":\"RS256\",\"kid\":\"r1\",\"crit\":[\"exp\"]}",
        "{\"alg\":{\"RS256\":1}}",
        "{}",
        "[]"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        ck_assert_msg(verify(made(rsa_pem, headers[i], GOOD), BO_SSO_ID_TOKEN) == BO_DENIED, "%s",
                      headers[i]);
    ck_assert_int_eq(verify(made(ec_pem, RS256, GOOD), BO_SSO_ID_TOKEN), BO_DENIED);
    ck_assert_int_eq(verify(bo_str_head(good, good.len - 3), BO_SSO_ID_TOKEN), BO_DENIED);
    ck_assert_int_eq(verify(BO_STR(""), BO_SSO_ID_TOKEN), BO_DENIED);
    bo_jwt jwt;
    ck_assert_int_eq(bo_jwt_read(&jwt, good, arena), BO_OK);
    bo_str none = bo_arena_join(arena, jwt.content, BO_STR("."));
    ck_assert_int_eq(verify(none, BO_SSO_ID_TOKEN), BO_DENIED);
}
END_TEST

START_TEST(claims_that_do_not_count) {
    static const char *const bad[] = {
        "{}",
        "[]",
        "{" WHO "," WHEN "}",
        "{\"sub\":\"7\",\"aud\":\"me\"," WHEN "}",
        "{\"iss\":\"" ISSUER "/\",\"sub\":\"7\",\"aud\":\"me\"," WHEN "}",
        "{\"iss\":\"https://other.example\",\"sub\":\"7\",\"aud\":\"me\"," WHEN "}",
        "{" WHO ",\"aud\":\"you\"," WHEN "}",
        "{" WHO ",\"aud\":[]," WHEN "}",
        "{" WHO ",\"aud\":[\"you\"]," WHEN "}",
        "{" WHO ",\"aud\":[\"me\",\"you\"]," WHEN "}", /* for several, and no word for whom */
        "{" WHO ",\"aud\":[\"me\",\"you\"],\"azp\":\"you\"," WHEN "}",
        "{" WHO ",\"aud\":\"me\",\"azp\":\"you\"," WHEN "}",
        "{" WHO ",\"aud\":\"me\",\"azp\":[\"me\"]," WHEN "}",
        "{" WHO ",\"aud\":\"me\",\"iat\":1000000000}",
        "{" WHO ",\"aud\":\"me\",\"exp\":1000000300}",
        "{" WHO ",\"aud\":\"me\",\"iat\":1000000000,\"exp\":\"1000000300\"}",
        "{" WHO ",\"aud\":\"me\",\"iat\":999990000,\"exp\":999999940}",
        "{" WHO ",\"aud\":\"me\",\"iat\":1000000061,\"exp\":1000000300}",
        "{" WHO ",\"aud\":\"me\",\"nbf\":1000000061," WHEN "}",
        "{" WHO ",\"aud\":\"me\"," WHEN
        ",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}}"};
    static const char *const good[] = {"{" WHO ",\"aud\":[\"me\"]," WHEN "}",
                                       "{" WHO ",\"aud\":[\"me\",\"you\"],\"azp\":\"me\"," WHEN "}",
                                       "{" WHO ",\"aud\":\"me\",\"iat\":999990000,\"exp\":999999941}",
                                       "{" WHO ",\"aud\":\"me\",\"iat\":1000000060,\"exp\":1000000300}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(verify(made(rsa_pem, RS256, bad[i]), BO_SSO_ID_TOKEN) == BO_DENIED, "%s", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(verify(made(rsa_pem, RS256, good[i]), BO_SSO_ID_TOKEN) == BO_OK, "%s: %s", good[i],
                      bo_error_last()->message);
}
END_TEST

#define EVENT "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"

START_TEST(logout_tokens) {
    static const char *const bad[] = {GOOD,
                                      "{" WHO ",\"aud\":\"me\"," WHEN ",\"events\":{}}",
                                      "{" WHO ",\"aud\":\"me\"," WHEN ",\"nonce\":\"x\"," EVENT "}",
                                      "{" WHO ",\"aud\":\"you\"," WHEN "," EVENT "}",
                                      "{" WHO ",\"aud\":\"me\",\"iat\":999999600," EVENT "}",
                                      "{\"iss\":\"" ISSUER "\",\"aud\":\"me\"," WHEN "," EVENT "}"};
    bo_identity who;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bo_sso_logout_token(sso, &who, made(rsa_pem, RS256, bad[i]), arena) == BO_DENIED, "%s",
                      bad[i]);
    bo_str token = made(ec_pem, ES256, "{" WHO ",\"sid\":\"s\",\"aud\":\"me\"," WHEN "," EVENT "}");
    ck_assert_int_eq(bo_sso_logout_token(sso, &who, token, arena), BO_OK);
    ck_assert(bo_str_eq(who.subject, BO_STR("7")) && bo_str_eq(who.session, BO_STR("s")));
    ck_assert(bo_str_eq(who.issuer, BO_STR(ISSUER)));
    token = made(rsa_pem, RS256,
                 "{" WHO ",\"aud\":\"me\",\"iat\":999999900," EVENT "}"); /* new, without an end */
    ck_assert_int_eq(bo_sso_logout_token(sso, &who, token, arena), BO_OK);
    const char *typed = "{\"alg\":\"RS256\",\"kid\":\"r1\",\"typ\":\"logout+jwt\"}";
    ck_assert_int_eq(verify(made(rsa_pem, typed, GOOD), BO_SSO_ID_TOKEN), BO_DENIED);
}
END_TEST

START_TEST(unknown_keys_are_asked_for_once) {
    bo_str other = made(rsa_pem, "{\"alg\":\"RS256\",\"kid\":\"r2\"}", GOOD);
    ck_assert_int_eq(verify(other, BO_SSO_ID_TOKEN), BO_DENIED);
    ck_assert_uint_eq(keys_asked, 1); /* just fetched: not again */
    now_ms += 1000;
    ck_assert_int_eq(verify(other, BO_SSO_ID_TOKEN), BO_DENIED);
    ck_assert_uint_eq(keys_asked, 2);
    for (int i = 0; i < 10; i++) ck_assert_int_eq(verify(other, BO_SSO_ID_TOKEN), BO_DENIED);
    ck_assert_uint_eq(keys_asked, 2);
    now_ms += 1000;
    keys_text = "{\"keys\":[" RSA_JWK("r2") "]}";
    ck_assert_int_eq(verify(other, BO_SSO_ID_TOKEN), BO_OK);
    ck_assert_uint_eq(keys_asked, 3);
    ck_assert_int_eq(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN),
                     BO_DENIED); /* the old one is gone */
}
END_TEST

START_TEST(documents_are_kept_for_an_hour_and_longer_in_need) {
    bo_json *metadata;
    ck_assert_int_eq(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN), BO_OK);
    now_ms += 3599 * 1000;
    ck_assert_int_eq(bo_sso_metadata(sso, &metadata, arena), BO_OK);
    ck_assert_uint_eq(metadata_asked, 1);
    now_ms += 1000;
    metadata_text = keys_text = NULL;
    ck_assert_int_eq(bo_sso_metadata(sso, &metadata, arena), BO_OK);
    ck_assert_uint_eq(metadata_asked, 2);
    now_ms -= 3600 * 1000;
    ck_assert_int_eq(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN), BO_OK);
}
END_TEST

START_TEST(documents_that_are_none) {
    static const char *const bad[] = {
        "",
        "x",
        "[]",
        "{}",
        "{\"issuer\":\"https://other.example\",\"authorization_endpoint\":\"https://"
        "a\",\"token_endpoint\":\"https://a\","
        "\"jwks_uri\":\"https://a\"}",
        "{\"issuer\":\"" ISSUER
        "\",\"authorization_endpoint\":\"javascript:1\",\"token_endpoint\":\"https://a\","
        "\"jwks_uri\":\"https://a\"}",
        "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"https://a\",\"jwks_uri\":\"https://a\"}"};
    bo_json *metadata;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        metadata_text = bad[i];
        ck_assert_msg(bo_sso_metadata(sso, &metadata, arena) == BO_PEER, "%s", bad[i]);
    }
    metadata_text = good_metadata;
    static const char *const bad_keys[] = {"{}", "{\"keys\":{}}"};
    for (size_t i = 0; i < sizeof bad_keys / sizeof *bad_keys; i++) {
        keys_text = bad_keys[i];
        ck_assert_msg(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN) == BO_PEER, "%s", bad_keys[i]);
    }
    static const char *const useless[] = {
        "{\"keys\":[]}", "{\"keys\":[1,null,\"x\",{}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\",\"kid\":\"r1\",\"e\":\"AQAB\",\"n\":\"" RSA_N "\"}]}"};
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
        keys_text = useless[i];
        now_ms += 3600 * 1000;
        ck_assert_msg(verify(made(rsa_pem, RS256, GOOD), BO_SSO_ID_TOKEN) == BO_DENIED, "%s", useless[i]);
    }
}
END_TEST

Suite *test_token(void) {
    const TTest *const tests[] = {good_tokens_of_both_kinds_of_keys,
                                  signatures_that_do_not_count,
                                  claims_that_do_not_count,
                                  logout_tokens,
                                  unknown_keys_are_asked_for_once,
                                  documents_are_kept_for_an_hour_and_longer_in_need,
                                  documents_that_are_none};
    return suite_of("token", tests, sizeof tests / sizeof *tests);
}
