/* SPDX-License-Identifier: Apache-2.0
 * From the regular expressions of XML Schema and XPath to those of PCRE2.
 */
#ifndef BO_SPARQL_REGEX_SYNTAX_H
#define BO_SPARQL_REGEX_SYNTAX_H

#include "bocage/text.h"

/* Writes what has another sense, or none, in PCRE2: classes less others ([a-z-[aeiou]]), and \i \I \c \C for
 * the characters of XML names (XML Schema part 2, appendix G). `drop_blanks` is the flag x: they count in
 * classes alone. What is wrong in both is passed on. */
void bo_regex_translate(bo_text *out, bo_str pattern, bool drop_blanks);

#endif
