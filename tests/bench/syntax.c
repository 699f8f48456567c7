/* SPDX-License-Identifier: Apache-2.0
 * Reading and writing RDF, side by side in one run: libbocage, raptor2 (which rapper is), serd where it is
 * there. bench_syntax FILE.nt ROUNDS CPU seconds of the fastest of the rounds; every reader counts its
 * triples, and all counts must agree.
 */
#include <raptor2.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef BENCH_SERD
#include <serd/serd.h>
#endif

#include "base/fs.h"
#include "bocage/graph.h"
#include "bocage/syntax.h"

#define BASE "http://base.example/"

static size_t count;

static double cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "bench_syntax: %s: %s\n", what, bo_error_last()->message);
    exit(1);
}

/* The readers: each counts the triples of a text. */

static bo_status one(void *context, const bo_quad *quad) {
    (void)context;
    (void)quad;
    count++;
    return BO_OK;
}

static void read_bocage(bo_format format, bo_str text) {
    bo_sink sink = {.quad = one};
    must(bo_read(&sink, format, text, &(bo_read_options){.base = BO_STR(BASE)}) == BO_OK, "bocage");
}

static void read_pieces(bo_format format, bo_str text) {
    enum { PIECE = 1 << 16 };
    bo_reader *reader;
    bo_sink sink = {.quad = one};
    must(bo_reader_new(&reader, &sink, format, &(bo_read_options){.base = BO_STR(BASE)}, 0) == BO_OK,
         "bocage");
    for (bo_str rest = text; rest.len > 0; rest = bo_str_from(rest, PIECE))
        must(bo_reader_feed(reader, bo_str_head(rest, PIECE)) == BO_OK, "bocage");
    must(bo_reader_end(reader) == BO_OK, "bocage");
    bo_reader_free(reader);
}

static void one_raptor(void *context, raptor_statement *statement) {
    (void)context;
    (void)statement;
    count++;
}

static void read_raptor(bo_format format, bo_str text) {
    raptor_world *world = raptor_new_world();
    raptor_parser *parser = raptor_new_parser(world, bo_format_name(format));
    raptor_uri *base = raptor_new_uri(world, (const unsigned char *)BASE);
    raptor_parser_set_statement_handler(parser, NULL, one_raptor);
    raptor_parser_parse_start(parser, base);
    /* In pieces: libxml2 takes no large one. */
    for (bo_str rest = text; rest.len > 0; rest = bo_str_from(rest, 1 << 16))
        must(raptor_parser_parse_chunk(parser, (const unsigned char *)rest.ptr,
                                       bo_str_head(rest, 1 << 16).len, rest.len <= 1 << 16) == 0,
             "raptor");
    raptor_free_uri(base);
    raptor_free_parser(parser);
    raptor_free_world(world);
}

#ifdef BENCH_SERD
/* serd hands out names as they were written; the others hand out IRIs. Both are measured: as it is, and
 * expanded. */
static bool expand_serd;

static SerdStatus one_serd(void *env, SerdStatementFlags flags, const SerdNode *graph,
                           const SerdNode *subject, const SerdNode *predicate, const SerdNode *object,
                           const SerdNode *datatype, const SerdNode *lang) {
    const SerdNode *nodes[] = {subject, predicate, object, datatype};
    (void)flags, (void)graph, (void)lang;
    for (int i = 0; i < 4 && expand_serd; i++)
        if (nodes[i] != NULL && nodes[i]->type == SERD_CURIE) {
            SerdNode full = serd_env_expand_node(env, nodes[i]);
            serd_node_free(&full);
        }
    count++;
    return SERD_SUCCESS;
}

static SerdStatus base_serd(void *env, const SerdNode *uri) {
    return serd_env_set_base_uri(env, uri);
}
static SerdStatus prefix_serd(void *env, const SerdNode *name, const SerdNode *uri) {
    return serd_env_set_prefix(env, name, uri);
}

static void read_serd(bo_format format, bo_str text) {
    SerdEnv *env = serd_env_new(NULL);
    SerdReader *reader = serd_reader_new(format == BO_TURTLE ? SERD_TURTLE : SERD_NTRIPLES, env, NULL,
                                         base_serd, prefix_serd, one_serd, NULL);
    must(serd_reader_read_string(reader, (const uint8_t *)text.ptr) == SERD_SUCCESS, "serd");
    serd_reader_free(reader);
    serd_env_free(env);
}

static void read_serd_expanded(bo_format format, bo_str text) {
    expand_serd = true;
    read_serd(format, text);
    expand_serd = false;
}
#endif

static const struct peer {
    const char *name;
    void (*read)(bo_format format, bo_str text);
} peers[] = {
    {"bocage", read_bocage}, {"bocage, 64 KiB pieces", read_pieces},       {"raptor2", read_raptor},
#ifdef BENCH_SERD
    {"serd", read_serd},     {"serd, names expanded", read_serd_expanded},
#endif
};

static void compare_readers(bo_format format, bo_str text, int rounds) {
    double ours = 0;
    size_t expected = 0;
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        if (format == BO_RDFXML && i > 2) continue; /* serd reads none */
        double best = 1e9;
        for (int round = 0; round < rounds; round++) {
            count = 0;
            double begun = cpu();
            peers[i].read(format, text);
            if (cpu() - begun < best) best = cpu() - begun;
        }
        if (i == 0) ours = best, expected = count;
        must(count == expected, "another number of triples");
        printf("read %-9s %-22s %7.3f s  %6.1f MB/s  %5.2f M triples/s  %5.2f of bocage's time\n",
               bo_format_name(format), peers[i].name, best, (double)text.len / best / 1e6,
               (double)count / best / 1e6, best / ours);
    }
}

