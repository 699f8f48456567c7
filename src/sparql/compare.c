/* SPDX-License-Identifier: Apache-2.0
 * How two values stand: the comparing operators of SPARQL 1.1 (section 17.3), sameTerm (17.4.1.8), and the
 * order of ORDER BY (15.1).
 */
#include <math.h>

#include "sparql/value.h"

/* Values that can be compared with one another. */
typedef enum family { NUMBERS, BOOLEANS, DATE_TIMES, DATES, TIMES, GREGORIAN, DURATIONS } family;

static family family_of(bo_datatype type) {
    switch (bo_datatype_kind(type)) {
    case BO_XSD_KIND_BOOLEAN: return BOOLEANS;
    case BO_XSD_KIND_DURATION: return DURATIONS;
    case BO_XSD_KIND_MOMENT: break;
    default: return NUMBERS;
    }
    if (type == BO_DT_DATE_TIME || type == BO_DT_DATE_TIME_STAMP) return DATE_TIMES;
    return type == BO_DT_DATE ? DATES : type == BO_DT_TIME ? TIMES : GREGORIAN;
}

static bool comparable(const bo_xsd *a, const bo_xsd *b) {
    family one = family_of(a->type);
    return one == family_of(b->type) && (one != GREGORIAN || a->type == b->type);
}

/* Whether the ids alone tell that two terms are the same one or not. Language tags may differ in case. */
static bool ids_tell(bool *same, const bo_val *a, const bo_val *b) {
    bo_id left = bo_val_id(a), right = bo_val_id(b);
    if (left == BO_ID_NONE || right == BO_ID_NONE) return false;
    bool spelt = a->kind == BO_VAL_LANG && b->kind == BO_VAL_LANG;
    if (spelt && left != right && !(bo_id_is_inline(left) && bo_id_is_inline(right))) return false;
    *same = left == right;
    return true;
}

bo_status bo_val_same_term(bo_val_context *context, bool *out, bo_val *a, bo_val *b) {
    bo_term left, right;
    if (ids_tell(out, a, b)) return BO_OK;
    BO_TRY(bo_val_term(context, &left, a));
    BO_TRY(bo_val_term(context, &right, b));
    *out = bo_term_eq(&left, &right);
    return BO_OK;
}

static bo_truth truth_of(bool value) {
    return value ? BO_TRUE : BO_UNTRUE;
}

static bo_truth equal_xsd(const bo_xsd *a, const bo_xsd *b) {
    if (!comparable(a, b)) return BO_UNTRUE;
    bo_compared found = bo_xsd_compare(a, b);
    bool may_be = found == BO_IS_UNORDERED && bo_datatype_kind(a->type) == BO_XSD_KIND_MOMENT;
    return may_be ? BO_NO_TRUTH : truth_of(found == BO_IS_EQUAL);
}

static bo_status equal(bo_val_context *context, bo_truth *out, bo_val *a, bo_val *b) {
    bool same;
    *out = BO_NO_TRUTH;
    if (a->kind == BO_VAL_ERROR || b->kind == BO_VAL_ERROR) return BO_OK;
    if (a->kind == BO_VAL_XSD && b->kind == BO_VAL_XSD) {
        *out = equal_xsd(&a->xsd, &b->xsd);
        return BO_OK;
    }
    if (a->kind != b->kind) {
        const bo_val *known = a->kind == BO_VAL_OTHER ? b : a;
        bool may_be = a->kind == BO_VAL_OTHER || b->kind == BO_VAL_OTHER; /* but not with a language */
        *out =
            may_be && (known->kind == BO_VAL_STRING || known->kind == BO_VAL_XSD) ? BO_NO_TRUTH : BO_UNTRUE;
        return BO_OK;
    }
    BO_TRY(bo_val_same_term(context, &same, a, b));
    *out = !same && a->kind == BO_VAL_OTHER ? BO_NO_TRUTH : truth_of(same);
    return BO_OK;
}

static bo_status compare(bo_val_context *context, bo_compared *out, bool *defined, bo_val *a, bo_val *b) {
    *defined = false;
    if (a->kind == BO_VAL_XSD && b->kind == BO_VAL_XSD && comparable(&a->xsd, &b->xsd)) {
        *out = bo_xsd_compare(&a->xsd, &b->xsd);
        *defined = *out != BO_IS_UNORDERED || bo_val_is_numeric(a); /* NaN: false, not an error */
    }
    if (a->kind != BO_VAL_STRING || b->kind != BO_VAL_STRING) return BO_OK;
    bo_term left, right;
    BO_TRY(bo_val_term(context, &left, a));
    BO_TRY(bo_val_term(context, &right, b));
    int order = bo_str_cmp(left.value, right.value);
    *out = order < 0 ? BO_IS_LESS : order > 0 ? BO_IS_GREATER : BO_IS_EQUAL;
    *defined = true;
    return BO_OK;
}

