/* SPDX-License-Identifier: Apache-2.0
 * Grammar functions carry the names of RFC 9651 section 4.2.
 */
#include "fed/structured.h"

#include "crypto/crypto.h"

typedef struct reader {
    bo_str text;
    size_t at;
    bo_arena *arena;
} reader;

static int peek(const reader *r) {
    return r->at < r->text.len ? (unsigned char)r->text.ptr[r->at] : -1;
}
static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}
static bool is_lower(int c) {
    return c >= 'a' && c <= 'z';
}
static bool is_alpha(int c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}
static bool among(int c, const char *set) {
    return c > 0 && strchr(set, c) != NULL;
}

static bo_status wrong(const reader *r, const char *what) {
    return bo_fail(BO_SYNTAX, "the structured field is wrong at byte %zu: %s", r->at, what);
}

static void skip_spaces(reader *r) {
    while (peek(r) == ' ') r->at++;
}
static void skip_ows(reader *r) {
    while (peek(r) == ' ' || peek(r) == '\t') r->at++;
}

static bo_sf *new_value(reader *r) {
    return BO_NEW(r->arena, bo_sf);
}

/* Integers of up to 15 digits, decimals of up to 12 and 3. */
static bo_status integer_or_decimal(reader *r, bo_sf *out) {
    enum { INTEGER_DIGITS = 15, WHOLE_DIGITS = 12, FRACTION_DIGITS = 3 };
    bool negative = peek(r) == '-', decimal = false;
    unsigned whole = 0, fraction = 0;
    int64_t number = 0;
    r->at += negative;
    if (!is_digit(peek(r))) return wrong(r, "a digit must follow");
    for (;; r->at++) {
        int c = peek(r);
        if (c == '.' && !decimal) {
            if (whole > WHOLE_DIGITS) return wrong(r, "too many digits before the point");
            decimal = true;
            continue;
        }
        if (!is_digit(c)) break;
        number = number * 10 + (c - '0');
        if (decimal ? ++fraction > FRACTION_DIGITS : ++whole > INTEGER_DIGITS)
            return wrong(r, "the number has too many digits");
    }
    if (decimal && fraction == 0) return wrong(r, "a digit must follow the point");
    for (; decimal && fraction < FRACTION_DIGITS; fraction++) number *= 10;
    out->kind = decimal ? BO_SF_DECIMAL : BO_SF_INTEGER;
    out->number = negative ? -number : number;
    return BO_OK;
}

static bo_status string(reader *r, bo_sf *out) {
    size_t len = 0;
    char *room = bo_arena_alloc(r->arena, r->text.len - r->at + 1);
    if (room == NULL) return bo_error_last()->status;
    for (r->at++; peek(r) != '"'; r->at++) {
        int c = peek(r);
        if (c == '\\') {
            r->at++;
            c = peek(r);
            if (c != '"' && c != '\\') return wrong(r, "only quotes and backslashes are escaped");
        } else if (c < 0x20 || c > 0x7E) {
            return wrong(r, "a string has visible ASCII characters, and a quote at its end");
        }
        room[len++] = (char)c;
    }
    r->at++;
    out->kind = BO_SF_STRING;
    out->text = bo_str_make(room, len);
    return BO_OK;
}

static bo_status token(reader *r, bo_sf *out) {
    size_t start = r->at;
    while (is_alpha(peek(r)) || is_digit(peek(r)) || among(peek(r), "!#$%&'*+-.^_`|~:/")) r->at++;
    out->kind = BO_SF_TOKEN;
    out->text = bo_str_make(r->text.ptr + start, r->at - start);
    return BO_OK;
}

/* Padding may be left out (section 4.2.7). */
static bo_status byte_sequence(reader *r, bo_sf *out) {
    bo_str rest = bo_str_from(r->text, r->at + 1);
    size_t len = bo_str_find(rest, ':');
    if (len == rest.len) return wrong(r, "a byte sequence ends with a colon");
    bo_str text = bo_str_head(rest, len);
    while (text.len % 4 != 0 && text.len % 4 != 1) text = bo_arena_join(r->arena, text, BO_STR("="));
    if (bo_base64_decode(&out->text, text, r->arena) != BO_OK) return wrong(r, "this is no base64");
    r->at += len + 2;
    out->kind = BO_SF_BYTES;
    return BO_OK;
}

static bo_status boolean(reader *r, bo_sf *out) {
    r->at++;
    if (peek(r) != '0' && peek(r) != '1') return wrong(r, "a boolean is ?0 or ?1");
    out->kind = BO_SF_BOOLEAN;
    out->number = peek(r) == '1';
    r->at++;
    return BO_OK;
}

static bo_status date(reader *r, bo_sf *out) {
    r->at++;
    BO_TRY(integer_or_decimal(r, out));
    if (out->kind != BO_SF_INTEGER) return wrong(r, "a date is a whole number of seconds");
    out->kind = BO_SF_DATE;
    return BO_OK;
}

