/* SPDX-License-Identifier: Apache-2.0
 * Serialize RDF as JSON-LD (API 8.4 and 8.5).
 */
#include "bocage/source.h"

#include "jsonld/internal.h"

#define RDF_NS "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define RDF(name) BO_STR(RDF_NS name)
#define XSD(name) BO_STR("http://www.w3.org/2001/XMLSchema#" name)
#define I18N BO_STR("https://www.w3.org/ns/i18n#")

/* A place where a node is mentioned: the value in the property of the node. */
typedef struct usage {
    bo_json *node, *value;
    bo_str property;
    struct usage *next;
} usage;

typedef struct graph {
    bo_map nodes;     /* id -> bo_json */
    bo_map compounds; /* id: subjects of rdf:direction */
    usage *nil;       /* where rdf:nil is mentioned, last first */
} graph;

typedef struct maker {
    bo_ld *ld;
    bo_map graphs;  /* name -> graph */
    bo_map once;    /* blank node -> usage, or NULL when it is mentioned more than once */
    bo_map homes;   /* blank node -> in how many graphs it is */
    bo_map hanging; /* link of a list -> on what it hangs in the end, see hangs_on_itself */
    bo_ld_node_map values;
} maker;

static bo_str id_of(bo_arena *arena, const bo_term *term) {
    return term->kind == BO_BLANK ? bo_arena_join(arena, BO_STR("_:"), term->value)
                                  : bo_arena_str(arena, term->value);
}

static bo_status graph_of(maker *m, graph **out, bo_str name) {
    bo_value *place = bo_map_put(&m->graphs, name, NULL);
    BO_TRY(bo_ld_made(place));
    if (place->ptr == NULL) {
        graph *made = BO_NEW(m->ld->arena, graph);
        BO_TRY(bo_ld_made(made));
        bo_map_init(&made->nodes, m->ld->arena);
        bo_map_init(&made->compounds, m->ld->arena);
        place->ptr = made;
    }
    *out = place->ptr;
    return BO_OK;
}

static bo_status count_home(maker *m, bo_str id) {
    bo_value *homes = bo_map_put(&m->homes, id, NULL);
    BO_TRY(bo_ld_made(homes));
    homes->u64++;
    return BO_OK;
}

static bo_status node_of(maker *m, bo_json **out, graph *g, bo_str id) {
    bo_arena *arena = m->ld->arena;
    bo_value *place = bo_map_put(&g->nodes, id, NULL);
    BO_TRY(bo_ld_made(place));
    if (place->ptr == NULL) {
        BO_TRY(bo_ld_count(m->ld, 1));
        place->ptr = bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_ID, bo_ld_string(arena, id));
        if (bo_ld_is_blank(id)) BO_TRY(count_home(m, id));
    }
    *out = place->ptr;
    return bo_ld_made(place->ptr);
}

/* 8.5.2 step 2.4 for numbers: the lexical form as a JSON number; .ptr NULL when it is none. */
static bo_str json_number(bo_arena *arena, const bo_term *literal) {
    bo_str text = literal->value;
    bo_json *value;
    bool integer = bo_str_eq(literal->datatype, XSD("integer"));
    if (!integer && !bo_str_eq(literal->datatype, XSD("double"))) return BO_STR_NONE;
    if (text.len > 0 && text.ptr[0] == '+') text = bo_str_from(text, 1);
    if (bo_json_parse(&value, text, NULL, arena) != BO_OK || value->kind != BO_JSON_NUMBER)
        return BO_STR_NONE;
    double number;
    int64_t whole;
    if (integer) return bo_json_integer(&whole, value) ? value->text : BO_STR_NONE;
    if (!bo_json_number(&number, value)) return BO_STR_NONE;
    bo_text out;
    bo_text_init(&out, 0);
    bo_json_write_double(&out, number);
    bo_str copy = bo_arena_str(arena, bo_text_str(&out));
    bo_text_done(&out);
    return copy;
}

/* 8.5.2 step 2.6: a datatype that holds a language and a direction. False when it is none. */
static bool i18n_literal(maker *m, bo_json *object, const bo_term *literal) {
    bo_arena *arena = m->ld->arena;
    if (m->ld->options->rdf_direction != BO_DIRECTION_I18N || !bo_str_starts(literal->datatype, I18N))
        return false;
    bo_str rest = bo_arena_str(arena, bo_str_from(literal->datatype, I18N.len));
    size_t score = bo_str_find(rest, '_');
    if (score > 0)
        object = bo_ld_set(arena, object, BO_LD_LANGUAGE, bo_ld_string(arena, bo_str_head(rest, score)));
    if (score + 1 < rest.len)
        bo_ld_set(arena, object, BO_LD_DIRECTION, bo_ld_string(arena, bo_str_from(rest, score + 1)));
    return true;
}

