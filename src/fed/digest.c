/* SPDX-License-Identifier: Apache-2.0
 * Digests of bodies: the old field (RFC 3230) and the new one (RFC 9530).
 */
#include "fed/signature.h"

bo_str bo_digest_of(bo_str body, bo_arena *arena) {
    unsigned char hash[32];
    bo_sha256(hash, body);
    return bo_arena_join(arena, BO_STR("SHA-256="), bo_base64((bo_str){(char *)hash, 32}, arena));
}

bo_str bo_content_digest_of(bo_str body, bo_arena *arena) {
    unsigned char hash[32];
    bo_sha256(hash, body);
    return bo_arena_printf(arena, "sha-256=:%.*s:", BO_STR_ARG(bo_base64((bo_str){(char *)hash, 32}, arena)));
}

/* Algorithms that are not known say nothing; one that is known has to be right. */
bo_status bo_digest_check(const bo_headers *headers, bo_str body, bo_arena *arena) {
    bo_str header = bo_headers_joined(headers, BO_STR("Digest"), arena), expected = bo_digest_of(body, arena);
    for (bo_str one; bo_str_cut(&one, &header, ',');) {
        one = bo_str_trim(one);
        if (!bo_str_eq_nocase(bo_str_head(one, 8), BO_STR("SHA-256="))) continue;
        if (bo_str_eq(bo_str_from(one, 8), bo_str_from(expected, 8))) return BO_OK;
        break;
    }
    return bo_fail(BO_UNAUTHENTICATED, "the Digest is not the SHA-256 of the body");
}

bo_status bo_content_digest_check(const bo_headers *headers, bo_str body, bo_arena *arena) {
    bo_sf *first;
    unsigned char sha256[32], sha512[64];
    bo_str header = bo_headers_joined(headers, BO_STR("Content-Digest"), arena);
    if (header.ptr == NULL || bo_sf_read(&first, BO_SF_TOP_DICTIONARY, header, arena) != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "the Content-Digest is missing or can't be read");
    bo_sha256(sha256, body);
    bo_sha512(sha512, body);
    const struct {
        bo_str name, bytes;
    } known[] = {{BO_STR("sha-256"), {(char *)sha256, 32}}, {BO_STR("sha-512"), {(char *)sha512, 64}}};
    unsigned right = 0;
    for (size_t i = 0; i < 2; i++) {
        const bo_sf *said = bo_sf_get(first, known[i].name);
        if (said == NULL) continue;
        if (said->kind != BO_SF_BYTES || !bo_str_eq(said->text, known[i].bytes))
            return bo_fail(BO_UNAUTHENTICATED, "the Content-Digest is not the %.*s of the body",
                           BO_STR_ARG(known[i].name));
        right++;
    }
    if (right > 0) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "the Content-Digest has neither sha-256 nor sha-512");
}
