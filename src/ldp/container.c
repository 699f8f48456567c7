/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/container.h"

#include <stdlib.h>

#include "rdf/vocab.h"

enum { CONTAINERS_MAX = 4096 };

/* Values of one property, in the graph of the resource that is read. */
typedef struct values {
    bo_term *items;
    size_t len;
    bo_arena *arena;
} values;

static bo_status take_value(void *context, const bo_quad *quad) {
    values *v = context;
    size_t size = v->len * sizeof *v->items;
    bo_term *items = bo_arena_grow(v->arena, v->items, size, size + sizeof *items);
    if (items == NULL) return bo_error_last()->status;
    v->items = items;
    return bo_term_copy(&v->items[v->len++], &quad->o, v->arena);
}

static bo_status values_of(values *out, bo_source *source, bo_term subject, bo_str property, bo_str graph,
                           bo_arena *arena) {
    bo_quad pattern = {.s = subject, .p = bo_term_iri(property), .g = bo_term_iri(graph)};
    bo_sink sink = {.quad = take_value, .context = out};
    *out = (values){.arena = arena};
    return bo_source_match(source, &pattern, false, &sink);
}

static bo_status iris_of(bo_str **out, size_t *count, bo_source *source, bo_str iri, bo_str property,
                         bo_arena *arena) {
    values v;
    BO_TRY(values_of(&v, source, bo_term_iri(iri), property, iri, arena));
    bo_str *list = bo_arena_array(arena, v.len + 1, sizeof *list);
    if (list == NULL) return bo_error_last()->status;
    *count = 0;
    for (size_t i = 0; i < v.len; i++)
        if (v.items[i].kind == BO_IRI) list[(*count)++] = v.items[i].value;
    *out = list;
    return BO_OK;
}

/* The first value of a property of a node in the container's graph. */
static bo_status first_of(bo_str *out, bo_source *source, bo_term node, bo_str property, bo_str graph,
                          bo_arena *arena) {
    values v;
    BO_TRY(values_of(&v, source, node, property, graph, arena));
    *out = v.len > 0 ? v.items[0].value : BO_STR_NONE;
    return BO_OK;
}

bo_status bo_container_value(bo_str *out, bo_source *source, bo_str iri, bo_str property, bo_arena *arena) {
    return first_of(out, source, bo_term_iri(iri), property, iri, arena);
}

bo_status bo_container_parts(bo_container_part **out, size_t *count, bo_source *source, bo_str iri,
                             bo_arena *arena) {
    values v;
    BO_TRY(values_of(&v, source, bo_term_iri(iri), BO_CONF_DISASSEMBLES, iri, arena));
    bo_container_part *parts = bo_arena_array(arena, v.len + 1, sizeof *parts);
    if (parts == NULL) return bo_error_last()->status;
    *count = 0;
    for (size_t i = 0; i < v.len; i++) {
        bo_container_part *part = &parts[*count];
        BO_TRY(first_of(&part->property, source, v.items[i], BO_CONF_PROPERTY, iri, arena));
        BO_TRY(first_of(&part->container, source, v.items[i], BO_CONF_INTO, iri, arena));
        if (part->property.len > 0 && part->container.len > 0) ++*count;
    }
    *out = parts;
    return BO_OK;
}

static bo_status is_true(bool *out, bo_source *source, bo_str iri, bo_str property, bo_arena *arena) {
    bo_str value;
    BO_TRY(bo_container_value(&value, source, iri, property, arena));
    *out = bo_str_eq(value, BO_STR("true")) || bo_str_eq(value, BO_STR("1"));
    return BO_OK;
}

bo_status bo_container_read(bo_container *out, bo_source *source, bo_str iri, bo_arena *arena) {
    bo_container c = {.iri = bo_arena_str(arena, iri), .order = INT64_MAX};
    bo_str order;
    if (c.iri.ptr == NULL) return bo_error_last()->status;
    BO_TRY(iris_of(&c.types, &c.type_count, source, c.iri, BO_CONF_ACCEPTS, arena));
    BO_TRY(bo_container_value(&order, source, c.iri, BO_CONF_ORDER, arena));
    if (order.len > 0 && bo_str_to_i64(&c.order, order) != BO_OK) c.order = INT64_MAX;
    BO_TRY(is_true(&c.is_featured, source, c.iri, BO_CONF_FEATURED, arena));
    BO_TRY(is_true(&c.is_ours, source, c.iri, BO_SEMAPPS_DO_NOT_MIRROR, arena));
    *out = c;
    return BO_OK;
}

/* Listing. */

typedef struct listing {
    bo_str root;
    bo_str *items;
    size_t len;
    bo_arena *arena;
} listing;

static bo_status take_container(void *context, const bo_quad *quad) {
    listing *l = context;
    bo_str iri = quad->s.value;
    bool below = quad->s.kind == BO_IRI && bo_str_starts(iri, l->root) && iri.len > l->root.len;
    if (!below || !bo_str_eq(iri, quad->g.value)) return BO_OK;
    if (l->len == CONTAINERS_MAX) return BO_CANCELLED;
    if (l->items == NULL) l->items = bo_arena_array(l->arena, CONTAINERS_MAX, sizeof *l->items);
    if (l->items == NULL) return bo_error_last()->status;
    l->items[l->len] = bo_arena_str(l->arena, iri);
    return l->items[l->len++].ptr != NULL ? BO_OK : bo_error_last()->status;
}

