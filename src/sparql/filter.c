/* SPDX-License-Identifier: Apache-2.0
 * FILTER and BIND.
 */
#include "sparql/plan.h"
#include "sparql/ranges.h"

typedef struct expr_op {
    bo_op op;
    const bo_expr *expr;
    uint32_t var;
    bo_id *column;
    bool by_ranges; /* FILTER: the ids tell */
    bo_ranges ranges;
    uint32_t *kept;
} expr_op;

enum { OFTEN = 32 /* rows: an expression may take long */ };

static bo_status choose_rows(const expr_op *f, const bo_table *table, size_t *count) {
    const bo_id *column = f->by_ranges ? table->column[f->ranges.var] : NULL;
    *count = 0;
    for (uint32_t row = 0; row < table->len; row++) {
        bo_verdict verdict = column != NULL ? bo_ranges_judge(&f->ranges, column[row]) : BO_UNSURE;
        bool passes = verdict == BO_PASSES;
        if (row % OFTEN == OFTEN - 1) BO_TRY(bo_exec_check(f->op.exec));
        if (verdict == BO_UNSURE) BO_TRY(bo_eval_true(f->op.exec, &passes, f->expr, table, row));
        f->kept[*count] = row;
        *count += passes;
    }
    return BO_OK;
}

static bo_status filter_next(bo_op *op, bo_table **out) {
    const expr_op *f = (expr_op *)op;
    do {
        size_t kept;
        BO_TRY(bo_exec_check(op->exec));
        BO_TRY(bo_op_next(op->input, out));
        if ((*out)->len == 0) return BO_OK;
        BO_TRY(choose_rows(f, *out, &kept));
        if (kept < (*out)->len) bo_table_keep(*out, f->kept, kept, op->exec->width);
    } while ((*out)->len == 0);
    return BO_OK;
}

static bo_status extend_next(bo_op *op, bo_table **out) {
    const expr_op *e = (expr_op *)op;
    bo_table *in;
    BO_TRY(bo_exec_check(op->exec));
    BO_TRY(bo_op_next(op->input, &in));
    if (op->input->ops != op->ops) bo_values_new_rows(op->exec); /* rows of several BINDs are the same rows */
    memcpy(op->table.column, in->column, op->exec->width * sizeof *op->table.column);
    op->table.len = in->len;
    for (size_t row = 0; row < in->len; row++) {
        if (row % OFTEN == OFTEN - 1) BO_TRY(bo_exec_check(op->exec));
        BO_TRY(bo_eval(op->exec, &e->column[row], e->expr, in, row));
    }
    op->table.column[e->var] = e->column;
    *out = &op->table;
    return BO_OK;
}

static const bo_op_ops filter_ops = {filter_next, NULL, NULL, "filter"};
static const bo_op_ops extend_ops = {extend_next, NULL, NULL, "extend"};

static bo_status init(expr_op **out, const bo_op_ops *ops, bo_exec *exec, bo_op *input, const bo_expr *expr) {
    expr_op *e = BO_NEW(exec->arena, expr_op);
    if (e == NULL) return bo_error_last()->status;
    BO_TRY(bo_expr_check(exec, expr));
    e->expr = expr;
    e->op.expr = expr;
    e->op.counts_hidden = input->counts_hidden;
    *out = e;
    BO_TRY(bo_op_init(&e->op, ops, exec, input));
    return bo_vars_copy(&e->op.vars, &input->vars, exec->arena);
}

bo_status bo_filter_new(bo_op **out, bo_exec *exec, bo_op *input, bo_expr *condition) {
    expr_op *f;
    BO_TRY(init(&f, &filter_ops, exec, input, condition));
    f->by_ranges = bo_ranges_of(&f->ranges, exec, condition);
    f->kept = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *f->kept);
    *out = &f->op;
    return f->kept != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_extend_new(bo_op **out, bo_exec *exec, bo_op *input, uint32_t var, bo_expr *expr) {
    expr_op *e;
    BO_TRY(init(&e, &extend_ops, exec, input, expr));
    e->var = var;
    e->column = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *e->column);
    if (e->column == NULL) return bo_error_last()->status;
    *out = &e->op;
    return bo_vars_add(&e->op.vars, var, exec->arena);
}
