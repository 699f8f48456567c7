/* SPDX-License-Identifier: Apache-2.0 */
#include "nquads.h"

#include <stdlib.h>

typedef struct reader {
    bo_str text;
    size_t at;
    bo_arena *arena;
} reader;

static char here(const reader *r) {
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static void skip_blanks(reader *r) {
    while (here(r) == ' ' || here(r) == '\t') r->at++;
}

static bo_status bad(const reader *r) {
    return bo_fail(BO_SYNTAX, "bad N-Quads at byte %zu", r->at);
}

/* Up to `end`, with escapes undone. */
static bo_status read_until(reader *r, bo_str *out, char end) {
    bo_text text;
    bo_text_init(&text, 0);
    for (; here(r) != end; r->at++) {
        if (r->at >= r->text.len) {
            bo_text_done(&text);
            return bad(r);
        }
        if (here(r) != '\\') {
            bo_text_char(&text, here(r));
            continue;
        }
        r->at++;
        static const char letters[] = "tbnrf\"'\\", values[] = "\t\b\n\r\f\"'\\";
        const char *found = strchr(letters, here(r));
        size_t digits = here(r) == 'u' ? 4 : here(r) == 'U' ? 8 : 0;
        if (digits > 0) {
            char hex[9] = {0};
            memcpy(hex, r->text.ptr + r->at + 1, digits);
            bo_text_utf8(&text, (uint32_t)strtoul(hex, NULL, 16));
            r->at += digits;
        } else {
            bo_text_char(&text, found ? values[found - letters] : here(r));
        }
    }
    r->at++;
    *out = bo_arena_str(r->arena, bo_text_str(&text));
    bo_text_done(&text);
    return BO_OK;
}

static bo_str read_word(reader *r) {
    size_t from = r->at;
    while (r->at < r->text.len && strchr(" \t\r\n<\"", here(r)) == NULL) r->at++;
    return (bo_str){r->text.ptr + from, r->at - from};
}

static bo_status read_term(reader *r, bo_term *out) {
    bo_str text, datatype;
    skip_blanks(r);
    switch (here(r)) {
    case '<':
        r->at++;
        BO_TRY(read_until(r, &text, '>'));
        *out = bo_term_iri(text);
        return BO_OK;
    case '_': *out = bo_term_blank(bo_str_from(read_word(r), 2)); return BO_OK;
    case '"':
        r->at++;
        BO_TRY(read_until(r, &text, '"'));
        *out = bo_term_string(text);
        if (here(r) == '@') {
            r->at++;
            *out = bo_term_lang(text, read_word(r));
        } else if (here(r) == '^') {
            r->at += 3;
            BO_TRY(read_until(r, &datatype, '>'));
            *out = bo_term_typed(text, datatype);
        }
        return BO_OK;
    default: return bad(r);
    }
}

bo_status nquads_read(bo_graph *graph, bo_str text, bo_arena *arena) {
    reader r = {text, 0, arena};
    while (r.at < text.len) {
        bo_quad quad = {.g = {.kind = BO_NO_TERM}};
        skip_blanks(&r);
        if (here(&r) == '\n' || here(&r) == '\r' || here(&r) == '#') {
            while (r.at < text.len && here(&r) != '\n') r.at++;
            r.at++;
            continue;
        }
        BO_TRY(read_term(&r, &quad.s));
        BO_TRY(read_term(&r, &quad.p));
        BO_TRY(read_term(&r, &quad.o));
        skip_blanks(&r);
        if (here(&r) != '.') BO_TRY(read_term(&r, &quad.g));
        skip_blanks(&r);
        if (here(&r) != '.') return bad(&r);
        r.at++;
        BO_TRY(bo_graph_add(graph, &quad));
    }
    return BO_OK;
}

static bo_status write_quad(void *context, const bo_quad *quad) {
    const bo_term *terms[] = {&quad->s, &quad->p, &quad->o, &quad->g};
    for (size_t i = 0; i < 4 && terms[i]->kind != BO_NO_TERM; i++) {
        bo_term_write(context, terms[i]);
        bo_text_char(context, ' ');
    }
    BO_TEXT_LIT((bo_text *)context, ".\n");
    return BO_OK;
}

bo_status nquads_write(bo_text *out, bo_graph *graph) {
    const bo_quad anything = {.s = {.kind = BO_NO_TERM}};
    const bo_sink sink = {write_quad, NULL, out};
    BO_TRY(bo_graph_match(graph, &anything, &sink));
    bo_text_char(out, '\0');
    return bo_text_end(out);
}