/* Writing: from a graph in memory, and raptor from statements in memory, both in the order of subjects. */

typedef struct statements {
    raptor_world *world;
    raptor_statement **all;
    size_t len, size;
} statements;

static void keep_raptor(void *context, raptor_statement *statement) {
    statements *s = context;
    if (s->len == s->size) s->all = realloc(s->all, (s->size = s->size * 2 + 1024) * sizeof *s->all);
    s->all[s->len++] = raptor_statement_copy(statement);
}

static const bo_prefix prefixes[] = {{{"pair", 4}, {"http://virtual-assembly.org/ontologies/pair#", 44}},
                                     {{"obc", 3}, {"https://w3id.org/bien-commun/ns#", 32}},
                                     {{"dc", 2}, {"http://purl.org/dc/terms/", 25}},
                                     {{"rdf", 3}, {"http://www.w3.org/1999/02/22-rdf-syntax-ns#", 43}},
                                     {{"xsd", 3}, {"http://www.w3.org/2001/XMLSchema#", 33}}};

static double write_raptor(bo_str text, int rounds, size_t *bytes) {
    double best = 1e9;
    statements s = {.world = raptor_new_world()};
    raptor_parser *parser = raptor_new_parser(s.world, "ntriples");
    raptor_uri *base = raptor_new_uri(s.world, (const unsigned char *)BASE);
    raptor_parser_set_statement_handler(parser, &s, keep_raptor);
    raptor_parser_parse_start(parser, base);
    raptor_parser_parse_chunk(parser, (const unsigned char *)text.ptr, text.len, 1);
    for (int round = 0; round < rounds; round++) {
        void *written;
        double begun = cpu();
        raptor_serializer *serializer = raptor_new_serializer(s.world, "turtle");
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            raptor_uri *uri = raptor_new_uri(s.world, (const unsigned char *)prefixes[i].iri.ptr);
            raptor_serializer_set_namespace(serializer, uri, (const unsigned char *)prefixes[i].name.ptr);
            raptor_free_uri(uri);
        }
        raptor_serializer_start_to_string(serializer, NULL, &written, bytes);
        for (size_t i = 0; i < s.len; i++) raptor_serializer_serialize_statement(serializer, s.all[i]);
        raptor_serializer_serialize_end(serializer);
        raptor_free_serializer(serializer);
        if (cpu() - begun < best) best = cpu() - begun;
        raptor_free_memory(written);
    }
    for (size_t i = 0; i < s.len; i++) raptor_free_statement(s.all[i]);
    free(s.all);
    raptor_free_uri(base);
    raptor_free_parser(parser);
    raptor_free_world(s.world);
    return best;
}

static double write_bocage(bo_graph *graph, bo_format format, int rounds, bo_text *out) {
    double best = 1e9;
    bo_write_options options = {.prefixes = prefixes, .prefix_count = sizeof prefixes / sizeof *prefixes};
    for (int round = 0; round < rounds; round++) {
        bo_text_clear(out);
        double begun = cpu();
        must(bo_write(out, format, bo_graph_source(graph), &options) == BO_OK, "bocage writes");
        if (cpu() - begun < best) best = cpu() - begun;
    }
    return best;
}

int main(int argc, char **argv) {
    bo_text lines, turtle, other;
    bo_graph *graph;
    size_t bytes = 0;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
    if (argc < 2) return 2;
    bo_text_init(&lines, 0);
    bo_text_init(&turtle, 0);
    bo_text_init(&other, 0);
    must(bo_fs_read(&lines, argv[1], 0) == BO_OK, argv[1]);
    must(bo_graph_new(&graph) == BO_OK, "memory");
    bo_sink sink = bo_graph_sink(graph);
    must(bo_read(&sink, BO_NTRIPLES, bo_text_str(&lines), &(bo_read_options){0}) == BO_OK, argv[1]);

    double ours = write_bocage(graph, BO_TURTLE, rounds, &turtle);
    double theirs = write_raptor(bo_text_str(&lines), rounds, &bytes);
    printf("write turtle   %-22s %7.3f s  %6.1f MB/s\n", "bocage", ours, (double)turtle.len / ours / 1e6);
    printf("write turtle   %-22s %7.3f s  %6.1f MB/s  %5.2f of bocage's time\n", "raptor2", theirs,
           (double)bytes / theirs / 1e6, theirs / ours);
    for (bo_format format = BO_NTRIPLES; format <= BO_RDFXML; format += BO_RDFXML - BO_NTRIPLES) {
        ours = write_bocage(graph, format, rounds, &other);
        printf("write %-8s %-22s %7.3f s  %6.1f MB/s\n", bo_format_name(format), "bocage", ours,
               (double)other.len / ours / 1e6);
    }
    bo_graph_free(graph);
    compare_readers(BO_NTRIPLES, bo_text_str(&lines), rounds);
    compare_readers(BO_TURTLE, bo_text_str(&turtle), rounds);
    bo_text_done(&lines);
    bo_text_done(&turtle);
    compare_readers(BO_RDFXML, bo_text_str(&other), rounds);
    bo_text_done(&other);
    return 0;
}
