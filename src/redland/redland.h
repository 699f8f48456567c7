/* SPDX-License-Identifier: Apache-2.0
 * Redland (librdf) and Bocage: a store as a Redland storage, and Redland's storages as something to import.
 *
 * librdf_new_storage(world, "bocage", FOLDER, OPTIONS) opens the store of a data folder, or makes one.
 * Redland finds it in librdf_storage_bocage.so, in its folder of modules or in the one that
 * REDLAND_MODULE_PATH names. Options: new='yes' begins with nothing (refused for a node's own store),
 * write='no' only reads, contexts='no' shows all graphs as one.
 *
 * Contexts are named graphs. What is added or removed without a context is so in the graph without a name;
 * what is looked for without one is looked for everywhere, and comes once for each graph that has it.
 *
 * Between librdf_model_transaction_start and the commit changes are one transaction. Others gather, up to
 * 10,000, and become one when someone looks, syncs or closes the storage: what must be on the disk needs a
 * sync. A stream shows what was there when it was begun, or in a transaction what is there; streams of a
 * transaction go on over its commit and end with its rollback.
 */
#ifndef BO_REDLAND_REDLAND_H
#define BO_REDLAND_REDLAND_H

#include "bocage/term.h"

typedef struct bo_redland_place {
    const char *storage; /* Redland's name of a kind of storage: "hashes", "sqlite", ... */
    const char *name;    /* as that kind wants it */
    const char *options; /* the same: "hash-type='bdb',dir='.'" */
} bo_redland_place;

/* Gives the sink every statement of a Redland storage, contexts as graphs, blank nodes with `prefix` before
 * their labels. BO_NOT_FOUND when this Redland has no such kind of storage; BO_IO when it can't be opened,
 * with what Redland said. */
bo_status bo_redland_read(const bo_sink *sink, const bo_redland_place *place, bo_str prefix) BO_MUST_USE;

#endif
