/* SPDX-License-Identifier: Apache-2.0
 * Context Processing (API 4.1).
 */
#include "bocage/iri.h"

#include "jsonld/cache.h"

bo_ld_context *bo_ld_context_new(bo_ld *ld) {
    bo_ld_context *context = BO_NEW(ld->arena, bo_ld_context);
    if (context == NULL) return NULL;
    bo_map_init(&context->terms, ld->arena);
    context->base = context->original_base = ld->options->base;
    context->is_kept = true;
    return context;
}

/* A copy that shares its terms until own() gives it some. */
static bo_status clone(bo_ld *ld, bo_ld_context **out, const bo_ld_context *active) {
    bo_ld_context *copy = bo_arena_alloc(ld->arena, sizeof *copy);
    BO_TRY(bo_ld_made(copy));
    *copy = *active;
    copy->shares = true;
    *out = copy;
    return BO_OK;
}

/* Before something is changed. */
static bo_status own(bo_ld *ld, bo_ld_context *context) {
    context->inverse = NULL;
    context->is_kept = false;
    if (!context->shares) return BO_OK;
    const bo_map from = context->terms;
    BO_TRY(BO_LD_SPEND(ld, terms, from.live));
    context->shares = false;
    context->terms.arena = ld->arena;
    if (from.size == 0) return BO_OK;
    context->terms.entries = bo_arena_alloc(ld->arena, from.size * sizeof *from.entries);
    context->terms.slots = bo_arena_alloc(ld->arena, from.slot_count * sizeof *from.slots);
    if (context->terms.entries == NULL || context->terms.slots == NULL) return bo_ld_made(NULL);
    memcpy(context->terms.entries, from.entries, from.len * sizeof *from.entries);
    memcpy(context->terms.slots, from.slots, from.slot_count * sizeof *from.slots);
    return BO_OK;
}

/* Step 5.1. */
static bo_status nullify(bo_ld *ld, bo_ld_context **result, const bo_ld_context *active, unsigned flags,
                         bool propagate) {
    bo_map_entry *entry;
    for (uint32_t at = 0;
         !(flags & BO_LD_OVERRIDE) && (entry = bo_map_next(&(*result)->terms, &at)) != NULL;) {
        const bo_ld_term *term = entry->value.ptr;
        if (term->is_protected)
            return BO_LD_FAIL("invalid context nullification",
                              "the context can't be set to null: its term \"%.*s\" is protected",
                              BO_STR_ARG(term->name));
    }
    bo_ld_context *fresh = bo_ld_context_new(ld);
    BO_TRY(bo_ld_made(fresh));
    fresh->base = fresh->original_base = active->original_base;
    if (!propagate) fresh->previous = (*result)->previous;
    *result = fresh;
    return BO_OK;
}

/* The bytes of all texts in a value. */
static size_t text_in(const bo_json *value) {
    size_t sum = 1;
    if (value->kind == BO_JSON_STRING || value->kind == BO_JSON_NUMBER) sum += value->text.len;
    for (uint32_t i = 0; value->kind == BO_JSON_ARRAY && i < value->len; i++) sum += text_in(value->items[i]);
    for (uint32_t i = 0; value->kind == BO_JSON_OBJECT && i < value->len; i++)
        sum += value->members[i].key.len + text_in(value->members[i].value);
    return sum;
}

/* The @context of the document at `iri` (steps 5.2.4, 5.2.5 and 5.6.4 to 5.6.6). */
static bo_status load(bo_ld *ld, const bo_json **out, bo_str *final_iri, bo_str iri) {
    typedef struct document {
        bo_json *json;
        bo_str iri;
    } document;
    if (++ld->spent.contexts > ld->caps.contexts)
        return BO_LD_FAIL("context overflow", "the document follows more than %zu contexts by address",
                          ld->caps.contexts);
    bool was_new;
    bo_value *place = bo_map_put(&ld->loaded, iri, &was_new);
    BO_TRY(bo_ld_made(place));
    if (was_new || place->ptr == NULL) {
        document *loaded = BO_NEW(ld->arena, document);
        BO_TRY(bo_ld_made(loaded));
        loaded->iri = iri;
        bo_status status = ld->loader->load(ld->loader->context, &loaded->json, &loaded->iri, iri, ld->arena);
        if (status == BO_NO_MEMORY || status == BO_LIMIT) return status;
        if (status != BO_OK)
            return BO_LD_FAIL("loading remote context failed", "the context <%.*s> can't be had: %s",
                              BO_STR_ARG(iri), bo_error_last()->message);
        BO_TRY(BO_LD_SPEND(ld, context_bytes, text_in(loaded->json)));
        place = bo_map_get(&ld->loaded, iri);
        place->ptr = loaded;
    }
    const document *found = place->ptr;
    const bo_json *context = bo_ld_get(found->json, BO_LD_CONTEXT);
    if (context == NULL)
        return BO_LD_FAIL("invalid remote context", "the document <%.*s> is no object with an @context",
                          BO_STR_ARG(iri));
    *out = context;
    *final_iri = found->iri;
    return BO_OK;
}

