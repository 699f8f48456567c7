/* SPDX-License-Identifier: Apache-2.0
 * The entries of an element in compaction (API 6.1.2 step 12).
 */
#include "jsonld/compact.h"

/* 12.7.3 and 12.8.3: the object in which a property stands, which may be a nested one. */
static bo_status nest_of(bo_ld_place *place, bo_json **out, bo_json *result, const bo_ld_term *term) {
    *out = result;
    if (term == NULL || term->nest.ptr == NULL) return BO_OK;
    bo_str meaning;
    BO_TRY(bo_ld_expand_iri(place->ld, &meaning, place->active, term->nest, BO_LD_AS_VOCAB, NULL));
    if (bo_ld_keyword_of(meaning) != BO_LD_NEST)
        return BO_LD_FAIL("invalid @nest value", "\"%.*s\" does not stand for @nest", BO_STR_ARG(term->nest));
    bo_json *nested = bo_json_get(result, term->nest);
    if (nested == NULL) {
        nested = bo_json_new(place->ld->arena, BO_JSON_OBJECT);
        BO_TRY(bo_ld_made(bo_json_add(place->ld->arena, result, term->nest, nested)));
    }
    *out = nested;
    return BO_OK;
}

/* 12.3 */
static bo_status compact_reverse(bo_ld_place place, bo_json *result, bo_json *value) {
    bo_arena *arena = place.ld->arena;
    bo_ld_place inner = place;
    bo_json *compacted, *rest = bo_json_new(arena, BO_JSON_OBJECT);
    bo_ld_place_at(&inner, KEYWORD(REVERSE));
    BO_TRY(bo_ld_compact_in(inner, &compacted, value));
    for (uint32_t i = 0; compacted->kind == BO_JSON_OBJECT && i < compacted->len; i++) {
        bo_json_member *m = &compacted->members[i];
        const bo_ld_term *term = bo_ld_term_of(place.active, m->key);
        if (term != NULL && term->is_reverse) {
            bool as_array = (term->container & BO_LD_IN_SET) || place.ld->options->keep_single_arrays;
            BO_TRY(bo_ld_add_value(arena, result, m->key, m->value, as_array));
        } else {
            rest = bo_json_add(arena, rest, m->key, m->value);
        }
    }
    BO_TRY(bo_ld_made(rest));
    if (rest->len == 0) return BO_OK;
    bo_str alias;
    BO_TRY(bo_ld_alias(&place, &alias, BO_LD_REVERSE));
    return bo_ld_made(bo_json_set(arena, result, alias, rest));
}

/* 12.2 */
static bo_status compact_types(bo_ld_place place, bo_json *result, const bo_json *value) {
    bo_ld *ld = place.ld;
    bo_ld_place outer = place;
    bo_json *names;
    bo_str alias;
    outer.active = place.types;
    BO_TRY(bo_ld_compact_ids(&outer, &names, value, true));
    BO_TRY(bo_ld_alias(&place, &alias, BO_LD_TYPE));
    const bo_ld_term *term = bo_ld_term_of(place.active, alias);
    bool set = !ld->options->mode_1_0 && term != NULL && (term->container & BO_LD_IN_SET);
    bool as_array = set || (ld->options->keep_single_arrays && !bo_ld_is_value(result));
    if (names->kind == BO_JSON_ARRAY && names->len == 0)
        return bo_ld_made(bo_json_set(ld->arena, result, alias, names));
    return bo_ld_add_value(ld->arena, result, alias, names, as_array);
}

