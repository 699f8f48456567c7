/* SPDX-License-Identifier: Apache-2.0
 * A small simulated network for one sending node: hosts with actors, whose inboxes answer what the test says
 * and remember what they took; a clock that only the test moves; chance from a seed.
 */
#ifndef BO_TESTS_PEERS_H
#define BO_TESTS_PEERS_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bocage/json.h"
#include "net/net.h"

enum { PEERS_MAX = 8, TAKEN_MAX = 4096 };

typedef struct taken {
    unsigned peer;
    int64_t at_ms;
    char inbox[64], id[96]; /* of the activity */
} taken;

typedef struct peer {
    bool is_down;                        /* can't be reached */
    int status;                          /* of its inboxes; 0: 202 */
    int actor_status;                    /* of its actors; 0: 200 */
    const char *inbox;                   /* the path of all its actors' inboxes; NULL: one each */
    const char *shared;                  /* the path of its shared inbox; NULL: none */
    const char *refuses;                 /* inboxes with this in their path answer `status`, the others 202 */
    const char *wait;                    /* Retry-After */
    const char *pem;                     /* the public key of all its actors */
    bool wants_rfc9421;                  /* answers 401 to what is signed otherwise, or not at all */
    const char *id, *media_type, *moved; /* what its documents call themselves, are, and where they end up */
    unsigned tries;                      /* POSTs, also those that failed */
    unsigned asked;                      /* GETs */
} peer;

typedef struct world {
    bo_net net; /* first */
    bo_clock clock;
    bo_rng rng;
    int64_t now_ms;
    uint64_t seed;
    peer peers[PEERS_MAX]; /* number n is https://n.example */
    taken taken[TAKEN_MAX];
    unsigned taken_len;
    unsigned dies_after; /* takes so many, and the process is gone before it hears of the last; 0: never */
} world;

static int64_t world_wall(void *context) {
    return ((world *)context)->now_ms;
}
static uint64_t world_steady(void *context) {
    return (uint64_t)((world *)context)->now_ms * 1000000;
}
static void world_fill(void *context, void *out, size_t len) {
    world *w = context;
    for (size_t i = 0; i < len; i++) {
        w->seed ^= w->seed << 13, w->seed ^= w->seed >> 7, w->seed ^= w->seed << 17;
        ((unsigned char *)out)[i] = (unsigned char)(w->seed >> 24);
    }
}

static inline bo_str peer_iri(unsigned number, const char *path, bo_arena *arena) {
    return bo_arena_printf(arena, "https://%u.example%s", number, path);
}

static bo_status peer_actor(const peer *p, const bo_fetch *request, bo_http_response *response,
                            bo_arena *arena) {
    bo_str host = bo_str_head(request->url, sizeof "https://n.example" - 1);
    bo_str inbox = p->inbox ? bo_arena_join(arena, host, bo_str_of(p->inbox))
                            : bo_arena_join(arena, request->url, BO_STR("/inbox"));
    bo_str shared = p->shared ? bo_arena_printf(arena, ",\"endpoints\":{\"sharedInbox\":\"%.*s%s\"}",
                                                BO_STR_ARG(host), p->shared)
                              : BO_STR("");
    response->status = p->actor_status ? p->actor_status : 200;
    bo_headers_add(&response->headers, BO_STR("Content-Type"),
                   p->media_type ? bo_str_of(p->media_type) : BO_STR("application/activity+json"));
    bo_str id = p->id ? bo_str_of(p->id) : request->url;
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_printf(&text, "{\"id\":\"%.*s\",\"type\":\"Person\",\"inbox\":\"%.*s\"%.*s", BO_STR_ARG(id),
                   BO_STR_ARG(inbox), BO_STR_ARG(shared));
    if (p->pem != NULL) {
        bo_text_printf(&text, ",\"publicKey\":{\"id\":\"%.*s#main-key\",\"owner\":\"%.*s\",\"publicKeyPem\":",
                       BO_STR_ARG(id), BO_STR_ARG(id));
        bo_json_write_string(&text, bo_str_of(p->pem));
        bo_text_char(&text, '}');
    }
    bo_text_char(&text, '}');
    response->body = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return BO_OK;
}

static void take(world *w, unsigned number, const bo_fetch *request, bo_arena *arena) {
    bo_json *activity;
    ck_assert_uint_lt(w->taken_len, TAKEN_MAX);
    taken *t = &w->taken[w->taken_len++];
    *t = (taken){.peer = number, .at_ms = w->now_ms};
    ck_assert_int_eq(bo_json_parse(&activity, request->body, NULL, arena), BO_OK);
    snprintf(t->inbox, sizeof t->inbox, "%.*s", BO_STR_ARG(bo_str_from(request->url, 17)));
    snprintf(t->id, sizeof t->id, "%.*s", BO_STR_ARG(bo_json_get_string(activity, BO_STR("id"))));
    if (w->dies_after > 0 && w->taken_len >= w->dies_after) _Exit(0);
}

static bo_status world_fetch(bo_net *net, const bo_fetch *request, bo_http_response *response,
                             bo_str *final_url, bo_arena *arena) {
    world *w = (world *)net;
    unsigned number = (unsigned)(request->url.ptr[8] - '0');
    ck_assert_uint_lt(number, PEERS_MAX);
    peer *p = &w->peers[number];
    *response = (bo_http_response){.status = 202};
    bo_headers_init(&response->headers, arena);
    if (final_url != NULL) *final_url = request->url;
    p->tries += request->method == BO_POST;
    p->asked += request->method == BO_GET;
    if (p->is_down) return bo_fail(BO_PEER, "%.*s can't be reached", BO_STR_ARG(request->url));
    if (p->wants_rfc9421 && bo_headers_get(&request->headers, BO_STR("Signature-Input")).ptr == NULL)
        return response->status = 401, BO_OK;
    if (request->method == BO_GET && p->moved != NULL && final_url != NULL) *final_url = bo_str_of(p->moved);
    if (request->method == BO_GET) return peer_actor(p, request, response, arena);
    bool refuses =
        p->status != 0 &&
        (p->refuses == NULL || bo_str_find_str(request->url, bo_str_of(p->refuses)) < request->url.len);
    if (refuses) response->status = p->status;
    if (p->wait != NULL) bo_headers_add(&response->headers, BO_STR("Retry-After"), bo_str_of(p->wait));
    if (response->status < 300) take(w, number, request, arena);
    return BO_OK;
}

static inline void world_begin(world *w) {
    *w = (world){.net = {.fetch = world_fetch}, .now_ms = INT64_C(1795000000000), .seed = 88172645463325252u};
    w->clock = (bo_clock){world_wall, world_steady, w};
    w->rng = (bo_rng){world_fill, w};
}

/* How often a peer has taken activities, and whether it took these in this order, each once. */
static inline unsigned taken_by(const world *w, unsigned peer) {
    unsigned count = 0;
    for (unsigned i = 0; i < w->taken_len; i++) count += w->taken[i].peer == peer;
    return count;
}

static inline void assert_taken(const world *w, unsigned peer, const bo_str *ids, unsigned count) {
    unsigned at = 0;
    for (unsigned i = 0; i < w->taken_len; i++) {
        if (w->taken[i].peer != peer) continue;
        ck_assert_uint_lt(at, count);
        ck_assert_msg(bo_str_eq(bo_str_of(w->taken[i].id), ids[at]), "number %u at peer %u is %s, not %.*s",
                      at, peer, w->taken[i].id, BO_STR_ARG(ids[at]));
        at++;
    }
    ck_assert_msg(at == count, "peer %u has %u of %u", peer, at, count);
}

#endif
