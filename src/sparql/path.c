/* SPDX-License-Identifier: Apache-2.0
 * Property paths (section 18.4). A path goes from a list of nodes to the list of those that it leads to: one
 * scan per link for the whole list, sorted, so that a search goes breadth first, a level at a time. When many
 * nodes are followed, the links are read into memory instead. Lists keep count of how often a node is
 * reached, as sequences and alternatives must; what has *, + or ? gives each node once. What the last start
 * leads to is kept: a constant end is followed once for all rows.
 */
#include <stdlib.h>

#include "sparql/edges.h"
#include "sparql/plan.h"

typedef struct list {
    bo_id *ids;
    size_t len, size;
} list;

/* A set of nodes that is emptied at once. */
typedef struct marks {
    bo_id *ids;
    uint32_t *rounds; /* a node is in the set when it was put in this round */
    uint32_t round;
    size_t size, live;
} marks;

typedef struct path_op {
    bo_op op;
    const bo_scope *scope;
    const bo_path *path;
    bo_node ends[2];
    bo_arena *listed; /* the starts of one row of the input */
    bo_arena *work;   /* for one start */
    bo_arena *scans;  /* for one scan */
    bo_batch *batch;
    marks *marks; /* by how deep closures stand in one another */
    size_t mark_depth, mark_size;
    uint64_t followed; /* nodes so far */
    bo_table *in;
    size_t row;
    list starts, found;
    size_t start, at, end; /* starts[start - 1] leads to found[at] to found[end - 1] */
    bo_id single;          /* the only start */
    bo_id known;           /* not NONE: `found` is what this one leads to, ... */
    bool known_forward;    /* ... in this direction */
    bool sorted;           /* `found` is */
    bool forward;          /* from the subject to the object */
    bo_id target;          /* the other end, when it is bound */
} path_op;

static bo_status walk(path_op *p, list *out, const bo_path *path, const list *from, bool forward);

static bo_status add(path_op *p, list *l, bo_id id) {
    if (l->len == l->size) {
        size_t size = l->size ? l->size * 2 : 64;
        bo_id *ids = bo_arena_grow(p->work, l->ids, l->size * sizeof *ids, size * sizeof *ids);
        if (ids == NULL) return bo_error_last()->status;
        l->ids = ids;
        l->size = size;
    }
    l->ids[l->len++] = id;
    return BO_OK;
}

static bo_status grow_marks(path_op *p, marks *m) {
    marks grown = {.size = m->size ? m->size * 2 : 64, .round = 1, .live = m->live};
    bo_arena *arena = p->op.exec->arena;
    grown.ids = bo_arena_alloc(arena, grown.size * sizeof *grown.ids);
    grown.rounds = bo_arena_array(arena, grown.size, sizeof *grown.rounds);
    if (grown.ids == NULL || grown.rounds == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < m->size; i++) {
        if (m->rounds[i] != m->round) continue;
        size_t slot = bo_edges_hash(m->ids[i]) & (grown.size - 1);
        while (grown.rounds[slot] != 0) slot = (slot + 1) & (grown.size - 1);
        grown.ids[slot] = m->ids[i];
        grown.rounds[slot] = 1;
    }
    *m = grown;
    return BO_OK;
}

static bo_status mark(path_op *p, marks *m, bo_id id, bool *was_new) {
    if (m->live * 2 >= m->size) BO_TRY(grow_marks(p, m));
    size_t slot = bo_edges_hash(id) & (m->size - 1);
    while (m->rounds[slot] == m->round && m->ids[slot] != id) slot = (slot + 1) & (m->size - 1);
    *was_new = m->rounds[slot] != m->round;
    m->ids[slot] = id;
    m->rounds[slot] = m->round;
    m->live += *was_new;
    return BO_OK;
}

/* A set for one more closure inside the others. */
static bo_status open_marks(path_op *p, marks **out) {
    if (p->mark_depth == p->mark_size) {
        size_t size = p->mark_size ? p->mark_size * 2 : 4;
        marks *all = bo_arena_array(p->op.exec->arena, size, sizeof *all);
        if (all == NULL) return bo_error_last()->status;
        if (p->mark_size > 0) memcpy(all, p->marks, p->mark_size * sizeof *all);
        p->marks = all;
        p->mark_size = size;
    }
    *out = &p->marks[p->mark_depth++];
    (*out)->live = 0;
    if (++(*out)->round == 0) **out = (marks){.round = 1};
    return BO_OK;
}

static int compare_ids(const void *a, const void *b) {
    bo_id x = *(const bo_id *)a, y = *(const bo_id *)b;
    return x < y ? -1 : x > y;
}

