/* SPDX-License-Identifier: Apache-2.0 */
#include "fed/jobs.h"

typedef struct reading {
    bo_fed_jobs *jobs;
    bo_arena *arena;
} reading;

static bo_status read_one(void *context, bo_str key, bo_str value) {
    reading *r = context;
    if (r->jobs->len == r->jobs->most) return BO_CANCELLED;
    bo_fed_job *job = &r->jobs->items[r->jobs->len];
    BO_TRY(bo_json_parse(&job->body, bo_arena_str(r->arena, value), NULL, r->arena));
    job->key = bo_arena_str(r->arena, key);
    job->activity = bo_json_get_string(job->body, BO_STR("activity"));
    r->jobs->len++;
    return BO_OK;
}

bo_status bo_fed_jobs_read(bo_fed *fed, bo_fed_jobs *out, bo_str prefix, bo_str from, unsigned most,
                           bo_arena *arena) {
    bo_txn *txn;
    reading r = {out, arena};
    *out = (bo_fed_jobs){.most = most, .items = bo_arena_array(arena, most, sizeof *out->items)};
    if (out->items == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_row_each(txn, BO_TABLE_JOB, prefix, from, read_one, &r);
    bo_txn_abort(txn);
    return status;
}

bo_fed_outcome bo_fed_outcome_of(bo_status status) {
    if (status == BO_OK) return BO_FED_DONE;
    bool later = status == BO_PEER || status == BO_TIMEOUT || status == BO_IO || status == BO_BUSY ||
                 status == BO_NO_MEMORY || status == BO_FULL;
    return later ? BO_FED_FAILED : BO_FED_DROPPED;
}

bool bo_fed_may_ask(bo_fed *fed, bo_str host, int64_t *wait_ms, bo_arena *arena) {
    bo_txn *txn;
    bo_fed_peer peer = {0};
    if (bo_txn_begin(&txn, fed->options.store, BO_READ) != BO_OK) return false;
    bo_status status = bo_fed_peer_of(txn, &peer, host, arena);
    bo_txn_abort(txn);
    int64_t wait = peer.next_ms - bo_clock_wall_ms(fed->options.clock);
    if (status == BO_OK && (peer.failures == 0 || wait <= 0)) return true;
    if (wait < *wait_ms) *wait_ms = wait > 1 ? wait : 1;
    return false;
}

static bo_status settle(bo_fed *fed, bo_txn *txn, const bo_fed_job *job, bo_str host, bo_fed_outcome outcome,
                        bo_arena *arena) {
    if (outcome != BO_FED_FAILED) {
        bo_status status = bo_row_del(txn, BO_TABLE_JOB, job->key);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
    }
    if (host.len == 0) return BO_OK;
    return bo_fed_peer_note(fed, txn, host, outcome != BO_FED_FAILED, arena);
}

bo_status bo_fed_settle(bo_fed *fed, const bo_fed_job *job, bo_str host, bo_fed_outcome outcome,
                        bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = settle(fed, txn, job, host, outcome, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}
