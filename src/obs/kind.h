/* SPDX-License-Identifier: Apache-2.0
 * The kinds of kind.def.
 */
#ifndef BO_OBS_KIND_H
#define BO_OBS_KIND_H

#include "bocage/str.h"

typedef struct bo_kind {
    bo_str container;    /* the last part of its container's address */
    bo_str type;         /* IRI of its class */
    bo_str one, several; /* what people call it, in French */
} bo_kind;

extern const bo_kind bo_kinds[];
extern const size_t bo_kind_count;

const bo_kind *bo_kind_of_type(bo_str type);           /* NULL when there is none */
const bo_kind *bo_kind_of_container(bo_str container); /* "needs"; NULL when there is none */

#endif
