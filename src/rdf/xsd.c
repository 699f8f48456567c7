/* SPDX-License-Identifier: Apache-2.0
 * The table of XML Schema's datatypes, and what falls to each kind of value.
 */
#include "rdf/xsd.h"

#include <math.h>
#include <stdio.h>

#include "bocage/json.h"
#include "rdf/vocab.h"

static const struct {
    bo_str iri;
    bo_xsd_kind kind;
} types[BO_DT_COUNT] = {
#define BO_DATATYPE(name, local, kind)                                                                       \
    [BO_DT_##name] = {{BO_XSD_NS local, sizeof(BO_XSD_NS local) - 1}, BO_XSD_KIND_##kind},
#include "rdf/xsd.def"
};

bo_datatype bo_datatype_of(bo_str iri) {
    if (!bo_str_starts(iri, BO_STR(BO_XSD_NS))) return BO_DT_NONE;
    for (unsigned i = 1; i < BO_DT_COUNT; i++)
        if (bo_str_eq(types[i].iri, iri)) return (bo_datatype)i;
    return BO_DT_NONE;
}

bo_str bo_datatype_iri(bo_datatype type) {
    return types[type].iri;
}

bo_xsd_kind bo_datatype_kind(bo_datatype type) {
    return types[type].kind;
}

/* Strings and other texts. */

static bool is_letter(char c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_language(bo_str s) {
    bo_str piece;
    if (s.len == 0 || s.ptr[s.len - 1] == '-') return false;
    for (bool first = true; bo_str_cut(&piece, &s, '-'); first = false) {
        if (piece.len < 1 || piece.len > 8) return false;
        for (size_t i = 0; i < piece.len; i++)
            if (!is_letter(piece.ptr[i]) && (first || !is_digit(piece.ptr[i]))) return false;
    }
    return true;
}

/* NameStartChar and, behind it, NameChar of XML 1.0. */
static bool is_name_char(uint32_t c, bool start) {
    static const uint32_t ranges[][2] = {
        {':', ':'},         {'A', 'Z'},       {'_', '_'},       {'a', 'z'},       {0xC0, 0xD6},
        {0xD8, 0xF6},       {0xF8, 0x2FF},    {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D},
        {0x2070, 0x218F},   {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD},
        {0x10000, 0xEFFFF}, {'-', '.'},       {'0', '9'},       {0xB7, 0xB7},     {0x300, 0x36F},
        {0x203F, 0x2040}};
    size_t count = start ? 16 : sizeof ranges / sizeof *ranges;
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
    return false;
}

static bool is_name(bo_str s, bo_datatype type) {
    if (s.len == 0 || (type == BO_DT_NCNAME && bo_str_find(s, ':') < s.len)) return false;
    for (size_t at = 0; at < s.len;) {
        bool start = at == 0 && type != BO_DT_NMTOKEN;
        if (!is_name_char(bo_utf8_next(s, &at), start)) return false;
    }
    return true;
}

static bool is_token(bo_str s, bool collapsed) {
    for (size_t i = 0; i < s.len; i++) {
        if (strchr("\t\n\r", s.ptr[i]) != NULL && s.ptr[i] != '\0') return false;
        bool edge = i == 0 || i + 1 == s.len || s.ptr[i - 1] == ' ';
        if (collapsed && s.ptr[i] == ' ' && edge) return false;
    }
    return true;
}

static bool is_hex(bo_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i]) && ((s.ptr[i] | 0x20) < 'a' || (s.ptr[i] | 0x20) > 'f')) return false;
    return s.len % 2 == 0;
}

/* Groups of four, which blanks may keep apart. */
static bool is_base64(bo_str s) {
    size_t count = 0, padding = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == ' ') continue;
        count++;
        if (c == '=')
            padding++;
        else if (padding > 0 || (!is_letter(c) && !is_digit(c) && c != '+' && c != '/'))
            return false;
    }
    return count % 4 == 0 && padding <= 2;
}

static bool is_text(bo_datatype type, bo_str s) {
    switch (type) {
    case BO_DT_NORMALIZED_STRING: return is_token(s, false);
    case BO_DT_TOKEN: return is_token(s, true);
    case BO_DT_LANGUAGE: return is_language(s);
    case BO_DT_NAME:
    case BO_DT_NCNAME:
    case BO_DT_NMTOKEN: return is_name(s, type);
    case BO_DT_HEX_BINARY: return is_hex(s);
    case BO_DT_BASE64_BINARY: return is_base64(s);
    default: return true;
    }
}

/* Booleans and numbers. */

static bool parse_boolean(bool *out, bo_str s) {
    static const bo_str words[] = {{"false", 5}, {"true", 4}, {"0", 1}, {"1", 1}};
    for (size_t i = 0; i < 4; i++)
        if (bo_str_eq(words[i], s)) return *out = i & 1, true;
    return false;
}

static bool parse_decimal(bo_decimal *out, bo_datatype type, bo_str s) {
    static const struct {
        bo_i128 least, greatest;
    } bounds[BO_DT_COUNT] = {
#define BO_BOUNDS(name, least, greatest) [BO_DT_##name] = {least, greatest},
#include "rdf/xsd.def"
    };
    bo_decimal made;
    if (bo_datatype_is_integer(type) && bo_str_find(s, '.') < s.len) return false;
    if (!bo_decimal_parse(&made, s)) return false;
    if (bo_datatype_is_integer(type) && (made.n < bounds[type].least || made.n > bounds[type].greatest))
        return false;
    *out = made;
    return true;
}

