/* SPDX-License-Identifier: Apache-2.0
 * Expressions: what binds how tight, calls of functions, aggregates.
 */
#include "sparql/parser.h"

typedef struct keyword {
    const char *name;
    unsigned char least, most;
} keyword;

static const keyword functions[] = {
#define BO_ANY 255
#define BO_FUNCTION(name, word, least, most) {word, least, most},
#include "sparql/functions.def"
#undef BO_FUNCTION
#undef BO_ANY
};
static const char *const aggregates[] = {
#define BO_AGGREGATE(name, word) word,
#include "sparql/aggregates.def"
#undef BO_AGGREGATE
};
/* Forms that look like functions. */
static const struct {
    bo_operator op;
    keyword word;
} forms[] = {{BO_OP_IF, {"IF", 3, 3}}, {BO_OP_COALESCE, {"COALESCE", 0, 255}}};

enum { FUNCTION_COUNT = sizeof functions / sizeof *functions, FORM_COUNT = sizeof forms / sizeof *forms };

static bo_status conditional_and_expression(bo_parser *p, bo_expr **out);
static bo_status unary_expression(bo_parser *p, bo_expr **out);

static bo_status new_expr(bo_parser *p, bo_expr **out, bo_expr_kind kind, uint32_t index) {
    bo_expr *expr = BO_NEW(p->arena, bo_expr);
    if (expr == NULL) return bo_error_last()->status;
    expr->kind = kind;
    expr->index = index;
    expr->depth = 1;
    *out = expr;
    return BO_OK;
}

static bo_status new_operation(bo_parser *p, bo_expr **out, bo_operator op) {
    BO_TRY(new_expr(p, out, BO_EXPR_OPERATOR, 0));
    (*out)->op = op;
    return BO_OK;
}

static bo_status add_arg(bo_parser *p, bo_expr *expr, bo_expr *arg) {
    BO_PUSH(p, expr->args, expr->count, arg);
    return bo_deepen(p, &expr->depth, arg->depth);
}

/* *out becomes an operation of which the old *out is the first argument. */
static bo_status wrap(bo_parser *p, bo_expr **out, bo_operator op) {
    bo_expr *operation;
    BO_TRY(new_operation(p, &operation, op));
    BO_TRY(add_arg(p, operation, *out));
    *out = operation;
    return BO_OK;
}

bo_status bo_variable_expr(bo_parser *p, bo_expr **out, uint32_t var) {
    return new_expr(p, out, BO_EXPR_VARIABLE, var);
}

bo_status bo_expr_vars(bo_vars *out, const bo_expr *expr, bo_arena *arena) {
    if (expr->kind == BO_EXPR_VARIABLE) return bo_vars_add(out, expr->index, arena);
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_expr_vars(out, expr->args[i], arena));
    return BO_OK;
}

/* Calls. */

/* After its opening mark, up to its closing one. */
static bo_status expression_list(bo_parser *p, bo_expr *call) {
    bool more;
    BO_TRY(bo_take_mark(p, ')', &more));
    if (more) return BO_OK;
    do {
        bo_expr *arg;
        BO_TRY(bo_expression(p, &arg));
        BO_TRY(add_arg(p, call, arg));
        BO_TRY(bo_take_mark(p, ',', &more));
    } while (more);
    return bo_take_mark(p, ')', NULL);
}

static bo_status arguments(bo_parser *p, bo_expr *call, const keyword *word) {
    BO_TRY(bo_parser_next(p));
    BO_TRY(bo_take_mark(p, '(', NULL));
    BO_TRY(expression_list(p, call));
    if (call->count >= word->least && (call->count <= word->most || word->most == 255)) return BO_OK;
    if (word->least == word->most)
        return bo_parser_fail(p, "%s takes %d argument(s), not %zu", word->name, word->least, call->count);
    return bo_parser_fail(p, "%s takes %d to %d arguments, not %zu", word->name, word->least, word->most,
                          call->count);
}

