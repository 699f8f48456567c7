/* SPDX-License-Identifier: Apache-2.0
 * Effective rights: which authorisations count, and for whom.
 */
#include "wac/wac.h"

#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/group.h"

enum { ABOVE_MAX = 256 }; /* containers above one resource */

static bool is_ours(const bo_wac *wac, bo_str iri) {
    return bo_str_starts(iri, wac->base_url) &&
           (iri.len == wac->base_url.len || iri.ptr[wac->base_url.len] == '/');
}

/* The containers above by the path: "http://h/a/b", "http://h/a", "http://h/". */
static void climb_path(const bo_wac *wac, bo_str *above, size_t *count, bo_str iri) {
    while (*count < ABOVE_MAX && is_ours(wac, iri) && iri.len > wac->base_url.len + 1) {
        size_t slash = bo_str_find_last(iri, '/');
        iri.len = slash > wac->base_url.len ? slash : slash + 1;
        above[(*count)++] = iri;
    }
}

/* The containers above by what they hold, each once, nearest first. */
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

bo_status bo_acl_above(const bo_wac *wac, bo_str **out, size_t *count, bo_txn *txn, bo_str iri,
                       bo_arena *arena) {
    bo_str *above = bo_arena_array(arena, ABOVE_MAX, sizeof *above);
    if (above == NULL) return bo_error_last()->status;
    *count = 0;
    *out = above;
    if (!wac->nearest) return climb(above, count, txn, iri, arena);
    climb_path(wac, above, count, iri);
    return BO_OK;
}

