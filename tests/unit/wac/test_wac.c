/* SPDX-License-Identifier: Apache-2.0
 * The two policies, each by a table of cases.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/group.h"

Suite *test_wac(void);

#define HOME "http://h"

static bo_arena *arena;
static bo_store *store;
static bo_txn *txn;
static bo_wac wac;
static char folder[64];

static void set_up(void) {
    arena = bo_arena_new(0);
    memcpy(folder, "/tmp/bocage-wac-XXXXXX", 23);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    wac = (bo_wac){.base_url = BO_STR(HOME),
                   .anyone = BO_MODE_READ,
                   .members = BO_MODE_READ,
                   .creator = BO_MODE_READ | BO_MODE_WRITE | BO_MODE_CONTROL};
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

static void contain(const char *container, const char *member) {
    bo_term c = bo_term_iri(bo_str_of(container));
    bo_quad quad = {c, bo_term_iri(BO_LDP_CONTAINS), bo_term_iri(bo_str_of(member)), c};
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
}

/* One authorisation, and the list that it is in. */
typedef struct line {
    const char *holder;
    bool is_default;
    bo_modes modes;
    bo_agent_kind kind;
    const char *agent;
} line;

static void put(const line *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bo_acl acl;
        bo_str holder = bo_str_of(lines[i].holder);
        ck_assert_int_eq(bo_acl_get(&acl, txn, holder, arena), BO_OK);
        bo_authorisation one = {holder, lines[i].is_default, lines[i].modes, lines[i].kind,
                                bo_str_of(lines[i].agent ? lines[i].agent : "")};
        ck_assert_int_eq(bo_acl_add(&acl, &one, arena), BO_OK);
        ck_assert_int_eq(bo_acl_put(&wac, txn, holder, &acl, arena), BO_OK);
    }
}

static void may(const char *webid, const char *iri, bo_modes expected) {
    bo_asker asker = {.webid = bo_str_of(webid)};
    bo_modes modes;
    ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &asker, bo_str_of(iri), arena), BO_OK);
    ck_assert_msg(modes == expected, "%s may %x with %s instead of %x", webid, modes, iri, expected);
    if (webid[0] != '\0') return;
    bool hidden = bo_wac_is_hidden(txn, bo_str_of(iri)) == BO_OK;
    ck_assert_msg(hidden == ((modes & BO_MODE_READ) == 0), "the index of %s is wrong", iri);
}

enum { R = BO_MODE_READ, A = BO_MODE_APPEND, W = BO_MODE_WRITE, C = BO_MODE_CONTROL };

#define ALICE HOME "/users/alice"
#define BOB HOME "/users/bob"
#define GROUP HOME "/_groups/voisins"

/* / > /c > /c/d > /c/d/x, and /e holds x too. */
static void tree(void) {
    contain(HOME "/", HOME "/c");
    contain(HOME "/", HOME "/e");
    contain(HOME "/c", HOME "/c/d");
    contain(HOME "/c/d", HOME "/c/d/x");
    contain(HOME "/e", HOME "/c/d/x");
}

START_TEST(semapps_adds_what_all_containers_give) {
    const line lines[] = {{HOME "/c/d/x", false, R | W | C, BO_AGENT_ONE, ALICE},
                          {HOME "/c", true, R, BO_AGENT_MEMBERS, NULL},
                          {HOME "/c", false, R, BO_AGENT_ANYONE, NULL},
                          {HOME "/", true, C, BO_AGENT_GROUP, GROUP},
                          {HOME "/c/d", false, R, BO_AGENT_ANYONE, NULL}};
    tree();
    ck_assert_int_eq(bo_wac_group_add(&wac, txn, BO_STR(GROUP), BO_STR(BOB), arena), BO_OK);
    put(lines, sizeof lines / sizeof *lines);
    may("", HOME "/c", R);
    may("", HOME "/c/d/x", 0);
    may(ALICE, HOME "/c/d/x", R | A | W | C);
    may(BOB, HOME "/c/d/x", R | C);
    may(BOB, HOME "/e", C);
    may("http://elsewhere/z", HOME "/c/d/x", R);
    const line more[] = {{HOME "/e", true, R, BO_AGENT_ANYONE, NULL}};
    put(more, 1);
    may("", HOME "/c/d/x", R);
    may("", HOME "/e", 0);
    ck_assert_int_eq(bo_wac_group_delete(&wac, txn, BO_STR(GROUP), arena), BO_OK);
    may(BOB, HOME "/e", 0);
}
END_TEST

START_TEST(solid_takes_the_nearest_list_alone) {
    const line lines[] = {{HOME "/", true, R, BO_AGENT_ANYONE, NULL},
                          {HOME "/", false, R, BO_AGENT_ANYONE, NULL},
                          {HOME "/c", true, R | W, BO_AGENT_ONE, ALICE},
                          {HOME "/c", false, R, BO_AGENT_MEMBERS, NULL}};
    wac.nearest = true;
    tree();
    put(lines, sizeof lines / sizeof *lines);
    may("", HOME "/", R);
    may("", HOME "/e", R);
    may("", HOME "/c", 0);
    may(BOB, HOME "/c", R);
    may("", HOME "/c/d", 0);
    may(ALICE, HOME "/c/d", R | A | W);
    const line own[] = {{HOME "/c/d/x", false, R, BO_AGENT_ONE, BOB}};
    put(own, 1);
    may(ALICE, HOME "/c/d/x", 0);
    may(BOB, HOME "/c/d/x", R);
}
END_TEST

