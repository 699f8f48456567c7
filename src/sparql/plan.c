/* SPDX-License-Identifier: Apache-2.0
 * From a pattern to a chain of operators. Patterns that are joined extend the same chain one after the other,
 * each from the rows of those before it, as long as that means the same (bo_takes_seeds); else the later one
 * is worked out by itself and joined by hash. Triples go in the order of how many rows they are expected to
 * give; filters go in as soon as all they name is sure to be bound; columns that nobody wants are not
 * carried.
 */
#include "sparql/planner.h"

typedef bo_planner planner;
typedef bo_chain chain;
typedef bo_waiting waiting;

enum { TRIPLE_CAP = 1000, FEW_ROWS = 64 };

static bo_status plan_semi_join(planner *p, chain *c, const bo_expr *expr);
static bo_status is_batched(planner *p, bool *out, const chain *c, const bo_expr *expr);

static bo_status unit_chain(planner *p, chain *c) {
    *c = (chain){.unit = true, .rows = 1};
    return bo_unit_new(&c->op, p->exec);
}

/* A copy of a set that can grow. */
static bo_status more(planner *p, bo_vars *out, const bo_vars *set, const bo_vars *other) {
    BO_TRY(bo_vars_copy(out, set, p->arena));
    return bo_vars_join(out, other, p->arena);
}

/* Filters. */

static bo_status wait_for(planner *p, bo_expr *condition) {
    if (condition->kind == BO_EXPR_OPERATOR && condition->op == BO_OP_AND) {
        for (size_t i = 0; i < condition->count; i++) BO_TRY(wait_for(p, condition->args[i]));
        return BO_OK;
    }
    if (p->filter_count == p->filter_size) {
        size_t size = p->filter_size ? p->filter_size * 2 : 8;
        waiting *filters =
            bo_arena_grow(p->arena, p->filters, p->filter_size * sizeof *filters, size * sizeof *filters);
        if (filters == NULL) return bo_error_last()->status;
        p->filters = filters;
        p->filter_size = size;
    }
    waiting *last = &p->filters[p->filter_count++];
    *last = (waiting){.condition = condition};
    return bo_expr_used(&last->used, &p->scopes, condition);
}

static bo_status add_filter(planner *p, chain *c, waiting *filter) {
    bool batched;
    filter->done = true;
    BO_TRY(is_batched(p, &batched, c, filter->condition));
    if (batched) return plan_semi_join(p, c, filter->condition);
    c->unit = false;
    BO_TRY(bo_plan_exists(p, c, filter->condition));
    return bo_filter_new(&c->op, p->exec, c->op, filter->condition);
}

static bo_status place_filters(planner *p, chain *c) {
    for (size_t i = p->hidden; i < p->filter_count; i++)
        if (!p->filters[i].done && bo_vars_contain(&c->certain, &p->filters[i].used))
            BO_TRY(add_filter(p, c, &p->filters[i]));
    return BO_OK;
}

/* What waits still will need its variables. */
static bo_status with_waiting(planner *p, bo_vars *needed) {
    for (size_t i = p->hidden; i < p->filter_count; i++)
        if (!p->filters[i].done) BO_TRY(bo_vars_join(needed, &p->filters[i].used, p->arena));
    return BO_OK;
}

/* Plans a pattern under its conditions. */
static bo_status plan_conditions(planner *p, chain *c, const bo_pattern *inner, const bo_exprs *conditions,
                                 const bo_vars *needed) {
    size_t from = p->filter_count;
    bo_vars wanted;
    BO_TRY(bo_vars_copy(&wanted, needed, p->arena));
    for (size_t i = 0; i < conditions->len; i++) {
        BO_TRY(wait_for(p, conditions->items[i]));
        BO_TRY(bo_expr_used(&wanted, &p->scopes, conditions->items[i]));
    }
    BO_TRY(bo_plan_pattern(p, c, inner, &wanted));
    for (size_t i = from; i < p->filter_count; i++)
        if (!p->filters[i].done) BO_TRY(add_filter(p, c, &p->filters[i]));
    p->filter_count = from;
    return BO_OK;
}

