/* SPDX-License-Identifier: Apache-2.0
 * Range requests (RFC 9110 section 14).
 */
#include "http/message.h"

static bool read_number(size_t *out, bo_str digits) {
    uint64_t n = 0;
    if (digits.len == 0 || digits.len > 15) return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9') return false;
        n = n * 10 + (uint64_t)(digits.ptr[i] - '0');
    }
    *out = (size_t)n;
    return true;
}

bo_status bo_http_range(size_t *first, size_t *count, bo_str range, size_t size) {
    const bo_str unit = BO_STR("bytes=");
    bo_str spec = bo_str_trim(bo_str_from(range, unit.len));
    size_t dash = bo_str_find(spec, '-'), from = 0, last = size ? size - 1 : 0, n;
    bo_str left = bo_str_head(spec, dash), right = bo_str_from(spec, dash + 1);
    if (!bo_str_starts(range, unit) || dash == spec.len) return BO_NOT_FOUND;
    if (left.len == 0) { /* the last n bytes */
        if (!read_number(&n, right)) return BO_NOT_FOUND;
        from = n < size ? size - n : 0;
        if (n == 0) from = size;
    } else {
        if (!read_number(&from, left)) return BO_NOT_FOUND;
        if (right.len > 0 && (!read_number(&n, right) || n < from)) return BO_NOT_FOUND;
        if (right.len > 0 && n < last) last = n;
    }
    if (from >= size) return bo_fail(BO_RANGE, "the range begins behind the end: there are %zu bytes", size);
    *first = from;
    *count = last - from + 1;
    return BO_OK;
}
