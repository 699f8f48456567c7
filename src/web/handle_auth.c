/* SPDX-License-Identifier: Apache-2.0
 * /auth: signing up and logging in with a password, and one's own account (SemApps' local accounts). Front
 * ends look for an error's code in `message`.
 */
#include "auth/auth.h"
#include "fed/fed.h"
#include "web/enrol.h"
#include "web/password.h"

static bo_status read_body(bo_exchange *e, bo_json **out) {
    e->message_is_code = true;
    bo_str type = bo_http_media_type(bo_request_header(e, "Content-Type"));
    if (!bo_str_eq_nocase(type, BO_STR("application/json")))
        return bo_fail(BO_MEDIA_TYPE, "the body should be JSON, and its Content-Type application/json");
    return bo_json_parse(out, e->request->body, NULL, e->arena);
}

static bo_status field(const bo_json *body, bo_str *out, const char *name) {
    *out = bo_str_trim(bo_json_get_string(body, bo_str_of(name)));
    if (out->len > 0) return BO_OK;
    return bo_fail_code(BO_BAD_ARGUMENT, "Bad Request", "the field '%s' is missing", name);
}

/* Both who asks and whom it is about are counted, so that neither many names from one address nor one name
 * from many addresses can be tried. */
static bo_status count_try(const bo_exchange *e, bo_str name) {
    bo_str peer = bo_throttle_peer(e->request->peer, e->arena);
    BO_TRY(bo_throttle_try(e->app->tries, bo_arena_join(e->arena, BO_STR("a "), peer)));
    return bo_throttle_try(e->app->tries, bo_arena_join(e->arena, BO_STR("n "), name));
}

static bo_status respond_token(bo_exchange *e, const bo_account *account, bool is_new) {
    bo_str token, session;
    bo_json_writer json;
    bo_text text;
    BO_TRY(bo_session_open(e->app->auth, &token, &session, account, BO_STR(""), e->arena));
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("token"), token);
    bo_json_member_string(&json, BO_STR("webId"), account->webid);
    bo_json_key(&json, BO_STR("newUser"));
    bo_json_put_raw(&json, is_new ? BO_STR("true") : BO_STR("false"));
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    bo_status status = bo_respond_text(e, 200, BO_STR("application/json"), &text);
    bo_text_done(&text);
    return status;
}

static bo_status check_password(const bo_exchange *e, bo_account *out, bo_str name, bo_str password) {
    BO_TRY(count_try(e, name));
    return bo_account_login(e->app->options.store, out, name, password, e->arena);
}

bo_status bo_post_login(bo_exchange *e) {
    bo_json *body;
    bo_str name, password;
    bo_account account;
    BO_TRY(read_body(e, &body));
    BO_TRY(field(body, &name, "username"));
    BO_TRY(field(body, &password, "password"));
    bo_status status = check_password(e, &account, name, password);
    if (status == BO_DENIED)
        return bo_fail_code(BO_UNAUTHENTICATED, "account.not-found", "the name or the password is wrong");
    return status == BO_OK ? respond_token(e, &account, false) : status;
}

/* Signing up. */

bo_status bo_post_signup(bo_exchange *e) {
    bo_json *body;
    bo_str password;
    bo_account account;
    BO_TRY(read_body(e, &body));
    if (!e->app->options.may_sign_up)
        return bo_fail_code(BO_DENIED, "registration.not-allowed",
                            "new accounts are made by an administrator here");
    BO_TRY(count_try(e, BO_STR("")));
    bo_newcomer who = {.username = bo_str_trim(bo_json_get_string(body, BO_STR("username"))),
                       .email = bo_str_trim(bo_json_get_string(body, BO_STR("email"))),
                       .given = bo_str_trim(bo_json_get_string(body, BO_STR("name"))),
                       .family = bo_str_trim(bo_json_get_string(body, BO_STR("familyName"))),
                       .locale = bo_str_trim(bo_json_get_string(body, BO_STR("preferredLocale")))};
    who.is_wish = who.username.len == 0 && who.email.len > 0;
    BO_TRY(field(body, &password, "password"));
    BO_TRY(bo_password_ready(&who.password_hash, password, e->arena));
    BO_TRY(bo_enrol(e, &account, &who));
    return respond_token(e, &account, true);
}

/* One's own account. */

