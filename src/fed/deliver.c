/* SPDX-License-Identifier: Apache-2.0
 * Deliveries: in the order of their making for each host, tried again until they work or never will.
 */
#include "base/log.h"
#include "bocage/iri.h"
#include "fed/jobs.h"
#include "fed/signature.h"

enum { BATCH = 100 };

static bo_status load(bo_fed *fed, const bo_fed_job *job, bo_str *text, bo_str *actor, bo_key **key,
                      bo_arena *arena) {
    bo_txn *txn;
    bo_json *activity;
    bo_str pem = BO_STR_NONE;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_ap_activity(txn, text, job->activity, arena);
    if (status == BO_OK) status = bo_json_parse(&activity, *text, NULL, arena);
    if (status == BO_OK) *actor = bo_json_get_string(activity, BO_STR("actor"));
    if (status == BO_OK) status = bo_row_get(txn, BO_TABLE_KEY, *actor, &pem);
    if (status == BO_OK) status = bo_key_from_pem(key, pem);
    bo_txn_abort(txn);
    return status;
}

/* Where an actor takes deliveries; asked once and then kept. */
static bo_str kept_inbox(bo_str actor, bo_arena *arena) {
    return bo_arena_join(arena, BO_STR("inbox of "), bo_str_head(actor, 490));
}

static bo_status inbox_of(bo_fed *fed, bo_str *inbox, bo_str actor, bo_arena *arena) {
    bo_txn *txn;
    bo_str row;
    bo_json *document;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_PEER, kept_inbox(actor, arena), &row);
    if (status == BO_OK) *inbox = bo_arena_str(arena, row);
    bo_txn_abort(txn);
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(bo_fed_get_json(fed, &document, actor, arena));
    *inbox = bo_json_get_string(document, BO_STR("inbox"));
    if (inbox->len == 0) return bo_fail(BO_INVALID, "%.*s has no inbox", BO_STR_ARG(actor));
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    status = bo_row_put(txn, BO_TABLE_PEER, kept_inbox(actor, arena), *inbox);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_fed_post(bo_fed *fed, const bo_fed_letter *letter, bo_arena *arena) {
    bo_fetch request = {.method = BO_POST, .url = letter->to, .body = letter->text};
    bo_http_response response;
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), letter->media_type);
    bo_str key_id = bo_arena_join(arena, letter->actor, BO_STR("#main-key"));
    BO_TRY(bo_signature_sign(&request, letter->key, key_id, fed->options.clock, arena));
    BO_TRY(fed->options.net->fetch(fed->options.net, &request, &response, NULL, arena));
    int code = response.status;
    if (code >= 200 && code < 300) return BO_OK;
    bool never =
        code == 400 || code == 404 || code == 405 || code == 410 || code == 413 || code == 415 || code == 422;
    return bo_fail(never ? BO_DENIED : BO_PEER, "%.*s answers %d", BO_STR_ARG(letter->to), code);
}

/* To an actor of this very node. */
static bo_status hand_over(bo_fed *fed, bo_str text, bo_str to, bo_arena *arena) {
    bo_txn *txn;
    bo_json *activity;
    BO_TRY(bo_json_parse(&activity, text, NULL, arena));
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_ap_is_actor(txn, to) ? BO_OK : BO_NOT_FOUND;
    if (status == BO_OK)
        status = bo_ap_receive(&fed->ap, txn, bo_arena_join(arena, to, BO_STR("/inbox")), activity, arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, arena));
    bo_fed_wake(fed);
    return BO_OK;
}

static bo_status deliver(bo_fed *fed, const bo_fed_job *job, bo_str to, bo_str host, bo_arena *arena) {
    bo_str text, actor, inbox = BO_STR_NONE;
    bo_key *key = NULL;
    bo_status status = load(fed, job, &text, &actor, &key, arena);
    if (status == BO_OK && bo_str_eq_nocase(host, fed->host))
        status = hand_over(fed, text, to, arena);
    else if (status == BO_OK) {
        status = inbox_of(fed, &inbox, to, arena);
        bo_fed_letter letter = {inbox, BO_STR("application/activity+json"), text, actor, key};
        if (status == BO_OK) status = bo_fed_post(fed, &letter, arena);
    }
    bo_key_free(key);
    return status;
}

/* What is queued for one host, until something fails. */
static bo_status deliver_to_host(bo_fed *fed, bo_str queue, bo_str host, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs jobs;
    BO_TRY(bo_fed_jobs_read(fed, &jobs, queue, BO_STR(""), BATCH, arena));
    for (unsigned i = 0; i < jobs.len && !bo_fed_stopping(fed); i++) {
        const bo_fed_job *job = &jobs.items[i];
        bo_str to = bo_json_get_string(job->body, BO_STR("to"));
        bo_status status = deliver(fed, job, to, host, arena);
        if (status != BO_OK)
            bo_log(BO_LOG_INFO, "delivery", "to=%.*s status=%s text=\"%s\"", BO_STR_ARG(to),
                   bo_status_name(status), bo_error_last()->message);
        bo_fed_outcome outcome = bo_fed_outcome_of(status);
        BO_TRY(bo_fed_settle(fed, job, host, outcome, arena));
        if (outcome == BO_FED_FAILED) return BO_OK; /* the order is kept: the rest waits too */
    }
    if (jobs.len == BATCH) *wait_ms = 0;
    return BO_OK;
}

bo_status bo_fed_deliver(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs first;
    bo_str from = BO_STR("");
    while (!bo_fed_stopping(fed)) {
        BO_TRY(bo_fed_jobs_read(fed, &first, BO_STR("d"), from, 1, arena));
        if (first.len == 0) break;
        bo_str key = first.items[0].key, queue = bo_str_head(key, bo_str_find(key, '\0') + 1);
        bo_str host = (bo_str){queue.ptr + 1, queue.len - 2};
        bool hook = bo_str_starts(host, BO_STR(BO_FED_HOOK));
        if (bo_fed_may_ask(fed, host, wait_ms, arena))
            BO_TRY(hook ? bo_fed_call_hooks(fed, queue, host, wait_ms, arena)
                        : deliver_to_host(fed, queue, host, wait_ms, arena));
        from = bo_arena_join(arena, bo_str_head(queue, queue.len - 1), BO_STR("\1"));
    }
    return BO_OK;
}
