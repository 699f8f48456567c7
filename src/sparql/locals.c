/* SPDX-License-Identifier: Apache-2.0
 * Terms that a query computed or named and its source does not hold: kept once each, numbered from 1.
 */
#include "base/clock.h"
#include "sparql/exec.h"

struct bo_locals {
    bo_arena *arena;
    bo_term *terms;
    size_t count, size; /* size: a power of 2; as many terms, twice as many slots */
    uint32_t *slots;    /* 1 + place in terms; 0 free */
    char prefix[37];    /* of new blank nodes */
    uint64_t blanks;
};

bo_status bo_locals_new(bo_locals **out, bo_arena *arena) {
    bo_locals *locals = BO_NEW(arena, bo_locals);
    if (locals == NULL) return bo_error_last()->status;
    locals->arena = arena;
    *out = locals;
    return BO_OK;
}

static size_t slot_of(const bo_locals *locals, const bo_term *term) {
    size_t mask = locals->size * 2 - 1, at = bo_term_hash(term) & mask;
    while (locals->slots[at] != 0 && !bo_term_eq(&locals->terms[locals->slots[at] - 1], term))
        at = (at + 1) & mask;
    return at;
}

static bo_status grow(bo_locals *locals) {
    size_t size = locals->size ? locals->size * 2 : 16;
    bo_term *terms = bo_arena_array(locals->arena, size, sizeof *terms);
    uint32_t *slots = bo_arena_array(locals->arena, size * 2, sizeof *slots);
    if (terms == NULL || slots == NULL) return bo_error_last()->status;
    if (locals->count > 0) memcpy(terms, locals->terms, locals->count * sizeof *terms);
    locals->terms = terms;
    locals->slots = slots;
    locals->size = size;
    for (size_t i = 0; i < locals->count; i++) slots[slot_of(locals, &terms[i])] = (uint32_t)i + 1;
    return BO_OK;
}

static bo_status local_id(bo_locals *locals, bo_id *out, const bo_term *term) {
    static const bo_tag tags[] = {
        [BO_IRI] = BO_TAG_LOCAL_IRI, [BO_BLANK] = BO_TAG_LOCAL_BLANK, [BO_LITERAL] = BO_TAG_LOCAL_LITERAL};
    if (locals->count == locals->size) BO_TRY(grow(locals));
    size_t slot = slot_of(locals, term);
    if (locals->slots[slot] == 0) {
        BO_TRY(bo_term_copy(&locals->terms[locals->count], term, locals->arena));
        locals->slots[slot] = (uint32_t)++locals->count;
    }
    *out = bo_id_make(tags[term->kind], locals->slots[slot]);
    return BO_OK;
}

bo_status bo_exec_id(bo_exec *exec, bo_id *out, const bo_term *term) {
    bo_id id = term->kind == BO_LITERAL ? bo_id_inline(term) : BO_ID_NONE;
    if (id == BO_ID_NONE && term->kind != BO_NO_TERM) {
        BO_TRY(bo_source_id_of(exec->source, &id, term));
        if (id == BO_ID_NONE) BO_TRY(local_id(exec->locals, &id, term));
    }
    *out = id;
    return BO_OK;
}

static bool is_local(bo_id id) {
    bo_tag tag = bo_id_tag(id);
    return tag >= BO_TAG_LOCAL_IRI && tag <= BO_TAG_LOCAL_LITERAL;
}

bo_status bo_exec_term(bo_exec *exec, bo_term *out, bo_id id, bo_arena *arena) {
    if (is_local(id)) {
        *out = exec->locals->terms[bo_id_payload(id) - 1];
        return BO_OK;
    }
    if (bo_id_is_inline(id)) {
        char *room = bo_arena_alloc(arena, BO_ID_ROOM);
        if (room == NULL) return bo_error_last()->status;
        bo_id_expand(out, id, room);
        return BO_OK;
    }
    if (id == BO_ID_NONE || id == BO_ID_DEFAULT_GRAPH) {
        *out = (bo_term){.kind = BO_NO_TERM};
        return BO_OK;
    }
    return bo_source_term_of(exec->source, out, id, arena);
}

bo_status bo_exec_blank(bo_exec *exec, bo_id *out) {
    bo_locals *locals = exec->locals;
    if (locals->prefix[0] == '\0') {
        bo_rng_uuid(locals->prefix, &bo_rng_system);
        locals->prefix[0] = 'b';
    }
    bo_str label =
        bo_arena_printf(exec->scratch, "%s-%llu", locals->prefix, (unsigned long long)++locals->blanks);
    if (label.ptr == NULL) return bo_error_last()->status;
    bo_term term = bo_term_blank(label);
    return local_id(locals, out, &term);
}
