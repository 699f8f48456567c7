/* SPDX-License-Identifier: Apache-2.0
 * Terms that nothing refers to any more are taken out; those in use, or seen by a reader, are not.
 */
#include <check.h>
#include <stdlib.h>

#include "bocage/store.h"
#include "unit/store/folder.h"

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static bo_store *store;
static bo_arena *arena;

static void open_store(void) {
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}));
}

static void setup(void) {
    folder_make();
    arena = bo_arena_new(0);
    open_store();
}

static void teardown(void) {
    bo_arena_free(arena);
    bo_store_close(store);
    folder_remove();
}

static bo_quad quad_with(bo_term object) {
    return (bo_quad){bo_term_iri(BO_STR("x:s")), bo_term_iri(BO_STR("x:p")), object,
                     bo_term_iri(BO_STR("x:g"))};
}

static void change(bool put, bo_quad quad) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(put ? bo_target_insert(bo_txn_target(txn), &quad) : bo_target_remove(bo_txn_target(txn), &quad));
    OK(bo_txn_commit(txn, NULL, NULL));
}

static uint64_t terms(void) {
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    OK(bo_store_check(store, NULL, NULL));
    return stats.terms;
}

static uint64_t used(void) {
    bo_store_stats stats;
    OK(bo_store_statistics(store, &stats));
    return stats.used_bytes;
}

static bool knows(bo_txn *txn, bo_term term) {
    bo_source *source;
    bo_id id;
    OK(bo_txn_source(&source, txn, NULL, arena));
    OK(bo_source_id_of(source, &id, &term));
    return id != BO_ID_NONE;
}

static bool is_known(bo_term term) {
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_READ));
    bool known = knows(txn, term);
    bo_txn_abort(txn);
    return known;
}

static char long_text[5000];

static bo_term kinds_of_terms(int kind) {
    memset(long_text, 'x', sizeof long_text - 1);
    switch (kind) {
    case 0: return bo_term_string(BO_STR("a text of some length"));
    case 1: return bo_term_lang(BO_STR("un texte en français"), BO_STR("fr-FR"));
    case 2: return bo_term_typed(BO_STR("12 o'clock"), BO_STR("x:time"));
    case 3: return bo_term_string(bo_str_of(long_text));
    default: return bo_term_blank(BO_STR("b1"));
    }
}

START_TEST(a_term_goes_with_its_last_quad) {
    bo_term term = kinds_of_terms(_i);
    bo_quad quad = quad_with(term), other = quad;
    other.g = bo_term_iri(BO_STR("x:other"));
    for (int round = 0; round < 3; round++) {
        change(true, quad);
        change(true, other);
        uint64_t with = terms();
        change(false, quad);
        ck_assert_uint_eq(terms(), with);
        ck_assert(is_known(term));
        change(false, other);
        ck_assert_uint_eq(terms(), with - 1);
        ck_assert(!is_known(term));
        bo_store_close(store);
        open_store();
    }
    ck_assert(is_known(quad.s)); /* IRIs stay */
}
END_TEST

START_TEST(a_blank_node_goes_when_it_is_nothing_any_more) {
    bo_term blank = bo_term_blank(BO_STR("b1"));
    bo_quad as_object = quad_with(blank), as_subject = quad_with(bo_term_string(BO_STR("some longer text")));
    bo_quad as_graph = as_subject;
    as_subject.s = as_graph.g = blank;
    change(true, as_object);
    change(true, as_subject);
    change(true, as_graph);
    change(false, as_object);
    ck_assert(is_known(blank));
    change(false, as_subject);
    ck_assert(is_known(blank));
    bo_txn *txn;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(bo_txn_touch(txn, BO_STR("_:b1")));
    OK(bo_txn_commit(txn, NULL, NULL));
    change(false, as_graph);
    terms();
    ck_assert(is_known(blank)); /* its graph is kept though it is empty */
}
END_TEST

