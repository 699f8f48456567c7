/* SPDX-License-Identifier: Apache-2.0
 * IRI Compaction (API 6.2).
 */
#include "bocage/iri.h"

#include "jsonld/internal.h"

enum { MOST_CONTAINERS = 24, MOST_PREFERRED = 8 };

/* What Term Selection is asked for (6.2.2 steps 4.3 to 4.19). */
typedef struct question {
    unsigned containers[MOST_CONTAINERS];
    size_t container_count;
    bo_ld_selector selector;
    bo_str wanted; /* the type/language value */
    bo_str preferred[MOST_PREFERRED];
    size_t preferred_count;
} question;

/* The same container with and without @set. */
static void ask_in(question *q, unsigned container) {
    q->containers[q->container_count++] = container;
    q->containers[q->container_count++] = container | BO_LD_IN_SET;
}

static bo_str default_language(const bo_ld_context *active, bo_arena *arena) {
    bo_str language = bo_ld_lower(arena, active->language);
    if (active->direction >= BO_LD_LTR)
        return bo_arena_printf(arena, "%.*s_%s", BO_STR_ARG(language),
                               bo_ld_direction_text[active->direction].ptr);
    return language.ptr ? language : KEYWORD(NONE);
}

/* "en_ltr", "_ltr" or "en" of a value object; .ptr NULL when it has neither. */
static bo_str language_of(bo_arena *arena, const bo_json *value) {
    bo_str language = bo_ld_lower(arena, bo_json_string(bo_ld_get(value, BO_LD_LANGUAGE)));
    bo_str direction = bo_json_string(bo_ld_get(value, BO_LD_DIRECTION));
    if (direction.ptr == NULL) return language;
    return bo_arena_printf(arena, "%.*s_%.*s", BO_STR_ARG(language), BO_STR_ARG(direction));
}

/* 4.7.4: what one item of a list asks for. */
static void item_wants(bo_str *language, bo_str *type, bo_arena *arena, const bo_json *item) {
    *language = *type = KEYWORD(NONE);
    if (!bo_ld_is_value(item)) {
        *type = KEYWORD(ID);
        return;
    }
    bo_str tag = language_of(arena, item), datatype = bo_json_string(bo_ld_get(item, BO_LD_TYPE));
    if (tag.ptr != NULL)
        *language = tag;
    else if (datatype.ptr != NULL)
        *type = datatype;
    else
        *language = BO_STR("@null");
}

/* 4.7 */
static void ask_for_list(question *q, const bo_ld_context *active, bo_arena *arena, const bo_json *value) {
    const bo_json *list = bo_ld_get(value, BO_LD_LIST);
    bo_str type = BO_STR_NONE, language = list->len == 0 ? default_language(active, arena) : BO_STR_NONE;
    if (bo_ld_get(value, BO_LD_INDEX) == NULL) q->containers[q->container_count++] = BO_LD_IN_LIST;
    for (uint32_t i = 0; i < list->len; i++) {
        bo_str item_language, item_type;
        item_wants(&item_language, &item_type, arena, list->items[i]);
        if (language.ptr == NULL)
            language = item_language;
        else if (!bo_str_eq(language, item_language) && bo_ld_is_value(list->items[i]))
            language = KEYWORD(NONE);
        if (type.ptr == NULL)
            type = item_type;
        else if (!bo_str_eq(type, item_type))
            type = KEYWORD(NONE);
    }
    if (language.ptr == NULL) language = KEYWORD(NONE);
    if (type.ptr == NULL) type = KEYWORD(NONE);
    bool by_type = !bo_str_eq(type, KEYWORD(NONE));
    q->selector = by_type ? BO_LD_BY_TYPE : BO_LD_BY_LANGUAGE;
    q->wanted = by_type ? type : language;
}

