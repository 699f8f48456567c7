/* SPDX-License-Identifier: Apache-2.0
 * /.well-known/void (VoID, W3C Interest Group Note of 2011), in the form that SemApps' front ends and mirrors
 * read to the letter: a dataset whose class partitions are the containers, with what they hold.
 */
#include <stdlib.h>

#include "ldp/container.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

enum { CLASSES_MAX = 32, MEMBERS_LOOKED_AT = 200 };

typedef struct partition {
    bo_str container;
    bo_str classes[CLASSES_MAX];
    size_t class_count;
    uint64_t entities;
    bool is_ours_alone; /* peers that mirror this node leave it out */
} partition;

typedef struct describing {
    bo_exchange *e;
    bo_source *source; /* what the asker may read */
    bo_container *containers;
    size_t container_count;
    partition *parts;
    size_t len;
} describing;

/* The classes of a container: those that it accepts, or, when it accepts everything, those of what it holds
 * that no other container accepts: no class may stand in two, or front ends don't know where new ones go. */

static bool is_accepted_elsewhere(const describing *d, bo_str class) {
    for (size_t i = 0; i < d->container_count; i++)
        for (size_t j = 0; j < d->containers[i].type_count; j++)
            if (bo_str_eq(d->containers[i].types[j], class)) return true;
    return false;
}

static bool is_structure(bo_str class) {
    return bo_str_starts(class, BO_STR(BO_LDP_NS)) || bo_str_eq(class, BO_AS_TOMBSTONE);
}

static void add_class(const describing *d, partition *p, bo_str class) {
    for (size_t i = 0; i < p->class_count; i++)
        if (bo_str_eq(p->classes[i], class)) return;
    if (p->class_count == CLASSES_MAX) return;
    bo_str kept = bo_arena_str(d->e->arena, class);
    if (kept.ptr != NULL) p->classes[p->class_count++] = kept;
}

typedef struct looking {
    const describing *d;
    partition *part;
    unsigned left;
} looking;

static bo_status take_class(void *context, const bo_quad *quad) {
    looking *l = context;
    bool counts = quad->o.kind == BO_IRI && !is_structure(quad->o.value);
    if (counts && !is_accepted_elsewhere(l->d, quad->o.value)) add_class(l->d, l->part, quad->o.value);
    return BO_OK;
}

static bo_status take_member(void *context, const bo_quad *quad) {
    looking *l = context;
    bo_quad types = {.s = quad->o, .p = bo_term_iri(BO_RDF_TYPE), .g = quad->o};
    bo_sink sink = {.quad = take_class, .context = l};
    if (quad->o.kind == BO_IRI) BO_TRY(bo_source_match(l->d->source, &types, false, &sink));
    return --l->left > 0 ? BO_OK : BO_CANCELLED;
}

static bo_status look_at_members(const describing *d, partition *p) {
    looking l = {d, p, MEMBERS_LOOKED_AT};
    bo_term container = bo_term_iri(p->container);
    bo_quad members = {.s = container, .p = bo_term_iri(BO_LDP_CONTAINS), .g = container};
    bo_sink sink = {.quad = take_member, .context = &l};
    bo_status status = bo_source_match(d->source, &members, false, &sink);
    return status == BO_CANCELLED ? BO_OK : status;
}

static bo_status count_members(const describing *d, partition *p) {
    bo_term iri = bo_term_iri(p->container), contains = bo_term_iri(BO_LDP_CONTAINS);
    bo_ids pattern = {0};
    BO_TRY(bo_source_id_of(d->source, &pattern.s, &iri));
    BO_TRY(bo_source_id_of(d->source, &pattern.p, &contains));
    pattern.g = pattern.s;
    if (pattern.s != BO_ID_NONE && pattern.p != BO_ID_NONE)
        p->entities = d->source->ops->estimate(d->source, &pattern);
    return BO_OK;
}

static bo_status describe_container(describing *d, const bo_container *container) {
    partition *p = &d->parts[d->len];
    *p = (partition){.container = container->iri, .is_ours_alone = container->is_ours};
    for (size_t i = 0; i < container->type_count; i++) add_class(d, p, container->types[i]);
    if (container->type_count == 0) BO_TRY(look_at_members(d, p));
    if (p->class_count == 0) return BO_OK;
    d->len++;
    return count_members(d, p);
}

static bo_status gather(describing *d) {
    const bo_exchange *e = d->e;
    BO_TRY(bo_container_list(&d->containers, &d->container_count, d->source, e->app->root, e->arena));
    d->parts = bo_arena_array(d->e->arena, d->container_count + 1, sizeof *d->parts);
    if (d->parts == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < d->container_count; i++) BO_TRY(describe_container(d, &d->containers[i]));
    return BO_OK;
}

