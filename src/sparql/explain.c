/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/explain.h"

#include <stdio.h>

#include "base/clock.h"
#include "sparql/plan.h"

bo_status bo_op_next_timed(bo_op *op, bo_table **out) {
    uint64_t begun = bo_clock_steady_ns(&bo_clock_system);
    bo_status status = op->ops->next(op, out);
    op->work.ns += bo_clock_steady_ns(&bo_clock_system) - begun;
    op->work.calls++;
    if (status == BO_OK) op->work.rows += (*out)->len;
    return status;
}

/* Patterns and expressions as text. */

static void write_node(bo_text *out, const bo_query *query, bo_node node) {
    if (node.kind == BO_NODE_TERM) {
        bo_term_write(out, &query->terms[node.index]);
        return;
    }
    if (node.kind != BO_NODE_VARIABLE) return;
    bool named = node.index < query->var_count && query->vars[node.index].name.ptr != NULL;
    bo_text_put(out, named ? BO_STR("?") : BO_STR("_:"));
    if (named)
        bo_text_put(out, query->vars[node.index].name);
    else
        bo_text_u64(out, node.index);
}

static void write_iri(bo_text *out, const bo_query *query, uint32_t iri, bool inverse) {
    if (inverse) bo_text_char(out, '^');
    bo_term_write(out, &query->terms[iri]);
}

static void write_path(bo_text *out, const bo_query *query, const bo_path *path) {
    static const struct {
        const char *before, *between, *after;
    } marks[] = {[BO_PATH_LINK] = {"", "", ""},          [BO_PATH_INVERSE] = {"^", "", ""},
                 [BO_PATH_SEQUENCE] = {"(", "/", ")"},   [BO_PATH_ALTERNATIVE] = {"(", "|", ")"},
                 [BO_PATH_ZERO_OR_MORE] = {"", "", "*"}, [BO_PATH_ONE_OR_MORE] = {"", "", "+"},
                 [BO_PATH_ZERO_OR_ONE] = {"", "", "?"},  [BO_PATH_NEGATED] = {"!(", "|", ")"}};
    bo_text_put(out, bo_str_of(marks[path->kind].before));
    if (path->kind == BO_PATH_LINK) write_iri(out, query, path->iri, false);
    for (size_t i = 0; path->kind == BO_PATH_NEGATED && i < path->forward_count + path->inverse_count; i++) {
        bool inverse = i >= path->forward_count;
        if (i > 0) bo_text_char(out, '|');
        write_iri(out, query, inverse ? path->inverse[i - path->forward_count] : path->forward[i], inverse);
    }
    if (path->left != NULL) write_path(out, query, path->left);
    if (path->right != NULL) {
        bo_text_put(out, bo_str_of(marks[path->kind].between));
        write_path(out, query, path->right);
    }
    bo_text_put(out, bo_str_of(marks[path->kind].after));
}

void bo_triple_write(bo_text *out, const bo_query *query, const bo_triple *triple) {
    write_node(out, query, triple->s);
    bo_text_char(out, ' ');
    if (triple->path != NULL)
        write_path(out, query, triple->path);
    else
        write_node(out, query, triple->p);
    bo_text_char(out, ' ');
    write_node(out, query, triple->o);
}

void bo_expr_write(bo_text *out, const bo_query *query, const bo_expr *expr) {
    static const char *const operators[] = {
#define BO_OPERATOR(name, symbol) symbol,
#include "sparql/operators.def"
#undef BO_OPERATOR
    };
    static const char *const functions[] = {
#define BO_FUNCTION(name, keyword, least, most) keyword,
#include "sparql/functions.def"
#undef BO_FUNCTION
    };
    switch (expr->kind) {
    case BO_EXPR_VARIABLE: write_node(out, query, (bo_node){BO_NODE_VARIABLE, expr->index}); return;
    case BO_EXPR_TERM: write_node(out, query, (bo_node){BO_NODE_TERM, expr->index}); return;
    case BO_EXPR_OPERATOR: bo_text_put(out, bo_str_of(operators[expr->op])); break;
    case BO_EXPR_FUNCTION: bo_text_put(out, bo_str_of(functions[expr->index])); break;
    case BO_EXPR_CALL: bo_term_write(out, &query->terms[expr->index]); break;
    }
    bo_text_char(out, '(');
    for (size_t i = 0; i < expr->count; i++) {
        if (i > 0) BO_TEXT_LIT(out, ", ");
        bo_expr_write(out, query, expr->args[i]);
    }
    bo_text_put(out, expr->pattern != NULL ? BO_STR("{...})") : BO_STR(")"));
}

