/* SPDX-License-Identifier: Apache-2.0
 * Redland's nodes and our terms. This folder is the only place that knows librdf.
 */
#ifndef BO_REDLAND_NODES_H
#define BO_REDLAND_NODES_H

#include <librdf.h>

#include "bocage/term.h"

/* The term's text lives as long as the node; no node is no term. */
bo_status bo_term_of_node(bo_term *out, librdf_node *node) BO_MUST_USE;
/* A new node, or NULL when memory ran out; no term is no node. */
librdf_node *bo_node_of_term(librdf_world *world, const bo_term *term);
/* The quad of a statement in a context (may be NULL). Parts that the statement leaves out stay BO_NO_TERM. */
bo_status bo_quad_of_statement(bo_quad *out, librdf_statement *statement, librdf_node *context) BO_MUST_USE;

#endif