static bo_status exists(bo_parser *p, bo_expr **out, bo_operator op) {
    bo_group group;
    bo_level *level = p->level;
    BO_TRY(new_operation(p, out, op));
    p->level = NULL;
    p->query->branch_count++;
    BO_TRY(bo_group_graph_pattern(p, &group));
    p->level = level;
    BO_TRY(bo_close_group(p, &(*out)->pattern, &group));
    return bo_deepen(p, &(*out)->depth, (*out)->pattern->depth);
}

static bo_status bound(bo_parser *p, bo_expr **out) {
    uint32_t var;
    bo_expr *arg;
    BO_TRY(bo_take_mark(p, '(', NULL));
    BO_TRY(bo_var(p, &var));
    BO_TRY(bo_variable_expr(p, &arg, var));
    BO_TRY(new_operation(p, out, BO_OP_BOUND));
    BO_TRY(add_arg(p, *out, arg));
    return bo_take_mark(p, ')', NULL);
}

static bo_status separator(bo_parser *p, bo_str *out) {
    bool given;
    *out = BO_STR(" ");
    BO_TRY(bo_take_mark(p, ';', &given));
    if (!given) return BO_OK;
    BO_TRY(bo_take_word(p, "SEPARATOR", NULL));
    BO_TRY(bo_take_mark(p, '=', NULL));
    return bo_string(p, out);
}

/* An aggregate is worked out by its GROUP; here stands the variable that gets its value. */
static bo_status aggregate(bo_parser *p, bo_expr **out, bo_aggregate op) {
    bo_level *level = p->level;
    if (level == NULL || !level->aggregates)
        return bo_parser_fail(
            p,
            "%s can't stand here: aggregates belong to SELECT, HAVING and ORDER BY, and not "
            "inside one another",
            aggregates[op]);
    bo_aggregation made = {.op = op};
    bool all = false;
    level->aggregates = false;
    BO_TRY(bo_parser_next(p));
    BO_TRY(bo_take_mark(p, '(', NULL));
    BO_TRY(bo_take_word(p, "DISTINCT", &made.distinct));
    if (op == BO_AGG_COUNT) BO_TRY(bo_take_mark(p, '*', &all));
    if (!all) BO_TRY(bo_expression(p, &made.arg));
    if (op == BO_AGG_GROUP_CONCAT) BO_TRY(separator(p, &made.separator));
    BO_TRY(bo_take_mark(p, ')', NULL));
    level->aggregates = true;
    BO_TRY(bo_new_variable(p, &made.var, BO_STR_NONE));
    BO_PUSH(p, level->aggregations, level->aggregation_count, made);
    BO_TRY(bo_variable_expr(p, out, made.var));
    return made.arg != NULL ? bo_deepen(p, &(*out)->depth, made.arg->depth) : BO_OK;
}

static size_t find_word(const bo_parser *p, const char *name_of(size_t), size_t count) {
    size_t i = 0;
    while (i < count && !bo_at_word(p, name_of(i))) i++;
    return i;
}
static const char *function_name(size_t i) {
    return functions[i].name;
}
static const char *aggregate_name(size_t i) {
    return aggregates[i];
}
static const char *form_name(size_t i) {
    return forms[i].word.name;
}

static bo_status built_in_call(bo_parser *p, bo_expr **out) {
    bool found, not ;
    BO_TRY(bo_take_word(p, "NOT", &not ));
    BO_TRY(bo_take_word(p, "EXISTS", &found));
    if (found) return exists(p, out, not ? BO_OP_NOT_EXISTS : BO_OP_EXISTS);
    if (not ) return bo_parser_expected(p, "EXISTS");
    BO_TRY(bo_take_word(p, "BOUND", &found));
    if (found) return bound(p, out);
    size_t at = find_word(p, aggregate_name, BO_AGGREGATE_COUNT);
    if (at < BO_AGGREGATE_COUNT) return aggregate(p, out, (bo_aggregate)at);
    if ((at = find_word(p, form_name, FORM_COUNT)) < FORM_COUNT) {
        BO_TRY(new_operation(p, out, forms[at].op));
        return arguments(p, *out, &forms[at].word);
    }
    if ((at = find_word(p, function_name, FUNCTION_COUNT)) == FUNCTION_COUNT)
        return bo_parser_expected(p, "an expression");
    BO_TRY(new_expr(p, out, BO_EXPR_FUNCTION, (uint32_t)at));
    return arguments(p, *out, &functions[at]);
}

