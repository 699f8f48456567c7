/* SPDX-License-Identifier: Apache-2.0
 * The command that manages accounts.
 */
#include <stdio.h>

#include "ap/ap.h"
#include "auth/auth.h"
#include "base/fs.h"
#include "cli/command.h"
#include "wac/wac.h"

typedef struct accounting {
    bo_cli *cli;
    bo_store *store;
    bo_ap ap;
    bo_str name;
    bo_account account;
    bo_str hash, key;
} accounting;

static bo_status add_in(bo_txn *txn, void *context) {
    accounting *a = context;
    BO_TRY(bo_account_add(txn, &a->account, a->hash));
    if (a->account.is_admin) BO_TRY(bo_wac_admit(a->ap.wac, txn, a->account.webid, a->cli->arena));
    const bo_ap_person_facts facts = {.handle = a->name, .label = a->name};
    return bo_ap_add_person(&a->ap, txn, a->account.webid, &facts, a->key, a->cli->arena);
}

static bo_status find_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_find(txn, &a->account, a->name, a->cli->arena);
}

static bo_status account_add(accounting *a) {
    bo_str password;
    if (bo_cli_within(a->store, find_in, a, a->cli->arena) == BO_OK)
        return bo_fail(
            BO_EXISTS,
            "there is an account '%.*s' already; 'bocage account password %.*s' gives it another password",
            BO_STR_ARG(a->name), BO_STR_ARG(a->name));
    a->account = (bo_account){.name = a->name,
                              .webid = bo_ap_person(&a->ap, a->name, a->cli->arena),
                              .email = a->cli->set.email,
                              .is_admin = a->cli->set.admin};
    BO_TRY(bo_cli_password(a->cli, &password));
    BO_TRY(bo_password_ready(&a->hash, password, a->cli->arena));
    BO_TRY(bo_ap_key_new(&a->key, a->cli->arena));
    BO_TRY(bo_cli_within(a->store, add_in, a, a->cli->arena));
    printf("%.*s: %.*s\n", BO_STR_ARG(a->name), BO_STR_ARG(a->account.webid));
    return BO_OK;
}

static bo_status account_token(accounting *a) {
    bo_auth *auth;
    bo_str token, session;
    bo_auth_options options = {.store = a->store,
                               .clock = &bo_clock_system,
                               .rng = &bo_rng_system,
                               .base_url = a->ap.base_url,
                               .life_ms = a->cli->set.token_life};
    BO_TRY(bo_cli_within(a->store, find_in, a, a->cli->arena));
    BO_TRY(bo_auth_new(&auth, &options));
    bo_status status = bo_session_open(auth, &token, &session, &a->account, BO_STR(""), a->cli->arena);
    bo_auth_free(auth);
    if (status == BO_OK) printf("%.*s\n", BO_STR_ARG(token));
    return status;
}

static bo_status password_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_set_password(txn, a->name, a->hash, a->cli->arena);
}

static bo_status account_password(accounting *a) {
    bo_str password;
    BO_TRY(bo_cli_within(a->store, find_in, a, a->cli->arena));
    BO_TRY(bo_cli_password(a->cli, &password));
    BO_TRY(bo_password_ready(&a->hash, password, a->cli->arena));
    BO_TRY(bo_cli_within(a->store, password_in, a, a->cli->arena));
    printf("%.*s has another password now, and is logged out everywhere.\n", BO_STR_ARG(a->name));
    return BO_OK;
}

static bo_status revoke_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_revoke(txn, a->name, a->cli->arena);
}

static bo_status account_logout(accounting *a) {
    BO_TRY(bo_cli_within(a->store, revoke_in, a, a->cli->arena));
    printf("%.*s is logged out everywhere: all its tokens are worth nothing.\n", BO_STR_ARG(a->name));
    return BO_OK;
}

/* Its "name" is a file with the key of the instance that this one was before. */
static bo_status import_key_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_auth_import_key(txn, a->key, a->cli->arena);
}

static bo_status account_import_key(accounting *a) {
    enum { PEM_CAP = 1 << 16 };
    bo_text text;
    bo_text_init(&text, PEM_CAP);
    bo_status status = bo_fs_read(&text, bo_arena_str(a->cli->arena, a->name).ptr, PEM_CAP);
    if (status == BO_OK) {
        a->key = bo_text_str(&text);
        status = bo_cli_within(a->store, import_key_in, a, a->cli->arena);
    }
    bo_text_done(&text);
    if (status == BO_OK)
        puts("The key is kept. Tokens that were signed with it count while 'imported-tokens-until' says so; "
             "start the server again.");
    return status;
}

static bo_status remove_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_remove(txn, a->name, a->cli->arena);
}

static bo_status account_remove(accounting *a) {
    BO_TRY(bo_cli_within(a->store, remove_in, a, a->cli->arena));
    printf("%.*s can't log in any more, and its tokens are worth nothing. What it wrote stays.\n",
           BO_STR_ARG(a->name));
    return BO_OK;
}

static bo_status print_account(void *context, const bo_account *account) {
    ++*(unsigned *)context;
    printf("%-20.*s %.*s%s%.*s%s%s\n", BO_STR_ARG(account->name), BO_STR_ARG(account->webid),
           account->email.len > 0 ? " " : "", BO_STR_ARG(account->email), account->is_admin ? " (admin)" : "",
           account->subject.len > 0 ? " (known to the identity provider)" : "");
    return BO_OK;
}

static bo_status list_in(bo_txn *txn, void *context) {
    return bo_account_each(txn, print_account, context);
}

static bo_status account_list(accounting *a) {
    unsigned count = 0;
    BO_TRY(bo_cli_within(a->store, list_in, &count, a->cli->arena));
    if (count == 0) puts("There are no accounts: 'bocage account add NAME --admin' makes one.");
    return BO_OK;
}

static bo_status run_account(accounting *a) {
    static const struct {
        const char *name;
        bo_status (*run)(accounting *a);
        bool needs_name;
    } verbs[] = {{"add", account_add, true},
                 {"token", account_token, true},
                 {"password", account_password, true},
                 {"logout", account_logout, true},
                 {"import-key", account_import_key, true},
                 {"remove", account_remove, true},
                 {"list", account_list, false}};
    bo_str verb;
    BO_TRY(bo_cli_word(a->cli, 0, &verb));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!bo_str_eq(bo_str_of(verbs[i].name), verb)) continue;
        if (verbs[i].needs_name) BO_TRY(bo_cli_word(a->cli, 1, &a->name));
        return verbs[i].run(a);
    }
    return bo_fail(
        BO_BAD_ARGUMENT,
        "'%.*s' can't be done with an account: add, token, password, logout, remove, list or import-key",
        BO_STR_ARG(verb));
}

bo_status bo_command_account(bo_cli *cli) {
    accounting a = {.cli = cli};
    bo_wac wac;
    BO_TRY(bo_cli_open(cli, &a.store, false));
    bo_status status = bo_cli_policy(cli, a.store, &wac);
    a.ap = (bo_ap){wac.base_url, &bo_clock_system, &bo_rng_system, &wac};
    if (status == BO_OK) status = run_account(&a);
    bo_store_close(a.store);
    return status;
}
