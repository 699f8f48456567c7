/* SPDX-License-Identifier: Apache-2.0
 * Inverse Context Creation (API 4.3) and Term Selection (API 4.4): from an IRI back to the terms for it.
 */
#include <stdlib.h>

#include "jsonld/internal.h"

/* What one IRI has for one container: a term for each language, type and for anything. */
typedef struct choices {
    unsigned container;
    bo_map by[2]; /* BO_LD_BY_LANGUAGE, BO_LD_BY_TYPE: text -> bo_ld_term */
    const bo_ld_term *any;
    struct choices *next;
} choices;

struct bo_ld_inverse {
    bo_map iris; /* IRI -> choices, a list with one for each container */
    const bo_ld_term **prefixes;
    size_t prefix_count;
};

/* Shortest first, then by code point (4.3 step 3). */
static int by_name(const void *left, const void *right) {
    const bo_ld_term *const *a = left, *const *b = right;
    if ((*a)->name.len != (*b)->name.len) return (*a)->name.len < (*b)->name.len ? -1 : 1;
    return bo_str_cmp((*a)->name, (*b)->name);
}

static bo_status put_if_absent(bo_map *map, bo_str key, const bo_ld_term *term) {
    bool was_new;
    bo_value *place = bo_map_put(map, key, &was_new);
    BO_TRY(bo_ld_made(place));
    if (was_new) memcpy(&place->ptr, &term, sizeof term);
    return BO_OK;
}

static bo_status choices_for(choices **out, bo_ld *ld, bo_ld_inverse *inverse, const bo_ld_term *term) {
    bo_value *place = bo_map_put(&inverse->iris, term->iri, NULL);
    BO_TRY(bo_ld_made(place));
    for (choices *c = place->ptr; c != NULL; c = c->next) {
        if (c->container != term->container) continue;
        *out = c;
        return BO_OK;
    }
    choices *c = BO_NEW(ld->arena, choices);
    BO_TRY(bo_ld_made(c));
    *c = (choices){.container = term->container, .any = term, .next = place->ptr};
    bo_map_init(&c->by[BO_LD_BY_LANGUAGE], ld->arena);
    bo_map_init(&c->by[BO_LD_BY_TYPE], ld->arena);
    place->ptr = c;
    *out = c;
    return BO_OK;
}

/* "en_ltr", "_ltr", "en", or what stands for neither. */
static bo_str language_key(bo_arena *arena, bo_str language, bo_ld_direction direction, bo_str neither) {
    language = bo_ld_lower(arena, language);
    if (direction < BO_LD_LTR) return language.ptr ? language : neither;
    return bo_arena_printf(arena, "%.*s_%s", BO_STR_ARG(language), bo_ld_direction_text[direction].ptr);
}

/* 4.3 steps 3.10 to 3.17. */
static bo_status enter_term(bo_ld *ld, const bo_ld_context *context, choices *c, const bo_ld_term *term) {
    bo_map *types = &c->by[BO_LD_BY_TYPE], *languages = &c->by[BO_LD_BY_LANGUAGE];
    bo_str none = KEYWORD(NONE), null = BO_STR("@null"), any = BO_STR("@any"), key;
    if (term->is_reverse) return put_if_absent(types, KEYWORD(REVERSE), term);
    if (bo_ld_keyword_of(term->type) == BO_LD_NONE) {
        BO_TRY(put_if_absent(languages, any, term));
        return put_if_absent(types, any, term);
    }
    if (term->type.ptr != NULL) return put_if_absent(types, term->type, term);
    if (term->has_language || term->direction) {
        bool only_direction = !term->has_language;
        key = language_key(ld->arena, term->language, term->direction, only_direction ? none : null);
        BO_TRY(bo_ld_made(key.ptr));
        return put_if_absent(languages, key, term);
    }
    key = language_key(ld->arena, context->language, context->direction, none);
    BO_TRY(bo_ld_made(key.ptr));
    BO_TRY(put_if_absent(languages, key, term));
    BO_TRY(put_if_absent(languages, none, term));
    return put_if_absent(types, none, term);
}

bo_status bo_ld_inverse_of(bo_ld *ld, const bo_ld_context *context) {
    if (context->inverse != NULL) return BO_OK;
    bo_ld_inverse *inverse = BO_NEW(ld->arena, bo_ld_inverse);
    const bo_ld_term **sorted = bo_arena_array(ld->arena, context->terms.live, sizeof(bo_ld_term *));
    if (inverse == NULL || sorted == NULL) return bo_ld_made(NULL);
    size_t count = 0;
    const bo_map_entry *entry;
    for (uint32_t at = 0; (entry = bo_map_next(&context->terms, &at)) != NULL;) {
        const bo_ld_term *term = entry->value.ptr;
        if (term->iri.ptr != NULL) sorted[count++] = term;
    }
    qsort(sorted, count, sizeof(bo_ld_term *), by_name);
    bo_map_init(&inverse->iris, ld->arena);
    for (size_t i = 0; i < count; i++) {
        choices *c;
        BO_TRY(choices_for(&c, ld, inverse, sorted[i]));
        BO_TRY(enter_term(ld, context, c, sorted[i]));
    }
    inverse->prefixes = sorted; /* what is a prefix moves to the front */
    for (size_t i = 0; i < count; i++)
        if (sorted[i]->is_prefix) sorted[inverse->prefix_count++] = sorted[i];
    bo_ld_context *mutable;
    memcpy(&mutable, &context, sizeof mutable);
    mutable->inverse = inverse;
    return BO_OK;
}

bool bo_ld_inverse_has(const bo_ld_context *context, bo_str iri) {
    return bo_map_get(&context->inverse->iris, iri) != NULL;
}

size_t bo_ld_prefixes(const bo_ld_context *context, const bo_ld_term *const **out) {
    *out = context->inverse->prefixes;
    return context->inverse->prefix_count;
}

bo_str bo_ld_select_term(const bo_ld_context *context, bo_str iri, const unsigned *containers,
                         size_t container_count, bo_ld_selector selector, const bo_str *preferred,
                         size_t preferred_count) {
    const bo_value *found = bo_map_get(&context->inverse->iris, iri);
    for (size_t i = 0; found != NULL && i < container_count; i++) {
        const choices *c = found->ptr;
        while (c != NULL && c->container != containers[i]) c = c->next;
        if (c == NULL) continue;
        if (selector == BO_LD_BY_ANY) return c->any->name;
        for (size_t j = 0; j < preferred_count; j++) {
            const bo_value *term = bo_map_get(&c->by[selector], preferred[j]);
            if (term != NULL) return ((const bo_ld_term *)term->ptr)->name;
        }
    }
    return BO_STR_NONE;
}