/* Triples. */

static bo_status see_node(planner *p, bo_vars *set, bo_node node) {
    return node.kind == BO_NODE_VARIABLE ? bo_vars_add(set, node.index, p->arena) : BO_OK;
}

static bo_status see_triple(planner *p, bo_vars *set, const bo_triple *triple) {
    BO_TRY(see_node(p, set, triple->s));
    BO_TRY(see_node(p, set, triple->p));
    return see_node(p, set, triple->o);
}

/* What the plan says of a triple's operator. */
static void show_triple(planner *p, chain *c, const bo_triple *triple) {
    c->op->triple = triple;
    c->op->graph = p->scope->graph;
    if (!p->exec->explaining || c->rows == 0) return;
    c->rows *= bo_expected_rows(p->exec, p->scope, triple, &c->certain);
    if (c->rows < 1) c->rows = 1;
    c->op->expected = c->rows;
}

static bo_status plan_triple(planner *p, chain *c, const bo_triple *triple, const bo_vars *needed) {
    if (++p->triples > TRIPLE_CAP)
        return bo_fail(BO_LIMIT, "a query may have %d triple patterns at most", TRIPLE_CAP);
    BO_TRY(bo_exec_check(p->exec));
    BO_TRY((triple->path != NULL ? bo_path_op_new : bo_triple_op_new)(&c->op, p->exec, c->op, triple,
                                                                      p->scope, needed));
    c->unit = false;
    show_triple(p, c, triple);
    BO_TRY(see_triple(p, &c->certain, triple));
    if (!p->scope->looped) BO_TRY(see_node(p, &c->certain, p->scope->graph));
    BO_TRY(bo_vars_join(&c->own, &c->certain, p->arena));
    return place_filters(p, c);
}

static bool is_object(const bo_triple **triples, size_t count, uint32_t var) {
    for (size_t i = 0; i < count; i++)
        if (triples[i]->path == NULL && triples[i]->o.kind == BO_NODE_VARIABLE && triples[i]->o.index == var)
            return true;
    return false;
}

/* Begins with the literals that a filter's words lead to, when they are fewer than the rows of the best
 * triple; then *asking is the filter's place. */
static bo_status begin_with_words(planner *p, chain *c, const bo_triple **triples, size_t count,
                                  size_t *asking) {
    enum { MOST = 200000 };
    if (!c->unit || p->exec->options->no_planner) return BO_OK;
    for (size_t i = p->hidden; i < p->filter_count && c->unit; i++) {
        uint32_t var;
        bo_op *literals;
        size_t found;
        const bo_expr *condition = p->filters[i].condition;
        if (p->filters[i].done || !bo_asks_for_words(p->exec, condition, &var) ||
            !is_object(triples, count, var))
            continue;
        size_t best = bo_best_triple(p->exec, p->scope, triples, count, NULL);
        double rows = bo_expected_rows(p->exec, p->scope, triples[best], &(bo_vars){0});
        BO_TRY(bo_literals_new(&literals, &found, p->exec, condition, rows < MOST ? (size_t)rows : MOST));
        if (literals == NULL) continue;
        c->op = literals;
        c->unit = false;
        *asking = i;
        BO_TRY(bo_vars_add(&c->own, var, p->arena));
        BO_TRY(bo_vars_add(&c->certain, var, p->arena));
    }
    return BO_OK;
}

/* The first triple leaves few of the literals that the index of words names: the filter that asked, which
 * reads their texts, comes behind it. */
static bo_status begin_triples(planner *p, chain *c, const bo_triple **triples, size_t count) {
    size_t asking = SIZE_MAX;
    BO_TRY(begin_with_words(p, c, triples, count, &asking));
    if (asking != SIZE_MAX) p->filters[asking].done = true;
    BO_TRY(place_filters(p, c));
    if (asking != SIZE_MAX) p->filters[asking].done = false;
    return BO_OK;
}

