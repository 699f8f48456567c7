/* SPDX-License-Identifier: Apache-2.0
 * Triples of patterns, templates and data, with collections, blank nodes and property paths. In a pattern
 * they go to p->triples, elsewhere to p->templates with p->graph.
 */
#include "rdf/vocab.h"
#include "sparql/parser.h"

/* Where a blank node's label was used. */
typedef struct label_use {
    uint32_t bgp;
    bo_node node;
} label_use;

static bo_status graph_node(bo_parser *p, bo_node *out);
static bo_status path(bo_parser *p, const bo_path **out);

static bo_status new_blank(bo_parser *p, bo_node *out) {
    if (p->place == BO_IN_REMOVAL || p->place == BO_IN_UNDATA)
        return bo_parser_fail(p, "a blank node names nothing that could be deleted; use a variable");
    if (p->place != BO_IN_PATTERN) {
        *out = (bo_node){BO_NODE_BLANK, p->blanks++};
        return BO_OK;
    }
    out->kind = BO_NODE_VARIABLE;
    return bo_new_variable(p, &out->index, BO_STR_NONE);
}

static bo_status labelled_blank(bo_parser *p, bo_node *out) {
    bool was_new;
    bo_value *value = bo_map_put(&p->labels, p->token.text, &was_new);
    if (value == NULL) return bo_error_last()->status;
    if (was_new) {
        label_use *use = BO_NEW(p->arena, label_use);
        if (use == NULL) return bo_error_last()->status;
        BO_TRY(new_blank(p, &use->node));
        use->bgp = p->bgp;
        value->ptr = use;
    }
    const label_use *use = value->ptr;
    if (use->bgp != p->bgp)
        return bo_parser_fail(p, "the label `_:%.*s` is used in two %s", BO_STR_ARG(p->token.text),
                              p->place == BO_IN_PATTERN ? "basic graph patterns" : "operations");
    *out = use->node;
    return bo_parser_next(p);
}

/* A path in the algebra: sequences and inverses at the top become triples of their own (section 18.2.2.4). */
static bo_status emit_path(bo_parser *p, bo_node s, const bo_path *path, bo_node o) {
    bo_triple triple = {s, {BO_NODE_TERM, path->iri}, o, NULL};
    bo_node between = {.kind = BO_NODE_VARIABLE};
    switch (path->kind) {
    case BO_PATH_INVERSE: return emit_path(p, o, path->left, s);
    case BO_PATH_SEQUENCE:
        BO_TRY(bo_new_variable(p, &between.index, BO_STR_NONE));
        BO_TRY(emit_path(p, s, path->left, between));
        return emit_path(p, between, path->right, o);
    case BO_PATH_LINK: break;
    default: triple = (bo_triple){s, {BO_NODE_NONE, 0}, o, path};
    }
    BO_PUSH(p, p->triples, p->triple_count, triple);
    return BO_OK;
}

static bo_status emit(bo_parser *p, bo_node s, bo_node verb, bo_node o) {
    if (p->place == BO_IN_PATTERN) {
        bo_triple triple = {s, verb, o, NULL};
        BO_PUSH(p, p->triples, p->triple_count, triple);
        return BO_OK;
    }
    bo_template line = {s, verb, o, p->graph};
    BO_PUSH(p, p->templates->items, p->templates->len, line);
    return BO_OK;
}

static bo_status term_node(bo_parser *p, bo_node *out, bo_str iri) {
    out->kind = BO_NODE_TERM;
    return bo_add_term(p, &out->index, bo_term_iri(iri));
}

/* Property paths. */

static bo_status new_path(bo_parser *p, bo_path **out, bo_path_kind kind, const bo_path *left,
                          const bo_path *right) {
    bo_path *path = BO_NEW(p->arena, bo_path);
    if (path == NULL) return bo_error_last()->status;
    path->kind = kind;
    path->left = left;
    path->right = right;
    *out = path;
    return BO_OK;
}

static bo_status wrap_path(bo_parser *p, const bo_path **path, bo_path_kind kind, const bo_path *right) {
    bo_path *wrapped;
    BO_TRY(new_path(p, &wrapped, kind, *path, right));
    *path = wrapped;
    return BO_OK;
}

static bo_status iri_or_a(bo_parser *p, uint32_t *out) {
    bool a = p->token.kind == BO_TOKEN_WORD && bo_str_eq(p->token.text, BO_STR("a"));
    if (!a) return bo_at_iri(p) ? bo_iri(p, out) : bo_parser_expected(p, "a property");
    BO_TRY(bo_add_term(p, out, bo_term_iri(BO_RDF_TYPE)));
    return bo_parser_next(p);
}

