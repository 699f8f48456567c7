/* SPDX-License-Identifier: Apache-2.0
 * Reads a whole store and reports what does not fit together.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "store/record.h"
#include "store/txn.h"

enum { DETAILS = 10 /* quads named for each index that does not agree */ };

typedef struct checker {
    bo_txn *txn;
    unsigned char *held[BO_DICT_KINDS]; /* a bit for each number: the dictionary has its term */
    uint64_t terms;
    bo_arena *arena, *inner; /* for a step, and for a step within one */
    void (*report)(void *context, bo_str fault);
    void *context;
    uint64_t faults;
    bo_word_edits words; /* of one literal */
    uint64_t count, sum; /* of the index that is being read */
    uint64_t repeats;    /* rows that say what the one before says of another graph */
    bo_id run;           /* its first column, while it stays the same ... */
    bo_count run_count;
    uint64_t runs; /* ... and how many different ones there were */
    bo_id class_;  /* the same of rdf:type's objects, in POSG */
    bo_count class_count;
    uint64_t classes;
} checker;

static void fault(checker *c, const char *format, ...) BO_PRINTF(2, 3);
static void fault(checker *c, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    c->faults++;
    if (c->report != NULL) c->report(c->context, bo_str_of(text));
}

static const char *const names[BO_ORDER_COUNT] = {"SPOG", "PSOG", "POSG", "OSPG", "GSPO"};

static uint64_t hash_of(const bo_tuple *quad) {
    return bo_str_hash((bo_str){(const char *)quad->n, sizeof quad->n});
}

static bo_status compare_count(checker *c, bo_store_table table, const char *what, bo_id id, bo_count found) {
    bo_count kept;
    BO_TRY(bo_counts_read(c->txn, table, &kept, id));
    if (kept.quads != found.quads || kept.repeats != found.repeats)
        fault(c, "%s %016llx has %llu quads with %llu repeats, not the %llu with %llu that are noted", what,
              (unsigned long long)id, (unsigned long long)found.quads, (unsigned long long)found.repeats,
              (unsigned long long)kept.quads, (unsigned long long)kept.repeats);
    return BO_OK;
}

static bo_status compare_graph(checker *c) {
    bo_graph_record record = {.kept = false};
    bo_status status = bo_graph_read(c->txn, &record, c->run);
    if (status != BO_NOT_FOUND) BO_TRY(status);
    if (record.info.quads != c->run_count.quads)
        fault(c, "graph %016llx has %llu quads, not the %llu that are noted", (unsigned long long)c->run,
              (unsigned long long)c->run_count.quads, (unsigned long long)record.info.quads);
    return BO_OK;
}

static bo_status end_class(checker *c) {
    if (c->class_count.quads == 0) return BO_OK;
    bo_count count = c->class_count;
    c->classes++;
    c->class_count = (bo_count){0, 0};
    return compare_count(c, BO_STORE_CLASS, "class", c->class_, count);
}

/* Ends a run of quads with one predicate or one graph: its count must be the one that is kept. */
static bo_status end_run(checker *c, bo_order order) {
    if (c->run_count.quads == 0) return BO_OK;
    c->runs++;
    if (order == BO_POSG) BO_TRY(end_class(c));
    if (order == BO_PSOG) return compare_count(c, BO_STORE_PREDICATE, "predicate", c->run, c->run_count);
    return order == BO_GSPO ? compare_graph(c) : BO_OK;
}

/* Counts a quad, given how far it is like the one before. */
static bo_status count_row(checker *c, bo_order order, const bo_tuple *quad, bool repeats) {
    bo_count one = {1, repeats};
    bo_id first = quad->n[bo_quad_indexes[order].column[0]];
    if (c->count == 0 || first != c->run) {
        BO_TRY(end_run(c, order));
        c->run = first;
        c->run_count = (bo_count){0, 0};
    }
    bool is_class = order == BO_POSG && quad->n[1] == BO_STORE_TYPE;
    if (is_class && quad->n[2] != c->class_) {
        BO_TRY(end_class(c));
        c->class_ = quad->n[2];
    }
    bo_count *const counts[2] = {&c->run_count, &c->class_count};
    for (int i = 0; i < (is_class ? 2 : 1); i++) {
        counts[i]->quads += one.quads;
        counts[i]->repeats += one.repeats;
    }
    c->count++;
    c->repeats += one.repeats;
    c->sum += hash_of(quad);
    return BO_OK;
}