static bo_status plan_triples(planner *p, chain *c, const bo_triple **triples, size_t count,
                              const bo_vars *needed) {
    BO_TRY(begin_triples(p, c, triples, count));
    BO_TRY(bo_order_triples(p->exec, p->scope, triples, count, c->unit ? NULL : &c->certain));
    for (size_t at = 0; at < count; at++) {
        bo_vars wanted;
        BO_TRY(bo_vars_copy(&wanted, needed, p->arena));
        for (size_t i = at + 1; i < count; i++) BO_TRY(see_triple(p, &wanted, triples[i]));
        if (at + 1 < count) BO_TRY(see_node(p, &wanted, p->scope->graph));
        BO_TRY(with_waiting(p, &wanted));
        BO_TRY(plan_triple(p, c, triples[at], &wanted));
    }
    return BO_OK;
}

/* Joins. */

typedef struct elements {
    const bo_pattern **items;
    size_t len, triples;
} elements;

static size_t count_elements(const bo_pattern *pattern) {
    size_t count = 1;
    for (; pattern->kind == BO_JOIN; pattern = pattern->left) count += count_elements(pattern->right);
    return count;
}

static void list_elements(elements *list, const bo_pattern *pattern) {
    if (pattern->kind == BO_JOIN) {
        list_elements(list, pattern->left);
        list_elements(list, pattern->right);
        return;
    }
    if (pattern->kind == BO_BGP) list->triples += pattern->bgp.len;
    list->items[list->len++] = pattern;
}

/* All triples of the elements as one pattern. */
static bo_status merge_triples(planner *p, bo_pattern **out, const elements *list) {
    bo_pattern *bgp = BO_NEW(p->arena, bo_pattern);
    bo_triple *triples = bo_arena_array(p->arena, list->triples, sizeof *triples);
    if (bgp == NULL || triples == NULL) return bo_error_last()->status;
    bgp->kind = BO_BGP;
    bgp->bgp.items = triples;
    for (size_t i = 0; i < list->len; i++) {
        const bo_pattern *element = list->items[i];
        if (element->kind != BO_BGP || element->bgp.len == 0) continue;
        memcpy(&triples[bgp->bgp.len], element->bgp.items, element->bgp.len * sizeof *triples);
        bgp->bgp.len += element->bgp.len;
    }
    *out = bgp;
    return BO_OK;
}

/* Where an element goes: rows that are given outright, triples, the rest as it was written, other endpoints.
 */
static int turn_of(const bo_pattern *element) {
    switch (element->kind) {
    case BO_VALUES: return 0;
    case BO_BGP: return 1;
    case BO_SERVICE: return 3;
    default: return 2;
    }
}

static bo_status arrange(planner *p, elements *list) {
    bo_pattern *bgp;
    size_t len = 0;
    const bo_pattern **items = bo_arena_array(p->arena, list->len + 1, sizeof *items);
    if (items == NULL) return bo_error_last()->status;
    BO_TRY(merge_triples(p, &bgp, list));
    for (int turn = 0; turn < 4; turn++) {
        if (turn == 1 && bgp->bgp.len > 0) items[len++] = bgp;
        for (size_t i = 0; turn != 1 && i < list->len; i++)
            if (turn_of(list->items[i]) == turn) items[len++] = list->items[i];
    }
    list->items = items;
    list->len = len;
    return BO_OK;
}

/* Where a chain of its own begins: with nothing, or inside EXISTS with the row that asks. */
static bo_status start_alone(planner *p, chain *out, bool with_row) {
    if (!with_row) return unit_chain(p, out);
    bo_table *row = BO_NEW(p->exec->arena, bo_table);
    if (row == NULL) return bo_error_last()->status;
    *row = (bo_table){1, p->row->column};
    *out = (chain){0};
    BO_TRY(bo_seed_new(&out->op, p->exec, &p->row_vars));
    bo_seed_put(out->op, row);
    return bo_vars_copy(&out->certain, &p->given, p->arena);
}

