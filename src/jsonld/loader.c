/* SPDX-License-Identifier: Apache-2.0
 * The loader that answers from the built-in contexts and from nowhere else.
 */
#include "jsonld/builtin.h"

#include "bocage/jsonld.h"
#include "jsonld/cache.h"
#include "jsonld/embedded.h"

const bo_ld_builtin bo_ld_builtins[] = {
#define BO_CONTEXT_AT(iri, name) {iri, bo_ld_file_##name, &bo_ld_file_##name##_len},
#include "jsonld/builtin.def"
#undef BO_CONTEXT_AT
};
const size_t bo_ld_builtin_count = sizeof bo_ld_builtins / sizeof bo_ld_builtins[0];

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    (void)context;
    for (size_t i = 0; i < bo_ld_builtin_count; i++) {
        const bo_ld_builtin *found = &bo_ld_builtins[i];
        if (!bo_str_eq(iri, bo_str_of(found->iri))) continue;
        BO_TRY(bo_json_parse(out, (bo_str){(const char *)found->bytes, *found->len}, NULL, arena));
        *final_iri = iri;
        return BO_OK;
    }
    return bo_fail(BO_NOT_FOUND, "<%.*s> is none of the contexts that are built in", BO_STR_ARG(iri));
}

const bo_loader bo_loader_builtin = {load, NULL, &bo_ld_cache_builtin};
