/* SPDX-License-Identifier: Apache-2.0
 * What the store does without anything around it: `bench_store FILE.nt FOLDER` loads N-Triples of the
 * generator and measures loading, scans, look-ups and durable commits beside plain appends.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
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

static size_t each_line(bo_str text, const bo_sink *sink) {
    size_t count = 0;
    for (const char *at = text.ptr, *end = text.ptr + text.len; at < end; count++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        bo_quad quad = {.s = cut_term(&at, stop)};
        quad.p = cut_term(&at, stop);
        quad.o = cut_term(&at, stop);
        quad.g = quad.s; /* each subject is a resource of its own, as with LDP */
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

static void reads(bo_store *store) {
    static const char *const names[] = {"SPOG", "PSOG", "POSG", "OSPG", "GSPO"};
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
        printf("scan %s: %.0f Mquads/s\n", names[order], (double)rows / best / 1e6);
    }
    enum { LOOKUPS = 200000 };
    bo_ids *subjects = malloc(LOOKUPS * sizeof *subjects);
    bo_scan *scan;
    size_t have = 0, rows = 0;
    must(bo_source_scan(source, &scan, &(bo_ids){0}, BO_OSPG, arena));
    do {
        must(bo_scan_next(scan, &batch));
        for (size_t i = 0; i < batch.len && have < LOOKUPS; i += 5) subjects[have++].s = batch.column[0][i];
    } while (batch.len > 0);
    bo_scan_close(scan);
    for (size_t i = 0; i < have; i++) subjects[i] = (bo_ids){.s = subjects[(i * 7919) % have].s};
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

/* A small resource is replaced, durably, over and over. */
typedef struct put_job {
    bo_store *store;
    unsigned number;
    double until;
    size_t done;
} put_job;

static void put_once(put_job *job, size_t round) {
    bo_txn *txn;
    char iri[80], text[80];
    snprintf(iri, sizeof iri, "https://exemple.bocage.test/put/%u/%zu", job->number, round % 200);
    must(bo_txn_begin(&txn, job->store, BO_WRITE));
    bo_target *target = bo_txn_target(txn);
    bo_quad quad = {.s = bo_term_iri(bo_str_of(iri)), .g = bo_term_iri(bo_str_of(iri))};
    must(bo_target_clear(target, &quad.g));
    for (unsigned i = 0; i < 10; i++) {
        char p[80];
        snprintf(p, sizeof p, "https://exemple.bocage.test/p/%u", i);
        snprintf(text, sizeof text, "value %u of round %zu", i, i < 2 ? round : 0);
        quad.p = bo_term_iri(bo_str_of(p));
        quad.o = bo_term_string(bo_str_of(text));
        must(bo_target_insert(target, &quad));
    }
    must(bo_txn_commit(txn, NULL, NULL));
}

static void *put_much(void *context) {
    put_job *job = context;
    while (seconds(CLOCK_MONOTONIC) < job->until) put_once(job, job->done++);
    return NULL;
}

static void puts_of(bo_store *store, unsigned threads) {
    put_job jobs[64];
    pthread_t ids[64];
    bo_store_stats before, after;
    must(bo_store_statistics(store, &before));
    double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned i = 0; i < threads; i++) {
        jobs[i] = (put_job){store, i, start + 2, 0};
        pthread_create(&ids[i], NULL, put_much, &jobs[i]);
    }
    size_t done = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(ids[i], NULL);
        done += jobs[i].done;
    }
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    must(bo_store_statistics(store, &after));
    printf("%2u writers: %.0f durable replacements of 10 quads a second, %.0f us cpu each, %.1f to a sync; "
           "file %.1f MB\n",
           threads, (double)done / (seconds(CLOCK_MONOTONIC) - start), cpu / (double)done * 1e6,
           (double)(after.writers - before.writers) / (double)(after.commits - before.commits),
           (double)after.file_bytes / 1e6);
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

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "bench_store FILE.nt FOLDER\n"), 2;
    bo_text file;
    bo_store *store;
    bo_text_init(&file, 0);
    must(bo_fs_read(&file, argv[1], (size_t)8 << 30));
    must(bo_store_open(&store, argv[2], &(bo_store_options){.create = true}));
    load(store, bo_text_str(&file));
    reads(store);
    appends(argv[2]);
    puts_of(store, 1);
    puts_of(store, 8);
    puts_of(store, 64);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    must(bo_store_check(store, NULL, NULL));
    printf("check: %.2f s cpu\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    bo_store_close(store);
    bo_text_done(&file);
    return 0;
}
