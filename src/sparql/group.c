/* SPDX-License-Identifier: Apache-2.0
 * GROUP BY with its aggregates: groups are found by their keys in a pile, and each aggregate keeps a state
 * per group.
 */
#include "sparql/expr.h"
#include "sparql/pile.h"
#include "sparql/plan.h"

typedef struct group_op {
    bo_op op;
    const bo_pattern *group;
    bo_table keys;      /* one row: the keys of the row at hand */
    bo_pile groups;     /* their keys */
    bo_tally **tallies; /* by group, for every aggregation one */
    size_t tally_size;
    bo_table member;          /* one row for DISTINCT: a group's number, then what is counted */
    bo_pile *members;         /* by aggregation, where DISTINCT needs them */
    uint32_t place[BO_BATCH]; /* the group of each row at hand */
    bool read;
    size_t at;
} group_op;

static size_t aggregation_count(const group_op *g) {
    return g->group->group.aggregation_count;
}

static bo_status new_group(group_op *g, size_t place) {
    bo_exec *exec = g->op.exec;
    if (place >= g->tally_size) {
        size_t size = g->tally_size ? g->tally_size * 2 : 16;
        bo_tally **tallies = bo_arena_array(exec->arena, size, sizeof *tallies);
        if (tallies == NULL) return bo_error_last()->status;
        if (place > 0) memcpy(tallies, g->tallies, place * sizeof *tallies);
        g->tallies = tallies;
        g->tally_size = size;
    }
    g->tallies[place] = bo_arena_array(exec->arena, aggregation_count(g), sizeof **g->tallies);
    return g->tallies[place] != NULL ? BO_OK : bo_error_last()->status;
}

/* Whether a value is counted for the first time in its group. COUNT(DISTINCT *) compares whole rows. */
static bo_status is_fresh(group_op *g, size_t aggregation, size_t place, bo_id value, const bo_table *table,
                          size_t row, bool *fresh) {
    const bo_aggregation *a = &g->group->group.aggregations[aggregation];
    *fresh = true;
    if (!a->distinct) return BO_OK;
    for (uint32_t var = 0; var < g->op.exec->width; var++) {
        bo_id *column = g->member.column[var];
        bool whole = a->arg == NULL && table->column[var] != NULL && bo_vars_has(&g->op.input->vars, var);
        if (column != NULL) column[0] = whole ? table->column[var][row] : BO_ID_NONE;
    }
    g->member.column[g->op.exec->width][0] = place + 1;
    g->member.column[g->op.exec->width + 1][0] = value;
    size_t at;
    return bo_pile_put(&g->members[aggregation], &g->member, 0, &at, fresh);
}

/* Finds the group of every row. */
static bo_status place_rows(group_op *g, const bo_table *table) {
    const bo_pattern *group = g->group;
    for (size_t row = 0; row < table->len; row++) {
        size_t place = 0;
        bool was_new;
        for (size_t i = 0; i < group->group.key_count; i++)
            BO_TRY(bo_eval(g->op.exec, &g->keys.column[group->group.vars[i]][0], group->group.keys[i], table,
                           row));
        if (group->group.key_count > 0 || g->groups.len == 0) {
            BO_TRY(bo_pile_put(&g->groups, &g->keys, 0, &place, &was_new));
            if (was_new) BO_TRY(new_group(g, place));
        }
        g->place[row] = (uint32_t)place;
    }
    return BO_OK;
}

static bo_status take_values(group_op *g, size_t aggregation, const bo_table *table) {
    const bo_aggregation *a = &g->group->group.aggregations[aggregation];
    for (size_t row = 0; row < table->len; row++) {
        bo_tally *tally = &g->tallies[g->place[row]][aggregation];
        bo_id value = BO_ID_NONE;
        bool fresh;
        if (a->arg != NULL) BO_TRY(bo_eval(g->op.exec, &value, a->arg, table, row));
        if (a->arg != NULL && value == BO_ID_NONE) {
            tally->failed = true;
            continue;
        }
        BO_TRY(is_fresh(g, aggregation, g->place[row], value, table, row, &fresh));
        if (fresh) BO_TRY(bo_tally_add(g->op.exec, tally, a, value));
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
    if (g->groups.len > 0 || g->group->group.key_count > 0) return BO_OK;
    size_t place;
    bool was_new;
    BO_TRY(bo_pile_put(&g->groups, &g->keys, 0, &place, &was_new));
    return new_group(g, place);
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
            BO_TRY(
                bo_tally_value(op->exec, &op->table.column[a->var][op->table.len], &g->tallies[g->at][i], a));
        }
    }
    return BO_OK;
}

static void forget(group_op *g) {
    for (size_t place = 0; place < g->groups.len && place < g->tally_size; place++)
        for (size_t i = 0; g->tallies[place] != NULL && i < aggregation_count(g); i++)
            bo_tally_done(&g->tallies[place][i], &g->group->group.aggregations[i]);
}

static bo_status group_restart(bo_op *op) {
    group_op *g = (group_op *)op;
    forget(g);
    bo_pile_clear(&g->groups);
    for (size_t i = 0; i < aggregation_count(g); i++) bo_pile_clear(&g->members[i]);
    g->read = false;
    g->at = 0;
    return BO_OK;
}

static void group_close(bo_op *op) {
    forget((group_op *)op);
}

static const bo_op_ops group_ops = {group_next, group_restart, group_close};

static bo_status prepare_distinct(group_op *g) {
    bo_exec *exec = g->op.exec;
    uint32_t number = (uint32_t)exec->width, value = number + 1;
    size_t count = aggregation_count(g);
    bo_vars all;
    g->members = bo_arena_array(exec->arena, count, sizeof *g->members);
    if (g->members == NULL) return bo_error_last()->status;
    BO_TRY(bo_vars_copy(&all, &g->op.input->vars, exec->arena));
    BO_TRY(bo_vars_add(&all, number, exec->arena));
    BO_TRY(bo_vars_add(&all, value, exec->arena));
    BO_TRY(bo_one_row(exec, &g->member, &all, exec->width + 2));
    for (size_t i = 0; i < count; i++) {
        uint32_t *vars = bo_arena_array(exec->arena, exec->width + 2, sizeof *vars);
        if (vars == NULL) return bo_error_last()->status;
        size_t width = 0;
        bool whole = g->group->group.aggregations[i].arg == NULL;
        for (uint32_t var = 0; whole && var < exec->width; var++)
            if (bo_vars_has(&g->op.input->vars, var)) vars[width++] = var;
        vars[width++] = number;
        vars[width++] = value;
        g->members[i] = (bo_pile){.arena = exec->arena, .vars = vars, .width = width};
    }
    return BO_OK;
}

bo_status bo_group_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *group) {
    group_op *g = BO_NEW(exec->arena, group_op);
    if (g == NULL) return bo_error_last()->status;
    bo_vars keys = {0};
    *out = &g->op;
    g->group = group;
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
    BO_TRY(bo_one_row(exec, &g->keys, &keys, exec->width));
    BO_TRY(bo_pile_init(&g->groups, exec, &keys));
    return prepare_distinct(g);
}
