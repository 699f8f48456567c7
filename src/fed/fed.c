/* SPDX-License-Identifier: Apache-2.0 */
#include "fed/internal.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "bocage/iri.h"

static bo_status open_queue(bo_fed *fed) {
    enum { HOUR_MS = 3600 * 1000, DAYS = 24 };
    bo_fed_delivery *d = &fed->options.delivery;
    if (d->longest_retry_ms == 0) d->longest_retry_ms = 6 * HOUR_MS;
    if (d->give_up_ms == 0) d->give_up_ms = INT64_C(30) * DAYS * HOUR_MS;
    if (d->connections > BO_FED_SENDERS_MAX) d->connections = BO_FED_SENDERS_MAX;
    if (d->connections == 0) d->connections = 1;
    fed->backoff = (bo_backoff){d->first_retry_ms, d->longest_retry_ms, fed->options.clock, fed->options.rng};
    bo_queue_options queue = {fed->options.store, fed->backoff, d->give_up_ms, d->connections, d->rate};
    BO_TRY(bo_letters_new(&fed->letters));
    return bo_queue_new(&fed->queue, &queue);
}

bo_status bo_fed_new(bo_fed **out, const bo_fed_options *options) {
    bo_fed *fed = calloc(1, sizeof *fed);
    if (fed == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    fed->options = *options;
    fed->ap = (bo_ap){options->wac->base_url, options->clock, options->rng, options->wac};
    fed->host = bo_iri_split(options->wac->base_url).authority;
    static const bo_table work[] = {BO_TABLE_JOB, BO_TABLE_PEER, BO_TABLE_OUTGOING, BO_TABLE_HOST};
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) bo_basis_add(&fed->work, bo_watch_table(work[i]));
    bo_fed_service_init(fed);
    pthread_mutex_init(&fed->lock, NULL);
    pthread_cond_init(&fed->changed, NULL);
    pthread_cond_init(&fed->due, NULL);
    static bo_status (*const runs[BO_FED_WORKERS])(bo_fed *, int64_t *, bo_arena *) = {
        bo_fed_dispatch, bo_fed_carry_out, bo_fed_push, bo_fed_call_hooks, bo_fed_send_mails, bo_fed_sweep};
    static const char *const names[BO_FED_WORKERS] = {"deliver",  "carry-out", "push",
                                                      "webhooks", "mail",      "sweep"};
    for (unsigned i = 0; i < BO_FED_WORKERS; i++)
        fed->workers[i] = (bo_fed_worker){.fed = fed, .name = names[i], .run = runs[i]};
    bo_status status = open_queue(fed);
    if (status == BO_OK)
        *out = fed;
    else
        bo_fed_free(fed);
    return status;
}

void bo_fed_free(bo_fed *fed) {
    if (fed == NULL) return;
    bo_queue_free(fed->queue);
    bo_letters_free(fed->letters);
    pthread_cond_destroy(&fed->due);
    pthread_cond_destroy(&fed->changed);
    pthread_mutex_destroy(&fed->lock);
    free(fed);
}

/* Most commits leave nothing to do: then nobody wakes. */
void bo_fed_wake(bo_fed *fed) {
    bo_store *store = fed->options.store;
    uint64_t now = bo_store_generation(store);
    pthread_mutex_lock(&fed->lock);
    if (!bo_store_unchanged(store, &fed->work)) {
        fed->work.since = now;
        fed->wakes++;
        pthread_cond_broadcast(&fed->changed);
    }
    pthread_mutex_unlock(&fed->lock);
}

/* Waits for a wake-up that `*seen` does not know, but not longer: other processes commit too, and what is
 * due is due. */
static bool wait_for_work(bo_fed *fed, uint64_t *seen, int64_t most_ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += most_ms / 1000;
    until.tv_nsec += most_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&fed->lock);
    while (!fed->stopping && fed->wakes == *seen)
        if (pthread_cond_timedwait(&fed->changed, &fed->lock, &until) != 0) break;
    *seen = fed->wakes;
    bool go_on = !fed->stopping;
    pthread_mutex_unlock(&fed->lock);
    return go_on;
}

enum { LONGEST_WAIT_MS = 1000 };

static void report(const char *work, bo_status status) {
    if (status != BO_OK)
        bo_log(BO_LOG_WARN, "federation", "work=%s status=%s text=\"%s\"", work, bo_status_name(status),
               bo_error_last()->message);
}

/* Senders wait for the one who looks which hosts are due. */

static void call_senders(bo_fed *fed) {
    pthread_mutex_lock(&fed->lock);
    fed->calls++;
    pthread_cond_broadcast(&fed->due);
    pthread_mutex_unlock(&fed->lock);
}

