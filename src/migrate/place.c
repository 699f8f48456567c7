/* SPDX-License-Identifier: Apache-2.0
 * Writing resources: each with exactly the statements that it had.
 */
#include "bocage/iri.h"
#include "migrate/internal.h"
#include "rdf/vocab.h"

enum { ADDRESS_MAX = 500 }; /* bytes, as ldp has it */

bool bo_is_private_key(const bo_document *document) {
    return bo_document_value(document, BO_SEC_PRIVATE_KEY_PEM).ptr != NULL ||
           bo_document_value(document, BO_SEC_SECRET_KEY_MULTIBASE).ptr != NULL;
}

static bool is_ours(const bo_migration *m, bo_str iri) {
    return bo_str_starts(iri, m->root);
}

/* A collection that this node keeps as such: those that an actor here names. */
bool bo_is_box(const bo_migration *m, const bo_document *document) {
    static const char *const names[] = {"/inbox", "/outbox", "/followers", "/following"};
    if (!is_ours(m, document->iri) || !bo_document_has_type(document, BO_AS_COLLECTION)) return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bo_str_ends(document->iri, bo_str_of(names[i]))) return true;
    return false;
}

bool bo_is_activity(const bo_migration *m, const bo_document *document) {
    bo_str room = bo_arena_join(m->arena, m->root, BO_STR("activities/"));
    return bo_str_starts(document->iri, room) && document->first != NULL;
}

/* Those that are no resources of LDP here. */
static bool is_kept_elsewhere(const bo_migration *m, const bo_document *document) {
    return bo_is_private_key(document) || bo_is_box(m, document) || bo_is_activity(m, document);
}

/* One resource. */

typedef struct placing {
    bo_migration *m;
    bo_document *document;
    bo_graph *content;
} placing;

static bool is_member(bo_migration *m, bo_str iri) {
    bo_ldp_record record;
    bo_document *member = bo_document_of(&m->data, iri);
    if (member != NULL && member->first != NULL) return !is_kept_elsewhere(m, member);
    return bo_ldp_find(m->txn, &record, iri, m->arena) == BO_OK;
}

static bo_status copy_wanted(void *context, const bo_quad *quad) {
    placing *p = context;
    bool membership = quad->o.kind == BO_IRI && bo_str_eq(quad->p.value, BO_LDP_CONTAINS);
    if (membership && !is_member(p->m, quad->o.value)) {
        const bo_document *member = bo_document_of(&p->m->data, quad->o.value);
        if (member == NULL || member->first == NULL)
            bo_migration_leave(p->m, BO_LEFT_EMPTY_MEMBER, quad->o.value);
        return BO_OK;
    }
    return bo_graph_add(p->content, quad);
}

static bo_status gather(placing *p) {
    bo_graph *all;
    BO_TRY(bo_graph_new(&all));
    bo_status status = bo_document_gather(p->m, p->document, all);
    bo_sink sink = {.quad = copy_wanted, .context = p};
    if (status == BO_OK) status = bo_graph_match(all, &(bo_quad){0}, &sink);
    bo_graph_free(all);
    return status;
}

static bo_ldp_record record_of(const bo_migration *m, const bo_document *document) {
    bo_ldp_record record = {.kind = BO_KIND_RESOURCE, .container = document->container};
    bo_str root = m->root;
    if (bo_document_has_type(document, BO_LDP_CONTAINER)) record.kind = BO_KIND_CONTAINER;
    if (bo_document_has_type(document, BO_AS_TOMBSTONE)) record.kind = BO_KIND_TOMBSTONE;
    if (bo_str_eq(document->iri, root))
        record.container = BO_STR("");
    else if (record.container.len == 0)
        record.container = is_ours(m, document->iri) ? bo_ldp_parent(document->iri) : root;
    record.owner = bo_document_value(document, BO_DC_CREATOR);
    if (!is_ours(m, record.owner)) record.owner = BO_STR("");
    return record;
}

static void count_placed(bo_migration *m, bo_ldp_kind kind) {
    uint64_t *counters[] = {&m->counts.resources, &m->counts.containers, &m->counts.tombstones};
    ++*counters[kind];
}

static bo_status place_tombstone(placing *p, bo_ldp_record *record) {
    bo_str deleted = bo_document_value(p->document, BO_AS_DELETED);
    for (const bo_fact *fact = p->document->first; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_AS_FORMER_TYPE) && record->type_count < BO_LDP_TYPES_MAX)
            record->types[record->type_count++] = fact->quad.o.value;
    if (deleted.ptr == NULL || bo_time_parse_rfc3339(&record->deleted_ms, deleted) != BO_OK)
        record->deleted_ms = bo_clock_wall_ms(p->m->ap->clock);
    return bo_ldp_adopt(p->m->txn, p->document->iri, record, NULL, p->m->arena);
}

