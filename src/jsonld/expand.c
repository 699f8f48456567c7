/* SPDX-License-Identifier: Apache-2.0
 * Expansion (API 5.1 and 5.3). An element becomes its expanded form in three steps: its context (steps 7 to
 * 11), its entries (13 and 14, with keywords in keywords_of and maps in maps_of), and the last checks (15
 * on).
 */
#include "jsonld/expand.h"

static bo_status expand_element(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map);

/* API 5.3.2 Value Expansion. */
bo_status bo_ld_expand_value(bo_ld *ld, bo_json **out, const bo_ld_context *active, bo_str property,
                             const bo_json *value) {
    const bo_ld_term *term = bo_ld_term_of(active, property);
    bo_ld_keyword type = term ? bo_ld_keyword_of(term->type) : BO_LD_NO_KEYWORD;
    bo_json *result = bo_json_new(ld->arena, BO_JSON_OBJECT);
    if (value->kind == BO_JSON_STRING && (type == BO_LD_ID || type == BO_LD_VOCAB)) {
        bo_str iri;
        unsigned flags = BO_LD_AS_DOCUMENT | (type == BO_LD_VOCAB ? BO_LD_AS_VOCAB : 0);
        BO_TRY(bo_ld_expand_iri(ld, &iri, active, value->text, flags, NULL));
        bo_json *id = iri.ptr ? bo_ld_string(ld->arena, iri) : bo_json_new(ld->arena, BO_JSON_NULL);
        *out = bo_ld_set(ld->arena, result, BO_LD_ID, id);
        return bo_ld_made(*out);
    }
    bo_json *same = bo_json_new(ld->arena, value->kind);
    BO_TRY(bo_ld_made(same));
    *same = *value;
    result = bo_ld_set(ld->arena, result, BO_LD_VALUE, same);
    if (term != NULL && term->type.ptr != NULL && type == BO_LD_NO_KEYWORD) {
        result = bo_ld_set(ld->arena, result, BO_LD_TYPE, bo_ld_string(ld->arena, term->type));
    } else if (value->kind == BO_JSON_STRING) {
        bo_str language = term && term->has_language ? term->language : active->language;
        bo_ld_direction direction = term && term->direction ? term->direction : active->direction;
        if (language.ptr != NULL)
            result = bo_ld_set(ld->arena, result, BO_LD_LANGUAGE, bo_ld_string(ld->arena, language));
        if (direction >= BO_LD_LTR)
            result = bo_ld_set(ld->arena, result, BO_LD_DIRECTION,
                               bo_ld_string(ld->arena, bo_ld_direction_text[direction]));
    }
    *out = result;
    return bo_ld_made(result);
}

/* Step 4. */
static bo_status expand_scalar(bo_ld_scope scope, bo_json **out, const bo_json *element) {
    *out = NULL;
    if (scope.property.ptr == NULL || bo_ld_keyword_of(scope.property) == BO_LD_GRAPH) return BO_OK;
    const bo_ld_term *term = bo_ld_term_of(scope.active, scope.property);
    if (term != NULL && term->context != NULL)
        BO_TRY(bo_ld_process_scoped(scope.ld, &scope.active, scope.active, term, BO_LD_OVERRIDE));
    return bo_ld_expand_value(scope.ld, out, scope.active, scope.property, element);
}

/* Step 5. */
static bo_status expand_array(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    const bo_ld_term *term = bo_ld_term_of(scope.active, scope.property);
    bool is_list = term != NULL && (term->container & BO_LD_IN_LIST);
    bo_arena *arena = scope.ld->arena;
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY);
    BO_TRY(bo_ld_made(result));
    for (uint32_t i = 0; i < element->len; i++) {
        bo_json *item;
        BO_TRY(expand_element(scope, &item, element->items[i], from_map));
        if (item == NULL) continue;
        if (is_list && item->kind == BO_JSON_ARRAY) {
            item = bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_LIST, item);
            BO_TRY(bo_ld_made(item));
        }
        BO_TRY(bo_ld_append(arena, result, item));
    }
    *out = result;
    return BO_OK;
}