static bo_status iri_or_function(bo_parser *p, bo_expr **out) {
    uint32_t iri;
    bool call;
    BO_TRY(bo_iri(p, &iri));
    BO_TRY(bo_take_mark(p, '(', &call));
    BO_TRY(new_expr(p, out, call ? BO_EXPR_CALL : BO_EXPR_TERM, iri));
    if (!call) return BO_OK;
    BO_TRY(bo_take_word(p, "DISTINCT", &call));
    if (call) return bo_parser_fail(p, "there are no aggregates of one's own here");
    return expression_list(p, *out);
}

/* Operators, from the loosest to the tightest. */

bo_status bo_expression(bo_parser *p, bo_expr **out) {
    bool more;
    BO_TRY(bo_parser_enter(p));
    BO_TRY(conditional_and_expression(p, out));
    BO_TRY(bo_take_mark(p, BO_MARK2('|', '|'), &more));
    if (more) BO_TRY(wrap(p, out, BO_OP_OR));
    while (more) {
        bo_expr *right;
        BO_TRY(conditional_and_expression(p, &right));
        BO_TRY(add_arg(p, *out, right));
        BO_TRY(bo_take_mark(p, BO_MARK2('|', '|'), &more));
    }
    p->depth--;
    return BO_OK;
}

typedef struct symbol {
    unsigned mark;
    bo_operator op;
} symbol;

/* Reads one of the operators, if one stands here. */
static bo_status take_operator(bo_parser *p, bo_operator *op, bool *found, const symbol *symbols,
                               size_t count) {
    *found = false;
    for (size_t i = 0; i < count && !*found; i++) {
        BO_TRY(bo_take_mark(p, symbols[i].mark, found));
        if (*found) *op = symbols[i].op;
    }
    return BO_OK;
}

static bo_status multiplicative_expression(bo_parser *p, bo_expr **out) {
    static const symbol symbols[] = {{'*', BO_OP_MULTIPLY}, {'/', BO_OP_DIVIDE}};
    BO_TRY(unary_expression(p, out));
    for (;;) {
        bo_operator op;
        bool found;
        bo_expr *right;
        BO_TRY(take_operator(p, &op, &found, symbols, 2));
        if (!found) return BO_OK;
        BO_TRY(unary_expression(p, &right));
        BO_TRY(wrap(p, out, op));
        BO_TRY(add_arg(p, *out, right));
    }
}

static bo_status numeric_expression(bo_parser *p, bo_expr **out) {
    static const symbol symbols[] = {{'+', BO_OP_ADD}, {'-', BO_OP_SUBTRACT}};
    BO_TRY(multiplicative_expression(p, out));
    for (;;) {
        bo_operator op;
        bool found;
        bo_expr *right;
        BO_TRY(take_operator(p, &op, &found, symbols, 2));
        if (!found) return BO_OK;
        BO_TRY(multiplicative_expression(p, &right));
        BO_TRY(wrap(p, out, op));
        BO_TRY(add_arg(p, *out, right));
    }
}

