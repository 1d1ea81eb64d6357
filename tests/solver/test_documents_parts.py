"""What must hold between the parts of a problem: ids, agreements, the order of requests, and pins."""

from __future__ import annotations

import json

import pytest

from placement_solver.documents import problem_of
from placement_solver.explanation.sentences import RULE_NAMES
from placement_solver.words import Words
from tests.solver.broken import TINY, changed, faults_of


def test_an_id_that_two_share_is_a_fault_of_the_later() -> None:
    ((place, words),) = [(fault.pointer, fault.words.en) for fault in faults_of(changed(("/providers/2/id", "solna")))]
    assert (place, words) == ("/providers/2/id", "'solna' is already at position 1 of the same list")


LATER = json.loads(TINY)["agreements"][3]


@pytest.mark.parametrize(
    "change",
    [
        {"first_week": 3},
        {"first_week": -5, "last_week": 0, "units": ["ward", "home"], "professions": ["midwife", "nurse"]},
        {"first_week": 3, "units": None, "professions": None},
    ],
)
def test_agreements_that_could_cover_the_same_placement_are_named(change: dict[str, object]) -> None:
    faults = faults_of(changed(("/agreements/3", LATER | change)))
    assert [fault.pointer for fault in faults] == ["/agreements/3"]
    for words in (faults[0].words.sv, faults[0].words.en):
        assert "ki-solna-later" in words
        assert words.count("ki-solna") == 2


def test_one_agreement_may_overlap_several() -> None:
    many = [LATER | {"id": f"copy-{k}", "units": ["home"] if k % 2 else None} for k in range(12)]
    faults = faults_of(changed(*(("/agreements/-", agreement) for agreement in many)))
    assert [fault.pointer for fault in faults] == [f"/agreements/{k}" for k in range(4, 16)]
    assert "ki-solna-later, copy-0, copy-1:" in faults[2].words.en
    assert faults[-1].words.en.count("copy-") == 10
    assert "copy-8 …:" in faults[-1].words.en


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"first_week": 3, "id": 7}, ["/agreements/3/id", "/agreements/3"]),
        ({"first_week": 3, "units": ["nowhere"]}, ["/agreements/3/units/0"]),
        ({"first_week": 3, "units": "home"}, ["/agreements/3/units"]),
        ({"first_week": 3, "professions": [1]}, ["/agreements/3/professions/0"]),
        ({"first_week": 3, "provider": None}, ["/agreements/3/provider"]),
    ],
)
def test_overlaps_are_judged_by_what_could_be_read(change: dict[str, object], pointers: list[str]) -> None:
    assert [fault.pointer for fault in faults_of(changed(("/agreements/3", LATER | change)))] == pointers


def test_an_agreement_that_is_no_object_is_passed_over() -> None:
    assert [fault.pointer for fault in faults_of(changed(("/agreements/3", None)))] == ["/agreements/3"]


def test_requests_that_wait_for_one_another_are_a_fault_that_names_them() -> None:
    (fault,) = faults_of(changed(("/requests/0/after", ["anna-2"])))
    assert fault.pointer == "/requests/1/after/0"
    assert fault.words.en == "requests wait for one another in a ring: anna-1, anna-2, anna-1"


def test_every_ring_is_found() -> None:
    anna = json.loads(TINY)["requests"][0]
    waits = {"a": ["b", "c"], "b": ["a"], "c": ["d"], "d": ["c", "b"], "e": ["a"], "f": ["f", "e"]}
    more = [("/requests/-", anna | {"id": name, "after": after}) for name, after in waits.items()]
    assert [fault.pointer for fault in faults_of(changed(*more))] == [
        "/requests/10/after/0",
        "/requests/6/after/0",
        "/requests/8/after/0",
    ]


def test_a_chain_of_thousands_of_requests_can_be_followed() -> None:
    anna = json.loads(TINY)["requests"][0]
    chain = [anna | {"id": f"link-{k}", "after": [f"link-{k + 1}"]} for k in range(5000)]
    document = changed()
    document["requests"] += [*chain, anna | {"id": "link-5000", "after": ["link-0"]}]
    (fault,) = faults_of(document)
    assert fault.pointer == "/requests/5005/after/0"
    assert fault.words.en.endswith("link-9 …")


