/* SPDX-License-Identifier: Apache-2.0
 * Answers of queries as the suites' files have them, read into one shape, and compared.
 */
#ifndef BO_TESTS_TABLE_H
#define BO_TESTS_TABLE_H

#include "bocage/graph.h"
#include "bocage/sparql.h"

enum { TABLE_WIDTH = 64 };

typedef struct table {
    bo_arena *arena;
    bool is_boolean, boolean;
    bool has_order; /* the rows stand in the order of the answer */
    bo_str names[TABLE_WIDTH];
    size_t width;
    bo_term **rows; /* `width` terms each */
    size_t len, size;
} table;

size_t table_column(table *t, bo_str name); /* adds it when it is new */
bo_term *table_row(table *t);               /* adds one without bindings */

/* Reading: of the formats of BO_RESULTS_... */
bo_status table_read(table *t, bo_results_format format, bo_str bytes) BO_MUST_USE;
/* An rs:ResultSet (Turtle or RDF/XML results of the first suite). */
bo_status table_read_graph(table *t, bo_graph *graph) BO_MUST_USE;

typedef struct table_rules {
    bool ordered; /* rows in the same order, when both have one */
    bool lax;     /* REDUCED: how often a row comes may differ */
} table_rules;
/* Whether two answers are the same up to a renaming of blank nodes; computed numbers by value. Why not, or
 * NULL. */
const char *table_compare(table *got, table *expected, table_rules rules);

#endif
