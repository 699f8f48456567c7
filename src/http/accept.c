/* SPDX-License-Identifier: Apache-2.0
 * Lists in header values (RFC 9110 section 5.6.1), media types and content negotiation (12.5.1).
 */
#include "http/message.h"

/* Cuts one element off a list: at a comma, or at a semicolon, outside of quotes. */
static bool cut_element(bo_str *element, bo_str *rest, char separator) {
    if (rest->len == 0) return false;
    size_t end = 0;
    for (bool quoted = false; end < rest->len; end++) {
        char c = rest->ptr[end];
        if (c == '"') quoted = !quoted;
        if (c == '\\' && quoted) end++;
        if (c == separator && !quoted) break;
    }
    *element = bo_str_trim(bo_str_head(*rest, end));
    *rest = bo_str_from(*rest, end + 1);
    return true;
}

static bo_str unquoted(bo_str value, bo_arena *arena) {
    if (value.len < 2 || value.ptr[0] != '"' || value.ptr[value.len - 1] != '"') return value;
    value = (bo_str){value.ptr + 1, value.len - 2};
    if (arena == NULL || bo_str_find(value, '\\') == value.len) return value;
    char *out = bo_arena_alloc(arena, value.len + 1);
    if (out == NULL) return BO_STR_NONE;
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '\\' && i + 1 < value.len) i++;
        out[len++] = value.ptr[i];
    }
    return (bo_str){out, len};
}

bo_str bo_http_media_type(bo_str content_type) {
    bo_str element = BO_STR_NONE;
    return cut_element(&element, &content_type, ';') ? element : BO_STR_NONE;
}

bo_str bo_http_parameter(bo_str content_type, bo_str name, bo_arena *arena) {
    bo_str element;
    for (bool first = true; cut_element(&element, &content_type, ';'); first = false) {
        size_t equals = bo_str_find(element, '=');
        if (first || equals == element.len || !bo_str_eq_nocase(bo_str_head(element, equals), name)) continue;
        return unquoted(bo_str_from(element, equals + 1), arena);
    }
    return BO_STR_NONE;
}

bo_str bo_http_preference(bo_str prefer, bo_str name, bo_str value) {
    for (bo_str preference; cut_element(&preference, &prefer, ',');) {
        bo_str stated = bo_http_media_type(preference); /* what is before the parameters */
        size_t equals = bo_str_find(stated, '=');
        if (!bo_str_eq_nocase(bo_str_trim(bo_str_head(stated, equals)), name)) continue;
        bo_str said = unquoted(bo_str_trim(bo_str_from(stated, equals + (equals < stated.len))), NULL);
        return bo_str_eq_nocase(said, value) ? preference : BO_STR_NONE;
    }
    return BO_STR_NONE;
}

/* "0.75" -> 750; -1 when it is no weight (RFC 9110 section 12.4.2). */
static int weight(bo_str q) {
    if (q.ptr == NULL) return 1000;
    if (q.len == 0 || q.len > 5 || (q.ptr[0] != '0' && q.ptr[0] != '1') || (q.len > 1 && q.ptr[1] != '.'))
        return -1;
    int value = (q.ptr[0] - '0') * 1000, unit = 100;
    for (size_t i = 2; i < q.len; i++, unit /= 10) {
        if (q.ptr[i] < '0' || q.ptr[i] > '9') return -1;
        value += (q.ptr[i] - '0') * unit;
    }
    return value > 1000 ? -1 : value;
}

static bool has_parameters(bo_str range, bo_str offer) {
    bo_str element;
    for (bool first = true; cut_element(&element, &range, ';'); first = false) {
        size_t equals = bo_str_find(element, '=');
        bo_str name = bo_str_head(element, equals);
        if (first || bo_str_eq_nocase(name, BO_STR("charset"))) continue;
        if (bo_str_eq_nocase(name, BO_STR("q"))) break;
        bo_str value = unquoted(bo_str_from(element, equals + 1), NULL);
        if (!bo_str_eq_nocase(bo_http_parameter(offer, name, NULL), value)) return false;
    }
    return true;
}

/* How closely a media range names an offer: 0 not at all, 1 by a bare star, 2 by type/star, 3 fully, 4 with
 * parameters. */
static int closeness(bo_str range, bo_str offer) {
    bo_str wanted = bo_http_media_type(range), offered = bo_http_media_type(offer);
    if (bo_str_eq(wanted, BO_STR("*/*")) || bo_str_eq(wanted, BO_STR("*"))) return 1;
    size_t slash = bo_str_find(wanted, '/');
    bool same_type =
        bo_str_eq_nocase(bo_str_head(wanted, slash), bo_str_head(offered, bo_str_find(offered, '/')));
    if (same_type && bo_str_eq(bo_str_from(wanted, slash + 1), BO_STR("*"))) return 2;
    if (!bo_str_eq_nocase(wanted, offered) || !has_parameters(range, offer)) return 0;
    return bo_http_parameter(offer, BO_STR("profile"), NULL).ptr != NULL &&
                   bo_http_parameter(range, BO_STR("profile"), NULL).ptr != NULL
               ? 4
               : 3;
}

static int quality(bo_str accept, bo_str offer) {
    int closest = 0, q = 0;
    for (bo_str range; cut_element(&range, &accept, ',');) {
        int close = closeness(range, offer);
        int value = weight(bo_http_parameter(range, BO_STR("q"), NULL));
        if (close > closest && value >= 0) closest = close, q = value;
    }
    return q;
}

int bo_http_accept(bo_str accept, const bo_str *offers, size_t count) {
    if (bo_str_trim(accept).len == 0) return count > 0 ? 0 : -1;
    int best = -1, best_quality = 0;
    for (size_t i = 0; i < count; i++) {
        int q = quality(accept, offers[i]);
        if (q > best_quality) best = (int)i, best_quality = q;
    }
    return best;
}

bool bo_http_etag_listed(bo_str header, bo_str etag, bool weak) {
    const bo_str mark = BO_STR("W/");
    if (weak && bo_str_starts(etag, mark)) etag = bo_str_from(etag, 2);
    for (bo_str element; cut_element(&element, &header, ',');) {
        if (weak && bo_str_starts(element, mark)) element = bo_str_from(element, 2);
        if (bo_str_eq(element, BO_STR("*")) || (bo_str_eq(element, etag) && !bo_str_starts(etag, mark)))
            return true;
    }
    return false;
}

/* "fr-CA" and "*" both name "fr". */
static bool names_language(bo_str range, bo_str offer) {
    bo_str tag = bo_http_media_type(range);
    if (bo_str_eq(tag, BO_STR("*"))) return true;
    bool starts = bo_str_eq_nocase(bo_str_head(tag, offer.len), offer);
    return starts && (tag.len == offer.len || tag.ptr[offer.len] == '-');
}

size_t bo_http_language(bo_str accept, const bo_str *offers, size_t count) {
    size_t best = 0;
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        bo_str rest = accept;
        for (bo_str range; cut_element(&range, &rest, ',');) {
            int value =
                names_language(range, offers[i]) ? weight(bo_http_parameter(range, BO_STR("q"), NULL)) : 0;
            if (value > most) most = value, best = i;
        }
    }
    return best;
}
