/* SPDX-License-Identifier: Apache-2.0
 * The store against a plain array model, under seeded random operations.
 */
#include "bocage/store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "rdf/vocab.h"
#include "unit/store/folder.h"

enum { SUBJECTS = 30, PREDICATES = 6, OBJECTS = 40, GRAPHS = 12 };
enum { UNIVERSE = SUBJECTS * PREDICATES * OBJECTS * GRAPHS };

static bo_store *store;
static bo_arena *arena;
static char texts[SUBJECTS + PREDICATES + OBJECTS + GRAPHS][64];
static bo_term terms[SUBJECTS + PREDICATES + OBJECTS + GRAPHS];
static bo_term *const column_terms[4] = {terms, terms + SUBJECTS, terms + SUBJECTS + PREDICATES,
                                         terms + SUBJECTS + PREDICATES + OBJECTS};
static const unsigned sizes[4] = {SUBJECTS, PREDICATES, OBJECTS, GRAPHS};
static bool model[UNIVERSE], committed[UNIVERSE];
static uint64_t versions[GRAPHS];
static unsigned seed;

static unsigned any(unsigned below) {
    return (unsigned)rand_r(&seed) % below;
}

static void make_terms(void) {
    for (unsigned c = 0, n = 0; c < 4; c++) {
        for (unsigned i = 0; i < sizes[c]; i++, n++) {
            bo_term *term = &terms[n];
            snprintf(texts[n], sizeof texts[n], "http://example.org/%c/%u", "spog"[c], i);
            *term = bo_term_iri(bo_str_of(texts[n]));
            if (c == 0 && i % 5 == 0) *term = bo_term_blank(bo_str_from(term->value, 19));
            if (c != 2 || i % 4 == 0) continue;
            if (i % 4 == 1) *term = bo_term_string(bo_str_from(term->value, 17 + i % 3));
            if (i % 4 == 2)
                *term = bo_term_lang(term->value, i % 8 == 2 ? BO_STR("fr") : BO_STR("x-long-tag"));
            if (i % 4 == 3) *term = bo_term_typed(term->value, BO_STR("http://example.org/type"));
        }
    }
    column_terms[1][0] = bo_term_iri(BO_RDF_TYPE);
    column_terms[3][0] = (bo_term){.kind = BO_NO_TERM};
    column_terms[2][0] = column_terms[0][1]; /* an object that is a subject too */
}

static void parts_of(unsigned parts[4], unsigned n) {
    for (unsigned c = 0; c < 4; c++) {
        parts[c] = n % sizes[c];
        n /= sizes[c];
    }
}

static bo_quad quad_of(unsigned n) {
    unsigned parts[4];
    parts_of(parts, n);
    return (bo_quad){column_terms[0][parts[0]], column_terms[1][parts[1]], column_terms[2][parts[2]],
                     column_terms[3][parts[3]]};
}

static bo_str name_of(unsigned graph) {
    return graph == 0 ? BO_STR("") : column_terms[3][graph].value;
}

#define OK(call) ck_assert_msg((call) == BO_OK, "%s", bo_error_last()->message)

static void open_store(void) {
    bo_store_close(store);
    OK(bo_store_open(&store, folder_path, &(bo_store_options){.create = true, .size_cap = 1 << 28}));
}

static void setup(void) {
    folder_make();
    make_terms();
    arena = bo_arena_new(0);
    memset(model, 0, sizeof model);
    memset(committed, 0, sizeof committed);
    memset(versions, 0, sizeof versions);
    store = NULL;
    open_store();
}

static void teardown(void) {
    bo_store_close(store);
    store = NULL;
    bo_arena_free(arena);
    folder_remove();
}

/* The ids of the model's terms in a transaction; BO_ID_NONE for those that the store does not hold. */
static bo_id ids[4][OBJECTS];

static void find_ids(bo_source *source) {
    for (unsigned c = 0; c < 4; c++) {
        for (unsigned i = 0; i < sizes[c]; i++) {
            const bo_term *term = &column_terms[c][i];
            if (term->kind == BO_NO_TERM) {
                ids[c][i] = BO_ID_DEFAULT_GRAPH;
                continue;
            }
            OK(bo_source_id_of(source, &ids[c][i], term));
            if (ids[c][i] == BO_ID_NONE) continue;
            bo_term back;
            OK(bo_source_term_of(source, &back, ids[c][i], arena));
            ck_assert(bo_term_eq(&back, term));
        }
    }
}

