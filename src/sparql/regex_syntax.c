/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/regex_syntax.h"

/* What stands in a class for the characters that begin a name (XML 1.0, production 4), all of a name (4a),
 * and the others. */
#define BEGINS                                                                                               \
    ":A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}"              \
    "\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}"        \
    "\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}"
#define NEVER                                                                                                \
    "\\x{D7}\\x{F7}\\x{37E}\\x{2000}-\\x{200B}\\x{2190}-\\x{2BFF}\\x{2FF0}-\\x{3000}\\x{E000}-\\x{F8FF}"     \
    "\\x{FDD0}-\\x{FDEF}\\x{FFFE}-\\x{FFFF}\\x{F0000}-\\x{10FFFF};-@\\[-\\^`"
static const struct {
    char letter;
    const char *content;
} names[] = {
    {'i', BEGINS},
    {'I', NEVER "\\x{0}-9{-\\x{BF}\\x{300}-\\x{36F}\\x{200E}-\\x{206F}"},
    {'c', BEGINS "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}"},
    {'C', NEVER "\\x{0}-,\\/{-\\x{B6}\\x{B8}-\\x{BF}\\x{200E}-\\x{203E}\\x{2041}-\\x{206F}"},
};

enum { DEEPEST = 50 };

typedef struct reading {
    bo_str rest;
    unsigned depth;
} reading;

static char peek(const reading *r, size_t ahead) {
    return ahead < r->rest.len ? r->rest.ptr[ahead] : '\0';
}

static void skip(reading *r, size_t count) {
    r->rest = bo_str_from(r->rest, count);
}

/* A backslash and what belongs to it. */
static void escape(bo_text *out, reading *r, bool in_class) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].letter != peek(r, 1)) continue;
        if (!in_class) bo_text_char(out, '[');
        bo_text_put(out, bo_str_of(names[i].content));
        if (!in_class) bo_text_char(out, ']');
        skip(r, 2);
        return;
    }
    bo_text_put(out, bo_str_head(r->rest, 2));
    skip(r, 2);
}

static void read_class(bo_text *out, reading *r);

/* The members of a class; what is taken from them goes to `less`. */
static void read_members(bo_text *members, bo_text *less, reading *r) {
    while (r->rest.len > 0 && peek(r, 0) != ']') {
        char c = peek(r, 0);
        if (c == '-' && peek(r, 1) == '[' && r->depth < DEEPEST) {
            skip(r, 1);
            read_class(less, r);
        } else if (c == '\\') {
            escape(members, r, true);
        } else {
            if (c == '[') bo_text_char(members, '\\'); /* PCRE2 would look for [:alpha:] */
            bo_text_char(members, c);
            skip(r, 1);
        }
    }
}

/* [members-[less]] -> (?:(?!less)[members]) */
static void read_class(bo_text *out, reading *r) {
    bo_text members, less;
    bo_text_init(&members, 0);
    bo_text_init(&less, 0);
    r->depth++;
    skip(r, 1);
    read_members(&members, &less, r);
    r->depth--;
    bool closed = r->rest.len > 0;
    skip(r, 1);
    if (less.len > 0) {
        BO_TEXT_LIT(out, "(?:(?!");
        bo_text_put(out, bo_text_str(&less));
        bo_text_char(out, ')');
    }
    bo_text_char(out, '[');
    bo_text_put(out, bo_text_str(&members));
    if (closed) bo_text_char(out, ']');
    if (less.len > 0) bo_text_char(out, ')');
    if (members.status != BO_OK || less.status != BO_OK) bo_text_fail(out, BO_NO_MEMORY);
    bo_text_done(&members);
    bo_text_done(&less);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void bo_regex_translate(bo_text *out, bo_str pattern, bool drop_blanks) {
    reading r = {.rest = pattern};
    while (r.rest.len > 0) {
        char c = peek(&r, 0);
        if (c == '[') {
            read_class(out, &r);
        } else if (c == '\\') {
            escape(out, &r, false);
        } else {
            if (!drop_blanks || !is_blank(c)) bo_text_char(out, c);
            skip(&r, 1);
        }
    }
}
