/* SPDX-License-Identifier: Apache-2.0
 * Turtle and TriG (RDF 1.1), by recursive descent; functions carry the names of the grammar's productions.
 */
#include <stdlib.h>

#include "base/map.h"
#include "bocage/iri.h"
#include "rdf/vocab.h"
#include "syntax/read.h"

typedef struct turtle {
    bo_reading *r;
    bo_arena *kept;  /* prefixes and bases: they outlive a statement */
    bo_arena *named; /* the graph's name, which outlives the statements in it */
    bo_map prefixes;
    bo_str base;
    bool trig, in_graph;
    bo_term graph; /* of the block we are in */
    unsigned depth, depth_cap;
    const char *wanted;  /* what the next term is to be */
    const char *comment; /* the last comment, when it is not closed by its line's end */
} turtle;

static void ws(turtle *t) {
    bo_reading *r = t->r;
    t->comment = NULL;
    while (r->at < r->end) {
        char c = *r->at;
        if (c == '#') {
            const char *from = r->at;
            while (r->at < r->end && *r->at != '\n' && *r->at != '\r') r->at++;
            if (r->at == r->end) t->comment = from;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            r->at++;
        else
            return;
    }
}

/* The next character behind white space, or 0 at the end. */
static char look(turtle *t) {
    ws(t);
    return t->r->at < t->r->end ? *t->r->at : '\0';
}

static bool take(turtle *t, char c) {
    if (look(t) != c) return false;
    t->r->at++;
    return true;
}

static bo_status expect(turtle *t, char c) {
    const char what[] = {'\'', c, '\'', '\0'};
    return take(t, c) ? BO_OK : bo_reading_expected(t->r, what);
}

static bool rest_starts(const turtle *t, bo_str word, bool any_case) {
    bo_str rest = {t->r->at, (size_t)(t->r->end - t->r->at)};
    if (rest.len < word.len) return false;
    return any_case ? bo_str_eq_nocase(bo_str_head(rest, word.len), word) : bo_str_starts(rest, word);
}

/* A keyword that nothing of a name follows. */
static bool keyword(turtle *t, bo_str word, bool any_case) {
    ws(t);
    if (!rest_starts(t, word, any_case)) return false;
    bo_reading after = *t->r;
    after.at += word.len;
    size_t len;
    uint32_t c = bo_reading_peek(&after, &len);
    t->r->touched |= after.touched || (c == '.' && after.at + 1 == after.end);
    if (bo_is_pn_chars(c) || c == ':' || c == '%' || c == '\\') return false;
    if (c == '.' && after.at + 1 < after.end &&
        (bo_is_pn_chars((unsigned char)after.at[1]) || after.at[1] == ':'))
        return false;
    t->r->at = after.at;
    return true;
}

static bo_status fresh_blank(turtle *t, bo_term *out) {
    return bo_reading_numbered(t->r, out, ++t->r->blanks);
}

/* Whether a path may have dot segments. */
static bool has_dots(bo_str iri) {
    return memmem(iri.ptr, iri.len, "/.", 2) != NULL || memmem(iri.ptr, iri.len, ":.", 2) != NULL;
}

/* [18] IRIREF, resolved */
static bo_status iriref(turtle *t, bo_str *out) {
    const char *from = t->r->at;
    bo_str read, resolved;
    BO_TRY(expect(t, '<'));
    BO_TRY(bo_read_iriref(t->r, &read));
    resolved = read;
    if (t->base.len && !(bo_has_scheme(read) && !has_dots(read)))
        BO_TRY(bo_iri_resolve(&resolved, t->base, read, t->r->arena));
    if (bo_has_scheme(resolved)) {
        *out = resolved;
        return BO_OK;
    }
    t->r->at = from;
    return bo_reading_fail(t->r,
                           "<%.*s> is relative, and there is nothing to resolve it against: @base is missing",
                           BO_STR_ARG(read));
}

/* (PN_CHARS | '.')* behind the first character of a name, which is `*len` bytes long; what ends it may be no
 * '.': gives that end, and moves `at` behind all that was looked at. */
static const char *pn_tail(bo_reading *r, size_t *len) {
    const char *last = r->at + *len;
    for (uint32_t c = 'a'; bo_is_pn_chars(c) || c == '.'; c = bo_reading_peek(r, len)) {
        r->at += *len;
        if (c != '.') last = r->at;
        const char *from = r->at;
        bo_reading_plain(r);
        if (r->at > from) last = r->at;
    }
    return last;
}

/* [167s] PN_PREFIX, behind which a ':' stands; may be empty */
static bo_status pn_prefix(turtle *t, bo_str *out) {
    bo_reading *r = t->r;
    const char *from = r->at, *last = from;
    size_t len;
    uint32_t c = bo_reading_peek(r, &len);
    if (bo_is_pn_chars_base(c)) last = pn_tail(r, &len);
    if (r->at != last || r->at == r->end || *r->at != ':') {
        r->at = from;
        return bo_reading_expected(r, t->wanted);
    }
    *out = (bo_str){from, (size_t)(r->at - from)};
    r->at++;
    return BO_OK;
}

static bool hex(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* [168s] PN_LOCAL */
static bo_status pn_local(turtle *t, bo_str *out) {
    bo_reading *r = t->r;
    const char *from = r->at, *last = from;
    bool escaped = false, first = true;
    for (;; first = false) {
        size_t len;
        uint32_t c = bo_reading_peek(r, &len);
        if (c == '%') {
            if (r->end - r->at < 3 || !hex(r->at[1]) || !hex(r->at[2]))
                return bo_reading_fail(
                    r, "behind '%%' two hexadecimal digits were expected; a percent sign itself is \\%%");
            len = 3;
        } else if (c == '\\') {
            if (r->end - r->at < 2 || !strchr("_~.-!$&'()*+,;=/?#@%", r->at[1]) || r->at[1] == '\0')
                return bo_reading_fail(
                    r, "'\\' stands before one of _~.-!$&'()*+,;=/?#@%% in a name, and before nothing else");
            escaped = true;
            len = 2;
        } else if (c == '.' ? first
                            : !(c == ':' ||
                                (first ? bo_is_pn_chars_u(c) || (c >= '0' && c <= '9') : bo_is_pn_chars(c))))
            break;
        r->at += len;
        if (c != '.') last = r->at;
        const char *before = r->at;
        bo_reading_plain(r);
        if (r->at > before) last = r->at;
    }
    r->at = last;
    bo_str raw = {from, (size_t)(last - from)};
    if (!escaped) {
        *out = raw;
        return BO_OK;
    }
    char *room = bo_arena_alloc(r->arena, raw.len);
    if (room == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\') i++;
        room[len++] = raw.ptr[i];
    }
    *out = (bo_str){room, len};
    return BO_OK;
}

/* [136s] PrefixedName */
static bo_status prefixed_name(turtle *t, bo_str *out) {
    bo_str prefix, local;
    const char *from = t->r->at;
    BO_TRY(pn_prefix(t, &prefix));
    bo_value *iri = bo_map_get(&t->prefixes, prefix);
    if (iri == NULL) {
        t->r->at = from;
        return bo_reading_fail(t->r, "the prefix '%.*s:' is not declared: @prefix %.*s: <...> . is missing",
                               BO_STR_ARG(prefix), BO_STR_ARG(prefix));
    }
    BO_TRY(pn_local(t, &local));
    *out = bo_arena_join(t->r->arena, *(bo_str *)iri->ptr, local);
    return out->ptr ? BO_OK : bo_error_last()->status;
}

/* [135s] iri */
static bo_status iri(turtle *t, bo_term *out) {
    bo_str text;
    BO_TRY(look(t) == '<' ? iriref(t, &text) : prefixed_name(t, &text));
    *out = bo_term_iri(text);
    return BO_OK;
}

/* [141s] BLANK_NODE_LABEL */
static bo_status blank_node_label(turtle *t, bo_term *out) {
    bo_str label;
    t->r->at += 2;
    BO_TRY(bo_read_label(t->r, &label));
    return bo_reading_label(t->r, out, label);
}

/* [16] NumericLiteral */
static bo_status numeric_literal(turtle *t, bo_term *out) {
    bo_reading *r = t->r;
    const char *from = r->at;
    size_t digits = 0;
    bo_str datatype = BO_XSD_INTEGER;
    if (*r->at == '+' || *r->at == '-') r->at++;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) digits++;
    if (r->at < r->end && *r->at == '.') {
        const char *point = r->at;
        size_t places = 0;
        for (r->at++; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) places++;
        r->touched |= r->at == r->end;
        bool exponent = r->at < r->end && (*r->at == 'e' || *r->at == 'E') && (digits || places);
        if (places == 0 && !exponent)
            r->at = point; /* the statement's end */
        else
            datatype = BO_XSD_DECIMAL;
        digits += places;
    }
    if (digits == 0) return bo_reading_fail(r, "behind a sign a number was expected");
    if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
        r->at++;
        if (r->at < r->end && (*r->at == '+' || *r->at == '-')) r->at++;
        const char *power = r->at;
        while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
        if (r->at == power) return bo_reading_fail(r, "an exponent needs a digit");
        datatype = BO_XSD_DOUBLE;
    }
    *out = bo_term_typed((bo_str){from, (size_t)(r->at - from)}, datatype);
    return BO_OK;
}

