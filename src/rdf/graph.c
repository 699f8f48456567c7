/* SPDX-License-Identifier: Apache-2.0
 * Quads in memory: a dictionary of its own, the quads in order of insertion, and for each order that was
 * asked for an index that is sorted again after a change.
 */
#include "bocage/graph.h"

#include <stdlib.h>

typedef struct ranking {
    uint32_t *rows; /* places in quads, sorted */
    size_t len;
    uint64_t version; /* of the graph when it was sorted; 0: never */
} ranking;

struct bo_graph {
    bo_source source; /* first, so that a bo_source is its graph */
    bo_target target;
    bo_arena *arena;
    bo_term *terms; /* number n is terms[n - 1] */
    size_t term_count, term_size;
    uint32_t *term_slots; /* 1 + place in terms; 0 free */
    size_t term_slot_count;
    bo_ids *quads; /* s 0: removed */
    size_t quad_count, quad_size, live;
    uint32_t *quad_slots;
    size_t quad_slot_count;
    uint64_t version;
    ranking orders[BO_ORDER_COUNT];
};

static bo_graph *graph_of_source(bo_source *source) {
    return (bo_graph *)source;
}

static bo_graph *graph_of_target(bo_target *target) {
    return (bo_graph *)((char *)target - offsetof(bo_graph, target));
}

static bo_status out_of_memory(void) {
    return bo_fail(BO_NO_MEMORY, "memory ran out");
}

/* Terms. */

static bo_tag tag_of(bo_term_kind kind) {
    return kind == BO_IRI ? BO_TAG_IRI : kind == BO_BLANK ? BO_TAG_BLANK : BO_TAG_LITERAL;
}

static size_t term_slot(const bo_graph *graph, const bo_term *term) {
    size_t mask = graph->term_slot_count - 1, at = bo_term_hash(term) & mask;
    while (graph->term_slots[at] != 0 && !bo_term_eq(&graph->terms[graph->term_slots[at] - 1], term))
        at = (at + 1) & mask;
    return at;
}

static bo_status grow_terms(bo_graph *graph) {
    size_t size = graph->term_size ? graph->term_size * 2 : 32;
    bo_term *terms = realloc(graph->terms, size * sizeof *terms);
    if (terms == NULL) return out_of_memory();
    graph->terms = terms;
    uint32_t *slots = calloc(size * 2, sizeof *slots);
    if (slots == NULL) return out_of_memory();
    free(graph->term_slots);
    graph->term_slots = slots;
    graph->term_slot_count = size * 2;
    graph->term_size = size;
    for (size_t i = 0; i < graph->term_count; i++) slots[term_slot(graph, &terms[i])] = (uint32_t)i + 1;
    return BO_OK;
}

static bo_id find_id(const bo_graph *graph, const bo_term *term) {
    bo_id inlined = bo_id_inline(term);
    if (inlined != BO_ID_NONE || graph->term_slot_count == 0) return inlined;
    uint32_t place = graph->term_slots[term_slot(graph, term)];
    return place == 0 ? BO_ID_NONE : bo_id_make(tag_of(term->kind), place);
}

static bo_status make_id(bo_graph *graph, bo_id *out, const bo_term *term) {
    *out = find_id(graph, term);
    if (*out != BO_ID_NONE) return BO_OK;
    if (graph->term_count == graph->term_size) BO_TRY(grow_terms(graph));
    bo_term kept;
    BO_TRY(bo_term_copy(&kept, term, graph->arena));
    graph->terms[graph->term_count++] = kept;
    graph->term_slots[term_slot(graph, term)] = (uint32_t)graph->term_count;
    *out = bo_id_make(tag_of(term->kind), graph->term_count);
    return BO_OK;
}

static bo_status source_id_of(bo_source *source, bo_id *out, const bo_term *term) {
    *out = find_id(graph_of_source(source), term);
    return BO_OK;
}

