/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share: the store and a transaction from the inside.
 */
#ifndef BO_STORE_TXN_H
#define BO_STORE_TXN_H

#include "base/map.h"
#include <pthread.h>
#include <stdatomic.h>

#include "bocage/store.h"
#include "store/dict.h"
#include "store/edits.h"
#include "store/tables.h"

/* What is known of a predicate's ends; spread.c. */
typedef struct bo_spread {
    bo_id predicate;
    uint64_t quads; /* when it was measured */
    uint64_t subjects, objects;
} bo_spread;

enum { BO_SPREADS = 256 };
typedef struct bo_spreads {
    pthread_mutex_t lock;
    bo_spread items[BO_SPREADS]; /* by hash; a later one takes the place */
} bo_spreads;

enum { BO_WATCH_PLACES = 1 << 14 };

struct bo_store {
    bo_kv *kv;
    bo_recall *recall;
    int64_t (*wall_ms)(void *context);
    void *clock_context;
    bo_spreads spreads;
    _Atomic uint64_t watched[BO_WATCH_PLACES]; /* the generation in which each changed last; watch.c */
};

/* Quads, and how many of them say again what a quad of another graph says: the rest are different triples. */
typedef struct bo_count {
    uint64_t quads, repeats;
} bo_count;

/* The numbers that change with commits; kept as it is in the file. */
typedef struct bo_state {
    uint64_t sequence; /* of the last commit that changed a graph */
    bo_count quads;
    uint64_t numbers[BO_DICT_KINDS]; /* the last ones given to terms */
    uint64_t gone;                   /* terms that were taken out; grows whenever ids that were read may be */
} bo_state;

typedef struct bo_graph_record {
    bo_graph_info info;
    bool kept; /* stays while it is empty */
} bo_graph_record;

/* Terms of removed quads, that perhaps nothing refers to any more. */
typedef struct bo_sweep {
    bo_id *ids;
    size_t len, size;
} bo_sweep;

/* What a transaction has done to a graph so far. */
typedef struct bo_graph_change {
    bo_id graph;
    uint64_t inserted, removed;
} bo_graph_change;

struct bo_txn {
    bo_store *store;
    bo_kv_txn *kv;
    bool writer;
    bo_status failed; /* a write went wrong in the middle: nothing may be committed */
    bo_state state, before;
    bo_dict dict;
    bo_edits edits;
    bo_sweep sweep;
    bo_word_edits words;
    bo_idmap changed; /* graph -> place in changes */
    bo_graph_change *changes;
    size_t change_count, change_size;
    bo_target target;
    uint64_t *marked;  /* a writer's: a bit for each place that its commit changes; watch.c */
    bo_arena *scratch; /* for single calls; reset by whoever uses it */
};

extern const bo_index bo_quad_indexes[BO_ORDER_COUNT];

/* rdf:type is the first term of every store. */
#define BO_STORE_TYPE bo_id_make(BO_TAG_IRI, 1)

static inline bo_tuple bo_tuple_of(const bo_ids *ids) {
    return (bo_tuple){{ids->s, ids->p, ids->o, ids->g}};
}

/* Applies sorted changes to the five indexes and to the counts. The lists come sorted as GSPO and go out in
 * no promised order, cut down to what changed. */
bo_status bo_txn_apply(bo_txn *txn, bo_tuples *puts, bo_tuples *removes) BO_MUST_USE;
/* Writes the edits to the indexes, so that tables say what the transaction sees. */
bo_status bo_txn_flush(bo_txn *txn) BO_MUST_USE;
/* The commit's number, which the graphs it changes get as their version. */
static inline uint64_t bo_txn_version(const bo_txn *txn) {
    return txn->before.sequence + 1;
}

/* Graphs: adds to a graph's count and gives it a new version. */
bo_status bo_graph_changed(bo_txn *txn, bo_id graph, uint64_t inserted, uint64_t removed) BO_MUST_USE;
/* Forgets that the graph was to be kept while empty. */
bo_status bo_graph_let_go(bo_txn *txn, bo_id graph) BO_MUST_USE;
bo_status bo_graph_changes(bo_txn *txn, bo_changes *out, bo_arena *arena) BO_MUST_USE;
/* What is noted of a graph; BO_NOT_FOUND when nothing is. */
bo_status bo_graph_read(bo_txn *txn, bo_graph_record *out, bo_id graph) BO_MUST_USE;

/* What the commit changes is marked on the way, and told right before it can be seen. */
void bo_watch_mark(bo_txn *txn, bo_watch watch);
void bo_watch_mark_id(bo_txn *txn, bo_id id); /* of a graph or a predicate */
void bo_watch_raise(bo_txn *txn);

/* Notes the terms of removed quads. */
bo_status bo_sweep_note(bo_sweep *sweep, const bo_tuples *removes) BO_MUST_USE;
/* Takes those out that nothing refers to; the last thing that a commit does to terms and quads. */
bo_status bo_sweep_run(bo_txn *txn) BO_MUST_USE;

/* Counts: what is noted of a predicate (BO_STORE_PREDICATE) or class (BO_STORE_CLASS), zeros when nothing is.
 */
bo_status bo_counts_read(bo_txn *txn, bo_store_table table, bo_count *out, bo_id id) BO_MUST_USE;
/* Takes in changes that SPOG has already; they come sorted so. */
bo_status bo_counts_changed(bo_txn *txn, const bo_tuples *puts, const bo_tuples *removes) BO_MUST_USE;
/* The quads that match, or the different triples among them, if that is noted; else false. A writer's edits
 * that are not written yet are left out. */
bool bo_counts_of(bo_txn *txn, const bo_ids *pattern, bool triples, uint64_t *out);

/* The id of a graph's name: its IRI, a blank node's label behind "_:", or nothing for the default graph.
 * BO_ID_NONE when it is unknown and not to be interned. */
bo_status bo_graph_id(bo_txn *txn, bo_id *out, bo_str graph, bool intern) BO_MUST_USE;
/* About how many different subjects and objects a predicate has. */
bo_spread bo_spread_of(bo_txn *txn, bo_id predicate);

/* Reads all blobs and tells those whose bytes are not what their digest says, and pieces that belong to none.
 */
bo_status bo_blobs_check(bo_txn *txn, void (*report)(void *context, const unsigned char digest[32]),
                         void *context, bo_arena *arena) BO_MUST_USE;

/* Says of each graph whether the set has it; gives the number of those it has. */
size_t bo_graph_set_filter(const bo_graph_set *set, const bo_id *graphs, size_t len, bool *keep);
extern const bo_target_ops bo_txn_target_ops;

#endif
