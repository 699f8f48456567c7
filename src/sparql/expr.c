/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/expr.h"

#include <stdio.h>

#include "rdf/vocab.h"
#include "sparql/plan.h"

static const char *const operators[] = {
#define BO_OPERATOR(name, symbol) symbol,
#include "sparql/operators.def"
#undef BO_OPERATOR
};
static const char *const functions[] = {
#define BO_ANY 255
#define BO_FUNCTION(name, word, least, most) word,
#include "sparql/functions.def"
#undef BO_FUNCTION
#undef BO_ANY
};

bo_status bo_expr_check(const bo_expr *expr) {
    switch (expr->kind) {
    case BO_EXPR_FUNCTION: return bo_fail(BO_UNSUPPORTED, "%s is not evaluated yet", functions[expr->index]);
    case BO_EXPR_CALL: return bo_fail(BO_UNSUPPORTED, "casts and extension functions are not evaluated yet");
    case BO_EXPR_OPERATOR:
        if (expr->op >= BO_OP_EQUAL && expr->op <= BO_OP_MINUS)
            return bo_fail(BO_UNSUPPORTED, "the operator %s is not evaluated yet", operators[expr->op]);
        break;
    default: break;
    }
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_expr_check(expr->args[i]));
    return BO_OK;
}

/* Three-valued: what SPARQL calls an error is a value here. */
typedef enum truth { FALSE, TRUE, ERROR } truth;

static bo_status evaluate(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row);

static bo_id id_of_bool(bool value) {
    bo_term term = bo_term_typed(value ? BO_STR("true") : BO_STR("false"), BO_XSD_BOOLEAN);
    return bo_id_inline(&term);
}

static truth truth_of(bo_id id) {
    if (id == id_of_bool(true)) return TRUE;
    return id == id_of_bool(false) ? FALSE : ERROR;
}

static bo_status test(bo_exec *exec, truth *out, const bo_expr *expr, const bo_table *table, size_t row) {
    bo_id id;
    BO_TRY(evaluate(exec, &id, expr, table, row));
    *out = truth_of(id);
    return BO_OK;
}

/* EXISTS: the branch is worked out for a seed of this one row. */
static bo_status exists(bo_exec *exec, bool *out, const bo_expr *expr, const bo_table *table, size_t row) {
    bo_branch *branch = bo_exec_branch(exec, expr);
    bo_table *found;
    if (branch == NULL) return bo_fail(BO_INTERNAL, "an EXISTS was not planned");
    for (size_t var = 0; var < exec->width; var++)
        if (branch->row.column[var] != NULL)
            branch->row.column[var][0] = table->column[var] != NULL ? table->column[var][row] : BO_ID_NONE;
    branch->row.len = 1;
    bo_seed_put(branch->seed, &branch->row);
    BO_TRY(bo_op_restart(branch->end));
    BO_TRY(bo_op_next(branch->end, &found));
    *out = found->len > 0;
    return BO_OK;
}

/* || and && (section 17.2): one that decides wins over an error. */
static bo_status either(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row) {
    truth decisive = expr->op == BO_OP_OR ? TRUE : FALSE;
    bool error = false;
    for (size_t i = 0; i < expr->count; i++) {
        truth found;
        BO_TRY(test(exec, &found, expr->args[i], table, row));
        error |= found == ERROR;
        if (found != decisive) continue;
        *out = id_of_bool(decisive == TRUE);
        return BO_OK;
    }
    *out = error ? BO_ID_NONE : id_of_bool(decisive == FALSE);
    return BO_OK;
}

