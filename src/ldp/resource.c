/* SPDX-License-Identifier: Apache-2.0 */
#include "ldp/container.h"
#include "ldp/membership.h"
#include "ldp/record.h"
#include "rdf/vocab.h"

/* One triple of `iri` in its own graph. */
static bo_quad own(bo_str iri, bo_str predicate, bo_term object) {
    return (bo_quad){bo_term_iri(iri), bo_term_iri(predicate), object, bo_term_iri(iri)};
}

/* Copying a graph's quads into another graph. */
typedef struct copying {
    const bo_sink *to;
    bo_term graph; /* BO_NO_TERM: the default graph */
} copying;

static bo_status copy_quad(void *context, const bo_quad *quad) {
    copying *c = context;
    bo_quad moved = {quad->s, quad->p, quad->o, c->graph};
    return c->to->quad(c->to->context, &moved);
}

static bo_status copy(const bo_sink *to, bo_term graph, bo_source *source, const bo_quad *pattern) {
    copying c = {to, graph};
    bo_sink sink = {.quad = copy_quad, .context = &c};
    return bo_source_match(source, pattern, false, &sink);
}

/* Blank nodes of a resource carry a mark of its IRI, so that no two documents share one, and the same body
 * put twice makes the same nodes. */
typedef struct labelling {
    const bo_sink *to;
    bo_str mark, fresh; /* what all labels start with, and what is put before one that does not */
    bo_arena *arena;
} labelling;

static bo_status label(labelling *l, bo_term *term) {
    if (term->kind == BO_BLANK && !bo_str_starts(term->value, l->mark))
        term->value = bo_arena_join(l->arena, l->fresh, term->value);
    return term->value.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status put_quad(void *context, const bo_quad *quad) {
    labelling *l = context;
    bo_quad own = *quad;
    BO_TRY(label(l, &own.s));
    BO_TRY(label(l, &own.o));
    return l->to->quad(l->to->context, &own);
}

static bo_status put_content(bo_txn *txn, const bo_ldp_write *write, bo_arena *arena) {
    bo_term graph = bo_term_iri(write->iri);
    bo_sink target = bo_target_sink(bo_txn_target(txn));
    labelling l = {.to = &target, .arena = arena};
    l.mark = bo_arena_printf(arena, "r%016llx-", (unsigned long long)bo_str_hash(write->iri));
    l.fresh = write->is_patch ? bo_arena_printf(arena, "%.*sp%llx-", BO_STR_ARG(l.mark),
                                                (unsigned long long)write->now_ms)
                              : l.mark;
    bo_sink sink = {.quad = put_quad, .context = &l};
    BO_TRY(bo_target_clear(bo_txn_target(txn), &graph));
    return copy(&sink, graph, bo_graph_source(write->content), &(bo_quad){0});
}

bo_status bo_ldp_load(bo_graph *out, bo_source *source, bo_str iri) {
    bo_sink sink = bo_graph_sink(out);
    return copy(&sink, (bo_term){0}, source, &(bo_quad){.g = bo_term_iri(iri)});
}

static bo_status add(bo_graph *graph, bo_str iri, bo_str predicate, bo_term object) {
    bo_quad quad = {bo_term_iri(iri), bo_term_iri(predicate), object, {0}};
    return bo_graph_add(graph, &quad);
}

static bo_term date_time(bo_arena *arena, int64_t ms) {
    char room[32];
    bo_time_rfc3339(room, ms);
    return bo_term_typed(bo_arena_str(arena, bo_str_of(room)), BO_XSD_DATE_TIME);
}

bo_status bo_ldp_take_off(bo_graph *graph, bo_str iri, bo_str predicate) {
    bo_term subject = bo_term_iri(iri), value;
    while (bo_graph_object(graph, &value, &subject, predicate)) {
        bo_quad quad = {subject, bo_term_iri(predicate), value, {0}};
        BO_TRY(bo_target_remove(bo_graph_target(graph), &quad));
    }
    return BO_OK;
}

/* dc:created and dc:creator are kept or made; dc:modified is now (SemApps' document tagger). */
static bo_status tag(const bo_ldp_write *write, bo_source *before, bool is_new, bo_arena *arena) {
    bo_term subject = bo_term_iri(write->iri), value, now = date_time(arena, write->now_ms);
    const bo_str kept[] = {BO_DC_CREATED, BO_DC_CREATOR};
    for (size_t i = 0; i < 2; i++) {
        if (bo_graph_object(write->content, &value, &subject, kept[i])) continue;
        if (!is_new) {
            bo_quad pattern = own(write->iri, kept[i], (bo_term){0});
            bo_sink sink = bo_graph_sink(write->content);
            BO_TRY(copy(&sink, (bo_term){0}, before, &pattern));
        } else if (i == 0) {
            BO_TRY(add(write->content, write->iri, kept[i], now));
        } else if (write->owner.len > 0) {
            BO_TRY(add(write->content, write->iri, kept[i], bo_term_iri(write->owner)));
        }
    }
    if (!is_new || !bo_graph_object(write->content, &value, &subject, BO_DC_MODIFIED)) {
        BO_TRY(bo_ldp_take_off(write->content, write->iri, BO_DC_MODIFIED));
        BO_TRY(add(write->content, write->iri, BO_DC_MODIFIED, now));
    }
    return BO_OK;
}

static bo_status gather_type(void *context, const bo_quad *quad) {
    bo_ldp_record *record = context;
    if (quad->o.kind == BO_IRI && record->type_count < BO_LDP_TYPES_MAX)
        record->types[record->type_count++] = quad->o.value;
    return BO_OK;
}

static bo_status types_of(bo_ldp_record *record, bo_graph *content, bo_str iri) {
    bo_quad pattern = {.s = bo_term_iri(iri), .p = bo_term_iri(BO_RDF_TYPE)};
    bo_sink sink = {.quad = gather_type, .context = record};
    record->type_count = 0;
    return bo_graph_match(content, &pattern, &sink);
}

static bo_status one_is_enough(void *context, const bo_quad *quad) {
    (void)quad;
    *(bool *)context = true;
    return BO_CANCELLED;
}

static bo_status need_container(bo_txn *txn, bo_str container, bo_arena *arena) {
    bo_ldp_record record;
    bo_status status = bo_ldp_find(txn, &record, container, arena);
    if (status == BO_NOT_FOUND || (status == BO_OK && record.kind != BO_KIND_CONTAINER))
        return bo_fail(BO_NOT_FOUND, "there is no container %.*s to put it in", BO_STR_ARG(container));
    return status;
}

bo_status bo_ldp_touch_containers(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_str *containers;
    size_t count;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_LDP_CONTAINS, iri, arena));
    for (size_t i = 0; i < count; i++) BO_TRY(bo_txn_touch(txn, containers[i]));
    return BO_OK;
}

