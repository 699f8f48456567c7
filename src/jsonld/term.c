/* SPDX-License-Identifier: Apache-2.0
 * Create Term Definition (API 4.2).
 */
#include "jsonld/internal.h"

enum { NOT_YET = 0, IN_PROGRESS = 1, DEFINED = 2 };

static const struct {
    bo_ld_keyword keyword;
    unsigned bit;
} containers[] = {{BO_LD_GRAPH, BO_LD_IN_GRAPH}, {BO_LD_ID, BO_LD_IN_ID},
                  {BO_LD_INDEX, BO_LD_IN_INDEX}, {BO_LD_LANGUAGE, BO_LD_IN_LANGUAGE},
                  {BO_LD_LIST, BO_LD_IN_LIST},   {BO_LD_SET, BO_LD_IN_SET},
                  {BO_LD_TYPE, BO_LD_IN_TYPE}};

static unsigned container_bit(const bo_json *value) {
    bo_ld_keyword keyword = bo_ld_keyword_of(bo_json_string(value));
    for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++)
        if (containers[i].keyword == keyword) return containers[i].bit;
    return 0;
}

static bool has_name_form(bo_str name) { /* neither a compact IRI nor a path */
    return bo_str_find(name, ':') == name.len && bo_str_find(name, '/') == name.len;
}

static bool is_term_iri(bo_str iri) {
    return bo_ld_is_iri(iri) || bo_ld_is_blank(iri);
}

bo_status bo_ld_create_if_local(bo_ld_job *job, bo_str name) {
    const bo_value *state = bo_map_get(&job->defined, name);
    if (state == NULL || state->u64 % 4 == DEFINED) return BO_OK;
    return bo_ld_create_term(job, name);
}

static bo_status expand(bo_ld_job *job, bo_str *out, bo_str value) {
    return bo_ld_expand_iri(job->ld, out, job->result, value, BO_LD_AS_VOCAB, job);
}

static bo_status needs_1_1(const bo_ld_job *job, const char *code, const char *what) {
    if (!job->ld->options->mode_1_0) return BO_OK;
    return BO_LD_FAIL(code, "%s needs JSON-LD 1.1", what);
}

/* Steps 4 and 5. *pass_over is set when the name only looks like a keyword. */
static bo_status check_name(bo_ld_job *job, bool *pass_over, bo_str name, const bo_json *value) {
    *pass_over = false;
    bo_ld_keyword keyword = bo_ld_keyword_of(name);
    if (keyword == BO_LD_TYPE && !job->ld->options->mode_1_0 && value->kind == BO_JSON_OBJECT &&
        value->len > 0) {
        const bo_json *container = bo_ld_get(value, BO_LD_CONTAINER);
        unsigned known = (container != NULL) + (bo_ld_get(value, BO_LD_PROTECTED) != NULL);
        bool is_set = container == NULL || container_bit(container) == BO_LD_IN_SET;
        if (known == value->len && is_set) return BO_OK;
    }
    if (keyword != BO_LD_NO_KEYWORD)
        return BO_LD_FAIL("keyword redefinition", "the keyword %.*s can't be defined anew", BO_STR_ARG(name));
    *pass_over = bo_ld_looks_like_keyword(name);
    return BO_OK;
}

/* Step 12. */
static bo_status set_type(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    if (value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid type mapping", "@type of the term \"%.*s\" must be a string",
                          BO_STR_ARG(term->name));
    bo_str type;
    BO_TRY(expand(job, &type, value->text));
    bo_ld_keyword keyword = bo_ld_keyword_of(type);
    bool is_new = keyword == BO_LD_JSON || keyword == BO_LD_NONE;
    bool is_known = is_new || keyword == BO_LD_ID || keyword == BO_LD_VOCAB;
    if ((is_new && job->ld->options->mode_1_0) || (!is_known && !bo_ld_is_iri(type)))
        return BO_LD_FAIL("invalid type mapping", "@type \"%.*s\" of the term \"%.*s\" is no IRI",
                          BO_STR_ARG(value->text), BO_STR_ARG(term->name));
    term->type = type;
    return BO_OK;
}