/* [128s] RDFLiteral */
static bo_status rdf_literal(turtle *t, bo_term *out) {
    bo_reading *r = t->r;
    char quote = *r->at;
    unsigned count = r->end - r->at >= 3 && r->at[1] == quote && r->at[2] == quote ? 3 : 1;
    r->at += count;
    bo_term literal = {.kind = BO_LITERAL};
    BO_TRY(bo_read_string(r, &literal.value, quote, count));
    if (r->at < r->end && *r->at == '@') {
        r->at++;
        BO_TRY(bo_read_lang(r, &literal.lang));
    } else if (r->end - r->at >= 2 && r->at[0] == '^' && r->at[1] == '^') {
        r->at += 2;
        bo_term datatype;
        t->wanted = "a datatype";
        BO_TRY(iri(t, &datatype));
        literal = bo_term_typed(literal.value, datatype.value);
    } else if (r->at < r->end && *r->at == '^') {
        r->touched |= r->at + 1 == r->end;
    }
    *out = literal;
    return BO_OK;
}

static bo_status give(turtle *t, const bo_term *s, const bo_term *p, const bo_term *o) {
    return bo_reading_give(t->r, &(bo_quad){*s, *p, *o, t->graph});
}

static bo_status object(turtle *t, bo_term *out);
static bo_status predicate_object_list(turtle *t, const bo_term *subject);

