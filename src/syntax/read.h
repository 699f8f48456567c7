/* SPDX-License-Identifier: Apache-2.0
 * What the readers of this module share: a place in a text, and the tokens that Turtle, TriG, N-Triples and
 * N-Quads have in common.
 */
#ifndef BO_SYNTAX_READ_H
#define BO_SYNTAX_READ_H

#include "bocage/syntax.h"

typedef struct bo_reading {
    const bo_sink *sink;
    const bo_read_options *options;
    const char *start, *at, *end;
    unsigned first_line; /* the line that `start` is on, from 1 */
    bo_arena *arena;     /* one statement's text */
} bo_reading;

/* BO_SYNTAX with the line and column of `at`. */
bo_status bo_reading_fail(const bo_reading *r, const char *format, ...) BO_PRINTF(2, 3);

bo_status bo_reading_give(const bo_reading *r, const bo_quad *quad) BO_MUST_USE;

/* Tokens. Each starts at r->at, moves it behind what was read, and gives text that lives in the input or the
 * arena. */
bo_status bo_read_iriref(bo_reading *r, bo_str *out) BO_MUST_USE; /* behind '<', up to and with '>' */
/* Behind the opening quote; `quote` is the character, `count` 1 or 3. */
bo_status bo_read_string(bo_reading *r, bo_str *out, char quote, unsigned count) BO_MUST_USE;
bo_status bo_read_lang(bo_reading *r, bo_str *out) BO_MUST_USE; /* behind '@' */
/* Behind "_:". The label with the options' prefix. */
bo_status bo_read_blank(bo_reading *r, bo_term *out) BO_MUST_USE;
bo_status bo_reading_blank(bo_reading *r, bo_term *out, bo_str label) BO_MUST_USE;

/* Character classes of the Turtle grammar. */
bool bo_is_pn_chars_base(uint32_t c);
bool bo_is_pn_chars_u(uint32_t c);
bool bo_is_pn_chars(uint32_t c);
/* The code point at r->at, 0 at the end, UINT32_MAX when it is no UTF-8; *len its bytes. */
uint32_t bo_reading_peek(const bo_reading *r, size_t *len);

/* The readers behind the rows of the format table. */
bo_status bo_read_nquads(bo_reading *r, bool graphs) BO_MUST_USE;
bo_status bo_read_ntriples_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_nquads_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_turtle_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_trig_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_jsonld_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_rdfxml_document(bo_reading *r) BO_MUST_USE;
bo_status bo_read_rdfa_document(bo_reading *r) BO_MUST_USE;

#endif
