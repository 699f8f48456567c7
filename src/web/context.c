/* SPDX-License-Identifier: Apache-2.0
 * The node's own JSON-LD context, /.well-known/context.jsonld, and the loader that knows it.
 */
#include "rdf/vocab.h"
#include "web/exchange.h"

static void put_prefixes(bo_json_writer *json) {
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        if (i != BO_NS_RDF)
            bo_json_member_string(json, bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri);
}

static void put_typed(bo_json_writer *json, const char *name, const char *type) {
    bo_json_key(json, bo_str_of(name));
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@type"), bo_str_of(type));
    bo_json_close(json, BO_JSON_OBJECT);
}

static void put_security(bo_json_writer *json, bo_arena *arena, const char *term, const char *local,
                         const char *type) {
    bo_json_key(json, bo_str_of(term));
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@id"), bo_arena_join(arena, BO_STR("sec:"), bo_str_of(local)));
    if (type[0] != '\0') bo_json_member_string(json, BO_STR("@type"), bo_str_of(type));
    bo_json_close(json, BO_JSON_OBJECT);
}

static void put_context(bo_text *out, bo_arena *arena) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("@context"));
    bo_json_open(&json, BO_JSON_OBJECT);
    put_prefixes(&json);
    bo_json_key(&json, BO_STR("ldp:contains"));
    bo_json_put_raw(&json, BO_STR("{\"@container\":\"@set\"}"));
#define BO_CONTEXT_TYPED(name, type) put_typed(&json, name, type);
#define BO_CONTEXT_SECURITY(term, local, type) put_security(&json, arena, term, local, type);
#include "web/context.def"
#undef BO_CONTEXT_TYPED
#undef BO_CONTEXT_SECURITY
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_json_close(&json, BO_JSON_OBJECT);
}

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    bo_app *app = context;
    if (!bo_str_eq(iri, app->context_iri))
        return app->pinned.load(app->pinned.context, out, final_iri, iri, arena);
    *out = app->context_document;
    *final_iri = iri;
    return BO_OK;
}

static bo_status process(bo_app *app) {
    bo_json *written;
    bo_jsonld_options options = {.loader = &app->loader};
    BO_TRY(bo_json_parse(&written, app->default_context, NULL, app->arena));
    return bo_jsonld_context_new(&app->processed, written, &options);
}

bo_status bo_context_init(bo_app *app) {
    bo_text text;
    bo_text_init(&text, 0);
    app->pinned = bo_jsonld_pins_loader(app->options.contexts);
    app->loader = (bo_loader){.load = load, .context = app};
    BO_TRY(bo_jsonld_cache_new(&app->loader.cache, 0));
    app->context_iri = bo_arena_join(app->arena, app->base_url, BO_STR("/.well-known/context.jsonld"));
    put_context(&text, app->arena);
    app->context_text = bo_arena_str(app->arena, bo_text_str(&text));
    bo_text_clear(&text);
    if (app->options.sparql_only) { /* its JSON-LD is in expanded form */
        bo_text_done(&text);
        return BO_OK;
    }
    BO_TEXT_LIT(&text, "[\"https://www.w3.org/ns/activitystreams\",");
    bo_json_write_string(&text, app->context_iri);
    bo_text_char(&text, ']');
    app->default_context = bo_arena_str(app->arena, bo_text_str(&text));
    bo_status status = bo_text_end(&text);
    bo_text_done(&text);
    BO_TRY(status);
    BO_TRY(bo_json_parse(&app->context_document, app->context_text, NULL, app->arena));
    return process(app);
}
