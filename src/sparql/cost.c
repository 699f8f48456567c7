/* SPDX-License-Identifier: Apache-2.0
 * How many rows a triple is expected to give, from what the source says of itself.
 */
#include <math.h>

#include "sparql/plan.h"

static bo_id constant(const bo_exec *exec, bo_node node) {
    return node.kind == BO_NODE_TERM ? exec->terms[node.index] : BO_ID_NONE;
}

static bool is_bound(bo_node node, const bo_vars *bound) {
    return node.kind == BO_NODE_TERM || (node.kind == BO_NODE_VARIABLE && bo_vars_has(bound, node.index));
}

static bool is_connected(const bo_triple *triple, const bo_vars *bound) {
    const bo_node nodes[3] = {triple->s, triple->p, triple->o};
    for (int i = 0; i < 3; i++)
        if (nodes[i].kind == BO_NODE_VARIABLE && bo_vars_has(bound, nodes[i].index)) return true;
    return false;
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

static double path_rows(const bo_exec *exec, const bo_triple *triple, const bo_vars *bound) {
    reach far = reach_of(exec, triple->path);
    bool s = is_bound(triple->s, bound), o = is_bound(triple->o, bound);
    if (s && o) return 0.5;
    return s ? far.forward : o ? far.backward : far.pairs;
}

double bo_expected_rows(const bo_exec *exec, const bo_scope *scope, const bo_triple *triple,
                        const bo_vars *bound) {
    bo_source *source = exec->source;
    if (triple->path != NULL) return path_rows(exec, triple, bound);
    bo_ids ids = {constant(exec, triple->s), constant(exec, triple->p), constant(exec, triple->o),
                  BO_ID_NONE};
    if (scope->graph.kind == BO_NODE_TERM) ids.g = constant(exec, scope->graph);
    double rows = (double)source->ops->estimate(source, &ids);
    bool s = ids.s == BO_ID_NONE && is_bound(triple->s, bound),
         o = ids.o == BO_ID_NONE && is_bound(triple->o, bound);
    bool predicate = ids.p == BO_ID_NONE && is_bound(triple->p, bound);
    uint64_t subjects = 100, objects = 100;
    if (ids.p != BO_ID_NONE && (s || o)) source->ops->spread(source, ids.p, &subjects, &objects);
    if (ids.p == BO_ID_NONE) { /* of all the subjects or objects that there are */
        subjects = objects = rows > 1e4 ? (uint64_t)(rows / 10) : (uint64_t)(rows / 3) + 1;
    }
    if (s) rows /= (double)subjects;
    if (o) rows /= (double)objects;
    if (predicate) rows /= 10;
    return rows;
}

size_t bo_best_triple(const bo_exec *exec, const bo_scope *scope, const bo_triple **triples, size_t count,
                      const bo_vars *bound) {
    static const bo_vars none;
    size_t best = 0;
    double best_rows = 0;
    bool best_connected = false;
    if (exec->options->no_planner) return 0;
    for (size_t i = 0; i < count; i++) {
        bool connected = bound == NULL || is_connected(triples[i], bound);
        double rows = bo_expected_rows(exec, scope, triples[i], bound != NULL ? bound : &none);
        bool better =
            i == 0 || (connected && !best_connected) || (connected == best_connected && rows < best_rows);
        if (!better) continue;
        best = i;
        best_rows = rows;
        best_connected = connected;
    }
    return best;
}
