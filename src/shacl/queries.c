/* SPDX-License-Identifier: Apache-2.0
 * SPARQL-based constraints and components in a shapes graph (sections 5 and 6): their texts are completed
 * with prefixes and paths, parsed once, and their variables pre-bound.
 */
#include "shacl/reader.h"
#include "sparql/lexer.h"

/* Names of one query, and the values that are known already. */
typedef struct wanted {
    bo_sh_reader *r;
    bo_id node; /* who is to blame: the constraint or the validator */
    const bo_sh_shape *shape;
    bool asks;
    bo_str *names;
    bo_term *values;
    size_t count, value_count;
} wanted;

static bo_status bind(wanted *w, bo_str name, const bo_term *value) {
    bo_term term = value != NULL ? *value : (bo_term){0};
    BO_SH_PUSH(w->r->arena, w->names, w->count, name);
    BO_SH_PUSH(w->r->arena, w->values, w->value_count, term);
    return BO_OK;
}

/* Text. */

static bo_status put_declarations(bo_sh_reader *r, bo_text *out, bo_id node) {
    bo_sh_nodes found;
    BO_TRY(bo_sh_objects(r, &found, node, SH("declare")));
    for (size_t i = 0; i < found.len; i++) {
        bo_id prefix, namespace;
        bo_term name, iri;
        BO_TRY(bo_sh_object(r, &prefix, found.ids[i], SH("prefix")));
        BO_TRY(bo_sh_object(r, &namespace, found.ids[i], SH("namespace")));
        if (prefix == BO_ID_NONE || namespace == BO_ID_NONE)
            return bo_sh_ill_formed(r, node, "sh:declare needs a sh:prefix and a sh:namespace");
        BO_TRY(bo_source_term_of(r->source, &name, prefix, r->scratch));
        BO_TRY(bo_source_term_of(r->source, &iri, namespace, r->scratch));
        bo_text_printf(out, "PREFIX %.*s: <%.*s> ", BO_STR_ARG(name.value), BO_STR_ARG(iri.value));
    }
    return BO_OK;
}

/* sh:prefixes, and what those import. */
static bo_status put_prefixes(bo_sh_reader *r, bo_text *out, bo_id node) {
    bo_sh_nodes open, imports;
    BO_TRY(bo_sh_objects(r, &open, node, SH("prefixes")));
    for (size_t at = 0; at < open.len; at++) {
        BO_TRY(put_declarations(r, out, open.ids[at]));
        BO_TRY(bo_sh_objects(r, &imports, open.ids[at], BO_STR(BO_OWL_NS "imports")));
        for (size_t i = 0; i < imports.len; i++) {
            size_t k = 0;
            while (k < open.len && open.ids[k] != imports.ids[i]) k++;
            if (k == open.len) BO_SH_PUSH(r->scratch, open.ids, open.len, imports.ids[i]);
        }
    }
    return BO_OK;
}

/* The query's text with the path in the place of $PATH. */
static bo_status put_query(wanted *w, bo_text *out, bo_str text, bo_sh_query *query) {
    bo_lexer lexer;
    bo_token token;
    size_t from = 0;
    BO_TRY(bo_lexer_init(&lexer, text, w->r->scratch));
    for (;;) {
        BO_TRY(bo_lexer_next(&lexer, &token));
        if (token.kind == BO_TOKEN_END) break;
        if (token.kind != BO_TOKEN_VARIABLE) continue;
        query->wants_shapes |= bo_str_eq(token.text, BO_STR("shapesGraph"));
        if (!bo_str_eq(token.text, BO_STR("PATH")) || w->shape->path == NULL) continue;
        bo_text_put(out, bo_str_make(lexer.text.ptr + from, token.at - from));
        bo_text_char(out, '(');
        bo_sh_path_text(out, w->shape->path, false, w->r->scratch);
        bo_text_char(out, ')');
        from = token.end;
    }
    bo_text_put(out, bo_str_from(lexer.text, from));
    return BO_OK;
}

static bo_status parse_in(wanted *w, bo_text *text, bo_str written, bo_sh_query *query) {
    BO_TRY(put_prefixes(w->r, text, w->node));
    BO_TRY(put_query(w, text, written, query));
    BO_TRY(bo_text_end(text));
    if (query->wants_shapes && w->r->shapes->graph_iri.len == 0)
        return bo_fail(BO_INVALID, "it asks for $shapesGraph, which is not offered here");
    w->r->wants_graph |= query->wants_shapes;
    size_t required = w->count;
    BO_TRY(bind(w, BO_STR("currentShape"), &w->shape->term));
    bo_term graph = bo_term_iri(w->r->shapes->graph_iri);
    if (graph.value.len > 0) BO_TRY(bind(w, BO_STR("shapesGraph"), &graph));
    BO_TRY(bo_query_parse(&query->query, bo_text_str(text), NULL));
    bo_query_form form = bo_query_form_of(query->query);
    if (form != (w->asks ? BO_ASK : BO_SELECT))
        return bo_fail(BO_INVALID, "the query must be a %s", w->asks ? "ASK" : "SELECT");
    return bo_query_prebind(query->query, w->names, w->count, required);
}

