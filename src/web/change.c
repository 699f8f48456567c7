/* SPDX-License-Identifier: Apache-2.0
 * Writing to graphs, by SPARQL Update and by the Graph Store Protocol. Every quad goes through a target that
 * knows who asks. A graph under the address of a resource is that resource: it is written with the rights of
 * LDP's PUT, and at the end it gets what LDP gives: record, membership, dates, a tombstone when it was
 * emptied, an announcement. Other graphs are the administrators'.
 */
#include <stdlib.h>

#include "base/map.h"
#include "bocage/iri.h"
#include "fed/fed.h"
#include "ldp/container.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

/* A graph that something was written to. */
typedef struct touched {
    struct touched *next;
    bo_str iri; /* empty: the unnamed graph */
    bool is_resource, existed;
    bool may_write;   /* it has been asked */
    uint64_t version; /* before; 0: it was not there */
    bo_str container;
    bool is_container; /* itself, or what it would go into */
    bo_modes modes;    /* what the asker may do with it, or with the container that it would go into */
    bo_graph *before;  /* its content; dc:created and dc:creator stay unless something else is said */
} touched;

struct bo_changing {
    bo_target target; /* first: a target is its change */
    bo_exchange *e;
    bo_txn *txn;
    bo_source *all, *readable;
    bo_map graphs; /* IRI -> touched */
    touched *first, **last;
};

/* The first time that a graph is written to. */

