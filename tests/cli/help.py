#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program's help, its manual page, its settings, and what it says when it is called wrongly.

    help.py PROGRAM SOURCE-FOLDER
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM, SOURCE = sys.argv[1:3] if len(sys.argv) > 2 else sys.exit(__doc__)
COMMANDS = re.findall(r'^BO_COMMAND\("([\w-]+)"', Path(SOURCE, "src/cli/command.def").read_text(), flags=re.M)
SETTINGS = re.findall(r'^BO_CLI_SETTING\(\w+, "([\w-]+)", (\w+), "(.*?)", (?:"(.*?)"|NULL), "((?:[^"\\]|\\.)*)",\s*"([^"]*)"',
                      Path(SOURCE, "src/cli/settings.def").read_text(), flags=re.M)
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            check(shell)
    CASES.append((check.__name__, whole))
    return check


@case
def help_names_every_command(shell):
    for words in (("--help",), ("-h",), ("help",)):
        said = shell(*words).out
        assert all(re.search(rf"^  {name} ", said, flags=re.M) for name in COMMANDS), said
        assert "To begin:" in said
    assert "bocage COMMAND" in shell(code=2).out
    assert shell("--version").out == shell("version").out


@case
def a_newcomer_can_work_from_the_help_of_each_command(shell):
    for name in COMMANDS:
        said = shell(name, "--help").out
        assert said == shell("help", name).out
        assert "For example:\n  " in said and f"bocage {name}" in said, f"{name} has no example: see src/cli/manual.def"
        for setting, kind, fallback, what, _, users in SETTINGS:
            mine = users == "*" or name in users.split()
            line = re.search(rf"^  --{setting}(?: |$).*$", said, flags=re.M)
            assert bool(line) == mine, (name, setting)
            if mine and fallback and kind != "FLAG":
                assert f"[{fallback}]" in line.group(), line.group()


@case
def every_setting_is_listed_with_its_three_forms(shell):
    said = shell("help", "settings").out
    for setting, kind, fallback, what, _, users in SETTINGS:
        value = what or "yes"
        variable = "BOCAGE_" + setting.upper().replace("-", "_")
        assert f"{variable}={value}   {setting} = {value}\n" in said, setting
        assert users == "*" or set(users.split()) <= set(COMMANDS), f"{setting} is for commands that do not exist: {users}"


@case
def the_manual_page_is_whole(shell):
    page = shell("help", "man").out
    plain = page.replace("\\-", "-")
    assert page.startswith(".\\\"") and ".TH BOCAGE 1" in page
    for name in COMMANDS:
        assert f'.SS "bocage {name} ' in plain, name
    for setting, *_ in SETTINGS:
        assert f"\n.B --{setting}" in plain, setting
    assert not [line for line in page.splitlines() if line.startswith("'")]
    if shutil.which("man"):
        shell.write("bocage.1", page)
        shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "./bocage.1"], cwd=shell.folder, capture_output=True,
                               env=dict(os.environ, MANPAGER="cat", MANWIDTH="100"))
        if shown.returncode == 0:
            assert shown.stderr == b"" and b"EXIT STATUS" in shown.stdout, shown.stderr


@case
def wrong_calls_say_what_would_be_right(shell):
    for words, sentence in ((("laod", "x.nt"), "did you mean 'load'?"), (("zzzzzz",), "see 'bocage --help'"),
                            (("help", "laod"), "did you mean 'load'?"),
                            (("load", "--graf", "x"), "did you mean --graph?"),
                            (("stats", "--zzzzzzzzz"), "'bocage stats --help' lists them"),
                            (("stats", "--port", "1"), "there is no flag --port"),
                            (("serve", "--port"), "--port needs a value: a number"),
                            (("serve", "--port", "many"), "is not a number"),
                            (("serve", "--body-cap", "10X"), "is not a size: 64k, 10M, 2G"),
                            (("serve", "--timeout", "10"), "is not a time: 200ms, 30s, 5m, 2h, 7d"),
                            (("stats", "--json=maybe"), "is not yes or no"),
                            (("stats", "--settings", "nowhere.conf"), "nowhere.conf")):
        got = shell(*words, code=2)
        assert sentence in got.err and got.err.count("\n") == 1, (words, got)
    assert "BOCAGE_BODY_CAP" in shell("stats", code=2, environment=dict(os.environ, BOCAGE_BODY_CAP="x")).err
    shell.write("wrong.conf", "# a comment\n\nprot = 3000\n")
    got = shell("stats", "--settings", "wrong.conf", code=2)
    assert "wrong.conf, line 3" in got.err and "'prot'" in got.err, got


@case
def flags_win_over_the_environment_and_that_over_the_file(shell):
    for name in ("file", "environment", "flag"):
        shell("load", shell.write(name + ".nt", f"<http://example.org/{name}> <http://example.org/p> <http://example.org/o> .\n"),
              "--data", name)
    shell.write("bocage.conf", "data = file   # what is behind the sign is passed over\n")
    file = dict(os.environ, BOCAGE_SETTINGS="bocage.conf")
    assert "org/file>" in shell("dump", environment=file).out
    both = dict(file, BOCAGE_DATA="environment")
    assert "org/environment>" in shell("dump", environment=both).out
    assert "org/flag>" in shell("dump", "--data", "flag", environment=both).out
    assert "org/flag>" in shell("dump", "--data=flag", environment=both).out


if __name__ == "__main__":
    cases.run(CASES)
