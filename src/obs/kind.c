/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/kind.h"

#include "rdf/vocab.h"

#define TEXT(literal)                                                                                        \
    { literal, sizeof(literal) - 1 }
const bo_kind bo_kinds[] = {
#define BO_KIND(container, type, one, several) {TEXT(container), TEXT(type), TEXT(one), TEXT(several)},
#include "obs/kind.def"
#undef BO_KIND
};
const size_t bo_kind_count = sizeof bo_kinds / sizeof *bo_kinds;

const bo_kind *bo_kind_of_type(bo_str type) {
    for (size_t i = 0; i < bo_kind_count; i++)
        if (bo_str_eq(bo_kinds[i].type, type)) return &bo_kinds[i];
    return NULL;
}

const bo_kind *bo_kind_of_container(bo_str container) {
    for (size_t i = 0; i < bo_kind_count; i++)
        if (bo_str_eq(bo_kinds[i].container, container)) return &bo_kinds[i];
    return NULL;
}
