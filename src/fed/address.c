/* SPDX-License-Identifier: Apache-2.0
 * Where actors elsewhere take deliveries (ActivityPub sections 4.1 and 7.1.3): rows of the table REMOTE,
 * asked for once and kept.
 */
#include "fed/internal.h"

bo_status bo_fed_address_kept(bo_txn *txn, bo_fed_address *out, bo_str actor, bo_arena *arena) {
    bo_str row;
    bo_json *json;
    BO_TRY(bo_row_get(txn, BO_TABLE_REMOTE, actor, &row));
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena));
    *out = (bo_fed_address){bo_json_get_string(json, BO_STR("inbox")),
                            bo_json_get_string(json, BO_STR("shared"))};
    return BO_OK;
}

/* Only of the actor's own host (FEP-fe34): nobody can point our deliveries at a third party. */
static bo_str own(bo_str iri, bo_str actor) {
    bo_str host = bo_outgoing_host(actor);
    return host.ptr != NULL && bo_str_eq(bo_outgoing_host(iri), host) ? iri : BO_STR_NONE;
}

bo_status bo_fed_address_read(bo_fed_address *out, const bo_json *document, bo_str actor) {
    bo_fed_address address = {own(bo_json_get_string(document, BO_STR("inbox")), actor), BO_STR_NONE};
    if (!bo_str_eq(bo_json_get_string(document, BO_STR("id")), actor))
        return bo_fail(BO_INVALID, "what is at %.*s calls itself something else", BO_STR_ARG(actor));
    if (address.inbox.ptr == NULL)
        return bo_fail(BO_INVALID, "%.*s has no inbox at its own host", BO_STR_ARG(actor));
    const bo_json *endpoints = bo_json_get(document, BO_STR("endpoints"));
    address.shared = own(bo_json_get_string(endpoints, BO_STR("sharedInbox")), actor);
    *out = address;
    return BO_OK;
}

static bo_status put(bo_txn *txn, const bo_fed_address *address, bo_str actor, int64_t now_ms) {
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("inbox"), address->inbox);
    if (address->shared.len > 0) bo_json_member_string(&json, BO_STR("shared"), address->shared);
    bo_json_member_i64(&json, BO_STR("at"), now_ms);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_REMOTE, actor, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

bo_status bo_fed_address_keep(bo_fed *fed, const bo_fed_address *address, bo_str actor, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = put(txn, address, actor, bo_clock_wall_ms(fed->options.clock));
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_fed_address_ask(bo_fed *fed, bo_fed_address *out, bo_str actor, bo_arena *arena) {
    bo_json *document;
    BO_TRY(bo_fed_get_json(fed, &document, actor, arena));
    BO_TRY(bo_fed_address_read(out, document, actor));
    return bo_fed_address_keep(fed, out, actor, arena);
}

bo_status bo_fed_address_of(bo_fed *fed, bo_fed_address *out, bo_str actor, bool may_ask, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_fed_address_kept(txn, out, actor, arena);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND && may_ask ? bo_fed_address_ask(fed, out, actor, arena) : status;
}
