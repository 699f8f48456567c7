/* SPDX-License-Identifier: Apache-2.0
 * The Solid Notifications Protocol 0.2: the storage description, the subscription services for
 * WebSocketChannel2023 and WebhookChannel2023, and their channels. SemApps' clients read `notify:topic` where
 * Solid's read `topic`: answers say both, which means the same.
 */
#include "ap/channel.h"
#include "bocage/iri.h"
#include "crypto/crypto.h"
#include "rdf/vocab.h"
#include "rdf/xsd.h"
#include "web/exchange.h"

#define ROOM "/.notifications/"
#define SOCKET "/socket/"
#define MESSAGES "application/ld+json" /* what messages are */

static bo_str service_iri(const bo_exchange *e, bo_channel_type type) {
    return bo_arena_printf(e->arena, "%.*s" ROOM "%.*s", BO_STR_ARG(e->app->base_url),
                           BO_STR_ARG(bo_channel_type_names[type]));
}

/* What an address below /.notifications is about. */
typedef struct place {
    bo_channel_type type;
    bo_str id;      /* empty: the subscription service itself */
    bool is_socket; /* where a channel is listened to */
} place;

static bo_status read_place(const bo_exchange *e, place *out) {
    bo_str rest = bo_str_from(e->path, sizeof ROOM - 1);
    for (unsigned type = 0; type < BO_CHANNEL_TYPES; type++) {
        bo_str name = bo_channel_type_names[type], socket = BO_STR(SOCKET);
        if (!bo_str_starts(rest, name)) continue;
        bo_str below = bo_str_from(rest, name.len);
        *out = (place){.type = (bo_channel_type)type};
        out->is_socket = type == BO_CHANNEL_WEBSOCKET && bo_str_starts(below, socket);
        out->id = bo_str_from(below, out->is_socket ? socket.len : 1);
        if (below.len == 0 || below.ptr[0] == '/') return BO_OK;
    }
    return bo_fail(BO_NOT_FOUND, "there are " ROOM "WebSocketChannel2023 and " ROOM "WebhookChannel2023");
}

/* Descriptions. */

static bo_status say(bo_graph *graph, bo_str subject, bo_str predicate, bo_term object) {
    bo_quad quad = {bo_term_iri(subject), bo_term_iri(predicate), object, {0}};
    return bo_graph_add(graph, &quad);
}

static bo_status say_storage(bo_exchange *e, bo_graph *graph, const place *at) {
    (void)at;
    BO_TRY(
        say(graph, e->app->root, BO_RDF_TYPE, bo_term_iri(BO_STR("http://www.w3.org/ns/pim/space#Storage"))));
    for (unsigned type = 0; type < BO_CHANNEL_TYPES; type++)
        BO_TRY(say(graph, e->app->root, BO_NOTIFY_SUBSCRIPTION, bo_term_iri(service_iri(e, type))));
    return BO_OK;
}

static bo_status say_service(bo_exchange *e, bo_graph *graph, const place *at) {
    bo_str type = bo_arena_join(e->arena, BO_STR(BO_NOTIFY_NS), bo_channel_type_names[at->type]);
    bo_str service = service_iri(e, at->type);
    BO_TRY(say(graph, service, BO_NOTIFY_CHANNEL_TYPE, bo_term_iri(type)));
    static const char *const features[] = {BO_NOTIFY_NS "startAt", BO_NOTIFY_NS "endAt", BO_NOTIFY_NS "rate",
                                           BO_NOTIFY_NS "accept", BO_NOTIFY_NS "state"};
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        BO_TRY(say(graph, service, BO_NOTIFY_FEATURE, bo_term_iri(bo_str_of(features[i]))));
    return BO_OK;
}

static bo_status describe(bo_exchange *e, bo_status (*say_all)(bo_exchange *, bo_graph *, const place *),
                          const place *at, bo_str focus) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = say_all(e, graph, at);
    if (status == BO_OK) status = bo_respond_graph(e, 200, bo_graph_source(graph), focus);
    bo_graph_free(graph);
    return status;
}

bo_status bo_get_solid(bo_exchange *e) {
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("public, max-age=3600"));
    return describe(e, say_storage, NULL, e->app->root);
}

/* Channels as answers. */

