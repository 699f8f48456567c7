/* SPDX-License-Identifier: Apache-2.0
 * States of resources: a need is expressed, then shared, then taken up. Which state may follow which is said
 * in the ontologies, and nowhere else: a scheme obc:beginsWith states, and a state obc:mayBecome others. A
 * concept of such a scheme, as the object of any property, is a state. Each step leaves a trace in the
 * resource, which the node alone writes: <resource> obc:transition <resource#transition-1>, a prov:Activity.
 * Thread-safe.
 */
#ifndef BO_LDP_STATES_H
#define BO_LDP_STATES_H

#include "bocage/graph.h"
#include "bocage/shacl.h"

typedef struct bo_step {
    bo_str iri;
    bo_graph *before; /* what the resource said; NULL: it is new */
    bo_graph *after;  /* what it is to say; its traces become those of before and those of this step */
    bo_str agent;     /* who takes the step; may be empty */
    int64_t now_ms;
    bo_language language; /* of what is said when it can't be */
} bo_step;

/* BO_CONFLICT when a state is left out, is none to begin with, or can't follow the one before: the error's
 * text is a sentence that says what is possible, and *errors an array of one JSON object with path, value,
 * message and possible (IRIs). `said` holds the ontologies. */
bo_status bo_states_step(bo_graph *said, bo_str *errors, const bo_step *step, bo_arena *arena) BO_MUST_USE;

#endif
