/* SPDX-License-Identifier: Apache-2.0
 * Calling built-in functions, and those on terms, numbers and chance (SPARQL 1.1 sections 17.4.2, 17.4.4 and
 * 17.4.6).
 */
#include <math.h>

#include "bocage/iri.h"
#include "bocage/sparql.h"
#include "crypto/crypto.h"
#include "rdf/vocab.h"
#include "sparql/calls.h"

typedef bo_status (*call_fn)(bo_val_context *context, bo_val *out, bo_val *args, size_t count);

/* An argument that is an error makes the result one. */
static bo_status call(call_fn function, bo_val_context *context, bo_val *out, bo_val *args, size_t count) {
    bo_val made = bo_val_error();
    for (size_t i = 0; i < count; i++) {
        if (args[i].kind != BO_VAL_ERROR) continue;
        *out = made;
        return BO_OK;
    }
    BO_TRY(function(context, &made, args, count));
    *out = made;
    return BO_OK;
}

const bo_extension *bo_extension_find(bo_str iri) {
    static const bo_extension extensions[] = {
#define BO_EXTENSION(name, iri, least, most, help) {{iri, sizeof(iri) - 1}, least, most, bo_call_##name},
#include "sparql/extensions.def"
#undef BO_EXTENSION
    };
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (bo_str_eq(extensions[i].iri, iri)) return &extensions[i];
    return NULL;
}

const bo_query_function *bo_query_functions(size_t *count) {
    static const bo_query_function functions[] = {
#define BO_EXTENSION(name, iri, least, most, help) {{iri, sizeof(iri) - 1}, help},
#include "sparql/extensions.def"
#undef BO_EXTENSION
    };
    *count = sizeof functions / sizeof *functions;
    return functions;
}

bo_status bo_extension_call(const bo_extension *extension, bo_val_context *context, bo_val *out, bo_val *args,
                            size_t count) {
    return call(extension->call, context, out, args, count);
}

bo_status bo_function_call(bo_val_context *context, bo_val *out, bo_function function, bo_val *args,
                           size_t count) {
    static const call_fn calls[] = {
#define BO_FUNCTION(name, keyword, least, most) bo_call_##name,
#include "sparql/functions.def"
#undef BO_FUNCTION
    };
    return call(calls[function], context, out, args, count);
}

bo_status bo_call_text(bo_val_context *context, bo_term *out, bool *is_text, bo_val *value) {
    *is_text = value->kind == BO_VAL_STRING || value->kind == BO_VAL_LANG;
    return *is_text ? bo_val_term(context, out, value) : BO_OK;
}

bo_status bo_call_plain(bo_val_context *context, bo_str *out, bool *is_plain, bo_val *value) {
    bo_term term;
    *is_plain = value->kind == BO_VAL_STRING;
    if (!*is_plain) return BO_OK;
    BO_TRY(bo_val_term(context, &term, value));
    *out = term.value;
    return BO_OK;
}

bo_val bo_call_like(bo_str text, const bo_term *like) {
    bo_term term = bo_term_lang(text, like->lang);
    return bo_val_of_term(&term);
}

/* Terms. */

CALL(STR) {
    bo_term term;
    if (args->kind == BO_VAL_BLANK) return BO_OK;
    BO_TRY(bo_val_term(context, &term, args));
    *out = bo_val_of_string(term.value);
    return BO_OK;
}

CALL(LANG) {
    bo_term term = {.lang = BO_STR("")};
    if (!bo_val_is_literal(args)) return BO_OK;
    if (args->kind == BO_VAL_LANG) BO_TRY(bo_val_term(context, &term, args));
    *out = bo_val_of_string(term.lang);
    return BO_OK;
}

/* Basic filtering of RFC 4647 section 3.3.1. */
CALL(LANGMATCHES) {
    bo_str tag, range;
    bool one, other;
    BO_TRY(bo_call_plain(context, &tag, &one, &args[0]));
    BO_TRY(bo_call_plain(context, &range, &other, &args[1]));
    if (!one || !other) return BO_OK;
    bool all = bo_str_eq(range, BO_STR("*")) && tag.len > 0;
    bool begins = bo_str_eq_nocase(bo_str_head(tag, range.len), range) && range.len > 0;
    *out = bo_val_of_bool(all || (begins && (tag.len == range.len || tag.ptr[range.len] == '-')));
    return BO_OK;
}

CALL(DATATYPE) {
    switch (args->kind) {
    case BO_VAL_STRING: *out = bo_val_of_iri(BO_XSD_STRING); break;
    case BO_VAL_LANG: *out = bo_val_of_iri(BO_RDF_LANG_STRING); break;
    case BO_VAL_XSD: *out = bo_val_of_iri(bo_datatype_iri(args->xsd.type)); break;
    case BO_VAL_OTHER: *out = bo_val_of_iri(args->term.datatype); break;
    default: break;
    }
    return BO_OK;
}

