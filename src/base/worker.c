/* SPDX-License-Identifier: Apache-2.0 */
#include "base/worker.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct task {
    bo_task_fn run;
    void *context;
} task;

struct bo_pool {
    pthread_mutex_t lock;
    pthread_cond_t more;
    pthread_t *threads;
    unsigned thread_count;
    task *queue; /* a ring */
    unsigned cap, first, len;
    bool ending;
};

static void *work(void *context) {
    bo_pool *pool = context;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->len == 0 && !pool->ending) pthread_cond_wait(&pool->more, &pool->lock);
        if (pool->len == 0) break;
        task next = pool->queue[pool->first];
        pool->first = (pool->first + 1) % pool->cap;
        pool->len--;
        pthread_mutex_unlock(&pool->lock);
        next.run(next.context);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

bo_status bo_pool_new(bo_pool **out, unsigned threads, unsigned queue_cap) {
    bo_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->more, NULL);
    pool->cap = queue_cap;
    pool->queue = calloc(queue_cap, sizeof *pool->queue);
    pool->threads = calloc(threads, sizeof *pool->threads);
    bo_status status = pool->queue && pool->threads ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    while (status == BO_OK && pool->thread_count < threads) {
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) != 0)
            status = bo_fail(BO_IO, "can't start thread %u of %u", pool->thread_count + 1, threads);
        else
            pool->thread_count++;
    }
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
    pthread_cond_broadcast(&pool->more);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++) pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->more);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool->queue);
    free(pool);
}

bo_status bo_pool_run(bo_pool *pool, bo_task_fn run, void *context) {
    bo_status status = BO_OK;
    pthread_mutex_lock(&pool->lock);
    if (pool->len == pool->cap || pool->ending) {
        status = bo_fail(BO_BUSY, "all %u places in the queue are taken", pool->cap);
    } else {
        pool->queue[(pool->first + pool->len) % pool->cap] = (task){run, context};
        pool->len++;
        pthread_cond_signal(&pool->more);
    }
    pthread_mutex_unlock(&pool->lock);
    return status;
}
