/* SPDX-License-Identifier: Apache-2.0
 * Files: taking them in, raw or as a part of a form, and giving them out so that a browser does no more with
 * them than their media type says.
 */
#include "image/image.h"
#include "ldp/file.h"
#include "web/exchange.h"

size_t bo_app_body_cap(const bo_app *app, const bo_http_request *request, size_t usual) {
    bo_str type = bo_headers_get(&request->headers, BO_STR("Content-Type"));
    bo_str path = request->path;
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    bool is_file = request->method == BO_POST && bo_ldp_is_file(type) &&
                   bo_route_find(app, path)->handlers[BO_POST] == bo_post_resource;
    return is_file && app->options.file_bytes > usual ? app->options.file_bytes : usual;
}

/* The one file of a form: the part that says what it is. */
static bo_status find_part(const bo_exchange *e, bo_ldp_file *out, bo_str content_type) {
    bo_str boundary = bo_http_parameter(content_type, BO_STR("boundary"), e->arena), rest = e->request->body;
    for (bo_str part, type;;) {
        BO_TRY(bo_http_part(&part, &type, &rest, boundary));
        if (part.ptr == NULL) break;
        if (type.len == 0) continue;
        if (out->bytes.ptr != NULL) return bo_fail(BO_SYNTAX, "a form may bring one file at a time");
        *out = (bo_ldp_file){part, bo_http_media_type(type)};
    }
    if (out->bytes.ptr == NULL)
        return bo_fail(BO_SYNTAX, "the form brings no file: a part with a Content-Type is looked for");
    return BO_OK;
}

bo_status bo_exchange_file(const bo_exchange *e, bo_ldp_file *out) {
    const bo_image_limits limits = {e->app->options.image_side, e->app->options.image_pixels};
    bo_str type = bo_request_header(e, "Content-Type");
    *out = (bo_ldp_file){e->request->body, bo_http_media_type(type)};
    if (bo_str_eq_nocase(out->media_type, BO_STR("multipart/form-data"))) {
        out->bytes = BO_STR_NONE;
        BO_TRY(find_part(e, out, type));
    }
    return bo_image_fit(&out->bytes, out->bytes, &limits, e->arena);
}

bool bo_wants_file(const bo_exchange *e, const bo_ldp_record *record) {
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    const bo_str offers[] = {record->media_type,         BO_STR("application/ld+json"),
                             BO_STR("application/json"), BO_STR("application/activity+json"),
                             BO_STR("text/turtle"),      BO_STR("application/n-triples")};
    return record->blob.len > 0 && bo_http_accept(accept, offers, sizeof offers / sizeof *offers) <= 0;
}

static void put_file_headers(bo_exchange *e, const bo_ldp_record *record, bo_str etag, bool is_public) {
    bo_respond_header(e, BO_STR("ETag"), etag);
    bo_respond_header(e, BO_STR("Vary"), is_public ? BO_STR("Accept") : BO_STR("Accept, Authorization"));
    bo_respond_header(e, BO_STR("Cache-Control"),
                      is_public ? BO_STR("public, max-age=31536000") : BO_STR("private, max-age=31536000"));
    bo_respond_header(e, BO_STR("Accept-Ranges"), BO_STR("bytes"));
    bo_respond_header(e, BO_STR("X-Content-Type-Options"), BO_STR("nosniff"));
    bo_respond_header(e, BO_STR("Link"),
                      bo_arena_printf(e->arena, "<%.*s/_acl%.*s>; rel=acl", BO_STR_ARG(e->app->base_url),
                                      BO_STR_ARG(e->path)));
    bo_respond_header(e, BO_STR("Allow"), bo_route_allow(e));
    bo_model_respond_media(e);
    if (!bo_ldp_file_is_active(record->media_type)) return;
    bo_respond_header(e, BO_STR("Content-Disposition"), BO_STR("attachment"));
    bo_respond_header(e, BO_STR("Content-Security-Policy"),
                      BO_STR("sandbox; default-src 'none'; style-src 'unsafe-inline'"));
}

/* Bytes, all of them or those that Range asks for (RFC 9110 sections 14.2 and 13.1.5). */
static void put_bytes(bo_exchange *e, bo_str bytes, bo_str media_type, bo_str etag) {
    size_t first = 0, count = bytes.len;
    bo_str asked = bo_request_header(e, "If-Range");
    bo_str range = asked.ptr == NULL || bo_str_eq(asked, etag) ? bo_request_header(e, "Range") : BO_STR_NONE;
    bo_status status = bo_http_range(&first, &count, range, bytes.len);
    if (status == BO_RANGE) {
        bo_respond_problem(e, status);
        bo_respond_header(e, BO_STR("Content-Range"), bo_arena_printf(e->arena, "bytes */%zu", bytes.len));
        return;
    }
    bo_respond_body(e, status == BO_OK ? 206 : 200, media_type,
                    bo_str_head(bo_str_from(bytes, first), count));
    if (status == BO_OK)
        bo_respond_header(
            e, BO_STR("Content-Range"),
            bo_arena_printf(e->arena, "bytes %zu-%zu/%zu", first, first + count - 1, bytes.len));
}

/* How large an image is given out; 0: as it is. */
static uint32_t side_of(const bo_exchange *e, const bo_ldp_record *record) {
    return bo_str_starts(record->media_type, BO_STR("image/")) ? e->app->options.image_side_served : 0;
}

/* One that can't be made to fit is given out as it is. */
static bo_str fit(const bo_exchange *e, bo_str bytes, uint32_t side) {
    const bo_image_limits limits = {side, e->app->options.image_pixels};
    bo_str fitting = bytes;
    return side == 0 || bo_image_fit(&fitting, bytes, &limits, e->arena) != BO_OK ? bytes : fitting;
}

bo_str bo_file_etag(const bo_exchange *e, const bo_ldp_record *record) {
    bo_str name = bo_str_head(record->blob, 32);
    uint32_t side = side_of(e, record);
    return side == 0 ? bo_arena_printf(e->arena, "\"%.*s\"", BO_STR_ARG(name))
                     : bo_arena_printf(e->arena, "\"%.*s-%u\"", BO_STR_ARG(name), (unsigned)side);
}

bo_status bo_respond_file(bo_exchange *e, bo_txn *txn, const bo_ldp_record *record) {
    enum { KEPT = 1 << 20 }; /* larger ones would push much else out of the cache */
    static const bo_asker everyone;
    bo_modes modes;
    bo_str bytes, etag = bo_file_etag(e, record);
    BO_TRY(bo_wac_modes(&e->app->wac, &modes, txn, &everyone, e->iri, e->arena));
    put_file_headers(e, record, etag, (modes & BO_MODE_READ) != 0);
    bo_str known = bo_request_header(e, "If-None-Match");
    if (known.ptr != NULL && bo_http_etag_listed(known, etag, true)) return bo_respond(e, 304), BO_OK;
    BO_TRY(bo_ldp_file_read(txn, &bytes, record, e->arena));
    bytes = fit(e, bytes, side_of(e, record));
    put_bytes(e, bytes, record->media_type, etag);
    e->cacheable = bytes.len <= KEPT;
    return BO_OK;
}