START_TEST(others_graphs_are_readable_and_ours_without_rights_are_not) {
    may("", "http://elsewhere/a", R);
    bo_modes modes;
    ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &(bo_asker){0}, BO_STR(HOME "/a"), arena), BO_OK);
    ck_assert_uint_eq(modes, 0);
    ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &(bo_asker){0}, BO_STR("http://host.example/a"), arena),
                     BO_OK);
    ck_assert_uint_eq(modes, R);
    ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &(bo_asker){.is_admin = true}, BO_STR(HOME "/a"), arena),
                     BO_OK);
    ck_assert_uint_eq(modes, R | A | W | C);
}
END_TEST

START_TEST(containers_that_hold_each_other_end) {
    const line lines[] = {{HOME "/p", true, R, BO_AGENT_ANYONE, NULL}};
    contain(HOME "/p", HOME "/q");
    contain(HOME "/q", HOME "/p");
    put(lines, 1);
    may("", HOME "/q", R);
    may("", HOME "/p", 0); /* what it holds holds it, but it is not its own container */
}
END_TEST

START_TEST(an_invitation_counts_for_its_resource_alone) {
    static const line list[] = {{HOME "/a", false, BO_MODE_READ, BO_AGENT_ONE, HOME "/users/alice"},
                                {HOME "/a/b", false, BO_MODE_READ, BO_AGENT_ONE, HOME "/users/alice"}};
    const bo_asker invited = {.granted = BO_STR(HOME "/a"), .grant = BO_MODE_READ | BO_MODE_WRITE};
    static const struct {
        const char *iri;
        bo_modes modes;
    } cases[] = {{HOME "/a", BO_MODE_READ | BO_MODE_WRITE | BO_MODE_APPEND}, {HOME "/a/b", 0}, {HOME "/", 0}};
    bo_modes modes;
    contain(HOME "/", HOME "/a");
    contain(HOME "/a", HOME "/a/b");
    put(list, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &invited, bo_str_of(cases[i].iri), arena), BO_OK);
        ck_assert_uint_eq(modes, cases[i].modes);
    }
}
END_TEST

START_TEST(a_list_comes_back_from_its_row) {
    const line lines[] = {{HOME "/a", false, R, BO_AGENT_ANYONE, NULL},
                          {HOME "/a", false, W, BO_AGENT_ANYONE, NULL},
                          {HOME "/a", false, C, BO_AGENT_ONE, "http://elsewhere/users/=odd%20one"},
                          {HOME "/a", true, R | A | W | C, BO_AGENT_GROUP, GROUP},
                          {HOME "/a", true, A, BO_AGENT_MEMBERS, NULL}};
    bo_acl acl;
    put(lines, sizeof lines / sizeof *lines);
    ck_assert_int_eq(bo_acl_get(&acl, txn, BO_STR(HOME "/a"), arena), BO_OK);
    ck_assert_uint_eq(acl.len, 4);
    ck_assert_uint_eq(acl.items[0].modes, R | W);
    ck_assert(bo_str_eq(acl.items[1].agent, BO_STR("http://elsewhere/users/=odd%20one")));
    ck_assert_uint_eq(acl.items[1].modes, C);
    ck_assert_uint_eq(acl.items[2].modes, R | A | W | C);
    ck_assert(acl.items[2].is_default && acl.items[2].kind == BO_AGENT_GROUP);
    ck_assert(acl.items[3].is_default && acl.items[3].kind == BO_AGENT_MEMBERS);
}
END_TEST

START_TEST(modes_are_words) {
    bo_modes modes;
    ck_assert_int_eq(bo_modes_parse(&modes, BO_STR(" read  control ")), BO_OK);
    ck_assert_uint_eq(modes, R | C);
    ck_assert_int_eq(bo_modes_parse(&modes, BO_STR("")), BO_OK);
    ck_assert_uint_eq(modes, 0);
    ck_assert_int_eq(bo_modes_parse(&modes, BO_STR("read sing")), BO_BAD_ARGUMENT);
    char room[128];
    ck_assert(
        bo_str_eq(bo_wac_allow(R | A | W, R, room), BO_STR("user=\"read append write\", public=\"read\"")));
    ck_assert(bo_str_eq(bo_wac_allow(0, 0, room), BO_STR("user=\"\", public=\"\"")));
}
END_TEST

Suite *test_wac(void) {
    Suite *suite = suite_create("wac");
    TCase *rights = tcase_create("rights");
    tcase_add_checked_fixture(rights, set_up, tear_down);
    tcase_add_test(rights, semapps_adds_what_all_containers_give);
    tcase_add_test(rights, solid_takes_the_nearest_list_alone);
    tcase_add_test(rights, others_graphs_are_readable_and_ours_without_rights_are_not);
    tcase_add_test(rights, containers_that_hold_each_other_end);
    tcase_add_test(rights, a_list_comes_back_from_its_row);
    tcase_add_test(rights, an_invitation_counts_for_its_resource_alone);
    tcase_add_test(rights, modes_are_words);
    suite_add_tcase(suite, rights);
    return suite;
}
