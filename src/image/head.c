/* SPDX-License-Identifier: Apache-2.0
 * Kind, size and orientation of an image, from its first bytes: JPEG (ITU T.81 annex B, Exif 2.32
 * section 4.5), PNG (section 11.2.2), WebP (RFC 9649 section 2).
 */
#include "image/image.h"

static uint32_t number(bo_str s, size_t at, unsigned bytes, bool little) {
    uint32_t n = 0;
    if (at + bytes > s.len) return 0;
    for (unsigned i = 0; i < bytes; i++) n = n << 8 | (unsigned char)s.ptr[at + (little ? bytes - 1 - i : i)];
    return n;
}

static bool look_at_png(bo_image_head *out, bo_str s) {
    if (!bo_str_eq(bo_str_head(bo_str_from(s, 12), 4), BO_STR("IHDR"))) return false;
    *out = (bo_image_head){BO_IMAGE_PNG, number(s, 16, 4, false), number(s, 20, 4, false), 1};
    return true;
}

static bool look_at_webp(bo_image_head *out, bo_str s) {
    bo_str chunk = bo_str_head(bo_str_from(s, 12), 4);
    uint32_t bits = number(s, 21, 4, true);
    *out = (bo_image_head){.kind = BO_IMAGE_WEBP, .turn = 1};
    if (bo_str_eq(chunk, BO_STR("VP8 "))) {
        out->width = number(s, 26, 2, true) & 0x3FFF;
        out->height = number(s, 28, 2, true) & 0x3FFF;
    } else if (bo_str_eq(chunk, BO_STR("VP8L"))) {
        out->width = (bits & 0x3FFF) + 1;
        out->height = (bits >> 14 & 0x3FFF) + 1;
    } else if (bo_str_eq(chunk, BO_STR("VP8X"))) {
        out->width = number(s, 24, 3, true) + 1;
        out->height = number(s, 27, 3, true) + 1;
    }
    return out->width > 0;
}

/* The tag Orientation of the first directory of an APP1 segment's TIFF data. */
static unsigned orientation(bo_str segment) {
    enum { ORIENTATION = 0x0112, ENTRY = 12 };
    bo_str tiff = bo_str_from(segment, 6);
    if (!bo_str_starts(segment, (bo_str){"Exif\0\0", 6}) || tiff.len < 8) return 1;
    bool little = tiff.ptr[0] == 'I';
    size_t at = number(tiff, 4, 4, little), count = number(tiff, at, 2, little);
    for (size_t i = 0; i < count; i++) {
        size_t entry = at + 2 + i * ENTRY;
        if (number(tiff, entry, 2, little) != ORIENTATION) continue;
        unsigned turn = number(tiff, entry + 8, 2, little);
        return turn >= 1 && turn <= 8 ? turn : 1;
    }
    return 1;
}

/* A start of frame: all of C0 to CF but the tables C4, C8 and CC. */
static bool starts_frame(unsigned marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static bool look_at_jpeg(bo_image_head *out, bo_str s) {
    *out = (bo_image_head){.kind = BO_IMAGE_JPEG, .turn = 1};
    for (size_t at = 2; at + 4 <= s.len;) {
        unsigned marker = number(s, at, 2, false) & 0xFF, len = number(s, at + 2, 2, false);
        if ((unsigned char)s.ptr[at] != 0xFF || len < 2) return false;
        if (marker == 0xE1 && out->turn == 1)
            out->turn = orientation(bo_str_head(bo_str_from(s, at + 4), len - 2));
        if (starts_frame(marker)) {
            out->height = number(s, at + 5, 2, false);
            out->width = number(s, at + 7, 2, false);
            return out->width > 0 && out->height > 0;
        }
        at += 2 + len;
    }
    return false;
}

bool bo_image_look(bo_image_head *out, bo_str s) {
    static const struct {
        bo_str magic;
        bool (*look)(bo_image_head *out, bo_str s);
    } kinds[] = {{{"\x89PNG\r\n\x1a\n", 8}, look_at_png},
                 {{"\xFF\xD8\xFF", 3}, look_at_jpeg},
                 {{"RIFF", 4}, look_at_webp}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bo_str_starts(s, kinds[i].magic)) return kinds[i].look(out, s);
    return false;
}
