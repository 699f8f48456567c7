/* SPDX-License-Identifier: Apache-2.0
 * /_acl/<path>, /_rights/<path> and /_groups: who may do what, in SemApps' forms.
 */
#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/group.h"
#include "web/exchange.h"

/* The resource that an address below /_acl or /_rights is about. */
static bo_str resource_of(const bo_exchange *e) {
    bo_str path = bo_str_from(e->path, e->route->path.len);
    return bo_arena_join(e->arena, e->app->base_url, path.len ? path : BO_STR("/"));
}

static bo_status need_resource(bo_txn *txn, bo_str iri) {
    bo_graph_info info;
    bo_status status = bo_txn_graph(txn, iri, &info);
    return status == BO_NOT_FOUND ? bo_fail(BO_NOT_FOUND, "there is nothing at %.*s", BO_STR_ARG(iri))
                                  : status;
}

/* Reading. */

/* Whoever has control sees every authorisation, others those that mean them. Of the resource's own defaults
 * only the former. */
static bo_status visible(const bo_exchange *e, bo_acl *out, bo_txn *txn, bo_str iri) {
    bo_acl all, own;
    bo_modes modes;
    *out = (bo_acl){0};
    BO_TRY(bo_exchange_modes(e, &modes, txn, iri));
    bool controls = (modes & BO_MODE_CONTROL) != 0;
    BO_TRY(bo_acl_get(&own, txn, iri, e->arena));
    BO_TRY(bo_acl_effective(&e->app->wac, &all, txn, iri, e->arena));
    for (size_t i = 0; i < own.len; i++)
        if (own.items[i].is_default && controls) BO_TRY(bo_acl_add(out, &own.items[i], e->arena));
    for (size_t i = 0; i < all.len; i++) {
        bool shown = controls;
        if (!shown) BO_TRY(bo_acl_applies(&shown, &all.items[i], txn, &e->asker, e->arena));
        if (shown) BO_TRY(bo_acl_add(out, &all.items[i], e->arena));
    }
    return BO_OK;
}

/* JSON-LD to the letter: front ends read @graph and the keys without knowing JSON-LD. */

static bo_status put_agents(bo_json_writer *json, const bo_acl_node *node, bo_str property, bo_arena *arena) {
    size_t count = 0;
    for (size_t i = 0; i < node->len; i++)
        count += bo_str_eq(bo_agent_property(node->items[i]->kind), property);
    if (count == 0) return BO_OK;
    bo_json_key(json, bo_vocab_shorten(property, arena));
    if (count > 1) bo_json_open(json, BO_JSON_ARRAY);
    for (size_t i = 0; i < node->len; i++) {
        const bo_authorisation *one = node->items[i];
        if (!bo_str_eq(bo_agent_property(one->kind), property)) continue;
        bo_str agent = bo_agent_iri(one);
        bo_json_put_string(json, one->agent.len > 0 ? agent : bo_vocab_shorten(agent, arena));
    }
    if (count > 1) bo_json_close(json, BO_JSON_ARRAY);
    return BO_OK;
}

static bo_status put_node(bo_json_writer *json, const bo_acl_node *node, bo_str list, bo_arena *arena) {
    bool is_own = bo_str_starts(node->iri, list) && node->iri.ptr[list.len] == '#';
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@id"), is_own ? bo_str_from(node->iri, list.len) : node->iri);
    bo_json_member_string(json, BO_STR("@type"), BO_STR("acl:Authorization"));
    bo_json_member_string(json, node->is_default ? BO_STR("acl:default") : BO_STR("acl:accessTo"),
                          node->holder);
    BO_TRY(put_agents(json, node, BO_ACL_AGENT, arena));
    BO_TRY(put_agents(json, node, BO_ACL_AGENT_CLASS, arena));
    BO_TRY(put_agents(json, node, BO_ACL_AGENT_GROUP, arena));
    BO_TRY(put_agents(json, node, BO_ACL_ORIGIN, arena));
    bo_json_member_string(json, BO_STR("acl:mode"), bo_vocab_shorten(bo_mode_iri(node->mode), arena));
    bo_json_close(json, BO_JSON_OBJECT);
    return BO_OK;
}

