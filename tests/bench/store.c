/* SPDX-License-Identifier: Apache-2.0
 * What the store does without anything around it: loading N-Triples of the generator, scans, look-ups,
 * durable commits beside plain appends, growth. `bench_store` alone says what it can do.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

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

/* Cuts what the generator writes: no escapes that matter, one blank between terms. */
static bo_term cut_term(const char **at, const char *end) {
    bo_term term = {0};
    const char *p = *at;
    if (*p == '<') {
        const char *close = memchr(p, '>', (size_t)(end - p));
        term = bo_term_iri((bo_str){p + 1, (size_t)(close - p - 1)});
        p = close + 1;
    } else if (*p == '_') {
        const char *close = memchr(p, ' ', (size_t)(end - p));
        term = bo_term_blank((bo_str){p + 2, (size_t)(close - p - 2)});
        p = close;
    } else {
        const char *close = p + 1;
        while (*close != '"') close += *close == '\\' ? 2 : 1;
        term = bo_term_string((bo_str){p + 1, (size_t)(close - p - 1)});
        p = close + 1;
        if (*p == '@') {
            const char *stop = memchr(p, ' ', (size_t)(end - p));
            term.lang = (bo_str){p + 1, (size_t)(stop - p - 1)};
            p = stop;
        } else if (*p == '^') {
            const char *stop = memchr(p, '>', (size_t)(end - p));
            term = bo_term_typed(term.value, (bo_str){p + 3, (size_t)(stop - p - 3)});
            p = stop + 1;
        }
    }
    *at = p + 1;
    return term;
}

static bool own_graphs;

static size_t each_line(bo_str text, const bo_sink *sink) {
    size_t count = 0;
    for (const char *at = text.ptr, *end = text.ptr + text.len; at < end; count++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        bo_quad quad = {.s = cut_term(&at, stop)};
        quad.p = cut_term(&at, stop);
        quad.o = cut_term(&at, stop);
        if (own_graphs) quad.g = quad.s; /* each subject is a resource of its own, as with LDP */
        if (sink != NULL) must(sink->quad(sink->context, &quad));
        at = stop + 1;
    }
    return count;
}

static void load(bo_store *store, bo_str text) {
    bo_bulk *bulk;
    uint64_t added;
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    each_line(text, NULL);
    double parse = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, wall = seconds(CLOCK_MONOTONIC);
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    must(bo_bulk_begin(&bulk, store, NULL));
    bo_sink sink = bo_bulk_sink(bulk);
    each_line(text, &sink);
    must(bo_bulk_end(bulk, &added));
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu - parse;
    bo_store_stats stats;
    must(bo_store_statistics(store, &stats));
    printf("load %llu quads: %.2f s cpu without cutting lines (%.2f s), %.2f s wall, %.0f kquads/s; %.1f "
           "bytes a quad, "
           "%llu terms\n",
           (unsigned long long)added, cpu, parse, seconds(CLOCK_MONOTONIC) - wall, (double)added / cpu / 1e3,
           (double)stats.used_bytes / (double)stats.quads, (unsigned long long)stats.terms);
}

static bo_batch batch;

static size_t run_scan(bo_source *source, const bo_ids *pattern, bo_order order, bo_arena *arena) {
    bo_scan *scan;
    size_t rows = 0;
    must(bo_source_scan(source, &scan, pattern, order, arena));
    do {
        must(bo_scan_next(scan, &batch));
        rows += batch.len;
    } while (batch.len > 0);
    bo_scan_close(scan);
    return rows;
}

static const char *const order_names[] = {"SPOG", "PSOG", "POSG", "OSPG", "GSPO"};

