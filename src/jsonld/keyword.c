/* SPDX-License-Identifier: Apache-2.0
 * Keywords and the forms of text that the algorithms ask for, and the state of one call.
 */
#include "jsonld/internal.h"

const bo_str bo_ld_text[BO_LD_KEYWORD_COUNT] = {
#define BO_KEYWORD(name, text) [BO_LD_##name] = {text, sizeof(text) - 1},
#include "jsonld/keyword.def"
#undef BO_KEYWORD
};

const bo_str bo_ld_direction_text[4] = {{NULL, 0}, {NULL, 0}, {"ltr", 3}, {"rtl", 3}};

/* keyword.def is in alphabetical order: where each letter begins. */
static const unsigned char begins[26] = {
    ['b' - 'a'] = BO_LD_BASE,         ['c' - 'a'] = BO_LD_CONTAINER, ['d' - 'a'] = BO_LD_DEFAULT,
    ['e' - 'a'] = BO_LD_EMBED,        ['g' - 'a'] = BO_LD_GRAPH,     ['i' - 'a'] = BO_LD_ID,
    ['j' - 'a'] = BO_LD_JSON,         ['l' - 'a'] = BO_LD_LANGUAGE,  ['n' - 'a'] = BO_LD_NEST,
    ['o' - 'a'] = BO_LD_OMIT_DEFAULT, ['p' - 'a'] = BO_LD_PREFIX,    ['r' - 'a'] = BO_LD_REQUIRE_ALL,
    ['s' - 'a'] = BO_LD_SET,          ['t' - 'a'] = BO_LD_TYPE,      ['v' - 'a'] = BO_LD_VALUE};

bo_ld_keyword bo_ld_keyword_search(bo_str text) {
    char c = text.ptr[1];
    unsigned k = c >= 'a' && c <= 'z' ? begins[c - 'a'] : BO_LD_NO_KEYWORD;
    for (; k != BO_LD_NO_KEYWORD && k < BO_LD_KEYWORD_COUNT && bo_ld_text[k].ptr[1] == c; k++)
        if (bo_str_eq(text, bo_ld_text[k])) return (bo_ld_keyword)k;
    return BO_LD_NO_KEYWORD;
}

static bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool bo_ld_looks_like_keyword(bo_str text) {
    if (text.len < 2 || text.ptr[0] != '@') return false;
    for (size_t i = 1; i < text.len; i++)
        if (!letter(text.ptr[i])) return false;
    return true;
}

bool bo_ld_is_iri(bo_str text) {
    size_t colon = bo_str_find(text, ':');
    if (colon == text.len || colon == 0 || !letter(text.ptr[0])) return false;
    for (size_t i = 1; i < colon; i++) {
        char c = text.ptr[i];
        if (!letter(c) && !digit(c) && c != '+' && c != '-' && c != '.') return false;
    }
    for (size_t i = colon + 1; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ') return false;
    return true;
}

bool bo_ld_is_blank(bo_str text) {
    return bo_str_starts(text, BO_STR("_:"));
}

bool bo_ld_is_language(bo_str text) {
    size_t run = 0;
    bool first = true;
    for (size_t i = 0; i <= text.len; i++) {
        if (i == text.len || text.ptr[i] == '-') {
            if (run == 0 || run > 8) return false;
            run = 0;
            first = false;
        } else if (letter(text.ptr[i]) || (!first && digit(text.ptr[i]))) {
            run++;
        } else {
            return false;
        }
    }
    return true;
}

bo_str bo_ld_lower(bo_arena *arena, bo_str text) {
    bool upper = false;
    for (size_t i = 0; i < text.len && !upper; i++) upper = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
    if (!upper) return text;
    char *copy = bo_arena_alloc(arena, text.len);
    if (copy == NULL) return BO_STR_NONE;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    return (bo_str){copy, text.len};
}

void bo_ld_init(bo_ld *ld, const bo_jsonld_options *options, bo_arena *arena) {
    static const bo_jsonld_options none = {.mode_1_0 = false};
    *ld = (bo_ld){.options = options ? options : &none, .arena = arena};
    ld->loader = ld->options->loader ? ld->options->loader : &bo_loader_builtin;
    ld->caps = ld->options->caps;
#define BO_LIMIT_ROW(field, value, what)                                                                     \
    if (ld->caps.field == 0) ld->caps.field = value;
#include "jsonld/limits.def"
#undef BO_LIMIT_ROW
    bo_map_init(&ld->loaded, arena);
    bo_map_init(&ld->scoped, arena);
    bo_map_init(&ld->short_iris, arena);
    bo_map_init(&ld->blank_names, arena);
}

bo_status bo_ld_too_much(const bo_ld *ld) {
#define BO_LIMIT_ROW(field, value, what)                                                                     \
    if (ld->spent.field > ld->caps.field)                                                                    \
        return bo_fail(BO_LIMIT, "this JSON-LD takes more than %zu " what, ld->caps.field);
#include "jsonld/limits.def"
#undef BO_LIMIT_ROW
    return bo_fail(BO_INTERNAL, "no cap is reached");
}

bo_status bo_ld_drop(const bo_ld *ld, const char *what, bo_str text) {
    if (!ld->options->lossless) return BO_OK;
    return BO_LD_FAIL("lossy conversion",
                      "%s \"%.*s\" would get lost: no context defines it, or it is no IRI", what,
                      BO_STR_ARG(text));
}

bo_status bo_ld_join(bo_ld *ld, bo_str *out, bo_str a, bo_str b) {
    BO_TRY(BO_LD_SPEND(ld, text_bytes, a.len + b.len));
    bo_str joined = bo_arena_join(ld->arena, a, b);
    BO_TRY(bo_ld_made(joined.ptr));
    *out = joined;
    return BO_OK;
}

bo_status bo_ld_made(const void *made) {
    if (made != NULL) return BO_OK;
    bo_status status = bo_error_last()->status;
    return status == BO_LIMIT ? BO_LIMIT : bo_fail(BO_NO_MEMORY, "memory ran out");
}
