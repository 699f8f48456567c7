/* SPDX-License-Identifier: Apache-2.0
 * Containers as answers: which sections of one are wanted (LDP 1.0 section 7.2), its own description, and its
 * members piece by piece (piece.h), sent while they are gathered when there are many.
 */
#include "bocage/json.h"
#include "ldp/membership.h"
#include "rdf/vocab.h"
#include "web/exchange.h"
#include "web/piece.h"

/* Preferences. */

static unsigned section_of(bo_str iri) {
    const struct {
        bo_str iri;
        unsigned section;
    } names[] = {{BO_LDP_PREFER_CONTAINMENT, BO_SECTION_MEMBERS},
                 {BO_LDP_PREFER_MEMBERSHIP, BO_SECTION_MEMBERSHIP},
                 {BO_LDP_PREFER_MINIMAL_CONTAINER, BO_SECTION_SELF},
                 {BO_LDP_PREFER_EMPTY_CONTAINER, BO_SECTION_SELF}}; /* its older name */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_eq(iri, names[i].iri)) return names[i].section;
    return 0;
}

static unsigned sections_of(bo_str iris) {
    unsigned sections = 0;
    for (bo_str iri; bo_str_cut(&iri, &iris, ' ');) sections |= section_of(iri);
    return sections;
}

bo_sections bo_container_sections(const bo_exchange *e) {
    bo_sections wanted = {BO_SECTION_SELF | BO_SECTION_MEMBERS | BO_SECTION_MEMBERSHIP, false};
    bo_str prefer = bo_headers_joined(&e->request->headers, BO_STR("Prefer"), e->arena);
    bo_str wish = bo_http_preference(prefer, BO_STR("return"), BO_STR("representation"));
    unsigned include = sections_of(bo_http_parameter(wish, BO_STR("include"), e->arena));
    unsigned omit = sections_of(bo_http_parameter(wish, BO_STR("omit"), e->arena));
    if (include == 0 && omit == 0) return wanted;
    wanted.sections = (include != 0 ? include : wanted.sections) & ~omit;
    wanted.is_applied = true;
    return wanted;
}

/* The container's own description. */

typedef struct describing {
    bo_graph *out;
    bo_source *source;
    bo_membership membership;
    bo_str container;
    unsigned sections;
    bo_arena *arena;
} describing;

static bo_status describe_quad(describing *d, const bo_ids *ids) {
    bo_quad quad = {0};
    BO_TRY(bo_source_term_of(d->source, &quad.s, ids->s, d->arena));
    BO_TRY(bo_source_term_of(d->source, &quad.p, ids->p, d->arena));
    BO_TRY(bo_source_term_of(d->source, &quad.o, ids->o, d->arena));
    bool membership = bo_str_eq(d->membership.resource, d->container) &&
                      bo_str_eq(d->membership.has, quad.p.value) && bo_str_eq(quad.s.value, d->container);
    unsigned section = membership ? BO_SECTION_MEMBERSHIP : BO_SECTION_SELF;
    return (d->sections & section) != 0 ? bo_graph_add(d->out, &quad) : BO_OK;
}

/* Members are passed over as ids: there may be many. */
static bo_status describe_scan(describing *d, bo_scan *scan, bo_id contains) {
    bo_batch *batch = BO_NEW(d->arena, bo_batch);
    if (batch == NULL) return bo_error_last()->status;
    for (;;) {
        BO_TRY(bo_scan_next(scan, batch));
        if (batch->len == 0) return BO_OK;
        for (size_t i = 0; i < batch->len; i++) {
            bo_ids ids = {batch->column[0][i], batch->column[1][i], batch->column[2][i], 0};
            if (ids.p != contains) BO_TRY(describe_quad(d, &ids));
        }
    }
}

static bo_status describe_itself(describing *d) {
    bo_term graph = bo_term_iri(d->container), contains_term = bo_term_iri(BO_LDP_CONTAINS);
    bo_ids pattern = {0};
    bo_id contains;
    bo_scan *scan;
    BO_TRY(bo_source_id_of(d->source, &pattern.g, &graph));
    BO_TRY(bo_source_id_of(d->source, &contains, &contains_term));
    if (pattern.g == BO_ID_NONE) return BO_OK;
    BO_TRY(bo_source_scan(d->source, &scan, &pattern, bo_order_for(&pattern), d->arena));
    bo_status status = describe_scan(d, scan, contains);
    bo_scan_close(scan);
    return status;
}

static bo_status take_own(void *context, const bo_quad *quad) {
    bo_quad plain = {quad->s, quad->p, quad->o, {0}};
    return bo_term_eq(&quad->s, &quad->g) ? bo_graph_add(context, &plain) : BO_OK;
}

