/* SPDX-License-Identifier: Apache-2.0
 * Running a query for an asker, and its results as an answer in the syntax that is liked best.
 */
#include "fed/fed.h"
#include "obs/sparql_page.h"
#include "web/exchange.h"

/* What a client can choose from, in our order: for SELECT and ASK. */
static const struct results_offer {
    const char *media_type, *name;
    bo_results_format format; /* COUNT: a page */
} results_offers[] = {{"application/sparql-results+json", "json", BO_RESULTS_JSON},
                      {"application/sparql-results+xml", "xml", BO_RESULTS_XML},
                      {"text/csv", "csv", BO_RESULTS_CSV},
                      {"text/tab-separated-values", "tsv", BO_RESULTS_TSV},
                      {"application/json", "", BO_RESULTS_JSON},
                      {"application/ld+json", "", BO_RESULTS_JSON}, /* front ends of SemApps ask so */
                      {"application/xml", "", BO_RESULTS_XML},
                      {"text/html", "html", BO_RESULTS_COUNT}};
enum { RESULTS_OFFERS = sizeof results_offers / sizeof *results_offers };

static bool is_abandoned(void *stream) {
    return ((bo_http_stream *)stream)->is_abandoned(stream);
}

void bo_query_options_of(const bo_exchange *e, bool is_update, bo_query_options *out) {
    const bo_app_options *settings = &e->app->options;
    uint64_t time_ms = is_update ? settings->update_time_ms : settings->query_time_ms;
    *out = (bo_query_options){.base = e->app->root,
                              .unnamed_default = settings->unnamed_default,
                              .now_ms = bo_clock_wall_ms(settings->clock),
                              .memory_cap = settings->query_memory,
                              .row_cap = settings->query_rows,
                              .byte_cap = settings->query_bytes,
                              .service = e->app->fed != NULL ? bo_fed_service(e->app->fed) : NULL};
    if (time_ms > 0) out->deadline_ns = bo_clock_steady_ns(settings->clock) + time_ms * 1000000u;
    out->cancel_context = e->response->stream;
    out->cancelled = e->response->stream != NULL ? is_abandoned : NULL;
}

bo_status bo_explain_limit(const bo_exchange *e, bool is_update, bo_status status) {
    const bo_app_options *settings = &e->app->options;
    bo_error error = *bo_error_last();
    if (status == BO_TIMEOUT)
        return bo_fail(BO_TIMEOUT,
                       "the %s took more than the %llu ms that one may take here: ask for less at once",
                       is_update ? "update" : "query",
                       (unsigned long long)(is_update ? settings->update_time_ms : settings->query_time_ms));
    if (status == BO_LIMIT)
        return bo_fail(BO_LIMIT, "%s: that is the limit for one query here; ask for less at once",
                       error.message);
    if (status == BO_CANCELLED) return bo_fail(BO_BUSY, "the query was given up: the server is stopping");
    return status;
}

/* A page for people. */

/* Whether a page is liked better than all that a program could want. */
bool bo_prefers_page(const bo_exchange *e) {
    bo_str wish, names[RESULTS_OFFERS + 1];
    for (size_t i = 0; i < RESULTS_OFFERS; i++) names[i] = bo_str_of(results_offers[i].media_type);
    names[RESULTS_OFFERS] = BO_STR("text/turtle");
    if (bo_http_form(&wish, e->request->query, BO_STR("format"), 0, e->arena) != BO_OK) return false;
    if (wish.len > 0) return bo_str_eq(wish, BO_STR("html"));
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    int best = bo_http_accept(accept, names, RESULTS_OFFERS + 1);
    return best >= 0 && best < RESULTS_OFFERS && results_offers[best].format == BO_RESULTS_COUNT;
}

static bo_status give_page(bo_exchange *e, int http, const bo_sparql_page *page) {
    bo_text html;
    bo_text_init(&html, e->app->options.query_bytes);
    bo_status status = bo_sparql_page_write(&html, page);
    if (status == BO_OK) status = bo_respond_text(e, http, BO_STR("text/html; charset=utf-8"), &html);
    bo_text_done(&html);
    return status;
}

bo_status bo_respond_page(bo_exchange *e, bo_str query, bo_status status) {
    bo_error problem = *bo_error_last();
    bo_sparql_page page = {.root = e->app->root, .is_bare = e->app->options.sparql_only, .query = query};
    if (status != BO_OK) page.problem = &problem;
    return give_page(e, bo_status_http(status), &page);
}

