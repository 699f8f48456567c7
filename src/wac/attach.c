/* SPDX-License-Identifier: Apache-2.0
 * What being in a container brings about: without this rule, whoever makes a container could give himself
 * rights to anything by putting it there.
 */
#include "wac/acl.h"

/* Who has a say in what a container holds: those whom its list gives a default, and those who control it and
 * can give themselves any. */
static bo_status add_powers_of(bo_acl *out, const bo_wac *wac, bo_txn *txn, bo_str container,
                               bo_arena *arena) {
    bo_acl own, effective;
    BO_TRY(bo_acl_get(&own, txn, container, arena));
    BO_TRY(bo_acl_effective(wac, &effective, txn, container, arena));
    for (size_t i = 0; i < own.len; i++)
        if (own.items[i].is_default) BO_TRY(bo_acl_add(out, &own.items[i], arena));
    for (size_t i = 0; i < effective.len; i++) {
        bo_authorisation one = effective.items[i];
        if ((one.modes & BO_MODE_CONTROL) == 0) continue;
        one.modes = BO_MODE_ALL;
        BO_TRY(bo_acl_add(out, &one, arena));
    }
    return BO_OK;
}

/* The same of all containers above. */
static bo_status add_powers_above(bo_acl *out, const bo_wac *wac, bo_txn *txn, bo_str iri, bo_arena *arena) {
    bo_str *above;
    size_t count;
    BO_TRY(bo_acl_above(wac, &above, &count, txn, iri, arena));
    for (size_t i = 0; i < count; i++) BO_TRY(add_powers_of(out, wac, txn, above[i], arena));
    return BO_OK;
}

static bool covers(const bo_acl *have, const bo_authorisation *one) {
    bo_modes modes = 0;
    for (size_t i = 0; i < have->len; i++) {
        const bo_authorisation *other = &have->items[i];
        bool same = other->kind == one->kind && bo_str_eq(other->agent, one->agent);
        if (same || other->kind == BO_AGENT_ANYONE) modes |= other->modes;
    }
    if ((modes & BO_MODE_WRITE) != 0) modes |= BO_MODE_APPEND;
    return (one->modes & ~modes) == 0;
}

static bool are_covered(const bo_acl *given, const bo_acl *have) {
    for (size_t i = 0; i < given->len; i++)
        if (!covers(have, &given->items[i])) return false;
    return true;
}

bo_status bo_wac_may_attach(const bo_wac *wac, bo_txn *txn, const bo_asker *asker, bo_str container,
                            bo_str member, bool is_container, bo_arena *arena) {
    bo_acl given = {0}, have = {0}, own = {0};
    bo_modes modes;
    BO_TRY(bo_wac_modes(wac, &modes, txn, asker, member, arena));
    if (wac->nearest || (modes & BO_MODE_CONTROL) != 0 || !bo_str_starts(member, wac->base_url)) return BO_OK;
    BO_TRY(add_powers_of(&given, wac, txn, container, arena));
    BO_TRY(add_powers_above(&given, wac, txn, container, arena));
    BO_TRY(add_powers_above(&have, wac, txn, member, arena));
    if (is_container) /* what it holds is reached by defaults alone */
        BO_TRY(add_powers_of(&have, wac, txn, member, arena));
    else
        BO_TRY(bo_acl_effective(wac, &own, txn, member, arena));
    for (size_t i = 0; i < own.len; i++) BO_TRY(bo_acl_add(&have, &own.items[i], arena));
    if (are_covered(&given, &have)) return BO_OK;
    return bo_fail(
        BO_DENIED,
        "in %.*s, others would get rights to %.*s: who puts it there needs the right to control it",
        BO_STR_ARG(container), BO_STR_ARG(member));
}
