/* SPDX-License-Identifier: Apache-2.0
 * Deliveries (ActivityPub section 7.1): one host at a time gets what waits for it, in order, until something
 * fails. What is due is queue.h's to say.
 */
#include "base/log.h"
#include "base/map.h"
#include "fed/internal.h"

enum {
    BATCH = 50,      /* posts before it is written down how far a host has come ... */
    BATCH_MS = 3000, /* or so much time */
    TRIES_MOST = 12  /* at one activity that a host, answering, can't take */
};

typedef struct serving {
    bo_fed *fed;
    bo_host *host;
    bool is_own;    /* this very node */
    bool is_over;   /* for now */
    unsigned sent;  /* posts */
    int64_t end_ms; /* when the batch is to be over */
    bo_map served;  /* inboxes that have the present entry */
    bo_arena *arena;
} serving;

static void note(serving *s, const char *event, bo_str recipient, const bo_outgoing *entry) {
    bo_str reason = bo_arena_str(s->arena, bo_str_of(bo_error_last()->message));
    s->host->error = reason;
    bo_log(BO_LOG_INFO, event, "to=%.*s activity=%.*s text=\"%.*s\"", BO_STR_ARG(recipient),
           BO_STR_ARG(entry->activity), BO_STR_ARG(reason));
}

static void skip(serving *s, bo_str recipient, const bo_outgoing *entry) {
    s->host->skipped++;
    note(s, "delivery-refused", recipient, entry);
}

static void fail(serving *s, bo_str recipient, const bo_outgoing *entry, int64_t wait_ms) {
    const bo_fed_options *o = &s->fed->options;
    int64_t soonest = bo_clock_wall_ms(o->clock) + wait_ms;
    note(s, "delivery-failed", recipient, entry);
    bo_host_fail(s->host, &s->fed->backoff, o->delivery.give_up_ms);
    if (s->host->next_ms < soonest) s->host->next_ms = soonest;
    s->is_over = true;
}

/* Who is gone follows no more. */
static bo_status forget(serving *s, bo_str recipient, const bo_outgoing *entry) {
    bo_txn *txn;
    bo_str followers = bo_arena_join(s->arena, entry->actor, BO_STR("/followers"));
    BO_TRY(bo_txn_begin(&txn, s->fed->options.store, BO_WRITE));
    bo_status status = bo_ap_uncollect(txn, followers, recipient, s->arena);
    if (status == BO_OK) {
        status = bo_row_del(txn, BO_TABLE_REMOTE, recipient);
        if (status == BO_NOT_FOUND) status = BO_OK;
    }
    if (status == BO_OK) return bo_txn_commit(txn, NULL, s->arena);
    bo_txn_abort(txn);
    return status;
}

/* What it means that an actor could not be asked for its inbox. */
static bo_status unknown_address(serving *s, bo_status why, bo_str recipient, const bo_outgoing *entry) {
    bo_error error = *bo_error_last();
    if (why == BO_GONE || why == BO_NOT_FOUND) {
        BO_TRY(forget(s, recipient, entry));
        bo_fail(why, "%s", error.message);
    }
    if (why == BO_PEER || why == BO_TIMEOUT || why == BO_DENIED)
        fail(s, recipient, entry, 0);
    else if (why == BO_GONE || why == BO_NOT_FOUND || why == BO_INVALID || why == BO_LIMIT)
        skip(s, recipient, entry);
    else
        return why;
    return BO_OK;
}

static bo_str inbox_for(const bo_recipient *recipient, const bo_fed_address *address) {
    return recipient->follows && address->shared.len > 0 ? address->shared : address->inbox;
}

static bo_status post(serving *s, bo_str inbox, const bo_outgoing *entry, bo_post_answer *answer) {
    bo_letter *letter;
    BO_TRY(bo_letter_get(s->fed, &letter, entry->activity, entry->actor));
    bo_fed_mailing mailing = {inbox,       BO_STR("application/activity+json"), letter->text, letter->actor,
                              letter->key, (bo_signature_form)s->host->form};
    bo_status status = bo_fed_post(s->fed, &mailing, answer, s->arena);
    bo_letter_release(letter);
    s->sent++;
    return status;
}

static bo_status settle_post(serving *s, bo_status status, const bo_post_answer *answer, bo_str recipient,
                             const bo_outgoing *entry) {
    switch (answer->result) {
    case BO_POST_TAKEN:
        bo_host_succeed(s->host);
        s->host->form = (int64_t)answer->form;
        return BO_OK;
    case BO_POST_MOVED:
    case BO_POST_REFUSED: skip(s, recipient, entry); return BO_OK;
    case BO_POST_SLOW:
        s->host->next_ms = bo_clock_wall_ms(s->fed->options.clock) +
                           (answer->wait_ms > 0 ? answer->wait_ms : s->fed->backoff.first_ms);
        note(s, "delivery-slowed", recipient, entry);
        s->is_over = true;
        return BO_OK;
    case BO_POST_BLAMED:
        if (++s->host->tries >= TRIES_MOST) {
            skip(s, recipient, entry);
            s->host->tries = 0;
            return BO_OK;
        }
        break;
    case BO_POST_LATER: break;
    }
    /* no letter could be made: nothing that this node itself lacks will ever be delivered */
    if (answer->http == 0 && (status == BO_NOT_FOUND || status == BO_SYNTAX))
        skip(s, recipient, entry);
    else
        fail(s, recipient, entry, answer->wait_ms);
    return BO_OK;
}

