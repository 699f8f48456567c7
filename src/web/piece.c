/* SPDX-License-Identifier: Apache-2.0 */
#include "web/piece.h"

#include "ldp/resource.h"
#include "rdf/vocab.h"

/* Walking over the members in the order of their ids. */

typedef struct walk {
    bo_pieces *pieces;
    bo_source *source; /* everything: rights are looked at member by member */
    bo_text *out;
    bo_arena *scratch; /* of one member */
    uint64_t sum;
    bo_status (*visit)(struct walk *w, bo_id member, uint64_t version);
} walk;

static bo_status visit(walk *w, bo_id member) {
    const bo_graph_set *readable = w->pieces->readable;
    bo_graph_info info;
    if (bo_id_kind(member) != BO_IRI || (readable != NULL && !bo_graph_set_has(readable, member)))
        return BO_OK;
    bo_status status = bo_txn_graph_of(w->pieces->txn, member, &info);
    if (status == BO_NOT_FOUND || (status == BO_OK && info.quads == 0)) return BO_OK;
    return status == BO_OK ? w->visit(w, member, info.version) : status;
}

static bo_status walk_scan(walk *w, bo_scan *scan, bo_batch *batch) {
    for (;;) {
        BO_TRY(bo_scan_next(scan, batch));
        if (batch->len == 0) return BO_OK;
        for (size_t i = 0; i < batch->len; i++) {
            BO_TRY(visit(w, batch->column[2][i]));
            bo_arena_reset(w->scratch);
        }
    }
}

static bo_status walk_members(walk *w, bo_arena *arena) {
    bo_term container = bo_term_iri(w->pieces->container), contains = bo_term_iri(BO_LDP_CONTAINS);
    bo_ids pattern = {0};
    bo_scan *scan;
    bo_batch *batch = BO_NEW(arena, bo_batch);
    if (batch == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_source(&w->source, w->pieces->txn, NULL, arena));
    BO_TRY(bo_source_id_of(w->source, &pattern.s, &container));
    BO_TRY(bo_source_id_of(w->source, &pattern.p, &contains));
    pattern.g = pattern.s;
    if (pattern.s == BO_ID_NONE || pattern.p == BO_ID_NONE) return BO_OK;
    BO_TRY(bo_source_scan(w->source, &scan, &pattern, bo_order_for(&pattern), arena));
    w->scratch = bo_arena_new(0);
    bo_status status = w->scratch != NULL ? walk_scan(w, scan, batch) : bo_error_last()->status;
    bo_arena_free(w->scratch);
    bo_scan_close(scan);
    return status;
}

/* Rendering. */

static bo_status render(walk *w, bo_text *piece, bo_str iri) {
    bo_write_options options = w->pieces->options;
    bo_graph *graph;
    options.focus = iri;
    options.is_piece = true;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = bo_ldp_view_member(graph, w->source, iri);
    if (status == BO_OK) status = bo_write(piece, w->pieces->format, bo_graph_source(graph), &options);
    bo_graph_free(graph);
    w->pieces->rendered++;
    return status;
}

/* What stands between and before pieces. */
static void introduce(walk *w, bo_str iri) {
    if (w->pieces->format == BO_JSONLD) {
        if (w->pieces->given > 0) bo_text_char(w->out, ',');
        return;
    }
    const bo_term terms[] = {bo_term_iri(w->pieces->container), bo_term_iri(BO_LDP_CONTAINS),
                             bo_term_iri(iri)};
    for (size_t i = 0; i < 3; i++) {
        bo_term_write(w->out, &terms[i]);
        bo_text_char(w->out, ' ');
    }
    BO_TEXT_LIT(w->out, ".\n");
}

static bo_status render_and_keep(walk *w, bo_str key, bo_str iri, bo_str version) {
    static const bo_basis itself; /* it rests on its version alone */
    bo_text piece;
    bo_text_init(&piece, 0);
    bo_status status = render(w, &piece, iri);
    if (status == BO_OK) {
        bo_http_response kept = {.body = bo_text_str(&piece)};
        bo_cache_put(w->pieces->cache, key, version, &kept, &itself);
        bo_text_put(w->out, kept.body);
    }
    bo_text_done(&piece);
    return status;
}

/* The kept piece, when it is of this version, which stands in the place of its entity tag. */
static const bo_cached *find_kept(const bo_pieces *p, bo_str key, bo_str version) {
    const bo_cached *cached = bo_cache_get(p->cache, key, p->store);
    if (cached == NULL || bo_str_eq(cached->etag, version)) return cached;
    bo_cache_release((void *)(uintptr_t)cached);
    return NULL;
}

static bo_status write_member(walk *w, bo_id member, uint64_t number) {
    bo_pieces *p = w->pieces;
    const uint64_t parts[] = {member, p->wish, p->format};
    bo_str key = {(const char *)parts, sizeof parts}, version = {(const char *)&number, sizeof number};
    bo_term term;
    BO_TRY(bo_source_term_of(w->source, &term, member, w->scratch));
    introduce(w, term.value);
    p->given++;
    const bo_cached *cached = find_kept(p, key, version);
    if (cached == NULL) return render_and_keep(w, key, term.value, version);
    bo_text_put(w->out, cached->body);
    bo_cache_release((void *)(uintptr_t)cached);
    return w->out->status;
}

bo_status bo_pieces_write(bo_pieces *pieces, bo_text *out, bo_arena *arena) {
    walk w = {.pieces = pieces, .out = out, .visit = write_member};
    return walk_members(&w, arena);
}

static bo_status add_up(walk *w, bo_id member, uint64_t version) {
    w->sum = (w->sum ^ member) * 0x9E3779B97F4A7C15u;
    w->sum = (w->sum ^ version ^ w->sum >> 29) * 0xBF58476D1CE4E5B9u;
    return BO_OK;
}

bo_status bo_pieces_sum(bo_pieces *pieces, uint64_t *out, bo_arena *arena) {
    walk w = {.pieces = pieces, .visit = add_up};
    BO_TRY(walk_members(&w, arena));
    *out = w.sum;
    return BO_OK;
}
