#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Readers and writers of RDF beside raptor2, serd and N3 for Node, in one run.

    syntax.py BENCH-SYNTAX BENCH-GENERATE WORK-FOLDER [TRIPLES]

N3 is installed into WORK-FOLDER; when it can't be had it is left out with a word. Its time is that of the fastest of three rounds
from a text in memory to a callback for each quad, as those of the others.
"""
import json
import subprocess
import sys
from pathlib import Path

PEER = """
import {readFileSync} from 'node:fs';
import {Parser} from 'n3';
const text = readFileSync(process.argv[2], 'utf8');
const now = () => { const {user, system} = process.cpuUsage(); return (user + system) / 1e6; };
let best = Infinity;
for(let round = 0; round < 3; round++) {
  const begun = now();
  let quads = 0;
  new Parser({format: 'N-Triples'}).parse(text, (wrong, quad) => { if(wrong) throw wrong; if(quad) quads++; });
  await new Promise(setImmediate);
  best = Math.min(best, now() - begun);
}
console.log(best.toFixed(3));
"""


def n3(work, lines):
    (work / "package.json").write_text(json.dumps({"private": True, "dependencies": {"n3": "2.13.12"}}), encoding="utf-8")
    (work / "peer.mjs").write_text(PEER, encoding="utf-8")
    if not (work / "node_modules/n3").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True, timeout=300)
    done = subprocess.run(["node", "peer.mjs", str(lines)], cwd=work, check=True, timeout=300, capture_output=True, text=True)
    return float(done.stdout)


def main():
    ours, generate, work = (Path(word).resolve() for word in sys.argv[1:4])
    work.mkdir(parents=True, exist_ok=True)
    lines = work / "triples.nt"
    with open(lines, "wb") as file:
        subprocess.run([generate, sys.argv[4] if len(sys.argv) > 4 else "100000"], stdout=file, check=True, timeout=60)
    report = subprocess.run([ours, lines, "3"], check=True, timeout=300, capture_output=True, text=True).stdout
    print(report, end="")
    reads = [line.split() for line in report.splitlines() if line.startswith("read ntriples")]
    own = next(float(words[3]) for words in reads if words[2] == "bocage")
    try:
        print(f"read ntriples  N3 for Node  {(time := n3(work, lines)):.3f} s  {time / own:.1f} of bocage's time")
    except (OSError, ValueError, subprocess.SubprocessError) as wrong:
        print(f"N3 is left out: {wrong}")


main()
