#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What front ends of Archipelago ask of a node, beside nginx with the same bytes, Community Solid Server, and what was
recorded of SemApps 1.1.3; each figure held against its goal.

    archipelago.py BUILD [quick|full] [--docs]

BUILD is a release build's folder. quick: under a minute, without Community Solid Server. full: rounds in which each
takes its turn, medians. CPU is that of the processes that answer, for a request; wall time depends on what else the
machine does. --docs puts the table into docs/performance.md. A peer that can't be had is left out with a word.
"""
import os
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))
from yardsticks import (HERE, PAIR, Missing, Nginx, Solid, appends, cpu_of, described, into_docs, memory,  # noqa: E402
                        wrk)
from node import Node  # noqa: E402

ROUNDS, SECONDS = {"quick": 1, "full": 5}, {"quick": 1, "full": 2}
CONNECTIONS, MEMBERS, RESOURCES = 16, {"quick": 2_000, "full": 10_000}, 200
JSONLD = "Accept: application/ld+json"
TURTLE = {"Content-Type": "text/turtle"}
# Recorded of SemApps 1.1.3 on two cores with 16 connections, requests a second without and with its Redis cache.
SEMAPPS = {"resource": 30, "resource, cached": 250, "container 100, cached": 345, "container 1,000, cached": 82,
           "post": 4.7}


class Goal:
    """What a figure is held against: `at_least` of a ratio, or `at_most` of a number."""

    def __init__(self, text, at_least=None, at_most=None):
        self.text, self.at_least, self.at_most = text, at_least, at_most

    def verdict(self, value):
        met = value >= self.at_least if self.at_least is not None else value <= self.at_most
        return "met" if met else "**not met**"


class Table:
    def __init__(self):
        self.lines = ["| what | CPU a request | a second | beside | CPU | a second | ratio of CPU, of rates | goal | |",
                      "|---|---|---|---|---|---|---|---|---|"]

    def put(self, what, ours="", rate="", peer="", peer_cpu="", peer_rate="", ratio="", goal="", verdict=""):
        line = f"| {what} | {ours} | {rate} | {peer} | {peer_cpu} | {peer_rate} | {ratio} | {goal} | {verdict} |"
        self.lines.append(line)
        print(line, flush=True)

    def samples(self, what, ours, peer="", theirs=(), goal=None):
        """Both sides' medians; held against the goal is the ratio of CPU, and what the clock says where it differs."""
        cpu, rate = median(s.cpu for s in ours), median(s.rate for s in ours)
        cells = [what, micros(cpu), f"{rate:,.0f}"]
        if not theirs:
            return self.put(*cells)
        by_cpu = median(s.cpu for s in theirs) / cpu
        by_rate = rate / median(s.rate for s in theirs)
        verdict = ""
        if goal:
            verdict, clock = goal.verdict(by_cpu), goal.verdict(by_rate)
            verdict += "" if verdict == clock else f"; by the clock {clock}"
        self.put(*cells, peer, micros(median(s.cpu for s in theirs)), f"{median(s.rate for s in theirs):,.0f}",
                 f"{by_cpu:.2f}, {by_rate:.2f}", goal.text if goal else "", verdict)

    def recorded(self, what, ours, key, goal=None):
        rate = median(s.rate for s in ours)
        ratio = rate / SEMAPPS[key]
        self.put(what, micros(median(s.cpu for s in ours)), f"{rate:,.0f}", "SemApps, recorded", "", SEMAPPS[key],
                 f"{ratio:,.0f} times", goal.text if goal else "", goal.verdict(ratio) if goal else "")


def micros(n):
    return f"{n:,.1f} µs" if n < 1000 else f"{n / 1000:,.2f} ms"


