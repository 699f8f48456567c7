/* SPDX-License-Identifier: Apache-2.0
 * How many rows a triple is expected to give, from what the source says of itself, and in which order triples
 * are best matched.
 */
#include <math.h>

#include "sparql/plan.h"

enum { MOST_PLANNED = 10 }; /* triples whose best order is looked for */

static bo_id constant(const bo_exec *exec, bo_node node) {
    return node.kind == BO_NODE_TERM ? exec->terms[node.index] : BO_ID_NONE;
}

/* How far a path is expected to lead from one end, and how many pairs of ends it has. */
typedef struct reach {
    double forward, backward, pairs;
} reach;

static double closed(double fan, double pairs) {
    double far = fan < 1.1 ? log2(pairs + 2) : 4 * fan * sqrt(pairs);
    return far < pairs ? far : pairs;
}

static reach reach_of(const bo_exec *exec, const bo_path *path) {
    bo_source *source = exec->source;
    reach a = {0}, b = {0};
    uint64_t subjects, objects;
    if (path->kind == BO_PATH_LINK) {
        bo_ids pattern = {.p = exec->terms[path->iri]};
        a.pairs = (double)source->ops->estimate(source, &pattern);
        source->ops->spread(source, pattern.p, &subjects, &objects);
        return (reach){a.pairs / (double)subjects, a.pairs / (double)objects, a.pairs};
    }
    if (path->kind == BO_PATH_NEGATED)
        return (reach){10, 10, (double)source->ops->estimate(source, &(bo_ids){0})};
    a = reach_of(exec, path->left);
    if (path->right != NULL) b = reach_of(exec, path->right);
    switch (path->kind) {
    case BO_PATH_INVERSE: return (reach){a.backward, a.forward, a.pairs};
    case BO_PATH_SEQUENCE:
        return (reach){a.forward * b.forward, a.backward * b.backward, a.pairs * b.forward};
    case BO_PATH_ALTERNATIVE:
        return (reach){a.forward + b.forward, a.backward + b.backward, a.pairs + b.pairs};
    case BO_PATH_ZERO_OR_ONE: return (reach){a.forward + 1, a.backward + 1, a.pairs * 2};
    default: return (reach){closed(a.forward, a.pairs) + 1, closed(a.backward, a.pairs) + 1, a.pairs * 4};
    }
}

/* What the source says of a triple, whatever its variables are bound to. */
typedef struct measure {
    const bo_triple *triple;
    double rows;              /* that match its constants */
    double subjects, objects; /* different ones among them */
    reach far;                /* of a path */
} measure;

static measure measure_of(const bo_exec *exec, const bo_scope *scope, const bo_triple *triple) {
    bo_source *source = exec->source;
    if (triple->path != NULL) {
        reach far = reach_of(exec, triple->path);
        return (measure){triple, far.pairs, 1, 1, far};
    }
    bo_ids ids = {constant(exec, triple->s), constant(exec, triple->p), constant(exec, triple->o),
                  BO_ID_NONE};
    if (scope->graph.kind == BO_NODE_TERM) ids.g = constant(exec, scope->graph);
    measure m = {triple, (double)source->ops->estimate(source, &ids), 1, 1, {0}};
    bool s = triple->s.kind == BO_NODE_VARIABLE, o = triple->o.kind == BO_NODE_VARIABLE;
    if (ids.p == BO_ID_NONE) { /* of all the subjects or objects that there are */
        m.subjects = m.objects = m.rows > 1e4 ? m.rows / 10 : m.rows / 3 + 1;
    } else if (s || o) {
        uint64_t subjects = 1, objects = 1;
        source->ops->spread(source, ids.p, &subjects, &objects);
        m.subjects = (double)subjects;
        m.objects = (double)objects;
    }
    return m;
}

enum { S_BOUND = 1, P_BOUND = 2, O_BOUND = 4 };

/* The rows for one row that binds these places. */
static double rows_for(const measure *m, unsigned bound) {
    const bo_triple *triple = m->triple;
    bool s = triple->s.kind == BO_NODE_TERM || (bound & S_BOUND) != 0;
    bool o = triple->o.kind == BO_NODE_TERM || (bound & O_BOUND) != 0;
    if (triple->path != NULL) return s && o ? 0.5 : s ? m->far.forward : o ? m->far.backward : m->far.pairs;
    double rows = m->rows;
    if ((bound & S_BOUND) != 0 && triple->s.kind == BO_NODE_VARIABLE) rows /= m->subjects;
    if ((bound & O_BOUND) != 0 && triple->o.kind == BO_NODE_VARIABLE) rows /= m->objects;
    if ((bound & P_BOUND) != 0) rows /= 10;
    return rows;
}

