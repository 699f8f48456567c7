/* SPDX-License-Identifier: Apache-2.0
 * GROUP BY with its aggregates: groups are found by their keys in a pile, and each aggregate keeps a state
 * per group.
 */
#include "sparql/expr.h"
#include "sparql/pile.h"
#include "sparql/plan.h"

enum { PIECE = 256 }; /* groups whose tallies lie together */

typedef struct group_op {
    bo_op op;
    const bo_pattern *group;
    const bo_id **keys;  /* by key: its values in the rows at hand */
    bo_id **worked_out;  /* by key: room for them when it is no variable */
    bo_id *value, *none; /* the same for what is aggregated; a column of unbound values */
    bo_pile groups;      /* their keys */
    bo_idmap places;     /* the same by the key when there is one; NO_KEY stands for none */
    bo_tally **tallies;  /* in pieces: by group, for every aggregation one */
    size_t piece_count;
    bo_pile *members; /* by aggregation, where DISTINCT needs them: a group's number, what is counted */
    uint32_t place[BO_BATCH]; /* the group of each row at hand */
    bool read;
    size_t at;
    bo_vars late; /* aggregates of which the group's number + 1 is given out */
} group_op;

#define NO_KEY UINT64_MAX

static size_t aggregation_count(const group_op *g) {
    return g->group->group.aggregation_count;
}

static bo_tally *tally_of(const group_op *g, size_t place, size_t aggregation) {
    return &g->tallies[place / PIECE][place % PIECE * aggregation_count(g) + aggregation];
}

/* Room for the tallies of the group that came last. */
static bo_status add_tallies(group_op *g) {
    bo_arena *arena = g->op.exec->arena;
    size_t count = g->piece_count;
    if (g->groups.len <= count * PIECE) return BO_OK;
    if ((count & (count - 1)) == 0) {
        bo_tally **pieces = bo_arena_array(arena, count ? count * 2 : 1, sizeof *pieces);
        if (pieces == NULL) return bo_error_last()->status;
        if (count > 0) memcpy(pieces, g->tallies, count * sizeof *pieces);
        g->tallies = pieces;
    }
    g->tallies[count] = bo_arena_array(arena, PIECE * aggregation_count(g), sizeof **g->tallies);
    if (g->tallies[count] == NULL) return bo_error_last()->status;
    g->piece_count++;
    return BO_OK;
}

/* The values of an expression in all rows: a variable's column, or worked out into `room`. */
static bo_status values_of(group_op *g, const bo_id **out, bo_id *room, const bo_expr *expr,
                           const bo_table *table) {
    *out = room;
    if (expr->kind == BO_EXPR_VARIABLE) {
        const bo_id *column = table->column[expr->index];
        *out = column != NULL ? column : g->none;
        return BO_OK;
    }
    for (size_t row = 0; row < table->len; row++) BO_TRY(bo_eval(g->op.exec, &room[row], expr, table, row));
    return BO_OK;
}

static bo_status place_by_id(group_op *g, size_t len) {
    for (size_t row = 0; row < len; row++) {
        bool was_new;
        const bo_id *key = &g->keys[0][row];
        bo_value *place = bo_idmap_put(&g->places, *key == BO_ID_NONE ? NO_KEY : *key, &was_new);
        if (place == NULL) return bo_error_last()->status;
        if (was_new) {
            place->u64 = g->groups.len;
            BO_TRY(bo_pile_push(&g->groups, key));
            BO_TRY(add_tallies(g));
        }
        g->place[row] = (uint32_t)place->u64;
    }
    return BO_OK;
}

/* Finds the group of every row. */
static bo_status place_rows(group_op *g, const bo_table *table) {
    const bo_pattern *group = g->group;
    size_t width = g->groups.width;
    for (size_t i = 0; i < group->group.key_count; i++)
        BO_TRY(values_of(g, &g->keys[i], g->worked_out[i], group->group.keys[i], table));
    if (width == 1) return place_by_id(g, table->len);
    for (size_t row = 0; row < (width == 0 ? 1 : table->len); row++) {
        size_t place;
        bool was_new;
        bo_id *ids = g->value; /* is not needed yet */
        for (size_t i = 0; i < width; i++) ids[i] = g->keys[i][row];
        BO_TRY(bo_pile_put(&g->groups, ids, &place, &was_new));
        BO_TRY(add_tallies(g));
        g->place[row] = (uint32_t)place;
    }
    if (width == 0) memset(g->place, 0, table->len * sizeof *g->place);
    return BO_OK;
}

