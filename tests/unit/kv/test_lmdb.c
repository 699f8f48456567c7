/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "kv/kv.h"

static char folder[64];
static const char *const names[] = {"a", "b"};
static bo_kv *kv;

static bo_status reopen(uint64_t cap) {
    bo_kv_close(kv);
    kv = NULL;
    return bo_kv_open(
        &kv, folder,
        &(bo_kv_options){.create = true, .size_cap = cap ? cap : 1 << 28, .tables = names, .table_count = 2});
}

static void setup(void) {
    snprintf(folder, sizeof folder, "/tmp/bocage-kv-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(reopen(0), BO_OK);
}

static void teardown(void) {
    bo_kv_close(kv);
    kv = NULL;
    char name[96];
    snprintf(name, sizeof name, "%s/data.mdb", folder), unlink(name);
    snprintf(name, sizeof name, "%s/lock.mdb", folder), unlink(name);
    rmdir(folder);
}

#define OK(call) ck_assert_int_eq((call), BO_OK)

static uint64_t number_at(bo_kv_txn *txn, bo_kv_table table, const char *key) {
    bo_str value;
    uint64_t n = 0;
    bo_status status = bo_kv_get(txn, table, bo_str_of(key), &value);
    if (status == BO_NOT_FOUND) return 0;
    OK(status);
    ck_assert_uint_eq(value.len, sizeof n);
    memcpy(&n, value.ptr, sizeof n);
    return n;
}

static void put_number(bo_kv_txn *txn, bo_kv_table table, const char *key, uint64_t n) {
    OK(bo_kv_put(txn, table, bo_str_of(key), (bo_str){(const char *)&n, sizeof n}));
}

START_TEST(a_reader_says_that_tables_of_a_later_version_are_missing) {
    static const char *const later[] = {"a", "b", "c"};
    bo_kv_close(kv);
    ck_assert_int_eq(
        bo_kv_open(&kv, folder, &(bo_kv_options){.read_only = true, .tables = later, .table_count = 3}),
        BO_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "opened for writing"));
    kv = NULL;
    OK(bo_kv_open(&kv, folder,
                  &(bo_kv_options){.create = true, .size_cap = 1 << 28, .tables = later, .table_count = 3}));
    OK(reopen(0));
}
END_TEST

START_TEST(what_is_committed_stays_and_what_is_aborted_does_not) {
    bo_kv_txn *txn;
    OK(bo_kv_begin_write(&txn, kv));
    put_number(txn, 0, "one", 1);
    ck_assert_uint_eq(number_at(txn, 0, "one"), 1);
    OK(bo_kv_commit(txn));
    OK(bo_kv_begin_write(&txn, kv));
    put_number(txn, 0, "one", 2);
    put_number(txn, 1, "two", 2);
    bo_kv_abort(txn);
    uint64_t generation = bo_kv_generation(kv, NULL);
    OK(reopen(0));
    ck_assert_uint_eq(bo_kv_generation(kv, NULL), generation);
    OK(bo_kv_begin_read(&txn, kv));
    ck_assert_uint_eq(number_at(txn, 0, "one"), 1);
    ck_assert_uint_eq(number_at(txn, 1, "two"), 0);
    bo_kv_abort(txn);
    bo_kv_close(kv);
    kv = NULL;
    ck_assert_int_eq(
        bo_kv_open(&kv, "/tmp/bocage-kv-none", &(bo_kv_options){.tables = names, .table_count = 2}),
        BO_NOT_FOUND);
}
END_TEST

START_TEST(a_reader_keeps_its_snapshot) {
    bo_kv_txn *reader, *writer;
    OK(bo_kv_begin_read(&reader, kv));
    OK(bo_kv_begin_write(&writer, kv));
    put_number(writer, 0, "k", 7);
    OK(bo_kv_commit(writer));
    ck_assert_uint_eq(number_at(reader, 0, "k"), 0);
    bo_kv_abort(reader);
    OK(bo_kv_begin_read(&reader, kv)); /* the same slot, renewed */
    ck_assert_uint_eq(number_at(reader, 0, "k"), 7);
    OK(bo_kv_commit(reader));
}
END_TEST

