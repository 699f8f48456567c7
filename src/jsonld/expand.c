/* SPDX-License-Identifier: Apache-2.0
 * Expansion (API 5.1 and 5.3). An element becomes its expanded form in three steps: its context (steps 7 to
 * 11), its entries (13 and 14, with keywords in keywords_of and maps in maps_of), and the last checks (15
 * on).
 */
#include "jsonld/expand.h"

static bo_status expand_element(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map);

/* An object with room for three members, and a value to go into it, in one piece. */
typedef struct value_object {
    bo_json object, value, type;
    bo_json_member members[3];
} value_object;

/* API 5.3.2 Value Expansion. */
bo_status bo_ld_expand_value(bo_ld *ld, bo_json **out, const bo_ld_context *active, const bo_ld_term *term,
                             const bo_json *value) {
    bo_ld_keyword type = term ? bo_ld_keyword_of(term->type) : BO_LD_NO_KEYWORD;
    value_object *made = bo_arena_alloc(ld->arena, sizeof *made);
    BO_TRY(bo_ld_made(made));
    bo_json *result = &made->object;
    *result = (bo_json){.kind = BO_JSON_OBJECT, .len = 1, .size = 3, .members = made->members};
    *out = result;
    made->members[0] = (bo_json_member){KEYWORD(VALUE), &made->value};
    if (value->kind == BO_JSON_STRING && (type == BO_LD_ID || type == BO_LD_VOCAB)) {
        bo_str iri;
        unsigned flags = BO_LD_AS_DOCUMENT | (type == BO_LD_VOCAB ? BO_LD_AS_VOCAB : 0);
        BO_TRY(bo_ld_expand_iri(ld, &iri, active, value->text, flags, NULL));
        made->value = (bo_json){.kind = iri.ptr ? BO_JSON_STRING : BO_JSON_NULL, .text = iri};
        made->members[0].key = KEYWORD(ID);
        return BO_OK;
    }
    made->value = *value;
    if (term != NULL && term->type.ptr != NULL && type == BO_LD_NO_KEYWORD) {
        made->type = (bo_json){.kind = BO_JSON_STRING, .text = term->type};
        made->members[result->len++] = (bo_json_member){KEYWORD(TYPE), &made->type};
    } else if (value->kind == BO_JSON_STRING) {
        bo_str language = term && term->has_language ? term->language : active->language;
        bo_ld_direction direction = term && term->direction ? term->direction : active->direction;
        if (language.ptr != NULL) {
            made->type = (bo_json){.kind = BO_JSON_STRING, .text = language};
            made->members[result->len++] = (bo_json_member){KEYWORD(LANGUAGE), &made->type};
        }
        if (direction >= BO_LD_LTR)
            *out = bo_ld_set(ld->arena, result, BO_LD_DIRECTION,
                             bo_ld_string(ld->arena, bo_ld_direction_text[direction]));
    }
    return bo_ld_made(*out);
}

/* Step 4. */
static bo_status expand_scalar(bo_ld_scope scope, bo_json **out, const bo_json *element) {
    *out = NULL;
    if (scope.property.ptr == NULL || bo_ld_keyword_of(scope.property) == BO_LD_GRAPH) return BO_OK;
    if (scope.term != NULL && scope.term->context != NULL) {
        BO_TRY(bo_ld_process_scoped(scope.ld, &scope.active, scope.active, scope.term, BO_LD_OVERRIDE));
        bo_ld_scope_to(&scope, scope.property);
    }
    return bo_ld_expand_value(scope.ld, out, scope.active, scope.term, element);
}

/* Step 5. */
static bo_status expand_array(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    bool is_list = scope.term != NULL && (scope.term->container & BO_LD_IN_LIST);
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
        const bo_ld_recent *key;
        BO_TRY(bo_ld_expand_recent(scope.ld, &key, scope.active, element->members[i].key, BO_LD_AS_VOCAB));
        *out = key->keyword != BO_LD_VALUE && !(key->keyword == BO_LD_ID && element->len == 1);
    }
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

