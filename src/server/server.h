/* SPDX-License-Identifier: Apache-2.0
 * The libmicrohttpd edge: sockets, TLS, caps and threads. Short answers are given on the polling threads; for
 * the rest the connection is suspended, a worker of its lane does the work, and the connection is resumed.
 */
#ifndef BO_SERVER_SERVER_H
#define BO_SERVER_SERVER_H

#include "web/app.h"

typedef struct bo_server bo_server;

typedef struct bo_server_options {
    bo_str address;  /* "127.0.0.1", "::"; empty: every address of this machine */
    unsigned port;   /* 0: any free one */
    size_t body_cap; /* bytes */
    size_t head_cap; /* bytes of the request line and the headers together */
    unsigned connections, connections_per_address;
    unsigned timeout_s; /* of silence */
    unsigned pollers;
    unsigned workers[BO_LANE_COUNT];    /* threads */
    unsigned queue_caps[BO_LANE_COUNT]; /* requests that may wait for one; beyond: 503 */
    uint64_t socket_idle_ms;            /* see socket.h */
    bo_str trusted_proxies;             /* addresses, separated by commas: their X-Forwarded-* count */
    bo_str certificate_pem, key_pem;    /* both: TLS */
} bo_server_options;

/* Listens and answers until it is stopped. BO_IO when the port can't be had. */
bo_status bo_server_start(bo_server **out, bo_app *app, const bo_server_options *options) BO_MUST_USE;
unsigned bo_server_port(const bo_server *server);
/* Takes no new connections, finishes what is begun but for queries, which are broken off, and frees. Accepts
 * NULL. */
void bo_server_stop(bo_server *server);

#endif
