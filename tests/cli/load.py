#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bocage load: formats, packed files, several files, errors, and loads that were cut off.

    load.py PROGRAM
"""
import gzip
import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
EX = "http://example.org/"
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            check(shell)
            if shell.path("data").exists():
                shell("check")
    CASES.append((check.__name__, whole))
    return check


def triples(first, last):
    """Some N-Triples with IRIs, numbers, texts and blank nodes that are named again much later."""
    return "".join(
        f"<{EX}s{n}> <{EX}p{n % 7}> " + (f'"{n}"^^<http://www.w3.org/2001/XMLSchema#integer>' if n % 3 == 0
                                        else f'"text {n} é"@fr' if n % 3 == 1 else f"_:b{n % 50}") + " .\n"
        for n in range(first, last))


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout


def dump(shell, *words):
    return sorted(shell("dump", *words).out.splitlines())


def as_loaded(lines):
    """Without the digest that stands before the labels of blank nodes."""
    return sorted(re.sub(r"_:f[0-9a-f]{16}-", "_:", line) for line in lines)


@case
def every_format(shell):
    from rdflib import Graph  # an independent writer
    from rdflib.compare import isomorphic
    plain = Graph()
    plain.parse(data=triples(0, 300), format="nt")
    for name, format in (("a.ttl", "turtle"), ("a.nt", "nt"), ("a.rdf", "xml"), ("a.jsonld", "json-ld"),
                         ("a.trig", "turtle"), ("a.nq", "nt")):
        shell.write(name, plain.serialize(format=format))
        got = shell("load", name, "--data", name + ".data")
        assert "300 triples read, 300 new" in got.out, (name, got)
        back = Graph()
        back.parse(data=shell("dump", "--data", name + ".data", "--format", "ntriples").out, format="nt")
        assert isomorphic(plain, back), name


@case
def packed_files_and_standard_input(shell):
    text = triples(0, 2000).encode()
    shell.write("plain.nt", text)
    shell("load", "plain.nt")
    wanted = as_loaded(dump(shell))
    two_streams = gzip.compress(text[:50_000]) + gzip.compress(text[50_000:])
    for name, data in (("a.nt.gz", gzip.compress(text)), ("b.nt.gz", two_streams), ("c.nt.zst", zstd(text)),
                       ("d.nt.zst", zstd(text[:50_000]) + zstd(text[50_000:])), ("e.nt", gzip.compress(text))):
        shell.write(name, data)
        assert "2000 triples read, 2000 new" in shell("load", name, "--data", name + ".data").out, name
        assert as_loaded(dump(shell, "--data", name + ".data")) == wanted, name
        assert "2000 new" in shell("load", "-", "--format", "ntriples", "--data", name + ".in", input=data).out, name
        assert as_loaded(dump(shell, "--data", name + ".in")) == wanted, name
    for name, data in (("cut.nt.gz", gzip.compress(text)[:4000]), ("cut.nt.zst", zstd(text)[:4000])):
        shell.write(name, data)
        got = shell("load", name, "--data", "cut", code=1)
        assert name in got.err and "cut off" in got.err and "nothing was loaded" in got.err, got
    broken = bytearray(gzip.compress(text))
    broken[len(broken) // 2] ^= 0xFF
    shell.write("broken.nt.gz", bytes(broken))
    assert "can't be unpacked" in shell("load", "broken.nt.gz", "--data", "cut", code=1).err
    assert shell("load", "-", code=2).err.count("--format turtle") == 1
    shell.write("empty.nt", "")
    assert "0 triples read" in shell("load", "empty.nt").out


@case
def the_same_file_again_says_the_same(shell):
    shell.write("a.nt", triples(0, 200))
    shell("load", "a.nt")
    assert "200 triples read, 0 new" in shell("load", "a.nt").out
    shell.write("b.nt", triples(0, 200).replace("text", "word"))
    shell("load", "b.nt")
    blanks = {label for line in dump(shell) for label in re.findall(r"_:\S+", line)}
    assert len(blanks) == 2 * len({n % 50 for n in range(200) if n % 3 == 2}), "blank nodes of two files were mixed"


@case
def where_triples_go(shell):
    shell.write("a.nt", f"<{EX}s> <{EX}p> <{EX}o> .\n")
    shell.write("a.ttl", "<> <#p> <other> .\n")
    shell("load", "a.nt", "--graph", EX + "g")
    shell("load", "a.ttl", "--base", "http://base.example/doc")
    assert dump(shell) == ["<http://base.example/doc> <http://base.example/doc#p> <http://base.example/other> .",
                           f"<{EX}s> <{EX}p> <{EX}o> <{EX}g> ."]


@case
def errors_say_where_and_what_is_loaded(shell):
    lines = triples(0, 3000).splitlines()
    lines[1999] = lines[1999].replace(" <", " ", 1)
    shell.write("good.nt", triples(5000, 5100))
    shell.write("bad.nt", "\n".join(lines))
    got = shell("load", "bad.nt", code=1)
    assert re.search(r"bad\.nt:2000:\d+: .*; nothing was loaded", got.err), got
    assert dump(shell) == []
    got = shell("load", "good.nt", "bad.nt", code=1)
    assert "bad.nt:2000:" in got.err and "100 triples were loaded before and stay" in got.err, got
    assert len(dump(shell)) == 100
    got = shell("load", "bad.nt", "--chunk", "500", "--data", "chunks", code=1)
    assert "1500 triples were loaded before and stay" in got.err, got
    assert "not finished" not in shell("stats", "--data", "chunks").out, "a file with an error can't be gone on with"
    for name, text in (("bad.ttl", "@prefix : <#> .\n:a :b :c .\n:a b :c .\n"),
                       ("bad.rdf", "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<oops"),
                       ("bad.jsonld", '{"@id": "http://example.org/",\n  "@type": }')):
        shell.write(name, text)
        assert re.search(name.replace(".", r"\.") + r":[23]:\d+: ", shell("load", name, code=1).err), name
    assert "there is no file nowhere.nt" in shell("load", "good.nt", "nowhere.nt", code=1).err
    assert "something is missing: bocage load FILE" in shell("load", code=2).err
    assert "--format turtle" in shell("load", shell.write("a.what", ""), code=2).err
    assert "turtle, trig" in shell("load", "good.nt", "--format", "tutle", code=2).err
    assert "is a folder" in shell("load", ".", code=2).err


def killed_load(shell, name, after, *flags):
    """Starts a load and kills it after so many seconds."""
    program = subprocess.Popen([shell.program, "load", name, *flags], cwd=shell.folder, stdout=subprocess.DEVNULL)
    begun = time.monotonic()
    while program.poll() is None and time.monotonic() - begun < after:
        time.sleep(0.001)
    program.send_signal(signal.SIGKILL)
    program.wait()


@case
def a_load_that_was_killed_goes_on(shell):
    text = triples(0, 40_000).encode()
    shell.write("whole.nt", text)
    shell("load", "whole.nt", "--data", "once")
    wanted = as_loaded(dump(shell, "--data", "once"))
    chance = random.Random(3)
    went_on = 0
    for round, (name, data) in enumerate((("a.nt", text), ("b.nq.gz", gzip.compress(text, 1)), ("c.nt.zst", zstd(text)))):
        shell.write(name, data)
        flags = ("--chunk", "1500", "--data", f"cut{round}")
        for _ in range(3):
            killed_load(shell, name, chance.uniform(0.1, 0.3), *flags)
        got = shell("load", name, *flags)
        went_on += "going on behind line" in got.err
        assert as_loaded(dump(shell, "--data", f"cut{round}")) == wanted, f"{name}: {got}"
        shell("check", "--data", f"cut{round}")
        assert "not finished" not in shell("stats", "--data", f"cut{round}").out
    assert went_on > 0, "no load was cut off in the middle: kill earlier"


@case
def a_turtle_load_that_was_killed_begins_again(shell):
    name = shell.write("a.ttl", triples(0, 40_000))
    shell("load", name, "--data", "once")
    killed_load(shell, name, 0.3, "--chunk", "1000")
    if "not finished" in shell("stats", code=None).out:
        assert "read again from the beginning" in shell("load", name).err
    else:
        shell("load", name)
    assert dump(shell) == dump(shell, "--data", "once"), "something was doubled or lost"


@case
def progress_is_for_people(shell):
    shell.write("a.nt", triples(0, 30_000))
    assert shell("load", "a.nt").err == ""
    here, there = pty.openpty()
    program = subprocess.Popen([shell.program, "load", "a.nt", "--data", "watched", "--chunk", "2000"], cwd=shell.folder,
                               stdout=subprocess.DEVNULL, stderr=there)
    os.close(there)
    seen = b""
    try:
        while piece := os.read(here, 4096):
            seen += piece
    except OSError:
        pass  # the other end is closed
    os.close(here)
    assert program.wait() == 0
    assert re.search(rb"\d+ %  \d+ triples  \d+/s  \d+ s left", seen) or b"writing" in seen, seen


if __name__ == "__main__":
    cases.run(CASES)
