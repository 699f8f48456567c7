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

static void say(const char *subject, bo_str property, const char *object) {
    bo_term s = bo_term_iri(bo_str_of(subject));
    bo_quad quad = {s, bo_term_iri(property), bo_term_iri(bo_str_of(object)), s};
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &quad), BO_OK);
}

static void contain(const char *container, const char *member) {
    say(container, BO_LDP_CONTAINS, member);
    say(container, BO_RDF_TYPE, "http://www.w3.org/ns/ldp#Container");
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
#define TABLE HOME "/doc#table"

/* / > /c > /c/d > /c/d/x, and /e holds x too. */
static void tree(void) {
    contain(HOME "/", HOME "/c");
    contain(HOME "/", HOME "/e");
    contain(HOME "/c", HOME "/c/d");
    contain(HOME "/c/d", HOME "/c/d/x");
    contain(HOME "/e", HOME "/c/d/x");
    say(HOME "/c/d/x", BO_RDF_TYPE, "http://example.org/Thing");
}

/* The table of cases.def. */

static const struct {
    bool goes_on;
    const char *lists, *who, *origin, *iri, *modes[2]; /* semapps, solid */
    int line;
} cases[] = {
#define WAC_CASE(lists, who, origin, iri, semapps, solid)                                                    \
    {false, lists, who, origin, iri, {semapps, solid}, __LINE__},
#define WAC_THEN(lists, who, origin, iri, semapps, solid)                                                    \
    {true, lists, who, origin, iri, {semapps, solid}, __LINE__},
#include "cases.def"
#undef WAC_CASE
#undef WAC_THEN
};

static const char *const holders[] = {"/", "/c", "/e", "/c/d", "/c/d/x"};
static const struct {
    const char *word;
    bo_agent_kind kind;
    const char *agent;
} agents[] = {{"anyone", BO_AGENT_ANYONE, ""},     {"members", BO_AGENT_MEMBERS, ""},
              {"alice", BO_AGENT_ONE, ALICE},      {"bob", BO_AGENT_ONE, BOB},
              {"voisins", BO_AGENT_GROUP, GROUP},  {"table", BO_AGENT_GROUP, TABLE},
              {"https://", BO_AGENT_ORIGIN, NULL}, {"http://", BO_AGENT_ONE, NULL}};

/* Who a word means; addresses mean themselves. */
static void read_agent(bo_authorisation *one, bo_str word) {
    size_t i = 0;
    while (i < sizeof agents / sizeof *agents && !bo_str_starts(word, bo_str_of(agents[i].word))) i++;
    ck_assert_msg(i < sizeof agents / sizeof *agents, "'%.*s' is no agent", BO_STR_ARG(word));
    one->kind = agents[i].kind;
    one->agent = agents[i].agent != NULL ? bo_str_of(agents[i].agent) : word;
}

static bo_modes read_modes(bo_str letters) {
    bo_modes modes = 0;
    for (size_t i = 0; i < letters.len; i++) modes |= bo_mode_of_letter(letters.ptr[i]);
    return modes;
}

static bo_str path_iri(bo_str path) {
    return bo_arena_join(arena, BO_STR(HOME), path);
}

/* "in /c alice rw, anyone r": of the two scopes of a list the other one stays. */
static void put_list(bo_str text) {
    const bo_str in = BO_STR("in ");
    bo_acl acl = {0}, old;
    bool is_default = bo_str_starts(text, in);
    if (is_default) text = bo_str_from(text, in.len);
    size_t end = bo_str_find(text, ' ');
    bo_str holder = path_iri(bo_str_head(text, end)), rest = bo_str_from(text, end + 1), part;
    ck_assert_int_eq(bo_acl_get(&old, txn, holder, arena), BO_OK);
    for (size_t i = 0; i < old.len; i++)
        if (old.items[i].is_default != is_default)
            ck_assert_int_eq(bo_acl_add(&acl, &old.items[i], arena), BO_OK);
    while (bo_str_cut(&part, &rest, ',')) {
        part = bo_str_trim(part);
        size_t gap = bo_str_find(part, ' ');
        bo_authorisation one = {
            .holder = holder, .is_default = is_default, .modes = read_modes(bo_str_from(part, gap + 1))};
        read_agent(&one, bo_str_head(part, gap));
        ck_assert_int_eq(bo_acl_add(&acl, &one, arena), BO_OK);
    }
    ck_assert_int_eq(bo_acl_put(&wac, txn, holder, &acl, arena), BO_OK);
}

/* "-/c", "voisins alice", "-voisins bob", or a list. */
static void change(bo_str text) {
    const bo_str join = BO_STR("voisins "), leave = BO_STR("-voisins ");
    bo_authorisation who;
    if (bo_str_starts(text, join)) {
        read_agent(&who, bo_str_from(text, join.len));
        ck_assert_int_eq(bo_wac_group_add(&wac, txn, BO_STR(GROUP), who.agent, arena), BO_OK);
    } else if (bo_str_starts(text, leave)) {
        read_agent(&who, bo_str_from(text, leave.len));
        ck_assert_int_eq(bo_wac_group_remove(txn, BO_STR(GROUP), who.agent), BO_OK);
    } else if (bo_str_starts(text, BO_STR("-"))) {
        ck_assert_int_eq(bo_acl_drop(&wac, txn, path_iri(bo_str_from(text, 1)), arena), BO_OK);
    } else if (text.len > 0) {
        put_list(text);
    }
}

/* Lists away, bob alone in the group, alice at the table. */
static void begin_case(void) {
    bo_term doc = bo_term_iri(BO_STR(HOME "/doc"));
    bo_quad table = {bo_term_iri(BO_STR(TABLE)), bo_term_iri(BO_VCARD_HAS_MEMBER), bo_term_iri(BO_STR(ALICE)),
                     doc};
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
        bo_status status = bo_acl_drop(&wac, txn, path_iri(bo_str_of(holders[i])), arena);
        ck_assert(status == BO_OK || status == BO_NOT_FOUND);
    }
    change(BO_STR("-voisins alice"));
    change(BO_STR("voisins bob"));
    ck_assert_int_eq(bo_target_insert(bo_txn_target(txn), &table), BO_OK);
}

