/* SPDX-License-Identifier: Apache-2.0
 * Compaction (API 6.1) and Value Compaction (API 6.3).
 */
#include "jsonld/compact.h"

static bo_status compact_element(bo_ld_place place, bo_json **out, bo_json *element);

bo_status bo_ld_alias(const bo_ld_place *place, bo_str *out, bo_ld_keyword keyword) {
    bo_ld *ld = place->ld;
    if (ld->short_iris_of != place->active || ld->aliases[keyword].ptr == NULL) {
        bo_str alias;
        BO_TRY(bo_ld_compact_iri(ld, &alias, place->active, bo_ld_text[keyword], NULL, true, false));
        ld->aliases[keyword] = alias;
    }
    *out = ld->aliases[keyword];
    return BO_OK;
}

bo_status bo_ld_compact_in(bo_ld_place place, bo_json **out, bo_json *element) {
    return compact_element(place, out, element);
}

/* 6.3.2 steps 6 to 8 ask for it: whether the value may lose its index. */
static bool index_is_kept_elsewhere(const bo_json *value, const bo_ld_term *term) {
    return bo_ld_get(value, BO_LD_INDEX) == NULL || (term != NULL && (term->container & BO_LD_IN_INDEX));
}

static bool language_matches(const bo_ld_place *place, const bo_json *value, const bo_ld_term *term) {
    bo_str language = term && term->has_language ? term->language : place->active->language;
    bo_ld_direction direction = term && term->direction ? term->direction : place->active->direction;
    bo_str own = bo_json_string(bo_ld_get(value, BO_LD_LANGUAGE));
    bo_str own_direction = bo_json_string(bo_ld_get(value, BO_LD_DIRECTION));
    bool same = (own.ptr == NULL) == (language.ptr == NULL) && bo_str_eq_nocase(own, language);
    return same && bo_str_eq(own_direction, bo_ld_direction_text[direction]);
}

/* API 6.3.2 step 10: an object with shorter keys. */
static bo_status shorten_keys(const bo_ld_place *place, bo_json **out, const bo_json *value) {
    bo_arena *arena = place->ld->arena;
    bo_json *result = bo_json_new(arena, BO_JSON_OBJECT);
    for (uint32_t i = 0; i < value->len; i++) {
        bo_str key;
        bo_json *entry = value->members[i].value;
        bo_ld_keyword keyword = bo_ld_keyword_of(value->members[i].key);
        BO_TRY(bo_ld_compact_iri(place->ld, &key, place->active, value->members[i].key, NULL, true, false));
        if (keyword == BO_LD_TYPE || keyword == BO_LD_ID)
            BO_TRY(bo_ld_compact_ids(place, &entry, entry, keyword == BO_LD_TYPE));
        result = bo_json_set(arena, result, key, entry);
    }
    *out = result;
    return bo_ld_made(result);
}

bo_status bo_ld_compact_ids(const bo_ld_place *place, bo_json **out, const bo_json *value, bool vocab) {
    bo_arena *arena = place->ld->arena;
    if (value->kind == BO_JSON_STRING) {
        bo_str text;
        BO_TRY(bo_ld_compact_iri(place->ld, &text, place->active, value->text, NULL, vocab, false));
        *out = bo_ld_string(arena, text);
        return bo_ld_made(*out);
    }
    if (value->kind != BO_JSON_ARRAY) {
        *out = bo_json_copy(arena, value);
        return bo_ld_made(*out);
    }
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY), *one;
    for (uint32_t i = 0; i < value->len; i++) {
        BO_TRY(bo_ld_compact_ids(place, &one, value->items[i], vocab));
        result = bo_json_push(arena, result, one);
    }
    *out = result;
    return bo_ld_made(result);
}

/* API 6.3.2 Value Compaction up to step 9; *out stays as it is when the result is an object. */
static bo_status compact_value(const bo_ld_place *place, bo_json **out, bo_json *value) {
    const bo_ld_term *term = place->term;
    bo_ld_keyword coercion = term ? bo_ld_keyword_of(term->type) : BO_LD_NO_KEYWORD;
    bo_json *id = bo_ld_get(value, BO_LD_ID), *content = bo_ld_get(value, BO_LD_VALUE);
    bo_str type = bo_json_string(bo_ld_get(value, BO_LD_TYPE));
    bool no_index = index_is_kept_elsewhere(value, term);
    if (id != NULL) {
        bool only = value->len == 1u + (bo_ld_get(value, BO_LD_INDEX) != NULL) && no_index;
        if (only && (coercion == BO_LD_ID || coercion == BO_LD_VOCAB))
            return bo_ld_compact_ids(place, out, id, coercion == BO_LD_VOCAB);
    } else if (type.ptr != NULL && term != NULL && term->type.ptr != NULL && bo_str_eq(type, term->type)) {
        if (no_index) {
            *out = content;
            return BO_OK;
        }
    } else if (coercion == BO_LD_NONE || type.ptr != NULL) {
        /* the type stays, see shorten_keys */
    } else if (no_index && (content->kind != BO_JSON_STRING || language_matches(place, value, term))) {
        *out = content;
    }
    return BO_OK;
}

