#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The storage module in Redland's own program rdfproc, and bocage import from Redland's storages.

    programs.py PROGRAM MODULE
"""
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM, MODULE = sys.argv[1:3] if len(sys.argv) > 2 else sys.exit(__doc__)
EX = "http://example.org/"
ENVIRONMENT = dict(os.environ, REDLAND_MODULE_PATH=str(Path(MODULE).parent))
BDB = "hash-type='bdb',dir='.'"
if b"libasan" in subprocess.run(["ldd", MODULE], capture_output=True, check=True).stdout:
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    PRELOAD = dict(ENVIRONMENT, LD_PRELOAD=library.stdout.strip(), ASAN_OPTIONS="detect_leaks=0")
else:
    PRELOAD = ENVIRONMENT
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            shell.write("some.nt", "".join(f"<{EX}s{n}> <{EX}p{n % 3}> "
                                           + (f'"text {n}"@fr' if n % 2 else f"_:b{n % 5}") + " .\n" for n in range(200)))
            shell.write("more.nt", f'<{EX}more> <{EX}p1> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
            check(shell)
    CASES.append((check.__name__, whole))
    return check


def rdfproc(shell, *words, storage="bocage"):
    flags = ["-q", "-s", storage] + (["-t", BDB] if storage == "hashes" else [])
    run = subprocess.run(["rdfproc", *flags, *words], cwd=shell.folder, capture_output=True, text=True, timeout=120,
                         env=PRELOAD)
    assert run.returncode == 0, f"rdfproc {' '.join(words)}: {run.stdout}{run.stderr}"
    return run.stdout + run.stderr


@case
def rdfproc_finds_the_storage(shell):
    listing = subprocess.run(["rdfproc", "-s", "help"], capture_output=True, text=True, env=PRELOAD)
    assert "bocage" in listing.stdout + listing.stderr, listing


@case
def rdfproc_fills_asks_and_changes_a_store(shell):
    rdfproc(shell, "-n", "data", "parse", "some.nt", "ntriples")
    assert "200 triples" in rdfproc(shell, "data", "size")
    assert "200 quads" in shell("stats").out
    shell("check")
    assert rdfproc(shell, "data", "find", "-", EX + "p1", "-").count(EX + "p1") == 67
    assert "text 7" in rdfproc(shell, "data", "targets", EX + "s7", EX + "p1")
    rdfproc(shell, "data", "add", EX + "a", EX + "b", EX + "c")
    rdfproc(shell, "data", "contains", EX + "a", EX + "b", EX + "c")  # tells by how it ends
    assert "201 triples" in rdfproc(shell, "data", "size")
    assert EX + "a" in shell("query", "--query", f"SELECT ?s {{ ?s <{EX}b> ?o }}").out
    rdfproc(shell, "data", "remove", EX + "a", EX + "b", EX + "c")
    assert "200 triples" in rdfproc(shell, "data", "size")
    got = rdfproc(shell, "data", "query", "sparql", "-", f"SELECT ?o WHERE {{ <{EX}s7> <{EX}p1> ?o }}")
    assert "text 7" in got, got
    rdfproc(shell, "-n", "data", "parse", "more.nt", "ntriples")
    assert "1 quads" in shell("stats").out
    rdfproc(shell, "-T", "data", "parse", "some.nt", "ntriples")
    assert "201 quads" in shell("stats").out


@case
def rdfproc_and_contexts(shell):
    rdfproc(shell, "-c", "data", "add", EX + "a", EX + "b", EX + "c", EX + "graph")
    rdfproc(shell, "-c", "data", "add", EX + "a", EX + "b", EX + "d")
    assert f"<{EX}a> <{EX}b> <{EX}c> <{EX}graph> ." in shell("dump").out
    assert EX + "graph" in rdfproc(shell, "data", "contexts")
    assert rdfproc(shell, "data", "serialize", "ntriples").count(EX + "b") == 2
    rdfproc(shell, "data", "remove-context", EX + "graph")
    assert EX + "graph" not in shell("dump").out


@case
def a_store_and_rdfproc_see_each_other(shell):
    shell("load", "some.nt", "--graph", EX + "g")
    assert rdfproc(shell, "data", "find", "-", "-", "-").count("\n") >= 200
    ours = sorted(shell("dump", "--format", "ntriples").out.splitlines())
    theirs = sorted(line for line in rdfproc(shell, "data", "serialize", "ntriples").splitlines() if line.startswith("<"))
    assert [line.rstrip(" .") for line in ours] == [line.rstrip(" .") for line in theirs]


@case
def import_from_hashes_on_disk(shell):
    rdfproc(shell, "-n", "old", "parse", "some.nt", "ntriples", storage="hashes")
    got = shell("import", "--storage", "hashes", "--name", "old", "--options", BDB, environment=ENVIRONMENT)
    assert "200 triples read, 200 new" in got.out, got
    again = shell("import", "--storage", "hashes", "--name", "old", "--options", BDB, environment=ENVIRONMENT)
    assert "200 triples read, 0 new" in again.out, again
    shell("check")
    assert '"text 7"@fr' in shell("dump").out
    shell("import", "--storage", "hashes", "--name", "old", "--options", BDB, "--graph", EX + "g", "--data", "placed",
          environment=ENVIRONMENT)
    assert shell("dump", "--data", "placed").out.count(f"<{EX}g> .") == 200


@case
def import_from_other_storages(shell):
    shell("load", "some.nt", "--data", "ours", "--graph", EX + "g")
    got = shell("import", "--storage", "bocage", "--name", "ours", environment=ENVIRONMENT)
    assert "200 triples read, 200 new" in got.out and f"<{EX}g> ." in shell("dump").out, got
    shell.write("file.rdf", f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="{EX}">'
                f'<r:Description r:about="{EX}a"><e:b>x</e:b></r:Description></r:RDF>')
    got = shell("import", "--storage", "file", "--name", "file.rdf", "--data", "filed", environment=ENVIRONMENT)
    assert "1 triples read" in got.out, got


@case
def import_from_sqlite(shell):
    modules = {"REDLAND_MODULE_PATH": next(str(path.parent) for path in
                                           Path("/usr/lib").glob("*/redland/librdf_storage_sqlite.so"))}
    subprocess.run(["rdfproc", "-q", "-n", "-s", "sqlite", "-t", "synchronous='off'", "old.db", "parse", "some.nt", "ntriples"],
                   cwd=shell.folder, check=True, capture_output=True, env=dict(os.environ, **modules))
    got = shell("import", "--storage", "sqlite", "--name", "old.db", environment=dict(os.environ, **modules))
    assert "200 triples read, 200 new" in got.out, got


@case
def what_can_not_be_imported(shell):
    got = shell("import", "--storage", "hashe", "--name", "x", code=1, environment=ENVIRONMENT)
    assert "no storage 'hashe'" in got.err and "hashes" in got.err and "librdf-storage-" in got.err, got
    got = shell("import", "--storage", "hashes", "--name", "nowhere", "--options", BDB, code=1, environment=ENVIRONMENT)
    assert "can't be opened" in got.err, got
    assert "--storage is missing" in shell("import", code=2).err


if __name__ == "__main__":
    cases.run(CASES)
