/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bo_status fail(const char *what, const char *path) {
    bo_status status = errno == ENOENT ? BO_NOT_FOUND : errno == ENOSPC || errno == EDQUOT ? BO_FULL : BO_IO;
    return bo_fail(status, "can't %s %s: %s", what, path, strerror(errno));
}

bo_status bo_fs_read(bo_text *out, const char *path, size_t cap) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail("open", path);
    bo_status status = BO_OK;
    size_t all = 0;
    char buffer[64 * 1024];
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            status = fail("read", path);
            break;
        }
        all += (size_t)got;
        if (cap != 0 && all > cap) {
            status = bo_fail(BO_LIMIT, "%s is larger than %zu bytes", path, cap);
            break;
        }
        bo_text_put(out, (bo_str){buffer, (size_t)got});
    }
    close(fd);
    return status != BO_OK ? status : out->status;
}

static bo_status write_all(int fd, const char *path, bo_str bytes) {
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return fail("write", path);
        bytes = bo_str_from(bytes, (size_t)put);
    }
    return fsync(fd) == 0 ? BO_OK : fail("sync", path);
}

bo_status bo_fs_write(const char *path, bo_str bytes, unsigned mode) {
    char beside[PATH_MAX];
    if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) return fail("create", beside);
    bo_status status = write_all(fd, beside, bytes);
    close(fd);
    if (status == BO_OK && rename(beside, path) != 0) status = fail("rename", beside);
    if (status != BO_OK) unlink(beside);
    return status;
}

bo_status bo_fs_mkdirs(const char *path) {
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", path);
    for (char *at = part + 1;; at++) {
        char was = *at;
        if (was != '/' && was != '\0') continue;
        *at = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST) return fail("create", part);
        *at = was;
        if (was == '\0') break;
    }
    return bo_fs_is_dir(path) ? BO_OK : bo_fail(BO_IO, "%s is there and is no folder", path);
}

bool bo_fs_exists(const char *path) {
    return access(path, F_OK) == 0;
}

bool bo_fs_is_dir(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

bo_status bo_fs_walk(const char *path, bo_status (*each)(void *context, const char *path), void *context) {
    struct dirent **names;
    int count = scandir(path, &names, NULL, by_bytes);
    if (count < 0) return fail("read", path);
    bo_status status = BO_OK;
    for (int i = 0; i < count; i++) {
        char inner[PATH_MAX];
        bool dots = strcmp(names[i]->d_name, ".") == 0 || strcmp(names[i]->d_name, "..") == 0;
        if (status == BO_OK && !dots) {
            if (snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name) >= (int)sizeof inner)
                status = bo_fail(BO_BAD_ARGUMENT, "a path below %.80s is too long", path);
            else
                status = bo_fs_is_dir(inner) ? bo_fs_walk(inner, each, context) : each(context, inner);
        }
        free(names[i]);
    }
    free(names);
    return status;
}
