/* SPDX-License-Identifier: Apache-2.0
 * Deliveries on a simulated network: nothing lost, nothing out of order, whatever fails.
 */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fed/internal.h"
#include "tools/peers.h"

Suite *test_deliver(void);

#define HOME "https://home.example"
#define RELAY HOME "/bots/relay"
#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static world *w; /* shared with children, so that what a peer has taken survives them */
static bo_arena *arena;
static bo_store *store;
static bo_wac wac;
static bo_fed *fed;
static bo_fed_options options;
static char folder[64];
static bo_str sent[TAKEN_MAX];
static unsigned sent_len;

static void open_node(void) {
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
    options.store = store;
    ck_assert_int_eq(bo_fed_new(&fed, &options), BO_OK);
}

static void close_node(void) {
    bo_fed_free(fed);
    bo_store_close(store);
}

static bo_txn *begin(void) {
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    return txn;
}

static void commit(bo_txn *txn) {
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
}

static void set_up(void) {
    bo_str key;
    arena = bo_arena_new(0);
    w = mmap(NULL, sizeof *w, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    world_begin(w);
    sent_len = 0;
    memcpy(folder, "/dev/shm/bocage-XXXXXX", 23); /* months go by: a disk would be slow */
    ck_assert_ptr_nonnull(mkdtemp(folder));
    wac = (bo_wac){.base_url = BO_STR(HOME)};
    options = (bo_fed_options){.net = &w->net,
                               .clock = &w->clock,
                               .rng = &w->rng,
                               .wac = &wac,
                               .delivery = {.first_retry_ms = 30 * SECOND, .connections = 4, .rate = 100}};
    open_node();
    ck_assert_int_eq(bo_ap_key_new(&key, arena), BO_OK);
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_row_put(txn, BO_TABLE_KEY, BO_STR(RELAY), key), BO_OK);
    commit(txn);
}

static void tear_down(void) {
    char path[96];
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    close_node();
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    munmap(w, sizeof *w);
    bo_arena_free(arena);
}

static void follow(unsigned peer, const char *path) {
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_ap_collect(txn, BO_STR(RELAY "/followers"), peer_iri(peer, path, arena), arena),
                     BO_OK);
    commit(txn);
}

static void announce_to(const char *to) {
    bo_json *activity;
    bo_str text =
        bo_arena_printf(arena, "{\"type\":\"Announce\",\"object\":\"" HOME "/x\",\"to\":\"%s\"}", to);
    ck_assert_int_eq(bo_json_parse(&activity, text, NULL, arena), BO_OK);
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_ap_post(&fed->ap, txn, BO_STR(RELAY), activity, &sent[sent_len++], arena), BO_OK);
    commit(txn);
}

static void announce(void) {
    announce_to(RELAY "/followers");
}

static int64_t run(void) {
    int64_t wait;
    bo_arena *own = bo_arena_new(0);
    ck_assert_int_eq(bo_fed_run(fed, &wait, own), BO_OK);
    bo_arena_free(own);
    return wait;
}

/* Lets time go by, running whatever is due as it becomes due. */
static void run_for(int64_t ms) {
    int64_t end = w->now_ms + ms;
    for (;;) {
        int64_t wait = run();
        if (wait > end - w->now_ms) break;
        w->now_ms += wait > 0 ? wait : 1;
    }
    w->now_ms = end;
    run();
}

static bo_host host_of(unsigned number) {
    bo_txn *txn;
    bo_host host;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_host_get(txn, &host, peer_iri(number, "", arena), arena), BO_OK);
    bo_txn_abort(txn);
    return host;
}

static bo_queue_sums sums(void) {
    bo_txn *txn;
    bo_queue_sums out;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_queue_count(txn, &out, arena), BO_OK);
    bo_txn_abort(txn);
    return out;
}

static bool follows(unsigned peer, const char *path) {
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    bool is = bo_ap_collected(txn, BO_STR(RELAY "/followers"), peer_iri(peer, path, arena), arena);
    bo_txn_abort(txn);
    return is;
}

/* Good weather. */

START_TEST(a_host_hears_once_through_its_shared_inbox_and_in_order) {
    w->peers[1].shared = "/inbox";
    for (unsigned i = 0; i < 20; i++) {
        follow(1, bo_arena_printf(arena, "/u/%u", i).ptr);
        follow(2, bo_arena_printf(arena, "/u/%u", i % 3).ptr);
    }
    for (unsigned i = 0; i < 5; i++) announce();
    ck_assert_uint_eq(sums().log, 5);
    run_for(SECOND);
    assert_taken(w, 1, sent, 5);
    ck_assert_uint_eq(taken_by(w, 2), 15);
    for (unsigned i = 0; i < w->taken_len; i++)
        if (w->taken[i].peer == 1) ck_assert_str_eq(w->taken[i].inbox, "/inbox");
    ck_assert_uint_eq(w->peers[1].asked, 20); /* each actor once, however many activities */
    bo_queue_sums after = sums();
    ck_assert_uint_eq(after.waiting + after.failing + after.dead, 0);
    announce();
    run();
    ck_assert_uint_eq(sums().log, 1); /* what is finished leaves with the next one */
}
END_TEST