static bo_status version_of(bo_changing *c, bo_str graph, uint64_t *out) {
    bo_graph_info info = {0};
    bo_status status = bo_txn_graph(c->txn, graph, &info);
    *out = info.version;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* Whether the address is one of those where resources live. */
static bool is_place_of_resource(const bo_exchange *e, bo_str iri) {
    const bo_str base = e->app->base_url;
    bo_str path = bo_str_from(iri, base.len), plain;
    if (!bo_str_starts(iri, base) || path.len == 0) return false;
    if (bo_http_path(&plain, path, e->arena) != BO_OK || !bo_str_eq(plain, path)) return false;
    if (path.len > 1 && path.ptr[path.len - 1] == '/') return false;
    if (bo_str_find(path, '#') < path.len || bo_str_find(path, '?') < path.len) return false;
    return bo_route_find(e->app, path)->handlers[BO_PUT] == bo_put_resource;
}

static bo_status find_resource(bo_changing *c, touched *t) {
    bo_arena *arena = c->e->arena;
    bo_ldp_record record, parent;
    bo_status status = bo_ldp_find(c->txn, &record, t->iri, arena);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    t->existed = status == BO_OK && record.kind != BO_KIND_TOMBSTONE;
    if (t->existed) {
        t->container = record.container;
        t->is_container = record.kind == BO_KIND_CONTAINER;
        BO_TRY(bo_graph_new(&t->before));
        BO_TRY(bo_ldp_load(t->before, c->all, t->iri));
        return bo_exchange_modes(c->e, &t->modes, c->txn, t->iri);
    }
    t->container = bo_ldp_parent(t->iri);
    status = bo_ldp_find(c->txn, &parent, t->container, arena);
    if (status == BO_NOT_FOUND) return BO_OK;
    BO_TRY(status);
    t->is_container = parent.kind == BO_KIND_CONTAINER;
    return bo_exchange_modes(c->e, &t->modes, c->txn, t->container);
}

/* Names the graph that the asker has no right to. */
static bo_status name_graph(bo_status status, bo_str iri) {
    bo_error error = *bo_error_last();
    if (status != BO_DENIED && status != BO_UNAUTHENTICATED) return status;
    return bo_fail(status, "nothing was changed, since of the graph <%.*s> it holds: %s", BO_STR_ARG(iri),
                   error.message);
}

static bo_status authorise_other(const bo_asker *asker, bo_str iri) {
    if (asker->is_admin) return BO_OK;
    if (iri.len == 0)
        return bo_fail(BO_DENIED,
                       "nothing was changed: the default graph is not yours to write; name a resource "
                       "with GRAPH <...> or WITH <...>");
    return bo_fail(BO_DENIED,
                   "nothing was changed: the graph <%.*s> is no resource of this node, and only "
                   "administrators write to such graphs",
                   BO_STR_ARG(iri));
}

static bo_status authorise(const bo_changing *c, const touched *t, bo_modes needed) {
    const bo_asker *asker = &c->e->asker;
    if (!t->is_resource) return authorise_other(asker, t->iri);
    if (!t->existed && !t->is_container)
        return bo_fail(BO_NOT_FOUND, "the graph <%.*s> can't be made: there is no container <%.*s>",
                       BO_STR_ARG(t->iri), BO_STR_ARG(t->container));
    return name_graph(bo_wac_require(asker, t->modes, t->existed ? needed : BO_MODE_APPEND), t->iri);
}

static bo_status look_at(bo_changing *c, touched *t, bo_str iri) {
    t->iri = bo_arena_str(c->e->arena, iri);
    if (t->iri.ptr == NULL) return bo_error_last()->status;
    BO_TRY(version_of(c, t->iri, &t->version));
    t->is_resource = is_place_of_resource(c->e, t->iri);
    return t->is_resource ? find_resource(c, t) : BO_OK;
}

static bo_status find(bo_changing *c, bo_str iri, touched **out) {
    bo_value *value = bo_map_get(&c->graphs, iri);
    if (value != NULL) return *out = value->ptr, BO_OK;
    touched *t = BO_NEW(c->e->arena, touched);
    if (t == NULL) return bo_error_last()->status;
    *c->last = t;
    c->last = &t->next;
    BO_TRY(look_at(c, t, iri));
    value = bo_map_put(&c->graphs, t->iri, &(bool){false});
    if (value == NULL) return bo_error_last()->status;
    value->ptr = *out = t;
    return BO_OK;
}

/* The graph to be written; NULL when something is to be removed from a graph that is not there. */
static bo_status touch(bo_changing *c, const bo_term *graph, bool insert, touched **out) {
    touched *t;
    if (graph->kind == BO_BLANK) return bo_fail(BO_INVALID, "a graph is named by an IRI");
    BO_TRY(find(c, graph->kind == BO_IRI ? graph->value : BO_STR(""), &t));
    bool is_there = t->existed || t->version > 0;
    *out = NULL;
    if (!insert && !is_there && !t->may_write) return BO_OK;
    if (!t->may_write) BO_TRY(authorise(c, t, BO_MODE_WRITE));
    t->may_write = true;
    *out = t;
    return BO_OK;
}

/* The target. */

static bool is_containing(const bo_quad *quad) {
    bool types =
        bo_str_eq(quad->p.value, BO_RDF_TYPE) && quad->o.kind == BO_IRI &&
        (bo_str_eq(quad->o.value, BO_LDP_CONTAINER) || bo_str_eq(quad->o.value, BO_LDP_BASIC_CONTAINER));
    return types || bo_str_eq(quad->p.value, BO_LDP_CONTAINS);
}

/* What the node itself keeps, and what a resource may say. */
static bo_status check_quad(const touched *t, const bo_quad *quad, bool insert) {
    if (!t->is_resource) return BO_OK;
    bool founds = insert && !t->existed && !bo_str_eq(quad->p.value, BO_LDP_CONTAINS);
    if (is_containing(quad) && bo_str_eq(quad->s.value, t->iri) && !founds)
        return bo_fail(
            BO_CONFLICT,
            "nothing was changed: what <%.*s> contains, and whether it is a container, is kept by the "
            "node itself; POST to a container to add a member, PATCH it to attach or detach one",
            BO_STR_ARG(t->iri));
    if (!insert || quad->s.kind != BO_IRI || bo_str_eq(bo_iri_document(quad->s.value), t->iri)) return BO_OK;
    return bo_fail(
        BO_INVALID,
        "nothing was changed: the graph <%.*s> is a resource and speaks of itself (and its #fragments), "
        "not of <%.*s>",
        BO_STR_ARG(t->iri), BO_STR_ARG(quad->s.value));
}

static bo_status insert(bo_target *target, const bo_quad *quad) {
    bo_changing *c = (bo_changing *)target;
    touched *t;
    BO_TRY(touch(c, &quad->g, true, &t));
    BO_TRY(check_quad(t, quad, true));
    if (t->existed && t->is_container && bo_container_configures(quad))
        BO_TRY(authorise(c, t, BO_MODE_CONTROL));
    return bo_target_insert(bo_txn_target(c->txn), quad);
}

static bo_status remove_quad(bo_target *target, const bo_quad *quad) {
    bo_changing *c = (bo_changing *)target;
    touched *t;
    BO_TRY(touch(c, &quad->g, false, &t));
    if (t == NULL) return BO_OK;
    BO_TRY(check_quad(t, quad, false));
    if (t->existed && t->is_container && bo_container_configures(quad))
        BO_TRY(authorise(c, t, BO_MODE_CONTROL));
    return bo_target_remove(bo_txn_target(c->txn), quad);
}

static bo_status clear(bo_target *target, const bo_term *graph) {
    bo_changing *c = (bo_changing *)target;
    touched *t;
    BO_TRY(touch(c, graph, false, &t));
    if (t == NULL) return BO_OK;
    if (t->is_resource && t->existed && t->is_container)
        return bo_fail(BO_CONFLICT,
                       "nothing was changed: <%.*s> is a container, which is not cleared as a whole",
                       BO_STR_ARG(t->iri));
    return bo_target_clear(bo_txn_target(c->txn), graph);
}

static const bo_target_ops ops = {insert, remove_quad, clear};

/* The end: what was written becomes resources. */

static bo_status remove_resource(bo_changing *c, touched *t) {
    if (!t->existed) return BO_OK;
    BO_TRY(name_graph(bo_exchange_may_delete(c->e, t->modes, t->container, c->txn), t->iri));
    BO_TRY(bo_ldp_relink(c->txn, t->iri, t->before, NULL, c->e->arena));
    BO_TRY(bo_exchange_disassemble(c->e, &(bo_whole){t->iri, t->container, NULL, t->before, NULL}, c->txn));
    return bo_exchange_delete(c->e, t->iri, t->container, c->txn);
}

static bo_status restore_dates(touched *t, bo_graph *content) {
    bo_quad pattern = {0};
    const bo_str kept[] = {BO_DC_CREATED, BO_DC_CREATOR};
    bo_term subject = bo_term_iri(t->iri), value;
    for (size_t i = 0; i < 2; i++) {
        if (t->before == NULL || bo_graph_object(content, &value, &subject, kept[i])) continue;
        if (!bo_graph_object(t->before, &value, &subject, kept[i])) continue;
        pattern = (bo_quad){subject, bo_term_iri(kept[i]), value, {0}};
        BO_TRY(bo_graph_add(content, &pattern));
    }
    return BO_OK;
}

static bo_status put_resource(bo_changing *c, touched *t, bo_graph *content) {
    bo_ldp_write write = {.iri = t->iri,
                          .container = t->container,
                          .owner = c->e->asker.webid,
                          .content = content,
                          .now_ms = bo_clock_wall_ms(c->e->app->options.clock),
                          .is_container = bo_container_is(content, t->iri),
                          .is_patch = true};
    bool created;
    BO_TRY(restore_dates(t, content));
    BO_TRY(bo_exchange_validate(c->e, content, t->iri, c->txn));
    BO_TRY(
        bo_exchange_disassemble(c->e, &(bo_whole){t->iri, t->container, content, t->before, NULL}, c->txn));
    BO_TRY(bo_ldp_relink(c->txn, t->iri, t->before, content, c->e->arena));
    return bo_exchange_put(c->e, &write, t->before, &created, c->txn);
}

static bo_status settle(bo_changing *c, touched *t) {
    uint64_t version;
    bo_graph *content;
    if (!t->is_resource) return BO_OK;
    BO_TRY(version_of(c, t->iri, &version));
    if (version == t->version) return BO_OK;
    BO_TRY(bo_graph_new(&content));
    bo_status status = bo_ldp_load(content, c->all, t->iri);
    if (status == BO_OK)
        status = bo_graph_count(content) > 0 ? put_resource(c, t, content) : remove_resource(c, t);
    bo_graph_free(content);
    return status;
}

/* Beginning and ending. */

bo_status bo_need_account(const bo_exchange *e) {
    if (e->asker.is_admin || e->asker.webid.len > 0) return BO_OK;
    return bo_fail(BO_UNAUTHENTICATED, "writing needs an account: log in, and send your token");
}

bo_status bo_change_begin(bo_changing **out, bo_exchange *e) {
    BO_TRY(bo_need_account(e));
    bo_changing *c = BO_NEW(e->arena, bo_changing);
    if (c == NULL) return bo_error_last()->status;
    c->target.ops = &ops;
    c->e = e;
    c->last = &c->first;
    bo_map_init(&c->graphs, e->arena);
    BO_TRY(bo_txn_begin(&c->txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_txn_source(&c->all, c->txn, NULL, e->arena);
    if (status == BO_OK) status = bo_asker_source(e, &c->readable, c->txn);
    if (status == BO_OK)
        *out = c;
    else
        bo_txn_abort(c->txn);
    return status;
}

bo_source *bo_change_source(bo_changing *c) {
    return c->readable;
}

bo_target *bo_change_target(bo_changing *c) {
    return c->e->app->options.sparql_only ? bo_txn_target(c->txn) : &c->target;
}

static bo_status one_is_enough(void *context, const bo_quad *quad) {
    (void)quad;
    *(bool *)context = true;
    return BO_CANCELLED;
}

bo_status bo_change_has(bo_changing *c, bool *out, bo_str graph) {
    bo_quad pattern = {.g = graph.len > 0 ? bo_term_iri(graph) : (bo_term){0}};
    bo_sink sink = {.quad = one_is_enough, .context = out};
    *out = false;
    bo_status status = bo_source_match(c->readable, &pattern, graph.len == 0, &sink);
    return status == BO_CANCELLED ? BO_OK : status;
}

bo_status bo_change_end(bo_changing *c, bo_status status) {
    for (touched *t = c->first; t != NULL && status == BO_OK; t = t->next) status = settle(c, t);
    for (touched *t = c->first; t != NULL; t = t->next) bo_graph_free(t->before);
    if (status != BO_OK) {
        bo_txn_abort(c->txn);
        return status;
    }
    BO_TRY(bo_txn_commit(c->txn, NULL, c->e->arena));
    if (c->e->app->fed != NULL) bo_fed_wake(c->e->app->fed);
    return BO_OK;
}
