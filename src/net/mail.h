/* SPDX-License-Identifier: Apache-2.0
 * Mails as values, and as text (RFC 5322, MIME by RFC 2045 and 2047).
 */
#ifndef BO_NET_MAIL_H
#define BO_NET_MAIL_H

#include "bocage/arena.h"
#include "bocage/text.h"

typedef struct bo_mail {
    bo_str from;    /* "Observatoire <contact@example.org>", or the address alone */
    bo_str to;      /* an address */
    bo_str subject; /* UTF-8, one line */
    bo_str text;    /* UTF-8, lines end with \n */
    bo_str id;      /* what stands before the @ in its Message-ID: unique */
    int64_t date_ms;
} bo_mail;

/* The address alone. */
bo_str bo_mail_address(bo_str from);
/* The whole message with its head, lines ended by CR LF. BO_INVALID when a line break would be in its head.
 */
bo_status bo_mail_write(bo_text *out, const bo_mail *mail) BO_MUST_USE;

#endif
