/* SPDX-License-Identifier: Apache-2.0
 * What a store keeps beside quads, touched graphs, and readers beside writers.
 */
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/store.h"
#include "unit/store/folder.h"

static bo_store *store;
static bo_arena *arena;

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static int64_t clock_ms = 1000;
static int64_t fixed_clock(void *context) {
    (void)context;
    return clock_ms;
}

static void reopen(void) {
    bo_store_close(store);
    OK(bo_store_open(&store, folder_path,
                     &(bo_store_options){.create = true, .size_cap = 1 << 28, .wall_ms = fixed_clock}));
}

static void setup(void) {
    folder_make();
    arena = bo_arena_new(0);
    reopen();
}

static void teardown(void) {
    bo_store_close(store);
    store = NULL;
    bo_arena_free(arena);
    folder_remove();
}

static bo_txn *begin(bo_access access) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, access));
    return txn;
}

typedef struct walk {
    char keys[2048];
    unsigned count, stop_at;
} walk;

static bo_status each_row(void *context, bo_str key, bo_str value) {
    walk *w = context;
    (void)value;
    strncat(w->keys, key.ptr, key.len < 8 ? key.len : 8);
    strcat(w->keys, " ");
    return ++w->count == w->stop_at ? BO_CANCELLED : BO_OK;
}

START_TEST(rows_are_kept_in_order) {
    bo_txn *txn = begin(BO_WRITE);
    bo_str value;
    const char *keys[] = {"q/2", "q/1", "q/3", "r/1", "p"};
    for (int i = 0; i < 5; i++) OK(bo_row_put(txn, BO_TABLE_JOB, bo_str_of(keys[i]), bo_str_of(keys[i])));
    OK(bo_row_put(txn, BO_TABLE_SEEN, BO_STR("q/1"), BO_STR("another table")));
    ck_assert_int_eq(bo_row_del(txn, BO_TABLE_JOB, BO_STR("nothing")), BO_NOT_FOUND);
    OK(bo_txn_commit(txn, NULL, NULL));
    reopen();
    txn = begin(BO_READ);
    OK(bo_row_get(txn, BO_TABLE_SEEN, BO_STR("q/1"), &value));
    ck_assert(bo_str_eq(value, BO_STR("another table")));
    ck_assert_int_eq(bo_row_get(txn, BO_TABLE_KEY, BO_STR("q/1"), &value), BO_NOT_FOUND);
    walk w = {0};
    OK(bo_row_each(txn, BO_TABLE_JOB, BO_STR(""), BO_STR(""), each_row, &w));
    ck_assert_str_eq(w.keys, "p q/1 q/2 q/3 r/1 ");
    w = (walk){0};
    OK(bo_row_each(txn, BO_TABLE_JOB, BO_STR("q/"), BO_STR("q/2"), each_row, &w));
    ck_assert_str_eq(w.keys, "q/2 q/3 ");
    w = (walk){.stop_at = 2};
    OK(bo_row_each(txn, BO_TABLE_JOB, BO_STR("q/"), BO_STR(""), each_row, &w));
    ck_assert_str_eq(w.keys, "q/1 q/2 ");
    bo_txn_abort(txn);
}
END_TEST

START_TEST(keys_may_be_long) {
    static char long_key[2][3000];
    memset(long_key, 'k', sizeof long_key);
    long_key[1][2999] = 'z';
    bo_str a = {long_key[0], 3000}, b = {long_key[1], 3000}, value;
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_row_put(txn, BO_TABLE_SEEN, a, BO_STR("a")));
    OK(bo_row_put(txn, BO_TABLE_SEEN, b, BO_STR("b")));
    OK(bo_row_put(txn, BO_TABLE_SEEN, a, BO_STR("a again")));
    OK(bo_row_get(txn, BO_TABLE_SEEN, a, &value));
    ck_assert(bo_str_eq(value, BO_STR("a again")));
    OK(bo_row_get(txn, BO_TABLE_SEEN, b, &value));
    ck_assert(bo_str_eq(value, BO_STR("b")));
    walk w = {0};
    OK(bo_row_each(txn, BO_TABLE_SEEN, bo_str_head(a, 600), BO_STR(""), each_row, &w));
    ck_assert_uint_eq(w.count, 2);
    w = (walk){0};
    OK(bo_row_each(txn, BO_TABLE_SEEN, a, BO_STR(""), each_row, &w));
    ck_assert_uint_eq(w.count, 1);
    OK(bo_row_del(txn, BO_TABLE_SEEN, a));
    ck_assert_int_eq(bo_row_get(txn, BO_TABLE_SEEN, a, &value), BO_NOT_FOUND);
    OK(bo_txn_touch(txn, b)); /* a graph with such a name */
    bo_graph_info info;
    OK(bo_txn_graph(txn, b, &info));
    ck_assert_int_eq(bo_txn_graph(txn, a, &info), BO_NOT_FOUND);
    ck_assert_int_eq(bo_row_put(txn, BO_TABLE_SEEN, BO_STR(""), b), BO_BAD_ARGUMENT);
    OK(bo_txn_commit(txn, NULL, NULL));
    ck_assert_int_eq(bo_store_check(store, NULL, NULL), BO_OK);
}
END_TEST

