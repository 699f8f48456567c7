/* SPDX-License-Identifier: Apache-2.0
 * What was received: proven at the door, carried out by a thread.
 */
#include "base/log.h"
#include "bocage/iri.h"
#include "fed/jobs.h"
#include "fed/signature.h"
#include "ldp/rules.h"

enum { BATCH = 100 };

/* The signature, with the key that it names. *kept: the key had been kept, so there may be a newer one. */
static bo_status verify(bo_fed *fed, const bo_http_request *request, const bo_signature *signature,
                        const bo_signature_rules *rules, bo_str *owner, bool fresh, bo_arena *arena) {
    bo_fed_peer_key found;
    bo_key *key;
    bo_status status = bo_fed_key(fed, &found, signature->key_id, fresh, arena);
    if (status == BO_OK) status = bo_fed_peer_key_open(&key, &found);
    if (status != BO_OK)
        return bo_fail(BO_UNAUTHENTICATED, "the key %.*s can't be had: %s", BO_STR_ARG(signature->key_id),
                       bo_arena_str(arena, bo_str_of(bo_error_last()->message)).ptr);
    status = bo_signature_verify(signature, request, rules, key, arena);
    bo_key_free(key);
    *owner = found.owner;
    return status;
}

bo_status bo_fed_signer(bo_fed *fed, const bo_http_request *request, bo_str *owner, bo_arena *arena) {
    bo_signature signature;
    bo_signature_rules rules = {fed->options.clock, (int64_t)fed->options.skew_s * 1000, fed->host,
                                bo_iri_split(fed->ap.base_url).scheme};
    bo_status status = bo_signature_read(&signature, &request->headers, arena);
    if (status == BO_NOT_FOUND) return bo_fail(BO_UNAUTHENTICATED, "the request must be signed");
    BO_TRY(status);
    BO_TRY(bo_signature_check(&signature, request, &rules, arena));
    bool kept = bo_fed_key_is_kept(fed, signature.key_id, arena);
    status = verify(fed, request, &signature, &rules, owner, false, arena);
    if (status == BO_OK || !kept) return status;
    bo_error error = *bo_error_last();
    if (verify(fed, request, &signature, &rules, owner, true, arena) == BO_OK)
        return BO_OK; /* it has changed */
    return bo_fail(BO_UNAUTHENTICATED, "%s", error.message);
}

static bo_str iri_of(const bo_json *value) {
    return bo_json_is(value, BO_JSON_STRING) ? value->text : bo_json_get_string(value, BO_STR("id"));
}

static bo_status check_actor(bo_fed *fed, const bo_http_request *request, const bo_json *activity,
                             bo_arena *arena) {
    bo_str owner, actor = iri_of(bo_json_get(activity, BO_STR("actor")));
    bo_str id = bo_json_get_string(activity, BO_STR("id"));
    BO_TRY(bo_fed_signer(fed, request, &owner, arena));
    if (!bo_str_eq(owner, actor))
        return bo_fail(BO_UNAUTHENTICATED, "it is signed by %.*s, but its actor is %.*s", BO_STR_ARG(owner),
                       BO_STR_ARG(actor));
    if (id.len > 0 && !bo_str_eq_nocase(bo_iri_split(id).authority, bo_iri_split(actor).authority))
        return bo_fail(BO_UNAUTHENTICATED, "the activity's id is not of its actor's host");
    return BO_OK;
}

/* An actor that deletes itself tells everyone, also those who never heard of it. Nothing is to be done for
 * one whose key was never needed here, and its key can't be had any more. */
static bool is_of_a_stranger(bo_fed *fed, const bo_http_request *request, const bo_json *activity,
                             bo_arena *arena) {
    bo_signature signature;
    bo_str actor = iri_of(bo_json_get(activity, BO_STR("actor")));
    bool itself = bo_str_eq(bo_json_get_string(activity, BO_STR("type")), BO_STR("Delete")) &&
                  actor.len > 0 && bo_str_eq(iri_of(bo_json_get(activity, BO_STR("object"))), actor);
    return itself && bo_signature_read(&signature, &request->headers, arena) == BO_OK &&
           !bo_fed_key_is_kept(fed, signature.key_id, arena);
}

bo_status bo_fed_receive(bo_fed *fed, const bo_http_request *request, bo_str inbox, bo_arena *arena) {
    bo_json *activity;
    bo_txn *txn;
    bo_json_limits limits = {.depth = 64, .nodes = 100000};
    BO_TRY(bo_json_parse(&activity, request->body, &limits, arena));
    if (is_of_a_stranger(fed, request, activity, arena)) return BO_OK;
    BO_TRY(check_actor(fed, request, activity, arena));
    BO_TRY(
        bo_queue_hear(fed->queue, bo_outgoing_host(iri_of(bo_json_get(activity, BO_STR("actor")))), arena));
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_ap_receive(&fed->ap, txn, inbox, activity, arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, arena));
    bo_fed_wake(fed);
    return BO_OK;
}

