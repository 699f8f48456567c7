/* SPDX-License-Identifier: Apache-2.0
 * The entries of an element in expansion: keywords (API 5.1.2 step 13.4) and maps (13.7 and 13.8).
 */
#include "jsonld/expand.h"

typedef bo_status (*entry_fn)(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value);

static bool strings_only(const bo_json *array) {
    for (uint32_t i = 0; i < array->len; i++)
        if (array->items[i]->kind != BO_JSON_STRING) return false;
    return true;
}

static bool empty_object(const bo_json *value) {
    return value->kind == BO_JSON_OBJECT && value->len == 0;
}

/* A frame's pattern: {} for anything, or an array of strings. */
static bool frame_pattern(bo_ld_scope scope, const bo_json *value) {
    return scope.ld->framing &&
           (empty_object(value) || (value->kind == BO_JSON_ARRAY && strings_only(value)));
}

bo_status bo_ld_append(bo_arena *arena, bo_json *array, bo_json *value) {
    if (value->kind != BO_JSON_ARRAY) return bo_ld_made(bo_json_push(arena, array, value));
    for (uint32_t i = 0; i < value->len; i++) BO_TRY(bo_ld_made(bo_json_push(arena, array, value->items[i])));
    return BO_OK;
}

/* 13.4.3 */
static bo_status expand_id(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    bo_ld *ld = scope.ld;
    if (value->kind != BO_JSON_STRING && !frame_pattern(scope, value))
        return BO_LD_FAIL("invalid @id value", "the value of @id must be a string");
    if (value->kind == BO_JSON_OBJECT) {
        *out = bo_ld_array_of(ld->arena, bo_json_new(ld->arena, BO_JSON_OBJECT));
        return bo_ld_made(*out);
    }
    const bo_json *room;
    bo_json wrap, *array = bo_json_new(ld->arena, BO_JSON_ARRAY), *one = NULL;
    const bo_json *values = bo_ld_as_const_array(value, &room, &wrap);
    for (uint32_t i = 0; i < values->len; i++) {
        bo_str iri;
        BO_TRY(bo_ld_expand_iri(ld, &iri, scope.active, values->items[i]->text, BO_LD_AS_DOCUMENT, NULL));
        one = iri.ptr ? bo_ld_string(ld->arena, iri) : bo_json_new(ld->arena, BO_JSON_NULL);
        BO_TRY(bo_ld_made(bo_json_push(ld->arena, array, one)));
    }
    *out = ld->framing ? array : one;
    return BO_OK;
}

static bo_status expand_type_text(bo_ld_scope scope, bo_json **out, bo_str text) {
    const bo_ld_recent *type;
    BO_TRY(bo_ld_expand_recent(scope.ld, &type, scope.types, text, BO_LD_AS_DOCUMENT | BO_LD_AS_VOCAB));
    *out =
        type->iri.ptr ? bo_ld_string(scope.ld->arena, type->iri) : bo_json_new(scope.ld->arena, BO_JSON_NULL);
    return bo_ld_made(*out);
}

/* 13.4.4 */
static bo_status expand_type(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    bo_arena *arena = scope.ld->arena;
    bo_json *old = bo_ld_get(result, BO_LD_TYPE), *types = bo_json_new(arena, BO_JSON_ARRAY), *one = NULL,
            wrap;
    const bo_json *room, *preset = bo_ld_get(value, BO_LD_DEFAULT);
    BO_TRY(bo_ld_made(types));
    if (scope.ld->framing && empty_object(value)) {
        *out = bo_json_push(arena, types, bo_json_new(arena, BO_JSON_OBJECT));
        return bo_ld_made(*out);
    }
    if (scope.ld->framing && preset != NULL) {
        bo_json *inner;
        scope.ld->framing = false;
        bo_status status = expand_type(scope, &inner, NULL, preset);
        scope.ld->framing = true;
        if (status != BO_OK) return status;
        *out = bo_json_push(arena, types,
                            bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_DEFAULT, inner));
        return bo_ld_made(*out);
    }
    if (value->kind != BO_JSON_STRING && !(value->kind == BO_JSON_ARRAY && strings_only(value)))
        return BO_LD_FAIL("invalid type value", "the value of @type must be a string or an array of strings");
    if (old != NULL) BO_TRY(bo_ld_append(arena, types, old));
    const bo_json *names = bo_ld_as_const_array(value, &room, &wrap);
    for (uint32_t i = 0; i < names->len; i++) {
        BO_TRY(expand_type_text(scope, &one, names->items[i]->text));
        BO_TRY(bo_ld_made(bo_json_push(arena, types, one)));
    }
    *out =
        value->kind == BO_JSON_STRING && old == NULL ? one : types; /* one string: it may be a value's type */
    return BO_OK;
}

