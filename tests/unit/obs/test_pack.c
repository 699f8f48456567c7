/* SPDX-License-Identifier: Apache-2.0 */
#include "pack_folder.h"

#include "rdf/vocab.h"
#include "wac/acl.h"

enum { CONTAINERS = 30 }; /* of packs/base.ttl, with the root */
static bo_pack_counts counts;

static void set_up(void) {
    folders_make();
    counts = (bo_pack_counts){0};
}

static bo_status count_quad(void *context, const bo_quad *quad) {
    (void)quad;
    ++*(size_t *)context;
    return BO_OK;
}

/* How many quads of the store match. */
static size_t held(const bo_quad *pattern) {
    bo_txn *txn;
    bo_source *source;
    size_t count = 0;
    bo_sink sink = {.quad = count_quad, .context = &count};
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, txn, NULL, arena), BO_OK);
    ck_assert_int_eq(bo_source_match(source, pattern, false, &sink), BO_OK);
    bo_txn_abort(txn);
    return count;
}

static bo_term here(const char *path) {
    return bo_term_iri(bo_arena_join(arena, BO_STR(HOME), bo_str_of(path)));
}

#define LABEL bo_term_iri(BO_PAIR_LABEL)

START_TEST(without_a_pack_the_containers_are_there) {
    ck_assert_int_eq(pack_load(NULL, &counts), BO_OK);
    ck_assert_uint_eq(counts.containers, CONTAINERS);
    ck_assert_uint_eq(counts.resources, 0);
    bo_term root = here(""), needs = here("needs");
    ck_assert_uint_eq(held(&(bo_quad){root, bo_term_iri(BO_LDP_CONTAINS), needs, root}), 1);
    ck_assert_uint_eq(held(&(bo_quad){needs, bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_LDP_CONTAINER), needs}),
                      1);
}
END_TEST

