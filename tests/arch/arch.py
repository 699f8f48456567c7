#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the sources against the rules of the house (CONTRIBUTING.md).

    arch.py RULE [ROOT]

Each rule is a function below: it yields one line for every place that breaks it.
"""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()

# A foreign library and the only files that may include its headers (tests are free to use what they check against).
EDGES = {
    r"lmdb\.h": ["src/kv/lmdb.c"],
    r"raptor2(/raptor2)?\.h": ["src/syntax/raptor.c"],
    r"(librdf|redland|rdf_.*)\.h": ["src/redland/"],
    r"microhttpd\.h": ["src/server/"],
    r"wslay/wslay\.h": ["src/server/socket.c"],
    r"curl/.*": ["src/net/"],
    r"openssl/.*": ["src/crypto/"],
    r"argon2\.h": ["src/crypto/"],
    r"crypt\.h": ["src/crypto/password.c"],
    r"xxhash\.h": ["src/base/str.c"],
    r"zlib\.h": ["src/cli/packed.c"],
    r"zstd\.h": ["src/cli/packed.c"],
    r"pcre2\.h": ["src/sparql/regex.c"],
    r"expat\.h": ["src/syntax/xml.c"],
    r"libxml/.*": ["src/sparql/results_xml.c"],
    r"geos_c\.h": ["src/sparql/geos.c"],
    r"gd\.h": ["src/image/gd.c"],
}
BANNED = "sprintf vsprintf strcat strcpy strncpy strtok sscanf atoi atol alloca gets".split()
LONGEST = 900


def tracked(*patterns):
    """The files git knows or would add, so that build folders never count."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
                             cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in sorted(set(listing.split("\n"))) if name and (ROOT / name).is_file()]


def sources():
    return tracked("src/*.c", "src/*.h", "src/*.def", "include/*.h", "include/*.def")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def without_comments_and_strings(text):
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(\\.|[^"\\\n])*"', lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def floors_of_the_house():
    return {name: int(floor) for name, floor in
            re.findall(r"^bo_module\((\w+)\s+(\d+)", read("CMakeLists.txt"), flags=re.M)}


def public_home():
    """Which module a header of include/bocage belongs to: the one whose sources are named like it, or by this table."""
    home = {"status": "base", "str": "base", "arena": "base", "text": "base", "term": "rdf", "source": "rdf",
            "graph": "rdf", "canon": "rdf", "iri": "rdf", "table": "store"}
    return lambda stem: home.get(stem, stem)


def floors():
    """An include only points to the same module or to a lower floor."""
    floor, home = floors_of_the_house(), public_home()
    for path in sources():
        parts = path.parts
        module = parts[1] if parts[0] == "src" else home(path.stem)
        if module not in floor:
            if path != Path("src/main.c"):
                yield f"{path}: the module {module} has no floor in CMakeLists.txt"
            continue
        for number, line in enumerate(read(path).split("\n"), 1):
            found = re.match(r'\s*#\s*include\s+"([\w/.-]+)"', line)
            if not found:
                continue
            first, _, rest = found.group(1).partition("/")
            other = home(Path(rest).stem) if first == "bocage" else first
            if rest == "" or other not in floor:
                yield f'{path}:{number}: "{found.group(1)}" is no header of a module (include from the src root)'
            elif other != module and floor[other] >= floor[module]:
                yield f"{path}:{number}: {module} (floor {floor[module]}) looks up at {other} (floor {floor[other]})"


def edges():
    """A foreign library's headers appear in one place."""
    for path in sources():
        for number, line in enumerate(read(path).split("\n"), 1):
            found = re.match(r"\s*#\s*include\s+<([^>]+)>", line)
            if not found:
                continue
            for header, places in EDGES.items():
                if re.fullmatch(header, found.group(1)) and not any(str(path).startswith(p) for p in places):
                    yield f"{path}:{number}: <{found.group(1)}> belongs in {' or '.join(places)}"


def headers():
    """Every header compiles alone."""
    edges = subprocess.run(["pkg-config", "--cflags", "redland"], capture_output=True, text=True).stdout.split()

    def compile_alone(path):
        run = subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                              "-Iinclude", "-Isrc", *edges, "-x", "c", str(path)], cwd=ROOT, capture_output=True, text=True)
        return None if run.returncode == 0 else f"{path}: {run.stderr.strip().splitlines()[0]}"
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(compile_alone, [p for p in sources() if p.suffix == ".h"]))