class Bench:
    def __init__(self, size, node, nginx, solid, folder):
        self.size, self.node, self.nginx, self.solid, self.folder = size, node, nginx, solid, folder
        self.table = Table()
        self.base = f"http://127.0.0.1:{node.port}"
        self.member = "Authorization: Bearer " + node.tokens["alice"]

    @property
    def pids(self):
        return [self.node.process.pid]

    def ours(self, path, headers=(JSONLD,), seconds=None, connections=CONNECTIONS, what=None):
        script = HERE / "archipelago.lua" if what else None
        return wrk(self.base + path, seconds or SECONDS[self.size], connections, headers, script, self.pids,
                   BENCH_DO=what or "", BENCH_BASE=self.node.base, BENCH_TOKEN=self.node.tokens["alice"],
                   BENCH_COUNT=str(RESOURCES))

    def theirs(self, url, headers=()):
        return wrk(url, SECONDS[self.size], CONNECTIONS, headers, None, self.nginx.pids)

    def beside(self, *turns):
        """Lets each take its turn, round by round; the samples of each."""
        samples = [[] for _ in turns]
        for _ in range(ROUNDS[self.size]):
            for turn, found in zip(turns, samples):
                found.append(turn())
        return samples

    def get(self, path, headers=None, by=None):
        got = self.node.ask("GET", path, {"Accept": "application/ld+json", **(headers or {})}, by=by)
        if got.status not in (200, 304):
            raise RuntimeError(f"{path}: {got.status} {got.text[:300]}")
        return got

    # Reading.

    def resource(self):
        page = self.get("/organizations/o-1")
        url = self.nginx.serve("resource.jsonld", page.body)
        turns = [lambda: self.ours("/organizations/o-1"), lambda: self.theirs(url),
                 lambda: self.ours("/organizations/o-1", (JSONLD, self.member))]
        if self.solid:
            turns.append(lambda: wrk(self.solid.base + "/organizations/o-1", SECONDS[self.size], CONNECTIONS, (JSONLD,),
                                     None, self.solid.pids))
        ours, theirs, known, *solid = self.beside(*turns)
        name = f"GET of a resource ({len(page.body):,} bytes)"
        self.table.samples(name, ours, "nginx, same bytes", theirs, Goal("1", at_least=1))
        self.table.samples(f"{name}, logged in", known, "nginx, same bytes", theirs, Goal("1", at_least=1))
        self.table.recorded(f"{name}, logged in", known, "resource", Goal("1,000 times", at_least=1000))
        if solid:
            self.table.samples(name, ours, "Community Solid Server 7, its own form", solid[0])
        etag = page.header("ETag")
        known_to_peer = self.etag_of(url)
        ours, theirs = self.beside(lambda: self.ours("/organizations/o-1", (JSONLD, f"If-None-Match: {etag}")),
                                   lambda: self.theirs(url, (f"If-None-Match: {known_to_peer}",)))
        self.table.samples("GET with If-None-Match: 304", ours, "nginx: 304", theirs, Goal("1", at_least=1))

    @staticmethod
    def etag_of(url):
        with urllib.request.urlopen(url) as answer:
            return answer.headers["ETag"]

    def containers(self):
        for count, least in ((100, None), (1000, 0.6)):
            page = self.get(f"/c{count}")
            url = self.nginx.serve(f"c{count}.jsonld", page.body)
            ours, theirs, known = self.beside(lambda: self.ours(f"/c{count}"), lambda: self.theirs(url),
                                              lambda: self.ours(f"/c{count}", (JSONLD, self.member)))
            goal = Goal(str(least), at_least=least) if least else None
            name = f"GET of a container of {count:,}, embedded ({len(page.body):,} bytes)"
            self.table.samples(name, ours, "nginx, same bytes", theirs, goal)
            self.table.samples(f"{name}, logged in", known, "nginx, same bytes", theirs, goal)
            self.table.recorded(f"{name}, logged in", known, f"container {count:,}, cached")

    def changes(self):
        """One member changes, the container is read, again and again."""
        patched, read, walls, before = [], [], [], None
        for n in range(20 if self.size == "full" else 5):
            patched.append(self.cpu_of(lambda: self.change("/c1000/m-7", n)))
            began = time.monotonic()
            read.append(self.cpu_of(lambda: self.get("/c1000")))
            walls.append(time.monotonic() - began)
        self.node.stop()
        self.node.start()
        before = self.cpu_of(lambda: self.get("/c1000"))
        share = median(read) / before
        goal = Goal("only its part: 0.1 of the first time", at_most=0.1)
        self.table.put("GET of a container of 1,000 after one member has changed", micros(median(read) * 1e6),
                       f"{1 / median(walls):,.0f}", "the first time after a start", micros(before * 1e6), "",
                       f"{share:.2f}", goal.text, goal.verdict(share))

    def cpu_of(self, run):
        before = cpu_of(self.node.process.pid)
        run()
        return cpu_of(self.node.process.pid) - before

    def change(self, path, n):
        said = f"{{ <{self.node.base}{path}> <{PAIR}comment> "
        body = f'DELETE {said}?c }} INSERT {said}"c{n}" }} WHERE {said}?c }}'
        got = self.node.ask("PATCH", path, {"Content-Type": "application/sparql-update"}, body, by="alice")
        if got.status != 204:
            raise RuntimeError(f"PATCH: {got.status} {got.text[:300]}")

    def large(self):
        """A container that is not in the cache, how much memory it takes, and when its first byte is there."""
        count = MEMBERS[self.size]
        self.change(f"/c{count}/m-1", 0)
        idle, pid = memory(self.node.process.pid), self.node.process.pid
        link = self.node.connect(120)
        before, began = cpu_of(pid), time.monotonic()
        link.request("GET", f"/c{count}", headers={"Accept": "application/ld+json"})
        answer = link.getresponse()
        first, size = time.monotonic() - began, 0
        while piece := answer.read(1 << 16):
            size += len(piece)
        used = cpu_of(pid) - before
        grown = memory(pid, "VmHWM") - idle
        goal = Goal("constant: 4 MiB", at_most=4)
        self.table.put(f"GET of a container of {count:,}, never read before ({size / 1e6:.1f} MB)", micros(used * 1e6), "",
                       "its first byte", "", f"{first * 1e3:.0f} ms", f"memory +{grown:.1f} MiB", goal.text,
                       goal.verdict(grown))

    def documents(self):
        """What a front end fetches some 25 times a page."""
        for name in ("context.jsonld", "void"):
            page = self.get(f"/.well-known/{name}")
            etag, control = page.header("ETag"), page.header("Cache-Control")
            again = (JSONLD, f"If-None-Match: {etag}")
            url = self.nginx.serve(name, page.body)
            ours, theirs, same, plain = self.beside(
                lambda: self.ours(f"/.well-known/{name}"), lambda: self.theirs(url),
                lambda: self.ours(f"/.well-known/{name}", again), lambda: self.ours("/organizations/o-1"))
            resource = median(s.cpu for s in plain)
            title = f"/.well-known/{name} ({len(page.body):,} bytes, ETag, Cache-Control: {control})"
            self.table.samples(title, ours, "nginx, same bytes", theirs)
            cpu = median(s.cpu for s in same)
            goal = Goal("no more than a cached resource, a tenth for noise", at_most=1.1)
            for what, figure in ((name, median(s.cpu for s in ours)), (f"{name}, 304", cpu)):
                self.table.put(what, micros(figure), "", "GET of a resource", micros(resource), "",
                               f"{figure / resource:.2f}", goal.text, goal.verdict(figure / resource))

    # Writing.

    def writes(self):
        for what, name in (("post", "POST"), ("patch", "PATCH")):
            for writers in (1, 16, 64):
                ours, limits = [], []
                for _ in range(ROUNDS[self.size]):
                    limits.append(appends(self.folder, 0.5))
                    ours.append(self.ours("/organizations", (), None, writers, what))
                limit, rate = median(limits), median(s.rate for s in ours)
                goal = Goal("1,000 times 4.7", at_least=4700) if writers == 64 else None
                cpu = median(s.cpu for s in ours)
                self.table.put(f"durable {name}, {writers} writer{'s' if writers > 1 else ''}", micros(cpu), f"{rate:,.0f}",
                               "4 KiB appends with fdatasync", "", f"{limit:,.0f}",
                               f"{rate / limit:.2f} of it; SemApps 4.7: {rate / 4.7:,.0f} times; CPU alone would let "
                               f"two cores do {2e6 / cpu:,.0f}",
                               goal.text if goal else "", goal.verdict(rate) if goal else "")
        if self.solid:
            self.solid_post()

    def solid_post(self):
        what = "POST, 16 writers, Community Solid Server 7, not synced"
        try:
            found = wrk(self.solid.base + "/organizations/", 15, CONNECTIONS, (), HERE / "archipelago.lua", self.solid.pids,
                        BENCH_DO="solid-post", BENCH_BASE=self.solid.base)
            self.table.put(what, "", "", "itself", micros(found.cpu), f"{found.rate:,.1f}")
        except RuntimeError as why:
            self.table.put(what, "", "", f"left out: {why}")

    def reads_under_writers(self):
        """Reads of the very resources that 16 writers change."""
        samples = []
        for _ in range(ROUNDS[self.size]):
            seconds = SECONDS[self.size]
            writer = threading.Thread(target=self.ours, args=("/", (), seconds + 1, 16, "patch"))
            writer.start()
            time.sleep(0.5)
            samples.append(self.ours("/", (), seconds, CONNECTIONS, "read"))
            writer.join()
        at_half, at_99 = median(s.median for s in samples), median(s.p99 for s in samples)
        goal = Goal("p99 within 5 medians", at_most=5)
        self.table.put("GETs under 16 writers of the same resources: p99", "", f"{median(s.rate for s in samples):,.0f}",
                       "their median", "", "", f"{micros(at_99)} to {micros(at_half)}: {at_99 / at_half:.1f}", goal.text,
                       goal.verdict(at_99 / at_half))

    def login(self):
        body, cpus, walls = '{"username": "alice", "password": "un mot de passe assez long"}', [], []
        for _ in range(3 if self.size == "quick" else 9):
            began = time.monotonic()

            def log_in():
                got = self.node.ask("POST", "/auth/login", {"Content-Type": "application/json"}, body)
                if got.status != 200:
                    raise RuntimeError(f"login: {got.status} {got.text[:300]}")
            cpus.append(self.cpu_of(log_in))
            walls.append(time.monotonic() - began)
        self.table.put("POST /auth/login (argon2id, which is to be slow)", micros(median(cpus) * 1e6),
                       f"{1 / median(walls):,.0f}")


