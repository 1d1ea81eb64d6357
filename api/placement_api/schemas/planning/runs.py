"""Schemas of runs: how to plan and what to suppose, and how far a run has come."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.callers import Caller, Role
from placement.planning.scenarios import Options, read_options
from placement.tables import Run, RunMode, RunStatus
from placement_api.paging import Paging
from placement_api.schemas.base import MOST, Count, Given, Id, Ids, Number, Shown, Switch, Week, example
from placement_api.schemas.register.terms import Minutes
from placement_api.sorting import sorting
from placement_solver.progress import gap_between

LONGEST_RUN = 86_400
LARGEST_SEED = 2_147_483_647
MOST_WORKERS = 64
MOST_CHANGES = 200

_OFFER: dict[str, JsonValue] = {
    "offerId": "off_17",
    "places": 10,
    "firstWeek": "2027-W05",
    "lastWeek": "2027-W09",
}
_AGREEMENT: dict[str, JsonValue] = {"agreementId": "agr_nacka_ki", "ends": False, "maxStudentWeeks": 400}
_CLOSURE: dict[str, JsonValue] = {"unitId": "unt_geriatrics", "firstWeek": "2027-W12", "lastWeek": None}
_WEIGHTS: dict[str, JsonValue] = {"travel": 2, "longTravel": 6}
_RELEASED: dict[str, JsonValue] = {
    "requestId": "req_1f3a",
    "unitId": "unt_geriatrics",
    "start": "2027-W05",
    "whySv": "bryter mot regeln capacity: off_17: fler studenter än erbjudna platser vid unt_geriatrics (2027-W05)",
    "whyEn": "breaks the rule capacity: off_17: more students than places offered at unt_geriatrics (2027-W05)",
}
_REFINED = {"gap", "in_county_only", "weights", "scenario", "released_placements"}
"""What a run shows otherwise than its row has it."""
_SCENARIO: dict[str, JsonValue] = {
    "offers": [_OFFER],
    "agreements": [_AGREEMENT],
    "closures": [_CLOSURE],
    "absentSupervisors": ["sup_91c2"],
    "travelMaxMinutes": 90,
}


class WeeksGiven(Given):
    """Some weeks of the term. Några av terminens veckor."""

    first_week: Week | None = Field(None, description="The term's first if left out. Annars terminens första.")
    last_week: Week | None = Field(None, description="The term's last if left out. Annars terminens sista.")


class OtherPlaces(WeeksGiven):
    """What if an offer had more places, or fewer. Tänk om ett erbjudande hade fler platser, eller färre."""

    model_config = example(_OFFER)

    offer_id: Id
    places: Annotated[int, Field(ge=-MOST, le=MOST), Number] = Field(
        description="So many more in each of the weeks; below 0, fewer. Så många fler varje vecka; under 0 färre."
    )


class OtherAgreement(Given):
    """What if an agreement ended, or had another ceiling. Tänk om ett avtal upphörde, eller fick ett annat tak."""

    model_config = example(_AGREEMENT)

    agreement_id: Id
    ends: Switch = Field(default=False, description="It does not hold in the term. Det gäller inte i terminen.")
    max_student_weeks: Count | None = Field(None, description="Its ceiling in the term. Dess tak i terminen.")


class Closure(WeeksGiven):
    """What if a unit took nobody. Tänk om en enhet inte tog emot någon."""

    model_config = example(_CLOSURE)

    unit_id: Id


class Scenario(Given):
    """What is supposed to be otherwise: the run is a "what if". Det som antas vara annorlunda."""

    model_config = example(_SCENARIO)

    offers: Annotated[list[OtherPlaces], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    agreements: Annotated[list[OtherAgreement], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    closures: Annotated[list[Closure], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    absent_supervisors: Ids = Field(
        default_factory=list, description="Who is away all term. De som är borta hela terminen."
    )
    travel_max_minutes: Minutes | None = Field(
        None, description="The term's longest journey, where a student has no limit. Terminens längsta resa."
    )


class OtherWeights(Given):
    """The weights that are other in this run; what is left out weighs as in the term. Körningens egna vikter."""

    model_config = example(_WEIGHTS)

    unplaced: Count | None = None
    travel: Count | None = None
    long_travel: Count | None = None
    preference: Count | None = None
    agreement_floor: Count | None = None
    change: Count | None = None


class RunGiven(Given):
    """How to plan; what is left out is the service's to choose. Hur det ska planeras."""

    model_config = example(
        {
            "mode": "plan",
            "timeLimitSeconds": 180,
            "seed": 0,
            "workers": 2,
            "inCountyOnly": False,
            "weights": _WEIGHTS,
            "scenario": _SCENARIO,
        }
    )

    mode: RunMode = Field(
        RunMode.PLAN,
        description="plan: anew; repair: what is in force, with few changes; fill: what is in force stays;"
        " waiting-list: it stays, and those who wait are offered what is left, one by one in the order of the list."
        " plan: på nytt; repair: det som gäller, med få ändringar; fill: det som gäller står kvar; waiting-list: det"
        " står kvar, och de som väntar erbjuds det som är kvar i väntelistans ordning, en i taget.",
    )
    time_limit_seconds: Annotated[int, Field(ge=1, le=LONGEST_RUN), Number] | None = Field(
        None, description="How long to search. Så länge får sökningen ta."
    )
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED), Number] = Field(
        0, description="The same seed gives the same search. Samma frö ger samma sökning."
    )
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS), Number] | None = Field(
        None, description="Threads to search with; as many as there are if left out. Trådar att söka med."
    )
    in_county_only: Switch = Field(
        default=False,
        description="Leave the lärosäten from outside the county to a later run, which fills what is left."
        " Lämna lärosäten utanför länet till en senare körning, som fyller det som är kvar.",
    )
    weights: OtherWeights | None = Field(None, description="In this run only. Bara i den här körningen.")
    scenario: Scenario | None = Field(
        None, description='Makes it a "what if", which is never published. Gör den till ett tänkt fall.'
    )

    def options(self) -> Options:
        """Return what makes this run differ from others of its term."""
        return read_options(self.model_dump(include={"in_county_only", "weights", "scenario"}, exclude_none=True))


