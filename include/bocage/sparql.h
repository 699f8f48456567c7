/* SPDX-License-Identifier: Apache-2.0
 * SPARQL 1.1 Query and Update (W3C Recommendations of 2013): text -> algebra -> plan -> rows.
 */
#ifndef BOCAGE_SPARQL_H
#define BOCAGE_SPARQL_H

#include "bocage/source.h"

#pragma GCC visibility push(default)

typedef struct bo_query bo_query;

typedef enum bo_query_form { BO_SELECT, BO_ASK, BO_CONSTRUCT, BO_DESCRIBE, BO_UPDATE } bo_query_form;

/* Other servers, asked by SERVICE (SPARQL 1.1 Federated Query) and LOAD (SPARQL 1.1 Update section 3.1.4).
 * The engine knows no network: a floor that does fills this in, and decides who may be asked. */
typedef struct bo_service_call {
    bo_str iri;           /* of the endpoint, or of the document */
    bo_str query;         /* a SELECT; empty for a document */
    uint64_t deadline_ns; /* steady clock; 0: none */
} bo_service_call;
typedef struct bo_service_answer {
    bo_str media_type; /* of SPARQL results as JSON or XML */
    bo_str body;
} bo_service_answer;
typedef struct bo_service bo_service;
struct bo_service {
    /* Puts a query to an endpoint; the answer lives in the arena. BO_DENIED for one that may not be asked,
     * BO_PEER, BO_TIMEOUT, BO_LIMIT. NULL: SERVICE is denied. */
    bo_status (*ask)(bo_service *service, bo_service_answer *out, const bo_service_call *call,
                     bo_arena *arena);
    /* Reads a document's triples; the same statuses. NULL: LOAD is denied. */
    bo_status (*load)(bo_service *service, const bo_sink *to, const bo_service_call *call, bo_arena *arena);
    uint32_t rows;  /* solutions that go along with one request; 0: 100 */
    uint32_t calls; /* requests that one query may make; 0: 1,000. Beyond it: BO_LIMIT */
};

typedef struct bo_query_options {
    bo_str base;          /* for relative IRIs; may be empty */
    bool unnamed_default; /* the default graph is the unnamed graph alone, not the union of all graphs */
    const bo_str *default_graphs, *named_graphs; /* from the protocol: replace FROM and FROM NAMED */
    size_t default_graph_count, named_graph_count;
    bool has_dataset;     /* the two lists above are to be used, even when empty */
    int64_t now_ms;       /* NOW(); 0: the system's clock */
    bool deletes_first;   /* of an update of INSERT DATA and DELETE DATA alone, the latter go first */
    uint64_t deadline_ns; /* steady clock; 0: none. Beyond it: BO_TIMEOUT */
    size_t memory_cap;    /* bytes; 0: none. Beyond it: BO_LIMIT. Each limit's error names its value */
    uint64_t row_cap;     /* rows of the result; 0: none. Beyond it: BO_LIMIT */
    uint64_t byte_cap;    /* of the terms of the result, as text; 0: none. Beyond it: BO_LIMIT */
    bool (*cancelled)(void *context); /* asked once a batch; BO_CANCELLED when true */
    void *cancel_context;
    bool no_planner;         /* patterns run in the order of the text */
    const bo_term *prebound; /* values of the variables that bo_query_prebind names, in its order */
    bo_service *service;     /* NULL: SERVICE and LOAD are BO_DENIED; with SILENT they give nothing */
} bo_query_options;

/* Parses a query (the whole grammar). The query owns what it needs; no run changes it, so it may run many
 * times, on several threads at once. BO_SYNTAX with line and column. */
bo_status bo_query_parse(bo_query **out, bo_str text, const bo_query_options *options) BO_MUST_USE;
/* Parses an update request. */
bo_status bo_update_parse(bo_query **out, bo_str text, const bo_query_options *options) BO_MUST_USE;
void bo_query_free(bo_query *query); /* accepts NULL */
bo_query_form bo_query_form_of(const bo_query *query);
/* Makes variables of a SELECT or ASK stand for values that every run brings along (pre-binding, SHACL section
 * 5.3.1): the value takes the variable's place wherever it stands, and the variable is no column of the
 * result. BO_INVALID for what pre-binding forbids: MINUS, VALUES, SERVICE, giving such a variable another
 * value, and a sub-select that leaves out one of the first `required` names. At most once a query. */
bo_status bo_query_prebind(bo_query *query, const bo_str *names, size_t count, size_t required) BO_MUST_USE;

/* Functions that can be called by their IRI, besides the casts of SPARQL 1.1. */
typedef struct bo_query_function {
    bo_str iri;
    const char *help; /* arguments and purpose, one line */
} bo_query_function;
const bo_query_function *bo_query_functions(size_t *count);

/* The answer to a query, row by row. What is not evaluated yet is BO_UNSUPPORTED naming the construct. */
typedef struct bo_rows bo_rows;
bo_status bo_query_run(bo_rows **out, bo_query *query, bo_source *source,
                       const bo_query_options *options) BO_MUST_USE;
void bo_rows_free(bo_rows *rows); /* accepts NULL */
/* Runs a query to its end and writes, instead of its answer, what was done, as JSON: a tree of operators,
 * each with the rows that were expected and that came, and its time; docs/internals/sparql.md has the
 * members. A query that meets one of its limits is told with what was done up to there. */
bo_status bo_query_explain(bo_text *out, bo_query *query, bo_source *source,
                           const bo_query_options *options) BO_MUST_USE;
#define BO_PLAN_MEDIA_TYPE "application/vnd.bocage.plan+json"
/* SELECT: the variables' names, without the mark. */
size_t bo_rows_width(const bo_rows *rows);
bo_str bo_rows_name(const bo_rows *rows, size_t column);
/* SELECT: the next row, `width` terms that live until the next call (BO_NO_TERM: unbound); *row NULL at the
 * end. CONSTRUCT and DESCRIBE: rows of three terms. */
bo_status bo_rows_next(bo_rows *rows, const bo_term **row) BO_MUST_USE;
/* ASK: the answer. */
bo_status bo_rows_ask(bo_rows *rows, bool *answer) BO_MUST_USE;

/* Update: runs every operation, reading from the source (which must show what the target has been told) and
 * writing to the target. */
bo_status bo_update_run(bo_query *update, bo_source *source, bo_target *target,
                        const bo_query_options *options) BO_MUST_USE;

/* Results of SELECT and ASK (SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats). */
typedef enum bo_results_format {
    BO_RESULTS_JSON,
    BO_RESULTS_XML,
    BO_RESULTS_CSV,
    BO_RESULTS_TSV,
    BO_RESULTS_COUNT
} bo_results_format;
bo_str bo_results_media_type(bo_results_format format);
bool bo_results_by_media_type(bo_results_format *out, bo_str media_type);
/* Reads the rows to their end and writes them; with a streaming text nothing gathers. */
bo_status bo_results_write(bo_text *out, bo_results_format format, bo_rows *rows) BO_MUST_USE;

/* Results that were read. */
typedef struct bo_results {
    bool is_answer, answer; /* of an ASK */
    bo_str *names;
    size_t width;
    const bo_term **rows; /* `width` terms each; BO_NO_TERM: unbound */
    size_t len;
} bo_results;
/* Reads JSON or XML; everything lives in the arena. BO_SYNTAX; BO_UNSUPPORTED for CSV and TSV. */
bo_status bo_results_read(bo_results *out, bo_results_format format, bo_str text,
                          bo_arena *arena) BO_MUST_USE;

#pragma GCC visibility pop
#endif
