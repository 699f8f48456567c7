/* SPDX-License-Identifier: Apache-2.0
 * Taking care of a store: check, stats, backup, restore, compact.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fs.h"
#include "bocage/json.h"
#include "cli/command.h"

/* Bytes as people say them: "18.2 MB". */
static bo_str size_text(const bo_cli *cli, uint64_t bytes) {
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    unsigned unit = 0;
    for (; size >= 1000 && unit < 4; unit++) size /= 1000;
    return bo_arena_printf(cli->arena, unit == 0 ? "%.0f %s" : "%.1f %s", size, units[unit]);
}

/* check */

static void report(void *context, bo_str fault) {
    ++*(unsigned long long *)context;
    printf("%.*s\n", BO_STR_ARG(fault));
}

/* Checks a store and says what was found; BO_CORRUPT when it is not sound. */
static bo_status check(bo_store *store) {
    bo_store_stats stats = {0};
    unsigned long long faults = 0;
    bo_status status = bo_store_check(store, report, &faults);
    if (status != BO_OK && status != BO_CORRUPT) return status;
    bo_error error = *bo_error_last();
    BO_TRY(bo_store_statistics(store, &stats));
    printf("%llu quads in %llu graphs, %llu terms: %llu faults\n", (unsigned long long)stats.quads,
           (unsigned long long)stats.graphs, (unsigned long long)stats.terms, faults);
    return status == BO_OK ? BO_OK : bo_fail(status, "%s", error.message);
}

bo_status bo_command_check(bo_cli *cli) {
    bo_store *store;
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = check(store);
    bo_store_close(store);
    return status;
}

/* stats */

static bo_status count_row(void *context, bo_str key, bo_str value) {
    (void)key;
    (void)value;
    ++*(uint64_t *)context;
    return BO_OK;
}

static bo_status put_rows(bo_json_writer *json, bo_txn *txn, bool as_json) {
    static const struct {
        const char *name, *what;
    } tables[BO_TABLE_COUNT] = {
#define BO_TABLE(name, text) {#name, text},
#include "bocage/table.def"
#undef BO_TABLE
    };
    for (unsigned i = 0; i < BO_TABLE_COUNT; i++) {
        uint64_t rows = 0;
        char name[40];
        size_t len = 0;
        BO_TRY(bo_row_each(txn, (bo_table)i, BO_STR(""), BO_STR(""), count_row, &rows));
        for (const char *c = tables[i].name; *c != '\0' && len < sizeof name; c++)
            name[len++] = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        if (as_json)
            bo_json_member_i64(json, (bo_str){name, len}, (int64_t)rows);
        else if (rows > 0)
            bo_text_printf(json->out, "  %-12.*s %10llu  %s\n", (int)len, name, (unsigned long long)rows,
                           tables[i].what);
    }
    return json->out->status;
}

static bo_status print_unfinished(void *context, bo_str key, bo_str value) {
    (void)key;
    bo_str bytes, lines, quads;
    if (bo_str_cut(&bytes, &value, ' ') && bo_str_cut(&lines, &value, ' ') && bo_str_cut(&quads, &value, ' '))
        bo_text_printf(
            context, "A load of %.*s was not finished: %.*s triples of it are in; load it again to go on.\n",
            BO_STR_ARG(value), BO_STR_ARG(quads));
    return BO_OK;
}

static bo_status put_json(bo_text *out, const bo_store_stats *stats, bo_txn *txn) {
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
#define BO_STAT(field) bo_json_member_i64(&json, BO_STR(#field), (int64_t)stats->field);
    BO_STAT(quads)
    BO_STAT(graphs)
    BO_STAT(terms)
    BO_STAT(file_bytes)
    BO_STAT(used_bytes)
#undef BO_STAT
    bo_json_key(&json, BO_STR("rows"));
    bo_json_open(&json, BO_JSON_OBJECT);
    BO_TRY(put_rows(&json, txn, true));
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_text_char(out, '\n');
    return out->status;
}

static bo_status put_words(const bo_cli *cli, bo_text *out, const bo_store_stats *stats, bo_txn *txn) {
    bo_str file = size_text(cli, stats->file_bytes), used = size_text(cli, stats->used_bytes);
    bo_text_printf(out, "%llu quads in %llu graphs, of %llu terms\n", (unsigned long long)stats->quads,
                   (unsigned long long)stats->graphs, (unsigned long long)stats->terms);
    bo_text_printf(out, "%.*s in the file, %.*s of them in use", BO_STR_ARG(file), BO_STR_ARG(used));
    if (stats->quads > 0)
        bo_text_printf(out, " (%.1f bytes a quad)", (double)stats->used_bytes / (double)stats->quads);
    bo_text_printf(out, "\n%s",
                   stats->used_bytes * 2 < stats->file_bytes
                       ? "More than half of the file is free: bocage compact gives it back.\n"
                       : "");
    bo_json_writer plain = {.out = out};
    BO_TEXT_LIT(out, "Besides, rows of:\n");
    BO_TRY(put_rows(&plain, txn, false));
    return bo_row_each(txn, BO_TABLE_SETTING, BO_STR("load/"), BO_STR(""), print_unfinished, out);
}

static bo_status stats(const bo_cli *cli, bo_store *store) {
    bo_store_stats numbers;
    bo_txn *txn;
    bo_text text;
    BO_TRY(bo_store_statistics(store, &numbers));
    BO_TRY(bo_txn_begin(&txn, store, BO_READ));
    bo_text_init(&text, 0);
    bo_status status = cli->set.json ? put_json(&text, &numbers, txn) : put_words(cli, &text, &numbers, txn);
    bo_txn_abort(txn);
    if (status == BO_OK) printf("%.*s", BO_STR_ARG(bo_text_str(&text)));
    bo_text_done(&text);
    return status;
}