/* Looking at the members that a body names. */
typedef struct joining {
    bo_txn *txn;
    bo_source *before;
    const bo_ldp_write *write;
    const bo_ldp_record *record;
    bo_arena *arena;
} joining;

static bo_status check_member(void *context, const bo_quad *quad) {
    joining *j = context;
    bo_ldp_record member;
    bool there = false;
    bo_quad stored = own(j->write->iri, BO_LDP_CONTAINS, quad->o);
    bo_sink seen = {.quad = one_is_enough, .context = &there};
    if (j->record->kind != BO_KIND_CONTAINER)
        return bo_fail(BO_CONFLICT, "%.*s is no container: it can't have members (ldp:contains)",
                       BO_STR_ARG(j->write->iri));
    bo_status status = bo_source_match(j->before, &stored, false, &seen);
    if (there || (status != BO_OK && status != BO_CANCELLED)) return there ? BO_OK : status;
    status = quad->o.kind == BO_IRI ? bo_ldp_find(j->txn, &member, quad->o.value, j->arena) : BO_NOT_FOUND;
    if (status == BO_NOT_FOUND || (status == BO_OK && member.kind == BO_KIND_TOMBSTONE))
        return bo_fail(BO_CONFLICT,
                       "%.*s can't become a member (ldp:contains): there is no such resource here",
                       BO_STR_ARG(quad->o.value));
    if (status == BO_OK && bo_str_starts(j->write->iri, quad->o.value) && member.kind == BO_KIND_CONTAINER)
        return bo_fail(BO_CONFLICT, "a container can't be a member of itself or of what it contains");
    BO_TRY(status);
    return bo_container_accepts(j->before, j->write->iri, member.types, member.type_count, j->arena);
}

