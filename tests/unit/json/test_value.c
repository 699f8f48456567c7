/* SPDX-License-Identifier: Apache-2.0
 * Objects of many members, which have an index: they behave as small ones do.
 */
#include "bocage/json.h"

#include <check.h>

enum { MANY = 1000 };

static bo_str key_of(bo_arena *arena, int n) {
    return bo_arena_printf(arena, "key %d", n);
}

START_TEST(many_members_are_found_set_and_taken_out) {
    bo_arena *arena = bo_arena_new(0);
    bo_json *object = bo_json_new(arena, BO_JSON_OBJECT);
    for (int n = 0; n < MANY; n++) {
        bo_json *value = bo_json_new_number(arena, bo_arena_printf(arena, "%d", n));
        ck_assert(n % 2 ? bo_json_set(arena, object, key_of(arena, n), value) != NULL
                        : bo_json_add(arena, object, key_of(arena, n), value) != NULL);
        ck_assert_ptr_eq(bo_json_get(object, key_of(arena, n)), value);
        ck_assert_ptr_null(bo_json_get(object, key_of(arena, n + 1)));
    }
    ck_assert_uint_eq(object->len, MANY);
    for (int n = 0; n < MANY; n++) {
        int64_t number;
        ck_assert(bo_json_integer(&number, bo_json_get(object, key_of(arena, n))) && number == n);
        bo_json_set(arena, object, key_of(arena, n), bo_json_new_bool(arena, true));
    }
    ck_assert_uint_eq(object->len, MANY);
    ck_assert(bo_json_eq(object, bo_json_copy(arena, object)));
    for (int n = 0; n < MANY; n += 3) ck_assert(bo_json_unset(object, key_of(arena, n)));
    ck_assert(!bo_json_unset(object, key_of(arena, 0)));
    for (int n = 0; n < MANY; n++)
        ck_assert(bo_json_is(bo_json_get(object, key_of(arena, n)), BO_JSON_TRUE) == (n % 3 != 0));
    for (int n = MANY; n < 2 * MANY; n++)
        bo_json_add(arena, object, key_of(arena, n), bo_json_new(arena, BO_JSON_NULL));
    ck_assert_ptr_nonnull(bo_json_get(object, key_of(arena, 2 * MANY - 1)));
    bo_arena_free(arena);
}
END_TEST

Suite *test_value(void) {
    Suite *suite = suite_create("json/value");
    TCase *all = tcase_create("all");
    tcase_add_test(all, many_members_are_found_set_and_taken_out);
    suite_add_tcase(suite, all);
    return suite;
}
