/* SPDX-License-Identifier: Apache-2.0
 * What notification channels hear: messages for sockets are handed up, messages for webhooks are posted, each
 * channel at its own pace.
 */
#include "ap/channel.h"
#include "base/log.h"
#include "fed/jobs.h"

#define HOOK "hook " /* a webhook's queue: "d", this and the channel's id */
enum { BATCH = 100 };

static bo_str text_of(const bo_fed_job *job, bo_arena *arena) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_write(&text, bo_json_get(job->body, BO_STR("message")));
    bo_str whole = text.status == BO_OK ? bo_arena_str(arena, bo_text_str(&text)) : BO_STR_NONE;
    bo_text_done(&text);
    return whole;
}

/* Sockets. A message that was handed up counts as heard. */

static bo_status forget(bo_fed *fed, const bo_fed_jobs *jobs, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    for (unsigned i = 0; i < jobs->len; i++) {
        bo_status status = bo_row_del(txn, BO_TABLE_JOB, jobs->items[i].key);
        if (status == BO_OK || status == BO_NOT_FOUND) continue;
        bo_txn_abort(txn);
        return status;
    }
    return bo_txn_commit(txn, NULL, arena);
}

/* What channels with a rate kept until now. */
static bo_status release(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    bo_txn *txn;
    int64_t due_ms, now_ms = bo_clock_wall_ms(fed->options.clock);
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_channel_due(&fed->ap, txn, &due_ms, arena);
    bo_txn_abort(txn);
    BO_TRY(status);
    if (due_ms <= now_ms) {
        BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
        status = bo_channel_release(&fed->ap, txn, &due_ms, arena);
        if (status != BO_OK) return bo_txn_abort(txn), status;
        BO_TRY(bo_txn_commit(txn, NULL, arena));
        bo_fed_wake(fed);
    }
    if (due_ms < INT64_MAX && due_ms - now_ms < *wait_ms) *wait_ms = due_ms > now_ms ? due_ms - now_ms : 0;
    return BO_OK;
}

bo_status bo_fed_push(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs jobs;
    bo_str queue = bo_arena_str(arena, bo_str_make("n\0", 2));
    BO_TRY(release(fed, wait_ms, arena));
    BO_TRY(bo_fed_jobs_read(fed, &jobs, queue, BO_STR(""), BATCH, arena));
    if (jobs.len == 0) return BO_OK;
    for (unsigned i = 0; i < jobs.len && fed->options.push != NULL; i++)
        fed->options.push(fed->options.push_context,
                          bo_json_get_string(jobs.items[i].body, BO_STR("channel")),
                          text_of(&jobs.items[i], arena));
    if (jobs.len == BATCH) *wait_ms = 0;
    return forget(fed, &jobs, arena);
}

/* Webhooks. The node's relay signs, as it does for its followers. */

/* Who refuses a message for good gets no more. */
static bo_status end_channel(bo_fed *fed, bo_str id, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_channel_remove(txn, id, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status call(bo_fed *fed, const bo_fed_job *job, bo_arena *arena) {
    bo_key *key = NULL;
    bo_post_answer answer;
    bo_fed_mailing mailing = {.to = bo_json_get_string(job->body, BO_STR("to")),
                              .media_type = BO_STR("application/ld+json"),
                              .text = text_of(job, arena),
                              .actor = bo_ap_relay(&fed->ap, arena)};
    BO_TRY(bo_fed_relay_key(fed, &key, mailing.actor));
    mailing.key = key;
    bo_status status = bo_fed_post(fed, &mailing, &answer, arena);
    bo_key_free(key);
    return status;
}

static bo_status call_hook(bo_fed *fed, bo_str queue, bo_str name, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs jobs;
    bo_str id = bo_str_from(name, sizeof HOOK - 1);
    BO_TRY(bo_fed_jobs_read(fed, &jobs, queue, BO_STR(""), BATCH, arena));
    for (unsigned i = 0; i < jobs.len && !bo_fed_stopping(fed); i++) {
        bo_status status = call(fed, &jobs.items[i], arena);
        bo_fed_outcome outcome = bo_fed_outcome_of(status);
        if (status != BO_OK)
            bo_log(BO_LOG_INFO, "webhook", "channel=%.*s status=%s text=\"%s\"", BO_STR_ARG(id),
                   bo_status_name(status), bo_error_last()->message);
        if (outcome == BO_FED_DROPPED) return end_channel(fed, id, arena);
        BO_TRY(bo_fed_settle(fed, &jobs.items[i], name, outcome, arena));
        if (outcome == BO_FED_FAILED) return BO_OK;
    }
    if (jobs.len == BATCH) *wait_ms = 0;
    return BO_OK;
}

bo_status bo_fed_call_hooks(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs first;
    bo_str from = BO_STR("");
    while (!bo_fed_stopping(fed)) {
        BO_TRY(bo_fed_jobs_read(fed, &first, BO_STR("d" HOOK), from, 1, arena));
        if (first.len == 0) break;
        bo_str key = first.items[0].key, queue = bo_str_head(key, bo_str_find(key, '\0') + 1);
        bo_str name = (bo_str){queue.ptr + 1, queue.len - 2};
        if (bo_fed_may_ask(fed, name, wait_ms, arena)) BO_TRY(call_hook(fed, queue, name, wait_ms, arena));
        from = bo_arena_join(arena, bo_str_head(queue, queue.len - 1), BO_STR("\1"));
    }
    return BO_OK;
}
