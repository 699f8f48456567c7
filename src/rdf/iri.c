/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/iri.h"

bo_iri_parts bo_iri_split(bo_str iri) {
    bo_iri_parts parts = {.path = iri};
    bo_str rest = iri;
    size_t mark = bo_str_find(rest, '#');
    if (mark < rest.len) {
        parts.fragment = bo_str_from(rest, mark + 1);
        rest = bo_str_head(rest, mark);
    }
    mark = bo_str_find(rest, '?');
    if (mark < rest.len) {
        parts.query = bo_str_from(rest, mark + 1);
        rest = bo_str_head(rest, mark);
    }
    size_t colon = bo_str_find(rest, ':');
    if (colon > 0 && colon < rest.len && bo_str_find(bo_str_head(rest, colon), '/') == colon) {
        parts.scheme = bo_str_head(rest, colon);
        rest = bo_str_from(rest, colon + 1);
    }
    if (bo_str_starts(rest, BO_STR("//"))) {
        rest = bo_str_from(rest, 2);
        size_t slash = bo_str_find(rest, '/');
        parts.authority = bo_str_head(rest, slash);
        rest = bo_str_from(rest, slash);
    }
    parts.path = rest;
    return parts;
}

bo_status bo_iri_host(bo_str *host, unsigned *port, bo_str authority) {
    size_t at = bo_str_find_last(authority, '@');
    bo_str rest = at < authority.len ? bo_str_from(authority, at + 1) : authority;
    size_t end = rest.len > 0 && rest.ptr[0] == '[' ? bo_str_find(rest, ']') : 0;
    size_t colon = end + bo_str_find(bo_str_from(rest, end), ':');
    uint64_t number = 0;
    if (colon + 1 < rest.len) {
        BO_TRY(bo_str_to_u64(&number, bo_str_from(rest, colon + 1)));
        if (number == 0 || number > 65535)
            return bo_fail(BO_SYNTAX, "'%.*s' names no port", BO_STR_ARG(authority));
    }
    *host = bo_str_head(rest, colon);
    *port = (unsigned)number;
    return BO_OK;
}

static bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_scheme(bo_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool later = digit(c) || c == '+' || c == '-' || c == '.';
        if (!letter(c) && (i == 0 || !later)) return false;
    }
    return s.len > 0;
}

/* The bytes that no IRI holds: controls, blank and <>"{}|^`\ */
static bool forbidden(unsigned char c) {
    static const bool table[256] = {
        ['<'] = 1, ['>'] = 1, ['"'] = 1, ['{'] = 1, ['}'] = 1, ['|'] = 1, ['^'] = 1, ['`'] = 1, ['\\'] = 1};
    return c <= 0x20 || table[c];
}

/* Sixteen bytes at once, in the compiler's own vectors. */
typedef unsigned char bytes __attribute__((vector_size(16)));
typedef signed char marks __attribute__((vector_size(16)));

static bool any_forbidden(const char *at) {
    bytes v;
    memcpy(&v, at, sizeof v);
    marks bad = (v <= 0x20) | (v == '<') | (v == '>') | (v == '"') | (v == '{') | (v == '}') | (v == '|') |
                (v == '^') | (v == '`') | (v == '\\');
    uint64_t half[2];
    memcpy(half, &bad, sizeof half);
    return (half[0] | half[1]) != 0;
}

static bool holds_forbidden(bo_str iri) {
    bool bad = false;
    size_t i = 0;
    for (; i + sizeof(bytes) <= iri.len; i += sizeof(bytes)) bad |= any_forbidden(iri.ptr + i);
    if (i < iri.len && iri.len >= sizeof(bytes))
        return bad || any_forbidden(iri.ptr + iri.len - sizeof(bytes));
    for (; i < iri.len; i++) bad |= forbidden((unsigned char)iri.ptr[i]);
    return bad;
}

bo_status bo_iri_check(bo_str iri) {
    for (size_t i = 0; i < iri.len; i++)
        if (forbidden((unsigned char)iri.ptr[i]))
            return bo_fail(BO_SYNTAX, "an IRI can't hold the character 0x%02X: <%.*s>",
                           (unsigned char)iri.ptr[i], BO_STR_ARG(iri));
    bo_iri_parts parts = bo_iri_split(iri);
    if (!is_scheme(parts.scheme))
        return bo_fail(BO_SYNTAX, "<%.*s> is not an absolute IRI: it has no scheme", BO_STR_ARG(iri));
    if (!bo_utf8_valid(iri)) return bo_fail(BO_SYNTAX, "an IRI is not UTF-8");
    return BO_OK;
}

bool bo_iri_absolute(bo_str iri) {
    if (holds_forbidden(iri)) return false;
    size_t colon = bo_str_find(iri, ':');
    return colon < iri.len && is_scheme(bo_str_head(iri, colon));
}

/* RFC 3986 section 5.2.4, in place; returns the new length. */
static size_t remove_dots(char *path, size_t len) {
    size_t out = 0, in = 0;
    while (in < len) {
        bo_str rest = {path + in, len - in};
        bool last_dots = bo_str_eq(rest, BO_STR("/..")), last_dot = bo_str_eq(rest, BO_STR("/."));
        if (bo_str_starts(rest, BO_STR("../")))
            in += 3;
        else if (bo_str_starts(rest, BO_STR("./")))
            in += 2;
        else if (bo_str_eq(rest, BO_STR(".")) || bo_str_eq(rest, BO_STR("..")))
            in = len;
        else if (last_dot || bo_str_starts(rest, BO_STR("/./"))) {
            in += 2;
            if (last_dot) path[--in] = '/';
        } else if (last_dots || bo_str_starts(rest, BO_STR("/../"))) {
            in += 3;
            if (last_dots) path[--in] = '/';
            while (out > 0 && path[--out] != '/') {
            }
        } else {
            do path[out++] = path[in++];
            while (in < len && path[in] != '/');
        }
    }
    return out;
}

