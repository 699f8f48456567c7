/* SPDX-License-Identifier: Apache-2.0
 * Both directions of a relation: when a resource says that it has a topic, the topic says what it is a topic
 * of. Only direct statements between resources of this store count, and only what inverse.def lists.
 */
#include "ldp/record.h"
#include "rdf/vocab.h"

static const struct {
    bo_str one, other;
} pairs[] = {
#define BO_INVERSE(one, other) {{one, sizeof(one) - 1}, {other, sizeof(other) - 1}},
#include "ldp/inverse.def"
#undef BO_INVERSE
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

bo_str bo_ldp_inverse(bo_str property) {
    for (size_t i = 0; i < PAIRS; i++) {
        if (bo_str_eq(property, pairs[i].one)) return pairs[i].other;
        if (bo_str_eq(property, pairs[i].other)) return pairs[i].one;
    }
    return BO_STR_NONE;
}

typedef struct linking {
    bo_txn *txn;
    bo_str iri;
    bo_graph *other; /* what is there too stays as it is; NULL: nothing */
    bool adds;
    bo_arena *arena;
} linking;

static bo_status is_here(bool *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_ldp_record record;
    bo_status status = bo_ldp_find(txn, &record, iri, arena);
    *out = status == BO_OK && record.kind != BO_KIND_TOMBSTONE;
    return status == BO_NOT_FOUND ? BO_OK : status;
}

/* One statement about the resource: what its object says back comes or goes. */
static bo_status link_back(void *context, const bo_quad *quad) {
    linking *l = context;
    bool here = false;
    bo_quad plain = {quad->s, quad->p, quad->o, {0}};
    bo_str inverse = quad->o.kind == BO_IRI ? bo_ldp_inverse(quad->p.value) : BO_STR_NONE;
    bool subject = quad->s.kind == BO_IRI && bo_str_eq(quad->s.value, l->iri);
    if (inverse.ptr == NULL || !subject || bo_str_eq(quad->o.value, l->iri)) return BO_OK;
    if (l->other != NULL && bo_graph_has(l->other, &plain)) return BO_OK;
    BO_TRY(is_here(&here, l->txn, quad->o.value, l->arena));
    if (!here) return BO_OK;
    bo_quad back = {quad->o, bo_term_iri(inverse), quad->s, quad->o};
    bo_target *target = bo_txn_target(l->txn);
    BO_TRY(l->adds ? bo_target_insert(target, &back) : bo_target_remove(target, &back));
    return bo_ldp_touch_containers(l->txn, quad->o.value, l->arena);
}

bo_status bo_ldp_relink(bo_txn *txn, bo_str iri, bo_graph *before, bo_graph *after, bo_arena *arena) {
    linking gone = {txn, iri, after, false, arena}, came = {txn, iri, before, true, arena};
    bo_sink take = {.quad = link_back, .context = &gone}, give = {.quad = link_back, .context = &came};
    if (before != NULL) BO_TRY(bo_graph_match(before, &(bo_quad){0}, &take));
    return after != NULL ? bo_graph_match(after, &(bo_quad){0}, &give) : BO_OK;
}

/* What others said of a resource before it was there. */
static bo_status say_back(void *context, const bo_quad *quad) {
    bo_graph *content = context;
    bo_str inverse = bo_ldp_inverse(quad->p.value);
    if (inverse.ptr == NULL || !bo_term_eq(&quad->s, &quad->g) || bo_term_eq(&quad->s, &quad->o))
        return BO_OK;
    bo_quad back = {quad->o, bo_term_iri(inverse), quad->s, {0}};
    return bo_graph_add(content, &back);
}

bo_status bo_ldp_catch_up(bo_graph *content, bo_source *source, bo_str iri) {
    bo_quad pattern = {.o = bo_term_iri(iri)};
    bo_sink sink = {.quad = say_back, .context = content};
    return bo_source_match(source, &pattern, false, &sink);
}
