/* SPDX-License-Identifier: Apache-2.0
 * JSON-LD read item by item: what is right as a whole gives the same quads, but where something stands behind
 * @graph.
 */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_str text = fuzz_text(data, size);
    bo_read_options options = {.base = BO_STR("http://example.org/document"), .depth_cap = 100};
    fuzz_sum whole = {.cap = 100000}, pieces = {.cap = 100000};
    bo_sink sink = {.quad = fuzz_add, .context = &whole};
    bo_status status = bo_read(&sink, BO_JSONLD, text, &options);
    options.gathered = 1;
    bo_status again = fuzz_pieces(&pieces, BO_JSONLD, text, &options);
    if (status != BO_OK || again == BO_UNSUPPORTED) return 0;
    MUST(again == BO_OK);
    MUST(pieces.quads == whole.quads && pieces.sum == whole.sum);
    return 0;
}
