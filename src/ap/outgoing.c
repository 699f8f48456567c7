/* SPDX-License-Identifier: Apache-2.0 */
#include "ap/outgoing.h"

#include <stdlib.h>

#include "ap/activity.h"
#include "bocage/iri.h"

enum { NUMBER_LEN = 8 };

static bo_str number_key(char room[NUMBER_LEN], uint64_t number) {
    for (int i = 0; i < NUMBER_LEN; i++) room[i] = (char)(number >> (56 - 8 * i));
    return (bo_str){room, NUMBER_LEN};
}

static uint64_t number_of(bo_str key) {
    uint64_t number = 0;
    for (size_t i = 0; i < key.len; i++) number = number << 8 | (unsigned char)key.ptr[i];
    return number;
}

static void write_entry(bo_text *out, const bo_outgoing *entry) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("activity"), entry->activity);
    bo_json_member_string(&json, BO_STR("actor"), entry->actor);
    bo_json_member_i64(&json, BO_STR("at"), entry->at_ms);
    if (entry->to->len > 0) {
        bo_json_key(&json, BO_STR("to"));
        bo_json_put(&json, entry->to);
    }
    if (entry->to_followers) bo_json_member_i64(&json, BO_STR("followers"), (int64_t)entry->followers);
    bo_json_close(&json, BO_JSON_OBJECT);
}

