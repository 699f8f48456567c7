/* SPDX-License-Identifier: Apache-2.0
 * The value spaces of XML Schema's datatypes (XML Schema Definition Language 1.1 Part 2): from a lexical form
 * to a value, comparing, and back to a canonical form. Knows no expressions.
 */
#ifndef BO_RDF_XSD_H
#define BO_RDF_XSD_H

#include "bocage/source.h"

__extension__ typedef __int128 bo_i128;
__extension__ typedef unsigned __int128 bo_u128;
#define BO_I128_MAX ((bo_i128)(((bo_u128)1 << 127) - 1))

typedef enum bo_datatype {
    BO_DT_NONE, /* any other datatype, or a literal that its datatype does not know */
#define BO_DATATYPE(name, local, kind) BO_DT_##name,
#include "rdf/xsd.def"
    BO_DT_COUNT
} bo_datatype;

typedef enum bo_xsd_kind {
    BO_XSD_KIND_NONE,
    BO_XSD_KIND_STRING, /* the lexical form is the value */
    BO_XSD_KIND_TEXT,   /* its own lexical form is checked; values compare as text */
    BO_XSD_KIND_BOOLEAN,
    BO_XSD_KIND_DECIMAL, /* integers of all kinds too: their scale is 0 */
    BO_XSD_KIND_FLOAT,
    BO_XSD_KIND_DOUBLE,
    BO_XSD_KIND_MOMENT,
    BO_XSD_KIND_DURATION
} bo_xsd_kind;

/* n / 10^scale, exact; without trailing zeros behind the point. */
typedef struct bo_decimal {
    bo_i128 n;
    unsigned scale; /* at most BO_DECIMAL_SCALE */
} bo_decimal;
enum { BO_DECIMAL_SCALE = 18 };

/* Dates and times: seconds since 1970-01-01T00:00:00 on the clock of the literal's own zone. What a datatype
 * leaves out is 1972-12-31T00:00:00, for times 1970-01-01. */
typedef struct bo_moment {
    int64_t seconds;
    uint32_t nanos;
    int16_t zone; /* minutes east of UTC, or BO_NO_ZONE */
} bo_moment;
enum { BO_NO_ZONE = INT16_MAX };

/* All parts have one sign. */
typedef struct bo_duration {
    int64_t months, seconds;
    int32_t nanos;
} bo_duration;

typedef struct bo_xsd {
    bo_datatype type;
    union {
        bool boolean;
        bo_decimal decimal;
        double number; /* FLOAT and DOUBLE */
        bo_moment moment;
        bo_duration duration;
    };
} bo_xsd;

bo_datatype bo_datatype_of(bo_str iri); /* BO_DT_NONE: not one of these */
bo_str bo_datatype_iri(bo_datatype type);
bo_xsd_kind bo_datatype_kind(bo_datatype type);
/* xsd:integer and what is derived from it. */
static inline bool bo_datatype_is_integer(bo_datatype type) {
    return type >= BO_DT_INTEGER && type <= BO_DT_POSITIVE_INTEGER;
}
static inline bool bo_datatype_is_numeric(bo_datatype type) {
    return type >= BO_DT_DECIMAL && type <= BO_DT_DOUBLE;
}
/* The value of a lexical form. False when the datatype does not have such a form (blanks around it included,
 * RDF 1.1 Concepts section 5.1), or when it is beyond what is held here: decimals of more than 38 digits,
 * years and parts of durations of more than 9. Digits of decimals beyond 18 places are rounded, of seconds
 * beyond 9 left out. */