static bo_asker asker_of(const char *word, const char *origin) {
    bo_authorisation one = {.agent = BO_STR("")};
    bool is_admin = strcmp(word, "admin") == 0;
    if (word[0] != '\0' && !is_admin) read_agent(&one, bo_str_of(word));
    return (bo_asker){.webid = one.agent, .is_admin = is_admin, .origin = bo_str_of(origin)};
}

/* What the index of hidden graphs says of all resources is what strangers may read. */
static void check_index(int line) {
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
        bo_modes modes;
        bo_str iri = path_iri(bo_str_of(holders[i]));
        ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &(bo_asker){0}, iri, arena), BO_OK);
        bool hidden = bo_wac_is_hidden(txn, iri) == BO_OK;
        ck_assert_msg(hidden == ((modes & BO_MODE_READ) == 0), "cases.def:%d: the index of %.*s is wrong",
                      line, BO_STR_ARG(iri));
    }
}

START_TEST(cases_hold) {
    wac.nearest = _i == 1;
    tree();
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        ck_assert_int_eq(bo_wac_settle(&wac, txn, path_iri(bo_str_of(holders[i])), false, arena), BO_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_modes modes, expected = read_modes(bo_str_of(cases[i].modes[_i]));
        bo_str lists = bo_str_of(cases[i].lists), list;
        bo_asker asker = asker_of(cases[i].who, cases[i].origin);
        if (!cases[i].goes_on) begin_case();
        while (bo_str_cut(&list, &lists, ';')) change(bo_str_trim(list));
        bo_str iri = path_iri(bo_str_of(cases[i].iri));
        ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &asker, iri, arena), BO_OK);
        ck_assert_msg(modes == expected, "cases.def:%d, %s: '%s' gives %s %x on %s instead of %x",
                      cases[i].line, wac.nearest ? "solid" : "semapps", cases[i].lists, cases[i].who, modes,
                      cases[i].iri, expected);
        check_index(cases[i].line);
    }
}
END_TEST

/* First rights: with `solid` a new resource gets no list where one above it says what it holds. */
START_TEST(creators_have_rights) {
    static const struct {
        const char *above;
        const char *modes[2]; /* alice's, who makes /c/n */
    } makings[] = {{"", {"rawc", "rawc"}},
                   {"/c anyone r", {"rawc", "rawc"}},
                   {"in /c alice a, anyone r", {"rawc", "ra"}},
                   {"in / members r", {"rawc", "r"}},
                   {"in / members r; /c anyone r", {"rawc", "rawc"}},
                   {"in / admins rwc", {"rawc", "rawc"}}};
    wac.nearest = _i == 1;
    tree();
    contain(HOME "/c", HOME "/c/n");
    for (size_t i = 0; i < sizeof makings / sizeof *makings; i++) {
        bo_modes modes;
        bo_str lists = bo_str_of(makings[i].above), list;
        begin_case();
        if (bo_str_find_str(lists, BO_STR("admins")) < lists.len)
            ck_assert_int_eq(bo_wac_admit(&wac, txn, BO_STR(HOME "/users/root"), arena), BO_OK);
        else
            while (bo_str_cut(&list, &lists, ';')) change(bo_str_trim(list));
        ck_assert_int_eq(bo_wac_found(&wac, txn, BO_STR(HOME "/c/n"), false, BO_STR(ALICE), arena), BO_OK);
        bo_asker alice = {.webid = BO_STR(ALICE)};
        ck_assert_int_eq(bo_wac_modes(&wac, &modes, txn, &alice, BO_STR(HOME "/c/n"), arena), BO_OK);
        ck_assert_msg(modes == read_modes(bo_str_of(makings[i].modes[_i])), "below '%s' alice has %x",
                      makings[i].above, modes);
        ck_assert_int_eq(bo_wac_forget(txn, BO_STR(HOME "/c/n")), BO_OK);
    }
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
    tcase_add_loop_test(rights, cases_hold, 0, 2);
    tcase_add_loop_test(rights, creators_have_rights, 0, 2);
    tcase_add_test(rights, others_graphs_are_readable_and_ours_without_rights_are_not);
    tcase_add_test(rights, containers_that_hold_each_other_end);
    tcase_add_test(rights, a_list_comes_back_from_its_row);
    tcase_add_test(rights, an_invitation_counts_for_its_resource_alone);
    tcase_add_test(rights, modes_are_words);
    suite_add_tcase(suite, rights);
    return suite;
}
