/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bocage/iri.h"
#include "ldp/resource.h"
#include "rdf/vocab.h"

static bo_arena *arena;
static bo_store *store;
static char folder[64];

static void set_up(void) {
    arena = bo_arena_new(0);
    memcpy(folder, "/tmp/bocage-ldp-XXXXXX", 23);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(bo_store_open(&store, folder, &(bo_store_options){.create = true}), BO_OK);
}

static void tear_down(void) {
    bo_store_close(store);
    char path[96];
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    bo_arena_free(arena);
}

static void slug_is(const char *text, const char *expected) {
    bo_str slug = bo_ldp_slug(bo_str_of(text), arena);
    ck_assert_msg(bo_str_eq(slug, bo_str_of(expected)), "'%s' became '%.*s'", text, BO_STR_ARG(slug));
}

START_TEST(slugs_are_fit_for_paths) {
    slug_is("Fête de l'été", "fete-de-l-ete");
    slug_is("hello world.png", "hello-world.png");
    slug_is("R&D / Café", "r-et-d-cafe");
    slug_is("100% bio", "100-bio");
    slug_is("a_b-c", "a_b-c");
    slug_is("émile@example.org", "emile-example.org");
    slug_is("L'Œuvre", "l-oeuvre");
    slug_is("C++ & €", "c-et-eur");
    slug_is("Le Jardin des \xC9pinettes", "le-jardin-des-epinettes"); /* ISO 8859-1 */
    slug_is("e\xCC\x81te\xCC\x81", "ete");                            /* combining accents */
    slug_is("../../_acl/organizations", "acl-organizations");
    slug_is("日本", "");
    slug_is("", "");
}
END_TEST

START_TEST(parents_go_up_to_the_root) {
    static const char *const up[] = {"http://h:3/a/b/c", "http://h:3/a/b", "http://h:3/a", "http://h:3/", ""};
    for (size_t i = 0; i + 1 < sizeof up / sizeof *up; i++) {
        bo_str parent = bo_ldp_parent(bo_str_of(up[i]));
        ck_assert_msg(bo_str_eq(parent, bo_str_of(up[i + 1])), "%s gave %.*s", up[i], BO_STR_ARG(parent));
    }
}
END_TEST

static bo_graph *content_of(const char *iri, const char *turtle, bo_status expected) {
    bo_graph *graph;
    bo_ldp_body body = {.iri = bo_str_of(iri),
                        .media_type = BO_STR("text/turtle"),
                        .bytes = bo_str_of(turtle),
                        .is_new = true};
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    ck_assert_int_eq(bo_ldp_read(graph, &body, arena), expected);
    return graph;
}

static bo_status put(const char *iri, const char *container, const char *turtle, bool *created) {
    bo_graph *graph = content_of(iri, turtle, BO_OK);
    bo_ldp_write write = {.iri = bo_str_of(iri),
                          .container = bo_str_of(container),
                          .owner = BO_STR("http://h/users/a"),
                          .content = graph,
                          .now_ms = 1000,
                          .is_container = strstr(turtle, "Container") != NULL};
    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    bo_status status = bo_ldp_put(txn, &write, created, arena);
    if (status == BO_OK)
        status = bo_txn_commit(txn, NULL, arena);
    else
        bo_txn_abort(txn);
    bo_graph_free(graph);
    return status;
}

static uint64_t count(const char *s, const char *p, const char *o, const char *g) {
    bo_txn *txn;
    bo_source *source;
    bo_ids ids = {0};
    const char *const texts[] = {s, p, o, g};
    bo_id *const places[] = {&ids.s, &ids.p, &ids.o, &ids.g};
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_txn_source(&source, txn, NULL, arena), BO_OK);
    bool known = true;
    for (size_t i = 0; i < 4; i++) {
        if (texts[i] == NULL) continue;
        bo_term term = bo_term_iri(bo_str_of(texts[i]));
        ck_assert_int_eq(bo_source_id_of(source, places[i], &term), BO_OK);
        known = known && *places[i] != BO_ID_NONE;
    }
    uint64_t n = known ? source->ops->estimate(source, &ids) : 0;
    bo_txn_abort(txn);
    return n;
}

#define CONTAINS "http://www.w3.org/ns/ldp#contains"

START_TEST(members_come_and_go) {
    bool created = false;
    ck_assert_int_eq(put("http://h/", "", "<> a <http://www.w3.org/ns/ldp#Container> .", &created), BO_OK);
    ck_assert_int_eq(put("http://h/c", "http://h/", "<> a <http://www.w3.org/ns/ldp#Container> .", &created),
                     BO_OK);
    ck_assert(created);
    ck_assert_int_eq(put("http://h/x/a", "http://h/x", "<> a <http://t/T> .", &created), BO_NOT_FOUND);
    ck_assert_int_eq(
        put("http://h/c/a", "http://h/c", "<> a <http://t/T> ; <http://t/p> [ <http://t/q> 1 ] .", &created),
        BO_OK);
    ck_assert(created);
    ck_assert_uint_eq(count("http://h/c", CONTAINS, "http://h/c/a", "http://h/c"), 1);
    ck_assert_uint_eq(count(NULL, NULL, NULL, "http://h/c/a"), 6); /* with created, modified, creator */
    ck_assert_int_eq(put("http://h/c/a", "http://h/c", "<> a <http://t/T> .", &created), BO_OK);
    ck_assert(!created);
    ck_assert_uint_eq(count(NULL, NULL, NULL, "http://h/c/a"), 4);

    bo_txn *txn;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c"), 5, arena), BO_CONFLICT);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/"), 5, arena), BO_CONFLICT);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c/none"), 5, arena), BO_NOT_FOUND);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c/a"), 5, arena), BO_OK);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c/a"), 5, arena), BO_GONE);
    ck_assert_int_eq(bo_ldp_delete(txn, BO_STR("http://h/c"), 5, arena), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
    ck_assert_uint_eq(count(NULL, NULL, NULL, "http://h/c/a"), 0);
    ck_assert_uint_eq(count("http://h/c", CONTAINS, NULL, NULL), 0);

    bo_ldp_record record;
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_ldp_find(txn, &record, BO_STR("http://h/c/a"), arena), BO_OK);
    ck_assert_int_eq(record.kind, BO_KIND_TOMBSTONE);
    ck_assert_int_eq(record.deleted_ms, 5);
    ck_assert_uint_eq(record.type_count, 1);
    ck_assert(bo_str_eq(record.types[0], BO_STR("http://t/T")));
    bo_txn_abort(txn);
}
END_TEST

