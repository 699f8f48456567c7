/* SPDX-License-Identifier: Apache-2.0 */
#include "web/enrol.h"

#include "ap/ap.h"
#include "base/letters.h"

/* A name for who gave none: the part of the address before the @. */
static bo_str name_from(const bo_newcomer *who, bo_arena *arena) {
    bo_str wish = who->username.len > 0 ? who->username : who->email;
    bo_str slug = bo_ldp_slug(bo_str_head(wish, bo_str_find(wish, '@')), arena);
    enum { ROOM_FOR_A_NUMBER = 60 };
    return slug.len > 0 ? bo_str_head(slug, ROOM_FOR_A_NUMBER) : BO_STR("user");
}

static bo_status check_reserved(bo_str name) {
    static const char *const reserved[] = {"relay", "admin", "root", "system", "bocage"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (bo_str_eq(name, bo_str_of(reserved[i])))
            return bo_fail_code(BO_INVALID, "username.reserved", "'%.*s' is kept for the node itself",
                                BO_STR_ARG(name));
    return BO_OK;
}

typedef struct enrolment {
    bo_exchange *e;
    const bo_newcomer *who;
    bo_account account;
    bo_ap_person_facts facts;
    bo_str key;
} enrolment;

static bo_status add_within(const enrolment *n, bo_txn *txn) {
    const bo_app *app = n->e->app;
    bo_ap ap = {app->base_url, app->options.clock, app->options.rng, &app->wac};
    BO_TRY(bo_account_add(txn, &n->account, n->who->password_hash));
    if (n->who->subject.len > 0)
        BO_TRY(bo_account_bind(txn, n->account.name, n->who->issuer, n->who->subject, n->e->arena));
    return bo_ap_add_person(&ap, txn, n->account.webid, &n->facts, n->key, n->e->arena);
}

static bo_status add(enrolment *n, bo_str name) {
    bo_txn *txn;
    BO_TRY(check_reserved(name));
    n->account.name = n->facts.handle = name;
    BO_TRY(bo_txn_begin(&txn, n->e->app->options.store, BO_WRITE));
    bo_status status = add_within(n, txn);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, n->e->arena);
    bo_txn_abort(txn);
    return status;
}

static bool is_taken(bo_status status) {
    const char *code = bo_error_last()->code;
    return (status == BO_EXISTS && strcmp(code, "username.already.exists") == 0) ||
           (status == BO_INVALID && strcmp(code, "username.reserved") == 0);
}

/* A name that nobody chose gets a number when it is taken, and in the end some letters that nobody has. */
static bo_status add_under_some_name(enrolment *n, bo_str wish, bool is_wish) {
    enum { TRIES = 20 };
    char uuid[37];
    bo_status status = add(n, wish);
    for (int i = 2; i < TRIES && is_wish && is_taken(status); i++)
        status = add(n, bo_arena_printf(n->e->arena, "%.*s%d", BO_STR_ARG(wish), i));
    if (!is_wish || !is_taken(status)) return status;
    bo_rng_uuid(uuid, n->e->app->options.rng);
    return add(n, bo_str_of(uuid));
}

/* "Given FAMILY", as Archipelago writes people's names. */
static bo_status fill_in(bo_ap_person_facts *facts, const bo_newcomer *who, bo_str name, bo_arena *arena) {
    bo_str family;
    BO_TRY(bo_letters(&family, who->family, true, arena));
    bo_str label =
        bo_str_trim(bo_arena_printf(arena, "%.*s %.*s", BO_STR_ARG(who->given), BO_STR_ARG(family)));
    *facts = (bo_ap_person_facts){
        .label = label.len > 0 ? label : name, .given = who->given, .family = who->family};
    return BO_OK;
}

bo_status bo_enrol(bo_exchange *e, bo_account *out, const bo_newcomer *who) {
    char uuid[37];
    enrolment n = {.e = e, .who = who};
    if (who->username.len == 0 && who->email.len == 0)
        return bo_fail_code(BO_BAD_ARGUMENT, "You must provide at least a username or an email address",
                            "give a name or a mail address");
    bo_str name = who->is_wish ? name_from(who, e->arena) : who->username;
    BO_TRY(fill_in(&n.facts, who, name, e->arena));
    BO_TRY(bo_ap_key_new(&n.key, e->arena));
    bo_rng_uuid(uuid, e->app->options.rng);
    n.account.email = who->email;
    n.account.locale = who->locale;
    n.account.webid = bo_arena_printf(e->arena, "%.*s/users/%s", BO_STR_ARG(e->app->base_url), uuid);
    BO_TRY(add_under_some_name(&n, name, who->is_wish));
    *out = n.account;
    return BO_OK;
}
