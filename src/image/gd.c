/* SPDX-License-Identifier: Apache-2.0 */
#include <gd.h>
#include <limits.h>
#include <pthread.h>

#include "image/image.h"

enum { QUALITY = 85, PNG_COMPRESSION = 8 }; /* as SemApps has them */

/* One image at a time: a large one takes hundreds of megabytes while it is worked on. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The library writes to standard error otherwise. */
static void keep_silent(int priority, const char *format, va_list arguments) {
    (void)priority, (void)format, (void)arguments;
}

static void set_up(void) {
    gdSetErrorMethod(keep_silent);
}

static gdImagePtr decode(bo_image_kind kind, bo_str bytes) {
    void *data = (void *)(uintptr_t)bytes.ptr; /* only read */
    int len = (int)bytes.len;
    switch (kind) {
    case BO_IMAGE_JPEG: return gdImageCreateFromJpegPtrEx(len, data, 1);
    case BO_IMAGE_PNG: return gdImageCreateFromPngPtr(len, data);
    case BO_IMAGE_WEBP: return gdImageCreateFromWebpPtr(len, data);
    case BO_IMAGE_NONE: break;
    }
    return NULL;
}

static void *encode(bo_image_kind kind, gdImagePtr image, int *len) {
    switch (kind) {
    case BO_IMAGE_JPEG: return gdImageJpegPtr(image, len, QUALITY);
    case BO_IMAGE_PNG: return gdImagePngPtrEx(image, len, PNG_COMPRESSION);
    case BO_IMAGE_WEBP: return gdImageWebpPtrEx(image, len, QUALITY);
    case BO_IMAGE_NONE: break;
    }
    return NULL;
}

/* Takes the place of an image, which is freed; NULL when either is. */
static gdImagePtr instead(gdImagePtr old, gdImagePtr made) {
    if (old != NULL) gdImageDestroy(old);
    return made;
}

static gdImagePtr scale(gdImagePtr image, uint32_t side) {
    unsigned width = (unsigned)gdImageSX(image), height = (unsigned)gdImageSY(image);
    unsigned longest = width > height ? width : height;
    unsigned w = (unsigned)((uint64_t)width * side / longest),
             h = (unsigned)((uint64_t)height * side / longest);
    gdImagePtr out = gdImageCreateTrueColor(w ? (int)w : 1, h ? (int)h : 1);
    if (out == NULL) return instead(image, NULL);
    gdImageAlphaBlending(out, 0);
    gdImageSaveAlpha(out, 1);
    gdImageCopyResampled(out, image, 0, 0, 0, 0, gdImageSX(out), gdImageSY(out), (int)width, (int)height);
    return instead(image, out);
}

/* What each orientation needs: a flip first, then degrees against the clock. */
static gdImagePtr turn(gdImagePtr image, unsigned orientation) {
    static const struct {
        bool flips;
        float degrees;
    } moves[] = {{false, 0}, {false, 0},   {true, 0},   {false, 180}, {true, 180},
                 {true, 90}, {false, 270}, {true, 270}, {false, 90}};
    if (image == NULL || orientation <= 1) return image;
    if (moves[orientation].flips) gdImageFlipHorizontal(image);
    if (moves[orientation].degrees == 0) return image;
    return instead(image, gdImageRotateInterpolated(image, moves[orientation].degrees, 0));
}

static bo_status remake(bo_str *out, bo_str bytes, const bo_image_head *head, uint32_t side,
                        bo_arena *arena) {
    int len = 0;
    gdImagePtr image = decode(head->kind, bytes);
    if (image != NULL) image = turn(scale(image, side), head->turn);
    void *data = image != NULL ? encode(head->kind, image, &len) : NULL;
    if (image != NULL) gdImageDestroy(image);
    if (data == NULL) return bo_fail(BO_INVALID, "the image is damaged: it can't be made smaller");
    *out = bo_arena_str(arena, (bo_str){data, (size_t)len});
    gdFree(data);
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_image_fit(bo_str *out, bo_str bytes, const bo_image_limits *limits, bo_arena *arena) {
    bo_image_head head;
    bool is_image = bo_image_look(&head, bytes);
    bool fits = !is_image || limits->side == 0 || (head.width <= limits->side && head.height <= limits->side);
    if (fits) return *out = bytes, BO_OK;
    if (limits->pixels > 0 && (uint64_t)head.width * head.height > limits->pixels)
        return bo_fail(BO_LIMIT,
                       "the image has %u × %u pixels, and at most %llu are worked on: make it smaller",
                       head.width, head.height, (unsigned long long)limits->pixels);
    if (bytes.len > INT_MAX) return bo_fail(BO_LIMIT, "the image has too many bytes");
    pthread_once(&once, set_up);
    pthread_mutex_lock(&lock);
    bo_status status = remake(out, bytes, &head, limits->side, arena);
    pthread_mutex_unlock(&lock);
    return status;
}
