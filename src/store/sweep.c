/* SPDX-License-Identifier: Apache-2.0
 * Taking terms out that nothing refers to any more, so that a document that is edited for years does not
 * grow. A commit looks at the literals and blank nodes of the quads that it removed; IRIs stay.
 */
#include <stdlib.h>

#include "store/txn.h"

static bool may_go(bo_id id) {
    return bo_id_tag(id) == BO_TAG_LITERAL || bo_id_tag(id) == BO_TAG_BLANK;
}

static bo_status note(bo_sweep *sweep, bo_id id) {
    if (!may_go(id)) return BO_OK;
    if (sweep->len == sweep->size) {
        size_t size = sweep->size == 0 ? 64 : sweep->size * 2;
        bo_id *ids = realloc(sweep->ids, size * sizeof *ids);
        if (ids == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        sweep->ids = ids;
        sweep->size = size;
    }
    sweep->ids[sweep->len++] = id;
    return BO_OK;
}

bo_status bo_sweep_note(bo_sweep *sweep, const bo_tuples *removes) {
    static const unsigned columns[] = {0, 2, 3};
    for (unsigned c = 0; c < 3; c++) {
        bo_id before = BO_ID_NONE;
        for (size_t i = 0; i < removes->len; i++) {
            bo_id id = removes->items[i].n[columns[c]];
            if (id != before) BO_TRY(note(sweep, id));
            before = id;
        }
    }
    return BO_OK;
}

/* Whether an index has a quad with the id in its first column. `room` may hold a block that was looked at
 * before, for a smaller id. */
static bo_status leads(bool *out, bo_kv_cursor *cursor, bo_order order, bo_id id, bo_block_room *room) {
    const bo_index *index = &bo_quad_indexes[order];
    bo_tuple least = {{0}};
    least.n[index->column[0]] = id;
    bo_block *block = &room->block;
    size_t row = bo_block_lower(index, block, &least);
    if (row == block->len) {
        bo_status status = bo_block_find(block, cursor, index, &least);
        row = status == BO_OK ? bo_block_lower(index, block, &least) : 0;
        if (status == BO_OK && row == block->len) {
            row = 0;
            status = bo_block_next(block, cursor, index);
        }
        if (status == BO_NOT_FOUND) block->len = 0;
        if (status != BO_NOT_FOUND) BO_TRY(status);
    }
    *out = row < block->len && block->column[0][row] == id;
    return BO_OK;
}

/* Drops those that still lead a row of one index. */
static bo_status drop_used(bo_txn *txn, bo_order order) {
    bo_sweep *sweep = &txn->sweep;
    bo_kv_cursor *cursor;
    bo_block_room room;
    size_t kept = 0;
    bo_block_room_init(&room);
    BO_TRY(bo_kv_cursor_open(&cursor, txn->kv, bo_quad_indexes[order].table));
    bo_status status = BO_OK;
    for (size_t i = 0; i < sweep->len && status == BO_OK; i++) {
        bool used = false;
        if (order == BO_OSPG || bo_id_tag(sweep->ids[i]) == BO_TAG_BLANK)
            status = leads(&used, cursor, order, sweep->ids[i], &room);
        if (!used) sweep->ids[kept++] = sweep->ids[i];
    }
    bo_kv_cursor_close(cursor);
    sweep->len = kept;
    return status;
}

/* A graph may be kept though it is empty. */
static bo_status drop_kept_graphs(bo_txn *txn) {
    bo_sweep *sweep = &txn->sweep;
    size_t kept = 0;
    for (size_t i = 0; i < sweep->len; i++) {
        bo_graph_record record;
        bo_status status = bo_id_tag(sweep->ids[i]) == BO_TAG_BLANK
                               ? bo_graph_read(txn, &record, sweep->ids[i])
                               : BO_NOT_FOUND;
        if (status == BO_NOT_FOUND)
            sweep->ids[kept++] = sweep->ids[i];
        else
            BO_TRY(status);
    }
    sweep->len = kept;
    return BO_OK;
}

static int by_number(const void *a, const void *b) {
    bo_id x = *(const bo_id *)a, y = *(const bo_id *)b;
    return x < y ? -1 : x > y;
}

bo_status bo_sweep_run(bo_txn *txn) {
    bo_sweep *sweep = &txn->sweep;
    size_t kept = 0;
    if (sweep->len == 0) return BO_OK;
    qsort(sweep->ids, sweep->len, sizeof *sweep->ids, by_number);
    for (size_t i = 0; i < sweep->len; i++)
        if (i == 0 || sweep->ids[i] != sweep->ids[i - 1]) sweep->ids[kept++] = sweep->ids[i];
    sweep->len = kept;
    BO_TRY(drop_used(txn, BO_OSPG));
    BO_TRY(drop_used(txn, BO_SPOG));
    BO_TRY(drop_used(txn, BO_GSPO));
    BO_TRY(drop_kept_graphs(txn));
    if (sweep->len == 0) return BO_OK;
    txn->state.gone += sweep->len;
    return bo_dict_remove(&txn->dict, sweep->ids, sweep->len);
}
