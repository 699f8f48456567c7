/* SPDX-License-Identifier: Apache-2.0 */
#include "fed/internal.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "bocage/iri.h"

bo_status bo_fed_new(bo_fed **out, const bo_fed_options *options) {
    bo_fed *fed = calloc(1, sizeof *fed);
    if (fed == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    fed->options = *options;
    fed->ap = (bo_ap){options->wac->base_url, options->clock, options->rng, options->wac};
    fed->host = bo_iri_split(options->wac->base_url).authority;
    bo_basis_add(&fed->work, bo_watch_table(BO_TABLE_JOB));
    bo_basis_add(&fed->work, bo_watch_table(BO_TABLE_PEER));
    bo_fed_service_init(fed);
    pthread_mutex_init(&fed->lock, NULL);
    pthread_cond_init(&fed->changed, NULL);
    *out = fed;
    return BO_OK;
}

void bo_fed_free(bo_fed *fed) {
    if (fed == NULL) return;
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

static void *loop(void *context) {
    bo_fed_worker *worker = context;
    uint64_t seen = 0;
    int64_t wait_ms;
    do {
        bo_arena *arena = bo_arena_new(0);
        wait_ms = LONGEST_WAIT_MS;
        bo_status status = arena != NULL ? worker->run(worker->fed, &wait_ms, arena) : BO_NO_MEMORY;
        if (status != BO_OK)
            bo_log(BO_LOG_WARN, "federation", "work=%s status=%s text=\"%s\"", worker->name,
                   bo_status_name(status), bo_error_last()->message);
        bo_arena_free(arena);
    } while (wait_for_work(worker->fed, &seen, wait_ms));
    return NULL;
}

bo_status bo_fed_start(bo_fed *fed) {
    fed->workers[0] = (bo_fed_worker){.fed = fed, .name = "deliver", .run = bo_fed_deliver};
    fed->workers[1] = (bo_fed_worker){.fed = fed, .name = "carry-out", .run = bo_fed_carry_out};
    fed->workers[2] = (bo_fed_worker){.fed = fed, .name = "push", .run = bo_fed_push};
    fed->workers[3] = (bo_fed_worker){.fed = fed, .name = "mail", .run = bo_fed_send_mails};
    fed->workers[4] = (bo_fed_worker){.fed = fed, .name = "sweep", .run = bo_fed_sweep};
    for (unsigned i = 0; i < sizeof fed->workers / sizeof *fed->workers; i++) {
        if (pthread_create(&fed->workers[i].thread, NULL, loop, &fed->workers[i]) != 0)
            return bo_fail(BO_NO_MEMORY, "no thread for federation can be had");
        fed->started++;
    }
    return BO_OK;
}

void bo_fed_stop(bo_fed *fed) {
    pthread_mutex_lock(&fed->lock);
    fed->stopping = true;
    pthread_cond_broadcast(&fed->changed);
    pthread_mutex_unlock(&fed->lock);
    for (; fed->started > 0; fed->started--) pthread_join(fed->workers[fed->started - 1].thread, NULL);
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
