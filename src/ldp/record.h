/* SPDX-License-Identifier: Apache-2.0
 * Writing records; for this folder alone.
 */
#ifndef BO_LDP_RECORD_H
#define BO_LDP_RECORD_H

#include "ldp/file.h"

enum { BO_LDP_IRI_MAX = 500 }; /* bytes: an IRI is the key of its row */

bo_status bo_ldp_record_put(bo_txn *txn, const bo_ldp_record *record, bo_str iri) BO_MUST_USE;

/* What the containers of a resource show of it has changed. */
bo_status bo_ldp_touch_containers(bo_txn *txn, bo_str iri, bo_arena *arena) BO_MUST_USE;

/* Takes all values of a property off a graph. */
bo_status bo_ldp_take_off(bo_graph *graph, bo_str iri, bo_str property) BO_MUST_USE;

/* file.c. Keeps the bytes and notes them in the record; lets them go, unless another resource has the same;
 * puts what the node says of a file into its content, in the place of what else is said there. */
bo_status bo_ldp_file_put(bo_txn *txn, bo_ldp_record *record, const bo_ldp_file *file, bo_str iri,
                          bo_arena *arena) BO_MUST_USE;
bo_status bo_ldp_file_drop(bo_txn *txn, bo_ldp_record *record, bo_str iri, bo_arena *arena) BO_MUST_USE;
bo_status bo_ldp_file_describe(bo_graph *content, const bo_ldp_record *record, bo_str iri,
                               bo_arena *arena) BO_MUST_USE;

/* inverse.c. The relation's other direction; BO_STR_NONE when none is kept. */
bo_str bo_ldp_inverse(bo_str property);
/* Adds to a new resource's content what answers to the links that others have to it already. */
bo_status bo_ldp_catch_up(bo_graph *content, bo_source *source, bo_str iri) BO_MUST_USE;

#endif
