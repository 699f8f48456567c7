/* SPDX-License-Identifier: Apache-2.0
 * Data Integrity proofs of strangers: whatever they hold, they are judged.
 */
#include "bocage/proof.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    const bo_proof_options options = {.canon_work_cap = 2000, .now = BO_STR("2026-11-25T12:00:00Z")};
    bo_json_limits limits = {.depth = 100};
    bo_json *document;
    if (bo_json_parse(&document, fuzz_text(data, size), &limits, arena) == BO_OK)
        (void)(bo_proof_verify(document, &bo_proof_keys_did_key, &options, arena) == BO_OK);
    bo_arena_free(arena);
    return 0;
}
