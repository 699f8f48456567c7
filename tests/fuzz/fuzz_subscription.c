/* SPDX-License-Identifier: Apache-2.0
 * Subscriptions to notifications: the body that a client posts to a service of channels. What is made is
 * looked at and taken away again.
 */
#include "fuzz/node.h"

static void subscribe(const char *service, bo_str body) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_str bearer = fuzz_node_get()->bearer, type = BO_STR("application/ld+json");
    bo_http_response made = fuzz_ask("POST", bo_str_of(service), type, body, bearer, arena);
    if (made.status < 300) {
        bo_str place = bo_str_from(bo_headers_get(&made.headers, BO_STR("Location")), sizeof FUZZ_BASE - 1);
        bo_json *channel;
        MUST(made.status == 201 && bo_str_starts(place, bo_str_of(service)));
        MUST(bo_json_parse(&channel, made.body, NULL, arena) == BO_OK);
        MUST(bo_str_starts(bo_json_get_string(channel, BO_STR("topic")), BO_STR(FUZZ_BASE)));
        bo_http_response shown = fuzz_ask("GET", place, type, BO_STR(""), bearer, arena);
        MUST(shown.status == 200 && bo_str_eq(shown.body, made.body));
        bo_http_response gone = fuzz_ask("DELETE", place, type, BO_STR(""), bearer, arena);
        MUST(gone.status == 204);
        fuzz_answered(&shown);
        fuzz_answered(&gone);
    }
    fuzz_answered(&made);
    bo_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    subscribe("/.notifications/WebSocketChannel2023", fuzz_text(data, size));
    subscribe("/.notifications/WebhookChannel2023", fuzz_text(data, size));
    return 0;
}
