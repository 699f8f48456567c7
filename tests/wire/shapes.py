#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A territory's own shapes, the setting that switches validation off, and the command that validates files.

    shapes.py PROGRAM
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import PACK, Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
TURTLE = {"Content-Type": "text/turtle"}
PAIR = "@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .\n"
NAMELESS = PAIR + "<> a pair:Organization ."
IDEA = PAIR + '<> a pair:Idea ; pair:label "Une idée" .'
OWN = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .
<https://territoire.example/shapes#Idea> a sh:NodeShape ; sh:targetClass pair:Idea ;
    sh:property [ sh:path pair:description ; sh:minCount 1 ; sh:message "Décrivez votre idée."@fr ] .
"""
CASES = []


def case(run):
    CASES.append(run)
    return run


def pack_with(folder, text):
    shutil.copytree(PACK, folder / "pack")
    (folder / "pack/shapes").mkdir()
    (folder / "pack/shapes/own.ttl").write_text(text)
    return folder / "pack"


@case
def validation_can_be_switched_off(folder):
    with Node(PROGRAM, settings=["--no-validation"]) as node:
        node.account("admin", "--admin")
        assert node.ask("POST", "/organizations", TURTLE, NAMELESS, by="admin").status == 201
        assert node.ask("GET", "/.well-known/shapes").status == 404


@case
def a_pack_brings_shapes_of_its_own(folder):
    with Node(PROGRAM, pack=pack_with(folder, OWN)) as node:
        node.account("admin", "--admin")
        got = node.ask("POST", "/ideas", TURTLE, IDEA, by="admin")
        assert got.status == 422 and got.json()["detail"] == "Décrivez votre idée.", got.text
        assert got.json()["errors"][0]["shape"] == "https://territoire.example/shapes#Idea", got.text
        assert "territoire.example/shapes#Idea" in node.ask("GET", "/.well-known/shapes").text
        assert node.ask("POST", "/organizations", TURTLE, NAMELESS, by="admin").status == 422


@case
def changed_shapes_are_taken_in(folder):
    with Node(PROGRAM, pack=pack_with(folder, OWN)) as node:
        node.account("admin", "--admin")
        file = node.folder / "shapes/own.ttl"
        file.write_text(OWN.replace("pair:description", "pair:comment"))
        time.sleep(1.2)
        got = node.ask("POST", "/ideas", TURTLE, IDEA, by="admin")
        assert got.json()["errors"][0]["path"] == "pair:comment", got.text
        file.write_text("this is no Turtle")  # what was there stays, and the log says so
        time.sleep(1.2)
        assert node.ask("POST", "/ideas", TURTLE, IDEA, by="admin").status == 422
        assert "own.ttl, line 1" in node.tail(), node.tail()
        file.unlink()
        time.sleep(1.2)
        assert node.ask("POST", "/ideas", TURTLE, IDEA, by="admin").status == 201


@case
def a_pack_with_ill_formed_shapes_is_refused(folder):
    pack = pack_with(folder, OWN.replace("sh:minCount 1", "sh:minCount -1"))
    try:
        Node(PROGRAM, pack=pack, folder=folder / "data")
    except RuntimeError as error:
        assert "sh:minCount must be a whole number" in str(error), error
    else:
        raise AssertionError("it was taken")


def validate(*words, language="C.UTF-8"):
    done = subprocess.run([PROGRAM, "validate", *map(str, words)], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, LC_ALL=language))
    return done.returncode, done.stdout, done.stderr


@case
def the_command_validates_files(folder):
    good, bad, shapes = folder / "good.ttl", folder / "bad.ttl", folder / "own.ttl"
    good.write_text(PAIR + '<http://a.example/o> a pair:Organization ; pair:label "Un nom" .')
    bad.write_text(PAIR + "<http://a.example/o> a pair:Organization , pair:Idea .")
    shapes.write_text(OWN)
    assert validate(good) == (0, "Tout est conforme.\n", "")
    code, out, err = validate(bad)
    assert code == 1 and "http://a.example/o\n  erreur : Une organisation a un nom.\n  (pair:label)\n" in out, out
    assert "erreurs : 1" in err, err
    code, out, _ = validate(bad, language="en_GB.UTF-8")
    assert code == 1 and "error: An organization has a name." in out, out
    code, out, _ = validate("--shapes", shapes, bad)
    assert code == 1 and "Décrivez votre idée." in out and "organisation" not in out, out
    code, out, _ = validate("--shapes", shapes, "--format", "json", bad)
    report = json.loads(out)
    assert code == 1 and report["conforms"] is False and report["results"][0]["path"] == "pair:description", out
    import rdflib
    code, out, _ = validate("--shapes", shapes, "--format", "turtle", bad)
    read = rdflib.Graph().parse(data=out, format="turtle")
    assert (None, rdflib.SH.focusNode, rdflib.URIRef("http://a.example/o")) in read, out
    assert validate("--shapes", shapes, good)[0] == 0
    assert validate("--results", "1", "--shapes", f"{shapes},{folder / 'own.ttl'}", folder)[0] == 1


@case
def the_command_says_what_it_can_not_do(folder):
    shapes, data = folder / "ill.ttl", folder / "data.ttl"
    shapes.write_text(OWN.replace("sh:minCount 1", 'sh:pattern "("'))
    data.write_text(PAIR + "<http://a.example/o> a pair:Idea .")
    code, _, err = validate("--shapes", shapes, data)
    assert code == 1 and "regular expression" in err, err
    assert validate()[0] == 2
    assert validate("--format", "html", data)[0] == 2
    data.write_text("no Turtle")
    code, _, err = validate(data)
    assert code == 1 and "data.ttl:1:1: " in err, err
    assert validate(folder / "nowhere.ttl")[0] == 1


def run(check):
    with tempfile.TemporaryDirectory(prefix="bocage-shapes-") as folder:
        check(Path(folder))


passed = failed = 0
for check in CASES:
    try:
        run(check)
        passed += 1
    except Exception as error:
        failed += 1
        print(f"{check.__name__}: {type(error).__name__}: {error}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
