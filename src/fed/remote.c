/* SPDX-License-Identifier: Apache-2.0
 * Documents of other nodes: resources, actors, WebFinger.
 */
#include "bocage/iri.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "fed/internal.h"

static const bo_fetch_caps usual = {.redirect_cap = 3};

/* What a document may be, and whether it must come from the origin that was asked. */
typedef struct wanted {
    const char *accept, *types[4];
    bool same_origin;
} wanted;

/* Actors, keys, activities: nothing that somebody could have uploaded to their host, and nothing that it
 * redirects to elsewhere (FEP-fe34). */
static const wanted as2 = {
    "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", "
    "application/ld+json;q=0.9",
    {"application/activity+json", "application/ld+json"},
    true};
static const wanted webfinger = {
    "application/jrd+json, application/json;q=0.9", {"application/jrd+json", "application/json"}, false};
static const wanted context_document = {
    "application/ld+json, application/json;q=0.9",
    {"application/ld+json", "application/json", "application/activity+json"},
    false};

static bo_status get(bo_fed *fed, bo_http_response *response, bo_str *final_url, bo_str iri, bo_str accept,
                     const bo_fetch_caps *caps, bo_arena *arena) {
    bo_fetch request = {.method = BO_GET, .url = bo_iri_document(iri), .caps = *caps};
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Accept"), accept);
    BO_TRY(bo_fed_fetch(fed, &request, response, final_url, arena));
    if (response->status >= 200 && response->status < 300) return BO_OK;
    bo_status status = response->status == 410 ? BO_GONE : response->status == 404 ? BO_NOT_FOUND : BO_PEER;
    return bo_fail(status, "%.*s answers %d", BO_STR_ARG(iri), response->status);
}

static bool is_wanted(const wanted *w, const bo_http_response *response) {
    bo_str type = bo_http_media_type(bo_headers_get(&response->headers, BO_STR("Content-Type")));
    for (size_t i = 0; i < 4 && w->types[i] != NULL; i++)
        if (bo_str_eq_nocase(type, bo_str_of(w->types[i]))) return true;
    return false;
}

static bo_status get_json(bo_fed *fed, bo_json **out, bo_str iri, const wanted *w, bo_arena *arena) {
    bo_http_response response;
    bo_str from;
    bo_json_limits limits = {.depth = 64, .nodes = 100000};
    BO_TRY(get(fed, &response, &from, iri, bo_str_of(w->accept), &usual, arena));
    if (!is_wanted(w, &response))
        return bo_fail(BO_PEER, "%.*s does not answer with %s, but with '%.*s'", BO_STR_ARG(iri), w->types[0],
                       BO_STR_ARG(bo_headers_get(&response.headers, BO_STR("Content-Type"))));
    if (w->same_origin && !bo_str_eq(bo_outgoing_host(from), bo_outgoing_host(bo_iri_document(iri))))
        return bo_fail(BO_PEER, "%.*s leads to another host, %.*s", BO_STR_ARG(iri), BO_STR_ARG(from));
    if (bo_json_parse(out, response.body, &limits, arena) == BO_OK) return BO_OK;
    return bo_fail(BO_PEER, "%.*s does not answer with JSON", BO_STR_ARG(iri));
}

bo_status bo_fed_get_json(bo_fed *fed, bo_json **out, bo_str iri, bo_arena *arena) {
    return get_json(fed, out, iri, &as2, arena);
}

/* A document's contexts may come from its own host, and from what is built in. */
typedef struct context_loading {
    bo_fed *fed;
    bo_str document;
} context_loading;

static bo_status load_context(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    context_loading *loading = context;
    const bo_loader *known = loading->fed->options.loader;
    bo_status status = known->load(known->context, out, final_iri, iri, arena);
    bool own = bo_str_eq_nocase(bo_iri_split(iri).authority, bo_iri_split(loading->document).authority);
    if (status != BO_NOT_FOUND || !own) return status;
    *final_iri = iri;
    return get_json(loading->fed, out, iri, &context_document, arena);
}

bo_status bo_fed_read(bo_fed *fed, const bo_sink *to, bo_str iri, const bo_fetch_caps *caps,
                      bo_str blank_prefix, bo_arena *arena) {
    bo_format format;
    bo_http_response response;
    context_loading loading = {fed, iri};
    bo_loader loader = {.load = load_context, .context = &loading};
    bo_read_options options = {.base = iri, .loader = &loader, .blank_prefix = blank_prefix, .depth_cap = 64};
    BO_TRY(get(fed, &response, NULL, iri,
               BO_STR("text/turtle, application/ld+json;q=0.9, application/n-triples;q=0.8, "
                      "application/rdf+xml;q=0.7"),
               caps != NULL ? caps : &usual, arena));
    if (!bo_format_by_media_type(&format, bo_headers_get(&response.headers, BO_STR("Content-Type"))))
        return bo_fail(BO_PEER, "%.*s does not answer with RDF", BO_STR_ARG(iri));
    return bo_read(to, format, response.body, &options);
}

bo_status bo_fed_get_graph(bo_fed *fed, bo_graph **out, bo_str iri, bo_arena *arena) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_sink sink = bo_graph_sink(graph);
    bo_status status = bo_fed_read(fed, &sink, iri, NULL, BO_STR(""), arena);
    if (status == BO_OK)
        *out = graph;
    else
        bo_graph_free(graph);
    return status;
}

static bo_status find_self(bo_str *actor, const bo_json *answer, bo_str handle) {
    const bo_json *links = bo_json_get(answer, BO_STR("links"));
    for (uint32_t i = 0; bo_json_is(links, BO_JSON_ARRAY) && i < links->len; i++) {
        bo_str type = bo_json_get_string(links->items[i], BO_STR("type"));
        bo_str href = bo_json_get_string(links->items[i], BO_STR("href"));
        bool self = bo_str_eq(bo_json_get_string(links->items[i], BO_STR("rel")), BO_STR("self"));
        bool json = bo_str_starts(type, BO_STR("application/activity+json")) ||
                    bo_str_starts(type, BO_STR("application/ld+json"));
        if (!self || !json || href.len == 0) continue;
        *actor = href;
        return BO_OK;
    }
    return bo_fail(BO_PEER, "the WebFinger answer for %.*s names no actor", BO_STR_ARG(handle));
}

bo_status bo_fed_webfinger(bo_fed *fed, bo_str *actor, bo_str handle, bo_arena *arena) {
    const bo_str scheme = BO_STR("acct:");
    bo_str account = bo_str_starts(handle, scheme) ? bo_str_from(handle, scheme.len) : handle;
    if (account.len > 0 && account.ptr[0] == '@') account = bo_str_from(account, 1);
    size_t at = bo_str_find(account, '@');
    bo_str host = bo_str_from(account, at + 1), name;
    unsigned port;
    if (at == 0 || host.len == 0 || bo_iri_host(&name, &port, host) != BO_OK)
        return bo_fail(BO_BAD_ARGUMENT, "'%.*s' is no account: write name@host", BO_STR_ARG(handle));
    bool here = bo_str_eq(name, BO_STR("localhost")) || bo_str_starts(name, BO_STR("127."));
    bo_str url = bo_arena_printf(arena, "%s://%.*s/.well-known/webfinger?resource=acct:%.*s",
                                 here && fed->options.allow_loopback ? "http" : "https", BO_STR_ARG(host),
                                 BO_STR_ARG(account));
    bo_json *answer;
    BO_TRY(get_json(fed, &answer, url, &webfinger, arena));
    return find_self(actor, answer, handle);
}
