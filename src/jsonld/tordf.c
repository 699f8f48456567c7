/* SPDX-License-Identifier: Apache-2.0
 * Deserialize JSON-LD to RDF (API 8.1 to 8.3), straight from the expanded document: a node map (API 7.2)
 * would gather what belongs to one node, and quads need not be gathered. So a quad that a document says twice
 * is put twice.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bocage/iri.h"
#include "bocage/term.h"

#include "crypto/crypto.h"
#include "jsonld/internal.h"

#define RDF(name) BO_STR("http://www.w3.org/1999/02/22-rdf-syntax-ns#" name)
#define XSD(name) BO_STR("http://www.w3.org/2001/XMLSchema#" name)
#define I18N "https://www.w3.org/ns/i18n#"

enum { CHECKED = 64 };

/* What one call shares. */
struct bo_ld_checked {
    bo_map indexes;       /* graph and node -> its @index */
    bo_str iris[CHECKED]; /* that are well-formed: properties and types come again and again */
};

typedef struct out {
    bo_ld *ld;
    const bo_sink *sink;
    bo_term graph;
    bool no_graph; /* its name is no IRI: what is in it is passed over */
} out;

/* An IRI as RFC 3987 has it, and so with one fragment at most. */
static bool well_formed(bo_str iri) {
    const char *fragment = iri.len > 0 ? memchr(iri.ptr, '#', iri.len) : NULL;
    if (fragment != NULL && memchr(fragment + 1, '#', iri.len - (size_t)(fragment + 1 - iri.ptr)) != NULL)
        return false;
    return bo_iri_absolute(iri);
}

/* The same for what expansion hands out again and again, which lies in one place then. */
static bool well_formed_again(const out *to, bo_str iri) {
    bo_str *known = &to->ld->checked->iris[((uintptr_t)iri.ptr >> 4) % CHECKED];
    if (known->ptr == iri.ptr && known->len == iri.len) return true;
    if (!well_formed(iri)) return false;
    *known = iri;
    return true;
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
    return to->no_graph ? BO_OK : to->sink->quad(to->sink->context, &quad);
}

/* A label that others can read: what may not stand in one, and what could be taken for that, is spelt in
 * hexadecimal. */
