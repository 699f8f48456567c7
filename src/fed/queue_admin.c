/* SPDX-License-Identifier: Apache-2.0
 * The queue as administrators see it, and what they may do.
 */
#include "fed/queue.h"

enum { COUNT_MOST = 1000, LOOKED_AT_MOST = 100000 }; /* for one line */

static bo_status count_waiting(bo_txn *txn, bo_queue_line *line) {
    bo_queue_work work = {.cursor = (uint64_t)line->host.cursor};
    uint64_t start = work.cursor;
    if (!line->host.waits) return BO_OK;
    for (;;) {
        bo_arena *own = bo_arena_new(0); /* of one entry: there may be many */
        bo_status status = own != NULL ? bo_queue_next(txn, &work, line->host.name, work.cursor, own)
                                       : bo_error_last()->status;
        uint64_t number = work.entry.number;
        int64_t at_ms = work.entry.at_ms;
        bo_arena_free(own);
        if (status != BO_OK || number == 0) return status;
        if (line->activities++ == 0) line->oldest_ms = at_ms;
        work.cursor = number;
        line->more = line->activities == COUNT_MOST || number - start > LOOKED_AT_MOST;
        if (line->more) return BO_OK;
    }
}

bo_status bo_queue_line_of(bo_txn *txn, bo_queue_line *out, bo_str host, int64_t now_ms, bo_arena *arena) {
    bo_queue_line line = {0};
    BO_TRY(bo_host_get(txn, &line.host, host, arena));
    line.breaker = bo_host_breaker(&line.host, now_ms);
    BO_TRY(count_waiting(txn, &line));
    *out = line;
    return BO_OK;
}

typedef struct listing {
    bo_str *names;
    size_t len, most;
    bo_str after;
    bo_arena *arena;
} listing;

static bo_status list_one(void *context, bo_str name, bo_str row) {
    listing *l = context;
    (void)row;
    if (l->len == l->most) return BO_CANCELLED;
    if (bo_str_cmp(name, l->after) > 0) l->names[l->len++] = bo_arena_str(l->arena, name);
    return BO_OK;
}

bo_status bo_queue_list(bo_txn *txn, bo_queue_line **out, size_t *len, bo_str after, size_t most,
                        int64_t now_ms, bo_arena *arena) {
    listing l = {.names = bo_arena_array(arena, most, sizeof(bo_str)), .most = most, .after = after};
    l.arena = arena;
    bo_queue_line *lines = bo_arena_array(arena, most, sizeof *lines);
    if (l.names == NULL || lines == NULL) return bo_error_last()->status;
    BO_TRY(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), after, list_one, &l));
    for (size_t i = 0; i < l.len; i++) BO_TRY(bo_queue_line_of(txn, &lines[i], l.names[i], now_ms, arena));
    *out = lines;
    *len = l.len;
    return BO_OK;
}

static bo_status count_row(void *context, bo_str key, bo_str value) {
    (void)key, (void)value;
    ++*(uint64_t *)context;
    return BO_OK;
}

/* What may be done. */

typedef bo_status (*action)(bo_txn *txn, bo_host *host, bo_arena *arena);

static bo_status retry(bo_txn *txn, bo_host *host, bo_arena *arena) {
    (void)txn, (void)arena;
    if (host->is_dead) bo_host_succeed(host);
    host->next_ms = 0;
    return BO_OK;
}

static bo_status skip(bo_txn *txn, bo_host *host, bo_arena *arena) {
    bo_queue_work work;
    BO_TRY(bo_queue_next(txn, &work, host->name, (uint64_t)host->cursor, arena));
    host->cursor = (int64_t)(work.entry.number > 0 ? work.entry.number : work.cursor);
    host->within = BO_STR("");
    host->tries = host->next_ms = 0;
    host->skipped += work.entry.number > 0;
    return BO_OK;
}

static bo_status drop(bo_txn *txn, bo_host *host, bo_arena *arena) {
    bo_queue_line line = {.host = *host};
    (void)arena;
    BO_TRY(count_waiting(txn, &line));
    host->skipped += (int64_t)line.activities;
    host->waits = false;
    host->cursor = 0;
    host->within = BO_STR("");
    host->failures = host->since_ms = host->next_ms = host->tries = 0;
    return BO_OK;
}

static action find_action(bo_str name) {
    static const struct {
        const char *name;
        action run;
    } actions[] = {{"retry", retry}, {"skip", skip}, {"drop", drop}};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (bo_str_eq(name, bo_str_of(actions[i].name))) return actions[i].run;
    return NULL;
}

/* "pod.example" names "https://pod.example". */
static bool is_meant(bo_str wanted, bo_str name) {
    bo_str bare = bo_str_from(name, bo_str_find(name, ':') + 3);
    return wanted.len == 0 || bo_str_eq(wanted, name) || bo_str_eq(wanted, bare);
}

