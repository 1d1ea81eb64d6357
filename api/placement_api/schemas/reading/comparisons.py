"""Schemas of comparisons: drafts of a term side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.reading.comparisons import FAIRNESS, MOST, Comparison, Draft
from placement.reading.differences import Difference, Differing
from placement.tables import PlanStatus
from placement_api.paging import Paging
from placement_api.schemas.base import Different, Id, Shown, example
from placement_api.schemas.reading.places import PLACE, PlaceShown
from placement_api.schemas.register.names import WHO, WhoShown, whose
from placement_solver.progress import gap_between

_LEFT_OUT: dict[str, JsonValue] = {
    "institutionId": "org_ki",
    "institutionName": "Karolinska Institutet",
    "profession": "nurse",
    "placed": 812,
    "unplaced": 14,
}
_DRAFT: dict[str, JsonValue] = {
    "runId": "run_5c1e",
    "status": "feasible",
    "whatIf": False,
    "objective": 1204310,
    "bound": 1198204,
    "gap": 0.00507,
    "terms": {
        "unplaced": 940000,
        "travel": 212310,
        "longTravel": 40000,
        "preference": 8000,
        "agreementFloor": 4000,
        "change": 0,
        "interprofessional": 0,
        "pairs": 0,
        "carriedBurden": 0,
    },
    "unplaced": [_LEFT_OUT],
    "fairness": {"everyone": {"placed_share": 0.98}, "evenness": []},
}
_DIFFERING: dict[str, JsonValue] = {**WHO, "studentExternalId": None, "first": PLACE, "second": None}
_DIFFERENCE: dict[str, JsonValue] = {
    "firstRunId": "run_5c1e",
    "secondRunId": "run_77d0",
    "same": 7002,
    "moved": 96,
    "otherSupervisor": 12,
    "onlyFirst": 3,
    "onlySecond": 19,
    "requestIds": ["req_1f3a"],
    "requests": [_DIFFERING],
}


class ComparisonAsked(Paging):
    """Which drafts to compare. Vilka utkast som ska jämföras."""

    run_id: Annotated[list[Id], Field(min_length=2, max_length=MOST), Different] | None = Field(
        None,
        description="2 to 5 runs; the term's latest plans if left out. "
        "2 till 5 körningar; terminens senaste planer om de utelämnas.",
    )


class LeftOut(Shown):
    """How many requests of a lärosäte and profession are placed and unplaced. Antal placerade och utan plats."""

    model_config = example(_LEFT_OUT)

    institution_id: str
    institution_name: str
    profession: str
    placed: int
    unplaced: int


class TermsShown(Shown):
    """The objective, part by part; one that is off is 0. Målvärdet, del för del; en del som är av är 0."""

    model_config = example(
        {
            "unplaced": 940000,
            "travel": 212310,
            "longTravel": 40000,
            "preference": 0,
            "agreementFloor": 0,
            "change": 0,
            "interprofessional": 0,
            "pairs": 0,
            "carriedBurden": 0,
        }
    )

    unplaced: int
    travel: int
    long_travel: int
    preference: int
    agreement_floor: int
    change: int
    interprofessional: int = 0
    pairs: int = 0
    carried_burden: int = Field(0, description="0 where it is off. 0 där den är av.")


class DraftShown(Shown):
    """A run's plan in a comparison. En körnings plan i en jämförelse."""

    model_config = example(_DRAFT)

    run_id: str
    status: PlanStatus
    what_if: bool = Field(description="Whether the run has a scenario. Om körningen är ett tänkt fall.")
    objective: int
    bound: int
    gap: float
    terms: TermsShown
    unplaced: list[LeftOut] = Field(
        description="Placed and unplaced requests by lärosäte and profession. "
        "Placerade begäranden och begäranden utan plats, per lärosäte och yrke."
    )
    fairness: dict[str, Any] | None = Field(
        description="Figures as in the report document, with names beside ids: label, worst_label and provider_name; "
        "null without a report. Siffror ur rapporten, med namn bredvid id: label, worst_label och provider_name; null "
        "om rapport saknas."
    )

    @classmethod
    def of(cls, draft: Draft, names: Mapping[str, str]) -> DraftShown:
        """Show a draft, with names beside ids; a plan without a report has no figures."""
        plan, fairness = draft.plan, draft.fairness
        return cls(
            run_id=draft.run.id,
            status=plan.status,
            what_if="scenario" in draft.run.options,
            objective=plan.objective,
            bound=plan.bound,
            gap=gap_between(plan.objective, plan.bound),
            terms=TermsShown(**draft.terms),
            unplaced=[
                LeftOut(
                    institution_id=group["institution"],
                    institution_name=names.get(group["institution"], group["institution"]),
                    **{name: group[name] for name in _COUNTED},
                )
                for group in (fairness or {}).get("programmes", ())
            ],
            fairness=None if fairness is None else _with_names(fairness, names),
        )


