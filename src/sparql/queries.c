/* SPDX-License-Identifier: Apache-2.0
 * The four query forms and their solution modifiers, and the order in which the algebra puts them (sections
 * 18.2.4 and 18.2.5): groups, HAVING, VALUES, AS, ORDER BY, projection, DISTINCT, OFFSET and LIMIT.
 */
#include "sparql/parser.h"

typedef struct select_item {
    uint32_t var;
    bo_expr *expr; /* NULL: the variable itself */
    size_t at;     /* place in the text */
} select_item;

/* All that stands around one WHERE. */
typedef struct select {
    bo_level level;
    bool all, distinct, reduced;
    select_item *items;
    size_t item_count;
    bo_group where;
    select_item *keys; /* of GROUP BY */
    size_t key_count;
    bo_exprs having;
    bo_sort_key *order;
    size_t order_count;
    uint64_t offset, limit;
    bo_pattern *values;
} select;

/* "?x " and what is wrong with it. */
static bo_status fail_at(bo_parser *p, size_t at, uint32_t var, const char *wrong) {
    p->token.at = at;
    return bo_parser_fail(p, "?%.*s %s", BO_STR_ARG(p->query->vars[var].name), wrong);
}

/* `(expression AS ?variable)`, or a variable. */
static bo_status select_item_(bo_parser *p, select_item *out) {
    bool marked;
    *out = (select_item){.at = p->token.at};
    BO_TRY(bo_take_mark(p, '(', &marked));
    if (!marked) return bo_var(p, &out->var);
    BO_TRY(bo_expression(p, &out->expr));
    BO_TRY(bo_take_word(p, "AS", NULL));
    out->at = p->token.at;
    BO_TRY(bo_var(p, &out->var));
    return bo_take_mark(p, ')', NULL);
}

static bo_status select_clause(bo_parser *p, select *s) {
    BO_TRY(bo_take_word(p, "SELECT", NULL));
    BO_TRY(bo_take_word(p, "DISTINCT", &s->distinct));
    if (!s->distinct) BO_TRY(bo_take_word(p, "REDUCED", &s->reduced));
    BO_TRY(bo_take_mark(p, '*', &s->all));
    if (s->all) return BO_OK;
    if (p->token.kind != BO_TOKEN_VARIABLE && !bo_at_mark(p, '('))
        return bo_parser_expected(p, "`*` or a variable");
    s->level.aggregates = true;
    while (p->token.kind == BO_TOKEN_VARIABLE || bo_at_mark(p, '(')) {
        select_item item;
        BO_TRY(select_item_(p, &item));
        for (size_t i = 0; item.expr != NULL && i < s->item_count; i++)
            if (s->items[i].var == item.var)
                return fail_at(p, item.at, item.var, "is selected already; choose another name");
        BO_PUSH(p, s->items, s->item_count, item);
    }
    s->level.aggregates = false;
    return BO_OK;
}

/* Solution modifiers. */

static bo_status group_clause(bo_parser *p, select *s) {
    bool found;
    BO_TRY(bo_take_word(p, "GROUP", &found));
    if (!found) return BO_OK;
    BO_TRY(bo_take_word(p, "BY", NULL));
    do {
        select_item key = {.at = p->token.at};
        bool marked;
        if (p->token.kind == BO_TOKEN_VARIABLE) {
            BO_TRY(bo_var(p, &key.var));
            BO_TRY(bo_variable_expr(p, &key.expr, key.var));
        } else if (bo_at_mark(p, '(')) {
            BO_TRY(bo_take_mark(p, '(', &marked));
            BO_TRY(bo_expression(p, &key.expr));
            BO_TRY(bo_take_word(p, "AS", &found));
            key.at = p->token.at;
            BO_TRY(found ? bo_var(p, &key.var) : bo_new_variable(p, &key.var, BO_STR_NONE));
            if (found && bo_vars_has(&s->where.visible, key.var))
                return fail_at(p, key.at, key.var, "has a value already, in the pattern");
            BO_TRY(bo_take_mark(p, ')', NULL));
        } else {
            BO_TRY(bo_constraint(p, &key.expr));
            BO_TRY(bo_new_variable(p, &key.var, BO_STR_NONE));
        }
        BO_PUSH(p, s->keys, s->key_count, key);
    } while (p->token.kind == BO_TOKEN_VARIABLE || bo_at_constraint(p));
    return BO_OK;
}

