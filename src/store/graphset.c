/* SPDX-License-Identifier: Apache-2.0
 * Sets of graphs that an asker may read. A scan asks for every row, so a set is a bitmap: graphs are terms,
 * and terms are numbered without gaps. Pages in which nothing is listed are one and the same.
 */
#include "store/txn.h"

enum {
    PAGE_BITS = 15,
    PAGE_WORDS = (1 << PAGE_BITS) / 64,
    KINDS = 3 /* the default graph, IRIs, blank nodes */
};

typedef struct bitmap {
    uint64_t limit;  /* above the last number of the snapshot; never listed */
    uint64_t **page; /* up to and with the limit's */
} bitmap;

struct bo_graph_set {
    bool others;        /* graphs that are not listed belong to it */
    bitmap kind[KINDS]; /* by tag; a bit is set for those that are listed */
};

static uint64_t empty_page[PAGE_WORDS];

static bool is_listed(const bitmap *map, uint64_t number) {
    if (number > map->limit) number = map->limit;
    return map->page[number >> PAGE_BITS][number / 64 % PAGE_WORDS] >> number % 64 & 1;
}

bool bo_graph_set_has(const bo_graph_set *set, bo_id graph) {
    return is_listed(&set->kind[bo_id_tag(graph) % KINDS], bo_id_payload(graph)) != set->others;
}

/* Those of 64 IRIs whose bits are not wanted, from the word that holds `number` on. */
static uint64_t left_out(const bo_graph_set *set, uint64_t number) {
    const bitmap *map = &set->kind[BO_TAG_IRI];
    uint64_t word = map->page[number >> PAGE_BITS][number / 64 % PAGE_WORDS];
    return set->others ? word : ~word;
}

static size_t rows_below(const bo_id *sorted, size_t len, bo_id id) {
    size_t low = 0;
    while (len > 0) {
        size_t half = len / 2;
        bool below = sorted[low + half] < id;
        low = below ? low + half + 1 : low;
        len = below ? len - half - 1 : half;
    }
    return low;
}

/* A run of rising graphs of which few are left out: looks at the set's bits between the first and the last
 * one, 64 graphs at a time, and finds the rows of those that are left out. False when it gives up, since they
 * are many. */
static bool filter_rising(const bo_graph_set *set, const bo_id *graphs, size_t len, bool *keep,
                          size_t *kept) {
    const bo_id base = bo_id_make(BO_TAG_IRI, 0), last = graphs[len - 1];
    size_t patience = len / 8 + 1, row = 0, found = len;
    if (graphs[0] < base || last - base > set->kind[BO_TAG_IRI].limit) return false;
    if ((last - graphs[0]) / 16 > len) return false;
    memset(keep, true, len);
    for (uint64_t at = (graphs[0] - base) & ~(uint64_t)63; at <= last - base; at += 64) {
        for (uint64_t bits = left_out(set, at); bits != 0; bits &= bits - 1) {
            bo_id hidden = base + at + (uint64_t)__builtin_ctzll(bits);
            if (hidden < graphs[0]) continue;
            if (hidden > last) break;
            if (patience-- == 0) return false;
            row += rows_below(graphs + row, len - row, hidden);
            for (; row < len && graphs[row] == hidden; row++, found--) keep[row] = false;
        }
    }
    *kept += found;
    return true;
}

/* One row after the other. */
static size_t filter_rows(const bo_graph_set *set, const bo_id *graphs, size_t len, bool *keep) {
    const bitmap iris = set->kind[BO_TAG_IRI];
    bool others = set->others, odd = false;
    size_t kept = 0;
    for (size_t i = 0; i < len; i++) {
        uint64_t number = graphs[i] - bo_id_make(BO_TAG_IRI, 0); /* beyond the limit for other tags */
        odd |= number > iris.limit;
        keep[i] = is_listed(&iris, number) != others;
        kept += keep[i];
    }
    if (!odd) return kept;
    kept = 0;
    for (size_t i = 0; i < len; i++) kept += keep[i] = bo_graph_set_has(set, graphs[i]);
    return kept;
}

/* No id has the uppermost bit, so that a difference has it exactly when it is below zero. */
static bool is_rising(const bo_id *graphs, size_t len) {
    uint64_t falls = 0;
    for (size_t i = 1; i < len; i++) falls |= graphs[i] - graphs[i - 1];
    return falls >> 63 == 0;
}

static size_t rising_run(const bo_id *graphs, size_t len) {
    size_t run = 1;
    while (run < len && graphs[run] >= graphs[run - 1]) run++;
    return run;
}

/* Runs as wholes while they are long, then the rest row by row. */
size_t bo_graph_set_filter(const bo_graph_set *set, const bo_id *graphs, size_t len, bool *keep) {
    enum { RUN_LEAST = 24 };
    size_t kept = 0, at = 0, run;
    for (; at < len; at += run) {
        run = is_rising(graphs + at, len - at) ? len - at : rising_run(graphs + at, len - at);
        if (run < RUN_LEAST || !filter_rising(set, graphs + at, run, keep + at, &kept)) break;
    }
    return kept + filter_rows(set, graphs + at, len - at, keep + at);
}

static bo_status make_pages(bitmap *map, uint64_t limit, bo_arena *arena) {
    size_t pages = (limit >> PAGE_BITS) + 1;
    map->limit = limit;
    map->page = bo_arena_array(arena, pages, sizeof *map->page);
    if (map->page == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < pages; i++) map->page[i] = empty_page;
    return BO_OK;
}

static bo_status list(bo_graph_set *set, bo_id graph, bo_arena *arena) {
    uint64_t number = bo_id_payload(graph), **page = &set->kind[bo_id_tag(graph)].page[number >> PAGE_BITS];
    if (*page == empty_page) *page = bo_arena_array(arena, PAGE_WORDS, sizeof **page);
    if (*page == NULL) return bo_error_last()->status;
    (*page)[number / 64 % PAGE_WORDS] |= (uint64_t)1 << number % 64;
    return BO_OK;
}

bo_status bo_graph_set_of(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_id *graphs, size_t len,
                          bo_arena *arena) {
    bo_graph_set *set = BO_NEW(arena, bo_graph_set);
    if (set == NULL) return bo_error_last()->status;
    set->others = all_but;
    const uint64_t *numbers = txn->state.numbers; /* the last ones given */
    const uint64_t limits[KINDS] = {BO_ID_DEFAULT_GRAPH + 1, numbers[0] + 1, numbers[1] + 1};
    for (unsigned kind = 0; kind < KINDS; kind++) BO_TRY(make_pages(&set->kind[kind], limits[kind], arena));
    for (size_t i = 0; i < len; i++) BO_TRY(list(set, graphs[i], arena));
    *out = set;
    return BO_OK;
}

bo_status bo_graph_set_new(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_str *graphs, size_t len,
                           bo_arena *arena) {
    size_t known = 0;
    bo_id *ids = bo_arena_array(arena, len + 1, sizeof *ids);
    if (ids == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < len; i++) {
        BO_TRY(bo_graph_id(txn, &ids[known], graphs[i], false));
        if (ids[known] != BO_ID_NONE) known++;
    }
    return bo_graph_set_of(out, txn, all_but, ids, known, arena);
}