/* 4.8 */
static void ask_for_graph(question *q, const bo_json *value) {
    bool index = bo_ld_get(value, BO_LD_INDEX) != NULL, id = bo_ld_get(value, BO_LD_ID) != NULL;
    if (index) ask_in(q, BO_LD_IN_GRAPH | BO_LD_IN_INDEX);
    if (id) ask_in(q, BO_LD_IN_GRAPH | BO_LD_IN_ID);
    ask_in(q, BO_LD_IN_GRAPH);
    q->containers[q->container_count++] = BO_LD_IN_SET;
    if (!index) ask_in(q, BO_LD_IN_GRAPH | BO_LD_IN_INDEX);
    if (!id) ask_in(q, BO_LD_IN_GRAPH | BO_LD_IN_ID);
    ask_in(q, BO_LD_IN_INDEX);
    q->selector = BO_LD_BY_TYPE;
    q->wanted = KEYWORD(ID);
}

/* 4.9 */
static void ask_for_item(question *q, bo_arena *arena, const bo_json *value) {
    if (bo_ld_is_value(value)) {
        bo_str language = language_of(arena, value), type = bo_json_string(bo_ld_get(value, BO_LD_TYPE));
        if (language.ptr != NULL && bo_ld_get(value, BO_LD_INDEX) == NULL) {
            q->wanted = language;
            ask_in(q, BO_LD_IN_LANGUAGE);
        } else if (type.ptr != NULL) {
            q->selector = BO_LD_BY_TYPE;
            q->wanted = type;
        }
    } else {
        q->selector = BO_LD_BY_TYPE;
        q->wanted = KEYWORD(ID);
        ask_in(q, BO_LD_IN_ID);
        ask_in(q, BO_LD_IN_TYPE);
    }
    q->containers[q->container_count++] = BO_LD_IN_SET;
}

/* 4.15 to 4.19 */
static bo_status prefer(bo_ld *ld, question *q, const bo_ld_context *active, const bo_json *value) {
    const bo_json *id = bo_ld_get(value, BO_LD_ID), *list = bo_ld_get(value, BO_LD_LIST);
    bo_ld_keyword wanted = bo_ld_keyword_of(q->wanted);
    bo_str *to = q->preferred;
    if (wanted == BO_LD_REVERSE) *to++ = KEYWORD(REVERSE);
    if ((wanted == BO_LD_ID || wanted == BO_LD_REVERSE) && bo_json_is(id, BO_JSON_STRING)) {
        bo_str name = BO_STR_NONE;
        if (bo_ld_inverse_has(active, id->text)) /* else no term can stand for it */
            BO_TRY(bo_ld_compact_iri(ld, &name, active, id->text, NULL, true, false));
        const bo_ld_term *term = bo_ld_term_of(active, name);
        bool is_term = term != NULL && bo_str_eq(term->iri, id->text);
        *to++ = is_term ? KEYWORD(VOCAB) : KEYWORD(ID);
        *to++ = is_term ? KEYWORD(ID) : KEYWORD(VOCAB);
        *to++ = KEYWORD(NONE);
    } else {
        *to++ = q->wanted;
        *to++ = KEYWORD(NONE);
        if (list != NULL && list->len == 0) q->selector = BO_LD_BY_ANY;
    }
    *to++ = BO_STR("@any");
    for (bo_str *p = q->preferred, *last = to; p < last; p++) {
        size_t score = bo_str_find(*p, '_');
        if (score == p->len) continue;
        *to++ = bo_str_from(*p, score);
        break;
    }
    q->preferred_count = (size_t)(to - q->preferred);
    return BO_OK;
}

/* Step 4: a term, or .ptr NULL. */
static bo_status find_term(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri,
                           const bo_json *value, bool reverse) {
    question q = {.selector = BO_LD_BY_LANGUAGE, .wanted = BO_STR("@null")};
    const bo_json *preserve = bo_ld_get(value, BO_LD_PRESERVE);
    if (preserve != NULL) value = preserve->kind == BO_JSON_ARRAY ? bo_json_at(preserve, 0) : preserve;
    const bo_json *index = bo_ld_get(value, BO_LD_INDEX);
    if (index != NULL && !bo_ld_is_graph(value)) ask_in(&q, BO_LD_IN_INDEX);
    if (reverse) {
        q.selector = BO_LD_BY_TYPE;
        q.wanted = KEYWORD(REVERSE);
        q.containers[q.container_count++] = BO_LD_IN_SET;
    } else if (bo_ld_is_list(value)) {
        ask_for_list(&q, active, ld->arena, value);
    } else if (bo_ld_is_graph(value)) {
        ask_for_graph(&q, value);
    } else if (bo_json_is(value, BO_JSON_OBJECT)) {
        ask_for_item(&q, ld->arena, value);
    } else {
        q.containers[q.container_count++] = BO_LD_IN_SET;
        if (value != NULL) { /* neither an object nor nothing: asked for like a node (4.9.2) */
            q.selector = BO_LD_BY_TYPE;
            q.wanted = KEYWORD(ID);
        }
    }
    q.containers[q.container_count++] = 0;
    if (!ld->options->mode_1_0 && index == NULL) ask_in(&q, BO_LD_IN_INDEX);
    if (!ld->options->mode_1_0 && bo_ld_is_value(value) && value->len == 1) ask_in(&q, BO_LD_IN_LANGUAGE);
    BO_TRY(prefer(ld, &q, active, value));
    *out = bo_ld_select_term(active, iri, q.containers, q.container_count, q.selector, q.preferred,
                             q.preferred_count);
    return BO_OK;
}

