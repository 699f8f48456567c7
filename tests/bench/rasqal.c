/* SPDX-License-Identifier: Apache-2.0
 * librdf with its storage of trees and rasqal as a peer of the bench: `bench_rasqal FILE.nt` loads the file,
 * says {}, and then answers lines "TIMES FILE" as bench_query does. Rows are counted, not serialised.
 */
#include <librdf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char *read_file(const char *path) {
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    size_t len = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL) fclose(file);
    text[len] = '\0';
    return len > 0 ? text : NULL;
}

/* The number of rows, and the number in an answer of one row and one column, else -1; false when refused. */
static bool run_once(librdf_world *world, librdf_model *model, const char *text, long *rows, long *value) {
    librdf_query *query = librdf_new_query(world, "sparql", NULL, (const unsigned char *)text, NULL);
    librdf_query_results *results = query != NULL ? librdf_query_execute(query, model) : NULL;
    bool good = results != NULL && librdf_query_results_is_bindings(results);
    *rows = 0;
    *value = -1;
    for (; good && !librdf_query_results_finished(results); librdf_query_results_next(results)) {
        librdf_node *node = librdf_query_results_get_binding_value(results, 0);
        bool number = ++*rows == 1 && librdf_query_results_get_bindings_count(results) == 1 && node != NULL &&
                      librdf_node_is_literal(node);
        *value = number ? strtol((const char *)librdf_node_get_literal_value(node), NULL, 10) : -1;
        if (node != NULL) librdf_free_node(node);
    }
    if (results != NULL) librdf_free_query_results(results);
    if (query != NULL) librdf_free_query(query);
    return good;
}

int main(int argc, char **argv) {
    char line[4096], *name;
    if (argc != 2) return fprintf(stderr, "bench_rasqal FILE.nt\n"), 2;
    librdf_world *world = librdf_new_world();
    librdf_world_open(world);
    librdf_storage *storage = librdf_new_storage(world, "trees", NULL, NULL);
    librdf_model *model = librdf_new_model(world, storage, NULL);
    librdf_parser *parser = librdf_new_parser(world, "ntriples", NULL, NULL);
    librdf_uri *file = librdf_new_uri_from_filename(world, argv[1]);
    if (librdf_parser_parse_into_model(parser, file, NULL, model) != 0) return 1;
    puts("{}");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        long times = strtol(line, &name, 10), rows = 0, value = -1;
        name[strcspn(name, "\n")] = '\0';
        const char *text = read_file(name + 1);
        bool good = text != NULL;
        double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
        for (long i = 0; i < times && good; i++) good = run_once(world, model, text, &rows, &value);
        cpu = (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)times;
        wall = (seconds(CLOCK_MONOTONIC) - wall) / (double)times;
        if (good)
            printf("{\"cpu\": %.9f, \"wall\": %.9f, \"rows\": %ld, \"value\": %ld}\n", cpu, wall, rows,
                   value);
        else
            puts("{\"error\": \"rasqal refuses it\"}");
        fflush(stdout);
    }
    librdf_free_uri(file);
    librdf_free_parser(parser);
    librdf_free_model(model);
    librdf_free_storage(storage);
    librdf_free_world(world);
    return 0;
}
