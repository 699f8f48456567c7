/* SPDX-License-Identifier: Apache-2.0
 * canon: the one text of an RDF dataset (RDFC-1.0) or of a JSON text (JCS), or its hash.
 */
#include <stdlib.h>

#include "bocage/canon.h"
#include "bocage/graph.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "cli/packed.h"
#include "crypto/crypto.h"

static const struct {
    const char *name;
    bo_canon_hash hash;
    size_t len;
    void (*digest)(unsigned char *out, bo_str bytes);
} hashes[] = {{"sha256", BO_CANON_SHA256, 32, bo_sha256}, {"sha384", BO_CANON_SHA384, 48, bo_sha384}};
enum { HASHES = sizeof hashes / sizeof hashes[0] };

/* Its row in the table; 0 when none is asked for. */
static bo_status hash_of(const bo_cli *cli, size_t *out) {
    *out = 0;
    if (cli->set.hash.len == 0) return BO_OK;
    for (size_t i = 0; i < HASHES; i++) {
        if (!bo_str_eq(bo_str_of(hashes[i].name), cli->set.hash)) continue;
        *out = i;
        return BO_OK;
    }
    return bo_fail(BO_BAD_ARGUMENT, "hash: '%.*s' is not known; sha256 and sha384 are",
                   BO_STR_ARG(cli->set.hash));
}

static bo_status read_all(bo_text *out, const char *path) {
    char room[1 << 16];
    size_t got = 0;
    bo_input *input;
    BO_TRY(bo_input_open(&input, path));
    bo_status status;
    do {
        status = bo_input_read(input, room, sizeof room, &got);
        if (status == BO_OK) bo_text_put(out, (bo_str){room, got});
    } while (status == BO_OK && got > 0);
    bo_input_close(input);
    return status == BO_OK ? bo_text_end(out) : status;
}

static bo_status format_of(const bo_cli *cli, bo_format *out, const char *path) {
    bool named = cli->set.format.len > 0;
    bool known = named ? bo_format_by_name(out, cli->set.format) : bo_format_by_path(out, bo_str_of(path));
    if (known && bo_format_reads(*out)) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: %s; add --format nquads, trig, turtle, ntriples, jsonld or rdfxml",
                   named ? "format" : path, named ? "this is not read" : "nothing says what format it has");
}

static bo_status canon_rdf(bo_cli *cli, bo_text *out, bo_str bytes, const char *path, bo_canon_hash hash) {
    bo_read_options options = {.base = cli->set.base};
    bo_format format;
    bo_graph *graph;
    BO_TRY(format_of(cli, &format, path));
    char *absolute = options.base.len == 0 ? realpath(path, NULL) : NULL;
    if (absolute != NULL) options.base = bo_arena_printf(cli->arena, "file://%s", absolute);
    free(absolute);
    bo_jsonld_pins *contexts = NULL;
    if (cli->set.contexts.len > 0) BO_TRY(bo_jsonld_pins_open(&contexts, cli->set.contexts.ptr));
    const bo_loader loader = bo_jsonld_pins_loader(contexts);
    options.loader = &loader;
    bo_status status = bo_graph_new(&graph);
    if (status != BO_OK) {
        bo_jsonld_pins_free(contexts);
        return status;
    }
    bo_sink sink = bo_graph_sink(graph);
    status = bo_read(&sink, format, bytes, &options);
    if (status == BO_OK)
        status = bo_canon_write(out, bo_graph_source(graph), &(bo_canon_options){.hash = hash});
    bo_graph_free(graph);
    bo_jsonld_pins_free(contexts);
    return status;
}

static bo_status canon_json(bo_cli *cli, bo_text *out, bo_str bytes) {
    bo_json *value;
    BO_TRY(bo_json_parse(&value, bytes, NULL, cli->arena));
    bo_json_write_canonical(out, value);
    return bo_text_end(out);
}

/* An error says where in which file it is: "file:line:column: reason". */
static bo_status placed(bo_status status, const char *path) {
    const bo_error error = *bo_error_last();
    if (status == BO_OK || error.line == 0) return status;
    return bo_fail_at(status, error.line, error.column, "%.200s:%u:%u: %.240s",
                      strcmp(path, "-") == 0 ? "standard input" : path, error.line, error.column,
                      error.message);
}

static bo_status write_result(const bo_cli *cli, bo_text *canonical, size_t hash) {
    unsigned char digest[48];
    bo_output *output;
    bo_str text = bo_text_str(canonical);
    if (cli->set.hash.len > 0) {
        hashes[hash].digest(digest, text);
        text = bo_hex((bo_str){(const char *)digest, hashes[hash].len}, cli->arena);
        if (text.ptr != NULL) text = bo_arena_join(cli->arena, text, BO_STR("\n"));
        if (text.ptr == NULL) return bo_error_last()->status;
    }
    BO_TRY(bo_output_open(&output, "-"));
    return bo_output_close(output, bo_output_put(output, text));
}

bo_status bo_command_canon(bo_cli *cli) {
    const char *path = cli->word_count > 0 ? cli->words[0].ptr : "-";
    bo_text bytes, canonical;
    size_t hash;
    BO_TRY(hash_of(cli, &hash));
    bo_text_init(&bytes, 0);
    bo_text_init(&canonical, 0);
    bo_status status = read_all(&bytes, path);
    if (status == BO_OK)
        status =
            placed(cli->set.jcs ? canon_json(cli, &canonical, bo_text_str(&bytes))
                                : canon_rdf(cli, &canonical, bo_text_str(&bytes), path, hashes[hash].hash),
                   path);
    if (status == BO_OK) status = write_result(cli, &canonical, hash);
    bo_text_done(&bytes);
    bo_text_done(&canonical);
    return status;
}
