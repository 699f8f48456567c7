/* SPDX-License-Identifier: Apache-2.0
 * /auth: logging in through an identity provider, as the "sso" front ends of SemApps drive it. A browser
 * comes with where it wants to go on, goes to the provider, comes back, and goes on with a token.
 */
#include "sso/sso.h"

#include "auth/auth.h"
#include "base/log.h"
#include "bocage/iri.h"
#include "web/enrol.h"

static const bo_str login_cookie = {"bocage-login", 12}, session_cookie = {"bocage-session", 14};

/* Cookies (RFC 6265). */

static bo_str cookie_of(const bo_exchange *e, bo_str name) {
    bo_str rest = bo_headers_joined(&e->request->headers, BO_STR("Cookie"), e->arena);
    for (bo_str one; bo_str_cut(&one, &rest, ';');) {
        one = bo_str_trim(one);
        size_t equals = bo_str_find(one, '=');
        if (bo_str_eq(bo_str_head(one, equals), name)) return bo_str_from(one, equals + 1);
    }
    return BO_STR("");
}

/* For this node's /auth alone, and no script. */
static void set_cookie(bo_exchange *e, bo_str name, bo_str value, uint64_t seconds) {
    bool secure = bo_str_starts(e->app->base_url, BO_STR("https:"));
    bo_respond_header(e, BO_STR("Set-Cookie"),
                      bo_arena_printf(e->arena,
                                      "%.*s=%.*s; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=%llu%s",
                                      BO_STR_ARG(name), BO_STR_ARG(value), (unsigned long long)seconds,
                                      secure ? "; Secure" : ""));
}

static bo_status send_to(bo_exchange *e, bo_str address) {
    if (address.ptr == NULL) return bo_error_last()->status;
    bo_respond(e, 302);
    bo_respond_header(e, BO_STR("Location"), address);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    return BO_OK;
}

/* Going. */

/* Where the browser goes on: what it asks for, or the first front end. */
static bo_status redirect_of(bo_exchange *e, bo_str *out) {
    BO_TRY(bo_http_form(out, e->request->query, BO_STR("redirectUrl"), 0, e->arena));
    if (out->ptr == NULL) *out = bo_front_end_first(e->app);
    if (out->len == 0) *out = e->app->root;
    if (bo_front_end_has(e->app, *out)) return BO_OK;
    return bo_fail_code(BO_BAD_ARGUMENT, "redirect.not-allowed",
                        "redirectUrl: '%.*s' is not at a front end of this node (setting front-ends)",
                        BO_STR_ARG(bo_str_head(*out, 200)));
}

static bo_status begin(bo_exchange *e) {
    enum { LIFE_S = 600 };
    bo_str redirect, location, cookie;
    BO_TRY(redirect_of(e, &redirect));
    BO_TRY(bo_sso_begin(e->app->sso, &location, &cookie, redirect, e->arena));
    set_cookie(e, login_cookie, cookie, LIFE_S);
    return send_to(e, location);
}

/* Coming back. */

typedef struct answer {
    const char *name;
    bo_str value;
} answer;

static bool is_of_ours(bo_str field) {
    static const char *const names[] = {"token", "new", "error"};
    bo_str name = bo_str_head(field, bo_str_find(field, '='));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_eq(name, bo_str_of(names[i]))) return true;
    return false;
}

/* The address with parameters set; what a stranger had put there under their names is left out. */
static bo_str with_answers(bo_str url, const answer *answers, size_t count, bo_arena *arena) {
    bo_text out;
    bo_str base = bo_str_head(url, bo_str_find(url, '#')), fragment = bo_str_from(url, base.len);
    bo_str query = bo_str_from(base, bo_str_find(base, '?') + 1);
    char mark = '?';
    bo_text_init(&out, 0);
    bo_text_put(&out, bo_str_head(base, bo_str_find(base, '?')));
    for (bo_str field; bo_str_cut(&field, &query, '&');) {
        if (field.len == 0 || is_of_ours(field)) continue;
        bo_text_char(&out, mark);
        bo_text_put(&out, field);
        mark = '&';
    }
    for (size_t i = 0; i < count; i++, mark = '&') {
        bo_text_char(&out, mark);
        bo_text_put(&out, bo_str_of(answers[i].name));
        bo_text_char(&out, '=');
        bo_percent_encode(&out, answers[i].value);
    }
    bo_text_put(&out, fragment);
    bo_str whole = out.status == BO_OK ? bo_arena_str(arena, bo_text_str(&out)) : BO_STR_NONE;
    bo_text_done(&out);
    return whole;
}

