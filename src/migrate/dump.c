/* SPDX-License-Identifier: Apache-2.0
 * Reading: quads gathered into documents.
 */
#include <stdlib.h>

#include "bocage/iri.h"
#include "migrate/internal.h"
#include "rdf/vocab.h"

bo_status bo_migration_new(bo_migration **out, const bo_migration_options *options) {
    bo_migration *m = calloc(1, sizeof *m);
    if (m == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    m->options = *options;
    m->arena = bo_arena_new(0);
    if (m->arena == NULL) {
        free(m);
        return bo_error_last()->status;
    }
    bo_map *maps[] = {&m->data, &m->lists, &m->settings, &m->actor_keys, &m->keyed, &m->claimed};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) bo_map_init(maps[i], m->arena);
    *out = m;
    return BO_OK;
}

void bo_migration_free(bo_migration *m) {
    if (m == NULL) return;
    bo_arena_free(m->arena);
    free(m);
}

/* Terms, with the base rewritten. */

bo_str bo_migration_rewrite(bo_migration *m, bo_str iri) {
    bo_str old = m->options.old_base;
    bool fits = old.len > 0 && bo_str_starts(iri, old) &&
                (iri.len == old.len || iri.ptr[old.len] == '/' || iri.ptr[old.len] == '#');
    return fits ? bo_arena_join(m->arena, m->options.new_base, bo_str_from(iri, old.len))
                : bo_arena_str(m->arena, iri);
}

/* SemApps' vocabulary, as old versions wrote it. */
static bool mend(bo_migration *m, bo_str *iri) {
    static const char *const beginnings[] = {"semapps:", "http://semapps.org/ns#"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        bo_str beginning = bo_str_of(beginnings[i]);
        if (!bo_str_starts(*iri, beginning)) continue;
        *iri = bo_arena_join(m->arena, BO_STR(BO_SEMAPPS_NS), bo_str_from(*iri, beginning.len));
        return true;
    }
    return false;
}

