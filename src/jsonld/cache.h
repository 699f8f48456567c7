/* SPDX-License-Identifier: Apache-2.0
 * Processed contexts that are kept with their loader. Not for use outside of jsonld/.
 */
#ifndef BO_JSONLD_CACHE_H
#define BO_JSONLD_CACHE_H

#include "jsonld/internal.h"

extern bo_jsonld_cache bo_ld_cache_builtin;

/* What one element of an @context makes of `from`, a kept context or NULL for the initial one. */
bool bo_ld_cache_find(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *from, const bo_json *local);
/* Keeps it, if that can be done, to be found the next time. */
void bo_ld_cache_put(const bo_ld *ld, const bo_ld_context *from, const bo_json *local);

#endif