START_TEST(what_is_put_again_in_the_same_transaction_stays) {
    bo_quad quad = quad_with(kinds_of_terms(0)), moved = quad;
    moved.p = bo_term_iri(BO_STR("x:q"));
    change(true, quad);
    bo_txn *txn;
    bo_graph_info info;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    OK(bo_target_remove(bo_txn_target(txn), &quad));
    ck_assert_int_eq(bo_txn_graph(txn, BO_STR("x:g"), &info), BO_NOT_FOUND); /* writes the removal */
    ck_assert(knows(txn, quad.o));
    OK(bo_target_insert(bo_txn_target(txn), &moved));
    OK(bo_txn_commit(txn, NULL, NULL));
    terms();
    ck_assert(is_known(quad.o));
}
END_TEST

START_TEST(a_reader_keeps_the_terms_of_its_snapshot) {
    bo_quad quad = quad_with(kinds_of_terms(3));
    change(true, quad);
    bo_txn *reader;
    bo_source *source;
    bo_id id;
    bo_term back;
    OK(bo_txn_begin(&reader, store, BO_READ));
    OK(bo_txn_source(&source, reader, NULL, arena));
    OK(bo_source_id_of(source, &id, &quad.o));
    change(false, quad);
    ck_assert(!is_known(quad.o));
    OK(bo_source_term_of(source, &back, id, arena));
    ck_assert(bo_term_eq(&back, &quad.o));
    bo_txn_abort(reader);
}
END_TEST

/* Fresh texts in a few documents, over and over: the store stays as large as what is in it. */
START_TEST(editing_for_a_long_time_takes_no_room) {
    enum { DOCUMENTS = 40, ROUNDS = 1500, WARM = 300 };
    uint64_t warm_terms = 0, warm_used = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        char graph[40], text[80];
        bo_txn *txn;
        snprintf(graph, sizeof graph, "x:document/%u", round * 7 % DOCUMENTS);
        bo_term name = bo_term_iri(bo_str_of(graph));
        OK(bo_txn_begin(&txn, store, BO_WRITE));
        OK(bo_target_clear(bo_txn_target(txn), &name));
        for (unsigned i = 0; i < 5; i++) {
            snprintf(text, sizeof text, "the text %u of round %u", i, round);
            bo_quad quad = quad_with(bo_term_string(bo_str_of(text)));
            quad.s = quad.g = name;
            OK(bo_target_insert(bo_txn_target(txn), &quad));
        }
        OK(bo_txn_commit(txn, NULL, NULL));
        if (round == WARM) warm_terms = terms(), warm_used = used();
    }
    ck_assert_uint_eq(terms(), warm_terms);
    ck_assert_uint_le(used(), warm_used * 13 / 10);
}
END_TEST

/* A loader remembers the terms of chunks that it has written; another writer may have taken them out since.
 */
START_TEST(a_loader_finds_out_that_its_terms_are_gone) {
    bo_bulk *bulk;
    bo_quad quads[3] = {quad_with(kinds_of_terms(0)), quad_with(kinds_of_terms(2)),
                        quad_with(kinds_of_terms(4))};
    OK(bo_bulk_begin(&bulk, store, &(bo_bulk_options){.chunk = 3, .one_thread = true}));
    bo_sink sink = bo_bulk_sink(bulk);
    for (int i = 0; i < 3; i++) OK(sink.quad(sink.context, &quads[i])); /* a whole chunk: written */
    for (int i = 0; i < 3; i++) change(false, quads[i]);
    bo_term others = bo_term_string(BO_STR("somebody else's text, which has a later number"));
    change(true, quad_with(others));
    for (int i = 0; i < 3; i++) {
        ck_assert(!is_known(quads[i].o));
        quads[i].p = bo_term_iri(BO_STR("x:again"));
        OK(sink.quad(sink.context, &quads[i]));
    }
    OK(bo_bulk_end(bulk, NULL));
    terms();
    for (int i = 0; i < 3; i++) ck_assert(is_known(quads[i].o));
}
END_TEST

Suite *test_sweep(void) {
    Suite *suite = suite_create("store/sweep");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, a_term_goes_with_its_last_quad, 0, 5);
    tcase_add_test(all, a_blank_node_goes_when_it_is_nothing_any_more);
    tcase_add_test(all, what_is_put_again_in_the_same_transaction_stays);
    tcase_add_test(all, a_reader_keeps_the_terms_of_its_snapshot);
    tcase_add_test(all, editing_for_a_long_time_takes_no_room);
    tcase_add_test(all, a_loader_finds_out_that_its_terms_are_gone);
    suite_add_tcase(suite, all);
    return suite;
}
