/* SPDX-License-Identifier: Apache-2.0
 * Writing records; for this folder alone.
 */
#ifndef BO_LDP_RECORD_H
#define BO_LDP_RECORD_H

#include "ldp/resource.h"

enum { BO_LDP_IRI_MAX = 500 }; /* bytes: an IRI is the key of its row */

bo_status bo_ldp_record_put(bo_txn *txn, const bo_ldp_record *record, bo_str iri) BO_MUST_USE;

/* What the containers of a resource show of it has changed. */
bo_status bo_ldp_touch_containers(bo_txn *txn, bo_str iri, bo_arena *arena) BO_MUST_USE;

/* inverse.c. The relation's other direction; BO_STR_NONE when none is kept. */
bo_str bo_ldp_inverse(bo_str property);
/* Adds to a new resource's content what answers to the links that others have to it already. */
bo_status bo_ldp_catch_up(bo_graph *content, bo_source *source, bo_str iri) BO_MUST_USE;

#endif
