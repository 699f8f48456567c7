/* SPDX-License-Identifier: Apache-2.0
 * The SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation of 2013): whole graphs, named by ?graph=, by
 * ?default, or by the address itself.
 */
#include "bocage/iri.h"
#include "web/exchange.h"

static const bo_str route_path = {"/sparql/graphs", 14};

/* The graph that a request is about (section 4). */
typedef struct place {
    bo_str iri;  /* empty: the default graph */
    bool is_new; /* the graph store itself: a new graph is to be made there */
} place;

static bo_status direct_place(const bo_exchange *e, place *out) {
    bo_str path;
    BO_TRY(bo_http_path(&path, e->request->path, e->arena));
    out->is_new = bo_str_trim(bo_str_from(path, route_path.len)).len <= 1;
    out->iri = bo_arena_join(e->arena, e->app->base_url, path);
    return out->iri.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status find_place(const bo_exchange *e, place *out) {
    bo_str graph, standard;
    *out = (place){0};
    BO_TRY(bo_http_form(&graph, e->request->query, BO_STR("graph"), 0, e->arena));
    BO_TRY(bo_http_form(&standard, e->request->query, BO_STR("default"), 0, e->arena));
    if (graph.ptr != NULL && standard.ptr != NULL)
        return bo_fail(BO_BAD_ARGUMENT, "either ?graph= or ?default names the graph, not both");
    if (standard.ptr != NULL) return BO_OK;
    if (graph.ptr == NULL) return direct_place(e, out);
    BO_TRY(bo_iri_resolve(&out->iri, e->app->root, graph, e->arena));
    if (bo_iri_check(out->iri) == BO_OK) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "graph: '%.*s' is no IRI", BO_STR_ARG(graph));
}

static bo_status need_graph(const place *at) {
    if (!at->is_new) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "which graph? Name it with ?graph=IRI, or take ?default");
}

/* GET is the query that the specification says it is (section 5.2). */
bo_status bo_get_graph(bo_exchange *e) {
    place at;
    bo_query_options options;
    BO_TRY(find_place(e, &at));
    BO_TRY(need_graph(&at));
    bo_query_options_of(e, false, &options);
    options.row_cap = 0;
    if (at.iri.len > 0) {
        options.has_dataset = true;
        options.default_graphs = &at.iri;
        options.default_graph_count = 1;
    }
    return bo_answer_query(e, BO_STR("CONSTRUCT WHERE { ?s ?p ?o }"), &options, at.iri.len > 0);
}

/* Writing. What is sent is read before the transaction begins. */

typedef struct reading {
    bo_graph *content;
    bo_term graph; /* where its triples go */
} reading;

static bo_status take_quad(void *context, const bo_quad *quad) {
    reading *r = context;
    bo_quad placed = *quad;
    if (quad->g.kind != BO_NO_TERM && !bo_term_eq(&quad->g, &r->graph))
        return bo_fail(BO_INVALID, "what is sent holds a graph of its own, but it is to become one graph");
    placed.g = r->graph;
    return bo_graph_add(r->content, &placed);
}

static bo_status read_part(const bo_exchange *e, reading *r, bo_str content_type, bo_str bytes) {
    bo_format format;
    char prefix[38];
    bo_str type = bo_http_media_type(content_type);
    if (!bo_format_by_media_type(&format, type) || !bo_format_reads(format))
        return bo_fail(
            BO_MEDIA_TYPE,
            "'%.*s' is not read here: send text/turtle, application/n-triples, application/ld+json, "
            "application/rdf+xml, application/trig or application/n-quads",
            BO_STR_BRIEF(type));
    bo_rng_uuid(prefix, e->app->options.rng);
    prefix[0] = 'g';
    prefix[36] = '-';
    bo_sink sink = {.quad = take_quad, .context = r};
    bo_read_options options = {.base = r->graph.kind == BO_IRI ? r->graph.value : e->app->root,
                               .blank_prefix = {prefix, 37},
                               .loader = &e->app->loader};
    return bo_read(&sink, format, bytes, &options);
}

