/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share.
 */
#ifndef BO_FED_INTERNAL_H
#define BO_FED_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "crypto/crypto.h"
#include "fed/fed.h"

typedef struct bo_fed_worker {
    bo_fed *fed;
    const char *name;
    /* Does what is due; *wait_ms is how long to wait at most before it is asked again. */
    bo_status (*run)(bo_fed *fed, int64_t *wait_ms, bo_arena *arena);
    pthread_t thread;
} bo_fed_worker;

struct bo_fed {
    bo_fed_options options;
    bo_ap ap;
    bo_str host; /* host and port of the base address */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t wakes;
    bo_basis work; /* what there is to do rests on jobs, and on how it stands with peers */
    atomic_bool stopping;
    bo_service service;
    int64_t next_sweep_ms; /* of the worker that sweeps */
    bo_fed_worker workers[5];
    unsigned started;
};

static inline bool bo_fed_stopping(bo_fed *fed) {
    return atomic_load(&fed->stopping);
}

bo_status bo_fed_deliver(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;   /* deliver.c */
bo_status bo_fed_carry_out(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE; /* intake.c */
/* notify.c: what notification channels are to hear. */
bo_status bo_fed_push(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;
#define BO_FED_HOOK "hook " /* a webhook's queue: "d", this and the channel's id */
bo_status bo_fed_call_hooks(bo_fed *fed, bo_str queue, bo_str name, int64_t *wait_ms,
                            bo_arena *arena) BO_MUST_USE;
/* deliver.c: a signed POST. BO_DENIED when the peer will never take it, BO_PEER when it may later. */
typedef struct bo_fed_letter {
    bo_str to, media_type, text, actor;
    const bo_key *key; /* the actor's */
} bo_fed_letter;
bo_status bo_fed_post(bo_fed *fed, const bo_fed_letter *letter, bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_send_mails(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE; /* mail.c */
bo_status bo_fed_sweep(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;      /* sweep.c */
void bo_fed_service_init(bo_fed *fed);                                                   /* service.c */

/* remote.c: documents of other nodes. BO_NOT_FOUND, BO_GONE, BO_PEER, BO_TIMEOUT, BO_DENIED, BO_LIMIT. */
bo_status bo_fed_get_json(bo_fed *fed, bo_json **out, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* The quads of a document, with a prefix of their own for blank nodes. `caps` may be NULL. */
bo_status bo_fed_read(bo_fed *fed, const bo_sink *to, bo_str iri, const bo_fetch_caps *caps,
                      bo_str blank_prefix, bo_arena *arena) BO_MUST_USE;
/* acct:name@host -> the actor's IRI. */
bo_status bo_fed_webfinger(bo_fed *fed, bo_str *actor, bo_str handle, bo_arena *arena) BO_MUST_USE;
/* The key that `key_id` names, and whose it is; `fresh` passes over what is kept. To be freed. */
bo_status bo_fed_key(bo_fed *fed, bo_key **out, bo_str *owner, bo_str key_id, bool fresh,
                     bo_arena *arena) BO_MUST_USE;

/* backoff.c: how it stands with the other nodes, rows of the table PEER by host. */
typedef struct bo_fed_peer {
    int64_t failures, next_ms;
} bo_fed_peer;
bo_status bo_fed_peer_of(bo_txn *txn, bo_fed_peer *out, bo_str host, bo_arena *arena) BO_MUST_USE;
/* Notes how it went: a success forgets failures, a failure doubles the wait, up to six hours. */
bo_status bo_fed_peer_note(const bo_fed *fed, bo_txn *txn, bo_str host, bool good,
                           bo_arena *arena) BO_MUST_USE;

#endif