START_TEST(sequences_count_up) {
    uint64_t n;
    for (unsigned i = 1; i <= 3; i++) {
        bo_txn *txn = begin(BO_WRITE);
        OK(bo_txn_sequence(txn, BO_STR("jobs"), &n));
        ck_assert_uint_eq(n, 2 * i - 1);
        OK(bo_txn_sequence(txn, BO_STR("jobs"), &n));
        ck_assert_uint_eq(n, 2 * i);
        OK(bo_txn_commit(txn, NULL, NULL));
        txn = begin(BO_WRITE);
        OK(bo_txn_sequence(txn, BO_STR("jobs"), &n)); /* not kept */
        OK(bo_txn_sequence(txn, BO_STR("others"), &n));
        ck_assert_uint_eq(n, 1);
        bo_txn_abort(txn);
        reopen();
    }
}
END_TEST

static bo_status each_graph(void *context, bo_str graph, const bo_graph_info *info) {
    walk *w = context;
    snprintf(w->keys + strlen(w->keys), 100, "%.*s=%u ", BO_STR_ARG(graph), (unsigned)info->quads);
    return BO_OK;
}

START_TEST(a_touched_graph_stays_until_it_is_cleared) {
    bo_quad quad = {bo_term_iri(BO_STR("x:s")), bo_term_iri(BO_STR("x:p")), bo_term_iri(BO_STR("x:o")),
                    bo_term_iri(BO_STR("x:g"))};
    bo_graph_info first, info;
    bo_changes changes;
    clock_ms = 1000;
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_txn_touch(txn, BO_STR("x:g")));
    OK(bo_txn_commit(txn, &changes, arena));
    ck_assert_uint_eq(changes.len, 1);
    ck_assert(bo_str_eq(changes.items[0].graph, BO_STR("x:g")));
    clock_ms = 2000;
    txn = begin(BO_WRITE);
    OK(bo_txn_graph(txn, BO_STR("x:g"), &first));
    ck_assert_uint_eq(first.version, changes.items[0].version);
    OK(bo_target_insert(bo_txn_target(txn), &quad));
    OK(bo_txn_graph(txn, BO_STR("x:g"), &info)); /* the version that the commit will give */
    ck_assert_uint_gt(info.version, first.version);
    ck_assert_int_eq(info.created_ms, 1000);
    ck_assert_int_eq(info.modified_ms, 2000);
    OK(bo_target_insert(bo_txn_target(txn), &quad));
    OK(bo_txn_commit(txn, &changes, arena));
    ck_assert_uint_eq(changes.items[0].version, info.version);
    ck_assert_uint_eq(changes.items[0].inserted, 1);
    txn = begin(BO_WRITE); /* the same again changes nothing */
    OK(bo_target_remove(bo_txn_target(txn), &quad));
    OK(bo_target_insert(bo_txn_target(txn), &quad));
    OK(bo_txn_commit(txn, &changes, arena));
    ck_assert_uint_eq(changes.len, 0);
    txn = begin(BO_WRITE);
    OK(bo_target_remove(bo_txn_target(txn), &quad));
    quad.g = (bo_term){.kind = BO_NO_TERM};
    OK(bo_target_insert(bo_txn_target(txn), &quad));
    walk w = {0};
    OK(bo_txn_graphs(txn, BO_STR(""), each_graph, &w));
    ck_assert_str_eq(w.keys, "=1 x:g=0 ");
    OK(bo_txn_commit(txn, &changes, arena));
    ck_assert_uint_eq(changes.len, 2);
    ck_assert_int_eq(bo_store_check(store, NULL, NULL), BO_OK);
    txn = begin(BO_WRITE);
    bo_term graph = bo_term_iri(BO_STR("x:g"));
    OK(bo_target_clear(bo_txn_target(txn), &graph));
    OK(bo_txn_commit(txn, &changes, arena));
    ck_assert_uint_eq(changes.len, 1);
    ck_assert_uint_eq(changes.items[0].version, 0);
    txn = begin(BO_READ);
    ck_assert_int_eq(bo_txn_graph(txn, BO_STR("x:g"), &info), BO_NOT_FOUND);
    bo_txn_abort(txn);
}
END_TEST

