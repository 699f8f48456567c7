/* SPDX-License-Identifier: Apache-2.0
 * Images are made and read back with libgd itself; heads also from bytes that no library would write.
 */
#include <check.h>
#include <gd.h>
#include <stdlib.h>

#include "image/image.h"

static bo_arena *arena;

static void set_up(void) {
    arena = bo_arena_new(0);
}

static void tear_down(void) {
    bo_arena_free(arena);
}

enum { RED = 0xE00000, BLUE = 0x0000E0 };

/* Blue with a red corner at the upper left, a quarter of each side. */
static bo_str make(bo_image_kind kind, int width, int height) {
    int len = 0;
    void *data = NULL;
    gdImagePtr image = gdImageCreateTrueColor(width, height);
    gdImageFilledRectangle(image, 0, 0, width, height, BLUE);
    gdImageFilledRectangle(image, 0, 0, width / 4, height / 4, RED);
    if (kind == BO_IMAGE_JPEG) data = gdImageJpegPtr(image, &len, 90);
    if (kind == BO_IMAGE_PNG) data = gdImagePngPtr(image, &len);
    if (kind == BO_IMAGE_WEBP) data = gdImageWebpPtr(image, &len);
    bo_str bytes = bo_arena_str(arena, (bo_str){data, (size_t)len});
    gdFree(data);
    gdImageDestroy(image);
    return bytes;
}

/* A JPEG whose camera was turned: an APP1 segment behind the first two bytes. */
static bo_str turned(bo_str jpeg, unsigned orientation) {
    const unsigned char exif[] = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
                                  'M',  'M',  0, 42, 0,   0,   0,   8,   0, 1,
                                  0x01, 0x12, 0, 3,  0,   0,   0,   1,   0, (unsigned char)orientation,
                                  0,    0,    0, 0,  0,   0};
    bo_str head = bo_arena_join(arena, bo_str_head(jpeg, 2), (bo_str){(const char *)exif, sizeof exif});
    return bo_arena_join(arena, head, bo_str_from(jpeg, 2));
}

static gdImagePtr decode(bo_str bytes) {
    return gdImageCreateFromJpegPtr((int)bytes.len, (void *)(uintptr_t)bytes.ptr);
}

static bool is_red(gdImagePtr image, int x, int y) {
    int color = gdImageGetPixel(image, x, y);
    return gdTrueColorGetRed(color) > 150 && gdTrueColorGetBlue(color) < 100;
}

static const bo_image_limits limits = {100, 1000000};

START_TEST(a_large_image_is_made_to_fit) {
    bo_image_head head;
    bo_str out;
    ck_assert_int_eq(bo_image_fit(&out, make((bo_image_kind)_i, 400, 200), &limits, arena), BO_OK);
    ck_assert(bo_image_look(&head, out));
    ck_assert_int_eq(head.kind, _i);
    ck_assert_uint_eq(head.width, 100);
    ck_assert_uint_eq(head.height, 50);
}
END_TEST

START_TEST(what_fits_stays_to_the_byte) {
    bo_str in = make((bo_image_kind)_i, 100, 60), out;
    ck_assert_int_eq(bo_image_fit(&out, in, &limits, arena), BO_OK);
    ck_assert(out.ptr == in.ptr && out.len == in.len);
}
END_TEST

START_TEST(what_is_no_image_stays) {
    bo_str out,
        texts[] = {
            BO_STR(""), BO_STR("RIFF"), BO_STR("\xFF\xD8\xFF"), {"\x89PNG\r\n\x1a\n", 8}, BO_STR("<svg/>")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_int_eq(bo_image_fit(&out, texts[i], &limits, arena), BO_OK);
        ck_assert(bo_str_eq(out, texts[i]));
    }
}
END_TEST

START_TEST(too_many_pixels_are_not_decoded) {
    char bomb[33] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02";
    bo_str out;
    ck_assert_int_eq(bo_image_fit(&out, (bo_str){bomb, sizeof bomb}, &limits, arena), BO_LIMIT);
}
END_TEST

START_TEST(a_damaged_image_is_refused) {
    bo_str out, in = make(BO_IMAGE_PNG, 400, 200);
    ck_assert_int_eq(bo_image_fit(&out, bo_str_head(in, 60), &limits, arena), BO_INVALID);
}
END_TEST

/* Where the red corner of a camera's image is when it is shown upright: left or right, upper or lower. */
START_TEST(a_turned_image_comes_upright) {
    static const struct {
        bool is_tall, right, low;
    } upright[] = {{0},       {0, 0, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1},
                   {1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 0, 1}};
    bo_str out;
    ck_assert_int_eq(bo_image_fit(&out, turned(make(BO_IMAGE_JPEG, 400, 200), (unsigned)_i), &limits, arena),
                     BO_OK);
    gdImagePtr image = decode(out);
    int width = gdImageSX(image), height = gdImageSY(image);
    ck_assert_int_eq(width, upright[_i].is_tall ? 50 : 100);
    ck_assert_int_eq(height, upright[_i].is_tall ? 100 : 50);
    for (int corner = 0; corner < 4; corner++) {
        bool right = corner & 1, low = corner & 2;
        bool red = is_red(image, right ? width - 4 : 3, low ? height - 4 : 3);
        ck_assert_msg(red == (right == upright[_i].right && low == upright[_i].low),
                      "orientation %d corner %d", _i, corner);
    }
    gdImageDestroy(image);
}
END_TEST

Suite *test_gd(void) {
    Suite *suite = suite_create("image");
    TCase *tests = tcase_create("image");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_large_image_is_made_to_fit, BO_IMAGE_JPEG, BO_IMAGE_WEBP + 1);
    tcase_add_loop_test(tests, what_fits_stays_to_the_byte, BO_IMAGE_JPEG, BO_IMAGE_WEBP + 1);
    tcase_add_test(tests, what_is_no_image_stays);
    tcase_add_test(tests, too_many_pixels_are_not_decoded);
    tcase_add_test(tests, a_damaged_image_is_refused);
    tcase_add_loop_test(tests, a_turned_image_comes_upright, 1, 9);
    suite_add_tcase(suite, tests);
    return suite;
}
