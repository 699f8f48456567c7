#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Notification channels, as real clients hear them: WebSockets by python3-websockets, webhooks by a small server.

    notify.py PROGRAM
"""
import asyncio
import base64
import datetime
import http.client
import http.server
import json
import os
import queue
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
case, CASES = cases.on_nodes(PROGRAM, ["admin", "--admin"], ["alice"], ["bob"])
SOCKET, HOOK = "WebSocketChannel2023", "WebhookChannel2023"
PAIR = "http://virtual-assembly.org/ontologies/pair#"


def subscribe(node, topic, kind=SOCKET, by=None, **more):
    body = {"@context": ["https://www.w3.org/ns/solid/notification/v1"], "type": kind, "topic": node.base + topic, **more}
    return node.ask("POST", f"/.notifications/{kind}", {"Content-Type": "application/ld+json"}, json.dumps(body), by=by)


def opened(node, topic, **more):
    got = subscribe(node, topic, **more)
    assert got.status == 201, (got.status, got.text)
    return got.json()


def put(node, path, label, by="alice"):
    body = f'<> a <{PAIR}Event>, <{PAIR}Theme>, <{PAIR}Idea> ; <{PAIR}label> "{label}" .'
    got = node.ask("PUT", path, {"Content-Type": "text/turtle"}, body, by=by)
    assert got.status in (201, 204), (got.status, got.text)


def heard(channel, act, count, wait=5.0):
    """What the socket of a channel hears while something is done; an error when it hears more or less."""
    async def listen():
        async with websockets.connect(channel["notify:receiveFrom"]) as link:
            await asyncio.get_running_loop().run_in_executor(None, act)
            got = [json.loads(await asyncio.wait_for(link.recv(), wait)) for _ in range(count)]
            try:
                more = await asyncio.wait_for(link.recv(), 0.3)
                raise AssertionError(f"heard more: {more}")
            except asyncio.TimeoutError:
                return got
    return asyncio.run(listen())


def told(messages):
    return [(m["type"], m["object"].split("/", 3)[3], (m.get("target") or "///").split("/", 3)[3]) for m in messages]


def closes_within(channel, seconds):
    async def wait():
        async with websockets.connect(channel["receiveFrom"]) as link:
            try:
                await asyncio.wait_for(link.recv(), seconds)
            except websockets.ConnectionClosed:
                return True
            except asyncio.TimeoutError:
                return False
    return asyncio.run(wait())


class Hook:
    """A server that keeps what is posted to it, and answers with `status`."""

    def __init__(self):
        got, self.got, self.status = queue.Queue(), None, 204
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                got.put((dict(self.headers), json.loads(body)))

            def log_message(self, *_):
                pass
        self.got = got
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, wait=5.0):
        return self.got.get(timeout=wait)


@case()
def channels_are_discovered_as_clients_of_semapps_do(node):
    link = node.ask("HEAD", "/events").header("Link")
    found = re.search(r'<([^>]+)>; rel="http://www.w3.org/ns/solid/terms#storageDescription"', link)
    storage = node.ask("GET", found.group(1), {"Accept": "application/ld+json"}).json()
    services = storage["notify:subscription"]
    assert len(services) == 2 and all(isinstance(one, str) for one in services), storage
    for service in services:
        about = node.ask("GET", service, {"Accept": "application/ld+json"}).json()
        assert about["notify:channelType"].endswith(service.rsplit("/", 1)[1]), about


@case()
def a_container_tells_who_comes_changes_and_goes(node):
    channel = opened(node, "/events")
    assert channel["topic"] == channel["notify:topic"] == node.base + "/events"

    def act():
        put(node, "/events/bal", "Bal")
        put(node, "/events/bal", "Grand bal")
        node.ask("DELETE", "/events/bal", by="alice")
        put(node, "/themes/autre", "Autre chose")
    got = heard(channel, act, 3)
    assert told(got) == [("Add", "events/bal", "events"), ("Update", "events/bal", "events"),
                         ("Remove", "events/bal", "events")], got
    assert got[0]["id"].startswith("urn:uuid:") and got[1]["state"] >= got[0]["state"] and got[0]["published"]
    assert "https://www.w3.org/ns/activitystreams" in got[0]["@context"]


@case()
def a_resource_tells_of_itself_alone(node):
    put(node, "/events/fete", "Fête")
    channel = opened(node, "/events/fete")

    def act():
        put(node, "/events/autre", "Autre")
        node.ask("PATCH", "/events/fete", {"Content-Type": "application/sparql-update"},
                 f'INSERT DATA {{ <{node.base}/events/fete> <{PAIR}comment> "!" }}', by="alice")
        node.ask("DELETE", "/events/fete", by="alice")
    assert told(heard(channel, act, 2)) == [("Update", "events/fete", ""), ("Delete", "events/fete", "")]


@case()
def members_attached_and_detached_are_told(node):
    put(node, "/events/fete", "Fête")
    channel = opened(node, "/ideas")
    triple = f"<{node.base}/ideas> <http://www.w3.org/ns/ldp#contains> <{node.base}/events/fete>"

    def act():
        for verb in ("INSERT", "DELETE"):
            got = node.ask("PATCH", "/ideas", {"Content-Type": "application/sparql-update"}, f"{verb} DATA {{ {triple} }}",
                           by="admin")
            assert got.status == 204, got.text
    got = told(heard(channel, act, 4))
    itself = ("Update", "ideas", "")
    assert got == [itself, ("Add", "events/fete", "ideas"), itself, ("Remove", "events/fete", "ideas")], got


@case()
def nobody_hears_of_what_they_may_not_read(node):
    put(node, "/events/secret", "Secret")
    acl = ('@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#c> a acl:Authorization ; acl:mode acl:Read, acl:Write, '
           f'acl:Control ; acl:accessTo <{node.base}/events/secret> ; acl:agent <{node.base}/users/alice> .')
    before = opened(node, "/events/secret", by="bob")
    assert node.ask("PUT", "/_acl/events/secret", {"Content-Type": "text/turtle"}, acl, by="alice").status == 204
    refused = subscribe(node, "/events/secret", by="bob")
    assert refused.status == 403 and subscribe(node, "/events/secret").status == 403, refused.text
    for listener in (opened(node, "/events", by="bob"), opened(node, "/events"), before):
        assert heard(listener, lambda: put(node, "/events/secret", "Encore"), 0) == []
    for by in ("alice", "admin"):
        got = heard(opened(node, "/events", by=by), lambda: put(node, "/events/secret", "Encore"), 1)
        assert told(got) == [("Update", "events/secret", "events")], got
    gone = opened(node, "/events", by="alice")
    assert told(heard(gone, lambda: node.ask("DELETE", "/events/secret", by="alice"), 1))[0][0] == "Remove"


@case("--allow-insecure-peers", "--delivery-retry", "100ms")
def a_webhook_is_called_signed_and_again_until_it_takes_it(node):
    hook = Hook()
    channel = opened(node, "/events", kind=HOOK, by="alice", sendTo=hook.url)
    assert channel["sendTo"] == hook.url and "receiveFrom" not in channel
    hook.status = 503
    put(node, "/events/bal", "Bal")
    hook.next()
    hook.status = 204
    headers, message = hook.next()
    assert told([message]) == [("Add", "events/bal", "events")] and "/bots/relay#main-key" in headers["Signature"]
    assert headers["Content-Type"] == "application/ld+json"
    assert node.ask("GET", channel["id"], by="alice").status == 200
    hook.status = 410
    put(node, "/events/bal", "Encore")
    hook.next()
    end = time.monotonic() + 5
    while node.ask("GET", channel["id"], by="alice").status != 404 and time.monotonic() < end:
        time.sleep(0.05)
    assert node.ask("GET", channel["id"], by="alice").status == 404, "a webhook that is gone keeps its channel"


@case("--allow-insecure-peers", "--channel-backlog", "3", "--delivery-retry", "1h")
def a_webhook_that_takes_nothing_loses_its_channel(node):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        channel = opened(node, "/events", kind=HOOK, by="alice", sendTo=f"http://127.0.0.1:{closed.getsockname()[1]}/")
        for n in range(3):
            put(node, "/events/bal", f"Bal {n}")
        assert node.ask("GET", channel["id"], by="alice").status == 200
        put(node, "/events/bal", "Trop")
        assert node.ask("GET", channel["id"], by="alice").status == 404


@case("--delivery-retry", "100ms")
def a_webhook_reaches_nothing_inside(node):
    assert subscribe(node, "/events", kind=HOOK, by="alice", sendTo="http://127.0.0.1:9/").status == 400
    for inside in ("https://127.0.0.1:9/", "https://[::1]:9/", "https://10.0.0.1/", "https://169.254.169.254/latest"):
        channel = opened(node, "/events", kind=HOOK, by="alice", sendTo=inside)
        put(node, "/events/bal", inside)
        end = time.monotonic() + 5
        while node.ask("GET", channel["id"], by="alice").status != 404 and time.monotonic() < end:
            time.sleep(0.05)
        assert node.ask("GET", channel["id"], by="alice").status == 404, f"{inside} was not refused: {node.tail()}"
    assert "not allowed" in node.tail() or "DENIED" in node.tail(), node.tail()


@case("--channels-per-account", "2", "--channels", "5")
def channels_are_few(node):
    first = opened(node, "/events", by="alice")
    opened(node, "/events", by="alice")
    third = subscribe(node, "/events", by="alice")
    assert third.status == 429 and "2" in third.json()["detail"], third.text
    assert node.ask("DELETE", first["id"], by="bob").status == 403 and node.ask("DELETE", first["id"]).status == 403
    assert node.ask("DELETE", first["id"], by="alice").status == 204
    opened(node, "/events", by="alice")
    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)).isoformat()
    for by in ("bob", "bob", None):
        opened(node, "/events", by=by, endAt=soon)
    assert subscribe(node, "/events", by="admin").status == 429
    time.sleep(1.1)
    opened(node, "/events", by="admin")  # those that have ended make room


@case("--channel-life", "2s")
def a_channel_ends(node):
    channel = opened(node, "/events", endAt="2999-01-01T00:00:00Z")
    end = datetime.datetime.fromisoformat(channel["endAt"].replace("Z", "+00:00"))
    assert end < datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3), channel["endAt"]
    assert closes_within(channel, 6), "the socket outlives its channel"
    assert node.ask("GET", channel["id"]).status == 404


@case()
def ending_a_channel_closes_its_socket(node):
    channel = opened(node, "/events")
    threading.Timer(0.3, lambda: node.ask("DELETE", channel["id"])).start()
    assert closes_within(channel, 5)


@case()
def a_channel_with_a_rate_says_the_last_word(node):
    channel = opened(node, "/events", rate="PT1S")
    assert channel["rate"] == "PT1S" and channel["accept"] == "application/ld+json", channel
    times = []

    async def listen():
        loop = asyncio.get_running_loop()
        async with websockets.connect(channel["receiveFrom"]) as link:
            for label in "abc":
                await loop.run_in_executor(None, put, node, "/events/bal", label)
            got = []
            for _ in range(2):
                got.append(json.loads(await asyncio.wait_for(link.recv(), 5)))
                times.append(time.monotonic())
            await loop.run_in_executor(None, put, node, "/events/bal", "d")
            got.append(json.loads(await asyncio.wait_for(link.recv(), 5)))
            times.append(time.monotonic())
            return got
    got = asyncio.run(listen())
    assert [m["type"] for m in got] == ["Add", "Update", "Update"], got
    last = node.ask("GET", "/events/bal", {"Accept": "application/ld+json"}).json()["dc:modified"]
    assert got[2]["state"] in json.dumps(last) and got[1]["state"] != got[2]["state"], (got, last)
    assert times[2] - times[1] > 0.5, times


@case("--allow-insecure-peers")
def a_webhook_with_a_rate(node):
    hook = Hook()
    opened(node, "/events", kind=HOOK, by="alice", sendTo=hook.url, rate="PT3S")
    for label in "abcd":
        put(node, "/events/bal", label)
    first, second = hook.next()[1], hook.next(9)[1]
    assert (first["type"], second["type"]) == ("Add", "Update") and second["state"] > first["state"]
    try:
        raise AssertionError(f"called once more: {hook.next(1)}")
    except queue.Empty:
        pass


@case()
def a_channel_begins_when_it_is_to(node):
    def at(seconds):
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()
    channel = opened(node, "/events", startAt=at(1))
    assert channel["startAt"] < channel["endAt"], channel

    def act():
        put(node, "/events/bal", "Trop tôt")
        time.sleep(1.2)
        put(node, "/events/bal", "Bal")
    assert told(heard(channel, act, 1)) == [("Update", "events/bal", "events")]
    for wrong in ({"startAt": "demain"}, {"startAt": at(9), "endAt": at(5)}, {"startAt": "2999-01-01T00:00:00Z"}, {"rate": "souvent"},
                  {"rate": "-PT1S"}, {"rate": "P1M"}, {"rate": "P9999D"}, {"accept": "text/turtle"}, {"accept": "image/png"}):
        got = subscribe(node, "/events", **wrong)
        assert got.status == 400 and got.json()["detail"].startswith(next(iter(wrong)) + ":"), (wrong, got.text)
    assert opened(node, "/events", accept="text/turtle;q=0.5, application/ld+json")["accept"] == "application/ld+json"
    about = node.ask("GET", f"/.notifications/{SOCKET}", {"Accept": "application/ld+json"}).json()
    assert {"startAt", "endAt", "rate", "accept"} <= {one.rsplit("#", 1)[-1].split(":")[-1] for one in about["notify:feature"]}, about


def handshake(node, channel, **more):
    headers = {"Host": f"localhost:{node.port}", "Upgrade": "websocket", "Connection": "Upgrade",
               "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Version": "13", **more}
    path = channel["receiveFrom"].split("/", 3)[3]
    link = socket.create_connection(("127.0.0.1", node.port), timeout=10)
    lines = [f"GET /{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items() if value)]
    link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return link, link.recv(4096).decode("latin-1")


@case("--channel-idle", "1s")
def a_silent_client_is_asked_and_then_dropped(node):
    link, head = handshake(node, opened(node, "/events"))
    assert head.startswith("HTTP/1.1 101"), head
    began, got = time.monotonic(), b""
    while piece := link.recv(4096):
        got += piece
    assert got[:1] == b"\x89", f"no ping: {got!r}"
    assert 0.5 < time.monotonic() - began < 4
    alive = opened(node, "/events")
    assert not closes_within(alive, 2.5), "a client that answers pings was dropped"


@case()
def what_is_asked_wrongly(node):
    service = f"/.notifications/{SOCKET}"

    def ask(text, path=service):
        return node.ask("POST", path, {"Content-Type": "application/ld+json"}, text).status
    assert [ask(text) for text in ("{", "[]", "{}", '{"type":"Foo","topic":"x"}')] == [400] * 4
    good = {"type": SOCKET, "topic": node.base + "/events"}
    for wrong in ({"topic": None}, {"topic": node.base + "/rien"}, {"topic": "https://example.org/"}, {"endAt": "hier"},
                  {"endAt": "2001-01-01T00:00:00Z"}, {"type": HOOK}):
        assert ask(json.dumps({**good, **wrong})) == 400, wrong
    assert ask(json.dumps(good), "/.notifications/Fax2023") == 404
    assert subscribe(node, "/events", kind=HOOK, sendTo="https://example.org/").status == 401
    for wrong in ("ftp://example.org/", "example.org", "https://"):
        assert subscribe(node, "/events", kind=HOOK, by="alice", sendTo=wrong).status == 400, wrong
    channel = opened(node, "/events")
    for headers, status in (({"Sec-WebSocket-Version": "8"}, "426"), ({"Sec-WebSocket-Key": ""}, "400"), ({"Upgrade": ""}, "400")):
        _, head = handshake(node, channel, **headers)
        assert head.split(" ")[1] == status, (headers, head)
    _, head = handshake(node, {"receiveFrom": channel["receiveFrom"][:-3] + "000"})
    assert head.startswith("HTTP/1.1 404"), head
    link, _ = handshake(node, channel)
    link.sendall(b"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" + os.urandom(64))  # a frame beyond all measure
    while link.recv(4096):
        pass
    assert node.ask("GET", "/events").status == 200


@case()
def a_channel_outlives_a_restart_and_is_heard_over_tls(node):
    channel = opened(node, "/events")
    assert node.stop()
    certificate, key = str(node.folder / "cert.pem"), str(node.folder / "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    node.settings += ["--tls-certificate", certificate, "--tls-key", key]
    node.start()
    trust = ssl.create_default_context(cafile=certificate)

    def change():
        link = http.client.HTTPSConnection("localhost", node.port, context=trust, timeout=10)
        link.request("PUT", "/events/bal", f'<> a <{PAIR}Event> ; <{PAIR}label> "{"Bal " * 20000}" .',
                     {"Content-Type": "text/turtle", "Authorization": "Bearer " + node.tokens["alice"]})
        assert link.getresponse().status == 201

    async def listen():
        async with websockets.connect(channel["receiveFrom"].replace("ws:", "wss:"), ssl=trust) as link:
            await asyncio.get_running_loop().run_in_executor(None, change)
            return json.loads(await asyncio.wait_for(link.recv(), 5))
    assert told([asyncio.run(listen())]) == [("Add", "events/bal", "events")]


@case()
def a_node_that_stops_says_goodbye(node):
    links = [handshake(node, opened(node, "/events"))[0] for _ in range(20)]
    time.sleep(0.5)  # a socket that is just being handed over is closed without a word
    assert node.stop(), node.tail()
    assert all(link.recv(4096)[:1] == b"\x88" for link in links)


if __name__ == "__main__":
    cases.run(CASES)
