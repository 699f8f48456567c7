/* SPDX-License-Identifier: Apache-2.0
 * Signatures in both forms: the headers are read, held against a request, and the text that is signed is
 * made. The lines are Signature, Date, Digest, Signature-Input and Content-Digest.
 */
#include "fed/signature.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"Signature", "Date", "Digest", "Signature-Input", "Content-Digest"};
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_signature signature;
    bo_signature_rules rules = {.clock = &bo_clock_system,
                                .skew_ms = 300000,
                                .host = BO_STR("example.org"),
                                .scheme = BO_STR("https")};
    bo_http_request request = {.method = BO_POST,
                               .method_name = BO_STR("POST"),
                               .target = BO_STR("/inbox?x=1"),
                               .path = BO_STR("/inbox"),
                               .query = BO_STR("x=1"),
                               .host = BO_STR("example.org"),
                               .body = BO_STR("{}")};
    bo_message message = {.method = BO_STR("POST"),
                          .target = request.target,
                          .scheme = rules.scheme,
                          .authority = request.host,
                          .headers = &request.headers};
    bo_str rest = fuzz_text(data, size);
    bo_text text;
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Host"), BO_STR("example.org"));
    for (size_t i = 0; i < sizeof names / sizeof *names && (i < 3 || rest.len > 0); i++)
        bo_headers_add(&request.headers, bo_str_of(names[i]), fuzz_cut(&rest));
    bo_text_init(&text, FUZZ_MEMORY);
    if (bo_signature_read(&signature, &request.headers, arena) == BO_OK) {
        (void)(bo_signature_check(&signature, &request, &rules, arena) == BO_OK);
        if (signature.form == BO_SIGNED_RFC9421)
            (void)(bo_rfc9421_base(&text, &message, signature.input, arena) == BO_OK);
        else
            (void)(bo_cavage_base(&text, &signature, message.method, message.target, message.headers,
                                  arena) == BO_OK);
    }
    bo_text_done(&text);
    bo_arena_free(arena);
    return 0;
}
