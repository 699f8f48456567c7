/* SPDX-License-Identifier: Apache-2.0
 * Node Map Generation, blank node identifiers and flattening (API 7).
 */
#include "jsonld/compact.h"

/* Where an element stands: the parameters of API 7.2. */
typedef struct spot {
    bo_ld_node_map *map;
    bo_ld_graph *graph;
    const bo_json *reverse_node; /* the active subject as a reference, inside @reverse */
    bo_str property;             /* the active property; .ptr NULL: none */
    bo_json *values;             /* the subject's, under that property */
    bo_json *list;               /* NULL: none */
} spot;

static bo_status visit(spot at, const bo_json *element);

bo_str bo_ld_blank_name(bo_ld *ld, bo_str name) {
    bo_value *place = name.len ? bo_map_put(&ld->blank_names, name, NULL) : NULL;
    if (name.len && place == NULL) return BO_STR_NONE;
    if (place != NULL && place->ptr != NULL) return *(bo_str *)place->ptr;
    struct {
        bo_str name;
        char text[16];
    } *made = bo_arena_alloc(ld->arena, sizeof *made);
    if (made == NULL) return BO_STR_NONE;
    char *end = made->text + sizeof made->text, *at = end;
    unsigned n = ld->blank_count++;
    do *--at = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    at -= 3;
    memcpy(at, "_:b", 3);
    made->name = (bo_str){at, (size_t)(end - at)};
    if (place != NULL) place->ptr = &made->name;
    return made->name;
}

/* The name under which something goes on: blank nodes get a new one. */
static bo_status renamed(bo_ld *ld, bo_str *out, bo_str name) {
    *out = bo_ld_is_blank(name) ? bo_ld_blank_name(ld, name) : name;
    return bo_ld_made(out->ptr);
}

bo_ld_graph *bo_ld_node_map_graph(bo_ld_node_map *map, bo_str name) {
    bo_value *place = bo_map_put(&map->graphs, name, NULL);
    if (place == NULL) return NULL;
    if (place->ptr == NULL) {
        bo_ld_graph *graph = BO_NEW(map->ld->arena, bo_ld_graph);
        if (graph == NULL) return NULL;
        graph->name = name;
        bo_map_init(&graph->nodes, map->ld->arena);
        place->ptr = graph;
    }
    return place->ptr;
}

static bo_status node_of(bo_ld *ld, bo_json **out, bo_ld_graph *graph, bo_str id) {
    bo_value *place = bo_map_put(&graph->nodes, id, NULL);
    BO_TRY(bo_ld_made(place));
    if (place->ptr == NULL) {
        BO_TRY(bo_ld_count(ld, 1));
        place->ptr = bo_ld_reference(ld->arena, id, 8);
    }
    *out = place->ptr;
    return bo_ld_made(place->ptr);
}

enum { FEW = 16 };

/* Whether an array holds the value already. Long arrays keep their values in a set, or a stranger's array of
 * many values would take a quadratic time. */
bo_status bo_ld_node_map_is_new(bo_ld_node_map *map, bool *out, const bo_json *array, const bo_json *value) {
    *out = true;
    if (array->len < FEW) {
        for (uint32_t i = 0; i < array->len && *out; i++) *out = !bo_json_eq(array->items[i], value);
        return BO_OK;
    }
    bo_text key;
    bo_text_init(&key, 0);
    for (uint32_t i = array->len == FEW ? 0 : array->len; i <= array->len; i++) {
        bo_text_clear(&key);
        bo_text_put(&key, (bo_str){(const char *)&array, sizeof array});
        bo_json_write_canonical(&key, i < array->len ? array->items[i] : value);
        bo_str kept = bo_arena_str(map->ld->arena, bo_text_str(&key));
        if (kept.ptr == NULL || bo_map_put(&map->seen, kept, out) == NULL) {
            bo_text_done(&key);
            return bo_ld_made(NULL);
        }
    }
    bo_text_done(&key);
    return BO_OK;
}

bo_status bo_ld_node_map_property(bo_ld *ld, bo_json **out, bo_json *node, bo_str property) {
    *out = bo_json_get(node, property);
    if (*out != NULL) return BO_OK;
    *out = bo_json_new(ld->arena, BO_JSON_ARRAY);
    return bo_ld_made(bo_json_add(ld->arena, node, property, *out));
}

