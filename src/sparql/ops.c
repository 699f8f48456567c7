/* SPDX-License-Identifier: Apache-2.0
 * Operators that need no terms and keep no rows: seeds, branches, and what cuts tables.
 */
#include "base/clock.h"
#include "sparql/plan.h"

bo_status bo_exec_check(bo_exec *exec) {
    const bo_query_options *options = exec->options;
    if (options->cancelled != NULL && options->cancelled(options->cancel_context))
        return bo_fail(BO_CANCELLED, "the query was given up");
    if (options->deadline_ns != 0 && bo_clock_steady_ns(&bo_clock_system) > options->deadline_ns)
        return bo_fail(BO_TIMEOUT, "the query took more than the %llu ms of time that it may take",
                       (unsigned long long)((options->deadline_ns - exec->begun_ns) / 1000000));
    return BO_OK;
}

bo_status bo_table_new(bo_table *out, bo_exec *exec) {
    out->len = 0;
    out->column = bo_arena_array(exec->arena, exec->width, sizeof *out->column);
    return out->column != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_one_row(bo_exec *exec, bo_table *out, const bo_vars *vars, size_t width) {
    out->len = 1;
    out->column = bo_arena_array(exec->arena, width, sizeof *out->column);
    for (uint32_t var = 0; out->column != NULL && var < width; var++) {
        if (!bo_vars_has(vars, var)) continue;
        out->column[var] = bo_arena_array(exec->arena, 1, sizeof(bo_id));
        if (out->column[var] == NULL) return bo_error_last()->status;
    }
    return out->column != NULL ? BO_OK : bo_error_last()->status;
}

void bo_table_keep(bo_table *table, const uint32_t *rows, size_t count, size_t width) {
    for (size_t var = 0; var < width; var++) {
        bo_id *column = table->column[var];
        for (size_t i = 0; column != NULL && i < count; i++) column[i] = column[rows[i]];
    }
    table->len = count;
}

bo_status bo_op_init(bo_op *op, const bo_op_ops *ops, bo_exec *exec, bo_op *input) {
    op->ops = ops;
    op->exec = exec;
    op->input = input;
    op->listed = exec->ops;
    exec->ops = op;
    return bo_table_new(&op->table, exec);
}

bo_status bo_op_columns(bo_op *op) {
    for (uint32_t var = 0; var < op->exec->width; var++) {
        if (!bo_vars_has(&op->vars, var)) continue;
        op->table.column[var] = bo_arena_alloc(op->exec->arena, BO_BATCH * sizeof(bo_id));
        if (op->table.column[var] == NULL) return bo_error_last()->status;
    }
    return BO_OK;
}

bo_status bo_op_restart(bo_op *op) {
    if (op->input != NULL) BO_TRY(bo_op_restart(op->input));
    return op->ops->restart != NULL ? op->ops->restart(op) : BO_OK;
}

/* Seeds. */

typedef struct seed {
    bo_op op;
    bo_table *rows;
    size_t len; /* filters above shorten the table */
    bool given;
} seed;

static bo_status seed_next(bo_op *op, bo_table **out) {
    seed *s = (seed *)op;
    *out = s->given || s->rows == NULL ? &op->table : s->rows;
    if (!s->given && s->rows != NULL) s->rows->len = s->len;
    s->given = true;
    return BO_OK;
}

static bo_status seed_restart(bo_op *op) {
    ((seed *)op)->given = false;
    return BO_OK;
}

static const bo_op_ops seed_ops = {seed_next, seed_restart, NULL, "seed"};

bo_status bo_seed_new(bo_op **out, bo_exec *exec, const bo_vars *vars) {
    seed *s = BO_NEW(exec->arena, seed);
    if (s == NULL) return bo_error_last()->status;
    *out = &s->op;
    s->op.counts_hidden = true; /* whether it is asked at all depends on what terms there are */
    BO_TRY(bo_op_init(&s->op, &seed_ops, exec, NULL));
    return bo_vars_copy(&s->op.vars, vars, exec->arena);
}

void bo_seed_put(bo_op *op, bo_table *rows) {
    ((seed *)op)->rows = rows;
    ((seed *)op)->len = rows->len;
}

bo_status bo_unit_new(bo_op **out, bo_exec *exec) {
    bo_table *row = BO_NEW(exec->arena, bo_table);
    if (row == NULL) return bo_error_last()->status;
    BO_TRY(bo_table_new(row, exec));
    row->len = 1;
    BO_TRY(bo_seed_new(out, exec, &(bo_vars){0}));
    bo_seed_put(*out, row);
    return BO_OK;
}

static bo_status nothing_next(bo_op *op, bo_table **out) {
    *out = &op->table;
    return BO_OK;
}

static const bo_op_ops nothing_ops = {nothing_next, NULL, NULL, "nothing"};

bo_status bo_nothing_new(bo_op **out, bo_exec *exec, bo_op *input) {
    bo_op *op = BO_NEW(exec->arena, bo_op);
    if (op == NULL) return bo_error_last()->status;
    *out = op;
    return bo_op_init(op, &nothing_ops, exec, input);
}

/* Branches. */

static bo_status start_branch(const bo_branch *branch, bo_table *rows) {
    bo_seed_put(branch->seed, rows);
    return bo_op_restart(branch->end);
}

/* Takes a table's columns over into the operator's own; rows from..to-1. */
static void copy_rows(bo_op *op, const bo_table *from, size_t first, size_t count) {
    for (uint32_t var = 0; var < op->exec->width; var++) {
        bo_id *to = op->table.column[var];
        if (to == NULL) continue;
        if (from->column[var] != NULL)
            memcpy(to + op->table.len, from->column[var] + first, count * sizeof *to);
        else
            memset(to + op->table.len, 0, count * sizeof *to);
    }
    op->table.len += count;
}

typedef struct union_op {
    bo_op op;
    bo_branch branches[2];
    bo_table *in;
    int at; /* which branch; 2: the next table is due */
} union_op;

static bo_status union_next(bo_op *op, bo_table **out) {
    union_op *u = (union_op *)op;
    for (;;) {
        if (u->at == 2) {
            BO_TRY(bo_exec_check(op->exec));
            BO_TRY(bo_op_next(op->input, &u->in));
            *out = u->in;
            if (u->in->len == 0) return BO_OK;
            u->at = 0;
            /* A branch may change its table: the first one gets a copy. */
            op->table.len = 0;
            copy_rows(op, u->in, 0, u->in->len);
            BO_TRY(start_branch(&u->branches[0], &op->table));
        }
        BO_TRY(bo_op_next(u->branches[u->at].end, out));
        if ((*out)->len > 0) return BO_OK;
        if (++u->at == 1) BO_TRY(start_branch(&u->branches[1], u->in));
    }
}

static bo_status union_restart(bo_op *op) {
    ((union_op *)op)->at = 2;
    return BO_OK;
}

static const bo_op_ops union_ops = {union_next, union_restart, NULL, "union"};

bo_status bo_union_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_branch branches[2]) {
    union_op *u = BO_NEW(exec->arena, union_op);
    if (u == NULL) return bo_error_last()->status;
    *out = &u->op;
    u->at = 2;
    BO_TRY(bo_op_init(&u->op, &union_ops, exec, input));
    BO_TRY(bo_vars_copy(&u->op.vars, &input->vars, exec->arena));
    BO_TRY(bo_op_columns(&u->op));
    for (int i = 0; i < 2; i++) {
        u->branches[i] = branches[i];
        u->op.parts[i] = branches[i].end;
        BO_TRY(bo_vars_join(&u->op.vars, &branches[i].end->vars, exec->arena));
    }
    return BO_OK;
}

