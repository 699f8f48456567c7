/* SPDX-License-Identifier: Apache-2.0
 * RDFC-1.0 (RDF Dataset Canonicalization, section 4): blank nodes are hashed by the quads around them; those
 * that look alike are told apart by the paths that lead away from them.
 */
#include "bocage/canon.h"

#include <stdlib.h>

#include "base/map.h"
#include "crypto/crypto.h"

enum { MOST_HEX = 96 };
#define NONE UINT32_MAX

typedef struct digest {
    char hex[MOST_HEX];
} digest;

typedef struct node {
    bo_str label;
    digest hash;        /* 4.6 Hash First Degree Quads */
    uint32_t *mentions; /* places of the quads that mention the node, each once */
    uint32_t mention_count;
    uint32_t canonical; /* the number of its canonical label, or NONE */
    uint32_t temporary; /* the same of the issuer at work, see issue */
} node;

typedef struct canon {
    const bo_canon_options *options;
    bo_arena *arena;
    bo_quad *quads;
    uint32_t quad_count, quad_size;
    node *nodes;
    uint32_t node_count, node_size;
    bo_map by_label; /* label -> place in nodes */
    size_t hex_len;
    uint32_t canonical_count;
    uint32_t *issued; /* the temporary issuer: nodes in the order in which they were named; a prefix of it is
                         the issuer of each caller */
    uint32_t issued_count;
    size_t work, work_cap, depth, depth_cap;
    bo_text line; /* scratch */
} canon;

/* The terms of a quad that may be blank nodes, with the names of their places (4.7). */
enum { PLACES = 3 };
static const char place_names[PLACES] = {'s', 'o', 'g'};

static bo_term *place_of(bo_quad *quad, int i) {
    return i == 0 ? &quad->s : i == 1 ? &quad->o : &quad->g;
}

/* The node that stands there, or NONE. Labels of blank nodes hold their number once all quads are there. */
static uint32_t node_at(const canon *c, uint32_t quad, int i) {
    const bo_term *term = place_of(&c->quads[quad], i);
    return term->kind == BO_BLANK ? (uint32_t)bo_map_get(&c->by_label, term->value)->u64 : NONE;
}

static bo_status out_of_memory(void) {
    return bo_error_last()->status == BO_LIMIT ? BO_LIMIT : bo_fail(BO_NO_MEMORY, "memory ran out");
}

static bo_status hash_text(const canon *c, digest *out, bo_text *text) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[MOST_HEX / 2];
    BO_TRY(bo_text_end(text));
    (c->options->hash == BO_CANON_SHA384 ? bo_sha384 : bo_sha256)(bytes, bo_text_str(text));
    for (size_t i = 0; i < c->hex_len; i++) out->hex[i] = digits[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
    return BO_OK;
}

static int digest_cmp(const canon *c, const digest *a, const digest *b) {
    return memcmp(a->hex, b->hex, c->hex_len);
}

/* 4.4.3 step 2: the quads, and which of them mention a node. */

static bo_status gather(void *context, const bo_quad *quad) {
    canon *c = context;
    if (c->quad_count == c->quad_size) {
        uint32_t size = c->quad_size ? c->quad_size * 2 : 64;
        if (size > UINT32_MAX / 4) return bo_fail(BO_LIMIT, "the dataset is too large to canonicalise");
        bo_quad *quads =
            bo_arena_grow(c->arena, c->quads, c->quad_size * sizeof *quads, size * sizeof *quads);
        if (quads == NULL) return out_of_memory();
        c->quads = quads;
        c->quad_size = size;
    }
    bo_quad *own = &c->quads[c->quad_count];
    BO_TRY(bo_term_copy(&own->s, &quad->s, c->arena));
    BO_TRY(bo_term_copy(&own->p, &quad->p, c->arena));
    BO_TRY(bo_term_copy(&own->o, &quad->o, c->arena));
    BO_TRY(bo_term_copy(&own->g, &quad->g, c->arena));
    c->quad_count++;
    return BO_OK;
}

