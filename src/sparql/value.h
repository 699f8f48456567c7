/* SPDX-License-Identifier: Apache-2.0
 * The value of an expression on one row, and what SPARQL 1.1 does with values: operators (section 17.3),
 * order (15.1), effective boolean values (17.2.2), casts (17.5). Values from inlined ids never become text
 * unless text is asked for. Knows no rows and no algebra.
 *
 * An error in an expression (section 17.2) is a value: BO_VAL_ERROR with BO_OK. A status other than BO_OK is
 * about memory, or what the context's functions return.
 */
#ifndef BO_SPARQL_VALUE_H
#define BO_SPARQL_VALUE_H

#include "base/clock.h"
#include "rdf/xsd.h"

typedef enum bo_val_kind {
    BO_VAL_ERROR, /* or unbound */
    BO_VAL_BLANK,
    BO_VAL_IRI,
    BO_VAL_STRING,
    BO_VAL_LANG, /* a string with its language */
    BO_VAL_XSD,  /* a literal with a value in `xsd` */
    BO_VAL_OTHER /* a literal of another datatype, or ill-typed */
} bo_val_kind;

typedef struct bo_val {
    bo_val_kind kind;
    bo_id id;     /* the term's; BO_ID_NONE when it was computed, or is not known */
    bo_term term; /* kind BO_NO_TERM: not there yet, ask bo_val_term. Always there without an id or `xsd` */
    bo_xsd xsd;   /* XSD: its value */
} bo_val;

/* What values and functions need from the query that runs. One thread. */
typedef struct bo_val_context {
    bo_arena *arena; /* texts that are made live here */
    int64_t now_ms;  /* NOW() */
    bo_str base;     /* IRI(); may be empty */
    const bo_rng *rng;
    /* The term of an id that came in with bo_val_of_id; its text lives as long as the arena at least. */
    bo_status (*term_of)(void *owner, bo_term *out, bo_id id, bo_arena *arena);
    /* BNODE(): a new blank node; with a label, the same one for the same label within one row. */
    bo_status (*blank)(void *owner, bo_val *out, bo_str label);
    /* Whether to go on, asked where much time may pass; may be NULL. */
    bo_status (*check)(void *owner);
    void *owner;
    struct bo_searches *searches;     /* of text: functions; made when first needed */
    struct bo_geometries *geometries; /* of geof: functions; made when first needed */
    struct bo_regexes *regexes;       /* regex.c's own, made when first needed, freed by bo_regexes_free */
} bo_val_context;

/* Of an id: an error for BO_ID_NONE. IRIs, blank nodes and inlined literals stay ids; the text of other
 * literals is fetched. Two ids of one context are the same term only when they are equal. */
bo_status bo_val_of_id(bo_val_context *context, bo_val *out, bo_id id) BO_MUST_USE;
bo_val bo_val_of_term(const bo_term *term); /* text is not copied; BO_NO_TERM is an error */
static inline bo_val bo_val_error(void) {
    return (bo_val){.kind = BO_VAL_ERROR};
}
bo_val bo_val_of_bool(bool value);
bo_val bo_val_of_integer(int64_t value);
bo_val bo_val_of_decimal(bo_decimal value);
bo_val bo_val_of_double(double value);
bo_val bo_val_of_string(bo_str text); /* not copied */
bo_val bo_val_of_iri(bo_str iri);     /* not copied */

/* The term, with its text: kind BO_NO_TERM for an error. Fills in value->term. */
bo_status bo_val_term(bo_val_context *context, bo_term *out, bo_val *value) BO_MUST_USE;
/* The id when it is known without text: what it came with, or an inlined one; else BO_ID_NONE, and the term
 * must be asked for. */
bo_id bo_val_id(const bo_val *value);

static inline bool bo_val_is_numeric(const bo_val *value) {
    return value->kind == BO_VAL_XSD && bo_datatype_is_numeric(value->xsd.type);
}
static inline bool bo_val_is_literal(const bo_val *value) {
    return value->kind >= BO_VAL_STRING;
}

typedef enum bo_truth { BO_UNTRUE, BO_TRUE, BO_NO_TRUTH /* an error */ } bo_truth;
bo_val bo_val_of_truth(bo_truth truth);
/* The effective boolean value. */
bo_truth bo_val_truth(const bo_val *value);

/* Comparing. EQUAL: RDFterm-equal refined by the values of known datatypes; literals of unknown datatypes
 * that are not the same term are an error. The others are defined for numbers, strings, booleans, dates,
 * times and durations. */
typedef enum bo_comparison {
    BO_CMP_EQUAL,
    BO_CMP_NOT_EQUAL,
    BO_CMP_LESS,
    BO_CMP_GREATER,
    BO_CMP_LESS_EQUAL,
    BO_CMP_GREATER_EQUAL
} bo_comparison;
bo_status bo_val_compare(bo_val_context *context, bo_truth *out, bo_comparison comparison, bo_val *a,
                         bo_val *b) BO_MUST_USE;
bo_status bo_val_same_term(bo_val_context *context, bool *out, bo_val *a, bo_val *b) BO_MUST_USE;
/* The order of ORDER BY, made total: unbound, blank nodes, IRIs, literals; negative, 0 (also for values that
 * are equal, 1 and 1.0) or positive. MIN and MAX use it too. */
bo_status bo_val_order(bo_val_context *context, int *out, bo_val *a, bo_val *b) BO_MUST_USE;

/* Arithmetic with the promotion of numbers: integer, decimal, float, double; an error for anything else, for
 * overflow, and for a division of decimals by zero. */
typedef enum bo_arithmetic { BO_ADDITION, BO_SUBTRACTION, BO_MULTIPLICATION, BO_DIVISION } bo_arithmetic;
bo_val bo_val_calculate(bo_arithmetic operation, const bo_val *a, const bo_val *b);
bo_val bo_val_negate(const bo_val *value); /* unary - */
bo_val bo_val_number(const bo_val *value); /* unary +: numbers as they are */

/* Casts: functions named by a datatype's IRI. False when the IRI is none of those that can be cast to. */
bool bo_cast_find(bo_datatype *out, bo_str iri);
bo_status bo_val_cast(bo_val_context *context, bo_val *out, bo_datatype to, bo_val *value) BO_MUST_USE;

#endif
