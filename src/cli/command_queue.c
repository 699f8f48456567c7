/* SPDX-License-Identifier: Apache-2.0
 * What waits to be delivered: queue, also of a running node.
 */
#include <stdio.h>

#include "cli/command.h"
#include "fed/queue.h"

enum { PAGE = 100 };

/* "3d", "2h", "5m", "10s" */
static bo_str length_of(int64_t ms, bo_arena *arena) {
    static const struct {
        int64_t ms;
        char unit;
    } units[] = {{86400000, 'd'}, {3600000, 'h'}, {60000, 'm'}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ms >= 2 * units[i].ms)
            return bo_arena_printf(arena, "%lld%c", (long long)(ms / units[i].ms), units[i].unit);
    return bo_arena_printf(arena, "%llds", (long long)(ms > 0 ? ms / 1000 : 0));
}

static void print_line(const bo_queue_line *line, int64_t now_ms, bo_arena *arena) {
    const bo_host *host = &line->host;
    printf("%-32.*s %5llu%s waiting", BO_STR_ARG(host->name), (unsigned long long)line->activities,
           line->more ? "+" : "");
    if (line->oldest_ms > 0)
        printf(", the oldest for %.*s", BO_STR_ARG(length_of(now_ms - line->oldest_ms, arena)));
    printf("; %s", bo_breaker_name(line->breaker));
    if (host->failures > 0)
        printf(" after %lld failures since %.*s", (long long)host->failures,
               BO_STR_ARG(length_of(now_ms - host->since_ms, arena)));
    if (line->breaker == BO_OPEN)
        printf(", next try in %.*s", BO_STR_ARG(length_of(host->next_ms - now_ms, arena)));
    if (host->skipped > 0) printf("; %lld passed over", (long long)host->skipped);
    puts("");
    if (host->error.len > 0) printf("    %.*s\n", BO_STR_ARG(host->error));
}

static bo_status list(bo_cli *cli, bo_txn *txn) {
    int64_t now_ms = bo_clock_wall_ms(&bo_clock_system);
    bo_str after = BO_STR("");
    bo_queue_line *lines;
    bo_queue_sums sums;
    size_t len;
    BO_TRY(bo_queue_count(txn, &sums, cli->arena));
    do {
        BO_TRY(bo_queue_list(txn, &lines, &len, after, PAGE, now_ms, cli->arena));
        for (size_t i = 0; i < len; i++) print_line(&lines[i], now_ms, cli->arena);
        if (len > 0) after = lines[len - 1].host.name;
    } while (len == PAGE);
    printf("%llu activities in the log; %llu hosts wait, %llu fail, %llu are given up\n",
           (unsigned long long)sums.log, (unsigned long long)sums.waiting, (unsigned long long)sums.failing,
           (unsigned long long)sums.dead);
    return BO_OK;
}

static bo_status list_json(bo_cli *cli, bo_txn *txn) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status =
        bo_queue_write(txn, &text, BO_STR(""), SIZE_MAX, bo_clock_wall_ms(&bo_clock_system), cli->arena);
    if (status == BO_OK) printf("%.*s\n", (int)bo_text_str(&text).len, bo_text_str(&text).ptr);
    bo_text_done(&text);
    return status;
}

static bo_status show(bo_cli *cli, bo_store *store) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = cli->set.json ? list_json(cli, txn) : list(cli, txn);
    bo_txn_abort(txn);
    return status;
}

typedef struct acting {
    bo_cli *cli;
    unsigned changed;
} acting;

static bo_status act_in(bo_txn *txn, void *context) {
    acting *a = context;
    bo_str host = a->cli->word_count > 1 ? a->cli->words[1] : BO_STR("");
    return bo_queue_act(txn, a->cli->words[0], host, &a->changed, a->cli->arena);
}

static bo_status act(bo_cli *cli, bo_store *store) {
    acting a = {.cli = cli};
    if (cli->word_count < 2 && !bo_str_eq(cli->words[0], BO_STR("retry")))
        return bo_fail(BO_BAD_ARGUMENT, "say which host: bocage queue %.*s HOST", BO_STR_ARG(cli->words[0]));
    BO_TRY(bo_cli_within(store, act_in, &a, cli->arena));
    printf("%.*s: %u %s. A running node goes on from there within a second.\n", BO_STR_ARG(cli->words[0]),
           a.changed, a.changed == 1 ? "host" : "hosts");
    return BO_OK;
}

bo_status bo_command_queue(bo_cli *cli) {
    bo_store *store;
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = cli->word_count > 0 ? act(cli, store) : show(cli, store);
    bo_store_close(store);
    return status;
}
