/* SPDX-License-Identifier: Apache-2.0
 * Spreading, taking, settling; what administrators see and do is in queue_admin.c.
 */
#include "fed/queue.h"

#include <stdlib.h>

#include "base/log.h"

enum {
    DUE_MOST = 256,    /* hosts found ahead */
    SPREAD_MOST = 100, /* entries spread in one transaction */
    TRIM_MOST = 1000   /* entries removed in one */
};

struct bo_queue {
    bo_queue_options options;
    pthread_mutex_t lock; /* for what follows; never held over a transaction */
    char *due[DUE_MOST], **served;
    unsigned due_len, due_at, served_len;
    char *last_seen;   /* where the search for due hosts stopped; NULL: at the end */
    uint64_t finished; /* no cursor is before it */
};

bo_status bo_queue_new(bo_queue **out, const bo_queue_options *options) {
    bo_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    queue->options = *options;
    if (queue->options.connections == 0) queue->options.connections = 1;
    queue->served = calloc(queue->options.connections, sizeof *queue->served);
    if (queue->served == NULL) {
        free(queue);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    pthread_mutex_init(&queue->lock, NULL);
    *out = queue;
    return BO_OK;
}

void bo_queue_free(bo_queue *queue) {
    if (queue == NULL) return;
    while (queue->due_at < queue->due_len) free(queue->due[queue->due_at++]);
    while (queue->served_len > 0) free(queue->served[--queue->served_len]);
    pthread_mutex_destroy(&queue->lock);
    free(queue->served);
    free(queue->last_seen);
    free(queue);
}

static char *copy_of(bo_str s) {
    return strndup(s.ptr, s.len);
}

/* Spreading. The number of the last entry that has been spread is a setting of the store. */

static const bo_str spread_key = {"outgoing/spread", 15};

static bo_status spread_so_far(bo_txn *txn, uint64_t *out) {
    bo_str value;
    bo_status status = bo_row_get(txn, BO_TABLE_SETTING, spread_key, &value);
    *out = 0;
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    return bo_str_to_u64(out, value);
}

typedef struct names {
    bo_str *items;
    size_t len, size;
    bo_arena *arena;
} names;

static bo_status add_name(void *context, bo_str name) {
    names *n = context;
    if (n->len == n->size) {
        size_t size = n->size > 0 ? n->size * 2 : 64;
        n->items = bo_arena_grow(n->arena, n->items, n->size * sizeof *n->items, size * sizeof *n->items);
        if (n->items == NULL) return bo_error_last()->status;
        n->size = size;
    }
    n->items[n->len++] = name; /* in the entry's text or an IRI of the arena */
    return BO_OK;
}

static bo_status begin_to_wait(bo_txn *txn, bo_str name, uint64_t before, bo_arena *arena) {
    bo_host host;
    BO_TRY(bo_host_get(txn, &host, name, arena));
    if (host.waits || host.is_dead) return BO_OK;
    host.waits = true;
    host.cursor = (int64_t)before;
    return bo_host_put(txn, &host);
}

static bo_status spread_entry(bo_txn *txn, const bo_outgoing *entry, uint64_t before, bo_arena *arena) {
    names hosts = {.arena = arena};
    BO_TRY(bo_outgoing_hosts(txn, entry, add_name, &hosts, arena));
    for (size_t i = 0; i < hosts.len; i++) BO_TRY(begin_to_wait(txn, hosts.items[i], before, arena));
    return BO_OK;
}

static bo_status trim(bo_txn *txn, uint64_t finished, bo_arena *arena) {
    bo_outgoing entry;
    for (unsigned i = 0; i < TRIM_MOST; i++) {
        bo_status status = bo_outgoing_next(txn, &entry, 0, arena);
        if (status == BO_NOT_FOUND || (status == BO_OK && entry.number > finished)) break;
        BO_TRY(status);
        BO_TRY(bo_outgoing_remove(txn, entry.number));
    }
    return BO_OK;
}

static bo_status spread_some(bo_txn *txn, bool *more, bo_arena *arena) {
    uint64_t at;
    bo_outgoing entry;
    unsigned count = 0;
    BO_TRY(spread_so_far(txn, &at));
    for (; count < SPREAD_MOST; count++) {
        bo_status status = bo_outgoing_next(txn, &entry, at, arena);
        if (status == BO_NOT_FOUND) break;
        BO_TRY(status);
        BO_TRY(spread_entry(txn, &entry, entry.number - 1, arena));
        at = entry.number;
    }
    *more = count == SPREAD_MOST;
    bo_str text = bo_arena_printf(arena, "%llu", (unsigned long long)at);
    return bo_row_put(txn, BO_TABLE_SETTING, spread_key, text);
}

/* Whether something is in the log that has not been spread. */
static bo_status is_news(bo_store *store, bool *out, bo_arena *arena) {
    bo_txn *txn;
    bo_outgoing entry;
    uint64_t at;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = spread_so_far(txn, &at);
    if (status == BO_OK) status = bo_outgoing_next(txn, &entry, at, arena);
    bo_txn_abort(txn);
    *out = status == BO_OK;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* Removes what is finished in the same transaction, so that it costs no sync of its own. */
static bo_status spread(bo_queue *queue, bool *more, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(is_news(queue->options.store, more, arena));
    if (!*more) return BO_OK;
    pthread_mutex_lock(&queue->lock);
    uint64_t finished = queue->finished;
    pthread_mutex_unlock(&queue->lock);
    BO_TRY(bo_txn_begin(&txn, queue->options.store, BO_WRITE));
    bo_status status = spread_some(txn, more, arena);
    if (status == BO_OK) status = trim(txn, finished, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

/* Finding hosts that are due: a walk over the table, beginning where the last one had enough. */

typedef struct search {
    names due;
    bo_str after; /* found hosts come behind this one */
    int64_t now_ms, wait_ms;
    uint64_t oldest; /* cursor */
    bool is_full;
    bo_arena *arena;
} search;

static bo_status look_at(void *context, bo_str name, bo_str row) {
    search *s = context;
    bo_host host;
    BO_TRY(bo_host_read(&host, name, row, s->arena));
    if (!host.waits) return BO_OK;
    if ((uint64_t)host.cursor < s->oldest) s->oldest = (uint64_t)host.cursor;
    int64_t wait = host.next_ms - s->now_ms;
    if (wait > 0) {
        if (wait < s->wait_ms) s->wait_ms = wait;
        return BO_OK;
    }
    if (bo_str_cmp(name, s->after) <= 0) return BO_OK;
    s->is_full = s->due.len == DUE_MOST;
    return s->is_full ? BO_OK : add_name(&s->due, bo_arena_str(s->arena, name));
}

static bo_status walk(bo_queue *queue, search *s) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, queue->options.store, BO_READ));
    bo_status status = spread_so_far(txn, &s->oldest);
    if (status == BO_OK) status = bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), look_at, s);
    bo_txn_abort(txn);
    return status;
}

