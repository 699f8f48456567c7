/* SPDX-License-Identifier: Apache-2.0
 * Bodies that are sent while they are made: a ring of bytes between the worker that makes them and the
 * polling thread that sends them. An empty ring parks the connection, a full one makes the worker wait.
 */
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "server/call.h"

enum {
    RING = 256 << 10,    /* bytes */
    PIECE = 32 << 10,    /* what libmicrohttpd asks for at once */
    LOOK_MS = 10,        /* how often the socket is looked at */
    LONGEST_NAP_MS = 100 /* a worker that waits sees within this time that the server stops */
};

static uint64_t now_ns(void) {
    return bo_clock_steady_ns(&bo_clock_system);
}

/* The polling thread's side. */

static size_t take(bo_call *c, char *out, size_t most) {
    size_t total = 0;
    while (c->len > 0 && total < most) {
        size_t run = RING - c->first < c->len ? RING - c->first : c->len;
        if (run > most - total) run = most - total;
        memcpy(out + total, c->ring + c->first, run);
        c->first = (c->first + run) % RING;
        c->len -= run;
        total += run;
    }
    return total;
}

static ssize_t read_ring(void *context, uint64_t at, char *out, size_t most) {
    bo_call *c = context;
    (void)at;
    pthread_mutex_lock(&c->lock);
    ssize_t result = (ssize_t)take(c, out, most);
    if (result > 0) {
        pthread_cond_signal(&c->moved);
    } else if (c->finished) {
        result = c->response.broken ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        c->parked = true;
        MHD_suspend_connection(c->connection);
    }
    pthread_mutex_unlock(&c->lock);
    return result;
}

void bo_call_stream_cut(bo_call *c) {
    pthread_mutex_lock(&c->lock);
    c->gone = true;
    pthread_cond_signal(&c->moved);
    pthread_mutex_unlock(&c->lock);
}

/* The worker's side. */

static bo_status begin(bo_call *c) {
    if (c->ring == NULL) c->ring = malloc(RING);
    struct MHD_Response *made =
        c->ring != NULL ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, read_ring, c, NULL)
                        : NULL;
    if (made == NULL || !bo_call_put_headers(made, c)) {
        if (made != NULL) MHD_destroy_response(made);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    c->answer = made;
    c->response.begun = true;
    c->answered = true;
    MHD_resume_connection(c->connection);
    return BO_OK;
}

static void unpark(bo_call *c) {
    if (!c->parked) return;
    c->parked = false;
    MHD_resume_connection(c->connection);
}

static void put(bo_call *c, bo_str *bytes) {
    while (bytes->len > 0 && c->len < RING) {
        size_t at = (c->first + c->len) % RING;
        size_t run = at < c->first ? c->first - at : RING - at;
        if (run > bytes->len) run = bytes->len;
        memcpy(c->ring + at, bytes->ptr, run);
        c->len += run;
        *bytes = bo_str_from(*bytes, run);
    }
    unpark(c);
}

static void nap(bo_call *c, uint64_t deadline_ns) {
    uint64_t until = now_ns() + LONGEST_NAP_MS * 1000000u;
    if (deadline_ns != 0 && deadline_ns < until) until = deadline_ns;
    struct timespec at = {(time_t)(until / 1000000000u), (long)(until % 1000000000u)};
    pthread_cond_timedwait(&c->moved, &c->lock, &at);
}

static bo_status put_all(bo_call *c, bo_str bytes, uint64_t deadline_ns) {
    for (;;) {
        if (c->gone || atomic_load(&c->server->stopping))
            return bo_fail(BO_CANCELLED, "nobody waits for the answer");
        put(c, &bytes);
        if (bytes.len == 0) return BO_OK;
        if (deadline_ns != 0 && now_ns() >= deadline_ns)
            return bo_fail(BO_TIMEOUT, "the client took too long to read the answer");
        nap(c, deadline_ns);
    }
}

static bo_status send_bytes(bo_http_stream *stream, bo_str bytes, uint64_t deadline_ns) {
    bo_call *c = (bo_call *)stream;
    if (!c->response.begun) BO_TRY(begin(c));
    if (c->request.method == BO_HEAD) return bo_fail(BO_CANCELLED, "a HEAD has its head");
    pthread_mutex_lock(&c->lock);
    bo_status status = put_all(c, bytes, deadline_ns);
    pthread_mutex_unlock(&c->lock);
    return status;
}

/* A suspended connection is not polled, so the socket itself is asked. A client that closes only its sending
 * half counts as gone, as with other servers. */
static bool has_hung_up(MHD_socket socket) {
    struct pollfd one = {.fd = socket, .events = POLLRDHUP};
    return poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static bool is_abandoned(bo_http_stream *stream) {
    bo_call *c = (bo_call *)stream;
    uint64_t now = now_ns();
    if (atomic_load(&c->server->stopping)) return true;
    if (now - c->looked_ns < LOOK_MS * 1000000u) return false;
    c->looked_ns = now;
    pthread_mutex_lock(&c->lock); /* while it is held, the connection can't close the socket */
    bool gone = c->gone || has_hung_up(c->socket);
    pthread_mutex_unlock(&c->lock);
    return gone;
}

void bo_call_stream_init(bo_call *c) {
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->moved, &steady);
    pthread_condattr_destroy(&steady);
    c->stream = (bo_http_stream){send_bytes, is_abandoned};
    c->response.stream = &c->stream;
}

void bo_call_stream_end(bo_call *c) {
    pthread_mutex_lock(&c->lock);
    c->finished = true;
    unpark(c);
    pthread_mutex_unlock(&c->lock);
}

void bo_call_stream_done(bo_call *c) {
    pthread_cond_destroy(&c->moved);
    pthread_mutex_destroy(&c->lock);
    free(c->ring);
}