/* Whether a value is counted for the first time in its group. COUNT(DISTINCT *) compares whole rows. */
static bo_status is_fresh(group_op *g, size_t aggregation, const bo_id *values, const bo_table *table,
                          size_t row, bool *fresh) {
    bo_pile *members = &g->members[aggregation];
    bo_id *ids = g->none + BO_BATCH; /* room behind it */
    size_t at;
    ids[0] = g->place[row];
    for (size_t i = 1; i < members->width; i++) {
        const bo_id *column = values != NULL ? values : table->column[members->vars[i]];
        ids[i] = column != NULL ? column[row] : BO_ID_NONE;
    }
    return bo_pile_put(members, ids, &at, fresh);
}

/* COUNT without DISTINCT. */
static void count_values(group_op *g, size_t aggregation, const bo_id *values, size_t len) {
    if (values == NULL && g->group->group.key_count == 0) {
        tally_of(g, 0, aggregation)->count += len;
        return;
    }
    for (size_t row = 0; row < len; row++)
        tally_of(g, g->place[row], aggregation)->count += values == NULL || values[row] != BO_ID_NONE;
}

static bo_status take_values(group_op *g, size_t aggregation, const bo_table *table) {
    const bo_aggregation *a = &g->group->group.aggregations[aggregation];
    const bo_id *values = NULL;
    if (a->arg != NULL) BO_TRY(values_of(g, &values, g->value, a->arg, table));
    if (a->op == BO_AGG_COUNT && !a->distinct) {
        count_values(g, aggregation, values, table->len);
        return BO_OK;
    }
    for (size_t row = 0; row < table->len; row++) {
        bo_tally *tally = tally_of(g, g->place[row], aggregation);
        bool fresh = true;
        if (values != NULL && values[row] == BO_ID_NONE) {
            tally->failed = true;
            continue;
        }
        if (a->distinct) BO_TRY(is_fresh(g, aggregation, values, table, row, &fresh));
        if (fresh) BO_TRY(bo_tally_add(g->op.exec, tally, a, values != NULL ? values[row] : BO_ID_NONE));
    }
    return BO_OK;
}

static bo_status read_all(group_op *g) {
    g->read = true;
    for (;;) {
        bo_table *table;
        BO_TRY(bo_exec_check(g->op.exec));
        BO_TRY(bo_op_next(g->op.input, &table));
        if (table->len == 0) break;
        BO_TRY(place_rows(g, table));
        for (size_t i = 0; i < aggregation_count(g); i++) BO_TRY(take_values(g, i, table));
    }
    /* Without keys there is one group even when there was no row. */
    return g->groups.len > 0 || g->group->group.key_count > 0 ? BO_OK : place_rows(g, &(bo_table){0});
}

static bo_status group_next(bo_op *op, bo_table **out) {
    group_op *g = (group_op *)op;
    if (!g->read) BO_TRY(read_all(g));
    op->table.len = 0;
    *out = &op->table;
    for (; g->at < g->groups.len && op->table.len < BO_BATCH; g->at++, op->table.len++) {
        const bo_id *keys = bo_pile_row(&g->groups, g->at);
        for (size_t i = 0; i < g->groups.width; i++)
            op->table.column[g->groups.vars[i]][op->table.len] = keys[i];
        for (size_t i = 0; i < aggregation_count(g); i++) {
            const bo_aggregation *a = &g->group->group.aggregations[i];
            bo_id *value = &op->table.column[a->var][op->table.len];
            if (bo_vars_has(&g->late, a->var))
                *value = g->at + 1;
            else
                BO_TRY(bo_tally_value(op->exec, value, tally_of(g, g->at, i), a));
        }
    }
    return BO_OK;
}

static void forget(group_op *g) {
    for (size_t piece = 0; piece < g->piece_count; piece++)
        for (size_t i = 0; i < PIECE * aggregation_count(g); i++) bo_tally_done(&g->tallies[piece][i]);
    g->piece_count = 0;
}

static bo_status group_restart(bo_op *op) {
    group_op *g = (group_op *)op;
    forget(g);
    bo_pile_clear(&g->groups);
    bo_idmap_init(&g->places, op->exec->arena);
    for (size_t i = 0; i < aggregation_count(g); i++) bo_pile_clear(&g->members[i]);
    g->read = false;
    g->at = 0;
    return BO_OK;
}

static void group_close(bo_op *op) {
    forget((group_op *)op);
}

static const bo_op_ops group_ops = {group_next, group_restart, group_close, "group"};

