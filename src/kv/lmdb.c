/* SPDX-License-Identifier: Apache-2.0
 * The driver on LMDB, and the only file that knows it: tables, transactions, cursors, and how writers share a
 * sync. Must not know what keys and values mean.
 */
#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "kv/folder.h"
#include "kv/kv.h"

enum {
    READERS = 512,
    GROUP_WRITERS = 256,    /* at most so many writers share a sync ... */
    GROUP_NS = 10 * 1000000 /* ... and the first of them waits at most so long for the others' turns */
};
#ifdef __SANITIZE_THREAD__
#define SIZE_CAP ((uint64_t)1 << 33) /* this sanitizer leaves little room for mappings */
#else
#define SIZE_CAP ((uint64_t)1 << 40)
#endif

/* Writers take turns. The first one begins LMDB's write transaction on its own thread and leads the group: it
 * writes straight into it. When it commits, whoever waits gets a turn, on its own thread, in a transaction
 * nested in the leader's, and hands over to the next one; the last hands back to the leader, which commits
 * for all, with one sync, and wakes them. New writers gather meanwhile, and the first of these leads the next
 * group. So a writer alone pays nothing for being able to share, and one that fails drops its own nested
 * transaction only. */
typedef enum turn { WAITS, LEADS, FOLLOWS } turn;

struct bo_kv_txn {
    bo_kv *kv;
    MDB_txn *mdb;
    bo_kv_txn *next; /* in the queue, in the group, or in the pool of readers */
    bool writer;
    bool wrote; /* something: else committing makes no generation */
    turn turn;
    int broken; /* LMDB's code of the write that failed: nothing may be committed any more */
    int result; /* of the group's commit */
    sem_t wake; /* posted without the lock, when `turn` has changed or the leader is to go on */
};

typedef struct queue {
    bo_kv_txn *head, *tail;
} queue;

struct bo_kv {
    MDB_env *env;
    int folder; /* locked: shared by all who have the store open, or alone */
    MDB_dbi *tables;
    char *path;
    bo_kv_options options;
    pthread_mutex_t lock; /* guards all below and `env`; never held while LMDB works, but to open it anew */
    unsigned users;       /* of env: it may only be closed when there are none */
    bool spoilt;   /* the disk failed in the wrong moment: LMDB gives nothing more until it is opened anew */
    queue waiting; /* writers without a turn */
    queue group;   /* followers that have committed into the leader's transaction */
    bo_kv_txn *leader;
    unsigned members;   /* of the group */
    unsigned followers; /* that had a turn in the leader's transaction ... */
    uint64_t until;     /* ... and when no other one gets one */
    uint64_t commits, writers, failures;
    uint64_t own,
        others;         /* generations: our last commit, and the last one of another process, or of before */
    bo_kv_txn *readers; /* reset transactions to use again: they keep their slot */
};

struct bo_kv_cursor {
    MDB_cursor *mdb;
    bo_kv_txn *txn;
};

static bo_status fail(int rc) {
    switch (rc) {
    case MDB_SUCCESS: return BO_OK;
    case MDB_NOTFOUND: return BO_NOT_FOUND; /* expected: no text */
    case MDB_MAP_FULL: return bo_fail(BO_FULL, "the store has reached the largest size it may have");
    case MDB_TXN_FULL: return bo_fail(BO_LIMIT, "the transaction is too large for the store");
    case ENOSPC:
    case EDQUOT: return bo_fail(BO_FULL, "the disk is full");
    case ENOMEM: return bo_fail(BO_NO_MEMORY, "memory ran out");
    case MDB_READERS_FULL: return bo_fail(BO_BUSY, "too many transactions read the store at once");
    case MDB_BAD_VALSIZE: return bo_fail(BO_BAD_ARGUMENT, "a key must have 1 to %d bytes", BO_KV_KEY_MAX);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
        return bo_fail(BO_CORRUPT, "the store's file is damaged: %s", mdb_strerror(rc));
    case MDB_INCOMPATIBLE:
        return bo_fail(BO_UNSUPPORTED,
                       "the store lacks tables of this version: it must be opened for writing once, as "
                       "`bocage serve` and `bocage load` do");
    case MDB_PANIC:
        return bo_fail(BO_IO, "the disk has failed while the store was written; it is opened anew as soon as "
                              "the transactions that are open have ended");
    case MDB_BAD_TXN: return bo_fail(BO_INTERNAL, "the transaction had failed before");
    default: return bo_fail(BO_IO, "the store can't be read or written: %s", mdb_strerror(rc));
    }
}

