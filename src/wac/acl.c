/* SPDX-License-Identifier: Apache-2.0
 * Lists as rows of the table ACL. An authorisation is a line: 'o' for the resource itself or 'd' for what it
 * holds, the modes' letters, a mark for the kind of agent, and the agent's IRI.
 *
 *     or*
 *     orwc=http://localhost:3000/users/alice
 *     drwc%http://localhost:3000/_groups/superadmins
 */
#include "wac/acl.h"

enum { OWN = 'o', DEFAULT = 'd' };

bo_status bo_acl_add(bo_acl *acl, const bo_authorisation *one, bo_arena *arena) {
    bool is_full = acl->len == 0 || (acl->len & (acl->len - 1)) == 0; /* rooms are powers of two */
    if (one->modes == 0) return BO_OK;
    if (is_full) {
        size_t size = acl->len * sizeof *acl->items;
        bo_authorisation *items = bo_arena_grow(arena, acl->items, size, size ? size * 2 : sizeof *items);
        if (items == NULL) return bo_error_last()->status;
        acl->items = items;
    }
    acl->items[acl->len++] = *one;
    return BO_OK;
}

static bo_status read_line(bo_acl *out, bo_str line, bo_str holder, bo_arena *arena) {
    bo_authorisation one = {.holder = holder, .is_default = line.ptr[0] == DEFAULT};
    size_t at = 1;
    for (bo_mode mode; at < line.len && (mode = bo_mode_of_letter(line.ptr[at])) != 0; at++)
        one.modes |= mode;
    one.kind = bo_agent_of_mark(line.ptr[at]);
    one.agent = bo_arena_str(arena, bo_str_from(line, at + 1));
    return one.agent.ptr != NULL ? bo_acl_add(out, &one, arena) : bo_error_last()->status;
}

bo_status bo_acl_get(bo_acl *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_str row;
    bo_str holder = bo_arena_str(arena, iri);
    *out = (bo_acl){0};
    if (iri.len == 0) return BO_OK;
    bo_status status = bo_row_get(txn, BO_TABLE_ACL, iri, &row);
    if (status == BO_NOT_FOUND) return BO_OK;
    BO_TRY(status);
    for (bo_str line; bo_str_cut(&line, &row, '\n');)
        if (line.len > 2) BO_TRY(read_line(out, line, holder, arena));
    return BO_OK;
}

static void write_line(bo_text *out, const bo_authorisation *one) {
    bo_text_char(out, one->is_default ? DEFAULT : OWN);
    for (bo_modes mode = 1; mode <= one->modes; mode <<= 1)
        if ((one->modes & mode) != 0) bo_text_char(out, bo_mode_letter((bo_mode)mode));
    bo_text_char(out, bo_agent_mark(one->kind));
    bo_text_put(out, one->agent);
    bo_text_char(out, '\n');
}

/* One authorisation for each agent and scope. */
static bo_status merge(bo_acl *out, const bo_acl *acl, bo_arena *arena) {
    *out = (bo_acl){0};
    for (size_t i = 0; i < acl->len; i++) {
        const bo_authorisation *one = &acl->items[i];
        size_t at = 0;
        for (; at < out->len; at++) {
            const bo_authorisation *other = &out->items[at];
            if (other->is_default == one->is_default && other->kind == one->kind &&
                bo_str_eq(other->agent, one->agent))
                break;
        }
        if (at < out->len)
            out->items[at].modes |= one->modes;
        else
            BO_TRY(bo_acl_add(out, one, arena));
    }
    return BO_OK;
}

bo_status bo_acl_put(const bo_wac *wac, bo_txn *txn, bo_str iri, const bo_acl *acl, bo_arena *arena) {
    bo_acl merged;
    bo_text text;
    if (acl->len > BO_ACL_MAX)
        return bo_fail(BO_LIMIT, "a resource has at most %d authorisations, these are %zu", BO_ACL_MAX,
                       acl->len);
    BO_TRY(merge(&merged, acl, arena));
    bo_text_init(&text, 0);
    for (size_t i = 0; i < merged.len; i++) write_line(&text, &merged.items[i]);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_ACL, iri, bo_text_str(&text));
    bo_text_done(&text);
    return status == BO_OK ? bo_wac_settle(wac, txn, iri, true, arena) : status;
}

bo_status bo_acl_drop(const bo_wac *wac, bo_txn *txn, bo_str iri, bo_arena *arena) {
    BO_TRY(bo_row_del(txn, BO_TABLE_ACL, iri));
    return bo_wac_settle(wac, txn, iri, true, arena);
}
