/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <stdlib.h>

#include "fed/signature.h"

static int64_t now_ms;

static int64_t wall(void *context) {
    (void)context;
    return now_ms;
}

static const bo_clock at_will = {.wall_ms = wall};

/* What a peer with this clock sends us, as it comes in. */
static bo_http_request arrived(const bo_fetch *sent) {
    return (bo_http_request){.method = sent->method,
                             .method_name = BO_STR("POST"),
                             .target = BO_STR("/inbox"),
                             .path = BO_STR("/inbox"),
                             .host = BO_STR("node.example"),
                             .headers = sent->headers,
                             .body = sent->body};
}

START_TEST(the_date_of_a_request_may_be_off_by_so_much) {
    enum { SKEW = 300 * 1000, SECOND = 1000 };
    static const struct {
        int64_t later;
        bool good;
    } cases[] = {{0, true},
                 {SKEW - SECOND, true},
                 {-SKEW + SECOND, true},
                 {SKEW + SECOND, false},
                 {-SKEW - SECOND, false}};
    bo_arena *arena = bo_arena_new(0);
    bo_key *key;
    const int64_t sent_ms = 1795000000000;
    bo_fetch fetch = {.method = BO_POST, .url = BO_STR("https://node.example/inbox"), .body = BO_STR("{}")};
    bo_headers_init(&fetch.headers, arena);
    now_ms = sent_ms;
    ck_assert_int_eq(bo_key_generate(&key, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_signature_sign(&fetch,
                                       &(bo_signing){BO_SIGNED_CAVAGE, key,
                                                     BO_STR("https://peer.example/actor#key"), &at_will},
                                       arena),
                     BO_OK);
    bo_http_request request = arrived(&fetch);
    bo_signature signature;
    ck_assert_int_eq(bo_signature_read(&signature, &request.headers, arena), BO_OK);
    bo_signature_rules rules = {
        .clock = &at_will, .skew_ms = SKEW, .host = BO_STR("node.example"), .scheme = BO_STR("https")};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        now_ms = sent_ms + cases[i].later;
        bo_status status = bo_signature_check(&signature, &request, &rules, arena);
        ck_assert_int_eq(status, cases[i].good ? BO_OK : BO_UNAUTHENTICATED);
        if (!cases[i].good) ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "more than 300 s off"));
    }
    ck_assert_int_eq(bo_signature_verify(&signature, &request, &rules, key, arena), BO_OK);
    request.body = BO_STR("{} ");
    now_ms = sent_ms;
    ck_assert_int_eq(bo_signature_check(&signature, &request, &rules, arena), BO_UNAUTHENTICATED);
    bo_key_free(key);
    bo_arena_free(arena);
}
END_TEST

Suite *test_signature(void) {
    Suite *suite = suite_create("fed/signature");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_date_of_a_request_may_be_off_by_so_much);
    suite_add_tcase(suite, all);
    return suite;
}
