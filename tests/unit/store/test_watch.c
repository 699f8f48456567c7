/* SPDX-License-Identifier: Apache-2.0
 * What an answer rests on, and what makes it count as changed.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "bocage/store.h"
#include "unit/store/folder.h"

static bo_store *store;

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static void setup(void) {
    folder_make();
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}));
}

static void teardown(void) {
    bo_store_close(store);
    folder_remove();
}

static bo_txn *begin(bo_access access) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, access));
    return txn;
}

static void say(bo_txn *txn, const char *graph, const char *property) {
    bo_quad quad = {bo_term_iri(bo_str_of(graph)), bo_term_iri(bo_str_of(property)),
                    bo_term_string(BO_STR("x")), bo_term_iri(bo_str_of(graph))};
    OK(bo_target_insert(bo_txn_target(txn), &quad));
}

static void commit(bo_txn *txn) {
    OK(bo_txn_commit(txn, NULL, NULL));
}

static void say_now(const char *graph, const char *property) {
    bo_txn *txn = begin(BO_WRITE);
    say(txn, graph, property);
    commit(txn);
}

/* A basis of one graph and one predicate, both of which the store knows. */
static bo_basis basis_of(const char *graph, const char *property) {
    bo_basis basis = {.since = bo_store_generation(store)};
    bo_txn *txn = begin(BO_READ);
    if (graph != NULL) bo_basis_add(&basis, bo_watch_graph(txn, bo_str_of(graph)));
    if (property != NULL) bo_basis_add(&basis, bo_watch_predicate(txn, bo_str_of(property)));
    bo_txn_abort(txn);
    return basis;
}

START_TEST(a_graph_changes_alone) {
    say_now("u:a", "u:p");
    say_now("u:b", "u:p");
    bo_basis a = basis_of("u:a", NULL), b = basis_of("u:b", NULL);
    ck_assert(bo_store_unchanged(store, &a) && bo_store_unchanged(store, &b));
    say_now("u:b", "u:q");
    ck_assert(bo_store_unchanged(store, &a));
    ck_assert(!bo_store_unchanged(store, &b));
    b = basis_of("u:b", NULL);
    ck_assert(bo_store_unchanged(store, &b));
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_txn_touch(txn, BO_STR("u:b")));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &b));
    b = basis_of("u:b", NULL);
    txn = begin(BO_WRITE);
    bo_term gone = bo_term_iri(BO_STR("u:b"));
    OK(bo_target_clear(bo_txn_target(txn), &gone));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &b));
    ck_assert(bo_store_unchanged(store, &a));
}
END_TEST

START_TEST(an_alert_counts_without_a_change) {
    say_now("u:a", "u:p");
    bo_basis a = basis_of("u:a", NULL);
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_txn_alert(txn, BO_STR("u:a")));
    OK(bo_txn_alert(txn, BO_STR("u:nobody")));
    OK(bo_row_put(txn, BO_TABLE_KEY, BO_STR("k"), BO_STR("v")));
    ck_assert(bo_store_unchanged(store, &a));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &a));
}
END_TEST

START_TEST(a_predicate_changes_wherever_it_is_said) {
    say_now("u:a", "u:p");
    say_now("u:a", "u:q");
    bo_basis p = basis_of(NULL, "u:p");
    say_now("u:b", "u:q");
    ck_assert(bo_store_unchanged(store, &p));
    say_now("u:c", "u:p");
    ck_assert(!bo_store_unchanged(store, &p));
    p = basis_of(NULL, "u:p");
    bo_txn *txn = begin(BO_WRITE);
    bo_term gone = bo_term_iri(BO_STR("u:c"));
    OK(bo_target_clear(bo_txn_target(txn), &gone));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &p));
}
END_TEST