/* The dataset's name: "#data_example.org", each first '-', '.' and ':' of the host replaced. Peers of SemApps
 * look for exactly this. */
static bo_str fragment(const bo_exchange *e) {
    bo_str base = e->app->base_url, host = bo_str_from(base, bo_str_find_str(base, BO_STR("://")) + 3);
    char *name = bo_arena_alloc(e->arena, host.len + 1);
    if (name == NULL) return BO_STR_NONE;
    name[0] = '#';
    memcpy(name + 1, host.ptr, host.len);
    for (const char *mark = "-.:"; *mark != '\0'; mark++) {
        char *first = memchr(name + 1, *mark, host.len);
        if (first != NULL) *first = '_';
    }
    return (bo_str){name, host.len + 1};
}

/* As JSON-LD, to the letter. */

static void put_context(bo_json_writer *json, bo_str base) {
    static const char *const types[][2] = {
        {"dc:license", "@id"},        {"void:feature", "@id"},        {"void:sparqlEndpoint", "@id"},
        {"void:rootResource", "@id"}, {"void:vocabulary", "@id"},     {"void:entities", "xsd:integer"},
        {"void:class", "@id"},        {"void:classPartition", "@id"}, {"void:doNotMirror", "xsd:boolean"}};
    bo_json_key(json, BO_STR("@context"));
    bo_json_open(json, BO_JSON_OBJECT);
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        if (i != BO_NS_RDF)
            bo_json_member_string(json, bo_vocab_namespaces[i].prefix, bo_vocab_namespaces[i].iri);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        bo_json_key(json, bo_str_of(types[i][0]));
        bo_json_open(json, BO_JSON_OBJECT);
        bo_json_member_string(json, BO_STR("@type"), bo_str_of(types[i][1]));
        bo_json_close(json, BO_JSON_OBJECT);
    }
    bo_json_member_string(json, BO_STR("@base"), base);
    bo_json_close(json, BO_JSON_OBJECT);
}

static bo_str short_name(bo_str iri, bo_arena *arena) {
    bo_str name = bo_vocab_shorten(iri, arena);
    return name.ptr != NULL ? name : iri;
}

static void put_partition(bo_json_writer *json, const partition *p, bo_arena *arena) {
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_key(json, BO_STR("void:class"));
    if (p->class_count > 1) bo_json_open(json, BO_JSON_ARRAY);
    for (size_t i = 0; i < p->class_count; i++) bo_json_put_string(json, short_name(p->classes[i], arena));
    if (p->class_count > 1) bo_json_close(json, BO_JSON_ARRAY);
    bo_str entities = bo_arena_printf(arena, "%llu", (unsigned long long)p->entities);
    bo_json_member_string(json, BO_STR("void:entities"), entities);
    bo_json_member_string(json, BO_STR("void:uriSpace"), p->container);
    if (p->is_ours_alone) {
        bo_json_key(json, BO_STR("semapps:doNotMirror"));
        bo_json_put_raw(json, BO_STR("{\"@type\":\"xsd:boolean\",\"@value\":\"true\"}"));
    }
    bo_json_close(json, BO_JSON_OBJECT);
}

/* What is said of the dataset, each once. */
typedef struct fact {
    bo_str predicate, value;
    bool is_link;
} fact;
enum { FACTS = 7 };

static void facts_of(const bo_exchange *e, fact out[FACTS]) {
    const bo_app_options *o = &e->app->options;
    const fact all[FACTS] = {
        {BO_DC_TITLE, o->title, false},
        {BO_DC_DESCRIPTION, o->description, false},
        {BO_DC_LICENSE, o->license, true},
        {BO_VOID_FEATURE, BO_STR(BO_FORMATS_NS "N-Triples"), true},
        {BO_VOID_ROOT_RESOURCE, e->app->root, true},
        {BO_VOID_SPARQL_ENDPOINT, bo_arena_join(e->arena, e->app->base_url, BO_STR("/sparql")), true},
        {BO_VOID_URI_SPACE, e->app->root, false}};
    memcpy(out, all, sizeof all);
}

