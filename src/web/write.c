/* SPDX-License-Identifier: Apache-2.0
 * What a write brings along, whichever way it came: first rights, an announcement, and parts that become
 * resources of their own (ldp/disassembly.h).
 */
#include "auth/auth.h"
#include "fed/fed.h"
#include "web/exchange.h"

static bo_status check_states(bo_exchange *e, const bo_ldp_write *write, bo_graph *before) {
    bo_step step = {.iri = write->iri,
                    .before = before,
                    .after = write->content,
                    .agent = e->asker.webid,
                    .now_ms = write->now_ms,
                    .language = e->language};
    return bo_rules_step(e->app->rules, &e->refusal, &step, e->arena);
}

/* States are held against what the store shows, unless it has been written to already. */
static bo_status step(bo_exchange *e, const bo_ldp_write *write, bo_graph *before, bo_txn *txn) {
    bo_source *source;
    bo_graph *stored;
    if (e->app->rules == NULL) return BO_OK;
    if (before != NULL) return check_states(e, write, before);
    BO_TRY(bo_txn_source(&source, txn, NULL, e->arena));
    BO_TRY(bo_graph_new(&stored));
    bo_status status = bo_ldp_load(stored, source, write->iri);
    if (status == BO_OK) status = check_states(e, write, stored);
    bo_graph_free(stored);
    return status;
}

bo_status bo_exchange_put(bo_exchange *e, const bo_ldp_write *write, bo_graph *before, bool *created,
                          bo_txn *txn) {
    BO_TRY(step(e, write, before, txn));
    BO_TRY(bo_ldp_put(txn, write, created, e->arena));
    if (*created)
        BO_TRY(bo_wac_found(&e->app->wac, txn, write->iri, write->is_container, write->owner, e->arena));
    bo_ap_event event = *created ? BO_AP_CREATED : BO_AP_UPDATED;
    return bo_fed_announce(e->app->fed, txn, event, write->iri, write->container, e->arena);
}

bo_status bo_exchange_may_delete(const bo_exchange *e, bo_modes has, bo_str container, bo_txn *txn) {
    bool nearest = e->app->wac.nearest;
    BO_TRY(bo_wac_require(&e->asker, has, nearest ? BO_MODE_WRITE : BO_MODE_READ | BO_MODE_WRITE));
    if (!nearest || container.len == 0) return BO_OK;
    BO_TRY(bo_exchange_modes(e, &has, txn, container));
    return bo_wac_require(&e->asker, has, BO_MODE_WRITE);
}

bo_status bo_exchange_delete(bo_exchange *e, bo_str iri, bo_str container, bo_txn *txn) {
    BO_TRY(bo_fed_announce(e->app->fed, txn, BO_AP_DELETED, iri, container, e->arena));
    BO_TRY(bo_ldp_delete(txn, iri, bo_clock_wall_ms(e->app->options.clock), e->arena));
    BO_TRY(bo_account_forget(txn, iri, e->arena));
    return bo_wac_forget(txn, iri);
}

/* A part belongs to what it is a part of, not to who wrote it down: nobody is its creator, and whoever may
 * write the whole may write its parts. */
static bo_status put_part(bo_exchange *e, const bo_part *part, bo_txn *txn) {
    bo_ldp_write write = {.iri = part->iri,
                          .container = part->container,
                          .content = part->content,
                          .now_ms = bo_clock_wall_ms(e->app->options.clock)};
    bool created;
    BO_TRY(bo_exchange_validate(e, part->content, part->iri, txn));
    return bo_exchange_put(e, &write, NULL, &created, txn);
}

static bo_status authorise_link(const bo_exchange *e, const bo_part *part, bo_txn *txn) {
    bo_modes modes;
    BO_TRY(bo_exchange_modes(e, &modes, txn, part->iri));
    return bo_wac_require(&e->asker, modes, BO_MODE_WRITE);
}

static bo_status settle_part(bo_exchange *e, const bo_part *part, bo_txn *txn) {
    if (part->fate == BO_PART_PUT) return put_part(e, part, txn);
    if (part->fate == BO_PART_GONE) return bo_exchange_delete(e, part->iri, part->container, txn);
    return authorise_link(e, part, txn);
}

bo_status bo_exchange_disassemble(bo_exchange *e, const bo_whole *whole, bo_txn *txn) {
    bo_part *parts;
    bo_status status = bo_ldp_disassemble(&parts, txn, whole, e->app->options.rng, e->arena);
    for (const bo_part *part = parts; part != NULL && status == BO_OK; part = part->next)
        status = settle_part(e, part, txn);
    bo_ldp_parts_free(parts);
    return status;
}
