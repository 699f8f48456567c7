/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "bocage/graph.h"
#include "bocage/syntax.h"

/* Whatever way the text is cut, the same quads come out. */
START_TEST(pieces_read_as_the_whole) {
    static const char text[] = "<http://a> <http://b> \"un\\u00e9\" .\n# c\r\n_:x <http://b> _:y <http://g> "
                               ".\n<http://a> <http://c> \"fin\"@fr .";
    for (size_t cut = 0; cut <= sizeof text - 1; cut++) {
        bo_graph *graph;
        bo_reader *reader;
        ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
        bo_sink sink = bo_graph_sink(graph);
        ck_assert_int_eq(
            bo_reader_new(&reader, &sink, BO_NQUADS, &(bo_read_options){.blank_prefix = BO_STR("d1-")}, 0),
            BO_OK);
        ck_assert_int_eq(bo_reader_feed(reader, (bo_str){text, cut}), BO_OK);
        ck_assert_int_eq(bo_reader_feed(reader, (bo_str){text + cut, sizeof text - 1 - cut}), BO_OK);
        ck_assert_int_eq(bo_reader_end(reader), BO_OK);
        bo_reader_free(reader);
        ck_assert_uint_eq(bo_graph_count(graph), 3);
        bo_quad blank = {.s = bo_term_blank(BO_STR("d1-x")),
                         .p = bo_term_iri(BO_STR("http://b")),
                         .o = bo_term_blank(BO_STR("d1-y")),
                         .g = bo_term_iri(BO_STR("http://g"))};
        ck_assert(bo_graph_has(graph, &blank));
        bo_graph_free(graph);
    }
    bo_graph *graph;
    bo_reader *reader;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    ck_assert_int_eq(bo_reader_new(&reader, &sink, BO_NTRIPLES, &(bo_read_options){0}, 0), BO_OK);
    ck_assert_int_eq(bo_reader_feed(reader, BO_STR("<http://a> <http://b> <http://c> .\n<http://a>")), BO_OK);
    ck_assert_int_eq(bo_reader_feed(reader, BO_STR(" <http://b> .\n")), BO_SYNTAX);
    ck_assert_uint_eq(bo_error_last()->line, 2);
    bo_reader_free(reader);
    bo_graph_free(graph);
}
END_TEST

START_TEST(formats_are_found) {
    bo_format format;
    ck_assert(bo_format_by_media_type(&format, BO_STR("Text/Turtle; charset=utf-8")) && format == BO_TURTLE);
    ck_assert(bo_format_by_path(&format, BO_STR("/x/dump.nq.gz")) && format == BO_NQUADS);
    ck_assert(bo_format_by_path(&format, BO_STR("a.b/c.rdf")) && format == BO_RDFXML);
    ck_assert(bo_format_by_name(&format, BO_STR("trig")) && format == BO_TRIG);
    ck_assert(!bo_format_by_media_type(&format, BO_STR("text/plain")) &&
              !bo_format_by_path(&format, BO_STR("ttl")));
}
END_TEST

Suite *test_turtle(void) {
    Suite *suite = suite_create("syntax/turtle");
    TCase *all = tcase_create("all");
    tcase_add_test(all, pieces_read_as_the_whole);
    tcase_add_test(all, formats_are_found);
    suite_add_tcase(suite, all);
    return suite;
}
