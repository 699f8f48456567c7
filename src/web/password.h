/* SPDX-License-Identifier: Apache-2.0
 * A password forgotten: what its requests do, whether they come from a front end as JSON or from the node's
 * own page as a form.
 */
#ifndef BO_WEB_PASSWORD_H
#define BO_WEB_PASSWORD_H

#include "web/exchange.h"

/* Has a mail sent if somebody has the address. Costs the same if nobody does. BO_THROTTLED, BO_UNSUPPORTED.
 */
bo_status bo_password_forgotten(bo_exchange *e, bo_str email) BO_MUST_USE;
/* BO_DENIED when the token of the mail is not good any more; BO_INVALID for a password that will not do. */
bo_status bo_password_choose(bo_exchange *e, bo_str email, bo_str token, bo_str password) BO_MUST_USE;

/* handle_password.c: the answer to a form is a page. */
bool bo_is_form(const bo_exchange *e);
bo_status bo_post_forgotten_form(bo_exchange *e) BO_MUST_USE;
bo_status bo_post_choose_form(bo_exchange *e) BO_MUST_USE;

#endif