/* An inbox that is not there has its actor asked anew, once: it may have moved, or be gone. */
static bo_status deliver_anew(serving *s, const bo_recipient *recipient, bo_str inbox,
                              const bo_outgoing *entry) {
    bo_fed_address address;
    bo_post_answer answer;
    bo_error error = *bo_error_last();
    bo_status status = bo_fed_address_ask(s->fed, &address, recipient->actor, s->arena);
    if (status != BO_OK) return unknown_address(s, status, recipient->actor, entry);
    bo_str other = inbox_for(recipient, &address);
    if (bo_str_eq(other, inbox)) {
        bo_fail(BO_DENIED, "%s", error.message);
        skip(s, recipient->actor, entry);
        return BO_OK;
    }
    status = post(s, other, entry, &answer);
    return settle_post(s, status, &answer, recipient->actor, entry);
}

/* To an actor of this very node. */
static bo_status hand_over(serving *s, bo_str to, const bo_outgoing *entry) {
    bo_fed *fed = s->fed;
    bo_txn *txn;
    bo_str text;
    bo_json *activity;
    bo_str inbox = bo_arena_join(s->arena, to, BO_STR("/inbox"));
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = bo_ap_activity(txn, &text, entry->activity, s->arena);
    if (status == BO_OK) status = bo_json_parse(&activity, text, NULL, s->arena);
    if (status == BO_OK && bo_ap_is_actor(txn, to))
        status = bo_ap_receive(&fed->ap, txn, inbox, activity, s->arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        if (status == BO_NOT_FOUND || status == BO_SYNTAX) return skip(s, to, entry), BO_OK;
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, s->arena));
    s->sent++;
    bo_fed_wake(fed);
    return BO_OK;
}

static bo_status deliver_to(serving *s, const bo_recipient *recipient, const bo_outgoing *entry) {
    bool has_it = s->host->within.len > 0 && bo_str_cmp(recipient->actor, s->host->within) <= 0;
    bo_fed_address address = {0};
    bo_post_answer answer;
    bool is_new;
    if (s->is_own) return has_it ? BO_OK : hand_over(s, recipient->actor, entry);
    bo_status status = bo_fed_address_of(s->fed, &address, recipient->actor, !has_it, s->arena);
    if (status != BO_OK && has_it) return BO_OK;
    if (status != BO_OK) return unknown_address(s, status, recipient->actor, entry);
    bo_str inbox = inbox_for(recipient, &address);
    if (bo_map_put(&s->served, inbox, &is_new) == NULL) return bo_error_last()->status;
    if (!is_new || has_it) return BO_OK;
    status = post(s, inbox, entry, &answer);
    if (answer.result == BO_POST_MOVED) return deliver_anew(s, recipient, inbox, entry);
    return settle_post(s, status, &answer, recipient->actor, entry);
}

static bo_status deliver_entry(serving *s, const bo_queue_work *work) {
    bo_map_init(&s->served, s->arena);
    for (size_t i = 0; i < work->len; i++) {
        BO_TRY(deliver_to(s, &work->recipients[i], &work->entry));
        if (s->is_over) return BO_OK;
        s->host->within = work->recipients[i].actor;
        s->is_over = s->sent >= BATCH || bo_clock_wall_ms(s->fed->options.clock) > s->end_ms;
        if (s->is_over && i + 1 < work->len) return BO_OK;
    }
    s->host->cursor = (int64_t)work->entry.number;
    s->host->within = BO_STR("");
    s->host->tries = 0;
    return BO_OK;
}

static bo_status next(const serving *s, bo_queue_work *out) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, s->fed->options.store, BO_READ));
    bo_status status = bo_queue_next(txn, out, s->host->name, (uint64_t)s->host->cursor, s->arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status deliver_batch(serving *s) {
    bo_queue_work work;
    s->end_ms = bo_clock_wall_ms(s->fed->options.clock) + BATCH_MS;
    while (!s->is_over && !bo_fed_stopping(s->fed)) {
        BO_TRY(next(s, &work));
        s->host->cursor = (int64_t)work.cursor;
        if (work.entry.number == 0) break;
        BO_TRY(deliver_entry(s, &work));
    }
    return BO_OK;
}

static bo_status read_host(bo_fed *fed, bo_host *out, bo_str name, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_host_get(txn, out, name, arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status serve(bo_fed *fed, bo_str name, bo_arena *arena) {
    bo_host host;
    serving s = {.fed = fed, .host = &host, .arena = arena};
    BO_TRY(read_host(fed, &host, name, arena));
    if (!host.waits || host.next_ms > bo_clock_wall_ms(fed->options.clock)) return BO_OK;
    s.is_own = bo_str_eq(name, fed->ap.base_url);
    bo_status status = deliver_batch(&s);
    bo_error error = *bo_error_last();
    BO_TRY(bo_queue_settle(fed->queue, &host, s.sent, arena));
    return status == BO_OK ? BO_OK : bo_fail(status, "%s", error.message);
}

bo_status bo_fed_serve_hosts(bo_fed *fed, unsigned *served) {
    bo_status status = BO_OK;
    *served = 0;
    while (status == BO_OK && !bo_fed_stopping(fed)) {
        bo_arena *arena = bo_arena_new(0);
        if (arena == NULL) return bo_error_last()->status;
        bo_str host = bo_queue_take(fed->queue, arena);
        if (host.ptr != NULL) {
            status = serve(fed, host, arena);
            bo_queue_give_back(fed->queue, host);
            ++*served;
        }
        bool more = host.ptr != NULL;
        bo_arena_free(arena);
        if (!more) break;
    }
    return status;
}

bo_status bo_fed_dispatch(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    return bo_queue_fill(fed->queue, wait_ms, arena);
}