static void put_context(bo_json_writer *json, bo_str base) {
    static const char *const links[] = {"acl:accessTo", "acl:agentClass", "acl:agent", "acl:agentGroup",
                                        "acl:default",  "acl:mode",       "acl:origin"};
    bo_json_key(json, BO_STR("@context"));
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("acl"), BO_STR(BO_ACL_NS));
    bo_json_member_string(json, BO_STR("foaf"), BO_STR(BO_FOAF_NS));
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        bo_json_key(json, bo_str_of(links[i]));
        bo_json_put_raw(json, BO_STR("{\"@type\":\"@id\"}"));
    }
    bo_json_member_string(json, BO_STR("@base"), base);
    bo_json_close(json, BO_JSON_OBJECT);
}

static bo_status respond_json(bo_exchange *e, const bo_acl_node *nodes, size_t count) {
    bo_json_writer json;
    bo_text text;
    bool of_root = bo_str_eq(e->path, e->route->path);
    bo_str list = of_root ? bo_arena_join(e->arena, e->iri, BO_STR("/")) : e->iri;
    bo_status status = list.ptr != NULL ? BO_OK : bo_error_last()->status;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    put_context(&json, list);
    bo_json_key(&json, BO_STR("@graph"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 0; i < count && status == BO_OK; i++) status = put_node(&json, &nodes[i], list, e->arena);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    if (status == BO_OK) status = bo_respond_text(e, 200, BO_STR("application/ld+json"), &text);
    bo_text_done(&text);
    return status;
}

static bo_status say(bo_graph *graph, bo_str subject, bo_str predicate, bo_str object) {
    bo_quad quad = {bo_term_iri(subject), bo_term_iri(predicate), bo_term_iri(object), {0}};
    return bo_graph_add(graph, &quad);
}

static bo_status fill(bo_graph *graph, const bo_acl_node *nodes, size_t count) {
    for (const bo_acl_node *node = nodes; node < nodes + count; node++) {
        BO_TRY(say(graph, node->iri, BO_RDF_TYPE, BO_ACL_AUTHORIZATION));
        BO_TRY(say(graph, node->iri, node->is_default ? BO_ACL_DEFAULT : BO_ACL_ACCESS_TO, node->holder));
        BO_TRY(say(graph, node->iri, BO_ACL_MODE, bo_mode_iri(node->mode)));
        for (size_t i = 0; i < node->len; i++)
            BO_TRY(
                say(graph, node->iri, bo_agent_property(node->items[i]->kind), bo_agent_iri(node->items[i])));
    }
    return BO_OK;
}

static bo_status respond_nodes(bo_exchange *e, const bo_acl_node *nodes, size_t count) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = fill(graph, nodes, count);
    if (status == BO_OK) status = bo_respond_graph(e, 200, bo_graph_source(graph), BO_STR_NONE);
    bo_graph_free(graph);
    return status;
}

/* With the policy `solid` a list is a document: it is there or not, and is read with the right to control. */
static bo_status own_list(const bo_exchange *e, bo_acl *out, bo_txn *txn, bo_str iri) {
    bo_modes modes;
    BO_TRY(bo_exchange_modes(e, &modes, txn, iri));
    BO_TRY(bo_wac_require(&e->asker, modes, BO_MODE_CONTROL));
    BO_TRY(bo_acl_get(out, txn, iri, e->arena));
    if (out->len > 0) return BO_OK;
    return bo_fail(BO_NOT_FOUND, "%.*s has no list of its own: the nearest one above counts",
                   BO_STR_ARG(iri));
}

static bo_status gather(bo_exchange *e, bo_acl *out, bo_str iri) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = need_resource(txn, iri);
    if (status == BO_OK)
        status = e->app->wac.nearest ? own_list(e, out, txn, iri) : visible(e, out, txn, iri);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_get_acl(bo_exchange *e) {
    bo_acl acl;
    bo_acl_node *nodes;
    size_t count;
    bo_variant variant;
    BO_TRY(bo_negotiate(e, &variant, BO_AS_TURTLE, false));
    BO_TRY(gather(e, &acl, resource_of(e)));
    BO_TRY(bo_acl_nodes(&e->app->wac, &nodes, &count, &acl, e->arena));
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization"));
    return variant == BO_AS_JSONLD ? respond_json(e, nodes, count) : respond_nodes(e, nodes, count);
}