static bo_status relational_expression(bo_parser *p, bo_expr **out) {
    static const symbol symbols[] = {{'=', BO_OP_EQUAL},
                                     {BO_MARK2('!', '='), BO_OP_NOT_EQUAL},
                                     {'<', BO_OP_LESS},
                                     {'>', BO_OP_GREATER},
                                     {BO_MARK2('<', '='), BO_OP_LESS_EQUAL},
                                     {BO_MARK2('>', '='), BO_OP_GREATER_EQUAL}};
    bo_operator op;
    bool found, not ;
    BO_TRY(numeric_expression(p, out));
    BO_TRY(take_operator(p, &op, &found, symbols, sizeof symbols / sizeof *symbols));
    if (found) {
        bo_expr *right;
        BO_TRY(numeric_expression(p, &right));
        BO_TRY(wrap(p, out, op));
        return add_arg(p, *out, right);
    }
    BO_TRY(bo_take_word(p, "NOT", &not ));
    BO_TRY(bo_take_word(p, "IN", &found));
    if (not &&!found) return bo_parser_expected(p, "IN");
    if (!found) return BO_OK;
    BO_TRY(wrap(p, out, not ? BO_OP_NOT_IN : BO_OP_IN));
    BO_TRY(bo_take_mark(p, '(', NULL));
    return expression_list(p, *out);
}

static bo_status conditional_and_expression(bo_parser *p, bo_expr **out) {
    bool more;
    BO_TRY(relational_expression(p, out));
    BO_TRY(bo_take_mark(p, BO_MARK2('&', '&'), &more));
    if (more) BO_TRY(wrap(p, out, BO_OP_AND));
    while (more) {
        bo_expr *right;
        BO_TRY(relational_expression(p, &right));
        BO_TRY(add_arg(p, *out, right));
        BO_TRY(bo_take_mark(p, BO_MARK2('&', '&'), &more));
    }
    return BO_OK;
}

static bo_status bracketted_expression(bo_parser *p, bo_expr **out) {
    BO_TRY(bo_take_mark(p, '(', NULL));
    BO_TRY(bo_expression(p, out));
    return bo_take_mark(p, ')', NULL);
}

static bo_status primary_expression(bo_parser *p, bo_expr **out) {
    uint32_t index;
    if (bo_at_mark(p, '(')) return bracketted_expression(p, out);
    if (p->token.kind == BO_TOKEN_VARIABLE) {
        BO_TRY(bo_var(p, &index));
        return bo_variable_expr(p, out, index);
    }
    if (bo_at_iri(p)) return iri_or_function(p, out);
    if (!bo_at_literal(p)) return built_in_call(p, out);
    BO_TRY(bo_literal(p, &index));
    return new_expr(p, out, BO_EXPR_TERM, index);
}

static bo_status unary_expression(bo_parser *p, bo_expr **out) {
    static const symbol symbols[] = {{'!', BO_OP_NOT}, {'+', BO_OP_PLUS}, {'-', BO_OP_MINUS}};
    bo_operator op;
    bool found = false;
    if (!bo_at_literal(p)) BO_TRY(take_operator(p, &op, &found, symbols, 3));
    BO_TRY(primary_expression(p, out));
    return found ? wrap(p, out, op) : BO_OK;
}

bool bo_at_constraint(const bo_parser *p) {
    if (bo_at_mark(p, '(') || bo_at_iri(p)) return true;
    return bo_at_word(p, "NOT") || bo_at_word(p, "EXISTS") || bo_at_word(p, "BOUND") ||
           find_word(p, aggregate_name, BO_AGGREGATE_COUNT) < BO_AGGREGATE_COUNT ||
           find_word(p, form_name, FORM_COUNT) < FORM_COUNT ||
           find_word(p, function_name, FUNCTION_COUNT) < FUNCTION_COUNT;
}

bo_status bo_constraint(bo_parser *p, bo_expr **out) {
    if (bo_at_mark(p, '(')) return bracketted_expression(p, out);
    if (!bo_at_iri(p)) return built_in_call(p, out);
    BO_TRY(iri_or_function(p, out));
    return (*out)->kind == BO_EXPR_CALL ? BO_OK : bo_parser_expected(p, "`(`");
}
