# SPDX-License-Identifier: Apache-2.0
"""The engines that the bench measures side by side. Each is a process of its own that answers from the same
N-Triples; `run(query, times)` gives the seconds of CPU of the whole process and of wall time for one run from the
query's text to the last byte of the answer, and what the answer was. Peers are fetched into a folder when they are
not there; one that can't be had raises Missing, with a word that says why."""
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from yardsticks import HERE, Missing, cpu_of, free_port, quiet  # noqa: E402

VERSIONS = {"pyoxigraph": "0.5.13", "oxigraph": "0.5.11"}
JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"


class Failed(Exception):
    """The engine refuses a query."""


def is_graph(query):
    return re.search(r"^\s*(CONSTRUCT|DESCRIBE)\b", query, re.M) is not None


def what_it_says(query, body):
    """(rows, the number when it is one row with one number) of an answer."""
    if is_graph(query):
        return len({line for line in body.split(b"\n") if line.strip()}), None
    found = json.loads(body)
    if "boolean" in found:
        return 1, str(found["boolean"])
    rows, names = found["results"]["bindings"], found["head"]["vars"]
    value = rows[0][names[0]]["value"] if len(rows) == 1 and len(names) == 1 and rows[0] else None
    return len(rows), value


class Engine:
    process = None
    own_graph = False      # the data is in a named graph
    loaded = (None, None)  # seconds of CPU and of wall time
    size = None            # bytes on the disk

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def timed(self, action):
        cpu, wall = cpu_of(self.process.pid), time.monotonic()
        action()
        self.loaded = cpu_of(self.process.pid) - cpu, time.monotonic() - wall