static bool parse_double(double *out, bo_datatype type, bo_str s) {
    static const struct {
        bo_str text;
        double value;
    } words[] = {
        {{"INF", 3}, INFINITY}, {{"+INF", 4}, INFINITY}, {{"-INF", 4}, -INFINITY}, {{"NaN", 3}, NAN}};
    size_t at = 0, digits = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bo_str_eq(words[i].text, s)) return *out = words[i].value, true;
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (negative || s.ptr[0] == '+')) s = bo_str_from(s, 1);
    for (bool point = false; at < s.len && (is_digit(s.ptr[at]) || (s.ptr[at] == '.' && !point)); at++) {
        point |= s.ptr[at] == '.';
        digits += s.ptr[at] != '.';
    }
    if (digits == 0) return false;
    if (at < s.len && (s.ptr[at] | 0x20) == 'e') {
        at++;
        if (at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-')) at++;
        if (at == s.len) return false;
        while (at < s.len && is_digit(s.ptr[at])) at++;
    }
    if (at != s.len) return false;
    double made;
    bo_json number = {.kind = BO_JSON_NUMBER, .text = s};
    if (!bo_json_number(&made, &number)) made = INFINITY; /* too large */
    if (type == BO_DT_FLOAT) made = (double)(float)made;
    *out = negative ? -made : made;
    return true;
}

/* One digit, point, the others, E, exponent (XML Schema 1.1 Part 2, floatCanonicalMap). */
static bo_str write_double(char room[BO_XSD_ROOM], double number, bool single) {
    if (isnan(number)) return BO_STR("NaN");
    if (isinf(number)) return number < 0 ? BO_STR("-INF") : BO_STR("INF");
    char digits[20];
    int len, exponent = bo_double_digits(digits, &len, number, single);
    int written = snprintf(room, BO_XSD_ROOM, "%s%c.%.*sE%d", signbit(number) ? "-" : "", digits[0],
                           len > 1 ? len - 1 : 1, len > 1 ? digits + 1 : "0", exponent);
    return (bo_str){room, (size_t)written};
}

/* All of them. */

bool bo_xsd_parse(bo_xsd *out, bo_datatype type, bo_str lexical) {
    bo_xsd made = {.type = type};
    bool good = false;
    switch (types[type].kind) {
    case BO_XSD_KIND_NONE: break;
    case BO_XSD_KIND_STRING:
    case BO_XSD_KIND_TEXT: good = is_text(type, lexical); break;
    case BO_XSD_KIND_BOOLEAN: good = parse_boolean(&made.boolean, lexical); break;
    case BO_XSD_KIND_DECIMAL: good = parse_decimal(&made.decimal, type, lexical); break;
    case BO_XSD_KIND_FLOAT:
    case BO_XSD_KIND_DOUBLE: good = parse_double(&made.number, type, lexical); break;
    case BO_XSD_KIND_MOMENT: good = bo_moment_parse(&made.moment, type, lexical); break;
    case BO_XSD_KIND_DURATION: good = bo_duration_parse(&made.duration, type, lexical); break;
    }
    if (good) *out = made;
    return good;
}

bool bo_xsd_of_term(bo_xsd *out, const bo_term *literal) {
    if (literal->kind != BO_LITERAL || literal->lang.len > 0) return false;
    if (literal->datatype.len > 0)
        return bo_xsd_parse(out, bo_datatype_of(literal->datatype), literal->value);
    *out = (bo_xsd){.type = BO_DT_STRING};
    return true;
}

bo_str bo_xsd_write(char room[BO_XSD_ROOM], const bo_xsd *value) {
    switch (types[value->type].kind) {
    case BO_XSD_KIND_BOOLEAN: return value->boolean ? BO_STR("true") : BO_STR("false");
    case BO_XSD_KIND_DECIMAL: return bo_decimal_write(room, value->decimal, value->type == BO_DT_DECIMAL);
    case BO_XSD_KIND_FLOAT: return write_double(room, value->number, true);
    case BO_XSD_KIND_DOUBLE: return write_double(room, value->number, false);
    case BO_XSD_KIND_MOMENT: return bo_moment_write(room, value->type, value->moment);
    case BO_XSD_KIND_DURATION: return bo_duration_write(room, value->type, value->duration);
    default: return BO_STR_NONE;
    }
}

double bo_xsd_double(const bo_xsd *number) {
    return types[number->type].kind == BO_XSD_KIND_DECIMAL ? bo_decimal_double(number->decimal)
                                                           : number->number;
}

static bo_compared compare_numbers(const bo_xsd *a, const bo_xsd *b) {
    if (types[a->type].kind == BO_XSD_KIND_DECIMAL && types[b->type].kind == BO_XSD_KIND_DECIMAL)
        return (bo_compared)bo_decimal_compare(a->decimal, b->decimal);
    double left = bo_xsd_double(a), right = bo_xsd_double(b);
    if (a->type != BO_DT_DOUBLE && b->type != BO_DT_DOUBLE) { /* promoted to float */
        left = (double)(float)left;
        right = (double)(float)right;
    }
    if (isnan(left) || isnan(right)) return BO_IS_UNORDERED;
    return left < right ? BO_IS_LESS : left > right ? BO_IS_GREATER : BO_IS_EQUAL;
}

bo_compared bo_xsd_compare(const bo_xsd *a, const bo_xsd *b) {
    switch (types[a->type].kind) {
    case BO_XSD_KIND_BOOLEAN: return (bo_compared)((int)a->boolean - (int)b->boolean);
    case BO_XSD_KIND_DECIMAL:
    case BO_XSD_KIND_FLOAT:
    case BO_XSD_KIND_DOUBLE: return compare_numbers(a, b);
    case BO_XSD_KIND_MOMENT: return bo_moment_compare(a->moment, b->moment);
    case BO_XSD_KIND_DURATION: return bo_duration_compare(a->duration, b->duration);
    default: return BO_IS_UNORDERED;
    }
}
