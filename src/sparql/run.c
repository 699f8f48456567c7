/* SPDX-License-Identifier: Apache-2.0
 * Running a query over a source.
 */
#include "sparql/algebra.h"

bo_status bo_query_run(bo_rows **out, bo_query *query, bo_source *source, const bo_query_options *options) {
    (void)out, (void)query, (void)source, (void)options;
    return bo_fail(BO_UNSUPPORTED, "queries are not evaluated yet");
}
void bo_rows_free(bo_rows *rows) {
    (void)rows;
}
size_t bo_rows_width(const bo_rows *rows) {
    (void)rows;
    return 0;
}
bo_str bo_rows_name(const bo_rows *rows, size_t column) {
    (void)rows, (void)column;
    return BO_STR_NONE;
}
bo_status bo_rows_next(bo_rows *rows, const bo_term **row) {
    (void)rows, (void)row;
    return bo_fail(BO_UNSUPPORTED, "queries are not evaluated yet");
}
bo_status bo_rows_ask(bo_rows *rows, bool *answer) {
    (void)rows, (void)answer;
    return bo_fail(BO_UNSUPPORTED, "queries are not evaluated yet");
}
bo_status bo_update_run(bo_query *update, bo_source *source, bo_target *target,
                        const bo_query_options *options) {
    (void)update, (void)source, (void)target, (void)options;
    return bo_fail(BO_UNSUPPORTED, "updates are not evaluated yet");
}
