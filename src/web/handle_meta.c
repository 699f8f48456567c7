/* SPDX-License-Identifier: Apache-2.0
 * What clients read first: the context, the dataset's description (VoID), the style sheet.
 */
#include "obs/kind.h"
#include "obs/page.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

bo_status bo_give_document(bo_exchange *e, bo_str media_type, bo_str text) {
    bo_str etag = bo_arena_printf(e->arena, "\"%016llx\"", (unsigned long long)bo_str_hash(text));
    bo_str known = bo_request_header(e, "If-None-Match");
    bo_respond_header(e, BO_STR("ETag"), etag);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("public, max-age=3600"));
    if (known.ptr != NULL && bo_http_etag_listed(known, etag, true))
        bo_respond(e, 304);
    else
        bo_respond_body(e, 200, media_type, text);
    e->cacheable = true;
    return BO_OK;
}

bo_status bo_get_context(bo_exchange *e) {
    return bo_give_document(e, BO_STR("application/ld+json"), e->app->context_text);
}

bo_status bo_get_style(bo_exchange *e) {
    return bo_give_document(e, BO_STR("text/css; charset=utf-8"), bo_page_css());
}

/* VoID (W3C Interest Group Note of 2011): a partition for each kind, as front ends of SemApps look for. */

typedef struct describing {
    bo_graph *graph;
    bo_source *source;
    bo_exchange *e;
    bo_term dataset;
    unsigned parts;
} describing;

static bo_status say(const describing *d, bo_term subject, bo_str predicate, bo_term object) {
    bo_quad quad = {subject, bo_term_iri(predicate), object, {0}};
    return bo_graph_add(d->graph, &quad);
}

static bo_status count_members(const describing *d, bo_str container, uint64_t *out) {
    bo_term iri = bo_term_iri(container), contains = bo_term_iri(BO_LDP_CONTAINS);
    bo_ids pattern = {0};
    *out = 0;
    BO_TRY(bo_source_id_of(d->source, &pattern.s, &iri));
    BO_TRY(bo_source_id_of(d->source, &pattern.p, &contains));
    if (pattern.s != BO_ID_NONE && pattern.p != BO_ID_NONE)
        *out = d->source->ops->estimate(d->source, &pattern);
    return BO_OK;
}

static bo_status describe_kind(describing *d, const bo_kind *kind) {
    uint64_t members;
    bo_arena *arena = d->e->arena;
    bo_str container = bo_arena_join(arena, d->e->app->root, kind->container);
    BO_TRY(count_members(d, container, &members));
    bo_term part = bo_term_blank(bo_arena_printf(arena, "part%u", d->parts++));
    bo_term entities =
        bo_term_typed(bo_arena_printf(arena, "%llu", (unsigned long long)members), BO_XSD_INTEGER);
    BO_TRY(say(d, d->dataset, BO_VOID_CLASS_PARTITION, part));
    BO_TRY(say(d, part, BO_VOID_CLASS, bo_term_iri(kind->type)));
    BO_TRY(say(d, part, BO_VOID_ENTITIES, entities));
    return say(d, part, BO_VOID_URI_SPACE, bo_term_string(container));
}

static bo_status describe(describing *d) {
    bo_arena *arena = d->e->arena;
    bo_str base = d->e->app->base_url;
    BO_TRY(say(d, d->dataset, BO_RDF_TYPE, bo_term_iri(BO_VOID_DATASET)));
    BO_TRY(say(d, d->dataset, BO_VOID_SPARQL_ENDPOINT,
               bo_term_iri(bo_arena_join(arena, base, BO_STR("/sparql")))));
    BO_TRY(say(d, d->dataset, BO_VOID_ROOT_RESOURCE, bo_term_iri(d->e->app->root)));
    for (size_t i = 0; i < bo_kind_count; i++) BO_TRY(describe_kind(d, &bo_kinds[i]));
    return BO_OK;
}

static bo_status respond_void(bo_exchange *e, bo_txn *txn) {
    describing d = {.e = e, .dataset = bo_term_iri(bo_arena_join(e->arena, e->iri, BO_STR("#dataset")))};
    BO_TRY(bo_asker_source(e, &d.source, txn));
    BO_TRY(bo_graph_new(&d.graph));
    bo_status status = describe(&d);
    if (status == BO_OK) status = bo_respond_graph(e, 200, bo_graph_source(d.graph), d.dataset.value);
    bo_graph_free(d.graph);
    return status;
}

bo_status bo_get_void(bo_exchange *e) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = respond_void(e, txn);
    bo_txn_abort(txn);
    return status;
}
