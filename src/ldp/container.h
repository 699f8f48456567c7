/* SPDX-License-Identifier: Apache-2.0
 * Containers as configuration: what a container says of itself with the names of the vocabulary conf:
 * (docs/pack.md), and what follows from it for its members. No container is known to the code by its name.
 */
#ifndef BO_LDP_CONTAINER_H
#define BO_LDP_CONTAINER_H

#include "bocage/graph.h"
#include "bocage/store.h"

typedef struct bo_container_part {
    bo_str property;  /* objects written under it are taken out of a member's body */
    bo_str container; /* and become members of this one */
} bo_container_part;

typedef struct bo_container {
    bo_str iri;
    bo_str *types; /* conf:accepts; none: everything */
    size_t type_count;
    int64_t order;    /* conf:order; those without one come last */
    bool is_featured; /* conf:featured: on the home page */
    bool is_ours;     /* semapps:doNotMirror: peers leave it out */
} bo_container;

/* What the source shows of a container. Text lives in the arena. */
bo_status bo_container_read(bo_container *out, bo_source *source, bo_str iri, bo_arena *arena) BO_MUST_USE;
/* conf:disassembles of a container. */
bo_status bo_container_parts(bo_container_part **out, size_t *count, bo_source *source, bo_str iri,
                             bo_arena *arena) BO_MUST_USE;
/* The containers that the source shows at or below an address ("http://localhost:3000/"), by conf:order, then
 * by address; the one at the address itself is left out. At most 4,096. */
bo_status bo_container_list(bo_container **out, size_t *count, bo_source *source, bo_str root,
                            bo_arena *arena) BO_MUST_USE;
/* The first container that accepts a type; BO_STR_NONE when there is none. */
bo_status bo_container_of_type(bo_str *out, bo_source *source, bo_str type, bo_arena *arena) BO_MUST_USE;

#define BO_TYPE_NOT_ACCEPTED "TYPE_NOT_ACCEPTED"
/* Whether a container accepts something of these types: one of them is among conf:accepts, or conf:accepts is
 * not said, or it is a container itself. BO_INVALID, with this code, names what it accepts. */
bo_status bo_container_accepts(bo_source *source, bo_str container, const bo_str *types, size_t count,
                               bo_arena *arena) BO_MUST_USE;

/* The view of a front end that shows a member of these types: conf:typeView, else conf:view; BO_STR_NONE. */
bo_status bo_container_view(bo_str *out, bo_source *source, bo_str container, const bo_str *types,
                            size_t count, bo_arena *arena) BO_MUST_USE;

/* A value that the source shows in a resource's own graph; BO_STR_NONE when there is none. */
bo_status bo_container_value(bo_str *out, bo_source *source, bo_str iri, bo_str property,
                             bo_arena *arena) BO_MUST_USE;

/* Whether a statement configures its container: changing it needs the right to control. */
bool bo_container_configures(const bo_quad *quad);
/* Whether a graph says that `iri` is a container of whatever kind. */
bool bo_container_is(bo_graph *content, bo_str iri);

#endif