def fill(node, size):
    """Containers of many members, and organisations to change; by alice, who may change what is hers."""
    link = node.connect()

    def post(path, slug, turtle, by="alice"):
        got = node.ask("POST", path, {**TURTLE, "Slug": slug}, turtle, by=by, connection=link)
        if got.status != 201:
            raise RuntimeError(f"{got.status} {got.text[:300]}")
    for count in (100, 1000, MEMBERS[size]):
        post("/", f"c{count}", "<> a <http://www.w3.org/ns/ldp#Container> .", "admin")
        for n in range(count):
            post(f"/c{count}", f"m-{n}", described("Idea", f"Idée {n}", n))
    for n in range(RESOURCES):
        post("/organizations", f"o-{n}", described("Organization", f"Organisation {n}", n))
    link.close()


def measure(size, program, packages, folder, stack):
    node = Node(program, folder=Path(folder, "node"), settings=["--connections-per-address", "1000", "--login-tries", "100"])
    node.account("admin", "--admin")
    node.account("alice")
    stack.enter_context(node)
    fill(node, size)
    (Path(folder) / "nginx").mkdir()
    os.chmod(folder, 0o755)
    nginx, solid, missing = stack.enter_context(Nginx(Path(folder, "nginx"))), None, []
    if size == "full":
        try:
            solid = stack.enter_context(Solid(packages / "css", Path(folder, "css")))
            for n in range(2):
                solid.put(f"/organizations/o-{n}", described("Organization", f"Organisation {n}", n))
        except Missing as why:
            missing.append(f"Community Solid Server ({why})")
    missing.append("SemApps (it needs its own build of Fuseki, which no registry has): its figures are recorded ones")
    bench = Bench(size, node, nginx, solid, folder)
    for part in (bench.large, bench.resource, bench.containers, bench.documents, bench.writes, bench.reads_under_writers,
                 bench.login, bench.changes):
        part()
    count = sum("met" in line for line in bench.table.lines)
    bad = sum("**not met**" in line for line in bench.table.lines)
    return bench.table.lines + ["", f"{count} goals, {bad} not met by one of the two measures.",
                                "Left out: " + "; ".join(missing) + "."]


def main():
    words = [word for word in sys.argv[2:] if not word.startswith("--")]
    size = words[0] if words else "quick"
    if len(sys.argv) < 2 or size not in ROUNDS:
        sys.exit(__doc__)
    if not shutil.which("wrk") or not shutil.which("nginx"):
        print("wrk or nginx is not installed: nothing is measured")
        return
    build = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="bocage-bench-") as folder, ExitStack() as stack:
        lines = measure(size, build / "bocage", build.parent / "peers", folder, stack)
    text = "\n".join(lines) + "\n"
    print("\n".join(lines[-2:]))
    (build / "bench").mkdir(exist_ok=True)
    (build / "bench" / f"archipelago-{size}.md").write_text(text)
    if "--docs" in sys.argv:
        into_docs(f"archipelago {size}", "archipelago.py", text)


if __name__ == "__main__":
    main()
