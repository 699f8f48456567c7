/* SPDX-License-Identifier: Apache-2.0
 * Walks an expression for one row. What operators and functions do with values is value.c's and
 * functions.c's; here is what depends on rows: variables, the forms that do not look at all their arguments,
 * EXISTS.
 */
#include "sparql/expr.h"

#include "sparql/geos.h"
#include "sparql/plan.h"

typedef struct at {
    bo_exec *exec;
    const bo_table *table;
    size_t row;
} at;

enum { FEW = 4 }; /* arguments that need no room of their own */

static bo_status evaluate(const at *a, bo_val *out, const bo_expr *expr);

bo_status bo_expr_check(const bo_exec *exec, const bo_expr *expr) {
    bo_datatype type;
    for (size_t i = 0; i < expr->count; i++) BO_TRY(bo_expr_check(exec, expr->args[i]));
    if (expr->kind != BO_EXPR_CALL) return BO_OK;
    bo_str name = exec->query->terms[expr->index].value;
    const bo_extension *extension = bo_extension_find(name);
    if (extension == NULL && !bo_cast_find(&type, name))
        return bo_fail(BO_UNSUPPORTED, "there is no function <%.*s> here", BO_STR_ARG(name));
    size_t least = extension != NULL ? extension->least : 1, most = extension != NULL ? extension->most : 1;
    if (expr->count >= least && expr->count <= most) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "<%.*s> takes %zu argument%s, not %zu", BO_STR_ARG(name), most,
                   most == 1 ? "" : "s", expr->count);
}

/* Forms. */

static bo_status test(const at *a, bo_truth *out, const bo_expr *expr) {
    bo_val value;
    BO_TRY(evaluate(a, &value, expr));
    *out = bo_val_truth(&value);
    return BO_OK;
}

/* EXISTS: the branch is worked out for a seed of this one row. */
static bo_status exists(const at *a, bool *out, const bo_expr *expr) {
    bo_exec *exec = a->exec;
    bo_branch *branch = bo_exec_branch(exec, expr);
    bo_table *found;
    if (branch == NULL) return bo_fail(BO_INTERNAL, "an EXISTS was not planned");
    for (size_t var = 0; var < exec->width; var++) {
        const bo_id *column = a->table->column[var];
        if (branch->row.column[var] != NULL)
            branch->row.column[var][0] = column != NULL ? column[a->row] : BO_ID_NONE;
    }
    branch->row.len = 1;
    bo_seed_put(branch->seed, &branch->row);
    BO_TRY(bo_op_restart(branch->end));
    BO_TRY(bo_op_next(branch->end, &found));
    *out = found->len > 0;
    return BO_OK;
}

/* || and && (section 17.2): one that decides wins over an error. */
static bo_status either(const at *a, bo_truth *out, const bo_expr *expr) {
    bo_truth decisive = expr->op == BO_OP_OR ? BO_TRUE : BO_UNTRUE;
    *out = expr->op == BO_OP_OR ? BO_UNTRUE : BO_TRUE;
    for (size_t i = 0; i < expr->count; i++) {
        bo_truth found;
        BO_TRY(test(a, &found, expr->args[i]));
        if (found == decisive || found == BO_NO_TRUTH) *out = found;
        if (found == decisive) break;
    }
    return BO_OK;
}

static bo_status is_in(const at *a, bo_truth *out, const bo_expr *expr) {
    bo_val value;
    bool error = false;
    BO_TRY(evaluate(a, &value, expr->args[0]));
    *out = BO_UNTRUE;
    for (size_t i = 1; i < expr->count; i++) {
        bo_val member;
        BO_TRY(evaluate(a, &member, expr->args[i]));
        BO_TRY(bo_val_compare(&a->exec->values, out, BO_CMP_EQUAL, &value, &member));
        error |= *out == BO_NO_TRUTH;
        if (*out == BO_TRUE) return BO_OK;
    }
    *out = error ? BO_NO_TRUTH : BO_UNTRUE;
    return BO_OK;
}