static bo_status resolve_address(bo_ld *ld, bo_str *out, bo_str base, bo_str reference) {
    bo_str iri = reference;
    if (!bo_ld_is_iri(reference) &&
        (base.len == 0 || bo_iri_resolve(&iri, base, reference, ld->arena) != BO_OK || !bo_ld_is_iri(iri)))
        return BO_LD_FAIL("loading document failed", "the context's address \"%.*s\" can't be resolved",
                          BO_STR_ARG(reference));
    *out = iri;
    return BO_OK;
}

/* Step 5.2: a context named by its address. */
static bo_status process_address(bo_ld *ld, bo_ld_context **result, bo_str reference, bo_str base,
                                 unsigned flags, const bo_ld_remote *remotes) {
    bo_ld_remote here = {.outer = remotes, .depth = remotes ? remotes->depth + 1 : 1};
    BO_TRY(resolve_address(ld, &here.iri, base, reference));
    for (const bo_ld_remote *r = remotes; r != NULL && (flags & BO_LD_NO_VALIDATE); r = r->outer)
        if (bo_str_eq(r->iri, here.iri)) return BO_OK;
    if (here.depth > ld->caps.context_depth)
        return BO_LD_FAIL("context overflow", "contexts name each other more than %zu levels deep",
                          ld->caps.context_depth);
    const bo_json *loaded;
    bo_str final_iri;
    BO_TRY(load(ld, &loaded, &final_iri, here.iri));
    const bo_ld_context *next;
    BO_TRY(bo_ld_process(ld, &next, *result, loaded, final_iri, flags & BO_LD_NO_VALIDATE, &here));
    return clone(ld, result, next);
}

