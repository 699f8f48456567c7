/* SPDX-License-Identifier: Apache-2.0
 * Solution modifiers. They stand on a chain of their own: see bo_takes_seeds.
 */
#include "sparql/planner.h"

typedef bo_planner planner;
typedef bo_chain chain;

static bo_status plan_hidden(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    size_t hidden = p->hidden;
    p->hidden = p->filter_count;
    BO_TRY(bo_plan_pattern(p, c, pattern, needed));
    p->hidden = hidden;
    c->unit = false;
    return BO_OK;
}

/* `late`: aggregates whose values are worked out further up; NULL: none. */
static bo_status plan_group(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *late) {
    bool from_nothing = c->unit;
    bo_vars wanted = {0};
    const bo_bindings *bindings;
    for (size_t i = 0; i < pattern->group.key_count; i++)
        BO_TRY(bo_expr_used(&wanted, &p->scopes, pattern->group.keys[i]));
    for (size_t i = 0; i < pattern->group.aggregation_count; i++) {
        const bo_aggregation *a = &pattern->group.aggregations[i];
        if (a->arg != NULL) BO_TRY(bo_expr_used(&wanted, &p->scopes, a->arg));
        /* COUNT(DISTINCT *) looks at whole rows. */
        BO_TRY(bo_bindings_of(&bindings, &p->scopes, pattern->left));
        if (a->arg == NULL && a->distinct) BO_TRY(bo_vars_join(&wanted, &bindings->possible, p->arena));
    }
    BO_TRY(plan_hidden(p, c, pattern->left, &wanted));
    for (size_t i = 0; i < pattern->group.key_count; i++)
        BO_TRY(bo_plan_exists(p, c, pattern->group.keys[i]));
    for (size_t i = 0; i < pattern->group.aggregation_count; i++)
        if (pattern->group.aggregations[i].arg != NULL)
            BO_TRY(bo_plan_exists(p, c, pattern->group.aggregations[i].arg));
    BO_TRY(bo_bindings_of(&bindings, &p->scopes, pattern));
    BO_TRY(bo_vars_copy(&c->certain, &bindings->certain, p->arena));
    bool alone = from_nothing && !p->substitute && !p->exec->options->no_planner && late == NULL;
    BO_TRY(bo_group_new(&c->op, p->exec, c->op, pattern, late));
    return alone ? bo_counted_new(&c->op, p->exec, c->op, pattern, p->scope) : BO_OK;
}

static bo_status plan_order(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    bo_vars wanted;
    uint64_t most = pattern == p->cut ? p->most : UINT64_MAX;
    BO_TRY(bo_vars_copy(&wanted, needed, p->arena));
    for (size_t i = 0; i < pattern->order.len; i++)
        BO_TRY(bo_expr_used(&wanted, &p->scopes, pattern->order.keys[i].by));
    BO_TRY(plan_hidden(p, c, pattern->left, &wanted));
    for (size_t i = 0; i < pattern->order.len; i++) BO_TRY(bo_plan_exists(p, c, pattern->order.keys[i].by));
    return bo_order_new(&c->op, p->exec, c->op, pattern, most);
}

static bo_status plan_project(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    bo_vars shown = {0};
    for (size_t i = 0; i < pattern->vars.len; i++)
        BO_TRY(bo_vars_add(&shown, pattern->vars.items[i], p->arena));
    bo_vars_keep(&shown, needed);
    BO_TRY(plan_hidden(p, c, pattern->left, &shown));
    bo_vars_keep(&c->certain, &shown);
    return bo_project_new(&c->op, p->exec, c->op, &shown);
}

static bo_status plan_distinct(planner *p, chain *c, const bo_pattern *pattern) {
    const bo_bindings *shown;
    BO_TRY(bo_bindings_of(&shown, &p->scopes, pattern->left));
    BO_TRY(plan_hidden(p, c, pattern->left, &shown->possible));
    return bo_distinct_new(&c->op, p->exec, c->op);
}

/* What ORDER BY and LIMIT do not look at is worked out for the rows that they leave: the expressions of BIND
 * and SELECT, and of a group its aggregates. */
typedef struct top {
    const bo_pattern *project, *order, *inner;
    const bo_pattern **extends; /* from the inside out */
    bool *late;
    size_t len, late_count;
    bo_vars early; /* what is looked at */
} top;

/* BNODE("label") gives the same blank node in all expressions of a row, so they must stay together. */
static bool makes_blanks(const bo_expr *expr) {
    bool makes = expr->kind == BO_EXPR_FUNCTION && expr->index == BO_FN_BNODE;
    for (size_t i = 0; i < expr->count && !makes; i++) makes = makes_blanks(expr->args[i]);
    return makes;
}

