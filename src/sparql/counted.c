/* SPDX-License-Identifier: Apache-2.0
 * COUNT over one triple pattern, as the source has it noted: of all triples, of those of a predicate, of a
 * graph, or class by class. When nothing is noted (some graphs are hidden, or this is another predicate), the
 * rows are counted by the group that was planned for them.
 */
#include "rdf/xsd.h"
#include "sparql/plan.h"
#include "sparql/quads.h"

typedef struct counted_op {
    bo_op op;
    bo_op *group; /* counts the rows */
    const bo_pattern *pattern;
    bo_quads quads;
    bool by_object; /* one count for each object */
    bool begun, ended, refused;
    bo_id object; /* the last one counted */
} counted_op;

static bool count(const counted_op *c, bo_id object, uint64_t *out) {
    const bo_quads *q = &c->quads;
    bo_ids pattern = {q->constant[BO_S], q->constant[BO_P], q->constant[BO_O], bo_quads_graph(q)};
    if (object != BO_ID_NONE) pattern.o = object;
    return bo_source_count(q->exec->source, &pattern, pattern.g == BO_ID_NONE, out);
}

static void put_row(counted_op *c, bo_id object, uint64_t rows) {
    const bo_pattern *group = c->pattern;
    bo_table *table = &c->op.table;
    if (c->by_object) table->column[group->group.vars[0]][table->len] = object;
    for (size_t i = 0; i < group->group.aggregation_count; i++)
        table->column[group->group.aggregations[i].var][table->len] = bo_id_of_integer((int64_t)rows);
    table->len++;
}

/* The object behind the last one: the scan skips all triples of one object at once. */
static bo_status next_object(counted_op *c) {
    bo_id key[BO_PLACES] = {[BO_P] = c->quads.constant[BO_P], [BO_O] = c->object + 1};
    BO_TRY(c->object == BO_ID_NONE ? bo_quads_next(&c->quads) : bo_quads_seek(&c->quads, key));
    c->ended = c->quads.ended;
    if (!c->ended) c->object = c->quads.batch->column[BO_O][0];
    return BO_OK;
}

static bo_status count_objects(counted_op *c) {
    uint64_t rows = 0;
    if (!c->begun) BO_TRY(bo_quads_open(&c->quads, BO_POSG));
    while (!c->ended && c->op.table.len < BO_BATCH) {
        BO_TRY(next_object(c));
        if (c->ended) break;
        c->refused = !count(c, c->object, &rows);
        if (c->refused) return BO_OK; /* with the first one: what is noted does not depend on the object */
        put_row(c, c->object, rows);
    }
    return BO_OK;
}

static bo_status count_all(counted_op *c) {
    uint64_t rows = 0;
    c->refused = !count(c, BO_ID_NONE, &rows);
    c->ended = true;
    if (!c->refused) put_row(c, BO_ID_NONE, rows);
    return BO_OK;
}

static bo_status counted_next(bo_op *op, bo_table **out) {
    counted_op *c = (counted_op *)op;
    op->table.len = 0;
    *out = &op->table;
    if (!c->refused && !c->ended) {
        BO_TRY(c->by_object ? count_objects(c) : count_all(c));
        c->begun = true;
    }
    return c->refused ? bo_op_next(c->group, out) : BO_OK;
}

static bo_status counted_restart(bo_op *op) {
    counted_op *c = (counted_op *)op;
    c->begun = c->ended = c->refused = false;
    c->object = BO_ID_NONE;
    return bo_op_restart(c->group);
}

static void counted_close(bo_op *op) {
    bo_quads_done(&((counted_op *)op)->quads);
}

static const bo_op_ops counted_ops = {counted_next, counted_restart, counted_close, "counted"};

static bool is_variable_of(const bo_triple *triple, uint32_t var) {
    const bo_node nodes[3] = {triple->s, triple->p, triple->o};
    for (int i = 0; i < 3; i++)
        if (nodes[i].kind == BO_NODE_VARIABLE && nodes[i].index == var) return true;
    return false;
}

/* Whether all that is asked for is how many triples there are, perhaps for each object of a predicate. */
static bool is_countable(const bo_pattern *pattern) {
    const bo_pattern *bgp = pattern->left;
    if (bgp->kind != BO_BGP || bgp->bgp.len != 1 || bgp->bgp.items[0].path != NULL) return false;
    const bo_triple *triple = &bgp->bgp.items[0];
    for (size_t i = 0; i < pattern->group.aggregation_count; i++) {
        const bo_aggregation *a = &pattern->group.aggregations[i];
        bool rows =
            a->arg == NULL || (a->arg->kind == BO_EXPR_VARIABLE && is_variable_of(triple, a->arg->index));
        if (a->op != BO_AGG_COUNT || a->distinct || !rows) return false;
    }
    if (pattern->group.key_count == 0) return true;
    const bo_expr *key = pattern->group.keys[0];
    return pattern->group.key_count == 1 && key->kind == BO_EXPR_VARIABLE && triple->p.kind == BO_NODE_TERM &&
           triple->s.kind == BO_NODE_VARIABLE && triple->o.kind == BO_NODE_VARIABLE &&
           triple->o.index == key->index;
}

bo_status bo_counted_new(bo_op **out, bo_exec *exec, bo_op *group, const bo_pattern *pattern,
                         const bo_scope *scope) {
    *out = group;
    bool dataset = exec->standard.given || exec->named.given;
    if (!is_countable(pattern) || scope->graph.kind == BO_NODE_VARIABLE || dataset) return BO_OK;
    const bo_triple *triple = &pattern->left->bgp.items[0];
    counted_op *c = BO_NEW(exec->arena, counted_op);
    if (c == NULL) return bo_error_last()->status;
    c->group = group;
    c->pattern = pattern;
    c->by_object = pattern->group.key_count > 0;
    BO_TRY(bo_quads_init(&c->quads, exec, scope, (const bo_node[]){triple->s, triple->p, triple->o}));
    if (c->quads.twice || bo_quads_impossible(&c->quads)) {
        bo_quads_done(&c->quads);
        return BO_OK;
    }
    bo_status status = bo_op_init(&c->op, &counted_ops, exec, NULL);
    if (status != BO_OK) {
        bo_quads_done(&c->quads);
        return status;
    }
    BO_TRY(bo_vars_copy(&c->op.vars, &group->vars, exec->arena));
    *out = &c->op;
    return bo_op_columns(&c->op);
}
