/* SPDX-License-Identifier: Apache-2.0
 * The node's own pages for a forgotten password, for nodes without a front end that has some.
 */
#include "obs/password_page.h"
#include "web/password.h"

bool bo_is_form(const bo_exchange *e) {
    bo_str type = bo_http_media_type(bo_request_header(e, "Content-Type"));
    return bo_str_eq_nocase(type, BO_STR("application/x-www-form-urlencoded"));
}

/* The address of a page that asks for a password holds the mail's token: it is told to nobody. */
static bo_status respond_page(bo_exchange *e, int status, bo_password_page *page) {
    bo_text text;
    page->next = bo_front_end_first(e->app);
    if (page->next.len == 0) page->next = e->app->root;
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    bo_respond_header(e, BO_STR("Referrer-Policy"), BO_STR("no-referrer"));
    bo_respond_header(
        e, BO_STR("Content-Security-Policy"),
        BO_STR("default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
               "base-uri 'none'"));
    bo_text_init(&text, 0);
    bo_password_page_write(&text, page);
    bo_status done = bo_respond_text(e, status, BO_STR("text/html; charset=utf-8"), &text);
    bo_text_done(&text);
    return done;
}

bo_status bo_get_password_page(bo_exchange *e) {
    bo_password_page page = {.step = BO_PASSWORD_FORGOTTEN};
    BO_TRY(bo_http_form(&page.token, e->request->query, BO_STR("token"), 0, e->arena));
    if (page.token.len > 0) page.step = BO_PASSWORD_CHOOSE;
    return respond_page(e, 200, &page);
}

/* After a failure the same page again, which says what was wrong. */
static bo_status respond_step(bo_exchange *e, bo_status status, bo_password_page *page,
                              bo_password_step next) {
    char code[sizeof bo_error_last()->code];
    if (status == BO_OK) {
        page->step = next;
        return respond_page(e, 200, page);
    }
    memcpy(code, bo_error_last()->code, sizeof code);
    page->code = code;
    return respond_page(e, bo_status_http(status), page);
}

static bo_status need(bo_exchange *e, bo_str *out, const char *name) {
    BO_TRY(bo_http_form(out, e->request->body, bo_str_of(name), 0, e->arena));
    *out = bo_str_trim(*out);
    return out->len > 0 ? BO_OK
                        : bo_fail_code(BO_BAD_ARGUMENT, "Bad Request", "the field '%s' is missing", name);
}

bo_status bo_post_forgotten_form(bo_exchange *e) {
    bo_password_page page = {.step = BO_PASSWORD_FORGOTTEN};
    bo_status status = need(e, &page.email, "email");
    if (status == BO_OK) status = bo_password_forgotten(e, page.email);
    return respond_step(e, status, &page, BO_PASSWORD_MAILED);
}

bo_status bo_post_choose_form(bo_exchange *e) {
    bo_password_page page = {.step = BO_PASSWORD_CHOOSE};
    bo_str password = BO_STR("");
    bo_status status = need(e, &page.token, "token");
    if (status == BO_OK) status = need(e, &page.email, "email");
    if (status == BO_OK) status = need(e, &password, "password");
    if (status == BO_OK) status = bo_password_choose(e, page.email, page.token, password);
    return respond_step(e, status, &page, BO_PASSWORD_DONE);
}
