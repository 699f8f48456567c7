/* SPDX-License-Identifier: Apache-2.0
 * Writes JSON-LD while quads come: a node object for each run of them that has subject and graph in common.
 */
#include <stdlib.h>

#include "bocage/graph.h"
#include "bocage/jsonld.h"

#include "syntax/write.h"

struct bo_nodes {
    bo_text *to;
    bo_jsonld_options how;
    bo_json *written;           /* the context as it was given; NULL: expanded form */
    bo_jsonld_context *context; /* the same, processed */
    bo_arena *kept;             /* as long as the writer */
    bo_arena *arena;            /* one node */
    bo_arena *names;            /* the run's subject and graph */
    bo_term subject, graph;
    bo_graph *run; /* NULL: none has begun */
    bool any;
};

static bo_status take_context(bo_nodes *nodes, bo_str json) {
    BO_TRY(bo_json_parse(&nodes->written, json, NULL, nodes->kept));
    const bo_json *inner = bo_json_get(nodes->written, BO_STR("@context"));
    BO_TRY(bo_jsonld_context_new(&nodes->context, nodes->written, &nodes->how));
    BO_TEXT_LIT(nodes->to, "{\"@context\": ");
    bo_json_write(nodes->to, inner != NULL ? inner : nodes->written);
    BO_TEXT_LIT(nodes->to, ",\n\"@graph\": ");
    return nodes->to->status;
}

static bo_status begin(bo_nodes *nodes, const bo_write_options *options) {
    if (nodes->kept == NULL || nodes->arena == NULL || nodes->names == NULL) return bo_error_last()->status;
    if (options->jsonld_context.len > 0) BO_TRY(take_context(nodes, options->jsonld_context));
    bo_text_char(nodes->to, '[');
    return nodes->to->status;
}

bo_status bo_nodes_new(bo_nodes **out, bo_text *to, const bo_write_options *options) {
    bo_nodes *nodes = calloc(1, sizeof *nodes);
    if (nodes == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    nodes->to = to;
    nodes->how = (bo_jsonld_options){.loader = options->loader,
                                     .use_native_types = options->jsonld_context.len > 0,
                                     .exact_native_types = true,
                                     .no_relative = true};
    nodes->kept = bo_arena_new(0);
    nodes->arena = bo_arena_new(0);
    nodes->names = bo_arena_new(0);
    bo_status status = begin(nodes, options);
    if (status == BO_OK)
        *out = nodes;
    else
        bo_nodes_free(nodes);
    return status;
}

void bo_nodes_free(bo_nodes *nodes) {
    if (nodes == NULL) return;
    bo_graph_free(nodes->run);
    bo_jsonld_context_free(nodes->context);
    bo_arena_free(nodes->kept);
    bo_arena_free(nodes->arena);
    bo_arena_free(nodes->names);
    free(nodes);
}

static bo_status write_node(bo_nodes *nodes, bo_json *node) {
    if (nodes->context != NULL)
        BO_TRY(bo_jsonld_compact_with(&node, node, nodes->context, NULL, &nodes->how, nodes->arena));
    bo_text_put(nodes->to, nodes->any ? BO_STR(",\n") : BO_STR("\n"));
    bo_json_write(nodes->to, node);
    nodes->any = true;
    return nodes->to->status;
}

static bo_status end_run(bo_nodes *nodes) {
    bo_json *expanded;
    if (nodes->run == NULL) return BO_OK;
    bo_arena_reset(nodes->arena);
    bo_status status = bo_jsonld_from_rdf(&expanded, bo_graph_source(nodes->run), &nodes->how, nodes->arena);
    for (uint32_t i = 0; status == BO_OK && i < expanded->len; i++)
        status = write_node(nodes, expanded->items[i]);
    bo_graph_free(nodes->run);
    nodes->run = NULL;
    return status;
}

static bo_status begin_run(bo_nodes *nodes, const bo_quad *quad) {
    BO_TRY(end_run(nodes));
    bo_arena_reset(nodes->names);
    BO_TRY(bo_term_copy(&nodes->subject, &quad->s, nodes->names));
    BO_TRY(bo_term_copy(&nodes->graph, &quad->g, nodes->names));
    return bo_graph_new(&nodes->run);
}

static bo_status take(void *context, const bo_quad *quad) {
    bo_nodes *nodes = context;
    bool goes_on =
        nodes->run != NULL && bo_term_eq(&quad->s, &nodes->subject) && bo_term_eq(&quad->g, &nodes->graph);
    if (!goes_on) BO_TRY(begin_run(nodes, quad));
    return bo_graph_add(nodes->run, quad);
}

bo_sink bo_nodes_sink(bo_nodes *nodes) {
    return (bo_sink){.quad = take, .context = nodes};
}

bo_status bo_nodes_end(bo_nodes *nodes) {
    BO_TRY(end_run(nodes));
    bo_text_put(nodes->to, nodes->context != NULL ? BO_STR("\n]}\n") : BO_STR("\n]\n"));
    return nodes->to->status;
}
