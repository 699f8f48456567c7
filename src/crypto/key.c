/* SPDX-License-Identifier: Apache-2.0
 * Keys and signatures, through OpenSSL's EVP.
 */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "crypto/crypto.h"

struct bo_key {
    EVP_PKEY *pkey;
    bo_key_kind kind;
};

static bo_status failed(bo_status status, const char *what) {
    ERR_clear_error();
    return bo_fail(status, "%s", what);
}

static bool is_p256(const EVP_PKEY *pkey) {
    char group[32];
    return EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 && strcmp(group, "prime256v1") == 0;
}

static bo_status wrap(bo_key **out, EVP_PKEY *pkey) {
    static const struct {
        int id;
        bo_key_kind kind;
    } kinds[] = {{EVP_PKEY_RSA, BO_KEY_RSA}, {EVP_PKEY_ED25519, BO_KEY_ED25519}, {EVP_PKEY_EC, BO_KEY_P256}};
    for (size_t i = 0; pkey != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (EVP_PKEY_get_base_id(pkey) != kinds[i].id) continue;
        if (kinds[i].kind == BO_KEY_P256 && !is_p256(pkey)) break;
        bo_key *key = malloc(sizeof *key);
        if (key == NULL) break;
        *key = (bo_key){pkey, kinds[i].kind};
        *out = key;
        return BO_OK;
    }
    EVP_PKEY_free(pkey);
    return failed(BO_SYNTAX, "this is no RSA, Ed25519 or P-256 key");
}

bo_status bo_key_generate(bo_key **out, bo_key_kind kind, unsigned rsa_bits) {
    EVP_PKEY *pkey = kind == BO_KEY_RSA       ? EVP_RSA_gen(rsa_bits)
                     : kind == BO_KEY_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                              : EVP_EC_gen("P-256");
    if (pkey == NULL) return failed(BO_INTERNAL, "a key could not be made");
    return wrap(out, pkey);
}

bo_status bo_key_from_pem(bo_key **out, bo_str pem) {
    BIO *bio = BIO_new_mem_buf(pem.len ? pem.ptr : "", (int)pem.len);
    if (bio == NULL) return failed(BO_NO_MEMORY, "memory ran out");
    bool private = bo_str_find_str(pem, BO_STR("PRIVATE KEY")) < pem.len;
    bool pkcs1 = bo_str_find_str(pem, BO_STR("BEGIN RSA PUBLIC KEY")) < pem.len;
    EVP_PKEY *pkey = NULL;
    if (private)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "");
    else if (!pkcs1)
        pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    else {
        char *name = NULL, *header = NULL;
        unsigned char *der = NULL;
        long len = 0;
        if (PEM_read_bio(bio, &name, &header, &der, &len) == 1) {
            const unsigned char *at = der;
            pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, len);
        }
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    BIO_free(bio);
    if (pkey == NULL) return failed(BO_SYNTAX, "this is no key in PEM form");
    return wrap(out, pkey);
}

bo_status bo_key_ed25519_from_raw(bo_key **out, bo_str bytes, bool is_private) {
    const unsigned char *raw = (const unsigned char *)bytes.ptr;
    EVP_PKEY *pkey = bytes.len != 32 ? NULL
                     : is_private    ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw, 32)
                                     : EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
    if (pkey == NULL) return failed(BO_SYNTAX, "an Ed25519 key has 32 bytes");
    return wrap(out, pkey);
}

/* A public key out of OpenSSL's named parameters. */
static bo_status from_params(bo_key **out, const char *type, OSSL_PARAM_BLD *build) {
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *params = build != NULL ? OSSL_PARAM_BLD_to_param(build) : NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    bool good = params != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
                EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) == 1;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return good ? wrap(out, pkey) : failed(BO_SYNTAX, "these are not the numbers of a key");
}

