/* SPDX-License-Identifier: Apache-2.0
 * Writing lists of rights, and groups.
 */
#include "migrate/internal.h"
#include "rdf/vocab.h"
#include "wac/acl.h"
#include "wac/group.h"

/* Dumps of single graphs, as Fuseki gives them without a graph's name, and those of SemApps 2, which has a
 * graph for each document. */

static bool is_list(const bo_migration *m, bo_str iri) {
    static const char *const rooms[] = {"_acl", "_groups"};
    return bo_migration_is_in(m, iri, rooms, sizeof rooms / sizeof *rooms);
}

/* <x#Read> beside what <x>, of another node, says of itself. */
static bool is_of_rights(const bo_migration *m, const bo_document *document, const bo_quad *quad) {
    return !bo_str_starts(document->iri, m->root) && !bo_str_eq(quad->s.value, document->iri) &&
           (bo_str_starts(quad->p.value, BO_STR(BO_ACL_NS)) ||
            bo_str_eq(quad->o.value, BO_ACL_AUTHORIZATION));
}

static bo_status sort(bo_migration *m, bo_document *document) {
    bool all = is_list(m, document->iri);
    bo_fact *next, *fact = document->first;
    document->first = NULL;
    document->last = &document->first;
    for (; fact != NULL; fact = next) {
        bool moves = all || is_of_rights(m, document, &fact->quad);
        bo_document *to = moves ? bo_document_need(m, &m->lists, document->iri) : document;
        if (to == NULL) return bo_error_last()->status;
        next = fact->next;
        bo_document_add(to, fact);
    }
    return BO_OK;
}

bo_status bo_migration_sort(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) BO_TRY(sort(m, list[i]));
    return BO_OK;
}

/* "http://h/_acl/themes/x" -> "http://h/themes/x"; another node's resource has its list at its own address.
 */
static bo_str holder_of(const bo_migration *m, bo_str list) {
    bo_str room = bo_arena_join(m->arena, m->root, BO_STR("_acl"));
    if (!bo_str_starts(list, room)) return list;
    bo_str path = bo_str_from(list, room.len);
    return bo_arena_join(m->arena, bo_str_head(m->root, m->root.len - 1), path.len > 0 ? path : BO_STR("/"));
}

/* SemApps' own agent, whose relative name became an absolute one in different ways. */
static bool is_system(const bo_quad *quad) {
    return bo_str_eq(quad->p.value, BO_ACL_AGENT) &&
           (bo_str_eq(quad->o.value, BO_STR("system")) ||
            bo_str_ends(quad->o.value, BO_STR("/unset-base/system")));
}

static bo_status read_list(bo_migration *m, const bo_document *list, bo_str holder, bo_acl *out) {
    bo_graph *graph;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = BO_OK;
    for (const bo_fact *fact = list->first; fact != NULL && status == BO_OK; fact = fact->next) {
        if (is_system(&fact->quad))
            bo_migration_leave(m, BO_LEFT_SYSTEM_AGENT, list->iri);
        else
            status = bo_graph_add(graph, &fact->quad);
    }
    if (status == BO_OK) status = bo_acl_read(m->ap->wac, out, graph, holder, m->arena);
    bo_graph_free(graph);
    return status;
}

static bool gives(const bo_acl *acl, const bo_authorisation *one) {
    for (size_t i = 0; i < acl->len; i++) {
        const bo_authorisation *has = &acl->items[i];
        bool same =
            has->kind == one->kind && has->is_default == one->is_default && bo_str_eq(has->agent, one->agent);
        if (same && (one->modes & ~has->modes) == 0) return true;
    }
    return false;
}

/* What was there gets, besides, what it had. */
static bo_status put_list(bo_migration *m, bo_str holder, const bo_acl *acl, bool merges) {
    bo_acl all = {0};
    bool adds = !merges;
    if (merges) BO_TRY(bo_acl_get(&all, m->txn, holder, m->arena));
    for (size_t i = 0; i < acl->len; i++) {
        adds = adds || !gives(&all, &acl->items[i]);
        BO_TRY(bo_acl_add(&all, &acl->items[i], m->arena));
    }
    if (!adds) return BO_OK;
    m->counts.rights++;
    return bo_acl_put(m->ap->wac, m->txn, holder, &all, m->arena);
}

static bo_status take_list(bo_migration *m, const bo_document *list) {
    bo_acl acl;
    bo_graph_info info;
    bo_str holder = holder_of(m, list->iri);
    const bo_document *document = bo_document_of(&m->data, holder);
    BO_TRY(read_list(m, list, holder, &acl));
    if (acl.len == 0) return BO_OK;
    bool tombstone = document != NULL && bo_document_has_type(document, BO_AS_TOMBSTONE);
    bool elsewhere = document != NULL &&
                     (bo_is_private_key(document) || bo_is_box(m, document) || bo_is_activity(m, document));
    if (tombstone || elsewhere) return BO_OK; /* nothing that these rights could be on */
    bool group = bo_str_starts(holder, bo_arena_join(m->arena, m->root, BO_STR("_groups/")));
    if (document == NULL || !document->is_there) {
        if (group && bo_wac_group_find(m->txn, holder) == BO_OK) return put_list(m, holder, &acl, true);
        if (bo_txn_graph(m->txn, holder, &info) != BO_OK)
            bo_migration_leave(m, BO_LEFT_RIGHT_OF_NOTHING, holder);
        return BO_OK;
    }
    bool container = bo_document_has_type(document, BO_LDP_CONTAINER);
    if (!document->is_new && !container && !m->options.replaces) return BO_OK; /* what is here counts */
    return put_list(m, holder, &acl, !document->is_new && container);
}

static bo_status take_group(bo_migration *m, const bo_document *group) {
    bo_status status = bo_wac_group_new(m->txn, group->iri);
    if (status != BO_OK && status != BO_EXISTS) return status;
    if (status == BO_OK) m->counts.groups++;
    for (const bo_fact *fact = group->first; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_VCARD_HAS_MEMBER) && fact->quad.o.kind == BO_IRI)
            BO_TRY(bo_wac_group_add(m->ap->wac, m->txn, group->iri, fact->quad.o.value, m->arena));
    return BO_OK;
}

/* A crawled instance does not tell its rights: what came from it gets those that anything new has. */
static bo_status found(bo_migration *m, const bo_document *document) {
    bool container = bo_document_has_type(document, BO_LDP_CONTAINER);
    bo_str creator = bo_document_value(document, BO_DC_CREATOR);
    return bo_wac_found(m->ap->wac, m->txn, document->iri, container, creator, m->arena);
}

bo_status bo_migration_rights(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->lists, &list, &len));
    for (size_t i = 0; i < len; i++)
        if (bo_document_has_type(list[i], BO_VCARD_GROUP)) BO_TRY(take_group(m, list[i]));
    for (size_t i = 0; i < len; i++) BO_TRY(take_list(m, list[i]));
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) {
        bool living = list[i]->is_new && !bo_document_has_type(list[i], BO_AS_TOMBSTONE);
        if (living && m->is_crawled) BO_TRY(found(m, list[i]));
    }
    for (size_t i = 0; i < len; i++)
        if (list[i]->is_there && !bo_document_has_type(list[i], BO_AS_TOMBSTONE))
            BO_TRY(bo_wac_settle(m->ap->wac, m->txn, list[i]->iri, false, m->arena));
    return BO_OK;
}
