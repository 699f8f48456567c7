/* SPDX-License-Identifier: Apache-2.0
 * The files of jsonld/contexts/ as the build puts them into the library.
 */
#ifndef BO_JSONLD_EMBEDDED_H
#define BO_JSONLD_EMBEDDED_H

#include <stddef.h>

#define BO_CONTEXT_FILE(name, hash)                                                                          \
    extern const unsigned char bo_ld_file_##name[];                                                          \
    extern const size_t bo_ld_file_##name##_len;
#include "jsonld/builtin.def"
#undef BO_CONTEXT_FILE

#endif
