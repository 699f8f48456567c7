#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An unmodified Archipelago front end against a real node, in headless Chromium: front.py BOCAGE FOLDER

The front end is a build of Archipelago that ARCHIPELAGO_DIST names (its VITE_MIDDLEWARE_URL may be any address that
stands in the build once: the folder's server puts the node's in its place). Without one this says that it is left out.
People log in through an OpenID provider, as this front end wants it: the one of tests/wire/sso. ARCHIPELAGO_LOCAL_DIST may
name a build for accounts with passwords (docs/guide/archipelago.md says which two lines that takes).
FOLDER gets the npm packages, the pictures of every page, and the requests that were made (session.jsonl)."""
import http.server
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
from node import ROOT, Node, free_port  # noqa: E402

PASSWORD = "un mot de passe assez long"
PEOPLE = {name: {"email": f"{name}@exemple.fr", "email_verified": True, "given_name": first, "family_name": last}
          for name, first, last in (("alice", "Alice", "Durand"), ("basile", "Basile", "Petit"),
                                    ("carole", "Carole", "Roy"))}
JSON_LD = {"Content-Type": "application/ld+json"}


def say(text):
    print(text, flush=True)


class Front(http.server.ThreadingHTTPServer):
    """Serves the build as any web server would: a path that is no file is the page itself."""

    def __init__(self, dist, node):
        self.dist, self.node = Path(dist), node
        self.built_for = self.address_in_build()
        super().__init__(("127.0.0.1", 0), Page)
        self.base = f"http://localhost:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # browsers leave pages before they have come
            super().handle_error(request, client_address)

    def address_in_build(self):
        for script in sorted(self.dist.glob("assets/index-*.js")):
            found = re.search(rb'middlewareUrl:\s*["`](https?://[^"`]+/)["`]', script.read_bytes())
            if found:
                return found.group(1)
        raise SystemExit(f"{self.dist} is no build of Archipelago: no script in it says middlewareUrl")

    def file(self, path):
        name = (self.dist / path.lstrip("/")).resolve()
        if not name.is_file() or self.dist.resolve() not in name.parents:
            name = self.dist / "index.html"
        body = name.read_bytes()
        return mimetypes.guess_type(name.name)[0] or "text/html", body.replace(self.built_for, self.node.encode() + b"/")


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        media_type, body = self.server.file(self.path.split("?")[0])
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Provider:
    """The OpenID provider that tests/wire/sso uses too."""

    def __init__(self, folder, port, node, front):
        (folder / "people.json").write_text(json.dumps(PEOPLE))
        self.process = subprocess.Popen(["node", str(HERE.parent / "wire/sso/provider.mjs"), str(folder), str(port), node,
                                         front + "/login?logout=true"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        env={**os.environ, "PROVIDER_SECONDS": "1800"})
        while "listening" not in self.process.stdout.readline():
            if self.process.poll() is not None:
                raise SystemExit("the OpenID provider does not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def close(self):
        self.process.kill()
        self.process.wait()


class Post:
    """The mail server: the last mail's text is kept in a file."""

    def __init__(self, kept):
        self.kept = kept
        self.kept.unlink(missing_ok=True)
        self.controller = Controller(self, hostname="localhost", port=free_port())
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        text = message_from_bytes(envelope.content, policy=policy.default).get_content()
        self.kept.write_text(text.replace("\r\n", "\n"))
        return "250 taken"


def sign_up(node, name):
    """An account with a password; the first login through the provider finds it by its address."""
    person = PEOPLE[name]
    got = node.ask("POST", "/auth/signup", {"Content-Type": "application/json"},
                   json.dumps({"email": person["email"], "username": name, "password": PASSWORD,
                               "name": person["given_name"], "familyName": person["family_name"]}))
    if got.status not in (200, 201):
        raise SystemExit(f"signing {name} up: {got.status} {got.text}")
    node.tokens[name] = got.json()["token"]
    return got.json()["webId"]