static bo_status find_top(planner *p, top *out, const bo_pattern *slice) {
    const bo_pattern *pattern = slice->left;
    *out = (top){0};
    if (pattern->kind != BO_PROJECT || pattern->left->kind != BO_ORDER || p->exec->options->no_planner)
        return BO_OK;
    top t = {.project = pattern, .order = pattern->left, .inner = pattern->left->left};
    for (const bo_pattern *at = t.inner; at->kind == BO_EXTEND; at = at->left) t.len++;
    t.extends = bo_arena_array(p->arena, t.len, sizeof *t.extends);
    t.late = bo_arena_array(p->arena, t.len, sizeof *t.late);
    if (t.extends == NULL || t.late == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < t.order->order.len; i++)
        BO_TRY(bo_expr_used(&t.early, &p->scopes, t.order->order.keys[i].by));
    for (size_t i = t.len; i-- > 0; t.inner = t.inner->left) {
        t.extends[i] = t.inner;
        t.late[i] = !bo_vars_has(&t.early, t.inner->extend.var);
        t.late_count += t.late[i];
        if (makes_blanks(t.inner->extend.expr)) return BO_OK;
        if (!t.late[i]) BO_TRY(bo_expr_used(&t.early, &p->scopes, t.inner->extend.expr));
    }
    if (t.late_count > 0) *out = t;
    return BO_OK;
}

static bo_status add_extends(planner *p, chain *c, const top *t, bool late) {
    for (size_t i = 0; i < t->len; i++) {
        uint32_t var = t->extends[i]->extend.var;
        bo_expr *expr = t->extends[i]->extend.expr;
        if (t->late[i] != late) continue;
        BO_TRY(bo_plan_exists(p, c, expr));
        BO_TRY(bo_extend_new(&c->op, p->exec, c->op, var, expr));
        BO_TRY(bo_vars_add(&c->own, var, p->arena));
    }
    return BO_OK;
}

/* The aggregates that are not looked at. */
static bo_status late_aggregates(planner *p, bo_vars *out, const top *t) {
    for (size_t i = 0; t->inner->kind == BO_GROUP && i < t->inner->group.aggregation_count; i++) {
        uint32_t var = t->inner->group.aggregations[i].var;
        if (!bo_vars_has(&t->early, var)) BO_TRY(bo_vars_add(out, var, p->arena));
    }
    return BO_OK;
}

static bo_status plan_top(planner *p, chain *c, const top *t, const bo_pattern *slice,
                          const bo_vars *needed) {
    bo_vars wanted, late = {0}, shown = {0};
    size_t hidden = p->hidden;
    p->hidden = p->filter_count;
    BO_TRY(bo_vars_copy(&wanted, &t->early, p->arena));
    for (size_t i = 0; i < t->project->vars.len; i++)
        BO_TRY(bo_vars_add(&shown, t->project->vars.items[i], p->arena));
    bo_vars_keep(&shown, needed);
    BO_TRY(bo_vars_join(&wanted, &shown, p->arena));
    for (size_t i = 0; i < t->len; i++) BO_TRY(bo_expr_used(&wanted, &p->scopes, t->extends[i]->extend.expr));
    BO_TRY(late_aggregates(p, &late, t));
    BO_TRY(t->inner->kind == BO_GROUP ? plan_group(p, c, t->inner, bo_vars_empty(&late) ? NULL : &late)
                                      : bo_plan_pattern(p, c, t->inner, &wanted));
    bo_op *group = c->op;
    BO_TRY(add_extends(p, c, t, false));
    for (size_t i = 0; i < t->order->order.len; i++) BO_TRY(bo_plan_exists(p, c, t->order->order.keys[i].by));
    BO_TRY(bo_order_new(&c->op, p->exec, c->op, t->order, slice->slice.limit + slice->slice.offset));
    BO_TRY(bo_slice_new(&c->op, p->exec, c->op, slice->slice.offset, slice->slice.limit));
    if (!bo_vars_empty(&late)) BO_TRY(bo_late_new(&c->op, p->exec, c->op, group));
    BO_TRY(add_extends(p, c, t, true));
    p->hidden = hidden;
    c->unit = false;
    bo_vars_keep(&c->certain, &shown);
    return bo_project_new(&c->op, p->exec, c->op, &shown);
}

static bo_status plan_slice(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    uint64_t offset = pattern->slice.offset, limit = pattern->slice.limit;
    const bo_pattern *order = pattern->left->kind == BO_PROJECT ? pattern->left->left : pattern->left;
    if (order->kind == BO_ORDER && limit < UINT64_MAX - offset) {
        top t;
        BO_TRY(find_top(p, &t, pattern));
        if (t.late_count > 0) return plan_top(p, c, &t, pattern, needed);
        p->cut = order;
        p->most = limit + offset;
    }
    BO_TRY(plan_hidden(p, c, pattern->left, needed));
    return bo_slice_new(&c->op, p->exec, c->op, offset, limit);
}

bo_status bo_plan_modifier(bo_planner *p, bo_chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    switch (pattern->kind) {
    case BO_GROUP: return plan_group(p, c, pattern, NULL);
    case BO_ORDER: return plan_order(p, c, pattern, needed);
    case BO_PROJECT: return plan_project(p, c, pattern, needed);
    case BO_DISTINCT: return plan_distinct(p, c, pattern);
    case BO_REDUCED: return plan_hidden(p, c, pattern->left, needed);
    case BO_SLICE: return plan_slice(p, c, pattern, needed);
    default: return bo_fail(BO_INTERNAL, "a pattern of no kind");
    }
}
