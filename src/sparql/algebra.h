/* SPDX-License-Identifier: Apache-2.0
 * What a query or an update says, as a tree: the algebra of SPARQL 1.1 (section 18.2). The parser makes it,
 * the planner reads it, nobody changes it. It lives in the arena of its query and knows no source: terms are
 * numbers in the query's own list.
 *
 * Variables are small numbers too. A sub-select has its own: one that it does not project gets a number of
 * its own even when the query outside has one of that name. Blank nodes of patterns, aggregates and nested
 * expressions of GROUP BY are variables without a name.
 */
#ifndef BO_SPARQL_ALGEBRA_H
#define BO_SPARQL_ALGEBRA_H

#include "bocage/sparql.h"

typedef enum bo_operator {
#define BO_OPERATOR(name, symbol) BO_OP_##name,
#include "sparql/operators.def"
#undef BO_OPERATOR
    BO_OPERATOR_COUNT
} bo_operator;

typedef enum bo_aggregate {
#define BO_AGGREGATE(name, keyword) BO_AGG_##name,
#include "sparql/aggregates.def"
#undef BO_AGGREGATE
    BO_AGGREGATE_COUNT
} bo_aggregate;

typedef struct bo_pattern bo_pattern;
typedef struct bo_expr bo_expr;
typedef struct bo_path bo_path;

/* One place of a triple. */
typedef enum bo_node_kind {
    BO_NODE_NONE,     /* as a graph: the default graph */
    BO_NODE_VARIABLE, /* index: a variable */
    BO_NODE_TERM,     /* index: in the query's terms */
    BO_NODE_BLANK     /* templates only; index: equal within one template means the same new blank node */
} bo_node_kind;
typedef struct bo_node {
    bo_node_kind kind;
    uint32_t index;
} bo_node;

typedef struct bo_triple {
    bo_node s, p, o;
    const bo_path *path; /* instead of p, or NULL */
} bo_triple;

/* A line of a template or of the data of an update. */
typedef struct bo_template {
    bo_node s, p, o, g;
} bo_template;
typedef struct bo_templates {
    bo_template *items;
    size_t len;
} bo_templates;

typedef enum bo_path_kind {
    BO_PATH_LINK,    /* iri */
    BO_PATH_INVERSE, /* left */
    BO_PATH_SEQUENCE,
    BO_PATH_ALTERNATIVE,
    BO_PATH_ZERO_OR_MORE,
    BO_PATH_ONE_OR_MORE,
    BO_PATH_ZERO_OR_ONE,
    BO_PATH_NEGATED /* forward and inverse */
} bo_path_kind;
struct bo_path {
    bo_path_kind kind;
    uint32_t iri; /* in the query's terms */
    const bo_path *left, *right;
    uint32_t *forward,
        *inverse; /* IRIs that the link must not be; the inverse set only when it is not empty */
    size_t forward_count, inverse_count;
};

typedef enum bo_expr_kind {
    BO_EXPR_VARIABLE, /* index: a variable */
    BO_EXPR_TERM,     /* index: in the query's terms */
    BO_EXPR_OPERATOR, /* op; IN: the first argument and the list; EXISTS: the pattern */
    BO_EXPR_FUNCTION, /* index: a function of functions.def */
    BO_EXPR_CALL      /* index: the function's IRI in the query's terms: a cast or an extension */
} bo_expr_kind;
struct bo_expr {
    bo_expr_kind kind;
    bo_operator op;
    uint32_t index;
    bo_expr **args;
    size_t count;
    bo_pattern *pattern; /* EXISTS and NOT EXISTS */
    uint32_t depth;      /* of the tree below, patterns included */
};

typedef struct bo_exprs {
    bo_expr **items;
    size_t len;
} bo_exprs;

typedef struct bo_aggregation {
    bo_aggregate op;
    bool distinct;
    bo_expr *arg; /* NULL: COUNT(*) */
    bo_str separator;
    uint32_t var; /* where its value goes */
} bo_aggregation;

typedef struct bo_sort_key {
    bo_expr *by;
    bool descending;
} bo_sort_key;

