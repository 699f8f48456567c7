/* SPDX-License-Identifier: Apache-2.0
 * Reads JSON (RFC 8259). The text is copied once into the arena and strings are decoded in place there, so a
 * value costs its node and nothing else. The line and column of an error are counted only when there is one.
 */
#include "bocage/json.h"

#include <stdio.h>

#include <stdlib.h>

enum { PAD = 8, POOL = 64, DEFAULT_DEPTH = 512, FEW_MEMBERS = 12 };

typedef struct parser {
    const char *text;       /* as it came: the copy changes while strings are decoded */
    char *start, *at, *end; /* PAD bytes of NUL stand at the end */
    bo_arena *arena;
    size_t depth, depth_cap;
    size_t nodes, node_cap;
    bo_json *pool; /* nodes are taken from the arena POOL at a time */
    size_t pool_left;
    bo_json_member *stack; /* heap; what belongs to the arrays and objects that are still open */
    size_t top, stack_size;
    uint32_t *slots; /* heap; for finding duplicates among many members */
    size_t slot_size;
} parser;

static bo_status parse_value(bo_json **out, parser *p);

static bo_status fail_at(const parser *p, const char *where, bo_status status, const char *what) {
    unsigned line = 1, column = 1;
    for (const char *c = p->text, *stop = c + (where - p->start); c < stop; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            column++;
        }
    }
    return bo_fail_at(status, line, column, "%s", what);
}

static bo_status fail(const parser *p, const char *what) {
    return fail_at(p, p->at, BO_SYNTAX, p->at >= p->end ? "the JSON text ends too early" : what);
}

static void skip_space(parser *p) {
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t') p->at++;
}

static bo_status new_node(bo_json **out, parser *p, bo_json_kind kind) {
    if (p->node_cap != 0 && p->nodes >= p->node_cap)
        return fail_at(p, p->at, BO_LIMIT, "the JSON text holds too many values");
    if (p->pool_left == 0) {
        /* small texts get small pools: a text of n bytes has at most n / 2 + 1 values */
        size_t left = (size_t)(p->end - p->at) / 2 + 1, count = left < POOL ? left : POOL;
        p->pool = bo_arena_alloc(p->arena, count * sizeof *p->pool);
        if (p->pool == NULL) return bo_error_last()->status;
        p->pool_left = count;
    }
    bo_json *node = p->pool++;
    p->pool_left--;
    p->nodes++;
    *node = (bo_json){.kind = kind};
    *out = node;
    return BO_OK;
}

