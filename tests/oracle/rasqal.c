/* SPDX-License-Identifier: Apache-2.0
 * An independent judge: the same queries over the same triples through librdf with rasqal, and through ours.
 * Only forms that rasqal 0.9.33 evaluates rightly are asked; the conformance suites cover the others. rasqal
 * DATA.nt
 */
#include <redland.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "bocage/graph.h"
#include "bocage/sparql.h"
#include "bocage/syntax.h"

#define PROLOGUE                                                                                             \
    "PREFIX pair: <http://virtual-assembly.org/ontologies/pair#>\n"                                          \
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"                                                 \
    "PREFIX dct: <http://purl.org/dc/terms/>\n"                                                              \
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"                                                      \
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"

static const char *const queries[] = {
    "SELECT ?p ?o WHERE { <http://data.example.org/person/3> ?p ?o }",
    "SELECT ?s WHERE { ?s a pair:Organization }",
    "SELECT ?a ?b WHERE { ?a pair:memberOf ?b . ?b a pair:Organization }",
    "SELECT ?project ?hours WHERE { ?t pair:partOf ?project ; pair:hours ?hours . ?project pair:hasTopic "
    "?theme }",
    "SELECT ?a ?s WHERE { ?a pair:neededBy ?s OPTIONAL { ?t pair:partOf ?s } FILTER(!BOUND(?t)) }",
    "SELECT ?n ?v WHERE { ?n a pair:Need ; pair:priority ?v FILTER(?v > 1 && ?v <= 4) }",
    "SELECT ?n ?v WHERE { ?n pair:memberCount ?v } ORDER BY DESC(?v) ?n LIMIT 20",
    "SELECT ?n ?v WHERE { ?n pair:memberCount ?v } ORDER BY ?v ?n LIMIT 15 OFFSET 5",
    "SELECT DISTINCT ?theme WHERE { ?p pair:hasTopic ?theme } ORDER BY ?theme",
    "SELECT ?x WHERE { { ?x a pair:Task } UNION { ?x a pair:Project } }",
    "SELECT ?x ?l WHERE { ?x rdfs:label ?l FILTER(REGEX(STR(?l), \"^garden\", \"i\")) }",
    "SELECT ?x WHERE { ?x pair:open true }",
    "SELECT ?x ?d WHERE { ?x dct:created ?d FILTER(?d >= \"2020-01-01T00:00:00Z\"^^xsd:dateTime) }",
    "SELECT (COUNT(?x) AS ?n) WHERE { ?x a pair:Person }",
    "SELECT ?x ?l WHERE { ?x a pair:Project ; rdfs:label ?l FILTER(LANG(?l) = \"en\" && CONTAINS(STR(?l), "
    "\"water\")) }",
    "SELECT ?x ?y WHERE { ?x pair:partOf ?y OPTIONAL { ?y pair:partOf ?z OPTIONAL { ?z pair:partOf ?w } } }",
    "SELECT ?c ?m WHERE { ?c pair:rating ?m FILTER(?m IN (1, 7)) }",
    "SELECT ?e ?double WHERE { ?e pair:rating ?m BIND(?m * 2 AS ?double) FILTER(?double > 10) }",
    "SELECT ?s ?o WHERE { ?s ?p ?o FILTER(isLiteral(?o) && datatype(?o) = xsd:boolean) }",
    "SELECT ?b ?s WHERE { ?x pair:budget ?b ; pair:status ?s FILTER(?b < 100000.5 || ?s = \"done\") }",
};

typedef struct answer {
    char **rows;
    size_t len, size;
} answer;

static void keep(answer *to, const bo_text *row) {
    if (to->len == to->size) {
        to->size = to->size ? to->size * 2 : 256;
        to->rows = realloc(to->rows, to->size * sizeof *to->rows);
    }
    bo_str text = bo_text_str(row);
    to->rows[to->len++] = strndup(text.ptr, text.len);
}

