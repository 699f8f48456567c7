/* SPDX-License-Identifier: Apache-2.0
 * Terms to ids and back. Must not know of quads. docs/internals/store.md has the format.
 */
#include "store/dict.h"

#include <stdlib.h>

#include "store/tables.h"
#include "store/varint.h"

enum {
    BLOCK_FULL = 600, /* bytes after which the next term begins a new block */
    BLOCK_TERMS = 32,
    LONG = 480,         /* a term that takes more bytes has an entry of its own ... */
    IS_LONG = LONG + 1, /* ... which stands in its block instead of a shared length; ... */
    IS_GONE = LONG + 2, /* ... and this for a term that has been taken out */
    HASH_BITS = 40,
    WORDS_MOST = 1 << 20 /* to be written; then they are */
};

const bo_index bo_hash_index = {BO_STORE_HASH, 2, {0, 1}};

typedef enum literal { PLAIN, LANG, TYPED } literal;

uint64_t bo_dict_hash(const bo_term *term) {
    return bo_term_hash(term) >> (64 - HASH_BITS);
}

static bo_tag tag_of(const bo_term *term) {
    return term->kind == BO_IRI ? BO_TAG_IRI : term->kind == BO_BLANK ? BO_TAG_BLANK : BO_TAG_LITERAL;
}

static unsigned kind_of(bo_tag tag) {
    return (unsigned)tag - BO_TAG_IRI;
}

bo_status bo_dict_init(bo_dict *dict, bo_kv_txn *kv, uint64_t *numbers, bo_recall *recall) {
    *dict = (bo_dict){.kv = kv, .numbers = numbers, .recall = recall};
    if (numbers == NULL) return BO_OK;
    dict->arena = bo_arena_new(0);
    dict->tails = calloc(BO_DICT_KINDS, sizeof *dict->tails);
    if (dict->arena != NULL && dict->tails != NULL) return BO_OK;
    bo_dict_done(dict);
    return bo_fail(BO_NO_MEMORY, "memory ran out");
}

void bo_dict_done(bo_dict *dict) {
    for (unsigned i = 0; i < BO_DICT_KINDS; i++) {
        bo_kv_cursor_close(dict->terms[i]);
        free(dict->walks[i]);
    }
    bo_kv_cursor_close(dict->hashes);
    bo_arena_free(dict->arena);
    bo_arena_free(dict->scratch);
    free(dict->tails);
    free(dict->known);
    free(dict->fresh.items);
    *dict = (bo_dict){0};
}

static bo_status corrupt(void) {
    return bo_fail(BO_CORRUPT, "the store's dictionary is damaged");
}

/* Terms as bytes. */

/* What stands before a literal's lexical form: its sort, and its language or the number of its datatype. */
static bo_status put_head(bo_text *out, const bo_term *term, bo_id datatype) {
    if (term->lang.len > 0) {
        if (term->lang.len > 255) return bo_fail(BO_LIMIT, "a language tag has more than 255 bytes");
        bo_text_char(out, LANG);
        bo_text_char(out, (char)term->lang.len);
        bo_text_put(out, term->lang);
    } else if (term->datatype.len > 0) {
        char number[BO_VARINT_ROOM];
        bo_text_char(out, TYPED);
        bo_text_put(out, (bo_str){number, bo_varint_put(number, bo_id_payload(datatype))});
    } else {
        bo_text_char(out, PLAIN);
    }
    return BO_OK;
}

/* The last one is remembered: literals of one datatype come together. */
static bo_status datatype_of(bo_dict *dict, bo_str *out, uint64_t number, bo_arena *arena) {
    bo_term iri;
    if (number == dict->datatype_number) {
        *out = bo_arena_str(arena, (bo_str){dict->datatype, dict->datatype_len});
        return out->ptr != NULL ? BO_OK : bo_error_last()->status;
    }
    BO_TRY(bo_dict_term(dict, &iri, bo_id_make(BO_TAG_IRI, number), arena));
    *out = iri.value;
    if (iri.value.len > sizeof dict->datatype) return BO_OK;
    memcpy(dict->datatype, iri.value.ptr, iri.value.len);
    dict->datatype_len = iri.value.len;
    dict->datatype_number = number;
    return BO_OK;
}

