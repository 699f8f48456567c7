/* SPDX-License-Identifier: Apache-2.0
 * Activities of this node: made, kept, put in outboxes, and queued for delivery.
 */
#include "ap/activity.h"

#include "ap/channel.h"
#include "ap/outgoing.h"
#include "bocage/iri.h"

const bo_str bo_ap_public = {"https://www.w3.org/ns/activitystreams#Public", 44};

bo_str bo_ap_part(bo_str actor, const char *part, bo_arena *arena) {
    return bo_arena_join(arena, actor, bo_str_of(part));
}

bool bo_ap_same_host(bo_str a, bo_str b) {
    bo_iri_parts left = bo_iri_split(a), right = bo_iri_split(b);
    return left.authority.len > 0 && bo_str_eq_nocase(left.authority, right.authority) &&
           bo_str_eq(left.scheme, right.scheme);
}

bo_str bo_ap_id_of(const bo_json *value) {
    return bo_json_is(value, BO_JSON_STRING) ? value->text : bo_json_get_string(value, BO_STR("id"));
}

/* Keys of jobs: the queue's name and a number that grows. */
static bo_str job_key(bo_str queue, uint64_t number, bo_arena *arena) {
    char bytes[9] = {0};
    for (int i = 0; i < 8; i++) bytes[1 + i] = (char)(number >> (56 - 8 * i));
    return bo_arena_join(arena, queue, (bo_str){bytes, sizeof bytes});
}