static bo_status source_term_of(bo_source *source, bo_term *out, bo_id id, bo_arena *arena) {
    bo_graph *graph = graph_of_source(source);
    if (bo_id_is_inline(id)) {
        char room[BO_ID_ROOM];
        bo_term term;
        bo_id_expand(&term, id, room);
        return bo_term_copy(out, &term, arena);
    }
    size_t place = bo_id_payload(id);
    if (place == 0 || place > graph->term_count)
        return bo_fail(BO_INTERNAL, "an id of another source was asked for");
    *out = graph->terms[place - 1];
    return BO_OK;
}

/* Quads. */

static uint64_t quad_hash(const bo_ids *q) {
    uint64_t hash = q->s * 0x9E3779B97F4A7C15u;
    hash = (hash ^ q->p ^ (hash >> 29)) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ q->o ^ (hash >> 31)) * 0x94D049BB133111EBu;
    hash = (hash ^ q->g ^ (hash >> 30)) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

static bool same_quad(const bo_ids *a, const bo_ids *b) {
    return a->s == b->s && a->p == b->p && a->o == b->o && a->g == b->g;
}

/* The slot of a quad, or the free one where it would go. A removed quad's slot stays taken. */
static size_t quad_slot(const bo_graph *graph, const bo_ids *ids) {
    size_t mask = graph->quad_slot_count - 1, at = quad_hash(ids) & mask;
    while (graph->quad_slots[at] != 0 && !same_quad(&graph->quads[graph->quad_slots[at] - 1], ids))
        at = (at + 1) & mask;
    return at;
}

/* Makes room, and leaves out what was removed. */
static bo_status grow_quads(bo_graph *graph) {
    size_t size = graph->quad_size
                      ? (graph->live * 2 > graph->quad_size ? graph->quad_size * 2 : graph->quad_size)
                      : 32;
    uint32_t *slots = calloc(size * 2, sizeof *slots);
    bo_ids *quads = slots ? malloc(size * sizeof *quads) : NULL;
    if (quads == NULL) {
        free(slots);
        return out_of_memory();
    }
    size_t len = 0;
    for (size_t i = 0; i < graph->quad_count; i++)
        if (graph->quads[i].s != 0) quads[len++] = graph->quads[i];
    free(graph->quads);
    free(graph->quad_slots);
    graph->quads = quads;
    graph->quad_slots = slots;
    graph->quad_size = size;
    graph->quad_slot_count = size * 2;
    graph->quad_count = len;
    graph->version++;
    for (size_t i = 0; i < len; i++) slots[quad_slot(graph, &quads[i])] = (uint32_t)i + 1;
    return BO_OK;
}

static bo_status make_ids(bo_graph *graph, bo_ids *out, const bo_quad *quad) {
    BO_TRY(make_id(graph, &out->s, &quad->s));
    BO_TRY(make_id(graph, &out->p, &quad->p));
    BO_TRY(make_id(graph, &out->o, &quad->o));
    out->g = BO_ID_DEFAULT_GRAPH;
    return quad->g.kind == BO_NO_TERM ? BO_OK : make_id(graph, &out->g, &quad->g);
}

/* False when the graph lacks one of the terms. */
static bool find_ids(bo_graph *graph, bo_ids *out, const bo_quad *quad) {
    *out = (bo_ids){find_id(graph, &quad->s), find_id(graph, &quad->p), find_id(graph, &quad->o),
                    quad->g.kind == BO_NO_TERM ? BO_ID_DEFAULT_GRAPH : find_id(graph, &quad->g)};
    return out->s && out->p && out->o && out->g;
}

bo_status bo_graph_add(bo_graph *graph, const bo_quad *quad) {
    bo_ids ids;
    BO_TRY(make_ids(graph, &ids, quad));
    if (graph->quad_count == graph->quad_size) BO_TRY(grow_quads(graph));
    size_t slot = quad_slot(graph, &ids);
    if (graph->quad_slots[slot] != 0) return BO_OK;
    graph->quads[graph->quad_count++] = ids;
    graph->quad_slots[slot] = (uint32_t)graph->quad_count;
    graph->live++;
    graph->version++;
    return BO_OK;
}

