/* SPDX-License-Identifier: Apache-2.0
 * Query strings, form bodies and paths. http stands below rdf, so percent-decoding is here once more in the
 * narrow form that these need.
 */
#include "http/message.h"

#include <string.h>

static int hex(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

enum { DELETE = 0x7f };

static bo_status decode(bo_str *out, bo_str s, bool plus_is_blank, bo_arena *arena) {
    char *text = bo_arena_alloc(arena, s.len + 1);
    if (text == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex(s.ptr[i + 1]) : -1, low = i + 2 < s.len ? hex(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return bo_fail(BO_SYNTAX, "a %% must be followed by two hexadecimal digits");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        text[len++] = c;
    }
    text[len] = '\0';
    if (!bo_utf8_valid((bo_str){text, len})) return bo_fail(BO_SYNTAX, "what is percent-encoded is no UTF-8");
    *out = (bo_str){text, len};
    return BO_OK;
}

bo_status bo_http_form(bo_str *out, bo_str form, bo_str name, size_t nth, bo_arena *arena) {
    bo_str found = BO_STR_NONE;
    for (bo_str field; bo_str_cut(&field, &form, '&');) {
        size_t equals = bo_str_find(field, '=');
        bo_str key;
        if (equals < name.len || equals > name.len * 3) continue; /* it can't be this name, however encoded */
        BO_TRY(decode(&key, bo_str_head(field, equals), true, arena));
        if (!bo_str_eq(key, name) || nth-- > 0) continue;
        BO_TRY(decode(&found, bo_str_from(field, equals + 1), true, arena));
        break;
    }
    *out = found;
    return BO_OK;
}

static bool has_controls(bo_str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == DELETE) return true;
    return false;
}

/* Characters that no IRI has (RFC 3987 section 2.2). */
static bool must_be_encoded(bo_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (strchr(" <>\"{}|\\^`", text.ptr[i]) != NULL) return true;
    return false;
}

/* Each segment on its own, so that an encoded dot is a dot and an encoded slash is refused. */
bo_status bo_http_path(bo_str *out, bo_str path, bo_arena *arena) {
    if (path.len == 0 || path.ptr[0] != '/') return bo_fail(BO_SYNTAX, "a path starts with a slash");
    char *kept = bo_arena_alloc(arena, path.len + 1);
    if (kept == NULL) return bo_error_last()->status;
    size_t len = 0, at = 1;
    while (at <= path.len) {
        bo_str rest = bo_str_from(path, at), segment = bo_str_head(rest, bo_str_find(rest, '/')), plain;
        bool last = at + segment.len >= path.len;
        at += segment.len + 1;
        BO_TRY(decode(&plain, segment, false, arena));
        if (memchr(plain.ptr, '/', plain.len) != NULL || has_controls(plain))
            return bo_fail(BO_SYNTAX, "a name in the path holds an encoded slash or a control character");
        if (must_be_encoded(segment))
            return bo_fail(BO_SYNTAX,
                           "a name in the path holds a blank or one of <>\"{}|\\^`: percent-encode it");
        bool up = bo_str_eq(plain, BO_STR(".."));
        if (up && len == 0) return bo_fail(BO_SYNTAX, "the path climbs above the root");
        if (up)
            while (kept[--len] != '/') continue;
        if (up || bo_str_eq(plain, BO_STR("."))) {
            if (last) kept[len++] = '/';
            continue;
        }
        kept[len++] = '/';
        memcpy(kept + len, segment.ptr, segment.len);
        len += segment.len;
    }
    *out = (bo_str){kept, len};
    return BO_OK;
}
