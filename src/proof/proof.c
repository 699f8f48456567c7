/* SPDX-License-Identifier: Apache-2.0
 * Data Integrity proofs: adding them (Data Integrity 4.2 and 4.3), verifying them (4.4 and 4.5), and the
 * EdDSA cryptosuites (EdDSA Cryptosuites 3).
 */
#include "bocage/proof.h"

#include "bocage/canon.h"
#include "bocage/graph.h"
#include "crypto/crypto.h"
#include "rdf/xsd.h"

#define PROOF BO_STR("proof")
#define PROOF_VALUE BO_STR("proofValue")
#define CONTEXT BO_STR("@context")
#define PREVIOUS BO_STR("previousProof")

static const char generation[] = "PROOF_GENERATION_ERROR", verification[] = "PROOF_VERIFICATION_ERROR";
enum { PROOFS = 16, SIGNATURE = 64 };

typedef struct work {
    const bo_proof_options *options;
    bo_arena *arena;
    const char *code; /* of errors: generation or verification */
} work;

typedef enum transformation { BY_JCS, BY_RDFC } transformation;
typedef struct cryptosuite {
    bo_str type, name;
    transformation by;
} cryptosuite;
#define TEXT(literal)                                                                                        \
    { "" literal, sizeof(literal) - 1 }
static const cryptosuite suites[] = {{TEXT("DataIntegrityProof"), TEXT("eddsa-jcs-2022"), BY_JCS},
                                     {TEXT("DataIntegrityProof"), TEXT("eddsa-rdfc-2022"), BY_RDFC},
                                     {TEXT("Ed25519Signature2020"), TEXT(""), BY_RDFC}};

static bo_status made(const void *pointer) {
    return pointer ? BO_OK : bo_error_last()->status;
}

static bo_status suite_of(const work *w, const cryptosuite **out, const bo_json *proof) {
    bo_str type = bo_json_get_string(proof, BO_STR("type"));
    bo_str name = bo_json_get_string(proof, BO_STR("cryptosuite"));
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (!bo_str_eq(type, suites[i].type) || !bo_str_eq(name, suites[i].name)) continue;
        *out = &suites[i];
        return BO_OK;
    }
    return bo_fail_code(BO_UNSUPPORTED, w->code,
                        "a proof of type \"%.*s\" with the cryptosuite \"%.*s\" is not known here; "
                        "eddsa-jcs-2022 and eddsa-rdfc-2022 are",
                        BO_STR_ARG(type), BO_STR_ARG(name));
}

/* A shallow copy without one member. */
static bo_status without(bo_json **out, const bo_json *object, bo_str key, bo_arena *arena) {
    bo_json *copy = bo_json_new(arena, BO_JSON_OBJECT);
    for (uint32_t i = 0; i < object->len; i++)
        if (!bo_str_eq(object->members[i].key, key))
            copy = bo_json_add(arena, copy, object->members[i].key, object->members[i].value);
    *out = copy;
    return made(copy);
}

static bo_status set(bo_json *object, bo_str key, const bo_json *value, bo_arena *arena) {
    bo_json *copy = bo_json_copy(arena, value);
    return made(copy ? bo_json_set(arena, object, key, copy) : NULL);
}

static bo_status keep_text(bo_str *out, bo_text *text, bo_status status, bo_arena *arena) {
    if (status == BO_OK) status = bo_text_end(text);
    if (status == BO_OK) *out = bo_arena_str(arena, bo_text_str(text));
    bo_text_done(text);
    return status == BO_OK ? made(out->ptr) : status;
}

static bo_status by_jcs(bo_str *out, const bo_json *value, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write_canonical(&text, value);
    return keep_text(out, &text, BO_OK, arena);
}

/* Nothing may get lost on the way to RDF: what is not signed could be changed. */
static bo_status by_rdfc(const work *w, bo_str *out, const bo_json *value) {
    const bo_jsonld_options how = {.loader = w->options->loader, .caps = w->options->caps, .lossless = true};
    const bo_canon_options canon = {.work_cap = w->options->canon_work_cap};
    bo_graph *graph;
    bo_text text;
    BO_TRY(bo_graph_new(&graph));
    bo_sink sink = bo_graph_sink(graph);
    bo_text_init(&text, 0);
    bo_status status = bo_jsonld_to_rdf(&sink, value, &how, w->arena);
    if (status == BO_OK) status = bo_canon_write(&text, bo_graph_source(graph), &canon);
    status = keep_text(out, &text, status, w->arena);
    bo_graph_free(graph);
    if (status == BO_INVALID)
        return bo_fail_code(BO_INVALID, "PROOF_TRANSFORMATION_ERROR",
                            "what is to be signed can't be made RDF: %s", bo_error_last()->message);
    return status;
}