/* 6.1.2 step 3. */
static bo_status compact_array(bo_ld_place place, bo_json **out, const bo_json *element) {
    bo_arena *arena = place.ld->arena;
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY);
    BO_TRY(bo_ld_made(result));
    for (uint32_t i = 0; i < element->len; i++) {
        bo_json *item;
        BO_TRY(compact_element(place, &item, element->items[i]));
        if (item != NULL && item->kind != BO_JSON_NULL) BO_TRY(bo_ld_made(bo_json_push(arena, result, item)));
    }
    const bo_ld_term *term = place.term;
    bo_ld_keyword keyword = bo_ld_keyword_of(place.property);
    bool keep = result->len != 1 || place.ld->options->keep_single_arrays || keyword == BO_LD_GRAPH ||
                keyword == BO_LD_SET || (term != NULL && (term->container & (BO_LD_IN_LIST | BO_LD_IN_SET)));
    *out = keep ? result : result->items[0];
    return BO_OK;
}

/* Steps 5 and 6, and 11. */
static bo_status enter_context(bo_ld_place *place, const bo_json *element) {
    bo_ld *ld = place->ld;
    const bo_ld_term *term = place->term; /* where the property was defined */
    place->types = place->active;
    bool lone_id = element->len == 1 && bo_ld_get(element, BO_LD_ID) != NULL;
    if (place->active->previous != NULL && !bo_ld_is_value(element) && !lone_id)
        place->active = place->active->previous;
    if (term != NULL && term->context != NULL)
        BO_TRY(bo_ld_process_scoped(ld, &place->active, place->active, term, BO_LD_OVERRIDE));
    if (place->active != place->types) bo_ld_place_at(place, place->property);
    return BO_OK;
}

static bo_status apply_types(bo_ld_place *place, const bo_json *element) {
    bo_ld *ld = place->ld;
    const bo_json *types = bo_ld_get(element, BO_LD_TYPE), *room;
    bo_json wrap, *names;
    size_t count;
    if (types == NULL || !place->types->has_scoped || bo_ld_is_value(element)) return BO_OK;
    types = bo_ld_as_const_array(types, &room, &wrap);
    BO_TRY(bo_ld_compact_ids(place, &names, types, true));
    bo_str *sorted = bo_ld_sorted_strings(ld->arena, names, &count);
    BO_TRY(bo_ld_made(sorted));
    for (size_t i = 0; i < count; i++) {
        const bo_ld_term *term = bo_ld_term_of(place->types, sorted[i]);
        if (term != NULL && term->context != NULL)
            BO_TRY(bo_ld_process_scoped(ld, &place->active, place->active, term, BO_LD_NO_PROPAGATE));
    }
    bo_ld_place_at(place, place->property);
    return BO_OK;
}

static bo_status compact_object(bo_ld_place place, bo_json **out, bo_json *element) {
    bo_ld *ld = place.ld;
    BO_TRY(enter_context(&place, element));
    const bo_ld_term *term = place.term;
    if (bo_ld_get(element, BO_LD_VALUE) != NULL || bo_ld_get(element, BO_LD_ID) != NULL) { /* step 7 */
        bo_json *value = NULL;
        BO_TRY(compact_value(&place, &value, element));
        bool json = term != NULL && bo_ld_keyword_of(term->type) == BO_LD_JSON;
        if (json && value == NULL) return shorten_keys(&place, out, element);
        if (value != NULL) {
            *out = value;
            return BO_OK;
        }
    }
    if (bo_ld_is_list(element) && term != NULL && (term->container & BO_LD_IN_LIST))
        return compact_element(place, out, bo_ld_get(element, BO_LD_LIST)); /* step 8 */
    bo_json *result = bo_ld_object(ld->arena, element->len);
    BO_TRY(bo_ld_made(result));
    BO_TRY(apply_types(&place, element));
    BO_TRY(bo_ld_compact_entries(place, result, element));
    *out = result;
    return BO_OK;
}

/* API 6.1.2. */
static bo_status compact_element(bo_ld_place place, bo_json **out, bo_json *element) {
    if (element->kind != BO_JSON_ARRAY && element->kind != BO_JSON_OBJECT) {
        *out = element;
        return BO_OK;
    }
    BO_TRY(bo_ld_enter(place.ld));
    if (element->kind == BO_JSON_ARRAY)
        BO_TRY(compact_array(place, out, element));
    else
        BO_TRY(compact_object(place, out, element));
    bo_ld_leave(place.ld);
    return BO_OK;
}