/* Whether toRdf gives the very same literal back for its native form. */
static bool comes_back(bo_arena *arena, const bo_json *native, const bo_term *literal) {
    if (native->kind != BO_JSON_NUMBER)
        return bo_str_eq(literal->value, native->kind == BO_JSON_TRUE ? BO_STR("true") : BO_STR("false"));
    bo_term term = {.kind = BO_LITERAL};
    return bo_ld_number_term(&term, native, BO_STR_NONE, arena) == BO_OK && bo_term_eq(&term, literal);
}

/* API 8.5.2 RDF to Object Conversion, for literals. */
static bo_status literal_object(maker *m, bo_json **out, const bo_term *literal) {
    bo_arena *arena = m->ld->arena;
    bo_json *object = bo_json_new(arena, BO_JSON_OBJECT), *value = NULL;
    bo_str type = literal->datatype, number = BO_STR_NONE;
    BO_TRY(bo_ld_made(object));
    if (m->ld->options->use_native_types) {
        bool yes = bo_str_eq(literal->value, BO_STR("true")) || bo_str_eq(literal->value, BO_STR("1"));
        bool no = bo_str_eq(literal->value, BO_STR("false")) || bo_str_eq(literal->value, BO_STR("0"));
        if (bo_str_eq(type, XSD("boolean")) && (yes || no)) value = bo_json_new_bool(arena, yes);
        number = json_number(arena, literal);
        if (number.ptr != NULL) value = bo_json_new_number(arena, number);
        if (value != NULL && m->ld->options->exact_native_types && !comes_back(arena, value, literal))
            value = NULL;
        if (value != NULL) type = BO_STR_NONE;
    }
    if (value == NULL && bo_str_eq(type, RDF("JSON")) && !m->ld->options->mode_1_0) {
        if (bo_json_parse(&value, literal->value, NULL, arena) != BO_OK)
            return BO_LD_FAIL("invalid JSON literal", "a literal of type rdf:JSON is no JSON: %s",
                              bo_error_last()->message);
        type = KEYWORD(JSON);
    }
    if (value == NULL) value = bo_ld_string(arena, bo_arena_str(arena, literal->value));
    object = bo_ld_set(arena, object, BO_LD_VALUE, value);
    if (literal->lang.ptr != NULL)
        object =
            bo_ld_set(arena, object, BO_LD_LANGUAGE, bo_ld_string(arena, bo_arena_str(arena, literal->lang)));
    else if (type.ptr != NULL && !i18n_literal(m, object, literal))
        object = bo_ld_set(arena, object, BO_LD_TYPE, bo_ld_string(arena, bo_arena_str(arena, type)));
    *out = object;
    return bo_ld_made(object);
}

static bo_status mention(maker *m, graph *g, bo_str id, bo_json *node, bo_str property, bo_json *value) {
    usage *made = BO_NEW(m->ld->arena, usage);
    BO_TRY(bo_ld_made(made));
    *made = (usage){node, value, property, g->nil};
    if (bo_str_eq(id, RDF("nil"))) {
        g->nil = made;
    } else if (bo_ld_is_blank(id)) {
        bool first;
        bo_value *place = bo_map_put(&m->once, id, &first);
        BO_TRY(bo_ld_made(place));
        place->ptr = first ? made : NULL;
    }
    return BO_OK;
}

/* 8.4.2 step 5.7 for one triple. */
static bo_status add_triple(maker *m, graph *g, const bo_quad *quad) {
    bo_arena *arena = m->ld->arena;
    bo_json *node, *other, *value, *values;
    bo_str subject = id_of(arena, &quad->s), property = id_of(arena, &quad->p), object = BO_STR_NONE;
    bool fresh;
    if (subject.ptr == NULL || property.ptr == NULL) return bo_ld_made(NULL);
    BO_TRY(node_of(m, &node, g, subject));
    if (m->ld->options->rdf_direction == BO_DIRECTION_COMPOUND && bo_str_eq(property, RDF("direction")))
        BO_TRY(bo_ld_made(bo_map_put(&g->compounds, subject, NULL)));
    if (quad->o.kind != BO_LITERAL) {
        object = id_of(arena, &quad->o);
        BO_TRY(bo_ld_made(object.ptr));
        BO_TRY(node_of(m, &other, g, object));
        if (!m->ld->options->use_rdf_type && bo_str_eq(property, RDF("type"))) {
            BO_TRY(bo_ld_node_map_property(m->ld, &values, node, KEYWORD(TYPE)));
            value = bo_ld_string(arena, object);
            BO_TRY(bo_ld_made(value));
            BO_TRY(bo_ld_node_map_is_new(&m->values, &fresh, values, value));
            return fresh ? bo_ld_made(bo_json_push(arena, values, value)) : BO_OK;
        }
        value = bo_ld_set(arena, bo_json_new(arena, BO_JSON_OBJECT), BO_LD_ID, bo_ld_string(arena, object));
        BO_TRY(bo_ld_made(value));
    } else {
        BO_TRY(literal_object(m, &value, &quad->o));
    }
    BO_TRY(bo_ld_node_map_property(m->ld, &values, node, property));
    BO_TRY(bo_ld_node_map_is_new(&m->values, &fresh, values, value));
    if (fresh) BO_TRY(bo_ld_made(bo_json_push(arena, values, value)));
    return object.ptr ? mention(m, g, object, node, property, value) : BO_OK;
}

