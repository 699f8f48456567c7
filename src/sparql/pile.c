/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/pile.h"

bo_status bo_pile_init(bo_pile *pile, bo_exec *exec, const bo_vars *vars) {
    *pile = (bo_pile){.arena = exec->arena, .exec = exec};
    uint32_t *list = bo_arena_array(exec->arena, exec->width, sizeof *list);
    if (list == NULL) return bo_error_last()->status;
    pile->vars = list;
    for (uint32_t var = 0; var < exec->width; var++)
        if (bo_vars_has(vars, var)) list[pile->width++] = var;
    return BO_OK;
}

void bo_pile_clear(bo_pile *pile) {
    pile->len = 0;
    if (pile->heads != NULL) memset(pile->heads, 0, pile->head_count * sizeof *pile->heads);
}

static bo_status add_piece(bo_pile *pile) {
    size_t count = pile->piece_count;
    if ((count & (count - 1)) == 0) {
        bo_id **pieces = bo_arena_array(pile->arena, count ? count * 2 : 1, sizeof *pieces);
        if (pieces == NULL) return bo_error_last()->status;
        if (count > 0) memcpy(pieces, pile->pieces, count * sizeof *pieces);
        pile->pieces = pieces;
    }
    size_t width = pile->width ? pile->width : 1;
    pile->pieces[count] = bo_arena_alloc(pile->arena, BO_PILE_PIECE * width * sizeof(bo_id));
    if (pile->pieces[count] == NULL) return bo_error_last()->status;
    pile->piece_count++;
    return BO_OK;
}

static bo_status new_row(bo_pile *pile, bo_id **out) {
    if (pile->len >= UINT32_MAX - 1) return bo_fail(BO_LIMIT, "more rows than can be kept");
    if (pile->len == pile->piece_count * BO_PILE_PIECE) BO_TRY(add_piece(pile));
    *out = bo_pile_row(pile, pile->len++);
    return BO_OK;
}

bo_status bo_pile_push(bo_pile *pile, const bo_id *ids) {
    bo_id *to;
    BO_TRY(new_row(pile, &to));
    memcpy(to, ids, pile->width * sizeof *to);
    return BO_OK;
}

void bo_pile_gather(const bo_pile *pile, bo_id *ids, const bo_table *table, size_t row) {
    for (size_t i = 0; i < pile->width; i++) {
        const bo_id *column = table->column[pile->vars[i]];
        ids[i] = column != NULL ? column[row] : BO_ID_NONE;
    }
}

bo_status bo_pile_add(bo_pile *pile, const bo_table *table, size_t row) {
    bo_id *to;
    BO_TRY(new_row(pile, &to));
    bo_pile_gather(pile, to, table, row);
    return BO_OK;
}

bo_status bo_pile_fill(bo_pile *pile, bo_op *op) {
    for (;;) {
        bo_table *table;
        BO_TRY(bo_exec_check(op->exec));
        BO_TRY(bo_op_next(op, &table));
        if (table->len == 0) return BO_OK;
        for (size_t row = 0; row < table->len; row++) BO_TRY(bo_pile_add(pile, table, row));
    }
}

uint64_t bo_hash_ids(uint64_t hash, bo_id id) {
    hash = (hash ^ id) * 0x9E3779B97F4A7C15u;
    return hash ^ (hash >> 32);
}

static bo_status size_index(bo_pile *pile, size_t rows) {
    size_t heads = 16;
    while (heads < rows) heads *= 2;
    if (heads <= pile->next_size) {
        memset(pile->heads, 0, pile->head_count * sizeof *pile->heads);
        return BO_OK;
    }
    uint32_t *next = bo_arena_array(pile->arena, heads, sizeof *next);
    pile->heads = bo_arena_array(pile->arena, heads, sizeof *pile->heads);
    if (next == NULL || pile->heads == NULL) return bo_error_last()->status;
    pile->head_count = pile->next_size = heads;
    pile->next = next;
    return BO_OK;
}

static void link_row(bo_pile *pile, size_t row, uint64_t hash) {
    size_t head = hash & (pile->head_count - 1);
    pile->next[row] = pile->heads[head];
    pile->heads[head] = (uint32_t)row + 1;
}

/* Rows are linked quickly, but there may be many. */
static bo_status may_go_on(const bo_pile *pile, size_t row) {
    enum { OFTEN = 1 << 16 };
    return pile->exec != NULL && row % OFTEN == 0 ? bo_exec_check(pile->exec) : BO_OK;
}

bo_status bo_pile_index(bo_pile *pile, const bo_vars *keys) {
    BO_TRY(size_index(pile, pile->len));
    for (size_t row = pile->len; row-- > 0;) {
        uint64_t hash = 0;
        BO_TRY(may_go_on(pile, row));
        for (size_t i = 0; i < pile->width; i++)
            if (bo_vars_has(keys, pile->vars[i])) hash = bo_hash_ids(hash, bo_pile_row(pile, row)[i]);
        link_row(pile, row, hash);
    }
    return BO_OK;
}

static uint64_t hash_row(const bo_pile *pile, const bo_id *ids) {
    uint64_t hash = 0;
    for (size_t i = 0; i < pile->width; i++) hash = bo_hash_ids(hash, ids[i]);
    return hash;
}

bo_status bo_pile_put(bo_pile *pile, const bo_id *ids, size_t *place, bool *was_new) {
    if (pile->len >= pile->next_size) {
        BO_TRY(size_index(pile, (pile->len + 1) * 2));
        for (size_t i = 0; i < pile->len; i++) {
            BO_TRY(may_go_on(pile, i));
            link_row(pile, i, hash_row(pile, bo_pile_row(pile, i)));
        }
    }
    uint64_t hash = hash_row(pile, ids);
    for (size_t at = bo_pile_first(pile, hash); at != SIZE_MAX; at = bo_pile_after(pile, at)) {
        if (memcmp(bo_pile_row(pile, at), ids, pile->width * sizeof *ids) != 0) continue;
        *place = at;
        *was_new = false;
        return BO_OK;
    }
    BO_TRY(bo_pile_push(pile, ids));
    *place = pile->len - 1;
    link_row(pile, *place, hash);
    *was_new = true;
    return BO_OK;
}
