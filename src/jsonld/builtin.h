/* SPDX-License-Identifier: Apache-2.0
 * The contexts that are built in: the files of jsonld/contexts/ under the addresses of builtin.def.
 */
#ifndef BO_JSONLD_BUILTIN_H
#define BO_JSONLD_BUILTIN_H

#include "bocage/str.h"

typedef struct bo_ld_builtin {
    const char *iri;
    const unsigned char *bytes;
    const size_t *len;
} bo_ld_builtin;

extern const bo_ld_builtin bo_ld_builtins[];
extern const size_t bo_ld_builtin_count;

#endif
