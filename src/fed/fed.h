/* SPDX-License-Identifier: Apache-2.0
 * Federation: who signed a request, what other nodes are asked and told; and mail. Some threads deliver what
 * the tables say, others carry out what was received and send mails; all go on after a crash where the last
 * commit left them.
 */
#ifndef BO_FED_FED_H
#define BO_FED_FED_H

#include "ap/ap.h"
#include "bocage/shacl.h"
#include "bocage/sparql.h"
#include "http/message.h"
#include "net/net.h"

typedef struct bo_fed bo_fed;

typedef struct bo_fed_mail {
    bo_str from;            /* "Observatoire <contact@example.org>"; empty: this node sends no mail */
    bo_str reset_link;      /* the page for a new password, up to where its token follows */
    uint64_t reset_life_ms; /* how long the link is good */
    unsigned queue_cap;     /* mails that may wait */
} bo_fed_mail;

typedef struct bo_fed_delivery {
    unsigned first_retry_ms;  /* the wait after the first failure; it doubles */
    int64_t longest_retry_ms; /* up to this; 0: 6 hours */
    int64_t give_up_ms;       /* a host that has failed for so long is dead; 0: 30 days */
    unsigned connections;     /* hosts that are served at once; 0: 1 */
    unsigned rate;            /* activities a second to one host; 0: any */
    unsigned timeout_ms;      /* of one delivery; 0: 10,000 */
} bo_fed_delivery;

typedef struct bo_fed_options {
    bo_store *store;
    bo_net *net;
    const bo_clock *clock;
    const bo_rng *rng;
    const bo_wac *wac;              /* the node's address and policy; kept by the caller */
    const struct bo_loader *loader; /* for the contexts of fetched documents */
    bool allow_loopback;            /* peers on this machine are asked by plain http */
    struct bo_rules *rules;         /* what mirrored resources are held against; NULL: nothing */
    uint64_t validation_ms;         /* that this may take for one */
    bool refuse_invalid;            /* what the shapes refuse is not mirrored; else it is only logged */
    bo_fed_delivery delivery;
    unsigned skew_s;          /* how far the date of a signed request may be off */
    bo_str service_endpoints; /* that SERVICE may ask: IRIs, a star behind the last slash means all below;
                                 empty: none */
    bo_str load_sources;      /* documents that LOAD may read, in the same way */
    unsigned service_ms;      /* the longest one of these requests may take; 0: 10,000 */
    size_t service_bytes;     /* the largest answer to one; 0: 10 MiB */
    /* Hands a message to the sockets of a notification channel, if there are any; NULL: there are none. */
    void (*push)(void *context, bo_str channel, bo_str message);
    void *push_context;
    bo_fed_mail mail;
    uint64_t orphan_ms; /* how long a file may go without a link to it; 0: for ever */
} bo_fed_options;

bo_status bo_fed_new(bo_fed **out, const bo_fed_options *options) BO_MUST_USE;
void bo_fed_free(bo_fed *fed); /* accepts NULL; stopped before */
bo_status bo_fed_start(bo_fed *fed) BO_MUST_USE;
void bo_fed_stop(bo_fed *fed);
void bo_fed_wake(bo_fed *fed); /* something was committed; cheap, from any thread */
/* Without threads, instead of bo_fed_start: does all that is due, on the caller's thread. *wait_ms is how
 * long to wait at most before it is called again. Everything it knows of time, chance and the network comes
 * from the options, so that a simulator can run many nodes in one process. */
bo_status bo_fed_run(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) BO_MUST_USE;

/* To be called in the transaction that changes a public resource. */
bo_status bo_fed_announce(bo_fed *fed, bo_txn *txn, bo_ap_event event, bo_str resource, bo_str container,
                          bo_arena *arena) BO_MUST_USE;
/* Makes the node's relay follow an actor, given as acct:relay@host or as an IRI. */
bo_status bo_fed_follow(bo_fed *fed, bo_str whom, bo_arena *arena) BO_MUST_USE;

/* A resource of another node as a graph, to be freed; waits for the network. BO_NOT_FOUND, BO_GONE, BO_PEER,
 * BO_TIMEOUT, BO_DENIED, BO_LIMIT. */
bo_status bo_fed_get_graph(bo_fed *fed, bo_graph **out, bo_str iri, bo_arena *arena) BO_MUST_USE;

/* What SERVICE and LOAD of queries use, within the options' lists. Lives as long as `fed`; thread-safe. */
bo_service *bo_fed_service(bo_fed *fed);

/* Asks for a mail with a link to a new password, for whoever has the address; nobody is told whether someone
 * has. BO_UNSUPPORTED when this node sends no mail; BO_BUSY when too many wait. */
bo_status bo_fed_ask_reset(bo_fed *fed, bo_txn *txn, bo_str email, bo_language language,
                           bo_arena *arena) BO_MUST_USE;

/* Who signed a request, in either form; with keys that are kept, or fetched. BO_UNAUTHENTICATED with the
 * reason. */
bo_status bo_fed_signer(bo_fed *fed, const bo_http_request *request, bo_str *owner,
                        bo_arena *arena) BO_MUST_USE;
/* A POST to an inbox. BO_UNAUTHENTICATED when the signature does not prove the activity's actor. */
bo_status bo_fed_receive(bo_fed *fed, const bo_http_request *request, bo_str inbox,
                         bo_arena *arena) BO_MUST_USE;

#endif
