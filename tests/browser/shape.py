# SPDX-License-Identifier: Apache-2.0
"""What an answer looks like, field by field: which keys, one value or several, links as they are, other values by
their kind alone. Used to derive session.jsonl from a recording and to compare a node's answers with it."""
import json
import re

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
LINK = re.compile(r"(\{base\}|https?:|urn:|mailto:|acct:|#)\S*$")
NAMED = {"id", "@id", "type", "@type", "@base", "code", "Content-Type"}  # strings that count as they are


def of_text(text):
    if DATE.fullmatch(text):
        return "<date>"
    return UUID.sub("<uuid>", text) if LINK.match(text) else "<text>"


def of_context(context):
    """Terms with what they stand for in full, so that two ways to write one definition are one."""
    if isinstance(context, list):
        return [of_context(one) for one in context]
    if not isinstance(context, dict):
        return context

    def full(iri):
        prefix, colon, rest = iri.partition(":")
        start = context.get(prefix)
        start = start.get("@id") if isinstance(start, dict) else start
        return full(start) + rest if colon and isinstance(start, str) and not rest.startswith("//") else iri

    def definition(term, said):
        said = {"@id": said} if isinstance(said, str) else dict(said)
        said.setdefault("@id", term)
        return {key: full(value) if isinstance(value, str) else value for key, value in said.items()}

    return {term: said if term.startswith("@") else definition(term, said) for term, said in context.items()}


def of(value, key=None):
    if key == "@context":
        return of_context(value)
    if isinstance(value, dict):
        return {name: of(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return sorted((of(one, key) for one in value), key=lambda shape: json.dumps(shape, sort_keys=True))
    if isinstance(value, str):
        return UUID.sub("<uuid>", value) if key in NAMED else of_text(value)
    if value is None or isinstance(value, bool):
        return f"<{value}>"
    return value if key == "code" else "<number>"


def of_body(media_type, body):
    """JSON as its shape; RDF as text by its predicates; anything else by whether there is something."""
    kind = (media_type or "").split(";")[0].strip().lower()
    if not body:
        return None
    if kind.endswith("json"):
        return of(json.loads(body))
    if kind in ("text/turtle", "application/n-triples"):
        import rdflib
        plain = body.replace("{base}", "http://base").replace("{", "").replace("}", "")
        graph = rdflib.Graph().parse(data=plain,
                                     format="turtle" if kind == "text/turtle" else "nt")
        return {"predicates": sorted({str(p).replace("http://base", "{base}") for p in graph.predicates()})}
    return "<bytes>"


def name_of(element):
    return isinstance(element, dict) and (element.get("id") or element.get("@id")) or None


def type_of(element):
    return isinstance(element, dict) and element.get("type") or None


def differences(want, got, path="$"):
    """One line for each place where two shapes differ."""
    if want == got:
        return
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(want.keys() | got.keys()):
            where = f"{path}.{key}"
            if key not in got:
                yield f"{where} is missing"
            elif key not in want:
                yield f"{where} is new"
            else:
                yield from differences(want[key], got[key], where)
    elif isinstance(want, list) and isinstance(got, list) and not path.endswith(".@context"):
        yield from differing_lists(want, got, path)
    else:
        yield f"{path} is {brief(got)} instead of {brief(want)}"


def differing_lists(want, got, path):
    names = [name_of(one) for one in want + got]
    if all(names) and all("<uuid>" not in name for name in names):
        yield from differences({name_of(one): one for one in want}, {name_of(one): one for one in got}, path)
        return
    gone = list(want)
    new = [one for one in got if not (one in gone and gone.remove(one) is None)]
    for before in list(gone):  # of one name
        after = next((one for one in new if name_of(one) and name_of(one) == name_of(before)), None)
        if after is not None:
            gone.remove(before)
            new.remove(after)
            yield from differences(before, after, f"{path}[{name_of(before).removeprefix('{base}')}]")
    if len(gone) == len(new) == 1 and type_of(gone[0]) == type_of(new[0]):
        yield from differences(gone[0], new[0], path + "[]")
        return
    yield from (f"{path}[] lacks {brief(one)}" for one in gone)
    yield from (f"{path}[] has also {brief(one)}" for one in new)


def brief(shape):
    text = json.dumps(shape, ensure_ascii=False)
    return text if len(text) < 120 else text[:117] + "..."