static unsigned places_bound(const bo_triple *triple, const bo_vars *bound) {
    const bo_node nodes[3] = {triple->s, triple->p, triple->o};
    unsigned places = 0;
    for (int i = 0; i < 3; i++)
        if (nodes[i].kind == BO_NODE_VARIABLE && !(i == 1 && triple->path != NULL) &&
            bo_vars_has(bound, nodes[i].index))
            places |= 1u << i;
    return places;
}

double bo_expected_rows(const bo_exec *exec, const bo_scope *scope, const bo_triple *triple,
                        const bo_vars *bound) {
    measure m = measure_of(exec, scope, triple);
    return rows_for(&m, places_bound(triple, bound));
}

static size_t best_measure(const measure *all, size_t count, const bo_vars *bound) {
    static const bo_vars none;
    size_t best = 0;
    double best_rows = 0;
    bool best_connected = false;
    for (size_t i = 0; i < count; i++) {
        unsigned places = places_bound(all[i].triple, bound != NULL ? bound : &none);
        bool connected = bound == NULL || places != 0;
        double rows = rows_for(&all[i], places);
        bool better =
            i == 0 || (connected && !best_connected) || (connected == best_connected && rows < best_rows);
        if (!better) continue;
        best = i;
        best_rows = rows;
        best_connected = connected;
    }
    return best;
}

size_t bo_best_triple(const bo_exec *exec, const bo_scope *scope, const bo_triple **triples, size_t count,
                      const bo_vars *bound) {
    measure all[MOST_PLANNED], *more = all;
    if (exec->options->no_planner || count < 2) return 0;
    if (count > MOST_PLANNED) more = bo_arena_array(exec->arena, count, sizeof *more);
    if (more == NULL) return 0;
    for (size_t i = 0; i < count; i++) more[i] = measure_of(exec, scope, triples[i]);
    return best_measure(more, count, bound);
}

/* The order in which a group's triples are matched: the cheapest of all (dynamic programming over the sets of
 * triples that are done), for many triples one after the other. */

/* Costs, in units of one row that is merged. */
static const double SEEK = 30, SORT = 3, READ = 0.5, PATH = 10;

/* What it takes to have matched a set of triples. */
typedef struct done {
    double rows, cost;
    uint32_t sorted; /* the variable that its rows are sorted by, or NO_ORDER */
    uint16_t before; /* the set without the last one */
    uint8_t last;
} done;

#define NO_ORDER UINT32_MAX

typedef struct ordering {
    const measure *all;
    size_t count;
    const bo_vars *bound;              /* by the input */
    uint16_t sharing[MOST_PLANNED][3]; /* the triples that name the variable at a place too */
    unsigned given[MOST_PLANNED];      /* places that the input binds */
} ordering;

static const bo_node *node_at(const bo_triple *triple, int place) {
    const bo_node *nodes[3] = {&triple->s, &triple->p, &triple->o};
    bool named = nodes[place]->kind == BO_NODE_VARIABLE && !(place == 1 && triple->path != NULL);
    return named ? nodes[place] : NULL;
}

static void find_sharing(ordering *o) {
    for (size_t i = 0; i < o->count; i++) {
        o->given[i] = places_bound(o->all[i].triple, o->bound);
        for (int place = 0; place < 3; place++) {
            const bo_node *node = node_at(o->all[i].triple, place);
            for (size_t j = 0; node != NULL && j < o->count; j++)
                for (int other = 0; other < 3; other++) {
                    const bo_node *same = node_at(o->all[j].triple, other);
                    if (j != i && same != NULL && same->index == node->index)
                        o->sharing[i][place] |= (uint16_t)(1u << j);
                }
        }
    }
}

/* The variable that the rows of a scan are sorted by, when nothing is bound but constants. */
static uint32_t order_of_scan(const bo_triple *triple) {
    if (triple->path != NULL) return NO_ORDER;
    if (triple->s.kind == BO_NODE_VARIABLE && triple->p.kind == BO_NODE_TERM) return triple->s.index;
    if (triple->s.kind == BO_NODE_VARIABLE && triple->o.kind != BO_NODE_TERM) return triple->s.index;
    return triple->p.kind == BO_NODE_VARIABLE   ? triple->p.index
           : triple->o.kind == BO_NODE_VARIABLE ? triple->o.index
                                                : NO_ORDER;
}