/* Step 6. */
static bo_status make_compact_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri,
                                  bool no_value) {
    const bo_ld_term *const *prefixes;
    size_t count = bo_ld_prefixes(active, &prefixes);
    bo_str best = BO_STR_NONE;
    for (size_t i = 0; i < count; i++) {
        const bo_ld_term *p = prefixes[i];
        if (p->iri.len >= iri.len || p->iri.len == 0 ||
            iri.ptr[p->iri.len - 1] != p->iri.ptr[p->iri.len - 1] || !bo_str_starts(iri, p->iri))
            continue;
        size_t len = p->name.len + 1 + (iri.len - p->iri.len);
        if (best.ptr != NULL && len > best.len) continue;
        bo_str candidate;
        BO_TRY(bo_ld_join(ld, &candidate, p->name, BO_STR(":")));
        BO_TRY(bo_ld_join(ld, &candidate, candidate, bo_str_from(iri, p->iri.len)));
        if (best.ptr != NULL && len == best.len && bo_str_cmp(candidate, best) >= 0) continue;
        const bo_ld_term *term = bo_ld_term_of(active, candidate);
        if (term == NULL || (no_value && bo_str_eq(term->iri, iri))) best = candidate;
    }
    *out = best;
    return BO_OK;
}

/* Step 8: an IRI that would be read back as a compact IRI. */
static bo_status check_confusion(const bo_ld_context *active, bo_str iri) {
    size_t colon = bo_str_find(iri, ':');
    if (colon == iri.len || bo_str_starts(bo_str_from(iri, colon + 1), BO_STR("//"))) return BO_OK;
    const bo_ld_term *term = bo_ld_term_of(active, bo_str_head(iri, colon));
    if (term != NULL && term->is_prefix)
        return BO_LD_FAIL("IRI confused with prefix", "the scheme of <%.*s> is a prefix of the context",
                          BO_STR_ARG(iri));
    return BO_OK;
}

/* Step 9. */
static bo_status make_relative(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri) {
    *out = iri;
    if (ld->options->no_relative || active->base.len == 0 || bo_ld_is_blank(iri)) return BO_OK;
    BO_TRY(bo_iri_relative(out, active->base, iri, ld->arena));
    if (!bo_ld_looks_like_keyword(*out)) return BO_OK;
    *out = bo_arena_join(ld->arena, BO_STR("./"), *out);
    return bo_ld_made(out->ptr);
}

static bo_status compact_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri,
                             const bo_json *value, bool vocab, bool reverse) {
    bo_str found = BO_STR_NONE;
    if (vocab && bo_ld_inverse_has(active, iri)) BO_TRY(find_term(ld, &found, active, iri, value, reverse));
    if (found.ptr == NULL && vocab && active->vocab.ptr != NULL && iri.len > active->vocab.len &&
        bo_str_starts(iri, active->vocab)) { /* step 5 */
        bo_str suffix = bo_str_from(iri, active->vocab.len);
        if (bo_ld_term_of(active, suffix) == NULL) found = suffix;
    }
    if (found.ptr == NULL) BO_TRY(make_compact_iri(ld, &found, active, iri, value == NULL));
    if (found.ptr == NULL) BO_TRY(check_confusion(active, iri));
    if (found.ptr == NULL && !vocab) BO_TRY(make_relative(ld, &found, active, iri));
    *out = found.ptr ? found : iri;
    return BO_OK;
}

