/* SPDX-License-Identifier: Apache-2.0
 * ORDER BY: rows are kept with the values they are sorted by, and sorted once; the sort is stable. When only
 * the first rows are wanted, those that can't be among them are thrown out as they gather.
 */
#include <stdlib.h>

#include "sparql/expr.h"
#include "sparql/pile.h"
#include "sparql/plan.h"

typedef struct order_op {
    bo_op op;
    const bo_pattern *order;
    uint64_t most;
    bo_pile rows, spare;
    bo_table in;      /* the input's columns, and behind them one for each key */
    uint32_t *sorted; /* places in rows */
    size_t size, at;
    bool read, full;  /* full: what was cut is behind the first `most` rows */
    bo_idmap values;  /* of terms that were compared: their text is fetched once */
    bo_status failed; /* while comparing */
} order_op;

static bo_status fetch(bo_exec *exec, bo_val *value, bo_id id) {
    bo_term term;
    BO_TRY(bo_val_of_id(&exec->values, value, id));
    BO_TRY(bo_val_term(&exec->values, &term, value));
    return bo_term_copy(&value->term, &term, exec->arena);
}

static bo_status value_of(order_op *o, bo_val **out, bo_id id) {
    bo_exec *exec = o->op.exec;
    bool was_new;
    bo_value *kept = bo_idmap_put(&o->values, id, &was_new);
    if (kept == NULL) return bo_error_last()->status;
    if (was_new) {
        bo_val *value = BO_NEW(exec->arena, bo_val);
        if (value == NULL) return bo_error_last()->status;
        BO_TRY(fetch(exec, value, id));
        kept->ptr = value;
        bo_arena_reset(exec->scratch);
    }
    *out = kept->ptr;
    return BO_OK;
}

static bo_status compare_ids(order_op *o, int *out, bo_id a, bo_id b) {
    bo_val *left, *right;
    if (bo_order_plain(out, a, b)) return BO_OK;
    BO_TRY(value_of(o, &left, a));
    BO_TRY(value_of(o, &right, b));
    return bo_val_order(&o->op.exec->values, out, left, right);
}

static int compare_rows(order_op *o, uint32_t x, uint32_t y) {
    size_t count = o->order->order.len, first = o->rows.width - count;
    const bo_id *left = bo_pile_row(&o->rows, x) + first, *right = bo_pile_row(&o->rows, y) + first;
    for (size_t i = 0; i < count; i++) {
        int order = 0;
        if (left[i] == right[i] || o->failed != BO_OK) continue;
        o->failed = compare_ids(o, &order, left[i], right[i]);
        if (order != 0) return o->order->order.keys[i].descending ? -order : order;
    }
    return x < y ? -1 : x > y;
}

/* Merge sort: unlike the library's it can be given up. */
static void sort_places(order_op *o, uint32_t *items, uint32_t *room, size_t len) {
    enum { OFTEN = 4096 };
    size_t half = len / 2, from = 0, behind = half, to = 0;
    if (len < 2 || o->failed != BO_OK) return;
    if (len >= OFTEN) o->failed = bo_exec_check(o->op.exec);
    sort_places(o, items, room, half);
    sort_places(o, items + half, room, len - half);
    if (o->failed != BO_OK || compare_rows(o, items[half - 1], items[half]) < 0) return;
    memcpy(room, items, half * sizeof *items);
    while (from < half && behind < len) {
        if (behind % OFTEN == 0 && o->failed == BO_OK) o->failed = bo_exec_check(o->op.exec);
        if (o->failed != BO_OK) return;
        bool first = compare_rows(o, room[from], items[behind]) < 0;
        items[to++] = first ? room[from++] : items[behind++];
    }
    memcpy(items + to, room + from, (half - from) * sizeof *items);
}

static bo_status sort(order_op *o) {
    if (o->rows.len == 0) return BO_OK;
    if (o->rows.len > o->size) {
        o->size = o->rows.len;
        o->sorted = bo_arena_array(o->op.exec->arena, o->size, 2 * sizeof *o->sorted);
        if (o->sorted == NULL) return bo_error_last()->status;
    }
    for (size_t i = 0; i < o->rows.len; i++) o->sorted[i] = (uint32_t)i;
    sort_places(o, o->sorted, o->sorted + o->size, o->rows.len);
    return o->failed;
}