/* 13.4.5 */
static bo_status expand_graph(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    bo_arena *arena = scope.ld->arena;
    bo_ld_scope_to(&scope, KEYWORD(GRAPH));
    BO_TRY(bo_ld_expand_in(scope, out, value, false));
    if (*out == NULL) *out = bo_json_new(arena, BO_JSON_ARRAY);
    *out = bo_ld_array_of(arena, *out);
    return bo_ld_made(*out);
}

/* 13.4.6 */
static bo_status expand_included(bo_ld_scope scope, bo_json **out, const bo_json *result,
                                 const bo_json *value) {
    bo_arena *arena = scope.ld->arena;
    bo_json *expanded, *all = bo_json_new(arena, BO_JSON_ARRAY), *old = bo_ld_get(result, BO_LD_INCLUDED);
    BO_TRY(bo_ld_made(all));
    if (scope.ld->options->mode_1_0) return BO_OK;
    bo_ld_scope_to(&scope, BO_STR_NONE);
    BO_TRY(bo_ld_expand_in(scope, &expanded, value, false));
    if (old != NULL) BO_TRY(bo_ld_append(arena, all, old));
    size_t before = all->len;
    if (expanded != NULL) BO_TRY(bo_ld_append(arena, all, expanded));
    for (size_t i = before; i < all->len; i++)
        if (!bo_ld_is_node(all->items[i]))
            return BO_LD_FAIL("invalid @included value", "only nodes can be included");
    if (expanded == NULL) return BO_LD_FAIL("invalid @included value", "only nodes can be included");
    *out = all;
    return BO_OK;
}

/* 13.4.7 */
static bo_status expand_value_entry(bo_ld_scope scope, bo_json **out, const bo_json *result,
                                    const bo_json *value) {
    (void)result;
    bo_arena *arena = scope.ld->arena;
    bool json = bo_ld_keyword_of(scope.input_type) == BO_LD_JSON;
    bool valid = json ? !scope.ld->options->mode_1_0 : value->kind == BO_JSON_NULL || bo_ld_is_scalar(value);
    bool pattern = scope.ld->framing && (empty_object(value) || value->kind == BO_JSON_ARRAY);
    if (!valid && !pattern)
        return BO_LD_FAIL("invalid value object value",
                          "the value of @value must be a string, a number, true, "
                          "false or null");
    *out = bo_json_copy(arena, value);
    if (scope.ld->framing && !json) *out = bo_ld_array_of(arena, *out);
    return bo_ld_made(*out);
}

/* 13.4.8 */
static bo_status expand_language(bo_ld_scope scope, bo_json **out, const bo_json *result,
                                 const bo_json *value) {
    (void)result;
    bo_arena *arena = scope.ld->arena;
    if (value->kind != BO_JSON_STRING && !frame_pattern(scope, value))
        return BO_LD_FAIL("invalid language-tagged string", "the value of @language must be a string");
    *out = bo_json_copy(arena, value);
    if (scope.ld->framing) *out = bo_ld_array_of(arena, *out);
    return bo_ld_made(*out);
}