static bo_status path_one_in_property_set(bo_parser *p, bo_path *set) {
    bool inverse;
    uint32_t iri;
    BO_TRY(bo_take_mark(p, '^', &inverse));
    BO_TRY(iri_or_a(p, &iri));
    if (inverse)
        BO_PUSH(p, set->inverse, set->inverse_count, iri);
    else
        BO_PUSH(p, set->forward, set->forward_count, iri);
    return BO_OK;
}

static bo_status path_negated_property_set(bo_parser *p, const bo_path **out) {
    bo_path *set;
    bool many, more;
    BO_TRY(new_path(p, &set, BO_PATH_NEGATED, NULL, NULL));
    *out = set;
    BO_TRY(bo_take_mark(p, '(', &many));
    if (!many) return path_one_in_property_set(p, set);
    BO_TRY(bo_take_mark(p, ')', &more));
    if (more) return BO_OK;
    do {
        BO_TRY(path_one_in_property_set(p, set));
        BO_TRY(bo_take_mark(p, '|', &more));
    } while (more);
    return bo_take_mark(p, ')', NULL);
}

static bo_status path_primary(bo_parser *p, const bo_path **out) {
    bool found;
    BO_TRY(bo_take_mark(p, '!', &found));
    if (found) return path_negated_property_set(p, out);
    BO_TRY(bo_take_mark(p, '(', &found));
    if (found) {
        BO_TRY(bo_parser_enter(p));
        BO_TRY(path(p, out));
        p->depth--;
        return bo_take_mark(p, ')', NULL);
    }
    bo_path *link;
    BO_TRY(new_path(p, &link, BO_PATH_LINK, NULL, NULL));
    *out = link;
    return iri_or_a(p, &link->iri);
}

static bo_status path_elt_or_inverse(bo_parser *p, const bo_path **out) {
    static const struct {
        char mark;
        bo_path_kind kind;
    } modifiers[] = {{'*', BO_PATH_ZERO_OR_MORE}, {'+', BO_PATH_ONE_OR_MORE}, {'?', BO_PATH_ZERO_OR_ONE}};
    bool inverse, found;
    BO_TRY(bo_take_mark(p, '^', &inverse));
    BO_TRY(path_primary(p, out));
    for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++) {
        BO_TRY(bo_take_mark(p, (unsigned char)modifiers[i].mark, &found));
        if (!found) continue;
        BO_TRY(wrap_path(p, out, modifiers[i].kind, NULL));
        break;
    }
    return inverse ? wrap_path(p, out, BO_PATH_INVERSE, NULL) : BO_OK;
}

static bo_status path_sequence(bo_parser *p, const bo_path **out) {
    bool more;
    BO_TRY(path_elt_or_inverse(p, out));
    for (size_t len = 1;; len++) {
        BO_TRY(bo_take_mark(p, '/', &more));
        if (!more) return BO_OK;
        if (len > BO_NESTING_CAP) return bo_parser_fail(p, "more than %d steps in one path", BO_NESTING_CAP);
        const bo_path *right;
        BO_TRY(path_elt_or_inverse(p, &right));
        BO_TRY(wrap_path(p, out, BO_PATH_SEQUENCE, right));
    }
}

static bo_status path(bo_parser *p, const bo_path **out) {
    bool more;
    BO_TRY(path_sequence(p, out));
    for (size_t len = 1;; len++) {
        BO_TRY(bo_take_mark(p, '|', &more));
        if (!more) return BO_OK;
        if (len > BO_NESTING_CAP)
            return bo_parser_fail(p, "more than %d choices in one path", BO_NESTING_CAP);
        const bo_path *right;
        BO_TRY(path_sequence(p, &right));
        BO_TRY(wrap_path(p, out, BO_PATH_ALTERNATIVE, right));
    }
}

/* Triples. */

static bool at_verb(const bo_parser *p) {
    if (p->token.kind == BO_TOKEN_VARIABLE || bo_at_iri(p)) return true;
    if (p->token.kind == BO_TOKEN_WORD && bo_str_eq(p->token.text, BO_STR("a"))) return true;
    return p->place == BO_IN_PATTERN && (bo_at_mark(p, '^') || bo_at_mark(p, '!') || bo_at_mark(p, '('));
}

