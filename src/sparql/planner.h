/* SPDX-License-Identifier: Apache-2.0
 * What the parts of the planner share.
 */
#ifndef BO_SPARQL_PLANNER_H
#define BO_SPARQL_PLANNER_H

#include "sparql/plan.h"
#include "sparql/scope.h"

typedef struct bo_waiting {
    bo_expr *condition;
    bo_vars used;
    bool done;
} bo_waiting;

typedef struct bo_planner {
    bo_exec *exec;
    bo_arena *arena;
    bo_scopes scopes;
    const bo_scope *scope; /* the graphs at this place */
    bo_waiting *filters;   /* those before `hidden` belong to groups outside */
    size_t filter_count, filter_size, hidden;
    bool substitute;     /* inside EXISTS: the seed's values are put in everywhere */
    bo_vars given;       /* then: what the seed binds in every row */
    const bo_table *row; /* and that row, when there is one at a time */
    bo_vars row_vars;
    uint32_t next_tag;
    unsigned triples;
    const bo_pattern *cut; /* an ORDER of which only the first `most` rows are wanted */
    uint64_t most;
} bo_planner;

typedef struct bo_chain {
    bo_op *op;
    bo_vars certain;
    bo_vars own; /* that its operators may have bound: not its seed */
    bool unit;   /* one empty row so far */
    double rows; /* that are expected, for the plan that is shown; 0: not reckoned */
} bo_chain;

bo_status bo_plan_pattern(bo_planner *p, bo_chain *c, const bo_pattern *pattern,
                          const bo_vars *needed) BO_MUST_USE;
/* The branches of every EXISTS in an expression. */
bo_status bo_plan_exists(bo_planner *p, const bo_chain *c, const bo_expr *expr) BO_MUST_USE;
/* Groups, order, projection, DISTINCT, OFFSET and LIMIT. */
bo_status bo_plan_modifier(bo_planner *p, bo_chain *c, const bo_pattern *pattern,
                           const bo_vars *needed) BO_MUST_USE;

#endif
