/* SPDX-License-Identifier: Apache-2.0
 * Signatures of HTTP requests in the two forms that servers of the fediverse use, both always understood:
 * draft-cavage-http-signatures-12, and HTTP Message Signatures (RFC 9421), as
 * https://swicg.github.io/activitypub-http-signature/ says they are used. RSA (PKCS#1 v1.5, SHA-256) and
 * Ed25519.
 */
#ifndef BO_FED_SIGNATURE_H
#define BO_FED_SIGNATURE_H

#include "base/clock.h"
#include "crypto/crypto.h"
#include "fed/structured.h"
#include "http/message.h"
#include "net/net.h"

typedef enum bo_signature_form { BO_SIGNED_CAVAGE, BO_SIGNED_RFC9421 } bo_signature_form;

typedef struct bo_signing {
    bo_signature_form form;
    const bo_key *key;
    bo_str key_id;
    const bo_clock *clock;
} bo_signing;
/* Adds the headers of a signature to a request: Host, Date, a digest when there is a body, Signature and, in
 * the newer form, Signature-Input. */
bo_status bo_signature_sign(bo_fetch *request, const bo_signing *signing, bo_arena *arena) BO_MUST_USE;

/* What a request says of its signature. */
typedef struct bo_signature {
    bo_signature_form form;
    bo_str key_id;
    bo_str algorithm;   /* absent when it names none */
    bo_str headers;     /* cavage: what is covered, names with blanks between */
    const bo_sf *input; /* RFC 9421: what is covered, an inner list with its parameters */
    bo_str bytes;
    bool has_created, has_expires;
    int64_t created_s, expires_s; /* since 1970 */
} bo_signature;
/* BO_NOT_FOUND when it is not signed; BO_UNAUTHENTICATED with the reason when that can't be read. */
bo_status bo_signature_read(bo_signature *out, const bo_headers *headers, bo_arena *arena) BO_MUST_USE;
/* draft-cavage, section 2.1: the value of Signature, or of Authorization behind its scheme. */
bo_status bo_cavage_read(bo_signature *out, bo_str header, bo_arena *arena) BO_MUST_USE;
/* RFC 9421, section 4: one signature of Signature-Input and Signature; an absent label takes the first that
 * is in both and has a keyid. */
bo_status bo_rfc9421_read(bo_signature *out, const bo_headers *headers, bo_str label,
                          bo_arena *arena) BO_MUST_USE;

typedef struct bo_signature_rules {
    const bo_clock *clock;
    int64_t skew_ms; /* how far times may be off */
    bo_str host;     /* ours: the request must have been meant for it */
    bo_str scheme;   /* by which we are asked: "https" */
} bo_signature_rules;
/* Everything but the signature itself: that it covers the target, the host, a time and a digest of the body
 * if there is one; and that time, host and digest are right. BO_UNAUTHENTICATED with the reason. */
bo_status bo_signature_check(const bo_signature *signature, const bo_http_request *request,
                             const bo_signature_rules *rules, bo_arena *arena) BO_MUST_USE;
/* The signature itself. A target with a query may have been signed without it. BO_UNAUTHENTICATED. */
bo_status bo_signature_verify(const bo_signature *signature, const bo_http_request *request,
                              const bo_signature_rules *rules, const bo_key *key,
                              bo_arena *arena) BO_MUST_USE;

/* The texts that are signed. */

/* draft-cavage, section 2.3. `target` is path and query. */
bo_status bo_cavage_base(bo_text *out, const bo_signature *signature, bo_str method, bo_str target,
                         const bo_headers *headers, bo_arena *arena) BO_MUST_USE;

/* A message as RFC 9421 sees it. */
typedef struct bo_message bo_message;
struct bo_message {
    bo_str method, target, scheme, authority; /* of a request; the target as on its first line */
    int status;                               /* of a response; 0: it is a request */
    const bo_headers *headers, *trailers;     /* trailers may be NULL */
    const bo_message *request;                /* that a response answers, or NULL */
    /* The type of a structured field; false: not known. NULL: the fields that are registered as such. */
    bool (*type_of)(bo_sf_type *out, bo_str name);
};
/* The value of one component (section 2.1, 2.2), an item of the covered list. BO_UNAUTHENTICATED: it is not
 * there, or there is no such component. */
bo_status bo_rfc9421_component(bo_text *out, const bo_message *message, const bo_sf *component,
                               bo_arena *arena) BO_MUST_USE;
/* Section 2.5; `input` is the inner list with its parameters. */
bo_status bo_rfc9421_base(bo_text *out, const bo_message *message, const bo_sf *input,
                          bo_arena *arena) BO_MUST_USE;

/* The digests of a body as they stand in Digest (RFC 3230) and Content-Digest (RFC 9530). */
bo_str bo_digest_of(bo_str body, bo_arena *arena);
bo_str bo_content_digest_of(bo_str body, bo_arena *arena);
bo_status bo_digest_check(const bo_headers *headers, bo_str body, bo_arena *arena) BO_MUST_USE;
bo_status bo_content_digest_check(const bo_headers *headers, bo_str body, bo_arena *arena) BO_MUST_USE;

#endif
