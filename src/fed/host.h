/* SPDX-License-Identifier: Apache-2.0
 * How it stands with another host: rows of the table HOST by origin ("https://pod.example"). A host that has
 * all that was for it, and of which nothing needs to be remembered, has no row. Knows no network.
 *
 * The breaker is read off the row: closed while nothing fails; open after a failure, until the time of the
 * next try; half-open from then on: one request is let through, and closes or opens it again. A host that has
 * failed for longer than delivery-give-up is dead: what waited for it is dropped, and nothing more waits for
 * it until it shows itself with a signed request, or an administrator says so.
 */
#ifndef BO_FED_HOST_H
#define BO_FED_HOST_H

#include "base/clock.h"
#include "bocage/store.h"

typedef struct bo_host {
    bo_str name;    /* its origin, with a small-letter host */
    bool waits;     /* something may be left for it behind its cursor */
    bool is_dead;   /* given up */
    int64_t cursor; /* in the log of ap/outgoing.h: the last entry that it is done with */
    bo_str within;  /* of the entry behind it: the last recipient who is served; empty: nobody yet */
    int64_t failures, since_ms, next_ms; /* in a row; the first of them; no try before */
    int64_t tries;                       /* at the present entry that ended with status 500 */
    int64_t skipped;                     /* what it refused for good, and what was dropped, since ever */
    int64_t form;                        /* of signatures that it has taken: bo_signature_form */
    bo_str error;                        /* the last one, a sentence; empty: none */
} bo_host;

/* A host without a row is one that nothing is known of. Text lives in the arena. */
bo_status bo_host_get(bo_txn *txn, bo_host *out, bo_str name, bo_arena *arena) BO_MUST_USE;
/* The same out of a row, for walks over the table: text as far as it lives in the row, or the arena. */
bo_status bo_host_read(bo_host *out, bo_str name, bo_str row, bo_arena *arena) BO_MUST_USE;
/* Removes the row when there is nothing to remember. */
bo_status bo_host_put(bo_txn *txn, const bo_host *host) BO_MUST_USE;

typedef enum bo_breaker { BO_CLOSED, BO_OPEN, BO_HALF_OPEN, BO_DEAD } bo_breaker;
bo_breaker bo_host_breaker(const bo_host *host, int64_t now_ms);
const char *bo_breaker_name(bo_breaker breaker); /* "half-open" */

/* What every wait before another try is made of. */
typedef struct bo_backoff {
    int64_t first_ms, longest_ms;
    const bo_clock *clock;
    const bo_rng *rng;
} bo_backoff;
/* first_ms, doubled with every failure after the first, up to longest_ms; then by chance between half and one
 * and a half times that, so that what failed together does not come back together. */
int64_t bo_backoff_wait(const bo_backoff *backoff, int64_t failures);

/* Everything that was asked of it went well. */
void bo_host_succeed(bo_host *host);
/* It can't be reached, or says that it can't at present. `give_up_ms`: it is dead after so long. */
void bo_host_fail(bo_host *host, const bo_backoff *backoff, int64_t give_up_ms);

#endif