static bo_status from_bytes(bo_dict *dict, bo_term *out, bo_tag tag, bo_str bytes, bo_arena *arena) {
    bo_str text = bo_arena_str(arena, bytes);
    if (text.ptr == NULL) return bo_error_last()->status;
    if (tag != BO_TAG_LITERAL) {
        *out = tag == BO_TAG_IRI ? bo_term_iri(text) : bo_term_blank(text);
        return BO_OK;
    }
    if (text.len == 0) return corrupt();
    unsigned sort = (unsigned char)text.ptr[0];
    bo_term term = {.kind = BO_LITERAL};
    text = bo_str_from(text, 1);
    if (sort == LANG) {
        size_t len = text.len == 0 ? 256 : (unsigned char)text.ptr[0];
        if (len + 1 > text.len) return corrupt();
        term.lang = bo_str_head(bo_str_from(text, 1), len);
        text = bo_str_from(text, len + 1);
    } else if (sort == TYPED) {
        uint64_t number;
        if (!bo_varint_get(&number, &text)) return corrupt();
        BO_TRY(datatype_of(dict, &term.datatype, number, arena));
    } else if (sort != PLAIN) {
        return corrupt();
    }
    term.value = text;
    *out = term;
    return BO_OK;
}

/* Blocks of terms. */

static bo_str number_key(uint64_t *room, uint64_t n) {
    *room = __builtin_bswap64(n);
    return (bo_str){(const char *)room, sizeof *room};
}

static bo_kv_table table_of(bo_tag tag) {
    return (bo_kv_table)BO_STORE_IRI + kind_of(tag);
}

/* Walks a block: an entry is the length shared with the text before, the length of the rest, and the rest; or
 * a mark. */
typedef struct walk {
    bo_str rest;
    size_t len;
    unsigned mark; /* 0, IS_LONG or IS_GONE; behind IS_GONE the text before stays what is shared with */
    char bytes[BO_DICT_ENTRY_MOST];
} walk;

static bool walk_on(walk *w) {
    uint64_t shared, len;
    if (!bo_varint_get(&shared, &w->rest)) return false;
    w->mark = shared > LONG ? (unsigned)shared : 0;
    if (w->mark == IS_LONG) w->len = 0;
    if (w->mark != 0) return shared <= IS_GONE;
    if (!bo_varint_get(&len, &w->rest) || shared > w->len || len > w->rest.len || shared + len > LONG)
        return false;
    memcpy(w->bytes + shared, w->rest.ptr, len);
    w->len = shared + len;
    w->rest = bo_str_from(w->rest, len);
    return true;
}

/* The bytes of the term that the walk stands at. */
static bo_status walk_bytes(bo_dict *dict, bo_str *out, const walk *w, bo_id id) {
    uint64_t key;
    *out = (bo_str){w->bytes, w->len};
    if (w->mark == 0) return BO_OK;
    bo_status status =
        w->mark == IS_LONG ? bo_kv_get(dict->kv, BO_STORE_LONG, number_key(&key, id), out) : BO_NOT_FOUND;
    return status == BO_NOT_FOUND ? corrupt() : status;
}

/* A reader's last walk, to be gone on with: neighbours are often asked for one after the other. */
struct bo_dict_walk {
    uint64_t first, at; /* number of the block's first term, and of the one in `walk` */
    walk walk;
};

static bo_status walked_term(bo_dict *dict, bo_term *out, bo_id id, const walk *w, bo_arena *arena) {
    bo_str bytes;
    BO_TRY(walk_bytes(dict, &bytes, w, id));
    return from_bytes(dict, out, bo_id_tag(id), bytes, arena);
}

