/* SPDX-License-Identifier: Apache-2.0
 * Files: non-RDF sources (LDP 1.0 section 4.4), as SemApps keeps them. The bytes are a blob of the store;
 * what is said of them is the resource's content, of which the type, the name and the media type are the
 * node's to say.
 */
#ifndef BO_LDP_FILE_H
#define BO_LDP_FILE_H

#include "ldp/resource.h"

struct bo_ldp_file {
    bo_str bytes, media_type; /* without parameters */
};

/* Whether a body of this Content-Type is a file, not a description or an update. An absent one is not. */
bool bo_ldp_is_file(bo_str content_type);
/* The name that a new file asks for: a UUID with the ending of its media type. */
bo_status bo_ldp_file_name(bo_str *out, bo_str media_type, const bo_rng *rng, bo_arena *arena) BO_MUST_USE;
/* The media type that the ending of a name stands for; application/octet-stream when none is known. */
bo_str bo_ldp_file_type(bo_str name);
/* Whether a browser would run it: such files are only given out to be saved. */
bool bo_ldp_file_is_active(bo_str media_type);

/* The bytes of a resource that has some. */
bo_status bo_ldp_file_read(bo_txn *txn, bo_str *out, const bo_ldp_record *record,
                           bo_arena *arena) BO_MUST_USE;
/* Gives a resource that was taken over (bo_ldp_adopt) the bytes that it had elsewhere. BO_EXISTS when it has
 * these already; BO_CONFLICT when it has others, unless `replaces`. */
bo_status bo_ldp_file_adopt(bo_txn *txn, bo_str iri, const bo_ldp_file *file, bool replaces,
                            bo_arena *arena) BO_MUST_USE;
/* Deletes files that nothing links to, made before `before_ms`; *count says how many, 256 at most. Their
 * deletion leaves tombstones, as any does. `forget` is called before each, in the same transaction. */
typedef bo_status (*bo_ldp_forget)(void *context, bo_txn *txn, bo_str iri);
bo_status bo_ldp_files_sweep(bo_store *store, size_t *count, int64_t before_ms, int64_t now_ms,
                             bo_ldp_forget forget, void *context, bo_arena *arena) BO_MUST_USE;

#endif