/* OPTIONAL: rows are numbered in the tag column on their way into the branch. Conditions are a filter at the
 * branch's end. */
typedef struct optional_op {
    bo_op op;
    bo_branch branch;
    uint32_t tag;
    bo_table *in;
    bool matched[BO_BATCH];
    size_t rest; /* rows of the input from here on may be left over */
    bool branching;
} optional_op;

static bo_status feed_optional(optional_op *o) {
    BO_TRY(bo_exec_check(o->op.exec));
    BO_TRY(bo_op_next(o->op.input, &o->in));
    if (o->in->len == 0) return BO_OK;
    memset(o->matched, 0, sizeof o->matched);
    o->op.table.len = 0;
    copy_rows(&o->op, o->in, 0,
              o->in->len); /* the branch may change its table, the left-over rows must not */
    for (size_t i = 0; i < o->in->len; i++) o->op.table.column[o->tag][i] = i + 1;
    o->rest = 0;
    o->branching = true;
    return start_branch(&o->branch, &o->op.table);
}

static bo_status optional_next(bo_op *op, bo_table **out) {
    optional_op *o = (optional_op *)op;
    for (;;) {
        if (!o->branching && (o->in == NULL || o->rest == o->in->len)) {
            BO_TRY(feed_optional(o));
            *out = o->in;
            if (o->in->len == 0) {
                o->in = NULL;
                return BO_OK;
            }
        }
        if (o->branching) {
            BO_TRY(bo_op_next(o->branch.end, out));
            const bo_id *tags = (*out)->column[o->tag];
            for (size_t i = 0; i < (*out)->len; i++) o->matched[tags[i] - 1] = true;
            if ((*out)->len > 0) return BO_OK;
            o->branching = false;
        }
        op->table.len = 0;
        for (; o->rest < o->in->len; o->rest++)
            if (!o->matched[o->rest]) copy_rows(op, o->in, o->rest, 1);
        *out = &op->table;
        if (op->table.len > 0) return BO_OK;
    }
}

