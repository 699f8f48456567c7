/* SPDX-License-Identifier: Apache-2.0
 * Data Integrity proofs (W3C Verifiable Credential Data Integrity 1.0, and its EdDSA cryptosuites):
 * signatures that stand inside a JSON-LD document. They carry FEP-8b32 object proofs and Open Badges 3.
 *
 * Cryptosuites: eddsa-jcs-2022 (the JSON text is signed), eddsa-rdfc-2022 (the RDF is signed), and the older
 * type Ed25519Signature2020. Errors carry the specification's code in bo_error.code: PROOF_GENERATION_ERROR,
 * PROOF_VERIFICATION_ERROR, PROOF_TRANSFORMATION_ERROR, INVALID_DOMAIN_ERROR, INVALID_CHALLENGE_ERROR.
 */
#ifndef BOCAGE_PROOF_H
#define BOCAGE_PROOF_H

#include "bocage/jsonld.h"

#pragma GCC visibility push(default)

typedef struct bo_key bo_key;

/* Multikey (Controlled Identifiers 1.0 section 2.2.2): base58-btc behind a 'z', Ed25519 only. BO_SYNTAX. */
bo_status bo_multikey_read(bo_key **out,
                           bo_str multibase) BO_MUST_USE; /* public or secret; bo_multikey_free */
void bo_multikey_free(bo_key *key);                       /* accepts NULL */
bo_status bo_multikey_public(bo_str *out, const bo_key *key, bo_arena *arena) BO_MUST_USE; /* "z6Mk..." */
bo_status bo_multikey_secret(bo_str *out, const bo_key *key, bo_arena *arena) BO_MUST_USE; /* "z3u2..." */

typedef struct bo_proof_options {
    const bo_loader *loader; /* for the contexts of eddsa-rdfc-2022; NULL: the built-in ones */
    bo_jsonld_caps caps;
    size_t canon_work_cap; /* bo_canon_options.work_cap */
    size_t proof_cap;      /* proofs of one document; 0: 16 */
    /* Verifying asks for these where they are not empty. */
    bo_str purpose; /* "assertionMethod" */
    bo_str domain, challenge;
    bo_str now; /* xsd:dateTime with a zone: a proof that was made later, or has expired, is refused */
} bo_proof_options;

/* Where the key of a verification method comes from. The key is the caller's: bo_multikey_free. The function
 * has to see to it that the key belongs to whom the document names, and is meant for the proof's purpose. */
typedef struct bo_proof_keys {
    bo_status (*find)(void *context, bo_key **out, bo_str verification_method, bo_str purpose);
    void *context;
} bo_proof_keys;

/* Knows did:key alone: the key is in the name. */
extern const bo_proof_keys bo_proof_keys_did_key;

/* The document with one more proof. `config` has everything of the proof but proofValue: type, cryptosuite,
 * verificationMethod, proofPurpose, created, and previousProof for a chain. Neither is changed; the result
 * shares text with both. */
bo_status bo_proof_add(bo_json **out, const bo_json *document, const bo_json *config, const bo_key *key,
                       const bo_proof_options *options, bo_arena *arena) BO_MUST_USE;

/* Whether every proof of the document holds, chains included. BO_DENIED when a signature does not fit,
 * BO_NOT_FOUND when there is no proof, BO_UNSUPPORTED for other cryptosuites, BO_INVALID for what can't be a
 * proof. */
bo_status bo_proof_verify(const bo_json *document, const bo_proof_keys *keys, const bo_proof_options *options,
                          bo_arena *arena) BO_MUST_USE;

/* What is hashed and signed for one proof, step by step: for whoever looks for a difference with a peer. */
typedef struct bo_proof_steps {
    bo_str document, config;    /* canonical texts */
    unsigned char combined[64]; /* the SHA-256 of config, then that of document */
} bo_proof_steps;
bo_status bo_proof_prepare(bo_proof_steps *out, const bo_json *document, const bo_json *proof,
                           const bo_proof_options *options, bo_arena *arena) BO_MUST_USE;

#pragma GCC visibility pop
#endif
