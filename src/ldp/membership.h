/* SPDX-License-Identifier: Apache-2.0
 * Direct and indirect containers (LDP 1.0 sections 5.4 and 5.5): what is in them is said once more, with a
 * property of the application's, of the resource that the container belongs to.
 */
#ifndef BO_LDP_MEMBERSHIP_H
#define BO_LDP_MEMBERSHIP_H

#include "bocage/graph.h"
#include "bocage/store.h"

typedef struct bo_membership {
    bo_str resource; /* ldp:membershipResource; empty: a basic container */
    bo_str has;      /* ldp:hasMemberRelation; empty when it is the other one */
    bo_str is_of;    /* ldp:isMemberOfRelation */
    bo_str inserted; /* ldp:insertedContentRelation; empty: the member itself is meant */
} bo_membership;

/* Reads what a container's content says, and completes it as it must be: a direct container without
 * ldp:membershipResource means itself, one without a relation ldp:member (section 5.4.1.2). BO_INVALID when
 * there are two of one, both relations, or an indirect container without ldp:insertedContentRelation. */
bo_status bo_membership_complete(bo_graph *content, bo_str container, bo_arena *arena) BO_MUST_USE;
bo_status bo_membership_read(bo_membership *out, bo_source *source, bo_str container,
                             bo_arena *arena) BO_MUST_USE;

/* Says the membership triples of a member that has come; takes them away before it leaves. BO_INVALID when
 * the member does not say what an indirect container is to insert; BO_CONFLICT when the triple has no place
 * here.
 */
bo_status bo_membership_join(bo_txn *txn, bo_str container, bo_str member, bo_arena *arena) BO_MUST_USE;
bo_status bo_membership_leave(bo_txn *txn, bo_str container, bo_str member, bo_arena *arena) BO_MUST_USE;

#endif
