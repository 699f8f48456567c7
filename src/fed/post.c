/* SPDX-License-Identifier: Apache-2.0
 * Requests that are signed: a POST and what its answer means, and GETs that strangers may not make.
 */
#include "fed/internal.h"

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

/* Signed in one form. The request is copied: each try has a signature of its own. */
static bo_status ask(bo_fed *fed, const bo_fetch *unsigned_request, const bo_signing *signing,
                     bo_http_response *response, bo_str *final_url, bo_arena *arena) {
    bo_fetch request = *unsigned_request;
    bo_headers_init(&request.headers, arena);
    for (size_t i = 0; i < unsigned_request->headers.len; i++)
        bo_headers_add(&request.headers, unsigned_request->headers.items[i].name,
                       unsigned_request->headers.items[i].value);
    BO_TRY(bo_signature_sign(&request, signing, arena));
    return fed->options.net->fetch(fed->options.net, &request, response, final_url, arena);
}

/* Answers of a server that may not have understood the signature. */
static bool is_unproven(int http) {
    return http == 400 || http == 401 || http == 403;
}

/* "Double knocking": refused in one form, it is tried in the other, once. */
static bo_status knock(bo_fed *fed, const bo_fetch *request, bo_signing *signing, bo_http_response *response,
                       bo_str *final_url, bo_arena *arena) {
    bo_http_response second;
    bo_str second_url;
    BO_TRY(ask(fed, request, signing, response, final_url, arena));
    if (!is_unproven(response->status)) return BO_OK;
    bo_signing other = *signing;
    other.form = signing->form == BO_SIGNED_CAVAGE ? BO_SIGNED_RFC9421 : BO_SIGNED_CAVAGE;
    BO_TRY(ask(fed, request, &other, &second, &second_url, arena));
    if (is_unproven(second.status)) return BO_OK; /* the first answer counts */
    *response = second;
    *final_url = second_url;
    *signing = other;
    return BO_OK;
}

bo_status bo_fed_post(bo_fed *fed, const bo_fed_mailing *mailing, bo_post_answer *answer, bo_arena *arena) {
    bo_fetch request = {.method = BO_POST,
                        .url = mailing->to,
                        .body = mailing->text,
                        .caps = {.body_cap = 64 << 10, .timeout_ms = fed->options.delivery.timeout_ms}};
    bo_http_response response;
    bo_signing signing = {mailing->form, mailing->key,
                          bo_arena_join(arena, mailing->actor, BO_STR("#main-key")), fed->options.clock};
    *answer = (bo_post_answer){.result = BO_POST_LATER, .form = mailing->form};
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), mailing->media_type);
    bo_str final_url;
    BO_TRY(knock(fed, &request, &signing, &response, &final_url, arena));
    answer->http = response.status;
    answer->result = result_of(response.status);
    answer->wait_ms = retry_after(fed, bo_headers_get(&response.headers, BO_STR("Retry-After")));
    answer->form = signing.form;
    if (answer->result == BO_POST_TAKEN) return BO_OK;
    bool never = answer->result == BO_POST_REFUSED || answer->result == BO_POST_MOVED;
    return bo_fail(never ? BO_DENIED : BO_PEER, "%.*s answers %d", BO_STR_ARG(mailing->to), response.status);
}

/* Authorised fetch. */

bo_status bo_fed_relay_key(bo_fed *fed, bo_key **out, bo_str relay) {
    bo_txn *txn;
    bo_str pem;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_KEY, relay, &pem);
    if (status == BO_OK) status = bo_key_from_pem(out, pem);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_fed_fetch(bo_fed *fed, const bo_fetch *request, bo_http_response *response, bo_str *final_url,
                       bo_arena *arena) {
    bo_key *key;
    bo_http_response proven;
    bo_str from, proven_from;
    bo_str relay = bo_ap_relay(&fed->ap, arena);
    if (final_url == NULL) final_url = &from;
    BO_TRY(fed->options.net->fetch(fed->options.net, request, response, final_url, arena));
    if (response->status != 401 && response->status != 403) return BO_OK;
    if (bo_fed_relay_key(fed, &key, relay) != BO_OK) return BO_OK; /* it stays as it is */
    bo_signing signing = {BO_SIGNED_CAVAGE, key, bo_arena_join(arena, relay, BO_STR("#main-key")),
                          fed->options.clock};
    bo_status status = knock(fed, request, &signing, &proven, &proven_from, arena);
    bo_key_free(key);
    if (status != BO_OK) return status;
    *response = proven;
    *final_url = proven_from;
    return BO_OK;
}
