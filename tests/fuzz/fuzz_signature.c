/* SPDX-License-Identifier: Apache-2.0
 * The Signature header: it is parsed, and held against a request.
 */
#include "fed/signature.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_signature signature;
    bo_signature_rules rules = {&bo_clock_system, 300000, BO_STR("example.org")};
    bo_http_request request = {.method = BO_POST,
                               .method_name = BO_STR("POST"),
                               .target = BO_STR("/inbox?x=1"),
                               .path = BO_STR("/inbox"),
                               .query = BO_STR("x=1"),
                               .host = BO_STR("example.org"),
                               .body = BO_STR("{}")};
    bo_str rest = fuzz_text(data, size), header = fuzz_cut(&rest);
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Host"), BO_STR("example.org"));
    bo_headers_add(&request.headers, BO_STR("Date"), fuzz_cut(&rest));
    bo_headers_add(&request.headers, BO_STR("Digest"), fuzz_cut(&rest));
    if (bo_signature_parse(&signature, header, arena) == BO_OK)
        (void)(bo_signature_check(&signature, &request, &rules, arena) == BO_OK);
    bo_arena_free(arena);
    return 0;
}