/* Step 5.6: @import. */
static bo_status import(bo_ld *ld, const bo_json **context, bo_str base) {
    const bo_json *value = bo_ld_get(*context, BO_LD_IMPORT), *loaded;
    if (value == NULL) return BO_OK;
    if (ld->options->mode_1_0) return BO_LD_FAIL("invalid context entry", "@import needs JSON-LD 1.1");
    if (value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid @import value", "the value of @import must be an address");
    bo_str iri, final_iri;
    BO_TRY(resolve_address(ld, &iri, base, value->text));
    BO_TRY(load(ld, &loaded, &final_iri, iri));
    if (loaded->kind != BO_JSON_OBJECT)
        return BO_LD_FAIL("invalid remote context", "what is imported from <%.*s> must be one object",
                          BO_STR_ARG(iri));
    if (bo_ld_get(loaded, BO_LD_IMPORT) != NULL)
        return BO_LD_FAIL("invalid context entry",
                          "the imported context <%.*s> must not itself import another", BO_STR_ARG(iri));
    bo_json *merged = bo_json_new(ld->arena, BO_JSON_OBJECT);
    for (uint32_t i = 0; i < loaded->len; i++)
        merged = bo_json_add(ld->arena, merged, loaded->members[i].key, loaded->members[i].value);
    for (uint32_t i = 0; i < (*context)->len; i++)
        merged = bo_json_set(ld->arena, merged, (*context)->members[i].key, (*context)->members[i].value);
    BO_TRY(bo_ld_made(merged));
    *context = merged;
    return BO_OK;
}

/* Step 5.7. */
static bo_status set_base(bo_ld *ld, bo_ld_context *result, const bo_json *value) {
    if (value->kind == BO_JSON_NULL) {
        result->base = BO_STR_NONE;
        return BO_OK;
    }
    if (value->kind == BO_JSON_STRING && bo_ld_is_iri(value->text)) {
        result->base = value->text;
        return BO_OK;
    }
    if (value->kind == BO_JSON_STRING && result->base.len > 0)
        return bo_iri_resolve(&result->base, result->base, value->text, ld->arena);
    return BO_LD_FAIL("invalid base IRI", "@base must be an IRI, or one relative to a base, or null");
}

/* Step 5.8. */
static bo_status set_vocab(bo_ld *ld, bo_ld_context *result, const bo_json *value) {
    bo_str iri = BO_STR_NONE;
    if (value->kind == BO_JSON_STRING) {
        if (ld->options->mode_1_0 && !bo_ld_is_iri(value->text) && !bo_ld_is_blank(value->text))
            return BO_LD_FAIL("invalid vocab mapping", "@vocab must be an IRI");
        BO_TRY(bo_ld_expand_iri(ld, &iri, result, value->text, BO_LD_AS_DOCUMENT | BO_LD_AS_VOCAB, NULL));
    }
    bool usable = iri.ptr != NULL && (bo_ld_is_iri(iri) || bo_ld_is_blank(iri) || value->text.len == 0 ||
                                      bo_ld_keyword_of(iri) == BO_LD_NO_KEYWORD);
    if (value->kind != BO_JSON_NULL && !usable)
        return BO_LD_FAIL("invalid vocab mapping", "@vocab must be an IRI or null");
    result->vocab = iri;
    return BO_OK;
}

/* Step 5.9. */
static bo_status set_language(bo_ld *ld, bo_ld_context *result, const bo_json *value) {
    (void)ld;
    if (value->kind != BO_JSON_NULL && value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid default language", "@language must be a language tag or null");
    result->language = bo_json_string(value);
    return BO_OK;
}

/* Step 5.10. */
static bo_status set_direction(bo_ld *ld, bo_ld_context *result, const bo_json *value) {
    bo_str text = bo_json_string(value);
    if (ld->options->mode_1_0) return BO_LD_FAIL("invalid context entry", "@direction needs JSON-LD 1.1");
    if (value->kind == BO_JSON_NULL)
        result->direction = BO_LD_NO_DIRECTION;
    else if (bo_str_eq(text, BO_STR("ltr")))
        result->direction = BO_LD_LTR;
    else if (bo_str_eq(text, BO_STR("rtl")))
        result->direction = BO_LD_RTL;
    else
        return BO_LD_FAIL("invalid base direction", "@direction must be \"ltr\", \"rtl\" or null");
    return BO_OK;
}

/* Step 5.5. */
static bo_status check_version(bo_ld *ld, const bo_json *value) {
    double version;
    if (!bo_json_number(&version, value) || version < 1.1 || version > 1.1)
        return BO_LD_FAIL("invalid @version value", "@version must be the number 1.1");
    if (ld->options->mode_1_0)
        return BO_LD_FAIL("processing mode conflict", "@version 1.1 stands in a document for JSON-LD 1.0");
    return BO_OK;
}

/* Steps 5.4 to 5.13: a context definition. */
static bo_status process_definition(bo_ld *ld, bo_ld_context *result, const bo_json *context, bo_str base,
                                    unsigned flags, const bo_ld_remote *remotes) {
    static const struct {
        bo_ld_keyword keyword;
        bo_status (*set)(bo_ld *ld, bo_ld_context *result, const bo_json *value);
    } entries[] = {{BO_LD_BASE, set_base},
                   {BO_LD_VOCAB, set_vocab},
                   {BO_LD_LANGUAGE, set_language},
                   {BO_LD_DIRECTION, set_direction}};
    const bo_json *version = bo_ld_get(context, BO_LD_VERSION);
    if (version != NULL) BO_TRY(check_version(ld, version));
    BO_TRY(own(ld, result));
    BO_TRY(import(ld, &context, base));
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        const bo_json *value = bo_ld_get(context, entries[i].keyword);
        if (value != NULL && !(entries[i].keyword == BO_LD_BASE && remotes != NULL))
            BO_TRY(entries[i].set(ld, result, value));
    }
    const bo_json *propagate = bo_ld_get(context, BO_LD_PROPAGATE),
                  *all = bo_ld_get(context, BO_LD_PROTECTED);
    if (propagate != NULL && ld->options->mode_1_0)
        return BO_LD_FAIL("invalid context entry", "@propagate needs JSON-LD 1.1");
    if (propagate != NULL && propagate->kind != BO_JSON_TRUE && propagate->kind != BO_JSON_FALSE)
        return BO_LD_FAIL("invalid @propagate value", "@propagate must be true or false");
    if (all != NULL && all->kind != BO_JSON_TRUE && all->kind != BO_JSON_FALSE)
        return BO_LD_FAIL("invalid @protected value", "@protected must be true or false");
    bo_ld_job job = {.ld = ld,
                     .result = result,
                     .local = context,
                     .base = base,
                     .is_protected = bo_json_is(all, BO_JSON_TRUE),
                     .flags = flags,
                     .remotes = remotes};
    bo_map_init(&job.defined, ld->arena);
    BO_TRY(BO_LD_SPEND(ld, terms, context->len));
    for (uint32_t i = 0; i < context->len; i++) {
        bo_value *place = bo_map_put(&job.defined, context->members[i].key, NULL);
        BO_TRY(bo_ld_made(place));
        place->u64 = (uint64_t)i * 4;
    }
    for (uint32_t i = 0; i < context->len; i++) {
        switch (bo_ld_keyword_of(context->members[i].key)) {
        case BO_LD_BASE:
        case BO_LD_DIRECTION:
        case BO_LD_IMPORT:
        case BO_LD_LANGUAGE:
        case BO_LD_PROPAGATE:
        case BO_LD_PROTECTED:
        case BO_LD_VERSION:
        case BO_LD_VOCAB: continue;
        default: BO_TRY(bo_ld_create_if_local(&job, context->members[i].key));
        }
    }
    return BO_OK;
}

/* Becomes a kept context; the base stays. */
static bo_status take(const bo_ld *ld, bo_ld_context *result, const bo_ld_context *kept) {
    const bo_str base = result->base, original = result->original_base;
    *result = *kept;
    result->base = base;
    result->original_base = original;
    result->kept = kept;
    result->is_kept = result->shares = true;
    if (ld->spent.contexts > ld->caps.contexts)
        return BO_LD_FAIL("context overflow", "the document follows more than %zu contexts by address",
                          ld->caps.contexts);
    return ld->spent.terms > ld->caps.terms || ld->spent.context_bytes > ld->caps.context_bytes
               ? bo_ld_too_much(ld)
               : BO_OK;
}

bo_status bo_ld_process(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *active,
                        const bo_json *local, bo_str base, unsigned flags, const bo_ld_remote *remotes) {
    bool propagate = !(flags & BO_LD_NO_PROPAGATE);
    const bo_json *own = bo_ld_get(local, BO_LD_PROPAGATE), *room;
    if (own != NULL && own->kind == BO_JSON_FALSE) propagate = false;
    if (own != NULL && own->kind == BO_JSON_TRUE) propagate = true;
    bo_ld_context *result;
    BO_TRY(bo_ld_enter(ld));
    BO_TRY(clone(ld, &result, active));
    if (!propagate && result->previous == NULL) result->previous = active;
    bo_json wrap;
    local = bo_ld_as_const_array(local, &room, &wrap);
    BO_TRY(bo_ld_count(ld, local->len));
    for (uint32_t i = 0; i < local->len; i++) {
        const bo_json *context = local->items[i];
        const bo_ld_context *from = result->kept, *found;
        bool keep = result->is_kept && flags == 0 && remotes == NULL && result->previous == NULL;
        if (keep && bo_ld_cache_find(ld, &found, from, context)) {
            BO_TRY(take(ld, result, found));
            continue;
        }
        if (context->kind == BO_JSON_NULL)
            BO_TRY(nullify(ld, &result, active, flags, propagate));
        else if (context->kind == BO_JSON_STRING)
            BO_TRY(process_address(ld, &result, context->text, base, flags, remotes));
        else if (context->kind == BO_JSON_OBJECT)
            BO_TRY(process_definition(ld, result, context, base, flags, remotes));
        else
            return BO_LD_FAIL("invalid local context", "a context must be an object, an address or null");
        result->is_kept = false;
        if (keep && context->kind != BO_JSON_NULL) {
            bo_ld_cache_put(ld, from, context);
            if (bo_ld_cache_find(ld, &found, from, context)) BO_TRY(take(ld, result, found));
        }
    }
    bo_ld_leave(ld);
    *out = result;
    return BO_OK;
}

bo_status bo_ld_process_scoped(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *active,
                               const bo_ld_term *term, unsigned flags) {
    struct {
        const void *active, *term;
        uint64_t flags;
    } key = {active, term, flags};
    bo_str text = {(const char *)&key, sizeof key};
    bo_value *place = bo_map_get(&ld->scoped, text);
    if (place == NULL) {
        const bo_ld_context *made;
        BO_TRY(bo_ld_process(ld, &made, active, term->context, term->base, flags, NULL));
        text = bo_arena_str(ld->arena, text);
        BO_TRY(bo_ld_made(text.ptr));
        place = bo_map_put(&ld->scoped, text, NULL);
        BO_TRY(bo_ld_made(place));
        bo_ld_context *mine;
        memcpy(&mine, &made, sizeof mine);
        place->ptr = mine;
    }
    *out = place->ptr;
    return BO_OK;
}
