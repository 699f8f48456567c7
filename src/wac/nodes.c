/* SPDX-License-Identifier: Apache-2.0
 * Access control lists as RDF.
 */
#include <stdlib.h>

#include "rdf/vocab.h"
#include "wac/acl.h"

enum { SCOPES = 2, NODES = 4 * SCOPES }; /* of one holder */
static const bo_mode in_order[] = {BO_MODE_CONTROL, BO_MODE_READ, BO_MODE_APPEND, BO_MODE_WRITE};

bo_str bo_acl_iri(const bo_wac *wac, bo_str iri, bo_arena *arena) {
    if (!bo_str_starts(iri, wac->base_url)) return bo_arena_str(arena, iri);
    return bo_arena_printf(arena, "%.*s/_acl%.*s", BO_STR_ARG(wac->base_url),
                           BO_STR_ARG(bo_str_from(iri, wac->base_url.len)));
}

/* To nodes. */

static bo_status node_of(const bo_wac *wac, bo_acl_node *out, const bo_authorisation *one, bo_mode mode,
                         size_t room, bo_arena *arena) {
    bo_str list = bo_acl_iri(wac, one->holder, arena);
    *out = (bo_acl_node){.holder = one->holder, .is_default = one->is_default, .mode = mode};
    out->iri = bo_arena_printf(arena, "%.*s#%s%s", BO_STR_ARG(list), one->is_default ? "Default" : "",
                               bo_mode_name(mode));
    out->items = bo_arena_array(arena, room, sizeof *out->items);
    return out->iri.ptr != NULL && out->items != NULL ? BO_OK : bo_error_last()->status;
}

/* All nodes of the holder of acl->items[first], whose authorisations stand one after the other. */
static bo_status nodes_of_holder(const bo_wac *wac, bo_acl_node *out, size_t *count, const bo_acl *acl,
                                 size_t first, size_t end, bo_arena *arena) {
    for (size_t n = 0; n < NODES; n++) {
        bo_mode mode = in_order[n % 4];
        bool is_default = n >= 4;
        bo_acl_node *node = NULL;
        for (size_t i = first; i < end; i++) {
            const bo_authorisation *one = &acl->items[i];
            if (one->is_default != is_default || (one->modes & mode) == 0) continue;
            if (node == NULL) {
                node = &out[(*count)++];
                BO_TRY(node_of(wac, node, one, mode, end - first, arena));
            }
            node->items[node->len++] = one;
        }
    }
    return BO_OK;
}

bo_status bo_acl_nodes(const bo_wac *wac, bo_acl_node **out, size_t *count, const bo_acl *acl,
                       bo_arena *arena) {
    size_t made = 0;
    bo_acl_node *nodes = bo_arena_array(arena, acl->len * NODES + 1, sizeof *nodes);
    if (nodes == NULL) return bo_error_last()->status;
    for (size_t first = 0, end; first < acl->len; first = end) {
        for (end = first + 1; end < acl->len && bo_str_eq(acl->items[end].holder, acl->items[first].holder);)
            end++;
        BO_TRY(nodes_of_holder(wac, nodes, &made, acl, first, end, arena));
    }
    *out = nodes;
    *count = made;
    return BO_OK;
}

/* From a body. */

typedef struct reading {
    bo_str iri, list; /* the resource and its list */
    bo_graph *body;
    bool believes; /* what a node says rather than its name */
    bo_acl *out;
    bo_arena *arena;
} reading;

/* What a node says with acl:mode, if its acl:accessTo or acl:default is the resource. */
static bo_modes modes_said(const reading *r, const bo_term *node, bo_str scope) {
    bo_quad is_of = {*node, bo_term_iri(scope), bo_term_iri(r->iri), {0}};
    bo_modes modes = 0;
    if (!bo_graph_has(r->body, &is_of)) return 0;
    for (size_t i = 0; i < 4; i++) {
        bo_quad has = {*node, bo_term_iri(BO_ACL_MODE), bo_term_iri(bo_mode_iri(in_order[i])), {0}};
        if (bo_graph_has(r->body, &has)) modes |= in_order[i];
    }
    return modes;
}

static void modes_named(const reading *r, const bo_term *node, bo_authorisation *one) {
    const bo_str prefix = BO_STR("Default");
    bo_str name = bo_str_from(node->value, r->list.len);
    if (node->kind != BO_IRI || !bo_str_starts(node->value, r->list) || !bo_str_starts(name, BO_STR("#")))
        return;
    name = bo_str_from(name, 1);
    one->is_default = bo_str_starts(name, prefix);
    if (one->is_default) name = bo_str_from(name, prefix.len);
    one->modes = bo_mode_of_name(name);
}

/* What one statement about an agent gives, to the resource or to what it holds. */
static bo_status take(reading *r, bo_authorisation one) {
    return one.modes != 0 ? bo_acl_add(r->out, &one, r->arena) : BO_OK;
}

static bo_status read_quad(void *context, const bo_quad *quad) {
    reading *r = context;
    bo_authorisation one = {.holder = r->iri};
    if (!bo_agent_read(&one, quad)) return BO_OK;
    if (bo_str_find(one.agent, '\n') < one.agent.len) return BO_OK; /* a row's line would end there */
    one.agent = bo_arena_str(r->arena, one.agent);
    if (one.agent.ptr == NULL) return bo_error_last()->status;
    bo_authorisation by_name = one, said = one, below = one;
    modes_named(r, &quad->s, &by_name);
    said.modes = modes_said(r, &quad->s, BO_ACL_ACCESS_TO);
    below.modes = modes_said(r, &quad->s, BO_ACL_DEFAULT);
    below.is_default = true;
    bool is_said = said.modes != 0 || below.modes != 0;
    if (by_name.modes != 0 && !(r->believes && is_said)) return take(r, by_name);
    BO_TRY(take(r, said));
    return take(r, below);
}

bo_status bo_acl_read(const bo_wac *wac, bo_acl *out, bo_graph *body, bo_str iri, bo_arena *arena) {
    reading r = {iri, bo_acl_iri(wac, iri, arena), body, wac->nearest, out, arena};
    bo_sink sink = {.quad = read_quad, .context = &r};
    *out = (bo_acl){0};
    if (r.list.ptr == NULL) return bo_error_last()->status;
    return bo_graph_match(body, &(bo_quad){0}, &sink);
}
