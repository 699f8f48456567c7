/* SPDX-License-Identifier: Apache-2.0
 * Resources of other nodes that a container shows: copies of them, under their own addresses.
 */
#ifndef BO_LDP_FOREIGN_H
#define BO_LDP_FOREIGN_H

#include "ldp/resource.h"

/* Whether an address is of the web, and not below ours ("http://h:3", no slash at the end). */
bool bo_ldp_is_foreign(bo_str base_url, bo_str iri);
/* BO_OK when there is a copy that can be contained; BO_NEED when it must be fetched first. What the node has
 * because it follows its origin counts. */
bo_status bo_ldp_need_foreign(bo_txn *txn, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* Keeps a copy of what was fetched, as far as it is about the resource. BO_CONFLICT when it is none that a
 * container could hold: a container itself, a tombstone, or nothing. */
bo_status bo_ldp_put_foreign(bo_txn *txn, bo_str iri, bo_str container, bo_graph *fetched,
                             bo_arena *arena) BO_MUST_USE;
/* Drops the copy when no container holds it any more; *dropped is only ever set. */
bo_status bo_ldp_drop_foreign(bo_txn *txn, bool *dropped, bo_str iri, bo_arena *arena) BO_MUST_USE;

#endif