static bo_status kept_label(bo_ld *ld, bo_str *made, bo_str name) {
    bo_str label = bo_str_from(name, 2), hex;
    bool plain = label.len > 0 && label.ptr[0] != '-';
    for (size_t i = 0; i < label.len && plain; i++) {
        char c = label.ptr[i], lower = (char)(c | 0x20);
        plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    *made = name;
    if (plain && label.ptr[0] != 'g') return BO_OK;
    if (plain) return bo_ld_join(ld, made, BO_STR("_:g"), label);
    BO_TRY(BO_LD_SPEND(ld, text_bytes, label.len));
    hex = bo_hex(label, ld->arena);
    BO_TRY(bo_ld_made(hex.ptr));
    return bo_ld_join(ld, made, BO_STR("_:gx"), hex);
}

/* The name under which a blank node is put; an empty one asks for a fresh one. */
static bo_status blank_name(bo_ld *ld, bo_str *made, bo_str name) {
    if (!ld->options->keep_labels)
        *made = bo_ld_blank_name(ld, name);
    else if (name.len > 0)
        return kept_label(ld, made, name);
    else
        *made = bo_arena_printf(ld->arena, "_:g%u", ++ld->blank_count);
    return bo_ld_made(made->ptr);
}

static bo_status fresh_blank(const out *to, bo_term *term) {
    bo_str name;
    BO_TRY(blank_name(to->ld, &name, BO_STR("")));
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

/* "48.9356" is 4.89356E1: a fraction of so few digits that a double keeps them all needs no arithmetic. */
static bool plain_fraction(bo_str *lexical, bo_arena *arena, bo_str text) {
    enum { EXACT = 15 };
    size_t minus = text.ptr[0] == '-', point = bo_str_find(text, '.'), count = 0;
    bool short_one = text.len - minus <= EXACT + 1 && point < text.len;
    if (!short_one || text.ptr[minus] == '0' || text.ptr[text.len - 1] == '0') return false;
    char made[EXACT + 8];
    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (!digit && i >= minus && i != point) return false; /* it has an exponent */
        if (i != point) made[count++] = text.ptr[i];
        if (i == minus) made[count++] = '.';
    }
    size_t exponent = point - minus - 1;
    made[count++] = 'E';
    if (exponent > 9) made[count++] = '1';
    made[count++] = (char)('0' + exponent % 10);
    *lexical = bo_arena_str(arena, (bo_str){made, count});
    return true;
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

/* "-12": an integer as xsd:integer spells it. */
static bool plain_integer(bo_str digits) {
    enum { EXACT = 15 };
    size_t at = digits.len > 1 && digits.ptr[0] == '-', first = at;
    if (digits.len - at > EXACT || (digits.ptr[first] == '0' && digits.len > 1)) return false;
    while (at < digits.len && digits.ptr[at] >= '0' && digits.ptr[at] <= '9') at++;
    return at == digits.len;
}

/* 8.2.2 steps 10 and 11. */
bo_status bo_ld_number_term(bo_term *term, const bo_json *value, bo_str type, bo_arena *arena) {
    double number;
    if (plain_integer(value->text) && !bo_str_eq(type, XSD("double"))) {
        term->value = value->text;
        term->datatype = type.ptr ? type : XSD("integer");
        return BO_OK;
    }
    if (plain_fraction(&term->value, arena, value->text)) {
        term->datatype = type.ptr ? type : XSD("double");
        return bo_ld_made(term->value.ptr);
    }
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
static bo_status value_term(const out *to, bo_term *term, bool *none, const bo_ld_parts *parts) {
    bo_arena *arena = to->ld->arena;
    const bo_json *value = parts->value;
    bo_str type = bo_json_string(parts->type), language = bo_json_string(parts->language);
    bo_str direction = bo_json_string(parts->direction);
    bool json = bo_ld_keyword_of(type) == BO_LD_JSON;
    *none = (type.ptr != NULL && !json && !well_formed_again(to, type)) ||
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
static bo_status emit_entries(const out *to, const bo_term *subject, const bo_json *node);

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

/* A blank node gets a name of this call (API 7.4). */
static bo_status node_name(const out *to, bo_str *name, const bo_json *id) {
    *name = bo_json_string(id);
    if (id == NULL || bo_ld_is_blank(*name)) return blank_name(to->ld, name, id ? *name : BO_STR(""));
    return BO_OK;
}

/* API 7.2.2 step 6.8: what node and graph say of a node's place must not differ. */
static bo_status check_index(const out *to, bo_str name, const bo_json *index) {
    bo_arena *arena = to->ld->arena;
    bo_str graph = to->graph.kind == BO_NO_TERM ? BO_STR("") : to->graph.value;
    bo_str key = bo_arena_printf(arena, "%zu ", graph.len);
    if (key.ptr != NULL) key = bo_arena_join(arena, key, graph);
    if (key.ptr != NULL) key = bo_arena_join(arena, key, name);
    BO_TRY(bo_ld_made(key.ptr));
    bool fresh;
    bo_value *place = bo_map_put(&to->ld->checked->indexes, key, &fresh);
    BO_TRY(bo_ld_made(place));
    if (fresh) memcpy(&place->ptr, &index, sizeof index);
    if (!bo_json_eq(place->ptr, index))
        return BO_LD_FAIL("conflicting indexes", "the node <%.*s> has two different indexes",
                          BO_STR_ARG(name));
    return BO_OK;
}

/* A node's term, after all that stands in it has been put. */
static bo_status node_term(const out *to, bo_term *term, bool *none, const bo_json *node,
                           const bo_ld_parts *parts) {
    const bo_json *id = parts->id;
    bo_str name;
    *none = id != NULL && id->kind != BO_JSON_STRING; /* an @id of null names nothing */
    if (*none) return BO_OK;
    BO_TRY(node_name(to, &name, id));
    *none = !id_term(term, name);
    if (*none) BO_TRY(bo_ld_drop(to->ld, "the @id", name));
    if (node->len == (id != NULL)) return BO_OK;
    if (parts->index != NULL) BO_TRY(check_index(to, name, parts->index));
    BO_TRY(bo_ld_enter(to->ld));
    BO_TRY(emit_entries(to, *none ? NULL : term, node));
    bo_ld_leave(to->ld);
    return BO_OK;
}

/* API 8.2.2 Object to RDF Conversion. */
static bo_status object_term(const out *to, bo_term *term, bool *none, const bo_json *object) {
    bo_ld_parts parts;
    bo_ld_take_apart(&parts, object);
    *none = false;
    if (parts.value != NULL) return value_term(to, term, none, &parts);
    if (parts.list == NULL) return node_term(to, term, none, object, &parts);
    BO_TRY(bo_ld_enter(to->ld));
    BO_TRY(list_term(to, term, parts.list));
    bo_ld_leave(to->ld);
    return BO_OK;
}

/* 8.1.2 step 1.3.2.1. */
static bo_status emit_types(const out *to, const bo_term *subject, const bo_json *types) {
    for (uint32_t i = 0; types->kind == BO_JSON_ARRAY && i < types->len; i++) {
        bo_str id = bo_json_string(types->items[i]);
        bo_term type = bo_term_iri(id);
        if (bo_ld_is_blank(id)) {
            BO_TRY(node_name(to, &id, types->items[i]));
            type = bo_term_blank(bo_str_from(id, 2));
        } else if (!well_formed_again(to, id)) {
            BO_TRY(bo_ld_drop(to->ld, "the type", id));
            continue;
        }
        if (subject != NULL) BO_TRY(emit(to, *subject, RDF("type"), type));
    }
    return BO_OK;
}

/* The values of one property; `backwards`: the subject is the value of each. */
static bo_status emit_property(const out *to, const bo_term *subject, bo_str property, const bo_json *values,
                               bool backwards) {
    bool blank = bo_ld_is_blank(property);
    bool usable = blank ? to->ld->options->generalized_rdf : well_formed_again(to, property);
    if (!usable) BO_TRY(bo_ld_drop(to->ld, "the property", property));
    if (blank && usable) BO_TRY(blank_name(to->ld, &property, property));
    BO_TRY(bo_ld_count(to->ld, values->len));
    for (uint32_t i = 0; i < values->len; i++) {
        bo_term object;
        bool none;
        BO_TRY(object_term(to, &object, &none, values->items[i]));
        if (!none && usable && subject != NULL)
            BO_TRY(backwards ? emit(to, object, property, *subject) : emit(to, *subject, property, object));
    }
    return BO_OK;
}

static bo_status emit_nodes(const out *to, const bo_json *nodes) {
    BO_TRY(bo_ld_enter(to->ld));
    for (uint32_t i = 0; i < nodes->len; i++) {
        const bo_json *node = nodes->items[i];
        bo_ld_parts parts;
        bo_term ignored;
        bool none;
        if (node->kind == BO_JSON_ARRAY) {
            BO_TRY(emit_nodes(to, node));
        } else if (bo_ld_is_node(node)) {
            bo_ld_take_apart(&parts, node);
            BO_TRY(node_term(to, &ignored, &none, node, &parts));
        }
    }
    bo_ld_leave(to->ld);
    return BO_OK;
}

/* What stands in the node's own graph: the node is its name. */
static bo_status emit_graph(const out *to, const bo_term *name, const bo_json *nodes) {
    out inner = {.ld = to->ld, .sink = to->sink, .no_graph = name == NULL};
    if (name != NULL) inner.graph = *name;
    return emit_nodes(&inner, nodes);
}

static bo_status emit_entries(const out *to, const bo_term *subject, const bo_json *node) {
    for (uint32_t i = 0; i < node->len; i++) {
        const bo_json_member *m = &node->members[i];
        switch (bo_ld_keyword_of(m->key)) {
        case BO_LD_NO_KEYWORD: BO_TRY(emit_property(to, subject, m->key, m->value, false)); break;
        case BO_LD_TYPE: BO_TRY(emit_types(to, subject, m->value)); break;
        case BO_LD_GRAPH: BO_TRY(emit_graph(to, subject, m->value)); break;
        case BO_LD_INCLUDED: BO_TRY(emit_nodes(to, m->value)); break;
        case BO_LD_REVERSE:
            for (uint32_t j = 0; j < m->value->len; j++)
                BO_TRY(
                    emit_property(to, subject, m->value->members[j].key, m->value->members[j].value, true));
            break;
        default: break;
        }
    }
    return BO_OK;
}

bo_status bo_ld_to_rdf(bo_ld *ld, const bo_sink *sink, const bo_json *expanded) {
    if (ld->checked == NULL) ld->checked = BO_NEW(ld->arena, struct bo_ld_checked);
    BO_TRY(bo_ld_made(ld->checked));
    bo_map_init(&ld->checked->indexes, ld->arena);
    return emit_nodes(&(out){.ld = ld, .sink = sink}, expanded);
}

bo_status bo_jsonld_to_rdf(const bo_sink *sink, const bo_json *input, const bo_jsonld_options *options,
                           bo_arena *arena) {
    bo_ld ld;
    const bo_ld_context *active;
    bo_json *expanded;
    bo_ld_init(&ld, options, arena);
    BO_TRY(bo_ld_start(&ld, &active));
    BO_TRY(bo_ld_expand(&ld, &expanded, active, input));
    return bo_ld_to_rdf(&ld, sink, expanded);
}