bo_status bo_key_rsa_from_raw(bo_key **out, bo_str modulus, bo_str exponent) {
    enum { LEAST = 256, MOST = 2048 };
    if (modulus.len < LEAST || modulus.len > MOST || exponent.len == 0 || exponent.len > 8)
        return bo_fail(BO_SYNTAX, "an RSA key has at least 2,048 bits");
    BIGNUM *n = BN_bin2bn((const unsigned char *)modulus.ptr, (int)modulus.len, NULL);
    BIGNUM *e = BN_bin2bn((const unsigned char *)exponent.ptr, (int)exponent.len, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    bool good = n != NULL && e != NULL && build != NULL && OSSL_PARAM_BLD_push_BN(build, "n", n) == 1 &&
                OSSL_PARAM_BLD_push_BN(build, "e", e) == 1;
    bo_status status = from_params(out, "RSA", good ? build : NULL);
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);
    return status;
}

bo_status bo_key_p256_from_raw(bo_key **out, bo_str x, bo_str y) {
    unsigned char point[65] = {4}; /* uncompressed */
    if (x.len != 32 || y.len != 32) return bo_fail(BO_SYNTAX, "a point on P-256 has twice 32 bytes");
    memcpy(point + 1, x.ptr, 32);
    memcpy(point + 33, y.ptr, 32);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    bool good = build != NULL && OSSL_PARAM_BLD_push_utf8_string(build, "group", "prime256v1", 0) == 1 &&
                OSSL_PARAM_BLD_push_octet_string(build, "pub", point, sizeof point) == 1;
    bo_status status = from_params(out, "EC", good ? build : NULL);
    OSSL_PARAM_BLD_free(build);
    return status;
}

void bo_key_free(bo_key *key) {
    if (key == NULL) return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

bo_key_kind bo_key_kind_of(const bo_key *key) {
    return key->kind;
}

static bo_status pem_of(bo_str *out, const bo_key *key, bool private, bo_arena *arena) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    int done = bio == NULL ? 0
               : private   ? PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL)
                           : PEM_write_bio_PUBKEY(bio, key->pkey);
    long len = done == 1 ? BIO_get_mem_data(bio, &text) : 0;
    bo_str copy = len > 0 ? bo_arena_str(arena, (bo_str){text, (size_t)len}) : BO_STR_NONE;
    BIO_free(bio);
    if (copy.ptr == NULL) return failed(BO_BAD_ARGUMENT, "the key could not be written: is it a public one?");
    *out = copy;
    return BO_OK;
}

bo_status bo_key_public_pem(bo_str *out, const bo_key *key, bo_arena *arena) {
    return pem_of(out, key, false, arena);
}
bo_status bo_key_private_pem(bo_str *out, const bo_key *key, bo_arena *arena) {
    return pem_of(out, key, true, arena);
}

static bo_status raw_of(bo_str *out, const bo_key *key, bo_arena *arena,
                        int (*get)(const EVP_PKEY *pkey, unsigned char *room, size_t *len)) {
    unsigned char raw[32];
    size_t len = sizeof raw;
    if (key->kind != BO_KEY_ED25519 || get(key->pkey, raw, &len) != 1)
        return failed(BO_BAD_ARGUMENT, "only Ed25519 keys have a raw form, and public ones no private one");
    *out = bo_arena_str(arena, (bo_str){(char *)raw, len});
    OPENSSL_cleanse(raw, sizeof raw);
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_key_public_raw(bo_str *out, const bo_key *key, bo_arena *arena) {
    return raw_of(out, key, arena, EVP_PKEY_get_raw_public_key);
}
bo_status bo_key_private_raw(bo_str *out, const bo_key *key, bo_arena *arena) {
    return raw_of(out, key, arena, EVP_PKEY_get_raw_private_key);
}

/* ECDSA: OpenSSL has signatures in DER, the web has r and s, 32 bytes each (RFC 7518 section 3.4). */
static bo_status from_der(bo_str *signature, bo_arena *arena) {
    const unsigned char *at = (const unsigned char *)signature->ptr;
    unsigned char flat[64];
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, (long)signature->len);
    bool good = parts != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(parts), flat, 32) == 32 &&
                BN_bn2binpad(ECDSA_SIG_get0_s(parts), flat + 32, 32) == 32;
    ECDSA_SIG_free(parts);
    if (!good) return failed(BO_INTERNAL, "a signature could not be written");
    *signature = bo_arena_str(arena, (bo_str){(char *)flat, sizeof flat});
    return signature->ptr != NULL ? BO_OK : bo_error_last()->status;
}

