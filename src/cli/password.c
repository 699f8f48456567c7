/* SPDX-License-Identifier: Apache-2.0
 * Where passwords come from: a person at a terminal, who is asked twice and not shown, or the first line of
 * standard input. Never an argument, which every user of the machine could read.
 */
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "cli/command.h"

enum { LINE = 2048 };

static bo_status read_line(char line[LINE], bo_str *out) {
    if (fgets(line, LINE, stdin) == NULL)
        return bo_fail(BO_BAD_ARGUMENT,
                       "no password came: give it as the first line of standard input, or at a terminal");
    *out = bo_str_of(line);
    while (out->len > 0 && (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r')) out->len--;
    return BO_OK;
}

static bo_status ask(const char *question, char line[LINE], bo_str *out) {
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0) return bo_fail(BO_IO, "the terminal can't be read");
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    fprintf(stderr, "%s: ", question);
    bo_status status = read_line(line, out);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return status;
}

static bo_status ask_twice(char line[LINE], bo_str *out) {
    char again[LINE];
    bo_str second;
    BO_TRY(ask("Password", line, out));
    bo_status status = ask("Once more", again, &second);
    bool same = status == BO_OK && bo_str_eq(*out, second);
    explicit_bzero(again, sizeof again);
    BO_TRY(status);
    return same ? BO_OK : bo_fail(BO_BAD_ARGUMENT, "the two passwords are not the same: nothing was changed");
}

bo_status bo_cli_password(const bo_cli *cli, bo_str *out) {
    char line[LINE];
    bo_str text;
    bo_status status = isatty(STDIN_FILENO) ? ask_twice(line, &text) : read_line(line, &text);
    if (status == BO_OK) *out = bo_arena_str(cli->arena, text);
    explicit_bzero(line, sizeof line);
    if (status == BO_OK && out->ptr == NULL) return bo_error_last()->status;
    return status;
}
