/* SPDX-License-Identifier: Apache-2.0
 * The commands that make and run a node: init, serve, account, follow, version.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "ap/ap.h"
#include "auth/auth.h"
#include "base/fs.h"
#include "base/log.h"
#include "cli/command.h"
#include "fed/fed.h"
#include "ldp/rules.h"
#include "obs/pack.h"
#include "server/server.h"
#include "wac/wac.h"

#include "bocage/iri.h"
#include "bocage/jsonld.h"

static bo_status check_base_url(bo_str base_url) {
    bo_iri_parts parts = bo_iri_split(base_url);
    bool web = bo_str_eq(parts.scheme, BO_STR("http")) || bo_str_eq(parts.scheme, BO_STR("https"));
    bool bare = parts.path.len == 0 && parts.query.ptr == NULL && parts.fragment.ptr == NULL;
    if (web && bare && parts.authority.len > 0) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "base-url: '%.*s' is not like https://observatoire.example",
                   BO_STR_ARG(base_url));
}

static bo_ap ap_of(const bo_wac *wac) {
    return (bo_ap){wac->base_url, &bo_clock_system, &bo_rng_system, wac};
}

/* The node's address and its policy of rights. */
static bo_status read_policy(const bo_cli *cli, bo_store *store, bo_wac *out) {
    bo_wac wac = {.nearest = bo_str_eq(cli->set.access_policy, BO_STR("solid"))};
    if (!wac.nearest && !bo_str_eq(cli->set.access_policy, BO_STR("semapps")))
        return bo_fail(BO_BAD_ARGUMENT, "access-policy: '%.*s' is not semapps or solid",
                       BO_STR_ARG(cli->set.access_policy));
    BO_TRY(bo_cli_base_url(cli, store, &wac.base_url));
    BO_TRY(check_base_url(wac.base_url));
    BO_TRY(bo_modes_parse(&wac.anyone, cli->set.anyone_may));
    BO_TRY(bo_modes_parse(&wac.members, cli->set.members_may));
    BO_TRY(bo_modes_parse(&wac.creator, cli->set.creator_may));
    *out = wac;
    return BO_OK;
}

static bo_status within(bo_store *store, bo_status (*run)(bo_txn *txn, void *context), void *context,
                        bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, store, BO_WRITE));
    bo_status status = run(txn, context);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

bo_status bo_command_version(bo_cli *cli) {
    (void)cli;
    puts("bocage " BO_VERSION);
    return BO_OK;
}

/* init */

typedef struct preparing {
    bo_ap ap;
    bo_str key;
    bo_arena *arena;
} preparing;

static bo_status prepare(bo_txn *txn, void *context) {
    preparing *p = context;
    BO_TRY(bo_row_put(txn, BO_TABLE_SETTING, BO_STR("base-url"), p->ap.base_url));
    return bo_ap_prepare(&p->ap, txn, p->key, p->arena);
}

/* The pack's own shapes go to the data folder, once they are known to be well-formed. */
static bo_status bring_shapes(bo_cli *cli, const char *folder) {
    bo_rules *rules;
    if (folder == NULL) return BO_OK;
    BO_TRY(bo_rules_new(&rules, bo_arena_printf(cli->arena, "%s/" BO_PACK_SHAPES, folder).ptr));
    bo_rules_free(rules);
    return bo_pack_copy_shapes(folder, bo_cli_path(cli, "shapes").ptr, cli->arena);
}

