/* SPDX-License-Identifier: Apache-2.0
 * JSON values: looking up, making, copying, comparing.
 */
#include "bocage/json.h"

#include "base/map.h"

bo_json *bo_json_get(const bo_json *object, bo_str key) {
    if (object == NULL || object->kind != BO_JSON_OBJECT) return NULL;
    for (uint32_t i = 0; i < object->len; i++)
        if (bo_str_eq(object->members[i].key, key)) return object->members[i].value;
    return NULL;
}

bo_json *bo_json_at(const bo_json *array, size_t index) {
    return array != NULL && array->kind == BO_JSON_ARRAY && index < array->len ? array->items[index] : NULL;
}

bo_str bo_json_string(const bo_json *value) {
    return bo_json_is(value, BO_JSON_STRING) ? value->text : BO_STR_NONE;
}

bo_str bo_json_get_string(const bo_json *object, bo_str key) {
    return bo_json_string(bo_json_get(object, key));
}

bool bo_json_is(const bo_json *value, bo_json_kind kind) {
    return value != NULL && value->kind == kind;
}

bo_json *bo_json_new(bo_arena *arena, bo_json_kind kind) {
    bo_json *value = BO_NEW(arena, bo_json);
    if (value != NULL) value->kind = kind;
    return value;
}

bo_json *bo_json_new_string(bo_arena *arena, bo_str text) {
    bo_json *value = text.ptr ? bo_json_new(arena, BO_JSON_STRING) : NULL;
    if (value != NULL) value->text = text;
    return value;
}

bo_json *bo_json_new_number(bo_arena *arena, bo_str digits) {
    bo_json *value = digits.ptr ? bo_json_new(arena, BO_JSON_NUMBER) : NULL;
    if (value != NULL) value->text = digits;
    return value;
}

bo_json *bo_json_new_bool(bo_arena *arena, bool value) {
    return bo_json_new(arena, value ? BO_JSON_TRUE : BO_JSON_FALSE);
}

/* Room for one more item or member of `each` bytes. */
static void *with_room(bo_arena *arena, bo_json *value, void *places, size_t each) {
    if (value->len < value->size) return places;
    if (value->size > UINT32_MAX / 4) {
        bo_fail(BO_LIMIT, "a JSON array or object is too large");
        return NULL;
    }
    uint32_t size = value->size ? value->size * 2 : 4;
    places = bo_arena_grow(arena, places, value->size * each, size * each);
    if (places != NULL) value->size = size;
    return places;
}

bo_json *bo_json_push(bo_arena *arena, bo_json *array, bo_json *item) {
    if (array == NULL || item == NULL) return NULL;
    bo_json **items = with_room(arena, array, array->items, sizeof *items);
    if (items == NULL) return NULL;
    array->items = items;
    items[array->len++] = item;
    return array;
}

bo_json *bo_json_add(bo_arena *arena, bo_json *object, bo_str key, bo_json *value) {
    if (object == NULL || value == NULL || key.ptr == NULL) return NULL;
    bo_json_member *members = with_room(arena, object, object->members, sizeof *members);
    if (members == NULL) return NULL;
    object->members = members;
    members[object->len++] = (bo_json_member){key, value};
    return object;
}

bo_json *bo_json_set(bo_arena *arena, bo_json *object, bo_str key, bo_json *value) {
    if (object == NULL || value == NULL || key.ptr == NULL) return NULL;
    for (uint32_t i = 0; i < object->len; i++) {
        if (bo_str_eq(object->members[i].key, key)) {
            object->members[i].value = value;
            return object;
        }
    }
    return bo_json_add(arena, object, key, value);
}

bool bo_json_unset(bo_json *object, bo_str key) {
    if (!bo_json_is(object, BO_JSON_OBJECT)) return false;
    for (uint32_t i = 0; i < object->len; i++) {
        if (!bo_str_eq(object->members[i].key, key)) continue;
        memmove(object->members + i, object->members + i + 1,
                (object->len - i - 1) * sizeof *object->members);
        object->len--;
        return true;
    }
    return false;
}

bo_json *bo_json_copy(bo_arena *arena, const bo_json *value) {
    if (value == NULL) return NULL;
    bo_json *copy = bo_json_new(arena, value->kind);
    if (copy == NULL) return NULL;
    if (value->kind == BO_JSON_STRING || value->kind == BO_JSON_NUMBER) copy->text = value->text;
    if (value->kind == BO_JSON_ARRAY) {
        for (uint32_t i = 0; i < value->len; i++)
            if (bo_json_push(arena, copy, bo_json_copy(arena, value->items[i])) == NULL) return NULL;
    } else if (value->kind == BO_JSON_OBJECT) {
        for (uint32_t i = 0; i < value->len; i++)
            if (bo_json_add(arena, copy, value->members[i].key,
                            bo_json_copy(arena, value->members[i].value)) == NULL)
                return NULL;
    }
    return copy;
}

static bool numbers_eq(const bo_json *a, const bo_json *b) {
    if (bo_str_eq(a->text, b->text)) return true;
    int64_t i, j;
    if (bo_json_integer(&i, a) && bo_json_integer(&j, b)) return i == j;
    double x, y;
    return bo_json_number(&x, a) && bo_json_number(&y, b) && !(x < y) && !(x > y);
}

/* Members in another order: through an index, so that large objects don't take a quadratic time. */
static bool members_eq_by_key(const bo_json *a, const bo_json *b) {
    bo_map index;
    bo_map_init(&index, NULL);
    bool equal = true;
    for (uint32_t i = 0; i < b->len && equal; i++) {
        bo_value *place = bo_map_put(&index, b->members[i].key, NULL);
        if (place != NULL) place->ptr = b->members[i].value;
        equal = place != NULL;
    }
    for (uint32_t i = 0; i < a->len && equal; i++) {
        bo_value *place = bo_map_get(&index, a->members[i].key);
        equal = place != NULL && bo_json_eq(a->members[i].value, place->ptr);
    }
    bo_map_done(&index);
    return equal;
}

static bool members_eq(const bo_json *a, const bo_json *b) {
    for (uint32_t i = 0; i < a->len; i++) {
        if (!bo_str_eq(a->members[i].key, b->members[i].key)) return members_eq_by_key(a, b);
        if (!bo_json_eq(a->members[i].value, b->members[i].value)) return false;
    }
    return true;
}

bool bo_json_eq(const bo_json *a, const bo_json *b) {
    if (a == b) return true;
    if (a == NULL || b == NULL || a->kind != b->kind || a->len != b->len) return false;
    switch (a->kind) {
    case BO_JSON_NULL:
    case BO_JSON_FALSE:
    case BO_JSON_TRUE: return true;
    case BO_JSON_NUMBER: return numbers_eq(a, b);
    case BO_JSON_STRING: return bo_str_eq(a->text, b->text);
    case BO_JSON_ARRAY:
        for (uint32_t i = 0; i < a->len; i++)
            if (!bo_json_eq(a->items[i], b->items[i])) return false;
        return true;
    case BO_JSON_OBJECT: return members_eq(a, b);
    }
    return false;
}
