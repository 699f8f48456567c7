#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The node's own pages, as people with and without a mouse, with a telephone and at night meet them: pages.py BOCAGE FOLDER

FOLDER gets the npm packages and the pictures. Ends with 77, and says why, where there is no browser."""
import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]
from front import install, sign_up  # noqa: E402
from node import Node  # noqa: E402


PAIR = "http://virtual-assembly.org/ontologies/pair#"


def page(name, path, status=200, language="fr"):
    return {"name": name, "path": path, "status": status, "language": language}


PAGES = [
    page("home", "/"),
    page("container", "/organizations"),
    page("record", "/organizations/halage"),
    page("need", "/needs/manger-frais"),
    page("questions", "/sparql"),
    page("answer", "/sparql?query=" + quote(f"SELECT ?qui ?nom {{ ?qui a <{PAIR}Organization> ; <{PAIR}label> ?nom }} LIMIT 20")),
    page("mistake", "/sparql?query=" + quote("SELECT ?x WHERE {"), 400),
    page("nothing", "/organizations/rien", 404),
    page("nothing-en", "/organizations/rien", 404, "en"),
    page("private", "/ideas/secrete", 403),
    page("deleted", "/ideas/passee", 410),
]


def prepare(node):
    """Something that others may not read, and something that is no more."""
    alice = sign_up(node, "alice")
    idea = f"<> a <{PAIR}Idea> ."
    for path in ("/ideas/secrete", "/ideas/passee"):
        assert node.ask("PUT", path, {"Content-Type": "text/turtle"}, idea, "alice").status == 201
    acl = ("@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#a> a acl:Authorization ; acl:mode acl:Read, acl:Control ; "
           f"acl:accessTo <{node.base}/ideas/secrete> ; acl:agent <{alice}> .")
    assert node.ask("PUT", "/_acl/ideas/secrete", {"Content-Type": "text/turtle"}, acl, "alice").status == 204
    assert node.ask("DELETE", "/ideas/passee", by="alice").status == 204


def main():
    program, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    missing = [name for name in ("chromium", "node", "npm") if not shutil.which(name)]
    if missing:
        print(f"THE PAGES WERE NOT TRIED IN A BROWSER: {', '.join(missing)} not found")
        return 77
    install(folder)
    (folder / "pages").mkdir(exist_ok=True)
    with Node(program) as node:
        prepare(node)
        setting = {"node": node.base, "chromium": shutil.which("chromium"), "pictures": "pages", "pages": PAGES}
        return subprocess.run(["node", "pages.mjs", json.dumps(setting)], cwd=folder, timeout=500).returncode


if __name__ == "__main__":
    sys.exit(main())
