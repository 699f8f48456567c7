/* SPDX-License-Identifier: Apache-2.0
 * What SPARQL and SHACL run on: terms as 64-bit ids, quads in batches of columns. A store's snapshot and an
 * in-memory graph are both sources; whoever evaluates never knows which.
 *
 * An id is a tag (top byte) and 56 bits. Small literals live inside their id, in a form that orders as their
 * values do within one tag; all other terms are numbered by the source that holds them. The same term has one
 * id within one source, and inlined ids are the same in every source.
 */
#ifndef BOCAGE_SOURCE_H
#define BOCAGE_SOURCE_H

#include "bocage/term.h"

#pragma GCC visibility push(default)

typedef uint64_t bo_id;

#define BO_ID_NONE ((bo_id)0)          /* no term; in a pattern: anything */
#define BO_ID_DEFAULT_GRAPH ((bo_id)1) /* only ever in the graph's column */

typedef enum bo_tag {
    BO_TAG_SPECIAL = 0x00,
    BO_TAG_IRI = 0x01,       /* numbered by the source */
    BO_TAG_BLANK = 0x02,     /* numbered by the source */
    BO_TAG_LITERAL = 0x03,   /* numbered by the source: every literal that is not inlined */
    BO_TAG_LOCAL_IRI = 0x05, /* numbered by one query: terms that it computed and the source does not hold */
    BO_TAG_LOCAL_BLANK = 0x06,
    BO_TAG_LOCAL_LITERAL = 0x07,
    BO_TAG_STRING = 0x10,    /* xsd:string of at most 7 bytes, no NUL inside */
    BO_TAG_BOOLEAN = 0x11,   /* "false" and "true" only */
    BO_TAG_INTEGER = 0x12,   /* canonical xsd:integer, -2^55 to 2^55-1, biased so that ids order as numbers */
    BO_TAG_DECIMAL = 0x13,   /* canonical xsd:decimal with a point, when mantissa and scale fit */
    BO_TAG_DATE_TIME = 0x14, /* xsd:dateTime ending in Z, whole milliseconds, ordered by time */
    BO_TAG_DATE = 0x15,      /* xsd:date without time zone */
    BO_TAG_LANG = 0x16       /* a string of at most 5 bytes in one of the languages of rdf/lang.def */
} bo_tag;

static inline bo_tag bo_id_tag(bo_id id) {
    return (bo_tag)(id >> 56);
}
static inline uint64_t bo_id_payload(bo_id id) {
    return id & 0x00FFFFFFFFFFFFFFu;
}
static inline bo_id bo_id_make(bo_tag tag, uint64_t payload) {
    return ((bo_id)tag << 56) | payload;
}
bo_term_kind bo_id_kind(bo_id id);

/* The id of a literal that can live inside its id and comes back from it to the very same characters;
 * BO_ID_NONE for every other term. */
bo_id bo_id_inline(const bo_term *term);
static inline bool bo_id_is_inline(bo_id id) {
    return bo_id_tag(id) >= BO_TAG_STRING;
}
/* The literal inside an inlined id; its text is written to `room`. */
enum { BO_ID_ROOM = 48 };
void bo_id_expand(bo_term *out, bo_id id, char room[BO_ID_ROOM]);

typedef struct bo_ids {
    bo_id s, p, o, g;
} bo_ids;

/* The orders in which quads can be read. A scan's rows come sorted by these columns, as unsigned numbers. */
typedef enum bo_order { BO_SPOG, BO_PSOG, BO_POSG, BO_OSPG, BO_GSPO, BO_ORDER_COUNT } bo_order;
extern const unsigned char bo_order_columns[BO_ORDER_COUNT][4]; /* 0 s, 1 p, 2 o, 3 g, as in bo_ids */
/* An order in which the bound columns of a pattern come first. */
bo_order bo_order_for(const bo_ids *pattern);

enum { BO_BATCH = 1024 };
typedef struct bo_batch {
    size_t len;
    bo_id column[4][BO_BATCH]; /* s, p, o, g */
} bo_batch;

typedef struct bo_scan bo_scan;
typedef struct bo_scan_ops {
    /* Fills the batch with the next rows; len 0 at the end. */
    bo_status (*next)(bo_scan *scan, bo_batch *batch);
    /* Moves on to the first row whose columns, in the scan's order, are not below `key`. Never goes back. */
    bo_status (*seek)(bo_scan *scan, const bo_ids *key);
    void (*close)(bo_scan *scan);
} bo_scan_ops;
struct bo_scan {
    const bo_scan_ops *ops;
};

/* A range of words in an index of words, and what is looked for there: rdf/words.h. */
typedef struct bo_word_range {
    uint64_t low, high;
} bo_word_range;
typedef struct bo_word_search {
    const bo_word_range *ranges;
    size_t count;
    size_t most; /* ids that are worth having */
} bo_word_search;