START_TEST(rows_change_by_their_keys) {
    bo_basis row = {.since = bo_store_generation(store)}, other = row;
    bo_basis_add(&row, bo_watch_row(BO_TABLE_KEY, BO_STR("k")));
    bo_basis_add(&other, bo_watch_row(BO_TABLE_SEEN, BO_STR("k")));
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_row_put(txn, BO_TABLE_KEY, BO_STR("k"), BO_STR("v")));
    bo_txn_abort(txn);
    ck_assert(bo_store_unchanged(store, &row)); /* it was not kept */
    txn = begin(BO_WRITE);
    OK(bo_row_put(txn, BO_TABLE_KEY, BO_STR("k"), BO_STR("v")));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &row));
    ck_assert(bo_store_unchanged(store, &other));
    row.since = bo_store_generation(store);
    txn = begin(BO_WRITE);
    OK(bo_row_del(txn, BO_TABLE_KEY, BO_STR("k")));
    commit(txn);
    ck_assert(!bo_store_unchanged(store, &row));
}
END_TEST

START_TEST(what_is_not_known_and_what_is_too_much_is_everything) {
    say_now("u:a", "u:p");
    bo_basis unknown = basis_of("u:later", NULL), nothing = {.since = bo_store_generation(store)};
    bo_basis much = basis_of("u:a", "u:p");
    for (int i = 0; i < BO_WATCHES_MAX; i++) bo_basis_add(&much, bo_watch_row(BO_TABLE_KEY, BO_STR("k")));
    ck_assert(bo_store_unchanged(store, &unknown) && bo_store_unchanged(store, &much));
    say_now("u:b", "u:q");
    ck_assert(!bo_store_unchanged(store, &unknown));
    ck_assert(!bo_store_unchanged(store, &much));
    ck_assert(bo_store_unchanged(store, &nothing));
}
END_TEST

/* Waits for a byte, then says something in the store; begun while no store is open, since LMDB does not
 * outlive a fork. */
static pid_t begin_other(int waits_for) {
    pid_t child = fork();
    if (child != 0) return child;
    char byte;
    bool woken = read(waits_for, &byte, 1) == 1;
    if (woken) OK(bo_store_open(&store, folder_path, &(bo_store_options){.size_cap = 1 << 28}));
    if (woken) say_now("u:z", "u:p");
    _exit(woken ? 0 : 1);
}

START_TEST(another_process_changes_everything) {
    int line[2], status;
    ck_assert_int_eq(pipe(line), 0);
    say_now("u:a", "u:p");
    bo_store_close(store);
    pid_t child = begin_other(line[0]);
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.size_cap = 1 << 28}));
    bo_basis before = basis_of("u:a", NULL);
    say_now("u:b", "u:p"); /* ours */
    ck_assert(bo_store_unchanged(store, &before));
    ck_assert_int_eq(write(line[1], "g", 1), 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    say_now("u:b", "u:q"); /* ours again, behind the other's */
    ck_assert(!bo_store_unchanged(store, &before));
    before = basis_of("u:a", NULL);
    say_now("u:b", "u:r");
    ck_assert(bo_store_unchanged(store, &before));
    close(line[0]);
    close(line[1]);
}
END_TEST

static void *keep_saying(void *ending) {
    while (!atomic_load((atomic_bool *)ending)) say_now("u:a", "u:p"), say_now("u:a", "u:q");
    return NULL;
}

/* While a commit is on its way to the disk, the file knows of it before readers do. */
START_TEST(readers_see_what_the_generation_says) {
    pthread_t writer;
    atomic_bool ending = false;
    ck_assert_int_eq(pthread_create(&writer, NULL, keep_saying, &ending), 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t said = bo_store_generation(store);
        bo_txn *txn = begin(BO_READ);
        uint64_t seen = bo_txn_generation(txn);
        bo_txn_abort(txn);
        ck_assert_uint_ge(seen, said);
    }
    atomic_store(&ending, true);
    pthread_join(writer, NULL);
}
END_TEST

Suite *test_watch(void) {
    Suite *suite = suite_create("store/watch");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, a_graph_changes_alone);
    tcase_add_test(all, an_alert_counts_without_a_change);
    tcase_add_test(all, a_predicate_changes_wherever_it_is_said);
    tcase_add_test(all, rows_change_by_their_keys);
    tcase_add_test(all, what_is_not_known_and_what_is_too_much_is_everything);
    tcase_add_test(all, another_process_changes_everything);
    tcase_add_test(all, readers_see_what_the_generation_says);
    suite_add_tcase(suite, all);
    return suite;
}
