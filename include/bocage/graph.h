/* SPDX-License-Identifier: Apache-2.0
 * A small set of quads in memory: a request's body, a shape, a test's expectation. It is a source and a
 * target. One thread at a time, except that any number may read while none writes.
 */
#ifndef BOCAGE_GRAPH_H
#define BOCAGE_GRAPH_H

#include "bocage/source.h"

#pragma GCC visibility push(default)

typedef struct bo_graph bo_graph;

bo_status bo_graph_new(bo_graph **out) BO_MUST_USE;
void bo_graph_free(bo_graph *graph); /* accepts NULL */

bo_status bo_graph_add(bo_graph *graph, const bo_quad *quad) BO_MUST_USE; /* a second time changes nothing */
bool bo_graph_has(bo_graph *graph, const bo_quad *quad);
size_t bo_graph_count(const bo_graph *graph); /* quads, all graphs together */

/* Views on the same quads; they live as long as the graph. */
bo_source *bo_graph_source(bo_graph *graph);
bo_target *bo_graph_target(bo_graph *graph);
bo_sink bo_graph_sink(bo_graph *graph);

/* All quads whose columns match (BO_NO_TERM: anything; the default graph too), in order of insertion. */
bo_status bo_graph_match(bo_graph *graph, const bo_quad *pattern, const bo_sink *each) BO_MUST_USE;
/* The first object of subject and predicate in any graph, or the first subject of predicate and object; the
 * text lives as long as the graph. False, and *out untouched, when there is none. */
bool bo_graph_object(bo_graph *graph, bo_term *out, const bo_term *subject, bo_str predicate);
bool bo_graph_subject(bo_graph *graph, bo_term *out, bo_str predicate, const bo_term *object);

/* Whether two datasets are the same up to a renaming of blank nodes (RDF 1.1 Concepts section 3.6). */
bo_status bo_graph_isomorphic(bool *out, bo_graph *a, bo_graph *b) BO_MUST_USE;

#pragma GCC visibility pop
#endif