/* Subjects without order. */
static size_t some_subjects(bo_source *source, bo_ids *subjects, size_t most, bo_arena *arena) {
    bo_scan *scan;
    size_t have = 0;
    must(bo_source_scan(source, &scan, &(bo_ids){0}, BO_OSPG, arena));
    do {
        must(bo_scan_next(scan, &batch));
        for (size_t i = 0; i < batch.len && have < most; i += 5)
            subjects[have++] = (bo_ids){.s = batch.column[0][i]};
    } while (batch.len > 0);
    bo_scan_close(scan);
    for (size_t i = 0; i < have; i++) {
        bo_ids swap = subjects[i];
        subjects[i] = subjects[i * 7919 % have];
        subjects[i * 7919 % have] = swap;
    }
    return have;
}

static void reads(bo_store *store) {
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena = bo_arena_new(0);
    must(bo_txn_begin(&txn, store, BO_READ));
    must(bo_txn_source(&source, txn, NULL, arena));
    for (unsigned order = 0; order < BO_ORDER_COUNT; order++) {
        double best = 1e9;
        size_t rows = 0;
        for (int i = 0; i < 5; i++) {
            double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
            rows = run_scan(source, &(bo_ids){0}, (bo_order)order, arena);
            cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
            if (cpu < best) best = cpu;
        }
        printf("scan %s: %.0f Mquads/s\n", order_names[order], (double)rows / best / 1e6);
    }
    enum { LOOKUPS = 200000 };
    bo_ids *subjects = malloc(LOOKUPS * sizeof *subjects);
    size_t have = some_subjects(source, subjects, LOOKUPS, arena), rows = 0;
    bo_arena *one = bo_arena_new(0);
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < have; i++) {
        bo_arena_reset(one);
        must(bo_txn_source(&source, txn, NULL, one));
        rows += run_scan(source, &subjects[i], BO_SPOG, one);
    }
    cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    printf("look-up of a subject: %.2f us, %.1f rows\n", cpu / (double)have * 1e6,
           (double)rows / (double)have);
    must(bo_txn_source(&source, txn, NULL, arena));
    cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    bo_term term;
    for (size_t i = 0; i < have; i++) {
        bo_arena_reset(one);
        must(bo_source_term_of(source, &term, subjects[i].s, one));
    }
    double there = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (size_t i = 0; i < have; i++) {
        bo_id id;
        bo_arena_reset(one);
        must(bo_source_term_of(source, &term, subjects[i].s, one));
        must(bo_source_id_of(source, &id, &term));
    }
    double both = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    printf("id to term: %.2f us; and back: %.2f us\n", there / (double)have * 1e6,
           (both - there) / (double)have * 1e6);
    bo_txn_abort(txn);
    bo_arena_free(arena);
    bo_arena_free(one);
    free(subjects);
}

/* What hiding a thousand graphs costs a scan and a look-up. */

static bo_status take_graph(void *context, bo_str graph, const bo_graph_info *info) {
    bo_text *names = context;
    (void)info;
    bo_text_put(names, graph);
    bo_text_char(names, '\n');
    return BO_OK;
}

enum { HIDDEN = 1000 };

static bo_graph_set *hide(bo_txn *txn, bo_arena *arena) {
    bo_text names;
    bo_graph_set *set;
    bo_store_stats stats;
    bo_str hidden[HIDDEN];
    size_t at = 0, have = 0;
    bo_text_init(&names, 0);
    must(bo_txn_graphs(txn, BO_STR(""), take_graph, &names));
    bo_str rest = bo_arena_str(arena, bo_text_str(&names));
    for (const char *p = rest.ptr; p < rest.ptr + rest.len; p++) stats.graphs = at += *p == '\n';
    size_t step = at / HIDDEN + 1;
    at = 0;
    while (rest.len > 0 && have < HIDDEN) {
        size_t len = (size_t)((const char *)memchr(rest.ptr, '\n', rest.len) - rest.ptr);
        if (at++ % step == 0) hidden[have++] = bo_str_head(rest, len);
        rest = bo_str_from(rest, len + 1);
    }
    must(bo_graph_set_new(&set, txn, true, hidden, have, arena));
    printf("%zu of %llu graphs are hidden\n", have, (unsigned long long)stats.graphs);
    bo_text_done(&names);
    return set;
}

