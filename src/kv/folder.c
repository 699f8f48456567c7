/* SPDX-License-Identifier: Apache-2.0 */
#include "kv/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/fs.h"
#include "kv/kv.h"

/* The file's own lock can't tell whether another process has the store open; this one can. */
bo_status bo_folder_lock(int *out, const char *path, bool alone) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return bo_fail(BO_IO, "%s can't be opened: %s", path, strerror(errno));
    if (flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) {
        *out = fd;
        return BO_OK;
    }
    close(fd);
    return bo_fail(BO_BUSY,
                   alone ? "the store in %s is in use: end the programs that have it open first"
                         : "the store in %s is being replaced at the moment: try again when that is done",
                   path);
}

bool bo_folder_file(char out[PATH_MAX], const char *path, const char *name) {
    return snprintf(out, PATH_MAX, "%s/%s", path, name) < PATH_MAX;
}

bool bo_folder_has_store(const char *path) {
    char name[PATH_MAX];
    return bo_folder_file(name, path, "data.mdb") && bo_fs_exists(name);
}

/* Some file systems can't sync a folder, and need not. */
static bo_status sync_folder(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    bo_status status = synced ? BO_OK : bo_fail(BO_IO, "%s can't be synced: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return status;
}

bo_status bo_folder_found(const char *path, bo_status (*write)(const char *name)) {
    char name[PATH_MAX], beside[PATH_MAX], parent[PATH_MAX], own[32];
    snprintf(own, sizeof own, "data.mdb.%ld", (long)getpid());
    if (!bo_folder_file(name, path, "data.mdb") || !bo_folder_file(beside, path, own) ||
        !bo_folder_file(parent, path, ".."))
        return bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", path);
    BO_TRY(bo_fs_mkdirs(path));
    unlink(beside);
    bo_status status = write(beside);
    if (status == BO_OK && link(beside, name) != 0 && errno != EEXIST && rename(beside, name) != 0)
        status = bo_fail(BO_IO, "%s can't be put in its place: %s", beside, strerror(errno));
    unlink(beside);
    if (status == BO_OK) status = sync_folder(path);
    return status == BO_OK ? sync_folder(parent) : status;
}

bo_status bo_folder_sync_store(const char *path) {
    char name[PATH_MAX];
    int fd = bo_folder_file(name, path, "data.mdb") ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fsync(fd) != 0) {
        bo_status status = bo_fail(BO_IO, "%s can't be synced: %s", path, strerror(errno));
        if (fd >= 0) close(fd);
        return status;
    }
    close(fd);
    return BO_OK;
}

/* The file takes the other's place in one step; LMDB's table of readers belongs to the old one. */
bo_status bo_folder_move_in(const char *path, const char *from, int folder) {
    char name[PATH_MAX], other[PATH_MAX];
    if (!bo_folder_file(name, path, "data.mdb") || !bo_folder_file(other, from, "data.mdb"))
        return bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", path);
    if (rename(other, name) != 0)
        return bo_fail(BO_IO, "%s can't be put in its place: %s", other, strerror(errno));
    if (bo_folder_file(name, path, "lock.mdb")) unlink(name);
    if (bo_folder_file(other, from, "lock.mdb")) unlink(other);
    rmdir(from);
    return fsync(folder) == 0 ? BO_OK : bo_fail(BO_IO, "%s can't be synced: %s", path, strerror(errno));
}

bo_status bo_kv_replace(const char *path, const char *from) {
    int folder, other;
    BO_TRY(bo_folder_lock(&folder, path, true));
    bo_status status = bo_folder_lock(&other, from, true);
    if (status == BO_OK) {
        status = bo_folder_move_in(path, from, folder);
        close(other);
    }
    close(folder);
    return status;
}
