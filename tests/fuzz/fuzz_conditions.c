/* SPDX-License-Identifier: Apache-2.0
 * Range, If-Match and If-None-Match, and the target of a request: two bytes of a length, then the header's
 * value.
 */
#include "fuzz/fuzz.h"
#include "http/message.h"

static void ranges(bo_str value, size_t length) {
    size_t first = 0, count = 0;
    bo_status status = bo_http_range(&first, &count, value, length);
    MUST(status == BO_OK || status == BO_NOT_FOUND || status == BO_RANGE);
    if (status == BO_OK) MUST(count > 0 && first < length && count <= length - first);
}

/* An entity tag is listed whatever stands before and behind it, and weakly whenever it is strongly. */
static void tags(bo_str value) {
    const bo_str tag = BO_STR("\"1-t\"");
    bool strong = bo_http_etag_listed(value, tag, false), weak = bo_http_etag_listed(value, tag, true);
    MUST(!strong || weak);
    if (strong && bo_str_find(value, '*') == value.len) MUST(bo_str_find_str(value, tag) < value.len);
}

static void targets(bo_str value, bo_arena *arena) {
    bo_http_request request = {0};
    bo_str path;
    bo_http_take_target(&request, value);
    MUST(request.path.len > 0 || request.query.ptr != NULL);
    MUST(bo_str_find(request.path, '?') == request.path.len);
    if (bo_http_path(&path, request.path, arena) != BO_OK) return;
    for (size_t i = 0; i < path.len; i++) MUST((unsigned char)path.ptr[i] > ' ' && path.ptr[i] != '"');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    bo_arena *arena = bo_arena_new(FUZZ_MEMORY);
    bo_str value = fuzz_text(data + 2, size - 2);
    ranges(value, (size_t)data[0] << 8 | data[1]);
    tags(value);
    targets(value, arena);
    bo_arena_free(arena);
    return 0;
}
