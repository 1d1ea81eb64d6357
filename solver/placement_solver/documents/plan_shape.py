"""The plan document, field by field: the meaning and the allowed values of each."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from placement_solver.documents.problem_shape import FARTHEST_WEEK
from placement_solver.documents.shapes import Fingerprint, Flag, Number, OneOf, Text, Whole
from placement_solver.documents.structures import Field, ListOf, OrNull, Record
from placement_solver.plan import (
    FORMAT,
    EndedBecause,
    Full,
    Placement,
    Reasons,
    Remaining,
    Solver,
    Status,
    Unplaced,
)
from placement_solver.problem import Weights
from placement_solver.taken import THIS_TERM

LARGEST = 2**63 - 1
LONGEST_RUN = 1_000_000_000

_week = Whole(-FARTHEST_WEEK, FARTHEST_WEEK)
_value = Whole(-LARGEST - 1, LARGEST)
_count = Whole(0, LARGEST)
_id = Text()

placement = Record(
    Placement,
    "One request at one unit.",
    {
        "request": Field(_id, "The request that is placed."),
        "unit": Field(_id, "The unit where the student is placed."),
        "start": Field(_week, "The first week of the request's weeks, counted from the term's first."),
        "supervisor": Field(OrNull(_id), "The named supervisor, or null where none is required."),
    },
)

remaining = Record(
    Remaining,
    "How many units one rule left.",
    {
        "rule": Field(_id, "The rule's key, such as unit-kind. Rules are listed in the order of application."),
        "units": Field(_count, "How many units were left after this rule and all before it."),
    },
)

full = Record(
    Full,
    "A scarce resource without room for the request.",
    {
        "id": Field(_id, "Its id in the problem; for a unit ceiling, the unit's."),
        "weeks": Field(ListOf(_week), "The weeks in which it is full; empty where it is not counted by the week."),
        "terms": Field(
            ListOf(_id),
            f"The codes of other terms that have taken part of it, and {THIS_TERM} where a placement of this term that"
            " is over has. Left out where there are none.",
            optional=True,
        ),
        "shared": Field(
            Flag(),
            "True where terms have part of it and this term's placements too. Left out otherwise.",
            optional=True,
        ),
    },
)

reasons = Record(
    Reasons,
    "Why a request has no placement.",
    {
        "remaining": Field(ListOf(remaining), "How many units each rule in turn left for the request."),
        "capacities": Field(ListOf(full), "Full capacities at the remaining units."),
        "unit_ceilings": Field(ListOf(full), "Remaining units that are at their ceiling."),
        "agreements": Field(ListOf(full), "Agreements at their ceiling of student-weeks."),
        "supervisors": Field(ListOf(full), "Supervisors who would suit but take no more students."),
        "own_placements": Field(ListOf(_id), "The student's other placements that are in the way."),
        "dearer_units": Field(_count, "Units with room where placing the request would raise the objective."),
        "other_terms": Field(
            ListOf(full),
            "Other terms, by code, in which the student has placements that are in the way, and"
            f" {THIS_TERM} for one of this term that is over. Left out where empty.",
            optional=True,
        ),
    },
)

unplaced = Record(
    Unplaced,
    "A request without a placement.",
    {"request": Field(_id, "The request."), "reasons": Field(reasons, reasons.meaning)},
)

solver = Record(
    Solver,
    "The solver that made the plan, and its limits: the same seed, workers and version give the same plan.",
    {
        "name": Field(_id, "The solver's name."),
        "version": Field(_id, "The solver's version."),
        "seed": Field(_count, "The seed of the random numbers."),
        "workers": Field(Whole(1, 100_000), "How many threads searched in parallel."),
        "time_limit_seconds": Field(Number(0, LONGEST_RUN), "The time limit of the search in seconds."),
        "wall_seconds": Field(Number(0, LONGEST_RUN), "The seconds that the search took."),
    },
)

terms = Record(
    dict,
    "The terms of the objective, which add up to it. One whose weight the problem may leave out is left out where that"
    " weight is 0.",
    {
        term.name: Field(_value, f"The part weighted by weights.{term.name}.", optional=term.default == 0)
        for term in fields(Weights)
    },
)

plan = Record(
    dict,
    "A plan of one problem, with its proof. Whether its ids exist in the problem, and whether it keeps the"
    " rules, is for the check to say.",
    {
        "format": Field(OneOf(FORMAT), "The name and version of this format."),
        "problem_sha256": Field(Fingerprint(), "The fingerprint of the problem that is planned."),
        "solver": Field(solver, solver.meaning),
        "status": Field(
            OneOf(*get_args(Status)),
            "optimal: objective = bound; feasible: the search ended with a gap; interrupted: the search was"
            " stopped early, and this is the best plan it had.",
        ),
        "objective": Field(_value, "What the plan costs; lower is better."),
        "bound": Field(_value, "Proven: no plan of the problem has a smaller objective."),
        "terms": Field(terms, terms.meaning),
        "placements": Field(ListOf(placement), "Every placement."),
        "unplaced": Field(ListOf(unplaced), "Every request that has no placement, and why."),
        "ended_because": Field(
            OneOf(*get_args(EndedBecause)),
            "Why the search ended. proven: no plan is better; nothing-better: it found nothing better before its"
            " time was up (a repair looks only among plans that change as few placements); time-limit: its time was"
            " up; stopped: it was asked to stop. Left out in plans that are older than this field.",
            optional=True,
        ),
    },
)
