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

size_t bo_graph_set_filter(const bo_graph_set *set, const bo_id *graphs, size_t len, bool *keep) {
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

bo_status bo_graph_set_new(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_str *graphs, size_t len,
                           bo_arena *arena) {
    bo_graph_set *set = BO_NEW(arena, bo_graph_set);
    if (set == NULL) return bo_error_last()->status;
    set->others = all_but;
    const uint64_t *numbers = txn->state.numbers; /* the last ones given */
    const uint64_t limits[KINDS] = {BO_ID_DEFAULT_GRAPH + 1, numbers[0] + 1, numbers[1] + 1};
    for (unsigned kind = 0; kind < KINDS; kind++) BO_TRY(make_pages(&set->kind[kind], limits[kind], arena));
    for (size_t i = 0; i < len; i++) {
        bo_id id;
        BO_TRY(bo_graph_id(txn, &id, graphs[i], false));
        if (id != BO_ID_NONE) BO_TRY(list(set, id, arena));
    }
    *out = set;
    return BO_OK;
}
