/* SPDX-License-Identifier: Apache-2.0
 * IRIs (RFC 3987) and their resolution (RFC 3986 section 5).
 */
#ifndef BOCAGE_IRI_H
#define BOCAGE_IRI_H

#include "bocage/arena.h"
#include "bocage/text.h"

#pragma GCC visibility push(default)

typedef struct bo_iri_parts {
    bo_str scheme, authority, path, query, fragment; /* .ptr NULL: the part and its mark are absent */
} bo_iri_parts;

/* Cuts an IRI reference into its parts (RFC 3986 appendix B); always possible, checks nothing. */
bo_iri_parts bo_iri_split(bo_str iri);
/* Host and port out of an authority; port 0 when it names none. BO_SYNTAX when the port is no port. */
bo_status bo_iri_host(bo_str *host, unsigned *port, bo_str authority) BO_MUST_USE;
/* Whether it has a scheme and only characters that an IRI may have. */
bool bo_iri_absolute(bo_str iri);
/* Why it is not an absolute IRI: BO_SYNTAX with the reason, or BO_OK. */
bo_status bo_iri_check(bo_str iri) BO_MUST_USE;
/* The reference resolved against an absolute base (strict, RFC 3986 section 5.2). The result lives in the
 * arena, or is `reference` itself when that is absolute and needs no change. */
bo_status bo_iri_resolve(bo_str *out, bo_str base, bo_str reference, bo_arena *arena) BO_MUST_USE;
/* The shortest reference that resolves to `iri` against `base`; `iri` itself when none is shorter. */
bo_status bo_iri_relative(bo_str *out, bo_str base, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* Without its fragment. */
bo_str bo_iri_document(bo_str iri);

/* Percent-encodes all but the unreserved characters of RFC 3986; decodes, BO_SYNTAX for bad escapes or bad
 * UTF-8. */
void bo_percent_encode(bo_text *out, bo_str s);
bo_status bo_percent_decode(bo_str *out, bo_str s, bool plus_is_blank, bo_arena *arena) BO_MUST_USE;

#pragma GCC visibility pop
#endif