/* 12.1 to 12.6: *done is false when the entry is a property. */
static bo_status compact_keyword(bo_ld_place place, bo_json *result, bool *done, bo_ld_keyword keyword,
                                 bo_json *value) {
    bo_arena *arena = place.ld->arena;
    const bo_ld_term *property = place.term;
    bo_str alias;
    bo_json *compacted;
    *done = true;
    switch (keyword) {
    case BO_LD_ID:
        BO_TRY(bo_ld_compact_ids(&place, &compacted, value, false));
        BO_TRY(bo_ld_alias(&place, &alias, keyword));
        return bo_ld_made(bo_json_set(arena, result, alias, compacted));
    case BO_LD_TYPE: return compact_types(place, result, value);
    case BO_LD_REVERSE: return compact_reverse(place, result, value);
    case BO_LD_PRESERVE:
        BO_TRY(bo_ld_compact_in(place, &compacted, value));
        if (compacted->kind == BO_JSON_ARRAY && compacted->len == 0) return BO_OK;
        return bo_ld_made(bo_ld_set(arena, result, keyword, compacted));
    case BO_LD_INDEX:
        if (property != NULL && (property->container & BO_LD_IN_INDEX)) return BO_OK;
        break;
    case BO_LD_DIRECTION:
    case BO_LD_LANGUAGE:
    case BO_LD_VALUE: break;
    default: *done = false; return BO_OK;
    }
    BO_TRY(bo_ld_alias(&place, &alias, keyword));
    return bo_ld_made(bo_json_set(arena, result, alias, value));
}

/* One item of a property (12.8) on its way. */
typedef struct item {
    bo_ld_place place; /* with the item's property as the active one */
    bo_json *expanded, *compacted, *nest;
    const bo_ld_term *term;
    unsigned container;
    bool as_array;
} item;

static bo_status put_alias(const item *it, bo_json *object, bo_ld_keyword keyword, bo_json *value) {
    bo_str alias;
    BO_TRY(bo_ld_alias(&it->place, &alias, keyword));
    return bo_ld_made(bo_json_set(it->place.ld->arena, object, alias, value));
}

static bo_status add_item(const item *it, bo_json *compacted) {
    bo_json *nest = it->nest;
    bo_str property = it->place.property;
    /* an empty array, and one that is a JSON literal, stays whole */
    bool whole = compacted->kind == BO_JSON_ARRAY && (compacted->len == 0 || bo_ld_is_value(it->expanded));
    if (whole && bo_json_get(nest, property) == NULL)
        return bo_ld_made(
            bo_json_add(it->place.ld->arena, nest, property, bo_json_copy(it->place.ld->arena, compacted)));
    return bo_ld_add_value(it->place.ld->arena, nest, property, compacted, it->as_array);
}

/* The map under the property, for a container that is one. */
static bo_status map_of(const item *it, bo_json **out) {
    bo_json *map = bo_json_get(it->nest, it->place.property);
    if (map == NULL) {
        map = bo_json_new(it->place.ld->arena, BO_JSON_OBJECT);
        BO_TRY(bo_ld_made(bo_json_add(it->place.ld->arena, it->nest, it->place.property, map)));
    }
    *out = map;
    return BO_OK;
}

static bo_status add_to_map(const item *it, bo_str key) {
    bo_json *map;
    if (key.ptr == NULL) BO_TRY(bo_ld_alias(&it->place, &key, BO_LD_NONE));
    BO_TRY(map_of(it, &map));
    return bo_ld_add_value(it->place.ld->arena, map, key, it->compacted, it->as_array);
}

/* 12.8.7 */
static bo_status put_list(item *it) {
    bo_arena *arena = it->place.ld->arena;
    bo_json *index = bo_ld_get(it->expanded, BO_LD_INDEX);
    it->compacted = bo_ld_array_of(arena, it->compacted);
    BO_TRY(bo_ld_made(it->compacted));
    if (it->container & BO_LD_IN_LIST)
        return bo_ld_made(bo_json_set(arena, it->nest, it->place.property, it->compacted));
    bo_json *list = bo_json_new(arena, BO_JSON_OBJECT);
    BO_TRY(bo_ld_made(list));
    BO_TRY(put_alias(it, list, BO_LD_LIST, it->compacted));
    if (index != NULL) BO_TRY(put_alias(it, list, BO_LD_INDEX, index));
    return add_item(it, list);
}