def fill(node, by):
    """What a front end needs to have something to show; the answers are the addresses of what was made."""
    made = {}

    def add(key, container, kind, label, slug=None, **more):
        slug = slug or key
        body = {"@context": node.base + "/.well-known/context.jsonld", "@type": kind, "pair:label": label}
        body.update({name.replace("_", ":", 1): value for name, value in more.items()})
        got = node.ask("POST", "/" + container, {**JSON_LD, "Slug": slug}, json.dumps(body), by)
        if got.status != 201:
            raise SystemExit(f"POST /{container} ({kind}): {got.status} {got.text}")
        made[key] = got.header("Location")

    tomorrow = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=2)
    add("asso", "types", "pair:OrganizationType", "Association")
    add("chantier", "types", "pair:ProjectType", "Chantier")
    add("actif", "status", "pair:AgentStatus", "Actif")
    add("en-cours", "status", "pair:ProjectStatus", "En cours")
    add("a-faire", "status", "pair:TaskStatus", "À faire")
    add("eau", "themes", "pair:Theme", "Eau")
    add("compostage", "skills", "pair:Skill", "Compostage")
    add("membre", "membership-roles", "pair:MembershipRole", "Membre")
    add("charte", "documents", "pair:Document", "Charte du lieu", pair_description="Ce qui a été décidé.")
    add("tara", "organizations", "pair:Organization", "Les Jardins de Tara", pair_comment="Ferme collective",
        pair_description="**Bonjour** le monde", pair_hasType={"@id": made["asso"]}, pair_hasTopic={"@id": made["eau"]},
        pair_hasStatus={"@id": made["actif"]}, pair_documentedBy={"@id": made["charte"]},
        pair_homePage="https://tara.example",
        pair_hasLocation={"@type": "pair:Place", "pair:label": "Beauvais", "pair:latitude": 49.43,
                          "pair:longitude": 2.08,
                          "pair:hasPostalAddress": {"@type": "pair:PostalAddress", "pair:addressLocality": "Beauvais",
                                                    "pair:addressCountry": "France"}})
    add("atelier", "organizations", "pair:Organization", "Atelier des Vélos", pair_comment="On répare ensemble",
        pair_partnerOf={"@id": made["tara"]})
    add("mare", "projects", "pair:Project", "Creuser la mare", pair_comment="Une mare pour le quartier",
        pair_involves={"@id": made["tara"]}, pair_hasType={"@id": made["chantier"]},
        pair_hasStatus={"@id": made["en-cours"]}, pair_hasTopic={"@id": made["eau"]})
    add("fete", "events", "pair:Event", "Fête de la mare", pair_involves={"@id": made["tara"]},
        pair_startDate={"@type": "xsd:dateTime", "@value": tomorrow.isoformat().replace("+00:00", "Z")},
        pair_endDate={"@type": "xsd:dateTime",
                      "@value": (tomorrow + timedelta(hours=2)).isoformat().replace("+00:00", "Z")})
    add("pelles", "tasks", "pair:Task", "Trouver des pelles", pair_partOf={"@id": made["mare"]},
        pair_hasStatus={"@id": made["a-faire"]})
    add("four", "ideas", "pair:Idea", "Un four à pain", pair_comment="Pour tout le quartier")
    add("voisins", "groups", "pair:Group", "Les voisins", pair_comment="De la rue")
    add("a-propos", "pages", "semapps:Page", "À propos", semapps_title="À propos", semapps_content="Qui nous sommes.")
    return made


def install(folder):
    os.makedirs(folder, exist_ok=True)
    shutil.copy(HERE / "package.json", folder)
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, folder)
    if not all((folder / "node_modules" / name).exists()
               for name in json.loads((HERE / "package.json").read_text())["dependencies"]):
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)


def drive(node, front, own, post, folder):
    setting = {"front": front.base, "own": own.base if own else "", "mail": str(post.kept), "node": node.base,
               "chromium": shutil.which("chromium"),
               "people": {name: sign_up(node, name) for name in ("alice", "basile")}, "made": fill(node, "alice"),
               "only": os.environ.get("FRONT_ONLY", ""),
               "activitystreams": str(ROOT / "src/jsonld/contexts/activitystreams.jsonld")}
    return subprocess.run(["node", "front.mjs", json.dumps(setting)], cwd=folder, timeout=1400).returncode


def missing():
    if not os.environ.get("ARCHIPELAGO_DIST"):
        return "ARCHIPELAGO_DIST names no build of Archipelago's front end"
    for program in ("chromium", "node", "npm"):
        if not shutil.which(program):
            return f"the program {program} is not here"
    return None


def main():
    program, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    reason = missing()
    if reason:
        say(f"0 passed, 0 failed, 1 not run: THE REAL FRONT END WAS NOT TRIED, {reason}")
        return 0
    install(folder)
    node = Node(program)
    front, issuer, post = Front(os.environ["ARCHIPELAGO_DIST"], node.base), free_port(), Post(folder / "mail.txt")
    own = Front(os.environ["ARCHIPELAGO_LOCAL_DIST"], node.base) if os.environ.get("ARCHIPELAGO_LOCAL_DIST") else None
    fronts = [one for one in (own, front) if one]
    node.settings += ["--front-ends", ", ".join(one.base for one in fronts), "--oidc-issuer", f"http://localhost:{issuer}",
                      "--oidc-client", "public-es256", "--allow-insecure-peers",
                      "--smtp-server", f"smtp://localhost:{post.controller.port}", "--smtp-tls", "none",
                      "--mail-from", "Observatoire <contact@exemple.fr>"]
    provider = Provider(folder, issuer, node.base, front.base)
    try:
        with node:
            status = drive(node, front, own, post, folder)
            if status != 0:
                say(node.tail())
            if own is None:
                say("ARCHIPELAGO_LOCAL_DIST names no build: accounts with passwords were not tried in the front end")
            return status
    finally:
        provider.close()
        post.controller.stop()
        for one in fronts:
            one.shutdown()


if __name__ == "__main__":
    sys.exit(main())
