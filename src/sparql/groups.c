/* SPDX-License-Identifier: Apache-2.0
 * Group graph patterns, and their way into the algebra (section 18.2.2): elements are joined from left to
 * right, filters wait for the end of their group.
 */
#include "sparql/parser.h"

static bo_status group_or_union_graph_pattern(bo_parser *p, bo_group *group);

bo_status bo_join_patterns(bo_parser *p, bo_pattern **left, bo_pattern *right) {
    bool unit = *left == NULL || ((*left)->kind == BO_BGP && (*left)->bgp.len == 0);
    if (unit) {
        *left = right;
        return BO_OK;
    }
    return bo_new_pattern(p, left, BO_JOIN, *left, right);
}

bo_status bo_flush_triples(bo_parser *p, bo_pattern **left) {
    if (p->triple_count == 0) return BO_OK;
    bo_pattern *bgp;
    BO_TRY(bo_new_pattern(p, &bgp, BO_BGP, NULL, NULL));
    bgp->bgp.items = p->triples;
    bgp->bgp.len = p->triple_count;
    p->triples = NULL;
    p->triple_count = 0;
    return bo_join_patterns(p, left, bgp);
}

static bo_status deepen_by(bo_parser *p, bo_pattern *pattern) {
    for (size_t i = 0; i < pattern->conditions.len; i++)
        BO_TRY(bo_deepen(p, &pattern->depth, pattern->conditions.items[i]->depth));
    return BO_OK;
}

bo_status bo_close_group(bo_parser *p, bo_pattern **out, const bo_group *group) {
    bo_pattern *pattern = group->pattern;
    if (pattern == NULL) BO_TRY(bo_new_pattern(p, &pattern, BO_BGP, NULL, NULL));
    if (group->filters.len > 0) {
        BO_TRY(bo_new_pattern(p, &pattern, BO_FILTER, pattern, NULL));
        pattern->conditions = group->filters;
        BO_TRY(deepen_by(p, pattern));
    }
    *out = pattern;
    return BO_OK;
}

static bo_status see_node(bo_parser *p, bo_group *group, bo_node node) {
    bool named = node.kind == BO_NODE_VARIABLE && p->query->vars[node.index].name.ptr != NULL;
    return named ? bo_vars_add(&group->visible, node.index, p->arena) : BO_OK;
}

static bo_status triples_block(bo_parser *p, bo_group *group) {
    size_t from = p->triple_count;
    BO_TRY(bo_triples_same_subject(p));
    for (size_t i = from; i < p->triple_count; i++) {
        BO_TRY(see_node(p, group, p->triples[i].s));
        BO_TRY(see_node(p, group, p->triples[i].p));
        BO_TRY(see_node(p, group, p->triples[i].o));
    }
    bool dot;
    BO_TRY(bo_take_mark(p, '.', &dot));
    if (!dot && bo_at_triples(p)) return bo_parser_expected(p, "`.`");
    return BO_OK;
}

static bo_status optional_graph_pattern(bo_parser *p, bo_group *group) {
    bo_group right;
    BO_TRY(bo_group_graph_pattern(p, &right));
    bo_exprs conditions = right.filters;
    right.filters.len = 0;
    bo_pattern *left = group->pattern, *inner;
    if (left == NULL) BO_TRY(bo_new_pattern(p, &left, BO_BGP, NULL, NULL));
    BO_TRY(bo_close_group(p, &inner, &right));
    BO_TRY(bo_new_pattern(p, &group->pattern, BO_LEFTJOIN, left, inner));
    group->pattern->conditions = conditions;
    p->query->branch_count++;
    BO_TRY(deepen_by(p, group->pattern));
    return bo_vars_join(&group->visible, &right.visible, p->arena);
}

static bo_status minus_graph_pattern(bo_parser *p, bo_group *group) {
    bo_group right;
    BO_TRY(bo_group_graph_pattern(p, &right));
    bo_pattern *left = group->pattern, *inner;
    if (left == NULL) BO_TRY(bo_new_pattern(p, &left, BO_BGP, NULL, NULL));
    BO_TRY(bo_close_group(p, &inner, &right));
    return bo_new_pattern(p, &group->pattern, BO_MINUS, left, inner);
}

static bo_status graph_graph_pattern(bo_parser *p, bo_group *group) {
    bo_node graph;
    bo_group right;
    bo_pattern *inner;
    BO_TRY(bo_var_or_iri(p, &graph));
    BO_TRY(bo_group_graph_pattern(p, &right));
    BO_TRY(bo_close_group(p, &inner, &right));
    BO_TRY(bo_new_pattern(p, &inner, BO_GRAPH, inner, NULL));
    inner->graph = graph;
    BO_TRY(see_node(p, group, graph));
    BO_TRY(bo_vars_join(&group->visible, &right.visible, p->arena));
    return bo_join_patterns(p, &group->pattern, inner);
}

