/* SPDX-License-Identifier: Apache-2.0
 * Effective rights: which authorisations count, and for whom.
 */
#include "wac/wac.h"

#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/group.h"

enum { ABOVE_MAX = 256 }; /* containers above one resource */

bo_status bo_acl_applies(bool *out, const bo_authorisation *one, bo_txn *txn, const bo_asker *asker,
                         bo_arena *arena) {
    bool known = asker->webid.len > 0;
    bo_str *groups;
    size_t count;
    bo_source *source;
    *out = one->kind == BO_AGENT_ANYONE || (known && one->kind == BO_AGENT_MEMBERS) ||
           (known && one->kind == BO_AGENT_ONE && bo_str_eq(one->agent, asker->webid));
    if (!known || one->kind != BO_AGENT_GROUP) return BO_OK;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &groups, &count, BO_VCARD_HAS_MEMBER, asker->webid, arena));
    for (size_t i = 0; i < count && !*out; i++) *out = bo_str_eq(groups[i], one->agent);
    return BO_OK;
}

/* Adds the containers above those that are there already, each once, nearest first. */
static bo_status climb(bo_str *above, size_t *count, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_str *containers;
    size_t found;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    for (size_t next = 0;; next++) {
        bo_str from = next == 0 ? iri : above[next - 1];
        BO_TRY(bo_source_own_subjects(source, &containers, &found, BO_LDP_CONTAINS, from, arena));
        for (size_t i = 0; i < found && *count < ABOVE_MAX; i++) {
            bool seen = bo_str_eq(containers[i], iri);
            for (size_t j = 0; j < *count && !seen; j++) seen = bo_str_eq(containers[i], above[j]);
            if (!seen) above[(*count)++] = containers[i];
        }
        if (next == *count) return BO_OK;
    }
}

static bo_status add_matching(bo_acl *out, const bo_acl *from, bool defaults, bo_arena *arena) {
    for (size_t i = 0; i < from->len; i++)
        if (from->items[i].is_default == defaults) BO_TRY(bo_acl_add(out, &from->items[i], arena));
    return BO_OK;
}

static bo_status add_defaults(const bo_wac *wac, bo_acl *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_str *above = bo_arena_array(arena, ABOVE_MAX, sizeof *above);
    size_t count = 0;
    bo_acl list;
    if (above == NULL) return bo_error_last()->status;
    BO_TRY(climb(above, &count, txn, iri, arena));
    for (size_t i = 0; i < count; i++) {
        BO_TRY(bo_acl_get(&list, txn, above[i], arena));
        BO_TRY(add_matching(out, &list, true, arena));
        if (wac->nearest && list.len > 0) return BO_OK;
    }
    return BO_OK;
}

bo_status bo_acl_effective(const bo_wac *wac, bo_acl *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_acl own;
    *out = (bo_acl){0};
    BO_TRY(bo_acl_get(&own, txn, iri, arena));
    BO_TRY(add_matching(out, &own, false, arena));
    if (wac->nearest && own.len > 0) return BO_OK;
    return add_defaults(wac, out, txn, iri, arena);
}

static bool is_ours(const bo_wac *wac, bo_str iri) {
    return bo_str_starts(iri, wac->base_url) &&
           (iri.len == wac->base_url.len || iri.ptr[wac->base_url.len] == '/');
}

static bo_status add_modes(bo_modes *out, const bo_acl *acl, bo_txn *txn, const bo_asker *asker,
                           bo_arena *arena) {
    for (size_t i = 0; i < acl->len; i++) {
        bool applies;
        if ((acl->items[i].modes & ~*out) == 0) continue;
        BO_TRY(bo_acl_applies(&applies, &acl->items[i], txn, asker, arena));
        if (applies) *out |= acl->items[i].modes;
    }
    return BO_OK;
}

bo_status bo_wac_modes(const bo_wac *wac, bo_modes *out, bo_txn *txn, const bo_asker *asker, bo_str iri,
                       bo_arena *arena) {
    bo_acl acl;
    bo_modes found = 0;
    *out = BO_MODE_ALL;
    if (asker->is_admin) return BO_OK;
    BO_TRY(bo_acl_effective(wac, &acl, txn, iri, arena));
    if (acl.len == 0 && !is_ours(wac, iri)) found = BO_MODE_READ;
    BO_TRY(add_modes(&found, &acl, txn, asker, arena));
    *out = found | ((found & BO_MODE_WRITE) ? BO_MODE_APPEND : 0);
    return BO_OK;
}

bo_status bo_wac_found(const bo_wac *wac, bo_txn *txn, bo_str iri, bool is_container, bo_str creator,
                       bo_arena *arena) {
    const bo_authorisation given[] = {
        {.modes = is_container ? BO_MODE_READ : wac->anyone, .kind = BO_AGENT_ANYONE},
        {.modes = is_container ? BO_MODE_READ | BO_MODE_APPEND : wac->members, .kind = BO_AGENT_MEMBERS},
        {.modes = creator.len > 0 ? wac->creator : 0, .kind = BO_AGENT_ONE, .agent = creator}};
    bo_acl acl = {0};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) BO_TRY(bo_acl_add(&acl, &given[i], arena));
    return bo_acl_put(wac, txn, iri, &acl, arena);
}

bo_status bo_wac_admit(const bo_wac *wac, bo_txn *txn, bo_str webid, bo_arena *arena) {
    bo_str root = bo_arena_join(arena, wac->base_url, BO_STR("/"));
    bo_str group = bo_arena_join(arena, wac->base_url, BO_STR("/_groups/superadmins"));
    bo_acl acl;
    if (root.ptr == NULL || group.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_wac_group_add(wac, txn, group, webid, arena));
    BO_TRY(bo_acl_get(&acl, txn, root, arena));
    for (int is_default = 0; is_default < 2; is_default++)
        BO_TRY(bo_acl_add(&acl,
                          &(bo_authorisation){.holder = root,
                                              .is_default = is_default,
                                              .modes = BO_MODE_READ | BO_MODE_WRITE | BO_MODE_CONTROL,
                                              .kind = BO_AGENT_GROUP,
                                              .agent = group},
                          arena));
    return bo_acl_put(wac, txn, root, &acl, arena);
}
