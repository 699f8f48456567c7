/* SPDX-License-Identifier: Apache-2.0
 * The edge to zlib and libzstd.
 */
#include "cli/packed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { ROOM = 256 * 1024 };

static bo_status fail(const char *what, const char *path) {
    bo_status status = errno == ENOENT ? BO_NOT_FOUND : errno == ENOSPC || errno == EDQUOT ? BO_FULL : BO_IO;
    return bo_fail(status, "%s can't be %s: %s", path, what, strerror(errno));
}

/* Reading. */

typedef struct unpacker {
    bo_str magic; /* what such a file begins with */
    bo_status (*begin)(bo_input *in);
    bo_status (*read)(bo_input *in, char *room, size_t size, size_t *got);
    void (*end)(bo_input *in);
} unpacker;

struct bo_input {
    const char *path; /* what messages call it */
    int fd;
    const unpacker *how;
    uint64_t position;
    size_t at, len; /* what is left in room */
    bool inside;    /* a packed stream has begun and not ended */
    z_stream gzip;
    ZSTD_DCtx *zstd;
    char room[ROOM];
};

/* Fills the room when it is empty; len stays 0 at the file's end. */
static bo_status refill(bo_input *in) {
    ssize_t got;
    if (in->at < in->len) return BO_OK;
    do got = read(in->fd, in->room, sizeof in->room);
    while (got < 0 && errno == EINTR);
    if (got < 0) return fail("read", in->path);
    in->at = 0;
    in->len = (size_t)got;
    in->position += (uint64_t)got;
    return BO_OK;
}

static bo_status damaged(const bo_input *in, const char *why) {
    return bo_fail(BO_SYNTAX, "%s can't be unpacked (before byte %llu): %s", in->path,
                   (unsigned long long)in->position, why != NULL ? why : "it is damaged or cut off");
}

static bo_status plain_begin(bo_input *in) {
    (void)in;
    return BO_OK;
}

static bo_status plain_read(bo_input *in, char *room, size_t size, size_t *got) {
    BO_TRY(refill(in));
    *got = in->len - in->at < size ? in->len - in->at : size;
    if (*got > 0) memcpy(room, in->room + in->at, *got);
    in->at += *got;
    return BO_OK;
}

static void plain_end(bo_input *in) {
    (void)in;
}

static bo_status gzip_begin(bo_input *in) {
    enum { GZIP_ONLY = 16 };
    return inflateInit2(&in->gzip, MAX_WBITS + GZIP_ONLY) == Z_OK ? BO_OK
                                                                  : bo_fail(BO_NO_MEMORY, "memory ran out");
}

/* A file may be several streams, one behind the other. */
static bo_status gzip_read(bo_input *in, char *room, size_t size, size_t *got) {
    z_stream *z = &in->gzip;
    z->next_out = (unsigned char *)room;
    z->avail_out = (unsigned)size;
    while (z->avail_out == size) {
        BO_TRY(refill(in));
        if (in->len == 0 && !in->inside) break;
        z->next_in = (unsigned char *)in->room + in->at;
        z->avail_in = (unsigned)(in->len - in->at);
        int rc = inflate(z, Z_NO_FLUSH);
        in->at = in->len - z->avail_in;
        if (rc != Z_OK && rc != Z_STREAM_END) return damaged(in, z->msg);
        in->inside = rc != Z_STREAM_END;
        if (rc == Z_STREAM_END) inflateReset(z);
    }
    *got = size - z->avail_out;
    return BO_OK;
}

static void gzip_end(bo_input *in) {
    inflateEnd(&in->gzip);
}

static bo_status zstd_begin(bo_input *in) {
    in->zstd = ZSTD_createDCtx();
    return in->zstd != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
}

static bo_status zstd_read(bo_input *in, char *room, size_t size, size_t *got) {
    ZSTD_outBuffer to = {room, size, 0};
    while (to.pos == 0) {
        BO_TRY(refill(in));
        if (in->len == 0 && !in->inside) break;
        ZSTD_inBuffer from = {in->room, in->len, in->at};
        size_t rc = ZSTD_decompressStream(in->zstd, &to, &from);
        if (ZSTD_isError(rc)) return damaged(in, ZSTD_getErrorName(rc));
        if (in->len == 0 && to.pos == 0) return damaged(in, NULL);
        in->inside = rc != 0;
        in->at = from.pos;
    }
    *got = to.pos;
    return BO_OK;
}

static void zstd_end(bo_input *in) {
    ZSTD_freeDCtx(in->zstd);
}

static const unpacker unpackers[] = {{{"\x1f\x8b", 2}, gzip_begin, gzip_read, gzip_end},
                                     {{"\x28\xb5\x2f\xfd", 4}, zstd_begin, zstd_read, zstd_end},
                                     {{"", 0}, plain_begin, plain_read, plain_end}};

static bo_status begin_reading(bo_input *in) {
    BO_TRY(refill(in));
    const unpacker *how = unpackers;
    while (!bo_str_starts((bo_str){in->room, in->len}, how->magic)) how++;
    BO_TRY(how->begin(in));
    in->how = how;
    return BO_OK;
}

