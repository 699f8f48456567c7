/* SPDX-License-Identifier: Apache-2.0 */
#include "server/socket.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

#include "base/log.h"

enum { MESSAGE_CAP = 4096 }; /* of what a client sends */

typedef struct one {
    struct one *next;
    MHD_socket fd;
    struct MHD_UpgradeResponseHandle *handle;
    wslay_event_context_ptr frames;
    char channel[40];
    int64_t end_ms;
    uint64_t heard_ns; /* when it last said something */
    bool pinged, over;
    size_t extra_at, extra_len;
    char extra[]; /* bytes that came with the request */
} one;

/* A message on its way to the thread; len 0: the channel is over. */
typedef struct letter {
    struct letter *next;
    char channel[40];
    size_t len;
    char text[];
} letter;

struct bo_sockets {
    bo_sockets_options options;
    pthread_t thread;
    int bell; /* rung when something below has changed */
    one *all; /* the thread's own */
    size_t count;
    pthread_mutex_t lock;
    one *arrived;
    letter *first, *last;
    bool stopping, started;
};

static void ring(bo_sockets *sockets) {
    uint64_t once = 1;
    ssize_t written = write(sockets->bell, &once, sizeof once);
    (void)written; /* full means that it rings already */
}

static void copy_channel(char room[40], bo_str channel) {
    size_t len = channel.len < 39 ? channel.len : 39;
    memcpy(room, channel.ptr, len);
    room[len] = '\0';
}

/* What wslay calls. */

