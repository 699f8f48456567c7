/* SPDX-License-Identifier: Apache-2.0
 * /_acl/<path>: the authorisations that apply to a resource, as those see them who ask (SemApps' WebACL). So
 * far they follow from one policy and can't be changed.
 */
#include "rdf/vocab.h"
#include "web/exchange.h"

typedef struct grant {
    const char *name;
    bo_mode mode;
    bo_str mode_iri;
    bo_str agents[3];
    bool are_classes[3];
    unsigned count;
} grant;

static void give(grant *g, bo_str agent, bool is_class) {
    g->are_classes[g->count] = is_class;
    g->agents[g->count++] = agent;
}

/* Whoever has control sees every grant, others see what is theirs. */
static void gather(const bo_exchange *e, const bo_guarded *what, grant grants[4]) {
    bool controls = (bo_wac_modes(&e->asker, what) & BO_MODE_CONTROL) != 0;
    bool known = e->asker.webid.len > 0;
    const grant empty[] = {{.name = "#Read", .mode = BO_MODE_READ, .mode_iri = BO_ACL_READ},
                           {.name = "#Append", .mode = BO_MODE_APPEND, .mode_iri = BO_ACL_APPEND},
                           {.name = "#Write", .mode = BO_MODE_WRITE, .mode_iri = BO_ACL_WRITE},
                           {.name = "#Control", .mode = BO_MODE_CONTROL, .mode_iri = BO_ACL_CONTROL}};
    memcpy(grants, empty, sizeof empty);
    give(&grants[0], BO_FOAF_AGENT, true);
    if (known || controls) give(&grants[0], BO_ACL_AUTHENTICATED_AGENT, true);
    if (what->is_container && (known || controls)) give(&grants[1], BO_ACL_AUTHENTICATED_AGENT, true);
    for (unsigned i = 0; i < 4; i++) {
        if (controls && what->owner.len > 0) give(&grants[i], what->owner, false);
        if (e->asker.is_admin && !bo_str_eq(e->asker.webid, what->owner))
            give(&grants[i], e->asker.webid, false);
    }
}

/* JSON-LD to the letter: front ends read @graph and the keys without knowing JSON-LD. */

static void put_agents(bo_json_writer *json, const grant *g, bool classes) {
    unsigned count = 0;
    for (unsigned i = 0; i < g->count; i++) count += g->are_classes[i] == classes;
    if (count == 0) return;
    bo_json_key(json, classes ? BO_STR("acl:agentClass") : BO_STR("acl:agent"));
    if (count > 1) bo_json_open(json, BO_JSON_ARRAY);
    for (unsigned i = 0; i < g->count; i++) {
        if (g->are_classes[i] != classes) continue;
        bool anyone = bo_str_eq(g->agents[i], BO_FOAF_AGENT);
        bool member = bo_str_eq(g->agents[i], BO_ACL_AUTHENTICATED_AGENT);
        bo_json_put_string(json, anyone   ? BO_STR("foaf:Agent")
                                 : member ? BO_STR("acl:AuthenticatedAgent")
                                          : g->agents[i]);
    }
    if (count > 1) bo_json_close(json, BO_JSON_ARRAY);
}

static void put_grant(bo_json_writer *json, const grant *g, bo_str resource, bo_arena *arena) {
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@id"), bo_str_of(g->name));
    bo_json_member_string(json, BO_STR("@type"), BO_STR("acl:Authorization"));
    bo_json_member_string(json, BO_STR("acl:accessTo"), resource);
    put_agents(json, g, false);
    put_agents(json, g, true);
    bo_json_member_string(json, BO_STR("acl:mode"),
                          bo_arena_join(arena, BO_STR("acl:"), bo_str_of(g->name + 1)));
    bo_json_close(json, BO_JSON_OBJECT);
}

static bo_status respond_json(bo_exchange *e, const grant grants[4], bo_str resource) {
    bo_json_writer json;
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("@context"));
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("acl"), BO_STR(BO_ACL_NS));
    bo_json_member_string(&json, BO_STR("foaf"), BO_STR(BO_FOAF_NS));
    static const char *const links[] = {"acl:accessTo",   "acl:agentClass", "acl:agent",
                                        "acl:agentGroup", "acl:default",    "acl:mode"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        bo_json_key(&json, bo_str_of(links[i]));
        bo_json_put_raw(&json, BO_STR("{\"@type\":\"@id\"}"));
    }
    bo_json_member_string(&json, BO_STR("@base"), e->iri);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("@graph"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (unsigned i = 0; i < 4; i++)
        if (grants[i].count > 0) put_grant(&json, &grants[i], resource, e->arena);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, 200, BO_STR("application/ld+json"), &text);
    bo_text_done(&text);
    return status;
}

static bo_status say(bo_graph *graph, bo_str subject, bo_str predicate, bo_str object) {
    bo_quad quad = {bo_term_iri(subject), bo_term_iri(predicate), bo_term_iri(object), {0}};
    return bo_graph_add(graph, &quad);
}

static bo_status fill(bo_exchange *e, bo_graph *graph, const grant grants[4], bo_str resource) {
    for (const grant *g = grants; g < grants + 4; g++) {
        bo_str node = bo_arena_join(e->arena, e->iri, bo_str_of(g->name));
        if (g->count == 0) continue;
        BO_TRY(say(graph, node, BO_RDF_TYPE, BO_ACL_AUTHORIZATION));
        BO_TRY(say(graph, node, BO_ACL_ACCESS_TO, resource));
        BO_TRY(say(graph, node, BO_ACL_MODE, g->mode_iri));
        for (unsigned i = 0; i < g->count; i++)
            BO_TRY(say(graph, node, g->are_classes[i] ? BO_ACL_AGENT_CLASS : BO_ACL_AGENT, g->agents[i]));
    }
    return BO_OK;
}

static bo_status respond_graph(bo_exchange *e, const grant grants[4], bo_str resource) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = fill(e, graph, grants, resource);
    if (status == BO_OK) status = bo_respond_graph(e, 200, bo_graph_source(graph), BO_STR_NONE);
    bo_graph_free(graph);
    return status;
}

bo_status bo_get_acl(bo_exchange *e) {
    bo_ldp_record record;
    bo_txn *txn;
    grant grants[4];
    bo_variant variant;
    bo_str path = bo_str_from(e->path, strlen("/_acl"));
    bo_str resource = bo_arena_join(e->arena, e->app->base_url, path.len ? path : BO_STR("/"));
    BO_TRY(bo_negotiate(e, &variant, BO_AS_TURTLE, false));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_ldp_find(txn, &record, resource, e->arena);
    bo_txn_abort(txn);
    if (status == BO_NOT_FOUND)
        return bo_fail(BO_NOT_FOUND, "there is nothing at %.*s", BO_STR_ARG(resource));
    BO_TRY(status);
    bo_guarded what = {record.kind == BO_KIND_CONTAINER, record.owner};
    gather(e, &what, grants);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization"));
    return variant == BO_AS_JSONLD ? respond_json(e, grants, resource) : respond_graph(e, grants, resource);
}