/* Puts a value where the element stands: into the list, or under the subject's property. */
static bo_status put(spot at, bo_json *value, bool once) {
    bo_arena *arena = at.map->ld->arena;
    bool fresh = true;
    if (at.list != NULL) return bo_ld_made(bo_json_push(arena, at.list, value));
    if (at.values == NULL) return BO_OK;
    if (once) BO_TRY(bo_ld_node_map_is_new(at.map, &fresh, at.values, value));
    return fresh ? bo_ld_made(bo_json_push(arena, at.values, value)) : BO_OK;
}

/* 7.2.2 step 3 for a value, and step 4. */
static bo_status visit_value(spot at, const bo_json *element) {
    bo_ld *ld = at.map->ld;
    bo_json *value, *type = bo_ld_get(element, BO_LD_TYPE);
    memcpy(&value, &element, sizeof value);
    if (type != NULL && bo_ld_is_blank(bo_json_string(type))) {
        bo_str name;
        BO_TRY(renamed(ld, &name, type->text));
        value = bo_json_copy(ld->arena, element);
        BO_TRY(bo_ld_made(value ? bo_ld_set(ld->arena, value, BO_LD_TYPE, bo_ld_string(ld->arena, name))
                                : NULL));
    }
    return put(at, value, true);
}

/* Step 5. */
static bo_status visit_list(spot at, const bo_json *element) {
    bo_ld *ld = at.map->ld;
    bo_json *items = bo_json_new(ld->arena, BO_JSON_ARRAY), *result = bo_json_new(ld->arena, BO_JSON_OBJECT);
    spot inner = at;
    inner.list = items;
    BO_TRY(bo_ld_made(bo_ld_set(ld->arena, result, BO_LD_LIST, items)));
    BO_TRY(visit(inner, bo_ld_get(element, BO_LD_LIST)));
    return put(at, result, false);
}

/* Step 6.7. */
static bo_status add_types(spot at, bo_json *node, const bo_json *types) {
    bo_ld *ld = at.map->ld;
    bo_json *values;
    BO_TRY(bo_ld_node_map_property(ld, &values, node, KEYWORD(TYPE)));
    for (uint32_t i = 0; i < types->len; i++) {
        bo_str name = bo_json_string(types->items[i]);
        bool fresh;
        if (name.ptr == NULL) continue;
        BO_TRY(renamed(ld, &name, name));
        bo_json *type = bo_ld_string(ld->arena, name);
        BO_TRY(bo_ld_made(type));
        BO_TRY(bo_ld_node_map_is_new(at.map, &fresh, values, type));
        if (fresh) BO_TRY(bo_ld_made(bo_json_push(ld->arena, values, type)));
    }
    return BO_OK;
}

/* Step 6.9. */
static bo_status visit_reverse(spot at, bo_str id, const bo_json *reverse) {
    spot inner = {
        .map = at.map, .graph = at.graph, .reverse_node = bo_ld_reference(at.map->ld->arena, id, 1)};
    BO_TRY(bo_ld_made(inner.reverse_node));
    const bo_json_member **sorted = bo_ld_sorted(at.map->ld->arena, reverse);
    BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < reverse->len; i++) {
        inner.property = sorted[i]->key;
        BO_TRY(visit(inner, sorted[i]->value));
    }
    return BO_OK;
}

/* The keywords among an object's keys, a bit for each. */
static uint32_t keywords_of(const bo_json *object) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < object->len; i++)
        found |= (uint32_t)1 << bo_ld_keyword_of(object->members[i].key);
    return found;
}