/* Whether one of 8 bytes is a control character, a quotation mark, a backslash or not ASCII. */
static inline uint64_t special_bytes(const char *at) {
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t w;
    memcpy(&w, at, sizeof w);
    uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
    return ((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & highs;
}

static int hex4(const char *at) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* \uXXXX, with its second half when it is the first of a pair; p->at stands on the 'u'. */
static bo_status parse_unicode_escape(parser *p, char **to) {
    const char *where = p->at - 1;
    int first = hex4(p->at + 1);
    if (first < 0) return fail_at(p, where, BO_SYNTAX, "\\u needs four hexadecimal digits");
    uint32_t code = (uint32_t)first;
    p->at += 5;
    if (code >= 0xD800 && code <= 0xDFFF) {
        int second = code <= 0xDBFF && p->at[0] == '\\' && p->at[1] == 'u' ? hex4(p->at + 2) : -1;
        if (second < 0xDC00 || second > 0xDFFF)
            return fail_at(p, where, BO_SYNTAX, "a surrogate stands without its other half");
        code = 0x10000 + ((code - 0xD800) << 10) + ((uint32_t)second - 0xDC00);
        p->at += 6;
    }
    char bytes[4];
    size_t len = bo_utf8_put(bytes, code);
    memcpy(*to, bytes, len);
    *to += len;
    return BO_OK;
}

static bo_status parse_escape(parser *p, char **to) {
    static const char plain[256] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    p->at++;
    if (*p->at == 'u') return parse_unicode_escape(p, to);
    char c = plain[(unsigned char)*p->at];
    if (c == 0) return fail(p, "there is no such escape");
    *(*to)++ = c;
    p->at++;
    return BO_OK;
}

/* A string; p->at stands on its opening quotation mark. */
static bo_status parse_string(bo_str *out, parser *p) {
    char *begin = ++p->at, *to = begin;
    for (;;) {
        char *run = p->at;
        while (special_bytes(p->at) == 0) p->at += 8;
        unsigned char c;
        while (c = (unsigned char)*p->at, c >= 0x20 && c < 0x80 && c != '"' && c != '\\') p->at++;
        if (to != run) memmove(to, run, (size_t)(p->at - run));
        to += p->at - run;
        if (c == '"') break;
        if (c == '\\') {
            BO_TRY(parse_escape(p, &to));
        } else if (c >= 0x80) {
            size_t len = 0;
            if (bo_utf8_next((bo_str){p->at, (size_t)(p->end - p->at)}, &len) == UINT32_MAX)
                return fail(p, "these bytes are not UTF-8");
            memmove(to, p->at, len);
            to += len;
            p->at += len;
        } else {
            return fail(p, "a control character in a string must be written as an escape");
        }
    }
    *out = (bo_str){begin, (size_t)(to - begin)};
    p->at++;
    return BO_OK;
}

static inline bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bo_status parse_number(bo_str *out, parser *p) {
    const char *begin = p->at;
    if (*p->at == '-') p->at++;
    if (!digit(*p->at)) return fail(p, "a number needs a digit here");
    if (*p->at == '0' && digit(p->at[1])) return fail(p, "a number must not begin with a needless 0");
    while (digit(*p->at)) p->at++;
    if (*p->at == '.') {
        p->at++;
        if (!digit(*p->at)) return fail(p, "a number needs a digit behind its point");
        while (digit(*p->at)) p->at++;
    }
    if (*p->at == 'e' || *p->at == 'E') {
        p->at++;
        if (*p->at == '+' || *p->at == '-') p->at++;
        if (!digit(*p->at)) return fail(p, "an exponent needs a digit");
        while (digit(*p->at)) p->at++;
    }
    *out = (bo_str){begin, (size_t)(p->at - begin)};
    return BO_OK;
}

static bo_status push(parser *p, bo_json_member member) {
    if (p->top == p->stack_size) {
        size_t size = p->stack_size ? p->stack_size * 2 : 256;
        bo_json_member *larger = realloc(p->stack, size * sizeof *larger);
        if (larger == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        p->stack = larger;
        p->stack_size = size;
    }
    p->stack[p->top++] = member;
    return BO_OK;
}

static bo_status parse_array(bo_json *array, parser *p) {
    size_t base = p->top;
    p->at++;
    skip_space(p);
    bool more = *p->at != ']';
    while (more) {
        bo_json *item;
        BO_TRY(parse_value(&item, p));
        BO_TRY(push(p, (bo_json_member){.value = item}));
        skip_space(p);
        more = *p->at == ',';
        if (more) p->at++;
    }
    if (*p->at != ']') return fail(p, "a comma or ] is missing here");
    p->at++;
    size_t count = p->top - base;
    if (count > 0) {
        array->items = bo_arena_alloc(p->arena, count * sizeof *array->items);
        if (array->items == NULL) return bo_error_last()->status;
        for (size_t i = 0; i < count; i++) array->items[i] = p->stack[base + i].value;
    }
    array->len = (uint32_t)count;
    array->size = count & INT32_MAX;
    p->top = base;
    return BO_OK;
}

static bo_status fail_duplicate(const parser *p, bo_str key) {
    char what[160];
    snprintf(what, sizeof what, "the member '%.*s' stands in this object already",
             BO_STR_ARG(bo_str_head(key, 80)));
    return fail_at(p, key.ptr - 1, BO_SYNTAX, what);
}

/* RFC 8259 section 4 leaves duplicates open; nobody could say which of them counts. */
static bo_status check_duplicates(parser *p, const bo_json_member *members, size_t count) {
    if (count <= FEW_MEMBERS) {
        for (size_t i = 1; i < count; i++)
            for (size_t j = 0; j < i; j++)
                if (bo_str_eq(members[i].key, members[j].key)) return fail_duplicate(p, members[i].key);
        return BO_OK;
    }
    size_t size = 64;
    while (size < count * 2) size *= 2;
    if (size > p->slot_size) {
        free(p->slots);
        p->slot_size = 0;
        p->slots = malloc(size * sizeof *p->slots);
        if (p->slots == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        p->slot_size = size;
    }
    memset(p->slots, 0, size * sizeof *p->slots);
    for (size_t i = 0; i < count; i++) {
        size_t slot = bo_str_hash(members[i].key) & (size - 1);
        for (; p->slots[slot] != 0; slot = (slot + 1) & (size - 1))
            if (bo_str_eq(members[p->slots[slot] - 1].key, members[i].key))
                return fail_duplicate(p, members[i].key);
        p->slots[slot] = (uint32_t)i + 1;
    }
    return BO_OK;
}

static bo_status parse_member(parser *p) {
    bo_json_member member;
    skip_space(p);
    if (*p->at != '"') return fail(p, "a member's name in quotation marks is missing here");
    BO_TRY(parse_string(&member.key, p));
    skip_space(p);
    if (*p->at != ':') return fail(p, "a colon is missing here");
    p->at++;
    BO_TRY(parse_value(&member.value, p));
    return push(p, member);
}

static bo_status parse_object(bo_json *object, parser *p) {
    size_t base = p->top;
    p->at++;
    skip_space(p);
    bool more = *p->at != '}';
    while (more) {
        BO_TRY(parse_member(p));
        skip_space(p);
        more = *p->at == ',';
        if (more) p->at++;
    }
    if (*p->at != '}') return fail(p, "a comma or } is missing here");
    p->at++;
    size_t count = p->top - base;
    if (count > 0) {
        object->members = bo_arena_alloc(p->arena, count * sizeof *object->members);
        if (object->members == NULL) return bo_error_last()->status;
        memcpy(object->members, p->stack + base, count * sizeof *object->members);
        BO_TRY(check_duplicates(p, object->members, count));
    }
    object->len = (uint32_t)count;
    object->size = count & INT32_MAX;
    p->top = base;
    return BO_OK;
}

static bo_status parse_nested(bo_json *node, parser *p) {
    if (++p->depth > p->depth_cap) return fail_at(p, p->at, BO_LIMIT, "the JSON text is nested too deeply");
    BO_TRY(node->kind == BO_JSON_ARRAY ? parse_array(node, p) : parse_object(node, p));
    p->depth--;
    return BO_OK;
}

static bo_status parse_word(parser *p, bo_str word) {
    if (memcmp(p->at, word.ptr, word.len) != 0) return fail(p, "this is no JSON value");
    p->at += word.len;
    return BO_OK;
}

static bo_status parse_value(bo_json **out, parser *p) {
    static const struct {
        bo_json_kind kind;
        bo_str word;
    } starts[256] = {
        ['{'] = {BO_JSON_OBJECT, {NULL, 0}},   ['['] = {BO_JSON_ARRAY, {NULL, 0}},
        ['"'] = {BO_JSON_STRING, {NULL, 0}},   ['t'] = {BO_JSON_TRUE, {"true", 4}},
        ['f'] = {BO_JSON_FALSE, {"false", 5}}, ['n'] = {BO_JSON_NULL, {"null", 4}},
        ['-'] = {BO_JSON_NUMBER, {NULL, 0}},   ['0'] = {BO_JSON_NUMBER, {NULL, 0}},
        ['1'] = {BO_JSON_NUMBER, {NULL, 0}},   ['2'] = {BO_JSON_NUMBER, {NULL, 0}},
        ['3'] = {BO_JSON_NUMBER, {NULL, 0}},   ['4'] = {BO_JSON_NUMBER, {NULL, 0}},
        ['5'] = {BO_JSON_NUMBER, {NULL, 0}},   ['6'] = {BO_JSON_NUMBER, {NULL, 0}},
        ['7'] = {BO_JSON_NUMBER, {NULL, 0}},   ['8'] = {BO_JSON_NUMBER, {NULL, 0}},
        ['9'] = {BO_JSON_NUMBER, {NULL, 0}},
    };
    skip_space(p);
    unsigned char c = (unsigned char)*p->at;
    bo_json_kind kind = starts[c].kind;
    if (kind == BO_JSON_NULL && c != 'n') return fail(p, "a value is missing here");
    bo_json *node = NULL;
    BO_TRY(new_node(&node, p, kind));
    if (kind == BO_JSON_STRING)
        BO_TRY(parse_string(&node->text, p));
    else if (kind == BO_JSON_NUMBER)
        BO_TRY(parse_number(&node->text, p));
    else if (starts[c].word.ptr != NULL)
        BO_TRY(parse_word(p, starts[c].word));
    else
        BO_TRY(parse_nested(node, p));
    *out = node;
    return BO_OK;
}

static bo_status parse_text(bo_json **out, parser *p) {
    bo_json *value;
    BO_TRY(parse_value(&value, p));
    skip_space(p);
    if (p->at != p->end) return fail(p, "something stands behind the JSON value");
    *out = value;
    return BO_OK;
}

bo_status bo_json_parse(bo_json **out, bo_str text, const bo_json_limits *limits, bo_arena *arena) {
    if (text.len >= UINT32_MAX) return bo_fail(BO_LIMIT, "a JSON text must be smaller than 4 GiB");
    char *copy = bo_arena_alloc(arena, text.len + PAD);
    if (copy == NULL) return bo_error_last()->status;
    if (text.len > 0) memcpy(copy, text.ptr, text.len);
    memset(copy + text.len, 0, PAD);
    parser p = {.text = text.ptr,
                .start = copy,
                .at = copy,
                .end = copy + text.len,
                .arena = arena,
                .depth_cap = limits && limits->depth ? limits->depth : DEFAULT_DEPTH,
                .node_cap = limits ? limits->nodes : 0};
    bo_status status = parse_text(out, &p);
    free(p.stack);
    free(p.slots);
    return status;
}