/* SELECT and ASK. */

static bo_status choose_results(const bo_exchange *e, size_t *out) {
    bo_str names[RESULTS_OFFERS], wish;
    for (size_t i = 0; i < RESULTS_OFFERS; i++) names[i] = bo_str_of(results_offers[i].media_type);
    BO_TRY(bo_http_form(&wish, e->request->query, BO_STR("format"), 0, e->arena));
    for (size_t i = 0; i < RESULTS_OFFERS && wish.len > 0; i++)
        if (bo_str_eq(wish, bo_str_of(results_offers[i].name))) return *out = i, BO_OK;
    if (wish.len > 0)
        return bo_fail(BO_BAD_ARGUMENT, "format: '%.*s' is not json, xml, csv, tsv or html",
                       BO_STR_ARG(wish));
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    int best = bo_http_accept(accept, names, RESULTS_OFFERS);
    if (best < 0)
        return bo_fail(BO_NOT_ACCEPTABLE, "results can be had as application/sparql-results+json, "
                                          "application/sparql-results+xml, text/csv, "
                                          "text/tab-separated-values and text/html");
    *out = (size_t)best;
    return BO_OK;
}

static bo_status answer_results(bo_exchange *e, bo_rows *rows, const bo_query_options *options) {
    size_t offer;
    bo_outlet outlet;
    BO_TRY(choose_results(e, &offer));
    bo_results_format format = results_offers[offer].format;
    bo_outlet_open(&outlet, e, bo_results_media_type(format), options->deadline_ns,
                   e->app->options.query_bytes);
    return bo_outlet_close(&outlet, bo_results_write(&outlet.text, format, rows));
}

/* CONSTRUCT and DESCRIBE. */

static bo_status choose_variant(const bo_exchange *e, bo_variant *out) {
    bo_str wish;
    bo_variant first = e->app->options.sparql_only ? BO_AS_TURTLE : BO_AS_JSONLD;
    BO_TRY(bo_http_form(&wish, e->request->query, BO_STR("format"), 0, e->arena));
    if (wish.len == 0) return bo_negotiate(e, out, first, false);
    return bo_variant_by_name(out, wish);
}

static bo_status write_line(void *context, const bo_quad *quad) {
    const bo_term *terms[3] = {&quad->s, &quad->p, &quad->o};
    bo_text *out = context;
    for (int i = 0; i < 3; i++) {
        bo_term_write(out, terms[i]);
        bo_text_char(out, ' ');
    }
    BO_TEXT_LIT(out, ".\n");
    return out->status;
}

/* A triple a line, as they come. */
static bo_status write_lines(bo_text *out, bo_rows *rows, const bo_term *row) {
    while (row != NULL) {
        BO_TRY(write_line(out, &(bo_quad){row[0], row[1], row[2], {0}}));
        BO_TRY(bo_rows_next(rows, &row));
    }
    return BO_OK;
}

static size_t size_of(const bo_term *term) {
    return sizeof *term + term->value.len + term->datatype.len + term->lang.len;
}

/* Gathers triples up to so many bytes; *row is the one that is too many, or NULL. */
static bo_status gather(bo_graph *graph, bo_rows *rows, const bo_term **row, size_t cap) {
    for (size_t bytes = 0; *row != NULL;) {
        bo_quad quad = {(*row)[0], (*row)[1], (*row)[2], {0}};
        bytes += size_of(&quad.s) + size_of(&quad.p) + size_of(&quad.o);
        if (cap != 0 && bytes > cap) return BO_OK;
        BO_TRY(bo_graph_add(graph, &quad));
        BO_TRY(bo_rows_next(rows, row));
    }
    return BO_OK;
}

/* Turtle for people groups by subject, which takes the whole graph; one beyond the window goes out a triple a
 * line, which is Turtle too, as it comes. The other syntaxes have no such form: their graph is gathered
 * whole. */
