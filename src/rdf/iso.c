/* SPDX-License-Identifier: Apache-2.0
 * Isomorphism of datasets: blank nodes are coloured by what surrounds them until nothing changes; where
 * colours leave a choice, it is tried and taken back.
 */
#include <stdlib.h>

#include "base/map.h"
#include "bocage/graph.h"

typedef struct side {
    bo_quad *quads;
    size_t len, size;
    bo_map nodes; /* blank label -> place in colours */
    uint64_t *colours;
    uint32_t count;
    bo_arena *arena;
} side;

static bo_status gather(void *context, const bo_quad *quad) {
    side *s = context;
    if (s->len == s->size) {
        size_t size = s->size ? s->size * 2 : 64;
        bo_quad *quads = bo_arena_grow(s->arena, s->quads, s->size * sizeof *quads, size * sizeof *quads);
        if (quads == NULL) return bo_error_last()->status;
        s->quads = quads;
        s->size = size;
    }
    const bo_term *from[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    bo_term *to[4] = {&s->quads[s->len].s, &s->quads[s->len].p, &s->quads[s->len].o, &s->quads[s->len].g};
    for (int i = 0; i < 4; i++) {
        BO_TRY(bo_term_copy(to[i], from[i], s->arena));
        if (to[i]->kind != BO_BLANK) continue;
        bool fresh;
        bo_value *place = bo_map_put(&s->nodes, to[i]->value, &fresh);
        if (place == NULL) return bo_error_last()->status;
        if (fresh) place->u64 = s->count++;
    }
    s->len++;
    return BO_OK;
}

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t z = (a ^ (b + 0x9E3779B97F4A7C15u + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9u;
    return z ^ (z >> 31);
}

static uint64_t colour_of(const side *s, const bo_term *term) {
    if (term->kind == BO_BLANK) return s->colours[bo_map_get(&s->nodes, term->value)->u64];
    return mix(bo_term_hash(term), 7);
}

/* One round: each node takes in the colours around it, in a way that does not depend on the order of quads.
 */
static void refine(side *s, uint64_t *next) {
    for (uint32_t i = 0; i < s->count; i++) next[i] = s->colours[i];
    for (size_t q = 0; q < s->len; q++) {
        const bo_term *terms[4] = {&s->quads[q].s, &s->quads[q].p, &s->quads[q].o, &s->quads[q].g};
        uint64_t whole = 0;
        for (int i = 0; i < 4; i++) whole = mix(whole, mix(colour_of(s, terms[i]), (uint64_t)i));
        for (int i = 0; i < 4; i++)
            if (terms[i]->kind == BO_BLANK)
                next[bo_map_get(&s->nodes, terms[i]->value)->u64] += mix(whole, 100 + (uint64_t)i);
    }
    for (uint32_t i = 0; i < s->count; i++) s->colours[i] = mix(next[i], 1);
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t distinct(const side *s, uint64_t *room) {
    memcpy(room, s->colours, s->count * sizeof *room);
    qsort(room, s->count, sizeof *room, by_value);
    size_t n = s->count > 0;
    for (uint32_t i = 1; i < s->count; i++) n += room[i] != room[i - 1];
    return n;
}

/* Until the number of colours no longer grows. */
static void settle(side *s, uint64_t *room) {
    for (size_t before = 0, now = distinct(s, room); now > before && now < s->count;) {
        before = now;
        refine(s, room);
        now = distinct(s, room);
    }
    refine(s, room);
}

static uint64_t quad_colour(const side *s, const bo_quad *quad) {
    const bo_term *terms[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    uint64_t whole = 0;
    for (int i = 0; i < 4; i++)
        whole = mix(whole,
                    terms[i]->kind == BO_NO_TERM ? 3 : mix(colour_of(s, terms[i]), (uint64_t)terms[i]->kind));
    return whole;
}

/* The same multiset of quads when every blank node stands for its colour. */
static bool same_quads(const side *a, const side *b, uint64_t *left, uint64_t *right) {
    for (size_t i = 0; i < a->len; i++) left[i] = quad_colour(a, &a->quads[i]);
    for (size_t i = 0; i < b->len; i++) right[i] = quad_colour(b, &b->quads[i]);
    qsort(left, a->len, sizeof *left, by_value);
    qsort(right, b->len, sizeof *right, by_value);
    return memcmp(left, right, a->len * sizeof *left) == 0;
}

typedef struct search {
    side *a, *b;
    bo_graph *held; /* b, as a graph */
    uint64_t *room, *left, *right;
    uint64_t marks;
    unsigned long steps;
} search;

enum { MOST_STEPS = 100000 };

/* Colours are hashes, and hashes may be equal by chance or by design: every quad of a is looked up in b under
 * the names that the colours pair. Both have as many quads, so that is enough. */
static bool truly_same(const search *s) {
    bo_idmap by_colour;
    bool same = true;
    bo_idmap_init(&by_colour, s->a->arena);
    for (uint32_t at = 0; same;) {
        const bo_map_entry *entry = bo_map_next(&s->b->nodes, &at);
        if (entry == NULL) break;
        bo_value *place = bo_idmap_put(&by_colour, s->b->colours[entry->value.u64] | 1, &same);
        if (place == NULL) return false;
        memcpy(&place->ptr, &entry, sizeof entry);
    }
    for (size_t q = 0; q < s->a->len && same; q++) {
        bo_quad quad = s->a->quads[q];
        bo_term *terms[4] = {&quad.s, &quad.p, &quad.o, &quad.g};
        for (int i = 0; i < 4 && same; i++) {
            if (terms[i]->kind != BO_BLANK) continue;
            const bo_value *found = bo_idmap_get(&by_colour, colour_of(s->a, terms[i]) | 1);
            same = found != NULL;
            if (same) terms[i]->value = ((const bo_map_entry *)found->ptr)->key;
        }
        same = same && bo_graph_has(s->held, &quad);
    }
    return same;
}

static bo_status match(search *s, bool *same);

/* Two nodes of one colour are told apart by hand: one of a is paired with each of b in turn. */
static bo_status branch(search *s, uint32_t chosen, bool *same) {
    uint64_t colour = s->a->colours[chosen], mark = ++s->marks;
    size_t bytes = s->a->count * sizeof(uint64_t);
    uint64_t *kept = malloc(bytes * 2);
    if (kept == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    memcpy(kept, s->a->colours, bytes);
    memcpy(kept + s->a->count, s->b->colours, bytes);
    bo_status status = BO_OK;
    for (uint32_t i = 0; i < s->b->count && status == BO_OK && !*same; i++) {
        if (kept[s->a->count + i] != colour) continue;
        memcpy(s->a->colours, kept, bytes);
        memcpy(s->b->colours, kept + s->a->count, bytes);
        s->a->colours[chosen] = s->b->colours[i] = mix(colour, 1000 + mark);
        settle(s->a, s->room);
        settle(s->b, s->room);
        status = match(s, same);
    }
    free(kept);
    return status;
}

static bo_status match(search *s, bool *same) {
    if (++s->steps > MOST_STEPS)
        return bo_fail(BO_LIMIT, "the graphs are too much alike to compare in %d steps", MOST_STEPS);
    *same = false;
    if (!same_quads(s->a, s->b, s->left, s->right)) return BO_OK;
    memcpy(s->room, s->a->colours, s->a->count * sizeof *s->room);
    qsort(s->room, s->a->count, sizeof *s->room, by_value);
    for (uint32_t i = 1; i < s->a->count; i++) {
        if (s->room[i] != s->room[i - 1]) continue;
        uint32_t chosen = 0;
        while (s->a->colours[chosen] != s->room[i]) chosen++;
        return branch(s, chosen, same);
    }
    *same = truly_same(s);
    return BO_OK;
}

static bo_status prepare(side *s, bo_graph *graph, bo_arena *arena) {
    s->arena = arena;
    bo_map_init(&s->nodes, arena);
    bo_sink sink = {.quad = gather, .context = s};
    BO_TRY(bo_graph_match(graph, &(bo_quad){0}, &sink));
    s->colours = bo_arena_array(arena, s->count + 1, sizeof *s->colours);
    return s->colours ? BO_OK : bo_error_last()->status;
}

static bo_status compare(bool *out, bo_graph *left, bo_graph *right, bo_arena *arena) {
    side a = {0}, b = {0};
    BO_TRY(prepare(&a, left, arena));
    BO_TRY(prepare(&b, right, arena));
    *out = false;
    if (a.len != b.len || a.count != b.count) return BO_OK;
    search s = {.a = &a, .b = &b, .held = right};
    s.room = bo_arena_array(arena, a.count + 1, sizeof *s.room);
    s.left = bo_arena_array(arena, a.len + 1, sizeof *s.left);
    s.right = bo_arena_array(arena, b.len + 1, sizeof *s.right);
    if (s.room == NULL || s.left == NULL || s.right == NULL) return bo_error_last()->status;
    settle(&a, s.room);
    settle(&b, s.room);
    return match(&s, out);
}

bo_status bo_graph_isomorphic(bool *out, bo_graph *a, bo_graph *b) {
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bool same = false;
    bo_status status = compare(&same, a, b, arena);
    if (status == BO_OK) *out = same;
    bo_arena_free(arena);
    return status;
}