/* Opening. */

static int open_tables(bo_kv *kv) {
    const bo_kv_options *options = &kv->options;
    MDB_txn *txn;
    int rc = mdb_txn_begin(kv->env, NULL, options->read_only ? MDB_RDONLY : 0, &txn);
    if (rc != 0) return rc;
    for (unsigned i = 0; i < options->table_count && rc == 0; i++)
        rc = mdb_dbi_open(txn, options->tables[i], options->read_only ? 0 : MDB_CREATE, &kv->tables[i]);
    if (rc == 0) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return rc == MDB_NOTFOUND ? MDB_INCOMPATIBLE : rc; /* a table that a later version has */
}

static int open_env(bo_kv *kv) {
    const bo_kv_options *options = &kv->options;
    int rc = mdb_env_create(&kv->env);
    if (rc != 0) return rc;
    if ((rc = mdb_env_set_mapsize(kv->env, options->size_cap ? options->size_cap : SIZE_CAP)) != 0) return rc;
    if ((rc = mdb_env_set_maxdbs(kv->env, options->table_count)) != 0) return rc;
    if ((rc = mdb_env_set_maxreaders(kv->env, options->readers ? options->readers : READERS)) != 0) return rc;
    unsigned flags = MDB_NOTLS | MDB_NORDAHEAD | (options->read_only ? MDB_RDONLY : 0u);
    if ((rc = mdb_env_open(kv->env, kv->path, flags, 0600)) != 0) return rc;
    int dead;
    if ((rc = mdb_reader_check(kv->env, &dead)) != 0) return rc;
    return open_tables(kv);
}

static bo_status write_empty(const char *name) {
    MDB_env *env;
    int rc = mdb_env_create(&env);
    if (rc != 0) return fail(rc);
    rc = mdb_env_open(env, name, MDB_NOSUBDIR | MDB_NOLOCK, 0600);
    if (rc == 0) rc = mdb_env_sync(env, 1);
    mdb_env_close(env);
    return fail(rc);
}

bo_status bo_kv_open(bo_kv **out, const char *path, const bo_kv_options *options) {
    if (!bo_folder_has_store(path)) {
        if (!options->create || options->read_only)
            return bo_fail(BO_NOT_FOUND, "there is no store in %s", path);
        BO_TRY(bo_folder_found(path, write_empty));
    }
    bo_kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL) return fail(ENOMEM);
    pthread_mutex_init(&kv->lock, NULL);
    kv->options = *options;
    kv->path = strdup(path);
    kv->folder = -1;
    bo_status locked = bo_folder_lock(&kv->folder, path, options->alone);
    if (locked != BO_OK) {
        bo_kv_close(kv);
        return locked;
    }
    kv->tables = calloc(options->table_count + 1, sizeof *kv->tables);
    int rc = kv->path == NULL || kv->tables == NULL ? ENOMEM : open_env(kv);
    if (rc != 0) {
        bo_kv_close(kv);
        if (rc == ENOENT) return bo_fail(BO_NOT_FOUND, "there is no store in %s", path);
        return fail(rc);
    }
    *out = kv;
    return BO_OK;
}

static void free_txn(bo_kv_txn *txn) {
    sem_destroy(&txn->wake);
    free(txn);
}

static void close_env(bo_kv *kv) {
    for (bo_kv_txn *txn = kv->readers, *next; txn != NULL; txn = next) {
        next = txn->next;
        mdb_txn_abort(txn->mdb);
        free_txn(txn);
    }
    kv->readers = NULL;
    if (kv->env != NULL) mdb_env_close(kv->env);
    kv->env = NULL;
}

void bo_kv_close(bo_kv *kv) {
    if (kv == NULL) return;
    close_env(kv);
    if (kv->folder >= 0) close(kv->folder);
    pthread_mutex_destroy(&kv->lock);
    free(kv->path);
    free(kv->tables);
    free(kv);
}

/* Whoever is to use env comes in, and goes out with what LMDB said to it. */

static int come_in(bo_kv *kv) {
    int rc = 0;
    pthread_mutex_lock(&kv->lock);
    if (kv->spoilt && kv->users > 0) rc = MDB_PANIC;
    if (kv->spoilt && kv->users == 0) {
        close_env(kv);
        rc = open_env(kv);
        kv->spoilt = rc != 0;
    }
    if (rc == 0) kv->users++;
    pthread_mutex_unlock(&kv->lock);
    return rc;
}

