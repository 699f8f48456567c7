/* SPDX-License-Identifier: Apache-2.0
 * What is hidden from each who asks, remembered until rights or groups change: to find out takes a look at
 * the authorisations of every graph that is hidden from anyone. Thread-safe.
 */
#ifndef BO_WAC_RECALL_H
#define BO_WAC_RECALL_H

#include "wac/wac.h"

/* Graphs by their ids: IRIs, whose ids never change. */
typedef struct bo_hidden {
    bo_id *items;
    size_t len;
} bo_hidden;

/* What the transaction may take for right, copied into the arena; false when there is nothing. */
bool bo_wac_recall_get(bo_wac_recall *recall, bo_hidden *out, bo_txn *txn, bo_str webid, bo_arena *arena);
void bo_wac_recall_put(bo_wac_recall *recall, const bo_hidden *hidden, bo_txn *txn, bo_str webid);

#endif
