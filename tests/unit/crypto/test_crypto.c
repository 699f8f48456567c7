/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "crypto/crypto.h"

static bo_arena *arena;
static void set_up(void) {
    arena = bo_arena_new(0);
}
static void tear_down(void) {
    bo_arena_free(arena);
}

static void hex_is(const unsigned char *bytes, size_t len, const char *expected) {
    bo_str hex = bo_hex((bo_str){(const char *)bytes, len}, arena);
    ck_assert_str_eq(hex.ptr, expected);
}

START_TEST(digests_are_those_of_the_standards) {
    unsigned char out[64];
    bo_sha256(out, BO_STR("abc"));
    hex_is(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    bo_sha256(out, BO_STR_NONE);
    hex_is(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bo_sha1(out, BO_STR("abc"));
    hex_is(out, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
    bo_md5(out, BO_STR("abc"));
    hex_is(out, 16, "900150983cd24fb0d6963f7d28e17f72");
    bo_sha384(out, BO_STR("abc"));
    hex_is(out, 8, "cb00753f45a35e8b");
    bo_sha512(out, BO_STR("abc"));
    hex_is(out, 8, "ddaf35a193617aba");
    bo_hmac_sha256(out, BO_STR("Jefe"), BO_STR("what do ya want for nothing?")); /* RFC 4231, case 2 */
    hex_is(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    ck_assert(bo_crypto_eq(BO_STR("abc"), BO_STR("abc")));
    ck_assert(!bo_crypto_eq(BO_STR("abc"), BO_STR("abd")));
    ck_assert(!bo_crypto_eq(BO_STR("abc"), BO_STR("ab")));
}
END_TEST

START_TEST(encodings_go_round) {
    static const struct {
        const char *bytes, *base64;
    } cases[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xff\xfe\xfd", "//79"}}; /* RFC 4648 section 10 */
    bo_str out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_str_eq(bo_base64(bo_str_of(cases[i].bytes), arena).ptr, cases[i].base64);
        ck_assert_int_eq(bo_base64_decode(&out, bo_str_of(cases[i].base64), arena), BO_OK);
        ck_assert(bo_str_eq(out, bo_str_of(cases[i].bytes)));
    }
    static const char *const bad[] = {"Zg", "Zg=", "Zh==", "Z===", "Zm9v!A==", "Zm9v\n", "=Zg="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bo_base64_decode(&out, bo_str_of(bad[i]), arena) == BO_SYNTAX, "%s", bad[i]);
    ck_assert_str_eq(bo_base64url(BO_STR("\xff\xfe\xfd\xfc"), arena).ptr, "__79_A");
    ck_assert_str_eq(bo_base58(BO_STR("Hello World!"), arena).ptr, "2NEpo7TZRRrLZSi2U");
    ck_assert_str_eq(bo_base58((bo_str){"\0\0\x28\x7f\xb4\xcd", 6}, arena).ptr, "11233QC4");
    ck_assert_int_eq(bo_base58_decode(&out, BO_STR("11233QC4"), arena), BO_OK);
    ck_assert(bo_str_eq(out, (bo_str){"\0\0\x28\x7f\xb4\xcd", 6}));
    ck_assert_int_eq(bo_base58_decode(&out, BO_STR("0OIl"), arena), BO_SYNTAX);
}
END_TEST

START_TEST(what_is_signed_is_verified) {
    for (bo_key_kind kind = BO_KEY_RSA; kind <= BO_KEY_P256; kind++) {
        bo_key *key, *public, *again, *other;
        bo_str pem, signature;
        ck_assert_int_eq(bo_key_generate(&key, kind, 2048), BO_OK);
        ck_assert_int_eq(bo_key_generate(&other, kind, 2048), BO_OK);
        ck_assert_int_eq(bo_key_public_pem(&pem, key, arena), BO_OK);
        ck_assert(bo_str_starts(pem, BO_STR("-----BEGIN PUBLIC KEY-----\n")));
        ck_assert_int_eq(bo_key_from_pem(&public, pem), BO_OK);
        ck_assert_int_eq(bo_key_private_pem(&pem, key, arena), BO_OK);
        ck_assert_int_eq(bo_key_from_pem(&again, pem), BO_OK);
        ck_assert_int_eq(bo_key_kind_of(again), kind);
        ck_assert_int_eq(bo_key_sign(&signature, again, BO_STR("bonjour"), arena), BO_OK);
        ck_assert_int_eq(bo_key_verify(public, BO_STR("bonjour"), signature), BO_OK);
        ck_assert_int_eq(bo_key_verify(public, BO_STR("bonsoir"), signature), BO_DENIED);
        ck_assert_int_eq(bo_key_verify(other, BO_STR("bonjour"), signature), BO_DENIED);
        ck_assert_int_eq(bo_key_verify(public, BO_STR("bonjour"), BO_STR("")), BO_DENIED);
        ck_assert_int_eq(bo_key_sign(&signature, public, BO_STR("x"), arena), BO_BAD_ARGUMENT);
        bo_key_free(key), bo_key_free(public), bo_key_free(again), bo_key_free(other);
    }
    bo_key *key;
    ck_assert_int_eq(
        bo_key_from_pem(&key, BO_STR("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")),
        BO_SYNTAX);
    ck_assert_int_eq(bo_key_from_pem(&key, BO_STR("")), BO_SYNTAX);
}
END_TEST

START_TEST(ed25519_is_that_of_rfc_8032) {
    static const unsigned char seed[32] = {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
                                           0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
                                           0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60};
    bo_key *key;
    bo_str raw, signature;
    ck_assert_int_eq(bo_key_ed25519_from_raw(&key, (bo_str){(const char *)seed, 32}, true), BO_OK);
    ck_assert_int_eq(bo_key_public_raw(&raw, key, arena), BO_OK);
    hex_is((const unsigned char *)raw.ptr, 32,
           "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    ck_assert_int_eq(bo_key_sign(&signature, key, BO_STR(""), arena), BO_OK);
    hex_is((const unsigned char *)signature.ptr, 8, "e5564300c360ac72");
    bo_key_free(key);
}
END_TEST

START_TEST(passwords_and_tokens) {
    bo_str hash, token, claims;
    ck_assert_int_eq(bo_password_hash(&hash, BO_STR("le bocage"), 64, 1, arena), BO_OK);
    ck_assert(bo_str_starts(hash, BO_STR("$argon2id$v=19$m=64,t=1,p=1$")));
    ck_assert_int_eq(bo_password_check(hash, BO_STR("le bocage")), BO_OK);
    ck_assert_int_eq(bo_password_check(hash, BO_STR("le Bocage")), BO_DENIED);
    ck_assert_int_eq(bo_password_check(BO_STR("$argon2id$nonsense"), BO_STR("x")), BO_DENIED);

    bo_key *key, *other;
    ck_assert_int_eq(bo_key_generate(&key, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_key_generate(&other, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_jwt_sign(&token, key, BO_STR("{\"webId\":\"x\"}"), arena), BO_OK);
    ck_assert_int_eq(bo_jwt_verify(&claims, key, token, arena), BO_OK);
    ck_assert(bo_str_eq(claims, BO_STR("{\"webId\":\"x\"}")));
    ck_assert_int_eq(bo_jwt_verify(&claims, other, token, arena), BO_DENIED);
    ck_assert_int_eq(bo_jwt_verify(&claims, key, bo_str_head(token, token.len - 4), arena), BO_DENIED);
    ck_assert_int_eq(bo_jwt_verify(&claims, key, BO_STR("a.b.c"), arena), BO_DENIED);
    ck_assert_int_eq(bo_jwt_verify(&claims, key, BO_STR("not.a.token.at.all"), arena), BO_DENIED);
    /* {"alg":"none"} */
    ck_assert_int_eq(bo_jwt_verify(&claims, key, BO_STR("eyJhbGciOiJub25lIn0.eyJ3ZWJJZCI6IngifQ."), arena),
                     BO_DENIED);
    bo_key_free(key), bo_key_free(other);
}
END_TEST

Suite *test_crypto(void) {
    Suite *suite = suite_create("crypto");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, digests_are_those_of_the_standards);
    tcase_add_test(all, encodings_go_round);
    tcase_add_test(all, what_is_signed_is_verified);
    tcase_add_test(all, ed25519_is_that_of_rfc_8032);
    tcase_add_test(all, passwords_and_tokens);
    suite_add_tcase(suite, all);
    return suite;
}