static bo_status deeper(turtle *t) {
    if (++t->depth > t->depth_cap) {
        bo_reading_fail(t->r, "nested deeper than %u levels", t->depth_cap);
        bo_error here = *bo_error_last();
        return bo_fail_at(BO_LIMIT, here.line, here.column, "%s", here.message);
    }
    return BO_OK;
}

/* [15] collection, behind '(' */
static bo_status collection(turtle *t, bo_term *out) {
    const bo_term first = bo_term_iri(BO_RDF_FIRST), rest = bo_term_iri(BO_RDF_REST),
                  nil = bo_term_iri(BO_RDF_NIL);
    bo_term head = nil, last = nil;
    BO_TRY(deeper(t));
    while (!take(t, ')')) {
        bo_term cell, item;
        BO_TRY(fresh_blank(t, &cell));
        if (last.kind == BO_BLANK)
            BO_TRY(give(t, &last, &rest, &cell));
        else
            head = cell;
        BO_TRY(object(t, &item));
        BO_TRY(give(t, &cell, &first, &item));
        last = cell;
    }
    if (last.kind == BO_BLANK) BO_TRY(give(t, &last, &rest, &nil));
    t->depth--;
    *out = head;
    return BO_OK;
}

/* [14] blankNodePropertyList, behind '['; *empty tells an ANON apart */
static bo_status blank_node_property_list(turtle *t, bo_term *out, bool *empty) {
    BO_TRY(fresh_blank(t, out));
    *empty = take(t, ']');
    if (*empty) return BO_OK;
    BO_TRY(deeper(t));
    BO_TRY(predicate_object_list(t, out));
    t->depth--;
    return expect(t, ']');
}

/* [12] object */
static bo_status object(turtle *t, bo_term *out) {
    bool empty;
    char c = look(t);
    t->wanted = "an object";
    switch (c) {
    case '[': t->r->at++; return blank_node_property_list(t, out, &empty);
    case '(': t->r->at++; return collection(t, out);
    case '"':
    case '\'': return rdf_literal(t, out);
    case '_':
        if (rest_starts(t, BO_STR("_:"), false)) return blank_node_label(t, out);
        break;
    case '+':
    case '-': return numeric_literal(t, out);
    case '.':
        if (t->r->end - t->r->at > 1 && t->r->at[1] >= '0' && t->r->at[1] <= '9')
            return numeric_literal(t, out);
        t->r->touched |= t->r->end - t->r->at == 1;
        break;
    default:
        if (c >= '0' && c <= '9') return numeric_literal(t, out);
        if (c == 't' || c == 'f') {
            bool yes = keyword(t, BO_STR("true"), false);
            if (yes || keyword(t, BO_STR("false"), false)) {
                *out = bo_term_typed(yes ? BO_STR("true") : BO_STR("false"), BO_XSD_BOOLEAN);
                return BO_OK;
            }
        }
    }
    return iri(t, out);
}

