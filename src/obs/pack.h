/* SPDX-License-Identifier: Apache-2.0
 * Territory packs: a folder of Turtle files that a node begins with. Addresses in them are relative to the
 * node's own. Every address becomes a resource of its own, in the container that its path names.
 */
#ifndef BO_OBS_PACK_H
#define BO_OBS_PACK_H

#include "bocage/store.h"
#include "wac/wac.h"

#define BO_PACK_SHAPES "shapes" /* the folder of a pack that holds shapes, and no resources */

typedef struct bo_pack_counts {
    uint64_t files, resources, containers, passed_over; /* what is there already stays as it is */
} bo_pack_counts;

/* Loads the pack (`folder` NULL: none) laid over the base pack, packs/base.ttl: what it says of a resource's
 * property stands in the place of what the base says, and conf:without leaves containers out. All in one
 * transaction, with the rights that it states (nodes with acl:accessTo or acl:default), or else the first
 * rights of what nobody made.
 * BO_SYNTAX names the file and the line; BO_INVALID what does not belong in a pack. */
bo_status bo_pack_load(bo_store *store, const char *folder, const bo_wac *wac, int64_t now_ms,
                       bo_pack_counts *counts) BO_MUST_USE;
/* Copies the shapes of a pack into a folder, which is made when there are any. */
bo_status bo_pack_copy_shapes(const char *folder, const char *to, bo_arena *arena) BO_MUST_USE;

#endif
