/* SPDX-License-Identifier: Apache-2.0
 * Files and folders. Paths are C strings: they stop at the operating system's edge.
 */
#ifndef BO_BASE_FS_H
#define BO_BASE_FS_H

#include "bocage/text.h"

/* The whole file into an empty text, at most `cap` bytes. BO_NOT_FOUND, BO_LIMIT or BO_IO. */
bo_status bo_fs_read(bo_text *out, const char *path, size_t cap) BO_MUST_USE;
/* Written beside, synced and renamed: the file is old or new, never half. `mode` as for open(2). */
bo_status bo_fs_write(const char *path, bo_str bytes, unsigned mode) BO_MUST_USE;
bo_status bo_fs_mkdirs(const char *path) BO_MUST_USE;
bool bo_fs_exists(const char *path);
bool bo_fs_is_dir(const char *path);
/* Calls `each` with the path of every entry below a folder, folders left out, in byte order of names. */
bo_status bo_fs_walk(const char *path, bo_status (*each)(void *context, const char *path),
                     void *context) BO_MUST_USE;

#endif
