/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/store/folder.h"
#include "web/cache.h"

static bo_store *store;
static bo_arena *arena;
static bo_cache *cache;

enum { BODY = 1000, ROOM = 20 * BODY, ALL = 200 };

static void set_up(void) {
    folder_make();
    arena = bo_arena_new(0);
    ck_assert_int_eq(bo_store_open(&store, folder_path, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_cache_new(&cache, ROOM), BO_OK);
}

static void tear_down(void) {
    bo_cache_free(cache);
    bo_store_close(store);
    bo_arena_free(arena);
    folder_remove();
}

static bo_str key_of(char room[32], unsigned n) {
    snprintf(room, 32, "GET /resource/%u", n);
    return bo_str_of(room);
}

static void keep(bo_str key, const bo_basis *basis) {
    static char text[BODY];
    bo_http_response response = {.status = 200, .body = {text, BODY}};
    bo_headers_init(&response.headers, arena);
    bo_cache_put(cache, key, BO_STR("\"1\""), &response, basis);
}

static bool is_kept(bo_str key) {
    const bo_cached *found = bo_cache_get(cache, key, store);
    if (found == NULL) return false;
    ck_assert_uint_eq(found->body.len, BODY);
    bo_cache_release((void *)(uintptr_t)found);
    return true;
}

START_TEST(the_cache_keeps_to_its_size_and_forgets_the_oldest) {
    char room[32];
    unsigned kept = 0;
    for (unsigned n = 0; n < ALL; n++) keep(key_of(room, n), &(bo_basis){0});
    for (unsigned n = 0; n < ALL; n++) kept += is_kept(key_of(room, n));
    ck_assert_uint_ge(kept, 5);
    ck_assert_uint_le(kept, ROOM / BODY);
    ck_assert(!is_kept(key_of(room, 0)));
    ck_assert(is_kept(key_of(room, ALL - 1)));
}
END_TEST

START_TEST(an_answer_is_given_until_what_it_rests_on_changes) {
    bo_txn *txn;
    bo_basis basis = {.since = bo_store_generation(store)};
    bo_basis_add(&basis, bo_watch_row(BO_TABLE_KEY, BO_STR("a")));
    keep(BO_STR("one"), &basis);
    for (int i = 0; i < 2; i++) {
        ck_assert(is_kept(BO_STR("one")));
        ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
        ck_assert_int_eq(bo_row_put(txn, BO_TABLE_KEY, i == 0 ? BO_STR("b") : BO_STR("a"), BO_STR("x")),
                         BO_OK);
        ck_assert_int_eq(bo_txn_commit(txn, NULL, NULL), BO_OK);
    }
    ck_assert(!is_kept(BO_STR("one")));
}
END_TEST

static int dropped;
static void drop(void *form) {
    dropped += form == &dropped;
}

START_TEST(what_a_server_has_made_goes_with_the_answer) {
    keep(BO_STR("one"), &(bo_basis){0});
    const bo_cached *found = bo_cache_get(cache, BO_STR("one"), store);
    ck_assert_ptr_nonnull(found);
    ck_assert_ptr_ne(found->made, found->made_304);
    found->made->drop = drop;
    atomic_store(&found->made->form, &dropped);
    keep(BO_STR("one"), &(bo_basis){0}); /* takes its place; but somebody still sends it */
    ck_assert_int_eq(dropped, 0);
    bo_cache_release((void *)(uintptr_t)found);
    ck_assert_int_eq(dropped, 1);
}
END_TEST

Suite *test_cache(void) {
    Suite *suite = suite_create("web/cache");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, the_cache_keeps_to_its_size_and_forgets_the_oldest);
    tcase_add_test(all, an_answer_is_given_until_what_it_rests_on_changes);
    tcase_add_test(all, what_a_server_has_made_goes_with_the_answer);
    suite_add_tcase(suite, all);
    return suite;
}
