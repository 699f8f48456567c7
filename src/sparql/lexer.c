/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/lexer.h"

static bo_status fail(const bo_lexer *lexer, size_t at, const char *message) {
    unsigned line, column;
    bo_lexer_place(lexer, at, &line, &column);
    return bo_fail_at(BO_SYNTAX, line, column, "%s", message);
}

void bo_lexer_place(const bo_lexer *lexer, size_t at, unsigned *line, unsigned *column) {
    *line = *column = 1;
    for (size_t i = 0; i < at && i < lexer->text.len; i++) {
        char c = lexer->text.ptr[i];
        if (c == '\n' || (c == '\r' && (i + 1 == lexer->text.len || lexer->text.ptr[i + 1] != '\n'))) {
            ++*line;
            *column = 1;
        } else if (((unsigned char)c & 0xC0) != 0x80 && c != '\r') {
            ++*column;
        }
    }
}

/* Characters. Past the end there is a NUL, which no token has. */

static char peek(const bo_lexer *lexer, size_t at) {
    return at < lexer->text.len ? lexer->text.ptr[at] : '\0';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int hex(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hex_number(uint32_t *out, bo_str s, size_t at, unsigned digits) {
    uint32_t n = 0;
    for (unsigned i = 0; i < digits; i++) {
        int digit = at + i < s.len ? hex(s.ptr[at + i]) : -1;
        if (digit < 0) return false;
        n = n << 4 | (uint32_t)digit;
    }
    *out = n;
    return true;
}

/* PN_CHARS_BASE beyond ASCII. */
static bool is_base(uint32_t c) {
    static const uint32_t ranges[][2] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},
                                         {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D},
                                         {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
                                         {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
    return false;
}

enum { PLAIN_U = 1, DIGIT = 2, INNER = 4, DASH = 8, DOT = 16, COLON = 32 };
enum { PN_CHARS_U = PLAIN_U, VARNAME = PLAIN_U | DIGIT | INNER, PN_CHARS = VARNAME | DASH };

/* The length in bytes of the character at `at` if it is of one of the classes, else 0. */
static size_t char_of(const bo_lexer *lexer, size_t at, unsigned classes) {
    char c = peek(lexer, at);
    if (is_letter(c) || c == '_') return (classes & PLAIN_U) != 0;
    if (is_digit(c)) return (classes & DIGIT) != 0;
    if (c == '-') return (classes & DASH) != 0;
    if (c == '.') return (classes & DOT) != 0;
    if (c == ':') return (classes & COLON) != 0;
    if ((unsigned char)c < 0x80) return 0;
    size_t end = at;
    uint32_t code = bo_utf8_next(lexer->text, &end);
    if (is_base(code)) return (classes & PLAIN_U) ? end - at : 0;
    if (code == 0xB7 || (code >= 0x300 && code <= 0x36F) || code == 0x203F || code == 0x2040)
        return (classes & INNER) ? end - at : 0;
    return 0;
}

static size_t run_of(const bo_lexer *lexer, size_t at, unsigned classes) {
    for (size_t n; (n = char_of(lexer, at, classes)) > 0;) at += n;
    return at;
}

/* PLX: %41 or \~ ; its length or 0. */
static size_t escape_of(const bo_lexer *lexer, size_t at) {
    char c = peek(lexer, at);
    if (c == '%') return hex(peek(lexer, at + 1)) >= 0 && hex(peek(lexer, at + 2)) >= 0 ? 3 : 0;
    if (c != '\\' || peek(lexer, at + 1) == '\0') return 0;
    return strchr("_~.-!$&'()*+,;=/?#@%", peek(lexer, at + 1)) != NULL ? 2 : 0;
}

/* \u0041 and \U00000041, anywhere in a text. */
static bo_status without_escapes(bo_lexer *lexer) {
    bo_str in = lexer->text;
    char *out = bo_arena_alloc(lexer->arena, in.len);
    if (out == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = 0; i < in.len;) {
        char next = in.ptr[i] == '\\' && i + 1 < in.len ? in.ptr[i + 1] : '\0';
        if (next == 'u' || next == 'U') {
            unsigned digits = next == 'u' ? 4 : 8;
            uint32_t code;
            if (!hex_number(&code, in, i + 2, digits) || code > 0x10FFFF ||
                (code >= 0xD800 && code <= 0xDFFF))
                return fail(lexer, i, "this \\u escape names no character");
            len += bo_utf8_put(out + len, code);
            i += 2 + digits;
        } else {
            for (int n = next == '\\' ? 2 : 1; n > 0; n--) out[len++] = in.ptr[i++];
        }
    }
    lexer->text = bo_str_make(out, len);
    return BO_OK;
}

bo_status bo_lexer_init(bo_lexer *lexer, bo_str text, bo_arena *arena) {
    *lexer = (bo_lexer){.arena = arena, .text = text};
    if (!bo_utf8_valid(text)) return bo_fail(BO_SYNTAX, "the text is not UTF-8");
    bool escaped =
        bo_str_find_str(text, BO_STR("\\u")) < text.len || bo_str_find_str(text, BO_STR("\\U")) < text.len;
    return escaped ? without_escapes(lexer) : BO_OK;
}

/* Tokens. Each reads from lexer->at, sets kind, text and end. */

static void take(const bo_lexer *lexer, bo_token *token, bo_token_kind kind, size_t from, size_t to) {
    token->kind = kind;
    token->text = bo_str_make(lexer->text.ptr + from, to - from);
    token->end = to;
}

static bool is_iri_char(char c) {
    return (unsigned char)c > 0x20 && strchr("<>\"{}|^`\\", c) == NULL;
}

static bool iriref(const bo_lexer *lexer, bo_token *token) {
    size_t end = lexer->at + 1;
    while (is_iri_char(peek(lexer, end))) end++;
    if (peek(lexer, end) != '>') return false;
    take(lexer, token, BO_TOKEN_IRI, lexer->at + 1, end);
    token->end = end + 1;
    return true;
}

static bo_status string(bo_lexer *lexer, bo_token *token) {
    bo_str s = lexer->text;
    char quote = s.ptr[lexer->at];
    bool is_long = peek(lexer, lexer->at + 1) == quote && peek(lexer, lexer->at + 2) == quote;
    size_t from = lexer->at + (is_long ? 3 : 1), at = from;
    bool escaped = false;
    for (;; at++) {
        if (at >= s.len) return fail(lexer, lexer->at, "this string is not closed");
        if (s.ptr[at] == '\\') {
            if (at + 1 >= s.len || strchr("tbnrf\\\"'", s.ptr[at + 1]) == NULL || s.ptr[at + 1] == '\0')
                return fail(lexer, at, "there is no such escape; \\t \\b \\n \\r \\f \\\\ \\\" \\' are");
            escaped = true;
            at++;
        } else if (!is_long && (s.ptr[at] == '\n' || s.ptr[at] == '\r')) {
            return fail(lexer, lexer->at, "this string is not closed on its line");
        } else if (s.ptr[at] == quote &&
                   (!is_long || (peek(lexer, at + 1) == quote && peek(lexer, at + 2) == quote))) {
            break;
        }
    }
    take(lexer, token, BO_TOKEN_STRING, from, at);
    token->end = at + (is_long ? 3 : 1);
    if (!escaped) return BO_OK;
    char *out = bo_arena_alloc(lexer->arena, at - from);
    if (out == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = from; i < at; i++) {
        static const char from_letters[] = "tbnrf", to_chars[] = "\t\b\n\r\f";
        const char *letter = s.ptr[i] == '\\' ? strchr(from_letters, s.ptr[++i]) : NULL;
        out[len++] = letter ? to_chars[letter - from_letters] : s.ptr[i];
    }
    token->text = bo_str_make(out, len);
    return BO_OK;
}

/* INTEGER, DECIMAL, DOUBLE; false when the dot at `at` begins no number. */
static bool number(const bo_lexer *lexer, bo_token *token) {
    size_t at = lexer->at;
    bo_token_kind kind = BO_TOKEN_INTEGER;
    while (is_digit(peek(lexer, at))) at++;
    bool whole = at > lexer->at;
    if (peek(lexer, at) == '.') {
        size_t digits = at + 1;
        while (is_digit(peek(lexer, digits))) digits++;
        char e = peek(lexer, digits);
        char after =
            peek(lexer, digits + 1 + (peek(lexer, digits + 1) == '+' || peek(lexer, digits + 1) == '-'));
        bool exponent = (e == 'e' || e == 'E') && is_digit(after);
        if (digits > at + 1 || (whole && exponent)) {
            kind = BO_TOKEN_DECIMAL;
            at = digits;
        } else if (!whole) {
            return false;
        }
    }
    char e = peek(lexer, at), sign = peek(lexer, at + 1);
    size_t digits = at + 1 + (sign == '+' || sign == '-');
    if ((e == 'e' || e == 'E') && is_digit(peek(lexer, digits))) {
        kind = BO_TOKEN_DOUBLE;
        while (is_digit(peek(lexer, digits))) digits++;
        at = digits;
    }
    take(lexer, token, kind, lexer->at, at);
    return true;
}

/* The local part of a prefixed name, whose prefix ends before the colon at `colon`. */
static bo_status local(bo_lexer *lexer, bo_token *token, size_t colon) {
    size_t at = colon + 1, end = at;
    bool escaped = false;
    for (;;) {
        size_t escape = escape_of(lexer, at);
        size_t n = escape > 0 ? escape
                              : char_of(lexer, at,
                                        at == colon + 1 ? VARNAME - INNER + COLON : PN_CHARS | DOT | COLON);
        if (n == 0) break;
        escaped |= escape == 2;
        bool dot = escape == 0 && peek(lexer, at) == '.';
        at += n;
        if (!dot) end = at;
    }
    take(lexer, token, BO_TOKEN_NAME, colon + 1, end);
    token->prefix = bo_str_make(lexer->text.ptr + lexer->at, colon - lexer->at);
    if (!escaped) return BO_OK;
    char *out = bo_arena_alloc(lexer->arena, end - colon);
    if (out == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = colon + 1; i < end; i++) {
        if (lexer->text.ptr[i] == '\\') i++;
        out[len++] = lexer->text.ptr[i];
    }
    token->text = bo_str_make(out, len);
    return BO_OK;
}

static bo_status blank(bo_lexer *lexer, bo_token *token) {
    size_t from = lexer->at + 2, end = from, n = char_of(lexer, from, PN_CHARS_U | DIGIT);
    for (size_t at = from; n > 0; n = char_of(lexer, at, PN_CHARS | DOT)) {
        bool dot = peek(lexer, at) == '.';
        at += n;
        if (!dot) end = at;
    }
    if (end == from) return fail(lexer, lexer->at, "a blank node's label must follow _:");
    take(lexer, token, BO_TOKEN_BLANK, from, end);
    return BO_OK;
}

/* A keyword or a prefixed name. */
static bo_status word(bo_lexer *lexer, bo_token *token) {
    size_t end = run_of(lexer, lexer->at, PN_CHARS | DOT);
    if (peek(lexer, end) == ':' && end > lexer->at && lexer->text.ptr[end - 1] != '.' &&
        char_of(lexer, lexer->at, PLAIN_U) > 0 && peek(lexer, lexer->at) != '_')
        return local(lexer, token, end);
    end = lexer->at;
    while (is_letter(peek(lexer, end)) || is_digit(peek(lexer, end)) || peek(lexer, end) == '_') end++;
    if (end == lexer->at) return fail(lexer, lexer->at, "this character can't stand here");
    take(lexer, token, BO_TOKEN_WORD, lexer->at, end);
    return BO_OK;
}

static bo_status mark(bo_lexer *lexer, bo_token *token) {
    static const char *const doubles[] = {"^^", "||", "&&", "!=", "<=", ">="};
    char c = lexer->text.ptr[lexer->at], next = peek(lexer, lexer->at + 1);
    token->kind = BO_TOKEN_MARK;
    token->mark = (unsigned char)c;
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        if (doubles[i][0] == c && doubles[i][1] == next) token->mark = BO_MARK2(c, next);
    size_t len = token->mark > 0xFF ? 2 : 1;
    take(lexer, token, BO_TOKEN_MARK, lexer->at, lexer->at + len);
    return BO_OK;
}

static void skip_space(bo_lexer *lexer) {
    for (;; lexer->at++) {
        char c = peek(lexer, lexer->at);
        if (c == '#') {
            while (lexer->at < lexer->text.len && c != '\n' && c != '\r') c = peek(lexer, ++lexer->at);
        }
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return;
    }
}

static bo_status read(bo_lexer *lexer, bo_token *token) {
    char c = peek(lexer, lexer->at), next = peek(lexer, lexer->at + 1);
    if (c == '<' && iriref(lexer, token)) return BO_OK;
    if (c == '"' || c == '\'') return string(lexer, token);
    if ((is_digit(c) || c == '.') && number(lexer, token)) return BO_OK;
    if (c == '_' && next == ':') return blank(lexer, token);
    if (c == ':') return local(lexer, token, lexer->at);
    if (c == '?' || c == '$') {
        size_t end = run_of(lexer, lexer->at + 1, VARNAME);
        if (end > lexer->at + 1 && char_of(lexer, lexer->at + 1, PN_CHARS_U | DIGIT) > 0) {
            take(lexer, token, BO_TOKEN_VARIABLE, lexer->at + 1, end);
            return BO_OK;
        }
    }
    if (c == '@') {
        size_t end = lexer->at + 1;
        while (is_letter(peek(lexer, end))) end++;
        while (end > lexer->at + 1 && peek(lexer, end) == '-' &&
               (is_letter(peek(lexer, end + 1)) || is_digit(peek(lexer, end + 1))))
            for (end++; is_letter(peek(lexer, end)) || is_digit(peek(lexer, end));) end++;
        if (end == lexer->at + 1) return fail(lexer, lexer->at, "a language tag must follow @");
        take(lexer, token, BO_TOKEN_LANG, lexer->at + 1, end);
        return BO_OK;
    }
    if (c != '\0' && strchr("{}()[].;,^|&/*+-?!=<>", c) != NULL) return mark(lexer, token);
    return word(lexer, token);
}

bo_status bo_lexer_next(bo_lexer *lexer, bo_token *token) {
    skip_space(lexer);
    bo_token found = {.kind = BO_TOKEN_END, .at = lexer->at, .end = lexer->at};
    if (lexer->at < lexer->text.len) BO_TRY(read(lexer, &found));
    lexer->at = found.end;
    *token = found;
    return BO_OK;
}
