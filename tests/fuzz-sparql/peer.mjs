// SPDX-License-Identifier: Apache-2.0
// Oxigraph as a peer of fuzz.c: "DATA-LENGTH QUERY-LENGTH\n", data, query in; "KIND LENGTH\n" and the answer out.
import { createRequire } from "node:module";
import { readSync, writeSync } from "node:fs";

const { Store } = createRequire(process.argv[2] + "/")("oxigraph");

function read(count) {
    const bytes = Buffer.alloc(count);
    for (let at = 0; at < count; ) {
        const got = readSync(0, bytes, at, count - at, null);
        if (got === 0) process.exit(0);
        at += got;
    }
    return bytes;
}

function readLine() {
    let line = "";
    for (;;) {
        const c = read(1).toString("latin1");
        if (c === "\n") return line;
        line += c;
    }
}

function answer(data, query) {
    const store = new Store();
    store.load(data, { format: "application/n-quads" });
    const graph = query.startsWith("CONSTRUCT");
    const format = graph ? "application/n-triples" : "application/sparql-results+json";
    return [graph ? "nquads" : "json", store.query(query, { results_format: format })];
}

for (;;) {
    const [dataLength, queryLength] = readLine().split(" ").map(Number);
    const data = read(dataLength).toString("utf8"), query = read(queryLength).toString("utf8");
    let kind, text;
    try {
        [kind, text] = answer(data, query);
    } catch (wrong) {
        [kind, text] = ["error", String(wrong)];
    }
    const bytes = Buffer.from(text, "utf8");
    const whole = Buffer.concat([Buffer.from(`${kind} ${bytes.length}\n`), bytes]);
    for (let at = 0; at < whole.length; ) at += writeSync(1, whole, at);
}