static bo_status check_members(joining *j) {
    bo_quad pattern = {.s = bo_term_iri(j->write->iri), .p = bo_term_iri(BO_LDP_CONTAINS)};
    bo_sink sink = {.quad = check_member, .context = j};
    return bo_graph_match(j->write->content, &pattern, &sink);
}

/* What a container accepts holds for what is new in it; what was there before it was so may stay. */
static bo_status check_accepted(const joining *j, bool is_new) {
    bo_ldp_record next = {0};
    bo_str container = j->record->container;
    BO_TRY(types_of(&next, j->write->content, j->write->iri));
    bo_status status = bo_container_accepts(j->before, container, next.types, next.type_count, j->arena);
    if (status != BO_INVALID || is_new) return status;
    bo_error error = *bo_error_last();
    status = bo_container_accepts(j->before, container, j->record->types, j->record->type_count, j->arena);
    return status == BO_OK ? bo_fail_code(BO_INVALID, error.code, "%s", error.message) : BO_OK;
}

static bo_status complete_container(const bo_ldp_write *write, bo_arena *arena) {
    bo_graph *content = write->content;
    bo_quad direct = {
        bo_term_iri(write->iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_LDP_DIRECT_CONTAINER), {0}};
    bo_quad indirect = {direct.s, direct.p, bo_term_iri(BO_LDP_INDIRECT_CONTAINER), {0}};
    bool basic = !bo_graph_has(content, &direct) && !bo_graph_has(content, &indirect);
    BO_TRY(add(content, write->iri, BO_RDF_TYPE, bo_term_iri(BO_LDP_CONTAINER)));
    if (basic) BO_TRY(add(content, write->iri, BO_RDF_TYPE, bo_term_iri(BO_LDP_BASIC_CONTAINER)));
    return bo_membership_complete(content, write->iri, arena);
}

/* Completes the content and puts it in the place of what was. */
static bo_status replace_content(bo_txn *txn, const bo_ldp_write *write, bo_ldp_record *record,
                                 bo_source *before, bool is_new, bo_arena *arena) {
    BO_TRY(tag(write, before, is_new, arena));
    if (record->kind == BO_KIND_CONTAINER) BO_TRY(complete_container(write, arena));
    if (write->file != NULL) BO_TRY(bo_ldp_file_put(txn, record, write->file, write->iri, arena));
    if (record->blob.len > 0) BO_TRY(bo_ldp_file_describe(write->content, record, write->iri, arena));
    if (is_new) BO_TRY(bo_ldp_catch_up(write->content, before, write->iri));
    BO_TRY(types_of(record, write->content, write->iri));
    BO_TRY(put_content(txn, write, arena));
    return bo_ldp_record_put(txn, record, write->iri);
}

/* Membership triples follow what is contained (membership.h). */
typedef bo_status (*move)(bo_txn *txn, bo_str container, bo_str member, bo_arena *arena);

static bo_status in_each_container(bo_txn *txn, bo_str iri, move run, bo_arena *arena) {
    bo_source *source;
    bo_str *containers;
    size_t count;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_LDP_CONTAINS, iri, arena));
    for (size_t i = 0; i < count; i++) BO_TRY(run(txn, containers[i], iri, arena));
    return BO_OK;
}

typedef struct moving {
    bo_txn *txn;
    bo_graph *other; /* members that are in here too don't move */
    move run;
    bo_arena *arena;
} moving;

static bo_status move_member(void *context, const bo_quad *quad) {
    const moving *m = context;
    if (quad->o.kind != BO_IRI || bo_graph_has(m->other, quad)) return BO_OK;
    return m->run(m->txn, quad->s.value, quad->o.value, m->arena);
}

static bo_status move_members(bo_txn *txn, bo_str iri, bo_graph *from, bo_graph *other, move run,
                              bo_arena *arena) {
    bo_quad pattern = {.s = bo_term_iri(iri), .p = bo_term_iri(BO_LDP_CONTAINS)};
    bo_sink sink = {.quad = move_member, .context = &(moving){txn, other, run, arena}};
    return bo_graph_match(from, &pattern, &sink);
}

