/* SPDX-License-Identifier: Apache-2.0
 * The JSON Canonicalization Scheme (RFC 8785).
 */
#include "bocage/json.h"

#include <stdlib.h>

/* Where the lead byte of a code point stands in the order of UTF-16 (RFC 8785 section 3.2.3): a pair of
 * surrogates (lead F0 to F4) comes before U+E000 to U+FFFF (lead EE and EF). */
static int rank(char byte) {
    unsigned char b = (unsigned char)byte;
    return b >= 0xF0 ? b - 2 : b >= 0xEE ? b + 7 : b;
}

int bo_json_key_cmp(bo_str a, bo_str b) {
    size_t common = a.len < b.len ? a.len : b.len;
    for (size_t i = 0; i < common; i++)
        if (a.ptr[i] != b.ptr[i]) return rank(a.ptr[i]) - rank(b.ptr[i]);
    return a.len < b.len ? -1 : a.len > b.len;
}

static int by_key(const void *left, const void *right) {
    const bo_json_member *const *a = left, *const *b = right;
    return bo_json_key_cmp((*a)->key, (*b)->key);
}

static void write_object(bo_text *out, const bo_json *object) {
    const bo_json_member *few[32], **sorted = few;
    if (object->len > sizeof few / sizeof few[0]) sorted = calloc(object->len, sizeof *sorted);
    if (sorted == NULL) {
        bo_text_fail(out, bo_fail(BO_NO_MEMORY, "memory ran out"));
        return;
    }
    for (uint32_t i = 0; i < object->len; i++) sorted[i] = &object->members[i];
    qsort(sorted, object->len, sizeof(*sorted), by_key);
    bo_text_char(out, '{');
    for (uint32_t i = 0; i < object->len; i++) {
        if (i > 0) bo_text_char(out, ',');
        bo_json_write_string(out, sorted[i]->key);
        bo_text_char(out, ':');
        bo_json_write_canonical(out, sorted[i]->value);
    }
    bo_text_char(out, '}');
    if (sorted != few) free(sorted);
}

void bo_json_write_canonical(bo_text *out, const bo_json *value) {
    double number;
    switch (value->kind) {
    case BO_JSON_NUMBER:
        if (bo_json_number(&number, value))
            bo_json_write_double(out, number);
        else
            bo_text_fail(out, bo_fail(BO_INVALID, "the number %.*s is beyond what a double can hold",
                                      BO_STR_ARG(value->text)));
        break;
    case BO_JSON_ARRAY:
        bo_text_char(out, '[');
        for (uint32_t i = 0; i < value->len; i++) {
            if (i > 0) bo_text_char(out, ',');
            bo_json_write_canonical(out, value->items[i]);
        }
        bo_text_char(out, ']');
        break;
    case BO_JSON_OBJECT: write_object(out, value); break;
    default: bo_json_write(out, value);
    }
}
