/* SPDX-License-Identifier: Apache-2.0
 * Channels: how many there may be, how they end, and who hears what.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ap/channel.h"
#include "rdf/vocab.h"
#include "wac/acl.h"

Suite *test_channel(void);

#define HOME "http://h"
#define DAY INT64_C(86400000)

static bo_arena *arena;
static bo_store *store;
static bo_txn *txn;
static bo_wac wac;
static bo_ap ap;
static char folder[64];
static int64_t now_ms;

static int64_t wall(void *context) {
    (void)context;
    return now_ms;
}
static const bo_clock clock_here = {.wall_ms = wall};

static void set_up(void) {
    arena = bo_arena_new(0);
    now_ms = DAY;
    memcpy(folder, "/tmp/bocage-chan-XXXXXX", 24);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    wac = (bo_wac){.base_url = BO_STR(HOME)};
    ap = (bo_ap){BO_STR(HOME), &clock_here, &bo_rng_system, &wac};
}

static void tear_down(void) {
    char path[96];
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    bo_txn_abort(txn);
    bo_store_close(store);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    bo_arena_free(arena);
}

static bo_channel channel(const char *topic, const char *counted, unsigned number) {
    bo_str id = bo_arena_printf(arena, "00000000-0000-4000-8000-%012u", number);
    return (bo_channel){.id = id,
                        .topic = bo_str_of(topic),
                        .counted = bo_str_of(counted),
                        .end_ms = now_ms + DAY,
                        .backlog = 2};
}

static bo_status add(const bo_channel *c, uint64_t all, uint64_t of_one) {
    return bo_channel_add(txn, c, &(bo_channel_caps){all, of_one}, now_ms, arena);
}

static void open_to_all(const char *iri) {
    bo_acl acl = {0};
    bo_authorisation one = {bo_str_of(iri), false, BO_MODE_READ, BO_AGENT_ANYONE, BO_STR("")};
    ck_assert_int_eq(bo_acl_add(&acl, &one, arena), BO_OK);
    ck_assert_int_eq(bo_acl_put(&wac, txn, one.holder, &acl, arena), BO_OK);
}

static void contain(const char *container, const char *member) {
    bo_term c = bo_term_iri(bo_str_of(container));
    bo_quad quad = {c, bo_term_iri(BO_LDP_CONTAINS), bo_term_iri(bo_str_of(member)), c};
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
}

static bo_status count(void *context, bo_str key, bo_str value) {
    (void)key, (void)value;
    ++*(unsigned *)context;
    return BO_OK;
}

static unsigned queued(bo_str queue) {
    unsigned jobs = 0;
    ck_assert_int_eq(bo_row_each(txn, BO_TABLE_JOB, queue, BO_STR(""), count, &jobs), BO_OK);
    return jobs;
}

static void notify(bo_ap_event event, const char *iri, const char *container) {
    ck_assert_int_eq(bo_channel_notify(&ap, txn, event, bo_str_of(iri), bo_str_of(container), arena), BO_OK);
}

START_TEST(there_are_only_so_many) {
    bo_channel a = channel(HOME "/a", "alice", 1), b = channel(HOME "/a", "alice", 2);
    bo_channel c = channel(HOME "/b", "alice", 3), d = channel(HOME "/b", "bob", 4);
    bo_channel e = channel(HOME "/b", "eve", 5), found;
    ck_assert_int_eq(add(&a, 3, 2), BO_OK);
    ck_assert_int_eq(add(&b, 3, 2), BO_OK);
    ck_assert_int_eq(add(&c, 3, 2), BO_THROTTLED);
    ck_assert_int_eq(add(&d, 3, 2), BO_OK);
    ck_assert_int_eq(add(&e, 3, 2), BO_THROTTLED);
    ck_assert_int_eq(bo_channel_remove(txn, a.id, arena), BO_OK);
    ck_assert_int_eq(bo_channel_remove(txn, a.id, arena), BO_OK);
    ck_assert_int_eq(bo_channel_find(txn, &found, a.id, now_ms, arena), BO_NOT_FOUND);
    ck_assert_int_eq(add(&c, 3, 2), BO_OK);
    now_ms += 2 * DAY; /* all have ended, and make room */
    e.end_ms = now_ms + DAY;
    ck_assert_int_eq(bo_channel_find(txn, &found, d.id, now_ms, arena), BO_NOT_FOUND);
    ck_assert_int_eq(add(&e, 3, 2), BO_OK);
    ck_assert_int_eq(bo_channel_find(txn, &found, e.id, now_ms, arena), BO_OK);
    ck_assert(bo_str_eq(found.topic, e.topic));
}
END_TEST

START_TEST(each_hears_of_its_topic_what_it_may_read) {
    bo_channel on_a = channel(HOME "/a", "x", 1), on_b = channel(HOME "/a/b", "x", 2);
    open_to_all(HOME "/a");
    contain(HOME "/a", HOME "/a/b");
    contain(HOME "/a", HOME "/a/secret");
    open_to_all(HOME "/a/b");
    notify(BO_AP_UPDATED, HOME "/a/b", HOME "/a");
    ck_assert_uint_eq(queued(BO_STR("n")), 0); /* nobody listens */
    ck_assert_int_eq(add(&on_a, 9, 9), BO_OK);
    ck_assert_int_eq(add(&on_b, 9, 9), BO_OK);
    static const struct {
        bo_ap_event event;
        const char *iri;
        unsigned heard;
    } cases[] = {{BO_AP_UPDATED, HOME "/a/b", 2},      {BO_AP_CREATED, HOME "/a/b", 2},
                 {BO_AP_DELETED, HOME "/a/b", 2},      {BO_AP_ADDED, HOME "/a/b", 1},
                 {BO_AP_REMOVED, HOME "/a/b", 1},      {BO_AP_UPDATED, HOME "/a", 1},
                 {BO_AP_UPDATED, HOME "/a/secret", 0}, {BO_AP_UPDATED, HOME "/c", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned before = queued(BO_STR("n"));
        notify(cases[i].event, cases[i].iri, HOME "/a");
        ck_assert_msg(queued(BO_STR("n")) - before == cases[i].heard, "case %zu", i);
    }
}
END_TEST

START_TEST(a_webhook_with_too_much_waiting_ends) {
    bo_channel hook = channel(HOME "/a", "x", 1), found;
    hook.type = BO_CHANNEL_WEBHOOK;
    hook.send_to = BO_STR("https://example.org/");
    open_to_all(HOME "/a");
    ck_assert_int_eq(add(&hook, 9, 9), BO_OK);
    for (unsigned waiting = 1; waiting <= 2; waiting++) {
        notify(BO_AP_UPDATED, HOME "/a", "");
        ck_assert_uint_eq(queued(bo_channel_queue(hook.id, arena)), waiting);
    }
    notify(BO_AP_UPDATED, HOME "/a", "");
    ck_assert_uint_eq(queued(bo_channel_queue(hook.id, arena)), 0);
    ck_assert_int_eq(bo_channel_find(txn, &found, hook.id, now_ms, arena), BO_NOT_FOUND);
}
END_TEST

Suite *test_channel(void) {
    Suite *suite = suite_create("ap/channel");
    TCase *channels = tcase_create("channels");
    tcase_add_checked_fixture(channels, set_up, tear_down);
    tcase_add_test(channels, there_are_only_so_many);
    tcase_add_test(channels, each_hears_of_its_topic_what_it_may_read);
    tcase_add_test(channels, a_webhook_with_too_much_waiting_ends);
    suite_add_tcase(suite, channels);
    return suite;
}