static bo_status add_node(canon *c, uint32_t *out, bo_str label) {
    bool fresh;
    bo_value *place = bo_map_put(&c->by_label, label, &fresh);
    if (place == NULL) return out_of_memory();
    if (fresh) {
        if (c->node_count == c->node_size) {
            uint32_t size = c->node_size ? c->node_size * 2 : 16;
            node *nodes =
                bo_arena_grow(c->arena, c->nodes, c->node_size * sizeof *nodes, size * sizeof *nodes);
            if (nodes == NULL) return out_of_memory();
            c->nodes = nodes;
            c->node_size = size;
        }
        c->nodes[c->node_count] = (node){.label = label, .canonical = NONE, .temporary = NONE};
        place->u64 = c->node_count++;
    }
    *out = (uint32_t)place->u64;
    return BO_OK;
}

/* Counts first, then fills; a quad that mentions a node twice counts once. */
static bo_status find_mentions(canon *c) {
    for (uint32_t q = 0; q < c->quad_count; q++)
        for (int i = 0; i < PLACES; i++) {
            uint32_t n;
            if (place_of(&c->quads[q], i)->kind != BO_BLANK) continue;
            BO_TRY(add_node(c, &n, place_of(&c->quads[q], i)->value));
            c->nodes[n].mention_count++;
        }
    for (uint32_t n = 0; n < c->node_count; n++) {
        c->nodes[n].mentions = bo_arena_array(c->arena, c->nodes[n].mention_count, sizeof(uint32_t));
        if (c->nodes[n].mentions == NULL) return out_of_memory();
        c->nodes[n].mention_count = 0;
    }
    for (uint32_t q = 0; q < c->quad_count; q++)
        for (int i = 0; i < PLACES; i++) {
            uint32_t at = node_at(c, q, i);
            node *n = at == NONE ? NULL : &c->nodes[at];
            if (n != NULL && (n->mention_count == 0 || n->mentions[n->mention_count - 1] != q))
                n->mentions[n->mention_count++] = q;
        }
    c->issued = bo_arena_array(c->arena, (size_t)c->node_count + 1, sizeof *c->issued);
    return c->issued ? BO_OK : out_of_memory();
}

/* One line of N-Quads. `self` is written as _:a and every other blank node as _:z; with NONE all of them by
 * their canonical labels. */
static void put_term(const canon *c, bo_text *out, const bo_term *term, uint32_t self) {
    if (term->kind != BO_BLANK) {
        bo_term_write(out, term);
    } else {
        uint32_t n = (uint32_t)bo_map_get(&c->by_label, term->value)->u64;
        if (self == NONE) {
            BO_TEXT_LIT(out, "_:c14n");
            bo_text_u64(out, c->nodes[n].canonical);
        } else {
            bo_text_put(out, n == self ? BO_STR("_:a") : BO_STR("_:z"));
        }
    }
    bo_text_char(out, ' ');
}

static bo_status line_of(canon *c, bo_str *out, uint32_t q, uint32_t self) {
    const bo_quad *quad = &c->quads[q];
    bo_text_clear(&c->line);
    put_term(c, &c->line, &quad->s, self);
    put_term(c, &c->line, &quad->p, self);
    put_term(c, &c->line, &quad->o, self);
    if (quad->g.kind != BO_NO_TERM) put_term(c, &c->line, &quad->g, self);
    BO_TEXT_LIT(&c->line, ".\n");
    BO_TRY(bo_text_end(&c->line));
    *out = bo_arena_str(c->arena, bo_text_str(&c->line));
    return out->ptr ? BO_OK : out_of_memory();
}

static int by_text(const void *a, const void *b) {
    return bo_str_cmp(*(const bo_str *)a, *(const bo_str *)b);
}

/* The lines of some quads (all, when `places` is NULL), sorted, one behind the other. */
static bo_status put_lines(canon *c, bo_text *out, const uint32_t *places, uint32_t count, uint32_t self) {
    bo_str *lines = bo_arena_array(c->arena, count, sizeof *lines);
    if (lines == NULL) return out_of_memory();
    for (uint32_t i = 0; i < count; i++) BO_TRY(line_of(c, &lines[i], places ? places[i] : i, self));
    qsort(lines, count, sizeof *lines, by_text);
    for (uint32_t i = 0; i < count; i++) bo_text_put(out, lines[i]);
    return BO_OK;
}

