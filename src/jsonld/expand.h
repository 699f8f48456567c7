/* SPDX-License-Identifier: Apache-2.0
 * What the parts of expansion share. Not for use outside of jsonld/.
 */
#ifndef BO_JSONLD_EXPAND_H
#define BO_JSONLD_EXPAND_H

#include "jsonld/internal.h"

/* Where an element stands: the parameters of API 5.1 that its parts inherit. */
typedef struct bo_ld_scope {
    bo_ld *ld;
    const bo_ld_context *active;
    const bo_ld_context *types; /* the type-scoped context (step 10) */
    bo_str property;            /* the active property; .ptr NULL: null */
    const bo_ld_term *term;     /* its definition in `active`, NULL: none */
    bo_str input_type;          /* step 12; .ptr NULL: none */
} bo_ld_scope;

static inline void bo_ld_scope_to(bo_ld_scope *scope, bo_str property) {
    scope->property = property;
    scope->term = bo_ld_term_of(scope->active, property);
}

/* *out is NULL where the algorithm's result is null. */
bo_status bo_ld_expand_in(bo_ld_scope scope, bo_json **out, const bo_json *element,
                          bool from_map) BO_MUST_USE;
/* `term` is the definition of the property, or NULL. */
bo_status bo_ld_expand_value(bo_ld *ld, bo_json **out, const bo_ld_context *active, const bo_ld_term *term,
                             const bo_json *value) BO_MUST_USE;

/* entries.c */
/* API 5.1.2 step 13.4 for every keyword but @nest and @reverse. */
bo_status bo_ld_expand_keyword(bo_ld_scope scope, bo_json *result, bo_ld_keyword keyword,
                               const bo_json *value) BO_MUST_USE;
/* Step 13.7. */
bo_status bo_ld_expand_language_map(bo_ld_scope scope, bo_json **out, const bo_ld_term *term,
                                    const bo_json *map) BO_MUST_USE;
/* Step 13.8, for the containers @index, @type and @id. */
bo_status bo_ld_expand_index_map(bo_ld_scope scope, bo_json **out, const bo_ld_term *term,
                                 const bo_json *map) BO_MUST_USE;
/* Step 13.12: every value becomes a graph object. */
bo_status bo_ld_wrap_graphs(bo_arena *arena, bo_json **values) BO_MUST_USE;
/* Appends a value, or every item of an array. */
bo_status bo_ld_append(bo_arena *arena, bo_json *array, bo_json *value) BO_MUST_USE;

#endif
