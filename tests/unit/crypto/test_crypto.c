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

START_TEST(passwords) {
    bo_str hash;
    ck_assert_int_eq(bo_password_hash(&hash, BO_STR("le bocage"), 64, 1, arena), BO_OK);
    ck_assert(bo_str_starts(hash, BO_STR("$argon2id$v=19$m=64,t=1,p=1$")));
    ck_assert(!bo_password_is_bcrypt(hash));
    ck_assert_int_eq(bo_password_check(hash, BO_STR("le bocage")), BO_OK);
    ck_assert_int_eq(bo_password_check(hash, BO_STR("le Bocage")), BO_DENIED);
    ck_assert_int_eq(bo_password_check(BO_STR("$argon2id$nonsense"), BO_STR("x")), BO_DENIED);
    ck_assert_int_eq(bo_password_check(BO_STR(""), BO_STR("")), BO_DENIED);
    /* crypt_blowfish's own tests */
    const bo_str blowfish = BO_STR("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
    ck_assert(bo_password_is_bcrypt(blowfish));
    ck_assert_int_eq(bo_password_check(blowfish, BO_STR("U*U")), BO_OK);
    ck_assert_int_eq(bo_password_check(blowfish, BO_STR("U*U*")), BO_DENIED);
    ck_assert_int_eq(bo_password_check(blowfish, bo_str_make("U*U\0", 4)), BO_DENIED);
    /* no other kind of crypt(3) counts: an imported "hash" of DES would be broken in a minute */
    ck_assert(!bo_password_is_bcrypt(BO_STR("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")));
    ck_assert_int_eq(bo_password_check(BO_STR("CCNf8Sbh3HDfQ"), BO_STR("U*U*U*U*")), BO_DENIED);
}
END_TEST

START_TEST(tokens_have_three_parts) {
    bo_str token;
    bo_jwt jwt;
    bo_key *key;
    ck_assert_int_eq(bo_key_generate(&key, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_jwt_sign(&token, key, BO_STR("{\"webId\":\"x\"}"), arena), BO_OK);
    ck_assert_int_eq(bo_jwt_read(&jwt, token, arena), BO_OK);
    ck_assert(bo_str_eq(jwt.header, BO_STR("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")));
    ck_assert(bo_str_eq(jwt.claims, BO_STR("{\"webId\":\"x\"}")));
    ck_assert_int_eq(bo_key_verify(key, jwt.content, jwt.signature), BO_OK);
    static const char *const bad[] = {"", "a", "a.b", "!.e30.AA", "e30.!.AA", "e30.e30.!", "e30.e30.AA.AA"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bo_jwt_read(&jwt, bo_str_of(bad[i]), arena) == BO_DENIED, "%s", bad[i]);
    bo_key_free(key);
}
END_TEST

/* RFC 7515, appendices A.2 and A.3: a token with RS256, one with ES256, and their keys' numbers. */
START_TEST(keys_of_numbers_verify_the_tokens_of_rfc_7515) {
    static const char content[] =
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
        "Ijp0cnVlfQ.";
    static const char n[] =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0"
        "Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd"
        "S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ihl"
        "JH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    static const char rs256[] =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
        "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIA"
        "RNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPq"
        "vhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    static const char x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                      y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    static const char es256[] =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    bo_str modulus, exponent, px, py;
    bo_key *rsa, *p256;
    bo_jwt jwt;
    ck_assert_int_eq(bo_base64url_decode(&modulus, bo_str_of(n), arena), BO_OK);
    ck_assert_int_eq(bo_base64url_decode(&exponent, BO_STR("AQAB"), arena), BO_OK);
    ck_assert_int_eq(bo_base64url_decode(&px, bo_str_of(x), arena), BO_OK);
    ck_assert_int_eq(bo_base64url_decode(&py, bo_str_of(y), arena), BO_OK);
    ck_assert_int_eq(bo_key_rsa_from_raw(&rsa, modulus, exponent), BO_OK);
    ck_assert_int_eq(bo_key_p256_from_raw(&p256, px, py), BO_OK);
    bo_str body = bo_arena_join(arena, bo_str_of(content), bo_str_of(rs256));
    ck_assert_int_eq(bo_jwt_read(&jwt, bo_arena_join(arena, BO_STR("eyJhbGciOiJSUzI1NiJ9"), body), arena),
                     BO_OK);
    ck_assert_int_eq(bo_key_verify(rsa, jwt.content, jwt.signature), BO_OK);
    ck_assert_int_eq(bo_key_verify(p256, jwt.content, jwt.signature), BO_DENIED);
    body = bo_arena_join(arena, bo_str_of(content), bo_str_of(es256));
    ck_assert_int_eq(bo_jwt_read(&jwt, bo_arena_join(arena, BO_STR("eyJhbGciOiJFUzI1NiJ9"), body), arena),
                     BO_OK);
    ck_assert_int_eq(bo_key_verify(p256, jwt.content, jwt.signature), BO_OK);
    ck_assert_int_eq(bo_key_verify(rsa, jwt.content, jwt.signature), BO_DENIED);
    bo_key_free(rsa), bo_key_free(p256);
    ck_assert_int_eq(bo_key_rsa_from_raw(&rsa, bo_str_head(modulus, 128), exponent),
                     BO_SYNTAX); /* 1,024 bits */
    ck_assert_int_eq(bo_key_rsa_from_raw(&rsa, modulus, BO_STR("")), BO_SYNTAX);
    ck_assert_int_eq(bo_key_p256_from_raw(&p256, px, px), BO_SYNTAX); /* not on the curve */
    ck_assert_int_eq(bo_key_p256_from_raw(&p256, px, BO_STR("short")), BO_SYNTAX);
}
END_TEST

START_TEST(p256_is_the_only_curve) {
    static const char p384[] = "-----BEGIN PUBLIC KEY-----\n"
                               "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEam8Qyb7bpvnGBkCbW5/D/WAPp+icTDVK\n"
                               "kxDtgz9qhXQp6ZJeomU4Axb+BaK5gYb1m2bfoWT7DueTdzHT8cbMTTwPLWawOVqi\n"
                               "rcBHlh1mSlm/G0fVlfcIRP6dMTHdS/mS\n"
                               "-----END PUBLIC KEY-----\n";
    bo_key *key;
    ck_assert_int_eq(bo_key_from_pem(&key, bo_str_of(p384)), BO_SYNTAX);
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
    tcase_add_test(all, passwords);
    tcase_add_test(all, tokens_have_three_parts);
    tcase_add_test(all, keys_of_numbers_verify_the_tokens_of_rfc_7515);
    tcase_add_test(all, p256_is_the_only_curve);
    suite_add_tcase(suite, all);
    return suite;
}
