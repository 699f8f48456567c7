/* SPDX-License-Identifier: Apache-2.0
 * Random queries on random data: the same answer in memory and from a store, planned and as written, and from
 * a peer.
 *
 *   fuzz_sparql FIRST COUNT [PEER...]   seeds FIRST to FIRST+COUNT-1; PEER is a program that answers on its
 *                                       standard input and output (peer.mjs, tests/oracle/rasqal_peer.c)
 *
 *   fuzz_sparql --show SEED             the data and the query of a seed
 *
 *   fuzz_sparql --ask SEED [QUERY]      our answer to its query, or to another one, on its data
 *
 * FUZZ_SECONDS ends it sooner. A seed that differs is printed whole. excuses.txt in FUZZ_EXCUSES says what
 * a peer does otherwise, and why we don't: such queries are compared four ways only.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "bocage/store.h"
#include "bocage/syntax.h"
#include "fuzz-sparql/generate.h"
#include "rdf/xsd.h"
#include "tools/suite.h"

enum { ROWS_MOST = 20000, MEMORY_MOST = 256 << 20, PATIENCE_MS = 3000 };

/* Answers: a line for each row or triple, sorted. */

typedef struct lines {
    bo_arena *arena;
    bo_str *items;
    size_t len, size;
} lines;

static void add_line(lines *l, bo_text *text) {
    if (l->len == l->size) {
        size_t size = l->size ? l->size * 2 : 64;
        l->items = bo_arena_grow(l->arena, l->items, l->size * sizeof *l->items, size * sizeof *l->items);
        l->size = size;
    }
    l->items[l->len++] = bo_arena_str(l->arena, bo_text_str(text));
    bo_text_clear(text);
}

/* Blank nodes are all one; for a peer numbers are told by their values. */
static void put_term(bo_text *text, const bo_term *term, bool by_value) {
    bo_xsd value;
    char room[BO_XSD_ROOM];
    if (term->kind == BO_NO_TERM) return;
    if (term->kind == BO_BLANK) {
        BO_TEXT_LIT(text, "_:b");
        return;
    }
    bo_term shown = *term;
    if (by_value && term->kind == BO_LITERAL && term->datatype.len > 0 && bo_xsd_of_term(&value, term) &&
        bo_datatype_is_numeric(value.type))
        shown.value = bo_xsd_write(room, &value);
    bo_term_write(text, &shown);
}

static int by_bytes(const void *a, const void *b) {
    return bo_str_cmp(*(const bo_str *)a, *(const bo_str *)b);
}

/* A graph is a set: its lines count once each. */
static void sort_lines(lines *l, bool once) {
    size_t kept = 0;
    if (l->len > 1) qsort(l->items, l->len, sizeof *l->items, by_bytes);
    for (size_t i = 0; once && i < l->len; i++)
        if (kept == 0 || !bo_str_eq(l->items[i], l->items[kept - 1])) l->items[kept++] = l->items[i];
    if (once) l->len = kept;
}

static void put_row(lines *l, const bo_str *names, size_t width, const bo_term *row, bool by_value) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_str cells[16];
    for (size_t i = 0; i < width && i < 16; i++) {
        bo_text_put(&text, names[i]);
        BO_TEXT_LIT(&text, "=");
        put_term(&text, &row[i], by_value);
        cells[i] = bo_arena_str(l->arena, bo_text_str(&text));
        bo_text_clear(&text);
    }
    qsort(cells, width, sizeof *cells, by_bytes);
    for (size_t i = 0; i < width; i++) {
        bo_text_put(&text, cells[i]);
        BO_TEXT_LIT(&text, "  ");
    }
    add_line(l, &text);
    bo_text_done(&text);
}

static const char *same_lines(const lines *a, const lines *b, bo_arena *arena) {
    for (size_t i = 0; i < a->len || i < b->len; i++) {
        bo_str left = i < a->len ? a->items[i] : BO_STR("(nothing)");
        bo_str right = i < b->len ? b->items[i] : BO_STR("(nothing)");
        if (bo_str_eq(left, right)) continue;
        return bo_arena_printf(arena, "%zu rows and %zu; first difference:\n  %.*s\n  %.*s", a->len, b->len,
                               BO_STR_ARG(left), BO_STR_ARG(right))
            .ptr;
    }
    return NULL;
}

/* One way of running it. */

static bo_status read_rows(lines *out, bo_rows *rows, bool by_value) {
    bo_str names[16];
    const bo_term *row;
    size_t width = bo_rows_width(rows);
    for (size_t i = 0; i < width && i < 16; i++) names[i] = bo_rows_name(rows, i);
    for (;;) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) return BO_OK;
        put_row(out, names, width, row, by_value);
    }
}

