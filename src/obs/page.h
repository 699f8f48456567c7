/* SPDX-License-Identifier: Apache-2.0
 * Pages for people, in French: one for the territory, one for each container, one for each resource. They
 * work without scripts.
 */
#ifndef BO_OBS_PAGE_H
#define BO_OBS_PAGE_H

#include "bocage/source.h"

/* The page of something that is in the source. `root` is the node's address with a slash at the end. */
bo_status bo_page_write(bo_text *out, bo_source *source, bo_str iri, bo_str root) BO_MUST_USE;
bo_str bo_page_css(void);

#endif
