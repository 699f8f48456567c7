/* SPDX-License-Identifier: Apache-2.0
 * An ordered, transactional key-value store: the seam below everything that is kept. Keys and values are
 * bytes; keys order by bytes. Readers see one committed state and never block; writers take turns, and all
 * that wait at the same time share one sync of the disk (group commit). Only kv/lmdb.c knows LMDB.
 */
#ifndef BO_KV_KV_H
#define BO_KV_KV_H

#include "bocage/str.h"

typedef struct bo_kv bo_kv;
typedef struct bo_kv_txn bo_kv_txn;
typedef struct bo_kv_cursor bo_kv_cursor;
typedef unsigned bo_kv_table;

enum { BO_KV_KEY_MAX = 511 }; /* a key has 1 to so many bytes: BO_BAD_ARGUMENT otherwise */

typedef struct bo_kv_options {
    uint64_t size_cap; /* bytes the file may grow to; 0: 1 TiB on 64-bit machines */
    bool read_only;
    bool create; /* make the file when it is not there */
    bool alone;  /* nobody else may have it open, nor open it: BO_BUSY */
    /* Opened, and made when missing, in this order: their place is their bo_kv_table. Must outlive the bo_kv.
     */
    const char *const *tables;
    unsigned table_count;
    unsigned readers; /* read transactions open at once; 0: 512 */
} bo_kv_options;

/* Opens the store in a folder. BO_NOT_FOUND, BO_IO, BO_CORRUPT, BO_FULL, BO_BUSY. One bo_kv per folder and
 * process; other processes may have the same folder open. When the disk has failed in the middle of a commit
 * the file is opened anew once the transactions that are open have ended; until then beginning one is BO_IO.
 */
bo_status bo_kv_open(bo_kv **out, const char *path, const bo_kv_options *options) BO_MUST_USE;
/* All transactions must have ended. Accepts NULL. */
void bo_kv_close(bo_kv *kv);

/* A reader sees the last committed state, on the thread that began it or any other, one at a time. */
bo_status bo_kv_begin_read(bo_kv_txn **out, bo_kv *kv) BO_MUST_USE;
/* A writer: waits for its turn, then has the store to itself until it commits or aborts; it must do so on the
 * thread that began it, soon, and without waiting for anything else. One writer failing takes no other down.
 */
bo_status bo_kv_begin_write(bo_kv_txn **out, bo_kv *kv) BO_MUST_USE;
/* BO_OK once the writes are on the disk. On any failure nothing of the transaction is kept. Ends the
 * transaction either way. For a reader the same as abort. */
bo_status bo_kv_commit(bo_kv_txn *txn) BO_MUST_USE;
void bo_kv_abort(bo_kv_txn *txn); /* accepts NULL */

/* Values live until the transaction's next write or its end. BO_NOT_FOUND is expected. */
bo_status bo_kv_get(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_put(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) BO_MUST_USE;
/* The same for a key above all keys of the table: faster, and fills pages. */
bo_status bo_kv_append(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) BO_MUST_USE;
/* Room for `len` bytes at `key`, to be filled before the transaction's next call. */
bo_status bo_kv_reserve(bo_kv_txn *txn, bo_kv_table table, bo_str key, size_t len, void **room) BO_MUST_USE;
bo_status bo_kv_del(bo_kv_txn *txn, bo_kv_table table, bo_str key) BO_MUST_USE; /* BO_NOT_FOUND is expected */
bo_status bo_kv_clear(bo_kv_txn *txn, bo_kv_table table) BO_MUST_USE;
bo_status bo_kv_count(bo_kv_txn *txn, bo_kv_table table, uint64_t *entries) BO_MUST_USE;

/* Cursors. Each move gives key and value, valid as for bo_kv_get, or BO_NOT_FOUND at the end. In a writer a
 * cursor stays valid over puts and deletes of its own transaction, and must be closed before the commit. */
bo_status bo_kv_cursor_open(bo_kv_cursor **out, bo_kv_txn *txn, bo_kv_table table) BO_MUST_USE;
void bo_kv_cursor_close(bo_kv_cursor *cursor); /* accepts NULL */
bo_status bo_kv_seek(bo_kv_cursor *cursor, bo_str at_least, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_seek_before(bo_kv_cursor *cursor, bo_str at_most, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_first(bo_kv_cursor *cursor, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_last(bo_kv_cursor *cursor, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_next(bo_kv_cursor *cursor, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_prev(bo_kv_cursor *cursor, bo_str *key, bo_str *value) BO_MUST_USE;
bo_status bo_kv_cursor_del(bo_kv_cursor *cursor) BO_MUST_USE; /* removes the entry it stands on */

/* A number that grows with every commit, by this process or another: tells whether a cache is still right.
 * *others (may be NULL) is that of the last commit by another process, or before the store was opened. While
 * a commit is being synced it counts already, and readers that begin do not see it yet. */
uint64_t bo_kv_generation(bo_kv *kv, uint64_t *others);
/* The generation that a reader sees, or that a writer's commit will make. */
uint64_t bo_kv_txn_generation(const bo_kv_txn *txn);

/* How many commits have failed after others had written into them: what a writer has read of others' writes
 * may have been taken back if this has grown since. */
uint64_t bo_kv_failures(bo_kv *kv);

typedef struct bo_kv_stats {
    uint64_t file_bytes, used_bytes;
    uint64_t commits, writers; /* since open: syncs, and transactions that shared them */
} bo_kv_stats;
bo_status bo_kv_statistics(bo_kv *kv, bo_kv_stats *out) BO_MUST_USE;
/* A consistent copy into an empty folder while the store is in use, synced; `compact` leaves free pages out.
 */
bo_status bo_kv_copy(bo_kv *kv, const char *path, bool compact) BO_MUST_USE;
/* Puts a compact copy in the store's place, in one step; the store must have been opened alone. Closes it
 * either way. */
bo_status bo_kv_compact(bo_kv *kv) BO_MUST_USE;
/* Moves the store of the folder `from` into the place of the one in `path`, in one step. BO_BUSY when one of
 * the two is open; both must be on one file system. */
bo_status bo_kv_replace(const char *path, const char *from) BO_MUST_USE;

#endif
