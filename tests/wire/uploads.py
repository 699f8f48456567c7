#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The files of a SemApps instance become files of the node, to the byte; what is missing is said, and comes later.

    uploads.py PROGRAM
"""
import json
import os
import struct
import sys
import zlib
from pathlib import Path

import rdflib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node, free_port  # noqa: E402
from semapps import PNG, WEBACL, Instance  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
ACL, EVERYONE = rdflib.Namespace("http://www.w3.org/ns/auth/acl#"), rdflib.URIRef("http://xmlns.com/foaf/0.1/Agent")
SEMAPPS = rdflib.Namespace("http://semapps.org/ns/core#")
RDF, PAIR, LDP = rdflib.RDF, rdflib.Namespace("http://virtual-assembly.org/ontologies/pair#"), rdflib.Namespace("http://www.w3.org/ns/ldp#")


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = zlib.compress((b"\0" + b"\x20\x80\x40" * width) * height)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


class Scene:
    """A node to be, and an instance with the files that a case wants."""

    def __init__(self, *settings):
        port = free_port()
        self.instance = Instance(f"http://localhost:{port}")
        self.node = Node(PROGRAM, pack=None, port=port, folder=self.instance.folder / "node", settings=settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.node.close()
        self.instance.__exit__()

    def file(self, name, local_path, media_type=None, linked=True):
        graph, iri = self.instance.main.default_context, rdflib.URIRef(f"{self.node.base}/files/{name}")
        graph.add((iri, RDF.type, SEMAPPS.File))
        graph.add((iri, SEMAPPS.localPath, rdflib.Literal(local_path)))
        if media_type:
            graph.add((iri, SEMAPPS.mimeType, rdflib.Literal(media_type)))
        graph.add((rdflib.URIRef(self.node.base + "/files"), LDP.contains, iri))
        rights, given = self.instance.main.graph(WEBACL), rdflib.URIRef(f"{self.node.base}/_acl/files/{name}#Read")
        for p, o in ((RDF.type, ACL.Authorization), (ACL.mode, ACL.Read), (ACL.accessTo, iri), (ACL.agentClass, EVERYONE)):
            rights.add((given, p, o))
        if linked:
            graph.add((rdflib.URIRef(self.node.base + "/themes/eau"), PAIR.depictedBy, iri))

    def take(self, *more):
        """Imports; what the report as JSON says, and what was left under each code."""
        self.instance.write()
        self.node.run("import", *self.instance.arguments(), *more)
        report = json.loads((self.node.folder / "import-semapps.json").read_text())
        return report["taken"], {one["code"]: one["which"] for one in report["left"]}

    def get(self, name):
        got = self.node.ask("GET", f"/files/{name}", {"Accept": "*/*"})
        return got.status, got.body, got.header("Content-Type")


def wherever_an_instance_ran():
    """Paths of another folder, of Windows and of a container; without one the address tells."""
    places = {"a.pdf": "uploads/files/a.pdf", "b.pdf": "/app/middleware/uploads/files/b.pdf", "c.pdf": "./uploads/files/c.pdf",
              "d.pdf": r"C:\semapps\middleware\uploads\files\d.pdf", "e.pdf": "", "f.pdf": "uploads/ailleurs/autre.pdf",
              "g%20h.pdf": "", "i.pdf": "files/i.pdf"}
    disk = {"f.pdf": "ailleurs/autre.pdf", "g%20h.pdf": "files/g h.pdf"}
    with Scene() as scene:
        for name, local_path in places.items():
            scene.file(name, local_path, "application/pdf")
            scene.instance.upload(disk.get(name, "files/" + name), b"%PDF-1.4 " + name.encode())
        taken, left = scene.take()
        assert taken["files"] == len(places) and "file-unclaimed" not in left, (taken, left)
        with scene.node:
            for name in places:
                assert scene.get(name) == (200, b"%PDF-1.4 " + name.encode(), "application/pdf"), (name, scene.get(name))


def media_types_that_are_none():
    """What is said there goes into a header: a type that is none is told by the name's ending."""
    said = {"a.jpg": None, "b.webp": "image/webp; charset=binary", "c.ods": "image", "d.pdf": "text/html\r\nSet-Cookie: a=b", "e": None}
    wanted = {"a.jpg": "image/jpeg", "b.webp": "image/webp", "c.ods": "application/vnd.oasis.opendocument.spreadsheet",
              "d.pdf": "application/pdf", "e": "application/octet-stream"}
    with Scene() as scene:
        for name, media_type in said.items():
            scene.file(name, f"uploads/files/{name}", media_type)
            scene.instance.upload("files/" + name, b"bytes of " + name.encode())
        scene.take()
        with scene.node:
            for name, media_type in wanted.items():
                assert scene.get(name) == (200, b"bytes of " + name.encode(), media_type), scene.get(name)


