/* SPDX-License-Identifier: Apache-2.0
 * What the writers share: the quads of a source, gathered, with rdf:type first and in a stable order.
 */
#ifndef BO_SYNTAX_WRITE_H
#define BO_SYNTAX_WRITE_H

#include "bocage/syntax.h"

/* Quads sorted by graph, subject (the focus first, IRIs before blank nodes), predicate (rdf:type first) and
 * object, each once. Without `graphs`, as if all were in the default graph. */
typedef struct bo_gathered {
    bo_quad *quads;
    size_t len, size;
    bool graphs;
    bo_arena *arena;
    bo_term predicates[256]; /* that were gathered lately */
} bo_gathered;
bo_status bo_gather(bo_gathered *out, bo_source *source, bo_str focus, bool graphs,
                    bo_arena *arena) BO_MUST_USE;

/* The writers behind the rows of the format table. */
bo_status bo_write_turtle(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;
bo_status bo_write_trig(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;
bo_status bo_write_ntriples(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;
bo_status bo_write_nquads(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;
bo_status bo_write_jsonld(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;
bo_status bo_write_rdfxml(bo_text *out, bo_source *source, const bo_write_options *options) BO_MUST_USE;

#endif