/* Membership triples that stand elsewhere, as far as the asker may read there. */
static bo_status describe_membership(const describing *d, bo_source *readable) {
    const bo_membership *m = &d->membership;
    bo_quad pattern = {.p = bo_term_iri(m->has.len > 0 ? m->has : m->is_of)};
    bo_sink sink = {.quad = take_own, .context = d->out};
    if (m->resource.len == 0 || pattern.p.value.len == 0) return BO_OK;
    if (m->has.len > 0)
        pattern.s = bo_term_iri(m->resource);
    else
        pattern.o = bo_term_iri(m->resource);
    return bo_source_match(readable, &pattern, false, &sink);
}

static bo_status describe(const bo_exchange *e, bo_graph *out, const bo_pieces *pieces, bo_sections wanted) {
    describing d = {.out = out, .container = e->iri, .sections = wanted.sections, .arena = e->arena};
    bo_source *readable;
    BO_TRY(bo_txn_source(&d.source, pieces->txn, NULL, e->arena));
    BO_TRY(bo_membership_read(&d.membership, d.source, e->iri, e->arena));
    BO_TRY(describe_itself(&d));
    if (!wanted.is_applied || (wanted.sections & BO_SECTION_MEMBERSHIP) == 0) return BO_OK;
    BO_TRY(bo_txn_source(&readable, pieces->txn, pieces->readable, e->arena));
    return describe_membership(&d, readable);
}

/* JSON-LD: the description is written with a mark where the members go, and cut in two there. */

static bool holds(const bo_json *value, bo_str mark) {
    if (value->kind == BO_JSON_STRING) return bo_str_eq(bo_json_string(value), mark);
    for (uint32_t i = 0; value->kind == BO_JSON_ARRAY && i < value->len; i++)
        if (holds(value->items[i], mark)) return true;
    for (uint32_t i = 0; value->kind == BO_JSON_OBJECT && i < value->len; i++)
        if (holds(value->members[i].value, mark)) return true;
    return false;
}

/* The member of the innermost node that holds the mark: its value becomes an array of it alone. */
static bo_status set_apart(bo_json *node, bo_str mark, bo_arena *arena) {
    for (uint32_t i = 0; node->kind == BO_JSON_ARRAY && i < node->len; i++)
        if (holds(node->items[i], mark)) return set_apart(node->items[i], mark, arena);
    for (uint32_t i = 0; node->kind == BO_JSON_OBJECT && i < node->len; i++) {
        bo_json *value = node->members[i].value;
        if (!holds(value, mark)) continue;
        if (bo_str_eq(node->members[i].key, BO_STR("@graph"))) return set_apart(value, mark, arena);
        bo_json *array = bo_json_new(arena, BO_JSON_ARRAY);
        bo_json *item = array != NULL ? bo_json_new_string(arena, mark) : NULL;
        if (item == NULL || bo_json_push(arena, array, item) == NULL) return bo_error_last()->status;
        node->members[i].value = array;
        return BO_OK;
    }
    return bo_fail(BO_INTERNAL, "the members of a container have no place in its JSON-LD");
}

static bo_status write_around(bo_pieces *pieces, bo_text *out, bo_str written, bo_str mark, bo_arena *arena) {
    bo_json *document;
    bo_text text;
    BO_TRY(bo_json_parse(&document, written, NULL, arena));
    BO_TRY(set_apart(document, mark, arena));
    bo_text_init(&text, 0);
    bo_json_write(&text, document);
    bo_str whole = bo_text_str(&text);
    size_t at = bo_str_find_str(whole, mark) - 1, end = at + mark.len + 2; /* with its quotes */
    bo_text_put(out, bo_str_head(whole, at));
    bo_status status = bo_pieces_write(pieces, out, arena);
    bo_text_put(out, bo_str_from(whole, end));
    bo_text_done(&text);
    return status;
}

static bo_status write_jsonld(bo_exchange *e, bo_text *out, bo_graph *own, bo_pieces *pieces, bool members) {
    char uuid[37];
    bo_rng_uuid(uuid, e->app->options.rng);
    bo_str mark = bo_arena_join(e->arena, BO_STR("urn:uuid:"), bo_str_of(uuid));
    bo_quad place = {bo_term_iri(e->iri), bo_term_iri(BO_LDP_CONTAINS), bo_term_iri(mark), {0}};
    bo_text text;
    if (!members) return bo_represent(e, out, BO_AS_JSONLD, bo_graph_source(own), e->iri, BO_STR_NONE);
    if (mark.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_graph_add(own, &place));
    bo_text_init(&text, 0);
    bo_status status = bo_represent(e, &text, BO_AS_JSONLD, bo_graph_source(own), e->iri, BO_STR_NONE);
    if (status == BO_OK) status = write_around(pieces, out, bo_text_str(&text), mark, e->arena);
    bo_text_done(&text);
    return status;
}