bool bo_graph_has(bo_graph *graph, const bo_quad *quad) {
    bo_ids ids;
    return graph->quad_slot_count > 0 && find_ids(graph, &ids, quad) &&
           graph->quad_slots[quad_slot(graph, &ids)] != 0;
}

size_t bo_graph_count(const bo_graph *graph) {
    return graph->live;
}

static bo_status target_insert(bo_target *target, const bo_quad *quad) {
    return bo_graph_add(graph_of_target(target), quad);
}

static bo_status target_remove(bo_target *target, const bo_quad *quad) {
    bo_graph *graph = graph_of_target(target);
    bo_ids ids;
    if (graph->quad_slot_count == 0 || !find_ids(graph, &ids, quad)) return BO_OK;
    uint32_t place = graph->quad_slots[quad_slot(graph, &ids)];
    if (place == 0) return BO_OK;
    graph->quads[place - 1] = (bo_ids){0, 0, 0, 0};
    graph->live--;
    graph->version++;
    return BO_OK;
}

static bo_status target_clear(bo_target *target, const bo_term *name) {
    bo_graph *graph = graph_of_target(target);
    bo_id g = name->kind == BO_NO_TERM ? BO_ID_DEFAULT_GRAPH : find_id(graph, name);
    for (size_t i = 0; i < graph->quad_count; i++) {
        if (graph->quads[i].s == 0 || graph->quads[i].g != g) continue;
        graph->quads[i] = (bo_ids){0, 0, 0, 0};
        graph->live--;
    }
    graph->version++;
    return BO_OK;
}

/* Scans. */

typedef struct key {
    bo_id part[4];
} key;

static key key_of(const bo_ids *ids, bo_order order) {
    const bo_id columns[4] = {ids->s, ids->p, ids->o, ids->g};
    key k;
    for (int i = 0; i < 4; i++) k.part[i] = columns[bo_order_columns[order][i]];
    return k;
}

static int compare_keys(const key *a, const key *b) {
    for (int i = 0; i < 4; i++)
        if (a->part[i] != b->part[i]) return a->part[i] < b->part[i] ? -1 : 1;
    return 0;
}

typedef struct sorting {
    const bo_ids *quads;
    bo_order order;
} sorting;

static int compare_rows(const void *a, const void *b, void *context) {
    const sorting *by = context;
    key left = key_of(&by->quads[*(const uint32_t *)a], by->order),
        right = key_of(&by->quads[*(const uint32_t *)b], by->order);
    return compare_keys(&left, &right);
}

static bo_status sorted(bo_graph *graph, bo_order order, const ranking **out) {
    ranking *ranked = &graph->orders[order];
    *out = ranked;
    if (ranked->version == graph->version) return BO_OK;
    uint32_t *rows = realloc(ranked->rows, (graph->live + 1) * sizeof *rows);
    if (rows == NULL) return out_of_memory();
    ranked->rows = rows;
    ranked->len = 0;
    for (size_t i = 0; i < graph->quad_count; i++)
        if (graph->quads[i].s != 0) rows[ranked->len++] = (uint32_t)i;
    sorting by = {graph->quads, order};
    qsort_r(rows, ranked->len, sizeof *rows, compare_rows, &by);
    ranked->version = graph->version;
    return BO_OK;
}

typedef struct graph_scan {
    bo_scan scan;
    const bo_graph *graph;
    const ranking *ranked;
    bo_order order;
    bo_ids pattern;
    size_t at, end;
} graph_scan;

