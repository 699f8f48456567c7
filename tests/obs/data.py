#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is written in Turtle holds together: packs, ontologies and shapes, read by rdflib.

    data.py ROOT

Each rule is a function below: it yields one line for every place that breaks it.
"""
import re
import sys
from pathlib import Path

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
BASE = "http://territoire.example/"
OBC = Namespace("https://w3id.org/bien-commun/ns#")
SCHEME = Namespace("https://w3id.org/bien-commun/scheme#")
PAIR = Namespace("http://virtual-assembly.org/ontologies/pair#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SH = Namespace("http://www.w3.org/ns/shacl#")
OURS = (str(OBC), str(SCHEME))
NAMES = [PAIR.label, DCTERMS.title, SKOS.prefLabel]


def load(pattern, base=None):
    graph = Graph()
    for path in sorted(ROOT.glob(pattern)):
        graph.parse(path, format="turtle", publicID=base)
    if not len(graph):
        raise SystemExit(f"{pattern}: nothing to read")
    return graph


ONTOLOGIES, SHAPES = load("ontologies/*.ttl"), load("shapes/*.ttl")
PACKS = {folder.name: load(f"docs/territories/{folder.name}/*.ttl", BASE)
         for folder in sorted((ROOT / "docs/territories").iterdir()) if folder.is_dir()}
BASE_PACK = load("packs/*.ttl", BASE)
CONF = Namespace("https://w3id.org/bien-commun/instance#")
SCALE = URIRef("https://w3id.org/bien-commun/ns#Scale")
KINDS = {}  # what each container accepts
for container, kind in BASE_PACK.subject_objects(CONF.accepts):
    KINDS.setdefault(str(container).replace(BASE, ""), set()).add(kind)


def french(graph, term):
    return any(value.language == "fr" for name in (RDFS.label, SKOS.prefLabel, DCTERMS.title)
               for value in graph.objects(term, name) if isinstance(value, Literal))


def local(term):
    return isinstance(term, URIRef) and str(term).startswith(BASE)


def short(term):
    return str(term).replace(BASE, "")


def terms_are_defined():
    """Every class, property and notion that a pack uses is named in French in ontologies/."""
    for name, pack in PACKS.items():
        used = set(pack.predicates()) | set(pack.objects(None, RDF.type))
        used |= {o for o in pack.objects() if isinstance(o, URIRef) and str(o).startswith(OURS)}
        for term in sorted(used - {RDF.type}):
            if not french(ONTOLOGIES, term):
                yield f"{name}: {term} has no French name in ontologies/"


def own_terms_are_complete():
    """Terms of our namespaces have a type and one name in French and in English, lists a definition in both; what they and the shapes point to is there."""
    for term in sorted(t for t in set(ONTOLOGIES.subjects()) if isinstance(t, URIRef) and str(t).startswith(OURS)):
        if (term, RDF.type, None) not in ONTOLOGIES:
            yield f"{term} has no type"
        names = [*ONTOLOGIES.objects(term, RDFS.label), *ONTOLOGIES.objects(term, SKOS.prefLabel)]
        texts = {"name": names or list(ONTOLOGIES.objects(term, DCTERMS.title))}
        if {SKOS.ConceptScheme, SCALE} & set(ONTOLOGIES.objects(term, RDF.type)):
            texts["definition"] = list(ONTOLOGIES.objects(term, SKOS.definition))
        for what, values in texts.items():
            languages = sorted(v.language for v in values)
            if languages != ["en", "fr"]:
                yield f"{term} does not have one {what} in each language: {languages}"
    known = set(ONTOLOGIES.subjects(RDF.type))
    for graph, where in ((ONTOLOGIES, "ontologies/"), (SHAPES, "shapes/")):
        for term in sorted({t for triple in graph for t in triple if isinstance(t, URIRef) and str(t).startswith(OURS)}):
            if term not in known:
                yield f"{where}: {term} is not defined"


def inverses_agree():
    """owl:inverseOf never says two things of one property."""
    other = {}
    for a, b in ONTOLOGIES.subject_objects(OWL.inverseOf):
        for one, two in ((a, b), (b, a)):
            if other.setdefault(one, two) != two:
                yield f"{one} is the inverse of {other[one]} and of {two}"
    for one in ONTOLOGIES.subjects(RDF.type, OWL.SymmetricProperty):
        other[one] = one
    namespaces = {"PAIR": PAIR, "OBC": OBC}
    table = re.findall(r'BO_INVERSE\(BO_(\w+)_NS "(\w+)", BO_\w+_NS "(\w+)"\)',
                       (ROOT / "src/ldp/inverse.def").read_text(encoding="utf-8"))
    kept = {namespaces[ns][name]: namespaces[ns][back] for ns, *both in table for name, back in (both, both[::-1])}
    for one in sorted(set(other) | set(kept)):
        if other.get(one) != kept.get(one):
            yield f"{one}: ontologies/ say that its inverse is {other.get(one)}, src/ldp/inverse.def {kept.get(one)}"


def pages_name_relations():
    """A relation that the server makes by itself is never shown by its English name: src/obs/label.def has it."""
    pair = re.compile(r'BO_\w+_NS "[\w-]+"')
    named = set(pair.findall((ROOT / "src/obs/label.def").read_text(encoding="utf-8")))
    for one in sorted(set(pair.findall((ROOT / "src/ldp/inverse.def").read_text(encoding="utf-8"))) - named):
        yield f"src/obs/label.def has no {one}"


def shapes_are_shapes():
    """Node shapes have a target or are referred to; every list of sh:in ends; every pattern is one."""
    referred = set(SHAPES.objects(None, SH.node))
    for head in SHAPES.objects(None, SH.xone):
        referred |= set(Collection(SHAPES, head))
    for shape in SHAPES.subjects(RDF.type, SH.NodeShape):
        if (shape, SH.targetClass, None) not in SHAPES and shape not in referred:
            yield f"{shape} is used nowhere"
    for head in SHAPES.objects(None, SH["in"]):
        if not all(str(item).startswith(OURS) for item in Collection(SHAPES, head)):
            yield "a list of sh:in holds something else than notions of ours"
    for pattern in SHAPES.objects(None, SH.pattern):
        re.compile(str(pattern))


def links_hold():
    """Local links of a pack lead to something that it describes, and each thing stands in the container of its kind."""
    for name, pack in PACKS.items():
        described = set(pack.subjects())
        for s, p, o in pack:
            if local(o) and o not in described:
                yield f"{name}: {short(s)} points to {short(o)}, which is not described"
        for thing in sorted(s for s in described if local(s) and "/" in short(s)):
            container = short(thing).split("/")[0]
            if container not in KINDS:
                yield f"{name}: {short(thing)} is in no container of the base pack"
            elif not KINDS[container] & set(pack.objects(thing, RDF.type)):
                yield f"{name}: {short(thing)} is of no type that {container} accepts"


def names_are_as_front_ends_want():
    """Everything has one name; PAIR's texts are plain; coordinates are numbers in range."""
    for name, pack in PACKS.items():
        for thing in sorted(s for s in set(pack.subjects()) if local(s) and "/" in short(s)):
            if sum(len(list(pack.objects(thing, p))) for p in NAMES) != 1:
                yield f"{name}: {short(thing)} does not have one name"
        for s, p, o in pack:
            if str(p).startswith(str(PAIR)) and isinstance(o, Literal) and o.language:
                yield f"{name}: {short(s)}: {short(p)} has a language, Archipelago expects plain text"
        for p, most in ((PAIR.latitude, 90), (PAIR.longitude, 180)):
            for s, o in pack.subject_objects(p):
                if not isinstance(o.value, (int, float)) and o.datatype.split("#")[1] not in ("decimal", "double"):
                    yield f"{name}: {o} is no coordinate"
                elif abs(float(o)) > most:
                    yield f"{name}: {o} is outside of the Earth"