static bo_truth not(bo_truth truth) {
    return truth == BO_NO_TRUTH ? truth : truth == BO_TRUE ? BO_UNTRUE : BO_TRUE;
}

static bo_status compare(const at *a, bo_truth *out, const bo_expr *expr) {
    static const bo_comparison comparisons[] = {[BO_OP_EQUAL] = BO_CMP_EQUAL,
                                                [BO_OP_NOT_EQUAL] = BO_CMP_NOT_EQUAL,
                                                [BO_OP_LESS] = BO_CMP_LESS,
                                                [BO_OP_GREATER] = BO_CMP_GREATER,
                                                [BO_OP_LESS_EQUAL] = BO_CMP_LESS_EQUAL,
                                                [BO_OP_GREATER_EQUAL] = BO_CMP_GREATER_EQUAL};
    bo_val left, right;
    BO_TRY(evaluate(a, &left, expr->args[0]));
    BO_TRY(evaluate(a, &right, expr->args[1]));
    return bo_val_compare(&a->exec->values, out, comparisons[expr->op], &left, &right);
}

static bo_status calculate(const at *a, bo_val *out, const bo_expr *expr) {
    bo_val left, right = bo_val_error();
    BO_TRY(evaluate(a, &left, expr->args[0]));
    if (expr->count > 1) BO_TRY(evaluate(a, &right, expr->args[1]));
    switch (expr->op) {
    case BO_OP_ADD: *out = bo_val_calculate(BO_ADDITION, &left, &right); return BO_OK;
    case BO_OP_SUBTRACT: *out = bo_val_calculate(BO_SUBTRACTION, &left, &right); return BO_OK;
    case BO_OP_MULTIPLY: *out = bo_val_calculate(BO_MULTIPLICATION, &left, &right); return BO_OK;
    case BO_OP_DIVIDE: *out = bo_val_calculate(BO_DIVISION, &left, &right); return BO_OK;
    case BO_OP_PLUS: *out = bo_val_number(&left); return BO_OK;
    default: *out = bo_val_negate(&left); return BO_OK;
    }
}

static bo_status choose(const at *a, bo_val *out, const bo_expr *expr) {
    *out = bo_val_error();
    if (expr->op == BO_OP_IF) {
        bo_truth truth;
        BO_TRY(test(a, &truth, expr->args[0]));
        return truth == BO_NO_TRUTH ? BO_OK : evaluate(a, out, expr->args[truth == BO_TRUE ? 1 : 2]);
    }
    for (size_t i = 0; i < expr->count && out->kind == BO_VAL_ERROR; i++)
        BO_TRY(evaluate(a, out, expr->args[i]));
    return BO_OK;
}

static bo_status operate(const at *a, bo_val *out, const bo_expr *expr) {
    bo_truth truth = BO_NO_TRUTH;
    bool yes;
    switch (expr->op) {
    case BO_OP_OR:
    case BO_OP_AND: BO_TRY(either(a, &truth, expr)); break;
    case BO_OP_NOT:
        BO_TRY(test(a, &truth, expr->args[0]));
        truth = not(truth);
        break;
    case BO_OP_EQUAL:
    case BO_OP_NOT_EQUAL:
    case BO_OP_LESS:
    case BO_OP_GREATER:
    case BO_OP_LESS_EQUAL:
    case BO_OP_GREATER_EQUAL: BO_TRY(compare(a, &truth, expr)); break;
    case BO_OP_IN:
    case BO_OP_NOT_IN:
        BO_TRY(is_in(a, &truth, expr));
        if (expr->op == BO_OP_NOT_IN) truth = not(truth);
        break;
    case BO_OP_ADD:
    case BO_OP_SUBTRACT:
    case BO_OP_MULTIPLY:
    case BO_OP_DIVIDE:
    case BO_OP_PLUS:
    case BO_OP_MINUS: return calculate(a, out, expr);
    case BO_OP_IF:
    case BO_OP_COALESCE: return choose(a, out, expr);
    case BO_OP_BOUND:
        BO_TRY(evaluate(a, out, expr->args[0]));
        truth = out->kind != BO_VAL_ERROR ? BO_TRUE : BO_UNTRUE;
        break;
    case BO_OP_EXISTS:
    case BO_OP_NOT_EXISTS:
        BO_TRY(exists(a, &yes, expr));
        truth = yes == (expr->op == BO_OP_EXISTS) ? BO_TRUE : BO_UNTRUE;
        break;
    case BO_OPERATOR_COUNT: break;
    }
    *out = bo_val_of_truth(truth);
    return BO_OK;
}