static double look_up(bo_txn *txn, const bo_graph_set *set, const bo_ids *subjects, size_t count) {
    bo_arena *one = bo_arena_new(0);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; i < count; i++) {
            bo_source *source;
            bo_arena_reset(one);
            must(bo_txn_source(&source, txn, set, one));
            run_scan(source, &subjects[i], BO_SPOG, one);
        }
        cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
        if (cpu < best) best = cpu;
    }
    bo_arena_free(one);
    return best / (double)count * 1e6;
}

#define PREFIXES                                                                                             \
    "PREFIX p: <http://virtual-assembly.org/ontologies/pair#> PREFIX rdfs: "                                 \
    "<http://www.w3.org/2000/01/rdf-schema#> "
static const char *const hidden_queries[] = {
    PREFIXES "SELECT (COUNT(*) AS ?n) WHERE { ?s a p:Person . ?s rdfs:label ?l . ?s p:memberOf ?o }",
    PREFIXES "SELECT ?s ?l ?o WHERE { ?s a p:Person . ?s rdfs:label ?l . ?s p:memberOf ?o }",
    PREFIXES "SELECT ?o (COUNT(*) AS ?n) WHERE { ?s p:memberOf ?o } GROUP BY ?o ORDER BY DESC(?n) LIMIT 10",
    PREFIXES "SELECT ?s WHERE { ?s rdfs:label ?l FILTER(CONTAINS(?l, \"solar\")) }",
    PREFIXES "SELECT (COUNT(*) AS ?n) WHERE { ?e p:evaluates ?p . ?p p:managedBy ?o . ?o p:basedNear ?l }",
    PREFIXES
    "SELECT ?l WHERE { ?n a p:Need ; p:priority ?r ; rdfs:label ?l FILTER(?r >= 4) } ORDER BY ?l LIMIT 10",
};

static double run_query(bo_source *source, bo_str text) {
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    bo_query_options options = {0};
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    must(bo_query_parse(&query, text, &options));
    must(bo_query_run(&rows, query, source, &options));
    do must(bo_rows_next(rows, &row));
    while (row != NULL);
    bo_rows_free(rows);
    bo_query_free(query);
    return seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
}

static void compare_queries(bo_source *const source[2], size_t only) {
    for (size_t q = 0; q < sizeof hidden_queries / sizeof hidden_queries[0]; q++) {
        if (only > 0 && only != q + 1) continue;
        double best[2] = {1e9, 1e9};
        for (int i = 0; i < (only > 0 ? 400 : 20); i++) {
            double cpu = run_query(source[i % 2], bo_str_of(hidden_queries[q]));
            if (cpu < best[i % 2]) best[i % 2] = cpu;
        }
        printf("query %zu: %.2f ms, %.2f with hidden graphs (%+.0f %%)\n", q + 1, best[0] * 1e3,
               best[1] * 1e3, 100 * (best[1] / best[0] - 1));
    }
}

/* Everything, or one of the queries alone, often: for a profile. */
static void hiding(bo_store *store, size_t only) {
    enum { LOOKUPS = 50000 };
    bo_txn *txn;
    bo_source *source[2];
    bo_arena *arena = bo_arena_new(0);
    must(bo_txn_begin(&txn, store, BO_READ));
    const bo_graph_set *set = hide(txn, arena);
    must(bo_txn_source(&source[0], txn, NULL, arena));
    must(bo_txn_source(&source[1], txn, set, arena));
    for (unsigned order = 0; order < BO_ORDER_COUNT && only == 0; order++) {
        double best[2] = {1e9, 1e9};
        size_t rows = 0;
        for (int i = 0; i < 10; i++) {
            double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
            rows = run_scan(source[i % 2], &(bo_ids){0}, (bo_order)order, arena);
            cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
            if (cpu < best[i % 2]) best[i % 2] = cpu;
        }
        printf("scan %s: %.2f ns a row, %.2f with hidden graphs\n", order_names[order],
               best[0] / (double)rows * 1e9, best[1] / (double)rows * 1e9);
    }
    compare_queries(source, only);
    if (only == 0) {
        bo_ids *subjects = malloc(LOOKUPS * sizeof *subjects);
        size_t have = some_subjects(source[0], subjects, LOOKUPS, arena);
        printf("look-up of a subject: %.2f us, %.2f with hidden graphs\n", look_up(txn, NULL, subjects, have),
               look_up(txn, set, subjects, have));
        free(subjects);
    }
    bo_txn_abort(txn);
    bo_arena_free(arena);
}

