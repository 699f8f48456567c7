/* SPDX-License-Identifier: Apache-2.0
 * Disassembly: what is written into a resource under a property that its container names (conf:disassembles)
 * is taken out, and becomes a resource of its own; the resource keeps the link. This says what is to become
 * of which part, and changes nothing but the content that is to be written.
 */
#ifndef BO_LDP_DISASSEMBLY_H
#define BO_LDP_DISASSEMBLY_H

#include "base/clock.h"
#include "bocage/graph.h"
#include "bocage/store.h"

typedef enum bo_part_fate {
    BO_PART_PUT,   /* it is new, or another than before */
    BO_PART_GONE,  /* it was linked to and is no more */
    BO_PART_LINKED /* it was there already, as a part of something else: who links to it changes it */
} bo_part_fate;

typedef struct bo_part {
    struct bo_part *next;
    bo_part_fate fate;
    bo_str iri, container;
    bo_graph *content; /* of one that is to be put */
} bo_part;

typedef struct bo_whole {
    bo_str iri, container; /* `container` is the one that says what is taken out */
    bo_graph *content; /* what is to be written; links take the places of what is taken out. NULL: it goes */
    bo_graph *before;  /* what it was; NULL: what the store has */
    bo_graph *others;  /* what the body says of other resources; NULL: nothing */
} bo_whole;

/* Takes a resource apart. An object without a name of its own becomes a new part, unless a part says the very
 * same already; of one that names a part its content counts, if it says more than its name. *out is the list
 * of all parts with which something is to be done, before the resource itself is written; to be freed.
 * BO_CONFLICT when there is no such container. */
bo_status bo_ldp_disassemble(bo_part **out, bo_txn *txn, const bo_whole *whole, const bo_rng *rng,
                             bo_arena *arena) BO_MUST_USE;
void bo_ldp_parts_free(bo_part *parts); /* accepts NULL */

#endif