bo_status bo_ap_queue(bo_txn *txn, bo_str queue, const bo_json *job, bo_arena *arena) {
    uint64_t number;
    BO_TRY(bo_txn_sequence(txn, BO_STR("job"), &number));
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write(&text, job);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK)
        status = bo_row_put(txn, BO_TABLE_JOB, job_key(queue, number, arena), bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_json *member(bo_arena *arena, bo_json *object, const char *key, bo_str text) {
    return bo_json_set(arena, object, bo_str_of(key), bo_json_new_string(arena, text));
}

bo_status bo_ap_keep(bo_txn *txn, bo_str id, const bo_json *activity) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write(&text, activity);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_ACTIVITY, id, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

bo_status bo_ap_load(bo_txn *txn, bo_json **out, bo_str id, bo_arena *arena) {
    bo_str row;
    if (id.len == 0 || id.len > 500) return BO_NOT_FOUND;
    BO_TRY(bo_row_get(txn, BO_TABLE_ACTIVITY, id, &row));
    return bo_json_parse(out, bo_arena_str(arena, row), NULL, arena);
}

bo_status bo_ap_activity(bo_txn *txn, bo_str *text, bo_str id, bo_arena *arena) {
    bo_json *activity;
    bo_text out;
    BO_TRY(bo_ap_load(txn, &activity, id, arena));
    bo_json_unset(activity, BO_STR("bto"));
    bo_json_unset(activity, BO_STR("bcc"));
    bo_text_init(&out, 0);
    bo_json_write(&out, activity);
    *text = bo_arena_str(arena, bo_text_str(&out));
    bo_status status = bo_text_end(&out);
    bo_text_done(&out);
    return status;
}

/* Who an activity is for (ActivityPub section 7.1): followers as a whole, the others one by one. */

typedef struct addressing {
    bo_str actor, followers; /* who does it, and the collection of its followers */
    bo_outgoing *out;
    bo_arena *arena;
} addressing;

static bool is_public(bo_str iri) {
    return bo_str_eq(iri, bo_ap_public) || bo_str_eq(iri, BO_STR("as:Public")) ||
           bo_str_eq(iri, BO_STR("Public"));
}

static bo_status address(addressing *a, bo_str to) {
    if (to.len == 0 || is_public(to) || bo_str_eq(to, a->actor)) return BO_OK;
    if (bo_str_eq(to, a->followers)) return a->out->to_followers = true, BO_OK;
    for (uint32_t i = 0; i < a->out->to->len; i++)
        if (bo_str_eq(a->out->to->items[i]->text, to)) return BO_OK;
    bo_json *longer = bo_json_push(a->arena, a->out->to, bo_json_new_string(a->arena, to));
    return longer != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status address_all(addressing *a, const bo_json *activity) {
    static const char *const fields[] = {"to", "cc", "bto", "bcc"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const bo_json *value = bo_json_get(activity, bo_str_of(fields[i]));
        if (!bo_json_is(value, BO_JSON_ARRAY)) {
            BO_TRY(address(a, bo_ap_id_of(value)));
            continue;
        }
        for (uint32_t k = 0; k < value->len; k++) BO_TRY(address(a, bo_ap_id_of(value->items[k])));
    }
    return BO_OK;
}

/* Leaves the activity to be delivered. */
static bo_status send(const bo_ap *ap, bo_txn *txn, bo_str id, bo_str actor, const bo_json *activity,
                      bo_arena *arena) {
    bo_outgoing out = {.activity = id,
                       .actor = actor,
                       .at_ms = bo_clock_wall_ms(ap->clock),
                       .to = bo_json_new(arena, BO_JSON_ARRAY)};
    addressing a = {actor, bo_ap_part(actor, "/followers", arena), &out, arena};
    if (out.to == NULL) return bo_error_last()->status;
    BO_TRY(address_all(&a, activity));
    if (bo_str_eq(bo_json_get_string(activity, BO_STR("type")), BO_STR("Follow")))
        BO_TRY(address(&a, bo_ap_id_of(bo_json_get(activity, BO_STR("object")))));
    return out.to->len > 0 || out.to_followers ? bo_outgoing_add(txn, &out, arena) : BO_OK;
}

/* Making one. */

static bool is_activity(bo_str type) {
    static const char *const types[] = {"Create", "Update", "Delete", "Follow", "Accept",   "Reject",
                                        "Add",    "Remove", "Like",   "Undo",   "Announce", "Offer"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (bo_str_eq(type, bo_str_of(types[i]))) return true;
    return false;
}

/* What clients must say (ActivityPub section 6). */
static bo_status check_parts(const bo_json *activity, bo_str type) {
    static const char *const parts[] = {"object", "target"};
    bool moves = bo_str_eq(type, BO_STR("Add")) || bo_str_eq(type, BO_STR("Remove"));
    for (size_t i = 0; i < (moves ? 2 : 1); i++) {
        const bo_json *part = bo_json_get(activity, bo_str_of(parts[i]));
        bool names = bo_json_string(part).len > 0 || bo_json_is(part, BO_JSON_OBJECT) ||
                     (bo_json_is(part, BO_JSON_ARRAY) && part->len > 0);
        if (!names)
            return bo_fail(BO_INVALID, "%s: a %.*s names one, by its address or as an object", parts[i],
                           BO_STR_ARG(type));
    }
    return BO_OK;
}

static bo_json *wrap(bo_json *object, bo_arena *arena) {
    bo_json *create = member(arena, bo_json_new(arena, BO_JSON_OBJECT), "type", BO_STR("Create"));
    static const char *const shared[] = {"@context", "to", "cc", "bto", "bcc"};
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        bo_json *value = bo_json_get(object, bo_str_of(shared[i]));
        if (value != NULL) create = bo_json_set(arena, create, bo_str_of(shared[i]), value);
    }
    return bo_json_set(arena, create, BO_STR("object"), object);
}

static bo_status complete(const bo_ap *ap, bo_json *activity, bo_str id, bo_str actor, bo_arena *arena) {
    char now[32];
    bo_time_rfc3339(now, bo_clock_wall_ms(ap->clock));
    bo_str published = bo_arena_str(arena, bo_str_of(now));
    if (bo_json_get(activity, BO_STR("@context")) == NULL)
        activity = member(arena, activity, "@context", BO_STR("https://www.w3.org/ns/activitystreams"));
    activity = member(arena, member(arena, activity, "id", id), "actor", actor);
    activity = member(arena, activity, "published", published);
    return activity != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_ap_post(const bo_ap *ap, bo_txn *txn, bo_str actor, bo_json *activity, bo_str *id,
                     bo_arena *arena) {
    char uuid[37];
    bo_rng_uuid(uuid, ap->rng);
    *id = bo_arena_join(arena, bo_ap_part(ap->base_url, "/activities/", arena), bo_str_of(uuid));
    bo_str type = bo_json_get_string(activity, BO_STR("type"));
    if (type.len == 0) return bo_fail(BO_SYNTAX, "an activity must have a type");
    if (!is_activity(type))
        activity = wrap(activity, arena);
    else
        BO_TRY(check_parts(activity, type));
    BO_TRY(complete(ap, activity, *id, actor, arena));
    BO_TRY(bo_ap_keep(txn, *id, activity));
    BO_TRY(bo_ap_collect(txn, bo_ap_part(actor, "/outbox", arena), *id, arena));
    return send(ap, txn, *id, actor, activity, arena);
}

static bo_status one_is_enough(void *context, bo_str item, uint64_t number) {
    (void)item, (void)number;
    *(bool *)context = true;
    return BO_CANCELLED;
}

bo_status bo_ap_announce(const bo_ap *ap, bo_txn *txn, bo_ap_event event, bo_str resource, bo_str container,
                         bo_arena *arena) {
    static const char *const types[] = {
        [BO_AP_CREATED] = "Create", [BO_AP_UPDATED] = "Update", [BO_AP_DELETED] = "Delete"};
    bo_str relay = bo_ap_relay(ap, arena), followers = bo_ap_part(relay, "/followers", arena), id;
    bool listened = false;
    BO_TRY(bo_channel_notify(ap, txn, event, resource, container, arena));
    if (event > BO_AP_DELETED) return BO_OK; /* followers hear of resources alone */
    BO_TRY(bo_ap_collection_each(txn, followers, BO_STR(""), BO_STR(""), one_is_enough, &listened, arena));
    if (!listened) return BO_OK;
    bo_status hidden = bo_wac_is_hidden(txn, resource);
    if (hidden != BO_NOT_FOUND) return hidden;
    bo_json *activity = member(arena, bo_json_new(arena, BO_JSON_OBJECT), "type", bo_str_of(types[event]));
    activity = member(arena, activity, "object", resource);
    if (event != BO_AP_UPDATED && container.len > 0) activity = member(arena, activity, "target", container);
    activity = member(arena, activity, "to", bo_ap_public);
    activity = member(arena, activity, "bto", followers);
    if (activity == NULL) return bo_error_last()->status;
    return bo_ap_post(ap, txn, relay, activity, &id, arena);
}
