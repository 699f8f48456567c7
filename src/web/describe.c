/* SPDX-License-Identifier: Apache-2.0
 * What the endpoint says of itself when it is asked nothing: SPARQL 1.1 Service Description (W3C
 * Recommendation of 2013) for programs, a page with a form for people.
 */
#include "rdf/vocab.h"
#include "web/exchange.h"

typedef struct saying {
    bo_graph *graph;
    bo_term subject;
} saying;

static bo_status say(const saying *s, bo_str predicate, bo_term object) {
    bo_quad quad = {s->subject, bo_term_iri(predicate), object, {0}};
    return bo_graph_add(s->graph, &quad);
}

/* Their names at http://www.w3.org/ns/formats/. */
static bo_status say_formats(const saying *s) {
    static const bo_str results[] = {
        {BO_FORMATS_NS "SPARQL_Results_JSON", sizeof(BO_FORMATS_NS "SPARQL_Results_JSON") - 1},
        {BO_FORMATS_NS "SPARQL_Results_XML", sizeof(BO_FORMATS_NS "SPARQL_Results_XML") - 1},
        {BO_FORMATS_NS "SPARQL_Results_CSV", sizeof(BO_FORMATS_NS "SPARQL_Results_CSV") - 1},
        {BO_FORMATS_NS "SPARQL_Results_TSV", sizeof(BO_FORMATS_NS "SPARQL_Results_TSV") - 1}};
    static const bo_str graphs[] = {{BO_FORMATS_NS "Turtle", sizeof(BO_FORMATS_NS "Turtle") - 1},
                                    {BO_FORMATS_NS "TriG", sizeof(BO_FORMATS_NS "TriG") - 1},
                                    {BO_FORMATS_NS "N-Triples", sizeof(BO_FORMATS_NS "N-Triples") - 1},
                                    {BO_FORMATS_NS "N-Quads", sizeof(BO_FORMATS_NS "N-Quads") - 1},
                                    {BO_FORMATS_NS "JSON-LD", sizeof(BO_FORMATS_NS "JSON-LD") - 1},
                                    {BO_FORMATS_NS "RDF_XML", sizeof(BO_FORMATS_NS "RDF_XML") - 1}};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        BO_TRY(say(s, BO_SD_RESULT_FORMAT, bo_term_iri(results[i])));
    for (size_t i = 0; i < sizeof graphs / sizeof *graphs; i++) {
        BO_TRY(say(s, BO_SD_RESULT_FORMAT, bo_term_iri(graphs[i])));
        BO_TRY(say(s, BO_SD_INPUT_FORMAT, bo_term_iri(graphs[i])));
    }
    return BO_OK;
}

static bo_status describe(bo_exchange *e, bo_graph *graph) {
    saying service = {graph, bo_term_blank(BO_STR("service"))};
    saying dataset = {graph, bo_term_blank(BO_STR("dataset"))};
    saying standard = {graph, bo_term_blank(BO_STR("default"))};
    bool writes = e->asker.is_admin || e->asker.webid.len > 0;
    BO_TRY(say(&service, BO_RDF_TYPE, bo_term_iri(BO_SD_SERVICE)));
    BO_TRY(say(&service, BO_SD_ENDPOINT, bo_term_iri(e->iri)));
    BO_TRY(say(&service, BO_SD_SUPPORTED_LANGUAGE, bo_term_iri(BO_SD_SPARQL_11_QUERY)));
    if (writes) BO_TRY(say(&service, BO_SD_SUPPORTED_LANGUAGE, bo_term_iri(BO_SD_SPARQL_11_UPDATE)));
    if (!e->app->options.unnamed_default)
        BO_TRY(say(&service, BO_SD_FEATURE, bo_term_iri(BO_SD_UNION_DEFAULT_GRAPH)));
    BO_TRY(say_formats(&service));
    BO_TRY(say(&service, BO_SD_DEFAULT_DATASET, dataset.subject));
    BO_TRY(say(&dataset, BO_RDF_TYPE, bo_term_iri(BO_SD_DATASET)));
    BO_TRY(say(&dataset, BO_SD_DEFAULT_GRAPH, standard.subject));
    return say(&standard, BO_RDF_TYPE, bo_term_iri(BO_SD_GRAPH));
}

bo_status bo_describe_service(bo_exchange *e) {
    bo_variant variant;
    bo_graph *graph;
    bo_text text;
    BO_TRY(bo_negotiate(e, &variant, BO_AS_TURTLE, false));
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization"));
    BO_TRY(bo_graph_new(&graph));
    bo_text_init(&text, 0);
    bo_status status = describe(e, graph);
    if (status == BO_OK)
        status = bo_represent(e, &text, variant, bo_graph_source(graph), BO_STR_NONE, BO_STR_NONE);
    if (status == BO_OK) status = bo_respond_text(e, 200, bo_variant_media_type(variant), &text);
    bo_text_done(&text);
    bo_graph_free(graph);
    return status;
}

bo_status bo_get_bare_root(bo_exchange *e) {
    if (e->path.len > 1)
        return bo_fail(BO_NOT_FOUND,
                       "this is a bare SPARQL endpoint: there are only /sparql and /sparql/graphs");
    bo_respond(e, 303);
    bo_respond_header(e, BO_STR("Location"), bo_arena_join(e->arena, e->app->root, BO_STR("sparql")));
    return BO_OK;
}
