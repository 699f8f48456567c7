/* SPDX-License-Identifier: Apache-2.0
 * The raptor2 edge: it reads RDFa. One world a document, so that threads never share one; raptor never
 * touches the network here. It is fed the same pieces whatever pieces come, since where it looks for <base>
 * depends on them.
 */
#include <raptor2.h>
#include <stdlib.h>

#include "rdf/vocab.h"
#include "syntax/read.h"

enum { PIECE = 65536 };

typedef struct edge {
    bo_reading *r;
    raptor_world *world;
    raptor_parser *parser;
    bo_status status;
} edge;

static void fail(edge *e, bo_status status) {
    if (e->status == BO_OK) e->status = status;
    raptor_parser_parse_abort(e->parser);
}

static bo_str str(const unsigned char *text) {
    return bo_str_of((const char *)text);
}

static bo_status term(edge *e, bo_term *out, const raptor_term *from) {
    switch (from->type) {
    case RAPTOR_TERM_TYPE_URI: *out = bo_term_iri(str(raptor_uri_as_string(from->value.uri))); return BO_OK;
    case RAPTOR_TERM_TYPE_BLANK:
        return bo_reading_blank(
            e->r, out, bo_str_make((const char *)from->value.blank.string, from->value.blank.string_len));
    case RAPTOR_TERM_TYPE_LITERAL: {
        const raptor_term_literal_value *literal = &from->value.literal;
        bo_str lexical = bo_str_make((const char *)literal->string, literal->string_len);
        if (literal->language)
            *out = bo_term_lang(lexical, str(literal->language));
        else
            *out = bo_term_typed(lexical, literal->datatype ? str(raptor_uri_as_string(literal->datatype))
                                                            : BO_STR_NONE);
        return BO_OK;
    }
    default: return bo_fail(BO_INTERNAL, "raptor gave a term of no known kind");
    }
}

static void take(void *context, raptor_statement *statement) {
    edge *e = context;
    bo_quad quad = {0};
    if (e->status != BO_OK) return;
    bo_arena_reset(e->r->arena);
    bo_status status = term(e, &quad.s, statement->subject);
    if (status == BO_OK) status = term(e, &quad.p, statement->predicate);
    if (status == BO_OK) status = term(e, &quad.o, statement->object);
    if (status == BO_OK) status = bo_reading_give(e->r, &quad);
    if (status != BO_OK) fail(e, status);
}

static void hear(void *context, raptor_log_message *message) {
    edge *e = context;
    if (message->level < RAPTOR_LOG_LEVEL_ERROR || e->status != BO_OK) return;
    unsigned line = 0, column = 0;
    if (message->locator != NULL) {
        line = message->locator->line > 0 ? (unsigned)message->locator->line : 0;
        column = message->locator->column > 0 ? (unsigned)message->locator->column + 1 : 0;
    }
    fail(e, bo_fail_at(BO_SYNTAX, line, column, "%s", message->text));
}

static int refuse(void *context, raptor_uri *uri) {
    (void)context;
    (void)uri;
    return 1; /* nothing is fetched */
}

static bo_status begin(edge *e) {
    bo_str base = e->r->options->base;
    bo_str ended = bo_arena_str(e->r->arena, base.len ? base : BO_STR("urn:bocage:no-base"));
    if (ended.ptr == NULL) return bo_error_last()->status;
    e->world = raptor_new_world();
    if (e->world == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    raptor_world_set_log_handler(e->world, e, hear);
    e->parser = raptor_world_open(e->world) == 0 ? raptor_new_parser(e->world, "rdfa") : NULL;
    if (e->parser == NULL) return bo_fail(BO_UNSUPPORTED, "this raptor reads no RDFa");
    raptor_uri *uri = raptor_new_uri(e->world, (const unsigned char *)ended.ptr);
    raptor_parser_set_statement_handler(e->parser, e, take);
    raptor_parser_set_uri_filter(e->parser, refuse, NULL);
    raptor_parser_set_option(e->parser, RAPTOR_OPTION_NO_NET, NULL, 1);
    raptor_parser_set_option(e->parser, RAPTOR_OPTION_NO_FILE, NULL, 1);
    raptor_parser_set_option(e->parser, RAPTOR_OPTION_LOAD_EXTERNAL_ENTITIES, NULL, 0);
    int failed = raptor_parser_parse_start(e->parser, uri);
    raptor_free_uri(uri);
    return failed == 0 ? BO_OK : bo_fail(BO_SYNTAX, "the document can't be read as RDFa");
}

static bo_status parse_piece(edge *e, size_t len, bool last) {
    int failed = raptor_parser_parse_chunk(e->parser, (const unsigned char *)e->r->at, len, last);
    e->r->at += len;
    if (e->status == BO_OK && failed != 0) return bo_fail(BO_SYNTAX, "the document can't be read as RDFa");
    return e->status;
}

bo_status bo_read_rdfa_document(bo_reading *r) {
    edge *e = r->state;
    if (!r->last && r->end - r->at <= PIECE) return BO_OK;
    if (e == NULL) {
        r->state = e = calloc(1, sizeof *e);
        if (e == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        e->r = r;
        BO_TRY(begin(e));
    }
    while (r->end - r->at > PIECE) BO_TRY(parse_piece(e, PIECE, false));
    return r->last ? parse_piece(e, (size_t)(r->end - r->at), true) : BO_OK;
}

void bo_read_rdfa_done(bo_reading *r) {
    edge *e = r->state;
    if (e == NULL) return;
    if (e->parser != NULL) raptor_free_parser(e->parser);
    if (e->world != NULL) raptor_free_world(e->world);
    free(e);
}