static bo_status optional_restart(bo_op *op) {
    optional_op *o = (optional_op *)op;
    o->in = NULL;
    o->branching = false;
    return BO_OK;
}

static const bo_op_ops optional_ops = {optional_next, optional_restart, NULL, "optional"};

bo_status bo_optional_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch, uint32_t tag) {
    optional_op *o = BO_NEW(exec->arena, optional_op);
    if (o == NULL) return bo_error_last()->status;
    *out = &o->op;
    o->branch = branch;
    o->op.parts[0] = branch.end;
    o->tag = tag;
    BO_TRY(bo_op_init(&o->op, &optional_ops, exec, input));
    BO_TRY(bo_vars_copy(&o->op.vars, &input->vars, exec->arena));
    BO_TRY(bo_vars_add(&o->op.vars, tag, exec->arena));
    BO_TRY(bo_op_columns(&o->op));
    BO_TRY(bo_vars_join(&o->op.vars, &branch.end->vars, exec->arena));
    bo_vars_remove(&o->op.vars, tag);
    return BO_OK;
}

/* EXISTS and NOT EXISTS, a table at a time. */
typedef struct semi_join {
    bo_op op;
    bo_branch branch;
    uint32_t tag;
    bool wanted, matched[BO_BATCH];
} semi_join;

static bo_status semi_join_next(bo_op *op, bo_table **out) {
    semi_join *s = (semi_join *)op;
    do {
        bo_table *found;
        BO_TRY(bo_exec_check(op->exec));
        BO_TRY(bo_op_next(op->input, out));
        bo_table *in = *out;
        if (in->len == 0) return BO_OK;
        memset(s->matched, 0, sizeof s->matched);
        op->table.len = 0;
        copy_rows(op, in, 0, in->len);
        for (size_t i = 0; i < in->len; i++) op->table.column[s->tag][i] = i + 1;
        BO_TRY(start_branch(&s->branch, &op->table));
        for (;;) {
            BO_TRY(bo_op_next(s->branch.end, &found));
            if (found->len == 0) break;
            for (size_t i = 0; i < found->len; i++) s->matched[found->column[s->tag][i] - 1] = true;
        }
        size_t kept = 0;
        for (size_t row = 0; row < in->len; row++)
            if (s->matched[row] == s->wanted) bo_table_move(in, kept++, row, op->exec->width);
        in->len = kept;
    } while ((*out)->len == 0);
    return BO_OK;
}

