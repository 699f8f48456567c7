/* SPDX-License-Identifier: Apache-2.0
 * Answers: the only file that makes them. Errors are problem+json (RFC 9457) with the members that SemApps'
 * front ends look for; people get a page.
 */
#include <stdlib.h>

#include "bocage/json.h"
#include "ldp/container.h"
#include "obs/problem.h"
#include "web/exchange.h"

bo_str bo_request_header(const bo_exchange *e, const char *name) {
    return bo_headers_get(&e->request->headers, bo_str_of(name));
}

void bo_respond_header(bo_exchange *e, bo_str name, bo_str value) {
    bo_headers_add(&e->response->headers, name, value);
}

void bo_respond(bo_exchange *e, int status) {
    e->response->status = status;
}

void bo_respond_body(bo_exchange *e, int status, bo_str media_type, bo_str body) {
    e->response->status = status;
    e->response->body = body;
    bo_respond_header(e, BO_STR("Content-Type"), media_type);
}

static void free_text(void *owner) {
    free(owner);
}

bo_status bo_respond_text(bo_exchange *e, int status, bo_str media_type, bo_text *text) {
    BO_TRY(bo_text_end(text));
    bo_respond_body(e, status, media_type, bo_text_str(text));
    e->response->owner = text->ptr;
    e->response->release = free_text;
    *text = (bo_text){0};
    return BO_OK;
}

/* What was sent may be no UTF-8, and stands in the sentence about it. */
static bo_str readable(const bo_exchange *e, bo_str bytes) {
    enum { REPLACEMENT = 0xfffd };
    bo_text text;
    if (bo_utf8_valid(bytes)) return bytes;
    bo_text_init(&text, 0);
    for (size_t at = 0; at < bytes.len;) {
        uint32_t code_point = bo_utf8_next(bytes, &at);
        bo_text_utf8(&text, code_point != UINT32_MAX ? code_point : REPLACEMENT);
    }
    bo_str good = bo_arena_str(e->arena, bo_text_str(&text));
    bo_text_done(&text);
    return good;
}

static bool is_told(bo_status status) {
    return bo_error_last()->status == status && bo_error_last()->message[0] != '\0';
}

static bo_str detail_of(const bo_exchange *e, bo_status status) {
    return readable(e, bo_str_of(is_told(status) ? bo_error_last()->message : bo_status_text(status)));
}

static void put_problem(bo_text *out, const bo_exchange *e, bo_status status, int http) {
    const bo_error *error = bo_error_last();
    bool told = is_told(status);
    bo_str detail = detail_of(e, status);
    bool token = status == BO_UNAUTHENTICATED && strcmp(error->code, "INVALID_TOKEN") == 0;
    bool refused = status == BO_INVALID && strcmp(error->code, BO_TYPE_NOT_ACCEPTED) == 0;
    const char *type = token || refused ? error->code : bo_status_name(status);
    bo_json_writer json;
    if (e->refusal.errors.ptr != NULL) type = "VALIDATION_ERROR";
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("type"), bo_str_of(type));
    bo_json_member_string(&json, BO_STR("title"), bo_http_reason(http));
    bo_json_member_i64(&json, BO_STR("status"), http);
    bo_json_member_string(&json, BO_STR("detail"), detail);
    bool coded = told && e->message_is_code && error->code[0] != '\0';
    bo_json_member_string(&json, BO_STR("message"), coded ? bo_str_of(error->code) : detail);
    bo_json_member_i64(&json, BO_STR("code"), http);
    bo_json_member_string(&json, BO_STR("instance"), readable(e, e->request->path));
    if (told && error->line > 0) bo_json_member_i64(&json, BO_STR("line"), error->line);
    if (told && error->column > 0) bo_json_member_i64(&json, BO_STR("column"), error->column);
    if (told && error->code[0] != '\0')
        bo_json_member_string(&json, BO_STR("reason"), bo_str_of(error->code));
    bo_put_refusal(&json, e);
    bo_json_close(&json, BO_JSON_OBJECT);
}

