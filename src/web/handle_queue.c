/* SPDX-License-Identifier: Apache-2.0
 * What waits to be delivered to other nodes, for administrators: GET /_queue lists it, POST {"do", "host"}
 * retries, skips or drops.
 */
#include "fed/fed.h"
#include "fed/queue.h"
#include "web/exchange.h"

enum { PAGE = 100 };

static bo_status need_admin(const bo_exchange *e) {
    if (e->asker.is_admin) return BO_OK;
    if (e->asker.webid.len == 0) return bo_fail(BO_UNAUTHENTICATED, "log in, and send your token");
    return bo_fail(BO_DENIED, "only administrators see and change what waits to be delivered");
}

bo_status bo_get_queue(bo_exchange *e) {
    bo_txn *txn;
    bo_text text;
    bo_str after;
    BO_TRY(need_admin(e));
    BO_TRY(bo_http_form(&after, e->request->query, BO_STR("after"), 0, e->arena));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_text_init(&text, 0);
    bo_status status = bo_queue_write(txn, &text, after.ptr != NULL ? after : BO_STR(""), PAGE,
                                      bo_clock_wall_ms(e->app->options.clock), e->arena);
    bo_txn_abort(txn);
    if (status == BO_OK) status = bo_respond_text(e, 200, BO_STR("application/json"), &text);
    bo_text_done(&text);
    return status;
}

bo_status bo_post_queue(bo_exchange *e) {
    bo_txn *txn;
    bo_json *body;
    unsigned changed = 0;
    BO_TRY(need_admin(e));
    BO_TRY(bo_json_parse(&body, e->request->body, &(bo_json_limits){.depth = 4, .nodes = 16}, e->arena));
    bo_str host = bo_json_get_string(body, BO_STR("host")), action = bo_json_get_string(body, BO_STR("do"));
    if (host.len == 0 && !bo_str_eq(action, BO_STR("retry")))
        return bo_fail(
            BO_BAD_ARGUMENT,
            "say what to do with which host: {\"do\": \"retry\", \"host\": \"https://pod.example\"}; "
            "only retry goes without a host, for all");
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_queue_act(txn, action, host, &changed, e->arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    bo_fed_wake(e->app->fed);
    bo_respond_body(e, 200, BO_STR("application/json"), bo_arena_printf(e->arena, "{\"hosts\":%u}", changed));
    return BO_OK;
}
