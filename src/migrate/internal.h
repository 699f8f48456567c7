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
    bool has_bytes;              /* a file that is here as such */
    bool is_linked;              /* another one names it, besides its container */
} bo_document;

struct bo_migration {
    bo_migration_options options;
    bo_arena *arena;
    bo_map data, lists, settings; /* address -> bo_document: resources, lists of rights, accounts */
    bo_map actor_keys;            /* account name -> PEM as a bo_str */
    bo_map keyed;                 /* actors that have one */
    bo_map claimed;               /* paths below the folder of the uploads */
    bo_str token_key;
    bool is_crawled; /* no lists of rights were read: new ones are founded */
    bo_migration_counts counts;
    const bo_ap *ap; /* while it runs */
    bo_txn *txn;
    bo_str root; /* with a slash at the end */
};

void bo_migration_leave(bo_migration *m, bo_left why, bo_str example); /* report.c */

/* place.c. Whether the first step of its path is one of these names: "http://h/auth/x" is in "auth". */
bool bo_migration_is_in(const bo_migration *m, bo_str iri, const char *const *rooms, size_t count);

/* dump.c. An IRI as this node has it. NULL when memory ran out. */
bo_str bo_migration_rewrite(bo_migration *m, bo_str iri);
bo_document *bo_document_of(const bo_map *map, bo_str iri);              /* NULL */
bo_document *bo_document_need(bo_migration *m, bo_map *map, bo_str iri); /* NULL when memory ran out */
void bo_document_add(bo_document *document, bo_fact *fact);
/* Documents in the order of their addresses, so that containers come before what they hold. */
bo_status bo_documents_sorted(bo_migration *m, const bo_map *map, bo_document ***out, size_t *len);
/* The first value of a property of the document's own subject; BO_STR_NONE. */
bo_str bo_document_value(const bo_document *document, bo_str property);
bool bo_document_has_type(const bo_document *document, bo_str type);
/* Its facts, and those of the blank nodes that hang on it, into a graph. */
bo_status bo_document_gather(bo_migration *m, bo_document *document, bo_graph *to);

/* Rights that came without their graph's name are lists of rights all the same. */
bo_status bo_migration_sort(bo_migration *m);
/* files.c: the bytes of a resource that is there and should have some; then what is left of the folder. */
bo_status bo_migration_file(bo_migration *m, bo_document *document);
bo_status bo_migration_files_end(bo_migration *m);
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
