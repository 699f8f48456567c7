/* SPDX-License-Identifier: Apache-2.0
 * Heads of images, and small images that are made to fit.
 */
#include "fuzz/fuzz.h"
#include "image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const bo_image_limits limits = {.side = 16, .pixels = 4096};
    bo_str bytes = fuzz_text(data, size), out;
    bo_image_head head;
    bool known = bo_image_look(&head, bytes);
    if (known) MUST(head.kind != BO_IMAGE_NONE && head.turn >= 1 && head.turn <= 8);
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_status status = bo_image_fit(&out, bytes, &limits, arena);
    if (!known) MUST(status == BO_OK && bo_str_eq(out, bytes));
    if (known && status == BO_OK && !bo_str_eq(out, bytes)) {
        bo_image_head fitted;
        MUST(bo_image_look(&fitted, out) && fitted.kind == head.kind);
        MUST(fitted.width <= limits.side && fitted.height <= limits.side && fitted.turn == 1);
    }
    bo_arena_free(arena);
    return 0;
}
