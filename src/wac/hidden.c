/* SPDX-License-Identifier: Apache-2.0
 * What not everyone may read: an index of graphs, kept by every change of rights, so that a query need not
 * ask for the rights of each graph that it meets.
 */
#include "base/map.h"
#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/recall.h"

static bo_status forget_row(bo_txn *txn, bo_table table, bo_str iri) {
    bo_status status = bo_row_del(txn, table, iri);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_wac_forget(bo_txn *txn, bo_str iri) {
    BO_TRY(forget_row(txn, BO_TABLE_ACL, iri));
    return forget_row(txn, BO_TABLE_HIDDEN, iri);
}

bo_status bo_wac_is_hidden(bo_txn *txn, bo_str iri) {
    bo_str row;
    return bo_row_get(txn, BO_TABLE_HIDDEN, iri, &row);
}

static bo_status settle(const bo_wac *wac, bo_txn *txn, bo_str iri, bo_arena *arena) {
    static const bo_asker everyone;
    bo_modes modes;
    BO_TRY(bo_wac_modes(wac, &modes, txn, &everyone, iri, arena));
    BO_TRY(bo_txn_alert(txn, iri));
    if ((modes & BO_MODE_READ) != 0) return forget_row(txn, BO_TABLE_HIDDEN, iri);
    return bo_row_put(txn, BO_TABLE_HIDDEN, iri, BO_STR(""));
}

/* A list of resources, each once. */
typedef struct names {
    bo_str *items;
    size_t len, room;
    bo_map seen;
    bo_arena *arena;
} names;

static void names_init(names *list, bo_arena *arena) {
    *list = (names){.arena = arena};
    bo_map_init(&list->seen, arena);
}

static bo_status push(names *list, bo_str iri) {
    if (bo_map_get(&list->seen, iri) != NULL) return BO_OK;
    bo_str copy = bo_arena_str(list->arena, iri);
    if (copy.ptr == NULL || bo_map_put(&list->seen, copy, NULL) == NULL) return bo_error_last()->status;
    if (list->len == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        bo_str *items =
            bo_arena_grow(list->arena, list->items, list->room * sizeof *items, room * sizeof *items);
        if (items == NULL) return bo_error_last()->status;
        list->items = items;
        list->room = room;
    }
    list->items[list->len++] = copy;
    return BO_OK;
}

static bo_status push_member(void *context, const bo_quad *quad) {
    return quad->o.kind == BO_IRI ? push(context, quad->o.value) : BO_OK;
}

static bo_status push_graph(void *context, bo_str graph, const bo_graph_info *info) {
    (void)info;
    return push(context, graph);
}

static bo_status note_found(void *context, const bo_quad *quad) {
    (void)quad;
    *(bool *)context = true;
    return BO_CANCELLED;
}

/* All graphs are looked at, so only for containers. */
static bo_status push_below_path(names *list, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    const bo_str slash = BO_STR("/");
    bool is_container = false;
    bo_quad typed = {bo_term_iri(iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_LDP_CONTAINER),
                     bo_term_iri(iri)};
    bo_sink found = {.quad = note_found, .context = &is_container};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    bo_status status = bo_source_match(source, &typed, false, &found);
    if (!is_container) return status;
    bo_str prefix = bo_str_ends(iri, slash) ? iri : bo_arena_join(arena, iri, slash);
    return bo_txn_graphs(txn, prefix, push_graph, list);
}

/* What a list reaches next: members, or with the policy `solid` all that is below by the path. */
static bo_status push_members(const bo_wac *wac, names *list, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    if (wac->nearest) return push_below_path(list, txn, iri, arena);
    bo_quad pattern = {.s = bo_term_iri(iri), .p = bo_term_iri(BO_LDP_CONTAINS), .g = bo_term_iri(iri)};
    bo_sink sink = {.quad = push_member, .context = list};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    return bo_source_match(source, &pattern, false, &sink);
}

/* What containers show depends on who may read their members. Those in `but` (may be NULL) are left out. */
static bo_status touch_containers(bo_txn *txn, bo_str iri, const names *but, bo_arena *arena) {
    bo_source *source;
    bo_str *containers;
    size_t count;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_LDP_CONTAINS, iri, arena));
    for (size_t i = 0; i < count; i++)
        if (but == NULL || bo_map_get(&but->seen, containers[i]) == NULL)
            BO_TRY(bo_txn_touch(txn, containers[i]));
    return BO_OK;
}

/* And what a resource tells of rights, on its own. */
static bo_status touch_shown(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_graph_info info;
    bo_status status = bo_txn_graph(txn, iri, &info);
    if (status == BO_NOT_FOUND) return BO_OK;
    BO_TRY(status);
    BO_TRY(bo_txn_touch(txn, iri));
    return touch_containers(txn, iri, NULL, arena);
}