START_TEST(one_address_is_one_resource_whatever_the_file) {
    pack_file("a.ttl", PREFIXES
              "<organizations/halage> a pair:Organization ; pair:label \"Halage\" ; pair:hasLocation "
              "[ pair:label \"L'île\" ; pair:hasPostalAddress [ pair:addressZipCode \"93450\" ] ] .");
    pack_file("b.ttl", PREFIXES "<organizations/halage#siege> pair:label \"Le siège\" .\n"
                                "<organizations/halage> pair:partnerOf <organizations/le-6b> .\n"
                                "<organizations/le-6b> a pair:Organization ; pair:label \"Le 6B\" .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    ck_assert_uint_eq(counts.files, 2);
    ck_assert_uint_eq(counts.resources, 2);
    bo_term halage = here("organizations/halage"), container = here("organizations");
    ck_assert_uint_eq(held(&(bo_quad){.p = LABEL, .g = halage}), 3);
    ck_assert_uint_eq(held(&(bo_quad){.o = bo_term_string(BO_STR("93450")), .g = halage}), 1);
    ck_assert_uint_eq(held(&(bo_quad){.p = LABEL, .g = here("organizations/le-6b")}), 1);
    ck_assert_uint_eq(held(&(bo_quad){container, bo_term_iri(BO_LDP_CONTAINS), {0}, container}), 2);
}
END_TEST

START_TEST(loading_twice_changes_nothing) {
    pack_file("a.ttl", PREFIXES "<> dc:title \"Ici\"@fr . <needs/x> a obc:EssentialNeed ; pair:label \"x\" ; "
                                "pair:hasLocation [ pair:label \"là\" ] .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    size_t before = held(&(bo_quad){0});
    bo_pack_counts again;
    ck_assert_int_eq(pack_load(pack_path, &again), BO_OK);
    ck_assert_uint_eq(again.resources + again.containers, 0);
    ck_assert_uint_eq(again.passed_over, counts.resources + counts.containers);
    ck_assert_uint_eq(held(&(bo_quad){0}), before);
    /* What people changed since stays as they left it. */
    pack_file("a.ttl", PREFIXES "<needs/x> a obc:EssentialNeed ; pair:label \"y\" .");
    ck_assert_int_eq(pack_load(pack_path, &again), BO_OK);
    ck_assert_uint_eq(held(&(bo_quad){.p = LABEL, .o = bo_term_string(BO_STR("y"))}), 0);
}
END_TEST

START_TEST(coordinates_become_what_maps_read) {
    pack_file("a.ttl", PREFIXES "<places/a> a pair:Place ; pair:latitude 48.931 ; pair:longitude 2 .\n"
                                "<places/b> a pair:Place ; pair:latitude 4.8931E1 ; obc:weight 48.931 .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    bo_term latitude = bo_term_typed(BO_STR("4.8931E1"), BO_XSD_DOUBLE);
    ck_assert_uint_eq(held(&(bo_quad){.o = latitude}), 2);
    ck_assert_uint_eq(held(&(bo_quad){.o = bo_term_typed(BO_STR("2.0E0"), BO_XSD_DOUBLE)}), 1);
    ck_assert_uint_eq(held(&(bo_quad){.o = bo_term_typed(BO_STR("48.931"), BO_XSD_DECIMAL)}), 1);
}
END_TEST

/* A pack with a fault is refused as a whole, and the error says where it is. */
static const struct {
    const char *turtle;
    bo_status status;
    unsigned line;
    const char *says;
} faults[] = {
    {"<needs/a> a <x>\n<needs/b> .", BO_SYNTAX, 2, "a.ttl, line 2"},
    {"<http://ailleurs.example/a> <p> 1 .", BO_INVALID, 0, "http://ailleurs.example/a"},
    {"<nulle-part/a> <p> 1 .", BO_NOT_FOUND, 0, "nulle-part"},
    {"<needs/a> a <x> .", BO_INVALID, 0, "does not accept this type"},
    {"<jardins> a <x> . [] <q> 2 .", BO_INVALID, 0, "no address"},
    {"<jardins> <http://virtual-assembly.org/ontologies/pair#latitude> \"au nord\" .", BO_INVALID, 0,
     "au nord"},
};

START_TEST(a_fault_is_told_and_changes_nothing) {
    pack_file("a.ttl", faults[_i].turtle);
    ck_assert_int_eq(pack_load(pack_path, &counts), faults[_i].status);
    const bo_error *error = bo_error_last();
    ck_assert_msg(strstr(error->message, faults[_i].says) != NULL, "%s", error->message);
    if (faults[_i].line > 0) ck_assert_uint_eq(error->line, faults[_i].line);
    ck_assert_uint_eq(held(&(bo_quad){0}), 0);
    ck_assert_uint_eq(counts.resources, 0);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told) {
    ck_assert_int_eq(pack_load("/nulle/part", &counts), BO_NOT_FOUND);
}
END_TEST

START_TEST(a_pack_may_bring_a_container_of_its_own) {
    pack_file("a.ttl",
              PREFIXES "<jardins> a ldp:Container ; dc:title \"Jardins\"@fr . <jardins/un> a obc:Wealth .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    bo_term container = here("jardins");
    ck_assert_uint_eq(
        held(&(bo_quad){container, bo_term_iri(BO_LDP_CONTAINS), here("jardins/un"), container}), 1);
}
END_TEST

START_TEST(nodes_that_hold_each_other_end) {
    pack_file(
        "a.ttl", PREFIXES
        "<needs/a> a obc:EssentialNeed ; pair:hasPart _:x . _:x pair:partOf _:y . _:y pair:partOf _:x .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    ck_assert_uint_eq(held(&(bo_quad){.p = bo_term_iri(BO_STR(BO_PAIR_NS "partOf")), .g = here("needs/a")}),
                      2);
}
END_TEST

START_TEST(what_a_pack_says_takes_the_place_of_the_base) {
    pack_file("a.ttl", PREFIXES "@prefix conf: <https://w3id.org/bien-commun/instance#> .\n"
                                "<> conf:without <riches> .\n"
                                "<needs> dc:title \"Manques\"@fr ; conf:accepts obc:Lack .\n"
                                "<needs/a> a obc:Lack .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    bo_term needs = here("needs"), accepts = bo_term_iri(BO_CONF_ACCEPTS);
    ck_assert_uint_eq(held(&(bo_quad){needs, bo_term_iri(BO_DC_TITLE), {0}, needs}), 1);
    ck_assert_uint_eq(held(&(bo_quad){needs, accepts, {0}, needs}), 1);
    ck_assert_uint_eq(held(&(bo_quad){needs, bo_term_iri(BO_CONF_MEMBER_NAME), {0}, needs}), 1);
    ck_assert_uint_eq(held(&(bo_quad){.s = here("riches")}), 0);
    ck_assert_uint_eq(counts.containers, CONTAINERS - 1);
}
END_TEST

START_TEST(a_pack_may_give_rights) {
    pack_file("a.ttl",
              PREFIXES "@prefix acl: <http://www.w3.org/ns/auth/acl#> .\n"
                       "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
                       "[] a acl:Authorization ; acl:accessTo <needs> ; acl:mode acl:Read, acl:Append ; "
                       "acl:agentClass foaf:Agent .\n"
                       "[] a acl:Authorization ; acl:default <ideas> ; acl:mode acl:Read ; "
                       "acl:agentClass acl:AuthenticatedAgent .");
    ck_assert_int_eq(pack_load(pack_path, &counts), BO_OK);
    bo_txn *txn;
    bo_acl acl;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_acl_get(&acl, txn, here("needs").value, arena), BO_OK);
    ck_assert_uint_eq(acl.len, 1);
    ck_assert_int_eq(acl.items[0].kind, BO_AGENT_ANYONE);
    ck_assert_uint_eq(acl.items[0].modes, BO_MODE_READ | BO_MODE_APPEND);
    ck_assert_int_eq(bo_acl_get(&acl, txn, here("ideas").value, arena), BO_OK);
    ck_assert_uint_eq(acl.len, 1);
    ck_assert(acl.items[0].is_default);
    ck_assert_int_eq(acl.items[0].kind, BO_AGENT_MEMBERS);
    bo_txn_abort(txn);
}
END_TEST

Suite *test_pack(void);
Suite *test_pack(void) {
    Suite *suite = suite_create("obs/pack");
    TCase *cases = tcase_create("pack");
    tcase_add_checked_fixture(cases, set_up, folders_remove);
    tcase_add_test(cases, without_a_pack_the_containers_are_there);
    tcase_add_test(cases, one_address_is_one_resource_whatever_the_file);
    tcase_add_test(cases, loading_twice_changes_nothing);
    tcase_add_test(cases, coordinates_become_what_maps_read);
    tcase_add_loop_test(cases, a_fault_is_told_and_changes_nothing, 0, sizeof faults / sizeof *faults);
    tcase_add_test(cases, a_folder_that_is_not_there_is_told);
    tcase_add_test(cases, a_pack_may_bring_a_container_of_its_own);
    tcase_add_test(cases, nodes_that_hold_each_other_end);
    tcase_add_test(cases, what_a_pack_says_takes_the_place_of_the_base);
    tcase_add_test(cases, a_pack_may_give_rights);
    suite_add_tcase(suite, cases);
    return suite;
}
