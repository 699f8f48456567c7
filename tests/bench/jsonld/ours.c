/* SPDX-License-Identifier: Apache-2.0
 * Expand, compact, frame, toRdf and reading JSON, on the documents of a folder that run.py makes:
 *     bench_jsonld FOLDER SECONDS [OPERATION [DOCUMENT]]
 * A line for each: operation, document, microseconds of CPU a call (the median of five rounds).
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fs.h"
#include "bocage/jsonld.h"

#define OWN_CONTEXT "https://bocage.example/.well-known/context.jsonld"

typedef struct bench {
    bo_arena *arena, *scratch;
    const char *folder;
    bo_json *own_context;
    bo_str text;
    bo_json *document, *context, *frame;
    bo_jsonld_options options;
} bench;

static bo_str read_file(bench *b, const char *name) {
    bo_text text;
    bo_text_init(&text, 0);
    if (bo_fs_read(&text, bo_arena_printf(b->arena, "%s/%s", b->folder, name).ptr, 0) != BO_OK) {
        fprintf(stderr, "%s: %s\n", name, bo_error_last()->message);
        exit(EXIT_FAILURE);
    }
    bo_str copy = bo_arena_str(b->arena, bo_text_str(&text));
    bo_text_done(&text);
    return copy;
}

static bo_json *read_json(bench *b, const char *name) {
    bo_json *value = NULL;
    if (bo_json_parse(&value, read_file(b, name), NULL, b->arena) != BO_OK) exit(EXIT_FAILURE);
    return value;
}

static bo_status load(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena) {
    if (!bo_str_eq(iri, BO_STR(OWN_CONTEXT))) return bo_loader_builtin.load(NULL, out, final_iri, iri, arena);
    *out = ((bench *)context)->own_context;
    *final_iri = iri;
    return BO_OK;
}

static bo_status count(void *context, const bo_quad *quad) {
    (void)quad;
    ++*(size_t *)context;
    return BO_OK;
}

static bo_status expand(bench *b) {
    bo_json *out;
    return bo_jsonld_expand(&out, b->document, &b->options, b->scratch);
}
static bo_status compact(bench *b) {
    bo_json *out;
    return bo_jsonld_compact(&out, b->document, b->context, &b->options, b->scratch);
}
static bo_status frame(bench *b) {
    bo_json *out;
    return bo_jsonld_frame(&out, b->document, b->frame, &b->options, b->scratch);
}
static bo_status to_rdf(bench *b) {
    size_t quads = 0;
    const bo_sink sink = {count, NULL, &quads};
    return bo_jsonld_to_rdf(&sink, b->document, &b->options, b->scratch);
}
static bo_status parse(bench *b) {
    bo_json *out;
    return bo_json_parse(&out, b->text, NULL, b->scratch);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double round_of(bench *b, bo_status (*run)(bench *), double micros) {
    double begun = now(), end = begun;
    size_t calls = 0;
    do {
        bo_arena_reset(b->scratch);
        if (run(b) != BO_OK) {
            fprintf(stderr, "%s\n", bo_error_last()->message);
            exit(EXIT_FAILURE);
        }
        if (++calls % 16 == 0 || b->text.len > 100000) end = now(); /* the clock takes its time too */
    } while (end - begun < micros);
    end = now();
    return (end - begun) / (double)calls;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static const char *const documents[] = {"create", "organisation", "container"};
    static const struct {
        const char *name;
        bo_status (*run)(bench *);
    } operations[] = {
        {"expand", expand}, {"compact", compact}, {"frame", frame}, {"toRdf", to_rdf}, {"parse", parse}};
    bench b = {.arena = bo_arena_new(0), .scratch = bo_arena_new(0)};
    if (argc < 3 || argc > 5) return EXIT_FAILURE;
    b.folder = argv[1];
    bo_loader loader = {.load = load, .context = &b};
    if (bo_jsonld_cache_new(&loader.cache, 0) != BO_OK) return EXIT_FAILURE;
    b.options = (bo_jsonld_options){.loader = &loader, .base = BO_STR("https://bocage.example/")};
    b.own_context = read_json(&b, "semapps.json");
    for (size_t d = 0; d < 3; d++) {
        if (argc > 4 && strcmp(argv[4], documents[d]) != 0) continue;
        b.text = read_file(&b, bo_arena_printf(b.arena, "%s.json", documents[d]).ptr);
        b.document = read_json(&b, bo_arena_printf(b.arena, "%s.json", documents[d]).ptr);
        b.frame = read_json(&b, bo_arena_printf(b.arena, "%s-frame.json", documents[d]).ptr);
        b.context = bo_json_get(b.frame, BO_STR("@context"));
        for (size_t o = 0; o < sizeof operations / sizeof operations[0]; o++) {
            double rounds[5];
            if (argc > 3 && strcmp(argv[3], operations[o].name) != 0) continue;
            for (size_t r = 0; r < 5; r++) rounds[r] = round_of(&b, operations[o].run, atof(argv[2]) * 2e5);
            qsort(rounds, 5, sizeof rounds[0], by_size);
            printf("%s %s %.2f\n", operations[o].name, documents[d], rounds[2]);
        }
    }
    bo_jsonld_cache_free(loader.cache);
    bo_arena_free(b.scratch);
    bo_arena_free(b.arena);
    return EXIT_SUCCESS;
}
