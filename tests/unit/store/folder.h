/* SPDX-License-Identifier: Apache-2.0
 * A store's folder for one test.
 */
#ifndef TEST_STORE_FOLDER_H
#define TEST_STORE_FOLDER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder_path[64];

static void folder_make(void) {
    const char *in_memory =
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; /* no test waits for a disk */
    snprintf(folder_path, sizeof folder_path, "%s/bocage-store-XXXXXX", in_memory);
    ck_assert_ptr_nonnull(mkdtemp(folder_path));
}

static void folder_remove(void) {
    char name[96];
    snprintf(name, sizeof name, "%s/data.mdb", folder_path), unlink(name);
    snprintf(name, sizeof name, "%s/lock.mdb", folder_path), unlink(name);
    rmdir(folder_path);
}

#endif
