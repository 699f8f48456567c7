/* SPDX-License-Identifier: Apache-2.0
 * New people: an account and the actor that the world sees, in one commit. For those who sign up and those
 * who come from an identity provider.
 */
#ifndef BO_WEB_ENROL_H
#define BO_WEB_ENROL_H

#include "auth/auth.h"
#include "web/exchange.h"

typedef struct bo_newcomer {
    bo_str username, email; /* as given; one of them may be empty */
    bool is_wish;           /* when the username is taken, another one like it will do */
    bo_str given, family;   /* names; may be empty */
    bo_str locale;          /* the language of mails (BCP 47); may be empty */
    bo_str password_hash;   /* empty: no login with a password */
    bo_str issuer, subject; /* who it is for an identity provider, or empty */
} bo_newcomer;

/* BO_INVALID, BO_EXISTS with the code that SemApps' front ends know. Slow: a key is made. */
bo_status bo_enrol(bo_exchange *e, bo_account *out, const bo_newcomer *who) BO_MUST_USE;

#endif
