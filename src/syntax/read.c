/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/read.h"

#include <stdarg.h>
#include <stdio.h>

bo_status bo_reading_fail(const bo_reading *r, const char *format, ...) {
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    unsigned line, column;
    bo_reading_place(r, r->at, &line, &column);
    return bo_fail_at(BO_SYNTAX, line, column, "%s", message);
}

void bo_reading_place(const bo_reading *r, const char *at, unsigned *line, unsigned *column) {
    *line = r->line;
    *column = r->column;
    for (const char *c = r->start; c < at && c < r->end; c++) {
        if (*c == '\n')
            ++*line, *column = 1;
        else if (((unsigned char)*c & 0xC0) != 0x80)
            ++*column;
    }
}

/* What was read last may go on in the next piece: nothing can be given yet. */
static bool unsure(const bo_reading *r) {
    return !r->last && (r->touched || r->at == r->end);
}

bo_status bo_reading_give(bo_reading *r, const bo_quad *quad) {
    if (unsure(r)) return BO_SYNTAX;
    if (r->given++ < r->skip) return BO_OK;
    if (quad->g.kind != BO_NO_TERM || r->options->graph.kind == BO_NO_TERM)
        return r->sink->quad(r->sink->context, quad);
    bo_quad placed = *quad;
    placed.g = r->options->graph;
    return r->sink->quad(r->sink->context, &placed);
}

