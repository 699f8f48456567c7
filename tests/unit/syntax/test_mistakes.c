/* SPDX-License-Identifier: Apache-2.0
 * Mistakes that people make, and what they are told: where it is, what is wrong, what would be right.
 */
#include <check.h>
#include <stdlib.h>

#include "bocage/syntax.h"

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define T(text)                                                                                              \
    { text, sizeof(text) - 1 }

static const struct mistake {
    bo_format format;
    bo_str text;
    unsigned line, column;
    const char *message;
} mistakes[] = {
    {BO_TURTLE, T("@prefix ex: <http://e/> .\nex:a ex:b ex:c"), 2, 15,
     "'.' was expected, and the text ends here: is it cut off?"},
    {BO_TURTLE, T("@prefix ex: <http://e/> .\nex:a ex:b ex:c\nex:d ex:e ex:f ."), 3, 1,
     "'.' was expected, and here is ex:d"},
    {BO_TURTLE, T("@prefix ex: <http://e/>\nex:a ex:b 1 ."), 2, 1, "'.' was expected, and here is ex:a"},
    {BO_TURTLE, T("ex:a ex:b ex:c ."), 1, 1,
     "the prefix 'ex:' is not declared: @prefix ex: <...> . is missing"},
    {BO_TURTLE, T("<u:a> foaf:name \"x\" ."), 1, 7,
     "the prefix 'foaf:' is not declared: @prefix foaf: <...> . is missing"},
    {BO_TURTLE, T("<u:a> <u:b> \"x .\n"), 1, 17, "a string ends with its line: close it, or write \\n"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\\d\" ."), 1, 16, "'\\d' is no escape: a backslash itself is written \\\\"},
    {BO_TURTLE, T("<u:a> <u:b> \"\\u12G4\" ."), 1, 18, "\\u must be followed by 4 hexadecimal digits"},
    {BO_TURTLE, T("<u:a> <u:b> \"\\uD800\" ."), 1, 20,
     "U+D800 is no character (beyond U+FFFF write \\U and 8 digits)"},
    {BO_TURTLE, T("<u:a> <u:b> <u:c d> ."), 1, 17,
     "an IRI can't hold a blank: write %20, or is '>' missing before it?"},
    {BO_TURTLE, T("<u:a> <u:b> <c> ."), 1, 13,
     "<c> is relative, and there is nothing to resolve it against: @base is missing"},
    {BO_TURTLE, T("<u:a <u:b> <u:c> ."), 1, 5,
     "an IRI can't hold a blank: write %20, or is '>' missing before it?"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\"@ ."), 1, 17, "behind '@' a language tag was expected, as in \"mot\"@fr"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\"@fr_FR ."), 1, 19,
     "the parts of a language tag are joined by '-', not '_'"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\"@12 ."), 1, 17,
     "behind '@' a language tag was expected, as in \"mot\"@fr"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\"^^ ."), 1, 19, "a datatype was expected, and here is ."},
    {BO_TURTLE, T("<u:a> <u:b> \"x\"^^xsd:date ."), 1, 18,
     "the prefix 'xsd:' is not declared: @prefix xsd: <...> . is missing"},
    {BO_TURTLE, T("<u:a> <u:b> \"\"\"x\" ."), 1, 13, "the string that begins here is not closed"},
    {BO_TURTLE, T("<u:a> <u:b> 'it's' ."), 1, 17, "'.' was expected, and here is s'"},
    {BO_TURTLE, T("<u:a> <u:b> ( 1 2 ."), 1, 19, "an object was expected, and here is ."},
    {BO_TURTLE, T("<u:a> <u:b> [ <u:c> 1 ."), 1, 23, "']' was expected, and here is ."},
    {BO_TURTLE, T("<u:a> <u:b> ."), 1, 13, "an object was expected, and here is ."},
    {BO_TURTLE, T("<u:a> ."), 1, 7, "a predicate was expected, and here is ."},
    {BO_TURTLE, T("<u:a> \"b\" <u:c> ."), 1, 7,
     "a predicate was expected, and here is \"b\": a literal can only be an object"},
    {BO_TURTLE, T("\"a\" <u:b> <u:c> ."), 1, 1,
     "a subject was expected, and here is \"a\": a literal can only be an object"},
    {BO_TURTLE, T("<u:a> _:b <u:c> ."), 1, 7,
     "a predicate was expected, and here is _:b: a blank node can't be a predicate"},
    {BO_TURTLE, T("<u:a> <u:b> <u:c> <u:d> ."), 1, 19, "'.' was expected, and here is <u:d>"},
    {BO_TURTLE, T("<u:a> <u:b> True ."), 1, 13,
     "an object was expected, and here is True: booleans are written true and false"},
    {BO_TURTLE, T("<u:a> <u:b> 1.2.3 ."), 1, 17, "a subject was expected, and here is 3"},
    {BO_TURTLE, T("<u:a> <u:b> 1e ."), 1, 15, "an exponent needs a digit"},
    {BO_TURTLE, T("<u:a> <u:b> +x ."), 1, 14, "behind a sign a number was expected"},
    {BO_TURTLE, T("<u:a> <u:b> _: ."), 1, 15, "a blank node needs a label behind '_:'"},
    {BO_TURTLE, T("<u:a> <u:b> , ."), 1, 13, "an object was expected, and here is ,"},
    {BO_TURTLE, T("; <u:b> <u:c> ."), 1, 1, "a subject was expected, and here is ;"},
    {BO_TURTLE, T("@prefix ex <http://e/> ."), 1, 9, "a prefix with its ':' was expected, and here is ex"},
    {BO_TURTLE, T("@prefix ex: http://e/ ."), 1, 13, "'<' was expected, and here is http://e/"},
    {BO_TURTLE, T("@prefx ex: <http://e/> ."), 1, 1, "behind '@' prefix or base was expected"},
    {BO_TURTLE, T("@base <http://e/>"), 1, 18, "'.' was expected, and the text ends here: is it cut off?"},
    {BO_TURTLE, T("<u:a> <u:b> \"x\0y\" .\0"), 1, 20,
     "a subject was expected, and here is a NUL byte: is the document UTF-16, or no text?"},
    {BO_TURTLE, T("<u:a> <u:b> \x00 ."), 1, 13,
     "an object was expected, and here is a NUL byte: is the document UTF-16, or no text?"},
    {BO_TURTLE, T("\xFF\xFE<\0u\0"), 1, 1, "the document is UTF-16: save it as UTF-8"},
    {BO_TURTLE, T("<u:a> <u:b> \"caf\xE9\" ."), 1, 18, "a string is not UTF-8: save the document as UTF-8"},
    {BO_TURTLE, T("<u:a> <u:caf\xE9> 1 ."), 1, 14, "an IRI is not UTF-8: save the document as UTF-8"},
    {BO_TURTLE, T("@prefix ex: <http://e/> . ex:a ex:b ex:50% ."), 1, 42,
     "behind '%' two hexadecimal digits were expected; a percent sign itself is \\%"},
    {BO_TURTLE, T("@prefix ex: <http://e/> . ex:a/b ex:b 1 ."), 1, 31,
     "a predicate was expected, and here is /b: '/' in a name is written \\/, or the IRI whole in <>"},
    {BO_TURTLE, T("{ \"@id\": \"u:a\" }"), 1, 1,
     "a subject was expected, and here is {: '{' begins a graph: they are TriG's, and stand in no other "
     "graph"},
    {BO_TURTLE, T("<rdf:RDF xmlns:rdf=\"x\">"), 1, 9,
     "an IRI can't hold a blank: write %20, or is '>' missing before it?"},
    {BO_TURTLE, T("<u:a> <u:b> <u:c> . }"), 1, 21, "a subject was expected, and here is }: no graph is open"},
    {BO_TURTLE, T("<u:g> { <u:a> <u:b> 1 }"), 1, 7,
     "a predicate was expected, and here is {: '{' begins a graph: they are TriG's, and stand in no other "
     "graph"},
    {BO_TURTLE, T("<u:a> = <u:b> ."), 1, 7,
     "a predicate was expected, and here is =: '=' and '=>' are N3's: write owl:sameAs"},
    {BO_TURTLE, T("<u:a> => <u:b> ."), 1, 7,
     "a predicate was expected, and here is =>: '=' and '=>' are N3's: write owl:sameAs"},
    {BO_TURTLE, T("<u:a> <u:b> ?x ."), 1, 13,
     "an object was expected, and here is ?x: variables are SPARQL's"},
    {BO_TURTLE, T("<< <u:a> <u:b> 1 >> <u:c> 2 ."), 1, 2,
     "'<<' begins a quoted triple: RDF-star is not read"},
    {BO_TRIG, T("<u:g> { <u:a> <u:b> 1 . "), 1, 25, "the graph is not closed by '}'"},
    {BO_TRIG, T("<u:g> { <u:a> <u:b> 1 } <u:x> ."), 1, 31, "a predicate was expected, and here is ."},
    {BO_TRIG, T("GRAPH { <u:a> <u:b> 1 }"), 1, 7,
     "a subject was expected, and here is {: '{' begins a graph: they are TriG's, and stand in no other "
     "graph"},
    {BO_TRIG, T("GRAPH <u:g> <u:a> <u:b> 1 ."), 1, 13, "'{' was expected, and here is <u:a>"},
    {BO_TRIG, T("<u:g> { <u:h> { <u:a> <u:b> 1 } }"), 1, 15,
     "a predicate was expected, and here is {: '{' begins a graph: they are TriG's, and stand in no other "
     "graph"},
    {BO_TRIG, T("( 1 ) { <u:a> <u:b> 1 }"), 1, 7,
     "a predicate was expected, and here is {: '{' begins a graph: they are TriG's, and stand in no other "
     "graph"},
    {BO_TRIG, T("<u:g> { @prefix a: <u:b> . }"), 1, 9,
     "a subject was expected, and here is @prefix: prefixes are declared between statements, in Turtle and "
     "TriG"},
    {BO_NTRIPLES, T("<u:a> <u:b> <u:c>"), 1, 18, "'.' was expected, and the text ends here: is it cut off?"},
    {BO_NTRIPLES, T("<u:a> <u:b> <u:c> . <u:d> <u:e> <u:f> ."), 1, 21,
     "a new line was expected, and here is <u:d>"},
    {BO_NTRIPLES, T("<u:a> <u:b> <u:c> <u:g> ."), 1, 19, "'.' was expected, and here is <u:g>"},
    {BO_NTRIPLES, T("<u:a> <u:b> 'x' ."), 1, 13,
     "an object (<IRI>, _:label or \"text\") was expected, and here is 'x': write \\' in a text, or put the "
     "text in double quotes"},
    {BO_NTRIPLES, T("<u:a> <u:b> 1 ."), 1, 13,
     "an object (<IRI>, _:label or \"text\") was expected, and here is 1"},
    {BO_NTRIPLES, T("<u:a> a <u:c> ."), 1, 7, "a predicate (<IRI>) was expected, and here is a"},
    {BO_NTRIPLES, T("@prefix ex: <http://e/> ."), 1, 1,
     "a subject (<IRI> or _:label) was expected, and here is @prefix: prefixes are declared between "
     "statements, in Turtle and TriG"},
    {BO_NTRIPLES, T("ex:a <u:b> <u:c> ."), 1, 1,
     "a subject (<IRI> or _:label) was expected, and here is ex:a"},
    {BO_NTRIPLES, T("<u:a> <u:b>\n<u:c> ."), 1, 12,
     "an object (<IRI>, _:label or \"text\") was expected, and here the line ends"},
    {BO_NTRIPLES, T("<u:a> <u:b> \"x\ny\" ."), 1, 15, "a string ends with its line: close it, or write \\n"},
    {BO_NTRIPLES, T("<a> <u:b> <u:c> ."), 1, 1,
     "<a> is relative: N-Triples and N-Quads have whole IRIs only"},
    {BO_NTRIPLES, T("_:a _:b <u:c> ."), 1, 5,
     "a predicate (<IRI>) was expected, and here is _:b: a blank node can't be a predicate"},
    {BO_NTRIPLES, T("<u:a> <u:b> \"x\"^^<date> ."), 1, 18,
     "<date> is relative: N-Triples and N-Quads have whole IRIs only"},
    {BO_NTRIPLES, T("<u:a> <u:b> \"caf\xC3\" ."), 1, 18, "a string is not UTF-8: save the document as UTF-8"},
    {BO_NQUADS, T("<u:a> <u:b> \"x\" \"g\" ."), 1, 17,
     "a graph (<IRI> or _:label) or '.' was expected, and here is \"g\": a literal can only be an object"},
    {BO_NQUADS, T("<u:a> <u:b> <u:c> <u:g> <u:h> ."), 1, 25, "'.' was expected, and here is <u:h>"},
    {BO_RDFXML, T("<rdf:RDF xmlns:rdf=\"" RDF "\"><rdf:Description>"), 1, 83,
     "the document ends inside the element <rdf:Description>: it is cut off"},
    {BO_RDFXML, T("<rdf:RDF><rdf:Description/></rdf:RDF>"), 1, 1,
     "a prefix is not declared: xmlns:prefix=\"...\" is missing"},
    {BO_RDFXML, T("<r:RDF xmlns:r=\"" RDF "\">\n<r:Description></r:Desc></r:RDF>"), 2, 18,
     "this closes another element than the one that is open: </r:Description> was expected"},
    {BO_RDFXML, T("<r:RDF xmlns:r=\"" RDF "\">\n<r:Description>&eacute;</r:Description></r:RDF>"), 2, 16,
     "the entity is not declared: only &amp; &lt; &gt; &quot; &apos; are known by themselves"},
    {BO_RDFXML,
     T("<r:RDF xmlns:r=\"" RDF "\" xmlns:a=\"u:\">\n<r:Description><a:b>a & b</a:b></r:Description></r:RDF>"),
     2, 24, "this is no XML: '<' and '&' in a text are written &lt; and &amp;"},
    {BO_RDFXML, T("<!DOCTYPE r [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]>\n<a:b xmlns:a=\"u:\">&a;</a:b>"), 2,
     19, "an entity contains itself"},
    {BO_RDFXML, T("<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n<a:b xmlns:a=\"u:\">&a;</a:b>"),
     2, 19, "an entity of another file is used: it is never fetched"},
    {BO_RDFXML, T("<?xml version=\"1.0\" encoding=\"windows-1258\"?><a:b xmlns:a=\"u:\"/>"), 1, 31,
     "the encoding is not known here: save the document as UTF-8"},
    {BO_RDFXML, T("<?xml version=\"1.0\"?><a:b xmlns:a=\"u:\" a:c=\"caf\xE9\"/>"), 1, 48,
     "this is not in the encoding that the document names, or is taken to be in: UTF-8"},
    {BO_RDFXML, T(" <?xml version=\"1.0\"?><a:b xmlns:a=\"u:\"/>"), 1, 2,
     "<?xml ...?> stands at the very beginning or nowhere"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" a:c=\"1\" a:c=\"2\"/>"), 1, 27,
     "the attribute stands twice on one element"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\"/><a:b xmlns:a=\"u:\"/>"), 1, 20,
     "there is something behind the end of the outermost element"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" c=\"1\"/>"), 1, 1,
     "the attribute c needs a prefix: only names in a namespace are properties"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\" r:about=\"x\"/>"), 1, 1,
     "<x> is relative, and there is no xml:base to resolve it against"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\" r:about=\"u:x y\"/>"), 1, 1,
     "an IRI can't hold the character 0x20: <u:x y>"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\" r:resource=\"u:x\"/>"), 1, 1,
     "rdf:resource belongs on a property's element, and this is a node's"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\" r:nodeID=\"1\"/>"), 1, 1,
     "rdf:nodeID=\"1\" is no XML name: it starts with a letter and has no ':'"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\">text</a:b>"), 1, 73,
     "there can't be a text here: only a property's element holds one"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\"><a:c>text<a:d/></a:c></a:b>"), 1, 28,
     "a property's value is a text or a node, not both"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\"><a:c><a:d/><a:e/></a:c></a:b>"), 1, 30,
     "a property has one value: open it again for a second one"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\"><a:c xml:lang=\"f r\">x</a:c></a:b>"), 1, 19,
     "xml:lang=\"f r\" is no language tag, as fr or fr-CA are"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\"><a:c r:about=\"u:x\"/></a:b>"), 1, 73,
     "rdf:about belongs on a node's element; a property points with rdf:resource"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\"><a:c r:resource=\"u:x\">y</a:c></a:b>"), 1, 95,
     "there can't be a text here: only a property's element holds one"},
    {BO_RDFXML, T("<a:b xmlns:a=\"u:\" xmlns:r=\"" RDF "\"><r:Description/></a:b>"), 1, 73,
     "rdf:Description can't be a property"},
    {BO_RDFXML, T(""), 1, 1, "the document ends before its first element"},
    {BO_RDFXML, T("@prefix a: <u:b> ."), 1, 1, "this is no XML: a document begins with '<'"},
    {BO_JSONLD, T("{\"@id\": \"u:a\", \"u:b\": }"), 1, 23, "a value is missing here"},
    {BO_JSONLD, T("{\"@id\": \"u:a\" \"u:b\": 1}"), 1, 15, "a comma or } is missing here"},
    {BO_JSONLD, T("{'a': 1}"), 1, 2, "a member's name in quotation marks is missing here"},
    {BO_JSONLD, T("{\"a\": 1"), 1, 8, "the JSON text ends too early"},
};
enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

