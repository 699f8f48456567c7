/* SPDX-License-Identifier: Apache-2.0
 * What expanded values are (API section 3, Syntax section 9), and putting objects together.
 */
#include "jsonld/internal.h"

#include <stdlib.h>

bo_json *bo_ld_get(const bo_json *object, bo_ld_keyword keyword) {
    return bo_json_get(object, bo_ld_text[keyword]);
}

void bo_ld_take_apart(bo_ld_parts *parts, const bo_json *object) {
    *parts = (bo_ld_parts){NULL};
    for (uint32_t i = 0; object->kind == BO_JSON_OBJECT && i < object->len; i++) {
        const bo_json_member *m = &object->members[i];
        switch (bo_ld_keyword_of(m->key)) {
        case BO_LD_ID: parts->id = m->value; break;
        case BO_LD_TYPE: parts->type = m->value; break;
        case BO_LD_VALUE: parts->value = m->value; break;
        case BO_LD_LIST: parts->list = m->value; break;
        case BO_LD_SET: parts->set = m->value; break;
        case BO_LD_LANGUAGE: parts->language = m->value; break;
        case BO_LD_DIRECTION: parts->direction = m->value; break;
        case BO_LD_INDEX: parts->index = m->value; break;
        default: break;
        }
    }
}

bool bo_ld_is_scalar(const bo_json *value) {
    return value->kind != BO_JSON_NULL && value->kind != BO_JSON_ARRAY && value->kind != BO_JSON_OBJECT;
}

bool bo_ld_is_value(const bo_json *value) {
    return bo_ld_get(value, BO_LD_VALUE) != NULL;
}

bool bo_ld_is_list(const bo_json *value) {
    return bo_ld_get(value, BO_LD_LIST) != NULL;
}

bool bo_ld_is_graph(const bo_json *value) {
    if (bo_ld_get(value, BO_LD_GRAPH) == NULL) return false;
    unsigned others = (bo_ld_get(value, BO_LD_ID) != NULL) + (bo_ld_get(value, BO_LD_INDEX) != NULL);
    return value->len == 1 + others;
}

bool bo_ld_is_simple_graph(const bo_json *value) {
    return bo_ld_is_graph(value) && bo_ld_get(value, BO_LD_ID) == NULL;
}

bool bo_ld_is_node(const bo_json *value) {
    return bo_json_is(value, BO_JSON_OBJECT) && !bo_ld_is_value(value) && !bo_ld_is_list(value) &&
           bo_ld_get(value, BO_LD_SET) == NULL;
}

bo_json *bo_ld_array_of(bo_arena *arena, bo_json *value) {
    if (value == NULL || value->kind == BO_JSON_ARRAY) return value;
    return bo_json_push(arena, bo_json_new(arena, BO_JSON_ARRAY), value);
}

bo_json *bo_ld_string(bo_arena *arena, bo_str text) {
    return bo_json_new_string(arena, text);
}

bo_json *bo_ld_object(bo_arena *arena, uint32_t members) {
    enum { MANY = 32 }; /* then it shall grow, and get an index */
    if (members > MANY) return bo_json_new(arena, BO_JSON_OBJECT);
    bo_json *object = bo_arena_alloc(arena, sizeof *object + members * sizeof(bo_json_member));
    if (object != NULL)
        *object = (bo_json){
            .kind = BO_JSON_OBJECT, .size = members & INT32_MAX, .members = (bo_json_member *)(object + 1)};
    return object;
}

bo_json *bo_ld_reference(bo_arena *arena, bo_str id, uint32_t members) {
    enum { MOST = 32 };
    if (members > MOST) members = MOST;
    bo_json *object = bo_arena_alloc(arena, 2 * sizeof *object + members * sizeof(bo_json_member));
    if (object == NULL) return NULL;
    bo_json *value = object + 1;
    *value = (bo_json){.kind = BO_JSON_STRING, .text = id};
    *object = (bo_json){.kind = BO_JSON_OBJECT,
                        .len = 1,
                        .size = members & INT32_MAX,
                        .members = (bo_json_member *)(object + 2)};
    object->members[0] = (bo_json_member){KEYWORD(ID), value};
    return object;
}

