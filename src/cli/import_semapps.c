/* SPDX-License-Identifier: Apache-2.0
 * import semapps: a SemApps or Archipelago instance becomes this node.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "bocage/syntax.h"
#include "cli/command.h"
#include "cli/packed.h"
#include "migrate/migrate.h"

enum { PIECE = 256 << 10, KEY_CAP = 64 << 10, CRAWL_CAP = 64 << 20 };

/* Files. */

static bo_status feed(bo_input *input, bo_reader *reader, char *room) {
    for (size_t got;;) {
        BO_TRY(bo_input_read(input, room, PIECE, &got));
        if (got == 0) return bo_reader_end(reader);
        BO_TRY(bo_reader_feed(reader, (bo_str){room, got}));
    }
}

/* Blank nodes of two files with the same label are two. */
static bo_status read_rdf(const bo_sink *sink, bo_str path, bo_arena *arena) {
    bo_format format;
    bo_input *input;
    bo_reader *reader = NULL;
    bo_read_options options = {
        .base = BO_STR("http://server/unset-base/"),
        .blank_prefix = bo_arena_printf(arena, "f%016llx-", (unsigned long long)bo_str_hash(path))};
    if (!bo_format_by_path(&format, path) || !bo_format_reads(format))
        return bo_fail(BO_BAD_ARGUMENT, "%s: a dump is a .nq, .trig, .nt or .ttl file, also with .gz or .zst",
                       path.ptr);
    BO_TRY(bo_input_open(&input, path.ptr));
    char *room = malloc(PIECE);
    bo_status status = room != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK) status = bo_reader_new(&reader, sink, format, &options, 0);
    if (status == BO_OK) status = feed(input, reader, room);
    bo_error error = *bo_error_last();
    bo_reader_free(reader);
    bo_input_close(input);
    free(room);
    if (status == BO_OK) return BO_OK;
    return bo_fail(status, "%.200s, line %u: %.280s", path.ptr, error.line, error.message);
}