typedef struct row {
    bo_id id[4];
    unsigned n;
} row;
static row rows[UNIVERSE];
static bo_order sort_order;

static int by_order(const bo_id *a, const bo_id *b) {
    for (unsigned c = 0; c < 4; c++) {
        unsigned column = bo_order_columns[sort_order][c];
        if (a[column] != b[column]) return a[column] < b[column] ? -1 : 1;
    }
    return 0;
}
static int cmp_rows(const void *a, const void *b) {
    return by_order(((const row *)a)->id, ((const row *)b)->id);
}

static size_t expected(const bool *state, const bo_ids *pattern, const bool *hidden, bo_order order) {
    const bo_id want[4] = {pattern->s, pattern->p, pattern->o, pattern->g};
    size_t len = 0;
    for (unsigned n = 0; n < UNIVERSE; n++) {
        if (!state[n]) continue;
        row one = {.n = n};
        unsigned parts[4];
        bool fits = true;
        parts_of(parts, n);
        for (unsigned c = 0; c < 4; c++) {
            one.id[c] = ids[c][parts[c]];
            ck_assert(one.id[c] != BO_ID_NONE);
            fits &= want[c] == BO_ID_NONE || want[c] == one.id[c];
        }
        if (fits && (hidden == NULL || !hidden[parts[3]])) rows[len++] = one;
    }
    sort_order = order;
    qsort(rows, len, sizeof rows[0], cmp_rows);
    return len;
}

/* What is noted is exact; and what the header promises is noted. */
static void check_count(bo_source *source, const bool *state, const bo_ids *pattern, bool reader) {
    size_t len = expected(state, pattern, NULL, BO_SPOG), triples = 0;
    uint64_t count;
    for (size_t i = 0; i < len; i++) triples += i == 0 || memcmp(rows[i - 1].id, rows[i].id, 24) != 0;
    bool is_class = pattern->p == ids[1][0] && pattern->p != BO_ID_NONE && pattern->o != BO_ID_NONE;
    bool one = !pattern->s && (!pattern->o || is_class) && (!pattern->g || (!pattern->p && !pattern->o));
    bool noted = bo_source_count(source, pattern, false, &count);
    if (reader) ck_assert(noted || !one);
    if (noted) ck_assert_uint_eq(count, len);
    if (bo_source_count(source, pattern, true, &count)) ck_assert_uint_eq(count, triples);
}

static void check_scan(bo_source *source, const bool *state, const bo_ids *pattern, const bool *hidden,
                       bo_order order, bool with_seeks) {
    static bo_batch batch;
    size_t len = expected(state, pattern, hidden, order), at = 0, wrong = 0;
    bo_scan *scan;
    OK(bo_source_scan(source, &scan, pattern, order, arena));
    for (;;) {
        if (with_seeks && len > 0 && any(2) == 0) {
            const row *to = &rows[any((unsigned)len)];
            bo_ids key = {to->id[0], to->id[1], to->id[2], to->id[3]};
            OK(bo_scan_seek(scan, &key));
            while (at < len && by_order(rows[at].id, to->id) < 0) at++;
        }
        OK(bo_scan_next(scan, &batch));
        if (batch.len == 0) break;
        for (size_t i = 0; i < batch.len; i++, at++)
            for (unsigned c = 0; c < 4; c++) wrong += at >= len || batch.column[c][i] != rows[at].id[c];
    }
    ck_assert_uint_eq(wrong, 0); /* one assertion a scan: each is a message to the runner */
    ck_assert_uint_eq(at, len);
    bo_scan_close(scan);
    uint64_t guess = source->ops->estimate(source, pattern);
    if (hidden == NULL) ck_assert_uint_ge(guess * 8 + 8, len);
}

static bo_ids random_pattern(void) {
    bo_ids pattern = {0};
    bo_id *column[4] = {&pattern.s, &pattern.p, &pattern.o, &pattern.g};
    for (unsigned c = 0; c < 4; c++)
        if (any(3) == 0) *column[c] = ids[c][any(sizes[c])];
    return pattern;
}

/* What is told of doubles: true only when there are none, and then always if nothing is unwritten. */
static void check_single(bo_source *source, const bool *state, bool written) {
    for (unsigned p = 0; p < PREDICATES; p++) {
        unsigned char graphs[UNIVERSE] = {0};
        bool twice = false;
        for (unsigned n = 0; n < UNIVERSE; n++) {
            unsigned parts[4];
            parts_of(parts, n);
            if (state[n] && parts[1] == p) twice |= graphs[parts[0] * OBJECTS + parts[2]]++ > 0;
        }
        if (ids[1][p] == BO_ID_NONE) continue;
        bool single = source->ops->single(source, ids[1][p]);
        ck_assert(!single || !twice);
        ck_assert(single || twice || !written);
    }
}

