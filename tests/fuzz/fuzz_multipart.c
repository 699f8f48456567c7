/* SPDX-License-Identifier: Apache-2.0
 * Multipart bodies: a boundary, a NUL, the body. Its parts lie in it, one behind the other.
 */
#include "fuzz/fuzz.h"
#include "http/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bo_str rest = fuzz_text(data, size), boundary = fuzz_cut(&rest), part, type;
    const char *at = rest.ptr, *end = rest.ptr + rest.len;
    while (bo_http_part(&part, &type, &rest, boundary) == BO_OK && part.ptr != NULL) {
        MUST(part.ptr >= at && part.ptr + part.len <= end);
        MUST(rest.ptr >= part.ptr + part.len && rest.ptr + rest.len == end);
        MUST(type.len == 0 || (type.ptr >= at && type.ptr + type.len <= part.ptr));
        MUST(bo_str_find(type, '\n') == type.len);
        at = rest.ptr;
    }
    return 0;
}
