/* SPDX-License-Identifier: Apache-2.0 */
#include "base/setting.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"

static const struct {
    const char *unit;
    bo_setting_type type;
    uint64_t factor;
} units[] = {{"", BO_SETTING_NUMBER, 1},        {"", BO_SETTING_BYTES, 1},
             {"k", BO_SETTING_BYTES, 1u << 10}, {"M", BO_SETTING_BYTES, 1u << 20},
             {"G", BO_SETTING_BYTES, 1u << 30}, {"ms", BO_SETTING_TIME, 1},
             {"s", BO_SETTING_TIME, 1000},      {"m", BO_SETTING_TIME, 60000},
             {"h", BO_SETTING_TIME, 3600000},   {"d", BO_SETTING_TIME, 86400000}};

static const char *expected(bo_setting_type type) {
    static const char *const texts[] = {[BO_SETTING_TEXT] = "a text",
                                        [BO_SETTING_NUMBER] = "a number",
                                        [BO_SETTING_BYTES] = "a size: 64k, 10M, 2G",
                                        [BO_SETTING_TIME] = "a time: 200ms, 30s, 5m, 2h, 7d",
                                        [BO_SETTING_FLAG] = "yes or no"};
    return texts[type];
}

static bool read_number(uint64_t *out, bo_setting_type type, bo_str text) {
    size_t digits = 0;
    uint64_t number;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9') digits++;
    if (bo_str_to_u64(&number, bo_str_head(text, digits)) != BO_OK) return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].type != type || !bo_str_eq(bo_str_from(text, digits), bo_str_of(units[i].unit)))
            continue;
        if (number > UINT64_MAX / units[i].factor) return false;
        *out = number * units[i].factor;
        return true;
    }
    return false;
}

static bool read_flag(bool *out, bo_str text) {
    static const struct {
        const char *text;
        bool value;
    } words[] = {{"yes", true}, {"true", true},   {"1", true}, {"", true},
                 {"no", false}, {"false", false}, {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bo_str_eq(text, bo_str_of(words[i].text))) return *out = words[i].value, true;
    return false;
}

static bo_status set(const bo_settings *settings, const bo_setting *setting, bo_str text, const char *from) {
    char *place = (char *)settings->values + setting->offset;
    bool good = true;
    if (setting->type == BO_SETTING_TEXT)
        *(bo_str *)(void *)place = bo_arena_str(settings->arena, text);
    else if (setting->type == BO_SETTING_FLAG)
        good = read_flag((bool *)place, text);
    else
        good = read_number((uint64_t *)(void *)place, setting->type, text);
    if (good) return BO_OK;
    return bo_fail(BO_BAD_ARGUMENT, "%s: '%.*s' (%s) is not %s", setting->name, BO_STR_ARG(text), from,
                   expected(setting->type));
}

bo_status bo_settings_defaults(const bo_settings *settings) {
    for (size_t i = 0; i < settings->count; i++)
        BO_TRY(set(settings, &settings->table[i], bo_str_of(settings->table[i].fallback), "the default"));
    return BO_OK;
}

static const bo_setting *find(const bo_settings *settings, bo_str name) {
    for (size_t i = 0; i < settings->count; i++)
        if (bo_str_eq(bo_str_of(settings->table[i].name), name)) return &settings->table[i];
    return NULL;
}

static bo_status set_line(const bo_settings *settings, bo_str line, const char *from) {
    size_t equals = bo_str_find(line, '=');
    bo_str name = bo_str_trim(bo_str_head(line, equals));
    const bo_setting *setting = find(settings, name);
    if (equals == line.len) return bo_fail(BO_BAD_ARGUMENT, "%s: a line is 'name = value'", from);
    if (setting == NULL)
        return bo_fail(BO_BAD_ARGUMENT, "%s: there is no setting '%.*s'; --help lists them", from,
                       BO_STR_ARG(name));
    return set(settings, setting, bo_str_trim(bo_str_from(line, equals + 1)), from);
}

static bo_status set_lines(const bo_settings *settings, bo_str rest, const char *path) {
    char from[300];
    unsigned number = 0;
    for (bo_str line; bo_str_cut(&line, &rest, '\n');) {
        snprintf(from, sizeof from, "%s, line %u", path, ++number);
        line = bo_str_trim(bo_str_head(line, bo_str_find(line, '#')));
        if (line.len > 0) BO_TRY(set_line(settings, line, from));
    }
    return BO_OK;
}

bo_status bo_settings_file(const bo_settings *settings, const char *path) {
    enum { FILE_CAP = 1 << 20 };
    bo_text text;
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) status = set_lines(settings, bo_text_str(&text), path);
    bo_text_done(&text);
    return status;
}

