/* SPDX-License-Identifier: Apache-2.0
 * Channels as rows: "c" and the id leads to the channel; "t" or "b", a hash of the topic or of the one it
 * counts for, and the id, leads to nothing more.
 */
#include "ap/channel.h"

#include <inttypes.h>

#include "auth/auth.h"
#include "rdf/vocab.h"

const bo_str bo_channel_type_names[BO_CHANNEL_TYPES] = {
    [BO_CHANNEL_WEBSOCKET] = {"WebSocketChannel2023", 20}, [BO_CHANNEL_WEBHOOK] = {"WebhookChannel2023", 18}};

enum { ID_LEN = 36 };

static bo_str row_of(bo_str id, bo_arena *arena) {
    return bo_arena_join(arena, BO_STR("c"), id);
}

static bo_str index_of(char kind, bo_str name, bo_arena *arena) {
    return bo_arena_printf(arena, "%c%016" PRIx64, kind, bo_str_hash(name));
}

static bo_str indexed(char kind, bo_str name, bo_str id, bo_arena *arena) {
    return bo_arena_join(arena, index_of(kind, name, arena), id);
}

bo_str bo_channel_queue(bo_str id, bo_arena *arena) {
    return bo_arena_join(arena, BO_STR("dhook "), id);
}

static bo_status write_row(bo_text *out, const bo_channel *c) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_i64(&json, BO_STR("type"), c->type);
    bo_json_member_string(&json, BO_STR("topic"), c->topic);
    bo_json_member_string(&json, BO_STR("sendTo"), c->send_to);
    bo_json_member_string(&json, BO_STR("webId"), c->webid);
    bo_json_member_string(&json, BO_STR("counted"), c->counted);
    bo_json_member_i64(&json, BO_STR("start"), c->start_ms);
    bo_json_member_i64(&json, BO_STR("end"), c->end_ms);
    bo_json_member_i64(&json, BO_STR("rate"), c->rate_ms);
    bo_json_member_i64(&json, BO_STR("quiet"), c->quiet_ms);
    bo_json_member_i64(&json, BO_STR("backlog"), c->backlog);
    bo_json_close(&json, BO_JSON_OBJECT);
    return bo_text_end(out);
}

static bo_status put_row(bo_txn *txn, const bo_channel *c, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = write_row(&text, c);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_CHANNEL, row_of(c->id, arena), bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status read_row(bo_channel *out, bo_str id, bo_str row, bo_arena *arena) {
    bo_json *json;
    int64_t type = 0;
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena));
    bo_json_integer(&type, bo_json_get(json, BO_STR("type")));
    *out = (bo_channel){.type = type == BO_CHANNEL_WEBHOOK ? BO_CHANNEL_WEBHOOK : BO_CHANNEL_WEBSOCKET,
                        .id = bo_arena_str(arena, id),
                        .topic = bo_json_get_string(json, BO_STR("topic")),
                        .send_to = bo_json_get_string(json, BO_STR("sendTo")),
                        .webid = bo_json_get_string(json, BO_STR("webId")),
                        .counted = bo_json_get_string(json, BO_STR("counted"))};
    bo_json_integer(&out->start_ms, bo_json_get(json, BO_STR("start")));
    bo_json_integer(&out->end_ms, bo_json_get(json, BO_STR("end")));
    bo_json_integer(&out->rate_ms, bo_json_get(json, BO_STR("rate")));
    bo_json_integer(&out->quiet_ms, bo_json_get(json, BO_STR("quiet")));
    bo_json_integer(&out->backlog, bo_json_get(json, BO_STR("backlog")));
    return BO_OK;
}

static bo_status read_channel(bo_txn *txn, bo_channel *out, bo_str id, bo_arena *arena) {
    bo_str row;
    bo_status status =
        id.len == ID_LEN ? bo_row_get(txn, BO_TABLE_CHANNEL, row_of(id, arena), &row) : BO_NOT_FOUND;
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "there is no such channel: it may have ended");
    BO_TRY(status);
    return read_row(out, id, row, arena);
}

bo_status bo_channel_find(bo_txn *txn, bo_channel *out, bo_str id, int64_t now_ms, bo_arena *arena) {
    BO_TRY(read_channel(txn, out, id, arena));
    return out->end_ms > now_ms ? BO_OK : bo_fail(BO_NOT_FOUND, "the channel has ended");
}

/* Keys of rows, gathered since a walk must not write. */
typedef struct keys {
    bo_str *items;
    size_t len, most;
    bo_arena *arena;
} keys;