typedef struct builder {
    char *at;
} builder;

static void put(builder *b, bo_str s) {
    if (s.len) memcpy(b->at, s.ptr, s.len);
    b->at += s.len;
}

static void put_marked(builder *b, const char *before, bo_str s, const char *after) {
    if (s.ptr == NULL) return;
    put(b, bo_str_of(before));
    put(b, s);
    put(b, bo_str_of(after));
}

bo_status bo_iri_resolve(bo_str *out, bo_str base, bo_str reference, bo_arena *arena) {
    bo_iri_parts r = bo_iri_split(reference), b = bo_iri_split(base);
    bool has_dots = bo_str_find_str(r.path, BO_STR("/.")) < r.path.len || bo_str_starts(r.path, BO_STR("."));
    if (r.scheme.ptr && !has_dots) {
        *out = reference;
        return BO_OK;
    }
    char *room = bo_arena_alloc(arena, base.len + reference.len + 8);
    if (room == NULL) return bo_error_last()->status;
    bool own_authority = r.scheme.ptr || r.authority.ptr;
    builder made = {room};
    put_marked(&made, "", r.scheme.ptr ? r.scheme : b.scheme, ":");
    put_marked(&made, "//", own_authority ? r.authority : b.authority, "");
    char *path = made.at;
    bo_str query = r.query;
    if (own_authority || bo_str_starts(r.path, BO_STR("/")))
        put(&made, r.path);
    else if (r.path.len == 0) {
        put(&made, b.path);
        if (query.ptr == NULL) query = b.query;
    } else if (b.path.len == 0 && b.authority.ptr) {
        put(&made, BO_STR("/"));
        put(&made, r.path);
    } else {
        size_t slash = bo_str_find_last(b.path, '/');
        put(&made, bo_str_head(b.path, slash < b.path.len ? slash + 1 : 0));
        put(&made, r.path);
    }
    if (r.path.len > 0) made.at = path + remove_dots(path, (size_t)(made.at - path));
    put_marked(&made, "?", query, "");
    put_marked(&made, "#", r.fragment, "");
    *out = (bo_str){room, (size_t)(made.at - room)};
    return BO_OK;
}

bo_status bo_iri_relative(bo_str *out, bo_str base, bo_str iri, bo_arena *arena) {
    bo_iri_parts b = bo_iri_split(base), i = bo_iri_split(iri);
    *out = iri;
    if (!bo_str_eq(b.scheme, i.scheme) || !bo_str_eq(b.authority, i.authority) || b.authority.ptr == NULL)
        return BO_OK;
    if (bo_str_eq(bo_iri_document(base), bo_iri_document(iri))) {
        *out = i.fragment.ptr ? bo_str_from(iri, (size_t)(i.fragment.ptr - iri.ptr) - 1) : BO_STR("");
        return BO_OK;
    }
    size_t same = 0, dirs = 0, last = 0;
    while (same < b.path.len && same < i.path.len && b.path.ptr[same] == i.path.ptr[same]) {
        if (b.path.ptr[same] == '/') last = same + 1;
        same++;
    }
    for (size_t at = last; at < b.path.len; at++) dirs += b.path.ptr[at] == '/';
    bo_str rest = bo_str_from(iri, (size_t)(i.path.ptr - iri.ptr) + last);
    bool unsafe =
        dirs == 0 && (rest.len == 0 || rest.ptr[0] == '/' || rest.ptr[0] == '?' || rest.ptr[0] == '#' ||
                      bo_str_find(bo_str_head(rest, bo_str_find(rest, '/')), ':') < bo_str_find(rest, '/'));
    if (last == 0 || rest.len + dirs * 3 + 2 >= iri.len) return BO_OK;
    char *room = bo_arena_alloc(arena, rest.len + dirs * 3 + 2);
    if (room == NULL) return bo_error_last()->status;
    builder made = {room};
    for (size_t at = 0; at < dirs; at++) put(&made, BO_STR("../"));
    if (unsafe) put(&made, BO_STR("./"));
    put(&made, rest);
    *out = (bo_str){room, (size_t)(made.at - room)};
    return BO_OK;
}

bo_str bo_iri_document(bo_str iri) {
    return bo_str_head(iri, bo_str_find(iri, '#'));
}

void bo_percent_encode(bo_text *out, bo_str s) {
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (letter(c) || digit(c) || (c && strchr("-._~", c))) {
            bo_text_char(out, c);
            continue;
        }
        bo_text_char(out, '%');
        bo_text_char(out, hex[(unsigned char)c >> 4]);
        bo_text_char(out, hex[(unsigned char)c & 15]);
    }
}

static int hex_value(char c) {
    if (digit(c)) return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bo_status bo_percent_decode(bo_str *out, bo_str s, bool plus_is_blank, bo_arena *arena) {
    char *room = bo_arena_alloc(arena, s.len + 1);
    if (room == NULL) return bo_error_last()->status;
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '+' && plus_is_blank) c = ' ';
        if (c == '%') {
            bool whole = s.len - i > 2;
            int high = whole ? hex_value(s.ptr[i + 1]) : -1, low = whole ? hex_value(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return bo_fail(BO_SYNTAX, "'%.*s' holds a bad percent escape", BO_STR_ARG(s));
            c = (char)(high << 4 | low);
            i += 2;
        }
        room[len++] = c;
    }
    room[len] = '\0';
    bo_str made = {room, len};
    if (!bo_utf8_valid(made)) return bo_fail(BO_SYNTAX, "'%.*s' is not UTF-8 once decoded", BO_STR_ARG(s));
    *out = made;
    return BO_OK;
}