/* EdDSA Cryptosuites 3.2.3 to 3.2.5 and 3.3.3 to 3.3.5: `document` without proofs but those that a chain goes
 * on from, `config` without proofValue. */
static bo_status prepare(const work *w, bo_proof_steps *out, const bo_json *document, const bo_json *config,
                         const cryptosuite *suite) {
    bo_proof_steps steps;
    if (suite->by == BY_JCS) {
        BO_TRY(by_jcs(&steps.document, document, w->arena));
        BO_TRY(by_jcs(&steps.config, config, w->arena));
    } else {
        bo_json *with_context;
        const bo_json *context = bo_json_get(document, CONTEXT);
        BO_TRY(without(&with_context, config, CONTEXT, w->arena));
        if (context != NULL) BO_TRY(set(with_context, CONTEXT, context, w->arena));
        BO_TRY(by_rdfc(w, &steps.document, document));
        BO_TRY(by_rdfc(w, &steps.config, with_context));
    }
    bo_sha256(steps.combined, steps.config);
    bo_sha256(steps.combined + 32, steps.document);
    *out = steps;
    return BO_OK;
}

static bo_str combined(const bo_proof_steps *steps) {
    return (bo_str){(const char *)steps->combined, sizeof steps->combined};
}

/* One or many as an array. */
static bo_status listed(bo_json **out, const bo_json *value, bo_arena *arena) {
    bo_json *array = bo_json_new(arena, BO_JSON_ARRAY);
    if (bo_json_is(value, BO_JSON_ARRAY))
        for (uint32_t i = 0; i < value->len; i++) array = bo_json_push(arena, array, value->items[i]);
    else if (value != NULL)
        array = bo_json_push(arena, array, bo_json_copy(arena, value));
    *out = array;
    return made(array);
}

/* Data Integrity 4.3 step 4 and 4.5 step 3.2: the document as a proof signs it, with the proofs that it goes
 * on from. */
static bo_status signed_document(const work *w, bo_json **out, const bo_json *document, const bo_json *proofs,
                                 const bo_json *proof) {
    bo_json *previous, *matching = bo_json_new(w->arena, BO_JSON_ARRAY);
    BO_TRY(listed(&previous, bo_json_get(proof, PREVIOUS), w->arena));
    BO_TRY(without(out, document, PROOF, w->arena));
    for (uint32_t i = 0; i < previous->len; i++) {
        bo_str id = bo_json_string(previous->items[i]);
        bool found = false;
        for (uint32_t j = 0; j < proofs->len && id.len > 0; j++) {
            if (!bo_str_eq(bo_json_get_string(proofs->items[j], BO_STR("id")), id)) continue;
            matching = bo_json_push(w->arena, matching, proofs->items[j]);
            found = true;
        }
        if (!found)
            return bo_fail_code(BO_INVALID, w->code,
                                "the proof goes on from <%.*s>, which is not in the document",
                                BO_STR_ARG(id));
    }
    BO_TRY(made(matching));
    return matching->len == 0 ? BO_OK : made(bo_json_set(w->arena, *out, PROOF, matching));
}

/* An xsd:dateTimeStamp of a proof; false when it is there and is none. */
static bool moment_of(bo_moment *out, bool *there, const bo_json *object, bo_str key) {
    const bo_json *value = bo_json_get(object, key);
    *there = value != NULL;
    return !*there ||
           (bo_moment_parse(out, BO_DT_DATE_TIME, bo_json_string(value)) && out->zone != BO_NO_ZONE);
}

/* What every proof needs (Data Integrity 2.1). */
static bo_status check_config(const work *w, const bo_json *proof) {
    static const bo_str texts[] = {TEXT("verificationMethod"), TEXT("proofPurpose")};
    static const bo_str moments[] = {TEXT("created"), TEXT("expires")};
    bo_moment ignored;
    bool there;
    if (!bo_json_is(proof, BO_JSON_OBJECT))
        return bo_fail_code(BO_INVALID, w->code, "a proof must be an object");
    for (size_t i = 0; i < 2; i++)
        if (bo_json_get_string(proof, texts[i]).len == 0)
            return bo_fail_code(BO_INVALID, w->code, "the proof has no %s, or one that is no text",
                                texts[i].ptr);
    for (size_t i = 0; i < 2; i++)
        if (!moment_of(&ignored, &there, proof, moments[i]))
            return bo_fail_code(
                BO_INVALID, w->code,
                "'%s' of the proof must be a date and time with a zone, as in 2026-11-25T12:00:00Z",
                moments[i].ptr);
    return BO_OK;
}