static void make_set(list *l) {
    size_t kept = 0;
    if (l->len > 1) qsort(l->ids, l->len, sizeof *l->ids, compare_ids);
    for (size_t i = 0; i < l->len; i++)
        if (i == 0 || l->ids[i] != l->ids[i - 1]) l->ids[kept++] = l->ids[i];
    l->len = kept;
}

/* Reading quads of the active graph. */

static bo_id graph_of(const path_op *p) {
    if (p->scope->fixed != BO_ID_NONE) return p->scope->fixed;
    if (p->scope->graph.kind == BO_NODE_TERM) return p->op.exec->terms[p->scope->graph.index];
    return p->op.exec->unnamed ? BO_ID_DEFAULT_GRAPH : BO_ID_NONE;
}

static bool is_local(bo_id id) {
    return bo_id_tag(id) >= BO_TAG_LOCAL_IRI && bo_id_tag(id) <= BO_TAG_LOCAL_LITERAL;
}

/* Whether the quad at `i` is in the active graph and not the same triple as the one before it. */
static bool counts(const path_op *p, size_t i, bo_ids *before) {
    bo_ids quad = {p->batch->column[0][i], p->batch->column[1][i], p->batch->column[2][i],
                   p->batch->column[3][i]};
    bo_id wanted = graph_of(p);
    if (wanted != BO_ID_NONE) return quad.g == wanted;
    if (!bo_in_default_graph(p->op.exec, quad.g)) return false;
    bool same = quad.s == before->s && quad.p == before->p && quad.o == before->o;
    *before = quad;
    return !same;
}

static bool is_member(const path_op *p, const uint32_t *iris, size_t count, bo_id id) {
    for (size_t i = 0; i < count; i++)
        if (p->op.exec->terms[iris[i]] == id) return true;
    return false;
}

/* What a scan is for: links of one property, or of all but some. */
typedef struct step {
    bo_id property; /* BO_ID_NONE: all but `except` */
    const uint32_t *except;
    size_t except_count;
} step;

static bo_status next_batch(path_op *p, bo_scan *scan) {
    BO_TRY(bo_scan_next(scan, p->batch));
    return bo_exec_check(p->op.exec);
}

/* Follows links from each node of a sorted list, which may have doubles. */
static bo_status follow_scan(path_op *p, list *out, bo_scan *scan, const step *links, const list *from,
                             bool forward) {
    int near = forward ? 0 : 2, far = forward ? 2 : 0;
    bo_ids before = {0};
    size_t i = 0;
    p->batch->len = 0;
    for (size_t n = 0; n < from->len;) {
        bo_id node = from->ids[n];
        size_t times = 1;
        while (n + times < from->len && from->ids[n + times] == node) times++;
        n += times;
        while (i < p->batch->len && p->batch->column[near][i] < node) i++;
        if (i == p->batch->len) {
            bo_ids key = {.p = links->property};
            *(forward ? &key.s : &key.o) = node;
            BO_TRY(bo_scan_seek(scan, &key));
            BO_TRY(next_batch(p, scan));
            if (p->batch->len == 0) return BO_OK;
            i = 0;
        }
        while (p->batch->len > 0 && p->batch->column[near][i] == node) {
            bool taken = links->property != BO_ID_NONE ||
                         !is_member(p, links->except, links->except_count, p->batch->column[1][i]);
            if (counts(p, i, &before) && taken)
                for (size_t t = 0; t < times; t++) BO_TRY(add(p, out, p->batch->column[far][i]));
            if (++i < p->batch->len) continue;
            BO_TRY(next_batch(p, scan));
            i = 0;
        }
        if (p->batch->len == 0) return BO_OK;
    }
    return BO_OK;
}

static bo_status follow_edges(path_op *p, list *out, const bo_edges *edges, const list *from) {
    for (size_t i = 0; i < from->len; i++) {
        size_t count;
        const bo_id *ends = bo_edges_of(edges, from->ids[i], &count);
        for (size_t k = 0; k < count; k++) BO_TRY(add(p, out, ends[k]));
    }
    return BO_OK;
}

/* The links of a property in memory, once so many nodes have been followed that it pays; else NULL. */
static bo_status find_edges(path_op *p, const bo_edges **out, bo_id property, bool forward) {
    bo_exec *exec = p->op.exec;
    bo_quads quads;
    *out = bo_edges_known(exec, property, graph_of(p), !forward);
    if (*out != NULL || property == BO_ID_NONE) return BO_OK;
    bo_ids pattern = {.p = property, .g = graph_of(p)};
    if (!bo_edges_pay(exec, exec->source->ops->estimate(exec->source, &pattern), p->followed)) return BO_OK;
    bo_status status = bo_quads_init(&quads, exec, p->scope, (const bo_node[3]){{0}});
    quads.constant[BO_P] = property;
    if (status == BO_OK) status = bo_edges_read(out, &quads, !forward);
    bo_quads_done(&quads);
    return status;
}

