/* SPDX-License-Identifier: Apache-2.0
 * Matching one triple pattern for every row of the input: rows are sorted by the places of the pattern that
 * they bind, then one scan of the fitting index goes over them, forward only, skipping what lies between on
 * either side. With few rows that is an index look-up, with many a merge join. When many rows come in another
 * order than the index has, the predicate's triples are read into memory instead and found from there.
 */
#include "sparql/edges.h"
#include "sparql/plan.h"
#include "sparql/radix.h"

enum { MOST_TABLES = 16 };
enum { SMALL_GRAPH = 256 }; /* rather read all of it than look up its triples elsewhere */
enum { MOST_LOTS = 1 << BO_PLACES };
enum { DENSE = 16 }; /* with a row for so many quads, the next batch is read rather than looked for */

typedef struct output {
    uint32_t var;
    int place; /* of the quad, or -1: from the input */
} output;

/* Rows of the input that bind the same places. */
typedef struct lot {
    size_t first, len; /* in triple_op.rows */
    unsigned bound;    /* a bit per place, the constants among them */
} lot;

/* Where the quads of the last key began, when it is not a place in the batch. */
#define NOWHERE SIZE_MAX
#define BEFORE (SIZE_MAX - 1) /* in a batch that is gone */

typedef struct triple_op {
    bo_op op;
    bo_quads quads;
    uint64_t graph_size;   /* quads of the graph, when it is known */
    uint64_t pattern_size; /* quads that match the constants of the triple */
    bool impossible;       /* a constant that the source does not hold */
    output *outputs;
    size_t output_count;

    bo_table *in;
    bo_table gathered; /* several of the input's tables in one, when they come unsorted */
    size_t tables;     /* how many to gather next */
    size_t room;       /* rows that the arrays below are made for */
    uint32_t *rows;    /* of the input, lot by lot */
    bo_row_key *sorting;
    lot lots[MOST_LOTS];
    size_t lot_count, lot_at;

    /* The lot at hand, sorted by key: what its rows bind of the places that come first in the order. */
    lot lot;
    const uint32_t *members; /* its rows */
    bo_id *keys[BO_PLACES];  /* by place, in the order of `members` */
    unsigned char key_place[BO_PLACES];
    unsigned key_count;
    unsigned prefix; /* places of the order that are bound */
    bool loose;      /* its rows bind more than that */
    size_t probe;    /* the first member of the key at hand */
    size_t member;   /* how many of that key have been paired with the quad at hand */

    bool may_read;           /* the predicate alone is constant: its triples may be read into memory */
    uint64_t predicate_size; /* about how many there are; 0: not known yet */
    uint64_t unsorted;       /* rows that had to be sorted so far */
    const bo_edges *edges;   /* of the lot at hand, if it is matched in memory */
    bool both;               /* its rows bind both ends */

    size_t at;    /* the quad at hand */
    size_t run;   /* where the quads of the key at hand began */
    size_t taken; /* members done since the batch was read */
    bo_id reached[BO_PLACES];

    uint32_t *from, *quad; /* pairs of input row and quad that wait to be copied */
    bo_id *end;            /* instead of a quad: the other end of the edge */
    size_t paired, copied;
} triple_op;

/* The index whose first places are those that are bound, by bits S P O. */
static bo_order order_for(const triple_op *t, unsigned bound) {
    static const unsigned char best[8] = {BO_SPOG, BO_SPOG, BO_PSOG, BO_SPOG,
                                          BO_OSPG, BO_OSPG, BO_POSG, BO_SPOG};
    const bo_id *constant = t->quads.constant;
    unsigned triple = bound & 7, constants = 0;
    for (int i = BO_S; i <= BO_O; i++) constants |= constant[i] != BO_ID_NONE ? 1u << i : 0;
    bool small = t->graph_size <= SMALL_GRAPH || (triple == constants && t->graph_size < t->pattern_size);
    if ((bound & 1 << BO_G) != 0 && (triple == 0 || small)) return BO_GSPO;
    if (triple == (1 << BO_S | 1 << BO_P) && constant[BO_P] != 0 && constant[BO_S] == 0) return BO_PSOG;
    if (triple == 7 && constant[BO_P] != 0 && constant[BO_S] == 0)
        return constant[BO_O] != 0 ? BO_POSG : BO_PSOG;
    return (bo_order)best[triple];
}

