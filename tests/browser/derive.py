#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Derives session.jsonl from recordings of Archipelago's own middleware, made with a recording proxy.

    derive.py CURL.jsonl BROWSER.jsonl.gz

A line of session.jsonl is one request, what was answered by status and headers, and which line of shapes.jsonl is the
shape (shape.py) of its body, counted from 0.
Requests that repeat what nothing has changed since are left out, as are log-in redirects, the boxes of actors and
SPARQL, whose dialogues stand in tests/wire and tests/fed.
"""
import base64
import gzip
import json
import re
import sys
from pathlib import Path

import shape

HERE = Path(__file__).parent

BASE = "http://localhost:3000"
ASKED = ("accept", "content-type", "slug", "prefer", "jsonldcontext", "access-control-request-method")
ANSWERED = ("content-type", "location", "link", "cache-control", "preference-applied", "access-control-allow-origin")
ELSEWHERE = re.compile(r"/(auth|sparql|nodeinfo|api|bots|as|public-key|activities)\b|/\.well-known/(nodeinfo|webfinger|openid)"
                       r"|/(inbox|outbox|followers|following|liked)\b|/users/x$")
NAMES = ("alice", "bob", "carol")
PEOPLE = {}


def headers(lines):
    found = {}
    for line in lines:
        name, value = line.split(":", 1)
        name, value = name.strip().lower(), value.strip()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def asker(authorization):
    if not authorization:
        return None
    try:
        claims = authorization.split(".")[1]
        web_id = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["webId"]
    except (IndexError, KeyError, ValueError):
        return "nobody"
    return PEOPLE.get(web_id, "nobody")


def plain(text):
    for web_id, name in PEOPLE.items():
        text = text.replace(web_id.removeprefix(BASE), "/users/{%s}" % name)
    return text.replace(BASE, "{base}")


def line(exchange):
    asked, answered = headers(exchange["req"]), headers(exchange["res"])
    by = asker(asked.get("authorization"))
    body = exchange["reqBody"] or None
    if body and asked.get("content-type", "").startswith("image/"):
        body = "<image>"
    media_type = answered.get("content-type")
    got = {name: plain(answered[name]) for name in ANSWERED if name in answered}
    if exchange["status"] >= 400:
        got = {}  # that errors are problem+json is ours to say
    want = plain(exchange["resBody"] or "")
    try:
        seen = shape.of_body(media_type, want) if exchange["method"] != "HEAD" else None
    except Exception:
        seen = "<bytes>"  # SemApps also gives JSON under the name of Turtle
    return {"tag": exchange.get("tag") or "curl", "method": exchange["method"], "path": plain(exchange["url"]).removeprefix("{base}"),
            "by": by, "headers": {name: plain(asked[name]) for name in ASKED if name in asked},
            "body": plain(body) if body else None, "status": exchange["status"], "answer": got, "shape": seen}


def main(curl, browser):
    exchanges = [json.loads(text) for text in open(curl, encoding="utf-8")]
    exchanges += [json.loads(text) for text in gzip.open(browser, "rt", encoding="utf-8")]
    for exchange in exchanges:  # who there is, before anything is replaced by their names
        found = re.fullmatch(r"/users/[-0-9a-f]{36}", exchange["url"])
        if found and exchange["status"] == 200:
            PEOPLE.setdefault(BASE + found.group(), NAMES[min(len(PEOPLE), 2)])
    since_change, shapes, lines = set(), {}, []
    for exchange in exchanges:
        path = exchange["url"].removeprefix(BASE)
        if ELSEWHERE.search(path) or exchange["status"] == 500 and exchange["method"] == "GET":
            continue
        derived = line(exchange)
        what = json.dumps({name: derived[name] for name in derived if name != "tag"}, sort_keys=True)
        if derived["method"] not in ("GET", "HEAD", "OPTIONS"):
            since_change.clear()
        elif what in since_change:
            continue
        since_change.add(what)
        seen = derived["shape"]
        if seen is not None:
            derived["shape"] = shapes.setdefault(json.dumps(seen, ensure_ascii=False), len(shapes))
        lines.append(json.dumps({name: value for name, value in derived.items() if value not in (None, {})},
                                ensure_ascii=False))
    (HERE / "session.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (HERE / "shapes.jsonl").write_text("\n".join(shapes) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