/* Changing. */

static bo_status read_list(bo_exchange *e, bo_acl *out, bo_str iri) {
    bo_format format;
    bo_graph *body;
    bo_str type = bo_http_media_type(bo_request_header(e, "Content-Type"));
    bool known = bo_format_by_media_type(&format, type) && (format == BO_JSONLD || format == BO_TURTLE);
    if (!known)
        return bo_fail(BO_MEDIA_TYPE,
                       "Content type not supported : %.*s; send application/ld+json or text/turtle",
                       BO_STR_BRIEF(type));
    bo_read_options options = {.base = e->iri, .loader = &e->app->loader};
    BO_TRY(bo_graph_new(&body));
    bo_sink sink = bo_graph_sink(body);
    bo_status status = bo_read(&sink, format, e->request->body, &options);
    if (status == BO_OK) status = bo_acl_read(&e->app->wac, out, body, iri, e->arena);
    bo_graph_free(body);
    return status;
}

static bool has_default(const bo_acl *acl) {
    for (size_t i = 0; i < acl->len; i++)
        if (acl->items[i].is_default) return true;
    return false;
}

static bo_status need_control(const bo_exchange *e, bo_txn *txn, bo_str iri) {
    bo_modes modes;
    BO_TRY(need_resource(txn, iri));
    BO_TRY(bo_exchange_modes(e, &modes, txn, iri));
    if ((modes & BO_MODE_CONTROL) == 0 && e->asker.webid.len > 0 && e->asker.origin.len == 0)
        return bo_fail(BO_DENIED, "Access denied ! user must have Control permission");
    return bo_wac_require(&e->asker, modes, BO_MODE_CONTROL);
}

/* PATCH adds to the list; PUT replaces it, but with the policy `semapps` a body that names no default leaves
 * those that there are. */
static bo_status replace(bo_exchange *e, bo_txn *txn, bo_acl *list, bo_str iri) {
    bo_acl old;
    bool adds = e->request->method == BO_PATCH;
    bool keeps_defaults = adds || (!e->app->wac.nearest && !has_default(list));
    BO_TRY(need_control(e, txn, iri));
    BO_TRY(bo_acl_get(&old, txn, iri, e->arena));
    for (size_t i = 0; i < old.len; i++)
        if (adds || (keeps_defaults && old.items[i].is_default))
            BO_TRY(bo_acl_add(list, &old.items[i], e->arena));
    return bo_acl_put(&e->app->wac, txn, iri, list, e->arena);
}

