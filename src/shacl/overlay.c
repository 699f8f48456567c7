/* SPDX-License-Identifier: Apache-2.0
 * A source made of another one, without one of its graphs, and of quads of its own: the store as it would be
 * once a request has been granted. Terms that the other source holds keep its ids; the rest are numbered
 * here, above all of its numbers, so that rows of both can be merged in order. Blank nodes of the two are
 * never the same.
 */
#include <stdlib.h>

#include "shacl/run.h"

static const uint64_t OWN = (uint64_t)1 << 55;

struct bo_sh_overlay {
    bo_source source; /* first, so that a bo_source is its overlay */
    bo_source *base;  /* may be NULL */
    bo_id without;    /* a graph of the base; BO_ID_NONE: none */
    bo_arena *arena;
    bo_term *terms; /* number n is terms[n - 1] */
    size_t term_count;
    bo_map numbers; /* a term as N-Triples -> its number */
    bo_ids *quads;
    size_t quad_count;
    bo_ids *sorted[BO_ORDER_COUNT];
};

/* Terms. */

static bo_status key_of(const bo_sh_overlay *o, bo_str *out, const bo_term *term) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_term_write(&text, term);
    *out = bo_arena_str(o->arena, bo_text_str(&text));
    bo_text_done(&text);
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_id own_id(const bo_term *term, uint64_t number) {
    static const bo_tag tags[] = {
        [BO_IRI] = BO_TAG_IRI, [BO_BLANK] = BO_TAG_BLANK, [BO_LITERAL] = BO_TAG_LITERAL};
    return bo_id_make(tags[term->kind], OWN | number);
}

static bo_status find_id(bo_sh_overlay *o, bo_id *out, const bo_term *term) {
    bo_str key;
    *out = bo_id_inline(term);
    if (*out != BO_ID_NONE) return BO_OK;
    BO_TRY(key_of(o, &key, term));
    const bo_value *slot = bo_map_get(&o->numbers, key);
    if (slot != NULL) *out = own_id(term, slot->u64);
    return slot == NULL && o->base != NULL ? bo_source_id_of(o->base, out, term) : BO_OK;
}

static bo_status make_id(bo_sh_overlay *o, bo_id *out, const bo_term *term) {
    bo_str key;
    bo_term kept;
    if (term->kind == BO_BLANK && o->base != NULL) {
        BO_TRY(key_of(o, &key, term));
        const bo_value *slot = bo_map_get(&o->numbers, key);
        *out = slot != NULL ? own_id(term, slot->u64) : BO_ID_NONE;
    } else {
        BO_TRY(find_id(o, out, term));
    }
    if (*out != BO_ID_NONE) return BO_OK;
    BO_TRY(key_of(o, &key, term));
    BO_TRY(bo_term_copy(&kept, term, o->arena));
    bo_value *slot = bo_map_put(&o->numbers, key, NULL);
    if (slot == NULL) return bo_error_last()->status;
    size_t full = o->term_count & (o->term_count - 1);
    if (full == 0) {
        size_t size = o->term_count ? o->term_count * 2 : 1;
        bo_term *terms = bo_arena_array(o->arena, size, sizeof *terms);
        if (terms == NULL) return bo_error_last()->status;
        if (o->term_count > 0) memcpy(terms, o->terms, o->term_count * sizeof *terms);
        o->terms = terms;
    }
    o->terms[o->term_count++] = kept;
    slot->u64 = o->term_count;
    *out = own_id(term, slot->u64);
    return BO_OK;
}

static bo_status source_id_of(bo_source *source, bo_id *out, const bo_term *term) {
    return find_id((bo_sh_overlay *)source, out, term);
}

static bo_status source_term_of(bo_source *source, bo_term *out, bo_id id, bo_arena *arena) {
    const bo_sh_overlay *o = (bo_sh_overlay *)source;
    if (bo_id_is_inline(id)) {
        char *room = bo_arena_alloc(arena, BO_ID_ROOM);
        if (room == NULL) return bo_error_last()->status;
        bo_id_expand(out, id, room);
        return BO_OK;
    }
    uint64_t number = bo_id_payload(id);
    if ((number & OWN) == 0) return bo_source_term_of(o->base, out, id, arena);
    *out = o->terms[(number & ~OWN) - 1];
    return BO_OK;
}

/* Quads. */