static int hex_value(int c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bo_status display_string(reader *r, bo_sf *out) {
    size_t len = 0;
    char *room = bo_arena_alloc(r->arena, r->text.len - r->at + 1);
    if (room == NULL) return bo_error_last()->status;
    r->at++;
    if (peek(r) != '"') return wrong(r, "a display string begins with %\"");
    for (r->at++; peek(r) != '"'; r->at++) {
        int c = peek(r);
        if (c < 0x20 || c > 0x7E) return wrong(r, "a display string has visible ASCII characters");
        if (c == '%') {
            r->at++;
            int high = hex_value(peek(r));
            r->at++;
            int low = hex_value(peek(r));
            if (high < 0 || low < 0) return wrong(r, "two small hexadecimal digits must follow %");
            c = high << 4 | low;
        }
        room[len++] = (char)c;
    }
    r->at++;
    out->kind = BO_SF_DISPLAY;
    out->text = bo_str_make(room, len);
    return bo_utf8_valid(out->text) ? BO_OK : wrong(r, "a display string is UTF-8");
}

static bo_status bare_item(reader *r, bo_sf *out) {
    int c = peek(r);
    if (is_digit(c) || c == '-') return integer_or_decimal(r, out);
    if (is_alpha(c) || c == '*') return token(r, out);
    switch (c) {
    case '"': return string(r, out);
    case ':': return byte_sequence(r, out);
    case '?': return boolean(r, out);
    case '@': return date(r, out);
    case '%': return display_string(r, out);
    default: return wrong(r, "an item must stand here");
    }
}

static bo_status key(reader *r, bo_str *out) {
    size_t start = r->at;
    if (!is_lower(peek(r)) && peek(r) != '*') return wrong(r, "a key begins with a small letter or a star");
    while (is_lower(peek(r)) || is_digit(peek(r)) || among(peek(r), "_-.*")) r->at++;
    *out = bo_str_make(r->text.ptr + start, r->at - start);
    return BO_OK;
}

/* The place for a key: the last one of a name counts, where the first one stood. */
static bo_sf *place_for(bo_sf ***last, bo_sf **first, bo_str name, reader *r) {
    for (bo_sf *one = *first; one != NULL; one = one->next) {
        if (!bo_str_eq(one->key, name)) continue;
        *one = (bo_sf){.next = one->next, .key = name};
        return one;
    }
    bo_sf *fresh = new_value(r);
    if (fresh == NULL) return NULL;
    fresh->key = name;
    **last = fresh;
    *last = &fresh->next;
    return fresh;
}

static bo_status parameters(reader *r, bo_sf *of) {
    bo_sf **last = &of->params;
    while (peek(r) == ';') {
        bo_str name;
        r->at++;
        skip_spaces(r);
        BO_TRY(key(r, &name));
        bo_sf *value = place_for(&last, &of->params, name, r);
        if (value == NULL) return bo_error_last()->status;
        value->kind = BO_SF_BOOLEAN;
        value->number = 1;
        if (peek(r) != '=') continue;
        r->at++;
        BO_TRY(bare_item(r, value));
    }
    return BO_OK;
}

static bo_status item(reader *r, bo_sf *out) {
    BO_TRY(bare_item(r, out));
    return parameters(r, out);
}

static bo_status inner_list(reader *r, bo_sf *out) {
    bo_sf **last = &out->items;
    out->kind = BO_SF_LIST;
    r->at++;
    for (;;) {
        skip_spaces(r);
        if (peek(r) == ')') break;
        if ((*last = new_value(r)) == NULL) return bo_error_last()->status;
        BO_TRY(item(r, *last));
        last = &(*last)->next;
        if (peek(r) != ' ' && peek(r) != ')') return wrong(r, "a blank or ) must follow");
    }
    r->at++;
    return parameters(r, out);
}

static bo_status item_or_inner_list(reader *r, bo_sf *out) {
    return peek(r) == '(' ? inner_list(r, out) : item(r, out);
}

/* What stands between members. *more: another one follows. */
static bo_status comma(reader *r, bool *more) {
    skip_ows(r);
    *more = peek(r) >= 0;
    if (!*more) return BO_OK;
    if (peek(r) != ',') return wrong(r, "a comma must follow");
    r->at++;
    skip_ows(r);
    return peek(r) >= 0 ? BO_OK : wrong(r, "something must follow the last comma");
}

static bo_status list(reader *r, bo_sf **first) {
    bo_sf **last = first;
    for (bool more = peek(r) >= 0; more;) {
        if ((*last = new_value(r)) == NULL) return bo_error_last()->status;
        BO_TRY(item_or_inner_list(r, *last));
        last = &(*last)->next;
        BO_TRY(comma(r, &more));
    }
    return BO_OK;
}

static bo_status dictionary(reader *r, bo_sf **first) {
    bo_sf **last = first;
    for (bool more = peek(r) >= 0; more;) {
        bo_str name;
        BO_TRY(key(r, &name));
        bo_sf *value = place_for(&last, first, name, r);
        if (value == NULL) return bo_error_last()->status;
        if (peek(r) == '=') {
            r->at++;
            BO_TRY(item_or_inner_list(r, value));
        } else {
            value->kind = BO_SF_BOOLEAN;
            value->number = 1;
            BO_TRY(parameters(r, value));
        }
        BO_TRY(comma(r, &more));
    }
    return BO_OK;
}

static bo_status top_item(reader *r, bo_sf **first) {
    if ((*first = new_value(r)) == NULL) return bo_error_last()->status;
    BO_TRY(item(r, *first));
    skip_spaces(r);
    return peek(r) < 0 ? BO_OK : wrong(r, "nothing may follow the item");
}

bo_status bo_sf_read(bo_sf **out, bo_sf_type type, bo_str text, bo_arena *arena) {
    static bo_status (*const tops[])(reader *, bo_sf **) = {top_item, list, dictionary};
    reader r = {text, 0, arena};
    bo_sf *first = NULL;
    skip_spaces(&r);
    while (r.text.len > r.at && r.text.ptr[r.text.len - 1] == ' ') r.text.len--;
    BO_TRY(tops[type](&r, &first));
    *out = first;
    return BO_OK;
}

/* Writing (section 4.1). */

static void write_decimal(bo_text *out, int64_t thousandths) {
    uint64_t size = (uint64_t)(thousandths < 0 ? -thousandths : thousandths);
    unsigned fraction = (unsigned)(size % 1000), digits = 3;
    for (; digits > 1 && fraction % 10 == 0; digits--) fraction /= 10;
    bo_text_printf(out, "%s%llu.%0*u", thousandths < 0 ? "-" : "", (unsigned long long)(size / 1000),
                   (int)digits, fraction);
}

static void write_bytes(bo_text *out, bo_str bytes) {
    bo_arena *arena = bo_arena_new(0);
    bo_text_char(out, ':');
    if (arena != NULL) bo_text_put(out, bo_base64(bytes, arena));
    bo_text_char(out, ':');
    bo_arena_free(arena);
}

static void write_string(bo_text *out, bo_str text) {
    bo_text_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') bo_text_char(out, '\\');
        bo_text_char(out, text.ptr[i]);
    }
    bo_text_char(out, '"');
}