static void go_out(bo_kv *kv, int rc) {
    pthread_mutex_lock(&kv->lock);
    kv->users--;
    kv->spoilt |= rc == MDB_PANIC;
    pthread_mutex_unlock(&kv->lock);
}

/* Transactions. */

static bo_kv_txn *new_txn(bo_kv *kv, bool writer) {
    bo_kv_txn *txn = calloc(1, sizeof *txn);
    if (txn == NULL) return NULL;
    txn->kv = kv;
    txn->writer = writer;
    sem_init(&txn->wake, 0, 0);
    return txn;
}

static int begin_read(bo_kv_txn **out, bo_kv *kv) {
    pthread_mutex_lock(&kv->lock);
    bo_kv_txn *txn = kv->readers;
    if (txn != NULL) kv->readers = txn->next;
    pthread_mutex_unlock(&kv->lock);
    int rc;
    if (txn != NULL) {
        rc = mdb_txn_renew(txn->mdb);
        if (rc != 0) mdb_txn_abort(txn->mdb);
    } else {
        txn = new_txn(kv, false);
        if (txn == NULL) return ENOMEM;
        rc = mdb_txn_begin(kv->env, NULL, MDB_RDONLY, &txn->mdb);
    }
    if (rc != 0)
        free_txn(txn);
    else
        *out = txn;
    return rc;
}

/* A spoilt env is opened anew, if it may be, by the one who finds it so. */
static bo_status begin(bo_kv_txn **out, bo_kv *kv, int (*how)(bo_kv_txn **out, bo_kv *kv)) {
    int rc = MDB_PANIC;
    for (int tries = 0; tries < 2 && rc == MDB_PANIC; tries++) {
        rc = come_in(kv);
        if (rc != 0) continue;
        rc = how(out, kv);
        if (rc != 0) go_out(kv, rc);
    }
    return fail(rc);
}

bo_status bo_kv_begin_read(bo_kv_txn **out, bo_kv *kv) {
    return begin(out, kv, begin_read);
}

static void end_read(bo_kv_txn *txn) {
    bo_kv *kv = txn->kv;
    mdb_txn_reset(txn->mdb);
    pthread_mutex_lock(&kv->lock);
    txn->next = kv->readers;
    kv->readers = txn;
    kv->users--;
    pthread_mutex_unlock(&kv->lock);
}

static void push(queue *q, bo_kv_txn *txn) {
    txn->next = NULL;
    if (q->head == NULL)
        q->head = txn;
    else
        q->tail->next = txn;
    q->tail = txn;
}

static bo_kv_txn *pop(queue *q) {
    bo_kv_txn *txn = q->head;
    if (txn != NULL) q->head = txn->next;
    return txn;
}

static void wait_for(bo_kv_txn *txn) {
    while (sem_wait(&txn->wake) != 0) continue; /* a signal came */
}

static void wake(bo_kv_txn *txn) {
    if (txn != NULL) sem_post(&txn->wake);
}

