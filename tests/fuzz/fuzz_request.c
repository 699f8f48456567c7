/* SPDX-License-Identifier: Apache-2.0
 * Whole requests to a whole node: method, target, media type and body, with a NUL between each two, by a
 * stranger and by who may do everything.
 */
#include "fuzz/node.h"

static void ask(const char *method, bo_str target, bo_str type, bo_str body, bo_str credentials) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_http_response got = fuzz_ask(method, target, type, body, credentials, arena);
    fuzz_answered(&got);
    bo_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_str rest = fuzz_text(data, size);
    char method[16];
    bo_str name = fuzz_cut(&rest), target = fuzz_cut(&rest), type = fuzz_cut(&rest);
    snprintf(method, sizeof method, "%.*s", BO_STR_ARG(name));
    ask(method, target, type, rest, BO_STR(""));
    ask(method, target, type, rest, fuzz_node_get()->bearer);
    return 0;
}
