/* SPDX-License-Identifier: Apache-2.0
 * Deserialize JSON-LD to RDF (API 8.1 to 8.3).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/iri.h"
#include "bocage/term.h"

#include "jsonld/internal.h"

#define RDF(name) BO_STR("http://www.w3.org/1999/02/22-rdf-syntax-ns#" name)
#define XSD(name) BO_STR("http://www.w3.org/2001/XMLSchema#" name)
#define I18N "https://www.w3.org/ns/i18n#"

typedef struct out {
    bo_ld *ld;
    const bo_sink *sink;
    bo_term graph;
} out;

/* An IRI as RFC 3987 has it, and so with one fragment at most. */
static bool well_formed(bo_str iri) {
    return bo_iri_absolute(iri) && bo_str_find_last(iri, '#') == bo_str_find(iri, '#');
}

/* A term for an id; false when it is no well-formed IRI. */
static bool id_term(bo_term *term, bo_str id) {
    if (bo_ld_is_blank(id))
        *term = bo_term_blank(bo_str_from(id, 2));
    else if (well_formed(id))
        *term = bo_term_iri(id);
    else
        return false;
    return true;
}

static bo_status emit(const out *to, bo_term s, bo_str p, bo_term o) {
    bo_quad quad = {s, bo_term_iri(p), o, to->graph};
    if (bo_ld_is_blank(p)) quad.p = bo_term_blank(bo_str_from(p, 2));
    return to->sink->quad(to->sink->context, &quad);
}

static bo_status fresh_blank(const out *to, bo_term *term) {
    bo_str name = bo_ld_blank_name(to->ld, BO_STR(""));
    BO_TRY(bo_ld_made(name.ptr));
    *term = bo_term_blank(bo_str_from(name, 2));
    return BO_OK;
}

static bo_status from_text(bo_str *copy, bo_arena *arena, bo_text *text) {
    bo_status status = bo_text_end(text);
    if (status == BO_OK) {
        *copy = bo_arena_str(arena, bo_text_str(text));
        status = bo_ld_made(copy->ptr);
    }
    bo_text_done(text);
    return status;
}

/* The canonical form of an xsd:double (XML Schema 1.1 part 2, 3.3.5.2): 5.3E0. */
static bo_status canonical_double(bo_str *lexical, bo_arena *arena, double number) {
    char text[40];
    snprintf(text, sizeof text, "%.15E", number);
    char *e = strchr(text, 'E'), *last = e - 1;
    long exponent = strtol(e + 1, NULL, 10);
    while (*last == '0' && last[-1] >= '0' && last[-1] <= '9') last--;
    *lexical = bo_arena_printf(arena, "%.*sE%ld", (int)(last + 1 - text), text, exponent);
    return bo_ld_made(lexical->ptr);
}

/* 8.2.2 steps 10 and 11. */
bo_status bo_ld_number_term(bo_term *term, const bo_json *value, bo_str type, bo_arena *arena) {
    double number;
    if (!bo_json_number(&number, value))
        return bo_fail(BO_INVALID, "the number %.*s is beyond what a double can hold",
                       BO_STR_ARG(value->text));
    int64_t integer;
    bool fits = bo_json_integer(&integer, value),
         large = fabs(number) >= 9.2e18; /* then it has no fraction */
    bool fraction = (!fits && !large) || fabs(number) >= 1e21;
    if (fraction || bo_str_eq(type, XSD("double"))) {
        BO_TRY(canonical_double(&term->value, arena, number));
        term->datatype = type.ptr ? type : XSD("double");
        return BO_OK;
    }
    if (fits)
        term->value = bo_arena_printf(arena, "%lld", (long long)integer);
    else
        term->value = bo_arena_printf(arena, "%.0f", number);
    term->datatype = type.ptr ? type : XSD("integer");
    return bo_ld_made(term->value.ptr);
}

/* 8.2.2 step 13: a string with a direction. */
static bo_status directed_literal(const out *to, bo_term *term, bo_str text, bo_str language,
                                  bo_str direction) {
    bo_arena *arena = to->ld->arena;
    bo_str lower = bo_ld_lower(arena, language);
    if (to->ld->options->rdf_direction == BO_DIRECTION_I18N) {
        *term = bo_term_string(text);
        term->datatype = bo_arena_printf(arena, I18N "%.*s_%.*s", BO_STR_ARG(lower), BO_STR_ARG(direction));
        return bo_ld_made(term->datatype.ptr);
    }
    BO_TRY(fresh_blank(to, term));
    BO_TRY(emit(to, *term, RDF("value"), bo_term_string(text)));
    if (language.ptr != NULL) BO_TRY(emit(to, *term, RDF("language"), bo_term_string(lower)));
    return emit(to, *term, RDF("direction"), bo_term_string(direction));
}