def examples_say_so():
    """What is invented says so twice, and nothing invented is said by or of an organisation that exists."""
    kinds = set().union(*(KINDS[k] for k in ("needs", "riches", "projects", "tasks", "expectations", "expressions",
                                             "evaluations", "judgments", "qualifications", "grids", "criteria")))
    for name, pack in PACKS.items():
        invented = set(pack.subjects(RDF.type, OBC.Example))
        for thing in sorted(invented):
            if not any("exemple" in str(label) for p in NAMES for label in pack.objects(thing, p)):
                yield f"{name}: {short(thing)} is an example and its name does not say so"
            for p, o in pack.predicate_objects(thing):
                if (o, RDF.type, PAIR.Organization) in pack and o not in invented:
                    yield f"{name}: {short(thing)} says something invented of {short(o)}"
        for thing in sorted(s for s, o in pack.subject_objects(RDF.type) if o in kinds):
            if thing not in invented:
                yield f"{name}: {short(thing)} should be marked as an example"
        for thing in sorted(s for s in pack.subjects(RDF.type, PAIR.Organization) if s not in invented):
            for p, o in pack.predicate_objects(thing):
                if o in invented:
                    yield f"{name}: {short(thing)} exists and points to the invented {short(o)}"
        if (None, RDF.type, PAIR.Person) in pack:
            yield f"{name}: a pack that is published names no person"