/* Carrying out. */

static bo_status step(bo_fed *fed, const bo_fed_job *job, bo_ap_need *need, bo_txn *txn, bo_arena *arena) {
    bo_str text;
    bo_json *activity;
    BO_TRY(bo_ap_activity(txn, &text, job->activity, arena));
    BO_TRY(bo_json_parse(&activity, text, NULL, arena));
    BO_TRY(bo_ap_carry_out(&fed->ap, txn, bo_json_get_string(job->body, BO_STR("inbox")), activity, need,
                           arena));
    return bo_row_del(txn, BO_TABLE_JOB, job->key);
}

static bo_status attempt(bo_fed *fed, const bo_fed_job *job, bo_ap_need *need, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = step(fed, job, need, txn, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

/* Holds what is to be mirrored against the node's own shapes. A peer answers for its resources and may have
 * other shapes, so that what these object is logged, and kept unless the operator wants otherwise. */
static bo_status check_need(bo_fed *fed, const bo_ap_need *need, bo_arena *arena) {
    const bo_fed_options *o = &fed->options;
    bo_source *snapshot;
    bo_txn *txn;
    if (o->rules == NULL) return BO_OK;
    bo_str home = bo_arena_join(arena, o->wac->base_url, BO_STR("/"));
    if (home.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&txn, o->store, BO_READ));
    bo_status status = bo_txn_source(&snapshot, txn, NULL, arena);
    if (status == BO_OK) {
        uint64_t deadline = bo_clock_steady_ns(o->clock) + o->validation_ms * 1000000u;
        const bo_rules_question question = {.content = need->resource,
                                            .iri = need->iri,
                                            .behind = snapshot,
                                            .home = home,
                                            .language = BO_ENGLISH,
                                            .deadline_ns = deadline};
        status = bo_rules_check(o->rules, NULL, &question, arena);
    }
    bo_txn_abort(txn);
    if (status != BO_INVALID) return status;
    const bo_error error = *bo_error_last();
    if (o->refuse_invalid)
        return bo_fail(BO_INVALID, "%.*s is not mirrored, since the shapes of this node refuse it: %.300s",
                       BO_STR_ARG(bo_str_head(need->iri, 150)), error.message);
    bo_log(BO_LOG_WARN, "mirrored", "resource=%.*s text=\"the shapes of this node object: %s\"",
           BO_STR_ARG(need->iri), error.message);
    return BO_OK;
}

/* Fetches what is needed, outside of any transaction; what is gone is an answer too. */
static bo_status fetch_need(bo_fed *fed, bo_ap_need *need, bo_arena *arena) {
    bo_status status = bo_fed_get_graph(fed, &need->resource, need->iri, arena);
    if (status == BO_GONE || status == BO_NOT_FOUND) status = BO_OK;
    need->have = status == BO_OK;
    return status;
}

static bo_status carry_out(bo_fed *fed, const bo_fed_job *job, int64_t *wait_ms, bo_arena *arena) {
    bo_ap_need need = {0};
    bo_status status = attempt(fed, job, &need, arena);
    if (status != BO_NEED) return status;
    bo_str host = bo_iri_split(need.iri).authority;
    if (!bo_fed_may_ask(fed, host, wait_ms, arena)) return BO_BUSY;
    status = fetch_need(fed, &need, arena);
    if (status == BO_OK && need.have) status = check_need(fed, &need, arena);
    if (status == BO_OK) status = attempt(fed, job, &need, arena);
    bo_graph_free(need.resource);
    if (status == BO_PEER || status == BO_TIMEOUT)
        BO_TRY(bo_fed_settle(fed, job, host, BO_FED_FAILED, arena));
    return status;
}

bo_status bo_fed_carry_out(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    bo_fed_jobs jobs;
    unsigned done = 0;
    BO_TRY(bo_fed_jobs_read(fed, &jobs, BO_STR("i"), BO_STR(""), BATCH, arena));
    for (unsigned i = 0; i < jobs.len && !bo_fed_stopping(fed); i++) {
        bo_status status = carry_out(fed, &jobs.items[i], wait_ms, arena);
        done += status == BO_OK;
        if (status == BO_OK || status == BO_BUSY) continue;
        bo_log(BO_LOG_INFO, "received", "activity=%.*s status=%s text=\"%s\"",
               BO_STR_ARG(jobs.items[i].activity), bo_status_name(status), bo_error_last()->message);
        if (bo_fed_outcome_of(status) == BO_FED_DROPPED)
            BO_TRY(bo_fed_settle(fed, &jobs.items[i], BO_STR_NONE, BO_FED_DROPPED, arena));
    }
    if (done > 0) bo_fed_wake(fed); /* there may be answers to deliver */
    return BO_OK;
}