START_TEST(whoever_is_named_is_reached_in_person) {
    w->peers[1].shared = "/inbox";
    follow(1, "/u/a");
    announce_to("https://1.example/u/b");
    announce_to("https://www.w3.org/ns/activitystreams#Public");
    run();
    ck_assert_uint_eq(w->taken_len, 1);
    ck_assert_str_eq(w->taken[0].inbox, "/u/b/inbox");
}
END_TEST

START_TEST(who_follows_later_does_not_hear_what_was_before) {
    follow(1, "/u/a");
    announce();
    follow(1, "/u/b");
    follow(2, "/u/c");
    run();
    assert_taken(w, 1, sent, 1);
    ck_assert_uint_eq(taken_by(w, 2), 0);
    announce();
    run();
    ck_assert_uint_eq(taken_by(w, 1), 3);
    ck_assert_uint_eq(taken_by(w, 2), 1);
}
END_TEST

/* Crashes. */

START_TEST(what_was_committed_is_sent_after_a_restart) {
    follow(1, "/u/a");
    for (unsigned i = 0; i < 3; i++) announce();
    close_node();
    open_node();
    run_for(SECOND);
    assert_taken(w, 1, sent, 3);
    close_node();
    open_node();
    run_for(DAY);
    assert_taken(w, 1, sent, 3);
}
END_TEST

/* In another process, which ends when its peers have taken so much. */
static void run_and_die(unsigned after) {
    close_node();
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        w->dies_after = after;
        open_node();
        run_for(SECOND);
        _Exit(0);
    }
    int end;
    ck_assert_int_eq(waitpid(child, &end, 0), child);
    w->dies_after = 0;
    open_node();
}

START_TEST(a_crash_loses_nothing_and_repeats_no_more_than_a_batch) {
    enum { ACTIVITIES = 120 };
    follow(1, "/u/a");
    follow(2, "/u/b");
    for (unsigned i = 0; i < ACTIVITIES; i++) announce();
    for (unsigned death = 7; death < 240; death += 37) run_and_die(death);
    run_for(10 * SECOND);
    for (unsigned peer = 1; peer <= 2; peer++) {
        unsigned next = 0, again = 0;
        for (unsigned i = 0; i < w->taken_len; i++) {
            if (w->taken[i].peer != peer) continue;
            if (next < ACTIVITIES && bo_str_eq(bo_str_of(w->taken[i].id), sent[next]))
                next++;
            else
                again++;
        }
        /* What comes again, comes in order too: a receiver that drops what it has sees each once, in order.
         */
        ck_assert_uint_eq(next, ACTIVITIES);
        ck_assert_uint_le(again, 7 * 50);
    }
}
END_TEST

/* Absences. */

START_TEST(a_host_that_was_away_for_a_week_catches_up_in_order) {
    enum { ACTIVITIES = 168 }; /* every hour */
    follow(1, "/u/a");
    follow(2, "/u/b");
    w->peers[1].is_down = true;
    for (unsigned i = 0; i < ACTIVITIES; i++) {
        announce();
        run_for(HOUR);
        ck_assert_uint_eq(taken_by(w, 2), i + 1);
    }
    ck_assert_uint_eq(taken_by(w, 1), 0);
    ck_assert_uint_lt(w->peers[1].asked, 60); /* it is not hammered meanwhile */
    ck_assert_int_eq(bo_host_breaker(&(bo_host){.failures = 1, .next_ms = 5}, 4), BO_OPEN);
    bo_queue_sums away = sums();
    ck_assert_uint_eq(away.waiting, 1);
    ck_assert_uint_eq(away.log, ACTIVITIES);
    w->peers[1].is_down = false;
    run_for(10 * HOUR);
    assert_taken(w, 1, sent, ACTIVITIES);
    const taken *first = NULL, *last = NULL;
    for (unsigned i = 0; i < w->taken_len; i++)
        if (w->taken[i].peer == 1) first = first ? first : &w->taken[i], last = &w->taken[i];
    int64_t took = last->at_ms - first->at_ms;
    ck_assert_int_ge(took, (ACTIVITIES - 50) * SECOND / 100); /* not faster than the rate ... */
    ck_assert_int_le(took, 60 * SECOND);                      /* ... and in less than a minute */
    announce();
    run();
    ck_assert_uint_eq(sums().log, 1);
}
END_TEST