static int compare(const bo_ids *a, const bo_ids *b, bo_order order) {
    const bo_id left[4] = {a->s, a->p, a->o, a->g}, right[4] = {b->s, b->p, b->o, b->g};
    for (int i = 0; i < 4; i++) {
        unsigned column = bo_order_columns[order][i];
        if (left[column] != right[column]) return left[column] < right[column] ? -1 : 1;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b, void *order) {
    return compare(a, b, *(const bo_order *)order);
}

bo_status bo_sh_overlay_add(bo_sh_overlay *o, const bo_quad *quad) {
    bo_ids ids = {.g = BO_ID_DEFAULT_GRAPH};
    BO_TRY(make_id(o, &ids.s, &quad->s));
    BO_TRY(make_id(o, &ids.p, &quad->p));
    BO_TRY(make_id(o, &ids.o, &quad->o));
    if (quad->g.kind != BO_NO_TERM) BO_TRY(make_id(o, &ids.g, &quad->g));
    if ((o->quad_count & (o->quad_count - 1)) == 0) {
        size_t size = o->quad_count ? o->quad_count * 2 : 1;
        bo_ids *quads = bo_arena_array(o->arena, size, sizeof *quads);
        if (quads == NULL) return bo_error_last()->status;
        if (o->quad_count > 0) memcpy(quads, o->quads, o->quad_count * sizeof *quads);
        o->quads = quads;
    }
    o->quads[o->quad_count++] = ids;
    return BO_OK;
}

static bo_status sort(bo_sh_overlay *o, bo_order order) {
    if (o->sorted[order] != NULL) return BO_OK;
    bo_ids *rows = bo_arena_array(o->arena, o->quad_count, sizeof *rows);
    if (rows == NULL) return bo_error_last()->status;
    if (o->quad_count > 0) memcpy(rows, o->quads, o->quad_count * sizeof *rows);
    qsort_r(rows, o->quad_count, sizeof *rows, compare_rows, &order);
    o->sorted[order] = rows;
    return BO_OK;
}

static bool matches(const bo_ids *quad, const bo_ids *pattern) {
    return (!pattern->s || pattern->s == quad->s) && (!pattern->p || pattern->p == quad->p) &&
           (!pattern->o || pattern->o == quad->o) && (!pattern->g || pattern->g == quad->g);
}

/* Scans: two streams in one order. */

typedef struct overlay_scan {
    bo_scan scan;
    const bo_sh_overlay *overlay;
    bo_ids pattern;
    bo_order order;
    size_t at;      /* in the sorted quads of its own */
    bo_scan *below; /* of the base; NULL: none */
    bo_batch *rows; /* of it */
    size_t row;
    bool ended; /* the base has no more */
} overlay_scan;

static bo_ids row_at(const bo_batch *batch, size_t i) {
    return (bo_ids){batch->column[0][i], batch->column[1][i], batch->column[2][i], batch->column[3][i]};
}

/* The next row of the base; false at its end. */
static bo_status peek_below(overlay_scan *s, bo_ids *out, bool *found) {
    *found = false;
    while (s->below != NULL && !s->ended) {
        if (s->row == s->rows->len) {
            BO_TRY(bo_scan_next(s->below, s->rows));
            s->row = 0;
            s->ended = s->rows->len == 0;
            continue;
        }
        *out = row_at(s->rows, s->row);
        *found = s->overlay->without == BO_ID_NONE || out->g != s->overlay->without;
        if (*found) return BO_OK;
        s->row++;
    }
    return BO_OK;
}

static const bo_ids *peek_own(overlay_scan *s) {
    const bo_ids *rows = s->overlay->sorted[s->order];
    while (s->at < s->overlay->quad_count && !matches(&rows[s->at], &s->pattern)) s->at++;
    return s->at < s->overlay->quad_count ? &rows[s->at] : NULL;
}

static bo_status scan_next(bo_scan *scan, bo_batch *batch) {
    overlay_scan *s = (overlay_scan *)scan;
    for (batch->len = 0; batch->len < BO_BATCH; batch->len++) {
        bo_ids below;
        bool found;
        BO_TRY(peek_below(s, &below, &found));
        const bo_ids *own = peek_own(s), *row = found ? &below : own;
        if (own != NULL && found && compare(own, &below, s->order) < 0) row = own;
        if (row == NULL) return BO_OK;
        batch->column[0][batch->len] = row->s;
        batch->column[1][batch->len] = row->p;
        batch->column[2][batch->len] = row->o;
        batch->column[3][batch->len] = row->g;
        if (row == own)
            s->at++;
        else
            s->row++;
    }
    return BO_OK;
}

static bo_status scan_seek(bo_scan *scan, const bo_ids *at_least) {
    overlay_scan *s = (overlay_scan *)scan;
    const bo_ids *rows = s->overlay->sorted[s->order];
    while (s->at < s->overlay->quad_count && compare(&rows[s->at], at_least, s->order) < 0) s->at++;
    if (s->below == NULL || s->ended) return BO_OK;
    while (s->row < s->rows->len) {
        bo_ids row = row_at(s->rows, s->row);
        if (compare(&row, at_least, s->order) >= 0) return BO_OK;
        s->row++;
    }
    return bo_scan_seek(s->below, at_least);
}

static void scan_close(bo_scan *scan) {
    bo_scan_close(((overlay_scan *)scan)->below);
}

static const bo_scan_ops scan_ops = {scan_next, scan_seek, scan_close};

/* Whether the base can hold what the pattern names. */
static bool is_below(const bo_sh_overlay *o, const bo_ids *pattern) {
    const bo_id ids[4] = {pattern->s, pattern->p, pattern->o, pattern->g};
    for (int i = 0; i < 4; i++)
        if (!bo_id_is_inline(ids[i]) && (bo_id_payload(ids[i]) & OWN) != 0) return false;
    return o->base != NULL && (o->without == BO_ID_NONE || pattern->g != o->without);
}

static bo_status source_scan(bo_source *source, bo_scan **out, const bo_ids *pattern, bo_order order,
                             bo_arena *arena) {
    bo_sh_overlay *o = (bo_sh_overlay *)source;
    overlay_scan *s = BO_NEW(arena, overlay_scan);
    if (s == NULL) return bo_error_last()->status;
    BO_TRY(sort(o, order));
    *s = (overlay_scan){.scan = {&scan_ops}, .overlay = o, .pattern = *pattern, .order = order};
    if (is_below(o, pattern)) {
        s->rows = bo_arena_alloc(arena, sizeof *s->rows);
        if (s->rows == NULL) return bo_error_last()->status;
        s->rows->len = 0;
        BO_TRY(bo_source_scan(o->base, &s->below, pattern, order, arena));
    }
    *out = &s->scan;
    return BO_OK;
}

static uint64_t source_estimate(bo_source *source, const bo_ids *pattern) {
    const bo_sh_overlay *o = (bo_sh_overlay *)source;
    uint64_t count = is_below(o, pattern) ? o->base->ops->estimate(o->base, pattern) : 0;
    for (size_t i = 0; i < o->quad_count; i++) count += matches(&o->quads[i], pattern);
    return count;
}

/* Its parts may hold the same triple. */
static bool source_count(bo_source *source, const bo_ids *pattern, bool triples, uint64_t *out) {
    (void)source, (void)pattern, (void)triples, (void)out;
    return false;
}

static void source_spread(bo_source *source, bo_id predicate, uint64_t *subjects, uint64_t *objects) {
    const bo_sh_overlay *o = (bo_sh_overlay *)source;
    uint64_t own = 0;
    *subjects = *objects = 1;
    if (is_below(o, &(bo_ids){.p = predicate})) o->base->ops->spread(o->base, predicate, subjects, objects);
    for (size_t i = 0; i < o->quad_count; i++) own += o->quads[i].p == predicate;
    *subjects += own;
    *objects += own;
}

static const bo_source_ops source_ops = {source_id_of,    source_term_of, source_scan,
                                         source_estimate, source_count,   source_spread};

bo_status bo_sh_overlay_new(bo_sh_overlay **out, bo_source *base, bo_str without, bo_arena *arena) {
    bo_sh_overlay *o = BO_NEW(arena, bo_sh_overlay);
    if (o == NULL) return bo_error_last()->status;
    o->source.ops = &source_ops;
    o->base = base;
    o->arena = arena;
    bo_map_init(&o->numbers, arena);
    *out = o;
    bo_term graph = bo_term_iri(without);
    return base != NULL && without.len > 0 ? bo_source_id_of(base, &o->without, &graph) : BO_OK;
}

bo_source *bo_sh_overlay_source(bo_sh_overlay *o) {
    return &o->source;
}