static bo_status follow(path_op *p, list *out, const step *links, const list *from, bool forward) {
    bo_ids pattern = {.p = links->property};
    bo_order order =
        links->property == BO_ID_NONE ? (forward ? BO_SPOG : BO_OSPG) : (forward ? BO_PSOG : BO_POSG);
    list sorted = {0};
    bo_scan *scan;
    const bo_edges *edges;
    if (from->len == 0 || is_local(links->property)) return BO_OK;
    p->followed += from->len;
    BO_TRY(find_edges(p, &edges, links->property, forward));
    if (edges != NULL) return follow_edges(p, out, edges, from);
    for (size_t i = 0; i < from->len; i++)
        if (!is_local(from->ids[i])) BO_TRY(add(p, &sorted, from->ids[i]));
    if (sorted.len == 0) return BO_OK;
    qsort(sorted.ids, sorted.len, sizeof *sorted.ids, compare_ids);
    bo_arena_reset(p->scans);
    BO_TRY(bo_source_scan(p->op.exec->source, &scan, &pattern, order, p->scans));
    bo_status status = follow_scan(p, out, scan, links, &sorted, forward);
    bo_scan_close(scan);
    return status;
}

/* Paths. */

/* *, + and ?: what is reached, each node once; with the start itself unless it is +. */
static bo_status closure(path_op *p, list *out, const bo_path *path, bo_id start, bool forward) {
    size_t depth = p->mark_depth;
    marks *seen;
    list level = {0}, next;
    bool was_new;
    BO_TRY(open_marks(p, &seen));
    BO_TRY(add(p, &level, start));
    if (path->kind != BO_PATH_ONE_OR_MORE) {
        BO_TRY(mark(p, seen, start, &was_new));
        BO_TRY(add(p, out, start));
    }
    while (level.len > 0) {
        list reached = {0};
        next = (list){0};
        BO_TRY(bo_exec_check(p->op.exec));
        BO_TRY(walk(p, &reached, path->left, &level, forward));
        seen = &p->marks[depth]; /* they may have moved */
        for (size_t i = 0; i < reached.len; i++) {
            BO_TRY(mark(p, seen, reached.ids[i], &was_new));
            if (!was_new) continue;
            BO_TRY(add(p, out, reached.ids[i]));
            BO_TRY(add(p, &next, reached.ids[i]));
        }
        if (path->kind == BO_PATH_ZERO_OR_ONE) break;
        level = next;
    }
    p->mark_depth = depth;
    return BO_OK;
}

static bo_status walk(path_op *p, list *out, const bo_path *path, const list *from, bool forward) {
    const bo_path *first = forward ? path->left : path->right, *second = forward ? path->right : path->left;
    step links = {BO_ID_NONE, path->forward, path->forward_count};
    list middle = {0};
    switch (path->kind) {
    case BO_PATH_LINK:
        links.property = p->op.exec->terms[path->iri];
        return follow(p, out, &links, from, forward);
    case BO_PATH_INVERSE: return walk(p, out, path->left, from, !forward);
    case BO_PATH_SEQUENCE:
        BO_TRY(walk(p, &middle, first, from, forward));
        return walk(p, out, second, &middle, forward);
    case BO_PATH_ALTERNATIVE:
        BO_TRY(walk(p, out, path->left, from, forward));
        return walk(p, out, path->right, from, forward);
    case BO_PATH_NEGATED:
        if (path->forward_count > 0 || path->inverse_count == 0)
            BO_TRY(follow(p, out, &links, from, forward));
        if (path->inverse_count == 0) return BO_OK;
        links.except = path->inverse;
        links.except_count = path->inverse_count;
        return follow(p, out, &links, from, !forward);
    default:
        for (size_t i = 0; i < from->len; i++) BO_TRY(closure(p, out, path, from->ids[i], forward));
        return BO_OK;
    }
}

/* Whether it leads from a node to that node itself without any link. */
static bool may_be_empty(const bo_path *path) {
    switch (path->kind) {
    case BO_PATH_ZERO_OR_MORE:
    case BO_PATH_ZERO_OR_ONE: return true;
    case BO_PATH_INVERSE:
    case BO_PATH_ONE_OR_MORE: return may_be_empty(path->left);
    case BO_PATH_SEQUENCE: return may_be_empty(path->left) && may_be_empty(path->right);
    case BO_PATH_ALTERNATIVE: return may_be_empty(path->left) || may_be_empty(path->right);
    default: return false;
    }
}

