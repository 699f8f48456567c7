/* SPDX-License-Identifier: Apache-2.0
 * The store: named graphs of quads with versions, and the rows (accounts, jobs, ...) and blobs that must
 * change in the same transaction as they do.
 */
#ifndef BOCAGE_STORE_H
#define BOCAGE_STORE_H

#include "bocage/source.h"

#pragma GCC visibility push(default)

typedef struct bo_store bo_store;
typedef struct bo_txn bo_txn;

typedef struct bo_store_options {
    bool read_only;
    bool create;
    bool alone;                        /* no other program may have it open meanwhile: BO_BUSY */
    uint64_t size_cap;                 /* bytes; 0: 1 TiB */
    int64_t (*wall_ms)(void *context); /* NULL: the system's clock */
    void *clock_context;
} bo_store_options;

/* Opens the store in a folder. BO_NOT_FOUND when there is none and `create` is false; BO_CORRUPT, BO_IO,
 * BO_FULL; BO_UNSUPPORTED when a newer Bocage wrote it. Thread-safe: any number of transactions may be open.
 */
bo_status bo_store_open(bo_store **out, const char *path, const bo_store_options *options) BO_MUST_USE;
void bo_store_close(bo_store *store); /* all transactions must have ended; accepts NULL */

/* A transaction belongs to one thread. Readers see the state at their begin and block nobody; a writer waits
 * for its turn and sees its own writes. */
typedef enum bo_access { BO_READ, BO_WRITE } bo_access;
bo_status bo_txn_begin(bo_txn **out, bo_store *store, bo_access access) BO_MUST_USE;
void bo_txn_abort(bo_txn *txn); /* accepts NULL */

/* What a commit changed: every graph that has another version now. */
typedef struct bo_change {
    bo_str graph;               /* IRI; empty: the default graph */
    uint64_t version;           /* 0: the graph is gone */
    uint64_t inserted, removed; /* quads */
} bo_change;
typedef struct bo_changes {
    const bo_change *items;
    size_t len;
} bo_changes;
/* BO_OK once everything is on the disk; *changes (may be NULL) lives in the arena. On failure nothing has
 * happened. Ends the transaction either way. */
bo_status bo_txn_commit(bo_txn *txn, bo_changes *changes, bo_arena *arena) BO_MUST_USE;

/* The graphs an asker may read: all but the listed ones, or the listed ones alone. Made for one snapshot of
 * the store; tested inside every scan. */
typedef struct bo_graph_set bo_graph_set;
bo_status bo_graph_set_new(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_str *graphs, size_t len,
                           bo_arena *arena) BO_MUST_USE;
/* The same by the graphs' ids in this transaction. */
bo_status bo_graph_set_of(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_id *graphs, size_t len,
                          bo_arena *arena) BO_MUST_USE;
bool bo_graph_set_has(const bo_graph_set *set, bo_id graph);

/* The transaction's quads as a source, seen through `readable` (NULL: everything). Lives in the arena, and no
 * longer than the transaction. */
bo_status bo_txn_source(bo_source **out, bo_txn *txn, const bo_graph_set *readable,
                        bo_arena *arena) BO_MUST_USE;
/* The transaction as a target; writers only. Lives as long as the transaction. */
bo_target *bo_txn_target(bo_txn *txn);

/* What is known of a graph besides its quads. Its version is the number of the commit that last changed it,
 * so it grows and never comes again. */
typedef struct bo_graph_info {
    uint64_t version;
    uint64_t quads;
    int64_t created_ms, modified_ms; /* since 1970 UTC */
} bo_graph_info;
/* BO_NOT_FOUND when the graph has no quads and was not kept by bo_txn_touch. */
bo_status bo_txn_graph(bo_txn *txn, bo_str graph, bo_graph_info *out) BO_MUST_USE;
bo_status bo_txn_graph_of(bo_txn *txn, bo_id graph, bo_graph_info *out) BO_MUST_USE; /* by its name's id */
/* Gives the graph a new version though none of its quads changed, and keeps it even while it is empty. */
bo_status bo_txn_touch(bo_txn *txn, bo_str graph) BO_MUST_USE;
/* Calls `each` for every graph whose IRI starts with `prefix`, in order of the graphs' ids, which is the
 * order in which the store has met their names. */
bo_status bo_txn_graphs(bo_txn *txn, bo_str prefix,
                        bo_status (*each)(void *context, bo_str graph, const bo_graph_info *info),
                        void *context) BO_MUST_USE;

/* Rows: small records of the floors above, in the tables of store/table.def, ordered by key. Values live
 * until the transaction's next write. */
typedef enum bo_table {
#define BO_TABLE(name, text) BO_TABLE_##name,
#include "bocage/table.def"
#undef BO_TABLE
    BO_TABLE_COUNT
} bo_table;
bo_status bo_row_get(bo_txn *txn, bo_table table, bo_str key, bo_str *value) BO_MUST_USE; /* BO_NOT_FOUND */
bo_status bo_row_put(bo_txn *txn, bo_table table, bo_str key, bo_str value) BO_MUST_USE;
bo_status bo_row_del(bo_txn *txn, bo_table table, bo_str key) BO_MUST_USE; /* BO_NOT_FOUND */
/* Calls `each` for the rows whose key starts with `prefix` and is at least `from` (may be empty), in byte
 * order, until it returns another status; BO_CANCELLED ends the walk as BO_OK. `each` must not write. */