START_TEST(the_same_body_twice_makes_the_same_nodes) {
    bool created;
    const char *turtle = "<> a <http://t/T> ; <http://t/p> [ <http://t/q> 1 ] .";
    ck_assert_int_eq(put("http://h/", "", "<> a <http://www.w3.org/ns/ldp#Container> .", &created), BO_OK);
    ck_assert_int_eq(put("http://h/a", "http://h/", turtle, &created), BO_OK);
    bo_store_stats before, after;
    ck_assert_int_eq(bo_store_statistics(store, &before), BO_OK);
    for (int i = 0; i < 5; i++) ck_assert_int_eq(put("http://h/a", "http://h/", turtle, &created), BO_OK);
    ck_assert_int_eq(bo_store_statistics(store, &after), BO_OK);
    ck_assert_uint_eq(after.terms, before.terms);
    ck_assert_uint_eq(after.quads, before.quads);
}
END_TEST

START_TEST(names_are_made_up_once) {
    bool created;
    bo_txn *txn;
    bo_str iri;
    ck_assert_int_eq(put("http://h/", "", "<> a <http://www.w3.org/ns/ldp#Container> .", &created), BO_OK);
    ck_assert_int_eq(put("http://h/foo", "http://h/", "<> a <http://t/T> .", &created), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, store, BO_READ), BO_OK);
    ck_assert_int_eq(bo_ldp_mint(txn, &iri, BO_STR("http://h/"), BO_STR("Foo"), &bo_rng_system, arena),
                     BO_OK);
    ck_assert_msg(bo_str_eq(iri, BO_STR("http://h/foo1")), "%.*s", BO_STR_ARG(iri));
    ck_assert_int_eq(bo_ldp_mint(txn, &iri, BO_STR("http://h/c"), BO_STR("Foo"), &bo_rng_system, arena),
                     BO_OK);
    ck_assert_msg(bo_str_eq(iri, BO_STR("http://h/c/foo")), "%.*s", BO_STR_ARG(iri));
    ck_assert_int_eq(bo_ldp_mint(txn, &iri, BO_STR("http://h/"), BO_STR_NONE, &bo_rng_system, arena), BO_OK);
    ck_assert_uint_eq(iri.len, strlen("http://h/") + 36);
    bo_txn_abort(txn);
}
END_TEST

START_TEST(bodies_stay_with_their_resource) {
    bo_graph_free(content_of("http://h/a", "<http://h/b> a <http://t/T> .", BO_INVALID));
    bo_graph_free(content_of("http://h/a", "<> <http://t/p> 1 .", BO_SYNTAX)); /* no type */
    bo_graph_free(content_of("http://h/a", "<> a <http://t/T> . <#part> <http://t/p> 1 .", BO_OK));
    bo_graph_free(content_of("http://h/a", "<> a ", BO_SYNTAX));
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    bo_ldp_body body = {.iri = BO_STR("http://h/a"),
                        .media_type = BO_STR("application/ld+json"),
                        .bytes = BO_STR("{\"@id\":\"http://h/other\",\"@type\":\"http://t/T\","
                                        "\"http://t/p\":{\"@id\":\"http://h/b\",\"http://t/q\":1}}")};
    ck_assert_int_eq(bo_ldp_read(graph, &body, arena), BO_SYNTAX); /* another address than it was put to */
    body.is_new = true;
    ck_assert_int_eq(bo_ldp_read(graph, &body, arena), BO_OK);
    ck_assert_uint_eq(bo_graph_count(graph), 2); /* what it says of b is left out, the link stays */
    bo_term value, subject = bo_term_iri(body.iri);
    ck_assert(bo_graph_object(graph, &value, &subject, BO_STR("http://t/p")));
    ck_assert(bo_str_eq(value.value, BO_STR("http://h/b")));
    body.media_type = BO_STR("text/plain");
    ck_assert_int_eq(bo_ldp_read(graph, &body, arena), BO_MEDIA_TYPE);
    bo_graph_free(graph);
}
END_TEST

Suite *test_resource(void) {
    Suite *suite = suite_create("ldp/resource");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, slugs_are_fit_for_paths);
    tcase_add_test(all, parents_go_up_to_the_root);
    tcase_add_test(all, members_come_and_go);
    tcase_add_test(all, the_same_body_twice_makes_the_same_nodes);
    tcase_add_test(all, names_are_made_up_once);
    tcase_add_test(all, bodies_stay_with_their_resource);
    suite_add_tcase(suite, all);
    return suite;
}