static bo_status parse(wanted *w, bo_sh_rule *rule, bo_str written) {
    bo_text text;
    bo_sh_query *query = BO_NEW(w->r->arena, bo_sh_query);
    if (query == NULL) return bo_error_last()->status;
    rule->query = query;
    bo_text_init(&text, 1 << 20);
    bo_status status = parse_in(w, &text, written, query);
    bo_text_done(&text);
    query->names = w->names;
    query->values = w->values;
    query->count = w->count;
    query->asks = w->asks;
    if (status != BO_SYNTAX && status != BO_INVALID) return status;
    bo_error error = *bo_error_last();
    return bo_sh_ill_formed(w->r, w->node, "line %u of its query: %.250s", error.line, error.message);
}

/* The one text at sh:select or sh:ask. */
static bo_status read_text(bo_sh_reader *r, bo_str *out, bo_id node, bo_str property) {
    bo_id id;
    bo_term term;
    *out = BO_STR_NONE;
    BO_TRY(bo_sh_object(r, &id, node, property));
    if (id == BO_ID_NONE) return BO_OK;
    BO_TRY(bo_sh_keep_term(r, &term, id));
    if (term.kind != BO_LITERAL) return bo_sh_ill_formed(r, node, "a query must be a text");
    *out = term.value;
    return BO_OK;
}

/* Constraints (section 5). */

static bo_status read_constraint(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    bool off;
    bo_sh_rule *rule;
    bo_str text;
    wanted w = {.r = r, .node = node, .shape = shape};
    BO_TRY(bo_sh_true(r, &off, node, SH("deactivated")));
    if (off) return BO_OK;
    BO_TRY(read_text(r, &text, node, SH("select")));
    if (text.ptr == NULL) return bo_sh_ill_formed(r, node, "sh:sparql needs a sh:select with a query");
    BO_TRY(bo_sh_add_rule(r, &rule, shape, BO_SH_SPARQL));
    BO_TRY(bo_sh_keep_term(r, &rule->source, node));
    BO_TRY(bo_sh_terms_of(r, &rule->messages, &rule->message_count, node, SH("message")));
    BO_TRY(bind(&w, BO_STR("this"), NULL));
    return parse(&w, rule, text);
}

/* Components (section 6). */

static bo_status read_parameter(bo_sh_reader *r, bo_sh_custom *custom, bo_id node) {
    bo_sh_parameter parameter;
    bo_id path;
    bo_term term;
    BO_TRY(bo_sh_object(r, &path, node, SH("path")));
    if (path == BO_ID_NONE || bo_id_kind(path) != BO_IRI)
        return bo_sh_ill_formed(r, custom->id, "a sh:parameter needs an IRI as its sh:path");
    BO_TRY(bo_sh_keep_term(r, &term, path));
    BO_TRY(bo_sh_true(r, &parameter.optional, node, SH("optional")));
    size_t at = term.value.len;
    while (at > 0 && strchr("#/:", term.value.ptr[at - 1]) == NULL) at--;
    parameter.iri = term.value;
    parameter.variable = bo_str_from(term.value, at);
    BO_SH_PUSH(r->arena, custom->parameters, custom->parameter_count, parameter);
    return BO_OK;
}

bo_status bo_sh_read_customs(bo_sh_reader *r) {
    bo_sh_nodes found, parameters;
    BO_TRY(bo_sh_subjects(r, &found, SH("parameter"), BO_ID_NONE));
    for (size_t i = 0; i < found.len; i++) {
        bo_sh_custom custom = {.id = found.ids[i]};
        bool is_one;
        BO_TRY(bo_sh_instance(r, &is_one, found.ids[i], SH("ConstraintComponent")));
        if (!is_one || bo_id_kind(found.ids[i]) != BO_IRI) continue;
        BO_TRY(bo_sh_keep_term(r, &custom.term, found.ids[i]));
        if (bo_str_starts(custom.term.value, BO_STR(BO_SH_NS))) continue; /* SHACL's own vocabulary */
        BO_TRY(bo_sh_objects(r, &parameters, found.ids[i], SH("parameter")));
        for (size_t k = 0; k < parameters.len; k++) BO_TRY(read_parameter(r, &custom, parameters.ids[k]));
        BO_SH_PUSH(r->scratch, r->customs, r->custom_count, custom);
    }
    return BO_OK;
}

