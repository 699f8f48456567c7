/* SPDX-License-Identifier: Apache-2.0
 * The words of a text, as full-text search sees them: runs of letters and digits, without case and accents,
 * without what French elides (l', d', qu', ...), and without the ends that tell one from many and he from she
 * in French (and most of English). The same for every language, so that a word is looked for without knowing
 * where it stands.
 */
#ifndef BO_RDF_WORDS_H
#define BO_RDF_WORDS_H

#include "bocage/source.h"

enum { BO_WORD_MOST = 64 /* bytes of a word that count */ };

typedef struct bo_words {
    bo_str text;
    size_t at;
    char room[BO_WORD_MOST + 8];
} bo_words;
static inline void bo_words_begin(bo_words *words, bo_str text) {
    words->text = text;
    words->at = 0;
}
/* The next word without case and accents; it lives until the next call. False at the end. */
bool bo_words_next(bo_words *words, bo_str *out);
/* A word without its end: always a beginning of it, but for -aux, which becomes -al. `room` has as many
 * bytes. */
bo_str bo_word_stem(bo_str word, char room[BO_WORD_MOST + 8]);

/* A stem's place in an index: its first seven bytes, as a number that orders as they do. */
uint64_t bo_word_key(bo_str stem);
/* The keys of all stems that begin with these bytes. */
bo_word_range bo_word_range_of(bo_str beginning);

/* Whether a literal is searched: strings, with a language or without. */
bool bo_term_has_words(const bo_term *term);

#endif
