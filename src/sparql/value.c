/* SPDX-License-Identifier: Apache-2.0
 * Values from terms and ids and back, their truth and their numbers.
 */
#include "sparql/value.h"

#include <math.h>

bo_status bo_val_of_id(bo_val_context *context, bo_val *out, bo_id id) {
    bo_val made = {.id = id};
    switch (bo_id_tag(id)) {
    case BO_TAG_SPECIAL: break;
    case BO_TAG_IRI:
    case BO_TAG_LOCAL_IRI: made.kind = BO_VAL_IRI; break;
    case BO_TAG_BLANK:
    case BO_TAG_LOCAL_BLANK: made.kind = BO_VAL_BLANK; break;
    case BO_TAG_STRING: made.kind = BO_VAL_STRING; break;
    case BO_TAG_LANG: made.kind = BO_VAL_LANG; break;
    case BO_TAG_LITERAL:
    case BO_TAG_LOCAL_LITERAL: {
        bo_term term;
        BO_TRY(context->term_of(context->owner, &term, id, context->arena));
        made = bo_val_of_term(&term);
        made.id = id;
        break;
    }
    default: made.kind = bo_xsd_of_id(&made.xsd, id) ? BO_VAL_XSD : BO_VAL_ERROR;
    }
    *out = made;
    return BO_OK;
}

static bo_val_kind literal_kind(bo_xsd *value, const bo_term *literal) {
    if (literal->lang.len > 0) return BO_VAL_LANG;
    if (literal->datatype.len == 0) return BO_VAL_STRING;
    if (!bo_xsd_of_term(value, literal)) return BO_VAL_OTHER;
    return bo_datatype_kind(value->type) <= BO_XSD_KIND_TEXT ? BO_VAL_OTHER : BO_VAL_XSD;
}

bo_val bo_val_of_term(const bo_term *term) {
    bo_val made = {.term = *term};
    switch (term->kind) {
    case BO_NO_TERM: break;
    case BO_BLANK: made.kind = BO_VAL_BLANK; break;
    case BO_IRI: made.kind = BO_VAL_IRI; break;
    case BO_LITERAL: made.kind = literal_kind(&made.xsd, term); break;
    }
    return made;
}

static bo_val of_xsd(bo_xsd value) {
    return (bo_val){.kind = BO_VAL_XSD, .xsd = value};
}

bo_val bo_val_of_bool(bool value) {
    return of_xsd((bo_xsd){.type = BO_DT_BOOLEAN, .boolean = value});
}

bo_val bo_val_of_integer(int64_t value) {
    return of_xsd((bo_xsd){.type = BO_DT_INTEGER, .decimal.n = value});
}

bo_val bo_val_of_decimal(bo_decimal value) {
    return of_xsd((bo_xsd){.type = BO_DT_DECIMAL, .decimal = value});
}

bo_val bo_val_of_double(double value) {
    return of_xsd((bo_xsd){.type = BO_DT_DOUBLE, .number = value});
}

bo_val bo_val_of_string(bo_str text) {
    return (bo_val){.kind = BO_VAL_STRING, .term = bo_term_string(text)};
}

bo_val bo_val_of_iri(bo_str iri) {
    return (bo_val){.kind = BO_VAL_IRI, .term = bo_term_iri(iri)};
}

bo_val bo_val_of_truth(bo_truth truth) {
    return truth == BO_NO_TRUTH ? bo_val_error() : bo_val_of_bool(truth == BO_TRUE);
}

static bo_status find_text(bo_val_context *context, bo_val *value) {
    if (value->id != BO_ID_NONE && !bo_id_is_inline(value->id))
        return context->term_of(context->owner, &value->term, value->id, context->arena);
    char *room = bo_arena_alloc(context->arena, BO_XSD_ROOM);
    if (room == NULL) return bo_error_last()->status;
    if (value->id != BO_ID_NONE)
        bo_id_expand(&value->term, value->id, room);
    else
        value->term = bo_term_typed(bo_xsd_write(room, &value->xsd), bo_datatype_iri(value->xsd.type));
    return BO_OK;
}

bo_status bo_val_term(bo_val_context *context, bo_term *out, bo_val *value) {
    if (value->kind != BO_VAL_ERROR && value->term.kind == BO_NO_TERM) BO_TRY(find_text(context, value));
    *out = value->term;
    return BO_OK;
}