bo_status bo_reading_give_prefix(bo_reading *r, bo_str prefix, bo_str iri) {
    if (unsure(r)) return BO_SYNTAX;
    if (r->given++ < r->skip || r->sink->prefix == NULL) return BO_OK;
    return r->sink->prefix(r->sink->context, prefix, iri);
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Behind "\u" or "\U": the code point of 4 or 8 hexadecimal digits. */
static bo_status uchar(bo_reading *r, unsigned digits, uint32_t *out) {
    uint32_t c = 0;
    for (unsigned i = 0; i < digits; i++) {
        int digit = r->at < r->end ? hex_value(*r->at) : -1;
        if (digit < 0)
            return bo_reading_fail(r, "\\%c must be followed by %u hexadecimal digits",
                                   digits == 4 ? 'u' : 'U', digits);
        c = c << 4 | (uint32_t)digit;
        r->at++;
    }
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return bo_reading_fail(r, "U+%04X is no character (beyond U+FFFF write \\U and 8 digits)", c);
    *out = c;
    return BO_OK;
}

typedef struct unescaped {
    char *room;
    size_t len, size;
} unescaped;

static bo_status put(bo_reading *r, unescaped *u, const char *bytes, size_t len) {
    if (u->len + len > u->size) {
        size_t size = (u->len + len) * 2 + 64;
        char *room = bo_arena_grow(r->arena, u->room, u->size, size);
        if (room == NULL) return bo_error_last()->status;
        u->room = room;
        u->size = size;
    }
    if (len > 0) memcpy(u->room + u->len, bytes, len);
    u->len += len;
    return BO_OK;
}

static bo_status put_code_point(bo_reading *r, unescaped *u, uint32_t c) {
    char bytes[4];
    return put(r, u, bytes, bo_utf8_put(bytes, c));
}

/* The bytes that may not stand in an IRIREF as they are. */
static const bool not_in_iri[256] = {
    1,         1,         1,         1,          1,         1,         1,         1,         1,         1, 1,
    1,         1,         1,         1,          1,         1,         1,         1,         1,         1, 1,
    1,         1,         1,         1,          1,         1,         1,         1,         1,         1, 1,
    ['"'] = 1, ['<'] = 1, ['>'] = 1, ['\\'] = 1, ['^'] = 1, ['`'] = 1, ['{'] = 1, ['|'] = 1, ['}'] = 1,
};

static bo_status not_in_an_iri(const bo_reading *r, const char *from) {
    unsigned char c = (unsigned char)*r->at;
    if (c == '<' && r->at == from)
        return bo_reading_fail(r, "'<<' begins a quoted triple: RDF-star is not read");
    if (c == ' ')
        return bo_reading_fail(r, "an IRI can't hold a blank: write %%20, or is '>' missing before it?");
    if (c < 0x20)
        return bo_reading_fail(r, "an IRI is not closed by '>' on its line, or holds a control character");
    return bo_reading_fail(r, "an IRI can't hold '%c': write %%%02X, or is '>' missing before it?", c, c);
}

bo_status bo_read_iriref(bo_reading *r, bo_str *out) {
    const char *from = r->at;
    unescaped u = {0};
    bool escaped = false, other = false;
    for (;;) {
        while (r->at < r->end && !not_in_iri[(unsigned char)*r->at]) other |= (*r->at++ & 0x80) != 0;
        if (r->at == r->end) return bo_reading_fail(r, "an IRI is not closed by '>'");
        if (*r->at == '>') break;
        if (*r->at != '\\') return not_in_an_iri(r, from);
        BO_TRY(put(r, &u, from, (size_t)(r->at - from)));
        char kind = r->at + 1 < r->end ? r->at[1] : ' ';
        if (kind != 'u' && kind != 'U') return bo_reading_fail(r, "only \\u and \\U may stand in an IRI");
        r->at += 2;
        uint32_t c;
        BO_TRY(uchar(r, kind == 'u' ? 4 : 8, &c));
        if (c < 0x80 && not_in_iri[c])
            return bo_reading_fail(r, "an IRI can't hold U+%04X, not even escaped", c);
        BO_TRY(put_code_point(r, &u, c));
        from = r->at;
        escaped = true;
    }
    bo_str piece = {from, (size_t)(r->at - from)};
    if (escaped) {
        BO_TRY(put(r, &u, piece.ptr, piece.len));
        piece = (bo_str){u.room, u.len};
    }
    if (other && !bo_utf8_valid(piece))
        return bo_reading_fail(r, "an IRI is not UTF-8: save the document as UTF-8");
    r->at++;
    *out = piece;
    return BO_OK;
}

static bo_status echar(bo_reading *r, unescaped *u) {
    static const char names[] = "tbnrf\"'\\", values[] = "\t\b\n\r\f\"'\\";
    char kind = r->at < r->end ? *r->at : ' ';
    const char *known = memchr(names, kind, sizeof names - 1);
    if (known != NULL) {
        r->at++;
        return put(r, u, &values[known - names], 1);
    }
    if (kind != 'u' && kind != 'U')
        return bo_reading_fail(r, "'\\%c' is no escape: a backslash itself is written \\\\", kind);
    r->at++;
    uint32_t c;
    BO_TRY(uchar(r, kind == 'u' ? 4 : 8, &c));
    return put_code_point(r, u, c);
}

/* What may end a run of a string's characters. */
enum { DOUBLE_QUOTE = 1, SINGLE_QUOTE = 2, BACKSLASH = 4, LINE_END = 8 };
static const unsigned char ends_run[256] = {
    ['"'] = DOUBLE_QUOTE, ['\''] = SINGLE_QUOTE, ['\\'] = BACKSLASH, ['\n'] = LINE_END, ['\r'] = LINE_END};

bo_status bo_read_string(bo_reading *r, bo_str *out, char quote, unsigned count) {
    const char *from = r->at, *const open = from - count;
    unescaped u = {0};
    bool escaped = false;
    unsigned char all = 0; /* the bits of all bytes: the highest tells whether there is more than ASCII */
    unsigned ends = (quote == '"' ? DOUBLE_QUOTE : SINGLE_QUOTE) | BACKSLASH | (count == 1 ? LINE_END : 0);
    for (;;) {
        while (r->at < r->end && !(ends_run[(unsigned char)*r->at] & ends)) all |= (unsigned char)*r->at++;
        if (r->at == r->end) {
            r->touched = true;
            r->at = open;
            return bo_reading_fail(r, "the string that begins here is not closed");
        }
        if (*r->at == quote) {
            if (count == 1 || (r->end - r->at >= 3 && r->at[1] == quote && r->at[2] == quote)) break;
            r->at++;
            continue;
        }
        if (*r->at != '\\') return bo_reading_fail(r, "a string ends with its line: close it, or write \\n");
        BO_TRY(put(r, &u, from, (size_t)(r->at - from)));
        r->at++;
        BO_TRY(echar(r, &u));
        from = r->at;
        escaped = true;
    }
    bo_str piece = {from, (size_t)(r->at - from)};
    if (escaped) {
        BO_TRY(put(r, &u, piece.ptr, piece.len));
        piece = (bo_str){u.room, u.len};
    }
    if ((all & 0x80) && !bo_utf8_valid(piece))
        return bo_reading_fail(r, "a string is not UTF-8: save the document as UTF-8");
    r->at += count;
    *out = piece;
    return BO_OK;
}

static bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool digit(char c) {
    return c >= '0' && c <= '9';
}

bo_status bo_read_lang(bo_reading *r, bo_str *out) {
    const char *from = r->at;
    while (r->at < r->end && letter(*r->at)) r->at++;
    if (r->at == from) return bo_reading_fail(r, "behind '@' a language tag was expected, as in \"mot\"@fr");
    while (r->at + 1 < r->end && *r->at == '-' && (letter(r->at[1]) || digit(r->at[1])))
        for (r->at++; r->at < r->end && (letter(*r->at) || digit(*r->at));) r->at++;
    if (r->at < r->end && *r->at == '_')
        return bo_reading_fail(r, "the parts of a language tag are joined by '-', not '_'");
    if (r->at < r->end && *r->at == '-') r->touched |= r->at + 1 == r->end;
    *out = (bo_str){from, (size_t)(r->at - from)};
    return BO_OK;
}

static const struct {
    uint32_t first, last;
} base_ranges[] = {
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
    {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
};

bool bo_is_pn_chars_base(uint32_t c) {
    if (c < 0x80) return letter((char)c);
    for (size_t i = 0; i < sizeof base_ranges / sizeof *base_ranges; i++)
        if (c >= base_ranges[i].first && c <= base_ranges[i].last) return true;
    return false;
}

bool bo_is_pn_chars_u(uint32_t c) {
    return c == '_' || bo_is_pn_chars_base(c);
}

bool bo_is_pn_chars(uint32_t c) {
    return c == '-' || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F ||
           c == 0x2040 || bo_is_pn_chars_u(c);
}

bool bo_has_scheme(bo_str iri) {
    size_t i = 0;
    for (; i < iri.len && iri.ptr[i] != ':'; i++) {
        unsigned char c = (unsigned char)iri.ptr[i], lower = c | 0x20;
        bool letter = lower >= 'a' && lower <= 'z';
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return false;
    }
    return i > 0 && i < iri.len;
}

bool bo_is_ncname(bo_str s) {
    for (size_t at = 0; at < s.len;) {
        bool first = at == 0;
        uint32_t c = bo_utf8_next(s, &at);
        if (first ? !bo_is_pn_chars_u(c) : !(bo_is_pn_chars(c) || c == '.')) return false;
    }
    return s.len > 0;
}

bool bo_is_lang(bo_str tag) {
    bo_reading r = {.start = tag.ptr, .at = tag.ptr, .end = tag.ptr + tag.len};
    bo_str whole;
    return tag.len > 0 && letter(tag.ptr[0]) && bo_read_lang(&r, &whole) == BO_OK && whole.len == tag.len;
}

void bo_reading_plain(bo_reading *r) {
    while (r->at < r->end && (letter(*r->at) || digit(*r->at) || *r->at == '_' || *r->at == '-')) r->at++;
}

uint32_t bo_reading_peek(bo_reading *r, size_t *len) {
    size_t at = 0;
    *len = 0;
    if (r->at >= r->end) {
        r->touched = true;
        return 0;
    }
    uint32_t c = bo_utf8_next((bo_str){r->at, (size_t)(r->end - r->at)}, &at);
    if (c == UINT32_MAX && r->end - r->at < 4) r->touched = true;
    *len = at;
    return c;
}

bo_status bo_reading_blank(bo_reading *r, bo_term *out, bo_str label) {
    if (r->options->blank_prefix.len) label = bo_arena_join(r->arena, r->options->blank_prefix, label);
    if (label.ptr == NULL) return bo_error_last()->status;
    *out = bo_term_blank(label);
    return BO_OK;
}

bo_status bo_reading_label(bo_reading *r, bo_term *out, bo_str label) {
    if (label.len > 0 && label.ptr[0] == 'g') label = bo_arena_join(r->arena, BO_STR("g"), label);
    return label.ptr ? bo_reading_blank(r, out, label) : bo_error_last()->status;
}

bo_status bo_reading_numbered(bo_reading *r, bo_term *out, unsigned long number) {
    char label[24];
    int len = snprintf(label, sizeof label, "g%lu", number);
    bo_str kept = bo_arena_str(r->arena, (bo_str){label, (size_t)len});
    return kept.ptr ? bo_reading_blank(r, out, kept) : bo_error_last()->status;
}

bo_status bo_reading_mark(bo_reading *r) {
    bo_str rest = {r->at, (size_t)(r->end - r->at)}, mark = BO_STR("\xEF\xBB\xBF");
    if (bo_str_starts(rest, BO_STR("\xFF\xFE")) || bo_str_starts(rest, BO_STR("\xFE\xFF")))
        return bo_reading_fail(r, "the document is UTF-16: save it as UTF-8");
    if (bo_str_starts(rest, mark)) r->at += mark.len;
    return BO_OK;
}

bo_status bo_read_label(bo_reading *r, bo_str *out) {
    const char *from = r->at;
    size_t len;
    uint32_t c = bo_reading_peek(r, &len);
    if (!bo_is_pn_chars_u(c) && !(c >= '0' && c <= '9'))
        return bo_reading_fail(r, "a blank node needs a label behind '_:'");
    const char *last = r->at; /* behind the last character that may end a label */
    while (bo_is_pn_chars(c) || c == '.') {
        r->at += len;
        if (c != '.') last = r->at;
        c = bo_reading_peek(r, &len);
    }
    r->at = last;
    *out = (bo_str){from, (size_t)(last - from)};
    return BO_OK;
}
