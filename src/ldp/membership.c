/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/membership.h"

#include "bocage/iri.h"
#include "ldp/container.h"
#include "ldp/record.h"
#include "rdf/vocab.h"

bo_status bo_membership_read(bo_membership *out, bo_source *source, bo_str container, bo_arena *arena) {
    bo_membership m = {0};
    BO_TRY(bo_container_value(&m.resource, source, container, BO_LDP_MEMBERSHIP_RESOURCE, arena));
    if (m.resource.len > 0) {
        BO_TRY(bo_container_value(&m.has, source, container, BO_LDP_HAS_MEMBER_RELATION, arena));
        BO_TRY(bo_container_value(&m.is_of, source, container, BO_LDP_IS_MEMBER_OF_RELATION, arena));
        BO_TRY(bo_container_value(&m.inserted, source, container, BO_LDP_INSERTED_CONTENT_RELATION, arena));
    }
    if (bo_str_eq(m.inserted, BO_LDP_MEMBER_SUBJECT)) m.inserted = BO_STR("");
    *out = m;
    return BO_OK;
}

/* Completing. */

static bo_status count_iri(void *context, const bo_quad *quad) {
    if (quad->o.kind != BO_IRI)
        return bo_fail(BO_INVALID, "the value of <%.*s> is an IRI", BO_STR_ARG(quad->p.value));
    ++*(unsigned *)context;
    return BO_OK;
}

/* How often a property is said, which may be once at most. */
static bo_status count(unsigned *out, bo_graph *content, bo_str container, bo_str property) {
    bo_quad pattern = {.s = bo_term_iri(container), .p = bo_term_iri(property)};
    bo_sink sink = {.quad = count_iri, .context = out};
    *out = 0;
    BO_TRY(bo_graph_match(content, &pattern, &sink));
    if (*out < 2) return BO_OK;
    return bo_fail(BO_INVALID, "a container has one <%.*s>, this one has %u", BO_STR_ARG(property), *out);
}

static bo_status say(bo_graph *content, bo_str container, bo_str property, bo_str value) {
    bo_quad quad = {bo_term_iri(container), bo_term_iri(property), bo_term_iri(value), {0}};
    return bo_graph_add(content, &quad);
}

static bool is_a(bo_graph *content, bo_str container, bo_str kind) {
    bo_quad typed = {bo_term_iri(container), bo_term_iri(BO_RDF_TYPE), bo_term_iri(kind), {0}};
    return bo_graph_has(content, &typed);
}

bo_status bo_membership_complete(bo_graph *content, bo_str container, bo_arena *arena) {
    unsigned resources, has, is_of, inserted;
    bool indirect = is_a(content, container, BO_LDP_INDIRECT_CONTAINER);
    (void)arena;
    if (!indirect && !is_a(content, container, BO_LDP_DIRECT_CONTAINER)) return BO_OK;
    BO_TRY(count(&resources, content, container, BO_LDP_MEMBERSHIP_RESOURCE));
    BO_TRY(count(&has, content, container, BO_LDP_HAS_MEMBER_RELATION));
    BO_TRY(count(&is_of, content, container, BO_LDP_IS_MEMBER_OF_RELATION));
    BO_TRY(count(&inserted, content, container, BO_LDP_INSERTED_CONTENT_RELATION));
    if (has + is_of > 1)
        return bo_fail(BO_INVALID,
                       "a container has ldp:hasMemberRelation or ldp:isMemberOfRelation, not both");
    if (indirect && inserted == 0)
        return bo_fail(BO_INVALID,
                       "an indirect container says with ldp:insertedContentRelation which property of "
                       "a new member names what becomes the member");
    if (resources == 0) BO_TRY(say(content, container, BO_LDP_MEMBERSHIP_RESOURCE, container));
    return has + is_of > 0 ? BO_OK : say(content, container, BO_LDP_HAS_MEMBER_RELATION, BO_LDP_MEMBER);
}

/* Joining and leaving. */

static bo_status need_place(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_ldp_record record;
    bo_status status = bo_ldp_find(txn, &record, iri, arena);
    if (status == BO_NOT_FOUND || (status == BO_OK && record.kind == BO_KIND_TOMBSTONE))
        return bo_fail(BO_CONFLICT, "the membership can't be said of <%.*s>: there is no such resource here",
                       BO_STR_ARG(iri));
    return status;
}

/* The triple of one member, in the graph of the resource that it is said of. `.s` stays empty for basic
 * containers. */
static bo_status triple_of(bo_quad *out, bo_txn *txn, bo_str container, bo_str member, bo_arena *arena) {
    bo_membership m;
    bo_source *source;
    bo_str derived = member;
    *out = (bo_quad){0};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_membership_read(&m, source, container, arena));
    if (m.resource.len == 0) return BO_OK;
    if (m.inserted.len > 0) BO_TRY(bo_container_value(&derived, source, member, m.inserted, arena));
    if (derived.len == 0)
        return bo_fail(BO_INVALID, "a member of %.*s says with <%.*s> what it stands for",
                       BO_STR_ARG(container), BO_STR_ARG(m.inserted));
    bool turned = m.has.len == 0;
    bo_str subject = turned ? derived : m.resource;
    out->s = bo_term_iri(subject);
    out->p = bo_term_iri(turned ? m.is_of : m.has);
    out->o = bo_term_iri(turned ? m.resource : derived);
    out->g = bo_term_iri(bo_iri_document(subject));
    if (turned && !bo_str_eq(out->g.value, member))
        return bo_fail(BO_CONFLICT, "with ldp:isMemberOfRelation, what <%.*s> names is the member itself",
                       BO_STR_ARG(m.inserted));
    return BO_OK;
}

bo_status bo_membership_join(bo_txn *txn, bo_str container, bo_str member, bo_arena *arena) {
    bo_quad triple;
    BO_TRY(triple_of(&triple, txn, container, member, arena));
    if (triple.s.value.len == 0) return BO_OK;
    BO_TRY(need_place(txn, triple.g.value, arena));
    BO_TRY(bo_target_insert(bo_txn_target(txn), &triple));
    return bo_ldp_touch_containers(txn, triple.g.value, arena);
}

bo_status bo_membership_leave(bo_txn *txn, bo_str container, bo_str member, bo_arena *arena) {
    bo_quad triple;
    bo_status status = triple_of(&triple, txn, container, member, arena);
    if (status == BO_INVALID || status == BO_CONFLICT) return BO_OK; /* it never said any */
    BO_TRY(status);
    if (triple.s.value.len == 0) return BO_OK;
    BO_TRY(bo_target_remove(bo_txn_target(txn), &triple));
    return bo_ldp_touch_containers(txn, triple.g.value, arena);
}