static bo_status write_gathered(bo_exchange *e, bo_text *out, bo_variant variant, bo_graph *graph,
                                bo_rows *rows, const bo_term *row) {
    const bo_app_options *settings = &e->app->options;
    size_t cap = settings->query_memory, window = settings->graph_window;
    bool streams = variant == BO_AS_TURTLE && (cap == 0 || window < cap);
    BO_TRY(gather(graph, rows, &row, streams ? window : cap));
    if (row == NULL) return bo_represent(e, out, variant, bo_graph_source(graph), BO_STR_NONE, BO_STR_NONE);
    if (!streams)
        return bo_fail(
            BO_LIMIT,
            "the graph needs more than %zu bytes of memory (as application/n-triples it needs none)", cap);
    BO_TRY(bo_graph_match(graph, &(bo_quad){0}, &(bo_sink){write_line, NULL, out}));
    return write_lines(out, rows, row);
}

static bo_status write_graph(bo_exchange *e, bo_text *out, bo_variant variant, bo_rows *rows,
                             const bo_term *first) {
    bo_graph *graph;
    if (variant == BO_AS_NTRIPLES || variant == BO_AS_NQUADS) return write_lines(out, rows, first);
    BO_TRY(bo_graph_new(&graph));
    bo_status status = write_gathered(e, out, variant, graph, rows, first);
    bo_graph_free(graph);
    return status;
}

static bo_status answer_graph(bo_exchange *e, bo_rows *rows, const bo_query_options *options,
                              bool must_have_rows) {
    bo_variant variant;
    bo_outlet outlet;
    const bo_term *first;
    BO_TRY(choose_variant(e, &variant));
    BO_TRY(bo_rows_next(rows, &first));
    if (first == NULL && must_have_rows) return bo_fail(BO_NOT_FOUND, "there is no such graph");
    bo_outlet_open(&outlet, e, bo_variant_media_type(variant), options->deadline_ns,
                   e->app->options.query_bytes);
    return bo_outlet_close(&outlet, write_graph(e, &outlet.text, variant, rows, first));
}

/* The plan instead of an answer, for who asks for nothing else. */
static bool wants_plan(const bo_exchange *e) {
    bo_str accept = bo_headers_joined(&e->request->headers, BO_STR("Accept"), e->arena);
    return bo_str_eq_nocase(bo_http_media_type(accept), BO_STR(BO_PLAN_MEDIA_TYPE));
}

static bo_status answer_plan(bo_exchange *e, bo_query *query, bo_source *source,
                             const bo_query_options *options) {
    bo_text text;
    bo_text_init(&text, e->app->options.query_memory);
    bo_status status = bo_query_explain(&text, query, source, options);
    if (status == BO_OK) status = bo_respond_text(e, 200, BO_STR(BO_PLAN_MEDIA_TYPE), &text);
    bo_text_done(&text);
    return status;
}

/* Both. The transaction stays open while bytes go out, but never beyond the query's deadline: see
 * docs/decisions/0013-streamed-answers.md. */
static bo_status run(bo_exchange *e, bo_query *query, bo_str text, const bo_query_options *options,
                     bool must_have_rows, bo_txn *txn) {
    bo_source *source;
    bo_rows *rows = NULL;
    BO_TRY(bo_asker_source(e, &source, txn));
    if (wants_plan(e)) return answer_plan(e, query, source, options);
    BO_TRY(bo_query_run(&rows, query, source, options));
    bo_query_form form = bo_query_form_of(query);
    bool has_rows = form == BO_SELECT || form == BO_ASK;
    bo_sparql_page page = {.root = e->app->root,
                           .is_bare = e->app->options.sparql_only,
                           .query = text,
                           .form = form,
                           .rows = rows};
    bo_status status = !must_have_rows && bo_prefers_page(e)  ? give_page(e, 200, &page)
                       : has_rows && bo_wants_private_rows(e) ? bo_answer_private_rows(e, rows, form, options)
                       : has_rows                             ? answer_results(e, rows, options)
                                  : answer_graph(e, rows, options, must_have_rows);
    bo_rows_free(rows);
    return status;
}

bo_status bo_answer_query(bo_exchange *e, bo_str text, const bo_query_options *options, bool must_have_rows) {
    bo_query *query;
    bo_txn *txn;
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization"));
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-cache"));
    BO_TRY(bo_query_parse(&query, text, options));
    bo_status status = bo_txn_begin(&txn, e->app->options.store, BO_READ);
    if (status == BO_OK) {
        status = run(e, query, text, options, must_have_rows, txn);
        bo_txn_abort(txn);
    }
    bo_query_free(query);
    return bo_explain_limit(e, false, status);
}
