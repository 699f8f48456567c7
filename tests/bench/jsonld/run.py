#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSON-LD beside jsonld.js and pyld, and reading JSON beside cJSON, in one run.

    run.py OURS CJSON-OR-EMPTY WORK-FOLDER [SECONDS]

npm packages are installed into WORK-FOLDER; a peer that is not there is left out with a word. Figures are
microseconds of CPU a call, medians, and the peers' time divided by ours.
"""
import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONTEXTS = HERE.parent.parent.parent / "src/jsonld/contexts"
MEMBERS = 1000
CREATE_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
OWN = "https://bocage.example/.well-known/context.jsonld"


def container(organisation):
    members = []
    for n in range(MEMBERS):
        member = {key: value for key, value in organisation.items() if key != "@context"}
        member.update({"id": f"https://bocage.example/organizations/{n}", "pair:label": f"Organisation {n}"})
        members.append(member)
    return {"@context": OWN, "id": "https://bocage.example/organizations", "type": ["ldp:Container", "ldp:BasicContainer"],
            "ldp:contains": members}


def prepare(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("create.json", "organisation.json", "semapps.json"):
        shutil.copy(HERE / name, folder)
    organisation = json.loads((folder / "organisation.json").read_text(encoding="utf-8"))
    frames = {"create": {"@context": CREATE_CONTEXT, "type": "Create"},
              "organisation": {"@context": OWN, "id": organisation["id"]},
              "container": {"@context": OWN, "type": "ldp:Container", "ldp:contains": {"pair:hasLocation": {}}}}
    for name, frame in frames.items():
        (folder / f"{name}-frame.json").write_text(json.dumps(frame), encoding="utf-8")
    (folder / "container.json").write_text(json.dumps(container(organisation), ensure_ascii=False, indent=1),
                                           encoding="utf-8")


def measure(name, *command, **how):
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=900, **how)
    except OSError as wrong:
        return print(f"{name} is left out: {wrong}") or {}
    if run.returncode != 0:
        return print(f"{name} is left out: {(run.stderr.strip().splitlines() or ['it failed'])[-1]}") or {}
    return {tuple(words[:2]): float(words[2]) for words in map(str.split, run.stdout.splitlines())}


def node(work, seconds):
    shutil.copy(HERE / "package.json", work)
    shutil.copy(HERE / "peer.mjs", work)
    if not (work / "node_modules/jsonld").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=work, check=False, timeout=300)
    return measure("jsonld.js", "node", "peer.mjs", "documents", seconds, str(CONTEXTS), cwd=work)


def main():
    ours, cjson, work = sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve()
    seconds = sys.argv[4] if len(sys.argv) > 4 else "1"
    folder = work / "documents"
    prepare(folder)
    mine = measure("bocage", ours, str(folder), seconds)
    peers = {"jsonld.js": node(work, seconds),
             "pyld": measure("pyld", sys.executable, str(HERE / "peer.py"), str(folder), seconds, str(CONTEXTS)),
             "cJSON": measure("cJSON", cjson, str(folder), seconds) if cjson else {}}
    peers = {name: figures for name, figures in peers.items() if figures}
    print("| operation | document | bocage, µs | " + " | ".join(f"{name}, µs | ratio" for name in peers) + " |")
    print("|---|---|---|" + "---|---|" * len(peers))
    for key, time in mine.items():
        cells = [f"{figures[key]:.0f} | {figures[key] / time:.1f}" if key in figures else " | "
                 for figures in peers.values()]
        print(f"| {key[0]} | {key[1]} | {time:.1f} | " + " | ".join(cells) + " |")
    sys.exit(0 if mine else 1)


main()
