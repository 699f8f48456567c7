/* SPDX-License-Identifier: Apache-2.0
 * Files that come from elsewhere; those that are uploaded are tested over HTTP (tests/wire/files.py).
 */
#include "ldp/file.h"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "rdf/vocab.h"

#define FILE_IRI BO_STR("http://h/files/a.txt")

static bo_arena *arena;
static bo_store *store;
static bo_txn *txn;
static char folder[64];

static void setup(void) {
    arena = bo_arena_new(0);
    memcpy(folder, "/tmp/bocage-file-XXXXXX", 24);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
}

static void teardown(void) {
    static const char *const files[] = {"/data.mdb", "/lock.mdb"};
    bo_txn_abort(txn);
    bo_store_close(store);
    for (size_t i = 0; i < 2; i++) unlink(bo_arena_join(arena, bo_str_of(folder), bo_str_of(files[i])).ptr);
    rmdir(folder);
    bo_arena_free(arena);
}

static bo_status adopt_as(bo_ldp_kind kind) {
    bo_graph *content;
    bo_ldp_record record = {.kind = kind, .container = BO_STR("http://h/files")};
    bo_quad type = {bo_term_iri(FILE_IRI), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_SEMAPPS_FILE), {0}};
    ck_assert_int_eq(bo_graph_new(&content), BO_OK);
    ck_assert_int_eq(bo_graph_add(content, &type), BO_OK);
    bo_status status =
        bo_ldp_adopt(txn, FILE_IRI, &record, kind == BO_KIND_TOMBSTONE ? NULL : content, arena);
    bo_graph_free(content);
    return status;
}

static bo_status adopt_bytes(const char *bytes, bool replaces) {
    bo_ldp_file file = {bo_str_of(bytes), BO_STR("text/plain")};
    return bo_ldp_file_adopt(txn, FILE_IRI, &file, replaces, arena);
}

static void is_kept(const char *bytes) {
    bo_ldp_record record;
    bo_str found;
    ck_assert_int_eq(bo_ldp_find(txn, &record, FILE_IRI, arena), BO_OK);
    ck_assert_int_eq(bo_ldp_file_read(txn, &found, &record, arena), BO_OK);
    ck_assert(bo_str_eq(found, bo_str_of(bytes)) && record.size == strlen(bytes));
    ck_assert(bo_str_eq(record.media_type, BO_STR("text/plain")));
}

START_TEST(bytes_come_once) {
    ck_assert_int_eq(adopt_bytes("un", false), BO_NOT_FOUND);
    ck_assert_int_eq(adopt_as(BO_KIND_RESOURCE), BO_OK);
    ck_assert_int_eq(adopt_bytes("un", false), BO_OK);
    is_kept("un");
    ck_assert_int_eq(adopt_bytes("un", false), BO_EXISTS);
    ck_assert_int_eq(adopt_bytes("deux", false), BO_CONFLICT);
    is_kept("un");
    ck_assert_int_eq(adopt_bytes("deux", true), BO_OK);
    is_kept("deux");
}
END_TEST

START_TEST(what_is_taken_over_again_keeps_its_bytes) {
    bo_ldp_record record;
    ck_assert_int_eq(adopt_as(BO_KIND_RESOURCE), BO_OK);
    ck_assert_int_eq(adopt_bytes("un", false), BO_OK);
    ck_assert_int_eq(adopt_as(BO_KIND_RESOURCE), BO_OK);
    is_kept("un");
    ck_assert_int_eq(adopt_as(BO_KIND_TOMBSTONE), BO_OK);
    ck_assert_int_eq(bo_ldp_find(txn, &record, FILE_IRI, arena), BO_OK);
    ck_assert_uint_eq(record.blob.len, 0);
}
END_TEST

START_TEST(a_name_tells_the_media_type) {
    static const char *const names[][2] = {{"photo.JPG", "image/jpeg"},
                                           {"a.b.png", "image/png"},
                                           {"plan.geojson", "application/geo+json"},
                                           {"png", "application/octet-stream"},
                                           {"x.", "application/octet-stream"},
                                           {"", "application/octet-stream"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(bo_str_eq(bo_ldp_file_type(bo_str_of(names[i][0])), bo_str_of(names[i][1])), "%s",
                      names[i][0]);
}
END_TEST

Suite *test_file(void) {
    Suite *suite = suite_create("file");
    TCase *one = tcase_create("all");
    tcase_add_checked_fixture(one, setup, teardown);
    tcase_add_test(one, bytes_come_once);
    tcase_add_test(one, what_is_taken_over_again_keeps_its_bytes);
    tcase_add_test(one, a_name_tells_the_media_type);
    suite_add_tcase(suite, one);
    return suite;
}
