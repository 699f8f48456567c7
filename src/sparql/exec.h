/* SPDX-License-Identifier: Apache-2.0
 * One run of a query: what its operators share. Rows go from operator to operator in tables of columns of
 * ids; terms are looked up only where a value is needed.
 *
 * An operator is pulled: `next` gives a table that stays valid until the operator's next call. Whoever gets
 * it may change its ids and its length, but not hang other columns in. A table without rows is the end.
 * Operators extend the rows of their input: the one at the bottom is a seed, a table that is put there by
 * hand (one row without columns for a whole query), so that a pattern can be worked out again for other rows:
 * `restart`, and put another seed.
 */
#ifndef BO_SPARQL_EXEC_H
#define BO_SPARQL_EXEC_H

#include "base/map.h"
#include "sparql/algebra.h"
#include "sparql/functions.h"
#include "sparql/vars.h"

typedef struct bo_table {
    size_t len;     /* at most BO_BATCH */
    bo_id **column; /* by variable; NULL: unbound in every row */
} bo_table;

typedef struct bo_op bo_op;
typedef struct bo_exec bo_exec;

typedef struct bo_op_ops {
    bo_status (*next)(bo_op *op, bo_table **out);
    bo_status (*restart)(bo_op *op); /* its own state; its input is restarted by bo_op_restart. May be NULL */
    void (*close)(bo_op *op);        /* what the arena can't free. May be NULL */
    const char *name;                /* in the plan that is shown */
} bo_op_ops;
struct bo_op {
    const bo_op_ops *ops;
    bo_exec *exec;
    bo_op *input;   /* NULL for seeds */
    bo_op *listed;  /* the next in the run's list */
    bo_vars vars;   /* that its rows may bind */
    bo_table table; /* of its own, if it has one */
    /* What the plan shows of it besides. */
    bo_op *parts[2];         /* ends of its branches */
    const bo_triple *triple; /* what it matches */
    const bo_expr *expr;     /* what it evaluates */
    bo_node graph;           /* where, when not in the default graph */
    double expected;         /* rows; 0: nothing was reckoned */
    bool counts_hidden;      /* its rows are not those of a scan */
    struct {
        uint64_t calls, rows, ns;
    } work; /* counted when exec->explaining */
};

/* The graphs that a pattern is matched against. */
typedef struct bo_scope {
    bo_node graph; /* NONE: the default graph; a term; or a variable, bound by the triples themselves */
    bool looped;   /* GRAPH goes through the graphs one by one, and binds the variable itself */
    bo_id fixed;   /* not 0: the one that it is at */
} bo_scope;

/* A sorted set of graphs. */
typedef struct bo_graphs {
    bool given; /* else: all that the source shows */
    bo_id *ids;
    size_t len;
} bo_graphs;

typedef struct bo_locals bo_locals;

struct bo_exec {
    const bo_query *query;
    bo_source *source;
    const bo_query_options *options;
    bo_arena *arena;   /* the run's */
    bo_arena *scratch; /* for one expression, or one row of the answer */
    bo_id *terms;      /* the query's, as ids */
    bo_locals *locals;
    bo_graphs standard, named; /* the dataset: what the default graph is made of, and the named ones */
    bool unnamed;              /* the default graph is the unnamed one alone */
    size_t width;              /* columns of a table: the query's variables and those of the planner */
    bo_op *ops;                /* all of them */
    bo_idmap branches;         /* of EXISTS, by expression */
    struct bo_edges *edges;    /* read into memory */
    bo_val_context values;
    bo_val *constants; /* of the query's terms that expressions name; ERROR: not yet */
    size_t row;        /* the one that is evaluated */
    bo_arena *label_arena;
    bo_map labels;       /* of BNODE, in the present rows */
    uint64_t begun_ns;   /* steady clock; when there is a deadline */
    bool explaining;     /* operators count what they do */
    unsigned calls;      /* to other endpoints, so far */
    unsigned evaluating; /* expressions inside one another; the outermost one empties `scratch` */
};

bo_status bo_op_next_timed(bo_op *op, bo_table **out) BO_MUST_USE; /* explain.c */
static inline bo_status bo_op_next(bo_op *op, bo_table **out) {
    return op->exec->explaining ? bo_op_next_timed(op, out) : op->ops->next(op, out);
}

static inline bool bo_in_graphs(const bo_graphs *graphs, bo_id id) {
    size_t low = 0, high = graphs->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (graphs->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < graphs->len && graphs->ids[low] == id;
}
/* Whether what stands in a graph belongs to the dataset's default graph. */
static inline bool bo_in_default_graph(const bo_exec *exec, bo_id graph) {
    if (exec->unnamed) return graph == BO_ID_DEFAULT_GRAPH;
    return !exec->standard.given || bo_in_graphs(&exec->standard, graph);
}

/* Whether to go on: BO_TIMEOUT, BO_CANCELLED. Asked once a batch. */
bo_status bo_exec_check(bo_exec *exec) BO_MUST_USE;

/* ops.c */
/* Fills in the head of a new operator, with a table without columns. */
bo_status bo_op_init(bo_op *op, const bo_op_ops *ops, bo_exec *exec, bo_op *input) BO_MUST_USE;
bo_status bo_op_columns(bo_op *op) BO_MUST_USE;                   /* columns for op->vars */
bo_status bo_op_restart(bo_op *op) BO_MUST_USE;                   /* with all that is below */
bo_status bo_table_new(bo_table *out, bo_exec *exec) BO_MUST_USE; /* no columns */
/* A table of one row with columns for these variables, of `width` at most. */
bo_status bo_one_row(bo_exec *exec, bo_table *out, const bo_vars *vars, size_t width) BO_MUST_USE;
static inline void bo_table_move(bo_table *table, size_t to, size_t from, size_t width) {
    for (size_t i = 0; to != from && i < width; i++)
        if (table->column[i] != NULL) table->column[i][to] = table->column[i][from];
}

/* Keeps these rows alone, which are given in order. */
void bo_table_keep(bo_table *table, const uint32_t *rows, size_t count, size_t width);

/* The branch of an EXISTS: planned once, found again by the expression that asks. */
struct bo_branch;
bo_status bo_exec_keep_branch(bo_exec *exec, const bo_expr *expr, struct bo_branch *branch) BO_MUST_USE;
struct bo_branch *bo_exec_branch(const bo_exec *exec, const bo_expr *expr);

/* locals.c: terms that the source does not hold. */
bo_status bo_locals_new(bo_locals **out, bo_arena *arena) BO_MUST_USE;
/* The id of a term in this run: the source's, or a local one. */
bo_status bo_exec_id(bo_exec *exec, bo_id *out, const bo_term *term) BO_MUST_USE;
/* The term of any id; its text lives in `arena` or as long as the run. */
bo_status bo_exec_term(bo_exec *exec, bo_term *out, bo_id id, bo_arena *arena) BO_MUST_USE;
/* A blank node that is nowhere else. */
bo_status bo_exec_blank(bo_exec *exec, bo_id *out) BO_MUST_USE;

#endif
