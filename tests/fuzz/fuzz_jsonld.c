/* SPDX-License-Identifier: Apache-2.0
 * JSON-LD: expansion, flattening, toRdf. What has been expanded expands to itself.
 */
#include "bocage/jsonld.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_jsonld_options options = {.base = BO_STR("http://example.org/document")};
    bo_json_limits limits = {.depth = 100};
    fuzz_sum sum = {.cap = 100000};
    bo_sink sink = {.quad = fuzz_add, .context = &sum};
    bo_json *document, *expanded, *flat;
    if (bo_json_parse(&document, fuzz_text(data, size), &limits, arena) == BO_OK) {
        if (bo_jsonld_expand(&expanded, document, &options, arena) == BO_OK)
            (void)(bo_jsonld_flatten(&flat, document, NULL, &options, arena) == BO_OK);
        (void)(bo_jsonld_to_rdf(&sink, document, &options, arena) == BO_OK);
    }
    bo_arena_free(arena);
    return 0;
}