static bool id_is_sound(const checker *c, bo_id id, unsigned column) {
    bo_tag tag = bo_id_tag(id);
    if (column == 3 && id == BO_ID_DEFAULT_GRAPH) return true;
    if (bo_id_is_inline(id)) return column == 2;
    if (tag < BO_TAG_IRI || tag > BO_TAG_LITERAL || (tag == BO_TAG_LITERAL && column != 2)) return false;
    uint64_t number = bo_id_payload(id);
    return number <= c->txn->state.numbers[tag - BO_TAG_IRI] &&
           (c->held[tag - BO_TAG_IRI][number / 8] >> number % 8 & 1);
}

static bo_status check_rows(checker *c, bo_order order, const bo_block *block, bo_tuple *last) {
    const bo_index *index = &bo_quad_indexes[order];
    for (size_t i = 0; i < block->len; i++) {
        bo_tuple quad;
        bo_block_tuple(&quad, index, block, i);
        if (c->count > 0 && bo_tuple_cmp(index, last, &quad) >= 0)
            fault(c, "%s is out of order", names[order]);
        for (unsigned column = 0; column < 4; column++)
            if (!id_is_sound(c, quad.n[column], column))
                fault(c, "%s holds %016llx, which is no term of the store", names[order],
                      (unsigned long long)quad.n[column]);
        bool repeats = order != BO_GSPO && c->count > 0 && memcmp(last->n, quad.n, 3 * sizeof quad.n[0]) == 0;
        BO_TRY(count_row(c, order, &quad, repeats));
        *last = quad;
    }
    return BO_OK;
}

static bo_status read_index(checker *c, bo_order order, bo_kv_cursor *cursor) {
    const bo_index *index = &bo_quad_indexes[order];
    bo_block_room room;
    bo_str key, value;
    bo_tuple last = {{0}}, least;
    bo_block_room_init(&room);
    c->count = c->repeats = c->sum = c->runs = 0;
    c->run_count = (bo_count){0, 0};
    bo_status status = bo_kv_first(cursor, &key, &value);
    for (; status == BO_OK; status = bo_kv_next(cursor, &key, &value)) {
        bo_block_key(&least, index, key);
        if (c->count > 0 && bo_tuple_cmp(index, &last, &least) >= 0)
            fault(c, "a block of %s holds what belongs into the next one", names[order]);
        if (!bo_unpack(room.block.column, &room.block.len, 4, (const unsigned char *)value.ptr, value.len)) {
            fault(c, "a block of %s is damaged", names[order]);
            continue;
        }
        bo_tuple first;
        bo_block_tuple(&first, index, &room.block, 0);
        if (bo_tuple_cmp(index, &first, &least) < 0)
            fault(c, "a block of %s holds what belongs into the one before", names[order]);
        BO_TRY(check_rows(c, order, &room.block, &last));
    }
    if (status != BO_NOT_FOUND) return status;
    return end_run(c, order);
}

static bo_status is_there(bool *out, bo_source *source, const bo_ids *quad, bo_order order, bo_batch *batch,
                          bo_arena *arena) {
    bo_scan *scan;
    bo_arena_reset(arena);
    BO_TRY(bo_source_scan(source, &scan, quad, order, arena));
    bo_status status = bo_scan_next(scan, batch);
    bo_scan_close(scan);
    *out = batch->len > 0;
    return status;
}

/* Names quads that one index has and another lacks. `batch` has room for two. */
static bo_status name_each_missing(checker *c, bo_source *source, bo_scan *all, bo_order has, bo_order lacks,
                                   bo_batch *batch) {
    for (unsigned found = 0; found < DETAILS;) {
        BO_TRY(bo_scan_next(all, batch));
        if (batch->len == 0) return BO_OK;
        for (size_t i = 0; i < batch->len && found < DETAILS; i++) {
            bo_ids quad = {batch->column[0][i], batch->column[1][i], batch->column[2][i],
                           batch->column[3][i]};
            bool there;
            BO_TRY(is_there(&there, source, &quad, lacks, &batch[1], c->inner));
            if (there) continue;
            found++;
            fault(c, "%s lacks the quad %016llx %016llx %016llx %016llx of %s", names[lacks],
                  (unsigned long long)quad.s, (unsigned long long)quad.p, (unsigned long long)quad.o,
                  (unsigned long long)quad.g, names[has]);
        }
    }
    return BO_OK;
}