static bo_status find_due(bo_queue *queue, int64_t *wait_ms, bo_arena *arena) {
    search s = {.due = {.arena = arena}, .now_ms = bo_clock_wall_ms(queue->options.backoff.clock)};
    s.wait_ms = *wait_ms;
    s.arena = arena;
    pthread_mutex_lock(&queue->lock);
    bool idle = queue->due_at == queue->due_len;
    s.after = queue->last_seen != NULL ? bo_arena_str(arena, bo_str_of(queue->last_seen)) : BO_STR("");
    pthread_mutex_unlock(&queue->lock);
    if (!idle) return BO_OK;
    BO_TRY(walk(queue, &s));
    pthread_mutex_lock(&queue->lock);
    queue->finished = s.oldest;
    free(queue->last_seen);
    queue->last_seen = s.is_full ? copy_of(s.due.items[s.due.len - 1]) : NULL;
    queue->due_at = queue->due_len = 0;
    for (size_t i = 0; i < s.due.len; i++) queue->due[queue->due_len++] = copy_of(s.due.items[i]);
    pthread_mutex_unlock(&queue->lock);
    bool again = s.due.len == 0 && s.after.len > 0; /* those before have not been looked at */
    *wait_ms = again ? 0 : s.wait_ms;
    return BO_OK;
}

bo_status bo_queue_fill(bo_queue *queue, int64_t *wait_ms, bo_arena *arena) {
    bool more = false;
    BO_TRY(spread(queue, &more, arena));
    BO_TRY(find_due(queue, wait_ms, arena));
    if (more) *wait_ms = 0;
    return BO_OK;
}

/* Taking. */

static bool is_served(const bo_queue *queue, const char *name) {
    for (unsigned i = 0; i < queue->served_len; i++)
        if (strcmp(queue->served[i], name) == 0) return true;
    return false;
}

bool bo_queue_is_due(bo_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    bool is = queue->due_at < queue->due_len;
    pthread_mutex_unlock(&queue->lock);
    return is;
}

bo_str bo_queue_take(bo_queue *queue, bo_arena *arena) {
    bo_str host = BO_STR_NONE;
    pthread_mutex_lock(&queue->lock);
    while (host.ptr == NULL && queue->due_at < queue->due_len &&
           queue->served_len < queue->options.connections) {
        char *name = queue->due[queue->due_at++];
        if (name == NULL || is_served(queue, name)) { /* it is found again when it is free */
            free(name);
            continue;
        }
        queue->served[queue->served_len++] = name;
        host = bo_arena_str(arena, bo_str_of(name));
    }
    pthread_mutex_unlock(&queue->lock);
    return host;
}