static bo_status having_clause(bo_parser *p, select *s) {
    bool found;
    BO_TRY(bo_take_word(p, "HAVING", &found));
    if (!found) return BO_OK;
    do {
        bo_expr *condition;
        BO_TRY(bo_constraint(p, &condition));
        BO_PUSH(p, s->having.items, s->having.len, condition);
    } while (bo_at_constraint(p));
    return BO_OK;
}

static bo_status order_condition(bo_parser *p, bo_sort_key *out) {
    bool ascending;
    BO_TRY(bo_take_word(p, "ASC", &ascending));
    if (!ascending) BO_TRY(bo_take_word(p, "DESC", &out->descending));
    if ((ascending || out->descending) && !bo_at_mark(p, '(')) return bo_parser_expected(p, "`(`");
    uint32_t var;
    if (p->token.kind != BO_TOKEN_VARIABLE) return bo_constraint(p, &out->by);
    BO_TRY(bo_var(p, &var));
    return bo_variable_expr(p, &out->by, var);
}

static bo_status order_clause(bo_parser *p, select *s) {
    bool found;
    BO_TRY(bo_take_word(p, "ORDER", &found));
    if (!found) return BO_OK;
    BO_TRY(bo_take_word(p, "BY", NULL));
    do {
        bo_sort_key key = {0};
        BO_TRY(order_condition(p, &key));
        BO_PUSH(p, s->order, s->order_count, key);
    } while (p->token.kind == BO_TOKEN_VARIABLE || bo_at_constraint(p) || bo_at_word(p, "ASC") ||
             bo_at_word(p, "DESC"));
    return BO_OK;
}

static bo_status limit_offset_clauses(bo_parser *p, select *s) {
    bool limit, offset, limited = false, moved = false;
    s->limit = UINT64_MAX;
    for (;;) {
        BO_TRY(bo_take_word(p, "LIMIT", &limit));
        BO_TRY(bo_take_word(p, "OFFSET", &offset));
        if (!limit && !offset) return BO_OK;
        if ((limit && limited) || (offset && moved) || (limit && offset) || p->token.kind != BO_TOKEN_INTEGER)
            return bo_parser_expected(p, "one number");
        if (bo_str_to_u64(limit ? &s->limit : &s->offset, p->token.text) != BO_OK)
            return bo_parser_fail(p, "this number is too large");
        limited |= limit;
        moved |= offset;
        BO_TRY(bo_parser_next(p));
    }
}

static bo_status solution_modifier(bo_parser *p, select *s) {
    BO_TRY(group_clause(p, s));
    s->level.aggregates = true;
    BO_TRY(having_clause(p, s));
    BO_TRY(order_clause(p, s));
    s->level.aggregates = false;
    return limit_offset_clauses(p, s);
}

static bo_status values_clause(bo_parser *p, select *s) {
    bool found;
    BO_TRY(bo_take_word(p, "VALUES", &found));
    return found ? bo_data_block(p, &s->values) : BO_OK;
}

static bo_status where_clause(bo_parser *p, select *s) {
    bool found;
    BO_TRY(bo_take_word(p, "WHERE", &found));
    return bo_group_graph_pattern(p, &s->where);
}

/* The algebra of a SELECT. */

static bool is_grouped(const select *s) {
    return s->key_count > 0 || s->level.aggregation_count > 0;
}

/* What a projected expression may read after grouping: keys, aggregates and what was selected before it. */
static bo_status check_projection(bo_parser *p, const select *s) {
    bo_vars allowed = {0};
    for (size_t i = 0; i < s->key_count; i++) BO_TRY(bo_vars_add(&allowed, s->keys[i].var, p->arena));
    for (size_t i = 0; i < s->level.aggregation_count; i++)
        BO_TRY(bo_vars_add(&allowed, s->level.aggregations[i].var, p->arena));
    for (size_t i = 0; i < s->item_count; i++) {
        bo_vars used = {0};
        const select_item *item = &s->items[i];
        BO_TRY(item->expr ? bo_expr_vars(&used, item->expr, p->arena)
                          : bo_vars_add(&used, item->var, p->arena));
        for (uint32_t var = 0; var < p->query->var_count; var++)
            if (bo_vars_has(&used, var) && !bo_vars_has(&allowed, var))
                return fail_at(p, item->at, var, "is neither in GROUP BY nor inside an aggregate");
        BO_TRY(bo_vars_add(&allowed, item->var, p->arena));
    }
    return BO_OK;
}