/* Turtle and N-Triples, and what they are a part of: one thing after the other. */
static bo_status write_lines(bo_exchange *e, bo_text *out, bo_graph *own, bo_pieces *pieces, bool members) {
    bo_write_options options = pieces->options;
    options.focus = pieces->container;
    options.is_piece = true;
    if (pieces->format == BO_TURTLE) BO_TRY(bo_write_prefixes(out, &options));
    BO_TRY(bo_write(out, pieces->format, bo_graph_source(own), &options));
    return members ? bo_pieces_write(pieces, out, e->arena) : BO_OK;
}

/* RDF/XML names its namespaces first: it is gathered whole. */
static bo_status write_gathered(bo_exchange *e, bo_text *out, bo_graph *own, const bo_pieces *pieces,
                                bool members) {
    bo_source *readable;
    BO_TRY(bo_txn_source(&readable, pieces->txn, pieces->readable, e->arena));
    if (members) BO_TRY(bo_ldp_view_members(own, readable, e->iri));
    return bo_represent(e, out, BO_AS_RDFXML, bo_graph_source(own), e->iri, BO_STR_NONE);
}

/* The whole. */

static const struct {
    bool is_pieced;
    bo_format format; /* of the pieces: a TriG document may be a Turtle one, and N-Quads be N-Triples */
} formats[BO_VARIANT_COUNT] = {[BO_AS_JSONLD] = {true, BO_JSONLD},
                               [BO_AS_TURTLE] = {true, BO_TURTLE},
                               [BO_AS_TRIG] = {true, BO_TURTLE},
                               [BO_AS_NTRIPLES] = {true, BO_NTRIPLES},
                               [BO_AS_NQUADS] = {true, BO_NTRIPLES}};

static bo_status write_container(bo_exchange *e, bo_text *out, bo_variant variant, bo_sections wanted,
                                 bo_pieces *pieces) {
    bo_graph *own;
    bool members = (wanted.sections & BO_SECTION_MEMBERS) != 0;
    BO_TRY(bo_graph_new(&own));
    bo_status status = describe(e, own, pieces, wanted);
    if (status == BO_OK && !formats[variant].is_pieced)
        status = write_gathered(e, out, own, pieces, members);
    else if (status == BO_OK && variant == BO_AS_JSONLD)
        status = write_jsonld(e, out, own, pieces, members);
    else if (status == BO_OK)
        status = write_lines(e, out, own, pieces, members);
    bo_graph_free(own);
    return status;
}

static bo_status start(const bo_exchange *e, bo_pieces *out, bo_txn *txn) {
    *out =
        (bo_pieces){.cache = e->app->cache, .store = e->app->options.store, .txn = txn, .container = e->iri};
    return bo_wac_readable(&e->app->wac, &out->readable, txn, &e->asker, e->arena);
}

bo_status bo_container_tag(const bo_exchange *e, uint64_t *out, bo_sections wanted, bo_txn *txn) {
    bo_pieces pieces;
    bool elsewhere = wanted.is_applied && (wanted.sections & BO_SECTION_MEMBERSHIP) != 0;
    *out = elsewhere ? e->generation : 0; /* it speaks of other resources too */
    bool is_stranger = e->asker.webid.len == 0 && !e->asker.is_admin && e->asker.granted.len == 0;
    if (elsewhere || is_stranger) return BO_OK;
    BO_TRY(start(e, &pieces, txn));
    return bo_pieces_sum(&pieces, out, e->arena);
}

static bo_status answer(bo_exchange *e, bo_variant variant, bo_sections wanted, bo_pieces *pieces) {
    const bo_app_options *options = &e->app->options;
    uint64_t deadline = options->query_time_ms == 0
                            ? 0
                            : bo_clock_steady_ns(options->clock) + options->query_time_ms * 1000000u;
    bo_outlet outlet;
    bo_outlet_open(&outlet, e, bo_variant_media_type(variant), deadline, 0);
    outlet.moves = true;
    outlet.text.flush_at = bo_cache_share(e->app->cache);
    return bo_outlet_close(&outlet, write_container(e, &outlet.text, variant, wanted, pieces));
}

bo_status bo_respond_container(bo_exchange *e, bo_variant variant, bo_sections wanted, bo_txn *txn) {
    bo_pieces pieces;
    bo_jsonld_context *own_context = NULL;
    BO_TRY(start(e, &pieces, txn));
    pieces.format = formats[variant].format;
    BO_TRY(bo_represent_options(e, &pieces.options, variant, &own_context));
    if (own_context != NULL) pieces.wish = bo_str_hash(pieces.options.jsonld_context);
    bo_status status = answer(e, variant, wanted, &pieces);
    bo_jsonld_context_free(own_context);
    e->cacheable = status == BO_OK;
    return status;
}
