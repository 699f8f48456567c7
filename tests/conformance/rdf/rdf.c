/* SPDX-License-Identifier: Apache-2.0
 * The RDF 1.1 test suites: N-Triples, N-Quads, Turtle, TriG, RDF/XML.
 *     conformance_rdf THIS-FOLDER SOURCE-FOLDER
 */
#include "bocage/graph.h"
#include "bocage/iri.h"
#include "bocage/syntax.h"
#include "rdf/vocab.h"
#include "tools/suite.h"

#define MF "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
#define HOME "https://w3c.github.io/rdf-tests/rdf/rdf11/"

static bo_status read_file(bo_graph **out, bo_format format, const char *path, bo_str base) {
    bo_text bytes;
    bo_text_init(&bytes, 0);
    bo_status status = bo_fs_read(&bytes, path, 0);
    if (status == BO_OK) status = bo_graph_new(out);
    if (status == BO_OK) {
        bo_sink sink = bo_graph_sink(*out);
        status = bo_read(&sink, format, bo_text_str(&bytes), &(bo_read_options){.base = base});
        if (status != BO_OK) bo_graph_free(*out);
    }
    bo_text_done(&bytes);
    return status;
}

typedef struct room {
    suite *suite;
    const char *folder, *name; /* of the suites; "rdf-turtle" */
    bo_format format, result;
    bo_graph *manifest;
} room;

/* "https://.../rdf-turtle/x.ttl" -> its file */
static const char *file_of(room *r, bo_str iri) {
    return bo_arena_printf(r->suite->arena, "%s/%.*s", r->folder,
                           BO_STR_ARG(bo_str_from(iri, sizeof HOME - 1)))
        .ptr;
}

static const char *evaluate(room *r, bo_graph *got, const bo_term *test) {
    bo_term result;
    bo_graph *expected;
    bool same = false;
    if (!bo_graph_object(r->manifest, &result, test, BO_STR(MF "result")))
        return "the manifest gives no result";
    if (read_file(&expected, r->result, file_of(r, result.value), BO_STR_NONE) != BO_OK)
        return bo_error_last()->message;
    const char *why = bo_graph_isomorphic(&same, got, expected) != BO_OK ? bo_error_last()->message
                      : same                                             ? NULL
                                                                         : "the graph is another one";
    bo_graph_free(expected);
    return why;
}

static void run(room *r, const bo_term *test) {
    bo_term type, action;
    const char *why = "the manifest gives no type or no action";
    char label[256];
    snprintf(label, sizeof label, "%s/%.*s", r->name,
             BO_STR_ARG(bo_str_from(test->value, bo_str_find(test->value, '#') + 1)));
    if (bo_graph_object(r->manifest, &type, test, BO_RDF_TYPE) &&
        bo_graph_object(r->manifest, &action, test, BO_STR(MF "action"))) {
        bo_graph *got;
        bool lines = r->format == BO_NTRIPLES || r->format == BO_NQUADS;
        bool negative = bo_str_find_str(type.value, BO_STR("Negative")) < type.value.len;
        bo_status status =
            read_file(&got, r->format, file_of(r, action.value), lines ? BO_STR_NONE : action.value);
        if (status != BO_OK)
            why = !negative             ? bo_error_last()->message
                  : status == BO_SYNTAX ? NULL
                                        : "the error is no syntax error";
        else if (negative)
            why = "it is read, though it must be refused";
        else
            why = bo_str_ends(type.value, BO_STR("Eval")) ? evaluate(r, got, test) : NULL;
        if (status == BO_OK) bo_graph_free(got);
    }
    suite_case(r->suite, bo_str_of(label), why);
}

static void run_room(room *r) {
    bo_str base = bo_arena_printf(r->suite->arena, HOME "%s/manifest.ttl", r->name);
    if (read_file(&r->manifest, BO_TURTLE, file_of(r, base), base) != BO_OK) {
        suite_case(r->suite, base, bo_error_last()->message);
        return;
    }
    bo_term cell, test, manifest, nil = bo_term_iri(BO_RDF_NIL), kind = bo_term_iri(BO_STR(MF "Manifest"));
    bool more = bo_graph_subject(r->manifest, &manifest, BO_RDF_TYPE, &kind) &&
                bo_graph_object(r->manifest, &cell, &manifest, BO_STR(MF "entries"));
    unsigned before = r->suite->passed + r->suite->failed + r->suite->excused;
    while (more && !bo_term_eq(&cell, &nil)) {
        if (bo_graph_object(r->manifest, &test, &cell, BO_RDF_FIRST)) run(r, &test);
        more = bo_graph_object(r->manifest, &cell, &cell, BO_RDF_REST);
    }
    printf("%s: %u cases\n", r->name, r->suite->passed + r->suite->failed + r->suite->excused - before);
    bo_graph_free(r->manifest);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        bo_format format, result;
    } rooms[] = {
        {"rdf-n-triples", BO_NTRIPLES, BO_NTRIPLES}, {"rdf-n-quads", BO_NQUADS, BO_NQUADS},
        {"rdf-turtle", BO_TURTLE, BO_NTRIPLES},      {"rdf-trig", BO_TRIG, BO_NQUADS},
        {"rdf-xml", BO_RDFXML, BO_NTRIPLES},
    };
    suite s;
    if (argc != 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    const char *folder = suite_folder(&s, "rdf", 992, argv[2]);
    for (size_t i = 0; folder != NULL && i < sizeof rooms / sizeof *rooms; i++)
        run_room(&(room){&s, folder, rooms[i].name, rooms[i].format, rooms[i].result, NULL});
    if (folder == NULL) {
        bo_text_done(&s.excuses);
        bo_arena_free(s.arena);
        return EXIT_SUCCESS;
    }
    return suite_end(&s);
}