bool bo_xsd_parse(bo_xsd *out, bo_datatype type, bo_str lexical) BO_MUST_USE;
/* The same for a literal: only valid ones have a value (ill-typed literals, RDF 1.1 Concepts section 3.3). */
bool bo_xsd_of_term(bo_xsd *out, const bo_term *literal) BO_MUST_USE;
/* The value inside an inlined id; false for other ids, for strings and for language-tagged ones. */
bool bo_xsd_of_id(bo_xsd *out, bo_id id) BO_MUST_USE;
/* The number inside an id tagged BO_TAG_INTEGER, and the id of a number that fits into one. */
#define BO_ID_BIAS ((int64_t)1 << 55)
static inline int64_t bo_id_integer(bo_id id) {
    return (int64_t)bo_id_payload(id) - BO_ID_BIAS;
}
static inline bo_id bo_id_of_integer(int64_t n) {
    return n < -BO_ID_BIAS || n >= BO_ID_BIAS ? BO_ID_NONE
                                              : bo_id_make(BO_TAG_INTEGER, (uint64_t)(n + BO_ID_BIAS));
}
/* The id of a value that can be inlined; BO_ID_NONE for others. */
bo_id bo_xsd_id(const bo_xsd *value);
/* The canonical lexical form; not for STRING and TEXT. The result lies in `room`. */
enum { BO_XSD_ROOM = 64 };
bo_str bo_xsd_write(char room[BO_XSD_ROOM], const bo_xsd *value);

/* How two values stand. UNORDERED: equal neither way nor comparable (NaN; dates with and without a zone that
 * are less than 14 hours apart; a month and 30 days). Both of one kind; numbers of any kinds; moments of one
 * datatype, dateTimeStamp counting as dateTime. */
typedef enum bo_compared {
    BO_IS_LESS = -1,
    BO_IS_EQUAL = 0,
    BO_IS_GREATER = 1,
    BO_IS_UNORDERED = 2
} bo_compared;
bo_compared bo_xsd_compare(const bo_xsd *a, const bo_xsd *b);
double bo_xsd_double(const bo_xsd *number); /* of any numeric kind, the nearest */

/* Exact arithmetic; false when the result is beyond 38 digits, or for a division by zero. Quotients are
 * rounded to 18 places. */
bool bo_decimal_add(bo_decimal *out, bo_decimal a, bo_decimal b) BO_MUST_USE;
bool bo_decimal_multiply(bo_decimal *out, bo_decimal a, bo_decimal b) BO_MUST_USE;
bool bo_decimal_divide(bo_decimal *out, bo_decimal a, bo_decimal b) BO_MUST_USE;
/* By the shortest digits that read back as the number (a float when `single`): 0.1e0 is 0.1. */
bool bo_decimal_from_double(bo_decimal *out, double number, bool single) BO_MUST_USE;
/* These digits, of a finite number's size; returns the power of ten of the first. */
int bo_double_digits(char digits[20], int *len, double number, bool single);
/* To a whole number. */
typedef enum bo_rounding { BO_ROUND_DOWN, BO_ROUND_UP, BO_ROUND_HALF_UP, BO_ROUND_TO_ZERO } bo_rounding;
bo_decimal bo_decimal_round(bo_decimal a, bo_rounding how);

bool bo_decimal_parse(bo_decimal *out, bo_str lexical) BO_MUST_USE;
bo_str bo_decimal_write(char room[BO_XSD_ROOM], bo_decimal value, bool with_point);
int bo_decimal_compare(bo_decimal a, bo_decimal b);
double bo_decimal_double(bo_decimal a);

typedef struct bo_civil {
    int64_t year;
    unsigned month, day, hour, minute, second;
} bo_civil;
bo_civil bo_moment_civil(bo_moment moment); /* on its own clock */
bool bo_moment_parse(bo_moment *out, bo_datatype type, bo_str lexical) BO_MUST_USE;
bo_str bo_moment_write(char room[BO_XSD_ROOM], bo_datatype type, bo_moment moment);
bo_compared bo_moment_compare(bo_moment a, bo_moment b);
bool bo_duration_parse(bo_duration *out, bo_datatype type, bo_str lexical) BO_MUST_USE;
bo_str bo_duration_write(char room[BO_XSD_ROOM], bo_datatype type, bo_duration duration);
bo_compared bo_duration_compare(bo_duration a, bo_duration b);

#endif
