/* SPDX-License-Identifier: Apache-2.0
 * Digests, through OpenSSL.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

#include "crypto/crypto.h"

/* Nothing here can fail but for want of memory, and then there is nothing sensible left to do. */
static void digest(unsigned char *out, const EVP_MD *kind, bo_str bytes) {
    if (EVP_Digest(bytes.len ? bytes.ptr : "", bytes.len, out, NULL, kind, NULL) != 1) abort();
}

void bo_sha256(unsigned char out[32], bo_str bytes) {
    digest(out, EVP_sha256(), bytes);
}
void bo_sha384(unsigned char out[48], bo_str bytes) {
    digest(out, EVP_sha384(), bytes);
}
void bo_sha512(unsigned char out[64], bo_str bytes) {
    digest(out, EVP_sha512(), bytes);
}
void bo_sha1(unsigned char out[20], bo_str bytes) {
    digest(out, EVP_sha1(), bytes);
}
void bo_md5(unsigned char out[16], bo_str bytes) {
    digest(out, EVP_md5(), bytes);
}

void bo_hmac_sha256(unsigned char out[32], bo_str key, bo_str bytes) {
    const unsigned char *text = (const unsigned char *)(bytes.len ? bytes.ptr : "");
    if (HMAC(EVP_sha256(), key.len ? key.ptr : "", (int)key.len, text, bytes.len, out, NULL) == NULL) abort();
}

bool bo_crypto_eq(bo_str a, bo_str b) {
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}
