/* SPDX-License-Identifier: Apache-2.0
 * The test vectors of EdDSA Cryptosuites: four signed documents with every step on the way, two proof sets
 * and two proof chains. Each is made again, byte for byte, verified, and refused once something in it is
 * changed. conformance_proof THIS-FOLDER SOURCE-FOLDER
 */
#include "bocage/proof.h"
#include "crypto/crypto.h"
#include "tools/suite.h"

typedef struct bench {
    suite *s;
    const char *here, *suites, *vectors; /* folders: ours, all suites, TestVectors */
    bo_proof_options options;
} bench;

static bo_str read_file(bench *b, const char *folder, const char *name) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_str path = bo_arena_printf(b->s->arena, "%s/%s", folder, name), copy = BO_STR_NONE;
    if (bo_fs_read(&bytes, path.ptr, 0) == BO_OK) copy = bo_arena_str(b->s->arena, bo_text_str(&bytes));
    bo_text_done(&bytes);
    return copy;
}

static bo_json *read_json(bench *b, const char *folder, const char *name) {
    bo_json *value = NULL;
    if (bo_json_parse(&value, read_file(b, folder, name), NULL, b->s->arena) == BO_OK) return value;
    printf("%s/%s can't be read: %s\n", folder, name, bo_error_last()->message);
    exit(EXIT_FAILURE);
}

/* The built-in contexts, and two that only these vectors use: one of the suite, one of ours that has the
 * terms of the employment document. */
static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    bench *b = context;
    *final_iri = iri;
    if (bo_str_eq(iri, BO_STR("https://www.w3.org/ns/credentials/examples/v2"))) {
        bo_str folder = bo_arena_printf(arena, "%s/contexts", b->suites);
        *out = read_json(b, folder.ptr, "credentials-examples-v2.jsonld");
    } else if (bo_str_eq(iri, BO_STR("https://w3id.org/citizenship/v4rc1"))) {
        *out = read_json(b, b->here, "citizenship.jsonld");
    } else {
        return bo_loader_builtin.load(NULL, out, final_iri, iri, arena);
    }
    return BO_OK;
}

static void judge(bench *b, const char *room, const char *step, const char *why) {
    suite_case(b->s, bo_arena_printf(b->s->arena, "%s/%s", room, step), why);
}

static void same_text(bench *b, const char *room, const char *step, bo_str got, bo_str expected) {
    judge(b, room, step,
          expected.ptr && bo_str_eq(got, bo_str_trim(expected)) ? NULL
          : got.len                                             ? got.ptr
                                                                : "nothing");
}

static bo_str hex(bench *b, const unsigned char *bytes, size_t len) {
    return bo_hex((bo_str){(const char *)bytes, len}, b->s->arena);
}

static bo_key *key_of(bench *b, const bo_json *pair) {
    bo_key *key = NULL;
    bo_str secret = bo_json_get_string(pair, BO_STR("privateKeyMultibase")), text;
    if (bo_multikey_read(&key, secret) != BO_OK) exit(EXIT_FAILURE);
    bool same = bo_multikey_secret(&text, key, b->s->arena) == BO_OK && bo_str_eq(text, secret);
    judge(b, secret.ptr, "secret", same ? NULL : "another text");
    same = bo_multikey_public(&text, key, b->s->arena) == BO_OK &&
           bo_str_eq(text, bo_json_get_string(pair, BO_STR("publicKeyMultibase")));
    judge(b, secret.ptr, "public", same ? NULL : "another text");
    return key;
}

static const char *added(bench *b, const bo_json *document, const bo_json *config, const bo_key *key,
                         const bo_json *expected) {
    bo_json *got;
    if (bo_proof_add(&got, document, config, key, &b->options, b->s->arena) != BO_OK)
        return bo_error_last()->message;
    if (bo_json_eq(got, expected)) return NULL;
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write_pretty(&text, got);
    return bo_arena_str(b->s->arena, bo_text_str(&text)).ptr;
}

/* A verified document, and the same with another name. */
static void verify(bench *b, const char *room, const char *step, const bo_json *secured) {
    bo_arena *arena = b->s->arena;
    bo_status status = bo_proof_verify(secured, &bo_proof_keys_did_key, &b->options, arena);
    judge(b, room, step, status == BO_OK ? NULL : bo_error_last()->message);
    bo_json *changed = bo_json_copy(arena, secured);
    bo_json_set(arena, changed, BO_STR("name"), bo_json_new_string(arena, BO_STR("Another")));
    status = bo_proof_verify(changed, &bo_proof_keys_did_key, &b->options, arena);
    judge(b, room, "changed", status == BO_DENIED ? NULL : "a changed document is verified");
}

