/* SPDX-License-Identifier: Apache-2.0
 * The pages of a forgotten password, in French. They work without scripts.
 */
#ifndef BO_OBS_PASSWORD_PAGE_H
#define BO_OBS_PASSWORD_PAGE_H

#include "bocage/text.h"

typedef enum bo_password_step {
    BO_PASSWORD_FORGOTTEN, /* asks for the address */
    BO_PASSWORD_MAILED,    /* the mail is under way, if somebody has the address */
    BO_PASSWORD_CHOOSE,    /* asks for the address and another password */
    BO_PASSWORD_DONE
} bo_password_step;

typedef struct bo_password_page {
    bo_password_step step;
    bo_str token;     /* of the mail, when there is something to choose */
    bo_str email;     /* what was typed; may be empty */
    const char *code; /* of what went wrong (bo_fail_code); NULL: nothing did */
    bo_str next;      /* where a person goes on in the end */
} bo_password_page;

void bo_password_page_write(bo_text *out, const bo_password_page *page);

#endif
