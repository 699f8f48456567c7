/* SPDX-License-Identifier: Apache-2.0
 * What the readers of this module share: a place in a text, and the tokens that Turtle, TriG, N-Triples and
 * N-Quads have in common.
 */
#ifndef BO_SYNTAX_READ_H
#define BO_SYNTAX_READ_H

#include "bocage/syntax.h"

/* A text, or a piece of one, that is being read. A reader takes the statements that are complete, leaves `at`
 * behind them, and is called again with what it left and more. Where nothing more comes, `last` is set and
 * all must be read. */
typedef struct bo_reading {
    const bo_sink *sink;
    const bo_read_options *options;
    const char *start, *at, *end;
    unsigned line, column; /* of `start`, from 1 */
    bool last;
    bool touched;         /* a token was looked for beyond `end` */
    bo_arena *arena;      /* one statement's text */
    unsigned long blanks; /* blank nodes without a label, so far */
    size_t given, skip;   /* quads and prefixes of this statement: so far, and those given the last time */
    void *state;          /* the reader's own, from its first call on */
} bo_reading;

/* BO_SYNTAX with the line and column of `at`. */
bo_status bo_reading_fail(const bo_reading *r, const char *format, ...) BO_PRINTF(2, 3);

void bo_reading_place(const bo_reading *r, const char *at, unsigned *line, unsigned *column);

/* "`what` was expected, and here is ...", with what would be right where that can be guessed. */
bo_status bo_reading_expected(const bo_reading *r, const char *what);

bo_status bo_reading_give(bo_reading *r, const bo_quad *quad) BO_MUST_USE;
bo_status bo_reading_give_prefix(bo_reading *r, bo_str prefix, bo_str iri) BO_MUST_USE;

/* Blank nodes: by the label in the document, with the options' prefix before it. Where a syntax has nodes
 * without labels too, these get "g" and a number, and labels that start with a g get one more. */
bo_status bo_reading_blank(bo_reading *r, bo_term *out, bo_str label) BO_MUST_USE;
bo_status bo_reading_label(bo_reading *r, bo_term *out, bo_str label) BO_MUST_USE;
bo_status bo_reading_numbered(bo_reading *r, bo_term *out, unsigned long number) BO_MUST_USE;

/* Passes over a byte order mark at the beginning of a text; BO_SYNTAX when it is UTF-16. */
bo_status bo_reading_mark(bo_reading *r) BO_MUST_USE;

/* Tokens. Each starts at r->at, moves it behind what was read, and gives text that lives in the input or the
 * arena. */
bo_status bo_read_iriref(bo_reading *r, bo_str *out) BO_MUST_USE; /* behind '<', up to and with '>' */
/* Behind the opening quote; `quote` is the character, `count` 1 or 3. */
bo_status bo_read_string(bo_reading *r, bo_str *out, char quote, unsigned count) BO_MUST_USE;
bo_status bo_read_lang(bo_reading *r, bo_str *out) BO_MUST_USE;  /* behind '@' */
bo_status bo_read_label(bo_reading *r, bo_str *out) BO_MUST_USE; /* behind "_:" */

/* Character classes of the Turtle grammar. */
bool bo_is_pn_chars_base(uint32_t c);
bool bo_is_pn_chars_u(uint32_t c);
bool bo_is_pn_chars(uint32_t c);
bool bo_is_lang(bo_str tag); /* LANGTAG without its '@' */
bool bo_is_ncname(bo_str s); /* XML's name without a colon */
bool bo_has_scheme(bo_str iri);
/* Moves `at` over ASCII letters, digits, '_' and '-': most of most names. */
void bo_reading_plain(bo_reading *r);
/* Whether RDF/XML can't have a property of that name (section 6.2.4), or reads it as another one. */
bool bo_is_no_property(bo_str iri);
/* The code point at r->at, 0 at the end, UINT32_MAX when it is no UTF-8; *len its bytes. */
uint32_t bo_reading_peek(bo_reading *r, size_t *len);

/* The readers behind the rows of the format table, and what frees their state. */
bo_status bo_read_ntriples_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_nquads_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_turtle_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_trig_document(bo_reading *r) BO_MUST_USE;
void bo_read_turtle_done(bo_reading *r);
bo_status bo_read_jsonld_document(bo_reading *r) BO_MUST_USE;
void bo_read_jsonld_done(bo_reading *r);
bo_status bo_read_rdfxml_document(bo_reading *r) BO_MUST_USE;
void bo_read_rdfxml_done(bo_reading *r);
bo_status bo_read_rdfa_document(bo_reading *r) BO_MUST_USE;
void bo_read_rdfa_done(bo_reading *r);

#endif
