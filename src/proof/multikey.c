/* SPDX-License-Identifier: Apache-2.0
 * Multikey: Ed25519 keys as text, and the keys inside did:key.
 */
#include "bocage/proof.h"
#include "crypto/crypto.h"

typedef struct form {
    unsigned char prefix[2]; /* of the bytes before base58 (Controlled Identifiers 1.0 section 2.2.2) */
    bool is_secret;
} form;
static const form forms[] = {{{0xED, 0x01}, false}, {{0x80, 0x26}, true}};

enum { RAW = 32, LONGEST = 64 }; /* the text of an Ed25519 key has 48 characters */

static bo_status read(bo_key **out, bo_str multibase, bo_arena *arena) {
    bo_str bytes;
    if (multibase.len < 2 || multibase.len > LONGEST || multibase.ptr[0] != 'z')
        return bo_fail(BO_SYNTAX, "\"%.*s\" is no Multikey: that is 'z' and base58 behind it",
                       BO_STR_ARG(bo_str_head(multibase, 100)));
    BO_TRY(bo_base58_decode(&bytes, bo_str_from(multibase, 1), arena));
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (bytes.len == sizeof forms[i].prefix + RAW && memcmp(bytes.ptr, forms[i].prefix, 2) == 0)
            return bo_key_ed25519_from_raw(out, bo_str_from(bytes, 2), forms[i].is_secret);
    return bo_fail(BO_SYNTAX, "the Multikey \"%.*s\" is of no kind that is known here: Ed25519 keys are",
                   BO_STR_ARG(multibase));
}

bo_status bo_multikey_read(bo_key **out, bo_str multibase) {
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = read(out, multibase, arena);
    bo_arena_free(arena);
    return status;
}

void bo_multikey_free(bo_key *key) {
    bo_key_free(key);
}

static bo_status write(bo_str *out, const form *f, bo_str raw, bo_arena *arena) {
    bo_str bytes = bo_arena_join(arena, (bo_str){(const char *)f->prefix, sizeof f->prefix}, raw), text;
    if (bytes.ptr == NULL) return bo_error_last()->status;
    text = bo_base58(bytes, arena);
    if (text.ptr != NULL) text = bo_arena_join(arena, BO_STR("z"), text);
    if (text.ptr == NULL) return bo_error_last()->status;
    *out = text;
    return BO_OK;
}

bo_status bo_multikey_public(bo_str *out, const bo_key *key, bo_arena *arena) {
    bo_str raw;
    BO_TRY(bo_key_public_raw(&raw, key, arena));
    return write(out, &forms[0], raw, arena);
}

bo_status bo_multikey_secret(bo_str *out, const bo_key *key, bo_arena *arena) {
    bo_str raw;
    BO_TRY(bo_key_private_raw(&raw, key, arena));
    return write(out, &forms[1], raw, arena);
}

/* "did:key:z6Mk...#z6Mk...": the fragment says the key once more (did:key section 3.1). */
static bo_status find_did_key(void *context, bo_key **out, bo_str method, bo_str purpose) {
    (void)context, (void)purpose;
    const bo_str scheme = BO_STR("did:key:");
    bo_str name = bo_str_head(method, bo_str_find(method, '#'));
    bo_str key = bo_str_from(name, scheme.len), fragment = bo_str_from(method, name.len + 1);
    if (!bo_str_starts(method, scheme) || (fragment.len > 0 && !bo_str_eq(fragment, key)))
        return bo_fail_code(BO_NOT_FOUND, "PROOF_VERIFICATION_ERROR",
                            "the verification method <%.*s> is no did:key, and no other is known here",
                            BO_STR_ARG(method));
    return bo_multikey_read(out, key);
}

const bo_proof_keys bo_proof_keys_did_key = {find_did_key, NULL};
