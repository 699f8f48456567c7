/* SPDX-License-Identifier: Apache-2.0
 * Where a browser may be sent: to this node, and to its front ends. A login's redirect carries a token, so it
 * must never go anywhere else.
 */
#include "bocage/iri.h"
#include "web/exchange.h"

static bool is_origin_of(bo_str origin, const bo_iri_parts *url) {
    bo_iri_parts parts = bo_iri_split(origin);
    return bo_str_eq_nocase(parts.scheme, url->scheme) && bo_str_eq_nocase(parts.authority, url->authority);
}

/* Browsers take a backslash for a slash, and pass over control characters. */
static bool is_plain(bo_str url) {
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] <= ' ' || (unsigned char)url.ptr[i] >= 0x7F || url.ptr[i] == '\\')
            return false;
    return true;
}

/* The next of a list of addresses, without a slash at its end. */
static bool next_origin(bo_str *origin, bo_str *list) {
    do {
        size_t end = 0;
        while (end < list->len && list->ptr[end] != ',' && list->ptr[end] != ' ') end++;
        *origin = bo_str_head(*list, end);
        *list = bo_str_from(*list, end + 1);
    } while (origin->len == 0 && list->len > 0);
    if (bo_str_ends(*origin, BO_STR("/"))) origin->len--;
    return origin->len > 0;
}

bo_status bo_origins_check(const char *setting, bo_str list) {
    for (bo_str origin; next_origin(&origin, &list);) {
        bo_iri_parts parts = bo_iri_split(origin);
        bool web = bo_str_eq(parts.scheme, BO_STR("http")) || bo_str_eq(parts.scheme, BO_STR("https"));
        bool bare = parts.path.len == 0 && parts.query.ptr == NULL && parts.fragment.ptr == NULL &&
                    bo_str_find(parts.authority, '@') == parts.authority.len;
        if (!web || !bare || parts.authority.len == 0 || !is_plain(origin))
            return bo_fail(BO_BAD_ARGUMENT, "%s: '%.*s' is not like https://carte.example", setting,
                           BO_STR_ARG(origin));
    }
    return BO_OK;
}

static bool is_listed(bo_str list, const bo_iri_parts *url) {
    for (bo_str origin; next_origin(&origin, &list);)
        if (is_origin_of(origin, url)) return true;
    return false;
}

bool bo_front_end_has(const bo_app *app, bo_str url) {
    bo_iri_parts parts = bo_iri_split(url);
    if (!is_plain(url) || parts.authority.len == 0) return false;
    return is_origin_of(app->base_url, &parts) || is_listed(app->options.front_ends, &parts);
}

bool bo_origin_is_trusted(const bo_app *app, bo_str origin) {
    bo_iri_parts parts = bo_iri_split(origin);
    if (bo_str_eq(app->options.trusted_origins, BO_STR("*")) || bo_front_end_has(app, origin)) return true;
    return parts.authority.len > 0 && is_listed(app->options.trusted_origins, &parts);
}

bo_str bo_front_end_first(const bo_app *app) {
    bo_str list = app->options.front_ends, origin;
    return next_origin(&origin, &list) ? origin : BO_STR("");
}