/* Step 13. *pass_over is set when the value only looks like a keyword. */
static bo_status set_reverse(bo_ld_job *job, bo_ld_term *term, bool *pass_over, const bo_json *definition,
                             const bo_json *value) {
    *pass_over = false;
    if (bo_ld_get(definition, BO_LD_ID) != NULL || bo_ld_get(definition, BO_LD_NEST) != NULL)
        return BO_LD_FAIL("invalid reverse property",
                          "the term \"%.*s\" can't have @id or @nest beside @reverse",
                          BO_STR_ARG(term->name));
    if (value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid IRI mapping", "@reverse of the term \"%.*s\" must be a string",
                          BO_STR_ARG(term->name));
    *pass_over = bo_ld_looks_like_keyword(value->text) && bo_ld_keyword_of(value->text) == BO_LD_NO_KEYWORD;
    if (*pass_over) return BO_OK;
    BO_TRY(expand(job, &term->iri, value->text));
    if (term->iri.ptr == NULL || !is_term_iri(term->iri))
        return BO_LD_FAIL("invalid IRI mapping", "@reverse \"%.*s\" of the term \"%.*s\" is no IRI",
                          BO_STR_ARG(value->text), BO_STR_ARG(term->name));
    const bo_json *container = bo_ld_get(definition, BO_LD_CONTAINER);
    if (container != NULL && container->kind != BO_JSON_NULL) {
        term->container = container_bit(container);
        if (term->container != BO_LD_IN_SET && term->container != BO_LD_IN_INDEX)
            return BO_LD_FAIL("invalid reverse property",
                              "the container of the reverse term \"%.*s\" must be @set or @index",
                              BO_STR_ARG(term->name));
    }
    term->is_reverse = true;
    return BO_OK;
}

/* Step 14.2: a term with an @id of its own. */
static bo_status set_id(bo_ld_job *job, bo_ld_term *term, bool *pass_over, const bo_json *id, bool simple) {
    bo_ld_keyword keyword = bo_ld_keyword_of(bo_json_string(id));
    *pass_over = false;
    if (id->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid IRI mapping", "@id of the term \"%.*s\" must be a string",
                          BO_STR_ARG(term->name));
    *pass_over = keyword == BO_LD_NO_KEYWORD && bo_ld_looks_like_keyword(id->text);
    if (*pass_over) return BO_OK;
    BO_TRY(expand(job, &term->iri, id->text));
    keyword = bo_ld_keyword_of(term->iri);
    if (keyword == BO_LD_CONTEXT)
        return BO_LD_FAIL("invalid keyword alias", "@context can't have another name");
    if (term->iri.ptr == NULL || (keyword == BO_LD_NO_KEYWORD && !is_term_iri(term->iri)))
        return BO_LD_FAIL("invalid IRI mapping", "@id \"%.*s\" of the term \"%.*s\" is no IRI",
                          BO_STR_ARG(id->text), BO_STR_ARG(term->name));
    size_t colon = bo_str_find(bo_str_from(term->name, 1), ':') + 1;
    if (colon + 1 < term->name.len || bo_str_find(term->name, '/') < term->name.len) { /* 14.2.4 */
        bo_str own;
        bo_map_get(&job->defined, term->name)->u64 ^= IN_PROGRESS | DEFINED;
        BO_TRY(expand(job, &own, term->name));
        if (!bo_str_eq(own, term->iri))
            return BO_LD_FAIL("invalid IRI mapping",
                              "the term \"%.*s\" looks like an IRI and means another one",
                              BO_STR_ARG(term->name));
    }
    char last = term->iri.ptr[term->iri.len - 1]; /* 14.2.5 */
    bool delimiter = memchr(":/?#[]@", last, 7) != NULL;
    term->is_prefix = simple && has_name_form(term->name) && (delimiter || bo_ld_is_blank(term->iri));
    return BO_OK;
}

/* Steps 15 to 18: a term whose name gives its IRI. */
static bo_status set_iri_from_name(bo_ld_job *job, bo_ld_term *term) {
    bo_ld *ld = job->ld;
    bo_str name = term->name;
    size_t colon = name.len > 1 ? bo_str_find(bo_str_from(name, 1), ':') + 1 : name.len;
    if (colon < name.len) {
        bo_str prefix = bo_str_head(name, colon), suffix = bo_str_from(name, colon + 1);
        if (!bo_str_starts(suffix, BO_STR("//"))) BO_TRY(bo_ld_create_if_local(job, prefix));
        const bo_ld_term *known = bo_ld_term_of(job->result, prefix);
        term->iri = name;
        return known && known->iri.ptr ? bo_ld_join(ld, &term->iri, known->iri, suffix) : BO_OK;
    }
    if (bo_str_find(name, '/') < name.len) {
        BO_TRY(bo_ld_expand_iri(ld, &term->iri, job->result, name, BO_LD_AS_VOCAB, NULL));
        if (term->iri.ptr != NULL && bo_ld_is_iri(term->iri)) return BO_OK;
    } else if (bo_ld_keyword_of(name) == BO_LD_TYPE) {
        term->iri = name;
        return BO_OK;
    } else if (job->result->vocab.ptr != NULL) {
        return bo_ld_join(ld, &term->iri, job->result->vocab, name);
    }
    return BO_LD_FAIL("invalid IRI mapping", "the term \"%.*s\" has no IRI: give it an @id or set @vocab",
                      BO_STR_ARG(name));
}

