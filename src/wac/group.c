/* SPDX-License-Identifier: Apache-2.0 */
#include "wac/group.h"

#include "rdf/vocab.h"
#include "wac/acl.h"

static bo_quad said(bo_str group, bo_str property, bo_str value) {
    return (bo_quad){bo_term_iri(group), bo_term_iri(property), bo_term_iri(value), bo_term_iri(group)};
}

bo_status bo_wac_group_find(bo_txn *txn, bo_str group) {
    bo_graph_info info;
    return bo_txn_graph(txn, group, &info);
}

static bo_status make(bo_txn *txn, bo_str group) {
    bo_quad type = said(group, BO_RDF_TYPE, BO_VCARD_GROUP);
    return bo_target_insert(bo_txn_target(txn), &type);
}

bo_status bo_wac_group_new(bo_txn *txn, bo_str group) {
    bo_status status = bo_wac_group_find(txn, group);
    if (status == BO_NOT_FOUND) return make(txn, group);
    return status == BO_OK ? bo_fail(BO_EXISTS, "there is a group %.*s already", BO_STR_ARG(group)) : status;
}

bo_status bo_wac_group_add(const bo_wac *wac, bo_txn *txn, bo_str group, bo_str webid, bo_arena *arena) {
    bo_quad member = said(group, BO_VCARD_HAS_MEMBER, webid);
    bo_status status = bo_wac_group_find(txn, group);
    if (status == BO_NOT_FOUND) {
        BO_TRY(make(txn, group));
        status = bo_wac_settle(wac, txn, group, false, arena);
    }
    return status == BO_OK ? bo_target_insert(bo_txn_target(txn), &member) : status;
}

bo_status bo_wac_group_remove(bo_txn *txn, bo_str group, bo_str webid) {
    bo_quad member = said(group, BO_VCARD_HAS_MEMBER, webid);
    return bo_target_remove(bo_txn_target(txn), &member);
}

typedef struct listing {
    bo_str *items;
    size_t len;
    bo_arena *arena;
} listing;

static bo_status list_member(void *context, const bo_quad *quad) {
    listing *l = context;
    size_t size = l->len * sizeof *l->items;
    bo_str member = bo_arena_str(l->arena, quad->o.value);
    bo_str *items = bo_arena_grow(l->arena, l->items, size, size + sizeof *items);
    if (items == NULL || member.ptr == NULL) return bo_error_last()->status;
    l->items = items;
    l->items[l->len++] = member;
    return BO_OK;
}

bo_status bo_wac_group_members(bo_txn *txn, bo_str **out, size_t *count, bo_str group, bo_arena *arena) {
    listing found = {.arena = arena};
    bo_source *source;
    bo_quad pattern = said(group, BO_VCARD_HAS_MEMBER, BO_STR(""));
    pattern.o = (bo_term){0};
    bo_sink sink = {.quad = list_member, .context = &found};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_match(source, &pattern, false, &sink));
    *out = found.items;
    *count = found.len;
    return BO_OK;
}

/* The lists that name a group. */
typedef struct naming {
    bo_str group;
    listing found;
} naming;

static bo_status list_naming(void *context, bo_str key, bo_str value) {
    naming *n = context;
    if (bo_str_find_str(value, n->group) == value.len) return BO_OK;
    bo_quad found = {.o = bo_term_iri(key)};
    return list_member(&n->found, &found);
}

static bo_status drop(const bo_wac *wac, bo_txn *txn, bo_str holder, bo_str group, bo_arena *arena) {
    bo_acl acl, kept = {0};
    BO_TRY(bo_acl_get(&acl, txn, holder, arena));
    for (size_t i = 0; i < acl.len; i++)
        if (acl.items[i].kind != BO_AGENT_GROUP || !bo_str_eq(acl.items[i].agent, group))
            BO_TRY(bo_acl_add(&kept, &acl.items[i], arena));
    return kept.len < acl.len ? bo_acl_put(wac, txn, holder, &kept, arena) : BO_OK;
}

bo_status bo_wac_group_delete(const bo_wac *wac, bo_txn *txn, bo_str group, bo_arena *arena) {
    naming n = {group, {.arena = arena}};
    bo_term graph = bo_term_iri(group);
    BO_TRY(bo_row_each(txn, BO_TABLE_ACL, BO_STR(""), BO_STR(""), list_naming, &n));
    for (size_t i = 0; i < n.found.len; i++) BO_TRY(drop(wac, txn, n.found.items[i], group, arena));
    BO_TRY(bo_target_clear(bo_txn_target(txn), &graph));
    return bo_wac_forget(txn, group);
}