/* Fills an empty store: the pack, and the node's own actor. What is there already stays. */
static bo_status fill(bo_cli *cli, bo_store *store) {
    preparing p = {.arena = cli->arena};
    bo_pack_counts counts;
    bo_wac wac;
    BO_TRY(read_policy(cli, store, &wac));
    p.ap = ap_of(&wac);
    const char *folder = cli->set.pack.len ? cli->set.pack.ptr : NULL;
    BO_TRY(bring_shapes(cli, folder));
    BO_TRY(bo_pack_load(store, folder, &wac, bo_clock_wall_ms(&bo_clock_system), &counts));
    BO_TRY(bo_ap_key_new(&p.key, cli->arena));
    BO_TRY(within(store, prepare, &p, cli->arena));
    printf("%s: %llu containers and %llu resources from %llu files", cli->set.data.ptr,
           (unsigned long long)counts.containers, (unsigned long long)counts.resources,
           (unsigned long long)counts.files);
    if (counts.passed_over > 0)
        printf("; %llu were there already and stay as they are", (unsigned long long)counts.passed_over);
    puts("");
    return BO_OK;
}

bo_status bo_command_init(bo_cli *cli) {
    bo_store *store;
    BO_TRY(bo_cli_open(cli, &store, true));
    bo_status status = fill(cli, store);
    bo_store_close(store);
    return status;
}

/* account */

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
    return bo_ap_add_person(&a->ap, txn, a->account.webid, a->name, a->name, a->key, a->cli->arena);
}

static bo_status find_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_find(txn, &a->account, a->name, a->cli->arena);
}

static bo_status account_add(accounting *a) {
    bo_str password;
    if (within(a->store, find_in, a, a->cli->arena) == BO_OK)
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
    BO_TRY(within(a->store, add_in, a, a->cli->arena));
    printf("%.*s: %.*s\n", BO_STR_ARG(a->name), BO_STR_ARG(a->account.webid));
    return BO_OK;
}

static bo_status account_token(accounting *a) {
    bo_auth *auth;
    bo_str token;
    BO_TRY(within(a->store, find_in, a, a->cli->arena));
    BO_TRY(bo_auth_new(&auth, a->store, &bo_clock_system));
    bo_status status = bo_token_issue(auth, &token, &a->account, a->cli->arena);
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
    BO_TRY(within(a->store, find_in, a, a->cli->arena));
    BO_TRY(bo_cli_password(a->cli, &password));
    BO_TRY(bo_password_ready(&a->hash, password, a->cli->arena));
    BO_TRY(within(a->store, password_in, a, a->cli->arena));
    printf("%.*s has another password now. Tokens issued before stay good until they run out.\n",
           BO_STR_ARG(a->name));
    return BO_OK;
}

static bo_status remove_in(bo_txn *txn, void *context) {
    accounting *a = context;
    return bo_account_remove(txn, a->name, a->cli->arena);
}

static bo_status account_remove(accounting *a) {
    BO_TRY(within(a->store, remove_in, a, a->cli->arena));
    printf("%.*s can't log in any more, and its tokens are worth nothing. What it wrote stays.\n",
           BO_STR_ARG(a->name));
    return BO_OK;
}

static bo_status print_account(void *context, const bo_account *account) {
    ++*(unsigned *)context;
    printf("%-20.*s %.*s%s%.*s%s\n", BO_STR_ARG(account->name), BO_STR_ARG(account->webid),
           account->email.len > 0 ? " " : "", BO_STR_ARG(account->email),
           account->is_admin ? " (admin)" : "");
    return BO_OK;
}

static bo_status list_in(bo_txn *txn, void *context) {
    return bo_account_each(txn, print_account, context);
}

static bo_status account_list(accounting *a) {
    unsigned count = 0;
    BO_TRY(within(a->store, list_in, &count, a->cli->arena));
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
                 {"remove", account_remove, true},
                 {"list", account_list, false}};
    bo_str verb;
    BO_TRY(bo_cli_word(a->cli, 0, &verb));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!bo_str_eq(bo_str_of(verbs[i].name), verb)) continue;
        if (verbs[i].needs_name) BO_TRY(bo_cli_word(a->cli, 1, &a->name));
        return verbs[i].run(a);
    }
    return bo_fail(BO_BAD_ARGUMENT,
                   "'%.*s' can't be done with an account: add, token, password, remove or list",
                   BO_STR_ARG(verb));
}

