/* SPDX-License-Identifier: Apache-2.0
 * DISTINCT, and GRAPH when it has to go through the graphs one by one.
 */
#include "sparql/pile.h"
#include "sparql/plan.h"

typedef struct distinct_op {
    bo_op op;
    bo_pile seen;
    bo_id *row;
} distinct_op;

static bo_status distinct_next(bo_op *op, bo_table **out) {
    distinct_op *d = (distinct_op *)op;
    do {
        BO_TRY(bo_op_next(op->input, out));
        bo_table *table = *out;
        if (table->len == 0) return BO_OK;
        size_t kept = 0;
        for (size_t row = 0; row < table->len; row++) {
            size_t place;
            bool was_new;
            bo_pile_gather(&d->seen, d->row, table, row);
            BO_TRY(bo_pile_put(&d->seen, d->row, &place, &was_new));
            if (was_new) bo_table_move(table, kept++, row, op->exec->width);
        }
        table->len = kept;
    } while ((*out)->len == 0);
    return BO_OK;
}

static bo_status distinct_restart(bo_op *op) {
    bo_pile_clear(&((distinct_op *)op)->seen);
    return BO_OK;
}

static const bo_op_ops distinct_ops = {distinct_next, distinct_restart, NULL, "distinct"};

bo_status bo_distinct_new(bo_op **out, bo_exec *exec, bo_op *input) {
    distinct_op *d = BO_NEW(exec->arena, distinct_op);
    if (d == NULL) return bo_error_last()->status;
    *out = &d->op;
    BO_TRY(bo_op_init(&d->op, &distinct_ops, exec, input));
    BO_TRY(bo_vars_copy(&d->op.vars, &input->vars, exec->arena));
    BO_TRY(bo_pile_init(&d->seen, exec, &d->op.vars));
    d->row = bo_arena_array(exec->arena, d->seen.width, sizeof *d->row);
    return d->row != NULL ? BO_OK : bo_error_last()->status;
}

/* GRAPH. */

typedef struct graphs_op {
    bo_op op;
    bo_branch branch;
    bo_scope *scope;
    bo_id *graphs;
    size_t count, at;
    bool listed;
    bo_table *in;
    bo_table shown; /* the branch's columns and that of the graph */
    bo_id *column;
} graphs_op;

static bo_status add_graph(graphs_op *g, bo_id id) {
    if ((g->count & (g->count - 1)) == 0) {
        bo_id *graphs = bo_arena_array(g->op.exec->arena, g->count ? g->count * 2 : 1, sizeof *graphs);
        if (graphs == NULL) return bo_error_last()->status;
        if (g->count > 0) memcpy(graphs, g->graphs, g->count * sizeof *graphs);
        g->graphs = graphs;
    }
    g->graphs[g->count++] = id;
    return BO_OK;
}

/* The graphs that hold a quad, found by skipping from one to the next. */
static bo_status read_graphs(graphs_op *g, bo_scan *scan, bo_batch *batch) {
    bo_id last = BO_ID_DEFAULT_GRAPH;
    for (;;) {
        BO_TRY(bo_exec_check(g->op.exec));
        BO_TRY(bo_scan_next(scan, batch));
        if (batch->len == 0) return BO_OK;
        for (size_t i = 0; i < batch->len; i++) {
            bo_id id = batch->column[3][i];
            if (id == last) continue;
            last = id;
            BO_TRY(add_graph(g, id));
        }
        BO_TRY(bo_scan_seek(scan, &(bo_ids){.g = last + 1}));
    }
}

static bo_status list_graphs(graphs_op *g) {
    bo_exec *exec = g->op.exec;
    bo_ids pattern = {0};
    g->listed = true;
    if (exec->named.given) {
        for (size_t i = 0; i < exec->named.len; i++)
            if (g->scope->graph.kind == BO_NODE_VARIABLE ||
                exec->named.ids[i] == exec->terms[g->scope->graph.index])
                BO_TRY(add_graph(g, exec->named.ids[i]));
        return BO_OK;
    }
    if (g->scope->graph.kind == BO_NODE_TERM) {
        pattern.g = exec->terms[g->scope->graph.index];
        bo_tag tag = bo_id_tag(pattern.g);
        if (tag >= BO_TAG_LOCAL_IRI && tag <= BO_TAG_LOCAL_LITERAL) return BO_OK;
    }
    bo_batch *batch = bo_arena_alloc(exec->arena, sizeof *batch);
    bo_scan *scan;
    if (batch == NULL) return bo_error_last()->status;
    BO_TRY(bo_source_scan(exec->source, &scan, &pattern, BO_GSPO, exec->arena));
    bo_status status = read_graphs(g, scan, batch);
    bo_scan_close(scan);
    return status;
}