bo_status bo_row_each(bo_txn *txn, bo_table table, bo_str prefix, bo_str from,
                      bo_status (*each)(void *context, bo_str key, bo_str value), void *context) BO_MUST_USE;
/* The next number of a sequence kept under `name`, from 1; unique for ever once committed. */
bo_status bo_txn_sequence(bo_txn *txn, bo_str name, uint64_t *out) BO_MUST_USE;

/* Blobs: whole files by their SHA-256, counted by the floors above through their rows. Putting what is there
 * writes nothing; `digest` is given out. BO_NOT_FOUND is expected of get and del. */
bo_status bo_blob_put(bo_txn *txn, unsigned char digest[32], bo_str bytes) BO_MUST_USE;
bo_status bo_blob_get(bo_txn *txn, const unsigned char digest[32], bo_str *bytes,
                      bo_arena *arena) BO_MUST_USE;
bo_status bo_blob_del(bo_txn *txn, const unsigned char digest[32]) BO_MUST_USE;

/* Bulk loading: quads gathered, sorted and written in large transactions, each of them whole. Much faster
 * than a transaction's target; the store stays usable meanwhile. Where there are two processors, one chunk is
 * written while the next one gathers: a failure to write may be reported some quads later. */
typedef struct bo_bulk bo_bulk;
typedef struct bo_bulk_options {
    size_t chunk;    /* quads in one transaction; 0: 1,048,576 */
    bool one_thread; /* write chunks on the caller's thread */
} bo_bulk_options;
bo_status bo_bulk_begin(bo_bulk **out, bo_store *store,
                        const bo_bulk_options *options) BO_MUST_USE; /* NULL: none set */
bo_sink bo_bulk_sink(bo_bulk *bulk);
/* A row of BO_TABLE_SETTING to be written in the same transaction as the last quad put so far, so that a load
 * can say how far it has come; an empty value removes it. The last word on a key counts. */
bo_status bo_bulk_note(bo_bulk *bulk, bo_str key, bo_str value) BO_MUST_USE;
/* What was put and noted so far is sure: bo_bulk_stop keeps it. */
void bo_bulk_keep(bo_bulk *bulk);
/* Both end it either way. *added (may be NULL) counts the quads that were new, also after a failure:
 * everything that was put, or up to the last bo_bulk_keep (and what has been written already). */
bo_status bo_bulk_end(bo_bulk *bulk, uint64_t *added) BO_MUST_USE;
bo_status bo_bulk_stop(bo_bulk *bulk, uint64_t *added) BO_MUST_USE;
void bo_bulk_abort(bo_bulk *bulk);

/* Reads everything and reports what does not fit: every index against every other, the dictionary both ways,
 * the counts of graphs. `report` is called once for each fault. BO_CORRUPT when there was one. */
bo_status bo_store_check(bo_store *store, void (*report)(void *context, bo_str fault),
                         void *context) BO_MUST_USE;

typedef struct bo_store_stats {
    uint64_t quads, graphs, terms;
    uint64_t file_bytes, used_bytes;
    uint64_t commits, writers; /* since open: syncs of the disk, and writers that shared them */
} bo_store_stats;
bo_status bo_store_statistics(bo_store *store, bo_store_stats *out) BO_MUST_USE;
/* A consistent, compact copy into an empty folder, made while the store is in use. */
bo_status bo_store_copy(bo_store *store, const char *path) BO_MUST_USE;
/* Puts a compact copy in the store's place, in one step; the store must have been opened alone. Closes it
 * either way. */
bo_status bo_store_compact(bo_store *store) BO_MUST_USE;
/* Moves the store in the folder `from` into the place of the one in `path`, in one step. BO_BUSY when one of
 * the two is open; both must be on one file system. */
bo_status bo_store_replace(const char *path, const char *from) BO_MUST_USE;
/* Grows with every commit, by this process or another: what a reader that begins from now on sees at least; 0
 * when none can begin. */
uint64_t bo_store_generation(bo_store *store);

/* What an answer that is kept rests on, so that it is known to be right still though the store has changed
 * elsewhere. Things share watches, so one may seem changed that is not; never the other way round. Commits of
 * other processes change everything. */
typedef uint32_t bo_watch;
#define BO_WATCH_ALL 0u
bo_watch bo_watch_graph(bo_txn *txn, bo_str graph);   /* its quads and its version, and bo_txn_alert */
bo_watch bo_watch_predicate(bo_txn *txn, bo_str iri); /* whatever is said with it, in any graph */
bo_watch bo_watch_row(bo_table table, bo_str key);
bo_watch bo_watch_table(bo_table table); /* all of its rows */
/* What rests on a graph is to count as changed with this commit; writers only. */
bo_status bo_txn_alert(bo_txn *txn, bo_str graph) BO_MUST_USE;

enum { BO_WATCHES_MAX = 4 };
typedef struct bo_basis {
    uint64_t since; /* the generation before anything was read */
    unsigned count; /* none: it rests on nothing that changes */
    bo_watch watches[BO_WATCHES_MAX];
} bo_basis;
void bo_basis_add(bo_basis *basis, bo_watch watch); /* beyond the most: everything */
bool bo_store_unchanged(bo_store *store, const bo_basis *basis);
/* The same for what a transaction sees: its snapshot, with what it has written itself. */
bool bo_txn_unchanged(bo_txn *txn, const bo_basis *basis);
/* What a reader sees, for bo_basis.since; 0 for a writer, from which nothing is to be kept. */
uint64_t bo_txn_generation(bo_txn *txn);

#pragma GCC visibility pop
#endif
