/* SPDX-License-Identifier: Apache-2.0
 * The parser's state and what its files share: recursive descent, one function per production of SPARQL 1.1
 * section 19.8, each named after it. A production reads from the current token on and leaves the first one
 * behind it.
 */
#ifndef BO_SPARQL_PARSER_H
#define BO_SPARQL_PARSER_H

#include "base/map.h"
#include "sparql/algebra.h"
#include "sparql/lexer.h"
#include "sparql/vars.h"

enum { BO_NESTING_CAP = 200, BO_DEPTH_CAP = 4000, BO_VARIABLE_CAP = 4096 };

/* What a triple may hold where it stands. */
typedef enum bo_place {
    BO_IN_PATTERN,  /* blank nodes are variables; paths */
    BO_IN_TEMPLATE, /* CONSTRUCT and INSERT */
    BO_IN_REMOVAL,  /* DELETE: no blank nodes */
    BO_IN_DATA,     /* INSERT DATA: no variables */
    BO_IN_UNDATA    /* DELETE DATA: neither */
} bo_place;

/* One level of SELECT. */
typedef struct bo_level {
    bo_aggregation *aggregations;
    size_t aggregation_count;
    bool aggregates; /* allowed where the parser is */
} bo_level;

/* A group graph pattern: its filters are kept apart until it is known who takes them. */
typedef struct bo_group {
    bo_pattern *pattern;
    bo_exprs filters;
    bo_vars visible;
} bo_group;

typedef struct bo_parser {
    bo_query *query;
    bo_arena *arena; /* the query's */
    bo_lexer lexer;
    bo_token token;
    bo_token last; /* the one before */
    bo_map prefixes;
    bo_map *names; /* of variables, in the present SELECT */
    bo_map labels; /* of blank nodes: where they were used, and as what */
    uint32_t bgp;  /* number of the basic graph pattern, or of the operation: labels don't cross it */
    uint32_t bgps; /* how many there were */
    bo_level *level;
    unsigned depth;
    bo_place place;
    bo_node graph;      /* of template lines */
    bo_triple *triples; /* where triples go in patterns */
    size_t triple_count;
    bo_templates *templates; /* where they go elsewhere */
    uint32_t blanks;
} bo_parser;

/* An array in the arena, one item longer: `items` is moved when it is full. */
bo_status bo_parser_room(bo_parser *p, void *items, size_t len, size_t item_size) BO_MUST_USE;
#define BO_PUSH(p, items, len, item)                                                                         \
    do {                                                                                                     \
        BO_TRY(bo_parser_room((p), &(items), (len), sizeof *(items)));                                       \
        (items)[(len)++] = (item);                                                                           \
    } while (0)

bo_status bo_parser_fail(const bo_parser *p, const char *format, ...) BO_PRINTF(2, 3);
bo_status bo_parser_expected(const bo_parser *p, const char *what); /* "... is expected here, not ..." */
bo_status bo_parser_next(bo_parser *p) BO_MUST_USE;
bo_status bo_parser_enter(bo_parser *p) BO_MUST_USE; /* one level deeper; p->depth-- leaves it */

bool bo_at_mark(const bo_parser *p, unsigned mark);
bool bo_at_word(const bo_parser *p, const char *keyword);
/* Reads it when it is there; *found may be NULL, then it must be there. */
bo_status bo_take_mark(bo_parser *p, unsigned mark, bool *found) BO_MUST_USE;
bo_status bo_take_word(bo_parser *p, const char *keyword, bool *found) BO_MUST_USE;

bo_status bo_new_pattern(bo_parser *p, bo_pattern **out, bo_pattern_kind kind, bo_pattern *left,
                         bo_pattern *right) BO_MUST_USE;
/* Keeps in a node of the tree how deep it is: one more than what hangs from it. */
bo_status bo_deepen(bo_parser *p, uint32_t *depth, uint32_t below) BO_MUST_USE;
bo_status bo_new_variable(bo_parser *p, uint32_t *out, bo_str name) BO_MUST_USE; /* a name may be missing */
bo_status bo_variable_named(bo_parser *p, uint32_t *out, bo_str name) BO_MUST_USE;
bo_status bo_add_term(bo_parser *p, uint32_t *out, bo_term term) BO_MUST_USE;

/* parser.c: what all productions use. */
bo_status bo_prologue(bo_parser *p) BO_MUST_USE;
bo_status bo_iri(bo_parser *p, uint32_t *out) BO_MUST_USE;
bool bo_at_iri(const bo_parser *p);
bo_status bo_var(bo_parser *p, uint32_t *out) BO_MUST_USE;
bo_status bo_var_or_iri(bo_parser *p, bo_node *out) BO_MUST_USE;
bool bo_at_literal(const bo_parser *p); /* a string, a number, a boolean; a signed number too */
bo_status bo_literal(bo_parser *p, uint32_t *out) BO_MUST_USE;
bo_status bo_string(bo_parser *p, bo_str *out) BO_MUST_USE;

/* triples.c */
bool bo_at_triples(const bo_parser *p);
bo_status bo_triples_same_subject(bo_parser *p) BO_MUST_USE;
bo_status bo_construct_triples(bo_parser *p) BO_MUST_USE; /* triples up to the closing brace, if any */

/* groups.c */
bo_status bo_group_graph_pattern(bo_parser *p, bo_group *out) BO_MUST_USE;
bo_status bo_close_group(bo_parser *p, bo_pattern **out, const bo_group *group) BO_MUST_USE;
bo_status bo_data_block(bo_parser *p, bo_pattern **out) BO_MUST_USE;
bo_status bo_join_patterns(bo_parser *p, bo_pattern **left, bo_pattern *right) BO_MUST_USE;
/* The triples gathered so far, joined to `left`. */
bo_status bo_flush_triples(bo_parser *p, bo_pattern **left) BO_MUST_USE;

/* exprs.c */
bo_status bo_expression(bo_parser *p, bo_expr **out) BO_MUST_USE;
bo_status bo_constraint(bo_parser *p, bo_expr **out) BO_MUST_USE;
bool bo_at_constraint(const bo_parser *p);
bo_status bo_variable_expr(bo_parser *p, bo_expr **out, uint32_t var) BO_MUST_USE;
/* Adds the variables that an expression reads, those inside EXISTS left out. */
bo_status bo_expr_vars(bo_vars *out, const bo_expr *expr, bo_arena *arena) BO_MUST_USE;

/* queries.c */
bo_status bo_sub_select(bo_parser *p, bo_group *out) BO_MUST_USE;
bo_status bo_query_unit(bo_parser *p) BO_MUST_USE;
bo_status bo_dataset_clause(bo_parser *p, bo_dataset *out, const char *keyword) BO_MUST_USE;

/* updates.c */
bo_status bo_update_unit(bo_parser *p) BO_MUST_USE;

#endif
