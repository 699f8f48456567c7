/* SPDX-License-Identifier: Apache-2.0
 * Settings out of one table: from the command line, the environment and a file, with their help. Whoever has
 * settings writes the table and the struct that it fills.
 */
#ifndef BO_BASE_SETTING_H
#define BO_BASE_SETTING_H

#include "bocage/arena.h"
#include "bocage/text.h"

typedef enum bo_setting_type {
    BO_SETTING_TEXT,   /* bo_str */
    BO_SETTING_NUMBER, /* uint64_t */
    BO_SETTING_BYTES,  /* uint64_t; 64k, 10M, 2G */
    BO_SETTING_TIME,   /* uint64_t milliseconds; 200ms, 30s, 5m, 2h, 7d */
    BO_SETTING_FLAG    /* bool; as a flag it needs no value */
} bo_setting_type;

typedef struct bo_setting {
    const char *name; /* "body-cap": --body-cap, BOCAGE_BODY_CAP, body-cap = ... */
    bo_setting_type type;
    const char *fallback; /* as if it had been written */
    const char *what;     /* what the value is called in the help, or NULL for a flag */
    const char *help;
    const char *users; /* the commands that have it, blanks between; "*" all of them */
    size_t offset;     /* where its value is in the struct */
} bo_setting;

typedef struct bo_settings {
    const bo_setting *table;
    size_t count;
    void *values;
    bo_arena *arena; /* where texts are kept */
} bo_settings;

/* Each later call wins over what was set before. BO_BAD_ARGUMENT tells which setting, where it was read, and
 * what would be right. */
bo_status bo_settings_defaults(const bo_settings *settings) BO_MUST_USE;
/* Lines "name = value"; empty lines and what follows # are passed over. BO_NOT_FOUND when there is no file.
 */
bo_status bo_settings_file(const bo_settings *settings, const char *path) BO_MUST_USE;
/* BOCAGE_<NAME>. */
bo_status bo_settings_environment(const bo_settings *settings) BO_MUST_USE;
/* Flags of a command, "--name value" or "--name=value"; the rest goes to `others`, which has room for `count`
 * words. A word after "--" is no flag. */
bo_status bo_settings_flags(const bo_settings *settings, const char *command, char **words, size_t count,
                            bo_str *others, size_t *other_count) BO_MUST_USE;

/* The name of the environment's variable: BOCAGE_BODY_CAP. */
enum { BO_SETTING_ROOM = 80 };
void bo_setting_variable(char room[BO_SETTING_ROOM], const bo_setting *setting);
/* Whether a command takes the setting as a flag. */
bool bo_setting_is_of(const bo_setting *setting, const char *command);
/* Of several names, the one that is most like a word; NULL when none is like it. For "did you mean". */
const char *bo_nearest(bo_str word, const char *const *names, size_t count);

#endif
