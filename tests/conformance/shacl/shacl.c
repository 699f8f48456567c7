/* SPDX-License-Identifier: Apache-2.0
 * The SHACL test suite, Core and SPARQL: report graphs are compared whole.
 *     conformance_shacl THIS-FOLDER SOURCE-FOLDER
 */
#include "bocage/iri.h"
#include "bocage/shacl.h"
#include "bocage/syntax.h"
#include "rdf/vocab.h"
#include "tools/suite.h"

#define MF "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
#define SHT "http://www.w3.org/ns/shacl-test#"
#define HOME "https://w3c.github.io/data-shapes/data-shapes-test-suite/"
#define SH(local) BO_STR(BO_SH_NS local)

typedef struct room {
    suite *suite;
    const char *folder;
} room;

static bo_status read_file(bo_graph **out, room *r, bo_str iri) {
    bo_text bytes;
    bo_str path = bo_str_from(iri, sizeof HOME - 1);
    bo_text_init(&bytes, 0);
    bo_status status =
        bo_fs_read(&bytes, bo_arena_printf(r->suite->arena, "%s/%.*s", r->folder, BO_STR_ARG(path)).ptr, 0);
    if (status == BO_OK) status = bo_graph_new(out);
    if (status == BO_OK) {
        bo_sink sink = bo_graph_sink(*out);
        status = bo_read(&sink, BO_TURTLE, bo_text_str(&bytes), &(bo_read_options){.base = iri});
        if (status != BO_OK) bo_graph_free(*out);
    }
    bo_text_done(&bytes);
    return status;
}

/* The expected report: what hangs on its node, and on the blank nodes that do. */

typedef struct copying {
    bo_graph *from, *to;
} copying;

static bo_status copy_node(copying *c, const bo_term *node);

static bool hangs(const bo_quad *quad) {
    static const char *const links[] = {
        BO_SH_NS "result",         BO_SH_NS "resultPath",    BO_RDF_NS "first",
        BO_RDF_NS "rest",          BO_SH_NS "inversePath",   BO_SH_NS "alternativePath",
        BO_SH_NS "zeroOrMorePath", BO_SH_NS "oneOrMorePath", BO_SH_NS "zeroOrOnePath"};
    if (quad->o.kind != BO_BLANK) return false;
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (bo_str_eq(quad->p.value, bo_str_of(links[i]))) return true;
    return false;
}

static bo_status copy_quad(void *context, const bo_quad *quad) {
    copying *c = context;
    BO_TRY(bo_graph_add(c->to, quad));
    return hangs(quad) ? copy_node(c, &quad->o) : BO_OK;
}

static bo_status copy_node(copying *c, const bo_term *node) {
    bo_sink sink = {.quad = copy_quad, .context = c};
    return bo_graph_match(c->from, &(bo_quad){.s = *node}, &sink);
}

/* Messages count only when the expected report has them too. */
typedef struct filtering {
    bo_graph *to, *expected, *got;
} filtering;

static bo_status keep_quad(void *context, const bo_quad *quad) {
    filtering *f = context;
    bo_term any;
    bool is_message = bo_str_eq(quad->p.value, SH("resultMessage"));
    if (bo_graph_subject(f->got, &any, SH("detail"), &quad->s)) return BO_OK; /* the suite has no details */
    if (bo_str_eq(quad->p.value, SH("detail"))) return BO_OK;
    bool expected = !is_message || bo_graph_subject(f->expected, &any, SH("resultMessage"), &quad->o);
    return expected ? bo_graph_add(f->to, quad) : BO_OK;
}

static bo_status compare(bool *same, bo_graph *manifest, const bo_term *result, const bo_report *report) {
    bo_graph *expected = NULL, *got = NULL, *kept = NULL;
    bo_status status = bo_graph_new(&expected);
    if (status == BO_OK) status = bo_graph_new(&got);
    if (status == BO_OK) status = bo_graph_new(&kept);
    copying c = {manifest, expected};
    if (status == BO_OK) status = copy_node(&c, result);
    if (status == BO_OK) status = bo_report_write(got, report);
    filtering f = {kept, expected, got};
    bo_sink sink = {.quad = keep_quad, .context = &f};
    if (status == BO_OK) status = bo_graph_match(got, &(bo_quad){0}, &sink);
    if (status == BO_OK) status = bo_graph_isomorphic(same, kept, expected);
    if (status == BO_OK && !*same && getenv("VERBOSE") != NULL) {
        bo_text text;
        bo_text_init(&text, 0);
        if (bo_write(&text, BO_TURTLE, bo_graph_source(kept), &(bo_write_options){0}) == BO_OK)
            printf("GOT\n%s", bo_text_str(&text).ptr);
        bo_text_done(&text);
    }
    bo_graph_free(kept);
    bo_graph_free(got);
    bo_graph_free(expected);
    return status;
}

