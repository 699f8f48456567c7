/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax/write.h"

#include <stdlib.h>

#include "rdf/vocab.h"

/* A copy, or what is known already when that is the same: it takes no room and compares by its place. */
static bo_status keep(bo_gathered *g, bo_term *out, const bo_term *term, const bo_term *known) {
    if (!bo_term_eq(term, known)) return bo_term_copy(out, term, g->arena);
    *out = *known;
    return BO_OK;
}

/* The last predicate of that length and last letter: most documents have few. */
static bo_term *known_predicate(bo_gathered *g, const bo_term *predicate) {
    bo_str iri = predicate->value;
    size_t letter = iri.len > 0 ? (unsigned char)iri.ptr[iri.len - 1] : 0;
    return &g->predicates[(iri.len * 31 + letter) % (sizeof g->predicates / sizeof *g->predicates)];
}

static bo_status gather(void *context, const bo_quad *quad) {
    bo_gathered *g = context;
    if (g->len == g->size) {
        size_t size = g->size ? g->size * 2 : 64;
        bo_quad *quads = bo_arena_alloc(g->arena, size * sizeof *quads);
        if (quads == NULL) return bo_error_last()->status;
        if (g->len) memcpy(quads, g->quads, g->len * sizeof *quads);
        g->quads = quads;
        g->size = size;
    }
    static const bo_quad none;
    const bo_quad *before = g->len > 0 ? &g->quads[g->len - 1] : &none;
    bo_quad *kept = &g->quads[g->len];
    BO_TRY(keep(g, &kept->s, &quad->s, &before->s));
    BO_TRY(keep(g, &kept->p, &quad->p, known_predicate(g, &quad->p)));
    BO_TRY(bo_term_copy(&kept->o, &quad->o, g->arena));
    kept->g = (bo_term){.kind = BO_NO_TERM};
    if (g->graphs) BO_TRY(keep(g, &kept->g, &quad->g, &before->g));
    *known_predicate(g, &quad->p) = kept->p;
    g->len++;
    return BO_OK;
}

static int compare_terms(const bo_term *a, const bo_term *b) {
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->value.ptr == b->value.ptr && a->kind != BO_LITERAL) return 0;
    int order = bo_str_cmp(a->value, b->value);
    if (order == 0) order = bo_str_cmp(a->datatype, b->datatype);
    return order ? order : bo_str_cmp(a->lang, b->lang);
}

static int first_if(bool a, bool b) {
    return (int)b - (int)a;
}

static int compare_quads(const void *left, const void *right, void *context) {
    const bo_quad *a = left, *b = right;
    const bo_str *focus = context;
    int order = compare_terms(&a->g, &b->g);
    if (order == 0 && focus->len)
        order = first_if(bo_str_eq(a->s.value, *focus), bo_str_eq(b->s.value, *focus));
    if (order == 0) order = compare_terms(&a->s, &b->s);
    if (order == 0 && a->p.value.ptr != b->p.value.ptr) {
        order = first_if(bo_str_eq(a->p.value, BO_RDF_TYPE), bo_str_eq(b->p.value, BO_RDF_TYPE));
        if (order == 0) order = compare_terms(&a->p, &b->p);
    }
    return order ? order : compare_terms(&a->o, &b->o);
}

bo_status bo_gather(bo_gathered *out, bo_source *source, bo_str focus, bool graphs, bo_arena *arena) {
    *out = (bo_gathered){.arena = arena, .graphs = graphs};
    bo_sink sink = {.quad = gather, .context = out};
    BO_TRY(bo_source_match(source, &(bo_quad){0}, false, &sink));
    if (out->len == 0) return BO_OK;
    qsort_r(out->quads, out->len, sizeof *out->quads, compare_quads, &focus);
    size_t kept = 1;
    for (size_t i = 1; i < out->len; i++)
        if (compare_quads(&out->quads[i], &out->quads[kept - 1], &focus) != 0)
            out->quads[kept++] = out->quads[i];
    out->len = kept;
    return BO_OK;
}

/* N-Triples and N-Quads: no order is needed, so nothing is gathered. */

static bo_status line(void *context, const bo_quad *quad) {
    const bo_lines *l = context;
    bo_term_write(l->out, &quad->s);
    bo_text_char(l->out, ' ');
    bo_term_write(l->out, &quad->p);
    bo_text_char(l->out, ' ');
    bo_term_write(l->out, &quad->o);
    if (l->graphs && quad->g.kind != BO_NO_TERM) {
        bo_text_char(l->out, ' ');
        bo_term_write(l->out, &quad->g);
    }
    BO_TEXT_LIT(l->out, " .\n");
    return l->out->status;
}

bo_sink bo_lines_sink(bo_lines *lines) {
    return (bo_sink){.quad = line, .context = lines};
}

static bo_status write_lines(bo_text *out, bo_source *source, bool graphs) {
    bo_lines lines = {out, graphs};
    bo_sink sink = bo_lines_sink(&lines);
    return bo_source_match(source, &(bo_quad){0}, false, &sink);
}

bo_status bo_write_ntriples(bo_text *out, bo_source *source, const bo_write_options *options) {
    (void)options;
    return write_lines(out, source, false);
}

bo_status bo_write_nquads(bo_text *out, bo_source *source, const bo_write_options *options) {
    (void)options;
    return write_lines(out, source, true);
}
