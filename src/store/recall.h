/* SPDX-License-Identifier: Apache-2.0
 * IRIs that writers have looked up before, with their ids: the same few predicates, classes and documents
 * come again and again. An id never changes once it is committed; what a failed commit had given out is
 * forgotten as a whole. Used by one writer at a time, in its turn.
 */
#ifndef BO_STORE_RECALL_H
#define BO_STORE_RECALL_H

#include "bocage/source.h"

typedef struct bo_recall bo_recall;

bo_recall *bo_recall_new(void);         /* NULL when memory ran out */
void bo_recall_free(bo_recall *recall); /* accepts NULL */
/* A writer's turn begins; `failures` counts the commits that have failed so far. */
void bo_recall_begin(bo_recall *recall, uint64_t failures);
bo_id bo_recall_get(const bo_recall *recall, const bo_term *term, uint64_t hash); /* or BO_ID_NONE */
void bo_recall_put(bo_recall *recall, const bo_term *term, uint64_t hash, bo_id id);

#endif