bo_status bo_ld_compact_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri,
                            const bo_json *value, bool vocab, bool reverse) {
    BO_TRY(bo_ld_inverse_of(ld, active));
    if (value != NULL || !vocab || reverse) return compact_iri(ld, out, active, iri, value, vocab, reverse);
    /* types, keywords and keys come again and again */
    if (ld->short_iris_of != active) {
        ld->short_iris_of = active;
        memset(ld->aliases, 0, sizeof ld->aliases);
        bo_map_init(&ld->short_iris, ld->arena);
    }
    const bo_value *known = bo_map_get(&ld->short_iris, iri);
    if (known == NULL) {
        bo_str *kept = bo_arena_alloc(ld->arena, sizeof *kept), made;
        BO_TRY(bo_ld_made(kept));
        BO_TRY(compact_iri(ld, &made, active, iri, NULL, true, false));
        *kept = made;
        bo_value *place = bo_map_put(&ld->short_iris, iri, NULL);
        BO_TRY(bo_ld_made(place));
        place->ptr = kept;
        known = place;
    }
    *out = *(const bo_str *)known->ptr;
    return BO_OK;
}

/* What of a value decides on the term, as far as it can be told at a glance (find_term); false when it can't.
 */
static bool shape_of(const bo_ld_context *active, bo_ld_picked *shape, const bo_json *value) {
    enum { NODE = 1, NODE_WITH_ID, VALUE };
    const bo_json *detail = NULL;
    uint32_t known = 1;
    if (value->kind != BO_JSON_OBJECT || value->len == 0) return false;
    if (bo_ld_is_value(value)) {
        const bo_json *language = bo_ld_get(value, BO_LD_LANGUAGE);
        detail = language ? language : bo_ld_get(value, BO_LD_TYPE);
        known += detail != NULL;
        shape->shape = VALUE + (language != NULL);
        if (known != value->len || (detail != NULL && detail->kind != BO_JSON_STRING)) return false;
    } else {
        const bo_json *id = bo_ld_get(value, BO_LD_ID);
        if (id != NULL && (id->kind != BO_JSON_STRING || bo_ld_inverse_has(active, id->text))) return false;
        if (bo_ld_get(value, BO_LD_LIST) != NULL || bo_ld_get(value, BO_LD_GRAPH) != NULL ||
            bo_ld_get(value, BO_LD_INDEX) != NULL)
            return false;
        shape->shape = id ? NODE_WITH_ID : NODE;
    }
    shape->detail = detail ? detail->text.ptr : NULL;
    shape->detail_len = detail ? detail->text.len : 0;
    return true;
}

bo_status bo_ld_pick(bo_ld *ld, const bo_ld_picked **out, const bo_ld_context *active, bo_str iri,
                     const bo_json *value, bool reverse) {
    bo_ld_picked wanted = {.active = active, .iri = iri.ptr, .iri_len = iri.len};
    BO_TRY(bo_ld_inverse_of(ld, active));
    if (ld->picked == NULL) {
        ld->picked = bo_arena_array(ld->arena, BO_LD_PICKED, sizeof *ld->picked);
        BO_TRY(bo_ld_made(ld->picked));
    }
    bool known = !reverse && shape_of(active, &wanted, value);
    uintptr_t mixed = ((uintptr_t)iri.ptr >> 3) + ((uintptr_t)wanted.detail >> 4) + wanted.shape * 7;
    bo_ld_picked *slot = &ld->picked[mixed % BO_LD_PICKED];
    *out = slot;
    if (known && slot->active == active && slot->iri == iri.ptr && slot->iri_len == iri.len &&
        slot->detail == wanted.detail && slot->detail_len == wanted.detail_len && slot->shape == wanted.shape)
        return BO_OK;
    BO_TRY(bo_ld_compact_iri(ld, &wanted.name, active, iri, value, true, reverse));
    wanted.term = bo_ld_term_of(active, wanted.name);
    if (!known) wanted.active = NULL; /* not to be found again */
    *slot = wanted;
    return BO_OK;
}