bo_status bo_ld_compact(bo_ld *ld, bo_json **out, const bo_ld_context *active, const bo_json *expanded) {
    bo_json *element;
    memcpy(&element, &expanded, sizeof element); /* compaction shares parts of its input and changes none */
    bo_ld_place place = {.ld = ld, .active = active};
    BO_TRY(compact_element(place, out, element));
    if ((*out)->kind != BO_JSON_ARRAY) return BO_OK;
    bo_json *result = bo_json_new(ld->arena, BO_JSON_OBJECT);
    bo_str graph;
    BO_TRY(bo_ld_alias(&place, &graph, BO_LD_GRAPH));
    *out = (*out)->len == 0 ? result : bo_json_set(ld->arena, result, graph, *out);
    return bo_ld_made(*out);
}

bo_status bo_ld_add_context(bo_arena *arena, bo_json **out, const bo_json *result, const bo_json *written) {
    const bo_json *inner = bo_ld_get(written, BO_LD_CONTEXT);
    if (inner != NULL) written = inner;
    bo_json *whole = bo_json_new(arena, BO_JSON_OBJECT);
    bool empty = written == NULL ||
                 ((written->kind == BO_JSON_ARRAY || written->kind == BO_JSON_OBJECT) && written->len == 0);
    if (!empty) whole = bo_ld_set(arena, whole, BO_LD_CONTEXT, bo_json_copy(arena, written));
    for (uint32_t i = 0; i < result->len; i++)
        whole = bo_json_add(arena, whole, result->members[i].key, result->members[i].value);
    *out = whole;
    return bo_ld_made(whole);
}

bo_status bo_ld_written_context(bo_ld *ld, const bo_ld_context **out, const bo_json *written) {
    const bo_json *inner = bo_ld_get(written, BO_LD_CONTEXT);
    *out = bo_ld_context_new(ld);
    BO_TRY(bo_ld_made(*out));
    if (inner == NULL) inner = written;
    return inner == NULL ? BO_OK : bo_ld_process(ld, out, *out, inner, ld->options->base, 0, NULL);
}

bo_status bo_ld_compact_written(bo_ld *ld, bo_json **out, const bo_json *expanded, const bo_json *context) {
    const bo_ld_context *active;
    bo_json *result;
    BO_TRY(bo_ld_written_context(ld, &active, context));
    BO_TRY(bo_ld_compact(ld, &result, active, expanded));
    return bo_ld_add_context(ld->arena, out, result, context);
}

bo_status bo_jsonld_compact(bo_json **out, const bo_json *input, const bo_json *context,
                            const bo_jsonld_options *options, bo_arena *arena) {
    bo_ld ld;
    const bo_ld_context *start;
    bo_json *expanded;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_start(&ld, &start));
    BO_TRY(bo_ld_expand(&ld, &expanded, start, input));
    return bo_ld_compact_written(&ld, out, expanded, context);
}

struct bo_jsonld_context {
    bo_arena *arena;
    const bo_ld_context *active;
};

static bo_status make_context(bo_jsonld_context *context, const bo_json *written,
                              const bo_jsonld_options *options) {
    bo_ld ld;
    bo_text text;
    bo_json *own = NULL;
    bo_jsonld_options copy = options ? *options : (bo_jsonld_options){.mode_1_0 = false};
    /* the context keeps what it needs alive: it reads a copy of its own */
    bo_text_init(&text, 0);
    bo_json_write(&text, written);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_json_parse(&own, bo_text_str(&text), NULL, context->arena);
    bo_text_done(&text);
    BO_TRY(status);
    copy.base = copy.base.ptr ? bo_arena_str(context->arena, copy.base) : copy.base;
    bo_ld_init(&ld, &copy, context->arena);
    const bo_ld_context *start = bo_ld_context_new(&ld);
    BO_TRY(bo_ld_made(start));
    const bo_json *inner = bo_ld_get(own, BO_LD_CONTEXT);
    BO_TRY(bo_ld_process(&ld, &context->active, start, inner ? inner : own, copy.base, 0, NULL));
    /* made now, so that no reader changes the context later */
    for (const bo_ld_context *c = context->active; c != NULL; c = c->previous)
        BO_TRY(bo_ld_inverse_of(&ld, c));
    return BO_OK;
}

bo_status bo_jsonld_context_new(bo_jsonld_context **out, const bo_json *context,
                                const bo_jsonld_options *options) {
    bo_arena *arena = bo_arena_new(0);
    BO_TRY(bo_ld_made(arena));
    bo_jsonld_context *made = BO_NEW(arena, bo_jsonld_context);
    bo_status status = bo_ld_made(made);
    if (status == BO_OK) {
        made->arena = arena;
        status = make_context(made, context, options);
    }
    if (status == BO_OK)
        *out = made;
    else
        bo_arena_free(arena);
    return status;
}

void bo_jsonld_context_free(bo_jsonld_context *context) {
    if (context != NULL) bo_arena_free(context->arena);
}

bo_status bo_jsonld_compact_with(bo_json **out, const bo_json *expanded, const bo_jsonld_context *context,
                                 const bo_json *context_as_written, const bo_jsonld_options *options,
                                 bo_arena *arena) {
    bo_ld ld;
    bo_json *result;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_compact(&ld, &result, context->active, expanded));
    return bo_ld_add_context(arena, out, result, context_as_written);
}
