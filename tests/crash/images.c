/* SPDX-License-Identifier: Apache-2.0
 * The file as it would be after a crash at any moment: every write of a run of seeded transactions is written
 * down; then the file is made again as it was after each of them, cut in the middle of it, and with any of
 * what was not synced yet missing. Each of these must open to the state that was last acknowledged, or to the
 * next one while that was being committed, pass the check, and take another commit.
 *
 *     images [SEED [TRANSACTIONS [IMAGES]]]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "crash/disk.h"
#include "crash/work.h"

enum { SECTOR = 512, FILE_MOST = 1 << 24 };

static char folder[64], image_folder[80];
static uint64_t *states; /* digests by the number of commits acknowledged */
static unsigned commits, failed, tried;
static work chance = {1, 0};

static void must(bo_status status) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s\n", bo_error_last()->message);
    exit(1);
}

static void fault(const char *what, size_t event, const char *how) {
    if (failed++ < 10)
        printf("event %zu of %zu (after %u commits), %s: %s\n", event, disk_event_count,
               disk_events[event].stamp, how, what);
}

static void run(work *w, unsigned transactions) {
    bo_store *store;
    bo_store_options options = work_options(w);
    disk_recording = true;
    must(bo_store_open(&store, folder, &options));
    must(work_digest(&states[0], store));
    for (unsigned i = 0; i < transactions; i++) {
        bool committed;
        must(work_step(w, store, &committed));
        uint64_t now;
        must(work_digest(&now, store));
        if (committed) states[++commits] = now;
        if (!committed && now != states[commits]) printf("an abort changed something\n"), failed++;
        disk_stamp = commits;
    }
    disk_recording = false;
    bo_store_close(store);
}

/* Images. */

typedef struct picture {
    char *bytes; /* FILE_MOST; zeros behind len */
    size_t len;
} picture;

static picture image, base; /* what is tried; all events up to the last sync before it */
static size_t base_events;

static void apply_part(picture *to, const disk_event *event, size_t from, size_t end) {
    if (from >= end) return;
    memcpy(to->bytes + event->offset + from, event->bytes + from, end - from);
    if (event->offset + end > to->len) to->len = event->offset + end;
}

static void go_back(void) {
    memcpy(image.bytes, base.bytes, base.len);
    if (image.len > base.len) memset(image.bytes + base.len, 0, image.len - base.len);
    image.len = base.len;
}

/* A disk writes whole sectors, those that it likes. */
static void apply_some(const disk_event *event) {
    for (size_t at = 0; at < event->len; at += SECTOR) {
        size_t end = at + SECTOR < event->len ? at + SECTOR : event->len;
        if (work_any(&chance, 2)) apply_part(&image, event, at, end);
    }
}

static void write_image(void) {
    char name[128];
    snprintf(name, sizeof name, "%s/lock.mdb", image_folder);
    unlink(name);
    snprintf(name, sizeof name, "%s/data.mdb", image_folder);
    FILE *file = fopen(name, "wb");
    if (file == NULL || fwrite(image.bytes, 1, image.len, file) != image.len || fclose(file) != 0) {
        perror(name);
        exit(1);
    }
}

static void look_at(bo_store *store, size_t event, const char *how) {
    unsigned stamp = disk_events[event].stamp;
    uint64_t now;
    if (work_digest(&now, store) != BO_OK || bo_store_check(store, NULL, NULL) != BO_OK) {
        fault(bo_error_last()->message, event, how);
        return;
    }
    if (now != states[stamp] && (stamp == commits || now != states[stamp + 1])) {
        fault("it is in no state that was committed", event, how);
        return;
    }
    if (work_any(&chance, 8) != 0) return;
    bool committed;
    work more = {stamp + 77, 1000000};
    if (work_step(&more, store, &committed) != BO_OK || bo_store_check(store, NULL, NULL) != BO_OK)
        fault(bo_error_last()->message, event, how);
}

static void try_image(size_t event, const char *how) {
    bo_store *store;
    work w = {1, 0};
    bo_store_options options = work_options(&w);
    tried++;
    write_image();
    if (bo_store_open(&store, image_folder, &options) != BO_OK) {
        fault(bo_error_last()->message, event, how);
        return;
    }
    look_at(store, event, how);
    bo_store_close(store);
}

/* The writes since the last sync before `event`. */
static size_t unsynced_from(size_t event) {
    size_t from = event;
    while (from > 0 && disk_events[from - 1].kind == DISK_WRITE && !disk_events[from - 1].synced) from--;
    return from;
}

static void try_around(size_t event) {
    const disk_event *e = &disk_events[event];
    size_t first = unsynced_from(event);
    for (; base_events < first; base_events++)
        apply_part(&base, &disk_events[base_events], 0, disk_events[base_events].len);
    for (int i = 0; i < 2; i++) { /* what is not synced comes in any order */
        go_back();
        for (size_t n = first; n <= event; n++) apply_some(&disk_events[n]);
        try_image(event, "writes out of order");
    }
    go_back();
    for (size_t n = first; n < event; n++) apply_part(&image, &disk_events[n], 0, disk_events[n].len);
    if (e->kind == DISK_WRITE) {
        apply_part(&image, e, 0, work_any(&chance, (unsigned)e->len));
        try_image(event, "a write cut short");
        apply_part(&image, e, 0, e->len);
    }
    try_image(event, "everything up to it");
}

/* The file before the store's first commit: that commit fails. */
static void make_empty(const bo_store_options *options) {
    char name[96];
    bo_store *store;
    bo_text text;
    disk_fail(EIO, 0, true);
    if (bo_store_open(&store, folder, options) != BO_IO) fault("a store was founded without a disk", 0, "");
    disk_fail(0, 0, false);
    snprintf(name, sizeof name, "%s/data.mdb", folder);
    bo_text_init(&text, 0);
    must(bo_fs_read(&text, name, FILE_MOST));
    base.len = bo_text_str(&text).len;
    memcpy(base.bytes, text.ptr, base.len);
    bo_text_done(&text);
}

int main(int argc, char **argv) {
    unsigned seed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    unsigned transactions = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 150;
    unsigned most = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1000;
    work w = {seed, 1000};
    bo_store_options options = work_options(&w);
    chance.seed = seed;
    snprintf(folder, sizeof folder, "%s/bocage-images-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    image.bytes = calloc(1, FILE_MOST);
    base.bytes = calloc(1, FILE_MOST);
    states = calloc(transactions + 1, sizeof *states);
    if (mkdtemp(folder) == NULL || image.bytes == NULL || base.bytes == NULL || states == NULL) exit(1);
    make_empty(&options);
    run(&w, transactions);
    snprintf(image_folder, sizeof image_folder, "%s/image", folder);
    must(bo_fs_mkdirs(image_folder));
    size_t step = disk_event_count * 4 / most + 1;
    for (size_t event = 0; event < disk_event_count; event += 1 + work_any(&chance, 2 * (unsigned)step - 1))
        try_around(event);
    printf("seed %u: %u commits, %zu writes and syncs, %u images\n", seed, commits, disk_event_count, tried);
    printf("%u passed, %u failed\n", tried - failed, failed);
    disk_forget();
    free(states);
    free(image.bytes);
    free(base.bytes);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0 || failed > 0;
}
