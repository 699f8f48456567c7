/* SPDX-License-Identifier: Apache-2.0
 * ROUTE: which handlers a path has.
 */
#include "web/exchange.h"

enum { PATH_WIDTH = 36 };

static const bo_route routes[] = {
#define BO_ROUTE(kind, lane, path, below, lenient, get, post, put, patch, delete)                            \
    {BO_SERVER_##kind,                                                                                       \
     BO_LANE_##lane,                                                                                         \
     {path, sizeof(path) - 1},                                                                               \
     below,                                                                                                  \
     lenient,                                                                                                \
     {[BO_GET] = get,                                                                                        \
      [BO_HEAD] = get,                                                                                       \
      [BO_POST] = post,                                                                                      \
      [BO_PUT] = put,                                                                                        \
      [BO_PATCH] = patch,                                                                                    \
      [BO_DELETE] = delete}},
#include "web/routes.def"
#undef BO_ROUTE
};

static bool fits(const bo_route *route, bo_str path) {
    if (route->path.ptr[0] == '*') return bo_str_ends(path, bo_str_from(route->path, 1));
    if (bo_str_eq(path, route->path)) return true;
    if (!route->below) return false;
    if (route->path.len == 1)
        return true; /* even a path that does not start with a slash, which is refused */
    return bo_str_starts(path, route->path) && path.ptr[route->path.len] == '/';
}

static bool is_of(const bo_route *route, bool sparql_only) {
    return (route->kinds & (sparql_only ? BO_SERVER_BARE : BO_SERVER_NODE)) != 0;
}

const bo_route *bo_route_find(const bo_app *app, bo_str path) {
    const bo_route *route = routes;
    /* The last one of each kind fits everything. */
    while (!is_of(route, app->options.sparql_only) || !fits(route, path)) route++;
    return route;
}

static void put_methods(bo_text *out, const bo_route *route) {
    for (unsigned method = 0; method < BO_METHOD_COUNT; method++)
        if (route->handlers[method] != NULL)
            bo_text_printf(out, "%.*s, ", BO_STR_ARG(bo_method_name((bo_method)method)));
    BO_TEXT_LIT(out, "OPTIONS");
}

bo_str bo_route_allow(const bo_exchange *e) {
    bo_str all = BO_STR("OPTIONS");
    for (unsigned method = 0; method < BO_METHOD_COUNT; method++)
        if (bo_model_has_method(e, (bo_method)method))
            all = bo_arena_printf(e->arena, "%.*s, %.*s", BO_STR_ARG(bo_method_name((bo_method)method)),
                                  BO_STR_ARG(all));
    return all;
}

void bo_routes_list(bo_text *out, bool sparql_only) {
    for (const bo_route *route = routes; route < routes + sizeof routes / sizeof *routes; route++) {
        if (!is_of(route, sparql_only)) continue;
        const char *below = !route->below ? "" : route->path.len > 1 ? "/*" : "*";
        size_t width = route->path.len + strlen(below);
        bo_text_printf(out, "%.*s%s%*s  %-8s", BO_STR_ARG(route->path), below,
                       (int)(PATH_WIDTH > width ? PATH_WIDTH - width : 0), "",
                       route->lenient || sparql_only ? "any" : "checked");
        put_methods(out, route);
        bo_text_char(out, '\n');
    }
}
