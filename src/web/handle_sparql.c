/* SPDX-License-Identifier: Apache-2.0
 * The SPARQL 1.1 Protocol (W3C Recommendation of 2013) for queries.
 */
#include "bocage/sparql.h"
#include "web/exchange.h"

/* The request as the protocol sees it (section 2.1). */
typedef struct asked {
    bo_str query;
    bo_str form; /* where the dataset's parameters are */
} asked;

enum { GRAPHS_MAX = 64 };

static bo_status graph_list(const bo_exchange *e, bo_str form, bo_str name, const bo_str **out,
                            size_t *count) {
    bo_str *list = bo_arena_array(e->arena, GRAPHS_MAX, sizeof *list);
    if (list == NULL) return bo_error_last()->status;
    for (*count = 0; *count < GRAPHS_MAX; (*count)++) {
        BO_TRY(bo_http_form(&list[*count], form, name, *count, e->arena));
        if (list[*count].ptr == NULL) break;
    }
    *out = list;
    return BO_OK;
}

static bo_status options_of(const bo_exchange *e, bo_query_options *out, bo_str form) {
    const bo_app_options *settings = &e->app->options;
    *out = (bo_query_options){.base = e->app->root,
                              .now_ms = bo_clock_wall_ms(settings->clock),
                              .memory_cap = settings->query_memory,
                              .row_cap = settings->query_rows};
    if (settings->query_time_ms > 0)
        out->deadline_ns = bo_clock_steady_ns(settings->clock) + settings->query_time_ms * 1000000u;
    BO_TRY(graph_list(e, form, BO_STR("default-graph-uri"), &out->default_graphs, &out->default_graph_count));
    BO_TRY(graph_list(e, form, BO_STR("named-graph-uri"), &out->named_graphs, &out->named_graph_count));
    out->has_dataset = out->default_graph_count + out->named_graph_count > 0;
    return BO_OK;
}

/* SELECT and ASK. */
static bo_status answer_results(bo_exchange *e, bo_rows *rows) {
    static const bo_results_format offered[] = {BO_RESULTS_JSON, BO_RESULTS_XML, BO_RESULTS_CSV,
                                                BO_RESULTS_TSV, BO_RESULTS_JSON};
    enum { COUNT = sizeof offered / sizeof *offered };
    bo_str names[COUNT];
    for (size_t i = 0; i < COUNT; i++) names[i] = bo_results_media_type(offered[i]);
    names[COUNT - 1] = BO_STR("application/json");
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    int best = bo_http_accept(accept, names, COUNT);
    if (best < 0)
        return bo_fail(BO_NOT_ACCEPTABLE, "results can be had as application/sparql-results+json, "
                                          "application/sparql-results+xml, text/csv and "
                                          "text/tab-separated-values");
    bo_text text;
    bo_text_init(&text, e->app->options.query_memory);
    bo_status status = bo_results_write(&text, offered[best], rows);
    if (status == BO_OK) status = bo_respond_text(e, 200, bo_results_media_type(offered[best]), &text);
    bo_text_done(&text);
    return status;
}

/* CONSTRUCT and DESCRIBE. */
static bo_status answer_graph(bo_exchange *e, bo_rows *rows) {
    bo_graph *graph;
    const bo_term *row = NULL;
    BO_TRY(bo_graph_new(&graph));
    bo_status status;
    while ((status = bo_rows_next(rows, &row)) == BO_OK && row != NULL) {
        bo_quad quad = {row[0], row[1], row[2], {0}};
        status = bo_graph_add(graph, &quad);
        if (status != BO_OK) break;
    }
    if (status == BO_OK) status = bo_respond_graph(e, 200, bo_graph_source(graph), BO_STR_NONE);
    bo_graph_free(graph);
    return status;
}

static bo_status run(bo_exchange *e, bo_query *query, const bo_query_options *options, bo_txn *txn) {
    const bo_graph_set *readable;
    bo_source *source;
    bo_rows *rows = NULL;
    BO_TRY(bo_wac_readable(&e->app->wac, &readable, txn, &e->asker, e->arena));
    BO_TRY(bo_txn_source(&source, txn, readable, e->arena));
    BO_TRY(bo_query_run(&rows, query, source, options));
    bool has_rows = bo_query_form_of(query) == BO_SELECT || bo_query_form_of(query) == BO_ASK;
    bo_status status = has_rows ? answer_results(e, rows) : answer_graph(e, rows);
    bo_rows_free(rows);
    return status;
}

/* Says which cap it was, and what to do. */
static bo_status explain(const bo_exchange *e, bo_status status) {
    const bo_app_options *settings = &e->app->options;
    if (status == BO_TIMEOUT)
        return bo_fail(
            BO_TIMEOUT,
            "the query took more than the %llu ms of time that one may take here: ask for less at once",
            (unsigned long long)settings->query_time_ms);
    if (status == BO_LIMIT)
        return bo_fail(
            BO_LIMIT, "the answer is beyond what one query may take here (%llu rows, %zu bytes): add a LIMIT",
            (unsigned long long)settings->query_rows, settings->query_memory);
    return status;
}

static bo_status answer(bo_exchange *e, const asked *a) {
    bo_query_options options;
    bo_query *query;
    bo_txn *txn;
    if (bo_str_trim(a->query).len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "the query is missing: send it as ?query= or in the body");
    BO_TRY(options_of(e, &options, a->form));
    BO_TRY(bo_query_parse(&query, a->query, &options));
    bo_status status = bo_txn_begin(&txn, e->app->options.store, BO_READ);
    if (status == BO_OK) {
        status = run(e, query, &options, txn);
        bo_txn_abort(txn);
    }
    bo_query_free(query);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept"));
    return explain(e, status);
}

bo_status bo_get_sparql(bo_exchange *e) {
    asked a = {.form = e->request->query};
    BO_TRY(bo_http_form(&a.query, e->request->query, BO_STR("query"), 0, e->arena));
    return answer(e, &a);
}

static bo_status refuse_update(const bo_exchange *e) {
    if (e->asker.webid.len == 0)
        return bo_fail(BO_UNAUTHENTICATED, "an update needs an account: log in, and send your token");
    return bo_fail(BO_UNSUPPORTED,
                   "SPARQL Update at the endpoint is not there yet: PATCH the resource itself");
}

bo_status bo_post_sparql(bo_exchange *e) {
    bo_str type = bo_http_media_type(bo_request_header(e, "Content-Type"));
    asked a = {.query = e->request->body, .form = e->request->query};
    bo_str update = BO_STR_NONE;
    if (bo_str_eq_nocase(type, BO_STR("application/sparql-query"))) return answer(e, &a);
    if (bo_str_eq_nocase(type, BO_STR("application/sparql-update"))) return refuse_update(e);
    if (!bo_str_eq_nocase(type, BO_STR("application/x-www-form-urlencoded")))
        return bo_fail(BO_MEDIA_TYPE, "send a query as application/sparql-query, or as a form's field");
    a.form = e->request->body;
    BO_TRY(bo_http_form(&update, a.form, BO_STR("update"), 0, e->arena));
    if (update.ptr != NULL) return refuse_update(e);
    BO_TRY(bo_http_form(&a.query, a.form, BO_STR("query"), 0, e->arena));
    return answer(e, &a);
}