static int by_order(const void *a, const void *b) {
    const bo_container *one = a, *other = b;
    if (one->order != other->order) return one->order < other->order ? -1 : 1;
    return bo_str_cmp(one->iri, other->iri);
}

bo_status bo_container_list(bo_container **out, size_t *count, bo_source *source, bo_str root,
                            bo_arena *arena) {
    listing l = {.root = root, .arena = arena};
    bo_quad typed = {.p = bo_term_iri(BO_RDF_TYPE), .o = bo_term_iri(BO_LDP_CONTAINER)};
    bo_sink sink = {.quad = take_container, .context = &l};
    bo_status status = bo_source_match(source, &typed, false, &sink);
    if (status != BO_OK && status != BO_CANCELLED) return status;
    bo_container *list = bo_arena_array(arena, l.len + 1, sizeof *list);
    if (list == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < l.len; i++) BO_TRY(bo_container_read(&list[i], source, l.items[i], arena));
    if (l.len > 1) qsort(list, l.len, sizeof *list, by_order);
    *out = list;
    *count = l.len;
    return BO_OK;
}

bo_status bo_container_of_type(bo_str *out, bo_source *source, bo_str type, bo_arena *arena) {
    bo_str *containers;
    size_t count;
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_CONF_ACCEPTS, type, arena));
    *out = count > 0 ? containers[0] : BO_STR_NONE;
    return BO_OK;
}

/* What it accepts, and how it is shown. */

static bool is_among(bo_str iri, const bo_str *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bo_str_eq(list[i], iri)) return true;
    return false;
}

static bo_status refuse(bo_str container, const bo_str *accepted, size_t count, bo_arena *arena) {
    bo_str names = BO_STR("");
    for (size_t i = 0; i < count && names.len < 300; i++) {
        bo_str name = bo_vocab_shorten(accepted[i], arena);
        names = bo_arena_printf(arena, "%.*s%s%.*s", BO_STR_ARG(names), i > 0 ? ", " : "",
                                BO_STR_ARG(name.ptr != NULL ? name : accepted[i]));
    }
    return bo_fail_code(BO_INVALID, BO_TYPE_NOT_ACCEPTED,
                        "%.*s does not accept this type: what goes there is of type %.*s",
                        BO_STR_ARG(container), BO_STR_ARG(names));
}

bo_status bo_container_accepts(bo_source *source, bo_str container, const bo_str *types, size_t count,
                               bo_arena *arena) {
    bo_str *accepted;
    size_t accepted_count;
    if (is_among(BO_LDP_CONTAINER, types, count)) return BO_OK;
    BO_TRY(iris_of(&accepted, &accepted_count, source, container, BO_CONF_ACCEPTS, arena));
    if (accepted_count == 0) return BO_OK;
    for (size_t i = 0; i < count; i++)
        if (is_among(types[i], accepted, accepted_count)) return BO_OK;
    return refuse(container, accepted, accepted_count, arena);
}

bo_status bo_container_view(bo_str *out, bo_source *source, bo_str container, const bo_str *types,
                            size_t count, bo_arena *arena) {
    values v;
    bo_str type;
    BO_TRY(values_of(&v, source, bo_term_iri(container), BO_CONF_TYPE_VIEW, container, arena));
    for (size_t i = 0; i < v.len; i++) {
        BO_TRY(first_of(&type, source, v.items[i], BO_CONF_FOR_TYPE, container, arena));
        if (is_among(type, types, count))
            return first_of(out, source, v.items[i], BO_CONF_VIEW, container, arena);
    }
    return bo_container_value(out, source, container, BO_CONF_VIEW, arena);
}

/* What a graph says. */

bool bo_container_configures(const bo_quad *quad) {
    const bo_str membership[] = {BO_LDP_MEMBERSHIP_RESOURCE, BO_LDP_HAS_MEMBER_RELATION,
                                 BO_LDP_IS_MEMBER_OF_RELATION, BO_LDP_INSERTED_CONTENT_RELATION};
    return bo_str_starts(quad->p.value, BO_STR(BO_CONF_NS)) ||
           bo_str_starts(quad->p.value, BO_STR(BO_ACL_NS)) ||
           is_among(quad->p.value, membership, sizeof membership / sizeof *membership);
}

bool bo_container_is(bo_graph *content, bo_str iri) {
    const bo_str kinds[] = {BO_LDP_CONTAINER, BO_LDP_BASIC_CONTAINER, BO_LDP_DIRECT_CONTAINER,
                            BO_LDP_INDIRECT_CONTAINER};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        bo_quad typed = {bo_term_iri(iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(kinds[i]), {0}};
        if (bo_graph_has(content, &typed)) return true;
    }
    return false;
}
