/* SPDX-License-Identifier: Apache-2.0
 * toRdf item by item. What an item needs lives in an arena that is emptied from time to time, not each time:
 * what was found out about keys and scoped contexts serves the items that follow.
 */
#include <stdlib.h>

#include "jsonld/expand.h"

enum { RENEWED_FROM = 1 << 20 };

struct bo_jsonld_stream {
    bo_sink sink;
    bo_jsonld_options options;
    bo_arena *kept;  /* as long as the stream: the context that all items have */
    bo_arena *arena; /* what `ld` makes */
    const bo_ld_context *active;
    bo_jsonld_caps begun; /* what is spent when an item begins */
    bool in_graph;
    bo_ld ld;
};

static void renew(bo_jsonld_stream *stream) {
    unsigned blanks = stream->ld.blank_count;
    bo_arena_reset(stream->arena);
    bo_ld_init(&stream->ld, &stream->options, stream->arena);
    stream->ld.blank_count = blanks;
}

static bo_status start(bo_jsonld_stream *stream) {
    bo_ld ld;
    bo_ld_init(&ld, &stream->options, stream->kept);
    BO_TRY(bo_ld_start(&ld, &stream->active));
    stream->begun = ld.spent;
    stream->begun.depth = 1; /* the array */
    return BO_OK;
}

bo_status bo_jsonld_stream_new(bo_jsonld_stream **out, const bo_sink *sink,
                               const bo_jsonld_options *options) {
    bo_jsonld_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    stream->sink = *sink;
    if (options != NULL) stream->options = *options;
    stream->options.keep_labels = true;
    stream->kept = bo_arena_new(0);
    stream->arena = bo_arena_new(0);
    bo_status status = stream->kept && stream->arena ? start(stream) : bo_error_last()->status;
    if (status == BO_OK) {
        renew(stream);
        *out = stream;
    } else {
        bo_jsonld_stream_free(stream);
    }
    return status;
}

void bo_jsonld_stream_free(bo_jsonld_stream *stream) {
    if (stream == NULL) return;
    bo_arena_free(stream->kept);
    bo_arena_free(stream->arena);
    free(stream);
}

bo_status bo_jsonld_stream_context(bo_jsonld_stream *stream, bo_str json) {
    bo_ld ld;
    bo_json *local;
    bo_ld_init(&ld, &stream->options, stream->kept);
    ld.spent = stream->begun;
    BO_TRY(bo_json_parse(&local, json, NULL, stream->kept));
    BO_TRY(bo_ld_process(&ld, &stream->active, stream->active, local, stream->options.base, 0, NULL));
    stream->begun = ld.spent;
    return BO_OK;
}

bo_status bo_jsonld_stream_key(bo_jsonld_stream *stream, bool *is_graph, bo_str key) {
    bo_str iri;
    BO_TRY(bo_ld_expand_iri(&stream->ld, &iri, stream->active, key, BO_LD_AS_VOCAB, NULL));
    *is_graph = bo_ld_keyword_of(iri) == BO_LD_GRAPH;
    if (*is_graph && !stream->in_graph) stream->begun.depth++; /* the object */
    stream->in_graph = *is_graph;
    return BO_OK;
}

bo_status bo_jsonld_stream_item(bo_jsonld_stream *stream, bo_str json, const bo_json_limits *limits) {
    bo_ld *ld = &stream->ld;
    bo_json *item, *expanded;
    if (bo_arena_used(stream->arena) > RENEWED_FROM) renew(stream);
    ld->spent = stream->begun;
    BO_TRY(bo_json_parse(&item, json, limits, stream->arena));
    bo_ld_scope scope = {.ld = ld, .active = stream->active, .types = stream->active};
    if (stream->in_graph) bo_ld_scope_to(&scope, KEYWORD(GRAPH));
    BO_TRY(bo_ld_expand_in(scope, &expanded, item, false));
    if (expanded == NULL) return BO_OK;
    expanded = bo_ld_array_of(stream->arena, expanded);
    BO_TRY(bo_ld_made(expanded));
    return bo_ld_to_rdf(ld, &stream->sink, expanded);
}