START_TEST(cursors_move_by_bytes) {
    bo_kv_txn *txn;
    bo_kv_cursor *cursor;
    bo_str key, value;
    OK(bo_kv_begin_write(&txn, kv));
    const char *keys[] = {"b", "d", "dd", "f"};
    for (int i = 0; i < 4; i++) put_number(txn, 0, keys[i], (uint64_t)i);
    uint64_t entries;
    OK(bo_kv_count(txn, 0, &entries));
    ck_assert_uint_eq(entries, 4);
    OK(bo_kv_cursor_open(&cursor, txn, 0));
    OK(bo_kv_seek(cursor, BO_STR("c"), &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("d")));
    OK(bo_kv_next(cursor, &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("dd")));
    OK(bo_kv_seek(cursor, BO_STR(""), &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("b")));
    ck_assert_int_eq(bo_kv_prev(cursor, &key, &value), BO_NOT_FOUND);
    ck_assert_int_eq(bo_kv_seek(cursor, BO_STR("g"), &key, &value), BO_NOT_FOUND);
    OK(bo_kv_seek_before(cursor, BO_STR("g"), &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("f")));
    OK(bo_kv_seek_before(cursor, BO_STR("dd"), &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("dd")));
    OK(bo_kv_seek_before(cursor, BO_STR("dc"), &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("d")));
    ck_assert_int_eq(bo_kv_seek_before(cursor, BO_STR("a"), &key, &value), BO_NOT_FOUND);
    OK(bo_kv_first(cursor, &key, &value));
    OK(bo_kv_cursor_del(cursor));
    OK(bo_kv_last(cursor, &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("f")));
    OK(bo_kv_first(cursor, &key, &value));
    ck_assert(bo_str_eq(key, BO_STR("d")));
    bo_kv_cursor_close(cursor);
    ck_assert_int_eq(bo_kv_del(txn, 0, BO_STR("b")), BO_NOT_FOUND);
    OK(bo_kv_clear(txn, 0));
    OK(bo_kv_count(txn, 0, &entries));
    ck_assert_uint_eq(entries, 0);
    void *room;
    OK(bo_kv_reserve(txn, 0, BO_STR("z"), 3, &room));
    memcpy(room, "xyz", 3);
    OK(bo_kv_commit(txn));
    OK(bo_kv_begin_read(&txn, kv));
    OK(bo_kv_get(txn, 0, BO_STR("z"), &value));
    ck_assert(bo_str_eq(value, BO_STR("xyz")));
    bo_kv_abort(txn);
}
END_TEST

START_TEST(a_key_that_does_not_fit_fails_its_transaction) {
    char long_key[BO_KV_KEY_MAX + 1];
    memset(long_key, 'k', sizeof long_key);
    bo_kv_txn *txn;
    OK(bo_kv_begin_write(&txn, kv));
    put_number(txn, 0, "one", 1);
    ck_assert_int_eq(bo_kv_put(txn, 0, (bo_str){long_key, sizeof long_key}, BO_STR("v")), BO_BAD_ARGUMENT);
    ck_assert_int_eq(bo_kv_commit(txn), BO_BAD_ARGUMENT);
    OK(bo_kv_begin_read(&txn, kv));
    ck_assert_uint_eq(number_at(txn, 0, "one"), 0);
    bo_kv_abort(txn);
}
END_TEST

START_TEST(a_full_store_says_so_and_stays_usable) {
    OK(reopen(1 << 20));
    static char big[64 << 10];
    bo_status status = BO_OK;
    int kept = 0;
    while (status == BO_OK && kept < 100) {
        bo_kv_txn *txn;
        OK(bo_kv_begin_write(&txn, kv));
        char key[16];
        snprintf(key, sizeof key, "%d", kept);
        status = bo_kv_put(txn, 0, bo_str_of(key), (bo_str){big, sizeof big});
        bo_status end = bo_kv_commit(txn);
        if (status == BO_OK) status = end;
        if (status == BO_OK) kept++;
    }
    ck_assert_int_eq(status, BO_FULL);
    ck_assert_int_gt(kept, 4);
    bo_kv_txn *txn;
    uint64_t entries;
    OK(bo_kv_begin_read(&txn, kv));
    OK(bo_kv_count(txn, 0, &entries));
    ck_assert_uint_eq(entries, (uint64_t)kept);
    bo_kv_abort(txn);
    OK(reopen(1 << 22));
    OK(bo_kv_begin_write(&txn, kv));
    OK(bo_kv_put(txn, 0, BO_STR("more"), (bo_str){big, sizeof big}));
    OK(bo_kv_commit(txn));
}
END_TEST