static void put_dataset(bo_json_writer *json, const describing *d) {
    fact facts[FACTS];
    facts_of(d->e, facts);
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@id"), fragment(d->e));
    bo_json_member_string(json, BO_STR("@type"), BO_STR("void:Dataset"));
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].value.len > 0)
            bo_json_member_string(json, bo_vocab_shorten(facts[i].predicate, d->e->arena), facts[i].value);
    bo_json_key(json, BO_STR("void:vocabulary"));
    bo_json_open(json, BO_JSON_ARRAY);
    for (unsigned i = 0; i < BO_NS_COUNT; i++) bo_json_put_string(json, bo_vocab_namespaces[i].iri);
    bo_json_close(json, BO_JSON_ARRAY);
    bo_json_key(json, BO_STR("void:classPartition"));
    bo_json_open(json, BO_JSON_ARRAY);
    for (size_t i = 0; i < d->len; i++) put_partition(json, &d->parts[i], d->e->arena);
    bo_json_close(json, BO_JSON_ARRAY);
    bo_json_close(json, BO_JSON_OBJECT);
}

static bo_status give_json(const describing *d) {
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    put_context(&json, d->e->iri);
    bo_json_key(&json, BO_STR("@graph"));
    bo_json_open(&json, BO_JSON_ARRAY);
    put_dataset(&json, d);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    bo_str whole = bo_arena_str(d->e->arena, bo_text_str(&text));
    bo_text_done(&text);
    BO_TRY(status);
    return bo_give_document(d->e, BO_STR("application/ld+json"), whole);
}

/* The same as a graph. */

static bo_status say(bo_graph *graph, bo_term subject, bo_str predicate, bo_term object) {
    bo_quad quad = {subject, bo_term_iri(predicate), object, {0}};
    return bo_graph_add(graph, &quad);
}

static bo_status say_partition(bo_graph *graph, bo_term dataset, const partition *p, size_t number,
                               bo_arena *arena) {
    bo_term part = bo_term_blank(bo_arena_printf(arena, "part%zu", number));
    bo_str entities = bo_arena_printf(arena, "%llu", (unsigned long long)p->entities);
    BO_TRY(say(graph, dataset, BO_VOID_CLASS_PARTITION, part));
    for (size_t i = 0; i < p->class_count; i++)
        BO_TRY(say(graph, part, BO_VOID_CLASS, bo_term_iri(p->classes[i])));
    BO_TRY(say(graph, part, BO_VOID_ENTITIES, bo_term_typed(entities, BO_XSD_INTEGER)));
    BO_TRY(say(graph, part, BO_VOID_URI_SPACE, bo_term_string(p->container)));
    if (!p->is_ours_alone) return BO_OK;
    return say(graph, part, BO_SEMAPPS_DO_NOT_MIRROR, bo_term_typed(BO_STR("true"), BO_XSD_BOOLEAN));
}

static bo_status say_all(bo_graph *graph, const describing *d, bo_term dataset) {
    fact facts[FACTS];
    facts_of(d->e, facts);
    BO_TRY(say(graph, dataset, BO_RDF_TYPE, bo_term_iri(BO_VOID_DATASET)));
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].value.len > 0)
            BO_TRY(say(graph, dataset, facts[i].predicate,
                       facts[i].is_link ? bo_term_iri(facts[i].value) : bo_term_string(facts[i].value)));
    for (unsigned i = 0; i < BO_NS_COUNT; i++)
        BO_TRY(say(graph, dataset, BO_VOID_VOCABULARY, bo_term_iri(bo_vocab_namespaces[i].iri)));
    for (size_t i = 0; i < d->len; i++) BO_TRY(say_partition(graph, dataset, &d->parts[i], i, d->e->arena));
    return BO_OK;
}

static bo_status give_graph(const describing *d, bo_variant variant) {
    bo_graph *graph;
    bo_text text;
    bo_arena *arena = d->e->arena;
    bo_term dataset = bo_term_iri(bo_arena_join(arena, d->e->iri, fragment(d->e)));
    BO_TRY(bo_graph_new(&graph));
    bo_text_init(&text, 0);
    bo_status status = say_all(graph, d, dataset);
    if (status == BO_OK)
        status = bo_represent(d->e, &text, variant, bo_graph_source(graph), dataset.value, BO_STR_NONE);
    if (status == BO_OK) status = bo_text_end(&text);
    bo_str whole = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    bo_graph_free(graph);
    BO_TRY(status);
    return bo_give_document(d->e, bo_variant_media_type(variant), whole);
}

static bo_status respond(bo_exchange *e, bo_variant variant, bo_txn *txn) {
    describing d = {.e = e};
    BO_TRY(bo_asker_source(e, &d.source, txn));
    BO_TRY(gather(&d));
    return variant == BO_AS_JSONLD ? give_json(&d) : give_graph(&d, variant);
}

bo_status bo_get_void(bo_exchange *e) {
    bo_txn *txn;
    bo_variant variant;
    BO_TRY(bo_negotiate(e, &variant, BO_AS_JSONLD, false));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = respond(e, variant, txn);
    bo_txn_abort(txn);
    return status;
}
