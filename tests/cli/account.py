#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bocage account: what each verb says and does, and where passwords must not be.

    account.py PROGRAM
"""
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
ORGANIZATION = ('@prefix pair: <http://virtual-assembly.org/ontologies/pair#> . '
                '<> a pair:Organization ; pair:label "Le verger" .')
PASSWORD = "une haie vive et haute"
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            shell("init", "--base-url", "http://node.example")
            check(shell)
    CASES.append((check.__name__, whole))
    return check


def hashes(shell):
    return set(re.findall(rb"\$argon2id\$[^\"\\]+", shell.path("data/store/data.mdb").read_bytes()))


@case
def a_life_of_an_account(shell):
    assert "bocage account add NAME --admin" in shell("account", "list").out
    got = shell("account", "add", "marie", "--email", "marie@example.org", input=PASSWORD + "\n")
    assert "marie: http://node.example/" in got.out and got.err == "", got
    shell("account", "add", "paul", "--admin", input=PASSWORD + "\r\n")
    listed = shell("account", "list").out.splitlines()
    assert len(listed) == 2 and "marie@example.org" in listed[0] and listed[1].endswith("(admin)"), listed
    token = shell("account", "token", "marie").out.strip()
    assert token.count(".") == 2, token
    before = hashes(shell)
    assert "another password" in shell("account", "password", "marie", input="un autre mot de passe\n").out
    assert hashes(shell) - before, "the password is the old one"
    assert "can't log in any more" in shell("account", "remove", "marie").out
    assert len(shell("account", "list").out.splitlines()) == 1
    assert "there is no account 'marie'" in shell("account", "token", "marie", code=1).err


@case
def what_can_not_be(shell):
    shell("account", "add", "marie", input=PASSWORD + "\n")
    got = shell("account", "add", "marie", input=PASSWORD + "\n", code=1)
    assert "is an account 'marie' already" in got.err and "account password marie" in got.err, got
    assert "at least 8" in shell("account", "add", "luc", input="court\n", code=1).err
    assert "a-z, 0-9" in shell("account", "add", "Luc !", input=PASSWORD + "\n", code=1).err
    assert "no password came" in shell("account", "add", "luc", code=2).err
    for verb in ("password", "token", "logout", "remove"):
        assert "there is no account 'luc'" in shell("account", verb, "luc", input=PASSWORD + "\n", code=1).err, verb
        assert "something is missing" in shell("account", verb, code=2).err, verb
    assert "add, token, password, logout, remove, list or import-key" in shell("account", "delete", "marie", code=2).err
    assert "something is missing" in shell("account", code=2).err
    assert "there is no flag --password" in shell("account", "add", "luc", "--password", "x" * 9, code=2).err
    assert len(shell("account", "list").out.splitlines()) == 1


def type_passwords(shell, *lines):
    """Runs 'account add' at a terminal; what was to be seen there, and the exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shell.folder)
        os.execv(shell.program, [shell.program, "account", "add", "ana"])
    seen = b""
    for line in lines:
        while not re.search(rb"(Password|Once more): $", seen):
            seen += os.read(terminal, 1024)
        time.sleep(0.05)
        os.write(terminal, line.encode() + b"\n")
        seen += b"|"
    try:
        while piece := os.read(terminal, 1024):
            seen += piece
    except OSError:
        pass  # the program has ended
    os.close(terminal)
    return seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@case
def a_person_is_asked_twice_and_not_shown(shell):
    seen, code = type_passwords(shell, PASSWORD, PASSWORD + "!")
    assert code == 2 and "not the same" in seen and PASSWORD not in seen, (code, seen)
    seen, code = type_passwords(shell, PASSWORD, PASSWORD)
    assert code == 0 and "ana: http" in seen and PASSWORD not in seen, (code, seen)


@case
def passwords_and_tokens_are_nowhere_to_be_read(shell):
    shell("account", "add", "marie", input=PASSWORD + "\n")
    assert PASSWORD.encode() not in shell.path("data/store/data.mdb").read_bytes()
    assert PASSWORD not in shell("dump").out
    node = Node(PROGRAM, settings=["--log-level", "debug"])
    token = node.account("marie")
    with node:
        wrote = node.ask("PUT", "/organizations/x", {"Content-Type": "text/turtle"}, ORGANIZATION, by="marie")
        assert wrote.status == 201, wrote.text
        node.run("account", "remove", "marie")
        again = node.ask("PUT", "/organizations/x", {"Content-Type": "text/turtle"}, ORGANIZATION, by="marie")
        assert again.status == 401, again.status
        log = node.tail()
        assert "listen" in log and token not in log and "mot de passe" not in log, log


if __name__ == "__main__":
    cases.run(CASES)
