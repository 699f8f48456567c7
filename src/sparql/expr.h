/* SPDX-License-Identifier: Apache-2.0
 * Expressions over one row: what they give as an id, or whether they are true; the order of terms; and what
 * aggregates gather. An error of an expression (section 17.2) is no failure: it gives BO_ID_NONE.
 */
#ifndef BO_SPARQL_EXPR_H
#define BO_SPARQL_EXPR_H

#include "sparql/exec.h"

/* BO_UNSUPPORTED, naming it, when an expression calls a function that is not known. */
bo_status bo_expr_check(const bo_exec *exec, const bo_expr *expr) BO_MUST_USE;
bo_status bo_eval(bo_exec *exec, bo_id *out, const bo_expr *expr, const bo_table *table,
                  size_t row) BO_MUST_USE;
/* The effective boolean value (section 17.2.2); false for an error. */
bo_status bo_eval_true(bo_exec *exec, bool *out, const bo_expr *expr, const bo_table *table,
                       size_t row) BO_MUST_USE;
/* The order of ORDER BY (section 15.1): unbound, blank nodes, IRIs, literals. */
bo_status bo_order_ids(bo_exec *exec, int *out, bo_id a, bo_id b) BO_MUST_USE;
/* The same where the ids themselves tell; false when they don't. */
bool bo_order_plain(int *out, bo_id a, bo_id b);
bo_status bo_value_id(bo_exec *exec, bo_id *out, bo_val *value) BO_MUST_USE;

/* Sets up what values need from the run; forgets the labels of BNODE, of which there is one set per row. */
void bo_values_init(bo_exec *exec);
void bo_values_done(bo_exec *exec);
void bo_values_new_rows(bo_exec *exec);

/* What an aggregate has gathered in one group; begins as zeros. */
typedef struct bo_tally {
    uint64_t count;
    int64_t whole; /* SUM, AVG: of the small integers, while there was nothing else */
    bo_val *sum;   /* else */
    bo_id value;   /* MIN, MAX, SAMPLE */
    bo_text *text; /* GROUP_CONCAT */
    bool failed;   /* a value was an error: so is the aggregate, COUNT and SAMPLE excepted */
} bo_tally;
bo_status bo_tally_add(bo_exec *exec, bo_tally *tally, const bo_aggregation *aggregation,
                       bo_id value) BO_MUST_USE;
bo_status bo_tally_value(bo_exec *exec, bo_id *out, bo_tally *tally,
                         const bo_aggregation *aggregation) BO_MUST_USE;
void bo_tally_done(bo_tally *tally);

#endif