def test_order_is_judged_by_what_could_be_read() -> None:
    edits = [("/requests/0/id", 5), ("/requests/1/after", ["bilal-1"]), ("/requests/2/student", None)]
    assert [fault.pointer for fault in faults_of(changed(*edits))] == [
        "/requests/0/id",
        "/requests/2/student",
        "/current/0/request",
    ]
    edits = [("/requests/0/id", 5), ("/requests/0/after", ["anna-2"]), ("/requests/1/after", [])]
    assert [fault.pointer for fault in faults_of(changed(*edits))] == ["/requests/0/id", "/current/0/request"]


PIN = json.loads(TINY)["pins"][0]


def pinned(request: str, unit: str, start: int, supervisor: str | None = None) -> dict[str, object]:
    """A pin, with a named supervisor or without."""
    return {"request": request, "unit": unit, "start": start, "supervisor": supervisor}


@pytest.mark.parametrize(
    ("pin", "rules"),
    [
        (PIN | {"start": 3}, ["course-window", "supervision"]),
        (PIN | {"start": -9000}, ["course-window", "agreement", "supervision"]),
        (PIN | {"unit": "clinic"}, ["university-healthcare", "blocked-unit", "capacity", "supervision"]),
        (pinned("cecilia-1", "home", 4), ["unit-kind", "agreement"]),
        (pinned("cecilia-1", "clinic", 4), ["supervision"]),
    ],
)
def test_a_pin_that_breaks_rules_is_a_fault_for_each(pin: dict[str, object], rules: list[str]) -> None:
    faults = faults_of(changed(("/pins/0", pin)))
    assert {fault.pointer for fault in faults} == {"/pins/0"}
    names = [RULE_NAMES[rule] for rule in rules]
    assert [fault.words.en.split("”")[0] for fault in faults] == [f"breaks the rule “{name.en}" for name in names]
    assert [fault.words.sv.split("”")[1] for fault in faults] == [name.sv for name in names]


@pytest.mark.parametrize(
    ("pins", "rule"),
    [
        ([pinned("anna-1", "ward", 1, "sup-ward"), pinned("anna-2", "home", 2)], "no-overlap"),
        ([pinned("anna-1", "clinic", 0, "sup-clinic"), pinned("anna-2", "clinic", 2)], "distinct-units"),
        (
            [pinned("anna-1", "ward", 0, "sup-ward"), pinned("bilal-1", "ward", 0, "sup-ward")],
            "supervisor-load",
        ),
    ],
)
def test_pins_that_clash_are_a_fault_of_each(pins: list[dict[str, object]], rule: str) -> None:
    faults = [fault for fault in faults_of(changed(("/pins", [PIN, *pins]))) if RULE_NAMES[rule].en in fault.words.en]
    assert [fault.pointer for fault in faults] == ["/pins/1", "/pins/2"]


def test_a_request_is_pinned_once() -> None:
    faults = faults_of(changed(("/pins/-", PIN), ("/pins/-", PIN | {"start": "soon"})))
    assert [(fault.pointer, "”En placering”" in fault.words.sv) for fault in faults] == [
        ("/pins/2/start", False),
        ("/pins/1", True),
        ("/pins/2", True),
    ]


def test_pins_are_judged_whatever_is_wrong_with_weights_and_other_pins() -> None:
    edits: list[tuple[str, object]] = [
        ("/weights/travel", None),
        ("/current", None),
        ("/pins", [pinned("cecilia-1", "clinic", 4), None, PIN | {"unit": "nowhere"}]),
    ]
    assert [fault.pointer for fault in faults_of(changed(*edits))] == [
        "/pins/1",
        "/pins/2/unit",
        "/current",
        "/weights/travel",
        "/pins/0",
    ]


def test_pins_are_not_judged_by_what_could_not_be_read() -> None:
    edits: list[tuple[str, object]] = [("/units/1/lat", None), ("/pins/0", pinned("cecilia-1", "clinic", 4))]
    assert [fault.pointer for fault in faults_of(changed(*edits))] == ["/units/1/lat"]


def taken(**changes: object) -> dict[str, object]:
    """A nurse of KI at the ward in week 1, in another term and with nobody named, with some changes."""
    stranger = {"id": "summer", "term": "ST2027", "student": "erik", "institution": "ki", "profession": "nurse"}
    return stranger | {"unit": "ward", "supervisor": None, "first_week": 1, "last_week": 1} | changes


