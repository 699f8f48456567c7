/* SPDX-License-Identifier: Apache-2.0
 * Pieces of an HTTP head: Accept, Content-Type, If-Match, paths, forms, Host.
 */
#include "bocage/iri.h"
#include "fuzz/fuzz.h"
#include "http/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const bo_str offers[] = {
        {"text/turtle", 11}, {"application/ld+json", 19}, {"text/html;level=1", 17}};
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_str text = fuzz_text(data, size), out, host;
    unsigned port;
    int best = bo_http_accept(text, offers, 3);
    MUST(best >= -1 && best < 3);
    MUST(bo_http_media_type(text).len <= text.len);
    (void)bo_http_parameter(text, BO_STR("charset"), arena);
    (void)bo_http_etag_listed(text, BO_STR("\"abc\""), size & 1);
    for (size_t nth = 0; nth < 3; nth++)
        if (bo_http_form(&out, text, BO_STR("query"), nth, arena) == BO_OK && out.ptr != NULL)
            MUST(bo_utf8_valid(out));
    if (bo_http_path(&out, text, arena) == BO_OK) {
        MUST(out.len > 0 && out.ptr[0] == '/');
        MUST(bo_str_find_str(out, BO_STR("/../")) == out.len);
        MUST(!bo_str_ends(out, BO_STR("/..")));
    }
    if (bo_iri_host(&host, &port, text) == BO_OK) MUST(port <= 65535);
    bo_arena_free(arena);
    return 0;
}
