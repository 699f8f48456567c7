/* SPDX-License-Identifier: Apache-2.0
 * JSON-LD 1.1 (W3C Recommendations of 2020: Syntax, Processing Algorithms and API, Framing). Errors carry the
 * very error code of the specification in bo_error.code.
 */
#ifndef BOCAGE_JSONLD_H
#define BOCAGE_JSONLD_H

#include "bocage/graph.h"
#include "bocage/json.h"

#pragma GCC visibility push(default)

/* Where remote documents come from (API section 9.4). On a request's path it answers from the built-in table
 * alone. */
typedef struct bo_loader {
    /* The document at `iri`, parsed, in the arena; *final_iri is where it was found after redirects.
     * BO_NOT_FOUND when it can't be had: the caller turns that into "loading remote context failed". */
    bo_status (*load)(void *context, bo_json **out, bo_str *final_iri, bo_str iri, bo_arena *arena);
    void *context;
    /* Processed contexts, kept from one call to the next, for a loader whose answers never change; NULL:
     * none. */
    struct bo_jsonld_cache *cache;
} bo_loader;

/* A cache of at most about `cap` bytes (0: 8 MiB). Shared between threads; it outlives the loader's use. */
typedef struct bo_jsonld_cache bo_jsonld_cache;
bo_status bo_jsonld_cache_new(bo_jsonld_cache **out, size_t cap) BO_MUST_USE;
void bo_jsonld_cache_free(bo_jsonld_cache *cache); /* accepts NULL */

/* The contexts that are built in (jsonld/contexts/, pinned by hash) and no others. */
extern const bo_loader bo_loader_builtin;

/* Contexts that an operator adds to the built-in ones: a folder with the documents and contexts.json,
 *     {"https://example.org/context": {"file": "example.jsonld", "sha256": "..."}}
 * BO_NOT_FOUND, or BO_INVALID when a document does not have its hash, or is no context. */
typedef struct bo_jsonld_pins bo_jsonld_pins;
bo_status bo_jsonld_pins_open(bo_jsonld_pins **out, const char *folder) BO_MUST_USE;
void bo_jsonld_pins_free(bo_jsonld_pins *pins); /* accepts NULL */
/* A loader of these and the built-in ones, which lives as long as the pins; NULL: the built-in ones alone. */
bo_loader bo_jsonld_pins_loader(bo_jsonld_pins *pins);

/* What one call may cost; 0: the default in jsonld/limits.def. Beyond a cap a call ends with BO_LIMIT, and
 * with "context overflow" where that is the specification's word for it. */
typedef struct bo_jsonld_caps {
    size_t contexts;      /* contexts followed by address */
    size_t context_depth; /* contexts that name each other, one inside the other */
    size_t context_bytes; /* of text in the contexts followed by address */
    size_t terms;         /* term definitions made, or taken over from another context */
    size_t values;        /* values visited or made */
    size_t text_bytes;    /* of IRIs put together from prefixes and bases */
    size_t depth;         /* values one inside the other */
} bo_jsonld_caps;

typedef struct bo_jsonld_options {
    bo_str base;             /* the document's IRI; may be empty */
    bo_json *expand_context; /* may be NULL */
    const bo_loader *loader; /* NULL: bo_loader_builtin */
    bool mode_1_0;           /* processingMode json-ld-1.0 */
    bool keep_single_arrays; /* compactArrays false */
    bool no_relative;        /* compactToRelative false */
    bool ordered;
    bool use_native_types, use_rdf_type, omit_graph_false;
    bool exact_native_types; /* with use_native_types: only where toRdf gives the very same literal back */
    bool generalized_rdf;
    /* toRdf: blank nodes keep their labels, as far as these are letters, digits, '_' and '-'; one that begins
     * with a g gets one more, and nodes without a label are g1, g2, ... So no table of labels is kept. */
    bool keep_labels;
    /* An error, "lossy conversion", where expansion or toRdf would silently drop something: a key that no
     * context defines, an IRI that is relative or malformed. For what is going to be signed. */
    bool lossless;
    enum { BO_DIRECTION_NONE, BO_DIRECTION_I18N, BO_DIRECTION_COMPOUND } rdf_direction;
    /* framing; what a frame says itself goes before */
    enum { BO_EMBED_ONCE, BO_EMBED_ALWAYS, BO_EMBED_NEVER } embed;
    bool explicit_inclusion, require_all, omit_default;
    int omit_graph; /* 0: as processing mode says, 1 yes, -1 no */
    bo_jsonld_caps caps;
} bo_jsonld_options;