/* Whether a term is a subject or an object in the active graph: between two variables an empty path only
 * leads from such to itself, wherever else the variables got their values. */
static bo_status is_node(path_op *p, bool *out, bo_id id) {
    list one = {&id, 1, 1}, found = {0};
    step any = {BO_ID_NONE, NULL, 0};
    BO_TRY(follow(p, &found, &any, &one, true));
    if (found.len == 0) BO_TRY(follow(p, &found, &any, &one, false));
    *out = found.len > 0;
    return BO_OK;
}

/* Where a path may begin when neither end is bound. */

/* Subjects and objects as asked, of one property or of all. */
static bo_status ends_of_links(path_op *p, list *out, bo_id property, bool subjects, bool objects) {
    bo_scan *scan;
    bo_ids pattern = {.p = property}, before = {0};
    if (is_local(property)) return BO_OK;
    bo_arena_reset(p->scans);
    BO_TRY(bo_source_scan(p->op.exec->source, &scan, &pattern, property ? BO_PSOG : BO_SPOG, p->scans));
    bo_status status;
    while ((status = next_batch(p, scan)) == BO_OK && p->batch->len > 0) {
        for (size_t i = 0; i < p->batch->len && status == BO_OK; i++) {
            if (!counts(p, i, &before)) continue;
            if (subjects) status = add(p, out, p->batch->column[0][i]);
            if (objects && status == BO_OK) status = add(p, out, p->batch->column[2][i]);
        }
        if (status != BO_OK) break;
        if (out->len > 1 << 16) make_set(out);
    }
    bo_scan_close(scan);
    return status;
}

static bo_status starts_of(path_op *p, list *out, const bo_path *path, bool forward) {
    switch (path->kind) {
    case BO_PATH_LINK: return ends_of_links(p, out, p->op.exec->terms[path->iri], forward, !forward);
    case BO_PATH_INVERSE: return starts_of(p, out, path->left, !forward);
    case BO_PATH_SEQUENCE: return starts_of(p, out, forward ? path->left : path->right, forward);
    case BO_PATH_ALTERNATIVE:
        BO_TRY(starts_of(p, out, path->left, forward));
        return starts_of(p, out, path->right, forward);
    case BO_PATH_ONE_OR_MORE: return starts_of(p, out, path->left, forward);
    default: return ends_of_links(p, out, BO_ID_NONE, true, true);
    }
}

/* Rows. */

static bo_id end_of(const path_op *p, int end) {
    bo_node node = p->ends[end];
    if (node.kind == BO_NODE_TERM) return p->op.exec->terms[node.index];
    const bo_id *column = p->in->column[node.index];
    return column != NULL ? column[p->row] : BO_ID_NONE;
}

static void forget_found(path_op *p) {
    p->found = (list){0};
    p->known = BO_ID_NONE;
    bo_arena_reset(p->work);
}

static bo_status start_row(path_op *p) {
    bo_id s = end_of(p, 0), o = end_of(p, 1);
    p->starts = (list){0};
    p->start = p->at = p->end = 0;
    /* With both ends given it begins at the constant one: that stays the same. */
    bool backwards = s != BO_ID_NONE && o != BO_ID_NONE && p->ends[1].kind == BO_NODE_TERM;
    p->forward = (s != BO_ID_NONE && !backwards) || o == BO_ID_NONE;
    p->target = p->forward ? o : s;
    if (s == BO_ID_NONE && o == BO_ID_NONE) {
        bo_arena_reset(p->listed);
        bo_arena *work = p->work;
        p->work = p->listed;
        bo_status status = starts_of(p, &p->starts, p->path, true);
        p->work = work;
        make_set(&p->starts);
        return status;
    }
    bool variables = p->ends[0].kind == BO_NODE_VARIABLE && p->ends[1].kind == BO_NODE_VARIABLE, there = true;
    p->single = p->forward ? s : o;
    if (variables && may_be_empty(p->path)) {
        forget_found(p);
        BO_TRY(is_node(p, &there, p->single));
    }
    if (there) p->starts = (list){&p->single, 1, 1};
    return BO_OK;
}

static void put(path_op *p, uint32_t var, bo_id id) {
    if (p->op.table.column[var] != NULL) p->op.table.column[var][p->op.table.len] = id;
}