/* A pattern worked out by itself, with its own filters only. */
static bo_status plan_alone(planner *p, chain *out, const bo_pattern *pattern, const bo_vars *needed) {
    size_t hidden = p->hidden;
    bool substitute = p->substitute, with_row = substitute && p->row != NULL;
    if (with_row) BO_TRY(bo_takes_seeds(&with_row, &p->scopes, pattern, &(bo_vars){0}));
    p->hidden = p->filter_count;
    p->substitute = with_row;
    BO_TRY(start_alone(p, out, with_row));
    BO_TRY(bo_plan_pattern(p, out, pattern, needed));
    p->hidden = hidden;
    p->substitute = substitute;
    return BO_OK;
}

static bo_status join_alone(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_bindings *inner;
    chain right;
    bo_vars wanted;
    BO_TRY(bo_bindings_of(&inner, &p->scopes, pattern));
    BO_TRY(more(p, &wanted, needed, &c->op->vars));
    bo_vars_keep(&wanted, &inner->possible);
    if (!p->scope->looped) BO_TRY(see_node(p, &wanted, p->scope->graph));
    BO_TRY(plan_alone(p, &right, pattern, &wanted));
    bo_vars keys;
    BO_TRY(bo_vars_copy(&keys, &right.certain, p->arena));
    bo_vars_keep(&keys, &c->certain);
    bo_vars_keep(&keys, &c->op->vars);
    bo_vars_keep(&keys, &right.op->vars);
    if (c->unit)
        c->op = right.op;
    else
        BO_TRY(
            bo_join_new(&c->op, p->exec, c->op, right.op, &keys, needed, p->scope->looped || p->substitute));
    c->unit = false;
    BO_TRY(bo_vars_join(&c->own, &right.op->vars, p->arena));
    BO_TRY(bo_vars_join(&c->certain, &right.certain, p->arena));
    return place_filters(p, c);
}

/* Extends the chain by one more pattern. */
static bo_status join_with(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    bo_vars seeds;
    bool takes;
    BO_TRY(bo_vars_copy(&seeds, p->substitute ? &c->own : &c->op->vars, p->arena));
    for (uint32_t var = 0; p->substitute && var < p->exec->width; var++)
        if (bo_vars_has(&p->given, var)) bo_vars_remove(&seeds, var);
    BO_TRY(bo_takes_seeds(&takes, &p->scopes, pattern, &seeds));
    /* Without the planner everything is worked out from the inside out, as the specification has it. */
    if (p->exec->options->no_planner && !p->substitute && pattern->kind != BO_BGP) takes = false;
    if (pattern->kind == BO_SERVICE) takes = true; /* a variable endpoint is known by the rows alone */
    return takes ? bo_plan_pattern(p, c, pattern, needed) : join_alone(p, c, pattern, needed);
}

static bo_status plan_join(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    elements list = {0};
    list.items = bo_arena_array(p->arena, count_elements(pattern), sizeof *list.items);
    if (list.items == NULL) return bo_error_last()->status;
    list_elements(&list, pattern);
    if (!p->exec->options->no_planner) BO_TRY(arrange(p, &list));
    bo_vars *wanted = bo_arena_array(p->arena, list.len, sizeof *wanted); /* by those above each element */
    if (wanted == NULL) return bo_error_last()->status;
    for (size_t i = list.len; i-- > 0;) {
        const bo_bindings *above;
        BO_TRY(bo_vars_copy(&wanted[i], i + 1 < list.len ? &wanted[i + 1] : needed, p->arena));
        if (i + 1 == list.len) continue;
        BO_TRY(bo_bindings_of(&above, &p->scopes, list.items[i + 1]));
        BO_TRY(bo_vars_join(&wanted[i], &above->used, p->arena));
    }
    for (size_t i = 0; i < list.len; i++) {
        BO_TRY(with_waiting(p, &wanted[i]));
        BO_TRY(join_with(p, c, list.items[i], &wanted[i]));
    }
    return BO_OK;
}

