/* SPDX-License-Identifier: Apache-2.0
 * The folder that a store's file lives in: who may use it, and how a file comes to stand there whole. Must
 * not know what is in the file.
 */
#ifndef BO_KV_FOLDER_H
#define BO_KV_FOLDER_H

#include <limits.h>

#include "bocage/str.h"

/* The path of a file in the folder; false when it is too long. */
bool bo_folder_file(char out[PATH_MAX], const char *path, const char *name);
bool bo_folder_has_store(const char *path);

/* Locks the folder as long as *out stays open: shared by all who use it, or alone. BO_BUSY. */
bo_status bo_folder_lock(int *out, const char *path, bool alone) BO_MUST_USE;

/* Makes the folder with a file that `write` has written and synced under the name it is given: who is
 * interrupted leaves none, and of two who do it at once the second leaves what the first has made. */
bo_status bo_folder_found(const char *path, bo_status (*write)(const char *name)) BO_MUST_USE;

/* Puts the file of another folder into the place of this one's, in one step; `folder` is this one's lock. */
bo_status bo_folder_move_in(const char *path, const char *from, int folder) BO_MUST_USE;

/* Brings the folder's file to the disk. */
bo_status bo_folder_sync_store(const char *path) BO_MUST_USE;

#endif