static bo_status pass_over(void *context, const bo_quad *quad) {
    (void)context;
    (void)quad;
    return BO_OK;
}
static const bo_sink nowhere = {.quad = pass_over};

static void told(const struct mistake *m) {
    const bo_error *error = bo_error_last();
    ck_assert_msg(error->status == BO_SYNTAX && error->line == m->line && error->column == m->column &&
                      strcmp(error->message, m->message) == 0,
                  "%s\n  expected %u:%u: %s\n  was told %u:%u: %s", m->text.ptr, m->line, m->column,
                  m->message, error->line, error->column, error->message);
}

START_TEST(a_mistake_is_shown_and_explained) {
    const struct mistake *m = &mistakes[_i];
    ck_assert_int_eq(bo_read(&nowhere, m->format, m->text, &(bo_read_options){0}), BO_SYNTAX);
    told(m);
}
END_TEST

START_TEST(a_mistake_in_pieces_is_the_same) {
    const struct mistake *m = &mistakes[_i];
    bo_reader *reader;
    bo_status status = BO_OK;
    if (m->format == BO_RDFXML) return; /* which mistake expat sees first depends on the pieces */
    ck_assert_int_eq(bo_reader_new(&reader, &nowhere, m->format, &(bo_read_options){0}, 0), BO_OK);
    for (size_t at = 0; at < m->text.len && status == BO_OK; at++)
        status = bo_reader_feed(reader, (bo_str){m->text.ptr + at, 1});
    if (status == BO_OK) status = bo_reader_end(reader);
    bo_reader_free(reader);
    ck_assert_int_eq(status, BO_SYNTAX);
    told(m);
}
END_TEST