/* Branches. */

static bo_status start_branch(planner *p, bo_branch *branch, chain *inner, const bo_vars *vars,
                              const chain *from) {
    BO_TRY(bo_seed_new(&branch->seed, p->exec, vars));
    *inner = (chain){.op = branch->seed};
    BO_TRY(bo_vars_copy(&inner->own, &from->own, p->arena));
    return bo_vars_copy(&inner->certain, &from->certain, p->arena);
}

static bo_status plan_union(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_pattern *const parts[2] = {pattern->left, pattern->right};
    bo_branch branches[2];
    chain ends[2];
    size_t hidden = p->hidden;
    p->hidden = p->filter_count;
    for (int i = 0; i < 2; i++) {
        BO_TRY(start_branch(p, &branches[i], &ends[i], &c->op->vars, c));
        BO_TRY(join_with(p, &ends[i], parts[i], needed));
        branches[i].end = ends[i].op;
    }
    p->hidden = hidden;
    BO_TRY(bo_union_new(&c->op, p->exec, c->op, branches));
    for (int i = 0; i < 2; i++) BO_TRY(bo_vars_join(&c->own, &ends[i].own, p->arena));
    BO_TRY(bo_vars_copy(&c->certain, &ends[0].certain, p->arena));
    bo_vars_keep(&c->certain, &ends[1].certain);
    c->unit = false;
    return place_filters(p, c);
}

static bo_status plan_left_join(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_bindings *right;
    bo_vars before, inside;
    bo_branch branch;
    chain inner;
    BO_TRY(bo_bindings_of(&right, &p->scopes, pattern->right));
    BO_TRY(more(p, &before, needed, &right->used));
    for (size_t i = 0; i < pattern->conditions.len; i++)
        BO_TRY(bo_expr_used(&before, &p->scopes, pattern->conditions.items[i]));
    BO_TRY(with_waiting(p, &before));
    BO_TRY(bo_plan_pattern(p, c, pattern->left, &before));

    uint32_t tag = p->next_tag++;
    BO_TRY(bo_vars_copy(&inside, needed, p->arena));
    BO_TRY(with_waiting(p, &inside));
    BO_TRY(bo_vars_add(&inside, tag, p->arena));
    bo_vars vars;
    BO_TRY(bo_vars_copy(&vars, &c->op->vars, p->arena));
    BO_TRY(bo_vars_add(&vars, tag, p->arena));
    BO_TRY(start_branch(p, &branch, &inner, &vars, c));
    size_t hidden = p->hidden, from = p->filter_count;
    p->hidden = from;
    for (size_t i = 0; i < pattern->conditions.len; i++) BO_TRY(wait_for(p, pattern->conditions.items[i]));
    BO_TRY(with_waiting(p, &inside));
    BO_TRY(join_with(p, &inner, pattern->right, &inside));
    for (size_t i = from; i < p->filter_count; i++)
        if (!p->filters[i].done) BO_TRY(add_filter(p, &inner, &p->filters[i]));
    p->filter_count = from;
    p->hidden = hidden;
    branch.end = inner.op;
    c->unit = false;
    BO_TRY(bo_vars_join(&c->own, &inner.own, p->arena));
    BO_TRY(bo_optional_new(&c->op, p->exec, c->op, branch, tag));
    return place_filters(p, c);
}

