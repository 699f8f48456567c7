/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manual.h"

#include <stdlib.h>

#include "bocage/sparql.h"

static const struct manual {
    const char *command, *about, *examples, *next;
} manuals[] = {
#define BO_MANUAL(command, about, examples, next) {command, about, examples, next},
#include "cli/manual.def"
#undef BO_MANUAL
};

static const struct manual *manual_of(const char *command) {
    for (size_t i = 0; i < sizeof manuals / sizeof *manuals; i++)
        if (strcmp(manuals[i].command, command) == 0) return &manuals[i];
    return NULL;
}

/* What the words for values mean, in the order of bo_setting_type. */
static const struct {
    const char *word, *meaning;
} units[] = {{"TEXT", "any text"},
             {"N", "a whole number"},
             {"SIZE", "bytes: 512, 64k, 10M, 2G"},
             {"TIME", "200ms, 30s, 5m, 2h, 7d"},
             {"", "yes or no; as a flag alone it means yes"}};

/* Words as lines of at most `width` columns behind an indentation. */
static void wrap(bo_text *out, const char *text, unsigned indent, unsigned width) {
    bo_str rest = bo_str_of(text);
    size_t column = 0;
    for (bo_str word; bo_str_cut(&word, &rest, ' ');) {
        if (column > 0 && column + 1 + word.len > width) {
            bo_text_char(out, '\n');
            column = 0;
        }
        if (column == 0)
            for (unsigned i = 0; i < indent; i++) bo_text_char(out, ' ');
        else
            bo_text_char(out, ' ');
        column += word.len + (column > 0);
        bo_text_put(out, word);
    }
    bo_text_char(out, '\n');
}

static void pad(bo_text *out, size_t start, size_t column) {
    do bo_text_char(out, ' ');
    while (out->status == BO_OK && out->len - start < column);
}

void bo_manual_program(bo_text *out) {
    BO_TEXT_LIT(out, "Bocage: the server of a territory's observatory of the common good.\n\n"
                     "  bocage COMMAND [SETTINGS]\n\n");
    for (size_t i = 0; i < bo_cli_command_count; i++) {
        size_t start = out->len;
        bo_text_printf(out, "  %s", bo_cli_commands[i].name);
        pad(out, start, 13);
        bo_text_printf(out, "%s\n", bo_cli_commands[i].help);
    }
    BO_TEXT_LIT(out,
                "\nTo begin: 'bocage init --pack docs/territories/93', then 'bocage serve'.\n"
                "'bocage COMMAND --help' says more of each, 'bocage help settings' lists every setting,\n"
                "and 'bocage help man >bocage.1; man ./bocage.1' shows all of it as one page.\n"
                "A command ends with 0 when it is done, 1 when it failed, 2 when it was given wrongly.\n");
}

/* A setting's flag and value: "--body-cap SIZE". */
static void put_flag(bo_text *out, const bo_setting *setting) {
    bo_text_printf(out, "--%s%s%s", setting->name, setting->what ? " " : "",
                   setting->what ? setting->what : "");
}

static void put_default(bo_text *out, const bo_setting *setting) {
    if (setting->fallback[0] != '\0' && setting->type != BO_SETTING_FLAG)
        bo_text_printf(out, " [%s]", setting->fallback);
}

static void put_settings(bo_text *out, const char *command) {
    bool used[sizeof units / sizeof *units] = {false};
    enum { COLUMN = 32 };
    BO_TEXT_LIT(out, "\nSettings [and what they are when nothing is said]:\n");
    for (size_t i = 0; i < bo_cli_setting_count; i++) {
        const bo_setting *setting = &bo_cli_settings[i];
        if (!bo_setting_is_of(setting, command)) continue;
        size_t start = out->len;
        BO_TEXT_LIT(out, "  ");
        put_flag(out, setting);
        pad(out, start, COLUMN);
        bo_text_put(out, bo_str_of(setting->help));
        put_default(out, setting);
        bo_text_char(out, '\n');
        used[setting->type] = true;
    }
    bo_text_char(out, '\n');
    for (unsigned type = BO_SETTING_BYTES; type <= BO_SETTING_TIME; type++)
        if (used[type]) bo_text_printf(out, "%s is %s. ", units[type].word, units[type].meaning);
    BO_TEXT_LIT(out, "Each may also come from the environment (BOCAGE_DATA) or a\n"
                     "line of the settings file (data = DIR): 'bocage help settings'.\n");
}

static void put_examples(bo_text *out, const char *examples) {
    bo_str rest = bo_str_of(examples);
    BO_TEXT_LIT(out, "\nFor example:\n");
    for (bo_str line; bo_str_cut(&line, &rest, '\n');) bo_text_printf(out, "  %.*s\n", BO_STR_ARG(line));
}

static void put_functions(bo_text *out) {
    size_t count;
    const bo_query_function *functions = bo_query_functions(&count);
    BO_TEXT_LIT(out, "\nFunctions beyond SPARQL 1.1:\n");
    for (size_t i = 0; i < count; i++)
        bo_text_printf(out, "  <%.*s>\n      %s\n", BO_STR_ARG(functions[i].iri), functions[i].help);
}

