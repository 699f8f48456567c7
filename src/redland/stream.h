/* SPDX-License-Identifier: Apache-2.0
 * A storage from the inside, and its streams; for this folder alone.
 */
#ifndef BO_REDLAND_STREAM_H
#define BO_REDLAND_STREAM_H

#include "bocage/store.h"
#include "redland/nodes.h"

typedef struct bo_stream bo_stream;

typedef struct bo_storage {
    librdf_storage *self;
    librdf_world *world;
    char *path;               /* the store's folder */
    bool begin_empty;         /* options: new */
    bool read_only;           /* write='no' */
    bool merged;              /* contexts='no' */
    struct bo_shared *shared; /* NULL while closed */
    bo_store *store;
    bo_txn *txn;        /* begun by the user, or NULL */
    void *handle;       /* what the user gave with it */
    bo_stream *streams; /* those that read in `txn` */
    struct bo_pending
        *pending; /* changes outside of a transaction that are yet to be written, in their order */
    size_t pending_count;
    bo_arena *pending_arena;
} bo_storage;

/* Tells Redland of this thread's last error. */
void bo_storage_complain(const bo_storage *storage);

/* Writes what is pending. */
bo_status bo_storage_flush(bo_storage *storage) BO_MUST_USE;

/* What matches the statement (NULL: anything) in one context, or in all when it is NULL. NULL after a
 * failure, which Redland has been told of. */
librdf_stream *bo_stream_open(bo_storage *storage, librdf_statement *statement, librdf_node *context);
/* The scans of a transaction are closed before it ends. Afterwards its streams go on if it was committed, and
 * have ended if not. */
void bo_streams_pause(bo_storage *storage);
void bo_streams_resume(bo_storage *storage, bool committed);

#endif