/* 4.6 Hash First Degree Quads for every node. */
static bo_status hash_first_degree(canon *c) {
    bo_text text;
    bo_status status = BO_OK;
    bo_text_init(&text, 0);
    for (uint32_t n = 0; n < c->node_count && status == BO_OK; n++) {
        bo_text_clear(&text);
        status = put_lines(c, &text, c->nodes[n].mentions, c->nodes[n].mention_count, n);
        if (status == BO_OK) status = hash_text(c, &c->nodes[n].hash, &text);
    }
    bo_text_done(&text);
    return status;
}

static void issue_canonical(canon *c, uint32_t n) {
    if (c->nodes[n].canonical == NONE) c->nodes[n].canonical = c->canonical_count++;
}

static void issue(canon *c, uint32_t n) {
    if (c->nodes[n].temporary != NONE) return;
    c->nodes[n].temporary = c->issued_count;
    c->issued[c->issued_count++] = n;
}

/* Takes back what was issued beyond the first `count`. */
static void issue_back_to(canon *c, uint32_t count) {
    while (c->issued_count > count) c->nodes[c->issued[--c->issued_count]].temporary = NONE;
}

static void put_label(const canon *c, bo_text *out, uint32_t n) {
    bool final = c->nodes[n].canonical != NONE;
    bo_text_put(out, final ? BO_STR("_:c14n") : BO_STR("_:b"));
    bo_text_u64(out, final ? c->nodes[n].canonical : c->nodes[n].temporary);
}

static bo_status spend(canon *c, size_t amount) {
    c->work += amount;
    if (c->work <= c->work_cap) return BO_OK;
    return bo_fail(
        BO_LIMIT,
        "the dataset's blank nodes look too much alike: to tell them apart takes more than %zu steps",
        c->work_cap);
}

/* A node that is met on the way from another, with the hash of how it is related to it. */
typedef struct related {
    digest hash;
    uint32_t node;
} related;

/* 4.7 Hash Related Blank Node. */
static bo_status hash_related(canon *c, digest *out, uint32_t n, uint32_t q, int place) {
    bo_text_clear(&c->line);
    bo_text_char(&c->line, place_names[place]);
    if (place_names[place] != 'g') bo_term_write(&c->line, &c->quads[q].p);
    if (c->nodes[n].canonical != NONE || c->nodes[n].temporary != NONE)
        put_label(c, &c->line, n);
    else
        bo_text_put(&c->line, (bo_str){c->nodes[n].hash.hex, c->hex_len});
    return hash_text(c, out, &c->line);
}

static int by_related(const void *left, const void *right) {
    const related *a = left, *b = right;
    int order = memcmp(a->hash.hex, b->hash.hex, MOST_HEX); /* what is beyond a hash's length is zero */
    return order ? order : (a->node > b->node) - (a->node < b->node);
}