/* A small resource is replaced as LDP does it, durably, over and over: its version is compared, its quads are
 * cleared and ten put, of which some are new; a row goes with them. */
enum { DOCUMENTS = 1000, TIMES = 400000 };

typedef struct put_job {
    bo_store *store;
    unsigned number, changed;
    double until;
    size_t done, most;
    float *times;
} put_job;

static void put_once(put_job *job, size_t round) {
    bo_txn *txn;
    char iri[80], text[80];
    bo_graph_info info = {0};
    unsigned document = (unsigned)(round * 31 % (DOCUMENTS / 32)) * 32 + job->number % 32;
    snprintf(iri, sizeof iri, "https://exemple.bocage.test/put/%u", document);
    must(bo_txn_begin(&txn, job->store, BO_WRITE));
    bo_target *target = bo_txn_target(txn);
    bo_status status = bo_txn_graph(txn, bo_str_of(iri), &info);
    if (status != BO_NOT_FOUND) must(status);
    bo_quad quad = {.s = bo_term_iri(bo_str_of(iri)), .g = bo_term_iri(bo_str_of(iri))};
    must(bo_target_clear(target, &quad.g));
    for (unsigned i = 0; i < 10; i++) {
        char p[80];
        snprintf(p, sizeof p, "https://exemple.bocage.test/p/%u", i);
        snprintf(text, sizeof text, "value %u of round %zu", i,
                 i < job->changed ? round * 64 + job->number : 0);
        quad.p = bo_term_iri(bo_str_of(p));
        quad.o = bo_term_string(bo_str_of(text));
        must(bo_target_insert(target, &quad));
    }
    must(bo_row_put(txn, BO_TABLE_RESOURCE, bo_str_of(iri), BO_STR("ldp:RDFSource text/turtle")));
    must(bo_txn_commit(txn, NULL, NULL));
}

static void *put_much(void *context) {
    put_job *job = context;
    while (seconds(CLOCK_MONOTONIC) < job->until && job->done < job->most) {
        double start = seconds(CLOCK_MONOTONIC);
        put_once(job, job->done);
        if (job->done < TIMES) job->times[job->done] = (float)(seconds(CLOCK_MONOTONIC) - start);
        job->done++;
    }
    return NULL;
}

static int by_time(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const put_job *jobs, unsigned threads, size_t done) {
    float *all = malloc((done + 1) * sizeof *all);
    size_t len = 0;
    for (unsigned i = 0; i < threads; i++) {
        size_t some = jobs[i].done < TIMES ? jobs[i].done : TIMES;
        memcpy(all + len, jobs[i].times, some * sizeof *all);
        len += some;
        free(jobs[i].times);
    }
    qsort(all, len, sizeof *all, by_time);
    if (len > 0)
        printf("%.2f ms in the middle, %.2f at 99 %%, ", (double)all[len / 2] * 1e3,
               (double)all[len * 99 / 100] * 1e3);
    free(all);
}

