/* SPDX-License-Identifier: Apache-2.0
 * Invitations: the body that asks for one, a credential that is to be checked, and one that is shown as a
 * token.
 */
#include "crypto/crypto.h"
#include "fuzz/node.h"

#define ROOM "/vc/v0.3/credentials"

/* What is given must be what was asked for, and good at once. */
static void issue(bo_str body, bo_arena *arena) {
    bo_str bearer = fuzz_node_get()->bearer, type = BO_STR("application/json");
    bo_http_response made = fuzz_ask("POST", BO_STR(ROOM "/issue"), type, body, bearer, arena);
    if (made.status < 300) {
        bo_str place = bo_str_from(bo_headers_get(&made.headers, BO_STR("Location")), sizeof FUZZ_BASE - 1);
        MUST(made.status == 201 && bo_str_starts(place, BO_STR(ROOM "/")));
        bo_http_response checked =
            fuzz_ask("POST", BO_STR(ROOM "/verify"), type, made.body, BO_STR(""), arena);
        MUST(bo_str_find_str(checked.body, BO_STR("\"verified\":true")) < checked.body.len);
        bo_http_response gone = fuzz_ask("DELETE", place, type, BO_STR(""), bearer, arena);
        MUST(gone.status == 204);
        fuzz_answered(&checked);
        fuzz_answered(&gone);
    }
    fuzz_answered(&made);
}

/* Nobody can make one: what the node did not give is worth nothing. */
static void show(bo_str text, bo_arena *arena) {
    bo_str head = bo_base64url(BO_STR("{\"alg\":\"none\"}"), arena), claims = bo_base64url(text, arena);
    bo_str token = bo_arena_printf(arena, "Bearer %.*s.%s.", BO_STR_ARG(head), claims.ptr);
    bo_http_response got = fuzz_ask("GET", BO_STR("/_rights/"), BO_STR(""), BO_STR(""), token, arena);
    MUST(got.status == 401);
    fuzz_answered(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_str text = fuzz_text(data, size);
    issue(text, arena);
    show(text, arena);
    bo_http_response checked =
        fuzz_ask("POST", BO_STR(ROOM "/verify"), BO_STR("application/json"), text, BO_STR(""), arena);
    MUST(bo_str_find_str(checked.body, BO_STR("\"verified\":true")) == checked.body.len);
    fuzz_answered(&checked);
    bo_arena_free(arena);
    return 0;
}