bo_status bo_command_stats(bo_cli *cli) {
    bo_store *store;
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = stats(cli, store);
    bo_store_close(store);
    return status;
}

/* backup: a data folder of its own. It is made beside and renamed, so that half of one is never taken for
 * whole. */

static bo_status copy_into(const bo_cli *cli, bo_store *store, const char *folder) {
    bo_store *copy;
    bo_store_stats stats, own;
    bo_str beside = bo_arena_printf(cli->arena, "%s.part", folder);
    bo_str inner = bo_arena_printf(cli->arena, "%s.part/store", folder);
    if (bo_fs_exists(beside.ptr))
        return bo_fail(BO_EXISTS, "%s is left from a backup that was cut off: remove it first", beside.ptr);
    BO_TRY(bo_store_copy(store, inner.ptr));
    BO_TRY(bo_store_open(&copy, inner.ptr, &(bo_store_options){.size_cap = cli->set.store_cap}));
    bo_status status = bo_store_statistics(copy, &stats);
    bo_store_close(copy);
    if (status == BO_OK) status = bo_store_statistics(store, &own);
    BO_TRY(status);
    if (rename(beside.ptr, folder) != 0)
        return bo_fail(BO_IO, "%s can't be renamed: %s", beside.ptr, strerror(errno));
    bo_str size = size_text(cli, stats.file_bytes), size_here = size_text(cli, own.file_bytes);
    printf("%s: %llu quads in %llu graphs, %.*s (the store has %.*s)\n", folder,
           (unsigned long long)stats.quads, (unsigned long long)stats.graphs, BO_STR_ARG(size),
           BO_STR_ARG(size_here));
    return BO_OK;
}

bo_status bo_command_backup(bo_cli *cli) {
    bo_store *store;
    bo_str folder;
    BO_TRY(bo_cli_word(cli, 0, &folder));
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/') folder.len--;
    folder = bo_arena_str(cli->arena, folder);
    if (folder.ptr == NULL) return bo_error_last()->status;
    if (bo_fs_exists(folder.ptr))
        return bo_fail(BO_EXISTS, "%s is there already: a backup makes a folder of its own", folder.ptr);
    BO_TRY(bo_cli_open(cli, &store, false));
    bo_status status = copy_into(cli, store, folder.ptr);
    bo_store_close(store);
    return status;
}

/* restore */

/* The checked copy that takes the store's place, made on the same file system. */
static bo_status copy_checked(const bo_cli *cli, const char *from, const char *beside) {
    bo_store *backup;
    bo_str left = bo_arena_printf(cli->arena, "%s/data.mdb", beside);
    unlink(left.ptr); /* of a restoration that was cut off */
    BO_TRY(bo_store_open(&backup, from, &(bo_store_options){.size_cap = cli->set.store_cap}));
    bo_status status = check(backup);
    if (status == BO_OK) status = bo_store_copy(backup, beside);
    bo_store_close(backup);
    return status;
}

bo_status bo_command_restore(bo_cli *cli) {
    bo_str folder, path = bo_cli_path(cli, "store"), beside = bo_cli_path(cli, "store.restored");
    BO_TRY(bo_cli_word(cli, 0, &folder));
    bo_str from = bo_arena_printf(cli->arena, "%.*s/store", BO_STR_ARG(folder));
    if (!bo_fs_is_dir(from.ptr))
        return bo_fail(BO_NOT_FOUND,
                       "%.*s is no backup: 'bocage backup FOLDER' makes a folder that holds 'store'",
                       BO_STR_ARG(folder));
    bool there = bo_fs_is_dir(path.ptr);
    if (there && !cli->set.force)
        return bo_fail(
            BO_EXISTS,
            "there is a store in %.*s, which the backup would replace: give --force if it may go, or "
            "another folder with --data",
            BO_STR_ARG(cli->set.data));
    BO_TRY(copy_checked(cli, from.ptr, beside.ptr));
    if (there) BO_TRY(bo_store_replace(path.ptr, beside.ptr));
    if (!there && rename(beside.ptr, path.ptr) != 0)
        return bo_fail(BO_IO, "%s can't be renamed: %s", beside.ptr, strerror(errno));
    printf("%.*s holds what %.*s held\n", BO_STR_ARG(cli->set.data), BO_STR_ARG(folder));
    return BO_OK;
}

/* compact */

bo_status bo_command_compact(bo_cli *cli) {
    bo_store *store;
    bo_store_stats before, after;
    bo_str path = bo_cli_path(cli, "store");
    bo_store_options options = {.size_cap = cli->set.store_cap, .alone = true};
    if (!bo_fs_is_dir(path.ptr)) return bo_cli_open(cli, &store, false);
    bo_status status = bo_store_open(&store, path.ptr, &options);
    if (status == BO_BUSY)
        return bo_fail(
            BO_BUSY,
            "a running program has the store in %.*s open: end it first (bocage backup makes a compact copy "
            "while it runs)",
            BO_STR_ARG(cli->set.data));
    BO_TRY(status);
    status = bo_store_statistics(store, &before);
    if (status != BO_OK) {
        bo_store_close(store);
        return status;
    }
    BO_TRY(bo_store_compact(store));
    BO_TRY(bo_cli_open(cli, &store, false));
    status = bo_store_statistics(store, &after);
    bo_store_close(store);
    BO_TRY(status);
    printf("%llu bytes before, %llu after (%.0f %%)\n", (unsigned long long)before.file_bytes,
           (unsigned long long)after.file_bytes,
           before.file_bytes > 0 ? 100.0 * (double)after.file_bytes / (double)before.file_bytes : 100.0);
    return BO_OK;
}