static bo_status copy_term(bo_migration *m, bo_term *out, const bo_term *term, bool *mended) {
    BO_TRY(bo_term_copy(out, term, m->arena));
    if (term->kind == BO_IRI) out->value = bo_migration_rewrite(m, term->value);
    if (term->kind == BO_IRI && mend(m, &out->value)) *mended = true;
    return out->value.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Documents. */

bo_document *bo_document_of(const bo_map *map, bo_str iri) {
    bo_value *slot = bo_map_get(map, iri);
    return slot != NULL ? slot->ptr : NULL;
}

bo_document *bo_document_need(bo_migration *m, bo_map *map, bo_str iri) {
    bo_document *found = bo_document_of(map, iri);
    if (found != NULL || iri.ptr == NULL) return found;
    bo_document *fresh = BO_NEW(m->arena, bo_document);
    if (fresh == NULL) return NULL;
    fresh->iri = bo_arena_str(m->arena, iri);
    fresh->last = &fresh->first;
    bo_value *slot = fresh->iri.ptr != NULL ? bo_map_put(map, fresh->iri, NULL) : NULL;
    if (slot == NULL) return NULL;
    slot->ptr = fresh;
    return fresh;
}

void bo_document_add(bo_document *document, bo_fact *fact) {
    fact->next = NULL;
    *document->last = fact;
    document->last = &fact->next;
}

static bo_str name_of(bo_migration *m, const bo_term *term) {
    return term->kind == BO_BLANK ? bo_arena_join(m->arena, BO_STR("_:"), term->value)
                                  : bo_iri_document(term->value);
}

static bo_status note_member(bo_migration *m, const bo_quad *quad) {
    if (quad->o.kind != BO_IRI || !bo_str_eq(quad->p.value, BO_LDP_CONTAINS)) return BO_OK;
    bo_document *member = bo_document_need(m, &m->data, quad->o.value);
    if (member == NULL) return bo_error_last()->status;
    if (member->container.len == 0) member->container = quad->s.value;
    return BO_OK;
}

static bo_status take_into(bo_migration *m, bo_map *map, const bo_quad *quad) {
    bo_quad own = {0};
    bool mended = false;
    BO_TRY(copy_term(m, &own.s, &quad->s, &mended));
    BO_TRY(copy_term(m, &own.p, &quad->p, &mended));
    BO_TRY(copy_term(m, &own.o, &quad->o, &mended));
    if (mended) m->counts.mended++;
    if (map == &m->data) BO_TRY(note_member(m, &own));
    bo_fact *fact = BO_NEW(m->arena, bo_fact);
    bo_document *document = bo_document_need(m, map, name_of(m, &own.s));
    if (fact == NULL || document == NULL) return bo_error_last()->status;
    fact->quad = own;
    bo_document_add(document, fact);
    return BO_OK;
}

static bo_status take_data(void *context, const bo_quad *quad) {
    bo_migration *m = context;
    bool rights = bo_str_eq(quad->g.value, BO_STR("http://semapps.org/webacl"));
    if (m->is_crawled && bo_str_eq(quad->o.value, BO_LDP_RESOURCE)) return BO_OK; /* said of any member */
    if (bo_str_eq(quad->g.value, BO_STR("http://semapps.org/mirror"))) {
        bo_migration_leave(m, BO_LEFT_MIRRORED, quad->s.value);
        return BO_OK;
    }
    return take_into(m, rights ? &m->lists : &m->data, quad);
}

static bo_status take_account(void *context, const bo_quad *quad) {
    bo_migration *m = context;
    return take_into(m, &m->settings, quad);
}

bo_sink bo_migration_data(bo_migration *m) {
    return (bo_sink){.quad = take_data, .context = m};
}

bo_sink bo_migration_accounts(bo_migration *m) {
    return (bo_sink){.quad = take_account, .context = m};
}

bo_status bo_migration_actor_key(bo_migration *m, bo_str name, bo_str pem) {
    if (bo_map_get(&m->actor_keys, name) != NULL) return BO_OK;
    bo_str *kept = BO_NEW(m->arena, bo_str);
    if (kept == NULL) return bo_error_last()->status;
    *kept = bo_arena_str(m->arena, pem);
    bo_value *slot = bo_map_put(&m->actor_keys, bo_arena_str(m->arena, name), NULL);
    if (slot == NULL || kept->ptr == NULL) return bo_error_last()->status;
    slot->ptr = kept;
    return BO_OK;
}

bo_status bo_migration_token_key(bo_migration *m, bo_str pem) {
    m->token_key = bo_arena_str(m->arena, pem);
    return m->token_key.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Looking at documents. */

static int by_address(const void *a, const void *b) {
    return bo_str_cmp((*(bo_document *const *)a)->iri, (*(bo_document *const *)b)->iri);
}

bo_status bo_documents_sorted(bo_migration *m, const bo_map *map, bo_document ***out, size_t *len) {
    uint32_t at = 0;
    *len = 0;
    *out = bo_arena_array(m->arena, map->live + 1, sizeof **out);
    if (*out == NULL) return bo_error_last()->status;
    for (bo_map_entry *entry; (entry = bo_map_next(map, &at)) != NULL;) (*out)[(*len)++] = entry->value.ptr;
    qsort(*out, *len, sizeof **out, by_address);
    return BO_OK;
}

bo_str bo_document_value(const bo_document *document, bo_str property) {
    for (const bo_fact *fact = document->first; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, property)) return fact->quad.o.value;
    return BO_STR_NONE;
}

bool bo_document_has_type(const bo_document *document, bo_str type) {
    bool is_blank = bo_str_starts(document->iri, BO_STR("_:"));
    bo_str own = is_blank ? bo_str_from(document->iri, 2) : document->iri;
    for (const bo_fact *fact = document->first; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_RDF_TYPE) && bo_str_eq(fact->quad.o.value, type) &&
            bo_str_eq(fact->quad.s.value, own))
            return true;
    return false;
}

bo_status bo_document_gather(bo_migration *m, bo_document *document, bo_graph *to) {
    for (bo_document *at = document, *end = document; at != NULL; at = at->waiting) {
        for (const bo_fact *fact = at->first; fact != NULL; fact = fact->next) {
            BO_TRY(bo_graph_add(to, &fact->quad));
            bo_document *blank =
                fact->quad.o.kind == BO_BLANK ? bo_document_of(&m->data, name_of(m, &fact->quad.o)) : NULL;
            if (blank == NULL || blank->holder == document) continue;
            blank->holder = document;
            blank->waiting = NULL;
            end->waiting = blank;
            end = blank;
        }
    }
    document->waiting = NULL;
    return BO_OK;
}

bo_status bo_migration_origin(bo_migration *m, bo_str *out) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    bo_str shortest = BO_STR_NONE;
    for (size_t i = 0; i < len; i++) {
        bool container = bo_document_has_type(list[i], BO_LDP_CONTAINER);
        if (container && (shortest.ptr == NULL || list[i]->iri.len < shortest.len)) shortest = list[i]->iri;
    }
    if (shortest.ptr == NULL)
        return bo_fail(BO_INVALID, "this is no dump of a SemApps instance: it has no containers");
    bo_iri_parts parts = bo_iri_split(shortest);
    *out = bo_arena_printf(m->arena, "%.*s://%.*s", BO_STR_ARG(parts.scheme), BO_STR_ARG(parts.authority));
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}