/* Every order with a few patterns, and what a set of graphs lets through. */
static void check_reads(bo_txn *txn, const bool *state) {
    bo_source *source;
    bo_arena_reset(arena);
    OK(bo_txn_source(&source, txn, NULL, arena));
    find_ids(source);
    const bo_ids noted[] = {{0},
                            random_pattern(),
                            {.p = ids[1][any(PREDICATES)]},
                            {.p = ids[1][0], .o = ids[2][any(OBJECTS)]},
                            {.p = ids[1][0], .o = ids[2][any(OBJECTS)]},
                            {.g = ids[3][any(GRAPHS)]}};
    for (unsigned i = 0; i < sizeof noted / sizeof noted[0]; i++)
        check_count(source, state, &noted[i], state == committed);
    check_single(source, state, state == committed);
    for (unsigned order = 0; order < BO_ORDER_COUNT; order++) {
        check_scan(source, state, &(bo_ids){0}, NULL, (bo_order)order, false);
        for (int i = 0; i < 3; i++) {
            bo_ids pattern = random_pattern();
            check_scan(source, state, &pattern, NULL, (bo_order)order, i == 2);
        }
        bool all_but = any(2), hidden[GRAPHS];
        bo_str names[GRAPHS];
        size_t len = 0;
        for (unsigned g = 0; g < GRAPHS; g++) {
            bool listed = any(3) == 0;
            hidden[g] = listed == all_but;
            if (listed) names[len++] = name_of(g);
        }
        bo_graph_set *set;
        bo_source *seen;
        OK(bo_graph_set_new(&set, txn, all_but, names, len, arena));
        OK(bo_txn_source(&seen, txn, set, arena));
        bo_ids pattern = random_pattern();
        check_scan(seen, state, &pattern, hidden, (bo_order)order, any(2));
    }
}

static unsigned count_graph(const bool *state, unsigned graph) {
    unsigned count = 0;
    for (unsigned n = 0; n < UNIVERSE; n++) {
        unsigned parts[4];
        parts_of(parts, n);
        count += state[n] && parts[3] == graph;
    }
    return count;
}

static void check_graphs(bo_txn *txn) {
    for (unsigned g = 0; g < GRAPHS; g++) {
        bo_graph_info info;
        bo_status status = bo_txn_graph(txn, name_of(g), &info);
        unsigned count = count_graph(committed, g);
        if (count == 0) {
            ck_assert_int_eq(status, BO_NOT_FOUND);
            continue;
        }
        ck_assert_int_eq(status, BO_OK);
        ck_assert_uint_eq(info.quads, count);
        ck_assert_uint_eq(info.version, versions[g]);
        ck_assert_int_ge(info.modified_ms, info.created_ms);
    }
}

static void change_something(bo_txn *txn) {
    bo_target *target = bo_txn_target(txn);
    unsigned way = any(20);
    if (way == 0) {
        unsigned graph = any(GRAPHS);
        OK(bo_target_clear(target, &column_terms[3][graph]));
        for (unsigned n = 0; n < UNIVERSE; n++) {
            unsigned parts[4];
            parts_of(parts, n);
            if (parts[3] == graph) model[n] = false;
        }
        return;
    }
    unsigned count = way == 1 ? 400 : any(12), narrow = any(3), base = any(UNIVERSE);
    for (unsigned i = 0; i < count; i++) {
        unsigned n = narrow == 0 ? (base + any(500)) % UNIVERSE : any(UNIVERSE);
        bool put = any(10) < 6;
        bo_quad quad = quad_of(n);
        OK(put ? bo_target_insert(target, &quad) : bo_target_remove(target, &quad));
        model[n] = put;
    }
}

