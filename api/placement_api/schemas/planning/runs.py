"""Schemas of runs: how to plan, what a scenario supposes, and how far a run has come."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.callers import Caller, Role
from placement.planning.scenarios import Options, read_options
from placement.tables import Run, RunEnd, RunMode, RunStatus
from placement_api.paging import Paging
from placement_api.schemas.base import MOST, Count, Given, Id, Ids, Number, Shown, Switch, Week, example
from placement_api.schemas.register.terms import Minutes
from placement_api.sorting import sorting
from placement_solver.progress import gap_between
from placement_solver.words import Words

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
    "whySv": "bryter mot regeln ”Utbildningsplatser”: Geriatriken – sjuksköterska: fler studenter än erbjudna platser"
    " vid Geriatriken (2027-W05)",
    "whyEn": "breaks the rule “Places offered”: Geriatriken – nurse: more students than places offered (2027-W05)",
}
_POINT: dict[str, JsonValue] = {
    "seconds": 61.2,
    "objective": 1204310,
    "bound": 1198204,
    "gap": 0.00507,
    "unplaced": 214,
}
_COMPUTED = {"gap", "in_county_only", "weights", "scenario", "released_placements", "error"}
"""The fields of a run that are computed, not taken from its row."""
_FAILED = Words("Körningen misslyckades. Samordnaren kan läsa varför.", "The run failed. The coordinator can read why.")
_SCENARIO: dict[str, JsonValue] = {
    "offers": [_OFFER],
    "agreements": [_AGREEMENT],
    "closures": [_CLOSURE],
    "absentSupervisors": ["sup_91c2"],
    "travelMaxMinutes": 90,
}


class WeeksGiven(Given):
    """A range of the term's weeks. Vissa av terminens veckor."""

    first_week: Week | None = Field(
        None, description="The term's first week if left out. Terminens första vecka om den utelämnas."
    )
    last_week: Week | None = Field(
        None, description="The term's last week if left out. Terminens sista vecka om den utelämnas."
    )


class OtherPlaces(WeeksGiven):
    """Suppose that an offer has more or fewer places. Anta att ett erbjudande har fler eller färre platser."""

    model_config = example(_OFFER)

    offer_id: Id
    places: Annotated[int, Field(ge=-MOST, le=MOST), Number] = Field(
        description="The change in places in each week; negative for fewer. "
        "Ändringen av antalet platser varje vecka; negativ för färre."
    )


class OtherAgreement(Given):
    """Suppose that an agreement ends or has another ceiling. Anta att ett avtal upphör eller har ett annat tak."""

    model_config = example(_AGREEMENT)

    agreement_id: Id
    ends: Switch = Field(
        default=False, description="Whether it does not apply in the term. Om avtalet inte gäller under terminen."
    )
    max_student_weeks: Count | None = Field(None, description="Its ceiling in the term. Avtalets tak under terminen.")


class Closure(WeeksGiven):
    """Suppose that a unit takes no students. Anta att en enhet inte tar emot några studenter."""

    model_config = example(_CLOSURE)

    unit_id: Id