/* The validator that fits a shape, BO_ID_NONE when there is none: that for node or property shapes, or any.
 */
static bo_status find_validator(bo_sh_reader *r, bo_id *out, const bo_sh_custom *custom,
                                const bo_sh_shape *shape) {
    bo_sh_nodes found;
    BO_TRY(bo_sh_objects(r, &found, custom->id,
                         shape->path != NULL ? SH("propertyValidator") : SH("nodeValidator")));
    if (found.len == 0) BO_TRY(bo_sh_objects(r, &found, custom->id, SH("validator")));
    *out = found.len > 0 ? found.ids[0] : BO_ID_NONE;
    return BO_OK;
}

/* Binds every parameter but the single one, whose value is given; *whole false when one is missing that must
 * be there. */
static bo_status bind_parameters(wanted *w, const bo_sh_custom *custom, bo_id node, const bo_term *single,
                                 bool *whole) {
    *whole = true;
    for (size_t i = 0; i < custom->parameter_count; i++) {
        const bo_sh_parameter *parameter = &custom->parameters[i];
        bo_sh_nodes found;
        bo_term term;
        if (single != NULL) {
            BO_TRY(bind(w, parameter->variable, single));
            continue;
        }
        BO_TRY(bo_sh_objects(w->r, &found, node, parameter->iri));
        *whole &= found.len > 0 || parameter->optional;
        if (found.len > 1)
            return bo_sh_ill_formed(w->r, node, "<%.*s> may stand there once", BO_STR_ARG(parameter->iri));
        if (found.len == 0) continue;
        BO_TRY(bo_sh_keep_term(w->r, &term, found.ids[0]));
        BO_TRY(bind(w, parameter->variable, &term));
    }
    return BO_OK;
}

static bo_status use_custom(bo_sh_reader *r, bo_sh_shape *shape, bo_id node, const bo_sh_custom *custom,
                            const bo_term *single) {
    wanted w = {.r = r, .shape = shape};
    bo_str ask, text;
    bool whole;
    bo_sh_rule *rule;
    BO_TRY(find_validator(r, &w.node, custom, shape));
    if (w.node == BO_ID_NONE) return BO_OK;
    BO_TRY(read_text(r, &ask, w.node, SH("ask")));
    BO_TRY(read_text(r, &text, w.node, SH("select")));
    w.asks = ask.ptr != NULL;
    if (!w.asks && text.ptr == NULL)
        return bo_sh_ill_formed(r, w.node, "a validator needs a sh:ask or a sh:select with a query");
    BO_TRY(bind(&w, BO_STR("this"), NULL));
    if (w.asks) BO_TRY(bind(&w, BO_STR("value"), NULL));
    BO_TRY(bind_parameters(&w, custom, node, single, &whole));
    if (!whole) return BO_OK;
    BO_TRY(bo_sh_add_rule(r, &rule, shape, BO_SH_CUSTOM));
    rule->custom = custom->term.value;
    BO_TRY(bo_sh_terms_of(r, &rule->messages, &rule->message_count, w.node, SH("message")));
    return parse(&w, rule, w.asks ? ask : text);
}

/* A component with one parameter is used once for each of its values. */
static bo_status read_custom(bo_sh_reader *r, bo_sh_shape *shape, bo_id node, const bo_sh_custom *custom) {
    bo_sh_nodes found;
    if (custom->parameter_count > 1) return use_custom(r, shape, node, custom, NULL);
    BO_TRY(bo_sh_objects(r, &found, node, custom->parameters[0].iri));
    for (size_t i = 0; i < found.len; i++) {
        bo_term term;
        BO_TRY(bo_sh_keep_term(r, &term, found.ids[i]));
        BO_TRY(use_custom(r, shape, node, custom, &term));
    }
    return BO_OK;
}

bo_status bo_sh_read_queries(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    bo_sh_nodes found;
    BO_TRY(bo_sh_objects(r, &found, node, SH("sparql")));
    for (size_t i = 0; i < found.len; i++) BO_TRY(read_constraint(r, shape, found.ids[i]));
    for (size_t i = 0; i < r->custom_count; i++) BO_TRY(read_custom(r, shape, node, &r->customs[i]));
    return BO_OK;
}
