#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The built-in contexts beside the published ones: those of the suites, and those that npm packages bring.

    run.py PROGRAM SUITES WORK-FOLDER     (SUITES: unless BOCAGE_SUITES says where they are)
"""
import os
import shutil
import subprocess
import sys
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


def main():
    program, suites, work = (Path(word).resolve() for word in sys.argv[1:4])
    published = list(from_suites(Path(os.environ.get("BOCAGE_SUITES", suites))))
    try:
        published += from_packages(work)
    except (OSError, subprocess.SubprocessError) as wrong:
        print(f"NOT RUN: the packages can't be had: {wrong}")
    lines = "".join(f"{package}\t{address}\t{file}\n" for package, address, file in published)
    sys.exit(subprocess.run([program], input=lines, text=True, timeout=60, check=False).returncode)


main()
