/* SPDX-License-Identifier: Apache-2.0
 * Stands between the store's file and the system: this program's own pwrite, writev and fdatasync, which the
 * LMDB library then calls, write down what reaches the file, or fail when told to.
 */
#ifndef CRASH_DISK_H
#define CRASH_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef enum disk_event_kind { DISK_WRITE, DISK_SYNC } disk_event_kind;

typedef struct disk_event {
    disk_event_kind kind;
    size_t offset, len;
    char *bytes;
    bool synced;    /* a write that is on the disk when it returns (O_DSYNC) */
    unsigned stamp; /* disk_stamp at that time */
} disk_event;

extern disk_event *disk_events;
extern size_t disk_event_count;
extern unsigned disk_stamp; /* set by whoever wants to know when an event came */
extern bool disk_recording;

void disk_forget(void);

/* From now on writes fail with `error` once `after` more of them have gone through, until it is called with
 * 0. A failing write may have written a part. Syncs fail too when `syncs`. */
void disk_fail(int error, long after, bool syncs);
long disk_failures(void); /* since then */

#endif
