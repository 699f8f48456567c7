/* SPDX-License-Identifier: Apache-2.0
 * What a run did, as JSON: its operators, the rows that were expected and that came, the time each took.
 */
#ifndef BO_SPARQL_EXPLAIN_H
#define BO_SPARQL_EXPLAIN_H

#include "bocage/json.h"
#include "sparql/exec.h"

/* `end`: the operator whose rows are the query's; NULL: there is none. */
void bo_explain_op(bo_json_writer *json, const bo_op *end);
void bo_expr_write(bo_text *out, const bo_query *query, const bo_expr *expr);
void bo_triple_write(bo_text *out, const bo_query *query, const bo_triple *triple);

#endif
