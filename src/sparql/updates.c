/* SPDX-License-Identifier: Apache-2.0
 * The operations of SPARQL 1.1 Update.
 */
#include "sparql/parser.h"

/* Quads: triples, and GRAPH with triples inside. */
static bo_status quads(bo_parser *p) {
    BO_TRY(bo_construct_triples(p));
    for (;;) {
        bool graph, dot;
        BO_TRY(bo_take_word(p, "GRAPH", &graph));
        if (!graph) return BO_OK;
        BO_TRY(bo_var_or_iri(p, &p->graph));
        BO_TRY(bo_take_mark(p, '{', NULL));
        BO_TRY(bo_construct_triples(p));
        BO_TRY(bo_take_mark(p, '}', NULL));
        p->graph.kind = BO_NODE_NONE;
        BO_TRY(bo_take_mark(p, '.', &dot));
        BO_TRY(bo_construct_triples(p));
    }
}

static bo_status quad_pattern(bo_parser *p, bo_templates *out, bo_place place) {
    p->place = place;
    p->templates = out;
    BO_TRY(bo_take_mark(p, '{', NULL));
    BO_TRY(quads(p));
    BO_TRY(bo_take_mark(p, '}', NULL));
    p->place = BO_IN_PATTERN;
    return BO_OK;
}

/* DELETE WHERE: what is removed is the pattern too. */
static bo_status pattern_of(bo_parser *p, bo_pattern **out, const bo_templates *lines) {
    bo_pattern *all = NULL;
    for (size_t i = 0; i < lines->len;) {
        bo_node graph = lines->items[i].g;
        bo_pattern *part = NULL;
        for (;
             i < lines->len && lines->items[i].g.kind == graph.kind && lines->items[i].g.index == graph.index;
             i++) {
            bo_triple triple = {lines->items[i].s, lines->items[i].p, lines->items[i].o, NULL};
            BO_PUSH(p, p->triples, p->triple_count, triple);
        }
        BO_TRY(bo_flush_triples(p, &part));
        if (graph.kind != BO_NODE_NONE) {
            BO_TRY(bo_new_pattern(p, &part, BO_GRAPH, part, NULL));
            part->graph = graph;
        }
        BO_TRY(bo_join_patterns(p, &all, part));
    }
    if (all == NULL) BO_TRY(bo_new_pattern(p, &all, BO_BGP, NULL, NULL));
    *out = all;
    return BO_OK;
}

/* From INSERT or DELETE on, WITH behind it. */
static bo_status modify(bo_parser *p, bo_operation *op) {
    bool remove, insert;
    bo_group where;
    op->kind = BO_MODIFY;
    BO_TRY(bo_take_word(p, "DELETE", &remove));
    if (remove) BO_TRY(quad_pattern(p, &op->remove, BO_IN_REMOVAL));
    BO_TRY(bo_take_word(p, "INSERT", &insert));
    if (insert) BO_TRY(quad_pattern(p, &op->insert, BO_IN_TEMPLATE));
    if (!remove && !insert) return bo_parser_expected(p, "INSERT or DELETE");
    bo_map_init(&p->labels, p->arena);
    BO_TRY(bo_dataset_clause(p, &op->dataset, "USING"));
    BO_TRY(bo_take_word(p, "WHERE", NULL));
    BO_TRY(bo_group_graph_pattern(p, &where));
    bo_map_init(&p->labels, p->arena);
    return bo_close_group(p, &op->where, &where);
}

static bo_status with(bo_parser *p, bo_operation *op) {
    op->with.kind = BO_NODE_TERM;
    BO_TRY(bo_take_word(p, "WITH", NULL));
    BO_TRY(bo_iri(p, &op->with.index));
    return modify(p, op);
}

static bo_status at_second_word(bo_parser *p, const char *keyword, bool *found) {
    bo_lexer ahead = p->lexer;
    bo_token second;
    BO_TRY(bo_lexer_next(&ahead, &second));
    *found = second.kind == BO_TOKEN_WORD && bo_str_eq_nocase(second.text, bo_str_of(keyword));
    return BO_OK;
}

static bo_status insert(bo_parser *p, bo_operation *op) {
    bool data;
    BO_TRY(at_second_word(p, "DATA", &data));
    if (!data) return modify(p, op);
    op->kind = BO_INSERT_DATA;
    BO_TRY(bo_parser_next(p));
    BO_TRY(bo_parser_next(p));
    return quad_pattern(p, &op->insert, BO_IN_DATA);
}