/* [9] verb */
static bo_status verb(turtle *t, bo_term *out) {
    t->wanted = "a predicate";
    if (keyword(t, BO_STR("a"), false)) {
        *out = bo_term_iri(BO_RDF_TYPE);
        return BO_OK;
    }
    return iri(t, out);
}

/* [7] predicateObjectList, [8] objectList */
static bo_status predicate_object_list(turtle *t, const bo_term *subject) {
    for (;;) {
        bo_term predicate, value;
        BO_TRY(verb(t, &predicate));
        do {
            BO_TRY(object(t, &value));
            BO_TRY(give(t, subject, &predicate, &value));
        } while (take(t, ','));
        if (!take(t, ';')) return BO_OK;
        while (take(t, ';')) {
        }
        char c = look(t);
        if (c == '.' || c == ']' || c == '}' || c == '\0') return BO_OK;
    }
}

/* [10] subject or a graph's name; *plain false for a property list, behind which nothing need follow */
static bo_status subject(turtle *t, bo_term *out, bool *plain, bool *name) {
    char c = look(t);
    *plain = *name = true;
    t->wanted = "a subject";
    if (c == '[') {
        t->r->at++;
        BO_TRY(blank_node_property_list(t, out, plain));
        *name = *plain;
        return BO_OK;
    }
    if (c == '(') {
        t->r->at++;
        *name = false;
        return collection(t, out);
    }
    if (rest_starts(t, BO_STR("_:"), false)) return blank_node_label(t, out);
    return iri(t, out);
}

/* [6] triples, behind their subject */
static bo_status triples(turtle *t, const bo_term *about, bool plain) {
    char c = look(t);
    if (!plain && (c == '.' || c == '}')) return BO_OK;
    return predicate_object_list(t, about);
}

/* TriG [5g] wrappedGraph: a statement in it, or its end */
static bo_status in_wrapped_graph(turtle *t) {
    bo_term about;
    bool plain, name;
    if (take(t, '}')) {
        t->in_graph = false;
        t->graph = (bo_term){.kind = BO_NO_TERM};
        return BO_OK;
    }
    BO_TRY(subject(t, &about, &plain, &name));
    BO_TRY(triples(t, &about, plain));
    if (!take(t, '.') && look(t) != '}') return bo_reading_expected(t->r, "'.' or '}'");
    return BO_OK;
}

/* Its beginning, behind '{' */
static bo_status wrapped_graph(turtle *t, const bo_term *name) {
    t->in_graph = true;
    bo_arena_reset(t->named);
    return bo_term_copy(&t->graph, name, t->named);
}

static bo_status keep(turtle *t, bo_str *out, bo_str s) {
    *out = bo_arena_str(t->kept, s);
    return out->ptr ? BO_OK : bo_error_last()->status;
}

/* [4] prefixID, [6s] sparqlPrefix */
static bo_status prefix_id(turtle *t) {
    bo_str name, text, kept_name;
    ws(t);
    t->wanted = "a prefix with its ':'";
    BO_TRY(pn_prefix(t, &name));
    ws(t);
    BO_TRY(iriref(t, &text));
    bo_str *kept = BO_NEW(t->kept, bo_str);
    if (kept == NULL) return bo_error_last()->status;
    BO_TRY(keep(t, &kept_name, name));
    BO_TRY(keep(t, kept, text));
    bo_value *place = bo_map_put(&t->prefixes, kept_name, NULL);
    if (place == NULL) return bo_error_last()->status;
    place->ptr = kept;
    return bo_reading_give_prefix(t->r, kept_name, *kept);
}

/* [5] base, [5s] sparqlBase */
static bo_status base(turtle *t) {
    bo_str text;
    ws(t);
    BO_TRY(iriref(t, &text));
    return keep(t, &t->base, text);
}

static bool at_keyword(turtle *t, bo_str word) {
    if (!rest_starts(t, word, false)) return false;
    t->r->at += word.len;
    return true;
}

