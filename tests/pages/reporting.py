"""Reporting: figures of a plan's report for the small county, with groups that are large and groups that are small."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from placement.tables import Plan, PlanDocument


def group(
    name: str | None, requests: int, placed: int, median: int | None, first: float | None = None
) -> dict[str, Any]:
    """Return a group of a report; ``first`` is the share of its requests that got the first choice, if all wish."""
    journeys = {"median": median, "ninetieth": 50, "longest": 80, "over_hour": 0.25}
    return {
        "name": name,
        "requests": requests,
        "placed": placed,
        "placed_share": placed / requests,
        "journeys": None if median is None else journeys,
        "wishes": None if first is None else {"requests": requests, "first": first, "any": 0.75},
    }


FAIRNESS: Mapping[str, Any] = {
    "everyone": group(None, 60, 48, 31, 0.5),
    "institutions": [group("org_ki", 40, 36, 25, 0.5), group("org_b", 20, 12, 45, 0.25)],
    "homes": [group("org_city", 40, 36, 20, 0.5), group("outside", 20, 12, 55)],
    "programmes": [
        {"institution": "org_ki", "profession": "nurse", "placed": 36, "unplaced": 4},
        {"institution": "org_b", "profession": "nurse", "placed": 12, "unplaced": 8},
    ],
    "evenness": [{"figure": "placed", "by": "institution", "jain": 0.96, "worst": "org_b"}],
    "providers": [
        {"provider": "org_city", "kind": "municipality", "offered": 300, "placed": 240, "used": 0.8},
        {"provider": "org_gone", "kind": "private", "offered": 10, "placed": 0, "used": 0.0},
        {"provider": "org_idle", "kind": "region", "offered": 0, "placed": 0, "used": None},
    ],
    "municipal": {"offered_share": 1.0, "placed_share": 1.0},
    "agreements": [
        {
            "agreement": "agr_a",
            "institution": "org_ki",
            "provider": "org_city",
            "student_weeks": 200,
            "floor": 100,
            "ceiling": 200,
            "short": 0,
        },
        {
            "agreement": "agr_b",
            "institution": "org_b",
            "provider": "org_city",
            "student_weeks": 40,
            "floor": 45,
            "ceiling": None,
            "short": 5,
        },
    ],
    "supervisors": {"supervisors": 9, "used": 7, "unused_share": 0.2, "least": 1, "median": 3, "most": 9},
    "environments": None,
}
PLACES = [
    {"unit": "unt_a", "profession": "nurse", "first_week": 0, "weeks": 5, "place": 981.2},
    {"unit": "unt_a", "profession": "nurse", "first_week": 3, "weeks": 1, "place": 12.0},
    {"unit": "unt_gone", "profession": "nurse", "first_week": 3, "weeks": 1, "place": 11.0},
]
SOLVER = {"name": "placement-solver", "version": "9.8.7", "workers": 2}


def tell(
    store: Session,
    run_id: str = "run_a",
    fairness: Mapping[str, Any] | None = FAIRNESS,
    places: Sequence[Mapping[str, Any]] = PLACES,
) -> None:
    """Give a run's plan a report with figures, and documents that say how it was made."""
    plan = store.exec(select(Plan).where(Plan.run_id == run_id)).one()
    document = store.get_one(PlanDocument, plan.id)
    prices = {"prices": {"places": list(places)}}
    document.report = {"format": "placement-report/1", **prices, **({} if fairness is None else {"fairness": fairness})}
    document.plan = json.dumps({"solver": SOLVER, "terms": {"unplaced": 12, "travel": 3}, "placements": []})
    document.problem = json.dumps({"weights": {"unplaced": 1_000, "travel": 1}})
    store.add(document)
    store.commit()