/* 13.4.9 */
static bo_status expand_direction(bo_ld_scope scope, bo_json **out, const bo_json *result,
                                  const bo_json *value) {
    (void)result;
    bo_arena *arena = scope.ld->arena;
    if (scope.ld->options->mode_1_0) return BO_OK;
    bo_str text = bo_json_string(value);
    bool known =
        bo_str_eq(text, bo_ld_direction_text[BO_LD_LTR]) || bo_str_eq(text, bo_ld_direction_text[BO_LD_RTL]);
    if (!known && !frame_pattern(scope, value))
        return BO_LD_FAIL("invalid base direction", "the value of @direction must be \"ltr\" or \"rtl\"");
    *out = bo_json_copy(arena, value);
    if (scope.ld->framing) *out = bo_ld_array_of(arena, *out);
    return bo_ld_made(*out);
}

/* 13.4.10 */
static bo_status expand_index(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    if (value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid @index value", "the value of @index must be a string");
    *out = bo_ld_string(scope.ld->arena, value->text);
    return bo_ld_made(*out);
}

/* 13.4.11 */
static bo_status expand_list(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    bo_arena *arena = scope.ld->arena;
    if (scope.property.ptr == NULL || bo_ld_keyword_of(scope.property) == BO_LD_GRAPH) return BO_OK;
    BO_TRY(bo_ld_expand_in(scope, out, value, false));
    if (*out == NULL) *out = bo_json_new(arena, BO_JSON_ARRAY);
    *out = bo_ld_array_of(arena, *out);
    return bo_ld_made(*out);
}

/* 13.4.12 */
static bo_status expand_set(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    return bo_ld_expand_in(scope, out, value, false);
}

/* 13.4.15, the keywords of frames: a flag stays as it is; it is read when the frame is. */
static bo_status expand_flag(bo_ld_scope scope, bo_json **out, const bo_json *result, const bo_json *value) {
    (void)result;
    if (!scope.ld->framing) return BO_OK;
    *out = bo_ld_array_of(scope.ld->arena, bo_json_copy(scope.ld->arena, value));
    return bo_ld_made(*out);
}

/* A frame's default goes into the result, so it is expanded as any document is. */
static bo_status expand_default(bo_ld_scope scope, bo_json **out, const bo_json *result,
                                const bo_json *value) {
    (void)result;
    if (!scope.ld->framing) return BO_OK;
    scope.ld->framing = false;
    bo_status status = bo_ld_expand_in(scope, out, value, false);
    scope.ld->framing = true;
    if (status != BO_OK) return status;
    if (*out == NULL) *out = bo_json_new(scope.ld->arena, BO_JSON_ARRAY);
    *out = bo_ld_array_of(scope.ld->arena, *out);
    return bo_ld_made(*out);
}

static const entry_fn entries[BO_LD_KEYWORD_COUNT] = {
    [BO_LD_ID] = expand_id,
    [BO_LD_TYPE] = expand_type,
    [BO_LD_GRAPH] = expand_graph,
    [BO_LD_INCLUDED] = expand_included,
    [BO_LD_VALUE] = expand_value_entry,
    [BO_LD_LANGUAGE] = expand_language,
    [BO_LD_DIRECTION] = expand_direction,
    [BO_LD_INDEX] = expand_index,
    [BO_LD_LIST] = expand_list,
    [BO_LD_SET] = expand_set,
    [BO_LD_DEFAULT] = expand_default,
    [BO_LD_EMBED] = expand_flag,
    [BO_LD_EXPLICIT] = expand_flag,
    [BO_LD_OMIT_DEFAULT] = expand_flag,
    [BO_LD_REQUIRE_ALL] = expand_flag,
};

bo_status bo_ld_expand_keyword(bo_ld_scope scope, bo_json *result, bo_ld_keyword keyword,
                               const bo_json *value) {
    if (bo_ld_keyword_of(scope.property) == BO_LD_REVERSE)
        return BO_LD_FAIL("invalid reverse property map", "%.*s can't stand in @reverse",
                          BO_STR_ARG(bo_ld_text[keyword]));
    if (keyword != BO_LD_INCLUDED && keyword != BO_LD_TYPE && bo_ld_get(result, keyword) != NULL)
        return BO_LD_FAIL("colliding keywords", "%.*s stands twice in one object",
                          BO_STR_ARG(bo_ld_text[keyword]));
    if (entries[keyword] == NULL) return BO_OK;
    bo_json *expanded = NULL;
    BO_TRY(entries[keyword](scope, &expanded, result, value));
    if (expanded == NULL) return BO_OK;
    return bo_ld_made(bo_ld_set(scope.ld->arena, result, keyword, expanded));
}

static bool is_none(bo_ld_scope scope, bo_str key, bo_status *status) {
    bo_str iri = BO_STR_NONE;
    *status = bo_ld_expand_iri(scope.ld, &iri, scope.active, key, BO_LD_AS_VOCAB, NULL);
    return bo_ld_keyword_of(iri) == BO_LD_NONE;
}

bo_status bo_ld_expand_language_map(bo_ld_scope scope, bo_json **out, const bo_ld_term *term,
                                    const bo_json *map) {
    bo_arena *arena = scope.ld->arena;
    const bo_json_member **sorted = bo_ld_sorted(arena, map);
    bo_ld_direction direction = term->direction ? term->direction : scope.active->direction;
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY);
    BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < map->len; i++) {
        const bo_json *room;
        bo_json wrap;
        bo_status status;
        bool none = is_none(scope, sorted[i]->key, &status);
        if (status != BO_OK) return status;
        const bo_json *values = bo_ld_as_const_array(sorted[i]->value, &room, &wrap);
        for (uint32_t j = 0; j < values->len; j++) {
            if (values->items[j]->kind == BO_JSON_NULL) continue;
            if (values->items[j]->kind != BO_JSON_STRING)
                return BO_LD_FAIL("invalid language map value", "a language map holds strings only");
            bo_json *v = bo_json_new(arena, BO_JSON_OBJECT);
            v = bo_ld_set(arena, v, BO_LD_VALUE, bo_ld_string(arena, values->items[j]->text));
            if (!none) v = bo_ld_set(arena, v, BO_LD_LANGUAGE, bo_ld_string(arena, sorted[i]->key));
            if (direction >= BO_LD_LTR)
                v = bo_ld_set(arena, v, BO_LD_DIRECTION,
                              bo_ld_string(arena, bo_ld_direction_text[direction]));
            result = bo_json_push(arena, result, v);
        }
    }
    *out = result;
    return bo_ld_made(result);
}