static bo_str trusted_email(const bo_exchange *e, const bo_identity *who) {
    return who->email_is_verified || e->app->options.trust_email ? who->email : BO_STR("");
}

static bo_status bind(const bo_exchange *e, const bo_account *account, const bo_identity *who) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_account_bind(txn, account->name, who->issuer, who->subject, e->arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status;
}

/* By the provider's name for the person; the first time by the address, which migrated accounts have. */
static bo_status find(const bo_exchange *e, bo_account *out, const bo_identity *who) {
    bo_txn *txn;
    bo_str email = trusted_email(e, who);
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_account_of_subject(txn, out, who->issuer, who->subject, e->arena);
    bool is_bound = status == BO_OK;
    if (status == BO_NOT_FOUND && email.len > 0) status = bo_account_of_email(txn, out, email, e->arena);
    bo_txn_abort(txn);
    if (status != BO_OK || is_bound) return status;
    if (out->subject.len > 0)
        return bo_fail_code(BO_DENIED, "email.already.exists",
                            "another person's account has this address already");
    return bind(e, out, who);
}

static bo_status enrol(bo_exchange *e, bo_account *out, const bo_identity *who) {
    bo_str email = trusted_email(e, who), username = who->username.len > 0 ? who->username : BO_STR("user");
    bo_newcomer newcomer = {.username = email.len > 0 ? BO_STR("") : username,
                            .email = email,
                            .is_wish = true,
                            .given = who->given,
                            .family = who->family,
                            .issuer = who->issuer,
                            .subject = who->subject};
    if (!e->app->options.may_sign_up)
        return bo_fail_code(BO_DENIED, "registration.not-allowed",
                            "new accounts are made by an administrator here");
    return bo_enrol(e, out, &newcomer);
}

static bo_status log_in(bo_exchange *e, const bo_identity *who, bo_str redirect) {
    bo_account account;
    bo_str token, session, group = BO_STR("");
    bo_status status = find(e, &account, who);
    bool is_new = status == BO_NOT_FOUND;
    if (is_new) status = enrol(e, &account, who);
    BO_TRY(status);
    if (who->session.len > 0) group = bo_session_group(who->issuer, who->session, e->arena);
    BO_TRY(bo_session_open(e->app->auth, &token, &session, &account, group, e->arena));
    set_cookie(e, session_cookie, session, e->app->options.token_life_ms / 1000);
    const answer answers[] = {{"token", token}, {"new", is_new ? BO_STR("true") : BO_STR("false")}};
    return send_to(e, with_answers(redirect, answers, 2, e->arena));
}

/* What front ends show: the codes that they know, else a sentence. */
static bo_str told(const bo_exchange *e, bo_status status) {
    static const struct {
        const char *code, *sentences[BO_LANGUAGE_COUNT];
        bo_status status;
    } texts[] = {
        {"registration.not-allowed", {"registration.not-allowed", "registration.not-allowed"}, BO_DENIED},
        {"access_denied",
         {"la connexion a été refusée ou abandonnée", "the login was refused or given up"},
         BO_DENIED},
        {"email.already.exists",
         {"un autre compte utilise déjà cette adresse", "another account has this address already"},
         BO_DENIED},
        {"",
         {"le service de connexion ne répond pas, réessayez plus tard",
          "the login service does not answer, try again later"},
         BO_PEER},
        {"",
         {"le service de connexion ne répond pas, réessayez plus tard",
          "the login service does not answer, try again later"},
         BO_TIMEOUT},
        {"", {"la connexion a échoué, réessayez", "the login failed, try again"}, BO_DENIED}};
    const char *code = bo_error_last()->code;
    size_t at = 0, last = sizeof texts / sizeof *texts - 1;
    while (at < last &&
           (texts[at].status != status || (texts[at].code[0] != '\0' && strcmp(texts[at].code, code) != 0)))
        at++;
    return bo_str_of(texts[at].sentences[bo_exchange_language(e)]);
}

