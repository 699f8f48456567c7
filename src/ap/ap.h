/* SPDX-License-Identifier: Apache-2.0
 * ActivityPub without the network (W3C Recommendation of 2018, in SemApps' dialect): actors, collections,
 * activities, and what an activity does. Whatever must be sent or fetched becomes a row in the same
 * transaction (of the log of outgoing.h, or of the table JOB); fed does it.
 */
#ifndef BO_AP_AP_H
#define BO_AP_AP_H

#include "base/clock.h"
#include "bocage/graph.h"
#include "bocage/json.h"
#include "bocage/store.h"
#include "wac/wac.h"

/* What calls of this module share. Text lives as long as the call. */
typedef struct bo_ap {
    bo_str base_url; /* without a slash at the end */
    const bo_clock *clock;
    const bo_rng *rng;
    const bo_wac *wac;
} bo_ap;

/* Actors. Their keys are in the table KEY under the actor's IRI, as PEM. */

/* The instance's own actor, who speaks when resources change: <base>/bots/relay. */
bo_str bo_ap_relay(const bo_ap *ap, bo_arena *arena);
bo_str bo_ap_person(const bo_ap *ap, bo_str name, bo_arena *arena); /* <base>/users/<name> */
/* A key for one actor. Slow: made before a transaction begins. */
bo_status bo_ap_key_new(bo_str *private_pem, bo_arena *arena) BO_MUST_USE;
/* Makes the containers /bots and /users and the relay, when they are not there. `key` is for the relay. */
bo_status bo_ap_prepare(const bo_ap *ap, bo_txn *txn, bo_str key, bo_arena *arena) BO_MUST_USE;
typedef struct bo_ap_person_facts {
    bo_str handle;        /* for mentions: name@host */
    bo_str label;         /* what people call it */
    bo_str given, family; /* may be empty */
} bo_ap_person_facts;
/* `person` is the WebID. */
bo_status bo_ap_add_person(const bo_ap *ap, bo_txn *txn, bo_str person, const bo_ap_person_facts *facts,
                           bo_str key, bo_arena *arena) BO_MUST_USE;
/* Whether it is an actor of this node. */
bool bo_ap_is_actor(bo_txn *txn, bo_str actor);

/* Collections: items are IRIs, newest last, each once. */
bo_status bo_ap_collect(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena) BO_MUST_USE;
bo_status bo_ap_uncollect(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena) BO_MUST_USE;
bool bo_ap_collected(bo_txn *txn, bo_str collection, bo_str item, bo_arena *arena);
uint64_t bo_ap_collection_size(bo_txn *txn, bo_str collection, bo_arena *arena);
/* Newest first, passing over `skip`, at most `most`. */
bo_status bo_ap_collection_page(bo_txn *txn, bo_str collection, uint64_t skip, unsigned most, bo_str *items,
                                unsigned *count, bo_arena *arena) BO_MUST_USE;
/* Calls `each` for the items that start with `prefix` and are at least `from` (may be empty), in byte order,
 * with their numbers: whoever came later has a greater one. As bo_row_each ends. */
bo_status bo_ap_collection_each(bo_txn *txn, bo_str collection, bo_str prefix, bo_str from,
                                bo_status (*each)(void *context, bo_str item, uint64_t number), void *context,
                                bo_arena *arena) BO_MUST_USE;

/* Activities. */

/* The last two: a resource has become a member of one more container, or has left one. */
typedef enum bo_ap_event {
    BO_AP_CREATED,
    BO_AP_UPDATED,
    BO_AP_DELETED,
    BO_AP_ADDED,
    BO_AP_REMOVED
} bo_ap_event;
/* Tells the relay's followers that a public resource of this node has changed, and the channels of channel.h.
 * A deletion is told of before it is done. */
bo_status bo_ap_announce(const bo_ap *ap, bo_txn *txn, bo_ap_event event, bo_str resource, bo_str container,
                         bo_arena *arena) BO_MUST_USE;
/* Puts an activity of a local actor in its outbox and queues its deliveries; gives it an id, actor and date.
 * A bare object is wrapped in a Create (ActivityPub section 6.2.1). */
bo_status bo_ap_post(const bo_ap *ap, bo_txn *txn, bo_str actor, bo_json *activity, bo_str *id,
                     bo_arena *arena) BO_MUST_USE;
/* Takes in an activity whose sender has been proven, once; what it does is queued. `inbox` is whose. */
bo_status bo_ap_receive(const bo_ap *ap, bo_txn *txn, bo_str inbox, const bo_json *activity,
                        bo_arena *arena) BO_MUST_USE;
/* The activity as JSON text, without bto and bcc. BO_NOT_FOUND. */
bo_status bo_ap_activity(bo_txn *txn, bo_str *text, bo_str id, bo_arena *arena) BO_MUST_USE;

/* A resource of another node that a received activity is about, to be fetched before it can be carried out.
 */
typedef struct bo_ap_need {
    bo_str iri;         /* what is needed */
    bool have;          /* it was asked for: what follows is the answer */
    bo_graph *resource; /* its content, in the default graph; NULL: it is gone */
} bo_ap_need;
/* Carries out a received activity. BO_NEED: `need->iri` must be fetched first, and this called again with it,
 * in another transaction. What is not understood is passed over. */
bo_status bo_ap_carry_out(const bo_ap *ap, bo_txn *txn, bo_str inbox, const bo_json *activity,
                          bo_ap_need *need, bo_arena *arena) BO_MUST_USE;

/* Jobs: rows of the table JOB under a queue's name, a zero byte and a number that grows. The queue "i" holds
 * what was received, {"activity", "inbox"}. What is to be delivered is in the log of outgoing.h. */
bo_status bo_ap_queue(bo_txn *txn, bo_str queue, const bo_json *job, bo_arena *arena) BO_MUST_USE;

#endif
