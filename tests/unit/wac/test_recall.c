/* SPDX-License-Identifier: Apache-2.0
 * What is hidden from whom, found out once and remembered: it must change when rights do.
 */
#include "rdf/vocab.h"
#include "unit/store/folder.h"
#include "wac/acl.h"
#include "wac/group.h"
#include "wac/wac.h"

#define HOME "http://h"
#define ALICE HOME "/users/alice"
#define BOB HOME "/users/bob"
#define SECRET HOME "/secret"
#define GROUP HOME "/_groups/voisins"

static bo_arena *arena;
static bo_store *store;
static bo_wac wac;

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static bo_txn *begin(bo_access access) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, access));
    return txn;
}

static void commit(bo_txn *txn) {
    OK(bo_txn_commit(txn, NULL, arena));
}

/* A list of one: nobody else may read. */
static void give(bo_txn *txn, bo_agent_kind kind, const char *agent) {
    bo_acl acl = {0};
    bo_authorisation one = {BO_STR(SECRET), false, BO_MODE_READ, kind, bo_str_of(agent)};
    OK(bo_acl_add(&acl, &one, arena));
    OK(bo_acl_put(&wac, txn, BO_STR(SECRET), &acl, arena));
}

static void give_now(bo_agent_kind kind, const char *agent) {
    bo_txn *txn = begin(BO_WRITE);
    give(txn, kind, agent);
    commit(txn);
}

static bo_status count(void *context, const bo_quad *quad) {
    (void)quad;
    ++*(unsigned *)context;
    return BO_OK;
}

static bool sees(bo_txn *txn, const char *webid) {
    const bo_graph_set *readable;
    bo_source *source;
    unsigned quads = 0;
    bo_asker asker = {.webid = bo_str_of(webid)};
    OK(bo_wac_readable(&wac, &readable, txn, &asker, arena));
    OK(bo_txn_source(&source, txn, readable, arena));
    OK(bo_source_match(source, &(bo_quad){.g = bo_term_iri(BO_STR(SECRET))}, false,
                       &(bo_sink){.quad = count, .context = &quads}));
    return quads > 0;
}

/* Twice: the second time it is remembered. */
static bool sees_now(const char *webid) {
    bo_txn *txn = begin(BO_READ);
    bool first = sees(txn, webid), second = sees(txn, webid);
    bo_txn_abort(txn);
    ck_assert(first == second);
    return first;
}

static void set_up(void) {
    folder_make();
    arena = bo_arena_new(0);
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true}));
    wac = (bo_wac){.base_url = BO_STR(HOME)};
    OK(bo_wac_recall_new(&wac.recall));
    bo_txn *txn = begin(BO_WRITE);
    bo_term secret = bo_term_iri(BO_STR(SECRET));
    OK(bo_target_insert(bo_txn_target(txn), &(bo_quad){secret, bo_term_iri(BO_RDF_TYPE), secret, secret}));
    give(txn, BO_AGENT_ONE, ALICE);
    OK(bo_wac_group_new(txn, BO_STR(GROUP)));
    OK(bo_wac_group_add(&wac, txn, BO_STR(GROUP), BO_STR(ALICE), arena));
    commit(txn);
}

static void tear_down(void) {
    bo_wac_recall_free(wac.recall);
    bo_store_close(store);
    bo_arena_free(arena);
    folder_remove();
}

START_TEST(each_sees_what_is_theirs_and_changes_count_at_once) {
    ck_assert(sees_now(ALICE) && !sees_now(BOB) && !sees_now(""));
    give_now(BO_AGENT_ONE, BOB);
    ck_assert(!sees_now(ALICE) && sees_now(BOB) && !sees_now(""));
    give_now(BO_AGENT_ANYONE, "");
    ck_assert(sees_now(ALICE) && sees_now(BOB) && sees_now(""));
    give_now(BO_AGENT_ONE, ALICE);
    ck_assert(sees_now(ALICE) && !sees_now(BOB) && !sees_now(""));
}
END_TEST

START_TEST(members_of_groups_come_and_go) {
    give_now(BO_AGENT_GROUP, GROUP);
    ck_assert(sees_now(ALICE) && !sees_now(BOB));
    bo_txn *txn = begin(BO_WRITE);
    OK(bo_wac_group_add(&wac, txn, BO_STR(GROUP), BO_STR(BOB), arena));
    commit(txn);
    ck_assert(sees_now(BOB));
    txn = begin(BO_WRITE);
    OK(bo_wac_group_remove(txn, BO_STR(GROUP), BO_STR(BOB)));
    commit(txn);
    ck_assert(!sees_now(BOB) && sees_now(ALICE));
}
END_TEST

START_TEST(a_transaction_sees_its_own_state) {
    ck_assert(!sees_now(BOB));
    bo_txn *txn = begin(BO_WRITE);
    ck_assert(!sees(txn, BOB));
    give(txn, BO_AGENT_ONE, BOB);
    ck_assert(sees(txn, BOB) && !sees(txn, ALICE));
    bo_txn_abort(txn);
    ck_assert(!sees_now(BOB) && sees_now(ALICE));
    bo_txn *before = begin(BO_READ);
    give_now(BO_AGENT_ONE, BOB);
    ck_assert(sees_now(BOB));
    ck_assert(!sees(before, BOB) && sees(before, ALICE));
    ck_assert(sees_now(BOB) && !sees_now(ALICE));
    bo_txn_abort(before);
}
END_TEST

Suite *test_recall(void) {
    Suite *suite = suite_create("wac/recall");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, each_sees_what_is_theirs_and_changes_count_at_once);
    tcase_add_test(all, members_of_groups_come_and_go);
    tcase_add_test(all, a_transaction_sees_its_own_state);
    suite_add_tcase(suite, all);
    return suite;
}