/* How members are said can't change while there are some. */
static bo_status check_membership(bo_graph *old, bo_graph *new, bo_str iri) {
    const bo_str properties[] = {BO_LDP_MEMBERSHIP_RESOURCE, BO_LDP_HAS_MEMBER_RELATION,
                                 BO_LDP_IS_MEMBER_OF_RELATION, BO_LDP_INSERTED_CONTENT_RELATION};
    bo_term subject = bo_term_iri(iri), member;
    if (!bo_graph_object(old, &member, &subject, BO_LDP_CONTAINS)) return BO_OK;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        bo_term before = {0}, after = {0};
        bo_graph_object(old, &before, &subject, properties[i]);
        bo_graph_object(new, &after, &subject, properties[i]);
        if (!bo_str_eq(before.value, after.value))
            return bo_fail(BO_CONFLICT, "%.*s has members, so its <%.*s> stays as it is", BO_STR_ARG(iri),
                           BO_STR_ARG(properties[i]));
    }
    return BO_OK;
}

static bo_status replace(bo_txn *txn, const bo_ldp_write *write, bo_ldp_record *record, bo_source *before,
                         bool is_new, bo_arena *arena) {
    bo_graph *old;
    BO_TRY(bo_graph_new(&old));
    bo_graph *content = write->content;
    bo_status status = bo_ldp_load(old, before, write->iri);
    if (status == BO_OK && !is_new) status = in_each_container(txn, write->iri, bo_membership_leave, arena);
    if (status == BO_OK) status = move_members(txn, write->iri, old, content, bo_membership_leave, arena);
    if (status == BO_OK) status = replace_content(txn, write, record, before, is_new, arena);
    if (status == BO_OK) status = check_membership(old, content, write->iri);
    if (status == BO_OK) status = move_members(txn, write->iri, content, old, bo_membership_join, arena);
    if (status == BO_OK) status = bo_ldp_relink(txn, write->iri, old, write->content, arena);
    bo_graph_free(old);
    BO_TRY(status);
    if (is_new && record->container.len > 0) {
        bo_quad member = own(record->container, BO_LDP_CONTAINS, bo_term_iri(write->iri));
        BO_TRY(bo_target_insert(bo_txn_target(txn), &member));
    }
    BO_TRY(in_each_container(txn, write->iri, bo_membership_join, arena));
    return bo_ldp_touch_containers(txn, write->iri, arena);
}

bo_status bo_ldp_put(bo_txn *txn, const bo_ldp_write *write, bool *created, bo_arena *arena) {
    bo_ldp_record record;
    bo_source *before;
    BO_TRY(bo_txn_source(&before, txn, NULL, arena));
    bo_status status = bo_ldp_find(txn, &record, write->iri, arena);
    bool is_new = status == BO_NOT_FOUND || (status == BO_OK && record.kind == BO_KIND_TOMBSTONE);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    if (is_new) {
        record = (bo_ldp_record){.kind = write->is_container ? BO_KIND_CONTAINER : BO_KIND_RESOURCE,
                                 .container = write->container,
                                 .owner = write->owner};
        if (write->container.len > 0) BO_TRY(need_container(txn, write->container, arena));
    }
    joining j = {txn, before, write, &record, arena};
    if (record.kind == BO_KIND_RESOURCE) BO_TRY(check_accepted(&j, is_new));
    BO_TRY(check_members(&j));
    *created = is_new;
    return replace(txn, write, &record, before, is_new, arena);
}

static bo_status has_members(bool *out, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_quad pattern = own(iri, BO_LDP_CONTAINS, (bo_term){0});
    bo_sink sink = {.quad = one_is_enough, .context = out};
    *out = false;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    bo_status status = bo_source_match(source, &pattern, false, &sink);
    return status == BO_CANCELLED ? BO_OK : status;
}

static bo_status leave_containers(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_str *containers;
    size_t count;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_source_own_subjects(source, &containers, &count, BO_LDP_CONTAINS, iri, arena));
    for (size_t i = 0; i < count; i++) {
        bo_quad member = own(containers[i], BO_LDP_CONTAINS, bo_term_iri(iri));
        BO_TRY(bo_target_remove(bo_txn_target(txn), &member));
        BO_TRY(bo_txn_touch(txn, containers[i]));
    }
    return BO_OK;
}