static bo_status read_text(bo_cli *cli, const char *path, bo_str *out) {
    bo_text text;
    bo_text_init(&text, KEY_CAP);
    bo_status status = bo_fs_read(&text, path, KEY_CAP);
    if (status == BO_OK) *out = bo_arena_str(cli->arena, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

typedef struct importing {
    bo_cli *cli;
    bo_migration *migration;
    bool old_ones; /* keys in a folder actors/old, where SemApps puts what it has moved */
} importing;

/* "actors/alice.key" is alice's. */
static bo_status read_actor_key(void *context, const char *path) {
    const importing *i = context;
    bo_str name = bo_str_of(path), pem, ending = BO_STR(".key");
    bool is_old = bo_str_find_str(name, BO_STR("/old/")) < name.len;
    if (!bo_str_ends(name, ending) || is_old != i->old_ones) return BO_OK;
    size_t slash = bo_str_find_last(name, '/');
    name = bo_str_head(name, name.len - ending.len);
    if (slash < name.len) name = bo_str_from(name, slash + 1);
    BO_TRY(read_text(i->cli, path, &pem));
    return bo_migration_actor_key(i->migration, name, pem);
}

static bo_status read_keys(importing *i) {
    bo_cli *cli = i->cli;
    bo_str pem;
    for (unsigned pass = 0; pass < 2 && cli->set.actors.len > 0; pass++) {
        i->old_ones = pass == 1;
        BO_TRY(bo_fs_walk(cli->set.actors.ptr, read_actor_key, i));
    }
    if (cli->set.jwt.len == 0) return BO_OK;
    bo_str path = bo_arena_printf(cli->arena, "%s/jwtRS256.key.pub", cli->set.jwt.ptr);
    bo_status status = read_text(cli, path.ptr, &pem);
    if (status == BO_NOT_FOUND)
        return bo_fail(BO_NOT_FOUND, "jwt: there is no %s, which SemApps keeps there", path.ptr);
    return status == BO_OK ? bo_migration_token_key(i->migration, pem) : status;
}

static bo_status read_dump(importing *i) {
    bo_cli *cli = i->cli;
    bo_sink data = bo_migration_data(i->migration), accounts = bo_migration_accounts(i->migration);
    bo_str rest = cli->set.dump;
    for (bo_str path; bo_str_cut(&path, &rest, ',');)
        BO_TRY(read_rdf(&data, bo_arena_str(cli->arena, bo_str_trim(path)), cli->arena));
    if (cli->set.accounts.len > 0) BO_TRY(read_rdf(&accounts, cli->set.accounts, cli->arena));
    return read_keys(i);
}

static bo_status crawl(importing *i) {
    const bo_cli_values *set = &i->cli->set;
    bo_str base = set->from;
    bo_net_options options = {.allow_loopback = set->allow_insecure_peers,
                              .user_agent = BO_STR("Bocage/" BO_VERSION " (import)")};
    while (base.len > 0 && base.ptr[base.len - 1] == '/') base.len--;
    bo_crawl crawl = {.base = bo_arena_str(i->cli->arena, base),
                      .pause_ms = set->crawl_pause,
                      .most = set->crawl_most,
                      .body_cap = CRAWL_CAP};
    BO_TRY(bo_net_curl_new(&crawl.net, &options));
    bo_status status = bo_migration_crawl(i->migration, &crawl);
    bo_net_free(crawl.net);
    return status;
}

/* Whose instance it becomes. */

static bo_status settle_address(importing *i, bo_store *store) {
    bo_str origin, stored = BO_STR_NONE;
    bo_txn *txn;
    BO_TRY(bo_migration_origin(i->migration, &origin));
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_SETTING, BO_STR("base-url"), &stored);
    if (status == BO_OK) stored = bo_arena_str(i->cli->arena, stored);
    bo_txn_abort(txn);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    bo_str wished = i->cli->set.base_url.len > 0 ? i->cli->set.base_url : status == BO_OK ? stored : origin;
    if (!bo_str_eq(wished, origin))
        return bo_fail(
            BO_CONFLICT,
            "what was read is %.*s, this node is %.*s: say --rewrite-base %.*s=%.*s if it moves, or "
            "take another data folder",
            BO_STR_ARG(origin), BO_STR_ARG(wished), BO_STR_ARG(origin), BO_STR_ARG(wished));
    i->cli->set.base_url = origin;
    return BO_OK;
}

static void print_taken(const bo_migration_counts *c) {
    const struct {
        const char *what;
        uint64_t count;
    } taken[] = {
#define BO_TAKEN(field, text) {text, c->field},
#include "migrate/taken.def"
#undef BO_TAKEN
    };
    puts("Taken over:");
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (taken[i].count > 0) printf("  %8" PRIu64 " %s\n", taken[i].count, taken[i].what);
}

static void print_left(const bo_migration_counts *c) {
    bool any = false;
    for (unsigned i = 0; i < BO_LEFT_COUNT; i++) {
        const bo_left_behind *left = &c->left[i];
        if (left->count == 0) continue;
        if (!any) puts("Not taken over, or not as it was:");
        any = true;
        printf("  %8" PRIu64 " %s\n           such as %.*s\n", left->count, left->what,
               BO_STR_ARG(left->len > 0 ? left->examples[0] : BO_STR("?")));
    }
}

/* Each of them by name, for whoever looks into it later. */
static bo_status write_report(const importing *i) {
    bo_str wished = i->cli->set.report, usual = bo_cli_path(i->cli, "import-semapps.json");
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = bo_migration_report(i->migration, &text);
    const char *path = wished.len > 0 ? wished.ptr : usual.ptr;
    if (status == BO_OK) status = bo_fs_write(path, bo_text_str(&text), 0600);
    bo_text_done(&text);
    if (status == BO_OK) printf("All of it by name: %s\n", path);
    return status;
}

static bo_status write_all(importing *i, bo_store *store) {
    bo_wac wac;
    bo_str key;
    bo_migration_counts counts;
    BO_TRY(settle_address(i, store));
    BO_TRY(bo_cli_policy(i->cli, store, &wac));
    BO_TRY(bo_wac_open(&wac, store));
    bo_ap ap = {wac.base_url, &bo_clock_system, &bo_rng_system, &wac};
    BO_TRY(bo_ap_key_new(&key, i->cli->arena));
    BO_TRY(bo_migration_run(i->migration, &counts, store, &ap, key));
    print_taken(&counts);
    print_left(&counts);
    return write_report(i);
}

static bo_status read_rewrite(const bo_cli *cli, bo_migration_options *out) {
    bo_str rule = cli->set.rewrite_base;
    size_t mark = bo_str_find(rule, '=');
    if (rule.len == 0) return BO_OK;
    out->old_base = bo_str_head(rule, mark);
    out->new_base = bo_str_from(rule, mark + 1);
    bo_str *both[] = {&out->old_base, &out->new_base};
    for (size_t i = 0; i < 2; i++)
        while (both[i]->len > 0 && both[i]->ptr[both[i]->len - 1] == '/') both[i]->len--;
    if (out->old_base.len > 0 && out->new_base.len > 0) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT,
                   "rewrite-base: '%.*s' is not like https://old.example=https://new.example",
                   BO_STR_ARG(rule));
}

static bo_status read_uploads(const bo_cli *cli, bo_migration_options *out) {
    bo_str path = cli->set.uploads;
    if (path.len == 0) return BO_OK;
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    out->uploads = bo_arena_str(cli->arena, path).ptr;
    if (out->uploads != NULL && bo_fs_is_dir(out->uploads)) return BO_OK;
    return bo_fail(BO_NOT_FOUND, "uploads: there is no folder %s", cli->set.uploads.ptr);
}

bo_status bo_import_semapps(bo_cli *cli) {
    bo_store *store;
    importing i = {.cli = cli};
    bo_migration_options options = {
        .file_cap = cli->set.file_cap, .issuer = cli->set.oidc_issuer, .replaces = cli->set.replace};
    if ((cli->set.dump.len > 0) == (cli->set.from.len > 0))
        return bo_fail(
            BO_BAD_ARGUMENT,
            "import semapps: say --dump FILE.nq for an instance's dump, or --from URL for a live one");
    BO_TRY(read_rewrite(cli, &options));
    BO_TRY(read_uploads(cli, &options));
    BO_TRY(bo_migration_new(&i.migration, &options));
    bo_status status = cli->set.dump.len > 0 ? read_dump(&i) : crawl(&i);
    if (status == BO_OK) status = bo_cli_open(cli, &store, true);
    if (status == BO_OK) {
        status = write_all(&i, store);
        bo_store_close(store);
    }
    bo_migration_free(i.migration);
    return status;
}
