/* SPDX-License-Identifier: Apache-2.0
 * The commands that work on the store: load, dump, query, check.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "bocage/sparql.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "rdf/vocab.h"

/* check */

static void report(void *context, bo_str fault) {
    ++*(unsigned long long *)context;
    printf("%.*s\n", BO_STR_ARG(fault));
}

bo_status bo_command_check(bo_cli *cli) {
    bo_store *store;
    bo_store_stats stats;
    unsigned long long faults = 0;
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = bo_store_check(store, report, &faults);
    if (status == BO_OK) status = bo_store_statistics(store, &stats);
    bo_store_close(store);
    if (status == BO_OK)
        printf("%llu quads in %llu graphs, %llu terms: ", (unsigned long long)stats.quads,
               (unsigned long long)stats.graphs, (unsigned long long)stats.terms);
    printf("%llu faults\n", faults);
    return status;
}

/* load */

typedef struct loading {
    bo_cli *cli;
    const char *path;
    uint64_t bytes, read; /* of the files as they are on the disk */
    uint64_t begun_ns, shown_ns;
    uint64_t quads;
    bool watched; /* a person looks on */
    bo_sink bulk;
} loading;

static bo_status count_quad(void *context, const bo_quad *quad) {
    loading *l = context;
    l->quads++;
    return l->bulk.quad(l->bulk.context, quad);
}

static void show_progress(loading *l, bool at_end) {
    uint64_t now = bo_clock_steady_ns(&bo_clock_system);
    if (!l->watched || (!at_end && now - l->shown_ns < 200000000u)) return;
    l->shown_ns = now;
    double seconds = (double)(now - l->begun_ns) / 1e9,
           done = l->bytes ? (double)l->read / (double)l->bytes : 1;
    double left = done > 0.01 ? seconds / done - seconds : 0;
    fprintf(stderr, "\r%3.0f %%  %llu triples  %.0f/s  %.0f s left \x1b[K", done * 100,
            (unsigned long long)l->quads, seconds > 0 ? (double)l->quads / seconds : 0, left);
    if (at_end) fputc('\n', stderr);
}

static bo_status feed(loading *l, bo_reader *reader, gzFile file) {
    static char piece[1 << 20];
    uint64_t before = l->read;
    for (int got; (got = gzread(file, piece, sizeof piece)) != 0;) {
        if (got < 0) return bo_fail(BO_IO, "%s can't be read: %s", l->path, gzerror(file, &got));
        BO_TRY(bo_reader_feed(reader, (bo_str){piece, (size_t)got}));
        z_off_t at = gzoffset(file);
        if (at > 0) l->read = before + (uint64_t)at;
        show_progress(l, false);
    }
    return bo_reader_end(reader);
}

static bo_status format_of(const bo_cli *cli, bo_format *out, bo_str path) {
    if (cli->set.format.len > 0) {
        if (bo_format_by_name(out, cli->set.format) && bo_format_reads(*out)) return BO_OK;
        return bo_fail(BO_BAD_ARGUMENT,
                       "format: '%.*s' is not read; turtle, trig, ntriples, nquads, jsonld and rdfxml are",
                       BO_STR_ARG(cli->set.format));
    }
    if (bo_format_by_path(out, path) && bo_format_reads(*out)) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%.*s: the ending says no format; add --format turtle (or another)",
                   BO_STR_ARG(path));
}

static bo_str base_of(const loading *l, char room[4200]) {
    char absolute[4096];
    if (l->cli->set.base.len > 0) return l->cli->set.base;
    if (realpath(l->path, absolute) == NULL) return BO_STR_NONE;
    snprintf(room, 4200, "file://%s", absolute);
    return bo_str_of(room);
}

static bo_status load_file(loading *l, bo_str path) {
    char room[4200], prefix[40];
    bo_format format;
    bo_reader *reader;
    l->path = path.ptr;
    BO_TRY(format_of(l->cli, &format, path));
    snprintf(prefix, sizeof prefix, "f%016llx-", (unsigned long long)bo_str_hash(path));
    bo_read_options options = {.base = base_of(l, room), .blank_prefix = bo_str_of(prefix)};
    if (l->cli->set.graph.len > 0) options.graph = bo_term_iri(l->cli->set.graph);
    bo_sink sink = {.quad = count_quad, .context = l};
    gzFile file = gzopen(l->path, "rb");
    if (file == NULL) return bo_fail(BO_NOT_FOUND, "%s can't be opened", l->path);
    gzbuffer(file, 1 << 18);
    bo_status status = bo_reader_new(&reader, &sink, format, &options, 0);
    if (status == BO_OK) {
        status = feed(l, reader, file);
        bo_reader_free(reader);
    }
    gzclose(file);
    if (status == BO_OK) return BO_OK;
    bo_error error = *bo_error_last();
    if (error.line == 0) return status;
    return bo_fail_at(status, error.line, error.column, "%.200s, line %u, column %u: %.240s", path.ptr,
                      error.line, error.column, error.message);
}