static bo_status read_answer(lines *out, bo_query *query, bo_rows *rows, bool by_value) {
    bool answer;
    bo_text text;
    if (bo_query_form_of(query) != BO_ASK) return read_rows(out, rows, by_value);
    BO_TRY(bo_rows_ask(rows, &answer));
    bo_text_init(&text, 0);
    bo_text_put(&text, answer ? BO_STR("true") : BO_STR("false"));
    add_line(out, &text);
    bo_text_done(&text);
    return BO_OK;
}

static bo_status run_on(lines *out, bo_source *source, bo_str text, bo_query_options *options,
                        bool by_value) {
    bo_query *query;
    bo_rows *rows = NULL;
    out->len = 0;
    BO_TRY(bo_query_parse(&query, text, options));
    options->deadline_ns = bo_clock_steady_ns(&bo_clock_system) + PATIENCE_MS * 1000000ull;
    bo_status status = bo_query_run(&rows, query, source, options);
    if (status == BO_OK) status = read_answer(out, query, rows, by_value);
    sort_lines(out, bo_query_form_of(query) == BO_CONSTRUCT);
    bo_rows_free(rows);
    bo_query_free(query);
    return status;
}

/* The peer: "DATA-LENGTH QUERY-LENGTH\n", data, query; it answers "KIND LENGTH\n" and so many bytes: json
 * (results), nquads (a graph) or error. */

typedef struct peer {
    FILE *to, *from;
    pid_t pid;
} peer;

static void peer_start(peer *p, char **words) {
    int down[2], up[2];
    if (words[0] == NULL || pipe(down) != 0 || pipe(up) != 0) return;
    p->pid = fork();
    if (p->pid == 0) {
        dup2(down[0], 0);
        dup2(up[1], 1);
        for (int i = 0; i < 2; i++) close(down[i]), close(up[i]);
        execvp(words[0], words);
        _exit(127);
    }
    close(down[0]);
    close(up[1]);
    p->to = fdopen(down[1], "w");
    p->from = fdopen(up[0], "r");
}

static void peer_end(peer *p) {
    if (p->to == NULL) return;
    fclose(p->to);
    fclose(p->from);
    waitpid(p->pid, NULL, 0);
}

static bo_status keep_quad(void *context, const bo_quad *quad) {
    static const bo_str names[3] = {{"subject", 7}, {"predicate", 9}, {"object", 6}};
    bo_term row[3] = {quad->s, quad->p, quad->o};
    put_row(context, names, 3, row, true);
    return BO_OK;
}

static bo_status read_peer(lines *out, bo_str kind, bo_str body) {
    bo_results results;
    bo_text text;
    if (bo_str_eq(kind, BO_STR("nquads"))) {
        bo_sink sink = {keep_quad, NULL, out};
        return bo_read(&sink, BO_NQUADS, body, &(bo_read_options){0});
    }
    if (!bo_str_eq(kind, BO_STR("json"))) return bo_fail(BO_PEER, "%.*s", BO_STR_ARG(body));
    BO_TRY(bo_results_read(&results, BO_RESULTS_JSON, body, out->arena));
    for (size_t i = 0; i < results.len; i++)
        put_row(out, results.names, results.width, results.rows[i], true);
    if (!results.is_answer) return BO_OK;
    bo_text_init(&text, 0);
    bo_text_put(&text, results.answer ? BO_STR("true") : BO_STR("false"));
    add_line(out, &text);
    bo_text_done(&text);
    return BO_OK;
}

static bo_status ask_peer(lines *out, peer *p, const generated *g) {
    char kind[20];
    size_t len;
    fprintf(p->to, "%zu %zu\n%s%s", g->data.len, g->query.len, g->data.ptr, g->query.ptr);
    fflush(p->to);
    if (fscanf(p->from, "%19s %zu", kind, &len) != 2 || fgetc(p->from) != '\n')
        return bo_fail(BO_IO, "the peer has ended");
    char *body = bo_arena_alloc(out->arena, len + 1);
    if (fread(body, 1, len, p->from) != len) return bo_fail(BO_IO, "the peer has ended");
    bo_status status = read_peer(out, bo_str_of(kind), bo_str_make(body, len));
    sort_lines(out, strcmp(kind, "nquads") == 0);
    return status;
}

/* A seed. */

typedef struct fuzzing {
    suite suite;
    bo_store *store;
    peer peer;
    unsigned skipped, compared;
} fuzzing;

static bo_status empty_graph(void *context, bo_str graph, const bo_graph_info *info) {
    bo_term name = {.kind = BO_NO_TERM};
    (void)info;
    if (graph.len > 0) name = bo_term_iri(graph);
    return bo_target_clear(bo_txn_target(context), &name);
}

