/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/quads.h"

static bool is_local(bo_id id) {
    bo_tag tag = bo_id_tag(id);
    return tag >= BO_TAG_LOCAL_IRI && tag <= BO_TAG_LOCAL_LITERAL;
}

bo_status bo_quads_init(bo_quads *q, bo_exec *exec, const bo_scope *scope, const bo_node nodes[3]) {
    *q = (bo_quads){.exec = exec, .scope = scope};
    for (int i = 0; i < BO_PLACES; i++) {
        bo_node node = i == BO_G ? scope->graph : nodes[i];
        q->var[i] = node.kind == BO_NODE_VARIABLE ? node.index : BO_NO_VAR;
        q->constant[i] = node.kind == BO_NODE_TERM ? exec->terms[node.index] : BO_ID_NONE;
        if (i == BO_G && scope->looped) q->var[i] = BO_NO_VAR;
        for (int j = 0; j < i; j++) q->twice |= q->var[i] != BO_NO_VAR && q->var[i] == q->var[j];
    }
    if (scope->graph.kind == BO_NODE_NONE && exec->unnamed) q->constant[BO_G] = BO_ID_DEFAULT_GRAPH;
    q->batch = bo_arena_alloc(exec->arena, sizeof *q->batch);
    if (q->batch == NULL) return bo_error_last()->status;
    q->batch->len = 0;
    q->arena = bo_arena_new(0);
    return q->arena != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
}

void bo_quads_close(bo_quads *q) {
    bo_scan_close(q->scan);
    q->scan = NULL;
}

void bo_quads_done(bo_quads *q) {
    bo_quads_close(q);
    bo_arena_free(q->arena);
    q->arena = NULL;
}

bo_id bo_quads_graph(const bo_quads *q) {
    return q->scope->fixed != BO_ID_NONE ? q->scope->fixed : q->constant[BO_G];
}

bool bo_quads_impossible(const bo_quads *q) {
    for (int i = 0; i < BO_PLACES; i++)
        if (is_local(q->constant[i])) return true;
    return q->scope->graph.kind == BO_NODE_TERM && q->exec->named.given &&
           !bo_in_graphs(&q->exec->named, q->constant[BO_G]);
}

bo_status bo_quads_open(bo_quads *q, bo_order order) {
    bo_ids pattern = {0};
    bo_id *const places[BO_PLACES] = {&pattern.s, &pattern.p, &pattern.o, &pattern.g};
    bo_quads_close(q);
    bo_arena_reset(q->arena);
    memcpy(q->fixed, q->constant, sizeof q->fixed);
    q->fixed[BO_G] = bo_quads_graph(q);
    q->order = order;
    for (q->bounds = 0; q->bounds < BO_PLACES; q->bounds++) {
        int place = bo_columns_of(order)[q->bounds];
        if (q->fixed[place] == BO_ID_NONE) break;
        *places[place] = q->fixed[place];
    }
    q->batch->len = 0;
    q->ended = false;
    q->before = (bo_ids){0};
    bo_scan *scan;
    BO_TRY(bo_source_scan(q->exec->source, &scan, &pattern, order, q->arena));
    q->scan = scan;
    return BO_OK;
}

/* Tests of single rows: each says of those that fail that they are not to be kept. */

static bool test_constants(const bo_quads *q, bool *keep) {
    bool any = false;
    for (unsigned i = q->bounds; i < BO_PLACES; i++) {
        int place = bo_columns_of(q->order)[i];
        bo_id wanted = q->fixed[place];
        const bo_id *column = q->batch->column[place];
        if (wanted == BO_ID_NONE) continue;
        for (size_t row = 0; row < q->batch->len; row++) keep[row] &= column[row] == wanted;
        any = true;
    }
    return any;
}

static bool test_twice(const bo_quads *q, bool *keep) {
    for (int i = 1; i < BO_PLACES && q->twice; i++)
        for (int j = 0; j < i; j++) {
            const bo_id *a = q->batch->column[i], *b = q->batch->column[j];
            if (q->var[i] == BO_NO_VAR || q->var[i] != q->var[j]) continue;
            for (size_t row = 0; row < q->batch->len; row++) keep[row] &= a[row] == b[row];
        }
    return q->twice;
}

/* Graphs that the dataset does not have. */
static bool test_graphs(const bo_quads *q, bool *keep) {
    bool variable = q->scope->graph.kind == BO_NODE_VARIABLE;
    const bo_graphs *graphs = variable ? &q->exec->named : &q->exec->standard;
    const bo_id *column = q->batch->column[BO_G];
    if (q->fixed[BO_G] != BO_ID_NONE || (!variable && !graphs->given)) return false;
    for (size_t row = 0; row < q->batch->len; row++) {
        keep[row] &= !variable || column[row] != BO_ID_DEFAULT_GRAPH;
        if (graphs->given && keep[row]) keep[row] = bo_in_graphs(graphs, column[row]);
    }
    return true;
}

static void drop_rows(bo_batch *batch, const bool *keep) {
    size_t kept = 0;
    while (kept < batch->len && keep[kept]) kept++;
    for (size_t row = kept; row < batch->len; row++) {
        if (!keep[row]) continue;
        for (int c = 0; c < BO_PLACES; c++) batch->column[c][kept] = batch->column[c][row];
        kept++;
    }
    batch->len = kept;
}

static void drop_misfits(bo_quads *q) {
    bool keep[BO_BATCH];
    memset(keep, true, q->batch->len);
    bool any = test_constants(q, keep);
    any |= test_twice(q, keep);
    any |= test_graphs(q, keep);
    if (any) drop_rows(q->batch, keep);
}

/* Asked when it is worth a look-up: not for a few rows. */
static bool is_single(bo_quads *q) {
    bo_source *source = q->exec->source;
    if (q->asked || q->batch->len < BO_BATCH / 2 || source->ops->single == NULL) return q->single;
    q->asked = true;
    q->single = source->ops->single(source, q->constant[BO_P]);
    return q->single;
}

/* What stands in another graph too is a double; only a union of graphs has such. */
static void drop_doubles(bo_quads *q) {
    bo_batch *batch = q->batch;
    if (is_single(q)) return;
    const bo_id *s = batch->column[BO_S], *p = batch->column[BO_P], *o = batch->column[BO_O];
    if (q->fixed[BO_G] != BO_ID_NONE || q->scope->graph.kind != BO_NODE_NONE || batch->len == 0) return;
    size_t last = batch->len - 1;
    bo_ids end = {s[last], p[last], o[last], BO_ID_NONE};
    bool keep[BO_BATCH], any = s[0] == q->before.s && p[0] == q->before.p && o[0] == q->before.o;
    keep[0] = !any;
    for (size_t row = 1; row <= last; row++) {
        keep[row] = (s[row] != s[row - 1]) | (o[row] != o[row - 1]) | (p[row] != p[row - 1]);
        any |= !keep[row];
    }
    if (any) drop_rows(batch, keep);
    q->before = end;
}

bo_status bo_quads_next(bo_quads *q) {
    do {
        BO_TRY(bo_exec_check(q->exec));
        BO_TRY(bo_scan_next(q->scan, q->batch));
        if (q->batch->len == 0) {
            q->ended = true;
            return BO_OK;
        }
        drop_misfits(q);
        drop_doubles(q);
    } while (q->batch->len == 0);
    return BO_OK;
}

bo_status bo_quads_seek(bo_quads *q, const bo_id key[BO_PLACES]) {
    BO_TRY(bo_scan_seek(q->scan, &(bo_ids){key[BO_S], key[BO_P], key[BO_O], key[BO_G]}));
    return bo_quads_next(q);
}
