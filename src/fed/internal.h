/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share.
 */
#ifndef BO_FED_INTERNAL_H
#define BO_FED_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "crypto/crypto.h"
#include "fed/fed.h"
#include "fed/queue.h"
#include "fed/signature.h"

typedef struct bo_fed_worker {
    bo_fed *fed;
    const char *name;
    /* Does what is due; *wait_ms is how long to wait at most before it is asked again. */
    bo_status (*run)(bo_fed *fed, int64_t *wait_ms, bo_arena *arena);
    pthread_t thread;
} bo_fed_worker;

enum { BO_FED_WORKERS = 6, BO_FED_SENDERS_MAX = 256, BO_FED_MISSED = 1024 };

typedef struct bo_fed_missed { /* a key that could not be had */
    uint64_t hash;
    int64_t at_ms;
} bo_fed_missed;

typedef struct bo_letters bo_letters;

struct bo_fed {
    bo_fed_options options;
    bo_ap ap;
    bo_str host; /* host and port of the base address */
    bo_backoff backoff;
    bo_queue *queue;
    bo_letters *letters;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* something was committed */
    pthread_cond_t due;     /* hosts are due */
    uint64_t wakes, calls;
    bo_basis work; /* what there is to do rests on these tables */
    bo_fed_missed missed[BO_FED_MISSED];
    atomic_bool stopping;
    bo_service service;
    int64_t next_sweep_ms; /* of the worker that sweeps */
    bo_fed_worker workers[BO_FED_WORKERS];
    pthread_t senders[BO_FED_SENDERS_MAX];
    unsigned started, senders_started;
};

static inline bool bo_fed_stopping(bo_fed *fed) {
    return atomic_load(&fed->stopping);
}

/* deliver.c: finds out which hosts are due; and serves those that were found, on as many threads as call it.
 * *served: how many. */
bo_status bo_fed_dispatch(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_serve_hosts(bo_fed *fed, unsigned *served) BO_MUST_USE;
bo_status bo_fed_carry_out(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE; /* intake.c */
/* notify.c: what notification channels are to hear. */
bo_status bo_fed_push(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_call_hooks(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;

/* letter.c: an activity ready to be sent, with the key of who does it. Counted: to be released. */
typedef struct bo_letter {
    bo_str activity, actor, text;
    bo_key *key;
    bo_arena *arena;
    atomic_uint users;
} bo_letter;
bo_status bo_letters_new(bo_letters **out) BO_MUST_USE;
void bo_letters_free(bo_letters *letters); /* accepts NULL */
bo_status bo_letter_get(bo_fed *fed, bo_letter **out, bo_str activity,
                        bo_str actor) BO_MUST_USE; /* BO_NOT_FOUND */
void bo_letter_release(bo_letter *letter);         /* accepts NULL */

/* post.c: a signed POST, and what its answer means. */
typedef struct bo_fed_mailing {
    bo_str to, media_type, text, actor;
    const bo_key *key;      /* the actor's */
    bo_signature_form form; /* that the host is known to take, or else the first to try */
} bo_fed_mailing;
typedef enum bo_post_result {
    BO_POST_TAKEN,
    BO_POST_REFUSED, /* for good */
    BO_POST_MOVED,   /* nothing is there: it may be elsewhere, or gone */
    BO_POST_BLAMED,  /* it may be this very request that can't be taken */
    BO_POST_SLOW,    /* too many requests; the host is well */
    BO_POST_LATER
} bo_post_result;
typedef struct bo_post_answer {
    bo_post_result result;
    int http;               /* 0: there was no answer */
    bo_signature_form form; /* with BO_POST_TAKEN: how it was signed */
    int64_t wait_ms;        /* that it asks for (Retry-After), within the longest wait; 0: none */
} bo_post_answer;
/* BO_OK when it was taken; BO_DENIED when the peer will never take it there, BO_PEER and others when it may
 * later. */
bo_status bo_fed_post(bo_fed *fed, const bo_fed_mailing *mailing, bo_post_answer *answer,
                      bo_arena *arena) BO_MUST_USE;

/* A GET; where that is refused to strangers (401, 403), once more with the signature of this node's relay in
 * one form and then in the other: authorised fetch. */
bo_status bo_fed_relay_key(bo_fed *fed, bo_key **out, bo_str relay) BO_MUST_USE; /* to be freed */
bo_status bo_fed_fetch(bo_fed *fed, const bo_fetch *request, bo_http_response *response, bo_str *final_url,
                       bo_arena *arena) BO_MUST_USE;

/* address.c: where an actor takes deliveries. */
typedef struct bo_fed_address {
    bo_str inbox, shared; /* shared may be empty */
} bo_fed_address;
/* What is kept (BO_NOT_FOUND), or with `may_ask` else asked for, outside of any transaction: BO_GONE,
 * BO_NOT_FOUND: the actor is; BO_INVALID: it has none. */
bo_status bo_fed_address_of(bo_fed *fed, bo_fed_address *out, bo_str actor, bool may_ask,
                            bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_address_ask(bo_fed *fed, bo_fed_address *out, bo_str actor, bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_address_read(bo_fed_address *out, const bo_json *document, bo_str actor) BO_MUST_USE;
bo_status bo_fed_address_keep(bo_fed *fed, const bo_fed_address *address, bo_str actor,
                              bo_arena *arena) BO_MUST_USE;
bo_status bo_fed_address_kept(bo_txn *txn, bo_fed_address *out, bo_str actor, bo_arena *arena) BO_MUST_USE;
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

/* keys.c: keys of actors elsewhere. */
typedef struct bo_fed_peer_key {
    bo_str owner;          /* the actor */
    bo_str pem, multibase; /* one of them */
    int64_t at_ms;         /* when it was asked for */
} bo_fed_peer_key;
/* The key that `key_id` names in the document of its owner, which both have to say. BO_UNAUTHENTICATED. */
bo_status bo_fed_key_in(bo_fed_peer_key *out, const bo_json *document, bo_str key_id) BO_MUST_USE;
bo_status bo_fed_peer_key_open(bo_key **out, const bo_fed_peer_key *key) BO_MUST_USE; /* to be freed */
/* What is kept, or else asked for. `fresh`: what is kept did not do; it is asked for anew, unless that was
 * done within the last minute: BO_BUSY. */
bo_status bo_fed_key(bo_fed *fed, bo_fed_peer_key *out, bo_str key_id, bool fresh,
                     bo_arena *arena) BO_MUST_USE;
bool bo_fed_key_is_kept(bo_fed *fed, bo_str key_id, bo_arena *arena);

/* backoff.c: how it stands with webhooks and the mail server, and with hosts that documents are fetched from:
 * rows of the table PEER by name. */
typedef struct bo_fed_peer {
    int64_t failures, next_ms;
} bo_fed_peer;
bo_status bo_fed_peer_of(bo_txn *txn, bo_fed_peer *out, bo_str host, bo_arena *arena) BO_MUST_USE;
/* Notes how it went: a success forgets failures, a failure doubles the wait. */
bo_status bo_fed_peer_note(const bo_fed *fed, bo_txn *txn, bo_str host, bool good,
                           bo_arena *arena) BO_MUST_USE;

#endif