/* Why a case fails; NULL when it does not. */
static const char *judge(bo_graph *manifest, const bo_term *result, bo_status status,
                         const bo_report *report) {
    bool same;
    if (bo_str_eq(result->value, BO_STR(SHT "Failure")))
        return status == BO_INVALID ? NULL : status == BO_OK ? "it must fail" : "it must fail as ill-formed";
    if (status != BO_OK) return bo_error_last()->message;
    if (compare(&same, manifest, result, report) != BO_OK) return bo_error_last()->message;
    return same ? NULL : "the report is another one";
}

static bo_status validate(bo_report *out, bo_shapes **compiled, room *r, bo_str data_iri, bo_str shapes_iri,
                          bo_graph *data, bo_arena *arena) {
    bo_graph *shapes = NULL;
    bo_shapes_options options = {.graph = shapes_iri};
    if (!bo_str_eq(data_iri, shapes_iri)) BO_TRY(read_file(&shapes, r, shapes_iri));
    bo_status status = bo_shapes_new(compiled, bo_graph_source(shapes ? shapes : data), &options);
    bo_graph_free(shapes);
    if (status != BO_OK) return status;
    return bo_validate(out, *compiled, bo_graph_source(data), NULL, arena);
}

static void run_test(room *r, bo_graph *manifest, const bo_term *test) {
    bo_term action, data, shapes, result;
    bo_graph *graph = NULL;
    bo_shapes *compiled = NULL;
    bo_report report = {0};
    bo_arena *arena = bo_arena_new(0);
    const char *why = "the manifest lacks something";
    bool whole = bo_graph_object(manifest, &action, test, BO_STR(MF "action")) &&
                 bo_graph_object(manifest, &data, &action, BO_STR(SHT "dataGraph")) &&
                 bo_graph_object(manifest, &shapes, &action, BO_STR(SHT "shapesGraph")) &&
                 bo_graph_object(manifest, &result, test, BO_STR(MF "result"));
    bo_status status = whole ? read_file(&graph, r, data.value) : BO_INVALID;
    if (status == BO_OK) {
        status = validate(&report, &compiled, r, data.value, shapes.value, graph, arena);
        why = judge(manifest, &result, status, &report);
    }
    suite_case(r->suite, bo_arena_str(r->suite->arena, bo_str_from(test->value, sizeof HOME - 1 + 6)), why);
    bo_shapes_free(compiled);
    bo_graph_free(graph);
    bo_arena_free(arena);
}

/* A manifest: what it includes, then its own tests. */

typedef struct including {
    room *room;
    bo_graph *manifest;
} including;

static void run_manifest(room *r, bo_str iri);

static bo_status include(void *context, const bo_quad *quad) {
    const including *i = context;
    run_manifest(i->room, bo_arena_str(i->room->suite->arena, quad->o.value));
    return BO_OK;
}

static void run_manifest(room *r, bo_str iri) {
    bo_graph *manifest;
    if (read_file(&manifest, r, iri) != BO_OK) {
        suite_case(r->suite, iri, bo_error_last()->message);
        return;
    }
    bo_term node = bo_term_iri(iri), cell, test, nil = bo_term_iri(BO_RDF_NIL);
    including i = {r, manifest};
    bo_sink sink = {.quad = include, .context = &i};
    bo_quad pattern = {.s = node, .p = bo_term_iri(BO_STR(MF "include"))};
    if (bo_graph_match(manifest, &pattern, &sink) != BO_OK)
        suite_case(r->suite, iri, bo_error_last()->message);
    bool more = bo_graph_object(manifest, &cell, &node, BO_STR(MF "entries"));
    while (more && !bo_term_eq(&cell, &nil)) {
        if (bo_graph_object(manifest, &test, &cell, BO_RDF_FIRST)) run_test(r, manifest, &test);
        more = bo_graph_object(manifest, &cell, &cell, BO_RDF_REST);
    }
    bo_graph_free(manifest);
}

int main(int argc, char **argv) {
    suite s;
    if (argc != 3) return EXIT_FAILURE;
    suite_begin(&s, argv[1]);
    const char *folder = suite_folder(&s, "shacl", 120, argv[2]);
    if (folder == NULL) {
        bo_text_done(&s.excuses);
        bo_arena_free(s.arena);
        return EXIT_SUCCESS;
    }
    run_manifest(&(room){&s, folder}, BO_STR(HOME "tests/manifest.ttl"));
    return suite_end(&s);
}
