/* SPDX-License-Identifier: Apache-2.0
 * Joins with rows that are kept: the right side does not depend on the left one, is read once and indexed by
 * the variables that both sides always bind. What else they share is compared row by row.
 */
#include "sparql/pile.h"
#include "sparql/plan.h"

typedef struct join_op {
    bo_op op;
    bo_op *right;
    bo_vars keys;
    bo_pile pile;
    bool filled, again;
    uint32_t *key_vars; /* in the order of the pile's columns, as its hashes are */
    size_t key_count;
    bo_table *in;
    size_t row, at; /* of the input and of the pile; SIZE_MAX: the next row is due */
} join_op;

static bo_status prepare(join_op *j) {
    BO_TRY(bo_pile_init(&j->pile, j->op.exec, &j->right->vars));
    j->key_vars = bo_arena_array(j->op.exec->arena, j->pile.width, sizeof *j->key_vars);
    if (j->key_vars == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < j->pile.width; i++)
        if (bo_vars_has(&j->keys, j->pile.vars[i])) j->key_vars[j->key_count++] = j->pile.vars[i];
    return BO_OK;
}

static bo_status fill(join_op *j) {
    if (j->filled) return BO_OK;
    j->filled = true;
    if (j->key_vars == NULL) BO_TRY(prepare(j));
    j->pile.len = 0;
    BO_TRY(bo_pile_fill(&j->pile, j->right));
    return bo_pile_index(&j->pile, &j->keys);
}

static size_t first_candidate(const join_op *j) {
    uint64_t hash = 0;
    for (size_t i = 0; i < j->key_count; i++) hash = bo_hash_ids(hash, j->in->column[j->key_vars[i]][j->row]);
    return bo_pile_first(&j->pile, hash);
}

/* Whether no variable is bound differently; *shared: whether one is bound by both. */
static bool compatible(const join_op *j, bool *shared) {
    const bo_id *ids = bo_pile_row(&j->pile, j->at);
    *shared = false;
    for (size_t i = 0; i < j->pile.width; i++) {
        const bo_id *column = j->in->column[j->pile.vars[i]];
        bo_id left = column != NULL ? column[j->row] : BO_ID_NONE;
        if (left == BO_ID_NONE || ids[i] == BO_ID_NONE) continue;
        if (left != ids[i]) return false;
        *shared = true;
    }
    return true;
}

static void emit(join_op *j) {
    bo_table *table = &j->op.table;
    for (uint32_t var = 0; var < j->op.exec->width; var++) {
        const bo_id *from = j->in->column[var];
        if (table->column[var] != NULL)
            table->column[var][table->len] = from != NULL ? from[j->row] : BO_ID_NONE;
    }
    const bo_id *ids = bo_pile_row(&j->pile, j->at);
    for (size_t i = 0; i < j->pile.width; i++) {
        bo_id *column = table->column[j->pile.vars[i]];
        if (column != NULL && ids[i] != BO_ID_NONE) column[table->len] = ids[i];
    }
    table->len++;
}

static bo_status next_input(join_op *j) {
    BO_TRY(bo_exec_check(j->op.exec));
    j->row = 0;
    BO_TRY(bo_op_next(j->op.input, &j->in));
    j->at = j->in->len > 0 ? first_candidate(j) : SIZE_MAX;
    return BO_OK;
}

static bo_status join_next(bo_op *op, bo_table **out) {
    join_op *j = (join_op *)op;
    BO_TRY(fill(j));
    op->table.len = 0;
    *out = &op->table;
    for (unsigned steps = 0; op->table.len < BO_BATCH;) {
        if (j->in == NULL || j->row >= j->in->len) {
            BO_TRY(next_input(j));
            if (j->in->len == 0) {
                j->in = NULL;
                break;
            }
        }
        for (bool shared; j->at != SIZE_MAX && op->table.len < BO_BATCH;
             j->at = bo_pile_after(&j->pile, j->at)) {
            if (++steps % BO_BATCH == 0) BO_TRY(bo_exec_check(op->exec));
            if (compatible(j, &shared)) emit(j);
        }
        if (j->at == SIZE_MAX && ++j->row < j->in->len) j->at = first_candidate(j);
    }
    return BO_OK;
}

static bo_status join_restart(bo_op *op) {
    join_op *j = (join_op *)op;
    j->in = NULL;
    if (!j->again) return BO_OK;
    j->filled = false;
    return bo_op_restart(j->right);
}

