/* SPDX-License-Identifier: Apache-2.0
 * Graphs from Turtle, with the prefixes that these tests use.
 */
#ifndef TEST_SHACL_TURTLE_H
#define TEST_SHACL_TURTLE_H

#include <check.h>
#include <stdio.h>

#include "bocage/shacl.h"
#include "bocage/syntax.h"

#define PREFIXES                                                                                             \
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "        \
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: "                                  \
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix : <http://example.org/> .\n"

static void add_turtle(bo_graph *graph, const char *text, const char *name) {
    bo_text all;
    bo_text_init(&all, 0);
    bo_text_put(&all, BO_STR(PREFIXES));
    bo_text_put(&all, bo_str_of(text));
    bo_sink sink = bo_graph_sink(graph);
    bo_read_options options = {.base = BO_STR("http://example.org/"), .blank_prefix = bo_str_of(name)};
    if (name[0] != '\0') options.graph = bo_term_iri(bo_str_of(name));
    bo_status status = bo_read(&sink, BO_TURTLE, bo_text_str(&all), &options);
    ck_assert_msg(status == BO_OK, "%s: %s", text, bo_error_last()->message);
    bo_text_done(&all);
}

static bo_graph *from_turtle(const char *text) {
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    add_turtle(graph, text, "");
    return graph;
}

static bo_shapes *shapes_from(const char *text, const bo_shapes_options *options) {
    bo_graph *graph = from_turtle(text);
    bo_shapes *shapes;
    bo_status status = bo_shapes_new(&shapes, bo_graph_source(graph), options);
    ck_assert_msg(status == BO_OK, "%s: %s", text, bo_error_last()->message);
    bo_graph_free(graph);
    return shapes;
}

#endif
