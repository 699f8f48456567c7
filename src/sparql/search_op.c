/* SPDX-License-Identifier: Apache-2.0
 * Beginning with the literals that a source's index of words names, when a filter asks for words and nothing
 * else narrows better. The index may name too many, and some that nobody here may see: the filter stays, and
 * the triples that follow are matched as ever.
 */
#include "sparql/calls.h"
#include "sparql/plan.h"
#include "sparql/search.h"

typedef struct literals_op {
    bo_op op;
    uint32_t var;
    const bo_id *ids;
    size_t len, at;
} literals_op;

static bo_status literals_next(bo_op *op, bo_table **out) {
    literals_op *l = (literals_op *)op;
    size_t rest = l->len - l->at;
    op->table.len = rest < BO_BATCH ? rest : BO_BATCH;
    if (rest > 0) memcpy(op->table.column[l->var], l->ids + l->at, op->table.len * sizeof *l->ids);
    l->at += op->table.len;
    *out = &op->table;
    return BO_OK;
}

static bo_status literals_restart(bo_op *op) {
    ((literals_op *)op)->at = 0;
    return BO_OK;
}

static const bo_op_ops literals_ops = {literals_next, literals_restart, NULL, "words"};

static bo_status new_op(bo_op **out, bo_exec *exec, uint32_t var, const bo_id *ids, size_t len) {
    literals_op *l = BO_NEW(exec->arena, literals_op);
    if (l == NULL) return bo_error_last()->status;
    l->var = var;
    l->ids = ids;
    l->len = len;
    l->op.counts_hidden = true;
    *out = &l->op;
    BO_TRY(bo_op_init(&l->op, &literals_ops, exec, NULL));
    BO_TRY(bo_vars_add(&l->op.vars, var, exec->arena));
    return bo_op_columns(&l->op);
}

bool bo_asks_for_words(const bo_exec *exec, const bo_expr *condition, uint32_t *var) {
    const bo_query *query = exec->query;
    if (exec->source->ops->literals == NULL || condition->kind != BO_EXPR_CALL || condition->count != 2 ||
        condition->args[0]->kind != BO_EXPR_VARIABLE || condition->args[1]->kind != BO_EXPR_TERM)
        return false;
    const bo_extension *extension = bo_extension_find(query->terms[condition->index].value);
    const bo_term *wanted = &query->terms[condition->args[1]->index];
    *var = condition->args[0]->index;
    return extension != NULL && extension->call == bo_call_TEXT_MATCHES && bo_term_has_words(wanted) &&
           wanted->lang.len == 0;
}

bo_status bo_literals_new(bo_op **out, size_t *count, bo_exec *exec, const bo_expr *condition, size_t most) {
    bo_word_search words = {.most = most};
    bo_search search;
    bo_id *ids;
    *out = NULL;
    BO_TRY(bo_search_parse(&search, exec->query->terms[condition->args[1]->index].value, exec->arena));
    BO_TRY(bo_search_ranges(&words, &search, exec->arena));
    if (words.count == 0) return BO_OK;
    BO_TRY(exec->source->ops->literals(exec->source, &ids, count, &words, exec->arena));
    if (ids == NULL) return BO_OK;
    BO_TRY(new_op(out, exec, condition->args[0]->index, ids, *count));
    (*out)->expr = condition;
    return BO_OK;
}