/* With the lock held: whoever waits longest leads the next group. To be woken. */
static bo_kv_txn *next_leader(bo_kv *kv) {
    kv->leader = pop(&kv->waiting);
    if (kv->leader != NULL) kv->leader->turn = LEADS;
    return kv->leader;
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* With the lock held: the next one who writes into the leader's transaction; the leader itself when nobody
 * waits or time is up. To be woken. */
static bo_kv_txn *next_turn(bo_kv *kv) {
    bool more = kv->followers + 1 < GROUP_WRITERS && kv->waiting.head != NULL && now_ns() < kv->until;
    if (!more) return kv->leader;
    bo_kv_txn *txn = pop(&kv->waiting);
    txn->turn = FOLLOWS;
    kv->followers++;
    return txn;
}

/* The transaction gives up its turn with nothing to keep. */
static void end_turn(bo_kv_txn *txn) {
    bo_kv *kv = txn->kv;
    pthread_mutex_lock(&kv->lock);
    bo_kv_txn *next = txn->turn == LEADS ? next_leader(kv) : next_turn(kv);
    pthread_mutex_unlock(&kv->lock);
    wake(next);
}

static int begin_write(bo_kv_txn **out, bo_kv *kv) {
    bo_kv_txn *txn = new_txn(kv, true);
    if (txn == NULL) return ENOMEM;
    pthread_mutex_lock(&kv->lock);
    bool waits = kv->leader != NULL;
    push(&kv->waiting, txn);
    if (!waits) next_leader(kv);
    pthread_mutex_unlock(&kv->lock);
    if (waits) wait_for(txn);
    MDB_txn *parent = txn->turn == FOLLOWS ? kv->leader->mdb : NULL; /* the leader waits meanwhile */
    int rc = mdb_txn_begin(kv->env, parent, 0, &txn->mdb);
    if (rc != 0) {
        end_turn(txn);
        free_txn(txn);
        return rc;
    }
    *out = txn;
    return 0;
}

bo_status bo_kv_begin_write(bo_kv_txn **out, bo_kv *kv) {
    return begin(out, kv, begin_write);
}

/* Lets those who wait write into the leader's transaction, one after the other. */
static void run_followers(bo_kv *kv, bo_kv_txn *leader) {
    pthread_mutex_lock(&kv->lock);
    kv->followers = 0;
    kv->until = now_ns() + GROUP_NS;
    bo_kv_txn *first = next_turn(kv);
    pthread_mutex_unlock(&kv->lock);
    if (first == leader) return;
    wake(first);
    wait_for(leader);
}

/* With the lock held: notes commits that are not ours, up to the generation `last`. */
static void note_others(bo_kv *kv, uint64_t last) {
    if (last > kv->own) kv->others = last;
}

/* A commit counts as ours before anyone can see it. */
static void own_generation(bo_kv_txn *txn) {
    bo_kv *kv = txn->kv;
    uint64_t generation = mdb_txn_id(txn->mdb);
    pthread_mutex_lock(&kv->lock);
    note_others(kv, generation - 1);
    if (txn->wrote) kv->own = generation;
    pthread_mutex_unlock(&kv->lock);
}

static int commit_leader(bo_kv_txn *txn) {
    bo_kv *kv = txn->kv;
    run_followers(kv, txn);
    own_generation(txn);
    int rc = mdb_txn_commit(txn->mdb);
    pthread_mutex_lock(&kv->lock);
    if (rc != 0 && txn->wrote) kv->own--;
    queue group = kv->group;
    kv->group = (queue){NULL, NULL};
    if (rc == 0) kv->commits++, kv->writers += 1 + kv->members;
    kv->failures += rc != 0;
    kv->members = 0;
    bo_kv_txn *next = next_leader(kv);
    pthread_mutex_unlock(&kv->lock);
    wake(next);
    for (bo_kv_txn *member; (member = pop(&group)) != NULL;) {
        member->result = rc;
        wake(member); /* which may be gone right after */
    }
    return rc;
}

static int commit_follower(bo_kv_txn *txn) {
    bo_kv *kv = txn->kv;
    int rc = mdb_txn_commit(txn->mdb);
    if (rc != 0) {
        end_turn(txn);
        return rc;
    }
    pthread_mutex_lock(&kv->lock);
    push(&kv->group, txn);
    kv->members++;
    kv->leader->wrote |= txn->wrote;
    bo_kv_txn *next = next_turn(kv);
    pthread_mutex_unlock(&kv->lock);
    wake(next);
    wait_for(txn);
    return txn->result;
}

bo_status bo_kv_commit(bo_kv_txn *txn) {
    if (!txn->writer || txn->broken != 0) {
        int broken = txn->broken;
        bo_kv_abort(txn);
        return fail(broken);
    }
    bo_kv *kv = txn->kv;
    int rc = txn->turn == LEADS ? commit_leader(txn) : commit_follower(txn);
    free_txn(txn);
    go_out(kv, rc);
    return fail(rc);
}

void bo_kv_abort(bo_kv_txn *txn) {
    if (txn == NULL) return;
    if (!txn->writer) {
        end_read(txn);
        return;
    }
    bo_kv *kv = txn->kv;
    mdb_txn_abort(txn->mdb);
    end_turn(txn);
    free_txn(txn);
    go_out(kv, 0);
}

/* Keys and values. */

static MDB_val val(bo_str s) {
    union {
        const char *in;
        void *out;
    } bytes = {s.ptr};
    return (MDB_val){s.len, bytes.out};
}

static bo_str str(MDB_val v) {
    return (bo_str){v.mv_data, v.mv_size};
}

/* What a write returned; a failed one spoils the transaction. */
static bo_status wrote(bo_kv_txn *txn, int rc) {
    if (rc != 0 && rc != MDB_NOTFOUND && txn->broken == 0) txn->broken = rc;
    txn->wrote |= rc == 0;
    return fail(rc);
}

bo_status bo_kv_get(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str *value) {
    MDB_val k = val(key), v;
    int rc = mdb_get(txn->mdb, txn->kv->tables[table], &k, &v);
    if (rc == 0) *value = str(v);
    return fail(rc);
}

static bo_status put(bo_kv_txn *txn, bo_kv_table table, bo_str key, MDB_val *v, unsigned flags) {
    MDB_val k = val(key);
    return wrote(txn, mdb_put(txn->mdb, txn->kv->tables[table], &k, v, flags));
}

bo_status bo_kv_put(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) {
    MDB_val v = val(value);
    return put(txn, table, key, &v, 0);
}

bo_status bo_kv_append(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) {
    MDB_val v = val(value);
    return put(txn, table, key, &v, MDB_APPEND);
}

bo_status bo_kv_reserve(bo_kv_txn *txn, bo_kv_table table, bo_str key, size_t len, void **room) {
    MDB_val v = {len, NULL};
    BO_TRY(put(txn, table, key, &v, MDB_RESERVE));
    *room = v.mv_data;
    return BO_OK;
}

bo_status bo_kv_del(bo_kv_txn *txn, bo_kv_table table, bo_str key) {
    MDB_val k = val(key);
    return wrote(txn, mdb_del(txn->mdb, txn->kv->tables[table], &k, NULL));
}

bo_status bo_kv_clear(bo_kv_txn *txn, bo_kv_table table) {
    return wrote(txn, mdb_drop(txn->mdb, txn->kv->tables[table], 0));
}

bo_status bo_kv_count(bo_kv_txn *txn, bo_kv_table table, uint64_t *entries) {
    MDB_stat stat;
    int rc = mdb_stat(txn->mdb, txn->kv->tables[table], &stat);
    if (rc == 0) *entries = stat.ms_entries;
    return fail(rc);
}

/* Cursors. */

bo_status bo_kv_cursor_open(bo_kv_cursor **out, bo_kv_txn *txn, bo_kv_table table) {
    bo_kv_cursor *cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) return fail(ENOMEM);
    cursor->txn = txn;
    int rc = mdb_cursor_open(txn->mdb, txn->kv->tables[table], &cursor->mdb);
    if (rc != 0) {
        free(cursor);
        return fail(rc);
    }
    *out = cursor;
    return BO_OK;
}

