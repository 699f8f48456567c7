#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The query engine beside its peers: the queries of queries.rq over the data of generate.c, in one run.

    engines.py BUILD [quick|full|big] [--docs] [--only=PEER,...] [--queries=NAME,...] [--seconds=N]

BUILD is a release build's folder. quick: 100,000 triples, all peers that can be had, under 90 seconds. full: 1 million.
big: 10 million, without rasqal and Fuseki. For each query the engines take turns, so that what else the machine does hits all alike;
figures are medians of up to five samples (fewer when one takes seconds), CPU time of the whole process first. Before
any ratio is given, rows and counts are checked to be equal. Results go to BUILD/bench/SIZE.json and .md; --docs puts
the tables into docs/performance.md. Fails when answers differ.
"""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))
from peers import ENGINES, Failed  # noqa: E402
from yardsticks import HERE, Missing, into_docs  # noqa: E402

SIZES = {"quick": 100_000, "full": 1_000_000, "big": 10_000_000}
BUDGET = {"quick": 35, "full": 150, "big": 240}  # seconds for all queries
SAMPLES, SAMPLE_SECONDS = 5, 0.02
# Known not to be comparable: (engine, query) and why.
UNEQUAL = {("fuseki", "q35"): "Fuseki without its module of geometry knows no distance",
           ("virtuoso", "q12"): "describes what points to the subject too",
           ("rasqal", "q24"): "rasqal drops a row of the sub-select",
           ("rasqal", "q27"): "rasqal does not join inline VALUES",
           ("rasqal", "q35"): "rasqal keeps rows for which a filter calls what it does not know",
           ("rasqal", "q32"): "rasqal does not heed DISTINCT in COUNT"}


class Query:
    """A question, in the words of each peer that has its own."""

    def __init__(self, name, about):
        self.name, self.about, self.words = name, about, {}

    def of(self, engine):
        own = "bocage" if engine.short in ("bocage", "http") else engine.short
        return self.words.get(own) or self.words.get("others") or self.words["bocage"]


def read_queries():
    head, *parts = re.split(r"^## ", (HERE / "queries.rq").read_text(), flags=re.M)
    prefixes = dict(re.findall(r"^PREFIX (\w+): (<[^>]*>)$", head, re.M))
    queries = {}
    for part in parts:
        title, body = part.split("\n", 1)
        name, _, about = title.partition(" ")
        name, _, peer = name.partition("@")
        used = [f"PREFIX {p}: {iri}" for p, iri in prefixes.items() if re.search(rf"(?<![\w<?:/]){p}:", body)]
        query = queries.setdefault(name, Query(name, about))
        query.words[peer or "bocage"] = "\n".join(used + [body.strip()]) + "\n"
    return list(queries.values())


def read_updates():
    """(name, times, about, text, query that checks)"""
    for part in re.split(r"^## ", (HERE / "updates.rq").read_text(), flags=re.M)[1:]:
        title, body = part.split("\n", 1)
        name, times, about = title.split(" ", 2)
        text, check = body.split("\nASK ", 1)
        yield name, int(times), about, text.strip(), check.strip()


class Series:
    """The samples of one engine on one query."""

    def __init__(self):
        self.cpu, self.wall, self.answer, self.error = [], [], None, None

    def add(self, engine, query, path, times):
        try:
            cpu, wall, self.answer = engine.run(query, path, times)
        except Failed as failure:
            self.error = str(failure)
            return 0
        self.cpu.append(cpu)
        self.wall.append(wall)
        return wall

    @property
    def result(self):
        if self.error:
            return {"error": self.error}
        return {"cpu": median(self.cpu), "wall": median(self.wall), "samples": len(self.cpu),
                "rows": self.answer[0], "value": self.answer[1]}


def measure(engines, queries, folder, budget):
    results, share = {}, budget / len(queries)
    for asked in queries:
        name, texts, paths = asked.name, {}, {}
        for engine in engines:
            texts[engine.short], paths[engine.short] = asked.of(engine), Path(folder, f"{name}-{engine.short}.rq")
            paths[engine.short].write_text(texts[engine.short])
        all_series, times = {e.short: Series() for e in engines}, {}
        for engine in engines:  # the first run warms up and tells how often to repeat
            took = all_series[engine.short].add(engine, texts[engine.short], paths[engine.short], 1)
            times[engine.short] = max(1, min(1000, int(SAMPLE_SECONDS / (took + 1e-6))))
            if took < share / 4:
                all_series[engine.short].cpu, all_series[engine.short].wall = [], []
        end = time.monotonic() + share
        for sample in range(SAMPLES):
            if sample > 1 and time.monotonic() > end + share:
                break
            for engine in engines:
                series = all_series[engine.short]
                slow = series.wall and series.wall[0] > share / 20 and time.monotonic() > end
                if not series.error and not slow:
                    series.add(engine, texts[engine.short], paths[engine.short], times[engine.short])
        results[name] = {e.short: all_series[e.short].result for e in engines}
        line = "  ".join(f"{short} {r['cpu'] * 1e3:.3f}" if "cpu" in r else f"{short} -"
                         for short, r in results[name].items())
        print(f"{name}  {line}", file=sys.stderr, flush=True)
    return results


def measure_updates(engines, folder):
    """Each update in turn by each engine that has them, again and again; after each the same query must give the same."""
    updates, results = list(read_updates()), {}
    engines = [e for e in engines if hasattr(e, "update")]
    check = Path(folder, "check.rq")
    for turn in range(SAMPLES):
        for name, times, _, text, query in updates:
            check.write_text(query + "\n")
            for engine in engines:
                found = results.setdefault(name, {}).setdefault(engine.short, {"cpu": [], "wall": [], "rows": 1})
                if "error" in found:
                    continue
                opened, closed = ("GRAPH <http://g/> {", "}") if engine.own_graph else ("", "")
                asked = [text.replace("$N", str(turn * times + n)).replace("$[", opened).replace("$]", closed)
                         for n in range(times)]
                try:
                    cpu, wall = engine.update(asked, Path(folder, "updates"))
                    found["value"] = engine.run(query, check, 1)[2][1]
                except Failed as failure:
                    found["error"] = str(failure)
                    continue
                found["cpu"].append(cpu / times)
                found["wall"].append(wall / times)
    for by_engine in results.values():
        for found in by_engine.values():
            found |= {kind: median(found[kind]) for kind in ("cpu", "wall") if "error" not in found}
    return results


def differences(results, against="bocage"):
    """Engines that answer something else than Bocage."""
    found = []
    for name, by_engine in results.items():
        own = by_engine[against]
        if "error" in own:
            found.append(f"{name}: {own['error']}")
            continue
        for short, other in by_engine.items():
            if "error" in other or (short, name) in UNEQUAL:
                continue
            same = own["rows"] == other["rows"] and (own["value"] is None or other["value"] in (None, own["value"]))
            if not same:
                found.append(f"{name}: {short} has {other['rows']} rows, {other['value']}; "
                             f"Bocage {own['rows']}, {own['value']}")
    return found


# The goals: row, what, query, measured as, peer ("best": the smaller of its CPU and wall time, where it may use two
# threads), must, stretch; without a peer the two are seconds.
GOALS = [
    (3, "bulk load", "load", "bocage cpu", "virtuoso cpu", 8, 13),
    (3, "", "load", "bocage cpu", "wasm cpu", 8, 13),
    (5, "point query over HTTP", "q01", "http cpu", "virtuoso cpu", 15, 30),
    (7, "star, counted", "q20", "bocage cpu", "virtuoso best", 2, 4),
    (7, "", "q20", "bocage cpu", "wasm cpu", 30, 80),
    (7, "", "q20", "bocage cpu", "rasqal cpu", 50, 100),
    (8, "snowflake, counted", "q21", "bocage cpu", "virtuoso best", 1.5, 4),
    (8, "", "q21", "bocage cpu", "wasm cpu", 25, 60),
    (9, "filter, order, limit", "q06", "bocage cpu", "virtuoso best", 2, 5),
    (9, "", "q06", "bocage cpu", "wasm cpu", 40, 100),
    (10, "group by", "q08", "bocage cpu", "virtuoso cpu", 10, 20),
    (10, "", "q08", "bocage cpu", "wasm cpu", 40, 80),
    (11, "triangle", "q13", "bocage cpu", "virtuoso cpu", 10, 20),
    (11, "", "q13", "bocage cpu", "wasm cpu", 50, 100),
    (12, "path downwards", "q11", "bocage cpu", "virtuoso cpu", 4, 8),
    (12, "", "q11", "bocage cpu", "wasm cpu", 4, 15),
    (12, "path and joins", "q18", "bocage cpu", "virtuoso cpu", 4, 8),
    (12, "", "q18", "bocage cpu", "wasm cpu", 4, 15),
    (13, "all rows of a star as JSON", "q03", "http cpu", "virtuoso cpu", 15, 30),
    (13, "", "q03", "bocage cpu", "wasm cpu", 6, 12),
    (14, "regular expression", "q09", "bocage cpu", "virtuoso cpu", 5, 8),
    (14, "", "q09", "bocage cpu", "wasm cpu", 8, 12),
    (15, "count of all", "q14", "bocage cpu", None, 0.0001, 0.00002),
    (15, "count by class", "q15", "bocage cpu", None, 0.0001, 0.00002),
]


def goal_rows(results):
    """(row, what, own, peer's, ratio or None, must, stretch, verdict)"""
    for row, what, query, own, peer, must, stretch in GOALS:
        def figure(which):
            short, kind = which.split()
            found = results.get(query, {}).get(short, {})
            return min(found["cpu"], found["wall"]) if kind == "best" and "cpu" in found else found.get(kind)
        mine = figure(own)
        if mine is None:
            yield row, what, own, None, peer, None, None, must, stretch, "not measured"
            continue
        if peer is None:
            level = "stretch met" if mine <= stretch else "must met" if mine <= must else "not met"
            yield row, what, own, mine, peer, None, None, must, stretch, level
            continue
        theirs = figure(peer)
        if theirs is None:
            yield row, what, own, mine, peer, None, None, must, stretch, "not measured"
            continue
        ratio = theirs / mine
        level = "stretch met" if ratio >= stretch else "must met" if ratio >= must else "not met"
        yield row, what, own, mine, peer, theirs, ratio, must, stretch, level


def milliseconds(seconds):
    return f"{seconds * 1e3:.3f}" if seconds < 0.01 else f"{seconds * 1e3:.1f}" if seconds < 1 else f"{seconds:.2f} s"


def tables(size, count, engines, missing, queries, results, updates, loads):
    lines = [f"{count:,} triples asked for; milliseconds of CPU (wall time in brackets where it differs by a fifth), "
             "medians; \"-\": refused or not supported.", ""]
    lines += ["| engine | load, s CPU | load, s wall | on disk, MB |", "|---|---|---|---|"]
    for engine in engines:
        cpu, wall = loads[engine.short]
        lines.append(f"| {engine.name} | {f'{cpu:.2f}' if cpu else ''} | {f'{wall:.2f}' if wall else ''} | "
                     f"{f'{engine.size / 1e6:.0f}' if engine.size else ''} |")
    def times_of(name, title, by_engine):
        cells = []
        for engine in engines:
            found = by_engine.get(engine.short, {"error": ""})
            cell = "-" if "error" in found else milliseconds(found["cpu"])
            if "cpu" in found and "error" not in found and abs(found["wall"] - found["cpu"]) > 0.2 * found["cpu"]:
                cell += f" ({milliseconds(found['wall'])})"
            cells.append(cell)
        return f"| {name} {title} | " + " | ".join(cells) + " |"

    lines += ["", "| query | rows | " + " | ".join(e.name for e in engines) + " |", "|---|---|" + "---|" * len(engines)]
    for query in queries:
        found = results[query.name]
        lines.append(times_of(query.name, f"{query.about} | {found['bocage'].get('rows')}", found))
    lines += ["", "| update, each a request | " + " | ".join(e.name for e in engines) + " |", "|---|" + "---|" * len(engines)]
    for name, _, about, _, _ in read_updates():
        lines.append(times_of(name, about, updates.get(name, {})))
    lines += ["", "| goal | what | measured | peer | ratio | must | stretch | |", "|---|---|---|---|---|---|---|---|"]
    for row, what, own, mine, peer, theirs, ratio, must, stretch, level in goal_rows({**results, "load": {s: dict(zip(("cpu", "wall"), l)) for s, l in loads.items()}}):
        bound = (lambda v: f"< {v * 1e3:g} ms") if peer is None else (lambda v: f"{v:g}x")
        lines.append(f"| {row} | {what} | {own}: {milliseconds(mine) if mine else '-'} | "
                     f"{f'{peer}: {milliseconds(theirs)}' if theirs else peer or ''} | "
                     f"{f'{ratio:.1f}x' if ratio else ''} | {bound(must)} | {bound(stretch)} | {level} |")
    lines += [""] + [f"Left out: {name} ({why})." for name, why in missing]
    return "\n".join(lines).rstrip() + "\n"


def listed(flag):
    """The words of --FLAG=WORD,...; None when it was not given."""
    return next((w.split("=", 1)[1].split(",") for w in sys.argv if w.startswith(f"--{flag}=")), None)


def is_asked(short, size, only):
    if only:
        return short in only + ["bocage"]
    left_out = {"quick": ["fuseki"], "full": [], "big": ["fuseki", "rasqal"]}[size]  # a JVM warms up slowly
    return short not in left_out


def main():
    words = [w for w in sys.argv[2:] if not w.startswith("--")]
    only = listed("only")
    if len(sys.argv) < 2 or (words and words[0] not in SIZES):
        sys.exit(__doc__)
    build, size = Path(sys.argv[1]).resolve(), words[0] if words else "quick"
    tools = {"bocage": build / "bocage", "peers": build.parent / "peers"}
    tools |= {name: build / "tests/bench" / name for name in ("bench_generate", "bench_query", "bench_rasqal")}
    tools["peers"].mkdir(exist_ok=True)
    (build / "bench").mkdir(exist_ok=True)
    queries, engines, missing, loads = read_queries(), [], [], {}
    wanted = listed("queries")
    queries = [q for q in queries if wanted is None or q.name in wanted]
    budget = float((listed("seconds") or [BUDGET[size]])[0])
    with tempfile.TemporaryDirectory(prefix="bocage-bench-") as folder:
        data = Path(folder, "data.nt")
        with open(data, "wb") as out:
            subprocess.run([tools["bench_generate"], str(SIZES[size])], stdout=out, check=True)
        try:
            for make in ENGINES:
                if not is_asked(make.short, size, only):
                    continue
                try:
                    engine = make(tools, folder, data)
                    engines.append(engine)
                    loads[engine.short] = engine.loaded
                    print(f"{engine.name}: loaded", file=sys.stderr, flush=True)
                except Missing as why:
                    missing.append((make.name, str(why)))
                    print(f"{make.name}: left out, {why}", file=sys.stderr, flush=True)
            results = measure(engines, queries, folder, budget)
            updates = measure_updates(engines, folder)
        finally:
            for engine in engines:
                engine.stop()
    text = tables(size, SIZES[size], engines, missing, queries, results, updates, loads)
    (build / "bench" / f"{size}.md").write_text(text)
    (build / "bench" / f"{size}.json").write_text(json.dumps({"size": SIZES[size], "loads": loads, "results": results,
                                                             "updates": updates},
                                                            indent=1))
    print(text)
    if "--docs" in sys.argv:
        into_docs(f"engines {size}", "engines.py", text)
    wrong = differences(results) + differences(updates, "http")
    for line in wrong:
        print("DIFFERENT", line)
    checked = sum("error" not in r for by in [*results.values(), *updates.values()] for r in by.values())
    print(f"{checked - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
