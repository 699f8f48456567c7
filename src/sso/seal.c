/* SPDX-License-Identifier: Apache-2.0
 * The cookie of a login under way: its end, its state and where it goes on, with a code that only this node
 * can make. The nonce and PKCE's verifier follow from the state and the key: they never leave the node before
 * they must.
 */
#include "crypto/crypto.h"
#include "sso/internal.h"

enum { LIFE_S = 600, REDIRECT_MOST = 2000 };

static bo_str follow(const bo_sso *sso, const char *what, bo_str from, bo_arena *arena) {
    unsigned char code[32];
    bo_str key = {(const char *)sso->options.sealing, sizeof sso->options.sealing};
    bo_hmac_sha256(code, key, bo_arena_join(arena, bo_str_of(what), from));
    return bo_base64url(bo_str_make((char *)code, sizeof code), arena);
}

static bo_status complete(const bo_sso *sso, bo_sso_login *login, bo_arena *arena) {
    login->nonce = follow(sso, "nonce ", login->state, arena);
    login->verifier = follow(sso, "verifier ", login->state, arena);
    return login->nonce.ptr != NULL && login->verifier.ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_sso_seal(bo_sso *sso, bo_sso_login *out, bo_str *cookie, bo_str redirect_url, bo_arena *arena) {
    unsigned char random[32];
    int64_t end_s = bo_clock_wall_ms(sso->options.clock) / 1000 + LIFE_S;
    if (redirect_url.len > REDIRECT_MOST)
        return bo_fail(BO_LIMIT, "redirectUrl has at most %d characters", REDIRECT_MOST);
    bo_rng_fill(sso->options.rng, random, sizeof random);
    bo_sso_login login = {.state = bo_base64url(bo_str_make((char *)random, sizeof random), arena),
                          .redirect_url = redirect_url};
    BO_TRY(complete(sso, &login, arena));
    bo_str content = bo_arena_printf(arena, "%lld.%.*s.%.*s", (long long)end_s, BO_STR_ARG(login.state),
                                     BO_STR_ARG(bo_base64url(redirect_url, arena)));
    *cookie = bo_arena_printf(arena, "%.*s.%.*s", BO_STR_ARG(content),
                              BO_STR_ARG(follow(sso, "cookie ", content, arena)));
    *out = login;
    return cookie->ptr != NULL ? BO_OK : bo_error_last()->status;
}

bo_status bo_sso_unseal(bo_sso *sso, bo_sso_login *out, bo_str cookie, bo_arena *arena) {
    bo_str end = BO_STR_NONE, state = BO_STR_NONE, redirect = BO_STR_NONE, code = cookie;
    bo_sso_login login = {0};
    int64_t end_s = 0;
    bool good =
        bo_str_cut(&end, &code, '.') && bo_str_cut(&state, &code, '.') && bo_str_cut(&redirect, &code, '.');
    size_t len = end.len + state.len + redirect.len + 2;
    good = good && bo_crypto_eq(code, follow(sso, "cookie ", bo_str_head(cookie, len), arena)) &&
           bo_str_to_i64(&end_s, end) == BO_OK && bo_clock_wall_ms(sso->options.clock) / 1000 < end_s &&
           bo_base64url_decode(&login.redirect_url, redirect, arena) == BO_OK;
    if (!good)
        return bo_fail_code(
            BO_BAD_ARGUMENT, "login.unknown",
            "this login was not begun in this browser, or more than %d minutes ago: begin again",
            LIFE_S / 60);
    login.state = state;
    BO_TRY(complete(sso, &login, arena));
    *out = login;
    return BO_OK;
}
