#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bocage canon.

    canon.py PROGRAM
"""
import gzip
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
CASES = []
TURTLE = '@prefix : <http://e/> . :a :p [ :q "é\\n" ] , [ :q 1 ] .'
LINES = ('<http://e/a> <http://e/p> _:c14n0 .\n<http://e/a> <http://e/p> _:c14n1 .\n'
         '_:c14n0 <http://e/q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n_:c14n1 <http://e/q> "é\\n" .\n')


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            check(shell)
    CASES.append((check.__name__, whole))
    return check


@case
def every_syntax_gives_the_same_text(shell):
    jsonld = '[{"@id":"http://e/a","http://e/p":[{"http://e/q":1},{"http://e/q":"\\u00e9\\n"}]}]'
    first = shell("canon", shell.write("a.ttl", TURTLE)).out
    assert sorted(first.replace("c14n0", "x").replace("c14n1", "x").splitlines()) == \
        sorted(LINES.replace("c14n0", "x").replace("c14n1", "x").splitlines()), first
    assert shell("canon", shell.write("a.jsonld", jsonld)).out == first
    assert shell("canon", "--format", "nquads", input=first).out == first
    assert shell("canon", "--format", "turtle", "-", input=gzip.compress(TURTLE.encode())).out == first


@case
def json_in_its_canonical_form(shell):
    got = shell("canon", "--jcs", shell.write("a.json", '{ "b": 1.0, "a": [1e21, "\\u20ac"] }')).out
    assert got == '{"a":[1e+21,"€"],"b":1}', got


@case
def hashes(shell):
    shell.write("a.ttl", TURTLE)
    text = shell("canon", "a.ttl").bytes
    assert shell("canon", "--hash", "sha256", "a.ttl").out == hashlib.sha256(text).hexdigest() + "\n"
    assert len(shell("canon", "--hash", "sha384", "a.ttl").out) == 97
    assert shell("canon", "--jcs", "--hash", "sha256", input="[ ]").out == hashlib.sha256(b"[]").hexdigest() + "\n"


@case
def relative_iris_resolve_against_the_file(shell):
    shell.write("a.ttl", "<> <#p> <x> .")
    assert shell("canon", "--base", "http://e/d/", "a.ttl").out == "<http://e/d/> <http://e/d/#p> <http://e/d/x> .\n"
    assert f"<file://{shell.path('x').resolve()}>" in shell("canon", "a.ttl").out


@case
def contexts_of_the_operator(shell):
    context = '{"@context":{"label":"http://e/label"}}'
    document = shell.write("a.jsonld", '{"@context":"https://x.example/c","@id":"http://e/a","label":"un"}')
    assert "https://x.example/c" in shell("canon", document, code=1).err
    shell.path("more").mkdir()
    shell.write("more/c.jsonld", context)
    digest = hashlib.sha256(context.encode()).hexdigest()
    shell.write("more/contexts.json", '{"https://x.example/c":{"file":"c.jsonld","sha256":"%s"}}' % digest)
    assert shell("canon", "--contexts", "more", document).out == '<http://e/a> <http://e/label> "un" .\n'
    shell.write("more/c.jsonld", context + " ")
    assert "has the SHA-256" in shell("canon", "--contexts", "more", document, code=1).err


@case
def what_is_wrong_is_said_with_its_place(shell):
    assert "a.ttl:2:" in shell("canon", shell.write("a.ttl", "<> <p>\n 1 2 .\n"), code=1).err
    assert "standard input:1:4: " in shell("canon", "--jcs", input='{"a', code=1).err
    assert "sha256 and sha384" in shell("canon", "--hash", "md5", "a.ttl", code=2).err
    assert "add --format" in shell("canon", input="", code=2).err
    clique = "".join(f"_:a{i} <http://e/p> _:a{j} .\n" for i in range(10) for j in range(10) if i != j)
    assert "too much alike" in shell("canon", shell.write("b.nq", clique), code=1).err
    shell("canon", "absent.ttl", code=1)


cases.run(CASES)
