/* SPDX-License-Identifier: Apache-2.0
 * dump: everything that is in the store, or one graph of it, as RDF.
 */
#include <stdio.h>

#include "bocage/syntax.h"
#include "cli/command.h"
#include "cli/packed.h"
#include "rdf/vocab.h"

/* What --graph calls the graph that has no name. */
#define UNNAMED BO_STR("default")

static bo_status format_of(const bo_cli *cli, bo_format *out, const char *path) {
    *out = BO_NQUADS;
    if (cli->set.format.len > 0) {
        if (bo_format_by_name(out, cli->set.format) && bo_format_writes(*out)) return BO_OK;
        return bo_fail(BO_BAD_ARGUMENT,
                       "format: '%.*s' is not written; nquads, trig, ntriples, turtle, jsonld and rdfxml are",
                       BO_STR_ARG(cli->set.format));
    }
    if (strcmp(path, "-") == 0 || (bo_format_by_path(out, bo_str_of(path)) && bo_format_writes(*out)))
        return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: the ending says no format; add --format nquads (or another)", path);
}

/* The graph asked for, as the only one that can be seen; NULL when all of them are. */
static bo_status only_graph(const bo_cli *cli, bo_txn *txn, bo_graph_set **out) {
    bo_graph_info info;
    bo_str name = cli->set.graph;
    *out = NULL;
    if (name.len == 0) return BO_OK;
    if (bo_str_eq(name, UNNAMED))
        name = BO_STR("");
    else if (bo_txn_graph(txn, name, &info) == BO_NOT_FOUND)
        return bo_fail(BO_NOT_FOUND,
                       "there is no graph <%.*s>; this lists them: bocage query --query 'SELECT DISTINCT ?g "
                       "{ GRAPH ?g {} }'",
                       BO_STR_ARG(name));
    return bo_graph_set_new(out, txn, false, &name, 1, cli->arena);
}

static bo_status dump(bo_cli *cli, bo_txn *txn, bo_format format, bo_output *out) {
    bo_prefix prefixes[BO_NS_COUNT];
    bo_source *source;
    bo_graph_set *seen;
    bo_text text;
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        prefixes[i] = (bo_prefix){bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri};
    bo_write_options options = {.prefixes = prefixes, .prefix_count = BO_NS_COUNT};
    BO_TRY(only_graph(cli, txn, &seen));
    BO_TRY(bo_txn_source(&source, txn, seen, cli->arena));
    bo_text_init_stream(&text, 1 << 16, bo_output_put, out);
    bo_status status = bo_write(&text, format, source, &options);
    if (status == BO_OK) status = bo_text_end(&text);
    bo_text_done(&text);
    return status;
}

bo_status bo_command_dump(bo_cli *cli) {
    bo_format format;
    bo_store *store;
    bo_txn *txn;
    bo_output *out;
    const char *path = cli->word_count > 0 ? cli->words[0].ptr : "-";
    BO_TRY(format_of(cli, &format, path));
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = bo_txn_begin(&txn, store, BO_READ);
    if (status == BO_OK) {
        status = bo_output_open(&out, path);
        if (status == BO_OK) status = bo_output_close(out, dump(cli, txn, format, out));
        bo_txn_abort(txn);
    }
    bo_store_close(store);
    if (status == BO_OK && cli->set.graph.len == 0 && !bo_format_has_graphs(format))
        fprintf(stderr, "%s can't name graphs: the triples of all of them were written together\n",
                bo_format_name(format));
    return status;
}