/* Columns: the group's number and the value, or all of a row. */
static bo_status prepare_distinct(group_op *g, size_t aggregation) {
    bo_exec *exec = g->op.exec;
    const bo_aggregation *a = &g->group->group.aggregations[aggregation];
    uint32_t *vars = bo_arena_array(exec->arena, exec->width + 2, sizeof *vars);
    size_t width = 1;
    if (vars == NULL) return bo_error_last()->status;
    for (uint32_t var = 0; a->arg == NULL && var < exec->width; var++)
        if (bo_vars_has(&g->op.input->vars, var)) vars[width++] = var;
    if (a->arg != NULL) width++;
    g->members[aggregation] = (bo_pile){.arena = exec->arena, .vars = vars, .width = width};
    return BO_OK;
}

static bo_status prepare_keys(group_op *g) {
    bo_arena *arena = g->op.exec->arena;
    const bo_pattern *group = g->group;
    size_t count = group->group.key_count, room = BO_BATCH + g->op.exec->width + 2;
    g->keys = bo_arena_array(arena, count, sizeof *g->keys);
    g->worked_out = bo_arena_array(arena, count, sizeof *g->worked_out);
    g->value = bo_arena_alloc(arena, (room + count) * sizeof *g->value);
    g->none = bo_arena_array(arena, room, sizeof *g->none);
    if (!g->keys || !g->worked_out || !g->value || !g->none) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) {
        if (group->group.keys[i]->kind == BO_EXPR_VARIABLE) continue;
        g->worked_out[i] = bo_arena_alloc(arena, BO_BATCH * sizeof(bo_id));
        if (g->worked_out[i] == NULL) return bo_error_last()->status;
    }
    g->groups = (bo_pile){.arena = arena, .vars = group->group.vars, .width = count};
    return BO_OK;
}

bo_status bo_group_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *group,
                       const bo_vars *late) {
    group_op *g = BO_NEW(exec->arena, group_op);
    if (g == NULL) return bo_error_last()->status;
    bo_vars keys = {0};
    *out = &g->op;
    g->group = group;
    if (late != NULL) g->late = *late;
    BO_TRY(bo_op_init(&g->op, &group_ops, exec, input));
    for (size_t i = 0; i < group->group.key_count; i++) {
        BO_TRY(bo_expr_check(exec, group->group.keys[i]));
        BO_TRY(bo_vars_add(&keys, group->group.vars[i], exec->arena));
    }
    BO_TRY(bo_vars_copy(&g->op.vars, &keys, exec->arena));
    for (size_t i = 0; i < group->group.aggregation_count; i++) {
        const bo_expr *arg = group->group.aggregations[i].arg;
        if (arg != NULL) BO_TRY(bo_expr_check(exec, arg));
        BO_TRY(bo_vars_add(&g->op.vars, group->group.aggregations[i].var, exec->arena));
    }
    BO_TRY(bo_op_columns(&g->op));
    BO_TRY(prepare_keys(g));
    bo_idmap_init(&g->places, exec->arena);
    g->members = bo_arena_array(exec->arena, aggregation_count(g), sizeof *g->members);
    if (g->members == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < aggregation_count(g); i++) BO_TRY(prepare_distinct(g, i));
    return BO_OK;
}

/* Late aggregates. */

typedef struct late_op {
    bo_op op;
    group_op *group;
} late_op;

static bo_status late_next(bo_op *op, bo_table **out) {
    const group_op *g = ((late_op *)op)->group;
    BO_TRY(bo_op_next(op->input, out));
    for (size_t i = 0; i < aggregation_count(g); i++) {
        const bo_aggregation *a = &g->group->group.aggregations[i];
        bo_id *column = (*out)->column[a->var];
        if (!bo_vars_has(&g->late, a->var) || column == NULL) continue;
        for (size_t row = 0; row < (*out)->len; row++)
            BO_TRY(bo_tally_value(op->exec, &column[row], tally_of(g, column[row] - 1, i), a));
    }
    return BO_OK;
}

static const bo_op_ops late_ops = {late_next, NULL, NULL, "late"};

bo_status bo_late_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *group) {
    late_op *l = BO_NEW(exec->arena, late_op);
    if (l == NULL) return bo_error_last()->status;
    l->group = (group_op *)group;
    *out = &l->op;
    BO_TRY(bo_op_init(&l->op, &late_ops, exec, input));
    return bo_vars_copy(&l->op.vars, &input->vars, exec->arena);
}
