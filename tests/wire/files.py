#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files: uploaded raw and in a form, given back to the byte and in ranges, made small when they are large pictures,
replaced in what is said of them but not in what the node says, and deleted when nothing links to them.

    files.py PROGRAM
"""
import json
import struct
import sys
import time
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

SEMAPPS = "http://semapps.org/ns/core#"


def png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = zlib.compress((b"\0" + b"\x20\x80\x40" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def same(got, want, what):
    assert got == want, f"{what}: {got!r} instead of {want!r}"


def upload(server, media_type, body, by="alice", status=201, **headers):
    got = server.ask("POST", "/files", {"Content-Type": media_type, **headers}, body, by)
    same(got.status, status, f"POST of {media_type} ({got.text[:200]})")
    return got.header("Location") if status == 201 else got


def raw(server):
    small = png(30, 20)
    where = upload(server, "image/png", small, Slug="not-this-name")
    assert where.endswith(".png") and "not-this" not in where, where
    got = server.ask("GET", where, {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"})
    same((got.status, got.body, got.header("Content-Type")), (200, small, "image/png"), "the picture")
    same(got.header("Cache-Control"), "public, max-age=31536000", "Cache-Control")
    same(got.header("X-Content-Type-Options"), "nosniff", "nosniff")
    same(got.header("Content-Disposition"), None, "Content-Disposition of a picture")
    head = server.ask("HEAD", where)
    same((head.status, head.body, head.header("Content-Length")), (200, b"", str(len(small))), "HEAD")
    same(server.ask("GET", where, {"If-None-Match": got.header("ETag")}).status, 304, "If-None-Match")
    same(server.ask("GET", where, {"Accept": "text/weird"}).status, 200, "a strange Accept")


def ranges(server):
    where = upload(server, "text/plain; charset=utf-8", "abcdefghij")
    for header, status, body, range_ in (("bytes=2-4", 206, b"cde", "bytes 2-4/10"), ("bytes=-2", 206, b"ij", "bytes 8-9/10"),
                                         ("bytes=10-", 416, b"RANGE", "bytes */10"), ("lines=1-2", 200, b"abcdefghij", None)):
        got = server.ask("GET", where, {"Range": header, "Authorization": "Bearer " + server.tokens["alice"]})
        got_body = got.body if got.status != 416 else got.json()["type"].encode()
        same((got.status, got_body, got.header("Content-Range")), (status, body, range_), header)
    got = server.ask("GET", where, {"Range": "bytes=0-1", "If-Range": '"other"'}, by="alice")
    same((got.status, got.body), (200, b"abcdefghij"), "If-Range of another version")


def described(server):
    where = upload(server, "application/pdf", b"%PDF-1.4 no more")
    said = server.ask("GET", where, {"Accept": "application/ld+json"})
    record = said.json()
    name = where.rsplit("/", 1)[-1]
    same((record["type"], record["semapps:mimeType"], record["semapps:fileName"], record["semapps:localPath"]),
         ("semapps:File", "application/pdf", name, "uploads/files/" + name), "the description")
    turtle = server.ask("GET", where, {"Accept": "text/turtle"})
    assert turtle.header("Content-Type") == "text/turtle" and "mimeType" in turtle.text
    # What the node says stays whatever a PUT says; what a person says is kept.
    record.update({"semapps:localPath": "/etc/passwd", "semapps:mimeType": "text/html", "pair:label": "Rapport"})
    same(server.ask("PUT", where, {"Content-Type": "application/ld+json"}, json.dumps(record), "alice").status, 204, "PUT")
    after = server.ask("GET", where, {"Accept": "application/ld+json"}).json()
    same((after["semapps:mimeType"], after["semapps:localPath"], after["pair:label"]),
         ("application/pdf", "uploads/files/" + name, "Rapport"), "after PUT")
    same(server.ask("GET", where).header("Content-Type"), "application/pdf", "its type after PUT")
    same(server.ask("PUT", where, {"Content-Type": "application/pdf"}, "x", "alice").status, 415, "PUT of bytes")


def forms(server):
    form = ('--xyz\r\nContent-Disposition: form-data; name="note"\r\n\r\nbonjour\r\n'
            '--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
            'héron\r\n--xyz--\r\n').encode()
    where = upload(server, "multipart/form-data; boundary=xyz", form)
    assert where.endswith(".txt"), where
    got = server.ask("GET", where)
    same((got.text, got.header("Content-Type")), ("héron", "text/plain"), "a part of a form")
    part = form[form.index(b"--xyz", 10):form.rindex(b"--xyz--")]
    two = part + part + b"--xyz--\r\n"
    assert "one file" in upload(server, "multipart/form-data; boundary=xyz", two, status=400).json()["message"]
    none = b'--xyz\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n--xyz--\r\n'
    upload(server, "multipart/form-data; boundary=xyz", none, status=400)
    upload(server, "multipart/form-data", form, status=400)


def pictures(server):
    where = upload(server, "image/png", png(3000, 600))
    got = server.ask("GET", where).body
    same(struct.unpack(">II", got[16:24]), (1000, 200), "the size of a picture that was large")
    bomb = png(1, 1)[:16] + struct.pack(">II", 60000, 60000) + png(1, 1)[24:]
    assert "60000" in upload(server, "image/png", bomb, status=413).json()["message"]
    upload(server, "image/png", png(3000, 600)[:200], status=422)


def dangerous(server):
    for media_type in ("text/html", "image/svg+xml", "application/xml", "application/atom+xml"):
        where = upload(server, media_type, "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
        got = server.ask("GET", where, {"Accept": "text/html,*/*;q=0.8"})
        same((got.header("Content-Type"), got.header("Content-Disposition")), (media_type, "attachment"), media_type)
        assert "sandbox" in got.header("Content-Security-Policy")


def refused(server):
    same(server.ask("POST", "/files", {"Content-Type": "image/png"}, png(1, 1)).status, 403, "a stranger's upload")
    got = upload(server, "application/octet-stream", b"x" * 200001, status=413)
    assert "200000" in got.json()["message"], got.text
    upload(server, "application/ld+json", b'{"a":"' + b"x" * 60000 + b'"}', status=413)
    same(server.ask("POST", "/files", {"Content-Type": ""}, b"x", "alice").status, 415, "no Content-Type")


def twins(server):
    """The same bytes twice: one may go, the other stays."""
    one, other = (upload(server, "text/plain", "twins") for _ in range(2))
    same(server.ask("DELETE", one, by="alice").status, 204, "DELETE")
    same(server.ask("GET", one).status, 410, "what was deleted")
    same(server.ask("GET", other).text, "twins", "its twin")
    same(server.ask("DELETE", other, by="alice").status, 204, "DELETE of the twin")
    same(upload(server, "text/plain", "twins").startswith(server.base), True, "once more")


def becomes(server, address, status, within=30):
    end = time.monotonic() + within
    while server.ask("GET", address).status != status and time.monotonic() < end:
        time.sleep(0.2)
    same(server.ask("GET", address).status, status, f"{address} within {within} s")


def orphans(program):
    """With a grace of three seconds: what was never linked to, and what is linked to no more."""
    server = Node(program, settings=("--orphan-files", "3s"))
    server.account("alice")
    with server:
        lost, kept, let_go = (upload(server, "text/plain", text) for text in ("nobody's", "kept", "let go"))
        held = {"@type": "pair:Organization", "pair:label": "Héron", "image": [kept, let_go]}
        heron = "/organizations/heron-cendre"
        same(server.ask("PUT", heron, {"Content-Type": "application/ld+json"}, json.dumps(held), "alice").status, 201, "PUT")
        same(server.ask("GET", lost).status, 200, "a new file")
        becomes(server, lost, 410)
        same((server.ask("GET", kept).status, server.ask("GET", let_go).status), (200, 200), "files that are linked to")
        same(server.ask("PUT", heron, {"Content-Type": "application/ld+json"}, json.dumps({**held, "image": kept}), "alice").status,
             204, "PUT without one of them")
        becomes(server, let_go, 410)
        same(server.ask("GET", kept).status, 200, "the other one")
        same("let_go" not in server.ask("GET", "/files", {"Accept": "application/ld+json"}).text, True, "the list of files")
        same(server.ask("DELETE", heron, by="alice").status, 204, "DELETE of what held it")
        becomes(server, kept, 410)


def main(program):
    server = Node(program, settings=("--file-cap", "200000", "--body-cap", "50000"))
    server.account("alice")
    with server:
        for story in (raw, ranges, described, forms, pictures, dangerous, refused, twins):
            story(server)
    orphans(program)
    print("files: all as it should be")


if __name__ == "__main__":
    main(sys.argv[1])
