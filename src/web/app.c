/* SPDX-License-Identifier: Apache-2.0
 * Putting one node together, and taking it apart.
 */
#include <stdlib.h>

#include "auth/auth.h"
#include "fed/fed.h"
#include "net/net.h"
#include "sso/sso.h"
#include "web/exchange.h"

void bo_app_push(void *context, bo_str channel, bo_str message) {
    bo_app *app = context;
    pthread_mutex_lock(&app->sockets_lock);
    if (app->sockets.push != NULL) app->sockets.push(app->sockets.context, channel, message);
    pthread_mutex_unlock(&app->sockets_lock);
}

void bo_app_connect(bo_app *app, const bo_app_sockets *sockets) {
    pthread_mutex_lock(&app->sockets_lock);
    app->sockets = sockets != NULL ? *sockets : (bo_app_sockets){0};
    pthread_mutex_unlock(&app->sockets_lock);
}

/* The front end's page, or this node's own. */
static bo_str reset_link(const bo_app *app) {
    bo_str front = bo_front_end_first(app);
    if (app->options.own_password_page || front.len == 0)
        return bo_arena_join(app->arena, app->root, BO_STR("auth/new_password?token="));
    return bo_arena_join(app->arena, front, BO_STR("/login?new_password=true&token="));
}

static bo_status connect_fed(bo_app *app) {
    const bo_app_options *o = &app->options;
    bo_fed_options fed = {.store = o->store,
                          .net = app->net,
                          .clock = o->clock,
                          .rng = o->rng,
                          .wac = &app->wac,
                          .loader = &app->loader,
                          .allow_loopback = o->allow_insecure_peers,
                          .rules = app->rules,
                          .validation_ms = o->validation_ms,
                          .refuse_invalid = o->refuse_invalid_mirrors,
                          .delivery = o->delivery,
                          .skew_s = o->date_skew_s,
                          .service_endpoints = o->service_endpoints,
                          .load_sources = o->load_sources,
                          .service_ms = (unsigned)o->service_ms,
                          .service_bytes = o->service_bytes,
                          .push = bo_app_push,
                          .push_context = app,
                          .orphan_ms = o->orphan_ms,
                          .mail = {.from = o->mail_from,
                                   .reset_link = reset_link(app),
                                   .reset_life_ms = o->reset_life_ms,
                                   .queue_cap = o->mail_queue}};
    return bo_fed_new(&app->fed, &fed);
}

static bo_status open_auth(bo_app *app) {
    const bo_app_options *o = &app->options;
    bo_auth_options auth = {.store = o->store,
                            .clock = o->clock,
                            .rng = o->rng,
                            .base_url = app->base_url,
                            .life_ms = o->token_life_ms,
                            .imported_until_ms = o->imported_tokens_until_ms};
    return bo_auth_new(&app->auth, &auth);
}

static bo_status connect_net(bo_app *app) {
    bo_net_options net = {.allow_loopback = app->options.allow_insecure_peers,
                          .user_agent = BO_STR("Bocage/" BO_VERSION),
                          .smtp = app->options.smtp};
    return bo_net_curl_new(&app->net, &net);
}

static bo_status open_sso(bo_app *app) {
    const bo_app_options *o = &app->options;
    bo_sso_options sso = {.net = app->net,
                          .clock = o->clock,
                          .rng = o->rng,
                          .base_url = app->base_url,
                          .issuer = o->oidc_issuer,
                          .client = o->oidc_client,
                          .secret = o->oidc_secret,
                          .scope = o->oidc_scope,
                          .cas = o->cas_server,
                          .timeout_ms = o->sso_ms};
    if (sso.issuer.len == 0 && sso.cas.len == 0) return BO_OK;
    BO_TRY(bo_auth_derive(app->auth, sso.sealing, "cookies of logins"));
    return bo_sso_new(&app->sso, &sso);
}

static bo_status put_together(bo_app *app) {
    app->base_url = bo_arena_str(app->arena, app->options.base_url);
    app->root = bo_arena_join(app->arena, app->base_url, BO_STR("/"));
    app->wac = app->options.wac;
    app->wac.base_url = app->base_url;
    BO_TRY(bo_wac_recall_new(&app->wac.recall));
    if (!app->options.sparql_only) BO_TRY(bo_wac_open(&app->wac, app->options.store));
    BO_TRY(bo_cache_new(&app->cache, app->options.cache_bytes));
    BO_TRY(bo_context_init(app));
    if (app->options.sparql_only) return BO_OK;
    if (app->options.validates) BO_TRY(bo_rules_new(&app->rules, app->options.shapes));
    BO_TRY(open_auth(app));
    BO_TRY(connect_net(app));
    BO_TRY(open_sso(app));
    BO_TRY(bo_throttle_new(&app->tries, app->options.clock, app->options.login_tries));
    return connect_fed(app);
}

bo_status bo_app_new(bo_app **out, const bo_app_options *options) {
    bo_app *app = calloc(1, sizeof *app);
    if (app == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    app->options = *options;
    pthread_mutex_init(&app->sockets_lock, NULL);
    app->arena = bo_arena_new(0);
    bo_status status = app->arena != NULL ? put_together(app) : BO_NO_MEMORY;
    if (status == BO_OK)
        *out = app;
    else
        bo_app_free(app);
    return status;
}

bo_status bo_app_start(bo_app *app) {
    return app->fed != NULL ? bo_fed_start(app->fed) : BO_OK;
}

void bo_app_stop(bo_app *app) {
    if (app->fed != NULL) bo_fed_stop(app->fed);
}

void bo_app_free(bo_app *app) {
    if (app == NULL) return;
    bo_fed_free(app->fed);
    bo_sso_free(app->sso);
    bo_net_free(app->net);
    bo_throttle_free(app->tries);
    bo_auth_free(app->auth);
    bo_rules_free(app->rules);
    bo_jsonld_context_free(app->processed);
    bo_jsonld_cache_free(app->loader.cache);
    bo_wac_recall_free(app->wac.recall);
    bo_cache_free(app->cache);
    bo_arena_free(app->arena);
    pthread_mutex_destroy(&app->sockets_lock);
    free(app);
}
