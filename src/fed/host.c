/* SPDX-License-Identifier: Apache-2.0 */
#include "fed/host.h"

#include "bocage/json.h"

/* The numbers of a row, by their names there. Those that are 0 are left out. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {{"cursor", offsetof(bo_host, cursor)},  {"failures", offsetof(bo_host, failures)},
               {"since", offsetof(bo_host, since_ms)}, {"next", offsetof(bo_host, next_ms)},
               {"tries", offsetof(bo_host, tries)},    {"skipped", offsetof(bo_host, skipped)},
               {"form", offsetof(bo_host, form)}};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static int64_t *number_of(const bo_host *host, size_t i) {
    return (int64_t *)(uintptr_t)((const char *)host + numbers[i].offset);
}

bo_status bo_host_read(bo_host *out, bo_str name, bo_str row, bo_arena *arena) {
    bo_json *json;
    bo_host host = {.name = name};
    BO_TRY(bo_json_parse(&json, row, NULL, arena));
    for (size_t i = 0; i < NUMBERS; i++)
        bo_json_integer(number_of(&host, i), bo_json_get(json, bo_str_of(numbers[i].name)));
    host.waits = bo_json_get(json, BO_STR("cursor")) != NULL;
    host.is_dead = bo_json_get(json, BO_STR("dead")) != NULL;
    host.within = bo_json_get_string(json, BO_STR("within"));
    host.error = bo_json_get_string(json, BO_STR("error"));
    *out = host;
    return BO_OK;
}

bo_status bo_host_get(bo_txn *txn, bo_host *out, bo_str name, bo_arena *arena) {
    bo_str row;
    bo_status status = bo_row_get(txn, BO_TABLE_HOST, name, &row);
    if (status == BO_OK) return bo_host_read(out, name, bo_arena_str(arena, row), arena);
    if (status == BO_NOT_FOUND) *out = (bo_host){.name = name};
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static void write_host(bo_text *out, const bo_host *host) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    for (size_t i = 0; i < NUMBERS; i++) {
        bool is_cursor = numbers[i].offset == offsetof(bo_host, cursor);
        if (is_cursor ? host->waits : *number_of(host, i) != 0)
            bo_json_member_i64(&json, bo_str_of(numbers[i].name), *number_of(host, i));
    }
    if (host->is_dead) bo_json_member_i64(&json, BO_STR("dead"), 1);
    if (host->within.len > 0) bo_json_member_string(&json, BO_STR("within"), host->within);
    if (host->error.len > 0) bo_json_member_string(&json, BO_STR("error"), host->error);
    bo_json_close(&json, BO_JSON_OBJECT);
}

bo_status bo_host_put(bo_txn *txn, const bo_host *host) {
    bo_text text;
    bool forgotten =
        !host->waits && !host->is_dead && host->failures == 0 && host->skipped == 0 && host->form == 0;
    if (forgotten) {
        bo_status status = bo_row_del(txn, BO_TABLE_HOST, host->name);
        return status == BO_NOT_FOUND ? BO_OK : status;
    }
    bo_text_init(&text, 0);
    write_host(&text, host);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_HOST, host->name, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

bo_breaker bo_host_breaker(const bo_host *host, int64_t now_ms) {
    if (host->is_dead) return BO_DEAD;
    if (host->failures == 0) return BO_CLOSED;
    return host->next_ms > now_ms ? BO_OPEN : BO_HALF_OPEN;
}

const char *bo_breaker_name(bo_breaker breaker) {
    static const char *const names[] = {"closed", "open", "half-open", "dead"};
    return names[breaker];
}

int64_t bo_backoff_wait(const bo_backoff *backoff, int64_t failures) {
    int64_t wait = backoff->first_ms;
    for (int64_t i = 1; i < failures && wait < backoff->longest_ms; i++) wait *= 2;
    if (wait > backoff->longest_ms) wait = backoff->longest_ms;
    return wait / 2 + (int64_t)(bo_rng_u64(backoff->rng) % ((uint64_t)wait + 1));
}

void bo_host_succeed(bo_host *host) {
    host->failures = host->since_ms = host->next_ms = host->tries = 0;
    host->is_dead = false;
    if (host->skipped == 0) host->error = BO_STR("");
}

void bo_host_fail(bo_host *host, const bo_backoff *backoff, int64_t give_up_ms) {
    int64_t now = bo_clock_wall_ms(backoff->clock);
    if (host->failures++ == 0) host->since_ms = now;
    host->next_ms = now + bo_backoff_wait(backoff, host->failures);
    host->is_dead = now - host->since_ms >= give_up_ms;
    if (!host->is_dead) return;
    host->waits = false;
    host->cursor = 0;
    host->within = BO_STR("");
}
