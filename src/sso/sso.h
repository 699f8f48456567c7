/* SPDX-License-Identifier: Apache-2.0
 * Logging in through an identity provider: OpenID Connect (Core 1.0, authorization code flow with PKCE, RFC
 * 7636) or CAS (protocol 3.0). A browser goes to the provider and comes back; what must be remembered
 * meanwhile travels in a sealed cookie, so that nothing is stored for strangers and a restart breaks no
 * login. Which account an identity is, is not known here.
 */
#ifndef BO_SSO_SSO_H
#define BO_SSO_SSO_H

#include "base/clock.h"
#include "net/net.h"

typedef struct bo_sso bo_sso;

typedef struct bo_sso_options {
    bo_net *net;
    const bo_clock *clock;
    const bo_rng *rng;
    bo_str base_url;       /* where browsers come back to: <base>/auth, from CAS <base>/auth/cas/<state> */
    bo_str issuer;         /* of an OpenID provider; empty: none */
    bo_str client, secret; /* this node there; no secret: a public client */
    bo_str scope;          /* "openid profile email" */
    bo_str cas;            /* address of a CAS server; empty: none */
    unsigned timeout_ms;   /* of one request to the provider; 0: 5,000 */
    uint64_t keep_ms;      /* how long the provider's documents are kept; 0: an hour */
    unsigned char sealing[32]; /* the key of cookies: the same after a restart */
} bo_sso_options;

bo_status bo_sso_new(bo_sso **out, const bo_sso_options *options) BO_MUST_USE;
void bo_sso_free(bo_sso *sso); /* accepts NULL */

/* Who came back. Text lives in the arena; what the provider did not say is empty. */
typedef struct bo_identity {
    bo_str issuer, subject;
    bo_str session; /* the provider's name for its session (sid) */
    bo_str email, username, given, family;
    bool email_is_verified;
} bo_identity;

/* Where a browser is sent to, and the cookie that it must bring back within ten minutes. `redirect_url` is
 * given back by bo_sso_finish. BO_PEER or BO_TIMEOUT when the provider can't be asked. */
bo_status bo_sso_begin(bo_sso *sso, bo_str *location, bo_str *cookie, bo_str redirect_url,
                       bo_arena *arena) BO_MUST_USE;
/* A browser that comes back, with its path, query and cookie. *redirect_url is set as soon as the cookie is
 * known to be good, also when the rest fails: BO_DENIED with the provider's error code when it or the person
 * refused; BO_PEER, BO_TIMEOUT. Without a good cookie BO_BAD_ARGUMENT. */
bo_status bo_sso_finish(bo_sso *sso, bo_identity *out, bo_str *redirect_url, bo_str path, bo_str query,
                        bo_str cookie, bo_arena *arena) BO_MUST_USE;

/* Back-channel logout (OpenID Connect Back-Channel Logout 1.0): whose sessions end; session or subject may be
 * empty, not both. BO_DENIED when the token is not the provider's, or no logout token. */
bo_status bo_sso_logout_token(bo_sso *sso, bo_identity *out, bo_str token, bo_arena *arena) BO_MUST_USE;
/* CAS's single logout (protocol 3.0 section 2.3.3): the session that the SAML 2.0 LogoutRequest names, by the
 * ticket that opened it. BO_BAD_ARGUMENT when it is no such request, BO_NOT_FOUND without a CAS server. */
bo_status bo_sso_cas_logout(bo_sso *sso, bo_identity *out, bo_str request, bo_arena *arena) BO_MUST_USE;
/* Whether it is the provider's name (front-channel logout). */
bool bo_sso_is_issuer(bo_sso *sso, bo_str issuer, bo_arena *arena);
/* Where a browser ends the provider's session and is sent on from (RP-Initiated Logout 1.0, CAS's /logout).
 * BO_NOT_FOUND when the provider has no such place. */
bo_status bo_sso_end_session(bo_sso *sso, bo_str *location, bo_str redirect_url, bo_arena *arena) BO_MUST_USE;

#endif