static void check_changes(const bo_changes *changes) {
    size_t seen = 0;
    for (unsigned g = 0; g < GRAPHS; g++) {
        uint64_t inserted = 0, removed = 0;
        for (unsigned n = 0; n < UNIVERSE; n++) {
            unsigned parts[4];
            parts_of(parts, n);
            if (parts[3] != g || model[n] == committed[n]) continue;
            inserted += model[n];
            removed += committed[n];
        }
        const bo_change *change = NULL;
        for (size_t i = 0; i < changes->len; i++)
            if (bo_str_eq(changes->items[i].graph, name_of(g))) change = &changes->items[i];
        if (change == NULL) {
            ck_assert_uint_eq(inserted + removed, 0);
            continue;
        }
        seen++;
        ck_assert_uint_eq(change->inserted - change->removed, inserted - removed);
        ck_assert_uint_ge(change->inserted, inserted);
        if (count_graph(model, g) == 0) {
            ck_assert_uint_eq(change->version, 0);
        } else {
            ck_assert_uint_gt(change->version, versions[g]);
            versions[g] = change->version;
        }
    }
    ck_assert_uint_eq(seen, changes->len);
}

START_TEST(the_store_does_what_an_array_does) {
    seed = (unsigned)_i + 1;
    for (int round = 0; round < 24; round++) {
        bo_txn *txn;
        OK(bo_txn_begin(&txn, store, BO_WRITE));
        for (unsigned i = 0, steps = any(6); i < steps; i++) {
            change_something(txn);
            if (any(12) == 0) check_reads(txn, model);
            if (any(10) == 0) { /* asks for what the indexes must know */
                bo_graph_info info;
                bo_status status = bo_txn_graph(txn, name_of(1), &info);
                ck_assert_uint_eq(status == BO_OK ? info.quads : 0, count_graph(model, 1));
            }
        }
        if (any(4) == 0) {
            bo_txn_abort(txn);
            memcpy(model, committed, sizeof model);
        } else {
            bo_changes changes;
            bo_arena_reset(arena);
            OK(bo_txn_commit(txn, &changes, arena));
            check_changes(&changes);
            memcpy(committed, model, sizeof model);
        }
        if (any(6) == 0) open_store();
        OK(bo_txn_begin(&txn, store, BO_READ));
        check_graphs(txn);
        if (round % 8 == 7) check_reads(txn, committed);
        bo_txn_abort(txn);
        if (round % 8 == 5) OK(bo_store_check(store, NULL, NULL));
    }
}
END_TEST

START_TEST(a_reader_sees_nothing_of_later_commits) {
    seed = 99;
    bo_txn *reader, *writer;
    OK(bo_txn_begin(&writer, store, BO_WRITE));
    for (int i = 0; i < 30; i++) change_something(writer);
    OK(bo_txn_commit(writer, NULL, NULL));
    memcpy(committed, model, sizeof model);
    OK(bo_txn_begin(&reader, store, BO_READ));
    for (int round = 0; round < 5; round++) {
        OK(bo_txn_begin(&writer, store, BO_WRITE));
        for (int i = 0; i < 10; i++) change_something(writer);
        OK(bo_txn_commit(writer, NULL, NULL));
        check_reads(reader, committed);
    }
    bo_txn_abort(reader);
    OK(bo_txn_begin(&reader, store, BO_READ));
    check_reads(reader, model);
    bo_txn_abort(reader);
}
END_TEST

START_TEST(a_scan_sees_writes_behind_its_place) {
    bo_txn *txn;
    bo_source *source;
    bo_scan *scan;
    static bo_batch batch;
    OK(bo_txn_begin(&txn, store, BO_WRITE));
    for (unsigned n = 0; n < 3000; n++) {
        bo_quad quad = quad_of(n);
        OK(bo_target_insert(bo_txn_target(txn), &quad));
    }
    OK(bo_txn_source(&source, txn, NULL, arena));
    OK(bo_source_scan(source, &scan, &(bo_ids){0}, BO_SPOG, arena));
    size_t rows_seen = 0;
    bo_id last = 0;
    for (;;) {
        OK(bo_scan_next(scan, &batch));
        if (batch.len == 0) break;
        ck_assert(batch.column[0][0] >= last);
        last = batch.column[0][batch.len - 1];
        rows_seen += batch.len;
        bo_graph_info info;
        OK(bo_txn_graph(txn, BO_STR(""), &info)); /* writes the edits to the indexes */
    }
    bo_scan_close(scan);
    ck_assert_uint_eq(rows_seen, 3000);
    bo_txn_abort(txn);
}
END_TEST

Suite *test_store(void) {
    Suite *suite = suite_create("store/store");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 200);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, the_store_does_what_an_array_does, 0, 4);
    tcase_add_test(all, a_reader_sees_nothing_of_later_commits);
    tcase_add_test(all, a_scan_sees_writes_behind_its_place);
    suite_add_tcase(suite, all);
    return suite;
}
