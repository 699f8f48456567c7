/* SPDX-License-Identifier: Apache-2.0
 * Reading a request, and giving a whole answer.
 */
#include "server/call.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>

/* Reading. */

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value) {
    bo_call *c = context;
    (void)kind;
    /* Copied: a worker may still read them when the connection has gone. */
    bo_headers_add(&c->request.headers, bo_arena_str(c->arena, bo_str_of(name)),
                   bo_arena_str(c->arena, bo_str_of(value ? value : "")));
    return MHD_YES;
}

static bo_str address_of(struct MHD_Connection *connection, bo_arena *arena) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info == NULL || info->client_addr == NULL) return BO_STR("");
    socklen_t len =
        info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (getnameinfo(info->client_addr, len, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
        return BO_STR("");
    const bo_str mapped = BO_STR("::ffff:");
    bo_str address = bo_str_of(text);
    if (bo_str_starts(address, mapped)) address = bo_str_from(address, mapped.len);
    return bo_arena_str(arena, address);
}

static bool is_trusted(const bo_server_options *options, bo_str address) {
    bo_str rest = options->trusted_proxies;
    for (bo_str one; bo_str_cut(&one, &rest, ',');)
        if (bo_str_eq(bo_str_trim(one), address)) return true;
    return false;
}

/* What a trusted proxy says of its client. */
static void believe_proxy(bo_call *c) {
    bo_str scheme = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-Proto"));
    bo_str host = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-Host"));
    bo_str from = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-For"));
    if (!is_trusted(&c->server->options, c->request.peer)) return;
    if (scheme.ptr != NULL) c->request.secure = bo_str_eq_nocase(bo_str_trim(scheme), BO_STR("https"));
    if (host.ptr != NULL) c->request.host = bo_str_trim(host);
    size_t comma = bo_str_find_last(from, ',');
    if (from.ptr != NULL)
        c->request.peer = bo_str_trim(comma < from.len ? bo_str_from(from, comma + 1) : from);
}

bo_call *bo_call_new(bo_server *server, const char *target) {
    bo_call *c = calloc(1, sizeof *c);
    bo_arena *arena = bo_arena_new(0);
    if (c == NULL || arena == NULL) {
        free(c);
        bo_arena_free(arena);
        return NULL;
    }
    *c = (bo_call){.server = server, .arena = arena};
    atomic_init(&c->holders, 1);
    bo_http_request *r = &c->request;
    bo_http_take_target(r, bo_arena_str(arena, bo_str_of(target)));
    bo_headers_init(&r->headers, arena);
    bo_headers_init(&c->response.headers, arena);
    bo_call_stream_init(c);
    return c;
}

void bo_call_drop(bo_call *c) {
    if (atomic_fetch_sub(&c->holders, 1) > 1) return;
    if (c->answer != NULL && !c->shares_answer) MHD_destroy_response(c->answer);
    if (c->response.owner != NULL && c->response.release != NULL) c->response.release(c->response.owner);
    bo_call_stream_done(c);
    bo_text_done(&c->body);
    bo_arena_free(c->arena);
    free(c);
}

void bo_call_take_head(bo_call *c, struct MHD_Connection *connection, const char *method) {
    bo_http_request *r = &c->request;
    c->connection = connection;
    c->socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    r->method_name = bo_arena_str(c->arena, bo_str_of(method));
    r->method = bo_method_of(r->method_name);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, c);
    r->host = bo_headers_get(&r->headers, BO_STR("Host"));
    r->secure = c->server->options.certificate_pem.len > 0;
    r->peer = address_of(connection, c->arena);
    if (c->server->options.trusted_proxies.len > 0) believe_proxy(c);
    c->body_cap = bo_app_body_cap(c->server->app, r, c->server->options.body_cap);
    bo_text_init(&c->body, c->body_cap);
}

/* How many lines a header has; those that say the same once more count when `all` do. */
static unsigned lines_of(const bo_headers *headers, bo_str name, bool all) {
    bo_str first = bo_headers_get(headers, name);
    unsigned count = !all && first.ptr != NULL;
    for (size_t i = 0; i < headers->len; i++)
        if (bo_str_eq_nocase(headers->items[i].name, name))
            count += all || !bo_str_eq(headers->items[i].value, first);
    return count;
}

/* A name ends where its colon is (section 5.1): libmicrohttpd takes blanks before that for a part of it. */
static bool has_blank_names(const bo_headers *headers) {
    for (size_t i = 0; i < headers->len; i++) {
        bo_str name = headers->items[i].name;
        if (bo_str_find(name, ' ') < name.len || bo_str_find(name, '\t') < name.len) return true;
    }
    return false;
}

