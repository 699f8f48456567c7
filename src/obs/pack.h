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
    uint64_t files, resources, containers;
    uint64_t passed_over; /* what is there already stays as it is */
    uint64_t other;       /* of that: the pack says something of it that is not said */
} bo_pack_counts;

/* What becomes of one address of a pack. */
typedef enum bo_pack_deed { BO_PACK_MADE, BO_PACK_THERE, BO_PACK_OTHER } bo_pack_deed;

typedef struct bo_pack_options {
    const char *folder; /* NULL: the base pack alone */
    const bo_wac *wac;
    int64_t now_ms;
    bool dry_run; /* all is looked at, and nothing changes */
    void (*tell)(void *context, bo_pack_deed deed,
                 bo_str iri); /* of each address, in their order; NULL: nobody */
    void *context;
} bo_pack_options;

/* Loads a pack laid over the base pack, packs/base.ttl: what it says of a resource's property stands in the
 * place of what the base says, and conf:without leaves containers out. All in one transaction, with the
 * rights that it states (nodes with acl:accessTo or acl:default), or else the first rights of what nobody
 * made. BO_SYNTAX names the file and the line; BO_INVALID what does not belong in a pack. */
bo_status bo_pack_load(bo_store *store, const bo_pack_options *options, bo_pack_counts *counts) BO_MUST_USE;
/* Copies the shapes of a pack into a folder, which is made when there are any. */
bo_status bo_pack_copy_shapes(const char *folder, const char *to, bo_arena *arena) BO_MUST_USE;

#endif
