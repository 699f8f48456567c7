/* SPDX-License-Identifier: Apache-2.0
 * The files of ontologies/, shapes/ and packs/, put into the program while it is built (sources.cmake).
 */
#ifndef BO_LDP_EMBEDDED_H
#define BO_LDP_EMBEDDED_H

#include <stddef.h>

typedef struct bo_embedded {
    const char *name; /* "obc-shapes" */
    const unsigned char *bytes;
    size_t len;
} bo_embedded;

extern const bo_embedded bo_ontologies_files[], bo_shapes_files[], bo_packs_files[];
extern const size_t bo_ontologies_files_count, bo_shapes_files_count, bo_packs_files_count;

#endif