/* Keeps the first rows only: they move to the other pile, whose room is used again next time. */
static bo_status cut(order_op *o) {
    BO_TRY(sort(o));
    o->spare.len = 0;
    for (size_t i = 0; i < o->most; i++) BO_TRY(bo_pile_push(&o->spare, bo_pile_row(&o->rows, o->sorted[i])));
    bo_pile rows = o->rows;
    o->rows = o->spare;
    o->spare = rows;
    o->full = true;
    return BO_OK;
}

/* Whether a row may be among the first: once there are enough, it must come before the last of them. */
static bool may_stay(order_op *o, size_t row) {
    size_t count = o->order->order.len;
    if (!o->full || o->most == 0) return !o->full;
    const bo_id *last = bo_pile_row(&o->rows, o->most - 1) + o->rows.width - count;
    for (size_t i = 0; i < count; i++) {
        int order = 0;
        bo_id id = o->in.column[o->op.exec->width + i][row];
        if (id == last[i]) continue;
        o->failed = compare_ids(o, &order, id, last[i]);
        if (order != 0) return (order < 0) != o->order->order.keys[i].descending;
        if (o->failed != BO_OK) return true;
    }
    return false;
}

static bo_status take(order_op *o, bo_table *table) {
    bo_exec *exec = o->op.exec;
    memcpy(o->in.column, table->column, exec->width * sizeof *o->in.column);
    for (size_t i = 0; i < o->order->order.len; i++)
        for (size_t row = 0; row < table->len; row++)
            BO_TRY(
                bo_eval(exec, &o->in.column[exec->width + i][row], o->order->order.keys[i].by, table, row));
    for (size_t row = 0; row < table->len; row++)
        if (may_stay(o, row)) BO_TRY(bo_pile_add(&o->rows, &o->in, row));
    BO_TRY(o->failed);
    bool too_many = o->most < UINT32_MAX && o->rows.len >= 2 * o->most + BO_BATCH / 2;
    return too_many ? cut(o) : BO_OK;
}

static bo_status read_all(order_op *o) {
    o->read = true;
    for (;;) {
        bo_table *table;
        BO_TRY(bo_exec_check(o->op.exec));
        BO_TRY(bo_op_next(o->op.input, &table));
        if (table->len == 0) return sort(o);
        BO_TRY(take(o, table));
    }
}

static bo_status order_next(bo_op *op, bo_table **out) {
    order_op *o = (order_op *)op;
    if (!o->read) BO_TRY(read_all(o));
    size_t rest = o->rows.len - o->at;
    op->table.len = rest < BO_BATCH ? rest : BO_BATCH;
    *out = &op->table;
    for (size_t row = 0; row < op->table.len; row++) {
        const bo_id *ids = bo_pile_row(&o->rows, o->sorted[o->at++]);
        for (size_t i = 0; i < o->rows.width - o->order->order.len; i++)
            op->table.column[o->rows.vars[i]][row] = ids[i];
    }
    return BO_OK;
}

static bo_status order_restart(bo_op *op) {
    order_op *o = (order_op *)op;
    o->rows.len = o->spare.len = 0;
    o->read = o->full = false;
    o->at = 0;
    return BO_OK;
}

static const bo_op_ops order_ops = {order_next, order_restart, NULL, "order"};

bo_status bo_order_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *order, uint64_t most) {
    order_op *o = BO_NEW(exec->arena, order_op);
    size_t count = order->order.len, width = exec->width + count;
    if (o == NULL) return bo_error_last()->status;
    *out = &o->op;
    o->order = order;
    o->most = most;
    BO_TRY(bo_op_init(&o->op, &order_ops, exec, input));
    BO_TRY(bo_vars_copy(&o->op.vars, &input->vars, exec->arena));
    BO_TRY(bo_op_columns(&o->op));
    BO_TRY(bo_pile_init(&o->rows, exec, &o->op.vars));
    uint32_t *vars = bo_arena_array(exec->arena, width, sizeof *vars);
    o->in.column = bo_arena_array(exec->arena, width, sizeof *o->in.column);
    if (vars == NULL || o->in.column == NULL) return bo_error_last()->status;
    memcpy(vars, o->rows.vars, o->rows.width * sizeof *vars);
    o->rows.vars = vars;
    for (size_t i = 0; i < count; i++) {
        BO_TRY(bo_expr_check(exec, order->order.keys[i].by));
        vars[o->rows.width++] = (uint32_t)(exec->width + i);
        o->in.column[exec->width + i] = bo_arena_alloc(exec->arena, BO_BATCH * sizeof(bo_id));
        if (o->in.column[exec->width + i] == NULL) return bo_error_last()->status;
    }
    o->spare = o->rows;
    bo_idmap_init(&o->values, exec->arena);
    return BO_OK;
}
