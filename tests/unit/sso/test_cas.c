/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sso/provider.h"

static const char *answer;
static int answer_status;
static bo_str asked;

static bo_status fetch_answer(bo_net *net, const bo_fetch *request, bo_http_response *response,
                              bo_str *final_url, bo_arena *room) {
    (void)net, (void)final_url, (void)room;
    asked = bo_arena_str(arena, request->url);
    *response = (bo_http_response){.status = answer_status, .body = bo_str_of(answer)};
    return BO_OK;
}
static bo_net cas_net = {.fetch = fetch_answer};

static bo_sso *of_cas(void) {
    bo_sso *cas;
    bo_sso_options options = {.net = &cas_net,
                              .clock = &test_clock,
                              .rng = &bo_rng_system,
                              .base_url = BO_STR("https://node.example"),
                              .cas = BO_STR("https://cas.example/cas/")};
    ck_assert_int_eq(bo_sso_new(&cas, &options), BO_OK);
    return cas;
}

/* Begins a login and comes back with a ticket. */
static bo_status come_back(bo_identity *who, const char *ticket) {
    bo_str location, cookie, redirect = BO_STR_NONE, service;
    bo_sso *cas = of_cas();
    ck_assert_int_eq(bo_sso_begin(cas, &location, &cookie, BO_STR("https://carte.example/"), arena), BO_OK);
    ck_assert(bo_str_starts(
        location,
        BO_STR("https://cas.example/cas/login?service=https%3A%2F%2Fnode.example%2Fauth%2Fcas%2F")));
    bo_str query = bo_str_from(location, bo_str_find(location, '?') + 1);
    ck_assert_int_eq(bo_http_form(&service, query, BO_STR("service"), 0, arena), BO_OK);
    bo_str path = bo_str_from(service, bo_str_find_str(service, BO_STR("/auth/")));
    query = bo_arena_printf(arena, "ticket=%s", ticket);
    asked = BO_STR("");
    bo_status status = bo_sso_finish(cas, who, &redirect, path, query, cookie, arena);
    ck_assert(bo_str_eq(redirect, BO_STR("https://carte.example/")));
    if (asked.len > 0)
        ck_assert(bo_str_find_str(
                      asked, BO_STR("serviceValidate?service=https%3A%2F%2Fnode.example%2Fauth%2Fcas%2F")) <
                  asked.len);
    bo_sso_free(cas);
    return status;
}

/* CAS protocol 3.0, appendix A. */
#define RESPONSE(inside)                                                                                     \
    "<?xml version=\"1.0\"?>\n<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">" inside         \
    "</cas:serviceResponse>"

START_TEST(a_ticket_that_is_taken) {
    bo_identity who;
    answer_status = 200;
    answer = RESPONSE(
        "<cas:authenticationSuccess>\n  <cas:user>\n jdupont </cas:user>\n"
        "<cas:attributes><cas:mail>Jeanne@Example.org</cas:mail><cas:givenName>Jeanne &amp; "
        "Co</cas:givenName>"
        "<cas:sn>D&#233;sir&#xE9;e</cas:sn><cas:sn>other</cas:sn><cas:user>admin</cas:user></cas:attributes>"
        "<cas:proxyGrantingTicket>PGTIOU-1</cas:proxyGrantingTicket></cas:authenticationSuccess>");
    ck_assert_int_eq(come_back(&who, "ST-1"), BO_OK);
    ck_assert(bo_str_eq(who.subject, BO_STR("jdupont")) &&
              bo_str_eq(who.issuer, BO_STR("https://cas.example/cas")));
    ck_assert(bo_str_eq(who.email, BO_STR("Jeanne@Example.org")) && !who.email_is_verified);
    ck_assert(bo_str_eq(who.given, BO_STR("Jeanne & Co")) && bo_str_eq(who.family, BO_STR("Désirée")));
    ck_assert(bo_str_ends(asked, BO_STR("&ticket=ST-1")));
    answer = "<serviceResponse xmlns='http://www.yale.edu/tp/cas'><authenticationSuccess><user>x</user>"
             "</authenticationSuccess></serviceResponse>";
    ck_assert_int_eq(come_back(&who, "ST-1"), BO_OK);
    ck_assert(bo_str_eq(who.subject, BO_STR("x")) && who.email.len == 0);
}
END_TEST

