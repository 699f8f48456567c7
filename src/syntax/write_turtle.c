/* SPDX-License-Identifier: Apache-2.0
 * Turtle and TriG for people, and for SemApps' importer: one @prefix a line, no @base, subjects grouped and
 * in a stable order. A blank node that is mentioned once is written where it is mentioned.
 */
#include "base/map.h"
#include "rdf/vocab.h"
#include "syntax/write.h"

enum { DEEPEST = 64 };

typedef struct node {
    size_t first, len;   /* its quads, where it is a subject; len 0: nowhere */
    size_t done;         /* 1 + first of the quads that were last written under its name */
    unsigned mentions;   /* as an object */
    bool named, written; /* needs its label; stands where it is mentioned */
} node;

typedef struct turtle {
    bo_text *out;
    const bo_write_options *options;
    bo_gathered all;
    bo_map nodes; /* blank label -> node */
    bool *used;   /* of options->prefixes, so far */
    unsigned depth;
} turtle;

static bool is_a(const bo_term *term, bo_str iri) {
    return term->kind == BO_IRI && bo_str_eq(term->value, iri);
}

static node *node_of(const turtle *t, const bo_term *term) {
    bo_value *found = term->kind == BO_BLANK ? bo_map_get(&t->nodes, term->value) : NULL;
    return found ? found->ptr : NULL;
}

/* Names. */

static bool plain_local(bo_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i], lower = (char)(c | 0x20);
        bool letter = (lower >= 'a' && lower <= 'z') || c == '_' || (c >= '0' && c <= '9');
        bool inside = i > 0 && (c == '-' || (c == '.' && i + 1 < s.len));
        if (!letter && !inside) return false;
    }
    return true;
}

/* The longest prefix that leaves a plain local name; prefix_count when there is none. */
static size_t prefix_for(const turtle *t, bo_str iri) {
    size_t best = t->options->prefix_count, longest = 0;
    for (size_t i = 0; i < t->options->prefix_count; i++) {
        bo_str ns = t->options->prefixes[i].iri;
        if (ns.len > longest && bo_str_starts(iri, ns) && plain_local(bo_str_from(iri, ns.len))) {
            best = i;
            longest = ns.len;
        }
    }
    return best;
}

static void write_iri(turtle *t, bo_str iri) {
    size_t prefix = prefix_for(t, iri);
    if (prefix == t->options->prefix_count) {
        bo_term term = bo_term_iri(iri);
        bo_term_write(t->out, &term);
        return;
    }
    t->used[prefix] = true;
    bo_text_put(t->out, t->options->prefixes[prefix].name);
    bo_text_char(t->out, ':');
    bo_text_put(t->out, bo_str_from(iri, t->options->prefixes[prefix].iri.len));
}

static bool digits(bo_str s, size_t *at) {
    size_t from = *at;
    while (*at < s.len && s.ptr[*at] >= '0' && s.ptr[*at] <= '9') ++*at;
    return *at > from;
}

/* Whether a literal may stand without quotes: true, false, and numbers as the grammar has them. Spellings
 * that readers like to tidy up (+1, 01, .5) keep their quotes, so that they come back as they are. */
static bool bare(const bo_term *literal) {
    bo_str s = literal->value;
    if (bo_str_eq(literal->datatype, BO_XSD_BOOLEAN))
        return bo_str_eq(s, BO_STR("true")) || bo_str_eq(s, BO_STR("false"));
    size_t at = s.len > 0 && s.ptr[0] == '-', first = at;
    if (!digits(s, &at) || (s.ptr[first] == '0' && at > first + 1)) return false;
    if (bo_str_eq(literal->datatype, BO_XSD_INTEGER)) return at == s.len && !bo_str_eq(s, BO_STR("-0"));
    bool places = at < s.len && s.ptr[at] == '.' && (at++, digits(s, &at));
    if (bo_str_eq(literal->datatype, BO_XSD_DECIMAL)) return places && at == s.len;
    bool power = at < s.len && (s.ptr[at] | 0x20) == 'e';
    if (!power || !bo_str_eq(literal->datatype, BO_XSD_DOUBLE)) return false;
    at += at + 1 < s.len && (s.ptr[at + 1] == '-' || s.ptr[at + 1] == '+') ? 2 : 1;
    return digits(s, &at) && at == s.len;
}

static void write_literal(turtle *t, const bo_term *literal) {
    if (literal->datatype.len == 0) {
        bo_term_write(t->out, literal);
    } else if (bare(literal)) {
        bo_text_put(t->out, literal->value);
    } else {
        bo_term lexical = bo_term_string(literal->value);
        bo_term_write(t->out, &lexical);
        BO_TEXT_LIT(t->out, "^^");
        write_iri(t, literal->datatype);
    }
}

