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
        if (expr->op >= BO_OP_LESS && expr->op <= BO_OP_MINUS)
            return bo_fail(BO_UNSUPPORTED, "the operator %s is not evaluated yet", operators[expr->op]);
        break;
    default: break;
    }
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_expr_check(expr->args[i]));
    return BO_OK;
}

/* EXISTS: the branch is worked out for a seed of this one row. */
static bo_status exists(bo_exec *exec, bool *out, const bo_expr *expr, const bo_table *table, size_t row) {
    const bo_branch *branch = bo_exec_branch(exec, expr);
    bo_table *found;
    if (branch == NULL) return bo_fail(BO_INTERNAL, "an EXISTS was not planned");
    bo_table seed = {.len = 1};
    bo_id *ids = bo_arena_array(exec->scratch, exec->width, sizeof *ids);
    seed.column = bo_arena_array(exec->scratch, exec->width, sizeof *seed.column);
    if (ids == NULL || seed.column == NULL) return bo_error_last()->status;
    for (size_t var = 0; var < exec->width; var++) {
        if (table->column[var] == NULL) continue;
        ids[var] = table->column[var][row];
        seed.column[var] = &ids[var];
    }
    bo_seed_put(branch->seed, &seed);
    BO_TRY(bo_op_restart(branch->end));
    BO_TRY(bo_op_next(branch->end, &found));
    *out = found->len > 0;
    return BO_OK;
}
