/* SPDX-License-Identifier: Apache-2.0
 * What the parts of compaction share. Not for use outside of jsonld/.
 */
#ifndef BO_JSONLD_COMPACT_H
#define BO_JSONLD_COMPACT_H

#include "jsonld/internal.h"

/* Where an element stands: the parameters of API 6.1 that its parts inherit. */
typedef struct bo_ld_place {
    bo_ld *ld;
    const bo_ld_context *active;
    const bo_ld_context *types; /* the type-scoped context (step 1) */
    bo_str property;            /* the active property; .ptr NULL: null */
    const bo_ld_term *term;     /* its definition in `active`, NULL: none */
} bo_ld_place;

static inline void bo_ld_place_at(bo_ld_place *place, bo_str property) {
    place->property = property;
    place->term = bo_ld_term_of(place->active, property);
}

bo_status bo_ld_compact_in(bo_ld_place place, bo_json **out, bo_json *element) BO_MUST_USE;
/* A keyword's name in the context. */
bo_status bo_ld_alias(const bo_ld_place *place, bo_str *out, bo_ld_keyword keyword) BO_MUST_USE;
/* One IRI, or each of an array. */
bo_status bo_ld_compact_ids(const bo_ld_place *place, bo_json **out, const bo_json *value,
                            bool vocab) BO_MUST_USE;
/* entries: API 6.1.2 step 12. */
bo_status bo_ld_compact_entries(bo_ld_place place, bo_json *result, bo_json *element) BO_MUST_USE;
/* The active context of one as it was written (NULL: none), which may stand in an object with @context. */
bo_status bo_ld_written_context(bo_ld *ld, const bo_ld_context **out, const bo_json *written) BO_MUST_USE;
/* API 9.1 compact(), steps 8 and 9: the context comes first. */
bo_status bo_ld_add_context(bo_arena *arena, bo_json **out, const bo_json *result,
                            const bo_json *written) BO_MUST_USE;
/* Compaction with a context as it was written, which becomes @context of the result. */
bo_status bo_ld_compact_written(bo_ld *ld, bo_json **out, const bo_json *expanded,
                                const bo_json *context) BO_MUST_USE;

#endif
