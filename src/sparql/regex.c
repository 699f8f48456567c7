/* SPDX-License-Identifier: Apache-2.0
 * REGEX and REPLACE (SPARQL 1.1 sections 17.4.3.14 and 15): the PCRE2 edge. Patterns are those of XPath and
 * XQuery Functions and Operators section 7.6.1, which regex_syntax.c writes as those of PCRE2.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "sparql/calls.h"
#include "sparql/regex.h"
#include "sparql/regex_syntax.h"

enum {
    KEPT = 8,
    PATTERN_CAP = 10000,
    TRANSLATED_CAP = 200000,
    OFTEN = 8, /* matches between two looks at the clock: one may take all its steps */
    NESTING_CAP = 200,
    MATCH_CAP = 1000000,
    HEAP_CAP_KIB = 20000,
    TEXT_CAP = 16 << 20
};

typedef struct regex {
    char *key; /* flags, NUL, pattern */
    size_t key_len;
    pcre2_code *code; /* NULL: the pattern is none */
} regex;

struct bo_regexes {
    regex kept[KEPT];
    unsigned oldest;
    pcre2_compile_context *compiling;
    pcre2_match_context *matching;
    pcre2_match_data *found;
    unsigned matches;
    int groups; /* how many of it the last match has set */
};

static void forget(regex *r) {
    pcre2_code_free(r->code);
    free(r->key);
    *r = (regex){0};
}

void bo_regexes_free(struct bo_regexes *all) {
    if (all == NULL) return;
    for (size_t i = 0; i < KEPT; i++) forget(&all->kept[i]);
    pcre2_compile_context_free(all->compiling);
    pcre2_match_context_free(all->matching);
    pcre2_match_data_free(all->found);
    free(all);
}

static bo_status no_memory(void) {
    return bo_fail(BO_NO_MEMORY, "memory ran out for a regular expression");
}

static bo_status prepare(bo_val_context *context) {
    if (context->regexes != NULL) return BO_OK;
    struct bo_regexes *all = calloc(1, sizeof *all);
    if (all == NULL) return no_memory();
    all->compiling = pcre2_compile_context_create(NULL);
    all->matching = pcre2_match_context_create(NULL);
    all->found = pcre2_match_data_create(10, NULL); /* $0 to $9 */
    if (all->compiling == NULL || all->matching == NULL || all->found == NULL) {
        bo_regexes_free(all);
        return no_memory();
    }
    pcre2_set_newline(all->compiling, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(all->compiling, NESTING_CAP);
    pcre2_set_match_limit(all->matching, MATCH_CAP);
    pcre2_set_heap_limit(all->matching, HEAP_CAP_KIB);
    context->regexes = all;
    return BO_OK;
}

/* Flags of section 7.6.1.1; false for any other letter. */
static bool read_flags(uint32_t *out, bo_str flags) {
    static const struct {
        char letter;
        uint32_t option;
    } letters[] = {{'s', PCRE2_DOTALL},
                   {'m', PCRE2_MULTILINE},
                   {'i', PCRE2_CASELESS},
                   {'x', PCRE2_EXTENDED},
                   {'q', PCRE2_LITERAL}};
    *out = 0;
    for (size_t i = 0; i < flags.len; i++) {
        size_t k = 0;
        while (k < 5 && letters[k].letter != flags.ptr[i]) k++;
        if (k == 5) return false;
        *out |= letters[k].option;
    }
    return true;
}

static bo_status translate(bo_str *out, bo_str pattern, bool drop_blanks, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, TRANSLATED_CAP);
    bo_regex_translate(&text, pattern, drop_blanks);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) *out = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    if (status == BO_LIMIT)
        return bo_fail(BO_LIMIT, "a regular expression becomes longer than %d bytes", TRANSLATED_CAP);
    if (status != BO_OK) return no_memory();
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status compile(bo_val_context *context, pcre2_code **out, bo_str pattern, uint32_t options) {
    int error;
    size_t at;
    if (pattern.len > PATTERN_CAP)
        return bo_fail(BO_LIMIT, "a regular expression may have %d bytes at most", PATTERN_CAP);
    bool drop_blanks = (options & PCRE2_EXTENDED) != 0;
    if (options & PCRE2_LITERAL)
        options &= PCRE2_LITERAL | PCRE2_CASELESS;
    else
        BO_TRY(translate(&pattern, pattern, drop_blanks, context->arena));
    options &= ~(uint32_t)PCRE2_EXTENDED;
    if (!(options & PCRE2_LITERAL)) options |= PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    *out = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options | PCRE2_UTF, &error, &at,
                         context->regexes->compiling);
    if (*out != NULL) pcre2_jit_compile(*out, PCRE2_JIT_COMPLETE); /* without it, it is only slower */
    return BO_OK;
}