/* The first place from `from` on whose quad is not below the key. */
static size_t lower_bound(const bo_graph *graph, const ranking *in, bo_order order, const key *at_least,
                          size_t from) {
    size_t low = from, high = in->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        key k = key_of(&graph->quads[in->rows[middle]], order);
        if (compare_keys(&k, at_least) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The places between which every quad has the pattern's bound leading columns. */
static void bounds(const bo_graph *graph, const ranking *in, bo_order order, const bo_ids *pattern,
                   size_t *from, size_t *to) {
    key low = key_of(pattern, order), high = low;
    int bound = 0;
    while (bound < 4 && low.part[bound] != 0) bound++;
    for (int i = bound; i < 4; i++) low.part[i] = 0, high.part[i] = UINT64_MAX;
    *from = lower_bound(graph, in, order, &low, 0);
    *to = bound == 4 ? *from : lower_bound(graph, in, order, &high, *from);
    if (bound == 4 && *from < in->len) {
        key found = key_of(&graph->quads[in->rows[*from]], order);
        *to = *from + (compare_keys(&found, &low) == 0);
    }
}

static bool matches(const bo_ids *quad, const bo_ids *pattern) {
    return (!pattern->s || pattern->s == quad->s) && (!pattern->p || pattern->p == quad->p) &&
           (!pattern->o || pattern->o == quad->o) && (!pattern->g || pattern->g == quad->g);
}

static bo_status scan_next(bo_scan *scan, bo_batch *batch) {
    graph_scan *s = (graph_scan *)scan;
    batch->len = 0;
    while (s->at < s->end && batch->len < BO_BATCH) {
        const bo_ids *quad = &s->graph->quads[s->ranked->rows[s->at++]];
        if (!matches(quad, &s->pattern)) continue;
        batch->column[0][batch->len] = quad->s;
        batch->column[1][batch->len] = quad->p;
        batch->column[2][batch->len] = quad->o;
        batch->column[3][batch->len++] = quad->g;
    }
    return BO_OK;
}

static bo_status scan_seek(bo_scan *scan, const bo_ids *at_least) {
    graph_scan *s = (graph_scan *)scan;
    key k = key_of(at_least, s->order);
    s->at = lower_bound(s->graph, s->ranked, s->order, &k, s->at);
    return BO_OK;
}

static void scan_close(bo_scan *scan) {
    (void)scan;
}

static const bo_scan_ops scan_ops = {scan_next, scan_seek, scan_close};

static bo_status source_scan(bo_source *source, bo_scan **out, const bo_ids *pattern, bo_order order,
                             bo_arena *arena) {
    bo_graph *graph = graph_of_source(source);
    const ranking *in;
    BO_TRY(sorted(graph, order, &in));
    graph_scan *scan = BO_NEW(arena, graph_scan);
    if (scan == NULL) return bo_error_last()->status;
    *scan = (graph_scan){{&scan_ops}, graph, in, order, *pattern, 0, 0};
    bounds(graph, in, order, pattern, &scan->at, &scan->end);
    *out = &scan->scan;
    return BO_OK;
}

static uint64_t source_estimate(bo_source *source, const bo_ids *pattern) {
    bo_graph *graph = graph_of_source(source);
    const ranking *in;
    size_t from, to;
    bo_order order = bo_order_for(pattern);
    if (sorted(graph, order, &in) != BO_OK) return graph->live;
    bounds(graph, in, order, pattern, &from, &to);
    return to - from;
}

/* A graph is read as fast as it is counted. */
static bool source_count(bo_source *source, const bo_ids *pattern, bool triples, uint64_t *out) {
    (void)source, (void)pattern, (void)triples, (void)out;
    return false;
}

static void source_spread(bo_source *source, bo_id predicate, uint64_t *subjects, uint64_t *objects) {
    bo_graph *graph = graph_of_source(source);
    uint64_t *const counts[2] = {subjects, objects};
    const bo_order orders[2] = {BO_PSOG, BO_POSG};
    for (int side = 0; side < 2; side++) {
        const ranking *in;
        size_t from, to;
        *counts[side] = 1;
        if (sorted(graph, orders[side], &in) != BO_OK) continue;
        bounds(graph, in, orders[side], &(bo_ids){.p = predicate}, &from, &to);
        for (size_t at = from + 1; at < to; at++) {
            const bo_ids *a = &graph->quads[in->rows[at - 1]], *b = &graph->quads[in->rows[at]];
            *counts[side] += side == 0 ? a->s != b->s : a->o != b->o;
        }
    }
}

static const bo_source_ops source_ops = {source_id_of,    source_term_of, source_scan,
                                         source_estimate, source_count,   source_spread};
static const bo_target_ops target_ops = {target_insert, target_remove, target_clear};

/* The whole. */

bo_status bo_graph_new(bo_graph **out) {
    bo_graph *graph = calloc(1, sizeof *graph);
    if (graph == NULL) return out_of_memory();
    graph->source.ops = &source_ops;
    graph->target.ops = &target_ops;
    graph->version = 1;
    graph->arena = bo_arena_new(0);
    if (graph->arena == NULL) {
        free(graph);
        return out_of_memory();
    }
    *out = graph;
    return BO_OK;
}

void bo_graph_free(bo_graph *graph) {
    if (graph == NULL) return;
    for (int i = 0; i < BO_ORDER_COUNT; i++) free(graph->orders[i].rows);
    free(graph->quad_slots);
    free(graph->quads);
    free(graph->term_slots);
    free(graph->terms);
    bo_arena_free(graph->arena);
    free(graph);
}

bo_source *bo_graph_source(bo_graph *graph) {
    return &graph->source;
}
bo_target *bo_graph_target(bo_graph *graph) {
    return &graph->target;
}

static bo_status sink_quad(void *context, const bo_quad *quad) {
    return bo_graph_add(context, quad);
}

bo_sink bo_graph_sink(bo_graph *graph) {
    return (bo_sink){.quad = sink_quad, .context = graph};
}

static bo_status give_quad(bo_graph *graph, const bo_ids *ids, const bo_sink *each) {
    char room[BO_ID_ROOM];
    bo_quad quad = {.s = graph->terms[bo_id_payload(ids->s) - 1],
                    .p = graph->terms[bo_id_payload(ids->p) - 1]};
    if (bo_id_is_inline(ids->o))
        bo_id_expand(&quad.o, ids->o, room);
    else
        quad.o = graph->terms[bo_id_payload(ids->o) - 1];
    if (ids->g != BO_ID_DEFAULT_GRAPH) quad.g = graph->terms[bo_id_payload(ids->g) - 1];
    return each->quad(each->context, &quad);
}

bo_status bo_graph_match(bo_graph *graph, const bo_quad *pattern, const bo_sink *each) {
    const bo_term *terms[4] = {&pattern->s, &pattern->p, &pattern->o, &pattern->g};
    bo_id ids[4];
    for (int i = 0; i < 4; i++) {
        ids[i] = terms[i]->kind == BO_NO_TERM ? BO_ID_NONE : find_id(graph, terms[i]);
        if (terms[i]->kind != BO_NO_TERM && ids[i] == BO_ID_NONE) return BO_OK;
    }
    bo_ids wanted = {ids[0], ids[1], ids[2], ids[3]};
    for (size_t i = 0; i < graph->quad_count; i++) {
        bo_ids quad = graph->quads[i]; /* a copy: the sink may add */
        if (quad.s != 0 && matches(&quad, &wanted)) BO_TRY(give_quad(graph, &quad, each));
    }
    return BO_OK;
}

typedef struct first {
    bo_graph *graph;
    bo_term *out;
    bool subject, found;
} first;

static bo_status keep_first(void *context, const bo_quad *quad) {
    first *f = context;
    bo_term kept;
    BO_TRY(bo_term_copy(&kept, f->subject ? &quad->s : &quad->o, f->graph->arena));
    *f->out = kept;
    f->found = true;
    return BO_CANCELLED; /* one is enough */
}

static bool first_of(bo_graph *graph, bo_term *out, const bo_quad *pattern, bool subject) {
    first f = {graph, out, subject, false};
    bo_sink each = {.quad = keep_first, .context = &f};
    bo_status status = bo_graph_match(graph, pattern, &each);
    return f.found && status == BO_CANCELLED;
}

bool bo_graph_object(bo_graph *graph, bo_term *out, const bo_term *subject, bo_str predicate) {
    return first_of(graph, out, &(bo_quad){.s = *subject, .p = bo_term_iri(predicate)}, false);
}

bool bo_graph_subject(bo_graph *graph, bo_term *out, bo_str predicate, const bo_term *object) {
    return first_of(graph, out, &(bo_quad){.p = bo_term_iri(predicate), .o = *object}, true);
}