START_TEST(answers_that_prove_nothing) {
    static const struct {
        const char *text;
        bo_status status;
    } cases[] = {
        {RESPONSE("<cas:authenticationFailure code=\"INVALID_TICKET\">no</cas:authenticationFailure>"),
         BO_DENIED},
        {RESPONSE("<cas:authenticationFailure><cas:user>x</cas:user></cas:authenticationFailure>"),
         BO_DENIED},
        {RESPONSE("<cas:authenticationSuccess/>"), BO_DENIED},
        {RESPONSE("<cas:authenticationSuccess><cas:user> </cas:user></cas:authenticationSuccess>"),
         BO_DENIED},
        {RESPONSE("<cas:authenticationSuccess><cas:attributes><cas:user>x</cas:user></cas:attributes>"
                  "</cas:authenticationSuccess>"),
         BO_DENIED},
        {"<r><authenticationSuccess><user>x</user></authenticationSuccess></r>",
         BO_DENIED}, /* not CAS's namespace */
        {"no\n\n", BO_PEER},
        {"yes\nx\n", BO_PEER},
        {"", BO_PEER},
        {"<html><body>Login<br></body></html>", BO_PEER},
        {"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
         "<serviceResponse xmlns='http://www.yale.edu/tp/cas'><authenticationSuccess><user>&x;</user>"
         "</authenticationSuccess></serviceResponse>",
         BO_OK /* any failure will do: see below */}};
    bo_identity who;
    answer_status = 200;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer = cases[i].text;
        bo_status status = come_back(&who, "ST-1");
        ck_assert_msg(cases[i].status == BO_OK ? status != BO_OK : status == cases[i].status, "%s: %s",
                      cases[i].text, bo_status_name(status));
    }
    answer_status = 500;
    answer = RESPONSE("<cas:authenticationSuccess><cas:user>x</cas:user></cas:authenticationSuccess>");
    ck_assert_int_eq(come_back(&who, "ST-1"), BO_PEER);
    ck_assert_int_eq(come_back(&who, ""), BO_DENIED);
    ck_assert_uint_eq(asked.len, 0);
}
END_TEST

#define LOGOUT(content)                                                                                      \
    "<samlp:LogoutRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' ID='1'>" content                \
    "</samlp:LogoutRequest>"

START_TEST(a_request_names_the_ticket_of_a_session) {
    static const char *const bad[] = {"",
                                      "x",
                                      LOGOUT(""),
                                      LOGOUT("<SessionIndex>ST-1</SessionIndex>"),
                                      LOGOUT("<samlp:SessionIndex> </samlp:SessionIndex>"),
                                      LOGOUT("<a><samlp:SessionIndex>ST-1</samlp:SessionIndex></a>"),
                                      "<a>" LOGOUT("<samlp:SessionIndex>ST-1</samlp:SessionIndex>") "</a>",
                                      LOGOUT("<samlp:SessionIndex>ST-1</samlp:SessionIndex>") "<a/>",
                                      "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>" LOGOUT(
                                          "<samlp:SessionIndex>&x;</samlp:SessionIndex>")};
    bo_identity who = {0};
    bo_sso *cas = of_cas();
    ck_assert_int_eq(bo_sso_cas_logout(sso, &who, bo_str_of(bad[3]), arena), BO_NOT_FOUND); /* no CAS */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bo_sso_cas_logout(cas, &who, bo_str_of(bad[i]), arena) == BO_BAD_ARGUMENT, "%s",
                      bad[i]);
    bo_str good = BO_STR(LOGOUT("<NameID>x</NameID><samlp:SessionIndex>\n ST-1 </samlp:SessionIndex>"));
    ck_assert_int_eq(bo_sso_cas_logout(cas, &who, good, arena), BO_OK);
    ck_assert(bo_str_eq(who.session, BO_STR("ST-1")) &&
              bo_str_eq(who.issuer, BO_STR("https://cas.example/cas")));
    bo_sso_free(cas);
}
END_TEST

Suite *test_cas(void) {
    const TTest *const tests[] = {a_ticket_that_is_taken, answers_that_prove_nothing,
                                  a_request_names_the_ticket_of_a_session};
    return suite_of("cas", tests, sizeof tests / sizeof *tests);
}