static void put_twice(bo_json_writer *json, const bo_exchange *e, const char *name, bo_str value) {
    if (value.len == 0) return;
    bo_json_member_string(json, bo_str_of(name), value);
    bo_json_member_string(json, bo_arena_join(e->arena, BO_STR("notify:"), bo_str_of(name)), value);
}

/* "ws://host/.notifications/WebSocketChannel2023/socket/<id>" */
static bo_str socket_iri(const bo_exchange *e, const bo_channel *c) {
    if (c->type != BO_CHANNEL_WEBSOCKET) return BO_STR_NONE;
    bo_str rest = bo_str_from(service_iri(e, c->type), 4); /* behind "http" */
    return bo_arena_printf(e->arena, "ws%.*s" SOCKET "%.*s", BO_STR_ARG(rest), BO_STR_ARG(c->id));
}

/* A rate as xsd:duration. */
static bo_str rate_text(char room[BO_XSD_ROOM], int64_t ms) {
    return bo_duration_write(room, BO_DT_DAY_TIME_DURATION,
                             (bo_duration){.seconds = ms / 1000, .nanos = (int32_t)(ms % 1000) * 1000000});
}

static bo_status give_channel(bo_exchange *e, int http, const bo_channel *c) {
    char start[32], end[32], rate[BO_XSD_ROOM];
    bo_text text;
    bo_json_writer json;
    bo_str iri =
        bo_arena_printf(e->arena, "%.*s/%.*s", BO_STR_ARG(service_iri(e, c->type)), BO_STR_ARG(c->id));
    bo_time_rfc3339(start, c->start_ms);
    bo_time_rfc3339(end, c->end_ms);
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("@context"));
    bo_json_put_raw(&json, BO_STR("[\"https://www.w3.org/ns/solid/notification/v1\","
                                  "{\"notify\":\"" BO_NOTIFY_NS "\"}]"));
    bo_json_member_string(&json, BO_STR("id"), iri);
    bo_json_member_string(&json, BO_STR("type"), bo_channel_type_names[c->type]);
    put_twice(&json, e, "topic", c->topic);
    put_twice(&json, e, "sendTo", c->send_to);
    put_twice(&json, e, "receiveFrom", socket_iri(e, c));
    if (c->start_ms > 0) put_twice(&json, e, "startAt", bo_str_of(start));
    put_twice(&json, e, "endAt", bo_str_of(end));
    if (c->rate_ms > 0) put_twice(&json, e, "rate", rate_text(rate, c->rate_ms));
    put_twice(&json, e, "accept", BO_STR(MESSAGES));
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, http, BO_STR("application/ld+json"), &text);
    bo_text_done(&text);
    if (http == 201) bo_respond_header(e, BO_STR("Location"), iri);
    return status;
}

/* Subscribing. */

/* A member by its name in Solid's context, or in SemApps'. */
static bo_str member(const bo_exchange *e, const bo_json *body, const char *name) {
    bo_str prefixed = bo_arena_join(e->arena, BO_STR("notify:"), bo_str_of(name));
    const bo_json *value = bo_json_get(body, bo_str_of(name));
    if (value == NULL) value = bo_json_get(body, prefixed);
    if (bo_json_is(value, BO_JSON_OBJECT)) value = bo_json_get(value, BO_STR("id"));
    return bo_json_string(value);
}

static bool names_type(const bo_json *body, bo_str name) {
    const bo_json *type = bo_json_get(body, BO_STR("type"));
    if (type == NULL) type = bo_json_get(body, BO_STR("@type"));
    if (bo_json_is(type, BO_JSON_ARRAY)) type = bo_json_at(type, 0);
    return bo_str_ends(bo_json_string(type), name);
}

static bo_status read_time(const bo_exchange *e, const bo_json *body, const char *name, int64_t *out) {
    bo_str text = member(e, body, name);
    if (text.ptr == NULL || bo_time_parse_rfc3339(out, text) == BO_OK) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: '%.*s' is no time like 2026-11-25T12:00:00Z", name,
                   BO_STR_BRIEF(text));
}