static int to_der(unsigned char **der, bo_str flat) {
    const unsigned char *bytes = (const unsigned char *)flat.ptr;
    ECDSA_SIG *parts = flat.len == 64 ? ECDSA_SIG_new() : NULL;
    BIGNUM *r = parts ? BN_bin2bn(bytes, 32, NULL) : NULL,
           *s = parts ? BN_bin2bn(bytes + 32, 32, NULL) : NULL;
    int len = -1;
    if (r != NULL && s != NULL && ECDSA_SIG_set0(parts, r, s) == 1)
        len = i2d_ECDSA_SIG(parts, der);
    else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(parts);
    return len;
}

bo_status bo_key_sign(bo_str *signature, const bo_key *key, bo_str bytes, bo_arena *arena) {
    const EVP_MD *digest = key->kind == BO_KEY_ED25519 ? NULL : EVP_sha256();
    const unsigned char *text = (const unsigned char *)(bytes.len ? bytes.ptr : "");
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t len = 0;
    unsigned char *room = NULL;
    bool good = context != NULL && EVP_DigestSignInit(context, NULL, digest, NULL, key->pkey) == 1 &&
                EVP_DigestSign(context, NULL, &len, text, bytes.len) == 1 &&
                (room = bo_arena_alloc(arena, len)) != NULL &&
                EVP_DigestSign(context, room, &len, text, bytes.len) == 1;
    EVP_MD_CTX_free(context);
    if (!good) return failed(BO_BAD_ARGUMENT, "this key can't sign: is it a public one?");
    *signature = (bo_str){(char *)room, len};
    return key->kind == BO_KEY_P256 ? from_der(signature, arena) : BO_OK;
}

bo_status bo_key_verify(const bo_key *key, bo_str bytes, bo_str signature) {
    const EVP_MD *digest = key->kind == BO_KEY_ED25519 ? NULL : EVP_sha256();
    const unsigned char *text = (const unsigned char *)(bytes.len ? bytes.ptr : "");
    unsigned char *der = NULL;
    const unsigned char *raw = (const unsigned char *)signature.ptr;
    int len = (int)signature.len;
    if (key->kind == BO_KEY_P256) {
        len = to_der(&der, signature);
        raw = der;
    }
    EVP_MD_CTX *context = len > 0 ? EVP_MD_CTX_new() : NULL;
    bool good = context != NULL && EVP_DigestVerifyInit(context, NULL, digest, NULL, key->pkey) == 1 &&
                EVP_DigestVerify(context, raw, (size_t)len, text, bytes.len) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return good ? BO_OK : failed(BO_DENIED, "the signature does not fit");
}

bo_status bo_key_verify_pss(const bo_key *key, bo_str bytes, bo_str signature) {
    enum { SALT = 64 };
    const unsigned char *text = (const unsigned char *)(bytes.len ? bytes.ptr : "");
    EVP_MD_CTX *context = key->kind == BO_KEY_RSA ? EVP_MD_CTX_new() : NULL;
    EVP_PKEY_CTX *settings = NULL;
    bool good =
        context != NULL && EVP_DigestVerifyInit(context, &settings, EVP_sha512(), NULL, key->pkey) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, SALT) == 1 &&
        EVP_DigestVerify(context, (const unsigned char *)signature.ptr, signature.len, text, bytes.len) == 1;
    EVP_MD_CTX_free(context);
    return good ? BO_OK : failed(BO_DENIED, "the signature does not fit");
}
