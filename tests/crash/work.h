/* SPDX-License-Identifier: Apache-2.0
 * Seeded work for a store, and a number that says what is in it.
 */
#ifndef CRASH_WORK_H
#define CRASH_WORK_H

#include "bocage/store.h"

typedef struct work {
    unsigned seed;
    int64_t clock_ms;
} work;

bo_store_options work_options(work *w);
unsigned work_any(work *w, unsigned below);
/* One transaction of any kind, committed unless it is to be aborted; *committed says so. */
bo_status work_step(work *w, bo_store *store, bool *committed);
/* The same number for the same quads, graphs, rows and blobs, whatever the file looks like. */
bo_status work_digest(uint64_t *out, bo_store *store);

#endif