/* Calls. */

static bo_status call(const at *a, bo_val *out, const bo_expr *expr) {
    bo_val few[FEW], *args = few;
    if (expr->count > FEW) {
        args = bo_arena_array(a->exec->scratch, expr->count, sizeof *args);
        if (args == NULL) return bo_error_last()->status;
    }
    for (size_t i = 0; i < expr->count; i++) BO_TRY(evaluate(a, &args[i], expr->args[i]));
    bo_val_context *values = &a->exec->values;
    if (expr->kind == BO_EXPR_FUNCTION)
        return bo_function_call(values, out, (bo_function)expr->index, args, expr->count);
    bo_datatype type;
    bo_str name = a->exec->query->terms[expr->index].value;
    const bo_extension *extension = bo_extension_find(name);
    if (extension != NULL) return bo_extension_call(extension, values, out, args, expr->count);
    if (!bo_cast_find(&type, name)) return bo_expr_check(a->exec, expr);
    return bo_val_cast(values, out, type, &args[0]);
}

/* A constant's value is worked out once; its text is the query's. */
static bo_status constant(bo_exec *exec, bo_val *out, uint32_t index) {
    if (exec->constants == NULL) {
        exec->constants = bo_arena_array(exec->arena, exec->query->term_count, sizeof *exec->constants);
        if (exec->constants == NULL) return bo_error_last()->status;
    }
    bo_val *kept = &exec->constants[index];
    if (kept->kind == BO_VAL_ERROR) {
        *kept = bo_val_of_term(&exec->query->terms[index]);
        kept->id = exec->terms[index];
    }
    *out = *kept;
    return BO_OK;
}

static bo_status evaluate(const at *a, bo_val *out, const bo_expr *expr) {
    const bo_id *column;
    switch (expr->kind) {
    case BO_EXPR_VARIABLE:
        column = a->table->column[expr->index];
        return bo_val_of_id(&a->exec->values, out, column != NULL ? column[a->row] : BO_ID_NONE);
    case BO_EXPR_TERM: return constant(a->exec, out, expr->index);
    case BO_EXPR_OPERATOR: return operate(a, out, expr);
    case BO_EXPR_FUNCTION:
    case BO_EXPR_CALL: return call(a, out, expr);
    }
    return bo_fail(BO_INTERNAL, "an expression of no kind");
}

/* The ways in. Texts that were made on the way are forgotten when the outermost expression is done. */

bo_status bo_value_id(bo_exec *exec, bo_id *out, bo_val *value) {
    bo_term term;
    *out = bo_val_id(value);
    if (*out != BO_ID_NONE || value->kind == BO_VAL_ERROR) return BO_OK;
    BO_TRY(bo_val_term(&exec->values, &term, value));
    return bo_exec_id(exec, out, &term);
}

static bo_status leave(bo_exec *exec, bo_status status) {
    if (--exec->evaluating == 0) bo_arena_reset(exec->scratch);
    return status;
}

static bo_status value_of(bo_exec *exec, bo_id *out, const bo_expr *expr, const at *a) {
    bo_val value;
    BO_TRY(evaluate(a, &value, expr));
    return bo_value_id(exec, out, &value);
}

