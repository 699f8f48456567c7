/* SPDX-License-Identifier: Apache-2.0
 * The index of words: (key of a stem, id of a literal), kept in the commit that brings the literal or takes
 * it out. Dictionary literals are noted once, when they get their number; those that live inside their id
 * whenever a quad with one is put. The index finds literals; only quads tell who may see them.
 */
#ifndef BO_STORE_WORD_H
#define BO_STORE_WORD_H

#include "rdf/words.h"
#include "store/blocks.h"

extern const bo_index bo_word_index;

/* Words that a writer has met and not yet written; begins as zeros. */
typedef struct bo_word_edits {
    bo_tuples fresh;
    size_t size;
} bo_word_edits;

void bo_word_edits_done(bo_word_edits *edits);
/* Nothing for terms that have no words. */
bo_status bo_word_note(bo_word_edits *edits, bo_id id, const bo_term *term) BO_MUST_USE;
/* The literal inside an inlined id; nothing for other ids. */
bo_status bo_word_note_inline(bo_word_edits *edits, bo_id id) BO_MUST_USE;
bo_status bo_word_write(bo_word_edits *edits, bo_kv_txn *kv) BO_MUST_USE;
/* Takes out of the index what has been noted, instead of putting it. */
bo_status bo_word_remove(bo_word_edits *edits, bo_kv_txn *kv) BO_MUST_USE;

/* See bo_source_ops. */
bo_status bo_word_find(bo_kv_txn *kv, bo_id **ids, size_t *len, const bo_word_search *search,
                       bo_arena *arena) BO_MUST_USE;

#endif
