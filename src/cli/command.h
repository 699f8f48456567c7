/* SPDX-License-Identifier: Apache-2.0
 * What commands share; for this folder alone.
 */
#ifndef BO_CLI_COMMAND_H
#define BO_CLI_COMMAND_H

#include "base/setting.h"
#include "bocage/store.h"

struct bo_wac;

typedef struct bo_cli_values {
#define BO_CLI_TYPE_TEXT bo_str
#define BO_CLI_TYPE_NUMBER uint64_t
#define BO_CLI_TYPE_BYTES uint64_t
#define BO_CLI_TYPE_TIME uint64_t
#define BO_CLI_TYPE_FLAG bool
#define BO_CLI_SETTING(field, name, type, fallback, what, help, users) BO_CLI_TYPE_##type field;
#include "cli/settings.def"
#undef BO_CLI_SETTING
} bo_cli_values;

typedef struct bo_cli {
    bo_arena *arena;
    bo_cli_values set;
    bo_str *words; /* what follows the command and is no flag */
    size_t word_count;
    const char *command;
} bo_cli;

#define BO_COMMAND(name, run, words, help) bo_status run(bo_cli *cli);
#include "cli/command.def"
#undef BO_COMMAND

typedef struct bo_cli_command {
    const char *name;
    bo_status (*run)(bo_cli *cli);
    const char *words, *help;
} bo_cli_command;
extern const bo_cli_command bo_cli_commands[];
extern const size_t bo_cli_command_count;
extern const bo_setting bo_cli_settings[];
extern const size_t bo_cli_setting_count;

/* Fills cli->set and cli->words for cli->command: flags win over the environment, and that over the file; but
 * the flags may say where the file is. */
bo_status bo_cli_read(bo_cli *cli, char **words, size_t count) BO_MUST_USE;

/* The store of the data folder. BO_NOT_FOUND, with what to do, when there is none and `create` is false. */
bo_status bo_cli_open(const bo_cli *cli, bo_store **out, bool create) BO_MUST_USE;
/* The node's address: from the settings, else what `init` wrote down, else http://localhost:PORT. */
bo_status bo_cli_base_url(const bo_cli *cli, bo_store *store, bo_str *out) BO_MUST_USE;
/* The word at `index`, or an error that shows the usage. */
bo_status bo_cli_word(const bo_cli *cli, size_t index, bo_str *out) BO_MUST_USE;
/* A new password, from a terminal or standard input. The text lives in cli->arena. */
bo_status bo_cli_password(const bo_cli *cli, bo_str *out) BO_MUST_USE;
/* The node's address and its policy of rights. */
bo_status bo_cli_policy(const bo_cli *cli, bo_store *store, struct bo_wac *out) BO_MUST_USE;
/* Runs something in one writing transaction. */
bo_status bo_cli_within(bo_store *store, bo_status (*run)(bo_txn *txn, void *context), void *context,
                        bo_arena *arena) BO_MUST_USE;
bo_str bo_cli_path(const bo_cli *cli, const char *name); /* DIR/name */

/* import_semapps.c */
bo_status bo_import_semapps(bo_cli *cli);

#endif
