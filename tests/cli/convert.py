#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`bocage convert`: every syntax to every other, shapes of JSON-LD, packed files, pipes, mistakes; and rdflib, which
reads what was written and must find the same triples.

    convert.py BOCAGE [SOURCE-FOLDER]
"""
import gzip
import hashlib
import itertools
import json
import logging
import os
import random
import resource
import sys
from pathlib import Path

import rdflib
from rdflib.compare import isomorphic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from cases import run  # noqa: E402
from shell import Shell  # noqa: E402

PROGRAM = sys.argv[1]
SUITES = Path(os.environ.get("BOCAGE_SUITES") or Path(sys.argv[2] if len(sys.argv) > 2 else ".") / "../shared/suites")
BASE = "http://base.example/doc"
TRIPLES = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}
GRAPHS = ["trig", "nquads", "jsonld"]
rdflib.NORMALIZE_LITERALS = False
logging.disable(logging.WARNING)

SAMPLE = """@prefix ex: <http://example.org/> .
@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .
<> a pair:Document ; pair:label "L'été à Saint-Denis"@fr , "a \\"b\\"\\n\\\\c" , "\\U0001F333" ;
   ex:number 1 , 01 , -2.50 , true , "1."^^<http://www.w3.org/2001/XMLSchema#decimal> ;
   ex:list ( 1 ( ) "x" [ ex:in ex:dot.s , ex:a-b , <http://example.org/with%20escape> ] ) ;
   ex:node [ ex:again _:shared ] , _:shared , [] .
_:shared ex:loop _:shared .
"""


def parsed(text, syntax):
    """As rdflib reads it, all graphs together, with those of rdf:langString and numbers as they were written."""
    dataset = rdflib.ConjunctiveGraph()
    dataset.parse(data=text, format=TRIPLES[syntax], publicID=BASE)
    graph = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        graph.add(triple)
    return graph


def same(left, right, where):
    if not isomorphic(left, right):
        raise AssertionError(f"{where}: {len(left)} and {len(right)} triples, and they differ")


def sample(shell):
    """As we read it, since rdflib's Turtle makes 01 a 1: the suites say that we read it well."""
    return parsed(shell("convert", "--from", "ttl", "--to", "nt", "--base", BASE, input=SAMPLE).out, "ntriples")


def every_syntax_to_every_other():
    """Through two syntaxes and back."""
    with Shell(PROGRAM) as shell:
        shell.write("a.ttl", SAMPLE)
        expected = sample(shell)
        for first, second in itertools.permutations(TRIPLES, 2):
            one = shell("convert", "a.ttl", "--to", first, "--base", BASE).bytes
            two = shell("convert", "--from", first, "--to", second, input=one).bytes
            same(expected, parsed(two.decode(), second), f"{first} to {second}")


def word(dice, literal):
    """A random term as N-Triples writes it."""
    kind = dice.randrange(4 if literal else 2)
    if kind == 0:
        return f"<http://example.org/{dice.choice(['a', 'b.c', 'd-', 'e/f', '9', 'g%20h', 'é', 'x#y'])}>"
    if kind == 1:
        return f"_:b{dice.randrange(6)}"
    text = "".join(dice.choice(["a", "é", "\\n", "\\t", '\\"', "\\\\", "<", "&", "]]>", "'", " ", "\\r", "🌳"]) for _ in range(4))
    return f'"{text}"' + dice.choice(["", "@fr", "@en-GB", "^^<http://www.w3.org/2001/XMLSchema#date>"])


def rdflib_reads_what_is_written():
    """Random graphs, in every syntax."""
    dice = random.Random(4)
    with Shell(PROGRAM) as shell:
        for _ in range(12):
            lines = {f"{word(dice, False)} <http://example.org/p{dice.randrange(3)}> {word(dice, True)} ." for _ in range(14)}
            text = "\n".join(sorted(lines)) + "\n"
            expected = parsed(text, "ntriples")
            for syntax in TRIPLES:
                written = shell("convert", "--from", "nt", "--to", syntax, input=text).bytes.decode()
                same(expected, parsed(written, syntax), syntax)


def graphs_are_kept():
    trig = "@prefix ex: <http://example.org/> .\nex:a ex:p 1 .\nex:g { ex:b ex:p _:x . _:x ex:q ( 2 ) }\n_:h { ex:c ex:p _:x }\n"
    with Shell(PROGRAM) as shell:
        expected = sorted(shell("convert", "--from", "trig", "--to", "nq", input=trig).out.replace("_:g1", "_:x").split("\n"))
        for syntax in GRAPHS:
            once = shell("convert", "--from", "trig", "--to", syntax, input=trig).bytes
            dataset = rdflib.ConjunctiveGraph()
            dataset.parse(data=once.decode(), format=TRIPLES[syntax])
            assert len(dataset) == len(expected) - 1, syntax
            names = {type(context.identifier).__name__ for context in dataset.contexts() if len(context)}
            assert "URIRef" in names and "BNode" in names, names


def the_suites_files_come_through():
    """Each Turtle file of the suite that is right, written in RDF/XML or, where XML can't, in Turtle."""
    files = sorted((SUITES / "rdf/rdf-turtle").glob("*.ttl"))
    with Shell(PROGRAM) as shell:
        for file in files[::4]:
            reading = shell("convert", str(file), "--to", "nt", "--base", BASE, code=None)
            if reading.code != 0 or "labeled_blank_node" in file.name:
                continue  # a mistake on purpose; or a label that rdflib does not read
            for syntax in ("rdfxml", "turtle"):
                through = shell("convert", str(file), "--to", syntax, "--base", BASE, code=None)
                if syntax == "rdfxml" and through.code == 1:
                    assert "can't" in through.err, through
                    continue
                back = shell("convert", "--from", syntax, "--to", "nt", "--base", BASE, input=through.bytes).out
                same(parsed(reading.out, "ntriples"), parsed(back, "ntriples"), f"{file.name} through {syntax}")


def turtle_is_as_people_write_it():
    with Shell(PROGRAM) as shell:
        done = shell("convert", "--from", "ttl", "--to", "ttl", "--base", BASE, input=SAMPLE)
        head, body = done.out.split("\n\n", 1)
        assert head.split("\n") == ["@prefix ex: <http://example.org/> .",
                                    "@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .",
                                    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."], head
        assert "@base" not in done.out
        assert body.startswith(f"<{BASE}> a pair:Document ;\n"), body
        assert "ex:list ( 1 () \"x\" [" in body, body
        assert 'ex:number -2.50 , "01"^^xsd:integer , 1 , "1."^^xsd:decimal , true ;' in body, body


def doubles_keep_their_value():
    with Shell(PROGRAM) as shell:
        done = shell("convert", "--from", "ttl", "--to", "ttl", input="<u:a> <u:p> 1.5e0 , -2E-3 , 1.0E6 .")
        assert {o.toPython() for o in parsed(done.out, "turtle").objects()} == {1.5, -0.002, 1000000.0}, done


def prefixes_come_from_a_file():
    with Shell(PROGRAM) as shell:
        shell.write("p.ttl", "@prefix voc: <http://example.org/> .\n")
        nt = "<http://example.org/a> <http://example.org/p> 'x'@fr .".replace("'", '"')
        done = shell("convert", "--from", "nt", "--to", "ttl", "--prefixes", "p.ttl", input=nt)
        assert done.out == '@prefix voc: <http://example.org/> .\n\nvoc:a voc:p "x"@fr .\n', done
        shell.write("p.ttl", "@prefix voc <http://example.org/> .\n")
        done = shell("convert", "--from", "nt", "--to", "ttl", "--prefixes", "p.ttl", input=nt, code=1)
        assert "p.ttl:1:" in done.err, done


def jsonld_is_shaped():
    with Shell(PROGRAM) as shell:
        shell.write("a.ttl", SAMPLE)
        shell.write("context.json", json.dumps({"@context": {"label": {
            "@id": "http://virtual-assembly.org/ontologies/pair#label", "@container": "@language"}}}))
        shell.write("frame.json", json.dumps({"@context": {"@vocab": "http://example.org/"}, "@type":
                                              "http://virtual-assembly.org/ontologies/pair#Document"}))
        done = json.loads(shell("convert", "a.ttl", "--to", "jsonld", "--context", "context.json", "--base", BASE).out)
        assert "L'été à Saint-Denis" in str(done), done
        framed = json.loads(shell("convert", "a.ttl", "--to", "jsonld", "--frame", "frame.json", "--base", BASE).out)
        assert framed["@id"] == BASE and isinstance(framed["node"], list), framed
        shell.write("frame.json", '{"@context": }')
        done = shell("convert", "a.ttl", "--to", "jsonld", "--frame", "frame.json", code=1)
        assert "frame.json:1:14" in done.err, done
        done = shell("convert", "a.ttl", "--to", "ttl", "--frame", "frame.json", code=2)
        assert "--to jsonld" in done.err, done
        done = shell("convert", "a.ttl", "--to", "jsonld", "--frame", "a", "--context", "b", code=2)
        assert "not both" in done.err, done


def packed_files_and_pipes():
    with Shell(PROGRAM) as shell:
        shell.write("a.ttl.gz", gzip.compress(SAMPLE.encode()))
        shell("convert", "a.ttl.gz", "b.nt.zst", "--base", BASE)
        shell("convert", "b.nt.zst", "c.rdf")
        same(sample(shell), parsed(shell.path("c.rdf").read_text(), "rdfxml"), "packed")


def mistakes_are_shown():
    """Nothing is left of an output that could not be finished."""
    with Shell(PROGRAM) as shell:
        shell.write("bad.ttl", "<http://a> <http://b>\n  'c ,\n")
        done = shell("convert", "bad.ttl", "out.nt", code=1)
        assert "bad.ttl:2:" in done.err and not shell.path("out.nt").exists(), done
        assert "standard input:2:" in shell("convert", "--from", "nt", "--to", "nt", input="\n<a>", code=1).err
        for words, wanted in [(("convert",), "add --from NAME"), (("convert", "a.ttl"), "add --to NAME"),
                              (("convert", "a.ttl", "--to", "x"), "'x' is none of turtle"),
                              (("convert", "a.ttl", "--to", "rdfa"), "is none of turtle"),
                              (("convert", "a", "b", "c"), "one file is read"),
                              (("convert", "a.what", "b.ttl"), "nothing says which syntax")]:
            done = shell(*words, code=2)
            assert wanted in done.err, done
        assert "no-such.ttl" in shell("convert", "no-such.ttl", "b.nt", code=1).err


def lines_stream():
    """Ten times the document in the same memory. (Sanitizers keep what was freed for a while: as little as they can.)"""
    environment = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")
    block = "".join(f'ex:s{n} ex:p "{"text " * 20}" , [ ex:number {n} ] .\n' for n in range(1000)).encode()
    peaks = []
    with Shell(PROGRAM) as shell:
        for blocks in (20, 200):
            with gzip.open(shell.path("big.ttl.gz"), "wb", compresslevel=1) as out:
                out.write(b"@prefix ex: <http://example.org/> .\n")
                for _ in range(blocks):
                    out.write(block)
            done = shell("convert", "big.ttl.gz", "big.nq", environment=environment)
            with open(shell.path("big.nq")) as lines:
                assert sum(1 for _ in lines) == blocks * 3000, done
            peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    assert peaks[1] < peaks[0] + 8192, f"{peaks} KiB at most; the second document has {len(block) * 200 >> 10} KiB"


def jsonld_streams():
    """Items of an array, and of @graph behind its @context, in the same memory however many there are."""
    environment = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")
    item = {"@id": "http://example.org/a", "@type": "Note", "content": "text " * 400, "number": 1, "tag": [{"name": "x"}, {"@id": "_:same"}]}
    forms = {"array": ("[", "]", dict(item, **{"@context": {"@vocab": "http://example.org/"}})),
             "graph": ('{"@context": {"@vocab": "http://example.org/"}, "@graph": [', "]}", item)}
    with Shell(PROGRAM) as shell:
        for form, (head, tail, item) in forms.items():
            block, peaks = (json.dumps(item) + ",\n") * 500, []
            for blocks in (8, 40):
                with gzip.open(shell.path("big.jsonld.gz"), "wt", compresslevel=1) as out:
                    out.write(head)
                    for _ in range(blocks):
                        out.write(block)  # not all at once: a fork counts what this process holds
                    out.write(json.dumps(item) + tail)
                done = shell("convert", "big.jsonld.gz", "big.nq", environment=environment)
                with open(shell.path("big.nq")) as lines:
                    assert sum(1 for _ in lines) == (blocks * 500 + 1) * 6, (form, done)
                peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            assert peaks[1] < peaks[0] + 8192, f"{form}: {peaks} KiB; the second document has {len(block) * 40 >> 10} KiB"


def jsonld_is_written_as_a_stream():
    """Random datasets, expanded and compacted; and a long one in the memory of a short one."""
    dice = random.Random(5)
    environment = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1")
    names = ["", "", " <http://example.org/g>", " _:b1"]
    with Shell(PROGRAM) as shell:
        shell.write("context.json", '{"@context": {"@vocab": "http://example.org/", "p0": {"@type": "@id"}}}')
        for _ in range(20):
            lines = [f"{word(dice, False)} <http://example.org/p{dice.randrange(3)}> {word(dice, True)}{dice.choice(names)} ." for _ in range(20)]
            lines += [f"_:b{n} <http://www.w3.org/1999/02/22-rdf-syntax-ns#{link}> {to} ." for n in range(4)
                      for link, to in (("first", f"_:b{dice.randrange(4)}"), ("rest", dice.choice([f"_:b{n + 1}", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"])))]
            text = "\n".join(lines) + "\n"
            wanted = shell("canon", "--format", "nquads", input=text).out
            for flags in ((), ("--stream",), ("--stream", "--context", "context.json")):
                written = shell("convert", "--from", "nq", "--to", "jsonld", *flags, input=text).bytes
                assert shell("canon", "--format", "jsonld", input=written).out == wanted, (text, written.decode())
        block, peaks = "".join(f'<http://example.org/s{n}> <http://example.org/p> "{"text " * 50}" .\n' for n in range(2000)), []
        for blocks in (8, 40):
            with gzip.open(shell.path("big.nt.gz"), "wt", compresslevel=1) as out:
                for _ in range(blocks):
                    out.write(block)
            shell("convert", "big.nt.gz", "big.jsonld", "--stream", environment=environment)
            with open(shell.path("big.jsonld")) as lines:
                assert sum(1 for _ in lines) == blocks * 2000 + 2
            peaks.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        assert peaks[1] < peaks[0] + 8192, f"{peaks} KiB; the second document has {len(block) * 40 >> 10} KiB"
        assert shell("convert", "--from", "nt", "--to", "jsonld", "--stream", input="").out == "[\n]\n"
        for flags, wanted in ((("--to", "ttl"), "add --to jsonld"), (("--to", "jsonld", "--frame", "context.json"), "not both")):
            done = shell("convert", "--from", "nt", "--stream", *flags, input="", code=2)
            assert wanted in done.err, done


def contexts_are_pinned():
    """A context that is not built in is known when an operator has pinned it, to whoever reads, writes and frames."""
    context = b'{"@context": {"name": "http://example.org/name"}}'
    table = {"https://x.example/c": {"file": "c.jsonld", "sha256": hashlib.sha256(context).hexdigest()}}
    document = '{"@context": "https://x.example/c", "@id": "http://example.org/a", "name": "x"}'
    with Shell(PROGRAM) as shell:
        shell.path("known").mkdir()
        shell.write("known/c.jsonld", context)
        shell.write("known/contexts.json", json.dumps(table))
        shell.write("a.jsonld", document)
        shell.write("c.json", '{"@context": "https://x.example/c"}')
        done = shell("convert", "a.jsonld", "--to", "nt", code=1)
        assert "the context <https://x.example/c> can't be had" in done.err, done
        known = ("--contexts", str(shell.path("known")))
        assert shell("convert", "a.jsonld", "--to", "nt", *known).out == '<http://example.org/a> <http://example.org/name> "x" .\n'
        for flags in (("--context", "c.json"), ("--frame", "c.json"), ("--context", "c.json", "--stream")):
            done = json.loads(shell("convert", "a.jsonld", "--to", "jsonld", *known, *flags).out)
            assert done["@context"] == "https://x.example/c" and '"name": "x"' in json.dumps(done), done
        shell("init")
        assert "1 triples read" in shell("load", "a.jsonld", *known).out
        table["https://x.example/c"]["sha256"] = "0"
        shell.write("known/contexts.json", json.dumps(table))
        assert "has the SHA-256" in shell("convert", "a.jsonld", "--to", "nt", *known, code=1).err


def rdfa_streams():
    line = '<p about="http://example.org/%d" property="http://example.org/p">' + "text " * 40 + "</p>\n"
    with Shell(PROGRAM) as shell:
        with open(shell.path("big.html"), "w") as out:
            out.write('<html xmlns="http://www.w3.org/1999/xhtml"><body>\n')
            out.writelines(line % n for n in range(3000))
            out.write("</body></html>\n")
        whole = shell.path("big.html").read_text()
        done = shell("convert", "big.html", "--to", "nt")
        assert done.out.count("\n") == 3000 and "<http://example.org/2999>" in done.out, done.err
        shell.write("bad.html", whole[:300000] + "<<&</p>")
        done = shell("convert", "bad.html", "bad.nt", code=1)
        assert "XML parser error" in done.err and not shell.path("bad.nt").exists(), done


def a_long_document_of_another_form():
    """What stands behind @graph is found out too late, and said; with its context behind, a document is read as a whole."""
    long = ", ".join(['{"@id": "http://a", "http://p": "' + "text " * 200 + '"}'] * 6000)
    with Shell(PROGRAM) as shell:
        shell.write("a.jsonld", '{"@graph": [' + long + '],\n "@id": "http://g"}')
        done = shell("convert", "a.jsonld", "a.nq", code=1)
        assert "a.jsonld:1:" in done.err and "nothing may stand behind @graph" in done.err, done
        for text, lines in (('{"@id": "http://g", "@graph": [' + long + "]}", 1), ('{"x": 1, "@graph": [' + long + '], "@context": {"x": "http://x"}}', 2)):
            shell.write("a.jsonld", text)
            done = shell("convert", "a.jsonld", "--to", "trig")
            assert done.out.count("http://p") == 1 and ("<http://g>" in done.out or lines == 2), done


def an_error_names_its_place_once():
    with Shell(PROGRAM) as shell:
        shell.write("a.jsonld", '{"@id": "x",\n "b" 1}')
        done = shell("convert", "a.jsonld", "--to", "nt", code=1)
        assert "a.jsonld:2:6: a colon is missing here\n" in done.err, done
        items = ['{"@id": "http://a", "http://p": "' + "text " * 200 + '"}'] * 6000
        items[5000] = '{"http://p": "é" 1}'
        shell.write("a.jsonld", '{"@graph": [' + ",\n".join(items) + "]}")
        done = shell("convert", "a.jsonld", "--to", "nt", code=1)
        assert "a.jsonld:5001:18: a comma or } is missing here\n" in done.err, done


if __name__ == "__main__":
    run([(check.__name__, check) for check in
         (lines_stream, jsonld_streams, rdfa_streams, jsonld_is_written_as_a_stream, contexts_are_pinned, every_syntax_to_every_other, rdflib_reads_what_is_written, graphs_are_kept, the_suites_files_come_through,
          turtle_is_as_people_write_it, doubles_keep_their_value, prefixes_come_from_a_file, jsonld_is_shaped, packed_files_and_pipes,
          mistakes_are_shown, a_long_document_of_another_form, an_error_names_its_place_once)])
