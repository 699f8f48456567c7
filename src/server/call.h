/* SPDX-License-Identifier: Apache-2.0
 * One request and its answer, between libmicrohttpd's polling thread and a worker; for this folder alone.
 */
#ifndef BO_SERVER_CALL_H
#define BO_SERVER_CALL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/worker.h"
#include "server/server.h"
#include "server/socket.h"

enum { DRAIN_FACTOR = 16 }; /* so many times the cap is read and thrown away before the line is cut */

struct bo_server {
    bo_app *app;
    bo_server_options options;
    struct MHD_Daemon *daemon;
    bo_pool *pools[BO_LANE_COUNT];
    bo_sockets *sockets;
    atomic_uint working; /* requests that workers have or are about to have: some are suspended */
    atomic_bool stopping;
};

/* Its arena holds everything that is not shared. It belongs to the polling thread until it is given to a
 * worker, and again when `answered`; what stands below `lock` is shared while a worker streams. */
typedef struct bo_call {
    bo_http_stream stream; /* first: a stream is its call */
    bo_server *server;
    struct MHD_Connection *connection;
    MHD_socket socket;
    bo_arena *arena;
    bo_http_request request;
    bo_http_response response;
    bo_text body;
    size_t body_cap; /* bytes; known once the head is */
    bool body_too_large, answered;
    bool shares_answer; /* it belongs to what keeps it */
    struct MHD_Response *answer;
    atomic_uint holders; /* the connection, and the worker; the last one frees */

    pthread_mutex_t lock;
    pthread_cond_t moved; /* bytes have left, or the client */
    char *ring;           /* bytes on their way; NULL until the answer streams */
    size_t first, len;
    bool parked;   /* the connection is suspended until there are bytes */
    bool finished; /* no more bytes will come */
    bool gone;     /* the connection has ended */
    uint64_t looked_ns;
} bo_call;

bo_call *bo_call_new(bo_server *server, const char *target); /* NULL when memory runs out */
void bo_call_drop(bo_call *call);                            /* by one of its holders */
/* Reads the request's line and headers. */
void bo_call_take_head(bo_call *call, struct MHD_Connection *connection, const char *method);
/* Whether the head is one to go on with (RFC 9112 sections 3.2, 5.1 and 6.3), and its body not so long that
 * it is not even read. BO_SYNTAX, BO_LIMIT. */
bo_status bo_call_check_head(const bo_call *call, const char *version) BO_MUST_USE;

/* Makes `answer` of a whole response; NULL when memory runs out. */
void bo_call_make_answer(bo_call *call);
enum MHD_Result bo_call_give_answer(bo_call *call);

/* stream.c: `send` and `is_abandoned` of a call, and its end. */
void bo_call_stream_init(bo_call *call);
void bo_call_stream_end(bo_call *call);
void bo_call_stream_cut(bo_call *call); /* the connection has ended */
void bo_call_stream_done(bo_call *call);
bool bo_call_put_headers(struct MHD_Response *made, bo_call *call);

#endif
