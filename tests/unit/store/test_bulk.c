/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/store.h"
#include "kv/kv.h"
#include "rdf/vocab.h"
#include "unit/store/folder.h"

static bo_store *store;

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static void open_store(void) {
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}));
}

static void setup(void) {
    folder_make();
    open_store();
}

static void teardown(void) {
    bo_store_close(store);
    store = NULL;
    folder_remove();
}

/* A quad out of a number: the same number, the same quad. */
static void each_quad(unsigned from, unsigned to, const bo_sink *sink) {
    for (unsigned n = from; n < to; n++) {
        char s[64], p[64], o[600], g[64];
        snprintf(s, sizeof s, "http://example.org/thing/%u", n / 7);
        snprintf(p, sizeof p, "http://example.org/has/%u", n % 7);
        snprintf(o, sizeof o, n % 3 == 0 ? "%u" : "a longer text, number %u", n * 2654435761u % 5000);
        snprintf(g, sizeof g, "http://example.org/graph/%u", n / 100);
        bo_quad quad = {bo_term_iri(bo_str_of(s)), bo_term_iri(bo_str_of(p)), bo_term_string(bo_str_of(o)),
                        bo_term_iri(bo_str_of(g))};
        if (n % 11 == 0) {
            memset(o, 'x', sizeof o - 1); /* too long for a block of terms */
            snprintf(o, 12, "%u", n), o[strlen(o)] = ' ', o[sizeof o - 1] = 0;
            quad.o.value = bo_str_of(o);
        }
        if (n % 5 == 0) quad.o.datatype = BO_STR("http://example.org/graph/0"); /* a graph's name too */
        if (n % 5 == 1) quad.o.lang = BO_STR("en-GB-oed");
        if (n % 7 == 3) quad.p = bo_term_iri(BO_RDF_TYPE);
        if (n % 13 == 0) quad.o = bo_term_blank(bo_str_of(s + 7));
        if (n < 500) quad.g = (bo_term){.kind = BO_NO_TERM};
        ck_assert_int_eq(sink->quad(sink->context, &quad), BO_OK);
    }
}

static uint64_t load(unsigned from, unsigned to) {
    bo_bulk *bulk;
    uint64_t added;
    OK(bo_bulk_begin(&bulk, store, NULL));
    bo_sink sink = bo_bulk_sink(bulk);
    each_quad(from, to, &sink);
    each_quad(from, from + (to - from) / 3, &sink); /* twice is once */
    OK(bo_bulk_end(bulk, &added));
    return added;
}

static void report(void *context, bo_str fault) {
    (*(unsigned *)context)++;
    (void)fault;
}

static unsigned faults(void) {
    unsigned count = 0;
    bo_status status = bo_store_check(store, report, &count);
    ck_assert_int_eq(status, count == 0 ? BO_OK : BO_CORRUPT);
    return count;
}

static bo_status has_quad(void *context, const bo_quad *quad) {
    (*(unsigned *)context)++;
    (void)quad;
    return BO_OK;
}

static bo_status look_for(void *context, const bo_quad *quad) {
    unsigned found = 0;
    bo_sink each = {.quad = has_quad, .context = &found};
    OK(bo_source_match(context, quad, quad->g.kind == BO_NO_TERM, &each));
    ck_assert_uint_eq(found, 1);
    return BO_OK;
}

START_TEST(what_is_loaded_is_there_once) {
    enum { FIRST = 4000, ALL = 9000 };
    ck_assert_uint_eq(load(0, FIRST), FIRST);
    ck_assert_uint_eq(faults(), 0);
    ck_assert_uint_eq(load(FIRST / 2, ALL), ALL - FIRST); /* half of it is there already */
    ck_assert_uint_eq(load(0, ALL), 0);
    bo_store_close(store);
    open_store();
    ck_assert_uint_eq(faults(), 0);
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    ck_assert_uint_eq(stats.quads, ALL);
    ck_assert_uint_eq(stats.graphs, 1 + (ALL - 500) / 100);
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena = bo_arena_new(0);
    OK(bo_txn_begin(&txn, store, BO_READ));
    OK(bo_txn_source(&source, txn, NULL, arena));
    bo_sink each = {.quad = look_for, .context = source};
    each_quad(0, ALL, &each);
    bo_txn_abort(txn);
    bo_arena_free(arena);
}
END_TEST

