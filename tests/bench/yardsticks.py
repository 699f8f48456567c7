# SPDX-License-Identifier: Apache-2.0
"""What measurements over HTTP share: wrk as the client, nginx and Community Solid Server as peers, plain appends as the
disk's own limit, the CPU of a process, and putting a table into docs/performance.md."""
import http.client
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "tools"))
from node import free_port  # noqa: E402


class Missing(Exception):
    """A peer that can't be had, and why."""


def cpu_of(pid):
    """Seconds of CPU of all threads of a process."""
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid, what="VmRSS"):
    """MiB; VmHWM: the most so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+)", status).group(1)) / 1024


def quiet(arguments, **more):
    done = subprocess.run(arguments, capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise Missing((done.stderr or done.stdout).strip().split("\n")[-1][:200])
    return done.stdout


class Sample:
    """What wrk saw: requests a second, and microseconds at 50 and 99 %; and CPU a request of the processes asked."""

    def __init__(self, text, cpu):
        bad = re.search(r"Non-2xx.*: (\d+)|Socket errors: (.*)", text)
        count = int(re.search(r"(\d+) requests in", text).group(1))
        if bad or count == 0:
            raise RuntimeError(bad.group(0) if bad else "not one request was answered")
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        self.cpu = cpu / count * 1e6
        self.median, self.p99 = (self.time(text, share) for share in (50, 99))

    @staticmethod
    def time(text, share):
        found = re.search(rf"^ +{share}% +([\d.]+)(us|ms|s|m)$", text, re.M)
        if not found:
            raise RuntimeError("wrk was too late to measure")
        return float(found.group(1)) * {"us": 1, "ms": 1e3, "s": 1e6, "m": 6e7}[found.group(2)]


def wrk(url, seconds, connections, headers=(), script=None, pids=(), **environment):
    """One thread of wrk on connections that stay open."""
    flags = [flag for header in headers for flag in ("-H", header)]
    flags += ["-s", str(script)] if script else []
    before = sum(map(cpu_of, pids))
    text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", *flags, url],
                          capture_output=True, text=True, check=True, env={**os.environ, **environment}).stdout
    try:
        return Sample(text, sum(map(cpu_of, pids)) - before)
    except RuntimeError as why:
        raise RuntimeError(f"{url}: {why}") from None


class Nginx:
    """nginx with as many workers as Bocage has pollers, serving files from a folder."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        (self.folder / "nginx.conf").write_text(
            f"worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log off; sendfile on; keepalive_requests 100000000; open_file_cache max=100;\n"
            f"  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;\n"
            f"  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;\n"
            f"  server {{ listen 127.0.0.1:{self.port}; root {folder}; }} }}\n")

    def __enter__(self):
        self.process = subprocess.Popen(["nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)],
                                        stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def pids(self):
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def serve(self, name, body):
        """The address of these bytes."""
        (self.folder / name).write_bytes(body)
        return f"{self.base}/{name}"


class Solid:
    """Community Solid Server on files, open to everyone."""
    VERSION = "7.1.8"
    OPEN = ("@prefix acl: <http://www.w3.org/ns/auth/acl#>. @prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
            "<#all> a acl:Authorization; acl:agentClass foaf:Agent; acl:accessTo <./>; acl:default <./>;\n"
            "  acl:mode acl:Read, acl:Write, acl:Append, acl:Control.\n")

    def __init__(self, packages, folder):
        self.packages, self.folder, self.port = Path(packages), Path(folder), free_port()
        self.base, self.process = f"http://localhost:{self.port}", None
        self.program = self.packages / "node_modules/@solid/community-server/bin/server.js"

    def __enter__(self):
        if not self.program.exists():
            self.packages.mkdir(parents=True, exist_ok=True)
            try:
                quiet(["npm", "install", "--silent", "--no-fund", "--no-audit",
                       "@solid/community-server@" + self.VERSION], cwd=self.packages)
            except FileNotFoundError:
                raise Missing("npm is not installed") from None
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / ".acl").write_text(self.OPEN)
        self.process = subprocess.Popen(["node", self.program, "-c", "@css:config/file.json", "-f", self.folder, "-p",
                                         str(self.port), "-b", self.base + "/", "-l", "error"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.put("/", None)
                return self
            except OSError:
                time.sleep(0.5)
        self.__exit__()
        raise Missing("it does not start")

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()

    @property
    def pids(self):
        return [self.process.pid]

    def put(self, path, turtle):
        """Puts a resource, or only asks for it when there is nothing to put."""
        link = http.client.HTTPConnection("localhost", self.port, timeout=60)
        link.request("PUT" if turtle else "GET", path, turtle, {"Content-Type": "text/turtle"} if turtle else {})
        answer = link.getresponse()
        answer.read()
        link.close()
        if turtle and answer.status >= 300:
            raise Missing(f"it answers {answer.status} to a PUT")


def appends(folder, seconds):
    """The disk's own limit: how often a second 4 KiB are appended and synced, one after the other."""
    page, count = b"\0" * 4096, 0
    with open(Path(folder, "appends"), "wb", buffering=0) as file:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            file.write(page)
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds


PAIR = "http://virtual-assembly.org/ontologies/pair#"


def described(kind, label, number):
    """A resource as Turtle, of the size that organisations have."""
    return (f'<> a <{PAIR}{kind}> ; <{PAIR}label> "{label}" ; <{PAIR}comment> "n{number}" ; '
            f'<{PAIR}description> "{"Une description. " * 20}" ; <{PAIR}homePage> <https://exemple.test/{number}> .')


def into_docs(name, program, text):
    """Puts a block between its marks in docs/performance.md, at the end when it is not there yet."""
    path = ROOT / "docs/performance.md"
    begin, end = f"<!-- {name}: written by tests/bench/{program} -->", f"<!-- end of {name} -->"
    page = path.read_text()
    block = f"{begin}\n{text}{end}\n"
    if begin in page:
        page = page[:page.index(begin)] + block + page[page.index(end) + len(end) + 1:]
    else:
        page = page.rstrip() + "\n\n" + block
    path.write_text(page)
