/* SPDX-License-Identifier: Apache-2.0
 * CAS, protocol 3.0: the browser brings a ticket, the server says whose it is (section 2.5, serviceValidate).
 */
#include "bocage/iri.h"
#include "sso/internal.h"
#include "syntax/xml.h"

/* The state is part of the service, which the server gives back and compares to the letter. It is in the
 * path, since not every server minds a query there. */
static bo_str service_of(const bo_sso *sso, const bo_sso_login *login, bo_arena *arena) {
    return bo_arena_printf(arena, "%.*s/auth/cas/%.*s", BO_STR_ARG(sso->options.base_url),
                           BO_STR_ARG(login->state));
}

bo_status bo_cas_begin(bo_sso *sso, bo_str *location, const bo_sso_login *login, bo_arena *arena) {
    const bo_sso_parameter service = {"service", service_of(sso, login, arena)};
    *location = bo_sso_address(bo_arena_join(arena, sso->options.cas, BO_STR("/login")), &service, 1, arena);
    return BO_OK;
}

/* The answer: an element inside authenticationSuccess, or inside its attributes. */
typedef struct reading {
    bo_identity *out;
    bo_text text; /* of the element that is open */
    bool success;
    bool in_user; /* user itself: attributes may have that name too */
    unsigned depth;
    bo_arena *arena;
} reading;

enum { VALUE_MOST = 4096, DEPTH = 16 };

#define CAS_NS "http://www.yale.edu/tp/cas"

static bo_status open_element(void *context, const bo_xml_name *name, const bo_xml_attribute *attributes,
                              size_t count) {
    reading *r = context;
    (void)attributes, (void)count;
    bool is_cas = bo_str_eq(name->ns, BO_STR(CAS_NS));
    r->depth++;
    if (is_cas && r->depth == 2 && bo_str_eq(name->local, BO_STR("authenticationSuccess"))) r->success = true;
    r->in_user = is_cas && r->depth == 3 && bo_str_eq(name->local, BO_STR("user"));
    bo_text_clear(&r->text);
    return BO_OK;
}

/* What servers call these things: LDAP's names, OpenID's, and those of Apereo's examples. */
static bo_str *place_of(bo_identity *out, bo_str name) {
    const struct {
        const char *name;
        bo_str *place;
    } names[] = {{"mail", &out->email},       {"email", &out->email},        {"givenName", &out->given},
                 {"given_name", &out->given}, {"firstname", &out->given},    {"sn", &out->family},
                 {"surname", &out->family},   {"family_name", &out->family}, {"familyName", &out->family},
                 {"lastname", &out->family}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_eq_nocase(name, bo_str_of(names[i].name))) return names[i].place;
    return NULL;
}

static bo_status close_element(void *context, const bo_xml_name *name) {
    reading *r = context;
    bo_str value = bo_str_trim(bo_text_str(&r->text));
    bo_str *place = r->in_user                   ? &r->out->subject
                    : r->success && r->depth > 2 ? place_of(r->out, name->local)
                                                 : NULL;
    if (place != NULL && place->len == 0 && value.len > 0) *place = bo_arena_str(r->arena, value);
    r->in_user = false;
    r->depth--;
    bo_text_clear(&r->text);
    return BO_OK;
}

static bo_status take_text(void *context, bo_str text) {
    reading *r = context;
    bo_text_put(&r->text, text);
    return r->text.status;
}

static bo_status read_answer(bo_identity *out, bo_str body, bo_arena *arena) {
    const bo_xml_events events = {.open = open_element, .close = close_element, .text = take_text};
    bo_xml *xml;
    reading r = {.out = out, .arena = arena};
    BO_TRY(bo_xml_new(&xml, &events, &r, &(bo_xml_limits){.depth = DEPTH}));
    bo_text_init(&r.text, VALUE_MOST);
    bo_status status = bo_xml_feed(xml, body, true);
    bo_text_done(&r.text);
    bo_xml_free(xml);
    if (status != BO_OK) return bo_fail(BO_PEER, "the CAS server does not answer as it should");
    if (r.success && out->subject.len > 0) return BO_OK;
    return bo_fail_code(BO_DENIED, "provider_error", "the CAS server does not take the ticket");
}