static void write_display(bo_text *out, bo_str text) {
    BO_TEXT_LIT(out, "%\"");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '%' || c == '"' || c < 0x20 || c > 0x7E)
            bo_text_printf(out, "%%%02x", c);
        else
            bo_text_char(out, (char)c);
    }
    bo_text_char(out, '"');
}

static void write_bare(bo_text *out, const bo_sf *value) {
    switch (value->kind) {
    case BO_SF_INTEGER: bo_text_i64(out, value->number); break;
    case BO_SF_DECIMAL: write_decimal(out, value->number); break;
    case BO_SF_STRING: write_string(out, value->text); break;
    case BO_SF_TOKEN: bo_text_put(out, value->text); break;
    case BO_SF_BYTES: write_bytes(out, value->text); break;
    case BO_SF_BOOLEAN: bo_text_put(out, value->number ? BO_STR("?1") : BO_STR("?0")); break;
    case BO_SF_DATE: bo_text_char(out, '@'), bo_text_i64(out, value->number); break;
    case BO_SF_DISPLAY: write_display(out, value->text); break;
    case BO_SF_LIST: break;
    }
}

static bool is_true(const bo_sf *value) {
    return value->kind == BO_SF_BOOLEAN && value->number == 1;
}

static void write_params(bo_text *out, const bo_sf *first) {
    for (const bo_sf *one = first; one != NULL; one = one->next) {
        bo_text_char(out, ';');
        bo_text_put(out, one->key);
        if (is_true(one)) continue;
        bo_text_char(out, '=');
        write_bare(out, one);
    }
}

void bo_sf_write_value(bo_text *out, const bo_sf *value) {
    if (value->kind == BO_SF_LIST) {
        bo_text_char(out, '(');
        for (const bo_sf *one = value->items; one != NULL; one = one->next) {
            if (one != value->items) bo_text_char(out, ' ');
            write_bare(out, one);
            write_params(out, one->params);
        }
        bo_text_char(out, ')');
    } else {
        write_bare(out, value);
    }
    write_params(out, value->params);
}

void bo_sf_write(bo_text *out, bo_sf_type type, const bo_sf *first) {
    for (const bo_sf *one = first; one != NULL; one = one->next) {
        if (one != first) BO_TEXT_LIT(out, ", ");
        if (type == BO_SF_TOP_DICTIONARY) bo_text_put(out, one->key);
        if (type == BO_SF_TOP_DICTIONARY && is_true(one)) {
            write_params(out, one->params);
            continue;
        }
        if (type == BO_SF_TOP_DICTIONARY) bo_text_char(out, '=');
        bo_sf_write_value(out, one);
    }
}

const bo_sf *bo_sf_get(const bo_sf *first, bo_str name) {
    for (; first != NULL; first = first->next)
        if (bo_str_eq(first->key, name)) return first;
    return NULL;
}
