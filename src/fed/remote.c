/* SPDX-License-Identifier: Apache-2.0
 * Documents of other nodes: resources, actors, keys, WebFinger.
 */
#include "bocage/iri.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "fed/internal.h"

static const bo_fetch_caps usual = {.redirect_cap = 3};

static bo_status get(bo_fed *fed, bo_http_response *response, bo_str iri, bo_str accept,
                     const bo_fetch_caps *caps, bo_arena *arena) {
    bo_fetch request = {.method = BO_GET, .url = bo_iri_document(iri), .caps = *caps};
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Accept"), accept);
    BO_TRY(fed->options.net->fetch(fed->options.net, &request, response, NULL, arena));
    if (response->status >= 200 && response->status < 300) return BO_OK;
    bo_status status = response->status == 410 ? BO_GONE : response->status == 404 ? BO_NOT_FOUND : BO_PEER;
    return bo_fail(status, "%.*s answers %d", BO_STR_ARG(iri), response->status);
}

bo_status bo_fed_get_json(bo_fed *fed, bo_json **out, bo_str iri, bo_arena *arena) {
    bo_http_response response;
    bo_json_limits limits = {.depth = 64, .nodes = 100000};
    BO_TRY(get(fed, &response, iri,
               BO_STR("application/activity+json, application/ld+json;q=0.9, application/json;q=0.8"), &usual,
               arena));
    bo_status status = bo_json_parse(out, response.body, &limits, arena);
    return status == BO_OK ? BO_OK : bo_fail(BO_PEER, "%.*s does not answer with JSON", BO_STR_ARG(iri));
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
    return bo_fed_get_json(loading->fed, out, iri, arena);
}

bo_status bo_fed_read(bo_fed *fed, const bo_sink *to, bo_str iri, const bo_fetch_caps *caps,
                      bo_str blank_prefix, bo_arena *arena) {
    bo_format format;
    bo_http_response response;
    context_loading loading = {fed, iri};
    bo_loader loader = {.load = load_context, .context = &loading};
    bo_read_options options = {.base = iri, .loader = &loader, .blank_prefix = blank_prefix, .depth_cap = 64};
    BO_TRY(get(fed, &response, iri,
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
    BO_TRY(bo_fed_get_json(fed, &answer, url, arena));
    return find_self(actor, answer, handle);
}

/* Keys. */

static bo_str kept_key(bo_str key_id, bo_arena *arena) {
    return bo_arena_join(arena, BO_STR("key of a peer: "), key_id);
}

static bo_status read_kept(bo_fed *fed, bo_json **out, bo_str key_id, bo_arena *arena) {
    bo_txn *txn;
    bo_str row;
    if (key_id.len > 450) return BO_NOT_FOUND;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_KEY, kept_key(key_id, arena), &row);
    if (status == BO_OK) status = bo_json_parse(out, bo_arena_str(arena, row), NULL, arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status keep_key(bo_fed *fed, const bo_json *key, bo_str key_id, bo_arena *arena) {
    bo_txn *txn;
    bo_text text;
    if (key_id.len > 450) return BO_OK;
    bo_text_init(&text, 0);
    bo_json_write(&text, key);
    bo_status status = bo_txn_begin(&txn, fed->options.store, BO_WRITE);
    if (status == BO_OK) {
        status = bo_row_put(txn, BO_TABLE_KEY, kept_key(key_id, arena), bo_text_str(&text));
        if (status == BO_OK)
            status = bo_txn_commit(txn, NULL, arena);
        else
            bo_txn_abort(txn);
    }
    bo_text_done(&text);
    return status;
}

/* The key among an actor's: an object, an IRI, or several; or the document itself is the key. */
static bo_status find_key(bo_fed *fed, bo_json **out, bo_json *document, bo_str key_id, unsigned depth,
                          bo_arena *arena) {
    if (bo_json_get_string(document, BO_STR("publicKeyPem")).len > 0) {
        *out = document;
        return BO_OK;
    }
    bo_json *keys = bo_json_get(document, BO_STR("publicKey")), *one = keys;
    for (uint32_t i = 0; bo_json_is(keys, BO_JSON_ARRAY) && i < keys->len; i++) {
        one = keys->items[i];
        bo_str id = bo_json_is(one, BO_JSON_STRING) ? one->text : bo_json_get_string(one, BO_STR("id"));
        if (bo_str_eq(id, key_id)) break;
    }
    if (bo_json_is(one, BO_JSON_OBJECT)) {
        if (bo_json_get(one, BO_STR("owner")) == NULL)
            bo_json_set(arena, one, BO_STR("owner"), bo_json_get(document, BO_STR("id")));
        return depth < 3 ? find_key(fed, out, one, key_id, depth + 1, arena) : BO_PEER;
    }
    bo_json *fetched;
    if (!bo_json_is(one, BO_JSON_STRING) || depth > 1)
        return bo_fail(BO_UNAUTHENTICATED, "%.*s has no public key", BO_STR_ARG(key_id));
    BO_TRY(bo_fed_get_json(fed, &fetched, one->text, arena));
    return find_key(fed, out, fetched, key_id, depth + 1, arena);
}

static bo_status fetch_key(bo_fed *fed, bo_json **out, bo_str key_id, bo_arena *arena) {
    bo_json *document, *found;
    BO_TRY(bo_fed_get_json(fed, &document, key_id, arena));
    BO_TRY(find_key(fed, &found, document, key_id, 0, arena));
    bo_str owner = bo_json_get_string(found, BO_STR("owner"));
    if (!bo_str_eq_nocase(bo_iri_split(owner).authority, bo_iri_split(key_id).authority))
        return bo_fail(BO_UNAUTHENTICATED, "the key %.*s says that it belongs to someone elsewhere",
                       BO_STR_ARG(key_id));
    bo_json *kept = bo_json_new(arena, BO_JSON_OBJECT);
    kept = bo_json_set(arena, kept, BO_STR("owner"), bo_json_get(found, BO_STR("owner")));
    kept = bo_json_set(arena, kept, BO_STR("pem"), bo_json_get(found, BO_STR("publicKeyPem")));
    if (kept == NULL) return bo_error_last()->status;
    *out = kept;
    return keep_key(fed, kept, key_id, arena);
}

bo_status bo_fed_key(bo_fed *fed, bo_key **out, bo_str *owner, bo_str key_id, bool fresh, bo_arena *arena) {
    bo_json *kept;
    bo_status status = fresh ? BO_NOT_FOUND : read_kept(fed, &kept, key_id, arena);
    if (status == BO_NOT_FOUND) status = fetch_key(fed, &kept, key_id, arena);
    BO_TRY(status);
    *owner = bo_json_get_string(kept, BO_STR("owner"));
    return bo_key_from_pem(out, bo_json_get_string(kept, BO_STR("pem")));
}
