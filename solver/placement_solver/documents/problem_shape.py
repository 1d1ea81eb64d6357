"""The problem document, field by field: the meaning and the allowed values of each."""

from __future__ import annotations

from typing import Final

from placement_solver.documents.shapes import (
    CalendarWeek,
    Flag,
    Number,
    OneOf,
    Reference,
    Text,
    WeekOfTerm,
    Whole,
)
from placement_solver.documents.structures import (
    Amount,
    ByName,
    Field,
    ListOf,
    ListOrNull,
    OrNull,
    Record,
    RecordsOf,
    WholeOrNull,
)
from placement_solver.problem import (
    FORMAT,
    MOST_POINTS,
    PROVIDER_KINDS,
    Agreement,
    Capacity,
    Decision,
    Institution,
    Provider,
    Request,
    Student,
    Supervision,
    Supervisor,
    Taken,
    Term,
    Travel,
    Unit,
    Weights,
)
from placement_solver.taken import THIS_TERM
from placement_solver.wishes.carried_burden import STEP

LONGEST_TERM: Final = 60
LARGEST_AMOUNT: Final = 1_000_000
FARTHEST_WEEK: Final = 10_000
LONGEST_JOURNEY: Final = 100_000

_week = Whole(-FARTHEST_WEEK, FARTHEST_WEEK)
_minutes = Whole(0, LONGEST_JOURNEY)
_weight = Whole(0, LARGEST_AMOUNT)
_amount = Amount(LARGEST_AMOUNT, LONGEST_TERM)
_credits = Number(0, 1000)
_latitude = Field(Number(-90, 90), "Latitude in degrees (WGS 84).")
_longitude = Field(Number(-180, 180), "Longitude in degrees (WGS 84).")
_id = Text()

term = Record(
    Term,
    "The term that is planned.",
    {
        "code": Field(Text(), "The term's code, such as VT2027."),
        "first_week": Field(
            CalendarWeek(),
            "The ISO week that is week 0. A week that does not exist in its year is a fault, and so is a term"
            " that ends after the year 9999.",
        ),
        "weeks": Field(
            Whole(1, LONGEST_TERM),
            "How many weeks the term has. All other weeks are counted from first_week: 0 … weeks-1.",
        ),
    },
)

institution = Record(
    Institution,
    "A lärosäte, whose students are placed.",
    {"id": Field(_id, "Its opaque id; no two institutions share one.")},
)

provider = Record(
    Provider,
    "A provider (huvudman): the party of the agreements that cover its units.",
    {
        "id": Field(_id, "Its opaque id; no two providers share one."),
        "kind": Field(OneOf(*PROVIDER_KINDS), "Region, municipality or private provider."),
    },
)

unit = Record(
    Unit,
    "A place where students learn.",
    {
        "id": Field(_id, "Its opaque id; no two units share one."),
        "provider": Field(
            Reference("providers"),
            "The party whose agreements cover the unit: for care run privately on behalf of a municipality"
            " or a region, that municipality or region.",
        ),
        "site": Field(OrNull(Text()), "The site (studieort) that the unit belongs to, or null for none."),
        "kinds": Field(
            ListOf(Text()),
            "The kinds of care it offers, such as ward-medicine or elderly-care. An empty list suits no"
            " request; a repeated kind counts once.",
        ),
        "lat": _latitude,
        "lon": _longitude,
        "university_healthcare": Field(
            Flag(), "Whether it is a university healthcare unit (universitetssjukvårdsenhet)."
        ),
        "max_students": Field(
            OrNull(_amount),
            "The ceiling for all its students together in each week: one number, one for each week of the"
            " term, or null for none.",
        ),
        "zone": Field(OrNull(Text()), "The unit's zone in travel.matrix.", optional=True),
    },
)

capacity = Record(
    Capacity,
    "Places that a unit offers.",
    {
        "id": Field(_id, "Its opaque id; no two capacities share one."),
        "unit": Field(Reference("units"), "The unit that offers the places."),
        "professions": Field(ListOf(Text()), "The professions whose students may have them; an empty list means none."),
        "institutions": Field(
            OrNull(ListOf(Reference("institutions"), unique=True)),
            "The institutions whose students may have them, or null for all.",
        ),
        "places": Field(_amount, "Students at the same time: one number, or one for each week of the term."),
    },
)

supervisor = Record(
    Supervisor,
    "A supervisor (handledare) at a unit.",
    {
        "id": Field(_id, "Their opaque id; no two supervisors share one."),
        "unit": Field(Reference("units"), "The unit where they supervise."),
        "profession": Field(Text(), "The profession whose students they supervise."),
        "credits": Field(_credits, "Pedagogical training, in hp."),
        "max_students": Field(Whole(0, LARGEST_AMOUNT), "How many students they take at the same time."),
        "weeks": Field(
            OrNull(ListOf(WeekOfTerm(LONGEST_TERM))),
            "The weeks of the term on duty, or null for all. A week outside the term is a fault; a repeated"
            " week counts once.",
        ),
    },
)

