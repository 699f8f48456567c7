/* SPDX-License-Identifier: Apache-2.0
 * What a pattern does to variables: known before it is planned.
 */
#ifndef BO_SPARQL_SCOPE_H
#define BO_SPARQL_SCOPE_H

#include "base/map.h"
#include "sparql/algebra.h"
#include "sparql/vars.h"

typedef struct bo_bindings {
    bo_vars certain;  /* bound in every solution */
    bo_vars possible; /* bound in some */
    bo_vars used;     /* named anywhere inside, filters and EXISTS included */
} bo_bindings;

typedef struct bo_scopes {
    bo_arena *arena;
    bo_idmap known; /* by the pattern's address */
} bo_scopes;

void bo_scopes_init(bo_scopes *scopes, bo_arena *arena);
bo_status bo_bindings_of(const bo_bindings **out, bo_scopes *scopes, const bo_pattern *pattern) BO_MUST_USE;
/* Adds what an expression names, EXISTS included. */
bo_status bo_expr_used(bo_vars *out, bo_scopes *scopes, const bo_expr *expr) BO_MUST_USE;
/* Whether the pattern's solutions may be worked out from rows that bind `seeds` already, so that joining
 * those rows with its solutions gives the same: nothing inside may see a seed where it would see nothing. */
bo_status bo_takes_seeds(bool *out, bo_scopes *scopes, const bo_pattern *pattern,
                         const bo_vars *seeds) BO_MUST_USE;

#endif