static bo_status delete (bo_parser *p, bo_operation *op) {
    bool data, where;
    BO_TRY(at_second_word(p, "DATA", &data));
    BO_TRY(at_second_word(p, "WHERE", &where));
    if (!data && !where) return modify(p, op);
    op->kind = data ? BO_DELETE_DATA : BO_MODIFY;
    BO_TRY(bo_parser_next(p));
    BO_TRY(bo_parser_next(p));
    BO_TRY(quad_pattern(p, &op->remove, data ? BO_IN_UNDATA : BO_IN_REMOVAL));
    return data ? BO_OK : pattern_of(p, &op->where, &op->remove);
}

/* Operations on whole graphs. */

static bo_status graph_ref(bo_parser *p, bo_graph_ref *out) {
    out->range = BO_ONE_GRAPH;
    BO_TRY(bo_take_word(p, "GRAPH", NULL));
    return bo_iri(p, &out->iri);
}

static bo_status graph_ref_all(bo_parser *p, bo_graph_ref *out) {
    static const struct {
        const char *keyword;
        bo_graph_range range;
    } ranges[] = {{"DEFAULT", BO_DEFAULT_GRAPH}, {"NAMED", BO_NAMED_GRAPHS}, {"ALL", BO_ALL_GRAPHS}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        out->range = ranges[i].range;
        if (bo_at_word(p, ranges[i].keyword)) return bo_parser_next(p);
    }
    return graph_ref(p, out);
}

static bo_status graph_or_default(bo_parser *p, bo_graph_ref *out) {
    bool word;
    out->range = BO_DEFAULT_GRAPH;
    BO_TRY(bo_take_word(p, "DEFAULT", &word));
    if (word) return BO_OK;
    BO_TRY(bo_take_word(p, "GRAPH", &word));
    out->range = BO_ONE_GRAPH;
    return bo_iri(p, &out->iri);
}

static bo_status load(bo_parser *p, bo_operation *op) {
    bool into;
    BO_TRY(bo_iri(p, &op->document));
    BO_TRY(bo_take_word(p, "INTO", &into));
    op->to.range = BO_DEFAULT_GRAPH;
    return into ? graph_ref(p, &op->to) : BO_OK;
}

static bo_status clear_or_drop(bo_parser *p, bo_operation *op) {
    return graph_ref_all(p, &op->to);
}

static bo_status create(bo_parser *p, bo_operation *op) {
    return graph_ref(p, &op->to);
}

static bo_status transfer(bo_parser *p, bo_operation *op) {
    BO_TRY(graph_or_default(p, &op->from));
    BO_TRY(bo_take_word(p, "TO", NULL));
    return graph_or_default(p, &op->to);
}

static bo_status update1(bo_parser *p, bo_operation *op) {
    static const struct {
        const char *keyword;
        bo_status (*read)(bo_parser *p, bo_operation *op);
    } words[] = {{"INSERT", insert}, {"DELETE", delete}, {"WITH", with}};
    static const struct {
        const char *keyword;
        bo_update_kind kind;
        bo_status (*read)(bo_parser *p, bo_operation *op);
    } managements[] = {{"LOAD", BO_LOAD, load},          {"CLEAR", BO_CLEAR, clear_or_drop},
                       {"DROP", BO_DROP, clear_or_drop}, {"CREATE", BO_CREATE, create},
                       {"ADD", BO_ADD, transfer},        {"MOVE", BO_MOVE, transfer},
                       {"COPY", BO_COPY, transfer}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bo_at_word(p, words[i].keyword)) return words[i].read(p, op);
    for (size_t i = 0; i < sizeof managements / sizeof *managements; i++) {
        if (!bo_at_word(p, managements[i].keyword)) continue;
        op->kind = managements[i].kind;
        BO_TRY(bo_parser_next(p));
        BO_TRY(bo_take_word(p, "SILENT", &op->silent));
        return managements[i].read(p, op);
    }
    return bo_parser_expected(p, "an update such as INSERT or DELETE");
}

bo_status bo_update_unit(bo_parser *p) {
    bo_query *query = p->query;
    query->form = BO_UPDATE;
    BO_TRY(bo_prologue(p));
    for (bool more = true; more && p->token.kind != BO_TOKEN_END;) {
        bo_operation op = {.first_term = query->term_count};
        p->bgp = ++p->bgps;
        BO_TRY(update1(p, &op));
        op.end_term = query->term_count;
        BO_PUSH(p, query->operations, query->operation_count, op);
        BO_TRY(bo_take_mark(p, ';', &more));
        BO_TRY(bo_prologue(p));
    }
    return BO_OK;
}
