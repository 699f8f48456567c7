/* SPDX-License-Identifier: Apache-2.0
 * The page that tells a person what went wrong and what to do next, in French or in English.
 */
#ifndef BO_OBS_PROBLEM_H
#define BO_OBS_PROBLEM_H

#include "bocage/shacl.h"
#include "bocage/text.h"

typedef struct bo_problem_page {
    int status; /* of HTTP */
    bo_language language;
    bo_str detail; /* what a program is told, in English */
    bo_str root;   /* the node's address with a slash at the end */
    bo_str above;  /* an address to look for the like; may be empty */
    bo_str login;  /* where people log in; may be empty */
} bo_problem_page;

void bo_problem_page_write(bo_text *out, const bo_problem_page *page);

#endif