bo_status bo_call_check_head(const bo_call *c, const char *version) {
    const bo_headers *headers = &c->request.headers;
    unsigned lengths = lines_of(headers, BO_STR("Content-Length"), false);
    bo_str length = bo_headers_get(headers, BO_STR("Content-Length"));
    uint64_t bytes = 0;
    if (!bo_str_starts(bo_str_of(version), BO_STR("HTTP/1.")))
        return bo_fail(BO_SYNTAX, "HTTP/1.1 is spoken here, not %s", version);
    if (lines_of(headers, BO_STR("Host"), true) != 1 && strcmp(version, "HTTP/1.0") != 0)
        return bo_fail(BO_SYNTAX, "a request of HTTP/1.1 has one Host header");
    if (has_blank_names(headers)) return bo_fail(BO_SYNTAX, "a header has no blank before its colon");
    if (lengths > 1 || (lengths > 0 && lines_of(headers, BO_STR("Transfer-Encoding"), true) > 0))
        return bo_fail(BO_SYNTAX, "a body has either one Content-Length or a Transfer-Encoding");
    if (bo_str_to_u64(&bytes, length) == BO_OK && bytes > c->body_cap * DRAIN_FACTOR)
        return bo_fail(BO_LIMIT, "the body may have at most %zu bytes", c->body_cap);
    return BO_OK;
}

/* Answering. */

typedef struct release {
    void (*run)(void *owner);
    void *owner;
} release;

static void release_body(void *context) {
    release *r = context;
    if (r->run != NULL) r->run(r->owner);
    free(r);
}

static struct MHD_Response *make_response(bo_call *c) {
    bo_http_response *answer = &c->response;
    release *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    bo_str body = answer->body;
    if (answer->owner == NULL && body.len > 0) { /* it lives in the arena, which goes before the bytes do */
        char *copy = malloc(body.len);
        if (copy == NULL) {
            free(r);
            return NULL;
        }
        memcpy(copy, body.ptr, body.len);
        *r = (release){free, copy};
        body.ptr = copy;
    } else {
        *r = (release){answer->release, answer->owner};
    }
    answer->owner = NULL;
    struct MHD_Response *made = MHD_create_response_from_buffer_with_free_callback_cls(
        body.len, (void *)(uintptr_t)body.ptr, release_body, r);
    if (made == NULL) release_body(r);
    return made;
}

bool bo_call_put_headers(struct MHD_Response *made, bo_call *c) {
    bo_headers *headers = &c->response.headers;
    for (size_t i = 0; i < headers->len; i++) {
        bo_str name = bo_arena_str(c->arena, headers->items[i].name);
        bo_str value = bo_arena_str(c->arena, headers->items[i].value);
        if (name.ptr == NULL || value.ptr == NULL) return false;
        if (MHD_add_response_header(made, name.ptr, value.ptr) != MHD_YES) return false;
    }
    return headers->arena != NULL;
}

/* The connection is a WebSocket now. */
static void on_upgrade(void *context, struct MHD_Connection *connection, void *state, const char *extra,
                       size_t extra_len, MHD_socket socket, struct MHD_UpgradeResponseHandle *handle) {
    bo_call *c = context;
    (void)connection, (void)state;
    bo_sockets_add(c->server->sockets, c->response.socket, socket, handle, bo_str_make(extra, extra_len));
}

static void drop_response(void *form) {
    MHD_destroy_response(form);
}

/* The answer is kept, and held by the call until it has been sent: its form is made once, and queued again
 * and again. */
static struct MHD_Response *make_kept(bo_call *c) {
    bo_http_made *made = c->response.made;
    bo_str body = c->response.body;
    void *before = atomic_load(&made->form);
    c->shares_answer = true;
    if (before != NULL) return before;
    struct MHD_Response *own =
        MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_PERSISTENT);
    if (own == NULL) return NULL;
    if (bo_call_put_headers(own, c) && atomic_compare_exchange_strong(&made->form, &before, own)) {
        made->drop = drop_response; /* nobody drops it while the call holds what keeps it */
        return own;
    }
    MHD_destroy_response(own);
    return before; /* another thread was faster */
}

static struct MHD_Response *make_own(bo_call *c) {
    struct MHD_Response *own =
        c->response.socket != NULL ? MHD_create_response_for_upgrade(on_upgrade, c) : make_response(c);
    if (own == NULL || bo_call_put_headers(own, c)) return own;
    MHD_destroy_response(own);
    return NULL;
}

void bo_call_make_answer(bo_call *c) {
    c->answer = c->response.made != NULL ? make_kept(c) : make_own(c);
}

enum MHD_Result bo_call_give_answer(bo_call *c) {
    if (c->answer == NULL) return MHD_NO;
    return MHD_queue_response(c->connection, (unsigned)c->response.status, c->answer);
}
