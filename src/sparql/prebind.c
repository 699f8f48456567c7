/* SPDX-License-Identifier: Apache-2.0
 * Pre-binding (SHACL section 5.3.1 and appendix A): variables of a parsed query become places for values,
 * once; every run puts its own values there.
 */
#include "rdf/vocab.h"
#include "sparql/algebra.h"

typedef struct binding {
    bo_query *query;
    uint32_t *place; /* by variable: 1 + the term that takes its place; 0: it stays a variable */
    uint32_t first;  /* term of the first name */
    size_t required;
    uint32_t yes; /* the term "true" */
} binding;

static bo_status rewrite(binding *b, bo_pattern *pattern);

static bo_status forbidden(const char *what) {
    return bo_fail(BO_INVALID, "a query with pre-bound variables can't have %s (SHACL, appendix A)", what);
}

static void put_node(const binding *b, bo_node *node) {
    if (node->kind == BO_NODE_VARIABLE && b->place[node->index] != 0)
        *node = (bo_node){BO_NODE_TERM, b->place[node->index] - 1};
}

static bool stands_for_value(const binding *b, const bo_expr *expr) {
    return expr->kind == BO_EXPR_VARIABLE && b->place[expr->index] != 0;
}

static void make_term(bo_expr *expr, uint32_t term) {
    expr->kind = BO_EXPR_TERM;
    expr->index = term;
    expr->count = 0;
}

static bo_status put_expr(binding *b, bo_expr *expr) {
    if (expr == NULL) return BO_OK;
    if (stands_for_value(b, expr)) make_term(expr, b->place[expr->index] - 1);
    bool asks = expr->kind == BO_EXPR_OPERATOR && expr->op == BO_OP_BOUND;
    if (asks && stands_for_value(b, expr->args[0])) make_term(expr, b->yes);
    if (expr->kind == BO_EXPR_VARIABLE || expr->kind == BO_EXPR_TERM) return BO_OK;
    for (size_t i = 0; i < expr->count; i++) BO_TRY(put_expr(b, expr->args[i]));
    return expr->pattern != NULL ? rewrite(b, expr->pattern) : BO_OK;
}

static bo_status put_exprs(binding *b, const bo_exprs *exprs) {
    for (size_t i = 0; i < exprs->len; i++) BO_TRY(put_expr(b, exprs->items[i]));
    return BO_OK;
}

static bo_status check_target(const binding *b, uint32_t var) {
    return b->place[var] == 0 ? BO_OK : forbidden("AS with a pre-bound variable");
}

/* A key that is a pre-bound variable by itself keeps its name: all rows agree on its value. */
static bo_status put_group(binding *b, const bo_pattern *group) {
    for (size_t i = 0; i < group->group.key_count; i++) {
        if (!stands_for_value(b, group->group.keys[i])) BO_TRY(check_target(b, group->group.vars[i]));
        BO_TRY(put_expr(b, group->group.keys[i]));
    }
    for (size_t i = 0; i < group->group.aggregation_count; i++)
        BO_TRY(put_expr(b, group->group.aggregations[i].arg));
    return BO_OK;
}

/* A sub-select must give out every variable that is pre-bound. */
static bo_status check_projection(const binding *b, const bo_pattern *project) {
    for (uint32_t name = 0; name < b->required; name++) {
        bool found = false;
        for (size_t i = 0; i < project->vars.len && !found; i++)
            found = b->place[project->vars.items[i]] == b->first + name + 1;
        if (!found) return forbidden("a sub-select that does not give out all of them");
    }
    return BO_OK;
}

static bo_status put_pattern(binding *b, bo_pattern *pattern) {
    switch (pattern->kind) {
    case BO_BGP:
        for (size_t i = 0; i < pattern->bgp.len; i++) {
            put_node(b, &pattern->bgp.items[i].s);
            put_node(b, &pattern->bgp.items[i].p);
            put_node(b, &pattern->bgp.items[i].o);
        }
        return BO_OK;
    case BO_MINUS: return forbidden("MINUS");
    case BO_VALUES: return forbidden("VALUES");
    case BO_SERVICE: return forbidden("SERVICE");
    case BO_GRAPH: put_node(b, &pattern->graph); return BO_OK;
    case BO_LEFTJOIN:
    case BO_FILTER: return put_exprs(b, &pattern->conditions);
    case BO_EXTEND: BO_TRY(check_target(b, pattern->extend.var)); return put_expr(b, pattern->extend.expr);
    case BO_GROUP: return put_group(b, pattern);
    case BO_ORDER:
        for (size_t i = 0; i < pattern->order.len; i++) BO_TRY(put_expr(b, pattern->order.keys[i].by));
        return BO_OK;
    case BO_PROJECT: return pattern->vars.items == b->query->columns ? BO_OK : check_projection(b, pattern);
    default: return BO_OK;
    }
}

static bo_status rewrite(binding *b, bo_pattern *pattern) {
    for (; pattern != NULL; pattern = pattern->right) {
        BO_TRY(put_pattern(b, pattern));
        if (pattern->left != NULL) BO_TRY(rewrite(b, pattern->left));
    }
    return BO_OK;
}

/* Room for the values behind the query's terms, and for "true" before them. */
static bo_status make_places(binding *b, const bo_str *names, size_t count) {
    bo_query *query = b->query;
    size_t before = query->term_count;
    bo_term *terms = bo_arena_array(query->arena, before + 1 + count, sizeof *terms);
    b->place = bo_arena_array(query->arena, query->var_count, sizeof *b->place);
    if (terms == NULL || b->place == NULL) return bo_error_last()->status;
    if (before > 0) memcpy(terms, query->terms, before * sizeof *terms);
    terms[before] = bo_term_typed(BO_STR("true"), BO_XSD_BOOLEAN);
    b->yes = (uint32_t)before;
    b->first = b->yes + 1;
    query->terms = terms;
    query->term_count = before + 1 + count;
    query->prebound_count = count;
    for (size_t var = 0; var < query->var_count; var++)
        for (uint32_t i = 0; i < count && query->vars[var].name.ptr != NULL; i++)
            if (bo_str_eq(query->vars[var].name, names[i])) b->place[var] = b->first + i + 1;
    return BO_OK;
}

bo_status bo_query_prebind(bo_query *query, const bo_str *names, size_t count, size_t required) {
    binding b = {.query = query, .required = required};
    if (query->form != BO_SELECT && query->form != BO_ASK)
        return bo_fail(BO_BAD_ARGUMENT, "only SELECT and ASK can have pre-bound variables");
    BO_TRY(make_places(&b, names, count));
    BO_TRY(rewrite(&b, query->where));
    uint32_t *columns = bo_arena_array(query->arena, query->column_count, sizeof *columns);
    size_t kept = 0;
    if (columns == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < query->column_count; i++)
        if (b.place[query->columns[i]] == 0) columns[kept++] = query->columns[i];
    query->columns = columns;
    query->column_count = kept;
    return BO_OK;
}