def banned():
    """Functions that write without knowing where the buffer ends, or read without telling errors."""
    calls = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
    for path in sources():
        for number, line in enumerate(without_comments_and_strings(read(path)).split("\n"), 1):
            for found in calls.finditer(line):
                yield f"{path}:{number}: {found.group(1)} is banned"


def spdx():
    """Every file says its licence near its beginning: code Apache-2.0, ontologies, shapes and documents CC-BY-SA-4.0."""
    free = tracked("*.md", "*.ttl", "*.trig")
    code = tracked("*.c", "*.h", "*.def", "*.py", "*.sh", "*.cmake", "CMakeLists.txt", "*/CMakeLists.txt", "run", "test",
                   ".ci/run", "*.mjs", "*.js")
    for licence, paths in (("CC-BY-SA-4.0", free), ("Apache-2.0", code)):
        for path in paths:
            head = "\n".join(read(path).split("\n")[:6])
            if "SPDX-License-Identifier:" not in head:
                yield f"{path}: no SPDX line"
            elif f"SPDX-License-Identifier: {licence}" not in head and "Apache-2.0" not in head:
                yield f"{path}: its SPDX line should say {licence}"


def size():
    """A long file is several files."""
    for path in tracked("src/*.c", "include/*.h", "src/*.h"):
        lines = read(path).count("\n")
        if lines > LONGEST:
            yield f"{path}: {lines} lines, more than {LONGEST}"


def docs():
    """Paths named in documents exist; nothing names a path of one machine or an address of a package registry."""
    top = "src|include|ontologies|shapes|tests|docs|cmake"
    for path in tracked("*.md"):
        for number, line in enumerate(read(path).split("\n"), 1):
            for named in re.findall(r"`((?:" + top + r")/[\w./-]+)`", line):
                if not (ROOT / named.rstrip("/")).exists():
                    yield f"{path}:{number}: there is no {named}"
    machine = re.compile(r"/(work|root|home/\w+)/|registry\.npmjs|deb\.debian\.org|pypi\.org|crates\.io/api")
    for path in tracked():
        if path.suffix in {".c", ".h", ".def", ".md", ".py", ".sh", ".ttl", ".txt", ".cmake", ".mjs", ""}:
            if path.name in {"LICENSE", "arch.py"}:
                continue
            for number, line in enumerate(read(path).split("\n"), 1):
                if machine.search(line):
                    yield f"{path}:{number}: names a place of one machine or a registry: {line.strip()[:80]}"


def selftest():
    """Each rule sees a tree that breaks it."""
    tree = {
        "CMakeLists.txt": "bo_module(base 0)\nbo_module(json 1)\n",
        "src/base/up.c": '#include "json/json.h"\n#include <lmdb.h>\nvoid f(char *a) { sprintf(a, "x"); }\n',
        "src/json/json.h": "#ifndef H\n#define H\nsize_t f(void);\n#endif\n",
        "src/base/long.c": "/* SPDX-License-Identifier: Apache-2.0 */\n" + "int a;\n" * LONGEST,
        "README.md": "see `docs/nowhere.md`\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tree.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        subprocess.run(["git", "init", "-q", folder], check=True)
        for rule in RULES:
            if rule != "selftest":
                run = subprocess.run([sys.executable, __file__, rule, folder], capture_output=True, text=True)
                if run.returncode == 0:
                    yield f"the rule '{rule}' finds nothing wrong with a tree that breaks it"


RULES = {rule.__name__: rule for rule in (floors, edges, headers, banned, spdx, size, docs, selftest)}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in RULES:
        sys.exit("usage: arch.py RULE [ROOT], with a RULE of: " + " ".join(RULES))
    rule = RULES[sys.argv[1]]
    broken = list(rule())
    for line in broken:
        print(line)
    if broken:
        sys.exit(f"{len(broken)} places break the rule '{sys.argv[1]}': {rule.__doc__.strip()}")


if __name__ == "__main__":
    main()