static bo_status find_related(canon *c, related **out, uint32_t *count, uint32_t self) {
    const node *n = &c->nodes[self];
    related *all = calloc((size_t)n->mention_count * 2 + 1, sizeof *all);
    if (all == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = spend(c, n->mention_count);
    *count = 0;
    for (uint32_t i = 0; i < n->mention_count; i++)
        for (int place = 0; place < PLACES && status == BO_OK; place++) {
            uint32_t other = node_at(c, n->mentions[i], place);
            if (other == NONE || other == self) continue;
            all[*count].node = other;
            status = hash_related(c, &all[(*count)++].hash, other, n->mentions[i], place);
        }
    qsort(all, *count, sizeof *all, by_related);
    *out = all;
    if (status != BO_OK) free(all);
    return status;
}

/* The next order of the nodes; false after the last. Equal nodes are not swapped. */
static bool next_order(related *items, uint32_t count) {
    uint32_t i = count - 1, j = count - 1;
    while (i > 0 && items[i - 1].node >= items[i].node) i--;
    if (i == 0) return false;
    while (items[j].node <= items[i - 1].node) j--;
    related swap = items[i - 1];
    items[i - 1] = items[j];
    items[j] = swap;
    for (j = count - 1; i < j; i++, j--) {
        swap = items[i];
        items[i] = items[j];
        items[j] = swap;
    }
    return true;
}

static bo_status hash_n_degree(canon *c, digest *out, uint32_t self);

/* The best path so far through nodes that are related alike, and what was issued on it. */
typedef struct choice {
    bo_text path, best;
    uint32_t base;    /* what was issued before */
    uint32_t *issued; /* heap */
    uint32_t issued_count;
    uint32_t *recursion; /* heap */
} choice;

static bool is_worse(const choice *ch) {
    return ch->best.len > 0 && ch->path.len >= ch->best.len &&
           bo_str_cmp(bo_text_str(&ch->path), bo_text_str(&ch->best)) > 0;
}

/* 4.8.3 step 5.4 for one order of the nodes. */
static bo_status try_order(canon *c, choice *ch, const related *items, uint32_t count) {
    uint32_t recursions = 0;
    bo_text_clear(&ch->path);
    issue_back_to(c, ch->base);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = items[i].node;
        if (c->nodes[n].canonical == NONE && c->nodes[n].temporary == NONE) {
            ch->recursion[recursions++] = n;
            issue(c, n);
        }
        put_label(c, &ch->path, n);
        if (is_worse(ch)) return BO_OK;
    }
    for (uint32_t i = 0; i < recursions; i++) {
        digest hash;
        BO_TRY(hash_n_degree(c, &hash, ch->recursion[i]));
        put_label(c, &ch->path, ch->recursion[i]);
        bo_text_char(&ch->path, '<');
        bo_text_put(&ch->path, (bo_str){hash.hex, c->hex_len});
        bo_text_char(&ch->path, '>');
        if (is_worse(ch)) return BO_OK;
    }
    if (ch->best.len > 0 && bo_str_cmp(bo_text_str(&ch->path), bo_text_str(&ch->best)) >= 0)
        return bo_text_end(&ch->path);
    bo_text_clear(&ch->best);
    bo_text_put(&ch->best, bo_text_str(&ch->path));
    ch->issued_count = c->issued_count - ch->base;
    uint32_t *kept = realloc(ch->issued, (ch->issued_count + 1) * sizeof *kept);
    if (kept == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    ch->issued = kept;
    memcpy(kept, c->issued + ch->base, ch->issued_count * sizeof *kept);
    return bo_text_end(&ch->best);
}

/* 4.8.3 step 5 for one hash: the best of all orders. */
static bo_status choose(canon *c, bo_text *data, related *items, uint32_t count) {
    choice ch = {.base = c->issued_count, .recursion = malloc(count * sizeof *ch.recursion)};
    bo_text_init(&ch.path, 0);
    bo_text_init(&ch.best, 0);
    bo_status status = ch.recursion ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    do {
        if (status == BO_OK) status = spend(c, 1);
        if (status == BO_OK) status = try_order(c, &ch, items, count);
    } while (status == BO_OK && next_order(items, count));
    issue_back_to(c, ch.base);
    for (uint32_t i = 0; i < ch.issued_count; i++) issue(c, ch.issued[i]);
    bo_text_put(data, bo_text_str(&ch.best));
    bo_text_done(&ch.path);
    bo_text_done(&ch.best);
    free(ch.issued);
    free(ch.recursion);
    return status;
}

/* 4.8 Hash N-Degree Quads. What it issues stays issued. */
static bo_status hash_n_degree(canon *c, digest *out, uint32_t self) {
    related *all;
    uint32_t count;
    bo_text data;
    if (c->depth >= c->depth_cap)
        return bo_fail(BO_LIMIT, "the dataset has a chain of more than %zu blank nodes that look alike",
                       c->depth_cap);
    BO_TRY(find_related(c, &all, &count, self));
    c->depth++;
    bo_text_init(&data, 0);
    bo_status status = BO_OK;
    for (uint32_t from = 0, to; from < count && status == BO_OK; from = to) {
        for (to = from + 1; to < count && digest_cmp(c, &all[from].hash, &all[to].hash) == 0;) to++;
        bo_text_put(&data, (bo_str){all[from].hash.hex, c->hex_len});
        status = choose(c, &data, all + from, to - from);
    }
    if (status == BO_OK) status = hash_text(c, out, &data);
    c->depth--;
    bo_text_done(&data);
    free(all);
    return status;
}

/* 4.4.3 step 5.2: what Hash N-Degree Quads says of one node. */
typedef struct result {
    digest hash;
    uint32_t *issued, issued_count;
} result;

static int by_result(const void *left, const void *right) {
    return memcmp(((const result *)left)->hash.hex, ((const result *)right)->hash.hex, MOST_HEX);
}

/* 4.4.3 step 5 for nodes that share a hash. */
static bo_status label_alike(canon *c, const uint32_t *nodes, uint32_t count) {
    result *results = bo_arena_array(c->arena, count, sizeof *results);
    uint32_t found = 0;
    if (results == NULL) return out_of_memory();
    for (uint32_t i = 0; i < count; i++) {
        if (c->nodes[nodes[i]].canonical != NONE) continue;
        result *r = &results[found++];
        issue_back_to(c, 0);
        issue(c, nodes[i]);
        BO_TRY(hash_n_degree(c, &r->hash, nodes[i]));
        r->issued_count = c->issued_count;
        r->issued = bo_arena_array(c->arena, r->issued_count, sizeof *r->issued);
        if (r->issued == NULL) return out_of_memory();
        memcpy(r->issued, c->issued, r->issued_count * sizeof *r->issued);
    }
    issue_back_to(c, 0);
    qsort(results, found, sizeof *results, by_result);
    for (uint32_t i = 0; i < found; i++)
        for (uint32_t j = 0; j < results[i].issued_count; j++) issue_canonical(c, results[i].issued[j]);
    return BO_OK;
}

static int by_hash(const void *left, const void *right) {
    const related *a = left, *b = right;
    return memcmp(a->hash.hex, b->hash.hex, MOST_HEX);
}

/* 4.4.3 steps 3 to 5: unique hashes first, then the others, both in the order of the hashes. */
static bo_status label_all(canon *c) {
    related *sorted = bo_arena_array(c->arena, c->node_count, sizeof *sorted);
    uint32_t *alike = bo_arena_array(c->arena, c->node_count, sizeof *alike);
    if (sorted == NULL || alike == NULL) return out_of_memory();
    for (uint32_t n = 0; n < c->node_count; n++) sorted[n] = (related){c->nodes[n].hash, n};
    qsort(sorted, c->node_count, sizeof *sorted, by_hash);
    for (int unique = 1; unique >= 0; unique--)
        for (uint32_t from = 0, to; from < c->node_count; from = to) {
            for (to = from; to < c->node_count && by_hash(&sorted[from], &sorted[to]) == 0; to++)
                alike[to - from] = sorted[to].node;
            if (unique && to - from == 1) issue_canonical(c, alike[0]);
            if (!unique && to - from > 1) BO_TRY(label_alike(c, alike, to - from));
        }
    return BO_OK;
}

static bo_status tell_labels(const canon *c) {
    for (uint32_t n = 0; c->options->label != NULL && n < c->node_count; n++) {
        bo_str name = bo_arena_printf(c->arena, "c14n%u", c->nodes[n].canonical);
        if (name.ptr == NULL) return out_of_memory();
        BO_TRY(c->options->label(c->options->context, c->nodes[n].label, name));
    }
    return BO_OK;
}

static bo_status canonicalise(canon *c, bo_text *out, bo_source *source) {
    const bo_quad anything = {.s = {.kind = BO_NO_TERM}};
    const bo_sink sink = {gather, NULL, c};
    BO_TRY(bo_source_match(source, &anything, false, &sink));
    BO_TRY(find_mentions(c));
    c->work_cap = c->options->work_cap ? c->options->work_cap : 100000 + (size_t)c->quad_count * 64;
    c->depth_cap = c->options->depth_cap ? c->options->depth_cap : 1000;
    BO_TRY(hash_first_degree(c));
    BO_TRY(label_all(c));
    BO_TRY(tell_labels(c));
    return put_lines(c, out, NULL, c->quad_count, NONE);
}

bo_status bo_canon_write(bo_text *out, bo_source *source, const bo_canon_options *options) {
    static const bo_canon_options none = {.hash = BO_CANON_SHA256};
    canon c = {.options = options ? options : &none, .arena = bo_arena_new(0)};
    if (c.arena == NULL) return out_of_memory();
    c.hex_len = c.options->hash == BO_CANON_SHA384 ? 96 : 64;
    bo_map_init(&c.by_label, c.arena);
    bo_text_init(&c.line, 0);
    bo_status status = canonicalise(&c, out, source);
    bo_text_done(&c.line);
    bo_arena_free(c.arena);
    return status;
}
