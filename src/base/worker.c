/* SPDX-License-Identifier: Apache-2.0
 * The worker that was busy last is woken first: its stack and its heap are still in the processor's caches.
 * It is handed its task without taking the lock again.
 */
#include "base/worker.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct task {
    bo_task_fn run; /* NULL: none */
    void *context;
} task;

typedef struct worker {
    bo_pool *pool;
    pthread_t thread;
    sem_t wake;
    task next;            /* what it is woken for; none: the pool ends */
    struct worker *below; /* of the idle ones */
} worker;

struct bo_pool {
    pthread_mutex_t lock;
    worker *workers, *idle; /* idle: the one on top was busy last */
    unsigned worker_count;
    task *queue; /* a ring; something is in it only when nobody is idle */
    unsigned cap, first, len;
    bool ending;
};

/* The next task from the queue; none when there is none, and then the worker counts as idle. */
static task take(worker *w) {
    bo_pool *pool = w->pool;
    task next = {0};
    pthread_mutex_lock(&pool->lock);
    w->next = next;
    if (pool->len > 0) {
        next = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->cap;
        pool->len--;
    } else if (!pool->ending) {
        w->below = pool->idle;
        pool->idle = w;
    } else {
        sem_post(&w->wake); /* to end */
    }
    pthread_mutex_unlock(&pool->lock);
    return next;
}

static void *work(void *context) {
    worker *w = context;
    for (;;) {
        task next = take(w);
        if (next.run == NULL) {
            while (sem_wait(&w->wake) != 0) continue; /* a signal came */
            next = w->next;
        }
        if (next.run == NULL) return NULL;
        next.run(next.context);
    }
}

static bo_status start(bo_pool *pool, unsigned threads) {
    while (pool->worker_count < threads) {
        worker *w = &pool->workers[pool->worker_count];
        w->pool = pool;
        sem_init(&w->wake, 0, 0);
        if (pthread_create(&w->thread, NULL, work, w) != 0) {
            sem_destroy(&w->wake);
            return bo_fail(BO_IO, "can't start thread %u of %u", pool->worker_count + 1, threads);
        }
        pool->worker_count++;
    }
    return BO_OK;
}

bo_status bo_pool_new(bo_pool **out, unsigned threads, unsigned queue_cap) {
    bo_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&pool->lock, NULL);
    pool->cap = queue_cap;
    pool->queue = calloc(queue_cap, sizeof *pool->queue);
    pool->workers = calloc(threads, sizeof *pool->workers);
    bool whole = pool->queue != NULL && pool->workers != NULL;
    bo_status status = whole ? start(pool, threads) : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status != BO_OK)
        bo_pool_free(pool);
    else
        *out = pool;
    return status;
}

void bo_pool_free(bo_pool *pool) {
    if (pool == NULL) return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    for (worker *w = pool->idle; w != NULL; w = w->below) sem_post(&w->wake);
    pool->idle = NULL;
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->worker_count; i++) pthread_join(pool->workers[i].thread, NULL);
    for (unsigned i = 0; i < pool->worker_count; i++) sem_destroy(&pool->workers[i].wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool->workers);
    free(pool->queue);
    free(pool);
}

bo_status bo_pool_run(bo_pool *pool, bo_task_fn run, void *context) {
    bo_status status = BO_OK;
    pthread_mutex_lock(&pool->lock);
    worker *w = pool->ending ? NULL : pool->idle;
    if (w != NULL) {
        pool->idle = w->below;
        w->next = (task){run, context};
    } else if (pool->len == pool->cap || pool->ending) {
        status = bo_fail(BO_BUSY, "all %u places in the queue are taken", pool->cap);
    } else {
        pool->queue[(pool->first + pool->len) % pool->cap] = (task){run, context};
        pool->len++;
    }
    pthread_mutex_unlock(&pool->lock);
    if (w != NULL) sem_post(&w->wake);
    return status;
}
