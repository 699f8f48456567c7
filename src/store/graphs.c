/* SPDX-License-Identifier: Apache-2.0
 * What is known of each graph besides its quads, and sets of graphs that an asker may read.
 */
#include <stdlib.h>

#include "store/record.h"
#include "store/txn.h"

/* The default graph's key: no IRI is like it. */
#define DEFAULT_KEY BO_STR("\1")

static bo_str key_of(bo_str graph) {
    return graph.len == 0 ? DEFAULT_KEY : graph;
}

static bo_str graph_of(bo_str key) {
    return bo_str_eq(key, DEFAULT_KEY) ? BO_STR("") : key;
}

/* The name under which a graph is kept: its IRI, or a blank node's label behind "_:". */
static bo_status name_of(bo_txn *txn, bo_str *out, bo_id graph, bo_arena *arena) {
    bo_term term;
    if (graph == BO_ID_DEFAULT_GRAPH) {
        *out = BO_STR("");
        return BO_OK;
    }
    BO_TRY(bo_dict_term(&txn->dict, &term, graph, arena));
    if (term.kind == BO_BLANK) term.value = bo_arena_join(arena, BO_STR("_:"), term.value);
    if (term.value.ptr == NULL) return bo_error_last()->status;
    *out = term.value;
    return BO_OK;
}

static bo_status id_of(bo_txn *txn, bo_id *out, bo_str graph, bool intern) {
    if (graph.len == 0) {
        *out = BO_ID_DEFAULT_GRAPH;
        return BO_OK;
    }
    bo_term term =
        bo_str_starts(graph, BO_STR("_:")) ? bo_term_blank(bo_str_from(graph, 2)) : bo_term_iri(graph);
    return intern ? bo_dict_intern(&txn->dict, out, &term) : bo_dict_find(&txn->dict, out, &term);
}

static bo_status decode(bo_graph_record *out, bo_str value) {
    if (value.len != sizeof *out) return bo_fail(BO_CORRUPT, "a graph's record is damaged");
    memcpy(out, value.ptr, sizeof *out);
    return BO_OK;
}

static bo_status read_record(bo_txn *txn, bo_graph_record *out, bo_str graph) {
    bo_str value;
    BO_TRY(bo_record_get(txn->kv, BO_STORE_GRAPH, key_of(graph), &value));
    return decode(out, value);
}

static bo_status write_record(bo_txn *txn, bo_str graph, const bo_graph_record *record) {
    if (record->quads == 0 && record->kept == 0) {
        bo_status status = bo_record_del(txn->kv, BO_STORE_GRAPH, key_of(graph));
        return status == BO_NOT_FOUND ? BO_OK : status;
    }
    return bo_record_put(txn->kv, BO_STORE_GRAPH, key_of(graph),
                         (bo_str){(const char *)record, sizeof *record});
}

