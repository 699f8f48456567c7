/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "web/cache.h"

static bo_str key_of(char room[32], unsigned n) {
    snprintf(room, 32, "GET /resource/%u", n);
    return bo_str_of(room);
}

START_TEST(the_cache_keeps_to_its_size_and_forgets_the_oldest) {
    enum { BODY = 1000, ROOM = 20 * BODY, ALL = 200 };
    static char text[BODY];
    char room[32];
    bo_cache *cache;
    bo_arena *arena = bo_arena_new(0);
    bo_http_response response = {.status = 200, .body = {text, BODY}};
    bo_headers_init(&response.headers, arena);
    ck_assert_int_eq(bo_cache_new(&cache, ROOM), BO_OK);
    unsigned kept = 0;
    for (unsigned n = 0; n < ALL; n++) bo_cache_put(cache, key_of(room, n), BO_STR("\"1\""), &response, 7);
    for (unsigned n = 0; n < ALL; n++) {
        const bo_cached *found = bo_cache_get(cache, key_of(room, n), 7);
        if (found == NULL) continue;
        kept++;
        ck_assert_uint_eq(found->body.len, BODY);
        bo_cache_release((void *)(uintptr_t)found);
    }
    ck_assert_uint_ge(kept, 5);
    ck_assert_uint_le(kept, ROOM / BODY);
    ck_assert_ptr_null(bo_cache_get(cache, key_of(room, 0), 7));
    const bo_cached *last = bo_cache_get(cache, key_of(room, ALL - 1), 7);
    ck_assert_ptr_nonnull(last);
    bo_cache_release((void *)(uintptr_t)last);
    ck_assert_ptr_null(
        bo_cache_get(cache, key_of(room, ALL - 1), 8)); /* made for another state of the store */
    bo_cache_free(cache);
    bo_arena_free(arena);
}
END_TEST

Suite *test_cache(void) {
    Suite *suite = suite_create("web/cache");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_cache_keeps_to_its_size_and_forgets_the_oldest);
    suite_add_tcase(suite, all);
    return suite;
}