/* BASE and the prefixes, as they stand here. */
static bo_status write_prologue(bo_parser *p, bo_str *out) {
    bo_text text;
    uint32_t at = 0;
    bo_text_init(&text, 0);
    bo_term base = bo_term_iri(p->query->base);
    if (base.value.len > 0) {
        BO_TEXT_LIT(&text, "BASE ");
        bo_term_write(&text, &base);
        bo_text_char(&text, '\n');
    }
    for (const bo_map_entry *entry; (entry = bo_map_next(&p->prefixes, &at)) != NULL;) {
        bo_term iri = bo_term_iri(*(bo_str *)entry->value.ptr);
        BO_TEXT_LIT(&text, "PREFIX ");
        bo_text_put(&text, entry->key);
        BO_TEXT_LIT(&text, ": ");
        bo_term_write(&text, &iri);
        bo_text_char(&text, '\n');
    }
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) *out = bo_arena_str(p->arena, bo_text_str(&text));
    bo_text_done(&text);
    if (status != BO_OK) return status;
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status service_graph_pattern(bo_parser *p, bo_group *group) {
    bool silent;
    bo_node endpoint;
    bo_group right;
    bo_pattern *inner;
    BO_TRY(bo_take_word(p, "SILENT", &silent));
    BO_TRY(bo_var_or_iri(p, &endpoint));
    size_t from = p->token.at;
    BO_TRY(bo_group_graph_pattern(p, &right));
    BO_TRY(bo_close_group(p, &inner, &right));
    BO_TRY(bo_new_pattern(p, &inner, BO_SERVICE, inner, NULL));
    inner->service.endpoint = endpoint;
    inner->service.silent = silent;
    BO_TRY(write_prologue(p, &inner->service.prologue));
    inner->service.text = bo_str_make(p->lexer.text.ptr + from, p->last.end - from);
    BO_TRY(see_node(p, group, endpoint));
    BO_TRY(bo_vars_join(&group->visible, &right.visible, p->arena));
    return bo_join_patterns(p, &group->pattern, inner);
}

static bo_status bind(bo_parser *p, bo_group *group) {
    bo_expr *expr;
    uint32_t var;
    BO_TRY(bo_take_mark(p, '(', NULL));
    BO_TRY(bo_expression(p, &expr));
    BO_TRY(bo_take_word(p, "AS", NULL));
    if (p->token.kind != BO_TOKEN_VARIABLE) return bo_parser_expected(p, "a variable");
    BO_TRY(bo_variable_named(p, &var, p->token.text));
    if (bo_vars_has(&group->visible, var))
        return bo_parser_fail(p, "?%.*s has a value already, before this BIND", BO_STR_ARG(p->token.text));
    BO_TRY(bo_parser_next(p));
    BO_TRY(bo_take_mark(p, ')', NULL));
    bo_pattern *left = group->pattern;
    if (left == NULL) BO_TRY(bo_new_pattern(p, &left, BO_BGP, NULL, NULL));
    BO_TRY(bo_new_pattern(p, &group->pattern, BO_EXTEND, left, NULL));
    group->pattern->extend.var = var;
    group->pattern->extend.expr = expr;
    BO_TRY(bo_deepen(p, &group->pattern->depth, expr->depth));
    return bo_vars_add(&group->visible, var, p->arena);
}

static bo_status filter(bo_parser *p, bo_group *group) {
    bo_expr *condition;
    BO_TRY(bo_constraint(p, &condition));
    BO_PUSH(p, group->filters.items, group->filters.len, condition);
    return BO_OK;
}

static bo_status data_block_value(bo_parser *p, bo_node *out) {
    bool undefined;
    BO_TRY(bo_take_word(p, "UNDEF", &undefined));
    *out = (bo_node){undefined ? BO_NODE_NONE : BO_NODE_TERM, 0};
    if (undefined) return BO_OK;
    if (bo_at_iri(p)) return bo_iri(p, &out->index);
    return bo_at_literal(p) ? bo_literal(p, &out->index)
                            : bo_parser_expected(p, "an IRI, a literal or UNDEF");
}

/* The rows between their braces; each in marks of its own when `marked`. */
static bo_status data_rows(bo_parser *p, bo_pattern *values, bool marked) {
    size_t cells = 0;
    BO_TRY(bo_take_mark(p, '{', NULL));
    for (bool end = false;;) {
        BO_TRY(bo_take_mark(p, '}', &end));
        if (end) return BO_OK;
        if (marked) BO_TRY(bo_take_mark(p, '(', NULL));
        for (size_t i = 0; i < values->values.width; i++) {
            bo_node cell;
            if (bo_at_mark(p, ')'))
                return bo_parser_fail(p, "this row has fewer values than there are variables");
            BO_TRY(data_block_value(p, &cell));
            BO_PUSH(p, values->values.cells, cells, cell);
        }
        if (marked && !bo_at_mark(p, ')') && bo_at_triples(p))
            return bo_parser_fail(p, "this row has more values than there are variables");
        if (marked) BO_TRY(bo_take_mark(p, ')', NULL));
        values->values.rows++;
    }
}