static void new_line(turtle *t) {
    bo_text_char(t->out, '\n');
    for (unsigned i = 0; i <= t->depth; i++) BO_TEXT_LIT(t->out, "    ");
}

static void write_object(turtle *t, const bo_term *object);

/* The cells of a list that is nothing but a list: how many, or 0. */
static size_t list_length(const turtle *t, const bo_term *head) {
    size_t cells = 0;
    const bo_term *at = head;
    while (!is_a(at, BO_RDF_NIL)) {
        const node *cell = node_of(t, at);
        if (cell == NULL || cell->len != 2 || cell->mentions != 1 || cell->named || ++cells > t->all.len)
            return 0;
        const bo_quad *quads = &t->all.quads[cell->first];
        if (!is_a(&quads[0].p, BO_RDF_FIRST) || !is_a(&quads[1].p, BO_RDF_REST)) return 0;
        at = &quads[1].o;
    }
    return cells;
}

static void write_list(turtle *t, const bo_term *head, size_t cells) {
    BO_TEXT_LIT(t->out, "(");
    for (; cells > 0; cells--) {
        node *cell = node_of(t, head);
        cell->written = true;
        bo_text_char(t->out, ' ');
        write_object(t, &t->all.quads[cell->first].o);
        head = &t->all.quads[cell->first + 1].o;
    }
    BO_TEXT_LIT(t->out, " )");
}

static void write_predicates(turtle *t, size_t first, size_t len) {
    for (size_t i = first; i < first + len; i++) {
        const bo_quad *quad = &t->all.quads[i];
        if (i > first && bo_term_eq(&quad->p, &quad[-1].p)) {
            BO_TEXT_LIT(t->out, " , ");
        } else {
            if (i > first) BO_TEXT_LIT(t->out, " ;");
            if (i > first || t->depth > 0) new_line(t);
            if (is_a(&quad->p, BO_RDF_TYPE))
                bo_text_char(t->out, 'a');
            else
                write_iri(t, quad->p.value);
            bo_text_char(t->out, ' ');
        }
        write_object(t, &quad->o);
    }
}

static void write_nested(turtle *t, node *inner) {
    inner->written = true;
    if (inner->len == 0) {
        BO_TEXT_LIT(t->out, "[]");
        return;
    }
    bo_text_char(t->out, '[');
    t->depth++;
    write_predicates(t, inner->first, inner->len);
    t->depth--;
    new_line(t);
    bo_text_char(t->out, ']');
}

static void write_object(turtle *t, const bo_term *object) {
    node *inner = node_of(t, object);
    size_t cells = inner ? list_length(t, object) : 0;
    if (object->kind == BO_IRI && is_a(object, BO_RDF_NIL))
        BO_TEXT_LIT(t->out, "()");
    else if (object->kind == BO_IRI)
        write_iri(t, object->value);
    else if (object->kind == BO_LITERAL)
        write_literal(t, object);
    else if (cells > 0 && t->depth < DEEPEST)
        write_list(t, object, cells);
    else if (inner->mentions == 1 && !inner->named && !inner->written && t->depth < DEEPEST)
        write_nested(t, inner);
    else {
        inner->named = true;
        bo_term_write(t->out, object);
    }
}

static void write_subject(turtle *t, size_t first, size_t len) {
    const bo_term *subject = &t->all.quads[first].s;
    if (subject->kind == BO_IRI)
        write_iri(t, subject->value);
    else if (node_of(t, subject)->mentions == 0 && !node_of(t, subject)->named)
        BO_TEXT_LIT(t->out, "[]");
    else
        bo_term_write(t->out, subject);
    bo_text_char(t->out, ' ');
    write_predicates(t, first, len);
    BO_TEXT_LIT(t->out, " .\n");
}

static size_t subject_end(const bo_gathered *all, size_t first) {
    size_t end = first + 1;
    while (end < all->len && bo_term_eq(&all->quads[end].s, &all->quads[first].s) &&
           bo_term_eq(&all->quads[end].g, &all->quads[first].g))
        end++;
    return end;
}

/* The subjects of one graph: first those that stand on their own, then what only points at itself in a ring.
 */
static void write_graph(turtle *t, size_t first, size_t end) {
    for (int pass = 0; pass < 2; pass++)
        for (size_t at = first, next; at < end; at = next) {
            next = subject_end(&t->all, at);
            node *n = node_of(t, &t->all.quads[at].s);
            bool nested = n != NULL && n->mentions == 1 && !n->named;
            if (pass == 0 ? nested : n == NULL || n->written || n->done == at + 1) continue;
            if (n != NULL) n->done = at + 1, n->named |= n->mentions > 0;
            write_subject(t, at, next - at);
        }
}