/* The branch's seed for the next graph: the rows that don't say another one. */
static bo_status start_graph(graphs_op *g) {
    bo_table *seed = &g->op.table;
    bo_id graph = g->graphs[g->at++];
    bool variable = g->scope->graph.kind == BO_NODE_VARIABLE;
    const bo_id *given = variable ? g->in->column[g->scope->graph.index] : NULL;
    size_t len = 0;
    for (size_t row = 0; row < g->in->len; row++) {
        if (given != NULL && given[row] != BO_ID_NONE && given[row] != graph) continue;
        for (uint32_t var = 0; var < g->op.exec->width; var++)
            if (seed->column[var] != NULL)
                seed->column[var][len] = g->in->column[var] != NULL ? g->in->column[var][row] : BO_ID_NONE;
        len++;
    }
    seed->len = len;
    g->scope->fixed = graph;
    bo_seed_put(g->branch.seed, seed);
    return bo_op_restart(g->branch.end);
}

/* The branch's rows with the graph in its column; those that bind the variable to something else are out. */
static bo_table *with_graph(graphs_op *g, bo_table *rows) {
    uint32_t var = g->scope->graph.index;
    const bo_id *said = rows->column[var];
    size_t kept = 0;
    for (size_t row = 0; row < rows->len; row++)
        if (said == NULL || said[row] == BO_ID_NONE || said[row] == g->scope->fixed)
            bo_table_move(rows, kept++, row, g->op.exec->width);
    rows->len = kept;
    memcpy(g->shown.column, rows->column, g->op.exec->width * sizeof *g->shown.column);
    g->shown.len = kept;
    g->shown.column[var] = g->column;
    for (size_t row = 0; row < kept; row++) g->column[row] = g->scope->fixed;
    return &g->shown;
}

static bo_status graphs_next(bo_op *op, bo_table **out) {
    graphs_op *g = (graphs_op *)op;
    if (!g->listed) BO_TRY(list_graphs(g));
    for (;;) {
        if (g->in != NULL && g->at > 0) {
            BO_TRY(bo_op_next(g->branch.end, out));
            if ((*out)->len > 0) {
                if (g->scope->graph.kind == BO_NODE_VARIABLE) *out = with_graph(g, *out);
                if ((*out)->len > 0) return BO_OK;
                continue;
            }
        }
        if (g->in == NULL || g->at == g->count) {
            BO_TRY(bo_exec_check(op->exec));
            BO_TRY(bo_op_next(op->input, &g->in));
            g->at = 0;
            *out = g->in;
            if (g->in->len == 0) {
                g->in = NULL;
                return BO_OK;
            }
            if (g->count == 0) continue;
        }
        BO_TRY(start_graph(g));
    }
}

static bo_status graphs_restart(bo_op *op) {
    graphs_op *g = (graphs_op *)op;
    g->in = NULL;
    g->at = 0;
    return BO_OK;
}

static const bo_op_ops graphs_ops = {graphs_next, graphs_restart, NULL, "graph"};

bo_status bo_graphs_op_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch, bo_scope *scope) {
    graphs_op *g = BO_NEW(exec->arena, graphs_op);
    if (g == NULL) return bo_error_last()->status;
    *out = &g->op;
    g->branch = branch;
    g->op.parts[0] = branch.end;
    g->scope = scope;
    BO_TRY(bo_op_init(&g->op, &graphs_ops, exec, input));
    BO_TRY(bo_vars_copy(&g->op.vars, &input->vars, exec->arena));
    if (scope->graph.kind == BO_NODE_VARIABLE) bo_vars_remove(&g->op.vars, scope->graph.index);
    BO_TRY(bo_op_columns(&g->op));
    BO_TRY(bo_table_new(&g->shown, exec));
    g->column = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *g->column);
    if (g->column == NULL) return bo_error_last()->status;
    BO_TRY(bo_vars_join(&g->op.vars, &branch.end->vars, exec->arena));
    return scope->graph.kind == BO_NODE_VARIABLE ? bo_vars_add(&g->op.vars, scope->graph.index, exec->arena)
                                                 : BO_OK;
}