static bo_status finish(bo_exchange *e) {
    bo_identity who;
    bo_str redirect = BO_STR_NONE, peer = bo_throttle_peer(e->request->peer, e->arena);
    BO_TRY(bo_throttle_try(e->app->tries, bo_arena_join(e->arena, BO_STR("a "), peer)));
    bo_status status = bo_sso_finish(e->app->sso, &who, &redirect, e->path, e->request->query,
                                     cookie_of(e, login_cookie), e->arena);
    if (status == BO_OK) status = log_in(e, &who, redirect);
    if (status != BO_OK && redirect.ptr == NULL) return status;
    if (status != BO_OK) {
        const answer error = {"error", told(e, status)};
        bo_log(BO_LOG_INFO, "login", "status=%s text=\"%s\"", bo_status_name(status),
               bo_error_last()->message);
        BO_TRY(send_to(e, with_answers(redirect, &error, 1, e->arena)));
    }
    set_cookie(e, login_cookie, BO_STR(""), 0);
    return BO_OK;
}

/* Without a provider there is the front end's own form. */
static bo_status send_to_form(bo_exchange *e) {
    bo_str form = bo_arena_join(e->arena, bo_front_end_first(e->app), BO_STR("/login"));
    if (form.len > 0 && form.ptr[0] == '/')
        return bo_fail_code(BO_NOT_FOUND, "login.none",
                            "there is no identity provider here (setting oidc-issuer or cas-server); "
                            "POST a name and a password to /auth/login");
    if (e->request->query.len > 0)
        form = bo_arena_printf(e->arena, "%.*s?%.*s", BO_STR_ARG(form), BO_STR_ARG(e->request->query));
    return send_to(e, form);
}

bo_status bo_get_auth(bo_exchange *e) {
    static const char *const answers[] = {"code", "error", "ticket"};
    if (e->app->sso == NULL) return send_to_form(e);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        bo_str value;
        BO_TRY(bo_http_form(&value, e->request->query, bo_str_of(answers[i]), 0, e->arena));
        if (value.ptr != NULL) return finish(e);
    }
    return begin(e);
}

/* Leaving. */

typedef bo_status (*finder)(bo_txn *txn, bo_account *out, const bo_exchange *e, const bo_identity *who);

static bo_status by_subject(bo_txn *txn, bo_account *out, const bo_exchange *e, const bo_identity *who) {
    return bo_account_of_subject(txn, out, who->issuer, who->subject, e->arena);
}

static bo_status by_token(bo_txn *txn, bo_account *out, const bo_exchange *e, const bo_identity *who) {
    (void)who;
    return bo_account_of_webid(txn, out, e->asker.webid, e->arena);
}

