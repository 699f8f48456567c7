/* SPDX-License-Identifier: Apache-2.0
 * N-Triples and N-Quads (RDF 1.1): a line a statement, everything checked, text taken from the input where it
 * stands.
 */
#include "bocage/iri.h"
#include "rdf/vocab.h"
#include "syntax/read.h"

static void blanks(bo_reading *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t')) r->at++;
}

static bo_status absolute(bo_reading *r, bo_str *out) {
    const char *from = r->at - 1;
    BO_TRY(bo_read_iriref(r, out));
    if (bo_has_scheme(*out)) return BO_OK;
    r->at = from;
    return bo_reading_fail(r, "<%.*s> is relative: N-Triples and N-Quads have whole IRIs only",
                           BO_STR_ARG(*out));
}

static bo_status literal(bo_reading *r, bo_term *out) {
    *out = (bo_term){.kind = BO_LITERAL};
    BO_TRY(bo_read_string(r, &out->value, '"', 1));
    if (r->at < r->end && *r->at == '@') {
        r->at++;
        return bo_read_lang(r, &out->lang);
    }
    if (r->at == r->end || *r->at != '^') return BO_OK;
    if (!bo_str_starts((bo_str){r->at, (size_t)(r->end - r->at)}, BO_STR("^^<")))
        return bo_reading_fail(r, "a datatype is written ^^<IRI>");
    r->at += 3;
    bo_str datatype;
    BO_TRY(absolute(r, &datatype));
    *out = bo_term_typed(out->value, datatype);
    return BO_OK;
}

/* Which kinds of term may stand in a place, and what to call the place. */
typedef struct place {
    const char *name;
    bool blank, literal;
} place;
static const place subject = {"a subject (<IRI> or _:label)", true, false},
                   predicate = {"a predicate (<IRI>)", false, false},
                   object = {"an object (<IRI>, _:label or \"text\")", true, true},
                   graph = {"a graph (<IRI> or _:label) or '.'", true, false};

static bo_status term(bo_reading *r, bo_term *out, const place *in) {
    blanks(r);
    char c = r->at < r->end ? *r->at : '\n';
    if (c == '<') {
        r->at++;
        *out = (bo_term){.kind = BO_IRI};
        return absolute(r, &out->value);
    }
    if (c == '_' && in->blank && r->end - r->at > 1 && r->at[1] == ':') {
        bo_str label;
        r->at += 2;
        BO_TRY(bo_read_label(r, &label));
        return bo_reading_blank(r, out, label);
    }
    if (c == '"' && in->literal) {
        r->at++;
        return literal(r, out);
    }
    return bo_reading_expected(r, in->name);
}

static bo_status statement(bo_reading *r, bool graphs) {
    bo_quad quad = {0};
    BO_TRY(term(r, &quad.s, &subject));
    BO_TRY(term(r, &quad.p, &predicate));
    BO_TRY(term(r, &quad.o, &object));
    blanks(r);
    if (graphs && r->at < r->end && *r->at != '.') BO_TRY(term(r, &quad.g, &graph));
    blanks(r);
    if (r->at == r->end || *r->at != '.') return bo_reading_expected(r, "'.'");
    r->at++;
    return bo_reading_give(r, &quad);
}

static bo_status lines(bo_reading *r, bool graphs) {
    while (r->at < r->end) {
        blanks(r);
        char c = r->at < r->end ? *r->at : '\n';
        if (c != '\n' && c != '\r' && c != '#') {
            bo_arena_reset(r->arena);
            BO_TRY(statement(r, graphs));
            blanks(r);
            c = r->at < r->end ? *r->at : '\n';
        }
        if (c == '#')
            while (r->at < r->end && *r->at != '\n' && *r->at != '\r') r->at++;
        else if (c != '\n' && c != '\r')
            return bo_reading_expected(r, "a new line");
        if (r->at < r->end) r->at++;
    }
    return BO_OK;
}

/* Of a piece, whole lines. */
static bo_status read(bo_reading *r, bool graphs) {
    const bool last = r->last;
    const char *end = r->end, *newline = last ? end - 1 : memrchr(r->at, '\n', (size_t)(end - r->at));
    if (newline == NULL) return BO_OK;
    if (r->state == NULL) BO_TRY(bo_reading_mark(r));
    r->state = r;
    r->end = newline + 1;
    r->last = true; /* nothing of a whole line goes on in the next piece */
    bo_status status = lines(r, graphs);
    r->end = end;
    r->last = last;
    return status;
}

bo_status bo_read_ntriples_document(bo_reading *r) {
    return read(r, false);
}
bo_status bo_read_nquads_document(bo_reading *r) {
    return read(r, true);
}
