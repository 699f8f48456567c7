/* SPDX-License-Identifier: Apache-2.0
 * When graphs, predicates and rows have changed last: a number for each of so many places, which they share
 * by their hashes. A writer marks places while it works, and raises their numbers right before its commit can
 * be seen.
 */
#include "store/txn.h"

static bo_watch watch_of(uint64_t n) {
    return 1 + (bo_watch)((n * 0x9E3779B97F4A7C15u) >> 32) % BO_WATCH_PLACES;
}

static bo_watch watch_of_term(bo_txn *txn, bo_str iri) {
    bo_id id;
    bo_status status = bo_graph_id(txn, &id, iri, false);
    /* A name that the store does not know yet may get any id. */
    return status == BO_OK && id != BO_ID_NONE ? watch_of(id) : BO_WATCH_ALL;
}

bo_watch bo_watch_graph(bo_txn *txn, bo_str graph) {
    return watch_of_term(txn, graph);
}

bo_watch bo_watch_predicate(bo_txn *txn, bo_str iri) {
    return watch_of_term(txn, iri);
}

bo_watch bo_watch_table(bo_table table) {
    return watch_of((uint64_t)table + 1);
}

bo_watch bo_watch_row(bo_table table, bo_str key) {
    return watch_of(bo_str_hash(key) + (uint64_t)table);
}

void bo_watch_mark(bo_txn *txn, bo_watch watch) {
    bo_watch place = watch - 1;
    txn->marked[place / 64] |= (uint64_t)1 << place % 64;
}

void bo_watch_mark_id(bo_txn *txn, bo_id id) {
    bo_watch_mark(txn, watch_of(id));
}

bo_status bo_txn_alert(bo_txn *txn, bo_str graph) {
    bo_id id;
    BO_TRY(bo_graph_id(txn, &id, graph, false));
    if (id != BO_ID_NONE) bo_watch_mark_id(txn, id);
    return BO_OK;
}

void bo_watch_raise(bo_txn *txn) {
    uint64_t generation = bo_kv_txn_generation(txn->kv);
    for (unsigned w = 0; w < BO_WATCH_PLACES / 64; w++)
        for (uint64_t bits = txn->marked[w]; bits != 0; bits &= bits - 1)
            atomic_store(&txn->store->watched[w * 64 + (unsigned)__builtin_ctzll(bits)], generation);
}

void bo_basis_add(bo_basis *basis, bo_watch watch) {
    if (basis->count < BO_WATCHES_MAX)
        basis->watches[basis->count++] = watch;
    else
        basis->watches[0] = BO_WATCH_ALL;
}

static bool is_marked(const bo_txn *txn, bo_watch watch) {
    bo_watch place = watch - 1;
    return watch == BO_WATCH_ALL || (txn->marked[place / 64] >> place % 64 & 1) != 0;
}

bool bo_txn_unchanged(bo_txn *txn, const bo_basis *basis) {
    uint64_t sees = bo_kv_txn_generation(txn->kv) - (txn->writer ? 1 : 0);
    bo_basis seen = *basis;
    if (seen.since > sees) seen.since = sees;
    for (unsigned i = 0; txn->writer && i < basis->count; i++)
        if (is_marked(txn, basis->watches[i])) return false;
    return bo_store_unchanged(txn->store, &seen);
}

uint64_t bo_txn_generation(bo_txn *txn) {
    return txn->writer ? 0 : bo_kv_txn_generation(txn->kv);
}

bool bo_store_unchanged(bo_store *store, const bo_basis *basis) {
    uint64_t others, generation = bo_kv_generation(store->kv, &others);
    if (basis->count > 0 && others > basis->since) return false;
    for (unsigned i = 0; i < basis->count; i++) {
        bo_watch watch = basis->watches[i];
        uint64_t changed = watch == BO_WATCH_ALL ? generation : atomic_load(&store->watched[watch - 1]);
        if (changed > basis->since) return false;
    }
    return true;
}