static const bo_op_ops join_ops = {join_next, join_restart, NULL, "join"};

static bo_status join_init(join_op **out, const bo_op_ops *ops, bo_exec *exec, bo_op *input, bo_op *right,
                           const bo_vars *keys, bool again) {
    join_op *j = BO_NEW(exec->arena, join_op);
    if (j == NULL) return bo_error_last()->status;
    j->right = right;
    j->op.parts[0] = right;
    j->again = again;
    BO_TRY(bo_vars_copy(&j->keys, keys, exec->arena));
    BO_TRY(bo_op_init(&j->op, ops, exec, input));
    *out = j;
    return bo_vars_copy(&j->op.vars, &input->vars, exec->arena);
}

bo_status bo_join_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *right, const bo_vars *keys,
                      const bo_vars *keep, bool again) {
    join_op *j;
    BO_TRY(join_init(&j, &join_ops, exec, input, right, keys, again));
    BO_TRY(bo_vars_join(&j->op.vars, &right->vars, exec->arena));
    bo_vars_keep(&j->op.vars, keep);
    *out = &j->op;
    return bo_op_columns(&j->op);
}

/* MINUS: shortens its input's tables. */

static bo_status is_removed(join_op *j, bool *removed) {
    *removed = false;
    unsigned steps = 0;
    for (j->at = first_candidate(j); j->at != SIZE_MAX && !*removed; j->at = bo_pile_after(&j->pile, j->at)) {
        bool shared;
        if (++steps % BO_BATCH == 0) BO_TRY(bo_exec_check(j->op.exec));
        *removed = compatible(j, &shared) && shared;
    }
    return BO_OK;
}

static bo_status minus_next(bo_op *op, bo_table **out) {
    join_op *j = (join_op *)op;
    BO_TRY(fill(j));
    do {
        BO_TRY(bo_exec_check(op->exec));
        BO_TRY(bo_op_next(op->input, &j->in));
        *out = j->in;
        if (j->in->len == 0) return BO_OK;
        size_t kept = 0;
        for (j->row = 0; j->row < j->in->len; j->row++) {
            bool removed;
            BO_TRY(is_removed(j, &removed));
            if (!removed) bo_table_move(j->in, kept++, j->row, op->exec->width);
        }
        j->in->len = kept;
    } while (j->in->len == 0);
    return BO_OK;
}

static const bo_op_ops minus_ops = {minus_next, join_restart, NULL, "minus"};

bo_status bo_minus_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *right, const bo_vars *keys,
                       bool again) {
    join_op *j;
    BO_TRY(join_init(&j, &minus_ops, exec, input, right, keys, again));
    *out = &j->op;
    return BO_OK;
}

/* VALUES. */

typedef struct values_op {
    bo_op op;
    const bo_pattern *values;
    size_t row;
} values_op;

static bo_status values_next(bo_op *op, bo_table **out) {
    values_op *v = (values_op *)op;
    size_t width = v->values->values.width, rest = v->values->values.rows - v->row;
    op->table.len = rest < BO_BATCH ? rest : BO_BATCH;
    *out = &op->table;
    for (size_t i = 0; i < width; i++) {
        bo_id *column = op->table.column[v->values->values.vars[i]];
        for (size_t row = 0; row < op->table.len; row++) {
            bo_node cell = v->values->values.cells[(v->row + row) * width + i];
            column[row] = cell.kind == BO_NODE_TERM ? op->exec->terms[cell.index] : BO_ID_NONE;
        }
    }
    v->row += op->table.len;
    return BO_OK;
}

static bo_status values_restart(bo_op *op) {
    ((values_op *)op)->row = 0;
    return BO_OK;
}

static const bo_op_ops values_ops = {values_next, values_restart, NULL, "values"};

bo_status bo_values_new(bo_op **out, bo_exec *exec, const bo_pattern *values) {
    values_op *v = BO_NEW(exec->arena, values_op);
    if (v == NULL) return bo_error_last()->status;
    v->values = values;
    *out = &v->op;
    BO_TRY(bo_op_init(&v->op, &values_ops, exec, NULL));
    for (size_t i = 0; i < values->values.width; i++)
        BO_TRY(bo_vars_add(&v->op.vars, values->values.vars[i], exec->arena));
    return bo_op_columns(&v->op);
}
