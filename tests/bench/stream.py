#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One SELECT of ten million rows over HTTP, beside the same query by `bocage query`: time to the first row, memory, CPU.

    stream.py PROGRAM [ROWS]
"""
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

QUERY = "SELECT ?a ?d ?f { ?a ?b ?c . ?d ?e ?f }"
SETTINGS = ["--query-rows", "0", "--query-time", "10m"]


def cpu(node):
    fields = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(node):
    return int(Path(f"/proc/{node.process.pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def first_row_ms(node):
    with socket.create_connection(("127.0.0.1", node.port)) as link:
        began = time.perf_counter()
        link.sendall(f"GET /sparql?query={quote(QUERY)} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n".encode())
        got = b""
        while b"\r\nhttp://" not in got.partition(b"\r\n\r\n")[2]:
            got += link.recv(1 << 16)
        return (time.perf_counter() - began) * 1000


def cpu_of_command(program, node):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "query", "--data", str(node.folder), "--format", "csv", *SETTINGS, "--query", QUERY],
                   stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    program, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    triples = round(rows ** 0.5)
    node = Node(program, pack=None, settings=["--sparql-only", "--query-bytes", "0", *SETTINGS])
    data = node.folder / "data.nt"
    data.write_text("".join(f"<http://example.org/thing/{i}> <http://example.org/is> \"{i}\" .\n"
                            for i in range(triples)))
    node.run("load", str(data))
    alone = cpu_of_command(program, node)
    with node:
        first = [first_row_ms(node) for _ in range(9)]
        time.sleep(1)
        memory, before = peak_mb(node), cpu(node)
        link = node.connect(600)
        link.request("GET", "/sparql?query=" + quote(QUERY), headers={"Accept": "text/csv"})
        got, lines = link.getresponse(), 0
        while piece := got.read(1 << 20):
            lines += piece.count(b"\n")
        served, grown = cpu(node) - before, peak_mb(node) - memory
        assert lines == triples * triples + 1, lines
    print(f"{lines - 1} rows: first row {statistics.median(first):.1f} ms (median of {len(first)}), memory +{grown:.1f} MB")
    print(f"CPU {served:.2f} s over HTTP, {alone:.2f} s by `bocage query`: {served / alone:.2f} times")


if __name__ == "__main__":
    main() if len(sys.argv) > 1 else sys.exit(__doc__)