/* Writers move a number of quads from graph to graph; readers must always see all of them. */
enum { WRITERS = 3, READERS = 3, MOVES = 40, TOKENS = 50 };
static bool writers_done;

static bo_term numbered(char room[32], const char *what, unsigned n) {
    snprintf(room, 32, "x:%s/%u", what, n);
    return bo_term_iri(bo_str_of(room));
}

static void *move_tokens(void *context) {
    unsigned me = *(unsigned *)context, seed = me;
    for (int i = 0; i < MOVES; i++) {
        char s[32], from[32], to[32];
        bo_txn *txn = begin(BO_WRITE);
        unsigned token = (unsigned)rand_r(&seed) % TOKENS;
        bo_quad quad = {numbered(s, "token", token),
                        bo_term_iri(BO_STR("x:is")),
                        bo_term_string(BO_STR("here")),
                        {.kind = BO_NO_TERM}};
        for (unsigned g = 0; g < 5; g++) {
            quad.g = numbered(from, "place", g);
            OK(bo_target_remove(bo_txn_target(txn), &quad));
        }
        quad.g = numbered(to, "place", (unsigned)rand_r(&seed) % 5);
        OK(bo_target_insert(bo_txn_target(txn), &quad));
        if (i % 7 == 3)
            bo_txn_abort(txn);
        else
            OK(bo_txn_commit(txn, NULL, NULL));
    }
    return NULL;
}

static void *count_tokens(void *context) {
    (void)context;
    bo_arena *mine = bo_arena_new(0);
    bo_batch *batch = malloc(sizeof *batch);
    while (!__atomic_load_n(&writers_done, __ATOMIC_ACQUIRE)) {
        bo_txn *txn = begin(BO_READ);
        bo_source *source;
        bo_scan *scan;
        size_t count = 0;
        bo_arena_reset(mine);
        OK(bo_txn_source(&source, txn, NULL, mine));
        OK(bo_source_scan(source, &scan, &(bo_ids){0}, BO_POSG, mine));
        do {
            OK(bo_scan_next(scan, batch));
            count += batch->len;
        } while (batch->len > 0);
        bo_scan_close(scan);
        bo_txn_abort(txn);
        ck_assert_uint_eq(count, TOKENS);
    }
    free(batch);
    bo_arena_free(mine);
    return NULL;
}

START_TEST(readers_never_see_a_half) {
    bo_txn *txn = begin(BO_WRITE);
    for (unsigned i = 0; i < TOKENS; i++) {
        char s[32], g[32];
        bo_quad quad = {numbered(s, "token", i), bo_term_iri(BO_STR("x:is")), bo_term_string(BO_STR("here")),
                        numbered(g, "place", 0)};
        OK(bo_target_insert(bo_txn_target(txn), &quad));
    }
    OK(bo_txn_commit(txn, NULL, NULL));
    pthread_t threads[WRITERS + READERS];
    unsigned numbers[WRITERS];
    writers_done = false;
    for (unsigned i = 0; i < WRITERS; i++) {
        numbers[i] = i + 1;
        pthread_create(&threads[i], NULL, move_tokens, &numbers[i]);
    }
    for (unsigned i = 0; i < READERS; i++) pthread_create(&threads[WRITERS + i], NULL, count_tokens, NULL);
    for (unsigned i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
    __atomic_store_n(&writers_done, true, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < READERS; i++) pthread_join(threads[WRITERS + i], NULL);
    reopen();
    ck_assert_int_eq(bo_store_check(store, NULL, NULL), BO_OK);
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    ck_assert_uint_eq(stats.quads, TOKENS);
}
END_TEST

START_TEST(only_a_store_is_opened) {
    bo_store *other;
    bo_store_close(store);
    store = NULL;
    ck_assert_int_eq(bo_store_open(&other, "/tmp/bocage-none", &(bo_store_options){0}), BO_NOT_FOUND);
    OK(bo_store_open(&other, folder_path, &(bo_store_options){.read_only = true, .size_cap = 1 << 28}));
    bo_txn *txn;
    OK(bo_txn_begin(&txn, other, BO_READ));
    bo_txn_abort(txn);
    bo_store_close(other);
}
END_TEST

Suite *test_rows(void) {
    Suite *suite = suite_create("store/rows");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, rows_are_kept_in_order);
    tcase_add_test(all, keys_may_be_long);
    tcase_add_test(all, sequences_count_up);
    tcase_add_test(all, a_touched_graph_stays_until_it_is_cleared);
    tcase_add_test(all, readers_never_see_a_half);
    tcase_add_test(all, only_a_store_is_opened);
    suite_add_tcase(suite, all);
    return suite;
}
