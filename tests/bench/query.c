/* SPDX-License-Identifier: Apache-2.0
 * The query engine in process: `bench_query FOLDER` opens the store in FOLDER, and then reads one line for
 * each sample from standard input: how often to run, a blank, and the name of a file with a query. It answers
 * each with a line of JSON: seconds of CPU and of wall time for one run, from the query's text to the last
 * byte of the answer, the bytes of the answer, and its rows. "first" instead of a number tells the seconds to
 * the first row as well. The default graph is the union of all graphs.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "bocage/sparql.h"
#include "bocage/store.h"

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(bo_status status) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s\n", bo_error_last()->message);
    exit(1);
}

static bo_status swallow(void *context, bo_str bytes) {
    *(size_t *)context += bytes.len;
    return BO_OK;
}

typedef struct sample {
    double cpu, wall, first;
    size_t bytes, rows;
    int64_t value; /* of an answer with one row and one number */
} sample;

/* One line of N-Triples for each triple of a CONSTRUCT or DESCRIBE. */
static void write_graph(bo_rows *rows, bo_text *out, sample *s) {
    for (const bo_term *row;; s->rows++) {
        must(bo_rows_next(rows, &row));
        if (row == NULL) return;
        for (int i = 0; i < 3; i++) {
            bo_term_write(out, &row[i]);
            bo_text_char(out, i < 2 ? ' ' : '\n');
        }
    }
}

/* Counts the rows, and notes when the first one came: a run of its own, out of the others' time. */
static void count_rows(bo_rows *rows, sample *s) {
    double begun = seconds(CLOCK_MONOTONIC);
    const bo_term *row;
    s->value = -1;
    for (s->rows = 0;; s->rows++) {
        must(bo_rows_next(rows, &row));
        if (s->rows == 0) s->first = seconds(CLOCK_MONOTONIC) - begun;
        if (row == NULL) return;
        bool whole = s->rows == 0 && bo_rows_width(rows) == 1 && row[0].kind == BO_LITERAL;
        s->value = whole ? strtoll(row[0].value.ptr, NULL, 10) : -1;
    }
}

static void run_once(bo_source *source, bo_str text, const bo_query_options *options, bool counting,
                     sample *s) {
    bo_query *query;
    bo_rows *rows;
    bo_text out;
    must(bo_query_parse(&query, text, options));
    must(bo_query_run(&rows, query, source, options));
    bo_text_init_stream(&out, 65536, swallow, &s->bytes);
    bool graph = bo_query_form_of(query) == BO_CONSTRUCT || bo_query_form_of(query) == BO_DESCRIBE;
    if (counting)
        count_rows(rows, s);
    else if (graph)
        write_graph(rows, &out, s);
    else
        must(bo_results_write(&out, BO_RESULTS_JSON, rows));
    must(bo_text_end(&out));
    bo_text_done(&out);
    bo_rows_free(rows);
    bo_query_free(query);
}

/* A transaction and a source for each run, as a server has. */
static void measure(bo_store *store, bo_str text, unsigned long times) {
    bo_query_options options = {.unnamed_default = false};
    sample s = {0};
    for (unsigned long i = 0; i <= times; i++) {
        bo_txn *txn;
        bo_source *source;
        bo_arena *arena = bo_arena_new(0);
        must(bo_txn_begin(&txn, store, BO_READ));
        must(bo_txn_source(&source, txn, NULL, arena));
        double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
        run_once(source, text, &options, i == times, &s);
        if (i < times) {
            s.cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
            s.wall += seconds(CLOCK_MONOTONIC) - wall;
        }
        bo_txn_abort(txn);
        bo_arena_free(arena);
    }
    printf(
        "{\"cpu\": %.9f, \"wall\": %.9f, \"first\": %.9f, \"bytes\": %zu, \"rows\": %zu, \"value\": %lld}\n",
        s.cpu / (double)times, s.wall / (double)times, s.first, s.bytes / times, s.rows, (long long)s.value);
    fflush(stdout);
}

int main(int argc, char **argv) {
    bo_store *store;
    char line[4096];
    mallopt(M_MMAP_THRESHOLD, 32 << 20); /* as the program does */
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
    if (argc != 2) return fprintf(stderr, "bench_query FOLDER\n"), 2;
    must(bo_store_open(&store, argv[1], &(bo_store_options){.read_only = true}));
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *name;
        unsigned long times = strtoul(line, &name, 10);
        bo_text text;
        line[strcspn(line, "\n")] = '\0';
        bo_text_init(&text, 0);
        must(bo_fs_read(&text, name + 1, 1 << 20));
        measure(store, bo_text_str(&text), times > 0 ? times : 1);
        bo_text_done(&text);
    }
    bo_store_close(store);
    return 0;
}