static bo_status block_term(bo_dict *dict, bo_term *out, bo_id id, bo_str block, uint64_t place,
                            bo_arena *arena) {
    walk w = {.rest = block};
    for (uint64_t i = 0; i <= place; i++)
        if (!walk_on(&w)) return corrupt();
    return walked_term(dict, out, id, &w, arena);
}

/* The block that holds a term, or the last one before it; BO_NOT_FOUND when there is none. */
static bo_status find_block(bo_dict *dict, bo_id id, uint64_t *first, bo_str *block) {
    bo_kv_cursor **cursor = &dict->terms[kind_of(bo_id_tag(id))];
    if (*cursor == NULL) BO_TRY(bo_kv_cursor_open(cursor, dict->kv, table_of(bo_id_tag(id))));
    uint64_t key;
    bo_str found;
    BO_TRY(bo_kv_seek_before(*cursor, number_key(&key, bo_id_payload(id)), &found, block));
    if (found.len != sizeof key) return corrupt();
    memcpy(&key, found.ptr, sizeof key);
    *first = __builtin_bswap64(key);
    return BO_OK;
}

/* Goes on with the last walk, or begins at the block that holds the term. */
static bo_status read_on(bo_dict *dict, bo_term *out, bo_id id, bo_arena *arena) {
    struct bo_dict_walk **last = &dict->walks[kind_of(bo_id_tag(id))], *l = *last;
    uint64_t number = bo_id_payload(id);
    bo_str block;
    if (l == NULL && (l = *last = calloc(1, sizeof *l)) == NULL)
        return bo_fail(BO_NO_MEMORY, "memory ran out");
    bool onward = l->at != 0 && number >= l->at && number - l->first < BLOCK_TERMS;
    while (onward && l->at < number && l->walk.rest.len > 0) {
        onward = walk_on(&l->walk);
        if (!onward) break;
        l->at++;
    }
    if (!onward || l->at != number) {
        l->at = 0;
        bo_status status = find_block(dict, id, &l->first, &block);
        if (status == BO_NOT_FOUND) return corrupt();
        BO_TRY(status);
        l->walk.rest = block;
        l->walk.len = 0;
        for (uint64_t i = l->first; i <= number; i++)
            if (!walk_on(&l->walk)) return corrupt();
        l->at = number;
    }
    return walked_term(dict, out, id, &l->walk, arena);
}

bo_status bo_dict_term(bo_dict *dict, bo_term *out, bo_id id, bo_arena *arena) {
    bo_tag tag = bo_id_tag(id);
    uint64_t first, number = bo_id_payload(id);
    bo_str block;
    if (bo_id_is_inline(id)) {
        char *room = bo_arena_alloc(arena, BO_ID_ROOM);
        if (room == NULL) return bo_error_last()->status;
        bo_id_expand(out, id, room);
        return BO_OK;
    }
    if (tag < BO_TAG_IRI || tag > BO_TAG_LITERAL) return corrupt();
    if (dict->tails != NULL && dict->tails[kind_of(tag)].loaded) {
        bo_dict_tail *tail = &dict->tails[kind_of(tag)];
        if (number >= tail->first) {
            if (number - tail->first >= tail->count) return corrupt();
            return block_term(dict, out, id, (bo_str){tail->bytes, tail->len}, number - tail->first, arena);
        }
    }
    if (dict->numbers == NULL) return read_on(dict, out, id, arena);
    bo_status status = find_block(dict, id, &first, &block);
    if (status == BO_NOT_FOUND) return corrupt();
    BO_TRY(status);
    return block_term(dict, out, id, block, number - first, arena);
}

/* Adding. */

static uint64_t count_terms(bo_str block) {
    walk w = {.rest = block};
    uint64_t count = 0;
    while (w.rest.len > 0 && walk_on(&w)) count++;
    return count;
}

