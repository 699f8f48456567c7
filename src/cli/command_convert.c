/* SPDX-License-Identifier: Apache-2.0
 * convert: from one syntax of RDF to another. N-Triples and N-Quads, and JSON-LD when asked to, are written
 * while the input is read; all others have to see the whole of it first.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/map.h"
#include "bocage/graph.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "cli/packed.h"
#include "rdf/vocab.h"

typedef struct converting {
    bo_cli *cli;
    const char *in, *out;
    bo_format from, to;
    bo_sink quads;     /* where the input's quads go */
    bo_map prefixes;   /* name -> bo_prefix */
    bo_loader loader;  /* of JSON-LD contexts */
    bo_output *output; /* open while something is written */
} converting;

/* An error in a text gets the name of its file: "file:line:column: reason". */
static bo_status in_file(bo_status status, const char *path) {
    bo_error error = *bo_error_last();
    if (status == BO_OK || error.line == 0) return status;
    return bo_fail_at(status, error.line, error.column, "%.200s:%u:%u: %.240s",
                      strcmp(path, "-") == 0 ? "standard input" : path, error.line, error.column,
                      error.message);
}

static bo_status format_of(bo_format *out, bo_str name, const char *path, bool (*can)(bo_format format),
                           const char *flag) {
    bo_text names;
    if (name.len > 0 ? bo_format_by_name(out, name) : bo_format_by_path(out, bo_str_of(path)))
        if (can(*out)) return BO_OK;
    bo_text_init(&names, 0);
    for (bo_format f = 0; f < BO_FORMAT_COUNT; f++)
        if (can(f)) bo_text_printf(&names, "%s%s", names.len ? ", " : "", bo_format_name(f));
    bo_status status = name.len > 0 ? bo_fail(BO_BAD_ARGUMENT, "%s: '%.*s' is none of %s", flag,
                                              BO_STR_ARG(name), bo_text_str(&names).ptr)
                                    : bo_fail(BO_BAD_ARGUMENT,
                                              "%s: nothing says which syntax it has; add %s NAME, one of %s",
                                              strcmp(path, "-") != 0   ? path
                                              : can == bo_format_reads ? "standard input"
                                                                       : "standard output",
                                              flag, bo_text_str(&names).ptr);
    bo_text_done(&names);
    return status;
}

/* Prefixes. The first word on a name counts. */

static bo_status add_prefix(void *context, bo_str name, bo_str iri) {
    converting *c = context;
    bool fresh;
    bo_prefix *made = BO_NEW(c->cli->arena, bo_prefix);
    bo_str kept = bo_arena_str(c->cli->arena, name);
    if (made == NULL || kept.ptr == NULL) return bo_error_last()->status;
    *made = (bo_prefix){kept, bo_arena_str(c->cli->arena, iri)};
    bo_value *place = bo_map_put(&c->prefixes, kept, &fresh);
    if (made->iri.ptr == NULL || place == NULL) return bo_error_last()->status;
    if (fresh) place->ptr = made;
    return BO_OK;
}

static bo_status take_quad(void *context, const bo_quad *quad) {
    const converting *c = context;
    return c->quads.quad(c->quads.context, quad);
}

static bo_status pass_over(void *context, const bo_quad *quad) {
    (void)context;
    (void)quad;
    return BO_OK;
}

static bo_status read_text(bo_str *out, bo_arena *arena, bo_str path) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_fs_read(&text, path.ptr, 0);
    if (status == BO_OK) *out = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status prefixes_of_file(converting *c) {
    bo_str text, path = c->cli->set.prefixes;
    if (path.len == 0) return BO_OK;
    bo_sink sink = {.quad = pass_over, .prefix = add_prefix, .context = c};
    BO_TRY(read_text(&text, c->cli->arena, path));
    return in_file(bo_read(&sink, BO_TURTLE, text, &(bo_read_options){0}), path.ptr);
}

static bo_status list_prefixes(converting *c, bo_write_options *options) {
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        BO_TRY(add_prefix(c, bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri));
    bo_prefix *list = bo_arena_array(c->cli->arena, c->prefixes.live + 1, sizeof *list);
    if (list == NULL) return bo_error_last()->status;
    uint32_t at = 0;
    for (bo_map_entry *entry; (entry = bo_map_next(&c->prefixes, &at)) != NULL;)
        list[options->prefix_count++] = *(bo_prefix *)entry->value.ptr;
    options->prefixes = list;
    return BO_OK;
}

/* Reading. */

static bo_status feed(bo_reader *reader, bo_input *input) {
    static char piece[1 << 18];
    for (size_t got;;) {
        BO_TRY(bo_input_read(input, piece, sizeof piece, &got));
        if (got == 0) return bo_reader_end(reader);
        BO_TRY(bo_reader_feed(reader, (bo_str){piece, got}));
    }
}

static bo_str base_of(const converting *c) {
    char absolute[PATH_MAX];
    if (c->cli->set.base.len > 0 || strcmp(c->in, "-") == 0) return c->cli->set.base;
    return realpath(c->in, absolute) ? bo_arena_printf(c->cli->arena, "file://%s", absolute) : BO_STR_NONE;
}

static bo_status read_input(converting *c) {
    bo_input *input;
    bo_reader *reader;
    bo_sink sink = {.quad = take_quad, .prefix = add_prefix, .context = c};
    bo_read_options options = {.base = base_of(c), .loader = &c->loader};
    BO_TRY(bo_input_open(&input, c->in));
    bo_status status = bo_reader_new(&reader, &sink, c->from, &options, 0);
    if (status == BO_OK) {
        status = in_file(feed(reader, input), c->in);
        bo_reader_free(reader);
    }
    bo_input_close(input);
    return status;
}

