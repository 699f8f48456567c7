/* SPDX-License-Identifier: Apache-2.0
 * SHACL (W3C Recommendation of 2017): shapes are read from RDF and compiled once; data are held against them;
 * what is wrong comes back as a list, as a validation report in RDF, and as sentences that a person can use.
 */
#ifndef BOCAGE_SHACL_H
#define BOCAGE_SHACL_H

#include "bocage/graph.h"
#include "bocage/json.h"

#pragma GCC visibility push(default)

/* Compiled shapes. Nothing changes them any more: any number of threads may use them at once. */
typedef struct bo_shapes bo_shapes;

typedef struct bo_shapes_options {
    bo_str graph; /* what $shapesGraph is in SPARQL constraints; empty: the shapes graph is not offered */
    bo_source *labels; /* rdfs:label and skos:prefLabel of properties and values, beside those in the shapes
                          themselves; may be NULL. Used until bo_shapes_new returns */
    size_t shape_cap;  /* shapes; 0: 10,000 */
    size_t list_cap;   /* members of an RDF list; 0: 100,000 */
} bo_shapes_options;

/* Compiles the shapes that have targets, and those that they refer to, out of all graphs of a source.
 * BO_INVALID, with the shape and the property, when one of them is ill-formed; a shape that nothing uses may
 * be anything. BO_LIMIT beyond a cap. `options` may be NULL. */
bo_status bo_shapes_new(bo_shapes **out, bo_source *source, const bo_shapes_options *options) BO_MUST_USE;
void bo_shapes_free(bo_shapes *shapes);             /* accepts NULL */
size_t bo_shapes_targeted(const bo_shapes *shapes); /* how many have targets */

typedef struct bo_validate_options {
    /* What is known beside the data: links lead there, and classes are looked up there. What the data say of
     * a subject is all that counts for it; of others, what stands here. NULL: nothing. */
    bo_source *behind;
    /* Where all is known. Of an IRI that does not begin with this and of which nothing is said, neither in
     * the data nor behind, nobody knows of which class it is, and it passes sh:class: somebody else's data
     * may link to what comes later. Empty: what nothing is said of has no class. */
    bo_str home;
    bo_str replaces;      /* the graph behind whose place the data take; empty: none */
    size_t depth_cap;     /* shapes inside one another; 0: 64. Beyond it BO_LIMIT */
    size_t value_cap;     /* nodes that one path may lead to; 0: 100,000. Beyond it BO_LIMIT */
    size_t result_cap;    /* results that are kept; 0: 1,000. The report says when there were more */
    size_t query_memory;  /* bytes that one query of SHACL-SPARQL may take; 0: 256 MiB. Beyond it BO_LIMIT */
    uint64_t deadline_ns; /* steady clock; 0: none. Beyond it BO_TIMEOUT */
} bo_validate_options;

/* How much a result weighs. Severities of one's own weigh like sh:Violation. */
typedef enum bo_severity { BO_INFO, BO_WARNING, BO_VIOLATION, BO_SEVERITY_COUNT } bo_severity;

typedef struct bo_result {
    bo_term focus;                 /* sh:focusNode */
    bo_term value;                 /* sh:value, or BO_NO_TERM */
    const struct bo_sh_path *path; /* sh:resultPath, or NULL */
    const struct bo_sh_rule *rule; /* what was broken */
    const bo_term *messages;       /* sh:resultMessage: what the shape's author wrote, values filled in */
    size_t message_count;
    bo_severity severity;
    const struct bo_result *details; /* sh:detail: for sh:node, what is wrong with the value; 10 at most */
    size_t detail_count;
} bo_result;

/* Lives in the arena of its validation, and no longer than the shapes. */
typedef struct bo_report {
    bool conforms; /* no result at all, not even a warning (SHACL section 3.6.1.1) */
    bool cut;      /* there were more results than `result_cap` */
    bo_result *results;
    size_t len;
    size_t count[BO_SEVERITY_COUNT]; /* by severity, those left out too */
} bo_report;

/* Holds the data against the shapes: every target in the data. When there is something behind them, a node
 * that sh:targetNode names is a target only when the data describe it. `options` may be NULL. */
bo_status bo_validate(bo_report *out, const bo_shapes *shapes, bo_source *data,
                      const bo_validate_options *options, bo_arena *arena) BO_MUST_USE;

/* The parts of a result as terms; BO_NO_TERM when there is none. */
bo_term bo_result_shape(const bo_result *result);      /* sh:sourceShape */
bo_term bo_result_constraint(const bo_result *result); /* sh:sourceConstraint */
bo_str bo_result_component(const bo_result *result);   /* sh:sourceConstraintComponent */
bo_str bo_result_severity(const bo_result *result);    /* sh:resultSeverity */
/* The path as SPARQL writes it, IRIs shortened: "pair:label", "^pair:partOf/pair:label". */
bo_str bo_result_path(const bo_result *result, bo_arena *arena);

/* Adds the validation report as RDF, in the default graph (SHACL section 3.6). */
bo_status bo_report_write(bo_graph *out, const bo_report *report) BO_MUST_USE;

/* The languages that sentences come in, the first one when in doubt. */
typedef enum bo_language { BO_FRENCH, BO_ENGLISH, BO_LANGUAGE_COUNT } bo_language;
bo_str bo_language_tag(bo_language language); /* "fr" */
/* Of a tag or a locale's name, "en", "en-GB", "en_GB.UTF-8"; false for one that there is nothing in. */
bool bo_language_of(bo_language *out, bo_str tag);
/* One sentence about a result: what the shape says in this language, or else the component's own sentence,
 * which names the property by its label. In the arena; .ptr NULL when that is exhausted. */
bo_str bo_result_sentence(const bo_result *result, bo_language language, bo_arena *arena);
/* What the property is called: the shape's sh:name, the label, or the words of the path. Empty without path.
 */
bo_str bo_result_name(const bo_result *result, bo_language language, bo_arena *arena);
/* An array of one object for each result: path, name, value, message (in `language`), messages (in all),
 * severity, component, shape, focus, details. */
void bo_report_json(bo_json_writer *out, const bo_report *report, bo_language language, bo_arena *arena);

#pragma GCC visibility pop
#endif