/* Step 7: whether the previous context comes back. */
static bo_status goes_back(bo_ld_scope scope, bool *out, const bo_json *element) {
    *out = true;
    for (uint32_t i = 0; i < element->len && *out; i++) {
        bo_str key;
        BO_TRY(bo_ld_expand_iri(scope.ld, &key, scope.active, element->members[i].key, BO_LD_AS_VOCAB, NULL));
        bo_ld_keyword keyword = bo_ld_keyword_of(key);
        *out = keyword != BO_LD_VALUE && !(keyword == BO_LD_ID && element->len == 1);
    }
    return BO_OK;
}

static bo_status is_type_key(bo_ld_scope scope, bool *out, bo_str key) {
    bo_str iri;
    BO_TRY(bo_ld_expand_iri(scope.ld, &iri, scope.active, key, BO_LD_AS_VOCAB, NULL));
    *out = bo_ld_keyword_of(iri) == BO_LD_TYPE;
    return BO_OK;
}

/* Step 11 for one entry that holds types. */
static bo_status apply_types(bo_ld_scope *scope, const bo_json *value) {
    const bo_json *room;
    bo_json wrap;
    size_t count;
    const bo_json *names = bo_ld_as_const_array(value, &room, &wrap);
    bo_str *sorted = bo_ld_sorted_strings(scope->ld->arena, names, &count);
    BO_TRY(bo_ld_made(sorted));
    for (size_t i = 0; i < count; i++) {
        const bo_ld_term *term = bo_ld_term_of(scope->types, sorted[i]);
        if (term != NULL && term->context != NULL)
            BO_TRY(bo_ld_process_scoped(scope->ld, &scope->active, scope->active, term, BO_LD_NO_PROPAGATE));
    }
    return BO_OK;
}

/* Steps 7 to 12: the context in which the element's entries stand. */
static bo_status enter_context(bo_ld_scope *scope, const bo_json *element, bool from_map) {
    bo_ld *ld = scope->ld;
    const bo_ld_term *property = bo_ld_term_of(scope->active, scope->property);
    if (scope->active->previous != NULL && !from_map) {
        bool back;
        BO_TRY(goes_back(*scope, &back, element));
        if (back) scope->active = scope->active->previous;
    }
    if (property != NULL && property->context != NULL)
        BO_TRY(bo_ld_process_scoped(ld, &scope->active, scope->active, property, BO_LD_OVERRIDE));
    const bo_json *local = bo_ld_get(element, BO_LD_CONTEXT);
    if (local != NULL)
        BO_TRY(bo_ld_process(ld, &scope->active, scope->active, local, ld->options->base, 0, NULL));
    scope->types = scope->active;
    scope->input_type = BO_STR_NONE;
    const bo_json_member **sorted = bo_ld_sorted(ld->arena, element);
    BO_TRY(bo_ld_made(sorted));
    const bo_json *first = NULL;
    for (uint32_t i = 0; i < element->len; i++) {
        bool is_type;
        BO_TRY(is_type_key(*scope, &is_type, sorted[i]->key));
        if (!is_type) continue;
        if (first == NULL) first = sorted[i]->value;
        BO_TRY(apply_types(scope, sorted[i]->value));
    }
    if (first != NULL && first->kind == BO_JSON_ARRAY) first = bo_json_at(first, first->len - 1);
    if (first != NULL && first->kind == BO_JSON_STRING)
        BO_TRY(bo_ld_expand_iri(ld, &scope->input_type, scope->active, first->text, BO_LD_AS_VOCAB, NULL));
    return BO_OK;
}

static bo_status add_reverse(bo_ld_scope scope, bo_json *result, bo_str property, bo_json *values) {
    bo_arena *arena = scope.ld->arena;
    bo_json *map = bo_ld_get(result, BO_LD_REVERSE);
    if (map == NULL) {
        map = bo_json_new(arena, BO_JSON_OBJECT);
        BO_TRY(bo_ld_made(bo_ld_set(arena, result, BO_LD_REVERSE, map)));
    }
    values = bo_ld_array_of(arena, values);
    BO_TRY(bo_ld_made(values));
    for (uint32_t i = 0; i < values->len; i++) {
        if (bo_ld_is_value(values->items[i]) || bo_ld_is_list(values->items[i]))
            return BO_LD_FAIL("invalid reverse property value",
                              "a reverse property can't have a value or a list");
        BO_TRY(bo_ld_add_value(arena, map, property, values->items[i], true));
    }
    return BO_OK;
}

