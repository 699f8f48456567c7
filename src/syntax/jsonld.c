/* SPDX-License-Identifier: Apache-2.0
 * Reads JSON-LD: a document that is not too long as a whole; a longer one item by item where its form allows.
 */
#include <stdlib.h>

#include "bocage/jsonld.h"

#include "syntax/read.h"

enum { GATHERED = 4 << 20, DEPTH = 512 };

/* What comes next in a document that is read item by item. */
typedef enum next {
    UNDECIDED,    /* not known yet whether it can be */
    ALL,          /* it can't */
    ITEM_OR_END,  /* behind [ */
    ITEM,         /* behind a comma */
    COMMA_OR_END, /* behind an item */
    OBJECT_END,   /* behind the array of @graph */
    NOTHING
} next;

typedef struct streaming {
    next next;
    bool in_object;
    bo_jsonld_stream *stream;
    bo_sink sink;
    bo_jsonld_options options;
} streaming;

static bo_status rename_blank(bo_reading *r, bo_term *term) {
    return term->kind == BO_BLANK ? bo_reading_blank(r, term, term->value) : BO_OK;
}

static bo_status give(void *context, const bo_quad *quad) {
    bo_reading *r = context;
    bo_quad renamed = *quad;
    BO_TRY(rename_blank(r, &renamed.s));
    BO_TRY(rename_blank(r, &renamed.o));
    BO_TRY(rename_blank(r, &renamed.g));
    return bo_reading_give(r, &renamed);
}

static bo_status read_whole(bo_reading *r, const streaming *s) {
    bo_json *document;
    bo_json_limits limits = {.depth = r->options->depth_cap};
    BO_TRY(bo_json_parse(&document, (bo_str){r->at, (size_t)(r->end - r->at)}, &limits, r->arena));
    r->at = r->end;
    return bo_jsonld_to_rdf(&s->sink, document, &s->options, r->arena);
}

static const char *skip_space(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

static const char *string_end(const char *at, const char *end) {
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end) at++;
    return at < end ? at + 1 : NULL;
}

/* Behind the value at `at`, right or wrong; NULL when it goes on behind `end`. */
static const char *value_end(const char *at, const char *end) {
    static const signed char step[256] = {['{'] = 1, ['['] = 1, ['}'] = -1, [']'] = -1};
    size_t open = 0;
    if (at < end && *at == '"') return string_end(at, end);
    if (at < end && step[(unsigned char)*at] <= 0) { /* a number, a word or a mistake */
        for (at++; at < end && memchr(",:[]{}\" \n\r\t", *at, 11) == NULL;) at++;
        return at < end ? at : NULL;
    }
    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
            if (at == NULL) return NULL;
            continue;
        }
        open += (size_t)step[(unsigned char)*at];
        at++;
        if (open == 0) return at;
    }
    return NULL;
}

/* Moves a part's error to where the part begins in the document. */
static bo_status in_document(bo_status status, const bo_reading *r, const char *part) {
    const bo_error error = *bo_error_last();
    unsigned line, column;
    if (status == BO_OK || error.line == 0) return status;
    bo_reading_place(r, part, &line, &column);
    return bo_fail_at(status, line + error.line - 1,
                      error.line == 1 ? column + error.column - 1 : error.column, "%s", error.message);
}

/* `"key":` at *at, which is moved behind it; false when that does not stand there as a whole. */
static bool cut_key(const bo_reading *r, bo_str *key, const char **at) {
    const char *from = skip_space(*at, r->end), *to;
    bo_json *text;
    if (from == r->end || *from != '"' || (to = string_end(from, r->end)) == NULL) return false;
    if (bo_json_parse(&text, (bo_str){from, (size_t)(to - from)}, NULL, r->arena) != BO_OK) return false;
    *key = text->text;
    *at = skip_space(to, r->end);
    return *at < r->end && *(*at)++ == ':';
}

/* The beginning of a document: {"@context": ..., "@graph": [ */
typedef struct head {
    bo_str context, key; /* .ptr NULL: none */
    const char *items;
} head;

static next look_into_object(const bo_reading *r, head *out, const char *at) {
    const char *to;
    *out = (head){.items = NULL};
    if (!cut_key(r, &out->key, &at)) return UNDECIDED;
    if (bo_str_eq(out->key, BO_STR("@context"))) {
        at = skip_space(at, r->end);
        to = value_end(at, r->end);
        if (to == NULL) return UNDECIDED;
        out->context = (bo_str){at, (size_t)(to - at)};
        at = skip_space(to, r->end);
        if (at == r->end || *at++ != ',' || !cut_key(r, &out->key, &at)) return UNDECIDED;
    }
    at = skip_space(at, r->end);
    if (at == r->end) return UNDECIDED;
    out->items = at + 1;
    return *at == '[' ? ITEM_OR_END : ALL;
}

