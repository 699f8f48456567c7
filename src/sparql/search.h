/* SPDX-License-Identifier: Apache-2.0
 * What full-text search is asked for: words that must all be there; "words in a row"; beginnings*; -none of
 * these. What is a word, and when two are the same, is rdf/words.h's.
 */
#ifndef BO_SPARQL_SEARCH_H
#define BO_SPARQL_SEARCH_H

#include "rdf/words.h"

typedef struct bo_search_word {
    bo_str word; /* its stem; of a beginning the letters as they are */
    bool begins;
} bo_search_word;
typedef struct bo_search_clause {
    bool excluded;
    bo_search_word *words; /* one after the other */
    size_t len;
} bo_search_clause;
typedef struct bo_search {
    bo_search_clause *clauses;
    size_t len;
    size_t wanted; /* clauses that are not excluded */
} bo_search;

/* Never fails for what is written: what has no letters asks for nothing. `wanted` 0: nothing can match. */
bo_status bo_search_parse(bo_search *out, bo_str text, bo_arena *arena) BO_MUST_USE;
/* 0 when the text does not match; else between 0 and 1: more the more often the words are there, and the
 * shorter the text is. */
bo_status bo_search_match(double *out, const bo_search *search, bo_str text, bo_arena *arena) BO_MUST_USE;
/* What to look for in an index of words. */
bo_status bo_search_ranges(bo_word_search *out, const bo_search *search, bo_arena *arena) BO_MUST_USE;

#endif
