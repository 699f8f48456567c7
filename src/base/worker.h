/* SPDX-License-Identifier: Apache-2.0
 * A pool of threads with one bounded queue of tasks.
 */
#ifndef BO_BASE_WORKER_H
#define BO_BASE_WORKER_H

#include "bocage/status.h"

typedef struct bo_pool bo_pool;
typedef void (*bo_task_fn)(void *context);

bo_status bo_pool_new(bo_pool **out, unsigned threads, unsigned queue_cap) BO_MUST_USE;
/* Finishes what is queued, then ends the threads. Accepts NULL. */
void bo_pool_free(bo_pool *pool);
/* BO_BUSY when the queue is full. Tasks are begun in the order given. Any thread may call it. */
bo_status bo_pool_run(bo_pool *pool, bo_task_fn task, void *context) BO_MUST_USE;

#endif
