/* SPDX-License-Identifier: Apache-2.0
 * Tokens, names and terms: what all productions use; and the two ways in.
 */
#include "sparql/parser.h"

#include <stdarg.h>
#include <stdio.h>

#include "bocage/iri.h"
#include "rdf/vocab.h"

/* Errors and tokens. */

bo_status bo_parser_fail(const bo_parser *p, const char *format, ...) {
    char message[400];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    unsigned line, column;
    bo_lexer_place(&p->lexer, p->token.at, &line, &column);
    return bo_fail_at(BO_SYNTAX, line, column, "%s", message);
}

bo_status bo_parser_expected(const bo_parser *p, const char *what) {
    bo_str found = bo_str_make(p->lexer.text.ptr + p->token.at, p->token.end - p->token.at);
    if (p->token.kind == BO_TOKEN_END) return bo_parser_fail(p, "%s is expected here, not the end", what);
    while (found.len > 40 || (found.len > 0 && !bo_utf8_valid(found))) found.len--;
    return bo_parser_fail(p, "%s is expected here, not `%.*s`", what, BO_STR_ARG(found));
}

bo_status bo_parser_next(bo_parser *p) {
    p->last = p->token;
    return bo_lexer_next(&p->lexer, &p->token);
}

bo_status bo_parser_enter(bo_parser *p) {
    if (++p->depth > BO_NESTING_CAP) return bo_parser_fail(p, "more than %d levels deep", BO_NESTING_CAP);
    return BO_OK;
}

bool bo_at_mark(const bo_parser *p, unsigned mark) {
    return p->token.kind == BO_TOKEN_MARK && p->token.mark == mark;
}

bool bo_at_word(const bo_parser *p, const char *keyword) {
    return p->token.kind == BO_TOKEN_WORD && bo_str_eq_nocase(p->token.text, bo_str_of(keyword));
}

bo_status bo_take_mark(bo_parser *p, unsigned mark, bool *found) {
    bool there = bo_at_mark(p, mark);
    if (found != NULL) *found = there;
    if (there) return bo_parser_next(p);
    char what[8] = {'`', (char)(mark & 0xFF), mark > 0xFF ? (char)(mark >> 8) : '`',
                    mark > 0xFF ? '`' : '\0'};
    return found != NULL ? BO_OK : bo_parser_expected(p, what);
}

bo_status bo_take_word(bo_parser *p, const char *keyword, bool *found) {
    bool there = bo_at_word(p, keyword);
    if (found != NULL) *found = there;
    if (there) return bo_parser_next(p);
    return found != NULL ? BO_OK : bo_parser_expected(p, keyword);
}

/* What the query owns. Arrays double in the arena; their length tells when they are full. */

bo_status bo_parser_room(bo_parser *p, void *items, size_t len, size_t item_size) {
    bool full = len == 0 || (len >= 4 && (len & (len - 1)) == 0);
    if (!full) return BO_OK;
    size_t size = len == 0 ? 4 : len * 2;
    void *old, *grown = bo_arena_array(p->arena, size, item_size);
    if (grown == NULL) return bo_error_last()->status;
    memcpy(&old, items, sizeof old);
    if (len > 0) memcpy(grown, old, len * item_size);
    memcpy(items, &grown, sizeof grown);
    return BO_OK;
}

bo_status bo_deepen(bo_parser *p, uint32_t *depth, uint32_t below) {
    if (below + 1 > *depth) *depth = below + 1;
    if (*depth <= BO_DEPTH_CAP) return BO_OK;
    return bo_parser_fail(p, "this is more than %d steps of evaluation, one inside the other", BO_DEPTH_CAP);
}

bo_status bo_new_pattern(bo_parser *p, bo_pattern **out, bo_pattern_kind kind, bo_pattern *left,
                         bo_pattern *right) {
    bo_pattern *pattern = BO_NEW(p->arena, bo_pattern);
    if (pattern == NULL) return bo_error_last()->status;
    pattern->kind = kind;
    pattern->left = left;
    pattern->right = right;
    *out = pattern;
    BO_TRY(bo_deepen(p, &pattern->depth, left != NULL ? left->depth : 0));
    return bo_deepen(p, &pattern->depth, right != NULL ? right->depth : 0);
}

bo_status bo_new_variable(bo_parser *p, uint32_t *out, bo_str name) {
    bo_query *query = p->query;
    if (query->var_count >= BO_VARIABLE_CAP)
        return bo_fail(BO_LIMIT, "a query may have %d variables at most, blank nodes included",
                       BO_VARIABLE_CAP);
    bo_variable variable = {name};
    BO_PUSH(p, query->vars, query->var_count, variable);
    *out = (uint32_t)query->var_count - 1;
    return BO_OK;
}