/* Ends all sessions of an account, if there is one. */
static bo_status revoke(const bo_exchange *e, finder look_up, const bo_identity *who) {
    bo_txn *txn;
    bo_account account;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = look_up(txn, &account, e, who);
    if (status == BO_OK) status = bo_account_revoke(txn, account.name, e->arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* The session of the token that came along. An imported token has none of its own: then all of them end. */
static bo_status end_session(const bo_exchange *e) {
    if (e->asker.webid.len == 0) return BO_OK;
    if (e->session.len == 0) return revoke(e, by_token, NULL);
    return bo_session_close(e->app->auth, e->session, e->arena);
}

/* A browser comes here without its token: the cookie of its login tells which session ends. With
 * `global=true` the provider's session ends too. */
bo_status bo_get_logout(bo_exchange *e) {
    bo_str to, global, end;
    BO_TRY(bo_http_form(&to, e->request->query, BO_STR("redirectUrl"), 0, e->arena));
    BO_TRY(bo_http_form(&global, e->request->query, BO_STR("global"), 0, e->arena));
    BO_TRY(end_session(e));
    BO_TRY(bo_session_close(e->app->auth, cookie_of(e, session_cookie), e->arena));
    if (!bo_front_end_has(e->app, to)) to = e->app->root;
    if (bo_str_eq(global, BO_STR("true")) && e->app->sso != NULL &&
        bo_sso_end_session(e->app->sso, &end, to, e->arena) == BO_OK)
        to = end;
    set_cookie(e, session_cookie, BO_STR(""), 0);
    return send_to(e, to);
}

bo_status bo_post_logout(bo_exchange *e) {
    BO_TRY(end_session(e));
    bo_respond(e, 204);
    return BO_OK;
}

static bo_status respond_nothing(bo_exchange *e) {
    bo_respond(e, 200);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    return BO_OK;
}

/* All that one session of the provider has opened here. */
static bo_status close_sessions(const bo_exchange *e, const bo_identity *who) {
    return bo_session_close_group(e->app->auth, bo_session_group(who->issuer, who->session, e->arena),
                                  e->arena);
}

/* The provider tells that a session of its own, or all of a person's, are over (Back-Channel Logout 1.0). */
bo_status bo_post_backchannel_logout(bo_exchange *e) {
    bo_identity who;
    bo_str token;
    if (e->app->sso == NULL) return bo_fail(BO_NOT_FOUND, "there is no identity provider here");
    BO_TRY(bo_http_form(&token, e->request->body, BO_STR("logout_token"), 0, e->arena));
    if (token.len == 0) return bo_fail(BO_BAD_ARGUMENT, "the field logout_token is missing");
    bo_status status = bo_sso_logout_token(e->app->sso, &who, token, e->arena);
    if (status == BO_DENIED) {
        bo_str why = bo_arena_str(e->arena, bo_str_of(bo_error_last()->message));
        return bo_fail_code(BO_BAD_ARGUMENT, "invalid_request", "%.*s", BO_STR_ARG(why));
    }
    BO_TRY(status);
    if (who.session.len > 0)
        BO_TRY(close_sessions(e, &who));
    else
        BO_TRY(revoke(e, by_subject, &who));
    return respond_nothing(e);
}

/* A CAS server tells that a session of its own is over, at the address that it sent the ticket to. The
 * ticket, which nobody else can know, is the proof. */
bo_status bo_post_cas_logout(bo_exchange *e) {
    bo_identity who;
    bo_str request;
    if (e->app->sso == NULL) return bo_fail(BO_NOT_FOUND, "there is no CAS server here");
    BO_TRY(bo_http_form(&request, e->request->body, BO_STR("logoutRequest"), 0, e->arena));
    BO_TRY(bo_sso_cas_logout(e->app->sso, &who, request, e->arena));
    BO_TRY(close_sessions(e, &who));
    return respond_nothing(e);
}

/* The same by the browser, in a frame of the provider's page (Front-Channel Logout 1.0): the session's name,
 * which nobody can guess, is the proof. */
bo_status bo_get_frontchannel_logout(bo_exchange *e) {
    bo_identity who = {0};
    if (e->app->sso == NULL) return bo_fail(BO_NOT_FOUND, "there is no identity provider here");
    BO_TRY(bo_http_form(&who.issuer, e->request->query, BO_STR("iss"), 0, e->arena));
    BO_TRY(bo_http_form(&who.session, e->request->query, BO_STR("sid"), 0, e->arena));
    if (who.session.len == 0 || !bo_sso_is_issuer(e->app->sso, who.issuer, e->arena))
        return bo_fail(BO_BAD_ARGUMENT, "iss must be this node's provider, and sid a session of it");
    BO_TRY(close_sessions(e, &who));
    return respond_nothing(e);
}