/* Steps 6.8 to 6.12. */
static bo_status visit_entries(spot at, bo_json *node, bo_str id, const bo_json *element) {
    bo_ld *ld = at.map->ld;
    const bo_json *index = NULL, *old = NULL, *reverse = NULL, *graph = NULL, *included = NULL;
    if (keywords_of(element) & ~(1u << BO_LD_NO_KEYWORD | 1u << BO_LD_ID | 1u << BO_LD_TYPE)) {
        index = bo_ld_get(element, BO_LD_INDEX);
        old = bo_ld_get(node, BO_LD_INDEX);
        reverse = bo_ld_get(element, BO_LD_REVERSE);
        graph = bo_ld_get(element, BO_LD_GRAPH);
        included = bo_ld_get(element, BO_LD_INCLUDED);
    }
    if (index != NULL && old != NULL && !bo_json_eq(index, old))
        return BO_LD_FAIL("conflicting indexes", "the node <%.*s> has two different indexes", BO_STR_ARG(id));
    if (index != NULL && old == NULL)
        BO_TRY(bo_ld_made(bo_ld_set(ld->arena, node, BO_LD_INDEX, bo_json_copy(ld->arena, index))));
    if (reverse != NULL) BO_TRY(visit_reverse(at, id, reverse));
    spot inner = {.map = at.map, .graph = at.graph};
    if (graph != NULL) {
        inner.graph = bo_ld_node_map_graph(at.map, id);
        BO_TRY(bo_ld_made(inner.graph));
        BO_TRY(visit(inner, graph));
        inner.graph = at.graph;
    }
    if (included != NULL) BO_TRY(visit(inner, included));
    const bo_json_member **sorted = ld->options->ordered ? bo_ld_sorted(ld->arena, element) : NULL;
    if (ld->options->ordered) BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < element->len; i++) {
        const bo_json_member *m = sorted ? sorted[i] : &element->members[i];
        if (bo_ld_keyword_of(m->key) != BO_LD_NO_KEYWORD) continue;
        BO_TRY(renamed(ld, &inner.property, m->key));
        BO_TRY(bo_ld_node_map_property(ld, &inner.values, node, inner.property));
        BO_TRY(visit(inner, m->value));
    }
    return BO_OK;
}

/* Step 6. */
static bo_status visit_node(spot at, const bo_json *element) {
    bo_ld *ld = at.map->ld;
    const bo_json *given = bo_ld_get(element, BO_LD_ID), *types = bo_ld_get(element, BO_LD_TYPE);
    bo_str id = bo_json_string(given);
    bo_json *node, *values;
    if (given != NULL && id.ptr == NULL) return BO_OK; /* an @id of null names nothing */
    if (id.ptr == NULL)
        id = bo_ld_blank_name(ld, BO_STR(""));
    else
        BO_TRY(renamed(ld, &id, id));
    BO_TRY(bo_ld_made(id.ptr));
    BO_TRY(node_of(ld, &node, at.graph, id));
    if (at.reverse_node != NULL) { /* 6.5 */
        bool fresh;
        BO_TRY(bo_ld_node_map_property(ld, &values, node, at.property));
        BO_TRY(bo_ld_node_map_is_new(at.map, &fresh, values, at.reverse_node));
        bo_json *reference = bo_json_copy(ld->arena, at.reverse_node);
        if (fresh) BO_TRY(bo_ld_made(bo_json_push(ld->arena, values, reference)));
    } else if (at.property.ptr != NULL) { /* 6.6 */
        bo_json *reference;
        memcpy(&reference, &element, sizeof reference); /* it may be one itself, and is not changed */
        if (element->len > 1 || given == NULL || given->text.ptr != id.ptr)
            reference = bo_ld_reference(ld->arena, id, 1);
        BO_TRY(bo_ld_made(reference));
        BO_TRY(put(at, reference, true));
    }
    if (element->len == (given != NULL)) return BO_OK;
    if (types != NULL && types->kind == BO_JSON_ARRAY) BO_TRY(add_types(at, node, types));
    return visit_entries(at, node, id, element);
}

/* API 7.2.2. */
static bo_status visit(spot at, const bo_json *element) {
    BO_TRY(bo_ld_enter(at.map->ld));
    if (element->kind == BO_JSON_ARRAY) {
        for (uint32_t i = 0; i < element->len; i++) BO_TRY(visit(at, element->items[i]));
    } else if (bo_ld_is_value(element)) {
        BO_TRY(visit_value(at, element));
    } else if (bo_ld_is_list(element)) {
        BO_TRY(visit_list(at, element));
    } else if (element->kind == BO_JSON_OBJECT) {
        BO_TRY(visit_node(at, element));
    }
    bo_ld_leave(at.map->ld);
    return BO_OK;
}

void bo_ld_node_map_init(bo_ld_node_map *map, bo_ld *ld) {
    *map = (bo_ld_node_map){.ld = ld};
    bo_map_init(&map->graphs, ld->arena);
    bo_map_init(&map->seen, ld->arena);
}

bo_status bo_ld_node_map_make(bo_ld_node_map *map, bo_ld *ld, const bo_json *expanded) {
    bo_ld_node_map_init(map, ld);
    spot at = {.map = map, .graph = bo_ld_node_map_graph(map, KEYWORD(DEFAULT))};
    BO_TRY(bo_ld_made(at.graph));
    return visit(at, expanded);
}