@pytest.mark.parametrize(
    ("elsewhere", "rule"),
    [
        ([taken(student="anna", unit="home")], "no-overlap"),
        ([taken(), taken(id="more")], "capacity"),
        ([taken(id=name, profession="midwife") for name in ("one", "two", "three")], "unit-ceiling"),
        ([taken(supervisor="sup-ward")], "supervisor-load"),
    ],
)
@pytest.mark.parametrize("named", ["sup-ward", None])
def test_a_pin_that_clashes_with_another_term_is_a_fault_that_names_rule_and_term(
    elsewhere: list[dict[str, object]], rule: str, named: str | None
) -> None:
    (fault,) = faults_of(changed(("/taken", elsewhere), ("/pins/-", pinned("anna-1", "ward", 0, named))))
    assert fault.pointer == "/pins/1"
    assert fault.words.en.startswith(f"breaks the rule “{RULE_NAMES[rule].en}”: ")
    assert fault.words.sv.startswith(f"bryter mot regeln ”{RULE_NAMES[rule].sv}”: ")
    assert fault.words.en.endswith("taken by the other term (ST2027)")
    assert fault.words.sv.endswith("upptaget av en annan termin (ST2027)")


def test_a_pin_under_an_agreement_that_another_term_has_used_up_is_a_fault() -> None:
    used_up = [("/taken", [taken(first_week=0, last_week=5)]), ("/agreements/0/max_student_weeks", 9)]
    (fault,) = faults_of(changed(*used_up, ("/pins", [PIN])))
    assert fault.words.en == (
        "breaks the rule “Ceiling of the agreement”: ki-region: 10 student-weeks, but the agreement's ceiling is 9;"
        " taken by the other term (ST2027)"
    )


def test_a_pin_without_a_name_is_kept_where_another_term_leaves_some_supervisor_room() -> None:
    sara = json.loads(TINY)["supervisors"][0] | {"id": "sara"}
    edits = [("/taken", [taken(supervisor="sup-ward")]), ("/supervisors/-", sara)]
    assert len(problem_of(changed(*edits, ("/pins/-", pinned("anna-1", "ward", 0)))).pins) == 2


@pytest.mark.parametrize(
    ("entry", "pointer", "sv", "en"),
    [
        (
            taken(student="anna", institution="shh"),
            "/taken/0/institution",
            "studenten anna hör till ki, inte shh",
            "the student anna is of ki, not shh",
        ),
        (
            taken(supervisor="sup-home"),
            "/taken/0/supervisor",
            "handledaren sup-home finns vid home, inte ward",
            "the supervisor sup-home is at home, not ward",
        ),
        (taken(term="ST\n2027"), "/taken/0/term", "koden har en radbrytning", "the code has a line break"),
    ],
    ids=["institution", "supervisor", "line break"],
)
def test_what_is_taken_does_not_contradict_the_rest_of_the_document(
    entry: dict[str, object], pointer: str, sv: str, en: str
) -> None:
    (fault,) = faults_of(changed(("/taken", [entry])))
    assert (fault.pointer, fault.words) == (pointer, Words(sv, en))


def test_a_student_who_has_changed_programme_may_have_studied_for_another_profession() -> None:
    assert len(problem_of(changed(("/taken", [taken(student="anna", profession="midwife")]))).taken) == 1


@pytest.mark.parametrize(
    "misread",
    [("/students", 7), ("/students/0", 7), ("/students/0/id", 7), ("/students/0/institution", 7), ("/supervisors", 7)],
    ids=lambda edit: edit[0],
)
def test_what_is_taken_is_not_compared_with_what_could_not_be_read(misread: tuple[str, object]) -> None:
    nobody = taken(student=7, supervisor="sup-ward")
    pointers = [fault.pointer for fault in faults_of(changed(("/taken", [nobody]), misread, ("/pins", [])))]
    assert "/taken/0/student" in pointers
    assert not {"/taken/0/institution", "/taken/0/supervisor"} & set(pointers)


def test_where_other_terms_have_taken_more_than_there_is_the_document_is_valid() -> None:
    much = [taken(id=f"t{number}", supervisor="sup-home", unit="home") for number in range(5)]
    assert len(problem_of(changed(("/taken", much), ("/agreements/2/max_student_weeks", 1))).taken) == 5