/* A container gets what it had there besides what it has here. */
static bo_status merge(placing *p, bo_graph *here) {
    bo_sink sink = bo_graph_sink(p->content);
    return bo_graph_match(here, &(bo_quad){0}, &sink);
}

typedef enum verdict { SAME, DIFFERS, WRITE } verdict;

static bo_status compare(placing *p, const bo_ldp_record *record, bo_ldp_kind kind_here, verdict *out) {
    bool same = false;
    bo_source *source;
    bo_graph *here;
    BO_TRY(bo_txn_source(&source, p->m->txn, NULL, p->m->arena));
    BO_TRY(bo_graph_new(&here));
    bo_status status = bo_ldp_load(here, source, p->document->iri);
    bool containers = record->kind == BO_KIND_CONTAINER && kind_here == BO_KIND_CONTAINER;
    if (status == BO_OK && containers) status = merge(p, here);
    if (status == BO_OK && record->kind != BO_KIND_TOMBSTONE)
        status = bo_graph_isomorphic(&same, p->content, here);
    if (record->kind == BO_KIND_TOMBSTONE) same = kind_here == BO_KIND_TOMBSTONE;
    bo_graph_free(here);
    *out = same ? SAME : containers || p->m->options.replaces ? WRITE : DIFFERS;
    return status;
}

static bo_status write(placing *p, bo_ldp_record *record) {
    count_placed(p->m, record->kind);
    if (record->kind == BO_KIND_TOMBSTONE) return place_tombstone(p, record);
    return bo_ldp_adopt(p->m->txn, p->document->iri, record, p->content, p->m->arena);
}

static bo_status place(placing *p) {
    bo_ldp_record record = record_of(p->m, p->document), here;
    verdict judged = WRITE;
    BO_TRY(gather(p));
    bo_status found = bo_ldp_find(p->m->txn, &here, p->document->iri, p->m->arena);
    if (found != BO_OK && found != BO_NOT_FOUND) return found;
    p->document->is_new = found == BO_NOT_FOUND;
    p->document->is_there = true;
    if (found == BO_OK) BO_TRY(compare(p, &record, here.kind, &judged));
    if (judged == SAME) p->m->counts.unchanged++;
    if (judged == DIFFERS) bo_migration_leave(p->m, BO_LEFT_CHANGED_HERE, p->document->iri);
    if (judged == WRITE) BO_TRY(write(p, &record));
    return bo_migration_file(p->m, p->document);
}

bool bo_migration_is_in(const bo_migration *m, bo_str iri, const char *const *rooms, size_t count) {
    bo_str path = is_ours(m, iri) ? bo_str_from(iri, m->root.len) : BO_STR("");
    bo_str first = bo_str_head(path, bo_str_find(path, '/'));
    for (size_t i = 0; i < count; i++)
        if (bo_str_eq(first, bo_str_of(rooms[i]))) return true;
    return false;
}

/* Where the node answers by itself (web/routes.def). */
static bool is_reserved(const bo_migration *m, bo_str iri) {
    static const char *const rooms[] = {".well-known", ".notifications", "api",    "auth",
                                        "nodeinfo",    "sparql",         "static", "vc"};
    return bo_migration_is_in(m, iri, rooms, sizeof rooms / sizeof *rooms);
}

static bo_status place_document(bo_migration *m, bo_document *document) {
    placing p = {.m = m, .document = document};
    if (document->first == NULL || bo_str_starts(document->iri, BO_STR("_:"))) return BO_OK;
    if (is_kept_elsewhere(m, document)) return BO_OK;
    if (document->iri.len > ADDRESS_MAX) {
        bo_migration_leave(m, BO_LEFT_LONG_NAME, document->iri);
        return BO_OK;
    }
    if (is_reserved(m, document->iri)) bo_migration_leave(m, BO_LEFT_RESERVED, document->iri);
    BO_TRY(bo_graph_new(&p.content));
    bo_status status = place(&p);
    bo_graph_free(p.content);
    return status;
}

bo_status bo_migration_place(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) BO_TRY(place_document(m, list[i]));
    for (size_t i = 0; i < len; i++)
        if (bo_str_starts(list[i]->iri, BO_STR("_:")) && list[i]->holder == NULL)
            bo_migration_leave(m, BO_LEFT_LOOSE_BLANK, list[i]->iri);
    return BO_OK;
}