START_TEST(a_transaction_and_the_loader_agree) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    bo_sink sink = bo_target_sink(bo_txn_target(txn));
    each_quad(1000, 3000, &sink);
    OK(bo_txn_commit(txn, NULL, NULL));
    ck_assert_uint_eq(load(0, 4000), 2000);
    ck_assert_uint_eq(faults(), 0);
}
END_TEST

START_TEST(an_aborted_load_leaves_nothing) {
    bo_bulk *bulk;
    OK(bo_bulk_begin(&bulk, store, NULL));
    bo_sink sink = bo_bulk_sink(bulk);
    each_quad(0, 100, &sink);
    bo_bulk_abort(bulk);
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    ck_assert_uint_eq(stats.quads, 0);
}
END_TEST

/* Small chunks, on one thread and on two: many are written while others gather, and terms come again. */
START_TEST(chunks_are_written_while_others_gather) {
    enum { ALL = 6000 };
    uint64_t added;
    bo_bulk *bulk;
    OK(bo_bulk_begin(&bulk, store, &(bo_bulk_options){.chunk = 97, .one_thread = _i == 0}));
    bo_sink sink = bo_bulk_sink(bulk);
    each_quad(0, ALL, &sink);
    each_quad(ALL / 2, ALL, &sink);
    OK(bo_bulk_end(bulk, &added));
    ck_assert_uint_eq(added, ALL);
    ck_assert_uint_eq(faults(), 0);
    ck_assert_uint_eq(load(0, ALL), 0);
}
END_TEST

static bool has_note(const char *key, const char *value) {
    bo_txn *txn;
    bo_str found = BO_STR_NONE;
    OK(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_SETTING, bo_str_of(key), &found);
    bool same = status == BO_OK && bo_str_eq(found, bo_str_of(value));
    bo_txn_abort(txn);
    return value[0] == '\0' ? status == BO_NOT_FOUND : same;
}

START_TEST(a_stopped_load_keeps_what_was_sure) {
    uint64_t added;
    bo_bulk *bulk;
    OK(bo_bulk_begin(&bulk, store, NULL));
    bo_sink sink = bo_bulk_sink(bulk);
    each_quad(0, 100, &sink);
    OK(bo_bulk_note(bulk, BO_STR("first"), BO_STR("whole")));
    bo_bulk_keep(bulk);
    each_quad(100, 250, &sink);
    OK(bo_bulk_note(bulk, BO_STR("first"), BO_STR("")));
    OK(bo_bulk_note(bulk, BO_STR("second"), BO_STR("half")));
    OK(bo_bulk_stop(bulk, &added));
    ck_assert_uint_eq(added, 100);
    ck_assert_uint_eq(faults(), 0); /* no term without a use is numbered and forgotten */
    ck_assert(has_note("first", "whole"));
    ck_assert(has_note("second", ""));
}
END_TEST

START_TEST(a_note_goes_with_its_chunk) {
    bo_bulk *bulk;
    OK(bo_bulk_begin(&bulk, store, &(bo_bulk_options){.chunk = 50}));
    bo_sink sink = bo_bulk_sink(bulk);
    each_quad(0, 49, &sink);
    OK(bo_bulk_note(bulk, BO_STR("place"), BO_STR("48")));
    OK(bo_bulk_note(bulk, BO_STR("place"), BO_STR("49")));
    each_quad(49, 70, &sink);
    OK(bo_bulk_note(bulk, BO_STR("place"), BO_STR("70")));
    bo_bulk_abort(bulk); /* as if the program had been killed */
    ck_assert(has_note("place", "49"));
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    ck_assert_uint_eq(stats.quads, 50);
}
END_TEST