/* Step 13.4.13. */
static bo_status expand_reverse(bo_ld_scope scope, bo_json *result, const bo_json *value) {
    if (value->kind != BO_JSON_OBJECT)
        return BO_LD_FAIL("invalid @reverse value", "the value of @reverse must be an object");
    bo_json *expanded;
    scope.property = KEYWORD(REVERSE);
    BO_TRY(expand_element(scope, &expanded, value, false));
    if (expanded == NULL) return BO_OK;
    for (uint32_t i = 0; i < expanded->len; i++) {
        bo_json_member *m = &expanded->members[i];
        if (bo_ld_keyword_of(m->key) == BO_LD_REVERSE) {
            for (uint32_t j = 0; j < m->value->len; j++)
                BO_TRY(bo_ld_add_value(scope.ld->arena, result, m->value->members[j].key,
                                       m->value->members[j].value, true));
        } else {
            BO_TRY(add_reverse(scope, result, m->key, m->value));
        }
    }
    return BO_OK;
}

/* Steps 13.5 to 13.14. */
static bo_status expand_property(bo_ld_scope scope, bo_json *result, bo_str key, bo_str iri,
                                 const bo_json *value) {
    bo_arena *arena = scope.ld->arena;
    const bo_ld_term *term = bo_ld_term_of(scope.active, key);
    unsigned container = term ? term->container : 0;
    bo_json *expanded = NULL;
    scope.property = key;
    if (term != NULL && bo_ld_keyword_of(term->type) == BO_LD_JSON) {
        expanded =
            bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_VALUE, bo_json_copy(arena, value));
        expanded = bo_ld_set(arena, expanded, BO_LD_TYPE, bo_ld_string(arena, KEYWORD(JSON)));
        BO_TRY(bo_ld_made(expanded));
    } else if ((container & BO_LD_IN_LANGUAGE) && value->kind == BO_JSON_OBJECT) {
        BO_TRY(bo_ld_expand_language_map(scope, &expanded, term, value));
    } else if ((container & (BO_LD_IN_INDEX | BO_LD_IN_TYPE | BO_LD_IN_ID)) &&
               value->kind == BO_JSON_OBJECT) {
        BO_TRY(bo_ld_expand_index_map(scope, &expanded, term, value));
    } else {
        BO_TRY(expand_element(scope, &expanded, value, false));
    }
    if (expanded == NULL) return BO_OK; /* 13.10 */
    if ((container & BO_LD_IN_LIST) && !bo_ld_is_list(expanded)) {
        expanded =
            bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_LIST, bo_ld_array_of(arena, expanded));
        BO_TRY(bo_ld_made(expanded));
    }
    if ((container & BO_LD_IN_GRAPH) && !(container & (BO_LD_IN_ID | BO_LD_IN_INDEX)))
        BO_TRY(bo_ld_wrap_graphs(arena, &expanded));
    if (term != NULL && term->is_reverse) return add_reverse(scope, result, iri, expanded);
    return bo_ld_add_value(arena, result, iri, expanded, true);
}

static bo_status expand_nest(bo_ld_scope scope, bo_json *result, bo_str key, const bo_json *value);

