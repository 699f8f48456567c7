/* SPDX-License-Identifier: Apache-2.0
 * Pages for people, in French: one for the territory, one for each container, one for each resource. They
 * work without scripts.
 */
#ifndef BO_OBS_PAGE_H
#define BO_OBS_PAGE_H

#include "bocage/source.h"

/* The page of something that is in the source. `root` is the node's address with a slash at the end. */
bo_status bo_page_write(bo_text *out, bo_source *source, bo_str iri, bo_str root) BO_MUST_USE;
/* The page that tells a person that something went wrong. */
void bo_page_problem(bo_text *out, int status, bo_str title, bo_str detail, bo_str root);
bo_str bo_page_css(void);

#endif