bo_status bo_data_block(bo_parser *p, bo_pattern **out) {
    bool many;
    uint32_t var;
    BO_TRY(bo_new_pattern(p, out, BO_VALUES, NULL, NULL));
    bo_pattern *values = *out;
    BO_TRY(bo_take_mark(p, '(', &many));
    while (!many || !bo_at_mark(p, ')')) {
        BO_TRY(bo_var(p, &var));
        for (size_t i = 0; i < values->values.width; i++)
            if (values->values.vars[i] == var) return bo_parser_fail(p, "a variable stands here twice");
        BO_PUSH(p, values->values.vars, values->values.width, var);
        if (!many) break;
    }
    if (many) BO_TRY(bo_take_mark(p, ')', NULL));
    return data_rows(p, values, many);
}

static bo_status inline_data(bo_parser *p, bo_group *group) {
    bo_pattern *values;
    BO_TRY(bo_data_block(p, &values));
    for (size_t i = 0; i < values->values.width; i++)
        BO_TRY(bo_vars_add(&group->visible, values->values.vars[i], p->arena));
    return bo_join_patterns(p, &group->pattern, values);
}

static bo_status group_or_union_graph_pattern(bo_parser *p, bo_group *group) {
    bo_pattern *united = NULL;
    for (bool more = true; more;) {
        bo_group choice;
        bo_pattern *pattern;
        BO_TRY(bo_group_graph_pattern(p, &choice));
        BO_TRY(bo_close_group(p, &pattern, &choice));
        if (united == NULL)
            united = pattern;
        else
            BO_TRY(bo_new_pattern(p, &united, BO_UNION, united, pattern));
        BO_TRY(bo_vars_join(&group->visible, &choice.visible, p->arena));
        BO_TRY(bo_take_word(p, "UNION", &more));
    }
    return bo_join_patterns(p, &group->pattern, united);
}

static const struct {
    const char *keyword;
    bo_status (*read)(bo_parser *p, bo_group *group);
} elements[] = {
    {"OPTIONAL", optional_graph_pattern},
    {"MINUS", minus_graph_pattern},
    {"GRAPH", graph_graph_pattern},
    {"SERVICE", service_graph_pattern},
    {"BIND", bind},
    {"VALUES", inline_data},
};

/* An element that is neither triples nor a filter; it ends the basic graph pattern before it. */
static bo_status graph_pattern_not_triples(bo_parser *p, bo_group *group) {
    BO_TRY(bo_flush_triples(p, &group->pattern));
    p->bgp = ++p->bgps;
    if (bo_at_mark(p, '{')) {
        BO_TRY(group_or_union_graph_pattern(p, group));
        p->bgp = ++p->bgps;
        return BO_OK;
    }
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        bool found;
        BO_TRY(bo_take_word(p, elements[i].keyword, &found));
        if (!found) continue;
        BO_TRY(elements[i].read(p, group));
        p->bgp = ++p->bgps;
        return BO_OK;
    }
    return bo_parser_expected(p, "a pattern or `}`");
}

static bo_status group_graph_pattern_sub(bo_parser *p, bo_group *group) {
    while (!bo_at_mark(p, '}')) {
        if (bo_at_triples(p)) {
            BO_TRY(triples_block(p, group));
            continue;
        }
        bool filters, dot;
        BO_TRY(bo_take_word(p, "FILTER", &filters));
        BO_TRY(filters ? filter(p, group) : graph_pattern_not_triples(p, group));
        BO_TRY(bo_take_mark(p, '.', &dot));
    }
    return bo_flush_triples(p, &group->pattern);
}

bo_status bo_group_graph_pattern(bo_parser *p, bo_group *out) {
    bo_triple *triples = p->triples; /* FILTER EXISTS stands amid the triples of another group */
    size_t triple_count = p->triple_count;
    uint32_t bgp = p->bgp;
    p->bgp = ++p->bgps;
    p->triples = NULL;
    p->triple_count = 0;
    *out = (bo_group){0};
    BO_TRY(bo_parser_enter(p));
    BO_TRY(bo_take_mark(p, '{', NULL));
    if (bo_at_word(p, "SELECT"))
        BO_TRY(bo_sub_select(p, out));
    else
        BO_TRY(group_graph_pattern_sub(p, out));
    BO_TRY(bo_take_mark(p, '}', NULL));
    p->depth--;
    p->triples = triples;
    p->triple_count = triple_count;
    p->bgp = bgp;
    return BO_OK;
}
