/* SPDX-License-Identifier: Apache-2.0
 * Proofs as this project uses them, and each way in which one can be wrong. The published vectors are a
 * conformance suite.
 */
#include "bocage/proof.h"

#include <check.h>

#include "crypto/crypto.h"

/* An object of the fediverse (FEP-8b32). */
static const char note[] = "{\"@context\":[\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/"
                           "security/data-integrity/v1\"],"
                           "\"id\":\"https://a.example/n\",\"type\":\"Note\",\"attributedTo\":\"https://"
                           "a.example/u\",\"content\":\"un "
                           "bocage\"}";

typedef struct made {
    bo_arena *arena;
    bo_key *key;
    bo_json *document, *config;
} made;

static bo_json *read(bo_arena *arena, const char *text) {
    bo_json *value = NULL;
    ck_assert_int_eq(bo_json_parse(&value, bo_str_of(text), NULL, arena), BO_OK);
    return value;
}

static void put(made *m, bo_json *object, const char *key, const char *text) {
    bo_json_set(m->arena, object, bo_str_of(key), bo_json_new_string(m->arena, bo_str_of(text)));
}

static made make(const char *cryptosuite) {
    made m = {.arena = bo_arena_new(0)};
    bo_str multikey;
    ck_assert_int_eq(bo_key_generate(&m.key, BO_KEY_ED25519, 0), BO_OK);
    ck_assert_int_eq(bo_multikey_public(&multikey, m.key, m.arena), BO_OK);
    m.document = read(m.arena, note);
    m.config = read(m.arena, "{\"type\":\"DataIntegrityProof\",\"created\":\"2026-11-25T12:00:00Z\","
                             "\"proofPurpose\":\"assertionMethod\"}");
    put(&m, m.config, "cryptosuite", cryptosuite);
    put(&m, m.config, "verificationMethod",
        bo_arena_printf(m.arena, "did:key:%s#%s", multikey.ptr, multikey.ptr).ptr);
    return m;
}

static void done(made *m) {
    bo_multikey_free(m->key);
    bo_arena_free(m->arena);
}

START_TEST(what_is_signed_is_verified) {
    static const char *const cryptosuites[] = {"eddsa-jcs-2022", "eddsa-rdfc-2022"};
    for (size_t i = 0; i < 2; i++) {
        made m = make(cryptosuites[i]);
        bo_json *secured;
        const bo_proof_options options = {.purpose = BO_STR("assertionMethod"),
                                          .now = BO_STR("2026-11-25T13:00:00Z")};
        ck_assert_msg(bo_proof_add(&secured, m.document, m.config, m.key, NULL, m.arena) == BO_OK, "%s",
                      bo_error_last()->message);
        ck_assert_msg(bo_proof_verify(secured, &bo_proof_keys_did_key, &options, m.arena) == BO_OK, "%s",
                      bo_error_last()->message);
        ck_assert_ptr_null(bo_json_get(m.document, BO_STR("proof"))); /* the input is not changed */
        done(&m);
    }
}
END_TEST

/* A change to the secured document or to its proof, what is said, and the code. */
typedef struct change {
    const char *member; /* "proof.x": of the proof */
    const char *value;  /* JSON; NULL: taken out */
    bo_status status;
    const char *code, *says;
} change;

static void apply(made *m, bo_json *secured, const change *c) {
    bool inside = strncmp(c->member, "proof.", 6) == 0;
    bo_json *object = inside ? bo_json_get(secured, BO_STR("proof")) : secured;
    bo_str key = bo_str_of(c->member + (inside ? 6 : 0));
    if (c->value == NULL)
        bo_json_unset(object, key);
    else
        bo_json_set(m->arena, object, key, read(m->arena, c->value));
}

