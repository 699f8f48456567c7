/* SPDX-License-Identifier: Apache-2.0
 * One signed POST, and what its answer means.
 */
#include "fed/internal.h"
#include "fed/signature.h"

/* Seconds, or a date (RFC 9110 section 10.2.3). */
static int64_t retry_after(const bo_fed *fed, bo_str header) {
    const int64_t most = fed->options.delivery.longest_retry_ms;
    uint64_t seconds;
    int64_t date, wait = 0;
    if (header.len == 0) return 0;
    if (bo_str_to_u64(&seconds, header) == BO_OK)
        wait = seconds < (uint64_t)most / 1000 ? (int64_t)seconds * 1000 : most;
    else if (bo_time_parse_http(&date, header) == BO_OK)
        wait = date - bo_clock_wall_ms(fed->options.clock);
    return wait < 0 ? 0 : wait < most ? wait : most;
}

/* Statuses with a meaning of their own; every other one below 500 is a refusal for good, every other one from
 * there on a failure for now. */
static bo_post_result result_of(int http) {
    static const struct {
        int http;
        bo_post_result result;
    } known[] = {{301, BO_POST_MOVED},  {302, BO_POST_MOVED}, {307, BO_POST_MOVED},  {308, BO_POST_MOVED},
                 {401, BO_POST_BLAMED}, {404, BO_POST_MOVED}, {408, BO_POST_LATER},  {410, BO_POST_MOVED},
                 {425, BO_POST_LATER},  {429, BO_POST_SLOW},  {500, BO_POST_BLAMED}, {501, BO_POST_REFUSED}};
    if (http >= 200 && http < 300) return BO_POST_TAKEN;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].http == http) return known[i].result;
    return http < 500 ? BO_POST_REFUSED : BO_POST_LATER;
}

bo_status bo_fed_post(bo_fed *fed, const bo_fed_mailing *mailing, bo_post_answer *answer, bo_arena *arena) {
    bo_fetch request = {.method = BO_POST,
                        .url = mailing->to,
                        .body = mailing->text,
                        .caps = {.body_cap = 64 << 10, .timeout_ms = fed->options.delivery.timeout_ms}};
    bo_http_response response;
    *answer = (bo_post_answer){.result = BO_POST_LATER};
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), mailing->media_type);
    bo_str key_id = bo_arena_join(arena, mailing->actor, BO_STR("#main-key"));
    BO_TRY(bo_signature_sign(&request, mailing->key, key_id, fed->options.clock, arena));
    BO_TRY(fed->options.net->fetch(fed->options.net, &request, &response, NULL, arena));
    answer->http = response.status;
    answer->result = result_of(response.status);
    answer->wait_ms = retry_after(fed, bo_headers_get(&response.headers, BO_STR("Retry-After")));
    if (answer->result == BO_POST_TAKEN) return BO_OK;
    bool never = answer->result == BO_POST_REFUSED || answer->result == BO_POST_MOVED;
    return bo_fail(never ? BO_DENIED : BO_PEER, "%.*s answers %d", BO_STR_ARG(mailing->to), response.status);
}
