/* SPDX-License-Identifier: Apache-2.0
 * The operators, and how a pattern becomes a chain of them.
 */
#ifndef BO_SPARQL_PLAN_H
#define BO_SPARQL_PLAN_H

#include "sparql/exec.h"

/* `keep`: the variables that are wanted above. An operator that passes its input's tables on drops nothing.
 */

/* The rows that were put there; once, until it is restarted. */
bo_status bo_seed_new(bo_op **out, bo_exec *exec, const bo_vars *vars) BO_MUST_USE;
void bo_seed_put(bo_op *seed, bo_table *rows);
/* One row that binds nothing. */
bo_status bo_unit_new(bo_op **out, bo_exec *exec) BO_MUST_USE;
/* No row. */
bo_status bo_nothing_new(bo_op **out, bo_exec *exec, bo_op *input) BO_MUST_USE;
bo_status bo_triple_op_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_triple *triple,
                           const bo_scope *scope, const bo_vars *keep) BO_MUST_USE;
bo_status bo_path_op_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_triple *triple,
                         const bo_scope *scope, const bo_vars *keep) BO_MUST_USE;
bo_status bo_filter_new(bo_op **out, bo_exec *exec, bo_op *input, bo_expr *condition) BO_MUST_USE;
bo_status bo_extend_new(bo_op **out, bo_exec *exec, bo_op *input, uint32_t var, bo_expr *expr) BO_MUST_USE;

/* A branch: a chain whose seed gets the rows of another operator, a table at a time. */
typedef struct bo_branch {
    bo_op *seed, *end;
    bo_table row; /* EXISTS: a seed of one row */
} bo_branch;
/* Every row through each of the branches. */
bo_status bo_union_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_branch branches[2]) BO_MUST_USE;
/* Every row through the branch, or as it is when nothing comes out there. `tag` is a column that the branch
 * carries through, to know the rows again. */
bo_status bo_optional_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch,
                          uint32_t tag) BO_MUST_USE;
/* The rows for which the branch gives something, or (not `wanted`) nothing. */
bo_status bo_semi_join_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch, uint32_t tag,
                           bool wanted) BO_MUST_USE;
/* Every row through the branch once for each named graph; `scope` is the branch's. */
bo_status bo_graphs_op_new(bo_op **out, bo_exec *exec, bo_op *input, bo_branch branch,
                           bo_scope *scope) BO_MUST_USE;
/* Joins with the rows of `right`, which does not depend on the input: they are read once and kept, or read
 * again at each restart when `again` (it depends on the graph that GRAPH is at). `keys`: what both sides
 * always bind. */
bo_status bo_join_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *right, const bo_vars *keys,
                      const bo_vars *keep, bool again) BO_MUST_USE;
bo_status bo_minus_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *right, const bo_vars *keys,
                       bool again) BO_MUST_USE;
bo_status bo_values_new(bo_op **out, bo_exec *exec, const bo_pattern *values) BO_MUST_USE;
/* Whether a condition is text:matches(?var, "constant") and the source has an index of words. */
bool bo_asks_for_words(const bo_exec *exec, const bo_expr *condition, uint32_t *var);
/* The literals that the index names for it; *out NULL when there are more than `most`. */
bo_status bo_literals_new(bo_op **out, size_t *count, bo_exec *exec, const bo_expr *condition,
                          size_t most) BO_MUST_USE;
/* Joins with what an endpoint gives; `inner`: what the pattern may bind. */
bo_status bo_service_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *service,
                         const bo_vars *inner, const bo_vars *keep) BO_MUST_USE;

bo_status bo_project_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_vars *vars) BO_MUST_USE;
bo_status bo_distinct_new(bo_op **out, bo_exec *exec, bo_op *input) BO_MUST_USE;
bo_status bo_slice_new(bo_op **out, bo_exec *exec, bo_op *input, uint64_t offset, uint64_t limit) BO_MUST_USE;
/* `most`: how many rows are wanted at all. */
bo_status bo_order_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *order,
                       uint64_t most) BO_MUST_USE;
/* `late` (NULL: none): aggregates of which the rows only say whose they are, until an operator further up,
 * which nothing but ORDER BY and LIMIT may stand between, puts in their values for the rows that are left. */
bo_status bo_group_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_pattern *group,
                       const bo_vars *late) BO_MUST_USE;
bo_status bo_late_new(bo_op **out, bo_exec *exec, bo_op *input, bo_op *group) BO_MUST_USE;

/* The same group, for COUNT over one triple pattern: from what the source has noted. *out is `group` itself
 * when it is no such. */
bo_status bo_counted_new(bo_op **out, bo_exec *exec, bo_op *group, const bo_pattern *pattern,
                         const bo_scope *scope) BO_MUST_USE;

/* How many rows a triple is expected to give for one that binds `bound`. */
double bo_expected_rows(const bo_exec *exec, const bo_scope *scope, const bo_triple *triple,
                        const bo_vars *bound);
/* The place of the one to match next: of those that share a variable with `bound`, if there are any, the one
 * that is expected to give the fewest rows. `bound` NULL: there are no rows yet. */
size_t bo_best_triple(const bo_exec *exec, const bo_scope *scope, const bo_triple **triples, size_t count,
                      const bo_vars *bound);
/* Puts triples into the order in which they are best matched; `bound` as above. */
bo_status bo_order_triples(const bo_exec *exec, const bo_scope *scope, const bo_triple **triples,
                           size_t count, const bo_vars *bound) BO_MUST_USE;

/* A chain for a whole pattern, from one empty row on. */
bo_status bo_plan(bo_op **out, bo_exec *exec, const bo_pattern *pattern, const bo_vars *keep) BO_MUST_USE;

#endif
