/* SPDX-License-Identifier: Apache-2.0
 * Running a query over a source: the dataset, the plan, and the rows that come out.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "sparql/explain.h"
#include "sparql/expr.h"
#include "sparql/run.h"

/* A run. */

static int compare_ids(const void *a, const void *b) {
    bo_id x = *(const bo_id *)a, y = *(const bo_id *)b;
    return x < y ? -1 : x > y;
}

static bo_status list_graphs(bo_exec *exec, bo_graphs *out, const bo_str *iris, const uint32_t *terms,
                             size_t count) {
    out->given = true;
    out->len = count;
    out->ids = bo_arena_array(exec->arena, count, sizeof *out->ids);
    if (out->ids == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) {
        bo_term term = iris != NULL ? bo_term_iri(iris[i]) : exec->query->terms[terms[i]];
        BO_TRY(bo_exec_id(exec, &out->ids[i], &term));
    }
    qsort(out->ids, count, sizeof *out->ids, compare_ids);
    return BO_OK;
}

bo_status bo_exec_dataset(bo_exec *exec, const bo_dataset *dataset) {
    const bo_query_options *o = exec->options;
    exec->standard = exec->named = (bo_graphs){0};
    exec->unnamed = o->unnamed_default;
    if (!o->has_dataset && !dataset->given) return BO_OK;
    exec->unnamed = false;
    if (o->has_dataset) {
        BO_TRY(list_graphs(exec, &exec->standard, o->default_graphs, NULL, o->default_graph_count));
        return list_graphs(exec, &exec->named, o->named_graphs, NULL, o->named_graph_count);
    }
    BO_TRY(list_graphs(exec, &exec->standard, NULL, dataset->graphs, dataset->graph_count));
    return list_graphs(exec, &exec->named, NULL, dataset->named, dataset->named_count);
}

