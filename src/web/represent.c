/* SPDX-License-Identifier: Apache-2.0
 * Graphs as answers: which syntax a client likes best, and how the house writes it.
 */
#include "rdf/vocab.h"
#include "web/exchange.h"

static const struct {
    bo_str media_type;
    bo_format format;
} variants[BO_VARIANT_COUNT] = {
    [BO_AS_JSONLD] = {{"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", 69},
                      BO_JSONLD},
    [BO_AS_TURTLE] = {{"text/turtle", 11}, BO_TURTLE},
    [BO_AS_NTRIPLES] = {{"application/n-triples", 21}, BO_NTRIPLES},
    [BO_AS_RDFXML] = {{"application/rdf+xml", 19}, BO_RDFXML},
    [BO_AS_TRIG] = {{"application/trig", 16}, BO_TRIG},
    [BO_AS_NQUADS] = {{"application/n-quads", 19}, BO_NQUADS},
    [BO_AS_HTML] = {{"text/html; charset=utf-8", 24}, BO_FORMAT_COUNT},
};

bo_str bo_variant_media_type(bo_variant variant) {
    return variants[variant].media_type;
}

bo_status bo_variant_by_name(bo_variant *out, bo_str name) {
    bo_format format;
    if (bo_format_by_name(&format, name))
        for (unsigned i = 0; i < BO_AS_HTML; i++)
            if (variants[i].format == format) return *out = (bo_variant)i, BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "format: '%.*s' is not turtle, trig, ntriples, nquads, jsonld or rdfxml",
                   BO_STR_ARG(name));
}

bo_status bo_negotiate(const bo_exchange *e, bo_variant *out, bo_variant first, bool has_html) {
    static const struct {
        const char *media_type;
        bo_variant variant;
    } offers[] = {{"application/ld+json", BO_AS_JSONLD},
                  {"application/json", BO_AS_JSONLD},
                  {"application/activity+json", BO_AS_JSONLD},
                  {"text/turtle", BO_AS_TURTLE},
                  {"application/n-triples", BO_AS_NTRIPLES},
                  {"application/rdf+xml", BO_AS_RDFXML},
                  {"application/trig", BO_AS_TRIG},
                  {"application/n-quads", BO_AS_NQUADS},
                  {"text/html", BO_AS_HTML}};
    enum { COUNT = sizeof offers / sizeof *offers };
    bo_str names[COUNT + 1] = {variants[first].media_type};
    size_t count = has_html ? COUNT : COUNT - 1;
    for (size_t i = 0; i < count; i++) names[i + 1] = bo_str_of(offers[i].media_type);
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    int best = bo_http_accept(accept, names, count + 1);
    if (best < 0)
        return bo_fail(BO_NOT_ACCEPTABLE,
                       "'%.*s' can't be had here; text/turtle, application/ld+json, application/n-triples, "
                       "application/rdf+xml, application/trig and application/n-quads can",
                       BO_STR_BRIEF(accept));
    *out = best == 0 ? first : offers[best - 1].variant;
    return BO_OK;
}

static const bo_prefix *house_prefixes(void) {
    static bo_prefix prefixes[BO_NS_COUNT];
    static bool ready; /* filled once, by bo_app_new, before there are threads */
    for (unsigned i = 0; i < BO_NS_COUNT && !ready; i++)
        prefixes[i] = (bo_prefix){bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri};
    ready = true;
    return prefixes;
}

/* SemApps' header JsonLdContext: an address, an object or an array. */
static bo_str wished_context(const bo_exchange *e) {
    bo_str wish = bo_str_trim(bo_request_header(e, "JsonLdContext"));
    if (wish.len == 0) return BO_STR_NONE;
    if (strchr("{[\"", wish.ptr[0]) != NULL) return wish;
    return bo_arena_join(e->arena, BO_STR("\""), bo_arena_join(e->arena, wish, BO_STR("\"")));
}

static bo_write_options house_options(const bo_exchange *e, bo_variant variant) {
    bo_str wish = variant == BO_AS_JSONLD ? wished_context(e) : BO_STR_NONE;
    bool wishes = wish.len > 0 && !bo_str_eq(wish, e->app->default_context);
    return (bo_write_options){.prefixes = house_prefixes(),
                              .prefix_count = BO_NS_COUNT,
                              .jsonld_context = wishes ? wish : e->app->default_context,
                              .jsonld_processed = wishes ? NULL : e->app->processed,
                              .loader = &e->app->loader};
}

bo_status bo_represent_options(const bo_exchange *e, bo_write_options *out, bo_variant variant,
                               bo_jsonld_context **own_context) {
    bo_write_options options = house_options(e, variant);
    bo_jsonld_options how = {.loader = options.loader, .no_relative = true};
    bo_json *written;
    if (variant == BO_AS_JSONLD && options.jsonld_processed == NULL) {
        BO_TRY(bo_json_parse(&written, options.jsonld_context, NULL, e->arena));
        BO_TRY(bo_jsonld_context_new(own_context, written, &how));
        options.jsonld_processed = *own_context;
    }
    *out = options;
    return BO_OK;
}

bo_status bo_represent(bo_exchange *e, bo_text *out, bo_variant variant, bo_source *source, bo_str focus,
                       bo_str embed) {
    bo_write_options options = house_options(e, variant);
    options.focus = focus;
    options.embed = embed;
    options.embed_empty = bo_str_eq(embed, BO_LDP_CONTAINS);
    return bo_write(out, variants[variant].format, source, &options);
}

bo_status bo_respond_graph(bo_exchange *e, int status, bo_source *source, bo_str focus) {
    bo_variant variant;
    bo_text text;
    BO_TRY(bo_negotiate(e, &variant, BO_AS_JSONLD, false));
    bo_text_init(&text, 0);
    bo_status done = bo_represent(e, &text, variant, source, focus, BO_STR_NONE);
    if (done == BO_OK) done = bo_respond_text(e, status, variants[variant].media_type, &text);
    bo_text_done(&text);
    return done;
}

bo_status bo_asker_source(const bo_exchange *e, bo_source **out, bo_txn *txn) {
    const bo_graph_set *readable;
    BO_TRY(bo_wac_readable(&e->app->wac, &readable, txn, &e->asker, e->arena));
    return bo_txn_source(out, txn, readable, e->arena);
}