static bo_status check_select(bo_parser *p, const select *s) {
    for (size_t i = 0; i < s->item_count; i++)
        if (s->items[i].expr != NULL && bo_vars_has(&s->where.visible, s->items[i].var))
            return fail_at(p, s->items[i].at, s->items[i].var, "has a value already, in the pattern");
    if (!is_grouped(s)) return BO_OK;
    if (s->all) return bo_parser_fail(p, "SELECT * can't go with GROUP BY: name what is selected");
    return check_projection(p, s);
}

static bo_status build_group(bo_parser *p, bo_pattern **pattern, const select *s) {
    bo_expr **keys = bo_arena_array(p->arena, s->key_count, sizeof *keys);
    uint32_t *vars = bo_arena_array(p->arena, s->key_count, sizeof *vars);
    if (keys == NULL || vars == NULL) return bo_error_last()->status;
    BO_TRY(bo_new_pattern(p, pattern, BO_GROUP, *pattern, NULL));
    for (size_t i = 0; i < s->key_count; i++) {
        keys[i] = s->keys[i].expr;
        vars[i] = s->keys[i].var;
        BO_TRY(bo_deepen(p, &(*pattern)->depth, keys[i]->depth));
    }
    (*pattern)->group.keys = keys;
    (*pattern)->group.vars = vars;
    (*pattern)->group.key_count = s->key_count;
    (*pattern)->group.aggregations = s->level.aggregations;
    (*pattern)->group.aggregation_count = s->level.aggregation_count;
    return BO_OK;
}

/* All but projection. */
static bo_status build(bo_parser *p, bo_pattern **out, const select *s) {
    BO_TRY(bo_close_group(p, out, &s->where));
    if (is_grouped(s)) BO_TRY(build_group(p, out, s));
    if (s->having.len > 0) {
        bo_group having = {.pattern = *out, .filters = s->having};
        BO_TRY(bo_close_group(p, out, &having));
    }
    if (s->values != NULL) BO_TRY(bo_join_patterns(p, out, s->values));
    for (size_t i = 0; i < s->item_count; i++) {
        if (s->items[i].expr == NULL) continue;
        BO_TRY(bo_new_pattern(p, out, BO_EXTEND, *out, NULL));
        (*out)->extend.var = s->items[i].var;
        (*out)->extend.expr = s->items[i].expr;
        BO_TRY(bo_deepen(p, &(*out)->depth, s->items[i].expr->depth));
    }
    if (s->order_count > 0) {
        BO_TRY(bo_new_pattern(p, out, BO_ORDER, *out, NULL));
        (*out)->order.keys = s->order;
        (*out)->order.len = s->order_count;
        for (size_t i = 0; i < s->order_count; i++)
            BO_TRY(bo_deepen(p, &(*out)->depth, s->order[i].by->depth));
    }
    return BO_OK;
}

static bo_status build_slice(bo_parser *p, bo_pattern **out, const select *s) {
    if (s->offset == 0 && s->limit == UINT64_MAX) return BO_OK;
    BO_TRY(bo_new_pattern(p, out, BO_SLICE, *out, NULL));
    (*out)->slice.offset = s->offset;
    (*out)->slice.limit = s->limit;
    return BO_OK;
}

/* The variables that a pattern shows, and those of VALUES. */
static bo_status all_visible(bo_parser *p, uint32_t **vars, size_t *count, const select *s) {
    bo_vars visible;
    BO_TRY(bo_vars_copy(&visible, &s->where.visible, p->arena));
    for (size_t i = 0; s->values != NULL && i < s->values->values.width; i++)
        BO_TRY(bo_vars_add(&visible, s->values->values.vars[i], p->arena));
    for (uint32_t var = 0; var < p->query->var_count; var++)
        if (bo_vars_has(&visible, var)) BO_PUSH(p, *vars, *count, var);
    return BO_OK;
}

static bo_status build_select(bo_parser *p, bo_pattern **out, const select *s) {
    uint32_t *vars = NULL;
    size_t count = 0;
    BO_TRY(check_select(p, s));
    BO_TRY(build(p, out, s));
    if (s->all) BO_TRY(all_visible(p, &vars, &count, s));
    for (size_t i = 0; i < s->item_count; i++) {
        bool twice = false;
        for (size_t j = 0; j < i; j++) twice |= s->items[j].var == s->items[i].var;
        if (!twice) BO_PUSH(p, vars, count, s->items[i].var);
    }
    BO_TRY(bo_new_pattern(p, out, BO_PROJECT, *out, NULL));
    (*out)->vars.items = vars;
    (*out)->vars.len = count;
    if (s->distinct || s->reduced)
        BO_TRY(bo_new_pattern(p, out, s->distinct ? BO_DISTINCT : BO_REDUCED, *out, NULL));
    return build_slice(p, out, s);
}

