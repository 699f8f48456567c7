/* SPDX-License-Identifier: Apache-2.0
 * Stands in for libFuzzer where there is none: runs a target once over each file, and over the files of each
 * folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "fuzz/fuzz.h"

static unsigned replayed;

static void replay(const char *path) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    if (bo_fs_read(&bytes, path, 0) != BO_OK) {
        fprintf(stderr, "%s\n", bo_error_last()->message);
        exit(1);
    }
    /* In a place of its very length, so that reading beyond it is seen. */
    uint8_t *copy = malloc(bytes.len ? bytes.len : 1);
    memcpy(copy, bo_text_str(&bytes).ptr, bytes.len);
    if (getenv("VERBOSE") != NULL) fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(copy, bytes.len);
    free(copy);
    bo_text_done(&bytes);
    replayed++;
}

static void replay_folder(const char *path) {
    struct dirent **names;
    char file[4096];
    int count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') replay(file);
        free(names[i]);
    }
    if (count >= 0) free(names);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (bo_fs_is_dir(argv[i]))
            replay_folder(argv[i]);
        else
            replay(argv[i]);
    }
    printf("%u inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
