/* SPDX-License-Identifier: Apache-2.0
 * What clients read first: the context, the style sheet.
 */
#include "obs/page.h"
#include "web/exchange.h"

bo_status bo_give_document(bo_exchange *e, bo_str media_type, bo_str text) {
    bo_str etag = bo_arena_printf(e->arena, "\"%016llx\"", (unsigned long long)bo_str_hash(text));
    bo_str known = bo_request_header(e, "If-None-Match");
    bo_respond_header(e, BO_STR("ETag"), etag);
    bool is_constant = e->basis.count == 0;
    bo_respond_header(e, BO_STR("Cache-Control"),
                      is_constant ? BO_STR("public, max-age=3600") : BO_STR("no-cache"));
    if (!is_constant) bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization"));
    if (known.ptr != NULL && bo_http_etag_listed(known, etag, true))
        bo_respond(e, 304);
    else
        bo_respond_body(e, 200, media_type, text);
    e->cacheable = true;
    return BO_OK;
}

bo_status bo_get_context(bo_exchange *e) {
    e->basis.count = 0;
    return bo_give_document(e, BO_STR("application/ld+json"), e->app->context_text);
}

bo_status bo_get_style(bo_exchange *e) {
    e->basis.count = 0;
    return bo_give_document(e, BO_STR("text/css; charset=utf-8"), bo_page_css());
}