agreement = Record(
    Agreement,
    "An agreement (samverkansavtal) between an institution and a provider, as it applies to this term. Two agreements"
    " of the same institution and provider with overlapping professions, units and weeks are a fault, even if the"
    " weeks they share lie outside the term.",
    {
        "id": Field(_id, "Its opaque id; no two agreements share one."),
        "institution": Field(Reference("institutions"), "The institution whose students it covers."),
        "provider": Field(Reference("providers"), "The provider whose units it covers."),
        "professions": Field(OrNull(ListOf(Text())), "The professions it covers, or null for all."),
        "units": Field(
            OrNull(ListOf(Reference("units"), unique=True)),
            "The units it covers, or null for all of the provider's. A unit of another provider may be"
            " named, but is not covered.",
        ),
        "first_week": Field(
            _week, "The first week it covers, counted from the term's first week; it may lie before the term."
        ),
        "last_week": Field(
            _week,
            "The last week it covers, that week included; it may lie after the term but not before first_week.",
        ),
        "min_student_weeks": Field(Whole(0, LARGEST_AMOUNT), "The floor: student-weeks below it cost agreement_floor."),
        "max_student_weeks": Field(
            OrNull(Whole(0, LARGEST_AMOUNT)), "The ceiling of student-weeks in the term, or null for none."
        ),
    },
)

student = Record(
    Student,
    "A student, known by an opaque id and never by a personal identity number.",
    {
        "id": Field(_id, "Their opaque id; no two students share one."),
        "institution": Field(Reference("institutions"), "The institution where they study."),
        "profession": Field(Text(), "The profession they study for."),
        "site": Field(
            OrNull(Text()), "Their site (studieort), or null for none; they are placed at units of the same site."
        ),
        "lat": _latitude,
        "lon": _longitude,
        "blocked_units": Field(
            ListOf(Reference("units"), unique=True), "Units where they may not be placed; no reason is given."
        ),
        "max_travel": Field(
            OrNull(_minutes), "The most minutes one way, or null for the general limit, travel.max_travel."
        ),
        "distinct_units": Field(Flag(), "Whether each of their placements must be at another unit."),
        "zone": Field(OrNull(Text()), "The zone in travel.matrix where their journeys start.", optional=True),
        "burden": Field(
            WholeOrNull(Whole(0, MOST_POINTS)),
            "What earlier terms have cost the student, in points by the published formula; it makes the journeys and"
            " wishes of this term count more by weights.carried_burden. Left out where it is 0.",
            optional=True,
        ),
        "home": Field(
            OrNull(Text()), "The area that they live in, by which the figures of fairness are grouped.", optional=True
        ),
    },
)

supervision = Record(
    Supervision,
    "What is required of the named supervisor.",
    {"credits": Field(_credits, "The least pedagogical training, in hp.")},
)

request = Record(
    Request,
    "One placement to be found for a student.",
    {
        "id": Field(_id, "Its opaque id; no two requests share one."),
        "student": Field(Reference("students"), "The student to be placed."),
        "kinds": Field(
            ListOf(Text()),
            "The unit must have at least one of these kinds; with an empty list no unit suits.",
        ),
        "weeks": Field(
            Whole(1, FARTHEST_WEEK),
            "How many whole weeks it lasts. More weeks than the term has is not a fault: the request is left unplaced.",
        ),
        "starts": Field(
            ListOf(_week),
            "The weeks it may start in. A start outside the term, or too late to end within it, is not a"
            " fault and is never used. A repeated start counts once. With an empty list the request is left"
            " unplaced.",
        ),
        "supervision": Field(
            OrNull(supervision), "What the named supervisor must have, or null where none is required."
        ),
        "university_healthcare": Field(Flag(), "Whether the unit must be a university healthcare unit."),
        "preferences": Field(ListOf(Reference("units"), unique=True), "Units the student would like, best first."),
        "after": Field(
            ListOf(Reference("requests"), unique=True),
            "Requests of the same student that must end before this one starts. A request that names"
            " itself is a fault, and so are requests that wait for one another in a ring.",
        ),
        "priority": Field(Whole(1, 1000), "Leaving the request unplaced costs weights.unplaced times this."),
        "pair_group": Field(
            OrNull(Text()),
            "What is taught in pairs, such as a course: requests with the same text should be an even number at a unit"
            " (weights.pairs). Left out where nothing is taught in pairs.",
            optional=True,
        ),
    },
)

travel = Record(
    Travel,
    "How minutes between a student and a unit are computed: by the matrix where it has both zones, otherwise"
    " floor(base_minutes + minutes_per_km × km + 0.5) with the great-circle distance in km.",
    {
        "base_minutes": Field(_minutes, "Minutes that any journey takes."),
        "minutes_per_km": Field(Number(0, 1000), "Minutes for each kilometre; fractions are allowed."),
        "max_travel": Field(
            OrNull(_minutes), "The most minutes one way for students without a limit of their own, or null for none."
        ),
        "long_after": Field(_minutes, "Each minute beyond this many also costs long_travel."),
        "matrix": Field(
            OrNull(ByName(ByName(_minutes))),
            "Minutes from a student's zone to a unit's zone; zones without any student or unit are allowed.",
            optional=True,
        ),
    },
)