bo_status bo_input_open(bo_input **out, const char *path) {
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail("opened", path);
    bo_input *in = calloc(1, sizeof *in);
    if (in == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    in->path = standard ? "standard input" : path;
    in->fd = fd;
    bo_status status = begin_reading(in);
    if (status != BO_OK) {
        bo_input_close(in);
        return status;
    }
    *out = in;
    return BO_OK;
}

bo_status bo_input_read(bo_input *in, char *room, size_t size, size_t *got) {
    return in->how->read(in, room, size, got);
}

uint64_t bo_input_position(const bo_input *in) {
    return in->position;
}

void bo_input_close(bo_input *in) {
    if (in == NULL) return;
    if (in->how != NULL) in->how->end(in);
    if (in->fd != STDIN_FILENO) close(in->fd);
    free(in);
}

/* Writing. */

typedef struct packer {
    bo_str ending;
    bo_status (*begin)(bo_output *out);
    bo_status (*put)(bo_output *out, bo_str bytes, bool last);
    void (*end)(bo_output *out);
} packer;

struct bo_output {
    const char *path;
    char beside[PATH_MAX];
    int fd;
    const packer *how;
    z_stream gzip;
    ZSTD_CCtx *zstd;
    char room[ROOM];
};

static bo_status write_all(bo_output *out, const char *bytes, size_t len) {
    while (len > 0) {
        ssize_t put = write(out->fd, bytes, len);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return fail("written", out->path);
        bytes += put;
        len -= (size_t)put;
    }
    return BO_OK;
}

static bo_status raw_begin(bo_output *out) {
    (void)out;
    return BO_OK;
}

static bo_status raw_put(bo_output *out, bo_str bytes, bool last) {
    (void)last;
    return write_all(out, bytes.ptr, bytes.len);
}

static void raw_end(bo_output *out) {
    (void)out;
}

static bo_status deflate_begin(bo_output *out) {
    enum { LEVEL = 6, GZIP = 16, MEMORY = 8 };
    return deflateInit2(&out->gzip, LEVEL, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK
               ? BO_OK
               : bo_fail(BO_NO_MEMORY, "memory ran out");
}

static bo_status deflate_put(bo_output *out, bo_str bytes, bool last) {
    z_stream *z = &out->gzip;
    z->next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    z->avail_in = (unsigned)bytes.len;
    do {
        z->next_out = (unsigned char *)out->room;
        z->avail_out = sizeof out->room;
        deflate(z, last ? Z_FINISH : Z_NO_FLUSH);
        BO_TRY(write_all(out, out->room, sizeof out->room - z->avail_out));
    } while (z->avail_out == 0);
    return BO_OK;
}

static void deflate_end(bo_output *out) {
    deflateEnd(&out->gzip);
}

static bo_status squeeze_begin(bo_output *out) {
    out->zstd = ZSTD_createCCtx();
    return out->zstd != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
}

static bo_status squeeze_put(bo_output *out, bo_str bytes, bool last) {
    ZSTD_inBuffer from = {bytes.ptr, bytes.len, 0};
    size_t left;
    do {
        ZSTD_outBuffer to = {out->room, sizeof out->room, 0};
        left = ZSTD_compressStream2(out->zstd, &to, &from, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left)) return bo_fail(BO_NO_MEMORY, "%s: %s", out->path, ZSTD_getErrorName(left));
        BO_TRY(write_all(out, out->room, to.pos));
    } while (last ? left > 0 : from.pos < from.size);
    return BO_OK;
}

static void squeeze_end(bo_output *out) {
    ZSTD_freeCCtx(out->zstd);
}

static const packer packers[] = {{{".gz", 3}, deflate_begin, deflate_put, deflate_end},
                                 {{".zst", 4}, squeeze_begin, squeeze_put, squeeze_end},
                                 {{"", 0}, raw_begin, raw_put, raw_end}};

static bo_status begin_writing(bo_output *out, const char *path) {
    const packer *how = packers;
    if (strcmp(path, "-") == 0) {
        out->path = "standard output";
        out->fd = STDOUT_FILENO;
    } else {
        if (snprintf(out->beside, sizeof out->beside, "%s.part", path) >= (int)sizeof out->beside)
            return bo_fail(BO_BAD_ARGUMENT, "the path %.80s… is too long", path);
        out->path = path;
        out->fd = open(out->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (out->fd < 0) return fail("written", path);
    }
    while (!bo_str_ends(bo_str_of(path), how->ending)) how++;
    BO_TRY(how->begin(out));
    out->how = how;
    return BO_OK;
}

bo_status bo_output_open(bo_output **out, const char *path) {
    bo_output *output = calloc(1, sizeof *output);
    if (output == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    output->fd = -1;
    bo_status status = begin_writing(output, path);
    if (status != BO_OK) return bo_output_close(output, status);
    *out = output;
    return BO_OK;
}

bo_status bo_output_put(void *output, bo_str bytes) {
    bo_output *out = output;
    return bytes.len > 0 ? out->how->put(out, bytes, false) : BO_OK;
}

static bo_status finish(bo_output *out) {
    BO_TRY(out->how->put(out, BO_STR(""), true));
    if (out->fd == STDOUT_FILENO) return BO_OK;
    if (fsync(out->fd) != 0) return fail("synced", out->path);
    return rename(out->beside, out->path) == 0 ? BO_OK : fail("renamed", out->beside);
}

bo_status bo_output_close(bo_output *out, bo_status status) {
    if (status == BO_OK) status = finish(out);
    if (out->how != NULL) out->how->end(out);
    if (out->fd >= 0 && out->fd != STDOUT_FILENO) {
        close(out->fd);
        if (status != BO_OK) unlink(out->beside);
    }
    free(out);
    return status;
}