void bo_queue_give_back(bo_queue *queue, bo_str host) {
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->served_len; i++) {
        if (!bo_str_eq(bo_str_of(queue->served[i]), host)) continue;
        free(queue->served[i]);
        queue->served[i] = queue->served[--queue->served_len];
        break;
    }
    pthread_mutex_unlock(&queue->lock);
}

bo_status bo_queue_next(bo_txn *txn, bo_queue_work *out, bo_str host, uint64_t after, bo_arena *arena) {
    uint64_t spread;
    bo_queue_work work = {.cursor = after};
    BO_TRY(spread_so_far(txn, &spread));
    while (work.cursor < spread) {
        bo_status status = bo_outgoing_next(txn, &work.entry, work.cursor, arena);
        if (status == BO_NOT_FOUND || (status == BO_OK && work.entry.number > spread)) break;
        BO_TRY(status);
        BO_TRY(bo_outgoing_recipients(txn, &work.entry, host, &work.recipients, &work.len, arena));
        if (work.len > 0) return *out = work, BO_OK;
        work.cursor = work.entry.number;
    }
    *out = (bo_queue_work){.cursor = spread > after ? spread : after};
    return BO_OK;
}

/* Settling. */

/* Not more a second than the rate says, and not before what has been set already. */
static void pace(const bo_queue *queue, bo_host *host, unsigned sent) {
    if (queue->options.rate == 0) return;
    int64_t now = bo_clock_wall_ms(queue->options.backoff.clock);
    int64_t next = now + (int64_t)sent * 1000 / queue->options.rate;
    if (next > host->next_ms) host->next_ms = next;
}

static bo_status settle(bo_queue *queue, bo_txn *txn, bo_host *host, unsigned sent, bo_arena *arena) {
    bo_host now;
    uint64_t spread;
    BO_TRY(bo_host_get(txn, &now, host->name, arena));
    BO_TRY(spread_so_far(txn, &spread));
    if (!now.waits) { /* it has been dropped meanwhile */
        host->waits = false;
        host->cursor = 0;
    } else if (now.cursor > host->cursor && host->waits) { /* or skipped */
        host->cursor = now.cursor;
        host->within = now.within;
    }
    if (host->waits && (uint64_t)host->cursor >= spread && host->within.len == 0) {
        host->waits = false;
        host->cursor = 0;
    }
    if (host->waits)
        pace(queue, host, sent);
    else if (host->failures == 0)
        host->next_ms = 0;
    return bo_host_put(txn, host);
}

bo_status bo_queue_settle(bo_queue *queue, bo_host *host, unsigned sent, bo_arena *arena) {
    bo_txn *txn;
    bool was_dead = host->is_dead;
    BO_TRY(bo_txn_begin(&txn, queue->options.store, BO_WRITE));
    bo_status status = settle(queue, txn, host, sent, arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, arena));
    if (was_dead)
        bo_log(BO_LOG_WARN, "host-given-up", "host=%.*s failures=%lld text=\"%.*s\"", BO_STR_ARG(host->name),
               (long long)host->failures, BO_STR_ARG(host->error));
    return BO_OK;
}

/* What a host that shows itself gains: a dead one is alive, a failing one is tried as soon as after its first
 * failure. False when nothing changes. */
static bool hear(const bo_queue *queue, bo_host *host) {
    int64_t soon =
        bo_clock_wall_ms(queue->options.backoff.clock) + bo_backoff_wait(&queue->options.backoff, 1);
    if (host->is_dead) return bo_host_succeed(host), true;
    if (host->failures == 0 || host->next_ms <= soon) return false;
    host->next_ms = soon;
    return true;
}

static bo_status hear_within(bo_queue *queue, bo_txn *txn, bo_str name, bool *changed, bool write,
                             bo_arena *arena) {
    bo_host host;
    BO_TRY(bo_host_get(txn, &host, name, arena));
    *changed = hear(queue, &host);
    return *changed && write ? bo_host_put(txn, &host) : BO_OK;
}

bo_status bo_queue_hear(bo_queue *queue, bo_str name, bo_arena *arena) {
    bo_txn *txn;
    bool changes;
    BO_TRY(bo_txn_begin(&txn, queue->options.store, BO_READ));
    bo_status status = hear_within(queue, txn, name, &changes, false, arena);
    bo_txn_abort(txn);
    if (status != BO_OK || !changes) return status;
    BO_TRY(bo_txn_begin(&txn, queue->options.store, BO_WRITE));
    status = hear_within(queue, txn, name, &changes, true, arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}