static bo_status load_files(loading *l, bo_store *store) {
    bo_bulk *bulk;
    uint64_t added;
    BO_TRY(bo_bulk_begin(&bulk, store));
    l->bulk = bo_bulk_sink(bulk);
    for (size_t i = 0; i < l->cli->word_count; i++) {
        bo_status status = load_file(l, l->cli->words[i]);
        if (status != BO_OK) {
            bo_bulk_abort(bulk);
            return status;
        }
    }
    if (l->watched) fprintf(stderr, "\rwriting...\x1b[K");
    BO_TRY(bo_bulk_end(bulk, &added));
    l->read = l->bytes;
    show_progress(l, true);
    double seconds = (double)(bo_clock_steady_ns(&bo_clock_system) - l->begun_ns) / 1e9;
    printf("%llu triples read, %llu new, in %.2f s (%.0f a second)\n", (unsigned long long)l->quads,
           (unsigned long long)added, seconds, seconds > 0 ? (double)l->quads / seconds : 0);
    return BO_OK;
}

bo_status bo_command_load(bo_cli *cli) {
    loading l = {.cli = cli, .watched = isatty(STDERR_FILENO) != 0};
    bo_store *store;
    bo_str first;
    BO_TRY(bo_cli_word(cli, 0, &first));
    for (size_t i = 0; i < cli->word_count; i++) {
        struct stat file;
        if (stat(cli->words[i].ptr, &file) != 0)
            return bo_fail(BO_NOT_FOUND, "there is no file %s", cli->words[i].ptr);
        l.bytes += (uint64_t)file.st_size;
    }
    l.begun_ns = bo_clock_steady_ns(&bo_clock_system);
    BO_TRY(bo_cli_open(cli, &store, true));
    bo_status status = load_files(&l, store);
    bo_store_close(store);
    return status;
}

/* dump and query write to a file or to standard output. */

static bo_status flush_to_file(void *context, bo_str bytes) {
    size_t done = fwrite(bytes.ptr, 1, bytes.len, context);
    return done == bytes.len ? BO_OK : bo_fail(BO_IO, "the output can't be written: is the disk full?");
}

static bo_status finish(FILE *file, bo_text *text, bo_status status) {
    bo_status written = bo_text_end(text);
    bo_text_done(text);
    bool closed = file == stdout ? fflush(file) == 0 : fclose(file) == 0;
    if (status != BO_OK) return status;
    if (written != BO_OK) return written;
    return closed ? BO_OK : bo_fail(BO_IO, "the output can't be written: is the disk full?");
}

static bo_status dump(bo_cli *cli, bo_store *store, FILE *file, bo_format format) {
    bo_prefix prefixes[BO_NS_COUNT];
    bo_source *source;
    bo_txn *txn;
    bo_text text;
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        prefixes[i] = (bo_prefix){bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri};
    bo_write_options options = {.prefixes = prefixes, .prefix_count = BO_NS_COUNT};
    bo_text_init_stream(&text, 1 << 16, flush_to_file, file);
    bo_status status = bo_txn_begin(&txn, store, BO_READ);
    if (status == BO_OK) {
        status = bo_txn_source(&source, txn, NULL, cli->arena);
        if (status == BO_OK) status = bo_write(&text, format, source, &options);
        bo_txn_abort(txn);
    }
    return finish(file, &text, status);
}

bo_status bo_command_dump(bo_cli *cli) {
    bo_format format = BO_NQUADS;
    bo_store *store;
    const char *path = cli->word_count > 0 ? cli->words[0].ptr : NULL;
    if (cli->set.format.len > 0 &&
        (!bo_format_by_name(&format, cli->set.format) || !bo_format_writes(format)))
        return bo_fail(BO_BAD_ARGUMENT,
                       "format: '%.*s' is not written; nquads, trig, ntriples, turtle, jsonld and rdfxml are",
                       BO_STR_ARG(cli->set.format));
    if (cli->set.format.len == 0 && path != NULL && !bo_format_by_path(&format, bo_str_of(path)))
        return bo_fail(BO_BAD_ARGUMENT, "%s: the ending says no format; add --format nquads (or another)",
                       path);
    BO_TRY(bo_cli_open(cli, &store, false));
    FILE *file = path != NULL ? fopen(path, "wb") : stdout;
    bo_status status =
        file != NULL ? dump(cli, store, file, format) : bo_fail(BO_IO, "%s can't be written", path);
    bo_store_close(store);
    return status;
}

/* query */

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

static bo_status run_query(bo_cli *cli, bo_store *store, bo_query *query, const bo_query_options *options) {
    bo_source *source;
    bo_rows *rows;
    bo_txn *txn;
    bo_text text;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_text_init_stream(&text, 1 << 16, flush_to_file, stdout);
    bo_status status = bo_txn_source(&source, txn, NULL, cli->arena);
    if (status == BO_OK) status = bo_query_run(&rows, query, source, options);
    if (status == BO_OK) {
        status = write_answer(cli, &text, query, rows);
        bo_rows_free(rows);
    }
    bo_txn_abort(txn);
    return finish(stdout, &text, status);
}

bo_status bo_command_query(bo_cli *cli) {
    bo_store *store;
    bo_query *query;
    bo_str text;
    BO_TRY(query_text(cli, &text));
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_query_options options = {.memory_cap = cli->set.query_memory,
                                .row_cap = cli->set.query_rows,
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
