/* SPDX-License-Identifier: Apache-2.0
 * One validation: data held against shapes. For this folder alone.
 *
 * A node is an id of the data. What only the source behind holds is an id of that source under one of the
 * tags that sources leave to queries (BO_TAG_LOCAL_*); inlined literals are the same everywhere. So two nodes
 * are the same term when they are the same number.
 */
#ifndef BO_SHACL_RUN_H
#define BO_SHACL_RUN_H

#include "shacl/shapes.h"

/* Nodes, each once, in the order in which they were found. */
typedef struct bo_sh_set {
    bo_id *ids;
    size_t len, size;
    bo_idmap seen; /* once there are many */
} bo_sh_set;

/* A node that is being held against a shape. */
typedef struct bo_sh_frame {
    const bo_sh_shape *shape;
    bo_id node;
    const struct bo_sh_frame *outer;
} bo_sh_frame;

typedef struct bo_sh_overlay bo_sh_overlay;
typedef struct bo_sh_run {
    const bo_shapes *shapes;
    bo_source *data, *behind;
    const bo_validate_options *options;
    size_t depth_cap, value_cap, result_cap;
    bo_arena *arena;   /* the caller's: results */
    bo_arena *scratch; /* emptied after each target */
    bo_arena *scans;   /* emptied after each scan */
    bo_batch *batch;
    bo_id *in_data, *in_behind; /* the constants' ids; BO_ID_NONE: not asked yet */
    bo_id replaced;             /* the graph behind that does not count; BO_ID_NONE: none */
    bo_val_context values;
    const bo_sh_frame *frame;
    size_t depth;
    unsigned quiet; /* above 0, only whether there are faults is asked */
    size_t faults;
    size_t result_size;
    bo_report *report;
    bo_arena *lasting;    /* as long as the run */
    bo_sh_overlay *asked; /* what queries run on, once one needed it */
} bo_sh_run;

/* nodes.c */
bo_status bo_sh_add(bo_sh_run *run, bo_sh_set *set, bo_id id) BO_MUST_USE;
bool bo_sh_set_has(const bo_sh_set *set, bo_id id);
/* The nodes one link away, in either direction. */
bo_status bo_sh_step(bo_sh_run *run, bo_sh_set *out, bo_id node, bo_sh_constant link, bool back) BO_MUST_USE;
/* The nodes that a path leads to. */
bo_status bo_sh_follow(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path) BO_MUST_USE;
/* All triples about a node: property, value, property, value ... */
bo_status bo_sh_about(bo_sh_run *run, bo_sh_set *pairs, bo_id node) BO_MUST_USE;
bo_status bo_sh_check_time(const bo_sh_run *run) BO_MUST_USE; /* BO_TIMEOUT */
/* Whether the data say something of a node, so that nothing else counts for it. */
bool bo_sh_is_described(const bo_sh_run *run, bo_id node);
/* A node for a constant that the data don't hold. */
bo_id bo_sh_named(const bo_sh_run *run, bo_sh_constant constant);
/* Whether a node is this term. */
bo_status bo_sh_is(bo_sh_run *run, bool *out, bo_id node, bo_sh_constant constant) BO_MUST_USE;
/* Whether a node is an instance of the class or of one below it (section 1.1: SHACL instance). */
bo_status bo_sh_is_instance(bo_sh_run *run, bool *out, bo_id node, bo_sh_constant class) BO_MUST_USE;
/* Whether it is an IRI elsewhere (options.home) of which nothing is said. */
bo_status bo_sh_is_unknown(bo_sh_run *run, bool *out, bo_id node) BO_MUST_USE;
/* A class and those above it. */
bo_status bo_sh_classes_above(bo_sh_run *run, bo_sh_set *out, bo_id class) BO_MUST_USE;
bo_status bo_sh_term(bo_sh_run *run, bo_term *out,
                     bo_id node) BO_MUST_USE; /* lives until the target is done */
static inline bool bo_sh_is_behind(bo_id node) {
    return bo_id_tag(node) >= BO_TAG_LOCAL_IRI && bo_id_tag(node) <= BO_TAG_LOCAL_LITERAL;
}
/* The id of a constant in the data; BO_ID_NONE when they don't hold it. */
bo_status bo_sh_in_data(bo_sh_run *run, bo_id *out, bo_sh_constant constant) BO_MUST_USE;

/* validate.c */
/* Holds a node against a shape; *conforms whether there was no fault. */
bo_status bo_sh_hold(bo_sh_run *run, const bo_sh_shape *shape, bo_id focus, bool *conforms) BO_MUST_USE;
/* The same without reporting. */
bo_status bo_sh_conforms(bo_sh_run *run, const bo_sh_shape *shape, bo_id node, bool *out) BO_MUST_USE;
/* Notes a fault. `value` may be BO_ID_NONE. */
bo_status bo_sh_fault(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id value) BO_MUST_USE;
/* The same from terms: of the seed the rule and the value count, the details, and the path unless it is NULL.
 * What a query said fills in messages; may be NULL. */
bo_status bo_sh_fault_of(bo_sh_run *run, bo_id focus, const bo_result *seed,
                         const bo_sh_bindings *bindings) BO_MUST_USE;
/* The same for a value that lacks a shape, with the reasons. */
bo_status bo_sh_fault_in(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id value) BO_MUST_USE;
/* A path of one link, for results. */
bo_status bo_sh_link_to(bo_sh_run *run, const bo_sh_path **out, const bo_term *property) BO_MUST_USE;

/* checks.c: one check for each component of component.def. */
typedef bo_status (*bo_sh_check)(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus,
                                 const bo_sh_set *values);
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english)                              \
    bo_status bo_sh_check_##check(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus,                       \
                                  const bo_sh_set *values) BO_MUST_USE;
#include "shacl/component.def"
/* ask.c */
bo_status bo_sh_check_query(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus,
                            const bo_sh_set *values) BO_MUST_USE;

/* overlay.c: a source that shows another one without one of its graphs, and quads of its own. `base` may be
 * NULL. Lives in the arena. */
bo_status bo_sh_overlay_new(bo_sh_overlay **out, bo_source *base, bo_str without,
                            bo_arena *arena) BO_MUST_USE;
bo_status bo_sh_overlay_add(bo_sh_overlay *overlay, const bo_quad *quad) BO_MUST_USE;
bo_source *bo_sh_overlay_source(bo_sh_overlay *overlay); /* nothing is added once it is read */

#endif
