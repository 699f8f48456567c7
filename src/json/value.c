/* SPDX-License-Identifier: Apache-2.0
 * JSON values: looking up, making, copying, comparing.
 */
#include "bocage/json.h"

#include "base/map.h"

/* Objects that grow beyond these places get an index, or a stranger's object of many members would take a
 * quadratic time to make: twice as many slots as places, each with 1 + the place of a member, 0 free. */
enum { INDEXED_FROM = 64 };

static uint32_t *slots_of(const bo_json *object) {
    return (uint32_t *)(object->members + object->size);
}

/* The slot of a key, or the free one where it would go. */
static uint32_t *slot_of(const bo_json *object, bo_str key) {
    uint32_t mask = object->size * 2 - 1, at = (uint32_t)bo_str_hash(key) & mask, *slots = slots_of(object);
    while (slots[at] != 0 && !bo_str_eq(object->members[slots[at] - 1].key, key)) at = (at + 1) & mask;
    return &slots[at];
}

static bo_json_member *find(const bo_json *object, bo_str key) {
    if (object->indexed) {
        uint32_t place = *slot_of(object, key);
        return place == 0 ? NULL : &object->members[place - 1];
    }
    for (uint32_t i = 0; i < object->len; i++)
        if (bo_str_eq(object->members[i].key, key)) return &object->members[i];
    return NULL;
}

bo_json *bo_json_get(const bo_json *object, bo_str key) {
    if (object == NULL || object->kind != BO_JSON_OBJECT) return NULL;
    const bo_json_member *found = find(object, key);
    return found ? found->value : NULL;
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

static bool may_grow(const bo_json *value) {
    if (value->size <= UINT32_MAX / 8) return true;
    bo_fail(BO_LIMIT, "a JSON array or object is too large");
    return false;
}

bo_json *bo_json_push(bo_arena *arena, bo_json *array, bo_json *item) {
    if (array == NULL || item == NULL) return NULL;
    if (array->len == array->size) {
        if (!may_grow(array)) return NULL;
        uint32_t size = array->size ? array->size * 2 : 4;
        bo_json **items =
            bo_arena_grow(arena, array->items, array->size * sizeof *items, size * sizeof *items);
        if (items == NULL) return NULL;
        array->items = items;
        array->size = size & INT32_MAX;
    }
    array->items[array->len++] = item;
    return array;
}

static bool grow_members(bo_arena *arena, bo_json *object) {
    uint32_t size = 4;
    if (!may_grow(object)) return false;
    while (size <= object->size) size *= 2;
    bool indexed = size >= INDEXED_FROM;
    size_t bytes = size * sizeof(bo_json_member), was = object->size * sizeof(bo_json_member);
    bo_json_member *members = indexed ? bo_arena_zalloc(arena, bytes + size * 2 * sizeof(uint32_t))
                                      : bo_arena_grow(arena, object->members, was, bytes);
    if (members == NULL) return false;
    if (indexed && object->len > 0) memcpy(members, object->members, object->len * sizeof *members);
    object->members = members;
    object->size = size & INT32_MAX;
    object->indexed = indexed;
    for (uint32_t i = 0; indexed && i < object->len; i++) *slot_of(object, members[i].key) = i + 1;
    return true;
}

bo_json *bo_json_add(bo_arena *arena, bo_json *object, bo_str key, bo_json *value) {
    if (object == NULL || value == NULL || key.ptr == NULL) return NULL;
    if (object->len == object->size && !grow_members(arena, object)) return NULL;
    object->members[object->len++] = (bo_json_member){key, value};
    if (object->indexed) *slot_of(object, key) = object->len;
    return object;
}

bo_json *bo_json_set(bo_arena *arena, bo_json *object, bo_str key, bo_json *value) {
    if (object == NULL || value == NULL || key.ptr == NULL) return NULL;
    bo_json_member *found = find(object, key);
    if (found == NULL) return bo_json_add(arena, object, key, value);
    found->value = value;
    return object;
}

bool bo_json_unset(bo_json *object, bo_str key) {
    bo_json_member *found = bo_json_is(object, BO_JSON_OBJECT) ? find(object, key) : NULL;
    if (found == NULL) return false;
    memmove(found, found + 1, (size_t)(object->members + object->len - found - 1) * sizeof *found);
    object->len--;
    object->indexed = false; /* it says wrong places now */
    return true;
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