/* Writers add to two counters that must stay equal; some abort in the middle, some fail. */
enum { THREADS = 8, ROUNDS = 60 };

typedef struct job {
    unsigned seed;
    uint64_t committed;
} job;

static void *write_much(void *context) {
    job *job = context;
    for (int i = 0; i < ROUNDS; i++) {
        bo_kv_txn *txn;
        OK(bo_kv_begin_write(&txn, kv));
        put_number(txn, 0, "left", number_at(txn, 0, "left") + 1);
        int way = rand_r(&job->seed) % 5;
        if (way == 0) {
            bo_kv_abort(txn);
            continue;
        }
        if (way == 1) {
            ck_assert_int_eq(bo_kv_put(txn, 0, BO_STR(""), BO_STR("no key")), BO_BAD_ARGUMENT);
            ck_assert_int_eq(bo_kv_commit(txn), BO_BAD_ARGUMENT);
            continue;
        }
        put_number(txn, 1, "right", number_at(txn, 1, "right") + 1);
        char key[32];
        snprintf(key, sizeof key, "%u/%d", job->seed, i);
        put_number(txn, 1, key, 1);
        OK(bo_kv_commit(txn));
        job->committed++;
        bo_kv_txn *reader;
        OK(bo_kv_begin_read(&reader, kv)); /* what was acknowledged is seen */
        ck_assert_uint_eq(number_at(reader, 1, key), 1);
        ck_assert_uint_eq(number_at(reader, 0, "left"), number_at(reader, 1, "right"));
        bo_kv_abort(reader);
    }
    return NULL;
}

START_TEST(writers_share_syncs_and_fail_alone) {
    bo_kv_stats before, after;
    OK(bo_kv_statistics(kv, &before));
    pthread_t threads[THREADS];
    job jobs[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        jobs[i] = (job){.seed = i + 1};
        pthread_create(&threads[i], NULL, write_much, &jobs[i]);
    }
    uint64_t committed = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        committed += jobs[i].committed;
    }
    OK(bo_kv_statistics(kv, &after));
    ck_assert_uint_eq(after.writers - before.writers, committed);
    ck_assert_uint_lt(after.commits - before.commits, committed);
    OK(reopen(0));
    bo_kv_txn *txn;
    OK(bo_kv_begin_read(&txn, kv));
    ck_assert_uint_eq(number_at(txn, 0, "left"), committed);
    ck_assert_uint_eq(number_at(txn, 1, "right"), committed);
    bo_kv_abort(txn);
}
END_TEST

START_TEST(two_processes_share_a_store) {
    bo_kv_close(kv);
    kv = NULL;
    enum { EACH = 25 };
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        if (children[c] != 0) continue;
        bo_status status = reopen(0);
        for (int i = 0; i < EACH && status == BO_OK; i++) {
            bo_kv_txn *txn;
            status = bo_kv_begin_write(&txn, kv);
            if (status != BO_OK) break;
            put_number(txn, 0, "n", number_at(txn, 0, "n") + 1);
            status = bo_kv_commit(txn);
        }
        bo_kv_close(kv);
        _exit(status == BO_OK ? 0 : 1);
    }
    for (int c = 0; c < 2; c++) {
        int status;
        ck_assert_int_eq(waitpid(children[c], &status, 0), children[c]);
        ck_assert_int_eq(status, 0);
    }
    OK(reopen(0));
    bo_kv_txn *txn;
    OK(bo_kv_begin_read(&txn, kv));
    ck_assert_uint_eq(number_at(txn, 0, "n"), 2 * EACH);
    bo_kv_abort(txn);
}
END_TEST