static bool wait_for_call(bo_fed *fed, uint64_t *seen) {
    pthread_mutex_lock(&fed->lock);
    while (!fed->stopping && fed->calls == *seen) pthread_cond_wait(&fed->due, &fed->lock);
    *seen = fed->calls;
    bool go_on = !fed->stopping;
    pthread_mutex_unlock(&fed->lock);
    return go_on;
}

static void *send_loop(void *context) {
    bo_fed *fed = context;
    uint64_t seen = 0;
    while (wait_for_call(fed, &seen)) {
        unsigned served;
        report("send", bo_fed_serve_hosts(fed, &served));
        if (served > 0) bo_fed_wake(fed); /* there may be more that are due */
    }
    return NULL;
}

static void *loop(void *context) {
    bo_fed_worker *worker = context;
    uint64_t seen = 0;
    int64_t wait_ms;
    do {
        bo_arena *arena = bo_arena_new(0);
        wait_ms = LONGEST_WAIT_MS;
        report(worker->name, arena != NULL ? worker->run(worker->fed, &wait_ms, arena) : BO_NO_MEMORY);
        bo_arena_free(arena);
        if (worker->run == bo_fed_dispatch && bo_queue_is_due(worker->fed->queue)) call_senders(worker->fed);
    } while (wait_for_work(worker->fed, &seen, wait_ms));
    return NULL;
}

bo_status bo_fed_start(bo_fed *fed) {
    for (; fed->started < BO_FED_WORKERS; fed->started++) {
        bo_fed_worker *worker = &fed->workers[fed->started];
        if (pthread_create(&worker->thread, NULL, loop, worker) != 0)
            return bo_fail(BO_NO_MEMORY, "no thread for federation can be had");
    }
    for (; fed->senders_started < fed->options.delivery.connections; fed->senders_started++)
        if (pthread_create(&fed->senders[fed->senders_started], NULL, send_loop, fed) != 0)
            return bo_fail(BO_NO_MEMORY, "no thread for deliveries can be had");
    return BO_OK;
}

void bo_fed_stop(bo_fed *fed) {
    pthread_mutex_lock(&fed->lock);
    fed->stopping = true;
    pthread_cond_broadcast(&fed->changed);
    pthread_cond_broadcast(&fed->due);
    pthread_mutex_unlock(&fed->lock);
    for (; fed->started > 0; fed->started--) pthread_join(fed->workers[fed->started - 1].thread, NULL);
    for (; fed->senders_started > 0; fed->senders_started--)
        pthread_join(fed->senders[fed->senders_started - 1], NULL);
}

/* Until nothing more is due: what one does may be work for another. */
bo_status bo_fed_run(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    unsigned served;
    uint64_t wakes;
    do {
        wakes = fed->wakes;
        *wait_ms = INT64_MAX;
        for (unsigned i = 0; i < BO_FED_WORKERS; i++) {
            int64_t wait = INT64_MAX;
            BO_TRY(fed->workers[i].run(fed, &wait, arena));
            if (wait < *wait_ms) *wait_ms = wait;
        }
        BO_TRY(bo_fed_serve_hosts(fed, &served));
    } while (served > 0 || *wait_ms == 0 || fed->wakes != wakes);
    return BO_OK;
}

bo_status bo_fed_announce(bo_fed *fed, bo_txn *txn, bo_ap_event event, bo_str resource, bo_str container,
                          bo_arena *arena) {
    return bo_ap_announce(&fed->ap, txn, event, resource, container, arena);
}

static bo_status post_follow(bo_fed *fed, bo_str actor, bo_arena *arena) {
    bo_txn *txn;
    bo_str id;
    bo_json *follow = bo_json_new(arena, BO_JSON_OBJECT);
    follow = bo_json_set(arena, follow, BO_STR("type"), bo_json_new_string(arena, BO_STR("Follow")));
    follow = bo_json_set(arena, follow, BO_STR("object"), bo_json_new_string(arena, actor));
    follow = bo_json_set(arena, follow, BO_STR("to"), bo_json_new_string(arena, actor));
    if (follow == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_ap_post(&fed->ap, txn, bo_ap_relay(&fed->ap, arena), follow, &id, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_fed_follow(bo_fed *fed, bo_str whom, bo_arena *arena) {
    bo_str actor = whom;
    if (!bo_str_starts(whom, BO_STR("http"))) BO_TRY(bo_fed_webfinger(fed, &actor, whom, arena));
    BO_TRY(post_follow(fed, actor, arena));
    bo_fed_wake(fed);
    return BO_OK;
}