/* Rows of the input. */

static bo_status make_room(triple_op *t, size_t rows) {
    bo_arena *arena = t->op.exec->arena;
    if (rows <= t->room) return BO_OK;
    t->room = rows;
    t->sorting = NULL;
    t->rows = bo_arena_alloc(arena, rows * sizeof *t->rows);
    if (t->rows == NULL) return bo_error_last()->status;
    for (int i = 0; i < BO_PLACES; i++) {
        if (t->quads.var[i] == BO_NO_VAR) continue;
        t->keys[i] = bo_arena_alloc(arena, rows * sizeof *t->keys[i]);
        if (t->keys[i] == NULL) return bo_error_last()->status;
    }
    return BO_OK;
}

/* Room to gather in, for what the input binds and is wanted here. */
static bo_status prepare_gathering(triple_op *t) {
    bo_exec *exec = t->op.exec;
    size_t rows = (size_t)MOST_TABLES * BO_BATCH;
    BO_TRY(bo_table_new(&t->gathered, exec));
    for (uint32_t var = 0; var < exec->width; var++) {
        bool wanted = bo_vars_has(&t->op.vars, var);
        for (int i = 0; i < BO_PLACES; i++) wanted |= t->quads.var[i] == var;
        if (!wanted || !bo_vars_has(&t->op.input->vars, var)) continue;
        t->gathered.column[var] = bo_arena_alloc(exec->arena, rows * sizeof(bo_id));
        if (t->gathered.column[var] == NULL) return bo_error_last()->status;
    }
    return make_room(t, rows);
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

static const bo_id *given_column(const triple_op *t, int place) {
    uint32_t var = t->quads.var[place];
    return var != BO_NO_VAR ? t->in->column[var] : NULL;
}

/* Sorts the rows into lots. */
static void make_lots(triple_op *t) {
    unsigned always = 0, mixed = 0;
    for (int i = 0; i < BO_PLACES; i++) {
        const bo_id *column = given_column(t, i);
        bool constant = (i == BO_G ? bo_quads_graph(&t->quads) : t->quads.constant[i]) != BO_ID_NONE;
        size_t unbound = 0;
        for (size_t row = 0; column != NULL && row < t->in->len; row++) unbound += column[row] == BO_ID_NONE;
        if (constant || (column != NULL && unbound == 0))
            always |= 1u << i;
        else if (column != NULL && unbound < t->in->len)
            mixed |= 1u << i;
    }
    size_t count = 0;
    for (unsigned some = 0; some < MOST_LOTS; some++) {
        if ((some & ~mixed) != 0) continue;
        lot *next = &t->lots[t->lot_count];
        *next = (lot){.first = count, .bound = always | some};
        for (uint32_t row = 0; row < t->in->len; row++) {
            bool fits = true;
            for (int i = 0; mixed != 0 && i < BO_PLACES; i++)
                if ((mixed >> i & 1) != 0)
                    fits &= (given_column(t, i)[row] != BO_ID_NONE) == ((some >> i & 1) != 0);
            if (fits) t->rows[count++] = row;
        }
        next->len = count - next->first;
        t->lot_count += next->len > 0;
    }
}

static bo_status read_input(triple_op *t) {
    t->lot_count = t->lot_at = 0;
    BO_TRY(bo_exec_check(t->op.exec));
    BO_TRY(bo_op_next(t->op.input, &t->in));
    if (t->in->len == 0) return BO_OK;
    if (t->tables > 1) BO_TRY(gather(t));
    BO_TRY(make_room(t, t->in->len));
    make_lots(t);
    return BO_OK;
}

/* Keys. */

/* No id has the uppermost bit, so that a difference has it exactly when it is below zero. */
static bool is_rising(const bo_id *keys, size_t len) {
    uint64_t falls = 0;
    for (size_t i = 1; i < len; i++) falls |= keys[i] - keys[i - 1];
    return falls >> 63 == 0;
}

static bool is_sorted(const triple_op *t) {
    if (t->key_count == 1) return is_rising(t->keys[t->key_place[0]], t->lot.len);
    for (size_t i = 1; i < t->lot.len; i++)
        for (unsigned k = 0; k < t->key_count; k++) {
            const bo_id *keys = t->keys[t->key_place[k]];
            if (keys[i - 1] > keys[i]) return false;
            if (keys[i - 1] < keys[i]) break;
        }
    return true;
}

static void take_keys(triple_op *t) {
    for (unsigned k = 0; k < t->key_count; k++) {
        const bo_id *column = given_column(t, t->key_place[k]);
        bo_id *keys = t->keys[t->key_place[k]];
        for (size_t i = 0; i < t->lot.len; i++) keys[i] = column[t->members[i]];
    }
}

/* By the last column of the key first: each sorting keeps what the ones before it did. */
static bo_status sort_members(triple_op *t) {
    if (t->sorting == NULL) {
        t->sorting = bo_arena_alloc(t->op.exec->arena, 2 * t->room * sizeof *t->sorting);
        if (t->sorting == NULL) return bo_error_last()->status;
    }
    uint32_t *members = t->rows + t->lot.first;
    for (unsigned k = t->key_count; k-- > 0;) {
        const bo_id *column = given_column(t, t->key_place[k]);
        for (size_t i = 0; i < t->lot.len; i++) t->sorting[i] = (bo_row_key){column[members[i]], members[i]};
        bo_sort_row_keys(t->sorting, t->lot.len, t->sorting + t->room);
        for (size_t i = 0; i < t->lot.len; i++) members[i] = t->sorting[i].row;
    }
    return BO_OK;
}

static void choose_key(triple_op *t, bo_order order) {
    const unsigned char *columns = bo_columns_of(order);
    unsigned outside = t->lot.bound;
    t->key_count = 0;
    for (t->prefix = 0; t->prefix < BO_PLACES; t->prefix++) {
        int place = columns[t->prefix];
        if ((t->lot.bound >> place & 1) == 0) break;
        outside &= ~(1u << place);
        bool constant = (place == BO_G ? bo_quads_graph(&t->quads) : t->quads.constant[place]) != BO_ID_NONE;
        if (!constant) t->key_place[t->key_count++] = (unsigned char)place;
    }
    t->loose = false;
    for (int i = 0; i < BO_PLACES; i++) t->loose |= (outside >> i & 1) != 0 && given_column(t, i) != NULL;
}

/* The quads. */

static void key_of(const triple_op *t, bo_id key[BO_PLACES], size_t member) {
    memset(key, 0, BO_PLACES * sizeof *key);
    for (unsigned i = 0; i < t->prefix; i++) {
        int place = bo_columns_of(t->quads.order)[i];
        key[place] = t->quads.fixed[place];
    }
    for (unsigned k = 0; k < t->key_count; k++) key[t->key_place[k]] = t->keys[t->key_place[k]][member];
}

/* How the lot's first key stands to the last one of the lot before, in the order of the scan. */
static int compare_reached(const triple_op *t, const bo_id key[BO_PLACES]) {
    for (unsigned i = 0; i < t->prefix; i++) {
        int place = bo_columns_of(t->quads.order)[i];
        if (key[place] != t->reached[place]) return key[place] < t->reached[place] ? -1 : 1;
    }
    return 0;
}

/* Goes on with the scan where the last lot left it, goes back a little, or begins anew. */
static bo_status place_scan(triple_op *t, bo_order order, bool same) {
    bo_id key[BO_PLACES];
    if (same && t->key_count > 0) {
        key_of(t, key, 0);
        int onward = compare_reached(t, key);
        if (onward > 0 || (onward == 0 && t->run == NOWHERE)) return BO_OK;
        if (onward == 0 && t->run != BEFORE) {
            t->at = t->run;
            return BO_OK;
        }
    }
    t->at = 0;
    t->run = NOWHERE;
    return bo_quads_open(&t->quads, order);
}

/* Chooses to match the lot in memory when so many rows have come unsorted that it pays. */
static bo_status choose_edges(triple_op *t, bool sorted) {
    bo_exec *exec = t->op.exec;
    unsigned ends = t->lot.bound & (1u << BO_S | 1u << BO_O);
    t->edges = NULL;
    if (!sorted) t->unsorted += t->lot.len;
    if (sorted || !t->may_read || ends == 0) return BO_OK;
    if (t->predicate_size == 0) {
        bo_ids pattern = {.p = t->quads.constant[BO_P], .g = bo_quads_graph(&t->quads)};
        t->predicate_size = exec->source->ops->estimate(exec->source, &pattern) + 1;
    }
    if (!bo_edges_pay(exec, t->predicate_size, t->unsorted)) return BO_OK;
    BO_TRY(bo_edges_read(&t->edges, &t->quads, ends == 1u << BO_O));
    t->both = ends == (1u << BO_S | 1u << BO_O);
    t->tables = 1;
    if (t->end != NULL) return BO_OK;
    t->end = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->end);
    return t->end != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status start_lot(triple_op *t) {
    t->lot = t->lots[t->lot_at++];
    t->members = t->rows + t->lot.first;
    bo_order order = order_for(t, t->lot.bound);
    unsigned prefix = t->prefix;
    choose_key(t, order);
    take_keys(t);
    t->probe = t->member = t->taken = 0;
    bool sorted = is_sorted(t);
    BO_TRY(choose_edges(t, sorted));
    if (t->edges != NULL) return BO_OK;
    if (!sorted) {
        BO_TRY(sort_members(t));
        take_keys(t);
        /* Each lot costs a walk over the index: next time more rows are sorted at once. */
        if (t->lot.len >= BO_BATCH / 2 && t->tables < MOST_TABLES) t->tables *= 2;
    }
    BO_TRY(place_scan(t, order, t->quads.scan != NULL && t->quads.order == order && t->prefix == prefix));
    if (t->key_count > 0) key_of(t, t->reached, t->lot.len - 1);
    return BO_OK;
}

/* The batch behind the one that is used up: the next one when keys lie close, else where the key is. */
static bo_status read_quads(triple_op *t) {
    bo_id key[BO_PLACES];
    bool dense = t->quads.batch->len > 0 && t->taken * DENSE >= t->quads.batch->len;
    t->at = t->taken = 0;
    if (t->run != NOWHERE) t->run = BEFORE;
    if (t->key_count == 0 || dense || t->member > 0) return bo_quads_next(&t->quads);
    key_of(t, key, t->probe);
    return bo_quads_seek(&t->quads, key);
}

/* Merging. */

typedef struct columns {
    const bo_id *of[BO_PLACES];
} columns;

static inline __attribute__((always_inline)) int compare(unsigned count, const columns *a, size_t i,
                                                         const columns *b, size_t j) {
    for (unsigned k = 0; k < count; k++)
        if (a->of[k][i] != b->of[k][j]) return a->of[k][i] < b->of[k][j] ? -1 : 1;
    return 0;
}

/* The first place from `at` on that is not below `other`'s: by doubling steps, then by halving. */
static inline __attribute__((always_inline)) size_t skip(unsigned count, const columns *in, size_t at,
                                                         size_t len, const columns *other, size_t place) {
    size_t step = 1;
    while (at + step < len && compare(count, in, at + step, other, place) < 0) {
        at += step;
        step *= 2;
    }
    size_t high = at + step < len ? at + step : len;
    for (at++; at < high;) {
        size_t middle = at + (high - at) / 2;
        if (compare(count, in, middle, other, place) < 0)
            at = middle + 1;
        else
            high = middle;
    }
    return at;
}

/* Whether the quad fits this row: places that the row binds and that are not in the key. */
static bool fits_row(const triple_op *t, uint32_t row) {
    for (int i = 0; i < BO_PLACES; i++) {
        const bo_id *column = given_column(t, i);
        bool bound = column != NULL && column[row] != BO_ID_NONE;
        if (bound && column[row] != t->quads.batch->column[i][t->at]) return false;
    }
    return true;
}

/* Pairs members and quads of equal keys until one of them is used up or there is no more room. */
static inline __attribute__((always_inline)) void merge(triple_op *t, unsigned count) {
    columns keys, ids;
    for (unsigned k = 0; k < count; k++) {
        keys.of[k] = t->keys[t->key_place[k]];
        ids.of[k] = t->quads.batch->column[t->key_place[k]];
    }
    size_t len = t->quads.batch->len, probes = t->lot.len;
    while (t->probe < probes && t->at < len && t->paired < BO_BATCH) {
        int order = compare(count, &keys, t->probe, &ids, t->at);
        if (order > 0) {
            t->at = skip(count, &ids, t->at, len, &keys, t->probe);
            t->run = NOWHERE;
            continue;
        }
        if (order < 0) {
            size_t next = skip(count, &keys, t->probe, probes, &ids, t->at);
            t->taken += next - t->probe;
            t->probe = next;
            t->member = 0;
            if (next < probes) t->run = NOWHERE;
            continue;
        }
        if (t->run == NOWHERE) t->run = t->at;
        size_t member = t->probe + t->member;
        if (!t->loose || fits_row(t, t->members[member])) {
            t->from[t->paired] = t->members[member];
            t->quad[t->paired++] = (uint32_t)t->at;
        }
        if (member + 1 < probes && compare(count, &keys, member + 1, &keys, t->probe) == 0) {
            t->member++;
        } else {
            t->member = 0;
            t->at++;
        }
    }
}

/* Every quad fits the only row. */
static void take_quads(triple_op *t) {
    size_t left = t->quads.batch->len - t->at, room = BO_BATCH - t->paired, count = left < room ? left : room;
    for (size_t i = 0; i < count; i++) {
        t->from[t->paired + i] = t->members[0];
        t->quad[t->paired + i] = (uint32_t)(t->at + i);
    }
    t->paired += count;
    t->at += count;
}

static void match(triple_op *t) {
    if (t->key_count == 1)
        merge(t, 1);
    else if (t->key_count == 0 && t->lot.len == 1 && !t->loose)
        take_quads(t);
    else
        merge(t, t->key_count);
}

/* Copies the pairs' values, column by column, before the rows they point to go away. */
static void copy_pairs(triple_op *t) {
    if (t->copied == t->paired) return;
    for (size_t k = 0; k < t->output_count; k++) {
        const output *o = &t->outputs[k];
        bo_id *to = t->op.table.column[o->var];
        const bo_id *in = t->in->column[o->var];
        if (o->place >= 0 && (t->lot.bound >> o->place & 1) == 0) {
            const bo_id *quads = t->quads.batch->column[o->place];
            if (t->edges != NULL)
                memcpy(to + t->copied, t->end + t->copied, (t->paired - t->copied) * sizeof *to);
            else
                for (size_t i = t->copied; i < t->paired; i++) to[i] = quads[t->quad[i]];
        } else if (in != NULL) {
            for (size_t i = t->copied; i < t->paired; i++) to[i] = in[t->from[i]];
        } else {
            memset(to + t->copied, 0, (t->paired - t->copied) * sizeof *to);
        }
    }
    t->copied = t->paired;
}

/* Matches the lot at hand until there is no room or no more of it; then *done. */
static bo_status match_lot(triple_op *t, bool *done) {
    for (*done = false; t->paired < BO_BATCH;) {
        if (t->at >= t->quads.batch->len) {
            copy_pairs(t);
            if (!t->quads.ended) BO_TRY(read_quads(t));
            *done = t->quads.ended;
            if (*done) return BO_OK;
        }
        match(t);
        if (t->probe >= t->lot.len) {
            *done = true;
            return BO_OK;
        }
    }
    return BO_OK;
}

static bool is_among(const bo_id *ids, size_t count, bo_id id) {
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ids[low] == id;
}

/* The same in memory; rows stay in the order in which they came. */
static void match_edges(triple_op *t) {
    bool by_object = t->edges->by_object;
    const bo_id *keys = given_column(t, by_object ? BO_O : BO_S);
    const bo_id *others = t->both ? given_column(t, by_object ? BO_S : BO_O) : NULL;
    for (; t->probe < t->lot.len; t->probe++, t->member = 0) {
        uint32_t row = t->members[t->probe];
        size_t count;
        const bo_id *ends = bo_edges_of(t->edges, keys[row], &count);
        if (t->both) count = is_among(ends, count, others[row]);
        for (; t->member < count; t->member++) {
            if (t->paired == BO_BATCH) return;
            t->from[t->paired] = row;
            t->end[t->paired++] = ends[t->member];
        }
    }
}

static bo_status match_rows(triple_op *t, bool *done) {
    if (t->edges == NULL) return match_lot(t, done);
    match_edges(t);
    *done = t->probe == t->lot.len;
    return BO_OK;
}

static bo_status triple_next(bo_op *op, bo_table **out) {
    triple_op *t = (triple_op *)op;
    *out = &op->table;
    t->paired = t->copied = 0;
    while (!t->impossible && t->paired < BO_BATCH) {
        bool done;
        if (t->lot.len == 0) {
            if (t->lot_at == t->lot_count) BO_TRY(read_input(t));
            if (t->lot_count == 0) break;
            BO_TRY(start_lot(t));
        }
        BO_TRY(match_rows(t, &done));
        copy_pairs(t); /* what they point to is about to change */
        if (!done) break;
        t->lot.len = 0;
    }
    op->table.len = t->paired;
    return BO_OK;
}

static bo_status measure(triple_op *t) {
    bo_source *source = t->op.exec->source;
    const bo_id *constant = t->quads.constant;
    bo_ids triple = {constant[BO_S], constant[BO_P], constant[BO_O], BO_ID_NONE};
    bo_ids graph = {.g = bo_quads_graph(&t->quads)};
    t->graph_size = UINT64_MAX;
    t->pattern_size = 0;
    if (graph.g == BO_ID_NONE) return BO_OK;
    t->graph_size = source->ops->estimate(source, &graph);
    if (t->graph_size > SMALL_GRAPH) t->pattern_size = source->ops->estimate(source, &triple);
    return BO_OK;
}

static bo_status triple_restart(bo_op *op) {
    triple_op *t = (triple_op *)op;
    bo_quads_close(&t->quads);
    t->lot_count = t->lot_at = 0;
    t->lot.len = 0;
    t->tables = 1;
    return t->quads.scope->graph.kind == BO_NODE_VARIABLE ? measure(t) : BO_OK;
}

static void triple_close(bo_op *op) {
    bo_quads_done(&((triple_op *)op)->quads);
}

static const bo_op_ops triple_ops = {triple_next, triple_restart, triple_close, "scan"};

static bo_status choose_outputs(triple_op *t, const bo_vars *keep) {
    const bo_vars *before = &t->op.input->vars;
    t->outputs = bo_arena_array(t->op.exec->arena, t->op.exec->width, sizeof *t->outputs);
    if (t->outputs == NULL) return bo_error_last()->status;
    for (uint32_t var = 0; var < t->op.exec->width; var++) {
        int place = BO_PLACES - 1;
        while (place >= 0 && t->quads.var[place] != var) place--;
        if (!bo_vars_has(keep, var) || (place < 0 && !bo_vars_has(before, var))) continue;
        t->outputs[t->output_count++] = (output){var, place};
        BO_TRY(bo_vars_add(&t->op.vars, var, t->op.exec->arena));
    }
    return BO_OK;
}

bo_status bo_triple_op_new(bo_op **out, bo_exec *exec, bo_op *input, const bo_triple *triple,
                           const bo_scope *scope, const bo_vars *keep) {
    triple_op *t = BO_NEW(exec->arena, triple_op);
    if (t == NULL) return bo_error_last()->status;
    t->tables = 1;
    BO_TRY(bo_quads_init(&t->quads, exec, scope, (const bo_node[]){triple->s, triple->p, triple->o}));
    t->impossible = bo_quads_impossible(&t->quads);
    const bo_id *constant = t->quads.constant;
    t->may_read = constant[BO_P] != BO_ID_NONE && constant[BO_S] == BO_ID_NONE &&
                  constant[BO_O] == BO_ID_NONE && t->quads.var[BO_G] == BO_NO_VAR && !t->quads.twice;
    bo_status status = bo_op_init(&t->op, &triple_ops, exec, input);
    if (status != BO_OK) {
        bo_quads_done(&t->quads);
        return status;
    }
    BO_TRY(choose_outputs(t, keep));
    BO_TRY(bo_op_columns(&t->op));
    t->from = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->from);
    t->quad = bo_arena_alloc(exec->arena, BO_BATCH * sizeof *t->quad);
    if (t->from == NULL || t->quad == NULL) return bo_error_last()->status;
    *out = &t->op;
    return measure(t);
}