static void puts_of(bo_store *store, unsigned threads, unsigned changed, double time, size_t most) {
    put_job jobs[64];
    pthread_t ids[64];
    bo_store_stats before, after;
    must(bo_store_statistics(store, &before));
    double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned i = 0; i < threads; i++) {
        jobs[i] =
            (put_job){store, i, changed, start + time, 0, most / threads, malloc(TIMES * sizeof(float))};
        pthread_create(&ids[i], NULL, put_much, &jobs[i]);
    }
    size_t done = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        done += jobs[i].done;
    }
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    double wall = seconds(CLOCK_MONOTONIC) - start;
    must(bo_store_statistics(store, &after));
    printf("%2u writers, %2u of 10 quads new: %.0f durable replacements a second, ", threads, changed,
           (double)done / wall);
    print_times(jobs, threads, done);
    printf("%.0f us cpu each, %.1f to a sync; file %.1f to %.1f MB, used %.1f to %.1f\n",
           cpu / (double)done * 1e6,
           (double)(after.writers - before.writers) / (double)(after.commits - before.commits),
           (double)before.file_bytes / 1e6, (double)after.file_bytes / 1e6, (double)before.used_bytes / 1e6,
           (double)after.used_bytes / 1e6);
}

/* A steady load of updates for a long time, alone or beside a reader of snapshots a tenth of a second old:
 * what becomes of the file, and the longest that anyone waited. */
enum { STEADY_WRITERS = 4, STEADY_RATE = 75, STEADY_REPORTS = 6 }; /* updates a second, of each writer */

typedef struct steady_job {
    put_job put;
    double begun, longest;
} steady_job;

static void rest_until(double when) {
    double left = when - seconds(CLOCK_MONOTONIC);
    if (left <= 0) return;
    nanosleep(&(struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9)}, NULL);
}

static void *put_steadily(void *context) {
    steady_job *job = context;
    while (seconds(CLOCK_MONOTONIC) < job->put.until) {
        double start = seconds(CLOCK_MONOTONIC);
        put_once(&job->put, job->put.done++);
        double took = seconds(CLOCK_MONOTONIC) - start;
        if (took > job->longest) job->longest = took;
        rest_until(job->begun + (double)job->put.done / STEADY_RATE);
    }
    return NULL;
}

static void *keep_snapshots(void *context) {
    const steady_job *job = context;
    while (seconds(CLOCK_MONOTONIC) < job->put.until) {
        bo_txn *txn;
        must(bo_txn_begin(&txn, job->put.store, BO_READ));
        rest_until(seconds(CLOCK_MONOTONIC) + 0.1);
        bo_txn_abort(txn);
    }
    return NULL;
}

static void steadily(bo_store *store, double time, bool reading) {
    steady_job jobs[STEADY_WRITERS + 1];
    pthread_t ids[STEADY_WRITERS + 1];
    bo_store_stats before, now;
    put_job all = {.store = store, .changed = 2};
    for (unsigned i = 0; i < DOCUMENTS; i++) { /* each document once */
        all.number = i % 32;
        put_once(&all, i / 32);
    }
    must(bo_store_statistics(store, &before));
    double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), longest = 0;
    unsigned threads = STEADY_WRITERS + reading;
    for (unsigned i = 0; i < threads; i++) {
        jobs[i] =
            (steady_job){{.store = store, .number = i * 8, .changed = 2, .until = start + time}, start, 0};
        pthread_create(&ids[i], NULL, i < STEADY_WRITERS ? put_steadily : keep_snapshots, &jobs[i]);
    }
    for (unsigned i = 1; i <= STEADY_REPORTS; i++) {
        rest_until(start + time * i / STEADY_REPORTS);
        must(bo_store_statistics(store, &now));
        printf("after %.0f s: file %.1f to %.1f MB, used %.1f to %.1f\n", seconds(CLOCK_MONOTONIC) - start,
               (double)before.file_bytes / 1e6, (double)now.file_bytes / 1e6, (double)before.used_bytes / 1e6,
               (double)now.used_bytes / 1e6);
    }
    size_t done = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        done += jobs[i].put.done;
        if (jobs[i].longest > longest) longest = jobs[i].longest;
    }
    printf("%zu durable replacements in %.0f s, %.0f us cpu each, the longest %.0f ms; file %.2f times its "
           "start\n",
           done, time, (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)done * 1e6, longest * 1e3,
           (double)now.file_bytes / (double)before.file_bytes);
}

/* Readers alone, and beside a writer that commits all the time. */
typedef struct read_job {
    bo_store *store;
    const bo_ids *subjects;
    size_t count, done;
    double until, cpu;
} read_job;