START_TEST(hosts_that_failed_together_do_not_come_back_together) {
    int64_t first = INT64_MAX, last = 0;
    for (unsigned i = 1; i < PEERS_MAX; i++) {
        follow(i, "/u/a");
        w->peers[i].is_down = true;
    }
    announce();
    run_for(HOUR);
    for (unsigned i = 1; i < PEERS_MAX; i++) {
        int64_t next = host_of(i).next_ms;
        first = next < first ? next : first;
        last = next > last ? next : last;
    }
    ck_assert_int_gt(last - first, 300 * SECOND);
}
END_TEST

START_TEST(a_host_that_is_dead_is_given_up_until_it_shows_itself) {
    follow(1, "/u/a");
    w->peers[1].is_down = true;
    announce();
    run_for(31 * DAY);
    bo_host host = host_of(1);
    ck_assert_int_eq(bo_host_breaker(&host, w->now_ms), BO_DEAD);
    announce();
    run_for(DAY);
    ck_assert_uint_eq(sums().dead, 1);
    ck_assert_uint_eq(sums().waiting, 0);
    w->peers[1].is_down = false;
    ck_assert_int_eq(bo_queue_hear(fed->queue, peer_iri(1, "", arena), arena), BO_OK);
    announce();
    run_for(SECOND);
    assert_taken(w, 1, &sent[2], 1);
    ck_assert_uint_eq(sums().dead, 0);
}
END_TEST

START_TEST(a_failing_host_that_shows_itself_is_tried_soon) {
    follow(1, "/u/a");
    w->peers[1].is_down = true;
    announce();
    run_for(3 * DAY);
    ck_assert_int_gt(host_of(1).next_ms, w->now_ms + 60 * SECOND);
    w->peers[1].is_down = false;
    ck_assert_int_eq(bo_queue_hear(fed->queue, peer_iri(1, "", arena), arena), BO_OK);
    run_for(60 * SECOND);
    assert_taken(w, 1, sent, 1);
}
END_TEST

/* What inboxes answer. */

START_TEST(each_status_has_its_meaning) {
    static const struct {
        int status;
        bool passed_over; /* at once */
    } cases[] = {{400, true},  {401, false}, {403, true},  {405, true},  {406, true},  {408, false},
                 {409, true},  {413, true},  {415, true},  {422, true},  {425, false}, {451, true},
                 {500, false}, {501, true},  {502, false}, {503, false}, {504, false}, {520, false}};
    follow(1, "/u/a");
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t skipped = host_of(1).skipped;
        w->peers[1].status = cases[i].status;
        announce();
        run();
        bo_host host = host_of(1);
        ck_assert_msg(host.waits == !cases[i].passed_over, "status %d", cases[i].status);
        ck_assert_int_eq(host.skipped - skipped, cases[i].passed_over);
        ck_assert_ptr_nonnull(strstr(host.error.ptr, bo_arena_printf(arena, "%d", cases[i].status).ptr));
        w->peers[1].status = 0;
        run_for(HOUR);
        ck_assert(!host_of(1).waits);
    }
}
END_TEST

START_TEST(what_a_host_can_not_take_is_passed_over_in_the_end) {
    follow(1, "/u/a");
    w->peers[1].status = 500;
    announce();
    announce();
    run_for(HOUR);
    ck_assert_uint_eq(host_of(1).skipped, 0);
    run_for(3 * DAY);
    ck_assert_uint_ge(host_of(1).skipped, 1);
    w->peers[1].status = 503; /* but an outage passes over nothing */
    int64_t skipped = host_of(1).skipped;
    run_for(20 * DAY);
    ck_assert_int_eq(host_of(1).skipped, skipped);
}
END_TEST

START_TEST(who_asks_for_time_gets_it) {
    follow(1, "/u/a");
    w->peers[1].status = 429;
    w->peers[1].wait = "600";
    announce();
    run_for(599 * SECOND);
    ck_assert_uint_eq(w->peers[1].tries, 1);
    ck_assert_int_eq(host_of(1).failures, 0);
    w->peers[1].status = 0;
    run_for(2 * SECOND);
    assert_taken(w, 1, sent, 1);
    w->peers[1].status = 503;
    w->peers[1].wait = "7200";
    announce();
    run_for(7100 * SECOND);
    ck_assert_uint_eq(w->peers[1].tries, 3);
}
END_TEST