bo_status bo_val_compare(bo_val_context *context, bo_truth *out, bo_comparison comparison, bo_val *a,
                         bo_val *b) {
    bo_truth made = BO_NO_TRUTH;
    bo_compared found = BO_IS_UNORDERED;
    bool defined = false;
    if (comparison == BO_CMP_EQUAL || comparison == BO_CMP_NOT_EQUAL) {
        BO_TRY(equal(context, &made, a, b));
        bool turn = comparison == BO_CMP_NOT_EQUAL && made != BO_NO_TRUTH;
        *out = turn ? truth_of(made == BO_UNTRUE) : made;
        return BO_OK;
    }
    BO_TRY(compare(context, &found, &defined, a, b));
    if (defined) {
        bool less = comparison == BO_CMP_LESS || comparison == BO_CMP_LESS_EQUAL;
        bool or_equal = comparison == BO_CMP_LESS_EQUAL || comparison == BO_CMP_GREATER_EQUAL;
        made = truth_of(found == (less ? BO_IS_LESS : BO_IS_GREATER) || (or_equal && found == BO_IS_EQUAL));
    }
    *out = made;
    return BO_OK;
}

/* ORDER BY. Where `<` says something, this says the same; where it doesn't, it is settled so that sorting
 * always ends: literals stand by family, then strings with and without language, then the others by datatype.
 */

static int order_doubles(double a, double b) {
    if (isnan(a) || isnan(b)) return isnan(b) - isnan(a); /* NaN first */
    return a < b ? -1 : a > b;
}

static int order_xsd(bo_xsd a, bo_xsd b) {
    int ranks = (int)family_of(a.type) - (int)family_of(b.type);
    if (ranks != 0) return ranks;
    switch (family_of(a.type)) {
    case NUMBERS: {
        bo_compared found = bo_xsd_compare(&a, &b);
        return found != BO_IS_UNORDERED ? (int)found : order_doubles(bo_xsd_double(&a), bo_xsd_double(&b));
    }
    case BOOLEANS: return (int)bo_xsd_compare(&a, &b);
    case DURATIONS: /* a month is a twelfth of a mean year */
        return order_doubles(
            (double)a.duration.months * 2629746 + (double)a.duration.seconds + a.duration.nanos / 1e9,
            (double)b.duration.months * 2629746 + (double)b.duration.seconds + b.duration.nanos / 1e9);
    default: break;
    }
    if (a.type != b.type && !comparable(&a, &b)) return (int)a.type - (int)b.type;
    if (a.moment.zone == BO_NO_ZONE) a.moment.zone = 0;
    if (b.moment.zone == BO_NO_ZONE) b.moment.zone = 0;
    return (int)bo_moment_compare(a.moment, b.moment);
}

bo_status bo_val_order(bo_val_context *context, int *out, bo_val *a, bo_val *b) {
    static const unsigned char ranks[] = {
        [BO_VAL_ERROR] = 0,  [BO_VAL_BLANK] = 1, [BO_VAL_IRI] = 2,   [BO_VAL_XSD] = 3,
        [BO_VAL_STRING] = 4, [BO_VAL_LANG] = 4,  [BO_VAL_OTHER] = 5,
    };
    bo_term left, right;
    int made = ranks[a->kind] - ranks[b->kind];
    if (made == 0 && (a->id == BO_ID_NONE || a->id != b->id)) {
        if (a->kind == BO_VAL_XSD) {
            made = order_xsd(a->xsd, b->xsd);
        } else if (a->kind == BO_VAL_BLANK && a->id != BO_ID_NONE && b->id != BO_ID_NONE) {
            made = a->id < b->id ? -1 : 1;
        } else if (a->kind != BO_VAL_ERROR) {
            BO_TRY(bo_val_term(context, &left, a));
            BO_TRY(bo_val_term(context, &right, b));
            if (a->kind == BO_VAL_OTHER) made = bo_str_cmp(left.datatype, right.datatype);
            if (made == 0) made = bo_str_cmp(left.value, right.value);
            if (made == 0) made = bo_str_cmp(left.lang, right.lang);
        }
    }
    *out = made;
    return BO_OK;
}
