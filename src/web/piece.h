/* SPDX-License-Identifier: Apache-2.0
 * Members of a container as pieces of its representation. Each is rendered once and kept, under the id of the
 * member and the version of its graph: when one changes, it alone is rendered again. A piece shows one
 * resource whole and is the same for everyone; who may see it is looked at each time that it is given.
 * One thread at a time, but for the cache.
 */
#ifndef BO_WEB_PIECE_H
#define BO_WEB_PIECE_H

#include "bocage/store.h"
#include "bocage/syntax.h"
#include "web/cache.h"

typedef struct bo_pieces {
    bo_cache *cache; /* lent */
    bo_store *store; /* the transaction's */
    bo_txn *txn;
    const bo_graph_set *readable; /* what the asker may read; NULL: everything */
    bo_str container;
    bo_format format;         /* JSON-LD, Turtle or N-Triples */
    bo_write_options options; /* of the pieces; focus is set for each */
    uint64_t wish;            /* tells options apart that make other pieces */
    size_t given, rendered;   /* how many have been, so far */
} bo_pieces;

/* Writes all members that the asker may read: as the items of a JSON array, or, in the other formats, each
 * behind the statement that the container contains it. Memory does not grow with their number. */
bo_status bo_pieces_write(bo_pieces *pieces, bo_text *out, bo_arena *arena) BO_MUST_USE;
/* A number that is another when other members are shown, or one of them has changed. */
bo_status bo_pieces_sum(bo_pieces *pieces, uint64_t *out, bo_arena *arena) BO_MUST_USE;

#endif