START_TEST(a_full_store_is_told_and_stays_whole) {
    uint64_t added = 0;
    bo_bulk *bulk;
    bo_store_close(store);
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 20}));
    OK(bo_bulk_begin(&bulk, store, &(bo_bulk_options){.chunk = 1000, .one_thread = _i == 0}));
    bo_sink sink = bo_bulk_sink(bulk);
    bo_status status = BO_OK;
    for (unsigned n = 0; n < 200000 && status == BO_OK; n++) {
        char s[64];
        snprintf(s, sizeof s, "http://example.org/thing/%u", n);
        bo_term term = bo_term_iri(bo_str_of(s));
        status = sink.quad(sink.context, &(bo_quad){term, term, term, {.kind = BO_NO_TERM}});
    }
    if (status == BO_OK)
        status = bo_bulk_end(bulk, &added);
    else
        ck_assert_int_eq(bo_bulk_stop(bulk, &added), status);
    ck_assert_int_eq(status, BO_FULL);
    ck_assert(strstr(bo_error_last()->message, "largest size") != NULL);
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    ck_assert_uint_eq(stats.quads, added);
    ck_assert_uint_eq(faults(), 0);
}
END_TEST

/* Damage done below the store's feet, one table after the other, is found. */

static void damage(const char *table, void (*how)(bo_kv_txn *txn)) {
    bo_kv *kv;
    bo_kv_txn *txn;
    bo_store_close(store);
    store = NULL;
    const char *names[] = {table};
    OK(bo_kv_open(&kv, folder_path,
                  &(bo_kv_options){.size_cap = 1 << 28, .tables = names, .table_count = 1}));
    OK(bo_kv_begin_write(&txn, kv));
    how(txn);
    OK(bo_kv_commit(txn));
    bo_kv_close(kv);
    open_store();
}

static void change_middle(bo_kv_txn *txn, bool drop) {
    bo_kv_cursor *cursor;
    bo_str key, value;
    uint64_t entries;
    char k[600];
    static char v[1 << 16];
    OK(bo_kv_count(txn, 0, &entries));
    OK(bo_kv_cursor_open(&cursor, txn, 0));
    OK(bo_kv_first(cursor, &key, &value));
    for (uint64_t i = 0; i < entries / 2; i++) OK(bo_kv_next(cursor, &key, &value));
    memcpy(k, key.ptr, key.len), memcpy(v, value.ptr, value.len);
    v[value.len / 4] ^= 0x10;
    if (drop)
        OK(bo_kv_cursor_del(cursor));
    else
        OK(bo_kv_put(txn, 0, (bo_str){k, key.len}, (bo_str){v, value.len}));
    bo_kv_cursor_close(cursor);
}

static void drop_entry(bo_kv_txn *txn) {
    change_middle(txn, true);
}
static void flip_bit(bo_kv_txn *txn) {
    change_middle(txn, false);
}

static const char *const damaged_tables[] = {"spog", "psog", "posg",  "ospg",      "gspo",  "iri", "literal",
                                             "long", "hash", "graph", "predicate", "class", "blob"};

static void put_blob(void) {
    static char bytes[200000];
    unsigned char digest[32];
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(bo_blob_put(txn, digest, (bo_str){bytes, sizeof bytes}));
    OK(bo_txn_commit(txn, NULL, NULL));
}

START_TEST(damage_is_found) {
    load(0, 5000);
    put_blob();
    ck_assert_uint_eq(faults(), 0);
    damage(damaged_tables[_i / 2], _i % 2 ? drop_entry : flip_bit);
    ck_assert_uint_gt(faults(), 0);
}
END_TEST

Suite *test_bulk(void) {
    Suite *suite = suite_create("store/bulk and check");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, what_is_loaded_is_there_once);
    tcase_add_test(all, a_transaction_and_the_loader_agree);
    tcase_add_test(all, an_aborted_load_leaves_nothing);
    tcase_add_loop_test(all, chunks_are_written_while_others_gather, 0, 2);
    tcase_add_test(all, a_stopped_load_keeps_what_was_sure);
    tcase_add_test(all, a_note_goes_with_its_chunk);
    tcase_add_loop_test(all, a_full_store_is_told_and_stays_whole, 0, 2);
    tcase_add_loop_test(all, damage_is_found, 0, 2 * (int)(sizeof damaged_tables / sizeof damaged_tables[0]));
    suite_add_tcase(suite, all);
    return suite;
}
