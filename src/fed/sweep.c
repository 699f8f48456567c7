/* SPDX-License-Identifier: Apache-2.0
 * Files that nothing links to: a form uploads before it is saved, and what it held goes with what held it.
 */
#include "base/log.h"
#include "fed/internal.h"
#include "ldp/file.h"

enum { LONGEST_WAIT_MS = 3600 * 1000, SHORTEST_WAIT_MS = 1000 };

static bo_status forget(void *context, bo_txn *txn, bo_str iri) {
    bo_fed *fed = context;
    bo_ldp_record record;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = bo_ldp_find(txn, &record, iri, arena);
    if (status == BO_OK) status = bo_fed_announce(fed, txn, BO_AP_DELETED, iri, record.container, arena);
    if (status == BO_OK) status = bo_wac_forget(txn, iri);
    bo_arena_free(arena);
    return status;
}

/* How often: as often as the grace is long, but once an hour at least, and once a second at most. */
static int64_t interval(uint64_t grace_ms) {
    if (grace_ms > LONGEST_WAIT_MS) return LONGEST_WAIT_MS;
    return grace_ms < SHORTEST_WAIT_MS ? SHORTEST_WAIT_MS : (int64_t)grace_ms;
}

bo_status bo_fed_sweep(bo_fed *fed, int64_t *wait_ms, bo_arena *arena) {
    uint64_t grace = fed->options.orphan_ms;
    int64_t now = bo_clock_wall_ms(fed->options.clock);
    size_t count, swept = 0;
    *wait_ms = grace == 0 ? LONGEST_WAIT_MS : fed->next_sweep_ms - now;
    if (grace == 0 || now < fed->next_sweep_ms) return BO_OK;
    do {
        BO_TRY(bo_ldp_files_sweep(fed->options.store, &count, now - (int64_t)grace, now, forget, fed, arena));
        swept += count;
    } while (count > 0 && !bo_fed_stopping(fed));
    *wait_ms = interval(grace);
    fed->next_sweep_ms = now + *wait_ms;
    if (swept > 0) {
        bo_log(BO_LOG_INFO, "swept", "files=%zu", swept);
        bo_fed_wake(fed);
    }
    return BO_OK;
}
