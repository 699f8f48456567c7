#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bocage pack apply: what it would do, what it does, and what it leaves alone.

    pack.py PROGRAM
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
PREFIXES = """@prefix ldp: <http://www.w3.org/ns/ldp#> . @prefix dc: <http://purl.org/dc/terms/> .
@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .
"""
NODE = "http://node.example/"
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            shell("init", "--base-url", NODE.rstrip("/"))
            shell.path("pack").mkdir()
            check(shell)
    CASES.append((check.__name__, whole))
    return check


def pack(shell, text):
    shell.write("pack/a.ttl", PREFIXES + text)


@case
def what_is_new_is_added_and_the_rest_stays(shell):
    pack(shell, '<mares> a ldp:Container ; dc:title "Mares"@fr . <mares/grande> a pair:Place ; pair:label "La grande" . '
                '<themes> dc:title "Autre titre"@fr .')
    before = shell("dump").out
    said = shell("pack", "apply", "pack", "--dry-run").out
    assert f"+ {NODE}mares\n+ {NODE}mares/grande\n" in said, said
    assert f"  {NODE}themes stays as it is" in said and said.count("stays as it is") == 1, said
    assert "1 containers and 1 resources would be made" in said and " 1 are not as the pack has them" in said, said
    assert shell("dump").out == before, "a dry run changed something"
    done = shell("pack", "apply", "pack").out
    assert done == said.replace("would be made", "are made"), done
    after = shell("dump").out
    assert "La grande" in after and "Autre titre" not in after
    again = shell("pack", "apply", "pack").out
    assert "+ " not in again and "0 containers and 0 resources are made" in again, again
    assert shell("dump").out == after


@case
def a_mistake_is_found_and_changes_nothing(shell):
    before = shell("dump").out
    for text, said in (("<mares> a ", "a.ttl"), ("<http://other.example/x> a pair:Place .", "other.example"),
                       ("<nulle/part> a pair:Place .", "nulle/part")):
        pack(shell, text)
        for flags in (["--dry-run"], []):
            assert said in shell("pack", "apply", "pack", *flags, code=1).err, text
    shell.write("pack/a.ttl", PREFIXES)
    shell.path("pack/shapes").mkdir()
    shell.write("pack/shapes/a.ttl", "<x> a <http://www.w3.org/ns/shacl#NodeShape")
    assert "shapes/a.ttl" in shell("pack", "apply", "pack", "--dry-run", code=1).err
    shell.write("pack/shapes/a.ttl", "<x> a <http://www.w3.org/ns/shacl#NodeShape> .")
    shell("pack", "apply", "pack", "--dry-run")
    assert not shell.path("data/shapes/a.ttl").exists()
    shell("pack", "apply", "pack")
    assert shell.path("data/shapes/a.ttl").exists() and shell("dump").out == before


@case
def what_is_asked_wrongly(shell):
    assert "apply" in shell("pack", "throw", "pack", code=2).err
    assert "bocage pack apply FOLDER" in shell("pack", "apply", code=2).err
    assert "no folder 'rien'" in shell("pack", "apply", "rien", code=1).err


if __name__ == "__main__":
    cases.run(CASES)