/* Steps 13 and 14. Nested properties come last, as the specification has it. */
static bo_status expand_entries(bo_ld_scope scope, bo_json *result, const bo_json *element) {
    bo_ld *ld = scope.ld;
    const bo_json_member **sorted = bo_ld_sorted(ld->arena, element);
    BO_TRY(bo_ld_made(sorted));
    size_t nests = 0;
    for (uint32_t i = 0; i < element->len; i++) {
        const bo_json_member *m = sorted[i];
        bo_str iri;
        if (bo_ld_keyword_of(m->key) == BO_LD_CONTEXT) continue;
        BO_TRY(bo_ld_expand_iri(ld, &iri, scope.active, m->key, BO_LD_AS_VOCAB, NULL));
        bo_ld_keyword keyword = bo_ld_keyword_of(iri);
        if (keyword == BO_LD_NEST)
            sorted[nests++] = m;
        else if (keyword == BO_LD_REVERSE && bo_ld_keyword_of(scope.property) != BO_LD_REVERSE)
            BO_TRY(expand_reverse(scope, result, m->value));
        else if (keyword != BO_LD_NO_KEYWORD)
            BO_TRY(bo_ld_expand_keyword(scope, result, keyword, m->value));
        else if (iri.ptr != NULL && bo_str_find(iri, ':') < iri.len)
            BO_TRY(expand_property(scope, result, m->key, iri, m->value));
        else
            BO_TRY(bo_ld_drop(ld, "the key", m->key));
    }
    for (size_t i = 0; i < nests; i++) BO_TRY(expand_nest(scope, result, sorted[i]->key, sorted[i]->value));
    return BO_OK;
}

/* Step 14.2; the nesting term's own context applies to what is nested. */
static bo_status expand_nest(bo_ld_scope scope, bo_json *result, bo_str key, const bo_json *value) {
    bo_ld *ld = scope.ld;
    const bo_ld_term *term = bo_ld_term_of(scope.active, key);
    if (term != NULL && term->context != NULL)
        BO_TRY(bo_ld_process_scoped(ld, &scope.active, scope.active, term, BO_LD_OVERRIDE));
    const bo_json *room;
    bo_json wrap;
    value = bo_ld_as_const_array(value, &room, &wrap);
    BO_TRY(bo_ld_enter(ld));
    for (uint32_t i = 0; i < value->len; i++) {
        const bo_json *nested = value->items[i];
        bool valid = nested->kind == BO_JSON_OBJECT;
        for (uint32_t j = 0; valid && j < nested->len; j++) {
            bo_str iri;
            BO_TRY(bo_ld_expand_iri(ld, &iri, scope.active, nested->members[j].key, BO_LD_AS_VOCAB, NULL));
            valid = bo_ld_keyword_of(iri) != BO_LD_VALUE;
        }
        if (!valid)
            return BO_LD_FAIL("invalid @nest value", "what is nested must be an object without @value");
        BO_TRY(expand_entries(scope, result, nested));
    }
    bo_ld_leave(ld);
    return BO_OK;
}

