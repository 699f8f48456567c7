/* SPDX-License-Identifier: Apache-2.0 */
#include "server/server.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "server/call.h"

enum { SOCKET_QUEUE = 1 << 20 }; /* bytes that may wait for one WebSocket */

/* Working. */

static void *take_target(void *context, const char *target, struct MHD_Connection *connection) {
    (void)connection;
    return bo_call_new(context, target);
}

/* From here on the call belongs to its polling thread again. */
static void give_back(bo_call *c) {
    bo_call_make_answer(c);
    c->answered = true;
    MHD_resume_connection(c->connection);
}

/* An answer that takes long is begun anew on the workers that may wait for clients. */
static bool is_handed_on(bo_call *c, void (*again)(void *context)) {
    if (!c->response.is_long || c->response.begun || c->response.status != 0) return false;
    if (bo_pool_run(c->server->pools[BO_LANE_QUERY], again, c) == BO_OK) return true;
    bo_app_refuse(c->server->app, BO_BUSY, &c->request, &c->response, c->arena);
    return false;
}

static void work(void *context) {
    bo_call *c = context;
    bo_server *server = c->server;
    bo_app_handle(server->app, &c->request, &c->response, c->arena);
    if (is_handed_on(c, work)) return;
    if (c->response.begun)
        bo_call_stream_end(c);
    else
        give_back(c);
    bo_call_drop(c);
    atomic_fetch_sub(&server->working, 1);
}

static enum MHD_Result refuse(bo_call *c, bo_status status) {
    bo_app_refuse(c->server->app, status, &c->request, &c->response, c->arena);
    bo_headers_add(&c->response.headers, BO_STR("Connection"), BO_STR("close"));
    bo_call_make_answer(c);
    return bo_call_give_answer(c);
}

/* Suspends the connection and gives the call to the workers of its lane. */
static void hand_over(bo_call *c) {
    bo_server *server = c->server;
    bo_lane lane = bo_app_lane(server->app, &c->request);
    atomic_fetch_add(&server->working, 1); /* before `stopping` is read: see bo_server_stop */
    atomic_fetch_add(&c->holders, 1);
    MHD_suspend_connection(c->connection);
    if (!atomic_load(&server->stopping) && bo_pool_run(server->pools[lane], work, c) == BO_OK) return;
    bo_app_refuse(server->app, BO_BUSY, &c->request, &c->response, c->arena);
    give_back(c);
    bo_call_drop(c);
    atomic_fetch_sub(&server->working, 1);
}

static enum MHD_Result whole(bo_call *c) {
    if (c->answered) return bo_call_give_answer(c);
    if (c->body_too_large) {
        bo_fail(BO_LIMIT, "the body may have at most %zu bytes", c->body_cap);
        return refuse(c, BO_LIMIT);
    }
    c->request.body = bo_text_str(&c->body);
    if (bo_app_quick(c->server->app, &c->request, &c->response, c->arena)) {
        bo_call_make_answer(c);
        return bo_call_give_answer(c);
    }
    hand_over(c);
    return MHD_YES;
}

static enum MHD_Result take_body(bo_call *c, const char *bytes, size_t *len) {
    size_t cap = c->body_cap;
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
    bo_call *c = *state;
    (void)context, (void)url;
    if (c == NULL) return MHD_NO;
    if (c->request.method_name.ptr == NULL) {
        bo_call_take_head(c, connection, method);
        bo_status status = bo_call_check_head(c, version);
        return status == BO_OK ? MHD_YES : refuse(c, status);
    }
    if (*upload_len > 0) return take_body(c, upload, upload_len);
    return whole(c);
}

static void on_end(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode code) {
    bo_call *c = *state;
    (void)context, (void)connection, (void)code;
    if (c == NULL) return;
    bo_call_stream_cut(c);
    bo_call_drop(c);
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
                     MHD_USE_TCP_FASTOPEN | MHD_USE_ERROR_LOG | MHD_ALLOW_UPGRADE | (tls ? MHD_USE_TLS : 0) |
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
    bo_status status = BO_OK;
    for (unsigned i = 0; i < BO_LANE_COUNT && status == BO_OK; i++)
        status = bo_pool_new(&server->pools[i], options->workers[i], options->queue_caps[i]);
    bo_sockets_options sockets = {&bo_clock_system, options->socket_idle_ms, SOCKET_QUEUE};
    if (status == BO_OK) status = bo_sockets_new(&server->sockets, &sockets);
    if (status == BO_OK) status = listen_somewhere(server);
    if (status != BO_OK) {
        bo_server_stop(server);
        return status;
    }
    bo_app_connect(app, &(bo_app_sockets){bo_sockets_push, server->sockets});
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
    bo_app_connect(server->app, NULL);
    bo_sockets_stop(server->sockets);
    if (server->daemon != NULL) MHD_stop_daemon(server->daemon);
    bo_sockets_free(server->sockets);
    for (unsigned i = 0; i < BO_LANE_COUNT; i++) bo_pool_free(server->pools[i]);
    free(server);
}