/* Attributes are at protocol 3.0's own address; servers of protocol 2.0 have the other one alone. */
static bo_status ask(bo_sso *sso, bo_http_response *response, const bo_sso_parameter *parameters,
                     bo_arena *arena) {
    static const char *const places[] = {"/p3/serviceValidate", "/serviceValidate"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        bo_str address = bo_arena_join(arena, sso->options.cas, bo_str_of(places[i]));
        bo_fetch request = {.method = BO_GET,
                            .url = bo_sso_address(address, parameters, 2, arena),
                            .caps = {.timeout_ms = sso->options.timeout_ms ? sso->options.timeout_ms : 5000}};
        bo_headers_init(&request.headers, arena);
        BO_TRY(sso->options.net->fetch(sso->options.net, &request, response, NULL, arena));
        if (response->status != 404) break;
    }
    if (response->status == 200) return BO_OK;
    return bo_fail(BO_PEER, "the CAS server answers %d", response->status);
}

bo_status bo_cas_finish(bo_sso *sso, bo_identity *out, const bo_sso_login *login, bo_str query,
                        bo_arena *arena) {
    enum { TICKET_MOST = 1024 };
    bo_http_response response;
    bo_str ticket;
    BO_TRY(bo_http_form(&ticket, query, BO_STR("ticket"), 0, arena));
    if (ticket.len == 0 || ticket.len > TICKET_MOST)
        return bo_fail_code(BO_DENIED, "access_denied", "the CAS server sent no ticket");
    const bo_sso_parameter parameters[] = {{"service", service_of(sso, login, arena)}, {"ticket", ticket}};
    BO_TRY(ask(sso, &response, parameters, arena));
    out->issuer = bo_arena_str(arena, sso->options.cas);
    BO_TRY(read_answer(out, response.body, arena));
    out->username = out->subject;
    out->session = ticket;
    return BO_OK;
}

/* Single logout. */

typedef struct hearing {
    bo_text text;
    bo_str ticket;
    bool is_request; /* the whole is a LogoutRequest */
    unsigned depth;
    bo_arena *arena;
} hearing;

#define SAML_NS "urn:oasis:names:tc:SAML:2.0:protocol"

static bool is_saml(const bo_xml_name *name, const char *local) {
    return bo_str_eq(name->ns, BO_STR(SAML_NS)) && bo_str_eq(name->local, bo_str_of(local));
}

static bo_status open_request(void *context, const bo_xml_name *name, const bo_xml_attribute *attributes,
                              size_t count) {
    hearing *h = context;
    (void)attributes, (void)count;
    if (h->depth++ == 0) h->is_request = is_saml(name, "LogoutRequest");
    bo_text_clear(&h->text);
    return BO_OK;
}

static bo_status close_request(void *context, const bo_xml_name *name) {
    hearing *h = context;
    bo_str value = bo_str_trim(bo_text_str(&h->text));
    if (h->depth-- == 2 && is_saml(name, "SessionIndex")) h->ticket = bo_arena_str(h->arena, value);
    bo_text_clear(&h->text);
    return BO_OK;
}

static bo_status hear_text(void *context, bo_str text) {
    hearing *h = context;
    bo_text_put(&h->text, text);
    return h->text.status;
}

bo_status bo_sso_cas_logout(bo_sso *sso, bo_identity *out, bo_str request, bo_arena *arena) {
    const bo_xml_events events = {.open = open_request, .close = close_request, .text = hear_text};
    bo_xml *xml;
    hearing h = {.arena = arena};
    if (sso->options.cas.len == 0) return bo_fail(BO_NOT_FOUND, "there is no CAS server here");
    BO_TRY(bo_xml_new(&xml, &events, &h, &(bo_xml_limits){.depth = DEPTH}));
    bo_text_init(&h.text, VALUE_MOST);
    bo_status status = bo_xml_feed(xml, request, true);
    bo_text_done(&h.text);
    bo_xml_free(xml);
    if (status != BO_OK || !h.is_request || h.ticket.len == 0)
        return bo_fail_code(BO_BAD_ARGUMENT, "invalid_request",
                            "logoutRequest must be a SAML 2.0 LogoutRequest with a SessionIndex");
    *out = (bo_identity){.issuer = bo_arena_str(arena, sso->options.cas), .session = h.ticket};
    return BO_OK;
}
