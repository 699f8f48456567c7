/* SPDX-License-Identifier: Apache-2.0
 * Every setting of the program, out of its table, is read from the file, the environment and the flags, and
 * each wins over the one before.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"

/* Three values of each type, as they are written and as they are kept. */
static const struct {
    const char *text[3];
    uint64_t number[3];
} values[] = {[BO_SETTING_TEXT] = {{"a file's text", "the environment's", "a flag's"}, {0, 0, 0}},
              [BO_SETTING_NUMBER] = {{"11", "22", "33"}, {11, 22, 33}},
              [BO_SETTING_BYTES] = {{"11", "22k", "33M"}, {11, 22u << 10, 33u << 20}},
              [BO_SETTING_TIME] = {{"11ms", "22s", "33m"}, {11, 22000, 33 * 60000}},
              [BO_SETTING_FLAG] = {{"yes", "no", "true"}, {1, 0, 1}}};

static char folder[64], file[96];
static bo_cli cli;

static void setup(void) {
    snprintf(folder, sizeof folder, "/tmp/bocage-settings-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/bocage.conf", folder);
    ck_assert_int_eq(chdir(folder), 0);
}

static void teardown(void) {
    char variable[BO_SETTING_ROOM];
    for (size_t i = 0; i < bo_cli_setting_count; i++) {
        bo_setting_variable(variable, &bo_cli_settings[i]);
        unsetenv(variable);
    }
    ck_assert_int_eq(chdir("/"), 0);
    unlink(file);
    rmdir(folder);
}

static const char *user_of(const bo_setting *setting) {
    static char user[40];
    if (strcmp(setting->users, "*") == 0) return "serve";
    snprintf(user, sizeof user, "%.*s", (int)strcspn(setting->users, " "), setting->users);
    return user;
}

static void check_value(const bo_setting *setting, unsigned which) {
    const char *place = (const char *)&cli.set + setting->offset;
    uint64_t wanted = values[setting->type].number[which], found = 0;
    if (setting->type == BO_SETTING_TEXT) {
        ck_assert_msg(
            bo_str_eq(*(const bo_str *)(const void *)place, bo_str_of(values[setting->type].text[which])),
            "%s is not read from place %u", setting->name, which);
        return;
    }
    if (setting->type == BO_SETTING_FLAG)
        found = *(const bool *)place;
    else
        memcpy(&found, place, sizeof found);
    ck_assert_msg(found == wanted, "%s is not read from place %u", setting->name, which);
}

static void read_all(const bo_setting *setting, const char *flag) {
    char word[128] = "";
    char *words[] = {word};
    if (flag != NULL) snprintf(word, sizeof word, "--%s=%s", setting->name, flag);
    bo_arena_free(cli.arena);
    cli = (bo_cli){.arena = bo_arena_new(0), .command = user_of(setting)};
    ck_assert_msg(bo_cli_read(&cli, words, flag != NULL) == BO_OK, "%s: %s", setting->name,
                  bo_error_last()->message);
}

/* Where the file is can't be said in the file. */
static bool is_in_files(const bo_setting *setting) {
    return strcmp(setting->name, "settings") != 0 && strcmp(setting->name, "data") != 0;
}

START_TEST(every_setting_is_read_from_all_three_places) {
    const bo_setting *setting = &bo_cli_settings[_i];
    const char *const *text = values[setting->type].text;
    char variable[BO_SETTING_ROOM];
    bo_setting_variable(variable, setting);
    if (is_in_files(setting)) {
        FILE *out = fopen(file, "w");
        fprintf(out, "# all of them\n  %s =  %s  # one\n", setting->name, text[0]);
        fclose(out);
        setenv("BOCAGE_SETTINGS", "bocage.conf", 1);
        read_all(setting, NULL);
        check_value(setting, 0);
    } else if (strcmp(setting->name, "settings") == 0) { /* a file that is named must be there */
        for (unsigned i = 1; i < 3; i++) fclose(fopen(text[i], "w"));
    }
    setenv(variable, text[1], 1);
    read_all(setting, NULL);
    check_value(setting, 1);
    read_all(setting, text[2]);
    check_value(setting, 2);
    for (unsigned i = 1; i < 3; i++) unlink(text[i]);
    bo_arena_free(cli.arena);
    cli.arena = NULL;
}
END_TEST

START_TEST(names_and_defaults_are_sound) {
    for (size_t i = 0; i < bo_cli_setting_count; i++) {
        const bo_setting *setting = &bo_cli_settings[i];
        ck_assert_msg(strspn(setting->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(setting->name), "%s",
                      setting->name);
        ck_assert_msg((setting->what == NULL) == (setting->type == BO_SETTING_FLAG), "%s", setting->name);
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(setting->name, bo_cli_settings[k].name);
    }
}
END_TEST

Suite *test_settings(void) {
    Suite *suite = suite_create("cli/settings");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, every_setting_is_read_from_all_three_places, 0, (int)bo_cli_setting_count);
    tcase_add_test(all, names_and_defaults_are_sound);
    suite_add_tcase(suite, all);
    return suite;
}