static bo_status operate(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row) {
    truth found = ERROR;
    bool yes;
    switch (expr->op) {
    case BO_OP_OR:
    case BO_OP_AND: return either(exec, out, expr, table, row);
    case BO_OP_NOT:
        BO_TRY(test(exec, &found, expr->args[0], table, row));
        *out = found == ERROR ? BO_ID_NONE : id_of_bool(found == FALSE);
        return BO_OK;
    case BO_OP_BOUND:
        BO_TRY(evaluate(exec, out, expr->args[0], table, row));
        *out = id_of_bool(*out != BO_ID_NONE);
        return BO_OK;
    case BO_OP_IF:
        BO_TRY(test(exec, &found, expr->args[0], table, row));
        *out = BO_ID_NONE;
        return found == ERROR ? BO_OK : evaluate(exec, out, expr->args[found == TRUE ? 1 : 2], table, row);
    case BO_OP_COALESCE:
        *out = BO_ID_NONE;
        for (size_t i = 0; i < expr->count && *out == BO_ID_NONE; i++)
            BO_TRY(evaluate(exec, out, expr->args[i], table, row));
        return BO_OK;
    case BO_OP_EXISTS:
    case BO_OP_NOT_EXISTS:
        BO_TRY(exists(exec, &yes, expr, table, row));
        *out = id_of_bool(yes == (expr->op == BO_OP_EXISTS));
        return BO_OK;
    default: return bo_expr_check(expr);
    }
}

static bo_status evaluate(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row) {
    const bo_id *column;
    switch (expr->kind) {
    case BO_EXPR_VARIABLE:
        column = table->column[expr->index];
        *out = column != NULL ? column[row] : BO_ID_NONE;
        return BO_OK;
    case BO_EXPR_TERM: *out = exec->terms[expr->index]; return BO_OK;
    case BO_EXPR_OPERATOR: return operate(exec, out, expr, table, row);
    default: return bo_expr_check(expr);
    }
}

bo_status bo_eval(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row) {
    exec->evaluating++;
    bo_status status = evaluate(exec, out, expr, table, row);
    if (--exec->evaluating == 0) bo_arena_reset(exec->scratch);
    return status;
}

bo_status bo_eval_true(bo_exec *exec, bool *out, const bo_expr *expr, const bo_table *table, size_t row) {
    bo_id id;
    BO_TRY(bo_eval(exec, &id, expr, table, row));
    *out = truth_of(id) == TRUE;
    return BO_OK;
}

bo_status bo_order_ids(bo_exec *exec, int *out, bo_id a, bo_id b) {
    static const unsigned char ranks[] = {[BO_NO_TERM] = 0, [BO_BLANK] = 1, [BO_IRI] = 2, [BO_LITERAL] = 3};
    int left = ranks[bo_id_kind(a)], right = ranks[bo_id_kind(b)];
    bo_term x, y;
    if (left != right || left == 0) {
        *out = left - right;
        return BO_OK;
    }
    if (bo_id_is_inline(a) && bo_id_tag(a) == bo_id_tag(b) && bo_id_tag(a) != BO_TAG_LANG) {
        *out = a < b ? -1 : a > b;
        return BO_OK;
    }
    BO_TRY(bo_exec_term(exec, &x, a, exec->scratch));
    BO_TRY(bo_exec_term(exec, &y, b, exec->scratch));
    *out = bo_str_cmp(x.value, y.value);
    if (*out == 0) *out = bo_str_cmp(x.datatype, y.datatype);
    if (*out == 0) *out = bo_str_cmp(x.lang, y.lang);
    return BO_OK;
}

/* Aggregates. */

bo_status bo_tally_check(const bo_aggregation *aggregation) {
    static const char *const names[] = {
#define BO_AGGREGATE(name, word) word,
#include "sparql/aggregates.def"
#undef BO_AGGREGATE
    };
    if (aggregation->op != BO_AGG_COUNT && aggregation->op != BO_AGG_SAMPLE)
        return bo_fail(BO_UNSUPPORTED, "%s is not evaluated yet", names[aggregation->op]);
    return aggregation->arg != NULL ? bo_expr_check(aggregation->arg) : BO_OK;
}

bo_status bo_tally_add(bo_exec *exec, bo_tally *tally, const bo_aggregation *aggregation, bo_id value) {
    (void)exec, (void)aggregation;
    if (tally->count++ == 0) tally->value = value;
    return BO_OK;
}

bo_status bo_tally_value(bo_exec *exec, bo_id *out, bo_tally *tally, const bo_aggregation *aggregation) {
    *out = tally->value;
    if (aggregation->op != BO_AGG_COUNT) return BO_OK;
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)tally->count);
    bo_term term = bo_term_typed(bo_str_make(digits, (size_t)len), BO_XSD_INTEGER);
    return bo_exec_id(exec, out, &term);
}
