/* SPDX-License-Identifier: Apache-2.0
 * A store on a disk that is full or broken, and in memory that runs out: whatever fails says so, nothing that
 * was committed is lost, nothing of what failed is kept, and it works again once there is room.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crash/disk.h"
#include "crash/memory.h"
#include "crash/work.h"
#include "unit/store/folder.h"

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static bo_store *store;
static work w;

static void open_store(void) {
    bo_store_options options = work_options(&w);
    OK(bo_store_open(&store, folder_path, &options));
}

static void setup(void) {
    folder_make();
    w = (work){7, 1000};
    open_store();
    for (int i = 0; i < 30; i++) {
        bool committed;
        OK(work_step(&w, store, &committed));
    }
}

static void teardown(void) {
    bo_store_close(store);
    store = NULL;
    folder_remove();
}

static uint64_t digest(void) {
    uint64_t sum;
    OK(work_digest(&sum, store));
    return sum;
}

/* Does the same step over and over, failing later each time, until it goes through. */
typedef void (*fail_fn)(long after);
typedef long (*failures_fn)(void);

static void try_step(fail_fn arm, failures_fn failures, bo_status expected) {
    uint64_t before = digest();
    for (long after = 0;; after++) {
        work same = w;
        bool committed;
        arm(after);
        bo_status status = work_step(&same, store, &committed);
        long failed = failures();
        arm(-1);
        if (status == BO_OK) {
            ck_assert_int_eq(failed, 0); /* no failure is passed over */
            w = same;
            return;
        }
        ck_assert_int_eq(status, expected);
        ck_assert_int_eq(bo_error_last()->status, expected);
        ck_assert_uint_gt(strlen(bo_error_last()->message), 0);
        ck_assert(digest() == before);
    }
}

static void fill_disk(long after) {
    disk_fail(after < 0 ? 0 : ENOSPC, after, true);
}

static void break_disk(long after) {
    disk_fail(after < 0 ? 0 : EIO, after, true);
}

static void take_one(long after) {
    memory_fail(after, false);
}

static void take_all(long after) {
    memory_fail(after, true);
}

static const struct {
    fail_fn arm;
    failures_fn failures;
    bo_status expected;
} ways[] = {
    {fill_disk, disk_failures, BO_FULL},
    {break_disk, disk_failures, BO_IO},
    {take_one, memory_failures, BO_NO_MEMORY},
    {take_all, memory_failures, BO_NO_MEMORY},
};

START_TEST(what_fails_leaves_nothing_and_the_next_works) {
    for (int i = 0; i < 10; i++) {
        try_step(ways[_i].arm, ways[_i].failures, ways[_i].expected);
        OK(bo_store_check(store, NULL, NULL));
    }
    uint64_t before = digest();
    bo_store_close(store);
    open_store();
    ck_assert(digest() == before);
}
END_TEST

START_TEST(a_store_that_has_reached_its_cap_stays_readable_and_grows_with_it) {
    uint64_t before = 0;
    bool committed;
    bo_status status = BO_OK;
    bo_store_close(store);
    bo_store_options options = work_options(&w);
    options.size_cap = 1 << 20;
    OK(bo_store_open(&store, folder_path, &options));
    for (int i = 0; i < 10000 && status == BO_OK; i++) {
        before = digest();
        status = work_step(&w, store, &committed);
    }
    ck_assert_int_eq(status, BO_FULL);
    ck_assert(digest() == before);
    OK(bo_store_check(store, NULL, NULL));
    bo_store_close(store);
    open_store();
    ck_assert(digest() == before);
    for (int i = 0; i < 20; i++) OK(work_step(&w, store, &committed));
    OK(bo_store_check(store, NULL, NULL));
}
END_TEST

START_TEST(opening_fails_cleanly) {
    uint64_t before = digest();
    for (long after = 0;; after++) {
        bo_store_close(store);
        store = NULL;
        bo_store_options options = work_options(&w);
        memory_fail(after, false);
        bo_status status = bo_store_open(&store, folder_path, &options);
        long failed = memory_failures();
        memory_fail(-1, false);
        if (status == BO_OK && failed == 0) break;
        ck_assert_int_eq(status, BO_NO_MEMORY);
    }
    ck_assert(digest() == before);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("crash/faults");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 250);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, what_fails_leaves_nothing_and_the_next_works, 0,
                        (int)(sizeof ways / sizeof ways[0]));
    tcase_add_test(all, a_store_that_has_reached_its_cap_stays_readable_and_grows_with_it);
    tcase_add_test(all, opening_fails_cleanly);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