/* Sub-selects. Those of its variables that the query outside sees must be known before it is read: what
 * stands plain in its SELECT, or behind AS in its marks. */
static bo_status share_projected(bo_parser *p, bo_map *inner, bool *all) {
    bo_lexer ahead = p->lexer;
    bo_token token = p->token, before = token;
    *all = false;
    for (int depth = 0; token.kind != BO_TOKEN_END; before = token) {
        BO_TRY(bo_lexer_next(&ahead, &token));
        bool mark = token.kind == BO_TOKEN_MARK;
        if (mark && token.mark == '{' && depth == 0) break;
        if (mark && token.mark == '*' && depth == 0) *all = true;
        depth += mark && (token.mark == '(' || token.mark == '{');
        depth -= mark && (token.mark == ')' || token.mark == '}');
        bool as = depth == 1 && before.kind == BO_TOKEN_WORD && bo_str_eq_nocase(before.text, BO_STR("AS"));
        if (token.kind != BO_TOKEN_VARIABLE || (depth != 0 && !as)) continue;
        uint32_t var;
        BO_TRY(bo_variable_named(p, &var, token.text));
        bo_value *value = bo_map_put(inner, token.text, &(bool){false});
        if (value == NULL) return bo_error_last()->status;
        value->u64 = var;
    }
    return BO_OK;
}

bo_status bo_sub_select(bo_parser *p, bo_group *out) {
    select s = {0};
    bo_map *names = p->names, inner;
    bo_level *level = p->level;
    bo_pattern *pattern;
    bool all;
    bo_map_init(&inner, p->arena);
    BO_TRY(share_projected(p, &inner, &all));
    if (!all) p->names = &inner;
    p->level = &s.level;
    BO_TRY(select_clause(p, &s));
    BO_TRY(where_clause(p, &s));
    BO_TRY(solution_modifier(p, &s));
    BO_TRY(values_clause(p, &s));
    BO_TRY(build_select(p, &pattern, &s));
    p->names = names;
    p->level = level;
    out->pattern = pattern;
    while (pattern->kind != BO_PROJECT) pattern = pattern->left;
    for (size_t i = 0; i < pattern->vars.len; i++)
        BO_TRY(bo_vars_add(&out->visible, pattern->vars.items[i], p->arena));
    return BO_OK;
}

/* Query forms. */

bo_status bo_dataset_clause(bo_parser *p, bo_dataset *out, const char *keyword) {
    for (;;) {
        bool found, named;
        uint32_t iri;
        BO_TRY(bo_take_word(p, keyword, &found));
        if (!found) return BO_OK;
        out->given = true;
        BO_TRY(bo_take_word(p, "NAMED", &named));
        BO_TRY(bo_iri(p, &iri));
        if (named)
            BO_PUSH(p, out->named, out->named_count, iri);
        else
            BO_PUSH(p, out->graphs, out->graph_count, iri);
    }
}

/* Dataset, WHERE, modifiers, VALUES. */
static bo_status rest(bo_parser *p, select *s) {
    BO_TRY(bo_dataset_clause(p, &p->query->dataset, "FROM"));
    BO_TRY(where_clause(p, s));
    BO_TRY(solution_modifier(p, s));
    return values_clause(p, s);
}

static bo_status select_query(bo_parser *p) {
    select s = {0};
    bo_query *query = p->query;
    query->form = BO_SELECT;
    p->level = &s.level;
    BO_TRY(select_clause(p, &s));
    BO_TRY(rest(p, &s));
    BO_TRY(build_select(p, &query->where, &s));
    const bo_pattern *project = query->where;
    while (project->kind != BO_PROJECT) project = project->left;
    query->columns = project->vars.items;
    query->column_count = project->vars.len;
    return BO_OK;
}

static bo_status build_rest(bo_parser *p, select *s) {
    BO_TRY(build(p, &p->query->where, s));
    return build_slice(p, &p->query->where, s);
}

static bo_status ask_query(bo_parser *p) {
    select s = {0};
    p->query->form = BO_ASK;
    p->level = &s.level;
    BO_TRY(bo_take_word(p, "ASK", NULL));
    BO_TRY(rest(p, &s));
    return build_rest(p, &s);
}

