/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bocage/json.h"
#include "ldp/resource.h"
#include "rdf/vocab.h"
#include "web/piece.h"

enum { MEMBERS = 300 };

static bo_arena *arena;
static bo_store *store;
static bo_cache *cache;
static char folder[64];

static bo_status put_within(bo_txn *txn, const char *iri, const char *container, const char *turtle) {
    bool created;
    bo_graph *content;
    bo_ldp_body body = {.iri = bo_str_of(iri),
                        .media_type = BO_STR("text/turtle"),
                        .bytes = bo_str_of(turtle),
                        .is_new = true};
    ck_assert_int_eq(bo_graph_new(&content), BO_OK);
    ck_assert_int_eq(bo_ldp_read(content, &body, arena), BO_OK);
    bo_ldp_write write = {.iri = bo_str_of(iri),
                          .container = bo_str_of(container),
                          .content = content,
                          .now_ms = 1000,
                          .is_container = strstr(turtle, "Container") != NULL};
    bo_status status = bo_ldp_put(txn, &write, &created, arena);
    bo_graph_free(content);
    return status;
}

static void put(const char *iri, const char *container, const char *turtle) {
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    ck_assert_int_eq(put_within(txn, iri, container, turtle), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
}

static void set_up(void) {
    bo_txn *txn;
    char iri[32];
    arena = bo_arena_new(0);
    memcpy(folder, "/tmp/bocage-web-XXXXXX", 23);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_cache_new(&cache, 4 << 20), BO_OK);
    put("http://h/", "", "<> a <http://www.w3.org/ns/ldp#Container> .");
    put("http://h/c", "http://h/", "<> a <http://www.w3.org/ns/ldp#Container> .");
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(iri, sizeof iri, "http://h/c/m%d", i);
        ck_assert_int_eq(
            put_within(txn, iri, "http://h/c", "<> a <http://t/T> ; <http://t/p> [ <http://t/q> 1 ] ."),
            BO_OK);
    }
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
}

static void tear_down(void) {
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char path[96];
    bo_store_close(store);
    bo_cache_free(cache);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    bo_arena_free(arena);
}

/* What was written, as a JSON array, and how much of it was rendered for it. `hidden`: may be NULL. */
static bo_json *members(size_t *rendered, const char *hidden, bo_format format) {
    bo_txn *txn;
    bo_text out;
    bo_json *array = NULL;
    bo_graph_set *readable = NULL;
    bo_str name = bo_str_of(hidden != NULL ? hidden : "");
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    if (hidden != NULL) ck_assert_int_eq(bo_graph_set_new(&readable, txn, true, &name, 1, arena), BO_OK);
    bo_pieces pieces = {.cache = cache,
                        .store = store,
                        .txn = txn,
                        .readable = readable,
                        .container = BO_STR("http://h/c"),
                        .format = format,
                        .options = {.jsonld_context = BO_STR("{\"t\":\"http://t/\"}")}};
    bo_text_init(&out, 0);
    bo_text_char(&out, '[');
    ck_assert_int_eq(bo_pieces_write(&pieces, &out, arena), BO_OK);
    bo_text_char(&out, ']');
    if (format == BO_JSONLD)
        ck_assert_int_eq(bo_json_parse(&array, bo_arena_str(arena, bo_text_str(&out)), NULL, arena), BO_OK);
    *rendered = pieces.rendered;
    bo_text_done(&out);
    bo_txn_abort(txn);
    return array;
}

static uint64_t sum(const char *hidden) {
    bo_txn *txn;
    uint64_t out;
    bo_graph_set *readable = NULL;
    bo_str name = bo_str_of(hidden != NULL ? hidden : "");
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    if (hidden != NULL) ck_assert_int_eq(bo_graph_set_new(&readable, txn, true, &name, 1, arena), BO_OK);
    bo_pieces pieces = {
        .cache = cache, .store = store, .txn = txn, .readable = readable, .container = BO_STR("http://h/c")};
    ck_assert_int_eq(bo_pieces_sum(&pieces, &out, arena), BO_OK);
    bo_txn_abort(txn);
    return out;
}

