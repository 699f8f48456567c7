/* SPDX-License-Identifier: Apache-2.0
 * import: everything of a Redland (librdf) storage into the store; 'import semapps' is in import_semapps.c.
 */
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "redland/redland.h"

typedef struct importing {
    bo_sink bulk;
    bo_term graph; /* for statements without a context */
    uint64_t quads;
} importing;

static bo_status take(void *context, const bo_quad *quad) {
    importing *i = context;
    bo_quad placed = *quad;
    if (placed.g.kind == BO_NO_TERM) placed.g = i->graph;
    i->quads++;
    return i->bulk.quad(i->bulk.context, &placed);
}

/* Importing the same storage again means the same blank nodes. */
static bo_str prefix_of(const bo_cli *cli) {
    bo_str all = bo_arena_printf(cli->arena, "%.*s\n%.*s\n%.*s", BO_STR_ARG(cli->set.storage),
                                 BO_STR_ARG(cli->set.name), BO_STR_ARG(cli->set.options));
    return bo_arena_printf(cli->arena, "i%016llx-", (unsigned long long)bo_str_hash(all));
}

static bo_status import(bo_cli *cli, bo_store *store) {
    bo_bulk *bulk;
    uint64_t added = 0, begun_ns = bo_clock_steady_ns(&bo_clock_system);
    bo_redland_place place = {cli->set.storage.ptr, cli->set.name.ptr, cli->set.options.ptr};
    bo_bulk_options options = {.chunk = cli->set.chunk};
    BO_TRY(bo_bulk_begin(&bulk, store, &options));
    importing i = {.bulk = bo_bulk_sink(bulk)};
    if (cli->set.graph.len > 0) i.graph = bo_term_iri(cli->set.graph);
    bo_sink sink = {.quad = take, .context = &i};
    bo_status status = bo_redland_read(&sink, &place, prefix_of(cli));
    if (status != BO_OK) {
        bo_bulk_abort(bulk);
        return status;
    }
    BO_TRY(bo_bulk_end(bulk, &added));
    double seconds = (double)(bo_clock_steady_ns(&bo_clock_system) - begun_ns) / 1e9;
    printf("%llu triples read, %llu new, in %.2f s\n", (unsigned long long)i.quads, (unsigned long long)added,
           seconds);
    return BO_OK;
}

bo_status bo_command_import(bo_cli *cli) {
    bo_store *store;
    if (cli->word_count > 0 && bo_str_eq(cli->words[0], BO_STR("semapps"))) return bo_import_semapps(cli);
    if (cli->word_count > 0)
        return bo_fail(BO_BAD_ARGUMENT,
                       "import: '%.*s' is not known; 'import semapps' is, and --storage KIND",
                       BO_STR_ARG(cli->words[0]));
    if (cli->set.storage.len == 0)
        return bo_fail(BO_BAD_ARGUMENT,
                       "--storage is missing: Redland's name of the kind, such as hashes or sqlite");
    BO_TRY(bo_cli_open(cli, &store, true));
    bo_status status = import(cli, store);
    bo_store_close(store);
    return status;
}
