/* SPDX-License-Identifier: Apache-2.0
 * VALIDATE: a body against the node's shapes, before anything is written; and the shapes for whoever asks for
 * them.
 */
#include "base/log.h"
#include "bocage/json.h"
#include "ldp/container.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

bo_language bo_exchange_language(const bo_exchange *e) {
    bo_str tags[BO_LANGUAGE_COUNT];
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT; i++) tags[i] = bo_language_tag((bo_language)i);
    bo_str wish = bo_headers_joined(&e->request->headers, BO_STR("Accept-Language"), e->arena);
    return (bo_language)bo_http_language(wish, tags, BO_LANGUAGE_COUNT);
}

/* Who names no language is answered in the territory's own. */
static bo_status choose_language(bo_exchange *e, bo_source *source) {
    bo_str said;
    e->language = bo_exchange_language(e);
    if (bo_request_header(e, "Accept-Language").ptr != NULL) return BO_OK;
    BO_TRY(bo_container_value(&said, source, e->app->root, BO_DC_LANGUAGE, e->arena));
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT; i++)
        if (bo_str_eq_nocase(said, bo_language_tag((bo_language)i))) e->language = (bo_language)i;
    return BO_OK;
}

/* Those that can't be read leave those in place that were. */
void bo_exchange_refresh_shapes(const bo_exchange *e) {
    bool changed;
    bo_status status = e->app->rules != NULL ? bo_rules_refresh(e->app->rules, &changed) : BO_OK;
    if (status != BO_OK)
        bo_log(BO_LOG_ERROR, "shapes", "kept as they were: %s", bo_error_last()->message);
    else if (e->app->rules != NULL && changed)
        bo_log(BO_LOG_INFO, "shapes", "read again");
}

/* Links lead to what the asker may read: an error must not tell what hides elsewhere. */
bo_status bo_exchange_validate(bo_exchange *e, bo_graph *content, bo_str iri, bo_txn *txn) {
    const bo_app *app = e->app;
    const bo_graph_set *readable;
    bo_source *snapshot;
    if (app->rules == NULL) return BO_OK;
    BO_TRY(bo_wac_readable(&app->wac, &readable, txn, &e->asker, e->arena));
    BO_TRY(bo_txn_source(&snapshot, txn, readable, e->arena));
    BO_TRY(choose_language(e, snapshot));
    bo_rules_question question = {
        .content = content,
        .iri = iri,
        .behind = snapshot,
        .language = e->language,
        .deadline_ns = bo_clock_steady_ns(app->options.clock) + app->options.validation_ms * 1000000u,
    };
    return bo_rules_check(app->rules, &e->refusal, &question, e->arena);
}

bo_status bo_exchange_validate_new(bo_exchange *e, bo_graph *content, bo_str iri) {
    bo_txn *txn;
    if (e->app->rules == NULL) return BO_OK;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_exchange_validate(e, content, iri, txn);
    bo_txn_abort(txn);
    return status;
}

void bo_put_refusal(bo_json_writer *json, const bo_exchange *e) {
    if (e->refusal.errors.ptr == NULL) return;
    bo_json_key(json, BO_STR("errors"));
    bo_json_put_raw(json, e->refusal.errors);
    bo_json_key(json, BO_STR("warnings"));
    bo_json_put_raw(json, e->refusal.warnings);
}

static void put_constraints(bo_exchange *e, const char *path) {
    bo_respond_header(e, BO_STR("Link"),
                      bo_arena_printf(e->arena, "<%.*s%s>; rel=\"%.*s\"", BO_STR_ARG(e->app->base_url), path,
                                      BO_STR_ARG(BO_LDP_CONSTRAINED_BY)));
}

/* LDP section 4.2.1.6: where the constraints are to be read: the shapes, and VoID for what each container
 * accepts. */
void bo_put_refusal_headers(bo_exchange *e, int http) {
    bool is_resource = e->route != NULL && e->route->handlers[BO_PUT] == bo_put_resource;
    bool no_type = strcmp(bo_error_last()->code, BO_TYPE_MISSING) == 0;
    if (strcmp(bo_error_last()->code, BO_TYPE_NOT_ACCEPTED) == 0)
        put_constraints(e, "/.well-known/void");
    else if (e->refusal.errors.ptr != NULL || (is_resource && (http == 409 || http == 422 || no_type)))
        put_constraints(e, "/.well-known/shapes");
    if (e->refusal.errors.ptr != NULL)
        bo_respond_header(e, BO_STR("Content-Language"), bo_language_tag(e->language));
}

bo_status bo_get_shapes(bo_exchange *e) {
    bo_str text;
    if (e->app->rules == NULL) return bo_fail(BO_NOT_FOUND, "nothing is validated here: there are no shapes");
    bo_exchange_refresh_shapes(e);
    BO_TRY(bo_rules_text(e->app->rules, &text, e->arena));
    return bo_give_document(e, BO_STR("text/turtle"), text);
}
