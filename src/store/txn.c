/* SPDX-License-Identifier: Apache-2.0
 * Transactions: begin, gather, write to the indexes, commit.
 */
#include "store/txn.h"

#include <stdlib.h>

const bo_index bo_quad_indexes[BO_ORDER_COUNT] = {
    [BO_SPOG] = {BO_STORE_SPOG, 4, {0, 1, 2, 3}}, [BO_PSOG] = {BO_STORE_PSOG, 4, {1, 0, 2, 3}},
    [BO_POSG] = {BO_STORE_POSG, 4, {1, 2, 0, 3}}, [BO_OSPG] = {BO_STORE_OSPG, 4, {2, 0, 1, 3}},
    [BO_GSPO] = {BO_STORE_GSPO, 4, {3, 0, 1, 2}},
};

static bo_status read_state(bo_txn *txn) {
    bo_str value;
    BO_TRY(bo_kv_get(txn->kv, BO_STORE_META, BO_STR("state"), &value));
    if (value.len != sizeof txn->state) return bo_fail(BO_CORRUPT, "the store's state is damaged");
    memcpy(&txn->state, value.ptr, sizeof txn->state);
    txn->before = txn->state;
    return BO_OK;
}

static void end(bo_txn *txn) {
    bo_dict_done(&txn->dict);
    bo_edits_done(&txn->edits);
    bo_word_edits_done(&txn->words);
    bo_idmap_done(&txn->changed);
    free(txn->changes);
    free(txn->sweep.ids);
    free(txn->marked);
    bo_arena_free(txn->scratch);
    free(txn);
}

