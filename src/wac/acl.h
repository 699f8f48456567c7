/* SPDX-License-Identifier: Apache-2.0
 * Access control lists: as rows, and as RDF in SemApps' form, where a mode's authorisation is a node named
 * after it (<.../_acl/themes/x#Read>, <.../_acl/themes#DefaultWrite>).
 */
#ifndef BO_WAC_ACL_H
#define BO_WAC_ACL_H

#include "bocage/graph.h"
#include "wac/wac.h"

typedef enum bo_agent_kind {
    BO_AGENT_ANYONE,  /* acl:agentClass foaf:Agent */
    BO_AGENT_MEMBERS, /* acl:agentClass acl:AuthenticatedAgent */
    BO_AGENT_ONE,     /* acl:agent */
    BO_AGENT_GROUP,   /* acl:agentGroup */
    BO_AGENT_ORIGIN   /* acl:origin: no agent, but where its web application comes from */
} bo_agent_kind;

typedef struct bo_authorisation {
    bo_str holder;   /* the resource in whose list it stands */
    bool is_default; /* for what the container holds, not for itself */
    bo_modes modes;
    bo_agent_kind kind;
    bo_str agent; /* IRI; empty for classes; an origin has no slash at its end */
} bo_authorisation;

typedef struct bo_acl {
    bo_authorisation *items;
    size_t len;
} bo_acl;

enum { BO_ACL_MAX = 10000 }; /* authorisations of one resource */

/* A resource's own list; empty when it has none. */
bo_status bo_acl_get(bo_acl *out, bo_txn *txn, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* Its own, and the defaults of the containers above it as far as the policy counts them, nearest first. */
bo_status bo_acl_effective(const bo_wac *wac, bo_acl *out, bo_txn *txn, bo_str iri,
                           bo_arena *arena) BO_MUST_USE;
/* The containers above, each once, nearest first, as the policy finds them; at most 256. */
bo_status bo_acl_above(const bo_wac *wac, bo_str **out, size_t *count, bo_txn *txn, bo_str iri,
                       bo_arena *arena) BO_MUST_USE;
/* Replaces the list. Whoever has several authorisations gets one with all their modes. BO_LIMIT. */
bo_status bo_acl_put(const bo_wac *wac, bo_txn *txn, bo_str iri, const bo_acl *acl,
                     bo_arena *arena) BO_MUST_USE;
bo_status bo_acl_add(bo_acl *acl, const bo_authorisation *one, bo_arena *arena) BO_MUST_USE;
/* Takes the whole list away, so that with the policy `solid` those of containers count. BO_NOT_FOUND. */
bo_status bo_acl_drop(const bo_wac *wac, bo_txn *txn, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* Whether the asker is among those that an authorisation means; for acl:origin, whether the request is. */
bo_status bo_acl_applies(bool *out, const bo_authorisation *one, bo_txn *txn, const bo_asker *asker,
                         bo_arena *arena) BO_MUST_USE;

/* <base>/_acl and the resource's path; for another node's resource the resource itself. */
bo_str bo_acl_iri(const bo_wac *wac, bo_str iri, bo_arena *arena);
/* The authorisations for `iri` in a body about bo_acl_iri: nodes named after a mode, or nodes with acl:mode
 * and acl:accessTo or acl:default, which with the policy `solid` count more than a name. What is not
 * understood is passed over. */
bo_status bo_acl_read(const bo_wac *wac, bo_acl *out, bo_graph *body, bo_str iri,
                      bo_arena *arena) BO_MUST_USE;

/* One node of the RDF form: everyone who has a mode by one list. */
typedef struct bo_acl_node {
    bo_str iri; /* bo_acl_iri of the holder, and "#DefaultRead" or the like */
    bo_str holder;
    bool is_default;
    bo_mode mode;
    const bo_authorisation **items;
    size_t len;
} bo_acl_node;
/* The nodes of a list, in the order Control, Read, Append, Write, own before defaults; at most 8 for each
 * holder. */
bo_status bo_acl_nodes(const bo_wac *wac, bo_acl_node **out, size_t *count, const bo_acl *acl,
                       bo_arena *arena) BO_MUST_USE;

/* Kinds of agents by the mark in rows, and by property and value: false when a statement names none. */
char bo_agent_mark(bo_agent_kind kind);
bo_agent_kind bo_agent_of_mark(char mark);
bo_str bo_agent_property(bo_agent_kind kind);
bo_str bo_agent_iri(const bo_authorisation *one); /* the agent's, or its class's */
bool bo_agent_read(bo_authorisation *one, const bo_quad *quad);

/* Modes by name ("Read"), by IRI, and by letter ('r'); 0: there is none of that name or letter. */
const char *bo_mode_name(bo_mode mode);
bo_str bo_mode_iri(bo_mode mode);
char bo_mode_letter(bo_mode mode);
bo_mode bo_mode_of_letter(char letter);
bo_mode bo_mode_of_name(bo_str name);

#endif