static bo_status name_missing(checker *c, bo_order has, bo_order lacks) {
    bo_source *source;
    bo_scan *all;
    bo_arena_reset(c->arena);
    bo_batch *batch = bo_arena_alloc(c->arena, 2 * sizeof *batch);
    if (batch == NULL) return BO_NO_MEMORY;
    BO_TRY(bo_txn_source(&source, c->txn, NULL, c->arena));
    BO_TRY(bo_source_scan(source, &all, &(bo_ids){0}, has, c->arena));
    bo_status status = name_each_missing(c, source, all, has, lacks, batch);
    bo_scan_close(all);
    return status;
}

/* Reports a failure to read as a fault; other failures end the check. */
static bo_status as_fault(checker *c, bo_status status, const char *where) {
    if (status != BO_CORRUPT && status != BO_NOT_FOUND) return status;
    fault(c, "%s: %s", where, bo_error_last()->message);
    return BO_OK;
}

static bo_status compare_records(checker *c, bo_store_table table, const char *what, uint64_t found) {
    uint64_t records;
    BO_TRY(bo_kv_count(c->txn->kv, (bo_kv_table)table, &records));
    if (records != found) fault(c, "counts are noted of %s that have no quads", what);
    return BO_OK;
}

static bo_status check_indexes(checker *c) {
    uint64_t count = 0, sum = 0;
    for (unsigned order = 0; order < BO_ORDER_COUNT; order++) {
        bo_kv_cursor *cursor;
        BO_TRY(bo_kv_cursor_open(&cursor, c->txn->kv, bo_quad_indexes[order].table));
        bo_status status = read_index(c, (bo_order)order, cursor);
        bo_kv_cursor_close(cursor);
        BO_TRY(as_fault(c, status, names[order]));
        if (order == BO_SPOG) {
            count = c->count;
            sum = c->sum;
        } else if (c->count != count || c->sum != sum) {
            fault(c, "%s and SPOG do not hold the same quads (%llu and %llu)", names[order],
                  (unsigned long long)c->count, (unsigned long long)count);
            BO_TRY(as_fault(c, name_missing(c, BO_SPOG, (bo_order)order), names[order]));
            BO_TRY(as_fault(c, name_missing(c, (bo_order)order, BO_SPOG), names[order]));
        }
        if (order == BO_PSOG) BO_TRY(compare_records(c, BO_STORE_PREDICATE, "predicates", c->runs));
        if (order == BO_POSG) BO_TRY(compare_records(c, BO_STORE_CLASS, "classes", c->classes));
        if (order == BO_SPOG &&
            (count != c->txn->state.quads.quads || c->repeats != c->txn->state.quads.repeats))
            fault(c, "the store has %llu quads with %llu repeats, not the %llu with %llu that are noted",
                  (unsigned long long)count, (unsigned long long)c->repeats,
                  (unsigned long long)c->txn->state.quads.quads,
                  (unsigned long long)c->txn->state.quads.repeats);
    }
    return BO_OK;
}

/* The records of graphs that have quads have been compared with GSPO, so the sums must fit. */
typedef struct graph_sums {
    uint64_t sequence, quads, graphs, newer;
} graph_sums;

static bo_status add_graph(void *context, bo_str graph, const bo_graph_info *info) {
    graph_sums *sums = context;
    (void)graph;
    sums->quads += info->quads;
    sums->graphs += info->quads > 0;
    sums->newer += info->version == 0 || info->version > sums->sequence;
    return BO_OK;
}

static bo_status check_graphs(checker *c) {
    graph_sums sums = {.sequence = c->txn->state.sequence};
    uint64_t quads = c->txn->state.quads.quads, runs = c->runs; /* GSPO was read last */
    BO_TRY(bo_txn_graphs(c->txn, BO_STR(""), add_graph, &sums));
    if (sums.quads != quads || sums.graphs != runs)
        fault(c, "the graphs' records count %llu quads in %llu graphs, the index %llu in %llu",
              (unsigned long long)sums.quads, (unsigned long long)sums.graphs, (unsigned long long)quads,
              (unsigned long long)runs);
    if (sums.newer > 0)
        fault(c, "%llu graphs have versions that the store has not reached", (unsigned long long)sums.newer);
    return BO_OK;
}