bo_status bo_queue_act(bo_txn *txn, bo_str action_name, bo_str host, unsigned *changed, bo_arena *arena) {
    action run = find_action(action_name);
    listing all = {.most = SIZE_MAX, .arena = arena};
    bo_host one;
    uint64_t rows = 0;
    *changed = 0;
    if (run == NULL)
        return bo_fail(BO_BAD_ARGUMENT, "'%.*s' can't be done to a queue: retry, skip or drop",
                       BO_STR_ARG(action_name));
    BO_TRY(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), count_row, &rows));
    all.names = bo_arena_array(arena, rows + 1, sizeof *all.names);
    if (all.names == NULL) return bo_error_last()->status;
    BO_TRY(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), list_one, &all));
    for (size_t i = 0; i < all.len; i++) {
        if (!is_meant(host, all.names[i])) continue;
        BO_TRY(bo_host_get(txn, &one, all.names[i], arena));
        if (!one.waits && !(one.is_dead && run == retry)) continue;
        BO_TRY(run(txn, &one, arena));
        BO_TRY(bo_host_put(txn, &one));
        ++*changed;
    }
    if (*changed == 0 && host.len > 0)
        return bo_fail(BO_NOT_FOUND, "nothing waits for '%.*s': 'bocage queue' lists the hosts",
                       BO_STR_ARG(host));
    return BO_OK;
}

/* Sums. */

typedef struct summing {
    bo_queue_sums *sums;
    bo_arena *arena;
} summing;

static bo_status sum_host(void *context, bo_str name, bo_str row) {
    summing *s = context;
    bo_host host;
    BO_TRY(bo_host_read(&host, name, row, s->arena));
    s->sums->waiting += host.waits;
    s->sums->failing += host.failures > 0 && !host.is_dead;
    s->sums->dead += host.is_dead;
    return BO_OK;
}

bo_status bo_queue_count(bo_txn *txn, bo_queue_sums *out, bo_arena *arena) {
    bo_queue_sums sums = {0};
    summing s = {&sums, arena};
    BO_TRY(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), sum_host, &s));
    BO_TRY(bo_row_each(txn, BO_TABLE_OUTGOING, BO_STR(""), BO_STR(""), count_row, &sums.log));
    *out = sums;
    return BO_OK;
}

/* As JSON. */

static void write_time(bo_json_writer *json, const char *name, int64_t at_ms) {
    char text[32];
    if (at_ms == 0) return;
    bo_time_rfc3339(text, at_ms);
    bo_json_member_string(json, bo_str_of(name), bo_str_of(text));
}

static void write_line(bo_json_writer *json, const bo_queue_line *line) {
    const bo_host *host = &line->host;
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("host"), host->name);
    bo_json_member_string(json, BO_STR("breaker"), bo_str_of(bo_breaker_name(line->breaker)));
    bo_json_member_i64(json, BO_STR("activities"), (int64_t)line->activities);
    if (line->more) bo_json_key(json, BO_STR("more")), bo_json_put_raw(json, BO_STR("true"));
    write_time(json, "oldest", line->oldest_ms);
    bo_json_member_i64(json, BO_STR("failures"), host->failures);
    write_time(json, "failingSince", host->since_ms);
    if (line->breaker == BO_OPEN) write_time(json, "nextTry", host->next_ms);
    bo_json_member_i64(json, BO_STR("passedOver"), host->skipped);
    if (host->error.len > 0) bo_json_member_string(json, BO_STR("lastError"), host->error);
    bo_json_close(json, BO_JSON_OBJECT);
}

bo_status bo_queue_write(bo_txn *txn, bo_text *out, bo_str after, size_t most, int64_t now_ms,
                         bo_arena *arena) {
    bo_json_writer json;
    bo_queue_line *lines;
    bo_queue_sums sums;
    size_t len;
    uint64_t rows = 0;
    BO_TRY(bo_queue_count(txn, &sums, arena));
    BO_TRY(bo_row_each(txn, BO_TABLE_HOST, BO_STR(""), BO_STR(""), count_row, &rows));
    if (most > rows) most = rows;
    BO_TRY(bo_queue_list(txn, &lines, &len, after, most, now_ms, arena));
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_i64(&json, BO_STR("log"), (int64_t)sums.log);
    bo_json_member_i64(&json, BO_STR("waiting"), (int64_t)sums.waiting);
    bo_json_member_i64(&json, BO_STR("failing"), (int64_t)sums.failing);
    bo_json_member_i64(&json, BO_STR("dead"), (int64_t)sums.dead);
    bo_json_key(&json, BO_STR("hosts"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 0; i < len; i++) write_line(&json, &lines[i]);
    bo_json_close(&json, BO_JSON_ARRAY);
    if (len > 0 && len == most && most < rows)
        bo_json_member_string(&json, BO_STR("next"), lines[len - 1].host.name);
    bo_json_close(&json, BO_JSON_OBJECT);
    return out->status;
}
