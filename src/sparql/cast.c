/* SPDX-License-Identifier: Apache-2.0
 * Casts: the constructor functions of SPARQL 1.1 section 17.5, by the rules of XPath and XQuery Functions and
 * Operators section 17 (casting).
 */
#include <math.h>

#include "sparql/value.h"

bool bo_cast_find(bo_datatype *out, bo_str iri) {
    bo_datatype type = bo_datatype_of(iri);
    if (type == BO_DT_NONE || (bo_datatype_kind(type) <= BO_XSD_KIND_TEXT && type != BO_DT_STRING))
        return false;
    *out = type;
    return true;
}

static bo_val of_xsd(bo_xsd value) {
    return (bo_val){.kind = BO_VAL_XSD, .xsd = value};
}

/* Numbers lose the point of a whole one, and their exponent when they are neither large nor small (casting to
 * xs:string). */
static bo_status number_text(bo_val_context *context, bo_str *out, const bo_xsd *value) {
    char *room = bo_arena_alloc(context->arena, BO_XSD_ROOM);
    bo_decimal plain;
    if (room == NULL) return bo_error_last()->status;
    bool single = value->type == BO_DT_FLOAT;
    if (bo_datatype_kind(value->type) == BO_XSD_KIND_DECIMAL) {
        *out = bo_decimal_write(room, value->decimal, false);
        return BO_OK;
    }
    double size = fabs(value->number);
    if (size >= 1e-6 && size < 1e6 && bo_decimal_from_double(&plain, value->number, single))
        *out = bo_decimal_write(room, plain, false);
    else if (size < 1e-6 && !(size > 0))
        *out = signbit(value->number) ? BO_STR("-0") : BO_STR("0");
    else
        *out = bo_xsd_write(room, value);
    return BO_OK;
}

static bo_status to_string(bo_val_context *context, bo_val *out, bo_val *value) {
    bo_term term;
    bo_val plain = *value;
    bo_str text;
    if (value->kind == BO_VAL_BLANK || value->kind == BO_VAL_ERROR) return BO_OK;
    if (bo_val_is_numeric(value)) {
        BO_TRY(number_text(context, &text, &value->xsd));
    } else {
        if (value->kind == BO_VAL_XSD) plain = of_xsd(value->xsd); /* in its canonical form */
        BO_TRY(bo_val_term(context, &term, &plain));
        text = term.value;
    }
    *out = bo_val_of_string(text);
    return BO_OK;
}

static bool decimal_of(bo_decimal *out, const bo_xsd *from) {
    switch (bo_datatype_kind(from->type)) {
    case BO_XSD_KIND_BOOLEAN: *out = (bo_decimal){from->boolean, 0}; return true;
    case BO_XSD_KIND_DECIMAL: *out = from->decimal; return true;
    case BO_XSD_KIND_FLOAT:
    case BO_XSD_KIND_DOUBLE: return bo_decimal_from_double(out, from->number, from->type == BO_DT_FLOAT);
    default: return false;
    }
}

/* Between numbers, and from booleans. Integers of limited range are checked by reading them. */
static bool to_number(bo_xsd *out, bo_datatype to, const bo_xsd *from) {
    char room[BO_XSD_ROOM];
    bo_decimal decimal;
    if (to == BO_DT_FLOAT || to == BO_DT_DOUBLE) {
        if (from->type != BO_DT_BOOLEAN && !bo_datatype_is_numeric(from->type)) return false;
        double number = from->type == BO_DT_BOOLEAN ? from->boolean : bo_xsd_double(from);
        *out = (bo_xsd){.type = to, .number = to == BO_DT_FLOAT ? (double)(float)number : number};
        return true;
    }
    if (!decimal_of(&decimal, from)) return false;
    if (bo_datatype_is_integer(to)) decimal = bo_decimal_round(decimal, BO_ROUND_TO_ZERO);
    return bo_xsd_parse(out, to, bo_decimal_write(room, decimal, false));
}

/* Parts that the other datatype does not have are dropped, those that it has more are zero. */
static bool to_moment(bo_xsd *out, bo_datatype to, const bo_xsd *from) {
    bo_moment moment = from->moment;
    if (bo_datatype_kind(from->type) != BO_XSD_KIND_MOMENT) return false;
    if (to == from->type) {
        *out = *from;
        return true;
    }
    if (from->type != BO_DT_DATE_TIME && from->type != BO_DT_DATE_TIME_STAMP &&
        (from->type != BO_DT_DATE || to == BO_DT_TIME))
        return false;
    if (to == BO_DT_DATE_TIME_STAMP && moment.zone == BO_NO_ZONE) return false;
    char room[BO_XSD_ROOM]; /* what is not written is not read back */
    if (to != BO_DT_DATE_TIME && to != BO_DT_DATE_TIME_STAMP)
        return bo_xsd_parse(out, to, bo_moment_write(room, to, moment));
    *out = (bo_xsd){.type = to, .moment = moment};
    return true;
}

static bool to_duration(bo_xsd *out, bo_datatype to, const bo_xsd *from) {
    if (bo_datatype_kind(from->type) != BO_XSD_KIND_DURATION) return false;
    bo_xsd made = {.type = to, .duration = from->duration};
    if (to == BO_DT_YEAR_MONTH_DURATION) made.duration.seconds = 0, made.duration.nanos = 0;
    if (to == BO_DT_DAY_TIME_DURATION) made.duration.months = 0;
    *out = made;
    return true;
}

static bool convert(bo_xsd *out, bo_datatype to, const bo_xsd *from) {
    switch (bo_datatype_kind(to)) {
    case BO_XSD_KIND_BOOLEAN: {
        bo_val value = of_xsd(*from);
        bool has_truth = from->type == BO_DT_BOOLEAN || bo_datatype_is_numeric(from->type);
        *out = (bo_xsd){.type = to, .boolean = has_truth && bo_val_truth(&value) == BO_TRUE};
        return has_truth;
    }
    case BO_XSD_KIND_MOMENT: return to_moment(out, to, from);
    case BO_XSD_KIND_DURATION: return to_duration(out, to, from);
    default: return to_number(out, to, from);
    }
}

bo_status bo_val_cast(bo_val_context *context, bo_val *out, bo_datatype to, bo_val *value) {
    bo_xsd made;
    bo_term term;
    bo_val result = bo_val_error();
    if (to == BO_DT_STRING) {
        BO_TRY(to_string(context, &result, value));
    } else if (value->kind == BO_VAL_STRING) {
        BO_TRY(bo_val_term(context, &term, value));
        if (bo_xsd_parse(&made, to, bo_str_trim(term.value))) result = of_xsd(made);
    } else if (value->kind == BO_VAL_XSD && convert(&made, to, &value->xsd)) {
        result = of_xsd(made);
    }
    *out = result;
    return BO_OK;
}