/* 12.8.8 */
static bo_status put_graph(item *it) {
    bo_arena *arena = it->place.ld->arena;
    bo_json *id = bo_ld_get(it->expanded, BO_LD_ID), *index = bo_ld_get(it->expanded, BO_LD_INDEX);
    bool simple = bo_ld_is_simple_graph(it->expanded), graph = it->container & BO_LD_IN_GRAPH;
    bo_str key = BO_STR_NONE;
    if (graph && (it->container & BO_LD_IN_ID)) {
        if (bo_json_string(id).ptr != NULL)
            BO_TRY(bo_ld_compact_iri(it->place.ld, &key, it->place.active, id->text, NULL, false, false));
        return add_to_map(it, key);
    }
    if (graph && (it->container & BO_LD_IN_INDEX) && simple) return add_to_map(it, bo_json_string(index));
    bo_json *whole = bo_json_new(arena, BO_JSON_OBJECT);
    BO_TRY(bo_ld_made(whole));
    if (graph && simple) {
        if (it->compacted->kind != BO_JSON_ARRAY || it->compacted->len < 2)
            return add_item(it, it->compacted);
        BO_TRY(put_alias(it, whole, BO_LD_INCLUDED, it->compacted));
        return add_item(it, whole);
    }
    BO_TRY(put_alias(it, whole, BO_LD_GRAPH, it->compacted));
    if (bo_json_string(id).ptr != NULL) {
        bo_json *shorter;
        BO_TRY(bo_ld_compact_ids(&it->place, &shorter, id, false));
        BO_TRY(put_alias(it, whole, BO_LD_ID, shorter));
    }
    if (index != NULL) BO_TRY(put_alias(it, whole, BO_LD_INDEX, index));
    return add_item(it, whole);
}

/* Takes the first string under `key` out of a compacted item (12.8.9.6 to 12.8.9.8). */
static bo_status take_first(item *it, bo_str *out, bo_str key) {
    bo_arena *arena = it->place.ld->arena;
    bo_json *values = bo_json_get(it->compacted, key);
    bo_str first = bo_json_string(values && values->kind == BO_JSON_ARRAY ? bo_json_at(values, 0) : values);
    if (first.ptr == NULL) return BO_OK;
    *out = first;
    bo_json_unset(it->compacted, key);
    bo_json *rest = bo_json_new(arena, BO_JSON_ARRAY);
    for (uint32_t i = 1; values->kind == BO_JSON_ARRAY && i < values->len; i++)
        rest = bo_json_push(arena, rest, values->items[i]);
    BO_TRY(bo_ld_made(rest));
    return rest->len == 0 ? BO_OK : bo_ld_add_value(arena, it->compacted, key, rest, false);
}

/* 12.8.9.8.4: an object that only has its id left becomes a reference. */
static bo_status shorten_to_reference(item *it) {
    bo_json *id = bo_ld_get(it->expanded, BO_LD_ID);
    bo_arena *arena = it->place.ld->arena;
    if (it->compacted->kind != BO_JSON_OBJECT || it->compacted->len != 1 || id == NULL) return BO_OK;
    bo_str meaning;
    BO_TRY(bo_ld_expand_iri(it->place.ld, &meaning, it->place.active, it->compacted->members[0].key,
                            BO_LD_AS_VOCAB, NULL));
    if (bo_ld_keyword_of(meaning) != BO_LD_ID) return BO_OK;
    bo_json *reference = bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_ID, id);
    BO_TRY(bo_ld_made(reference));
    return bo_ld_compact_in(it->place, &it->compacted, reference);
}

/* 12.8.9 */
static bo_status put_in_map(item *it) {
    bo_str key = BO_STR_NONE, name;
    if (it->container & BO_LD_IN_LANGUAGE) {
        bo_json *content = bo_ld_get(it->expanded, BO_LD_VALUE);
        if (content != NULL) it->compacted = content;
        key = bo_json_string(bo_ld_get(it->expanded, BO_LD_LANGUAGE));
    } else if (it->container & BO_LD_IN_INDEX) {
        if (it->term->index.ptr == NULL || bo_ld_keyword_of(it->term->index) == BO_LD_INDEX) {
            key = bo_json_string(bo_ld_get(it->expanded, BO_LD_INDEX));
        } else {
            bo_str property;
            BO_TRY(bo_ld_expand_iri(it->place.ld, &property, it->place.active, it->term->index,
                                    BO_LD_AS_VOCAB, NULL));
            if (property.ptr == NULL) property = it->term->index;
            BO_TRY(bo_ld_compact_iri(it->place.ld, &name, it->place.active, property, NULL, true, false));
            BO_TRY(take_first(it, &key, name));
        }
    } else if (it->container & BO_LD_IN_ID) {
        BO_TRY(bo_ld_alias(&it->place, &name, BO_LD_ID));
        key = bo_json_get_string(it->compacted, name);
        bo_json_unset(it->compacted, name);
    } else {
        BO_TRY(bo_ld_alias(&it->place, &name, BO_LD_TYPE));
        BO_TRY(take_first(it, &key, name));
        BO_TRY(shorten_to_reference(it));
    }
    return add_to_map(it, key);
}