static bo_status finish(bo_exchange *e, bo_txn *txn, bo_status status) {
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status change_acl(bo_exchange *e, const char *nothing, const char *incorrect) {
    bo_str iri = resource_of(e);
    bo_txn *txn;
    bo_acl list;
    if (bo_str_trim(e->request->body).len == 0) return bo_fail(BO_BAD_ARGUMENT, "%s", nothing);
    BO_TRY(read_list(e, &list, iri));
    if (list.len == 0)
        return bo_fail(BO_BAD_ARGUMENT,
                       "%s because they are incorrect: name nodes <#Read>, <#Write>, … of this list",
                       incorrect);
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    BO_TRY(finish(e, txn, replace(e, txn, &list, iri)));
    bo_respond(e, 204);
    return BO_OK;
}

bo_status bo_patch_acl(bo_exchange *e) {
    return change_acl(e, "Nothing to add", "The rights cannot be added");
}

bo_status bo_put_acl(bo_exchange *e) {
    return change_acl(e, "PUT rights cannot be empty", "The rights cannot be changed");
}

static bo_status drop(bo_exchange *e, bo_txn *txn, bo_str iri) {
    BO_TRY(need_control(e, txn, iri));
    bo_status status = bo_acl_drop(&e->app->wac, txn, iri, e->arena);
    if (status != BO_NOT_FOUND) return status;
    return bo_fail(BO_NOT_FOUND, "%.*s has no list of its own", BO_STR_ARG(iri));
}

/* The root has no list above it (Web Access Control, section 4.1). */
bo_status bo_delete_acl(bo_exchange *e) {
    bo_str iri = resource_of(e);
    bo_txn *txn;
    if (!e->app->wac.nearest || bo_str_eq(iri, e->app->root))
        return bo_fail(BO_METHOD, "this list can't be deleted: PUT another one in its place");
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    BO_TRY(finish(e, txn, drop(e, txn, iri)));
    bo_respond(e, 204);
    return BO_OK;
}

/* /_rights */

static const struct {
    const char *name;
    bo_mode mode;
} rights[] = {{"read", BO_MODE_READ},
              {"write", BO_MODE_WRITE},
              {"append", BO_MODE_APPEND},
              {"control", BO_MODE_CONTROL}};

static bo_status respond_rights(bo_exchange *e, bo_modes modes, const bo_json *asked) {
    bo_json_writer json;
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        if (asked != NULL && bo_json_get(asked, bo_str_of(rights[i].name)) == NULL) continue;
        bo_json_key(&json, bo_str_of(rights[i].name));
        bo_json_put_raw(&json, (modes & rights[i].mode) != 0 ? BO_STR("true") : BO_STR("false"));
    }
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, 200, BO_STR("application/json"), &text);
    bo_text_done(&text);
    return status;
}

static bo_status rights_of(bo_exchange *e, const bo_json *asked) {
    bo_txn *txn;
    bo_modes modes = 0;
    bo_str iri = resource_of(e);
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = need_resource(txn, iri);
    if (status == BO_OK) status = bo_exchange_modes(e, &modes, txn, iri);
    bo_txn_abort(txn);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Authorization"));
    return status == BO_OK ? respond_rights(e, modes, asked) : status;
}

bo_status bo_get_rights(bo_exchange *e) {
    return rights_of(e, NULL);
}

bo_status bo_post_rights(bo_exchange *e) {
    bo_json *body;
    BO_TRY(bo_json_parse(&body, e->request->body, NULL, e->arena));
    const bo_json *asked = bo_json_get(body, BO_STR("rights"));
    if (asked == NULL)
        return bo_fail(BO_BAD_ARGUMENT, "the body should be like {\"rights\": {\"read\": true}}");
    return rights_of(e, asked);
}

/* /_groups */

static bo_status in_group(bo_exchange *e, bo_txn *txn, bo_modes needed) {
    bo_modes modes;
    bo_status status = bo_wac_group_find(txn, e->iri);
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "there is no group %.*s", BO_STR_ARG(e->iri));
    BO_TRY(status);
    BO_TRY(bo_exchange_modes(e, &modes, txn, e->iri));
    return bo_wac_require(&e->asker, modes, needed);
}

static bo_status respond_list(bo_exchange *e, const bo_str *items, size_t count) {
    bo_json_writer json;
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 0; i < count; i++) bo_json_put_string(&json, items[i]);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Authorization"));
    bo_status status = bo_respond_text(e, 200, BO_STR("application/json"), &text);
    bo_text_done(&text);
    return status;
}

enum { GROUPS_MAX = 10000 };

typedef struct listing {
    bo_exchange *e;
    bo_txn *txn;
    bo_str *items;
    size_t len;
} listing;

static bo_status list_group(void *context, bo_str graph, const bo_graph_info *info) {
    listing *l = context;
    bo_modes modes;
    (void)info;
    BO_TRY(bo_exchange_modes(l->e, &modes, l->txn, graph));
    if ((modes & BO_MODE_READ) != 0 && l->len < GROUPS_MAX)
        l->items[l->len++] = bo_arena_str(l->e->arena, graph);
    return BO_OK;
}

static bo_status list_groups(bo_exchange *e, bo_txn *txn) {
    listing l = {.e = e, .txn = txn, .items = bo_arena_array(e->arena, GROUPS_MAX, sizeof(bo_str))};
    if (l.items == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_graphs(txn, bo_arena_join(e->arena, e->iri, BO_STR("/")), list_group, &l));
    return respond_list(e, l.items, l.len);
}

