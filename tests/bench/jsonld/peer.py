# SPDX-License-Identifier: Apache-2.0
"""The same as ours.c, in pyld: peer.py FOLDER SECONDS CONTEXTS-FOLDER"""
import json
import statistics
import sys
import time

from pyld import jsonld

folder, seconds, contexts = sys.argv[1], float(sys.argv[2]), sys.argv[3]


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


KNOWN = {"https://www.w3.org/ns/activitystreams": read(f"{contexts}/activitystreams.jsonld"),
         "https://w3id.org/security/v1": read(f"{contexts}/security_v1.jsonld"),
         "https://bocage.example/.well-known/context.jsonld": read(f"{folder}/semapps.json")}
OPTIONS = {"base": "https://bocage.example/",
           "documentLoader": lambda url, _=None: {"documentUrl": url, "document": KNOWN[url], "contextUrl": None,
                                                  "contentType": "application/ld+json"}}


def measure(run):
    begun, calls = time.process_time(), 0
    while time.process_time() - begun < seconds / 5 or calls == 0:
        run()
        calls += 1
    return (time.process_time() - begun) / calls * 1e6


for name in ("create", "organisation", "container"):
    document, frame = read(f"{folder}/{name}.json"), read(f"{folder}/{name}-frame.json")
    text = json.dumps(document, ensure_ascii=False)
    operations = {"expand": lambda: jsonld.expand(document, OPTIONS),
                  "compact": lambda: jsonld.compact(document, frame["@context"], OPTIONS),
                  "frame": lambda: jsonld.frame(document, frame, OPTIONS),
                  "toRdf": lambda: jsonld.to_rdf(document, OPTIONS),
                  "parse": lambda: json.loads(text)}
    for operation, run in operations.items():
        print(operation, name, f"{statistics.median(measure(run) for _ in range(3)):.2f}", flush=True)