/* The algorithms. Input is never changed; results live in the arena and may share text with the input. */
bo_status bo_jsonld_expand(bo_json **out, const bo_json *input, const bo_jsonld_options *options,
                           bo_arena *arena) BO_MUST_USE;
bo_status bo_jsonld_compact(bo_json **out, const bo_json *input, const bo_json *context,
                            const bo_jsonld_options *options, bo_arena *arena) BO_MUST_USE;
bo_status bo_jsonld_flatten(bo_json **out, const bo_json *input, const bo_json *context,
                            const bo_jsonld_options *options, bo_arena *arena) BO_MUST_USE;
/* The nodes that match the frame, as the tree that it draws, compacted with its @context. */
bo_status bo_jsonld_frame(bo_json **out, const bo_json *input, const bo_json *frame,
                          const bo_jsonld_options *options, bo_arena *arena) BO_MUST_USE;
bo_status bo_jsonld_to_rdf(const bo_sink *sink, const bo_json *input, const bo_jsonld_options *options,
                           bo_arena *arena) BO_MUST_USE;
/* toRdf for a document that comes item by item: the items of an outermost array, or those of an outermost
 * object that holds nothing but @context and, behind it, @graph as an array. The result is that of the whole
 * document with keep_labels. Memory is that of the largest item and of about 1 MiB; the caps count for each
 * item, and "conflicting indexes" are found within one only. Options must live as long as the stream. */
typedef struct bo_jsonld_stream bo_jsonld_stream;
bo_status bo_jsonld_stream_new(bo_jsonld_stream **out, const bo_sink *sink,
                               const bo_jsonld_options *options) BO_MUST_USE;
void bo_jsonld_stream_free(bo_jsonld_stream *stream); /* accepts NULL */
/* Before the first item. @context, as JSON text. */
bo_status bo_jsonld_stream_context(bo_jsonld_stream *stream, bo_str json) BO_MUST_USE;
/* *is_graph says whether the key means @graph; if so, what comes are its items. */
bo_status bo_jsonld_stream_key(bo_jsonld_stream *stream, bool *is_graph, bo_str key) BO_MUST_USE;
/* An item, as JSON text; line and column of an error are within it. */
bo_status bo_jsonld_stream_item(bo_jsonld_stream *stream, bo_str json,
                                const bo_json_limits *limits) BO_MUST_USE;
/* Expanded JSON-LD of what a source holds. */
bo_status bo_jsonld_from_rdf(bo_json **out, bo_source *source, const bo_jsonld_options *options,
                             bo_arena *arena) BO_MUST_USE;

/* A context processed once and used by many: immutable, so shared between threads. It keeps what it needs
 * alive. */
typedef struct bo_jsonld_context bo_jsonld_context;
bo_status bo_jsonld_context_new(bo_jsonld_context **out, const bo_json *context,
                                const bo_jsonld_options *options) BO_MUST_USE;
void bo_jsonld_context_free(bo_jsonld_context *context); /* accepts NULL */
/* Compacts already expanded input with a processed context. `context_as_written` becomes @context of the
 * result, which shares text with the context. */
bo_status bo_jsonld_compact_with(bo_json **out, const bo_json *expanded, const bo_jsonld_context *context,
                                 const bo_json *context_as_written, const bo_jsonld_options *options,
                                 bo_arena *arena) BO_MUST_USE;

/* A document that came over HTTP (API 9.4): what its answer says of it. */
typedef struct bo_jsonld_answer {
    unsigned status;     /* after redirects */
    bo_str iri;          /* the final address */
    bo_str content_type; /* header */
    bo_str link;         /* Link headers, joined by commas; may be empty */
    bo_str body;
} bo_jsonld_answer;
typedef struct bo_jsonld_document {
    bo_json *json;    /* NULL: the document is elsewhere */
    bo_str elsewhere; /* the address to ask instead (rel=alternate) */
    bo_str context;   /* the context that a Link header gives to plain JSON; .ptr NULL: none */
} bo_jsonld_document;
/* "loading document failed" or "multiple context link headers" as the error's code. HTML is not looked into.
 */
bo_status bo_jsonld_document_of(bo_jsonld_document *out, const bo_jsonld_answer *answer,
                                const bo_json_limits *limits, bo_arena *arena) BO_MUST_USE;

#pragma GCC visibility pop
#endif
