#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The requirements of the W3C's LDP 1.0 test suite for servers, on a real node.

    ldp.py PROGRAM [CASE]

Each of the suite's 80 cases has its check here, under its own name and by what its requirement says, and is played on a
new resource of each kind that it is about: CommonContainer-PostContainer@direct. A few have more than one check, told
apart by a word behind the kind. The suite's own list (BOCAGE_SUITES/ldp) is not needed; when it is there, every case of
it must be here. excuses.txt says which requirements are not met, and why.
"""
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools")]
import cases  # noqa: E402
import containers  # noqa: E402,F401: these four fill place.CASES
import files  # noqa: E402,F401
import resources  # noqa: E402,F401
import sources  # noqa: E402,F401
from place import CASES, CONTAINERS, MODELS, SOURCES, Place, Server, need  # noqa: E402

# Cases that hold when the MUST cases of another class hold: their kinds, and that class.
CONFORMS = {
    "RdfSource-ConformsRdfSourceLdpResource": (SOURCES, "CommonResource"),
    "CommonContainer-ConformsContainerRdfResource": (CONTAINERS, "RdfSource"),
    "BasicContainer-ConformsBcLdpContainer": (("basic",), "CommonContainer"),
    "DirectContainer-ConformsDcLdpContainer": (("direct",), "CommonContainer"),
    "IndirectContainer-ConformsIcLdpContainer": (("indirect",), "DirectContainer"),
}
SHOULD_OR_MAY = {
    "CommonResource-PutRequiresIfMatch", "RdfSource-ContainsRdfType", "RdfSource-TypeRdfSource", "RdfSource-ReUseVocabularies",
    "RdfSource-UseStandardVocabularies", "RdfSource-GetResourceAsTurtleNoAccept", "RdfSource-4xxErrorHasResponseBody",
    "RdfSource-ResponsePropertiesNotPersisted", "CommonContainer-PutToCreate", "CommonContainer-NoRdfBagSeqOrList",
    "CommonContainer-PreferContainmentTriples", "CommonContainer-ContentTypeHeader", "CommonContainer-PostNoSlug",
    "CommonContainer-CreateWithoutConstraints", "CommonContainer-RestrictUriReUseSlug",
    "CommonContainer-RestrictUriReUseNoSlug", "CommonContainer-RejectPutModifyingContainmentTriples",
    "CommonContainer-RestrictPutReUseUri", "CommonContainer-PatchMethod", "CommonContainer-RdfTypeLdpContainer",
    "CommonContainer-ServerHonorsSlug", "DirectContainer-UseMemberPredicate", "DirectContainer-PreferMembershipTriples",
}


def cases_of(server):
    held = {}

    def play(name, kind, check):
        held[name] = False
        check(Place(server, kind.partition("/")[0]))
        held[name] = True

    for identifier, kind, check in CASES:
        name = f"{identifier}@{kind}"
        yield name, lambda name=name, kind=kind, check=check: play(name, kind, check)
    for identifier, (kinds, of) in CONFORMS.items():
        for kind in kinds:
            def conforms(kind=kind, of=of):
                asked = {name: good for name, good in held.items() if name.startswith(of + "-")
                         and name.endswith("@" + kind) and name.partition("@")[0] not in SHOULD_OR_MAY}
                need(asked and all(asked.values()), f"not met: {[name for name, good in asked.items() if not good]}")
            yield f"{identifier}@{kind}", conforms


def compare_with_the_suite(listed):
    """Every case of the suite has a check, and every check a case; and the levels are the suite's."""
    here = {identifier for identifier, _, _ in CASES} | set(CONFORMS)
    there = {one["id"] for one in listed}
    need(here == there, f"only here: {sorted(here - there)}; only there: {sorted(there - here)}")
    lower = {one["id"] for one in listed if one["level"] != "MUST" and one["class"] != "NonRDFSource"}
    need(SHOULD_OR_MAY == lower, f"the levels differ: {sorted(SHOULD_OR_MAY ^ lower)}")


def main(program, chosen):
    assert set(CONTAINERS) <= set(MODELS)
    suites = Path(os.environ.get("BOCAGE_SUITES") or HERE.parents[3] / "shared/suites")
    every = []
    if (suites / "ldp/server-cases.json").exists():
        listed = json.loads((suites / "ldp/server-cases.json").read_text())
        every.append(("the suite's list", lambda: compare_with_the_suite(listed)))
    else:
        print(f"THE SUITE'S LIST WAS NOT COMPARED: it is not at {suites}/ldp")
    excuses = cases.read_excuses(HERE / "excuses.txt")
    with Server(program) as server:
        every += cases_of(server)
        if chosen:
            every = [(name, check) for name, check in every if name.startswith(chosen)]
            excuses = {name: why for name, why in excuses.items() if name.startswith(chosen)}
        cases.run(every, excuses)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "") if len(sys.argv) > 1 else sys.exit(__doc__)
