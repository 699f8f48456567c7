/* SPDX-License-Identifier: Apache-2.0
 * load: files into the store, in chunks; a load that was cut off goes on.
 *
 * What identifies a file (size, time, beginning) and how it is read makes a digest. It is put before the
 * labels of blank nodes, so that reading the same file again says the same; and under it a note goes with
 * every chunk: where in the file to go on.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "cli/packed.h"
#include "crypto/crypto.h"

enum { PIECE = 256 * 1024, BEGINNING = 64 * 1024 };

/* A place between two lines of a file. */
typedef struct place {
    uint64_t bytes, lines, quads; /* before it; bytes as they are when unpacked */
} place;

typedef struct loading {
    bo_cli *cli;
    bo_store *store;
    bo_bulk *bulk;
    bo_sink sink;     /* the bulk's */
    bo_loader loader; /* of JSON-LD contexts */
    uint64_t total;   /* bytes of all files as they are on the disk; 0: not known */
    uint64_t before;  /* of them in files that are done */
    uint64_t passed;  /* of them that an earlier run had read */
    uint64_t quads, begun_ns, shown_ns;
    bool watched; /* a person looks on */
    char *piece;  /* room for PIECE bytes */
    char key[48]; /* of the note on the file that is being read */
} loading;

typedef struct file {
    const char *path, *name; /* what messages call it */
    bo_format format;
    bool by_line; /* what was read stays read: the format has a statement a line */
    bo_input *input;
    bo_reader *reader;
    char prefix[40];
    place at;
} file;

/* What a person sees. */

static void show_progress(loading *l, const file *f) {
    uint64_t now = bo_clock_steady_ns(&bo_clock_system);
    if (!l->watched || now - l->shown_ns < 200000000u) return;
    l->shown_ns = now;
    uint64_t read = l->before + bo_input_position(f->input);
    double seconds = (double)(now - l->begun_ns) / 1e9, done = (double)(read - l->passed);
    fprintf(stderr, "\r");
    if (l->total > 0) fprintf(stderr, "%3.0f %%  ", 100.0 * (double)read / (double)l->total);
    fprintf(stderr, "%llu triples  %.0f/s", (unsigned long long)l->quads, (double)l->quads / seconds);
    if (l->total > 0 && done > 0)
        fprintf(stderr, "  %.0f s left", seconds * (double)(l->total - read) / done);
    fprintf(stderr, "\x1b[K");
}

static void end_progress(loading *l) {
    if (l->watched) fprintf(stderr, "\r\x1b[K");
    l->shown_ns = 0;
}

/* Which file it is. */

static bo_status format_of(const bo_cli *cli, bo_format *out, const file *f) {
    if (cli->set.format.len > 0) {
        if (bo_format_by_name(out, cli->set.format) && bo_format_reads(*out)) return BO_OK;
        return bo_fail(BO_BAD_ARGUMENT,
                       "format: '%.*s' is not read; turtle, trig, ntriples, nquads, jsonld and rdfxml are",
                       BO_STR_ARG(cli->set.format));
    }
    if (bo_format_by_path(out, bo_str_of(f->path)) && bo_format_reads(*out)) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: nothing says what format it has; add --format turtle (or another)",
                   f->name);
}

static bo_status put_beginning(bo_text *about, const file *f, const struct stat *is) {
    FILE *opened = fopen(f->path, "rb");
    if (opened == NULL) return bo_fail(BO_IO, "%s can't be read: %s", f->name, strerror(errno));
    char *room = malloc(BEGINNING);
    if (room != NULL) bo_text_put(about, (bo_str){room, fread(room, 1, BEGINNING, opened)});
    bo_text_printf(about, "\n%llu %lld.%09ld", (unsigned long long)is->st_size, (long long)is->st_mtim.tv_sec,
                   is->st_mtim.tv_nsec);
    free(room);
    fclose(opened);
    return room != NULL ? about->status : bo_fail(BO_NO_MEMORY, "memory ran out");
}