/* Step 15: a value object. *out is NULL when it says nothing. */
static bo_status check_value(bo_ld_scope scope, bo_json **out, bo_json *result) {
    const bo_json *value = bo_ld_get(result, BO_LD_VALUE), *type = bo_ld_get(result, BO_LD_TYPE);
    const bo_json *language = bo_ld_get(result, BO_LD_LANGUAGE),
                  *direction = bo_ld_get(result, BO_LD_DIRECTION);
    uint32_t known = 1 + (type != NULL) + (language != NULL) + (direction != NULL) +
                     (bo_ld_get(result, BO_LD_INDEX) != NULL);
    if (known < result->len || (type != NULL && (language != NULL || direction != NULL)))
        return BO_LD_FAIL("invalid value object", "a value object has entries that do not go together");
    if (bo_ld_keyword_of(bo_json_string(type)) == BO_LD_JSON) return BO_OK;
    bool framing = scope.ld->framing;
    if (!framing && (value->kind == BO_JSON_NULL || (value->kind == BO_JSON_ARRAY && value->len == 0))) {
        *out = NULL;
        return BO_OK;
    }
    if (!framing && language != NULL && value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid language-tagged value", "only a string can have a language");
    if (!framing && type != NULL && (type->kind != BO_JSON_STRING || !bo_ld_is_iri(type->text)))
        return BO_LD_FAIL("invalid typed value", "the @type of a value must be one IRI");
    return BO_OK;
}

/* Steps 15 to 19. */
static bo_status check_result(bo_ld_scope scope, bo_json **out, bo_json *result) {
    bo_arena *arena = scope.ld->arena;
    bo_json *type = bo_ld_get(result, BO_LD_TYPE), *set = bo_ld_get(result, BO_LD_SET);
    *out = result;
    if (bo_ld_is_value(result)) {
        BO_TRY(check_value(scope, out, result));
        if (*out == NULL) return BO_OK;
    } else if (type != NULL && type->kind != BO_JSON_ARRAY) {
        BO_TRY(bo_ld_made(bo_ld_set(arena, result, BO_LD_TYPE, bo_ld_array_of(arena, type))));
    } else if (set != NULL || bo_ld_is_list(result)) {
        if (result->len > 1u + (bo_ld_get(result, BO_LD_INDEX) != NULL))
            return BO_LD_FAIL("invalid set or list object", "beside @set or @list only @index can stand");
        if (set != NULL) *out = result = set;
    }
    if (result->kind != BO_JSON_OBJECT) return BO_OK;
    if (result->len == 1 && bo_ld_get(result, BO_LD_LANGUAGE) != NULL) *out = NULL; /* 18 */
    bool top = scope.property.ptr == NULL || bo_ld_keyword_of(scope.property) == BO_LD_GRAPH;
    if (top && !scope.ld->framing) { /* 19 */
        bool lone_id = result->len == 1 && bo_ld_get(result, BO_LD_ID) != NULL;
        if (result->len == 0 || lone_id || bo_ld_is_value(result) || bo_ld_is_list(result)) *out = NULL;
    }
    return BO_OK;
}

static bo_status expand_object(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    BO_TRY(enter_context(&scope, element, from_map));
    bo_json *result = bo_json_new(scope.ld->arena, BO_JSON_OBJECT);
    BO_TRY(bo_ld_made(result));
    BO_TRY(expand_entries(scope, result, element));
    return check_result(scope, out, result);
}

/* API 5.1.2. *out is NULL for null. */
static bo_status expand_element(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    *out = NULL;
    if (element->kind == BO_JSON_NULL) return BO_OK;
    BO_TRY(bo_ld_enter(scope.ld));
    if (element->kind == BO_JSON_ARRAY)
        BO_TRY(expand_array(scope, out, element, from_map));
    else if (element->kind == BO_JSON_OBJECT)
        BO_TRY(expand_object(scope, out, element, from_map));
    else
        BO_TRY(expand_scalar(scope, out, element));
    bo_ld_leave(scope.ld);
    return BO_OK;
}

bo_status bo_ld_expand_in(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    return expand_element(scope, out, element, from_map);
}

bo_status bo_ld_expand(bo_ld *ld, bo_json **out, const bo_ld_context *active, const bo_json *input) {
    bo_ld_scope scope = {.ld = ld, .active = active, .types = active};
    bo_json *expanded;
    BO_TRY(expand_element(scope, &expanded, input, false));
    if (bo_json_is(expanded, BO_JSON_OBJECT) && expanded->len == 1 &&
        bo_ld_get(expanded, BO_LD_GRAPH) != NULL)
        expanded = bo_ld_get(expanded, BO_LD_GRAPH);
    if (expanded == NULL) expanded = bo_json_new(ld->arena, BO_JSON_ARRAY);
    *out = bo_ld_array_of(ld->arena, expanded);
    return bo_ld_made(*out);
}

bo_status bo_ld_start(bo_ld *ld, const bo_ld_context **out) {
    *out = bo_ld_context_new(ld);
    BO_TRY(bo_ld_made(*out));
    const bo_json *local = ld->options->expand_context, *inner = bo_ld_get(local, BO_LD_CONTEXT);
    if (inner != NULL) local = inner;
    if (local == NULL) return BO_OK;
    return bo_ld_process(ld, out, *out, local, ld->options->base, 0, NULL);
}

bo_status bo_jsonld_expand(bo_json **out, const bo_json *input, const bo_jsonld_options *options,
                           bo_arena *arena) {
    bo_ld ld;
    const bo_ld_context *active;
    bo_json *expanded;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_start(&ld, &active));
    BO_TRY(bo_ld_expand(&ld, &expanded, active, input));
    *out = expanded;
    return BO_OK;
}