/* `from` with one more triple. */
static done add_triple(const ordering *o, const done *from, uint16_t set, size_t i) {
    const measure *m = &o->all[i];
    unsigned places = o->given[i];
    for (int place = 0; place < 3; place++)
        if ((o->sharing[i][place] & set) != 0) places |= 1u << place;
    double in = from->rows < 1 ? 1 : from->rows, each = rows_for(m, places), rows = from->rows * each;
    done next = {rows, from->cost, from->sorted, set, (uint8_t)i};
    if (m->triple->path != NULL) {
        double far = places == 0                        ? m->far.pairs
                     : m->far.forward < m->far.backward ? m->far.forward
                                                        : m->far.backward;
        bool constant_end = m->triple->s.kind == BO_NODE_TERM || m->triple->o.kind == BO_NODE_TERM;
        next.cost += PATH * (constant_end ? each + far : in * far) + rows;
        next.sorted = NO_ORDER;
        return next;
    }
    if (places == 0) {
        next.cost += in * m->rows;
        next.sorted = set == 0 ? order_of_scan(m->triple) : NO_ORDER;
        return next;
    }
    int key = (places & S_BOUND) != 0 ? 0 : (places & O_BOUND) != 0 ? 2 : 1;
    uint32_t var = node_at(m->triple, key)->index;
    double read = READ * m->rows, sought = in * SEEK;
    next.cost += in + rows + (read < sought ? read : sought);
    if (from->sorted != var) {
        next.cost += in * SORT;
        if (sought < read) next.sorted = var; /* else found in memory, in the order of the input */
    }
    return next;
}

/* What the order costs that always takes the cheapest next triple: no better order has a part that costs
 * more. */
static double cost_of_greed(const ordering *o) {
    done at = {1, 0, NO_ORDER, 0, 0};
    for (uint16_t set = 0; set + 1u < 1u << o->count;) {
        done best = {.cost = INFINITY};
        for (size_t i = 0; i < o->count; i++) {
            if ((set >> i & 1) != 0) continue;
            done next = add_triple(o, &at, set, i);
            if (next.cost < best.cost) best = next;
        }
        if (!(best.cost < INFINITY)) return INFINITY;
        at = best;
        set |= (uint16_t)(1u << best.last);
    }
    return at.cost;
}

static bo_status order_all(const bo_exec *exec, const ordering *o, const bo_triple **triples) {
    size_t sets = (size_t)1 << o->count;
    done *best = bo_arena_alloc(exec->scratch, sets * sizeof *best);
    if (best == NULL) return bo_error_last()->status;
    double most = cost_of_greed(o) * (1 + 1e-9);
    best[0] = (done){1, 0, NO_ORDER, 0, 0};
    for (size_t set = 1; set < sets; set++) best[set].cost = INFINITY;
    for (size_t set = 0; set + 1 < sets; set++)
        for (size_t i = 0; i < o->count && best[set].cost <= most && best[set].cost < INFINITY; i++) {
            size_t with = set | (size_t)1 << i;
            if (with == set) continue;
            done next = add_triple(o, &best[set], (uint16_t)set, i);
            if (next.cost < best[with].cost) best[with] = next;
        }
    if (!(best[sets - 1].cost < INFINITY)) return BO_OK; /* beyond all numbers: as it was written */
    for (size_t set = sets - 1, at = o->count; set != 0; set = best[set].before)
        triples[--at] = o->all[best[set].last].triple;
    return BO_OK;
}

static bo_status order_greedily(const bo_exec *exec, measure *all, const bo_triple **triples, size_t count,
                                const bo_vars *bound) {
    bo_vars seen = {0};
    if (bound != NULL) BO_TRY(bo_vars_copy(&seen, bound, exec->arena));
    for (size_t at = 0; at < count; at++) {
        size_t best = at + best_measure(all + at, count - at, at == 0 && bound == NULL ? NULL : &seen);
        measure chosen = all[best];
        memmove(all + at + 1, all + at, (best - at) * sizeof *all);
        all[at] = chosen;
        triples[at] = chosen.triple;
        for (int place = 0; place < 3; place++) {
            const bo_node *node = node_at(chosen.triple, place);
            if (node != NULL) BO_TRY(bo_vars_add(&seen, node->index, exec->arena));
        }
    }
    return BO_OK;
}

bo_status bo_order_triples(const bo_exec *exec, const bo_scope *scope, const bo_triple **triples,
                           size_t count, const bo_vars *bound) {
    static const bo_vars none;
    if (exec->options->no_planner || count < 2) return BO_OK;
    measure *all = bo_arena_array(exec->arena, count, sizeof *all);
    if (all == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) all[i] = measure_of(exec, scope, triples[i]);
    if (count > MOST_PLANNED) return order_greedily(exec, all, triples, count, bound);
    ordering o = {.all = all, .count = count, .bound = bound != NULL ? bound : &none};
    find_sharing(&o);
    bo_status status = order_all(exec, &o, triples);
    if (exec->evaluating == 0) bo_arena_reset(exec->scratch);
    return status;
}