static bo_status work_of(work *w, const bo_json *document, const bo_proof_options *options, bo_arena *arena,
                         const char *code) {
    static const bo_proof_options none = {.loader = NULL};
    *w = (work){options ? options : &none, arena, code};
    if (bo_json_is(document, BO_JSON_OBJECT)) return BO_OK;
    return bo_fail_code(BO_INVALID, code, "only a JSON object can have a proof");
}

bo_status bo_proof_add(bo_json **out, const bo_json *document, const bo_json *config, const bo_key *key,
                       const bo_proof_options *options, bo_arena *arena) {
    work w;
    const cryptosuite *suite;
    bo_json *proofs, *proof, *unsecured, *secured;
    bo_proof_steps steps;
    bo_str signature;
    BO_TRY(work_of(&w, document, options, arena, generation));
    BO_TRY(check_config(&w, config));
    BO_TRY(suite_of(&w, &suite, config));
    if (bo_key_kind_of(key) != BO_KEY_ED25519)
        return bo_fail_code(BO_BAD_ARGUMENT, generation, "an Ed25519 key is needed to sign");
    BO_TRY(without(&proof, config, PROOF_VALUE, arena));
    const bo_json *context = bo_json_get(document, CONTEXT);
    if (suite->by == BY_JCS && context != NULL)
        BO_TRY(set(proof, CONTEXT, context, arena)); /* 3.3.1 step 2 */
    BO_TRY(listed(&proofs, bo_json_get(document, PROOF), arena));
    BO_TRY(signed_document(&w, &unsecured, document, proofs, proof));
    BO_TRY(prepare(&w, &steps, unsecured, proof, suite));
    BO_TRY(bo_key_sign(&signature, key, combined(&steps), arena));
    bo_str value = bo_base58(signature, arena);
    if (value.ptr != NULL) value = bo_arena_join(arena, BO_STR("z"), value);
    BO_TRY(made(bo_json_set(arena, proof, PROOF_VALUE, bo_json_new_string(arena, value))));
    BO_TRY(without(&secured, document, PROOF, arena));
    proofs = bo_json_push(arena, proofs, proof);
    BO_TRY(made(proofs));
    *out = bo_json_add(arena, secured, PROOF, proofs->len == 1 ? proof : proofs);
    return made(*out);
}

/* 3.3.2 step 4: the document's context begins with that of the proof, which then stands for it. */
static bo_status narrow_context(const work *w, bo_json *document, const bo_json *proof) {
    bo_json *own, *its;
    const bo_json *context = bo_json_get(proof, CONTEXT);
    if (context == NULL) return BO_OK;
    BO_TRY(listed(&own, bo_json_get(document, CONTEXT), w->arena));
    BO_TRY(listed(&its, context, w->arena));
    bool begins = own->len >= its->len;
    for (uint32_t i = 0; begins && i < its->len; i++) begins = bo_json_eq(own->items[i], its->items[i]);
    if (!begins)
        return bo_fail_code(BO_INVALID, verification,
                            "the document's @context does not begin with that of the proof");
    return set(document, CONTEXT, context, w->arena);
}

