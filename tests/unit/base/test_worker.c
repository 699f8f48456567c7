/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/worker.h"

enum { CAP = 8, MANY = 2000 };

static atomic_uint done, open_gate;

static void nap(void) {
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static void count(void *context) {
    (void)context;
    atomic_fetch_add(&done, 1);
}

static void wait_at_gate(void *context) {
    while (atomic_load(&open_gate) == 0) nap();
    count(context);
}

static void set_up(void) {
    atomic_store(&done, 0);
    atomic_store(&open_gate, 0);
}

START_TEST(what_is_queued_is_finished_before_the_end) {
    bo_pool *pool;
    ck_assert_int_eq(bo_pool_new(&pool, 2, CAP), BO_OK);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(bo_pool_run(pool, wait_at_gate, NULL), BO_OK);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(bo_pool_run(pool, count, NULL), BO_OK);
    ck_assert_uint_eq(atomic_load(&done), 0);
    atomic_store(&open_gate, 1);
    bo_pool_free(pool);
    ck_assert_uint_eq(atomic_load(&done), 6);
}
END_TEST

START_TEST(a_full_queue_refuses_and_takes_again) {
    bo_pool *pool;
    ck_assert_int_eq(bo_pool_new(&pool, 1, CAP), BO_OK);
    ck_assert_int_eq(bo_pool_run(pool, wait_at_gate, NULL), BO_OK);
    unsigned taken = 0;
    while (bo_pool_run(pool, count, NULL) == BO_OK) taken++;
    ck_assert_uint_ge(taken, CAP - 1); /* the first may have had a place while it was not begun yet */
    ck_assert_uint_le(taken, CAP);
    ck_assert_int_eq(bo_pool_run(pool, count, NULL), BO_BUSY);
    atomic_store(&open_gate, 1);
    while (atomic_load(&done) < 1 + taken) nap();
    ck_assert_int_eq(bo_pool_run(pool, count, NULL), BO_OK);
    bo_pool_free(pool);
    ck_assert_uint_eq(atomic_load(&done), 2 + taken);
}
END_TEST

static void *give_many(void *pool) {
    for (int i = 0; i < MANY; i++)
        while (bo_pool_run(pool, count, NULL) == BO_BUSY) nap();
    return NULL;
}

START_TEST(many_may_give_at_once) {
    bo_pool *pool;
    pthread_t givers[4];
    ck_assert_int_eq(bo_pool_new(&pool, 3, CAP), BO_OK);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&givers[i], NULL, give_many, pool), 0);
    for (int i = 0; i < 4; i++) pthread_join(givers[i], NULL);
    bo_pool_free(pool);
    ck_assert_uint_eq(atomic_load(&done), 4 * MANY);
}
END_TEST

START_TEST(an_idle_pool_ends) {
    bo_pool *pool;
    ck_assert_int_eq(bo_pool_new(&pool, 16, CAP), BO_OK);
    bo_pool_free(pool);
    bo_pool_free(NULL);
}
END_TEST

Suite *test_worker(void) {
    Suite *suite = suite_create("base/worker");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, NULL);
    tcase_add_test(all, what_is_queued_is_finished_before_the_end);
    tcase_add_test(all, a_full_queue_refuses_and_takes_again);
    tcase_add_test(all, many_may_give_at_once);
    tcase_add_test(all, an_idle_pool_ends);
    suite_add_tcase(suite, all);
    return suite;
}
