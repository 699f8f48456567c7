/* SPDX-License-Identifier: Apache-2.0
 * Preferred views: a browser that asks for a page is sent on to the front end that shows it, as the container
 * says (conf:view) and the root (conf:frontEnd).
 */
#include "ldp/container.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

/* A client that has a token or names a context of its own is a program. */
static bool is_browser(const bo_exchange *e) {
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    return bo_str_find_str(accept, BO_STR("text/html")) < accept.len &&
           bo_request_header(e, "Authorization").ptr == NULL &&
           bo_request_header(e, "JsonLdContext").ptr == NULL;
}

/* encodeURIComponent, as the router of React-admin takes ids. */
static bo_str component(bo_str iri, bo_arena *arena) {
    static const char hex[] = "0123456789ABCDEF";
    bo_text out;
    bo_text_init(&out, 0);
    for (size_t i = 0; i < iri.len; i++) {
        unsigned char c = (unsigned char)iri.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     strchr("-_.!~*'()", c) != NULL;
        if (!plain) {
            bo_text_char(&out, '%');
            bo_text_char(&out, hex[c >> 4]);
            c = (unsigned char)hex[c & 15];
        }
        bo_text_char(&out, (char)c);
    }
    bo_str text = bo_arena_str(arena, bo_text_str(&out));
    bo_text_done(&out);
    return text;
}

static bo_str without_slashes(bo_str text) {
    while (text.len > 0 && text.ptr[0] == '/') text = bo_str_from(text, 1);
    while (text.len > 0 && text.ptr[text.len - 1] == '/') text.len--;
    return text;
}

/* Where it is shown: a container as <front>/<View>, a member as <front>/<View>/<id>/show. */
static bo_status find_view(bo_exchange *e, bo_str *out, const bo_ldp_record *record, bo_txn *txn) {
    bo_source *source;
    bo_str view, front;
    bool is_container = record->kind == BO_KIND_CONTAINER;
    bo_str container = is_container ? e->iri : record->container;
    *out = BO_STR_NONE;
    BO_TRY(bo_txn_source(&source, txn, NULL, e->arena));
    BO_TRY(bo_container_view(&view, source, container, record->types, record->type_count, e->arena));
    view = without_slashes(view);
    if (view.len == 0) return BO_OK;
    BO_TRY(bo_container_value(&front, source, e->app->root, BO_CONF_FRONT_END, e->arena));
    while (bo_str_ends(front, BO_STR("/"))) front.len--;
    if (front.len == 0) return BO_OK;
    bo_str id = component(e->iri, e->arena);
    *out = bo_arena_printf(e->arena, "%.*s/%.*s%s%.*s%s", BO_STR_ARG(front), BO_STR_ARG(view),
                           is_container ? "" : "/", BO_STR_ARG(is_container ? BO_STR("") : id),
                           is_container ? "" : "/show");
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_send_to_view(bo_exchange *e, bool *is_sent, const bo_ldp_record *record, bo_txn *txn) {
    bo_str location = BO_STR_NONE;
    if (is_browser(e)) BO_TRY(find_view(e, &location, record, txn));
    *is_sent = location.len > 0;
    if (!*is_sent) return BO_OK;
    bo_respond(e, 302);
    bo_respond_header(e, BO_STR("Location"), location);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization, JsonLdContext"));
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-cache"));
    return BO_OK;
}
