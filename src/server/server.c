/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/worker.h"

struct bo_server {
    bo_app *app;
    bo_server_options options;
    struct MHD_Daemon *daemon;
    bo_pool *pool;
    atomic_uint working; /* suspended requests: those that workers have or are about to have */
    atomic_bool stopping;
};

/* One request. Its arena holds everything that is not shared. */
typedef struct call {
    bo_server *server;
    struct MHD_Connection *connection;
    bo_arena *arena;
    bo_http_request request;
    bo_http_response response;
    bo_text body;
    bool body_too_large, answered;
} call;

enum { DRAIN_FACTOR = 16 }; /* so many times the cap is read and thrown away before the line is cut */

/* Reading the request. */

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value) {
    call *c = context;
    (void)kind;
    bo_headers_add(&c->request.headers, bo_str_of(name), bo_str_of(value ? value : ""));
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

static bool is_trusted(const bo_server *server, bo_str address) {
    bo_str rest = server->options.trusted_proxies;
    for (bo_str one; bo_str_cut(&one, &rest, ',');)
        if (bo_str_eq(bo_str_trim(one), address)) return true;
    return false;
}

/* What a trusted proxy says of its client. */
static void believe_proxy(call *c) {
    bo_str scheme = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-Proto"));
    bo_str host = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-Host"));
    bo_str from = bo_headers_get(&c->request.headers, BO_STR("X-Forwarded-For"));
    if (!is_trusted(c->server, c->request.peer)) return;
    if (scheme.ptr != NULL) c->request.secure = bo_str_eq_nocase(bo_str_trim(scheme), BO_STR("https"));
    if (host.ptr != NULL) c->request.host = bo_str_trim(host);
    size_t comma = bo_str_find_last(from, ',');
    if (from.ptr != NULL)
        c->request.peer = bo_str_trim(comma < from.len ? bo_str_from(from, comma + 1) : from);
}

static void *take_target(void *context, const char *target, struct MHD_Connection *connection) {
    bo_server *server = context;
    call *c = calloc(1, sizeof *c);
    bo_arena *arena = bo_arena_new(0);
    if (c == NULL || arena == NULL) {
        free(c);
        bo_arena_free(arena);
        return NULL;
    }
    *c = (call){.server = server, .connection = connection, .arena = arena};
    bo_http_request *r = &c->request;
    r->target = bo_arena_str(arena, bo_str_of(target));
    size_t mark = bo_str_find(r->target, '?');
    r->path = bo_str_head(r->target, mark);
    if (mark < r->target.len) r->query = bo_str_from(r->target, mark + 1);
    bo_headers_init(&r->headers, arena);
    bo_headers_init(&c->response.headers, arena);
    bo_text_init(&c->body, server->options.body_cap);
    return c;
}

static void take_head(call *c, const char *method) {
    bo_http_request *r = &c->request;
    r->method_name = bo_str_of(method);
    r->method = bo_method_of(r->method_name);
    MHD_get_connection_values(c->connection, MHD_HEADER_KIND, take_header, c);
    r->host = bo_headers_get(&r->headers, BO_STR("Host"));
    r->secure = c->server->options.certificate_pem.len > 0;
    r->peer = address_of(c->connection, c->arena);
    if (c->server->options.trusted_proxies.len > 0) believe_proxy(c);
}

/* Giving the answer. */

typedef struct release {
    void (*run)(void *owner);
    void *owner;
} release;

static void release_body(void *context) {
    release *r = context;
    if (r->run != NULL) r->run(r->owner);
    free(r);
}

static struct MHD_Response *make_response(call *c) {
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

static bool put_headers(struct MHD_Response *made, call *c) {
    bo_headers *headers = &c->response.headers;
    for (size_t i = 0; i < headers->len; i++) {
        bo_str name = bo_arena_str(c->arena, headers->items[i].name);
        bo_str value = bo_arena_str(c->arena, headers->items[i].value);
        if (name.ptr == NULL || value.ptr == NULL) return false;
        if (MHD_add_response_header(made, name.ptr, value.ptr) != MHD_YES) return false;
    }
    return headers->arena != NULL;
}

static enum MHD_Result give_answer(call *c) {
    struct MHD_Response *made = make_response(c);
    if (made == NULL) return MHD_NO;
    enum MHD_Result result = MHD_NO;
    if (put_headers(made, c)) result = MHD_queue_response(c->connection, (unsigned)c->response.status, made);
    MHD_destroy_response(made);
    return result;
}

/* Working. */

/* From here on the call belongs to its polling thread again. */
static void give_back(call *c) {
    bo_server *server = c->server;
    c->answered = true;
    MHD_resume_connection(c->connection);
    atomic_fetch_sub(&server->working, 1);
}

static void work(void *context) {
    call *c = context;
    bo_app_handle(c->server->app, &c->request, &c->response, c->arena);
    give_back(c);
}

/* What libmicrohttpd lets pass and RFC 9112 does not: another major version, lengths that disagree. */
static bool is_malformed(const call *c, const char *version) {
    bo_str length = BO_STR_NONE;
    if (!bo_str_starts(bo_str_of(version), BO_STR("HTTP/1."))) return true;
    for (size_t i = 0; i < c->request.headers.len; i++) {
        const bo_header *header = &c->request.headers.items[i];
        if (!bo_str_eq_nocase(header->name, BO_STR("Content-Length"))) continue;
        if (length.ptr != NULL && !bo_str_eq(length, header->value)) return true;
        length = header->value;
    }
    return length.ptr != NULL && bo_headers_get(&c->request.headers, BO_STR("Transfer-Encoding")).ptr != NULL;
}

static enum MHD_Result refuse(call *c, bo_status status) {
    bo_app_refuse(c->server->app, status, &c->request, &c->response, c->arena);
    return give_answer(c);
}

static enum MHD_Result whole(call *c) {
    if (c->answered) return give_answer(c);
    if (c->body_too_large) {
        bo_fail(BO_LIMIT, "the body may have at most %zu bytes", c->server->options.body_cap);
        return refuse(c, BO_LIMIT);
    }
    c->request.body = bo_text_str(&c->body);
    if (bo_app_quick(c->server->app, &c->request, &c->response, c->arena)) return give_answer(c);
    atomic_fetch_add(&c->server->working, 1); /* before `stopping` is read: see bo_server_stop */
    MHD_suspend_connection(c->connection);
    bool taken = !atomic_load(&c->server->stopping) && bo_pool_run(c->server->pool, work, c) == BO_OK;
    if (!taken) {
        bo_app_refuse(c->server->app, BO_BUSY, &c->request, &c->response, c->arena);
        give_back(c);
    }
    return MHD_YES;
}

static enum MHD_Result take_body(call *c, const char *bytes, size_t *len) {
    size_t cap = c->server->options.body_cap;
    bool fits = c->body.len + *len <= cap && !c->body_too_large;
    if (fits) {
        bo_text_put(&c->body, (bo_str){bytes, *len});
    } else {
        c->body_too_large = true;
        c->request.body.len += *len; /* what is thrown away is only counted */
        if (c->request.body.len > cap * DRAIN_FACTOR) return MHD_NO;
    }
    *len = 0;
    return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **state) {
    call *c = *state;
    (void)context, (void)connection, (void)url;
    if (c == NULL) return MHD_NO;
    if (c->request.method_name.ptr == NULL) {
        take_head(c, method);
        if (!is_malformed(c, version)) return MHD_YES;
        bo_headers_add(&c->response.headers, BO_STR("Connection"), BO_STR("close"));
        bo_fail(BO_SYNTAX, "the request is no well-formed HTTP/1.1");
        return refuse(c, BO_SYNTAX);
    }
    if (*upload_len > 0) return take_body(c, upload, upload_len);
    return whole(c);
}

static void on_end(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code) {
    call *c = *state;
    (void)context, (void)connection, (void)code;
    if (c == NULL) return;
    if (c->response.owner != NULL && c->response.release != NULL) c->response.release(c->response.owner);
    bo_text_done(&c->body);
    bo_arena_free(c->arena);
    free(c);
    *state = NULL;
}

/* Starting and stopping. */

BO_PRINTF(2, 0)
static void on_log(void *context, const char *format, va_list arguments) {
    char line[256];
    (void)context;
    vsnprintf(line, sizeof line, format, arguments);
    bo_log(BO_LOG_DEBUG, "microhttpd", "text=\"%s\"", line);
}

static bo_status bind_address(const bo_server_options *options, struct addrinfo **out) {
    char host[256] = "", port[16];
    if (options->address.len >= sizeof host) return bo_fail(BO_BAD_ARGUMENT, "the address is too long");
    memcpy(host, options->address.ptr ? options->address.ptr : "", options->address.len);
    snprintf(port, sizeof port, "%u", options->port);
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const char *name = host[0] ? host : "::";
    int code = getaddrinfo(name, port, &hints, out);
    if (code == 0) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "'%s' is no address to listen at: %s", name, gai_strerror(code));
}

static struct MHD_Daemon *listen_at(bo_server *server, const struct addrinfo *at) {
    const bo_server_options *o = &server->options;
    bool tls = o->certificate_pem.len > 0;
    bool six = at->ai_family == AF_INET6;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_TCP_FASTOPEN | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0) |
                     (six ? MHD_USE_DUAL_STACK : 0);
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->certificate_pem.ptr},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key_pem.ptr},
        {MHD_OPTION_END, 0, NULL}};
    unsigned per_address = o->trusted_proxies.len > 0 ? 0 : o->connections_per_address;
    return MHD_start_daemon(
        flags, (uint16_t)o->port, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_SOCK_ADDR, at->ai_addr, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1U,
        MHD_OPTION_URI_LOG_CALLBACK, take_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->head_cap + 8192, MHD_OPTION_CONNECTION_TIMEOUT, o->timeout_s,
        MHD_OPTION_CONNECTION_LIMIT, o->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
        MHD_OPTION_THREAD_POOL_SIZE, o->pollers, MHD_OPTION_ARRAY, tls ? secure : secure + 2, MHD_OPTION_END);
}