bo_status bo_ld_wrap_graphs(bo_arena *arena, bo_json **values) {
    bo_json *wrapped = bo_json_new(arena, BO_JSON_ARRAY), *array = bo_ld_array_of(arena, *values);
    BO_TRY(bo_ld_made(array));
    for (uint32_t i = 0; i < array->len; i++) {
        bo_json *graph = bo_json_new(arena, BO_JSON_OBJECT);
        graph = bo_ld_set(arena, graph, BO_LD_GRAPH, bo_ld_array_of(arena, array->items[i]));
        wrapped = bo_json_push(arena, wrapped, graph);
    }
    *values = wrapped;
    return bo_ld_made(wrapped);
}

/* Puts `first` before the values that stand under `key` already. */
static bo_status prepend(bo_arena *arena, bo_json *item, bo_str key, bo_json *first) {
    bo_json *values = bo_json_push(arena, bo_json_new(arena, BO_JSON_ARRAY), first),
            *old = bo_json_get(item, key);
    BO_TRY(bo_ld_made(values));
    if (old != NULL) BO_TRY(bo_ld_append(arena, values, old));
    return bo_ld_made(bo_json_set(arena, item, key, values));
}

typedef struct index_entry {
    bo_str index, expanded; /* as it was written, and expanded as a term; .ptr NULL: null */
    bool none;
    const bo_ld_term *term;
} index_entry;

/* 13.8.3.7.2: the index is the value of a property. */
static bo_status add_index_property(bo_ld_scope scope, bo_json *item, const index_entry *entry) {
    bo_json *index_text = bo_ld_string(scope.ld->arena, entry->index), *value;
    bo_str property;
    BO_TRY(bo_ld_made(index_text));
    BO_TRY(bo_ld_expand_value(scope.ld, &value, scope.active, bo_ld_term_of(scope.active, entry->term->index),
                              index_text));
    BO_TRY(bo_ld_expand_iri(scope.ld, &property, scope.active, entry->term->index, BO_LD_AS_VOCAB, NULL));
    if (property.ptr == NULL) return BO_OK;
    BO_TRY(prepend(scope.ld->arena, item, property, value));
    if (bo_ld_is_value(item))
        return BO_LD_FAIL("invalid value object", "a value can't be indexed by a property");
    return BO_OK;
}