/* Step 19. */
static bo_status set_container(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    const bo_json *room;
    bo_json wrap;
    const bo_json *names = bo_ld_as_const_array(value, &room, &wrap);
    unsigned bits = 0;
    bool valid = names->len > 0;
    for (uint32_t i = 0; i < names->len; i++) {
        unsigned bit = container_bit(names->items[i]);
        valid &= bit != 0 && !(bits & bit);
        bits |= bit;
    }
    unsigned rest = bits & ~(unsigned)BO_LD_IN_SET;
    bool one = (rest & (rest - 1)) == 0;
    bool graph_map = rest == (BO_LD_IN_GRAPH | BO_LD_IN_ID) || rest == (BO_LD_IN_GRAPH | BO_LD_IN_INDEX);
    valid &= one || graph_map;
    valid &= !(bits & BO_LD_IN_LIST) || bits == BO_LD_IN_LIST;
    if (job->ld->options->mode_1_0)
        valid &= value->kind == BO_JSON_STRING && !(bits & (BO_LD_IN_GRAPH | BO_LD_IN_ID | BO_LD_IN_TYPE));
    if (!valid)
        return BO_LD_FAIL("invalid container mapping",
                          "the container of the term \"%.*s\" is none of those there are",
                          BO_STR_ARG(term->name));
    term->container = bits;
    if (bits & BO_LD_IN_TYPE) {
        if (term->type.ptr == NULL) term->type = KEYWORD(ID);
        bo_ld_keyword type = bo_ld_keyword_of(term->type);
        if (type != BO_LD_ID && type != BO_LD_VOCAB)
            return BO_LD_FAIL("invalid type mapping",
                              "the term \"%.*s\" in a @type container needs @id or @vocab",
                              BO_STR_ARG(term->name));
    }
    return BO_OK;
}

/* Step 20. */
static bo_status set_index(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    BO_TRY(needs_1_1(job, "invalid term definition", "@index in a term definition"));
    bo_str iri = BO_STR_NONE;
    if (value->kind == BO_JSON_STRING && (term->container & BO_LD_IN_INDEX))
        BO_TRY(expand(job, &iri, value->text));
    if (iri.ptr == NULL || !bo_ld_is_iri(iri))
        return BO_LD_FAIL("invalid term definition",
                          "@index of the term \"%.*s\" must be a property in an @index "
                          "container",
                          BO_STR_ARG(term->name));
    term->index = value->text;
    return BO_OK;
}

/* Step 21. The context is processed to see that it can be; errors show now and not when the term is used. */
static bo_status set_context(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    BO_TRY(needs_1_1(job, "invalid term definition", "@context in a term definition"));
    const bo_ld_context *ignored;
    bo_status status = bo_ld_process(job->ld, &ignored, job->result, value, job->base,
                                     BO_LD_OVERRIDE | BO_LD_NO_VALIDATE, job->remotes);
    if (status == BO_INVALID)
        return BO_LD_FAIL("invalid scoped context", "the context of the term \"%.*s\" is invalid: %s",
                          BO_STR_ARG(term->name), bo_error_last()->message);
    if (status != BO_OK) return status;
    term->context = value;
    term->base = job->base;
    job->result->has_scoped = true;
    return BO_OK;
}

/* Steps 22 and 23. */
static bo_status set_language(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    (void)job;
    if (value->kind != BO_JSON_NULL && value->kind != BO_JSON_STRING)
        return BO_LD_FAIL("invalid language mapping", "@language of the term \"%.*s\" must be a tag or null",
                          BO_STR_ARG(term->name));
    term->has_language = true;
    term->language = bo_json_string(value);
    return BO_OK;
}

static bo_status set_direction(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    (void)job;
    bo_str text = bo_json_string(value);
    if (value->kind == BO_JSON_NULL)
        term->direction = BO_LD_NULL_DIRECTION;
    else if (bo_str_eq(text, BO_STR("ltr")))
        term->direction = BO_LD_LTR;
    else if (bo_str_eq(text, BO_STR("rtl")))
        term->direction = BO_LD_RTL;
    else
        return BO_LD_FAIL("invalid base direction",
                          "@direction of the term \"%.*s\" must be ltr, rtl or null", BO_STR_ARG(term->name));
    return BO_OK;
}

