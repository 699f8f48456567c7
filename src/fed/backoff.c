/* SPDX-License-Identifier: Apache-2.0
 * How it stands with those who have a queue of their own.
 */
#include "fed/internal.h"

bo_status bo_fed_peer_of(bo_txn *txn, bo_fed_peer *out, bo_str host, bo_arena *arena) {
    bo_str row;
    bo_json *json;
    *out = (bo_fed_peer){0};
    bo_status status = bo_row_get(txn, BO_TABLE_PEER, host, &row);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena));
    bo_json_integer(&out->failures, bo_json_get(json, BO_STR("failures")));
    bo_json_integer(&out->next_ms, bo_json_get(json, BO_STR("next")));
    return BO_OK;
}

bo_status bo_fed_peer_note(const bo_fed *fed, bo_txn *txn, bo_str host, bool good, bo_arena *arena) {
    bo_fed_peer peer;
    BO_TRY(bo_fed_peer_of(txn, &peer, host, arena));
    if (good && peer.failures == 0) return BO_OK;
    if (good) return bo_row_del(txn, BO_TABLE_PEER, host);
    peer.failures++;
    peer.next_ms = bo_clock_wall_ms(fed->options.clock) + bo_backoff_wait(&fed->backoff, peer.failures);
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_i64(&json, BO_STR("failures"), peer.failures);
    bo_json_member_i64(&json, BO_STR("next"), peer.next_ms);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_PEER, host, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}