bo_status bo_command_account(bo_cli *cli) {
    accounting a = {.cli = cli};
    bo_wac wac;
    BO_TRY(bo_cli_open(cli, &a.store, false));
    bo_status status = read_policy(cli, a.store, &wac);
    a.ap = ap_of(&wac);
    if (status == BO_OK) status = run_account(&a);
    bo_store_close(a.store);
    return status;
}

/* follow */

static bo_status follow(bo_cli *cli, bo_store *store, bo_str whom) {
    bo_fed_options options = {.store = store,
                              .clock = &bo_clock_system,
                              .rng = &bo_rng_system,
                              .loader = &bo_loader_builtin,
                              .allow_loopback = cli->set.allow_insecure_peers,
                              .first_retry_ms = (unsigned)cli->set.delivery_retry};
    bo_net_options net = {.allow_loopback = cli->set.allow_insecure_peers,
                          .user_agent = BO_STR("Bocage/" BO_VERSION)};
    bo_fed *fed = NULL;
    bo_wac wac;
    BO_TRY(read_policy(cli, store, &wac));
    options.wac = &wac;
    BO_TRY(bo_net_curl_new(&options.net, &net));
    bo_status status = bo_fed_new(&fed, &options);
    if (status == BO_OK) status = bo_fed_follow(fed, whom, cli->arena);
    bo_fed_free(fed);
    bo_net_free(options.net);
    if (status == BO_OK)
        puts("asked: the running node delivers it, and mirrors what is published once it is accepted");
    return status;
}

bo_status bo_command_follow(bo_cli *cli) {
    bo_store *store;
    bo_str whom;
    BO_TRY(bo_cli_word(cli, 0, &whom));
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = follow(cli, store, whom);
    bo_store_close(store);
    return status;
}

/* serve */