typedef struct bo_source bo_source;
typedef struct bo_source_ops {
    /* The term's id; BO_ID_NONE (and BO_OK) when the source does not hold it. Inlined literals are always
     * found. */
    bo_status (*id_of)(bo_source *source, bo_id *out, const bo_term *term);
    /* The term of an id that this source gave out; its text lives in the arena or as long as the source. */
    bo_status (*term_of)(bo_source *source, bo_term *out, bo_id id, bo_arena *arena);
    /* Opens a scan of the quads that match the pattern (BO_ID_NONE: anything, the default graph and every
     * named one included) in an order that its bound columns permit. The scan lives in the arena and ends
     * with close. */
    bo_status (*scan)(bo_source *source, bo_scan **out, const bo_ids *pattern, bo_order order,
                      bo_arena *arena);
    /* About how many quads match. Cheap, never fails, need not be exact; exact is best. */
    uint64_t (*estimate)(bo_source *source, const bo_ids *pattern);
    /* Exactly how many quads match, or, when `triples` is set, how many different triples they hold (what a
     * union of graphs shows), if the source has this noted; false, and *out untouched, when it would have to
     * read them. A store notes the quads of the whole, of each graph, of each predicate and of each class
     * (p rdf:type, o bound); what hides graphs notes nothing. */
    bool (*count)(bo_source *source, const bo_ids *pattern, bool triples, uint64_t *out);
    /* About how many different subjects and objects a predicate has (both at least 1). */
    void (*spread)(bo_source *source, bo_id predicate, uint64_t *subjects, uint64_t *objects);
    /* The ids, sorted, of all literals that have a word in each of the ranges, and perhaps of others: of
     * graphs that the source does not show, for one, so that they must be met in a scan before anyone hears
     * of them. *ids NULL when there are too many. The pointer itself is NULL when the source has no index of
     * words. */
    bo_status (*literals)(bo_source *source, bo_id **ids, size_t *len, const bo_word_search *search,
                          bo_arena *arena);
    /* Whether it is noted that no triple with the predicate (BO_ID_NONE: any) stands in two graphs: then a
     * union of graphs has no doubles to be looked for. NULL: it never knows. */
    bool (*single)(bo_source *source, bo_id predicate);
} bo_source_ops;
struct bo_source {
    const bo_source_ops *ops;
    bool hides; /* graphs are left out of scans: estimates count what nobody here may see */
};

static inline bo_status bo_source_id_of(bo_source *source, bo_id *out, const bo_term *term) {
    return source->ops->id_of(source, out, term);
}
static inline bo_status bo_source_term_of(bo_source *source, bo_term *out, bo_id id, bo_arena *arena) {
    return source->ops->term_of(source, out, id, arena);
}
static inline bo_status bo_source_scan(bo_source *source, bo_scan **out, const bo_ids *pattern,
                                       bo_order order, bo_arena *arena) {
    return source->ops->scan(source, out, pattern, order, arena);
}
static inline bool bo_source_count(bo_source *source, const bo_ids *pattern, bool triples, uint64_t *out) {
    return source->ops->count(source, pattern, triples, out);
}
static inline bo_status bo_scan_next(bo_scan *scan, bo_batch *batch) {
    return scan->ops->next(scan, batch);
}
static inline bo_status bo_scan_seek(bo_scan *scan, const bo_ids *key) {
    return scan->ops->seek(scan, key);
}
static inline void bo_scan_close(bo_scan *scan) {
    if (scan != NULL) scan->ops->close(scan);
}

/* Calls `each` with every quad that matches a pattern of terms (BO_NO_TERM: anything). Terms live until the
 * call returns. To ask for the default graph alone, give `in_default_graph` true and leave g out. */
bo_status bo_source_match(bo_source *source, const bo_quad *pattern, bool in_default_graph,
                          const bo_sink *each) BO_MUST_USE;

/* The IRIs that say (itself, predicate, object) in the graph of their own name, as an array in the arena. */
bo_status bo_source_own_subjects(bo_source *source, bo_str **out, size_t *count, bo_str predicate,
                                 bo_str object, bo_arena *arena) BO_MUST_USE;

typedef struct bo_target bo_target;
typedef struct bo_target_ops {
    /* Putting what is there, or removing what is not, is no error. */
    bo_status (*insert)(bo_target *target, const bo_quad *quad);
    bo_status (*remove)(bo_target *target, const bo_quad *quad);
    /* Removes every quad of one graph; BO_NO_TERM is the default graph. */
    bo_status (*clear)(bo_target *target, const bo_term *graph);
} bo_target_ops;
struct bo_target {
    const bo_target_ops *ops;
};
static inline bo_status bo_target_insert(bo_target *target, const bo_quad *quad) {
    return target->ops->insert(target, quad);
}
static inline bo_status bo_target_remove(bo_target *target, const bo_quad *quad) {
    return target->ops->remove(target, quad);
}
static inline bo_status bo_target_clear(bo_target *target, const bo_term *graph) {
    return target->ops->clear(target, graph);
}
/* A sink that inserts into a target. */
bo_sink bo_target_sink(bo_target *target);

#pragma GCC visibility pop
#endif