START_TEST(a_follower_who_is_gone_follows_no_more) {
    follow(1, "/u/a");
    follow(1, "/u/b");
    announce();
    run();
    w->peers[1].status = 410;
    w->peers[1].refuses = "/a/";
    announce();
    run_for(SECOND);
    ck_assert(follows(1, "/u/a")); /* the inbox alone is gone: the actor says otherwise */
    w->peers[1].actor_status = 410;
    announce();
    run_for(SECOND);
    ck_assert(!follows(1, "/u/a"));
    ck_assert(follows(1, "/u/b"));
    ck_assert_uint_eq(taken_by(w, 1), 4);
}
END_TEST

START_TEST(an_inbox_that_has_moved_is_found) {
    follow(1, "/u/a");
    announce();
    run();
    w->peers[1].inbox = "/new";
    w->peers[1].status = 404;
    w->peers[1].refuses = "/inbox";
    announce();
    run_for(SECOND);
    assert_taken(w, 1, sent, 2);
    ck_assert_str_eq(w->taken[1].inbox, "/new");
}
END_TEST

/* Administrators. */

static unsigned act(const char *what, const char *host) {
    unsigned changed;
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_queue_act(txn, bo_str_of(what), bo_str_of(host), &changed, arena), BO_OK);
    commit(txn);
    return changed;
}

START_TEST(an_administrator_retries_skips_and_drops) {
    bo_queue_line *lines;
    size_t len;
    follow(1, "/u/a");
    follow(2, "/u/a");
    w->peers[1].is_down = w->peers[2].is_down = true;
    for (unsigned i = 0; i < 4; i++) announce();
    run();
    bo_txn *txn = begin();
    ck_assert_int_eq(bo_queue_list(txn, &lines, &len, BO_STR(""), 10, w->now_ms + 5, arena), BO_OK);
    bo_txn_abort(txn);
    ck_assert_uint_eq(len, 2);
    ck_assert_uint_eq(lines[0].activities, 4);
    ck_assert_int_eq(lines[0].oldest_ms, w->now_ms);
    ck_assert_int_eq(lines[0].breaker, BO_OPEN);
    w->peers[1].is_down = w->peers[2].is_down = false;
    run();
    ck_assert_uint_eq(w->taken_len, 0);
    ck_assert_uint_eq(act("skip", "1.example"), 1);
    run_for(SECOND);
    assert_taken(w, 1, &sent[1], 3);
    ck_assert_uint_eq(act("drop", "https://2.example"), 1);
    run_for(DAY);
    ck_assert_uint_eq(taken_by(w, 2), 0);
    ck_assert_int_eq(host_of(2).skipped, 4);
    w->peers[2].is_down = true;
    announce();
    run_for(SECOND);
    w->peers[2].is_down = false;
    ck_assert_uint_eq(act("retry", ""), 1);
    run_for(SECOND);
    assert_taken(w, 2, &sent[4], 1);
    unsigned changed;
    txn = begin();
    ck_assert_int_eq(bo_queue_act(txn, BO_STR("retry"), BO_STR("3.example"), &changed, arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_queue_act(txn, BO_STR("mend"), BO_STR(""), &changed, arena), BO_BAD_ARGUMENT);
    bo_txn_abort(txn);
}
END_TEST

Suite *test_deliver(void) {
    Suite *suite = suite_create("fed/deliver");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, a_host_hears_once_through_its_shared_inbox_and_in_order);
    tcase_add_test(all, whoever_is_named_is_reached_in_person);
    tcase_add_test(all, who_follows_later_does_not_hear_what_was_before);
    tcase_add_test(all, what_was_committed_is_sent_after_a_restart);
    tcase_add_test(all, a_crash_loses_nothing_and_repeats_no_more_than_a_batch);
    tcase_add_test(all, a_host_that_was_away_for_a_week_catches_up_in_order);
    tcase_add_test(all, hosts_that_failed_together_do_not_come_back_together);
    tcase_add_test(all, a_host_that_is_dead_is_given_up_until_it_shows_itself);
    tcase_add_test(all, a_failing_host_that_shows_itself_is_tried_soon);
    tcase_add_test(all, each_status_has_its_meaning);
    tcase_add_test(all, what_a_host_can_not_take_is_passed_over_in_the_end);
    tcase_add_test(all, who_asks_for_time_gets_it);
    tcase_add_test(all, a_follower_who_is_gone_follows_no_more);
    tcase_add_test(all, an_inbox_that_has_moved_is_found);
    tcase_add_test(all, an_administrator_retries_skips_and_drops);
    suite_add_tcase(suite, all);
    return suite;
}