/* What comes through a pipe is another document each time. */
static bo_status identify(loading *l, file *f) {
    const bo_cli *cli = l->cli;
    unsigned char digest[32];
    struct stat is;
    if (strcmp(f->path, "-") == 0 || stat(f->path, &is) != 0 || !S_ISREG(is.st_mode)) {
        bo_rng_fill(&bo_rng_system, digest, sizeof digest);
    } else {
        bo_text about;
        bo_text_init(&about, 0);
        bo_status status = put_beginning(&about, f, &is);
        bo_text_printf(&about, "\n%s\n%.*s\n%.*s", bo_format_name(f->format), BO_STR_ARG(cli->set.graph),
                       BO_STR_ARG(cli->set.base));
        if (status == BO_OK) status = about.status;
        if (status == BO_OK) bo_sha256(digest, bo_text_str(&about));
        bo_text_done(&about);
        BO_TRY(status);
    }
    char hex[33];
    for (unsigned i = 0; i < 16; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    snprintf(l->key, sizeof l->key, "load/%s", hex);
    snprintf(f->prefix, sizeof f->prefix, "f%.16s-", hex);
    return BO_OK;
}

/* Where to go on. */

static bo_status read_note(const loading *l, const file *f, bool *found, place *out) {
    bo_txn *txn;
    bo_str value, piece;
    uint64_t *fields[] = {&out->bytes, &out->lines, &out->quads};
    BO_TRY(bo_txn_begin(&txn, l->store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_SETTING, bo_str_of(l->key), &value);
    *found = status == BO_OK;
    for (unsigned i = 0; i < 3 && status == BO_OK; i++)
        status = bo_str_cut(&piece, &value, ' ')
                     ? bo_str_to_u64(fields[i], piece)
                     : bo_fail(BO_CORRUPT, "the note on how far %s was loaded is damaged", f->name);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static bo_status note_place(const loading *l, const file *f) {
    bo_str value = bo_arena_printf(l->cli->arena, "%llu %llu %llu %s", (unsigned long long)f->at.bytes,
                                   (unsigned long long)f->at.lines, (unsigned long long)f->at.quads, f->name);
    return bo_bulk_note(l->bulk, bo_str_of(l->key), value);
}

/* Passes over what an earlier run has loaded. */
static bo_status skip(loading *l, file *f, uint64_t bytes) {
    while (bytes > 0) {
        size_t got;
        BO_TRY(bo_input_read(f->input, l->piece, bytes < PIECE ? (size_t)bytes : PIECE, &got));
        if (got == 0)
            return bo_fail(BO_CORRUPT, "%s ends before the place where an earlier load stopped", f->name);
        bytes -= got;
    }
    l->passed += bo_input_position(f->input);
    return BO_OK;
}

static bo_status go_on(loading *l, file *f) {
    bool found;
    place at = {0};
    BO_TRY(read_note(l, f, &found, &at));
    if (!found) return BO_OK;
    if (!f->by_line) {
        fprintf(
            stderr,
            "%s: an earlier load of it was cut off; %s is read again from the beginning, and what is there "
            "already is not doubled\n",
            f->name, bo_format_name(f->format));
        return BO_OK;
    }
    if (at.bytes == 0) return BO_OK;
    f->at = at;
    fprintf(stderr, "%s: an earlier load of it was cut off; going on behind line %llu (%llu triples)\n",
            f->name, (unsigned long long)at.lines, (unsigned long long)at.quads);
    return skip(l, f, at.bytes);
}

/* Reading. */

typedef struct counter {
    loading *l;
    file *f;
} counter;

static bo_status count_quad(void *context, const bo_quad *quad) {
    const counter *c = context;
    c->l->quads++;
    c->f->at.quads++;
    return c->l->sink.quad(c->l->sink.context, quad);
}

static void count_lines(place *at, bo_str bytes) {
    const char *last = bytes.ptr, *end = bytes.ptr + bytes.len;
    for (const char *c = last; (c = memchr(c, '\n', (size_t)(end - c))) != NULL; last = ++c) at->lines++;
    at->bytes += (uint64_t)(last - bytes.ptr);
}

static bo_status feed(loading *l, file *f) {
    uint64_t tail = 0; /* bytes of a line that has begun */
    for (;;) {
        size_t got;
        BO_TRY(bo_input_read(f->input, l->piece, PIECE, &got));
        if (got == 0) break;
        bo_str piece = {l->piece, got};
        BO_TRY(bo_reader_feed(f->reader, piece));
        if (f->by_line && memchr(l->piece, '\n', got) != NULL) {
            f->at.bytes += tail;
            uint64_t whole = f->at.bytes;
            count_lines(&f->at, piece);
            tail = got - (f->at.bytes - whole);
            BO_TRY(note_place(l, f));
        } else {
            tail += got;
        }
        show_progress(l, f);
    }
    return bo_reader_end(f->reader);
}

static bo_str base_of(const loading *l, const file *f, char room[4200]) {
    char absolute[4096];
    if (l->cli->set.base.len > 0) return l->cli->set.base;
    if (realpath(f->path, absolute) == NULL) return BO_STR_NONE;
    snprintf(room, 4200, "file://%s", absolute);
    return bo_str_of(room);
}

static bo_status read_file(loading *l, file *f) {
    char room[4200];
    place from = f->at;
    bo_read_options options = {
        .base = base_of(l, f, room), .blank_prefix = bo_str_of(f->prefix), .loader = &l->loader};
    if (l->cli->set.graph.len > 0) options.graph = bo_term_iri(l->cli->set.graph);
    bo_sink sink = {.quad = count_quad, .context = &(counter){l, f}};
    BO_TRY(bo_reader_new(&f->reader, &sink, f->format, &options, 0));
    bo_status status = note_place(l, f);
    if (status == BO_OK) status = feed(l, f);
    bo_reader_free(f->reader);
    bo_error error = *bo_error_last();
    if (status == BO_OK || error.line == 0) return status;
    unsigned line = error.line + (unsigned)from.lines;
    return bo_fail_at(status, line, error.column, "%.200s:%u:%u: %.240s", f->name, line, error.column,
                      error.message);
}

static bo_status load_file(loading *l, const char *path) {
    file f = {.path = path, .name = strcmp(path, "-") == 0 ? "standard input" : path};
    BO_TRY(format_of(l->cli, &f.format, &f));
    BO_TRY(identify(l, &f));
    f.by_line = f.format == BO_NTRIPLES || f.format == BO_NQUADS;
    BO_TRY(bo_input_open(&f.input, path));
    bo_status status = go_on(l, &f);
    if (status == BO_OK) status = read_file(l, &f);
    l->before += bo_input_position(f.input);
    bo_input_close(f.input);
    BO_TRY(status);
    BO_TRY(bo_bulk_note(l->bulk, bo_str_of(l->key), BO_STR("")));
    bo_bulk_keep(l->bulk);
    return BO_OK;
}

/* A file with an error must be mended, and is another one then: there is nothing to go on with. */
static bo_status forget_place(loading *l) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, l->store, BO_WRITE));
    bo_status status = bo_row_del(txn, BO_TABLE_SETTING, bo_str_of(l->key));
    if (status == BO_OK) return bo_txn_commit(txn, NULL, NULL);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* After a failure: what is whole stays, and the message says so. */
static bo_status stop(loading *l, bo_status status) {
    uint64_t added = 0;
    bo_error error = *bo_error_last();
    bo_status stopped = bo_bulk_stop(l->bulk, &added);
    if (stopped != BO_OK && stopped != status) return stopped;
    if (status == BO_SYNTAX) BO_TRY(forget_place(l));
    const char *why = error.message[0] != '\0' ? error.message : bo_status_text(status);
    if (added == 0) return bo_fail(status, "%.420s; nothing was loaded", why);
    return bo_fail(status, "%.420s; %llu triples were loaded before and stay", why,
                   (unsigned long long)added);
}

static bo_status load_files(loading *l) {
    uint64_t added;
    bo_bulk_options options = {.chunk = l->cli->set.chunk};
    BO_TRY(bo_bulk_begin(&l->bulk, l->store, &options));
    l->sink = bo_bulk_sink(l->bulk);
    for (size_t i = 0; i < l->cli->word_count; i++) {
        bo_status status = load_file(l, l->cli->words[i].ptr);
        if (status == BO_OK) continue;
        end_progress(l);
        return stop(l, status);
    }
    if (l->watched) fprintf(stderr, "\rwriting...\x1b[K");
    BO_TRY(bo_bulk_end(l->bulk, &added));
    end_progress(l);
    double seconds = (double)(bo_clock_steady_ns(&bo_clock_system) - l->begun_ns) / 1e9;
    printf("%llu triples read, %llu new, in %.2f s (%.0f a second)\n", (unsigned long long)l->quads,
           (unsigned long long)added, seconds, seconds > 0 ? (double)l->quads / seconds : 0);
    return BO_OK;
}

/* Before anything is written, all files must be there. */
static bo_status look_at_files(loading *l) {
    bool sized = true;
    for (size_t i = 0; i < l->cli->word_count; i++) {
        const char *path = l->cli->words[i].ptr;
        struct stat is;
        if (strcmp(path, "-") == 0) {
            sized = false;
            continue;
        }
        if (stat(path, &is) != 0) return bo_fail(BO_NOT_FOUND, "there is no file %s", path);
        if (S_ISDIR(is.st_mode))
            return bo_fail(BO_BAD_ARGUMENT, "%s is a folder: name the files in it", path);
        l->total += (uint64_t)is.st_size;
        sized = sized && S_ISREG(is.st_mode);
    }
    if (!sized) l->total = 0;
    return BO_OK;
}

bo_status bo_command_load(bo_cli *cli) {
    loading l = {.cli = cli, .watched = isatty(STDERR_FILENO) != 0};
    bo_str first;
    BO_TRY(bo_cli_word(cli, 0, &first));
    BO_TRY(look_at_files(&l));
    l.piece = bo_arena_alloc(cli->arena, PIECE);
    if (l.piece == NULL) return bo_error_last()->status;
    l.begun_ns = bo_clock_steady_ns(&bo_clock_system);
    bo_jsonld_pins *contexts = NULL;
    if (cli->set.contexts.len > 0) BO_TRY(bo_jsonld_pins_open(&contexts, cli->set.contexts.ptr));
    l.loader = bo_jsonld_pins_loader(contexts);
    bo_status status = bo_cli_open(cli, &l.store, true);
    if (status == BO_OK) {
        status = load_files(&l);
        bo_store_close(l.store);
    }
    bo_jsonld_pins_free(contexts);
    return status;
}