static bo_status count_term(turtle *t, const bo_term *term, node **out) {
    *out = NULL;
    if (term->kind != BO_BLANK) return BO_OK;
    bool fresh;
    bo_value *place = bo_map_put(&t->nodes, term->value, &fresh);
    if (place != NULL && fresh) place->ptr = BO_NEW(t->all.arena, node);
    if (place == NULL || place->ptr == NULL) return bo_error_last()->status;
    *out = place->ptr;
    return BO_OK;
}

static bo_status survey(turtle *t) {
    for (size_t i = 0; i < t->all.len; i++) {
        const bo_quad *quad = &t->all.quads[i];
        node *subject, *object, *graph;
        BO_TRY(count_term(t, &quad->s, &subject));
        BO_TRY(count_term(t, &quad->o, &object));
        BO_TRY(count_term(t, &quad->g, &graph));
        if (subject != NULL) {
            if (subject->len > 0 && !bo_term_eq(&t->all.quads[subject->first].g, &quad->g))
                subject->named = true;
            if (subject->len++ == 0) subject->first = i;
        }
        if (object != NULL) {
            if (object->mentions++ > 0 || quad->g.kind != BO_NO_TERM) object->named |= object->mentions > 1;
        }
        if (graph != NULL) graph->named = true;
    }
    /* A node that is mentioned in one graph and described in another keeps its label. */
    for (size_t i = 0; i < t->all.len; i++) {
        node *object = node_of(t, &t->all.quads[i].o);
        if (object != NULL && object->len > 0 &&
            !bo_term_eq(&t->all.quads[object->first].g, &t->all.quads[i].g))
            object->named = true;
    }
    return BO_OK;
}

static void write_prefixes(bo_text *out, const bo_write_options *options, const bool *used) {
    bool any = false;
    for (size_t i = 0; i < options->prefix_count; i++) {
        if (used != NULL && !used[i]) continue;
        any = true;
        BO_TEXT_LIT(out, "@prefix ");
        bo_text_put(out, options->prefixes[i].name);
        BO_TEXT_LIT(out, ": <");
        bo_text_put(out, options->prefixes[i].iri);
        BO_TEXT_LIT(out, "> .\n");
    }
    if (any) bo_text_char(out, '\n');
}

bo_status bo_write_prefixes(bo_text *out, const bo_write_options *options) {
    write_prefixes(out, options, NULL);
    return out->status;
}

static void write_graphs(turtle *t) {
    for (size_t first = 0, end; first < t->all.len; first = end) {
        const bo_term *graph = &t->all.quads[first].g;
        for (end = first; end < t->all.len && bo_term_eq(&t->all.quads[end].g, graph);) end++;
        if (graph->kind == BO_IRI)
            write_iri(t, graph->value);
        else if (graph->kind == BO_BLANK)
            bo_term_write(t->out, graph);
        if (graph->kind != BO_NO_TERM) BO_TEXT_LIT(t->out, " {\n");
        write_graph(t, first, end);
        if (graph->kind != BO_NO_TERM) BO_TEXT_LIT(t->out, "}\n");
    }
}

/* Which prefixes are used is known when all has been written, so the rest is written first. */
static bo_status write(bo_text *out, bo_source *source, const bo_write_options *options, bool graphs,
                       bo_arena *arena) {
    bo_text body;
    turtle t = {.out = &body, .options = options};
    BO_TRY(bo_gather(&t.all, source, options->focus, graphs, arena));
    bo_map_init(&t.nodes, arena);
    t.used = bo_arena_array(arena, options->prefix_count + 1, sizeof *t.used);
    if (t.used == NULL) return bo_error_last()->status;
    BO_TRY(survey(&t));
    bo_text_init(&body, 0);
    write_graphs(&t);
    if (body.status != BO_OK) bo_text_fail(out, body.status);
    if (!options->is_piece) write_prefixes(out, options, t.used);
    bo_text_put(out, bo_text_str(&body));
    bo_text_done(&body);
    return out->status;
}

static bo_status in_arena(bo_text *out, bo_source *source, const bo_write_options *options, bool graphs) {
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = write(out, source, options, graphs, arena);
    bo_arena_free(arena);
    return status;
}

bo_status bo_write_turtle(bo_text *out, bo_source *source, const bo_write_options *options) {
    return in_arena(out, source, options, false);
}

bo_status bo_write_trig(bo_text *out, bo_source *source, const bo_write_options *options) {
    return in_arena(out, source, options, true);
}