static bo_status enter_graph(bo_reading *r, streaming *s, const head *h) {
    bool is_graph;
    if (h->context.ptr != NULL)
        BO_TRY(in_document(bo_jsonld_stream_context(s->stream, h->context), r, h->context.ptr));
    BO_TRY(bo_jsonld_stream_key(s->stream, &is_graph, h->key));
    s->next = is_graph ? ITEM_OR_END : ALL;
    if (is_graph) r->at = h->items;
    return BO_OK;
}

/* How the document is read, if that can be told from what is there of it. */
static bo_status decide(bo_reading *r, streaming *s) {
    const char *at = skip_space(r->at, r->end);
    head h;
    if (at == r->end) return BO_OK;
    s->next = *at == '[' ? ITEM_OR_END : *at == '{' ? look_into_object(r, &h, at + 1) : ALL;
    if (s->next != ITEM_OR_END) return BO_OK;
    BO_TRY(bo_jsonld_stream_new(&s->stream, &s->sink, &s->options));
    s->in_object = *at == '{';
    if (s->in_object) return enter_graph(r, s, &h);
    r->at = at + 1;
    return BO_OK;
}

/* An item at r->at. False in *whole when it goes on in the next piece: nothing is done then. */
static bo_status read_item(bo_reading *r, streaming *s, bool *whole) {
    const char *from = r->at, *to = value_end(from, r->end);
    size_t depth = r->options->depth_cap ? r->options->depth_cap : DEPTH, outer = s->in_object ? 2 : 1;
    bo_json_limits limits = {.depth = depth > outer ? depth - outer : 1};
    *whole = r->last || (to != NULL && to < r->end);
    if (!*whole) return BO_OK;
    r->at = to != NULL ? to : r->end;
    s->next = COMMA_OR_END;
    bo_arena_reset(r->arena);
    bo_str text = {from, (size_t)(r->at - from)};
    return in_document(bo_jsonld_stream_item(s->stream, text, &limits), r, from);
}

static bo_status pass(bo_reading *r, streaming *s, next then) {
    r->at++;
    s->next = then;
    return BO_OK;
}

/* It may say which graph that was, or that all was something else. */
static bo_status fail_behind_graph(const bo_reading *r) {
    unsigned line, column;
    bo_reading_place(r, r->at, &line, &column);
    return bo_fail_at(BO_UNSUPPORTED, line, column,
                      "in a document of this length nothing may stand behind @graph: put it between @context "
                      "and @graph");
}

static bo_status read_next(bo_reading *r, streaming *s, bool *whole) {
    char c = *r->at;
    next behind = s->in_object ? OBJECT_END : NOTHING;
    switch (s->next) {
    case ITEM_OR_END: return c == ']' ? pass(r, s, behind) : read_item(r, s, whole);
    case ITEM: return read_item(r, s, whole);
    case COMMA_OR_END:
        if (c == ',') return pass(r, s, ITEM);
        return c == ']' ? pass(r, s, behind) : bo_reading_fail(r, "a comma or ] is missing here");
    case OBJECT_END:
        if (c == '}') return pass(r, s, NOTHING);
        return c == ',' ? fail_behind_graph(r) : bo_reading_fail(r, "a comma or } is missing here");
    default: return bo_reading_fail(r, "something stands behind the JSON value");
    }
}

static bo_status read_items(bo_reading *r, streaming *s) {
    bool whole = true;
    while (whole && (r->at = skip_space(r->at, r->end)) < r->end) BO_TRY(read_next(r, s, &whole));
    return r->last && s->next != NOTHING ? bo_reading_fail(r, "the JSON text ends too early") : BO_OK;
}

static streaming *state_of(bo_reading *r) {
    streaming *s = r->state != NULL ? r->state : calloc(1, sizeof *s);
    r->state = s;
    if (s == NULL) return NULL;
    s->sink = (bo_sink){.quad = give, .context = r};
    s->options =
        (bo_jsonld_options){.base = r->options->base, .loader = r->options->loader, .keep_labels = true};
    return s;
}

bo_status bo_read_jsonld_document(bo_reading *r) {
    streaming *s = state_of(r);
    if (s == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    size_t gathered = r->options->gathered ? r->options->gathered : GATHERED;
    if (s->next == UNDECIDED && !r->last && (size_t)(r->end - r->at) >= gathered) BO_TRY(decide(r, s));
    if (s->next > ALL) return read_items(r, s);
    return r->last ? read_whole(r, s) : BO_OK;
}

void bo_read_jsonld_done(bo_reading *r) {
    streaming *s = r->state;
    if (s == NULL) return;
    bo_jsonld_stream_free(s->stream);
    free(s);
}