/* Step 24. */
static bo_status set_nest(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    BO_TRY(needs_1_1(job, "invalid term definition", "@nest in a term definition"));
    bo_ld_keyword keyword = bo_ld_keyword_of(bo_json_string(value));
    if (value->kind != BO_JSON_STRING || (keyword != BO_LD_NO_KEYWORD && keyword != BO_LD_NEST))
        return BO_LD_FAIL("invalid @nest value", "@nest of the term \"%.*s\" must be @nest or a term",
                          BO_STR_ARG(term->name));
    term->nest = value->text;
    return BO_OK;
}

/* Step 25. */
static bo_status set_prefix(bo_ld_job *job, bo_ld_term *term, const bo_json *value) {
    BO_TRY(needs_1_1(job, "invalid term definition", "@prefix"));
    if (!has_name_form(term->name))
        return BO_LD_FAIL("invalid term definition", "the term \"%.*s\" can't be a prefix",
                          BO_STR_ARG(term->name));
    if (value->kind != BO_JSON_TRUE && value->kind != BO_JSON_FALSE)
        return BO_LD_FAIL("invalid @prefix value", "@prefix must be true or false");
    term->is_prefix = value->kind == BO_JSON_TRUE;
    if (term->is_prefix && bo_ld_keyword_of(term->iri) != BO_LD_NO_KEYWORD)
        return BO_LD_FAIL("invalid term definition", "a keyword's other name \"%.*s\" can't be a prefix",
                          BO_STR_ARG(term->name));
    return BO_OK;
}

/* Steps 19 to 26. */
static bo_status set_entries(bo_ld_job *job, bo_ld_term *term, const bo_json *definition) {
    static const struct {
        bo_ld_keyword keyword;
        bo_status (*set)(bo_ld_job *job, bo_ld_term *term, const bo_json *value);
        bool only_untyped;
    } entries[] = {{BO_LD_CONTAINER, set_container, false},
                   {BO_LD_INDEX, set_index, false},
                   {BO_LD_CONTEXT, set_context, false},
                   {BO_LD_LANGUAGE, set_language, true},
                   {BO_LD_DIRECTION, set_direction, true},
                   {BO_LD_NEST, set_nest, false},
                   {BO_LD_PREFIX, set_prefix, false},
                   {BO_LD_ID, NULL, false},
                   {BO_LD_PROTECTED, NULL, false},
                   {BO_LD_REVERSE, NULL, false},
                   {BO_LD_TYPE, NULL, false}};
    bool typed = bo_ld_get(definition, BO_LD_TYPE) != NULL;
    uint32_t known = 0;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        const bo_json *value = bo_ld_get(definition, entries[i].keyword);
        if (value == NULL) continue;
        known++;
        bool no_container =
            entries[i].keyword == BO_LD_CONTAINER && term->is_reverse && value->kind == BO_JSON_NULL;
        if (entries[i].set != NULL && !no_container && !(entries[i].only_untyped && typed))
            BO_TRY(entries[i].set(job, term, value));
    }
    if (known < definition->len)
        return BO_LD_FAIL("invalid term definition",
                          "the definition of the term \"%.*s\" has an unknown entry", BO_STR_ARG(term->name));
    return BO_OK;
}

/* Steps 11 to 26 for a definition that is an object. *pass_over: the term is not defined at all. */
static bo_status define(bo_ld_job *job, bo_ld_term *term, bool *pass_over, const bo_json *definition,
                        bool simple) {
    const bo_json *is_protected = bo_ld_get(definition, BO_LD_PROTECTED),
                  *type = bo_ld_get(definition, BO_LD_TYPE);
    const bo_json *reverse = bo_ld_get(definition, BO_LD_REVERSE), *id = bo_ld_get(definition, BO_LD_ID);
    *pass_over = false;
    if (is_protected != NULL) {
        BO_TRY(needs_1_1(job, "invalid term definition", "@protected"));
        if (is_protected->kind != BO_JSON_TRUE && is_protected->kind != BO_JSON_FALSE)
            return BO_LD_FAIL("invalid @protected value", "@protected must be true or false");
        term->is_protected = is_protected->kind == BO_JSON_TRUE;
    }
    if (type != NULL) BO_TRY(set_type(job, term, type));
    if (reverse != NULL) {
        BO_TRY(set_reverse(job, term, pass_over, definition, reverse));
        if (*pass_over) return BO_OK;
    } else if (bo_json_is(id, BO_JSON_NULL)) {
        /* 14.1: mapped to null, and remembered in case the term is protected */
    } else if (id != NULL && !bo_str_eq(bo_json_string(id), term->name)) {
        BO_TRY(set_id(job, term, pass_over, id, simple));
        if (*pass_over) return BO_OK;
    } else {
        if (id != NULL && id->kind != BO_JSON_STRING)
            return BO_LD_FAIL("invalid IRI mapping", "@id of the term \"%.*s\" must be a string",
                              BO_STR_ARG(term->name));
        BO_TRY(set_iri_from_name(job, term));
    }
    return set_entries(job, term, definition);
}