/* [3] directive; *read false when there is none here */
static bo_status directive(turtle *t, bool *read) {
    *read = true;
    if (look(t) == '@') {
        if (at_keyword(t, BO_STR("@prefix")))
            BO_TRY(prefix_id(t));
        else if (at_keyword(t, BO_STR("@base")))
            BO_TRY(base(t));
        else
            return bo_reading_fail(t->r, "behind '@' prefix or base was expected");
        return expect(t, '.');
    }
    if (keyword(t, BO_STR("prefix"), true)) return prefix_id(t);
    if (keyword(t, BO_STR("base"), true)) return base(t);
    *read = false;
    return BO_OK;
}

/* TriG [3g] triplesOrGraph, [2g] block */
static bo_status block(turtle *t) {
    const bo_term unnamed = {.kind = BO_NO_TERM};
    bool plain, name;
    bo_term about;
    if (t->trig && take(t, '{')) return wrapped_graph(t, &unnamed);
    if (t->trig && keyword(t, BO_STR("graph"), true)) {
        BO_TRY(subject(t, &about, &plain, &name));
        if (!name) return bo_reading_fail(t->r, "a graph's name is an IRI or a blank node");
        BO_TRY(expect(t, '{'));
        return wrapped_graph(t, &about);
    }
    BO_TRY(subject(t, &about, &plain, &name));
    if (t->trig && name && take(t, '{')) return wrapped_graph(t, &about);
    BO_TRY(triples(t, &about, plain));
    return expect(t, '.');
}

static bo_status statement(turtle *t) {
    bool read;
    if (t->in_graph) return in_wrapped_graph(t);
    BO_TRY(directive(t, &read));
    return read ? BO_OK : block(t);
}

/* Whether a statement might go on, or go on otherwise, in the next piece: it has come to the end of this one,
 * or failed so near to it that a token may be cut in two. */
static bool cut_off(const turtle *t, bo_status status) {
    enum { LOOKAHEAD = 32 }; /* what an error shows of a text, and more than any token is looked ahead */
    const bo_reading *r = t->r;
    if (r->last) return false;
    if (status == BO_OK) return r->touched || r->at == r->end;
    return status == BO_SYNTAX && (r->touched || r->end - r->at < LOOKAHEAD);
}

/* Statements as long as they are whole. One that is cut off is read once more, from its beginning, when there
 * is more of it; what it has already given is then not given again. */
static bo_status document(turtle *t) {
    bo_reading *r = t->r;
    while (look(t) != '\0' || r->at < r->end) {
        const char *from = r->at;
        const turtle before = *t;
        unsigned long blanks = r->blanks;
        bo_arena_reset(r->arena);
        r->given = 0;
        r->touched = false;
        bo_status status = statement(t);
        if (cut_off(t, status)) {
            t->base = before.base;
            t->graph = before.graph;
            t->in_graph = before.in_graph;
            t->depth = before.depth;
            r->at = from;
            r->blanks = blanks;
            if (r->given > r->skip) r->skip = r->given;
            return BO_OK;
        }
        BO_TRY(status);
        r->skip = 0;
    }
    if (!r->last && t->comment != NULL) r->at = t->comment;
    return r->last && t->in_graph ? bo_reading_fail(r, "the graph is not closed by '}'") : BO_OK;
}

void bo_read_turtle_done(bo_reading *r) {
    turtle *t = r->state;
    if (t == NULL) return;
    bo_arena_free(t->kept);
    bo_arena_free(t->named);
    free(t);
}

static bo_status begin(bo_reading *r, bool trig) {
    turtle *t = r->state = calloc(1, sizeof *t);
    if (t == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    *t = (turtle){.r = r,
                  .base = r->options->base,
                  .trig = trig,
                  .depth_cap = r->options->depth_cap ? (unsigned)r->options->depth_cap : 512,
                  .kept = bo_arena_new(0),
                  .named = bo_arena_new(0)};
    if (t->kept == NULL || t->named == NULL) return bo_error_last()->status;
    bo_map_init(&t->prefixes, t->kept);
    return bo_reading_mark(r);
}

static bo_status read(bo_reading *r, bool trig) {
    if (r->state == NULL && !r->last && r->end - r->at < 3) return BO_OK; /* half a byte order mark? */
    if (r->state == NULL) BO_TRY(begin(r, trig));
    return document(r->state);
}

bo_status bo_read_turtle_document(bo_reading *r) {
    return read(r, false);
}
bo_status bo_read_trig_document(bo_reading *r) {
    return read(r, true);
}
