/* SPDX-License-Identifier: Apache-2.0
 * The commands that make and run a node: init, pack, serve, follow, routes, version.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "ap/ap.h"
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
bo_status bo_cli_policy(const bo_cli *cli, bo_store *store, bo_wac *out) {
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

bo_status bo_cli_within(bo_store *store, bo_status (*run)(bo_txn *txn, void *context), void *context,
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

bo_status bo_command_routes(bo_cli *cli) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_routes_list(&text, cli->set.sparql_only);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) fwrite(text.ptr, 1, text.len, stdout);
    bo_text_done(&text);
    return status;
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
    if (cli->set.dry_run) return BO_OK;
    return bo_pack_copy_shapes(folder, bo_cli_path(cli, "shapes").ptr, cli->arena);
}

/* Fills an empty store: the pack, and the node's own actor. What is there already stays. */
static bo_status fill(bo_cli *cli, bo_store *store) {
    preparing p = {.arena = cli->arena};
    bo_pack_counts counts;
    bo_wac wac;
    BO_TRY(bo_cli_policy(cli, store, &wac));
    p.ap = ap_of(&wac);
    bo_pack_options pack = {.folder = cli->set.pack.len ? cli->set.pack.ptr : NULL,
                            .wac = &wac,
                            .now_ms = bo_clock_wall_ms(&bo_clock_system)};
    BO_TRY(bring_shapes(cli, pack.folder));
    BO_TRY(bo_pack_load(store, &pack, &counts));
    BO_TRY(bo_ap_key_new(&p.key, cli->arena));
    BO_TRY(bo_cli_within(store, prepare, &p, cli->arena));
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

/* pack */

static void tell_of(void *context, bo_pack_deed deed, bo_str iri) {
    (void)context;
    if (deed == BO_PACK_MADE) printf("+ %.*s\n", BO_STR_ARG(iri));
    if (deed == BO_PACK_OTHER)
        printf("  %.*s stays as it is, though the pack says something else\n", BO_STR_ARG(iri));
}

static bo_status apply_pack(bo_cli *cli, bo_store *store, bo_str folder) {
    bo_pack_counts counts;
    bo_wac wac;
    BO_TRY(bo_cli_policy(cli, store, &wac));
    bo_pack_options pack = {.folder = folder.ptr,
                            .wac = &wac,
                            .now_ms = bo_clock_wall_ms(&bo_clock_system),
                            .dry_run = cli->set.dry_run,
                            .tell = tell_of};
    BO_TRY(bring_shapes(cli, pack.folder));
    BO_TRY(bo_pack_load(store, &pack, &counts));
    printf("%llu containers and %llu resources %s; of %llu that are there already %llu are not as the pack "
           "has them\n",
           (unsigned long long)counts.containers, (unsigned long long)counts.resources,
           cli->set.dry_run ? "would be made" : "are made", (unsigned long long)counts.passed_over,
           (unsigned long long)counts.other);
    return BO_OK;
}

bo_status bo_command_pack(bo_cli *cli) {
    bo_store *store;
    bo_str verb, folder;
    BO_TRY(bo_cli_word(cli, 0, &verb));
    if (!bo_str_eq(verb, BO_STR("apply")))
        return bo_fail(BO_BAD_ARGUMENT, "'%.*s' can't be done with a pack: apply", BO_STR_ARG(verb));
    BO_TRY(bo_cli_word(cli, 1, &folder));
    folder = bo_arena_str(cli->arena, folder);
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = apply_pack(cli, store, folder);
    bo_store_close(store);
    return status;
}

static bo_fed_delivery delivery_of(const bo_cli *cli) {
    const bo_cli_values *s = &cli->set;
    return (bo_fed_delivery){.first_retry_ms = (unsigned)s->delivery_retry,
                             .longest_retry_ms = (int64_t)s->delivery_longest_retry,
                             .give_up_ms = (int64_t)s->delivery_give_up,
                             .connections = (unsigned)s->delivery_connections,
                             .rate = (unsigned)s->delivery_rate,
                             .timeout_ms = (unsigned)s->delivery_time};
}

/* follow */

static bo_status follow(bo_cli *cli, bo_store *store, bo_str whom) {
    bo_fed_options options = {.store = store,
                              .clock = &bo_clock_system,
                              .rng = &bo_rng_system,
                              .loader = &bo_loader_builtin,
                              .allow_loopback = cli->set.allow_insecure_peers,
                              .delivery = delivery_of(cli)};
    bo_net_options net = {.allow_loopback = cli->set.allow_insecure_peers,
                          .user_agent = BO_STR("Bocage/" BO_VERSION)};
    bo_fed *fed = NULL;
    bo_wac wac;
    BO_TRY(bo_cli_policy(cli, store, &wac));
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
    bo_server_options options = {
        .address = is_local ? BO_STR("127.0.0.1") : s->address,
        .port = (unsigned)s->port,
        .body_cap = s->body_cap,
        .head_cap = s->head_cap,
        .connections = (unsigned)s->connections,
        .connections_per_address = (unsigned)s->connections_per_address,
        .timeout_s = (unsigned)((s->timeout + 999) / 1000),
        .pollers = (unsigned)s->pollers,
        .workers = {(unsigned)s->workers, (unsigned)s->queries, (unsigned)s->account_workers},
        .queue_caps = {(unsigned)s->queue, (unsigned)s->query_queue, (unsigned)s->queue},
        .socket_idle_ms = s->channel_idle,
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

/* A day, to its end, or a moment. */
static bo_status read_imported_until(const bo_cli *cli, int64_t *out) {
    enum { DAY_LENGTH = 10 };
    bo_str text = cli->set.imported_tokens_until;
    if (text.len == 0) return BO_OK;
    bo_str moment = text.len == DAY_LENGTH ? bo_arena_join(cli->arena, text, BO_STR("T23:59:59Z")) : text;
    if (bo_time_parse_rfc3339(out, moment) == BO_OK) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "imported-tokens-until: '%.*s' is not a date: 2027-06-30",
                   BO_STR_ARG(text));
}

/* The first line of a file that holds a secret; empty when no file is named. */
static bo_status read_secret(bo_cli *cli, bo_str path, bo_str *out) {
    bo_str text;
    BO_TRY(read_pem(cli, path, &text));
    *out = bo_str_trim(bo_str_head(text, bo_str_find(text, '\n')));
    return BO_OK;
}

static bo_status read_mail(bo_cli *cli, bo_app_options *out) {
    const bo_cli_values *s = &cli->set;
    bool plain = bo_str_eq(s->smtp_tls, BO_STR("none"));
    if (s->smtp_server.len == 0) return BO_OK;
    if (!bo_str_starts(s->smtp_server, BO_STR("smtp://")) &&
        !bo_str_starts(s->smtp_server, BO_STR("smtps://")))
        return bo_fail(BO_BAD_ARGUMENT, "smtp-server: '%.*s' is not like smtp://mail.example:587",
                       BO_STR_ARG(s->smtp_server));
    if (!plain && !bo_str_eq(s->smtp_tls, BO_STR("required")))
        return bo_fail(BO_BAD_ARGUMENT, "smtp-tls: '%.*s' is not required or none", BO_STR_ARG(s->smtp_tls));
    if (s->mail_from.len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "smtp-server also needs mail-from, who mails come from");
    out->mail_from = s->mail_from;
    out->smtp = (bo_smtp){.url = s->smtp_server, .user = s->smtp_user, .ca_file = s->smtp_ca, .plain = plain};
    return read_secret(cli, s->smtp_password_file, &out->smtp.password);
}

static bo_status check_address(const char *name, bo_str address) {
    if (address.len == 0 || bo_str_starts(address, BO_STR("https://")) ||
        bo_str_starts(address, BO_STR("http://")))
        return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: '%.*s' is not like https://login.example", name,
                   BO_STR_ARG(address));
}

static bo_status read_sso(bo_cli *cli, bo_app_options *out) {
    const bo_cli_values *s = &cli->set;
    bool oidc = s->oidc_issuer.len > 0, cas = s->cas_server.len > 0;
    BO_TRY(check_address("oidc-issuer", s->oidc_issuer));
    BO_TRY(check_address("cas-server", s->cas_server));
    if (oidc && cas)
        return bo_fail(BO_BAD_ARGUMENT,
                       "oidc-issuer and cas-server: people log in through one of them, not both");
    if (oidc && s->oidc_client.len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "oidc-issuer also needs oidc-client, this node's client id there");
    if ((oidc || cas) && s->front_ends.len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "%s also needs front-ends, where people go on after their login",
                       oidc ? "oidc-issuer" : "cas-server");
    out->oidc_issuer = s->oidc_issuer;
    out->oidc_client = s->oidc_client;
    out->oidc_scope = s->oidc_scope;
    out->cas_server = s->cas_server;
    out->sso_ms = (unsigned)s->sso_time;
    out->trust_email = s->trust_email;
    return read_secret(cli, s->oidc_secret_file, &out->oidc_secret);
}

static void limit_queries(const bo_cli_values *s, bo_app_options *out) {
    out->query_time_ms = s->query_time;
    out->update_time_ms = s->update_time;
    out->query_rows = s->query_rows;
    out->query_bytes = s->query_bytes;
    out->query_memory = s->query_memory;
    out->graph_window = s->graph_window;
}

/* What is handed on as it was set. */
static bo_app_options settings_of(const bo_cli *cli) {
    return (bo_app_options){.title = cli->set.title,
                            .description = cli->set.description,
                            .license = cli->set.license,
                            .clock = &bo_clock_system,
                            .rng = &bo_rng_system,
                            .allow_insecure_peers = cli->set.allow_insecure_peers,
                            .validates = !cli->set.no_validation,
                            .validation_ms = cli->set.validation_time,
                            .refuse_invalid_mirrors = cli->set.refuse_invalid_mirrors,
                            .shapes = bo_cli_path(cli, "shapes").ptr,
                            .sparql_only = cli->set.sparql_only,
                            .cache_bytes = cli->set.cache,
                            .delivery = delivery_of(cli),
                            .may_sign_up = bo_str_eq(cli->set.registration, BO_STR("open")),
                            .login_tries = (unsigned)cli->set.login_tries,
                            .reset_life_ms = cli->set.reset_life,
                            .mail_queue = (unsigned)cli->set.mail_queue,
                            .front_ends = cli->set.front_ends,
                            .trusted_origins = cli->set.trusted_origins,
                            .own_password_page = cli->set.own_password_page,
                            .token_life_ms = cli->set.token_life,
                            .date_skew_s = (unsigned)(cli->set.date_skew / 1000),
                            .service_endpoints = cli->set.service_endpoints,
                            .load_sources = cli->set.load_sources,
                            .service_ms = cli->set.service_time,
                            .service_bytes = cli->set.service_bytes,
                            .capabilities_per_account = cli->set.capabilities_per_account,
                            .capability_life_ms = cli->set.capability_life,
                            .channels = cli->set.channels,
                            .channels_per_account = cli->set.channels_per_account,
                            .channel_life_ms = cli->set.channel_life,
                            .channel_backlog = cli->set.channel_backlog,
                            .file_bytes = cli->set.file_cap,
                            .image_side = (uint32_t)cli->set.image_side,
                            .image_side_served = (uint32_t)cli->set.image_side_served,
                            .image_pixels = cli->set.image_pixels,
                            .orphan_ms = cli->set.orphan_files};
}

static bo_status serve(bo_cli *cli, bo_store *store, bo_jsonld_pins *contexts) {
    bo_app *app;
    bo_app_options options = settings_of(cli);
    options.store = store;
    options.contexts = contexts;
    limit_queries(&cli->set, &options);
    BO_TRY(set_log_level(cli->set.log_level));
    BO_TRY(choose_default_graph(cli, &options.unnamed_default));
    BO_TRY(bo_origins_check("front-ends", cli->set.front_ends));
    if (!bo_str_eq(cli->set.trusted_origins, BO_STR("*")))
        BO_TRY(bo_origins_check("trusted-origins", cli->set.trusted_origins));
    BO_TRY(read_mail(cli, &options));
    BO_TRY(read_sso(cli, &options));
    BO_TRY(read_imported_until(cli, &options.imported_tokens_until_ms));
    if (cli->set.sparql_only &&
        cli->set.base_url.len == 0) /* not the address of a node that made the store */
        cli->set.base_url =
            bo_arena_printf(cli->arena, "http://localhost:%llu", (unsigned long long)cli->set.port);
    BO_TRY(bo_cli_policy(cli, store, &options.wac));
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
