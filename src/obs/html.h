/* SPDX-License-Identifier: Apache-2.0
 * HTML5 text: the one place where it is escaped.
 */
#ifndef BO_OBS_HTML_H
#define BO_OBS_HTML_H

#include "bocage/text.h"

/* Text between tags or inside a quoted attribute. */
void bo_html_text(bo_text *out, bo_str text);
/* <name>text</name> */
void bo_html_element(bo_text *out, const char *name, bo_str text);
/* <a href="iri">text</a>; only http and https addresses become links. */
void bo_html_link(bo_text *out, bo_str iri, bo_str text);

/* How a page begins, up to the link over which keyboards reach what has the id "contenu". */
void bo_html_begin(bo_text *out, bo_str language, bo_str title, bo_str skip);

#endif
