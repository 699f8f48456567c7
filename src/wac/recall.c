/* SPDX-License-Identifier: Apache-2.0 */
#include "wac/recall.h"

#include <pthread.h>
#include <stdlib.h>

#include "rdf/vocab.h"

enum { PLACES = 256, MOST = 1 << 14 }; /* askers, and graphs hidden from one of them: 32 MiB at most */

/* In one block of memory: the ids and the WebID lie behind. */
typedef struct entry {
    bo_basis basis;
    bo_str webid;
    size_t len;
    bo_id ids[];
} entry;

struct bo_wac_recall {
    pthread_mutex_t lock;
    entry *places[PLACES]; /* by hash; a later one takes the place */
};

bo_status bo_wac_recall_new(bo_wac_recall **out) {
    bo_wac_recall *recall = calloc(1, sizeof *recall);
    if (recall == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&recall->lock, NULL);
    *out = recall;
    return BO_OK;
}

void bo_wac_recall_free(bo_wac_recall *recall) {
    if (recall == NULL) return;
    for (size_t i = 0; i < PLACES; i++) free(recall->places[i]);
    pthread_mutex_destroy(&recall->lock);
    free(recall);
}

static bool copy_out(bo_hidden *out, const entry *e, bo_arena *arena) {
    bo_id *items = bo_arena_array(arena, e->len + 1, sizeof *items);
    if (items == NULL) return false;
    memcpy(items, e->ids, e->len * sizeof *items);
    *out = (bo_hidden){items, e->len};
    return true;
}

bool bo_wac_recall_get(bo_wac_recall *recall, bo_hidden *out, bo_txn *txn, bo_str webid, bo_arena *arena) {
    pthread_mutex_lock(&recall->lock);
    const entry *e = recall->places[bo_str_hash(webid) % PLACES];
    bool found = e != NULL && bo_str_eq(e->webid, webid) && bo_txn_unchanged(txn, &e->basis) &&
                 copy_out(out, e, arena);
    pthread_mutex_unlock(&recall->lock);
    return found;
}

void bo_wac_recall_put(bo_wac_recall *recall, const bo_hidden *hidden, bo_txn *txn, bo_str webid) {
    uint64_t since = bo_txn_generation(txn);
    if (since == 0 || hidden->len > MOST) return;
    entry *e = malloc(sizeof *e + hidden->len * sizeof *e->ids + webid.len);
    if (e == NULL) return;
    char *text = (char *)(e->ids + hidden->len);
    e->basis = (bo_basis){.since = since};
    bo_basis_add(&e->basis, bo_watch_table(BO_TABLE_HIDDEN));
    if (webid.len > 0) bo_basis_add(&e->basis, bo_watch_predicate(txn, BO_VCARD_HAS_MEMBER));
    e->len = hidden->len;
    if (e->len > 0) memcpy(e->ids, hidden->items, e->len * sizeof *e->ids);
    if (webid.len > 0) memcpy(text, webid.ptr, webid.len);
    e->webid = (bo_str){text, webid.len};
    pthread_mutex_lock(&recall->lock);
    entry **place = &recall->places[bo_str_hash(webid) % PLACES], *before = *place;
    *place = e;
    pthread_mutex_unlock(&recall->lock);
    free(before);
}