void bo_kv_cursor_close(bo_kv_cursor *cursor) {
    if (cursor == NULL) return;
    mdb_cursor_close(cursor->mdb);
    free(cursor);
}

static int move(bo_kv_cursor *cursor, MDB_val *k, MDB_val *v, MDB_cursor_op op) {
    return mdb_cursor_get(cursor->mdb, k, v, op);
}

static bo_status give(int rc, MDB_val k, MDB_val v, bo_str *key, bo_str *value) {
    if (rc != 0) return fail(rc);
    *key = str(k);
    *value = str(v);
    return BO_OK;
}

bo_status bo_kv_seek(bo_kv_cursor *cursor, bo_str at_least, bo_str *key, bo_str *value) {
    MDB_val k = val(at_least), v;
    int rc = move(cursor, &k, &v, at_least.len == 0 ? MDB_FIRST : MDB_SET_RANGE);
    return give(rc, k, v, key, value);
}

bo_status bo_kv_seek_before(bo_kv_cursor *cursor, bo_str at_most, bo_str *key, bo_str *value) {
    if (at_most.len == 0) return BO_NOT_FOUND;
    MDB_val k = val(at_most), v;
    int rc = move(cursor, &k, &v, MDB_SET_RANGE);
    if (rc == MDB_NOTFOUND)
        rc = move(cursor, &k, &v, MDB_LAST);
    else if (rc == 0 && !bo_str_eq(str(k), at_most))
        rc = move(cursor, &k, &v, MDB_PREV);
    return give(rc, k, v, key, value);
}

static bo_status step(bo_kv_cursor *cursor, MDB_cursor_op op, bo_str *key, bo_str *value) {
    MDB_val k = {0, NULL}, v = {0, NULL};
    int rc = move(cursor, &k, &v, op);
    return give(rc, k, v, key, value);
}

bo_status bo_kv_first(bo_kv_cursor *cursor, bo_str *key, bo_str *value) {
    return step(cursor, MDB_FIRST, key, value);
}

bo_status bo_kv_last(bo_kv_cursor *cursor, bo_str *key, bo_str *value) {
    return step(cursor, MDB_LAST, key, value);
}

bo_status bo_kv_next(bo_kv_cursor *cursor, bo_str *key, bo_str *value) {
    return step(cursor, MDB_NEXT, key, value);
}