START_TEST(each_way_to_be_wrong) {
    static const change changes[] = {
        {"content", "\"autre\"", BO_DENIED, "PROOF_VERIFICATION_ERROR", "does not fit the document"},
        {"proof.created", "\"2026-11-25T12:00:01Z\"", BO_DENIED, "PROOF_VERIFICATION_ERROR", "does not fit"},
        {"proof.created", "\"yesterday\"", BO_INVALID, "PROOF_VERIFICATION_ERROR",
         "date and time with a zone"},
        {"proof.created", "\"2026-11-26T12:00:00Z\"", BO_DENIED, "PROOF_VERIFICATION_ERROR", "in the future"},
        {"proof.expires", "\"2026-11-25T12:30:00Z\"", BO_DENIED, "PROOF_VERIFICATION_ERROR", "has expired"},
        {"proof.proofPurpose", "\"authentication\"", BO_DENIED, "PROOF_VERIFICATION_ERROR",
         "proofPurpose is not"},
        {"proof.proofPurpose", NULL, BO_INVALID, "PROOF_VERIFICATION_ERROR", "no proofPurpose"},
        {"proof.verificationMethod", NULL, BO_INVALID, "PROOF_VERIFICATION_ERROR", "no verificationMethod"},
        {"proof.verificationMethod", "\"https://a.example/u#key\"", BO_NOT_FOUND, "PROOF_VERIFICATION_ERROR",
         "is no did:key"},
        {"proof.proofValue", "\"u1234\"", BO_INVALID, "PROOF_VERIFICATION_ERROR", "proofValue must be"},
        {"proof.proofValue", NULL, BO_INVALID, "PROOF_VERIFICATION_ERROR", "proofValue must be"},
        {"proof.cryptosuite", "\"ecdsa-jcs-2019\"", BO_UNSUPPORTED, "PROOF_VERIFICATION_ERROR",
         "ecdsa-jcs-2019"},
        {"proof.@context", "[\"https://evil.example/\"]", BO_INVALID, "PROOF_VERIFICATION_ERROR",
         "does not begin"},
        {"proof.previousProof", "\"urn:x\"", BO_INVALID, "PROOF_VERIFICATION_ERROR", "goes on from <urn:x>"},
        {"proof", NULL, BO_NOT_FOUND, "PROOF_VERIFICATION_ERROR", "has no proof"},
        {"proof", "[]", BO_NOT_FOUND, "PROOF_VERIFICATION_ERROR", "has no proof"},
        {"proof", "[1]", BO_INVALID, "PROOF_VERIFICATION_ERROR", "must be an object"},
        {"proof", "[{},{},{}]", BO_LIMIT, "PROOF_VERIFICATION_ERROR", "more than 2 proofs"}};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        made m = make("eddsa-jcs-2022");
        bo_json *secured;
        const bo_proof_options options = {
            .purpose = BO_STR("assertionMethod"), .now = BO_STR("2026-11-25T13:00:00Z"), .proof_cap = 2};
        ck_assert_int_eq(bo_proof_add(&secured, m.document, m.config, m.key, NULL, m.arena), BO_OK);
        apply(&m, secured, &changes[i]);
        bo_status status = bo_proof_verify(secured, &bo_proof_keys_did_key, &options, m.arena);
        ck_assert_msg(status == changes[i].status, "%zu: %s", i, bo_error_last()->message);
        ck_assert_str_eq(bo_error_last()->code, changes[i].code);
        ck_assert_msg(strstr(bo_error_last()->message, changes[i].says) != NULL, "%zu: %s", i,
                      bo_error_last()->message);
        done(&m);
    }
}
END_TEST

START_TEST(domain_and_challenge_are_asked_for) {
    made m = make("eddsa-jcs-2022");
    bo_json *secured;
    put(&m, m.config, "domain", "a.example");
    ck_assert_int_eq(bo_proof_add(&secured, m.document, m.config, m.key, NULL, m.arena), BO_OK);
    bo_proof_options options = {.domain = BO_STR("a.example")};
    ck_assert_int_eq(bo_proof_verify(secured, &bo_proof_keys_did_key, &options, m.arena), BO_OK);
    options.domain = BO_STR("b.example");
    ck_assert_int_eq(bo_proof_verify(secured, &bo_proof_keys_did_key, &options, m.arena), BO_DENIED);
    ck_assert_str_eq(bo_error_last()->code, "INVALID_DOMAIN_ERROR");
    options = (bo_proof_options){.challenge = BO_STR("7")};
    ck_assert_int_eq(bo_proof_verify(secured, &bo_proof_keys_did_key, &options, m.arena), BO_DENIED);
    ck_assert_str_eq(bo_error_last()->code, "INVALID_CHALLENGE_ERROR");
    done(&m);
}
END_TEST

/* A key that no context defines would not be signed, and so could be changed. */
START_TEST(what_rdf_would_lose_is_not_signed) {
    static const char *const documents[] = {
        "{\"@context\":\"https://www.w3.org/ns/credentials/v2\",\"colour\":\"red\"}",
        "{\"@context\":\"https://www.w3.org/ns/credentials/v2\",\"id\":\"relative\",\"name\":\"x\"}"};
    for (size_t i = 0; i < 2; i++) {
        made m = make("eddsa-rdfc-2022");
        bo_json *secured;
        ck_assert_int_eq(bo_proof_add(&secured, read(m.arena, documents[i]), m.config, m.key, NULL, m.arena),
                         BO_INVALID);
        ck_assert_str_eq(bo_error_last()->code, "PROOF_TRANSFORMATION_ERROR");
        ck_assert_ptr_nonnull(strstr(bo_error_last()->message, i ? "\"relative\"" : "\"colour\""));
        done(&m);
    }
}
END_TEST

START_TEST(bad_keys) {
    static const char *const texts[] = {
        "", "z", "u6Mk", "z6Mk", "zQ3sharXXXX", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ0"};
    bo_key *key;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(bo_multikey_read(&key, bo_str_of(texts[i])) == BO_SYNTAX, "%s", texts[i]);
}
END_TEST

Suite *test_proof(void) {
    Suite *suite = suite_create("proof/proof");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_is_signed_is_verified);
    tcase_add_test(all, each_way_to_be_wrong);
    tcase_add_test(all, domain_and_challenge_are_asked_for);
    tcase_add_test(all, what_rdf_would_lose_is_not_signed);
    tcase_add_test(all, bad_keys);
    suite_add_tcase(suite, all);
    return suite;
}
