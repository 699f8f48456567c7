/* SPDX-License-Identifier: Apache-2.0
 * Geometries: distances against published ones, relations against what one sees on paper.
 */
#include "bocage/graph.h"
#include "bocage/sparql.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PROLOGUE                                                                                             \
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#>\n"                                                  \
    "PREFIX geof: <http://www.opengis.net/def/function/geosparql/>\n"                                        \
    "PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>\n"

/* The value of an expression as text; empty for an error. */
static void value_of(char out[200], const char *expression) {
    bo_graph *graph;
    bo_query *query;
    bo_rows *rows;
    const bo_term *row;
    char text[2000];
    snprintf(text, sizeof text, PROLOGUE "SELECT (%s AS ?v) {}", expression);
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    ck_assert_msg(bo_query_parse(&query, bo_str_of(text), NULL) == BO_OK, "%s", bo_error_last()->message);
    ck_assert_msg(bo_query_run(&rows, query, bo_graph_source(graph), NULL) == BO_OK, "%s",
                  bo_error_last()->message);
    ck_assert_msg(bo_rows_next(rows, &row) == BO_OK, "%s", bo_error_last()->message);
    snprintf(out, 200, "%.*s", BO_STR_ARG(row[0].value));
    bo_rows_free(rows);
    bo_query_free(query);
    bo_graph_free(graph);
}

#define WKT(text) "\"" text "\"^^geo:wktLiteral"

static void is_far(const char *a, const char *b, const char *unit, double expected, double within) {
    char text[200], expression[1000];
    snprintf(expression, sizeof expression, "geof:distance(%s, %s, %s)", a, b, unit);
    value_of(text, expression);
    double found = text[0] != '\0' ? strtod(text, NULL) : NAN;
    ck_assert_msg(fabs(found - expected) <= within, "%s is %.17g, not %.17g", expression, found, expected);
}

START_TEST(distances) {
    /* Flinders Peak to Buninyong, on GRS 80: Geocentric Datum of Australia Technical Manual, 54972.271 m. */
    is_far(WKT("POINT(144.4248679 -37.9510334)"), WKT("POINT(143.9264955 -37.6528211)"), "uom:metre",
           54972.271, 0.02);
    /* A quarter of a meridian of WGS 84, and a degree of its equator. */
    is_far(WKT("POINT(5 0)"), WKT("POINT(5 90)"), "uom:metre", 10001965.729, 0.01);
    is_far(WKT("POINT(0 0)"), WKT("POINT(1 0)"), "uom:metre", 111319.491, 0.01);
    is_far(WKT("POINT(179.5 0)"), WKT("POINT(-179.5 0)"), "uom:metre", 111319.491, 0.01);
    is_far(WKT("POINT(2.35 48.85)"), WKT("POINT(2.35 48.85)"), "uom:metre", 0, 0);
    is_far(WKT("POINT(0 0)"), WKT("POINT(180 0)"), "uom:metre", 20003931, 20003931 * 0.006);
    is_far(WKT("POINT(0 0)"), WKT("POINT(1 0)"), "uom:degree", 1, 0.01);
    is_far(WKT("POINT(0 0)"), WKT("POINT(1 0)"), "uom:radian", M_PI / 180, 0.001);
    is_far(WKT("POINT(0 0)"), WKT("POINT(1 0)"), "<http://qudt.org/vocab/unit/KiloM>", 111.319491, 1e-5);
    /* Latitude comes first in EPSG 4326. */
    is_far(WKT("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(0 1)"),
           WKT("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(0 0)"), "uom:metre", 111319.491, 0.01);
    /* To the nearest side of a square, and from inside it. */
    is_far(WKT("POLYGON((1 -1, 2 -1, 2 1, 1 1, 1 -1))"), WKT("POINT(0 0)"), "uom:metre", 111319.491, 0.5);
    is_far(WKT("POLYGON((-1 -1, 2 -1, 2 1, -1 1, -1 -1))"), WKT("POINT(0 0)"), "uom:metre", 0, 1e-6);
    /* At 60 degrees of latitude the way east is half as long: the nearer end of the line is that one. */
    is_far(WKT("LINESTRING(1.5 60, 0 61)"), WKT("POINT(0 60)"), "uom:metre", 66900, 300);
}
END_TEST

START_TEST(relations) {
    static const char *const rows[][4] = {
        {"sfWithin", WKT("POINT(1 1)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfContains", WKT("POINT(1 1)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "false"},
        {"sfContains", WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), WKT("POINT(1 1)"), "true"},
        {"sfTouches", WKT("POINT(0 1)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfIntersects", WKT("LINESTRING(-1 1,3 1)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfCrosses", WKT("LINESTRING(-1 1,3 1)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfDisjoint", WKT("POINT(5 5)"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfOverlaps", WKT("POLYGON((1 1,3 1,3 3,1 3,1 1))"), WKT("POLYGON((0 0,2 0,2 2,0 2,0 0))"), "true"},
        {"sfEquals", WKT("LINESTRING(0 0,1 1)"), WKT("LINESTRING(1 1,0 0)"), "true"},
        {"sfEquals", WKT("POINT(1 2)"), WKT("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(2 1)"),
         "true"},
        {"sfWithin", WKT("POINT(1 1)"), WKT("MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((5 5,6 5,6 6,5 5)))"),
         "true"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200], expression[1000];
        snprintf(expression, sizeof expression, "geof:%s(%s, %s)", rows[i][0], rows[i][1], rows[i][2]);
        value_of(text, expression);
        ck_assert_msg(strcmp(text, rows[i][3]) == 0, "%s is '%s'", expression, text);
    }
}
END_TEST

START_TEST(what_is_no_geometry_is_an_error) {
    static const char *const expressions[] = {
        "geof:distance(" WKT("POINT(1 x)") ", " WKT("POINT(1 1)") ", uom:metre)",
        "geof:distance(\"POINT(1 1)\", " WKT("POINT(1 1)") ", uom:metre)",
        "geof:distance(" WKT("POINT EMPTY") ", " WKT("POINT(1 1)") ", uom:metre)",
        "geof:distance(" WKT("POINT(1 1)") ", " WKT("POINT(1 1)") ", uom:parsec)",
        "geof:distance(" WKT("<http://elsewhere/crs> POINT(1 1)") ", " WKT("POINT(1 1)") ", uom:metre)",
        "geof:sfWithin(" WKT("POINT(1 1)") ", " WKT("POLYGON((0 0, 1 1))") ")",
        "geof:sfWithin(" WKT("POINT(1 1)") ", 12)",
        "geof:sfWithin(" WKT("") ", " WKT("<") ")",
    };
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        char text[200];
        value_of(text, expressions[i]);
        ck_assert_msg(text[0] == '\0', "%s is %s", expressions[i], text);
    }
}
END_TEST

Suite *test_geo(void) {
    Suite *suite = suite_create("geo");
    TCase *tests = tcase_create("geo");
    tcase_add_test(tests, distances);
    tcase_add_test(tests, relations);
    tcase_add_test(tests, what_is_no_geometry_is_an_error);
    suite_add_tcase(suite, tests);
    return suite;
}