bo_status bo_variable_named(bo_parser *p, uint32_t *out, bo_str name) {
    bool was_new;
    bo_value *value = bo_map_put(p->names, name, &was_new);
    if (value == NULL) return bo_error_last()->status;
    if (was_new) {
        uint32_t var;
        BO_TRY(bo_new_variable(p, &var, name));
        value->u64 = var;
    }
    *out = (uint32_t)value->u64;
    return BO_OK;
}

bo_status bo_add_term(bo_parser *p, uint32_t *out, bo_term term) {
    BO_PUSH(p, p->query->terms, p->query->term_count, term);
    *out = (uint32_t)p->query->term_count - 1;
    return BO_OK;
}

/* Names and terms. */

static bo_status resolved(bo_parser *p, bo_str *out, bo_str reference) {
    bo_str base = p->query->base;
    if (base.len == 0) {
        if (!bo_iri_absolute(reference))
            return bo_parser_fail(p, "<%.*s> is a relative IRI and there is no base", BO_STR_ARG(reference));
        *out = reference;
        return BO_OK;
    }
    if (bo_iri_resolve(out, base, reference, p->arena) == BO_OK) return BO_OK;
    bo_status status = bo_error_last()->status;
    return status == BO_SYNTAX ? bo_parser_fail(p, "<%.*s> is not an IRI", BO_STR_ARG(reference)) : status;
}

bo_status bo_prologue(bo_parser *p) {
    for (;;) {
        bool base, prefix;
        BO_TRY(bo_take_word(p, "BASE", &base));
        if (base) {
            if (p->token.kind != BO_TOKEN_IRI) return bo_parser_expected(p, "an IRI");
            BO_TRY(resolved(p, &p->query->base, p->token.text));
            BO_TRY(bo_parser_next(p));
            continue;
        }
        BO_TRY(bo_take_word(p, "PREFIX", &prefix));
        if (!prefix) return BO_OK;
        if (p->token.kind != BO_TOKEN_NAME || p->token.text.len > 0)
            return bo_parser_expected(p, "a prefix with its colon");
        bo_value *value = bo_map_put(&p->prefixes, p->token.prefix, &(bool){false});
        bo_str *iri = BO_NEW(p->arena, bo_str);
        if (value == NULL || iri == NULL) return bo_error_last()->status;
        BO_TRY(bo_parser_next(p));
        if (p->token.kind != BO_TOKEN_IRI) return bo_parser_expected(p, "an IRI");
        BO_TRY(resolved(p, iri, p->token.text));
        value->ptr = iri;
        BO_TRY(bo_parser_next(p));
    }
}

bool bo_at_iri(const bo_parser *p) {
    return p->token.kind == BO_TOKEN_IRI || p->token.kind == BO_TOKEN_NAME;
}

bo_status bo_iri(bo_parser *p, uint32_t *out) {
    bo_str iri;
    if (p->token.kind == BO_TOKEN_IRI) {
        BO_TRY(resolved(p, &iri, p->token.text));
    } else if (p->token.kind == BO_TOKEN_NAME) {
        bo_value *value = bo_map_get(&p->prefixes, p->token.prefix);
        if (value == NULL)
            return bo_parser_fail(p, "the prefix `%.*s:` is not declared", BO_STR_ARG(p->token.prefix));
        iri = bo_arena_join(p->arena, *(bo_str *)value->ptr, p->token.text);
        if (iri.ptr == NULL) return bo_error_last()->status;
    } else {
        return bo_parser_expected(p, "an IRI");
    }
    BO_TRY(bo_add_term(p, out, bo_term_iri(iri)));
    return bo_parser_next(p);
}

bo_status bo_var(bo_parser *p, uint32_t *out) {
    if (p->token.kind != BO_TOKEN_VARIABLE) return bo_parser_expected(p, "a variable");
    if (p->place == BO_IN_DATA || p->place == BO_IN_UNDATA)
        return bo_parser_fail(p, "data can't have variables; use INSERT or DELETE with WHERE");
    BO_TRY(bo_variable_named(p, out, p->token.text));
    return bo_parser_next(p);
}

bo_status bo_var_or_iri(bo_parser *p, bo_node *out) {
    out->kind = p->token.kind == BO_TOKEN_VARIABLE ? BO_NODE_VARIABLE : BO_NODE_TERM;
    if (out->kind == BO_NODE_VARIABLE) return bo_var(p, &out->index);
    return bo_at_iri(p) ? bo_iri(p, &out->index) : bo_parser_expected(p, "a variable or an IRI");
}

