/* SPDX-License-Identifier: Apache-2.0
 * RDF terms and quads as text (RDF 1.1 Concepts sections 3 and 4), and the way they are handed from a reader
 * to whoever wants them.
 */
#ifndef BOCAGE_TERM_H
#define BOCAGE_TERM_H

#include "bocage/arena.h"
#include "bocage/text.h"

#pragma GCC visibility push(default)

typedef enum bo_term_kind {
    BO_NO_TERM, /* unbound; as a graph name, the default graph */
    BO_IRI,
    BO_BLANK,
    BO_LITERAL
} bo_term_kind;

/* A literal without datatype and language is an xsd:string; one with a language is an rdf:langString: neither
 * of these two datatypes is ever written out in `datatype`. Language tags keep their case and compare without
 * it. */
typedef struct bo_term {
    bo_term_kind kind;
    bo_str value;    /* an absolute IRI, a blank node's label without "_:", or a lexical form */
    bo_str datatype; /* IRI, literals only */
    bo_str lang;     /* literals only */
} bo_term;

typedef struct bo_quad {
    bo_term s, p, o, g;
} bo_quad;

static inline bo_term bo_term_iri(bo_str iri) {
    return (bo_term){.kind = BO_IRI, .value = iri};
}
static inline bo_term bo_term_blank(bo_str label) {
    return (bo_term){.kind = BO_BLANK, .value = label};
}
static inline bo_term bo_term_string(bo_str text) {
    return (bo_term){.kind = BO_LITERAL, .value = text};
}
static inline bo_term bo_term_lang(bo_str text, bo_str lang) {
    return (bo_term){.kind = BO_LITERAL, .value = text, .lang = lang};
}
/* Leaves the datatype out when it is xsd:string. */
bo_term bo_term_typed(bo_str lexical, bo_str datatype);

bool bo_term_eq(const bo_term *a, const bo_term *b); /* the same RDF term */
uint64_t bo_term_hash(const bo_term *term); /* equal terms, equal hashes; the same in every process */
/* A copy whose text lives in the arena; BO_NO_MEMORY or BO_LIMIT. */
bo_status bo_term_copy(bo_term *out, const bo_term *term, bo_arena *arena) BO_MUST_USE;
/* The datatype's IRI, with xsd:string and rdf:langString spelt out; literals only. */
bo_str bo_term_datatype(const bo_term *literal);
/* As an N-Triples term. */
void bo_term_write(bo_text *out, const bo_term *term);

/* Where a reader puts what it reads. Terms live until the call returns. A status other than BO_OK stops the
 * reader, which then returns it. `prefix` may be NULL. */
typedef struct bo_sink {
    bo_status (*quad)(void *context, const bo_quad *quad);
    bo_status (*prefix)(void *context, bo_str prefix, bo_str iri);
    void *context;
} bo_sink;

#pragma GCC visibility pop
#endif
