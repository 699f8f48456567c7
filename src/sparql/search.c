/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/search.h"

/* Reading. */

enum { WORDS_MOST = 200 /* of one search: the rest is passed over */ };

static bo_status add_word(bo_search_clause *clause, bo_str word, bo_arena *arena) {
    char room[BO_WORD_MOST + 8];
    if (clause->len == WORDS_MOST) return BO_OK;
    if (clause->words == NULL) clause->words = bo_arena_array(arena, WORDS_MOST, sizeof *clause->words);
    if (clause->words == NULL) return bo_error_last()->status;
    bo_str stem = bo_arena_str(arena, bo_word_stem(word, room));
    if (stem.ptr == NULL) return bo_error_last()->status;
    clause->words[clause->len++] = (bo_search_word){.word = stem};
    return BO_OK;
}

/* One clause: what stands between blanks, or between quotes. Several words stand in a row. */
static bo_status read_clause(bo_search *out, bo_str text, bool excluded, bo_arena *arena) {
    bo_search_clause *clause = &out->clauses[out->len];
    bo_words words;
    bo_str word, last = BO_STR_NONE;
    *clause = (bo_search_clause){.excluded = excluded};
    bo_words_begin(&words, text);
    while (bo_words_next(&words, &word)) {
        BO_TRY(add_word(clause, word, arena));
        last = bo_arena_str(arena, word);
        if (last.ptr == NULL) return bo_error_last()->status;
    }
    if (clause->len == 0) return BO_OK;
    if (bo_str_ends(text, BO_STR("*"))) clause->words[clause->len - 1] = (bo_search_word){last, true};
    out->len++;
    out->wanted += !excluded;
    return BO_OK;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bo_status bo_search_parse(bo_search *out, bo_str text, bo_arena *arena) {
    *out = (bo_search){.clauses = bo_arena_array(arena, WORDS_MOST, sizeof *out->clauses)};
    if (out->clauses == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < text.len && out->len < WORDS_MOST;) {
        if (is_blank(text.ptr[i])) {
            i++;
            continue;
        }
        bool excluded = text.ptr[i] == '-';
        i += excluded;
        bool quoted = i < text.len && text.ptr[i] == '"';
        size_t from = i += quoted;
        while (i < text.len && (quoted ? text.ptr[i] != '"' : !is_blank(text.ptr[i]))) i++;
        BO_TRY(read_clause(out, bo_str_make(text.ptr + from, i - from), excluded, arena));
        i += quoted;
    }
    return BO_OK;
}

/* Matching. */

typedef struct text_words {
    bo_str *words, *stems;
    size_t len, size;
} text_words;

static bo_status grow(text_words *t, bo_arena *arena) {
    size_t size = t->size == 0 ? 64 : t->size * 2;
    bo_str *words = bo_arena_array(arena, size, sizeof *words),
           *stems = bo_arena_array(arena, size, sizeof *stems);
    if (words == NULL || stems == NULL) return bo_error_last()->status;
    if (t->len > 0) memcpy(words, t->words, t->len * sizeof *words);
    if (t->len > 0) memcpy(stems, t->stems, t->len * sizeof *stems);
    *t = (text_words){words, stems, t->len, size};
    return BO_OK;
}

static bo_status split(text_words *t, bo_str text, bo_arena *arena) {
    bo_words words;
    bo_str word;
    char room[BO_WORD_MOST + 8];
    bo_words_begin(&words, text);
    while (bo_words_next(&words, &word)) {
        if (t->len == t->size) BO_TRY(grow(t, arena));
        bo_str stem = bo_word_stem(word, room), *kept = &t->words[t->len];
        *kept = bo_arena_str(arena, word);
        t->stems[t->len++] = stem.ptr == word.ptr ? bo_str_head(*kept, stem.len) : bo_arena_str(arena, stem);
        if (kept->ptr == NULL || t->stems[t->len - 1].ptr == NULL) return bo_error_last()->status;
    }
    return BO_OK;
}

static bool stands_at(const bo_search_clause *clause, const text_words *t, size_t at) {
    for (size_t i = 0; i < clause->len; i++) {
        const bo_search_word *wanted = &clause->words[i];
        if (at + i >= t->len) return false;
        if (wanted->begins ? !bo_str_starts(t->words[at + i], wanted->word)
                           : !bo_str_eq(t->stems[at + i], wanted->word))
            return false;
    }
    return true;
}

bo_status bo_search_match(double *out, const bo_search *search, bo_str text, bo_arena *arena) {
    text_words t = {0};
    double sum = 0;
    *out = 0;
    if (search->wanted == 0) return BO_OK;
    BO_TRY(split(&t, text, arena));
    for (size_t i = 0; i < search->len; i++) {
        const bo_search_clause *clause = &search->clauses[i];
        size_t count = 0;
        for (size_t at = 0; at < t.len; at++) count += stands_at(clause, &t, at);
        if ((count > 0) == clause->excluded) return BO_OK;
        if (count > 0) sum += (double)count / ((double)count + 0.5 + (double)t.len / 50);
    }
    *out = sum / (double)search->wanted;
    return BO_OK;
}

/* The index knows stems. One of a word that begins so is as long as the beginning, or lacks an end of up to
 * two letters of it. */
bo_status bo_search_ranges(bo_word_search *out, const bo_search *search, bo_arena *arena) {
    size_t count = 0;
    for (size_t i = 0; i < search->len; i++) count += search->clauses[i].len;
    bo_word_range *ranges = bo_arena_array(arena, count, sizeof *ranges);
    if (ranges == NULL) return bo_error_last()->status;
    out->ranges = ranges;
    out->count = 0;
    for (size_t i = 0; i < search->len; i++) {
        const bo_search_clause *clause = &search->clauses[i];
        for (size_t k = 0; k < clause->len && !clause->excluded; k++) {
            bo_str word = clause->words[k].word;
            uint64_t key = bo_word_key(word);
            size_t kept = word.len > 5 ? word.len - 2 : word.len < 3 ? word.len : 3;
            ranges[out->count++] = clause->words[k].begins ? bo_word_range_of(bo_str_head(word, kept))
                                                           : (bo_word_range){key, key};
        }
    }
    return BO_OK;
}