START_TEST(a_copy_is_a_store) {
    bo_kv_txn *txn;
    OK(bo_kv_begin_write(&txn, kv));
    put_number(txn, 0, "n", 5);
    OK(bo_kv_commit(txn));
    char copy[96];
    snprintf(copy, sizeof copy, "%s/copy", folder);
    OK(bo_kv_copy(kv, copy, true));
    ck_assert_int_eq(bo_kv_copy(kv, copy, true), BO_EXISTS);
    bo_kv *other;
    OK(bo_kv_open(&other, copy, &(bo_kv_options){.size_cap = 1 << 28, .tables = names, .table_count = 2}));
    OK(bo_kv_begin_read(&txn, other));
    ck_assert_uint_eq(number_at(txn, 0, "n"), 5);
    bo_kv_abort(txn);
    bo_kv_close(other);
    char name[128];
    snprintf(name, sizeof name, "%s/data.mdb", copy), unlink(name);
    snprintf(name, sizeof name, "%s/lock.mdb", copy), unlink(name);
    rmdir(copy);
}
END_TEST

static bo_status open_elsewhere(bool alone) {
    bo_kv *other;
    bo_kv_options options = {.alone = alone, .size_cap = 1 << 28, .tables = names, .table_count = 2};
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        bo_status status = bo_kv_open(&other, folder, &options);
        if (status == BO_OK) bo_kv_close(other);
        _exit((int)status);
    }
    int ended;
    ck_assert_int_eq(waitpid(child, &ended, 0), child);
    return (bo_status)WEXITSTATUS(ended);
}

START_TEST(alone_means_alone) {
    bo_kv_options options = {.alone = true, .size_cap = 1 << 28, .tables = names, .table_count = 2};
    OK(open_elsewhere(false));
    ck_assert_int_eq(open_elsewhere(true), BO_BUSY);
    bo_kv_close(kv);
    OK(open_elsewhere(true));
    OK(bo_kv_open(&kv, folder, &options));
    ck_assert_int_eq(open_elsewhere(false), BO_BUSY);
    ck_assert_int_eq(bo_kv_replace(folder, folder), BO_BUSY);
}
END_TEST

START_TEST(a_compacted_store_is_smaller_and_the_same) {
    bo_kv_txn *txn;
    bo_kv_stats before, after;
    bo_kv_options options = {.alone = true, .size_cap = 1 << 28, .tables = names, .table_count = 2};
    char key[32];
    OK(bo_kv_begin_write(&txn, kv));
    for (unsigned n = 0; n < 20000; n++) {
        snprintf(key, sizeof key, "%08u", n);
        put_number(txn, 0, key, n);
    }
    OK(bo_kv_commit(txn));
    OK(bo_kv_begin_write(&txn, kv));
    for (unsigned n = 0; n < 20000; n++)
        if (n % 100 != 0) {
            snprintf(key, sizeof key, "%08u", n);
            OK(bo_kv_del(txn, 0, bo_str_of(key)));
        }
    OK(bo_kv_commit(txn));
    bo_kv_close(kv);
    OK(bo_kv_open(&kv, folder, &options));
    OK(bo_kv_statistics(kv, &before));
    bo_kv *compacted = kv;
    kv = NULL;
    OK(bo_kv_compact(compacted));
    OK(reopen(0));
    OK(bo_kv_statistics(kv, &after));
    ck_assert_uint_lt(after.file_bytes, before.file_bytes / 2);
    for (unsigned round = 0; round < 3; round++) { /* and it can be written on */
        OK(bo_kv_begin_write(&txn, kv));
        ck_assert_uint_eq(number_at(txn, 0, "00019900"), 19900 + round);
        put_number(txn, 0, "00019900", 19901 + round);
        OK(bo_kv_commit(txn));
        OK(reopen(0));
    }
}
END_TEST

Suite *test_lmdb(void) {
    Suite *suite = suite_create("kv/lmdb");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, a_reader_says_that_tables_of_a_later_version_are_missing);
    tcase_add_test(all, what_is_committed_stays_and_what_is_aborted_does_not);
    tcase_add_test(all, a_reader_keeps_its_snapshot);
    tcase_add_test(all, cursors_move_by_bytes);
    tcase_add_test(all, a_key_that_does_not_fit_fails_its_transaction);
    tcase_add_test(all, a_full_store_says_so_and_stays_usable);
    tcase_add_test(all, writers_share_syncs_and_fail_alone);
    tcase_add_test(all, two_processes_share_a_store);
    tcase_add_test(all, a_copy_is_a_store);
    tcase_add_test(all, alone_means_alone);
    tcase_add_test(all, a_compacted_store_is_smaller_and_the_same);
    suite_add_tcase(suite, all);
    return suite;
}