static void emit(path_op *p, bo_id start, bo_id found) {
    bo_id ends[2] = {p->forward ? start : found, p->forward ? found : start};
    bool same = p->ends[0].kind == BO_NODE_VARIABLE && p->ends[1].kind == BO_NODE_VARIABLE &&
                p->ends[0].index == p->ends[1].index;
    if ((p->target != BO_ID_NONE && found != p->target) || (same && start != found)) return;
    for (uint32_t var = 0; var < p->op.exec->width; var++)
        put(p, var, p->in->column[var] != NULL ? p->in->column[var][p->row] : BO_ID_NONE);
    for (int i = 0; i < 2; i++)
        if (p->ends[i].kind == BO_NODE_VARIABLE) put(p, p->ends[i].index, ends[i]);
    p->op.table.len++;
}

/* Where the target stands in what was found, as often as it was. */
static void find_target(path_op *p) {
    if (!p->sorted && p->found.len > 1) qsort(p->found.ids, p->found.len, sizeof(bo_id), compare_ids);
    p->sorted = true;
    size_t low = 0;
    for (size_t high = p->found.len; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (p->found.ids[middle] < p->target)
            low = middle + 1;
        else
            high = middle;
    }
    for (p->at = p->end = low; p->end < p->found.len && p->found.ids[p->end] == p->target;) p->end++;
}

/* The next start of this row; *found false when there is none left. */
static bo_status next_start(path_op *p, bool *found) {
    *found = p->start < p->starts.len;
    if (!*found) return BO_OK;
    list one = {&p->starts.ids[p->start++], 1, 1};
    if (p->known != one.ids[0] || p->known_forward != p->forward) {
        forget_found(p);
        p->sorted = false;
        p->mark_depth = 0;
        BO_TRY(walk(p, &p->found, p->path, &one, p->forward));
        p->known = one.ids[0];
        p->known_forward = p->forward;
    }
    p->at = 0;
    p->end = p->found.len;
    if (p->target != BO_ID_NONE) find_target(p);
    return BO_OK;
}

static bo_status path_next(bo_op *op, bo_table **out) {
    path_op *p = (path_op *)op;
    op->table.len = 0;
    *out = &op->table;
    while (op->table.len < BO_BATCH) {
        if (p->at < p->end) {
            emit(p, p->starts.ids[p->start - 1], p->found.ids[p->at++]);
            continue;
        }
        bool found = false;
        if (p->in != NULL && p->row < p->in->len) BO_TRY(next_start(p, &found));
        if (found) continue;
        if (p->in == NULL || ++p->row >= p->in->len) {
            BO_TRY(bo_op_next(op->input, &p->in));
            p->row = 0;
            if (p->in->len == 0) {
                p->in = NULL;
                return BO_OK;
            }
        }
        BO_TRY(start_row(p));
    }
    return BO_OK;
}

static bo_status path_restart(bo_op *op) {
    path_op *p = (path_op *)op;
    p->in = NULL;
    p->starts = (list){0};
    p->start = p->at = p->end = 0;
    forget_found(p); /* GRAPH may be at another graph */
    return BO_OK;
}

static void path_close(bo_op *op) {
    bo_arena_free(((path_op *)op)->listed);
    bo_arena_free(((path_op *)op)->work);
    bo_arena_free(((path_op *)op)->scans);
}

static const bo_op_ops path_ops = {path_next, path_restart, path_close, "path"};

bo_status bo_path_op_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_triple *triple,
                         const bo_scope *scope, const bo_vars *keep) {
    path_op *p = BO_NEW(exec->arena, path_op);
    if (p == NULL) return bo_error_last()->status;
    p->scope = scope;
    p->path = triple->path;
    p->ends[0] = triple->s;
    p->ends[1] = triple->o;
    BO_TRY(bo_op_init(&p->op, &path_ops, exec, input));
    BO_TRY(bo_vars_copy(&p->op.vars, &input->vars, exec->arena));
    for (int i = 0; i < 2; i++)
        if (p->ends[i].kind == BO_NODE_VARIABLE)
            BO_TRY(bo_vars_add(&p->op.vars, p->ends[i].index, exec->arena));
    bo_vars_keep(&p->op.vars, keep);
    BO_TRY(bo_op_columns(&p->op));
    p->batch = bo_arena_alloc(exec->arena, sizeof *p->batch);
    p->work = bo_arena_new(exec->options->memory_cap);
    p->listed = bo_arena_new(exec->options->memory_cap);
    p->scans = bo_arena_new(0);
    *out = &p->op;
    if (p->batch == NULL) return bo_error_last()->status;
    return p->work && p->listed && p->scans ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
}
