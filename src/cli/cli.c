/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/sparql.h"
#include "cli/cli.h"

#include <stdio.h>

#include "base/fs.h"
#include "cli/command.h"
#include "cli/manual.h"

const bo_cli_command bo_cli_commands[] = {
#define BO_COMMAND(name, run, words, help) {name, run, words, help},
#include "cli/command.def"
#undef BO_COMMAND
};
enum { COMMANDS = sizeof bo_cli_commands / sizeof *bo_cli_commands };
const size_t bo_cli_command_count = COMMANDS;

const bo_setting bo_cli_settings[] = {
#define BO_CLI_SETTING(field, name, type, fallback, what, help, users)                                       \
    {name, BO_SETTING_##type, fallback, what, help, users, offsetof(bo_cli_values, field)},
#include "cli/settings.def"
#undef BO_CLI_SETTING
};
const size_t bo_cli_setting_count = sizeof bo_cli_settings / sizeof *bo_cli_settings;

static const bo_cli_command *find_command(bo_str name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (bo_str_eq(bo_str_of(bo_cli_commands[i].name), name)) return &bo_cli_commands[i];
    return NULL;
}

static bool is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int unknown_command(const char *word) {
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) names[i] = bo_cli_commands[i].name;
    const char *nearest = bo_nearest(bo_str_of(word), names, COMMANDS);
    fprintf(stderr, "bocage: there is no command '%s'%s%s%s\n", word,
            nearest ? "; did you mean '" : "; see 'bocage --help'", nearest ? nearest : "",
            nearest ? "'?" : "");
    return 2;
}

bo_status bo_cli_read(bo_cli *cli, char **words, size_t count) {
    bo_settings settings = {bo_cli_settings, bo_cli_setting_count, &cli->set, cli->arena};
    cli->words = bo_arena_array(cli->arena, count + 1, sizeof *cli->words);
    if (cli->words == NULL) return bo_error_last()->status;
    BO_TRY(bo_settings_defaults(&settings));
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            bo_str path = cli->set.settings.len ? cli->set.settings : bo_cli_path(cli, "bocage.conf");
            bo_status status = bo_settings_file(&settings, path.ptr);
            if (status != BO_OK && (status != BO_NOT_FOUND || cli->set.settings.len > 0)) return status;
        }
        BO_TRY(bo_settings_environment(&settings));
        BO_TRY(bo_settings_flags(&settings, cli->command, words, count, cli->words, &cli->word_count));
    }
    return BO_OK;
}

static int run(const bo_cli_command *command, char **words, size_t count) {
    bo_cli cli = {.arena = bo_arena_new(0), .command = command->name};
    bo_error_clear();
    bo_status status = cli.arena != NULL ? bo_cli_read(&cli, words, count) : BO_NO_MEMORY;
    bool called_wrongly = status != BO_OK;
    if (status == BO_OK) status = command->run(&cli);
    const bo_error *error = bo_error_last();
    if (status != BO_OK)
        fprintf(stderr, "bocage %s: %s\n", command->name,
                error->message[0] ? error->message : bo_status_text(status));
    bo_arena_free(cli.arena);
    return status == BO_OK ? 0 : called_wrongly || status == BO_BAD_ARGUMENT ? 2 : 1;
}

/* What may be asked for behind 'bocage help', besides commands. */
static const struct {
    const char *name;
    void (*write)(bo_text *out);
} topics[] = {{"settings", bo_manual_settings}, {"man", bo_manual_roff}};

static int print(bo_text *text) {
    bool good =
        text->status == BO_OK && fwrite(text->ptr, 1, text->len, stdout) == text->len && fflush(stdout) == 0;
    bo_text_done(text);
    return good ? 0 : 1;
}

static int print_command(const bo_cli_command *command) {
    bo_text text;
    bo_text_init(&text, 0);
    bo_manual_command(&text, command);
    return print(&text);
}

static int print_help(const char *topic) {
    bo_text text;
    bo_text_init(&text, 0);
    for (size_t i = 0; topic != NULL && i < sizeof topics / sizeof *topics; i++)
        if (strcmp(topics[i].name, topic) == 0) {
            topics[i].write(&text);
            return print(&text);
        }
    const bo_cli_command *command = topic != NULL ? find_command(bo_str_of(topic)) : NULL;
    if (command != NULL) return print_command(command);
    if (topic != NULL) return unknown_command(topic);
    bo_manual_program(&text);
    return print(&text);
}

int bo_cli_run(int count, char **words) {
    if (count < 2) {
        print_help(NULL);
        return 2;
    }
    if (is_help(words[1])) return print_help(count > 2 ? words[2] : NULL);
    if (strcmp(words[1], "--version") == 0) return run(find_command(BO_STR("version")), words, 0);
    const bo_cli_command *command = find_command(bo_str_of(words[1]));
    if (command == NULL) return unknown_command(words[1]);
    for (int i = 2; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) return print_command(command);
    return run(command, words + 2, (size_t)count - 2);
}

/* What commands share. */

bo_str bo_cli_path(const bo_cli *cli, const char *name) {
    return bo_arena_printf(cli->arena, "%.*s/%s", BO_STR_ARG(cli->set.data), name);
}

bo_status bo_cli_open(const bo_cli *cli, bo_store **out, bool create) {
    bo_str path = bo_cli_path(cli, "store");
    bo_store_options options = {.create = create, .size_cap = cli->set.store_cap};
    if (create) BO_TRY(bo_fs_mkdirs(path.ptr));
    if (!create && !bo_fs_is_dir(path.ptr))
        return bo_fail(BO_NOT_FOUND, "there is no store in '%.*s': make one with 'bocage init --data %.*s'",
                       BO_STR_ARG(cli->set.data), BO_STR_ARG(cli->set.data));
    return bo_store_open(out, path.ptr, &options);
}

bo_status bo_cli_word(const bo_cli *cli, size_t index, bo_str *out) {
    if (index < cli->word_count) {
        *out = cli->words[index];
        return BO_OK;
    }
    return bo_fail(BO_BAD_ARGUMENT, "something is missing: bocage %s %s", cli->command,
                   find_command(bo_str_of(cli->command))->words);
}

bo_status bo_cli_base_url(const bo_cli *cli, bo_store *store, bo_str *out) {
    bo_txn *txn;
    bo_str row = cli->set.base_url;
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_status status = row.len ? BO_OK : bo_row_get(txn, BO_TABLE_SETTING, BO_STR("base-url"), &row);
    if (status == BO_OK) row = bo_arena_str(cli->arena, row);
    if (status == BO_NOT_FOUND) {
        row = bo_arena_printf(cli->arena, "http://localhost:%llu", (unsigned long long)cli->set.port);
        status = BO_OK;
    }
    bo_txn_abort(txn);
    while (row.len > 0 && row.ptr[row.len - 1] == '/') row.len--;
    *out = row;
    return status;
}
