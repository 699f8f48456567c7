/* SPDX-License-Identifier: Apache-2.0
 * Who may do what (Web Access Control, in SemApps' additive form or in Solid's). A resource's authorisations
 * are a row of the table ACL, so that one commit covers it and them, and no query reaches them. acl.h has
 * their form.
 *
 * With the policy `semapps`, an agent may do what the resource's own authorisations give and what the
 * defaults of every container above it give. With `solid` the nearest access control list alone counts (Web
 * Access Control, section 5.1): the resource's own, or the defaults of the nearest container that has one.
 * Containers are above by ldp:contains with `semapps`, in any number, and by the path with `solid`: so there
 * nobody gets rights to what is another's by putting it into a container of his own.
 */
#ifndef BO_WAC_WAC_H
#define BO_WAC_WAC_H

#include "bocage/store.h"

typedef enum bo_mode { BO_MODE_READ = 1, BO_MODE_APPEND = 2, BO_MODE_WRITE = 4, BO_MODE_CONTROL = 8 } bo_mode;
typedef unsigned bo_modes; /* a set of them */
enum { BO_MODE_ALL = 15 };

/* "read write" -> a set. BO_BAD_ARGUMENT names the word that is no mode. */
bo_status bo_modes_parse(bo_modes *out, bo_str words) BO_MUST_USE;

/* Who asks. */
typedef struct bo_asker {
    bo_str webid;   /* empty: not known */
    bool is_admin;  /* may do everything */
    bo_str origin;  /* of a web application that is not trusted, through which it asks; empty: none */
    bo_str granted; /* a resource on which an invitation gives more rights; empty: none */
    bo_modes grant; /* these */
} bo_asker;

/* The node's policy. Text lives as long as its user. */
typedef struct bo_wac {
    bo_str base_url; /* without a slash at the end */
    bool nearest;    /* policy `solid` */
    /* What those who are not its creator may do with a new resource, and what its creator may. */
    bo_modes anyone, members, creator;
    struct bo_wac_recall *recall; /* NULL: nothing is remembered */
} bo_wac;

/* What is hidden from whom, remembered as long as it is right. */
typedef struct bo_wac_recall bo_wac_recall;
bo_status bo_wac_recall_new(bo_wac_recall **out) BO_MUST_USE;
void bo_wac_recall_free(bo_wac_recall *recall); /* accepts NULL */

/* What the asker may do with a resource; a resource that is in no container and has no authorisations is
 * readable when it is another node's, and nobody's when it is ours. Write includes append. */
bo_status bo_wac_modes(const bo_wac *wac, bo_modes *out, bo_txn *txn, const bo_asker *asker, bo_str iri,
                       bo_arena *arena) BO_MUST_USE;
/* BO_UNAUTHENTICATED with the code NO_RIGHT for strangers, BO_DENIED for the rest, when a mode is missing;
 * says which. */
bo_status bo_wac_require(const bo_asker *asker, bo_modes has, bo_modes needed) BO_MUST_USE;
/* `user="read write", public="read"`, the value of WAC-Allow (Solid Protocol section 10.1). */
bo_str bo_wac_allow(bo_modes user, bo_modes everyone, char room[128]);

/* The graphs that the asker may read; *out is NULL when that is all of them. */
bo_status bo_wac_readable(const bo_wac *wac, const bo_graph_set **out, bo_txn *txn, const bo_asker *asker,
                          bo_arena *arena) BO_MUST_USE;

/* BO_OK when not everyone may read this graph, BO_NOT_FOUND when everyone may. */
bo_status bo_wac_is_hidden(bo_txn *txn, bo_str iri) BO_MUST_USE;

/* Gives a new resource its first authorisations: those that the nearest container above states with
 * conf:firstRights (for a container: conf:firstContainerRights); else the node's, or for a container
 * everyone's right to read and members' to append. With the policy `solid` it gets none of these two when the
 * nearest list gives a default to others than administrators: that one counts. `creator` may be empty. */
bo_status bo_wac_found(const bo_wac *wac, bo_txn *txn, bo_str iri, bool is_container, bo_str creator,
                       bo_arena *arena) BO_MUST_USE;
/* Whether the asker may put what is there already into a container. With the policy `semapps` that brings the
 * defaults of the container and of those above it, which whoever controls one of them can change: so he needs
 * the right to control it, unless all of them have those rights to it as it is. BO_DENIED. */
bo_status bo_wac_may_attach(const bo_wac *wac, bo_txn *txn, const bo_asker *asker, bo_str container,
                            bo_str member, bool is_container, bo_arena *arena) BO_MUST_USE;
/* Makes a person an administrator: a member of <base>/_groups/superadmins, which may do everything with the
 * root and all that it holds. */
bo_status bo_wac_admit(const bo_wac *wac, bo_txn *txn, bo_str webid, bo_arena *arena) BO_MUST_USE;
/* Takes the authorisations of what is deleted away. */
bo_status bo_wac_forget(bo_txn *txn, bo_str iri) BO_MUST_USE;
/* To be called when a resource has come into a container or left one, and by whoever changes
 * authorisations; `below`: its members' rights may have changed too. */
bo_status bo_wac_settle(const bo_wac *wac, bo_txn *txn, bo_str iri, bool below, bo_arena *arena) BO_MUST_USE;

/* Settles everything when the node's policy is another than the last time. */
bo_status bo_wac_open(const bo_wac *wac, bo_store *store) BO_MUST_USE;

#endif