static bo_status add_quad(void *context, const bo_quad *quad) {
    maker *m = context;
    graph *g;
    bo_json *node;
    bo_str name = KEYWORD(DEFAULT);
    if (quad->g.kind != BO_NO_TERM) {
        name = id_of(m->ld->arena, &quad->g);
        BO_TRY(bo_ld_made(name.ptr));
        BO_TRY(graph_of(m, &g, KEYWORD(DEFAULT)));
        BO_TRY(node_of(m, &node, g, name));
    }
    BO_TRY(graph_of(m, &g, name));
    return add_triple(m, g, quad);
}

static usage *mentioned_once(const maker *m, bo_str id) {
    const bo_value *found = id.ptr ? bo_map_get(&m->once, id) : NULL;
    return found ? found->ptr : NULL;
}

/* 8.4.2 step 6.4.3: whether a node is a well-formed link of a list and nothing else; in no other graph
 * either, which the specification overlooks: the statements there would lose their node. */
static bool is_link(const maker *m, const bo_json *node) {
    const bo_json *first = bo_json_get(node, RDF("first")), *rest = bo_json_get(node, RDF("rest"));
    const bo_json *type = bo_ld_get(node, BO_LD_TYPE);
    bo_str id = bo_json_string(bo_ld_get(node, BO_LD_ID));
    if (mentioned_once(m, id) == NULL || bo_map_get(&m->graphs, id) != NULL) return false;
    if (bo_map_get(&m->homes, id)->u64 > 1) return false;
    if (first == NULL || rest == NULL || first->len != 1 || rest->len != 1) return false;
    bool list_type = type != NULL && type->len == 1 && bo_str_eq(bo_json_string(type->items[0]), RDF("List"));
    return node->len == 3u + list_type && (type == NULL || list_type);
}

/* Whether a link is mentioned by links alone, round and round: as lists they would all be gone, which the
 * specification overlooks. Each link is passed once. */
static bo_status hangs_on_itself(maker *m, bool *out, const bo_json *node) {
    enum { PASSING = 1, WELL, ROUND };
    uint64_t end = WELL;
    for (int turn = 0; turn < 2; turn++) {
        const bo_json *at = node;
        while (is_link(m, at)) {
            bo_str id = bo_json_string(bo_ld_get(at, BO_LD_ID));
            bo_value *mark = bo_map_put(&m->hanging, id, NULL);
            BO_TRY(bo_ld_made(mark));
            if (turn == 0 && mark->u64 != 0) end = mark->u64 == WELL ? WELL : ROUND;
            if (mark->u64 >= PASSING + (unsigned)turn) break;
            mark->u64 = turn == 0 ? PASSING : end;
            at = mentioned_once(m, id)->node;
        }
    }
    *out = end == ROUND;
    return BO_OK;
}

/* 8.4.2 step 6.4: the list that ends where rdf:nil is mentioned. */
static bo_status make_list(maker *m, graph *g, const usage *end) {
    bo_arena *arena = m->ld->arena;
    bo_json *items = bo_json_new(arena, BO_JSON_ARRAY), *node = end->node, *head = end->value;
    bo_str property = end->property;
    bool round;
    BO_TRY(hangs_on_itself(m, &round, node));
    while (!round && bo_str_eq(property, RDF("rest")) && is_link(m, node)) {
        bo_str id = bo_json_string(bo_ld_get(node, BO_LD_ID));
        const usage *before = mentioned_once(m, id);
        items = bo_json_push(arena, items, bo_json_get(node, RDF("first"))->items[0]);
        bo_map_remove(&g->nodes, id);
        node = before->node;
        property = before->property;
        head = before->value;
        if (!bo_ld_is_blank(bo_json_string(bo_ld_get(node, BO_LD_ID)))) break;
    }
    BO_TRY(bo_ld_made(items));
    for (uint32_t i = 0, j = items->len; i + 1 < j; i++) {
        bo_json *swap = items->items[i];
        items->items[i] = items->items[--j];
        items->items[j] = swap;
    }
    bo_json_unset(head, KEYWORD(ID));
    return bo_ld_made(bo_ld_set(arena, head, BO_LD_LIST, items));
}

