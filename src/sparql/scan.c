/* SPDX-License-Identifier: Apache-2.0
 * Matching one triple pattern for every row of the input: the rows of a batch are sorted by the places of the
 * pattern that they bind, then one scan of the fitting index goes over them, forward only, skipping what lies
 * between. With few rows this is an index look-up, with many a merge join.
 *
 * The default graph may be a union: a triple that stands in several graphs counts once. In every index but
 * GSPO the graph comes last, so such rows are neighbours.
 */
#include <stdlib.h>

#include "sparql/plan.h"

enum { S, P, O, G, PLACES };
enum { MOST_TABLES = 16 };
enum { SMALL_GRAPH = 256 }; /* rather read all of it than look up its triples elsewhere */

typedef struct probe {
    bo_id key[PLACES]; /* what the row binds, in the order of the index; 0 behind */
    uint32_t row;
    uint8_t bound; /* a bit per place */
} probe;

typedef struct output {
    uint32_t var;
    int place; /* of the quad, or -1: from the input */
} output;

typedef struct triple_op {
    bo_op op;
    const bo_scope *scope;
    bo_id constant[PLACES];
    uint32_t var[PLACES];  /* NO_VAR: constant or none */
    uint64_t graph_size;   /* quads of the graph, when it is known */
    uint64_t pattern_size; /* quads that match the constants of the triple */
    bool impossible;       /* a constant that the source does not hold */
    output *outputs;
    size_t output_count;

    bo_table *in;
    bo_table gathered; /* several of the input's tables in one, when they come unsorted */
    size_t tables;     /* how many to gather next */
    probe *probes;
    size_t probe_count, first, last, member; /* the probes of equal keys, and the one to match next */
    unsigned bound;                          /* of these probes */
    bool loose;                              /* rows of theirs bind more than the key */
    bool matched;                            /* the quad at hand fits; members wait for it */
    bool plain;                              /* every quad of the scan fits, but for doubles */

    bo_arena *scans; /* one scan at a time lives here */
    bo_scan *scan;
    bo_order order;
    unsigned key_len;
    bo_batch *batch;
    size_t at;
    bool ended;
    bo_id reached[PLACES]; /* the key that it was placed at last */
    bo_ids before;         /* the last triple that was taken, to leave out its doubles */

    uint32_t *from, *row; /* pairs of input row and quad that wait to be copied */
    size_t paired, copied;
} triple_op;

#define NO_VAR UINT32_MAX

static const unsigned char *columns_of(bo_order order) {
    return bo_order_columns[order];
}

/* The index whose first places are those that are bound, by bits S P O. */
static bo_order order_for(const triple_op *t, unsigned bound) {
    static const unsigned char best[8] = {BO_SPOG, BO_SPOG, BO_PSOG, BO_SPOG,
                                          BO_OSPG, BO_OSPG, BO_POSG, BO_SPOG};
    unsigned triple = bound & 7, constants = 0;
    for (int i = S; i <= O; i++) constants |= t->constant[i] != BO_ID_NONE ? 1u << i : 0;
    bool small = t->graph_size <= SMALL_GRAPH || (triple == constants && t->graph_size < t->pattern_size);
    if ((bound & 1 << G) != 0 && (triple == 0 || small)) return BO_GSPO;
    if (triple == (1 << S | 1 << P) && t->constant[P] != 0 && t->constant[S] == 0) return BO_PSOG;
    if (triple == 7 && t->constant[P] != 0 && t->constant[S] == 0)
        return t->constant[O] != 0 ? BO_POSG : BO_PSOG;
    return (bo_order)best[triple];
}

/* How many places, from the first of the order on, are bound. */
static unsigned prefix_of(bo_order order, unsigned bound) {
    unsigned len = 0;
    while (len < PLACES && (bound >> columns_of(order)[len] & 1) != 0) len++;
    return len;
}

static int compare_probes(const void *a, const void *b) {
    const probe *x = a, *y = b;
    if (x->bound != y->bound) return x->bound < y->bound ? -1 : 1;
    for (int i = 0; i < PLACES; i++)
        if (x->key[i] != y->key[i]) return x->key[i] < y->key[i] ? -1 : 1;
    return 0;
}

static bo_id graph_of(const triple_op *t) {
    if (t->scope->fixed != BO_ID_NONE) return t->scope->fixed;
    return t->constant[G];
}