START_TEST(a_member_is_rendered_again_when_it_has_changed) {
    size_t rendered;
    ck_assert_uint_eq(members(&rendered, NULL, BO_JSONLD)->len, MEMBERS);
    ck_assert_uint_eq(rendered, MEMBERS);
    ck_assert_uint_eq(members(&rendered, NULL, BO_JSONLD)->len, MEMBERS);
    ck_assert_uint_eq(rendered, 0);
    uint64_t before = sum(NULL);
    put("http://h/c/m7", "http://h/c", "<> a <http://t/Other> .");
    bo_json *array = members(&rendered, NULL, BO_JSONLD);
    ck_assert_uint_eq(rendered, 1);
    ck_assert_uint_eq(array->len, MEMBERS);
    unsigned others = 0;
    for (uint32_t i = 0; i < array->len; i++)
        others += bo_str_eq(bo_json_get_string(array->items[i], BO_STR("@type")), BO_STR("t:Other"));
    ck_assert_uint_eq(others, 1);
    ck_assert_uint_ne(sum(NULL), before);
    put("http://h/c/new", "http://h/c", "<> a <http://t/T> .");
    ck_assert_uint_eq(members(&rendered, NULL, BO_JSONLD)->len, MEMBERS + 1);
    ck_assert_uint_eq(rendered, 1);
    members(&rendered, NULL, BO_TURTLE);
    ck_assert_uint_eq(rendered, MEMBERS + 1);
    members(&rendered, NULL, BO_TURTLE);
    ck_assert_uint_eq(rendered, 0);
}
END_TEST

START_TEST(what_is_hidden_stays_hidden_though_it_is_kept) {
    size_t rendered;
    members(&rendered, NULL, BO_JSONLD);
    bo_json *array = members(&rendered, "http://h/c/m3", BO_JSONLD);
    ck_assert_uint_eq(rendered, 0);
    ck_assert_uint_eq(array->len, MEMBERS - 1);
    for (uint32_t i = 0; i < array->len; i++)
        ck_assert(!bo_str_eq(bo_json_get_string(array->items[i], BO_STR("@id")), BO_STR("http://h/c/m3")));
    ck_assert_uint_ne(sum(NULL), sum("http://h/c/m3"));
    ck_assert_uint_ne(sum("http://h/c/m4"), sum("http://h/c/m3"));
}
END_TEST

START_TEST(what_is_gone_is_not_shown) {
    size_t rendered;
    bo_txn *txn;
    members(&rendered, NULL, BO_JSONLD);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c/m5"), 5, arena), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
    ck_assert_uint_eq(members(&rendered, NULL, BO_JSONLD)->len, MEMBERS - 1);
    ck_assert_uint_eq(rendered, 0);
}
END_TEST

START_TEST(a_piece_is_one_object) {
    size_t rendered;
    put("http://h/c/m0", "http://h/c",
        "<> a <http://t/T> ; <http://t/p> <#a>, <#b> . <#a> <http://t/q> <#b> . <#b> <http://t/q> 1 .");
    bo_json *array = members(&rendered, NULL, BO_JSONLD);
    ck_assert_uint_eq(array->len, MEMBERS);
    for (uint32_t i = 0; i < array->len; i++) {
        ck_assert(bo_str_starts(bo_json_get_string(array->items[i], BO_STR("@id")), BO_STR("http://h/c/m")));
        ck_assert_ptr_null(bo_json_get(array->items[i], BO_STR("@context")));
    }
}
END_TEST

START_TEST(without_room_all_is_rendered_each_time) {
    size_t rendered;
    bo_cache_free(cache);
    ck_assert_int_eq(bo_cache_new(&cache, 0), BO_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(members(&rendered, NULL, BO_JSONLD)->len, MEMBERS);
        ck_assert_uint_eq(rendered, MEMBERS);
    }
}
END_TEST

Suite *test_piece(void) {
    Suite *suite = suite_create("web/piece");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, a_member_is_rendered_again_when_it_has_changed);
    tcase_add_test(all, what_is_hidden_stays_hidden_though_it_is_kept);
    tcase_add_test(all, what_is_gone_is_not_shown);
    tcase_add_test(all, a_piece_is_one_object);
    tcase_add_test(all, without_room_all_is_rendered_each_time);
    suite_add_tcase(suite, all);
    return suite;
}