static bo_status plan_minus(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_bindings *left, *right;
    bo_vars shared, before;
    BO_TRY(bo_bindings_of(&left, &p->scopes, pattern->left));
    BO_TRY(bo_bindings_of(&right, &p->scopes, pattern->right));
    BO_TRY(bo_vars_copy(&shared, &right->possible, p->arena));
    bo_vars_keep(&shared, &left->possible);
    BO_TRY(more(p, &before, needed, &shared));
    BO_TRY(with_waiting(p, &before));
    BO_TRY(bo_plan_pattern(p, c, pattern->left, &before));
    if (bo_vars_empty(&shared)) return BO_OK;
    chain removed;
    BO_TRY(plan_alone(p, &removed, pattern->right, &shared));
    bo_vars keys;
    BO_TRY(bo_vars_copy(&keys, &removed.certain, p->arena));
    bo_vars_keep(&keys, &c->certain);
    bo_vars_keep(&keys, &shared);
    BO_TRY(bo_project_new(&removed.op, p->exec, removed.op, &shared));
    c->unit = false;
    return bo_minus_new(&c->op, p->exec, c->op, removed.op, &keys, p->scope->looped || p->substitute);
}

/* Whether triples inside bind the graph's variable in every solution, and nothing else there asks for it. */
static bool binds_graph(const bo_pattern *pattern) {
    switch (pattern->kind) {
    case BO_BGP:
        for (size_t i = 0; i < pattern->bgp.len; i++)
            if (pattern->bgp.items[i].path != NULL) return false;
        return pattern->bgp.len > 0;
    case BO_JOIN:
    case BO_UNION:
    case BO_LEFTJOIN: return binds_graph(pattern->left) && binds_graph(pattern->right);
    default: return false;
    }
}

static bo_status plan_graph(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    bo_scope *scope = BO_NEW(p->arena, bo_scope);
    const bo_scope *outside = p->scope;
    bo_vars wanted;
    if (scope == NULL) return bo_error_last()->status;
    scope->graph = pattern->graph;
    BO_TRY(bo_vars_copy(&wanted, needed, p->arena));
    BO_TRY(with_waiting(p, &wanted));
    p->scope = scope;
    BO_TRY(see_node(p, &wanted, scope->graph));
    const bo_bindings *inside;
    BO_TRY(bo_bindings_of(&inside, &p->scopes, pattern->left));
    bool named = scope->graph.kind == BO_NODE_VARIABLE && bo_vars_has(&inside->used, scope->graph.index);
    if (binds_graph(pattern->left) && (!named || pattern->left->kind == BO_BGP)) {
        BO_TRY(bo_plan_pattern(p, c, pattern->left, &wanted));
        p->scope = outside;
        return BO_OK;
    }
    scope->looped = true;
    bo_branch branch;
    chain inner;
    size_t hidden = p->hidden;
    p->hidden = p->filter_count;
    /* Inside, the variable is one like any other; that it is the graph is found out at the end. */
    bo_vars seeds;
    BO_TRY(bo_vars_copy(&seeds, &c->op->vars, p->arena));
    if (scope->graph.kind == BO_NODE_VARIABLE) bo_vars_remove(&seeds, scope->graph.index);
    BO_TRY(start_branch(p, &branch, &inner, &seeds, c));
    if (scope->graph.kind == BO_NODE_VARIABLE) bo_vars_remove(&inner.certain, scope->graph.index);
    BO_TRY(join_with(p, &inner, pattern->left, &wanted));
    branch.end = inner.op;
    p->hidden = hidden;
    p->scope = outside;
    BO_TRY(bo_graphs_op_new(&c->op, p->exec, c->op, branch, scope));
    BO_TRY(bo_vars_join(&c->own, &inner.own, p->arena));
    BO_TRY(see_node(p, &c->own, scope->graph));
    BO_TRY(bo_vars_copy(&c->certain, &inner.certain, p->arena));
    BO_TRY(see_node(p, &c->certain, scope->graph));
    c->unit = false;
    return place_filters(p, c);
}

