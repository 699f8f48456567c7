/* SPDX-License-Identifier: Apache-2.0
 * The log of activities to be delivered (ActivityPub section 7.1), rows of the table OUTGOING by number. An
 * entry names its activity and who it is for: some actors, and the followers of who did it, as a whole; so it
 * is as large for a hundred thousand of them as for one. Entries are written in the transaction that makes
 * the activity and never change; fed gives every host a cursor in the log.
 */
#ifndef BO_AP_OUTGOING_H
#define BO_AP_OUTGOING_H

#include "ap/ap.h"

typedef struct bo_outgoing {
    uint64_t number;        /* grows with every entry; given by bo_outgoing_add */
    bo_str activity, actor; /* IRIs: what, and who does it */
    int64_t at_ms;          /* when it was made */
    bo_json *to;            /* an array of IRIs */
    bool to_followers;
    uint64_t followers; /* with it: who has followed before this number was taken; given by bo_outgoing_add */
} bo_outgoing;

bo_status bo_outgoing_add(bo_txn *txn, bo_outgoing *entry, bo_arena *arena) BO_MUST_USE;
/* The first entry behind the number `after`. BO_NOT_FOUND at the end. Text lives in the arena. */
bo_status bo_outgoing_next(bo_txn *txn, bo_outgoing *out, uint64_t after, bo_arena *arena) BO_MUST_USE;
bo_status bo_outgoing_remove(bo_txn *txn, uint64_t number) BO_MUST_USE;

/* The host that an IRI belongs to, as scheme and authority: "https://pod.example". BO_STR_NONE unless the IRI
 * is http or https, has a path, and writes its host in small letters and without user, so that a host has one
 * name and its actors stand together. */
bo_str bo_outgoing_host(bo_str iri);
/* Every host that has, or had, somebody whom the entry is for. A host may come twice. */
bo_status bo_outgoing_hosts(bo_txn *txn, const bo_outgoing *entry,
                            bo_status (*each)(void *context, bo_str host), void *context,
                            bo_arena *arena) BO_MUST_USE;
/* Whom the entry is for at one host: each once, in byte order, those who only follow with `follows`. */
typedef struct bo_recipient {
    bo_str actor;
    bool follows; /* may be reached by a shared inbox (section 7.1.3) */
} bo_recipient;
bo_status bo_outgoing_recipients(bo_txn *txn, const bo_outgoing *entry, bo_str host, bo_recipient **out,
                                 size_t *len, bo_arena *arena) BO_MUST_USE;

#endif
