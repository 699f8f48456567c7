/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "bocage/graph.h"
#include "bocage/syntax.h"

static void refused(bo_format format, const char *text, unsigned line, unsigned column, const char *says) {
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    bo_status status =
        bo_read(&sink, format, bo_str_of(text), &(bo_read_options){.base = BO_STR("http://b/")});
    ck_assert_msg(status == BO_SYNTAX, "%s: %s", text, bo_status_name(status));
    const bo_error *error = bo_error_last();
    ck_assert_msg(error->line == line && error->column == column, "%s: %u:%u", text, error->line,
                  error->column);
    ck_assert_msg(strstr(error->message, says) != NULL, "%s: %s", text, error->message);
    bo_graph_free(graph);
}

START_TEST(errors_say_where_and_why) {
    refused(BO_TURTLE, "<a> <b> ;", 1, 9, "term");
    refused(BO_TURTLE, "<a> <b>\n  é:c .", 2, 3, "prefix");
    refused(BO_TURTLE, "<a> <b> \"x\n\" .", 1, 11, "line");
    refused(BO_TURTLE, "<a> <b> <c>", 1, 12, "'.'");
    refused(BO_TURTLE, "<a> <b> <c d> .", 1, 11, "0x20");
    refused(BO_TURTLE, "<a> <b> \"\\q\" .", 1, 11, "escape");
    refused(BO_NTRIPLES, "<http://a> <http://b> <c> .", 1, 26, "relative");
    refused(BO_NTRIPLES, "<http://a> <http://b> \"x\" .\n\"x\" <http://b> <http://c> .", 2, 1, "subject");
    refused(BO_NQUADS, "<http://a> <http://b> \"x\" \"g\" .", 1, 27, "graph");
    refused(BO_TRIG, "<g> { <a> <b> <c> ", 1, 19, "'}'");
}
END_TEST

START_TEST(nesting_is_capped) {
    char deep[4096];
    memset(deep, '(', 1000);
    deep[1000] = '\0';
    bo_graph *graph;
    ck_assert_int_eq(bo_graph_new(&graph), BO_OK);
    bo_sink sink = bo_graph_sink(graph);
    ck_assert_int_eq(
        bo_read(&sink, BO_TURTLE, bo_str_of(deep), &(bo_read_options){.base = BO_STR("http://b/")}),
        BO_LIMIT);
    ck_assert_int_eq(bo_read(&sink, BO_TURTLE, bo_str_of(deep),
                             &(bo_read_options){.base = BO_STR("http://b/"), .depth_cap = 10}),
                     BO_LIMIT);
    ck_assert_ptr_nonnull(strstr(bo_error_last()->message, "10"));
    bo_graph_free(graph);
}
END_TEST

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
    tcase_add_test(all, errors_say_where_and_why);
    tcase_add_test(all, nesting_is_capped);
    tcase_add_test(all, pieces_read_as_the_whole);
    tcase_add_test(all, formats_are_found);
    suite_add_tcase(suite, all);
    return suite;
}