def words_come_first():
    """The chain from words to grades: every judgment comes from someone's words and says whether they agree."""
    for name, pack in PACKS.items():
        judgments = sorted(pack.subjects(RDF.type, OBC.Judgment))
        for judgment in judgments:
            words = list(pack.objects(judgment, PROV.wasDerivedFrom))
            if not words or any((w, RDF.type, OBC.Expression) not in pack for w in words):
                yield f"{name}: {short(judgment)} does not come from someone's words"
            grid = [g for e in pack.objects(judgment, OBC.ofEvaluation) for g in pack.objects(e, OBC.usesGrid)]
            for criterion in pack.objects(judgment, OBC.onCriterion):
                if not any((g, OBC.hasCriterion, criterion) in pack for g in grid):
                    yield f"{name}: {short(judgment)} is on a criterion that is not in its grid"
            for grade in pack.objects(judgment, OBC.grade):
                scales = {s for g in grid for s in pack.objects(g, OBC.usesScale)}
                if not scales & set(ONTOLOGIES.objects(grade, SKOS.inScheme)):
                    yield f"{name}: {short(judgment)} has a grade of another scale"


def required(name, pack):
    """The first constraints of SHACL by hand, until the node checks shapes itself: counts and closed lists."""
    for shape, target in SHAPES.subject_objects(SH.targetClass):
        for rule in SHAPES.objects(shape, SH.property):
            if SHAPES.value(rule, SH.severity) == SH.Warning:
                continue
            path, least, most = (SHAPES.value(rule, p) for p in (SH.path, SH.minCount, SH.maxCount))
            head, pattern = SHAPES.value(rule, SH["in"]), SHAPES.value(rule, SH.pattern)
            for thing in pack.subjects(RDF.type, target):
                values = list(pack.objects(thing, path))
                where = f"{name}: {short(thing)}: {short(path)}"
                if least is not None and len(values) < int(least) or most is not None and len(values) > int(most):
                    yield f"{where} occurs {len(values)} times"
                if head is not None and not set(values) <= set(Collection(SHAPES, head)):
                    yield f"{where} has a value that is not in the list"
                if pattern is not None and not all(re.search(str(pattern), str(v)) for v in values):
                    yield f"{where} does not look like {pattern}"


def shapes_are_kept():
    """Packs keep the counts, lists and patterns of the shapes."""
    for name, pack in PACKS.items():
        yield from required(name, pack)


def a_broken_pack_is_found():
    """The checker itself: a need that breaks three rules of its shape is reported three times."""
    broken = Graph()
    need = URIRef(BASE + "needs/x")
    broken.add((need, RDF.type, OBC.EssentialNeed))
    broken.add((need, OBC.needState, SCHEME["task-ouverte"]))
    found = list(required("broken", broken))
    if len(found) != 3:
        yield f"expected three faults, found {found}"


def states_lead_somewhere():
    """Every state of a scheme that begins somewhere is reached from there, and none leads elsewhere."""
    for scheme in sorted(set(ONTOLOGIES.subjects(OBC.beginsWith))):
        states = set(ONTOLOGIES.subjects(SKOS.inScheme, scheme))
        reached, ahead = set(), list(ONTOLOGIES.objects(scheme, OBC.beginsWith))
        while ahead:
            state = ahead.pop()
            if state not in reached:
                reached.add(state)
                ahead += ONTOLOGIES.objects(state, OBC.mayBecome)
        for state in sorted(states ^ reached):
            yield f"{short(state)} is " + ("never reached" if state in states else f"not in {short(scheme)}")
        for state in sorted(states):
            if ONTOLOGIES.value(state, OBC.mayBecome) == state:
                yield f"{short(state)} becomes itself"


RULES = [terms_are_defined, own_terms_are_complete, inverses_agree, pages_name_relations, shapes_are_shapes, links_hold,
         names_are_as_front_ends_want, examples_say_so, words_come_first, shapes_are_kept,
         states_lead_somewhere, a_broken_pack_is_found]


def main():
    failed = 0
    for rule in RULES:
        faults = list(rule())
        failed += bool(faults)
        for fault in faults:
            print(f"{rule.__name__}: {fault}")
    print(f"{len(RULES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