/* 12.8 for one item. */
static bo_status compact_item(bo_ld_place place, bo_json *result, bo_str iri, bo_json *expanded,
                              bool inside_reverse) {
    item it = {.place = place, .expanded = expanded};
    const bo_ld_picked *picked;
    BO_TRY(bo_ld_pick(place.ld, &picked, place.active, iri, expanded, inside_reverse));
    it.place.property = picked->name;
    it.place.term = it.term = picked->term;
    BO_TRY(nest_of(&it.place, &it.nest, result, it.term));
    it.container = it.term ? it.term->container : 0;
    bo_ld_keyword keyword = bo_ld_keyword_of(iri);
    it.as_array = (it.container & BO_LD_IN_SET) || keyword == BO_LD_GRAPH || keyword == BO_LD_LIST ||
                  place.ld->options->keep_single_arrays;
    bool list = bo_ld_is_list(expanded), graph = !list && bo_ld_is_graph(expanded);
    bo_json *inner = list    ? bo_ld_get(expanded, BO_LD_LIST)
                     : graph ? bo_ld_get(expanded, BO_LD_GRAPH)
                             : expanded;
    BO_TRY(bo_ld_compact_in(it.place, &it.compacted, inner));
    const unsigned maps = BO_LD_IN_LANGUAGE | BO_LD_IN_INDEX | BO_LD_IN_ID | BO_LD_IN_TYPE;
    if (list) return put_list(&it);
    if (graph) return put_graph(&it);
    if ((it.container & maps) && !(it.container & BO_LD_IN_GRAPH)) return put_in_map(&it);
    return add_item(&it, it.compacted);
}

/* 12.7 */
static bo_status compact_nothing(bo_ld_place place, bo_json *result, bo_str iri, bo_json *empty,
                                 bool inside_reverse) {
    bo_str property;
    bo_json *nest;
    BO_TRY(bo_ld_compact_iri(place.ld, &property, place.active, iri, empty, true, inside_reverse));
    BO_TRY(nest_of(&place, &nest, result, bo_ld_term_of(place.active, property)));
    if (bo_json_get(nest, property) != NULL) return BO_OK;
    return bo_ld_made(
        bo_json_add(place.ld->arena, nest, property, bo_json_new(place.ld->arena, BO_JSON_ARRAY)));
}

bo_status bo_ld_compact_entries(bo_ld_place place, bo_json *result, bo_json *element) {
    bo_ld *ld = place.ld;
    bool inside_reverse = bo_ld_keyword_of(place.property) == BO_LD_REVERSE;
    const bo_json_member **sorted = ld->options->ordered ? bo_ld_sorted(ld->arena, element) : NULL;
    if (ld->options->ordered) BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < element->len; i++) {
        bo_json *value = sorted ? sorted[i]->value : element->members[i].value;
        bo_str iri = sorted ? sorted[i]->key : element->members[i].key;
        bool done = false;
        bo_ld_keyword keyword = bo_ld_keyword_of(iri);
        if (keyword != BO_LD_NO_KEYWORD) BO_TRY(compact_keyword(place, result, &done, keyword, value));
        if (done) continue;
        if (value->kind == BO_JSON_ARRAY && value->len == 0)
            BO_TRY(compact_nothing(place, result, iri, value, inside_reverse));
        value = bo_ld_array_of(ld->arena, value);
        BO_TRY(bo_ld_made(value));
        for (uint32_t j = 0; j < value->len; j++)
            BO_TRY(compact_item(place, result, iri, value->items[j], inside_reverse));
    }
    return BO_OK;
}