CALL(IRI) {
    bo_str text, iri;
    bool plain;
    if (args->kind == BO_VAL_IRI) *out = *args;
    BO_TRY(bo_call_plain(context, &text, &plain, args));
    if (!plain) return BO_OK;
    bo_status status = bo_iri_resolve(&iri, context->base, text, context->arena);
    if (status == BO_NO_MEMORY || status == BO_LIMIT) return status;
    if (status == BO_OK && bo_iri_absolute(iri)) *out = bo_val_of_iri(iri);
    return BO_OK;
}

CALL(URI) {
    return bo_call_IRI(context, out, args, count);
}

CALL(BNODE) {
    bo_str label = BO_STR_NONE;
    bool plain = true;
    if (count > 0) BO_TRY(bo_call_plain(context, &label, &plain, args));
    if (!plain) return BO_OK;
    if (count > 0 && label.ptr == NULL) label = BO_STR("");
    return context->blank(context->owner, out, label);
}

CALL(STRLANG) {
    bo_str text, tag;
    bool one, other;
    BO_TRY(bo_call_plain(context, &text, &one, &args[0]));
    BO_TRY(bo_call_plain(context, &tag, &other, &args[1]));
    if (!one || !other || tag.len == 0) return BO_OK;
    *out = bo_call_like(text, &(bo_term){.lang = tag});
    return BO_OK;
}

CALL(STRDT) {
    bo_str text;
    bo_term type;
    bool plain;
    BO_TRY(bo_call_plain(context, &text, &plain, &args[0]));
    if (!plain || args[1].kind != BO_VAL_IRI) return BO_OK;
    BO_TRY(bo_val_term(context, &type, &args[1]));
    if (bo_str_eq(type.value, BO_RDF_LANG_STRING)) return BO_OK;
    bo_term term = bo_term_typed(text, type.value);
    *out = bo_val_of_term(&term);
    return BO_OK;
}

CALL(SAMETERM) {
    bool same;
    BO_TRY(bo_val_same_term(context, &same, &args[0], &args[1]));
    *out = bo_val_of_bool(same);
    return BO_OK;
}

CALL(ISIRI) {
    *out = bo_val_of_bool(args->kind == BO_VAL_IRI);
    return BO_OK;
}

CALL(ISURI) {
    return bo_call_ISIRI(context, out, args, count);
}

CALL(ISBLANK) {
    *out = bo_val_of_bool(args->kind == BO_VAL_BLANK);
    return BO_OK;
}

CALL(ISLITERAL) {
    *out = bo_val_of_bool(bo_val_is_literal(args));
    return BO_OK;
}

CALL(ISNUMERIC) {
    *out = bo_val_of_bool(bo_val_is_numeric(args));
    return BO_OK;
}

/* Chance. */

CALL(RAND) {
    *out = bo_val_of_double((double)(bo_rng_u64(context->rng) >> 11) * 0x1p-53);
    return BO_OK;
}

static bo_status uuid(bo_val_context *context, bo_str *out, const char *before) {
    char text[37];
    bo_rng_uuid(text, context->rng);
    *out = bo_arena_join(context->arena, bo_str_of(before), bo_str_of(text));
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

CALL(UUID) {
    bo_str text;
    BO_TRY(uuid(context, &text, "urn:uuid:"));
    *out = bo_val_of_iri(text);
    return BO_OK;
}

CALL(STRUUID) {
    bo_str text;
    BO_TRY(uuid(context, &text, ""));
    *out = bo_val_of_string(text);
    return BO_OK;
}

/* Numbers. */

static double half_up(double x) {
    double below = floor(x);
    return x - below < 0.5 ? below : copysign(ceil(x), x);
}

/* The type stays; integers of limited range become xsd:integer. */
static bo_status rounded(bo_val *out, const bo_val *value, bo_rounding how, double (*real)(double)) {
    if (!bo_val_is_numeric(value)) return BO_OK;
    bo_val made = {.kind = BO_VAL_XSD, .xsd = value->xsd};
    if (bo_datatype_is_integer(made.xsd.type)) made.xsd.type = BO_DT_INTEGER;
    if (made.xsd.type == BO_DT_DECIMAL) made.xsd.decimal = bo_decimal_round(made.xsd.decimal, how);
    if (made.xsd.type == BO_DT_FLOAT || made.xsd.type == BO_DT_DOUBLE)
        made.xsd.number = real(made.xsd.number);
    *out = made;
    return BO_OK;
}

CALL(CEIL) {
    return rounded(out, args, BO_ROUND_UP, ceil);
}

CALL(FLOOR) {
    return rounded(out, args, BO_ROUND_DOWN, floor);
}

CALL(ROUND) {
    return rounded(out, args, BO_ROUND_HALF_UP, half_up);
}

CALL(ABS) {
    bo_val made = bo_val_number(args);
    if (made.kind == BO_VAL_ERROR) return BO_OK;
    bool negative = bo_datatype_kind(made.xsd.type) == BO_XSD_KIND_DECIMAL ? made.xsd.decimal.n < 0
                                                                           : signbit(made.xsd.number);
    *out = negative ? bo_val_negate(args) : (bo_val){.kind = BO_VAL_XSD, .xsd = made.xsd};
    if (bo_datatype_is_integer(out->xsd.type)) out->xsd.type = BO_DT_INTEGER;
    return BO_OK;
}
