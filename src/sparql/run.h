/* SPDX-License-Identifier: Apache-2.0
 * Beginning and ending a run, and making triples from solutions.
 */
#ifndef BO_SPARQL_RUN_H
#define BO_SPARQL_RUN_H

#include "sparql/plan.h"

/* A run, for which the query's terms first..end-1 are looked up. The options must live as long. */
bo_status bo_exec_new(bo_exec **out, const bo_query *query, bo_source *source,
                      const bo_query_options *options, size_t first, size_t end) BO_MUST_USE;
void bo_exec_free(bo_exec *exec); /* accepts NULL */
/* Sets what the default graph and the named graphs are; the options' choice goes before the query's. */
bo_status bo_exec_dataset(bo_exec *exec, const bo_dataset *dataset) BO_MUST_USE;

bo_status bo_templates_vars(bo_vars *out, const bo_templates *templates, bo_arena *arena) BO_MUST_USE;
/* The ids of a template's line for one row; `blanks`: the new blank nodes of this row by number, filled in as
 * they are needed. *whole false when a place is unbound or can't hold its term: then there is no triple. */
bo_status bo_template_fill(bo_exec *exec, bo_ids *out, bool *whole, const bo_template *line,
                           const bo_table *table, size_t row, bo_id *blanks) BO_MUST_USE;
/* How many blank nodes the templates name. */
size_t bo_templates_blanks(const bo_templates *templates);

/* The triples of a CONSTRUCT or DESCRIBE, each once. */
typedef struct bo_maker bo_maker;
bo_status bo_maker_new(bo_maker **out, bo_exec *exec, bo_op *end) BO_MUST_USE;
void bo_maker_free(bo_maker *maker); /* what the run's arena can't free; accepts NULL */
bo_status bo_maker_next(bo_maker *maker, bo_id triple[3], bool *found) BO_MUST_USE;

#endif
