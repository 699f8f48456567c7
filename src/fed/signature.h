/* SPDX-License-Identifier: Apache-2.0
 * HTTP signatures as the fediverse and SemApps use them: draft-cavage-http-signatures, rsa-sha256.
 */
#ifndef BO_FED_SIGNATURE_H
#define BO_FED_SIGNATURE_H

#include "base/clock.h"
#include "crypto/crypto.h"
#include "http/message.h"
#include "net/net.h"

/* Adds Host, Date, Digest (when there is a body) and Signature to a request. */
bo_status bo_signature_sign(bo_fetch *request, const bo_key *key, bo_str key_id, const bo_clock *clock,
                            bo_arena *arena) BO_MUST_USE;

/* What a Signature header says. */
typedef struct bo_signature {
    bo_str key_id, algorithm, headers;
    bo_str signature; /* base64 */
} bo_signature;
bo_status bo_signature_parse(bo_signature *out, bo_str header, bo_arena *arena) BO_MUST_USE;

typedef struct bo_signature_rules {
    const bo_clock *clock;
    int64_t skew_ms; /* how far the Date may be off */
    bo_str host;     /* ours: the request must have been meant for it */
} bo_signature_rules;
/* Everything but the signature itself: what is signed, date, host and digest. BO_UNAUTHENTICATED with the
 * reason. */
bo_status bo_signature_check(const bo_signature *signature, const bo_http_request *request,
                             const bo_signature_rules *rules, bo_arena *arena) BO_MUST_USE;
/* The signature itself. BO_UNAUTHENTICATED. */
bo_status bo_signature_verify(const bo_signature *signature, const bo_http_request *request,
                              const bo_key *key, bo_arena *arena) BO_MUST_USE;

#endif
