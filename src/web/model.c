/* SPDX-License-Identifier: Apache-2.0
 * Interaction models (LDP 1.0 sections 4.2.1.4 and 5.2.3.4): what a request wants a new resource to be, and
 * what every answer says of the resource at its address: its models, and what can be done with it.
 */
#include "ldp/container.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

/* What a request asks for. */

enum { ANY = 1, SOURCE = 2, CONTAINER = 4, AS_FILE = 8 };
static const struct {
    const bo_str *iri;
    unsigned kind;
} models[] = {{&BO_LDP_RESOURCE, ANY},
              {&BO_LDP_RDF_SOURCE, SOURCE},
              {&BO_LDP_NON_RDF_SOURCE, AS_FILE},
              {&BO_LDP_CONTAINER, CONTAINER},
              {&BO_LDP_BASIC_CONTAINER, CONTAINER},
              {&BO_LDP_DIRECT_CONTAINER, CONTAINER},
              {&BO_LDP_INDIRECT_CONTAINER, CONTAINER}};
enum { MODELS = sizeof models / sizeof *models };

/* Which model a link asks for; MODELS when it is about something else. */
static bo_status model_of(size_t *out, bo_str link, bo_arena *arena) {
    size_t start = bo_str_find(link, '<'), end = bo_str_find(link, '>'), i = 0;
    *out = MODELS;
    if (start >= end || end == link.len) return BO_OK;
    bo_str target = bo_str_head(bo_str_from(link, start + 1), end - start - 1);
    bo_str relation = bo_http_parameter(bo_str_from(link, end), BO_STR("rel"), arena);
    if (!bo_str_eq_nocase(relation, BO_STR("type")) || !bo_str_starts(target, BO_STR(BO_LDP_NS)))
        return BO_OK;
    while (i < MODELS && !bo_str_eq(target, *models[i].iri)) i++;
    *out = i;
    if (i < MODELS) return BO_OK;
    return bo_fail(BO_CONFLICT, "the Link header asks for <%.*s>, which no resource here can be",
                   BO_STR_ARG(target));
}

static bo_quad typed(bo_str iri, bo_str type) {
    return (bo_quad){bo_term_iri(iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(type), {0}};
}

static bo_status need_one_kind(bo_graph *content, bo_str iri) {
    const bo_str kinds[] = {BO_LDP_BASIC_CONTAINER, BO_LDP_DIRECT_CONTAINER, BO_LDP_INDIRECT_CONTAINER};
    unsigned count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bo_quad is_one = typed(iri, kinds[i]);
        count += bo_graph_has(content, &is_one);
    }
    if (count <= 1) return BO_OK;
    return bo_fail(BO_CONFLICT, "the Link header asks for one kind of container, the body says another");
}

/* Whether the body can be what is asked for. */
static bo_status need_fit(unsigned wanted, bo_graph *content, bo_str iri, bool is_file) {
    if (is_file && (wanted & (SOURCE | CONTAINER)) != 0)
        return bo_fail(BO_CONFLICT, "the Link header asks for RDF, and the body is a file");
    if (!is_file && (wanted & AS_FILE) != 0)
        return bo_fail(BO_MEDIA_TYPE, "the Link header asks for a file, and the body is RDF");
    if ((wanted & CONTAINER) != 0) return need_one_kind(content, iri);
    if (wanted == 0 || !bo_container_is(content, iri)) return BO_OK;
    return bo_fail(BO_CONFLICT, "the Link header asks for what is no container, the body says it is one");
}

bo_status bo_model_ask(const bo_exchange *e, bo_graph *content, bo_str iri, bool is_file) {
    bo_str links = bo_headers_joined(&e->request->headers, BO_STR("Link"), e->arena), link;
    unsigned wanted = 0;
    while (bo_str_cut(&link, &links, ',')) {
        size_t i;
        BO_TRY(model_of(&i, link, e->arena));
        if (i == MODELS) continue;
        bo_quad is_one = typed(iri, *models[i].iri);
        if (models[i].kind == CONTAINER) BO_TRY(bo_graph_add(content, &is_one));
        wanted |= models[i].kind;
    }
    return need_fit(wanted, content, iri, is_file);
}

/* What an answer says. */

void bo_model_note(bo_exchange *e, const bo_ldp_record *record, bo_modes modes) {
    e->resource = *record;
    e->is_resource = true;
    e->is_shown = (modes & BO_MODE_READ) != 0;
}

static void link_to(bo_exchange *e, bo_str target, bo_str relation) {
    bo_respond_header(
        e, BO_STR("Link"),
        bo_arena_printf(e->arena, "<%.*s>; rel=\"%.*s\"", BO_STR_ARG(target), BO_STR_ARG(relation)));
}

/* Of what may not be read, only that it is one. */
void bo_model_respond(bo_exchange *e) {
    const bo_str type = BO_STR("type");
    const bo_ldp_record *record = &e->resource;
    if (!e->is_resource) return;
    link_to(e, BO_LDP_RESOURCE, type);
    if (!e->is_shown) return;
    for (size_t i = 0; record->kind == BO_KIND_CONTAINER && i < record->type_count; i++)
        if (bo_str_starts(record->types[i], BO_STR(BO_LDP_NS)) &&
            bo_str_ends(record->types[i], BO_STR("Container")))
            link_to(e, record->types[i], type);
    if (record->blob.len == 0) return;
    link_to(e, BO_LDP_NON_RDF_SOURCE, type);
    link_to(e, e->iri, BO_STR("describedby")); /* Accept tells which of the two is meant */
}

/* Containers are not replaced, and nothing is posted to other resources. Lists of rights stay with the policy
 * `semapps`. */
bool bo_model_has_method(const bo_exchange *e, bo_method method) {
    if (e->route->handlers[method] == bo_delete_acl) return e->app->wac.nearest;
    bool is_known = e->is_resource && e->is_shown;
    bo_method refused = e->resource.kind == BO_KIND_CONTAINER ? BO_PUT : BO_POST;
    return e->route->handlers[method] != NULL && !(is_known && method == refused);
}

void bo_model_respond_media(bo_exchange *e) {
    if (e->route->handlers[BO_PATCH] != bo_patch_resource) return;
    if (bo_model_has_method(e, BO_POST))
        bo_respond_header(
            e, BO_STR("Accept-Post"),
            BO_STR("text/turtle, application/ld+json, application/n-triples, application/rdf+xml, */*"));
    bo_respond_header(e, BO_STR("Accept-Patch"), BO_STR("application/sparql-update"));
}
