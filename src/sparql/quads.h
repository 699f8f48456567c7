/* SPDX-License-Identifier: Apache-2.0
 * Reading the triples of the active graph that fit a pattern's constants: each of them once, in the order of
 * one index, a batch at a time. Whatever does not depend on other patterns' rows is tested here, for a whole
 * batch at once: constants that the index can't use, a variable that the pattern names twice, the graphs of
 * the dataset, and the doubles of a union of graphs (in every index but GSPO the graph comes last, so they
 * are neighbours).
 */
#ifndef BO_SPARQL_QUADS_H
#define BO_SPARQL_QUADS_H

#include "sparql/exec.h"

enum { BO_S, BO_P, BO_O, BO_G, BO_PLACES };
#define BO_NO_VAR UINT32_MAX

typedef struct bo_quads {
    bo_exec *exec;
    const bo_scope *scope;
    bo_id constant[BO_PLACES]; /* of the pattern; BO_ID_NONE: open */
    uint32_t var[BO_PLACES];   /* BO_NO_VAR: constant or none */
    bool twice;                /* a variable stands in two places */
    bo_order order;
    bo_id fixed[BO_PLACES]; /* the constants and the graph, as of the last opening */
    unsigned bounds;        /* how many places of the order the scan itself is bounded by */
    bo_arena *arena;        /* of the scan */
    bo_scan *scan;
    bo_batch *batch; /* what was read last; nobody else changes it */
    bool ended;
    bo_ids before;      /* the last triple given out */
    bool asked, single; /* the source, whether there are doubles at all; what it said */
} bo_quads;

static inline const unsigned char *bo_columns_of(bo_order order) {
    return bo_order_columns[order];
}

/* `nodes`: subject, predicate, object; a path has none for its predicate. */
bo_status bo_quads_init(bo_quads *quads, bo_exec *exec, const bo_scope *scope,
                        const bo_node nodes[3]) BO_MUST_USE;
void bo_quads_done(bo_quads *quads);
/* Whether a constant is nowhere in the source, so that nothing can match. */
bool bo_quads_impossible(const bo_quads *quads);
/* The graph that all quads must stand in; BO_ID_NONE when there are several. */
bo_id bo_quads_graph(const bo_quads *quads);
/* Begins at the beginning of an order; an earlier scan is given up. The first batch is read by the next call.
 */
bo_status bo_quads_open(bo_quads *quads, bo_order order) BO_MUST_USE;
void bo_quads_close(bo_quads *quads);
/* The next batch: `ended` and no rows when there is none. */
bo_status bo_quads_next(bo_quads *quads) BO_MUST_USE;
/* The batch with the first quad that is not below the key, which must not be below an earlier one. */
bo_status bo_quads_seek(bo_quads *quads, const bo_id key[BO_PLACES]) BO_MUST_USE;

#endif