bo_status bo_kv_prev(bo_kv_cursor *cursor, bo_str *key, bo_str *value) {
    return step(cursor, MDB_PREV, key, value);
}

bo_status bo_kv_cursor_del(bo_kv_cursor *cursor) {
    return wrote(cursor->txn, mdb_cursor_del(cursor->mdb, 0));
}

/* The whole file. */

uint64_t bo_kv_failures(bo_kv *kv) {
    pthread_mutex_lock(&kv->lock);
    uint64_t failures = kv->failures;
    pthread_mutex_unlock(&kv->lock);
    return failures;
}

uint64_t bo_kv_generation(bo_kv *kv, uint64_t *others) {
    MDB_envinfo info;
    pthread_mutex_lock(&kv->lock);
    uint64_t generation = mdb_env_info(kv->env, &info) == 0 ? info.me_last_txnid : 0;
    note_others(kv, generation);
    if (others != NULL) *others = kv->others;
    pthread_mutex_unlock(&kv->lock);
    return generation;
}

uint64_t bo_kv_txn_generation(const bo_kv_txn *txn) {
    return mdb_txn_id(txn->mdb);
}

/* Pages that the file holds for later use: LMDB keeps their numbers in its table 0, counted lists. */
static int free_pages(MDB_env *env, uint64_t *pages) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    if (rc != 0) return rc;
    rc = mdb_cursor_open(txn, 0, &cursor);
    if (rc == 0) {
        MDB_val k, v;
        *pages = 0;
        while ((rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == 0) {
            size_t count;
            memcpy(&count, v.mv_data, sizeof count);
            *pages += count;
        }
        mdb_cursor_close(cursor);
        if (rc == MDB_NOTFOUND) rc = 0;
    }
    mdb_txn_abort(txn);
    return rc;
}

static int measure(bo_kv *kv, bo_kv_stats *out) {
    MDB_envinfo info;
    MDB_stat stat_;
    mdb_filehandle_t fd;
    struct stat file;
    uint64_t unused;
    int rc = mdb_env_info(kv->env, &info);
    if (rc == 0) rc = mdb_env_stat(kv->env, &stat_);
    if (rc == 0) rc = mdb_env_get_fd(kv->env, &fd);
    if (rc == 0 && fstat(fd, &file) != 0) rc = errno;
    if (rc == 0) rc = free_pages(kv->env, &unused);
    if (rc != 0) return rc;
    out->file_bytes = (uint64_t)file.st_size;
    out->used_bytes = (info.me_last_pgno + 1 - unused) * stat_.ms_psize;
    return 0;
}

bo_status bo_kv_statistics(bo_kv *kv, bo_kv_stats *out) {
    int rc = come_in(kv);
    if (rc != 0) return fail(rc);
    rc = measure(kv, out);
    go_out(kv, rc);
    if (rc != 0) return fail(rc);
    pthread_mutex_lock(&kv->lock);
    out->commits = kv->commits;
    out->writers = kv->writers;
    pthread_mutex_unlock(&kv->lock);
    return BO_OK;
}

bo_status bo_kv_copy(bo_kv *kv, const char *path, bool compact) {
    BO_TRY(bo_fs_mkdirs(path));
    if (bo_folder_has_store(path)) return bo_fail(BO_EXISTS, "there is a store in %s already", path);
    int rc = come_in(kv);
    if (rc != 0) return fail(rc);
    rc = mdb_env_copy2(kv->env, path, compact ? MDB_CP_COMPACT : 0);
    go_out(kv, rc);
    BO_TRY(fail(rc));
    return bo_folder_sync_store(path);
}

bo_status bo_kv_compact(bo_kv *kv) {
    const char *own;
    char path[PATH_MAX], beside[PATH_MAX], left[PATH_MAX];
    mdb_env_get_path(kv->env, &own);
    bool fits = snprintf(path, sizeof path, "%s", own) < (int)sizeof path &&
                bo_folder_file(beside, own, "compact") && bo_folder_file(left, beside, "data.mdb");
    bo_status status = fits ? BO_OK : bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", own);
    if (fits) unlink(left); /* of a compaction that was cut off */
    if (fits) status = bo_kv_copy(kv, beside, true);
    int folder = kv->folder;
    kv->folder = -1; /* stays locked while the file is replaced */
    bo_kv_close(kv);
    if (status == BO_OK) status = bo_folder_move_in(path, beside, folder);
    if (status != BO_OK && fits && unlink(left) == 0) rmdir(beside);
    close(folder);
    return status;
}