/* Notes that the transaction has changed the graph. */
static bo_status note(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed) {
    bool was_new;
    bo_value *place = bo_idmap_put(&txn->changed, graph, &was_new);
    if (place == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    if (was_new) {
        place->u64 = txn->change_count;
        if (txn->change_count == txn->change_size) {
            size_t size = txn->change_size == 0 ? 8 : txn->change_size * 2;
            bo_graph_change *changes = realloc(txn->changes, size * sizeof *changes);
            if (changes == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
            txn->changes = changes;
            txn->change_size = size;
        }
        txn->changes[txn->change_count++] = (bo_graph_change){.graph = graph};
    }
    bo_graph_change *change = &txn->changes[place->u64];
    change->inserted += inserted;
    change->removed += removed;
    return BO_OK;
}

static int64_t now(const bo_txn *txn) {
    return txn->store->wall_ms(txn->store->clock_context);
}

static bo_status change(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed, int keep) {
    bo_str name;
    bo_graph_record record = {0};
    bo_arena_reset(txn->scratch);
    BO_TRY(name_of(txn, &name, graph, txn->scratch));
    bo_status status = read_record(txn, &record, name);
    if (status == BO_NOT_FOUND)
        record.created_ms = now(txn);
    else
        BO_TRY(status);
    if (record.quads + inserted < removed) return bo_fail(BO_CORRUPT, "a graph's count of quads is wrong");
    record.version = bo_txn_version(txn);
    record.quads += inserted - removed;
    record.modified_ms = now(txn);
    if (keep >= 0) record.kept = (uint64_t)keep;
    BO_TRY(note(txn, graph, inserted, removed));
    return write_record(txn, name, &record);
}

bo_status bo_graph_changed(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed) {
    return change(txn, graph, inserted, removed, -1);
}

bo_status bo_graph_let_go(bo_txn *txn, bo_id graph) {
    bo_str name;
    bo_graph_record record;
    bo_arena_reset(txn->scratch);
    BO_TRY(name_of(txn, &name, graph, txn->scratch));
    bo_status status = read_record(txn, &record, name);
    if (status == BO_NOT_FOUND || (status == BO_OK && record.kept == 0)) return BO_OK;
    BO_TRY(status);
    return change(txn, graph, 0, 0, 0);
}

bo_status bo_txn_touch(bo_txn *txn, bo_str graph) {
    if (!txn->writer) return bo_fail(BO_BAD_ARGUMENT, "a reading transaction can't change a graph");
    bo_id id;
    BO_TRY(id_of(txn, &id, graph, true));
    bo_status status = change(txn, id, 0, 0, 1);
    if (status != BO_OK) txn->failed = status;
    return status;
}

static bo_graph_info info_of(const bo_graph_record *record) {
    return (bo_graph_info){record->version, record->quads, record->created_ms, record->modified_ms};
}

bo_status bo_txn_graph(bo_txn *txn, bo_str graph, bo_graph_info *out) {
    bo_graph_record record;
    BO_TRY(bo_txn_flush(txn));
    BO_TRY(read_record(txn, &record, graph));
    *out = info_of(&record);
    return BO_OK;
}

typedef struct listing {
    bo_status (*each)(void *context, bo_str graph, const bo_graph_info *info);
    void *context;
} listing;

static bo_status list_one(void *context, bo_str key, bo_str value) {
    const listing *l = context;
    bo_graph_record record;
    BO_TRY(decode(&record, value));
    bo_graph_info info = info_of(&record);
    return l->each(l->context, graph_of(key), &info);
}

bo_status bo_txn_graphs(bo_txn *txn, bo_str prefix,
                        bo_status (*each)(void *context, bo_str graph, const bo_graph_info *info),
                        void *context) {
    listing l = {each, context};
    BO_TRY(bo_txn_flush(txn));
    return bo_record_each(txn->kv, BO_STORE_GRAPH, prefix, BO_STR(""), list_one, &l);
}

bo_status bo_graph_changes(bo_txn *txn, bo_changes *out, bo_arena *arena) {
    bo_change *items = bo_arena_array(arena, txn->change_count + 1, sizeof *items);
    if (items == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < txn->change_count; i++) {
        const bo_graph_change *one = &txn->changes[i];
        bo_graph_record record = {0};
        BO_TRY(name_of(txn, &items[i].graph, one->graph, arena));
        bo_status status = read_record(txn, &record, items[i].graph);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
        items[i].version = record.version;
        items[i].inserted = one->inserted;
        items[i].removed = one->removed;
    }
    *out = (bo_changes){items, txn->change_count};
    return BO_OK;
}

/* Sets of graphs. */

struct bo_graph_set {
    bool all_but;
    size_t mask;
    bo_id *slots; /* open addressing; 0 is free */
};

static size_t place_of(const bo_graph_set *set, bo_id graph) {
    size_t i = graph * 0x9E3779B97F4A7C15u >> 32 & set->mask;
    while (set->slots[i] != BO_ID_NONE && set->slots[i] != graph) i = (i + 1) & set->mask;
    return i;
}

bool bo_graph_set_has(const bo_graph_set *set, bo_id graph) {
    return (set->slots[place_of(set, graph)] == graph) != set->all_but;
}

bo_status bo_graph_set_new(bo_graph_set **out, bo_txn *txn, bool all_but, const bo_str *graphs, size_t len,
                           bo_arena *arena) {
    bo_graph_set *set = BO_NEW(arena, bo_graph_set);
    size_t size = 8;
    while (size < len * 2) size *= 2;
    if (set == NULL) return bo_error_last()->status;
    set->all_but = all_but;
    set->mask = size - 1;
    set->slots = bo_arena_array(arena, size, sizeof *set->slots);
    if (set->slots == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < len; i++) {
        bo_id id;
        BO_TRY(id_of(txn, &id, graphs[i], false));
        if (id != BO_ID_NONE) set->slots[place_of(set, id)] = id;
    }
    *out = set;
    return BO_OK;
}