static bo_status load_tail(bo_dict *dict, bo_tag tag) {
    bo_dict_tail *tail = &dict->tails[kind_of(tag)];
    uint64_t last = dict->numbers[kind_of(tag)];
    if (tail->loaded) return BO_OK;
    bo_str block;
    bo_status status = find_block(dict, bo_id_make(tag, last), &tail->first, &block);
    if (status != BO_NOT_FOUND) BO_TRY(status);
    if (status == BO_NOT_FOUND || tail->first + count_terms(block) <= last) { /* the last block is gone */
        *tail = (bo_dict_tail){.loaded = true, .first = last + 1};
        return BO_OK;
    }
    if (block.len > sizeof tail->bytes) return corrupt();
    memcpy(tail->bytes, block.ptr, block.len);
    tail->len = block.len;
    walk w = {.rest = block};
    for (tail->count = 0; w.rest.len > 0; tail->count++)
        if (!walk_on(&w)) return corrupt();
    if (tail->first + tail->count != last + 1) return corrupt();
    memcpy(tail->last, w.bytes, w.len);
    tail->last_len = w.len;
    tail->loaded = tail->stored = true;
    return BO_OK;
}

/* A new block comes behind all others of its kind. */
static bo_status write_tail(bo_dict *dict, bo_tag tag) {
    bo_dict_tail *tail = &dict->tails[kind_of(tag)];
    uint64_t room;
    if (!tail->changed) return BO_OK;
    bo_str key = number_key(&room, tail->first), block = {tail->bytes, tail->len};
    BO_TRY(tail->stored ? bo_kv_put(dict->kv, table_of(tag), key, block)
                        : bo_kv_append(dict->kv, table_of(tag), key, block));
    tail->stored = true;
    tail->changed = false;
    return BO_OK;
}

static void put_mark(bo_dict_tail *block, unsigned mark) {
    block->len += bo_varint_put(block->bytes + block->len, mark);
    if (mark == IS_LONG) block->last_len = 0;
    block->count++;
}

static void put_text(bo_dict_tail *block, bo_str text) {
    char *end = block->bytes + block->len;
    size_t shared = 0;
    while (shared < block->last_len && shared < text.len && block->last[shared] == text.ptr[shared]) shared++;
    size_t head = bo_varint_put(end, shared);
    head += bo_varint_put(end + head, text.len - shared);
    memcpy(end + head, text.ptr + shared, text.len - shared);
    memcpy(block->last + shared, text.ptr + shared, text.len - shared);
    block->last_len = text.len;
    block->len += head + text.len - shared;
    block->count++;
}

static bo_status add_bytes(bo_dict *dict, bo_id *out, bo_tag tag, bo_str bytes) {
    BO_TRY(load_tail(dict, tag));
    bo_dict_tail *tail = &dict->tails[kind_of(tag)];
    uint64_t number = dict->numbers[kind_of(tag)] + 1, key;
    bo_id id = bo_id_make(tag, number);
    if (tail->count >= BLOCK_TERMS || tail->len >= BLOCK_FULL) {
        BO_TRY(write_tail(dict, tag));
        tail->first = number;
        tail->stored = false;
        tail->count = 0;
        tail->len = tail->last_len = 0;
    }
    if (bytes.len > LONG) {
        BO_TRY(bo_kv_put(dict->kv, BO_STORE_LONG, number_key(&key, id), bytes));
        put_mark(tail, IS_LONG);
    } else {
        put_text(tail, bytes);
    }
    tail->changed = true;
    dict->numbers[kind_of(tag)] = number;
    *out = id;
    return BO_OK;
}

