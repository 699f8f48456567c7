# SPDX-License-Identifier: Apache-2.0
"""A real Bocage node on loopback, for tests: makes its store, starts it, asks it, ends it. Standard library only."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
PACK = ROOT / "docs/territories/93"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        """All values of one name, joined as RFC 9110 section 5.3 allows; None when there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def text(self):
        return self.body.decode("utf-8", errors="replace")

    def json(self):
        return json.loads(self.body)


class Node:
    """Node(program) makes a folder of its own; with Node(program, folder=...) it survives close()."""

    def __init__(self, program, pack=PACK, folder=None, port=None, settings=()):
        self.program, self.settings = str(program), list(settings)
        self.own_folder = folder is None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="bocage-"))
        self.port = port or free_port()
        self.base = f"http://localhost:{self.port}"
        self.process = None
        self.tokens = {}
        if not (self.folder / "store").exists() and pack:
            self.run("init", "--pack", str(pack), "--base-url", self.base)

    def run(self, command, *arguments, input=None, check=True):
        """A command of the program on this node's folder; its standard output as text."""
        done = subprocess.run([self.program, command, "--data", str(self.folder), *arguments], input=input,
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError(f"bocage {command} {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def account(self, name, *flags):
        """Makes an account and keeps a token for it."""
        self.run("account", "add", name, *flags, input="un mot de passe assez long\n")
        self.tokens[name] = self.run("account", "token", name).strip()
        return self.tokens[name]

    def start(self, wait=60):
        self.log = open(self.folder / "node.log", "ab")
        self.process = subprocess.Popen([self.program, "serve", "--data", str(self.folder), "--port", str(self.port),
                                         "--base-url", self.base, *self.settings],
                                        stdout=self.log, stderr=self.log)
        end = time.monotonic() + wait
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError("the node ended at once:\n" + self.tail())
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.005)
        raise RuntimeError(f"the node did not listen within {wait} s:\n" + self.tail())

    def tail(self):
        return (self.folder / "node.log").read_text(errors="replace")[-3000:]

    def kill(self):
        """As if the power went: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Asks it to end; True when it did so cleanly."""
        if self.process is None or self.process.poll() is not None:
            return False
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20) == 0
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def close(self):
        clean = self.stop()
        if self.own_folder and not os.environ.get("BOCAGE_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)
        return clean

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def connect(self, timeout=30):
        return http.client.HTTPConnection("localhost", self.port, timeout=timeout)

    def ask(self, method, path, headers=None, body=None, by=None, connection=None):
        """One request; `by` is the name of an account."""
        if path.startswith("http"):
            parts = urlsplit(path)
            path = parts.path + ("?" + parts.query if parts.query else "")
        headers = dict(headers or {})
        if by:
            headers["Authorization"] = "Bearer " + self.tokens[by]
        own = connection or self.connect()
        try:
            own.request(method, path, body.encode() if isinstance(body, str) else body, headers)
            got = own.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            if connection is None:
                own.close()

    def sparql(self, query, by=None):
        """The rows of a SELECT as dictionaries of plain values, or the answer to an ASK."""
        got = self.ask("POST", "/sparql", {"Content-Type": "application/sparql-query",
                                           "Accept": "application/sparql-results+json"}, query, by)
        if got.status != 200:
            raise RuntimeError(f"{got.status} {got.text}")
        answer = got.json()
        if "boolean" in answer:
            return answer["boolean"]
        return [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]