/* Writing. */

static bo_status flush(void *context, bo_str bytes) {
    converting *c = context;
    return bo_output_put(c->output, bytes);
}

static bo_status read_json(bo_json **out, bo_arena *arena, bo_str path) {
    bo_str text;
    BO_TRY(read_text(&text, arena, path));
    return in_file(bo_json_parse(out, text, NULL, arena), path.ptr);
}

static bo_status read_context(converting *c, bo_write_options *options) {
    bo_str path = c->cli->set.context;
    bo_json *checked; /* so that its mistakes are shown where they are */
    if (path.len == 0) return BO_OK;
    BO_TRY(read_json(&checked, c->cli->arena, path));
    return read_text(&options->jsonld_context, c->cli->arena, path);
}

static bo_status write_jsonld(converting *c, bo_text *out, bo_source *source) {
    bo_arena *arena = c->cli->arena;
    bo_str frame = c->cli->set.frame;
    bo_write_options options = {.loader = &c->loader};
    bo_json *written, *asked;
    bo_text text;
    BO_TRY(read_context(c, &options));
    bo_text_init(&text, 0);
    bo_status status = bo_write(&text, BO_JSONLD, source, &options);
    if (status == BO_OK) status = bo_json_parse(&written, bo_text_str(&text), NULL, arena);
    bo_text_done(&text);
    BO_TRY(status);
    if (frame.len > 0) {
        BO_TRY(read_json(&asked, arena, frame));
        BO_TRY(bo_jsonld_frame(&written, written, asked, &(bo_jsonld_options){.loader = &c->loader}, arena));
    }
    bo_json_write_pretty(out, written);
    bo_text_char(out, '\n');
    return out->status;
}

static bo_status write_graph(converting *c, bo_text *out, bo_graph *graph) {
    bo_write_options options = {0};
    if (c->to == BO_JSONLD) return write_jsonld(c, out, bo_graph_source(graph));
    BO_TRY(prefixes_of_file(c));
    BO_TRY(list_prefixes(c, &options));
    return bo_write(out, c->to, bo_graph_source(graph), &options);
}

static bo_status convert_whole(converting *c, bo_text *out) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    c->quads = bo_graph_sink(graph);
    bo_status status = read_input(c);
    if (status == BO_OK) status = write_graph(c, out, graph);
    bo_graph_free(graph);
    return status;
}

static bo_status convert_lines(converting *c, bo_text *out) {
    bo_lines lines = {out, c->to == BO_NQUADS};
    c->quads = bo_lines_sink(&lines);
    return read_input(c);
}

static bo_status convert_nodes(converting *c, bo_text *out) {
    bo_nodes *nodes;
    bo_write_options options = {.loader = &c->loader};
    BO_TRY(read_context(c, &options));
    BO_TRY(bo_nodes_new(&nodes, out, &options));
    c->quads = bo_nodes_sink(nodes);
    bo_status status = read_input(c);
    if (status == BO_OK) status = bo_nodes_end(nodes);
    bo_nodes_free(nodes);
    return status;
}

static bo_status convert(converting *c) {
    bo_text text;
    bool lines = c->to == BO_NTRIPLES || c->to == BO_NQUADS;
    bo_text_init_stream(&text, 1 << 16, flush, c);
    bo_status status = lines                ? convert_lines(c, &text)
                       : c->cli->set.stream ? convert_nodes(c, &text)
                                            : convert_whole(c, &text);
    if (status == BO_OK) status = bo_text_end(&text);
    bo_text_done(&text);
    return status;
}

static const char *word(const bo_cli *cli, size_t index) {
    return index < cli->word_count ? cli->words[index].ptr : "-";
}

static bo_status check_flags(const converting *c) {
    bool context = c->cli->set.context.len > 0, frame = c->cli->set.frame.len > 0,
         stream = c->cli->set.stream;
    if ((context || frame || stream) && c->to != BO_JSONLD)
        return bo_fail(BO_BAD_ARGUMENT, "--context, --frame and --stream are for JSON-LD: add --to jsonld");
    if (context && frame)
        return bo_fail(BO_BAD_ARGUMENT, "a frame has its own @context: give --frame or --context, not both");
    if (stream && frame)
        return bo_fail(BO_BAD_ARGUMENT,
                       "a frame needs the whole of the input: give --frame or --stream, not both");
    return BO_OK;
}

bo_status bo_command_convert(bo_cli *cli) {
    converting c = {.cli = cli, .in = word(cli, 0), .out = word(cli, 1)};
    bo_jsonld_pins *contexts = NULL;
    if (cli->word_count > 2)
        return bo_fail(BO_BAD_ARGUMENT, "one file is read and one is written: IN and OUT");
    BO_TRY(format_of(&c.from, cli->set.from, c.in, bo_format_reads, "--from"));
    BO_TRY(format_of(&c.to, cli->set.to, c.out, bo_format_writes, "--to"));
    BO_TRY(check_flags(&c));
    if (cli->set.contexts.len > 0) BO_TRY(bo_jsonld_pins_open(&contexts, cli->set.contexts.ptr));
    c.loader = bo_jsonld_pins_loader(contexts);
    bo_map_init(&c.prefixes, cli->arena);
    bo_status status = bo_output_open(&c.output, c.out);
    if (status == BO_OK) status = bo_output_close(c.output, convert(&c));
    bo_jsonld_pins_free(contexts);
    return status;
}