static bo_status take_key(void *context, bo_str key, bo_str value) {
    keys *k = context;
    (void)value;
    if (k->len == k->most) return BO_CANCELLED;
    k->items = bo_arena_grow(k->arena, k->items, k->len * sizeof key, (k->len + 1) * sizeof key);
    if (k->items == NULL) return bo_error_last()->status;
    k->items[k->len] = bo_arena_str(k->arena, key);
    return k->items[k->len++].ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status remove_all(bo_txn *txn, bo_table table, bo_str prefix, bo_arena *arena) {
    keys all = {.most = SIZE_MAX, .arena = arena};
    BO_TRY(bo_row_each(txn, table, prefix, BO_STR(""), take_key, &all));
    for (size_t i = 0; i < all.len; i++) BO_TRY(bo_row_del(txn, table, all.items[i]));
    return BO_OK;
}

static bo_status remove_one(bo_txn *txn, bo_table table, bo_str key) {
    bo_status status = bo_row_del(txn, table, key);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_channel_remove(bo_txn *txn, bo_str id, bo_arena *arena) {
    bo_channel c;
    bo_status status = read_channel(txn, &c, id, arena);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    bo_str queue = bo_channel_queue(id, arena);
    BO_TRY(remove_one(txn, BO_TABLE_CHANNEL, row_of(id, arena)));
    BO_TRY(remove_one(txn, BO_TABLE_CHANNEL, indexed('t', c.topic, id, arena)));
    BO_TRY(remove_one(txn, BO_TABLE_CHANNEL, indexed('b', c.counted, id, arena)));
    BO_TRY(remove_one(txn, BO_TABLE_PEER, bo_str_from(queue, 1)));
    return remove_all(txn, BO_TABLE_JOB, queue, arena);
}

/* How many there are with this prefix, those that have ended removed once it seems too many. */
static bo_status count(bo_txn *txn, uint64_t *out, bo_str prefix, uint64_t cap, int64_t now_ms,
                       bo_arena *arena) {
    keys all = {.most = cap, .arena = arena};
    bo_channel c;
    BO_TRY(bo_row_each(txn, BO_TABLE_CHANNEL, prefix, BO_STR(""), take_key, &all));
    *out = all.len;
    if (all.len < cap) return BO_OK;
    for (size_t i = 0; i < all.len; i++) {
        bo_str id = bo_str_from(all.items[i], all.items[i].len - ID_LEN);
        BO_TRY(read_channel(txn, &c, id, arena));
        if (c.end_ms > now_ms) continue;
        BO_TRY(bo_channel_remove(txn, id, arena));
        --*out;
    }
    return BO_OK;
}

bo_status bo_channel_add(bo_txn *txn, const bo_channel *c, const bo_channel_caps *caps, int64_t now_ms,
                         bo_arena *arena) {
    uint64_t there;
    BO_TRY(count(txn, &there, index_of('b', c->counted, arena), caps->of_one, now_ms, arena));
    if (there >= caps->of_one)
        return bo_fail(BO_THROTTLED, "one may have %" PRIu64 " channels open at once: end one first",
                       caps->of_one);
    BO_TRY(count(txn, &there, BO_STR("c"), caps->all, now_ms, arena));
    if (there >= caps->all)
        return bo_fail(BO_THROTTLED, "%" PRIu64 " channels are open, which is all this node may have",
                       caps->all);
    BO_TRY(put_row(txn, c, arena));
    BO_TRY(bo_row_put(txn, BO_TABLE_CHANNEL, indexed('t', c->topic, c->id, arena), BO_STR("")));
    return bo_row_put(txn, BO_TABLE_CHANNEL, indexed('b', c->counted, c->id, arena), BO_STR(""));
}

/* Telling. */

static const struct {
    const char *own, *member; /* what the resource's channels hear, and what its containers' do */
} heard[] = {[BO_AP_CREATED] = {"Create", "Add"},
             [BO_AP_UPDATED] = {"Update", "Update"},
             [BO_AP_DELETED] = {"Delete", "Remove"},
             [BO_AP_ADDED] = {NULL, "Add"},
             [BO_AP_REMOVED] = {NULL, "Remove"}};

typedef struct telling {
    const bo_ap *ap;
    bo_txn *txn;
    bo_str resource, state;
    int64_t now_ms;
    bo_arena *arena;
} telling;

/* Whether the one who listens may read the topic and what is told of. */
static bo_status may_hear(const telling *t, bool *out, const bo_channel *c) {
    bo_asker asker = {.webid = c->webid};
    bo_account account;
    bo_modes topic, resource;
    *out = false;
    if (c->webid.len > 0) {
        bo_status status = bo_account_of_webid(t->txn, &account, c->webid, t->arena);
        if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
        asker.is_admin = account.is_admin;
    }
    BO_TRY(bo_wac_modes(t->ap->wac, &topic, t->txn, &asker, c->topic, t->arena));
    BO_TRY(bo_wac_modes(t->ap->wac, &resource, t->txn, &asker, t->resource, t->arena));
    *out = (topic & resource & BO_MODE_READ) != 0;
    return BO_OK;
}

static bo_json *text(bo_arena *arena, bo_json *object, const char *key, bo_str value) {
    return bo_json_add(arena, object, bo_str_of(key), bo_json_new_string(arena, value));
}

static bo_json *message_of(const telling *t, const char *type, bo_str target) {
    char uuid[37], now[32];
    bo_arena *arena = t->arena;
    bo_json *message = bo_json_new(arena, BO_JSON_OBJECT), *contexts = bo_json_new(arena, BO_JSON_ARRAY);
    static const char *const known[] = {"https://www.w3.org/ns/activitystreams",
                                        "https://www.w3.org/ns/solid/notifications-context/v1"};
    for (size_t i = 0; i < 2; i++)
        contexts = bo_json_push(arena, contexts, bo_json_new_string(arena, bo_str_of(known[i])));
    bo_rng_uuid(uuid, t->ap->rng);
    bo_time_rfc3339(now, t->now_ms);
    message = bo_json_add(arena, message, BO_STR("@context"), contexts);
    message = text(arena, message, "id", bo_arena_join(arena, BO_STR("urn:uuid:"), bo_str_of(uuid)));
    message = text(arena, message, "type", bo_str_of(type));
    message = text(arena, message, "object", t->resource);
    if (target.len > 0) message = text(arena, message, "target", target);
    if (t->state.len > 0) message = text(arena, message, "state", t->state);
    return text(arena, message, "published", bo_arena_str(arena, bo_str_of(now)));
}

static bo_status is_full(const telling *t, bool *out, const bo_channel *c, bo_str queue) {
    keys waiting = {.most = c->backlog > 0 ? (size_t)c->backlog : 1, .arena = t->arena};
    BO_TRY(bo_row_each(t->txn, BO_TABLE_JOB, queue, BO_STR(""), take_key, &waiting));
    *out = waiting.len == waiting.most;
    return BO_OK;
}

/* Queues what a channel says. */
static bo_status say(const telling *t, const bo_channel *c, bo_json *message) {
    bool full = false;
    bo_str queue = BO_STR("n");
    bo_json *job = bo_json_new(t->arena, BO_JSON_OBJECT);
    if (c->type == BO_CHANNEL_WEBHOOK) {
        queue = bo_channel_queue(c->id, t->arena);
        BO_TRY(is_full(t, &full, c, queue));
        if (full) return bo_channel_remove(t->txn, c->id, t->arena); /* nobody takes what it says */
        job = text(t->arena, job, "to", c->send_to);
    }
    job = text(t->arena, job, "channel", c->id);
    job = bo_json_add(t->arena, job, BO_STR("message"), message);
    return job != NULL ? bo_ap_queue(t->txn, queue, job, t->arena) : bo_error_last()->status;
}

/* The key of what a channel says when it is no longer quiet: the time, so that they stand in order, and the
 * channel. */
static bo_str kept_key(int64_t due_ms, bo_str id, bo_arena *arena) {
    return bo_arena_printf(arena, "k%016" PRIx64 "%.*s", (uint64_t)due_ms, BO_STR_ARG(id));
}

/* In the place of what is kept already: clients look at the resource as it is, so the last message is enough.
 */
static bo_status keep(const telling *t, const bo_channel *c, const bo_json *message) {
    bo_text row;
    bo_text_init(&row, 0);
    bo_json_write(&row, message);
    bo_status status = bo_text_end(&row);
    bo_str key = kept_key(c->quiet_ms, c->id, t->arena);
    if (status == BO_OK) status = bo_row_put(t->txn, BO_TABLE_JOB, key, bo_text_str(&row));
    bo_text_done(&row);
    return status;
}

/* Says something, and with a rate nothing more for a while. */
static bo_status speak(const telling *t, bo_channel *c, bo_json *message) {
    if (c->rate_ms > 0) {
        c->quiet_ms = t->now_ms + c->rate_ms;
        BO_TRY(put_row(t->txn, c, t->arena));
    }
    return say(t, c, message);
}

static bo_status tell(const telling *t, bo_channel *c, const char *type, bo_str target) {
    bool may;
    if (c->start_ms > t->now_ms) return BO_OK;
    BO_TRY(may_hear(t, &may, c));
    if (!may) return BO_OK;
    bo_json *message = message_of(t, type, target);
    if (message == NULL) return bo_error_last()->status;
    return t->now_ms < c->quiet_ms ? keep(t, c, message) : speak(t, c, message);
}

static bo_status tell_topic(const telling *t, bo_str topic, const char *type, bo_str target) {
    bo_channel c;
    keys all = {.most = SIZE_MAX, .arena = t->arena};
    BO_TRY(bo_row_each(t->txn, BO_TABLE_CHANNEL, index_of('t', topic, t->arena), BO_STR(""), take_key, &all));
    for (size_t i = 0; i < all.len; i++) {
        bo_str id = bo_str_from(all.items[i], all.items[i].len - ID_LEN);
        BO_TRY(read_channel(t->txn, &c, id, t->arena));
        if (c.end_ms <= t->now_ms)
            BO_TRY(bo_channel_remove(t->txn, id, t->arena));
        else if (bo_str_eq(c.topic, topic))
            BO_TRY(tell(t, &c, type, target));
    }
    return BO_OK;
}

static bo_status take_state(void *context, const bo_quad *quad) {
    telling *t = context;
    t->state = bo_arena_str(t->arena, quad->o.value);
    return BO_OK;
}

static bo_status read_state(telling *t, bo_source *source) {
    bo_term resource = bo_term_iri(t->resource);
    bo_quad pattern = {.s = resource, .p = bo_term_iri(BO_DC_MODIFIED), .g = resource};
    bo_sink sink = {.quad = take_state, .context = t};
    return bo_source_match(source, &pattern, false, &sink);
}

static bo_status anyone(void *context, bo_str key, bo_str value) {
    (void)key, (void)value;
    *(bool *)context = true;
    return BO_CANCELLED;
}

static bo_status tell_all(telling *t, bo_ap_event event, bo_str container) {
    bo_source *source;
    bo_str *containers = &container;
    size_t len = 1;
    BO_TRY(bo_txn_source(&source, t->txn, NULL, t->arena));
    BO_TRY(read_state(t, source));
    if (heard[event].own != NULL) {
        BO_TRY(tell_topic(t, t->resource, heard[event].own, BO_STR_NONE));
        BO_TRY(bo_source_own_subjects(source, &containers, &len, BO_LDP_CONTAINS, t->resource, t->arena));
    }
    for (size_t i = 0; i < len; i++) BO_TRY(tell_topic(t, containers[i], heard[event].member, containers[i]));
    return BO_OK;
}

bo_status bo_channel_notify(const bo_ap *ap, bo_txn *txn, bo_ap_event event, bo_str resource,
                            bo_str container, bo_arena *arena) {
    bool listened = false;
    telling t = {ap, txn, resource, BO_STR_NONE, bo_clock_wall_ms(ap->clock), arena};
    BO_TRY(bo_row_each(txn, BO_TABLE_CHANNEL, BO_STR("c"), BO_STR(""), anyone, &listened));
    return listened ? tell_all(&t, event, container) : BO_OK;
}

/* What was kept. */

enum { RELEASED_AT_ONCE = 1000 };

/* When the first of these may be said. */
static int64_t due_of(const keys *kept) {
    uint64_t due = 0;
    if (kept->len == 0) return INT64_MAX;
    for (size_t i = 1; i <= 16; i++) {
        char c = kept->items[0].ptr[i];
        due = due << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return (int64_t)due;
}

static bo_status read_kept(bo_txn *txn, keys *out, bo_str from, size_t most, bo_arena *arena) {
    *out = (keys){.most = most, .arena = arena};
    return bo_row_each(txn, BO_TABLE_JOB, BO_STR("k"), from, take_key, out);
}

bo_status bo_channel_due(const bo_ap *ap, bo_txn *txn, int64_t *next_ms, bo_arena *arena) {
    keys first;
    (void)ap;
    BO_TRY(read_kept(txn, &first, BO_STR(""), 1, arena));
    *next_ms = due_of(&first);
    return BO_OK;
}

static bo_status release(const telling *t, bo_str key) {
    bo_channel c;
    bo_json *message;
    bo_str row;
    BO_TRY(bo_row_get(t->txn, BO_TABLE_JOB, key, &row));
    BO_TRY(bo_json_parse(&message, bo_arena_str(t->arena, row), NULL, t->arena));
    BO_TRY(bo_row_del(t->txn, BO_TABLE_JOB, key));
    bo_status status = bo_channel_find(t->txn, &c, bo_str_from(key, key.len - ID_LEN), t->now_ms, t->arena);
    if (status == BO_OK) return speak(t, &c, message);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_channel_release(const bo_ap *ap, bo_txn *txn, int64_t *next_ms, bo_arena *arena) {
    telling t = {.ap = ap, .txn = txn, .now_ms = bo_clock_wall_ms(ap->clock), .arena = arena};
    keys kept;
    BO_TRY(read_kept(txn, &kept, BO_STR(""), RELEASED_AT_ONCE, arena));
    while (kept.len > 0 && due_of(&kept) <= t.now_ms) {
        BO_TRY(release(&t, kept.items[0]));
        kept.items++;
        kept.len--;
    }
    return bo_channel_due(ap, txn, next_ms, arena);
}