bo_status bo_outgoing_add(bo_txn *txn, bo_outgoing *entry, bo_arena *arena) {
    char room[NUMBER_LEN];
    bo_text text;
    (void)arena;
    BO_TRY(bo_txn_sequence(txn, BO_STR("outgoing"), &entry->number));
    /* followers are numbered by this sequence: whoever comes later has a greater number */
    if (entry->to_followers) BO_TRY(bo_txn_sequence(txn, BO_STR("collection"), &entry->followers));
    bo_text_init(&text, 0);
    write_entry(&text, entry);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK)
        status = bo_row_put(txn, BO_TABLE_OUTGOING, number_key(room, entry->number), bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

typedef struct reading {
    bo_outgoing *out;
    bo_arena *arena;
    bool found;
} reading;

static bo_status read_entry(void *context, bo_str key, bo_str value) {
    reading *r = context;
    bo_json *json;
    int64_t followers = 0;
    bo_outgoing entry = {.number = number_of(key)};
    BO_TRY(bo_json_parse(&json, bo_arena_str(r->arena, value), NULL, r->arena));
    entry.activity = bo_json_get_string(json, BO_STR("activity"));
    entry.actor = bo_json_get_string(json, BO_STR("actor"));
    bo_json_integer(&entry.at_ms, bo_json_get(json, BO_STR("at")));
    entry.to = bo_json_get(json, BO_STR("to"));
    if (entry.to == NULL) entry.to = bo_json_new(r->arena, BO_JSON_ARRAY);
    if (entry.to == NULL) return bo_error_last()->status;
    entry.to_followers = bo_json_integer(&followers, bo_json_get(json, BO_STR("followers")));
    entry.followers = (uint64_t)followers;
    *r->out = entry;
    r->found = true;
    return BO_CANCELLED;
}

bo_status bo_outgoing_next(bo_txn *txn, bo_outgoing *out, uint64_t after, bo_arena *arena) {
    char room[NUMBER_LEN];
    reading r = {out, arena, false};
    BO_TRY(bo_row_each(txn, BO_TABLE_OUTGOING, BO_STR(""), number_key(room, after + 1), read_entry, &r));
    return r.found ? BO_OK : BO_NOT_FOUND;
}

bo_status bo_outgoing_remove(bo_txn *txn, uint64_t number) {
    char room[NUMBER_LEN];
    return bo_row_del(txn, BO_TABLE_OUTGOING, number_key(room, number));
}

/* Hosts. */

bo_str bo_outgoing_host(bo_str iri) {
    bo_iri_parts parts = bo_iri_split(iri);
    bool web = bo_str_eq(parts.scheme, BO_STR("https")) || bo_str_eq(parts.scheme, BO_STR("http"));
    if (!web || parts.authority.len == 0 || parts.path.len == 0) return BO_STR_NONE;
    for (size_t i = 0; i < parts.authority.len; i++) {
        char c = parts.authority.ptr[i];
        if ((c >= 'A' && c <= 'Z') || c == '@') return BO_STR_NONE;
    }
    return bo_str_head(iri, (size_t)(parts.authority.ptr - iri.ptr) + parts.authority.len);
}

static bo_str followers_of(const bo_outgoing *entry, bo_arena *arena) {
    return bo_ap_part(entry->actor, "/followers", arena);
}

typedef struct one {
    bo_str item;
    bo_arena *arena;
} one;

static bo_status take_one(void *context, bo_str item, uint64_t number) {
    one *o = context;
    (void)number;
    o->item = bo_arena_str(o->arena, item);
    return o->item.ptr != NULL ? BO_CANCELLED : bo_error_last()->status;
}

/* Goes from the first follower at one host to the first at the next. */
static bo_status followers_hosts(bo_txn *txn, const bo_outgoing *entry,
                                 bo_status (*each)(void *context, bo_str host), void *context,
                                 bo_arena *arena) {
    bo_str collection = followers_of(entry, arena), from = BO_STR("");
    for (;;) {
        one o = {BO_STR_NONE, arena};
        BO_TRY(bo_ap_collection_each(txn, collection, BO_STR(""), from, take_one, &o, arena));
        if (o.item.ptr == NULL) return BO_OK;
        bo_str host = bo_outgoing_host(o.item);
        if (host.ptr != NULL) BO_TRY(each(context, host));
        /* '0' is the byte behind the slash that follows a host */
        from = host.ptr != NULL ? bo_arena_join(arena, host, BO_STR("0"))
                                : bo_arena_join(arena, o.item, bo_str_make("\0", 1));
        if (from.ptr == NULL) return bo_error_last()->status;
    }
}

bo_status bo_outgoing_hosts(bo_txn *txn, const bo_outgoing *entry,
                            bo_status (*each)(void *context, bo_str host), void *context, bo_arena *arena) {
    for (uint32_t i = 0; i < entry->to->len; i++) {
        bo_str host = bo_outgoing_host(entry->to->items[i]->text);
        if (host.ptr != NULL) BO_TRY(each(context, host));
    }
    return entry->to_followers ? followers_hosts(txn, entry, each, context, arena) : BO_OK;
}

typedef struct gathering {
    bo_recipient *items;
    size_t len, size;
    uint64_t before; /* followers with smaller numbers */
    bo_arena *arena;
} gathering;

static bo_status gather(gathering *g, bo_str actor, bool follows) {
    if (g->len == g->size) {
        size_t size = g->size > 0 ? g->size * 2 : 16;
        bo_recipient *items =
            bo_arena_grow(g->arena, g->items, g->size * sizeof *items, size * sizeof *items);
        if (items == NULL) return bo_error_last()->status;
        g->items = items;
        g->size = size;
    }
    bo_str kept = bo_arena_str(g->arena, actor);
    if (kept.ptr == NULL) return bo_error_last()->status;
    g->items[g->len++] = (bo_recipient){kept, follows};
    return BO_OK;
}

static bo_status gather_follower(void *context, bo_str item, uint64_t number) {
    gathering *g = context;
    return number < g->before ? gather(g, item, true) : BO_OK;
}

/* By name; whoever is addressed comes before the same one as a follower. */
static int compare(const void *a, const void *b) {
    const bo_recipient *left = a, *right = b;
    int order = bo_str_cmp(left->actor, right->actor);
    return order != 0 ? order : left->follows - right->follows;
}

bo_status bo_outgoing_recipients(bo_txn *txn, const bo_outgoing *entry, bo_str host, bo_recipient **out,
                                 size_t *len, bo_arena *arena) {
    gathering g = {.before = entry->followers, .arena = arena};
    for (uint32_t i = 0; i < entry->to->len; i++)
        if (bo_str_eq(bo_outgoing_host(entry->to->items[i]->text), host))
            BO_TRY(gather(&g, entry->to->items[i]->text, false));
    if (entry->to_followers)
        BO_TRY(bo_ap_collection_each(txn, followers_of(entry, arena), bo_arena_join(arena, host, BO_STR("/")),
                                     BO_STR(""), gather_follower, &g, arena));
    if (g.len > 1) qsort(g.items, g.len, sizeof *g.items, compare);
    size_t kept = 0;
    for (size_t i = 0; i < g.len; i++)
        if (kept == 0 || !bo_str_eq(g.items[kept - 1].actor, g.items[i].actor)) g.items[kept++] = g.items[i];
    *out = g.items;
    *len = kept;
    return BO_OK;
}
