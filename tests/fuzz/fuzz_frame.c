/* SPDX-License-Identifier: Apache-2.0
 * JSON-LD framing: a document, NUL, a frame.
 */
#include "bocage/jsonld.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_jsonld_options options = {.base = BO_STR("http://example.org/document")};
    bo_json_limits limits = {.depth = 100};
    bo_json *document, *frame, *framed;
    bo_str rest = fuzz_text(data, size), first = fuzz_cut(&rest);
    if (bo_json_parse(&document, first, &limits, arena) == BO_OK &&
        bo_json_parse(&frame, rest, &limits, arena) == BO_OK)
        (void)(bo_jsonld_frame(&framed, document, frame, &options, arena) == BO_OK);
    bo_arena_free(arena);
    return 0;
}