/* Odd seeds are read as they were committed, even ones by the writer, before it commits. */
static bo_status fill(fuzzing *f, bo_txn **txn, bo_graph *data, uint64_t seed) {
    BO_TRY(bo_txn_begin(txn, f->store, BO_WRITE));
    bo_sink sink = bo_target_sink(bo_txn_target(*txn));
    bo_status status = bo_txn_graphs(*txn, BO_STR(""), empty_graph, *txn);
    if (status == BO_OK) status = bo_graph_match(data, &(bo_quad){0}, &sink);
    if (status != BO_OK || seed % 2 == 0) return status;
    BO_TRY(bo_txn_commit(*txn, NULL, NULL));
    *txn = NULL;
    return bo_txn_begin(txn, f->store, BO_READ);
}

static bool is_limit(bo_status status) {
    return status == BO_LIMIT || status == BO_TIMEOUT;
}

/* The four ways, with the default graph as the union and alone. NULL when they agree. */
static const char *compare_ways(fuzzing *f, const generated *g, bo_source *memory, bo_source *store,
                                lines *first, bo_arena *arena) {
    for (int way = 0; way < 8; way++) {
        lines other = {.arena = arena}, *out = way % 4 == 0 ? first : &other;
        bo_query_options options = {.no_planner = way & 1,
                                    .unnamed_default = way >= 4,
                                    .row_cap = ROWS_MOST,
                                    .memory_cap = MEMORY_MOST};
        bo_status status = run_on(out, way & 2 ? store : memory, bo_text_str(&g->query), &options, false);
        if (is_limit(status)) {
            f->skipped++;
            return "";
        }
        const char *why = status != BO_OK ? bo_error_last()->message : same_lines(first, out, arena);
        if (why == NULL) continue;
        return bo_arena_printf(arena, "%s, planner %s, default graph %s: %s", way & 2 ? "store" : "memory",
                               way & 1 ? "off" : "on", way >= 4 ? "alone" : "union", why)
            .ptr;
    }
    return NULL;
}

/* A ~ is any blank. */
static bool stands_in(bo_str text, bo_str what) {
    for (size_t at = 0; at + what.len <= text.len; at++) {
        size_t i = 0;
        while (i < what.len && text.ptr[at + i] == (what.ptr[i] == '~' ? ' ' : what.ptr[i])) i++;
        if (i == what.len) return true;
    }
    return false;
}

/* Whether an excuse names something in the data ("data:...") or in the query ("query:...") that the peer sees
 * otherwise. */
static bool is_excused(const fuzzing *f, const generated *g) {
    uint32_t at = 0;
    for (const bo_map_entry *entry; (entry = bo_map_next(&f->suite.reasons, &at)) != NULL;) {
        size_t colon = bo_str_find(entry->key, ':');
        bo_str where = bo_str_head(entry->key, colon), what = bo_str_from(entry->key, colon + 1);
        bo_str text = bo_text_str(bo_str_eq(where, BO_STR("data")) ? &g->data : &g->query);
        if (what.len > 0 && stands_in(text, what)) return true;
    }
    return false;
}

/* "rows:no-group": the one row of an aggregate over nothing is missing. */
static bool lacks_group(const fuzzing *f, const generated *g, const lines *ours, const lines *theirs) {
    bo_str query = bo_text_str(&g->query);
    return ours->len == 1 && theirs->len == 0 && bo_str_starts(query, BO_STR("SELECT (")) &&
           bo_map_get(&f->suite.reasons, BO_STR("rows:no-group")) != NULL;
}

static const char *compare_peer(fuzzing *f, const generated *g, bo_source *memory, bo_arena *arena) {
    lines ours = {.arena = arena}, theirs = {.arena = arena};
    bo_query_options options = {.unnamed_default = true, .row_cap = ROWS_MOST};
    if (f->peer.to == NULL || is_excused(f, g)) return NULL;
    bo_status status = ask_peer(&theirs, &f->peer, g);
    if (status == BO_PEER) { /* it does not take this query */
        f->skipped++;
        return NULL;
    }
    if (status == BO_OK) status = run_on(&ours, memory, bo_text_str(&g->query), &options, true);
    if (status != BO_OK) return bo_error_last()->message;
    f->compared++;
    if (g->has_limit && ours.len == theirs.len) return NULL;
    if (lacks_group(f, g, &ours, &theirs)) return NULL;
    const char *why = same_lines(&ours, &theirs, arena);
    return why != NULL ? bo_arena_printf(arena, "ours and the peer's: %s", why).ptr : NULL;
}

static bo_status load(bo_graph *graph, const generated *g) {
    bo_sink sink = bo_graph_sink(graph);
    return bo_read(&sink, BO_NQUADS, bo_text_str(&g->data), &(bo_read_options){0});
}