static void make_probe(const triple_op *t, probe *out, uint32_t row) {
    bo_id ids[PLACES];
    *out = (probe){.row = row};
    for (int i = 0; i < PLACES; i++) {
        ids[i] = i == G ? graph_of(t) : t->constant[i];
        bool given = t->var[i] != NO_VAR && t->in->column[t->var[i]] != NULL;
        if (given && ids[i] == BO_ID_NONE) ids[i] = t->in->column[t->var[i]][row];
        if (ids[i] != BO_ID_NONE) out->bound |= (uint8_t)(1 << i);
    }
    bo_order order = order_for(t, out->bound);
    unsigned len = prefix_of(order, out->bound);
    for (unsigned i = 0; i < len; i++) out->key[i] = ids[columns_of(order)[i]];
}

/* Room to gather in, for what the input binds and is wanted here. */
static bo_status prepare_gathering(triple_op *t) {
    bo_exec *exec = t->op.exec;
    size_t rows = (size_t)MOST_TABLES * BO_BATCH;
    BO_TRY(bo_table_new(&t->gathered, exec));
    for (uint32_t var = 0; var < exec->width; var++) {
        bool wanted = bo_vars_has(&t->op.vars, var);
        for (int i = 0; i < PLACES; i++) wanted |= t->var[i] == var;
        if (!wanted || !bo_vars_has(&t->op.input->vars, var)) continue;
        t->gathered.column[var] = bo_arena_alloc(exec->arena, rows * sizeof(bo_id));
        if (t->gathered.column[var] == NULL) return bo_error_last()->status;
    }
    t->probes = bo_arena_alloc(exec->arena, rows * sizeof *t->probes);
    return t->probes != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status gather(triple_op *t) {
    if (t->gathered.column == NULL) BO_TRY(prepare_gathering(t));
    t->gathered.len = 0;
    for (size_t n = 1;; n++) {
        for (uint32_t var = 0; var < t->op.exec->width; var++) {
            bo_id *to = t->gathered.column[var];
            if (to != NULL && t->in->column[var] != NULL)
                memcpy(to + t->gathered.len, t->in->column[var], t->in->len * sizeof *to);
            else if (to != NULL)
                memset(to + t->gathered.len, 0, t->in->len * sizeof *to);
        }
        t->gathered.len += t->in->len;
        if (n == t->tables) break;
        BO_TRY(bo_exec_check(t->op.exec));
        BO_TRY(bo_op_next(t->op.input, &t->in));
        if (t->in->len == 0) break;
    }
    t->in = &t->gathered;
    return BO_OK;
}

/* When rows come in another order than the index has, more of them are sorted at once next time: each lot
 * costs a walk over the index. */
static bo_status read_input(triple_op *t) {
    BO_TRY(bo_exec_check(t->op.exec));
    BO_TRY(bo_op_next(t->op.input, &t->in));
    if (t->tables > 1 && t->in->len > 0) BO_TRY(gather(t));
    t->probe_count = t->in->len;
    t->first = t->last = 0;
    bool sorted = true;
    for (uint32_t i = 0; i < t->in->len; i++) {
        make_probe(t, &t->probes[i], i);
        sorted = sorted && (i == 0 || compare_probes(&t->probes[i - 1], &t->probes[i]) <= 0);
    }
    if (sorted) return BO_OK;
    qsort(t->probes, t->probe_count, sizeof *t->probes, compare_probes);
    if (t->in->len >= BO_BATCH / 2 && t->tables < MOST_TABLES) t->tables *= 2;
    return BO_OK;
}

/* The scan. */

static bo_status next_batch(triple_op *t) {
    t->at = 0;
    BO_TRY(bo_scan_next(t->scan, t->batch));
    t->ended = t->batch->len == 0;
    return bo_exec_check(t->op.exec);
}

static void end_scan(triple_op *t) {
    bo_scan_close(t->scan);
    t->scan = NULL;
}

static int compare_at(const triple_op *t, size_t at, const bo_id *key) {
    for (unsigned i = 0; i < t->key_len; i++) {
        bo_id id = t->batch->column[columns_of(t->order)[i]][at];
        if (id != key[i]) return id < key[i] ? -1 : 1;
    }
    return 0;
}

/* A scan bounded by what is the same for all rows: the constants that come first in the order. */
static bo_status open_scan(triple_op *t, const probe *first) {
    bo_ids pattern = {0};
    bo_id *const places[PLACES] = {&pattern.s, &pattern.p, &pattern.o, &pattern.g};
    end_scan(t);
    bo_arena_reset(t->scans);
    t->order = order_for(t, first->bound);
    t->key_len = prefix_of(t->order, first->bound);
    t->bound = first->bound;
    for (unsigned i = 0; i < t->key_len; i++) {
        int place = columns_of(t->order)[i];
        bo_id constant = place == G ? graph_of(t) : t->constant[place];
        if (constant == BO_ID_NONE) break;
        *places[place] = constant;
    }
    bo_scan *scan;
    BO_TRY(bo_source_scan(t->op.exec->source, &scan, &pattern, t->order, t->scans));
    t->scan = scan;
    t->batch->len = t->at = 0;
    t->ended = false;
    return BO_OK;
}

static bo_status seek(triple_op *t, const bo_id *key) {
    bo_ids to = {0};
    bo_id *const places[PLACES] = {&to.s, &to.p, &to.o, &to.g};
    for (unsigned i = 0; i < t->key_len; i++) *places[columns_of(t->order)[i]] = key[i];
    BO_TRY(bo_scan_seek(t->scan, &to));
    return next_batch(t);
}

/* Moves on to the first row that is not below the key: in the batch by doubling steps, else by a seek. */
static bo_status advance(triple_op *t, const bo_id *key) {
    if (t->ended || t->key_len == 0) return t->at < t->batch->len || t->ended ? BO_OK : next_batch(t);
    if (t->at >= t->batch->len || compare_at(t, t->batch->len - 1, key) < 0) {
        BO_TRY(seek(t, key));
        if (t->ended) return BO_OK;
    }
    size_t low = t->at, step = 1;
    while (low + step < t->batch->len && compare_at(t, low + step, key) < 0) {
        low += step;
        step *= 2;
    }
    size_t high = low + step < t->batch->len ? low + step : t->batch->len;
    if (compare_at(t, low, key) >= 0) high = low;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_at(t, middle, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    t->at = low;
    return BO_OK;
}

static bool is_above(const bo_id *key, const bo_id *other) {
    for (int i = 0; i < PLACES; i++)
        if (key[i] != other[i]) return key[i] > other[i];
    return false;
}

static bool is_loose(const triple_op *t) {
    unsigned outside = t->bound;
    for (unsigned i = 0; i < t->key_len; i++) outside &= ~(1u << columns_of(t->order)[i]);
    for (int i = 0; i < PLACES; i++)
        if ((outside >> i & 1) != 0 && t->var[i] != NO_VAR) return true;
    return false;
}

/* Whether the scan's bounds are all that the pattern asks for, of the union of all graphs, for one row. */
static bool is_plain(const triple_op *t) {
    unsigned constants = 0;
    for (int i = S; i <= O; i++) {
        constants += t->constant[i] != BO_ID_NONE;
        for (int j = 0; j < i; j++)
            if (t->var[i] != NO_VAR && t->var[i] == t->var[j]) return false;
    }
    return t->last - t->first == 1 && !t->loose && t->key_len == constants && graph_of(t) == BO_ID_NONE &&
           t->scope->graph.kind == BO_NODE_NONE && !t->op.exec->standard.given;
}

/* The next run of probes with equal keys, and the scan placed for it. */
static bo_status next_group(triple_op *t, bool *found) {
    *found = false;
    while (t->last == t->probe_count) {
        BO_TRY(read_input(t));
        if (t->probe_count == 0) return BO_OK;
    }
    t->first = t->member = t->last;
    const probe *probes = t->probes, *first = &probes[t->first];
    while (t->last < t->probe_count && compare_probes(first, &probes[t->last]) == 0) t->last++;
    t->before = (bo_ids){0};
    *found = true;
    bool onward =
        t->scan != NULL && t->bound == first->bound && t->key_len > 0 && is_above(first->key, t->reached);
    if (!onward) BO_TRY(open_scan(t, first));
    memcpy(t->reached, first->key, sizeof t->reached);
    t->loose = is_loose(t);
    t->plain = is_plain(t);
    return advance(t, first->key);
}

/* Rows. */

static bool right_graph(const triple_op *t, bo_id g) {
    const bo_exec *exec = t->op.exec;
    bo_id wanted = graph_of(t);
    if (wanted != BO_ID_NONE) return g == wanted;
    if (t->scope->graph.kind == BO_NODE_VARIABLE)
        return g != BO_ID_DEFAULT_GRAPH && (!exec->named.given || bo_in_graphs(&exec->named, g));
    return bo_in_default_graph(exec, g);
}

/* Whether the quad at t->at fits whatever the input's row. */
static bool is_match(triple_op *t) {
    bo_id quad[PLACES];
    for (int i = 0; i < PLACES; i++) {
        quad[i] = t->batch->column[i][t->at];
        if (i != G && t->constant[i] != BO_ID_NONE && t->constant[i] != quad[i]) return false;
        for (int j = 0; j < i; j++)
            if (t->var[i] != NO_VAR && t->var[i] == t->var[j] && quad[i] != quad[j]) return false;
    }
    if (!right_graph(t, quad[G])) return false;
    bool is_union = graph_of(t) == BO_ID_NONE && t->scope->graph.kind == BO_NODE_NONE;
    if (is_union && t->before.s == quad[S] && t->before.p == quad[P] && t->before.o == quad[O]) return false;
    t->before = (bo_ids){quad[S], quad[P], quad[O], quad[G]};
    return true;
}

/* Whether it fits this row: places that the row binds and that are not in the key. */
static bool fits_row(const triple_op *t, uint32_t row) {
    if (!t->loose) return true;
    for (int i = 0; i < PLACES; i++) {
        if (t->var[i] == NO_VAR || t->in->column[t->var[i]] == NULL) continue;
        bo_id id = t->in->column[t->var[i]][row];
        if (id != BO_ID_NONE && id != t->batch->column[i][t->at]) return false;
    }
    return true;
}

/* Copies the pairs' values, column by column, before the rows they point to go away. */
static void copy_pairs(triple_op *t) {
    if (t->copied == t->paired) return;
    for (size_t k = 0; k < t->output_count; k++) {
        const output *o = &t->outputs[k];
        bo_id *to = t->op.table.column[o->var];
        const bo_id *in = t->in->column[o->var], *quad = o->place >= 0 ? t->batch->column[o->place] : NULL;
        for (size_t i = t->copied; i < t->paired; i++) {
            bo_id id = in != NULL ? in[t->from[i]] : BO_ID_NONE;
            to[i] = id == BO_ID_NONE && quad != NULL ? quad[t->row[i]] : id;
        }
    }
    t->copied = t->paired;
}

/* The same for one probe and a scan of which every quad fits: only doubles are left out. */
static void match_plain(triple_op *t) {
    const bo_id *s = t->batch->column[S], *p = t->batch->column[P], *o = t->batch->column[O];
    uint32_t row = t->probes[t->first].row;
    size_t paired = t->paired, at = t->at;
    bo_ids before = t->before;
    for (; at < t->batch->len && paired < BO_BATCH; at++) {
        if (s[at] == before.s && p[at] == before.p && o[at] == before.o) continue;
        before = (bo_ids){s[at], p[at], o[at], BO_ID_NONE};
        t->from[paired] = row;
        t->row[paired++] = (uint32_t)at;
    }
    t->before = before;
    t->paired = paired;
    t->at = at;
}

/* Pairs the probes of the group with the rows of the run, until there is no room or no more of them; then
 * *done. */
static bo_status match_group(triple_op *t, bool *done) {
    *done = false;
    const bo_id *key = t->probes[t->first].key;
    for (;;) {
        if (t->at >= t->batch->len) {
            if (t->ended) break;
            copy_pairs(t);
            BO_TRY(next_batch(t));
            if (t->ended) break;
        }
        if (t->plain) {
            match_plain(t);
            if (t->paired == BO_BATCH) return BO_OK;
            continue;
        }
        if (compare_at(t, t->at, key) != 0) break;
        if (!t->matched && !is_match(t)) {
            t->at++;
            continue;
        }
        t->matched = true;
        for (; t->member < t->last; t->member++) {
            if (t->paired == BO_BATCH) return BO_OK;
            uint32_t row = t->probes[t->member].row;
            if (!fits_row(t, row)) continue;
            t->from[t->paired] = row;
            t->row[t->paired++] = (uint32_t)t->at;
        }
        t->member = t->first;
        t->matched = false;
        t->at++;
    }
    *done = true;
    return BO_OK;
}

static bo_status triple_next(bo_op *op, bo_table **out) {
    triple_op *t = (triple_op *)op;
    *out = &op->table;
    t->paired = t->copied = 0;
    bool busy = t->member < t->last;
    while (!t->impossible && t->paired < BO_BATCH) {
        if (!busy) {
            copy_pairs(t); /* what they point to is about to change */
            BO_TRY(next_group(t, &busy));
            if (!busy) break;
        }
        bool done;
        BO_TRY(match_group(t, &done));
        if (!done) break;
        t->member = t->last;
        busy = false;
    }
    copy_pairs(t);
    op->table.len = t->paired;
    return BO_OK;
}

static bo_status measure(triple_op *t) {
    bo_ids triple = {t->constant[S], t->constant[P], t->constant[O], BO_ID_NONE}, graph = {.g = graph_of(t)};
    t->graph_size = UINT64_MAX;
    t->pattern_size = 0;
    if (graph.g == BO_ID_NONE) return BO_OK;
    t->graph_size = t->op.exec->source->ops->estimate(t->op.exec->source, &graph);
    if (t->graph_size > SMALL_GRAPH)
        t->pattern_size = t->op.exec->source->ops->estimate(t->op.exec->source, &triple);
    return BO_OK;
}

static bo_status triple_restart(bo_op *op) {
    triple_op *t = (triple_op *)op;
    end_scan(t);
    t->probe_count = t->first = t->last = t->member = 0;
    t->matched = false;
    t->tables = 1;
    return t->scope->graph.kind == BO_NODE_VARIABLE ? measure(t) : BO_OK;
}

static void triple_close(bo_op *op) {
    triple_op *t = (triple_op *)op;
    end_scan(t);
    bo_arena_free(t->scans);
}

static const bo_op_ops triple_ops = {triple_next, triple_restart, triple_close};

static bo_status add_output(triple_op *t, uint32_t var, int place) {
    t->outputs[t->output_count++] = (output){var, place};
    return bo_vars_add(&t->op.vars, var, t->op.exec->arena);
}

static bo_status choose_outputs(triple_op *t, const bo_vars *keep) {
    const bo_vars *before = &t->op.input->vars;
    t->outputs = bo_arena_array(t->op.exec->arena, t->op.exec->width, sizeof *t->outputs);
    if (t->outputs == NULL) return bo_error_last()->status;
    for (uint32_t var = 0; var < t->op.exec->width; var++) {
        int place = PLACES - 1;
        while (place >= 0 && t->var[place] != var) place--;
        if (bo_vars_has(keep, var) && (place >= 0 || bo_vars_has(before, var)))
            BO_TRY(add_output(t, var, place));
    }
    return BO_OK;
}

bo_status bo_triple_op_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_triple *triple,
                           const bo_scope *scope, const bo_vars *keep) {
    const bo_node nodes[PLACES] = {triple->s, triple->p, triple->o, scope->graph};
    triple_op *t = BO_NEW(exec->arena, triple_op);
    if (t == NULL) return bo_error_last()->status;
    t->scope = scope;
    t->tables = 1;
    for (int i = 0; i < PLACES; i++) {
        t->var[i] = nodes[i].kind == BO_NODE_VARIABLE ? nodes[i].index : NO_VAR;
        t->constant[i] = nodes[i].kind == BO_NODE_TERM ? exec->terms[nodes[i].index] : BO_ID_NONE;
        bo_tag tag = bo_id_tag(t->constant[i]);
        t->impossible |= tag >= BO_TAG_LOCAL_IRI && tag <= BO_TAG_LOCAL_LITERAL;
    }
    if (scope->looped) t->var[G] = NO_VAR;
    if (scope->graph.kind == BO_NODE_NONE && exec->unnamed) t->constant[G] = BO_ID_DEFAULT_GRAPH;
    bool hidden =
        scope->graph.kind == BO_NODE_TERM && exec->named.given && !bo_in_graphs(&exec->named, t->constant[G]);
    t->impossible |= hidden;
    BO_TRY(bo_op_init(&t->op, &triple_ops, exec, input));
    BO_TRY(choose_outputs(t, keep));
    BO_TRY(bo_op_columns(&t->op));
    t->probes = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->probes);
    t->batch = bo_arena_alloc(exec->arena, sizeof *t->batch);
    t->from = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->from);
    t->row = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->row);
    if (!t->probes || !t->batch || !t->from || !t->row) return bo_error_last()->status;
    t->batch->len = 0;
    t->scans = bo_arena_new(0);
    if (t->scans == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    *out = &t->op;
    return measure(t);
}