/* API 8.2.2 for a value object. *none is set when there is no term for it. */
static bo_status value_term(const out *to, bo_term *term, bool *none, const bo_json *object) {
    bo_arena *arena = to->ld->arena;
    const bo_json *value = bo_ld_get(object, BO_LD_VALUE);
    bo_str type = bo_json_string(bo_ld_get(object, BO_LD_TYPE));
    bo_str language = bo_json_string(bo_ld_get(object, BO_LD_LANGUAGE));
    bo_str direction = bo_json_string(bo_ld_get(object, BO_LD_DIRECTION));
    bool json = bo_ld_keyword_of(type) == BO_LD_JSON;
    *none = (type.ptr != NULL && !json && !well_formed(type)) ||
            (language.ptr != NULL && !bo_ld_is_language(language));
    if (*none) return bo_ld_drop(to->ld, "the value", bo_json_string(value));
    *term = bo_term_string(BO_STR(""));
    if (json) {
        bo_text text;
        bo_text_init(&text, 0);
        bo_json_write_canonical(&text, value);
        term->datatype = RDF("JSON");
        return from_text(&term->value, arena, &text);
    }
    if (value->kind == BO_JSON_NUMBER) return bo_ld_number_term(term, value, type, arena);
    if (value->kind == BO_JSON_TRUE || value->kind == BO_JSON_FALSE) {
        *term = bo_term_typed(value->kind == BO_JSON_TRUE ? BO_STR("true") : BO_STR("false"),
                              type.ptr ? type : XSD("boolean"));
        return BO_OK;
    }
    bo_str text = bo_json_string(value);
    if (direction.ptr != NULL && to->ld->options->rdf_direction != BO_DIRECTION_NONE)
        return directed_literal(to, term, text, language, direction);
    if (language.ptr != NULL)
        *term = bo_term_lang(text, language);
    else
        *term = type.ptr ? bo_term_typed(text, type) : bo_term_string(text);
    return BO_OK;
}

static bo_status object_term(const out *to, bo_term *term, bool *none, const bo_json *object);

/* API 8.3.2 List to RDF Conversion. */
static bo_status list_term(const out *to, bo_term *term, const bo_json *list) {
    bo_term here = bo_term_iri(RDF("nil")), next;
    for (uint32_t i = list->len; i > 0; i--) {
        bo_term first;
        bool none;
        BO_TRY(fresh_blank(to, &next));
        BO_TRY(object_term(to, &first, &none, list->items[i - 1]));
        if (!none) BO_TRY(emit(to, next, RDF("first"), first));
        BO_TRY(emit(to, next, RDF("rest"), here));
        here = next;
    }
    *term = here;
    return BO_OK;
}

/* API 8.2.2 Object to RDF Conversion. */
static bo_status object_term(const out *to, bo_term *term, bool *none, const bo_json *object) {
    const bo_json *list = bo_ld_get(object, BO_LD_LIST);
    *none = false;
    if (bo_ld_is_value(object)) return value_term(to, term, none, object);
    if (list != NULL) {
        BO_TRY(bo_ld_enter(to->ld));
        BO_TRY(list_term(to, term, list));
        bo_ld_leave(to->ld);
        return BO_OK;
    }
    bo_str id = bo_json_string(bo_ld_get(object, BO_LD_ID));
    *none = !id_term(term, id);
    return *none ? bo_ld_drop(to->ld, "the @id", id) : BO_OK;
}

/* 8.1.2 step 1.3.2.1. */
static bo_status emit_types(const out *to, bo_term subject, const bo_json *types) {
    for (uint32_t i = 0; i < types->len; i++) {
        bo_term type;
        bo_str id = bo_json_string(types->items[i]);
        if (id_term(&type, id))
            BO_TRY(emit(to, subject, RDF("type"), type));
        else
            BO_TRY(bo_ld_drop(to->ld, "the type", id));
    }
    return BO_OK;
}

static bo_status emit_node(const out *to, const bo_json *node) {
    bo_term subject, object;
    bool none;
    bo_str id = bo_json_string(bo_ld_get(node, BO_LD_ID));
    if (!id_term(&subject, id)) return bo_ld_drop(to->ld, "the @id", id);
    for (uint32_t i = 0; i < node->len; i++) {
        const bo_json_member *m = &node->members[i];
        bo_ld_keyword keyword = bo_ld_keyword_of(m->key);
        if (keyword == BO_LD_TYPE) BO_TRY(emit_types(to, subject, m->value));
        if (keyword != BO_LD_NO_KEYWORD) continue;
        bool blank = bo_ld_is_blank(m->key);
        if (blank ? !to->ld->options->generalized_rdf : !well_formed(m->key)) {
            BO_TRY(bo_ld_drop(to->ld, "the property", m->key));
            continue;
        }
        for (uint32_t j = 0; j < m->value->len; j++) {
            BO_TRY(object_term(to, &object, &none, m->value->items[j]));
            if (!none) BO_TRY(emit(to, subject, m->key, object));
        }
    }
    return BO_OK;
}

/* API 8.1.2. */
static bo_status emit_graphs(bo_ld *ld, const bo_sink *sink, const bo_json *expanded) {
    bo_ld_node_map map;
    bo_map_entry *g, *n;
    out to = {ld, sink, {BO_NO_TERM}};
    BO_TRY(bo_ld_node_map_make(&map, ld, expanded));
    for (uint32_t i = 0; (g = bo_map_next(&map.graphs, &i)) != NULL;) {
        const bo_ld_graph *graph = g->value.ptr;
        to.graph = (bo_term){BO_NO_TERM};
        if (bo_ld_keyword_of(graph->name) != BO_LD_DEFAULT && !id_term(&to.graph, graph->name)) {
            BO_TRY(bo_ld_drop(ld, "the graph", graph->name));
            continue;
        }
        for (uint32_t j = 0; (n = bo_map_next(&graph->nodes, &j)) != NULL;)
            BO_TRY(emit_node(&to, n->value.ptr));
    }
    return BO_OK;
}

bo_status bo_jsonld_to_rdf(const bo_sink *sink, const bo_json *input, const bo_jsonld_options *options,
                           bo_arena *arena) {
    bo_ld ld;
    const bo_ld_context *active;
    bo_json *expanded;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_start(&ld, &active));
    BO_TRY(bo_ld_expand(&ld, &expanded, active, input));
    return emit_graphs(&ld, sink, expanded);
}