static bo_status add_defaults(const bo_wac *wac, bo_acl *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_str *above;
    size_t count;
    bo_acl list;
    BO_TRY(bo_acl_above(wac, &above, &count, txn, iri, arena));
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

/* What a list gives: to the agent, to everyone, and to the origin of the request. */
typedef struct giving {
    bo_modes agent, everyone, origin;
} giving;

static bo_status give(giving *out, const bo_acl *acl, bo_txn *txn, const bo_asker *asker, bo_arena *arena) {
    for (size_t i = 0; i < acl->len; i++) {
        const bo_authorisation *one = &acl->items[i];
        bo_modes *to = one->kind == BO_AGENT_ANYONE   ? &out->everyone
                       : one->kind == BO_AGENT_ORIGIN ? &out->origin
                                                      : &out->agent;
        bool applies;
        if ((one->modes & ~*to) == 0) continue;
        BO_TRY(bo_acl_applies(&applies, one, txn, asker, arena));
        if (applies) *to |= one->modes;
    }
    return BO_OK;
}

/* Append is a part of write. */
static bo_modes widened(bo_modes modes) {
    return modes | ((modes & BO_MODE_WRITE) ? BO_MODE_APPEND : 0);
}

/* Web Origin Authorization (Web Access Control, section 5.5): what not everyone may do, an application that
 * is not trusted may do for its user when its origin may do it too. */
bo_status bo_wac_modes(const bo_wac *wac, bo_modes *out, bo_txn *txn, const bo_asker *asker, bo_str iri,
                       bo_arena *arena) {
    bo_acl acl;
    giving g = {0};
    *out = BO_MODE_ALL;
    if (asker->is_admin) return BO_OK;
    BO_TRY(bo_acl_effective(wac, &acl, txn, iri, arena));
    if (acl.len == 0 && !is_ours(wac, iri)) g.everyone = BO_MODE_READ;
    BO_TRY(give(&g, &acl, txn, asker, arena));
    bool is_bound = wac->nearest && asker->origin.len > 0;
    bool is_granted = asker->granted.len > 0 && bo_str_eq(asker->granted, iri);
    *out = widened(g.everyone) | (widened(g.agent) & (is_bound ? widened(g.origin) : BO_MODE_ALL)) |
           widened(is_granted ? asker->grant : 0);
    return BO_OK;
}

/* First rights. A container says them of its members with nodes that have acl:mode, and acl:agentClass,
 * acl:agent or acl:agentGroup; acl:agentClass conf:Creator is whoever makes the member. */

typedef struct founding {
    bo_source *source;
    bo_str container; /* the graph that says it */
    bo_str creator;
    bo_acl *out;
    bo_authorisation one;
    bool is_said;
    bo_arena *arena;
} founding;

static bo_status take_mode(void *context, const bo_quad *quad) {
    founding *f = context;
    size_t hash = sizeof(BO_ACL_NS) - 1;
    if (quad->o.kind == BO_IRI && bo_str_starts(quad->o.value, BO_STR(BO_ACL_NS)))
        f->one.modes |= bo_mode_of_name(bo_str_from(quad->o.value, hash));
    return BO_OK;
}

static bo_status take_agent(void *context, const bo_quad *quad) {
    founding *f = context;
    bo_authorisation one = f->one;
    if (quad->o.kind == BO_IRI && bo_str_eq(quad->o.value, BO_CONF_CREATOR) &&
        bo_str_eq(quad->p.value, BO_ACL_AGENT_CLASS)) {
        one.kind = BO_AGENT_ONE;
        one.agent = f->creator;
        return f->creator.len > 0 ? bo_acl_add(f->out, &one, f->arena) : BO_OK;
    }
    if (!bo_agent_read(&one, quad)) return BO_OK;
    one.agent = bo_arena_str(f->arena, one.agent);
    return one.agent.ptr != NULL ? bo_acl_add(f->out, &one, f->arena) : bo_error_last()->status;
}

static bo_status take_node(void *context, const bo_quad *quad) {
    founding *f = context;
    bo_term graph = bo_term_iri(f->container);
    bo_quad modes = {.s = quad->o, .p = bo_term_iri(BO_ACL_MODE), .g = graph};
    bo_quad agents = {.s = quad->o, .g = graph};
    bo_sink mode = {.quad = take_mode, .context = f}, agent = {.quad = take_agent, .context = f};
    f->is_said = true;
    f->one = (bo_authorisation){0};
    BO_TRY(bo_source_match(f->source, &modes, false, &mode));
    return bo_source_match(f->source, &agents, false, &agent);
}

/* What the nearest container above says that says anything of it. */
static bo_status first_rights(bo_acl *out, bool *is_said, bo_txn *txn, bo_str iri, bo_str property,
                              bo_str creator, bo_arena *arena) {
    founding f = {.creator = creator, .out = out, .arena = arena};
    bo_str *above = bo_arena_array(arena, ABOVE_MAX, sizeof *above);
    size_t count = 0;
    if (above == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_source(&f.source, txn, NULL, arena));
    BO_TRY(climb(above, &count, txn, iri, arena));
    for (size_t i = 0; i < count && !f.is_said; i++) {
        f.container = above[i];
        bo_quad said = {bo_term_iri(above[i]), bo_term_iri(property), {0}, bo_term_iri(above[i])};
        bo_sink sink = {.quad = take_node, .context = &f};
        BO_TRY(bo_source_match(f.source, &said, false, &sink));
    }
    *is_said = f.is_said;
    return BO_OK;
}

static bo_str superadmins(const bo_wac *wac, bo_arena *arena) {
    return bo_arena_join(arena, wac->base_url, BO_STR("/_groups/superadmins"));
}

/* Whether the nearest list above gives others than administrators a default. */
static bo_status inherits(bool *out, const bo_wac *wac, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_acl above = {0};
    bo_str group = superadmins(wac, arena);
    *out = false;
    if (!wac->nearest) return BO_OK;
    BO_TRY(add_defaults(wac, &above, txn, iri, arena));
    for (size_t i = 0; i < above.len; i++) *out |= !bo_str_eq(above.items[i].agent, group);
    return BO_OK;
}

bo_status bo_wac_found(const bo_wac *wac, bo_txn *txn, bo_str iri, bool is_container, bo_str creator,
                       bo_arena *arena) {
    const bo_authorisation given[] = {
        {.modes = is_container ? BO_MODE_READ : wac->anyone, .kind = BO_AGENT_ANYONE},
        {.modes = is_container ? BO_MODE_READ | BO_MODE_APPEND : wac->members, .kind = BO_AGENT_MEMBERS},
        {.modes = creator.len > 0 ? wac->creator : 0, .kind = BO_AGENT_ONE, .agent = creator}};
    bo_acl acl = {0};
    bool is_said, is_below;
    bo_str property = is_container ? BO_CONF_FIRST_CONTAINER_RIGHTS : BO_CONF_FIRST_RIGHTS;
    BO_TRY(first_rights(&acl, &is_said, txn, iri, property, creator, arena));
    if (is_said) return bo_acl_put(wac, txn, iri, &acl, arena);
    BO_TRY(inherits(&is_below, wac, txn, iri, arena));
    if (is_below) return bo_wac_settle(wac, txn, iri, true, arena);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) BO_TRY(bo_acl_add(&acl, &given[i], arena));
    return bo_acl_put(wac, txn, iri, &acl, arena);
}

bo_status bo_wac_admit(const bo_wac *wac, bo_txn *txn, bo_str webid, bo_arena *arena) {
    bo_str root = bo_arena_join(arena, wac->base_url, BO_STR("/"));
    bo_str group = superadmins(wac, arena);
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
