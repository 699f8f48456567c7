/* SPDX-License-Identifier: Apache-2.0
 * JSON: what is read is written so that it reads back as the same.
 */
#include "bocage/json.h"
#include "fuzz/fuzz.h"

static void again(const bo_json *value, void (*write)(bo_text *out, const bo_json *value), bo_arena *arena) {
    bo_text text;
    bo_json *back;
    bo_text_init(&text, 0);
    write(&text, value);
    MUST(text.status == BO_OK);
    MUST(bo_json_parse(&back, bo_text_str(&text), NULL, arena) == BO_OK);
    MUST(bo_json_eq(value, back));
    bo_text_done(&text);
}

/* Numbers may be rounded there, so the text is compared. */
static void canonical(const bo_json *value, bo_arena *arena) {
    bo_text text, twice;
    bo_json *back;
    bo_text_init(&text, 0);
    bo_text_init(&twice, 0);
    bo_json_write_canonical(&text, value);
    MUST(text.status == BO_OK || text.status == BO_INVALID);
    if (text.status == BO_OK) {
        MUST(bo_json_parse(&back, bo_text_str(&text), NULL, arena) == BO_OK);
        bo_json_write_canonical(&twice, back);
        MUST(bo_str_eq(bo_text_str(&text), bo_text_str(&twice)));
    }
    bo_text_done(&text);
    bo_text_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_json *value;
    if (bo_json_parse(&value, fuzz_text(data, size), NULL, arena) == BO_OK) {
        again(value, bo_json_write, arena);
        again(value, bo_json_write_pretty, arena);
        canonical(value, arena);
    }
    bo_arena_free(arena);
    return 0;
}
