/* SPDX-License-Identifier: Apache-2.0
 * Bodies that go out while they are made. What fits into the first piece goes out whole: with its length, and
 * with a proper status when it fails.
 */
#include "web/exchange.h"

enum { PIECE = 64 << 10 };

static bo_status check_cap(const bo_outlet *o, uint64_t bytes) {
    if (o->cap == 0 || bytes <= o->cap) return BO_OK;
    return bo_fail(BO_LIMIT, "the answer has more than %llu bytes", (unsigned long long)o->cap);
}

static bo_status send_piece(void *context, bo_str bytes) {
    bo_outlet *o = context;
    bo_http_response *response = o->e->response;
    BO_TRY(check_cap(o, o->text.flushed + bytes.len));
    if (o->moves && !response->is_long) {
        response->is_long = true;
        return bo_fail(BO_CANCELLED, "the answer is long: it is made among the queries");
    }
    if (!response->begun) {
        bo_respond_body(o->e, 200, o->media_type, BO_STR(""));
        bo_respond_common(o->e);
    }
    bo_status status = response->stream->send(response->stream, bytes, o->deadline_ns);
    o->over = status == BO_CANCELLED && o->e->request->method == BO_HEAD;
    return status;
}

void bo_outlet_open(bo_outlet *o, bo_exchange *e, bo_str media_type, uint64_t deadline_ns, uint64_t cap) {
    *o = (bo_outlet){.e = e, .media_type = media_type, .deadline_ns = deadline_ns, .cap = cap};
    if (e->response->stream != NULL)
        bo_text_init_stream(&o->text, PIECE, send_piece, o);
    else
        bo_text_init(&o->text, cap);
}

bo_status bo_outlet_close(bo_outlet *o, bo_status status) {
    if (status == BO_OK && o->e->response->begun) status = bo_text_end(&o->text);
    if (status == BO_OK && !o->e->response->begun) {
        o->text.flush = NULL;
        status = check_cap(o, o->text.len);
        if (status == BO_OK) status = bo_respond_text(o->e, 200, o->media_type, &o->text);
    }
    bo_text_done(&o->text);
    return o->over ? BO_OK : status;
}
