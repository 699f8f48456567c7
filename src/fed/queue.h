/* SPDX-License-Identifier: Apache-2.0
 * Which host is to be served next (docs/decisions/0027-delivery.md). The queue is the log of ap/outgoing.h
 * and the cursors of host.h: it is all in the store, and goes on after a crash where the last commit left it.
 * What is in memory here is only what is being worked on. Knows no network and does not wait: time comes from
 * the clock, and whoever calls it is told when to call again.
 *
 * Entries are spread first: every host that an entry is for begins to wait at the place before it, if it does
 * not wait already. A host that waits is served by one at a time, in the order of the log, up to the last
 * entry that has been spread; then it waits no more. Entries that nobody waits for are removed.
 */
#ifndef BO_FED_QUEUE_H
#define BO_FED_QUEUE_H

#include <pthread.h>

#include "ap/outgoing.h"
#include "fed/host.h"

typedef struct bo_queue_options {
    bo_store *store;
    bo_backoff backoff;
    int64_t give_up_ms;   /* a host that has failed for so long is dead */
    unsigned connections; /* hosts that are served at once; 0: 1 */
    unsigned rate;        /* activities a second to one host; 0: any */
} bo_queue_options;

typedef struct bo_queue bo_queue;
bo_status bo_queue_new(bo_queue **out, const bo_queue_options *options) BO_MUST_USE;
void bo_queue_free(bo_queue *queue); /* accepts NULL */

/* Spreads new entries and finds hosts that are due. *wait_ms becomes at most the time until there is more to
 * do; 0 when there is more already. Thread-safe, as all that follows. */
bo_status bo_queue_fill(bo_queue *queue, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;
/* One of the hosts found, to be served by the caller alone until bo_queue_give_back; absent: none is left. */
bool bo_queue_is_due(bo_queue *queue); /* whether there is one */
bo_str bo_queue_take(bo_queue *queue, bo_arena *arena);
void bo_queue_give_back(bo_queue *queue, bo_str host);

/* What is next for a host behind a place in the log. */
typedef struct bo_queue_work {
    bo_outgoing entry; /* .number 0: nothing; then `cursor` is as far as has been spread */
    bo_recipient *recipients;
    size_t len;
    uint64_t cursor; /* the place before the entry */
} bo_queue_work;
bo_status bo_queue_next(bo_txn *txn, bo_queue_work *out, bo_str host, uint64_t after,
                        bo_arena *arena) BO_MUST_USE;

/* Writes down how far a host has come, unless an administrator has moved it further meanwhile. */
bo_status bo_queue_settle(bo_queue *queue, bo_host *host, unsigned sent, bo_arena *arena) BO_MUST_USE;
/* A host has shown itself: it is no longer dead, and is tried at once. Cheap when all is well. */
bo_status bo_queue_hear(bo_queue *queue, bo_str host, bo_arena *arena) BO_MUST_USE;

/* For administrators, also of a running node from another process. */

typedef struct bo_queue_line {
    bo_host host;
    bo_breaker breaker;
    uint64_t activities; /* that wait for it */
    bool more;           /* than `activities`, which stops at a limit */
    int64_t oldest_ms;   /* when the oldest of them was made; 0: none waits */
} bo_queue_line;
/* The hosts that have a row, by name, behind `after`, at most `most`. The lines live in the arena. */
bo_status bo_queue_list(bo_txn *txn, bo_queue_line **out, size_t *len, bo_str after, size_t most,
                        int64_t now_ms, bo_arena *arena) BO_MUST_USE;
bo_status bo_queue_line_of(bo_txn *txn, bo_queue_line *out, bo_str host, int64_t now_ms,
                           bo_arena *arena) BO_MUST_USE;

/* retry: now, and a dead host counts as alive again; skip: passes over the next activity; drop: passes over
 * all that wait. `host` may be given without its scheme, or empty for all. BO_NOT_FOUND: nothing waits there;
 * BO_BAD_ARGUMENT: no such action. *changed: how many hosts. */
bo_status bo_queue_act(bo_txn *txn, bo_str action, bo_str host, unsigned *changed,
                       bo_arena *arena) BO_MUST_USE;

/* The same as one JSON object: sums, and the hosts; "next" when there are more, for `after`. */
bo_status bo_queue_write(bo_txn *txn, bo_text *out, bo_str after, size_t most, int64_t now_ms,
                         bo_arena *arena) BO_MUST_USE;

/* Sums, for statistics. */
typedef struct bo_queue_sums {
    uint64_t log, waiting, failing, dead; /* entries of the log; hosts */
} bo_queue_sums;
bo_status bo_queue_count(bo_txn *txn, bo_queue_sums *out, bo_arena *arena) BO_MUST_USE;

#endif
