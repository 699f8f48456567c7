/* SPDX-License-Identifier: Apache-2.0
 * Files as streams of bytes, packed with gzip or zstd or not at all. Only packed.c knows zlib and libzstd.
 */
#ifndef BO_CLI_PACKED_H
#define BO_CLI_PACKED_H

#include "bocage/str.h"

/* Reading. How a file is packed is told by its first bytes, not by its name. */
typedef struct bo_input bo_input;
/* "-" is standard input. BO_NOT_FOUND, BO_IO. */
bo_status bo_input_open(bo_input **out, const char *path) BO_MUST_USE;
/* Up to `size` unpacked bytes; *got is 0 at the end. BO_SYNTAX when what is packed is damaged or cut off. */
bo_status bo_input_read(bo_input *input, char *room, size_t size, size_t *got) BO_MUST_USE;
uint64_t bo_input_position(const bo_input *input); /* bytes of the file itself read so far */
void bo_input_close(bo_input *input);              /* accepts NULL */

/* Writing. ".gz" and ".zst" at the end of the path pack. The file is written beside and renamed when it is
 * whole: nobody ever finds half of it. */
typedef struct bo_output bo_output;
/* "-" is standard output. */
bo_status bo_output_open(bo_output **out, const char *path) BO_MUST_USE;
bo_status bo_output_put(void *output, bo_str bytes) BO_MUST_USE; /* as bo_text_init_stream wants it */
/* Syncs and renames when `status`, which tells how the writing went, is BO_OK, else removes what was written.
 * Returns the first failure. */
bo_status bo_output_close(bo_output *output, bo_status status) BO_MUST_USE;

#endif
