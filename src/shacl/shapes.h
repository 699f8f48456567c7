/* SPDX-License-Identifier: Apache-2.0
 * Shapes as they are compiled: read by all who validate, changed by nobody. All of it lives in the arena of
 * its bo_shapes, but for what libraries own. The specification's words are kept: a shape has targets and
 * constraints, a constraint is one use of a component; here it is called a rule, as long as SPARQL has
 * constraints of its own.
 */
#ifndef BO_SHACL_SHAPES_H
#define BO_SHACL_SHAPES_H

#include "base/map.h"
#include "bocage/shacl.h"
#include "bocage/sparql.h"
#include "rdf/vocab.h"
#include "sparql/regex.h"
#include "sparql/value.h"

#define SH(local) BO_STR(BO_SH_NS local)

typedef struct bo_sh_shape bo_sh_shape;
typedef struct bo_sh_rule bo_sh_rule;
typedef struct bo_sh_path bo_sh_path;

/* A term that shapes name, by number: a run keeps its ids. */
typedef uint32_t bo_sh_constant;

typedef enum bo_sh_path_kind {
    BO_SH_LINK,
    BO_SH_INVERSE, /* of its one part; those below have one too, but for the first two */
    BO_SH_SEQUENCE,
    BO_SH_ALTERNATIVE,
    BO_SH_ZERO_OR_MORE,
    BO_SH_ONE_OR_MORE,
    BO_SH_ZERO_OR_ONE
} bo_sh_path_kind;
struct bo_sh_path {
    bo_sh_path_kind kind;
    bo_sh_constant link;
    bo_str iri; /* LINK */
    const bo_sh_path **parts;
    size_t count;
};

/* Terms to compare a value with; found by their hash. */
typedef struct bo_sh_terms {
    bo_term *items;
    size_t len;
    bo_idmap by_hash; /* hash of a term -> 1 + place of the first one that has it */
    uint32_t *next;   /* 1 + place of the next one with the same hash */
} bo_sh_terms;

typedef enum bo_sh_component {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english) BO_SH_##name,
#include "shacl/component.def"
    BO_SH_SPARQL, /* sh:sparql */
    BO_SH_CUSTOM, /* a SPARQL-based component */
    BO_SH_COMPONENT_COUNT
} bo_sh_component;

/* A query of a SPARQL-based constraint or component, with the values that do not change from node to node. */
typedef struct bo_sh_query {
    bo_query *query;
    bo_str
        *names; /* its pre-bound variables: this or value first, shapesGraph and currentShape, parameters */
    bo_term *values; /* of the same length; the first one is put in for each node */
    size_t count;
    bool asks;         /* ASK, of each value; else SELECT, of each focus node */
    bool wants_shapes; /* it names $shapesGraph */
} bo_sh_query;

struct bo_sh_rule {
    bo_sh_component component;
    const bo_sh_shape *shape; /* that it belongs to */
    bo_term parameter;        /* its value, as it stands in the shape */
    bo_sh_constant constant;  /* the same by number: class, property, value */
    uint64_t number;          /* counts and lengths */
    bo_datatype datatype;     /* DATATYPE: when it is one of XML Schema's */
    unsigned kinds;           /* NODE_KIND: a bit for each bo_term_kind */
    bo_val bound;             /* ranges */
    bo_regex *regex;          /* PATTERN; owned, freed with the shapes */
    bo_sh_terms terms;        /* IN, LANGUAGE_IN, CLOSED: properties that may be there */
    const bo_sh_shape **shapes;
    size_t shape_count;
    const bo_sh_shape **siblings; /* qualified: the shapes that a counted value must not have */
    size_t sibling_count;
    bo_sh_query *query; /* SPARQL, CUSTOM; owned */
    bo_str custom;      /* CUSTOM: the component's IRI */
    bo_term source;     /* SPARQL: the constraint itself, which the report names */
    bo_term *messages;  /* its own, or its validator's; used when the shape has none */
    size_t message_count;
    bool idle;             /* it asks nothing: it is not among its shape's rules */
    bo_sh_rule *next_kept; /* those that own something */
};

typedef enum bo_sh_target_kind {
    BO_SH_TARGET_NODE,
    BO_SH_TARGET_CLASS,
    BO_SH_TARGET_SUBJECTS,
    BO_SH_TARGET_OBJECTS
} bo_sh_target_kind;
typedef struct bo_sh_target {
    bo_sh_target_kind kind;
    uint32_t shape; /* place in bo_shapes.targeted */
    bo_term term;
    bo_sh_constant constant;
    struct bo_sh_target *next; /* CLASS: of the same class */
} bo_sh_target;

struct bo_sh_shape {
    const bo_shapes *owner;
    const bo_sh_shape *within; /* the first one that refers to it, or NULL */
    bo_term term;
    const bo_sh_path *path; /* property shapes */
    bool deactivated;
    bool recursive; /* it refers to itself, maybe through others */
    bool made;      /* its rules are there */
    bo_severity severity;
    bo_str severity_iri;
    bo_term *messages, *names; /* sh:message; sh:name, or else labels of its path */
    size_t message_count, name_count;
    const bo_sh_rule **rules;
    size_t rule_count;
};

struct bo_shapes {
    bo_arena *arena;
    bo_term *constants;
    size_t constant_count;
    const bo_sh_shape **targeted; /* those with targets */
    size_t targeted_count;
    bo_sh_target *targets; /* but those of classes */
    size_t target_count;
    bo_map classes; /* IRI -> bo_sh_target of those that target it */
    bo_sh_rule *kept;
    bo_map labels; /* IRI of a value named in a list -> bo_sh_label */
    bo_str graph_iri;
    bo_graph *graph; /* the shapes graph, when a query names $shapesGraph */
    bo_sh_constant type, sub_class_of;
};

/* What a term is called, by language; .ptr NULL: there is no label. */
typedef struct bo_sh_label {
    bo_str text[BO_LANGUAGE_COUNT];
} bo_sh_label;

/* path.c */
/* As SPARQL writes it. With `shorten`, IRIs become prefixed names where there is a prefix. */
void bo_sh_path_text(bo_text *out, const bo_sh_path *path, bool shorten, bo_arena *arena);

/* sentence.c */
/* What a query said besides: for messages. */
typedef struct bo_sh_bindings {
    const bo_str *names;
    const bo_term *values;
    size_t len;
} bo_sh_bindings;
/* A message with its {?variables} filled in, from the bindings first (may be NULL), then from the result. */
bo_str bo_sh_fill(bo_str message, const bo_result *result, const bo_sh_bindings *bindings,
                  bo_language language, bo_arena *arena);

bool bo_sh_terms_have(const bo_sh_terms *terms, const bo_term *term);

#endif