static void *read_much(void *context) {
    read_job *job = context;
    bo_arena *one = bo_arena_new(0);
    static _Thread_local bo_batch rows;
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    while (seconds(CLOCK_MONOTONIC) < job->until) {
        bo_txn *txn;
        must(bo_txn_begin(&txn, job->store, BO_READ));
        for (int i = 0; i < 20; i++, job->done++) {
            bo_source *source;
            bo_scan *scan;
            bo_arena_reset(one);
            must(bo_txn_source(&source, txn, NULL, one));
            must(bo_source_scan(source, &scan, &job->subjects[job->done * 7919 % job->count], BO_SPOG, one));
            must(bo_scan_next(scan, &rows));
            bo_scan_close(scan);
        }
        bo_txn_abort(txn);
    }
    job->cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    bo_arena_free(one);
    return NULL;
}

static double read_rate(bo_store *store, const bo_ids *subjects, size_t count, bool writing) {
    enum { READERS = 8 };
    read_job jobs[READERS];
    pthread_t ids[READERS], writer_id;
    double until = seconds(CLOCK_MONOTONIC) + 1, cpu = 0;
    put_job writer = {store, 0, 2, until, 0, SIZE_MAX, malloc(TIMES * sizeof(float))};
    size_t done = 0;
    if (writing) pthread_create(&writer_id, NULL, put_much, &writer);
    for (int i = 0; i < READERS; i++) {
        jobs[i] = (read_job){store, subjects, count, (size_t)i * 1000, until, 0};
        pthread_create(&ids[i], NULL, read_much, &jobs[i]);
    }
    for (int i = 0; i < READERS; i++) {
        pthread_join(ids[i], NULL);
        done += jobs[i].done - (size_t)i * 1000;
        cpu += jobs[i].cpu;
    }
    if (writing) pthread_join(writer_id, NULL);
    free(writer.times);
    return (double)done / cpu; /* a second of a core: the machine is shared */
}

static void beside_a_writer(bo_store *store) {
    enum { LOOKUPS = 50000 };
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena = bo_arena_new(0);
    bo_ids *subjects = malloc(LOOKUPS * sizeof *subjects);
    must(bo_txn_begin(&txn, store, BO_READ));
    must(bo_txn_source(&source, txn, NULL, arena));
    size_t have = some_subjects(source, subjects, LOOKUPS, arena);
    bo_txn_abort(txn);
    double best[2] = {0, 0};
    for (int i = 0; i < 6; i++) {
        double rate = read_rate(store, subjects, have, i % 2);
        if (rate > best[i % 2]) best[i % 2] = rate;
    }
    printf("8 readers: %.0f look-ups a second of cpu alone, %.0f beside a writer (%.0f %%)\n", best[0],
           best[1], 100 * best[1] / best[0]);
    free(subjects);
    bo_arena_free(arena);
}

static void appends(const char *folder) {
    char name[4096], page[4096] = {0};
    snprintf(name, sizeof name, "%s/appends", folder);
    int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    size_t done = 0;
    double start = seconds(CLOCK_MONOTONIC);
    for (; seconds(CLOCK_MONOTONIC) < start + 1; done++)
        if (write(fd, page, sizeof page) != sizeof page || fdatasync(fd) != 0) exit(1);
    printf("plain 4 KiB appends with fdatasync: %.0f/s\n", (double)done / (seconds(CLOCK_MONOTONIC) - start));
    close(fd);
    unlink(name);
}