/* Documents that are small and would be large: each in its place, with the cap that stops it. */
static bo_status read_repeated(bo_format format, const char *head, const char *body, size_t times,
                               const char *tail, const bo_read_options *options) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_text_put(&text, bo_str_of(head));
    for (; times > 0; times--) bo_text_put(&text, bo_str_of(body));
    bo_text_put(&text, bo_str_of(tail));
    bo_status status = bo_read(&nowhere, format, bo_text_str(&text), options);
    bo_text_done(&text);
    return status;
}

START_TEST(what_grows_is_capped) {
    const bo_read_options usual = {0}, shallow = {.depth_cap = 4}, small = {.entity_growth = 1000};
    static const char entities[] = "<!DOCTYPE a [<!ENTITY a \"0123456789012345678901234567890123456789\">"
                                   "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
                                   "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
                                   "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]>"
                                   "<a:a xmlns:a='u:'><a:b>";
    ck_assert_int_eq(read_repeated(BO_RDFXML, entities, "&d;", 10, "</a:b></a:a>", &usual), BO_OK);
    ck_assert_int_eq(read_repeated(BO_RDFXML, entities, "&d;", 100, "</a:b></a:a>", &usual), BO_LIMIT);
    ck_assert_str_eq(bo_error_last()->message, "its entities make the document many times larger than it is");
    ck_assert_int_eq(read_repeated(BO_RDFXML, entities, "&d;", 1, "</a:b></a:a>", &small), BO_LIMIT);
    ck_assert_int_eq(read_repeated(BO_RDFXML, "", "<a:b xmlns:a='u:'><a:c>", 2, "", &shallow), BO_SYNTAX);
    ck_assert_int_eq(read_repeated(BO_RDFXML, "", "<a:b xmlns:a='u:'><a:c>", 3, "", &shallow), BO_LIMIT);
    ck_assert_int_eq(read_repeated(BO_RDFXML, "", "<a:b xmlns:a='u:'><a:c>", 1000, "", &usual), BO_LIMIT);
    ck_assert_int_eq(read_repeated(BO_TURTLE, "<u:a> <u:b> ", "[ <u:b> (", 100000, "", &usual), BO_LIMIT);
    ck_assert_int_eq(read_repeated(BO_TURTLE, "<u:a> <u:b> ", "(", 4, "", &shallow), BO_SYNTAX);
    ck_assert_int_eq(read_repeated(BO_TURTLE, "<u:a> <u:b> ", "(", 5, "", &shallow), BO_LIMIT);
    ck_assert_int_eq(read_repeated(BO_JSONLD, "", "{\"u:a\":[", 100000, "", &usual), BO_LIMIT);
}
END_TEST

