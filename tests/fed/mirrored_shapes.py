#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is mirrored is held against the shapes: a node that checks nothing, one that follows it and says what it thinks of
that, and one that refuses. Links to what has not come yet are no fault; links to something else are.

    mirrored_shapes.py PROGRAM
"""
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from two_nodes import LABEL, NEED, SETTINGS, TURTLE, Node, said_of_a_need, until  # noqa: E402

TERRITORY = "https://w3id.org/bien-commun/ns#Territory"


def arrived(node, iri):
    return node.sparql(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    loose = Node(sys.argv[1], settings=[*SETTINGS, "--no-validation"])
    lenient = Node(sys.argv[1], settings=SETTINGS)
    strict = Node(sys.argv[1], settings=[*SETTINGS, "--refuse-invalid-mirrors"])
    loose.account("admin", "--admin")
    elsewhere = f"{loose.base}/territories/ailleurs"

    def publish(text):
        made = loose.ask("POST", "/needs", TURTLE, text, by="admin")
        assert made.status == 201, made.text
        return made.header("Location")

    with ExitStack() as running:
        for node in (loose, lenient, strict):
            running.enter_context(node)
        for follower in (lenient, strict):
            follower.run("follow", "--allow-insecure-peers", f"relay@localhost:{loose.port}")
        until("both follow", lambda: loose.ask("GET", "/bots/relay/followers").json()["totalItems"] == 2)

        ahead = publish(f"<> {said_of_a_need('Un banc', elsewhere)} .")
        for follower in (lenient, strict):
            until("a link to what has not come yet is no fault", lambda node=follower: arrived(node, ahead))
        assert ahead not in lenient.tail() + strict.tail(), lenient.tail() + strict.tail()

        nameless = publish(f'<> a <{NEED}> ; <http://virtual-assembly.org/ontologies/pair#comment> "personne ne dit lequel" .')
        wrong = publish(f"<> {said_of_a_need('Une erreur', ahead)} .")  # a need is no territory, and is known
        last = publish(f"<> {said_of_a_need('Un arbre', elsewhere)} .")
        for follower in (lenient, strict):
            until("the last one arrives", lambda node=follower: arrived(node, last))
        for iri in (nameless, wrong):
            until("it arrives where it may", lambda node=iri: arrived(lenient, node))
            assert not arrived(strict, iri), "it was to be refused"
            assert f'resource={iri} text="the shapes of this node object: ' in lenient.tail(), lenient.tail()
            assert f"{iri} is not mirrored, since the shapes of this node refuse it: " in strict.tail(), strict.tail()

        labelled = loose.ask("PUT", nameless, TURTLE, f"<> {said_of_a_need('Le voici', elsewhere)} .", by="admin")
        assert labelled.status == 204, labelled.text
        until("what was mended is mirrored", lambda: strict.sparql(f'ASK {{ <{nameless}> <{LABEL}> "Le voici" }}'))
    print("mirrored resources are held against the shapes")


if __name__ == "__main__":
    main()