static const bo_op_ops semi_join_ops = {semi_join_next, NULL, NULL, "exists"};

bo_status bo_semi_join_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch, uint32_t tag,
                           bool wanted) {
    semi_join *s = BO_NEW(exec->arena, semi_join);
    if (s == NULL) return bo_error_last()->status;
    *out = &s->op;
    s->branch = branch;
    s->op.parts[0] = branch.end;
    s->tag = tag;
    s->wanted = wanted;
    BO_TRY(bo_op_init(&s->op, &semi_join_ops, exec, input));
    BO_TRY(bo_vars_copy(&s->op.vars, &input->vars, exec->arena));
    BO_TRY(bo_vars_add(&s->op.vars, tag, exec->arena));
    BO_TRY(bo_op_columns(&s->op));
    bo_vars_remove(&s->op.vars, tag);
    return BO_OK;
}

/* Projection, LIMIT and OFFSET. */

/* Only the projected columns are shown: the table's head is its own, the columns are the input's. */
static bo_status project_next(bo_op *op, bo_table **out) {
    bo_table *in;
    BO_TRY(bo_op_next(op->input, &in));
    for (uint32_t var = 0; var < op->exec->width; var++)
        op->table.column[var] = bo_vars_has(&op->vars, var) ? in->column[var] : NULL;
    op->table.len = in->len;
    *out = &op->table;
    return BO_OK;
}

static const bo_op_ops project_ops = {project_next, NULL, NULL, "project"};

bo_status bo_project_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_vars *vars) {
    bo_op *op = BO_NEW(exec->arena, bo_op);
    if (op == NULL) return bo_error_last()->status;
    *out = op;
    BO_TRY(bo_op_init(op, &project_ops, exec, input));
    return bo_vars_copy(&op->vars, vars, exec->arena);
}

typedef struct slice_op {
    bo_op op;
    uint64_t offset, limit, skipped, given;
} slice_op;

static bo_status slice_next(bo_op *op, bo_table **out) {
    slice_op *s = (slice_op *)op;
    op->table.len = 0;
    *out = &op->table;
    while (s->given < s->limit) {
        bo_table *in;
        BO_TRY(bo_op_next(op->input, &in));
        if (in->len == 0) return BO_OK;
        uint64_t skip = s->offset - s->skipped < in->len ? s->offset - s->skipped : in->len;
        uint64_t len = in->len - skip < s->limit - s->given ? in->len - skip : s->limit - s->given;
        s->skipped += skip;
        s->given += len;
        if (len == 0) continue;
        for (uint32_t var = 0; skip > 0 && var < op->exec->width; var++)
            if (in->column[var] != NULL)
                memmove(in->column[var], in->column[var] + skip, len * sizeof(bo_id));
        in->len = len;
        *out = in;
        return BO_OK;
    }
    return BO_OK;
}

static bo_status slice_restart(bo_op *op) {
    slice_op *s = (slice_op *)op;
    s->skipped = s->given = 0;
    return BO_OK;
}

static const bo_op_ops slice_ops = {slice_next, slice_restart, NULL, "slice"};

bo_status bo_slice_new(bo_op **out, bo_exec *exec, bo_op *input, uint64_t offset, uint64_t limit) {
    slice_op *s = BO_NEW(exec->arena, slice_op);
    if (s == NULL) return bo_error_last()->status;
    *out = &s->op;
    s->offset = offset;
    s->limit = limit;
    BO_TRY(bo_op_init(&s->op, &slice_ops, exec, input));
    return bo_vars_copy(&s->op.vars, &input->vars, exec->arena);
}
