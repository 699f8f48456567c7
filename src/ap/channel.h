/* SPDX-License-Identifier: Apache-2.0
 * Notification channels (Solid Notifications Protocol 0.2): who wants to hear of what, rows of the table
 * CHANNEL. What there is to hear becomes an AS2 activity for each channel, queued as a job in the transaction
 * that makes the change: the queue "n" for sockets, {"channel", "message"}, and "dhook " and the channel's id
 * for webhooks, {"to", "message"}. A channel with a rate says something at once and then keeps quiet for that
 * long; of what comes meanwhile the last is kept, in the queue "k" by the time when it may be said.
 */
#ifndef BO_AP_CHANNEL_H
#define BO_AP_CHANNEL_H

#include "ap/ap.h"

typedef enum bo_channel_type { BO_CHANNEL_WEBSOCKET, BO_CHANNEL_WEBHOOK, BO_CHANNEL_TYPES } bo_channel_type;
extern const bo_str bo_channel_type_names[BO_CHANNEL_TYPES]; /* "WebSocketChannel2023" */

typedef struct bo_channel {
    bo_channel_type type;
    bo_str id;                /* a UUID, unguessable: whoever knows it may listen */
    bo_str topic;             /* a resource or a container of this node */
    bo_str send_to;           /* webhooks: where */
    bo_str webid;             /* whose rights count; empty: a stranger's */
    bo_str counted;           /* under whose name it counts: the WebID, or a stranger's address */
    int64_t start_ms, end_ms; /* nothing is said before or after */
    int64_t rate_ms;          /* the shortest time between two messages; 0: any */
    int64_t quiet_ms;         /* with a rate: until when it keeps quiet */
    int64_t backlog;          /* messages that may wait for a webhook; with one more the channel ends */
} bo_channel;

/* Caps on channels that are open at once. */
typedef struct bo_channel_caps {
    uint64_t all, of_one; /* of the node; of one account or one stranger's address */
} bo_channel_caps;

/* BO_THROTTLED when there are as many as there may be. */
bo_status bo_channel_add(bo_txn *txn, const bo_channel *channel, const bo_channel_caps *caps, int64_t now_ms,
                         bo_arena *arena) BO_MUST_USE;
/* BO_NOT_FOUND also for one whose time is over. Text lives in the arena. */
bo_status bo_channel_find(bo_txn *txn, bo_channel *out, bo_str id, int64_t now_ms,
                          bo_arena *arena) BO_MUST_USE;
/* With what waits for it. Removing what is not there is no error. */
bo_status bo_channel_remove(bo_txn *txn, bo_str id, bo_arena *arena) BO_MUST_USE;
/* The queue of a webhook. */
bo_str bo_channel_queue(bo_str id, bo_arena *arena);

/* Tells the channels on a resource, and those on the containers that hold it, as far as each may read both.
 * In the transaction of the change; before it when the resource goes or leaves. For BO_AP_ADDED and
 * BO_AP_REMOVED `container` is where it comes or goes. */
bo_status bo_channel_notify(const bo_ap *ap, bo_txn *txn, bo_ap_event event, bo_str resource,
                            bo_str container, bo_arena *arena) BO_MUST_USE;

/* Lets go of what was kept until now: it goes to the queues above. *next_ms is when more may be said,
 * INT64_MAX when nothing is kept; what is due then may be more than this call took. */
bo_status bo_channel_release(const bo_ap *ap, bo_txn *txn, int64_t *next_ms, bo_arena *arena) BO_MUST_USE;
/* The same without changing anything: whether there is something to let go of. */
bo_status bo_channel_due(const bo_ap *ap, bo_txn *txn, int64_t *next_ms, bo_arena *arena) BO_MUST_USE;

#endif