/* The compiled pattern, NULL when it is none. */
static bo_status find(bo_val_context *context, pcre2_code **out, bo_str pattern, bo_str flags) {
    BO_TRY(prepare(context));
    struct bo_regexes *all = context->regexes;
    size_t key_len = flags.len + 1 + pattern.len;
    for (size_t i = 0; i < KEPT; i++) {
        const regex *r = &all->kept[i];
        bool same = r->key != NULL && r->key_len == key_len && r->key[flags.len] == '\0' &&
                    bo_str_eq(bo_str_make(r->key, flags.len), flags) &&
                    bo_str_eq(bo_str_make(r->key + flags.len + 1, pattern.len), pattern);
        if (!same) continue;
        *out = r->code;
        return BO_OK;
    }
    uint32_t options;
    pcre2_code *code = NULL;
    if (read_flags(&options, flags)) BO_TRY(compile(context, &code, pattern, options));
    regex *r = &all->kept[all->oldest++ % KEPT];
    forget(r);
    *r = (regex){malloc(key_len), key_len, code};
    if (r->key == NULL) return forget(r), no_memory();
    if (flags.len > 0) memcpy(r->key, flags.ptr, flags.len);
    r->key[flags.len] = '\0';
    if (pattern.len > 0) memcpy(r->key + flags.len + 1, pattern.ptr, pattern.len);
    *out = code;
    return BO_OK;
}

/* How many groups matched, 0: more than there is room for; negative for no match. */
static bo_status match_in(int *count, const pcre2_code *code, bo_str text, size_t from, uint32_t options,
                          pcre2_match_data *found, pcre2_match_context *matching) {
    *count = pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, from, options, found, matching);
    if (*count == PCRE2_ERROR_JIT_STACKLIMIT)
        *count =
            pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, from, options | PCRE2_NO_JIT, found, matching);
    if (*count == PCRE2_ERROR_NOMEMORY) return no_memory();
    if (*count == PCRE2_ERROR_MATCHLIMIT || *count == PCRE2_ERROR_DEPTHLIMIT ||
        *count == PCRE2_ERROR_HEAPLIMIT)
        return bo_fail(BO_LIMIT, "a regular expression takes more than the %d steps that it may for one text",
                       MATCH_CAP);
    return BO_OK;
}

/* Whether there is a match from `from` on; its places are in context->regexes->found. */
static bo_status match(bo_val_context *context, bool *out, const pcre2_code *code, bo_str text, size_t from,
                       uint32_t options) {
    struct bo_regexes *all = context->regexes;
    int count;
    if (++all->matches % OFTEN == 0 && context->check != NULL) BO_TRY(context->check(context->owner));
    BO_TRY(match_in(&count, code, text, from, options, all->found, all->matching));
    *out = count >= 0;
    all->groups = count == 0 ? 10 : count;
    return BO_OK;
}

/* One that its owner keeps. */
struct bo_regex {
    pcre2_code *code;
    struct bo_regexes *limits; /* its contexts alone, which no match changes */
};

static bo_status compile_kept(bo_regex *kept, bo_str pattern, bo_str flags, bo_arena *arena) {
    bo_val_context context = {.arena = arena};
    uint32_t options;
    BO_TRY(prepare(&context));
    kept->limits = context.regexes;
    if (!read_flags(&options, flags))
        return bo_fail(BO_INVALID, "'%.*s' are no flags of a regular expression: s, m, i, x and q are",
                       BO_STR_ARG(flags));
    BO_TRY(compile(&context, &kept->code, pattern, options));
    if (kept->code != NULL) return BO_OK;
    return bo_fail(BO_INVALID, "'%.*s' is no regular expression", BO_STR_ARG(pattern));
}

bo_status bo_regex_new(bo_regex **out, bo_str pattern, bo_str flags) {
    bo_regex *kept = calloc(1, sizeof *kept);
    bo_arena *arena = bo_arena_new(0);
    bo_status status =
        kept != NULL && arena != NULL ? compile_kept(kept, pattern, flags, arena) : no_memory();
    bo_arena_free(arena);
    if (status == BO_OK)
        *out = kept;
    else
        bo_regex_free(kept);
    return status;
}

void bo_regex_free(bo_regex *kept) {
    if (kept == NULL) return;
    pcre2_code_free(kept->code);
    bo_regexes_free(kept->limits);
    free(kept);
}

