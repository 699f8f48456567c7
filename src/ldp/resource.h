/* SPDX-License-Identifier: Apache-2.0
 * Resources and containers (Linked Data Platform 1.0, and SemApps' dialect of it). Each resource is a named
 * graph under its own IRI; what a graph can't say of itself stands in its record, a row of the table
 * RESOURCE. Who may do what is not known here.
 */
#ifndef BO_LDP_RESOURCE_H
#define BO_LDP_RESOURCE_H

#include "base/clock.h"
#include "bocage/graph.h"
#include "bocage/store.h"

typedef enum bo_ldp_kind { BO_KIND_RESOURCE, BO_KIND_CONTAINER, BO_KIND_TOMBSTONE } bo_ldp_kind;

enum { BO_LDP_TYPES_MAX = 16 };

typedef struct bo_ldp_record {
    bo_ldp_kind kind;
    bo_str container;               /* the IRI of the container that it belongs to; empty for the root */
    bo_str owner;                   /* the WebID of who made it; may be empty */
    bo_str types[BO_LDP_TYPES_MAX]; /* its rdf:types, or those it had */
    size_t type_count;
    int64_t deleted_ms;      /* tombstones: when */
    bo_str blob, media_type; /* files: SHA-256 in hexadecimal digits, and what the bytes are */
    uint64_t size;           /* of them */
} bo_ldp_record;

/* BO_NOT_FOUND when nothing was ever at this IRI. Text lives in the arena. */
bo_status bo_ldp_find(bo_txn *txn, bo_ldp_record *out, bo_str iri, bo_arena *arena) BO_MUST_USE;

/* The IRI of a new member: the slug made fit for a path (RFC 5023 section 9.7), with a number when it is
 * taken, or a UUID when nothing is left of it. Tombstones count as taken. */
bo_status bo_ldp_mint(bo_txn *txn, bo_str *out, bo_str container, bo_str slug, const bo_rng *rng,
                      bo_arena *arena) BO_MUST_USE;
/* "Le Jardin des Épinettes" -> "le-jardin-des-epinettes"; empty when nothing is left. Bytes that are no UTF-8
 * are read as ISO 8859-1, which header values may be in. */
bo_str bo_ldp_slug(bo_str text, bo_arena *arena);

typedef struct bo_ldp_file bo_ldp_file; /* ldp/file.h */

typedef struct bo_ldp_write {
    bo_str iri;
    bo_str container;  /* for what is new */
    bo_str owner;      /* for what is new; may be empty */
    bo_graph *content; /* in its default graph; dc:created, dc:creator, dc:modified are added as needed */
    int64_t now_ms;
    bool is_container;
    bool is_patch;           /* the content was loaded and changed: nodes new in it get labels of their own */
    const bo_ldp_file *file; /* what is new is a file with these bytes; NULL: none */
} bo_ldp_write;

/* Makes a resource or replaces its content; a new one becomes a member of its container, which must be there
 * (BO_NOT_FOUND). When a resource is replaced, what it has of dc:created and dc:creator stays, unless the
 * content says otherwise. A container's content may name members (ldp:contains): those that it did not have
 * must be resources of this store, else BO_CONFLICT. What is new in a container is of a type that it accepts,
 * else BO_INVALID. Resources that it begins or ceases to link to say so in return, as inverse.def has it. All
 * containers that show the resource get a new version.
 */
bo_status bo_ldp_put(bo_txn *txn, const bo_ldp_write *write, bool *created, bo_arena *arena) BO_MUST_USE;
/* Takes a resource over as it was elsewhere: its content is written as it is (NULL: it has none, as a
 * tombstone), nothing is added to it, no container and no other resource hears of it. The record's types are
 * those of the content. */
bo_status bo_ldp_adopt(bo_txn *txn, bo_str iri, bo_ldp_record *record, bo_graph *content,
                       bo_arena *arena) BO_MUST_USE;
/* Leaves a tombstone, and all its containers. BO_CONFLICT for a container that has members, and for the root.
 */
bo_status bo_ldp_delete(bo_txn *txn, bo_str iri, int64_t now_ms, bo_arena *arena) BO_MUST_USE;

/* Puts the resource's own quads into the default graph of `out`. */
bo_status bo_ldp_load(bo_graph *out, bo_source *source, bo_str iri) BO_MUST_USE;
/* What containers show of a member: its own quads, or, of a container, its types. */
bo_status bo_ldp_view_member(bo_graph *out, bo_source *source, bo_str member) BO_MUST_USE;
/* All members of a container of which the source shows something, and that it contains them. */
bo_status bo_ldp_view_members(bo_graph *out, bo_source *source, bo_str container) BO_MUST_USE;
/* What GET shows where something was deleted. */
bo_status bo_ldp_tombstone(bo_graph *out, const bo_ldp_record *record, bo_str iri,
                           bo_arena *arena) BO_MUST_USE;

/* The resource's content (default graphs) has changed from one to the other (NULL: nothing): the resources
 * that it links to say back what inverse.def has them say. bo_ldp_put and bo_ldp_delete do so by themselves,
 * from what the store shows; this is for who has written to the graph before. */
bo_status bo_ldp_relink(bo_txn *txn, bo_str iri, bo_graph *before, bo_graph *after,
                        bo_arena *arena) BO_MUST_USE;

/* Applies a SPARQL Update to the content of a resource. BO_INVALID when it would say something of another
 * resource or touches named graphs. */
bo_status bo_ldp_patch(bo_graph *content, bo_str iri, bo_str update, int64_t now_ms) BO_MUST_USE;

#define BO_TYPE_MISSING "TYPE_MISSING" /* the code of BO_SYNTAX for what has no rdf:type */

typedef struct bo_ldp_body {
    bo_str iri; /* what the body is about */
    bo_str media_type, bytes;
    bool is_new;                    /* its name was just made up: the body's own is passed over */
    const struct bo_loader *loader; /* for JSON-LD contexts */
    bo_str default_context;         /* for JSON-LD without one, as JSON text */
    bo_graph *others;               /* takes what JSON-LD says of other resources; NULL: nobody does */
} bo_ldp_body;
/* Reads a request's body. BO_MEDIA_TYPE; BO_SYNTAX with line and column, or with BO_TYPE_MISSING when it is
 * new and has no type; BO_INVALID when it speaks about another resource. */
bo_status bo_ldp_read(bo_graph *out, const bo_ldp_body *body, bo_arena *arena) BO_MUST_USE;

/* The IRI of the container of a path's IRI: "http://h/a/b" -> "http://h/a", "http://h/a" -> "http://h/". */
bo_str bo_ldp_parent(bo_str iri);

#endif