static bool same_text(bo_str a, bo_str b) {
    return (a.ptr == NULL) == (b.ptr == NULL) && bo_str_eq(a, b);
}

/* Step 27.1: the same but for being protected. */
static bool same_definition(const bo_ld_term *a, const bo_ld_term *b) {
    return same_text(a->iri, b->iri) && same_text(a->type, b->type) && same_text(a->language, b->language) &&
           same_text(a->index, b->index) && same_text(a->nest, b->nest) &&
           bo_json_eq(a->context, b->context) && a->container == b->container &&
           a->direction == b->direction && a->has_language == b->has_language &&
           a->is_prefix == b->is_prefix && a->is_reverse == b->is_reverse;
}

/* Step 27. */
static bo_status keep_protected(const bo_ld_job *job, bo_ld_term *term, const bo_ld_term *previous) {
    if ((job->flags & BO_LD_OVERRIDE) || previous == NULL || !previous->is_protected) return BO_OK;
    if (!same_definition(term, previous))
        return BO_LD_FAIL("protected term redefinition",
                          "the protected term \"%.*s\" can't be defined otherwise", BO_STR_ARG(term->name));
    *term = *previous;
    return BO_OK;
}

/* Step 7 and 8: null and a string stand for an object with an @id. */
static bo_status as_object(bo_ld *ld, const bo_json **definition, bool *simple, bo_str name) {
    bo_json *value, *object = bo_json_new(ld->arena, BO_JSON_OBJECT);
    *simple = (*definition)->kind == BO_JSON_STRING;
    if ((*definition)->kind == BO_JSON_OBJECT) return BO_OK;
    if ((*definition)->kind == BO_JSON_NULL)
        value = bo_json_new(ld->arena, BO_JSON_NULL);
    else if (*simple)
        value = bo_ld_string(ld->arena, (*definition)->text);
    else
        return BO_LD_FAIL("invalid term definition",
                          "the definition of the term \"%.*s\" must be an IRI, an object or null",
                          BO_STR_ARG(name));
    *definition = bo_ld_set(ld->arena, object, BO_LD_ID, value);
    return bo_ld_made(*definition);
}

bo_status bo_ld_create_term(bo_ld_job *job, bo_str name) {
    bo_ld *ld = job->ld;
    bo_value *state = bo_map_get(&job->defined, name);
    if (state == NULL || state->u64 % 4 == DEFINED) return BO_OK; /* step 1 */
    if (state->u64 % 4 == IN_PROGRESS)
        return BO_LD_FAIL("cyclic IRI mapping", "the term \"%.*s\" is defined by itself", BO_STR_ARG(name));
    if (name.len == 0) return BO_LD_FAIL("invalid term definition", "a term must not be empty");
    uint64_t place = state->u64 / 4;
    const bo_json *definition = job->local->members[place].value;
    state->u64 |= IN_PROGRESS;
    bool pass_over, simple;
    BO_TRY(check_name(job, &pass_over, name, definition));
    if (!pass_over) {
        const bo_ld_term *previous = bo_ld_term_of(job->result, name); /* step 6 */
        bo_map_remove(&job->result->terms, name);
        BO_TRY(as_object(ld, &definition, &simple, name));
        bo_ld_term *term = BO_NEW(ld->arena, bo_ld_term);
        BO_TRY(bo_ld_made(term));
        *term = (bo_ld_term){.name = name, .is_protected = job->is_protected};
        BO_TRY(bo_ld_enter(ld));
        BO_TRY(define(job, term, &pass_over, definition, simple));
        bo_ld_leave(ld);
        if (!pass_over) {
            BO_TRY(keep_protected(job, term, previous));
            bo_value *slot = bo_map_put(&job->result->terms, name, NULL);
            BO_TRY(bo_ld_made(slot));
            slot->ptr = term;
        }
    }
    bo_map_get(&job->defined, name)->u64 = place * 4 + DEFINED;
    return BO_OK;
}