static void run_seed(fuzzing *f, uint64_t seed) {
    generated g;
    char label[32];
    bo_graph *graph = NULL;
    bo_source *source = NULL;
    bo_txn *txn = NULL;
    bo_arena *arena = bo_arena_new(0);
    lines first = {.arena = arena};
    generate(&g, seed);
    bo_status status = bo_graph_new(&graph);
    if (status == BO_OK) status = load(graph, &g);
    if (status == BO_OK) status = fill(f, &txn, graph, seed);
    if (status == BO_OK) status = bo_txn_source(&source, txn, NULL, arena);
    const char *why = status != BO_OK ? bo_error_last()->message
                                      : compare_ways(f, &g, bo_graph_source(graph), source, &first, arena);
    if (why == NULL) why = compare_peer(f, &g, bo_graph_source(graph), arena);
    snprintf(label, sizeof label, "seed-%llu", (unsigned long long)seed);
    if (why != NULL && why[0] != '\0' && bo_map_get(&f->suite.reasons, bo_str_of(label)) == NULL)
        printf("--- %s\n%s\n%s\n", label, bo_text_str(&g.data).ptr, bo_text_str(&g.query).ptr);
    suite_case(&f->suite, bo_str_of(label), why);
    bo_txn_abort(txn);
    bo_graph_free(graph);
    generated_done(&g);
    bo_arena_free(arena);
}

static void remove_store(fuzzing *f, const char *folder) {
    bo_store_close(f->store);
    unlink(bo_arena_printf(f->suite.arena, "%s/data.mdb", folder).ptr);
    unlink(bo_arena_printf(f->suite.arena, "%s/lock.mdb", folder).ptr);
    rmdir(folder);
}

static int show(uint64_t seed) {
    generated g;
    generate(&g, seed);
    printf("%s\n%s\n", bo_text_str(&g.data).ptr, bo_text_str(&g.query).ptr);
    generated_done(&g);
    return EXIT_SUCCESS;
}

/* What a query (NULL: the seed's own) gives on a seed's data, with the unnamed graph as the default one. */
static int ask(uint64_t seed, const char *query) {
    generated g;
    bo_graph *graph = NULL;
    lines answer = {.arena = bo_arena_new(0)};
    bo_query_options options = {.unnamed_default = true};
    generate(&g, seed);
    bo_str text = query != NULL ? bo_str_of(query) : bo_text_str(&g.query);
    bo_status status = bo_graph_new(&graph);
    if (status == BO_OK) status = load(graph, &g);
    if (status == BO_OK) status = run_on(&answer, bo_graph_source(graph), text, &options, false);
    if (status != BO_OK) printf("%s\n", bo_error_last()->message);
    for (size_t i = 0; i < answer.len; i++) printf("%.*s\n", BO_STR_ARG(answer.items[i]));
    bo_graph_free(graph);
    bo_arena_free(answer.arena);
    generated_done(&g);
    return status == BO_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/bocage-fuzz-XXXXXX";
    fuzzing f = {.skipped = 0};
    if (argc == 3 && strcmp(argv[1], "--show") == 0) return show(strtoull(argv[2], NULL, 10));
    if (argc >= 3 && strcmp(argv[1], "--ask") == 0) return ask(strtoull(argv[2], NULL, 10), argv[3]);
    if (argc < 3) {
        fputs("usage: fuzz_sparql FIRST COUNT [PEER...] | --show SEED | --ask SEED [QUERY]\n", stderr);
        return EXIT_FAILURE;
    }
    const char *seconds = getenv("FUZZ_SECONDS"), *excuses = getenv("FUZZ_EXCUSES");
    uint64_t first = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10), done = 0;
    uint64_t end = bo_clock_steady_ns(&bo_clock_system) +
                   (seconds ? strtoull(seconds, NULL, 10) : 1000000) * 1000000000u;
    signal(SIGPIPE, SIG_IGN);
    suite_begin(&f.suite, excuses != NULL ? excuses : ".");
    if (mkdtemp(folder) == NULL ||
        bo_store_open(&f.store, folder, &(bo_store_options){.create = true, .size_cap = 1 << 28}) != BO_OK)
        return EXIT_FAILURE;
    peer_start(&f.peer, argv + 3);
    for (; done < count && bo_clock_steady_ns(&bo_clock_system) < end; done++) run_seed(&f, first + done);
    peer_end(&f.peer);
    remove_store(&f, folder);
    printf("%llu seeds from %llu, %u compared with the peer, %u beyond a limit or not taken by the peer\n",
           (unsigned long long)done, (unsigned long long)first, f.compared, f.skipped);
    return suite_end(&f.suite);
}