/* multipart/form-data (RFC 7578): every part is a document of its own. */
static bo_status read_parts(const bo_exchange *e, reading *r, bo_str boundary) {
    bo_str part, type, rest = e->request->body;
    size_t parts = 0;
    bo_status status;
    while ((status = bo_http_part(&part, &type, &rest, boundary)) == BO_OK && part.ptr != NULL) {
        BO_TRY(read_part(e, r, type, part));
        parts++;
    }
    BO_TRY(status);
    return parts > 0 ? BO_OK : bo_fail(BO_SYNTAX, "the form holds no part");
}

static bo_status read_body(const bo_exchange *e, reading *r) {
    bo_str header = bo_request_header(e, "Content-Type");
    bool is_form = bo_str_eq_nocase(bo_http_media_type(header), BO_STR("multipart/form-data"));
    if (!is_form) return read_part(e, r, header, e->request->body);
    return read_parts(e, r, bo_http_parameter(header, BO_STR("boundary"), e->arena));
}

static bo_status write_content(bo_changing *changing, const reading *r, bool replace) {
    bo_target *target = bo_change_target(changing);
    bo_sink sink = bo_target_sink(target);
    if (replace) BO_TRY(bo_target_clear(target, &r->graph));
    return bo_graph_match(r->content, &(bo_quad){0}, &sink);
}

static bo_status commit(bo_exchange *e, const place *at, const reading *r, bool replace, bool *existed) {
    bo_changing *changing;
    BO_TRY(bo_change_begin(&changing, e));
    bo_status status = bo_change_has(changing, existed, at->iri);
    if (status == BO_OK) status = write_content(changing, r, replace);
    return bo_change_end(changing, status);
}

static bo_status put(bo_exchange *e, const place *at, bool replace) {
    reading r = {.graph = at->iri.len > 0 ? bo_term_iri(at->iri) : (bo_term){0}};
    bool existed = false;
    BO_TRY(bo_need_account(e));
    BO_TRY(bo_graph_new(&r.content));
    bo_status status = read_body(e, &r);
    if (status == BO_OK) status = commit(e, at, &r, replace, &existed);
    bo_graph_free(r.content);
    BO_TRY(status);
    bool created = at->iri.len > 0 && !existed;
    bo_respond(e, created ? 201 : 204);
    if (created) bo_respond_header(e, BO_STR("Location"), at->iri);
    return BO_OK;
}

bo_status bo_put_graph(bo_exchange *e) {
    place at;
    BO_TRY(find_place(e, &at));
    BO_TRY(need_graph(&at));
    return put(e, &at, true);
}

/* A POST to the graph store itself makes a graph and names it (section 5.5). */
bo_status bo_post_graph(bo_exchange *e) {
    place at;
    char uuid[37];
    BO_TRY(find_place(e, &at));
    if (at.is_new) {
        bo_rng_uuid(uuid, e->app->options.rng);
        at.iri = bo_arena_printf(e->arena, "%.*s%.*s/%s", BO_STR_ARG(e->app->base_url),
                                 BO_STR_ARG(route_path), uuid);
        if (at.iri.ptr == NULL) return bo_error_last()->status;
    }
    return put(e, &at, false);
}

static bo_status delete_in(bo_changing *changing, const place *at) {
    bool exists;
    bo_term graph = at->iri.len > 0 ? bo_term_iri(at->iri) : (bo_term){0};
    BO_TRY(bo_change_has(changing, &exists, at->iri));
    if (!exists && at->iri.len > 0) return bo_fail(BO_NOT_FOUND, "there is no such graph");
    return bo_target_clear(bo_change_target(changing), &graph);
}

bo_status bo_delete_graph(bo_exchange *e) {
    place at;
    bo_changing *changing;
    BO_TRY(find_place(e, &at));
    BO_TRY(need_graph(&at));
    BO_TRY(bo_change_begin(&changing, e));
    BO_TRY(bo_change_end(changing, delete_in(changing, &at)));
    bo_respond(e, 204);
    return BO_OK;
}