static bo_status read_pem(bo_cli *cli, bo_str path, bo_str *out) {
    enum { PEM_CAP = 1 << 20 };
    bo_text text;
    *out = BO_STR_NONE;
    if (path.len == 0) return BO_OK;
    bo_text_init(&text, PEM_CAP);
    bo_status status = bo_fs_read(&text, path.ptr, PEM_CAP);
    if (status == BO_OK) *out = bo_arena_str(cli->arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status set_log_level(bo_str name) {
    static const char *const names[] = {"error", "warn", "info", "debug"};
    for (unsigned i = 0; i < 4; i++)
        if (bo_str_eq(bo_str_of(names[i]), name)) {
            bo_log_level((bo_level)i);
            return BO_OK;
        }
    return bo_fail(BO_BAD_ARGUMENT, "log-level: '%.*s' is not error, warn, info or debug", BO_STR_ARG(name));
}

static void wait_for_end(void) {
    sigset_t set;
    int signal;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigwait(&set, &signal);
}

static void block_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static bo_status listen(bo_cli *cli, bo_app *app, bo_str base_url) {
    const bo_cli_values *s = &cli->set;
    bo_server *server;
    bool is_local = s->sparql_only && s->address.len == 0;
    bo_server_options options = {.address = is_local ? BO_STR("127.0.0.1") : s->address,
                                 .port = (unsigned)s->port,
                                 .body_cap = s->body_cap,
                                 .head_cap = s->head_cap,
                                 .connections = (unsigned)s->connections,
                                 .connections_per_address = (unsigned)s->connections_per_address,
                                 .timeout_s = (unsigned)((s->timeout + 999) / 1000),
                                 .pollers = (unsigned)s->pollers,
                                 .workers = {(unsigned)s->workers, (unsigned)s->queries},
                                 .queue_caps = {(unsigned)s->queue, (unsigned)s->query_queue},
                                 .trusted_proxies = s->trusted_proxies};
    BO_TRY(read_pem(cli, s->tls_certificate, &options.certificate_pem));
    BO_TRY(read_pem(cli, s->tls_key, &options.key_pem));
    if ((options.certificate_pem.len > 0) != (options.key_pem.len > 0))
        return bo_fail(BO_BAD_ARGUMENT, "tls-certificate and tls-key belong together: give both or none");
    BO_TRY(bo_app_start(app));
    bo_status status = bo_server_start(&server, app, &options);
    if (status == BO_OK) {
        bo_log(BO_LOG_INFO, "listen", "port=%u base-url=%.*s data=%.*s", bo_server_port(server),
               BO_STR_ARG(base_url), BO_STR_ARG(s->data));
        wait_for_end();
        bo_server_stop(server);
        bo_log(BO_LOG_INFO, "stop", "port=%llu", (unsigned long long)s->port);
    }
    bo_app_stop(app);
    return status;
}

static bo_status choose_default_graph(const bo_cli *cli, bool *unnamed) {
    bo_str name = cli->set.default_graph;
    if (name.len == 0) name = cli->set.sparql_only ? BO_STR("unnamed") : BO_STR("union");
    *unnamed = bo_str_eq(name, BO_STR("unnamed"));
    if (*unnamed || bo_str_eq(name, BO_STR("union"))) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "default-graph: '%.*s' is not union or unnamed", BO_STR_ARG(name));
}

static bo_status serve(bo_cli *cli, bo_store *store, bo_jsonld_pins *contexts) {
    bo_app *app;
    bo_app_options options = {.store = store,
                              .clock = &bo_clock_system,
                              .rng = &bo_rng_system,
                              .allow_insecure_peers = cli->set.allow_insecure_peers,
                              .validates = !cli->set.no_validation,
                              .validation_ms = cli->set.validation_time,
                              .shapes = bo_cli_path(cli, "shapes").ptr,
                              .query_time_ms = cli->set.query_time,
                              .update_time_ms = cli->set.update_time,
                              .query_rows = cli->set.query_rows,
                              .query_bytes = cli->set.query_bytes,
                              .sparql_only = cli->set.sparql_only,
                              .query_memory = cli->set.query_memory,
                              .cache_bytes = cli->set.cache,
                              .delivery_retry_ms = (unsigned)cli->set.delivery_retry,
                              .may_sign_up = bo_str_eq(cli->set.registration, BO_STR("open")),
                              .login_tries = (unsigned)cli->set.login_tries,
                              .date_skew_s = (unsigned)(cli->set.date_skew / 1000),
                              .contexts = contexts,
                              .service_endpoints = cli->set.service_endpoints,
                              .load_sources = cli->set.load_sources,
                              .service_ms = cli->set.service_time,
                              .service_bytes = cli->set.service_bytes};
    BO_TRY(set_log_level(cli->set.log_level));
    BO_TRY(choose_default_graph(cli, &options.unnamed_default));
    if (cli->set.sparql_only &&
        cli->set.base_url.len == 0) /* not the address of a node that made the store */
        cli->set.base_url =
            bo_arena_printf(cli->arena, "http://localhost:%llu", (unsigned long long)cli->set.port);
    BO_TRY(read_policy(cli, store, &options.wac));
    options.base_url = options.wac.base_url;
    block_signals();
    BO_TRY(bo_app_new(&app, &options));
    bo_status status = listen(cli, app, options.base_url);
    bo_app_free(app);
    return status;
}

bo_status bo_command_serve(bo_cli *cli) {
    bo_store *store;
    bo_jsonld_pins *contexts = NULL;
    if (cli->set.contexts.len > 0) BO_TRY(bo_jsonld_pins_open(&contexts, cli->set.contexts.ptr));
    bo_status status = bo_cli_open(cli, &store, cli->set.sparql_only);
    if (status == BO_OK) {
        status = serve(cli, store, contexts);
        bo_store_close(store);
    }
    bo_jsonld_pins_free(contexts);
    return status;
}