static void start(const char *folder) {
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    bo_store *store;
    bo_txn *txn;
    bo_source *source;
    bo_arena *arena = bo_arena_new(0);
    must(bo_store_open(&store, folder, &(bo_store_options){.create = false}));
    must(bo_txn_begin(&txn, store, BO_READ));
    must(bo_txn_source(&source, txn, NULL, arena));
    bo_ids pattern = {0};
    bo_term iri = bo_term_iri(BO_STR("http://data.example.org/person/777"));
    must(bo_source_id_of(source, &pattern.s, &iri));
    size_t rows = run_scan(source, &pattern, BO_SPOG, arena);
    bo_txn_abort(txn);
    bo_store_close(store);
    bo_arena_free(arena);
    printf("start to first answer (%zu rows): %.2f ms, %.2f ms cpu\n", rows,
           (seconds(CLOCK_MONOTONIC) - wall) * 1e3, (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e3);
}

static void memory(void) {
    bo_text text;
    bo_text_init(&text, 0);
    must(bo_fs_read(&text, "/proc/self/status", 1 << 16));
    const char *at = strstr(text.ptr, "RssAnon:");
    if (at != NULL) printf("resident without the file's pages: %.1f MB\n", strtod(at + 8, NULL) / 1e3);
    bo_text_done(&text);
}

static const char usage[] =
    "bench_store FOLDER WORK...\n"
    "  load=FILE.nt        every subject a graph of its own\n"
    "  load-one=FILE.nt    all in the default graph\n"
    "  reads beside check memory start\n"
    "  hiding              1,000 graphs; hiding=N: the Nth query alone, often\n"
    "  puts=WRITERS        two seconds; 2 of 10 quads new\n"
    "  puts-all=WRITERS    the same, all quads new\n"
    "  growth=PUTS         over 1,000 documents by 32 writers\n"
    "  steady=SECONDS      300 replacements a second over them, beside a reader of snapshots\n"
    "  steady-alone=SECONDS  the same without the reader\n";

static void load_file(bo_store *store, const char *name, bool own) {
    bo_text file;
    bo_text_init(&file, 0);
    own_graphs = own;
    must(bo_fs_read(&file, name, (size_t)8 << 30));
    load(store, bo_text_str(&file));
    bo_text_done(&file);
}

static bool work(bo_store *store, const char *folder, const char *what) {
    const char *equals = strchr(what, '=');
    const char *value = equals == NULL ? "" : equals + 1;
    size_t len = equals == NULL ? strlen(what) : (size_t)(equals - what), number = strtoul(value, NULL, 10);
    bo_str name = {what, len};
    unsigned threads = (unsigned)number > 64 ? 64 : (unsigned)number;
    if (bo_str_eq(name, BO_STR("load"))) return load_file(store, value, true), true;
    if (bo_str_eq(name, BO_STR("load-one"))) return load_file(store, value, false), true;
    if (bo_str_eq(name, BO_STR("reads"))) return reads(store), true;
    if (bo_str_eq(name, BO_STR("hiding"))) return hiding(store, number), true;
    if (bo_str_eq(name, BO_STR("beside"))) return beside_a_writer(store), true;
    if (bo_str_eq(name, BO_STR("memory"))) return memory(), true;
    if (bo_str_eq(name, BO_STR("puts")))
        return appends(folder), puts_of(store, threads, 2, 2, SIZE_MAX), true;
    if (bo_str_eq(name, BO_STR("puts-all"))) return puts_of(store, threads, 10, 2, SIZE_MAX), true;
    if (bo_str_eq(name, BO_STR("steady"))) return steadily(store, (double)number, true), true;
    if (bo_str_eq(name, BO_STR("steady-alone"))) return steadily(store, (double)number, false), true;
    if (bo_str_eq(name, BO_STR("growth"))) return puts_of(store, 32, 2, 600, number), true;
    if (!bo_str_eq(name, BO_STR("check"))) return false;
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    must(bo_store_check(store, NULL, NULL));
    printf("check: %.2f s cpu\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return true;
}

int main(int argc, char **argv) {
    bo_store *store = NULL;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "start") == 0) {
            bo_store_close(store);
            store = NULL;
            start(argv[1]);
            continue;
        }
        if (store == NULL) must(bo_store_open(&store, argv[1], &(bo_store_options){.create = true}));
        if (!work(store, argv[1], argv[i])) argc = 0;
    }
    bo_store_close(store);
    if (argc < 3) return fputs(usage, stderr), 2;
    return 0;
}