static bo_status check_asked_for(const work *w, const bo_json *proof) {
    const struct {
        bo_str wanted;
        const char *member, *code;
    } rows[] = {{w->options->purpose, "proofPurpose", verification},
                {w->options->domain, "domain", "INVALID_DOMAIN_ERROR"},
                {w->options->challenge, "challenge", "INVALID_CHALLENGE_ERROR"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bo_json *values;
        bool found = rows[i].wanted.len == 0;
        BO_TRY(listed(&values, bo_json_get(proof, bo_str_of(rows[i].member)), w->arena));
        for (uint32_t j = 0; j < values->len && !found; j++)
            found = bo_str_eq(bo_json_string(values->items[j]), rows[i].wanted);
        if (!found)
            return bo_fail_code(BO_DENIED, rows[i].code, "the proof's %s is not \"%.*s\"", rows[i].member,
                                BO_STR_ARG(rows[i].wanted));
    }
    bo_moment now, created, expires;
    bool has_created, has_expires;
    if (w->options->now.len == 0) return BO_OK;
    if (!bo_moment_parse(&now, BO_DT_DATE_TIME, w->options->now) || now.zone == BO_NO_ZONE)
        return bo_fail(BO_BAD_ARGUMENT, "now: '%.*s' is no date and time with a zone",
                       BO_STR_ARG(w->options->now));
    moment_of(&created, &has_created, proof, BO_STR("created"));
    moment_of(&expires, &has_expires, proof, BO_STR("expires"));
    if (has_created && bo_moment_compare(now, created) == BO_IS_LESS)
        return bo_fail_code(BO_DENIED, verification, "the proof was made in the future");
    if (has_expires && bo_moment_compare(now, expires) == BO_IS_GREATER)
        return bo_fail_code(BO_DENIED, verification, "the proof has expired");
    return BO_OK;
}

static bo_status verify_one(const work *w, const bo_json *document, const bo_json *proofs,
                            const bo_json *proof, const bo_proof_keys *keys) {
    const cryptosuite *suite;
    bo_json *unsecured, *config;
    bo_proof_steps steps;
    bo_key *key;
    BO_TRY(check_config(w, proof));
    BO_TRY(suite_of(w, &suite, proof));
    BO_TRY(check_asked_for(w, proof));
    bo_str value = bo_json_get_string(proof, PROOF_VALUE), signature;
    if (value.len < 2 || value.len > 2 * SIGNATURE || value.ptr[0] != 'z' ||
        bo_base58_decode(&signature, bo_str_from(value, 1), w->arena) != BO_OK || signature.len != SIGNATURE)
        return bo_fail_code(BO_INVALID, verification,
                            "proofValue must be 'z' and the base58 of an Ed25519 signature of 64 bytes");
    BO_TRY(without(&config, proof, PROOF_VALUE, w->arena));
    BO_TRY(signed_document(w, &unsecured, document, proofs, proof));
    if (suite->by == BY_JCS) BO_TRY(narrow_context(w, unsecured, proof));
    BO_TRY(prepare(w, &steps, unsecured, config, suite));
    BO_TRY(keys->find(keys->context, &key, bo_json_get_string(proof, BO_STR("verificationMethod")),
                      bo_json_get_string(proof, BO_STR("proofPurpose"))));
    bo_status status = bo_key_kind_of(key) == BO_KEY_ED25519
                           ? bo_key_verify(key, combined(&steps), signature)
                           : bo_fail(BO_DENIED, "the verification method has no Ed25519 key");
    bo_key_free(key);
    return status == BO_DENIED
               ? bo_fail_code(BO_DENIED, verification, "the proof does not fit the document: %s",
                              bo_error_last()->message)
               : status;
}

bo_status bo_proof_verify(const bo_json *document, const bo_proof_keys *keys, const bo_proof_options *options,
                          bo_arena *arena) {
    work w;
    bo_json *proofs;
    BO_TRY(work_of(&w, document, options, arena, verification));
    size_t most = w.options->proof_cap ? w.options->proof_cap : PROOFS;
    BO_TRY(listed(&proofs, bo_json_get(document, PROOF), arena));
    if (proofs->len == 0) return bo_fail_code(BO_NOT_FOUND, verification, "the document has no proof");
    if (proofs->len > most)
        return bo_fail_code(BO_LIMIT, verification, "the document has more than %zu proofs", most);
    for (uint32_t i = 0; i < proofs->len; i++)
        BO_TRY(verify_one(&w, document, proofs, proofs->items[i], keys));
    return BO_OK;
}

bo_status bo_proof_prepare(bo_proof_steps *out, const bo_json *document, const bo_json *proof,
                           const bo_proof_options *options, bo_arena *arena) {
    work w;
    const cryptosuite *suite;
    bo_json *proofs, *unsecured, *config;
    BO_TRY(work_of(&w, document, options, arena, verification));
    BO_TRY(check_config(&w, proof));
    BO_TRY(suite_of(&w, &suite, proof));
    BO_TRY(listed(&proofs, bo_json_get(document, PROOF), arena));
    BO_TRY(without(&config, proof, PROOF_VALUE, arena));
    BO_TRY(signed_document(&w, &unsecured, document, proofs, proof));
    return prepare(&w, out, unsecured, config, suite);
}