bo_json *bo_ld_set(bo_arena *arena, bo_json *object, bo_ld_keyword keyword, bo_json *value) {
    return bo_json_set(arena, object, bo_ld_text[keyword], value);
}

const bo_json *bo_ld_as_const_array(const bo_json *value, const bo_json **room, bo_json *wrap) {
    if (value->kind == BO_JSON_ARRAY) return value;
    *room = value;
    *wrap = (bo_json){.kind = BO_JSON_ARRAY, .len = 1, .size = 1};
    memcpy(&wrap->items, &room, sizeof wrap->items); /* read only, in spite of the type */
    return wrap;
}

bo_status bo_ld_add_value(bo_arena *arena, bo_json *object, bo_str key, bo_json *value, bool as_array) {
    bo_json *old = bo_json_get(object, key);
    if (as_array && (old == NULL || old->kind != BO_JSON_ARRAY)) {
        bo_json *array = bo_json_new(arena, BO_JSON_ARRAY);
        if (old != NULL) array = bo_json_push(arena, array, old);
        BO_TRY(bo_ld_made(bo_json_set(arena, object, key, array)));
        old = array;
    }
    if (value->kind == BO_JSON_ARRAY) {
        for (uint32_t i = 0; i < value->len; i++)
            BO_TRY(bo_ld_add_value(arena, object, key, value->items[i], as_array));
        return BO_OK;
    }
    if (old == NULL) return bo_ld_made(bo_json_add(arena, object, key, value));
    if (old->kind != BO_JSON_ARRAY) {
        old = bo_ld_array_of(arena, old);
        BO_TRY(bo_ld_made(bo_json_set(arena, object, key, old)));
    }
    return bo_ld_made(bo_json_push(arena, old, value));
}

static int by_key(const void *left, const void *right) {
    const bo_json_member *const *a = left, *const *b = right;
    return bo_str_cmp((*a)->key, (*b)->key);
}

const bo_json_member **bo_ld_sorted(bo_arena *arena, const bo_json *object) {
    const bo_json_member **sorted = bo_arena_array(arena, object->len, sizeof *sorted);
    if (sorted == NULL) return NULL;
    bool in_order = true;
    for (uint32_t i = 0; i < object->len; i++) {
        sorted[i] = &object->members[i];
        in_order = in_order && (i == 0 || bo_str_cmp(sorted[i - 1]->key, sorted[i]->key) <= 0);
    }
    if (!in_order) qsort(sorted, object->len, sizeof *sorted, by_key);
    return sorted;
}

static int by_text(const void *left, const void *right) {
    const bo_str *a = left, *b = right;
    return bo_str_cmp(*a, *b);
}

bo_str *bo_ld_sorted_strings(bo_arena *arena, const bo_json *array, size_t *count) {
    bo_str *sorted = bo_arena_array(arena, array->len, sizeof *sorted);
    if (sorted == NULL) return NULL;
    *count = 0;
    for (uint32_t i = 0; i < array->len; i++)
        if (bo_json_is(array->items[i], BO_JSON_STRING)) sorted[(*count)++] = array->items[i]->text;
    qsort(sorted, *count, sizeof *sorted, by_text);
    return sorted;
}

static int by_entry_key(const void *left, const void *right) {
    bo_map_entry *const *a = left, *const *b = right;
    return bo_str_cmp((*a)->key, (*b)->key);
}

bo_map_entry **bo_ld_sorted_entries(bo_arena *arena, const bo_map *map, size_t *count) {
    bo_map_entry **sorted = bo_arena_array(arena, map->live, sizeof(bo_map_entry *)), *entry;
    if (sorted == NULL) return NULL;
    *count = 0;
    for (uint32_t at = 0; (entry = bo_map_next(map, &at)) != NULL;) sorted[(*count)++] = entry;
    qsort(sorted, *count, sizeof(bo_map_entry *), by_entry_key);
    return sorted;
}
