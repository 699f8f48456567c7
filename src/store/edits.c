/* SPDX-License-Identifier: Apache-2.0 */
#include "store/edits.h"

#include <stdlib.h>

enum { EDITS_FIRST = 64 };

static void free_view(bo_edit_view *view) {
    free(view->puts.items);
    free(view->removes.items);
    *view = (bo_edit_view){0};
}

void bo_edits_done(bo_edits *edits) {
    for (unsigned o = 0; o < BO_ORDER_COUNT; o++) free_view(&edits->view[o]);
    free(edits->quads);
    free(edits->put);
    free(edits->slots);
    *edits = (bo_edits){0};
}

void bo_edits_clear(bo_edits *edits) {
    uint64_t writes = edits->writes;
    bo_edits_done(edits);
    edits->writes = writes + 1;
}

static uint32_t *slot_of(const bo_edits *edits, const bo_tuple *quad) {
    uint64_t hash = 0;
    for (unsigned c = 0; c < 4; c++) {
        hash = (hash ^ quad->n[c]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    size_t mask = edits->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t at = edits->slots[i];
        if (at == 0 || memcmp(&edits->quads[at - 1], quad, sizeof *quad) == 0) return &edits->slots[i];
    }
}

static bo_status grow(bo_edits *edits) {
    if (edits->len < edits->size) return BO_OK;
    size_t size = edits->size == 0 ? EDITS_FIRST : edits->size * 2;
    bo_tuple *quads = realloc(edits->quads, size * sizeof *quads);
    if (quads != NULL) edits->quads = quads;
    bool *put = realloc(edits->put, size * sizeof *put);
    if (put != NULL) edits->put = put;
    uint32_t *slots = calloc(size * 2, sizeof *slots);
    if (quads == NULL || put == NULL || slots == NULL) {
        free(slots);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    free(edits->slots);
    edits->slots = slots;
    edits->slot_count = size * 2;
    edits->size = size;
    for (size_t i = 0; i < edits->len; i++) *slot_of(edits, &edits->quads[i]) = (uint32_t)i + 1;
    return BO_OK;
}

bo_status bo_edits_add(bo_edits *edits, const bo_tuple *quad, bool put) {
    BO_TRY(grow(edits));
    uint32_t *slot = slot_of(edits, quad);
    if (*slot == 0) {
        edits->quads[edits->len] = *quad;
        *slot = (uint32_t)++edits->len;
    }
    edits->put[*slot - 1] = put;
    edits->writes++;
    return BO_OK;
}

static bo_status make_view(bo_edits *edits, bo_edit_view *view, const bo_index *index) {
    view->puts.items = malloc((edits->len + 1) * sizeof(bo_tuple));
    view->removes.items = malloc((edits->len + 1) * sizeof(bo_tuple));
    if (view->puts.items == NULL || view->removes.items == NULL)
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    for (size_t i = 0; i < edits->len; i++) {
        bo_tuples *side = edits->put[i] ? &view->puts : &view->removes;
        side->items[side->len++] = edits->quads[i];
    }
    BO_TRY(bo_tuples_sort(&view->puts, index, index->width));
    return bo_tuples_sort(&view->removes, index, index->width);
}

bo_status bo_edits_view(bo_edits *edits, const bo_edit_view **out, bo_order order, const bo_index *index) {
    bo_edit_view *view = &edits->view[order];
    if (view->puts.items == NULL || view->made_at != edits->writes) {
        free_view(view);
        bo_status status = make_view(edits, view, index);
        if (status != BO_OK) {
            free_view(view);
            return status;
        }
        view->made_at = edits->writes;
    }
    *out = view;
    return BO_OK;
}