bo_status bo_regex_matches(const bo_regex *kept, bool *out, bo_str text) {
    int count;
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    if (found == NULL) return no_memory();
    bo_status status = match_in(&count, kept->code, text, 0, 0, found, kept->limits->matching);
    pcre2_match_data_free(found);
    if (status == BO_OK) *out = count >= 0;
    return status;
}

/* The text, and the pattern of args[1] with the flags of args[at], if there are so many; NULL when something
 * is not as it must be. */
static bo_status read_args(bo_val_context *context, bo_term *text, pcre2_code **code, bo_val *args,
                           size_t count, size_t at) {
    bo_str pattern, flags = BO_STR("");
    bool good, plain, plain_flags = true;
    *code = NULL;
    BO_TRY(bo_call_text(context, text, &good, &args[0]));
    BO_TRY(bo_call_plain(context, &pattern, &plain, &args[1]));
    if (count > at) BO_TRY(bo_call_plain(context, &flags, &plain_flags, &args[at]));
    return good && plain && plain_flags ? find(context, code, pattern, flags) : BO_OK;
}

CALL(REGEX) {
    bo_term text;
    pcre2_code *code;
    bool found;
    BO_TRY(read_args(context, &text, &code, args, count, 2));
    if (code == NULL) return BO_OK;
    BO_TRY(match(context, &found, code, text.value, 0, 0));
    *out = bo_val_of_bool(found);
    return BO_OK;
}

/* $0 to $9 are what was found, \$ and \\ stand for themselves; false for anything else behind $ or \. */
static bool put_replacement(bo_text *out, bo_str replacement, bo_str text, const struct bo_regexes *all) {
    const size_t *places = pcre2_get_ovector_pointer(all->found);
    for (size_t i = 0; i < replacement.len; i++) {
        char c = replacement.ptr[i], next = i + 1 < replacement.len ? replacement.ptr[i + 1] : '\0';
        if (c != '\\' && c != '$') {
            bo_text_char(out, c);
            continue;
        }
        i++;
        if (c == '\\') {
            if (next != '\\' && next != '$') return false;
            bo_text_char(out, next);
            continue;
        }
        int group = next - '0';
        if (group < 0 || group > 9) return false;
        const size_t *place = &places[2 * group];
        if (group < all->groups && place[0] != PCRE2_UNSET)
            bo_text_put(out, bo_str_make(text.ptr + place[0], place[1] - place[0]));
    }
    return true;
}

/* Not good when nothing can be replaced: a pattern that fits the empty string, or a bad replacement. */
static bo_status replace_all(bo_val_context *context, bo_text *made, bool *good, const pcre2_code *code,
                             bo_str text, bo_str replacement, bool literal) {
    const struct bo_regexes *all = context->regexes;
    const size_t *places = pcre2_get_ovector_pointer(all->found);
    bool found;
    size_t from = 0;
    BO_TRY(match(context, &found, code, BO_STR(""), 0, 0));
    *good = !found;
    while (*good) {
        BO_TRY(match(context, &found, code, text, from, PCRE2_NOTEMPTY));
        if (!found) break;
        bo_text_put(made, bo_str_make(text.ptr + from, places[0] - from));
        if (literal)
            bo_text_put(made, replacement);
        else
            *good = put_replacement(made, replacement, text, all);
        from = places[1];
        if (made->status != BO_OK) break;
    }
    bo_text_put(made, bo_str_from(text, from));
    return bo_text_end(made);
}

CALL(REPLACE) {
    bo_term text;
    bo_str replacement, flags = BO_STR("");
    pcre2_code *code;
    bo_text made;
    bool good;
    BO_TRY(read_args(context, &text, &code, args, count, 3));
    BO_TRY(bo_call_plain(context, &replacement, &good, &args[2]));
    if (code == NULL || !good) return BO_OK;
    if (count > 3) BO_TRY(bo_call_plain(context, &flags, &good, &args[3]));
    bo_text_init(&made, TEXT_CAP);
    bo_status status = replace_all(context, &made, &good, code, text.value, replacement,
                                   bo_str_find(flags, 'q') < flags.len);
    bo_str whole = status == BO_OK && good ? bo_arena_str(context->arena, bo_text_str(&made)) : BO_STR_NONE;
    bo_text_done(&made);
    BO_TRY(status);
    if (!good) return BO_OK;
    if (whole.ptr == NULL) return bo_error_last()->status;
    *out = bo_call_like(whole, &text);
    return BO_OK;
}