/* From when to when a channel is told. */
static bo_status read_times(const bo_exchange *e, const bo_json *body, bo_channel *out) {
    int64_t now = bo_clock_wall_ms(e->app->options.clock);
    int64_t longest = now + (int64_t)e->app->options.channel_life_ms;
    out->end_ms = longest;
    BO_TRY(read_time(e, body, "startAt", &out->start_ms));
    BO_TRY(read_time(e, body, "endAt", &out->end_ms));
    if (out->end_ms <= now) return bo_fail(BO_BAD_ARGUMENT, "endAt: that time is over");
    if (out->end_ms > longest) out->end_ms = longest;
    if (out->start_ms < out->end_ms) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "startAt: the channel would end before, and it may last %llu s at most",
                   (unsigned long long)e->app->options.channel_life_ms / 1000);
}

static bo_status read_rate(const bo_exchange *e, const bo_json *body, int64_t *out) {
    bo_duration rate;
    bo_str text = member(e, body, "rate");
    const int64_t most_s = (int64_t)(e->app->options.channel_life_ms / 1000);
    if (text.ptr == NULL) return BO_OK;
    if (!bo_duration_parse(&rate, BO_DT_DAY_TIME_DURATION, text) || rate.seconds < 0 || rate.nanos < 0)
        return bo_fail(BO_BAD_ARGUMENT, "rate: '%.*s' is no time between two messages like PT10S",
                       BO_STR_BRIEF(text));
    if (rate.seconds > most_s)
        return bo_fail(BO_BAD_ARGUMENT, "rate: no channel is open for longer than %lld s", (long long)most_s);
    *out = rate.seconds * 1000 + rate.nanos / 1000000;
    return BO_OK;
}

static bo_status check_accept(const bo_exchange *e, const bo_json *body) {
    const bo_str offers[] = {BO_STR(MESSAGES), BO_STR("application/activity+json"),
                             BO_STR("application/json")};
    bo_str text = member(e, body, "accept");
    if (text.ptr == NULL || bo_http_accept(text, offers, sizeof offers / sizeof *offers) >= 0) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "accept: messages are " MESSAGES ", not '%.*s'", BO_STR_BRIEF(text));
}

static bo_status check_hook(const bo_exchange *e, bo_str url) {
    bo_iri_parts parts = bo_iri_split(url);
    bool plain = e->app->options.allow_insecure_peers && bo_str_eq(parts.scheme, BO_STR("http"));
    bool good = (plain || bo_str_eq(parts.scheme, BO_STR("https"))) && parts.authority.len > 0;
    BO_TRY(bo_need_account(e));
    return good && url.len <= 2048
               ? BO_OK
               : bo_fail(BO_BAD_ARGUMENT, "sendTo: '%.*s' is no address like https://example.org/hook",
                         BO_STR_ARG(url));
}

static bo_status read_channel(const bo_exchange *e, bo_channel *out, const place *at) {
    bo_json *body;
    char uuid[37];
    BO_TRY(bo_json_parse(&body, e->request->body, NULL, e->arena));
    if (!bo_json_is(body, BO_JSON_OBJECT) || !names_type(body, bo_channel_type_names[at->type]))
        return bo_fail(BO_BAD_ARGUMENT, "type: a channel of this service is a %.*s",
                       BO_STR_ARG(bo_channel_type_names[at->type]));
    bo_rng_uuid(uuid, e->app->options.rng);
    *out = (bo_channel){.type = at->type,
                        .id = bo_arena_str(e->arena, bo_str_of(uuid)),
                        .topic = member(e, body, "topic"),
                        .webid = e->asker.webid,
                        .counted = e->asker.webid.len > 0 ? e->asker.webid : e->request->peer,
                        .backlog = (int64_t)e->app->options.channel_backlog};
    if (out->topic.len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "topic: say which resource or container to hear of");
    BO_TRY(read_times(e, body, out));
    BO_TRY(read_rate(e, body, &out->rate_ms));
    BO_TRY(check_accept(e, body));
    if (at->type != BO_CHANNEL_WEBHOOK) return BO_OK;
    out->send_to = member(e, body, "sendTo");
    return check_hook(e, out->send_to);
}