static bo_status plan_extend(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    bo_vars before;
    BO_TRY(bo_vars_copy(&before, needed, p->arena));
    BO_TRY(bo_expr_used(&before, &p->scopes, pattern->extend.expr));
    BO_TRY(with_waiting(p, &before));
    BO_TRY(bo_plan_pattern(p, c, pattern->left, &before));
    c->unit = false;
    BO_TRY(bo_plan_exists(p, c, pattern->extend.expr));
    BO_TRY(bo_vars_add(&c->own, pattern->extend.var, p->arena));
    return bo_extend_new(&c->op, p->exec, c->op, pattern->extend.var, pattern->extend.expr);
}

static bo_status plan_values(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_bindings *given;
    bo_op *values;
    bo_vars keys;
    BO_TRY(bo_bindings_of(&given, &p->scopes, pattern));
    BO_TRY(bo_values_new(&values, p->exec, pattern));
    BO_TRY(bo_vars_copy(&keys, &given->certain, p->arena));
    bo_vars_keep(&keys, &c->certain);
    bo_vars_keep(&keys, &c->op->vars);
    if (c->unit)
        c->op = values;
    else
        BO_TRY(bo_join_new(&c->op, p->exec, c->op, values, &keys, needed, false));
    c->unit = false;
    BO_TRY(bo_vars_join(&c->own, &given->possible, p->arena));
    BO_TRY(bo_vars_join(&c->certain, &given->certain, p->arena));
    return place_filters(p, c);
}

/* The branch of an EXISTS for rows that bind `vars`: their values are put in for the variables, however deep.
 */
static bo_status plan_substituted(planner *p, bo_branch *branch, const chain *c, const bo_pattern *pattern,
                                  const bo_vars *vars, const bo_vars *needed) {
    chain inner, seed = {.certain = c->certain};
    bool substitute = p->substitute;
    bo_vars given = p->given;
    size_t hidden = p->hidden;
    p->substitute = true;
    p->given = c->certain;
    p->hidden = p->filter_count;
    BO_TRY(start_branch(p, branch, &inner, vars, &seed));
    BO_TRY(join_with(p, &inner, pattern, needed));
    branch->end = inner.op;
    p->substitute = substitute;
    p->given = given;
    p->hidden = hidden;
    return BO_OK;
}

/* EXISTS: a branch for each, known to the run by the expression that asks. */
bo_status bo_plan_exists(bo_planner *p, const bo_chain *c, const bo_expr *expr) {
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_plan_exists(p, c, expr->args[i]));
    if (expr->pattern == NULL) return BO_OK;
    bo_branch *branch = BO_NEW(p->exec->arena, bo_branch);
    if (branch == NULL) return bo_error_last()->status;
    BO_TRY(bo_one_row(p->exec, &branch->row, &c->op->vars, p->exec->width));
    const bo_table *row = p->row;
    bo_vars row_vars = p->row_vars;
    p->row = &branch->row;
    p->row_vars = c->op->vars;
    BO_TRY(plan_substituted(p, branch, c, expr->pattern, &c->op->vars, &(bo_vars){0}));
    p->row = row;
    p->row_vars = row_vars;
    return bo_exec_keep_branch(p->exec, expr, branch);
}

/* EXISTS alone in a filter may be worked out for a whole table at once, when few rows are expected for each
 * of its own: then it does not matter that they are all looked for, where one would do. */
static bo_status is_batched(planner *p, bool *out, const chain *c, const bo_expr *expr) {
    const bo_pattern *bgp = expr->pattern;
    chain inner = {0};
    double rows = 1;
    *out = false;
    if (expr->kind != BO_EXPR_OPERATOR || bgp == NULL || bgp->kind != BO_BGP || bgp->bgp.len == 0)
        return BO_OK;
    const bo_triple **triples = bo_arena_array(p->arena, bgp->bgp.len, sizeof *triples);
    if (triples == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < bgp->bgp.len; i++) triples[i] = &bgp->bgp.items[i];
    BO_TRY(bo_vars_copy(&inner.certain, &c->certain, p->arena));
    for (size_t count = bgp->bgp.len; count > 0 && rows <= FEW_ROWS;) {
        size_t at = bo_best_triple(p->exec, p->scope, triples, count, &inner.certain);
        double more_rows = bo_expected_rows(p->exec, p->scope, triples[at], &inner.certain);
        if (more_rows > 1) rows *= more_rows;
        BO_TRY(see_triple(p, &inner.certain, triples[at]));
        memmove(&triples[at], &triples[at + 1], (--count - at) * sizeof *triples);
    }
    *out = rows <= FEW_ROWS;
    return BO_OK;
}