/* 13.8.3.7 for one item. */
static bo_status mark_item(bo_ld_scope scope, bo_json *item, const index_entry *entry) {
    bo_arena *arena = scope.ld->arena;
    unsigned container = entry->term->container;
    if (entry->none || item->kind != BO_JSON_OBJECT) return BO_OK;
    if ((container & BO_LD_IN_INDEX) && entry->term->index.ptr != NULL && entry->term->index.ptr[0] != '@')
        return add_index_property(scope, item, entry);
    if ((container & BO_LD_IN_INDEX) && bo_ld_get(item, BO_LD_INDEX) == NULL)
        return bo_ld_made(bo_ld_set(arena, item, BO_LD_INDEX, bo_ld_string(arena, entry->index)));
    if ((container & BO_LD_IN_ID) && bo_ld_get(item, BO_LD_ID) == NULL) {
        bo_str id;
        BO_TRY(bo_ld_expand_iri(scope.ld, &id, scope.active, entry->index, BO_LD_AS_DOCUMENT, NULL));
        if (id.ptr == NULL) return BO_OK;
        return bo_ld_made(bo_ld_set(arena, item, BO_LD_ID, bo_ld_string(arena, id)));
    }
    if ((container & BO_LD_IN_TYPE) && entry->expanded.ptr != NULL)
        return prepend(arena, item, KEYWORD(TYPE), bo_ld_string(arena, entry->expanded));
    return BO_OK;
}

/* 13.8.3.1 to 13.8.3.3: the context of what stands under one key. */
static bo_status map_context(bo_ld_scope *scope, const index_entry *entry) {
    if (!(entry->term->container & (BO_LD_IN_ID | BO_LD_IN_TYPE))) return BO_OK;
    if (scope->active->previous != NULL) scope->active = scope->active->previous;
    const bo_ld_term *type = bo_ld_term_of(scope->active, entry->index);
    if ((entry->term->container & BO_LD_IN_TYPE) && type != NULL && type->context != NULL)
        BO_TRY(bo_ld_process_scoped(scope->ld, &scope->active, scope->active, type, BO_LD_NO_PROPAGATE));
    bo_ld_scope_to(scope, scope->property);
    return BO_OK;
}

bo_status bo_ld_expand_index_map(bo_ld_scope scope, bo_json **out, const bo_ld_term *term,
                                 const bo_json *map) {
    bo_arena *arena = scope.ld->arena;
    const bo_json_member **sorted = bo_ld_sorted(arena, map);
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY);
    BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < map->len; i++) {
        index_entry entry = {.index = sorted[i]->key, .term = term};
        bo_ld_scope inner = scope;
        const bo_json *room;
        bo_json wrap, *items;
        BO_TRY(map_context(&inner, &entry));
        BO_TRY(bo_ld_expand_iri(scope.ld, &entry.expanded, scope.active, entry.index, BO_LD_AS_VOCAB, NULL));
        entry.none = bo_ld_keyword_of(entry.expanded) == BO_LD_NONE;
        const bo_json *values = bo_ld_as_const_array(sorted[i]->value, &room, &wrap);
        BO_TRY(bo_ld_expand_in(inner, &items, values, true));
        if (items == NULL) continue;
        items = bo_ld_array_of(arena, items);
        BO_TRY(bo_ld_made(items));
        for (uint32_t j = 0; j < items->len; j++) {
            bo_json *item = items->items[j];
            if ((term->container & BO_LD_IN_GRAPH) && !bo_ld_is_graph(item)) {
                item = bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_GRAPH,
                                 bo_ld_array_of(arena, item));
                BO_TRY(bo_ld_made(item));
            }
            BO_TRY(mark_item(scope, item, &entry));
            BO_TRY(bo_ld_made(bo_json_push(arena, result, item)));
        }
    }
    *out = result;
    return bo_ld_made(result);
}
