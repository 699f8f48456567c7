#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bocage dump, check, stats, backup, restore and compact.

    keep.py PROGRAM
"""
import gzip
import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
EX = "http://example.org/"
CASES = []


def case(check):
    def whole():
        with Shell(PROGRAM) as shell:
            check(shell)
    CASES.append((check.__name__, whole))
    return check


def some_quads(count):
    return "".join(f'<{EX}s{n}> <{EX}p{n % 5}> "a text, number {n}" <{EX}g{n % 10}> .\n' for n in range(count))


def filled(shell, count=1000, *flags):
    shell("load", shell.write("some.nq", some_quads(count) + f"<{EX}s> <{EX}p> _:b .\n"), *flags)


def dump(shell, *flags):
    return sorted(shell("dump", *flags).out.splitlines())


@case
def dump_writes_every_format_packed_or_not(shell):
    from rdflib import Dataset, Graph  # an independent reader
    filled(shell)
    wanted = dump(shell)
    assert len(wanted) == 1001
    shell("dump", "all.nq"), shell("dump", "all.nq.gz"), shell("dump", "all.nq.zst"), shell("dump", "all.trig.gz")
    assert sorted(shell.path("all.nq").read_text().splitlines()) == wanted
    assert sorted(gzip.decompress(shell.path("all.nq.gz").read_bytes()).decode().splitlines()) == wanted
    unpacked = subprocess.run(["zstd", "-dqc", "all.nq.zst"], cwd=shell.folder, capture_output=True, check=True).stdout
    assert sorted(unpacked.decode().splitlines()) == wanted
    for name in ("all.nq.gz", "all.trig.gz"):
        shell("load", name, "--data", name + ".data")
        assert len(dump(shell, "--data", name + ".data")) == 1001, name
    trig = Dataset()
    trig.parse(data=gzip.decompress(shell.path("all.trig.gz").read_bytes()), format="trig")
    assert len(list(trig.quads((None,) * 4))) == 1001
    for name, format in (("all.ttl", "turtle"), ("all.rdf", "xml"), ("all.nt", "nt"), ("all.jsonld", "json-ld")):
        got = shell("dump", name)
        assert ("can't name graphs" in got.err) == (format != "json-ld"), got
        graph = Graph() if format != "json-ld" else Dataset()
        graph.parse(data=shell.path(name).read_text(), format=format)
        assert len(graph) == 1001 or format == "json-ld", (name, len(graph))
    assert not list(shell.folder.glob("*.part"))


@case
def dump_of_one_graph(shell):
    filled(shell)
    one = dump(shell, "--graph", EX + "g3")
    assert len(one) == 100 and all(line.endswith(f"<{EX}g3> .") for line in one)
    assert len(dump(shell, "--graph", "default")) == 1
    assert shell("dump", "--graph", EX + "g3", "--format", "turtle").err == ""
    got = shell("dump", "g.nq", "--graph", EX + "nowhere", code=1)
    assert "there is no graph <http://example.org/nowhere>" in got.err and "SELECT DISTINCT" in got.err, got
    assert not shell.path("g.nq").exists() and not shell.path("g.nq.part").exists()
    assert "add --format nquads" in shell("dump", "all.what", code=2).err
    assert "is not written" in shell("dump", "--format", "word", code=2).err
    assert "can't be written" in shell("dump", "no/such/folder/all.nq", code=1).err


@case
def a_full_disk_is_told(shell):
    filled(shell)
    got = subprocess.run([shell.program, "dump"], cwd=shell.folder, stdout=open("/dev/full", "wb"), capture_output=False,
                         stderr=subprocess.PIPE)
    assert got.returncode == 1 and b"No space left" in got.stderr, got


@case
def there_is_no_store_yet(shell):
    for command in (("dump",), ("check",), ("stats",), ("compact",), ("backup", "b")):
        assert "make one with 'bocage init" in shell(*command, code=1).err, command


@case
def stats_for_people_and_programs(shell):
    filled(shell)
    got = json.loads(shell("stats", "--json").out)
    assert (got["quads"], got["graphs"], got["rows"]["account"]) == (1001, 11, 0), got
    assert got["file_bytes"] >= got["used_bytes"] > 0 and got["terms"] > 1000
    assert "1001 quads in 11 graphs" in shell("stats").out


@case
def check_finds_damage(shell):
    filled(shell, 20_000)
    assert "0 faults" in shell("check").out
    path = shell.path("data/store/data.mdb")
    path.write_bytes(path.read_bytes().replace(b"a text, number ", b"A TEXT, NUMBER "))
    got = shell("check", code=1)
    assert "faults" in got.err and len(got.out.splitlines()) > 1, got
    shutil.copytree(shell.path("data"), shell.path("damaged"))
    got = shell("restore", "damaged", "--data", "new", code=1)
    assert "faults" in got.err and not shell.path("new/store").exists(), got


@case
def backup_and_restore(shell):
    filled(shell)
    wanted = dump(shell)
    assert "1001 quads in 11 graphs" in shell("backup", "copy/").out
    assert "0 faults" in shell("check", "--data", "copy").out
    assert "is there already" in shell("backup", "copy", code=1).err
    shell("load", shell.write("more.nt", f"<{EX}more> <{EX}p> 'x' .\n".replace("'", '"')))
    got = shell("restore", "copy", code=1)
    assert "--force" in got.err and "--data" in got.err and len(dump(shell)) == 1002, got
    shell("restore", "copy", "--data", "elsewhere")
    assert dump(shell, "--data", "elsewhere") == wanted
    assert "0 faults" in shell("restore", "copy", "--force").out
    assert dump(shell) == wanted
    shell("check")
    shell("load", "more.nt")
    assert len(dump(shell)) == 1002
    assert "is no backup" in shell("restore", "nothing", code=1).err
    shell.path("left.part").mkdir()
    assert "cut off" in shell("backup", "left", code=1).err


@case
def compact_gives_space_back(shell):
    filled(shell, 30_000)
    wanted = dump(shell)
    shell("load", shell.write("much.nq", some_quads(60_000).replace("example.org", "example.net")))
    before = json.loads(shell("stats", "--json").out)
    got = shell("compact").out
    assert "bytes before" in got and "after" in got, got
    after = json.loads(shell("stats", "--json").out)
    assert after["quads"] == before["quads"] and after["file_bytes"] <= before["file_bytes"]
    assert set(wanted) <= set(dump(shell))
    shell("check")
    assert not shell.path("data/store/compact").exists()


class Writer(threading.Thread):
    """Replaces one document after the other by two triples that carry the same number."""

    def __init__(self, node, name):
        super().__init__(daemon=True)
        self.node, self.name_, self.count, self.ending = node, name, 0, False

    def run(self):
        connection = self.node.connect()
        while not self.ending:
            self.count += 1
            pair = "http://virtual-assembly.org/ontologies/pair#"
            got = self.node.ask("PUT", f"/organizations/{self.name_}-{self.count % 7}", {"Content-Type": "text/turtle"},
                                f'<> a <{pair}Organization> ; <{pair}label> "n{self.count}" ; '
                                f'<{pair}label2> "n{self.count}" .', by="admin", connection=connection)
            assert got.status in (200, 201, 204), got.text


@case
def a_backup_while_a_server_writes(shell):
    node = Node(PROGRAM)
    node.account("admin", "--admin")
    with node:
        writers = [Writer(node, f"w{n}") for n in range(4)]
        for writer in writers:
            writer.start()
        counts = []
        for n in range(4):
            time.sleep(0.3)
            shell("backup", f"copy{n}", "--data", str(node.folder))
            counts.append(sum(writer.count for writer in writers))
        got = shell("compact", "--data", str(node.folder), code=1)
        assert "end it first" in got.err and "bocage backup" in got.err, got
        got = shell("restore", "copy0", "--data", str(node.folder), "--force", code=1)
        assert "is in use" in got.err, got
        for writer in writers:
            writer.ending = True
            writer.join()
        assert node.ask("GET", "/organizations/w0-1").status == 200
        assert counts[0] < counts[-1], "the writers stood still"
        for n in range(4):
            shell("check", "--data", f"copy{n}")
            numbers = {}
            for line in dump(shell, "--data", f"copy{n}", "--format", "ntriples"):
                if "/organizations/w" in line and '"n' in line:
                    subject, _, value = line.split(" ", 2)
                    numbers.setdefault(subject, set()).add(value)
            assert numbers and all(len(values) == 1 for values in numbers.values()), f"half of a write is in the copy: {numbers}"
    # What was backed up can be served, with its accounts.
    shutil.rmtree(shell.path("copy1/store"), ignore_errors=True)
    shell("restore", "copy3", "--data", "copy1")
    served = Node(PROGRAM, folder=shell.path("copy1"), port=node.port, pack=None)
    served.tokens["admin"] = served.run("account", "token", "admin").strip()
    with served:
        assert served.ask("GET", "/organizations/w0-1", by="admin").status == 200


if __name__ == "__main__":
    cases.run(CASES)
