/* SPDX-License-Identifier: Apache-2.0
 * Reading and writing RDF. One table, syntax/format.def, has a row for every syntax: name, media types, file
 * endings, reader, writer.
 */
#ifndef BOCAGE_SYNTAX_H
#define BOCAGE_SYNTAX_H

#include "bocage/source.h"

#pragma GCC visibility push(default)

typedef enum bo_format {
    BO_TURTLE,
    BO_TRIG,
    BO_NTRIPLES,
    BO_NQUADS,
    BO_JSONLD,
    BO_RDFXML,
    BO_RDFA, /* read only */
    BO_FORMAT_COUNT
} bo_format;

const char *bo_format_name(bo_format format);  /* "turtle" */
bo_str bo_format_media_type(bo_format format); /* "text/turtle" */
bool bo_format_reads(bo_format format);
bool bo_format_writes(bo_format format);
bool bo_format_has_graphs(bo_format format); /* whether it can say in which graph a triple is */
/* By media type (parameters are passed over), by name or ending ("turtle", "ttl"), or by a file's name
 * ("a.ttl", "a.nq.gz"). False when there is none. */
bool bo_format_by_media_type(bo_format *out, bo_str media_type);
bool bo_format_by_name(bo_format *out, bo_str name);
bool bo_format_by_path(bo_format *out, bo_str path);

typedef struct bo_read_options {
    bo_str base;         /* absolute IRI that relative ones resolve against; none: relative IRIs are errors */
    bo_str blank_prefix; /* put before every blank node's label, to keep documents apart; may be empty */
    bo_term graph;       /* where triples of the default graph go; BO_NO_TERM leaves them there */
    size_t depth_cap;    /* nesting of collections, objects and elements; 0: 512 */
    size_t entity_growth;           /* RDF/XML: bytes that a document may gain by its entities; 0: 1 MiB */
    const struct bo_loader *loader; /* JSON-LD only: remote contexts; NULL: the built-in ones alone */
    size_t gathered; /* JSON-LD in pieces: bytes of a document that are gathered before it is read item by
                        item; 0: 4 MiB */
} bo_read_options;

/* Reads a whole document. BO_SYNTAX with line and column; BO_UNSUPPORTED when the format is not read; what
 * the sink returns. Quads read before an error have already been put. */
bo_status bo_read(const bo_sink *sink, bo_format format, bo_str bytes,
                  const bo_read_options *options) BO_MUST_USE;

/* The same from pieces, read as they come: a statement is held in memory until it is whole, an XML element
 * while it is open, an item of JSON-LD likewise (bo_jsonld_stream) where the document is an array, or
 * {"@context": ..., "@graph": [...]}. What stands behind that @graph would change what was read and is
 * BO_UNSUPPORTED. JSON-LD of another form, or of less than `gathered` bytes, is gathered first. `cap` is how
 * many bytes may wait in that way (0: no cap); BO_LIMIT beyond. Texts of the options must live as long as the
 * reader. */
typedef struct bo_reader bo_reader;
bo_status bo_reader_new(bo_reader **out, const bo_sink *sink, bo_format format,
                        const bo_read_options *options, size_t cap) BO_MUST_USE;
bo_status bo_reader_feed(bo_reader *reader, bo_str bytes) BO_MUST_USE;
bo_status bo_reader_end(bo_reader *reader) BO_MUST_USE;
void bo_reader_free(bo_reader *reader); /* accepts NULL */

typedef struct bo_prefix {
    bo_str name, iri;
} bo_prefix;

typedef struct bo_write_options {
    const bo_prefix *prefixes; /* those that are used are declared, one @prefix a line */
    size_t prefix_count;
    bo_str focus;     /* the subject to write first; may be empty */
    bo_str embed;     /* JSON-LD: a property of the focus whose values are written in place; may be empty */
    bool embed_empty; /* it is written as an empty array when the focus does not have it */
    /* A piece of a larger document: JSON-LD as one object, the focus, without its @context (what does not
     * hang on it is @included); Turtle without @prefix lines, all of `prefixes` being declared before. */
    bool is_piece;
    bo_str jsonld_context; /* JSON-LD: the context to compact with, as JSON text; empty: expanded form */
    const struct bo_jsonld_context *jsonld_processed; /* the same, processed once; may be NULL */
    const struct bo_loader *loader;
} bo_write_options;

/* Writes what a source holds: every graph when the format can, else the triples of all graphs together.
 * Subjects are grouped and in a stable order, rdf:type first. BO_UNSUPPORTED when the format is not written.
 */
bo_status bo_write(bo_text *out, bo_format format, bo_source *source,
                   const bo_write_options *options) BO_MUST_USE;

/* The @prefix lines of `prefixes`, all of them. */
bo_status bo_write_prefixes(bo_text *out, const bo_write_options *options) BO_MUST_USE;

/* N-Triples and N-Quads need not see everything first: a sink that writes each quad when it comes. `lines`
 * and `out` must live as long as the sink is used. */
typedef struct bo_lines {
    bo_text *out;
    bool graphs; /* N-Quads */
} bo_lines;
bo_sink bo_lines_sink(bo_lines *lines);

/* JSON-LD likewise: a node object for each run of quads that have subject and graph in common, in expanded
 * form or, with `jsonld_context`, under @graph. Lists stay chains of rdf:first and rdf:rest; a subject that
 * comes again gets another object. `to` and the texts of the options must live as long as it is used. */
typedef struct bo_nodes bo_nodes;
bo_status bo_nodes_new(bo_nodes **out, bo_text *to, const bo_write_options *options) BO_MUST_USE;
bo_sink bo_nodes_sink(bo_nodes *nodes);
bo_status bo_nodes_end(bo_nodes *nodes) BO_MUST_USE; /* what is left, and the end of the document */
void bo_nodes_free(bo_nodes *nodes);                 /* accepts NULL */

#pragma GCC visibility pop
#endif