bo_status bo_wac_settle(const bo_wac *wac, bo_txn *txn, bo_str iri, bool below, bo_arena *arena) {
    names list;
    names_init(&list, arena);
    bo_arena *scratch = bo_arena_new(0);
    bo_status status = scratch != NULL ? push(&list, iri) : bo_fail(BO_NO_MEMORY, "memory ran out");
    for (size_t i = 0; status == BO_OK && i < list.len; i++) {
        size_t known = list.len;
        status = settle(wac, txn, list.items[i], scratch);
        if (status == BO_OK && below && !(wac->nearest && i > 0))
            status = push_members(wac, &list, txn, list.items[i], scratch);
        if (status == BO_OK)
            status = i == 0 || list.len > known ? touch_shown(txn, list.items[i], scratch)
                                                : touch_containers(txn, list.items[i], &list, scratch);
        bo_arena_reset(scratch);
    }
    bo_arena_free(scratch);
    return status;
}

/* Readable graphs. */

typedef struct choosing {
    const bo_wac *wac;
    bo_txn *txn;
    const bo_asker *asker;
    bo_source *source;
    bo_hidden hidden;
    size_t room;
    bo_arena *arena, *scratch;
} choosing;

static bo_status add_hidden(choosing *c, bo_str iri) {
    bo_term graph = bo_term_iri(iri);
    bo_id id;
    BO_TRY(bo_source_id_of(c->source, &id, &graph));
    if (id == BO_ID_NONE) return BO_OK;
    if (c->hidden.len == c->room) {
        size_t room = c->room * 2 + 64;
        c->hidden.items = bo_arena_grow(c->arena, c->hidden.items, c->room * sizeof id, room * sizeof id);
        if (c->hidden.items == NULL) return bo_error_last()->status;
        c->room = room;
    }
    c->hidden.items[c->hidden.len++] = id;
    return BO_OK;
}

static bo_status hide(void *context, bo_str key, bo_str value) {
    choosing *c = context;
    bo_modes modes = 0;
    (void)value;
    bool known = c->asker->webid.len > 0 || bo_str_eq(c->asker->granted, key);
    if (known) BO_TRY(bo_wac_modes(c->wac, &modes, c->txn, c->asker, key, c->scratch));
    bo_arena_reset(c->scratch);
    return (modes & BO_MODE_READ) != 0 ? BO_OK : add_hidden(c, key);
}

static bo_status choose(choosing *c) {
    BO_TRY(bo_txn_source(&c->source, c->txn, NULL, c->arena));
    c->scratch = bo_arena_new(0);
    if (c->scratch == NULL) return bo_error_last()->status;
    bo_status status = bo_row_each(c->txn, BO_TABLE_HIDDEN, BO_STR(""), BO_STR(""), hide, c);
    bo_arena_free(c->scratch);
    return status;
}

bo_status bo_wac_readable(const bo_wac *wac, const bo_graph_set **out, bo_txn *txn, const bo_asker *asker,
                          bo_arena *arena) {
    choosing c = {.wac = wac, .txn = txn, .asker = asker, .arena = arena};
    bo_graph_set *made = NULL;
    bool is_plain =
        asker->granted.len == 0 && asker->origin.len == 0; /* else the WebID is not all that counts */
    bo_wac_recall *recall = is_plain ? wac->recall : NULL;
    *out = NULL;
    if (asker->is_admin) return BO_OK;
    if (recall == NULL || !bo_wac_recall_get(recall, &c.hidden, txn, asker->webid, arena)) {
        BO_TRY(choose(&c));
        if (recall != NULL) bo_wac_recall_put(recall, &c.hidden, txn, asker->webid);
    }
    if (c.hidden.len > 0) BO_TRY(bo_graph_set_of(&made, txn, true, c.hidden.items, c.hidden.len, arena));
    *out = made;
    return BO_OK;
}

/* A change of policy changes who may read what. */

static bo_status settle_key(void *context, bo_str key, bo_str value) {
    (void)value;
    return push(context, key);
}

static bo_status settle_all(const bo_wac *wac, bo_txn *txn, bo_arena *arena) {
    names all;
    names_init(&all, arena);
    BO_TRY(bo_row_each(txn, BO_TABLE_ACL, BO_STR(""), BO_STR(""), settle_key, &all));
    for (size_t i = 0; i < all.len; i++) BO_TRY(bo_wac_settle(wac, txn, all.items[i], false, arena));
    return BO_OK;
}

static bo_status open_within(const bo_wac *wac, bo_txn *txn, bo_arena *arena) {
    const bo_str key = BO_STR("access-policy"), name = wac->nearest ? BO_STR("solid") : BO_STR("semapps");
    bo_str kept = BO_STR("semapps");
    bo_status status = bo_row_get(txn, BO_TABLE_SETTING, key, &kept);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    if (bo_str_eq(kept, name)) return BO_OK;
    BO_TRY(bo_row_put(txn, BO_TABLE_SETTING, key, name));
    return settle_all(wac, txn, arena);
}

bo_status bo_wac_open(const bo_wac *wac, bo_store *store) {
    bo_txn *txn;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = bo_txn_begin(&txn, store, BO_WRITE);
    if (status == BO_OK) {
        status = open_within(wac, txn, arena);
        if (status == BO_OK)
            status = bo_txn_commit(txn, NULL, arena);
        else
            bo_txn_abort(txn);
    }
    bo_arena_free(arena);
    return status;
}