static bo_status own_account(const bo_exchange *e, bo_account *out) {
    bo_txn *txn;
    if (e->asker.webid.len == 0)
        return bo_fail_code(BO_UNAUTHENTICATED, "NO_TOKEN", "log in, and send your token");
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_account_of_webid(txn, out, e->asker.webid, e->arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status respond_account(bo_exchange *e, const bo_account *account) {
    bo_json_writer json;
    bo_text text;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("username"), account->name);
    if (account->email.len > 0) bo_json_member_string(&json, BO_STR("email"), account->email);
    bo_json_member_string(&json, BO_STR("webId"), account->webid);
    if (account->locale.len > 0) bo_json_member_string(&json, BO_STR("preferredLocale"), account->locale);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    bo_status status = bo_respond_text(e, 200, BO_STR("application/json"), &text);
    bo_text_done(&text);
    return status;
}

bo_status bo_get_account(bo_exchange *e) {
    bo_account account;
    BO_TRY(own_account(e, &account));
    return respond_account(e, &account);
}

/* What is to change; what is absent stays as it is. */
typedef struct wish {
    bo_str email, password_hash;
    bo_str locale; /* .ptr NULL: absent; empty: none any more */
} wish;

/* Another password ends all sessions but the one that asks. */
static bo_status change_within(bo_exchange *e, bo_account *account, const wish *w, bo_txn *txn) {
    bo_str name = account->name;
    if (w->email.len > 0) BO_TRY(bo_account_set_email(txn, name, w->email, e->arena));
    if (w->locale.ptr != NULL) BO_TRY(bo_account_set_locale(txn, name, w->locale, e->arena));
    if (w->password_hash.len > 0) BO_TRY(bo_account_set_password(txn, name, w->password_hash, e->arena));
    BO_TRY(bo_session_renew(txn, e->session, e->arena));
    return bo_account_find(txn, account, name, e->arena);
}

static bo_status change(bo_exchange *e, bo_account *account, const wish *w) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = change_within(e, account, w, txn);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_post_account(bo_exchange *e) {
    bo_account account;
    bo_json *body;
    bo_str current, fresh;
    BO_TRY(own_account(e, &account));
    BO_TRY(read_body(e, &body));
    BO_TRY(field(body, &current, "currentPassword"));
    bo_status status = check_password(e, &account, account.name, current);
    if (status == BO_DENIED)
        return bo_fail_code(BO_DENIED, "auth.account.invalid_password",
                            "the present password is another one");
    BO_TRY(status);
    wish w = {.email = bo_str_trim(bo_json_get_string(body, BO_STR("email"))),
              .password_hash = BO_STR(""),
              .locale = bo_json_get_string(body, BO_STR("preferredLocale"))};
    fresh = bo_str_trim(bo_json_get_string(body, BO_STR("newPassword")));
    if (fresh.len > 0) BO_TRY(bo_password_ready(&w.password_hash, fresh, e->arena));
    BO_TRY(change(e, &account, &w));
    return respond_account(e, &account);
}

/* A password forgotten. */

static bo_status ask_reset(bo_exchange *e, bo_str email) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_fed_ask_reset(e->app->fed, txn, email, bo_exchange_language(e), e->arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status;
}

/* The answer is the same whether somebody has the address or not; so is the work. */
bo_status bo_password_forgotten(bo_exchange *e, bo_str email) {
    BO_TRY(count_try(e, email));
    BO_TRY(ask_reset(e, email));
    bo_fed_wake(e->app->fed);
    return BO_OK;
}

bo_status bo_post_reset_password(bo_exchange *e) {
    bo_json *body;
    bo_str email;
    if (bo_is_form(e)) return bo_post_forgotten_form(e);
    BO_TRY(read_body(e, &body));
    BO_TRY(field(body, &email, "email"));
    BO_TRY(bo_password_forgotten(e, email));
    bo_respond(e, 200);
    return BO_OK;
}

static bo_status finish_reset(bo_exchange *e, bo_str email, bo_str token, bo_str hash) {
    bo_txn *txn;
    int64_t now_s = bo_clock_wall_ms(e->app->options.clock) / 1000;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = bo_reset_finish(txn, email, token, hash, now_s, e->arena);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, e->arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_password_choose(bo_exchange *e, bo_str email, bo_str token, bo_str password) {
    bo_str hash;
    BO_TRY(count_try(e, email));
    BO_TRY(bo_password_ready(&hash, password, e->arena));
    return finish_reset(e, email, token, hash);
}

bo_status bo_post_new_password(bo_exchange *e) {
    bo_json *body;
    bo_str email, token, password;
    if (bo_is_form(e)) return bo_post_choose_form(e);
    BO_TRY(read_body(e, &body));
    BO_TRY(field(body, &email, "email"));
    BO_TRY(field(body, &token, "token"));
    BO_TRY(field(body, &password, "password"));
    BO_TRY(bo_password_choose(e, email, token, password));
    bo_respond(e, 200);
    return BO_OK;
}
