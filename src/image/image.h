/* SPDX-License-Identifier: Apache-2.0
 * The libgd edge: photographs become small enough for pages. What an image is, and how large, is read from
 * its head by code of our own, so that nothing is decoded whose size has not been looked at. Thread-safe.
 */
#ifndef BO_IMAGE_IMAGE_H
#define BO_IMAGE_IMAGE_H

#include "bocage/arena.h"
#include "bocage/text.h"

typedef enum bo_image_kind { BO_IMAGE_NONE, BO_IMAGE_JPEG, BO_IMAGE_PNG, BO_IMAGE_WEBP } bo_image_kind;

typedef struct bo_image_head {
    bo_image_kind kind;
    uint32_t width, height; /* pixels, before it is turned */
    unsigned turn;          /* how to turn it: EXIF's Orientation (TIFF 6.0 section 8), 1 to 8; 1: as it is */
} bo_image_head;

/* Reads the head of a JPEG, PNG or WebP. False when it is none, or is broken before its size. */
bool bo_image_look(bo_image_head *out, bo_str bytes);

typedef struct bo_image_limits {
    uint32_t side;   /* the longest side of what comes out, in pixels; 0: any */
    uint64_t pixels; /* the most that are decoded; 0: any */
} bo_image_limits;

/* Makes a large image fit, upright and without what else the file carried (its place of making, for one). An
 * image that fits, or that is of no known kind, comes out as it is: the same bytes. The result lives in the
 * arena. BO_LIMIT when it has more pixels than are decoded; BO_INVALID when it can't be decoded. */
bo_status bo_image_fit(bo_str *out, bo_str bytes, const bo_image_limits *limits, bo_arena *arena) BO_MUST_USE;

#endif