bool bo_wants_page(const bo_exchange *e) {
    static const bo_str offers[] = {{"application/problem+json", 24},
                                    {"application/json", 16},
                                    {"application/ld+json", 19},
                                    {"text/turtle", 11},
                                    {"text/html", 9}};
    enum { OFFERS = sizeof offers / sizeof *offers };
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    return !e->app->options.sparql_only && bo_http_accept(accept, offers, OFFERS) == OFFERS - 1;
}

static void put_page(bo_text *out, const bo_exchange *e, bo_status status, int http) {
    bo_problem_page page = {.status = http,
                            .language = bo_exchange_language(e),
                            .detail = detail_of(e, status),
                            .root = e->app->root};
    bo_str front = bo_front_end_first(e->app);
    size_t slash = bo_str_find_last(e->iri, '/');
    if (status == BO_GONE && slash > e->app->base_url.len) page.above = bo_str_head(e->iri, slash);
    if (front.len > 0) page.login = bo_arena_join(e->arena, front, BO_STR("/login"));
    bo_problem_page_write(out, &page);
}

/* Headers that belong to a refusal. */
static void put_hints(bo_exchange *e, bo_status status, int http) {
    bo_put_refusal_headers(e, http);
    if (status == BO_UNAUTHENTICATED)
        bo_respond_header(e, BO_STR("WWW-Authenticate"), BO_STR("Bearer realm=\"bocage\""));
    if (http == 429) bo_respond_header(e, BO_STR("Retry-After"), BO_STR("60"));
    if (http == 503) bo_respond_header(e, BO_STR("Retry-After"), BO_STR("2"));
    if ((http == 405 || http == 501) && e->route != NULL)
        bo_respond_header(e, BO_STR("Allow"), bo_route_allow(e));
    if (http == 415 && e->route != NULL) bo_model_respond_media(e);
    if (http == 415 && bo_request_header(e, "Content-Encoding").len > 0)
        bo_respond_header(e, BO_STR("Accept-Encoding"), BO_STR("identity"));
}

/* SemApps answers 403 to strangers too: there, a 401 says that a token is bad. */
static int http_of(const bo_exchange *e, bo_status status) {
    bool stranger = status == BO_UNAUTHENTICATED && strcmp(bo_error_last()->code, "NO_RIGHT") == 0;
    return stranger && !e->app->wac.nearest ? 403 : bo_status_http(status);
}

void bo_respond_problem(bo_exchange *e, bo_status status) {
    int http = http_of(e, status);
    bool is_page = bo_wants_page(e);
    bo_text text;
    bo_text_init(&text, 0);
    (is_page ? put_page : put_problem)(&text, e, status, http);
    e->cacheable = false;
    bo_headers_init(&e->response->headers, e->arena);
    put_hints(e, status, http);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Accept-Language"));
    bo_respond_body(e, http,
                    is_page ? BO_STR("text/html; charset=utf-8") : BO_STR("application/problem+json"),
                    bo_arena_str(e->arena, bo_text_str(&text)));
    bo_text_done(&text);
}

void bo_respond_common(bo_exchange *e) {
    bo_model_respond(e);
    bo_respond_header(e, BO_STR("Access-Control-Allow-Origin"), BO_STR("*"));
    bo_respond_header(e, BO_STR("Access-Control-Expose-Headers"),
                      BO_STR("*, Location, Link, ETag, Allow, WAC-Allow, Accept-Post, Accept-Patch"));
    bo_respond_header(e, BO_STR("Access-Control-Allow-Methods"),
                      BO_STR("GET, PUT, PATCH, POST, DELETE, HEAD, OPTIONS"));
    if (!e->app->wac.nearest) return;
    /* Web Access Control, section 5.5. */
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Origin"));
    if (e->request->method != BO_OPTIONS)
        bo_respond_header(e, BO_STR("Access-Control-Allow-Headers"),
                          BO_STR("Accept, Authorization, Content-Type, If-Match, If-None-Match, Link, Slug"));
}
