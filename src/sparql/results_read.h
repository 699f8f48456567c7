/* SPDX-License-Identifier: Apache-2.0
 * What the readers of results share.
 */
#ifndef BO_SPARQL_RESULTS_READ_H
#define BO_SPARQL_RESULTS_READ_H

#include "bocage/sparql.h"

/* Adds a column, or a row without bindings, to results whose arrays live in the arena. */
bo_status bo_results_add_name(bo_results *results, bo_str name, bo_arena *arena) BO_MUST_USE;
bo_status bo_results_add_row(bo_results *results, bo_term **row, bo_arena *arena) BO_MUST_USE;
/* The column of a name; false when the head does not have it. */
bool bo_results_column(size_t *out, const bo_results *results, bo_str name);

bo_status bo_results_read_xml(bo_results *out, bo_str text, bo_arena *arena) BO_MUST_USE; /* results_xml.c */

#endif
