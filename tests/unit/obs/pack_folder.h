/* SPDX-License-Identifier: Apache-2.0
 * A store and a folder of Turtle for one test.
 */
#ifndef TEST_OBS_PACK_FOLDER_H
#define TEST_OBS_PACK_FOLDER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bocage/graph.h"
#include "bocage/store.h"
#include "obs/pack.h"

#define HOME "http://localhost:3000/"

static bo_arena *arena;
static bo_store *store;
static char store_path[64], pack_path[64];

static void folders_make(void) {
    arena = bo_arena_new(0);
    snprintf(store_path, sizeof store_path, "/tmp/bocage-obs-XXXXXX");
    snprintf(pack_path, sizeof pack_path, "/tmp/bocage-pack-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(store_path));
    ck_assert_ptr_nonnull(mkdtemp(pack_path));
    ck_assert_int_eq(bo_store_open(&store, store_path, &(bo_store_options){.create = true}), BO_OK);
}

static void folders_remove(void) {
    static const char *const files[] = {"data.mdb", "lock.mdb", "a.ttl", "b.ttl"};
    char path[96];
    bo_store_close(store);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", i < 2 ? store_path : pack_path, files[i]);
        unlink(path);
    }
    rmdir(store_path);
    rmdir(pack_path);
    bo_arena_free(arena);
}

static inline void pack_file(const char *name, const char *turtle) {
    char path[96];
    snprintf(path, sizeof path, "%s/%s", pack_path, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(turtle, file);
    fclose(file);
}

static inline bo_status pack_load(const char *folder, bo_pack_counts *counts) {
    static const bo_wac wac = {.base_url = {"http://localhost:3000", 21}, .anyone = BO_MODE_READ};
    return bo_pack_load(store, &(bo_pack_options){.folder = folder, .wac = &wac, .now_ms = 1000}, counts);
}

#define PREFIXES                                                                                             \
    "@prefix dc: <http://purl.org/dc/terms/> .\n"                                                            \
    "@prefix ldp: <http://www.w3.org/ns/ldp#> .\n"                                                           \
    "@prefix obc: <https://w3id.org/bien-commun/ns#> .\n"                                                    \
    "@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .\n"

#endif
