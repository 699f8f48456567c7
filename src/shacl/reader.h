/* SPDX-License-Identifier: Apache-2.0
 * What the files share that read a shapes graph; for this folder alone. Nodes are ids of the shapes graph
 * here, and everything that is kept is copied into the shapes' arena.
 */
#ifndef BO_SHACL_READER_H
#define BO_SHACL_READER_H

#include "shacl/shapes.h"

typedef struct bo_sh_nodes {
    bo_id *ids;
    size_t len, size;
} bo_sh_nodes;

/* A SPARQL-based component (section 6). */
typedef struct bo_sh_parameter {
    bo_str iri, variable;
    bool optional;
} bo_sh_parameter;
typedef struct bo_sh_custom {
    bo_term term;
    bo_id id;
    bo_sh_parameter *parameters;
    size_t parameter_count;
} bo_sh_custom;

typedef struct bo_sh_reader {
    bo_shapes *shapes;
    bo_source *source, *labels;
    bo_arena *arena, *scratch;
    bo_batch *batch;
    size_t shape_cap, list_cap;
    bo_idmap made;       /* id of a shape's node -> bo_sh_shape */
    bo_sh_nodes waiting; /* shapes whose rules are still to be read, by id */
    bo_map numbers;      /* a constant as N-Triples -> 1 + its number */
    bo_sh_custom *customs;
    size_t custom_count;
    bool wants_graph;
} bo_sh_reader;

/* Grows an array in an arena by one. */
#define BO_SH_PUSH(arena, items, len, item)                                                                  \
    do {                                                                                                     \
        BO_TRY(bo_sh_room((arena), &(items), (len), sizeof *(items)));                                       \
        (items)[(len)++] = (item);                                                                           \
    } while (0)
bo_status bo_sh_room(bo_arena *arena, void *items, size_t len, size_t item_size) BO_MUST_USE;

/* reader.c: the graph as nodes. Lists are in the scratch arena, each node once. */
bo_status bo_sh_objects(bo_sh_reader *r, bo_sh_nodes *out, bo_id subject, bo_str predicate) BO_MUST_USE;
bo_status bo_sh_subjects(bo_sh_reader *r, bo_sh_nodes *out, bo_str predicate, bo_id object) BO_MUST_USE;
/* The one object, BO_ID_NONE when there is none; BO_INVALID when there are several. */
bo_status bo_sh_object(bo_sh_reader *r, bo_id *out, bo_id subject, bo_str predicate) BO_MUST_USE;
bo_status bo_sh_find(bo_sh_reader *r, bo_id *out, bo_str iri) BO_MUST_USE; /* BO_ID_NONE when it is nowhere */
bo_status bo_sh_has(bo_sh_reader *r, bool *out, bo_id s, bo_str p, bo_str o) BO_MUST_USE;
/* Whether the node is an instance of the class or of one below it. */
bo_status bo_sh_instance(bo_sh_reader *r, bool *out, bo_id node, bo_str class) BO_MUST_USE;
/* The members of an RDF list; BO_INVALID when it is none. */
bo_status bo_sh_list(bo_sh_reader *r, bo_sh_nodes *out, bo_id list) BO_MUST_USE;
bo_status bo_sh_keep_term(bo_sh_reader *r, bo_term *out, bo_id id) BO_MUST_USE;
bo_status bo_sh_number(bo_sh_reader *r, bo_sh_constant *out, const bo_term *term) BO_MUST_USE;
bo_status bo_sh_true(bo_sh_reader *r, bool *out, bo_id subject,
                     bo_str predicate) BO_MUST_USE; /* BO_INVALID: no boolean */
/* All objects as terms. */
bo_status bo_sh_terms_of(bo_sh_reader *r, bo_term **out, size_t *count, bo_id subject,
                         bo_str predicate) BO_MUST_USE;
bo_status bo_sh_labels_of(bo_sh_reader *r, bo_sh_label *out, bo_str iri) BO_MUST_USE;
/* BO_INVALID: "the shape <...>: sh:... why". */
bo_status bo_sh_ill_formed(bo_sh_reader *r, bo_id node, const char *format, ...) BO_PRINTF(3, 4);
/* What makes a set of terms: `items` may grow until it is closed. */
bo_status bo_sh_terms_close(bo_sh_terms *terms, bo_arena *arena) BO_MUST_USE;

/* path.c */
bo_status bo_sh_read_path(bo_sh_reader *r, const bo_sh_path **out, bo_id node) BO_MUST_USE;

/* compile.c */
/* The shape of a node, which another one refers to (or NULL); its rules are read before bo_shapes_new
 * returns. */
bo_status bo_sh_shape_of(bo_sh_reader *r, const bo_sh_shape **out, bo_id node,
                         const bo_sh_shape *within) BO_MUST_USE;
/* A rule of a shape, to be filled in. */
bo_status bo_sh_add_rule(bo_sh_reader *r, bo_sh_rule **out, bo_sh_shape *shape,
                         bo_sh_component component) BO_MUST_USE;

/* rules.c: the rules of SHACL Core that stand in a shape. */
bo_status bo_sh_read_rules(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) BO_MUST_USE;

/* queries.c: those of SHACL-SPARQL. */
bo_status bo_sh_read_customs(bo_sh_reader *r) BO_MUST_USE;
bo_status bo_sh_read_queries(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) BO_MUST_USE;

#endif