static bo_status describe_query(bo_parser *p) {
    select s = {0};
    bo_query *query = p->query;
    bool all, where;
    query->form = BO_DESCRIBE;
    p->level = &s.level;
    BO_TRY(bo_take_word(p, "DESCRIBE", NULL));
    BO_TRY(bo_take_mark(p, '*', &all));
    if (!all && p->token.kind != BO_TOKEN_VARIABLE && !bo_at_iri(p))
        return bo_parser_expected(p, "`*`, a variable or an IRI");
    while (!all && (p->token.kind == BO_TOKEN_VARIABLE || bo_at_iri(p))) {
        bo_node node;
        BO_TRY(bo_var_or_iri(p, &node));
        BO_PUSH(p, query->describe, query->describe_count, node);
    }
    BO_TRY(bo_dataset_clause(p, &query->dataset, "FROM"));
    where = bo_at_word(p, "WHERE") || bo_at_mark(p, '{');
    if (where) BO_TRY(where_clause(p, &s));
    BO_TRY(solution_modifier(p, &s));
    BO_TRY(values_clause(p, &s));
    BO_TRY(build_rest(p, &s));
    uint32_t *vars = NULL;
    size_t count = 0;
    if (all) BO_TRY(all_visible(p, &vars, &count, &s));
    for (size_t i = 0; i < count; i++) {
        bo_node node = {BO_NODE_VARIABLE, vars[i]};
        BO_PUSH(p, query->describe, query->describe_count, node);
    }
    return BO_OK;
}

/* CONSTRUCT WHERE: the pattern is the template, with new blank nodes for its own. */
static bo_status short_construct(bo_parser *p, select *s) {
    bo_templates *lines = &p->query->construct;
    BO_TRY(bo_take_word(p, "WHERE", NULL));
    BO_TRY(bo_take_mark(p, '{', NULL));
    BO_TRY(bo_construct_triples(p));
    BO_TRY(bo_take_mark(p, '}', NULL));
    for (size_t i = 0; i < p->triple_count; i++) {
        const bo_triple *triple = &p->triples[i];
        bo_template line = {triple->s, triple->p, triple->o, {BO_NODE_NONE, 0}};
        bo_node *nodes[3] = {&line.s, &line.p, &line.o};
        if (triple->path != NULL)
            return bo_parser_fail(p, "CONSTRUCT WHERE takes plain triples, no property paths");
        for (int n = 0; n < 3; n++)
            if (nodes[n]->kind == BO_NODE_VARIABLE && p->query->vars[nodes[n]->index].name.ptr == NULL)
                nodes[n]->kind = BO_NODE_BLANK;
        BO_PUSH(p, lines->items, lines->len, line);
    }
    return bo_flush_triples(p, &s->where.pattern);
}

static bo_status construct_query(bo_parser *p) {
    select s = {0};
    bo_query *query = p->query;
    query->form = BO_CONSTRUCT;
    p->level = &s.level;
    BO_TRY(bo_take_word(p, "CONSTRUCT", NULL));
    if (!bo_at_mark(p, '{')) {
        BO_TRY(bo_dataset_clause(p, &query->dataset, "FROM"));
        BO_TRY(short_construct(p, &s));
        BO_TRY(solution_modifier(p, &s));
        BO_TRY(values_clause(p, &s));
        return build_rest(p, &s);
    }
    p->place = BO_IN_TEMPLATE;
    p->templates = &query->construct;
    BO_TRY(bo_take_mark(p, '{', NULL));
    BO_TRY(bo_construct_triples(p));
    BO_TRY(bo_take_mark(p, '}', NULL));
    p->place = BO_IN_PATTERN;
    bo_map_init(&p->labels, p->arena);
    BO_TRY(rest(p, &s));
    return build_rest(p, &s);
}

bo_status bo_query_unit(bo_parser *p) {
    static const struct {
        const char *keyword;
        bo_status (*read)(bo_parser *p);
    } forms[] = {{"SELECT", select_query},
                 {"ASK", ask_query},
                 {"CONSTRUCT", construct_query},
                 {"DESCRIBE", describe_query}};
    BO_TRY(bo_prologue(p));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (bo_at_word(p, forms[i].keyword)) return forms[i].read(p);
    return bo_parser_expected(p, "SELECT, ASK, CONSTRUCT or DESCRIBE");
}