static bo_status plan_semi_join(planner *p, chain *c, const bo_expr *expr) {
    bo_branch branch;
    bo_vars vars, tags = {0};
    uint32_t tag = p->next_tag++;
    BO_TRY(bo_vars_copy(&vars, &c->op->vars, p->arena));
    BO_TRY(bo_vars_add(&vars, tag, p->arena));
    BO_TRY(bo_vars_add(&tags, tag, p->arena));
    const bo_table *row = p->row;
    p->row = NULL;
    BO_TRY(plan_substituted(p, &branch, c, expr->pattern, &vars, &tags));
    p->row = row;
    c->unit = false;
    return bo_semi_join_new(&c->op, p->exec, c->op, branch, tag, expr->op == BO_OP_EXISTS);
}

static bo_status plan_service(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_bindings *bindings;
    BO_TRY(bo_bindings_of(&bindings, &p->scopes, pattern));
    BO_TRY(bo_service_new(&c->op, p->exec, c->op, pattern, &bindings->possible, needed));
    c->unit = false;
    BO_TRY(bo_vars_join(&c->own, &bindings->possible, p->arena));
    BO_TRY(bo_vars_join(&c->certain, &bindings->certain, p->arena));
    return place_filters(p, c);
}

static bo_status plan_bgp(planner *p, chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    const bo_triple **triples = bo_arena_array(p->arena, pattern->bgp.len, sizeof *triples);
    if (triples == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < pattern->bgp.len; i++) triples[i] = &pattern->bgp.items[i];
    return plan_triples(p, c, triples, pattern->bgp.len, needed);
}

bo_status bo_plan_pattern(bo_planner *p, bo_chain *c, const bo_pattern *pattern, const bo_vars *needed) {
    switch (pattern->kind) {
    case BO_BGP: return plan_bgp(p, c, pattern, needed);
    case BO_JOIN: return plan_join(p, c, pattern, needed);
    case BO_LEFTJOIN: return plan_left_join(p, c, pattern, needed);
    case BO_UNION: return plan_union(p, c, pattern, needed);
    case BO_MINUS: return plan_minus(p, c, pattern, needed);
    case BO_GRAPH: return plan_graph(p, c, pattern, needed);
    case BO_FILTER: return plan_conditions(p, c, pattern->left, &pattern->conditions, needed);
    case BO_EXTEND: return plan_extend(p, c, pattern, needed);
    case BO_VALUES: return plan_values(p, c, pattern, needed);
    case BO_SERVICE: return plan_service(p, c, pattern, needed);
    case BO_PATTERN_COUNT: break;
    default: return bo_plan_modifier(p, c, pattern, needed);
    }
    return bo_fail(BO_INTERNAL, "a pattern of no kind");
}

bo_status bo_plan(bo_op **out, bo_exec *exec, const bo_pattern *pattern, const bo_vars *keep) {
    bo_scope *scope = BO_NEW(exec->arena, bo_scope);
    if (scope == NULL) return bo_error_last()->status;
    planner p = {
        .exec = exec, .arena = exec->arena, .scope = scope, .next_tag = (uint32_t)exec->query->var_count};
    chain c;
    bo_scopes_init(&p.scopes, exec->arena);
    BO_TRY(plan_alone(&p, &c, pattern, keep));
    *out = c.op;
    return BO_OK;
}