typedef enum bo_pattern_kind {
    BO_BGP,      /* bgp; no triples: the one empty solution */
    BO_JOIN,     /* left, right */
    BO_LEFTJOIN, /* left, right, conditions */
    BO_UNION,    /* left, right */
    BO_MINUS,    /* left, right */
    BO_GRAPH,    /* graph, left */
    BO_FILTER,   /* left, conditions: all of them must be true */
    BO_EXTEND,   /* left, extend */
    BO_VALUES,   /* values */
    BO_SERVICE,  /* service, left */
    BO_GROUP,    /* left, group */
    BO_ORDER,    /* left, order */
    BO_PROJECT,  /* left, vars */
    BO_DISTINCT, /* left */
    BO_REDUCED,  /* left */
    BO_SLICE,    /* left, slice */
    BO_PATTERN_COUNT
} bo_pattern_kind;
struct bo_pattern {
    bo_pattern_kind kind;
    uint32_t depth; /* of the tree below, expressions included */
    bo_pattern *left, *right;
    union {
        struct {
            bo_triple *items;
            size_t len;
        } bgp;
        bo_exprs conditions;
        bo_node graph;
        struct {
            uint32_t var;
            bo_expr *expr;
        } extend;
        struct {
            uint32_t *vars;
            size_t width, rows;
            bo_node *cells; /* rows times width; NONE: UNDEF */
        } values;
        struct {
            bo_node endpoint;
            bool silent;
            bo_str prologue; /* what the text needs before it: BASE and PREFIX */
            bo_str text;     /* the group as it was written, with its braces */
        } service;
        struct {
            bo_expr **keys; /* with no key, there is one group even when there is no row */
            uint32_t *vars; /* where the keys' values go */
            size_t key_count;
            bo_aggregation *aggregations;
            size_t aggregation_count;
        } group;
        struct {
            bo_sort_key *keys;
            size_t len;
        } order;
        struct {
            uint32_t *items;
            size_t len;
        } vars;
        struct {
            uint64_t offset, limit; /* UINT64_MAX: no limit */
        } slice;
    };
};

/* FROM and FROM NAMED, USING and USING NAMED: numbers of IRIs in the query's terms. */
typedef struct bo_dataset {
    bool given;
    uint32_t *graphs, *named;
    size_t graph_count, named_count;
} bo_dataset;

typedef enum bo_update_kind {
    BO_INSERT_DATA,
    BO_DELETE_DATA,
    BO_MODIFY, /* DELETE WHERE too */
    BO_LOAD,
    BO_CLEAR,
    BO_DROP,
    BO_CREATE,
    BO_ADD,
    BO_MOVE,
    BO_COPY
} bo_update_kind;
typedef enum bo_graph_range { BO_ONE_GRAPH, BO_DEFAULT_GRAPH, BO_NAMED_GRAPHS, BO_ALL_GRAPHS } bo_graph_range;
typedef struct bo_graph_ref {
    bo_graph_range range;
    uint32_t iri; /* ONE_GRAPH */
} bo_graph_ref;
typedef struct bo_operation {
    bo_update_kind kind;
    bool silent;
    bo_templates remove, insert; /* DATA and MODIFY */
    bo_pattern *where;           /* MODIFY */
    bo_dataset dataset;          /* MODIFY: USING */
    bo_node with;                /* MODIFY: the graph that stands in for the default one, or NONE */
    uint32_t document;           /* LOAD: its IRI */
    bo_graph_ref from, to;       /* ADD, MOVE, COPY: both; the others: `to` */
    size_t first_term, end_term; /* of the query's terms, those that it names */
} bo_operation;

typedef struct bo_variable {
    bo_str name; /* without the mark; .ptr NULL: none */
} bo_variable;

struct bo_query {
    bo_arena *arena; /* everything below lives here */
    bo_query_form form;
    bo_str base;
    bo_term *terms;
    size_t term_count;
    size_t prebound_count; /* the last of the terms: places for values that a run brings along */
    bo_variable *vars;
    size_t var_count;
    size_t branch_count; /* OPTIONAL, EXISTS and NOT EXISTS, however deep */
    bo_dataset dataset;
    bo_pattern *where; /* with its modifiers; NULL: DESCRIBE without WHERE, updates */
    uint32_t *columns; /* SELECT: the variables of the result, in order */
    size_t column_count;
    bo_templates construct; /* CONSTRUCT: g is NONE */
    bo_node *describe;      /* DESCRIBE: variables and IRIs */
    size_t describe_count;
    bo_operation *operations; /* updates */
    size_t operation_count;
};

#endif
