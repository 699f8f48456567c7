/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share.
 */
#ifndef BO_MIGRATE_INTERNAL_H
#define BO_MIGRATE_INTERNAL_H

#include "base/map.h"
#include "ldp/resource.h"
#include "migrate/migrate.h"

typedef struct bo_fact {
    struct bo_fact *next;
    bo_quad quad; /* without a graph */
} bo_fact;

/* What is said of one subject and its fragments, of a blank node, or in one list of rights. */
typedef struct bo_document {
    bo_str iri; /* or "_:" and a label */
    bo_fact *first, **last;
    bo_str container;            /* one that holds it; empty: none */
    struct bo_document *holder;  /* blank nodes: the document that was last gathered with them */
    struct bo_document *waiting; /* the next one to gather */
    bool is_new;                 /* written by this migration, with nothing there before */
    bool is_there;               /* written, or found */
} bo_document;

struct bo_migration {
    bo_migration_options options;
    bo_arena *arena;
    bo_map data, lists, settings; /* address -> bo_document: resources, lists of rights, accounts */
    bo_map actor_keys;            /* account name -> PEM as a bo_str */
    bo_str token_key;
    bool is_crawled; /* no lists of rights were read: new ones are founded */
    bo_migration_counts counts;
    const bo_ap *ap; /* while it runs */
    bo_txn *txn;
    bo_str root; /* with a slash at the end */
};

void bo_migration_leave(bo_migration *m, bo_left why, bo_str example);

/* dump.c */
bo_document *bo_document_of(const bo_map *map, bo_str iri); /* NULL */
/* Documents in the order of their addresses, so that containers come before what they hold. */
bo_status bo_documents_sorted(bo_migration *m, const bo_map *map, bo_document ***out, size_t *len);
/* The first value of a property of the document's own subject; BO_STR_NONE. */
bo_str bo_document_value(const bo_document *document, bo_str property);
bool bo_document_has_type(const bo_document *document, bo_str type);
/* Its facts, and those of the blank nodes that hang on it, into a graph. */
bo_status bo_document_gather(bo_migration *m, bo_document *document, bo_graph *to);

/* In order: place.c writes resources, rights.c their lists and groups, people.c keys, accounts, collections
 * and activities. */
bo_status bo_migration_place(bo_migration *m);
bo_status bo_migration_rights(bo_migration *m);
bo_status bo_migration_people(bo_migration *m);
/* What place.c leaves to people.c. */
bool bo_is_private_key(const bo_document *document);
bool bo_is_box(const bo_migration *m, const bo_document *document);
bool bo_is_activity(const bo_migration *m, const bo_document *document);

#endif