START_TEST(what_waits_is_capped) {
    bo_reader *reader;
    ck_assert_int_eq(bo_reader_new(&reader, &nowhere, BO_TURTLE, &(bo_read_options){0}, 100), BO_OK);
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(bo_reader_feed(reader, BO_STR("<u:a> <u:b> 'text' .\n")), BO_OK);
    ck_assert_int_eq(bo_reader_feed(reader, BO_STR("<u:a> <u:b> 'text that never ends: ")), BO_OK);
    bo_status status = BO_OK;
    for (int i = 0; i < 10 && status == BO_OK; i++) status = bo_reader_feed(reader, BO_STR("more and more "));
    ck_assert_int_eq(status, BO_LIMIT);
    bo_reader_free(reader);
}
END_TEST

START_TEST(a_byte_order_mark_is_passed_over) {
    static const bo_format formats[] = {BO_TURTLE, BO_TRIG, BO_NTRIPLES, BO_NQUADS};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        ck_assert_int_eq(
            bo_read(&nowhere, formats[i], BO_STR("\xEF\xBB\xBF<u:a> <u:b> <u:c> .\n"), &(bo_read_options){0}),
            BO_OK);
}
END_TEST

Suite *test_mistakes(void) {
    Suite *suite = suite_create("syntax/mistakes");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, a_mistake_is_shown_and_explained, 0, MISTAKES);
    tcase_add_loop_test(all, a_mistake_in_pieces_is_the_same, 0, MISTAKES);
    tcase_add_test(all, what_grows_is_capped);
    tcase_add_test(all, what_waits_is_capped);
    tcase_add_test(all, a_byte_order_mark_is_passed_over);
    suite_add_tcase(suite, all);
    return suite;
}
