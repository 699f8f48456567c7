/* SPDX-License-Identifier: Apache-2.0
 * The dictionary: terms that do not fit into an id are numbered in order of arrival, one row of numbers for
 * each tag. From id to text: blocks of consecutive terms, each term without the beginning that it shares with
 * the one before. From text to id: an index of (hash, id).
 */
#ifndef BO_STORE_DICT_H
#define BO_STORE_DICT_H

#include "bocage/source.h"
#include "store/recall.h"
#include "store/word.h"

enum {
    BO_DICT_KINDS = 3,               /* BO_TAG_IRI, BO_TAG_BLANK, BO_TAG_LITERAL */
    BO_TERM_MOST = 16 * 1024 * 1024, /* bytes in one term */
    BO_DICT_BLOCK_ROOM = 3 * 1024,
    BO_DICT_ENTRY_MOST = 512
};

extern const bo_index bo_hash_index;

/* The last block of a kind while terms are added to it. */
typedef struct bo_dict_tail {
    bool loaded, changed;
    bool stored;    /* the table has the block, perhaps shorter */
    uint64_t first; /* number of the block's first term */
    unsigned count;
    size_t len;      /* bytes of the block */
    size_t last_len; /* bytes of the last term, to share a beginning with */
    char bytes[BO_DICT_BLOCK_ROOM], last[BO_DICT_ENTRY_MOST];
} bo_dict_tail;

typedef struct bo_known {
    uint64_t hash;
    bo_id id;
    bo_term term;
} bo_known;

/* One transaction's way to the dictionary. */
typedef struct bo_dict {
    bo_kv_txn *kv;
    bo_kv_cursor *terms[BO_DICT_KINDS], *hashes; /* opened when first needed */
    bo_arena *scratch;                           /* the same */
    struct bo_dict_walk *walks[BO_DICT_KINDS];   /* a reader's: where it read last */
    uint64_t datatype_number;                    /* the last datatype that was read; 0: none */
    size_t datatype_len;
    char datatype[128];
    /* For a writer, else NULL: */
    uint64_t *numbers; /* the last one given, for each kind */
    bo_recall *recall;
    bo_word_edits *words; /* where the words of new literals are noted; NULL: nowhere. Set by the owner */
    bo_arena *arena;      /* of the terms in `known` */
    bo_dict_tail *tails;
    bo_known *known; /* terms added by this transaction: open addressing, id 0 is free */
    size_t known_size, known_len;
    bo_tuples fresh; /* (hash, id) of new terms, or of those that are taken out */
    size_t fresh_size;
} bo_dict;

/* For a writer `numbers` has BO_DICT_KINDS places, kept by the caller; for a reader both are NULL. */
bo_status bo_dict_init(bo_dict *dict, bo_kv_txn *kv, uint64_t *numbers, bo_recall *recall) BO_MUST_USE;
void bo_dict_done(bo_dict *dict);

/* BO_ID_NONE when the term is unknown. */
bo_status bo_dict_find(bo_dict *dict, bo_id *out, const bo_term *term) BO_MUST_USE;
/* Numbers the term when it is unknown. BO_LIMIT, BO_FULL. */
bo_status bo_dict_intern(bo_dict *dict, bo_id *out, const bo_term *term) BO_MUST_USE;
/* The text lives in the arena. BO_CORRUPT when the store does not hold the id. */
bo_status bo_dict_term(bo_dict *dict, bo_term *out, bo_id id, bo_arena *arena) BO_MUST_USE;
/* Writes what a writer has added. */
bo_status bo_dict_flush(bo_dict *dict) BO_MUST_USE;

/* For the bulk loader, which keeps its own account of what it has met: looks a term up in the store alone,
 * and adds one that is new. `datatype` is the id of a literal's datatype. */
bo_status bo_dict_find_stored(bo_dict *dict, bo_id *out, const bo_term *term, uint64_t hash) BO_MUST_USE;
bo_status bo_dict_add(bo_dict *dict, bo_id *out, const bo_term *term, uint64_t hash,
                      bo_id datatype) BO_MUST_USE;
/* Takes out literals and blank nodes that nothing refers to any more. For a writer that has flushed and adds
 * nothing more. The ids are sorted; their numbers are not given to others. */
bo_status bo_dict_remove(bo_dict *dict, const bo_id *ids, size_t len) BO_MUST_USE;
/* Calls `each` for every term of one kind, in order of numbers; its text lives until then, in the arena. */
bo_status bo_dict_each(bo_dict *dict, bo_tag tag,
                       bo_status (*each)(void *context, bo_id id, const bo_term *term), void *context,
                       bo_arena *arena) BO_MUST_USE;
/* The hash under which a term is indexed. */
uint64_t bo_dict_hash(const bo_term *term);

#endif
