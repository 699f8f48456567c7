/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/ranges.h"

/* From what lies on one side of a constant to the whole of its tag. */
static bo_range side_of(bo_operator op, bo_id id) {
    bo_id first = bo_id_make(bo_id_tag(id), 0), last = first | 0x00FFFFFFFFFFFFFFu;
    switch (op) {
    case BO_OP_LESS: return id == first ? (bo_range){last, first} : (bo_range){first, id - 1};
    case BO_OP_LESS_EQUAL: return (bo_range){first, id};
    case BO_OP_GREATER: return id == last ? (bo_range){last, first} : (bo_range){id + 1, last};
    case BO_OP_GREATER_EQUAL: return (bo_range){id, last};
    default: return (bo_range){id, id};
    }
}

static bo_operator turned(bo_operator op) {
    switch (op) {
    case BO_OP_LESS: return BO_OP_GREATER;
    case BO_OP_LESS_EQUAL: return BO_OP_GREATER_EQUAL;
    case BO_OP_GREATER: return BO_OP_LESS;
    case BO_OP_GREATER_EQUAL: return BO_OP_LESS_EQUAL;
    default: return op;
    }
}

/* A number's range has one part for integers and one for decimals. */
static bool add_numbers(bo_ranges *out, bo_operator op, bo_id id) {
    bo_xsd number, other;
    if (!bo_xsd_of_id(&number, id)) return false;
    other = number;
    bool whole = number.type == BO_DT_INTEGER;
    other.type = whole ? BO_DT_DECIMAL : BO_DT_INTEGER;
    if (!whole && other.decimal.scale > 0) {
        /* Between two integers: those above it begin with the next, those below end with the one before. */
        if (op == BO_OP_EQUAL) return false;
        bool below = op == BO_OP_LESS || op == BO_OP_LESS_EQUAL;
        other.decimal = bo_decimal_round(other.decimal, below ? BO_ROUND_DOWN : BO_ROUND_UP);
        op = below ? BO_OP_LESS_EQUAL : BO_OP_GREATER_EQUAL;
    }
    bo_id twin = bo_xsd_id(&other);
    if (twin != BO_ID_NONE) out->items[out->len++] = side_of(op, twin);
    return true;
}

static bool is_comparison(bo_operator op) {
    return op == BO_OP_EQUAL || op == BO_OP_LESS || op == BO_OP_LESS_EQUAL || op == BO_OP_GREATER ||
           op == BO_OP_GREATER_EQUAL;
}

bool bo_ranges_of(bo_ranges *out, const bo_exec *exec, const bo_expr *expr) {
    if (expr->kind != BO_EXPR_OPERATOR || !is_comparison(expr->op)) return false;
    const bo_expr *variable = expr->args[0], *constant = expr->args[1];
    bo_operator op = expr->op;
    if (variable->kind == BO_EXPR_TERM) {
        const bo_expr *first = variable;
        variable = constant;
        constant = first;
        op = turned(op);
    }
    if (variable->kind != BO_EXPR_VARIABLE || constant->kind != BO_EXPR_TERM) return false;
    bo_id id = exec->terms[constant->index];
    *out = (bo_ranges){.var = variable->index, .len = 1};
    switch (bo_id_tag(id)) {
    case BO_TAG_INTEGER:
    case BO_TAG_DECIMAL: out->items[0] = side_of(op, id); return add_numbers(out, op, id);
    case BO_TAG_DATE_TIME: out->items[0] = side_of(op, id); return true;
    default: return false;
    }
}