static bo_status check_term(void *context, bo_id id, const bo_term *term) {
    checker *c = context;
    bo_id back;
    uint64_t number = bo_id_payload(id);
    unsigned kind = bo_id_tag(id) - BO_TAG_IRI;
    if (number > c->txn->state.numbers[kind]) {
        fault(c, "there is a term %016llx, whose number was never given", (unsigned long long)id);
        return BO_OK;
    }
    c->held[kind][number / 8] |= (unsigned char)(1 << number % 8);
    c->terms++;
    BO_TRY(bo_dict_find(&c->txn->dict, &back, term));
    if (back != id)
        fault(c, "the term \"%.*s\" of %016llx is found as %016llx",
              BO_STR_ARG(bo_str_head(term->value, 100)), (unsigned long long)id, (unsigned long long)back);
    return BO_OK;
}

static bo_status check_dictionary(checker *c) {
    uint64_t terms = 0, hashes = 0;
    for (unsigned kind = 0; kind < BO_DICT_KINDS; kind++) {
        terms += c->txn->state.numbers[kind];
        c->held[kind] = calloc(c->txn->state.numbers[kind] / 8 + 1, 1);
        if (c->held[kind] == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        bo_status status = bo_dict_each(&c->txn->dict, (bo_tag)(BO_TAG_IRI + kind), check_term, c, c->arena);
        BO_TRY(as_fault(c, status, "a term"));
    }
    terms -= c->txn->state.gone;
    if (c->terms != terms)
        fault(c, "the dictionary has %llu terms, not the %llu that are noted", (unsigned long long)c->terms,
              (unsigned long long)terms);
    bo_kv_cursor *cursor;
    bo_block_room room;
    bo_block_room_init(&room);
    BO_TRY(bo_kv_cursor_open(&cursor, c->txn->kv, BO_STORE_HASH));
    bo_status status = bo_block_first(&room.block, cursor, &bo_hash_index);
    for (; status == BO_OK; status = bo_block_next(&room.block, cursor, &bo_hash_index))
        hashes += room.block.len;
    bo_kv_cursor_close(cursor);
    if (status != BO_NOT_FOUND) return as_fault(c, status, "the dictionary's index");
    if (hashes != terms)
        fault(c, "the dictionary's index has %llu entries for %llu terms", (unsigned long long)hashes,
              (unsigned long long)terms);
    return BO_OK;
}

/* Words: those of the dictionary's literals must be there, all of them and no others; those of literals
 * inside their ids may outlive their quads. */

static void see_word(checker *c, uint64_t key, bo_id id) {
    c->count++;
    c->sum += hash_of(&(bo_tuple){{key, id}});
}

static bool has_word(const bo_term *term, uint64_t wanted) {
    bo_words words;
    bo_str word;
    char room[BO_WORD_MOST + 8];
    bo_words_begin(&words, term->value);
    while (bo_words_next(&words, &word))
        if (bo_word_key(bo_word_stem(word, room)) == wanted) return true;
    return false;
}

static bo_status check_word(checker *c, uint64_t key, bo_id id) {
    char room[BO_ID_ROOM];
    bo_term term;
    if (bo_id_tag(id) == BO_TAG_LITERAL) {
        see_word(c, key, id);
        return BO_OK;
    }
    if (bo_id_is_inline(id)) {
        bo_id_expand(&term, id, room);
        if (bo_term_has_words(&term) && has_word(&term, key)) return BO_OK;
    }
    fault(c, "the index of words holds %016llx for %016llx, which has no such word", (unsigned long long)key,
          (unsigned long long)id);
    return BO_OK;
}

static bo_status read_words(checker *c, bo_kv_cursor *cursor) {
    bo_block_room room;
    bo_block_room_init(&room);
    bo_status status = bo_block_first(&room.block, cursor, &bo_word_index);
    for (; status == BO_OK; status = bo_block_next(&room.block, cursor, &bo_word_index))
        for (size_t i = 0; i < room.block.len; i++)
            BO_TRY(check_word(c, room.number[0][i], room.number[1][i]));
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* The words of one literal as they must be in the index. */
static bo_status expect_words(void *context, bo_id id, const bo_term *term) {
    checker *c = context;
    bo_word_edits *words = &c->words;
    words->fresh.len = 0;
    BO_TRY(bo_word_note(words, id, term));
    BO_TRY(bo_tuples_sort(&words->fresh, &bo_word_index, 2));
    for (size_t i = 0; i < words->fresh.len; i++) {
        const bo_tuple *word = &words->fresh.items[i];
        if (i == 0 || word->n[0] != word[-1].n[0]) see_word(c, word->n[0], id);
    }
    return BO_OK;
}

/* Whether the index finds a literal that lives inside its id by each of its words. */
static bo_status look_up_words(checker *c, bo_id id) {
    bo_word_edits *words = &c->words;
    words->fresh.len = 0;
    BO_TRY(bo_word_note_inline(words, id));
    for (size_t i = 0; i < words->fresh.len; i++) {
        bo_block_room room;
        bo_kv_cursor *cursor;
        bo_tuple found = {{0}};
        bo_block_room_init(&room);
        BO_TRY(bo_kv_cursor_open(&cursor, c->txn->kv, BO_STORE_WORD));
        bo_status status = bo_block_find(&room.block, cursor, &bo_word_index, &words->fresh.items[i]);
        size_t at = status == BO_OK ? bo_block_lower(&bo_word_index, &room.block, &words->fresh.items[i]) : 0;
        if (status == BO_OK && at < room.block.len) bo_block_tuple(&found, &bo_word_index, &room.block, at);
        bo_kv_cursor_close(cursor);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
        if (bo_tuple_cmp(&bo_word_index, &found, &words->fresh.items[i]) != 0)
            fault(c, "the index of words lacks a word of %016llx", (unsigned long long)id);
    }
    return BO_OK;
}

static bo_status look_up_all_words(checker *c) {
    bo_block_room room;
    bo_kv_cursor *cursor;
    bo_id last = BO_ID_NONE;
    bo_block_room_init(&room);
    BO_TRY(bo_kv_cursor_open(&cursor, c->txn->kv, BO_STORE_OSPG));
    bo_status status = bo_block_first(&room.block, cursor, &bo_quad_indexes[BO_OSPG]);
    for (; status == BO_OK; status = bo_block_next(&room.block, cursor, &bo_quad_indexes[BO_OSPG]))
        for (size_t i = 0; i < room.block.len && status == BO_OK; i++) {
            if (room.number[0][i] == last) continue;
            last = room.number[0][i];
            status = look_up_words(c, last);
        }
    bo_kv_cursor_close(cursor);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static bo_status check_words(checker *c) {
    bo_kv_cursor *cursor;
    c->count = c->sum = 0;
    BO_TRY(bo_kv_cursor_open(&cursor, c->txn->kv, BO_STORE_WORD));
    bo_status status = read_words(c, cursor);
    bo_kv_cursor_close(cursor);
    uint64_t count = c->count, sum = c->sum;
    c->count = c->sum = 0;
    if (status == BO_OK) status = bo_dict_each(&c->txn->dict, BO_TAG_LITERAL, expect_words, c, c->arena);
    if (status == BO_OK && (count != c->count || sum != c->sum))
        fault(c, "the index of words and the literals do not agree (%llu and %llu words)",
              (unsigned long long)count, (unsigned long long)c->count);
    if (status == BO_OK) status = look_up_all_words(c);
    bo_word_edits_done(&c->words);
    return status;
}

static void tell_blob(void *context, const unsigned char digest[32]) {
    checker *c = context;
    bo_str hex = bo_hex(bo_str_make((const char *)digest, 32), c->inner);
    fault(c, "the blob %.*s is damaged", BO_STR_ARG(hex));
}

static bo_status check_all(checker *c) {
    BO_TRY(check_dictionary(c));
    BO_TRY(check_indexes(c));
    BO_TRY(as_fault(c, check_graphs(c), "the graphs"));
    BO_TRY(as_fault(c, check_words(c), "the index of words"));
    return as_fault(c, bo_blobs_check(c->txn, tell_blob, c, c->arena), "the blobs");
}

bo_status bo_store_check(bo_store *store, void (*report)(void *context, bo_str fault), void *context) {
    checker c = {.report = report, .context = context};
    BO_TRY(bo_txn_begin(&c.txn, store, BO_READ));
    c.arena = bo_arena_new(0);
    c.inner = bo_arena_new(0);
    bo_status status = c.arena == NULL || c.inner == NULL ? BO_NO_MEMORY : check_all(&c);
    bo_arena_free(c.arena);
    bo_arena_free(c.inner);
    for (unsigned kind = 0; kind < BO_DICT_KINDS; kind++) free(c.held[kind]);
    bo_txn_abort(c.txn);
    BO_TRY(status);
    if (c.faults == 0) return BO_OK;
    return bo_fail(BO_CORRUPT, "the store has %llu faults", (unsigned long long)c.faults);
}