class Scenario(Given):
    """The changes to the term that a run supposes. De ändringar av terminen som en körning utgår från."""

    model_config = example(_SCENARIO)

    offers: Annotated[list[OtherPlaces], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    agreements: Annotated[list[OtherAgreement], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    closures: Annotated[list[Closure], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    absent_supervisors: Ids = Field(
        default_factory=list, description="Supervisors who are away all term. Handledare som är borta hela terminen."
    )
    travel_max_minutes: Minutes | None = Field(
        None,
        description="The longest journey for students without a limit of their own, in minutes. "
        "Längsta restid för studenter utan egen gräns, i minuter.",
    )


class OtherWeights(Given):
    """Weights for this run alone; one that is left out is the term's. Vikter för bara den här körningen."""

    model_config = example(_WEIGHTS)

    unplaced: Count | None = None
    travel: Count | None = None
    long_travel: Count | None = None
    preference: Count | None = None
    agreement_floor: Count | None = None
    change: Count | None = None
    interprofessional: Count | None = None
    pairs: Count | None = None
    carried_burden: Count | None = None


class RunGiven(Given):
    """How to plan; the service chooses what is left out. Hur planeringen görs; tjänsten väljer det som utelämnas."""

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
        description="plan: plan everything, and fail if a pin cannot be kept; the other modes release such a pin. "
        "repair: keep the plan in force with few changes; fill: keep all that "
        "is in"
        " force and place more; waiting-list: keep all that is in force and offer what is left to those who wait, "
        "one by"
        " one in the order of the list. "
        "plan: planera allt, och misslyckas om en låst placering inte kan behållas; de andra lägena släpper den. "
        "repair: behåll planen i kraft med få ändringar; fill: behåll"
        " allt som gäller och placera fler; waiting-list: behåll allt som gäller och erbjud det som är kvar till "
        "dem som"
        " väntar, en i taget i väntelistans ordning.",
    )
    time_limit_seconds: Annotated[int, Field(ge=1, le=LONGEST_RUN), Number] | None = Field(
        None, description="The time to search. Tid för sökningen."
    )
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED), Number] = Field(
        0, description="The same seed gives the same search. Samma frö ger samma sökning."
    )
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS), Number] | None = Field(
        None,
        description="Threads to search with; one for each processor if left out. "
        "Trådar att söka med; en per processor om det utelämnas.",
    )
    in_county_only: Switch = Field(
        default=False,
        description="Leave the lärosäten from outside the county to a later run, which fills what is left."
        " Lämna lärosäten utanför länet till en senare körning, som fyller det som är kvar.",
    )
    weights: OtherWeights | None = Field(
        None, description="Weights for this run alone. Vikter för bara den här körningen."
    )
    scenario: Scenario | None = Field(
        None,
        description="Makes the run a scenario, which is never published. "
        "Gör körningen till ett tänkt fall, som aldrig publiceras.",
    )

    def options(self) -> Options:
        """Return what distinguishes this run from others of its term: lärosäten, weights and scenario."""
        return read_options(self.model_dump(include={"in_county_only", "weights", "scenario"}, exclude_none=True))


class ReleasedShown(Shown):
    """A pin or placement in force that the term no longer allows. En placering som terminen inte längre tillåter."""

    model_config = example(_RELEASED)

    request_id: str
    unit_id: str
    start: str = Field(description="The first week. Den första veckan.")
    why_sv: str
    why_en: str


