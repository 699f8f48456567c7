/* SPDX-License-Identifier: Apache-2.0
 * The openssl and argon2 edge: digests, signatures, keys, encodings. Keys are opaque; texts of keys are PEM.
 */
#ifndef BO_CRYPTO_CRYPTO_H
#define BO_CRYPTO_CRYPTO_H

#include "bocage/arena.h"
#include "bocage/text.h"

void bo_sha256(unsigned char out[32], bo_str bytes);
void bo_sha512(unsigned char out[64], bo_str bytes);
void bo_sha384(unsigned char out[48], bo_str bytes);
/* Broken as digests; only for SPARQL's functions of these names. */
void bo_sha1(unsigned char out[20], bo_str bytes);
void bo_md5(unsigned char out[16], bo_str bytes);
void bo_hmac_sha256(unsigned char out[32], bo_str key, bo_str bytes);
/* In constant time for equal lengths. */
bool bo_crypto_eq(bo_str a, bo_str b);

/* Encodings; decoders give BO_SYNTAX for anything that is not canonical. */
bo_str bo_hex(bo_str bytes, bo_arena *arena);
bo_str bo_base64(bo_str bytes, bo_arena *arena);
bo_str bo_base64url(bo_str bytes, bo_arena *arena); /* no padding */
bo_str bo_base58(bo_str bytes, bo_arena *arena);    /* Bitcoin alphabet */
bo_status bo_base64_decode(bo_str *out, bo_str text, bo_arena *arena) BO_MUST_USE;
bo_status bo_base64url_decode(bo_str *out, bo_str text, bo_arena *arena) BO_MUST_USE;
bo_status bo_base58_decode(bo_str *out, bo_str text, bo_arena *arena) BO_MUST_USE;

typedef enum bo_key_kind { BO_KEY_RSA, BO_KEY_ED25519, BO_KEY_P256 } bo_key_kind;
typedef struct bo_key bo_key; /* immutable once made: shared between threads */
bo_status bo_key_generate(bo_key **out, bo_key_kind kind, unsigned rsa_bits) BO_MUST_USE;
/* PKCS#8 "PRIVATE KEY", PKCS#1 "RSA PRIVATE KEY"/"RSA PUBLIC KEY" or SPKI "PUBLIC KEY". BO_SYNTAX. */
bo_status bo_key_from_pem(bo_key **out, bo_str pem) BO_MUST_USE;
bo_status bo_key_ed25519_from_raw(bo_key **out, bo_str bytes, bool is_private) BO_MUST_USE; /* 32 bytes */
/* The numbers of a JSON Web Key (RFC 7518 section 6): big-endian modulus and exponent, of 2,048 bits and
 * more; a point on P-256, 32 bytes each. BO_SYNTAX. */
bo_status bo_key_rsa_from_raw(bo_key **out, bo_str modulus, bo_str exponent) BO_MUST_USE;
bo_status bo_key_p256_from_raw(bo_key **out, bo_str x, bo_str y) BO_MUST_USE;
void bo_key_free(bo_key *key); /* accepts NULL */
bo_key_kind bo_key_kind_of(const bo_key *key);
bo_status bo_key_public_pem(bo_str *out, const bo_key *key, bo_arena *arena) BO_MUST_USE;  /* SPKI */
bo_status bo_key_private_pem(bo_str *out, const bo_key *key, bo_arena *arena) BO_MUST_USE; /* PKCS#8 */
bo_status bo_key_public_raw(bo_str *out, const bo_key *key,
                            bo_arena *arena) BO_MUST_USE; /* Ed25519: 32 bytes */
bo_status bo_key_private_raw(bo_str *out, const bo_key *key, bo_arena *arena) BO_MUST_USE; /* likewise */
/* RSA: PKCS#1 v1.5 with SHA-256; P-256: ECDSA with SHA-256 (64 bytes r|s); Ed25519: pure. */
bo_status bo_key_sign(bo_str *signature, const bo_key *key, bo_str bytes, bo_arena *arena) BO_MUST_USE;
/* RSASSA-PSS with SHA-512, MGF1 with the same and a salt of 64 bytes: RFC 9421's rsa-pss-sha512. BO_DENIED.
 */
bo_status bo_key_verify_pss(const bo_key *key, bo_str bytes, bo_str signature) BO_MUST_USE;
/* BO_DENIED when the signature is not the key's. */
bo_status bo_key_verify(const bo_key *key, bo_str bytes, bo_str signature) BO_MUST_USE;

/* Password hashes: "$argon2id$v=19$m=...,t=...,p=...$salt$hash" (RFC 9106). `memory_kib` and `passes` 0:
 * 19456 KiB, 2 passes. */
bo_status bo_password_hash(bo_str *out, bo_str password, unsigned memory_kib, unsigned passes,
                           bo_arena *arena) BO_MUST_USE;
/* BO_DENIED when it does not fit. bcrypt's hashes, which other systems keep, are read too. */
bo_status bo_password_check(bo_str hash, bo_str password) BO_MUST_USE;
/* Whether it is one of bcrypt's: "$2a$10$", "$2b$10$" or "$2y$10$", a salt and a hash. */
bool bo_password_is_bcrypt(bo_str hash);

/* JSON Web Tokens (RFC 7519) in compact form. Which key and algorithm are right, and whether the claims hold
 * (exp, aud, ...), is the caller's to judge. */
typedef struct bo_jwt {
    bo_str header, claims; /* JSON text */
    bo_str content, signature;
} bo_jwt;
/* BO_DENIED when it is no such thing. Nothing is verified. */
bo_status bo_jwt_read(bo_jwt *out, bo_str token, bo_arena *arena) BO_MUST_USE;
/* Signs with RS256. */
bo_status bo_jwt_sign(bo_str *token, const bo_key *key, bo_str claims, bo_arena *arena) BO_MUST_USE;

#endif
