/* SPDX-License-Identifier: Apache-2.0
 * Agents: who an authorisation means, in rows, in RDF, and when somebody asks.
 */
#include "bocage/iri.h"
#include "rdf/vocab.h"
#include "wac/acl.h"

enum { KINDS = BO_AGENT_ORIGIN + 1 };
static const char marks[KINDS] = {
#define BO_AGENT_KIND(kind, mark, property, class) [BO_AGENT_##kind] = mark,
#include "wac/agent.def"
#undef BO_AGENT_KIND
};

/* The property that names agents of a kind, and the class that is its value. */
static void form_of(bo_agent_kind kind, bo_str *property, bo_str *class) {
    const struct {
        bo_str property, class;
    } forms[KINDS] = {
#define BO_AGENT_KIND(kind, mark, property, class) [BO_AGENT_##kind] = {property, class},
#include "wac/agent.def"
#undef BO_AGENT_KIND
    };
    *property = forms[kind].property;
    *class = forms[kind].class;
}

char bo_agent_mark(bo_agent_kind kind) {
    return marks[kind];
}

bo_agent_kind bo_agent_of_mark(char mark) {
    bo_agent_kind kind = BO_AGENT_ANYONE;
    while (kind < BO_AGENT_ORIGIN && marks[kind] != mark) kind++;
    return kind;
}

bo_str bo_agent_property(bo_agent_kind kind) {
    bo_str property, class;
    form_of(kind, &property, &class);
    return property;
}

bo_str bo_agent_iri(const bo_authorisation *one) {
    bo_str property, class;
    form_of(one->kind, &property, &class);
    return class.len > 0 ? class : one->agent;
}

bool bo_agent_read(bo_authorisation *one, const bo_quad *quad) {
    if (quad->o.kind != BO_IRI) return false;
    for (bo_agent_kind kind = BO_AGENT_ANYONE; kind <= BO_AGENT_ORIGIN; kind++) {
        bo_str property, class, slash = BO_STR("/");
        form_of(kind, &property, &class);
        if (!bo_str_eq(quad->p.value, property)) continue;
        if (class.len > 0 && !bo_str_eq(quad->o.value, class)) continue;
        one->kind = kind;
        one->agent = class.len > 0 ? BO_STR("") : quad->o.value;
        if (kind == BO_AGENT_ORIGIN && bo_str_ends(one->agent, slash)) one->agent.len--;
        return true;
    }
    return false;
}

static bo_status note_found(void *context, const bo_quad *quad) {
    (void)quad;
    *(bool *)context = true;
    return BO_CANCELLED;
}

/* Whether the document that a group is described in says that it has a member (vcard:hasMember). */
static bo_status has_member(bool *out, bo_str group, bo_str webid, bo_txn *txn, bo_arena *arena) {
    bo_source *source;
    bo_quad member = {bo_term_iri(group), bo_term_iri(BO_VCARD_HAS_MEMBER), bo_term_iri(webid),
                      bo_term_iri(bo_iri_document(group))};
    bo_sink found = {.quad = note_found, .context = out};
    BO_TRY(bo_txn_source(&source, txn, NULL, arena));
    bo_status status = bo_source_match(source, &member, false, &found);
    return status == BO_CANCELLED ? BO_OK : status;
}

bo_status bo_acl_applies(bool *out, const bo_authorisation *one, bo_txn *txn, const bo_asker *asker,
                         bo_arena *arena) {
    bool known = asker->webid.len > 0;
    *out = one->kind == BO_AGENT_ANYONE || (known && one->kind == BO_AGENT_MEMBERS) ||
           (known && one->kind == BO_AGENT_ONE && bo_str_eq(one->agent, asker->webid)) ||
           (asker->origin.len > 0 && one->kind == BO_AGENT_ORIGIN && bo_str_eq(one->agent, asker->origin));
    if (!known || one->kind != BO_AGENT_GROUP) return BO_OK;
    return has_member(out, one->agent, asker->webid, txn, arena);
}
