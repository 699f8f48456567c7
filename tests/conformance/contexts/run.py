#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built-in contexts beside the published ones: those of the suites, and those that npm packages bring; and the node's own
beside SemApps', which an instance puts together from the ontologies of a package.

    run.py PROGRAM SUITES WORK-FOLDER     (SUITES: unless BOCAGE_SUITES says where they are)
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Not ed25519-2020: the copy that the vectors of eddsa come with is an older one, without expires and protection.
SUITES = {"activitystreams": "https://www.w3.org/ns/activitystreams",
          "security-v1": "https://w3id.org/security/v1",
          "security-v2": "https://w3id.org/security/v2",
          "data-integrity-v1": "https://w3id.org/security/data-integrity/v1",
          "data-integrity-v2": "https://w3id.org/security/data-integrity/v2",
          "multikey-v1": "https://w3id.org/security/multikey/v1",
          "jwk-v1": "https://w3id.org/security/jwk/v1",
          "credentials-v1": "https://www.w3.org/2018/credentials/v1",
          "credentials-v2": "https://www.w3.org/ns/credentials/v2"}


def from_suites(folder):
    for name, address in SUITES.items():
        file = folder / "contexts" / f"{name}.jsonld"
        if file.exists():
            yield "suites", address, file
        else:
            print(f"NOT RUN: {file} is missing (set BOCAGE_SUITES)")


def from_packages(work):
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "dump.mjs"):
        shutil.copy(HERE / name, work)
    if not (work / "node_modules/did-context").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True, timeout=300)
    lines = subprocess.run(["node", "dump.mjs"], cwd=work, check=True, timeout=60, capture_output=True, text=True).stdout
    for line in lines.splitlines():
        package, address, file = line.split("\t")
        yield package, address, work / file


ONTOLOGIES = "@semapps/ontologies@0.6.0"  # with what it depends on it would bring a whole server: the archive alone
# Those that Archipelago uses and whose terms are typed.
SEMAPPS = [f"package/ontologies/{name}.json" for name in ("custom/pair", "core/acl", "core/dc", "core/ldp", "core/semapps", "core/foaf")]


def semapps_differs(work):
    """How many terms of theirs have another type in ours, /.well-known/context.jsonld."""
    rows = (HERE.parents[2] / "src/web/context.def").read_text()
    ours = dict(re.findall(r'BO_CONTEXT_TYPED\("([^"]+)", "([^"]+)"\)', rows))
    prefixes = dict(re.findall(r'#define BO_(\w+)_NS "([^"]+)"', (HERE.parents[2] / "src/rdf/vocab.h").read_text()))
    if not list(work.glob("semapps-ontologies-*.tgz")):
        subprocess.run(["npm", "pack", "--silent", ONTOLOGIES], cwd=work, check=True, timeout=120, capture_output=True)
    known = differences = 0
    with tarfile.open(next(work.glob("semapps-ontologies-*.tgz"))) as archive:
        for ontology in (json.load(archive.extractfile(name)) for name in SEMAPPS):
            if prefixes.get(ontology["prefix"].upper()) != ontology["namespace"]:
                print(f"{ontology['prefix']}: is {ontology['namespace']} with SemApps")
                differences += 1
            for term, means in (ontology.get("jsonldContext") or {}).items():
                wanted = means.get("@type") if isinstance(means, dict) else None
                if wanted is None:
                    continue  # a prefix, or a container
                known += 1
                if ours.get(term) != wanted:
                    print(f"{term}: is {wanted} with SemApps, and {ours.get(term)} here")
                    differences += 1
    print(f"{known} typed terms of SemApps, {differences} differences")
    return differences if known else 1


def main():
    program, suites, work = (Path(word).resolve() for word in sys.argv[1:4])
    published = list(from_suites(Path(os.environ.get("BOCAGE_SUITES", suites))))
    differences = 0
    try:
        published += from_packages(work)
        differences = semapps_differs(work)
    except (OSError, subprocess.SubprocessError) as wrong:
        print(f"NOT RUN: the packages can't be had: {wrong}")
    lines = "".join(f"{package}\t{address}\t{file}\n" for package, address, file in published)
    done = subprocess.run([program], input=lines, text=True, timeout=60, check=False)
    sys.exit(done.returncode or (1 if differences else 0))


main()
