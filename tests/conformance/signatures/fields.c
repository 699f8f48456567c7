/* SPDX-License-Identifier: Apache-2.0
 * Structured fields: the JSON of httpwg/structured-field-tests. Read, compared, and written again.
 */
#include "crypto/crypto.h"
#include "fed/structured.h"
#include "run.h"

/* Base32 (RFC 4648 section 6), as the expected bytes are written. */
static bo_str base32(bo_str text, bo_arena *arena) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *room = bo_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != '='; i++) {
        const char *at = strchr(alphabet, text.ptr[i]);
        held = (held << 5 | (unsigned)(at - alphabet)) & 0xFFF;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        room[len++] = (char)(held >> bits & 0xFF);
    }
    return bo_str_make(room, len);
}

static bool same_number(const bo_sf *value, const bo_json *expected) {
    double number;
    if (!bo_json_number(&number, expected)) return false;
    double got = value->kind == BO_SF_DECIMAL ? (double)value->number / 1000 : (double)value->number;
    bool decimal = bo_str_find(expected->text, '.') < expected->text.len;
    return number == got && decimal == (value->kind == BO_SF_DECIMAL);
}

static bool same_bare(const bo_sf *value, const bo_json *expected, bo_arena *arena) {
    static const struct {
        bo_sf_kind kind;
        const char *name;
    } types[] = {{BO_SF_TOKEN, "token"}, {BO_SF_BYTES, "binary"}, {BO_SF_DISPLAY, "displaystring"}};
    bo_str type = bo_json_get_string(expected, BO_STR("__type"));
    int64_t number;
    if (value->kind == BO_SF_STRING) return bo_str_eq(bo_json_string(expected), value->text);
    if (value->kind == BO_SF_BOOLEAN)
        return bo_json_is(expected, value->number ? BO_JSON_TRUE : BO_JSON_FALSE);
    if (value->kind == BO_SF_DATE)
        return bo_str_eq(type, BO_STR("date")) &&
               bo_json_integer(&number, bo_json_get(expected, BO_STR("value"))) && number == value->number;
    if (value->kind == BO_SF_INTEGER || value->kind == BO_SF_DECIMAL) return same_number(value, expected);
    bo_str text = bo_json_get_string(expected, BO_STR("value"));
    if (value->kind == BO_SF_BYTES) text = base32(text, arena);
    for (size_t i = 0; i < 3; i++)
        if (types[i].kind == value->kind)
            return bo_str_eq(type, bo_str_of(types[i].name)) && bo_str_eq(text, value->text);
    return false;
}

static bool same_params(const bo_sf *first, const bo_json *expected, bo_arena *arena) {
    uint32_t i = 0;
    for (; first != NULL; first = first->next, i++) {
        const bo_json *pair = bo_json_at(expected, i);
        if (!bo_str_eq(bo_json_string(bo_json_at(pair, 0)), first->key) ||
            !same_bare(first, bo_json_at(pair, 1), arena))
            return false;
    }
    return i == expected->len;
}

static bool same_member(const bo_sf *value, const bo_json *expected, bo_arena *arena) {
    const bo_json *bare = bo_json_at(expected, 0), *params = bo_json_at(expected, 1);
    if (params == NULL || !same_params(value->params, params, arena)) return false;
    if (value->kind != BO_SF_LIST) return same_bare(value, bare, arena);
    uint32_t i = 0;
    for (const bo_sf *one = value->items; one != NULL; one = one->next)
        if (bo_json_at(bare, i) == NULL || !same_member(one, bo_json_at(bare, i++), arena)) return false;
    return i == bare->len;
}

static bool same_top(const bo_sf *first, bo_sf_type type, const bo_json *expected, bo_arena *arena) {
    uint32_t i = 0;
    if (type == BO_SF_TOP_ITEM) return same_member(first, expected, arena);
    for (; first != NULL; first = first->next, i++) {
        const bo_json *one = bo_json_at(expected, i);
        bool named = type == BO_SF_TOP_DICTIONARY;
        if (named && !bo_str_eq(bo_json_string(bo_json_at(one, 0)), first->key)) return false;
        if (!same_member(first, named ? bo_json_at(one, 1) : one, arena)) return false;
    }
    return i == expected->len;
}

static bo_str joined(const bo_json *lines, bo_arena *arena) {
    bo_str all = BO_STR("");
    for (uint32_t i = 0; i < lines->len; i++) {
        if (i > 0) all = bo_arena_join(arena, all, BO_STR(", "));
        all = bo_arena_join(arena, all, lines->items[i]->text);
    }
    return all;
}

static const char *run_one(const bench *b, const bo_json *test) {
    static const char *const types[] = {"item", "list", "dictionary"};
    bo_arena *arena = b->s->arena;
    bo_sf *first;
    bo_sf_type type = BO_SF_TOP_ITEM;
    bo_text text;
    for (unsigned i = 0; i < 3; i++)
        if (bo_str_eq(bo_json_get_string(test, BO_STR("header_type")), bo_str_of(types[i])))
            type = (bo_sf_type)i;
    bool must_fail = bo_json_is(bo_json_get(test, BO_STR("must_fail")), BO_JSON_TRUE);
    bool can_fail = bo_json_is(bo_json_get(test, BO_STR("can_fail")), BO_JSON_TRUE);
    const bo_json *raw = bo_json_get(test, BO_STR("raw")),
                  *canonical = bo_json_get(test, BO_STR("canonical"));
    if (bo_sf_read(&first, type, joined(raw, arena), arena) != BO_OK)
        return must_fail || can_fail ? NULL : bo_error_last()->message;
    if (must_fail) return "it should be refused";
    if (!same_top(first, type, bo_json_get(test, BO_STR("expected")), arena))
        return "it is read as something else";
    bo_text_init(&text, 0);
    bo_sf_write(&text, type, first);
    const char *why = compare(b, bo_text_str(&text), joined(canonical ? canonical : raw, arena));
    bo_text_done(&text);
    return why;
}

void run_fields(const bench *b) {
    static const char *const files[] = {"binary",
                                        "boolean",
                                        "date",
                                        "dictionary",
                                        "display-string",
                                        "examples",
                                        "item",
                                        "list",
                                        "listlist",
                                        "key-generated",
                                        "large-generated",
                                        "number-generated",
                                        "number",
                                        "param-dict",
                                        "param-list",
                                        "param-listlist",
                                        "string-generated",
                                        "string",
                                        "token-generated",
                                        "token"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        bo_str name = bo_arena_printf(b->s->arena, "%s.json", files[i]);
        bo_json *tests = read_json(b, "structured-fields", name.ptr);
        for (uint32_t k = 0; k < tests->len; k++)
            judge(b, files[i], bo_json_get_string(tests->items[k], BO_STR("name")),
                  run_one(b, tests->items[k]));
    }
}