/* Steps 7 to 9: the context that the element's place and its own @context give. */
static bo_status enter_context(bo_ld_scope *scope, const bo_json *element, bool from_map) {
    bo_ld *ld = scope->ld;
    if (scope->active->previous != NULL && !from_map) {
        bool back;
        BO_TRY(goes_back(*scope, &back, element));
        if (back) scope->active = scope->active->previous;
    }
    if (scope->term != NULL && scope->term->context != NULL)
        BO_TRY(bo_ld_process_scoped(ld, &scope->active, scope->active, scope->term, BO_LD_OVERRIDE));
    const bo_json *local = bo_ld_get(element, BO_LD_CONTEXT);
    if (local == NULL) return BO_OK;
    return bo_ld_process(ld, &scope->active, scope->active, local, ld->options->base, 0, NULL);
}

/* Steps 10 to 12: what the element's types change; `sorted` has its entries by key. */
static bo_status enter_types(bo_ld_scope *scope, const bo_json *element) {
    bo_ld *ld = scope->ld;
    const bo_json *first = NULL;
    const bo_json_member **sorted = NULL;
    scope->types = scope->active;
    scope->input_type = BO_STR_NONE;
    for (uint32_t i = 0, types = 0; i < element->len; i++) {
        const bo_json_member *m = sorted ? sorted[i] : &element->members[i];
        const bo_ld_recent *key;
        BO_TRY(bo_ld_expand_recent(ld, &key, scope->active, m->key, BO_LD_AS_VOCAB));
        if (key->keyword != BO_LD_TYPE) continue;
        if (types++ == 0 && sorted == NULL) first = m->value;
        if (types == 2 && sorted == NULL) { /* under several names: in their order, from the beginning */
            sorted = bo_ld_sorted(ld->arena, element);
            BO_TRY(bo_ld_made(sorted));
            scope->active = scope->types;
            first = NULL;
            types = 0;
            i = UINT32_MAX; /* to 0 */
            continue;
        }
        if (first == NULL) first = m->value;
        BO_TRY(apply_types(scope, m->value));
    }
    if (first != NULL && first->kind == BO_JSON_ARRAY) first = bo_json_at(first, first->len - 1);
    if (first == NULL || first->kind != BO_JSON_STRING) return BO_OK;
    const bo_ld_recent *type;
    BO_TRY(bo_ld_expand_recent(ld, &type, scope->active, first->text, BO_LD_AS_VOCAB));
    scope->input_type = type->iri;
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
    bo_ld_scope_to(&scope, KEYWORD(REVERSE));
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

/* An array that was made for this property alone can become its value. */
static bo_status add_property(bo_arena *arena, bo_json *result, bo_str iri, bo_json *values) {
    if (bo_json_get(result, iri) != NULL) return bo_ld_add_value(arena, result, iri, values, true);
    if (values->kind != BO_JSON_ARRAY) {
        struct {
            bo_json array;
            bo_json *item;
        } *made = bo_arena_alloc(arena, sizeof *made);
        BO_TRY(bo_ld_made(made));
        made->item = values;
        made->array = (bo_json){.kind = BO_JSON_ARRAY, .len = 1, .size = 1, .items = &made->item};
        values = &made->array;
    }
    return bo_ld_made(bo_json_add(arena, result, iri, values));
}

/* Steps 13.5 to 13.14; the scope is at the property. */
static bo_status expand_property(bo_ld_scope scope, bo_json *result, bo_str iri, const bo_json *value) {
    bo_arena *arena = scope.ld->arena;
    const bo_ld_term *term = scope.term;
    unsigned container = term ? term->container : 0;
    bo_json *expanded = NULL;
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
    return add_property(arena, result, iri, expanded);
}

static bo_status expand_nest(bo_ld_scope scope, bo_json *result, bo_str key, const bo_json *value);

/* Steps 13 and 14. Nested properties come last, as the specification has it. */
static bo_status expand_entries(bo_ld_scope scope, bo_json *result, const bo_json *element) {
    bo_ld *ld = scope.ld;
    const bo_json_member **sorted = ld->options->ordered ? bo_ld_sorted(ld->arena, element) : NULL;
    bool in_reverse = bo_ld_keyword_of(scope.property) == BO_LD_REVERSE;
    size_t nests = 0;
    const bo_ld_recent *key;
    if (ld->options->ordered) BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < element->len; i++) {
        const bo_json_member *m = sorted ? sorted[i] : &element->members[i];
        if (bo_ld_keyword_of(m->key) == BO_LD_CONTEXT) continue;
        BO_TRY(bo_ld_expand_recent(ld, &key, scope.active, m->key, BO_LD_AS_VOCAB));
        if (key->keyword == BO_LD_NEST) {
            nests++;
        } else if (key->keyword == BO_LD_REVERSE && !in_reverse) {
            BO_TRY(expand_reverse(scope, result, m->value));
        } else if (key->keyword != BO_LD_NO_KEYWORD) {
            BO_TRY(bo_ld_expand_keyword(scope, result, key->keyword, m->value));
        } else if (key->iri.ptr != NULL && bo_str_find(key->iri, ':') < key->iri.len) {
            bo_ld_scope inner = scope;
            inner.property = m->key;
            inner.term = key->term;
            BO_TRY(expand_property(inner, result, key->iri, m->value));
        } else {
            BO_TRY(bo_ld_drop(ld, "the key", m->key));
        }
    }
    for (uint32_t i = 0; i < element->len && nests > 0; i++) {
        const bo_json_member *m = sorted ? sorted[i] : &element->members[i];
        BO_TRY(bo_ld_expand_recent(ld, &key, scope.active, m->key, BO_LD_AS_VOCAB));
        if (key->keyword != BO_LD_NEST) continue;
        nests--;
        BO_TRY(expand_nest(scope, result, m->key, m->value));
    }
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
static bo_status check_value(bo_ld_scope scope, bo_json **out, const bo_json *result,
                             const bo_ld_parts *parts) {
    const bo_json *value = parts->value, *type = parts->type, *language = parts->language;
    uint32_t known =
        1u + (type != NULL) + (language != NULL) + (parts->direction != NULL) + (parts->index != NULL);
    if (known < result->len || (type != NULL && (language != NULL || parts->direction != NULL)))
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
    bo_ld_parts parts;
    bo_ld_take_apart(&parts, result);
    *out = result;
    if (parts.value != NULL) {
        BO_TRY(check_value(scope, out, result, &parts));
        if (*out == NULL) return BO_OK;
    } else if (parts.type != NULL && parts.type->kind != BO_JSON_ARRAY) {
        bo_json *types = bo_ld_array_of(arena, bo_ld_get(result, BO_LD_TYPE));
        BO_TRY(bo_ld_made(bo_ld_set(arena, result, BO_LD_TYPE, types)));
    } else if (parts.set != NULL || parts.list != NULL) {
        if (result->len > 1u + (parts.index != NULL))
            return BO_LD_FAIL("invalid set or list object", "beside @set or @list only @index can stand");
        if (parts.set != NULL) {
            *out = result = bo_ld_get(result, BO_LD_SET);
            bo_ld_take_apart(&parts, result);
        }
    }
    if (result->kind != BO_JSON_OBJECT) return BO_OK;
    if (result->len == 1 && parts.language != NULL) *out = NULL; /* 18 */
    bool top = scope.property.ptr == NULL || bo_ld_keyword_of(scope.property) == BO_LD_GRAPH;
    if (top && !scope.ld->framing) { /* 19 */
        bool lone_id = result->len == 1 && parts.id != NULL;
        if (result->len == 0 || lone_id || parts.value != NULL || parts.list != NULL) *out = NULL;
    }
    return BO_OK;
}

static bo_status expand_object(bo_ld_scope scope, bo_json **out, const bo_json *element, bool from_map) {
    BO_TRY(enter_context(&scope, element, from_map));
    BO_TRY(enter_types(&scope, element));
    bo_json *result = bo_ld_object(scope.ld->arena, element->len);
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