def _with_names(fairness: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the figures with a name beside each id; what has no name, such as a zone, is told as it is."""

    def named(section: str, key: str, label: str) -> list[dict[str, Any]]:
        return [{**each, label: names.get(each[key], each[key])} for each in fairness[section]]

    return {name: fairness.get(name) for name in FAIRNESS} | {
        "institutions": named("institutions", "name", "label"),
        "homes": named("homes", "name", "label"),
        "evenness": named("evenness", "worst", "worst_label"),
        "providers": named("providers", "provider", "provider_name"),
    }


_COUNTED = ("profession", "placed", "unplaced")


class DifferingShown(WhoShown):
    """A request that two drafts place differently. En begäran som två utkast placerar olika."""

    model_config = example(_DIFFERING)

    first: PlaceShown | None = Field(description="Its place in the first draft. Dess plats i det första utkastet.")
    second: PlaceShown | None = Field(description="Its place in the second draft. Dess plats i det andra utkastet.")

    @classmethod
    def of(cls, differing: Differing, language: str) -> DifferingShown:
        """Show a request in a language, ``sv`` or ``en``."""
        first, second = (
            None if place is None else PlaceShown.model_validate(place) for place in (differing.first, differing.second)
        )
        return cls(**whose(differing.who, language), first=first, second=second)


class DifferenceShown(Shown):
    """How two drafts differ, request by request. Hur två utkast skiljer sig åt."""

    model_config = example(_DIFFERENCE)

    first_run_id: str
    second_run_id: str
    same: int = Field(description="Placed alike in both. Placerade lika i båda.")
    moved: int = Field(
        description="Placed at another unit or in another week. Placerade på en annan enhet eller en annan vecka."
    )
    other_supervisor: int = Field(description="Only the supervisor differs. Bara handledaren skiljer sig.")
    only_first: int = Field(description="Placed in the first only. Placerade bara i den första.")
    only_second: int = Field(description="Placed in the second only. Placerade bara i den andra.")
    request_ids: list[str] = Field(
        description="The requests that differ, a part at a time (limit, offset). "
        "De begäranden som skiljer sig, en del i taget."
    )
    requests: list[DifferingShown] = Field(
        description="The same requests, each with student, course and both places. "
        "Samma begäranden, var och en med student, kurs och båda platserna."
    )

    @classmethod
    def of(cls, difference: Difference, language: str) -> DifferenceShown:
        """Show the difference between two drafts in a language, ``sv`` or ``en``."""
        counts = ("same", "moved", "other_supervisor", "only_first", "only_second")
        return cls(
            first_run_id=difference.first,
            second_run_id=difference.second,
            request_ids=[each.who.request_id for each in difference.requests],
            requests=[DifferingShown.of(each, language) for each in difference.requests],
            **{name: getattr(difference, name) for name in counts},
        )


class ComparisonShown(Shown):
    """Drafts of a term side by side. Utkast för en termin sida vid sida."""

    model_config = example({"termId": "trm_vt2027", "drafts": [_DRAFT], "differences": [_DIFFERENCE]})

    term_id: str
    drafts: list[DraftShown]
    differences: list[DifferenceShown] = Field(description="One for each pair of drafts. En för varje par av utkast.")

    @classmethod
    def of(cls, term_id: str, comparison: Comparison, language: str) -> ComparisonShown:
        """Show a comparison in a language, ``sv`` or ``en``."""
        names = {row_id: getattr(words, language) for row_id, words in comparison.names.items()}
        return cls(
            term_id=term_id,
            drafts=[DraftShown.of(draft, names) for draft in comparison.drafts],
            differences=[DifferenceShown.of(difference, language) for difference in comparison.differences],
        )