void bo_manual_command(bo_text *out, const bo_cli_command *about) {
    enum { WIDTH = 96 };
    const struct manual *manual = manual_of(about->name);
    bo_text_printf(out, "bocage %s%s%s: %s\n", about->name, about->words[0] ? " " : "", about->words,
                   about->help);
    if (manual != NULL) {
        bo_text_char(out, '\n');
        wrap(out, manual->about, 2, WIDTH);
        put_examples(out, manual->examples);
    }
    put_settings(out, about->name);
    if (strcmp(about->name, "query") == 0) put_functions(out);
    if (manual == NULL || manual->next == NULL) return;
    BO_TEXT_LIT(out, "\nNext:\n");
    wrap(out, manual->next, 2, WIDTH);
}

void bo_manual_settings(bo_text *out) {
    char variable[BO_SETTING_ROOM];
    wrap(out,
         "Every setting may be given as a flag, by the environment, or in a file; a flag wins over the "
         "environment, and that "
         "over the file. The file is DIR/bocage.conf in the data folder, or what --settings names; it has "
         "lines 'name = "
         "value', and # begins a comment. Only commands that use a setting take it as a flag.",
         0, 100);
    for (size_t i = 0; i < bo_cli_setting_count; i++) {
        const bo_setting *setting = &bo_cli_settings[i];
        const char *value = setting->type == BO_SETTING_FLAG ? "yes" : setting->what;
        bo_setting_variable(variable, setting);
        BO_TEXT_LIT(out, "\n");
        put_flag(out, setting);
        bo_text_printf(out, "   %s=%s   %s = %s\n", variable, value, setting->name, value);
        bo_text_printf(out, "    %s", setting->help);
        put_default(out, setting);
        bo_text_printf(out, "\n    %s; for %s\n", units[setting->type].meaning,
                       strcmp(setting->users, "*") == 0 ? "every command" : setting->users);
    }
}

/* The manual page. */

/* Text of a page: backslashes and dashes are escaped, and no line begins like a request. */
static void put_roff(bo_text *out, bo_str text) {
    bool at_start = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (at_start && (c == '.' || c == '\'')) BO_TEXT_LIT(out, "\\&");
        if (c == '\\')
            BO_TEXT_LIT(out, "\\e");
        else if (c == '-')
            BO_TEXT_LIT(out, "\\-");
        else
            bo_text_char(out, c);
        at_start = c == '\n';
    }
}

static void put_roff_line(bo_text *out, const char *text) {
    put_roff(out, bo_str_of(text));
    bo_text_char(out, '\n');
}

static void put_roff_command(bo_text *out, const bo_cli_command *command) {
    const struct manual *manual = manual_of(command->name);
    BO_TEXT_LIT(out, ".SS \"bocage ");
    put_roff(out, bo_str_of(command->name));
    bo_text_char(out, ' ');
    put_roff(out, bo_str_of(command->words));
    BO_TEXT_LIT(out, "\"\n");
    put_roff_line(out, manual != NULL ? manual->about : command->help);
    if (manual == NULL) return;
    BO_TEXT_LIT(out, ".PP\n.nf\n.RS\n");
    put_roff_line(out, manual->examples);
    BO_TEXT_LIT(out, ".RE\n.fi\n");
    if (manual->next == NULL) return;
    BO_TEXT_LIT(out, ".PP\n");
    put_roff_line(out, manual->next);
}

static void put_roff_setting(bo_text *out, const bo_setting *setting) {
    char variable[BO_SETTING_ROOM];
    bo_setting_variable(variable, setting);
    BO_TEXT_LIT(out, ".TP\n.B ");
    bo_text line;
    bo_text_init(&line, 0);
    put_flag(&line, setting);
    put_roff(out, bo_text_str(&line));
    bo_text_clear(&line);
    bo_text_printf(&line, "%s", setting->help);
    put_default(&line, setting);
    BO_TEXT_LIT(out, "\n");
    put_roff(out, bo_text_str(&line));
    bo_text_done(&line);
    bo_text_printf(out, "\n(%s; %s; for %s)\n", variable, units[setting->type].meaning,
                   strcmp(setting->users, "*") == 0 ? "every command" : setting->users);
}

void bo_manual_roff(bo_text *out) {
    BO_TEXT_LIT(out,
                ".\\\" Made by 'bocage help man'.\n.TH BOCAGE 1 \"\" \"bocage " BO_VERSION "\"\n.SH NAME\n"
                "bocage \\- the server of a territory's observatory of the common good\n.SH SYNOPSIS\n"
                ".B bocage\n.I COMMAND\n[SETTINGS]\n.SH COMMANDS\n");
    for (size_t i = 0; i < bo_cli_command_count; i++) put_roff_command(out, &bo_cli_commands[i]);
    BO_TEXT_LIT(
        out,
        ".SH SETTINGS\nEach may be given as a flag, by the environment, or as a line 'name = value' of the "
        "settings file; a flag wins over the environment, and that over the file.\n");
    for (size_t i = 0; i < bo_cli_setting_count; i++) put_roff_setting(out, &bo_cli_settings[i]);
    BO_TEXT_LIT(out, ".SH FILES\n.TP\n.B data/store\nthe store\n.TP\n.B data/bocage.conf\nthe settings file\n"
                     ".SH EXIT STATUS\n0 when done, 1 when it failed, 2 when it was called wrongly.\n");
}
