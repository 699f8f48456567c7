/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/scope.h"

void bo_scopes_init(bo_scopes *scopes, bo_arena *arena) {
    scopes->arena = arena;
    bo_idmap_init(&scopes->known, arena);
}

bo_status bo_expr_used(bo_vars *out, bo_scopes *scopes, const bo_expr *expr) {
    if (expr->kind == BO_EXPR_VARIABLE) return bo_vars_add(out, expr->index, scopes->arena);
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_expr_used(out, scopes, expr->args[i]));
    if (expr->pattern == NULL) return BO_OK;
    const bo_bindings *inner;
    BO_TRY(bo_bindings_of(&inner, scopes, expr->pattern));
    return bo_vars_join(out, &inner->used, scopes->arena);
}

static bo_status all_used(bo_vars *out, bo_scopes *scopes, const bo_exprs *exprs) {
    for (size_t i = 0; i < exprs->len; i++) BO_TRY(bo_expr_used(out, scopes, exprs->items[i]));
    return BO_OK;
}

static bo_status see(bo_scopes *scopes, bo_bindings *b, uint32_t var, bool certain) {
    if (certain) BO_TRY(bo_vars_add(&b->certain, var, scopes->arena));
    BO_TRY(bo_vars_add(&b->possible, var, scopes->arena));
    return bo_vars_add(&b->used, var, scopes->arena);
}

static bo_status see_node(bo_scopes *scopes, bo_bindings *b, bo_node node) {
    return node.kind == BO_NODE_VARIABLE ? see(scopes, b, node.index, true) : BO_OK;
}

static bo_status see_triples(bo_scopes *scopes, bo_bindings *b, const bo_pattern *pattern) {
    for (size_t i = 0; i < pattern->bgp.len; i++) {
        BO_TRY(see_node(scopes, b, pattern->bgp.items[i].s));
        BO_TRY(see_node(scopes, b, pattern->bgp.items[i].p));
        BO_TRY(see_node(scopes, b, pattern->bgp.items[i].o));
    }
    return BO_OK;
}

static bo_status see_values(bo_scopes *scopes, bo_bindings *b, const bo_pattern *pattern) {
    size_t width = pattern->values.width;
    for (size_t i = 0; i < width; i++) {
        bool certain = true;
        for (size_t row = 0; row < pattern->values.rows; row++)
            certain = certain && pattern->values.cells[row * width + i].kind != BO_NODE_NONE;
        BO_TRY(see(scopes, b, pattern->values.vars[i], certain));
    }
    return BO_OK;
}

static bo_status see_group(bo_scopes *scopes, bo_bindings *b, const bo_pattern *pattern,
                           const bo_bindings *inner) {
    BO_TRY(bo_vars_join(&b->used, &inner->used, scopes->arena));
    for (size_t i = 0; i < pattern->group.key_count; i++) {
        const bo_expr *key = pattern->group.keys[i];
        BO_TRY(bo_expr_used(&b->used, scopes, key));
        bool certain = key->kind == BO_EXPR_VARIABLE && bo_vars_has(&inner->certain, key->index);
        BO_TRY(see(scopes, b, pattern->group.vars[i], certain));
    }
    for (size_t i = 0; i < pattern->group.aggregation_count; i++) {
        const bo_aggregation *aggregation = &pattern->group.aggregations[i];
        if (aggregation->arg != NULL) BO_TRY(bo_expr_used(&b->used, scopes, aggregation->arg));
        BO_TRY(see(scopes, b, aggregation->var, aggregation->op == BO_AGG_COUNT));
    }
    return BO_OK;
}

/* The part of a pattern that makes its rows; its bindings are those of the pattern, to begin with. */
static bo_status start(bo_scopes *scopes, bo_bindings *b, const bo_bindings *left) {
    if (left == NULL) return BO_OK;
    BO_TRY(bo_vars_copy(&b->certain, &left->certain, scopes->arena));
    BO_TRY(bo_vars_copy(&b->possible, &left->possible, scopes->arena));
    return bo_vars_copy(&b->used, &left->used, scopes->arena);
}

