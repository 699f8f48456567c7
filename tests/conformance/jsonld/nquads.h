/* SPDX-License-Identifier: Apache-2.0
 * A small reader and writer of N-Quads for the expected results: the module's own floors have none.
 */
#ifndef NQUADS_H
#define NQUADS_H

#include "bocage/graph.h"

bo_status nquads_read(bo_graph *graph, bo_str text, bo_arena *arena) BO_MUST_USE;
bo_status nquads_write(bo_text *out, bo_graph *graph) BO_MUST_USE;

#endif