static bo_status add_fresh(bo_dict *dict, uint64_t hash, bo_id id) {
    if (dict->fresh.len == dict->fresh_size) {
        size_t size = dict->fresh_size == 0 ? 64 : dict->fresh_size * 2;
        bo_tuple *items = realloc(dict->fresh.items, size * sizeof *items);
        if (items == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
        dict->fresh.items = items;
        dict->fresh_size = size;
    }
    dict->fresh.items[dict->fresh.len++] = (bo_tuple){{hash, id}};
    return BO_OK;
}

static bo_status note_words(bo_dict *dict, bo_id id, const bo_term *term) {
    BO_TRY(bo_word_note(dict->words, id, term));
    return dict->words->fresh.len < WORDS_MOST ? BO_OK : bo_word_write(dict->words, dict->kv);
}

bo_status bo_dict_add(bo_dict *dict, bo_id *out, const bo_term *term, uint64_t hash, bo_id datatype) {
    if (term->value.len > BO_TERM_MOST)
        return bo_fail(BO_LIMIT, "a term has more than %d bytes", (int)BO_TERM_MOST);
    bo_id id;
    if (term->kind != BO_LITERAL) {
        BO_TRY(add_bytes(dict, &id, tag_of(term), term->value));
    } else {
        bo_text bytes;
        bo_text_init(&bytes, 0);
        bo_status status = put_head(&bytes, term, datatype);
        bo_text_put(&bytes, term->value);
        if (status == BO_OK) status = bo_text_end(&bytes);
        if (status == BO_OK) status = add_bytes(dict, &id, BO_TAG_LITERAL, bo_text_str(&bytes));
        bo_text_done(&bytes);
        BO_TRY(status);
    }
    BO_TRY(add_fresh(dict, hash, id));
    if (term->kind == BO_LITERAL) BO_TRY(note_words(dict, id, term));
    *out = id;
    return BO_OK;
}

/* Finding. */

bo_status bo_dict_find_stored(bo_dict *dict, bo_id *out, const bo_term *term, uint64_t hash) {
    bo_block_room room;
    bo_tuple at = {{hash, 0}};
    *out = BO_ID_NONE;
    if (dict->scratch == NULL && (dict->scratch = bo_arena_new(0)) == NULL) return BO_NO_MEMORY;
    bo_block_room_init(&room);
    if (dict->hashes == NULL) BO_TRY(bo_kv_cursor_open(&dict->hashes, dict->kv, BO_STORE_HASH));
    bo_status status = bo_block_find(&room.block, dict->hashes, &bo_hash_index, &at);
    size_t i = status == BO_OK ? bo_block_lower(&bo_hash_index, &room.block, &at) : 0;
    while (status == BO_OK) {
        if (i == room.block.len) {
            status = bo_block_next(&room.block, dict->hashes, &bo_hash_index);
            i = 0;
            continue;
        }
        if (room.number[0][i] != hash) break;
        bo_id id = room.number[1][i++];
        if (bo_id_tag(id) != tag_of(term)) continue;
        bo_term found;
        bo_arena_reset(dict->scratch);
        status = bo_dict_term(dict, &found, id, dict->scratch);
        if (status != BO_OK || !bo_term_eq(&found, term)) continue;
        *out = id;
        break;
    }
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static bo_known *known_place(const bo_dict *dict, uint64_t hash, const bo_term *term) {
    if (dict->known_size == 0) return NULL;
    size_t mask = dict->known_size - 1;
    for (size_t i = hash * 0x9E3779B97F4A7C15u >> 24 & mask;; i = (i + 1) & mask) {
        bo_known *known = &dict->known[i];
        if (known->id == 0 || (known->hash == hash && bo_term_eq(&known->term, term))) return known;
    }
}

static bo_status grow_known(bo_dict *dict) {
    if (dict->known_len * 2 < dict->known_size) return BO_OK;
    bo_dict grown = {.known_size = dict->known_size == 0 ? 64 : dict->known_size * 2};
    grown.known = calloc(grown.known_size, sizeof *grown.known);
    if (grown.known == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    for (size_t i = 0; i < dict->known_size; i++)
        if (dict->known[i].id != 0)
            *known_place(&grown, dict->known[i].hash, &dict->known[i].term) = dict->known[i];
    free(dict->known);
    dict->known = grown.known;
    dict->known_size = grown.known_size;
    return BO_OK;
}

/* What can be told without the store: an inlined literal, or a term that writers know. BO_ID_NONE, with the
 * term's hash, when it must be looked up. */
static bo_id known_id(const bo_dict *dict, const bo_term *term, uint64_t *hash) {
    bo_id id = bo_id_inline(term);
    if (id != BO_ID_NONE) return id;
    *hash = bo_dict_hash(term);
    const bo_known *known = known_place(dict, *hash, term);
    if (known != NULL && known->id != BO_ID_NONE) return known->id;
    return dict->recall != NULL ? bo_recall_get(dict->recall, term, *hash) : BO_ID_NONE;
}

bo_status bo_dict_find(bo_dict *dict, bo_id *out, const bo_term *term) {
    uint64_t hash;
    *out = known_id(dict, term, &hash);
    if (*out != BO_ID_NONE) return BO_OK;
    BO_TRY(bo_dict_find_stored(dict, out, term, hash));
    if (dict->recall != NULL) bo_recall_put(dict->recall, term, hash, *out);
    return BO_OK;
}

/* Adds a term that the store does not hold, and its datatype if that is new too. */
static bo_status add_known(bo_dict *dict, bo_id *out, const bo_term *term, uint64_t hash) {
    bo_known added = {.hash = hash};
    bo_id datatype = BO_ID_NONE;
    bo_term iri = bo_term_iri(term->datatype);
    BO_TRY(bo_term_copy(&added.term, term, dict->arena));
    if (term->datatype.len > 0) BO_TRY(bo_dict_intern(dict, &datatype, &iri));
    BO_TRY(bo_dict_add(dict, &added.id, term, hash, datatype));
    BO_TRY(grow_known(dict));
    *known_place(dict, hash, &added.term) = added;
    dict->known_len++;
    *out = added.id;
    return BO_OK;
}

bo_status bo_dict_intern(bo_dict *dict, bo_id *out, const bo_term *term) {
    BO_TRY(bo_dict_find(dict, out, term));
    return *out != BO_ID_NONE ? BO_OK : add_known(dict, out, term, bo_dict_hash(term));
}

bo_status bo_dict_flush(bo_dict *dict) {
    bo_tuples none = {NULL, 0};
    for (int tag = BO_TAG_IRI; tag <= BO_TAG_LITERAL; tag++) BO_TRY(write_tail(dict, (bo_tag)tag));
    BO_TRY(bo_tuples_sort(&dict->fresh, &bo_hash_index, 2));
    BO_TRY(bo_blocks_apply(dict->kv, &bo_hash_index, &dict->fresh, &none));
    dict->fresh.len = 0;
    return BO_OK;
}

/* Taking out. */

/* What happens to one block: it is written anew, with marks where terms were. */
typedef struct removal {
    bo_id first;
    char old[BO_DICT_BLOCK_ROOM];
    bo_dict_tail block;
    unsigned live;
} removal;

static bo_status forget(bo_dict *dict, const walk *w, bo_id id) {
    bo_str bytes;
    bo_term term;
    uint64_t key;
    BO_TRY(walk_bytes(dict, &bytes, w, id));
    bo_arena_reset(dict->scratch);
    BO_TRY(from_bytes(dict, &term, bo_id_tag(id), bytes, dict->scratch));
    BO_TRY(add_fresh(dict, bo_dict_hash(&term), id));
    if (dict->words != NULL) BO_TRY(bo_word_note(dict->words, id, &term));
    return w->mark == IS_LONG ? bo_kv_del(dict->kv, BO_STORE_LONG, number_key(&key, id)) : BO_OK;
}

/* Takes out those of the sorted ids that are in the block; *len of them. */
static bo_status remove_from(bo_dict *dict, removal *r, bo_str block, const bo_id *ids, size_t *len) {
    walk w = {.rest = block};
    size_t most = *len;
    *len = 0;
    for (bo_id id = r->first; w.rest.len > 0; id++) {
        if (!walk_on(&w)) return corrupt();
        if (*len < most && ids[*len] == id) {
            BO_TRY(forget(dict, &w, id));
            put_mark(&r->block, IS_GONE);
            ++*len;
        } else if (w.mark != 0) {
            put_mark(&r->block, w.mark);
            r->live += w.mark != IS_GONE;
        } else {
            put_text(&r->block, (bo_str){w.bytes, w.len});
            r->live++;
        }
    }
    return *len > 0 ? BO_OK : corrupt();
}

static bo_status remove_some(bo_dict *dict, removal *r, const bo_id *ids, size_t *len) {
    bo_str block;
    uint64_t number, room;
    bo_tag tag = bo_id_tag(ids[0]);
    bo_status status = find_block(dict, ids[0], &number, &block);
    if (status == BO_NOT_FOUND || (status == BO_OK && block.len > sizeof r->old)) return corrupt();
    BO_TRY(status);
    memcpy(r->old, block.ptr, block.len);
    r->first = bo_id_make(tag, number);
    r->live = r->block.count = 0;
    r->block.len = r->block.last_len = 0;
    BO_TRY(remove_from(dict, r, (bo_str){r->old, block.len}, ids, len));
    bo_str key = number_key(&room, number);
    return r->live == 0 ? bo_kv_del(dict->kv, table_of(tag), key)
                        : bo_kv_put(dict->kv, table_of(tag), key, (bo_str){r->block.bytes, r->block.len});
}

bo_status bo_dict_remove(bo_dict *dict, const bo_id *ids, size_t len) {
    bo_tuples none = {NULL, 0};
    removal *r = malloc(sizeof *r);
    if (dict->scratch == NULL) dict->scratch = bo_arena_new(0);
    bo_status status = r != NULL && dict->scratch != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    for (size_t done = 0; done < len && status == BO_OK;) {
        size_t some = len - done;
        status = remove_some(dict, r, ids + done, &some);
        done += some;
    }
    free(r);
    for (unsigned kind = 0; kind < BO_DICT_KINDS; kind++) dict->tails[kind].loaded = false;
    if (status == BO_OK) status = bo_tuples_sort(&dict->fresh, &bo_hash_index, 2);
    if (status == BO_OK) status = bo_blocks_apply(dict->kv, &bo_hash_index, &none, &dict->fresh);
    BO_TRY(status);
    if (dict->fresh.len != len) return corrupt();
    dict->fresh.len = 0;
    return dict->words != NULL ? bo_word_remove(dict->words, dict->kv) : BO_OK;
}

/* Everything. */

static bo_status each_of_block(bo_dict *dict, bo_id first, bo_str block,
                               bo_status (*each)(void *context, bo_id id, const bo_term *term), void *context,
                               bo_arena *arena) {
    walk w = {.rest = block};
    for (bo_id id = first; w.rest.len > 0; id++) {
        bo_str bytes;
        bo_term term;
        if (!walk_on(&w)) return corrupt();
        if (w.mark == IS_GONE) continue;
        bo_arena_reset(arena);
        BO_TRY(walk_bytes(dict, &bytes, &w, id));
        BO_TRY(from_bytes(dict, &term, bo_id_tag(id), bytes, arena));
        BO_TRY(each(context, id, &term));
    }
    return BO_OK;
}

bo_status bo_dict_each(bo_dict *dict, bo_tag tag,
                       bo_status (*each)(void *context, bo_id id, const bo_term *term), void *context,
                       bo_arena *arena) {
    bo_kv_cursor *cursor;
    bo_str key, block;
    BO_TRY(bo_kv_cursor_open(&cursor, dict->kv, table_of(tag)));
    bo_status status = bo_kv_first(cursor, &key, &block);
    while (status == BO_OK) {
        uint64_t number;
        if (key.len != sizeof number) status = corrupt();
        if (status != BO_OK) break;
        memcpy(&number, key.ptr, sizeof number);
        status = each_of_block(dict, bo_id_make(tag, __builtin_bswap64(number)), block, each, context, arena);
        if (status == BO_OK) status = bo_kv_next(cursor, &key, &block);
    }
    bo_kv_cursor_close(cursor);
    return status == BO_NOT_FOUND ? BO_OK : status;
}