/* 8.4.2 step 6.1: a blank node with rdf:value and rdf:direction becomes a value. */
static bo_status make_compound(maker *m, graph *g, bo_str id) {
    static const struct {
        bo_str property;
        bo_ld_keyword keyword;
    } parts[] = {{{RDF_NS "value", sizeof RDF_NS "value" - 1}, BO_LD_VALUE},
                 {{RDF_NS "language", sizeof RDF_NS "language" - 1}, BO_LD_LANGUAGE},
                 {{RDF_NS "direction", sizeof RDF_NS "direction" - 1}, BO_LD_DIRECTION}};
    usage *place = mentioned_once(m, id);
    bo_value *found = bo_map_get(&g->nodes, id);
    if (place == NULL || found == NULL) return BO_OK;
    bo_json *node = found->ptr;
    bo_map_remove(&g->nodes, id);
    bo_json_unset(place->value, KEYWORD(ID));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        bo_json *value = bo_ld_get(bo_json_at(bo_json_get(node, parts[i].property), 0), BO_LD_VALUE);
        if (value == NULL) continue;
        bo_str text = bo_json_string(value);
        if (parts[i].keyword == BO_LD_LANGUAGE && !bo_ld_is_language(text))
            return BO_LD_FAIL("invalid language-tagged string", "\"%.*s\" is no language tag",
                              BO_STR_ARG(text));
        if (parts[i].keyword == BO_LD_DIRECTION && !bo_str_eq(text, BO_STR("ltr")) &&
            !bo_str_eq(text, BO_STR("rtl")))
            return BO_LD_FAIL("invalid base direction", "\"%.*s\" is no direction", BO_STR_ARG(text));
        BO_TRY(bo_ld_made(bo_ld_set(m->ld->arena, place->value, parts[i].keyword, value)));
    }
    return BO_OK;
}

/* Step 6. */
static bo_status tidy(maker *m, graph *g) {
    bo_map_entry *entry;
    usage *forward = NULL;
    for (uint32_t at = 0; (entry = bo_map_next(&g->compounds, &at)) != NULL;)
        BO_TRY(make_compound(m, g, entry->key));
    for (usage *u = g->nil, *next; u != NULL; u = next) { /* back into order of mention */
        next = u->next;
        u->next = forward;
        forward = u;
    }
    for (usage *u = forward; u != NULL; u = u->next) BO_TRY(make_list(m, g, u));
    return BO_OK;
}

static bo_status list_nodes(maker *m, bo_json **out, graph *g, bool with_graphs) {
    bo_arena *arena = m->ld->arena;
    bo_json *result = bo_json_new(arena, BO_JSON_ARRAY);
    size_t count;
    bo_map_entry **sorted = bo_ld_sorted_entries(arena, &g->nodes, &count);
    BO_TRY(bo_ld_made(sorted));
    for (size_t i = 0; i < count; i++) {
        bo_json *node = sorted[i]->value.ptr, *inner;
        const bo_value *named = with_graphs ? bo_map_get(&m->graphs, sorted[i]->key) : NULL;
        if (named != NULL) {
            BO_TRY(list_nodes(m, &inner, named->ptr, false));
            BO_TRY(bo_ld_made(bo_ld_set(arena, node, BO_LD_GRAPH, inner)));
        }
        if (node->len > 1) result = bo_json_push(arena, result, node);
    }
    *out = result;
    return bo_ld_made(result);
}

/* API 8.4.2. */
bo_status bo_jsonld_from_rdf(bo_json **out, bo_source *source, const bo_jsonld_options *options,
                             bo_arena *arena) {
    bo_ld ld;
    maker m = {.ld = &ld};
    graph *whole;
    bo_json *result;
    bo_map_entry *entry;
    const bo_quad anything = {.s = {.kind = BO_NO_TERM}};
    const bo_sink sink = {add_quad, NULL, &m};
    bo_ld_init(&ld, options, arena);
    bo_map_init(&m.graphs, arena);
    bo_map_init(&m.once, arena);
    bo_map_init(&m.homes, arena);
    bo_map_init(&m.hanging, arena);
    bo_ld_node_map_init(&m.values, &ld);
    BO_TRY(graph_of(&m, &whole, KEYWORD(DEFAULT)));
    BO_TRY(bo_source_match(source, &anything, false, &sink));
    for (uint32_t at = 0; (entry = bo_map_next(&m.graphs, &at)) != NULL;) BO_TRY(tidy(&m, entry->value.ptr));
    BO_TRY(list_nodes(&m, &result, whole, true));
    *out = result;
    return BO_OK;
}
