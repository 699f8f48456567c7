/* SPDX-License-Identifier: Apache-2.0
 * Multipart bodies (RFC 2046 section 5.1).
 */
#include "http/message.h"

static bo_status malformed(void) {
    return bo_fail(BO_SYNTAX,
                   "the body is not in parts as its Content-Type says: each begins with its boundary");
}

/* Takes `mark` off the beginning. */
static bool take(bo_str *rest, bo_str mark) {
    if (!bo_str_starts(*rest, mark)) return false;
    *rest = bo_str_from(*rest, mark.len);
    return true;
}

/* A delimiter stands at the beginning of the body or of a line. */
static bool take_delimiter(bo_str *rest, bo_str boundary) {
    bo_str at = *rest;
    if (!take(&at, BO_STR("--")) || !take(&at, boundary)) return false;
    *rest = at;
    return true;
}

/* The header lines of a part up to the empty one. */
static bo_status take_headers(bo_str *content_type, bo_str *rest) {
    *content_type = BO_STR("");
    for (bo_str line; bo_str_cut(&line, rest, '\n');) {
        line = bo_str_trim(line);
        if (line.len == 0) return BO_OK;
        size_t colon = bo_str_find(line, ':');
        if (bo_str_eq_nocase(bo_str_trim(bo_str_head(line, colon)), BO_STR("Content-Type")))
            *content_type = bo_str_trim(bo_str_from(line, colon + 1));
    }
    return malformed();
}

/* How long the content is: up to the line end before the next delimiter. */
static bo_status measure(size_t *out, bo_str rest, bo_str boundary) {
    for (size_t at = 0; at < rest.len; at++) {
        at += bo_str_find(bo_str_from(rest, at), '\n');
        bo_str next = bo_str_from(rest, at + 1);
        if (at >= rest.len || !take_delimiter(&next, boundary)) continue;
        *out = at > 0 && rest.ptr[at - 1] == '\r' ? at - 1 : at;
        return BO_OK;
    }
    return malformed();
}

bo_status bo_http_part(bo_str *part, bo_str *content_type, bo_str *rest, bo_str boundary) {
    size_t len;
    bo_str at = *rest, line;
    if (boundary.len == 0 || boundary.len > 70) return malformed();
    if (!take_delimiter(&at, boundary)) return malformed();
    *part = BO_STR_NONE;
    if (bo_str_starts(at, BO_STR("--"))) return BO_OK;
    if (!bo_str_cut(&line, &at, '\n') || bo_str_trim(line).len > 0) return malformed();
    BO_TRY(take_headers(content_type, &at));
    BO_TRY(measure(&len, at, boundary));
    *part = bo_str_head(at, len);
    at = bo_str_from(at, len);
    if (at.len > 0 && at.ptr[0] == '\r') at = bo_str_from(at, 1);
    *rest = bo_str_from(at, 1);
    return BO_OK;
}
