/* SPDX-License-Identifier: Apache-2.0
 * text:matches and text:score: full-text search in one literal. That a source's index of words can tell which
 * literals are worth looking at is the planner's affair (search_op.c).
 */
#include <stdlib.h>

#include "rdf/vocab.h"
#include "sparql/calls.h"
#include "sparql/search.h"

/* The last search: a query asks for the same one row after row. */
struct bo_searches {
    bo_arena *arena;
    bo_str text;
    bo_search search;
};

void bo_searches_free(struct bo_searches *all) {
    if (all == NULL) return;
    bo_arena_free(all->arena);
    free(all);
}

static bo_status find_search(bo_val_context *context, const bo_search **out, bo_str text) {
    struct bo_searches *all = context->searches;
    if (all == NULL) {
        all = context->searches = calloc(1, sizeof *all);
        if (all != NULL) all->arena = bo_arena_new(0);
        if (all == NULL || all->arena == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    *out = &all->search;
    if (all->text.ptr != NULL && bo_str_eq(all->text, text)) return BO_OK;
    bo_arena_reset(all->arena);
    all->text = BO_STR_NONE;
    BO_TRY(bo_search_parse(&all->search, text, all->arena));
    all->text = bo_arena_str(all->arena, text);
    return all->text.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Not good when the arguments are no string literal and no string. */
static bo_status score(bo_val_context *context, double *out, bool *good, bo_val *args) {
    bo_term text;
    bo_str wanted;
    const bo_search *search;
    bool plain;
    BO_TRY(bo_call_text(context, &text, good, &args[0]));
    BO_TRY(bo_call_plain(context, &wanted, &plain, &args[1]));
    *good = *good && plain;
    if (!*good) return BO_OK;
    BO_TRY(find_search(context, &search, wanted));
    return bo_search_match(out, search, text.value, context->arena);
}

CALL(TEXT_MATCHES) {
    double found;
    bool good;
    BO_TRY(score(context, &found, &good, args));
    if (good) *out = bo_val_of_bool(found > 0);
    return BO_OK;
}

CALL(TEXT_SCORE) {
    double found;
    bool good;
    BO_TRY(score(context, &found, &good, args));
    if (good) *out = bo_val_of_double(found);
    return BO_OK;
}