bo_id bo_val_id(const bo_val *value) {
    if (value->id != BO_ID_NONE || value->kind == BO_VAL_ERROR) return value->id;
    if (value->term.kind != BO_NO_TERM) return bo_id_inline(&value->term);
    return value->kind == BO_VAL_XSD ? bo_xsd_id(&value->xsd) : BO_ID_NONE;
}

/* The text of a string or of a string with its language is empty. */
static bool is_empty(const bo_val *value) {
    if (value->term.kind != BO_NO_TERM) return value->term.value.len == 0;
    uint64_t text = bo_id_payload(value->id);
    return (value->kind == BO_VAL_LANG ? text >> 16 : text) == 0;
}

static bool is_zero(const bo_xsd *number) {
    if (bo_datatype_kind(number->type) == BO_XSD_KIND_DECIMAL) return number->decimal.n == 0;
    return isnan(number->number) || (!(number->number < 0) && !(number->number > 0));
}

bo_truth bo_val_truth(const bo_val *value) {
    bo_datatype type;
    switch (value->kind) {
    case BO_VAL_STRING:
    case BO_VAL_LANG: return is_empty(value) ? BO_UNTRUE : BO_TRUE;
    case BO_VAL_XSD:
        if (value->xsd.type == BO_DT_BOOLEAN) return value->xsd.boolean ? BO_TRUE : BO_UNTRUE;
        if (bo_val_is_numeric(value)) return is_zero(&value->xsd) ? BO_UNTRUE : BO_TRUE;
        return BO_NO_TRUTH;
    case BO_VAL_OTHER: /* ill-typed ones are false */
        type = bo_datatype_of(value->term.datatype);
        return type == BO_DT_BOOLEAN || bo_datatype_is_numeric(type) ? BO_UNTRUE : BO_NO_TRUTH;
    default: return BO_NO_TRUTH;
    }
}

/* Numbers. */

static bo_val calculate_exactly(bo_arithmetic operation, const bo_xsd *a, const bo_xsd *b) {
    bo_decimal x = a->decimal, y = b->decimal, result = {0};
    bool good = false;
    switch (operation) {
    case BO_SUBTRACTION: y.n = -y.n; /* fall through */
    case BO_ADDITION: good = bo_decimal_add(&result, x, y); break;
    case BO_MULTIPLICATION: good = bo_decimal_multiply(&result, x, y); break;
    case BO_DIVISION: good = bo_decimal_divide(&result, x, y); break;
    }
    if (!good) return bo_val_error();
    bool whole =
        operation != BO_DIVISION && bo_datatype_is_integer(a->type) && bo_datatype_is_integer(b->type);
    return of_xsd((bo_xsd){.type = whole ? BO_DT_INTEGER : BO_DT_DECIMAL, .decimal = result});
}

static double calculate_doubles(bo_arithmetic operation, double x, double y) {
    switch (operation) {
    case BO_ADDITION: return x + y;
    case BO_SUBTRACTION: return x - y;
    case BO_MULTIPLICATION: return x * y;
    default: return x / y; /* by zero too: INF or NaN */
    }
}

bo_val bo_val_calculate(bo_arithmetic operation, const bo_val *a, const bo_val *b) {
    if (!bo_val_is_numeric(a) || !bo_val_is_numeric(b)) return bo_val_error();
    const bo_xsd *x = &a->xsd, *y = &b->xsd;
    if (x->type < BO_DT_FLOAT && y->type < BO_DT_FLOAT) return calculate_exactly(operation, x, y);
    if (x->type == BO_DT_DOUBLE || y->type == BO_DT_DOUBLE)
        return bo_val_of_double(calculate_doubles(operation, bo_xsd_double(x), bo_xsd_double(y)));
    double result = calculate_doubles(operation, (float)bo_xsd_double(x), (float)bo_xsd_double(y));
    return of_xsd((bo_xsd){.type = BO_DT_FLOAT, .number = (double)(float)result});
}

bo_val bo_val_number(const bo_val *value) {
    return bo_val_is_numeric(value) ? *value : bo_val_error();
}

bo_val bo_val_negate(const bo_val *value) {
    if (!bo_val_is_numeric(value)) return bo_val_error();
    bo_xsd made = value->xsd;
    if (bo_datatype_kind(made.type) == BO_XSD_KIND_DECIMAL)
        made.decimal.n = -made.decimal.n;
    else
        made.number = -made.number;
    if (bo_datatype_is_integer(made.type)) made.type = BO_DT_INTEGER;
    return of_xsd(made);
}
