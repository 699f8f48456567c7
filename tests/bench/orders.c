/* SPDX-License-Identifier: Apache-2.0
 * How good the planner's orders are: `bench_orders FOLDER [COUNT [SEED]]` makes COUNT [200] queries of 3 to 6
 * triples over the data of generate.c, plans each from several textual orders, and compares the slowest of
 * these with the fastest of many orders that are kept as written. Prints the distribution of the ratios.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bocage/sparql.h"
#include "bocage/store.h"

enum { MOST_TRIPLES = 6, ORDERS = 24, TEXTS = 4, REPEATS = 7 };
static const double MOST = 0.1; /* seconds */
#define P "http://virtual-assembly.org/ontologies/pair#"
#define FOAF "http://xmlns.com/foaf/0.1/"

/* What may stand between which kinds. */
static const struct {
    const char *from, *predicate, *to;
} links[] = {{"person", P "memberOf", "org"},     {"person", FOAF "knows", "person"},
             {"person", P "hasTopic", "topic"},   {"person", P "basedNear", "place"},
             {"org", P "basedNear", "place"},     {"org", P "partOf", "org"},
             {"org", P "hasTopic", "topic"},      {"project", P "managedBy", "org"},
             {"project", P "involves", "person"}, {"project", P "hasTopic", "topic"},
             {"task", P "partOf", "project"},     {"task", P "assignedTo", "person"},
             {"need", P "neededBy", "project"},   {"need", P "hasTopic", "topic"},
             {"richness", P "answers", "need"},   {"eval", P "evaluates", "project"},
             {"eval", P "author", "person"},      {"eval", P "about", "topic"},
             {"project", P "status", NULL},       {"need", P "priority", NULL},
             {"eval", P "rating", NULL},          {"person", FOAF "mbox", NULL},
             {"org", P "memberCount", NULL},      {"task", P "hours", NULL}};
enum { LINKS = sizeof links / sizeof *links };

static uint64_t state;
static uint64_t below(uint64_t n) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % n;
}

typedef struct made {
    char triples[MOST_TRIPLES][256];
    size_t count;
} made;

/* A tree of links from one variable on; an end is a constant now and then. */
static void make_query(made *q) {
    const char *kinds[MOST_TRIPLES + 1];
    size_t vars = 1, wanted = 3 + below(MOST_TRIPLES - 2);
    kinds[0] = links[below(LINKS)].from;
    for (q->count = 0; q->count < wanted;) {
        size_t at = below(vars), link = below(LINKS);
        bool forward = strcmp(links[link].from, kinds[at]) == 0, literal = links[link].to == NULL;
        bool backward = !literal && strcmp(links[link].to, kinds[at]) == 0;
        if (!forward && !backward) continue;
        const char *other = forward ? links[link].to : links[link].from;
        char near[32], far[96];
        snprintf(near, sizeof near, "?v%zu", at);
        snprintf(far, sizeof far, "?v%zu", vars);
        bool constant = other != NULL && below(8) == 0;
        if (constant) snprintf(far, sizeof far, "<http://data.example.org/%s/%d>", other, (int)below(200));
        snprintf(q->triples[q->count++], sizeof *q->triples, "%s <%s> %s .", forward ? near : far,
                 links[link].predicate, forward ? far : near);
        if (!constant) kinds[vars++] = other != NULL ? other : "";
    }
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(bo_status status) {
    if (status == BO_OK) return;
    fprintf(stderr, "%s\n", bo_error_last()->message);
    exit(1);
}

/* The clock of a process's CPU is a call of the system: asked for now and then only. */
static bool is_over(void *context) {
    static unsigned calls;
    return ++calls % 64 == 0 && seconds() > *(const double *)context;
}

/* Seconds of the fastest of some runs; `most` when it takes longer. */
static double time_order(bo_source *source, const made *q, const size_t *order, bool planned, double most) {
    char text[2048];
    size_t len = (size_t)snprintf(text, sizeof text, "SELECT (COUNT(*) AS ?n) WHERE {");
    for (size_t i = 0; i < q->count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, " %s", q->triples[order[i]]);
    snprintf(text + len, sizeof text - len, " }");
    double best = most;
    for (int i = 0; i < REPEATS; i++) {
        bo_query *query;
        bo_rows *rows = NULL;
        const bo_term *row;
        double begun = seconds(), end = begun + most;
        bo_query_options options = {.no_planner = !planned, .cancelled = is_over, .cancel_context = &end};
        must(bo_query_parse(&query, bo_str_of(text), &options));
        bo_status status = bo_query_run(&rows, query, source, &options);
        if (status == BO_OK) status = bo_rows_next(rows, &row);
        double took = seconds() - begun;
        bo_rows_free(rows);
        bo_query_free(query);
        if (status == BO_CANCELLED) return most;
        must(status);
        if (took < best) best = took;
        if (took > 0.05) break;
    }
    return best;
}

static void shuffle(size_t *order, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t j = below(i), kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    size_t wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 200, good = 0;
    double *ratios = calloc(wanted, sizeof *ratios);
    bo_store *store;
    bo_txn *txn;
    bo_source *source;
    if (argc < 2 || ratios == NULL) return fprintf(stderr, "bench_orders FOLDER [COUNT [SEED]]\n"), 2;
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
    state = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
    must(bo_store_open(&store, argv[1], &(bo_store_options){.read_only = true}));
    must(bo_txn_begin(&txn, store, BO_READ));
    bo_arena *arena = bo_arena_new(0);
    must(bo_txn_source(&source, txn, NULL, arena));
    for (size_t n = 0; n < wanted;) {
        made q;
        size_t order[MOST_TRIPLES];
        double planned = 0, best = MOST;
        make_query(&q);
        for (size_t i = 0; i < q.count; i++) order[i] = i;
        for (int i = 0; i < TEXTS; i++) {
            double took = time_order(source, &q, order, true, MOST);
            if (took > planned) planned = took;
            if (took < best) best = took;
            shuffle(order, q.count);
        }
        if (planned >= MOST) continue; /* a flood of rows, whatever the order */
        for (int i = 0; i < ORDERS; i++) {
            double took = time_order(source, &q, order, false, best);
            if (took < best) best = took;
            shuffle(order, q.count);
        }
        ratios[n] = planned / best;
        good += ratios[n] <= 1.2;
        if (ratios[n] > 1.2 && getenv("SHOW") != NULL) {
            printf("%.1f (%.2f ms)", ratios[n], planned * 1e3);
            for (size_t i = 0; i < q.count; i++) printf("  %s", q.triples[i]);
            printf("\n");
        }
        n++;
    }
    qsort(ratios, wanted, sizeof *ratios, compare_doubles);
    printf("%zu queries: the slowest planned order takes 1.2 times the fastest at most for %.1f %%; median "
           "%.2f, "
           "90 %% within %.2f, 99 %% within %.2f, worst %.2f\n",
           wanted, 100 * (double)good / (double)wanted, ratios[wanted / 2], ratios[wanted * 9 / 10],
           ratios[wanted * 99 / 100], ratios[wanted - 1]);
    bo_txn_abort(txn);
    bo_arena_free(arena);
    bo_store_close(store);
    free(ratios);
    return 0;
}