static ssize_t receive(wslay_event_context_ptr frames, uint8_t *out, size_t most, int flags, void *user) {
    one *s = user;
    (void)flags;
    if (s->extra_at < s->extra_len) {
        size_t len = s->extra_len - s->extra_at < most ? s->extra_len - s->extra_at : most;
        memcpy(out, s->extra + s->extra_at, len);
        s->extra_at += len;
        return (ssize_t)len;
    }
    ssize_t got = recv(s->fd, out, most, MSG_DONTWAIT);
    if (got > 0) return got;
    bool wait = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    wslay_event_set_error(frames, wait ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static ssize_t transmit(wslay_event_context_ptr frames, const uint8_t *bytes, size_t len, int flags,
                        void *user) {
    one *s = user;
    (void)flags;
    ssize_t sent = send(s->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    bool wait = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    wslay_event_set_error(frames, wait ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static const struct wslay_event_callbacks callbacks = {.recv_callback = receive, .send_callback = transmit};

/* Coming and going. */

static void let_go(one *s) {
    wslay_event_context_free(s->frames);
    MHD_upgrade_action(s->handle, MHD_UPGRADE_ACTION_CLOSE);
    free(s);
}

void bo_sockets_add(bo_sockets *sockets, const bo_http_socket *what, MHD_socket fd,
                    struct MHD_UpgradeResponseHandle *handle, bo_str extra) {
    one *s = calloc(1, sizeof *s + extra.len);
    if (s == NULL || wslay_event_context_server_init(&s->frames, &callbacks, s) != 0) {
        free(s);
        MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
        return;
    }
    s->fd = fd;
    s->handle = handle;
    s->end_ms = what->end_ms;
    s->heard_ns = bo_clock_steady_ns(sockets->options.clock);
    s->extra_len = extra.len;
    copy_channel(s->channel, what->channel);
    if (extra.len > 0) memcpy(s->extra, extra.ptr, extra.len);
    wslay_event_config_set_max_recv_msg_length(s->frames, MESSAGE_CAP);
    pthread_mutex_lock(&sockets->lock);
    bool stopping = sockets->stopping;
    if (!stopping) {
        s->next = sockets->arrived;
        sockets->arrived = s;
    }
    pthread_mutex_unlock(&sockets->lock);
    if (stopping)
        let_go(s);
    else
        ring(sockets);
}

static void say_goodbye(one *s, uint16_t why) {
    wslay_event_queue_close(s->frames, why, NULL, 0);
    if (wslay_event_send(s->frames) != 0) s->over = true;
}

void bo_sockets_push(void *context, bo_str channel, bo_str message) {
    bo_sockets *sockets = context;
    letter *l = calloc(1, sizeof *l + message.len);
    if (l == NULL || channel.len == 0) {
        free(l);
        return;
    }
    copy_channel(l->channel, channel);
    l->len = message.len;
    if (message.len > 0) memcpy(l->text, message.ptr, message.len);
    pthread_mutex_lock(&sockets->lock);
    if (sockets->last != NULL)
        sockets->last->next = l;
    else
        sockets->first = l;
    sockets->last = l;
    pthread_mutex_unlock(&sockets->lock);
    ring(sockets);
}

/* The thread. */

static void hand_out(bo_sockets *sockets, const letter *l) {
    struct wslay_event_msg message = {WSLAY_TEXT_FRAME, (const uint8_t *)l->text, l->len};
    for (one *s = sockets->all; s != NULL; s = s->next) {
        if (strcmp(s->channel, l->channel) != 0) continue;
        if (l->len == 0)
            say_goodbye(s, WSLAY_CODE_NORMAL_CLOSURE);
        else if (wslay_event_queue_msg(s->frames, &message) != 0 ||
                 wslay_event_get_queued_msg_length(s->frames) > sockets->options.queue_cap)
            s->over = true; /* it does not keep up */
    }
}

static bool take_in(bo_sockets *sockets) {
    uint64_t rung;
    ssize_t got = read(sockets->bell, &rung, sizeof rung);
    (void)got;
    pthread_mutex_lock(&sockets->lock);
    one *arrived = sockets->arrived;
    letter *letters = sockets->first;
    sockets->arrived = NULL;
    sockets->first = sockets->last = NULL;
    bool go_on = !sockets->stopping;
    pthread_mutex_unlock(&sockets->lock);
    for (one *s = arrived, *next; s != NULL; s = next) {
        next = s->next;
        s->next = sockets->all;
        sockets->all = s;
        sockets->count++;
    }
    for (letter *l = letters, *next; l != NULL; l = next) {
        next = l->next;
        hand_out(sockets, l);
        free(l);
    }
    return go_on;
}

/* Its time may be over, or it may have been silent for too long. */
static void look_at_time(const bo_sockets *sockets, one *s) {
    uint64_t silent_ms = (bo_clock_steady_ns(sockets->options.clock) - s->heard_ns) / 1000000;
    bool ended = bo_clock_wall_ms(sockets->options.clock) >= s->end_ms;
    struct wslay_event_msg ping = {WSLAY_PING, NULL, 0};
    if (ended) say_goodbye(s, WSLAY_CODE_GOING_AWAY);
    if (ended || silent_ms >= sockets->options.idle_ms) {
        s->over = true;
    } else if (!s->pinged && silent_ms >= sockets->options.idle_ms / 2) {
        s->pinged = wslay_event_queue_msg(s->frames, &ping) == 0;
    }
}

static void exchange(const bo_sockets *sockets, one *s, short events) {
    if ((events & POLLIN) != 0 || s->extra_at < s->extra_len) {
        s->heard_ns = bo_clock_steady_ns(sockets->options.clock);
        s->pinged = false;
        if (wslay_event_recv(s->frames) != 0) s->over = true;
    }
    if (!s->over && wslay_event_want_write(s->frames) && wslay_event_send(s->frames) != 0) s->over = true;
    bool done = !wslay_event_want_read(s->frames) && !wslay_event_want_write(s->frames);
    if (done || (events & (POLLERR | POLLHUP | POLLNVAL)) != 0) s->over = true;
}

static void drop_those_over(bo_sockets *sockets) {
    for (one **at = &sockets->all; *at != NULL;) {
        one *s = *at;
        if (!s->over) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        sockets->count--;
        let_go(s);
    }
}

static void wait_for_any(bo_sockets *sockets, struct pollfd *list) {
    enum { LOOK_MS = 1000 };
    uint64_t half = sockets->options.idle_ms / 2;
    size_t len = 1;
    list[0] = (struct pollfd){.fd = sockets->bell, .events = POLLIN};
    for (one *s = sockets->all; s != NULL; s = s->next)
        list[len++] = (struct pollfd){
            .fd = s->fd, .events = (short)(POLLIN | (wslay_event_want_write(s->frames) ? POLLOUT : 0))};
    poll(list, len, half < LOOK_MS ? (int)half + 1 : LOOK_MS);
    len = 1;
    for (one *s = sockets->all; s != NULL; s = s->next) {
        exchange(sockets, s, list[len++].revents);
        if (!s->over) look_at_time(sockets, s);
    }
}

static void *run(void *context) {
    bo_sockets *sockets = context;
    struct pollfd *list = NULL;
    for (size_t room = 0; take_in(sockets);) {
        drop_those_over(sockets);
        if (sockets->count + 1 > room) {
            struct pollfd *more = realloc(list, (sockets->count + 16) * sizeof *list);
            if (more == NULL) {
                bo_log(BO_LOG_ERROR, "sockets", "text=\"memory ran out\"");
                break;
            }
            list = more;
            room = sockets->count + 16;
        }
        wait_for_any(sockets, list);
    }
    free(list);
    return NULL;
}

bo_status bo_sockets_new(bo_sockets **out, const bo_sockets_options *options) {
    bo_sockets *sockets = calloc(1, sizeof *sockets);
    if (sockets == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    sockets->options = *options;
    pthread_mutex_init(&sockets->lock, NULL);
    sockets->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    sockets->started = sockets->bell >= 0 && pthread_create(&sockets->thread, NULL, run, sockets) == 0;
    if (sockets->started) {
        *out = sockets;
        return BO_OK;
    }
    bo_sockets_free(sockets);
    return bo_fail(BO_NO_MEMORY, "no thread for WebSockets can be had");
}

void bo_sockets_stop(bo_sockets *sockets) {
    if (sockets == NULL || !sockets->started) return;
    pthread_mutex_lock(&sockets->lock);
    sockets->stopping = true;
    pthread_mutex_unlock(&sockets->lock);
    ring(sockets);
    pthread_join(sockets->thread, NULL);
    sockets->started = false;
    take_in(sockets);
    for (one *s = sockets->all; s != NULL; s = s->next) {
        say_goodbye(s, WSLAY_CODE_GOING_AWAY);
        s->over = true;
    }
    drop_those_over(sockets);
}

void bo_sockets_free(bo_sockets *sockets) {
    if (sockets == NULL) return;
    if (sockets->bell >= 0) close(sockets->bell);
    pthread_mutex_destroy(&sockets->lock);
    free(sockets);
}
