/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

disk_event *disk_events;
size_t disk_event_count;
unsigned disk_stamp;
bool disk_recording;

static size_t event_size;
static int failing;
static bool failing_syncs;
static long failing_after, failures;

void disk_forget(void) {
    for (size_t i = 0; i < disk_event_count; i++) free(disk_events[i].bytes);
    free(disk_events);
    disk_events = NULL;
    disk_event_count = event_size = 0;
}

void disk_fail(int error, long after, bool syncs) {
    failing = error;
    failing_after = after;
    failing_syncs = syncs;
    failures = 0;
}

long disk_failures(void) {
    return failures;
}

/* Only the store's own file counts. */
static bool is_store(int fd) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len < 9) return false;
    path[len] = '\0';
    return strcmp(path + len - 9, "/data.mdb") == 0;
}

static void note(disk_event event) {
    if (disk_event_count == event_size) {
        event_size = event_size == 0 ? 1024 : event_size * 2;
        disk_events = realloc(disk_events, event_size * sizeof *disk_events);
        if (disk_events == NULL) abort();
    }
    disk_events[disk_event_count++] = event;
}

static void note_write(int fd, const void *bytes, size_t len, off_t offset) {
    disk_event event = {.kind = DISK_WRITE, .offset = (size_t)offset, .len = len, .stamp = disk_stamp};
    event.synced = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
    event.bytes = malloc(len);
    if (event.bytes == NULL) abort();
    memcpy(event.bytes, bytes, len);
    note(event);
}

static bool fails(void) {
    if (failing == 0 || failing_after-- > 0) return false;
    failures++;
    errno = failing;
    return true;
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) {
    if (!is_store(fd)) return syscall(SYS_pwrite64, fd, bytes, len, offset);
    if (fails()) return -1;
    ssize_t put = syscall(SYS_pwrite64, fd, bytes, len, offset);
    if (disk_recording && put > 0) note_write(fd, bytes, (size_t)put, offset);
    return put;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!is_store(fd)) return syscall(SYS_writev, fd, parts, count);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    if (fails()) { /* half of it is there */
        syscall(SYS_writev, fd, parts, count / 2);
        errno = failing;
        return -1;
    }
    ssize_t put = syscall(SYS_writev, fd, parts, count);
    size_t left = put > 0 && disk_recording ? (size_t)put : 0;
    for (int i = 0; i < count && left > 0; i++) {
        size_t len = parts[i].iov_len < left ? parts[i].iov_len : left;
        note_write(fd, parts[i].iov_base, len, offset);
        offset += (off_t)len;
        left -= len;
    }
    return put;
}

int fdatasync(int fd) {
    if (!is_store(fd)) return (int)syscall(SYS_fdatasync, fd);
    if (failing_syncs && fails()) return -1;
    if (disk_recording) note((disk_event){.kind = DISK_SYNC, .stamp = disk_stamp});
    return 0; /* nothing is lost in a test, so nothing need be forced out */
}
