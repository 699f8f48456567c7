/* SPDX-License-Identifier: Apache-2.0
 * Taking over a SemApps or Archipelago instance: from dumps of its datasets, or the public part of a live
 * one. Every IRI stays, and every right. First everything is read, then it is written in one transaction;
 * doing it again changes nothing.
 */
#ifndef BO_MIGRATE_MIGRATE_H
#define BO_MIGRATE_MIGRATE_H

#include "ap/ap.h"
#include "net/net.h"

typedef enum bo_left {
#define BO_LEFT(name, code, text) BO_LEFT_##name,
#include "migrate/left.def"
#undef BO_LEFT
    BO_LEFT_COUNT
} bo_left;

/* What was not taken over, or not as it was. */
typedef struct bo_left_behind {
    const char *what;
    uint64_t count;
    bo_str *examples; /* all of them, the same one not twice in a row */
    size_t len, size;
} bo_left_behind;

typedef struct bo_migration_counts {
#define BO_TAKEN(field, text) uint64_t field;
#include "migrate/taken.def"
#undef BO_TAKEN
    bo_left_behind left[BO_LEFT_COUNT];
} bo_migration_counts;

typedef struct bo_migration bo_migration;
typedef struct bo_migration_options {
    bo_str old_base, new_base; /* IRIs that begin with the one begin with the other; both empty: none do */
    const char *uploads;       /* the folder of the uploaded files, without a slash at its end; NULL: none */
    size_t file_cap;           /* bytes of the largest file that is taken; 0: any */
    bo_str issuer;             /* of the identity provider whose subjects the accounts name; may be empty */
    bool replaces;             /* what is here already and differs becomes as it was there */
} bo_migration_options;

bo_status bo_migration_new(bo_migration **out, const bo_migration_options *options) BO_MUST_USE;
void bo_migration_free(bo_migration *migration); /* accepts NULL */

/* Reading. Quads of the main dataset, with its graphs <http://semapps.org/webacl> and .../mirror or, as
 * SemApps 2 has them, a graph for each document; and of the accounts' dataset. */
bo_sink bo_migration_data(bo_migration *migration);
bo_sink bo_migration_accounts(bo_migration *migration);
/* The private key of the actor whose account has this name (old instances), as PEM. */
/* A second one of the same name is passed over. */
bo_status bo_migration_actor_key(bo_migration *migration, bo_str name, bo_str pem) BO_MUST_USE;
/* The public key of its tokens. */
bo_status bo_migration_token_key(bo_migration *migration, bo_str pem) BO_MUST_USE;

/* Asking a live instance for what everyone may read: its VoID, its context, and every container there, one
 * after the other. BO_PEER when it is no such instance. */
typedef struct bo_crawl {
    bo_net *net;
    bo_str base;       /* "https://data.example.org": no slash at the end */
    uint64_t pause_ms; /* between two requests */
    uint64_t most;     /* documents */
    size_t body_cap;   /* bytes of one */
} bo_crawl;
bo_status bo_migration_crawl(bo_migration *migration, const bo_crawl *crawl) BO_MUST_USE;

/* "https://data.example.org", as the containers that were read have it. BO_INVALID when there are none. */
bo_status bo_migration_origin(bo_migration *migration, bo_str *out) BO_MUST_USE;

/* Writing. `ap` is the node, whose address must be the origin of what was read; `relay_key` is for its own
 * actor if it has none. Texts of the counts live as long as the migration. */
bo_status bo_migration_run(bo_migration *migration, bo_migration_counts *counts, bo_store *store,
                           const bo_ap *ap, bo_str relay_key) BO_MUST_USE;
/* After that, everything in full as JSON: what was taken over, and each thing that was not. */
bo_status bo_migration_report(const bo_migration *migration, bo_text *out) BO_MUST_USE;

#endif
