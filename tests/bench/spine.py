#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The figures of the spine, each beside a known yardstick in the same run, as a table in Markdown.

    spine.py PROGRAM GENERATE [--quick]

PROGRAM is a release build of bocage, GENERATE the program made from generate.c. Peers: nginx serving the same bytes
from a file, wrk as the client, rapper counting the same triples, and plain appends of 4 KiB with fdatasync. A peer
that is not installed is left out with a word. Everything stays on loopback and stops by itself.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))
from yardsticks import Nginx, appends, described, memory, wrk  # noqa: E402  (and the folder of node.py)
from node import Node  # noqa: E402

QUICK = "--quick" in sys.argv



def row(what, ours, peer="", ratio=""):

    print(f"| {what} | {ours} | {peer} | {ratio} |", flush=True)


def cpu_of(arguments, **more):
    """Seconds of CPU and of wall time a command took."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.monotonic() - began


def reads(node, folder):
    """A cached resource, and a container of 1,000 members, beside nginx with the same bytes."""
    node.ask("PUT", "/organizations/mesure", {"Content-Type": "text/turtle"}, described("Organization", "mesure", 1), by="admin")
    connection = node.connect()
    for n in range(1000):
        got = node.ask("POST", "/ideas", {"Content-Type": "text/turtle", "Slug": f"idee-{n}"}, described("Idea", f"Idée {n}", n), by="admin",
                       connection=connection)
        if got.status != 201:
            raise RuntimeError(f"{got.status} {got.text[:300]}")
    connection.close()
    accept = "Accept: application/ld+json"
    for name, path in (("GET of a cached resource", "/organizations/mesure"),
                       ("GET of a container with 1,000 members", "/ideas")):
        answer = node.ask("GET", path, {"Accept": "application/ld+json"})
        ours, theirs = [], []
        with Nginx(folder) as peer:
            page = peer.serve("page.json", answer.body)
            for _ in range(1 if QUICK else 3):
                ours.append(wrk(node.base.replace("localhost", "127.0.0.1") + path, 3, 64, [accept]).rate)
                theirs.append(wrk(page, 3, 64).rate)
        row(f"{name} ({len(answer.body):,} bytes), wrk -t1 -c64", f"{median(ours):,.0f}/s",
            f"nginx, same bytes: {median(theirs):,.0f}/s", f"{median(ours) / median(theirs):.2f}")


def writes(node, folder):
    """Durable PUTs by 1, 8 and 64 writers."""
    seconds = 2 if QUICK else 4
    for writers in (1, 8, 64):
        limit = appends(folder, 1)
        counts = [0] * writers
        end = time.monotonic() + seconds

        def put(at):
            connection = node.connect()
            while time.monotonic() < end:
                got = node.ask("PUT", f"/organizations/ecrit-{at}", {"Content-Type": "text/turtle"},
                               described("Organization", f"ecrit-{at}", counts[at]), by="admin", connection=connection)
                if got.status not in (201, 204):
                    raise RuntimeError(f"{got.status} {got.text[:300]}")
                counts[at] += 1

        threads = [threading.Thread(target=put, args=(at,)) for at in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = sum(counts) / seconds
        row(f"durable PUTs, {writers} writer{'s' if writers > 1 else ''} (a Python client on the same two cores)",
            f"{rate:,.0f}/s", f"4 KiB appends with fdatasync: {limit:,.0f}/s", f"{rate / limit:.2f}")


def load(program, generate, folder):
    count = 100_000 if QUICK else 1_000_000
    data = Path(folder, "data.nt")
    with open(data, "wb") as out:
        subprocess.run([generate, str(count)], stdout=out, check=True)
    store = Path(folder, "loaded")
    ours, peers = [], []
    for _ in range(1 if QUICK else 3):
        shutil.rmtree(store, ignore_errors=True)
        ours.append(cpu_of([program, "load", "--data", str(store), str(data)]))
        if shutil.which("rapper"):
            peers.append(cpu_of(["rapper", "-q", "-c", "-i", "ntriples", str(data)]))
    cpu, wall = median(o[0] for o in ours), median(o[1] for o in ours)
    peer = median(p[0] for p in peers) if peers else None
    size = sum(f.stat().st_blocks * 512 for f in store.rglob("*") if f.is_file())
    row(f"load of {count:,} N-Triples, durable", f"{cpu:.2f} s CPU, {wall:.2f} s wall, {count / wall:,.0f}/s",
        f"rapper -c, reading only: {peer:.2f} s CPU" if peer else "rapper is not installed",
        f"{peer / cpu:.2f}" if peer else "")
    row(f"the same on disk", f"{size / count:.0f} bytes a triple", f"{data.stat().st_size / count:.0f} as N-Triples")
    node = Node(program, pack=None, folder=store)
    starts = []
    for _ in range(3):
        began = time.monotonic()
        node.start()
        answer = node.sparql("ASK { ?s ?p ?o }")
        starts.append(time.monotonic() - began)
        idle = memory(node.process.pid)
        node.stop()
        assert answer is True
    row(f"start to the first SPARQL answer with {count:,} triples", f"{median(starts) * 1000:.0f} ms")
    row(f"resident memory then", f"{idle:.1f} MiB")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, generate = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    print("| what | Bocage | beside | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="bocage-bench-") as folder:
        os.chmod(folder, 0o755)
        node = Node(program, settings=["--connections-per-address", "1000"])
        node.account("admin", "--admin")
        with node:
            time.sleep(1)
            row("resident memory, idle, demo territory", f"{memory(node.process.pid):.1f} MiB")
            if shutil.which("wrk") and shutil.which("nginx"):
                reads(node, folder)
            else:
                print("(wrk or nginx is not installed: reads are left out)")
            writes(node, folder)
        load(program, generate, folder)


if __name__ == "__main__":
    main()