static bo_status object_list(bo_parser *p, bo_node s, bo_node verb, const bo_path *path) {
    for (bool more = true; more;) {
        bo_node object;
        BO_TRY(graph_node(p, &object));
        BO_TRY(path != NULL ? emit_path(p, s, path, object) : emit(p, s, verb, object));
        BO_TRY(bo_take_mark(p, ',', &more));
    }
    return BO_OK;
}

static bo_status property_list_not_empty(bo_parser *p, bo_node s) {
    if (!at_verb(p)) return bo_parser_expected(p, "a property");
    for (bool more = true; more;) {
        bo_node verb = {.kind = BO_NODE_VARIABLE};
        const bo_path *way = NULL;
        if (p->token.kind == BO_TOKEN_VARIABLE) {
            BO_TRY(bo_var(p, &verb.index));
        } else if (p->place == BO_IN_PATTERN) {
            BO_TRY(path(p, &way));
        } else {
            verb.kind = BO_NODE_TERM;
            BO_TRY(iri_or_a(p, &verb.index));
        }
        BO_TRY(object_list(p, s, verb, way));
        do BO_TRY(bo_take_mark(p, ';', &more));
        while (more && bo_at_mark(p, ';'));
        more = more && at_verb(p);
    }
    return BO_OK;
}

/* After its opening mark. */
static bo_status collection(bo_parser *p, bo_node *out) {
    bo_node first, rest, nil, item, cell, next;
    BO_TRY(term_node(p, &nil, BO_RDF_NIL));
    if (bo_at_mark(p, ')')) {
        *out = nil;
        return bo_parser_next(p);
    }
    BO_TRY(term_node(p, &first, BO_RDF_FIRST));
    BO_TRY(term_node(p, &rest, BO_RDF_REST));
    BO_TRY(new_blank(p, &cell));
    *out = cell;
    for (bool end = false; !end; cell = next) {
        BO_TRY(graph_node(p, &item));
        BO_TRY(emit(p, cell, first, item));
        BO_TRY(bo_take_mark(p, ')', &end));
        next = nil;
        if (!end) BO_TRY(new_blank(p, &next));
        BO_TRY(emit(p, cell, rest, next));
    }
    return BO_OK;
}

/* A collection or a blank node with its properties; *empty when it says nothing by itself: () and []. */
static bo_status triples_node(bo_parser *p, bo_node *out, bool *empty) {
    bool list;
    BO_TRY(bo_parser_enter(p));
    BO_TRY(bo_take_mark(p, '(', &list));
    if (list) {
        *empty = bo_at_mark(p, ')');
        BO_TRY(collection(p, out));
    } else {
        BO_TRY(bo_take_mark(p, '[', NULL));
        BO_TRY(new_blank(p, out));
        *empty = bo_at_mark(p, ']');
        if (!*empty) BO_TRY(property_list_not_empty(p, *out));
        BO_TRY(bo_take_mark(p, ']', NULL));
    }
    p->depth--;
    return BO_OK;
}

static bool at_triples_node(const bo_parser *p) {
    return bo_at_mark(p, '(') || bo_at_mark(p, '[');
}

static bo_status graph_node(bo_parser *p, bo_node *out) {
    if (at_triples_node(p)) return triples_node(p, out, &(bool){false});
    if (p->token.kind == BO_TOKEN_BLANK) return labelled_blank(p, out);
    if (p->token.kind == BO_TOKEN_VARIABLE || bo_at_iri(p)) return bo_var_or_iri(p, out);
    if (!bo_at_literal(p)) return bo_parser_expected(p, "a term or a variable");
    out->kind = BO_NODE_TERM;
    return bo_literal(p, &out->index);
}

bool bo_at_triples(const bo_parser *p) {
    return at_triples_node(p) || p->token.kind == BO_TOKEN_BLANK || p->token.kind == BO_TOKEN_VARIABLE ||
           bo_at_iri(p) || bo_at_literal(p);
}

bo_status bo_triples_same_subject(bo_parser *p) {
    bo_node subject;
    bool optional = false;
    if (at_triples_node(p)) {
        bool empty;
        BO_TRY(triples_node(p, &subject, &empty));
        optional = !empty;
    } else {
        BO_TRY(graph_node(p, &subject));
    }
    return optional && !at_verb(p) ? BO_OK : property_list_not_empty(p, subject);
}

bo_status bo_construct_triples(bo_parser *p) {
    for (bool more = true; more && bo_at_triples(p);) {
        BO_TRY(bo_triples_same_subject(p));
        BO_TRY(bo_take_mark(p, '.', &more));
    }
    return BO_OK;
}