/* Operators. */

static void put_number(bo_json_writer *json, bo_str key, double number) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write_double(&text, number);
    bo_json_key(json, key);
    bo_json_put_raw(json, bo_text_str(&text));
    bo_text_done(&text);
}

static double milliseconds(uint64_t ns) {
    uint64_t microseconds = ns / 1000;
    return (double)microseconds / 1000;
}

static void put_detail(bo_json_writer *json, const bo_op *op) {
    const bo_query *query = op->exec->query;
    bo_text text;
    bo_text_init(&text, 0);
    if (op->triple != NULL) bo_triple_write(&text, query, op->triple);
    if (op->expr != NULL) bo_expr_write(&text, query, op->expr);
    if (op->graph.kind != BO_NODE_NONE) {
        BO_TEXT_LIT(&text, " in ");
        write_node(&text, query, op->graph);
    }
    if (text.len > 0) bo_json_member_string(json, BO_STR("detail"), bo_text_str(&text));
    bo_text_done(&text);
}

static void put_vars(bo_json_writer *json, const bo_op *op) {
    const bo_query *query = op->exec->query;
    bo_json_key(json, BO_STR("binds"));
    bo_json_open(json, BO_JSON_ARRAY);
    for (uint32_t var = 0; var < query->var_count; var++)
        if (bo_vars_has(&op->vars, var) && query->vars[var].name.ptr != NULL)
            bo_json_put_string(json, query->vars[var].name);
    bo_json_close(json, BO_JSON_ARRAY);
}

/* The operators below that belong to this one: its input, its branches, those of EXISTS in its expression. */
typedef void (*each_fn)(void *context, const bo_op *below);

static void each_exists(const bo_exec *exec, const bo_expr *expr, each_fn each, void *context) {
    const bo_branch *branch = expr->pattern != NULL ? bo_exec_branch(exec, expr) : NULL;
    if (branch != NULL) each(context, branch->end);
    for (size_t i = 0; i < expr->count; i++) each_exists(exec, expr->args[i], each, context);
}

static void each_below(const bo_op *op, each_fn each, void *context) {
    if (op->input != NULL) each(context, op->input);
    for (int i = 0; i < 2; i++)
        if (op->parts[i] != NULL) each(context, op->parts[i]);
    if (op->expr != NULL) each_exists(op->exec, op->expr, each, context);
}

static void add_time(void *context, const bo_op *below) {
    *(uint64_t *)context += below->work.ns;
}

static void put_op(void *context, const bo_op *op) {
    bo_json_writer *json = context;
    /* What the source hides must not be told by numbers that count it. */
    bool hides = op->exec->source->hides;
    uint64_t below = 0;
    each_below(op, add_time, &below);
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("operator"), bo_str_of(op->ops->name));
    put_detail(json, op);
    if (op->expected > 0 && !hides)
        put_number(json, BO_STR("expectedRows"), (double)(uint64_t)(op->expected + 0.5));
    if (!op->counts_hidden || !hides) bo_json_member_i64(json, BO_STR("rows"), (int64_t)op->work.rows);
    if (!hides) bo_json_member_i64(json, BO_STR("calls"), (int64_t)op->work.calls);
    put_number(json, BO_STR("milliseconds"), milliseconds(op->work.ns));
    put_number(json, BO_STR("ownMilliseconds"), milliseconds(op->work.ns > below ? op->work.ns - below : 0));
    put_vars(json, op);
    bo_json_key(json, BO_STR("inputs"));
    bo_json_open(json, BO_JSON_ARRAY);
    each_below(op, put_op, json);
    bo_json_close(json, BO_JSON_ARRAY);
    bo_json_close(json, BO_JSON_OBJECT);
}

void bo_explain_op(bo_json_writer *json, const bo_op *end) {
    put_op(json, end);
}
