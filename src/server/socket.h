/* SPDX-License-Identifier: Apache-2.0
 * The wslay edge: connections that became WebSockets (RFC 6455), all on one thread. They only listen: what
 * they send is read and passed over.
 */
#ifndef BO_SERVER_SOCKET_H
#define BO_SERVER_SOCKET_H

#include <microhttpd.h>

#include "web/app.h"

typedef struct bo_sockets bo_sockets;

typedef struct bo_sockets_options {
    const bo_clock *clock;
    uint64_t idle_ms; /* of silence, before one is closed; it is pinged at half of it */
    size_t queue_cap; /* bytes that may wait for one client; with more it is closed */
} bo_sockets_options;

bo_status bo_sockets_new(bo_sockets **out, const bo_sockets_options *options) BO_MUST_USE;
/* Says goodbye to all, and to whoever comes later: before the daemon stops. Accepts NULL. */
void bo_sockets_stop(bo_sockets *sockets);
void bo_sockets_free(bo_sockets *sockets); /* accepts NULL; stopped before */

/* A new one; `extra` is what the client has sent already. Any thread. The connection is the sockets' from
 * here on. */
void bo_sockets_add(bo_sockets *sockets, const bo_http_socket *what, MHD_socket fd,
                    struct MHD_UpgradeResponseHandle *handle, bo_str extra);
/* bo_app_sockets.push */
void bo_sockets_push(void *sockets, bo_str channel, bo_str message);

#endif