static bo_status subscribe(bo_exchange *e, const bo_channel *c, bo_txn *txn) {
    bo_ldp_record record;
    bo_modes modes;
    bo_channel_caps caps = {e->app->options.channels, e->app->options.channels_per_account};
    bo_status status = bo_ldp_find(txn, &record, c->topic, e->arena);
    bool gone = status == BO_NOT_FOUND || (status == BO_OK && record.kind == BO_KIND_TOMBSTONE);
    if (gone) return bo_fail(BO_BAD_ARGUMENT, "topic: there is nothing at %.*s", BO_STR_ARG(c->topic));
    BO_TRY(status);
    BO_TRY(bo_exchange_modes(e, &modes, txn, c->topic));
    BO_TRY(bo_wac_require(&e->asker, modes, BO_MODE_READ));
    return bo_channel_add(txn, c, &caps, bo_clock_wall_ms(e->app->options.clock), e->arena);
}

bo_status bo_post_channel(bo_exchange *e) {
    place at;
    bo_txn *txn;
    bo_channel c;
    BO_TRY(read_place(e, &at));
    if (at.id.len > 0) return bo_fail(BO_METHOD, "channels are made by a POST to their service");
    BO_TRY(read_channel(e, &c, &at));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = subscribe(e, &c, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    return give_channel(e, 201, &c);
}

/* Looking, listening, ending. */

static bo_status find(const bo_exchange *e, bo_channel *out, const place *at) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_channel_find(txn, out, at->id, bo_clock_wall_ms(e->app->options.clock), e->arena);
    bo_txn_abort(txn);
    if (status == BO_OK && out->type != at->type)
        return bo_fail(BO_NOT_FOUND, "there is no such channel: it is of another type");
    return status;
}

/* An account's channel is the account's; a stranger's is whose address one knows. */
static bo_status need_owner(const bo_exchange *e, const bo_channel *c) {
    if (c->webid.len == 0 || e->asker.is_admin || bo_str_eq(c->webid, e->asker.webid)) return BO_OK;
    return bo_wac_require(&e->asker, 0, BO_MODE_CONTROL);
}

/* The opening handshake (RFC 6455 section 4.2). */
static bo_status open_socket(bo_exchange *e, const bo_channel *c) {
    unsigned char digest[20];
    bo_str key = bo_str_trim(bo_request_header(e, "Sec-WebSocket-Key"));
    bo_str version = bo_str_trim(bo_request_header(e, "Sec-WebSocket-Version"));
    if (!bo_str_eq_nocase(bo_request_header(e, "Upgrade"), BO_STR("websocket")) || key.len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "this is listened to by a WebSocket");
    if (!bo_str_eq(version, BO_STR("13"))) {
        bo_respond_header(e, BO_STR("Sec-WebSocket-Version"), BO_STR("13"));
        bo_respond(e, 426);
        return BO_OK;
    }
    bo_sha1(digest, bo_arena_join(e->arena, key, BO_STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    bo_http_socket *socket = BO_NEW(e->arena, bo_http_socket);
    if (socket == NULL) return bo_error_last()->status;
    *socket = (bo_http_socket){c->id, c->end_ms};
    e->response->socket = socket;
    bo_respond(e, 101);
    bo_respond_header(e, BO_STR("Upgrade"), BO_STR("websocket"));
    bo_respond_header(e, BO_STR("Sec-WebSocket-Accept"),
                      bo_base64(bo_str_make((const char *)digest, sizeof digest), e->arena));
    return BO_OK;
}

bo_status bo_get_channel(bo_exchange *e) {
    place at;
    bo_channel c;
    BO_TRY(read_place(e, &at));
    if (at.id.len == 0 && !at.is_socket) return describe(e, say_service, &at, service_iri(e, at.type));
    BO_TRY(find(e, &c, &at));
    if (at.is_socket) return open_socket(e, &c);
    BO_TRY(need_owner(e, &c));
    return give_channel(e, 200, &c);
}

bo_status bo_delete_channel(bo_exchange *e) {
    place at;
    bo_channel c;
    bo_txn *txn;
    BO_TRY(read_place(e, &at));
    if (at.id.len == 0 || at.is_socket) return bo_fail(BO_METHOD, "only channels can be deleted here");
    BO_TRY(find(e, &c, &at));
    BO_TRY(need_owner(e, &c));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_channel_remove(txn, c.id, e->arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    bo_app_push(e->app, c.id, BO_STR_NONE);
    bo_respond(e, 204);
    return BO_OK;
}