static bo_status listen_somewhere(bo_server *server) {
    struct addrinfo *addresses;
    BO_TRY(bind_address(&server->options, &addresses));
    for (struct addrinfo *at = addresses; at != NULL && server->daemon == NULL; at = at->ai_next)
        server->daemon = listen_at(server, at);
    freeaddrinfo(addresses);
    if (server->daemon == NULL && server->options.address.len == 0) { /* a machine without IPv6 */
        server->options.address = BO_STR("0.0.0.0");
        return listen_somewhere(server);
    }
    if (server->daemon != NULL) return BO_OK;
    return bo_fail(BO_IO,
                   "can't listen at port %u: is another program there (try --port N), or are certificate and "
                   "key no pair?",
                   server->options.port);
}

bo_status bo_server_start(bo_server **out, bo_app *app, const bo_server_options *options) {
    bo_server *server = calloc(1, sizeof *server);
    if (server == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    *server = (bo_server){.app = app, .options = *options};
    bo_status status = bo_pool_new(&server->pool, options->workers, options->queue_cap);
    if (status == BO_OK) status = listen_somewhere(server);
    if (status != BO_OK) {
        bo_server_stop(server);
        return status;
    }
    *out = server;
    return BO_OK;
}

unsigned bo_server_port(const bo_server *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info != NULL ? info->port : server->options.port;
}

void bo_server_stop(bo_server *server) {
    if (server == NULL) return;
    MHD_socket listening = server->daemon != NULL ? MHD_quiesce_daemon(server->daemon) : MHD_INVALID_SOCKET;
    if (listening != MHD_INVALID_SOCKET) close(listening);
    /* No connection may be suspended when the daemon stops. */
    atomic_store(&server->stopping, true);
    while (atomic_load(&server->working) > 0) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (server->daemon != NULL) MHD_stop_daemon(server->daemon);
    bo_pool_free(server->pool);
    free(server);
}