static bo_status unlink_all(bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_source *source;
    bo_graph *content;
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    BO_TRY(bo_graph_new(&content));
    bo_status status = bo_ldp_load(content, source, iri);
    if (status == BO_OK) status = bo_ldp_relink(txn, iri, content, NULL, arena);
    bo_graph_free(content);
    return status;
}

bo_status bo_ldp_delete(bo_txn *txn, bo_str iri, int64_t now_ms, bo_arena *arena) {
    bo_ldp_record record;
    bool members = false;
    BO_TRY(bo_ldp_find(txn, &record, iri, arena));
    if (record.kind == BO_KIND_TOMBSTONE) return bo_fail(BO_GONE, "it has been deleted already");
    if (record.container.len == 0) return bo_fail(BO_CONFLICT, "the root container can't be deleted");
    if (record.kind == BO_KIND_CONTAINER) BO_TRY(has_members(&members, txn, iri, arena));
    if (members) return bo_fail(BO_CONFLICT, "the container has members: delete them first");
    bo_term graph = bo_term_iri(iri);
    BO_TRY(in_each_container(txn, iri, bo_membership_leave, arena));
    BO_TRY(unlink_all(txn, iri, arena));
    BO_TRY(bo_target_clear(bo_txn_target(txn), &graph));
    BO_TRY(leave_containers(txn, iri, arena));
    BO_TRY(bo_ldp_file_drop(txn, &record, iri, arena));
    record.kind = BO_KIND_TOMBSTONE;
    record.deleted_ms = now_ms;
    return bo_ldp_record_put(txn, &record, iri);
}

bo_status bo_ldp_tombstone(bo_graph *out, const bo_ldp_record *record, bo_str iri, bo_arena *arena) {
    BO_TRY(add(out, iri, BO_RDF_TYPE, bo_term_iri(BO_AS_TOMBSTONE)));
    for (size_t i = 0; i < record->type_count; i++)
        BO_TRY(add(out, iri, BO_AS_FORMER_TYPE, bo_term_iri(record->types[i])));
    return add(out, iri, BO_AS_DELETED, date_time(arena, record->deleted_ms));
}

/* Showing a container's members. */

bo_status bo_ldp_view_member(bo_graph *out, bo_source *source, bo_str iri) {
    bo_sink sink = bo_graph_sink(out);
    bo_term member = bo_term_iri(iri);
    bo_quad typed = {member, bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_LDP_CONTAINER), member};
    bool is_container = false;
    bo_sink seen = {.quad = one_is_enough, .context = &is_container};
    bo_status status = bo_source_match(source, &typed, false, &seen);
    if (status != BO_OK && status != BO_CANCELLED) return status;
    if (!is_container) return copy(&sink, (bo_term){0}, source, &(bo_quad){.g = member});
    bo_quad types = {.s = member, .p = bo_term_iri(BO_RDF_TYPE), .g = member};
    BO_TRY(copy(&sink, (bo_term){0}, source, &types));
    return add(out, iri, BO_RDF_TYPE, bo_term_iri(BO_LDP_RESOURCE));
}

typedef struct viewing {
    bo_graph *out;
    bo_source *source;
} viewing;

static bo_status view_contained(void *context, const bo_quad *quad) {
    const viewing *v = context;
    size_t before = bo_graph_count(v->out);
    if (quad->o.kind == BO_IRI) BO_TRY(bo_ldp_view_member(v->out, v->source, quad->o.value));
    bool is_hidden = bo_graph_count(v->out) == before;
    bo_quad plain = {quad->s, quad->p, quad->o, {0}};
    return is_hidden ? BO_OK : bo_graph_add(v->out, &plain);
}

bo_status bo_ldp_view_members(bo_graph *out, bo_source *source, bo_str container) {
    bo_quad pattern = own(container, BO_LDP_CONTAINS, (bo_term){0});
    bo_sink sink = {.quad = view_contained, .context = &(viewing){out, source}};
    return bo_source_match(source, &pattern, false, &sink);
}