def what_can_not_be_taken_is_said():
    with Scene() as scene:
        secret = scene.instance.folder / "secret.txt"
        secret.write_text("nobody's business")
        scene.file("up.txt", "uploads/../secret.txt", "text/plain")
        scene.file("etc.txt", "/etc/hostname", "text/plain")
        scene.file("nul.txt", "uploads/files/nul\0.txt", "text/plain")
        scene.file("folder.txt", "uploads/files", "text/plain")
        scene.file("large.bin", "uploads/files/large.bin", "application/octet-stream")
        scene.file("empty.txt", "uploads/files/empty.txt", "text/plain", linked=False)
        for name, data in (("files/large.bin", b"x" * 3001), ("files/empty.txt", b""), ("files/stray.png", PNG)):
            scene.instance.upload(name, data)
        taken, left = scene.take("--file-cap", "3000")
        base = scene.node.base + "/files/"
        lost = {base + name for name in ("up.txt", "etc.txt", "nul.txt", "folder.txt", "photo.png", "perdue.png")}
        assert set(left["file-missing"]) == lost, left["file-missing"]
        assert left["file-large"] == [base + "large.bin"] and left["file-empty"] == [base + "empty.txt"], left
        assert left["file-unclaimed"] == ["files/stray.png"] and left["file-unlinked"] == [base + "empty.txt"], left
        assert taken["files"] == 1, taken
        with scene.node:
            assert scene.get("empty.txt")[:2] == (200, b"")
            for name in ("up.txt", "etc.txt"):
                assert b"business" not in scene.get(name)[1] and os.uname().nodename.encode() not in scene.get(name)[1]


def a_second_run():
    """It changes nothing; a file found meanwhile comes; another one under the same name does not, unless it is to."""
    with Scene() as scene:
        scene.file("perdue.png", "uploads/files/perdue.png")
        scene.instance.upload("files/photo.png", PNG)
        assert scene.take()[0]["files"] == 1
        taken, left = scene.take()
        assert taken["files"] == 0 and taken["resources"] == 0 and len(left["file-missing"]) == 1, (taken, left)
        (scene.instance.folder / "uploads/files/photo.png").unlink()
        assert len(scene.take()[1]["file-missing"]) == 1, "what came with an earlier run is not missing"
        scene.instance.upload("files/perdue.png", png(2, 2))
        scene.instance.upload("files/photo.png", png(3, 3))
        taken, left = scene.take()
        assert taken["files"] == 1 and left["changed-here"] == [scene.node.base + "/files/photo.png"], (taken, left)
        with scene.node:
            assert scene.get("photo.png")[1] == PNG and scene.get("perdue.png")[1] == png(2, 2)
            assert scene.take("--replace")[0]["files"] == 1
            assert scene.get("photo.png")[1] == png(3, 3), "with --replace"
        with scene.node:  # what was deleted here stays deleted
            scene.node.account("admin", "--admin")
            assert scene.node.ask("DELETE", "/files/photo.png", by="admin").status == 204
            scene.take()
            assert scene.get("photo.png")[0] == 410


def pictures_are_taken_as_they_are():
    large = png(1600, 400)
    for settings, width in (((), 1600), (("--image-side-served", "800"), 800)):
        with Scene(*settings) as scene:
            scene.instance.upload("files/photo.png", large)
            scene.take()
            with scene.node:
                status, body, _ = scene.get("photo.png")
                assert status == 200 and struct.unpack(">I", body[16:20])[0] == width, (status, body[:30])
                assert (body == large) == (width == 1600)
                again = scene.node.ask("GET", "/files/photo.png", {"Range": "bytes=0-7"})
                assert (again.status, again.body) == (206, large[:8]), again.status


def no_folder():
    with Scene() as scene:
        scene.instance.write()
        words = scene.instance.arguments()
        words[words.index("--uploads") + 1] = "/nowhere/uploads"
        try:
            scene.node.run("import", *words)
            raise AssertionError("a folder that is not there")
        except RuntimeError as refused:
            assert "uploads: there is no folder /nowhere/uploads" in str(refused), refused


if __name__ == "__main__":
    cases.run([(run.__name__.replace("_", " "), run) for run in (
        wherever_an_instance_ran, media_types_that_are_none, what_can_not_be_taken_is_said, a_second_run,
        pictures_are_taken_as_they_are, no_folder)])