static bo_status merge_node(bo_ld_node_map *map, bo_ld_graph *merged, const bo_json *node) {
    bo_ld *ld = map->ld;
    bo_json *into;
    BO_TRY(node_of(ld, &into, merged, bo_ld_get(node, BO_LD_ID)->text));
    for (uint32_t i = 0; i < node->len; i++) {
        const bo_json_member *m = &node->members[i];
        bo_ld_keyword keyword = bo_ld_keyword_of(m->key);
        if (keyword != BO_LD_NO_KEYWORD && keyword != BO_LD_TYPE) {
            BO_TRY(bo_ld_made(bo_json_set(ld->arena, into, m->key, m->value)));
            continue;
        }
        bo_json *values;
        BO_TRY(bo_ld_node_map_property(ld, &values, into, m->key));
        BO_TRY(bo_ld_count(ld, m->value->len));
        for (uint32_t j = 0; j < m->value->len; j++) {
            bool fresh;
            BO_TRY(bo_ld_node_map_is_new(map, &fresh, values, m->value->items[j]));
            if (fresh) BO_TRY(bo_ld_made(bo_json_push(ld->arena, values, m->value->items[j])));
        }
    }
    return BO_OK;
}

bo_status bo_ld_node_map_merge(bo_ld_node_map *map, bo_ld_graph **out) {
    bo_map_entry *g, *n;
    if (map->graphs.live == 1) { /* there is nothing to merge */
        (*out)->name = BO_LD_MERGED;
        return BO_OK;
    }
    bo_ld_graph *merged = BO_NEW(map->ld->arena, bo_ld_graph);
    BO_TRY(bo_ld_made(merged));
    merged->name = BO_LD_MERGED;
    bo_map_init(&merged->nodes, map->ld->arena);
    for (uint32_t i = 0; (g = bo_map_next(&map->graphs, &i)) != NULL;) {
        const bo_ld_graph *graph = g->value.ptr;
        for (uint32_t j = 0; (n = bo_map_next(&graph->nodes, &j)) != NULL;)
            BO_TRY(merge_node(map, merged, n->value.ptr));
    }
    *out = merged;
    return BO_OK;
}

/* The nodes of a graph that say something, by id. */
static bo_status list_nodes(bo_ld *ld, bo_json **out, const bo_ld_graph *graph) {
    size_t count;
    bo_map_entry **sorted = bo_ld_sorted_entries(ld->arena, &graph->nodes, &count);
    bo_json *result = bo_json_new(ld->arena, BO_JSON_ARRAY);
    BO_TRY(bo_ld_made(sorted));
    for (size_t i = 0; i < count; i++) {
        bo_json *node = sorted[i]->value.ptr;
        if (node->len > 1 || bo_ld_get(node, BO_LD_ID) == NULL)
            result = bo_json_push(ld->arena, result, node);
    }
    *out = result;
    return bo_ld_made(result);
}

/* API 7.1.2. */
bo_status bo_ld_flatten(bo_ld *ld, bo_json **out, const bo_json *expanded) {
    bo_ld_node_map map;
    bo_map_entry *entry;
    BO_TRY(bo_ld_node_map_make(&map, ld, expanded));
    bo_ld_graph *whole = bo_ld_node_map_graph(&map, KEYWORD(DEFAULT));
    BO_TRY(bo_ld_made(whole));
    for (uint32_t at = 0; (entry = bo_map_next(&map.graphs, &at)) != NULL;) {
        bo_json *node, *nodes;
        if (entry->value.ptr == whole) continue;
        BO_TRY(node_of(ld, &node, whole, entry->key));
        BO_TRY(list_nodes(ld, &nodes, entry->value.ptr));
        BO_TRY(bo_ld_made(bo_ld_set(ld->arena, node, BO_LD_GRAPH, nodes)));
    }
    return list_nodes(ld, out, whole);
}

bo_status bo_jsonld_flatten(bo_json **out, const bo_json *input, const bo_json *context,
                            const bo_jsonld_options *options, bo_arena *arena) {
    bo_ld ld;
    const bo_ld_context *start;
    bo_json *expanded, *flat;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_start(&ld, &start));
    BO_TRY(bo_ld_expand(&ld, &expanded, start, input));
    BO_TRY(bo_ld_flatten(&ld, &flat, expanded));
    if (context == NULL) {
        *out = flat;
        return BO_OK;
    }
    return bo_ld_compact_written(&ld, out, flat, context);
}