void bo_setting_variable(char room[BO_SETTING_ROOM], const bo_setting *setting) {
    static const char prefix[] = "BOCAGE_";
    size_t len = sizeof prefix - 1;
    memcpy(room, prefix, len);
    for (const char *c = setting->name; *c != '\0' && len + 1 < BO_SETTING_ROOM; c++)
        room[len++] = *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    room[len] = '\0';
}

bo_status bo_settings_environment(const bo_settings *settings) {
    for (size_t i = 0; i < settings->count; i++) {
        char name[BO_SETTING_ROOM];
        bo_setting_variable(name, &settings->table[i]);
        const char *value = getenv(name);
        if (value != NULL) BO_TRY(set(settings, &settings->table[i], bo_str_of(value), name));
    }
    return BO_OK;
}

bool bo_setting_is_of(const bo_setting *setting, const char *command) {
    bo_str users = bo_str_of(setting->users);
    if (bo_str_eq(users, BO_STR("*"))) return true;
    for (bo_str user; bo_str_cut(&user, &users, ' ');)
        if (bo_str_eq(user, bo_str_of(command))) return true;
    return false;
}

static bo_status unknown_flag(const bo_settings *settings, const char *command, bo_str name) {
    const char *names[128];
    size_t count = 0;
    for (size_t i = 0; i < settings->count && count < 128; i++)
        if (bo_setting_is_of(&settings->table[i], command)) names[count++] = settings->table[i].name;
    const char *nearest = bo_nearest(name, names, count);
    if (nearest != NULL)
        return bo_fail(BO_BAD_ARGUMENT, "there is no flag --%.*s; did you mean --%s?", BO_STR_ARG(name),
                       nearest);
    return bo_fail(BO_BAD_ARGUMENT, "there is no flag --%.*s; 'bocage %s --help' lists them",
                   BO_STR_ARG(name), command);
}

bo_status bo_settings_flags(const bo_settings *settings, const char *command, char **words, size_t count,
                            bo_str *others, size_t *other_count) {
    bool flags_end = false;
    *other_count = 0;
    for (size_t i = 0; i < count; i++) {
        bo_str word = bo_str_of(words[i]);
        if (flags_end || word.len < 3 || !bo_str_starts(word, BO_STR("--"))) {
            if (!flags_end && bo_str_eq(word, BO_STR("--")))
                flags_end = true;
            else
                others[(*other_count)++] = word;
            continue;
        }
        size_t equals = bo_str_find(word, '=');
        bo_str name = bo_str_from(bo_str_head(word, equals), 2), value = bo_str_from(word, equals + 1);
        const bo_setting *setting = find(settings, name);
        if (setting == NULL || !bo_setting_is_of(setting, command))
            return unknown_flag(settings, command, name);
        if (equals == word.len && setting->type != BO_SETTING_FLAG) {
            if (++i == count)
                return bo_fail(BO_BAD_ARGUMENT, "--%s needs a value: %s", setting->name,
                               expected(setting->type));
            value = bo_str_of(words[i]);
        }
        BO_TRY(set(settings, setting, value, "on the command line"));
    }
    return BO_OK;
}

/* Edit distance, up to words of 31 characters. */
static size_t distance(bo_str a, bo_str b) {
    size_t row[32];
    if (a.len > 31 || b.len > 31) return 99;
    for (size_t k = 0; k <= b.len; k++) row[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t change = diagonal + (a.ptr[i - 1] != b.ptr[k - 1]);
            size_t least = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            diagonal = row[k];
            row[k] = change < least ? change : least;
        }
    }
    return row[b.len];
}

const char *bo_nearest(bo_str word, const char *const *names, size_t count) {
    const char *nearest = NULL;
    size_t least = word.len / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        size_t far = distance(word, bo_str_of(names[i]));
        if (far < least) least = far, nearest = names[i];
    }
    return nearest;
}
