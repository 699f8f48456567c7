/* SPDX-License-Identifier: Apache-2.0
 * A regular expression of REGEX (SPARQL 1.1 section 17.4.3.14), compiled once and kept by its owner.
 */
#ifndef BO_SPARQL_REGEX_H
#define BO_SPARQL_REGEX_H

#include "bocage/arena.h"

typedef struct bo_regex bo_regex;
/* BO_INVALID when the pattern or its flags are none; BO_UNSUPPORTED and BO_LIMIT as in queries. */
bo_status bo_regex_new(bo_regex **out, bo_str pattern, bo_str flags) BO_MUST_USE;
void bo_regex_free(bo_regex *regex); /* accepts NULL */
/* Whether a part of the text matches. Any number of threads at once. BO_LIMIT: it takes too many steps. */
bo_status bo_regex_matches(const bo_regex *regex, bool *out, bo_str text) BO_MUST_USE;

#endif