class RunShown(Shown):
    """An order to plan a term, and how far it has come. Ett uppdrag att planera, och hur långt det har kommit."""

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
            "memoryMb": 18432,
            "needsMemoryMb": None,
            "inCountyOnly": False,
            "weights": _WEIGHTS,
            "scenario": _SCENARIO,
            "releasedPlacements": [_RELEASED],
            "attempts": 1,
            "cancelRequested": False,
            "requestedAt": "2026-11-02T08:00:00Z",
            "startedAt": "2026-11-02T08:00:01Z",
            "finishedAt": None,
            "endedBecause": None,
            "error": None,
        }
    )

    id: str
    term_id: str
    status: RunStatus
    mode: RunMode
    phase: str | None = Field(description="What the solver is doing. Vad lösaren arbetar med.")
    objective: int | None = Field(
        description="The objective of the best plan so far. Målvärdet för den bästa planen hittills."
    )
    bound: int | None = Field(description="No plan can have a lower objective. Ingen plan kan ha lägre målvärde.")
    gap: float | None = Field(description="(objective - bound) / objective. (målvärde - gräns) / målvärde.")
    unplaced: int | None
    elapsed_seconds: float | None
    time_limit_seconds: int
    seed: int
    workers: int | None
    memory_mb: int | None = Field(
        description="How much memory the solver might use, in MiB. Null where there was no limit, before a worker has "
        "begun the run, and of runs from before this was kept. "
        "Hur mycket minne lösaren fick använda, i MiB. Null om det inte fanns någon gräns, innan körningen har börjat "
        "och för körningar från tiden innan detta sparades."
    )
    needs_memory_mb: int | None = Field(
        description="How much memory the run needs, in MiB: more than a worker had whose memory ran out, in this run "
        "or in the term's latest before it. It waits for a worker that has so much, as long as one is there. Null "
        "where neither was left to a worker with more memory. "
        "Hur mycket minne körningen behöver, i MiB: mer än en arbetare hade vars minne tog slut, i den här "
        "körningen eller i terminens senaste före den. Den väntar på en arbetare som har så mycket, så länge det "
        "finns en. Null om ingen av dem har lämnats till en arbetare med mer minne."
    )
    in_county_only: bool = Field(
        description="Whether only the county's lärosäten are planned. Om bara länets lärosäten planeras."
    )
    weights: dict[str, int] | None = Field(
        description="Weights for this run alone; shown to coordinators. "
        "Vikter för bara den här körningen; visas för samordnare."
    )
    scenario: Scenario | None = Field(
        description="What the run supposes; shown to coordinators. Vad körningen utgår från; visas för samordnare."
    )
    released_placements: list[ReleasedShown] | None = Field(
        description="Placements in force that the term no longer allows, and pins too except in the mode plan without "
        "a scenario, where such a pin fails the run; the run plans their requests anew. Shown to coordinators. "
        "Gällande placeringar som terminen inte längre tillåter, och låsta utom i läget plan utan tänkt fall, där en "
        "sådan låsning gör att körningen misslyckas; körningen planerar deras begäranden på nytt. Visas för samordnare."
    )
    attempts: int = Field(
        description="How often a worker has begun the run. Workers that were stopped in order are not counted; after "
        "five that vanished the run is given up. Hur många gånger körningen har påbörjats. En arbetare som stoppats "
        "ordnat räknas inte; när fem har försvunnit ges körningen upp."
    )
    cancel_requested: bool
    requested_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    ended_because: RunEnd | None = Field(
        description="Why the search ended with the plan that it has. proven: no plan is better; nothing-better: none "
        "better was found, in a repair among the plans that change as few placements; time-limit: the time was up; "
        "stopped: the run was cancelled. Null before the end and where there is no plan. "
        "Varför sökningen slutade med den plan som finns. proven: bevisat att ingen plan är bättre; nothing-better: "
        "inget bättre hittades, vid en reparation bland de planer som ändrar lika få placeringar; time-limit: tiden "
        "var slut; stopped: körningen avbröts. Null före slutet och när det inte finns någon plan."
    )
    error: str | None = Field(
        description="Why the run failed, in the language of Accept-Language. A coordinator reads the details; others"
        " read that it failed. Null unless it failed. Varför körningen misslyckades, på det språk som Accept-Language"
        " anger. Samordnare läser detaljerna; andra läser att den misslyckades. Null om den inte misslyckades."
    )

    @classmethod
    def of(cls, run: Run, by: Caller, language: str) -> RunShown:
        """Show a run to a caller in a language, ``sv`` or ``en``.

        What it supposes and why it failed are for coordinators alone: the reasons tell of everyone's students.
        """
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
            error=_why_failed(run, language, everything=coordinator),
            **run.model_dump(include=set(cls.model_fields) - _COMPUTED),
        )


def _why_failed(run: Run, language: str, *, everything: bool) -> str | None:
    """Say why a run failed, or only that it did."""
    if run.error is None:
        return None
    if not everything:
        return str(getattr(_FAILED, language))
    return run.error_sv if language == "sv" else run.error


class PointShown(Shown):
    """How far a run had come at one moment. Hur långt en körning hade kommit vid en tidpunkt."""

    model_config = example(_POINT)

    seconds: float = Field(description="Since the run began. Sedan körningen började.")
    objective: int
    bound: int
    gap: float = Field(description="(objective - bound) / objective. (målvärde - gräns) / målvärde.")
    unplaced: int


class ProgressShown(Shown):
    """How far a run had come, moment by moment. Hur långt en körning hade kommit, tidpunkt för tidpunkt."""

    model_config = example({"runId": "run_5c1e", "points": [_POINT]})

    run_id: str
    points: list[PointShown] = Field(
        description="At most 200, spread over the run's time; the earliest first. None for a run that ended before "
        "points were kept. Högst 200, spridda över körningens tid; den tidigaste först. Inga för en körning som "
        "avslutades innan punkter sparades."
    )

    @classmethod
    def of(cls, run: Run) -> ProgressShown:
        """Show how far a run had come."""
        return cls(run_id=run.id, points=[cls._point(*point) for point in run.points])

    @staticmethod
    def _point(seconds: float, objective: float, bound: float, unplaced: float) -> PointShown:
        reached, proven = int(objective), int(bound)
        gap = gap_between(reached, proven)
        return PointShown(seconds=seconds, objective=reached, bound=proven, gap=gap, unplaced=int(unplaced))


class RunFilter(Paging):
    """Which runs to list. Vilka körningar som ska listas."""

    term_id: Id | None = Field(None, description="Of one term. För en viss termin.")
    status: RunStatus | None = Field(None, description="With one status. Med en viss status.")
    sort: str | None = sorting("requestedAt", "termId", "status", "mode", "objective", "unplaced", "id")