static bo_status work_out(bo_scopes *scopes, bo_bindings *b, const bo_pattern *pattern) {
    const bo_bindings *left = NULL, *right = NULL;
    if (pattern->left != NULL) BO_TRY(bo_bindings_of(&left, scopes, pattern->left));
    if (pattern->right != NULL) BO_TRY(bo_bindings_of(&right, scopes, pattern->right));
    if (pattern->kind == BO_GROUP) return see_group(scopes, b, pattern, left);
    BO_TRY(start(scopes, b, left));
    if (right != NULL) BO_TRY(bo_vars_join(&b->used, &right->used, scopes->arena));
    if (right != NULL && pattern->kind != BO_MINUS)
        BO_TRY(bo_vars_join(&b->possible, &right->possible, scopes->arena));
    bo_vars shown = {0};
    switch (pattern->kind) {
    case BO_BGP: return see_triples(scopes, b, pattern);
    case BO_JOIN: return bo_vars_join(&b->certain, &right->certain, scopes->arena);
    case BO_UNION: bo_vars_keep(&b->certain, &right->certain); return BO_OK;
    case BO_LEFTJOIN:
    case BO_FILTER: return all_used(&b->used, scopes, &pattern->conditions);
    case BO_GRAPH: return see_node(scopes, b, pattern->graph);
    case BO_VALUES: return see_values(scopes, b, pattern);
    case BO_SERVICE: b->certain.words = 0; return see_node(scopes, b, pattern->service.endpoint);
    case BO_EXTEND:
        BO_TRY(bo_expr_used(&b->used, scopes, pattern->extend.expr));
        return see(scopes, b, pattern->extend.var, false);
    case BO_ORDER:
        for (size_t i = 0; i < pattern->order.len; i++)
            BO_TRY(bo_expr_used(&b->used, scopes, pattern->order.keys[i].by));
        return BO_OK;
    case BO_PROJECT:
        for (size_t i = 0; i < pattern->vars.len; i++)
            BO_TRY(bo_vars_add(&shown, pattern->vars.items[i], scopes->arena));
        bo_vars_keep(&b->certain, &shown);
        bo_vars_keep(&b->possible, &shown);
        return bo_vars_join(&b->used, &shown, scopes->arena);
    default: return BO_OK;
    }
}

bo_status bo_bindings_of(const bo_bindings **out, bo_scopes *scopes, const bo_pattern *pattern) {
    bo_value *known = bo_idmap_get(&scopes->known, (uintptr_t)pattern);
    if (known != NULL) {
        *out = known->ptr;
        return BO_OK;
    }
    bo_bindings *b = BO_NEW(scopes->arena, bo_bindings);
    if (b == NULL) return bo_error_last()->status;
    BO_TRY(work_out(scopes, b, pattern));
    bool was_new;
    bo_value *value = bo_idmap_put(&scopes->known, (uintptr_t)pattern, &was_new);
    if (value == NULL) return bo_error_last()->status;
    value->ptr = b;
    *out = b;
    return BO_OK;
}

/* Whether every seed that `used` names is sure to have been bound by the pattern itself. */
static bool blind(const bo_vars *used, const bo_vars *seeds, const bo_vars *certain) {
    for (size_t i = 0; i < used->words && i < seeds->words; i++)
        if ((used->bits[i] & seeds->bits[i] & ~(i < certain->words ? certain->bits[i] : 0)) != 0)
            return false;
    return true;
}

bo_status bo_takes_seeds(bool *out, bo_scopes *scopes, const bo_pattern *pattern, const bo_vars *seeds) {
    const bo_bindings *left = NULL, *right = NULL;
    bo_vars used = {0};
    *out = false;
    if (pattern->kind == BO_SERVICE) { /* it is only told what to leave out */
        *out = true;
        return BO_OK;
    }
    if (pattern->kind > BO_SERVICE) return BO_OK; /* sub-selects */
    if (pattern->left != NULL) {
        BO_TRY(bo_bindings_of(&left, scopes, pattern->left));
        BO_TRY(bo_takes_seeds(out, scopes, pattern->left, seeds));
        if (!*out) return BO_OK;
    }
    if (pattern->right != NULL) BO_TRY(bo_bindings_of(&right, scopes, pattern->right));
    *out = true;
    switch (pattern->kind) {
    case BO_JOIN:
    case BO_UNION: return bo_takes_seeds(out, scopes, pattern->right, seeds);
    case BO_MINUS: *out = blind(&right->possible, seeds, &left->certain); return BO_OK;
    case BO_LEFTJOIN:
        BO_TRY(all_used(&used, scopes, &pattern->conditions));
        BO_TRY(bo_vars_join(&used, &right->used, scopes->arena));
        *out = blind(&used, seeds, &left->certain);
        return BO_OK;
    case BO_FILTER:
        BO_TRY(all_used(&used, scopes, &pattern->conditions));
        *out = blind(&used, seeds, &left->certain);
        return BO_OK;
    case BO_EXTEND:
        BO_TRY(bo_expr_used(&used, scopes, pattern->extend.expr));
        *out = blind(&used, seeds, &left->certain) && !bo_vars_has(seeds, pattern->extend.var);
        return BO_OK;
    default: return BO_OK;
    }
}
