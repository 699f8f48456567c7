/* SPDX-License-Identifier: Apache-2.0
 * The way of a request: ROUTE, IDENTIFY, the route's handler, and what every answer carries (CORS). Handlers
 * run the phases of a change: ADMIT, PARSE, VALIDATE, BEGIN, AUTHORISE, CONDITION, HANDLE, COMMIT, EMIT.
 */
#include "auth/auth.h"
#include "base/log.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

static bo_status route(bo_exchange *e) {
    BO_TRY(bo_http_path(&e->path, e->request->path, e->arena));
    while (e->path.len > 1 && e->path.ptr[e->path.len - 1] == '/') e->path.len--;
    e->iri = bo_arena_join(e->arena, e->app->base_url, e->path);
    e->route = bo_route_find(e->app, e->path);
    return e->iri.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Who asks without credentials. Whoever reaches a bare endpoint may do everything there. */
static bo_asker nobody(const bo_app *app) {
    return (bo_asker){.is_admin = app->options.sparql_only};
}

/* What a web application may do that is not trusted (policy `solid`) has two bounds: its user's rights, and
 * its own. An administrator's are not lent to it. */
static void mind_origin(const bo_app *app, bo_asker *asker, const bo_http_request *request) {
    bo_str origin = bo_headers_get(&request->headers, BO_STR("Origin"));
    if (!app->wac.nearest || asker->webid.len == 0 || origin.ptr == NULL) return;
    if (bo_origin_is_trusted(app, origin)) return;
    asker->origin = origin;
    asker->is_admin = false;
}

static bool bearer_token(bo_str *out, bo_str credentials) {
    const bo_str bearer = BO_STR("Bearer ");
    if (!bo_str_eq_nocase(bo_str_head(credentials, bearer.len), bearer)) return false;
    *out = bo_str_trim(bo_str_from(credentials, bearer.len));
    return true;
}

static bo_status identify(bo_exchange *e) {
    bo_str credentials = bo_request_header(e, "Authorization"), token;
    bool is_capability;
    e->asker = nobody(e->app);
    if (credentials.ptr == NULL || e->app->options.sparql_only) return BO_OK;
    BO_TRY(bo_capability_admit(e, credentials, &is_capability));
    if (is_capability || !bearer_token(&token, credentials)) return BO_OK;
    bo_account account;
    bo_status status = bo_token_verify(e->app->auth, &account, &e->session, token, e->arena);
    if (status == BO_OK) {
        e->asker = (bo_asker){.webid = account.webid, .is_admin = account.is_admin};
        mind_origin(e->app, &e->asker, e->request);
        return BO_OK;
    }
    if (status != BO_DENIED) return status;
    if (e->route->lenient) return BO_OK;
    return bo_fail_code(BO_UNAUTHENTICATED, "INVALID_TOKEN", "the token is not valid: log in again");
}

bo_status bo_exchange_modes(const bo_exchange *e, bo_modes *out, bo_txn *txn, bo_str iri) {
    return bo_wac_modes(&e->app->wac, out, txn, &e->asker, iri, e->arena);
}

/* A preflight (Fetch standard, section 4.8), which tells nothing of what is there, and any other OPTIONS. */
static bo_status answer_options(bo_exchange *e) {
    bool preflight = bo_request_header(e, "Access-Control-Request-Method").ptr != NULL;
    bo_str wished = bo_request_header(e, "Access-Control-Request-Headers");
    if (!preflight) BO_TRY(identify(e));
    if (!preflight && e->route->handlers[BO_PUT] == bo_put_resource) BO_TRY(bo_look_at_resource(e));
    bo_respond(e, preflight ? 204 : 200);
    bo_respond_header(e, BO_STR("Allow"), bo_route_allow(e));
    bo_model_respond_media(e);
    if (preflight) bo_respond_header(e, BO_STR("Vary"), BO_STR("Access-Control-Request-Headers"));
    if (wished.ptr != NULL) bo_respond_header(e, BO_STR("Access-Control-Allow-Headers"), wished);
    return BO_OK;
}

/* Bodies are read as they are (RFC 9110 section 8.4). */
static bo_status check_coding(const bo_exchange *e) {
    bo_str coding = bo_str_trim(bo_request_header(e, "Content-Encoding"));
    if (coding.len == 0 || bo_str_eq_nocase(coding, BO_STR("identity"))) return BO_OK;
    return bo_fail(BO_MEDIA_TYPE, "Content-Encoding: bodies are not read as %.*s, send it as it is",
                   BO_STR_BRIEF(coding));
}

static bo_status dispatch(bo_exchange *e) {
    BO_TRY(route(e));
    bo_method method = e->request->method;
    if (method == BO_OPTIONS) return answer_options(e);
    bo_handler handler = e->route->handlers[method];
    if (method == BO_METHOD_OTHER)
        return bo_fail(BO_UNSUPPORTED,
                       "%.*s is no method of this server; what can be done here is in the Allow header",
                       BO_STR_BRIEF(e->request->method_name));
    if (handler == NULL)
        return bo_fail(BO_METHOD, "%.*s can't be done here; what can is in the Allow header",
                       BO_STR_BRIEF(e->request->method_name));
    BO_TRY(identify(e));
    BO_TRY(check_coding(e));
    return handler(e);
}

/* Answers that are kept. */

/* Found by who asks and by what was asked, to the letter. BO_STR_NONE for requests whose answer depends on
 * what few ask for. */
static bo_str cache_key(const bo_http_request *request, const bo_asker *asker, bo_arena *arena) {
    static const char *const particular[] = {"Signature", "Prefer", "JsonLdContext"};
    if (request->method != BO_GET && request->method != BO_HEAD) return BO_STR_NONE;
    for (size_t i = 0; i < sizeof particular / sizeof *particular; i++)
        if (bo_headers_get(&request->headers, bo_str_of(particular[i])).ptr != NULL) return BO_STR_NONE;
    bo_str accept = bo_headers_joined(&request->headers, BO_STR("Accept"), arena);
    return bo_arena_printf(arena, "%.*s\n%.*s\n%s%.*s\n%.*s", BO_STR_ARG(request->target), BO_STR_ARG(accept),
                           asker->is_admin ? "!" : "", BO_STR_ARG(asker->webid), BO_STR_ARG(asker->origin));
}

static void give_cached(const bo_cached *cached, const bo_http_request *request, bo_http_response *response) {
    bo_str known = bo_headers_get(&request->headers, BO_STR("If-None-Match"));
    bool same = known.ptr != NULL && bo_http_etag_listed(known, cached->etag, true);
    response->status = same ? 304 : cached->status;
    response->owner = (void *)(uintptr_t)cached;
    response->release = bo_cache_release;
    response->made = same ? cached->made_304 : cached->made;
    if (atomic_load(&response->made->form) != NULL) return;
    response->body = same ? BO_STR("") : cached->body;
    for (size_t i = 0; i < cached->header_count; i++)
        bo_headers_add(&response->headers, cached->headers[i].name, cached->headers[i].value);
}

/* Who asks, when that is known without waiting: nobody in particular, or by a token that was good before. */
static bool recognise(const bo_app *app, bo_asker *out, const bo_http_request *request, bo_arena *arena) {
    bo_str credentials = bo_headers_get(&request->headers, BO_STR("Authorization")), token, session;
    bo_account account;
    if (credentials.ptr == NULL) return *out = nobody(app), true;
    if (app->auth == NULL || !bearer_token(&token, credentials)) return false;
    if (!bo_token_known(app->auth, &account, &session, token, arena)) return false;
    *out = (bo_asker){.webid = account.webid, .is_admin = account.is_admin};
    mind_origin(app, out, request);
    return true;
}

bool bo_app_quick(bo_app *app, const bo_http_request *request, bo_http_response *response, bo_arena *arena) {
    bo_asker asker;
    if (!recognise(app, &asker, request, arena)) return false;
    bo_str key = cache_key(request, &asker, arena);
    if (key.ptr == NULL) return false;
    const bo_cached *cached = bo_cache_get(app->cache, key, app->options.store);
    if (cached == NULL) return false;
    give_cached(cached, request, response);
    return true;
}

/* Whose credentials are not to be recognised may have rights that the next one has not. */
static void keep_answer(bo_exchange *e) {
    bo_str etag = bo_headers_get(&e->response->headers, BO_STR("ETag"));
    bool recognisable = e->session.len > 0 || bo_request_header(e, "Authorization").ptr == NULL;
    if (!e->cacheable || !recognisable || e->response->status != 200 || etag.ptr == NULL) return;
    bo_str key = cache_key(e->request, &e->asker, e->arena);
    if (key.ptr != NULL) bo_cache_put(e->app->cache, key, etag, e->response, &e->basis);
}

void bo_exchange_rest_on(bo_exchange *e, bo_txn *txn, bo_str iri) {
    e->basis.count = 0;
    bo_basis_add(&e->basis, bo_watch_graph(txn, iri));
    if (e->asker.webid.len > 0) bo_basis_add(&e->basis, bo_watch_predicate(txn, BO_VCARD_HAS_MEMBER));
}

static bo_exchange begin(bo_app *app, const bo_http_request *request, bo_http_response *response,
                         bo_arena *arena) {
    bo_error_clear();
    bo_headers_init(&response->headers, arena);
    uint64_t generation = bo_store_generation(app->options.store);
    return (bo_exchange){.app = app,
                         .request = request,
                         .response = response,
                         .arena = arena,
                         .generation = generation,
                         .basis = {.since = generation, .count = 1, .watches = {BO_WATCH_ALL}}};
}

bo_lane bo_app_lane(const bo_app *app, const bo_http_request *request) {
    bo_str path = request->path;
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    return bo_route_find(app, path)->lane;
}

void bo_app_refuse(bo_app *app, bo_status status, const bo_http_request *request, bo_http_response *response,
                   bo_arena *arena) {
    bo_exchange e = {.app = app, .request = request, .response = response, .arena = arena};
    bo_headers_init(&response->headers, arena);
    bo_respond_problem(&e, status);
    bo_respond_common(&e);
}

void bo_app_handle(bo_app *app, const bo_http_request *request, bo_http_response *response, bo_arena *arena) {
    bo_exchange e = begin(app, request, response, arena);
    bo_status status = dispatch(&e);
    if (response->begun) {
        response->broken = status != BO_OK;
        if (status != BO_OK) bo_log(BO_LOG_INFO, "broken-off", "status=%s", bo_status_name(status));
        return;
    }
    if (response->is_long && status == BO_CANCELLED && response->status == 0) return;
    if (status != BO_OK) bo_respond_problem(&e, status);
    bo_respond_common(&e);
    keep_answer(&e);
}