static bo_status prepare(bo_txn *txn) {
    txn->scratch = bo_arena_new(0);
    if (txn->scratch == NULL) return BO_NO_MEMORY;
    bo_idmap_init(&txn->changed, NULL);
    txn->target.ops = &bo_txn_target_ops;
    bo_status status = read_state(txn);
    if (status == BO_NOT_FOUND) return bo_fail(BO_CORRUPT, "the store has no state");
    BO_TRY(status);
    if (!txn->writer) return bo_dict_init(&txn->dict, txn->kv, NULL, NULL);
    txn->marked = calloc(BO_WATCH_PLACES / 64, sizeof *txn->marked);
    if (txn->marked == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_recall_begin(txn->store->recall, bo_kv_failures(txn->store->kv));
    BO_TRY(bo_dict_init(&txn->dict, txn->kv, txn->state.numbers, txn->store->recall));
    txn->dict.words = &txn->words;
    return BO_OK;
}

bo_status bo_txn_begin(bo_txn **out, bo_store *store, bo_access access) {
    bo_txn *txn = calloc(1, sizeof *txn);
    if (txn == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    txn->store = store;
    txn->writer = access == BO_WRITE;
    bo_status status =
        txn->writer ? bo_kv_begin_write(&txn->kv, store->kv) : bo_kv_begin_read(&txn->kv, store->kv);
    if (status == BO_OK) status = prepare(txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    *out = txn;
    return BO_OK;
}

void bo_txn_abort(bo_txn *txn) {
    if (txn == NULL) return;
    bo_kv_txn *kv = txn->kv;
    end(txn); /* closes cursors first */
    bo_kv_abort(kv);
}

/* The lists come sorted as GSPO. */
static bo_status count_graphs(bo_txn *txn, const bo_tuples *puts, const bo_tuples *removes) {
    size_t p = 0, r = 0;
    while (p < puts->len || r < removes->len) {
        bo_id next_put = p < puts->len ? puts->items[p].n[3] : UINT64_MAX;
        bo_id next_remove = r < removes->len ? removes->items[r].n[3] : UINT64_MAX;
        bo_id graph = next_put < next_remove ? next_put : next_remove;
        size_t p0 = p, r0 = r;
        while (p < puts->len && puts->items[p].n[3] == graph) p++;
        while (r < removes->len && removes->items[r].n[3] == graph) r++;
        BO_TRY(bo_graph_changed(txn, graph, p - p0, r - r0));
    }
    return BO_OK;
}

/* Sorting is stable, so that an order is reached from the one before by its first columns. */
static bo_status apply_order(bo_txn *txn, bo_order order, unsigned columns, bo_tuples *puts,
                             bo_tuples *removes) {
    const bo_index *index = &bo_quad_indexes[order];
    size_t put = puts->len, removed = removes->len;
    BO_TRY(bo_tuples_sort(puts, index, columns));
    BO_TRY(bo_tuples_sort(removes, index, columns));
    BO_TRY(bo_blocks_apply(txn->kv, index, puts, removes));
    if (order != BO_GSPO && (put != puts->len || removed != removes->len))
        return bo_fail(BO_CORRUPT, "the store's indexes do not agree");
    return BO_OK;
}

/* Quads sorted by predicate. */
static void mark_predicates(bo_txn *txn, const bo_tuples *quads) {
    for (size_t i = 0; i < quads->len; i++)
        if (i == 0 || quads->items[i].n[1] != quads->items[i - 1].n[1])
            bo_watch_mark_id(txn, quads->items[i].n[1]);
}

/* The words of literals inside their ids; quads sorted by object. */
static bo_status note_words(bo_txn *txn, const bo_tuples *puts) {
    for (size_t i = 0; i < puts->len; i++)
        if (i == 0 || puts->items[i].n[2] != puts->items[i - 1].n[2])
            BO_TRY(bo_word_note_inline(&txn->words, puts->items[i].n[2]));
    return BO_OK;
}

bo_status bo_txn_apply(bo_txn *txn, bo_tuples *puts, bo_tuples *removes) {
    BO_TRY(apply_order(txn, BO_GSPO, 4, puts, removes));
    if (puts->len == 0 && removes->len == 0) return BO_OK;
    BO_TRY(bo_sweep_note(&txn->sweep, removes));
    BO_TRY(count_graphs(txn, puts, removes));
    BO_TRY(apply_order(txn, BO_SPOG, 3, puts, removes)); /* GSPO by S, P, O */
    BO_TRY(bo_counts_changed(txn, puts, removes));
    BO_TRY(apply_order(txn, BO_PSOG, 1, puts, removes)); /* SPOG by P */
    mark_predicates(txn, puts);
    mark_predicates(txn, removes);
    BO_TRY(apply_order(txn, BO_OSPG, 2, puts, removes)); /* PSOG by O, S */
    BO_TRY(note_words(txn, puts));
    return apply_order(txn, BO_POSG, 1, puts, removes); /* OSPG by P */
}

static bo_status flush_edits(bo_txn *txn) {
    const bo_edit_view *view;
    BO_TRY(bo_edits_view(&txn->edits, &view, BO_GSPO, &bo_quad_indexes[BO_GSPO]));
    bo_tuples puts = view->puts, removes = view->removes; /* the items may be moved about: the view ends */
    BO_TRY(bo_txn_apply(txn, &puts, &removes));
    bo_edits_clear(&txn->edits);
    return BO_OK;
}

static bo_status flush(bo_txn *txn) {
    BO_TRY(bo_dict_flush(&txn->dict));
    if (txn->edits.len > 0) BO_TRY(flush_edits(txn));
    return bo_word_write(&txn->words, txn->kv);
}

bo_status bo_txn_flush(bo_txn *txn) {
    if (!txn->writer) return BO_OK;
    bo_status status = txn->failed != BO_OK ? txn->failed : flush(txn);
    txn->failed = status;
    return status;
}

static bo_status finish(bo_txn *txn, bo_changes *changes, bo_arena *arena) {
    BO_TRY(bo_txn_flush(txn));
    if (changes != NULL) BO_TRY(bo_graph_changes(txn, changes, arena));
    BO_TRY(bo_sweep_run(txn));
    if (txn->change_count > 0) txn->state.sequence = bo_txn_version(txn);
    if (memcmp(&txn->state, &txn->before, sizeof txn->state) == 0) return BO_OK;
    return bo_kv_put(txn->kv, BO_STORE_META, BO_STR("state"),
                     (bo_str){(const char *)&txn->state, sizeof txn->state});
}

bo_status bo_txn_commit(bo_txn *txn, bo_changes *changes, bo_arena *arena) {
    bo_changes changed = {NULL, 0};
    if (txn->writer) {
        bo_status status = finish(txn, changes == NULL ? NULL : &changed, arena);
        if (status != BO_OK) {
            bo_txn_abort(txn);
            return status;
        }
        bo_watch_raise(txn);
    }
    bo_kv_txn *kv = txn->kv;
    end(txn);
    BO_TRY(bo_kv_commit(kv));
    if (changes != NULL) *changes = changed;
    return BO_OK;
}

/* The transaction as a target. */

enum { EDITS_MOST = 200 * 1000 }; /* then they are written to the indexes, and gathering begins anew */

static bo_txn *txn_of(bo_target *target) {
    return (bo_txn *)((char *)target - offsetof(bo_txn, target));
}

typedef bo_status (*id_fn)(bo_dict *dict, bo_id *out, const bo_term *term);

/* The quad's ids; false in *known when a term is not in the store. */
static bo_status ids_of(bo_txn *txn, bo_tuple *out, const bo_quad *quad, id_fn id_of, bool *known) {
    const bo_term *terms[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    *known = true;
    for (unsigned c = 0; c < 4 && *known; c++) {
        if (terms[c]->kind == BO_NO_TERM) {
            if (c < 3) return bo_fail(BO_BAD_ARGUMENT, "a quad lacks a term");
            out->n[c] = BO_ID_DEFAULT_GRAPH;
            continue;
        }
        BO_TRY(id_of(&txn->dict, &out->n[c], terms[c]));
        *known = out->n[c] != BO_ID_NONE;
    }
    return BO_OK;
}

static bo_status edit(bo_txn *txn, const bo_quad *quad, bool put) {
    bo_tuple ids;
    bool known;
    BO_TRY(ids_of(txn, &ids, quad, put ? bo_dict_intern : bo_dict_find, &known));
    if (!known) return BO_OK;
    BO_TRY(bo_edits_add(&txn->edits, &ids, put));
    return txn->edits.len >= EDITS_MOST ? bo_txn_flush(txn) : BO_OK;
}

/* What fails may have been done by half. */
static bo_status keep_failure(bo_txn *txn, bo_status status) {
    if (txn->failed == BO_OK && status != BO_BAD_ARGUMENT) txn->failed = status;
    return status;
}

static bo_status target_insert(bo_target *target, const bo_quad *quad) {
    bo_txn *txn = txn_of(target);
    return keep_failure(txn, edit(txn, quad, true));
}

static bo_status target_remove(bo_target *target, const bo_quad *quad) {
    bo_txn *txn = txn_of(target);
    return keep_failure(txn, edit(txn, quad, false));
}

static bo_status remove_all(bo_txn *txn, bo_scan *scan) {
    bo_batch *batch = malloc(sizeof *batch);
    if (batch == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status;
    while ((status = bo_scan_next(scan, batch)) == BO_OK && batch->len > 0) {
        for (size_t i = 0; i < batch->len && status == BO_OK; i++) {
            bo_tuple ids = {
                {batch->column[0][i], batch->column[1][i], batch->column[2][i], batch->column[3][i]}};
            status = bo_edits_add(&txn->edits, &ids, false);
        }
        if (status == BO_OK && txn->edits.len >= EDITS_MOST) status = bo_txn_flush(txn);
        if (status != BO_OK) break;
    }
    free(batch);
    return status;
}

static bo_status clear(bo_txn *txn, const bo_term *graph) {
    bo_ids pattern = {.g = BO_ID_DEFAULT_GRAPH};
    if (graph->kind != BO_NO_TERM) BO_TRY(bo_dict_find(&txn->dict, &pattern.g, graph));
    if (pattern.g == BO_ID_NONE) return BO_OK;
    bo_arena_reset(txn->scratch);
    bo_source *source;
    bo_scan *scan;
    BO_TRY(bo_txn_source(&source, txn, NULL, txn->scratch));
    BO_TRY(bo_source_scan(source, &scan, &pattern, BO_GSPO, txn->scratch));
    bo_status status = remove_all(txn, scan);
    bo_scan_close(scan);
    BO_TRY(status);
    return bo_graph_let_go(txn, pattern.g);
}

static bo_status target_clear(bo_target *target, const bo_term *graph) {
    bo_txn *txn = txn_of(target);
    return keep_failure(txn, clear(txn, graph));
}

const bo_target_ops bo_txn_target_ops = {target_insert, target_remove, target_clear};

bo_target *bo_txn_target(bo_txn *txn) {
    return &txn->target;
}