static bo_status start(bo_exec *exec, size_t first, size_t end) {
    const bo_query *query = exec->query;
    exec->scratch = bo_arena_new(exec->options->memory_cap);
    if (exec->scratch == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    exec->width = query->var_count + query->branch_count;
    bo_values_init(exec);
    bo_idmap_init(&exec->branches, exec->arena);
    BO_TRY(bo_locals_new(&exec->locals, exec->arena));
    exec->terms = bo_arena_array(exec->arena, query->term_count, sizeof *exec->terms);
    if (exec->terms == NULL) return bo_error_last()->status;
    for (size_t i = first; i < end; i++) BO_TRY(bo_exec_id(exec, &exec->terms[i], &query->terms[i]));
    return BO_OK;
}

/* Now, but not after the deadline. */
static uint64_t begin_of_time(uint64_t deadline_ns) {
    uint64_t now = bo_clock_steady_ns(&bo_clock_system);
    return now < deadline_ns ? now : deadline_ns;
}

bo_status bo_exec_new(bo_exec **out, const bo_query *query, bo_source *source,
                      const bo_query_options *options, size_t first, size_t end) {
    static const bo_query_options none;
    bo_arena *arena = bo_arena_new(options != NULL ? options->memory_cap : 0);
    bo_exec *exec = arena != NULL ? BO_NEW(arena, bo_exec) : NULL;
    if (exec == NULL) {
        bo_arena_free(arena);
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    exec->arena = arena;
    exec->query = query;
    exec->source = source;
    exec->options = options != NULL ? options : &none;
    if (exec->options->deadline_ns != 0) exec->begun_ns = begin_of_time(exec->options->deadline_ns);
    bo_status status = start(exec, first, end);
    if (status == BO_OK)
        *out = exec;
    else
        bo_exec_free(exec);
    return status;
}

void bo_exec_free(bo_exec *exec) {
    if (exec == NULL) return;
    for (bo_op *op = exec->ops; op != NULL; op = op->listed)
        if (op->ops->close != NULL) op->ops->close(op);
    bo_values_done(exec);
    bo_arena_free(exec->scratch);
    bo_arena_free(exec->arena);
}

bo_status bo_exec_keep_branch(bo_exec *exec, const bo_expr *expr, struct bo_branch *branch) {
    bo_value *value = bo_idmap_put(&exec->branches, (uintptr_t)expr, &(bool){false});
    if (value == NULL) return bo_error_last()->status;
    value->ptr = branch;
    return BO_OK;
}

struct bo_branch *bo_exec_branch(const bo_exec *exec, const bo_expr *expr) {
    bo_value *value = bo_idmap_get(&exec->branches, (uintptr_t)expr);
    return value != NULL ? value->ptr : NULL;
}

/* Rows. */

struct bo_rows {
    bo_exec *exec;
    const bo_query *query;
    bo_query bound; /* the query with its pre-bound variables' values among the terms */
    bo_query_options options;
    bo_op *end;
    bo_table *table;
    size_t at, width;
    uint64_t given, bytes;
    bo_term *row;
    bo_maker *maker; /* CONSTRUCT and DESCRIBE */
};

/* The variables that the form reads from the pattern's solutions. */
static bo_status wanted(bo_vars *out, const bo_query *query, bo_arena *arena) {
    for (size_t i = 0; i < query->column_count; i++) BO_TRY(bo_vars_add(out, query->columns[i], arena));
    for (size_t i = 0; i < query->describe_count; i++)
        if (query->describe[i].kind == BO_NODE_VARIABLE)
            BO_TRY(bo_vars_add(out, query->describe[i].index, arena));
    return bo_templates_vars(out, &query->construct, arena);
}

static bo_status prepare(bo_rows *rows) {
    bo_exec *exec = rows->exec;
    bo_vars keep = {0};
    BO_TRY(bo_exec_dataset(exec, &rows->query->dataset));
    BO_TRY(wanted(&keep, rows->query, exec->arena));
    BO_TRY(bo_plan(&rows->end, exec, rows->query->where, &keep));
    rows->width = rows->query->form == BO_SELECT ? rows->query->column_count : 3;
    rows->row = bo_arena_array(exec->arena, rows->width, sizeof *rows->row);
    if (rows->row == NULL) return bo_error_last()->status;
    if (rows->query->form == BO_CONSTRUCT || rows->query->form == BO_DESCRIBE)
        return bo_maker_new(&rows->maker, exec, rows->end);
    return BO_OK;
}

/* The query stays as it is: others may run it with other values. */
static bo_status put_values(bo_rows *rows) {
    const bo_query *query = rows->query;
    size_t from = query->term_count - query->prebound_count;
    if (rows->options.prebound == NULL)
        return bo_fail(BO_BAD_ARGUMENT, "the query has variables whose values a run must bring along");
    rows->bound = *query;
    rows->bound.terms = malloc(query->term_count * sizeof *query->terms);
    if (rows->bound.terms == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    memcpy(rows->bound.terms, query->terms, from * sizeof *query->terms);
    memcpy(rows->bound.terms + from, rows->options.prebound, query->prebound_count * sizeof *query->terms);
    rows->query = &rows->bound;
    return BO_OK;
}

static bo_status begin(bo_rows **out, bo_query *query, bo_source *source, const bo_query_options *options,
                       bool explaining) {
    if (query->form == BO_UPDATE) return bo_fail(BO_BAD_ARGUMENT, "this is an update, not a query");
    bo_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    rows->query = query;
    if (options != NULL) rows->options = *options;
    bo_status status = query->prebound_count > 0 ? put_values(rows) : BO_OK;
    if (status == BO_OK)
        status = bo_exec_new(&rows->exec, rows->query, source, &rows->options, 0, query->term_count);
    if (status == BO_OK) rows->exec->explaining = explaining;
    if (status == BO_OK) status = prepare(rows);
    if (status == BO_OK)
        *out = rows;
    else
        bo_rows_free(rows);
    return status;
}

bo_status bo_query_run(bo_rows **out, bo_query *query, bo_source *source, const bo_query_options *options) {
    return begin(out, query, source, options, false);
}

void bo_rows_free(bo_rows *rows) {
    if (rows == NULL) return;
    bo_maker_free(rows->maker);
    bo_exec_free(rows->exec);
    free(rows->bound.terms);
    free(rows);
}

size_t bo_rows_width(const bo_rows *rows) {
    return rows->query->form == BO_ASK ? 0 : rows->width;
}

bo_str bo_rows_name(const bo_rows *rows, size_t column) {
    static const bo_str names[3] = {{"subject", 7}, {"predicate", 9}, {"object", 6}};
    return rows->query->form == BO_SELECT ? rows->query->vars[rows->query->columns[column]].name
                                          : names[column];
}

/* Counts what an answer says, whatever it is written as. */
static bo_status count_bytes(bo_rows *rows) {
    uint64_t cap = rows->options.byte_cap;
    if (cap == 0) return BO_OK;
    for (size_t i = 0; i < rows->width; i++)
        rows->bytes += rows->row[i].value.len + rows->row[i].lang.len + rows->row[i].datatype.len + 1;
    if (rows->bytes <= cap) return BO_OK;
    return bo_fail(BO_LIMIT, "the answer has more than %llu bytes", (unsigned long long)cap);
}

static bo_status count_row(bo_rows *rows) {
    uint64_t cap = rows->options.row_cap;
    if (cap != 0 && rows->given >= cap)
        return bo_fail(BO_LIMIT, "the answer has more than %llu rows", (unsigned long long)cap);
    rows->given++;
    return BO_OK;
}

static bo_status next_solution(bo_rows *rows, bool *found) {
    if (rows->table == NULL || ++rows->at >= rows->table->len) {
        BO_TRY(bo_exec_check(rows->exec));
        BO_TRY(bo_op_next(rows->end, &rows->table));
        rows->at = 0;
    }
    *found = rows->table->len > 0;
    return BO_OK;
}

bo_status bo_rows_next(bo_rows *rows, const bo_term **row) {
    bool found;
    bo_id triple[3];
    if (rows->query->form == BO_ASK) return bo_fail(BO_BAD_ARGUMENT, "an ASK has no rows");
    BO_TRY(rows->maker != NULL ? bo_maker_next(rows->maker, triple, &found) : next_solution(rows, &found));
    *row = NULL;
    if (!found) return BO_OK;
    BO_TRY(count_row(rows));
    bo_arena_reset(rows->exec->scratch);
    for (size_t i = 0; i < rows->width; i++) {
        const bo_id *column = rows->maker == NULL ? rows->table->column[rows->query->columns[i]] : NULL;
        bo_id id = rows->maker != NULL ? triple[i] : column != NULL ? column[rows->at] : BO_ID_NONE;
        BO_TRY(bo_exec_term(rows->exec, &rows->row[i], id, rows->exec->scratch));
    }
    *row = rows->row;
    return count_bytes(rows);
}

bo_status bo_rows_ask(bo_rows *rows, bool *answer) {
    if (rows->query->form != BO_ASK) return bo_fail(BO_BAD_ARGUMENT, "this is no ASK");
    return next_solution(rows, answer);
}

/* The plan, and what became of it. */

static bo_status run_to_end(bo_rows *rows) {
    const bo_term *row;
    bool answer;
    if (rows->query->form == BO_ASK) return bo_rows_ask(rows, &answer);
    do BO_TRY(bo_rows_next(rows, &row));
    while (row != NULL);
    return BO_OK;
}

static void write_plan(bo_text *out, const bo_rows *rows, uint64_t planned_ns, uint64_t ran_ns,
                       bo_status status) {
    static const bo_str forms[] = {[BO_SELECT] = {"SELECT", 6},
                                   [BO_ASK] = {"ASK", 3},
                                   [BO_CONSTRUCT] = {"CONSTRUCT", 9},
                                   [BO_DESCRIBE] = {"DESCRIBE", 8}};
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("form"), forms[rows->query->form]);
    if (status != BO_OK) bo_json_member_string(&json, BO_STR("error"), bo_str_of(bo_error_last()->message));
    bo_json_member_i64(&json, BO_STR("rows"), (int64_t)rows->given);
    bo_json_member_i64(&json, BO_STR("planMicroseconds"), (int64_t)(planned_ns / 1000));
    bo_json_member_i64(&json, BO_STR("runMicroseconds"), (int64_t)(ran_ns / 1000));
    bo_json_member_i64(&json, BO_STR("memoryBytes"), (int64_t)bo_arena_used(rows->exec->arena));
    if (rows->end != NULL) {
        bo_json_key(&json, BO_STR("plan"));
        bo_explain_op(&json, rows->end);
    }
    bo_json_close(&json, BO_JSON_OBJECT);
}

bo_status bo_query_explain(bo_text *out, bo_query *query, bo_source *source,
                           const bo_query_options *options) {
    bo_rows *rows;
    uint64_t begun = bo_clock_steady_ns(&bo_clock_system);
    BO_TRY(begin(&rows, query, source, options, true));
    uint64_t planned = bo_clock_steady_ns(&bo_clock_system);
    bo_status status = run_to_end(rows);
    bool limited = status == BO_TIMEOUT || status == BO_LIMIT;
    if (status == BO_OK || limited)
        write_plan(out, rows, planned - begun, bo_clock_steady_ns(&bo_clock_system) - planned, status);
    bo_rows_free(rows);
    return limited ? BO_OK : status;
}
