/* SPDX-License-Identifier: Apache-2.0
 * Opening and closing a store, and what can be said of it as a whole.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "rdf/vocab.h"
#include "store/txn.h"

/* Raised whenever an older Bocage could not read the file any more. */
#define FORMAT BO_STR("bocage store 5")
#define FORMAT_FAMILY BO_STR("bocage store ")

static const char *const tables[] = {
    [BO_STORE_META] = "meta",
    [BO_STORE_SPOG] = "spog",
    [BO_STORE_PSOG] = "psog",
    [BO_STORE_POSG] = "posg",
    [BO_STORE_OSPG] = "ospg",
    [BO_STORE_GSPO] = "gspo",
    [BO_STORE_IRI] = "iri",
    [BO_STORE_BLANK] = "blank",
    [BO_STORE_LITERAL] = "literal",
    [BO_STORE_LONG] = "long",
    [BO_STORE_HASH] = "hash",
    [BO_STORE_GRAPH] = "graph",
    [BO_STORE_PREDICATE] = "predicate",
    [BO_STORE_CLASS] = "class",
    [BO_STORE_WORD] = "word",
    [BO_STORE_BLOB] = "blob",
#define BO_TABLE(name, text) [BO_STORE_ROWS + BO_TABLE_##name] = "row/" #name,
#include "bocage/table.def"
#undef BO_TABLE
};

static bo_status check_format(bo_kv_txn *txn, bool *is_new) {
    bo_str format;
    bo_status status = bo_kv_get(txn, BO_STORE_META, BO_STR("format"), &format);
    *is_new = status == BO_NOT_FOUND;
    if (*is_new) return BO_OK;
    BO_TRY(status);
    if (bo_str_eq(format, FORMAT)) return BO_OK;
    if (bo_str_starts(format, FORMAT_FAMILY))
        return bo_fail(BO_UNSUPPORTED, "the store has the format \"%.*s\", which this Bocage can't read",
                       BO_STR_ARG(format));
    return bo_fail(BO_CORRUPT, "the folder holds no store of Bocage");
}

static bo_status add_first_term(bo_kv_txn *txn, uint64_t *numbers) {
    bo_dict dict;
    bo_id id;
    bo_term type = bo_term_iri(BO_RDF_TYPE);
    BO_TRY(bo_dict_init(&dict, txn, numbers, NULL));
    bo_status status = bo_dict_intern(&dict, &id, &type);
    if (status == BO_OK) status = bo_dict_flush(&dict);
    bo_dict_done(&dict);
    return status;
}

static bo_status found_store(bo_kv_txn *txn) {
    bo_state state = {0};
    BO_TRY(add_first_term(txn, state.numbers));
    BO_TRY(bo_kv_put(txn, BO_STORE_META, BO_STR("format"), FORMAT));
    return bo_kv_put(txn, BO_STORE_META, BO_STR("state"), (bo_str){(const char *)&state, sizeof state});
}

static bo_status check_or_found(bo_kv *kv, bool read_only) {
    bo_kv_txn *txn;
    bool is_new = false;
    BO_TRY(bo_kv_begin_read(&txn, kv));
    bo_status status = check_format(txn, &is_new);
    bo_kv_abort(txn);
    if (status != BO_OK || !is_new) return status;
    if (read_only) return bo_fail(BO_CORRUPT, "the folder holds no store of Bocage");
    BO_TRY(bo_kv_begin_write(&txn, kv));
    status = check_format(txn, &is_new); /* another process may have been faster */
    if (status == BO_OK && is_new) status = found_store(txn);
    if (status == BO_OK) return bo_kv_commit(txn);
    bo_kv_abort(txn);
    return status;
}

bo_status bo_store_open(bo_store **out, const char *path, const bo_store_options *options) {
    bo_store *store = calloc(1, sizeof *store);
    if (store == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&store->spreads.lock, NULL);
    store->wall_ms = options->wall_ms != NULL ? options->wall_ms : bo_clock_system.wall_ms;
    store->clock_context = options->wall_ms != NULL ? options->clock_context : bo_clock_system.context;
    bo_kv_options kv = {.size_cap = options->size_cap,
                        .read_only = options->read_only,
                        .create = options->create,
                        .alone = options->alone,
                        .tables = tables,
                        .table_count = sizeof tables / sizeof tables[0]};
    store->recall = bo_recall_new();
    bo_status status = store->recall != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK) status = bo_kv_open(&store->kv, path, &kv);
    if (status == BO_OK) status = check_or_found(store->kv, options->read_only);
    if (status != BO_OK) {
        bo_store_close(store);
        return status;
    }
    *out = store;
    return BO_OK;
}

void bo_store_close(bo_store *store) {
    if (store == NULL) return;
    bo_kv_close(store->kv);
    bo_recall_free(store->recall);
    free(store);
}

bo_status bo_store_copy(bo_store *store, const char *path) {
    return bo_kv_copy(store->kv, path, true);
}

bo_status bo_store_compact(bo_store *store) {
    bo_kv *kv = store->kv;
    bo_recall_free(store->recall);
    free(store);
    return bo_kv_compact(kv);
}

bo_status bo_store_replace(const char *path, const char *from) {
    return bo_kv_replace(path, from);
}

/* Not bo_kv_generation: what that knows of may not have come to readers yet. */
uint64_t bo_store_generation(bo_store *store) {
    bo_kv_txn *txn;
    if (bo_kv_begin_read(&txn, store->kv) != BO_OK) return 0;
    uint64_t seen = bo_kv_txn_generation(txn);
    bo_kv_abort(txn);
    return seen;
}

bo_status bo_store_statistics(bo_store *store, bo_store_stats *out) {
    bo_kv_stats kv;
    bo_txn *txn;
    bo_store_stats stats = {0};
    BO_TRY(bo_kv_statistics(store->kv, &kv));
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_kv_count(txn->kv, BO_STORE_GRAPH, &stats.graphs);
    stats.quads = txn->state.quads.quads;
    for (unsigned i = 0; i < BO_DICT_KINDS; i++) stats.terms += txn->state.numbers[i];
    stats.terms -= txn->state.gone;
    bo_txn_abort(txn);
    BO_TRY(status);
    stats.file_bytes = kv.file_bytes;
    stats.used_bytes = kv.used_bytes;
    stats.commits = kv.commits;
    stats.writers = kv.writers;
    *out = stats;
    return BO_OK;
}
