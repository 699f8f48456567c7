/* SPDX-License-Identifier: Apache-2.0
 * What a reader says when something else stands in a text than what must: what was expected, what is there,
 * and, for the mistakes that people make, what to do.
 */
#include <stdio.h>

#include "syntax/read.h"

static const struct {
    const char *here, *hint;
} hints[] = {
    {"True", "booleans are written true and false"},
    {"TRUE", "booleans are written true and false"},
    {"False", "booleans are written true and false"},
    {"FALSE", "booleans are written true and false"},
    {"?", "variables are SPARQL's"},
    {"=", "'=' and '=>' are N3's: write owl:sameAs"},
    {"{", "'{' begins a graph: they are TriG's, and stand in no other graph"},
    {"}", "no graph is open"},
    {"@prefix", "prefixes are declared between statements, in Turtle and TriG"},
    {"@base", "the base is declared between statements, in Turtle and TriG"},
    {"\"", "a literal can only be an object"},
    {"'", "write \\' in a text, or put the text in double quotes"},
    {"_:", "a blank node can't be a predicate"},
    {"/", "'/' in a name is written \\/, or the IRI whole in <>"},
    {"<rdf:RDF", "this is RDF/XML"},
    {"<?xml", "this is XML"},
    {"<!", "this is XML or HTML"},
};

static const char *hint_for(bo_str rest) {
    if (rest.len > 0 && rest.ptr[0] == '\0') return "here is a NUL byte: is the document UTF-16, or no text?";
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (bo_str_starts(rest, bo_str_of(hints[i].here))) return hints[i].hint;
    return NULL;
}

/* The word at the beginning, or one character. */
static bo_str word(bo_str rest) {
    enum { LONGEST = 24 };
    size_t len = 0;
    while (len < rest.len && len < LONGEST && (unsigned char)rest.ptr[len] > ' ') len++;
    while (len > 0 && len < rest.len && (rest.ptr[len] & 0xC0) == 0x80) len--;
    bo_str first = bo_str_head(rest, len);
    return bo_utf8_valid(first) ? first : BO_STR("something that is not UTF-8");
}

bo_status bo_reading_expected(const bo_reading *r, const char *what) {
    bo_str rest = {r->at, (size_t)(r->end - r->at)}, here = word(rest);
    const char *hint = hint_for(rest);
    if (rest.len == 0)
        return bo_reading_fail(r, "%s was expected, and the text ends here: is it cut off?", what);
    if (here.len == 0)
        return bo_reading_fail(r, "%s was expected, and %s", what, hint ? hint : "here the line ends");
    return bo_reading_fail(r, "%s was expected, and here is %.*s%s%s", what, BO_STR_ARG(here),
                           hint ? ": " : "", hint ? hint : "");
}