static void drop(answer *a) {
    for (size_t i = 0; i < a->len; i++) free(a->rows[i]);
    free(a->rows);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bo_term term_of(librdf_node *node) {
    bo_term term = {.kind = BO_NO_TERM};
    if (node == NULL) return term;
    if (librdf_node_is_resource(node))
        return bo_term_iri(bo_str_of((char *)librdf_uri_as_string(librdf_node_get_uri(node))));
    if (librdf_node_is_blank(node))
        return bo_term_blank(bo_str_of((char *)librdf_node_get_blank_identifier(node)));
    librdf_uri *datatype = librdf_node_get_literal_value_datatype_uri(node);
    char *lang = librdf_node_get_literal_value_language(node);
    bo_str lexical = bo_str_of((char *)librdf_node_get_literal_value(node));
    if (lang != NULL) return bo_term_lang(lexical, bo_str_of(lang));
    return bo_term_typed(lexical, datatype ? bo_str_of((char *)librdf_uri_as_string(datatype)) : BO_STR_NONE);
}

static void theirs(answer *out, librdf_world *world, librdf_model *model, const char *text) {
    librdf_query *query = librdf_new_query(world, "sparql", NULL, (const unsigned char *)text, NULL);
    librdf_query_results *results = query ? librdf_query_execute(query, model) : NULL;
    if (results == NULL) {
        fprintf(stderr, "rasqal refuses:\n%s\n", text);
        exit(1);
    }
    for (; !librdf_query_results_finished(results); librdf_query_results_next(results)) {
        bo_text row;
        bo_text_init(&row, 0);
        for (int i = 0; i < librdf_query_results_get_bindings_count(results); i++) {
            librdf_node *node = librdf_query_results_get_binding_value(results, i);
            bo_term term = term_of(node);
            if (term.kind != BO_NO_TERM) bo_term_write(&row, &term);
            bo_text_char(&row, '|');
            if (node != NULL) librdf_free_node(node);
        }
        keep(out, &row);
        bo_text_done(&row);
    }
    librdf_free_query_results(results);
    librdf_free_query(query);
}

static bo_status ours(answer *out, bo_source *source, const char *text) {
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    bo_query_options options = {.unnamed_default = true};
    BO_TRY(bo_query_parse(&query, bo_str_of(text), &options));
    BO_TRY(bo_query_run(&rows, query, source, &options));
    bo_status status;
    while ((status = bo_rows_next(rows, &row)) == BO_OK && row != NULL) {
        bo_text line;
        bo_text_init(&line, 0);
        for (size_t i = 0; i < bo_rows_width(rows); i++) {
            if (row[i].kind != BO_NO_TERM) bo_term_write(&line, &row[i]);
            bo_text_char(&line, '|');
        }
        keep(out, &line);
        bo_text_done(&line);
    }
    bo_rows_free(rows);
    bo_query_free(query);
    return status;
}

static bool same(const char *query, answer *a, answer *b) {
    if (strstr(query, "LIMIT") == NULL) { /* without it the order of rows is free */
        qsort(a->rows, a->len, sizeof *a->rows, by_text);
        qsort(b->rows, b->len, sizeof *b->rows, by_text);
    }
    for (size_t i = 0; i < a->len || i < b->len; i++) {
        const char *left = i < a->len ? a->rows[i] : "(no row)",
                   *right = i < b->len ? b->rows[i] : "(no row)";
        if (strcmp(left, right) == 0) continue;
        printf("%s\n  row %zu of %zu and %zu\n  rasqal: %s\n  ours:   %s\n", query, i, a->len, b->len, left,
               right);
        return false;
    }
    return true;
}

static bo_status compare(const char *path, librdf_world *world, librdf_model *model, int *failed) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    BO_TRY(bo_fs_read(&bytes, path, 0));
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_sink sink = bo_graph_sink(graph);
    BO_TRY(bo_read(&sink, BO_NTRIPLES, bo_text_str(&bytes), &(bo_read_options){0}));
    bo_text_done(&bytes);
    int passed = 0;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        char text[2048];
        snprintf(text, sizeof text, PROLOGUE "%s", queries[i]);
        answer left = {0}, right = {0};
        theirs(&left, world, model, text);
        bo_status status = ours(&right, bo_graph_source(graph), text);
        if (status != BO_OK) printf("%s\n  ours: %s\n", queries[i], bo_error_last()->message);
        if (left.len == 0) printf("%s\n  has no rows, so it shows nothing\n", queries[i]);
        bool good = status == BO_OK && left.len > 0 && same(queries[i], &left, &right);
        passed += good;
        *failed += !good;
        drop(&left);
        drop(&right);
    }
    bo_graph_free(graph);
    printf("%d passed, %d failed\n", passed, *failed);
    return BO_OK;
}

static int pass_over(void *context, librdf_log_message *message) {
    (void)context, (void)message;
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) return EXIT_FAILURE;
    librdf_world *world = librdf_new_world();
    librdf_world_set_logger(world, NULL, pass_over); /* its own one reads beyond its text */
    librdf_world_open(world);
    librdf_storage *storage = librdf_new_storage(world, "trees", NULL, NULL);
    librdf_model *model = librdf_new_model(world, storage, NULL);
    librdf_parser *parser = librdf_new_parser(world, "ntriples", NULL, NULL);
    librdf_uri *uri = librdf_new_uri_from_filename(world, argv[1]);
    int failed = 0;
    if (librdf_parser_parse_into_model(parser, uri, uri, model) != 0) failed = 1;
    if (compare(argv[1], world, model, &failed) != BO_OK) {
        printf("%s\n", bo_error_last()->message);
        failed++;
    }
    librdf_free_uri(uri);
    librdf_free_parser(parser);
    librdf_free_model(model);
    librdf_free_storage(storage);
    librdf_free_world(world);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
