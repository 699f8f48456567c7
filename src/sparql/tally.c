/* SPDX-License-Identifier: Apache-2.0
 * The aggregates (section 18.5.1).
 */
#include "sparql/expr.h"

static bo_status sum(bo_exec *exec, bo_tally *tally, bo_id id) {
    bo_val value;
    int64_t whole;
    bool small = tally->sum == NULL && bo_id_tag(id) == BO_TAG_INTEGER;
    if (small && !__builtin_add_overflow(tally->whole, bo_id_integer(id), &whole)) {
        tally->whole = whole;
        return BO_OK;
    }
    if (tally->sum == NULL) {
        tally->sum = BO_NEW(exec->arena, bo_val);
        if (tally->sum == NULL) return bo_error_last()->status;
        *tally->sum = bo_val_of_integer(tally->whole);
    }
    BO_TRY(bo_val_of_id(&exec->values, &value, id));
    *tally->sum = bo_val_calculate(BO_ADDITION, tally->sum, &value);
    tally->failed |= tally->sum->kind == BO_VAL_ERROR;
    return BO_OK;
}

static bo_status extreme(bo_exec *exec, bo_tally *tally, bo_id id, bool greatest) {
    int order = 0;
    if (tally->count > 1) BO_TRY(bo_order_ids(exec, &order, id, tally->value));
    if (tally->count == 1 || (greatest ? order > 0 : order < 0)) tally->value = id;
    return BO_OK;
}

static bo_status concatenate(bo_exec *exec, bo_tally *tally, bo_id id, bo_str separator) {
    bo_term term;
    if (tally->text != NULL) {
        bo_text_put(tally->text, separator);
    } else {
        tally->text = BO_NEW(exec->arena, bo_text);
        if (tally->text == NULL) return bo_error_last()->status;
        bo_text_init(tally->text, exec->options->memory_cap);
    }
    BO_TRY(bo_exec_term(exec, &term, id, exec->scratch));
    if (term.kind == BO_BLANK)
        tally->failed = true; /* STR() of a blank node is an error */
    else
        bo_text_put(tally->text, term.value);
    return tally->text->status;
}

static bo_status add(bo_exec *exec, bo_tally *tally, const bo_aggregation *aggregation, bo_id id) {
    switch (aggregation->op) {
    case BO_AGG_SUM:
    case BO_AGG_AVG: return sum(exec, tally, id);
    case BO_AGG_MIN:
    case BO_AGG_MAX: return extreme(exec, tally, id, aggregation->op == BO_AGG_MAX);
    case BO_AGG_GROUP_CONCAT: return concatenate(exec, tally, id, aggregation->separator);
    case BO_AGG_SAMPLE: tally->value = id; return BO_OK;
    default: return BO_OK;
    }
}

bo_status bo_tally_add(bo_exec *exec, bo_tally *tally, const bo_aggregation *aggregation, bo_id value) {
    tally->count++;
    if (aggregation->op == BO_AGG_COUNT) return BO_OK;
    exec->evaluating++;
    bo_status status = add(exec, tally, aggregation, value);
    if (--exec->evaluating == 0) bo_arena_reset(exec->scratch);
    return status;
}

static bo_val result(const bo_tally *tally, bo_aggregate op) {
    bo_val count = bo_val_of_integer((int64_t)tally->count);
    bo_val sum = tally->sum != NULL ? *tally->sum : bo_val_of_integer(tally->whole);
    switch (op) {
    case BO_AGG_COUNT: return count;
    case BO_AGG_SUM: return sum;
    case BO_AGG_AVG: return tally->count > 0 ? bo_val_calculate(BO_DIVISION, &sum, &count) : count;
    default: return bo_val_of_string(tally->text != NULL ? bo_text_str(tally->text) : BO_STR(""));
    }
}

bo_status bo_tally_value(bo_exec *exec, bo_id *out, bo_tally *tally, const bo_aggregation *aggregation) {
    bo_aggregate op = aggregation->op;
    bool fails = op != BO_AGG_COUNT && op != BO_AGG_SAMPLE;
    *out = tally->value;
    if (fails && tally->failed) *out = BO_ID_NONE;
    if (op == BO_AGG_COUNT) *out = bo_id_of_integer((int64_t)tally->count);
    if (op == BO_AGG_SUM && tally->sum == NULL && !tally->failed) *out = bo_id_of_integer(tally->whole);
    if ((op == BO_AGG_COUNT || op == BO_AGG_SUM) && *out != BO_ID_NONE) return BO_OK;
    if (op == BO_AGG_MIN || op == BO_AGG_MAX || op == BO_AGG_SAMPLE || (fails && tally->failed)) return BO_OK;
    bo_val value = result(tally, op);
    return bo_value_id(exec, out, &value);
}

void bo_tally_done(bo_tally *tally) {
    if (tally->text != NULL) bo_text_done(tally->text);
}