_decision = {
    "request": Field(Reference("requests"), "The request; no two entries of the list name the same request."),
    "unit": Field(Reference("units"), "The unit."),
    "start": Field(_week, "The first week of the placement."),
    "supervisor": Field(
        OrNull(Reference("supervisors")), "The named supervisor, or null where none is named.", optional=True
    ),
}

pin = Record(
    Decision,
    "A placement decided by hand, which the solver keeps. A pin that breaks a hard rule is a fault that"
    " names the rule. Where the request requires supervision and the pin names no supervisor, some"
    " supervisor of the unit must suit.",
    _decision,
)

taken = Record(
    Taken,
    "A placement in force of another term, in the weeks that it shares with this term. It takes a place of every"
    " capacity that covers it and a place under the unit's ceiling, it is one of the supervisor's students, it uses"
    " student-weeks of the agreement that covers it, and its student has no other placement in those weeks. Where"
    " more is taken than there is, nothing is left, and that alone is no fault.",
    {
        "id": Field(_id, "Its opaque id; no two entries share one."),
        "term": Field(
            Text(),
            f"The code of the term that it belongs to, on one line; {THIS_TERM} for a placement of this term itself"
            " that is over and whose request is not among this term's requests.",
        ),
        "student": Field(_id, "The student, who need not be among this term's students."),
        "institution": Field(
            Reference("institutions"),
            "The institution where the student studies: for a student of this term, that one's.",
        ),
        "profession": Field(
            Text(),
            "The profession that the student studied for there; a student of this term who has changed programme has"
            " another here.",
        ),
        "unit": Field(Reference("units"), "The unit."),
        "supervisor": Field(
            OrNull(Reference("supervisors")), "The named supervisor, who is at the unit, or null where none is named."
        ),
        "first_week": Field(WeekOfTerm(LONGEST_TERM), "The first week of this term that it takes."),
        "last_week": Field(
            WeekOfTerm(LONGEST_TERM), "The last week of this term that it takes; not before first_week."
        ),
    },
)

line_in_force = Record(Decision, "A placement of the plan in force; changing it costs weights.change.", _decision)

weights = Record(
    Weights,
    "What one unit of each objective term costs.",
    {
        "unplaced": Field(_weight, "For each request without a placement, times its priority."),
        "travel": Field(_weight, "For each minute of travel, one way."),
        "long_travel": Field(_weight, "For each minute beyond travel.long_after."),
        "preference": Field(_weight, "For each step down the request's preferences."),
        "agreement_floor": Field(_weight, "For each student-week below an agreement's floor."),
        "change": Field(_weight, "For each line of the plan in force that is not kept."),
        "interprofessional": Field(
            WholeOrNull(_weight),
            "For each week that a student is at a unit where there are no students of another profession; those of"
            " other terms are company too. Left out where it is 0: the term is then off.",
            optional=True,
        ),
        "pairs": Field(
            WholeOrNull(_weight),
            "For each week in which a unit has an odd number of the students of one pair_group. Left out where it is"
            " 0: the term is then off.",
            optional=True,
        ),
        "carried_burden": Field(
            WholeOrNull(_weight),
            "For each minute of travel, one way, and for each step down the request's preferences, which counts as"
            f" {STEP} minutes, of a student with {MOST_POINTS} points of burden; in proportion for fewer points. Left"
            " out where it is 0.",
            optional=True,
        ),
    },
)

problem = Record(
    dict,
    "One term's placements to be planned. JSON in UTF-8 without a byte order mark; no object names a field"
    " twice. Whole numbers are written without a decimal point (7, not 7.0), true and false are not numbers,"
    " and a field that may be left out may also be null. The fingerprint of the document is the SHA-256 of"
    " its canonical JSON: UTF-8, members sorted by name, no spaces, numbers as Python's json module writes"
    " them.",
    {
        "format": Field(OneOf(FORMAT), "The name and version of this format."),
        "term": Field(term, term.meaning),
        "institutions": Field(RecordsOf(institution, "id"), "The lärosäten."),
        "providers": Field(RecordsOf(provider, "id"), "The huvudmän."),
        "units": Field(RecordsOf(unit, "id"), "The units where students can be placed."),
        "capacities": Field(RecordsOf(capacity, "id"), "The places that the units offer."),
        "supervisors": Field(RecordsOf(supervisor, "id"), "The supervisors."),
        "agreements": Field(RecordsOf(agreement, "id"), "The agreements that placements are made under."),
        "students": Field(RecordsOf(student, "id"), "The students to be placed."),
        "requests": Field(RecordsOf(request, "id"), "The placements that are requested."),
        "travel": Field(travel, travel.meaning),
        "pins": Field(ListOf(pin), "Placements decided by hand."),
        "current": Field(RecordsOf(line_in_force, "request"), "The plan in force; empty for a first plan."),
        "weights": Field(weights, weights.meaning),
        "taken": Field(
            ListOrNull(RecordsOf(taken, "id")),
            "What other terms, and placements of this term that are over, have taken in this term's weeks. Left out"
            " where it is empty.",
            optional=True,
        ),
    },
)
