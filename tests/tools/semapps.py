# SPDX-License-Identifier: Apache-2.0
"""What a SemApps instance has on its disk, for tests: dumps of its datasets out of tests/wire/migration, keys, uploads."""
import base64
import gzip
import json
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import rdflib
from rdflib.compare import isomorphic

from node import Node, free_port

rdflib.NORMALIZE_LITERALS = False  # what was written is what counts
warnings.simplefilter("ignore", DeprecationWarning)
import crypt  # noqa: E402

DUMPS = Path(__file__).resolve().parent.parent / "wire/migration"
WEBACL = rdflib.URIRef("http://semapps.org/webacl")
ACL, LDP = rdflib.Namespace("http://www.w3.org/ns/auth/acl#"), rdflib.Namespace("http://www.w3.org/ns/ldp#")
PASSWORD = "un mot de passe assez long"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def openssl(*words, input=None):
    return subprocess.run(["openssl", *words], input=input, capture_output=True, check=True).stdout


class Instance:
    """Each {private:X} of a dump becomes a key of its own, {public:X} its other half, {hash} that of the password."""

    def __init__(self, base, main="main", accounts="accounts"):
        self.base, self.folder, self.keys = base, Path(tempfile.mkdtemp(prefix="bocage-semapps-")), {}
        for name in ("jwt", "actors", "uploads/files"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "jwt/jwtRS256.key.pub").write_text(self.key("jwt/jwtRS256.key")[1])
        self.main, self.accounts = self.parsed(main), self.parsed(accounts)
        self.write()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self):
        """The dumps, as they are now."""
        for name, data in (("localData.nq.gz", self.main), ("settings.nq.gz", self.accounts)):
            (self.folder / name).write_bytes(gzip.compress(self.lines(data).encode()))

    def upload(self, path, data):
        place = self.folder / "uploads" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def parsed(self, name):
        text = (DUMPS / (name + ".trig")).read_text(encoding="utf-8").replace("http://localhost:3000", self.base)
        text = text.replace("{hash}", crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))
        text = re.sub(r"\{(private|public):([^}]+)\}",
                      lambda found: self.key(found[2] + ".pem")[found[1] == "public"].replace("\n", "\\n"), text)
        read, data = rdflib.ConjunctiveGraph(), rdflib.Dataset()
        read.parse(data=text, format="trig")
        for s, p, o, graph in read.quads((None, None, None, None)):  # rdflib makes up a name for the default graph
            named = graph is not None and isinstance(graph.identifier, rdflib.URIRef)
            (data.graph(graph.identifier) if named else data.default_context).add((s, p, o))
        return data

    @staticmethod
    def lines(data):
        """N-Quads as Fuseki writes them: nothing behind triples of the default graph."""
        return re.sub(r" <urn:x-rdflib:default> \.$", " .", data.serialize(format="nquads"), flags=re.M)

    def key(self, name):
        """Both halves of the key of this name; it is made when it is first asked for."""
        if name not in self.keys:
            private = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
            (self.folder / name).write_bytes(private)
            self.keys[name] = private.decode(), openssl("pkey", "-pubout", input=private).decode()
        return self.keys[name]

    def token(self, webid):
        """As SemApps issues them: no end, no audience."""
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                 for part in ({"alg": "RS256", "typ": "JWT"}, {"webId": webid, "iat": int(time.time())})]
        signed = openssl("dgst", "-sha256", "-sign", str(self.folder / "jwt/jwtRS256.key"), input=".".join(parts).encode())
        return ".".join([*parts, base64.urlsafe_b64encode(signed).decode().rstrip("=")])

    def arguments(self):
        return ["semapps", "--dump", str(self.folder / "localData.nq.gz"), "--accounts", str(self.folder / "settings.nq.gz"),
                "--uploads", str(self.folder / "uploads"), "--jwt", str(self.folder / "jwt"), "--actors", str(self.folder / "actors")]

    def graph_of(self, iri):
        """What the main dataset says of a resource, with its blank nodes."""
        default, out, todo = self.main.default_context, rdflib.Graph(), [rdflib.URIRef(iri)]
        while todo:
            subject = todo.pop()
            for triple in default.triples((subject, None, None)):
                mended = triple[2] == rdflib.URIRef("semapps:File")  # what old versions wrote for the class
                out.add((*triple[:2], rdflib.URIRef("http://semapps.org/ns/core#File")) if mended else triple)
                if isinstance(triple[2], rdflib.BNode):
                    todo.append(triple[2])
        return out


def fresh(program, *settings):
    """A node that is to become an instance: nothing in it yet."""
    return Node(program, pack=None, port=free_port(), settings=["--imported-tokens-until", "2999-01-01", *settings])


def counted(report, what):
    found = re.search(rf"^ +(\d+) {re.escape(what)}( \(|:|$)", report, re.M)
    return int(found.group(1)) if found else 0


def same_graphs(node, instance, by):
    """Every resource has the very statements that it had; containers lack what is no resource here. `by` sees all."""
    everything = instance.main.default_context
    elsewhere = {str(s) for s in everything.subjects() if re.search(r"/activities/|/(inbox|outbox|followers|following)$", str(s))}
    elsewhere |= {str(s) for s, p, _ in everything if str(p).endswith(("#privateKeyPem", "#secretKeyMultibase"))}
    tombstones = {str(s) for s in everything.subjects(rdflib.RDF.type, rdflib.URIRef("https://www.w3.org/ns/activitystreams#Tombstone"))}
    there = {str(s) for s in everything.subjects() if isinstance(s, rdflib.URIRef)} - elsewhere
    assert len(there) > 10
    for iri in sorted(there - tombstones):
        got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": "text/turtle"},
                       f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", by=by)
        now, was = rdflib.Graph().parse(data=got.text, format="turtle"), instance.graph_of(iri)
        for member in list(was.objects(rdflib.URIRef(iri), LDP.contains)):
            if str(member) not in there:
                was.remove((rdflib.URIRef(iri), LDP.contains, member))
        if iri in [node.base + path for path in ("/", "/users", "/bots")]:  # they also hold this node's own actors
            now, others = was, set(was) - set(now)
            assert not others, f"{iri} lacks {others}"
        assert isomorphic(was, now), f"{iri}:\n{was.serialize()}\nis now\n{now.serialize()}"


def rights_of(graph, list_iri):
    """Who is given what by a list, as (which authorisation, whom)."""
    return {(str(s), str(o)) for p in (ACL.agent, ACL.agentClass, ACL.agentGroup) for s, _, o in graph.triples((None, p, None))
            if str(s).split("#")[0] == list_iri and not str(o).endswith("system")}


def same_rights(node, instance, by, gone=()):
    """Lists of rights give the same to the same; `gone` are those of what is not there, or not shown, any more."""
    lists = instance.main.graph(WEBACL)
    names = {str(s).split("#")[0] for s in lists.subjects() if "/_acl" in str(s)}
    for list_iri in sorted(name for name in names if not name.endswith(tuple(gone))):
        got = node.ask("GET", list_iri, {"Accept": "text/turtle"}, by=by)
        assert got.status == 200, (list_iri, got.status, got.text)
        now = rights_of(rdflib.Graph().parse(data=got.text, format="turtle", publicID=list_iri), list_iri)
        was = rights_of(lists, list_iri)
        if list_iri == node.base + "/_acl/":  # this node's administrators are besides
            now = {one for one in now if one in was or not one[1].endswith("/_groups/superadmins")}
        assert now == was, f"{list_iri}: {sorted(now ^ was)}"