bo_status bo_string(bo_parser *p, bo_str *out) {
    if (p->token.kind != BO_TOKEN_STRING) return bo_parser_expected(p, "a string");
    *out = p->token.text;
    return bo_parser_next(p);
}

static bool is_number(bo_token_kind kind) {
    return kind == BO_TOKEN_INTEGER || kind == BO_TOKEN_DECIMAL || kind == BO_TOKEN_DOUBLE;
}

static bool at_signed_number(const bo_parser *p) {
    if (!bo_at_mark(p, '+') && !bo_at_mark(p, '-')) return false;
    bo_lexer ahead = p->lexer;
    bo_token next;
    if (ahead.at >= ahead.text.len || strchr(".0123456789", ahead.text.ptr[ahead.at]) == NULL) return false;
    return bo_lexer_next(&ahead, &next) == BO_OK && is_number(next.kind);
}

bool bo_at_literal(const bo_parser *p) {
    return p->token.kind == BO_TOKEN_STRING || is_number(p->token.kind) || bo_at_word(p, "true") ||
           bo_at_word(p, "false") || at_signed_number(p);
}

static bo_status rdf_literal(bo_parser *p, bo_term *out) {
    bo_str text;
    BO_TRY(bo_string(p, &text));
    *out = bo_term_string(text);
    if (p->token.kind == BO_TOKEN_LANG) {
        *out = bo_term_lang(text, p->token.text);
        return bo_parser_next(p);
    }
    bool typed;
    BO_TRY(bo_take_mark(p, BO_MARK2('^', '^'), &typed));
    if (!typed) return BO_OK;
    uint32_t datatype;
    BO_TRY(bo_iri(p, &datatype));
    *out = bo_term_typed(text, p->query->terms[datatype].value);
    return BO_OK;
}

static bo_status numeric_literal(bo_parser *p, bo_term *out) {
    size_t from = p->token.at;
    if (p->token.kind == BO_TOKEN_MARK) BO_TRY(bo_parser_next(p));
    bo_str datatype = p->token.kind == BO_TOKEN_INTEGER   ? BO_XSD_INTEGER
                      : p->token.kind == BO_TOKEN_DECIMAL ? BO_XSD_DECIMAL
                                                          : BO_XSD_DOUBLE;
    *out = bo_term_typed(bo_str_make(p->lexer.text.ptr + from, p->token.end - from), datatype);
    return bo_parser_next(p);
}

bo_status bo_literal(bo_parser *p, uint32_t *out) {
    bo_term term;
    if (p->token.kind == BO_TOKEN_STRING) {
        BO_TRY(rdf_literal(p, &term));
    } else if (p->token.kind == BO_TOKEN_WORD) {
        term = bo_term_typed(bo_at_word(p, "true") ? BO_STR("true") : BO_STR("false"), BO_XSD_BOOLEAN);
        BO_TRY(bo_parser_next(p));
    } else {
        BO_TRY(numeric_literal(p, &term));
    }
    return bo_add_term(p, out, term);
}

/* The ways in. */

static bo_status parse(bo_query **out, bo_str text, const bo_query_options *options,
                       bo_status (*unit)(bo_parser *p)) {
    bo_arena *arena = bo_arena_new(options != NULL ? options->memory_cap : 0);
    bo_query *query = arena ? BO_NEW(arena, bo_query) : NULL;
    if (query == NULL) {
        bo_arena_free(arena);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    query->arena = arena;
    bo_map names;
    bo_parser parser = {.query = query, .arena = arena, .names = &names};
    bo_map_init(&names, arena);
    bo_map_init(&parser.prefixes, arena);
    bo_map_init(&parser.labels, arena);
    text = bo_arena_str(arena, text);
    query->base = bo_arena_str(arena, options != NULL ? options->base : BO_STR(""));
    bo_status status = text.ptr && query->base.ptr ? BO_OK : bo_error_last()->status;
    if (status == BO_OK) status = bo_lexer_init(&parser.lexer, text, arena);
    if (status == BO_OK) status = bo_parser_next(&parser);
    if (status == BO_OK) status = unit(&parser);
    if (status == BO_OK && parser.token.kind != BO_TOKEN_END) status = bo_parser_expected(&parser, "the end");
    if (status == BO_OK)
        *out = query;
    else
        bo_query_free(query);
    return status;
}

bo_status bo_query_parse(bo_query **out, bo_str text, const bo_query_options *options) {
    return parse(out, text, options, bo_query_unit);
}

bo_status bo_update_parse(bo_query **out, bo_str text, const bo_query_options *options) {
    return parse(out, text, options, bo_update_unit);
}

void bo_query_free(bo_query *query) {
    if (query != NULL) bo_arena_free(query->arena);
}

bo_query_form bo_query_form_of(const bo_query *query) {
    return query->form;
}