class ReleasedShown(Shown):
    """A placement settled before the run that the term no longer allows. En avgjord placering som inte går längre."""

    model_config = example(_RELEASED)

    request_id: str
    unit_id: str
    start: str = Field(description="The first week. Första veckan.")
    why_sv: str
    why_en: str


class RunShown(Shown):
    """An order to plan a term, and how far it has come. En körning och hur långt den har kommit."""

    model_config = example(
        {
            "id": "run_5c1e",
            "termId": "trm_vt2027",
            "status": "running",
            "mode": "plan",
            "phase": "search",
            "objective": 1204310,
            "bound": 1198204,
            "gap": 0.00507,
            "unplaced": 214,
            "elapsedSeconds": 61.2,
            "timeLimitSeconds": 180,
            "seed": 0,
            "workers": 2,
            "inCountyOnly": False,
            "weights": _WEIGHTS,
            "scenario": _SCENARIO,
            "releasedPlacements": [_RELEASED],
            "cancelRequested": False,
            "requestedAt": "2026-11-02T08:00:00Z",
            "startedAt": "2026-11-02T08:00:01Z",
            "finishedAt": None,
            "error": None,
        }
    )

    id: str
    term_id: str
    status: RunStatus
    mode: RunMode
    phase: str | None = Field(description="What the solver is at. Det lösaren håller på med.")
    objective: int | None = Field(description="The best plan so far. Den bästa planen hittills.")
    bound: int | None = Field(description="No plan can be better. Ingen plan kan vara bättre.")
    gap: float | None = Field(description="(objective - bound) / objective.")
    unplaced: int | None
    elapsed_seconds: float | None
    time_limit_seconds: int
    seed: int
    workers: int | None
    in_county_only: bool = Field(
        description="Whether it left the others to a later run. Om den lämnade de andra till en senare körning."
    )
    weights: dict[str, int] | None = Field(
        description="Those of this run only; the coordinator sees them. Körningens egna; samordnaren ser dem."
    )
    scenario: Scenario | None = Field(
        description="What it supposes; the coordinator sees it. Det den antar; samordnaren ser det."
    )
    released_placements: list[ReleasedShown] | None = Field(
        description="Pinned or in force, and impossible by now: placed anew where it can be; the coordinator sees them."
        " Låst eller gällande, men numera omöjligt: placerat på nytt där det går; samordnaren ser dem."
    )
    cancel_requested: bool
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    error: str | None = Field(description="Why it failed. Varför den misslyckades.")

    @classmethod
    def of(cls, run: Run, by: Caller) -> RunShown:
        """Show a run, with its gap as soon as there is a plan; what it supposes is between coordinators."""
        gap = None if run.objective is None or run.bound is None else gap_between(run.objective, run.bound)
        coordinator = by.role is Role.COORDINATOR
        options: dict[str, Any] = run.options if coordinator else {}
        weights = OtherWeights(**options.get("weights", {})).model_dump(by_alias=True, exclude_none=True)
        return cls(
            gap=gap,
            in_county_only="in_county_only" in run.options,
            weights=weights or None,
            scenario=Scenario(**options["scenario"]) if "scenario" in options else None,
            released_placements=[ReleasedShown(**each) for each in run.released] if coordinator else None,
            **run.model_dump(include=set(cls.model_fields) - _REFINED),
        )


class RunFilter(Paging):
    """Which runs. Vilka körningar."""

    term_id: Id | None = Field(None, description="Of one term. En termins.")
    status: RunStatus | None = Field(None, description="Of one status. Med en status.")
    sort: str | None = sorting("requestedAt", "termId", "status", "mode", "objective", "unplaced", "id")