static bo_status list_members(bo_exchange *e, bo_txn *txn) {
    bo_str *members;
    size_t count;
    BO_TRY(in_group(e, txn, BO_MODE_READ));
    BO_TRY(bo_wac_group_members(txn, &members, &count, e->iri, e->arena));
    return respond_list(e, members, count);
}

static bo_status with_reader(bo_exchange *e, bo_status (*run)(bo_exchange *e, bo_txn *txn)) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = run(e, txn);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_get_groups(bo_exchange *e) {
    return with_reader(e, list_groups);
}

bo_status bo_get_group(bo_exchange *e) {
    return with_reader(e, list_members);
}

/* The creator reads, writes and controls a new group. */
static bo_status make_group(bo_exchange *e, bo_txn *txn, bo_str group) {
    bo_authorisation creator = {.holder = group,
                                .modes = BO_MODE_READ | BO_MODE_WRITE | BO_MODE_CONTROL,
                                .kind = BO_AGENT_ONE,
                                .agent = e->asker.webid};
    BO_TRY(bo_wac_group_new(txn, group));
    return bo_acl_put(&e->app->wac, txn, group, &(bo_acl){&creator, 1}, e->arena);
}

bo_status bo_post_groups(bo_exchange *e) {
    bo_txn *txn;
    bo_str slug = bo_ldp_slug(bo_request_header(e, "Slug"), e->arena);
    bo_str group = bo_arena_printf(e->arena, "%.*s/%.*s", BO_STR_ARG(e->iri), BO_STR_ARG(slug));
    if (e->asker.webid.len == 0) return bo_fail(BO_UNAUTHENTICATED, "a group needs an account: log in first");
    if (slug.len == 0) return bo_fail(BO_BAD_ARGUMENT, "the Slug header should name the group");
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    BO_TRY(finish(e, txn, make_group(e, txn, group)));
    bo_respond(e, 201);
    bo_respond_header(e, BO_STR("Location"), group);
    return BO_OK;
}

static bo_status member_named(const bo_exchange *e, bo_str *out, bo_str key) {
    bo_json *body;
    BO_TRY(bo_json_parse(&body, e->request->body, NULL, e->arena));
    *out = bo_json_get_string(body, key);
    if (bo_str_starts(*out, BO_STR("http://")) || bo_str_starts(*out, BO_STR("https://"))) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "the body should be like {\"%.*s\": \"https://…\"}", BO_STR_ARG(key));
}

static bo_status change_group(bo_exchange *e, bo_status (*run)(bo_exchange *e, bo_txn *txn, bo_str webid),
                              bo_str webid) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    BO_TRY(finish(e, txn, run(e, txn, webid)));
    bo_respond(e, 204);
    return BO_OK;
}

static bo_status add_member(bo_exchange *e, bo_txn *txn, bo_str webid) {
    BO_TRY(in_group(e, txn, BO_MODE_APPEND));
    return bo_wac_group_add(&e->app->wac, txn, e->iri, webid, e->arena);
}

static bo_status remove_member(bo_exchange *e, bo_txn *txn, bo_str webid) {
    BO_TRY(in_group(e, txn, BO_MODE_WRITE));
    return bo_wac_group_remove(txn, e->iri, webid);
}

static bo_status remove_group(bo_exchange *e, bo_txn *txn, bo_str webid) {
    (void)webid;
    BO_TRY(in_group(e, txn, BO_MODE_WRITE));
    return bo_wac_group_delete(&e->app->wac, txn, e->iri, e->arena);
}

bo_status bo_patch_group(bo_exchange *e) {
    bo_str webid;
    BO_TRY(member_named(e, &webid, BO_STR("memberUri")));
    return change_group(e, add_member, webid);
}

bo_status bo_put_group(bo_exchange *e) {
    bo_str webid;
    BO_TRY(member_named(e, &webid, BO_STR("deleteUserUri")));
    return change_group(e, remove_member, webid);
}

bo_status bo_delete_group(bo_exchange *e) {
    return change_group(e, remove_group, BO_STR(""));
}