bo_status bo_eval(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table, size_t row) {
    if (expr->kind == BO_EXPR_VARIABLE) {
        const bo_id *column = table->column[expr->index];
        *out = column != NULL ? column[row] : BO_ID_NONE;
        return BO_OK;
    }
    exec->evaluating++;
    exec->row = row;
    return leave(exec, value_of(exec, out, expr, &(at){exec, table, row}));
}

bo_status bo_eval_true(bo_exec *exec, bool *out, const bo_expr *expr, const bo_table *table, size_t row) {
    bo_truth truth = BO_NO_TRUTH;
    exec->evaluating++;
    exec->row = row;
    BO_TRY(leave(exec, test(&(at){exec, table, row}, &truth, expr)));
    *out = truth == BO_TRUE;
    return BO_OK;
}

static bo_status order_values(bo_exec *exec, int *out, bo_id a, bo_id b) {
    bo_val left, right;
    BO_TRY(bo_val_of_id(&exec->values, &left, a));
    BO_TRY(bo_val_of_id(&exec->values, &right, b));
    return bo_val_order(&exec->values, out, &left, &right);
}

bool bo_order_plain(int *out, bo_id a, bo_id b) {
    bo_tag tag = bo_id_tag(a);
    bool plain = a == b || a == BO_ID_NONE || b == BO_ID_NONE ||
                 (bo_id_is_inline(a) && tag == bo_id_tag(b) && tag != BO_TAG_LANG);
    if (plain) *out = a < b ? -1 : a > b;
    return plain;
}

bo_status bo_order_ids(bo_exec *exec, int *out, bo_id a, bo_id b) {
    if (bo_order_plain(out, a, b)) return BO_OK;
    exec->evaluating++;
    return leave(exec, order_values(exec, out, a, b));
}

/* What values ask for. */

static bo_status term_of(void *owner, bo_term *out, bo_id id, bo_arena *arena) {
    return bo_exec_term(owner, out, id, arena);
}

/* BNODE("label"): one for each label and row. */
static bo_status labelled(bo_exec *exec, bo_id *out, bo_str label) {
    if (exec->label_arena == NULL) {
        exec->label_arena = bo_arena_new(exec->options->memory_cap);
        if (exec->label_arena == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        bo_map_init(&exec->labels, exec->label_arena);
    }
    bool was_new;
    bo_str key = bo_arena_printf(exec->label_arena, "%zu ", exec->row);
    if (key.ptr != NULL) key = bo_arena_join(exec->label_arena, key, label);
    bo_value *value = key.ptr != NULL ? bo_map_put(&exec->labels, key, &was_new) : NULL;
    if (value == NULL) return bo_error_last()->status;
    if (was_new) BO_TRY(bo_exec_blank(exec, &value->u64));
    *out = value->u64;
    return BO_OK;
}

static bo_status new_blank(void *owner, bo_val *out, bo_str label) {
    bo_exec *exec = owner;
    bo_id id;
    BO_TRY(label.ptr != NULL ? labelled(exec, &id, label) : bo_exec_blank(exec, &id));
    return bo_val_of_id(&exec->values, out, id);
}

static bo_status check(void *owner) {
    return bo_exec_check(owner);
}

void bo_values_init(bo_exec *exec) {
    const bo_query_options *options = exec->options;
    exec->values = (bo_val_context){.arena = exec->scratch,
                                    .now_ms = options->now_ms != 0 ? options->now_ms
                                                                   : bo_clock_wall_ms(&bo_clock_system),
                                    .base = exec->query->base,
                                    .rng = &bo_rng_system,
                                    .term_of = term_of,
                                    .blank = new_blank,
                                    .check = check,
                                    .owner = exec};
}

void bo_values_done(bo_exec *exec) {
    bo_regexes_free(exec->values.regexes);
    bo_searches_free(exec->values.searches);
    bo_geometries_free(exec->values.geometries);
    bo_arena_free(exec->label_arena);
}

void bo_values_new_rows(bo_exec *exec) {
    if (exec->label_arena == NULL) return;
    bo_arena_reset(exec->label_arena);
    bo_map_init(&exec->labels, exec->label_arena);
}
