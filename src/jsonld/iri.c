/* SPDX-License-Identifier: Apache-2.0
 * IRI Expansion (API 5.2).
 */
#include "bocage/iri.h"

#include "jsonld/internal.h"

/* Step 6: a compact IRI, a blank node or an IRI. *done is false when it is none of them. */
static bo_status expand_colon(bo_ld *ld, bo_str *out, bool *done, const bo_ld_context *active, bo_str value,
                              bo_ld_job *job) {
    bo_str rest = bo_str_from(value, 1);
    size_t colon = 1 + bo_str_find(rest, ':');
    *done = false;
    if (colon >= value.len) return BO_OK;
    bo_str prefix = bo_str_head(value, colon), suffix = bo_str_from(value, colon + 1);
    *done = true;
    if (bo_str_eq(prefix, BO_STR("_")) || bo_str_starts(suffix, BO_STR("//"))) {
        *out = value;
        return BO_OK;
    }
    if (job != NULL) BO_TRY(bo_ld_create_if_local(job, prefix));
    const bo_ld_term *term = bo_ld_term_of(active, prefix);
    if (term != NULL && term->iri.ptr != NULL && term->is_prefix) {
        BO_TRY(bo_ld_join(ld, out, term->iri, suffix));
    } else if (bo_ld_is_iri(value)) {
        *out = value;
    } else {
        *done = false;
    }
    return BO_OK;
}

/* From step 4 on; `term` is the definition of the very value. */
static bo_status expand_with(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str value,
                             unsigned flags, bo_ld_job *job, const bo_ld_term *term) {
    if (term != NULL && ((flags & BO_LD_AS_VOCAB) || bo_ld_keyword_of(term->iri) != BO_LD_NO_KEYWORD)) {
        *out = term->iri;
        return BO_OK;
    }
    bool done;
    BO_TRY(expand_colon(ld, out, &done, active, value, job));
    if (done) return BO_OK;
    if ((flags & BO_LD_AS_VOCAB) && active->vocab.ptr != NULL) /* step 7 */
        return bo_ld_join(ld, out, active->vocab, value);
    if ((flags & BO_LD_AS_DOCUMENT) && active->base.len > 0) { /* step 8 */
        BO_TRY(BO_LD_SPEND(ld, text_bytes, active->base.len));
        return bo_iri_resolve(out, active->base, value, ld->arena);
    }
    *out = value;
    return BO_OK;
}

/* Steps 1 and 2; false when the value is neither null nor a keyword nor like one. */
static bool is_settled(bo_str *out, bo_str value) {
    bool settled = value.ptr == NULL || bo_ld_keyword_of(value) != BO_LD_NO_KEYWORD;
    bool like = !settled && bo_ld_looks_like_keyword(value);
    if (settled) *out = value;
    if (like) *out = BO_STR_NONE;
    return settled || like;
}

/* "http://...", which no prefix and, as a term with a colon can't stand for a keyword, no term changes. */
static bool is_whole(bo_str value) {
    size_t colon = bo_str_find(value, ':');
    return colon > 0 && bo_str_starts(bo_str_from(value, colon + 1), BO_STR("//"));
}

bo_status bo_ld_expand_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str value, unsigned flags,
                           bo_ld_job *job) {
    if (flags == BO_LD_AS_DOCUMENT && job == NULL && is_whole(value)) {
        *out = value;
        return BO_OK;
    }
    if (is_settled(out, value)) return BO_OK;
    if (job != NULL) BO_TRY(bo_ld_create_if_local(job, value)); /* step 3 */
    return expand_with(ld, out, active, value, flags, job, bo_ld_term_of(active, value));
}

/* Cheap, and good enough for a table whose entries are compared. */
static size_t slot_of(const bo_ld_context *active, bo_str text, unsigned flags) {
    uint64_t head = 0, tail = 0;
    if (text.len >= sizeof head) {
        memcpy(&head, text.ptr, sizeof head);
        memcpy(&tail, text.ptr + text.len - sizeof tail, sizeof tail);
    } else {
        for (size_t i = 0; i < text.len; i++) head = head << 8 | (unsigned char)text.ptr[i];
    }
    uint64_t mixed = (head ^ (tail << 7) ^ (uintptr_t)active ^ text.len ^ flags) * 0x9E3779B97F4A7C15u;
    return (size_t)(mixed >> 40) % BO_LD_RECENT;
}

bo_status bo_ld_expand_recent(bo_ld *ld, const bo_ld_recent **out, const bo_ld_context *active, bo_str text,
                              unsigned flags) {
    if (ld->recent == NULL) {
        ld->recent = bo_arena_array(ld->arena, BO_LD_RECENT, sizeof *ld->recent);
        BO_TRY(bo_ld_made(ld->recent));
    }
    bo_ld_recent *recent = &ld->recent[slot_of(active, text, flags)];
    *out = recent;
    if (recent->active == active && recent->flags == flags && bo_str_eq(recent->text, text)) return BO_OK;
    bo_ld_recent made = {.active = active, .text = text, .flags = flags, .term = bo_ld_term_of(active, text)};
    if (!is_settled(&made.iri, text))
        BO_TRY(expand_with(ld, &made.iri, active, text, flags, NULL, made.term));
    made.keyword = bo_ld_keyword_of(made.iri);
    *recent = made;
    return BO_OK;
}
