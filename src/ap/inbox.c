/* SPDX-License-Identifier: Apache-2.0
 * What received activities do (ActivityPub section 7; SemApps' mirror for Create, Update and Delete).
 */
#include "ap/activity.h"
#include "bocage/iri.h"

bo_status bo_ap_receive(const bo_ap *ap, bo_txn *txn, bo_str inbox, const bo_json *activity,
                        bo_arena *arena) {
    bo_str id = bo_json_get_string(activity, BO_STR("id"));
    (void)ap;
    if (id.len == 0 || id.len > 400)
        return bo_fail(BO_SYNTAX, "an activity must have an id, of at most 400 bytes");
    if (bo_ap_collected(txn, inbox, id, arena)) return BO_OK;
    bo_json *job = bo_json_new(arena, BO_JSON_OBJECT);
    job = bo_json_set(arena, job, BO_STR("activity"), bo_json_new_string(arena, id));
    job = bo_json_set(arena, job, BO_STR("inbox"), bo_json_new_string(arena, inbox));
    if (job == NULL) return bo_error_last()->status;
    BO_TRY(bo_ap_keep(txn, id, activity));
    BO_TRY(bo_ap_collect(txn, inbox, id, arena));
    return bo_ap_queue(txn, BO_STR("i"), job, arena);
}

/* One activity being carried out. */
typedef struct effect {
    const bo_ap *ap;
    bo_txn *txn;
    bo_str owner; /* the local actor in whose inbox it is */
    bo_str actor; /* who did it */
    const bo_json *activity, *object;
    bo_ap_need *need;
    bo_arena *arena;
} effect;

static bo_status do_follow(effect *e) {
    bo_str id;
    if (!bo_str_eq(bo_ap_id_of(e->object), e->owner)) return BO_OK;
    BO_TRY(bo_ap_collect(e->txn, bo_ap_part(e->owner, "/followers", e->arena), e->actor, e->arena));
    bo_json *accept = bo_json_new(e->arena, BO_JSON_OBJECT);
    accept = bo_json_set(e->arena, accept, BO_STR("type"), bo_json_new_string(e->arena, BO_STR("Accept")));
    accept = bo_json_set(e->arena, accept, BO_STR("object"), bo_json_get(e->activity, BO_STR("id")));
    accept = bo_json_set(e->arena, accept, BO_STR("to"), bo_json_new_string(e->arena, e->actor));
    if (accept == NULL) return bo_error_last()->status;
    return bo_ap_post(e->ap, e->txn, e->owner, accept, &id, e->arena);
}

/* The activity that another one is about: as it is kept here, never as the sender puts it. */
static const bo_json *kept_object(effect *e) {
    bo_json *kept = NULL;
    return bo_ap_load(e->txn, &kept, bo_ap_id_of(e->object), e->arena) == BO_OK ? kept : NULL;
}

static bool is_follow(const bo_json *activity, bo_str from, bo_str to) {
    return bo_str_eq(bo_json_get_string(activity, BO_STR("type")), BO_STR("Follow")) &&
           bo_str_eq(bo_ap_id_of(bo_json_get(activity, BO_STR("actor"))), from) &&
           bo_str_eq(bo_ap_id_of(bo_json_get(activity, BO_STR("object"))), to);
}

static bo_status do_accept(effect *e) {
    if (!is_follow(kept_object(e), e->owner, e->actor)) return BO_OK;
    return bo_ap_collect(e->txn, bo_ap_part(e->owner, "/following", e->arena), e->actor, e->arena);
}

static bo_status do_undo(effect *e) {
    const bo_json *kept = kept_object(e);
    if (!is_follow(kept != NULL ? kept : e->object, e->actor, e->owner)) return BO_OK;
    return bo_ap_uncollect(e->txn, bo_ap_part(e->owner, "/followers", e->arena), e->actor, e->arena);
}

/* A followed relay speaks of resources of its own node, and only of those. */
static bool may_mirror(effect *e, bo_str resource) {
    return bo_str_eq(e->owner, bo_ap_relay(e->ap, e->arena)) && resource.len > 0 && resource.len < 500 &&
           bo_ap_collected(e->txn, bo_ap_part(e->owner, "/following", e->arena), e->actor, e->arena) &&
           bo_ap_same_host(resource, e->actor) && !bo_ap_same_host(resource, e->ap->base_url);
}

typedef struct mirroring {
    bo_target *target;
    bo_term graph;
    bo_str mark; /* before the labels of blank nodes */
    bo_arena *arena;
} mirroring;

static void label(mirroring *m, bo_term *term) {
    if (term->kind == BO_BLANK) term->value = bo_arena_join(m->arena, m->mark, term->value);
}

static bo_status mirror_quad(void *context, const bo_quad *quad) {
    mirroring *m = context;
    bo_quad own = {quad->s, quad->p, quad->o, m->graph};
    bool about = quad->s.kind == BO_BLANK || bo_str_eq(bo_iri_document(quad->s.value), m->graph.value);
    if (!about) return BO_OK;
    label(m, &own.s);
    label(m, &own.o);
    return bo_target_insert(m->target, &own);
}

static bo_status put_mirror(effect *e, bo_str resource, bo_graph *content) {
    mirroring m = {.target = bo_txn_target(e->txn), .graph = bo_term_iri(resource), .arena = e->arena};
    m.mark = bo_arena_printf(e->arena, "m%016llx-", (unsigned long long)bo_str_hash(resource));
    BO_TRY(bo_target_clear(m.target, &m.graph));
    if (content == NULL) return BO_OK;
    bo_sink sink = {.quad = mirror_quad, .context = &m};
    return bo_graph_match(content, &(bo_quad){0}, &sink);
}

static bo_status do_change(effect *e) {
    bo_str resource = bo_ap_id_of(e->object);
    if (!may_mirror(e, resource)) return BO_OK;
    if (!e->need->have || !bo_str_eq(e->need->iri, resource)) {
        e->need->iri = resource;
        return bo_fail(BO_NEED, "%.*s must be fetched first", BO_STR_ARG(resource));
    }
    return put_mirror(e, resource, e->need->resource);
}

static bo_status do_delete(effect *e) {
    bo_str resource = bo_ap_id_of(e->object);
    return may_mirror(e, resource) ? put_mirror(e, resource, NULL) : BO_OK;
}

bo_status bo_ap_carry_out(const bo_ap *ap, bo_txn *txn, bo_str inbox, const bo_json *activity,
                          bo_ap_need *need, bo_arena *arena) {
    static const struct {
        const char *type;
        bo_status (*run)(effect *e);
    } effects[] = {{"Follow", do_follow}, {"Accept", do_accept}, {"Undo", do_undo},
                   {"Create", do_change}, {"Update", do_change}, {"Delete", do_delete}};
    const bo_str tail = BO_STR("/inbox");
    bo_str type = bo_json_get_string(activity, BO_STR("type"));
    effect e = {.ap = ap,
                .txn = txn,
                .owner = bo_str_ends(inbox, tail) ? bo_str_head(inbox, inbox.len - tail.len) : BO_STR_NONE,
                .actor = bo_ap_id_of(bo_json_get(activity, BO_STR("actor"))),
                .activity = activity,
                .object = bo_json_get(activity, BO_STR("object")),
                .need = need,
                .arena = arena};
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (bo_str_eq(type, bo_str_of(effects[i].type))) return effects[i].run(&e);
    return BO_OK;
}