class Worker(Engine):
    """A program that reads "TIMES FILE" and answers with a line of JSON: cpu, wall, rows, value, or error."""

    def begin(self, arguments, **more):
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)

    def load(self):
        """Waits for the line that says that the data is in."""
        def ready():
            if not self.process.stdout.readline():
                raise Missing("it ended while it loaded")

        self.timed(ready)

    def say(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Failed("it ended") from None
        answer = self.process.stdout.readline()
        if not answer:
            raise Failed("it ended")
        found = json.loads(answer)
        if "error" in found:
            raise Failed(found["error"])
        return found

    def run(self, query, path, times):
        found = self.say(f"{times} {path}")
        value = found.get("value")
        return found["cpu"], found["wall"], (found["rows"], None if value in (None, -1) else str(value))


class Bocage(Worker):
    name, short = "Bocage, in process", "bocage"

    def __init__(self, tools, folder, data):
        self.folder = Path(folder, "bocage")
        before, wall = os.times(), time.monotonic()
        quiet([tools["bocage"], "load", "--data", self.folder, data])
        after = os.times()
        self.loaded = (after.children_user + after.children_system - before.children_user - before.children_system,
                       time.monotonic() - wall)
        self.size = sum(f.stat().st_blocks * 512 for f in self.folder.rglob("*") if f.is_file())
        self.begin([tools["bench_query"], self.folder / "store"])

    def run(self, query, path, times):
        cpu, wall, (rows, value) = super().run(query, path, times)
        if rows == 1 and value is None and "COUNT" not in query:
            value = None
        return cpu, wall, (rows, value)


class OxigraphNative(Worker):
    name, short = "Oxigraph (native, pyoxigraph)", "oxigraph"
    CODE = r"""
import json, re, sys, time
sys.path.insert(0, sys.argv[1])
import pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[3], format=ox.RdfFormat.N_TRIPLES)
print("{}", flush=True)
for line in sys.stdin:
    times, path = line.split(" ", 1)
    query = open(path.strip()).read()
    if times == "update":
        cpu, wall = time.process_time(), time.monotonic()
        try:
            for text in json.loads(query):
                store.update(text)
            print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}), flush=True)
        except Exception as e:
            print(json.dumps({"error": str(e)}), flush=True)
        continue
    graph = re.search(r"^\s*(CONSTRUCT|DESCRIBE)\b", query, re.M)
    form = ox.RdfFormat.N_TRIPLES if graph else ox.QueryResultsFormat.JSON
    cpu, wall = time.process_time(), time.monotonic()
    try:
        for _ in range(int(times)):
            body = store.query(query).serialize(format=form)
    except Exception as e:
        print(json.dumps({"error": str(e)}), flush=True)
        continue
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    print(json.dumps({"cpu": cpu / int(times), "wall": wall / int(times), "body": body.decode()}), flush=True)
"""

    def __init__(self, tools, folder, data):
        packages = Path(tools["peers"], "pyoxigraph")
        if not packages.exists():
            quiet([sys.executable, "-m", "pip", "install", "--quiet", "--target", packages,
                   "pyoxigraph==" + VERSIONS["pyoxigraph"]])
        self.begin([sys.executable, "-c", self.CODE, packages, Path(folder, "oxigraph"), data])
        self.load()
        self.size = sum(f.stat().st_blocks * 512 for f in Path(folder, "oxigraph").rglob("*") if f.is_file())

    def run(self, query, path, times):
        found = self.say(f"{times} {path}")
        return found["cpu"], found["wall"], what_it_says(query, found["body"].encode())

    def update(self, texts, path):
        path.write_text(json.dumps(texts))
        found = self.say(f"update {path}")
        return found["cpu"], found["wall"]


class OxigraphWasm(OxigraphNative):
    name, short = "Oxigraph (npm, WASM, in memory)", "wasm"
    SCRIPT = r"""
const ox = require(process.argv[2]), fs = require('fs');
const store = new ox.Store();
const N = 'application/n-triples';
const file = fs.openSync(process.argv[3]), piece = Buffer.alloc(1 << 24);
for (let kept = 0, read; (read = fs.readSync(file, piece, kept, piece.length - kept)) > 0;) {
  const whole = piece.lastIndexOf(10, kept + read - 1) + 1;
  store.load(piece.toString('utf8', 0, whole), {format: N});
  piece.copy(piece, 0, whole, kept + read);
  kept += read - whole;
}
console.log('{}');
require('readline').createInterface({input: process.stdin}).on('line', line => {
  const space = line.indexOf(' '), times = +line.slice(0, space), query = fs.readFileSync(line.slice(space + 1), 'utf8');
  const format = /^\s*(CONSTRUCT|DESCRIBE)\b/m.test(query) ? N : 'application/sparql-results+json';
  try {
    const cpu = process.cpuUsage(), wall = process.hrtime.bigint();
    let body;
    if (line.startsWith('update ')) for (const text of JSON.parse(query)) store.update(text);
    else for (let i = 0; i < times; i++) body = store.query(query, {results_format: format});
    const used = process.cpuUsage(cpu), took = Number(process.hrtime.bigint() - wall) / 1e9;
    console.log(JSON.stringify({cpu: (used.user + used.system) / 1e6 / (times || 1), wall: took / (times || 1), body}));
  } catch (e) { console.log(JSON.stringify({error: String(e)})); }
});
"""

    def __init__(self, tools, folder, data):
        packages = Path(tools["peers"], "npm")
        if not shutil.which("npm"):
            raise Missing("npm is not installed")
        if not (packages / "node_modules/oxigraph").exists():
            packages.mkdir(parents=True, exist_ok=True)
            quiet(["npm", "install", "--silent", "--no-fund", "--no-audit", "oxigraph@" + VERSIONS["oxigraph"]],
                  cwd=packages)
        script = Path(folder, "wasm.js")
        script.write_text(self.SCRIPT)
        self.begin(["node", "--max-old-space-size=8192", script, packages / "node_modules/oxigraph", data])
        self.load()


class Rasqal(Worker):
    name, short = "librdf trees + rasqal", "rasqal"

    def __init__(self, tools, folder, data):
        if not Path(tools["bench_rasqal"]).exists():
            raise Missing("librdf was not there when the bench was built")
        if Path(data).stat().st_size > 40_000_000:
            raise Missing("only measured with 100,000 triples")
        self.begin([tools["bench_rasqal"], data], stderr=subprocess.DEVNULL)
        self.load()


class Http(Engine):
    """A server on loopback, asked over one connection that stays open."""
    path, more, name_of_updates = "/sparql", {}, "update"

    def connect(self, wait=60):
        end = time.monotonic() + wait
        while True:
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
                self.connection.connect()
                return
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise Missing("it does not listen")
                time.sleep(0.05)

    def post(self, path, form, accept):
        """A server closes a connection that was silent while others had their turn: then there is a new one."""
        for last in (False, True):
            try:
                self.connection.request("POST", path, urllib.parse.urlencode(form),
                                        {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"})
                return self.connection.getresponse()
            except (ConnectionError, http.client.HTTPException):
                if last:
                    raise
                self.connection.close()
                self.connect()

    def ask(self, query):
        answer = self.post(self.path, {"query": query, **self.more}, NTRIPLES if is_graph(query) else JSON)
        text = answer.read()
        if answer.status != 200:
            raise Failed(text.decode(errors="replace").strip().split("\n")[0][:120])
        return text

    def run(self, query, path, times):
        cpu, wall = cpu_of(self.process.pid), time.monotonic()
        for _ in range(times):
            body = self.ask(query)
        cpu, wall = cpu_of(self.process.pid) - cpu, time.monotonic() - wall
        return cpu / times, wall / times, what_it_says(query, body)

    def update(self, texts, path):
        """Seconds of CPU and of wall time for all of the requests."""
        cpu, wall = cpu_of(self.process.pid), time.monotonic()
        for text in texts:
            answer = self.post(self.path_of_updates, {self.name_of_updates: text}, "*/*")
            body = answer.read()
            if answer.status >= 300:
                raise Failed(body.decode(errors="replace")[:120])
        return cpu_of(self.process.pid) - cpu, time.monotonic() - wall


class BocageHttp(Http):
    name, short = "Bocage, over HTTP", "http"
    path_of_updates = "/sparql"

    def __init__(self, tools, folder, data):
        if "--sparql-only" not in quiet([tools["bocage"], "serve", "--help"]):
            raise Missing("this build has no --sparql-only")
        self.port = free_port()
        self.process = subprocess.Popen([tools["bocage"], "serve", "--sparql-only", "--data", Path(folder, "bocage"),
                                         "--port", str(self.port), "--query-rows", "100000000", "--query-time", "10m"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connect()


class Virtuoso(Http):
    name, short = "Virtuoso 7", "virtuoso"
    more, own_graph, name_of_updates = {"default-graph-uri": "http://g/"}, True, "query"  # it takes no "update"
    path_of_updates = "/sparql"
    PACKAGES = ("virtuoso-opensource-7-bin", "libpcre3", "libwbxml2-1", "libminizip1")
    INI = """
[Database]
DatabaseFile = {0}/v.db
ErrorLogFile = {0}/v.log
LockFile = {0}/v.lck
TransactionFile = {0}/v.trx
xa_persistent_file = {0}/v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {0}/t.db
TransactionFile = {0}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{1}
ServerThreads = 10
NumberOfBuffers = 250000
MaxDirtyBuffers = 180000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
DirsAllowed = {2}
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{3}
ServerThreads = 5
MaxKeepAlives = 10
KeepAliveTimeout = 300
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""

    def __init__(self, tools, folder, data):
        root = Path(tools["peers"], "virtuoso")
        if not (root / "usr/bin/virtuoso-t").exists():
            root.mkdir(parents=True, exist_ok=True)
            quiet(["apt-get", "-q", "download", *self.PACKAGES], cwd=root)
            for package in root.glob("*.deb"):
                quiet(["dpkg", "-x", package, root])
        base, port, self.port = Path(folder, "virtuoso"), free_port(), free_port()
        base.mkdir()
        (base / "virtuoso.ini").write_text(self.INI.format(base, port, Path(data).parent, self.port))
        libraries = ":".join({str(p.parent) for p in root.rglob("*.so.*")})
        env = {**os.environ, "LD_LIBRARY_PATH": libraries}
        self.process = subprocess.Popen([root / "usr/bin/virtuoso-t", "+configfile", base / "virtuoso.ini",
                                         "+foreground"], env=env, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=base)
        self.connect()
        commands = ("DB.DBA.RDF_OBJ_FT_RULE_ADD(null, null, 'all');\n"  # our store has an index of words too
                    f"ld_dir('{Path(data).parent}', '{Path(data).name}', 'http://g/');\nrdf_loader_run();\n"
                    "DB.DBA.VT_INC_INDEX_DB_DBA_RDF_OBJ();\ncheckpoint;\nGRANT SPARQL_UPDATE TO \"SPARQL\";\n")
        self.timed(lambda: quiet([root / "usr/bin/isql-vt", f"127.0.0.1:{port}", "dba", "dba"], input=commands,
                                 env=env))
        self.size = (base / "v.db").stat().st_blocks * 512
        self.connection.close()


class Fuseki(Http):
    name, short = "Fuseki (TDB2)", "fuseki"
    path, path_of_updates = "/ds/sparql", "/ds/update"
    WANTED = ("org.apache.jena:jena-fuseki-main:5.6.0", "org.apache.jena:jena-cmds:5.6.0",
              "org.apache.logging.log4j:log4j-slf4j2-impl:2.24.3")

    def fetch(self, root):
        if any(root.glob("lib/log4j-slf4j2-impl*")):
            return
        root.mkdir(parents=True, exist_ok=True)
        wanted = "".join("<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
                         .format(*name.split(":")) for name in self.WANTED)
        (root / "pom.xml").write_text('<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0'
                                      "</modelVersion><groupId>b</groupId><artifactId>b</artifactId><version>1</version>"
                                      f"<dependencies>{wanted}</dependencies></project>")
        quiet(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], cwd=root, timeout=300)

    def __init__(self, tools, folder, data):
        root = Path(tools["peers"], "fuseki")
        if not shutil.which("java") or not shutil.which("mvn"):
            raise Missing("java or mvn is not installed")
        self.fetch(root)
        self.port, base = free_port(), Path(folder, "fuseki")
        base.mkdir()
        before, wall = os.times(), time.monotonic()
        quiet(["java", "-cp", f"{root}/lib/*", "tdb2.tdbloader", "--loc", base / "db", data])
        after = os.times()
        self.loaded = (after.children_user + after.children_system - before.children_user - before.children_system,
                       time.monotonic() - wall)
        self.size = sum(f.stat().st_blocks * 512 for f in base.rglob("*") if f.is_file())
        self.process = subprocess.Popen(["java", "-Xmx4g", "-cp", f"{root}/lib/*",
                                         "org.apache.jena.fuseki.main.cmds.FusekiMainCmd", "--localhost", "--update",
                                         "--tdb2", f"--loc={base / 'db'}", f"--port={self.port}", "/ds"], cwd=base,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connect()


ENGINES = [Bocage, BocageHttp, Virtuoso, OxigraphNative, OxigraphWasm, Fuseki, Rasqal]
