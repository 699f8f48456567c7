/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sso/provider.h"

static bo_str parameter(bo_str address, const char *name) {
    bo_str value;
    ck_assert_int_eq(
        bo_http_form(&value, bo_str_from(address, bo_str_find(address, '?') + 1), bo_str_of(name), 0, arena),
        BO_OK);
    return value;
}

START_TEST(a_login_is_sealed_in_its_cookie) {
    bo_str location, cookie;
    bo_sso_login login;
    const bo_str goal = BO_STR("https://carte.example/login?login=true");
    ck_assert_int_eq(bo_sso_begin(sso, &location, &cookie, goal, arena), BO_OK);
    ck_assert(bo_str_starts(location, BO_STR(ISSUER "/auth?x=1&response_type=code&")));
    ck_assert_int_eq(bo_sso_unseal(sso, &login, cookie, arena), BO_OK);
    ck_assert(bo_str_eq(login.redirect_url, goal));
    ck_assert(bo_str_eq(login.state, parameter(location, "state")));
    ck_assert(bo_str_eq(login.nonce, parameter(location, "nonce")));
    unsigned char digest[32];
    bo_sha256(digest, login.verifier);
    bo_str challenge = bo_base64url(bo_str_make((char *)digest, 32), arena);
    ck_assert(bo_str_eq(challenge, parameter(location, "code_challenge")));
    ck_assert(bo_str_find_str(cookie, login.nonce) == cookie.len &&
              bo_str_find_str(cookie, login.verifier) == cookie.len);
    bo_str other_location, other_cookie;
    ck_assert_int_eq(bo_sso_begin(sso, &other_location, &other_cookie, goal, arena), BO_OK);
    ck_assert(!bo_str_eq(parameter(other_location, "state"), login.state));
    ck_assert(!bo_str_eq(parameter(other_location, "nonce"), login.nonce));
}
END_TEST

START_TEST(a_cookie_ends_and_is_nobody_elses) {
    bo_str location, cookie;
    bo_sso_login login;
    ck_assert_int_eq(bo_sso_begin(sso, &location, &cookie, BO_STR("https://carte.example/"), arena), BO_OK);
    for (size_t i = 0; i < cookie.len; i++) {
        char *changed = bo_arena_alloc(arena, cookie.len);
        memcpy(changed, cookie.ptr, cookie.len);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        ck_assert_int_eq(bo_sso_unseal(sso, &login, bo_str_make(changed, cookie.len), arena),
                         BO_BAD_ARGUMENT);
        ck_assert_int_eq(bo_sso_unseal(sso, &login, bo_str_head(cookie, i), arena), BO_BAD_ARGUMENT);
    }
    now_ms += 599 * 1000;
    ck_assert_int_eq(bo_sso_unseal(sso, &login, cookie, arena), BO_OK);
    now_ms += 1000;
    ck_assert_int_eq(bo_sso_unseal(sso, &login, cookie, arena), BO_BAD_ARGUMENT);
    now_ms -= 600 * 1000;
    sso->options.sealing[0] ^= 1; /* another node */
    ck_assert_int_eq(bo_sso_unseal(sso, &login, cookie, arena), BO_BAD_ARGUMENT);
}
END_TEST

START_TEST(a_redirect_has_an_end) {
    bo_str location, cookie;
    char *text = bo_arena_alloc(arena, 2001);
    memset(text, 'a', 2001);
    ck_assert_int_eq(bo_sso_begin(sso, &location, &cookie, bo_str_make(text, 2001), arena), BO_LIMIT);
    ck_assert_int_eq(bo_sso_begin(sso, &location, &cookie, bo_str_make(text, 2000), arena), BO_OK);
}
END_TEST

START_TEST(addresses_are_encoded) {
    const bo_sso_parameter parameters[] = {{"a", BO_STR("é &=")}, {"absent", BO_STR_NONE}, {"b", BO_STR("")}};
    ck_assert_str_eq(bo_sso_address(BO_STR("https://x/y"), parameters, 3, arena).ptr,
                     "https://x/y?a=%C3%A9%20%26%3D&b=");
    ck_assert_str_eq(bo_sso_address(BO_STR("https://x/y?z"), parameters, 1, arena).ptr,
                     "https://x/y?z&a=%C3%A9%20%26%3D");
}
END_TEST

Suite *test_sso(void) {
    const TTest *const tests[] = {a_login_is_sealed_in_its_cookie, a_cookie_ends_and_is_nobody_elses,
                                  a_redirect_has_an_end, addresses_are_encoded};
    return suite_of("sso", tests, sizeof tests / sizeof *tests);
}
