/* SPDX-License-Identifier: Apache-2.0
 * query: ask the store.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/fs.h"
#include "bocage/json.h"
#include "bocage/sparql.h"
#include "cli/command.h"
#include "cli/packed.h"

static bo_status query_text(bo_cli *cli, bo_str *out) {
    enum { QUERY_CAP = 16 << 20 };
    if (cli->set.query.len > 0) {
        *out = cli->set.query;
        return BO_OK;
    }
    bo_str path;
    bo_text text;
    BO_TRY(bo_cli_word(cli, 0, &path));
    bo_text_init(&text, QUERY_CAP);
    bo_status status = bo_fs_read(&text, bo_str_eq(path, BO_STR("-")) ? "/dev/stdin" : path.ptr, QUERY_CAP);
    if (status == BO_OK) *out = bo_arena_str(cli->arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status write_graph(bo_text *out, bo_rows *rows) {
    const bo_term *row = NULL;
    bo_status status;
    while ((status = bo_rows_next(rows, &row)) == BO_OK && row != NULL) {
        for (int i = 0; i < 3; i++) {
            bo_term_write(out, &row[i]);
            bo_text_char(out, ' ');
        }
        BO_TEXT_LIT(out, ".\n");
    }
    return status;
}

static bo_status write_answer(bo_cli *cli, bo_text *out, bo_query *query, bo_rows *rows) {
    static const struct {
        const char *name;
        bo_results_format format;
    } formats[] = {{"", BO_RESULTS_TSV},
                   {"tsv", BO_RESULTS_TSV},
                   {"csv", BO_RESULTS_CSV},
                   {"json", BO_RESULTS_JSON},
                   {"xml", BO_RESULTS_XML}};
    bo_query_form form = bo_query_form_of(query);
    if (form != BO_SELECT && form != BO_ASK) return write_graph(out, rows);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (bo_str_eq(bo_str_of(formats[i].name), cli->set.format))
            return bo_results_write(out, formats[i].format, rows);
    return bo_fail(BO_BAD_ARGUMENT, "format: results are written as tsv, csv, json or xml");
}

/* For people: a line for each fact. */
static bo_status write_plan(bo_cli *cli, bo_text *out, bo_query *query, bo_source *source,
                            const bo_query_options *options) {
    bo_text compact;
    bo_json *plan;
    bo_text_init(&compact, 0);
    bo_status status = bo_query_explain(&compact, query, source, options);
    if (status == BO_OK) status = bo_json_parse(&plan, bo_text_str(&compact), NULL, cli->arena);
    if (status == BO_OK) {
        bo_json_write_pretty(out, plan);
        bo_text_char(out, '\n');
    }
    bo_text_done(&compact);
    return status;
}

static bo_status write_rows(bo_cli *cli, bo_text *out, bo_query *query, bo_source *source,
                            const bo_query_options *options) {
    bo_rows *rows;
    BO_TRY(bo_query_run(&rows, query, source, options));
    bo_status status = write_answer(cli, out, query, rows);
    bo_rows_free(rows);
    return status;
}

static bo_status run_in(bo_cli *cli, bo_txn *txn, bo_query *query, const bo_query_options *options,
                        bo_output *out) {
    bo_source *source;
    bo_text text;
    BO_TRY(bo_txn_source(&source, txn, NULL, cli->arena));
    bo_text_init_stream(&text, 1 << 16, bo_output_put, out);
    bo_status status = (cli->set.explain ? write_plan : write_rows)(cli, &text, query, source, options);
    if (status == BO_OK) status = bo_text_end(&text);
    bo_text_done(&text);
    return status;
}

static bo_status run_query(bo_cli *cli, bo_store *store, bo_query *query, const bo_query_options *options) {
    bo_txn *txn;
    bo_output *out;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_output_open(&out, "-");
    if (status == BO_OK) status = bo_output_close(out, run_in(cli, txn, query, options, out));
    bo_txn_abort(txn);
    return status;
}

bo_status bo_command_query(bo_cli *cli) {
    bo_store *store;
    bo_query *query;
    bo_str text;
    BO_TRY(query_text(cli, &text));
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_query_options options = {.memory_cap = cli->set.query_memory,
                                .row_cap = cli->set.query_rows,
                                .byte_cap = cli->set.query_bytes,
                                .deadline_ns =
                                    bo_clock_steady_ns(&bo_clock_system) + cli->set.query_time * 1000000u};
    bo_status status = bo_cli_base_url(cli, store, &options.base);
    if (status == BO_OK) status = bo_query_parse(&query, text, &options);
    if (status == BO_OK) {
        status = run_query(cli, store, query, &options);
        bo_query_free(query);
    }
    bo_store_close(store);
    const bo_error *error = bo_error_last();
    if (status == BO_SYNTAX && error->line > 0) {
        bo_error copy = *error;
        return bo_fail_at(BO_SYNTAX, copy.line, copy.column, "line %u, column %u: %.400s", copy.line,
                          copy.column, copy.message);
    }
    return status;
}
