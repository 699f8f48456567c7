/* SPDX-License-Identifier: Apache-2.0 */
#include "http/message.h"

static const bo_str methods[BO_METHOD_COUNT] = {{"GET", 3},   {"HEAD", 4},   {"POST", 4},    {"PUT", 3},
                                                {"PATCH", 5}, {"DELETE", 6}, {"OPTIONS", 7}, {"", 0}};

bo_method bo_method_of(bo_str name) {
    for (unsigned i = 0; i < BO_METHOD_OTHER; i++)
        if (bo_str_eq(name, methods[i])) return (bo_method)i;
    return BO_METHOD_OTHER;
}

bo_str bo_method_name(bo_method method) {
    return methods[method];
}

void bo_http_take_target(bo_http_request *request, bo_str target) {
    bo_str rest = target;
    size_t scheme = bo_str_find(rest, ':');
    if (bo_str_starts(bo_str_from(rest, scheme), BO_STR("://")) && scheme < bo_str_find(rest, '/')) {
        rest = bo_str_from(rest, scheme + 3);
        rest = bo_str_from(rest, bo_str_find(rest, '/'));
    }
    if (rest.len == 0 || bo_str_eq(rest, BO_STR("*"))) rest = BO_STR("/");
    size_t mark = bo_str_find(rest, '?');
    request->target = target;
    request->path = bo_str_head(rest, mark);
    request->query = mark < rest.len ? bo_str_from(rest, mark + 1) : BO_STR_NONE;
}

bo_str bo_http_reason(int status) {
    static const struct {
        int status;
        const char *phrase;
    } reasons[] = {
#define BO_REASON(status, phrase) {status, phrase},
#include "http/reason.def"
#undef BO_REASON
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) return bo_str_of(reasons[i].phrase);
    return BO_STR("Unknown");
}

void bo_headers_init(bo_headers *headers, bo_arena *arena) {
    *headers = (bo_headers){.arena = arena};
}

void bo_headers_add(bo_headers *headers, bo_str name, bo_str value) {
    if (headers->len == headers->size && headers->arena != NULL) {
        size_t size = headers->size ? headers->size * 2 : 16;
        bo_header *items = bo_arena_grow(headers->arena, headers->items, headers->size * sizeof *items,
                                         size * sizeof *items);
        if (items == NULL) {
            headers->arena = NULL;
            return;
        }
        headers->items = items;
        headers->size = size;
    }
    if (headers->arena != NULL) headers->items[headers->len++] = (bo_header){name, value};
}

bo_str bo_headers_get(const bo_headers *headers, bo_str name) {
    for (size_t i = 0; i < headers->len; i++)
        if (bo_str_eq_nocase(headers->items[i].name, name)) return headers->items[i].value;
    return BO_STR_NONE;
}

bo_str bo_headers_joined(const bo_headers *headers, bo_str name, bo_arena *arena) {
    bo_str all = BO_STR_NONE;
    for (size_t i = 0; i < headers->len; i++) {
        if (!bo_str_eq_nocase(headers->items[i].name, name)) continue;
        bo_str value = headers->items[i].value;
        all = all.ptr == NULL ? value
                              : bo_arena_printf(arena, "%.*s, %.*s", BO_STR_ARG(all), BO_STR_ARG(value));
    }
    return all;
}