static void signed_document(bench *b, const char *room, const char *suffix, const char *document,
                            const bo_key *key) {
    bo_arena *arena = b->s->arena;
    const char *folder = bo_arena_printf(arena, "%s/%s", b->vectors, room).ptr;
#define NAME(start, end) bo_arena_printf(arena, start "%s" end, suffix).ptr
    bo_json *unsigned_one = read_json(b, b->vectors, document),
            *secured = read_json(b, folder, NAME("signed", ".json"));
    bo_json *config = read_json(b, folder, NAME("proofConfig", ".json"));
    const bo_json *proof = bo_json_get(secured, BO_STR("proof")),
                  *context = bo_json_get(secured, BO_STR("@context"));
    unsigned_one = bo_json_set(arena, unsigned_one, BO_STR("@context"), bo_json_copy(arena, context));
    bo_proof_steps steps;
    if (bo_proof_prepare(&steps, unsigned_one, config, &b->options, arena) != BO_OK) {
        judge(b, room, "prepare", bo_error_last()->message);
        return;
    }
    same_text(b, room, "canonDoc", bo_str_trim(steps.document),
              read_file(b, folder, NAME("canonDoc", ".txt")));
    same_text(b, room, "proofCanon", bo_str_trim(steps.config),
              read_file(b, folder, NAME("proofCanon", ".txt")));
    same_text(b, room, "proofHash", hex(b, steps.combined, 32),
              read_file(b, folder, NAME("proofHash", ".txt")));
    same_text(b, room, "docHash", hex(b, steps.combined + 32, 32),
              read_file(b, folder, NAME("docHash", ".txt")));
    same_text(b, room, "combinedHash", hex(b, steps.combined, 64),
              read_file(b, folder, NAME("combinedHash", ".txt")));
    same_text(b, room, "sigBTC58", bo_json_get_string(proof, BO_STR("proofValue")),
              read_file(b, folder, NAME("sigBTC58", ".txt")));
    if (bo_json_get(proof, BO_STR("@context")) == NULL) bo_json_unset(config, BO_STR("@context"));
    judge(b, room, "signed", added(b, unsigned_one, config, key, secured));
    verify(b, room, "verified", secured);
}

/* A set or a chain: each config in turn onto what came before. */
static void proofs(bench *b, const char *name, unsigned first_key, const bo_json *before) {
    bo_arena *arena = b->s->arena;
    const char *folder = bo_arena_printf(arena, "%s/proof-set-chain", b->vectors).ptr;
    const bo_json *pairs = read_json(b, folder, "multiKeyPairs.json");
    for (unsigned i = 1; i <= 2; i++) {
        const char *file = bo_arena_printf(arena, "signed%s%u.json", name, i).ptr;
        bo_json *expected = read_json(b, folder, file);
        char start = (char)(name[0] | 0x20); /* "proofSetConfig1.json" */
        bo_json *config =
            read_json(b, folder, bo_arena_printf(arena, "%c%sConfig%u.json", start, name + 1, i).ptr);
        bo_key *key = key_of(b, bo_json_get(pairs, bo_arena_printf(arena, "keyPair%u", first_key + i - 1)));
        /* the first of a set stands in an array of one there */
        bo_json *proof = bo_json_get(expected, BO_STR("proof"));
        if (bo_json_is(proof, BO_JSON_ARRAY) && proof->len == 1)
            bo_json_set(arena, expected, BO_STR("proof"), proof->items[0]);
        judge(b, "proof-set-chain", file, added(b, before, config, key, expected));
        verify(b, "proof-set-chain", file, expected);
        bo_multikey_free(key);
        before = expected;
    }
}

int main(int argc, char **argv) {
    suite s;
    if (argc != 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    const char *folder = suite_folder(&s, "vc-di-eddsa", 58, argv[2]);
    if (folder == NULL) {
        bo_text_done(&s.excuses);
        bo_arena_free(s.arena);
        return EXIT_SUCCESS;
    }
    bench b = {.s = &s, .here = argv[1]};
    const bo_loader loader = {load, &b};
    b.suites = bo_arena_printf(s.arena, "%s/..", folder).ptr;
    b.vectors = bo_arena_printf(s.arena, "%s/TestVectors", folder).ptr;
    b.options = (bo_proof_options){.loader = &loader, .purpose = BO_STR("assertionMethod")};
    bo_key *key = key_of(&b, read_json(&b, b.vectors, "keyPair.json"));
    signed_document(&b, "eddsa-jcs-2022", "JCS", "unsigned.json", key);
    signed_document(&b, "eddsa-rdfc-2022", "DataInt", "unsigned.json", key);
    signed_document(&b, "eddsa-rdfc-2022/employ", "DataInt", "employmentAuth.json", key);
    signed_document(&b, "Ed25519Signature2020", "EdSig", "unsigned.json", key);
    bo_multikey_free(key);
    const char *sets = bo_arena_printf(s.arena, "%s/proof-set-chain", b.vectors).ptr;
    proofs(&b, "ProofSet", 1, read_json(&b, sets, "unsigned.json"));
    proofs(&b, "ProofChain", 3, read_json(&b, sets, "signedProofSet2.json"));
    return suite_end(&s);
}
